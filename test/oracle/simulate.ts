/** The oracle: one packet, every choice that AWS leaves open, walked by plain loops over raw records. Written from the rules alone
 *  and sharing no code with the engine, so that agreement between the two means something. */
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { addressOf, familyOf } from './address.ts'
import { atGatewayEndpoint, atInspectionEndpoint, atMiddlebox } from './endpoint.ts'
import { type Estate, estateOf } from './estate.ts'
import { describe, drop, type Flight, mirror, type Packet, type Place, to } from './flight.ts'
import { arriveLocally, leaveInterface } from './interface.ts'
import {
  intoAws,
  isInternetAddress,
  isOurs,
  onTheInternet,
  outByEgressOnlyGateway,
  outByInternetGateway,
} from './internet.ts'
import { atLoadBalancer } from './load-balancer.ts'
import { atNatGateway } from './nat-gateway.ts'
import { fromPremises, outByHybridAttachment, outByVpnGateway } from './onpremises.ts'
import { route } from './routing.ts'
import { intoTransitGateway, throughTransitGateway } from './transit-gateway.ts'
import { overPeering } from './vpc-peering.ts'

/** A packet as a person would write it. Ports for TCP and UDP, type and code for the two ICMPs, neither for other protocols. */
export interface PlainPacket {
  readonly family: 4 | 6
  readonly source: string
  readonly destination: string
  /** IANA number, 0 to 255. */
  readonly protocol: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly icmpType?: number
  readonly icmpCode?: number
}

/** `onprem`: the source of the packet is an address there. */
export type Start = 'internet' | 'onprem' | { readonly interface: string }

export interface Outcome {
  readonly verdict: 'reachable' | 'one-way' | 'unreachable' | 'unknown'
  /** An interface id, `internet`, `onprem` or `service`; absent where no request arrives. */
  readonly deliveredTo?: string
  /** `appliance` or `inspection`: a device on the path decides, and configuration does not tell how; `tunnels down`: of a VPN. */
  readonly conditional?: string
  /** All missing knowledge met on the way; also where something else blocks the packet anyway. */
  readonly unknowns: readonly string[]
  /** Equal for all that comes of the same doubt. */
  readonly doubted?: number
  readonly trail: readonly string[]
}

/** The different outcomes over all choices of AWS, at least one. Outcomes that differ in their trail alone are one. */
export type Fate = readonly Outcome[]

export type Verdict = 'reachable' | 'conditional' | 'one-way' | 'unknown' | 'unreachable'

/** What may become of this packet. Throws where `packet` is no packet; missing knowledge is an outcome. */
export const simulate = (snapshot: Snapshot, from: Start, packet: PlainPacket): Fate => {
  const estate = estateOf(snapshot)
  const sent = parse(packet)
  const start = depart(estate, from, sent)
  const outcomes = new Map<string, Outcome>()
  for (const arrived of walk(estate, start, sent))
    for (const outcome of answer(estate, arrived, from, sent)) {
      const { trail: _, ...rest } = outcome
      const key = JSON.stringify(rest)
      if (!outcomes.has(key)) outcomes.set(key, outcome)
    }
  return [...outcomes.values()]
}

/** What AWS picks behind a doubt may not come to be picked at all: it is known only where all choices end alike. */
const behindDoubts = (fate: Fate): Fate => {
  const open = new Set(fate.flatMap(({ verdict, doubted }) => (verdict === 'unknown' ? (doubted ?? []) : [])))
  return fate.map((each) =>
    each.doubted !== undefined && open.has(each.doubted) ? { ...each, verdict: 'unknown' as const } : each,
  )
}

/** Folds by the contract: one kind of outcome is the verdict, a mixture is `conditional`, `unknown` beside `unreachable` stays
 *  `unknown`. A condition on the path weakens `reachable` and nothing else: what is lost is lost whatever the appliance does. */
export const verdictOf = (fate: Fate): Verdict => {
  const kinds = new Set(
    behindDoubts(fate).map(({ verdict, conditional }) =>
      verdict === 'reachable' && conditional ? 'conditional' : verdict,
    ),
  )
  if (kinds.size === 1) return [...kinds][0]!
  const undecided = kinds.size === 2 && kinds.has('unknown') && kinds.has('unreachable')
  return undecided ? 'unknown' : 'conditional'
}

const parse = (packet: PlainPacket): Packet => {
  const { family, source, destination, protocol, sourcePort, destinationPort, icmpType, icmpCode } = packet
  if (familyOf(source) !== family || familyOf(destination) !== family) throw new Error('addresses of another family')
  const ported = protocol === 6 || protocol === 17
  const typed = protocol === 1 || protocol === 58
  if (ported !== (sourcePort !== undefined) || ported !== (destinationPort !== undefined))
    throw new Error('ports are for TCP and UDP')
  if (typed !== (icmpType !== undefined) || typed !== (icmpCode !== undefined)) throw new Error('types are for ICMP')
  return {
    family,
    source: addressOf(source),
    destination: addressOf(destination),
    protocol,
    sourcePort,
    destinationPort,
    icmpType,
    icmpCode,
  }
}

const depart = (estate: Estate, from: Start, packet: Packet): Flight => {
  const flight: Flight = {
    packet,
    leg: 'request',
    place: departureOf(from),
    sender: undefined,
    owed: undefined,
    sessions: [],
    middleboxes: [],
    crossed: [],
    conditions: [],
    doubts: [],
    doubted: 0,
    chosen: {},
    trail: [describe(packet)],
    visited: [],
  }
  if (from !== 'internet') return flight
  const { family, source, destination } = packet
  // R-IGW-4: nobody out there has such an address. And what is not ours is not asked about.
  if (!isInternetAddress(family, source) || isOurs(estate, family, source)) return drop(flight, 'a forged source')
  return isOurs(estate, family, destination) ? flight : drop(flight, 'not an address of this estate')
}

const departureOf = (from: Start): Place => {
  if (from === 'internet') return { at: 'out there' }
  return from === 'onprem' ? { at: 'on premises' } : { at: 'leaving interface', interface: from.interface }
}

/** Follows a flight to its ends. Terminates, as no flight is routed twice with one header at one place. */
const walk = (estate: Estate, start: Flight, origin: Packet): Flight[] => {
  const ended: Flight[] = []
  const pending = [start]
  for (let flight = pending.pop(); flight !== undefined; flight = pending.pop())
    if (['delivered', 'returned', 'dropped', 'unknown'].includes(flight.place.at)) ended.push(flight)
    else pending.push(...step(estate, flight, origin))
  return ended
}

const step = (estate: Estate, flight: Flight, origin: Packet): Flight[] => {
  const { place } = flight
  switch (place.at) {
    case 'leaving interface':
      return leaveInterface(estate, flight, place.interface)
    case 'routing':
      return route(estate, flight, place)
    case 'local':
      return arriveLocally(estate, flight, place.vpc, place.from)
    case 'internet gateway, outwards':
      return outByInternetGateway(estate, flight, place)
    case 'egress-only gateway':
      return outByEgressOnlyGateway(estate, flight, place)
    case 'out there':
      return intoAws(estate, flight)
    case 'internet':
      return onTheInternet(estate, flight, origin)
    case 'nat gateway':
      return atNatGateway(estate, flight, place.gateway, place.zone)
    case 'peering':
      return overPeering(estate, flight, place.connection, place.vpc)
    case 'entering transit gateway':
      return intoTransitGateway(estate, flight, place)
    case 'transit gateway':
      return throughTransitGateway(estate, flight, place)
    case 'virtual private gateway, outwards':
      return outByVpnGateway(estate, flight, place.gateway)
    case 'hybrid attachment':
      return outByHybridAttachment(estate, flight, place.gateway, place.attachment)
    case 'on premises':
      return fromPremises(estate, flight)
    case 'gateway endpoint':
      return atGatewayEndpoint(estate, flight, place.endpoint, place.vpc, place.origin)
    case 'middlebox':
      return atMiddlebox(estate, flight, place.interface)
    case 'inspection endpoint':
      return atInspectionEndpoint(estate, flight, place.endpoint)
    case 'load balancer node':
      return atLoadBalancer(estate, flight, place.interface)
    case 'delivered':
    case 'returned':
    case 'dropped':
    case 'unknown':
      throw new Error(`a flight at its end goes nowhere: ${place.at}`)
  }
}

/** The reply to a request that came to its end (R-FLOW-1). */
const answer = (estate: Estate, arrived: Flight, from: Start, origin: Packet): Outcome[] => {
  const { place } = arrived
  if (place.at === 'dropped') return [outcomeOf('unreachable', arrived)]
  if (place.at === 'unknown') return [outcomeOf('unknown', arrived, [place.why])]
  if (place.at !== 'delivered') throw new Error(`a request cannot end ${place.at}`)
  const { to: deliveredTo, answers } = place
  if (answers.how !== 'from') return [settled('reachable', arrived, arrived, deliveredTo)]
  const reply = to(arrived, answers.place, `reply: ${describe(mirror(arrived.packet)!)}`, {
    packet: mirror(arrived.packet)!,
    leg: 'reply',
    sender: undefined,
    owed: undefined,
    middleboxes: [],
    visited: [],
  })
  return walk(estate, reply, origin).map((ended) => {
    if (ended.place.at === 'unknown') return settled('unknown', arrived, ended, deliveredTo, [ended.place.why])
    if (ended.place.at !== 'returned') return settled('one-way', arrived, ended, deliveredTo)
    // R-FLOW-11: a stateful middlebox must see both directions.
    const symmetric = arrived.middleboxes.join() === ended.middleboxes.join()
    const home = ended.place.to === (typeof from === 'string' ? from : from.interface)
    const complete = symmetric && home && isReplyTo(ended, origin)
    return settled(complete ? 'reachable' : 'one-way', arrived, ended, deliveredTo)
  })
}

/** Only the very mirror of what was sent is a reply to it. */
const isReplyTo = (ended: Flight, origin: Packet): boolean => {
  const awaited = mirror(origin)
  return awaited !== undefined && describe(awaited) === describe(ended.packet)
}

/** A verdict that doubted filters turn into `unknown`: the request's for everything, the reply's for the way back. */
const settled = (
  verdict: Outcome['verdict'],
  arrived: Flight,
  ended: Flight,
  deliveredTo: string,
  unknowns: readonly string[] = [],
): Outcome => {
  const blind = arrived.doubts.length > 0 || (verdict === 'reachable' && ended.doubts.length > 0)
  return outcomeOf(blind ? 'unknown' : verdict, ended, unknowns, deliveredTo)
}

const outcomeOf = (
  verdict: Outcome['verdict'],
  flight: Flight,
  unknowns: readonly string[] = [],
  deliveredTo?: string,
): Outcome => {
  const { conditions } = flight
  return {
    verdict,
    ...(deliveredTo === undefined ? {} : { deliveredTo }),
    ...(conditions[0] === undefined ? {} : { conditional: conditions[0] }),
    unknowns: [...new Set([...flight.doubts, ...unknowns])],
    ...(flight.doubted > 0 && { doubted: flight.doubted }),
    trail: flight.trail,
  }
}
