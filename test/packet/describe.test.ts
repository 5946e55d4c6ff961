/** Sets of packets in words and as JSON, both exact. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Family } from '../../src/packet/address.ts'
import { describePackets, type Packets, packetsAsJson } from '../../src/packet/describe.ts'
import * as intervals from '../../src/packet/intervals.ts'
import {
  complement,
  EVERYTHING,
  icmp,
  l4,
  l4Algebra,
  type L4Set,
  NOTHING,
  PORTED,
  ports,
  portsLine,
  wholeProtocol,
} from '../../src/packet/l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, parseProtocol, TCP, UDP } from '../../src/packet/protocol.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { ALL_PORTS, type PortSet, transport } from '../../src/packet/transport.ts'
import { addresses, packetSets } from './sets.ts'

const union = (...sets: readonly L4Set[]): L4Set => sets.reduce(l4Algebra.union, NOTHING)
const tcp = wholeProtocol(TCP)
const udp = wholeProtocol(UDP)
const https = ports(TCP, 443, 443)
const CLIENT: PortSet = [1024, 65536]

const oneToOne = { sources: addresses('10.0.0.0/8'), destinations: addresses('10.1.2.3') }

describe('a set of packets in words', () => {
  it.each([
    ['all protocols', EVERYTHING],
    ['tcp 443', https],
    ['tcp 22, 80-90; udp 53', union(ports(UDP, 53, 53), ports(TCP, 80, 90), ports(TCP, 22, 22))],
    ['tcp; udp', PORTED],
    ['tcp 1-65535', ports(TCP, 1, 65535)],
    ['tcp all but 25', l4Algebra.subtract(tcp, ports(TCP, 25, 25))],
    ['all but tcp 25', complement(ports(TCP, 25, 25))],
    ['all but tcp 0-1023; udp 0-1023', complement(union(ports(TCP, 0, 1023), ports(UDP, 0, 1023)))],
    ['all but tcp, udp', complement(PORTED)],
    ['tcp 443; all but tcp', union(complement(tcp), https)],
    ['tcp 443; udp 53; all but tcp, udp', union(complement(PORTED), https, ports(UDP, 53, 53))],
    ['icmp', wholeProtocol(ICMP)],
    ['icmp echo request', icmp(ICMP, 8)],
    ['icmp echo request code 0', icmp(ICMP, 8, 0)],
    ['icmp echo reply, echo request', union(icmp(ICMP, 8), icmp(ICMP, 0))],
    ['icmp destination unreachable code 4', icmp(ICMP, 3, 4)],
    ['icmp types 13-18', l4([ICMP * 65536 + 13 * 256, ICMP * 65536 + 19 * 256])],
    ['icmp all but redirect', l4Algebra.subtract(wholeProtocol(ICMP), icmp(ICMP, 5))],
    ['icmpv6 packet too big', icmp(ICMPV6, 2)],
    ['protocol 47', wholeProtocol(47)],
    ['tcp; protocol 47, 50-51', union(tcp, wholeProtocol(47), wholeProtocol(50), wholeProtocol(51))],
    ['all but protocol 47', complement(wholeProtocol(47))],
  ])('says %s', (text, line) =>
    expect(describePackets(PacketSet.of(4, { transport: transport(line) }))).toEqual([text]),
  )

  it.each([
    ['tcp 443 from 10.0.0.0/8 to 10.1.2.3', oneToOne],
    ['tcp 443 from 10.0.0.5-10.0.0.9', { sources: addresses('10.0.0.5-10.0.0.9') }],
    ['tcp 443 to 10.0.0.0/24, 10.0.7.0/24', { destinations: addresses('10.0.7.0/24', '10.0.0.0/24') }],
    ['tcp 443 to all but 10.0.0.0/8', { destinations: addresses('0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255') }],
  ])('says %s', (text, parts) =>
    expect(describePackets(PacketSet.of(4, { ...parts, transport: transport(https) }))).toEqual([text]),
  )

  it('says nothing of the empty set', () => {
    expect(describePackets(PacketSet.empty(4))).toEqual([])
  })

  it('writes IPv6 addresses as IPv6', () => {
    const set = PacketSet.of(6, { sources: addresses('2001:db8::/32'), destinations: addresses('2001:db8::1') })
    expect(describePackets(set)).toEqual(['all protocols from 2001:db8::/32 to 2001:db8::1'])
  })

  it('takes one line for each rectangle', () => {
    const set = PacketSet.of(4, { ...oneToOne, transport: transport(https) }).union(
      PacketSet.of(4, { ...oneToOne, destinations: addresses('10.9.9.9'), transport: transport(udp) }),
    )
    expect(describePackets(set)).toEqual(['tcp 443 from 10.0.0.0/8 to 10.1.2.3', 'udp from 10.0.0.0/8 to 10.9.9.9'])
  })

  it('takes one line for the sources that may do the same, although they differ in something else', () => {
    const web = { transport: transport(https), destinations: addresses('10.1.2.3') }
    const set = PacketSet.of(4, { ...web, sources: addresses('10.0.0.1', '10.0.0.9') }).union(
      PacketSet.of(4, {
        sources: addresses('10.0.0.9'),
        destinations: addresses('10.7.7.7'),
        transport: transport(udp),
      }),
    )
    expect(describePackets(set)).toEqual([
      'tcp 443 from 10.0.0.1, 10.0.0.9 to 10.1.2.3',
      'udp from 10.0.0.9 to 10.7.7.7',
    ])
  })

  it('says what all sources may send, and what the rest of it is, where that is shorter', () => {
    const destinations = addresses('10.1.2.3')
    const tooBig = PacketSet.of(4, { destinations, transport: transport(icmp(ICMP, 3, 4)) })
    const others = intervals.subtract(addresses('0.0.0.0/0'), addresses('10.0.0.0/8'))
    const web = PacketSet.of(4, { sources: others, destinations, transport: transport(https) })
    expect(describePackets(tooBig.union(web))).toEqual([
      'tcp 443 from all but 10.0.0.0/8 to 10.1.2.3',
      'icmp destination unreachable code 4 to 10.1.2.3',
    ])
    const ssh = PacketSet.of(4, { destinations, transport: transport(ports(TCP, 22, 22)) })
    expect(describePackets(ssh.union(web))).toEqual([
      'tcp 22 to 10.1.2.3',
      'tcp 443 from all but 10.0.0.0/8 to 10.1.2.3',
    ])
  })

  it('leaves out the addresses that the reader knows', () => {
    const set = PacketSet.of(4, { ...oneToOne, transport: transport(https) }).union(
      PacketSet.of(4, { ...oneToOne, sources: addresses('10.0.0.9'), transport: transport(udp) }),
    )
    expect(describePackets(set, { omitSources: true })).toEqual(['tcp 443; udp to 10.1.2.3'])
    expect(describePackets(set, { omitSources: true, omitDestinations: true })).toEqual(['tcp 443; udp'])
  })

  it('names source ports only where they are not what a client uses anyway', () => {
    const some = PacketSet.of(4, { transport: transport(EVERYTHING, CLIENT) })
    expect(describePackets(some, { clientPorts: CLIENT })).toEqual(['all protocols'])
    expect(describePackets(some)).toEqual(['all but tcp, udp', 'tcp; udp with source port 1024-65535'])
    expect(describePackets(PacketSet.all(4), { clientPorts: CLIENT })).toEqual([
      'all but tcp, udp',
      'tcp; udp with any source port',
    ])
  })

  it('names the source ports before the addresses', () => {
    const set = PacketSet.of(4, { ...oneToOne, transport: transport(https, [1024, 2048]) })
    expect(describePackets(set)).toEqual(['tcp 443 with source port 1024-2047 from 10.0.0.0/8 to 10.1.2.3'])
  })

  it('is the same for two sets only where the sets are equal', () =>
    fc.assert(
      fc.property(packetSets(4), packetSets(4), fc.constantFrom(ALL_PORTS, CLIENT), (a, b, clientPorts) => {
        const texts = (set: PacketSet): string => describePackets(set, { clientPorts }).join('\n')
        for (const other of [b, a.union(b), a.intersect(b), a.subtract(b), PacketSet.all(4).subtract(a)])
          expect(texts(a) === texts(other)).toBe(a.equals(other))
      }),
    ))
})

describe('a set of packets as JSON', () => {
  const of = (line: L4Set, sourcePorts: PortSet = ALL_PORTS): Packets[] =>
    packetsAsJson(PacketSet.of(4, { ...oneToOne, transport: transport(line, sourcePorts) }))
  const [sources, destinations] = [['10.0.0.0/8'], ['10.1.2.3/32']]

  it.each<readonly [string, L4Set, readonly object[]]>([
    ['every protocol', EVERYTHING, [{ protocol: 'any' }]],
    ['one port', https, [{ protocol: 'tcp', destinationPorts: [[443, 443]] }]],
    [
      'ports of two protocols',
      union(ports(UDP, 53, 53), ports(TCP, 80, 90), ports(TCP, 22, 22)),
      [
        {
          protocol: 'tcp',
          destinationPorts: [
            [22, 22],
            [80, 90],
          ],
        },
        { protocol: 'udp', destinationPorts: [[53, 53]] },
      ],
    ],
    ['an echo request', icmp(ICMP, 8, 0), [{ protocol: 'icmp', icmp: [{ type: 8, code: 0 }] }]],
    ['a type with all its codes', icmp(ICMPV6, 128), [{ protocol: 'icmpv6', icmp: [{ type: 128 }] }]],
    ['protocols by number', union(wholeProtocol(47), wholeProtocol(2)), [{ protocol: 2 }, { protocol: 47 }]],
    [
      'all but one port',
      complement(ports(TCP, 25, 25)),
      [
        {
          protocol: 'any',
          destinationPorts: [
            [0, 24],
            [26, 65535],
          ],
        },
        { protocol: 'udp', destinationPorts: [[25, 25]] },
      ],
    ],
    ['all without ports', complement(PORTED), [{ protocol: 'any', destinationPorts: [] }]],
    [
      'all that a NAT gateway drops',
      complement(union(PORTED, wholeProtocol(ICMP))),
      [{ protocol: 'any', destinationPorts: [], icmp: [] }, { protocol: 'icmpv6' }],
    ],
    [
      'all that has no finer parts but one, number by number',
      complement(union(PORTED, wholeProtocol(ICMP), wholeProtocol(ICMPV6), wholeProtocol(47))),
      Array.from({ length: 256 }, (_, protocol) => protocol)
        .filter((protocol) => ![TCP, UDP, ICMP, ICMPV6, 47].includes(protocol))
        .map((protocol) => ({ protocol })),
    ],
  ])('names %s', (_, line, headers) =>
    expect(of(line)).toStrictEqual(headers.map((one) => ({ ...one, sources, destinations }))),
  )

  it('has source ports for whatever has ports', () => {
    const sourcePorts = [[1024, 65535]]
    expect(of(EVERYTHING, CLIENT)).toStrictEqual([{ protocol: 'any', sourcePorts, sources, destinations }])
    expect(of(tcp, CLIENT)).toStrictEqual([{ protocol: 'tcp', sourcePorts, sources, destinations }])
  })

  it('says of every protocol what most ports share, and the rest after it', () => {
    const ssh = union(ports(TCP, 22, 22), ports(UDP, 22, 22))
    const set = PacketSet.of(4, { ...oneToOne, transport: transport(complement(ssh), CLIENT) }).union(
      PacketSet.of(4, { ...oneToOne, transport: transport(ssh, [5000, 5001]) }),
    )
    const rare = { destinationPorts: [[22, 22]], sourcePorts: [[5000, 5000]], sources, destinations }
    const destinationPorts = [
      [0, 21],
      [23, 65535],
    ]
    expect(packetsAsJson(set)).toStrictEqual([
      { protocol: 'any', destinationPorts, sourcePorts: [[1024, 65535]], sources, destinations },
      { protocol: 'tcp', ...rare },
      { protocol: 'udp', ...rare },
    ])
  })

  it('writes ranges that are no blocks with their first and last address', () => {
    const set = PacketSet.of(4, { sources: addresses('10.0.1.7'), destinations: addresses('0.0.0.0-9.255.255.255') })
    expect(packetsAsJson(set)).toStrictEqual([
      { protocol: 'any', sources: ['10.0.1.7/32'], destinations: ['0.0.0.0-9.255.255.255'] },
    ])
  })

  it('has no key for an address field that may be anything, unless nothing else tells the IP version', () => {
    expect(packetsAsJson(PacketSet.of(4, { sources: oneToOne.sources }))).toStrictEqual([{ protocol: 'any', sources }])
    expect(packetsAsJson(PacketSet.all(4))).toStrictEqual([{ protocol: 'any', destinations: ['0.0.0.0/0'] }])
    expect(packetsAsJson(PacketSet.all(6))).toStrictEqual([{ protocol: 'any', destinations: ['::/0'] }])
  })

  it('is an empty list for the empty set', () => {
    expect(packetsAsJson(PacketSet.empty(4))).toStrictEqual([])
  })

  it.each([4, 6] as const)('is read back as the same IPv%i set, and its entries share no packet', (family) =>
    fc.assert(
      fc.property(packetSets(family), (set) => {
        const json = JSON.parse(JSON.stringify(packetsAsJson(set))) as Packets[]
        let read = PacketSet.empty(family)
        for (const entry of json) {
          const part = fromJson(family, entry)
          expect(read.intersect(part).isEmpty()).toBe(true)
          read = read.union(part)
        }
        expect(read).toStrictEqual(set)
      }),
    ),
  )
})

/** The set that one entry means, protocol by protocol, as its documentation says. */
const fromJson = (family: Family, entry: Packets): PacketSet => {
  const { protocol, destinationPorts, sourcePorts, icmp: types } = entry
  const destinations = portSet(destinationPorts)
  const codes =
    types &&
    intervals.unionAll(types.map(({ type, code }) => [type * 256 + (code ?? 0), type * 256 + (code ?? 255) + 1]))
  const numbers = protocol === 'any' ? Array.from({ length: 256 }, (_, i) => i) : [parseProtocol(String(protocol))!]
  const line = union(
    ...numbers.map((number) => {
      if (hasPorts(number)) return portsLine(number, destinations)
      return hasIcmpType(number) && codes ? portsLine(number, codes) : wholeProtocol(number)
    }),
  )
  return PacketSet.of(family, {
    ...(entry.sources && { sources: addresses(...entry.sources) }),
    ...(entry.destinations && { destinations: addresses(...entry.destinations) }),
    transport: transport(line, portSet(sourcePorts)),
  })
}

const portSet = (ranges: Packets['sourcePorts']): PortSet =>
  ranges ? intervals.unionAll(ranges.map(([first, last]) => [first, last + 1])) : ALL_PORTS
