/** Findings about the policy itself: exceptions that are past their day, that cover nothing, or that run too long. */
import { dayNumber } from '../policy/day.ts'
import { isExpired } from '../policy/exceptions.ts'
import type { Finding, Suppressed } from '../policy/finding.ts'
import { fingerprintOf } from '../policy/fingerprint.ts'
import type { Exception, Policy } from '../policy/policy.ts'
import type { Check } from './check.ts'
import type { ChosenCheck } from './check-findings.ts'
import { exceptionExpired, exceptionTooLong, exceptionUnmatched } from './policy-checks.ts'

export const policyFindings = (
  { exceptions, ci }: Policy,
  checks: readonly ChosenCheck[],
  suppressed: readonly Suppressed[],
  today: string,
): readonly Finding[] => {
  const used = new Set(suppressed.filter(({ by }) => by.is === 'exception').map(({ by }) => by.id))
  const { maxExceptionDays: most } = ci
  return exceptions.flatMap((exception) => {
    const { id, expires, owner } = exception
    const about = (check: Check, title: string): readonly Finding[] => {
      const chosen = checks.find((each) => each.check === check)
      return chosen ? [policyFinding(chosen, exception, title)] : []
    }
    if (isExpired(exception, today)) return about(exceptionExpired, `exception ${id} of ${owner} ended on ${expires}`)
    const days = dayNumber(expires)! - (dayNumber(today) ?? 0)
    return [
      ...(used.has(id) ? [] : about(exceptionUnmatched, `exception ${id} of ${owner} covers nothing`)),
      ...(most !== undefined && days > most
        ? about(exceptionTooLong, `exception ${id} of ${owner} runs ${days} days more, and ${most} are allowed`)
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
