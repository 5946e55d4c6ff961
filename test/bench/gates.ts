/** What all pairs must reach and aims at, and what was measured of it. Reported, never asserted: a figure depends on the machine, and
 *  the reader judges by how much it misses. */
import type { Case } from './inputs.ts'
import type { DiffFigures } from './measure-diff.ts'
import type { Figures } from './measure.ts'
import { growthExponent } from './statistics.ts'
import type { WholeProcess } from './whole-process.ts'

export interface Result {
  readonly case: Case
  /** Undefined where the process did not come to an end. */
  readonly figures: Figures | undefined
  readonly process?: WholeProcess | undefined
}

export interface Gate {
  readonly what: string
  readonly unit: string
  readonly gate: number
  /** Undefined where it depends on what was not measured. */
  readonly aim: number | undefined
  /** The worst case's; undefined where none was measured. */
  readonly measured: number | undefined
  readonly of: string
}

export type GateWord = 'pass, aim reached' | 'pass' | 'FAIL' | 'not measured'

export const wordOf = ({ measured, gate, aim }: Gate): GateWord => {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured'
  return aim !== undefined && measured <= aim ? 'pass, aim reached' : measured <= gate ? 'pass' : 'FAIL'
}

/** Compile and all pairs, in times of parsing. */
export const ratioOf = ({ compile, allPairs, parse }: Figures): number => (compile + allPairs) / parse

export const gatesOf = (results: readonly Result[]): readonly Gate[] => {
  const at = (size: number, adversarial: boolean) =>
    results.filter((result) => result.case.size === size && isAdversarial(result.case) === adversarial)
  const largest = Math.max(...results.map((result) => result.case.size ?? 0))
  const ratio = ({ figures }: Result): number | undefined => figures && ratioOf(figures)
  const questions = results.filter(({ figures }) => figures?.question)
  const plain = at(100_000, false)
  return [
    {
      ...worst(plain, ratio),
      what: 'compile + all pairs, 100k interfaces',
      unit: 'x parse',
      gate: 2.5,
      aim: 1,
    },
    {
      ...worst(at(1_000_000, false), ratio),
      what: 'compile + all pairs, 1M interfaces',
      unit: 'x parse',
      gate: 2.5,
      aim: 1,
    },
    {
      ...worst(plain, (result) => result.process?.ratio),
      what: 'whole process `ztnet matrix`, 100k',
      unit: 'x read and parse',
      gate: 3,
      aim: 2,
    },
    {
      ...worst(at(100_000, true), ratio),
      what: 'compile + all pairs, adversarial 100k',
      unit: 'x parse',
      gate: 6,
      aim: 4,
    },
    {
      ...worst(questions, ({ figures }) => figures && figures.question!.mean * 1000),
      what: 'warm question, two interfaces, 100k, mean',
      unit: 'us',
      gate: 3,
      aim: 1,
    },
    {
      ...worst(questions, ({ figures }) => figures?.column?.mean),
      what: 'who can reach X, 100k, mean',
      unit: 'ms',
      gate: 5,
      aim: 1,
    },
    {
      ...worst(at(1_000_000, false), ({ figures }) => figures && figures.peakMemory / GIB),
      what: 'peak memory, 1M',
      unit: 'GiB',
      gate: 8,
      aim: aimOfMemory(results),
    },
    {
      ...worst(at(1_000_000, false), (result) => memoryGrowth(result, results)),
      what: 'growth of peak memory, 100k to 1M',
      unit: 'times',
      gate: 10,
      aim: 10,
    },
    {
      ...worst(at(largest, false), (result) => timeGrowth(result, results)),
      what: `growth of all pairs, 10k to ${sizeText(largest)}`,
      unit: 'as exponent of n',
      gate: 1.1,
      aim: 1,
    },
  ]
}

/** Of diffs. */
export interface DiffResult {
  readonly case: Case
  /** Undefined where the process did not come to an end. */
  readonly figures: DiffFigures | undefined
}

export const diffGatesOf = (results: readonly DiffResult[]): readonly Gate[] => [
  {
    ...worst(
      results.filter((result) => result.case.size === 100_000),
      ({ figures }) => figures && figures.diff / figures.full,
    ),
    what: 'diff of ten changes, 100k interfaces',
    unit: 'x compile + all pairs',
    gate: 0.3,
    aim: undefined,
  },
]

export const sizeText = (size: number): string => {
  if (size >= 1_000_000 && size % 1_000_000 === 0) return `${size / 1_000_000}M`
  return size >= 1000 && size % 1000 === 0 ? `${size / 1000}k` : String(size)
}

export const GIB = 2 ** 30

const isAdversarial = ({ mix }: Case): boolean => mix.includes('adversarial')

const worst = <R extends { readonly case: Case }>(
  results: readonly R[],
  measure: (result: R) => number | undefined,
): Pick<Gate, 'measured' | 'of'> => {
  const measured = results.flatMap((result) => {
    const value = measure(result)
    return value === undefined ? [] : [{ value, result }]
  })
  const [first] = measured.toSorted((a, b) => b.value - a.value)
  return first ? { measured: first.value, of: nameOf(first.result.case) } : { measured: undefined, of: '' }
}

export const nameOf = ({ mix, ipv6, from }: Case): string => (from === 'given' ? mix : `${mix}${ipv6 ? ' + IPv6' : ''}`)

/** One GiB over the input. */
const aimOfMemory = (results: readonly Result[]): number | undefined => {
  const bytes = results.flatMap(({ case: { size }, figures }) => (size === 1_000_000 && figures ? [figures.bytes] : []))
  return bytes.length === 0 ? undefined : 1 + Math.min(...bytes) / GIB
}

const memoryGrowth = (large: Result, results: readonly Result[]): number | undefined => {
  const small = sameAt(large, 100_000, results)
  return large.figures && small && large.figures.peakMemory / small.peakMemory
}

const timeGrowth = (large: Result, results: readonly Result[]): number | undefined => {
  const small = sameAt(large, 10_000, results)
  if (!large.figures || !small || small.interfaces >= large.figures.interfaces) return undefined
  const point = ({ interfaces, allPairs }: Figures) => ({ size: interfaces, time: allPairs })
  return growthExponent(point(small), point(large.figures))
}

const sameAt = ({ case: { mix, ipv6 } }: Result, size: number, results: readonly Result[]): Figures | undefined =>
  results.find(({ case: other }) => other.mix === mix && other.ipv6 === ipv6 && other.size === size)?.figures
