/** The scene of a network: sorts what a snapshot holds into the boxes of a picture. Knows what belongs where; not how it looks. */
import { outsideOf } from '../analysis/groups.ts'
import { subnetsByTier } from '../analysis/tiers.ts'
import { type Tier, TIERS } from '../analysis/tiers-declared.ts'
import type { Compiled } from '../aws/compile.ts'
import { append, byCodeUnit, once } from '../collections.ts'
import { type Network, nameOfResource } from '../network/network.ts'
import { interfacesByVpc, recordIndex, transitGatewayVpcAttachmentsByVpc } from '../network/record-index.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { lotsOf } from './lots.ts'
import type { ThingKind } from './kinds.ts'
import {
  type AccountBox,
  type Attachment,
  type FlowLink,
  type Scene,
  type SubnetBox,
  type Thing,
  tierId,
  type TierRow,
  type VpcBox,
} from './scene.ts'

export const sceneOf = ({ network }: Compiled, flows?: readonly FlowLink[]): Scene => {
  const accounts = accountsOf(network)
  const between = betweenOf(network)
  const outside = outsideThings(network)
  const drawn = new Set([
    ...accounts.flatMap(({ regions }) =>
      regions.flatMap(({ vpcs }) => vpcs.flatMap(({ id, edge }) => [id, ...edge.map((each) => each.id)])),
    ),
    ...between.map(({ id }) => id),
    ...outside.map(({ id }) => id),
  ])
  return {
    outside,
    accounts,
    between,
    attachments: attachmentsOf(network).filter(({ from, to }) => drawn.has(from) && drawn.has(to)),
    ...(flows && { flows }),
  }
}

// ---- accounts, regions, VPCs

const accountsOf = (network: Network): readonly AccountBox[] => {
  const places = new Map<string, Map<string, VpcBox[]>>()
  for (const id of network.vpcIds()) {
    const { account, region } = network.placeOf(id)
    const regions = once(places, account, () => new Map())
    append(regions, region, vpcOf(network, id))
  }
  return [...places].sort(byKey).map(([id, regions]) => ({
    id,
    regions: [...regions].sort(byKey).map(([name, vpcs]) => ({ name, vpcs: vpcs.toSorted(byName) })),
  }))
}

const vpcOf = (network: Network, id: string): VpcBox => {
  const subnets = subnetIdsOf(network, id).map((subnet) => subnetOf(network, subnet))
  const tiers = TIERS.flatMap((tier): TierRow[] => {
    const its = subnets.filter((subnet) => subnet.tier === tier)
    const interfaces = its.reduce((sum, subnet) => sum + subnet.interfaces, 0)
    return its.length === 0 ? [] : [{ id: tierId(id, tier), tier, subnets: its.length, interfaces }]
  })
  const raw = network.raw('vpc', id)
  const cidrs = raw
    ? [
        ...new Set([
          ...(raw.CidrBlock === undefined ? [] : [raw.CidrBlock]),
          ...(raw.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
          ...(raw.Ipv6CidrBlockAssociationSet ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
        ]),
      ]
    : []
  return {
    id,
    ...named(network, id),
    cidrs,
    edge: edgeOf(network, id),
    tiers,
    zones: [...new Set(subnets.map(({ zone }) => zone))].sort(),
    subnets: subnets.toSorted(byName),
  }
}

const subnetIdsOf = (network: Network, vpcId: string): readonly string[] => [
  ...new Set([
    ...network.subnetsOf(vpcId).map(({ id }) => id),
    ...(network.indexed(interfacesByVpc).get(vpcId) ?? []).map(({ raw }) => raw.SubnetId),
  ]),
]

const subnetOf = (network: Network, id: string): SubnetBox => {
  const raw = network.raw('subnet', id)
  const interfaces = network.interfacesIn(id)
  const cidrs = [
    ...(raw?.CidrBlock === undefined ? [] : [raw.CidrBlock]),
    ...(raw?.Ipv6CidrBlockAssociationSet ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
  ]
  return {
    id,
    ...named(network, id),
    cidrs,
    zone: network.zoneOf(id) ?? interfaces[0]?.raw.AvailabilityZone ?? 'zone not read',
    tier: tierOf(network).get(id) ?? 'other',
    interfaces: interfaces.length,
    lots: lotsOf(network, interfaces),
  }
}

const tierOf = (network: Network): ReadonlyMap<string, Tier> => once(tiers, network, () => tiersOf(network))

const tiers = new WeakMap<Network, ReadonlyMap<string, Tier>>()

const tiersOf = (network: Network): ReadonlyMap<string, Tier> =>
  new Map([...subnetsByTier(network)].flatMap(([tier, all]) => all.map(({ id }) => [id, tier] as const)))

// ---- the edge of a VPC

const vpcEndpointsByVpc = recordIndex('vpcEndpoint', ({ raw }) => (raw.VpcId === undefined ? [] : [raw.VpcId]))

const edgeOf = (network: Network, vpcId: string): readonly Thing[] => [
  ...network
    .all('internetGateway')
    .filter(({ raw }) => raw.Attachments?.some(({ VpcId }) => VpcId === vpcId))
    .map((each) => thing(each, 'internet-gateway')),
  ...network
    .all('egressOnlyInternetGateway')
    .filter(({ raw }) => raw.Attachments?.some(({ VpcId }) => VpcId === vpcId))
    .map((each) => thing(each, 'egress-only-gateway')),
  ...network
    .natGatewaysOf(vpcId)
    .filter(({ raw }) => raw.SubnetId === undefined && raw.State !== 'deleted' && raw.State !== 'failed')
    .map((each) => thing(each, 'nat-gateway')),
  ...network
    .all('vpnGateway')
    .filter(({ raw }) => (raw.VpcAttachments ?? []).some(({ VpcId, State }) => VpcId === vpcId && State !== 'detached'))
    .map((each) => thing(each, 'vpn-gateway')),
  ...(network.indexed(vpcEndpointsByVpc).get(vpcId) ?? [])
    .filter(({ raw }) => raw.VpcEndpointType === 'Gateway')
    .map((each) => thing(each, 'gateway-endpoint', each.raw.ServiceName?.split('.').at(-1))),
  ...(network.indexed(transitGatewayVpcAttachmentsByVpc).get(vpcId) ?? [])
    .filter(({ raw }) => !isGone(raw.State))
    .map((each) => thing(each, 'transit-attachment')),
]

const isGone = (state: string | undefined): boolean => state === 'deleted' || state === 'failed' || state === 'rejected'

// ---- between VPCs, and outside

const betweenOf = (network: Network): readonly Thing[] => [
  ...network
    .all('transitGateway')
    .filter(({ raw }) => !isGone(raw.State))
    .map((each) => thing(each, 'transit-gateway', `${each.account}, ${each.region}`))
    .toSorted(byName),
  ...network.all('coreNetwork').map((each) => thing(each, 'core-network')),
  ...network
    .all('vpcPeeringConnection')
    .filter(({ raw }) => !isGone(raw.Status?.Code) && raw.Status?.Code !== 'expired')
    .map((each) => thing(each, 'peering'))
    .toSorted(byName),
]

const outsideThings = (network: Network): readonly Thing[] =>
  outsideOf(network, 'to').flatMap(({ key }): Thing[] =>
    key === 'internet' || key === 'onprem' || key === 'aws-services' ? [{ id: key, kind: key }] : [],
  )

const attachmentsOf = (network: Network): readonly Attachment[] => [
  ...(['internetGateway', 'egressOnlyInternetGateway'] as const).flatMap((kind) =>
    network.all(kind).map(({ id }) => ({ from: id, to: 'internet' })),
  ),
  ...network.all('natGateway').map(({ id }) => ({ from: id, to: 'internet' })),
  ...network.all('vpnGateway').map(({ id }) => ({ from: id, to: 'onprem' })),
  ...network.all('vpcEndpoint').map(({ id }) => ({ from: id, to: 'aws-services' })),
  ...network.all('transitGatewayVpcAttachment').flatMap(({ id, raw }) => [{ from: id, to: raw.TransitGatewayId }]),
  ...network
    .all('transitGatewayAttachment')
    .filter(({ raw }) => OVER_VPN.has(raw.ResourceType ?? '') && !isGone(raw.State))
    .map(({ raw }) => ({ from: raw.TransitGatewayId, to: 'onprem' })),
  ...network
    .all('transitGatewayPeeringAttachment')
    .filter(({ raw }) => !isGone(raw.State))
    .flatMap(({ raw: { RequesterTgwInfo: a, AccepterTgwInfo: b } }) =>
      a?.TransitGatewayId === undefined || b?.TransitGatewayId === undefined
        ? []
        : [{ from: a.TransitGatewayId, to: b.TransitGatewayId }],
    ),
  ...network
    .all('vpcPeeringConnection')
    .flatMap(({ id, raw }) =>
      [raw.RequesterVpcInfo?.VpcId, raw.AccepterVpcInfo?.VpcId].flatMap((vpc) =>
        vpc === undefined ? [] : [{ from: vpc, to: id }],
      ),
    ),
]

const OVER_VPN: ReadonlySet<string> = new Set(['vpn', 'vpn-concentrator', 'direct-connect-gateway'])

const thing = (resource: Resource, kind: ThingKind, detail?: string): Thing => {
  const name = nameOfResource(resource)
  return { id: resource.id, kind, ...(name !== undefined && { name }), ...(detail !== undefined && { detail }) }
}

const named = (network: Network, id: string): { readonly name?: string } => {
  const name = network.nameOf(id)
  return name === undefined ? {} : { name }
}

interface Named {
  readonly id: string
  readonly name?: string
}

const byName = (a: Named, b: Named): number => byCodeUnit(a.name ?? a.id, b.name ?? b.id) || byCodeUnit(a.id, b.id)
const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => byCodeUnit(a, b)
