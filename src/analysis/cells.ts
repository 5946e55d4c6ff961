/** Who can reach whom on what, for many places at once: one cell for each two groups, in exact packets and counted pairs of members. What
 *  a pair is asked is what `reach` would be asked about its two members. */
import type { Compiled } from '../aws/compile.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { PacketSet } from '../packet/set.ts'
import type { Fate, Welcome } from '../reach/fate.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import type { PairOfMembers } from './all-pairs.ts'
import type { FatePart } from './answering.ts'
import { type Alike, type Endpoint, endpointsOf, inBoth, type Indexes } from './endpoints.ts'
import { Outside } from './outside.ts'
import { type Asking, enginesFor, fateOfPair, PairQuestions, type PairRecorder } from './pair-questions.ts'
import type { Place } from './place.ts'
import type { Progress } from './progress.ts'
import { type Ask, type Filter, type Unaskable, unaskableOf } from './question.ts'
import { outcomeOf } from './reach.ts'
import { refusals } from './refusals.ts'
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
  readonly translated: boolean
  /** Addresses of members are left open; those on the internet's side are exact. */
  readonly packets: PacketSet
  readonly pairs: number
  /** The first of the pairs: ids of interfaces, or the selector of the place. */
  readonly example: { readonly from: string; readonly to: string }
}

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
  const [senders, receivers] = [places.rows, places.columns].map((side) => endpointsOf(compiled, side)) as [
    readonly Endpoint[],
    readonly Endpoint[],
  ]
  const engines = enginesFor(compiled, filter)
  const outside = new Outside(compiled, filter, engines, tally)
  new PairQuestions(compiled, engines, outside).everyPair(
    senders,
    receivers,
    new Map(places.columns.entries()),
    new Counting(tally),
    { progress },
  )
  for (const [column, place] of places.columns.entries())
    if (place.is !== 'interfaces') outside.toPlace(senders, place, column)
  for (const [row, place] of places.rows.entries())
    if (place.is !== 'interfaces') {
      for (const to of receivers) outside.fromPlace(place, row, to)
      for (const [column, other] of places.columns.entries())
        if (other.is !== 'interfaces') outside.betweenPlaces(place, row, other, column)
    }
  return tally
}

/** Counts pairs of members by what becomes of their packets. */
class Counting implements PairRecorder {
  readonly joinsVpcs = true
  readonly #tally: Tally
  #counts = new Counts()

  constructor(tally: Tally) {
    this.#tally = tally
  }

  counted(
    { engine }: Asking,
    { first: from }: Alike,
    { first: to }: Alike,
    fate: Fate,
    pairs: number,
    example?: PairOfMembers,
  ): void {
    this.#counts.add(from, to, engine.fates.idOf(fate), pairs, example)
  }

  asked(asking: Asking, from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void {
    const { family, translated } = asking.way
    const [only] = parts
    if (!only || parts.every(({ fate }) => fate.length === 0)) return
    const whole =
      !translated &&
      parts.length === 1 &&
      intervals.equals(only.sources, from.addresses(family)) &&
      intervals.equals(only.destinations, to.addresses(family))
    if (!whole) {
      this.#eachPair(asking, from, to, parts)
      return
    }
    const pairs = from.count(family) * to.count(family) - inBoth(from, to, family)
    const example = exampleOf(from.members, to.members, family)
    if (example) this.#add(from, to, asking.way, only.fate, pairs, example)
  }

  done({ way, engine: { family, fates } }: Asking): void {
    for (const { from, to, fate, pairs, members } of this.#counts.all()) {
      const example = members ? { from: members[0].id, to: members[1].id } : exampleOf(from.members, to.members, family)
      if (example) this.#add(from, to, way, fates.withId(fate), pairs, example)
    }
    this.#counts = new Counts()
  }

  /** Where not all fare alike. */
  #eachPair(asking: Asking, from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void {
    const { way, engine } = asking
    for (const sender of from.members)
      for (const receiver of to.members) {
        if (receiver === sender) continue
        const fate = fateOfPair(asking, sender, receiver, parts)
        this.#add(from, to, way, engine.fates.interned(fate), 1, { from: sender.id, to: receiver.id })
      }
  }

  #add(from: Endpoint, to: Endpoint, way: Way, fate: Fate, pairs: number, example: CellFlow['example']): void {
    for (const row of from.groups)
      for (const column of to.groups) this.#tally.addFate(row, column, way, fate, pairs, example)
  }
}

/** Pairs by fate, for each two lists of groups: in numbers, since there are millions. The pair of endpoints that come first stands for all. */
class Counts {
  readonly #byGroups = new Map<Indexes, Map<Indexes, Map<number, Counted>>>()

  add(from: Endpoint, to: Endpoint, fate: number, pairs: number, members?: PairOfMembers): void {
    // An endpoint of one member has no pair with itself, and cannot stand for others.
    if (pairs === 0) return
    let byReceiver = this.#byGroups.get(from.groups)
    if (!byReceiver) this.#byGroups.set(from.groups, (byReceiver = new Map<Indexes, Map<number, Counted>>()))
    let byFate = byReceiver.get(to.groups)
    if (!byFate) byReceiver.set(to.groups, (byFate = new Map<number, Counted>()))
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
    for (const byReceiver of this.#byGroups.values()) for (const byFate of byReceiver.values()) yield* byFate.values()
  }
}

interface Counted {
  from: Endpoint
  to: Endpoint
  readonly fate: number
  pairs: number
  members: PairOfMembers | undefined
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
  if (few.interfaces.length === 0) return 0
  let members = membersOf.get(many)
  if (!members) membersOf.set(many, (members = new Set(many.interfaces)))
  const among = members
  return few.interfaces.filter((each) => among.has(each)).length
}

/** Of places that are asked about again and again. */
const membersOf = new WeakMap<Place, ReadonlySet<NetworkInterface>>()

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
  const answer = (ask: Ask) => ({ outcome: outcomeOf(compiled, ask, {}) })
  return (row, column) => {
    const [ofRow, ofColumn] = [rows[row]!, columns[column]!]
    if (ofRow.length + ofColumn.length === 0) return []
    const all = [...ofRow, ...ofColumn.filter((each) => !ofRow.some((known) => alike(known, each)))]
    const [from, to] = [places.rows[row]!, places.columns[column]!]
    return refusals(compiled, from, to, filter, all, answer).length > 0 ? [] : all
  }
}

const alike = (a: Unaskable, b: Unaskable): boolean =>
  a.code === b.code && a.resource === b.resource && a.what === b.what

const byVerdict = (a: CellFlow, b: CellFlow): number =>
  VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
  b.pairs - a.pairs ||
  a.family - b.family ||
  Number(a.translated) - Number(b.translated) ||
  a.packets.compare(b.packets)
