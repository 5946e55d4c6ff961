/** Records of the networks of a synthetic organisation: VPCs, subnets, tables, rules, gateways, endpoints, peerings. */
import type { RawOf } from '../../../src/snapshot/schema.ts'
import { aclEntry, type GroupRule, isOutbound, permission, type Permission } from '../../build/rules.ts'
import { endpointsOf, hasOwnGroup, interfacesOf } from './interfaces.ts'
import { blockText, type Organisation, type SubnetPlan, type VpcPlan, zoneId, zoneName } from './plan.ts'
import { type AclPlan, aclsOf, type GroupPlan, groupsOf, ownGroupOf } from './rules.ts'

export const vpcRecord = (vpc: VpcPlan) => ({
  VpcId: vpc.id,
  OwnerId: vpc.place.account,
  State: 'available',
  IsDefault: false,
  InstanceTenancy: 'default',
  DhcpOptionsId: vpc.idOf('dopt', 'options'),
  CidrBlock: vpc.blocks[0],
  CidrBlockAssociationSet: vpc.blocks.map((CidrBlock) => ({
    AssociationId: vpc.idOf('vpc-cidr-assoc', CidrBlock),
    CidrBlock,
    CidrBlockState: { State: 'associated' },
  })),
  Ipv6CidrBlockAssociationSet: some(vpc.ipv6Block).map((Ipv6CidrBlock) => ({
    AssociationId: vpc.idOf('vpc-cidr-assoc', Ipv6CidrBlock),
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
    NetworkBorderGroup: vpc.place.region,
    Ipv6Pool: 'Amazon',
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  })),
  Tags: tags({ Name: vpc.name, environment: vpc.environment }),
})

export const vpcAttributeRecord = (vpc: VpcPlan) => ({
  VpcId: vpc.id,
  EnableDnsSupport: { Value: true },
  EnableDnsHostnames: { Value: true },
})

export const subnetRecord = (vpc: VpcPlan, subnet: SubnetPlan) => ({
  SubnetId: subnet.id,
  SubnetArn: `arn:aws:ec2:${vpc.place.region}:${vpc.place.account}:subnet/${subnet.id}`,
  VpcId: vpc.id,
  OwnerId: vpc.place.account,
  State: 'available',
  AvailabilityZone: zoneName(vpc.place, subnet.zone),
  AvailabilityZoneId: zoneId(vpc.place, subnet.zone),
  AvailableIpAddressCount: 120,
  CidrBlock: blockText(subnet.first, subnet.size),
  Ipv6CidrBlockAssociationSet: some(subnet.ipv6Block).map((Ipv6CidrBlock) => ({
    AssociationId: vpc.idOf('subnet-cidr-assoc', Ipv6CidrBlock),
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  })),
  AssignIpv6AddressOnCreation: subnet.ipv6Block !== undefined,
  MapPublicIpOnLaunch: subnet.tier === 'public',
  MapCustomerOwnedIpOnLaunch: false,
  DefaultForAz: false,
  EnableDns64: false,
  Ipv6Native: false,
  PrivateDnsNameOptionsOnLaunch: {
    HostnameType: 'ip-name',
    EnableResourceNameDnsARecord: false,
    EnableResourceNameDnsAAAARecord: false,
  },
  // Some teams tag, others name.
  Tags: tags({
    Name: `${subnet.tier}-${zoneName(vpc.place, subnet.zone)}`,
    ...(vpc.index % 4 === 0 ? {} : { tier: subnet.tier }),
  }),
})

type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

interface TablePlan {
  readonly name: string
  readonly subnets: readonly SubnetPlan[]
  readonly routes: readonly Route[]
}

/** Main, public, private by zone, database, intra. */
const tablesOf = (organisation: Organisation, vpc: VpcPlan): readonly TablePlan[] => {
  const of = (tier: string, zone?: number): readonly SubnetPlan[] =>
    vpc.subnets.filter((subnet) => subnet.tier === tier && (zone === undefined || subnet.zone === zone))
  const local = [...vpc.blocks, ...some(vpc.ipv6Block)].map((block) =>
    route(block, { GatewayId: 'local' }, 'CreateRouteTable'),
  )
  const toTransit = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((block) =>
    route(block, { TransitGatewayId: vpc.hub.gateway }),
  )
  const transit = vpc.attachment
    ? [...toTransit, ...(vpc.attachment.ipv6 ? [route(vpc.hub.blocks[1]!, { TransitGatewayId: vpc.hub.gateway })] : [])]
    : []
  const peered = organisation.peerings.flatMap(({ id, ends: [from, to] }) => {
    const peer = from === vpc ? to : to === vpc ? from : undefined
    return peer ? [route(peer.blocks[0], { VpcPeeringConnectionId: id })] : []
  })
  const s3 = { ...byDefault, DestinationPrefixListId: vpc.hub.lists.s3, GatewayId: vpc.idOf('vpce', 's3') }
  const dual = vpc.ipv6Block !== undefined
  const [outward, egressOnly] = [{ GatewayId: vpc.idOf('igw', 'igw') }, vpc.idOf('eigw', 'eigw')]
  return [
    { name: 'main', subnets: [], routes: local },
    {
      name: 'public',
      subnets: of('public'),
      routes: [
        ...local,
        route('0.0.0.0/0', outward),
        ...(dual ? [route('::/0', outward)] : []),
        ...transit,
        ...peered,
        s3,
      ],
    },
    ...[0, 1, 2].map((zone) => ({
      name: `private-${zone}`,
      subnets: of('private', zone),
      routes: [
        ...local,
        route('0.0.0.0/0', { NatGatewayId: vpc.idOf('nat', String(zone % vpc.natGateways)) }),
        ...(dual ? [route('::/0', { EgressOnlyInternetGatewayId: egressOnly })] : []),
        ...transit,
        ...peered,
        s3,
      ],
    })),
    {
      name: 'database',
      subnets: of('database'),
      routes: [...local, ...transit, ...(vpc.index % 2 === 0 ? peered : []), s3],
    },
    { name: 'intra', subnets: of('intra'), routes: [...local, ...(vpc.index % 3 === 0 ? transit : [])] },
  ]
}

const byDefault = { Origin: 'CreateRoute', State: 'active' } as const

const route = (block: string, target: Partial<Route>, Origin = 'CreateRoute'): Route => ({
  ...byDefault,
  Origin,
  ...(block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }),
  ...target,
})

export const tableRecords = (organisation: Organisation, vpc: VpcPlan) =>
  tablesOf(organisation, vpc).map(({ name, subnets, routes }) => {
    const RouteTableId = vpc.idOf('rtb', name)
    const association = (key: string, to: { readonly Main: boolean; readonly SubnetId?: string }) => ({
      ...to,
      RouteTableAssociationId: vpc.idOf('rtbassoc', key),
      RouteTableId,
      AssociationState: { State: 'associated' },
    })
    return {
      RouteTableId,
      VpcId: vpc.id,
      OwnerId: vpc.place.account,
      Associations: [
        ...(name === 'main' ? [association('main', { Main: true })] : []),
        ...subnets.map(({ id }) => association(id, { Main: false, SubnetId: id })),
      ],
      PropagatingVgws: [],
      Routes: routes,
      Tags: tags({ Name: name }),
    }
  })

export const aclRecords = (organisation: Organisation, vpc: VpcPlan) =>
  aclsOf(organisation, vpc).map((acl) => aclRecord(vpc, acl))

const aclRecord = (vpc: VpcPlan, { name, isDefault, subnets, rules }: AclPlan) => {
  const NetworkAclId = vpc.idOf('acl', name)
  return {
    NetworkAclId,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    IsDefault: isDefault,
    Associations: subnets.map(({ id }) => ({
      NetworkAclAssociationId: vpc.idOf('aclassoc', id),
      NetworkAclId,
      SubnetId: id,
    })),
    Entries: rules.map(aclEntry),
    Tags: tags({ Name: name }),
  }
}

/** Those of the VPC, and those that single interfaces have to themselves. */
export const groupRecords = (organisation: Organisation, vpc: VpcPlan) => {
  const own =
    organisation.mix === 'adversarial'
      ? interfacesOf(organisation, vpc)
          .filter(hasOwnGroup)
          .map((each) => ownGroupOf(organisation, vpc, each))
      : []
  return [...groupsOf(organisation, vpc), ...own].map((group) => groupRecord(vpc, group))
}

const groupRecord = (vpc: VpcPlan, { name, rules, foreign }: GroupPlan) => {
  const GroupId = vpc.idOf('sg', name)
  const pair = (referred: string) => {
    const other = foreign?.get(referred)
    if (!other) return { GroupId: referred, UserId: vpc.place.account }
    const { id: VpcId, place } = other.vpc
    return {
      GroupId: referred,
      UserId: place.account,
      VpcId,
      ...(other.peering !== undefined && { VpcPeeringConnectionId: other.peering, PeeringStatus: 'active' }),
    }
  }
  const permissions = (all: readonly GroupRule[]) => joined(all.map((rule) => permission(rule, pair)))
  return {
    GroupId,
    GroupName: name,
    Description: `${name} of ${vpc.name}`,
    SecurityGroupArn: `arn:aws:ec2:${vpc.place.region}:${vpc.place.account}:security-group/${GroupId}`,
    OwnerId: vpc.place.account,
    VpcId: vpc.id,
    IpPermissions: permissions(rules.filter((rule) => !isOutbound(rule))),
    IpPermissionsEgress: permissions(rules.filter(isOutbound)),
    Tags: tags({ Name: name }),
  }
}

/** AWS lists the peers of one protocol and port range together, each once. */
const joined = (all: readonly Permission[]): readonly Permission[] => {
  const byLine = new Map<string, Permission>()
  for (const each of all) {
    const key = `${each.IpProtocol} ${each.FromPort} ${each.ToPort}`
    const known = byLine.get(key)
    byLine.set(key, known ? bothPeers(known, each) : each)
  }
  return [...byLine.values()]
}

const bothPeers = (a: Permission, b: Permission): Permission => ({
  ...a,
  IpRanges: distinct(a.IpRanges, b.IpRanges),
  Ipv6Ranges: distinct(a.Ipv6Ranges, b.Ipv6Ranges),
  PrefixListIds: distinct(a.PrefixListIds, b.PrefixListIds),
  UserIdGroupPairs: distinct(a.UserIdGroupPairs, b.UserIdGroupPairs),
})

const distinct = <T>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] => [
  ...new Map([...a, ...b].map((each) => [JSON.stringify(each), each])).values(),
]

export const internetGatewayRecord = (vpc: VpcPlan) => ({
  InternetGatewayId: vpc.idOf('igw', 'igw'),
  OwnerId: vpc.place.account,
  Attachments: [{ VpcId: vpc.id, State: 'available' }],
  Tags: tags({ Name: vpc.name }),
})

export const egressOnlyGatewayRecords = (vpc: VpcPlan) =>
  vpc.ipv6Block === undefined
    ? []
    : [
        {
          EgressOnlyInternetGatewayId: vpc.idOf('eigw', 'eigw'),
          Attachments: [{ VpcId: vpc.id, State: 'attached' }],
          Tags: tags({ Name: vpc.name }),
        },
      ]

export const natGatewayRecords = (organisation: Organisation, vpc: VpcPlan) =>
  interfacesOf(organisation, vpc)
    .filter(({ type }) => type === 'nat_gateway')
    .map((each) => ({
      NatGatewayId: vpc.idOf('nat', String(each.subnet.zone)),
      VpcId: vpc.id,
      SubnetId: each.subnet.id,
      State: 'available',
      ConnectivityType: 'public',
      CreateTime: '2025-03-01T08:00:00Z',
      NatGatewayAddresses: [
        {
          AllocationId: each.allocation!,
          AssociationId: vpc.idOf('eipassoc', each.key),
          NetworkInterfaceId: each.id,
          PrivateIp: each.address,
          PublicIp: each.publicIp!,
          IsPrimary: true,
          Status: 'succeeded',
        },
      ],
      Tags: tags({ Name: `${vpc.name}-${each.subnet.zone}` }),
    }))

/** A gateway endpoint for S3, and an interface endpoint for each service. */
export const endpointRecords = (organisation: Organisation, vpc: VpcPlan) => {
  const common = { VpcId: vpc.id, OwnerId: vpc.place.account, State: 'available', RequesterManaged: false }
  const name = (service: string): string => `com.amazonaws.${vpc.place.region}.${service}`
  const tables = ['public', 'private-0', 'private-1', 'private-2', 'database'].map((table) => vpc.idOf('rtb', table))
  const subnets = vpc.subnets.filter(({ tier }) => tier === 'private').slice(0, 3)
  return [
    {
      ...common,
      VpcEndpointId: vpc.idOf('vpce', 's3'),
      VpcEndpointType: 'Gateway',
      ServiceName: name('s3'),
      RouteTableIds: tables,
      PolicyDocument:
        '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
      Tags: tags({ Name: `${vpc.name}-s3` }),
    },
    ...endpointsOf(organisation, vpc).map((service) => ({
      ...common,
      VpcEndpointId: vpc.idOf('vpce', service),
      VpcEndpointType: 'Interface',
      ServiceName: name(service),
      IpAddressType: 'ipv4',
      PrivateDnsEnabled: true,
      SubnetIds: subnets.map(({ id }) => id),
      NetworkInterfaceIds: subnets.map(({ zone }) => vpc.idOf('eni', `${service} ${zone}`)),
      Groups: [{ GroupId: vpc.idOf('sg', 'endpoints'), GroupName: 'endpoints' }],
      Tags: tags({ Name: `${vpc.name}-${service}` }),
    })),
  ]
}

/** Listed in the account that asked for it. */
export const peeringRecords = (organisation: Organisation, vpc: VpcPlan) =>
  organisation.peerings
    .filter(({ ends: [from] }) => from === vpc)
    .map(({ id, ends: [from, to] }) => ({
      VpcPeeringConnectionId: id,
      RequesterVpcInfo: peeredVpc(from),
      AccepterVpcInfo: peeredVpc(to),
      Status: { Code: 'active', Message: 'Active' },
      Tags: tags({ Name: `${from.name}-${to.name}` }),
    }))

const peeredVpc = (vpc: VpcPlan) => ({
  VpcId: vpc.id,
  OwnerId: vpc.place.account,
  Region: vpc.place.region,
  CidrBlock: vpc.blocks[0],
  CidrBlockSet: vpc.blocks.map((CidrBlock) => ({ CidrBlock })),
  Ipv6CidrBlockSet: some(vpc.ipv6Block).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock })),
  PeeringOptions: { AllowDnsResolutionFromRemoteVpc: false },
})

export const tags = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([Key, Value]) => ({ Key, Value }))

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value])
