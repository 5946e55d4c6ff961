/** A reach result as Markdown, for a ticket or a pull request. */
import type { Blocker, Unknown } from '../analysis/explain.ts'
import type { End, Flow, ReachResult } from '../analysis/reach.ts'
import { few, someOf } from '../analysis/short-lists.ts'
import { code, escaped, html } from './markdown.ts'
import {
  askedPackets,
  blockerVerb,
  countOf,
  endWords,
  flowEnds,
  hopWords,
  labelIds,
  labelled,
  namedHop,
  packetLines,
  remediesOf,
  type ShownHop,
  shownHops,
  tellingHops,
  unknownCount,
  withoutArns,
} from './reach-words.ts'

const MOST = 10

export const reachMarkdown = (result: ReachResult): string => {
  const unknown = unknownCount(result)
  const asked = askedPackets(result.query)
  const title = [
    `${code(result.query.from)} → ${code(result.query.to)}`,
    ...(asked === '' ? [] : [code(asked)]),
    ...(unknown > 0 ? [`plus ${unknown} unknown`] : []),
  ]
  const sections = [
    [`### ${result.verdict}: ${title.join(', ')}`],
    [`- **from** ${endText(result.from)}`, `- **to** ${endText(result.to)}`],
    flows(result),
    witness(result),
    listed(
      'It depends',
      result.conditions.map((each) => unknownText(result, each, 'to change it')),
    ),
    listed(
      result.verdict === 'reachable' ? 'What does not pass' : 'What is in the way',
      result.blocked.map((each) => blockerText(result, each)),
    ),
    listed(
      'What is not known',
      result.unknowns.map((each) => unknownText(result, each, 'to find out')),
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

const endText = (end: End): string => {
  const { head, members, leftOut } = endWords(end)
  const list = members.length === 0 ? '' : `: ${someOf(members.map(code), MOST)}`
  return `${code(head)}${list}${leftOut === undefined ? '' : `; ${escaped(leftOut)}`}`
}

const flows = (result: ReachResult): string[] => {
  if (result.flows.length === 0) return []
  const rows = result.flows.map((flow) =>
    [
      flow.verdict,
      cell(endOfFlow(result, flow, 'from')),
      cell(endOfFlow(result, flow, 'to')),
      cell(packetLines(result, flow.packets, { members: flow, most: MOST })),
    ].join(' | '),
  )
  return ['| verdict | from | to | packets |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`)]
}

/** All interfaces of an end go by its own name. */
const endOfFlow = (result: ReachResult, flow: Flow, side: 'from' | 'to'): readonly string[] =>
  flowEnds(result, flow)[side] ??
  (countOf(result[side]) > 1 ? [`all of ${result[side].selector}`] : labelIds(flow[side], result[side]))

const cell = (texts: readonly string[]): string => few(texts.map(code), MOST).join('<br>')

const witness = (result: ReachResult): string[] => {
  const { witness: found } = result
  // Of packets that do not arrive, what is in the way is told below, whole.
  if (!found || result.verdict === 'unreachable') return []
  const shown = (hops: readonly ShownHop[]): string[] =>
    tellingHops(hops).map((hop, index) => hopText(namedHop(result, hop), index))
  const back = shownHops(found, 'return')
  return [
    `<details><summary>Path of ${html(found.text)}</summary>`,
    '',
    ...shown(shownHops(found, 'forward')),
    ...(back.length > 0 ? ['', 'and back', '', ...shown(back)] : []),
    '',
    '</details>',
  ]
}

const hopText = (hop: ShownHop, index: number): string => {
  const now = hop.packet === undefined ? '' : `, now ${code(hop.packet)}`
  return `${index + 1}. ${code(labelled(hop))} ${escaped(hopWords(hop))}${now}`
}

const blockerText = (result: ReachResult, blocker: Blocker): string => {
  const { leg, message, fix } = blocker
  const answer = leg === 'return' && !message.startsWith('the answer') ? 'the answer: ' : ''
  const packets = packetLines(result, blocker.packets, { leg, most: MOST }).map(code)
  return [
    `${answer}${escaped(withoutArns(message))} (${code(blocker.code)})`,
    ...(packets.length === 0 ? [] : [`${blockerVerb(blocker)} ${someOf(packets, 3)}`]),
    ...(fix === undefined ? [] : [`to change it: ${escaped(withoutArns(fix))}`]),
  ].join('; ')
}

const unknownText = (result: ReachResult, unknown: Unknown, remedy: string): string => {
  const packets = packetLines(result, unknown.packets ?? [], { most: MOST }).map(code)
  return [
    `${escaped(withoutArns(unknown.message))} (${code(unknown.code)})`,
    ...(packets.length === 0 ? [] : [`concerns ${someOf(packets, 3)}`]),
    ...(unknown.gaps ?? []).map(({ message }) => `the snapshot says: ${escaped(message)}`),
    ...remediesOf(unknown).map((text) => `${remedy}: ${escaped(withoutArns(text))}`),
  ].join('; ')
}

const listed = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`**${title}**`, '', ...items.map((item, index) => `${index + 1}. ${item}`)]
