/** One packet: its set, its membership, its text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains, formatPacket, type Packet, packetSetOf } from '../../src/packet/header.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { address, packets, packetSets } from './sets.ts'

const between = (source: string, destination: string) => ({
  family: source.includes(':') ? (6 as const) : (4 as const),
  source: address(source),
  destination: address(destination),
})
const ipv4 = between('10.0.1.7', '10.0.2.9')
const ipv6 = between('2001:db8::1', '2001:db8::2')

describe.each([4, 6] as const)('an IPv%i packet', (family) => {
  it('is in a set exactly where the set covers the set of just that packet', () =>
    fc.assert(
      fc.property(packetSets(family), packets(family), (set, packet) => {
        expect(contains(set, packet)).toBe(set.covers(packetSetOf(packet)))
      }),
    ))

  it('is the only one in its set', () =>
    fc.assert(
      fc.property(packets(family), packets(family), (packet, other) => {
        expect(contains(packetSetOf(packet), packet)).toBe(true)
        expect(contains(packetSetOf(packet), other)).toBe(formatPacket(packet) === formatPacket(other))
      }),
    ))

  it('is in no set of the other IP version', () =>
    fc.assert(
      fc.property(packets(family), (packet) => {
        expect(contains(PacketSet.all(family), packet)).toBe(true)
        expect(contains(PacketSet.all(family === 4 ? 6 : 4), packet)).toBe(false)
      }),
    ))
})

describe('a packet', () => {
  it.each<readonly [string, Packet]>([
    ['tcp 10.0.1.7:49152 -> 10.0.2.9:443', { ...ipv4, protocol: 6, sourcePort: 49152, destinationPort: 443 }],
    ['udp 10.0.1.7:0 -> 10.0.2.9:53', { ...ipv4, protocol: 17, sourcePort: 0, destinationPort: 53 }],
    ['tcp [2001:db8::1]:49152 -> [2001:db8::2]:22', { ...ipv6, protocol: 6, sourcePort: 49152, destinationPort: 22 }],
    ['icmp echo request 10.0.1.7 -> 10.0.2.9', { ...ipv4, protocol: 1, icmpType: 8, icmpCode: 0 }],
    ['icmp destination unreachable code 4 10.0.1.7 -> 10.0.2.9', { ...ipv4, protocol: 1, icmpType: 3, icmpCode: 4 }],
    ['icmp type 13 10.0.1.7 -> 10.0.2.9', { ...ipv4, protocol: 1, icmpType: 13, icmpCode: 0 }],
    ['icmpv6 echo request 2001:db8::1 -> 2001:db8::2', { ...ipv6, protocol: 58, icmpType: 128, icmpCode: 0 }],
    ['protocol 47 10.0.1.7 -> 10.0.2.9', { ...ipv4, protocol: 47 }],
  ])('is written %s', (text, packet) => expect(formatPacket(packet)).toBe(text))

  it.each<readonly [string, Packet]>([
    ['the source port', { ...ipv4, protocol: 6, destinationPort: 443 }],
    ['the destination port', { ...ipv4, protocol: 17, sourcePort: 49152 }],
    ['the ICMP type', { ...ipv4, protocol: 1, icmpCode: 0 }],
    ['the ICMP code', { ...ipv4, protocol: 1, icmpType: 8 }],
  ])('that should have %s and lacks it is a defect', (_, packet) => {
    expect(() => packetSetOf(packet)).toThrow('lacks a field')
    expect(() => contains(PacketSet.all(4), packet)).toThrow('lacks a field')
    expect(() => formatPacket(packet)).toThrow('lacks a field')
  })
})
