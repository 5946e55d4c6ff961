import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stretchAround, stretchesOf } from '../../src/analysis/stretches.ts'
import { addressLine, single } from '../../src/packet/address.ts'
import * as intervals from '../../src/packet/intervals.ts'

const END = addressLine(4)[1] as number

/** A function of addresses, by where each of its values begins. */
type Pieces = readonly (readonly [from: number, value: string | undefined])[]

const pieces: fc.Arbitrary<Pieces> = fc
  .tuple(
    fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: END - 1 })), { maxLength: 12 }),
    fc.array(fc.constantFrom('a', 'b', undefined), { minLength: 13, maxLength: 13 }),
  )
  .map(([starts, values]) =>
    [0, ...starts.toSorted((a, b) => a - b)].map((from, index) => [from, values[index]] as const),
  )

const valueAt = (of: Pieces, address: number): string | undefined => of.findLast(([from]) => from <= address)![1]

const stretchesIn = (of: Pieces, mayExcept: (value: string | undefined) => boolean = () => true) =>
  stretchesOf(
    4,
    (address) => ({
      value: valueAt(of, address as number),
      to: of.find(([from]) => from > (address as number))?.[0] ?? END,
    }),
    mayExcept,
  )

describe('stretches of a function of one address', () => {
  it('cover the line, and give its value wherever they make no exception', () => {
    fc.assert(
      fc.property(pieces, (of) => {
        const all = stretchesIn(of)
        expect([all[0]!.from, all.at(-1)!.to]).toEqual([0, END])
        expect(all.slice(1).map(({ from }) => from)).toEqual(all.slice(0, -1).map(({ to }) => to))
        for (const { from, to, value, except } of all) {
          const told = intervals.subtract([from, to], except)
          for (const [start, end] of intervals.ranges(told))
            for (const address of [start as number, (end as number) - 1]) expect(valueAt(of, address)).toBe(value)
          for (const [start] of intervals.ranges(except)) expect(valueAt(of, start as number)).not.toBe(value)
        }
      }),
    )
  })

  it('are not cut by a host that a rule names', () => {
    const [only, ...others] = stretchesIn([
      [0, 'closed'],
      [10, 'open'],
      [11, 'closed'],
    ])
    expect(others).toEqual([])
    expect(only).toMatchObject({ value: 'closed', except: single(10) })
  })

  it('are cut by more than a few addresses, and by what must not be an exception', () => {
    const block: Pieces = [
      [0, 'closed'],
      [16, 'open'],
      [64, 'closed'],
    ]
    expect(stretchesIn(block)).toHaveLength(3)
    const host: Pieces = [
      [0, 'closed'],
      [16, undefined],
      [17, 'closed'],
    ]
    expect(stretchesIn(host, (value) => value !== undefined)).toHaveLength(3)
  })

  it('hold a range that none of them cuts', () => {
    const all = stretchesIn([
      [0, undefined],
      [1000, 'open'],
    ])
    expect(stretchAround(all, { from: 5, to: 1000 })).toMatchObject({ from: 0, to: 1000 })
    expect(stretchAround(all, { from: 5, to: 1001 })).toBeUndefined()
  })
})
