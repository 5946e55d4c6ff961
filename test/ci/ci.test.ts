/** The action, the GitLab job and the plain scripts do what they say: their steps are run here as a runner runs them, on a repository of a
 *  test, with a GitHub CLI that writes down what it is asked. Nothing is sent anywhere. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'

const root = resolve('.')
const program = `${process.execPath} ${join(root, 'bin', 'ztnet.js')}`

let repository: string

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const snapshot = (collectedAt: string, ...rules: readonly GroupRule[]) =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('public', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.1.10', { groups: ['web'], publicIp: '54.10.0.1' })
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0', ...rules])
    .snapshot(collectedAt)

beforeEach(async () => {
  repository = mkdtempSync(join(tmpdir(), 'ztnet-ci-'))
  mkdirSync(join(repository, 'snapshots'))
  git('init', '--quiet', '--initial-branch=main')
  await writeSnapshotFile(join(repository, 'snapshots/prod.json'), snapshot('2026-01-01T00:00:00Z'))
  git('add', '.')
  git('commit', '--quiet', '--message', 'before')
  git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  await writeSnapshotFile(
    join(repository, 'snapshots/prod.json'),
    snapshot('2026-01-02T00:00:00Z', 'tcp 22 from 0.0.0.0/0'),
  )
  git('commit', '--quiet', '--all', '--message', 'after')
})

afterEach(() => rmSync(repository, { recursive: true, force: true }))

interface Step {
  readonly if?: string
  readonly run: string
  readonly env?: Readonly<Record<string, string>>
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required: boolean; readonly default?: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

/** What is between `${{` and `}}`, looked up; a name that the action does not know is an error. */
const filled = (text: string, known: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{\{\s*([^}]*?)\s*\}\}/g, (_, name: string) => {
    const value = known[name] ?? (name.startsWith('steps.') ? '' : undefined)
    if (value === undefined) throw new Error(`nothing gives ${name}`)
    return value
  })

const shell = (script: string, env: Readonly<Record<string, string>>) =>
  spawnSync('bash', ['-e', '-c', script], {
    cwd: repository,
    encoding: 'utf8',
    env: {
      PATH: `${join(repository, 'bin')}:${process.env['PATH']}`,
      HOME: repository,
      GIT_AUTHOR_NAME: 'test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
      ZTNET: program,
      ...env,
    },
  })

/** A GitHub CLI that knows these comments, and notes what it is asked to write. */
const fakeGitHub = (comments: string, status = 0): void => {
  mkdirSync(join(repository, 'bin'))
  const file = join(repository, 'bin', 'gh')
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$*" in *--paginate*) printf '%s' '${comments}';; *) echo "$*" >> "${repository}/asked"; exit ${status};; esac\n`,
  )
  chmodSync(file, 0o755)
}

const runAction = (
  given: Readonly<Record<string, string>>,
): { readonly status: number | null; readonly out: string } => {
  const { inputs, runs } = parse(readFileSync('action.yml', 'utf8')) as Action
  const known: Record<string, string> = {
    'github.base_ref': 'main',
    'github.action_path': root,
    'github.token': 'none',
    'github.repository': 'owner/name',
    'github.event.number': '7',
  }
  for (const [name, { required, default: value = '' }] of Object.entries(inputs)) {
    if (required && given[name] === undefined) throw new Error(`${name} is required`)
    known[`inputs.${name}`] = given[name] ?? filled(value, known)
  }
  let status: number | null = 0
  let out = ''
  for (const step of runs.steps) {
    if (status !== 0 && step.if?.includes('always()') !== true) continue
    if (step.if?.includes("inputs.comment == 'true'") === true && known['inputs.comment'] !== 'true') continue
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, known)]))
    const ran = shell(filled(step.run, known), {
      ...env,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(repository, 'summary'),
      GITHUB_OUTPUT: join(repository, 'output'),
    })
    out += ran.stdout + ran.stderr
    status = status === 0 ? ran.status : status
  }
  return { status, out }
}

describe('the action', () => {
  it('fails for a new violation, annotates, and comments once', () => {
    fakeGitHub('')
    const { status, out } = runAction({ new: 'snapshots/prod.json' })
    expect(out).toContain('::warning title=ztnet diff::internet -> public tcp 22')
    expect(out).toContain('title=high admin-port-from-internet::')
    expect(status).toBe(1)
    expect(readFileSync(join(repository, 'summary'), 'utf8')).toContain('### Reachability: 1 flow gained')
    expect(readFileSync(join(repository, 'asked'), 'utf8')).toContain(
      '--method POST repos/owner/name/issues/7/comments',
    )
    const sarif = JSON.parse(readFileSync(join(repository, 'ztnet.sarif'), 'utf8')) as {
      readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[]
    }
    expect(sarif.runs[0]!.results.map(({ ruleId }) => ruleId)).toEqual(['admin-port-from-internet'])
  })

  it('renews the comment that is there', () => {
    fakeGitHub('42')
    runAction({ new: 'snapshots/prod.json', 'fail-on': 'never' })
    expect(readFileSync(join(repository, 'asked'), 'utf8')).toContain(
      '--method PATCH repos/owner/name/issues/comments/42',
    )
  })

  it('goes on where the token may write no comment', () => {
    fakeGitHub('', 1)
    const { status, out } = runAction({ new: 'snapshots/prod.json', 'fail-on': 'never' })
    expect(out).toContain('the comment was not written: the token needs pull-requests: write')
    expect(status).toBe(0)
  })

  it('passes where nothing is asked to fail, and comments only where it should', () => {
    fakeGitHub('')
    expect(runAction({ new: 'snapshots/prod.json', 'fail-on': 'never', comment: 'false' }).status).toBe(0)
    expect(existsSync(join(repository, 'asked'))).toBe(false)
  })
})

describe('the GitLab job', () => {
  it('fails for a new violation and leaves what it found', () => {
    const jobs = parse(readFileSync('ci/gitlab-ci.yml', 'utf8')) as Readonly<
      Record<string, { readonly variables: Readonly<Record<string, string>>; readonly script: readonly string[] }>
    >
    const { variables, script } = jobs['ztnet-diff']!
    const ran = shell(script.join('\n').replaceAll(' ci/', ` ${root}/ci/`), {
      ...variables,
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    })
    expect(ran.stdout).toContain('+ internet -> public  tcp 22')
    expect(ran.status).toBe(1)
    expect(readFileSync(join(repository, 'ztnet-diff.md'), 'utf8')).toMatch(/^<!-- ztnet diff -->\n/)
  })
})

describe('the plain scripts', () => {
  it('compare with one commit ago where no branch is named', () => {
    const ran = shell(`bash ${root}/ci/diff.sh`, { ZTNET_NEW: 'snapshots/prod.json', ZTNET_FAIL_ON: 'opened' })
    expect(ran.stdout).toContain('because sg-web (web): inbound tcp 22 from 0.0.0.0/0 added')
    expect(ran.status).toBe(1)
  })

  it('compare with where the change began, whatever came to the branch since', async () => {
    git('checkout', '--quiet', '-b', 'later', 'HEAD~1')
    await writeSnapshotFile(
      join(repository, 'snapshots/prod.json'),
      snapshot('2026-01-02T00:00:00Z', 'tcp 8080 from 0.0.0.0/0'),
    )
    git('commit', '--quiet', '--all', '--message', 'meanwhile')
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    git('checkout', '--quiet', 'main')
    const ran = shell(`bash ${root}/ci/diff.sh`, { ZTNET_NEW: 'snapshots/prod.json', ZTNET_BASE: 'main' })
    expect(ran.stdout).toContain('internet -> public  tcp 22')
    expect(ran.stdout).not.toContain('8080')
  })

  it('let the first snapshot pass, and fail where there is no such branch', async () => {
    await writeSnapshotFile(join(repository, 'snapshots/dev.json'), snapshot('2026-01-02T00:00:00Z'))
    const first = shell(`bash ${root}/ci/diff.sh`, { ZTNET_NEW: 'snapshots/dev.json', ZTNET_BASE: 'main' })
    expect(first.stderr).toContain('snapshots/dev.json is new: there is nothing to compare it with')
    expect(first.status).toBe(0)
    const none = shell(`bash ${root}/ci/diff.sh`, { ZTNET_NEW: 'snapshots/dev.json', ZTNET_BASE: 'nowhere' })
    expect(none.status).toBe(2)
  })

  it('commit a snapshot of the night where something changed, and none where it was only read anew', async () => {
    const nightly = (): ReturnType<typeof shell> =>
      shell(`bash ${root}/ci/nightly.sh snapshots/prod.json`, {
        ZTNET: `bash ${join(repository, 'stand-in.sh')}`,
        ZTNET_PUSH: 'false',
      })
    // Reads a file where ztnet would read AWS; all other commands are those of ztnet.
    writeFileSync(
      join(repository, 'stand-in.sh'),
      `if [ "$1" = collect ]; then cp "${repository}/live.json" "$3"; else ${program} "$@"; fi\n`,
    )
    await writeSnapshotFile(join(repository, 'live.json'), snapshot('2026-01-03T00:00:00Z', 'tcp 22 from 0.0.0.0/0'))
    expect(nightly().status).toBe(0)
    expect(git('log', '--oneline').trim().split('\n')).toHaveLength(2)
    await writeSnapshotFile(join(repository, 'live.json'), snapshot('2026-01-04T00:00:00Z'))
    expect(nightly().status).toBe(0)
    expect(git('log', '-1', '--format=%s')).toMatch(/^Snapshot of \d{4}-\d\d-\d\d$/m)
  })
})
