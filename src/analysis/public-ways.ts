/** Ways by the internet to public addresses of the estate (R-IGW-9), told in two halves that meet there: out of a subnet, under whatever
 *  address its packets then have, and in to whoever has the public address. Each half is asked of the path engine once and serves all
 *  pairs; pairs whose halves do not simply add up are left to be asked. IPv4 only: for IPv6 nothing is translated. */
import { internetSpace } from '../aws/internet.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Address, AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { ALL_PORTS, type PortSet, type Transport, transport, transportAlgebra } from '../packet/transport.ts'
import { eitherOf, type Fate, NOWHERE, type Reception, WELCOMES, type Welcomes, welcomesBy } from '../reach/fate.ts'
import { takesAll } from '../reach/forwarding-table.ts'
import { type Observer, propagate, type Question } from '../reach/propagate.ts'
import { type Endpoint, publicAddressesOf, sendersBySubnet } from './endpoints.ts'
import type { PairOfMembers, PairSink } from './all-pairs.ts'
import { type End, type PairEngine, welcomesBySource } from './pair-engine.ts'
import { acceptsAt, anybody, flightOf, fromWire, hubOf } from './question.ts'

/** Counts the pairs of all endpoints with all that have public addresses. */
export const eachPublicPair = (engine: PairEngine, endpoints: readonly Endpoint[], sink: PairSink): void => {
  const targets = targetsIn(engine, endpoints)
  if (targets.length === 0) return
  const destinations = intervals.unionAll(targets.map(({ addresses }) => addresses))
  const joins = new Joins(engine)
  const withAddresses = endpoints.filter((each) => each.addresses(4).length > 0)
  for (const senders of sendersBySubnet(withAddresses)) {
    const out = wayOut(engine, senders, destinations)
    for (const sender of senders) fromOne(joins, sender, out, targets, sink)
  }
}

const HUB = hubOf(4)

/** Receivers that treat what comes to them from the internet alike. */
interface Target {
  readonly welcome: AddressMap<Reception | undefined>
  readonly endpoints: readonly Endpoint[]
  /** The public addresses of all. */
  readonly addresses: AddressSet
  /** Members with a public address. */
  readonly members: number
}

const targetsIn = (engine: PairEngine, endpoints: readonly Endpoint[]): readonly Target[] => {
  type Growing = { readonly welcome: Target['welcome']; readonly endpoints: Endpoint[] }
  const alike = new Map<string, Growing>()
  const memberships = new Map<Endpoint['membership'], number>()
  for (const each of endpoints) {
    const addresses = publicAddressesOf(each.members)
    if (each.membership.columns.length === 0 || addresses.length === 0) continue
    if (!memberships.has(each.membership)) memberships.set(each.membership, memberships.size)
    const welcome = welcomeOf(engine, each, addresses)
    const key = `${memberships.get(each.membership)} ${keyOf(engine, welcome)}`
    const known = alike.get(key)
    if (known) known.endpoints.push(each)
    else alike.set(key, { welcome, endpoints: [each] })
  }
  return [...alike.values()].map(({ welcome, endpoints: all }) => ({
    welcome,
    endpoints: all,
    addresses: publicAddressesOf(all.flatMap(({ members }) => members)),
    members: all.reduce((sum, each) => sum + published(each).length, 0),
  }))
}

/** What becomes of packets from the internet, by their source there. */
const welcomeOf = (engine: PairEngine, { class: receiver }: Endpoint, destinations: AddressSet): Target['welcome'] => {
  const sent = PacketSet.of(4, {
    sources: internetSpace(4),
    destinations,
    transport: transport(engine.asked),
  })
  const question: Question = {
    from: entranceOf(engine, destinations),
    home: HUB,
    flight: flightOf(sent),
    accepts: acceptsAt(engine.plane.network, receiver.members),
  }
  return engine.receptionBySource(question, destinations)
}

/** The first stage behind the hub that all packets to these destinations get to. The hub leads to every VPC of the estate: to look at all
 *  of its hops for every public address grows by the square. */
const entranceOf = (engine: PairEngine, destinations: AddressSet): StageId => {
  const [lanes, ...others] = engine.tables.node(HUB).lanes('request').split(destinations).keys()
  const [lane, ...more] = lanes ?? []
  return lane && others.length + more.length === 0 && takesAll(lane) ? lane.to.id : HUB
}

const keyOf = (engine: PairEngine, map: Target['welcome']): string => {
  const pieces: string[] = []
  for (let piece = 0; piece < map.pieces; piece++) {
    const reception = map.valueOf(piece)
    pieces.push(`${map.startOf(piece)} ${reception ? engine.fates.idOfReception(reception) : '?'}`)
  }
  return pieces.join()
}

/** How a subnet's packets get to the internet. */
interface WayOut {
  /** By source as sent. */
  readonly fares: AddressMap<Welcomes | undefined>
  readonly arrivals: readonly Arrival[]
  readonly portsAlone: boolean
}

interface Arrival {
  /** Who send what arrives. */
  readonly sources: AddressSet
  /** Of one source as sent: the address that it has there. */
  readonly knownAs: (source: Address) => Address | undefined
  readonly ports: 'own' | PortSet
}

const wayOut = (engine: PairEngine, senders: readonly Endpoint[], destinations: AddressSet): WayOut => {
  // The internet is a few blocks; all public addresses of an estate would be carried through each walk one by one.
  const isOnInternet = intervals.covers(internetSpace(4), destinations)
  const toAll = isOnInternet ? wayTo(engine, senders, internetSpace(4), destinations) : undefined
  return toAll?.isTold && toAll.portsAlone ? toAll : wayTo(engine, senders, destinations, destinations)
}

/** The way of packets to some destinations, told of those that are among `wanted`. */
const wayTo = (
  engine: PairEngine,
  senders: readonly Endpoint[],
  destinations: AddressSet,
  wanted: AddressSet,
): WayOut & { readonly isTold: boolean } => {
  const { subnetId } = senders[0]!.class
  const sources = intervals.unionAll(senders.map((each) => each.addresses(4)))
  const arrivals: Arrival[] = []
  const { sender, isAskedFor } = anybody()
  const question: Question = {
    ...fromWire(4, subnetId),
    until: HUB,
    flight: { ...flightOf(PacketSet.of(4, { sources, destinations, transport: engine.headers })), sender },
    accepts: (_, { sent, header: { source, sourcePort } }) => {
      arrivals.push({
        sources: sourcesTo(sent, wanted),
        knownAs: (address) => {
          if (source.is === 'fixed') return source.address
          if (source.is === 'mapped') return source.table.get(address)
          return source.is === 'sent' ? address : undefined
        },
        ports: sourcePort.is === 'chosen' ? sourcePort.ports : 'own',
      })
      return true
    },
  }
  // Whether all that decides over packets is which port a device picks: they then arrive whichever it is.
  let portsAlone = true
  const observer: Observer = {
    depends: ({ code }) => {
      portsAlone &&= code === 'PORT_CHOICE'
    },
    ended: ({ effect }) => {
      portsAlone &&= effect !== 'unknown'
    },
  }
  const outcome = propagate(engine.graph, question, { observer })
  const isTold = !isAskedFor()
  const fares = isTold ? welcomesBySource(outcome, wanted) : AddressMap.constant<Welcomes | undefined>(4, undefined)
  return { fares, arrivals, portsAlone, isTold }
}

const sourcesTo = ({ rows }: PacketSet, wanted: AddressSet): AddressSet =>
  intervals.unionAll(
    rows.flatMap(([sources, rest]) =>
      rest.some(([destinations]) => intervals.overlaps(destinations, wanted)) ? [sources] : [],
    ),
  )

const fromOne = (joins: Joins, sender: Endpoint, out: WayOut, targets: readonly Target[], sink: PairSink): void => {
  const leaving = leavingOf(sender, out)
  for (const target of targets) {
    const sent = joins.sentTo(sender, target)
    if (sent && sent.unknown !== NOTHING && sent.line === NOTHING) {
      // Nobody can tell what such a sender sends, whatever the way is.
      const senders = sender.members.filter((member) => member.addressSet(4).length > 0)
      countTo(sender, senders, target, joins.untold(sent.unknown), sink)
      continue
    }
    if (leaving === 'nobody' && sent?.unknown === NOTHING) continue
    const fate =
      typeof leaving === 'string' || sent?.unknown !== NOTHING ? undefined : joins.fate(sent.line, leaving, target)
    if (!fate || typeof leaving === 'string') for (const receiver of target.endpoints) sink.open(sender, receiver)
    else countTo(sender, leaving.members, target, fate, sink)
  }
}

/** Pairs of some of a sender's members and all of a target's, nobody with itself. */
const countTo = (
  sender: Endpoint,
  members: readonly NetworkInterface[],
  target: Target,
  fate: Fate,
  sink: PairSink,
): void => {
  const itself = target.endpoints.includes(sender)
    ? members.filter(({ publicMappings }) => publicMappings.length > 0).length
    : 0
  const pairs = members.length * target.members - itself
  if (pairs > 0 && fate.length > 0) sink.counted([sender], target.endpoints, fate, pairs, exampleOf(members, target))
}

const exampleOf = (senders: readonly NetworkInterface[], { endpoints }: Target): PairOfMembers => {
  for (const sender of senders)
    for (const each of endpoints) {
      const receiver = published(each).find((member) => member !== sender)
      if (receiver) return [sender, receiver]
    }
  throw new Error('pairs without one to show')
}

/** Those of a class whose packets get out, all alike. */
interface Leaving {
  readonly members: readonly NetworkInterface[]
  readonly fares: Welcomes
  readonly portsAlone: boolean
  /** Their addresses on the internet. */
  readonly knownAs: ReadonlySet<Address>
  readonly ports: Arrival['ports']
}

const leavingOf = (sender: Endpoint, { fares, arrivals, portsAlone }: WayOut): Leaving | 'nobody' | 'uneven' => {
  const parts = [...fares.split(sender.addresses(4))].filter(([each]) => !each || !isNothing(each))
  if (parts.length === 0) return 'nobody'
  const [fare, sources] = parts[0]!
  if (parts.length > 1 || !fare) return 'uneven'
  const members: NetworkInterface[] = []
  for (const member of sender.members) {
    const set = member.addressSet(4)
    if (!intervals.overlaps(set, sources)) continue
    if (!intervals.covers(sources, set)) return 'uneven'
    members.push(member)
  }
  const knownAs = new Set<Address>()
  let ports: Arrival['ports'] | undefined
  for (const arrival of arrivals) {
    const sent = intervals.intersect(arrival.sources, sources)
    if (sent.length === 0) continue
    if (ports !== undefined && !samePorts(ports, arrival.ports)) return 'uneven'
    ports = arrival.ports
    for (const [from, end] of intervals.ranges(sent)) {
      if (typeof from === 'bigint' || typeof end === 'bigint' || end - from > MANY) return 'uneven'
      for (let source = from; source < end; source++) {
        const address = arrival.knownAs(source)
        if (address === undefined) return 'uneven'
        knownAs.add(address)
        // Of a NAT gateway it is the same for all.
        if (arrival.ports !== 'own') break
      }
    }
  }
  return ports === undefined ? 'uneven' : { members, fares: fare, portsAlone, knownAs, ports }
}

/** A delegated prefix has no more addresses. */
const MANY = 65536

const samePorts = (a: Arrival['ports'], b: Arrival['ports']): boolean =>
  a === b || (a !== 'own' && b !== 'own' && intervals.equals(a, b))

/** Joins the two halves of a way. */
class Joins {
  readonly #engine: PairEngine
  readonly #sent = new Map<End, Map<Target, ReturnType<End['sentAlike']>>>()
  readonly #fates = new Map<string, Fate | undefined>()
  readonly #ids = new Map<Welcomes, number>()

  constructor(engine: PairEngine) {
    this.#engine = engine
  }

  untold(unknown: L4Set): Fate {
    return this.#engine.fates.untold(unknown)
  }

  /** Of senders that let `line` out; undefined where the halves do not simply add up. */
  fate(line: L4Set, leaving: Leaving, target: Target): Fate | undefined {
    const welcome = new Set([...leaving.knownAs].map((address) => target.welcome.at(address)))
    const [only] = welcome
    if (welcome.size !== 1 || !only) return undefined
    const { fates } = this.#engine
    const ports = leaving.ports === 'own' ? '' : leaving.ports.join()
    const key = `${this.#idOf(leaving.fares)} ${fates.idOfReception(only)} ${line.id} ${ports} ${leaving.portsAlone}`
    if (!this.#fates.has(key)) this.#fates.set(key, this.#joined(leaving, only, line))
    return this.#fates.get(key)
  }

  sentTo(sender: Endpoint, target: Target): ReturnType<End['sentAlike']> {
    const end = this.#engine.end(sender.class)
    let byTarget = this.#sent.get(end.like)
    if (!byTarget) this.#sent.set(end.like, (byTarget = new Map<Target, ReturnType<End['sentAlike']>>()))
    if (!byTarget.has(target)) byTarget.set(target, end.sentAlike(target.addresses))
    return byTarget.get(target)
  }

  #joined({ fares, portsAlone, ports }: Leaving, welcome: Reception, line: L4Set): Fate | undefined {
    if (fares.unknown.length > 0 || (fares.conditional.length > 0 && !portsAlone)) return undefined
    const answered = ports === 'own' ? welcome.answered : withAnyPort(welcome.answered, ports)
    const lost = ports === 'own' ? welcome.lost : withAnyPort(welcome.lost, ports)
    if (!answered || !lost) return undefined
    const sent = transport(line)
    const part = (fare: Transport, of: Welcomes): Welcomes =>
      welcomesBy((verdict) => transportAlgebra.intersect(transportAlgebra.intersect(fare, of[verdict]), sent))
    const parts = [
      part(fares.reachable, answered),
      part(fares['one-way'], lost),
      part(fares.conditional, eitherOf(answered, lost)),
    ]
    return this.#engine.fates.settled(
      welcomesBy((verdict) => parts.map((each) => each[verdict]).reduce(transportAlgebra.union)),
    )
  }

  #idOf(fares: Welcomes): number {
    let id = this.#ids.get(fares)
    if (id === undefined) {
      const { fates } = this.#engine
      id = fates.idOfReception(fates.reception({ answered: fares, lost: NOWHERE }))
      this.#ids.set(fares, id)
    }
    return id
  }
}

/** What a receiver does with packets whose source port a NAT gateway picks; undefined where that depends on which. */
const withAnyPort = (welcomes: Welcomes, picked: PortSet): Welcomes | undefined => {
  const all = { ...NOWHERE }
  for (const verdict of WELCOMES) {
    let whatever: Transport = []
    for (const [line, ports] of welcomes[verdict]) {
      if (intervals.covers(ports, picked)) whatever = transportAlgebra.union(whatever, transport(line, ALL_PORTS))
      else if (intervals.overlaps(ports, picked)) return undefined
    }
    all[verdict] = whatever
  }
  return all
}

const isNothing = (reception: Welcomes): boolean => WELCOMES.every((verdict) => reception[verdict].length === 0)

const published = ({ members }: Endpoint): readonly NetworkInterface[] =>
  members.filter(({ publicMappings }) => publicMappings.length > 0)
