/** Packets as JSON back into exact sets: the inverse of `packetsAsJson`. */
import { once } from '../collections.ts'
import {
  addressLine,
  type AddressSet,
  FAMILIES,
  type Family,
  parseAddress,
  parseBlock,
  prefixSet,
  single,
} from './address.ts'
import type { Packets, PortRange } from './describe.ts'
import * as intervals from './intervals.ts'
import { EVERYTHING, icmp, l4, type L4Set, l4Algebra, portsLine, wholeProtocol } from './l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, parseProtocol, TCP, UDP } from './protocol.ts'
import { PacketSet } from './set.ts'
import { ALL_PORTS, type PortSet, type Transport, transport, transportAlgebra } from './transport.ts'

/** One set for each address family that occurs, IPv4 first. Throws for text that `packetsAsJson` would not write. */
export const packetsFromJson = (all: readonly Packets[]): PacketSet[] =>
  FAMILIES.flatMap((family) => {
    const parts = all.filter((entry) => familyOf(entry) === family).map((entry) => partOf(family, entry))
    return parts.length === 0 ? [] : [parts.reduce((joined, part) => joined.union(part))]
  })

const familyOf = ({ sources = [], destinations = [] }: Packets): Family =>
  (sources[0] ?? destinations[0])?.includes(':') ? 6 : 4

const partOf = (family: Family, entry: Packets): PacketSet =>
  PacketSet.of(family, {
    sources: addressesOf(family, entry.sources),
    destinations: addressesOf(family, entry.destinations),
    transport: headersOf(entry),
  })

const addressesOf = (family: Family, texts: readonly string[] | undefined): AddressSet =>
  texts ? once(setsOfRanges, texts, () => intervals.unionAll(texts.map(rangeOf))) : addressLine(family)

/** Many packets share one list, of tens of thousands where it is part of the internet. */
const setsOfRanges = new WeakMap<readonly string[], AddressSet>()

const rangeOf = (text: string): AddressSet => {
  const [first, last] = text.split('-').map((part) => parseAddress(part)?.value)
  if (first !== undefined && last !== undefined) return [first, single(last)[1]!]
  const block = parseBlock(text)
  if (!block) throw new Error(`${text} is no range of addresses`)
  return prefixSet(block)
}

/** A key restricts the protocols that have such a field, and no other (`Packets`). */
const headersOf = ({ protocol, destinationPorts, sourcePorts, icmp: types }: Packets): Transport => {
  const sources = portsOf(sourcePorts)
  if (protocol !== 'any') return transport(lineOf(protocolOf(protocol), destinationPorts, types), sources)
  const divisible = [TCP, UDP, ICMP, ICMPV6]
  const rest = divisible.reduce((line, each) => l4Algebra.subtract(line, wholeProtocol(each)), EVERYTHING)
  return divisible
    .map((each) => transport(lineOf(each, destinationPorts, types), sources))
    .reduce(transportAlgebra.union, transport(rest))
}

const protocolOf = (protocol: string | number): number => {
  const number = parseProtocol(String(protocol))
  if (number === undefined) throw new Error(`${protocol} is no protocol`)
  return number
}

const lineOf = (protocol: number, ports: Packets['destinationPorts'], types: Packets['icmp']): L4Set => {
  if (hasPorts(protocol) && ports) return portsLine(protocol, portsOf(ports))
  if (hasIcmpType(protocol) && types)
    return l4(intervals.unionAll(types.map(({ type, code }) => icmp(protocol, type, code).points)))
  return wholeProtocol(protocol)
}

const portsOf = (ranges: readonly PortRange[] | undefined): PortSet =>
  ranges ? intervals.unionAll(ranges.map(([first, last]) => [first, last + 1])) : ALL_PORTS
