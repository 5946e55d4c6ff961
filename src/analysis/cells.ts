/** Who can reach whom on what, for many places at once: one cell for each two groups, in exact packets and counted pairs of members. What
 *  a pair is asked is what `reach` would be asked about its two members. */
import type { Compiled } from '../aws/compile.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { PacketSet } from '../packet/set.ts'
import { transportKey } from '../packet/transport.ts'
import type { Fate, Fates, Welcome } from '../reach/fate.ts'
import { type Outcome, type Verdict, VERDICTS } from '../reach/verdict.ts'
import { eachPair, type PairOfMembers } from './all-pairs.ts'
import { Answering, type FatePart } from './answering.ts'
import { answeringFor, type Endpoint, endpointsOf, type Membership, publicAddressesOf } from './endpoints.ts'
import { flowsBySender, Outside } from './outside.ts'
import { PairEngine } from './pair-engine.ts'
import type { Place } from './place.ts'
import { eachPublicPair } from './public-ways.ts'
import { askBetween, endsOf, type Filter, transportOf, type Unaskable, unaskableOf } from './question.ts'
import { outcomeOf } from './reach.ts'
import { Tally, type Way } from './tally.ts'

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

/** What flows in each of many cells, by the indexes of row and column. */
export interface Flows {
  /** The cells in which anything does. */
  readonly filled: () => Iterable<readonly [row: number, column: number]>
  readonly in: (row: number, column: number) => readonly CellFlow[]
  /** Equal texts, also of two networks, are of equal flows; unequal ones may be. */
  readonly said: (row: number, column: number) => string
}

export const flowsOf = (
  compiled: Compiled,
  rows: readonly Group[],
  columns: readonly Group[],
  filter: Filter,
): Flows => {
  const places = { rows: rows.map(({ place }) => place), columns: columns.map(({ place }) => place) }
  const tally = tallied(compiled, places, filter, () => {})
  return {
    filled: () => tally.filled(),
    in: (row, column) => flowsIn(tally, row, column),
    said: (row, column) => tally.said(row, column),
  }
}

const flowsIn = (tally: Tally, row: number, column: number): readonly CellFlow[] =>
  tally
    .cell(row, column)
    .map(({ flow, pairs, example }): CellFlow => ({ ...flow, pairs, example }))
    .sort(byVerdict)

interface Places {
  readonly rows: readonly Place[]
  readonly columns: readonly Place[]
}

const tallied = (compiled: Compiled, places: Places, filter: Filter, progress: Progress): Tally => {
  const tally = new Tally()
  const endpoints = endpointsOf(compiled, places.rows, places.columns)
  const engines = enginesFor(compiled, filter)
  const outside = new Outside(compiled, filter, engines, tally)
  new Counting(compiled, engines, tally, outside).everyPair(endpoints, places.columns, progress)
  for (const [column, place] of places.columns.entries())
    if (place.is !== 'interfaces') outside.toPlace(endpoints, place, column)
  for (const [row, place] of places.rows.entries())
    if (place.is !== 'interfaces') {
      for (const to of endpoints) if (to.membership.columns.length > 0) outside.fromPlace(place, row, to)
      for (const [column, other] of places.columns.entries())
        if (other.is !== 'interfaces') outside.betweenPlaces(place, row, other, column)
    }
  return tally
}

/** Asks about pairs of endpoints, and counts what becomes of their packets. */
class Counting {
  readonly #compiled: Compiled
  readonly #engines: readonly PairEngine[]
  readonly #tally: Tally
  readonly #outside: Outside

  constructor(compiled: Compiled, engines: readonly PairEngine[], tally: Tally, outside: Outside) {
    this.#compiled = compiled
    this.#engines = engines
    this.#tally = tally
    this.#outside = outside
  }

  /** All pairs of a member of a row and a member of a column, or an interface that answers for what the column is. */
  everyPair(endpoints: readonly Endpoint[], columns: readonly Place[], progress: Progress): void {
    for (const engine of this.#engines) {
      const { family } = engine
      const way = { family, byPublicAddress: false }
      const counts = new Counts()
      const answering = new Map<Membership, { readonly column: number; readonly its: Answering }>()
      const others = columns.flatMap((place, column) => {
        const each = answeringFor(this.#compiled, this.#servedBy(place, family), column)
        if (each[0]) answering.set(each[0].membership, { column, its: new Answering(family) })
        return each
      })
      eachPair(engine, [...endpoints, ...others], {
        counted: (from, to, fate, pairs) => {
          const other = answering.get(to[0]!.membership)
          if (other) other.its.counted(from, to, fate)
          else counts.add(from[0]!, to[0]!, engine.fates.idOf(fate), pairs)
        },
        open: (from, to) => {
          const other = answering.get(to.membership)
          const parts = this.#fatesBetween(engine, from, to)
          if (other) other.its.asked(from, parts)
          else this.#count(from, to, way, engine, parts)
        },
        progress,
      })
      this.#addAll(counts, way, engine)
      for (const { column, its } of answering.values())
        for (const [sender, outcome] of its.outcomes())
          this.#outside.addFlows(sender, columns[column]!, column, flowsBySender(way, outcome, sender.members))
      if (family === 4) this.#everyPublicPair(engine, endpoints)
    }
  }

  #servedBy(place: Place, family: Family): readonly NetworkInterface[] {
    if (place.is !== 'aws-service') return []
    return endsOf(this.#compiled, place, family, false, []).flatMap(({ served }) => served ?? [])
  }

  #everyPublicPair(engine: PairEngine, endpoints: readonly Endpoint[]): void {
    const counts = new Counts()
    const way = { family: 4, byPublicAddress: true } as const
    eachPublicPair(engine, endpoints, {
      counted: (from, to, fate, pairs, example) =>
        counts.add(from[0]!, to[0]!, engine.fates.idOf(fate), pairs, example),
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
  places: Places,
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
