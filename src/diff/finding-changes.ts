/** Which findings of a policy a change brought, which it mended, and which were there before: told apart by their fingerprints. */
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'

export interface FindingChanges {
  /** The file of the policy; absent for the one that ships with ztnet. */
  readonly policy?: string
  /** Worst first, each whole. */
  readonly new: readonly Finding[]
  readonly mended: readonly FindingHead[]
  readonly unchanged: readonly FindingHead[]
}

export type FindingHead = Pick<Finding, 'rule' | 'severity' | 'title' | 'fingerprint'>

export const findingChanges = (before: CheckResult, after: CheckResult): FindingChanges => {
  const [then, now] = [printsOf(before), printsOf(after)]
  const { file } = after.policy
  return {
    ...(file !== undefined && { policy: file }),
    new: after.findings.filter(({ fingerprint }) => !then.has(fingerprint)),
    mended: before.findings.filter(({ fingerprint }) => !now.has(fingerprint)).map(headOf),
    unchanged: after.findings.filter(({ fingerprint }) => then.has(fingerprint)).map(headOf),
  }
}

const printsOf = ({ findings }: CheckResult): ReadonlySet<string> =>
  new Set(findings.map(({ fingerprint }) => fingerprint))

const headOf = ({ rule, severity, title, fingerprint }: Finding): FindingHead => ({
  rule,
  severity,
  title,
  fingerprint,
})
