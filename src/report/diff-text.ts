/** A diff for a terminal: what opens before what closes, each with the settings that did it; then places, then what changed nothing. */
import { harmless } from '../analysis/harmless.ts'
import { few } from '../analysis/short-lists.ts'
import type { DiffResult } from '../diff/diff.ts'
import type { PlaceChange } from '../diff/place-changes.ts'
import {
  askedText,
  type Cluster,
  clustersOf,
  findingCounts,
  findingLines,
  headlineOf,
  idleText,
  movedLines,
  placeLines,
  readLines,
  replacedText,
} from './diff-words.ts'
import { indented, type Style } from './style.ts'

export const diffText = (
  result: DiffResult,
  names: { readonly before: string; readonly after: string },
  style: Style,
): string => {
  const { opened, closed } = clustersOf(result)
  const { isChanged, summary } = headlineOf(result)
  const word = isChanged ? style.bold('CHANGED') : style.good('NO CHANGE')
  const sections = [
    indented(style, 0, `${word}  ${harmless(`${names.before} -> ${names.after}, ${askedText(result)}  (${summary})`)}`),
    changeLines('Opened', opened, style),
    changeLines('Closed', closed, style),
    findingSection(result, style),
    placeSection('New places', result, result.places.new, style),
    placeSection('Gone places', result, result.places.gone, style),
    listed('Not read in both', readLines(result), style),
    listed('In other groups', movedLines(result), style),
    listed('Replaced by others of the same role', of(replacedText(result)), style),
    listed('Changed with places that are new or gone', of(idleText(result, 'places')), style),
    listed('Changed, and nothing flows otherwise', of(idleText(result, 'none')), style),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const of = (text: string): readonly string[] => (text === '' ? [] : [text])

const listed = (title: string, texts: readonly string[], style: Style): string[] =>
  texts.length === 0 ? [] : [style.bold(title), ...few(texts, 8).flatMap((text) => indented(style, 2, harmless(text)))]

/** Of one cause, at most so many: the others are counted. */
const MOST_LINES = 12

const changeLines = (title: string, clusters: readonly Cluster[], style: Style): string[] =>
  clusters.length === 0
    ? []
    : [
        style.bold(title),
        ...clusters.flatMap((cluster, index) => [...(index === 0 ? [] : ['']), ...clusterLines(cluster, style)]),
      ]

const clusterLines = ({ lines, causes }: Cluster, style: Style): string[] => {
  const paint = (sign: string): string =>
    sign === '+' ? style.bad(sign) : sign === '-' ? style.good(sign) : style.warn(sign)
  const shown = lines.length > MOST_LINES + 1 ? lines.slice(0, MOST_LINES) : lines
  return [
    ...shown.flatMap(({ sign, ends, packets, verdicts, pairs }) => {
      const [first = '', ...rest] = indented(
        style,
        4,
        harmless(`${ends}  ${packets}${verdicts === '' ? '' : `  ${verdicts}`}`),
      )
      return [`  ${paint(sign)} ${first.trimStart()}`, ...rest, ...indented(style, 6, style.dim(harmless(pairs)))]
    }),
    ...(shown.length < lines.length ? [`    ... and ${lines.length - shown.length} more`] : []),
    ...causes.flatMap((cause, index) =>
      indented(style, 4, harmless(`${index === 0 ? 'because' : '    and'} ${cause}`), 8),
    ),
  ]
}

const findingSection = (result: DiffResult, style: Style): string[] =>
  result.findings
    ? [
        `${style.bold('Findings')}  ${findingCounts(result)}`,
        ...few(findingLines(result), 20).flatMap((line) => indented(style, 2, harmless(line))),
      ]
    : []

const MOST_FLOWS = 8

const placeSection = (title: string, result: DiffResult, places: readonly PlaceChange[], style: Style): string[] =>
  places.length === 0
    ? []
    : [
        style.bold(title),
        ...placeLines(result, places).flatMap(({ head, flows }) => [
          ...indented(style, 2, harmless(head)),
          ...few(flows, MOST_FLOWS).flatMap((flow) => indented(style, 4, harmless(flow))),
        ]),
      ]
