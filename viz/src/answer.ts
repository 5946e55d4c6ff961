/** Answers as the page shows them: the words of `ztnet reach`, with every step and every blocker a way to its place on the map. */
import type { Blocker, Unknown } from '../../src/analysis/explain.ts'
import type { End, Flow, ReachResult } from '../../src/analysis/reach.ts'
import { few, someOf } from '../../src/analysis/short-lists.ts'
import {
  askedPackets,
  blockerVerb,
  endWords,
  flowEnds,
  hopWords,
  labelled,
  namedHop,
  packetLines,
  type ShownHop,
  shownHops,
  remediesOf,
  tellingHops,
  unknownCount,
  VERDICT_MEANING,
  withoutArns,
} from '../../src/report/reach-words.ts'
import { type Child, h } from './dom.ts'

export interface AnswerActions {
  /** Shows a resource on the map. */
  readonly show: (resource: string) => void
  /** Asks another question. */
  readonly ask: (question: { readonly from: string; readonly to: string }) => void
}

export const reachAnswer = (
  result: ReachResult,
  actions: AnswerActions,
  { isWhole, title }: { readonly isWhole: boolean; readonly title: string },
): Child => {
  const { verdict, query } = result
  const unknown = unknownCount(result)
  const asked = askedPackets(query)
  const most = isWhole ? Infinity : MOST
  return [
    verdictChip(verdict),
    h('h2', {}, `${title}${asked === '' ? '' : `, ${asked}`}`),
    h('p', { class: 'quiet' }, `${VERDICT_MEANING[verdict]}${unknown > 0 ? `, plus ${unknown} unknown` : ''}`),
    h('dl', { class: 'ends' }, ends('from', result.from, most), ends('to', result.to, most)),
    section(
      'Packets',
      result.flows.slice(0, most * 2).map((flow) => flowItem(result, flow, most)),
      result.flows.length > most * 2 ? [rest(result.flows.length - most * 2, 'flows')] : [],
    ),
    witness(result, actions),
    section(
      'It depends',
      result.conditions.map((each) => doubt(result, each, 'to change it', actions)),
    ),
    section(
      verdict === 'reachable' ? 'What does not pass' : 'What is in the way',
      result.blocked
        .slice(0, verdict === 'reachable' ? most : undefined)
        .map((each, index) => blocker(result, each, index, actions)),
      verdict === 'reachable' && result.blocked.length > most ? [rest(result.blocked.length - most, 'more')] : [],
    ),
    section(
      'What is not known',
      result.unknowns.map((each) => doubt(result, each, 'to find out', actions)),
    ),
    section(
      'Taken for granted',
      result.assumptions.map(({ rule, text }) => h('li', {}, `${text} `, code(rule))),
    ),
  ]
}

const MOST = 4

export const verdictChip = (verdict: string): HTMLElement =>
  h('span', { class: `verdict is-${verdict}` }, `${MARKS[verdict] ?? ''} ${verdict.toUpperCase()}`)

/** Beside the colour. */
export const MARKS: Readonly<Record<string, string>> = {
  reachable: '✓',
  conditional: '◐',
  'one-way': '↛',
  unknown: '?',
  unreachable: '✕',
}

export const section = (title: string, items: readonly Child[], after: readonly Child[] = []): Child =>
  items.length === 0 ? undefined : [h('h3', {}, title), h('ul', { class: 'list' }, items), after]

const rest = (count: number, what: string): Child => h('p', { class: 'small' }, `... and ${count} ${what}`)

export const code = (text: string): HTMLElement => h('span', { class: 'code' }, text)

const ends = (word: 'from' | 'to', end: End, most: number): Child => {
  const { head, members, leftOut } = endWords(end)
  return [
    h('dt', {}, word),
    h(
      'dd',
      {},
      head,
      few(members, most).map((member) => h('div', { class: 'small' }, member)),
      leftOut !== undefined && h('div', { class: 'small' }, leftOut),
    ),
  ]
}

const flowItem = (result: ReachResult, flow: Flow, most: number): Child => {
  const { from, to } = flowEnds(result, flow)
  const words = [...(from ? [`from ${someOf(from, most)}`] : []), ...(to ? [`to ${someOf(to, most)}`] : [])]
  return h(
    'li',
    {},
    h('strong', { class: `is-${flow.verdict}` }, `${MARKS[flow.verdict] ?? ''} ${flow.verdict} `),
    few(packetLines(result, flow.packets, { members: flow, most: 2 * most }), most).map((line) =>
      h('div', {}, h('code', {}, line)),
    ),
    words.length > 0 && h('div', { class: 'small' }, words.join(' ')),
  )
}

const witness = (result: ReachResult, actions: AnswerActions): Child => {
  const { witness: found } = result
  if (!found) return undefined
  const named = (leg: 'forward' | 'return'): readonly ShownHop[] =>
    shownHops(found, leg).map((hop) => namedHop(result, hop))
  const back = named('return')
  return [
    h('h3', {}, 'Path of ', h('code', {}, found.text)),
    hopList(named('forward'), actions, 'Hops of the request'),
    back.length > 0 && [h('p', { class: 'quiet' }, 'and back'), hopList(back, actions, 'Hops of the answer')],
  ]
}

/** Every step, which leads to its place on the map. */
export const hopList = (all: readonly ShownHop[], actions: AnswerActions, label: string): Child =>
  h(
    'ol',
    { class: 'hops', 'aria-label': label },
    tellingHops(all).map((hop, index) => {
      const state = { drop: 'unreachable', unknown: 'unknown' }[hop.effect as string] ?? 'reachable'
      const mark = { drop: '✕', unknown: '?' }[hop.effect as string] ?? String(index + 1)
      return h(
        'li',
        {},
        h('span', { class: `mark is-${state}`, 'aria-hidden': 'true' }, mark),
        h('span', {}, h('button', { type: 'button', onclick: () => actions.show(hop.resource) }, labelled(hop))),
        h('span', { class: 'small wrap' }, hopWords(hop)),
        hop.packet !== undefined && h('span', { class: 'small wrap' }, `now ${hop.packet}`),
      )
    }),
  )

const blocker = (result: ReachResult, each: Blocker, index: number, actions: AnswerActions): Child => {
  const { message, leg, fix, resource } = each
  const answer = leg === 'return' && !message.startsWith('the answer') ? 'the answer: ' : ''
  const packets = few(packetLines(result, each.packets, { leg, most: 8 }), 3)
  return h(
    'li',
    {},
    h('div', {}, `${index + 1}. ${answer}${withoutArns(message)} `, code(each.code), ' ', where(resource, actions)),
    packets.length > 0 &&
      h(
        'div',
        { class: 'small' },
        `${blockerVerb(each)} `,
        packets.map((line) => h('div', {}, h('code', {}, line))),
      ),
    fix !== undefined && h('div', { class: 'small fix' }, `to change it: ${withoutArns(fix)}`),
  )
}

const where = (resource: string, actions: AnswerActions): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'link small',
      onclick: () => actions.show(resource),
      'aria-label': `Show ${resource} on the map`,
    },
    'on the map',
  )

const doubt = (result: ReachResult, each: Unknown, remedy: string, actions: AnswerActions): Child => {
  const concerned = few(packetLines(result, each.packets ?? [], { most: 8 }), 3)
  return h(
    'li',
    {},
    h('div', {}, `${withoutArns(each.message)} `, code(each.code), ' ', where(each.resource, actions)),
    concerned.length > 0 && h('div', { class: 'small' }, `concerns ${concerned.join('; ')}`),
    (each.gaps ?? []).map((gap) => h('div', { class: 'small' }, `the snapshot says: ${gap.message}`)),
    remediesOf(each).map((text) => h('div', { class: 'small fix' }, `${remedy}: ${withoutArns(text)}`)),
  )
}
