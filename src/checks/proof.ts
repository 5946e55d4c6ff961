/** One packet that proves a finding about a resource: sent between two places, with what of its way is wanted. */
import type { Compiled } from '../aws/compile.ts'
import { witnessOf } from '../analysis/explain.ts'
import { labelOf, type Place } from '../analysis/place.ts'
import { asksOf, type Filter } from '../analysis/question.ts'
import { outcomeOf } from '../analysis/reach.ts'
import { type Network, nameOfResource } from '../network/network.ts'
import { type Packets, packetsAsJson } from '../packet/describe.ts'
import type { PacketSet } from '../packet/set.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { noOutcome, type Verdict, VERDICTS } from '../reach/verdict.ts'
import type { Finding, Witness } from '../policy/finding.ts'

export interface Proof {
  readonly verdict: Verdict
  readonly witness: Witness
  readonly packets: readonly Packets[]
}

/** A packet that arrives there: of those in `part`, if given, and by a way that `isWanted`. */
export const proofBetween = (
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Filter = {},
  isWanted: (witness: Pick<Witness, 'forward' | 'return'>) => boolean = () => true,
  part?: (packets: PacketSet) => PacketSet,
): Proof | undefined => {
  for (const ask of asksOf(compiled, from, to, filter).asks) {
    const outcome = outcomeOf(compiled, ask, {})
    for (const verdict of VERDICTS) {
      if (verdict === 'unknown' || verdict === 'unreachable') continue
      const packets = part ? part(outcome[verdict]) : outcome[verdict]
      if (packets.isEmpty()) continue
      const found = witnessOf(compiled, [{ ask, outcome: { ...noOutcome(ask.family), [verdict]: packets } }], verdict)
      if (!found || !isWanted(found)) continue
      const ends = { from: endOf(compiled, from), to: endOf(compiled, to) }
      return { verdict, witness: { ...ends, ...found }, packets: packetsAsJson(packets) }
    }
  }
  return undefined
}

const endOf = ({ network }: Compiled, place: Place): Witness['from'] => {
  if (place.is !== 'interfaces') return { id: place.selector }
  const [each] = place.interfaces
  const name = labelOf(network, each!)
  return name === undefined ? { id: each!.id } : { id: each!.id, name }
}

export const INTERNET: Place = { selector: 'internet', kind: 'internet', resolved: [], is: 'internet' }

/** A resource as findings name it. */
export const resourceOf = (resource: Resource, kind: string): NonNullable<Finding['resource']> => {
  const name = nameOfResource(resource)
  return { id: resource.id, kind, ...(name !== undefined && { name }) }
}

/** `sg-1 (web)` */
export const labelled = (network: Network, id: string): string => {
  const name = network.nameOf(id)
  return name === undefined || name === id ? id : `${id} (${name})`
}
