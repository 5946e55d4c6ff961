/** What leads out of a VPC: internet, egress-only, NAT and VPN gateways, peerings; and what may forbid it, Block Public Access. */
import { type Fact, known, named, subnetHere, vpcHere, type VpcPlan, zoneOf } from './draft.ts'
import { isIpv6 } from './draft.ts'
import { type Addresses, addInterface } from './interface.ts'
import { addTable, type Routes } from './network.ts'

/** `igw-<name>`, attached to the VPC that is open. */
export const internetGateway =
  (name: string): Fact =>
  (draft) => {
    const { id: VpcId, place } = vpcHere(draft)
    draft.add('internetGateway', `igw-${name}`, () => ({
      InternetGatewayId: `igw-${name}`,
      OwnerId: place.account,
      Attachments: [{ VpcId, State: 'available' }],
      ...named(name),
    }))
  }

export const egressOnlyInternetGateway =
  (name: string): Fact =>
  (draft) => {
    const { id: VpcId } = vpcHere(draft)
    draft.add('egressOnlyInternetGateway', `eigw-${name}`, () => ({
      EgressOnlyInternetGatewayId: `eigw-${name}`,
      Attachments: [{ VpcId, State: 'attached' }],
      ...named(name),
    }))
  }

export interface NatGatewayOptions {
  /** The elastic address of the first address, or one for each. */
  readonly publicIp?: string | Readonly<Record<string, string>>
}

/** A zonal gateway in the subnet that is open; private without an elastic address. */
export const natGateway =
  (name: string, addresses: Addresses, { publicIp }: NatGatewayOptions): Fact =>
  (draft) => {
    const subnet = subnetHere(draft)
    const id = `nat-${name}`
    const all = [addresses].flat()
    const publics = typeof publicIp === 'string' ? { [all[0]!]: publicIp } : publicIp
    const { id: interfaceId } = addInterface(draft, id, subnet, addresses, {
      type: 'nat_gateway',
      description: `Interface for NAT Gateway ${id}`,
      ...(publics && { publicIp: publics }),
    })
    draft.add('natGateway', id, () => ({
      NatGatewayId: id,
      VpcId: subnet.vpc.id,
      SubnetId: subnet.id,
      State: 'available',
      ConnectivityType: publics ? 'public' : 'private',
      AvailabilityMode: 'zonal',
      NatGatewayAddresses: all.map((PrivateIp, index) => ({
        NetworkInterfaceId: interfaceId,
        PrivateIp,
        ...(publics?.[PrivateIp] === undefined
          ? {}
          : elastic(index === 0 ? id : `${id}-${index + 1}`, publics[PrivateIp])),
        IsPrimary: index === 0,
        Status: 'succeeded',
      })),
      ...named(name),
    }))
  }

/** A gateway of the whole VPC with a public address in each zone, by letter, and a route table `rtb-nat-<name>` (R-NAT-13). */
export const regionalNatGateway =
  (name: string, publicIps: Readonly<Record<string, string>>, routes: Routes): Fact =>
  (draft) => {
    const { id: VpcId, place } = vpcHere(draft)
    const id = `nat-${name}`
    addTable(draft, id, routes)
    draft.add('natGateway', id, () => ({
      NatGatewayId: id,
      VpcId,
      RouteTableId: `rtb-${id}`,
      State: 'available',
      ConnectivityType: 'public',
      AvailabilityMode: 'regional',
      AutoProvisionZones: 'enabled',
      AutoScalingIps: 'enabled',
      NatGatewayAddresses: Object.entries(publicIps).map(([zone, publicIp]) => ({
        ...zoneOf(draft, place, zone),
        PublicIp: publicIp,
        Status: 'succeeded',
      })),
      ...named(name),
    }))
  }

const elastic = (name: string, PublicIp: string) => ({
  AllocationId: `eipalloc-${name}`,
  AssociationId: `eipassoc-${name}`,
  PublicIp,
})

/** `vgw-<name>`, attached to the VPC that is open; with `prefixes`, a static VPN `vpn-<name>` to a site that has them. */
export const vpnGateway =
  (name: string, prefixes: readonly string[]): Fact =>
  (draft) => {
    const { id: VpcId } = vpcHere(draft)
    draft.add('vpnGateway', `vgw-${name}`, () => ({
      VpnGatewayId: `vgw-${name}`,
      State: 'available',
      Type: 'ipsec.1',
      VpcAttachments: [{ VpcId, State: 'attached' }],
      ...named(name),
    }))
    if (prefixes.length === 0) return
    draft.add('vpnConnection', `vpn-${name}`, () => ({
      VpnConnectionId: `vpn-${name}`,
      VpnGatewayId: `vgw-${name}`,
      State: 'available',
      Type: 'ipsec.1',
      Options: { StaticRoutesOnly: true },
      Routes: prefixes.map((DestinationCidrBlock) => ({ DestinationCidrBlock, Source: 'Static', State: 'available' })),
      VgwTelemetry: [{ OutsideIpAddress: '54.88.7.1', Status: 'UP' }],
      ...named(name),
    }))
  }

/** `pcx-<requester>-<accepter>`, between two VPCs by name. Routes are another matter. */
export const peering =
  (requester: string, accepter: string, status: string): Fact =>
  (draft) => {
    const id = `pcx-${requester}-${accepter}`
    const from = known(draft.vpcs, `vpc-${requester}`)
    const to = known(draft.vpcs, `vpc-${accepter}`)
    draft.add(
      'vpcPeeringConnection',
      id,
      () => ({
        VpcPeeringConnectionId: id,
        RequesterVpcInfo: peeredVpc(from),
        AccepterVpcInfo: peeredVpc(to),
        Status: { Code: status, Message: status },
        ...named(`${requester}-${accepter}`),
      }),
      from.place,
    )
  }

const peeredVpc = ({ id, place, blocks }: VpcPlan) => ({
  VpcId: id,
  OwnerId: place.account,
  Region: place.region,
  CidrBlock: blocks.find((block) => !isIpv6(block)),
  CidrBlockSet: blocks.filter((block) => !isIpv6(block)).map((CidrBlock) => ({ CidrBlock })),
  Ipv6CidrBlockSet: blocks.filter(isIpv6).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock })),
})

export type PublicAccessMode = 'off' | 'block-bidirectional' | 'block-ingress'

/** Id of a VPC or subnet to the mode of its exclusion. */
export type PublicAccessExclusions = Readonly<Record<string, 'allow-bidirectional' | 'allow-egress'>>

/** The mode of the account and region that is open, and what is excluded from it. */
export const blockPublicAccess =
  (mode: PublicAccessMode, exclusions: PublicAccessExclusions): Fact =>
  (draft) => {
    const { account, region } = draft.place
    const changed = { InternetGatewayBlockMode: mode, State: 'update-complete' }
    draft.change('vpcBlockPublicAccessOptions', 'options', changed, draft.place)
    for (const [excluded, InternetGatewayExclusionMode] of Object.entries(exclusions)) {
      const ExclusionId = `vpcbpa-exclude-${excluded}`
      const what = excluded.startsWith('vpc-') ? 'vpc' : 'subnet'
      draft.add('vpcBlockPublicAccessExclusion', ExclusionId, () => ({
        ExclusionId,
        ResourceArn: `arn:aws:ec2:${region}:${account}:${what}/${excluded}`,
        InternetGatewayExclusionMode,
        State: 'create-complete',
      }))
    }
  }

export const prefixList =
  (name: string, entries: readonly string[]): Fact =>
  (draft) => {
    const PrefixListId = `pl-${name}`
    const { account: OwnerId } = draft.place
    draft.add('managedPrefixList', PrefixListId, () => ({
      PrefixListId,
      PrefixListName: name,
      AddressFamily: entries.some(isIpv6) ? 'IPv6' : 'IPv4',
      OwnerId,
      State: 'create-complete',
      ...named(name),
    }))
    draft.add('managedPrefixListEntries', PrefixListId, () => ({ Entries: entries.map((Cidr) => ({ Cidr })) }))
  }
