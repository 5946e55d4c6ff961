/** Reads a conformance folder of describe JSON into a Snapshot, for the oracle's own test: by top-level keys, account and region
 *  from the path, else from the records. Deliberately not the importer of the product, so that neither hides the other's mistakes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'

type Raw = Readonly<Record<string, unknown>>

interface Found {
  readonly kind: Kind
  readonly id: string
  readonly raw: Raw
  readonly account: string
  readonly region: string
}

/** Top-level key -> kind and the field with its id. */
const TABLES: Readonly<Record<string, readonly [Kind, string]>> = {
  Addresses: ['address', 'AllocationId'],
  AvailabilityZones: ['availabilityZone', 'ZoneName'],
  InternetGateways: ['internetGateway', 'InternetGatewayId'],
  LoadBalancerAttributes: ['loadBalancerAttributes', 'LoadBalancerArn'],
  LoadBalancerTargetHealth: ['targetHealth', 'TargetGroupArn'],
  LoadBalancers: ['loadBalancer', 'LoadBalancerArn'],
  NatGateways: ['natGateway', 'NatGatewayId'],
  NetworkAcls: ['networkAcl', 'NetworkAclId'],
  NetworkInterfaces: ['networkInterface', 'NetworkInterfaceId'],
  PrefixLists: ['prefixList', 'PrefixListId'],
  RouteTables: ['routeTable', 'RouteTableId'],
  SecurityGroups: ['securityGroup', 'GroupId'],
  Subnets: ['subnet', 'SubnetId'],
  TargetGroups: ['targetGroup', 'TargetGroupArn'],
  TransitGatewayAttachments: ['transitGatewayAttachment', 'TransitGatewayAttachmentId'],
  TransitGatewayPropagations: ['transitGatewayRouteTablePropagations', 'TransitGatewayRouteTableId'],
  TransitGatewayRouteTables: ['transitGatewayRouteTable', 'TransitGatewayRouteTableId'],
  TransitGatewayVpcAttachments: ['transitGatewayVpcAttachment', 'TransitGatewayAttachmentId'],
  TransitGateways: ['transitGateway', 'TransitGatewayId'],
  VpcEndpoints: ['vpcEndpoint', 'VpcEndpointId'],
  VpcPeeringConnections: ['vpcPeeringConnection', 'VpcPeeringConnectionId'],
  Vpcs: ['vpc', 'VpcId'],
}

export const readFolder = (folder: string): Snapshot => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
  const coverage = new Map<string, Snapshot['coverage'][number]>()
  const resources = new Map<string, Found>()
  const sole = soleAccount(folder, files)
  for (const file of files) {
    const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>
    const account = /accounts\/(\d{12})\//.exec(file)?.[1] ?? sole
    const region = /(?:^|\/)([a-z]{2}-[a-z]+-\d)\//.exec(file)?.[1] ?? 'unknown'
    for (const [key, value] of Object.entries(content))
      for (const [kind, records] of recordsOf(key, value as readonly Raw[])) {
        coverage.set(`${kind} ${account} ${region}`, { kind, account, region })
        for (const [id, raw] of records) add(resources, { kind, id, raw, account, region })
      }
  }
  return {
    version: 1,
    coverage: [...coverage.values()],
    gaps: [],
    resources: [...resources.values()] as unknown as readonly Resource[],
  }
}

/** What one top-level key holds, as kinds with their records by id. */
const recordsOf = (key: string, value: readonly Raw[]): [Kind, [string, Raw][]][] => {
  if (key === 'Reservations') {
    const instances = value.flatMap(({ Instances }) => Instances as readonly Raw[])
    return [['instance', instances.map((raw) => [String(raw.InstanceId), raw])]]
  }
  if (key === 'LoadBalancerListeners') {
    const listeners = value.flatMap(({ Listeners }) => Listeners as readonly Raw[])
    return [['listener', listeners.map((raw) => [String(raw.ListenerArn), raw])]]
  }
  if (key === 'TransitGatewayStaticRoutes') {
    const listings = value.map((raw): [string, Raw] => [
      String(raw.TransitGatewayRouteTableId),
      { ...raw, RoutesScope: 'static' },
    ])
    return [['transitGatewayRoutes', listings]]
  }
  const table = TABLES[key]
  return table ? [[table[0], value.map((raw) => [String(raw[table[1]]), raw])]] : []
}

/** The same resource seen from two accounts is one: the owner's word counts. Both sides of a transit gateway peering keep theirs. */
const add = (resources: Map<string, Found>, found: Found): void => {
  const { kind, id, raw } = found
  const key = kind === 'transitGatewayAttachment' ? `${kind} ${id} ${String(raw.TransitGatewayId)}` : `${kind} ${id}`
  const place = kind === 'availabilityZone' ? `${key} ${found.account} ${found.region}` : key
  const owner = raw.OwnerId ?? raw.TransitGatewayOwnerId ?? raw.VpcOwnerId
  if (!resources.has(place) || owner === found.account) resources.set(place, found)
}

/** The account of a folder that does not name one: that of its records. */
const soleAccount = (folder: string, files: readonly string[]): string => {
  for (const file of files) {
    if (!file.endsWith('Vpcs.json')) continue
    const { Vpcs } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Vpcs: readonly { OwnerId?: string }[] }
    const owner = Vpcs.find(({ OwnerId }) => OwnerId !== undefined)?.OwnerId
    if (owner !== undefined) return owner
  }
  return 'unknown'
}
