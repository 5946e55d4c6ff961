/** Transit gateway route tables: which attachment takes a destination (R-TGW-3 to R-TGW-6, R-TGW-8, R-TGW-16).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { append } from '../collections.ts'
import { addressLine, type AddressSet, type Family, parseBlock, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { PRIVATE_USE, SHARED_ADDRESS_SPACE } from '../packet/special-purpose.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { because, perPlane, type Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'
import { availabilityOf } from './state.ts'
import { vpcPrefixes } from './vpc-prefixes.ts'

export interface TransitRoute {
  /** Attachment ids; several share the load (ECMP). Empty for a blackhole. */
  readonly attachments: readonly string[]
  readonly blackhole: boolean
  readonly text: string
}

/** Something was not read, or is not settled, that might take the destination elsewhere. */
export interface UnknownTransitRoute {
  readonly unknown: Reason
  readonly assumptions: readonly string[]
}

/** The route of each destination; undefined where there is none. */
export type TransitDecision = TransitRoute | UnknownTransitRoute | undefined

export const transitRoutesOf = (plane: Plane, tableId: string): AddressMap<TransitDecision> =>
  tableOf(plane, tableId).decisions

/** By attachment, the addresses for which the table has any route to it, the longest or not; a default route names nobody in particular. */
export const namedByRoutes = (plane: Plane, tableId: string): ReadonlyMap<string, AddressSet> =>
  tableOf(plane, tableId).named

interface Table {
  readonly decisions: AddressMap<TransitDecision>
  readonly named: ReadonlyMap<string, AddressSet>
}

const tableOf = perPlane((plane, tableId: string): Table => compile(plane, tableId))

type RawRoute = NonNullable<RawOf<'transitGatewayRoutes'>['Routes']>[number]

interface Candidate {
  readonly decision: TransitRoute | UnknownTransitRoute
  readonly length: number
  readonly rank: number
}

type Entry = readonly [AddressSet, Candidate]

/** R-TGW-4. */
const RANK = { static: 0, prefixList: 1, vpc: 2, 'direct-connect-gateway': 3, connect: 4, vpn: 5, other: 6 } as const

const compile = (plane: Plane, tableId: string): Table => {
  const listed = plane.network.raw('transitGatewayRoutes', tableId)
  const unread = notRead(plane, tableId)
  // A list that was cut short may hide a longer prefix anywhere.
  if (!listed || listed.AdditionalRoutesAvailable)
    return { decisions: AddressMap.constant<TransitDecision>(plane.family, unread), named: new Map() }
  const routes = listed.Routes ?? []
  const entries = routes.flatMap((route) => candidates(plane, tableId, route))
  entries.push(...references(plane, tableId, routes))
  const propagations = propagationsOf(plane, tableId)
  // A search that shows propagated routes shows all that are in force (R-TGW-5); static routes alone leave them to be worked out: a search
  // has to be told what to search for, and may have been told to leave them out.
  if (routes.some(({ Type }) => Type === 'propagated')) {
    const unsettled = propagations?.filter(({ State }) => availabilityOf(State) !== 'in-service') ?? []
    entries.push(...propagated(plane, tableId, unsettled))
  } else {
    // A search shows what is longest; a list of static routes alone may hide a longer one of a VPC that nobody knows to propagate (R-TGW-4).
    const longest = listed.RoutesScope === 'static' ? longestIn(plane.family) : -1
    entries.push(...propagated(plane, tableId, propagations, longest))
  }
  const decisions = AddressMap.sweep(plane.family, entries, (matching): TransitDecision => bestOf(matching)?.decision)
  return { decisions, named: namedIn(entries) }
}

const namedIn = (entries: readonly Entry[]): Table['named'] => {
  const named = new Map<string, AddressSet[]>()
  for (const [addresses, { decision, length }] of entries)
    if (!('unknown' in decision) && !decision.blackhole && length > 0)
      for (const id of decision.attachments) append(named, id, addresses)
  return new Map(Array.from(named, ([id, sets]) => [id, intervals.unionAll(sets)]))
}

const notRead = perPlane((_, tableId: string): UnknownTransitRoute => ({
  unknown: because('TGW_RTB_ROUTES_ARE_UNKNOWN', tableId),
  assumptions: [],
}))

type Propagation = NonNullable<
  RawOf<'transitGatewayRouteTablePropagations'>['TransitGatewayRouteTablePropagations']
>[number]

/** Undefined where nobody read them. */
const propagationsOf = (plane: Plane, tableId: string): readonly Propagation[] | undefined => {
  const record = plane.network.raw('transitGatewayRouteTablePropagations', tableId)
  return record && (record.TransitGatewayRouteTablePropagations ?? [])
}

/** A route by the state of what makes it: none where that is not there, not known where it is on its way to be (R-FLOW-10). */
const inState = (
  tableId: string,
  what: string,
  state: string | undefined,
  route: TransitRoute,
  service = availabilityOf(state),
): readonly Candidate['decision'][] => {
  if (service === 'in-service') return [route]
  if (service === 'out-of-service') return []
  const code = service === 'transitional' ? 'TRANSITIONAL_STATE' : 'STATE_UNKNOWN'
  return [{ unknown: because(code, tableId, { what, state: state! }), assumptions: ['R-FLOW-10'] }]
}

const bestOf = (matching: readonly Candidate[]): Candidate | undefined => {
  let best: Candidate | undefined
  for (const each of matching) if (!best || (each.length - best.length || best.rank - each.rank) > 0) best = each
  return best
}

const candidates = (plane: Plane, tableId: string, raw: RawRoute): Entry[] => {
  const { DestinationCidrBlock: text, Type: type, State: state } = raw
  // Routes by prefix list are listed once for each entry, with the list's id beside the block.
  const prefix =
    text === undefined
      ? undefined
      : plane.network.block(text, { kind: 'transitGatewayRoutes', id: tableId, field: 'Routes' })
  if (!prefix) return text === undefined ? [] : [anywhere(plane, tableId, Infinity, RANK.static)]
  if (prefix.family !== plane.family) return []
  const resourceType = raw.TransitGatewayAttachments?.[0]?.ResourceType ?? 'other'
  const rank =
    type === 'propagated' ? rankOf(resourceType) : raw.PrefixListId === undefined ? RANK.static : RANK.prefixList
  const blackhole = state === 'blackhole'
  const route = routeOf(text!, attachmentsIn(raw), blackhole)
  return inState(tableId, `the route to ${text}`, blackhole ? 'active' : state, route).map((decision): Entry => [
    prefixSet(prefix),
    { decision, length: prefix.length, rank },
  ])
}

/** Prefix list references, where the search did not expand them (R-TGW-16). */
const references = (plane: Plane, tableId: string, routes: readonly RawRoute[]): Entry[] => {
  if (routes.some(({ PrefixListId }) => PrefixListId !== undefined)) return []
  const listed =
    plane.network.raw('transitGatewayPrefixListReferences', tableId)?.TransitGatewayPrefixListReferences ?? []
  return listed.flatMap(
    ({ PrefixListId: list, State: state, Blackhole: blackhole = false, TransitGatewayAttachment: to }): Entry[] => {
      // Attachments alone forward while they are being modified (R-FLOW-10).
      const service = state === 'modifying' ? 'transitional' : availabilityOf(state)
      if (service === 'out-of-service') return []
      const entries = plane.network.prefixListEntries(list)
      if (!entries || !prefixListAddresses(plane.network, list, plane.family))
        return [anywhere(plane, tableId, Infinity, RANK.prefixList)]
      const attachments = to?.TransitGatewayAttachmentId === undefined ? [] : [to.TransitGatewayAttachmentId]
      return entries.flatMap((text): Entry[] => {
        const prefix = parseBlock(text)!
        if (prefix.family !== plane.family) return []
        const route = routeOf(text, attachments, blackhole)
        return inState(tableId, `the reference to ${list}`, state, route, service).map((decision): Entry => [
          prefixSet(prefix),
          { decision, length: prefix.length, rank: RANK.prefixList },
        ])
      })
    },
  )
}

/** Whether static NAT of an attachment may rewrite what passes it, in either direction. By which rules is in no answer that is read; whoever
 *  only takes part in the gateway is not even told that there are any. NAT is of IPv4 alone.
 *  https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nat-routing.html */
export const mayTranslate = ({ network, family }: Plane, gateway: string, attachment: string): boolean => {
  if (family !== 4) return false
  const support = network.raw('transitGatewayAttachment', `${gateway} ${attachment}`)?.NatGatewaySupport
  return support !== undefined && support !== 'disabled'
}

/** Where the addresses are that such NAT translates to. */
const NAT_BLOCKS: AddressSet = intervals.union(PRIVATE_USE, SHARED_ADDRESS_SPACE)

/** What propagations install: a VPC attachment its VPC's CIDR blocks, others what BGP brought, which we cannot see. `longest`: of the prefixes
 *  that may be missing. */
const propagated = (
  plane: Plane,
  tableId: string,
  propagations: readonly Propagation[] | undefined,
  longest = -1,
): Entry[] => {
  if (!propagations) return [anywhere(plane, tableId, longest, RANK.other)]
  const there = propagations.filter(({ State }) => availabilityOf(State) !== 'out-of-service')
  const vpcOf = ({ ResourceId: resource, TransitGatewayAttachmentId: id = '' }: Propagation): string | undefined =>
    resource ?? plane.network.raw('transitGatewayVpcAttachment', id)?.VpcId
  const vpcs = there.flatMap((each) => ((each.ResourceType ?? 'vpc') === 'vpc' ? (vpcOf(each) ?? []) : []))
  const contested = contestedBy(plane, new Set(vpcs))
  return there.flatMap((each): Entry[] => {
    const { TransitGatewayAttachmentId: attachment, ResourceType: type = 'vpc', State: state } = each
    if (attachment === undefined) return []
    if (type !== 'vpc') return [anywhere(plane, tableId, -1, RANK.other)]
    const vpcId = vpcOf(each)
    if (vpcId === undefined || !plane.network.get('vpc', vpcId)) return [anywhere(plane, tableId, longest, RANK.vpc)]
    // What a block is translated to, which is as long, is propagated in its place.
    const gateway = plane.network.raw('transitGatewayRouteTable', tableId)?.TransitGatewayId
    if (gateway !== undefined && mayTranslate(plane, gateway, attachment))
      return vpcPrefixes(plane, vpcId).map(({ set, length }): Entry => [
        intervals.union(NAT_BLOCKS, set),
        { decision: notRead(plane, tableId), length, rank: RANK.other },
      ])
    const isContested = intervals.overlaps(contested, plane.network.vpcBlocks(vpcId, plane.family))
    return vpcPrefixes(plane, vpcId).flatMap(({ text, set, length }) => {
      const route = routeOf(text, [attachment], false)
      const decisions = isContested
        ? [notRead(plane, tableId)]
        : inState(tableId, `the propagation of ${attachment}`, state, route)
      return decisions.map((decision): Entry => [set, { decision, length, rank: RANK.vpc }])
    })
  })
}

/** What more than one of these VPCs has. The first of them to be attached propagates its routes, the others do not (R-TGW-8); which that
 *  was is in no record. */
const contestedBy = (plane: Plane, vpcs: Iterable<string>): AddressSet => {
  let all: AddressSet = []
  let contested: AddressSet = []
  for (const vpcId of vpcs) {
    const blocks = plane.network.vpcBlocks(vpcId, plane.family)
    contested = intervals.union(contested, intervals.intersect(all, blocks))
    all = intervals.union(all, blocks)
  }
  return contested
}

const longestIn = (family: Family): number => (family === 4 ? 32 : 128)

/** What may take any destination: before all that is known with the greatest length, after it with none. */
const anywhere = (plane: Plane, tableId: string, length: number, rank: number): Entry => [
  addressLine(plane.family),
  { decision: notRead(plane, tableId), length, rank },
]

/** An attachment over VPN may be listed once for each tunnel. */
const attachmentsIn = ({ TransitGatewayAttachments: listed = [] }: RawRoute): readonly string[] => [
  ...new Set(listed.flatMap(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? [])),
]

/** `10.0.0.0/8 -> tgw-attach-1`: what a hop by it has as its rule. */
export const transitRouteText = (raw: RawRoute): string =>
  routeOf(raw.DestinationCidrBlock ?? 'no destination', attachmentsIn(raw), raw.State === 'blackhole').text

const routeOf = (text: string, attachments: readonly string[], blackhole: boolean): TransitRoute => ({
  attachments,
  blackhole,
  text: `${text} -> ${blackhole ? 'blackhole' : attachments.join(', ')}`,
})

const rankOf = (resourceType: string): number =>
  resourceType in RANK ? RANK[resourceType as keyof typeof RANK] : RANK.other
