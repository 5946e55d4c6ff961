/** Sets of pairs: the laws of sets, and their canonical rows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Intervals, intervalAlgebra } from '../../src/packet/intervals.ts'
import { canonical, type Product, product } from '../../src/packet/product.ts'
import { obeysSetLaws } from '../laws/set-laws.ts'
import { intervalsOf, isIn, starts } from './sets.ts'

type Pairs = Product<Intervals<number>, Intervals<number>>

const line = intervalAlgebra<number>()
const pairs = product(line, line)
const [KEYS, VALUES] = [6, 4]
const ALL: Pairs = [
  [
    [0, KEYS],
    [0, VALUES],
  ],
]

const bounds = (end: number): number[] => Array.from({ length: end + 1 }, (_, i) => i)
const rectangles: fc.Arbitrary<Pairs> = fc
  .tuple(intervalsOf(bounds(KEYS)), intervalsOf(bounds(VALUES)))
  .map((row) => canonical(line, line, [row]))
const sets = fc.array(rectangles, { maxLength: 4 }).map((some) => some.reduce(pairs.union, pairs.empty))

describe('a set of pairs', () => {
  obeysSetLaws<Pairs, readonly [number, number]>({
    algebra: pairs,
    all: ALL,
    sets,
    has: (set, [key, value]) => set.some(([keys, values]) => isIn(keys, key) && isIn(values, value)),
    witnesses: (...sets) => {
      const rows = sets.flat()
      const values = starts(
        0,
        rows.map(([, row]) => row),
      )
      return starts(
        0,
        rows.map(([row]) => row),
      ).flatMap((key) => values.map((value) => [key, value] as const))
    },
  })

  it('has rows with disjoint keys and different values, sorted, none of them empty', () =>
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        for (const set of [pairs.union(a, b), pairs.intersect(a, b), pairs.subtract(a, b)])
          for (const [i, [keys, values]] of set.entries()) {
            expect(keys.length > 0 && values.length > 0).toBe(true)
            for (const [otherKeys, otherValues] of set.slice(i + 1)) {
              expect(line.compare(keys, otherKeys)).toBeLessThan(0)
              expect(line.intersect(keys, otherKeys)).toStrictEqual([])
              expect(line.equals(values, otherValues)).toBe(false)
            }
          }
      }),
    ))

  it('joins the keys that have the same values', () => {
    expect(
      pairs.union(
        [
          [
            [0, 1],
            [2, 3],
          ],
        ],
        [
          [
            [1, 2],
            [2, 3],
          ],
        ],
      ),
    ).toStrictEqual([
      [
        [0, 2],
        [2, 3],
      ],
    ])
  })

  it('cuts keys apart where their values become different', () => {
    expect(
      pairs.subtract(
        [
          [
            [0, 3],
            [0, 4],
          ],
        ],
        [
          [
            [1, 2],
            [2, 4],
          ],
        ],
      ),
    ).toStrictEqual([
      [
        [0, 1, 2, 3],
        [0, 4],
      ],
      [
        [1, 2],
        [0, 2],
      ],
    ])
  })
})
