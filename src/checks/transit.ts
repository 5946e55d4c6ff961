/** What crosses a transit gateway, by example: pairs of interfaces in different VPCs, with the way of one packet each. */
import { once } from '../collections.ts'
import type { Hop } from '../analysis/explain.ts'
import { placeOfInterfaces } from '../analysis/place.ts'
import type { Party } from '../policy/crowd.ts'
import type { CheckContext } from './check.ts'
import { type Proof, proofBetween } from './proof.ts'

/** A packet of each two VPCs between which something flows; made once for a run. */
export const crossingsOf = (context: CheckContext): readonly Proof[] =>
  once(crossings, context, () => findCrossings(context))

const crossings = new WeakMap<CheckContext, readonly Proof[]>()

/** More pairs of VPCs than show what there is. */
const MOST = 100

const findCrossings = ({ compiled, cells }: CheckContext): readonly Proof[] => {
  if (compiled.network.all('transitGateway').length === 0) return []
  const seen = new Set<string>()
  const found: Proof[] = []
  for (const cell of cells.all) {
    const [from, to] = [cell.from as Party, cell.to as Party]
    const flow = cell.flows.find(({ verdict, translated }) => verdict !== 'unknown' && !translated)
    if (!flow || !from.members || !to.members || from.identity.vpc === to.identity.vpc) continue
    const pair = `${from.identity.vpc} ${to.identity.vpc}`
    if (seen.has(pair) || found.length >= MOST) continue
    seen.add(pair)
    const [sender, receiver] = [flow.example.from, flow.example.to].map((id) => compiled.network.interface(id))
    const proof =
      sender && receiver && proofBetween(compiled, placeOfInterfaces([sender]), placeOfInterfaces([receiver]))
    if (proof) found.push(proof)
  }
  return found
}

export const crosses = ({ witness }: Proof, resource: string): Hop | undefined =>
  witness.forward.find((hop) => hop.resource === resource)
