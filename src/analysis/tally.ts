/** Counts pairs of members by what becomes of their packets, cell by cell. */
import { append } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { PacketSet } from '../packet/set.ts'
import { transportKey } from '../packet/transport.ts'
import type { Fate, FateFlow, Welcome } from '../reach/fate.ts'
import type { Endpoint, Indexes } from './endpoints.ts'

/** Which way a flow goes: by which addresses of the receiver. */
export interface Way {
  readonly family: Family
  /** Not by its own: by one that is translated to it on the way, in IPv4 its public address (R-IGW-9), in IPv6 what stands for an IPv4 address
   *  (R-NAT-12). */
  readonly translated: boolean
}

export const isByPublicAddress = ({ family, translated }: Way): boolean => translated && family === 4

/** Packets that fare alike, addresses of members left open. */
export interface TalliedFlow extends Way {
  readonly verdict: Welcome
  readonly packets: PacketSet
}

export interface Tallied {
  readonly flow: TalliedFlow
  readonly pairs: number
  readonly example: Example
}

export interface Example {
  readonly from: string
  readonly to: string
}

/** Takes what flows to and from places, by the indexes of row and column. */
export interface FlowRecorder {
  addFlow(row: number, column: number, flow: TalliedFlow, pairs: number, example: Example): void
  /** The rows of a sender, or the columns of a receiver. */
  indexesOf(endpoint: Endpoint): Indexes
}

interface Count {
  pairs: number
  example: Example
}

export class Tally implements FlowRecorder {
  /** By cell and way, then by fate. */
  readonly #fates = new Map<string, { readonly way: Way; readonly counts: Map<Fate, Count> }>()
  readonly #flows = new Map<string, Map<string, { readonly flow: TalliedFlow; readonly count: Count }>>()
  readonly #cells = new Map<string, string[]>()

  /** So many pairs of this cell have this fate. */
  addFate(row: number, column: number, way: Way, fate: Fate, pairs: number, example: Example): void {
    if (fate.length === 0 || pairs === 0) return
    const key = `${row} ${column} ${way.family} ${way.translated}`
    let known = this.#fates.get(key)
    if (!known) {
      this.#fates.set(key, (known = { way, counts: new Map() }))
      this.#register(row, column, key)
    }
    const count = known.counts.get(fate)
    if (count) grow(count, pairs, example)
    else known.counts.set(fate, { pairs, example })
  }

  /** So many pairs of this cell have this flow, which fates do not tell: its addresses are of a place and no members'. */
  addFlow(row: number, column: number, flow: TalliedFlow, pairs: number, example: Example): void {
    const cell = `${row} ${column}`
    let known = this.#flows.get(cell)
    if (!known)
      this.#flows.set(cell, (known = new Map<string, { readonly flow: TalliedFlow; readonly count: Count }>()))
    this.#put(known, flow, pairs, example)
  }

  indexesOf({ groups }: Endpoint): Indexes {
    return groups
  }

  /** All flows of a cell. */
  cell(row: number, column: number): readonly Tallied[] {
    const all = new Map(
      [...(this.#flows.get(`${row} ${column}`) ?? [])].map(
        ([key, { flow, count }]) => [key, { flow, count: { ...count } }] as const,
      ),
    )
    for (const key of this.#cells.get(`${row} ${column}`) ?? []) {
      const { way, counts } = this.#fates.get(key)!
      for (const [fate, { pairs, example }] of counts)
        for (const flow of fate) this.#put(all, talliedFlow(way, flow), pairs, example)
    }
    return [...all.values()].map(({ flow, count }) => ({ flow, ...count }))
  }

  #register(row: number, column: number, key: string): void {
    const cell = `${row} ${column}`
    append(this.#cells, cell, key)
  }

  #put(
    all: Map<string, { readonly flow: TalliedFlow; readonly count: Count }>,
    flow: TalliedFlow,
    pairs: number,
    example: Example,
  ): void {
    const key = flowKey(flow)
    const known = all.get(key)
    if (known) grow(known.count, pairs, example)
    else all.set(key, { flow, count: { pairs, example } })
  }
}

/** Of members, their addresses left open; one object for equal ones, since millions of cells have the same few. */
export const talliedFlow = (way: Way, flow: FateFlow): TalliedFlow => {
  const { family, translated } = way
  const known = flowsOfFates[translated ? 'translated' : 'own']
  let told = known.get(flow)
  if (!told) {
    const { verdict, transport } = flow
    told = { family, translated, verdict, packets: PacketSet.of(family, { transport }) }
    known.set(flow, told)
  }
  return told
}

const flowsOfFates = { own: new WeakMap<FateFlow, TalliedFlow>(), translated: new WeakMap<FateFlow, TalliedFlow>() }

/** Equal for flows of the same packets. */
export const flowKey = (flow: TalliedFlow): string => {
  let key = keys.get(flow)
  if (key === undefined) keys.set(flow, (key = keyOf(flow)))
  return key
}

const keys = new WeakMap<TalliedFlow, string>()

const keyOf = ({ verdict, family, translated, packets }: TalliedFlow): string =>
  `${verdict} ${family} ${translated} ${packets.rows
    .map(
      ([sources, rest]) =>
        `${addressesKey(sources)} ${rest
          .map(([destinations, transport]) => `${addressesKey(destinations)} ${transportKey(transport)}`)
          .join(' ')}`,
    )
    .join('\n')}`

/** The internet has a hole for each public address of an estate: a number is enough for what is as long as that. */
const addressesKey = (set: AddressSet): string => {
  if (set.length <= LONG) return set.join()
  let key = longKeys.get(set)
  if (key === undefined) {
    const text = set.join()
    const number = longSets.get(text) ?? longSets.size
    longSets.set(text, number)
    longKeys.set(set, (key = `#${number}`))
  }
  return key
}

const LONG = 32
const longKeys = new WeakMap<AddressSet, string>()
const longSets = new Map<string, number>()

/** Equal for fates of the same headers, also of two networks. */
export const fateKey = (fate: Fate): string => {
  let key = fateKeys.get(fate)
  if (key === undefined)
    fateKeys.set(fate, (key = fate.map(({ verdict, transport }) => `${verdict} ${transportKey(transport)}`).join(' ')))
  return key
}

const fateKeys = new WeakMap<Fate, string>()

const grow = (count: Count, pairs: number, example: Example): void => {
  count.pairs += pairs
  if (isBefore(example, count.example)) count.example = example
}

/** By id of the sender, then of the receiver: so that the example does not depend on the order of counting. */
const isBefore = (a: Example, b: Example): boolean => a.from < b.from || (a.from === b.from && a.to < b.to)
