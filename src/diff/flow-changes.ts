/** What flows differently between places that two networks have in common: pair by pair of blocks whose members no rule of either network
 *  tells apart, in exact packets. Why is found by `causes.ts`. */
import { type Bundle, bundlesOf, type Part } from '../analysis/bundles.ts'
import type { Progress } from '../analysis/progress.ts'
import type { Place } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import type { Example } from '../analysis/tally.ts'
import type { Compiled } from '../aws/compile.ts'
import { groupedBy, once } from '../collections.ts'
import { type Block, endOf, endOfAll, type PairEnd } from './blocks.ts'
import { type CellState, CellStates, MOST, NOTHING_FLOWS, statesOf, want } from './cell-states.ts'
import { concerns, type Scope } from './scope.ts'
import type { Suspects } from './suspects.ts'
import { CommonAddresses, type Transition, transitionsBetween } from './transitions.ts'

export interface PairChange {
  readonly from: PairEnd
  readonly to: PairEnd
  /** Ordered pairs of different members. */
  readonly pairs: number
  readonly example: Example
  /** One object for all that change alike. */
  readonly transitions: readonly Transition[]
}

export interface Comparison {
  readonly before: Compiled
  readonly after: Compiled
  readonly filter: Filter
}

/** All pairs of which `scope` concerns the sender or the receiver, by the order of blocks. */
export const changesBetween = (
  comparison: Comparison,
  blocks: readonly Block[],
  scope: Scope,
  suspects: Suspects,
  progress: Progress = () => {},
): readonly PairChange[] => {
  const { before, after, filter } = comparison
  // Services answer; they ask nobody.
  const sending = blocks.map(({ after: { is } }) => is !== 'aws-service')
  const sends = blocks.map((block, index) => sending[index]! && concerns(scope.senders, endOf(block)))
  const receives = blocks.map((block) => concerns(scope.receivers, endOf(block)))
  const states = new CellStates()
  const lots = new Lots(blocks, suspects)
  const changed = new ChangedCells(states, blocks, lots)
  // A sender that is concerned, with everybody; then the others, with who is concerned.
  const halves = [
    { sends, receives: blocks.map(() => true), asWhole: true },
    { sends: sends.map((is, index) => sending[index]! && !is), receives, asWhole: false },
  ].filter((half) => half.sends.includes(true) && half.receives.includes(true))
  for (const [half, roles] of halves.entries()) {
    const partsOf = (now: 'before' | 'after'): readonly Part[] =>
      blocks.map((block, index) => ({
        place: roles.asWhole ? block[now] : concernedIn(block[now], scope),
        sends: roles.sends[index]!,
        receives: roles.receives[index]!,
      }))
    const told =
      (run: number): Progress =>
      (done, of) =>
        progress((2 * half + run) * of + done, 2 * halves.length * of)
    const was = bundlesOf(before, partsOf('before'), filter, { progress: told(0) })
    const is = bundlesOf(after, partsOf('after'), filter, { progress: told(1) })
    changed.compare(was, is)
  }
  const transitions = new TransitionsOfStates(states, comparison)
  const found: PairChange[] = []
  for (const { rows, columns, was, is } of changed.all()) {
    const their = transitions.between(blocks[rows[0]!]!, blocks[columns[0]!]!, was, is)
    if (their.length > 0) for (const pair of lots.pairsOf(rows, columns)) found.push({ ...pair, transitions: their })
  }
  return found
}

/** Of AWS services what `scope` concerns, which are endpoints: with others a sender that it does not concern fares as it did, and an estate
 *  has an endpoint in every other VPC. */
const concernedIn = (place: Place, { receivers }: Scope): Place =>
  place.is === 'aws-service' && receivers !== 'everybody' ? { ...place, endpoints: receivers } : place

/** Cells in which two networks differ, with their states in both: each of all pairs of some rows and columns. */
interface ChangedCell {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly was: CellState
  readonly is: CellState
}

/** The cells in which two networks differ. Rows that are in the same bundles, of either network, are told together, and columns; and where one
 *  setting alone can have changed them, all columns of a kind in which a row changed alike, and all rows of a kind that changed alike in
 *  these. */
class ChangedCells {
  readonly #states: CellStates
  readonly #lots: Lots
  readonly #kinds: readonly number[]
  readonly #cells: ChangedCell[] = []
  /** Of lists of parts: equal for equal ones. */
  readonly #ids = new Map<string, number>()
  readonly #known = new WeakMap<readonly number[], number>()

  constructor(states: CellStates, blocks: readonly Block[], lots: Lots) {
    this.#states = states
    this.#lots = lots
    const kinds = new Map<string, number>()
    this.#kinds = blocks.map((block) => once(kinds, block.kind, () => kinds.size))
  }

  /** Of cells that were not compared before. */
  compare(was: readonly Bundle[], is: readonly Bundle[]): void {
    const open = this.#onlyInOne(was, is)
    if (open.length === 0) return
    const all = [...was, ...is]
    const rows = this.#sorted(open, all, ({ from }) => from)
    const columns = this.#sorted(open, all, ({ to }) => to)
    const wanted = new Map<number, Set<number>>()
    for (const { from, to } of open) for (const row of rows.of(from)) want(wanted, row, columns.of(to))
    const [old, young] = [was, is].map((bundles) =>
      statesOf(
        this.#states,
        bundles.map(({ from, to, flows }) => ({ from: rows.of(from), to: columns.of(to), flows })),
        wanted,
      ),
    )
    const joined = new Map<string, ChangedCell & { readonly rows: number[] }>()
    for (const row of [...wanted.keys()].sort((a, b) => a - b)) {
      const lot = rows.lots[row]!
      const [then, now] = [old!.get(row), young!.get(row)]
      for (const { was, is, columns: its } of this.#changedAlike(wanted.get(row)!, columns, then, now)) {
        if (!this.#lots.areToldTogether(lot[0]!, columns.lots[its[0]!]![0]!)) {
          for (const column of its) this.#cells.push({ rows: lot, columns: columns.lots[column]!, was, is })
          continue
        }
        const all = columns.partsOf(its)
        const key = `${this.#kinds[lot[0]!]} ${was} ${is} ${this.#idOf(all)}`
        const known = joined.get(key)
        if (known) known.rows.push(...lot)
        else joined.set(key, { rows: [...lot], columns: all, was, is })
      }
    }
    for (const cell of joined.values()) this.#cells.push(cell)
  }

  /** Columns of one kind each, ascending, whose state in a row is not what it was. */
  #changedAlike(
    among: Iterable<number>,
    { lots }: Sorted,
    then: ReadonlyMap<number, CellState> | undefined,
    now: ReadonlyMap<number, CellState> | undefined,
  ): Iterable<{ readonly was: CellState; readonly is: CellState; readonly columns: readonly number[] }> {
    const byChange = new Map<number, Map<number, { was: CellState; is: CellState; columns: number[] }>>()
    for (const column of among) {
      const was = then?.get(column) ?? NOTHING_FLOWS
      const is = now?.get(column) ?? NOTHING_FLOWS
      if (was === is) continue
      const byKind = once(byChange, was * MOST + is, () => new Map())
      once(byKind, this.#kinds[lots[column]![0]!]!, () => ({ was, is, columns: [] })).columns.push(column)
    }
    const all = [...byChange.values()].flatMap((byKind) => [...byKind.values()])
    for (const { columns } of all) columns.sort((a, b) => a - b)
    return all
  }

  /** Row by row, column by column. */
  all(): readonly ChangedCell[] {
    return this.#cells.toSorted((a, b) => a.rows[0]! - b.rows[0]! || a.columns[0]! - b.columns[0]!)
  }

  /** Bundles that both networks have say nothing of a difference. */
  #onlyInOne(was: readonly Bundle[], is: readonly Bundle[]): readonly Bundle[] {
    const count = new Map<string, number>()
    for (const bundle of was) {
      const key = this.#keyOf(bundle)
      count.set(key, (count.get(key) ?? 0) + 1)
    }
    const open: Bundle[] = []
    for (const bundle of is) {
      const key = this.#keyOf(bundle)
      const left = count.get(key) ?? 0
      if (left === 0) open.push(bundle)
      else count.set(key, left - 1)
    }
    for (const bundle of was) {
      const key = this.#keyOf(bundle)
      const left = count.get(key)!
      if (left === 0) continue
      count.set(key, left - 1)
      open.push(bundle)
    }
    return open
  }

  /** The parts that are in open bundles on one side, in lots: of one kind each, and in the same of all lists of that side. */
  #sorted(open: readonly Bundle[], all: readonly Bundle[], side: (bundle: Bundle) => readonly number[]): Sorted {
    const distinct = (bundles: readonly Bundle[]): ReadonlyMap<number, readonly number[]> =>
      new Map(bundles.map(side).map((list) => [this.#idOf(list), list]))
    const lotOf = new Map<number, number>()
    for (const list of distinct(open).values()) for (const part of list) lotOf.set(part, this.#kinds[part]!)
    const next = new Map<string, number>()
    for (const [id, list] of distinct(all))
      for (const part of list) {
        const lot = lotOf.get(part)
        if (lot === undefined) continue
        const narrower = once(next, `${lot} ${id}`, () => this.#kinds.length + next.size)
        lotOf.set(part, narrower)
      }
    const parts = [...lotOf.keys()].sort((a, b) => a - b)
    const lots = [...groupedBy(parts, (part) => lotOf.get(part)!).values()]
    const indexes = new Map(lots.flatMap((lot, index) => lot.map((part) => [part, index] as const)))
    const known = new Map<number, readonly number[]>()
    const of = (list: readonly number[]): readonly number[] =>
      once(known, this.#idOf(list), () => [...new Set(list.flatMap((part) => indexes.get(part) ?? []))])
    const joined = new Map<string, readonly number[]>()
    const partsOf = (some: readonly number[]): readonly number[] =>
      once(joined, some.join(), () => some.flatMap((index) => lots[index]!))
    return { lots, of, partsOf }
  }

  #keyOf({ from, to, flows }: Bundle): string {
    return `${this.#states.idOf(flows)} ${this.#idOf(from)} ${this.#idOf(to)}`
  }

  #idOf(list: readonly number[]): number {
    let id = this.#known.get(list)
    if (id !== undefined) return id
    const text = list.join()
    id = this.#ids.get(text) ?? this.#ids.size
    this.#ids.set(text, id)
    this.#known.set(list, id)
    return id
  }
}

/** The parts of one side. */
interface Sorted {
  /** In the order of their first parts. */
  readonly lots: readonly (readonly number[])[]
  /** The lots of a list, all of whose parts are in it. */
  readonly of: (list: readonly number[]) => readonly number[]
  /** All parts of some lots; one list for the same lots. */
  readonly partsOf: (lots: readonly number[]) => readonly number[]
}

/** Blocks that fare alike with each other, as one where that is enough. */
class Lots {
  readonly #blocks: readonly Block[]
  readonly #suspects: Suspects
  readonly #known = new Map<readonly number[], PairEnd>()
  readonly #sets = new Map<readonly number[], ReadonlySet<number>>()

  constructor(blocks: readonly Block[], suspects: Suspects) {
    this.#blocks = blocks
    this.#suspects = suspects
  }

  /** Whether pairs of blocks of these kinds that changed alike are one change. Where several settings may have changed them it has to be asked
   *  of each which it was: between the old network and the new one they need not fare alike. */
  areToldTogether(row: number, column: number): boolean {
    return this.#suspects.of({ from: this.#blocks[row]!, to: this.#blocks[column]! }).length <= 1
  }

  /** All pairs of these, each side of one kind. */
  *pairsOf(rows: readonly number[], columns: readonly number[]): Generator<Omit<PairChange, 'transitions'>> {
    if (this.areToldTogether(rows[0]!, columns[0]!)) {
      const among = once(this.#sets, columns, () => new Set(columns))
      const shared = rows.reduce((sum, row) => sum + (among.has(row) ? this.#blocks[row]!.members.length : 0), 0)
      const pair = pairBetween(this.#endOf(rows), this.#endOf(columns), shared)
      if (pair) yield pair
      return
    }
    for (const row of rows)
      for (const column of columns) {
        const [sender, receiver] = [this.#blocks[row]!, this.#blocks[column]!]
        const pair = pairBetween(sender, receiver, row === column ? sender.members.length : 0)
        if (pair) yield pair
      }
  }

  #endOf(lot: readonly number[]): PairEnd {
    return once(this.#known, lot, () => {
      const all = lot.map((index) => this.#blocks[index]!)
      return all.length === 1 ? all[0]! : endOfAll(all)
    })
  }
}

/** `shared`: how many members are of both. Undefined where there is no pair of two. */
const pairBetween = (from: PairEnd, to: PairEnd, shared: number): Omit<PairChange, 'transitions'> | undefined => {
  const count = ({ members }: PairEnd): number => Math.max(members.length, 1)
  const pairs = count(from) * count(to) - shared
  return pairs > 0 ? { from, to, pairs, example: exampleOf(from, to) } : undefined
}

/** Worked out once for each two states. */
class TransitionsOfStates {
  readonly #states: CellStates
  readonly #common: CommonAddresses
  readonly #known = new Map<string, Map<number, readonly Transition[]>>()

  constructor(states: CellStates, { before, after }: Comparison) {
    this.#states = states
    this.#common = new CommonAddresses(before.network, after.network)
  }

  between(from: Block, to: Block, was: CellState, is: CellState): readonly Transition[] {
    const ends = `${kindOf(from.after)} ${kindOf(to.after)}`
    let byStates = this.#known.get(ends)
    if (!byStates) this.#known.set(ends, (byStates = new Map<number, readonly Transition[]>()))
    const key = was * MOST + is
    let known = byStates.get(key)
    if (!known) {
      known = transitionsBetween({ from, to }, this.#states.flows(was), this.#states.flows(is), this.#common)
      byStates.set(key, known)
    }
    return known
  }
}

const kindOf = ({ is }: Place): string => (is === 'internet' ? is : 'other')

/** The first pair of two. */
const exampleOf = ({ members, outside }: PairEnd, to: PairEnd): Example => {
  const receivers = to.outside ? [to.outside.key] : to.members
  for (const from of outside ? [outside.key] : members) {
    const receiver = receivers.find((id) => id !== from)
    if (receiver !== undefined) return { from, to: receiver }
  }
  throw new Error('pairs without one to show')
}
