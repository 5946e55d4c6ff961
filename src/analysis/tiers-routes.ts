/** Where the routes of a subnet lead packets for the internet, each address family by itself: R-ROUTE-17 and R-ROUTE-19. Exact, from
 *  the compiled route table; whether a packet then passes is not asked here. */
import { internetAddresses } from '../aws/internet.ts'
import { perPlane, Plane } from '../aws/plane.ts'
import { prefixListAddresses } from '../aws/prefix-list.ts'
import { publicBlocks } from '../aws/public-address.ts'
import { type Decision, type Route, routesOf, type Target } from '../aws/route-table.ts'
import { availabilityOf } from '../aws/state.ts'
import { nameOfResource, Network, type Of } from '../network/network.ts'
import { type AddressSet, type Family, formatRange, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { UNIQUE_LOCAL } from '../packet/special-purpose.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'

/** `vpn-only`: no way out of the VPC but a virtual private gateway. `isolated`: nothing leads to the internet. */
export type RoutingClass = 'public-v4' | 'public-v6' | 'egress-only' | 'transit' | 'vpn-only' | 'isolated' | 'unknown'

export interface FamilyRouting {
  readonly is: RoutingClass
  /** What takes packets for the internet, the most open first. */
  readonly exits: readonly Exit[]
  readonly reason: string
}

/** Something that takes packets for the internet. */
export interface Exit {
  readonly via: ExitKind
  readonly id: string
  readonly name?: string
  /** `0.0.0.0/0 -> igw-1`, as the route table has them. */
  readonly routes: readonly string[]
  /** `all` of the internet, save what gateway endpoints and the VPC itself take; `part` of it; `unread`, where the entries of a
   *  prefix list were not read. */
  readonly scope: 'all' | 'part' | 'unread'
  /** The part of the internet that it takes, CIDR blocks and `first-last`; where `scope` is `part`. */
  readonly destinations?: readonly string[]
}

const EXIT_KINDS = [
  'internet-gateway',
  'nat-gateway',
  'egress-only-internet-gateway',
  'private-nat-gateway',
  'transit-gateway',
  'inspection-endpoint',
  'network-interface',
  'core-network',
  'local-gateway',
  'carrier-gateway',
  'vpn-gateway',
  'unmodelled',
] as const
export type ExitKind = (typeof EXIT_KINDS)[number]

/** Absent where the subnet has no addresses of the family. */
export interface SubnetRouting {
  readonly table?: Of<'routeTable'>
  readonly ipv4?: FamilyRouting
  readonly ipv6?: FamilyRouting
}

export const routingOf = (planes: { readonly 4: Plane; readonly 6: Plane }, subnet: Of<'subnet'>): SubnetRouting => {
  const { network } = planes[4]
  const table = network.routeTableOf(subnet.id)
  const hasIpv6 = network.subnetBlocks(subnet.id, 6).length > 0 || subnet.raw.Ipv6Native === true
  return {
    ...(table && { table }),
    ...(subnet.raw.Ipv6Native !== true && { ipv4: familyRouting(planes[4], subnet, table) }),
    ...(hasIpv6 && { ipv6: familyRouting(planes[6], subnet, table) }),
  }
}

const familyRouting = (plane: Plane, subnet: Of<'subnet'>, table: Of<'routeTable'> | undefined): FamilyRouting => {
  if (!table) return { is: 'unknown', exits: [], reason: `no route table was read that is in force in ${subnet.id}` }
  // What a table does is the same for all its subnets, but an IPv6 block that is private has no way to the internet (R-ADDR-11).
  const isPublic = plane.family === 4 || hasPublicIpv6(plane.network, subnet)
  return tableRouting(plane, table, isPublic)
}

const tableRouting = perPlane((plane, table: Of<'routeTable'>, isPublic: boolean): FamilyRouting => {
  const ways = exitsOf(plane, table, isPublic)
  const { exits, inward } = ways
  const kinds = new Set(exits.map(({ via }) => via))
  const is: RoutingClass = kinds.has('internet-gateway')
    ? plane.family === 4
      ? 'public-v4'
      : 'public-v6'
    : kinds.has('nat-gateway') || kinds.has('egress-only-internet-gateway')
      ? 'egress-only'
      : kinds.has('unmodelled')
        ? 'unknown'
        : [...kinds].some((kind) => kind !== 'vpn-gateway')
          ? 'transit'
          : kinds.has('vpn-gateway') || inward.some(({ target }) => target.to === 'vpnGateway')
            ? 'vpn-only'
            : 'isolated'
  return { is, exits, reason: reasonOf(plane.family, ways) }
})

interface Ways {
  readonly exits: readonly Exit[]
  /** Routes out of the VPC, to places that are not on the internet. */
  readonly inward: readonly Route[]
  /** Routes for the internet that lead nowhere, each with the reason. */
  readonly elsewhere: readonly string[]
}

const exitsOf = (plane: Plane, table: Of<'routeTable'>, isPublic: boolean): Ways => {
  const { unread, map } = readable(plane, table)
  const world = worldOf(plane)
  const taken = new Map<
    string,
    { readonly target: Target; set: AddressSet; readonly routes: Set<string>; unread: boolean }
  >()
  const take = ({ target, text }: Route, set: AddressSet, isUnread: boolean): void => {
    const key = JSON.stringify(target)
    const known = taken.get(key)
    if (known) {
      known.set = intervals.union(known.set, set)
      known.routes.add(text)
      known.unread ||= isUnread
    } else taken.set(key, { target, set, routes: new Set([text]), unread: isUnread })
  }
  // Of IPv6 a NAT gateway takes the addresses that stand for IPv4 ones, and no others (R-NAT-12, R-ROUTE-24).
  const isForNat = ({ target }: Route): boolean => plane.family === 6 && target.to === 'natGateway'
  for (const [decision, set] of map.split(world))
    for (const route of routesIn(decision)) if (!isForNat(route)) take(route, set, false)
  if (plane.family === 6)
    for (const [decision, set] of map.split(NAT64_PREFIX))
      for (const route of routesIn(decision)) if (isForNat(route)) take(route, set, false)
  for (const route of unread) take(route, [], true)

  const all = [...taken.values()].map((way) => ({
    ...way,
    end: endOf(plane, table.raw.VpcId, way.target, [...way.routes], isPublic),
  }))
  const served = intervals.unionAll(all.filter(({ end }) => end === 'served').map(({ set }) => set))
  const open = intervals.subtract(world, served)
  const exits = all.flatMap(({ end, target, set, routes, unread: isUnread }): Exit[] => {
    if (end === 'served' || typeof end !== 'string' || !('id' in target)) return []
    const name = nameOf(plane.network, target)
    const whole = set.length > 0 && intervals.covers(set, open)
    return [
      {
        via: end,
        id: target.id,
        ...(name !== undefined && { name }),
        routes: [...routes],
        ...(whole
          ? { scope: 'all' as const }
          : isUnread && set.length === 0
            ? { scope: 'unread' as const }
            : {
                scope: 'part' as const,
                destinations: [...intervals.ranges(set)].map(([from, to]) => formatRange(from, to)),
              }),
      },
    ]
  })
  return {
    exits: exits.sort((a, b) => EXIT_KINDS.indexOf(a.via) - EXIT_KINDS.indexOf(b.via) || (a.id < b.id ? -1 : 1)),
    inward: inwardOf(map, world),
    elsewhere: all.flatMap(({ end, routes }) =>
      typeof end === 'string' ? [] : [...routes].map((text) => `${text} (${end.dead})`),
    ),
  }
}

/** The table as far as it was read. A prefix list whose entries nobody read may take any destination, and the compiled table says so;
 *  here the other routes are wanted as well, so that one unread list does not hide the default route. */
const readable = (plane: Plane, table: Of<'routeTable'>) => {
  const whole = routesOf(plane, table.id)
  const unread = [...whole.parts().keys()].flatMap((decision) =>
    decision?.unread === undefined ? [] : decision.routes,
  )
  if (unread.length === 0) return { unread, map: whole }
  const routes = table.raw.Routes?.filter((route) => {
    const list = route.DestinationPrefixListId
    if (list !== undefined) return prefixListAddresses(plane.network, list, plane.family) !== undefined
    const block = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock
    return block === undefined || parseBlock(block) !== undefined
  })
  return { unread, map: routesOf(tableAlone(plane, { ...table, raw: { ...table.raw, Routes: routes } }), table.id) }
}

/** A plane over one route table and the prefix lists that it may name. */
const tableAlone = (plane: Plane, table: Of<'routeTable'>): Plane => {
  const { snapshot } = plane.network
  const lists = (['prefixList', 'managedPrefixList', 'managedPrefixListEntries'] as const).flatMap((kind) =>
    plane.network.all(kind),
  )
  return new Plane(new Network({ ...snapshot, gaps: [], resources: [table, ...lists] }), plane.family)
}

const worldOf = ({ network, family }: Plane): AddressSet => internetAddresses(network, family)

/** What a target is to packets for the internet: a kind of exit; `served` where it keeps them (the VPC, a gateway endpoint); or dead. */
const endOf = (
  plane: Plane,
  vpcId: string,
  target: Target,
  routes: readonly string[],
  isPublic: boolean,
): ExitKind | 'served' | { readonly dead: string } => {
  const { network } = plane
  switch (target.to) {
    case 'local':
      return 'served'
    case 'blackhole':
      return { dead: 'what it leads to is gone' }
    case 'vpcPeeringConnection':
      // A peering connection takes packets for its VPCs alone (R-PCX-2).
      return { dead: 'a peering connection does not lead to the internet' }
    case 'internetGateway': {
      if (!isPublic) return { dead: 'the IPv6 addresses of the subnet are private' }
      const attached = network.internetGatewayOf(vpcId)?.id === target.id
      return attached || !network.get('internetGateway', target.id)
        ? 'internet-gateway'
        : { dead: 'it is not attached to the VPC' }
    }
    case 'egressOnlyInternetGateway':
      if (plane.family === 4) return { dead: 'it takes IPv6 only' }
      if (!(network.raw(target.to, target.id)?.Attachments ?? [{ VpcId: vpcId }]).some(({ VpcId }) => VpcId === vpcId))
        return { dead: 'it is not attached to the VPC' }
      return isPublic ? 'egress-only-internet-gateway' : { dead: 'the IPv6 addresses of the subnet are private' }
    case 'natGateway': {
      const nat = network.raw('natGateway', target.id)
      if (availabilityOf(nat?.State) === 'out-of-service') return { dead: `it is ${nat?.State}` }
      return nat?.ConnectivityType === 'private' ? 'private-nat-gateway' : 'nat-gateway'
    }
    case 'vpcEndpoint': {
      const type = network.raw('vpcEndpoint', target.id)?.VpcEndpointType
      // Only gateway endpoints are the target of a route to a prefix list that AWS keeps (R-GWE-1).
      const isGateway = type === undefined ? routes.every((text) => text.startsWith('pl-')) : type === 'Gateway'
      return isGateway ? 'served' : 'inspection-endpoint'
    }
    case 'transitGateway':
      return 'transit-gateway'
    case 'vpnGateway':
      return 'vpn-gateway'
    case 'networkInterface':
      return 'network-interface'
    case 'unmodelled':
      return UNMODELLED.get(target.what) ?? 'unmodelled'
  }
}

/** By the words of `route-table.ts` for targets that the engine does not model. */
const UNMODELLED: ReadonlyMap<string, ExitKind> = new Map([
  ['Cloud WAN core network', 'core-network'],
  ['local gateway', 'local-gateway'],
  ['carrier gateway', 'carrier-gateway'],
  ['instance without a named interface', 'network-interface'],
])

const inwardOf = (map: ReturnType<typeof routesOf>, world: AddressSet): readonly Route[] => {
  const found = new Map<string, Route>()
  for (const [decision, set] of map.parts())
    if (!intervals.overlaps(set, world))
      for (const route of routesIn(decision)) if (LEADS_OUT.has(route.target.to)) found.set(route.text, route)
  return [...found.values()]
}

const routesIn = (decision: Decision): readonly Route[] => decision?.routes ?? []

const LEADS_OUT: ReadonlySet<Target['to']> = new Set<Target['to']>([
  'transitGateway',
  'vpnGateway',
  'vpcPeeringConnection',
  'networkInterface',
  'natGateway',
])

/** Whether the internet would take packets from the IPv6 addresses of a subnet (R-ADDR-12). */
const hasPublicIpv6 = (network: Network, subnet: Of<'subnet'>): boolean => {
  const block = network.subnetBlocks(subnet.id, 6)
  if (block.length === 0) return false
  const vpcId = subnet.raw.VpcId
  if (network.get('vpc', vpcId)) return intervals.overlaps(block, publicBlocks(network, vpcId, 6))
  const states = (subnet.raw.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6AddressAttribute }) => Ipv6AddressAttribute)
  return states.some((state) => state !== 'private') && !intervals.covers(UNIQUE_LOCAL, block)
}

const nameOf = (network: Network, target: Target): string | undefined => {
  if (!('id' in target) || target.to === 'unmodelled') return undefined
  const resource = network.get(target.to, target.id)
  return resource && nameOfResource(resource)
}

/** Without the table, which is the same for both families. */
const reasonOf = (family: Family, { exits, inward, elsewhere }: Ways): string => {
  const dead = elsewhere.length === 0 ? [] : [`without effect: ${listed(elsewhere)}`]
  if (exits.length > 0) return [...exits.map(exitText), ...dead].join('; ')
  const within = inward.length === 0 ? [] : [`beyond the VPC only ${listed(inward.map(({ text }) => text))}`]
  return [`no IPv${family} route to the internet`, ...dead, ...within].join('; ')
}

const exitText = ({ id, name, routes, scope, destinations = [] }: Exit): string => {
  const named = name === undefined ? '' : ` (${name})`
  const text = `${listed(routes)}${routes.length === 1 && routes[0]!.endsWith(` -> ${id}`) ? named : ''}`
  if (scope === 'all') return text
  if (scope === 'unread') return `${text}, whose entries were not read`
  return `${text}, which is ${listed(destinations)} of the internet`
}

const listed = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join(' and ') : `${texts.slice(0, 2).join(', ')} and ${texts.length - 2} more`
