/** A reach result for people in a terminal: verdict first, then what the names resolved to, the packets, the path, and what is in
 *  the way with what to change. Readable at 100 columns. */
import type { Blocker, Hop, Unknown } from '../analysis/explain.ts'
import type { End, Flow, ReachResult } from '../analysis/reach.ts'
import { few, harmless, indented, type Style } from './style.ts'
import { hopWords, isTelling, labelIds, labelled, packetLines, unknownCount } from './reach-words.ts'

type Verdict = ReachResult['verdict']

export interface TextOptions {
  /** Every step, every packet line and every code, nothing left out. */
  readonly explain: boolean
}

export const reachText = (result: ReachResult, style: Style, { explain }: TextOptions): string => {
  const most = explain ? Infinity : 4
  const sections = [
    [headLine(result, style)],
    [...endLines('from', result.from, style, most), ...endLines('to', result.to, style, most)],
    flowLines(result, style, most),
    witnessLines(result, style, explain),
    conditionLines(result, style, most),
    blockerLines(result, style, most, explain),
    unknownLines(result, style, most),
    assumptionLines(result, style),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const headLine = (result: ReachResult, style: Style): string => {
  const { verdict, query } = result
  const unknown = unknownCount(result)
  const words = `${MEANING[verdict]}${unknown > 0 ? `, plus ${unknown} unknown` : ''}`
  return `${paint(style, verdict)(style.bold(verdict.toUpperCase()))}  ${harmless(query.from)} -> ${harmless(query.to)}  ${style.dim(`(${words})`)}`
}

const MEANING: Readonly<Record<Verdict, string>> = {
  reachable: 'packets arrive and are answered',
  conditional: 'it depends on what configuration does not settle',
  'one-way': 'packets arrive, answers are lost',
  unknown: 'the snapshot lacks what the answer needs',
  unreachable: 'no packet arrives',
}

const paint = (style: Style, verdict: Verdict): ((text: string) => string) =>
  ({
    reachable: style.good,
    conditional: style.warn,
    'one-way': style.warn,
    unknown: style.warn,
    unreachable: style.bad,
  })[verdict]

const endLines = (word: string, end: End, style: Style, most: number): string[] => {
  const { kind, resolved, selector } = end
  const [only] = resolved
  const label = style.dim(word.padEnd(6))
  if (resolved.length === 1 && only) return indented(style, 2, `${label}${harmless(memberText(only, end))}`, 8)
  const counts = [...countBy(resolved.map((each) => each.kind))].map(([each, count]) =>
    plural(count, each.replaceAll('-', ' ')),
  )
  const head = `${label}${harmless(selector)}${kind === selector ? '' : `, ${kind.replaceAll('-', ' ')}`}: ${counts.join(', ')}`
  const members = few(
    resolved.map((each) => harmless(`${labelled(each)}, ${each.kind.replaceAll('-', ' ')}`)),
    most,
  )
  return [...indented(style, 2, head, 8), ...members.flatMap((member) => indented(style, 10, member))]
}

const countBy = (words: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const memberText = (only: End['resolved'][number], { addresses }: End): string => {
  if (only.kind === 'internet') return 'any address on the internet'
  const known =
    only.kind === 'address' || addresses.length === 0
      ? ''
      : `, ${few(
          addresses.map((each) => each.replace(/\/(32|128)$/, '')),
          3,
        ).join(', ')}`
  return `${labelled(only)}, ${only.kind.replaceAll('-', ' ')}${known}`
}

const flowLines = (result: ReachResult, style: Style, most: number): string[] => {
  if (result.flows.length === 0) return []
  const shown = result.flows.slice(0, most === Infinity ? undefined : most * 2)
  const lines = shown.flatMap((flow) => flowText(result, flow, style, most))
  const rest = result.flows.length - shown.length
  return [style.bold('Packets'), ...lines, ...(rest > 0 ? [`  ... and ${rest} more flows (--explain shows all)`] : [])]
}

const flowText = (result: ReachResult, flow: Flow, style: Style, most: number): string[] => {
  const packets = few(packetLines(result, flow.packets, flow), most).map(harmless)
  const wholeFrom = flow.from.length >= interfacesOf(result.from) && result.from.resolved.length > 0
  const wholeTo = flow.to.length >= interfacesOf(result.to) && result.to.resolved.length > 0
  const ends = [
    ...(wholeFrom && result.flows.length === 1
      ? []
      : [`from ${few(labelIds(flow.from, result.from), most).join(', ')}`]),
    ...(wholeTo && result.flows.length === 1 ? [] : [`to ${few(labelIds(flow.to, result.to), most).join(', ')}`]),
  ]
  return [
    ...packets.flatMap((line, index) =>
      indented(
        style,
        2,
        `${index === 0 ? paint(style, flow.verdict)(flow.verdict.padEnd(13)) : ' '.repeat(13)}${line}`,
        13,
      ),
    ),
    ...(ends.length > 0 ? indented(style, 15, style.dim(harmless(ends.join(' ')))) : []),
  ]
}

const interfacesOf = ({ resolved }: End): number =>
  Math.max(1, resolved.filter(({ id }) => id.startsWith('eni-')).length)

const witnessLines = ({ witness, verdict }: ReachResult, style: Style, explain: boolean): string[] => {
  if (!witness) return []
  // Of packets that do not arrive, what is in the way is told below, whole.
  if (verdict === 'unreachable' && !explain) return []
  const forward = hopLines(witness.forward, style, explain)
  const back = hopLines(witness.return, style, explain)
  return [
    `${style.bold('Path')} of ${harmless(witness.text)}`,
    ...forward,
    ...(back.length > 0 ? [`  ${style.dim('and back')}`, ...back] : []),
  ]
}

const hopLines = (hops: readonly Hop[], style: Style, explain: boolean): string[] => {
  const shown = hops.filter((hop) => explain || isTelling(hop))
  const names = shown.map((hop) => harmless(labelled(hop)))
  const width = Math.min(48, Math.max(0, ...names.map((name) => name.length)))
  return shown.flatMap((hop, index) => {
    const mark = { drop: style.bad('x'), unknown: style.warn('?') }[hop.effect as string] ?? style.good('>')
    const name = names[index]!
    const what = [harmless(hopWords(hop)), ...(explain ? [style.dim(hop.code)] : [])].join('  ')
    const now = hop.packet === undefined ? [] : [style.dim(harmless(`now ${hop.packet}`))]
    const column = width + 8
    const lines = [
      ...(what === '' ? [''] : indented(style, column, what, 0)),
      ...now.flatMap((line) => indented(style, column, line, 0)),
    ]
    const fits = name.length <= width
    const head = `    ${mark} ${fits ? `${name.padEnd(width)}  ${lines[0]!.trimStart()}` : name}`.trimEnd()
    return [head, ...(fits ? lines.slice(1) : lines)]
  })
}

const blockerLines = (result: ReachResult, style: Style, most: number, explain: boolean): string[] => {
  const { blocked, verdict } = result
  if (blocked.length === 0) return []
  const partly = verdict === 'reachable'
  const shown = partly && !explain ? blocked.slice(0, most) : blocked
  const title = partly ? 'What does not pass' : 'What is in the way'
  const rest = blocked.length - shown.length
  return [
    style.bold(title),
    ...shown.flatMap((blocker, index) => blockerText(result, blocker, index + 1, style, most)),
    ...(rest > 0 ? [`  ... and ${rest} more (--explain shows all)`] : []),
  ]
}

const blockerText = (result: ReachResult, blocker: Blocker, number: number, style: Style, most: number): string[] => {
  const leg = blocker.leg === 'return' ? 'the answer: ' : ''
  const packets = few(packetLines(result, blocker.packets), Math.min(most, 3)).map(harmless)
  return [
    ...indented(
      style,
      2,
      `${`${number}.`.padEnd(3)} ${harmless(leg + blocker.message)}  ${style.dim(blocker.code)}`,
      4,
    ),
    ...indented(style, 6, style.dim(`stops ${packets.join('; ')}`)),
    ...(blocker.fix === undefined ? [] : indented(style, 6, harmless(`to change it: ${blocker.fix}`))),
  ]
}

const conditionLines = (result: ReachResult, style: Style, most: number): string[] =>
  result.conditions.length === 0
    ? []
    : [style.bold('It depends'), ...result.conditions.flatMap((each) => unknownText(result, each, style, most))]

const unknownLines = (result: ReachResult, style: Style, most: number): string[] =>
  result.unknowns.length === 0
    ? []
    : [style.bold('What is not known'), ...result.unknowns.flatMap((each) => unknownText(result, each, style, most))]

const unknownText = (result: ReachResult, unknown: Unknown, style: Style, most: number): string[] => {
  const packets = few(packetLines(result, unknown.packets ?? []), Math.min(most, 3)).map(harmless)
  return [
    ...indented(style, 2, `- ${harmless(unknown.message)}  ${style.dim(unknown.code)}`),
    ...(packets.length === 0 ? [] : indented(style, 4, style.dim(`concerns ${packets.join('; ')}`))),
    ...(unknown.remedy === undefined ? [] : indented(style, 4, harmless(`to change it: ${unknown.remedy}`))),
  ]
}

const assumptionLines = ({ assumptions }: ReachResult, style: Style): string[] =>
  assumptions.length === 0
    ? []
    : [
        style.bold('Taken for granted'),
        ...assumptions.flatMap(({ rule, text }) => indented(style, 2, `- ${text}  ${style.dim(rule)}`)),
      ]
