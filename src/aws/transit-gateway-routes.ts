/** Transit gateway route tables: which attachment takes a destination (R-TGW-3 to R-TGW-6, R-TGW-8, R-TGW-16).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { type AddressSet, addressLine, parseBlock } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import type { Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'

export interface TransitRoute {
  /** Attachment ids; several share the load (ECMP). Empty for a blackhole. */
  readonly attachments: readonly string[]
  readonly blackhole: boolean
  readonly text: string
}

/** The route of each destination; undefined where there is none, `unknown` where routes were not read that might take it. */
export type TransitDecision = TransitRoute | 'unknown' | undefined

export const transitRoutesOf = (plane: Plane, tableId: string): AddressMap<TransitDecision> =>
  plane.once(`transit routes ${tableId}`, () => compile(plane, tableId))

type RawRoute = NonNullable<RawOf<'transitGatewayRoutes'>['Routes']>[number]

interface Candidate {
  readonly decision: TransitRoute | 'unknown'
  readonly length: number
  readonly rank: number
}

type Entry = readonly [AddressSet, Candidate]

/** R-TGW-4. */
const RANK = { static: 0, prefixList: 1, vpc: 2, 'direct-connect-gateway': 3, connect: 4, vpn: 5, other: 6 } as const

const compile = (plane: Plane, tableId: string): AddressMap<TransitDecision> => {
  const listed = plane.network.raw('transitGatewayRoutes', tableId)
  const propagations = plane.network.raw(
    'transitGatewayRouteTablePropagations',
    tableId,
  )?.TransitGatewayRouteTablePropagations
  // A list that was cut short may hide a longer prefix anywhere.
  if (!listed || listed.AdditionalRoutesAvailable) return AddressMap.constant<TransitDecision>(plane.family, 'unknown')
  const routes = listed.Routes ?? []
  const entries = routes.flatMap((route) => candidates(plane, tableId, route))
  entries.push(...references(plane, tableId, routes))
  // A search that shows propagated routes shows all that are in force (R-TGW-5); static routes alone leave them to be worked out.
  if (!routes.some(({ Type }) => Type === 'propagated')) {
    if (propagations) entries.push(...propagated(plane, propagations))
    else if (listed.RoutesScope === 'static')
      entries.push([addressLine(plane.family), { decision: 'unknown', length: -1, rank: 0 }])
  }
  return AddressMap.sweep(plane.family, entries, (matching): TransitDecision => bestOf(matching)?.decision)
}

const bestOf = (matching: readonly Candidate[]): Candidate | undefined => {
  let best: Candidate | undefined
  for (const each of matching) if (!best || (each.length - best.length || best.rank - each.rank) > 0) best = each
  return best
}

const candidates = (plane: Plane, tableId: string, raw: RawRoute): Entry[] => {
  const { DestinationCidrBlock: text, Type: type, State: state = 'active' } = raw
  // Routes by prefix list are listed once for each entry, with the list's id beside the block.
  const prefix =
    text === undefined
      ? undefined
      : plane.network.block(text, { kind: 'transitGatewayRoutes', id: tableId, field: 'Routes' })
  if (!prefix)
    return text === undefined ? [] : [[addressLine(plane.family), { decision: 'unknown', length: Infinity, rank: 0 }]]
  if (prefix.family !== plane.family || !['active', 'blackhole'].includes(state)) return []
  const attachments = (raw.TransitGatewayAttachments ?? []).flatMap(
    ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? [],
  )
  const resourceType = raw.TransitGatewayAttachments?.[0]?.ResourceType ?? 'other'
  const rank =
    type === 'propagated' ? rankOf(resourceType) : raw.PrefixListId === undefined ? RANK.static : RANK.prefixList
  const blackhole = state === 'blackhole'
  return [
    [
      intervals.interval(prefix.first, prefix.end),
      { decision: routeOf(text!, attachments, blackhole), length: prefix.length, rank },
    ],
  ]
}

/** Prefix list references, where the search did not expand them (R-TGW-16). */
const references = (plane: Plane, tableId: string, routes: readonly RawRoute[]): Entry[] => {
  if (routes.some(({ PrefixListId }) => PrefixListId !== undefined)) return []
  const listed =
    plane.network.raw('transitGatewayPrefixListReferences', tableId)?.TransitGatewayPrefixListReferences ?? []
  return listed.flatMap(
    ({ PrefixListId: list, Blackhole: blackhole = false, TransitGatewayAttachment: attachment }): Entry[] => {
      const entries = plane.network.prefixListEntries(list)
      if (!entries || !prefixListAddresses(plane.network, list, plane.family))
        return [[addressLine(plane.family), { decision: 'unknown', length: Infinity, rank: RANK.prefixList }]]
      const attachments =
        attachment?.TransitGatewayAttachmentId === undefined ? [] : [attachment.TransitGatewayAttachmentId]
      return entries.flatMap((text): Entry[] => {
        const prefix = parseBlock(text)!
        if (prefix.family !== plane.family) return []
        const decision = routeOf(text, attachments, blackhole)
        return [
          [intervals.interval(prefix.first, prefix.end), { decision, length: prefix.length, rank: RANK.prefixList }],
        ]
      })
    },
  )
}

/** What enabled propagations install: a VPC attachment its VPC's CIDR blocks, others what BGP brought, which we cannot see. */
const propagated = (
  plane: Plane,
  propagations: NonNullable<RawOf<'transitGatewayRouteTablePropagations'>['TransitGatewayRouteTablePropagations']>,
): Entry[] => {
  const enabled = propagations.filter(({ State }) => (State ?? 'enabled') === 'enabled')
  let taken: AddressSet = []
  return enabled.flatMap(
    ({ TransitGatewayAttachmentId: attachment, ResourceId: resource, ResourceType: type = 'vpc' }): Entry[] => {
      if (attachment === undefined) return []
      // Peering attachments do not propagate (R-TGW-3).
      if (type === 'peering' || type === 'tgw-peering') return []
      if (type !== 'vpc') return [[addressLine(plane.family), { decision: 'unknown', length: -1, rank: RANK.other }]]
      const vpcId = resource ?? plane.network.raw('transitGatewayVpcAttachment', attachment)?.VpcId
      if (vpcId === undefined || !plane.network.get('vpc', vpcId))
        return [[addressLine(plane.family), { decision: 'unknown', length: -1, rank: RANK.vpc }]]
      const blocks = plane.network.vpcBlocks(vpcId, plane.family)
      // An overlapping VPC is attached, but its routes are not propagated (R-TGW-8).
      if (intervals.overlaps(taken, blocks)) return []
      taken = intervals.union(taken, blocks)
      return vpcPrefixes(plane, vpcId).map(({ text, set, length }) => {
        const candidate: Candidate = { decision: routeOf(text, [attachment], false), length, rank: RANK.vpc }
        return [set, candidate] as const
      })
    },
  )
}

const vpcPrefixes = (plane: Plane, vpcId: string) => {
  const raw = plane.network.raw('vpc', vpcId)
  const inForce = plane.network.vpcBlocks(vpcId, plane.family)
  const texts = [
    ...(raw?.CidrBlockAssociationSet?.length
      ? raw.CidrBlockAssociationSet.map(({ CidrBlock }) => CidrBlock)
      : [raw?.CidrBlock]),
    ...(raw?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
  ]
  return texts.flatMap((text) => {
    const prefix = text === undefined ? undefined : parseBlock(text)
    if (prefix?.family !== plane.family) return []
    const set = intervals.interval(prefix.first, prefix.end)
    return intervals.covers(inForce, set) ? [{ text: text!, set, length: prefix.length }] : []
  })
}

const routeOf = (text: string, attachments: readonly string[], blackhole: boolean): TransitRoute => ({
  attachments,
  blackhole,
  text: `${text} -> ${blackhole ? 'blackhole' : attachments.join(', ')}`,
})

const rankOf = (resourceType: string): number =>
  resourceType in RANK ? RANK[resourceType as keyof typeof RANK] : RANK.other
