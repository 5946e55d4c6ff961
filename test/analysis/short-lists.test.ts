/** Lists that are cut say how many more there are, and are not cut for one more. */
import { expect, it } from 'vitest'
import { few, someOf } from '../../src/analysis/short-lists.ts'

it.each([
  [[], [], ''],
  [['a', 'b'], ['a', 'b'], 'a, b'],
  [['a', 'b', 'c'], ['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], ['a', 'b', '... and 2 more'], 'a, b and 2 more'],
])('of %j two are told as %j, and in a sentence as %j', (all, lines, sentence) => {
  expect(few(all, 2)).toEqual(lines)
  expect(someOf(all, 2)).toBe(sentence)
})

it('what is counted is named where that does not go without saying', () => {
  expect(someOf(['10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8'], 1, 'ranges')).toBe('10.0.0.0/8 and 2 more ranges')
})
