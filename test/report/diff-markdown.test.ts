/** A diff as a pull-request comment: whatever changed, GitHub takes it. */
import { expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import { diffMarkdown, MARKER } from '../../src/report/diff-markdown.ts'
import { estate } from '../build.ts'

/** What GitHub takes as one comment, in bytes. */
const COMMENT = 65_536

/** Every interface in a group of its own, each of which opens another port to the others. */
const many = (count: number, opened: boolean) => {
  let built = estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.0.0/20')
  for (let at = 0; at < count; at++)
    built = built
      .interface(`app-${at}`, `10.0.${1 + (at >> 7)}.${10 + (at & 127)}`, { groups: [`app-${at}`] })
      .securityGroup(`app-${at}`, opened ? [`tcp ${1000 + at} from 10.0.0.0/16`] : [])
  return built.snapshot()
}

it('is no longer than a comment may be, keeps its marker, and says how much it leaves out', () => {
  const result = diff(many(70, false), many(70, true), { by: 'interface' })
  const text = diffMarkdown(result, { before: 'old', after: 'new' })
  expect(result.changes.length).toBeGreaterThan(4000)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT)
  expect(Buffer.byteLength(text)).toBeGreaterThan(COMMENT / 2)
  expect(text.startsWith(MARKER)).toBe(true)
  expect(text).toMatch(/_Not shown, for a comment holds no more: \d+ of Opened/)
  // Nothing is cut in the middle of what folds.
  expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length)
})

it('shows of one setting that opens much as much as fits', () => {
  const shared = (rules: readonly 'tcp 22 from 10.0.0.0/16'[]) => {
    let built = estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.0.0/20').securityGroup('app', rules)
    for (let at = 0; at < 40; at++) built = built.interface(`app-${at}`, `10.0.1.${10 + at}`, { groups: ['app'] })
    return built.snapshot()
  }
  const result = diff(shared([]), shared(['tcp 22 from 10.0.0.0/16']), { by: 'interface' })
  const text = diffMarkdown(result, { before: 'old', after: 'new' })
  expect(text.split('\n').filter((line) => line.startsWith('| + |'))).toHaveLength(100)
  expect(text).toContain(`... and ${result.changes.length - 100} more`)
  expect(text).toContain('because')
})

it('shows what is short after what is too long', () => {
  const base = diff(many(2, false), many(2, true), { by: 'interface' })
  const [change] = base.changes
  // Long lists of ranges, one cause for each.
  const long = Array.from(
    { length: 30 },
    (_, at) => `tcp ${Array.from({ length: 900 }, (__, port) => 2 * port + at).join(', ')}`,
  )
  const result = {
    ...base,
    changes: [...long.map((text, at) => ({ ...change!, text: [text], causes: [`x${at}`] })), ...base.changes],
    settings: [
      ...long.map((_, at) => ({ ...base.settings[0]!, id: `x${at}`, text: `inbound rule ${at} added` })),
      ...base.settings,
      { ...base.settings[0]!, id: 'idle', effect: 'none' as const, text: 'tag Name "idle" added' },
    ],
  }
  const text = diffMarkdown(result, { before: 'old', after: 'new' })
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT)
  expect(text).toContain(base.changes[0]!.text[0])
  expect(text).toMatch(/\*\*Changed, and nothing flows otherwise\*\*: .*idle/)
  expect(text).toMatch(/Not shown, for a comment holds no more: \d+ of Opened;/)
})

it.each([
  ['gained', [], ['tcp 22 from 10.0.0.0/16'], '| + | `app -> app` | `tcp 22` | reachable |'],
  ['lost', ['tcp 22 from 10.0.0.0/16'], [], '| − | `app -> app` | `tcp 22` | was reachable |'],
] as const)('says of each flow that is %s what it is or was', (_, before, after, row) => {
  const of = (rules: typeof before) =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.0.0/24')
      .securityGroup('app', rules)
      .interface('a', '10.0.0.10', { groups: ['app'] })
      .interface('b', '10.0.0.11', { groups: ['app'] })
      .with('subnet', 'subnet-app', { Tags: [{ Key: 'Name', Value: 'app' }] })
      .snapshot()
  const text = diffMarkdown(diff(of(before), of(after), { by: 'subnet' }), { before: 'old', after: 'new' })
  expect(text).toContain(row)
})
