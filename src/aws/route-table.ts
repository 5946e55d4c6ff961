/** VPC route tables: which route takes a destination. Longest prefix first (R-ROUTE-3), then kind (R-ROUTE-4); what a target
 *  does with packets is known by the target. https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html */
import { isLocal, type Network } from '../network/network.ts'
import { addressLine, type AddressSet, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { perPlane, type Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'

/** Where a route leads, by the one target field that is set (R-ROUTE-13). */
export type Target =
  | { readonly to: 'local' }
  | { readonly to: 'internetGateway'; readonly id: string }
  | { readonly to: 'egressOnlyInternetGateway'; readonly id: string }
  | { readonly to: 'natGateway'; readonly id: string }
  | { readonly to: 'vpcPeeringConnection'; readonly id: string }
  | { readonly to: 'transitGateway'; readonly id: string }
  | { readonly to: 'vpcEndpoint'; readonly id: string }
  | { readonly to: 'vpnGateway'; readonly id: string }
  | { readonly to: 'networkInterface'; readonly id: string }
  /** Something that is not modelled, or no target that we know. `inSubnet`: it has an interface in some subnet, or may have. */
  | { readonly to: 'unmodelled'; readonly id: string; readonly what: string; readonly inSubnet: boolean }
  | { readonly to: 'blackhole' }

export interface Route {
  readonly target: Target
  /** `10.0.0.0/16 -> local`, for people. */
  readonly text: string
  readonly assumptions: readonly string[]
}

/** What a table does with one destination: one route; several that AWS picks one of (R-ROUTE-9); undefined where it has none;
 *  `unread` where a route whose destination we lack might take it. */
export type Decision =
  | {
      readonly routes: readonly Route[]
      readonly unread?: Unread
      /** Where `unread`: all that may take it. */
      readonly otherwise: readonly Route[]
      /** What is taken for granted of routes that are passed over; there may be none besides. */
      readonly assumptions: readonly string[]
    }
  | undefined

/** A prefix list whose entries were not read, a route whose destination is none, or routes of which one only can be right. */
export type Unread = { readonly list: string } | { readonly text: string } | { readonly rivals: string }

export const routesOf = perPlane((plane, tableId: string): AddressMap<Decision> => {
  const table = plane.network.raw('routeTable', tableId)
  if (!table) throw new Error(`no route table ${tableId}`)
  return compile(plane, tableId, table)
})

type RawRoute = NonNullable<RawOf<'routeTable'>['Routes']>[number]

interface Candidate {
  readonly route: Route
  readonly length: number
  readonly rank: number
  readonly listed: boolean
  /** Not installed: AWS shows it and does not use it (R-ROUTE-12). */
  readonly isFiltered?: boolean
  readonly unread?: Unread
}

/** Static before prefix list before propagated (R-ROUTE-4); routes of a Route Server between the last two (R-ROUTE-21). */
const RANK = { static: 0, prefixList: 1, routeServer: 2, propagated: 3 } as const

const compile = (plane: Plane, tableId: string, table: RawOf<'routeTable'>): AddressMap<Decision> => {
  const routes = table.Routes ?? []
  const local = intervals.unionAll(routes.filter(isLocal).map((route) => blockOf(plane, tableId, route) ?? []))
  const entries = routes.flatMap((route) => candidates(plane, tableId, table.VpcId, route, local))
  const known = new Map<string, Decision>()
  const ids = new Map(entries.map(([, candidate], index) => [candidate, index] as const))
  return AddressMap.sweep(plane.family, entries, (matching): Decision => {
    const shown = bestOf(matching)
    const isPassedOver = shown.some(({ isFiltered }) => isFiltered)
    const best = isPassedOver ? bestOf(matching.filter(({ isFiltered }) => !isFiltered)) : shown
    const assumptions = [
      ...(isPassedOver ? ['R-ROUTE-12'] : []),
      ...(best.some((each) => isShownTwice(each, matching)) ? ['R-ROUTE-16'] : []),
    ]
    const otherwise = best.some(({ unread }) => unread) ? besidesUnread(matching) : []
    const key = [assumptions, ...[best, otherwise].map((all) => all.map((each) => ids.get(each)))].join(' ')
    if (!known.has(key)) known.set(key, decisionOf(best, otherwise, assumptions))
    return known.get(key)
  })
}

const candidates = (
  plane: Plane,
  tableId: string,
  vpcId: string,
  raw: RawRoute,
  local: AddressSet,
): (readonly [AddressSet, Candidate])[] => {
  const assumptions = raw.Origin === 'Advertisement' ? ['R-ROUTE-21'] : []
  if (raw.DestinationPrefixListId !== undefined) return listed(plane, vpcId, raw, raw.DestinationPrefixListId)
  const target = targetOf(raw)
  const text = raw.DestinationCidrBlock ?? raw.DestinationIpv6CidrBlock
  const prefix = text === undefined ? undefined : routeBlock(plane, tableId, text)
  if (text === undefined) withoutDestination(plane, tableId, target)
  const route: Route = { target, text: routeText(plane.network, raw), assumptions }
  // A destination that cannot be read may take anything that is not local.
  if (!prefix) {
    const anywhere = intervals.subtract(addressLine(plane.family), local)
    return [[anywhere, { route, length: Infinity, rank: 0, listed: false, unread: { text: route.text } }]]
  }
  if (prefix.family !== plane.family) return []
  const propagated = raw.Origin === 'EnableVgwRoutePropagation'
  const rank = propagated ? RANK.propagated : raw.Origin === 'Advertisement' ? RANK.routeServer : RANK.static
  const all = prefixSet(prefix)
  // A propagated route never beats local, even when more specific (R-ROUTE-6).
  const addresses = propagated ? intervals.subtract(all, local) : all
  return [[addresses, { route, length: prefix.length, rank, listed: false, isFiltered: raw.State === 'filtered' }]]
}

/** A route to a prefix list is one route per entry (R-ROUTE-10). */
const listed = (plane: Plane, vpcId: string, raw: RawRoute, listId: string): (readonly [AddressSet, Candidate])[] => {
  const target = targetOf(raw)
  const isFiltered = raw.State === 'filtered'
  const route: Route = { target, text: routeText(plane.network, raw), assumptions: [] }
  const entries = plane.network.prefixListEntries(listId)
  const addresses = prefixListAddresses(plane.network, listId, plane.family)
  if (addresses?.length === 0) return []
  if (!entries || !addresses) {
    const outside = intervals.subtract(addressLine(plane.family), plane.network.vpcBlocks(vpcId, plane.family))
    // As exact as an entry can be: no more than a static route to that very address (R-ROUTE-4).
    const length = plane.family === 4 ? 32 : 128
    return [[outside, { route, length, rank: RANK.prefixList, listed: true, unread: { list: listId }, isFiltered }]]
  }
  return entries.flatMap((text) => {
    const prefix = plane.network.block(text, { kind: 'managedPrefixListEntries', id: listId, field: 'Cidr' })
    if (prefix?.family !== plane.family) return []
    const candidate: Candidate = { route, length: prefix.length, rank: RANK.prefixList, listed: true, isFiltered }
    return [[prefixSet(prefix), candidate] as const]
  })
}

/** The longest prefix first, then the rank (R-ROUTE-3, R-ROUTE-4). */
const compare = (a: Candidate, b: Candidate): number => a.length - b.length || b.rank - a.rank

const bestOf = (matching: readonly Candidate[]): readonly Candidate[] => {
  let best: Candidate[] = []
  for (const each of matching) {
    if (each.listed) continue
    const order = best[0] ? compare(each, best[0]) : 1
    if (order > 0) best = [each]
    else if (order === 0) best.push(each)
  }
  const [plain] = best
  // Of lists that overlap, whatever the lengths of their entries, AWS picks one and keeps it (R-ROUTE-9).
  const listed = matching.filter((each) => each.listed && (!plain || compare(each, plain) > 0))
  return listed.length === 0 ? best : [...new Map(listed.map((each) => [each.route, each] as const)).values()]
}

/** A static route beside a propagated one to the same destination: AWS says which goes first, and not that it shows both (R-ROUTE-16). */
const isShownTwice = ({ rank, length, listed }: Candidate, matching: readonly Candidate[]): boolean =>
  rank === RANK.static && !listed && matching.some((each) => each.rank === RANK.propagated && each.length === length)

/** All that may take a destination which routes that cannot be read may take, or may not. */
const besidesUnread = (matching: readonly Candidate[]): readonly Candidate[] => {
  const installed = matching.filter(({ isFiltered }) => !isFiltered)
  return [...installed.filter(({ unread }) => unread), ...bestOf(installed.filter(({ unread }) => !unread))]
}

const decisionOf = (
  best: readonly Candidate[],
  others: readonly Candidate[],
  assumptions: readonly string[],
): Decision => {
  const otherwise = others.map(({ route }) => route)
  if (best.length === 0) return assumptions.length === 0 ? undefined : { routes: [], otherwise, assumptions }
  const unread = best.find((candidate) => candidate.unread !== undefined)?.unread ?? rivalsIn(best)
  return { routes: best.map(({ route }) => route), ...(unread !== undefined && { unread }), otherwise, assumptions }
}

/** Two equal static routes cannot exist (R-ROUTE-16): one of the records is old. */
const rivalsIn = (best: readonly Candidate[]): Unread | undefined => {
  const texts = [...new Set(best.filter(({ listed }) => !listed).map(({ route }) => route.text))]
  return texts.length > 1 ? { rivals: texts.join(' and ') } : undefined
}

const targetOf = (raw: RawRoute): Target => {
  if (raw.State === 'blackhole') return { to: 'blackhole' }
  const { GatewayId: gateway } = raw
  if (raw.NatGatewayId !== undefined) return { to: 'natGateway', id: raw.NatGatewayId }
  if (raw.TransitGatewayId !== undefined) return { to: 'transitGateway', id: raw.TransitGatewayId }
  if (raw.VpcPeeringConnectionId !== undefined) return { to: 'vpcPeeringConnection', id: raw.VpcPeeringConnectionId }
  if (raw.EgressOnlyInternetGatewayId !== undefined)
    return { to: 'egressOnlyInternetGateway', id: raw.EgressOnlyInternetGatewayId }
  if (raw.NetworkInterfaceId !== undefined) return { to: 'networkInterface', id: raw.NetworkInterfaceId }
  if (raw.CarrierGatewayId !== undefined) return unmodelled(raw.CarrierGatewayId, 'carrier gateway')
  if (raw.LocalGatewayId !== undefined) return unmodelled(raw.LocalGatewayId, 'local gateway')
  if (raw.CoreNetworkArn !== undefined) return unmodelled(raw.CoreNetworkArn, 'Cloud WAN core network')
  if (raw.OdbNetworkArn !== undefined) return unmodelled(raw.OdbNetworkArn, 'Oracle Database network')
  if (gateway === 'local') return { to: 'local' }
  if (gateway?.startsWith('igw-')) return { to: 'internetGateway', id: gateway }
  if (gateway?.startsWith('vgw-')) return { to: 'vpnGateway', id: gateway }
  if (gateway?.startsWith('vpce-')) return { to: 'vpcEndpoint', id: gateway }
  // Older exports put these ids into GatewayId too.
  if (gateway?.startsWith('nat-')) return { to: 'natGateway', id: gateway }
  if (gateway?.startsWith('tgw-')) return { to: 'transitGateway', id: gateway }
  if (gateway?.startsWith('pcx-')) return { to: 'vpcPeeringConnection', id: gateway }
  if (gateway?.startsWith('eigw-')) return { to: 'egressOnlyInternetGateway', id: gateway }
  if (gateway === 'VpcLattice') return unmodelled(gateway, 'VPC Lattice')
  if (raw.InstanceId !== undefined) return unmodelled(raw.InstanceId, 'instance without a named interface', true)
  return unmodelled(gateway ?? raw.IpAddress ?? 'no target', 'target that ztnet does not know', true)
}

const unmodelled = (id: string, what: string, inSubnet = false): Target => ({ to: 'unmodelled', id, what, inSubnet })

/** `10.0.0.0/8 -> tgw-1`, `pl-1 (com.amazonaws.eu-central-1.s3) -> vpce-1`: what a hop by it has as its rule. */
export const routeText = (network: Network, raw: RawRoute): string => {
  const { DestinationPrefixListId: list } = raw
  const block = raw.DestinationCidrBlock ?? raw.DestinationIpv6CidrBlock ?? 'no destination'
  const name = list === undefined ? undefined : network.prefixListName(list)
  const destination = list === undefined ? block : name === undefined ? list : `${list} (${name})`
  return `${destination} -> ${targetText(targetOf(raw))}`
}

const targetText = (target: Target): string => ('id' in target ? target.id : target.to)

const routeBlock = (plane: Plane, tableId: string, text: string) =>
  plane.network.block(text, { kind: 'routeTable', id: tableId, field: 'the destination of a route' })

const withoutDestination = (plane: Plane, tableId: string, target: Target): void =>
  plane.network.gap({
    code: 'MALFORMED',
    kind: 'routeTable',
    id: tableId,
    message: `a route of ${tableId} to ${targetText(target)} has no destination that ztnet knows`,
    remedy: 'read the route table again, or mend the file it came from',
  })

/** The CIDR block that a route is for; undefined for one of the other family, and where it names none. */
export const blockOf = (plane: Plane, tableId: string, raw: RawRoute): AddressSet | undefined => {
  const text = raw.DestinationCidrBlock ?? raw.DestinationIpv6CidrBlock
  const prefix = text === undefined ? undefined : routeBlock(plane, tableId, text)
  return prefix?.family === plane.family ? prefixSet(prefix) : undefined
}
