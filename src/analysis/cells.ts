/** Who can reach whom on what, for many places at once: one cell for each two groups, in exact packets and counted pairs of members. What
 *  a pair is asked is what `reach` would be asked about its two members. */
import type { Compiled } from '../aws/compile.ts'
import { internetSpace } from '../aws/internet.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { ANY_TRANSPORT, transport, transportKey } from '../packet/transport.ts'
import { type Fate, type Fates, splitByClientPort, type Welcome, welcomesBy } from '../reach/fate.ts'
import { type Observer, propagate, type Question } from '../reach/propagate.ts'
import { type Outcome, type Verdict, VERDICTS } from '../reach/verdict.ts'
import { eachPair, type PairOfMembers } from './all-pairs.ts'
import { eachPublicPair } from './public-ways.ts'
import { type Endpoint, endpointsOf, type Membership, publicAddressesOf, sendersBySubnet } from './endpoints.ts'
import { PairEngine } from './pair-engine.ts'
import type { Place } from './place.ts'
import {
  type Ask,
  askBetween,
  asksOf,
  anybody,
  askTo,
  type End,
  endsOf,
  type Filter,
  flightOf,
  fromWire,
  hubOf,
  transportOf,
  type Unaskable,
  unaskableOf,
} from './question.ts'
import { outcomeOf } from './reach.ts'
import { flowKey, Tally, type TalliedFlow, type Way } from './tally.ts'

/** A row or column of a matrix. */
export interface Group {
  /** Unique in its list: what the group is made of, as an id or a selector. */
  readonly key: string
  /** The members: the interfaces of the place, or the place itself where it is none of the estate. */
  readonly place: Place
}

/** What the members of one group can send to those of another. */
export interface Cell {
  readonly from: Group
  readonly to: Group
  /** Ordered pairs of different members. */
  readonly pairs: number
  readonly verdict: Verdict
  /** Everything that is not unreachable; best verdict first, then by pairs, most first. */
  readonly flows: readonly CellFlow[]
  /** What nobody can ask about these groups, because knowledge is missing. */
  readonly unaskable: readonly Unaskable[]
}

/** Packets that fare alike, with the pairs that can send them. */
export interface CellFlow {
  readonly verdict: Welcome
  readonly family: Family
  /** To the public address of the receiver, from inside the estate (R-IGW-9). */
  readonly byPublicAddress: boolean
  /** Addresses of members are left open; those on the internet's side are exact. */
  readonly packets: PacketSet
  readonly pairs: number
  /** The first of the pairs: ids of interfaces, or the selector of the place. */
  readonly example: { readonly from: string; readonly to: string }
}

/** Told now and then while cells are worked out; `of` is known from the start. */
export type Progress = (done: number, of: number) => void

/** All cells, row by row. */
export function cellsOf(
  compiled: Compiled,
  rows: readonly Group[],
  columns: readonly Group[],
  filter: Filter,
  progress: Progress = () => {},
): readonly Cell[] {
  const places = { rows: rows.map(({ place }) => place), columns: columns.map(({ place }) => place) }
  const tally = tallied(compiled, places, filter, progress)
  const unaskable = unaskables(compiled, places, filter)
  return rows.flatMap((from, row) =>
    columns.map((to, column): Cell => {
      const flows = flowsIn(tally, row, column)
      const open = unaskable(row, column)
      const verdict = flows[0]?.verdict ?? (open.length > 0 ? 'unknown' : 'unreachable')
      return { from, to, pairs: pairsOf(from.place, to.place), verdict, flows, unaskable: open }
    }),
  )
}

/** What flows, by the indexes of row and column: nothing for cells in which nothing does, which are most of many. */
export const flowsOf = (
  compiled: Compiled,
  rows: readonly Group[],
  columns: readonly Group[],
  filter: Filter,
): ReadonlyMap<number, ReadonlyMap<number, readonly CellFlow[]>> => {
  const places = { rows: rows.map(({ place }) => place), columns: columns.map(({ place }) => place) }
  const tally = tallied(compiled, places, filter, () => {})
  const all = new Map<number, Map<number, readonly CellFlow[]>>()
  for (const [row, column] of tally.filled()) {
    let known = all.get(row)
    if (!known) all.set(row, (known = new Map<number, readonly CellFlow[]>()))
    known.set(column, flowsIn(tally, row, column))
  }
  return all
}

const flowsIn = (tally: Tally, row: number, column: number): readonly CellFlow[] =>
  tally
    .cell(row, column)
    .map(({ flow, pairs, example }): CellFlow => ({ ...flow, pairs, example }))
    .sort(byVerdict)

const tallied = (
  compiled: Compiled,
  places: { readonly rows: readonly Place[]; readonly columns: readonly Place[] },
  filter: Filter,
  progress: Progress,
): Tally => {
  const tally = new Tally()
  const endpoints = endpointsOf(compiled, places.rows, places.columns)
  const count = new Counting(compiled, filter, tally)
  count.everyPair(endpoints, progress)
  for (const [column, place] of places.columns.entries())
    if (place.is !== 'interfaces')
      for (const senders of sendersBySubnet(endpoints)) count.toPlace(senders, place, column)
  for (const [row, place] of places.rows.entries())
    if (place.is !== 'interfaces') {
      for (const to of endpoints) if (to.membership.columns.length > 0) count.fromPlace(place, row, to)
      for (const [column, other] of places.columns.entries())
        if (other.is !== 'interfaces') count.betweenPlaces(place, row, other, column)
    }
  return tally
}

/** Asks about endpoints and places, and counts what becomes of their packets. */
class Counting {
  readonly #compiled: Compiled
  readonly #filter: Filter
  readonly #tally: Tally
  readonly #engines: readonly PairEngine[]

  constructor(compiled: Compiled, filter: Filter, tally: Tally) {
    this.#compiled = compiled
    this.#filter = filter
    this.#tally = tally
    this.#engines = enginesFor(compiled, filter)
  }

  /** All pairs of a member of a row and a member of a column. */
  everyPair(endpoints: readonly Endpoint[], progress: Progress): void {
    for (const engine of this.#engines) {
      const { family } = engine
      const way = { family, byPublicAddress: false }
      const counts = new Counts()
      eachPair(engine, endpoints, {
        counted: (from, to, fate, pairs) => counts.add(from, to, engine.fates.idOf(fate), pairs),
        open: (from, to) => this.#count(from, to, way, engine, this.#fatesBetween(engine, from, to)),
        progress,
      })
      this.#addAll(counts, way, engine)
      if (family === 4) this.#everyPublicPair(engine, endpoints)
    }
  }

  #everyPublicPair(engine: PairEngine, endpoints: readonly Endpoint[]): void {
    const counts = new Counts()
    const way = { family: 4, byPublicAddress: true } as const
    eachPublicPair(engine, endpoints, {
      counted: (from, to, fate, pairs, example) => counts.add(from, to, engine.fates.idOf(fate), pairs, example),
      open: (from, to) => this.#countByPublicAddress(from, to, engine),
      progress: () => {},
    })
    this.#addAll(counts, way, engine)
  }

  #addAll(counts: Counts, way: Way, { family, fates }: PairEngine): void {
    for (const { from, to, fate, pairs, members } of counts.all()) {
      const example = members ? { from: members[0].id, to: members[1].id } : exampleOf(from.members, to.members, family)
      if (example) this.#add(from, to, way, fates.withId(fate), pairs, example)
    }
  }

  #fatesBetween(engine: PairEngine, from: Endpoint, to: Endpoint): readonly FatePart[] {
    const { family } = engine
    const parts: FatePart[] = []
    const open: { readonly sources: AddressSet; readonly destinations: AddressSet }[] = [
      { sources: from.addresses(family), destinations: to.addresses(family) },
    ]
    for (let next = open.pop(); next; next = open.pop()) {
      const { sources, destinations } = next
      if (sources.length === 0 || destinations.length === 0) continue
      const { fate, holds } = engine.ask(from.class, to.class, sources[0]!, destinations[0]!)
      const [near, nearer] = [
        intervals.intersect(sources, [holds.sourceFrom, holds.sourceTo]),
        intervals.intersect(destinations, [holds.destinationFrom, holds.destinationTo]),
      ]
      if (near.length === 0 || nearer.length === 0) throw new Error('an answer that does not hold where it was asked')
      if (fate) parts.push({ sources: near, destinations: nearer, fate })
      else parts.push(...this.#walked(engine, from, to, near, nearer))
      open.push({ sources: intervals.subtract(sources, near), destinations })
      open.push({ sources: near, destinations: intervals.subtract(destinations, nearer) })
    }
    return parts
  }

  /** What the path engine says where tables do not know. */
  #walked(
    { family, fates, headers }: PairEngine,
    from: Endpoint,
    to: Endpoint,
    sources: AddressSet,
    destinations: AddressSet,
  ): readonly FatePart[] {
    const ask = askBetween(
      this.#compiled,
      family,
      { sender: from.class, sources },
      { receivers: to.class.members, destinations },
      headers,
    )
    return partsOf(outcomeOf(this.#compiled, ask, {}), fates)
  }

  #countByPublicAddress(from: Endpoint, to: Endpoint, engine: PairEngine): void {
    const receivers = to.members.filter(({ publicMappings }) => publicMappings.length > 0)
    if (receivers.length === 0 || from.addresses(4).length === 0) return
    const ask = askBetween(
      this.#compiled,
      4,
      { sender: from.class, sources: from.addresses(4) },
      { receivers, destinations: publicAddressesOf(receivers) },
      engine.headers,
    )
    const parts = partsOf(outcomeOf(this.#compiled, ask, {}), engine.fates)
    this.#countEach(from, to, { family: 4, byPublicAddress: true }, engine, parts, (member) =>
      publicAddressesOf([member]),
    )
  }

  #count(from: Endpoint, to: Endpoint, way: Way, engine: PairEngine, parts: readonly FatePart[]): void {
    const { family } = way
    const [only] = parts
    if (!only || parts.every(({ fate }) => fate.length === 0)) return
    const whole =
      parts.length === 1 &&
      intervals.equals(only.sources, from.addresses(family)) &&
      intervals.equals(only.destinations, to.addresses(family))
    if (!whole) {
      this.#countEach(from, to, way, engine, parts, (member) => member.addressSet(family))
      return
    }
    const [senders, receivers] = [from, to].map(
      ({ members }) => members.filter((each) => each.addressSet(family).length > 0).length,
    ) as [number, number]
    const own = from === to ? senders : 0
    const example = exampleOf(from.members, to.members, family)
    if (example) this.#add(from, to, way, only.fate, senders * receivers - own, example)
  }

  /** Pair by pair, where not all fare alike. */
  #countEach(
    from: Endpoint,
    to: Endpoint,
    way: Way,
    { fates }: PairEngine,
    parts: readonly FatePart[],
    receivesAt: (member: NetworkInterface) => AddressSet,
  ): void {
    for (const sender of from.members) {
      const sent = parts.filter(({ sources }) => intervals.overlaps(sources, sender.addressSet(way.family)))
      if (sent.length === 0) continue
      for (const receiver of to.members) {
        if (receiver === sender) continue
        const at = receivesAt(receiver)
        const met = sent.filter(({ destinations }) => intervals.overlaps(destinations, at))
        const fate = joined(met.map((part) => part.fate))
        this.#add(from, to, way, fates.interned(fate), 1, { from: sender.id, to: receiver.id })
      }
    }
  }

  #add(from: Endpoint, to: Endpoint, way: Way, fate: Fate, pairs: number, example: CellFlow['example']): void {
    for (const row of from.membership.rows)
      for (const column of to.membership.columns) this.#tally.addFate(row, column, way, fate, pairs, example)
  }

  /** From the endpoints of a subnet: what becomes of packets once they are on its wire is asked once for all. */
  toPlace(senders: readonly Endpoint[], place: Place, column: number): void {
    for (const engine of this.#engines)
      for (const end of endsOf(this.#compiled, place, engine.family, false, []))
        this.#toEnd(engine, senders, place, end, column)
  }

  /** Of what anybody puts on the wire of a subnet; undefined where that depends on who it is, or where tables and path engine have to be
   *  taken together. */
  #outcomeFromWire(
    engine: PairEngine,
    subnetId: string,
    sources: AddressSet,
    place: Place,
    end: End,
  ): Outcome | undefined {
    const { family, headers } = engine
    // The internet less the estate has a hole for each of its addresses: it is cut out where packets get there, not on the way.
    const isInternet = place.is === 'internet'
    const destinations = isInternet ? internetSpace(family) : end.addresses
    const sent = PacketSet.of(family, { sources, destinations, transport: headers })
    const { sender, isAskedFor } = anybody()
    const question: Question = {
      ...fromWire(family, subnetId),
      flight: { ...flightOf(sent), sender },
      accepts: end.accepts,
      ...(isInternet && { until: hubOf(family) }),
    }
    let unknown = false
    const observer: Observer = {
      ended: ({ effect }) => {
        unknown ||= effect === 'unknown'
      },
    }
    const outcome = splitByClientPort(propagate(engine.graph, question, { observer }), sent)
    if (isAskedFor()) return undefined
    if (!isInternet) return outcome
    // What is unknown on the way is so whatever the internet would take.
    return unknown ? undefined : narrowedTo(outcome, this.#takenByInternet(engine, end.addresses))
  }

  readonly #taken = new Map<PairEngine, readonly (readonly [AddressSet, L4Set])[]>()

  /** What the internet takes of packets that got there, by destination. */
  #takenByInternet(engine: PairEngine, addresses: AddressSet): readonly (readonly [AddressSet, L4Set])[] {
    let taken = this.#taken.get(engine)
    if (!taken) {
      const lanes = engine.tables.node(hubOf(engine.family)).lanes('request').split(addresses)
      taken = [...lanes].map(([each, part]) => {
        const line = each.reduce((all, lane) => l4Algebra.union(all, lane.line), NOTHING)
        return [part, line] as const
      })
      this.#taken.set(engine, taken)
    }
    return taken
  }

  #toEnd(engine: PairEngine, senders: readonly Endpoint[], place: Place, end: End, column: number): void {
    const { family, headers } = engine
    const sources = intervals.unionAll(senders.map((each) => each.addresses(family)))
    if (sources.length === 0 || end.addresses.length === 0) return
    const { subnetId } = senders[0]!.class
    let known: { readonly outcome: Outcome | undefined } | undefined
    const fromTheWire = (): Outcome | undefined => {
      known ??= { outcome: this.#outcomeFromWire(engine, subnetId, sources, place, end) }
      return known.outcome
    }
    const cuts = new Map<unknown, Outcome | undefined>()
    for (const sender of senders) {
      const own = sender.addresses(family)
      if (own.length === 0) continue
      const { like } = engine.end(sender.class)
      if (!cuts.has(like)) {
        const sent = engine.end(sender.class).sentTo(own[0]!, end.addresses)
        const all = sent?.length === 1 && sent[0]![1] === EVERYTHING
        const outcome = sent && fromTheWire()
        cuts.set(like, all ? outcome : outcome && narrowedTo(outcome, sent))
      }
      const ask = askTo(family, { sender: sender.class, sources: own }, end, headers)
      const outcome = cuts.get(like) ?? outcomeOf(this.#compiled, ask, {})
      for (const { flow, pairs, example } of flowsBySender(ask, outcome, sender.members, family))
        for (const row of sender.membership.rows)
          this.#tally.addFlow(row, column, flow, pairs, { from: example.id, to: place.selector })
    }
  }

  fromPlace(place: Place, row: number, to: Endpoint): void {
    const { asks } = asksOf(this.#compiled, place, placeOf(to.members), this.#filter)
    const open = asks.filter(({ family, question }) => !this.#isRefusedAtOnce(family, question))
    for (const column of to.membership.columns)
      for (const { member, flow } of this.#flowsReceived(open, to.members))
        this.#tally.addFlow(row, column, flow, 1, { from: place.selector, to: member.id })
  }

  /** Where packets set out, no hop takes them: nothing on the internet can send to a private address. */
  #isRefusedAtOnce(family: Family, { from, flight }: Question): boolean {
    const engine = this.#engines.find((each) => each.family === family)
    const lanes = engine?.tables.node(from).lanes('request').split(flight.sent.addresses('destination'))
    return lanes !== undefined && [...lanes.keys()].every((each) => each.length === 0)
  }

  betweenPlaces(from: Place, row: number, to: Place, column: number): void {
    const { asks } = asksOf(this.#compiled, from, to, this.#filter)
    const told = new Map<string, TalliedFlow>()
    for (const ask of asks)
      for (const flow of flowsBetween(ask, outcomeOf(this.#compiled, ask, {}))) told.set(flowKey(flow), flow)
    const example = { from: from.selector, to: to.selector }
    for (const flow of told.values()) this.#tally.addFlow(row, column, flow, 1, example)
  }

  /** The flows that each member receives. */
  *#flowsReceived(
    asks: readonly Ask[],
    members: readonly NetworkInterface[],
  ): Generator<{ readonly member: NetworkInterface; readonly flow: TalliedFlow }> {
    const told = new Map<NetworkInterface, Map<string, TalliedFlow>>()
    for (const ask of asks) {
      const outcome = outcomeOf(this.#compiled, ask, {})
      for (const verdict of VERDICTS) {
        if (verdict === 'unreachable' || outcome[verdict].isEmpty()) continue
        const all = outcome[verdict]
        const touched = all.addresses('destination')
        for (const member of members) {
          const own = reachedAt(member, ask.family)
          if (!intervals.overlaps(own, touched)) continue
          const part = all.narrow('destination', (set) => [[intervals.intersect(set, own), ANY_TRANSPORT]])
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

/** One for each family, kept for as long as the compiled network is: what one question found out serves the next. */
const enginesFor = (compiled: Compiled, filter: Filter): readonly PairEngine[] => {
  let byFilter = engines.get(compiled)
  if (!byFilter) engines.set(compiled, (byFilter = new Map<string, readonly PairEngine[]>()))
  const key = JSON.stringify(filter)
  let known = byFilter.get(key)
  if (!known) {
    const families = filter.families ?? ([4, 6] as const)
    known = families.map((family) => new PairEngine(compiled, family, transportOf(filter, family)))
    byFilter.set(key, known)
  }
  return known
}

const engines = new WeakMap<Compiled, Map<string, readonly PairEngine[]>>()

/** The part of an outcome that is for these destinations, each with these headers. */
const narrowedTo = (outcome: Outcome, parts: readonly (readonly [AddressSet, L4Set])[]): Outcome => {
  const cuts = parts.map(([addresses, line]) => [addresses, transport(line)] as const)
  const cut = (set: AddressSet) =>
    cuts.map(([addresses, headers]) => [intervals.intersect(set, addresses), headers] as const)
  const narrow = (verdict: Verdict): PacketSet => outcome[verdict].narrow('destination', cut)
  return { ...outcome, ...welcomesBy(narrow) }
}

/** The flows of an outcome with how many of the members send them, and one who does. */
function* flowsBySender(
  ask: Ask,
  outcome: Outcome,
  members: readonly NetworkInterface[],
  family: Family,
): Generator<{ readonly flow: TalliedFlow; readonly pairs: number; readonly example: NetworkInterface }> {
  const told = new Map<string, { readonly flow: TalliedFlow; readonly senders: Set<NetworkInterface> }>()
  for (const verdict of VERDICTS) {
    if (verdict === 'unreachable') continue
    for (const [sources, rest] of outcome[verdict].rows) {
      const senders = members.filter((member) => intervals.overlaps(sources, member.addressSet(family)))
      if (senders.length === 0) continue
      for (const [destinations, transport] of rest) {
        const flow = flowOf(ask, verdict, PacketSet.of(family, { destinations, transport }))
        const key = flowKey(flow)
        let known = told.get(key)
        if (!known) told.set(key, (known = { flow, senders: new Set() }))
        for (const sender of senders) known.senders.add(sender)
      }
    }
  }
  for (const { flow, senders } of told.values()) {
    const [example] = senders
    yield { flow, pairs: senders.size, example: example! }
  }
}

/** Pairs by fate, for each two memberships: in numbers, since there are millions. The pair of endpoints that come first stands for all. */
class Counts {
  readonly #byMembership = new Map<Membership, Map<Membership, Map<number, Counted>>>()

  add(from: Endpoint, to: Endpoint, fate: number, pairs: number, members?: PairOfMembers): void {
    // An endpoint of one member has no pair with itself, and cannot stand for others.
    if (pairs === 0) return
    let bySender = this.#byMembership.get(from.membership)
    if (!bySender) this.#byMembership.set(from.membership, (bySender = new Map<Membership, Map<number, Counted>>()))
    let byFate = bySender.get(to.membership)
    if (!byFate) bySender.set(to.membership, (byFate = new Map<number, Counted>()))
    const known = byFate.get(fate)
    if (!known) byFate.set(fate, { from, to, fate, pairs, members })
    else {
      known.pairs += pairs
      if (from.order < known.from.order || (from.order === known.from.order && to.order < known.to.order)) {
        known.from = from
        known.to = to
        known.members = members
      }
    }
  }

  *all(): Generator<Counted> {
    for (const bySender of this.#byMembership.values()) for (const byFate of bySender.values()) yield* byFate.values()
  }
}

interface Counted {
  from: Endpoint
  to: Endpoint
  readonly fate: number
  pairs: number
  members: PairOfMembers | undefined
}

/** What becomes of the packets from some addresses to others. */
interface FatePart {
  readonly sources: AddressSet
  readonly destinations: AddressSet
  readonly fate: Fate
}

const partsOf = (outcome: Outcome, fates: Fates): readonly FatePart[] =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable'
      ? []
      : outcome[verdict].rows.flatMap(([sources, rest]) =>
          rest.map(([destinations, transport]) => ({
            sources,
            destinations,
            fate: fates.interned([{ verdict, transport }]),
          })),
        ),
  )

/** Several fates of one pair, which differ by address or verdict, as one. */
const joined = (all: readonly Fate[]): Fate => {
  if (all.length === 1) return all[0]!
  const flows = new Map<string, Fate[number]>()
  for (const flow of all.flat()) flows.set(`${flow.verdict} ${transportKey(flow.transport)}`, flow)
  return [...flows]
    .sort(
      ([a, { verdict: one }], [b, { verdict: other }]) =>
        VERDICTS.indexOf(one) - VERDICTS.indexOf(other) || (a < b ? -1 : 1),
    )
    .map(([, flow]) => flow)
}

/** The flows of an outcome between places that are not of the estate: their addresses are told. */
const flowsBetween = (ask: Ask, outcome: Outcome): readonly TalliedFlow[] =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable' || outcome[verdict].isEmpty() ? [] : [flowOf(ask, verdict, outcome[verdict])],
  )

/** One flow for each part that a receiver has by itself, its own addresses left open. */
const received = (ask: Ask, verdict: TalliedFlow['verdict'], set: PacketSet): readonly TalliedFlow[] =>
  set.rows.flatMap(([sources, rest]) =>
    rest.map(([, transport]) => flowOf(ask, verdict, PacketSet.of(ask.family, { sources, transport }))),
  )

const flowOf = (
  { family, byPublicAddress }: Ask,
  verdict: TalliedFlow['verdict'],
  packets: PacketSet,
): TalliedFlow => ({
  verdict,
  family,
  byPublicAddress,
  packets,
})

const reachedAt = (member: NetworkInterface, family: Family): AddressSet =>
  family === 4 ? intervals.union(member.addressSet(4), publicAddressesOf([member])) : member.addressSet(6)

const placeOf = (interfaces: readonly NetworkInterface[]): Place => ({
  selector: '',
  kind: 'network-interface',
  resolved: [],
  is: 'interfaces',
  interfaces,
})

const exampleOf = (
  senders: readonly NetworkInterface[],
  receivers: readonly NetworkInterface[],
  family: Family,
): CellFlow['example'] | undefined => {
  for (const from of senders) {
    if (from.addressSet(family).length === 0) continue
    const to = receivers.find((each) => each !== from && each.addressSet(family).length > 0)
    if (to) return { from: from.id, to: to.id }
  }
  return undefined
}

/** Ordered pairs of different members. */
const pairsOf = (from: Place, to: Place): number => {
  const senders = from.is === 'interfaces' ? from.interfaces : [from]
  const receivers = to.is === 'interfaces' ? to.interfaces : [to]
  return senders.length * receivers.length - sharedBy(from, to)
}

/** How many members two places have in common. */
const sharedBy = (a: Place, b: Place): number => {
  if (a.is !== 'interfaces' || b.is !== 'interfaces') return a === b ? 1 : 0
  if (a === b) return a.interfaces.length
  const [few, many] = a.interfaces.length < b.interfaces.length ? [a, b] : [b, a]
  const members = new Set(few.interfaces)
  return members.size === 0 ? 0 : many.interfaces.filter((each) => members.has(each)).length
}

/** What nobody can ask about a row and a column, asked once for each. */
const unaskables = (
  compiled: Compiled,
  places: { readonly rows: readonly Place[]; readonly columns: readonly Place[] },
  filter: Filter,
): ((row: number, column: number) => readonly Unaskable[]) => {
  const rows = places.rows.map((place) => unaskableOf(compiled, place, 'from', filter))
  // Of interfaces it is the same on either side, and groups are mostly both.
  const known = new Map(places.rows.map((place, row) => [place, rows[row]!]))
  const columns = places.columns.map(
    (place) => (place.is === 'interfaces' ? known.get(place) : undefined) ?? unaskableOf(compiled, place, 'to', filter),
  )
  return (row, column) => {
    const [ofRow, ofColumn] = [rows[row]!, columns[column]!]
    if (ofRow.length === 0) return ofColumn
    return [...ofRow, ...ofColumn.filter((each) => !ofRow.some((known) => alike(known, each)))]
  }
}

const alike = (a: Unaskable, b: Unaskable): boolean =>
  a.code === b.code && a.resource === b.resource && a.what === b.what

const byVerdict = (a: CellFlow, b: CellFlow): number =>
  VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
  b.pairs - a.pairs ||
  a.family - b.family ||
  Number(a.byPublicAddress) - Number(b.byPublicAddress) ||
  a.packets.compare(b.packets)
