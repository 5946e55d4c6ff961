/** Findings about the policy itself: exceptions that are past their day, that cover nothing, or that run too long. */
import { type Baseline, covers } from '../policy/baseline.ts'
import { dayNumber } from '../policy/day.ts'
import { isExpired } from '../policy/exceptions.ts'
import type { Finding, Suppressed } from '../policy/finding.ts'
import { fingerprintOf } from '../policy/fingerprint.ts'
import type { Exception, Policy } from '../policy/policy.ts'
import type { Undecided } from '../policy/violations.ts'
import type { Check } from './check.ts'
import { type ChosenCheck, retold } from './check-findings.ts'
import { baselineStale, exceptionExpired, exceptionTooLong, exceptionUnmatched } from './policy-checks.ts'

export const policyFindings = (
  { exceptions, ci }: Policy,
  checks: readonly ChosenCheck[],
  { suppressed, undecided }: { readonly suppressed: readonly Suppressed[]; readonly undecided: readonly Undecided[] },
  today: string,
): readonly Finding[] => {
  // What cannot be judged may be what an exception covers.
  const open = new Set(undecided.map(({ rule }) => rule.id))
  const used = new Set(suppressed.filter(({ by }) => by.is === 'exception').map(({ by }) => by.id))
  const { maxExceptionDays: most } = ci
  return exceptions.flatMap((exception) => {
    const { id, rule, expires, owner } = exception
    const about = (check: Check, title: string): readonly Finding[] => {
      const chosen = checks.find((each) => each.check === check)
      return chosen ? [policyFinding(chosen, exception, title)] : []
    }
    if (isExpired(exception, today)) return about(exceptionExpired, `exception ${id} of ${owner} ended on ${expires}`)
    const days = dayNumber(expires)! - (dayNumber(today) ?? 0)
    return [
      ...(used.has(id) || open.has(rule)
        ? []
        : about(exceptionUnmatched, `exception ${id} of ${owner} covers nothing`)),
      ...(most !== undefined && days > most
        ? about(
            exceptionTooLong,
            `exception ${id} of ${owner} runs ${days === 1 ? '1 day' : `${days} days`} more, and ${most} are allowed`,
          )
        : []),
    ]
  })
}

const policyFinding = ({ check, severity }: ChosenCheck, { id, span }: Exception, title: string): Finding => ({
  rule: check.id,
  kind: 'check',
  severity,
  title,
  resource: { id, kind: 'exception' },
  packets: [],
  text: [],
  causes: [],
  fingerprint: fingerprintOf([check.id, id]),
  place: span,
  remedy: check.mend,
})

/** Divides findings into those of the baseline and the others, among them what has grown beyond it. */
export const acceptedByBaseline = (
  findings: readonly Finding[],
  baseline: Baseline | undefined,
  checks: readonly ChosenCheck[],
): {
  readonly open: readonly Finding[]
  readonly accepted: readonly Suppressed[]
  readonly stale: readonly Finding[]
} => {
  if (!baseline) return { open: findings, accepted: [], stale: [] }
  const known = new Map(baseline.findings.map((each) => [each.fingerprint, each] as const))
  const open: Finding[] = []
  const accepted: Suppressed[] = []
  for (const finding of findings) {
    const entry = known.get(finding.fingerprint)
    if (!entry) open.push(finding)
    else if (covers(entry, finding)) accepted.push({ by: { is: 'baseline', id: baseline.file }, finding })
    else open.push(retold(finding, { title: `${finding.title}; more than the baseline accepts` }))
  }
  const present = new Set(findings.map(({ fingerprint }) => fingerprint))
  const chosen = checks.find(({ check }) => check === baselineStale)
  const stale = baseline.findings.flatMap((each, index): readonly Finding[] =>
    chosen === undefined || present.has(each.fingerprint)
      ? []
      : [
          {
            rule: baselineStale.id,
            kind: 'check',
            severity: chosen.severity,
            title: `the baseline accepts what is gone: ${each.title}`,
            resource: { id: each.fingerprint.slice(0, 12), kind: 'baseline-entry' },
            packets: [],
            text: [],
            causes: [],
            fingerprint: fingerprintOf([baselineStale.id, each.fingerprint]),
            // One finding a line, after the line that opens the file.
            place: { file: baseline.file, line: index + 2, column: 1, endLine: index + 2, endColumn: 2 },
            remedy: baselineStale.mend,
          },
        ],
  )
  return { open, accepted, stale }
}
