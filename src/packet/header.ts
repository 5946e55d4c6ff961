/** One packet header: its fields, the set of just that packet, and its text. Knows no path and no translation. */
import { type Address, type Family, formatAddress, single } from './address.ts'
import * as intervals from './intervals.ts'
import { l4, PORTS, wholeProtocol } from './l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, protocolName } from './protocol.ts'
import { PacketSet } from './set.ts'
import { type Transport, transport } from './transport.ts'

/** Ports are there for TCP and UDP, type and code for the two ICMPs, and neither for any other protocol. */
export interface Layer4Header {
  /** 0 to 255. */
  readonly protocol: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly icmpType?: number
  readonly icmpCode?: number
}

export interface Packet extends Layer4Header {
  readonly family: Family
  readonly source: Address
  readonly destination: Address
}

/** The set of exactly that packet. */
export const packetSetOf = (packet: Packet): PacketSet =>
  PacketSet.of(packet.family, {
    sources: single(packet.source),
    destinations: single(packet.destination),
    transport: transportOf(packet),
  })

/** The set of exactly that layer-4 header. */
export const transportOf = (header: Layer4Header): Transport => {
  const { protocol } = header
  if (!hasPorts(protocol) && !hasIcmpType(protocol)) return transport(wholeProtocol(protocol))
  const point = linePoint(header)
  const line = l4([point, point + 1])
  if (!hasPorts(protocol)) return transport(line)
  const sourcePort = present(header.sourcePort)
  return transport(line, [sourcePort, sourcePort + 1])
}

/** The packet is in the set. */
export const contains = (set: PacketSet, packet: Packet): boolean => {
  if (set.family !== packet.family) return false
  const point = linePoint(packet)
  const sourcePort = hasPorts(packet.protocol) ? present(packet.sourcePort) : 0
  const fromThere = set.rows.find(([sources]) => intervals.has(sources, packet.source))?.[1]
  const headers = fromThere?.find(([destinations]) => intervals.has(destinations, packet.destination))?.[1]
  const row = headers?.find(([line]) => intervals.has(line.points, point))
  return row !== undefined && intervals.has(row[1], sourcePort)
}

/** `tcp 10.0.1.7:49152 -> 10.0.2.9:443`, `icmp echo request 10.0.1.7 -> 10.0.2.9`, `protocol 47 2001:db8::1 -> 2001:db8::2`.
 *  An ICMP code of 0 goes without saying. */
export const formatPacket = (packet: Packet): string => {
  const { protocol, source, destination } = packet
  const name = protocolLabel(protocol)
  if (hasPorts(protocol))
    return `${name} ${socket(source, present(packet.sourcePort))} -> ${socket(destination, present(packet.destinationPort))}`
  const between = `${formatAddress(source)} -> ${formatAddress(destination)}`
  if (!hasIcmpType(protocol)) return `${name} ${between}`
  const type = icmpTypeLabel(protocol, present(packet.icmpType))
  const code = present(packet.icmpCode)
  return `${name} ${type}${code === 0 ? '' : ` code ${code}`} ${between}`
}

/** `tcp`, or `protocol 47` where the bare number would not say what it is. */
export const protocolLabel = (protocol: number): string => {
  const name = protocolName(protocol)
  return name === String(protocol) ? `protocol ${name}` : name
}

/** `echo request`, or `type 13` where the name is not one that people use. */
export const icmpTypeLabel = (protocol: number, type: number): string =>
  ICMP_TYPES.get(protocol)?.get(type) ?? `type ${type}`

/** Source: the IANA registries of ICMP and of ICMPv6 parameters. */
const ICMP_TYPES: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [
    ICMP,
    new Map([
      [0, 'echo reply'],
      [3, 'destination unreachable'],
      [5, 'redirect'],
      [8, 'echo request'],
      [11, 'time exceeded'],
      [12, 'parameter problem'],
    ]),
  ],
  [
    ICMPV6,
    new Map([
      [1, 'destination unreachable'],
      [2, 'packet too big'],
      [3, 'time exceeded'],
      [4, 'parameter problem'],
      [128, 'echo request'],
      [129, 'echo reply'],
    ]),
  ],
])

/** Where the header is on the protocol line; the first point of a protocol without finer parts. */
const linePoint = ({ protocol, destinationPort, icmpType, icmpCode }: Layer4Header): number => {
  const base = protocol * PORTS
  if (hasPorts(protocol)) return base + present(destinationPort)
  return hasIcmpType(protocol) ? base + present(icmpType) * 256 + present(icmpCode) : base
}

const present = (value: number | undefined): number => {
  if (value === undefined) throw new Error('a packet lacks a field that its protocol has')
  return value
}

const socket = (address: Address, port: number): string =>
  typeof address === 'bigint' ? `[${formatAddress(address)}]:${port}` : `${formatAddress(address)}:${port}`
