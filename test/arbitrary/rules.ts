/** Draws the rules of a VPC once everything in it has its address: routes, network ACLs and security groups that overlap, contradict
 *  and refer to each other. Ranges are cut where neighbours are, so that one number decides. */
import type { Choices } from './choices.ts'
import {
  type AclEntry,
  type AclPlan,
  addPrefixList,
  addRoute,
  type Draft,
  type GroupPlan,
  type Permission,
  type TablePlan,
  type Target,
  type VpcPlan,
} from './draft.ts'
import type { Peered } from './connections.ts'

/** Strangers on the internet that rules, routes and packets agree on. */
export const STRANGERS: readonly string[] = ['8.8.8.8', '1.1.1.1', '198.41.0.4', '2606:4700::1111', '2a00:1450::5']

const INTERNET_BLOCKS = ['8.8.8.0/24', '8.0.0.0/8', '198.41.0.4/32', '2606:4700::/32', '2a00::/12']

export interface Surroundings {
  /** Most rules open, single exceptions: long paths exist only where most filters agree. */
  readonly lenient: boolean
  readonly peerings: readonly Peered[]
  /** Groups of VPCs from which identity might arrive. */
  readonly neighbours: readonly VpcPlan[]
}

export const drawRules = (choices: Choices, draft: Draft, vpc: VpcPlan, around: Surroundings): void => {
  const blocks = blocksFor(draft, vpc)
  const lists = [
    ...[...draft.lists.keys()].filter((id) => belongsTo(draft, id, vpc)),
    ...(choices.chance(40) ? [addPrefixList(draft, vpc.place, choices.some(blocks.filter(isV4), 1, 3))] : []),
    ...(choices.chance(15)
      ? [
          addPrefixList(
            draft,
            vpc.place,
            choices.some(
              blocks.filter((each) => !isV4(each)),
              1,
              2,
            ),
          ),
        ]
      : []),
  ]
  // What stands at the edge of a VPC is led inside by what drew it, and nowhere else (R-EDGE-2).
  for (const table of vpc.tables) if (table.edgeOf === undefined) drawRoutes(choices, draft, table)
  for (const acl of vpc.acls) drawAcl(choices, acl, blocks, around.lenient)
  for (const group of vpc.groups) drawGroup(choices, group, blocks, lists, around)
}

const isV4 = (block: string): boolean => !block.includes(':')

/** Prefix lists are a region's own, and a customer's list an account's. */
const belongsTo = (draft: Draft, id: string, vpc: VpcPlan): boolean =>
  draft.resources.some(
    (each) =>
      each.kind === 'managedPrefixList' &&
      each.id === id &&
      each.account === vpc.place.account &&
      each.region === vpc.place.region,
  )

/** Blocks worth naming: whole networks, halves of subnets, single hosts, their public addresses, strangers, everything. */
const blocksFor = (draft: Draft, vpc: VpcPlan): string[] => {
  const everywhere = draft.vpcs.flatMap((each) => [
    ...each.cidrs,
    ...(each.v6 === undefined ? [] : [`${each.v6}00::/56`]),
    ...each.subnets.flatMap(({ cidr, base, base6 }) => [
      cidr,
      `${base}.0/25`,
      ...(base6 === undefined ? [] : [`${base6}::/64`]),
    ]),
  ])
  const hosts = draft.vpcs.flatMap((each) =>
    each.interfaces.flatMap(({ v4, v6, raw }) => [
      ...v4.map((address) => `${address}/32`),
      ...v6.map((address) => `${address}/128`),
      ...(raw.PrivateIpAddresses ?? []).flatMap(({ Association }) =>
        Association?.PublicIp === undefined ? [] : [`${Association.PublicIp}/32`],
      ),
    ]),
  )
  const wide = ['0.0.0.0/0', '::/0', '10.0.0.0/8', '0.0.0.0/1', '128.0.0.0/1', '54.10.0.0/28', '2600::/12']
  return [
    ...wide,
    ...(vpc.v6 === undefined ? [] : ['::/1']),
    ...everywhere,
    ...draft.premises,
    ...hosts,
    ...INTERNET_BLOCKS,
  ]
}

// ---- routes

const drawRoutes = (choices: Choices, draft: Draft, table: TablePlan): void => {
  const { chance, pick } = choices
  for (const family of [4, 6] as const) {
    const outwards = targetsOf(table, family, 'internet')
    if (outwards.length === 0 || chance(12)) continue
    const halves = family === 4 ? ['0.0.0.0/1', '128.0.0.0/1'] : ['::/1', '8000::/1']
    // R-ROUTE-19: the internet need not be one route.
    const defaults = chance(12) ? halves : [family === 4 ? '0.0.0.0/0' : '::/0']
    for (const destination of defaults)
      addRoute(table, destination, pickTarget(choices, table, outwards).route, chance(4) ? 'blackhole' : 'active')
  }
  drawWaysToVpcs(choices, table)
  drawDetours(choices, table)
  drawMoreSpecific(choices, draft, table)
  const nat64 = table.vpc.targets.filter(({ route }) => route.NatGatewayId !== undefined)
  if (nat64.length > 0 && !table.ofGateway && table.vpc.v6 !== undefined && chance(40))
    addRoute(table, '64:ff9b::/96', pick(nat64).route)
}

const targetsOf = (table: TablePlan, family: 4 | 6, towards: Target['towards'][number]): Target[] =>
  table.vpc.targets.filter(
    (target) => fits(table, target) && target.families.includes(family) && target.towards.includes(towards),
  )

/** The table of a regional NAT gateway leads outwards. In which zone its packets enter a transit gateway no rule says, and nobody
 *  sends them to a second NAT gateway. */
const fits = ({ ofGateway }: TablePlan, { route }: Target): boolean =>
  !ofGateway || (route.NatGatewayId === undefined && route.TransitGatewayId === undefined)

/** Public tables take the internet gateway, private ones what hides addresses; either may be wrong on purpose. */
const pickTarget = ({ weighted }: Choices, { leaning }: TablePlan, targets: readonly Target[]): Target => {
  const isGateway = ({ route }: Target) => route.GatewayId?.startsWith('igw-') === true
  return weighted(
    targets.map((target) => [isGateway(target) === (leaning === 'public') ? 4 * target.weight : target.weight, target]),
  )
}

/** One way to each block of the other VPCs, most of the time. */
const drawWaysToVpcs = ({ chance, pick }: Choices, table: TablePlan): void => {
  const ways = table.vpc.targets.filter((target) => fits(table, target) && target.blocks !== undefined)
  for (const block of new Set(ways.flatMap(({ blocks }) => blocks!))) {
    if (chance(15)) continue
    const fit = ways.filter(({ blocks }) => blocks!.includes(block))
    const others = isV4(block) ? targetsOf(table, 4, 'vpc') : fit
    addRoute(table, block, pick(chance(12) ? others : fit).route, chance(5) ? 'blackhole' : 'active')
  }
}

/** Parts of the internet, and of other VPCs, that go elsewhere: what makes replies take another road. */
const drawDetours = ({ chance, int, pick }: Choices, table: TablePlan): void => {
  for (let left = int(0, 2); left > 0; left--) {
    const block = pick(INTERNET_BLOCKS)
    const targets = targetsOf(table, isV4(block) ? 4 : 6, 'internet')
    if (targets.length > 0) addRoute(table, block, pick(targets).route, chance(20) ? 'blackhole' : 'active')
  }
  const ways = table.vpc.targets.filter((target) => fits(table, target) && target.blocks?.some(isV4))
  if (ways.length === 0 || !chance(25)) return
  const way = pick(ways)
  const [first, second] = pick(way.blocks!.filter(isV4)).split('.')
  addRoute(table, `${first}.${second}.${int(0, 3)}.0/24`, pick(ways).route, chance(30) ? 'blackhole' : 'active')
}

/** R-ROUTE-7, R-ROUTE-8: a whole subnet, or all of `local`, by way of a middlebox or NAT gateway; R-ROUTE-9: lists that overlap. */
const drawMoreSpecific = (choices: Choices, draft: Draft, table: TablePlan): void => {
  const { chance, pick } = choices
  const { vpc } = table
  for (const family of [4, 6] as const) {
    const inside = targetsOf(table, family, 'inside')
    if (inside.length === 0) continue
    const subnets = vpc.subnets.filter((subnet) => family === 4 || subnet.base6 !== undefined)
    if (subnets.length > 0 && chance(45)) {
      const subnet = pick(subnets)
      addRoute(table, family === 4 ? subnet.cidr : `${subnet.base6}::/64`, pick(inside).route)
    }
    if (chance(15)) {
      const local = table.routes.findIndex(
        ({ GatewayId, DestinationCidrBlock }) =>
          GatewayId === 'local' && (DestinationCidrBlock !== undefined) === (family === 4),
      )
      if (local < 0) continue
      const { GatewayId: _, ...rest } = table.routes[local]!
      table.routes[local] = { ...rest, ...pick(inside).route }
    }
  }
  if (!chance(20)) return
  // A prefix list may not be the destination for an inspection endpoint (R-ROUTE-10).
  const targets = targetsOf(table, 4, 'internet').filter(({ route }) => route.GatewayId?.startsWith('vpce-') !== true)
  const entries = choices.some(INTERNET_BLOCKS.filter(isV4), 1, 2)
  const lists = [entries, ...(chance(50) ? [entries.slice(0, 1)] : [])]
  if (targets.length > 0)
    for (const list of lists) addRoute(table, addPrefixList(draft, vpc.place, list), pick(targets).route)
}

// ---- network ACLs

const PORTS = [
  [0, 65535],
  [443, 443],
  [80, 80],
  [22, 22],
  [53, 53],
  [80, 443],
  [1024, 65535],
  [1024, 32767],
  [32768, 65535],
  [49152, 65535],
  [8080, 8080],
] as const

type PortRange = (typeof PORTS)[number]

const ICMP_TYPES: readonly (readonly [number, number])[] = [
  [-1, -1],
  [8, -1],
  [0, -1],
  [8, 0],
  [0, 0],
  [3, 4],
]

const ICMPV6_TYPES: readonly (readonly [number, number])[] = [
  [-1, -1],
  [128, -1],
  [129, -1],
  [128, 0],
  [2, 0],
]

const drawAcl = (choices: Choices, acl: AclPlan, blocks: readonly string[], lenient: boolean): void => {
  const { chance, int, weighted } = choices
  for (const egress of [false, true]) {
    const style = weighted([
      [lenient ? 12 : 8, 'open'],
      [lenient ? 4 : 6, 'dense'],
      [lenient ? 0 : 1, 'closed'],
    ])
    let number = 100
    const push = (entry: Omit<AclEntry, 'RuleNumber' | 'Egress'>) => {
      acl.entries.push({ RuleNumber: number, Egress: egress, ...entry })
      number += 10
    }
    if (style === 'dense') {
      for (let left = int(1, lenient ? 2 : 5); left > 0; left--) push(drawAclEntry(choices, blocks))
      if (chance(60))
        for (const block of [{ CidrBlock: '0.0.0.0/0' }, { Ipv6CidrBlock: '::/0' }])
          push({
            Protocol: '6',
            RuleAction: 'allow',
            PortRange: { From: 1024, To: chance(70) ? 65535 : 49151 },
            ...block,
          })
    }
    if (style === 'open' || (style === 'dense' && chance(lenient ? 90 : 50)))
      for (const block of [{ CidrBlock: '0.0.0.0/0' }, { Ipv6CidrBlock: '::/0' }])
        push({ Protocol: '-1', RuleAction: 'allow', ...block })
    acl.entries.push({ RuleNumber: 32767, Egress: egress, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' })
    acl.entries.push({ RuleNumber: 32768, Egress: egress, Protocol: '-1', RuleAction: 'deny', Ipv6CidrBlock: '::/0' })
  }
  // AWS lists entries in any order; the numbers decide.
  if (chance(50)) acl.entries.reverse()
}

const drawAclEntry = (
  { chance, pick, weighted }: Choices,
  blocks: readonly string[],
): Omit<AclEntry, 'RuleNumber' | 'Egress'> => {
  const block = pick(blocks)
  const v4 = isV4(block)
  const protocol = weighted([
    [5, '6'],
    [2, '17'],
    [2, v4 ? '1' : '58'],
    [2, '-1'],
    [1, '47'],
    // R-NACL-6: the other family's ICMP matches nothing.
    [1, v4 ? '58' : '1'],
  ])
  const [from, to]: PortRange = pick(PORTS)
  const [type, code] = pick(protocol === '58' ? ICMPV6_TYPES : ICMP_TYPES)
  return {
    Protocol: protocol,
    RuleAction: chance(40) ? 'deny' : 'allow',
    ...(v4 ? { CidrBlock: block } : { Ipv6CidrBlock: block }),
    ...(protocol === '6' || protocol === '17' ? { PortRange: { From: from, To: to } } : {}),
    ...(protocol === '1' || protocol === '58' ? { IcmpTypeCode: { Type: type, Code: code } } : {}),
  }
}

// ---- security groups

const drawGroup = (
  choices: Choices,
  group: GroupPlan,
  blocks: readonly string[],
  lists: readonly string[],
  around: Surroundings,
): void => {
  const { chance, int } = choices
  const { lenient } = around
  const rule = () => drawPermission(choices, group, blocks, lists, around)
  if (chance(lenient ? 70 : 25)) group.ingress.push(...everything())
  for (let left = int(1, 3); left > 0; left--) group.ingress.push(rule())
  if (chance(lenient ? 90 : 60)) group.egress.push(...everything())
  else for (let left = int(0, 3); left > 0; left--) group.egress.push(rule())
}

const everything = (): Permission[] => [
  { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
]

const drawPermission = (
  choices: Choices,
  group: GroupPlan,
  blocks: readonly string[],
  lists: readonly string[],
  around: Surroundings,
): Permission => {
  const { chance, pick, some, weighted } = choices
  const protocol = weighted([
    [6, 'tcp'],
    [2, 'udp'],
    [3, '-1'],
    [1, 'icmp'],
    [1, 'icmpv6'],
    [1, '47'],
    [1, '6'],
  ])
  const peers = weighted([
    [6, 'blocks'],
    [5, 'groups'],
    [lists.length > 0 ? 2 : 0, 'lists'],
  ])
  const chosen = peers === 'blocks' ? some(blocks, 1, 2) : []
  return {
    IpProtocol: protocol,
    ...portsOf(choices, protocol),
    ...(chosen.some(isV4) ? { IpRanges: chosen.filter(isV4).map((CidrIp) => ({ CidrIp })) } : {}),
    ...(chosen.every(isV4)
      ? {}
      : { Ipv6Ranges: chosen.filter((each) => !isV4(each)).map((CidrIpv6) => ({ CidrIpv6 })) }),
    ...(peers === 'lists' ? { PrefixListIds: [{ PrefixListId: pick(lists) }] } : {}),
    ...(peers === 'groups' ? { UserIdGroupPairs: [reference(choices, group, around)] } : {}),
    ...(peers === 'groups' && chance(15) ? { IpRanges: [{ CidrIp: pick(blocks.filter(isV4)) }] } : {}),
  }
}

const portsOf = ({ pick }: Choices, protocol: string): Pick<Permission, 'FromPort' | 'ToPort'> => {
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    const [FromPort, ToPort] = pick(protocol === 'icmp' ? ICMP_TYPES : ICMPV6_TYPES)
    return { FromPort, ToPort }
  }
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== '6') return {}
  const [FromPort, ToPort]: PortRange = pick(PORTS)
  return { FromPort, ToPort }
}

/** To itself, to a neighbour in the VPC, or to a group that only a path can bring here (R-SG-9, R-SG-13). */
const reference = ({ chance, pick }: Choices, group: GroupPlan, { peerings, neighbours }: Surroundings) => {
  const own = pick([group, ...group.vpc.groups])
  const foreign = neighbours.filter((vpc) => vpc !== group.vpc && vpc.place.region === group.vpc.place.region)
  if (foreign.length === 0 || !chance(50)) return { GroupId: own.id, UserId: group.vpc.place.account }
  const { id, vpc } = pick(foreign.flatMap((each) => each.groups))
  const peering = peerings.find(({ vpcs }) => vpcs.includes(vpc) && vpcs.includes(group.vpc))
  return {
    GroupId: id,
    UserId: vpc.place.account,
    ...(peering
      ? { VpcId: vpc.id, VpcPeeringConnectionId: peering.id, PeeringStatus: chance(5) ? 'deleted' : peering.status }
      : {}),
  }
}
