/** A snapshot being put together: records with AWS's field names, and the plan of VPCs, subnets and tables that the nouns build on.
 *  Knows how records look and how addresses are dealt out; what is drawn is decided elsewhere. */
import { type Kind, type RawOf, resourceSchemas } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'

export interface Place {
  readonly account: string
  readonly region: string
}

export const HOME: Place = { account: '111111111111', region: 'us-east-1' }
export const OTHER_ACCOUNT: Place = { account: '222222222222', region: 'us-east-1' }
export const OTHER_REGION: Place = { account: '111111111111', region: 'us-west-2' }

export type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]
export type AclEntry = NonNullable<RawOf<'networkAcl'>['Entries']>[number]
export type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]
export type InterfaceRaw = RawOf<'networkInterface'>

export interface VpcPlan {
  readonly id: string
  readonly place: Place
  /** The second number of its 10.x.0.0/16; two VPCs may share one. */
  readonly net: number
  /** IPv4 blocks, the primary first. */
  readonly cidrs: string[]
  /** First three groups and a bit of the fourth, as `2600:1f14:0:1`; undefined without IPv6. */
  readonly v6: string | undefined
  readonly subnets: SubnetPlan[]
  readonly tables: TablePlan[]
  readonly acls: AclPlan[]
  readonly groups: GroupPlan[]
  readonly interfaces: InterfacePlan[]
  readonly targets: Target[]
}

export interface SubnetPlan {
  readonly id: string
  readonly vpc: VpcPlan
  /** 0 or 1: the physical zone. */
  readonly zone: number
  readonly cidr: string
  /** The first three numbers of its /24. */
  readonly base: string
  /** The first four groups of its /64. */
  readonly base6: string | undefined
  readonly table: TablePlan
  /** Host numbers given away so far. */
  readonly taken: { hosts: number; prefixes: number }
}

export interface TablePlan {
  readonly id: string
  readonly vpc: VpcPlan
  readonly routes: Route[]
  /** Tables that are meant to be public get the internet gateway more often. */
  readonly leaning: 'public' | 'private'
  /** The table of a regional NAT gateway (R-EDGE-8) or of the edge of its VPC, which no subnet may use. */
  readonly ofGateway: boolean
  /** The gateway whose incoming packets it leads (R-EDGE-1). */
  readonly edgeOf: string | undefined
  /** Virtual private gateways whose routes it shows. */
  readonly propagating: string[]
}

export interface AclPlan {
  readonly id: string
  readonly entries: AclEntry[]
  readonly subnets: SubnetPlan[]
}

export interface GroupPlan {
  readonly id: string
  readonly vpc: VpcPlan
  readonly ingress: Permission[]
  readonly egress: Permission[]
}

export interface InterfacePlan {
  readonly id: string
  readonly subnet: SubnetPlan
  readonly instance: string | undefined
  readonly v4: readonly string[]
  readonly v6: readonly string[]
  readonly raw: InterfaceRaw
}

/** Something that a route may name. */
export interface Target {
  readonly route: Partial<Route>
  readonly families: readonly (4 | 6)[]
  /** `internet`: fit for a default route. `vpc`: leads to other VPCs. `inside`: may stand for a subnet of its own VPC. */
  readonly towards: readonly ('internet' | 'vpc' | 'inside')[]
  readonly weight: number
  /** Blocks behind it, for more specific routes. */
  readonly blocks?: readonly string[]
}

export interface Draft {
  readonly resources: Resource[]
  readonly places: Place[]
  readonly vpcs: VpcPlan[]
  /** Prefix lists by id, with their entries. */
  readonly lists: Map<string, readonly string[]>
  /** Blocks of networks on premises. */
  readonly premises: Set<string>
  readonly counts: Map<string, number>
}

export const newDraft = (): Draft => ({
  resources: [],
  places: [],
  vpcs: [],
  lists: new Map(),
  premises: new Set(),
  counts: new Map(),
})

/** The next id of a prefix: `eni-00000001`. */
export const nextId = (draft: Draft, prefix: string): string => {
  const count = (draft.counts.get(prefix) ?? 0) + 1
  draft.counts.set(prefix, count)
  return `${prefix}-${count.toString(16).padStart(8, '0')}`
}

/** A fresh address that the world sees, in a range that is neither a service's nor a stranger's of the packets. */
export const nextPublic = (draft: Draft): string => {
  const count = (draft.counts.get('public') ?? 0) + 1
  draft.counts.set('public', count)
  return `54.10.0.${count}`
}

export const add = <K extends Kind>(draft: Draft, kind: K, place: Place, id: string, raw: RawOf<K>): void => {
  if (!draft.places.some(({ account, region }) => account === place.account && region === place.region)) {
    draft.places.push(place)
    for (const zone of [0, 1])
      add(draft, 'availabilityZone', place, zoneName(place, zone), {
        ZoneName: zoneName(place, zone),
        ZoneId: zoneId(place, zone),
        RegionName: place.region,
        ZoneType: 'availability-zone',
        State: 'available',
      })
  }
  draft.resources.push({ kind, account: place.account, region: place.region, id, raw } as unknown as Resource)
}

/** The snapshot: sorted, everything covered in every place that is mentioned. */
export const finished = (draft: Draft): Snapshot => {
  const kinds = (Object.keys(resourceSchemas) as Kind[]).sort()
  const keyOf = ({ kind, account, region, id }: Resource) => `${kind} ${account} ${region} ${id}`
  return {
    version: 1,
    coverage: draft.places.flatMap((place) => kinds.map((kind) => ({ ...place, kind }))),
    gaps: [],
    resources: [...draft.resources].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  }
}

export const zoneId = ({ region }: Place, zone: number): string =>
  `${region === 'us-east-1' ? 'use1' : 'usw2'}-az${zone + 1}`

/** Zone names are an account's own affair (R-AZ-1): the second account has them the other way round. */
export const zoneName = ({ account, region }: Place, zone: number): string =>
  `${region}${(account === HOME.account) === (zone === 0) ? 'a' : 'b'}`

// ---- the skeleton of a VPC

export interface VpcShape {
  readonly place: Place
  readonly net: number
  readonly ipv6: 'none' | 'public' | 'private'
  /** Blocks beside 10.x.0.0/16. */
  readonly more: readonly string[]
  /** Blocks that are on their way out and must not count (R-ADDR-4). */
  readonly gone?: readonly string[]
}

export const addVpc = (draft: Draft, { place, net, ipv6, more, gone = [] }: VpcShape): VpcPlan => {
  const id = nextId(draft, 'vpc')
  const cidrs = [`10.${net}.0.0/16`, ...more]
  const v6 = ipv6 === 'none' ? undefined : `${ipv6 === 'public' ? '2600:1f14:0' : 'fd12:0:0'}:${net}`
  const vpc: VpcPlan = {
    id,
    place,
    net,
    cidrs,
    v6,
    subnets: [],
    tables: [],
    acls: [],
    groups: [],
    interfaces: [],
    targets: [],
  }
  draft.vpcs.push(vpc)
  const block = (CidrBlock: string, State: string) => ({ CidrBlock, CidrBlockState: { State } })
  add(draft, 'vpc', place, id, {
    VpcId: id,
    OwnerId: place.account,
    State: 'available',
    IsDefault: false,
    CidrBlock: cidrs[0],
    CidrBlockAssociationSet: [
      ...cidrs.map((each) => block(each, 'associated')),
      ...gone.map((each) => block(each, 'disassociated')),
    ],
    ...(v6 === undefined
      ? {}
      : {
          Ipv6CidrBlockAssociationSet: [
            {
              Ipv6CidrBlock: `${v6}00::/56`,
              Ipv6CidrBlockState: { State: 'associated' },
              Ipv6AddressAttribute: ipv6,
              IpSource: ipv6 === 'public' ? 'amazon' : 'none',
            },
          ],
        }),
  })
  return vpc
}

/** A table with the local routes of its VPC; the first one is the main table. */
export const addTable = (
  draft: Draft,
  vpc: VpcPlan,
  leaning: TablePlan['leaning'],
  ofGateway = false,
  edgeOf?: string,
): TablePlan => {
  const routes: Route[] = vpc.cidrs.map((DestinationCidrBlock) => ({
    DestinationCidrBlock,
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  }))
  if (vpc.v6 !== undefined)
    routes.push({
      DestinationIpv6CidrBlock: `${vpc.v6}00::/56`,
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    })
  const table = { id: nextId(draft, 'rtb'), vpc, routes, leaning, ofGateway, edgeOf, propagating: [] }
  vpc.tables.push(table)
  return table
}

export interface SubnetShape {
  readonly zone: number
  readonly table: TablePlan
  readonly acl: AclPlan
  /** Which of the VPC's blocks it lies in. */
  readonly block?: number
}

export const addSubnet = (draft: Draft, vpc: VpcPlan, { zone, table, acl, block = 0 }: SubnetShape): SubnetPlan => {
  const id = nextId(draft, 'subnet')
  const number = vpc.subnets.length
  const [first, second] = vpc.cidrs[block]!.split('.')
  const base = `${first}.${second}.${number}`
  const base6 = vpc.v6 === undefined ? undefined : `${vpc.v6}${number.toString(16).padStart(2, '0')}`
  const subnet = { id, vpc, zone, cidr: `${base}.0/24`, base, base6, table, taken: { hosts: 10, prefixes: 4 } }
  vpc.subnets.push(subnet)
  acl.subnets.push(subnet)
  add(draft, 'subnet', vpc.place, id, {
    SubnetId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    State: 'available',
    AvailabilityZone: zoneName(vpc.place, zone),
    AvailabilityZoneId: zoneId(vpc.place, zone),
    CidrBlock: subnet.cidr,
    ...(base6 === undefined
      ? {}
      : {
          Ipv6CidrBlockAssociationSet: [
            { Ipv6CidrBlock: `${base6}::/64`, Ipv6CidrBlockState: { State: 'associated' } },
          ],
        }),
  })
  return subnet
}

export const addGroup = (draft: Draft, vpc: VpcPlan): GroupPlan => {
  const group: GroupPlan = { id: nextId(draft, 'sg'), vpc, ingress: [], egress: [] }
  vpc.groups.push(group)
  add(draft, 'securityGroup', vpc.place, group.id, {
    GroupId: group.id,
    GroupName: group.id,
    OwnerId: vpc.place.account,
    VpcId: vpc.id,
    IpPermissions: group.ingress,
    IpPermissionsEgress: group.egress,
  })
  return group
}

export interface InterfaceShape {
  readonly groups: readonly GroupPlan[]
  readonly type?: string
  readonly description?: string
  readonly status?: string
  readonly checked?: boolean
  /** IPv4 addresses beside the primary. */
  readonly secondaries?: number
  readonly ipv6?: boolean
  /** Delegated prefixes of every family it has. */
  readonly prefixes?: boolean
  /** Indexes of IPv4 addresses that have a public one. */
  readonly publics?: readonly number[]
  readonly denyInternet?: boolean
  readonly instance?: boolean
}

export const addInterface = (draft: Draft, subnet: SubnetPlan, shape: InterfaceShape): InterfacePlan => {
  const { vpc } = subnet
  const { status = 'in-use', type = 'interface', publics = [] } = shape
  const id = nextId(draft, 'eni')
  const v4 = Array.from({ length: 1 + (shape.secondaries ?? 0) }, () => `${subnet.base}.${subnet.taken.hosts++}`)
  const v6 = shape.ipv6 && subnet.base6 !== undefined ? [`${subnet.base6}::${subnet.taken.hosts.toString(16)}`] : []
  const instance = shape.instance ? nextId(draft, 'i') : undefined
  const prefix = shape.prefixes ? subnet.taken.prefixes++ : undefined
  const associations = v4.map((address, index) => {
    if (!publics.includes(index)) return undefined
    const PublicIp = nextPublic(draft)
    const AllocationId = nextId(draft, 'eipalloc')
    add(draft, 'address', vpc.place, AllocationId, {
      AllocationId,
      PublicIp,
      AssociationId: nextId(draft, 'eipassoc'),
      NetworkInterfaceId: id,
      PrivateIpAddress: address,
      Domain: 'vpc',
    })
    return { PublicIp, AllocationId }
  })
  const raw: InterfaceRaw = {
    NetworkInterfaceId: id,
    SubnetId: subnet.id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    AvailabilityZone: zoneName(vpc.place, subnet.zone),
    InterfaceType: type,
    Description: shape.description ?? '',
    Status: status,
    SourceDestCheck: shape.checked ?? true,
    ...(shape.denyInternet ? { DenyAllIgwTraffic: true } : {}),
    Groups: shape.groups.map((group) => ({ GroupId: group.id, GroupName: group.id })),
    PrivateIpAddress: v4[0],
    PrivateIpAddresses: v4.map((PrivateIpAddress, index) => ({
      PrivateIpAddress,
      Primary: index === 0,
      ...(associations[index] ? { Association: associations[index] } : {}),
    })),
    ...(associations[0] ? { Association: associations[0] } : {}),
    Ipv6Addresses: v6.map((Ipv6Address) => ({ Ipv6Address })),
    ...(prefix === undefined ? {} : { Ipv4Prefixes: [{ Ipv4Prefix: `${subnet.base}.${prefix * 16}/28` }] }),
    ...(prefix === undefined || v6.length === 0
      ? {}
      : { Ipv6Prefixes: [{ Ipv6Prefix: `${subnet.base6}:${prefix}::/80` }] }),
    ...(instance === undefined
      ? {}
      : {
          Attachment: {
            AttachmentId: nextId(draft, 'eni-attach'),
            InstanceId: instance,
            DeviceIndex: 0,
            Status: 'attached',
          },
        }),
  }
  const plan = { id, subnet, instance, v4, v6, raw }
  vpc.interfaces.push(plan)
  add(draft, 'networkInterface', vpc.place, id, raw)
  if (instance !== undefined)
    add(draft, 'instance', vpc.place, instance, {
      InstanceId: instance,
      VpcId: vpc.id,
      SubnetId: subnet.id,
      State: { Code: 16, Name: 'running' },
      PrivateIpAddress: v4[0],
      NetworkInterfaces: [{ NetworkInterfaceId: id }],
    })
  return plan
}

/** Writes out the tables and lists, which other nouns went on changing. Tables that no subnet names but the main one stay unused. */
export const addRules = (draft: Draft, vpc: VpcPlan): void => {
  vpc.tables.forEach((table, index) => {
    const explicit = index === 0 ? [] : vpc.subnets.filter((subnet) => subnet.table === table)
    add(draft, 'routeTable', vpc.place, table.id, {
      RouteTableId: table.id,
      VpcId: vpc.id,
      OwnerId: vpc.place.account,
      Associations: [
        ...(index === 0 ? [{ Main: true, RouteTableId: table.id, AssociationState: { State: 'associated' } }] : []),
        ...explicit.map((subnet) => ({
          Main: false,
          RouteTableId: table.id,
          SubnetId: subnet.id,
          AssociationState: { State: 'associated' },
        })),
        ...(table.edgeOf === undefined
          ? []
          : [{ RouteTableId: table.id, GatewayId: table.edgeOf, AssociationState: { State: 'associated' } }]),
      ],
      PropagatingVgws: table.propagating.map((GatewayId) => ({ GatewayId })),
      Routes: table.routes,
    })
  })
  vpc.acls.forEach((acl, index) => {
    add(draft, 'networkAcl', vpc.place, acl.id, {
      NetworkAclId: acl.id,
      VpcId: vpc.id,
      OwnerId: vpc.place.account,
      IsDefault: index === 0,
      Associations: acl.subnets.map((subnet) => ({ NetworkAclId: acl.id, SubnetId: subnet.id })),
      Entries: acl.entries,
    })
  })
}

export const addAcl = (draft: Draft, vpc: VpcPlan): AclPlan => {
  const acl: AclPlan = { id: nextId(draft, 'acl'), entries: [], subnets: [] }
  vpc.acls.push(acl)
  return acl
}

/** Adds a route unless the table has one to that destination; AWS would refuse the second. */
export const addRoute = (table: TablePlan, destination: string, target: Partial<Route>, state = 'active'): void => {
  const key: Partial<Route> = destination.startsWith('pl-')
    ? { DestinationPrefixListId: destination }
    : destination.includes(':')
      ? { DestinationIpv6CidrBlock: destination }
      : { DestinationCidrBlock: destination }
  const same = (each: Route) =>
    [each.DestinationCidrBlock, each.DestinationIpv6CidrBlock, each.DestinationPrefixListId].includes(destination)
  if (table.routes.some(same)) return
  table.routes.push({ ...key, ...target, Origin: 'CreateRoute', State: state })
}

export const addPrefixList = (draft: Draft, place: Place, entries: readonly string[], name?: string): string => {
  const id = nextId(draft, 'pl')
  draft.lists.set(id, entries)
  add(draft, 'managedPrefixList', place, id, {
    PrefixListId: id,
    PrefixListName: name ?? id,
    AddressFamily: entries.some((entry) => entry.includes(':')) ? 'IPv6' : 'IPv4',
    OwnerId: name === undefined ? place.account : 'AWS',
    State: 'create-complete',
  })
  add(draft, 'managedPrefixListEntries', place, id, { Entries: entries.map((Cidr) => ({ Cidr })) })
  return id
}
