/** Which packet stands for a set. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AddressSet } from '../../src/packet/address.ts'
import { contains, formatPacket } from '../../src/packet/header.ts'
import {
  complement,
  EVERYTHING,
  icmp,
  l4Algebra,
  type L4Set,
  ports,
  PORTED,
  wholeProtocol,
} from '../../src/packet/l4.ts'
import { ICMP, ICMPV6, TCP, UDP } from '../../src/packet/protocol.ts'
import { sample } from '../../src/packet/sample.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { ALL_PORTS, transport } from '../../src/packet/transport.ts'
import { addresses, packetSets } from './sets.ts'

describe.each([4, 6] as const)('the sample of an IPv%i set', (family) => {
  it('is one of its packets, and is missing only where there is none', () =>
    fc.assert(
      fc.property(packetSets(family), (set) => {
        const packet = sample(set)
        expect(packet !== undefined && contains(set, packet)).toBe(!set.isEmpty())
        expect(packet === undefined).toBe(set.isEmpty())
      }),
      { numRuns: 300 },
    ))

  it('does not depend on how the set was made', () =>
    fc.assert(
      fc.property(packetSets(family), packetSets(family), (a, b) => {
        expect(sample(a.union(b))).toStrictEqual(sample(b.union(a.subtract(b))))
      }),
    ))
})

describe('the sample', () => {
  const oneToOne = { sources: addresses('10.0.1.7'), destinations: addresses('10.0.2.9') }
  const of = (line: L4Set, sourcePorts = ALL_PORTS): string =>
    formatPacket(sample(PacketSet.of(4, { ...oneToOne, transport: transport(line, sourcePorts) }))!)

  it.each([
    ['everything', EVERYTHING, 'tcp 10.0.1.7:49152 -> 10.0.2.9:443'],
    ['ports without 443', ports(TCP, 0, 442), 'tcp 10.0.1.7:49152 -> 10.0.2.9:80'],
    ['ports of a database', ports(TCP, 5000, 6000), 'tcp 10.0.1.7:49152 -> 10.0.2.9:5432'],
    ['ports nobody knows', ports(TCP, 600, 700), 'tcp 10.0.1.7:49152 -> 10.0.2.9:600'],
    ['ports from 0 on', ports(TCP, 0, 20), 'tcp 10.0.1.7:49152 -> 10.0.2.9:1'],
    ['port 0 alone', ports(TCP, 0, 0), 'tcp 10.0.1.7:49152 -> 10.0.2.9:0'],
    ['everything but TCP', complement(wholeProtocol(TCP)), 'udp 10.0.1.7:49152 -> 10.0.2.9:53'],
    ['everything without ports', complement(PORTED), 'icmp echo request 10.0.1.7 -> 10.0.2.9'],
    [
      'ICMP without echo requests',
      l4Algebra.subtract(wholeProtocol(ICMP), icmp(ICMP, 8)),
      'icmp echo reply 10.0.1.7 -> 10.0.2.9',
    ],
    ['ICMPv6 on IPv4', wholeProtocol(ICMPV6), 'icmpv6 echo request 10.0.1.7 -> 10.0.2.9'],
    ['GRE among others', l4Algebra.union(wholeProtocol(2), wholeProtocol(47)), 'protocol 47 10.0.1.7 -> 10.0.2.9'],
    ['others', l4Algebra.union(wholeProtocol(200), wholeProtocol(100)), 'protocol 100 10.0.1.7 -> 10.0.2.9'],
  ])('of %s is what people know', (_, line, text) => expect(of(line)).toBe(text))

  it.each([
    ['the first dynamic port', [1024, 65536], 49152],
    ['the lowest a client may use', [0, 10, 2000, 3000], 2000],
    ['the lowest there is', [10, 20], 10],
  ])('has as source port %s', (_, sourcePorts, port) =>
    expect(of(ports(UDP, 53, 53), sourcePorts)).toBe(`udp 10.0.1.7:${port} -> 10.0.2.9:53`),
  )

  it('has the source port that goes with its destination port', () => {
    const set = PacketSet.of(4, { ...oneToOne, transport: transport(ports(TCP, 443, 443), [7, 8]) }).union(
      PacketSet.of(4, { ...oneToOne, transport: transport(ports(TCP, 80, 80)) }),
    )
    expect(formatPacket(sample(set)!)).toBe('tcp 10.0.1.7:7 -> 10.0.2.9:443')
  })

  const to = (destinations: AddressSet, family: 4 | 6 = 4): string =>
    formatPacket(
      sample(PacketSet.of(family, { sources: destinations, destinations, transport: transport(wholeProtocol(47)) }))!,
    )
      .split(' -> ')
      .at(-1)!

  it.each([
    ['8.8.8.8', 'the internet', addresses('0.0.0.0/0')],
    ['1.1.1.1', 'the internet without the best known', addresses('0.0.0.0-8.8.8.7', '8.8.8.9-255.255.255.255')],
    ['1.0.0.1', 'a part of the internet, where a host may be', addresses('0.0.0.0-1.0.255.255')],
    ['10.0.0.1', 'a block, after its network address', addresses('10.0.0.0/16')],
    ['10.0.0.5', 'a range that starts in a block', addresses('10.0.0.5-10.0.0.20')],
    ['10.0.0.8', 'a pair of addresses', addresses('10.0.0.8/31')],
    ['10.0.1.0', 'one address, even if it ends in 0', addresses('10.0.1.0')],
    ['127.0.0.1', 'what no host has, where there is nothing else', addresses('127.0.0.0/8')],
  ])('has the address %s of %s', (text, _, set) => expect(to(set)).toBe(text))

  it.each([
    ['2001:4860:4860::8888', 'the internet', addresses('::/0')],
    ['2001:db8:1::1', 'a block, after its network address', addresses('2001:db8:1::/64')],
    ['2001:db8:1::5', 'a range that starts in a block', addresses('2001:db8:1::5-2001:db8:1::20')],
    ['fd00::1', 'private addresses before special ones', addresses('::/16', 'fd00::/8')],
    ['::1', 'what no host has, where there is nothing else', addresses('::/16')],
  ])('has the IPv6 address %s of %s', (text, _, set) => expect(to(set, 6)).toBe(text))
})
