/** Who can reach whom as a table: what the map shows with lines, for whoever cannot or would rather not read a picture. */
import type { CellEntry, GroupEntry, MatrixResult } from '../../src/analysis/matrix.ts'
import { asked, groupLabel, hasBothFamilies, shortLabels, summary, toldOf } from '../../src/report/matrix-words.ts'
import { plural } from '../../src/report/style.ts'
import { MARKS } from './answer.ts'
import { type Child, h } from './dom.ts'

/** A wider table nobody reads, and it takes a browser long. */
const WIDEST = 40

export const matrixTable = (
  result: MatrixResult,
  ask: (question: { readonly from: string; readonly to: string }) => void,
): Child => {
  const { from, to } = result.groups
  const cells = new Map(result.cells.map((cell) => [`${cell.from}\n${cell.to}`, cell]))
  const both = hasBothFamilies(result)
  const labels = shortLabels([...new Map([...from, ...to].map((group) => [group.key, group])).values()])
  const rows = from.slice(0, WIDEST)
  const columns = to.slice(0, WIDEST)
  const leftOut = [
    ...(from.length > WIDEST ? [`${from.length - WIDEST} rows`] : []),
    ...(to.length > WIDEST ? [`${to.length - WIDEST} columns`] : []),
  ]
  return [
    h(
      'table',
      {},
      h(
        'caption',
        {},
        `Who can reach whom, ${asked(result)}: ${summary(result)}, ${plural(result.totals.pairs, 'pair')} of members.`,
        leftOut.length > 0 && ` ${leftOut.join(' and ')} are left out: restrict the question, or ask in a terminal.`,
      ),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'from \\ to'),
          columns.map((group) => head(group, labels, 'col')),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            {},
            head(row, labels, 'row'),
            columns.map((column) => cellOf(row, column, cells.get(`${row.key}\n${column.key}`), both, ask)),
          ),
        ),
      ),
    ),
  ]
}

const head = (group: GroupEntry, labels: ReadonlyMap<string, string>, scope: 'row' | 'col'): HTMLElement =>
  h('th', { scope, title: groupLabel(group) }, labels.get(group.key) ?? group.key)

const cellOf = (
  row: GroupEntry,
  column: GroupEntry,
  cell: CellEntry | undefined,
  both: boolean,
  ask: (question: { readonly from: string; readonly to: string }) => void,
): HTMLElement => {
  const isAsked = !(
    row.kind !== 'tier' &&
    column.kind !== 'tier' &&
    row.members.length === 0 &&
    column.members.length === 0
  )
  if (!cell && !isAsked) return h('td', { class: 'quiet' }, '–')
  const verdict = cell?.verdict ?? 'unreachable'
  const told = cell ? toldOf(cell, both) : []
  return h(
    'td',
    { class: 'asked' },
    h(
      'button',
      {
        type: 'button',
        onclick: () => ask({ from: row.key, to: column.key }),
      },
      h('span', { class: 'unseen' }, `${groupLabel(row)} to ${groupLabel(column)}: `),
      // That nothing gets through is what most cells say: what does should meet the eye.
      h(
        'span',
        { class: `told ${verdict === 'unreachable' ? 'quiet' : `is-${verdict}`}` },
        `${MARKS[verdict]} ${verdict}`,
      ),
      told
        .slice(0, 3)
        .map(({ text, way, pairs }) =>
          h(
            'span',
            { class: 'packets' },
            `${text}${way === '' ? '' : ` (${way})`} `,
            h('span', { class: 'small' }, pairs),
          ),
        ),
      told.length > 3 && h('span', { class: 'packets small' }, `... and ${told.length - 3} more`),
    ),
  )
}
