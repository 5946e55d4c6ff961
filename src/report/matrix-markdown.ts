/** A matrix as Markdown, for a ticket or an auditor: verdicts as a grid where it is small, then every flow, and what is out of reach row by
 *  row. */
import type { CellEntry, GroupEntry, MatrixResult, PlaceEntry, ReachAllResult } from '../analysis/matrix.ts'
import { someOf } from '../analysis/short-lists.ts'
import { groupedBy } from '../collections.ts'
import { code, escaped } from './markdown.ts'
import { asked, exampleText, groupLabel, hasBothFamilies, reachAllSummary, summary, toldOf } from './matrix-words.ts'
import { askedPackets, endWords, remediesOf, withoutArns } from './reach-words.ts'
import { plural } from './style.ts'

export const matrixMarkdown = (result: MatrixResult): string =>
  joined([
    [`### Who can reach whom, ${code(asked(result))}`],
    [`${summary(result)}; ${plural(result.totals.pairs, 'pair')} of members.`],
    placesLines(result),
    gridLines(result),
    flowLines(result),
    unreachableLines(result),
    unknownLines(result),
  ])

export const reachAllMarkdown = (result: ReachAllResult): string => {
  const { query, verdict, place } = result
  const packets = askedPackets(query)
  const title = [`${code(query.from)} → ${code(query.to)}`, ...(packets === '' ? [] : [code(packets)])]
  return joined([
    [`### ${verdict}: ${title.join(', ')}`],
    [placeLine(query.to === '*' ? 'from' : 'to', place), `- ${reachAllSummary(result)}`],
    flowLines(result),
    unreachableLines(result),
    unknownLines(result),
  ])
}

const placesLines = ({ places: { from, to } = {} }: MatrixResult): string[] => [
  ...(from ? [placeLine('from', from)] : []),
  ...(to ? [placeLine('to', to)] : []),
]

/** What a name resolved to. */
const placeLine = (side: 'from' | 'to', place: PlaceEntry): string => {
  const { head, leftOut } = endWords({ ...place, addresses: [] })
  return `- **${side}** ${code(head)}${leftOut === undefined ? '' : `; ${escaped(leftOut)}`}`
}

const joined = (sections: readonly (readonly string[])[]): string =>
  `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`

/** More columns than this nobody reads as a grid. */
const WIDEST_GRID = 12

const gridLines = (result: MatrixResult): string[] => {
  const { from, to } = result.groups
  if (from.length < 2 || to.length < 2 || to.length > WIDEST_GRID || result.totals.unreachable === 'left-out') return []
  const cells = new Map(result.cells.map((cell) => [`${cell.from}\n${cell.to}`, cell]))
  return [
    `| from \\ to | ${to.map((group) => code(groupLabel(group))).join(' | ')} |`,
    `|---|${to.map(() => '---|').join('')}`,
    ...from.map((row) => {
      const verdicts = to.map(({ key }) => cells.get(`${row.key}\n${key}`)?.verdict ?? '')
      return `| **${code(groupLabel(row))}** | ${verdicts.join(' | ')} |`
    }),
  ]
}

const flowLines = (result: MatrixResult): string[] => {
  const bothFamilies = hasBothFamilies(result)
  const labels = labelsOf(result)
  const rows = result.cells
    .filter(({ verdict }) => verdict !== 'unreachable')
    .flatMap((cell) => cellRows(cell, bothFamilies, labels))
  if (rows.length === 0) return []
  return ['| from | to | verdict | packets | pairs | example |', '|---|---|---|---|---|---|', ...rows]
}

const cellRows = (cell: CellEntry, bothFamilies: boolean, labels: Labels): string[] => {
  const ends = `${code(labels.from.get(cell.from)!)} | ${code(labels.to.get(cell.to)!)}`
  const lacking = cell.unaskable ? [`| ${ends} | unknown | ${cell.unaskable.map(code).join(', ')} | | |`] : []
  return [
    ...toldOf(cell, bothFamilies).map(({ verdict, text, way, pairs, example }) => {
      const packets = `${code(text)}${way === '' ? '' : ` ${way}`}`
      return `| ${ends} | ${verdict} | ${packets} | ${pairs.replace('>=', '≥ ')} | ${code(exampleText(example))} |`
    }),
    ...lacking,
  ]
}

interface Labels {
  readonly from: ReadonlyMap<string, string>
  readonly to: ReadonlyMap<string, string>
}

const labelsOf = ({ groups: { from, to } }: MatrixResult): Labels => ({ from: labelled(from), to: labelled(to) })

const labelled = (groups: readonly GroupEntry[]): ReadonlyMap<string, string> =>
  new Map(groups.map((group) => [group.key, groupLabel(group)]))

const unreachableLines = (result: MatrixResult): string[] => {
  if (result.totals.unreachable === 'left-out')
    return [
      `**Unreachable**, proved for all pairs: ${result.totals.verdicts.unreachable} cells, all that are not listed above.`,
    ]
  const labels = labelsOf(result)
  const closedFrom = groupedBy(
    result.cells.filter(({ verdict }) => verdict === 'unreachable'),
    ({ from }) => from,
  )
  const rows = result.groups.from.flatMap(({ key }) => {
    const closed = closedFrom.get(key)
    return !closed
      ? []
      : [
          `- ${code(labels.from.get(key)!)} → ${someOf(
            closed.map(({ to }) => code(labels.to.get(to)!)),
            20,
          )}`,
        ]
  })
  return rows.length === 0 ? [] : ['**Unreachable**, proved for all pairs', '', ...rows]
}

export const unknownLines = ({ unknowns }: Pick<MatrixResult, 'unknowns'>): string[] =>
  unknowns.length === 0
    ? []
    : [
        '**What is not known**',
        '',
        ...unknowns.map((each) =>
          [
            `- ${escaped(withoutArns(each.message))} (${code(each.code)})`,
            ...remediesOf(each).map((text) => `to find out: ${escaped(withoutArns(text))}`),
          ].join('; '),
        ),
      ]
