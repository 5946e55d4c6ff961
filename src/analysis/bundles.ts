/** What flows between many small parts of an estate, told in bundles of pairs that fare alike: for who compares networks, most of whose
 *  pairs fare as they did, and need not be looked at one by one. */
import type { Compiled } from '../aws/compile.ts'
import { once } from '../collections.ts'
import type { Fate } from '../reach/fate.ts'
import type { FatePart } from './answering.ts'
import { type Alike, type Endpoint, endpointOf, type Indexes } from './endpoints.ts'
import { Outside } from './outside.ts'
import {
  type Asking,
  enginesFor,
  fateOfPair,
  type PairOptions,
  PairQuestions,
  type PairRecorder,
} from './pair-questions.ts'
import type { Place } from './place.ts'
import type { Filter } from './question.ts'
import { fateKey, flowKey, type FlowRecorder, talliedFlow, type TalliedFlow, type Way } from './tally.ts'

/** Interfaces that no rule tells apart; or a place outside. */
export interface Part {
  readonly place: Place
  readonly sends: boolean
  readonly receives: boolean
}

/** Each of some parts sends the same to each of some others. */
export interface Bundle {
  /** Indexes of parts. Bundles of the same parts have one list. */
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly flows: BundledFlows
}

/** What flows by one way. One object for equal ones of one run. */
export interface BundledFlows {
  readonly way: Way
  /** Equal for the same flows, also of two networks. */
  readonly key: string
  /** As in a cell: addresses of members are left open. */
  readonly flows: readonly TalliedFlow[]
}

type BundleOptions = Partial<PairOptions>

/** All that flows from parts that send to parts that receive, between different members. A pair may be in several bundles; that of a part
 *  and itself means nothing where it has one member only. */
export const bundlesOf = (
  compiled: Compiled,
  parts: readonly Part[],
  filter: Filter,
  { progress = () => {}, translated = true }: BundleOptions = {},
): readonly Bundle[] => {
  const bundling = new Bundling()
  const engines = enginesFor(compiled, filter)
  const outside = new Outside(compiled, filter, engines, bundling)
  const endpoints = parts.flatMap(({ place, sends, receives }, index) =>
    place.is === 'interfaces' && (sends || receives) ? [endpointOf(compiled, place.interfaces, ALL, index)] : [],
  )
  const senders = endpoints.filter(({ order }) => parts[order]!.sends)
  const receivers = endpoints.filter(({ order }) => parts[order]!.receives)
  const places = parts.map((part, index) => ({ ...part, index })).filter(({ place }) => place.is !== 'interfaces')
  const columns = new Map(places.flatMap(({ place, receives, index }) => (receives ? [[index, place] as const] : [])))
  new PairQuestions(compiled, engines, outside).everyPair(senders, receivers, columns, bundling, {
    progress,
    translated,
  })
  for (const [index, place] of columns) outside.toPlace(senders, place, index)
  for (const { place, sends, index } of places)
    if (sends) {
      for (const to of receivers) outside.fromPlace(place, index, to)
      for (const [column, other] of columns) outside.betweenPlaces(place, index, other, column)
    }
  return bundling.bundles()
}

/** One row and one column: so the engine may take all together. */
const ALL: Indexes = [0]

/** An endpoint is a part, and its order the part's index. */
class Bundling implements PairRecorder, FlowRecorder {
  readonly joinsVpcs = false
  readonly #bundles: Bundle[] = []
  readonly #lists = new WeakMap<readonly Endpoint[], readonly number[]>()
  readonly #interned = new Map<string, readonly number[]>()
  readonly #flows = new Map<Asking, Map<Fate, BundledFlows>>()
  /** Of places outside, by row, column and way. */
  readonly #told = new Map<
    string,
    { readonly from: number; readonly to: number; readonly all: Map<string, TalliedFlow> }
  >()

  counted(asking: Asking, from: Alike, to: Alike, fate: Fate, pairs: number): void {
    if (pairs === 0 || fate.length === 0) return
    const [senders, receivers] = [this.#indexes(from.endpoints), this.#indexes(to.endpoints)]
    this.#bundles.push({ from: senders, to: receivers, flows: this.#flowsOf(asking, fate) })
  }

  asked(asking: Asking, from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void {
    const [sender] = from.members
    const receiver = to.members.find((each) => each !== sender)
    if (!receiver) return
    const fate = asking.engine.fates.interned(fateOfPair(asking, sender!, receiver, parts))
    if (fate.length > 0) this.#bundles.push({ from: [from.order], to: [to.order], flows: this.#flowsOf(asking, fate) })
  }

  done(): void {}

  addFlow(from: number, to: number, flow: TalliedFlow): void {
    const key = `${from} ${to} ${flow.family} ${flow.translated}`
    let known = this.#told.get(key)
    if (!known) this.#told.set(key, (known = { from, to, all: new Map() }))
    known.all.set(flowKey(flow), flow)
  }

  indexesOf({ order }: Endpoint): Indexes {
    return [order]
  }

  bundles(): readonly Bundle[] {
    const known = new Map<string, BundledFlows>()
    for (const { from, to, all } of this.#told.values()) {
      const key = [...all.keys()].sort().join('\n')
      let flows = known.get(key)
      if (!flows) {
        const told = [...all.values()]
        const { family, translated } = told[0]!
        known.set(key, (flows = { way: { family, translated }, key, flows: told }))
      }
      this.#bundles.push({ from: [from], to: [to], flows })
    }
    this.#told.clear()
    return this.#bundles
  }

  #indexes(endpoints: readonly Endpoint[]): readonly number[] {
    return once(this.#lists, endpoints, () => {
      const indexes = endpoints.map(({ order }) => order)
      return once(this.#interned, indexes.join(), () => indexes)
    })
  }

  #flowsOf(asking: Asking, fate: Fate): BundledFlows {
    let byFate = this.#flows.get(asking)
    if (!byFate) this.#flows.set(asking, (byFate = new Map<Fate, BundledFlows>()))
    let flows = byFate.get(fate)
    if (!flows) {
      const { way } = asking
      flows = {
        way,
        key: `${way.family} ${way.translated} ${fateKey(fate)}`,
        flows: fate.map((flow) => talliedFlow(way, flow)),
      }
      byFate.set(fate, flows)
    }
    return flows
  }
}
