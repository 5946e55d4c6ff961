/** What the benchmark says of its figures: the worst case counts, and what was not measured did not pass. */
import { describe, expect, it } from 'vitest'
import { type Gate, gatesOf, type Result, wordOf } from './gates.ts'
import { ownCase } from './inputs.ts'
import type { Figures } from './measure.ts'
import { growthExponent, median, percentile } from './statistics.ts'

const figures = (parts: Partial<Figures>): Figures => ({
  interfaces: 0,
  bytes: 2 ** 30,
  read: 0,
  parse: 100,
  load: 0,
  compile: 0,
  allPairs: 100,
  expand: 0,
  cold: 0,
  peakMemory: 2 ** 30,
  loadedMemory: 0,
  classes: 0,
  pairs: 0,
  flowPairs: 0,
  checksum: '',
  gaps: 0,
  ...parts,
})

const result = (size: number, parts: Partial<Figures>, ipv6 = false): Result => ({
  case: ownCase('default', size, ipv6),
  figures: figures({ interfaces: size, ...parts }),
})

const gate = (results: readonly Result[], start: string): Gate =>
  gatesOf(results).find(({ what }) => what.startsWith(start))!

describe('a gate', () => {
  it('is about the worst case that speaks of it', () => {
    const all = [
      result(100_000, { compile: 20 }),
      result(100_000, { allPairs: 270 }, true),
      result(1000, { allPairs: 9e9 }),
    ]
    expect(gate(all, 'compile + all pairs, 100k')).toMatchObject({ measured: 2.7, of: 'default + IPv6' })
  })

  it('passes up to its limit, and says where the aim is reached', () => {
    const word = (ratio: number) =>
      wordOf(gate([result(100_000, { allPairs: 100 * ratio })], 'compile + all pairs, 100k'))
    expect([1, 2.5, 2.6].map(word)).toEqual(['pass, aim reached', 'pass', 'FAIL'])
  })

  it('that nothing was measured of has not passed', () => {
    expect(wordOf(gate([result(1000, {})], 'compile + all pairs, 1M'))).toBe('not measured')
  })

  it('of growth compares the same mix at two sizes', () => {
    const all = [
      result(10_000, { allPairs: 10 }),
      result(100_000, { allPairs: 100 }),
      result(100_000, { allPairs: 1 }, true),
    ]
    expect(gate(all, 'growth of all pairs').measured).toBeCloseTo(1)
    const memory = [result(100_000, { peakMemory: 1 }), result(1_000_000, { peakMemory: 11 })]
    expect(wordOf(gate(memory, 'growth of peak memory'))).toBe('FAIL')
  })
})

describe('statistics', () => {
  it('do not depend on the order of what was measured', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(percentile(Float64Array.of(5, 1, 4, 2, 3), 0.99)).toBe(5)
  })

  it('tell quadratic growth by its exponent', () => {
    expect(growthExponent({ size: 10, time: 3 }, { size: 100, time: 300 })).toBeCloseTo(2)
  })
})
