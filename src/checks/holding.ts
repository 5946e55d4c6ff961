/** Where the rules of a policy hold: the ends that each speaks of, without a finding and without a doubt. */
import { spokenOf } from '../policy/spoken.ts'
import type { Finding } from '../policy/finding.ts'
import type { Rule } from '../policy/policy.ts'
import type { Selections } from '../policy/selection.ts'
import type { Judged } from '../policy/violations.ts'

/** Labels of two groups. */
export interface HoldingEnds {
  readonly from: string
  readonly to: string
}

/** `told`: every finding, accepted or not. */
export const holdingOf = (
  rule: Rule,
  selections: Selections,
  { crowd, undecided }: Judged,
  told: readonly Finding[],
): readonly HoldingEnds[] => {
  const broken = new Set([
    ...told.flatMap(({ rule: id, also = [], from, to }) =>
      from && to && (id === rule.id || also.includes(rule.id)) ? [keyOf(from, to)] : [],
    ),
    ...undecided.flatMap(({ rule: { id }, cell, from, to }) =>
      cell && id === rule.id ? [keyOf(from.identity, to.identity)] : [],
    ),
  ])
  const holding = new Map<string, HoldingEnds>()
  for (const [{ identity: from }, { identity: to }] of spokenOf(rule, selections, crowd)) {
    const key = keyOf(from, to)
    if (!broken.has(key)) holding.set(key, { from: from.label, to: to.label })
  }
  return [...holding].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ends]) => ends)
}

const keyOf = (from: { readonly key: string }, to: { readonly key: string }): string => `${from.key}\n${to.key}`
