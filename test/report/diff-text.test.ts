/** A diff on a terminal: what styles it is no text of it, and what Names hold is. */
import { describe, expect, it } from 'vitest'
import type { FindingChanges } from '../../src/diff/finding-changes.ts'
import { diff } from '../../src/index.ts'
import { diffMarkdown } from '../../src/report/diff-markdown.ts'
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

describe('findings of a policy', () => {
  const head = { rule: 'db-in', severity: 'high', title: 'web reaches database', fingerprint: 'a' } as const
  const end = { label: 'shop/web', key: 'shop/web', kind: 'tier', members: 1 }
  const changes: FindingChanges = {
    new: [{ ...head, kind: 'rule', from: end, to: end, text: [], packets: [], causes: [] }],
    mended: [{ ...head, fingerprint: 'b' }],
    unread: [],
    unchanged: [{ ...head, fingerprint: 'c' }],
  }
  const names = { before: 'old', after: 'new' }
  const firstLineOf = (findings: FindingChanges, of = before!): string =>
    diffText(
      { ...diff(before!.snapshot, of.snapshot), findings },
      names,
      styleOf({ colour: false, columns: 200 }),
    ).split('\n')[0]!

  it('that are new or mended are a change, where nothing flows otherwise too', () => {
    expect(firstLineOf(changes)).toBe(
      'CHANGED  old -> new, by tier  (nothing flows otherwise; 1 finding new, 1 mended)',
    )
    expect(firstLineOf(changes, withSsh)).toMatch(/\(3 flows gained; 1 finding new, 1 mended\)$/)
    expect(firstLineOf({ ...changes, new: [], mended: [], unread: changes.mended })).toMatch(
      /^CHANGED .*1 finding not known any more\)$/,
    )
    expect(diffMarkdown({ ...diff(before!.snapshot, before!.snapshot), findings: changes }, names)).toContain(
      '### Nothing flows otherwise; 1 finding new, 1 mended\n',
    )
  })

  it('that are as they were are none', () => {
    expect(firstLineOf({ ...changes, new: [], mended: [] })).toBe(
      'NO CHANGE  old -> new, by tier  (nothing flows otherwise)',
    )
  })
})
