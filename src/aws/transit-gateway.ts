/** Transit gateways: attachments, the zone rule, the route table of the attachment that a packet came in by. NACLs of attachment
 *  subnets judge the VPC's side only (R-NACL-11, R-NACL-12); there is no security group. What a table decides is known by
 *  `transit-gateway-routes.ts`. https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { Of } from '../network/network.ts'
import { transitGatewayAttachmentsById, transitGatewayVpcAttachmentsByVpc } from '../network/record-index.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { nearestDoors, pinnedExits } from './appliance-mode.ts'
import { filterByAcl } from './network-acl.ts'
import { inspect, NETWORK_FUNCTION, toFirewall } from './network-function.ts'
import {
  because,
  type Behaviour,
  dropIdentity,
  identityNotPreserved,
  losingIdentity,
  oneOf,
  type Plane,
} from './plane.ts'
import { fromSite, isSite, toSite } from './site-attachment.ts'
import { BACK } from './stage-id.ts'
import { forwardingBy, isServing, availabilityOf } from './state.ts'
import { NO_ZONE, RANK, routedFrom, splitKey, tableFor, translating } from './transit-gateway-association.ts'
import { mayTranslate, transitRoutesOf, type TransitRoute } from './transit-gateway-routes.ts'

export const transitGateway: Behaviour<'transitGateway'> = {
  /** A subnet's route sends a packet here. */
  enter: (plane, draft, id, detail) => {
    const [subnetId, back] = splitKey(detail)
    const vpcId = plane.network.vpcOf(subnetId)
    const attachment = vpcId === undefined ? undefined : vpcAttachment(plane, id, vpcId)
    if (!attachment) {
      const known = vpcId !== undefined && plane.network.coversIn('transitGatewayVpcAttachment', vpcId)
      if (known) draft.drop(because('BAD_STATE_ATTACHMENT', id))
      else draft.unknown(because('ATTACHMENT_UNKNOWN', id))
      return
    }
    const { SubnetIds: subnets, Options: options, State: state } = attachment.raw
    if (!subnets) {
      draft.unknown(because('SUBNETS_UNKNOWN', attachment.id))
      return
    }
    if (!isServing(draft, id, plane.network.raw('transitGateway', id)?.State)) return
    if (!isServing(draft, attachment.id, state)) return
    if (!carriesFamily(plane, draft, attachment.id, options)) return
    // A Local Zone is served from its parent (R-TGW-22).
    const zone = plane.network.parentZoneOf(subnetId)
    const inZone = subnets.filter((subnetId) => plane.network.parentZoneOf(subnetId) === zone)
    if (inZone.length === 0 || zone === undefined) {
      const unknown =
        zone === undefined || subnets.some((subnetId) => plane.network.parentZoneOf(subnetId) === undefined)
      if (unknown) draft.unknown(because('ZONE_UNKNOWN', attachment.id))
      else {
        const table = routedFrom(plane, `${id} ${attachment.id}`, zone)
        draft.drop(because('TGW_ROUTE_AZ_RESTRICTION', attachment.id, { zone }), { onward: { to: table } })
      }
      return
    }
    const entering = plane.at(
      'transitGatewayAttachment',
      `${id} ${attachment.id}`,
      'enter',
      `${inZone[0]}${back === undefined ? '' : BACK}`,
    )
    const why = because('TRANSIT_GATEWAY_ATTACHMENT', attachment.id)
    const forwarding = forwardingBy(state)
    draft.to(entering, why, { leg: 'reply', assumptions: forwarding })
    // References reach over a transit gateway in inbound rules only (R-SG-9).
    const unidentified = dropIdentity(draft, id)
    const { lostBy, assumptions } = referencing(plane, id, attachment.id, [zone])
    draft.to(entering, why, {
      ...unidentified,
      then: lostBy ? losingIdentity(lostBy) : [{ do: 'identify-from-afar', because: identityNotPreserved(id) }],
      leg: 'request',
      assumptions: [...forwarding, ...assumptions],
    })
  },
}

export const transitGatewayAttachment: Behaviour<'transitGatewayAttachment'> = {
  /** Inbound list of the attachment's subnet (R-NACL-11), then the table associated with the attachment (R-TGW-2). */
  enter: (plane, draft, key, detail) => {
    const [, id] = splitKey(key)
    const [subnetId, back] = splitKey(detail)
    const next = routedFrom(plane, key, plane.network.parentZoneOf(subnetId) ?? NO_ZONE)
    // What came from the gateway by this subnet and goes straight back never leaves the subnet (R-NACL-4).
    if (back === undefined) filterByAcl(plane, draft, subnetId, 'inbound', next)
    else draft.to(next, because('TRANSIT_GATEWAY_ATTACHMENT', id))
  },

  /** Past that list, of an attachment of which nobody can tell what it is associated with or what it translates, or that is associated
   *  with nothing. */
  unrouted: (plane, draft, key) => {
    const [gateway, id] = splitKey(key)
    tableFor(plane, draft, gateway, id)
  },

  toSite,
  fromSite,
  toFirewall,
  inspect,

  /** Out of the gateway into a VPC: by the sender's zone where the attachment has it, else by any (R-TGW-9). */
  leave: (plane, draft, key, zone) => {
    const [gateway, id] = splitKey(key)
    const attachment = plane.network.get('transitGatewayVpcAttachment', id)
    if (!attachment) {
      draft.unknown(because('ATTACHMENT_UNKNOWN', id))
      return
    }
    const { VpcId: vpcId, State: state, SubnetIds: subnets = [], Options: options } = attachment.raw
    if (!isServing(draft, id, state)) return
    if (!carriesFamily(plane, draft, id, options)) return
    const known = subnets.filter((subnetId) => plane.network.get('subnet', subnetId))
    if (known.length === 0 || known.length < subnets.length) {
      draft.unknown(because('SUBNETS_UNKNOWN', vpcId ?? id))
      return
    }
    // The route back into the VPC that a packet came from is possible by longest prefix (R-TGW-24).
    const own = vpcId === undefined ? [] : plane.network.vpcBlocks(vpcId, plane.family)
    const origins = [
      { from: intervals.subtract(addressLine(plane.family), own), assumptions: [] },
      { from: own, assumptions: ['R-TGW-24'] },
    ]
    const { ApplianceModeSupport: mode } = options ?? {}
    const appliance = mode === 'enable'
    const doors = known.map((subnetId) => ({ id: subnetId, zone: plane.network.parentZoneOf(subnetId) }))
    const exits = appliance
      ? pinnedExits(plane, gateway, zone, doors)
      : [{ doors: nearestDoors(zone, doors), to: addressLine(plane.family) }]
    // Of one zone the mode does not matter.
    const modeAssumed = mode === undefined && known.length > 1 ? ['R-TGW-11'] : []
    const forwarding = [...forwardingBy(state), ...modeAssumed]
    for (const { doors: ways, to } of exits)
      for (const { id: subnetId, zone: entered } of ways) {
        const references = referencing(plane, gateway, id, [zone, entered])
        for (const { from, assumptions } of origins)
          draft.to(plane.at('subnet', subnetId, 'leaving', 'transit'), because('TRANSIT_GATEWAY_ATTACHMENT', id), {
            when: [
              { on: 'destination', within: to },
              { on: 'source', within: from },
            ],
            then: references.lostBy ? losingIdentity(references.lostBy) : [],
            assumptions: [...assumptions, ...forwarding, ...references.assumptions],
            ...(ways.length > 1 && oneOf(because('TGW_ZONE_CHOICE', id), subnetId, appliance)),
          })
      }
  },
}

/** IPv6 needs its support (R-TGW-13), which AWS leaves off. */
const carriesFamily = (
  { family }: Plane,
  draft: Draft,
  id: string,
  options: RawOf<'transitGatewayVpcAttachment'>['Options'],
): boolean => {
  if (family === 4 || options?.Ipv6Support === 'enable') return true
  const assumptions = options?.Ipv6Support === undefined ? ['R-TGW-13'] : []
  draft.drop(because('TGW_IPV6_SUPPORT_DISABLED', id), { assumptions })
  return false
}

export const transitGatewayRouteTable: Behaviour<'transitGatewayRouteTable'> = {
  route: (plane, draft, id, zone) => {
    const { TransitGatewayId: gateway, State: state } = plane.network.raw('transitGatewayRouteTable', id) ?? {}
    if (!isServing(draft, id, state)) return
    for (const [decision, destinations] of transitRoutesOf(plane, id).parts()) {
      const when: Condition[] = [{ on: 'destination', within: destinations }]
      if (!decision) draft.drop(because('TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT', id), { when })
      else if ('unknown' in decision) draft.unknown(decision.unknown, { when, assumptions: decision.assumptions })
      else if (decision.blackhole || decision.attachments.length === 0)
        draft.drop(because('TGW_RTB_BAD_STATE_ROUTE', id, {}, decision.text), { when })
      else if (gateway === undefined) draft.unknown(because('UNKNOWN_RESOURCE', id), { when })
      else toAttachments(plane, draft, { id, gateway, zone, decision, when })
    }
  },
}

interface TableHop {
  readonly id: string
  readonly gateway: string
  readonly zone: string
  readonly decision: TransitRoute
  readonly when: readonly Condition[]
}

const toAttachments = (plane: Plane, draft: Draft, { id, gateway, zone, decision, when }: TableHop): void => {
  const why = because('TGW_ROUTE', id, {}, decision.text)
  for (const attachment of decision.attachments) {
    // Each route is a choice of its own.
    const share = because('TGW_ECMP_CHOICE', id, {}, decision.text)
    const choice = decision.attachments.length > 1 ? oneOf(share, attachment) : {}
    const record = plane.network.raw('transitGatewayAttachment', `${gateway} ${attachment}`)
    const type =
      record?.ResourceType ?? (plane.network.get('transitGatewayVpcAttachment', attachment) ? 'vpc' : undefined)
    if (record && !isServing(draft, attachment, record.State, { when, ...choice })) continue
    if (mayTranslate(plane, gateway, attachment)) draft.unknown(translating(attachment), { when, ...choice })
    else if (type === 'vpc')
      draft.to(plane.at('transitGatewayAttachment', `${gateway} ${attachment}`, 'leave', zone), why, {
        when,
        ...choice,
      })
    else if (type === NETWORK_FUNCTION)
      draft.to(plane.at('transitGatewayAttachment', `${gateway} ${attachment}`, 'toFirewall', zone), why, {
        when,
        ...choice,
      })
    else if (isPeering(type)) toPeer(plane, draft, gateway, attachment, why, when)
    else if (isSite(type))
      draft.to(plane.at('transitGatewayAttachment', `${gateway} ${attachment}`, 'toSite'), why, { when, ...choice })
    else
      draft.unknown(
        because(type === undefined ? 'ATTACHMENT_UNKNOWN' : 'UNMODELLED_TARGET', attachment, {
          what: `${type} attachment`,
        }),
        { when, ...choice },
      )
  }
}

/** Over to another transit gateway, whose own table for the peering decides on; zones and identities stay behind (R-TGW-15). */
const toPeer = (
  plane: Plane,
  draft: Draft,
  gateway: string,
  id: string,
  why: ReturnType<typeof because>,
  when: readonly Condition[],
): void => {
  const peer = plane.network
    .indexed(transitGatewayAttachmentsById)
    .get(id)
    ?.find(({ raw }) => raw.TransitGatewayId !== gateway)
  if (!peer) {
    draft.unknown(because('UNKNOWN_RESOURCE', id), { when })
    return
  }
  const { TransitGatewayId: far, State: state } = peer.raw
  if (!isServing(draft, id, state, { when })) return
  if (!isServing(draft, far, plane.network.raw('transitGateway', far)?.State, { when })) return
  const tableId = tableFor(plane, draft, far, id, when)
  if (tableId !== undefined)
    draft.to(plane.at('transitGatewayRouteTable', tableId, 'route', NO_ZONE), why, {
      when,
      then: losingIdentity(identityNotPreserved(id)),
      assumptions: forwardingBy(state),
    })
}

/** The attachment of a VPC to a gateway. */
export const vpcAttachment = (
  plane: Plane,
  gateway: string,
  vpcId: string,
): Of<'transitGatewayVpcAttachment'> | undefined =>
  plane.network
    .indexed(transitGatewayVpcAttachmentsByVpc)
    .get(vpcId)
    ?.filter(({ raw }) => raw.TransitGatewayId === gateway)
    // One that was deleted stays listed for a while beside its successor.
    .toSorted((a, b) => RANK[availabilityOf(a.raw.State)] - RANK[availabilityOf(b.raw.State)])[0]

const isPeering = (type: string | undefined): boolean => type === 'peering' || type === 'tgw-peering'

interface Referencing {
  /** Absent where references reach. */
  readonly lostBy?: Reason
  readonly assumptions: readonly string[]
}

/** Both the gateway and the attachment must allow references, off and on by default, which is assumed of what was not read (R-SG-10); never
 *  at an end in use1-az3 (R-SG-9). */
export const referencing = (
  { network }: Plane,
  gateway: string,
  attachment: string,
  zones: readonly (string | undefined)[],
): Referencing => {
  if (zones.includes('use1-az3')) return { lostBy: identityNotPreserved(attachment), assumptions: [] }
  const ofGateway = network.raw('transitGateway', gateway)?.Options?.SecurityGroupReferencingSupport
  const ofAttachment = network.raw('transitGatewayVpcAttachment', attachment)?.Options?.SecurityGroupReferencingSupport
  const off = (resource: string) => because('SG_REFERENCING_SUPPORT', resource)
  if (ofGateway !== 'enable') return { lostBy: off(gateway), assumptions: ofGateway === undefined ? ['R-SG-10'] : [] }
  if (ofAttachment === 'disable') return { lostBy: off(attachment), assumptions: [] }
  return { assumptions: ofAttachment === undefined ? ['R-SG-10'] : [] }
}
