/** Ways from networks on premises to members of the estate, told in two halves that meet where a subnet hands packets over: as far as there, and
 *  back from its wire, asked of the path engine once for all of its members; and what each of them does with what it is handed. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { connectedAddresses } from '../aws/on-premises.ts'
import { stageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import type { HeaderView } from '../forwarding/header.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { ANY_TRANSPORT } from '../packet/transport.ts'
import { PLAIN } from '../reach/corridor.ts'
import { type Reception, splitByClientPort, WELCOMES, type Welcomes, welcomesBy } from '../reach/fate.ts'
import { type Observer, propagate, type Question } from '../reach/propagate.ts'
import { noOutcome, type Outcome } from '../reach/verdict.ts'
import type { End } from './pair-end.ts'
import type { PairEngine } from './pair-engine.ts'
import { flightOf } from './question.ts'

/** Kept for as long as the engine is: what one question found out serves the next. */
export const onPremisesWaysOf = (engine: PairEngine): OnPremisesWays =>
  once(ways, engine, () => new OnPremisesWays(engine))

const ways = new WeakMap<PairEngine, OnPremisesWays>()

interface WayIn {
  readonly outcome: Outcome
  /** Of what is not known to get there, what does if it may: a receiver that refuses it does so for certain. */
  readonly perhaps: PacketSet
  /** What depends on something, and of which one way is not known. */
  readonly mixed: PacketSet
  /** Destinations of what was delivered without being handed over by the subnet: past it, by a route to an interface. */
  readonly strays: AddressSet
}

class OnPremisesWays {
  readonly #engine: PairEngine
  readonly #toSubnets = new Map<string, WayIn | undefined>()

  constructor(engine: PairEngine) {
    this.#engine = engine
  }

  /** What becomes of packets from on premises to members of a class, but for what is refused; undefined where the halves do not simply add up. */
  outcome(sent: PacketSet, receiver: EndpointClass): Outcome | undefined {
    const end = this.#engine.end(receiver)
    const way = end.isPlain
      ? once(this.#toSubnets, receiver.subnetId, () => this.#toSubnet(receiver.subnetId))
      : undefined
    return way && arriving(way, sent, end)
  }

  #toSubnet(subnetId: string): WayIn | undefined {
    const { family, graph, headers, plane } = this.#engine
    const at = (role: 'out' | 'here') => stageId(family, 'onPremises', 'onprem', role)
    const destinations = intervals.unionAll(plane.network.interfacesIn(subnetId).map((each) => each.addressSet(family)))
    const sent = PacketSet.of(family, { sources: connectedAddresses(plane), destinations, transport: headers })
    const deliver = stageId(family, 'subnet', subnetId, 'deliver')
    const [strays, arrived, untold]: readonly [PacketSet[], PacketSet[], PacketSet[]] = [[], [], []]
    let isAsSent = true
    const question: Question = {
      from: at('out'),
      home: at('here'),
      until: deliver,
      answersFrom: stageId(family, 'subnet', subnetId, 'leaving'),
      flight: flightOf(sent),
      accepts: ({ id }, { sent: those, header, sender }) => {
        if (id !== deliver) strays.push(those)
        else {
          arrived.push(those)
          isAsSent &&= sender === undefined && isUnchanged(header)
        }
        return id === deliver
      },
    }
    // What becomes of answers matters to nobody who refuses the request.
    const observer: Observer = { untold: (leg, those) => void (leg === 'request' && untold.push(those)) }
    const outcome = propagate(graph, question, { observer })
    if (!isAsSent) return undefined
    const open = PacketSet.union(family, untold)
    return {
      outcome,
      perhaps: PacketSet.union(family, arrived).subtract(open),
      mixed: outcome.conditional.intersect(open),
      strays: intervals.unionAll(strays.map((each) => each.addresses('destination'))),
    }
  }
}

const isUnchanged = ({ source, destination, sourcePort, destinationPort }: HeaderView): boolean =>
  [source, sourcePort].every((each) => each.is === 'sent' && each.field === 'source') &&
  [destination, destinationPort].every((each) => each.is === 'sent' && each.field === 'destination')

const arriving = ({ outcome: way, perhaps, mixed, strays }: WayIn, sent: PacketSet, end: End): Outcome | undefined => {
  const [sources, destinations] = [sent.addresses('source'), sent.addresses('destination')]
  if (intervals.overlaps(strays, destinations)) return undefined
  const own = (set: PacketSet): PacketSet => within(within(set, 'destination', destinations), 'source', sources)
  const [answered, lost, contested, open] = [way.reachable, way['one-way'], way.conditional, way.unknown].map(own) as [
    PacketSet,
    PacketSet,
    PacketSet,
    PacketSet,
  ]
  if (!own(mixed).isEmpty()) return undefined
  const all = [answered, lost, contested, open].reduce((a, b) => a.union(b))
  const receptions = receptionsOf(end, all.addresses('source'), destinations)
  if (!receptions) return undefined
  // What becomes of the rest of a way that depends on something is told of receivers that take packets or do not.
  if (!(contested.isEmpty() && open.isEmpty()) && !receptions.every(([, reception]) => isPlain(reception)))
    return undefined
  const received = (set: PacketSet, kind: keyof Reception, verdict: keyof Welcomes): PacketSet =>
    set.narrow('source', (from) =>
      receptions.map(([part, reception]) => [intervals.intersect(from, part), reception[kind][verdict]] as const),
    )
  const outcome = welcomesBy((verdict) =>
    received(answered, 'answered', verdict).union(received(lost, 'lost', verdict)),
  )
  const refused = open.intersect(own(perhaps)).subtract(received(open, 'answered', 'reachable'))
  return splitByClientPort(
    {
      ...noOutcome(sent.family),
      ...outcome,
      conditional: outcome.conditional.union(received(contested, 'answered', 'reachable')),
      unknown: outcome.unknown.union(open.subtract(refused)),
    },
    sent,
  )
}

const isPlain = ({ answered }: Reception): boolean =>
  WELCOMES.every((verdict) => verdict === 'reachable' || answered[verdict].length === 0)

const within = (set: PacketSet, field: 'source' | 'destination', addresses: AddressSet): PacketSet =>
  set.narrow(field, (all) => [[intervals.intersect(all, addresses), ANY_TRANSPORT]])

/** By source, what a receiver does with what comes from somebody whom it does not know; undefined where that is not one and the same for all of
 *  its addresses. */
const receptionsOf = (
  end: End,
  sources: AddressSet,
  destinations: AddressSet,
): readonly (readonly [AddressSet, Reception])[] | undefined => {
  const parts: (readonly [AddressSet, Reception])[] = []
  for (let left = sources; left.length > 0;) {
    const { reception, holds } = end.reception(left[0]!, destinations[0]!, PLAIN)
    if (!reception || !intervals.covers([holds.destinationFrom, holds.destinationTo], destinations)) return undefined
    const range: AddressSet = [holds.sourceFrom, holds.sourceTo]
    parts.push([intervals.intersect(left, range), reception])
    left = intervals.subtract(left, range)
  }
  return parts
}
