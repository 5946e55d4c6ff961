/** Between whom a rule speaks, whether it holds there or not. */
import { takes } from './coverage.ts'
import type { Crowd, Party } from './crowd.ts'
import type { Rule } from './policy.ts'
import { pairsBetween } from './requirement.ts'
import type { Selections } from './selection.ts'
import type { Selector } from './selector.ts'

export type Ends = readonly [from: Party, to: Party]

/** Ordered pairs of groups, at least one of them of the estate. */
export function* spokenOf({ verb }: Rule, selections: Selections, { senders, receivers }: Crowd): Generator<Ends> {
  const chosen = (selector: Selector, parties: readonly Party[]): readonly Party[] => {
    const selected = selections.of(selector)
    return parties.filter((party) => takes(selected, party))
  }
  switch (verb.is) {
    case 'only-into':
      yield* between(senders.filter(isEverybody), chosen(verb.into, receivers))
      return
    case 'only-out-of':
      yield* between(chosen(verb.outOf, senders), receivers.filter(isEverybody))
      return
    default:
      yield* between(chosen(verb.from, senders), chosen(verb.to, receivers))
      if (verb.bothWays) yield* between(chosen(verb.to, senders), chosen(verb.from, receivers))
  }
}

/** One of those that together are everybody: places that a policy names besides are parts of these. */
export const isEverybody = ({ members, key }: Party): boolean => members !== undefined || STANDING.has(key)

const STANDING: ReadonlySet<string> = new Set(['internet', 'aws-services', 'onprem'])

function* between(senders: readonly Party[], receivers: readonly Party[]): Generator<Ends> {
  for (const from of senders)
    for (const to of receivers) if ((from.members || to.members) && pairsBetween(from, to) > 0) yield [from, to]
}
