/** Sets of points on a line: the laws of sets, and what intervals alone can do. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as intervals from '../../src/packet/intervals.ts'
import { type Intervals, intervalAlgebra } from '../../src/packet/intervals.ts'
import { obeysSetLaws } from '../laws/set-laws.ts'
import { intervalsOf, isIn, starts } from './sets.ts'

const END = 2 ** 32
const wide = fc
  .uniqueArray(fc.oneof(fc.nat(20), fc.integer({ min: 0, max: END })), { maxLength: 12 })
  .chain((bounds) => intervalsOf(bounds.sort((a, b) => a - b)))
const numbers = fc.oneof(intervalsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, END]), wide)

const bounded = (minLength: number, maxLength: number): fc.Arbitrary<Intervals<number>> =>
  fc
    .uniqueArray(fc.nat(400), { minLength, maxLength })
    .map((bounds) => bounds.sort((a, b) => a - b).slice(0, bounds.length - (bounds.length % 2)))
const few = bounded(0, 6)
const many = bounded(150, 300)

/** As many bounds as the internet of a large estate has, in gaps and intervals of one to three points. */
const thousands = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 16, maxLength: 16 })
  .map((steps): Intervals<number> => {
    let at = 0
    return Array.from({ length: 2400 }, (_, index) => (at += steps[index % 16]!))
  })

const LAST = 1n << 128n
const bigints = intervalsOf([0n, 1n, 2n, 3n, 1n << 64n, (1n << 64n) + 1n, LAST - 1n, LAST])

describe('intervals of numbers', () => {
  obeysSetLaws<Intervals<number>, number>({
    algebra: intervalAlgebra<number>(),
    all: [0, END],
    sets: numbers,
    has: isIn,
    witnesses: (...sets) => starts(0, sets),
  })

  it('are sorted, disjoint and do not touch, whatever they were made from', () =>
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        for (const set of [intervals.union(a, b), intervals.intersect(a, b), intervals.subtract(a, b)]) {
          expect(set.length % 2).toBe(0)
          expect(set.slice(1).every((bound, i) => set[i]! < bound)).toBe(true)
        }
      }),
    ))

  it('know whether they have a point, also at and beside their bounds', () =>
    fc.assert(
      fc.property(numbers, (set) => {
        for (const bound of [0, ...set])
          for (const point of [bound - 1, bound, bound + 1]) expect(intervals.has(set, point)).toBe(isIn(set, point))
      }),
    ))

  it('make the same union all at once as one after the other', () =>
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 6 }), (sets) => {
        const oneByOne = sets.reduce<Intervals<number>>((all, set) => intervals.union(all, set), [])
        expect(intervals.unionAll(sets)).toStrictEqual(oneByOne)
      }),
    ))

  it('overlap where they share a point, and cover where they leave none out', () =>
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const points = starts(0, [a, b])
        expect(intervals.overlaps(a, b)).toBe(points.some((point) => isIn(a, point) && isIn(b, point)))
        expect(intervals.covers(a, b)).toBe(points.every((point) => isIn(a, point) || !isIn(b, point)))
      }),
    ))

  it('are the same where a few meet very many', () =>
    fc.assert(
      fc.property(few, many, (a, b) => {
        const points = starts(0, [a, b])
        const both = intervals.intersect(a, b)
        const rest = intervals.subtract(a, b)
        expect(intervals.intersect(b, a)).toStrictEqual(both)
        expect(intervals.union(both, rest)).toStrictEqual(a)
        expect(points.every((point) => isIn(both, point) === (isIn(a, point) && isIn(b, point)))).toBe(true)
        expect(points.every((point) => isIn(rest, point) === (isIn(a, point) && !isIn(b, point)))).toBe(true)
      }),
    ))

  it('of thousands keep, lose and gain what a few hold, whatever was asked of them before', () =>
    fc.assert(
      fc.property(thousands, fc.array(bounded(0, 8), { minLength: 2, maxLength: 100 }), (set, all) => {
        for (const few of [...all, ...all]) {
          const piecewise = [...intervals.ranges(few)].map(([from, to]) => intervals.intersect(set, [from, to]))
          const pieces = [...intervals.ranges(set)].flatMap(([from, to]) =>
            [...intervals.ranges(few)]
              .map(([first, last]) => intervals.interval(Math.max(from, first), Math.min(to, last)))
              .filter((piece) => piece.length > 0),
          )
          expect(intervals.intersect(set, few)).toStrictEqual(pieces.flat())
          expect(intervals.intersect(few, set)).toStrictEqual(pieces.flat())
          expect(intervals.unionAll(piecewise)).toStrictEqual(pieces.flat())
          const rest = intervals.subtract(set, few)
          expect(intervals.union(rest, pieces.flat())).toStrictEqual(set)
          expect(intervals.overlaps(rest, few)).toBe(false)
          expect(intervals.union(set, few)).toStrictEqual(intervals.unionAll([rest, few, pieces.flat()]))
        }
      }),
      { numRuns: 20 },
    ))

  it('of thousands are one object for all who keep the same of them', () => {
    const set = Array.from({ length: 4000 }, (_, index) => index * 10)
    const kept = intervals.intersect(set, [95, 100, 203, 19_995])
    expect(kept.slice(0, 4)).toStrictEqual([203, 210, 220, 230])
    expect(intervals.intersect(set, [203, 19_998])).toBe(kept)
    expect(intervals.intersect([96, 99, 203, 19_992], set)).toBe(kept)
    expect(intervals.intersect(set, [203, 19_989])).not.toStrictEqual(kept)
    expect(intervals.subtract(set, [-7, 203, 19_992, 39_990])).toBe(kept)
    expect(intervals.union([203, 210], set)).toBe(set)
    expect(intervals.union(set, [15, 17])).toBe(intervals.union([15, 17], set))
    expect(intervals.intersect(set, [-7, 50_000])).toBe(set)
    expect(intervals.intersect(set, [-7, 12, 15, 50_000])).toBe(set)
  })

  it('count the points that their ranges hold', () =>
    fc.assert(
      fc.property(numbers, (set) => {
        const counted = [...intervals.ranges(set)].reduce((sum, [from, to]) => sum + (to - from), 0)
        expect(intervals.size(set)).toBe(BigInt(counted))
      }),
    ))
})

describe('intervals of bigints', () => {
  obeysSetLaws<Intervals<bigint>, bigint>({
    algebra: intervalAlgebra<bigint>(),
    all: [0n, LAST],
    sets: bigints,
    has: isIn,
    witnesses: (...sets) => starts(0n, sets),
  })
})

describe('an interval', () => {
  it('holds its first point and not its end', () => {
    expect(intervals.has([10, 20], 10)).toBe(true)
    expect(intervals.has([10, 20], 20)).toBe(false)
  })

  it('that ends where it starts, or before, is empty', () => {
    expect(intervals.interval(5, 5)).toStrictEqual([])
    expect(intervals.interval(5, 4)).toStrictEqual([])
  })

  it('grows together with one that touches it', () => {
    expect(intervals.union([10, 20], [20, 30])).toStrictEqual([10, 30])
  })

  it('falls in two when its middle is taken away', () => {
    expect(intervals.subtract([0, 100], [40, 50])).toStrictEqual([0, 40, 50, 100])
  })

  it('counts all of IPv6', () => {
    expect(intervals.size([0n, LAST])).toBe(LAST)
  })
})
