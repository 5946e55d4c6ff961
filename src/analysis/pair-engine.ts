/** What the members of two endpoint classes can send each other, in one address family: by tables where these know it, and a plain word
 *  where they do not, so that the path engine is asked. The same description of AWS as `reach` walks, looked up instead of walked. */
import type { Compiled } from '../aws/compile.ts'
import { behaviourKey, type EndpointClass } from '../aws/endpoint-class.ts'
import type { Plane } from '../aws/plane.ts'
import { knowsSender, namedGroups } from '../aws/security-group.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { append, once } from '../collections.ts'
import { alsoInCommon, type ForwardingGraph, type InCommon, type Leg, type Stages } from '../forwarding/graph.ts'
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
import { ForwardingTables, type Lane, type Node, type Returning } from '../reach/forwarding-table.ts'
import { type Both, both, getsAnywhere, type Question } from '../reach/propagate.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { Hull } from './hull.ts'
import { acceptsAt, anybody, flightOf } from './question.ts'
import { type Stretch, stretchesOf } from './stretches.ts'
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
        reception = reception ? this.fates.either(reception, passing) : passing
        line = l4Algebra.union(line, carried)
      }
    }
    if (unknown !== NOTHING) {
      reception = this.fates.either(reception ?? this.#refusing, this.fates.taking(NOTHING, unknown))
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
      const passenger = { leg, source, destination }
      corridor = corridorFrom(this, from.subnet, passenger, EVERYTHING, carries, isHandover)
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

/** What a receiver does, and for which others the same holds. */
export interface Received {
  /** Undefined where that is not the same for all of its addresses. */
  readonly reception: Reception | undefined
  readonly holds: Rectangle
}

/** What a sender's rules let out to a destination. */
export interface LetOut {
  readonly line: L4Set
  /** What a reference lets out besides, if only to whom it names. */
  readonly referred?: { readonly line: L4Set; readonly sender: Sender }
  /** Of which nobody can tell: nothing, or all that there is. */
  readonly unknown: L4Set
}

interface Passing {
  readonly line: L4Set
  readonly unsettled: L4Set
}

/** One endpoint class at either end of a pair. What it lets out and in is asked of its like, where there is one. */
export class End {
  readonly subnetId: string
  /** Where its packets are put on the wire. */
  readonly subnet: Node
  readonly wireNumber: number
  /** Where its subnet hands packets over. */
  readonly deliver: Node
  readonly #engine: PairEngine
  readonly #plane: Plane
  readonly #devices = new Map<Sender | undefined, AddressMap<Reception | undefined>>()
  readonly #class: EndpointClass
  readonly #like: End | undefined
  readonly #leaving: Node
  readonly #arriving: Node
  readonly #here: Node
  #out: Corridors | undefined
  readonly #in = new Map<Sender | undefined, Corridors>()
  #answers: Corridors | undefined
  #home: Corridors | undefined
  readonly #delivered: { [L in Leg]?: boolean } = {}
  #sends: readonly Stretch<LetOut | undefined>[] | undefined
  #receives: readonly Stretch<Reception | undefined>[] | undefined
  #plain: boolean | undefined
  #open: boolean | undefined
  #named: readonly string[] | undefined
  #referred: readonly string[] | undefined

  constructor(engine: PairEngine, each: EndpointClass, like: End | undefined) {
    const { id, subnetId } = each
    const { plane, tables } = engine
    this.#engine = engine
    this.subnetId = subnetId
    this.subnet = tables.node(plane.at('subnet', subnetId, 'leaving'))
    this.wireNumber = engine.numberOfWire(this.subnet)
    this.deliver = tables.node(plane.at('subnet', subnetId, 'deliver'))
    this.#plane = plane
    this.#class = each
    this.#like = like
    this.#leaving = tables.node(plane.at('interfaceClass', id, 'leaving'))
    this.#arriving = tables.node(plane.at('interfaceClass', id, 'arriving'))
    this.#here = tables.node(plane.at('interfaceClass', id, 'here'))
  }

  leaving(source: Address, destination: Address): Corridor {
    if (this.#like) return this.#like.leaving(source, destination)
    const out = (this.#out ??= new Corridors())
    return this.#remembered(out, this.#leaving, 'request', source, destination, carrying(undefined), this.subnet)
  }

  /** Destinations by what it sends to them, of all that only a reference let out or of the rest; none
   *  where it sends nothing at all, undefined where that is not known here. */
  sentTo(
    source: Address,
    destinations: AddressSet,
    letOut: boolean,
  ): readonly (readonly [AddressSet, L4Set])[] | undefined {
    if (this.#like) return this.#like.sentTo(source, destinations, letOut)
    const parts = new Map<L4Set, AddressSet[]>()
    for (const [lanes, part] of this.#engine.tables.lanes(this.#leaving, 'request').split(destinations)) {
      if (lanes.some(({ to }) => to !== this.subnet)) return undefined
      const { ends, unknown, unsettled, options } = this.leaving(source, part[0]!)
      if (options.size > 0 || unknown !== NOTHING || unsettled !== NOTHING) return undefined
      const line = ends.reduce(
        (all, end) => (end.carries.letOut === letOut ? l4Algebra.union(all, end.line) : all),
        NOTHING,
      )
      append(parts, line, part)
    }
    if (parts.size === 1 && parts.has(NOTHING)) return []
    return [...parts].map(([line, sets]) => [intervals.unionAll(sets), line] as const)
  }

  /** What it sends to all of these destinations alike, and what else of which nobody can tell; undefined where that differs, or is not known
   *  here. */
  sentAlike(destinations: AddressSet): LetOut | undefined {
    let alike: LetOut | undefined
    for (const { from, to, value, except } of this.sends) {
      if (!intervals.overlaps(destinations, [from, to])) continue
      if (!value || (except.length > 0 && intervals.overlaps(destinations, except))) return undefined
      if (alike && alike !== value) return undefined
      alike = value
    }
    return alike
  }

  /** By destination, whatever the source is; undefined where that is not known here. */
  get sends(): readonly Stretch<LetOut | undefined>[] {
    if (this.#like) return this.#like.sends
    const { family } = this.#plane
    const [first] = addressLine(family) as [Address]
    return (this.#sends ??= stretchesOf(
      family,
      (destination) => {
        const out = this.leaving(first, destination)
        return { value: this.#letOut(out), to: out.holds.destinationTo }
      },
      (value) => value?.unknown === NOTHING,
    ))
  }

  #letOut({ ends, unknown, unsettled, options, holds }: Corridor): LetOut | undefined {
    const { sourceFrom, sourceTo } = holds
    const [first, end] = addressLine(this.#plane.family)
    if (unsettled !== NOTHING || options.size > 0 || sourceFrom !== first || sourceTo !== end) return undefined
    if (unknown !== NOTHING && ends.length > 0) return undefined
    const line = ends.reduce((all, each) => (each.carries.letOut ? all : l4Algebra.union(all, each.line)), NOTHING)
    const more = ends.filter(({ carries }) => carries.letOut)
    const referred = more.reduce((all, each) => l4Algebra.union(all, each.line), NOTHING)
    const [sender] = more.map(({ carries }) => carries.known?.sender)
    return this.#engine.lettingOut(line, unknown, sender && { line: referred, sender })
  }

  /** By source, what it does with packets of a sender that it does not know, at all of its addresses; undefined where that differs. */
  get receives(): readonly Stretch<Reception | undefined>[] {
    if (this.#like) return this.#like.receives
    const { family } = this.#plane
    const [first, end] = addressLine(family) as [Address, Address]
    return (this.#receives ??= stretchesOf(
      family,
      (source) => {
        const { reception, holds } = this.reception(source, first, PLAIN)
        const everywhere = holds.destinationFrom === first && holds.destinationTo === end
        return { value: everywhere ? reception : undefined, to: holds.sourceTo }
      },
      () => true,
    ))
  }

  /** What it does with what is put before it: as from a stranger, unless it knows the sender by its groups. */
  reception(source: Address, destination: Address, { known }: Identification): Received {
    const sender = known?.sender && this.#knows(known.sender) ? known.sender : undefined
    const into = this.#accepting(source, destination, sender)
    if (into.unsettled !== NOTHING || into.options.size > 0) return this.#behind(source, sender)
    const line = into.ends.reduce((all, end) => l4Algebra.union(all, end.line), NOTHING)
    return { holds: into.holds, reception: this.#engine.fates.taking(line, into.unknown) }
  }

  /** As `knowsSender`, which most receivers need not be asked. */
  #knows(sender: Sender): boolean {
    return sender.letOutBy === undefined && !this.knowsAny
      ? false
      : knowsSender(this.#plane, this.#class.groups, sender)
  }

  /** What becomes of packets where more than tables decide about them: behind a load balancer, whatever the client's address. */
  #behind(source: Address, sender: Sender | undefined): Received {
    let map = this.#devices.get(sender)
    if (!map) this.#devices.set(sender, (map = this.#engine.receptionsAt(this.#class, sender)))
    const piece = map.pieceOf(source)
    const [first, end] = addressLine(this.#plane.family) as [Address, Address]
    const holds = {
      sourceFrom: map.startOf(piece),
      sourceTo: map.endOf(piece),
      destinationFrom: first,
      destinationTo: end,
    }
    return { holds, reception: map.valueOf(piece) }
  }

  #accepting(source: Address, destination: Address, sender: Sender | undefined): Corridor {
    if (this.#like) return this.#like.#accepting(source, destination, sender)
    let all = this.#in.get(sender)
    if (!all) this.#in.set(sender, (all = new Corridors()))
    return this.#remembered(all, this.#arriving, 'request', source, destination, carrying(sender), this.#here)
  }

  /** Its answers, as far as the wire. */
  answering(source: Address, destination: Address): Corridor {
    if (this.#like) return this.#like.answering(source, destination)
    const answers = (this.#answers ??= new Corridors())
    return this.#remembered(answers, this.#leaving, 'reply', source, destination, PLAIN, this.subnet)
  }

  /** Answers to it, from the wire to itself. */
  home(source: Address, destination: Address): Corridor {
    if (this.#like) return this.#like.home(source, destination)
    const home = (this.#home ??= new Corridors())
    return this.#remembered(home, this.#arriving, 'reply', source, destination, PLAIN, this.#here)
  }

  #remembered(
    known: Corridors,
    from: Node,
    leg: Leg,
    source: Address,
    destination: Address,
    carries: Identification,
    stop: Node,
  ): Corridor {
    let corridor = known.at(source, destination)
    if (!corridor) {
      const passenger = { leg, source, destination }
      corridor = corridorFrom(this.#engine, from, passenger, EVERYTHING, carries, (node) => node === stop)
      known.add(corridor)
    }
    return corridor
  }

  /** Of a class like this one, if there is one: what it lets out and in is the same object for both. */
  get like(): End {
    return this.#like ?? this
  }

  /** The groups that its rules let in. */
  get namedGroups(): readonly string[] {
    if (this.#like) return this.#like.namedGroups
    return (this.#named ??= [...namedGroups(this.#plane, this.#class.groups, 'inbound')])
  }

  /** The groups to whose members its rules let more out than to others. */
  get referredGroups(): readonly string[] {
    if (this.#like) return this.#like.referredGroups
    return (this.#referred ??= [...namedGroups(this.#plane, this.#class.groups, 'outbound')])
  }

  get knowsAny(): boolean {
    return this.namedGroups.length > 0
  }

  /** Its answers leave and answers to it arrive whatever they are, and its subnet knows whose its addresses are. */
  get isPlain(): boolean {
    return (this.#plain ??= this.#isPlain())
  }

  #isPlain(): boolean {
    return this.isOpen && this.isDeliveredTo('request') && this.isDeliveredTo('reply')
  }

  /** Its answers leave and answers to it arrive, whatever they are. */
  get isOpen(): boolean {
    if (this.#like) return this.#like.isOpen
    return (this.#open ??= this.#isOpen())
  }

  #isOpen(): boolean {
    const { family } = this.#plane
    const [first] = addressLine(family) as [Address]
    return [this.answering(first, first), this.home(first, first)].every((way) => isOpen(way, family))
  }

  /** Whether its subnet hands all packets to its addresses over to it and to nobody else. */
  isDeliveredTo(leg: Leg): boolean {
    return (this.#delivered[leg] ??= this.#ownsItsAddresses(leg))
  }

  #ownsItsAddresses(leg: Leg): boolean {
    const isOwn = ([lane, ...others]: readonly Lane[]): boolean =>
      lane?.passage === 'goes-on' && lane.to === this.#arriving && lane.line === EVERYTHING && others.length === 0
    return this.#engine.tables.lanes(this.deliver, leg).isOn(this.#class.addresses(this.#plane.family), isOwn)
  }
}

/** All packets pass, wherever they are from and to. */
const isOpen = ({ holds, ends, unsettled }: Corridor, family: Family): boolean => {
  const [first, end] = addressLine(family)
  return (
    unsettled === NOTHING &&
    ends.length === 1 &&
    ends[0]!.line === EVERYTHING &&
    holds.sourceFrom === first &&
    holds.sourceTo === end &&
    holds.destinationFrom === first &&
    holds.destinationTo === end
  )
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
  const known = new Map<string, Welcomes>()
  const index = new Map(entries.map(([, entry], at) => [entry, at] as const))
  return AddressMap.sweep<Entry, Welcomes | undefined>(outcome.reachable.family, entries, (found) => {
    if (found.includes(undefined)) return undefined
    const key = found.map((entry) => index.get(entry)).join()
    let welcomes = known.get(key)
    if (!welcomes) {
      const all = { ...NOWHERE }
      for (const each of found) if (each) all[each.verdict] = transportAlgebra.union(all[each.verdict], each.transport)
      known.set(key, (welcomes = all))
    }
    return welcomes
  })
}

/** Where a subnet hands packets over to its own, or where something else does that leads to an interface. */
export const isHandover = ({ id }: Pick<Node, 'id'>): boolean => {
  let known = handovers.get(id)
  if (known === undefined) {
    const { component, role } = parseStageId(id)
    handovers.set(id, (known = role === 'deliver' || (component === 'interfaceClass' && role === 'arriving')))
  }
  return known
}
const handovers = new Map<string, boolean>()

/** A way past the subnet that an interface is in: by a route to that very interface. */
export const isBypass = ({ id }: Pick<Node, 'id'>): boolean =>
  isHandover({ id }) && parseStageId(id).component === 'interfaceClass'

/** Whether it is known who gets what is handed over there at an address, and around it. */
const handedOverAt = (
  tables: ForwardingTables,
  handover: Node,
  leg: Leg,
  address: Address,
): Hull & { readonly areKnown: boolean } => {
  const table = tables.lanes(handover, leg)
  const piece = table.pieceOf(address)
  return { from: table.startOf(piece), to: table.endOf(piece), areKnown: table.valueOf(piece).every(isKnown) }
}

/** Whether it is known who gets all that is handed over there in a range. */
export const knowsWhoGets = (tables: ForwardingTables, handover: Node, leg: Leg, { from, to }: Hull): boolean =>
  [...tables.lanes(handover, leg).split([from, to]).keys()].every((lanes) => lanes.every(isKnown))

const isKnown = ({ passage }: Lane): boolean => passage === 'goes-on' || passage === 'lost'

/** The rectangle within which all that was looked up stays the same. */
class Bounds {
  #sourceFrom: Address
  #sourceTo: Address
  #destinationFrom: Address
  #destinationTo: Address

  constructor(family: Family) {
    const [first, end] = addressLine(family) as [Address, Address]
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
