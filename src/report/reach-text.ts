/** A reach result for people in a terminal: verdict first, then what the names resolved to, the packets, the path, and what is in
 *  the way with what to change. Readable at 100 columns. */
import type { Blocker, Unknown } from '../analysis/explain.ts'
import { harmless } from '../analysis/harmless.ts'
import type { End, Flow, ReachResult } from '../analysis/reach.ts'
import { few, someOf } from '../analysis/short-lists.ts'
import { groupedBy } from '../collections.ts'
import { beside, indented, plural, type Style } from './style.ts'
import {
  askedPackets,
  blockerVerb,
  endWords,
  flowEnds,
  hopWords,
  labelled,
  namedHop,
  packetLines,
  remediesOf,
  type ShownHop,
  shownHops,
  tellingHops,
  unknownCount,
  VERDICT_MEANING,
  withoutArns,
  withoutEchoes,
} from './reach-words.ts'

export interface TextOptions {
  /** Every step, every packet line and every code, nothing left out. */
  readonly explain: boolean
}

export const reachText = (result: ReachResult, style: Style, { explain }: TextOptions): string => {
  const most = explain ? Infinity : 4
  const sections = [
    headLines(result, style),
    [...endLines('from', result.from, style, most), ...endLines('to', result.to, style, most)],
    flowLines(result, style, most),
    witnessLines(result, style, explain),
    doubtLines('It depends', 'to change it', result, result.conditions, style, most),
    blockerLines(result, style, most, explain),
    doubtLines('What is not known', 'to find out', result, result.unknowns, style, most),
    assumptionLines(result, style),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const headLines = (result: ReachResult, style: Style): string[] => {
  const { verdict, query } = result
  const unknown = unknownCount(result)
  const asked = askedPackets(query)
  const meaning = `${VERDICT_MEANING[verdict]}${unknown > 0 ? `, plus ${unknown} unknown` : ''}`
  const ends = `${harmless(query.from)} -> ${harmless(query.to)}${asked === '' ? '' : `, ${asked}`}`
  return indented(
    style,
    0,
    `${paint(style, verdict)(style.bold(verdict.toUpperCase()))}  ${ends}  ${style.dim(`(${meaning})`)}`,
  )
}

const paint = (style: Style, verdict: ReachResult['verdict']): ((text: string) => string) =>
  ({
    reachable: style.good,
    conditional: style.warn,
    'one-way': style.warn,
    unknown: style.warn,
    unreachable: style.bad,
  })[verdict]

const endLines = (word: string, end: End, style: Style, most: number): string[] => {
  const { head, members, leftOut } = endWords(end)
  return [
    ...beside(style, 2, style.dim(word.padEnd(6)), 6, harmless(head)),
    ...few(members.map(harmless), most).flatMap((member) => indented(style, 10, member)),
    ...(leftOut === undefined ? [] : indented(style, 10, style.dim(leftOut))),
  ]
}

const flowLines = (result: ReachResult, style: Style, most: number): string[] => {
  if (result.flows.length === 0) return []
  const shown = result.flows.slice(0, most === Infinity ? undefined : most * 2)
  const lines = shown.flatMap((flow) => flowText(result, flow, style, most))
  const rest = result.flows.slice(shown.length)
  const more =
    rest.length === 0
      ? []
      : indented(style, 2, `... and ${plural(rest.length, 'more flow')}: ${byVerdict(rest)} (--explain shows all)`)
  return [style.bold('Packets'), ...lines, ...more]
}

/** `2 reachable, 1 one-way`: what is only counted hides no verdict. */
const byVerdict = (flows: readonly Flow[]): string =>
  [...groupedBy(flows, ({ verdict }) => verdict)].map(([verdict, its]) => `${its.length} ${verdict}`).join(', ')

const flowText = (result: ReachResult, flow: Flow, style: Style, most: number): string[] => {
  const packets = few(packetLines(result, flow.packets, { members: flow, most: 2 * most }), most)
  const { from, to } = flowEnds(result, flow)
  const ends = [...(from ? [`from ${someOf(from, most)}`] : []), ...(to ? [`to ${someOf(to, most)}`] : [])]
  return [
    ...packets.flatMap((line, index) => {
      const head = index === 0 ? paint(style, flow.verdict)(flow.verdict.padEnd(13)) : ' '.repeat(13)
      return beside(style, 2, head, 13, harmless(line))
    }),
    ...(ends.length > 0 ? indented(style, 15, style.dim(harmless(ends.join(' ')))) : []),
  ]
}

const witnessLines = (result: ReachResult, style: Style, explain: boolean): string[] => {
  const { witness, verdict } = result
  if (!witness) return []
  // Of packets that do not arrive, what is in the way is told below, whole.
  if (verdict === 'unreachable' && !explain) return []
  const shown = (hops: readonly ShownHop[]): ShownHop[] =>
    (explain ? withoutEchoes(hops) : tellingHops(hops)).map((hop) => namedHop(result, hop))
  const [forward, back] = [shown(shownHops(witness, 'forward')), shown(shownHops(witness, 'return'))]
  const lengths = [...forward, ...back].map((hop) => harmless(labelled(hop)).length)
  const most = Math.min(LONGEST_NAME, style.columns - ROOM_BESIDE)
  const width = Math.max(0, ...lengths.filter((length) => length <= most))
  return [
    ...indented(style, 0, `${style.bold('Path')} of ${harmless(witness.text)}`),
    ...forward.flatMap((hop) => hopLines(hop, width, style, explain)),
    ...(back.length > 0
      ? [`  ${style.dim('and back')}`, ...back.flatMap((hop) => hopLines(hop, width, style, explain))]
      : []),
  ]
}

/** What is longer stands in a line of its own, so that the words beside the others keep half of the line: most rules fit there. */
const LONGEST_NAME = 42
/** For marks, and for the words beside names where the terminal is narrow. */
const ROOM_BESIDE = 44

const hopLines = (hop: ShownHop, width: number, style: Style, explain: boolean): string[] => {
  const mark = { drop: style.bad('x'), unknown: style.warn('?') }[hop.effect as string] ?? style.good('>')
  const name = harmless(labelled(hop))
  const what = [harmless(hopWords(hop)), ...(explain ? [style.dim(hop.code)] : [])].join('  ')
  const column = width + 8
  const lines = [
    ...indented(style, column, what, 0),
    ...(hop.packet === undefined ? [] : indented(style, column, style.dim(harmless(`now ${hop.packet}`)), 0)),
  ]
  if (name.length > width) return [...beside(style, 4, `${mark} `, 2, name), ...lines]
  return [`    ${mark} ${name.padEnd(width)}  ${lines[0]!.slice(column)}`.trimEnd(), ...lines.slice(1)]
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
  const { message, code, leg, fix } = blocker
  const answer = leg === 'return' && !message.startsWith('the answer') ? 'the answer: ' : ''
  const packets = few(packetLines(result, blocker.packets, { leg, most: 2 * most }), Math.min(most, 3)).map(harmless)
  const width = number > 99 ? 5 : 4
  return [
    ...beside(
      style,
      2,
      `${number}.`.padEnd(width),
      width,
      `${harmless(answer + withoutArns(message))}  ${style.dim(code)}`,
    ),
    ...(packets.length === 0
      ? []
      : indented(style, 2 + width, style.dim(`${blockerVerb(blocker)} ${packets.join('; ')}`))),
    ...(fix === undefined ? [] : indented(style, 2 + width, harmless(`to change it: ${withoutArns(fix)}`))),
  ]
}

const doubtLines = (
  title: string,
  remedy: string,
  result: ReachResult,
  all: readonly Unknown[],
  style: Style,
  most: number,
): string[] =>
  all.length === 0 ? [] : [style.bold(title), ...all.flatMap((each) => doubtText(result, each, remedy, style, most))]

const doubtText = (result: ReachResult, doubt: Unknown, remedy: string, style: Style, most: number): string[] => {
  const { message, code, packets = [], gaps = [] } = doubt
  const concerned = few(packetLines(result, packets, { most: 2 * most }), Math.min(most, 3)).map(harmless)
  return [
    ...beside(style, 2, '- ', 2, `${harmless(withoutArns(message))}  ${style.dim(code)}`),
    ...(concerned.length === 0 ? [] : indented(style, 4, style.dim(`concerns ${concerned.join('; ')}`))),
    ...few(
      gaps.map((gap) => `the snapshot says: ${gap.message}`),
      most,
    ).flatMap((text) => indented(style, 4, harmless(text))),
    ...few(
      remediesOf(doubt).map((text) => `${remedy}: ${withoutArns(text)}`),
      most,
    ).flatMap((text) => indented(style, 4, harmless(text))),
  ]
}

const assumptionLines = ({ assumptions }: ReachResult, style: Style): string[] =>
  assumptions.length === 0
    ? []
    : [
        style.bold('Taken for granted'),
        ...assumptions.flatMap(({ rule, text }) => beside(style, 2, '- ', 2, `${text}  ${style.dim(rule)}`)),
      ]
