/** Folds what became of packets into verdicts: the one place that knows what a choice, a condition or a gap makes of an
 *  answer. Words are those of the product's contract, section 3. */
import type { Family } from '../packet/address.ts'
import { PacketSet } from '../packet/set.ts'

/** Best headline first: the order in which a question about many packets is answered with one word. */
export const VERDICTS = ['reachable', 'conditional', 'one-way', 'unknown', 'unreachable'] as const

export type Verdict = (typeof VERDICTS)[number]

/** A set of packets cut by what becomes of them: disjoint parts, headers as sent. */
export type Outcome = Readonly<Record<Verdict, PacketSet>>

export const noOutcome = (family: Family): Outcome => {
  const none = PacketSet.empty(family)
  return { reachable: none, conditional: none, 'one-way': none, unknown: none, unreachable: none }
}

export const outcome = (verdict: Verdict, packets: PacketSet): Outcome => ({
  ...noOutcome(packets.family),
  [verdict]: packets,
})

/** The verdict for packets that meet either fate, depending on something that configuration does not settle. An unknown
 *  beside an unreachable stays unknown: it may be that nothing gets through. */
export const either = (a: Verdict, b: Verdict): Verdict => {
  if (a === b) return a
  if ((a === 'unknown' && b === 'unreachable') || (a === 'unreachable' && b === 'unknown')) return 'unknown'
  return 'conditional'
}

/** Joins the outcomes of sibling hops. Packets that only one of them took keep their verdict; packets that several took
 *  (a choice) get `either`. Commutative and associative. */
export const join = (a: Outcome, b: Outcome): Outcome => {
  const shared: (readonly [Verdict, PacketSet])[] = []
  for (const one of VERDICTS)
    for (const other of VERDICTS) {
      if (a[one].isEmpty() || b[other].isEmpty()) continue
      const both = a[one].intersect(b[other])
      if (!both.isEmpty()) shared.push([either(one, other), both])
    }
  const { family } = a.reachable
  if (shared.length === 0) return joinDisjoint(family, [a, b])
  const contested = PacketSet.union(
    family,
    shared.map(([, packets]) => packets),
  )
  const joined = { ...noOutcome(family) }
  for (const verdict of VERDICTS) joined[verdict] = a[verdict].subtract(contested).union(b[verdict].subtract(contested))
  for (const [verdict, packets] of shared) joined[verdict] = joined[verdict].union(packets)
  return joined
}

/** Joins outcomes that speak of different packets. */
export const joinDisjoint = (family: Family, parts: readonly Outcome[]): Outcome => {
  if (parts.length === 1) return parts[0]!
  const joined = { ...noOutcome(family) }
  for (const verdict of VERDICTS)
    joined[verdict] = PacketSet.union(
      family,
      parts.map((part) => part[verdict]).filter((set) => !set.isEmpty()),
    )
  return joined
}

/** All packets that the outcome speaks of. */
export const taken = (of: Outcome): PacketSet =>
  VERDICTS.map((verdict) => of[verdict]).reduce((all, set) => all.union(set))

/** The one word for all packets of a question: unreachable is therefore proved for each of them. */
export const headline = (outcomes: readonly Outcome[]): Verdict =>
  VERDICTS.find((verdict) => outcomes.some((each) => !each[verdict].isEmpty())) ?? 'unreachable'
