/** One packet on its way: where it is, what it carries that the wire does not, and what it remembers for its reply. The nouns in
 *  the other files each take a flight at their place and say where it goes next; several flights are several choices of AWS. */
import { type Family, textOf } from './address.ts'

export interface Packet {
  readonly family: Family
  readonly source: bigint
  readonly destination: bigint
  readonly protocol: number
  readonly sourcePort: number | undefined
  readonly destinationPort: number | undefined
  readonly icmpType: number | undefined
  readonly icmpCode: number | undefined
}

export const TCP = 6
export const UDP = 17
export const ICMP = 1
export const ICMPV6 = 58

/** What sends a packet into the routing of its subnet; decides which gateways serve it and which lists judge it. */
export type Origin =
  | 'interface'
  | 'nat gateway'
  | 'transit gateway'
  | 'virtual private gateway'
  | 'endpoint'
  | 'firewall'
  | 'load balancer'
  | 'classic load balancer'

export type Place =
  | { readonly at: 'leaving interface'; readonly interface: string }
  /** About to be routed. `subnet` is undefined for a regional NAT gateway, which brings its own `table` and `zone`, and at the edge of a
   *  VPC, which has a `table`. */
  | {
      readonly at: 'routing'
      readonly vpc: string
      readonly subnet: string | undefined
      readonly origin: Origin
      readonly table?: string
      readonly zone?: string | undefined
    }
  /** To be handed to whoever holds the destination in this VPC; `from` is the subnet it left, undefined where it left none. */
  | { readonly at: 'local'; readonly vpc: string; readonly from: string | undefined }
  | {
      readonly at: 'internet gateway, outwards'
      readonly gateway: string
      readonly vpc: string
      readonly subnet: string | undefined
      readonly origin: Origin
    }
  | {
      readonly at: 'egress-only gateway'
      readonly gateway: string
      readonly vpc: string
      readonly subnet: string | undefined
      readonly origin: Origin
    }
  /** Sent by somebody who is not of the estate. */
  | { readonly at: 'out there' }
  | { readonly at: 'internet' }
  | { readonly at: 'nat gateway'; readonly gateway: string; readonly zone: string | undefined }
  | { readonly at: 'peering'; readonly connection: string; readonly vpc: string }
  | {
      readonly at: 'entering transit gateway'
      readonly gateway: string
      readonly vpc: string
      readonly subnet: string | undefined
      readonly zone: string | undefined
      readonly origin: Origin
    }
  | {
      readonly at: 'transit gateway'
      readonly gateway: string
      readonly attachment: string
      readonly zone: string | undefined
    }
  | { readonly at: 'virtual private gateway, outwards'; readonly gateway: string }
  /** Out of a transit gateway by a VPN or Direct Connect. */
  | { readonly at: 'hybrid attachment'; readonly gateway: string; readonly attachment: string }
  /** Sent by somebody on premises. */
  | { readonly at: 'on premises' }
  | { readonly at: 'gateway endpoint'; readonly endpoint: string; readonly vpc: string; readonly origin: Origin }
  | { readonly at: 'middlebox'; readonly interface: string }
  | { readonly at: 'inspection endpoint'; readonly endpoint: string }
  | { readonly at: 'load balancer node'; readonly interface: string }
  // ---- ends
  | { readonly at: 'delivered'; readonly to: string; readonly answers: Answering }
  /** To an interface, to `internet` or to `onprem`. */
  | { readonly at: 'returned'; readonly to: string }
  | { readonly at: 'dropped'; readonly code: string }
  | { readonly at: 'unknown'; readonly why: string }

/** How a reply starts: not at all where none is due, out of thin air where AWS itself answers, or at a place. */
export type Answering = { readonly how: 'no reply due' | 'at once' } | { readonly how: 'from'; readonly place: Place }

/** The security groups that the far side may still refer to: kept by the path, not by the address (R-SG-11). */
export interface Sender {
  readonly groups: readonly string[]
  readonly overTransitGateway: boolean
}

/** What a device remembers of a request, so that the reply finds its way back through it. */
export type Session =
  | {
      readonly kind: 'nat gateway'
      readonly gateway: string
      /** Of the address it took; tells where a regional gateway stands. */
      readonly zone: string | undefined
      readonly before: Packet
      readonly after: Packet
      /** Whether the request went straight from the gateway into a peering (R-NAT-8). */
      readonly intoPeering: boolean
    }
  | {
      readonly kind: 'nat instance'
      /** The interface that a route named, and the one of its instance that the packet left by. */
      readonly through: string
      readonly exit: string
      readonly before: Packet
      readonly after: Packet
    }
  | {
      readonly kind: 'load balancer'
      readonly node: string
      readonly subnet: string
      readonly vpc: string
      readonly before: Packet
      readonly after: Packet
      /** Client address preserved: the reply returns through the node without being routed (R-LB-10). */
      readonly preserved: boolean
    }
  | {
      readonly kind: 'connect endpoint'
      readonly node: string
      readonly subnet: string
      readonly before: Packet
      readonly after: Packet
      readonly preserved: true
    }

export interface Flight {
  readonly packet: Packet
  readonly leg: 'request' | 'reply'
  readonly place: Place
  readonly sender: Sender | undefined
  /** An egress rule admitted the packet only because the receiver is to carry one of these groups. */
  readonly owed: readonly string[] | undefined
  readonly sessions: readonly Session[]
  /** Appliances and inspection endpoints crossed in this leg, sorted (R-FLOW-11). */
  readonly middleboxes: readonly string[]
  /** Gateways that the request crossed, as `<gateway> in` or `<gateway> out`, and stateful engines that saw it. */
  readonly crossed: readonly string[]
  readonly conditions: readonly string[]
  /** Filters that could not be judged for want of knowledge. */
  readonly doubts: readonly string[]
  /** Equal for all that comes of the same doubt; 0 where there is none. */
  readonly doubted: number
  /** What AWS has picked for good: an ambiguous prefix list, the zone of an appliance-mode flow. */
  readonly chosen: Readonly<Record<string, string>>
  readonly trail: readonly string[]
  readonly visited: readonly string[]
}

export const to = (flight: Flight, place: Place, note: string, change: Partial<Flight> = {}): Flight => ({
  ...flight,
  ...change,
  place,
  trail: [...flight.trail, note],
})

export const drop = (flight: Flight, code: string): Flight => to(flight, { at: 'dropped', code }, `dropped: ${code}`)

export const unknown = (flight: Flight, why: string): Flight => to(flight, { at: 'unknown', why }, `unknown: ${why}`)

/** What one filter says of one packet. */
export type Judgement = 'allow' | 'deny' | { readonly unknown: string }

/** Passes a judged flight on: undefined where it is denied, doubted where nobody can tell. */
export const judged = (flight: Flight, judgement: Judgement): Flight | undefined => {
  if (judgement === 'deny') return undefined
  if (judgement === 'allow') return flight
  return { ...flight, doubts: [...flight.doubts, judgement.unknown], doubted: flight.doubted || ++doubtsSoFar }
}

let doubtsSoFar = 0

/** The path no longer vouches for who sent the packet, nor for who will receive it (R-SG-11). Undefined where the packet was let
 *  out only for the receiver's sake. */
export const anonymous = (flight: Flight): Flight | undefined =>
  flight.owed === undefined ? { ...flight, sender: undefined } : undefined

/** The receiver redeems what the sender's egress rule was promised. */
export const redeemed = (flight: Flight, receiver: readonly string[]): Flight | undefined => {
  const { owed } = flight
  if (owed === undefined) return flight
  return owed.some((group) => receiver.includes(group)) ? { ...flight, owed: undefined } : undefined
}

/** The header of the reply (R-FLOW-6); undefined where the packet asks for none. */
export const mirror = (packet: Packet): Packet | undefined => {
  const { family, protocol, icmpType } = packet
  if (family === 4 && protocol === ICMP && [3, 4, 5, 11, 12].includes(icmpType ?? -1)) return undefined
  if (family === 6 && protocol === ICMPV6 && [1, 2, 3, 4].includes(icmpType ?? -1)) return undefined
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    icmpType: protocol === ICMP && icmpType === 8 ? 0 : protocol === ICMPV6 && icmpType === 128 ? 129 : icmpType,
  }
}

export const isEcho = ({ family, protocol, icmpType }: Packet): boolean =>
  family === 4 ? protocol === ICMP && icmpType === 8 : protocol === ICMPV6 && icmpType === 128

export const samePacket = (a: Packet, b: Packet): boolean => keyOf(a) === keyOf(b)

export const keyOf = (p: Packet): string =>
  `${p.family} ${p.source} ${p.destination} ${p.protocol} ${p.sourcePort} ${p.destinationPort} ${p.icmpType} ${p.icmpCode}`

export const describe = (p: Packet): string => {
  const port = (value: number | undefined) => (value === undefined ? '' : `:${value}`)
  const icmp = p.icmpType === undefined ? '' : ` type ${p.icmpType} code ${p.icmpCode}`
  return `protocol ${p.protocol}${icmp} ${textOf(p.family, p.source)}${port(p.sourcePort)} -> ${textOf(p.family, p.destination)}${port(p.destinationPort)}`
}
