/** One packet that proves a finding about a resource: sent between two places, with what of its way is wanted. */
import type { Compiled } from '../aws/compile.ts'
import { requestHops, type Way, wayInWords, wayOf } from '../analysis/explain.ts'
import { labelOf, type Place } from '../analysis/place.ts'
import { asksOf, type Filter } from '../analysis/question.ts'
import { outcomeBetween } from '../analysis/pair-answers.ts'
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

/** What a packet meets on its way there, step by step. */
type RequestHops = ReturnType<typeof requestHops>

/** A packet that arrives there: of those in `part`, if given, and by a way that `isWanted`. */
export const proofBetween = (
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Pick<Filter, 'families'> = {},
  isWanted?: (out: RequestHops) => boolean,
  part?: (packets: PacketSet) => PacketSet,
): Proof | undefined => {
  const proven = provenBetween(compiled, from, to, filter, isWanted, part)
  return proven && proofOf(compiled, proven)
}

/** A proof that is not yet in words. */
export interface Proven {
  readonly from: Place
  readonly to: Place
  readonly verdict: Verdict
  readonly packets: PacketSet
  readonly way: Way
}

export const provenBetween = (
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Pick<Filter, 'families'>,
  isWanted?: (out: RequestHops) => boolean,
  part?: (packets: PacketSet) => PacketSet,
): Proven | undefined => {
  for (const ask of asksOf(compiled, from, to, filter).asks) {
    const outcome = outcomeBetween(compiled, ask, from, to)
    for (const verdict of ARRIVING) {
      const packets = part ? part(outcome[verdict]) : outcome[verdict]
      if (packets.isEmpty()) continue
      const way = wayOf(compiled, [{ ask, outcome: { ...noOutcome(ask.family), [verdict]: packets } }], verdict)
      if (way && (!isWanted || isWanted(requestHops(compiled, way)))) return { from, to, verdict, packets, way }
    }
  }
  return undefined
}

/** Best first. */
export const ARRIVING = VERDICTS.filter((verdict) => verdict !== 'unknown' && verdict !== 'unreachable')

export const proofOf = (compiled: Compiled, { from, to, verdict, packets, way }: Proven): Proof => ({
  verdict,
  witness: { from: endOf(compiled, from), to: endOf(compiled, to), ...wayInWords(compiled, way) },
  packets: packetsAsJson(packets),
})

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
