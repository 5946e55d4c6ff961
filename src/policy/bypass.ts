/** A network in which certain components let nothing pass: what still arrives there does not need them. That is how `via` is judged, with
 *  the same engine as everything else. */
import { classById, ownerOf } from '../aws/endpoint-class.ts'
import type { Compiled } from '../aws/compile.ts'
import { isOfFirewall } from '../aws/network-firewall.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { ForwardingGraph, type Hop } from '../forwarding/graph.ts'
import { DROPPED } from '../forwarding/stage.ts'
import type { Network } from '../network/network.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import type { Policy } from './policy.ts'
import { holds } from './resource-conditions.ts'
import type { Selector, TypeWord } from './selector.ts'

/** The network without what `through` means. */
export const withoutWays = (compiled: Compiled, through: Selector, policy: Policy): Compiled => {
  const { network, graph: whole } = compiled
  const closed = componentsOf(network, through, policy)
  const isClosed = (stage: string): boolean => {
    const { component, id } = parseStageId(stage)
    if (component !== 'interfaceClass') return id.split(' ').some((part) => closed.has(part))
    const [member] = classById(network, id).members
    const owner = member && ownerOf(network, member)
    return owner !== undefined && 'id' in owner && closed.has(owner.id)
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

/** The ids of all components that a selector of ways means. */
const componentsOf = (network: Network, through: Selector, policy: Policy): ReadonlySet<string> =>
  new Set(
    through.flatMap((term) => {
      if (term.is === 'place') return [term.text]
      if (term.is !== 'match') return []
      const kinds = KINDS.filter(([type]) => term.all.every((each) => each.on !== 'type' || each.values.includes(type)))
      return kinds.flatMap(([, kind, isMeant]) =>
        network
          .all(kind)
          .filter(
            (resource) =>
              (isMeant?.(resource, network) ?? true) &&
              term.all.every((condition) => holds(condition, resource, network, policy)),
          )
          .map(({ id }) => id),
      )
    }),
  )

/** The components that packets cross, by their type. */
const KINDS: readonly (readonly [TypeWord, Kind, ((resource: Resource, network: Network) => boolean)?])[] = [
  ['vpc-endpoint', 'vpcEndpoint', ({ raw }) => endpointType(raw) !== 'GatewayLoadBalancer'],
  ['network-firewall', 'vpcEndpoint', ({ id }, network) => isOfFirewall(network, id)],
  ['network-firewall', 'networkFirewall'],
  ['gateway-load-balancer', 'vpcEndpoint', ({ raw }) => endpointType(raw) === 'GatewayLoadBalancer'],
  ['nat-gateway', 'natGateway'],
  ['egress-only-gateway', 'egressOnlyInternetGateway'],
  ['transit-gateway', 'transitGateway'],
  ['internet-gateway', 'internetGateway'],
  ['vpc-peering', 'vpcPeeringConnection'],
  ['load-balancer', 'loadBalancer'],
  ['load-balancer', 'classicLoadBalancer'],
  [
    'instance',
    'networkInterface',
    ({ raw }) => (raw as { Attachment?: { InstanceId?: string } }).Attachment?.InstanceId !== undefined,
  ],
]

const endpointType = (raw: Resource['raw']): string | undefined =>
  (raw as { readonly VpcEndpointType?: string }).VpcEndpointType
