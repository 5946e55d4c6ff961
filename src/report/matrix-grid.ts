/** A matrix as a grid for a terminal: a cell for each pair of groups, where it fits, with what every mark in it means below. */
import Table from 'cli-table3'
import { harmless } from '../analysis/harmless.ts'
import type { CellEntry, MatrixResult } from '../analysis/matrix.ts'
import { groupedBy, maxOf, type NonEmpty } from '../collections.ts'
import { CLOSED, CUT, legendLines, verdictPaint } from './matrix-legend.ts'
import { AT_LEAST, hasBothFamilies, moreOf, pairsText, shortLabels, type Told, toldOf } from './matrix-words.ts'
import type { Style } from './style.ts'

type Cells = ReadonlyMap<string, ReadonlyMap<string, CellEntry>>

/** The longest word of a verdict that a cell must hold. */
const NARROWEST = 'conditional'.length
const GAP = 2
const LONGEST_HEAD = 24

/** Undefined where it does not fit: where names or numbers would be broken in the middle, a list says the same. */
export const gridLines = (result: MatrixResult, cells: Cells, style: Style): string[] | undefined => {
  const { from, to } = result.groups
  const heads = shortLabels(from)
  const longest = Math.max(CORNER.length, maxOf(Array.from(heads.values(), (text) => harmless(text).length)))
  const head = Math.min(longest, LONGEST_HEAD) + GAP
  const room = Math.floor((style.columns - head + GAP) / to.length)
  const columns = shortLabels(to)
  const names = Array.from(columns.values(), harmless)
  const narrowest = Math.max(NARROWEST, Math.min(WIDEST, maxOf([...names.map(longestPart), longestCount(result)])))
  if (room < narrowest + GAP || result.totals.unreachable === 'left-out') return undefined
  const width = Math.min(room, WIDEST + GAP)
  const bothFamilies = hasBothFamilies(result)
  const cellText = (cell: CellEntry | undefined, painted?: Style): string[] =>
    cellLinesOf(cell, bothFamilies, width - GAP, painted)
  const table = new Table({
    head: [
      CORNER,
      ...names.map((name) =>
        folded(name, width - GAP)
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
      ...to.map((column) => cellText(cells.get(row.key)?.get(column.key), style).join('\n')),
    ])
  const lines = table.toString().split('\n')
  return [
    // A line between rows is as wide as the columns, the room after the last one left off.
    ...lines.map((line) => (/^-+$/.test(line) ? line.slice(GAP) : line.trimEnd())),
    '',
    ...legendLines(
      from.flatMap((row) => to.map((column) => cellText(cells.get(row.key)?.get(column.key)).join(' '))),
      style,
    ),
  ]
}

/** A name in lines of this width: broken between words, else behind a mark of punctuation that is not inside a number, and nothing of it lost. */
const folded = (name: string, width: number): string[] => {
  const lines = ['']
  const parts = name
    .split(WORD_END)
    .flatMap((word) => (word.trimEnd().length > width ? word.split(PART_END) : [word]))
    .flatMap((part) => (part.trimEnd().length > width ? part.split(MARK) : [part]))
    .flatMap((part) => part.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [])
  for (const part of parts) {
    if (lines.at(-1)!.length + part.trimEnd().length > width) lines.push('')
    lines[lines.length - 1] += part
  }
  return lines.map((line) => line.trimEnd())
}

const WORD_END = /(?<=\s)/
const MARK = /(?<=[-/_.:=])/
/** A range of ports, an address and a count stay whole as long as there is room. */
const PART_END = /(?<=(?<!\d)[-/_.:=])|(?<=[-/_.:=])(?!\d)/

/** Characters of what can be broken no further. */
const longestPart = (name: string): number =>
  maxOf(
    name
      .split(WORD_END)
      .flatMap((word) => word.split(MARK))
      .map((part) => part.trimEnd().length),
  )

/** The same of the numbers of pairs: `123456/`. */
const longestCount = ({ cells }: MatrixResult): number =>
  AT_LEAST.length + `${maxOf(cells.map(({ pairs }) => pairs))}/`.length

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

/** Without a style, as it is. */
const cellLinesOf = (
  cell: CellEntry | undefined,
  bothFamilies: boolean,
  width: number,
  style: Style | undefined,
): string[] => {
  if (!cell) return []
  const paint = style ? verdictPaint(style, cell.verdict) : (text: string) => text
  if (cell.verdict === 'unreachable') return [style?.dim(CLOSED) ?? CLOSED]
  const told = toldOf(cell, bothFamilies)
  const main = groupedBy(
    told.filter(({ verdict }) => verdict === cell.verdict),
    (each) => brief(each, width),
  )
  const shown = [...main].slice(0, IN_CELL)
  const shownFlows = new Set(shown.flatMap(([, flows]) => flows))
  const left = told.filter((each) => !shownFlows.has(each))
  return [
    paint(cell.verdict),
    ...shown.flatMap(([text, flows]) => [
      ...folded(harmless(text), width),
      ...folded(pairsText(pairsOf(flows)), width).map((line) => style?.dim(line) ?? line),
    ]),
    ...moreOf(left, cell.verdict).flatMap((more) => folded(`+ ${more}`, width)),
    ...(cell.unaskable && cell.verdict !== 'unknown' ? folded(PARTLY_UNKNOWN, width) : []),
  ]
}

const PARTLY_UNKNOWN = '+ unknown'

/** Of flows that read alike in few words: they may be of the same pairs or of others. */
const pairsOf = ([first, ...more]: NonEmpty<Told>): string => {
  if (more.length === 0) return first.pairs
  const [, all] = first.pairs.split('/')
  const least = Math.max(first.least, ...more.map((each) => each.least))
  return `${least === Number(all) ? '' : AT_LEAST}${least}/${all}`
}

/** The headers without the addresses outside, and no more of them than three lines hold. */
const brief = ({ text, way }: Told, width: number): string => {
  const headers = text.replace(/,? (?:except )?(?:from|to) [\da-f:.].*$/, ` ${CUT}`)
  const whole = way === '' ? headers : `${headers} (${way})`
  if (folded(whole, width).length <= 3) return whole
  const cut = whole.slice(0, width * 3 - CUT.length - 1)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(','), cut.lastIndexOf(' '), 1))} ${CUT}`
}
