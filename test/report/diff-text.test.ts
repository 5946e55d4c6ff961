/** A diff on a terminal: what styles it is no text of it, and what Names hold is. */
import { expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import { diffText } from '../../src/report/diff-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { commits } from '../diff/history.ts'

const [before, withSsh] = commits()

it.each([
  ['CHANGED', diff(before!.snapshot, withSsh!.snapshot)],
  ['NO CHANGE', diff(before!.snapshot, before!.snapshot)],
])('begins with %s in a style, and escapes what is named', (word, result) => {
  const text = diffText(result, { before: 'old\u001b[31m', after: 'new' }, styleOf({ colour: true, columns: 200 }))
  const [first] = text.split('\n')
  expect(first).toMatch(new RegExp(`^\u001b\\[\\d+m${word}\u001b\\[\\d+m {2}old\\\\u001b\\[31m -> new`))
})
