/** Built-in checks -> findings: which checks a policy wants, how bad it takes them to be, and what they find. */
import type { Rule, Policy } from '../policy/policy.ts'
import type { Finding } from '../policy/finding.ts'
import { fingerprintOf } from '../policy/fingerprint.ts'
import type { Selector, Term } from '../policy/selector.ts'
import { bySeverity, type Severity } from '../policy/severity.ts'
import type { Breach, Judged } from '../policy/violations.ts'
import type { Span } from '../policy/written.ts'
import { FAMILIES } from '../packet/address.ts'
import { CHECKS } from './all.ts'
import type { Change } from '../changes/change.ts'
import type { Check, CheckContext, Found } from './check.ts'

export interface ChosenCheck {
  readonly check: Check
  readonly severity: Severity
  /** Where the policy names it. */
  readonly span?: Span
}

/** All but those that the policy turns off; worst first, as packets are told once. */
export const checksOf = ({ checks, onlyChecks }: Policy): readonly ChosenCheck[] =>
  CHECKS.flatMap((check): readonly ChosenCheck[] => {
    if (onlyChecks && !onlyChecks.includes(check.id)) return []
    const chosen = checks.get(check.id)
    if (!chosen) return [{ check, severity: check.severity }]
    return chosen.severity === 'off' ? [] : [{ check, severity: chosen.severity, span: chosen.span }]
  }).toSorted((a, b) => bySeverity(a.severity, b.severity))

/** What a check about packets finds, as a rule would. */
export const breachesOf = (chosen: ChosenCheck, context: CheckContext, judged: Judged): readonly Breach[] => {
  const { suspects, past } = chosen.check
  if (suspects) return judged.suspect(ruleOf(chosen, ANY, ANY), suspects(context))
  if (!past) return []
  const to: Selector = [{ is: 'keyword', keyword: past.to, span: NOWHERE }]
  const through: Selector = [{ is: 'match', all: [{ on: 'type', values: [past.through] }], span: NOWHERE }]
  return judged.past({ ...ruleOf(chosen, ANY, to), verb: { is: 'via', from: ANY, to, through, bothWays: false } })
}

const NOWHERE: Span = { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 }
const ANYBODY: Term = { is: 'keyword', keyword: 'any', span: NOWHERE }
const ANY: Selector = [ANYBODY]

const ruleOf = ({ check, severity, span }: ChosenCheck, from: Selector, to: Selector): Rule => ({
  id: check.id,
  severity,
  onUnknown: 'warn',
  families: FAMILIES,
  verb: { is: 'deny', from, to, bothWays: false },
  why: check.why,
  ...(span && { span }),
})

/** A finding about a resource. Its changes ride along until they are tried. */
export const findingOfResource = ({ check, severity, span }: ChosenCheck, found: Found): Finding => {
  const { resource, part = '', title, verdict, witness, remedy } = found
  const finding: Finding = {
    rule: check.id,
    kind: 'check',
    severity,
    title,
    ...(verdict !== undefined && { verdict }),
    resource,
    packets: found.packets ?? [],
    text: found.text ?? [],
    ...(witness && { witness }),
    causes: found.causes ?? [],
    fingerprint: fingerprintOf([check.id, resource.kind, resource.name ?? resource.id, part]),
    ...(span && { place: span }),
    remedy: remedy ?? check.mend,
  }
  if (found.changes) proposed.set(finding, found.changes)
  return finding
}

const proposed = new WeakMap<Finding, readonly Change[]>()

/** Changes that a check proposes for its own finding. */
export const changesProposedFor = (finding: Finding): readonly Change[] => proposed.get(finding) ?? []

/** The same finding, told otherwise. */
export const retold = (finding: Finding, words: Partial<Pick<Finding, 'fingerprint' | 'title'>>): Finding => {
  const other = { ...finding, ...words }
  const changes = proposed.get(finding)
  if (changes) proposed.set(other, changes)
  return other
}
