/** The package as a stranger gets it: packed from a clean copy of the sources, installed into an empty folder, asked the
 *  question of the README. Knows nothing of how the answer comes about. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'ztnet-pack-'))
const installed = join(scratch, 'installed')
const minutes = 60_000

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

describe('the package', () => {
  let packed: readonly string[] = []

  beforeAll(() => {
    const tarball = pack()
    packed = tarball.files
    mkdirSync(installed)
    // `--prefix`: an empty folder has no package.json, and npm would take the nearest one above it.
    run(
      'npm',
      ['install', tarball.path, '--prefix', installed, '--no-audit', '--no-fund', '--prefer-offline'],
      installed,
    )
  }, 5 * minutes)

  test('holds what runs, what it reads and what one must know, and no source or test', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/ztnet.js',
        'dist/cli/main.js',
        'dist/index.d.ts',
        'schemas/policy.json',
        'snapshots/three-tier.json',
      ]),
    )
    expect(
      packed.filter((file) => !/^(bin|dist|schemas|snapshots)\/|^(LICENSE|README\.md|package\.json)$/.test(file)),
    ).toEqual([])
    expect(packed.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  })

  test(
    'answers whether a database reaches the internet on a bundled snapshot, with the verdict in the first line',
    () => {
      const question = ['ztnet', 'reach', 'db-subnet', 'internet', '--snapshot', 'example:three-tier']
      const answer = JSON.parse(run('npx', [...question, '--format', 'json'], installed)) as { verdict: string }
      expect(['reachable', 'one-way', 'conditional', 'unreachable', 'unknown']).toContain(answer.verdict)
      const [firstLine = ''] = run('npx', question, installed).split('\n')
      expect(firstLine.toLowerCase()).toMatch(new RegExp(`(^|[^-\\w])${answer.verdict}([^-\\w]|$)`))
    },
    minutes,
  )

  test(
    'opens as a library, with its types',
    () => {
      const program =
        `import { compile, loadSnapshot, schemas } from 'ztnet'\n` +
        `console.log(typeof compile, typeof loadSnapshot, ...Object.keys(schemas))\n`
      // Types that do not resolve are `any`, and `any` would have the property: then the directive is the error.
      const typed = `${program}// @ts-expect-error\nexport const none = loadSnapshot.noSuchProperty\n`
      writeFileSync(join(installed, 'program.mjs'), program)
      writeFileSync(join(installed, 'typed.mts'), typed)
      expect(run(process.execPath, ['program.mjs'], installed)).toBe(
        'function function reachResult reachAllResult batchAnswer matrixResult blastResult tierReport checkResult diffResult watchEvent\n',
      )
      const tsc = join(root, 'node_modules/typescript/bin/tsc')
      const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
      const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2023']
      expect(run(process.execPath, [tsc, ...options, ...types, 'typed.mts'], installed)).toBe('')
    },
    minutes,
  )
})

/** Packs a copy, so that the build of `prepack` is made from the sources alone and disturbs no test that runs meanwhile. */
function pack(): { readonly path: string; readonly files: readonly string[] } {
  const copy = join(scratch, 'sources')
  const leftOut = new Set(['node_modules', 'dist', 'coverage', '.git'])
  cpSync(root, copy, { recursive: true, filter: (path) => !leftOut.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
  const [report] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', scratch], copy)) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ]
  return { path: join(scratch, report.filename), files: report.files.map(({ path }) => path) }
}

/** Standard output of a command that must succeed; what it says on stderr is part of the failure. */
function run(command: string, args: readonly string[], cwd: string): string {
  // Under `npm test` npm describes this project to its children; a stranger's shell would not.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package_|lifecycle_|command$|config_local_prefix$)/.test(name),
    ),
  )
  return execFileSync(command, [...args], { cwd, encoding: 'utf8', env: { ...env, NO_COLOR: '1' }, stdio: 'pipe' })
}
