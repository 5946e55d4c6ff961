/** A matrix for people in a terminal: a table of all groups where it fits, else a list, row by row. Readable at 100 columns, and without
 *  colour. */
import type { Unknown } from '../analysis/explain.ts'
import { harmless } from '../analysis/harmless.ts'
import type { CellEntry, GroupEntry, MatrixResult, PlaceEntry, ReachAllResult } from '../analysis/matrix.ts'
import { few, someOf } from '../analysis/short-lists.ts'
import {
  asked,
  exampleText,
  groupLabel,
  hasBothFamilies,
  shortLabels,
  reachAllSummary,
  summary,
  toldOf,
  moreOf,
  pairsText,
  WORDS,
} from './matrix-words.ts'
import { askedPackets, endWords, remediesOf, withoutArns } from './reach-words.ts'
import { gridLines } from './matrix-grid.ts'
import { legendLines, verdictPaint } from './matrix-legend.ts'
import { beside, indented, plural, type Style } from './style.ts'

export const matrixText = (result: MatrixResult, style: Style): string =>
  joined([
    headLines(result, style),
    placesLines(result, style),
    ...bodyOf(result, style),
    unknownLines(result.unknowns, style),
  ])

/** One row or column, with the verdict first. */
export const reachAllText = (result: ReachAllResult, style: Style): string => {
  const isFrom = result.query.to === '*'
  const others = isFrom ? result.groups.to : result.groups.from
  const cells = new Map(result.cells.map((cell) => [isFrom ? cell.to : cell.from, cell]))
  return joined([
    reachAllHead(result, style),
    [
      ...(others.length > 0 ? [style.bold(isFrom ? 'What it can reach' : 'What can reach it')] : []),
      ...listLines(result, others, cells, style),
    ],
    listLegend(result, style),
    unknownLines(result.unknowns, style),
  ])
}

const joined = (sections: readonly (readonly string[])[]): string =>
  `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`

const headLines = (result: MatrixResult, style: Style): string[] => [
  ...indented(style, 0, `${style.bold('Who can reach whom')}, ${harmless(asked(result))}`),
  ...indented(style, 0, `${summary(result)}, ${plural(result.totals.pairs, 'pair')} of members`),
]

const reachAllHead = (result: ReachAllResult, style: Style): string[] => {
  const { query, verdict, place } = result
  const packets = askedPackets(query)
  const meaning = reachAllSummary(result)
  const ends = `${harmless(query.from)} -> ${harmless(query.to)}${packets === '' ? '' : `, ${packets}`}`
  return [
    ...indented(
      style,
      0,
      `${verdictPaint(style, verdict)(style.bold(verdict.toUpperCase()))}  ${ends}  ${style.dim(`(${meaning})`)}`,
    ),
    '',
    ...placeLines(query.to === '*' ? 'from' : 'to', place, style),
  ]
}

const placesLines = ({ places: { from, to } = {} }: MatrixResult, style: Style): string[] => [
  ...(from ? placeLines('from', from, style) : []),
  ...(to ? placeLines('to', to, style) : []),
]

/** What a name resolved to. */
const placeLines = (side: 'from' | 'to', place: PlaceEntry, style: Style): string[] => {
  const { head, members, leftOut } = endWords({ ...place, addresses: [] })
  return [
    ...beside(style, 2, style.dim(side.padEnd(6)), 6, harmless(head)),
    ...few(members.map(harmless), 4).flatMap((member) => indented(style, 10, member)),
    ...(leftOut === undefined ? [] : indented(style, 10, style.dim(leftOut))),
  ]
}

const bodyOf = (result: MatrixResult, style: Style): string[][] => {
  const { from, to } = result.groups
  if (from.length === 0 || to.length === 0) return [['There is nothing in the snapshot to ask about.']]
  const cells = cellsByRow(result)
  const grid = gridLines(result, cells, style)
  if (grid) return [grid, exampleLines(result, style)]
  const rows = from.map((row) => [
    ...indented(style, 0, style.bold(harmless(`from ${groupLabel(row)}`)) + membersOf(row)),
    ...listLines(result, to, cells.get(row.key) ?? new Map(), style),
  ])
  return [...rows, listLegend(result, style)]
}

const membersOf = ({ members }: GroupEntry): string =>
  members.length === 0 ? '' : `, ${plural(members.length, 'interface')}`

const cellsByRow = ({ cells }: MatrixResult): ReadonlyMap<string, ReadonlyMap<string, CellEntry>> => {
  const rows = new Map<string, Map<string, CellEntry>>()
  for (const cell of cells) {
    const row = rows.get(cell.from)
    if (row) row.set(cell.to, cell)
    else rows.set(cell.from, new Map([[cell.to, cell]]))
  }
  return rows
}

const MOST_EXAMPLES = 8

const exampleLines = (result: MatrixResult, style: Style): string[] => {
  const labels = new Map([...shortLabels(result.groups.from), ...shortLabels(result.groups.to)])
  const lines = result.cells.flatMap((cell) => {
    const [flow] = cell.flows
    if (!flow) return []
    const cellName = `${labels.get(cell.from)!} -> ${labels.get(cell.to)!}`
    return [`${cellName}: ${exampleText(flow.example)}, ${flow.text.join('; ')}`]
  })
  if (lines.length === 0) return []
  return [style.bold('For example'), ...few(lines, MOST_EXAMPLES).flatMap((line) => indented(style, 2, harmless(line)))]
}

// ---- the list

const listLines = (
  result: MatrixResult,
  others: readonly GroupEntry[],
  cells: ReadonlyMap<string, CellEntry>,
  style: Style,
): string[] => {
  const bothFamilies = hasBothFamilies(result)
  const labels = shortLabels(others)
  const open = others.flatMap((group) => {
    const cell = cells.get(group.key)
    return cell && cell.verdict !== 'unreachable' ? [{ group, cell }] : []
  })
  const sorted = open.toSorted((a, b) => WORDS.indexOf(a.cell.verdict) - WORDS.indexOf(b.cell.verdict))
  return [
    ...sorted.flatMap(({ group, cell }) => cellLines(labels.get(group.key)!, cell, bothFamilies, style)),
    ...unreachableLines(result, others, cells, style),
  ]
}

const COLUMN = 13
const FLOWS = 4

const cellLines = (label: string, cell: CellEntry, bothFamilies: boolean, style: Style): string[] => {
  const told = toldOf(cell, bothFamilies)
  const shown = told.length > FLOWS + 1 ? told.slice(0, FLOWS) : told
  const more = moreOf(told.slice(shown.length), cell.verdict)
  const flows = shown.map(({ verdict, text, way, pairs }) =>
    [
      ...(verdict === cell.verdict ? [] : [`${verdict}:`]),
      text,
      ...(way === '' ? [] : [`(${way})`]),
      pairsText(pairs),
    ].join('  '),
  )
  const [first] = told
  return [
    ...beside(
      style,
      2,
      verdictPaint(style, cell.verdict)(cell.verdict.padEnd(COLUMN)),
      COLUMN,
      style.bold(harmless(label)),
    ),
    ...flows.flatMap((text) => indented(style, 2 + COLUMN, harmless(text))),
    ...(more.length === 0 ? [] : indented(style, 2 + COLUMN, `... and ${more.join(', ')}`)),
    ...(first ? indented(style, 2 + COLUMN, style.dim(harmless(`e.g. ${exampleText(first.example)}`))) : []),
    ...(cell.unaskable
      ? indented(style, 2 + COLUMN, harmless(`and what is not known: ${cell.unaskable.join(', ')}`))
      : []),
  ]
}

/** One line for all that is out of reach, of all that can be asked about: not a place outside and itself. */
const unreachableLines = (
  { totals }: MatrixResult,
  others: readonly GroupEntry[],
  cells: ReadonlyMap<string, CellEntry>,
  style: Style,
): string[] => {
  const askable = totals.unreachable === 'left-out' ? others : others.filter(({ key }) => cells.has(key))
  const closed = askable.filter(({ key }) => (cells.get(key)?.verdict ?? 'unreachable') === 'unreachable')
  if (closed.length === 0) return []
  const labels = shortLabels(others)
  const names = someOf(
    closed.map(({ key }) => labels.get(key)!),
    3,
  )
  return beside(
    style,
    2,
    'unreachable'.padEnd(COLUMN),
    COLUMN,
    harmless(`${closed.length} of ${askable.length}: ${names}`),
  )
}

/** The list says in words what the grid has marks for, but for pairs. */
const listLegend = (result: MatrixResult, style: Style): string[] =>
  legendLines(
    result.cells.flatMap((cell) =>
      toldOf(cell, hasBothFamilies(result)).map(({ verdict, way, pairs }) => `${verdict} (${way}) ${pairsText(pairs)}`),
    ),
    style,
  )

export const unknownLines = (unknowns: readonly Unknown[], style: Style): string[] =>
  unknowns.length === 0
    ? []
    : [
        style.bold('What is not known'),
        ...unknowns.flatMap((each) => [
          ...beside(style, 2, '- ', 2, `${harmless(withoutArns(each.message))}  ${style.dim(each.code)}`),
          ...few(
            remediesOf(each).map((text) => `to find out: ${withoutArns(text)}`),
            3,
          ).flatMap((text) => indented(style, 4, harmless(text))),
        ]),
      ]
