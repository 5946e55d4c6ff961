/** What every layer does with collections, of any size. */
import { describe, expect, it } from 'vitest'
import { maxOf } from '../src/collections.ts'

describe('the largest of numbers', () => {
  it('is found among more than one call takes as arguments', () => {
    expect(maxOf(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 200_000))).toBe(199_999)
  })

  it('is nothing where there are none', () => {
    expect(maxOf([])).toBe(0)
  })
})
