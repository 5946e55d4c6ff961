/** What becomes of what is put on the wire of a subnet, by where it is for: asked of the path engine about all receivers at once, since there
 *  it is the same for all that put it there. */
import { once } from '../collections.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { type Transport, transport, transportAlgebra, transportKey } from '../packet/transport.ts'
import { type Fate, type Fates, splitByClientPort, type Welcome, WELCOMES, welcomesBy } from '../reach/fate.ts'
import { propagate } from '../reach/propagate.ts'
import type { Outcome } from '../reach/verdict.ts'
import type { LetOut } from './pair-end.ts'
import type { PairEngine } from './pair-engine.ts'
import { acceptsAt, anybody, flightOf, fromWire } from './question.ts'

/** Who sends or receives: some interfaces with their addresses. */
interface Party {
  readonly members: readonly NetworkInterface[]
  readonly addresses: AddressSet
}

/** What gets from the wire of a subnet to some receivers who have their addresses for themselves. */
export class Wire {
  readonly #engine: PairEngine
  readonly #subnetId: string
  readonly #senders: readonly Party[]
  readonly #receivers: readonly Party[]
  #plain: { readonly arrivals: Arrivals | undefined } | undefined
  readonly #referred = new Map<Sender, Arrivals>()
  readonly #known = new Map<readonly Arrival[], Map<readonly Arrival[], Arriving>>()

  constructor(engine: PairEngine, subnetId: string, senders: readonly Party[], receivers: readonly Party[]) {
    this.#engine = engine
    this.#subnetId = subnetId
    this.#senders = senders
    this.#receivers = receivers
  }

  /** What gets to these addresses of what is let out like this; undefined where not all of them fare alike, or it matters who sends. One
   *  object for equal ones. */
  arriving({ referred }: LetOut, destinations: AddressSet): Arriving | undefined {
    const plain = this.#arrivals()
    const sent = plain && arrivingAt(plain, destinations)
    const more = referred ? arrivingAt(this.#arrivalsOf(referred.sender), destinations) : NONE
    if (!sent || !more) return undefined
    const byMore = once(this.#known, sent, () => new Map())
    return once(byMore, more, () => ({ sent, referred: more }))
  }

  /** Of whoever sends; undefined where that makes a difference. */
  #arrivals(): Arrivals | undefined {
    if (!this.#plain) {
      const { sender, isAskedFor } = anybody()
      const arrivals = this.#walked(sender)
      this.#plain = { arrivals: isAskedFor() ? undefined : arrivals }
    }
    return this.#plain.arrivals
  }

  #arrivalsOf(sender: Sender): Arrivals {
    return once(this.#referred, sender, () => this.#walked(sender))
  }

  #walked(sender: Sender): Arrivals {
    const { family, graph, headers, plane } = this.#engine
    const sent = PacketSet.of(family, {
      sources: addressesOf(this.#senders),
      destinations: addressesOf(this.#receivers),
      transport: headers,
    })
    const outcome = propagate(graph, {
      ...fromWire(family, this.#subnetId),
      flight: { ...flightOf(sent), sender },
      accepts: acceptsAt(
        plane.network,
        this.#receivers.flatMap(({ members }) => members),
      ),
    })
    return byDestination(family, [splitByClientPort(outcome, sent)])
  }
}

/** The fates of what gets from wires to receivers. */
export class ArrivalFates {
  readonly #fates: Fates
  readonly #known = new Map<string, Fate>()

  constructor(fates: Fates) {
    this.#fates = fates
  }

  /** Of what these sources let out; undefined where not all of them fare alike. */
  of({ sent, referred }: Arriving, sources: AddressSet, lets: LetOut): Fate | undefined {
    const [plain, more] = [sent, referred].map((arrivals) => fromAllOf(sources, arrivals)) as [Own, Own]
    if (!plain || !more) return undefined
    const key = `${idsOf(plain)} ${lets.line.id} ${idsOf(more)} ${lets.referred?.line.id ?? ''}`
    return once(this.#known, key, () =>
      this.#fates.settled(
        welcomesBy((verdict) =>
          [...within(plain, verdict, lets.line), ...within(more, verdict, lets.referred?.line ?? NOTHING)].reduce(
            transportAlgebra.union,
            [],
          ),
        ),
      ),
    )
  }
}

type Own = readonly Arrival[] | undefined

/** Those from all of these sources; undefined where some are from a part of them. */
const fromAllOf = (sources: AddressSet, arrivals: readonly Arrival[]): Own => {
  const own: Arrival[] = []
  for (const arrival of arrivals)
    if (intervals.covers(arrival.sources, sources)) own.push(arrival)
    else if (intervals.overlaps(arrival.sources, sources)) return undefined
  return own
}

const idsOf = (arrivals: readonly Arrival[]): string => arrivals.map(({ id }) => id).join()

const within = (arrivals: readonly Arrival[], verdict: Welcome, line: L4Set): readonly Transport[] => {
  const sent = transport(line)
  return arrivals
    .filter((each) => each.verdict === verdict)
    .map((each) => transportAlgebra.intersect(each.transport, sent))
}

/** What gets to a receiver: of all headers, as each is let out. */
export interface Arriving {
  readonly sent: readonly Arrival[]
  /** Of what only a reference lets out. */
  readonly referred: readonly Arrival[]
}

/** By destination; one list for equal ones. */
export type Arrivals = AddressMap<readonly Arrival[]>

/** Some of the packets that get to a destination. */
export interface Arrival {
  /** Equal for equal verdicts and headers. */
  readonly id: string
  readonly sources: AddressSet
  readonly verdict: Welcome
  readonly transport: Transport
}

/** What gets to all of these addresses; undefined where that is not the same for all. */
const arrivingAt = (arrivals: Arrivals, addresses: AddressSet): readonly Arrival[] | undefined => {
  const [arriving = NONE, ...others] = arrivals.split(addresses).keys()
  return others.length === 0 ? arriving : undefined
}

/** Those that have their addresses for themselves: what one of two gets to, the other does not. An interface may be of several receivers. */
export const withoutSharers = <P extends Pick<Party, 'members'>>(
  family: Family,
  receivers: Iterable<P>,
  addressesOf: (each: NetworkInterface) => AddressSet = (each) => each.addressSet(family),
): ReadonlySet<P> => {
  const asked = new Set(receivers)
  const all = new Set([...asked].flatMap(({ members }) => members))
  const entries = [...all].map((each) => [addressesOf(each), each] as const)
  const holders = AddressMap.sweep<NetworkInterface, readonly NetworkInterface[]>(family, entries, (found) => found)
  const sharing = new Set([...holders.parts()].flatMap(([found]) => (found.length > 1 ? found : [])))
  if (sharing.size === 0) return asked
  return new Set([...asked].filter(({ members }) => !members.some((each) => sharing.has(each))))
}

const NONE: readonly Arrival[] = []

const addressesOf = (parties: readonly Party[]): AddressSet =>
  intervals.unionAll(parties.map(({ addresses }) => addresses))

export const byDestination = (family: Family, outcomes: readonly Outcome[]): Arrivals => {
  const entries = outcomes.flatMap((outcome) =>
    WELCOMES.flatMap((verdict) =>
      outcome[verdict].rows.flatMap(([sources, rest]) =>
        rest.map(([destinations, headers]): readonly [AddressSet, Arrival] => [
          destinations,
          { id: `${verdict} ${transportKey(headers)}`, sources, verdict, transport: headers },
        ]),
      ),
    ),
  )
  const index = new Map(entries.map(([, arrival], at) => [arrival, at] as const))
  const known = new Map<string, readonly Arrival[]>()
  return AddressMap.sweep<Arrival, readonly Arrival[]>(family, entries, (found) =>
    once(known, found.map((arrival) => index.get(arrival)).join(), () => found),
  )
}
