/** A diff as Markdown for a pull-request comment: what opens on top, details folded, a hidden marker to find the comment by, and no longer
 *  than a comment may be. */
import { few } from '../analysis/short-lists.ts'
import type { DiffResult } from '../diff/diff.ts'
import {
  askedText,
  type Cluster,
  clustersOf,
  findingCounts,
  findingLines,
  headlineOf,
  idleText,
  isUnchanged,
  movedLines,
  type PlaceLine,
  placeLines,
  readLines,
  replacedText,
  verdictsOf,
} from './diff-words.ts'
import { bytesOf, code, escaped, fitting, html, type Section } from './markdown.ts'

/** By which a later run finds the comment that it replaces. */
export const MARKER = '<!-- ztnet diff -->'

/** In bytes. GitHub takes 65,536 characters; some room is left for who puts something around it. */
const LONGEST = 60_000

/** Of one list or table, as long as it may be, and where room is short: one setting that opens much hides no other. */
const MOST_ROWS = [100, 20, 3]

/** Bytes of headings, and of what is said of all that was left out. */
const ROOM_FOR_MORE = 1000

export const diffMarkdown = (
  result: DiffResult,
  names: { readonly before: string; readonly after: string },
): string => {
  const { opened, closed } = clustersOf(result)
  const head = headOf(result, names)
  const sections: readonly Section[] = [
    ...opened.map((cluster) => clusterSection('Opened', cluster, true)),
    ...closed.map((cluster) => clusterSection('Closed', cluster, false)),
    ...findingSection(result),
    ...placeSection('New places', placeLines(result, result.places.new)),
    ...placeSection('Gone places', placeLines(result, result.places.gone)),
    ...folded('Not read in both', readLines(result).map(item)),
    ...folded('In other groups', movedLines(result).map(item)),
    ...line('Replaced by others of the same role', replacedText(result)),
    ...line('Changed with places that are new or gone', idleText(result, 'places', 20)),
    ...line('Changed, and nothing flows otherwise', idleText(result, 'none', 20)),
  ]
  const { shown, leftOut } = fitting(sections, LONGEST - bytesOf(head) - ROOM_FOR_MORE)
  const more =
    leftOut === ''
      ? []
      : [`_Not shown, for a comment holds no more: ${leftOut}; \`ztnet diff\` as text or JSON has all._`]
  const titled = shown.map(({ title, text }, index) =>
    (title === 'Opened' || title === 'Closed') && shown[index - 1]?.title !== title ? `#### ${title}\n\n${text}` : text,
  )
  return `${[head, ...titled, ...more].map((part) => part.trimEnd()).join('\n\n')}\n`
}

const item = (text: string): string => `- ${escaped(text)}`

const headOf = (result: DiffResult, { before, after }: { readonly before: string; readonly after: string }): string => {
  const { summary } = headlineOf(result)
  const title = isUnchanged(result) ? capital(summary) : `Reachability: ${summary}`
  return [MARKER, `### ${title}`, '', `${code(before)} → ${code(after)}, ${escaped(askedText(result))}`].join('\n')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const findingSection = (result: DiffResult): readonly Section[] => {
  if (!result.findings) return []
  // A sign that begins a line of a list would begin another list.
  const lines = findingLines(result).map((line) => `- \\${escaped(line)}`)
  return shortened('Findings', lines, (some) => [
    `**Findings**: ${findingCounts(result)}`,
    ...(some.length === 0 ? [] : ['', ...some]),
  ])
}

/** What opens is there to see at once; the rest unfolds. */
const clusterSection = (title: string, cluster: Cluster, open: boolean): Section => {
  const { lines, causes } = cluster
  const rows = lines.map(
    ({ sign, ends, packets, pairs, entry }) =>
      `| ${sign === '-' ? '−' : sign} | ${code(ends)} | ${code(packets)} | ${verdictsOf(entry)} | ${escaped(pairs)} |`,
  )
  const because = causes.map((cause) => code(cause)).join(' and ')
  const withRows = (most: number): string =>
    [
      `<details${open ? ' open' : ''}><summary>${summaryText(cluster)}</summary>`,
      '',
      '| | from → to | packets | verdict | pairs |',
      '|---|---|---|---|---|',
      ...rows.slice(0, most),
      '',
      ...(rows.length > most ? [`... and ${rows.length - most} more`, ''] : []),
      ...(because === '' ? [] : [`because ${because}`, '']),
      '</details>',
    ].join('\n')
  return { title, texts: MOST_ROWS.map(withRows) }
}

const summaryText = ({ lines }: Cluster): string => {
  const [first] = lines
  const more = lines.length > 1 ? `, and ${lines.length - 1} more` : ''
  return html(`${first!.sign} ${first!.ends} ${first!.packets}${more}`)
}

const placeSection = (title: string, places: readonly PlaceLine[]): readonly Section[] =>
  folded(
    title,
    places.map(({ head, flows }) => [item(head), ...few(flows, 20).map((flow) => `  - ${code(flow)}`)].join('\n')),
  )

const folded = (title: string, lines: readonly string[]): readonly Section[] =>
  lines.length === 0
    ? []
    : shortened(title, lines, (some) => [`<details><summary>${title}</summary>`, '', ...some, '', '</details>'])

const line = (title: string, text: string): readonly Section[] =>
  text === '' ? [] : [{ title, texts: [`**${title}**: ${escaped(text)}`] }]

/** A list with fewer and fewer of its lines. */
const shortened = (
  title: string,
  lines: readonly string[],
  around: (some: readonly string[]) => readonly string[],
): readonly Section[] => [{ title, texts: MOST_ROWS.map((most) => around(few(lines, most)).join('\n')) }]
