/** Functions of one address, held against looking up each address on its own. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupedBy } from '../../src/collections.ts'
import { type Address, addressLine, type AddressSet, type Family } from '../../src/packet/address.ts'
import { AddressMap } from '../../src/packet/address-map.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { address, addresses, addressSets, isIn, starts } from './sets.ts'

type Entry = readonly [AddressSet, string]

const entriesOf = (family: Family): fc.Arbitrary<Entry[]> =>
  fc.array(fc.tuple(addressSets(family), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 8 })

/** Each depends on the entries in another way: on the first, on the last, on all of them, on none. */
const folds: Readonly<Record<string, (entries: readonly string[]) => string>> = {
  'first match': (entries) => entries[0] ?? 'none',
  'last match': (entries) => entries.at(-1) ?? 'none',
  union: (entries) => [...new Set(entries)].sort().join(''),
  'all in order': (entries) => entries.join(''),
  constant: () => 'same',
}

const lastOf = (family: Family): Address => (family === 4 ? 2 ** 32 - 1 : (1n << 128n) - 1n)

/** Every bound of the sets, the address before it, and both ends of the line. */
const boundaryPoints = (family: Family, sets: readonly AddressSet[]): Address[] => {
  const [first, end] = addressLine(family) as [Address, Address]
  const before = (point: Address): Address => (typeof point === 'bigint' ? point - 1n : point - 1)
  const points = starts(first, sets)
  return [...points, ...points.map(before), lastOf(family)].filter((point) => point >= first && point < end)
}

/** So many intervals, all over the line, as long as the gaps between them. */
const scattered = (family: Family, count: number): AddressSet => {
  const end = BigInt(lastOf(family)) + 1n
  const bounds = Array.from({ length: 2 * count }, (_, index) => (end * BigInt(index)) / BigInt(2 * count))
  return family === 4 ? bounds.map(Number) : bounds
}

describe.each([4, 6] as const)('a function of one IPv%i address', (family) => {
  it('that indicates a set has one value on it and another off it', () =>
    fc.assert(
      fc.property(addressSets(family), (set) => {
        const map = AddressMap.indicator(family, set, 'on', 'off')
        for (const point of boundaryPoints(family, [set])) expect(map.at(point)).toBe(isIn(set, point) ? 'on' : 'off')
      }),
    ))

  it('falls into pieces that cover the line, each with one value up to where the next begins', () =>
    fc.assert(
      fc.property(entriesOf(family), (entries) => {
        const map = AddressMap.sweep(family, entries, folds['all in order']!)
        const [first, end] = addressLine(family)
        expect(map.startOf(0)).toBe(first)
        expect(map.endOf(map.pieces - 1)).toBe(end)
        for (let piece = 1; piece < map.pieces; piece++) expect(map.endOf(piece - 1)).toBe(map.startOf(piece))
        for (let piece = 0; piece < map.pieces; piece++) {
          expect(map.pieceOf(map.startOf(piece))).toBe(piece)
          expect(map.at(map.startOf(piece))).toBe(map.valueOf(piece))
        }
      }),
    ))

  it.each(Object.entries(folds))('has at each address the %s of the entries that hold it', (_, fold) =>
    fc.assert(
      fc.property(entriesOf(family), (entries) => {
        const map = AddressMap.sweep(family, entries, fold)
        const sets = entries.map(([set]) => set)
        for (const point of boundaryPoints(family, sets)) {
          const holding = entries.filter(([set]) => isIn(set, point)).map(([, label]) => label)
          expect(map.at(point)).toBe(fold(holding))
        }
      }),
    ),
  )

  it('cuts a set into disjoint parts that make it up, each of one value', () =>
    fc.assert(
      fc.property(entriesOf(family), addressSets(family), (entries, set) => {
        const map = AddressMap.sweep(family, entries, folds.union!)
        const parts = [...map.split(set)]
        for (const [value, part] of parts)
          for (const point of boundaryPoints(family, [part]))
            expect(map.at(point) === value || !isIn(part, point)).toBe(true)
        for (const [i, [, part]] of parts.entries()) {
          expect(part.length).toBeGreaterThan(0)
          for (const [, other] of parts.slice(i + 1)) expect(intervals.intersect(part, other)).toStrictEqual([])
        }
        expect(intervals.unionAll(parts.map(([, part]) => part))).toStrictEqual(set)
      }),
    ))

  it('cuts hundreds of intervals at once as it cuts each of them', () =>
    fc.assert(
      fc.property(entriesOf(family), fc.integer({ min: 500, max: 1000 }), (entries, count) => {
        const map = AddressMap.sweep(family, entries, folds.union!)
        const set = scattered(family, count)
        const expected = groupedBy(
          [...intervals.ranges(set)].flatMap((range) => [...map.split(range)]),
          ([value]) => value,
        )
        expect([...map.split(set)]).toStrictEqual(
          Array.from(expected, ([value, parts]) => [value, parts.flatMap(([, part]) => part)]),
        )
      }),
    ))

  it('cuts the whole line into canonical parts', () =>
    fc.assert(
      fc.property(entriesOf(family), (entries) => {
        const map = AddressMap.sweep(family, entries, folds['first match']!)
        const parts = map.parts()
        expect(intervals.unionAll([...parts.values()])).toStrictEqual(addressLine(family))
        for (const [value, part] of parts) {
          const expected = boundaryPoints(
            family,
            entries.map(([set]) => set),
          ).filter((point) => map.at(point) === value)
          expect(expected.every((point) => isIn(part, point))).toBe(true)
          expect(intervals.unionAll([part, [], []]), 'one set has one form').toStrictEqual(part)
        }
      }),
    ))

  it('can be followed by another function', () =>
    fc.assert(
      fc.property(entriesOf(family), (entries) => {
        const map = AddressMap.sweep(family, entries, folds['all in order']!)
        const lengths = map.map((value) => value.length)
        for (const point of boundaryPoints(
          family,
          entries.map(([set]) => set),
        ))
          expect(lengths.at(point)).toBe(map.at(point).length)
        for (const [length, part] of lengths.parts()) {
          expect(intervals.unionAll([part, [], []]), 'one set has one form').toStrictEqual(part)
          for (const point of boundaryPoints(family, [part]))
            expect(isIn(part, point)).toBe(map.at(point).length === length)
        }
      }),
    ))

  it('has one value for equal lists of entries where it is told to', () =>
    fc.assert(
      fc.property(entriesOf(family), (entries) => {
        const numbered = entries.map(([set], at) => [set, at] as const)
        const lists = AddressMap.interning<number, readonly number[]>(family, numbered, (found) => found)
        const texts = AddressMap.sweep<number, string>(family, numbered, (found) => found.join())
        expect([...lists.parts()].map(([list, part]) => [list.join(), part])).toStrictEqual([...texts.parts()])
      }),
    ))

  it('may be the same everywhere', () => {
    const map = AddressMap.constant(family, 'same')
    expect([addressLine(family)[0], lastOf(family)].map((point) => map.at(point))).toStrictEqual(['same', 'same'])
    expect([...map.parts()]).toStrictEqual([['same', addressLine(family)]])
  })
})

describe('a route table as a function of the destination', () => {
  const routes = [
    ['10.0.0.0/16', 'local'],
    ['0.0.0.0/0', 'igw'],
    ['10.0.128.0/17', 'tgw'],
  ] as const
  const longestFirst = [...routes].sort(([a], [b]) => Number(b.split('/')[1]) - Number(a.split('/')[1]))
  const table = AddressMap.sweep(
    4,
    longestFirst.map(([cidr, target]) => [addresses(cidr), target] as const),
    (targets) => targets[0],
  )

  it.each([
    ['10.0.127.255', 'local'],
    ['10.0.128.0', 'tgw'],
    ['10.0.255.255', 'tgw'],
    ['10.1.0.0', 'igw'],
    ['9.255.255.255', 'igw'],
  ])('sends %s to the target %s of its longest prefix', (destination, target) =>
    expect(table.at(address(destination))).toBe(target),
  )

  it('cuts a subnet that straddles two routes', () => {
    expect([...table.split(addresses('10.0.127.0-10.0.128.255'))]).toStrictEqual([
      ['local', addresses('10.0.127.0/24')],
      ['tgw', addresses('10.0.128.0/24')],
    ])
  })
})
