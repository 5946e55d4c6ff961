/** Everything that pairs of endpoints can be asked, in both address families and by public addresses too: by tables where these know,
 *  else of the path engine. */
import type { Compiled } from '../aws/compile.ts'
import { once } from '../collections.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, FAMILIES, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Fate } from '../reach/fate.ts'
import { eachPair, type PairOfMembers } from './all-pairs.ts'
import { Answering, type FatePart } from './answering.ts'
import type { Progress } from './progress.ts'
import {
  type Alike,
  answeringFor,
  type Endpoint,
  type Indexes,
  publicAddressesOf,
  translatedAddressesOf,
} from './endpoints.ts'
import { eachNat64Pair } from './nat64-pairs.ts'
import { flowsBySender, type Outside } from './outside.ts'
import { PairEngine } from './pair-engine.ts'
import type { Place } from './place.ts'
import { eachPublicPair } from './public-pairs.ts'
import { askBetween, endsOf, type Filter, transportOf } from './question.ts'
import { outcomeOf } from './reach.ts'
import { sideOf } from './sides.ts'
import type { Way } from './tally.ts'
import { askedAlone, partsOf, WalkedPairs } from './walked-pairs.ts'

/** One of the ways that pairs are asked about. */
export interface Asking {
  readonly way: Way
  readonly engine: PairEngine
}

/** Takes what becomes of the packets of pairs. */
export interface PairRecorder {
  /** Receivers of many VPCs may be told at once. Not to who compares networks: one VPC that changed would change what is told of all. */
  readonly joinsVpcs: boolean
  /** So many pairs of the members of these endpoints have this fate. */
  counted(asking: Asking, from: Alike, to: Alike, fate: Fate, pairs: number, example?: PairOfMembers): void
  /** What becomes of the packets of all members of one endpoint to all of another, by their addresses. */
  asked(asking: Asking, from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void
  /** All pairs have been told. */
  done(asking: Asking): void
}

export interface PairOptions {
  readonly progress: Progress
  /** Ask about pairs by other addresses than the receiver's own too, as `Way` has it; so where absent. */
  readonly translated?: boolean
}

export class PairQuestions {
  readonly #compiled: Compiled
  readonly #engines: readonly PairEngine[]
  readonly #outside: Outside

  constructor(compiled: Compiled, engines: readonly PairEngine[], outside: Outside) {
    this.#compiled = compiled
    this.#engines = engines
    this.#outside = outside
  }

  /** All pairs of a sender and a receiver, or an interface that answers for what a column is. */
  everyPair(
    senders: readonly Endpoint[],
    receivers: readonly Endpoint[],
    columns: ReadonlyMap<number, Place>,
    recorder: PairRecorder,
    { progress, translated = true }: PairOptions,
  ): void {
    for (const engine of this.#engines) {
      const { family } = engine
      const asking: Asking = { way: { family, translated: false }, engine }
      const answering = new Map<Indexes, { readonly column: number; readonly its: Answering }>()
      const others = [...columns].flatMap(([column, place]) => {
        const each = answeringFor(this.#compiled, this.#servedBy(place, family), column)
        if (each[0]) answering.set(each[0].groups, { column, its: new Answering(family) })
        return each
      })
      const asked = (from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void => {
        const other = answering.get(to.groups)
        if (other) other.its.asked(from, parts)
        else recorder.asked(asking, from, to, parts)
      }
      const walked = new WalkedPairs(this.#compiled, engine, asked)
      const receiving = others.length === 0 ? receivers : [...receivers, ...others]
      eachPair(engine, sideOf(family, senders), sideOf(family, receiving), {
        counted: (from, to, fate, pairs) => {
          const other = answering.get(to.first.groups)
          if (other) other.its.counted(from.endpoints, to.endpoints, fate)
          else recorder.counted(asking, from, to, fate, pairs)
        },
        open: (from, to) => {
          const parts = fatesBetween(this.#compiled, engine, from, to)
          if (parts) asked(from, to, parts)
          else walked.add(from, to)
        },
        joinsVpcs: recorder.joinsVpcs,
        progress: (done, of) => {
          walked.flush()
          progress(done, of)
        },
      })
      walked.flush()
      recorder.done(asking)
      for (const { column, its } of answering.values())
        for (const [sender, outcome] of its.outcomes())
          this.#outside.addFlows(
            sender,
            columns.get(column)!,
            column,
            flowsBySender(asking.way, outcome, sender.members),
          )
      if (!translated) continue
      if (family === 4) this.#everyPublicPair(engine, senders, receivers, recorder)
      else this.#everyNat64Pair(engine, senders, receivers, recorder)
    }
  }

  #everyPublicPair(
    engine: PairEngine,
    senders: readonly Endpoint[],
    receivers: readonly Endpoint[],
    recorder: PairRecorder,
  ): void {
    const asking: Asking = { way: { family: 4, translated: true }, engine }
    eachPublicPair(engine, sideOf(4, senders), sideOf(4, receivers), {
      counted: (from, to, fate, pairs, example) => recorder.counted(asking, from, to, fate, pairs, example),
      open: (from, to) => {
        const parts = this.#fatesByPublicAddress(engine, from, to)
        if (parts.length > 0) recorder.asked(asking, from, to, parts)
      },
      joinsVpcs: recorder.joinsVpcs,
      progress: () => {},
    })
    recorder.done(asking)
  }

  #everyNat64Pair(
    engine: PairEngine,
    senders: readonly Endpoint[],
    receivers: readonly Endpoint[],
    recorder: PairRecorder,
  ): void {
    const asking: Asking = { way: { family: 6, translated: true }, engine }
    eachNat64Pair(this.#compiled, engine, senders, receivers, {
      counted: (from, to, fate, pairs, example) => recorder.counted(asking, from, to, fate, pairs, example),
      asked: (from, to, parts) => recorder.asked(asking, from, to, parts),
    })
    recorder.done(asking)
  }

  #servedBy(place: Place, family: Family): readonly NetworkInterface[] {
    if (place.is !== 'aws-service') return []
    return endsOf(this.#compiled, place, family, 'interfaces', []).flatMap(({ served }) => served ?? [])
  }

  #fatesByPublicAddress(engine: PairEngine, from: Endpoint, to: Endpoint): readonly FatePart[] {
    const receivers = to.members.filter(({ publicMappings }) => publicMappings.length > 0)
    if (receivers.length === 0 || from.addresses(4).length === 0) return []
    const ask = askBetween(
      this.#compiled,
      4,
      { sender: from.class, sources: from.addresses(4) },
      { receivers, destinations: publicAddressesOf(receivers) },
      engine.headers,
    )
    return partsOf(outcomeOf(this.#compiled, ask, {}), engine.fates)
  }
}

/** What becomes of the packets of all members of one endpoint to all of another, by address; undefined where tables know nothing of all of
 *  it. */
export const fatesBetween = (
  compiled: Compiled,
  engine: PairEngine,
  from: Endpoint,
  to: Endpoint,
): readonly FatePart[] | undefined => {
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
    const isAll = intervals.equals(near, sources) && intervals.equals(nearer, destinations)
    if (!fate && isAll && parts.length === 0 && open.length === 0) return undefined
    if (fate) parts.push({ sources: near, destinations: nearer, fate })
    else parts.push(...askedAlone(compiled, engine, from, to, near, nearer))
    open.push({ sources: intervals.subtract(sources, near), destinations })
    open.push({ sources: near, destinations: intervals.subtract(destinations, nearer) })
  }
  return parts
}

/** What becomes of the packets of one pair, of what becomes of all. */
export const fateOfPair = (
  { way: { family, translated }, engine }: Asking,
  sender: NetworkInterface,
  receiver: NetworkInterface,
  parts: readonly FatePart[],
): Fate => {
  const at = translated ? translatedAddressesOf([receiver], family) : receiver.addressSet(family)
  const met = parts.filter(
    ({ sources, destinations }) =>
      intervals.overlaps(sources, sender.addressSet(family)) && intervals.overlaps(destinations, at),
  )
  return engine.fates.joined(met.map(({ fate }) => fate))
}

/** One for each family. Those of the last few filters are kept for as long as the compiled network is: what one question found out serves the
 *  next. */
export const enginesFor = (compiled: Compiled, filter: Filter): readonly PairEngine[] =>
  (filter.families ?? FAMILIES).map((family) => engineFor(compiled, { ...filter, families: [family] }, family))

const engineFor = (compiled: Compiled, filter: Filter, family: Family): PairEngine => {
  const known = once(engines, compiled, () => new Map())
  const key = JSON.stringify(filter)
  let engine = known.get(key)
  if (!engine) {
    const alike = compiled.common && engineFor(compiled.common.with, filter, family)
    engine = new PairEngine(compiled, family, transportOf(filter, family), alike)
  }
  // The last asked is the last in order.
  known.delete(key)
  known.set(key, engine)
  if (known.size > MOST_ENGINES) known.delete(known.keys().next().value!)
  return engine
}

const MOST_ENGINES = 8

const engines = new WeakMap<Compiled, Map<string, PairEngine>>()
