/** Which rule tells of a packet that breaks several: the first, the worst first, for which nobody has accepted it. The others are named beside
 *  it, as far as they break by what it tells. What is accepted for one rule is accepted for no other. */
import { append, type NonEmpty } from '../collections.ts'
import { packetsAsJson } from '../packet/describe.ts'
import type { PacketSet } from '../packet/set.ts'
import { type Accepted, acceptedBeside, type Baseline, covers } from '../policy/baseline.ts'
import { type Breach, wayOf } from '../policy/violations.ts'
import { fingerprintOfBreaches, groupedByEnds, setsOf, type Telling } from './rule-findings.ts'

/** `open`: what exceptions leave, of the policy first and then of one check after the other; so is what is told. */
export const tellingsOf = (
  open: readonly (readonly Breach[])[],
  baseline: Baseline | undefined,
): readonly (readonly Telling[])[] => {
  const known = new Map(baseline?.findings.map((each) => [each.fingerprint, each]))
  const entryFor = (breaches: Readonly<NonEmpty<Breach>>): Accepted | undefined => {
    const entry = known.size > 0 ? known.get(fingerprintOfBreaches(breaches)) : undefined
    return entry && covers(entry, { packets: setsOf(breaches).flatMap(packetsAsJson) }) ? entry : undefined
  }
  const ledger = new Ledger()
  return open.map((all, at) =>
    groupedByEnds(all).flatMap((whole): readonly Telling[] => {
      const asWhole = entryFor(whole)
      const [first, ...others] = asWhole ? whole : whole.flatMap((breach) => ledger.restOf(breach, at > 0))
      if (!first) return []
      const breaches = [first, ...others] as const
      const accepted = asWhole ?? entryFor(breaches)
      const also = new Map<string, PacketSet[]>()
      for (const breach of breaches) ledger.note({ breach, also, ...(accepted && { accepted }) })
      return [{ breaches, also }]
    }),
  )
}

interface Noted {
  readonly breach: Breach
  readonly also: Map<string, PacketSet[]>
  /** The entry of the baseline that covers it. */
  readonly accepted?: Accepted
}

class Ledger {
  readonly #noted = new Map<string, Noted[]>()

  note(noted: Noted): void {
    append(this.#noted, keyOf(noted.breach), noted)
  }

  /** What of a breach no rule before has told; what has told the others names its rule. */
  restOf(breach: Breach, isOfCheck: boolean): readonly Breach[] {
    // These ask for something of their own: what to cross, or what must work.
    if (!isOfCheck && ['via', 'require'].includes(breach.rule.verb.is)) return [breach]
    let rest = breach.packets
    for (const noted of this.#noted.get(keyOf(breach)) ?? []) {
      const both = sharedWith(noted, breach)
      if (both.isEmpty()) continue
      append(noted.also, breach.rule.id, both)
      rest = rest.subtract(both)
    }
    return rest.isEmpty() ? [] : rest === breach.packets ? [breach] : [{ ...breach, packets: rest }]
  }
}

/** Of what gets past something, any of it between two groups tells all of it; of what passes, the very packets do. */
const keyOf = ({ rule: { verb }, from, to, flow }: Breach): string =>
  verb.is === 'via' || verb.is === 'require' ? `${verb.is}\n${from.key}\n${to.key}` : wayOf(from, to, flow)

/** The part of a breach that is told with another; of one that is accepted, the part that is accepted with it. */
const sharedWith = ({ breach: { packets }, accepted }: Noted, { rule, packets: own, flow }: Breach): PacketSet => {
  const both = rule.verb.is === 'via' ? own : own.intersect(packets)
  return accepted ? both.intersect(acceptedBeside(accepted, rule.id, flow.family)) : both
}
