/** `ztnet diff` as a process: what its exit status means, and what it says to what it cannot read. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { commits } from '../diff/history.ts'
import { folder, ztnet } from './process.ts'

const [before, withSsh] = commits()

const inFolder = async (): Promise<string> => {
  const cwd = folder()
  await writeSnapshotFile(join(cwd, 'old.json'), before!.snapshot)
  await writeSnapshotFile(join(cwd, 'new.json'), withSsh!.snapshot)
  return cwd
}

describe('the exit status', () => {
  it.each([
    ['old.json', 'new.json', 'opened', 1],
    ['new.json', 'old.json', 'opened', 0],
    ['new.json', 'old.json', 'any', 1],
    ['old.json', 'old.json', 'any', 0],
    ['old.json', 'new.json', 'new-violation', 1],
    ['new.json', 'old.json', 'new-violation', 0],
    ['old.json', 'new.json', 'never', 0],
  ])('of %s and %s with --fail-on %s is %i', async (old, young, what, status) => {
    expect((await ztnet(['diff', old, young, '--fail-on', what], { cwd: await inFolder() })).status).toBe(status)
  })
})

describe('what cannot be compared', () => {
  it.each([
    ['no-file.json', /no-file\.json/],
    ['HEAD:snapshots/prod.json', /HEAD:snapshots\/prod\.json: git does not give HEAD:snapshots\/prod\.json/],
    ['example:nothing', /there is no example "nothing"/],
  ])('%s', async (name, message) => {
    const { status, stderr, stdout } = await ztnet(['diff', 'old.json', name], { cwd: await inFolder() })
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
  })

  it('is matched by id, name or a tag, and by nothing else', async () => {
    const { status, stderr } = await ztnet(['diff', 'a', 'b', '--match', 'colour'])
    expect(status).toBe(2)
    expect(stderr).toContain('Match by id, name or tag:<Key>.')
  })
})
