/** What the members of two endpoint classes can send each other, in one address family: by tables where these know it, and a plain word
 *  where they do not, so that the path engine is asked. The same description of AWS as `reach` walks, looked up instead of walked. What
 *  each of the two lets out and in is known by `pair-end.ts`. */
import type { Compiled } from '../aws/compile.ts'
import { behaviourKey, type EndpointClass } from '../aws/endpoint-class.ts'
import type { Plane } from '../aws/plane.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import { alsoInCommon, type ForwardingGraph, type InCommon, type Leg, type Stages } from '../forwarding/graph.ts'
import { UNKNOWN } from '../forwarding/stage.ts'
import type { Sender } from '../forwarding/transfer.ts'
import { type Address, addressLine, type AddressSet, type Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { lineOf, type Transport, transportAlgebra } from '../packet/transport.ts'
import {
  carrying,
  type Corridor,
  corridorFrom,
  Corridors,
  type Identification,
  LET_OUT,
  PLAIN,
  type Rectangle,
} from '../reach/corridor.ts'
import { type Fate, Fates, NOWHERE, type Reception, type Welcome, type Welcomes } from '../reach/fate.ts'
import { ForwardingTables, type TableEntry, type Node, type Returning } from '../reach/forwarding-table.ts'
import { type Both, both, getsAnywhere, type Question } from '../reach/propagate.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { Hull } from './hull.ts'
import { End, type LetOut } from './pair-end.ts'
import { acceptsAt, anybody, flightOf } from './question.ts'
import { Walked } from './walked.ts'
import { Walks } from './walks.ts'

/** What one source can send one destination, and for which others the same holds. */
export interface PairAnswer {
  /** Undefined where tables do not know: a question for the path engine. */
  readonly fate: Fate | undefined
  readonly holds: Rectangle
}

export class PairEngine {
  readonly family: Family
  readonly plane: Plane
  readonly fates: Fates
  /** The part of the line that pairs are asked about. */
  readonly asked: L4Set
  readonly tables: ForwardingTables
  readonly headers: Transport
  readonly graph: ForwardingGraph
  /** What one question found out serves the next. */
  readonly walks: Walks
  readonly #nowhere: Walked<boolean>
  /** By sender. */
  readonly #receptions = new Map<Sender | 'anybody', Walked<AddressMap<Reception | undefined>>>()
  /** With the engine of the network that this one has stages in common with. */
  readonly common: InCommon<PairEngine> | undefined
  /** By the order of the class. */
  readonly #ends: (End | undefined)[] = []
  readonly #representatives = new Map<string, End>()
  readonly #refusing: Reception
  /** The fate of a pair of which nothing arrives. */
  readonly #nothing: Fate
  readonly #wires = new Map<Node, number>()
  /** By the number of the sender's wire, then by that of the receiver's. */
  readonly #ways: Map<number, Ways>[] = []
  readonly #identified = new Map<Sender, Identification>()

  /** `asked`: the layer-4 headers that pairs are asked about. `alike`: one about the same headers, of the network that this one has stages in
   *  common with. */
  constructor(compiled: Compiled, family: Family, asked: Transport, alike?: PairEngine) {
    const common = alike && alsoInCommon(compiled.common, () => alike)
    this.common = common
    this.family = family
    this.plane = compiled.planes[family]
    this.fates = alike ? alike.fates : new Fates(family, asked)
    this.#refusing = this.fates.taking(NOTHING)
    this.#nothing = this.fates.of(NOTHING, this.#refusing, NOTHING)
    this.asked = lineOf(asked)
    this.headers = asked
    this.graph = compiled.graph
    this.tables = new ForwardingTables(
      compiled.graph,
      (stage) => parseStageId(stage).family,
      alsoInCommon(common, ({ tables }) => tables),
    )
    this.#nowhere = new Walked(
      compiled.graph,
      alsoInCommon(common, (engine) => engine.#nowhere),
    )
    this.walks = new Walks(
      this,
      alsoInCommon(common, ({ walks }) => walks),
    )
    this.#lettingOut = alike ? alike.#lettingOut : new Map<Sender | 'nobody', Map<string, LetOut>>()
  }

  /** For a source of class `a` and a destination of class `b`, two different interfaces' addresses. */
  ask(a: EndpointClass, b: EndpointClass, source: Address, destination: Address): PairAnswer {
    const bounds = new Bounds(this.family)
    const fate = this.fate(this.end(a), this.end(b), source, destination, bounds)
    return { fate, holds: bounds.rectangle }
  }

  /** The answer alone; `bounds` are narrowed to where it holds. */
  fate(from: End, to: End, source: Address, destination: Address, bounds?: Bounds): Fate | undefined {
    const there = this.#request(from, to, source, destination, bounds)
    if (!there || l4Algebra.intersect(this.asked, there.unsettled) !== NOTHING) return undefined
    const { reception, session } = there
    const arrives = l4Algebra.intersect(this.asked, there.line)
    if (arrives === NOTHING) return this.#nothing
    const back = this.#reply(from, to, session, source, destination, bounds)
    const fate = this.fates.of(arrives, reception, back.line)
    if (back.unsettled === NOTHING) return fate
    // What is conditional whether it is answered or not is unknown where nobody can tell of the answer.
    if (reception.lost.conditional.length > 0) return undefined
    return fate === this.fates.of(arrives, reception, l4Algebra.union(back.line, back.unsettled)) ? fate : undefined
  }

  /** What is put before a receiver, and what it does with it; undefined where that is not one and the same for all of it. */
  #request(
    from: End,
    to: End,
    source: Address,
    destination: Address,
    bounds: Bounds | undefined,
  ): (Passing & { readonly reception: Reception; readonly session: Returning | undefined }) | undefined {
    const out = from.leaving(source, destination)
    bounds?.narrow(out.holds)
    let line = NOTHING
    let unknown = out.unknown
    let { unsettled } = out
    let reception: Reception | undefined
    let session: Returning | undefined
    const ways = out.ends.length === 0 ? undefined : this.#waysBetween(from, to)
    for (const { line: sent, carries } of out.ends) {
      const way = carries.letOut
        ? this.#corridor(ways!.letOut, from, 'request', LET_OUT, source, destination)
        : this.#corridor(ways!.requests, from, 'request', PLAIN, source, destination)
      bounds?.narrow(way.holds)
      unknown = l4Algebra.union(unknown, l4Algebra.intersect(sent, way.unknown))
      const ends = way.whateverChosen
      unsettled = l4Algebra.union(unsettled, ends ? l4Algebra.intersect(sent, way.unsettled) : sent)
      for (const end of ends ?? []) {
        const carried = l4Algebra.intersect(sent, end.line)
        if (carried === NOTHING) continue
        if (end.at !== to.deliver) {
          const others = handedOverAt(this.tables, end.at, 'request', destination)
          bounds?.narrowDestination(others)
          if (isBypass(end.at) || !others.areKnown) return undefined
          continue
        }
        if (!to.isDeliveredTo('request') || (reception && session !== end.carries.session)) return undefined
        session = end.carries.session
        const received = to.reception(source, destination, this.#arrivingAs(carries, end.carries))
        if (!received.reception) return undefined
        bounds?.narrow(received.holds)
        const passing = this.fates.narrowed(received.reception, carried)
        reception = reception ? this.fates.union(reception, passing) : passing
        line = l4Algebra.union(line, carried)
      }
    }
    if (unknown !== NOTHING) {
      reception = this.fates.union(reception ?? this.#refusing, this.fates.taking(NOTHING, unknown))
      line = l4Algebra.union(line, unknown)
    }
    return { line, unsettled, reception: reception ?? this.#refusing, session }
  }

  #reply(
    from: End,
    to: End,
    session: Returning | undefined,
    source: Address,
    destination: Address,
    bounds: Bounds | undefined,
  ): Passing {
    const known = this.#waysBetween(from, to).replies(session)
    const carries = session ? { ...PLAIN, session } : PLAIN
    const out: Passage = to.isOpen ? ANYTHING : to.answering(destination, source)
    if (out.holds) bounds?.narrowMirrored(out.holds)
    let line = NOTHING
    // What is not known of answers the path engine tells: whether they come home decides about the request.
    let unsettled = notTold(out)
    for (const { line: sent } of out.ends) {
      const way = this.#corridor(known, to, 'reply', carries, destination, source)
      bounds?.narrowMirrored(way.holds)
      const ends = way.whateverChosen
      unsettled = l4Algebra.union(unsettled, ends ? l4Algebra.intersect(sent, notTold(way)) : sent)
      for (const end of ends ?? []) {
        const carried = l4Algebra.intersect(sent, end.line)
        if (carried === NOTHING) continue
        if (end.at !== from.deliver) {
          const others = handedOverAt(this.tables, end.at, 'reply', source)
          bounds?.narrowSource(others)
          if (isBypass(end.at) || !others.areKnown) unsettled = l4Algebra.union(unsettled, carried)
          continue
        }
        if (!from.isDeliveredTo('reply')) unsettled = l4Algebra.union(unsettled, carried)
        const home: Passage = from.isOpen ? ANYTHING : from.home(destination, source)
        if (home.holds) bounds?.narrowMirrored(home.holds)
        unsettled = l4Algebra.union(unsettled, l4Algebra.intersect(carried, notTold(home)))
        for (const here of home.ends) line = l4Algebra.union(line, l4Algebra.intersect(carried, here.line))
      }
    }
    return { line, unsettled }
  }

  #corridor(
    known: Corridors,
    from: End,
    leg: Leg,
    carries: Identification,
    source: Address,
    destination: Address,
  ): Corridor {
    let corridor = known.at(source, destination)
    if (!corridor) {
      const lookup = { leg, source, destination }
      corridor = corridorFrom(this, from.subnet, lookup, EVERYTHING, carries, isHandover)
      known.add(corridor)
    }
    return corridor
  }

  #waysBetween(from: End, to: End): Ways {
    const byReceiver = (this.#ways[from.wireNumber] ??= new Map<number, Ways>())
    let ways = byReceiver.get(to.wireNumber)
    if (!ways) byReceiver.set(to.wireNumber, (ways = new Ways()))
    return ways
  }

  /** Small and dense. */
  numberOfWire(wire: Node): number {
    let number = this.#wires.get(wire)
    if (number === undefined) this.#wires.set(wire, (number = this.#wires.size))
    return number
  }

  /** Whether nothing that a subnet's members send to these destinations gets anywhere, as the path engine says. */
  leadsNowhere(
    { wire, addresses }: { readonly wire: Node; readonly addresses: AddressSet },
    destinations: AddressSet,
  ): boolean {
    return this.#nowhere.of(`${wire.id} ${addresses.join()} ${destinations.join()}`, (graph) =>
      this.#leadsNowhere(graph, wire, addresses, destinations),
    )
  }

  #leadsNowhere(graph: Stages, wire: Node, addresses: AddressSet, destinations: AddressSet): boolean {
    const sent = PacketSet.of(this.family, { sources: addresses, destinations, transport: this.headers })
    const { sender, isAskedFor } = anybody()
    const flight = { ...flightOf(sent), sender }
    return !getsAnywhere(graph, { from: wire.id, home: wire.id, flight }) && !isAskedFor()
  }

  /** By source, what becomes of packets that get to a class: asked of the path engine, from there to where the answer is on its way home. */
  receptionsAt(each: EndpointClass, sender: Sender | undefined): AddressMap<Reception | undefined> {
    return this.#receptionsOf(sender).of(each.id, (graph) => this.#receptionsAt(graph, each, sender))
  }

  #receptionsOf(sender: Sender | undefined): Walked<AddressMap<Reception | undefined>> {
    return once(
      this.#receptions,
      sender ?? 'anybody',
      () =>
        new Walked(
          this.graph,
          alsoInCommon(this.common, (engine) => engine.#receptionsOf(sender)),
        ),
    )
  }

  #receptionsAt(graph: Stages, each: EndpointClass, sender: Sender | undefined): AddressMap<Reception | undefined> {
    const { family, plane } = this
    const destinations = each.addresses(family)
    const question: Question = {
      from: plane.at('interfaceClass', each.id, 'arriving'),
      home: plane.at('subnet', each.subnetId, 'leaving'),
      flight: {
        ...flightOf(PacketSet.of(family, { destinations, transport: this.headers })),
        sender,
      },
      accepts: acceptsAt(plane.network, each.members),
    }
    return this.receptionIn(both(graph, question), destinations)
  }

  /** What becomes of packets to these destinations, by their source; undefined for sources of which not all destinations fare alike. */
  receptionIn({ answered, lost }: Both, destinations: AddressSet): AddressMap<Reception | undefined> {
    const [first, second] = [answered, lost].map((outcome) => welcomesBySource(outcome, destinations)) as [
      AddressMap<Welcomes | undefined>,
      AddressMap<Welcomes | undefined>,
    ]
    const parts = [...first.parts()].flatMap(([one, addresses]) =>
      [...second.split(addresses)].map(([other, part]) => {
        const reception = one && other && this.fates.reception({ answered: one, lost: other })
        return [part, reception] as const
      }),
    )
    return AddressMap.sweep<Reception | undefined, Reception | undefined>(this.family, parts, ([only]) => only)
  }

  #arrivingAs(sent: Identification, arrived: Identification): Identification {
    if (arrived.known) return arrived
    const sender = sent.known?.sender
    if (sender === undefined || arrived.identity === 'kept') return sent
    let afar = this.#identified.get(sender)
    if (!afar) this.#identified.set(sender, (afar = carrying({ ...sender, farAway: true })))
    return afar
  }

  readonly #lettingOut: Map<Sender | 'nobody', Map<string, LetOut>>

  /** One object for equal ones. */
  lettingOut(line: L4Set, unknown: L4Set, referred: LetOut['referred']): LetOut {
    const bySender = once(this.#lettingOut, referred?.sender ?? 'nobody', () => new Map())
    return once(bySender, `${line.id} ${unknown.id} ${referred?.line.id ?? ''}`, () => ({
      line,
      unknown,
      ...(referred && { referred }),
    }))
  }

  end(each: EndpointClass): End {
    let end = this.#ends[each.order]
    if (end) return end
    const key = behaviourKey(each)
    const like =
      key === undefined ? undefined : (this.#representativeElsewhere(each, key) ?? this.#representatives.get(key))
    end = new End(this, each, like)
    if (key !== undefined && !like) this.#representatives.set(key, end)
    this.#ends[each.order] = end
    return end
  }

  /** One that behaves so in the network that this one has stages in common with, and behaves so here. */
  #representativeElsewhere({ id }: EndpointClass, key: string): End | undefined {
    if (!this.common?.has(this.plane.at('interfaceClass', id, 'leaving'))) return undefined
    return this.common.with.#representatives.get(key)
  }
}

/** Corridors from one wire to another, and for answers back again. */
class Ways {
  readonly requests = new Corridors()
  #letOut: Corridors | undefined
  #replies: Corridors | undefined
  #repliesByDevice: Map<string, Corridors> | undefined

  /** Of what only a reference let out. */
  get letOut(): Corridors {
    return (this.#letOut ??= new Corridors())
  }

  replies(session: Returning | undefined): Corridors {
    if (!session) return (this.#replies ??= new Corridors())
    const byDevice = (this.#repliesByDevice ??= new Map<string, Corridors>())
    let replies = byDevice.get(session.device)
    if (!replies) byDevice.set(session.device, (replies = new Corridors()))
    return replies
  }
}

/** What gets by at one end of a way; everywhere where it does not say for whom. */
interface Passage {
  readonly holds?: Rectangle
  readonly ends: readonly { readonly line: L4Set }[]
  readonly unknown: L4Set
  readonly unsettled: L4Set
}

const ANYTHING: Passage = { ends: [{ line: EVERYTHING }], unknown: NOTHING, unsettled: NOTHING }

const notTold = ({ unknown, unsettled }: Passage): L4Set => l4Algebra.union(unknown, unsettled)

interface Passing {
  readonly line: L4Set
  readonly unsettled: L4Set
}

/** What becomes of packets to these destinations, by their source; undefined for sources of which not all destinations fare alike. */
export const welcomesBySource = (outcome: Outcome, destinations: AddressSet): AddressMap<Welcomes | undefined> => {
  type Entry = { readonly verdict: Welcome; readonly transport: Transport } | undefined
  const entries: (readonly [AddressSet, Entry])[] = []
  const uneven: AddressSet[] = []
  for (const verdict of VERDICTS) {
    if (verdict === 'unreachable') continue
    for (const [sources, rest] of outcome[verdict].rows)
      for (const [reached, transport] of rest)
        if (intervals.covers(reached, destinations)) entries.push([sources, { verdict, transport }])
        else if (intervals.overlaps(reached, destinations)) uneven.push(sources)
  }
  entries.push([intervals.unionAll(uneven), undefined])
  return AddressMap.interning<Entry, Welcomes | undefined>(outcome.reachable.family, entries, (found) => {
    const all = { ...NOWHERE }
    for (const each of found)
      if (!each) return undefined
      else all[each.verdict] = transportAlgebra.union(all[each.verdict], each.transport)
    return all
  })
}

/** Where a subnet hands packets over to its own, or where something else does that leads to an interface. */
export const isHandover = (node: Node): boolean => {
  let known = handovers.get(node)
  if (known === undefined) {
    const { component, role } = parseStageId(node.id)
    handovers.set(node, (known = role === 'deliver' || (component === 'interfaceClass' && role === 'arriving')))
  }
  return known
}

const handovers = new WeakMap<Node, boolean>()

/** A way past the subnet that an interface is in: by a route to that very interface. */
export const isBypass = (node: Node): boolean =>
  isHandover(node) && parseStageId(node.id).component === 'interfaceClass'

/** Whether it is known who gets what is handed over there at an address, and around it. */
const handedOverAt = (
  tables: ForwardingTables,
  handover: Node,
  leg: Leg,
  address: Address,
): Hull & { readonly areKnown: boolean } => {
  const table = tables.of(handover, leg)
  const piece = table.pieceOf(address)
  const areKnown = table.valueOf(piece).every((entry) => isKnown(tables, entry, leg))
  return { from: table.startOf(piece), to: table.endOf(piece), areKnown }
}

/** Whether it is known who gets all that is handed over there in a range. */
export const knowsWhoGets = (tables: ForwardingTables, handover: Node, leg: Leg, { from, to }: Hull): boolean =>
  [...tables.of(handover, leg).split([from, to]).keys()].every((entries) =>
    entries.every((entry) => isKnown(tables, entry, leg)),
  )

const isKnown = (tables: ForwardingTables, { to, passage }: TableEntry, leg: Leg): boolean =>
  passage === 'lost' || (passage === 'goes-on' && isKept(tables, to, leg))

/** Whether an interface keeps what it is handed, if it takes it at all: load balancers and endpoints pass it on, to whomever. */
const isKept = (tables: ForwardingTables, { id, number }: Node, leg: Leg): boolean => {
  const byLeg = once(kept, tables, () => ({ request: [], reply: [] }))
  return (byLeg[leg][number] ??= [...tables.of({ id, number }, leg).parts()].every(([entries]) =>
    entries.every(({ to, passage }) => passage === 'lost' || isOfItself(to)),
  ))
}

/** What nobody can tell of may go anywhere. */
const isOfItself = ({ id }: Node): boolean => id !== UNKNOWN.id && parseStageId(id).role === 'here'

/** By the number of the node. */
const kept = new WeakMap<ForwardingTables, { readonly [L in Leg]: boolean[] }>()

/** The rectangle within which all that was looked up stays the same. */
class Bounds {
  #sourceFrom: Address
  #sourceTo: Address
  #destinationFrom: Address
  #destinationTo: Address

  constructor(family: Family) {
    const [first, end] = addressLine(family)
    this.#sourceFrom = first
    this.#sourceTo = end
    this.#destinationFrom = first
    this.#destinationTo = end
  }

  narrow({ sourceFrom, sourceTo, destinationFrom, destinationTo }: Rectangle): void {
    this.narrowSource({ from: sourceFrom, to: sourceTo })
    this.narrowDestination({ from: destinationFrom, to: destinationTo })
  }

  narrowDestination({ from, to }: Hull): void {
    if (from > this.#destinationFrom) this.#destinationFrom = from
    if (to < this.#destinationTo) this.#destinationTo = to
  }

  narrowSource({ from, to }: Hull): void {
    if (from > this.#sourceFrom) this.#sourceFrom = from
    if (to < this.#sourceTo) this.#sourceTo = to
  }

  /** Of the way back: its destinations are our sources. */
  narrowMirrored({ sourceFrom, sourceTo, destinationFrom, destinationTo }: Rectangle): void {
    this.narrow({
      sourceFrom: destinationFrom,
      sourceTo: destinationTo,
      destinationFrom: sourceFrom,
      destinationTo: sourceTo,
    })
  }

  get rectangle(): Rectangle {
    return {
      sourceFrom: this.#sourceFrom,
      sourceTo: this.#sourceTo,
      destinationFrom: this.#destinationFrom,
      destinationTo: this.#destinationTo,
    }
  }
}
