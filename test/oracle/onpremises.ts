/** Networks on premises and what joins them to an estate: virtual private gateways with their VPNs and Direct Connect, and such attachments of
 *  transit gateways. Knows which addresses lie there, who carries a packet there and back, and by which ways one may come in. */
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Block, blockOf, type Family, textOf, within, withinAny } from './address.ts'
import { coversIn, edgeTableOf, type Entry, type Estate, estateOf, vpcBlocks } from './estate.ts'
import { drop, type Flight, judged, mirror, type Packet, type Place, to, unknown } from './flight.ts'
import { isInternetAddress, isOurs } from './internet.ts'
import { leadsTo, mayLeadOn, namedFor, translates } from './transit-gateway.ts'

// ---- addresses

const NOT_OF_HOSTS = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', 'fd00:ec2::/32'].map(blockOf)
const UNIQUE_LOCAL = blockOf('fc00::/7')

/** Neither publicly routable, nor of a VPC, nor such as no host has; of IPv6, what is unique and local. */
const isOnPremises = (estate: Estate, family: Family, address: bigint): boolean =>
  !isInternetAddress(family, address) &&
  (family === 4 || within(UNIQUE_LOCAL, 6, address)) &&
  !withinAny(NOT_OF_HOSTS, family, address) &&
  !estate.all('vpc').some(({ id }) => withinAny(vpcBlocks(estate, id), family, address))

/** Whether an address lies on premises, and behind some connection that is in service: somebody there is known to have it. */
export const isBehindConnection = (snapshot: Snapshot, family: Family, address: bigint): boolean => {
  const estate = estateOf(snapshot)
  return (
    isOnPremises(estate, family, address) &&
    (estate
      .all('vpnGateway')
      .some((each) => attachmentOf(each) === 'in service' && knows(estate, each, family, address) === 'yes') ||
      hybridAttachments(estate).some(
        (each) => serviceOf(each.raw.State) === 'in service' && liesBehind(estate, each, family, address) === 'yes',
      ))
  )
}

// ---- states

type Service = 'in service' | 'not settled' | 'gone'

/** R-FLOW-10. What a record does not say is in service. */
const serviceOf = (state = 'available'): Service => {
  if (['available', 'attached', 'associated', 'modifying'].includes(state)) return 'in service'
  return GONE.test(state) ? 'gone' : 'not settled'
}

const GONE = /^(delet|detach|disassociat|fail|reject|rollingback|pendingacceptance)/i

/** Where something is not in service a flight ends; undefined where it is. */
const stopped = (flight: Flight, id: string, state: string | undefined): Flight | undefined => {
  const service = serviceOf(state)
  if (service === 'in service') return undefined
  return service === 'gone' ? drop(flight, `BAD_STATE ${id} is ${state}`) : unknown(flight, `${id} is ${state}`)
}

// ---- virtual private gateways and what they know

type Gateway = Entry<'vpnGateway'>
type Vpn = Entry<'vpnConnection'>

/** One that carries packets for a gateway; without a VPN it is Direct Connect, or one that nobody read. */
interface Carrier {
  readonly name: string
  readonly vpn?: Vpn | undefined
  /** The only family that it takes, if it takes but one. */
  readonly inner?: Family | undefined
  /** A VPN that is not on record. */
  readonly isUnread?: boolean
  /** What is told of by it on premises, if not all is. */
  readonly tellsOf?: readonly Block[] | undefined
}

interface Prefix {
  readonly block: Block
  readonly carriers: readonly Carrier[]
}

const vpnsOf = (estate: Estate, { id }: Gateway): readonly Vpn[] =>
  estate.all('vpnConnection').filter(({ raw }) => raw.VpnGatewayId === id && serviceOf(raw.State) !== 'gone')

/** R-VPN-2: the static routes of its VPNs; one that is on its way to be there may carry or not. */
const staticPrefixes = (estate: Estate, gateway: Gateway): readonly Prefix[] =>
  vpnsOf(estate, gateway).flatMap((vpn) =>
    (vpn.raw.Routes ?? []).flatMap(({ DestinationCidrBlock: text, State }) =>
      text === undefined || serviceOf(State) === 'gone'
        ? []
        : [
            {
              block: blockOf(text),
              carriers: [{ name: vpn.id, vpn, isUnread: serviceOf(State) !== 'in service' }],
            },
          ],
    ),
  )

/** R-VGW-1: what tables that it propagates into show of it. */
const propagatedBlocks = (estate: Estate, { id }: Gateway): readonly Block[] =>
  estate
    .all('routeTable')
    .filter(({ raw }) => (raw.PropagatingVgws ?? []).some(({ GatewayId }) => GatewayId === id))
    .flatMap(({ raw }) => raw.Routes ?? [])
    .filter(({ Origin, GatewayId }) => Origin === 'EnableVgwRoutePropagation' && GatewayId === id)
    .flatMap((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? [])
    .map(blockOf)

const virtualInterfacesOf = (estate: Estate, { id }: Gateway) =>
  estate
    .all('virtualInterface')
    .filter(({ raw }) => raw.virtualGatewayId === id && serviceOf(raw.virtualInterfaceState) !== 'gone')

const associationsOf = (estate: Estate, { id }: Gateway) =>
  estate
    .all('directConnectGatewayAssociation')
    .filter(({ raw }) => raw.associatedGateway?.id === id && serviceOf(raw.associationState) !== 'gone')

const hasDirectConnect = (estate: Estate, gateway: Gateway): boolean =>
  virtualInterfacesOf(estate, gateway).length + associationsOf(estate, gateway).length > 0

/** R-DX-2, R-DX-3: by its own virtual interface, or by a Direct Connect gateway that hears of those blocks which allowed prefixes hold. */
const directConnectOf = (estate: Estate, gateway: Gateway): readonly Carrier[] => {
  if (!hasDirectConnect(estate, gateway)) return []
  const name = 'Direct Connect'
  if (virtualInterfacesOf(estate, gateway).length > 0) return [{ name }]
  const settled = associationsOf(estate, gateway).filter(({ raw }) => serviceOf(raw.associationState) === 'in service')
  if (settled.length === 0) return [{ name, isUnread: true }]
  const allowed = settled.map(({ raw }) => raw.allowedPrefixesToDirectConnectGateway)
  if (allowed.includes(undefined)) return [{ name }]
  const prefixes = allowed
    .flatMap((list) => list ?? [])
    .flatMap(({ cidr }) => (cidr === undefined ? [] : [blockOf(cidr)]))
  const vpc = attachedTo(gateway)
  if (vpc === undefined || !estate.get('vpc', vpc)) return [{ name }]
  return [{ name, tellsOf: vpcBlocks(estate, vpc).filter((own) => prefixes.some((each) => holds(each, own))) }]
}

const holds = (outer: Block, inner: Block): boolean =>
  outer.length <= inner.length && within(outer, inner.family, inner.first)

/** Any that speaks BGP may have taught it; where none is on record, or more may be there, somebody nobody read. */
const teachersOf = (estate: Estate, gateway: Gateway): readonly Carrier[] => {
  const vpns = vpnsOf(estate, gateway).filter(({ raw }) => raw.Options?.StaticRoutesOnly !== true)
  const teachers: Carrier[] = [...vpns.map((vpn) => ({ name: vpn.id, vpn })), ...directConnectOf(estate, gateway)]
  const vpc = attachedTo(gateway)
  const kinds = ['virtualInterface', 'directConnectGatewayAssociation'] as const
  const isOverlooked = vpc !== undefined && kinds.some((kind) => !coversIn(estate, kind, vpc))
  if (teachers.length === 0) return [{ name: 'somebody who was not read' }]
  return isOverlooked ? [...teachers, { name: 'somebody who was not read', isUnread: true }] : teachers
}

const prefixesOf = (estate: Estate, gateway: Gateway): readonly Prefix[] =>
  estate.once(`prefixes of ${gateway.id}`, () => {
    const written = staticPrefixes(estate, gateway)
    const shown = propagatedBlocks(estate, gateway)
    const teachers = teachersOf(estate, gateway)
    const isIn = (all: readonly Block[], block: Block) => all.some((each) => sameBlock(each, block))
    const learned = shown.filter(
      (block) =>
        !isIn(
          written.map((each) => each.block),
          block,
        ),
    )
    return [
      // R-ROUTE-4: what is propagated as well may have come by Direct Connect.
      ...written.map(({ block, carriers }) => ({
        block,
        carriers: isIn(shown, block) ? [...carriers, ...directConnectOf(estate, gateway)] : carriers,
      })),
      ...learned.map((block) => ({ block, carriers: teachers })),
    ]
  })

const sameBlock = (one: Block, other: Block): boolean =>
  one.family === other.family && one.first === other.first && one.length === other.length

/** Whether a gateway has a prefix for an address; `maybe` where BGP may have taught it what no table shows (R-VGW-1). */
const knows = (estate: Estate, gateway: Gateway, family: Family, address: bigint): 'yes' | 'maybe' | 'no' => {
  if (prefixesOf(estate, gateway).some(({ block }) => within(block, family, address))) return 'yes'
  return knowsAll(estate, gateway, family) ? 'no' : 'maybe'
}

/** VPNs of such a gateway carry IPv4 alone, and teach nothing else (R-VGW-5). */
const knowsAll = (estate: Estate, gateway: Gateway, family: Family): boolean => {
  const isWithoutDestination = ({ raw }: Vpn) =>
    (raw.Routes ?? []).some(
      ({ DestinationCidrBlock: text, State }) => text === undefined && serviceOf(State) !== 'gone',
    )
  if (vpnsOf(estate, gateway).some(isWithoutDestination)) return false
  if (propagatedBlocks(estate, gateway).length > 0) return true
  const vpc = attachedTo(gateway)
  const kinds = ['virtualInterface', 'directConnectGatewayAssociation'] as const
  if (vpc !== undefined && kinds.some((kind) => !coversIn(estate, kind, vpc))) return false
  if (hasDirectConnect(estate, gateway)) return false
  if (family === 6) return true
  if (vpc !== undefined && !coversIn(estate, 'vpnConnection', vpc)) return false
  return vpnsOf(estate, gateway).every(({ raw }) => raw.Options?.StaticRoutesOnly === true)
}

/** The VPC that it is attached to, or on its way to be. */
const attachedTo = ({ raw }: Gateway): string | undefined =>
  (raw.VpcAttachments ?? []).find(({ State }) => serviceOf(State) !== 'gone')?.VpcId

const attachmentOf = ({ raw }: Gateway): Service => {
  const own = serviceOf(raw.State)
  const attached = (raw.VpcAttachments ?? []).find(({ State }) => serviceOf(State) !== 'gone')
  if (own === 'gone' || !attached) return 'gone'
  return own === 'in service' ? serviceOf(attached.State) : own
}

/** R-VGW-2, R-VGW-5: of those that know it, whose tunnels are up, then those with the longest prefix; each of those that may know a longer one.
 *  The VPNs of such a gateway carry IPv4 alone. */
const carriersOf = (estate: Estate, gateway: Gateway, packet: Packet, way: Way): readonly Carrier[] => {
  const { family, source, destination } = packet
  const premises = way === 'there' ? destination : source
  const known = prefixesOf(estate, gateway)
    .filter(({ block }) => within(block, family, premises))
    .flatMap(({ block, carriers }) => carriers.map((carrier) => ({ length: block.length, carrier })))
  const possible = knowsAll(estate, gateway, family) ? [] : teachersOf(estate, gateway)
  const fit = [...known, ...possible.map((carrier) => ({ length: Infinity, carrier }))].filter(
    ({ carrier: { vpn, tellsOf } }) =>
      (family === 4 || vpn === undefined) && (way === 'there' || !tellsOf || withinAny(tellsOf, family, destination)),
  )
  const settled = fit.filter(({ carrier }) => !carrier.isUnread)
  const working = settled.filter(({ carrier }) => works(carrier))
  const among = working.length > 0 ? working : settled
  const longest = Math.max(0, ...among.map(({ length }) => length).filter((length) => length < Infinity))
  const open = fit.filter(({ carrier }) => carrier.isUnread)
  const chosen = [...among, ...open].filter(({ length }) => length >= longest).map(({ carrier }) => carrier)
  return [...new Map(chosen.map((each) => [each.name, each])).values()]
}

// ---- carriage

/** Which way: the address on premises is the destination of what goes there, and the source of what comes from there. */
type Way = 'there' | 'from there'

/** By one of these; which, nobody knows. */
const carried = (
  flight: Flight,
  carriers: readonly Carrier[],
  way: Way,
  next: (flight: Flight) => Flight,
): Flight[] => {
  if (carriers.length === 0) return [drop(flight, 'VGW_NO_ROUTE: nobody carries this')]
  return carriers.map((carrier) => refused(flight, carrier, way) ?? next(tested(flight, carrier)))
}

/** R-VPN-1: a tunnel is up, as far as anybody says. */
const works = ({ vpn }: Carrier): boolean => {
  const telemetry = vpn?.raw.VgwTelemetry ?? []
  return telemetry.length === 0 || telemetry.some(({ Status }) => Status === 'UP')
}

const tested = (flight: Flight, carrier: Carrier): Flight => {
  if (carrier.isUnread) return judged(flight, { unknown: `${carrier.name} was not read` })!
  return works(carrier) ? flight : { ...flight, conditions: [...flight.conditions, 'tunnels down'] }
}

const refused = (flight: Flight, { name, vpn, inner }: Carrier, way: Way): Flight | undefined => {
  if (vpn === undefined) return undefined
  const { family } = flight.packet
  if (inner !== undefined && inner !== family) return drop(flight, `${name} carries no IPv${family}`)
  if (!isSelected(vpn, flight.packet, way)) return drop(flight, `VPN_SELECTOR of ${name}`)
  return stopped(flight, name, vpn.raw.State)
}

/** R-VPN-3: `Local` is the side on premises, `Remote` that of AWS. */
const isSelected = ({ raw }: Vpn, { family, source, destination }: Packet, way: Way): boolean => {
  if (family === 6) return true
  const { LocalIpv4NetworkCidr: local = '0.0.0.0/0', RemoteIpv4NetworkCidr: remote = '0.0.0.0/0' } = raw.Options ?? {}
  const [premises, aws] = way === 'there' ? [destination, source] : [source, destination]
  return within(blockOf(local), 4, premises) && within(blockOf(remote), 4, aws)
}

// ---- there

const arrived = ({ packet, leg }: Flight): Place => {
  if (leg === 'reply') return { at: 'returned', to: 'onprem' }
  const answers = mirror(packet)
    ? ({ how: 'from', place: { at: 'on premises' } } as const)
    : ({ how: 'no reply due' } as const)
  return { at: 'delivered', to: 'onprem', answers }
}

/** Out of a VPC (R-VGW-1, R-VGW-3). */
export const outByVpnGateway = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const gateway = estate.get('vpnGateway', id)
  if (!gateway) return [unknown(flight, `${id} is not in the snapshot`)]
  const { family, source, destination } = flight.packet
  const halted = stopped(flight, id, gateway.raw.State)
  if (halted) return [halted]
  const attachments = gateway.raw.VpcAttachments ?? []
  const vpc = attachedTo(gateway)
  if (gateway.raw.VpcAttachments && vpc === undefined) return [drop(flight, `BAD_STATE_ATTACHMENT of ${id}`)]
  if (attachments.length > 0 && attachmentOf(gateway) !== 'in service')
    return [unknown(flight, `${id} is on its way to ${vpc}`)]
  if (vpc !== undefined && estate.get('vpc', vpc) && !withinAny(vpcBlocks(estate, vpc), family, source))
    return [drop(flight, `VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS ${id}`)]
  // Nobody there carries a group.
  if (flight.owed) return [drop(flight, `SG_EGRESS by reference ends at ${id}`)]
  // R-IGW-7
  if (flight.leg === 'reply' && isInternetAddress(family, destination) && !isOurs(estate, family, destination))
    return [drop(flight, `ASYMMETRIC_RETURN by ${id}`)]
  const known = knows(estate, gateway, family, destination)
  if (known === 'no') return [drop(flight, `VGW_NO_ROUTE ${id}`)]
  if (known === 'maybe') return [unknown(flight, `the prefixes of ${id} were not all read`)]
  if (!isOnPremises(estate, family, destination)) return [beyond(flight, id)]
  const next = (each: Flight) => to(each, arrived(each), `${id} delivers on premises`)
  return carried(flight, carriersOf(estate, gateway, flight.packet, 'there'), 'there', next)
}

/** Public addresses, and those of VPCs: they may be routed on there, to the internet or back. */
const beyond = (flight: Flight, id: string): Flight => unknown(flight, `what is beyond ${id} is not known`)

type Attachment = Entry<'transitGatewayAttachment'>

/** Out of a transit gateway. */
export const outByHybridAttachment = (estate: Estate, flight: Flight, gateway: string, id: string): Flight[] => {
  const attachment = hybridAttachments(estate).find((each) => each.id === id && each.raw.TransitGatewayId === gateway)!
  const { family, destination } = flight.packet
  const halted = stopped(flight, id, attachment.raw.State)
  if (halted) return [halted]
  if (translates(estate, flight.packet, gateway, id)) return [unknown(flight, `${id} may translate addresses`)]
  // R-IGW-7
  if (flight.leg === 'reply' && isInternetAddress(family, destination) && !isOurs(estate, family, destination))
    return [drop(flight, `ASYMMETRIC_RETURN by ${id}`)]
  if (!isOnPremises(estate, family, destination)) return [beyond(flight, id)]
  const next = (each: Flight) => to(each, arrived(each), `${id} delivers on premises`)
  return carried(flight, [carrierOf(estate, attachment)], 'there', next)
}

const hybridAttachments = (estate: Estate): readonly Attachment[] =>
  estate
    .all('transitGatewayAttachment')
    .filter(({ raw }) => ['vpn', 'direct-connect-gateway'].includes(raw.ResourceType ?? ''))

/** Of what is inside the tunnels, a VPN of a transit gateway carries one family. */
const carrierOf = (estate: Estate, { raw }: Attachment): Carrier => {
  const vpn = raw.ResourceType === 'vpn' ? estate.get('vpnConnection', raw.ResourceId) : undefined
  const inner = vpn?.raw.Options?.TunnelInsideIpVersion === 'ipv6' ? 6 : 4
  const isUnread = raw.ResourceType === 'vpn' && !vpn
  return { name: `${raw.ResourceType} ${raw.ResourceId}`, isUnread, ...(vpn && { vpn, inner }) }
}

// ---- from there

/** By any way in; which, nobody knows. */
export const fromPremises = (estate: Estate, flight: Flight): Flight[] => {
  const { family, source } = flight.packet
  if (!isOnPremises(estate, family, source)) return [drop(flight, `${textOf(family, source)} is not on premises`)]
  const ways = [...waysByVpnGateways(estate, flight), ...waysByTransitGateways(estate, flight)]
  return ways.length > 0 ? ways : [drop(flight, 'no way in from on premises')]
}

const waysByVpnGateways = (estate: Estate, flight: Flight): Flight[] => {
  const { family, source, destination } = flight.packet
  // R-VPN-4: to another site of the same gateway.
  if (isOnPremises(estate, family, destination))
    return estate
      .all('vpnGateway')
      .filter((each) => attachmentOf(each) !== 'gone')
      .filter((each) => [source, destination].every((one) => knows(estate, each, family, one) === 'yes'))
      .map(({ id }) => unknown(flight, `${id} may lead to another site`))
  return estate
    .all('vpc')
    .filter(({ id }) => withinAny(vpcBlocks(estate, id), family, destination))
    .flatMap(({ id: vpc }) => {
      const gateways = estate.all('vpnGateway').filter((each) => attachedTo(each) === vpc)
      if (gateways.length === 0 && !coversIn(estate, 'vpnGateway', vpc))
        return [unknown(flight, `virtual private gateways around ${vpc} were not read`)]
      return gateways.flatMap((each) => inByVpnGateway(estate, flight, each, vpc))
    })
}

const inByVpnGateway = (estate: Estate, flight: Flight, gateway: Gateway, vpc: string): Flight[] => {
  const { id } = gateway
  const { family, source } = flight.packet
  const service = attachmentOf(gateway)
  const known = knows(estate, gateway, family, source)
  if (service === 'gone' || known === 'no') return []
  if (service === 'not settled') return [unknown(flight, `${id} is on its way to ${vpc}`)]
  if (known === 'maybe')
    return [intoVpc(estate, judged(flight, { unknown: `the prefixes of ${id} were not all read` })!, id, vpc)]
  const next = (each: Flight) => intoVpc(estate, each, id, vpc)
  return carried(flight, carriersOf(estate, gateway, flight.packet, 'from there'), 'from there', next)
}

/** R-EDGE-1. */
const intoVpc = (estate: Estate, flight: Flight, gateway: string, vpc: string): Flight => {
  const edge = edgeTableOf(estate, gateway)
  if (edge)
    return to(
      flight,
      { at: 'routing', vpc, subnet: undefined, origin: 'virtual private gateway', table: edge.id },
      `${gateway} into ${vpc} by ${edge.id}`,
    )
  const overlooked = { unknown: `the edge table of ${gateway} was not read` }
  const seen = coversIn(estate, 'routeTable', vpc) ? flight : judged(flight, overlooked)!
  return to(seen, { at: 'local', vpc, from: undefined }, `${gateway} into ${vpc}`)
}

const waysByTransitGateways = (estate: Estate, flight: Flight): Flight[] => [
  ...hybridAttachments(estate).flatMap((each) => inByAttachment(estate, flight, each)),
  ...unreadAttachments(estate, flight),
]

const inByAttachment = (estate: Estate, flight: Flight, attachment: Attachment): Flight[] => {
  const { id, raw } = attachment
  const { TransitGatewayId: gateway } = raw
  const { family, source, destination } = flight.packet
  const behind = liesBehind(estate, attachment, family, source)
  if (serviceOf(raw.State) === 'gone' || behind === 'no') return []
  if (!mayLeadOn(estate, flight.packet, gateway, id)) return []
  const allowed = allowedPrefixes(estate, attachment)
  // R-DX-2: on premises nobody hears of it that way.
  if (typeof allowed !== 'string' && !withinAny(allowed, family, destination)) return []
  const missing = [
    ...(behind === 'maybe' ? [`what is behind ${id} was not read`] : []),
    ...(allowed === 'unread' ? [`what ${raw.ResourceId} may tell of ${gateway} was not read`] : []),
  ]
  const seen = missing.reduce((each, why) => judged(each, { unknown: why })!, flight)
  const halted = stopped(seen, id, raw.State)
  if (halted) return [halted]
  const next = (each: Flight) =>
    to(each, { at: 'transit gateway', gateway, attachment: id, zone: undefined }, `from on premises by ${id}`)
  return carried(seen, [carrierOf(estate, attachment)], 'from there', next)
}

/** R-DX-2: on premises nothing else is heard of. */
const allowedPrefixes = (estate: Estate, { raw }: Attachment): readonly Block[] | 'any' | 'unread' => {
  if (raw.ResourceType !== 'direct-connect-gateway') return 'any'
  const associations = estate
    .all('directConnectGatewayAssociation')
    .filter(
      (each) =>
        each.raw.associatedGateway?.id === raw.TransitGatewayId &&
        each.raw.directConnectGatewayId === raw.ResourceId &&
        serviceOf(each.raw.associationState) === 'in service',
    )
  if (associations.length === 0) return 'unread'
  return associations
    .flatMap((each) => each.raw.allowedPrefixesToDirectConnectGateway ?? [])
    .flatMap(({ cidr }) => (cidr === undefined ? [] : [blockOf(cidr)]))
}

/** Whether any table of its transit gateway leads an address to an attachment, or would if it had no longer prefix: whose answers go by a longer
 *  one may send by a shorter all the same. */
const liesBehind = (
  estate: Estate,
  { id, raw }: Attachment,
  family: Family,
  address: bigint,
): 'yes' | 'maybe' | 'no' => {
  const tables = tablesOf(estate, raw.TransitGatewayId)
  if (tables.some((table) => namedFor(estate, table, family, address).includes(id))) return 'yes'
  const found = tables.map((table) => leadsTo(estate, table, family, address))
  if (found.some((each) => each !== 'unread' && each.includes(id))) return 'yes'
  return found.includes('unread') || seesNoTable(estate, raw.TransitGatewayId) ? 'maybe' : 'no'
}

const tablesOf = (estate: Estate, gateway: string): readonly string[] =>
  estate
    .all('transitGatewayRouteTable')
    .filter(({ raw }) => raw.TransitGatewayId === gateway)
    .map(({ id }) => id)

/** R-TGW-23. */
const seesNoTable = (estate: Estate, gateway: string): boolean =>
  tablesOf(estate, gateway).length === 0 && !coversOf(estate, 'transitGatewayRouteTable', gateway)

const coversOf = (
  estate: Estate,
  kind: 'transitGatewayRouteTable' | 'transitGatewayAttachment',
  gateway: string,
): boolean => {
  const record = estate.get('transitGateway', gateway)
  return record !== undefined && estate.covers(kind, record.raw.OwnerId ?? record.account, record.region)
}

/** Ways in that no record describes: attachments that a table names, and those that a table would name that nobody read. */
const unreadAttachments = (estate: Estate, flight: Flight): Flight[] => {
  const { family, source, destination } = flight.packet
  return gatewaysOf(estate).flatMap((gateway) => {
    const tables = tablesOf(estate, gateway)
    const behind = tables.map((table) => leadsTo(estate, table, family, source))
    const named = new Set([
      ...behind.flatMap((each) => (each === 'unread' ? [] : each)),
      ...tables.flatMap((table) => namedFor(estate, table, family, source)),
    ])
    const strangers = [...named].filter(
      (id) => !isOnRecord(estate, gateway, id) && mayLeadOn(estate, flight.packet, gateway, id),
    )
    const onwards = tables.map((table) => leadsTo(estate, table, family, destination))
    const isHidden =
      !coversOf(estate, 'transitGatewayAttachment', gateway) &&
      (seesNoTable(estate, gateway) ||
        (behind.includes('unread') && onwards.some((each) => each === 'unread' || each.length > 0)))
    return [
      ...strangers.map((id) => unknown(flight, `${id} is not in the snapshot`)),
      ...(isHidden ? [unknown(flight, `attachments of ${gateway} were not read`)] : []),
    ]
  })
}

const gatewaysOf = (estate: Estate): readonly string[] => [
  ...new Set([
    ...estate.all('transitGateway').map(({ id }) => id),
    ...estate.all('transitGatewayVpcAttachment').map(({ raw }) => raw.TransitGatewayId),
  ]),
]

const isOnRecord = (estate: Estate, gateway: string, id: string): boolean =>
  (['transitGatewayAttachment', 'transitGatewayVpcAttachment'] as const).some((kind) =>
    estate.all(kind).some((each) => each.id === id && each.raw.TransitGatewayId === gateway),
  ) || estate.get('transitGatewayPeeringAttachment', id) !== undefined
