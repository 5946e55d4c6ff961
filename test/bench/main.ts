/** `npm run bench`: how long all pairs take, in times of what parsing the same file takes, at the sizes of real organisations, and how soon a
 *  map of them is there. Each case is measured in a process of its own (`measure.ts`), one after the other; progress goes to stderr, tables
 *  to stdout. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { flagsFor } from '../../src/cli/room.ts'
import { diffGatesOf, type DiffResult, gatesOf, nameOf, ratioOf, type Result, sizeText } from './gates.ts'
import { MIXES, type Mix } from './generate.ts'
import { type Case, givenCase, isSharedHere, ownCase, sharedCase } from './inputs.ts'
import type { DiffFigures, DiffTask } from './measure-diff.ts'
import type { Figures, MeasureOptions } from './measure.ts'
import { canMeasureMaps, type MapFigures, measureMap } from './map.ts'
import { diffMarkdown, diffText, figuresText, gatesText, mapMarkdown, mapText, markdown } from './tables.ts'
import { compareProcesses } from './whole-process.ts'

const help = `npm run bench -- [options]

  --only matrix         or diff, or map: that part alone
  --sizes 1k,10k,100k   interfaces of the organisations that are generated; diffs and maps from 10k on
  --million             1M too: minutes for each case, and 2 GB of disk
  --mixes ${MIXES.join(',')}
  --family ipv4,dual    IPv4 alone, or with IPv6
  --input <snapshot>    measure this file instead
  --runs <n>            measured runs after one to warm up; 5
  --keep <folder>       leave the generated files there, and use those that are there
  --write               put the tables into README.md
`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    sizes: { type: 'string', default: '1k,10k,100k' },
    million: { type: 'boolean', default: false },
    mixes: { type: 'string', default: MIXES.join() },
    family: { type: 'string', default: 'ipv4,dual' },
    input: { type: 'string', multiple: true },
    runs: { type: 'string', default: '5' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const main = async (): Promise<void> => {
  if (options.help) return void process.stdout.write(help)
  const parts = partsIn(options.only)
  const runs = countIn(options.runs)
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'ztnet-bench-'))
  mkdirSync(folder, { recursive: true })
  try {
    if (parts.has('matrix')) measureMatrices(folder, runs)
    if (parts.has('diff')) measureDiffs(folder, runs)
    if (parts.has('map')) await measureMaps(folder, runs)
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true })
  }
}

const measureMatrices = (folder: string, runs: number): void => {
  const results: Result[] = []
  const cases = casesToRun()
  for (const [index, each] of cases.entries()) {
    tell(`${index + 1}/${cases.length} ${titleOf(each)}`)
    results.push(resultOf(each, folder, runs))
  }
  const gates = gatesOf(results)
  process.stdout.write(`${figuresText(results)}\n\n${gatesText(gates)}\n`)
  if (options.write) writeReadme(MATRIX_MARK, markdown(results, gates))
}

const measureDiffs = (folder: string, runs: number): void => {
  const cases = casesToRun().filter(({ mix, size = Infinity }) => size >= SMALLEST_DIFF && !isSpecial(mix))
  const results = cases.map((each): DiffResult => {
    tell(`diff of ${titleOf(each)}`)
    return { case: each, figures: withInput(each, folder, (path) => measured('measure-diff', { path, runs })) }
  })
  const gates = diffGatesOf(results)
  process.stdout.write(`${diffText(results)}\n\n${gatesText(gates)}\n`)
  if (options.write) writeReadme(DIFF_MARK, diffMarkdown(results, gates))
}

/** Of fewer it takes no time to speak of. */
const SMALLEST_DIFF = 10_000

/** A mix that is there to be hard on all pairs. */
const isSpecial = (mix: string): boolean => /adversarial|mesh/.test(mix)

const measureMaps = async (folder: string, runs: number): Promise<void> => {
  if (!canMeasureMaps) return tell('maps are not measured: there is no Chromium; name one in ZTNET_CHROMIUM')
  const results: MapFigures[] = []
  for (const interfaces of [...new Set(options.sizes.split(',').map(sizeIn))].filter((size) => size >= SMALLEST_MAP)) {
    tell(`map of ${sizeText(interfaces)}`)
    results.push(await measureMap(interfaces, { folder, runs, isKept: options.keep !== undefined }))
  }
  process.stdout.write(`${mapText(results)}\n`)
  if (options.write) writeReadme(MAP_MARK, mapMarkdown(results))
}

/** Maps of fewer open as those of the examples do. */
const SMALLEST_MAP = 10_000

const casesToRun = (): readonly Case[] => {
  if (options.input) return options.input.map(givenCase)
  const sizes = [...options.sizes.split(',').map(sizeIn), ...(options.million ? [1_000_000] : [])]
  const mixes = options.mixes.split(',').map(mixIn)
  const families = options.family.split(',').map(familyIn)
  return [...new Set(sizes)].flatMap((size) =>
    families.flatMap((ipv6) => [
      ...mixes.map((mix) => ownCase(mix, size, ipv6)),
      ...(isSharedHere() ? mixes.flatMap((mix) => (mix === 'mesh' ? [] : [sharedCase(mix, size, ipv6)])) : []),
    ]),
  )
}

/** With the file of a case, which is made for it and not kept. */
const withInput = <T>(each: Case, folder: string, use: (path: string) => T): T => {
  const path = pathOf(each, folder)
  try {
    if (!existsSync(path)) each.write(path)
    return use(path)
  } finally {
    if (options.keep === undefined && each.from !== 'given') rmSync(path, { force: true })
  }
}

const resultOf = (each: Case, folder: string, runs: number): Result =>
  withInput(each, folder, (path) => {
    const isAtSize = each.size === 100_000 || each.from === 'given'
    const figures = measured('measure', { path, runs, questions: isAtSize })
    if (figures)
      tell(`  ${ratioOf(figures).toFixed(2)} x parse, ${figures.classes} classes, checksum ${figures.checksum}`)
    if (!figures || !isAtSize) return { case: each, figures }
    const question = figures.question!
    tell(
      `  a question ${(question.mean * 1000).toFixed(2)} us, p99 ${(question.p99 * 1000).toFixed(2)} us, of ${question.asked}; ` +
        `who can reach X ${figures.column!.mean.toFixed(2)} ms, of ${figures.column!.asked}`,
    )
    const whole = compareProcesses(path, runs)
    if (whole) tell(`  ztnet matrix ${whole.ratio.toFixed(2)} x a process that reads and parses`)
    return { case: each, figures, process: whole }
  })

/** `default-10000.json`, `default-10000-ipv4.json`. */
const pathOf = (each: Case, folder: string): string =>
  each.from === 'given'
    ? options.input!.find((path) => path.endsWith(each.mix))!
    : join(folder, `${each.mix.replace(' ', '-')}-${each.size}${each.ipv6 ? '' : '-ipv4'}.json`)

interface Scripts {
  readonly measure: { readonly task: MeasureOptions; readonly figures: Figures }
  readonly 'measure-diff': { readonly task: DiffTask; readonly figures: DiffFigures }
}

/** In a fresh process, with the memory that a command would have; nothing where that does not come to an end. */
const measured = <S extends keyof Scripts>(name: S, task: Scripts[S]['task']): Scripts[S]['figures'] | undefined => {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
  const args = ['--expose-gc', ...flagsFor([task.path]), script, JSON.stringify(task)]
  const { status, signal, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status === 0) return JSON.parse(stdout) as Scripts[S]['figures']
  tell(`  did not end well: ${signal ?? `exit status ${status}`}`)
  // The tables show what did; the exit status, that something did not.
  process.exitCode = 1
  return undefined
}

const titleOf = (each: Case): string =>
  each.size === undefined ? nameOf(each) : `${sizeText(each.size)} ${nameOf(each)}`

const MATRIX_MARK = '<!-- bench -->'
const DIFF_MARK = '<!-- bench diff -->'
const MAP_MARK = '<!-- bench map -->'

const writeReadme = (mark: string, tables: string): void => {
  const [before, , after, ...more] = readFileSync('README.md', 'utf8').split(mark)
  if (before === undefined || after === undefined || more.length > 0) throw new Error(`README.md needs two ${mark}`)
  writeFileSync('README.md', `${before}${mark}\n\n${tables}\n\n${mark}${after}`)
}

const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const PARTS: readonly string[] = ['matrix', 'diff', 'map']

const partsIn = (only: string | undefined): ReadonlySet<string> => {
  if (only === undefined) return new Set(PARTS)
  if (!PARTS.includes(only)) throw new Error(`${only} is none of ${PARTS.join(', ')}`)
  return new Set([only])
}

const sizeIn = (text: string): number => {
  const [, digits, unit = ''] = /^(\d+)([km]?)$/i.exec(text) ?? []
  if (digits === undefined) throw new Error(`${text} is no size: 1k, 10k, 100k`)
  return Number(digits) * { '': 1, k: 1000, m: 1_000_000 }[unit.toLowerCase() as '' | 'k' | 'm']
}

const mixIn = (text: string): Mix => {
  const mix = MIXES.find((each) => each === text)
  if (!mix) throw new Error(`${text} is no mix: ${MIXES.join(', ')}`)
  return mix
}

const familyIn = (text: string): boolean => {
  if (text !== 'ipv4' && text !== 'dual') throw new Error(`${text} is neither ipv4 nor dual`)
  return text === 'dual'
}

const countIn = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is no number of runs`)
  return Number(text)
}

await main()
