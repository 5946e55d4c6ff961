/** A reach result as Markdown, for a ticket or a pull request. */
import type { Blocker, Hop, Unknown } from '../analysis/explain.ts'
import type { End, ReachResult } from '../analysis/reach.ts'
import { few, harmless } from './style.ts'
import { hopWords, isTelling, labelIds, labelled, packetLines, unknownCount } from './reach-words.ts'

const MOST = 10

export const reachMarkdown = (result: ReachResult): string => {
  const unknown = unknownCount(result)
  const sections = [
    [
      `### ${result.verdict}: ${code(result.query.from)} → ${code(result.query.to)}${unknown > 0 ? `, plus ${unknown} unknown` : ''}`,
    ],
    [`- **from** ${endText(result.from)}`, `- **to** ${endText(result.to)}`],
    flows(result),
    witness(result),
    listed(
      'It depends',
      result.conditions.map((each) => unknownText(result, each)),
    ),
    listed(
      result.verdict === 'reachable' ? 'What does not pass' : 'What is in the way',
      result.blocked.map((each) => blockerText(result, each)),
    ),
    listed(
      'What is not known',
      result.unknowns.map((each) => unknownText(result, each)),
    ),
    listed(
      'Taken for granted',
      result.assumptions.map(({ rule, text }) => `${escaped(text)} (${rule})`),
    ),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const endText = ({ selector, resolved }: End): string =>
  `${code(selector)}: ${few(
    resolved.map((each) => `${code(labelled(each))} ${each.kind.replaceAll('-', ' ')}`),
    MOST,
  ).join(', ')}`

const flows = (result: ReachResult): string[] => {
  if (result.flows.length === 0) return []
  const rows = result.flows.map((flow) =>
    [
      flow.verdict,
      few(labelIds(flow.from, result.from), MOST).map(code).join('<br>'),
      few(labelIds(flow.to, result.to), MOST).map(code).join('<br>'),
      few(packetLines(result, flow.packets, flow), MOST)
        .map(code)
        .join('<br>'),
    ].join(' | '),
  )
  return ['| verdict | from | to | packets |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`)]
}

const witness = ({ witness: found }: ReachResult): string[] => {
  if (!found) return []
  return [
    `<details><summary>Path of ${escaped(found.text)}</summary>`,
    '',
    ...found.forward.filter(isTelling).map(hopText),
    ...(found.return.length > 0 ? ['', 'and back', '', ...found.return.filter(isTelling).map(hopText)] : []),
    '',
    '</details>',
  ]
}

const hopText = (hop: Hop, index: number): string => {
  const now = hop.packet === undefined ? '' : `, now ${code(hop.packet)}`
  return `${index + 1}. ${code(labelled(hop))} ${escaped(hopWords(hop))}${now}`
}

const blockerText = (result: ReachResult, blocker: Blocker): string => {
  const leg = blocker.leg === 'return' ? 'the answer: ' : ''
  const packets = few(packetLines(result, blocker.packets), 3).map(code).join(', ')
  return `${leg}${escaped(blocker.message)} (${code(blocker.code)}); stops ${packets}${blocker.fix === undefined ? '' : `; to change it: ${escaped(blocker.fix)}`}`
}

const unknownText = (result: ReachResult, unknown: Unknown): string => {
  const packets = few(packetLines(result, unknown.packets ?? []), 3)
    .map(code)
    .join(', ')
  return `${escaped(unknown.message)} (${code(unknown.code)})${packets === '' ? '' : `; concerns ${packets}`}${unknown.remedy === undefined ? '' : `; to change it: ${escaped(unknown.remedy)}`}`
}

const listed = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`**${title}**`, '', ...items.map((item, index) => `${index + 1}. ${item}`)]

/** Inline code that no backtick, pipe or line break in a Name can end. */
const code = (text: string): string => `\`${harmless(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``

const escaped = (text: string): string => harmless(text).replace(/[\\`*_[\]<>|#]/gu, (mark) => `\\${mark}`)
