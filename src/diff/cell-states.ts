/** What flows in each of very many cells, as small numbers: most of them say one of a few things. */
import type { Bundle, BundledFlows } from '../analysis/bundles.ts'
import type { TalliedFlow } from '../analysis/tally.ts'

/** Stands for a set of flows. `NOTHING_FLOWS` for none. */
export type CellState = number

export const NOTHING_FLOWS: CellState = 0

/** States mean the same in all networks that are told with one of these. */
export class CellStates {
  readonly #flows: BundledFlows[] = []
  readonly #idOfFlows = new Map<string, number>()
  readonly #known = new WeakMap<BundledFlows, number>()
  /** By state: the ids of its flows, sorted. */
  readonly #sets: (readonly number[])[] = [[]]
  readonly #idOfSet = new Map<string, CellState>([['', NOTHING_FLOWS]])
  readonly #next = new Map<number, CellState>()
  readonly #told = new Map<CellState, readonly TalliedFlow[]>()

  /** Equal for equal flows. */
  idOf(flows: BundledFlows): number {
    let id = this.#known.get(flows)
    if (id !== undefined) return id
    id = this.#idOfFlows.get(flows.key)
    if (id === undefined) {
      id = this.#flows.length
      this.#flows.push(flows)
      this.#idOfFlows.set(flows.key, id)
    }
    this.#known.set(flows, id)
    return id
  }

  /** Of a cell in which these flow as well. */
  with(state: CellState, flowsId: number): CellState {
    const step = state * MOST + flowsId
    let next = this.#next.get(step)
    if (next === undefined) {
      const ids = [...new Set([...this.#sets[state]!, flowsId])].sort((a, b) => a - b)
      const key = ids.join()
      next = this.#idOfSet.get(key)
      if (next === undefined) {
        next = this.#sets.length
        this.#sets.push(ids)
        this.#idOfSet.set(key, next)
      }
      this.#next.set(step, next)
    }
    return next
  }

  flows(state: CellState): readonly TalliedFlow[] {
    let told = this.#told.get(state)
    if (!told) this.#told.set(state, (told = this.#sets[state]!.flatMap((id) => this.#flows[id]!.flows)))
    return told
  }
}

/** More than there are states, or kinds of flows; the square is a whole number still. */
export const MOST = 2 ** 26

/** Cells by row, then by column. */
export type Cells<T> = Map<number, Map<number, T>>

/** Wants some cells of a row too. */
export const want = (wanted: Map<number, Set<number>>, row: number, columns: Iterable<number>): void => {
  let known = wanted.get(row)
  if (!known) wanted.set(row, (known = new Set<number>()))
  for (const column of columns) known.add(column)
}

/** The states of these cells. Those that are missing have none. */
export const statesOf = (
  states: CellStates,
  bundles: readonly Bundle[],
  wanted: ReadonlyMap<number, Pick<ReadonlySet<number>, 'has'>>,
): Cells<CellState> => {
  const cells: Cells<CellState> = new Map()
  for (const { from, to, flows } of bundles) {
    const id = states.idOf(flows)
    for (const row of from) {
      const columns = wanted.get(row)
      if (!columns) continue
      let cell = cells.get(row)
      if (!cell) cells.set(row, (cell = new Map<number, CellState>()))
      for (const column of to)
        if (columns.has(column)) cell.set(column, states.with(cell.get(column) ?? NOTHING_FLOWS, id))
    }
  }
  return cells
}
