/** Transit gateways: attachments, the zone rule, the route table of the attachment that a packet came in by. NACLs of attachment
 *  subnets judge the VPC's side only (R-NACL-11, R-NACL-12); there is no security group. What a table decides is known by
 *  `transit-gateway-routes.ts`. https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Condition, Transfer } from '../forwarding/transfer.ts'
import type { Of } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, dropIdentity, oneOf, type Plane } from './plane.ts'
import { BACK } from './stage-id.ts'
import { forwardingBy, isServing, serviceOf } from './state.ts'
import { mayTranslate, transitRoutesOf, type TransitRoute } from './transit-gateway-routes.ts'

export const transitGateway: Behaviour<'transitGateway'> = {
  /** A subnet's route sends a packet here. */
  enter: (plane, draft, id, detail) => {
    const [subnetId, back] = split(detail)
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
    const doors = subnets.filter((door) => plane.network.parentZoneOf(door) === zone)
    if (doors.length === 0 || zone === undefined) {
      const unknown = zone === undefined || subnets.some((door) => plane.network.parentZoneOf(door) === undefined)
      if (unknown) draft.unknown(because('ZONE_UNKNOWN', attachment.id))
      else draft.drop(because('TGW_ROUTE_AZ_RESTRICTION', attachment.id, { zone }))
      return
    }
    const door = plane.at(
      'transitGatewayAttachment',
      `${id} ${attachment.id}`,
      'enter',
      `${doors[0]}${back === undefined ? '' : BACK}`,
    )
    const why = because('TRANSIT_GATEWAY_ATTACHMENT', attachment.id)
    const forwarding = forwardingBy(state)
    draft.to(door, why, { leg: 'reply', assumptions: forwarding })
    // References reach over a transit gateway in inbound rules only (R-SG-9).
    const unidentified = dropIdentity(draft, id)
    const { keeps, assumptions } = referencing(plane, id, attachment.id, [zone])
    draft.to(door, why, {
      ...unidentified,
      ...(keeps && { then: [{ do: 'identify-from-afar' }] }),
      leg: 'request',
      assumptions: [...forwarding, ...assumptions],
    })
  },
}

export const transitGatewayAttachment: Behaviour<'transitGatewayAttachment'> = {
  /** Inbound list of the attachment's subnet (R-NACL-11), then the table associated with the attachment (R-TGW-2). */
  enter: (plane, draft, key, detail) => {
    const [gateway, id] = split(key)
    const [door, back] = split(detail)
    const association = associationOf(plane, gateway, id)
    const zone = plane.network.parentZoneOf(door) ?? NO_ZONE
    const next =
      isInForce(association) && !mayTranslate(plane, gateway, id)
        ? plane.at('transitGatewayRouteTable', association.table, 'route', zone)
        : plane.at('transitGatewayAttachment', key, 'unrouted')
    // What came from the gateway by this subnet and goes straight back never leaves the subnet (R-NACL-4).
    if (back === undefined) filterByAcl(plane, draft, door, 'inbound', next)
    else draft.to(next, because('TRANSIT_GATEWAY_ATTACHMENT', id))
  },

  /** Past that list, of an attachment of which nobody can tell what it is associated with or what it translates, or that is associated
   *  with nothing. */
  unrouted: (plane, draft, key) => {
    const [gateway, id] = split(key)
    tableFor(plane, draft, gateway, id)
  },

  /** Out of the gateway into a VPC: by the sender's zone where the attachment has it, else by any (R-TGW-9). */
  leave: (plane, draft, key, zone) => {
    const [gateway, id] = split(key)
    const attachment = plane.network.get('transitGatewayVpcAttachment', id)
    if (!attachment) {
      draft.unknown(because('ATTACHMENT_UNKNOWN', id))
      return
    }
    const { VpcId: vpcId, State: state, SubnetIds: subnets = [], Options: options } = attachment.raw
    if (!isServing(draft, id, state)) return
    if (!carriesFamily(plane, draft, id, options)) return
    const known = subnets.filter((door) => plane.network.get('subnet', door))
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
    const exits = appliance
      ? pinnedExits(plane, gateway, zone, known)
      : [{ doors: nearestDoors(plane, zone, known), to: addressLine(plane.family) }]
    // Of one zone the mode does not matter.
    const modeAssumed = mode === undefined && known.length > 1 ? ['R-TGW-11'] : []
    const forwarding = [...forwardingBy(state), ...modeAssumed]
    for (const { doors, to } of exits)
      for (const door of doors) {
        const references = referencing(plane, gateway, id, [zone, plane.network.parentZoneOf(door)])
        for (const { from, assumptions } of origins)
          draft.to(plane.at('subnet', door, 'leaving', 'transit'), because('TRANSIT_GATEWAY_ATTACHMENT', id), {
            when: [
              { on: 'destination', within: to },
              { on: 'source', within: from },
            ],
            then: references.keeps ? [] : FORGET,
            assumptions: [...assumptions, ...forwarding, ...references.assumptions],
            ...(doors.length > 1 && oneOf(because('TGW_ZONE_CHOICE', id), door, appliance)),
          })
      }
  },
}

const translating = (id: string) => because('UNMODELLED_TARGET', id, { what: 'attachment that translates addresses' })

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

interface Exit {
  readonly doors: readonly string[]
  readonly to: AddressSet
}

const nearestDoors = (plane: Plane, zone: string, doors: readonly string[]): readonly string[] => {
  const same = doors.find((door) => plane.network.parentZoneOf(door) === zone)
  return same === undefined ? doors : [same]
}

/** In appliance mode a flow between zones goes by any zone, and both its directions by the same; one of whose ends has no zone keeps to
 *  that of the other (R-TGW-11). */
const pinnedExits = (plane: Plane, gateway: string, zone: string, doors: readonly string[]): readonly Exit[] => {
  const everybody = addressLine(plane.family)
  const elsewhere = otherZones(plane, gateway, zone)
  if (zone !== NO_ZONE)
    return [
      { doors: nearestDoors(plane, zone, doors), to: intervals.subtract(everybody, elsewhere) },
      { doors, to: elsewhere },
    ]
  let left = everybody
  const own = doors.map((door): Exit => {
    const others = otherZones(plane, gateway, plane.network.parentZoneOf(door))
    const to = intervals.intersect(left, intervals.subtract(elsewhere, others))
    left = intervals.subtract(left, to)
    return { doors: [door], to }
  })
  return [...own, { doors, to: left }]
}

/** Addresses in zones other than this one, as far as the gateway knows of zones: what is behind its peerings has none. */
const otherZones = (plane: Plane, gateway: string, zone: string | undefined): AddressSet =>
  plane.once(`addresses of ${gateway} outside ${zone}`, () =>
    intervals.unionAll(
      plane.network
        .all('transitGatewayVpcAttachment')
        .flatMap(({ raw }) =>
          raw.TransitGatewayId === gateway && raw.VpcId !== undefined ? plane.network.subnetsOf(raw.VpcId) : [],
        )
        .filter(({ id }) => plane.network.parentZoneOf(id) !== zone)
        .map(({ id }) => plane.network.subnetBlocks(id, plane.family)),
    ),
  )

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
    const choice = decision.attachments.length > 1 ? oneOf(because('TGW_ECMP_CHOICE', id), attachment) : {}
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
    else if (isPeering(type)) toPeer(plane, draft, gateway, attachment, why, when)
    else
      draft.unknown(
        because(type === undefined ? 'ATTACHMENT_UNKNOWN' : 'UNMODELLED_TARGET', attachment, {
          what: `${type} attachment`,
        }),
        { when },
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
    .grouped('transitGatewayAttachment', 'own id', (each) => [each.id])
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
      then: FORGET,
      assumptions: forwardingBy(state),
    })
}

/** The attachment of a VPC to a gateway. */
const vpcAttachment = (plane: Plane, gateway: string, vpcId: string): Of<'transitGatewayVpcAttachment'> | undefined =>
  plane.network
    .grouped('transitGatewayVpcAttachment', 'vpc', ({ raw }) => (raw.VpcId === undefined ? [] : [raw.VpcId]))
    .get(vpcId)
    ?.filter(({ raw }) => raw.TransitGatewayId === gateway)
    // One that was deleted stays listed for a while beside its successor.
    .toSorted((a, b) => RANK[serviceOf(a.raw.State)] - RANK[serviceOf(b.raw.State)])[0]

const isInForce = (association: ReturnType<typeof associationOf>): association is Association =>
  typeof association === 'object' && serviceOf(association.state) === 'in-service'

/** The table that routes what came in by an attachment (R-TGW-2, R-TGW-7); where there is none, or none that is known, writes where
 *  packets end. */
const tableFor = (
  plane: Plane,
  draft: Draft,
  gateway: string,
  id: string,
  when: readonly Condition[] = [],
): string | undefined => {
  if (mayTranslate(plane, gateway, id)) {
    draft.unknown(translating(id), { when })
    return undefined
  }
  const association = associationOf(plane, gateway, id)
  if (association === 'unknown' || association === 'by policy') {
    const assumptions = association === 'by policy' ? ['R-TGW-17'] : []
    draft.unknown(because('TGW_RTB_ROUTES_ARE_UNKNOWN', id), { when, assumptions })
    return undefined
  }
  if (!association || serviceOf(association.state) === 'out-of-service') {
    const assumptions = association && ['R-FLOW-10']
    draft.drop(because('TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION', id), { when, ...(assumptions && { assumptions }) })
    return undefined
  }
  return isServing(draft, id, association.state, { when }) ? association.table : undefined
}

interface Association {
  readonly table: string
  readonly state: string | undefined
}

/** Undefined for none, `unknown` where nothing read would tell. */
const associationOf = (
  plane: Plane,
  gateway: string,
  id: string,
): Association | 'unknown' | 'by policy' | undefined => {
  const record = plane.network.get('transitGatewayAttachment', `${gateway} ${id}`)
  const { TransitGatewayRouteTableId: table, State: state } = record?.raw.Association ?? {}
  if (table !== undefined) return { table, state }
  const listed = plane.network
    .grouped('transitGatewayRouteTableAssociations', 'attachment', ({ raw }) => [
      ...new Set(
        (raw.Associations ?? []).flatMap(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? []),
      ),
    ])
    .get(id)
    ?.filter((each) => plane.network.raw('transitGatewayRouteTable', each.id)?.TransitGatewayId === gateway)
    .flatMap(({ id: table, raw }) =>
      (raw.Associations ?? [])
        .filter((each) => each.TransitGatewayAttachmentId === id)
        .map((each) => ({ table, state: each.State })),
    )
    .toSorted((a, b) => RANK[serviceOf(a.state)] - RANK[serviceOf(b.state)])
  if (listed?.[0]) return listed[0]
  if (!record || !seesTablesOf(plane, record)) return 'unknown'
  return mayFollowPolicy(plane, record) ? 'by policy' : undefined
}

/** A policy table takes the place of a route table, for attachments of any type; for which, and by what entries, is not read (R-TGW-17).
 *  https://docs.aws.amazon.com/vpc/latest/tgw/tgw-policy-tables-associate.html */
const mayFollowPolicy = ({ network }: Plane, { raw }: Of<'transitGatewayAttachment'>): boolean =>
  network
    .all('transitGatewayPolicyTable')
    .some(
      (table) => table.raw.TransitGatewayId === raw.TransitGatewayId && serviceOf(table.raw.State) !== 'out-of-service',
    )

const isPeering = (type: string | undefined): boolean => type === 'peering' || type === 'tgw-peering'

/** Whoever takes part in a gateway of another account sees neither its route tables nor what is associated with them (R-TGW-23). */
const seesTablesOf = ({ network }: Plane, { account, region, raw }: Of<'transitGatewayAttachment'>): boolean => {
  const gateway = raw.TransitGatewayId
  const owner = raw.TransitGatewayOwnerId ?? network.raw('transitGateway', gateway)?.OwnerId ?? account
  return (
    network.covers('transitGatewayRouteTable', { account: owner, region }) ||
    network.all('transitGatewayRouteTable').some((table) => table.raw.TransitGatewayId === gateway)
  )
}

interface Referencing {
  readonly keeps: boolean
  readonly assumptions: readonly string[]
}

/** Both the gateway and the attachment must allow references, off and on by default, which is assumed of what was not read (R-SG-10); never
 *  at an end in use1-az3 (R-SG-9). */
const referencing = (
  { network }: Plane,
  gateway: string,
  attachment: string,
  zones: readonly (string | undefined)[],
): Referencing => {
  if (zones.includes('use1-az3')) return { keeps: false, assumptions: [] }
  const ofGateway = network.raw('transitGateway', gateway)?.Options?.SecurityGroupReferencingSupport
  if (ofGateway !== 'enable') return { keeps: false, assumptions: ofGateway === undefined ? ['R-SG-10'] : [] }
  const ofAttachment = network.raw('transitGatewayVpcAttachment', attachment)?.Options?.SecurityGroupReferencingSupport
  return { keeps: ofAttachment !== 'disable', assumptions: ofAttachment === undefined ? ['R-SG-10'] : [] }
}

/** Of what came over a peering. */
const NO_ZONE = ''

const FORGET: readonly Transfer[] = [{ do: 'identify', as: undefined }]

const RANK = { 'in-service': 0, transitional: 1, 'not-known': 1, 'out-of-service': 2 } as const

const split = (key: string): [string, string] => key.split(' ') as [string, string]
