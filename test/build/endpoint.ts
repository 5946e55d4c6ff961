/** VPC endpoints of every kind, and the services that an account offers by PrivateLink. */
import { type Draft, type Fact, known, named, type Place, subnetHere, vpcHere, zoneOf } from './draft.ts'
import { addInterface, addNode, type Nodes } from './interface.ts'
import { loadBalancerArn } from './load-balancer.ts'
import { addRoute } from './network.ts'

export interface GatewayEndpointOptions {
  /** `s3` or `dynamodb`; the endpoint's name where nothing is said. */
  readonly service?: string
  /** Names of route tables. */
  readonly tables: readonly string[]
}

/** An endpoint `vpce-<name>` for S3 or DynamoDB, with its route in these tables. The service's addresses are the prefix list
 *  `pl-<service>`: a few of AWS's, unless the list was stated before. */
export const gatewayEndpoint =
  (name: string, { service = name, tables }: GatewayEndpointOptions): Fact =>
  (draft) => {
    const { id: VpcId, place } = vpcHere(draft)
    const id = `vpce-${name}`
    if (!draft.has('managedPrefixList', `pl-${service}`)) addServiceList(draft, service, serviceBlocks[service] ?? [])
    const RouteTableIds = tables.map((each) => `rtb-${each}`)
    for (const table of RouteTableIds)
      addRoute(draft, table, `pl-${service}`, { GatewayId: id, Origin: 'CreateRoute', State: 'active' })
    draft.add('vpcEndpoint', id, () => ({
      VpcEndpointId: id,
      VpcEndpointType: 'Gateway',
      VpcId,
      OwnerId: place.account,
      State: 'available',
      ServiceName: serviceName(place, service),
      RouteTableIds,
      ...named(name),
    }))
  }

/** The prefix list `pl-<service>` that AWS keeps for a service. */
export const servicePrefixList =
  (service: string, entries: readonly string[]): Fact =>
  (draft) =>
    addServiceList(draft, service, entries)

export interface InterfaceEndpointOptions {
  /** A service of AWS, such as `ssm`, or `vpce-svc-<name>`; the endpoint's name where nothing is said. */
  readonly service?: string
  /** The region that offers the service, where it is another one (R-VPCE-10). */
  readonly region?: string
  /** Names of security groups; without any, the VPC's default group. */
  readonly groups?: readonly string[]
}

/** An endpoint `vpce-<name>` with an interface `eni-<name>-<subnet>` in each subnet. */
export const interfaceEndpoint =
  (name: string, nodes: Nodes, { service = name, region, groups }: InterfaceEndpointOptions): Fact =>
  (draft) => {
    const { id: VpcId, place } = vpcHere(draft)
    const id = `vpce-${name}`
    const added = Object.entries(nodes).map(([subnet, addresses]) =>
      addNode(draft, name, subnet, addresses, {
        ...(groups && { groups }),
        type: 'vpc_endpoint',
        description: `VPC Endpoint Interface ${id}`,
      }),
    )
    draft.add('vpcEndpoint', id, () => ({
      VpcEndpointId: id,
      VpcEndpointType: 'Interface',
      VpcId,
      OwnerId: place.account,
      State: 'available',
      ServiceName: serviceName({ ...place, ...(region !== undefined && { region }) }, service),
      ...(region !== undefined && { ServiceRegion: region }),
      SubnetIds: added.map(({ subnet }) => subnet.id),
      NetworkInterfaceIds: added.map((each) => each.id),
      Groups: added[0]!.groups.map((GroupId) => ({ GroupId, GroupName: GroupId.slice('sg-'.length) })),
      PrivateDnsEnabled: !service.startsWith('vpce-svc-'),
      ...named(name),
    }))
  }

/** A Gateway Load Balancer endpoint `vpce-<name>` in the subnet that is open: a route target that inspects. */
export const inspectionEndpoint =
  (name: string, address: string): Fact =>
  (draft) => {
    const subnet = subnetHere(draft)
    const id = `vpce-${name}`
    const { id: interfaceId } = addInterface(draft, name, subnet, address, {
      type: 'gateway_load_balancer_endpoint',
      description: `VPC Endpoint Interface ${id}`,
    })
    draft.add('vpcEndpoint', id, () => ({
      VpcEndpointId: id,
      VpcEndpointType: 'GatewayLoadBalancer',
      VpcId: subnet.vpc.id,
      OwnerId: subnet.vpc.place.account,
      State: 'available',
      ServiceName: serviceName(subnet.vpc.place, `vpce-svc-${name}`),
      SubnetIds: [subnet.id],
      NetworkInterfaceIds: [interfaceId],
      ...named(name),
    }))
  }

/** A service `vpce-svc-<name>` behind Network Load Balancers of this account, in the zones of the VPC that is open. */
export const endpointService =
  (name: string, loadBalancers: readonly string[]): Fact =>
  (draft) => {
    const { place } = vpcHere(draft)
    const ServiceId = `vpce-svc-${name}`
    draft.add('vpcEndpointServiceConfiguration', ServiceId, () => {
      const zones = [...new Set(loadBalancers.flatMap((each) => known(draft.balancers, each).zones))].sort()
      return {
        ServiceId,
        ServiceName: serviceName(place, ServiceId),
        ServiceType: [{ ServiceType: 'Interface' }],
        ServiceState: 'Available',
        AvailabilityZones: zones.map((zone) => zoneOf(draft, place, zone).AvailabilityZone),
        AvailabilityZoneIds: zones.map((zone) => zoneOf(draft, place, zone).AvailabilityZoneId),
        NetworkLoadBalancerArns: loadBalancers.map((each) => loadBalancerArn(draft, each)),
        ...named(name),
      }
    })
  }

const serviceName = ({ region }: Place, service: string): string =>
  service.startsWith('vpce-svc-') ? `com.amazonaws.vpce.${region}.${service}` : `com.amazonaws.${region}.${service}`

const addServiceList = (draft: Draft, service: string, entries: readonly string[]): void => {
  const PrefixListId = `pl-${service}`
  const { region } = draft.place
  draft.add('managedPrefixList', PrefixListId, () => ({
    PrefixListId,
    PrefixListName: `com.amazonaws.${region}.${service}`,
    AddressFamily: 'IPv4',
    OwnerId: 'AWS',
    State: 'create-complete',
  }))
  draft.add('managedPrefixListEntries', PrefixListId, () => ({ Entries: entries.map((Cidr) => ({ Cidr })) }))
}

const serviceBlocks: Readonly<Record<string, readonly string[]>> = {
  s3: ['52.216.0.0/15', '3.5.0.0/20'],
  dynamodb: ['52.94.0.0/22'],
}
