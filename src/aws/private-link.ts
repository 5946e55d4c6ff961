/** PrivateLink between customers: from an interface endpoint on to the Network Load Balancers of the provider, where they are in
 *  the estate (R-VPCE-7). https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
import type { Draft } from '../forwarding/draft.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Transfer } from '../forwarding/transfer.ts'
import type { Network, Of } from '../network/network.ts'
import { recordIndex } from '../network/record-index.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { classById, type EndpointClass } from './endpoint-class.ts'
import { BY_PRIVATE_LINK } from './load-balancer.ts'
import { loadBalancerOf, nodesIn } from './load-balancer-targets.ts'
import { because, identityNotPreserved, losingIdentity, oneOf, type Plane } from './plane.ts'
import { filterInbound } from './security-group-filter.ts'
import { isCustomerService, serviceRegion } from './service-name.ts'

export const toCustomerService = (plane: Plane, draft: Draft, id: string, classId: string): void => {
  const endpoint = plane.network.get('vpcEndpoint', id)!
  const service = endpoint.raw.ServiceName ?? ''
  const balancers = balancersOf(plane.network, endpoint.raw.ServiceName)
  if (!balancers?.length || balancers.some((arn) => !loadBalancerOf(plane, arn))) {
    draft.unknown(because('ENDPOINT_SERVICE_UNKNOWN', id, { service }))
    return
  }
  const { subnetId } = classById(plane.network, classId)
  const sites = balancers.flatMap((arn) => sitesFor(plane, endpoint, subnetId, arn))
  if (sites.length === 0)
    draft.drop(because('VPCE_SERVICE_NOT_INSTALLED_IN_AZ', id, { zone: plane.network.zoneOf(subnetId) ?? '' }))
  for (const [index, site] of sites.entries()) {
    const option = 'node' in site ? site.node.id : `${site.unread.resource} ${index}`
    const choice = sites.length > 1 ? oneOf(because('TARGET_CHOICE', id), option) : {}
    if ('unread' in site) draft.unknown(site.unread, { leg: 'request', ...choice })
    else if (sites.length === 1) toServiceNode(plane, draft, id, classId, site.node)
    else
      draft.to(
        plane.at('vpcEndpoint', id, 'serviceNode', `${classId}>${site.node.id}`),
        because('INTERFACE_ENDPOINT', id, { service }),
        { leg: 'request', ...choice },
      )
  }
}

export const toServiceNode = (plane: Plane, draft: Draft, id: string, classId: string, node: EndpointClass): void => {
  const arn = node.owner.is === 'load-balancer' ? node.owner.id : node.id
  const listen = plane.at('loadBalancer', arn, 'listen', `${node.id}${BY_PRIVATE_LINK}`)
  const enforced = plane.network.raw('loadBalancer', arn)?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic
  const assumptions = enforced === undefined ? ['R-VPCE-8'] : []
  const back = { takes: 'outside', stage: plane.at('interfaceClass', classId, 'leaving') } as const
  const then: Transfer[] = [
    ...losingIdentity(identityNotPreserved(id)),
    { do: 'open', device: classId, returnTo: back },
  ]
  // The load balancer's inbound rules see the client's own address, unless somebody turned that off (R-VPCE-8).
  if (enforced !== 'off' && node.groups.length > 0) filterInbound(plane, draft, node, listen, { then, assumptions })
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

const endpointServicesByLoadBalancer = recordIndex(
  'vpcEndpointServiceConfiguration',
  ({ raw }) => raw.NetworkLoadBalancerArns ?? [],
)

const vpcEndpointsByService = recordIndex('vpcEndpoint', ({ raw: { ServiceName: name } }) =>
  name === undefined ? [] : [name],
)

/** The other way round: the endpoints that a load balancer serves, in whichever VPCs these are. */
export const endpointsBefore = (network: Network, balancerId: string): readonly Of<'vpcEndpoint'>[] => {
  const services = network.indexed(endpointServicesByLoadBalancer).get(balancerId)
  const names = new Set(services?.map(({ raw }) => raw.ServiceName))
  const byService = network.indexed(vpcEndpointsByService)
  return [...names]
    .flatMap((name) => (name === undefined ? [] : (byService.get(name) ?? [])))
    .filter(({ id }) => balancersBehind(network, id).includes(balancerId))
}

const endpointServicesByName = recordIndex('vpcEndpointServiceConfiguration', ({ raw }) =>
  raw.ServiceName === undefined ? [] : [raw.ServiceName],
)

const balancersOf = (network: Network, serviceName: string | undefined): readonly string[] | undefined =>
  serviceName === undefined
    ? undefined
    : network.indexed(endpointServicesByName).get(serviceName)?.[0]?.raw.NetworkLoadBalancerArns

/** A node of a load balancer, or why it is not known which interface that is: it is there all the same (R-ENI-9). */
type Site = { readonly node: EndpointClass } | { readonly unread: Reason }

/** Where a load balancer takes over from an endpoint's interface in a subnet: in its physical zone (R-VPCE-9), or anywhere where the
 *  service is of another region, whose zones are others (R-VPCE-10). */
const sitesFor = (plane: Plane, endpoint: Of<'vpcEndpoint'>, subnetId: string, arn: string): readonly Site[] => {
  const { network } = plane
  const balancer = network.get('loadBalancer', arn)
  const enabled = balancer?.raw.AvailabilityZones ?? []
  const unknownZone: Site = { unread: because('ZONE_UNKNOWN', arn) }
  if (!balancer || enabled.length === 0) return [unknownZone]
  const region = endpoint.raw.ServiceRegion ?? serviceRegion(endpoint.raw.ServiceName) ?? endpoint.region
  const here = zoneOfSubnet(network, subnetId)
  const sites = enabled.map(({ SubnetId, ZoneName }) => {
    const zone = (SubnetId !== undefined && zoneOfSubnet(network, SubnetId)) || zoneOf(network, balancer, ZoneName)
    const near = region !== endpoint.region || (here && isOneZone(here, zone))
    const known = SubnetId !== undefined && near !== undefined
    return { near, found: known ? sitesIn(network, arn, SubnetId) : [unknownZone] }
  })
  // At most one node is in a zone, so where one is found no other is looked for.
  const certain = sites.filter(({ near }) => near)
  return (certain.length > 0 ? certain : sites.filter(({ near }) => near !== false)).flatMap(({ found }) => found)
}

const sitesIn = (network: Network, arn: string, subnetId: string): readonly Site[] => {
  if (!network.get('subnet', subnetId)) return [{ unread: because('UNKNOWN_RESOURCE', subnetId) }]
  const nodes = nodesIn(network, arn, subnetId)
  return nodes.length === 0 ? [{ unread: because('INTERFACES_UNKNOWN', subnetId) }] : nodes.map((node) => ({ node }))
}

interface Zone {
  /** The same for everybody. */
  readonly id: string | undefined
  /** As an account calls it. */
  readonly name: string | undefined
  readonly account: string
}

const zoneOfSubnet = (network: Network, subnetId: string): Zone | undefined => {
  const subnet = network.get('subnet', subnetId)
  return subnet && zoneOf(network, subnet, subnet.raw.AvailabilityZone, subnet.raw.AvailabilityZoneId)
}

const zoneOf = (network: Network, { account, region }: Resource, name: string | undefined, id?: string): Zone => ({
  id: id ?? (name === undefined ? undefined : network.physicalZone(name, { account, region })),
  name,
  account,
})

/** Undefined where that was not read: what two accounts call alike may be two zones (R-AZ-1). */
const isOneZone = (one: Zone, other: Zone): boolean | undefined => {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id
  if (one.account !== other.account || one.name === undefined || other.name === undefined) return undefined
  return one.name === other.name
}
