/** What is not as it should be, as plain data: which packets, between whom, by which rule, and by what settings. */
import type { PacketPath, Unknown } from '../analysis/explain.ts'
import type { Change } from '../changes/change.ts'
import type { Packets } from '../packet/describe.ts'
import type { Verdict } from '../reach/verdict.ts'
import type { Severity } from './severity.ts'
import type { Span } from './written.ts'

export interface Finding {
  /** The rule of the policy, or the built-in check. */
  readonly rule: string
  readonly kind: 'rule' | 'check'
  readonly severity: Severity
  /** One sentence: who reaches whom on what, or what is wrong with the resource. */
  readonly title: string
  /** What becomes of the packets; absent for a finding that is about no packets. */
  readonly verdict?: Verdict
  readonly from?: FindingEnd
  readonly to?: FindingEnd
  /** The resource that is at fault, where it is one. */
  readonly resource?: { readonly id: string; readonly name?: string; readonly kind: string }
  /** Exactly the packets that break the rule; addresses of members are left open, `flows` have them. */
  readonly packets: readonly Packets[]
  /** The same in shortest words. */
  readonly text: readonly string[]
  /** Ordered pairs of members: how many break the rule, of how many. */
  readonly pairs?: { readonly breaking: number; readonly of: number }
  /** Who exactly sends what to whom, where the groups are small enough to be told apart. */
  readonly flows?: readonly FindingFlow[]
  /** One packet that breaks the rule, with its way. */
  readonly witness?: Witness
  /** The settings that together let it pass, in the order of its way. */
  readonly causes: readonly Cause[]
  /** Other rules that the same packets break. */
  readonly also?: readonly string[]
  /** Of rule and ends, never of interface ids: the same from run to run. */
  readonly fingerprint: string
  /** Where the rule stands; absent for what stands in no file of the user. */
  readonly place?: Span
  /** What to change, in one sentence. */
  readonly remedy?: string
  /** Changes that were tried on a copy of the network and found to mend it, the smallest first; absent where none was tried. */
  readonly fixes?: readonly Fix[]
}

export interface FindingEnd {
  /** `shop/private`, `internet` */
  readonly label: string
  readonly key: string
  readonly kind: string
  /** Interfaces of the group; 0 for a place outside of the estate. */
  readonly members: number
}

export interface FindingFlow {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly verdict: Verdict
  readonly packets: readonly Packets[]
}

export interface Witness extends PacketPath {
  readonly from: { readonly id: string; readonly name?: string }
  readonly to: { readonly id: string; readonly name?: string }
}

export interface Cause {
  readonly resource: string
  readonly name?: string
  readonly rule?: string
  readonly code: string
  readonly message: string
}

/** A change that was tried. */
export interface Fix {
  /** One sentence. */
  readonly says: string
  /** The same as data. */
  readonly changes: readonly Change[]
  /** AWS CLI commands, in order. */
  readonly commands: readonly string[]
  /** The resource and argument to look for in Terraform. */
  readonly terraform: string
  /** What else it cuts off: who could reach whom on what, and no longer can. */
  readonly alsoCuts: readonly string[]
  /** Other findings that it mends, by fingerprint. */
  readonly alsoMends: readonly string[]
}

/** A part of a rule that cannot be judged. */
export interface OpenQuestion {
  readonly rule: string
  readonly onUnknown: 'fail' | 'warn' | 'ignore'
  /** Labels of groups, the first five. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** In how many cells of groups. */
  readonly cells: number
  readonly message: string
  readonly unknowns: readonly Unknown[]
}

/** A finding that an exception or the baseline takes out of the list, whole or in part. */
export interface Suppressed {
  readonly by: { readonly is: 'exception' | 'baseline'; readonly id: string }
  readonly finding: Finding
}
