/** Packet sets: the laws of sets, packet by packet, and what narrows them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, addressLine, type AddressSet, type Family } from '../../src/packet/address.ts'
import { AddressMap } from '../../src/packet/address-map.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { EVERYTHING, ports } from '../../src/packet/l4.ts'
import { TCP } from '../../src/packet/protocol.ts'
import type { SetAlgebra } from '../../src/packet/set-algebra.ts'
import { type AddressField, PacketSet } from '../../src/packet/set.ts'
import { ANY_TRANSPORT, NO_TRANSPORT, type Transport, transport } from '../../src/packet/transport.ts'
import { obeysSetLaws } from '../laws/set-laws.ts'
import { addresses, addressSets, isIn, packetSets, portSets, smallPacketSets, starts, transports } from './sets.ts'

interface Point {
  readonly source: Address
  readonly destination: Address
  readonly line: number
  readonly sourcePort: number
}

const has = (set: PacketSet, { source, destination, line, sourcePort }: Point): boolean =>
  set.rows.some(
    ([sources, rest]) =>
      isIn(sources, source) &&
      rest.some(
        ([destinations, headers]) =>
          isIn(destinations, destination) &&
          headers.some(([{ points }, sourcePorts]) => isIn(points, line) && isIn(sourcePorts, sourcePort)),
      ),
  )

/** A point of every piece into which the sets cut the space. */
const witnesses = (family: Family, sets: readonly PacketSet[]): Point[] => {
  const first = addressLine(family)[0]
  const bySource = sets.flatMap(({ rows }) => rows)
  const byDestination = bySource.flatMap(([, rest]) => rest)
  const headers = byDestination.flatMap(([, some]) => some)
  const sources = starts(
    first,
    bySource.map(([set]) => set),
  )
  const destinations = starts(
    first,
    byDestination.map(([set]) => set),
  )
  const lines = starts(
    0,
    headers.map(([{ points }]) => points),
  )
  const sourcePorts = starts(
    0,
    headers.map(([, set]) => set),
  )
  return sources.flatMap((source) =>
    destinations.flatMap((destination) =>
      lines.flatMap((line) => sourcePorts.map((sourcePort) => ({ source, destination, line, sourcePort }))),
    ),
  )
}

const algebra = (family: Family): SetAlgebra<PacketSet> => ({
  empty: PacketSet.empty(family),
  isEmpty: (set) => set.isEmpty(),
  equals: (a, b) => a.equals(b),
  union: (a, b) => a.union(b),
  intersect: (a, b) => a.intersect(b),
  subtract: (a, b) => a.subtract(b),
  compare: (a, b) => a.compare(b),
})

describe.each([4, 6] as const)('packet sets of IPv%i', (family) => {
  obeysSetLaws(
    {
      algebra: algebra(family),
      all: PacketSet.all(family),
      sets: smallPacketSets(family),
      has,
      witnesses: (...sets) => witnesses(family, sets),
    },
    { numRuns: 40 },
  )

  it('cover what they lack no packet of', () =>
    fc.assert(
      fc.property(packetSets(family), packetSets(family), (a, b) => {
        expect(a.union(b).covers(a)).toBe(true)
        expect(a.covers(a.intersect(b))).toBe(true)
        expect(a.covers(b)).toBe(a.intersect(b).equals(b))
        expect(a.overlaps(b)).toBe(!a.intersect(b).isEmpty())
      }),
    ))

  it('have the addresses and layer-4 headers that occur in them', () =>
    fc.assert(
      fc.property(packetSets(family), (set) => {
        const sources = set.addresses('source')
        const destinations = set.addresses('destination')
        const headers = set.transports()
        expect(PacketSet.of(family, { sources, destinations, transport: headers }).covers(set)).toBe(true)
        const touches = (part: PacketSet): boolean => !part.intersect(set).isEmpty()
        for (const piece of pieces(sources)) expect(touches(PacketSet.of(family, { sources: piece }))).toBe(true)
        for (const piece of pieces(destinations))
          expect(touches(PacketSet.of(family, { destinations: piece }))).toBe(true)
        for (const row of headers) expect(touches(PacketSet.of(family, { transport: [row] }))).toBe(true)
      }),
    ))

  it.each(['source', 'destination'] as const)('are narrowed by %s to what a cut says for each part', (field) =>
    fc.assert(
      fc.property(packetSets(family), cuts(family), (set, cut) => {
        const described = [...cut.parts()]
          .map(([headers, part]) => PacketSet.of(family, { ...within(field, part), transport: headers }))
          .reduce((all, part) => all.union(part), PacketSet.empty(family))
        const narrowed = set.narrow(field, (some) => [...cut.split(some)].map(([headers, part]) => [part, headers]))
        expect(narrowed).toStrictEqual(set.intersect(described))
      }),
    ),
  )

  it('lose the parts that a cut leaves out', () =>
    fc.assert(
      fc.property(packetSets(family), addressSets(family), (set, kept) => {
        const narrowed = set.narrow('destination', (some) => [[intervals.intersect(some, kept), ANY_TRANSPORT]])
        expect(narrowed).toStrictEqual(set.intersect(PacketSet.of(family, { destinations: kept })))
        expect(set.narrow('source', () => [])).toStrictEqual(PacketSet.empty(family))
      }),
    ))

  it('are narrowed to layer-4 headers', () =>
    fc.assert(
      fc.property(packetSets(family), transports, (set, headers) => {
        expect(set.narrowTransport(headers)).toStrictEqual(set.intersect(PacketSet.of(family, { transport: headers })))
        expect(set.narrowTransport(transport(EVERYTHING))).toStrictEqual(set)
        expect(set.narrowTransport(ANY_TRANSPORT)).toBe(set)
      }),
    ))

  it('take other source ports, wherever there are source ports', () =>
    fc.assert(
      fc.property(smallPacketSets(family), portSets, (set, ports) => {
        const changed = set.withSourcePorts(ports)
        const withPorts = PacketSet.of(family, { transport: transport(EVERYTHING, ports) })
        const sourcePorts = [...new Set(witnesses(family, [set]).map(({ sourcePort }) => sourcePort))]
        for (const point of witnesses(family, [set, changed, withPorts]))
          expect(has(changed, point)).toBe(
            has(withPorts, point) && sourcePorts.some((sourcePort) => has(set, { ...point, sourcePort })),
          )
      }),
      { numRuns: 30 },
    ))

  it('are empty where one of their parts is', () => {
    for (const parts of [{ sources: [] }, { destinations: [] }, { transport: NO_TRANSPORT }])
      expect(PacketSet.of(family, parts)).toStrictEqual(PacketSet.empty(family))
  })
})

describe('packet sets', () => {
  it('of different IP versions are never equal and never mixed', () => {
    expect(PacketSet.empty(4).equals(PacketSet.empty(6))).toBe(false)
    expect(PacketSet.all(4).compare(PacketSet.all(6))).toBeLessThan(0)
    expect(() => PacketSet.all(4).union(PacketSet.all(6))).toThrow('different address families')
  })

  it('that were put together in another order are the same rows', () => {
    const https = transport(ports(TCP, 443, 443))
    const left = PacketSet.of(4, { sources: addresses('10.0.0.0/9'), transport: https })
    const right = PacketSet.of(4, { sources: addresses('10.128.0.0/9'), transport: https })
    const both = PacketSet.of(4, { sources: addresses('10.0.0.0/8'), transport: https })
    expect(right.union(left).rows).toStrictEqual(both.rows)
  })

  it('name each destination once for the sources that share it', () => {
    const [a, b] = [addresses('10.0.0.1'), addresses('10.0.0.2')]
    const set = PacketSet.of(4, { sources: a, destinations: b }).union(PacketSet.of(4, { sources: b, destinations: b }))
    expect(set.rows).toStrictEqual([[addresses('10.0.0.1', '10.0.0.2'), [[b, ANY_TRANSPORT]]]])
  })
})

const within = (field: AddressField, part: AddressSet) =>
  field === 'source' ? { sources: part } : { destinations: part }

const pieces = (set: AddressSet): AddressSet[] => Array.from(intervals.ranges(set), ([from, to]) => [from, to])

/** A condition as the graph has it: what may pass, by address. First match wins, and no match lets nothing pass. */
const cuts = (family: Family): fc.Arbitrary<AddressMap<Transport>> =>
  fc
    .array(fc.tuple(addressSets(family), fc.oneof(transports, fc.constant(ANY_TRANSPORT))), { maxLength: 4 })
    .map((rules) => AddressMap.sweep(family, rules, (matching) => matching[0] ?? NO_TRANSPORT))
