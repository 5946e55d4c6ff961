/** A matrix for people in a terminal: a table of all groups where it fits, else a list, row by row. Readable at 100 columns, and without
 *  colour. */
import Table from 'cli-table3'
import type { Unknown } from '../analysis/explain.ts'
import { harmless } from '../analysis/harmless.ts'
import type { CellEntry, GroupEntry, MatrixResult, PlaceEntry, ReachAllResult } from '../analysis/matrix.ts'
import { few, someOf } from '../analysis/short-lists.ts'
import { maxOf } from '../collections.ts'
import {
  asked,
  exampleText,
  groupLabel,
  hasBothFamilies,
  shortLabels,
  reachAllSummary,
  summary,
  type Told,
  toldOf,
  WORDS,
} from './matrix-words.ts'
import { askedPackets, endWords, remediesOf, withoutArns } from './reach-words.ts'
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
      `${paint(style, verdict)(style.bold(verdict.toUpperCase()))}  ${ends}  ${style.dim(`(${meaning})`)}`,
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

type Verdict = CellEntry['verdict']

const paint = (style: Style, verdict: Verdict): ((text: string) => string) =>
  ({
    reachable: style.good,
    conditional: style.warn,
    'one-way': style.warn,
    unknown: style.warn,
    unreachable: (text: string) => text,
  })[verdict]

const bodyOf = (result: MatrixResult, style: Style): string[][] => {
  const { from, to } = result.groups
  if (from.length === 0 || to.length === 0) return [['There is nothing in the snapshot to ask about.']]
  const cells = cellsByRow(result)
  const table = tableLines(result, cells, style)
  if (table) return [table, exampleLines(result, style)]
  return from.map((row) => [
    ...indented(style, 0, style.bold(harmless(`from ${groupLabel(row)}`)) + membersOf(row)),
    ...listLines(result, to, cells.get(row.key) ?? new Map(), style),
  ])
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

// ---- the table

/** The longest word of a verdict that a cell must hold. */
const NARROWEST = 'conditional'.length
const GAP = 2
const LONGEST_HEAD = 24

/** Undefined where it does not fit. */
const tableLines = (
  result: MatrixResult,
  cells: ReadonlyMap<string, ReadonlyMap<string, CellEntry>>,
  style: Style,
): string[] | undefined => {
  const { from, to } = result.groups
  const heads = shortLabels(from)
  const longest = Math.max(CORNER.length, maxOf(Array.from(heads.values(), (text) => harmless(text).length)))
  const head = Math.min(longest, LONGEST_HEAD) + GAP
  const room = Math.floor((style.columns - head + GAP) / to.length)
  if (room < NARROWEST + GAP || result.totals.unreachable === 'left-out') return undefined
  const width = Math.min(room, WIDEST + GAP)
  const bothFamilies = hasBothFamilies(result)
  const columns = shortLabels(to)
  const table = new Table({
    head: [
      CORNER,
      ...to.map(({ key }) =>
        folded(harmless(columns.get(key)!), width - GAP)
          .map(style.bold)
          .join('\n'),
      ),
    ],
    colWidths: [head, ...to.map(() => width)],
    wordWrap: true,
    chars: LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  })
  for (const row of from)
    table.push([
      folded(harmless(heads.get(row.key)!), head - GAP)
        .map(style.bold)
        .join('\n'),
      ...to.map((column) => cellText(cells.get(row.key)?.get(column.key), bothFamilies, width - GAP, style)),
    ])
  const lines = table.toString().split('\n')
  return [
    // A line between rows is as wide as the columns, the room after the last one left off.
    ...lines.map((line) => (/^-+$/.test(line) ? line.slice(GAP) : line.trimEnd())),
    '',
    ...legend(result).map((line) => style.dim(line)),
  ]
}

/** A name in lines of this width: broken behind a mark of punctuation where there is one, and nothing of it lost. */
const folded = (name: string, width: number): string[] => {
  const lines = ['']
  for (const part of name
    .split(/(?<=[-/_.:=\s])/)
    .flatMap((each) => each.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [])) {
    if (lines.at(-1)!.length + part.length > width) lines.push('')
    lines[lines.length - 1] += part
  }
  return lines.map((line) => line.trimEnd())
}

const CORNER = 'from \\ to'
const WIDEST = 24

/** Rows are parted by lines, columns by room. */
const LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '-', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
}

/** Flows of the headline verdict, at most so many; the others are counted. */
const IN_CELL = 2

const cellText = (cell: CellEntry | undefined, bothFamilies: boolean, width: number, style: Style): string => {
  if (!cell) return ''
  if (cell.verdict === 'unreachable') return style.dim('-')
  const told = toldOf(cell, bothFamilies)
  const main = told.filter(({ verdict }) => verdict === cell.verdict)
  const rest = told.length - Math.min(main.length, IN_CELL)
  return [
    paint(style, cell.verdict)(cell.verdict),
    ...main
      .slice(0, IN_CELL)
      .flatMap((each) => [
        ...folded(harmless(brief(each, width)), width),
        ...folded(`${each.pairs} pairs`, width).map(style.dim),
      ]),
    ...(rest > 0 ? [`+ ${rest} more`] : []),
    ...(cell.unaskable && cell.verdict !== 'unknown' ? ['+ unknown'] : []),
  ].join('\n')
}

/** The headers without the addresses outside, and no more of them than three lines hold. */
const brief = ({ text, way }: Told, width: number): string => {
  const headers = text.replace(/,? (?:except )?(?:from|to) [\da-f:.].*$/, ' ...')
  const whole = way === '' ? headers : `${headers} (${way})`
  if (whole.length <= width * 3) return whole
  const cut = whole.slice(0, width * 3 - 4)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(','), cut.lastIndexOf(' '), 1))} ...`
}

const legend = ({ cells }: MatrixResult): string[] => [
  '-           no packet arrives, proved for all pairs',
  '4/10 pairs  of the 10 pairs of a sender and a receiver, 4; >= where it may be more',
  ...(cells.some(({ verdict }) => verdict !== 'reachable' && verdict !== 'unreachable')
    ? ['conditional, one-way, unknown: ztnet reach <from> <to> says why']
    : []),
]

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
  const flows = told.map(({ verdict, text, way, pairs }) =>
    [
      ...(verdict === cell.verdict ? [] : [`${verdict}:`]),
      text,
      ...(way === '' ? [] : [`(${way})`]),
      `${pairs} pairs`,
    ].join('  '),
  )
  const [first] = told
  return [
    ...beside(style, 2, paint(style, cell.verdict)(cell.verdict.padEnd(COLUMN)), COLUMN, style.bold(harmless(label))),
    ...few(flows, FLOWS).flatMap((text) => indented(style, 2 + COLUMN, harmless(text))),
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
