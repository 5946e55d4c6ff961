/** What every layer does with collections, of any size. */
import { describe, expect, it } from 'vitest'
import { byCodeUnit, inPieces, maxOf, once } from '../src/collections.ts'

describe('what is made once', () => {
  it('is made when it is first asked for, also where it is nothing', () => {
    const made: string[] = []
    const known = new Map<string, number | undefined>()
    const of = (key: string, value: number | undefined) =>
      once(known, key, () => {
        made.push(key)
        return value
      })
    expect([of('a', 1), of('a', 2), of('b', undefined), of('b', 3)]).toEqual([1, 1, undefined, undefined])
    expect(made).toEqual(['a', 'b'])
  })
})

it('Texts are in the order of their code units, whatever the locale says.', () => {
  expect(['b', 'é', 'a', 'B', 'a'].sort(byCodeUnit)).toEqual(['B', 'a', 'a', 'b', 'é'])
})

describe('pieces of texts', () => {
  it('are of so many characters or a little more, the last of what is left', () => {
    expect([...inPieces(['ab', 'c', 'defg', '', 'h'], 3)]).toEqual(['abc', 'defg', 'h'])
  })

  it('are none where there is no text', () => {
    expect([...inPieces(['', ''])]).toEqual([])
  })
})

describe('the largest of numbers', () => {
  it('is found among more than one call takes as arguments', () => {
    expect(maxOf(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 200_000))).toBe(199_999)
  })

  it('is nothing where there are none', () => {
    expect(maxOf([])).toBe(0)
  })
})
