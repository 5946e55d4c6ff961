/** Which findings of a policy a change brought, which it mended, and which were there before: told apart by their fingerprints. */
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'

export interface FindingChanges {
  /** The file of the policy; absent for the one that ships with ztnet. */
  readonly policy?: string
  /** Worst first, each whole. */
  readonly new: readonly Finding[]
  readonly mended: readonly FindingHead[]
  /** No longer found, where the new snapshot could not look at all that the old one tells of. */
  readonly unread: readonly FindingHead[]
  readonly unchanged: readonly FindingHead[]
}

export type FindingHead = Pick<Finding, 'rule' | 'severity' | 'title' | 'fingerprint'>

/** `isLess`: the new snapshot lacks something that the old one had read. */
export const findingChanges = (before: CheckResult, after: CheckResult, isLess: boolean): FindingChanges => {
  const [then, now] = [printsOf(before), printsOf(after)]
  const { file } = after.policy
  const missing = before.findings.filter(({ fingerprint }) => !now.has(fingerprint)).map(headOf)
  return {
    ...(file !== undefined && { policy: file }),
    new: after.findings.filter(({ fingerprint }) => !then.has(fingerprint)),
    mended: isLess ? [] : missing,
    unread: isLess ? missing : [],
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
