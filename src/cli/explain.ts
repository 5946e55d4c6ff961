/** What a code of an answer or a built-in check means, the rule and the page it rests on, and how to mend it. */
import { unaskableCodes, unaskableText } from '../analysis/explain.ts'
import { harmless } from '../analysis/harmless.ts'
import { nearest, quoted } from '../analysis/place-names.ts'
import { assumptions, reasons, reasonText, type Said } from '../aws/reasons.ts'
import { CHECKS } from '../checks/all.ts'
import { ZtnetError } from '../errors.ts'
import { shippedPolicy } from '../policy/policy-file.ts'
import type { Rule } from '../policy/policy.ts'
import { ruleText, selectorText } from '../policy/rule-text.ts'
import { beside, indented, type Style } from '../report/style.ts'
import { jsonDocument, type Output } from './output.ts'

/** Plain JSON. */
interface Explanation {
  readonly id: string
  readonly kind: 'check' | 'rule' | 'code' | 'assumption'
  readonly title: string
  readonly severity?: string
  readonly why?: string
  readonly mend?: string
  /** Rule of the project's rule book. */
  readonly rule?: string
  readonly docs?: string
}

export const explanationOf = (id: string, format: string, style: Style): Output => {
  const found = find(id)
  return format === 'json' ? jsonDocument(found) : textOf(found, style)
}

export const checkList = (format: string, style: Style): Output => {
  const all = [...CHECKS.map(ofCheck), ...shippedPolicy().rules.map(ofRule)]
  if (format === 'json') return jsonDocument(all)
  const width = Math.max(...all.map(({ id }) => id.length)) + 2
  const lines = (kind: Explanation['kind']): string[] =>
    all
      .filter((each) => each.kind === kind)
      .flatMap(({ id, severity = '', title }) =>
        beside(style, 2, `${id.padEnd(width)}${style.dim(severity.padEnd(10))}`, width + 10, title),
      )
  return [
    style.bold('Built-in checks'),
    ...lines('check'),
    '',
    style.bold('Rules of ztnet/tiers-v1'),
    ...lines('rule'),
    '',
  ].join('\n')
}

const find = (id: string): Explanation => {
  const check = CHECKS.find((each) => each.id === id)
  if (check) return ofCheck(check)
  const rule = shippedPolicy().rules.find((each) => each.id === id)
  if (rule) return ofRule(rule)
  const code = id.toUpperCase().replaceAll('-', '_')
  if (Object.hasOwn(reasons, code)) return ofCode(code)
  const lacking = unaskableText(code)
  if (lacking) return { id: code, kind: 'code', title: lacking.message, mend: lacking.remedy, docs: lacking.docs }
  const assumption = id.toUpperCase()
  if (Object.hasOwn(assumptions, assumption)) return ofAssumption(assumption)
  const known = [
    ...CHECKS.map((each) => each.id),
    ...shippedPolicy().rules.map((each) => each.id),
    ...Object.keys(reasons),
    ...unaskableCodes(),
    ...Object.keys(assumptions),
  ]
  const like = nearest(id, known)
  throw new ZtnetError('CODE_UNKNOWN', `${quoted(id)} is no code and no check`, {
    hint:
      like.length > 0 ? `Nearest: ${like.join(', ')}.` : 'ztnet check --list lists the checks; answers have the codes.',
  })
}

const ofCheck = ({ id, title, severity, why, mend, docs }: (typeof CHECKS)[number]): Explanation => ({
  id,
  kind: 'check',
  title,
  severity,
  why,
  mend,
  docs,
})

const ofRule = (rule: Rule): Explanation => ({
  id: rule.id,
  kind: 'rule',
  title: ruleText(rule),
  severity: rule.severity,
  ...(rule.why !== undefined && { why: rule.why }),
  mend: mendOfRule(rule),
  docs: LAYERS,
})

const mendOfRule = ({ verb }: Rule): string =>
  verb.is === 'via'
    ? `route these packets through ${selectorText(verb.through)}`
    : 'take away one of the settings that let such packets pass; ztnet check --fixes tries which'

/** What all rules of ztnet/tiers-v1 are for. */
const LAYERS =
  'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_create_layers.html'

/** What verdicts name under "Taken for granted". Its page is the one of the noun that it speaks of. */
const ofAssumption = (rule: string): Explanation => {
  const pages = Object.keys(reasons).map(reasonText)
  const noun = rule.slice(0, rule.lastIndexOf('-') + 1)
  const page = pages.find((each) => each.rule === rule) ?? pages.find((each) => each.rule.startsWith(noun))
  const title = assumptions[rule]!
  const isUnread = title.includes('was not read')
  return {
    id: rule,
    kind: 'assumption',
    title,
    why: isUnread
      ? 'the snapshot does not tell how it is set, and AWS documents how it is unless somebody set it otherwise'
      : "AWS's documents do not say it; an answer that rests on it names it",
    mend: isUnread ? 'collect it' : 'try it in AWS, where much depends on it',
    rule,
    ...(page && { docs: page.docs }),
  }
}

/** A sentence without the components of an answer names them by what they are. */
const ofCode = (code: string): Explanation => {
  const { says, fix, rule, docs } = reasonText(code)
  return { id: code, kind: 'code', title: bothWays(says), ...(fix && { mend: bothWays(fix) }), rule, docs }
}

/** A sentence that says something else of each direction, for both; one that names the direction, with both words. */
const bothWays = (says: (said: Said) => string): string => {
  const either = 'inbound or outbound'
  const text = says(saidOf(either))
  if (text.includes(either)) return text
  return [...new Set(['inbound', 'outbound'].map((direction) => says(saidOf(direction))))].join(', or ')
}

const saidOf = (direction: string): Said => ({
  resource: '<resource>',
  rule: undefined,
  args: new Proxy<Record<string, string>>(
    {},
    { get: (_, key) => (key === 'direction' ? direction : `<${String(key)}>`) },
  ),
})

/** What stands for a component, in brackets. */
const BLANK = /<[a-z]+>/

const textOf = ({ id, kind, title, severity, why, mend, rule, docs }: Explanation, style: Style): string => {
  const line = (word: string, text: string | undefined): string[] =>
    text === undefined ? [] : beside(style, 2, style.dim(word.padEnd(9)), 9, harmless(text))
  return `${[
    ...indented(style, 0, `${style.bold(id)}${severity === undefined ? '' : `  ${style.dim(severity)}`}`),
    ...indented(style, 2, title, 0),
    '',
    ...line('why', why),
    ...line('to mend', mend),
    ...line('<...>', kind === 'code' && BLANK.test(`${title} ${mend}`) ? 'an answer has its name there' : undefined),
    ...line('rule', rule),
    // A link that is broken over two lines cannot be followed.
    ...(docs === undefined ? [] : [`  ${style.dim('docs'.padEnd(9))}${docs}`]),
  ].join('\n')}\n`
}
