/** What a built-in check is. Each stands in a file of its own; `all.ts` lists them. */
import type { Compiled } from '../aws/compile.ts'
import type { Packets } from '../packet/describe.ts'
import type { Verdict } from '../reach/verdict.ts'
import type { Change } from '../changes/change.ts'
import type { Cells, Suspicion } from '../policy/violations.ts'
import type { Crowd, TierNames } from '../policy/crowd.ts'
import type { Cause, Finding, Witness } from '../policy/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { Selected } from '../policy/selected.ts'
import type { Selections } from '../policy/selection.ts'
import type { TypeWord } from '../policy/selector.ts'
import type { Severity } from '../policy/severity.ts'

export interface Check {
  readonly id: string
  readonly severity: Severity
  /** What is wrong, in a few words. */
  readonly title: string
  readonly why: string
  readonly docs: string
  /** What changes would mend it. */
  readonly mend: string
  /** Either packets between groups that should not flow, told where no rule of the policy tells them already, */
  readonly suspects?: (context: CheckContext) => Suspicion
  /** or packets that get somewhere past every component of a type, */
  readonly past?: { readonly to: 'aws-services'; readonly through: TypeWord }
  /** interfaces that the check must tell apart for it, */
  readonly distinguishes?: (compiled: Compiled) => Selected
  /** or resources that are not set as they should be. */
  readonly find?: (context: CheckContext) => readonly Found[]
}

export interface CheckContext {
  readonly compiled: Compiled
  readonly policy: Policy
  readonly selections: Selections
  readonly names: TierNames
  readonly crowd: Crowd
  readonly cells: Cells
  /** What rules and worse checks have found. */
  readonly told: readonly Finding[]
}

/** A resource at fault. */
export interface Found {
  readonly resource: NonNullable<Finding['resource']>
  /** What tells it from others of the same resource, from run to run. */
  readonly part?: string
  readonly title: string
  readonly verdict?: Verdict
  readonly packets?: readonly Packets[]
  readonly text?: readonly string[]
  readonly witness?: Witness
  readonly causes?: readonly Cause[]
  readonly remedy?: string
  /** Changes to try, the smallest first. */
  readonly changes?: readonly Change[]
}
