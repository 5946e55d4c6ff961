/** The house as a test: the layers of .dependency-cruiser.mjs hold for the real tree and are able to fail, and every package
 *  has a reason. Knows the rules by name only; what they allow stands in their table. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'ztnet-architecture-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

describe('the layers', () => {
  test('hold for the whole tree', () => {
    const { status, output } = checkLayers(root)
    expect(output).toMatch(/no dependency violations found \(\d+ modules, \d+ dependencies cruised\)/)
    expect(status).toBe(0)
  })

  test('are told in the README as the table of the rules has them', async () => {
    const { default: rules } = (await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href)) as {
      default: { forbidden: readonly { name: string; comment: string }[] }
    }
    const ruled = rules.forbidden.flatMap(({ name, comment }) => {
      const [, layer] = /^(\w+)-imports-only-what-is-below$/.exec(name) ?? []
      const [, allowed = ''] = /may import ([^:]+):/.exec(comment) ?? []
      return layer === undefined || layer === 'cli' ? [] : [[layer, allowed.replace('no other layer', 'nothing')]]
    })
    const rows = readFileSync(join(root, 'src/README.md'), 'utf8').matchAll(/^\| `(\w+)\/` *\|[^|]*\|([^|]*)\|$/gm)
    const told = Array.from(rows, ([, layer = '', allowed = '']) => [layer, allowed.trim().replaceAll('`', '')])
    expect(Object.fromEntries(told.filter(([layer]) => layer !== 'cli'))).toEqual(Object.fromEntries(ruled))
  })

  test('are free to import what their row of the table names', () => {
    const { status, output } = checkLayers(plant('lawful', lawful))
    expect(output).toMatch(/no dependency violations found/)
    expect(status).toBe(0)
  })

  test('are broken by every kind of forbidden import, and each is reported under the rules that it breaks', () => {
    const sources = Object.fromEntries(unlawful.map(({ file, source }) => [file, source]))
    const { status, output } = checkLayers(plant('unlawful', { ...lawful, ...sources }))
    const reported = [...output.matchAll(/error (\S+): (\S+) /g)].map(([, rule, file]) => `${file} ${rule}`)
    const expected = unlawful.flatMap(({ file, breaks }) => breaks.map((rule) => `${file} ${rule}`))
    expect(reported.sort()).toEqual(expected.sort())
    expect(status).not.toBe(0)
  })
})

describe('the packages', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'optionalDependencies' | 'devDependencies' | 'dependencyReasons',
    Record<string, string>
  >
  const packages = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies }

  test('each have one line that says why, and no line outlives its package', () => {
    expect(Object.keys(manifest.dependencyReasons).sort()).toEqual(Object.keys(packages).sort())
    for (const reason of Object.values(manifest.dependencyReasons)) expect(reason).toMatch(/^\S[^\n]{10,}$/)
  })

  test('are pinned to one version, so that two machines build the same thing', () => {
    for (const [name, version] of Object.entries(packages)) {
      expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(-[\w.]+)?$/)
    }
  })

  test('are locked for every platform, without which npm ci refuses to install anything at all', () => {
    const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const unlocked = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`${path}/node_modules/${name}` in locked) && !(`node_modules/${name}` in locked),
      ),
    )
    expect(unlocked).toEqual([])
  })
})

/** Every arrow drawn here is in the table. */
const lawful: Record<string, string> = {
  'src/errors.ts': `export const error = 1`,
  'src/packet/set.ts': `import { error } from '../errors.ts'\nexport const set = error`,
  'src/snapshot/schema.ts': `import { set } from '../packet/set.ts'\nexport const schema = set`,
  'src/collect/files.ts': `import { readFileSync } from 'node:fs'\nimport { schema } from '../snapshot/schema.ts'\nexport const files = [readFileSync, schema]`,
  'src/network/link.ts': `import { schema } from '../snapshot/schema.ts'\nexport const link = schema`,
  'src/forwarding/graph.ts': `import { set } from '../packet/set.ts'\nexport const graph = set`,
  'src/aws/reasons.ts': `export const reasons = {}`,
  'src/aws/compile.ts': `import { link } from '../network/link.ts'\nimport { graph } from '../forwarding/graph.ts'\nexport const compile = [link, graph]`,
  'src/reach/trace.ts': `import { graph } from '../forwarding/graph.ts'\nexport const trace = graph`,
  'src/analysis/reach.ts': `import { trace } from '../reach/trace.ts'\nimport { compile } from '../aws/compile.ts'\nexport const reach = [trace, compile]`,
  'src/report/text.ts': `import { reach } from '../analysis/reach.ts'\nimport { reasons } from '../aws/reasons.ts'\nexport const text = [reach, reasons]`,
  'src/index.ts': `export { reach } from './analysis/reach.ts'\nexport { files } from './collect/files.ts'`,
  'src/cli/main.ts': `import { text } from '../report/text.ts'\nimport { argv } from 'node:process'\nexport const main = () => [text, argv]`,
  'src/cli/library.ts': `import { reach } from '../index.ts'\nexport const library = reach`,
  'src/packet/alone.ts': `export const alone = 1`,
  'bin/ztnet.js': `import { main } from '../dist/cli/main.js'\nmain()`,
  'test/oracle/simulate.ts': `import { link } from '../../src/network/link.ts'\nexport const simulate = link`,
}

/** One file for each way to break a rule, and two that break it together. */
const unlawful: readonly { readonly file: string; readonly source: string; readonly breaks: readonly string[] }[] = [
  {
    file: 'src/packet/upward.ts',
    source: `import '../snapshot/schema.ts'`,
    breaks: ['packet-imports-only-what-is-below'],
  },
  {
    file: 'src/snapshot/upward.ts',
    source: `import '../network/link.ts'`,
    breaks: ['snapshot-imports-only-what-is-below'],
  },
  {
    file: 'src/collect/upward.ts',
    source: `import '../network/link.ts'`,
    breaks: ['collect-imports-only-what-is-below'],
  },
  {
    file: 'src/network/sideways.ts',
    source: `import '../forwarding/graph.ts'`,
    breaks: ['network-imports-only-what-is-below'],
  },
  {
    file: 'src/forwarding/upward.ts',
    source: `import '../aws/reasons.ts'`,
    breaks: ['forwarding-imports-only-what-is-below'],
  },
  { file: 'src/aws/upward.ts', source: `import '../reach/trace.ts'`, breaks: ['aws-imports-only-what-is-below'] },
  {
    file: 'src/reach/knows-aws.ts',
    source: `import '../aws/reasons.ts'`,
    breaks: ['reach-imports-only-what-is-below'],
  },
  {
    file: 'src/reach/type-only.ts',
    source: `import type { compile } from '../aws/compile.ts'\nexport type Compile = typeof compile`,
    breaks: ['reach-imports-only-what-is-below'],
  },
  {
    file: 'src/reach/late.ts',
    source: `export const late = () => import('../aws/compile.ts')`,
    breaks: ['reach-imports-only-what-is-below'],
  },
  {
    file: 'src/reach/re-export.ts',
    source: `export * from '../aws/compile.ts'`,
    breaks: ['reach-imports-only-what-is-below'],
  },
  {
    file: 'src/analysis/prints.ts',
    source: `import '../report/text.ts'`,
    breaks: ['analysis-imports-only-what-is-below'],
  },
  {
    file: 'src/report/compiles.ts',
    source: `import '../aws/compile.ts'`,
    breaks: ['report-imports-only-what-is-below'],
  },
  {
    file: 'src/cli/tests.ts',
    source: `import '../../test/oracle/simulate.ts'`,
    breaks: ['cli-imports-only-what-is-below'],
  },
  { file: 'src/index.ts', source: `import './cli/main.ts'`, breaks: ['library-door-is-not-the-command-line'] },
  { file: 'src/errors.ts', source: `import './packet/alone.ts'`, breaks: ['what-everybody-imports-imports-nothing'] },
  { file: 'src/helpers/any.ts', source: `import '../packet/set.ts'`, breaks: ['no-file-outside-the-layers'] },
  {
    file: 'src/cli/helped.ts',
    source: `import '../helpers/any.ts'`,
    breaks: ['cli-imports-only-what-is-below', 'every-folder-is-a-layer'],
  },
  {
    file: 'src/packet/egg.ts',
    source: `import { hen } from './hen.ts'\nexport const egg = hen`,
    breaks: ['no-cycles'],
  },
  {
    file: 'src/packet/hen.ts',
    source: `import type { egg } from './egg.ts'\nexport const hen = 1 as unknown as typeof egg`,
    breaks: [],
  },
  { file: 'src/reach/reads.ts', source: `import 'node:fs'`, breaks: ['node-only-at-the-rim'] },
  {
    file: 'src/report/reads.ts',
    source: `import type { Stats } from 'fs'\nexport type S = Stats`,
    breaks: ['node-only-at-the-rim'],
  },
  {
    file: 'src/collect/sdk.ts',
    source: `import '@aws-sdk/client-ec2'`,
    breaks: ['aws-sdk-only-where-it-collects', 'every-import-resolves'],
  },
  { file: 'src/packet/misspelt.ts', source: `import './sett.ts'`, breaks: ['every-import-resolves'] },
  { file: 'bin/clever.js', source: `import '../src/cli/main.ts'`, breaks: ['bin-calls-the-command-line-only'] },
  {
    file: 'test/oracle/peeks.ts',
    source: `import '../../src/aws/compile.ts'`,
    breaks: ['oracle-shares-nothing-with-the-engine'],
  },
]

function plant(name: string, sources: Record<string, string>): string {
  const tree = join(scratch, name)
  for (const [file, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), source)
  }
  return tree
}

/** What `npm run check:layers` runs, on another tree. */
function checkLayers(tree: string): { readonly status: number | null; readonly output: string } {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = join(root, '.dependency-cruiser.mjs')
  const run = spawnSync(process.execPath, [depcruise, '--config', config, 'bin', 'src', 'test'], {
    cwd: tree,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  })
  return { status: run.status, output: run.stdout + run.stderr }
}
