/** Lines of findings in the files of a snapshot. */
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { CheckResult } from '../../src/checks/findings.ts'
import { placesIn } from '../../src/cli/snapshot-places.ts'
import { checkResultExamples } from '../../src/report/result-examples.ts'
import { folder } from './process.ts'

const result = checkResultExamples[0] as CheckResult
const id = result.findings[0]!.witness!.to.id

afterEach(() => {
  vi.restoreAllMocks()
})

it('are found in a folder, whatever else is in it', () => {
  const root = folder({ 'estate/a.json': '{}', 'estate/b/c.json': `{\n"Id":\n"${id}"}`, 'estate/d.txt': id })
  expect(placesIn(join(root, 'estate'), result).of(id)).toMatchObject({ file: 'c.json', line: 3 })
})

it.each(['estate', 'estate/large.json'])('are not looked for in a file that is too large, and %s is told', (named) => {
  const root = folder({ 'estate/large.json': '', 'estate/small.json': `{"Id":"${id}"}` })
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  // More than Node reads; nothing is on the disk.
  truncateSync(join(root, 'estate/large.json'), 3 * 2 ** 30)
  const { of, start } = placesIn(join(root, named), result)
  expect(of(id)?.file).toBe(named === 'estate' ? 'small.json' : undefined)
  expect(start.file).toBe(named === 'estate' ? 'small.json' : 'large.json')
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/^ztnet: large\.json is too large to look for lines in it: .*--dump leaves\n$/)],
  ])
})
