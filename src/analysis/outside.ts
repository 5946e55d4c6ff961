/** What endpoints send to places outside of the estate and receive from there, and what these places are to each other: asked of the path
 *  engine, from the wire of a subnet once for all that put packets there. */
import type { Compiled } from '../aws/compile.ts'
import { internetAddresses, internetSpace } from '../aws/internet.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { ANY_TRANSPORT, transport } from '../packet/transport.ts'
import { splitByClientPort, WELCOMES, welcomesBy } from '../reach/fate.ts'
import { propagate, type Question } from '../reach/propagate.ts'
import { joinDisjoint, noOutcome, type Outcome, type Verdict, VERDICTS } from '../reach/verdict.ts'
import { type Endpoint, publicAddressesOf } from './endpoints.ts'
import { internetWaysOf } from './internet-ways.ts'
import { onPremisesWaysOf } from './onprem-ways.ts'
import type { PairEngine } from './pair-engine.ts'
import { type Place, placeOfInterfaces } from './place.ts'
import {
  anybody,
  areBothOutside,
  type Ask,
  asksOf,
  askTo,
  type End,
  endsOf,
  type Filter,
  flightOf,
  fromWire,
  hubOf,
  insideOf,
  ownAddressOf,
} from './question.ts'
import { outcomeOf } from './reach.ts'
import { sideOf } from './sides.ts'
import { flowKey, type FlowRecorder, type TalliedFlow, type Way } from './tally.ts'

export class Outside {
  readonly #compiled: Compiled
  readonly #filter: Filter
  readonly #engines: readonly PairEngine[]
  readonly #recorder: FlowRecorder

  constructor(compiled: Compiled, filter: Filter, engines: readonly PairEngine[], recorder: FlowRecorder) {
    this.#compiled = compiled
    this.#filter = filter
    this.#engines = engines
    this.#recorder = recorder
  }

  /** Flows of a sender to a place. */
  addFlows(sender: Endpoint, place: Place, column: number, flows: Iterable<SentFlow>): void {
    for (const { flow, pairs, example } of flows)
      for (const row of this.#recorder.indexesOf(sender))
        this.#recorder.addFlow(row, column, flow, pairs, { from: example.id, to: place.selector })
  }

  /** What becomes of packets once they are on the wire of a subnet is asked once for all that put packets there. */
  toPlace(senders: readonly Endpoint[], place: Place, column: number): void {
    for (const engine of this.#engines) {
      const side = sideOf(engine.family, senders)
      for (const end of endsOf(this.#compiled, place, engine.family, 'interfaces', []))
        if (!end.served) for (const neighbours of side.bySubnet) this.#toEnd(engine, neighbours, place, end, column)
    }
  }

  /** Of what anybody puts on the wire of a subnet; undefined where that depends on who it is, or where tables and path engine have to be
   *  taken together. `letOut`: by a reference alone. */
  #outcomeFromWire(
    engine: PairEngine,
    subnetId: string,
    sources: AddressSet,
    place: Place,
    end: End,
    letOut: boolean,
  ): Outcome | undefined {
    const { family, headers } = engine
    if (isWholeInternet(place, end)) {
      // The internet less the estate has a hole for each of its addresses: it is cut out where packets get there, not on the way.
      const ways = internetWaysOf(engine)
      const { outcome, sent, isAskedFor, isUnknown } = ways.out(subnetId, ways.world, letOut)
      // What is unknown on the way is so whatever the internet would take.
      if (isAskedFor || isUnknown) return undefined
      return narrowedTo(splitByClientPort(outcome, sent), this.#takenByInternet(engine, end.addresses))
    }
    const { sender, isAskedFor } = anybody(letOut)
    const sent = PacketSet.of(family, { sources, destinations: end.addresses, transport: headers })
    const flight = { ...flightOf(sent), sender }
    const outcome = propagate(engine.graph, { ...fromWire(family, subnetId), flight, accepts: end.accepts })
    return isAskedFor() ? undefined : splitByClientPort(outcome, sent)
  }

  readonly #taken = new Map<PairEngine, Map<AddressSet, readonly (readonly [AddressSet, L4Set])[]>>()

  /** What the internet takes of packets that got there, by destination. */
  #takenByInternet(engine: PairEngine, addresses: AddressSet): readonly (readonly [AddressSet, L4Set])[] {
    return once(
      once(this.#taken, engine, () => new Map()),
      addresses,
      () => {
        const entries = engine.tables.of(engine.tables.node(hubOf(engine.family)), 'request').split(addresses)
        return [...entries].map(([each, part]) => {
          const line = each.reduce((all, entry) => l4Algebra.union(all, entry.line), NOTHING)
          return [part, line] as const
        })
      },
    )
  }

  #toEnd(engine: PairEngine, senders: readonly Endpoint[], place: Place, end: End, column: number): void {
    const { family, headers } = engine
    const sources = intervals.unionAll(senders.map((each) => each.addresses(family)))
    if (sources.length === 0 || end.addresses.length === 0) return
    const { subnetId } = senders[0]!.class
    // What an outcome is narrowed to may be more than there is in it.
    const destinations = isWholeInternet(place, end) ? internetSpace(family) : end.addresses
    const known = new Map<boolean, Outcome | undefined>()
    const fromTheWire = (letOut: boolean): Outcome | undefined => {
      if (!known.has(letOut)) known.set(letOut, this.#outcomeFromWire(engine, subnetId, sources, place, end, letOut))
      return known.get(letOut)
    }
    const cuts = new Map<unknown, Outcome | undefined>()
    for (const sender of senders) {
      const own = sender.addresses(family)
      if (own.length === 0) continue
      const { like } = engine.end(sender.class)
      if (!cuts.has(like)) {
        const [rest, letOut] = [false, true].map((each) => {
          const sent = engine.end(sender.class).sentTo(own[0]!, destinations, each)
          if (!sent || sent.length === 0) return sent && noOutcome(family)
          const outcome = fromTheWire(each)
          const all = sent.length === 1 && sent[0]![1] === EVERYTHING
          return all ? outcome : outcome && narrowedTo(outcome, sent)
        })
        cuts.set(like, rest && letOut && arrivingOf(family, [rest, letOut]))
      }
      const way = { family, translated: end.translated }
      const outcome =
        cuts.get(like) ??
        outcomeOf(this.#compiled, askTo(family, { sender: sender.class, sources: own }, end, headers), {})
      const inside = ownAddressOf(this.#compiled.network, sender.members, place, end)
      const leaving = inside.size === 0 ? sender.members : sender.members.filter((each) => !inside.has(each))
      this.addFlows(sender, place, column, flowsBySender(way, outcome, leaving))
      for (const [member, instance] of inside) {
        const ask = askTo(family, { sender: sender.class, sources: member.addressSet(family) }, end, headers)
        const within = { ...ask, question: { ...ask.question, from: insideOf(family, instance) } }
        this.addFlows(sender, place, column, flowsBySender(way, outcomeOf(this.#compiled, within, {}), [member]))
      }
    }
  }

  fromPlace(place: Place, row: number, to: Endpoint): void {
    const { asks } = asksOf(this.#compiled, place, placeOfInterfaces(to.members), this.#filter)
    const open = asks.filter(({ family, question }) => !this.#isRefusedAtOnce(family, question))
    for (const column of this.#recorder.indexesOf(to))
      for (const { member, flow } of this.#flowsReceived(place, open, to))
        this.#recorder.addFlow(row, column, flow, 1, { from: place.selector, to: member.id })
  }

  /** Where packets set out, no hop takes them: nothing on the internet can send to a private address. */
  #isRefusedAtOnce(family: Family, { from, flight }: Question): boolean {
    const engine = this.#engines.find((each) => each.family === family)
    const entries = engine?.tables.of(engine.tables.node(from), 'request').split(flight.sent.addresses('destination'))
    return entries !== undefined && [...entries.keys()].every((each) => each.length === 0)
  }

  betweenPlaces(from: Place, row: number, to: Place, column: number): void {
    // Refused as a question too.
    if (areBothOutside(this.#compiled, from, to)) return
    const { asks } = asksOf(this.#compiled, from, to, this.#filter)
    const told = new Map<string, TalliedFlow>()
    for (const ask of asks)
      for (const flow of flowsIn(ask, outcomeOf(this.#compiled, ask, {}))) told.set(flowKey(flow), flow)
    const example = { from: from.selector, to: to.selector }
    for (const flow of told.values()) this.#recorder.addFlow(row, column, flow, 1, example)
  }

  /** The internet less the estate has a hole for each of its addresses: these are cut out of what arrives, not of what is on the way. */
  #outcomeFrom(place: Place, ask: Ask, to: Endpoint): Outcome {
    const { family, question } = ask
    const engine = this.#engines.find((each) => each.family === family)
    const told =
      ask.senders.is === 'onprem' && engine && onPremisesWaysOf(engine).outcome(question.flight.sent, to.class)
    if (told) return told
    if (place.is !== 'internet' || place.functions || !engine) return outcomeOf(this.#compiled, ask, {})
    const internet = internetAddresses(this.#compiled.network, family)
    const outcome = this.#outcomeFromAnywhere(engine, question, to)
    const cut = (verdict: Verdict): PacketSet =>
      outcome[verdict].narrow('source', (set) => [[partOf(internet, set), ANY_TRANSPORT]])
    return { ...outcome, ...welcomesBy(cut) }
  }

  /** From all of the internet and the estate's own addresses on it. Answers are home where gateways let them out: those to the estate's
   *  addresses would come in again everywhere. */
  #outcomeFromAnywhere(
    engine: PairEngine,
    { from: start, flight, accepts }: Question,
    { class: of, members }: Endpoint,
  ): Outcome {
    const { family, graph, headers } = engine
    const ways = internetWaysOf(engine)
    const sources = internetSpace(family)
    const home = hubOf(family)
    if (ways.world !== home || family === 6 || publicAddressesOf(members).length === 0) {
      const sent = flight.sent.withSources(sources)
      const destinations = sent.addresses('destination')
      const from = this.#mayBringTo(engine, start, destinations) ? start : ways.entranceTo(destinations)
      const question: Question = { from, home, flight: flightOf(sent), accepts }
      return splitByClientPort(propagate(graph, question), sent)
    }
    // Of all of its class; members are told apart by their addresses.
    const { answered } = ways.in(of)
    const asked = welcomesBy((verdict) => answered[verdict].narrowTransport(headers))
    const destinations = publicAddressesOf(of.members)
    return splitByClientPort(
      { ...answered, ...asked },
      PacketSet.of(family, { sources, destinations, transport: headers }),
    )
  }

  /** Whether something may bring packets to these destinations past the gateways, from where they set out (R-COMP-5). Where addresses are not
   *  announced they set out in two steps. */
  #mayBringTo(engine: PairEngine, start: StageId, destinations: AddressSet): boolean {
    const { tables } = engine
    return [...tables.of(tables.node(start), 'request').split(destinations).keys()].some((entries) =>
      entries.some(
        ({ passage, to }) =>
          passage === 'unsettled' ||
          passage === 'unknown' ||
          (passage === 'goes-on' && isSettingOut(to.id) && this.#mayBringTo(engine, to.id, destinations)),
      ),
    )
  }

  /** The flows that each member receives. */
  *#flowsReceived(
    place: Place,
    asks: readonly Ask[],
    to: Endpoint,
  ): Generator<{ readonly member: NetworkInterface; readonly flow: TalliedFlow }> {
    const told = new Map<NetworkInterface, Map<string, TalliedFlow>>()
    for (const ask of asks) {
      const outcome = this.#outcomeFrom(place, ask, to)
      for (const verdict of VERDICTS) {
        if (verdict === 'unreachable' || outcome[verdict].isEmpty()) continue
        const all = outcome[verdict]
        const touched = all.addresses('destination')
        for (const member of to.members) {
          const own = reachedAt(member, ask.family)
          if (!intervals.overlaps(own, touched)) continue
          const part = all.narrowAddresses('destination', own)
          for (const flow of received(ask, verdict, part)) {
            let its = told.get(member)
            if (!its) told.set(member, (its = new Map<string, TalliedFlow>()))
            its.set(flowKey(flow), flow)
          }
        }
      }
    }
    for (const [member, flows] of told) for (const flow of flows.values()) yield { member, flow }
  }
}

/** By its own addresses, and not by those that NAT gateways translate to them. */
const isWholeInternet = (place: Place, { translated }: End): boolean => place.is === 'internet' && !translated

/** The part of an outcome that is for these destinations, each with these headers. */
const narrowedTo = (outcome: Outcome, parts: readonly (readonly [AddressSet, L4Set])[]): Outcome => {
  const cuts = parts.map(([addresses, line]) => [addresses, transport(line)] as const)
  const cut = (set: AddressSet) => cuts.map(([addresses, headers]) => [partOf(addresses, set), headers] as const)
  const narrow = (verdict: Verdict): PacketSet => outcome[verdict].narrow('destination', cut)
  return { ...outcome, ...welcomesBy(narrow) }
}

/** The common part, one object for equal ones where a short set is cut from one that is long, as the internet is with a hole for each address
 *  of the estate. */
const partOf = (a: AddressSet, b: AddressSet): AddressSet => {
  const [long, short] = a.length < b.length ? [b, a] : [a, b]
  let known = parts.get(long)
  if (!known) parts.set(long, (known = new Map<string, AddressSet>()))
  const key = short.join()
  let part = known.get(key)
  if (!part) known.set(key, (part = intervals.intersect(long, short)))
  return part
}

const parts = new WeakMap<AddressSet, Map<string, AddressSet>>()

/** What arrives of packets that are different; one and the same object if all others are lost. */
const arrivingOf = (family: Family, parts: readonly Outcome[]): Outcome => {
  const arriving = parts.filter((part) => WELCOMES.some((verdict) => !part[verdict].isEmpty()))
  if (arriving.length === 1) return arriving[0]!
  return joinDisjoint(
    family,
    arriving.map((part) => ({ ...part, unreachable: PacketSet.empty(family) })),
  )
}

interface SentFlow {
  readonly flow: TalliedFlow
  readonly pairs: number
  readonly example: NetworkInterface
}

/** The flows of an outcome with how many of the members send them, and one who does. */
export function* flowsBySender(way: Way, outcome: Outcome, members: readonly NetworkInterface[]): Generator<SentFlow> {
  const told = new Map<string, { readonly flow: TalliedFlow; readonly senders: Set<NetworkInterface> }>()
  for (const { sources, flows } of flowsBySource(way, outcome)) {
    const senders = members.filter((member) => intervals.overlaps(sources, member.addressSet(way.family)))
    if (senders.length === 0) continue
    for (const flow of flows) {
      const key = flowKey(flow)
      let known = told.get(key)
      if (!known) told.set(key, (known = { flow, senders: new Set() }))
      for (const sender of senders) known.senders.add(sender)
    }
  }
  for (const { flow, senders } of told.values()) {
    const [example] = senders
    yield { flow, pairs: senders.size, example: example! }
  }
}

interface FlowsOfSources {
  readonly sources: AddressSet
  readonly flows: readonly TalliedFlow[]
}

/** Kept for each outcome, which mostly is that of many senders. */
const flowsBySource = (way: Way, outcome: Outcome): readonly FlowsOfSources[] => {
  let known = sentFlows.get(outcome)
  if (!known) {
    known = WELCOMES.flatMap((verdict) =>
      outcome[verdict].rows.map(([sources, rest]) => ({
        sources,
        flows: rest.map(([destinations, transport]) =>
          flowOf(way, verdict, PacketSet.of(way.family, { destinations, transport })),
        ),
      })),
    )
    sentFlows.set(outcome, known)
  }
  return known
}

const sentFlows = new WeakMap<Outcome, readonly FlowsOfSources[]>()

const isSettingOut = (stage: StageId): boolean => {
  const { component, role } = parseStageId(stage)
  return component === 'internet' && role === 'out'
}

/** The flows of an outcome between places that are not of the estate: their addresses are told. */
const flowsIn = (ask: Ask, outcome: Outcome): readonly TalliedFlow[] =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable' || outcome[verdict].isEmpty() ? [] : [flowOf(ask, verdict, outcome[verdict])],
  )

/** One flow for each part that a receiver has by itself, its own addresses left open. */
const received = (ask: Ask, verdict: TalliedFlow['verdict'], set: PacketSet): readonly TalliedFlow[] =>
  set.rows.flatMap(([sources, rest]) =>
    rest.map(([, transport]) => flowOf(ask, verdict, PacketSet.of(ask.family, { sources, transport }))),
  )

const flowOf = ({ family, translated }: Way, verdict: TalliedFlow['verdict'], packets: PacketSet): TalliedFlow => ({
  verdict,
  family,
  translated,
  packets,
})

const reachedAt = (member: NetworkInterface, family: Family): AddressSet =>
  family === 4 ? intervals.union(member.addressSet(4), publicAddressesOf([member])) : member.addressSet(6)
