/** The words that all reports of findings share. */
import type { CheckResult } from '../checks/findings.ts'
import type { Finding, FindingFlow } from '../policy/finding.ts'
import { SEVERITIES } from '../policy/severity.ts'
import { WORDS } from './matrix-words.ts'
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
    `${totals.rules} ${totals.rules === 1 ? 'rule or check' : 'rules and checks'} judged`,
  ].join('; ')
}

/** What becomes of the packets, and between how many pairs: `one-way, 2 of 6 pairs`; `reachable for 2 and one-way for 5 of 6 pairs`, where a
 *  pair whose packets fare differently counts for each. Empty for a finding that is about no packets. */
export const fateOf = ({ verdict, pairs, flows }: Finding): string => {
  if (verdict === undefined) return ''
  const counts = countsOf(flows ?? [])
  const isMixed = counts.length > 1
  if (!pairs || pairs.of <= 1) return isMixed ? `${counts.map(([each]) => each).join(' and ')}, by packet` : verdict
  if (isMixed) return `${counts.map(([each, count]) => `${each} for ${count}`).join(' and ')} of ${pairs.of} pairs`
  const [only] = counts
  // Where nobody asked pair by pair, others than those of the best verdict may be among them.
  return `${only ? only[0] : atBest(verdict)}, ${pairs.breaking} of ${pairs.of} pairs`
}

type Verdict = FindingFlow['verdict']

/** Pairs by the verdicts that some of their packets have, the best first. */
const countsOf = (flows: readonly FindingFlow[]): readonly (readonly [Verdict, number])[] =>
  WORDS.flatMap((verdict) => {
    const its = flows.filter((flow) => flow.verdict === verdict)
    const pairs = new Set(its.flatMap(({ from, to }) => from.flatMap((one) => to.map((other) => `${one} ${other}`))))
    return pairs.size === 0 ? [] : [[verdict, pairs.size] as const]
  })

/** No verdict is worse than the worst. */
const atBest = (verdict: Verdict): string => (verdict === 'unreachable' ? verdict : `${verdict} at best`)

/** The smallest change that was tried, which names the very setting; else what would mend it. */
export const mendOf = ({ fixes, remedy }: Finding): string | undefined => fixes?.[0]?.says ?? remedy
