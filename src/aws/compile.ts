/** Network -> forwarding graph. Walks the catalogue, and knows of AWS only where packets are delivered. */
import { once } from '../collections.ts'
import { Draft } from '../forwarding/draft.ts'
import { ForwardingGraph, type InCommon } from '../forwarding/graph.ts'
import type { Stage, StageId } from '../forwarding/stage.ts'
import type { Network } from '../network/network.ts'
import { behaviours } from './catalogue.ts'
import { classesIn } from './endpoint-class.ts'
import { type Describe, Plane } from './plane.ts'
import { parseStageId, stageId } from './stage-id.ts'
import { settledIn } from './unit.ts'

export interface Compiled {
  readonly network: Network
  readonly graph: ForwardingGraph
  readonly planes: { readonly 4: Plane; readonly 6: Plane }
  /** Absent where it was compiled by itself. */
  readonly common?: InCommon<Compiled>
}

/** A network that differs from another one in settings of some VPCs alone: what stages of other VPCs do is the same in both. */
interface Variant {
  readonly of: Compiled
  /** Ids of the VPCs. */
  readonly touched: ReadonlySet<string>
}

/** Describes every stage when it is first visited. */
export const compile = (network: Network): Compiled => compiled(network)

/** The same, with the stages that it has in common with another. */
export const compileVariant = (network: Network, variant: Variant): Compiled => compiled(network, variant)

const compiled = (network: Network, variant?: Variant): Compiled => {
  const ipv4 = new Plane(network, 4)
  const planes = { 4: ipv4, 6: ipv4.other }
  const common = variant && { with: variant.of, has: untouched(network, variant) }
  const graph = new ForwardingGraph((id) => {
    if (common?.has(id)) return common.with.graph.drafted(id)
    const name = parseStageId(id)
    const describe = (behaviours[name.component] as Readonly<Record<string, Describe>>)[name.role]
    if (!describe) throw new Error(`no stage ${id}`)
    const draft = new Draft()
    describe(planes[name.family], draft, name.id, name.detail)
    return { stage: stageOf(id), hops: draft.hops }
  })
  return { network, graph, planes, ...(common && { common }) }
}

const untouched = (network: Network, { touched }: Variant): InCommon<Compiled>['has'] => {
  const known = new Map<StageId, boolean>()
  return (stage) =>
    once(known, stage, () => {
      const vpcs = settledIn(network, stage)
      return vpcs !== undefined && !vpcs.some((id) => touched.has(id))
    })
}

/** Where packets can set out: every class of interfaces, and the internet. From here the whole graph can be reached. */
export const origins = ({ network, planes }: Compiled): StageId[] =>
  Object.values(planes).flatMap((plane) => [
    plane.at('internet', 'internet', 'out'),
    ...network
      .all('subnet')
      .flatMap((subnet) => classesIn(network, subnet.id).map(({ id }) => plane.at('interfaceClass', id, 'leaving'))),
  ])

const stageOf = (id: StageId): Stage => {
  const { family, component, id: resource, role } = parseStageId(id)
  if (role !== 'here') return { id, kind: 'transit', resource, role }
  const repliesFrom = answersFrom(id, family, component, resource)
  return { id, kind: 'delivered', resource, role, ...(repliesFrom !== undefined && { repliesFrom }) }
}

/** Where the answer to what was delivered sets out; nowhere for Amazon's own services and within an instance, where nothing can stop it. */
const answersFrom = (id: StageId, family: 4 | 6, component: string, resource: string): StageId | undefined => {
  switch (component) {
    case 'interfaceClass':
      return stageId(family, 'interfaceClass', resource, 'leaving')
    case 'internet':
      return stageId(family, 'internet', resource, 'out')
    case 'onPremises':
      return stageId(family, 'onPremises', resource, 'out')
    case 'vpcEndpoint':
      return stageId(family, 'vpcEndpoint', resource, 'answer')
    case 'amazonService':
    case 'instance':
      return undefined
    default:
      throw new Error(`nothing is delivered at ${id}`)
  }
}
