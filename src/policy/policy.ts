/** What a policy says, as data: who may reach whom on what. How its file is read is known by `policy-file.ts`, what it finds in a
 *  network by `violations.ts`. */
import type { Family } from '../packet/address.ts'
import type { PortWord } from './ports.ts'
import type { Selector } from './selector.ts'
import type { Severity } from './severity.ts'
import type { Span } from './written.ts'

export interface Policy {
  /** As its user named it; absent where none was found and the shipped rules apply. */
  readonly file?: string
  readonly extends: readonly string[]
  /** In order: an interface is of the first tier that selects it. */
  readonly tiers: ReadonlyMap<string, Selector>
  readonly accounts: ReadonlyMap<string, AccountWords>
  readonly peers: ReadonlyMap<string, Selector>
  readonly rules: readonly Rule[]
  readonly checks: ReadonlyMap<string, { readonly severity: Severity | 'off'; readonly span: Span }>
  /** No checks but these; all, where absent. */
  readonly onlyChecks?: readonly string[]
  readonly exceptions: readonly Exception[]
  readonly ci: Ci
  readonly snapshot?: string
  /** Security groups, by id, Name or group name with `*`, of which `ztnet watch` tells every change of a rule. */
  readonly critical: readonly string[]
}

/** An account by number, or all of an organizational unit. */
export interface AccountWords {
  readonly ids: readonly string[]
  readonly ous: readonly string[]
}

export type OnUnknown = 'fail' | 'warn' | 'ignore'

export interface Rule {
  readonly id: string
  readonly severity: Severity
  readonly onUnknown: OnUnknown
  readonly families: readonly Family[]
  readonly verb: Verb
  /** One sentence of why, for people. */
  readonly why?: string
  /** Of ztnet/tiers-v1, and not of the user's own. */
  readonly isShipped?: true
  /** Absent for a built-in check that the policy does not name. */
  readonly span?: Span
}

export type Verb =
  /** No packet may pass. */
  | ({ readonly is: 'deny'; readonly from: Selector; readonly to: Selector } & BothWays)
  /** Nothing but these may come in, or be reached. */
  | ({ readonly is: 'only-into'; readonly into: Selector; readonly from: Selector } & Ported)
  | ({ readonly is: 'only-out-of'; readonly outOf: Selector; readonly to: Selector } & Ported)
  /** Must work, there and back. */
  | ({ readonly is: 'require'; readonly from: Selector; readonly to: Selector; readonly all: boolean } & BothWays)
  /** Every way there must cross one of these. */
  | ({ readonly is: 'via'; readonly from: Selector; readonly to: Selector; readonly through: Selector } & BothWays)

interface Ported {
  /** All packets, where absent. */
  readonly ports?: readonly PortWord[]
}

interface BothWays extends Ported {
  /** The reverse holds too. */
  readonly bothWays: boolean
}

export interface Exception {
  readonly id: string
  readonly rule: string
  readonly from?: Selector
  readonly to?: Selector
  readonly ports?: readonly PortWord[]
  readonly reason: string
  readonly owner: string
  readonly ticket?: string
  /** `2027-01-31`: the last day on which it applies. */
  readonly expires: string
  readonly span: Span
}

export interface Ci {
  readonly failOn?: Severity
  readonly baseline?: string
  readonly maxExceptionDays?: number
}
