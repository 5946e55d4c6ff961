/** Transit gateways: how a packet enters by an attachment in its zone, which route the associated table picks, and in which zone it
 *  comes out. Both network ACL borders of an attachment subnet are judged here and in `routing.ts` (R-NACL-11, R-NACL-12). */
import { type Block, blockOf, type Family, within } from './address.ts'
import {
  coversIn,
  type Entry,
  type Estate,
  prefixListOf,
  servedFrom,
  subnetAround,
  vpcBlocks,
  zoneIdOf,
  zoneOf,
} from './estate.ts'
import { aclAllows } from './filters.ts'
import { firewallAttached, throughFirewall } from './network-firewall.ts'
import { drop, type Flight, judged, keyOf, type Packet, type Place, to, unknown } from './flight.ts'

// ---- in

/** R-TGW-1, R-TGW-13: an attachment of this VPC with a subnet in the zone of the sender. */
export const intoTransitGateway = (
  estate: Estate,
  flight: Flight,
  { gateway, vpc, subnet, zone: own, origin }: Place & { readonly at: 'entering transit gateway' },
): Flight[] => {
  const attachments = estate
    .all('transitGatewayVpcAttachment')
    .filter(({ raw }) => raw.TransitGatewayId === gateway && raw.VpcId === vpc)
  const attachment =
    attachments.find(({ raw }) => forwards(raw.State)) ?? attachments.find(({ raw }) => raw.State === 'pending')
  if (!attachment)
    return [
      coversIn(estate, 'transitGatewayVpcAttachment', vpc)
        ? drop(flight, `${vpc} is not attached to ${gateway}`)
        : unknown(flight, `attachments of ${vpc} were not read`),
    ]
  const { raw } = attachment
  if (raw.State === 'pending') return [unknown(flight, `${attachment.id} is pending`)]
  if (flight.packet.family === 6 && raw.Options?.Ipv6Support !== 'enable')
    return [drop(flight, `${attachment.id} takes no IPv6`)]
  const zone = servedFrom(estate, own)
  const door = (raw.SubnetIds ?? []).find((id) => zoneOf(estate, id) === zone)
  if (zone === undefined || door === undefined) return [drop(flight, `TGW_ROUTE_AZ_RESTRICTION in zone ${zone}`)]
  // From an interface both lists count even inside one subnet; what only passes through the attachment subnet leaves it unjudged.
  const unjudged = origin === 'transit gateway' && door === subnet
  const left =
    subnet === undefined || unjudged ? flight : judged(flight, aclAllows(estate, subnet, true, flight.packet))
  if (!left) return [drop(flight, `NACL_EGRESS of ${subnet}`)]
  const entered = unjudged ? left : judged(left, aclAllows(estate, door, false, left.packet))
  if (!entered) return [drop(flight, `NACL_INGRESS of attachment subnet ${door}`)]
  const keeps = refersAcross(estate, gateway, attachment, door)
  const { sender, owed } = entered
  // R-SG-9: inbound rules only, so no receiver can redeem what an egress rule was promised.
  if (owed) return [drop(entered, 'SG_EGRESS by reference ends at the transit gateway')]
  return [
    to(
      entered,
      { at: 'transit gateway', gateway, attachment: attachment.id, zone },
      `${attachment.id} into ${gateway}`,
      {
        sender: keeps && sender ? { ...sender, overTransitGateway: true } : undefined,
      },
    ),
  ]
}

/** Static NAT of an attachment, whose rules no record tells. */
export const translates = (
  estate: Estate,
  { family }: Pick<Packet, 'family'>,
  gateway: string,
  attachment: string,
): boolean =>
  family === 4 &&
  estate
    .all('transitGatewayAttachment')
    .some(
      ({ id, raw }) =>
        id === attachment &&
        raw.TransitGatewayId === gateway &&
        ['enabled', 'enabling', 'disabling'].includes(raw.NatGatewaySupport ?? 'disabled'),
    )

/** What may be translated to. */
const NAT_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(blockOf)

const translated = (flight: Flight, attachment: string): Flight =>
  unknown(flight, `${attachment} may translate addresses, by rules that were not read`)

/** R-FLOW-10. */
const forwards = (state: string | undefined): boolean => state === 'available' || state === 'modifying'

/** R-SG-9, R-SG-10: off by default on the gateway, on by default on the attachment, and never in use1-az3. */
const refersAcross = (
  estate: Estate,
  gateway: string,
  attachment: Entry<'transitGatewayVpcAttachment'>,
  subnet: string,
): boolean =>
  estate.get('transitGateway', gateway)?.raw.Options?.SecurityGroupReferencingSupport === 'enable' &&
  (attachment.raw.Options?.SecurityGroupReferencingSupport ?? 'enable') === 'enable' &&
  zoneOf(estate, subnet) !== 'use1-az3'

// ---- through

/** R-TGW-2, R-TGW-4, R-TGW-6: the table of the attachment it came in by, longest prefix, then static before propagated. */
export const throughTransitGateway = (
  estate: Estate,
  flight: Flight,
  { gateway, attachment, zone }: Place & { readonly at: 'transit gateway' },
): Flight[] => {
  const here = `${gateway} ${attachment} ${keyOf(flight.packet)}`
  if (flight.visited.includes(here)) return [drop(flight, 'ROUTE_LOOP')]
  const seen = { ...flight, visited: [...flight.visited, here] }
  if (translates(estate, seen.packet, gateway, attachment)) return [translated(seen, attachment)]
  const table = tableOf(estate, gateway, attachment)
  if (table === 'none') return [drop(seen, `TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION ${attachment}`)]
  if (table === 'unread') return [unknown(seen, `the route table of ${attachment} was not read`)]
  const state = estate.get('transitGatewayRouteTable', table)?.raw.State ?? 'available'
  if (state === 'pending') return [unknown(seen, `${table} is pending`)]
  if (state !== 'available') return [drop(seen, `BAD_STATE ${table} is ${state}`)]
  const found = routeOf(estate, table, seen.packet)
  if (found === 'unread') return [unknown(seen, `the routes of ${table} were not read`)]
  if (found === 'none') return [drop(seen, `NO_ROUTE in ${table}`)]
  if (found.blackhole) return [drop(seen, `BLACKHOLE in ${table}`)]
  return found.attachments.flatMap((next) => outBy(estate, seen, gateway, next, zone))
}

/** The attachments that a table leads an address to; none where it has no route for it, or one that drops. */
export const leadsTo = (
  estate: Estate,
  table: string,
  family: Family,
  address: bigint,
): readonly string[] | 'unread' => {
  const state = estate.get('transitGatewayRouteTable', table)?.raw.State ?? 'available'
  if (state === 'pending') return 'unread'
  if (state !== 'available') return []
  const found = routeOf(estate, table, { family, destination: address })
  if (found === 'none' || found === 'unread') return found === 'none' ? [] : found
  return found.blackhole ? [] : found.attachments
}

/** Whether what comes in by an attachment has a route there, as far as anybody can tell. */
export const mayLeadOn = (estate: Estate, packet: Packet, gateway: string, attachment: string): boolean => {
  const table = tableOf(estate, gateway, attachment)
  if (table === 'none') return false
  if (table === 'unread' || translates(estate, packet, gateway, attachment)) return true
  const led = leadsTo(estate, table, packet.family, packet.destination)
  return led === 'unread' || led.length > 0
}

const tableOf = (estate: Estate, gateway: string, attachment: string): string | 'none' | 'unread' => {
  const record = estate
    .all('transitGatewayAttachment')
    .find(({ id, raw }) => id === attachment && raw.TransitGatewayId === gateway)
  const association = record?.raw.Association
  const associated = association?.State ?? 'associated'
  if (association?.TransitGatewayRouteTableId !== undefined) {
    if (associated === 'associated') return association.TransitGatewayRouteTableId
    return associated === 'associating' ? 'unread' : 'none'
  }
  const tables = estate.all('transitGatewayRouteTable').filter(({ raw }) => raw.TransitGatewayId === gateway)
  for (const { id } of tables) {
    const listed = estate.get('transitGatewayRouteTableAssociations', id)?.raw.Associations ?? []
    if (listed.some((each) => each.TransitGatewayAttachmentId === attachment && each.State === 'associated')) return id
  }
  // R-TGW-23: who sees no table of the gateway sees no association either.
  const owner = estate.get('transitGateway', gateway)
  const readable = owner && estate.covers('transitGatewayRouteTable', owner.raw.OwnerId ?? owner.account, owner.region)
  // R-TGW-17: a policy table may stand in for a route table.
  const byPolicy = estate
    .all('transitGatewayPolicyTable')
    .some(({ raw }) => raw.TransitGatewayId === gateway && raw.State !== 'deleted' && raw.State !== 'deleting')
  if (byPolicy && record) return 'unread'
  return record && (tables.length > 0 || readable) ? 'none' : 'unread'
}

interface Found {
  readonly blackhole: boolean
  readonly attachments: readonly string[]
}

interface Candidate extends Found {
  /** Nobody can tell whether it is in force. */
  readonly doubtful: boolean
  readonly length: number
  readonly rank: number
}

const STATIC = 9
const PREFIX_LIST = 8

/** R-TGW-4, by the type of the attachment that propagates. */
const PROPAGATED: Readonly<Record<string, number>> = {
  vpc: 7,
  'direct-connect-gateway': 6,
  connect: 5,
  vpn: 3,
  'vpn-concentrator': 2,
  'client-vpn': 1,
  peering: 0,
}

/** The attachments that a table has any route to for an address, the longest or not; a default route names nobody in particular. */
export const namedFor = (estate: Estate, table: string, family: Family, address: bigint): readonly string[] => {
  if ((estate.get('transitGatewayRouteTable', table)?.raw.State ?? 'available') !== 'available') return []
  return (routesFor(estate, table, { family, destination: address })?.candidates ?? [])
    .filter(({ blackhole, doubtful, length }) => !blackhole && !doubtful && length > 0)
    .flatMap(({ attachments }) => attachments)
}

const routeOf = (
  estate: Estate,
  table: string,
  packet: Pick<Packet, 'family' | 'destination'>,
): Found | 'none' | 'unread' => {
  const routes = routesFor(estate, table, packet)
  if (!routes) return 'unread'
  const { candidates, complete } = routes
  const longest = Math.max(-1, ...candidates.map(({ length }) => length))
  const specific = candidates.filter(({ length }) => length === longest)
  const best = Math.max(0, ...specific.map(({ rank }) => rank))
  const winners = specific.filter(({ rank }) => rank === best)
  if (winners.length === 0) return complete ? 'none' : 'unread'
  // What is in force stays so beside what is on its way to be its equal (R-TGW-8).
  const settled = winners.filter(({ doubtful }) => !doubtful)
  if (settled.length === 0) return 'unread'
  return {
    blackhole: settled[0]!.blackhole,
    attachments: [...new Set(settled.flatMap(({ attachments }) => attachments))],
  }
}

/** All routes that take a packet; undefined where the table was not read. */
const routesFor = (
  estate: Estate,
  table: string,
  packet: Pick<Packet, 'family' | 'destination'>,
): { readonly candidates: readonly Candidate[]; readonly complete: boolean } | undefined => {
  const listing = estate.get('transitGatewayRoutes', table)?.raw
  if (!listing) return undefined
  const candidates: Candidate[] = []
  const offer: Offer = (block, rank, blackhole, attachments, doubtful = false) => {
    if (within(block, packet.family, packet.destination))
      candidates.push({ length: block.length, rank, blackhole, attachments, doubtful })
  }
  for (const each of listing.Routes ?? []) {
    if (each.DestinationCidrBlock === undefined || each.State === 'deleting' || each.State === 'deleted') continue
    const via = each.TransitGatewayAttachments ?? []
    const propagated = PROPAGATED[via[0]?.ResourceType ?? 'vpc'] ?? 0
    const rank = each.Type === 'propagated' ? propagated : each.PrefixListId === undefined ? STATIC : PREFIX_LIST
    const ids = via.flatMap(({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId ?? [])
    offer(blockOf(each.DestinationCidrBlock), rank, each.State === 'blackhole', ids, each.State === 'pending')
  }
  let complete = listing.AdditionalRoutesAvailable !== true
  // A search shows what is in force. It has to be told what to search for, and may have been told to leave out what is propagated.
  const shown = (listing.Routes ?? []).some(({ Type }) => Type === 'propagated')
  complete = offerPropagated(estate, table, shown, offer) && complete
  if (!(listing.Routes ?? []).some(({ PrefixListId }) => PrefixListId !== undefined))
    complete = offerReferred(estate, table, offer) && complete
  return { candidates, complete }
}

type Offer = (
  block: Block,
  rank: number,
  blackhole: boolean,
  attachments: readonly string[],
  doubtful?: boolean,
) => void

/** What propagations install (R-TGW-3): all of them, or those alone that are on their way, where the others are `shown`. False where
 *  something may be missing. */
const offerPropagated = (estate: Estate, table: string, shown: boolean, offer: Offer): boolean => {
  const listing = estate.get('transitGatewayRouteTablePropagations', table)?.raw
  let complete = shown || listing !== undefined
  // Whatever is longer than a route of a list of static ones may be there.
  const hidden = estate.get('transitGatewayRoutes', table)?.raw.RoutesScope === 'static' && !shown
  const offerAny = (): void => {
    for (const whole of ['0.0.0.0/0', '::/0'].map(blockOf))
      offer({ ...whole, length: whole.family === 4 ? 32 : 128 }, 0, false, [], true)
  }
  if (!complete && hidden) offerAny()
  const propagations = (listing?.TransitGatewayRouteTablePropagations ?? []).filter(
    ({ State }) => (State === 'enabled' && !shown) || State === 'enabling',
  )
  for (const each of propagations) {
    const { ResourceType: type, ResourceId: resource, TransitGatewayAttachmentId: attachment } = each
    if (attachment === undefined) continue
    if (type === 'vpc' && resource !== undefined && estate.get('vpc', resource)) {
      // R-TGW-8: of two that overlap only the first to be attached propagates, and no record says which that was.
      const overlaps = propagations.some(
        ({ ResourceId: other }) => other !== undefined && other !== resource && overlap(estate, resource, other),
      )
      const doubtful = overlaps || each.State === 'enabling'
      const gateway = estate.get('transitGatewayRouteTable', table)?.raw.TransitGatewayId ?? ''
      for (const block of vpcBlocks(estate, resource)) {
        const natted = translates(estate, block, gateway, attachment)
        // Another block of that length takes the place of this one, and a settled route of that length that of both.
        const places = natted ? [block, ...NAT_RANGES] : [block]
        for (const place of places)
          offer(
            { ...place, length: block.length },
            natted ? 0 : PROPAGATED.vpc!,
            false,
            [attachment],
            natted || doubtful,
          )
      }
    } else {
      complete = false
      if (hidden && type === 'vpc') offerAny()
    }
  }
  return complete
}

/** Prefix list references (R-TGW-16), where the search did not expand them. False where something may be missing. */
const offerReferred = (estate: Estate, table: string, offer: Offer): boolean => {
  let complete = true
  const references =
    estate.get('transitGatewayPrefixListReferences', table)?.raw.TransitGatewayPrefixListReferences ?? []
  for (const each of references) {
    const entries = prefixListOf(estate, each.PrefixListId)
    const attachment = each.TransitGatewayAttachment?.TransitGatewayAttachmentId
    const state = each.State ?? 'available'
    if (state === 'deleting') continue
    if (entries === undefined) complete = false
    const via = attachment === undefined ? [] : [attachment]
    for (const entry of entries ?? [])
      offer(blockOf(entry), PREFIX_LIST, each.Blackhole === true, via, state !== 'available')
  }
  return complete
}

const overlap = (estate: Estate, one: string, other: string): boolean =>
  vpcBlocks(estate, one).some((block) =>
    vpcBlocks(estate, other).some(
      (each) => within(each, block.family, block.first) || within(block, each.family, each.first),
    ),
  )

// ---- out

const outBy = (estate: Estate, flight: Flight, gateway: string, id: string, zone: string | undefined): Flight[] => {
  const vpcSide = estate
    .all('transitGatewayVpcAttachment')
    .find((each) => each.id === id && each.raw.TransitGatewayId === gateway)
  if (vpcSide) return intoVpc(estate, flight, vpcSide, zone)
  const record = estate
    .all('transitGatewayAttachment')
    .find((each) => each.id === id && each.raw.TransitGatewayId === gateway)
  if (['vpn', 'direct-connect-gateway'].includes(record?.raw.ResourceType ?? ''))
    return [to(flight, { at: 'hybrid attachment', gateway, attachment: id }, `${gateway} to ${id}`)]
  if (record?.raw.ResourceType === 'network-function') return atFirewall(estate, flight, record, zone)
  const far = farSideOf(estate, id, gateway)
  if (record === undefined || far === undefined)
    return [unknown(flight, `${id} of type ${record?.raw.ResourceType} is not modelled or not read`)]
  const state = record.raw.State ?? estate.get('transitGatewayPeeringAttachment', id)?.raw.State
  if (!forwards(state)) return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  if (translates(estate, flight.packet, gateway, id)) return [translated(flight, id)]
  const peer = estate.get('transitGateway', far)?.raw.State ?? 'available'
  if (peer === 'pending') return [unknown(flight, `${far} is pending`)]
  if (!forwards(peer)) return [drop(flight, `BAD_STATE ${far} is ${peer}`)]
  // R-TGW-15, R-SG-9: no references across a peering.
  return [
    to(flight, { at: 'transit gateway', gateway: far, attachment: id, zone: undefined }, `${id} to ${far}`, {
      sender: undefined,
    }),
  ]
}

/** R-TGW-19: no VPC, no subnets and no lists, always in appliance mode, and back to the table of its own attachment. */
const atFirewall = (
  estate: Estate,
  flight: Flight,
  { id, raw: { TransitGatewayId: gateway, State: state } }: Entry<'transitGatewayAttachment'>,
  zone: string | undefined,
): Flight[] => {
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (!forwards(state)) return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  if (translates(estate, flight.packet, gateway, id)) return [translated(flight, id)]
  const firewall = firewallAttached(estate, id)
  if (!firewall) return [unknown(flight, `the firewall of ${id} was not read`)]
  const mapped = firewall.raw.AvailabilityZoneMappings ?? []
  const doors = new Map(
    mapped.map(({ AvailabilityZone: name = '' }) => [zoneIdOf(estate, firewall, name), name] as const),
  )
  const kept = flight.chosen[id]
  const zones = kept === undefined ? applianceZones(estate, flight.packet, gateway, zone, doors) : [kept]
  return zones.flatMap((each) =>
    throughFirewall(
      estate,
      zones.length > 1 ? { ...flight, chosen: { ...flight.chosen, [id]: each } } : flight,
      firewall,
      id,
      { at: 'transit gateway', gateway, attachment: id, zone: each },
    ),
  )
}

/** The transit gateway at the other end of a peering attachment. */
const farSideOf = (estate: Estate, id: string, gateway: string): string | undefined => {
  const peering = estate.get('transitGatewayPeeringAttachment', id)?.raw
  const ends = [peering?.RequesterTgwInfo?.TransitGatewayId, peering?.AccepterTgwInfo?.TransitGatewayId]
  if (ends.includes(gateway)) return ends.find((end) => end !== gateway)
  return estate
    .all('transitGatewayAttachment')
    .find((each) => each.id === id && each.raw.TransitGatewayId === gateway && each.raw.ResourceType === 'peering')?.raw
    .ResourceId
}

/** R-TGW-9, R-TGW-11: the zone it came in by, else any; then the attachment subnet's own table routes it. */
const intoVpc = (
  estate: Estate,
  flight: Flight,
  attachment: Entry<'transitGatewayVpcAttachment'>,
  zone: string | undefined,
): Flight[] => {
  const { id, raw } = attachment
  if (raw.State === 'pending') return [unknown(flight, `${id} is pending`)]
  if (!forwards(raw.State)) return [drop(flight, `BAD_STATE ${id} is ${raw.State}`)]
  if (translates(estate, flight.packet, raw.TransitGatewayId, id)) return [translated(flight, id)]
  if (raw.VpcId === undefined) return [unknown(flight, `${id} names no VPC`)]
  if (flight.packet.family === 6 && raw.Options?.Ipv6Support !== 'enable') return [drop(flight, `${id} takes no IPv6`)]
  const doors = new Map((raw.SubnetIds ?? []).map((subnet) => [zoneOf(estate, subnet) ?? subnet, subnet] as const))
  const pinned = raw.Options?.ApplianceModeSupport === 'enable'
  const kept = pinned ? flight.chosen[id] : undefined
  const zones =
    kept !== undefined
      ? [kept]
      : pinned
        ? applianceZones(estate, flight.packet, raw.TransitGatewayId, zone, doors)
        : nearest(zone, doors)
  if (zones.length === 0) return [unknown(flight, `${id} shows no subnets`)]
  // The hash of a flow is the same for its answers; whoever keeps to a zone does so by what the packet at hand says.
  const isHashed = pinned && zones.length > 1
  return zones.map((chosen) => {
    const subnet = doors.get(chosen)!
    const { sender } = flight
    const known = sender && refersAcross(estate, raw.TransitGatewayId, attachment, subnet) ? sender : undefined
    return to(
      flight,
      { at: 'routing', vpc: raw.VpcId!, subnet, origin: 'transit gateway' },
      `${id} into ${raw.VpcId} by ${subnet}`,
      { sender: known, chosen: isHashed ? { ...flight.chosen, [id]: chosen } : flight.chosen },
    )
  })
}

const nearest = (zone: string | undefined, doors: ReadonlyMap<string, string>): string[] =>
  zone !== undefined && doors.has(zone) ? [zone] : [...doors.keys()]

/** A flow inside one zone keeps it, and so does one of whose ends has none, as what is behind a peering; else a hash over the zones
 *  decides. */
const applianceZones = (
  estate: Estate,
  packet: Packet,
  gateway: string,
  zone: string | undefined,
  doors: ReadonlyMap<string, string>,
): string[] => {
  const attached = estate
    .all('transitGatewayVpcAttachment')
    .flatMap(({ raw }) => (raw.TransitGatewayId === gateway ? (raw.VpcId ?? []) : []))
  const subnets = attached.flatMap((vpc) => subnetAround(estate, vpc, packet.family, packet.destination) ?? [])
  const ends = new Set(subnets.map((each) => servedFrom(estate, zoneOf(estate, each))))
  if (zone !== undefined) ends.add(zone)
  return ends.size === 1 ? nearest([...ends][0], doors) : [...doors.keys()]
}
