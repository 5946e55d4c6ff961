/** Sets for the specs of this folder, by hand and at random. The random ones share a few bounds, so that they overlap, touch
 *  and coincide much more often than chance would have it. */
import fc from 'fast-check'
import {
  type Address,
  addressLine,
  type AddressSet,
  type Family,
  parseAddress,
  parseBlock,
  prefixSet,
} from '../../src/packet/address.ts'
import type { Packet } from '../../src/packet/header.ts'
import * as intervals from '../../src/packet/intervals.ts'
import type { Intervals, Point } from '../../src/packet/intervals.ts'
import { complement, l4, l4Algebra, type L4Set, PORTS, wholeProtocol } from '../../src/packet/l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, TCP, UDP } from '../../src/packet/protocol.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { transport, type Transport } from '../../src/packet/transport.ts'

/** `10.0.0.0/8`, `10.0.0.1` or `10.0.0.5-10.0.0.9`; the union of all. */
export const addresses = (...texts: readonly string[]): AddressSet => intervals.unionAll(texts.map(oneOrMore))

export const address = (text: string): Address => parseAddress(text)!.value

const oneOrMore = (text: string): AddressSet => {
  const [first, last] = text.split('-').map((part) => prefixSet(parseBlock(part)!))
  return last ? intervals.interval(first![0]!, last[1]!) : first!
}

/** Membership as the definition says: one of the intervals holds the point. */
export const isIn = <P extends Point>(set: Intervals<P>, point: P): boolean =>
  [...intervals.ranges(set)].some(([from, to]) => from <= point && point < to)

/** The start of every piece into which the sets cut the line from `first` on. */
export const starts = <P extends Point>(first: P, sets: readonly Intervals<P>[]): P[] => [
  ...new Set([first, ...sets.flat()]),
]

/** Canonical sets with some of these bounds, which ascend. */
export const intervalsOf = <P extends Point>(bounds: readonly P[]): fc.Arbitrary<Intervals<P>> =>
  fc.subarray([...bounds]).map((some) => some.slice(0, some.length - (some.length % 2)))

const BOUNDS: Readonly<Record<Family, readonly Address[]>> = {
  4: [
    ...['0.0.0.0', '8.8.8.8', '10.0.0.0', '10.0.0.128', '10.0.1.0', '10.1.2.3', '10.1.2.4', '11.0.0.0'].map(address),
    2 ** 32,
  ],
  6: [...['::', '2001:db8::', '2001:db8::1', '2001:db8::2', '2001:db8:1::', 'fc00::'].map(address), 1n << 128n],
}

export const addressSets = (family: Family): fc.Arbitrary<AddressSet> =>
  fc.oneof(intervalsOf(BOUNDS[family]), intervalsOf(BOUNDS[family].slice(0, 4)), fc.constant(addressLine(family)))

export const portSets = intervalsOf([0, 22, 23, 1024, 32768, 65536])

const partOfProtocol = (protocol: number, bounds: readonly number[]): fc.Arbitrary<L4Set> =>
  intervalsOf(bounds).map((set) => l4(set.map((point) => protocol * PORTS + point)))

const ICMP_BOUNDS = [0, 256, 3 * 256, 3 * 256 + 4, 8 * 256, 8 * 256 + 1, 9 * 256, 128 * 256, 130 * 256, 65536]

export const l4Sets: fc.Arbitrary<L4Set> = fc
  .tuple(
    partOfProtocol(TCP, [0, 22, 23, 80, 443, 444, 1024, 65536]),
    partOfProtocol(UDP, [0, 53, 54, 443, 444, 65536]),
    partOfProtocol(ICMP, ICMP_BOUNDS),
    partOfProtocol(ICMPV6, ICMP_BOUNDS),
    fc.subarray([0, 2, 3, 47, 50, 255]).map((some) => some.map(wholeProtocol).reduce(l4Algebra.union, l4([]))),
    fc.boolean(),
  )
  .map(([tcp, udp, icmp, icmpv6, others, inverted]) => {
    const set = [tcp, udp, icmp, icmpv6, others].reduce(l4Algebra.union)
    return inverted ? complement(set) : set
  })

/** Few protocols, for laws that try every combination of pieces. */
const smallL4Sets = fc.oneof(
  partOfProtocol(TCP, [0, 22, 23, 65536]),
  fc
    .tuple(partOfProtocol(TCP, [0, 443, 65536]), partOfProtocol(ICMP, [0, 8 * 256, 9 * 256]), fc.boolean())
    .map(([tcp, icmp, inverted]) => {
      const set = l4Algebra.union(tcp, icmp)
      return inverted ? complement(set) : set
    }),
)

const transportsFrom = (lines: fc.Arbitrary<L4Set>): fc.Arbitrary<Transport> =>
  fc.oneof(
    lines.map((line) => transport(line)),
    fc.tuple(lines, portSets).map(([line, ports]) => transport(line, ports)),
  )

export const transports = transportsFrom(l4Sets)

const packetSetsFrom = (family: Family, headers: fc.Arbitrary<Transport>): fc.Arbitrary<PacketSet> => {
  const rectangles = fc
    .tuple(addressSets(family), addressSets(family), headers)
    .map(([sources, destinations, transport]) => PacketSet.of(family, { sources, destinations, transport }))
  const unions = fc
    .array(rectangles, { maxLength: 3 })
    .map((some) => some.reduce((all, one) => all.union(one), PacketSet.empty(family)))
  return fc.oneof(
    unions,
    fc.tuple(unions, rectangles).map(([set, hole]) => set.subtract(hole)),
    rectangles.map((hole) => PacketSet.all(family).subtract(hole)),
  )
}

export const packetSets = (family: Family): fc.Arbitrary<PacketSet> => packetSetsFrom(family, transports)

/** Of fewer protocols: small enough to try a packet of each piece. */
export const smallPacketSets = (family: Family): fc.Arbitrary<PacketSet> =>
  packetSetsFrom(family, transportsFrom(smallL4Sets))

/** A header from its place on the protocol line; the source port is dropped where there is none. */
const headerAt = (point: number, sourcePort: number): Omit<Packet, 'family' | 'source' | 'destination'> => {
  const protocol = Math.floor(point / PORTS)
  const part = point % PORTS
  if (hasPorts(protocol)) return { protocol, sourcePort, destinationPort: part }
  return hasIcmpType(protocol) ? { protocol, icmpType: Math.floor(part / 256), icmpCode: part % 256 } : { protocol }
}

export const packets = (family: Family): fc.Arbitrary<Packet> => {
  const addresses = fc.constantFrom(...BOUNDS[family].slice(0, -1))
  const parts = fc.constantFrom(0, 22, 443, 3 * 256 + 4, 8 * 256, 128 * 256, 65535)
  return fc
    .record({
      protocol: fc.oneof(fc.constantFrom(TCP, UDP, ICMP, ICMPV6), fc.nat(255)),
      part: parts,
      sourcePort: fc.constantFrom(0, 22, 1024, 49152, 65535),
      source: addresses,
      destination: addresses,
    })
    .map(({ protocol, part, sourcePort, source, destination }) => ({
      family,
      source,
      destination,
      ...headerAt(protocol * PORTS + part, sourcePort),
    }))
}
