/** One case in a process of its own: times each phase from the file to the last cell, and prints what it found as JSON. Runs as built
 *  code, so that no transpiler is measured; `main.ts` starts it. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resourceUsage } from 'node:process'
import { type Cell, cellsOf } from '../../src/analysis/cells.ts'
import type { Filter } from '../../src/analysis/question.ts'
import { compile, type Compiled } from '../../src/aws/compile.ts'
import { classesIn } from '../../src/aws/endpoint-class.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { Network } from '../../src/network/network.ts'
import type { PacketSet } from '../../src/packet/set.ts'
import { chanceOf } from './chance.ts'
import { groupOf, tierGroups } from './groups.ts'
import { questionOf } from './questions.ts'
import { median, percentile } from './statistics.ts'
import { collectGarbage, repeat, timed, timedAsync } from './timing.ts'

/** Times are in milliseconds, sizes in bytes. */
export interface Figures {
  readonly interfaces: number
  readonly bytes: number
  readonly read: number
  /** `JSON.parse` of every line, what it gives thrown away: what all else is compared with. */
  readonly parse: number
  readonly load: number
  /** Network and graph; stages are drafted when all pairs first need them. */
  readonly compile: number
  /** Sorting the interfaces into tiers, then the cells of all pairs of tiers and the internet. */
  readonly allPairs: number
  readonly expand: number
  /** Compile and all pairs in a process that has done neither before: what a command takes. */
  readonly cold: number
  readonly peakMemory: number
  /** Of the snapshot alone, as loaded. */
  readonly loadedMemory: number
  readonly classes: number
  /** Ordered pairs of different members, in all cells. */
  readonly pairs: number
  /** Of these, each once for every flow between them. */
  readonly flowPairs: number
  readonly checksum: string
  readonly gaps: number
  readonly question?: { readonly asked: number; readonly mean: number; readonly p99: number }
  /** Who can reach one interface. */
  readonly column?: { readonly asked: number; readonly mean: number }
}

export interface MeasureOptions {
  readonly path: string
  readonly runs: number
  readonly questions: boolean
}

const EVERYTHING: Filter = {}

const measure = async ({ path, runs, questions }: MeasureOptions): Promise<Figures> => {
  const parses = repeat(runs, () => parseLines(path))
  const [load, { snapshot }] = await timedAsync(() => loadSnapshot(path))
  const bytes = statSync(path).size
  collectGarbage()
  const loadedMemory = process.memoryUsage().rss
  // Of the last run; none of two runs at a time, which would take twice the memory.
  let known: Compiled | undefined
  const forget = () => void (known = undefined)
  const steps = repeat(
    runs,
    () => {
      const [compileTime, compiled] = timed(() => compile(new Network(snapshot)))
      known = compiled
      const [allPairs, cells] = timed(() => {
        const groups = tierGroups(compiled)
        return cellsOf(compiled, groups, groups, EVERYTHING)
      })
      const [expand, flowPairs] = timed(() => expanded(cells))
      return { compile: compileTime, allPairs, expand, flowPairs, checksum: checksumOf(cells), pairs: pairsOf(cells) }
    },
    forget,
  )
  const [first, ...warm] = steps as [(typeof steps)[number], ...typeof steps]
  if (steps.some(({ checksum }) => checksum !== first.checksum)) throw new Error('two runs gave different cells')
  const peakMemory = resourceUsage().maxRSS * 1024
  const compiled = known!
  const { network } = compiled
  const classes = network.all('subnet').reduce((count, { id }) => count + classesIn(network, id).length, 0)
  const typical = (of: (step: (typeof steps)[number]) => number): number => median(warm.map(of))
  return {
    interfaces: network.all('networkInterface').length,
    bytes,
    read: median(parses.slice(1).map(({ read }) => read)),
    parse: median(parses.slice(1).map(({ parse }) => parse)),
    load,
    compile: typical((step) => step.compile),
    allPairs: typical((step) => step.allPairs),
    expand: typical((step) => step.expand),
    cold: first.compile + first.allPairs,
    peakMemory,
    loadedMemory,
    classes,
    pairs: first.pairs,
    flowPairs: first.flowPairs,
    checksum: first.checksum,
    gaps: network.gaps.length,
    ...(questions && asked(compiled)),
  }
}

/** Reads the file in pieces, so that it need not fit into one text, and parses every line that is a whole value. */
const parseLines = (path: string): { readonly read: number; readonly parse: number } => {
  const file = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(PIECE)
  let [read, parse, carried] = [0, 0, Buffer.alloc(0)]
  try {
    for (;;) {
      const [took, { lines, ended }] = timed(() => {
        const length = readSync(file, buffer, 0, PIECE, null)
        const bytes = Buffer.concat([carried, buffer.subarray(0, length)])
        const end = bytes.lastIndexOf(LINE_END) + 1
        carried = Buffer.from(bytes.subarray(end))
        return { lines: bytes.toString('utf8', 0, end).split('\n').map(valueOf), ended: length === 0 }
      })
      read += took
      if (ended) return { read, parse }
      const [parsing] = timed(() => {
        for (const line of lines) if (line !== '') JSON.parse(line)
      })
      parse += parsing
    }
  } finally {
    closeSync(file)
  }
}

const PIECE = 16 * 1024 * 1024
const LINE_END = 10

/** The JSON value on a line; nothing for a line that only frames others. */
const valueOf = (line: string): string => {
  if (!line.startsWith('{"kind":')) return ''
  return line.endsWith(',') ? line.slice(0, -1) : line
}

/** Looks at every flow, down to its last interval. */
const expanded = (cells: readonly Cell[]): number => {
  let pairs = 0
  let points = 0
  for (const { flows } of cells)
    for (const flow of flows) {
      pairs += flow.pairs
      for (const [sources, rest] of flow.packets.rows)
        for (const [destinations, transport] of rest)
          for (const [line, ports] of transport)
            points += sources.length + destinations.length + line.points.length + ports.length
    }
  if (pairs > 0 && points === 0) throw new Error('flows without packets')
  return pairs
}

const pairsOf = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.pairs, 0)

/** Of everything in the cells that a reader would see, in an order of its own. */
const checksumOf = (cells: readonly Cell[]): string => {
  const hash = createHash('sha256')
  const lines = cells.flatMap(({ from, to, pairs, verdict, flows }) => [
    `${from.key} ${to.key} ${verdict} ${pairs}`,
    ...flows.map(
      (flow) =>
        `${from.key} ${to.key} ${flow.verdict} ${flow.family} ${flow.translated} ${flow.pairs} ${jsonOf(flow.packets)}`,
    ),
  ])
  for (const line of lines.sort()) hash.update(`${line}\n`)
  return hash.digest('hex').slice(0, 12)
}

const jsonOf = ({ rows }: PacketSet): string =>
  JSON.stringify(
    rows.map(([sources, rest]) => [
      sources,
      rest.map(([to, how]) => [to, how.map(([line, ports]) => [line.points, ports])]),
    ]),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  )

/** Questions on a network of which all pairs are known: as many random ones as there is time for. */
const asked = (compiled: Compiled): Pick<Figures, 'question' | 'column'> => {
  const chance = chanceOf(1, 'questions')
  const groups = tierGroups(compiled)
  const all = groups.flatMap(({ place }) => (place.is === 'interfaces' ? place.interfaces : []))
  const someone = () => chance.below(all.length)
  const question = questionOf(compiled, all, EVERYTHING)
  const column = () => {
    const to = all[someone()]!
    return cellsOf(compiled, groups, [groupOf(to.id, [to])], EVERYTHING)
  }
  const pairs = Array.from({ length: QUESTIONS }, () => [someone(), someone()] as const)
  /** All passes ask the same: the first warms up, the second is timed as a whole, and the third one by one, which costs time itself. */
  const pass = () => {
    let next = 0
    return () => {
      const [from, to] = pairs[next++]!
      return question(from, to)
    }
  }
  const warmUp = many(pass(), QUESTIONS, 256)
  const { asked: count, took } = many(pass(), warmUp.asked, 256)
  const ask = pass()
  const singly = Float64Array.from({ length: warmUp.asked }, () => timed(ask)[0])
  // Of other receivers: nothing is remembered of those that are timed.
  many(column, COLUMNS, 1)
  const columns = many(column, COLUMNS, 1)
  return {
    question: { asked: count, mean: took / count, p99: percentile(singly, 0.99) },
    column: { asked: columns.asked, mean: columns.took / columns.asked },
  }
}

const QUESTIONS = 100_000
const COLUMNS = 100
const TIME_LIMIT = 5000

/** Looks at the clock now and then only: that takes a part of the time of a fast question. */
const many = (
  run: () => unknown,
  times: number,
  lookEvery: number,
): { readonly asked: number; readonly took: number } => {
  const start = performance.now()
  let done = 0
  while (done < times && (done % lookEvery !== 0 || performance.now() - start < TIME_LIMIT)) {
    run()
    done++
  }
  return { asked: done, took: performance.now() - start }
}

process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as MeasureOptions)))
