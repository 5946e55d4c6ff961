/** The old network with some settings of the new one, asked about pairs of blocks. */
import { type Bundle, bundlesOf, type Part } from '../analysis/bundles.ts'
import { type Place, placeOfInterfaces } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { type Compiled, compile, compileVariant } from '../aws/compile.ts'
import { groupedBy, maxOf, once } from '../collections.ts'
import { Network } from '../network/network.ts'
import { FAMILIES } from '../packet/address.ts'
import type { PairEnd } from './blocks.ts'
import { type CellState, type Cells, CellStates, NOTHING_FLOWS, statesOf } from './cell-states.ts'
import type { PairChange } from './flow-changes.ts'
import { type Edition, keyOf, type Setting } from './settings.ts'
import { touchedBy } from './touched.ts'
import type { Transition } from './transitions.ts'

/** A change and the settings that concern its ends. */
export interface Suspected {
  readonly change: PairChange
  /** In order. One list for all of which it is the same. */
  readonly suspects: readonly Setting[]
}

/** Asks about all pairs at once that may have to know, so that they share what they have in common. */
export class Trial {
  readonly states = new CellStates()
  readonly #edition: Edition
  readonly #old: Compiled
  readonly #filter: Filter
  readonly #changes: readonly Suspected[]
  readonly #networks = new Map<string, Compiled>()
  readonly #answers = new Map<string, Cells<CellState>>()
  readonly #indexes = new Map<PairEnd, number>()
  readonly #blocks: readonly PairEnd[]

  /** `old`: the network that nothing is applied to. */
  constructor(edition: Edition, old: Compiled, filter: Filter, changes: readonly Suspected[]) {
    this.#old = old
    this.#edition = edition
    this.#filter = filter
    this.#changes = changes
    this.#blocks = [...new Set(changes.flatMap(({ change: { from, to } }) => [from, to]))]
    for (const [index, block] of this.#blocks.entries()) this.#indexes.set(block, index)
  }

  state(settings: readonly Setting[], { change: { from, to }, suspects }: Suspected): CellState {
    // Of one alone all want to know that suspect it; of several, those that suspect the same.
    const [only] = settings.length === 1 ? settings : []
    const key = only ? keyOf(settings) : `${keyOf(settings)} of ${keyOf(suspects)}`
    const answers = once(this.#answers, key, () => {
      const asking = this.#changes.filter((each) => (only ? each.suspects.includes(only) : each.suspects === suspects))
      return this.#asked(settings, asking)
    })
    return answers.get(this.#indexes.get(from)!)?.get(this.#indexes.get(to)!) ?? NOTHING_FLOWS
  }

  #asked(settings: readonly Setting[], asking: readonly Suspected[]): Cells<CellState> {
    const compiled = this.#compiled(settings)
    const wanted: Wanted = new Map()
    for (const { change } of asking) {
      const row = once(wanted, this.#indexes.get(change.from)!, () => new Map())
      row.set(this.#indexes.get(change.to)!, change.transitions)
    }
    const isOutside = (column: number): boolean => this.#blocks[column]!.outside !== undefined
    const bundles = lotsOf(wanted, isOutside).flatMap((lot) => this.#bundles(compiled, lot))
    return statesOf(this.states, bundles, wanted)
  }

  #bundles(compiled: Compiled, { rows, columns, transitions }: Lot): readonly Bundle[] {
    const sending = new Set(rows)
    // There are very many blocks, and these are few of them.
    const asked = [...new Set([...sending, ...columns])].sort((a, b) => a - b)
    const parts = asked.map((index): Part => ({
      place: placeIn(compiled, this.#blocks[index]!),
      sends: sending.has(index),
      receives: columns.has(index),
    }))
    // What flows by other ways than theirs nobody looks at.
    const ways = [...transitions].flat()
    const families = FAMILIES.filter((family) => ways.some((way) => way.family === family))
    const translated = ways.some((way) => way.translated)
    const found = bundlesOf(compiled, parts, { ...this.#filter, families }, { translated })
    const lists = new Map<readonly number[], readonly number[]>()
    const blocks = (list: readonly number[]): readonly number[] =>
      once(lists, list, () => list.map((part) => asked[part]!))
    return found.map(({ from, to, flows }) => ({ from: blocks(from), to: blocks(to), flows }))
  }

  #compiled(settings: readonly Setting[]): Compiled {
    const key = keyOf(settings)
    let compiled = this.#networks.get(key)
    if (!compiled) {
      const network = new Network(this.#edition.with(settings), this.#old.network)
      const touched = touchedBy([this.#old.network, network], settings)
      compiled = touched ? compileVariant(network, { of: this.#old, touched }) : compile(network)
      // Each holds its tables: only those asked last are likely to be asked again.
      if (this.#networks.size >= MOST_NETWORKS) this.#networks.delete(this.#networks.keys().next().value!)
      this.#networks.set(key, compiled)
    }
    return compiled
  }
}

/** Rows that are asked about together, with all that any of them wants. */
interface Lot {
  readonly rows: readonly number[]
  readonly columns: ReadonlySet<number>
  /** Of the pairs that are wanted. */
  readonly transitions: ReadonlySet<readonly Transition[]>
}

/** What changed in cells that are wanted. */
type Wanted = Cells<readonly Transition[]>

/** All rows, so that few pairs are asked about which nobody wants: those with the very same columns together, where that is a good part of
 *  all; the others by how many columns they have, and places outside apart, which all who answer there are asked about for. */
const lotsOf = (wanted: Wanted, isOutside: (column: number) => boolean): readonly Lot[] => {
  const pairs = pairsIn(wanted)
  const alike = groupedBy(wanted, ([, columns]) => [...columns.keys()].sort((a, b) => a - b).join())
  const [many, rest]: [Wanted[], Wanted] = [[], new Map()]
  for (const rows of alike.values()) {
    const its: Wanted = new Map(rows)
    if (pairsIn(its) * MOST_LOTS >= pairs) many.push(its)
    else for (const [row, columns] of its) rest.set(row, columns)
  }
  const others = [false, true].flatMap((outside) =>
    alikeInLength(withColumns(rest, (column) => isOutside(column) === outside)),
  )
  return [...many, ...others].map(lotOf)
}

/** Of rows with the very same columns: each takes a while to set up. */
const MOST_LOTS = 32

const pairsIn = (wanted: Wanted): number => [...wanted.values()].reduce((sum, { size }) => sum + size, 0)

const withColumns = (wanted: Wanted, isMeant: (column: number) => boolean): Wanted => {
  const part: Wanted = new Map()
  for (const [row, columns] of wanted) {
    const its = new Map([...columns].filter(([column]) => isMeant(column)))
    if (its.size > 0) part.set(row, its)
  }
  return part
}

/** Those of a part and all of their columns are pairs that are asked about, mostly. */
const alikeInLength = (wanted: Wanted): readonly Wanted[] => {
  const most = maxOf(Array.from(wanted.values(), ({ size }) => size))
  const parts = groupedBy(wanted, ([, { size }]) => size * 4 > most)
  return Array.from(parts.values(), (rows) => new Map(rows))
}

const lotOf = (wanted: Wanted): Lot => {
  const columns = new Set<number>()
  const transitions = new Set<readonly Transition[]>()
  for (const its of wanted.values())
    for (const [column, each] of its) {
      columns.add(column)
      transitions.add(each)
    }
  return { rows: [...wanted.keys()], columns, transitions }
}

/** Two members are as good as all of them. */
const placeIn = ({ network }: Compiled, { members, outside }: PairEnd): Place =>
  outside?.place ?? placeOfInterfaces(members.slice(0, 2).map((id) => network.interface(id)!))

const MOST_NETWORKS = 2
