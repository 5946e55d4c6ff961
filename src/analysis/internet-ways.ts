/** Ways between the estate and the internet, as far as the hub where packets from everywhere meet: out of a subnet, whoever of it sends, and
 *  in to whoever has a public address. Each is asked of the path engine once, and serves those who ask about the internet as a place
 *  (`outside.ts`) and those who join two halves to a way back into the estate (`public-ways.ts`). */
import { internetSpace } from '../aws/internet.ts'
import { byClass, type EndpointClass } from '../aws/endpoint-class.ts'
import { once } from '../collections.ts'
import { alsoInCommon, type Stages } from '../forwarding/graph.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Flight } from '../forwarding/transfer.ts'
import { type AddressSet, type Family, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { takesAll } from '../reach/forwarding-table.ts'
import { type Both, both, type Observer, propagate, type Question } from '../reach/propagate.ts'
import type { Outcome } from '../reach/verdict.ts'
import { publicAddressesOf } from './endpoints.ts'
import { type HandedBoth, handOverBoth, receivedOf, receptionsOf } from './handover.ts'
import type { PairEngine } from './pair-engine.ts'
import { isEnd } from './place.ts'
import { Walked } from './walked.ts'
import { acceptsAt, anybody, flightOf, fromWire, hubOf, worldOf } from './question.ts'

/** How what a subnet puts on the wire gets to the hub, and answers from there to its senders. */
export interface WayOut {
  /** Of all addresses of the subnet's interfaces. */
  readonly sent: PacketSet
  readonly outcome: Outcome
  /** As they get to the hub. */
  readonly arrivals: readonly Flight[]
  /** What was delivered before it got there. */
  readonly strays: readonly PacketSet[]
  /** Somebody on the way asks who sends: the answer is not that for all. */
  readonly isAskedFor: boolean
  /** Something of it ends where nobody can tell. */
  readonly isUnknown: boolean
  /** All that decides over packets is which port a device picks. */
  readonly portsAlone: boolean
  readonly isSeenOneWay: boolean
}

/** What becomes of packets from anywhere on the internet, by what becomes of answers there. */
export interface WayIn extends Both {
  readonly isSeenOneWay: boolean
}

/** A half in which a middlebox sees one direction only says nothing of the whole: the same middlebox may see the other direction in the
 *  other half (R-FLOW-11). */
const isSeenOneWay = ({ code }: Reason): boolean => code === 'ASYMMETRIC_INSPECTION'

/** Kept for as long as the engine is: what one question found out serves the next. */
export const internetWaysOf = (engine: PairEngine): InternetWays => once(ways, engine, () => new InternetWays(engine))

const ways = new WeakMap<PairEngine, InternetWays>()

class InternetWays {
  readonly #engine: PairEngine
  readonly #family: Family
  /** Where packets of anybody on the internet come in, and whence answers of anybody set out: the hub, unless some public addresses of the
   *  estate are not to be found by the world. */
  readonly world: StageId
  readonly #out: Walked<WayOut>
  readonly #in: Walked<WayIn>
  readonly #intoVpc: Walked<IntoVpc>
  readonly #handed = new Map<EndpointClass, WayIn | undefined>()

  constructor(engine: PairEngine) {
    const { family, tables } = engine
    this.#engine = engine
    this.#family = family
    const { graph } = engine
    const common = alsoInCommon(engine.common, internetWaysOf)
    const walked = <T>(ofLike: (there: InternetWays) => Walked<T>): Walked<T> =>
      new Walked(graph, alsoInCommon(common, ofLike))
    this.#out = walked((there) => there.#out)
    this.#in = walked((there) => there.#in)
    this.#intoVpc = walked((there) => there.#intoVpc)
    const world = tables.node(worldOf(family))
    const [entries, ...others] = tables.of(world, 'request').split(internetSpace(family)).keys()
    const hidesSome = others.length > 0 || entries?.length !== 1 || !takesAll(entries[0]!)
    this.world = hidesSome ? world.id : hubOf(family)
  }

  /** From a subnet to all of the internet. `answersFrom`: the hub, of packets that come back in there, or the world. `letOut`: of packets
   *  that were let out by a reference alone. */
  out(subnetId: string, answersFrom: StageId, letOut = false): WayOut {
    return this.#out.of(`${subnetId} ${letOut} ${answersFrom}`, (graph) =>
      wayOut(this.#engine, subnetId, internetSpace(this.#family), answersFrom, { letOut, graph }),
    )
  }

  /** From anywhere on the internet to the public addresses of a class, of which it has some, whichever port they are sent from. */
  in(receiver: EndpointClass): WayIn {
    const handed = once(this.#handed, receiver, () => this.#handedIn(receiver))
    return handed ?? this.#in.of(receiver.id, (graph) => wayIn(this.#engine, receiver, graph))
  }

  /** In two halves (`handover.ts`); undefined where these do not simply add up. */
  #handedIn(receiver: EndpointClass): WayIn | undefined {
    const end = this.#engine.end(receiver)
    if (!end.isPlain) return undefined
    const { answered, lost, seenOneWay } = this.#intoVpc.of(receiver.vpcId, (graph) =>
      intoVpc(this.#engine, receiver.vpcId, graph),
    )
    const destinations = publicAddressesOf(receiver.members)
    const sources = internetSpace(this.#family)
    const sent = PacketSet.of(this.#family, { sources, destinations, transport: transport(this.#engine.asked) })
    const own = intervals.unionAll(
      receiver.members.flatMap(({ publicMappings }) => publicMappings.map(([inside]) => single(inside))),
    )
    const [one, other] = [answered, lost].map((handed) => {
      const receptions = receptionsOf(handed, end, sources, destinations, own)
      return receptions && receivedOf(handed, sent, receptions)
    })
    if (!one || !other) return undefined
    return { answered: one, lost: other, isSeenOneWay: intervals.overlaps(seenOneWay, destinations) }
  }

  /** Where packets of anybody on the internet to these destinations come in. */
  entranceTo(destinations: AddressSet): StageId {
    return this.world === hubOf(this.#family) ? entranceTo(this.#engine, destinations) : this.world
  }
}

/** From a subnet to some destinations by the hub. */
export const wayOut = (
  engine: PairEngine,
  subnetId: string,
  destinations: AddressSet,
  answersFrom: StageId,
  { letOut = false, graph = engine.graph }: { readonly letOut?: boolean; readonly graph?: Stages } = {},
): WayOut => {
  const { family, headers, plane } = engine
  const hub = hubOf(family)
  const sources = intervals.unionAll(plane.network.interfacesIn(subnetId).map((each) => each.addressSet(family)))
  const sent = PacketSet.of(family, { sources, destinations, transport: headers })
  const arrivals: Flight[] = []
  const strays: PacketSet[] = []
  const { sender, isAskedFor } = anybody(letOut)
  const question: Question = {
    ...fromWire(family, subnetId),
    until: new Map([[hub, answersFrom]]),
    flight: { ...flightOf(sent), sender },
    accepts: ({ id }, flight) => {
      if (id === hub) arrivals.push(flight)
      else strays.push(flight.sent)
      return id === hub
    },
  }
  let isUnknown = false
  let portsAlone = true
  let isOneSided = false
  const observer: Observer = {
    depends: ({ code }) => {
      portsAlone &&= code === 'PORT_CHOICE'
    },
    ended: ({ effect, because }) => {
      isUnknown ||= effect === 'unknown'
      isOneSided ||= isSeenOneWay(because)
    },
  }
  const outcome = propagate(graph, question, { observer })
  return {
    sent,
    outcome,
    arrivals,
    strays,
    isAskedFor: isAskedFor(),
    isUnknown,
    portsAlone: portsAlone && !isUnknown,
    isSeenOneWay: isOneSided,
  }
}

interface IntoVpc extends HandedBoth {
  /** Destinations of which some middlebox sees one direction only. */
  readonly seenOneWay: AddressSet
}

/** From anywhere on the internet to all that has a public address in a VPC. */
const intoVpc = (engine: PairEngine, vpcId: string, graph: Stages): IntoVpc => {
  const { family, plane } = engine
  const published = plane.network.interfacesOf(vpcId).filter(({ publicMappings }) => publicMappings.length > 0)
  const plain = [...byClass(plane.network, published)].filter(([each]) => isEnd(each.owner) && engine.end(each).isPlain)
  const destinations = publicAddressesOf(plain.flatMap(([, members]) => members))
  const sources = internetSpace(family)
  const sent = PacketSet.of(family, { sources, destinations, transport: transport(engine.asked) })
  const question = { from: entranceTo(engine, destinations), home: hubOf(family), flight: flightOf(sent) }
  const subnets = new Set(plain.map(([{ subnetId }]) => subnetId))
  const seenOneWay: AddressSet[] = []
  const handed = handOverBoth(engine, graph, question, subnets, ({ because, flight }) => {
    if (isSeenOneWay(because)) seenOneWay.push(flight.sent.addresses('destination'))
  })
  return { ...handed, seenOneWay: intervals.unionAll(seenOneWay) }
}

const wayIn = (engine: PairEngine, receiver: EndpointClass, graph: Stages): WayIn => {
  const { family, plane } = engine
  const destinations = publicAddressesOf(receiver.members)
  const sent = PacketSet.of(family, {
    sources: internetSpace(family),
    destinations,
    transport: transport(engine.asked),
  })
  const question: Question = {
    from: entranceTo(engine, destinations),
    home: hubOf(family),
    flight: flightOf(sent),
    accepts: acceptsAt(plane.network, receiver.members),
  }
  let isOneSided = false
  const way = both(graph, question, {
    ended: ({ because }) => {
      isOneSided ||= isSeenOneWay(because)
    },
  })
  return { ...way, isSeenOneWay: isOneSided }
}

/** The first stage behind the hub that all packets to these destinations get to. The hub leads to every VPC of the estate: to look at all
 *  of its hops for every public address grows by the square. */
const entranceTo = (engine: PairEngine, destinations: AddressSet): StageId => {
  const hub = hubOf(engine.family)
  const [entries, ...others] = engine.tables.of(engine.tables.node(hub), 'request').split(destinations).keys()
  const [entry, ...more] = entries ?? []
  return entry && others.length + more.length === 0 && takesAll(entry) ? entry.to.id : hub
}
