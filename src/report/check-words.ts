/** The words that all reports of findings share. */
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'
import { SEVERITIES } from '../policy/severity.ts'
import { plural } from './style.ts'

/** `3 findings: 1 critical, 2 high; 1 accepted; 2 rules not known in full; 9 rules and checks judged` */
export const summaryOf = ({ totals }: CheckResult): string => {
  const counts = SEVERITIES.filter((severity) => totals.findings[severity] > 0).map(
    (severity) => `${totals.findings[severity]} ${severity}`,
  )
  const found = SEVERITIES.reduce((sum, severity) => sum + totals.findings[severity], 0)
  return [
    found === 0 ? 'no findings' : `${plural(found, 'finding')}: ${counts.join(', ')}`,
    ...(totals.suppressed > 0 ? [`${totals.suppressed} accepted`] : []),
    ...(totals.unknown > 0 ? [`${plural(totals.unknown, 'rule')} not known in full`] : []),
    `${totals.rules} rules and checks judged`,
  ].join('; ')
}

/** The smallest change that was tried, which names the very setting; else what would mend it. */
export const mendOf = ({ fixes, remedy }: Finding): string | undefined => fixes?.[0]?.says ?? remedy
