/** A network in which certain components let nothing pass: what still arrives there does not need them. */
import { ForwardingGraph, type Hop } from '../forwarding/graph.ts'
import { DROPPED } from '../forwarding/stage.ts'
import type { Compiled } from './compile.ts'
import { classById, ownerOf } from './endpoint-class.ts'
import { parseStageId } from './stage-id.ts'

/** By their ids: gateways, endpoints, firewalls, network interfaces. Who is asked of it are the same places. */
export const without = (compiled: Compiled, components: ReadonlySet<string>): Compiled => {
  const { network, graph: whole } = compiled
  const isClosed = (stage: string): boolean => {
    const { component, id } = parseStageId(stage)
    if (component !== 'interfaceClass') return id.split(' ').some((part) => components.has(part))
    const [member] = classById(network, id).members
    const owner = member && ownerOf(network, member)
    return owner !== undefined && 'id' in owner && components.has(owner.id)
  }
  const graph = new ForwardingGraph((id) => {
    const stage = whole.stage(id)
    return { stage, hops: isClosed(id) ? [refused(stage.resource)] : whole.hops(id) }
  })
  return { ...compiled, graph }
}

const refused = (resource: string): Hop => ({
  to: DROPPED.id,
  transfers: [],
  because: { code: 'DELIVERED_ELSEWHERE', resource },
  effect: 'drop',
})
