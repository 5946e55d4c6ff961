/** The question `matrix`: who can reach whom on what, group by group; and `reach` with `*` for one end, which is one row or column of
 *  it. The results are plain JSON. */
import type { Compiled } from '../aws/compile.ts'
import { internetAddresses, waysToInternet } from '../aws/internet.ts'
import { connectedAddresses } from '../aws/on-premises.ts'
import { addressesByService } from '../aws/prefix-list.ts'
import { once } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { type AddressSet, FAMILIES, type Family, formatAddress, formatRange, isSingle } from '../packet/address.ts'
import { describePackets, type Packets, packetsAsJson } from '../packet/describe.ts'
import * as intervals from '../packet/intervals.ts'
import { ofKindsIn } from '../packet/nat64.ts'
import type { AddressField, PacketSet } from '../packet/set.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import { type Cell, type CellFlow, cellsOf, type Group } from './cells.ts'
import { isByPublicAddress, type Way } from './tally.ts'
import { onPremisesDoubts } from './onprem.ts'
import type { Progress } from './progress.ts'
import { ANYTHING } from './place-names.ts'
import { type SnapshotEntry, snapshotEntry } from './snapshot-entry.ts'
import { someOf } from './short-lists.ts'
import { doubtsOf } from './doubts.ts'
import { Collector, type Unknown, unaskableAsUnknown } from './explain.ts'
import { type Grouping, groupsOf, type NamedGroup, outsideOf, wholeOf } from './groups.ts'
import { type AskedPackets, wordsOf } from './packet-words.ts'
import { labelOf, type LeftOut, type Place, placeOfInterfaces, type Resolved } from './place.ts'
import { asksOf, CLIENT_PORTS, type Filter, type Unaskable } from './question.ts'
import { outcomeOf } from './reach.ts'

export interface MatrixResult {
  readonly schemaVersion: 1
  readonly snapshot: SnapshotEntry
  readonly query: MatrixQuery
  readonly groups: { readonly from: readonly GroupEntry[]; readonly to: readonly GroupEntry[] }
  readonly totals: Totals
  /** Row by row, in the order of the groups. Groups without a cell are unreachable; save that nobody asks about two places outside of the
   *  estate, nor about a group of one and itself. */
  readonly cells: readonly CellEntry[]
  readonly unknowns: readonly Unknown[]
  /** What the places of the query resolved to; absent where none was named. */
  readonly places?: { readonly from?: PlaceEntry; readonly to?: PlaceEntry }
}

export interface PlaceEntry {
  readonly selector: string
  readonly kind: string
  readonly resolved: readonly Resolved[]
  readonly leftOut?: readonly LeftOut[]
}

export interface MatrixQuery extends AskedPackets {
  readonly by: Grouping
  /** Places that the senders or the receivers were restricted to. */
  readonly from?: string
  readonly to?: string
}

export interface GroupEntry {
  readonly key: string
  readonly kind: string
  readonly name?: string
  /** Interface ids, sorted; none for a place outside of the estate. */
  readonly members: readonly string[]
}

export interface Totals {
  readonly cells: number
  /** Ordered pairs of different members, in all cells. */
  readonly pairs: number
  /** Cells by verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Whether `cells` holds those that are unreachable: all do in a small matrix, none in a large one. */
  readonly unreachable: 'listed' | 'left-out'
}

export interface CellEntry {
  /** Keys of groups. */
  readonly from: string
  readonly to: string
  readonly verdict: Verdict
  readonly pairs: number
  readonly flows: readonly FlowEntry[]
  /** What nobody can ask about these groups: codes of `unknowns`. */
  readonly unaskable?: readonly string[]
}

/** By what address of the receiver packets are sent from inside the estate, where that is not its own. */
export interface WayEntry {
  readonly byPublicAddress?: true
  /** To what stands for its IPv4 address in IPv6. */
  readonly byNat64?: true
}

export const wayEntry = (way: Way): WayEntry => {
  if (!way.translated) return {}
  return isByPublicAddress(way) ? { byPublicAddress: true } : { byNat64: true }
}

export interface FlowEntry extends WayEntry {
  readonly verdict: Exclude<Verdict, 'unreachable'>
  readonly family: Family
  /** The packets in shortest words. */
  readonly text: readonly string[]
  /** Addresses of members are left open. */
  readonly packets: readonly Packets[]
  /** Of how many pairs this is true. */
  readonly pairs: number
  readonly example: { readonly from: Named; readonly to: Named }
}

export interface Named {
  readonly id: string
  readonly name?: string
}

/** One row or column: everything that a place can reach, or everything that can reach it. */
export interface ReachAllResult extends Omit<MatrixResult, 'query'> {
  readonly query: MatrixQuery & { readonly from: string; readonly to: string }
  readonly place: PlaceEntry
  /** The best of all cells. */
  readonly verdict: Verdict
}

export interface MatrixQuestion {
  readonly by: Grouping
  readonly from?: Place
  readonly to?: Place
  readonly filter: Filter
}

export const matrix = (compiled: Compiled, question: MatrixQuestion, progress?: Progress): MatrixResult => {
  const { rows, columns, query } = sidesOf(compiled, question)
  const { from, to, filter } = question
  const places = { ...(from && { from: entryOfPlace(from) }), ...(to && { to: entryOfPlace(to) }) }
  return { ...resultOf(compiled, { query, filter }, rows, columns, progress), ...((from ?? to) && { places }) }
}

const entryOfPlace = ({ selector, kind, resolved, leftOut }: Place): PlaceEntry => ({
  selector,
  kind,
  resolved,
  ...(leftOut && { leftOut }),
})

/** The groups that a matrix is about. Where a place is named, nothing else is meant. */
export const sidesOf = (
  { network }: Compiled,
  { by, from, to, filter }: MatrixQuestion,
): { readonly rows: readonly NamedGroup[]; readonly columns: readonly NamedGroup[]; readonly query: MatrixQuery } => ({
  rows: from ? groupsOf(network, by, from) : [...groupsOf(network, by), ...outsideOf(network, 'from')],
  columns: to ? groupsOf(network, by, to) : [...groupsOf(network, by), ...outsideOf(network, 'to')],
  query: { by, ...(from && { from: from.selector }), ...(to && { to: to.selector }), ...wordsOf(filter) },
})

export interface ReachAllQuestion {
  readonly by: Grouping
  /** The end that is named; the other is everything. */
  readonly place: Place
  readonly side: 'from' | 'to'
  readonly filter: Filter
}

export const reachAll = (compiled: Compiled, question: ReachAllQuestion, progress?: Progress): ReachAllResult => {
  const { by, place, side, filter } = question
  const whole = [wholeOf(place)]
  const others = [...groupsOf(compiled.network, by), ...outsideOf(compiled.network, side === 'from' ? 'to' : 'from')]
  const { selector } = place
  const [from, to] = side === 'from' ? [selector, ANYTHING] : [ANYTHING, selector]
  const query = { by, from, to, ...wordsOf(filter) }
  const [rows, columns] = side === 'from' ? [whole, others] : [others, whole]
  const result = resultOf(compiled, { query, filter }, rows, columns, progress)
  const { schemaVersion, snapshot, ...rest } = result
  return {
    schemaVersion,
    snapshot,
    ...rest,
    query,
    place: entryOfPlace(place),
    verdict: VERDICTS.find((verdict) => result.totals.verdicts[verdict] > 0) ?? 'unreachable',
  }
}

/** Cells of a matrix beyond which those that are unreachable are counted and not listed. */
const LISTED = 10_000

/** More than anybody reads, and than fit into memory one by one. */
const MOST = 4_000_000

const resultOf = (
  compiled: Compiled,
  { query, filter }: { readonly query: MatrixQuery; readonly filter: Filter },
  rows: readonly NamedGroup[],
  columns: readonly NamedGroup[],
  progress: Progress | undefined,
): MatrixResult => {
  const { by } = query
  const { network } = compiled
  if (rows.length * columns.length > MOST)
    throw new ZtnetError(
      'MATRIX_TOO_LARGE',
      `${grouped(rows.length)} senders and ${grouped(columns.length)} receivers by ${by} have ${grouped(rows.length * columns.length)} cells, and at most ${grouped(MOST)} can be told one by one`,
      { hint: 'Group by something coarser, ask with --from or --to, or write all of it with --format parquet.' },
    )
  const words = new FlowWords(compiled, filter)
  const lacking = new Lacking(compiled, filter)
  const cells: CellEntry[] = []
  const verdicts: Record<Verdict, number> = { reachable: 0, conditional: 0, 'one-way': 0, unknown: 0, unreachable: 0 }
  const isListed = rows.length * columns.length <= LISTED
  let pairs = 0
  let asked = 0
  for (const cell of cellsOf(compiled, rows, columns, filter, progress)) {
    if (isVacuous(cell)) continue
    asked++
    pairs += cell.pairs
    verdicts[cell.verdict]++
    if (cell.verdict === 'unreachable' && !isListed) continue
    lacking.note(cell)
    cells.push({
      from: cell.from.key,
      to: cell.to.key,
      verdict: cell.verdict,
      pairs: cell.pairs,
      flows: cell.flows.map((flow) => words.flowOf(cell, flow)),
      ...(cell.unaskable.length > 0 && { unaskable: [...new Set(cell.unaskable.map(({ code }) => code))].sort() }),
    })
  }
  return {
    schemaVersion: 1,
    snapshot: snapshotEntry(network.snapshot),
    query,
    groups: { from: rows.map(entryOf), to: columns.map(entryOf) },
    totals: {
      cells: asked,
      pairs,
      verdicts,
      unreachable: isListed ? 'listed' : 'left-out',
    },
    cells,
    unknowns: lacking.unknowns(),
  }
}

const grouped = (count: number): string => count.toLocaleString('en')

/** The internet does reach AWS services and itself, but not through this estate. */
const isVacuous = ({ from, to, pairs, verdict }: Cell): boolean =>
  (pairs === 0 && verdict === 'unreachable') || (isOutside(from) && isOutside(to))

export const isOutside = ({ place: { is } }: Group): boolean =>
  is === 'internet' || is === 'onprem' || is === 'aws-service'

export const entryOf = ({ key, kind, name, place }: NamedGroup): GroupEntry => ({
  key,
  kind,
  ...(name !== undefined && { name }),
  members: place.is === 'interfaces' ? place.interfaces.map(({ id }) => id) : [],
})

/** Flows in words: addresses are named only on the side of a place outside, and there only where not all of it is concerned. */
export class FlowWords {
  readonly #compiled: Compiled
  readonly #filter: Filter
  readonly #names = new Map<string, Named>()
  readonly #texts = new WeakMap<PacketSet, Map<string, readonly string[]>>()
  readonly #json = new WeakMap<PacketSet, readonly Packets[]>()

  constructor(compiled: Compiled, filter: Filter) {
    this.#compiled = compiled
    this.#filter = filter
  }

  flowOf(
    { from, to }: Pick<Cell, 'from' | 'to'>,
    { verdict, family, translated, packets, pairs, example }: CellFlow,
  ): FlowEntry {
    return {
      verdict,
      family,
      ...wayEntry({ family, translated }),
      text: this.textOf(packets, from, to),
      packets: this.#jsonOf(packets),
      pairs,
      example: { from: this.named(example.from), to: this.named(example.to) },
    }
  }

  textOf(packets: PacketSet, from: Group, to: Group): readonly string[] {
    // Of other places than addresses, whichever of their kind, the same is told.
    const texts = once(this.#texts, packets, () => new Map<string, readonly string[]>())
    const ends = [from, to].map(({ place }) => (place.is === 'addresses' ? place.selector : place.is)).join(' ')
    return once(texts, ends, () => this.#textOf(packets, from, to))
  }

  #jsonOf(packets: PacketSet): readonly Packets[] {
    return once(this.#json, packets, () => packetsAsJson(packets))
  }

  #textOf(packets: PacketSet, from: Group, to: Group): readonly string[] {
    const { sourcePort } = this.#filter
    const sender = this.#addressWords('source', packets, from.place)
    const receiver = this.#addressWords('destination', packets, to.place)
    const partOfInternet = (word: 'from' | 'to') => (some: AddressSet) =>
      this.#partOfInternet(word, some, packets.family)
    return describePackets(packets, {
      omitSources: sender !== undefined,
      omitDestinations: receiver !== undefined,
      ...(from.place.is === 'internet' && { sourceWords: partOfInternet('from') }),
      ...(to.place.is === 'internet' && { destinationWords: partOfInternet('to') }),
      clientPorts: sourcePort === undefined ? CLIENT_PORTS : [sourcePort, sourcePort + 1],
    }).map((text) => `${text}${sender ?? ''}${receiver ?? ''}`)
  }

  /** Undefined where the addresses themselves must be told, as of the internet always: in words for each part. */
  #addressWords(field: AddressField, packets: PacketSet, place: Place): string | undefined {
    // Which addresses a service has is AWS's affair; JSON has them.
    if (place.is === 'interfaces' || place.is === 'aws-service') return ''
    if (place.is === 'internet') return undefined
    const isOnPremises = place.is === 'onprem'
    const whole = isOnPremises ? connectedAddresses(this.#compiled.planes[packets.family]) : addressesOf(place, packets)
    const parts = new Set(
      field === 'source'
        ? [packets.addresses('source').join()]
        : packets.rows.flatMap(([, rest]) => rest.map(([destinations]) => destinations.join())),
    )
    // Where parts differ in their addresses, one sentence is not true of all.
    if (parts.size !== 1 || (field === 'source' && packets.rows.length !== 1)) return undefined
    const missing = intervals.subtract(whole, packets.addresses(field))
    if (missing.length === 0) return ''
    if (missing.length >= packets.addresses(field).length) return undefined
    return `, except ${field === 'source' ? 'from' : 'to'} ${this.#listed(missing, packets.family)}`
  }

  /** Of packets from or to some of its addresses; nothing for all of them. */
  #partOfInternet(word: 'from' | 'to', addresses: AddressSet, family: Family): string {
    const missing = intervals.subtract(ofKindsIn(waysToInternet(this.#compiled.network, family), addresses), addresses)
    if (missing.length === 0) return ''
    if (missing.length >= addresses.length) return `, ${word} ${this.#listed(addresses, family, Infinity)}`
    return `, except ${word} ${this.#listed(missing, family)}`
  }

  /** By the names of AWS services where they are exactly theirs. The packets have all of them. */
  #listed(addresses: AddressSet, family: Family, most = 2): string {
    const { network } = this.#compiled
    const world = internetAddresses(network, family)
    const services = [...addressesByService(network, family)]
      .map(([name, all]) => [name, intervals.intersect(all, world)] as const)
      .filter(([, all]) => all.length > 0 && intervals.covers(addresses, all))
    return intervals.equals(intervals.unionAll(services.map(([, all]) => all)), addresses)
      ? services.map(([name]) => `aws:${name}`).join(', ')
      : someOf(rangeTexts(addresses), most, 'ranges')
  }

  named(id: string): Named {
    let named = this.#names.get(id)
    if (!named) {
      const { network } = this.#compiled
      const each = network.interface(id)
      const name = each && labelOf(network, each)
      this.#names.set(id, (named = name === undefined ? { id } : { id, name }))
    }
    return named
  }
}

const addressesOf = (place: Place, { family }: PacketSet): AddressSet =>
  place.is === 'addresses' && place.family === family ? place.addresses : []

const rangeTexts = (set: AddressSet): string[] =>
  Array.from(intervals.ranges(set), ([from, end]) =>
    isSingle(from, end) ? formatAddress(from) : formatRange(from, end),
  )

/** What cells lack, told once for all of them: what cannot be asked, and what stands in the way of the first pair of an unknown flow. */
export class Lacking {
  readonly #compiled: Compiled
  readonly #filter: Filter
  readonly #unaskable = new Map<string, Unaskable>()
  readonly #examples = new Map<string, readonly [Place, Place]>()

  constructor(compiled: Compiled, filter: Filter) {
    this.#compiled = compiled
    this.#filter = filter
  }

  note(cell: Pick<Cell, 'from' | 'to' | 'flows' | 'unaskable'>): void {
    this.noteUnaskable(cell.unaskable)
    for (const { verdict, example } of cell.flows) {
      if (verdict !== 'unknown' || this.#examples.size >= MOST_EXAMPLES) continue
      const ends = [this.#placeOf(example.from, cell.from), this.#placeOf(example.to, cell.to)] as const
      this.#examples.set(`${example.from} ${example.to}`, ends)
    }
  }

  noteUnaskable(all: readonly Unaskable[]): void {
    for (const each of all) this.#put(each)
  }

  /** What cannot be asked of these groups, whoever asks. */
  noteUnasked(groups: readonly Group[]): void {
    for (const { place } of groups)
      for (const each of [
        ...doubtsOf(this.#compiled.network, place),
        ...(place.is === 'onprem'
          ? (this.#filter.families ?? FAMILIES).flatMap((family) => onPremisesDoubts(this.#compiled, family))
          : []),
      ])
        this.#put(each)
  }

  #put(each: Unaskable): void {
    this.#unaskable.set(`${each.code} ${each.resource} ${each.what ?? ''}`, each)
  }

  unknowns(): readonly Unknown[] {
    const collector = new Collector(this.#compiled)
    const notes = [...this.#examples.values()].flatMap(([from, to]) =>
      asksOf(this.#compiled, from, to, this.#filter).asks.map(
        (ask) => collector.during((observer) => outcomeOf(this.#compiled, ask, observer)).notes,
      ),
    )
    const asked = [...this.#unaskable].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
    return [
      ...asked.map((each) => unaskableAsUnknown(this.#compiled, each)),
      ...collector.merged(notes).unknowns.map(withoutPackets),
    ]
  }

  #placeOf(id: string, { place }: Group): Place {
    const each = this.#compiled.network.interface(id)
    if (!each || place.is !== 'interfaces') return place
    return placeOfInterfaces([each])
  }
}

/** They would be those of an example. */
const withoutPackets = (unknown: Unknown): Unknown => {
  const { packets: _, ...rest } = unknown
  return rest
}

/** Unknowns have few causes: what a few hundred pairs lack is what all lack, nearly always. */
const MOST_EXAMPLES = 200
