/** What becomes of what is put on the wire of a subnet, by where it is for: asked of the path engine about all receivers at once, since there
 *  it is the same for all that put it there; in two halves (`handover.ts`) where these tell. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { once } from '../collections.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, type Family, single } from '../packet/address.ts'
import { AddressMap, sharingAddresses } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { type Transport, transport, transportAlgebra, transportKey } from '../packet/transport.ts'
import { type Fate, type Fates, splitByClientPort, type Welcome, WELCOMES, welcomesBy } from '../reach/fate.ts'
import { propagate, type Question } from '../reach/propagate.ts'
import type { Outcome } from '../reach/verdict.ts'
import { type Handed, handOver, receivedOf, type Receptions, receptionsOf } from './handover.ts'
import type { End, LetOut } from './pair-end.ts'
import type { PairEngine } from './pair-engine.ts'
import { acceptsAt, anybody, flightOf, fromWire } from './question.ts'

/** Who sends or receives: some interfaces with their addresses. */
interface Party {
  readonly members: readonly NetworkInterface[]
  readonly addresses: AddressSet
}

export interface Receiver extends Party {
  readonly class: EndpointClass
  readonly end: End
  /** These are its own addresses, and no others that stand for them. */
  readonly areOwn: boolean
}

/** What gets from the wire of a subnet to some receivers. */
export class Wire<K> {
  readonly #engine: PairEngine
  readonly #subnetId: string
  /** Those who have their addresses for themselves, if there are several pairs. */
  readonly #receivers: ReadonlyMap<K, Receiver>
  readonly #sources: AddressSet
  #told: ReadonlyMap<Receiver, readonly Arrival[]> | undefined
  readonly #walked = new Map<string, Arrivals | undefined>()
  readonly #referred = new Map<Sender, Arrivals>()
  readonly #known = new Map<readonly Arrival[], Map<readonly Arrival[], Arriving>>()

  /** `ofMember`: by which addresses receivers are asked about. */
  constructor(
    engine: PairEngine,
    subnetId: string,
    senders: readonly Party[],
    receivers: ReadonlyMap<K, Receiver>,
    ofMember?: (each: NetworkInterface) => AddressSet,
  ) {
    this.#engine = engine
    this.#subnetId = subnetId
    this.#sources = addressesOf(senders)
    const alone = withoutSharers(engine.family, receivers.values(), ofMember, (each) => each.class.members)
    const isWorthIt = senders.length * alone.size > 1
    this.#receivers = new Map([...receivers].filter(([, each]) => isWorthIt && alone.has(each)))
  }

  /** What gets to one of the receivers of what is let out like this; undefined where not all of its addresses fare alike, it matters who
   *  sends, or it has to be asked by itself. One object for equal ones. */
  arriving({ referred }: LetOut, to: K): Arriving | undefined {
    const receiver = this.#receivers.get(to)
    if (!receiver) return undefined
    this.#told ??= this.#handedOver()
    const sent = this.#told.get(receiver) ?? this.#arrivingAt(receiver)
    const more = referred ? arrivingAt(this.#arrivalsOf(referred.sender), receiver.addresses) : NONE
    if (!sent || !more) return undefined
    const byMore = once(this.#known, sent, () => new Map())
    return once(byMore, more, () => ({ sent, referred: more }))
  }

  /** Of whoever sends, as far as subnets hand it over; less who has to be asked by itself. */
  #handedOver(): ReadonlyMap<Receiver, readonly Arrival[]> {
    const told = new Map<Receiver, readonly Arrival[]>()
    const plain = [...this.#receivers.values()].filter(({ end, areOwn }) => areOwn && end.isPlain)
    if (plain.length === 0) return told
    const { sender, isAskedFor } = anybody()
    const subnets = new Set(plain.map(({ end }) => end.subnetId))
    const handed = handOver(this.#engine, this.#questionTo(this.#around(plain, subnets), sender), subnets)
    if (isAskedFor()) return told
    const handedOver = new HandedOver(this.#engine, handed, this.#sources)
    for (const receiver of plain) {
      const arrivals = handedOver.to(receiver)
      if (arrivals) told.set(receiver, arrivals)
    }
    return told
  }

  /** Their addresses with all of their subnets: what is handed over at one address has nothing to do with the others, and blocks are far fewer
   *  pieces to carry through a walk than the addresses of an estate. */
  #around(receivers: readonly Receiver[], subnets: Iterable<string>): AddressSet {
    const { family, plane } = this.#engine
    const blocks = Array.from(subnets, (id) => plane.network.subnetBlocks(id, family))
    return intervals.unionAll([addressesOf(receivers), ...blocks])
  }

  /** Of whoever sends. */
  #arrivingAt(receiver: Receiver): readonly Arrival[] | undefined {
    const kind = kindOf(receiver)
    const arrivals = once(this.#walked, kind, () => {
      const { sender, isAskedFor } = anybody()
      const alike = [...this.#receivers.values()].filter((each) => kindOf(each) === kind && !this.#told?.has(each))
      const walked = this.#walk(alike, sender)
      return isAskedFor() ? undefined : walked
    })
    return arrivals && arrivingAt(arrivals, receiver.addresses)
  }

  #arrivalsOf(sender: Sender): Arrivals {
    return once(this.#referred, sender, () => this.#walk([...this.#receivers.values()], sender))
  }

  #walk(receivers: readonly Receiver[], sender: Sender): Arrivals {
    const { family, graph, plane } = this.#engine
    const question = this.#questionTo(addressesOf(receivers), sender)
    const accepts = acceptsAt(
      plane.network,
      receivers.flatMap(({ members }) => members),
    )
    const outcome = propagate(graph, { ...question, accepts })
    return byDestination(family, [splitByClientPort(outcome, question.flight.sent)])
  }

  #questionTo(destinations: AddressSet, sender: Sender): Omit<Question, 'accepts'> {
    const { family, headers } = this.#engine
    const sent = PacketSet.of(family, { sources: this.#sources, destinations, transport: headers })
    return { ...fromWire(family, this.#subnetId), flight: { ...flightOf(sent), sender } }
  }
}

/** Receivers that know senders by their groups ask who it is, unless that is lost on the way, and so may those to whom load balancers and
 *  endpoints pass packets on: the others shall not suffer from it. */
const kindOf = ({ class: { owner }, end }: Receiver): string => `${owner.is} ${end.knowsAny}`

/** What becomes of what subnets are handed, by who receives it. */
class HandedOver {
  readonly #engine: PairEngine
  readonly #handed: Handed
  readonly #sources: AddressSet
  /** Equal for destinations to which all is handed over alike. */
  readonly #alike: AddressMap<string>
  readonly #known = new Map<string, readonly Arrival[] | undefined>()

  constructor(engine: PairEngine, handed: Handed, sources: AddressSet) {
    this.#engine = engine
    this.#handed = handed
    this.#sources = sources
    const { outcome, possible, mixed, seen } = handed
    const sets = [...WELCOMES.map((verdict) => outcome[verdict]), possible, mixed]
    const all = [
      ...sets.flatMap(({ rows }) => rows.flatMap(([, rest]) => rest.map(([destinations]) => destinations))),
      ...seen.map(({ destinations }) => destinations),
    ]
    this.#alike = AddressMap.sweep<number, string>(
      engine.family,
      all.map((destinations, at) => [destinations, at] as const),
      (found) => found.join(),
    )
  }

  /** To an end that is plain; undefined where the halves do not tell. */
  to({ end, addresses }: Receiver): readonly Arrival[] | undefined {
    const [alike, ...others] = this.#alike.split(addresses).keys()
    if (alike === undefined || others.length > 0) return undefined
    const receptions = receptionsOf(this.#handed, end, this.#sources, addresses)
    if (!receptions) return undefined
    const { fates } = this.#engine
    const parts = receptions.map(([part, reception]) => `${part.join()} ${fates.idOfReception(reception)}`)
    return once(this.#known, [alike, ...parts].join('\n'), () => this.#arrivals(single(addresses[0]!), receptions))
  }

  #arrivals(destinations: AddressSet, receptions: Receptions): readonly Arrival[] | undefined {
    const { family, headers } = this.#engine
    const sent = PacketSet.of(family, { sources: this.#sources, destinations, transport: headers })
    const outcome = receivedOf(this.#handed, sent, receptions)
    return outcome && byDestination(family, [splitByClientPort(outcome, sent)]).at(destinations[0]!)
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

/** Those that have their addresses for themselves: what one of two gets to, the other does not. An interface may be of several receivers.
 *  `besides`: whoever takes packets with a receiver, asked about or not. */
export const withoutSharers = <P extends Pick<Party, 'members'>>(
  family: Family,
  receivers: Iterable<P>,
  addressesOf: (each: NetworkInterface) => AddressSet = (each) => each.addressSet(family),
  besides: (each: P) => readonly NetworkInterface[] = ({ members }) => members,
): ReadonlySet<P> => {
  const asked = new Set(receivers)
  const all = new Set([...asked].flatMap(besides))
  const entries = [...all].map((each) => [addressesOf(each), each] as const)
  const sharing = sharingAddresses(entries, family)
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
  return AddressMap.interning<Arrival, readonly Arrival[]>(family, entries, (found) => found)
}
