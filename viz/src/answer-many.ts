/** Answers about many places as the page shows them: a row or column of a matrix, and what lies behind stepping stones. */
import type { BlastResult } from '../../src/analysis/blast.ts'
import type { MatrixResult, ReachAllResult } from '../../src/analysis/matrix.ts'
import { few } from '../../src/analysis/short-lists.ts'
import {
  askedWords,
  chainWords,
  countWords,
  packetWords,
  reachedWords,
  targetLabel,
} from '../../src/report/blast-words.ts'
import { groupLabel, hasBothFamilies, reachAllSummary, toldOf, WORDS } from '../../src/report/matrix-words.ts'
import { askedPackets, endWords, remediesOf, withoutArns } from '../../src/report/reach-words.ts'
import { type AnswerActions, code, MARKS, section, verdictChip } from './answer.ts'
import { type Child, h } from './dom.ts'

/** One row or column of a matrix. */
export const reachAllAnswer = (result: ReachAllResult, actions: AnswerActions): Child => {
  const { query, verdict, place } = result
  const isFrom = query.to === '*'
  const asked = askedPackets(query)
  const groups = isFrom ? result.groups.to : result.groups.from
  const both = hasBothFamilies(result)
  const cells = new Map(result.cells.map((cell) => [isFrom ? cell.to : cell.from, cell]))
  const { head, leftOut } = endWords({ ...place, addresses: [] })
  const listed = groups.flatMap((group) => {
    const cell = cells.get(group.key)
    return cell && (cell.verdict !== 'unreachable' || cell.unaskable) ? [{ group, cell }] : []
  })
  return [
    verdictChip(verdict),
    h(
      'h2',
      {},
      `${isFrom ? `Everything that ${query.from} reaches` : `Everything that reaches ${query.to}`}${asked === '' ? '' : `, ${asked}`}`,
    ),
    h('p', { class: 'quiet' }, reachAllSummary(result)),
    h(
      'dl',
      { class: 'ends' },
      h('dt', {}, isFrom ? 'from' : 'to'),
      h('dd', {}, head, leftOut !== undefined && h('div', { class: 'small' }, leftOut)),
    ),
    WORDS.filter((word) => word !== 'unreachable').map((word) =>
      section(
        `${MARKS[word]} ${word}`,
        listed
          .filter(({ cell }) => cell.verdict === word)
          .map(({ group, cell }) =>
            h(
              'li',
              {},
              h(
                'button',
                {
                  type: 'button',
                  class: 'link',
                  onclick: () =>
                    actions.ask(isFrom ? { from: query.from, to: group.key } : { from: group.key, to: query.to }),
                },
                h('strong', {}, groupLabel(group)),
              ),
              toldOf(cell, both).map(({ text, way, pairs, verdict: own }) =>
                h(
                  'div',
                  { class: 'small' },
                  `${own === word ? '' : `${own}: `}`,
                  h('code', {}, text),
                  ` ${way === '' ? '' : `${way}, `}${pairs} pairs`,
                ),
              ),
            ),
          ),
      ),
    ),
    unreachable(result, groups.length - listed.length),
    unknowns(result),
  ]
}

const unreachable = ({ totals: { pairs } }: MatrixResult, count: number): Child =>
  count > 0 &&
  h(
    'p',
    { class: 'quiet' },
    `${MARKS['unreachable']} ${count} unreachable, proved for ${pairs === 1 ? 'the only pair' : `all ${pairs.toLocaleString('en')} pairs`}`,
  )

const unknowns = ({ unknowns: all }: Pick<MatrixResult, 'unknowns'>): Child =>
  section(
    'What is not known',
    all.map((each) =>
      h(
        'li',
        {},
        `${withoutArns(each.message)} `,
        code(each.code),
        remediesOf(each).map((text) => h('div', { class: 'small fix' }, `to find out: ${withoutArns(text)}`)),
      ),
    ),
  )

/** Stepping stones. */
export const blastAnswer = (result: BlastResult, actions: AnswerActions): Child => {
  const asked = askedWords(result)
  const { head, leftOut } = endWords({ ...result.from, addresses: [] })
  const ways = result.targets.flatMap((target) => target.ways.map((way) => ({ target, way })))
  const steps = [...new Set(ways.map(({ way }) => way.steps))].sort((a, b) => a - b)
  return [
    h('span', { class: 'verdict is-unreachable' }, '◉ REACHED'),
    h('h2', {}, `Over stepping stones from ${result.query.from}`),
    h('p', { class: 'quiet' }, `${reachedWords(result)}${asked === '' ? '' : ` (${asked})`}`),
    h(
      'dl',
      { class: 'ends' },
      h('dt', {}, 'from'),
      h('dd', {}, head, leftOut !== undefined && h('div', { class: 'small' }, leftOut)),
    ),
    steps.map((step) =>
      section(
        step === 1 ? 'In 1 step' : `In ${step} steps`,
        ways
          .filter(({ way }) => way.steps === step)
          .map(({ target, way }) =>
            h(
              'li',
              {},
              h(
                'button',
                { type: 'button', class: 'link', onclick: () => actions.show(way.members[0] ?? target.key) },
                h('strong', {}, targetLabel(target)),
              ),
              ` ${countWords(target, way)} `,
              way.verdict === 'reachable' ? false : h('span', { class: `is-${way.verdict}` }, `${way.verdict} `),
              h('code', {}, packetWords(way)),
              chainWords(way).map((link) => h('div', { class: 'small' }, link)),
            ),
          ),
      ),
    ),
    section(
      'Perhaps reached, which nobody can tell; not followed',
      few(
        result.unknownLinks.map(
          ({ from, to, text }) => `${from.name ?? from.key} → ${to.name ?? to.key}: ${text.join('; ')}`,
        ),
        8,
      ).map((line) => h('li', { class: 'small' }, line)),
    ),
    unknowns(result),
  ]
}
