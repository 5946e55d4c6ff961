/** Pairs of endpoints of which tables do not know: asked of the path engine, from the wire of a subnet about all receivers at once, since
 *  what becomes of packets there is the same for all that put them on it. Pairs for which it matters who sends are asked one by one. */
import type { Compiled } from '../aws/compile.ts'
import { append } from '../collections.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { type Transport, transport, transportAlgebra, transportKey } from '../packet/transport.ts'
import {
  type Fate,
  type Fates,
  splitByClientPort,
  type Welcome,
  WELCOMES,
  type Welcomes,
  welcomesBy,
} from '../reach/fate.ts'
import { propagate } from '../reach/propagate.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { FatePart } from './answering.ts'
import type { Endpoint } from './endpoints.ts'
import type { PairEngine } from './pair-engine.ts'
import { acceptsAt, anybody, askBetween, flightOf, fromWire } from './question.ts'
import { outcomeOf } from './reach.ts'

type Asked = (from: Endpoint, to: Endpoint, parts: readonly FatePart[]) => void

export class WalkedPairs {
  readonly #compiled: Compiled
  readonly #engine: PairEngine
  readonly #asked: Asked
  /** By subnet of the sender, what the receiver is, and whether it knows senders by their groups; then by sender. */
  readonly #waiting = new Map<string, Map<Endpoint, Endpoint[]>>()

  constructor(compiled: Compiled, engine: PairEngine, asked: Asked) {
    this.#compiled = compiled
    this.#engine = engine
    this.#asked = asked
  }

  /** Asks about all addresses of two endpoints, now or when told to flush. */
  add(from: Endpoint, to: Endpoint): void {
    if (!this.#engine.end(from.class).isPlain) {
      this.#askAbout(from, to)
      return
    }
    // Receivers that know senders by their groups ask who it is, unless that is lost on the way, and so may those to whom load balancers and
    // endpoints pass packets on: the others shall not suffer from it.
    const key = `${from.class.subnetId} ${to.class.owner.is} ${this.#engine.end(to.class).knowsAny}`
    let bySender = this.#waiting.get(key)
    if (!bySender) this.#waiting.set(key, (bySender = new Map<Endpoint, Endpoint[]>()))
    append(bySender, from, to)
  }

  flush(): void {
    for (const bySender of this.#waiting.values()) this.#ask(bySender)
    this.#waiting.clear()
  }

  /** Of senders of one subnet. */
  #ask(bySender: ReadonlyMap<Endpoint, readonly Endpoint[]>): void {
    const { family } = this.#engine
    const receivers = withoutSharers(family, new Set([...bySender.values()].flat()))
    const isWorthIt = receivers.size > 1 || (receivers.size === 1 && bySender.size > 1)
    const arrivals = isWorthIt ? this.#arrivals([...bySender.keys()], receivers) : undefined
    for (const [from, all] of bySender)
      for (const to of all) {
        const fate = arrivals && receivers.has(to) ? this.#fate(arrivals, from, to) : undefined
        if (!fate) this.#askAbout(from, to)
        else {
          const part = { sources: from.addresses(family), destinations: to.addresses(family), fate }
          this.#asked(from, to, fate.length > 0 ? [part] : [])
        }
      }
  }

  /** What becomes of what any of these puts on the wire, by destination; undefined where that depends on who it is. */
  #arrivals(
    senders: readonly Endpoint[],
    receivers: ReadonlySet<Endpoint>,
  ): AddressMap<readonly Arrival[]> | undefined {
    const { family, graph, headers, plane } = this.#engine
    const all = [...receivers]
    const sent = PacketSet.of(family, {
      sources: intervals.unionAll(senders.map((each) => each.addresses(family))),
      destinations: intervals.unionAll(all.map((each) => each.addresses(family))),
      transport: headers,
    })
    const { sender, isAskedFor } = anybody()
    const outcome = propagate(graph, {
      ...fromWire(family, senders[0]!.class.subnetId),
      flight: { ...flightOf(sent), sender },
      accepts: acceptsAt(
        plane.network,
        all.flatMap(({ members }) => members),
      ),
    })
    return isAskedFor() ? undefined : byDestination(family, splitByClientPort(outcome, sent))
  }

  readonly #welcomes = new Map<string, Welcomes>()
  readonly #fates = new Map<Welcomes, Map<L4Set, Fate>>()

  /** Undefined where not all of their addresses fare alike, or a reference has a say in what is sent. */
  #fate(arrivals: AddressMap<readonly Arrival[]>, from: Endpoint, to: Endpoint): Fate | undefined {
    const { family, fates } = this.#engine
    const lets = this.#engine.end(from.class).sentAlike(to.addresses(family))
    if (!lets || lets.byReference || lets.unknown !== NOTHING) return undefined
    const [arriving, ...others] = arrivals.split(to.addresses(family)).keys()
    if (others.length > 0) return undefined
    const sources = from.addresses(family)
    const own: Arrival[] = []
    for (const arrival of arriving ?? []) {
      if (intervals.covers(arrival.sources, sources)) own.push(arrival)
      else if (intervals.overlaps(arrival.sources, sources)) return undefined
    }
    const welcomes = this.#joined(own)
    let byLine = this.#fates.get(welcomes)
    if (!byLine) this.#fates.set(welcomes, (byLine = new Map<L4Set, Fate>()))
    let fate = byLine.get(lets.line)
    if (!fate) {
      const line = transport(lets.line)
      fate = fates.settled(welcomesBy((verdict) => transportAlgebra.intersect(welcomes[verdict], line)))
      byLine.set(lets.line, fate)
    }
    return fate
  }

  #joined(arrivals: readonly Arrival[]): Welcomes {
    const key = arrivals.map(({ id }) => id).join()
    let known = this.#welcomes.get(key)
    if (!known) {
      known = welcomesBy((verdict) =>
        arrivals
          .filter((each) => each.verdict === verdict)
          .map((each) => each.transport)
          .reduce(transportAlgebra.union, []),
      )
      this.#welcomes.set(key, known)
    }
    return known
  }

  #askAbout(from: Endpoint, to: Endpoint): void {
    const { family } = this.#engine
    this.#asked(
      from,
      to,
      askedAlone(this.#compiled, this.#engine, from, to, from.addresses(family), to.addresses(family)),
    )
  }
}

/** Those that have their addresses for themselves: what one of two gets to, the other does not. An interface may be of several receivers. */
const withoutSharers = (family: Family, receivers: ReadonlySet<Endpoint>): ReadonlySet<Endpoint> => {
  const all = new Set([...receivers].flatMap(({ members }) => members))
  const entries = [...all].map((each) => [each.addressSet(family), each] as const)
  const holders = AddressMap.sweep<NetworkInterface, readonly NetworkInterface[]>(family, entries, (found) => found)
  const sharing = new Set([...holders.parts()].flatMap(([found]) => (found.length > 1 ? found : [])))
  if (sharing.size === 0) return receivers
  return new Set([...receivers].filter(({ members }) => !members.some((each) => sharing.has(each))))
}

/** Some of the packets that get to a destination. */
interface Arrival {
  /** Equal for equal verdicts and headers. */
  readonly id: string
  readonly sources: AddressSet
  readonly verdict: Welcome
  readonly transport: Transport
}

const byDestination = (family: Family, outcome: Outcome): AddressMap<readonly Arrival[]> => {
  const entries = WELCOMES.flatMap((verdict) =>
    outcome[verdict].rows.flatMap(([sources, rest]) =>
      rest.map(([destinations, headers]): readonly [AddressSet, Arrival] => [
        destinations,
        { id: `${verdict} ${transportKey(headers)}`, sources, verdict, transport: headers },
      ]),
    ),
  )
  const index = new Map(entries.map(([, arrival], at) => [arrival, at] as const))
  const known = new Map<string, readonly Arrival[]>()
  return AddressMap.sweep<Arrival, readonly Arrival[]>(family, entries, (found) => {
    const key = found.map((arrival) => index.get(arrival)).join()
    const same = known.get(key)
    if (!same) known.set(key, found)
    return same ?? found
  })
}

/** What the path engine says of the packets of one endpoint to another. */
export const askedAlone = (
  compiled: Compiled,
  { family, fates, headers }: PairEngine,
  from: Endpoint,
  to: Endpoint,
  sources: AddressSet,
  destinations: AddressSet,
): readonly FatePart[] => {
  if (sources.length === 0 || destinations.length === 0) return []
  const receivers = to.class.members
  const ask = askBetween(compiled, family, { sender: from.class, sources }, { receivers, destinations }, headers)
  return partsOf(outcomeOf(compiled, ask, {}), fates)
}

/** By source and destination. */
export const partsOf = (outcome: Outcome, fates: Fates): readonly FatePart[] =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable'
      ? []
      : outcome[verdict].rows.flatMap(([sources, rest]) =>
          rest.map(([destinations, transport]) => ({
            sources,
            destinations,
            fate: fates.interned([{ verdict, transport }]),
          })),
        ),
  )
