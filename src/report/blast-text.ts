/** What an intruder could reach, for people in a terminal: step by step, each group with how it is reached. */
import type { BlastResult, BlastTarget, BlastWay } from '../analysis/blast.ts'
import { harmless } from '../analysis/harmless.ts'
import { few } from '../analysis/short-lists.ts'
import {
  alsoWords,
  askedWords,
  chainWords,
  countWords,
  ONE_WAY_EACH,
  reachedWords,
  targetLabel,
} from './blast-words.ts'
import { unknownLines } from './matrix-text.ts'
import { endWords } from './reach-words.ts'
import { beside, indented, type Style } from './style.ts'

export const blastText = (result: BlastResult, style: Style): string => {
  const steps = [...new Set(result.targets.flatMap(({ ways }) => ways.map((way) => way.steps)))].sort((a, b) => a - b)
  const sections = [
    headLines(result, style),
    ...steps.map((step) => stepLines(result, step, style)),
    steps.length === 0 ? [] : indented(style, 0, style.dim(ONE_WAY_EACH), 0),
    unknownLinkLines(result, style),
    unknownLines(result.unknowns, style),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const headLines = (result: BlastResult, style: Style): string[] => {
  const asked = askedWords(result)
  const { head, members, leftOut } = endWords({ ...result.from, addresses: [] })
  const reached = reachedWords(result)
  return [
    ...indented(
      style,
      0,
      `${style.bold('REACHED')}  from ${harmless(result.query.from)}: ${harmless(reached)}${asked === '' ? '' : ` (${harmless(asked)})`}`,
    ),
    '',
    ...beside(style, 2, style.dim('from  '), 6, harmless(head)),
    ...few(members.map(harmless), 4).flatMap((member) => indented(style, 10, member)),
    ...(leftOut === undefined ? [] : indented(style, 10, style.dim(leftOut))),
  ]
}

const stepLines = (result: BlastResult, steps: number, style: Style): string[] => [
  style.bold(steps === 1 ? 'In 1 step' : `In ${steps} steps`),
  ...result.targets.flatMap((target) =>
    target.ways.filter((way) => way.steps === steps).flatMap((way) => wayLines(result, target, way, style)),
  ),
]

const COLUMN = 13
const MOST_OTHERS = 3

/** The packets stand with the links alone: of the internet they may take many lines. */
const wayLines = (result: BlastResult, target: BlastTarget, way: BlastWay, style: Style): string[] => {
  const count = countWords(target, way)
  const verdict =
    way.verdict === 'reachable' ? style.bad(way.verdict.padEnd(COLUMN)) : style.warn(way.verdict.padEnd(COLUMN))
  const head = `${style.bold(harmless(targetLabel(target)))}${count === '' ? '' : `  ${count}`}`
  return [
    ...beside(style, 2, verdict, COLUMN, head),
    ...chainWords(way).flatMap((link) => indented(style, 2 + COLUMN, harmless(link))),
    ...few(alsoWords(result, way), MOST_OTHERS).flatMap((link) =>
      indented(style, 2 + COLUMN, style.dim(harmless(link.startsWith('...') ? link : `also ${link}`))),
    ),
  ]
}

const MOST = 8

const unknownLinkLines = ({ unknownLinks }: BlastResult, style: Style): string[] => {
  if (unknownLinks.length === 0) return []
  const lines = unknownLinks.map(({ from, to, members, text }) => {
    const count = members.length === 1 ? '' : ` (${members.length} members)`
    return `${from.name ?? from.key} -> ${to.name ?? to.key}${count}: ${text.join('; ')}`
  })
  return [
    style.bold('Perhaps reached, which nobody can tell; not followed'),
    ...few(lines, MOST).flatMap((line) => beside(style, 2, style.warn('? '), 2, harmless(line))),
  ]
}
