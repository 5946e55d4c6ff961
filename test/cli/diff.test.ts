/** `ztnet diff` as a process: what its exit status means, and what it says to what it cannot read. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { estate } from '../build.ts'
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

describe('--also', () => {
  it('writes what the same comparison is in other formats', async () => {
    const cwd = await inFolder()
    const args = ['diff', 'old.json', 'new.json', '--fail-on', 'opened']
    const also = ['--also', 'markdown=diff.md', '--also', 'sarif=new.sarif']
    const ran = await ztnet([...args, ...also], { cwd })
    expect(ran.status).toBe(1)
    expect(ran.stdout).toContain('because sg-web')
    for (const [format, file] of [
      ['markdown', 'diff.md'],
      ['sarif', 'new.sarif'],
    ] as const) {
      const alone = await ztnet([...args, '--fail-on', 'new-violation', '--format', format], { cwd })
      expect(readFileSync(join(cwd, file), 'utf8')).toBe(alone.stdout)
    }
  })

  it.each(['sarif', 'github'])('tells in %s where new findings stand as check does', async (format) => {
    const cwd = await inFolder()
    const placesIn = (text: string): ReadonlySet<string> =>
      new Set(
        format === 'github'
          ? [...text.matchAll(/file=[^,]*,line=\d+/g)].map(([place]) => place)
          : [...text.matchAll(/"uri": "[^"]*"\s*},\s*"region": \{\s*"startLine": \d+/g)].map(([place]) => place),
      )
    const checked = placesIn((await ztnet(['check', '--snapshot', 'new.json', '--format', format], { cwd })).stdout)
    const compared = placesIn((await ztnet(['diff', 'old.json', 'new.json', '--format', format], { cwd })).stdout)
    expect(compared.size).toBeGreaterThan(0)
    expect([...compared].filter((place) => !checked.has(place))).toEqual([])
  })

  it.each(['sarif', 'pdf=a.pdf', 'sarif=', '=new.sarif'])('is not understood as %s', async (text) => {
    const { status, stderr } = await ztnet(['diff', 'old.json', 'new.json', '--also', text], { cwd: await inFolder() })
    expect(status).toBe(2)
    expect(stderr).toContain('Write it as text=<file>, markdown=<file>')
  })
})

describe('a revision of a git repository', () => {
  const repository = async (): Promise<string> => {
    const cwd = await inFolder()
    mkdirSync(join(cwd, 'snapshots', 'describe'), { recursive: true })
    mkdirSync(join(cwd, 'deep', 'er'), { recursive: true })
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
        cwd,
        stdio: 'pipe',
      })
    git('init', '--quiet')
    for (const [name, CidrBlock] of [
      ['old', '10.0.0.0/16'],
      ['new', '10.1.0.0/16'],
    ] as const) {
      renameSync(join(cwd, `${name}.json`), join(cwd, 'snapshots', 'prod.json'))
      writeFileSync(
        join(cwd, 'snapshots', 'describe', 'vpcs.json'),
        JSON.stringify({ Vpcs: [{ VpcId: 'vpc-1', CidrBlock }] }),
      )
      git('add', '.')
      git('commit', '--quiet', '--message', name)
    }
    return join(cwd, 'deep', 'er')
  }

  it.each([
    ['HEAD~1:snapshots/prod.json', 'HEAD:snapshots/prod.json', '3 flows gained'],
    ['HEAD~1:../../snapshots/prod.json', '../../snapshots/prod.json', '3 flows gained'],
    [':snapshots/prod.json', 'HEAD:snapshots/prod.json', 'nothing flows otherwise'],
    ['HEAD~1:snapshots/describe', 'HEAD:snapshots/describe', 'vpc-1: cidr block 10.1.0.0/16 instead of 10.0.0.0/16'],
  ])('%s compares with %s from a folder below', async (old, young, said) => {
    const { status, stdout, stderr } = await ztnet(['diff', old, young], { cwd: await repository() })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(said)
  })

  it.each([
    ['HEAD~9:snapshots/prod.json', "invalid object name 'HEAD~9'"],
    ['HEAD~9:snapshots/prod.json', 'fetch-depth: 0'],
    ['HEAD:snapshots/none.json', "path 'snapshots/none.json' does not exist in 'HEAD'"],
    ['HEAD:./prod.json', "path 'deep/er/prod.json' does not exist in 'HEAD'"],
  ])('%s is told from one that there is', async (name, said) => {
    const { status, stderr } = await ztnet(['diff', name, 'HEAD:snapshots/prod.json'], { cwd: await repository() })
    expect(status).toBe(2)
    expect(stderr).toContain(said)
  })
})

describe('what nobody can match', () => {
  const shop = (vpc: string, subnet: string) =>
    estate()
      .vpc(vpc, '10.0.0.0/16')
      .subnet(`${subnet}-a`, '10.0.1.0/24')
      .subnet(`${subnet}-b`, '10.0.2.0/24')
      .with('subnet', `subnet-${subnet}-a`, { Tags: [{ Key: 'Name', Value: 'app' }] })
      .with('subnet', `subnet-${subnet}-b`, { Tags: [{ Key: 'Name', Value: 'app' }] })
      .snapshot()

  const compared = async (...options: readonly string[]) => {
    const cwd = folder()
    await writeSnapshotFile(join(cwd, 'old.json'), shop('one', 'old'))
    await writeSnapshotFile(join(cwd, 'new.json'), shop('two', 'new'))
    return ztnet(['diff', 'old.json', 'new.json', ...options], { cwd })
  }

  it('is told: two networks that have nothing in common, and how else they may be compared', async () => {
    expect((await compared()).stderr).toContain('no VPC is in both snapshots')
    expect((await compared()).stderr).toContain('--match name')
    expect((await compared('--match', 'tag:Role')).stderr).toContain(
      'no VPC of the one snapshot is called as one of the other',
    )
  })

  it('is told: a name that several bear', async () => {
    expect((await compared('--match', 'name')).stderr).toContain('borne by several, and so not matched: subnet "app"')
  })
})

describe('what cannot be compared', () => {
  it.each([
    ['no-file.json', /^ztnet: no-file\.json does not exist\n/],
    ['HEAD:snapshots/prod.json', /^ztnet: git does not give HEAD:snapshots\/prod\.json: /],
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
