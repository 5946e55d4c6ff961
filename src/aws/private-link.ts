/** PrivateLink between customers: from an interface endpoint on to the Network Load Balancers of the provider, where they are in
 *  the estate (R-VPCE-7). https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
import type { Draft } from '../forwarding/draft.ts'
import type { Transfer } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { classById, type EndpointClass } from './endpoint-class.ts'
import { BY_PRIVATE_LINK } from './load-balancer.ts'
import { loadBalancerOf, nodesOf } from './load-balancer-targets.ts'
import { because, oneOf, type Plane } from './plane.ts'
import { filterInbound } from './security-group-filter.ts'
import { isCustomerService } from './service-name.ts'

export const toCustomerService = (
  plane: Plane,
  draft: Draft,
  id: string,
  raw: RawOf<'vpcEndpoint'>,
  classId: string,
): void => {
  const balancers = balancersOf(plane.network, raw.ServiceName)
  if (!balancers?.length || balancers.some((arn) => !loadBalancerOf(plane, arn))) {
    draft.unknown(because('ENDPOINT_SERVICE_UNKNOWN', id, { service: raw.ServiceName ?? '' }))
    return
  }
  // Endpoint and load balancer node must be in one physical zone (R-VPCE-9).
  const zone = plane.network.zoneOf(classById(plane.network, classId).subnetId)
  const nodes = balancers
    .flatMap((arn) => nodesOf(plane.network, arn))
    .filter((node) => plane.network.zoneOf(node.subnetId) === zone)
  if (nodes.length === 0) draft.drop(because('VPCE_SERVICE_NOT_INSTALLED_IN_AZ', id, { zone: zone ?? '' }))
  if (nodes.length === 1) toServiceNode(plane, draft, id, classId, nodes[0]!)
  else
    for (const node of nodes)
      draft.to(
        plane.at('vpcEndpoint', id, 'serviceNode', `${classId}>${node.id}`),
        because('INTERFACE_ENDPOINT', id, { service: raw.ServiceName ?? '' }),
        { leg: 'request', ...oneOf(because('TARGET_CHOICE', id), node.id) },
      )
}

export const toServiceNode = (plane: Plane, draft: Draft, id: string, classId: string, node: EndpointClass): void => {
  const arn = node.owner.is === 'load-balancer' ? node.owner.id : node.id
  const listen = plane.at('loadBalancer', arn, 'listen', `${node.id}${BY_PRIVATE_LINK}`)
  const enforced =
    plane.network.raw('loadBalancer', arn)?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== 'off'
  const back = { takes: 'outside', stage: plane.at('interfaceClass', classId, 'leaving') } as const
  const then: Transfer[] = [
    { do: 'identify', as: undefined },
    { do: 'open', device: classId, returnTo: back },
  ]
  // The load balancer's inbound rules see the client's own address (R-VPCE-8).
  if (enforced && node.groups.length > 0) filterInbound(plane, draft, node.groups, listen, { then })
  else {
    const service = plane.network.raw('vpcEndpoint', id)?.ServiceName ?? ''
    draft.to(listen, because('INTERFACE_ENDPOINT', id, { service }), { then, leg: 'request' })
  }
}

/** The load balancers that serve an interface endpoint: those of a customer's service that is in the estate, none for any other. */
export const balancersBehind = (network: Network, endpointId: string): readonly string[] => {
  const name = network.raw('vpcEndpoint', endpointId)?.ServiceName
  return isCustomerService(name) ? (balancersOf(network, name) ?? []) : []
}

const balancersOf = (network: Network, serviceName: string | undefined): readonly string[] | undefined =>
  network.all('vpcEndpointServiceConfiguration').find(({ raw }) => raw.ServiceName === serviceName)?.raw
    .NetworkLoadBalancerArns
