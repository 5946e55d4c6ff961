/** VPCs, subnets, route tables, network ACLs and security groups, each as AWS sets it up when nothing else is said. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import {
  type Draft,
  type Fact,
  isIpv6,
  known,
  named,
  type Place,
  type Route,
  subnetHere,
  type SubnetPlan,
} from './draft.ts'
import { vpcHere, type VpcPlan, zoneOf } from './draft.ts'
import {
  aclEntry,
  type AclEntry,
  type AclRule,
  type GroupPair,
  type GroupRule,
  isOutbound,
  permission,
} from './rules.ts'

/** Where a route leads: an id, `local`, or `blackhole`. */
export type RouteTarget =
  | 'local'
  | 'blackhole'
  | `${'igw' | 'eigw' | 'nat' | 'pcx' | 'tgw' | 'vgw' | 'vpce' | 'eni' | 'cagw' | 'lgw'}-${string}`
  | `arn:${string}`

/** Destination, a CIDR block or a prefix list, to target; or to AWS's own fields where the target does not say it all. */
export type Routes = Readonly<Record<string, RouteTarget | Partial<Route>>>

export interface SubnetOptions {
  /** The letter of its zone; `a` where none is given. */
  readonly zone?: string
  /** A route table of its own: `rtb-<name>`. */
  readonly routes?: Routes
  /** The name of a route table that others use too. Neither: the main table. */
  readonly table?: string
  /** Rules of a network ACL of its own, `acl-<name>`, or the name of one. Neither: the VPC's default, which allows all. */
  readonly acl?: readonly AclRule[] | string
}

/** Opens a VPC. It has a main route table `rtb-main-<name>`, and `acl-default-<name>` and `sg-default-<name>`. */
export const vpc =
  (name: string, blocks: string | readonly string[]): Fact =>
  (draft) => {
    const plan: VpcPlan = { id: `vpc-${name}`, place: draft.place, blocks: [blocks].flat() }
    draft.vpcs.set(plan.id, plan)
    draft.vpc = plan
    draft.subnet = undefined
    draft.add('vpc', plan.id, () => vpcRecord(plan, name))
    draft.add('vpcAttribute', plan.id, () => ({
      VpcId: plan.id,
      EnableDnsSupport: { Value: true },
      EnableDnsHostnames: { Value: true },
    }))
    publicAccessOff(draft)
    addTable(draft, `main-${name}`, {}, { main: true })
    addAcl(draft, `default-${name}`, allowAll(plan), { isDefault: true })
    addGroup(draft, `default-${name}`, [`all from sg-default-${name}`], { groupName: 'default' })
  }

/** Opens a subnet of the VPC that is open. */
export const subnet =
  (name: string, blocks: string | readonly string[], { zone = 'a', routes, table, acl }: SubnetOptions): Fact =>
  (draft) => {
    const vpc = vpcHere(draft)
    if (routes) addTable(draft, name, routes)
    if (Array.isArray(acl)) addAcl(draft, name, acl as readonly AclRule[])
    const ownTable = routes ? `rtb-${name}` : table === undefined ? undefined : `rtb-${table}`
    const ownAcl = typeof acl === 'string' ? acl : acl ? name : `default-${vpc.id.slice('vpc-'.length)}`
    const plan: SubnetPlan = { id: `subnet-${name}`, vpc, zone, table: ownTable, acl: `acl-${ownAcl}` }
    draft.subnets.set(plan.id, plan)
    draft.subnet = plan
    draft.add('subnet', plan.id, () => subnetRecord(draft, plan, name, [blocks].flat()))
    addZone(draft, zone)
    draft.last(() => {
      for (const id of [ownTable, plan.acl])
        if (id !== undefined && !draft.hasId(id)) throw new Error(`${plan.id} uses ${id}, which nobody stated`)
    })
  }

/** Adds routes to a table, and makes the table where it is new. `of`: the gateway whose edge table it is. */
export const routeTable =
  (name: string, routes: Routes, of: string | undefined): Fact =>
  (draft) => {
    if (!draft.routes.has(`rtb-${name}`)) return addTable(draft, name, routes, of === undefined ? {} : { edge: of })
    for (const [destination, target] of Object.entries(routes)) addRoute(draft, `rtb-${name}`, destination, target)
  }

/** A network ACL; of a name that is there already, its new rules. What no rule takes is denied (R-NACL-2). */
export const networkAcl =
  (name: string, rules: readonly AclRule[]): Fact =>
  (draft) => {
    if (!draft.has('networkAcl', `acl-${name}`)) return addAcl(draft, name, rules)
    draft.change('networkAcl', `acl-${name}`, { Entries: entriesOf(vpcHere(draft), rules) })
  }

/** A security group; of a name that is there already, its new rules. Without an outbound rule all is let out, as AWS sets it up
 *  (R-SG-3); `closed` lets nothing out but what rules say. */
export const securityGroup =
  (name: string, rules: readonly GroupRule[], { closed = false }: { readonly closed?: boolean }): Fact =>
  (draft) => {
    if (!draft.has('securityGroup', `sg-${name}`)) return addGroup(draft, name, rules, { closed })
    const permissions = permissionsOf(draft, known(draft.groups, `sg-${name}`), rules, closed)
    draft.change('securityGroup', `sg-${name}`, permissions())
  }

export const addRoute = (
  draft: Draft,
  tableId: string,
  destination: string,
  target: RouteTarget | Partial<Route>,
): void => {
  known(draft.routes, tableId).set(destination, { ...destinationField(destination), ...targetFields(target) })
}

export const addTable = (
  draft: Draft,
  name: string,
  routes: Routes,
  { main = false, edge }: { readonly main?: boolean; readonly edge?: string } = {},
): void => {
  const vpc = vpcHere(draft)
  const id = `rtb-${name}`
  draft.routes.set(id, new Map())
  for (const block of vpc.blocks)
    addRoute(draft, id, block, { GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' })
  for (const [destination, target] of Object.entries(routes)) addRoute(draft, id, destination, target)
  draft.add('routeTable', id, () => ({
    RouteTableId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    Associations: [
      ...(main ? [associated(id, name, { Main: true })] : []),
      ...(edge === undefined ? [] : [associated(id, name, { Main: false, GatewayId: edge })]),
      ...[...draft.subnets.values()]
        .filter(({ table }) => table === id)
        .map((each) => associated(id, each.id.slice('subnet-'.length), { Main: false, SubnetId: each.id })),
    ],
    PropagatingVgws: [],
    Routes: [...draft.routes.get(id)!.values()].map((route) => withInstance(draft, route)),
    ...named(name),
  }))
}

const addAcl = (draft: Draft, name: string, rules: readonly AclRule[], { isDefault = false } = {}): void => {
  const vpc = vpcHere(draft)
  const id = `acl-${name}`
  draft.add('networkAcl', id, () => ({
    NetworkAclId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    IsDefault: isDefault,
    Associations: [...draft.subnets.values()]
      .filter(({ acl }) => acl === id)
      .map((each) => ({
        NetworkAclAssociationId: `aclassoc-${each.id.slice('subnet-'.length)}`,
        NetworkAclId: id,
        SubnetId: each.id,
      })),
    Entries: entriesOf(vpc, rules),
    ...named(name),
  }))
}

/** Rules, and after them those that deny the rest of each family, as AWS lists them. */
const entriesOf = (vpc: VpcPlan, rules: readonly AclRule[]): readonly AclEntry[] => [
  ...rules.map(aclEntry),
  aclEntry('32767 deny all from 0.0.0.0/0'),
  aclEntry('32767 deny all to 0.0.0.0/0'),
  ...(hasIpv6(vpc) ? [aclEntry('32768 deny all from ::/0'), aclEntry('32768 deny all to ::/0')] : []),
]

const allowAll = (vpc: VpcPlan): readonly AclRule[] => [
  '100 allow all from 0.0.0.0/0',
  '100 allow all to 0.0.0.0/0',
  ...(hasIpv6(vpc) ? (['101 allow all from ::/0', '101 allow all to ::/0'] as const) : []),
]

const addGroup = (
  draft: Draft,
  name: string,
  rules: readonly GroupRule[],
  { closed = false, groupName = name }: { readonly closed?: boolean; readonly groupName?: string },
): void => {
  const vpc = vpcHere(draft)
  draft.groups.set(`sg-${name}`, vpc)
  const permissions = permissionsOf(draft, vpc, rules, closed)
  draft.add('securityGroup', `sg-${name}`, () => ({
    GroupId: `sg-${name}`,
    GroupName: groupName,
    Description: `${groupName} of ${vpc.id}`,
    OwnerId: vpc.place.account,
    VpcId: vpc.id,
    ...permissions(),
    ...named(name),
  }))
}

/** Written out late: whether a group that a rule names is that of a peer is known when all facts are stated. */
const permissionsOf = (draft: Draft, vpc: VpcPlan, rules: readonly GroupRule[], closed: boolean) => () => {
  const outbound = rules.filter(isOutbound)
  const open: readonly GroupRule[] = hasIpv6(vpc) ? ['all to 0.0.0.0/0', 'all to ::/0'] : ['all to 0.0.0.0/0']
  const record = (text: GroupRule) => permission(text, (group) => groupPair(draft, vpc, group))
  return {
    IpPermissions: rules.filter((text) => !isOutbound(text)).map(record),
    IpPermissionsEgress: (outbound.length > 0 || closed ? outbound : open).map(record),
  }
}

const groupPair = (draft: Draft, vpc: VpcPlan, group: string): GroupPair => {
  const other = draft.groups.get(group)
  const pair = { GroupId: group, UserId: (other ?? vpc).place.account }
  if (other === undefined || other.id === vpc.id) return pair
  const [a, b] = [vpc.id, other.id].map((id) => id.slice('vpc-'.length))
  const peering = [`pcx-${a}-${b}`, `pcx-${b}-${a}`].find((id) =>
    [vpc, other].some(({ place }) => draft.has('vpcPeeringConnection', id, place)),
  )
  const overPeering = peering === undefined ? {} : { VpcPeeringConnectionId: peering, PeeringStatus: 'active' }
  return { ...pair, VpcId: other.id, ...overPeering }
}

const vpcRecord = ({ id, place, blocks }: VpcPlan, name: string): RawOf<'vpc'> => ({
  VpcId: id,
  OwnerId: place.account,
  State: 'available',
  IsDefault: false,
  CidrBlock: blocks.find((block) => !isIpv6(block)),
  CidrBlockAssociationSet: blocks
    .filter((block) => !isIpv6(block))
    .map((CidrBlock, index) => ({
      AssociationId: `vpc-cidr-assoc-${name}-${index}`,
      CidrBlock,
      CidrBlockState: { State: 'associated' },
    })),
  Ipv6CidrBlockAssociationSet: blocks.filter(isIpv6).map((Ipv6CidrBlock, index) => ({
    AssociationId: `vpc-cidr-assoc-${name}-v6-${index}`,
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
    ...(/^f[cd]/.test(Ipv6CidrBlock)
      ? { Ipv6AddressAttribute: 'private', IpSource: 'none' }
      : { Ipv6AddressAttribute: 'public', IpSource: 'amazon', NetworkBorderGroup: place.region }),
  })),
  ...named(name),
})

const subnetRecord = (draft: Draft, plan: SubnetPlan, name: string, blocks: readonly string[]): RawOf<'subnet'> => ({
  SubnetId: plan.id,
  VpcId: plan.vpc.id,
  OwnerId: plan.vpc.place.account,
  State: 'available',
  ...zoneOf(draft, plan.vpc.place, plan.zone),
  ...(blocks.some((block) => !isIpv6(block))
    ? { CidrBlock: blocks.find((block) => !isIpv6(block)) }
    : { Ipv6Native: true }),
  Ipv6CidrBlockAssociationSet: blocks.filter(isIpv6).map((Ipv6CidrBlock) => ({
    AssociationId: `subnet-cidr-assoc-${name}`,
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
  })),
  MapPublicIpOnLaunch: false,
  DefaultForAz: false,
  ...named(name),
})

const addZone = (draft: Draft, letter: string): void => {
  const { place } = vpcHere(draft)
  const { AvailabilityZone: name } = zoneOf(draft, place, letter)
  if (draft.has('availabilityZone', name, place)) return
  draft.add(
    'availabilityZone',
    name,
    () => ({
      ZoneName: name,
      ZoneId: zoneOf(draft, place, letter).AvailabilityZoneId,
      RegionName: place.region,
      ZoneType: 'availability-zone',
      State: 'available',
    }),
    place,
  )
}

/** Block Public Access is off unless somebody turns it on. */
const publicAccessOff = (draft: Draft): void => {
  if (draft.has('vpcBlockPublicAccessOptions', 'options')) return
  const { account, region } = draft.place
  draft.add('vpcBlockPublicAccessOptions', 'options', () => ({
    AwsAccountId: account,
    AwsRegion: region,
    State: 'default-state',
    InternetGatewayBlockMode: 'off',
    ManagedBy: 'account',
    ExclusionsAllowed: 'allowed',
  }))
}

const associated = (
  table: string,
  name: string,
  to: { readonly Main: boolean; readonly SubnetId?: string; readonly GatewayId?: string },
) => ({
  ...to,
  RouteTableAssociationId: `rtbassoc-${name}`,
  RouteTableId: table,
  AssociationState: { State: 'associated' },
})

const destinationField = (destination: string): Partial<Route> => {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination }
  return isIpv6(destination) ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination }
}

const targetFields = (target: RouteTarget | Partial<Route>): Partial<Route> => {
  if (typeof target !== 'string') return { Origin: 'CreateRoute', State: 'active', ...target }
  if (target === 'blackhole') return { Origin: 'CreateRoute', State: 'blackhole' }
  const field = fieldOfTarget[target.slice(0, target.search(/[-:]|$/))]
  if (field === undefined) throw new Error(`no route leads to ${target}`)
  return { [field]: target, Origin: 'CreateRoute', State: 'active' }
}

const fieldOfTarget: Readonly<Record<string, keyof Route>> = {
  local: 'GatewayId',
  igw: 'GatewayId',
  vgw: 'GatewayId',
  vpce: 'GatewayId',
  eigw: 'EgressOnlyInternetGatewayId',
  nat: 'NatGatewayId',
  pcx: 'VpcPeeringConnectionId',
  tgw: 'TransitGatewayId',
  eni: 'NetworkInterfaceId',
  cagw: 'CarrierGatewayId',
  lgw: 'LocalGatewayId',
  arn: 'CoreNetworkArn',
}

/** AWS names the instance behind an interface as well. */
const withInstance = (draft: Draft, route: Route): Route => {
  const found = route.NetworkInterfaceId === undefined ? undefined : draft.interfaces.get(route.NetworkInterfaceId)
  if (found?.instance === undefined) return route
  return { ...route, InstanceId: found.instance, InstanceOwnerId: found.subnet.vpc.place.account }
}

const hasIpv6 = ({ blocks }: VpcPlan): boolean => blocks.some(isIpv6)

/** Goes back into a VPC or a subnet that was stated before. */
export const within =
  (id: string): Fact =>
  (draft) => {
    draft.subnet = id.startsWith('subnet-') ? known(draft.subnets, id) : undefined
    draft.vpc = draft.subnet ? subnetHere(draft).vpc : known(draft.vpcs, id)
    draft.place = draft.vpc.place
  }

/** What follows is of this account and region. */
export const inPlace =
  (place: Place): Fact =>
  (draft) => {
    draft.place = place
    draft.vpc = undefined
    draft.subnet = undefined
  }

/** Which physical zones the account that is open calls `a`, `b`... */
export const zones =
  (ids: Readonly<Record<string, string>>): Fact =>
  (draft) => {
    const { account, region } = draft.place
    for (const [letter, id] of Object.entries(ids)) draft.zones.set(`${account} ${region} ${letter}`, id)
  }
