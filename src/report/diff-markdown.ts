/** A diff as Markdown for a pull-request comment: what opens on top, details folded, a hidden marker to find the comment by, and no longer
 *  than a comment may be. */
import type { DiffResult } from '../diff/diff.ts'
import {
  askedText,
  type Cluster,
  clustersOf,
  findingCounts,
  findingLines,
  idleText,
  isUnchanged,
  movedLines,
  type PlaceLine,
  placeLines,
  readLines,
  replacedText,
  summaryOf,
  unchangedText,
} from './diff-words.ts'
import { bytesOf, code, escaped } from './markdown.ts'

/** By which a later run finds the comment that it replaces. */
export const MARKER = '<!-- ztnet diff -->'

/** In bytes. GitHub takes 65,536 characters; some room is left for who puts something around it. */
const LONGEST = 60_000

/** Of one table: one setting that opens much hides no other. */
const MOST_ROWS = 100

export const diffMarkdown = (
  result: DiffResult,
  names: { readonly before: string; readonly after: string },
): string => {
  const { opened, closed } = clustersOf(result)
  const sections = [
    headOf(result, names),
    ...changeSections('Opened', opened, true),
    ...changeSections('Closed', closed, false),
    findingSection(result),
    placeSection('New places', placeLines(result, result.places.new)),
    placeSection('Gone places', placeLines(result, result.places.gone)),
    folded(
      'Not read in both',
      readLines(result).map((line) => `- ${escaped(line)}`),
    ),
    folded(
      'In other groups',
      movedLines(result).map((line) => `- ${escaped(line)}`),
    ),
    line('Replaced by others of the same role', replacedText(result)),
    line('Changed with places that are new or gone', idleText(result, 'places', 20)),
    line('Changed, and nothing flows otherwise', idleText(result, 'none', 20)),
  ].filter((section) => section !== '')
  return fitting(sections)
}

const headOf = (result: DiffResult, { before, after }: { readonly before: string; readonly after: string }): string => {
  const title = isUnchanged(result) ? capital(unchangedText(result)) : `Reachability: ${summaryOf(result)}`
  return [MARKER, `### ${title}`, '', `${code(before)} → ${code(after)}, ${escaped(askedText(result))}`].join('\n')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const findingSection = (result: DiffResult): string => {
  if (!result.findings) return ''
  const lines = findingLines(result).map((line) => `- ${escaped(line)}`)
  return [`**Findings**: ${findingCounts(result)}`, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n')
}

/** What opens is there to see at once; the rest unfolds. */
const changeSections = (title: string, clusters: readonly Cluster[], open: boolean): readonly string[] =>
  clusters.map((cluster, index) => {
    const { lines, causes } = cluster
    const rows = lines
      .slice(0, MOST_ROWS)
      .map(
        ({ sign, ends, packets, verdicts, pairs }) =>
          `| ${sign === '-' ? '−' : sign} | ${code(ends)} | ${code(packets)} | ${verdicts} | ${escaped(pairs)} |`,
      )
    const because = causes.map((cause) => code(cause)).join(' and ')
    return [
      ...(index === 0 ? [`#### ${title}`, ''] : []),
      `<details${open ? ' open' : ''}><summary>${summaryText(cluster)}</summary>`,
      '',
      '| | from → to | packets | verdict | pairs |',
      '|---|---|---|---|---|',
      ...rows,
      '',
      ...(lines.length > MOST_ROWS ? [`... and ${lines.length - MOST_ROWS} more`, ''] : []),
      ...(because === '' ? [] : [`because ${because}`, '']),
      '</details>',
    ].join('\n')
  })

/** Inside of HTML, where Markdown is not read. */
const summaryText = ({ lines }: Cluster): string => {
  const [first] = lines
  const more = lines.length > 1 ? `, and ${lines.length - 1} more` : ''
  return html(`${first!.sign} ${first!.ends} ${first!.packets}${more}`)
}

const html = (text: string): string =>
  escaped(text)
    .replace(/\\(?=[\\`*_[\]<>|#~])/g, '')
    .replaceAll('<!-- -->', '&#8203;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

const placeSection = (title: string, places: readonly PlaceLine[]): string =>
  folded(
    title,
    places.flatMap(({ head, flows }) => [`- ${escaped(head)}`, ...flows.map((flow) => `  - ${code(flow)}`)]),
  )

const folded = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>'].join('\n')

const line = (title: string, text: string): string => (text === '' ? '' : `**${title}**: ${escaped(text)}`)

/** Whole sections as long as there is room, then how many are missing. */
const fitting = (sections: readonly string[]): string => {
  const shown: string[] = []
  let length = 0
  for (const section of sections) {
    const more = bytesOf(section)
    if (length + more > LONGEST) break
    shown.push(section)
    length += more + 2
  }
  const missing = sections.length - shown.length
  if (missing > 0) shown.push(`... and ${missing} more sections: \`ztnet diff --format text\` shows all.`)
  return `${shown.join('\n\n')}\n`
}
