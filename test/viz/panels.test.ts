/** What the page says before anything is asked. */
import { expect, it } from 'vitest'
import { gapWords } from '../../viz/src/panels.ts'

it('a snapshot without gaps is not said to hold all that an answer needs', () => {
  expect(gapWords(0)).toMatch(/^none recorded; an answer tells what it lacks/)
  expect(gapWords(2)).toMatch(/^2: /)
})
