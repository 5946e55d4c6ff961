/** Findings of `ztnet check` beside the map, in its words: by rule, the worst first. */
import { few } from '../../src/analysis/short-lists.ts'
import type { CheckResult, JudgedRule } from '../../src/checks/findings.ts'
import { groupedBy } from '../../src/collections.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { summaryOf } from '../../src/report/check-words.ts'
import { shownHops, withoutArns } from '../../src/report/reach-words.ts'
import { plural } from '../../src/report/style.ts'
import { type AnswerActions, code, hopList, section } from './answer.ts'
import { type Child, h } from './dom.ts'

export const findingsList = (
  result: CheckResult,
  chosen: string,
  choose: (finding: Finding) => void,
): readonly Child[] => [
  h('p', { class: 'small' }, summaryOf(result)),
  rulesOf(result).map(([rule, findings]) => [
    h('h3', { class: 'rule' }, severityChip(rule.severity), ` ${rule.title}`),
    h(
      'ul',
      {},
      findings.slice(0, MOST).map((finding) =>
        h(
          'li',
          {},
          h(
            'button',
            {
              type: 'button',
              class: 'finding',
              'aria-current': String(finding.fingerprint === chosen),
              'data-finding': finding.fingerprint,
              onclick: () => choose(finding),
            },
            finding.title,
          ),
        ),
      ),
      findings.length > MOST && h('li', { class: 'small' }, `... and ${findings.length - MOST} more of this rule`),
    ),
  ]),
  result.unknowns.length > 0 && [
    h('h3', { class: 'rule' }, 'Not known'),
    h(
      'ul',
      { class: 'list' },
      few(
        result.unknowns.map(({ message }) => message),
        10,
      ).map((text) => h('li', { class: 'small' }, text)),
    ),
  ],
]

/** More of one rule than anybody reads; the search of the browser finds nothing that is not drawn either way. */
const MOST = 200

const rulesOf = ({ findings, rules }: CheckResult): readonly (readonly [JudgedRule, readonly Finding[]])[] => {
  const groups = groupedBy(findings, (finding) => finding.rule)
  return [...groups].map(([id, all]) => [rules.find((rule) => rule.id === id)!, all])
}

const MARKS: Readonly<Record<Finding['severity'], string>> = {
  critical: '▲▲',
  high: '▲',
  medium: '◆',
  low: '▽',
  info: 'i',
}

const severityChip = (severity: Finding['severity']): HTMLElement =>
  h('span', { class: `chip severity-${severity}` }, `${MARKS[severity]} ${severity}`)

export const findingAnswer = (finding: Finding, rule: JudgedRule | undefined, actions: AnswerActions): Child => {
  const { title, severity, verdict, pairs, text, witness, causes, also, remedy, fixes = [], resource } = finding
  const counted = pairs && pairs.of > 1 ? `, ${pairs.breaking} of ${plural(pairs.of, 'pair')}` : ''
  return [
    severityChip(severity),
    h('h2', {}, title),
    h('p', { class: 'quiet' }, `${rule?.title ?? ''} `, code(finding.rule)),
    verdict !== undefined && h('p', {}, h('strong', { class: `is-${verdict}` }, `${verdict}${counted}`)),
    rule?.why !== undefined && h('p', { class: 'small' }, rule.why),
    resource &&
      h(
        'p',
        {},
        h(
          'button',
          { type: 'button', class: 'link', onclick: () => actions.show(resource.id) },
          `${resource.id}${resource.name === undefined ? '' : ` (${resource.name})`}`,
        ),
      ),
    section(
      'Packets',
      few(text, 8).map((each) => h('li', {}, h('code', {}, each))),
    ),
    section(
      'Because',
      causes.map(({ message }) => h('li', {}, withoutArns(message))),
    ),
    fixes.length > 0
      ? section(
          'To mend',
          fixes.map(({ says, commands }) =>
            h(
              'li',
              {},
              says,
              commands.map((command) => h('div', {}, h('code', {}, command))),
            ),
          ),
        )
      : remedy !== undefined && section('To mend', [h('li', {}, remedy)]),
    also && h('p', { class: 'small' }, `breaks ${also.join(', ')} too`),
    witness && [
      h('h3', {}, 'Path of ', h('code', {}, witness.text)),
      hopList(shownHops(witness, 'forward'), actions, 'Hops of the request'),
      shownHops(witness, 'return').length > 0 && [
        h('p', { class: 'quiet' }, 'and back'),
        hopList(shownHops(witness, 'return'), actions, 'Hops of the answer'),
      ],
      h(
        'div',
        { class: 'actions' },
        h(
          'button',
          { type: 'button', onclick: () => actions.ask({ from: witness.from.id, to: witness.to.id }) },
          'Ask about these two',
        ),
      ),
    ],
  ]
}
