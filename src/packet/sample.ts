/** A readable member of a set of packets, for where any member would do. Knows what people recognise (https before port 1,
 *  8.8.8.8 before 0.0.0.1), and nothing of any network. */
import { type Address, type AddressSet, blocks, type Family, parseAddress } from './address.ts'
import { type Layer4Header, type Packet, transportOf } from './header.ts'
import * as intervals from './intervals.ts'
import { ECHO, partOf, PORTS, protocolsOf } from './l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, TCP, UDP } from './protocol.ts'
import { HOST_ADDRESSES, UNIQUE_LOCAL } from './special-purpose.ts'
import type { PacketSet } from './set.ts'
import { lineOf, type PortSet, type Transport } from './transport.ts'

/** A member of the set, the same for equal sets; undefined for the empty set. Protocol and ports are picked first, then the
 *  source, then the destination, each as familiar as what is left allows. */
export const sample = (set: PacketSet): Packet | undefined => {
  if (set.isEmpty()) return undefined
  const { family } = set
  const header = pickHeader(family, set.transports())
  const sent = set.narrowTransport(transportOf(header))
  const source = pickAddress(family, sent.addresses('source'))
  const [, rest] = sent.rows.find(([sources]) => intervals.has(sources, source))!
  const destination = pickAddress(family, intervals.unionAll(rest.map(([destinations]) => destinations)))
  return { family, source, destination, ...header }
}

const FAMILIAR_PROTOCOLS: Readonly<Record<Family, readonly number[]>> = {
  4: [TCP, UDP, ICMP, 47, 50],
  6: [TCP, UDP, ICMPV6, 47, 50],
}

const FAMILIAR_PORTS: ReadonlyMap<number, readonly number[]> = new Map([
  [TCP, [443, 80, 22, 5432, 3306, 53, 3389, 1433, 6379, 8080, 8443]],
  [UDP, [53, 123, 443, 514]],
])

const ECHO_REQUEST: ReadonlyMap<number, number> = new Map(
  Object.values(ECHO).map(({ protocol, request }) => [protocol, request * 256]),
)

/** The first port of the dynamic range (RFC 6335), which the clients of every common system use. */
const FAMILIAR_SOURCE_PORT = 49152

/** Public resolvers: the addresses of the internet that everybody has typed once. */
const FAMILIAR_ADDRESSES: Readonly<Record<Family, readonly Address[]>> = {
  4: ['8.8.8.8', '1.1.1.1', '9.9.9.9'].map((text) => parseAddress(text)!.value),
  6: ['2001:4860:4860::8888', '2606:4700:4700::1111', '2620:fe::fe'].map((text) => parseAddress(text)!.value),
}

/** Where an address looks like that of a host, best first. Source: the IANA special-purpose address registries. */
const HOSTS: Readonly<Record<Family, readonly AddressSet[]>> = {
  4: [HOST_ADDRESSES],
  6: [blocks('2000::/3'), UNIQUE_LOCAL],
}

const pickHeader = (family: Family, headers: Transport): Layer4Header => {
  const line = lineOf(headers)
  const present = protocolsOf(line)
  const protocol = FAMILIAR_PROTOCOLS[family].find((one) => present.includes(one)) ?? present[0]!
  const part = partOf(line, protocol)
  if (hasPorts(protocol)) {
    const familiar = FAMILIAR_PORTS.get(protocol)?.find((port) => intervals.has(part, port))
    const destinationPort = familiar ?? lowest(part, 1)
    const point = protocol * PORTS + destinationPort
    const [, sourcePorts] = headers.find(([{ points }]) => intervals.has(points, point))!
    return { protocol, sourcePort: pickSourcePort(sourcePorts), destinationPort }
  }
  if (!hasIcmpType(protocol)) return { protocol }
  const echo = ECHO_REQUEST.get(protocol)
  const typeAndCode = echo !== undefined && intervals.has(part, echo) ? echo : part[0]!
  return { protocol, icmpType: Math.floor(typeAndCode / 256), icmpCode: typeAndCode % 256 }
}

const pickSourcePort = (ports: PortSet): number =>
  intervals.has(ports, FAMILIAR_SOURCE_PORT) ? FAMILIAR_SOURCE_PORT : lowest(ports, 1024)

/** The lowest port from `preferred` upwards, or the lowest of all where there is none. */
const lowest = (ports: PortSet, preferred: number): number =>
  intervals.intersect(ports, [preferred, PORTS])[0] ?? ports[0]!

const pickAddress = (family: Family, set: AddressSet): Address => {
  const familiar = FAMILIAR_ADDRESSES[family].find((address) => intervals.has(set, address))
  if (familiar !== undefined) return familiar
  const hosts = HOSTS[family].map((part) => intervals.intersect(set, part)).find((part) => part.length > 0) ?? set
  return afterNetworkAddress(hosts[0]!, hosts[1]!)
}

/** `10.0.0.1` for `10.0.0.0/16`: the first address of a block reads as the name of the block. */
const afterNetworkAddress = (from: Address, to: Address): Address => {
  if (typeof from === 'bigint') return from % 4n === 0n && BigInt(to) - from >= 4n ? from + 1n : from
  return from % 4 === 0 && Number(to) - from >= 4 ? from + 1 : from
}
