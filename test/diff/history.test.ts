/** What `ztnet diff` says of each commit of a repository with snapshots in it, whole: one `.session` for each, as golden text. To write
 *  them anew: ZTNET_WRITE_GOLDEN=1 npx vitest run test/diff. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { rewriting } from '../rewriting.ts'
import { commits } from './history.ts'

const here = fileURLToPath(new URL('./history/', import.meta.url))
const repository = mkdtempSync(join(tmpdir(), 'ztnet-history-'))
const home = process.cwd()
const history = commits()

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

beforeAll(async () => {
  git('init', '--quiet', '--initial-branch=main')
  for (const { message, snapshot } of history) {
    await writeSnapshotFile(join(repository, 'shop.json'), snapshot)
    git('add', 'shop.json')
    git('commit', '--quiet', '--message', message)
  }
  process.chdir(repository)
})

afterAll(() => {
  process.chdir(home)
  rmSync(repository, { recursive: true, force: true })
})

/** `HEAD~3:shop.json HEAD~2:shop.json` for the commit that is followed by two. */
const revisionsOf = (index: number): readonly [string, string] => {
  const back = history.length - 1 - index
  const name = (steps: number): string => `${steps === 0 ? 'HEAD' : `HEAD~${steps}`}:shop.json`
  return [name(back + 1), name(back)]
}

const fileOf = (index: number): string =>
  `${String(index).padStart(2, '0')}-${history[index]!.message.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.session`

describe('what each commit changed', () => {
  it.each(history.slice(1).map(({ message }, index) => [message, index + 1] as const))('%s', async (_, index) => {
    const [before, after] = revisionsOf(index)
    const output = join(repository, 'answer')
    const status = await main(['', '', 'diff', before, after, '--output', output])
    const session = `$ ztnet diff ${before} ${after}\n\n${readFileSync(output, 'utf8')}`
    const path = join(here, fileOf(index))
    if (rewriting || !existsSync(path)) writeFileSync(path, session)
    expect(status).toBe(0)
    expect(session).toBe(readFileSync(path, 'utf8'))
  })
})
