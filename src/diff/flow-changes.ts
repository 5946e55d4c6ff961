/** What flows differently between places that two networks have in common: pair by pair of blocks whose members no rule of either network
 *  tells apart, in exact packets. Why is found by `causes.ts`. */
import { type Bundle, bundlesOf, type Part } from '../analysis/bundles.ts'
import type { Progress } from '../analysis/progress.ts'
import type { Place } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import type { Example } from '../analysis/tally.ts'
import type { Compiled } from '../aws/compile.ts'
import { type Block, endOf } from './blocks.ts'
import { type CellState, CellStates, MOST, NOTHING_FLOWS, statesOf, want } from './cell-states.ts'
import { concerns, type Scope } from './scope.ts'
import { CommonAddresses, type Transition, transitionsBetween } from './transitions.ts'

export interface PairChange {
  readonly from: Block
  readonly to: Block
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
  progress: Progress = () => {},
): readonly PairChange[] => {
  const { before, after, filter } = comparison
  // Services answer; they ask nobody.
  const sending = blocks.map(({ after: { is } }) => is !== 'aws-service')
  const sends = blocks.map((block, index) => sending[index]! && concerns(scope.senders, endOf(block)))
  const receives = blocks.map((block) => concerns(scope.receivers, endOf(block)))
  const states = new CellStates()
  const changed = new ChangedCells(states)
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
  for (const [row, column, was, is] of changed.all()) {
    const [from, to] = [blocks[row]!, blocks[column]!]
    if (from === to && from.members.length === 1) continue
    const their = transitions.between(from, to, was, is)
    if (their.length > 0)
      found.push({ from, to, pairs: pairsBetween(from, to), example: exampleOf(from, to), transitions: their })
  }
  return found
}

/** Of AWS services what `scope` concerns, which are endpoints: with others a sender that it does not concern fares as it did, and an estate
 *  has an endpoint in every other VPC. */
const concernedIn = (place: Place, { receivers }: Scope): Place =>
  place.is === 'aws-service' && receivers !== 'everybody' ? { ...place, endpoints: receivers } : place

/** The cells in which two networks differ, with their states in both. */
class ChangedCells {
  readonly #states: CellStates
  readonly #cells = new Map<number, Map<number, readonly [CellState, CellState]>>()
  /** Of lists of parts: equal for equal ones. */
  readonly #ids = new Map<string, number>()
  readonly #known = new WeakMap<readonly number[], number>()

  constructor(states: CellStates) {
    this.#states = states
  }

  /** Of cells that were not compared before. */
  compare(was: readonly Bundle[], is: readonly Bundle[]): void {
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
    // Bundles that both networks have say nothing of a difference.
    for (const bundle of was) {
      const key = this.#keyOf(bundle)
      const left = count.get(key)!
      if (left === 0) continue
      count.set(key, left - 1)
      open.push(bundle)
    }
    const wanted = new Map<number, Set<number>>()
    for (const { from, to } of open) for (const row of from) want(wanted, row, to)
    const [old, young] = [was, is].map((bundles) => statesOf(this.#states, bundles, wanted))
    for (const [row, columns] of wanted)
      for (const column of columns) {
        const [then, now] = [old!, young!].map((cells) => cells.get(row)?.get(column) ?? NOTHING_FLOWS)
        if (then === now) continue
        let cell = this.#cells.get(row)
        if (!cell) this.#cells.set(row, (cell = new Map<number, readonly [CellState, CellState]>()))
        cell.set(column, [then!, now!])
      }
  }

  /** Row by row, column by column. */
  *all(): Generator<readonly [row: number, column: number, was: CellState, is: CellState]> {
    for (const [row, columns] of [...this.#cells].sort(([a], [b]) => a - b))
      for (const [column, [was, is]] of [...columns].sort(([a], [b]) => a - b)) yield [row, column, was, is]
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

/** Ordered pairs of different members. */
const pairsBetween = (from: Block, to: Block): number => {
  const count = ({ members }: Block): number => Math.max(members.length, 1)
  return count(from) * count(to) - (from === to ? from.members.length : 0)
}

/** The first pair of different members. */
const exampleOf = (from: Block, to: Block): Example => {
  const sender = from.outside ?? from.members[0]!
  return { from: sender, to: to.outside ?? to.members.find((id) => id !== sender) ?? to.members[0]! }
}
