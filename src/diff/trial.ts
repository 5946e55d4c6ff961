/** The old network with some settings of the new one, asked about pairs of blocks. */
import { type Bundle, bundlesOf, type Part } from '../analysis/bundles.ts'
import { type Place, placeOfInterfaces } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { type Compiled, compile, compileVariant } from '../aws/compile.ts'
import { maxOf, once } from '../collections.ts'
import { Network } from '../network/network.ts'
import { FAMILIES } from '../packet/address.ts'
import type { PairEnd } from './blocks.ts'
import { type CellState, type Cells, CellStates, NOTHING_FLOWS, statesOf, want } from './cell-states.ts'
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
    const wanted = new Map<number, Set<number>>()
    const transitions = new Map<number, Set<Transition>>()
    for (const { change } of asking) {
      const row = this.#indexes.get(change.from)!
      want(wanted, row, [this.#indexes.get(change.to)!])
      want(transitions, row, change.transitions)
    }
    const bundles = alikeInLength(wanted).flatMap((rows): readonly Bundle[] => {
      const sending = new Set(rows)
      const receiving = new Set<number>()
      for (const row of rows) for (const column of wanted.get(row)!) receiving.add(column)
      // There are very many blocks, and these are few of them.
      const asked = [...new Set([...sending, ...receiving])].sort((a, b) => a - b)
      const parts = asked.map((index): Part => ({
        place: placeIn(compiled, this.#blocks[index]!),
        sends: sending.has(index),
        receives: receiving.has(index),
      }))
      // What flows by other ways than theirs nobody looks at.
      const ways = rows.flatMap((row) => [...transitions.get(row)!])
      const families = FAMILIES.filter((family) => ways.some((way) => way.family === family))
      const translated = ways.some((way) => way.translated)
      const found = bundlesOf(compiled, parts, { ...this.#filter, families }, { translated })
      const lists = new Map<readonly number[], readonly number[]>()
      const blocks = (list: readonly number[]): readonly number[] =>
        once(lists, list, () => list.map((part) => asked[part]!))
      return found.map(({ from, to, flows }) => ({ from: blocks(from), to: blocks(to), flows }))
    })
    return statesOf(this.states, bundles, wanted)
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

/** Rows parted by how many columns they have: those of a part and all of their columns are pairs that are asked about, mostly. */
const alikeInLength = (rows: ReadonlyMap<number, ReadonlySet<number>>): readonly (readonly number[])[] => {
  const most = maxOf(Array.from(rows.values(), ({ size }) => size))
  const isLong = (row: number): boolean => rows.get(row)!.size * 4 > most
  const all = [...rows.keys()]
  return [all.filter(isLong), all.filter((row) => !isLong(row))].filter(({ length }) => length > 0)
}

/** Two members are as good as all of them. */
const placeIn = ({ network }: Compiled, { members, outside }: PairEnd): Place =>
  outside?.place ?? placeOfInterfaces(members.slice(0, 2).map((id) => network.interface(id)!))

const MOST_NETWORKS = 2
