/** Gateway endpoints of S3 and DynamoDB, and the two kinds of middlebox: appliance interfaces and inspection endpoints. */
import { addressOf, blockOf, within, withinAny } from './address.ts'
import {
  coversIn,
  type Entry,
  type Estate,
  hostOf,
  type Interface,
  interfaceById,
  isAttached,
  routeTableOf,
  vpcBlocks,
} from './estate.ts'
import { egressAllows, ingressAllows } from './filters.ts'
import { anonymous, drop, type Flight, judged, type Origin, type Packet, to, unknown } from './flight.ts'
import { isInternetAddress, isOurs, storageAnswers } from './internet.ts'
import { portsOf } from './nat-gateway.ts'
import { firewallAt, throughFirewall } from './network-firewall.ts'
import { type Route, routesFor } from './route-table.ts'

/** R-GWE-1 to R-GWE-4, R-GWE-8: for this VPC's own interfaces; the answer needs no route, only the client's network ACL. */
export const atGatewayEndpoint = (
  estate: Estate,
  flight: Flight,
  id: string,
  vpc: string,
  origin: Origin,
): Flight[] => {
  const { packet } = flight
  if (flight.leg === 'reply') return [drop(flight, `${id} takes no replies`)]
  const foreign = !withinAny(vpcBlocks(estate, vpc), packet.family, packet.source)
  if (origin === 'transit gateway' || foreign) return [drop(flight, `${id} serves interfaces of ${vpc} alone`)]
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the gateway endpoint')]
  if (!storageAnswers(packet)) return [drop(bare, `VPCE_PROTOCOL ${id} does not answer this`)]
  const state = estate.get('vpcEndpoint', id)?.raw.State?.toLowerCase()
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (state !== 'available') return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  const answers = { how: 'from', place: { at: 'local', vpc, from: undefined } } as const
  const endpoint = estate.get('vpcEndpoint', id)!
  const change = { conditions: [...flight.conditions, ...policyConditions(endpoint)] }
  return [to(bare, { at: 'delivered', to: 'service', answers }, `${id} delivers to the service`, change)]
}

/** R-GWE-7: of policies, only one that denies everybody everything matters. */
export const policyConditions = ({ raw }: Entry<'vpcEndpoint'>): readonly string[] =>
  (raw.PolicyDocument ?? '').includes('"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}') ? ['policy'] : []

/** R-ENI-2, R-ENI-3, R-NAT-17: an interface that a route names and that is not the receiver. It is taken to forward the packet
 *  as it is, through itself, by the table of its subnet; or, where only an address of its own gets it to the internet, under that. */
export const atMiddlebox = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const appliance = interfaceById(estate, id)!
  if (!isAttached(appliance.status)) return [drop(flight, `BAD_STATE ${id} is ${appliance.status}`)]
  const instance = estate.get('instance', appliance.raw.Attachment?.InstanceId)
  const state = instance?.raw.State?.Name ?? 'running'
  if (state !== 'running') return [drop(flight, `BAD_STATE ${instance?.id} is ${state}`)]
  if (appliance.checked) return [drop(flight, `SRC_DST_CHECK ${id} is not the destination`)]
  // It is the instance that must see both directions, by whichever interface (R-FLOW-11).
  const crossed = { middleboxes: [...new Set([...flight.middleboxes, hostOf(appliance)])].sort() }
  // Tracked since the request, if that came by here; if not, the reply is lost for it in the end (R-FLOW-11).
  if (flight.leg === 'reply') {
    const others = waysOut(estate, appliance, flight.packet).filter((exit) => exit?.id !== id)
    const isLeft = others.length > 0 && !leadsOut(estate, appliance, flight.packet)
    return (isLeft ? others : [appliance]).map((by) => {
      if (!by) return unknown(flight, `interfaces of ${appliance.vpc} were not read`)
      if (!isAttached(by.status)) return drop(flight, `BAD_STATE ${by.id} is ${by.status}`)
      const place = { at: 'routing', vpc: by.vpc, subnet: by.subnet, origin: 'interface' } as const
      return to(flight, place, `appliance ${id} forwards the reply`, crossed)
    })
  }
  const admitted = judged(flight, ingressAllows(estate, appliance, flight.packet, flight.sender))
  if (!admitted) return [drop(flight, `SG_INGRESS of appliance ${id}`)]
  const bare = anonymous(admitted)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the appliance')]
  const emit = (by: Interface, packet: Packet, note: string, translated: Partial<Flight> = {}): Flight => {
    const { judgement, owed } = egressAllows(estate, by, packet)
    const isOwed = judgement === 'deny' && owed.length > 0
    const emitted = isOwed ? bare : judged(bare, judgement)
    if (!emitted) return drop(bare, `SG_EGRESS of appliance ${by.id}`)
    const change = { ...crossed, conditions: [...flight.conditions, 'appliance'], ...(isOwed && { owed }) }
    const place = { at: 'routing', vpc: by.vpc, subnet: by.subnet, origin: 'interface' } as const
    return to(emitted, place, `appliance ${id} ${note}`, { ...change, ...translated })
  }
  if (isBehind(estate, appliance, bare.packet)) return [unknown(bare, `what lies behind ${id} is not known`)]
  const ways = waysOut(estate, appliance, bare.packet)
  if (ways.length === 0) return [emit(appliance, bare.packet, 'forwards')]
  const hasPublic = estate.mappings.some(
    ({ vpc, inside }) => vpc === appliance.vpc && bare.packet.family === 4 && inside === bare.packet.source,
  )
  return ways.flatMap((exit) => {
    if (!exit) return [unknown(bare, `interfaces of ${appliance.vpc} were not read`)]
    if (!isAttached(exit.status)) return [drop(bare, `BAD_STATE ${exit.id} is ${exit.status}`)]
    const asItIs = () => emit(exit, bare.packet, 'forwards')
    if (bare.packet.family === 6) return [asItIs()]
    const translated = portsOf(estate, bare.packet).map((sourcePort) => {
      const before = bare.packet
      const packet = { ...before, source: ownAddress(exit)!, sourcePort }
      const session = { kind: 'nat instance', through: id, exit: exit.id, before, after: packet } as const
      const change = { packet, sessions: [...bare.sessions, session] }
      return emit(exit, packet, `translates, source port ${sourcePort ?? 'none'}`, change)
    })
    return hasPublic ? [...translated, asItIs()] : translated
  })
}

/** R-NAT-17: the interfaces of the appliance's instance by which a packet gets to the internet where it does not as it is. Of IPv4 itself
 *  comes first, if the gateway serves it; another only for what its own table leads nowhere, or to the instance, or with a public address
 *  where it has none. Undefined: one that was not read. */
const waysOut = (estate: Estate, appliance: Interface, packet: Packet): readonly (Interface | undefined)[] => {
  const isOfIpv4 = packet.family === 4
  const toInternet = (by: Interface): boolean =>
    routeTableOf(estate, by.subnet) ? leadsOut(estate, by, packet) : by.id !== appliance.id
  const itself = isOfIpv4 && ownAddress(appliance) !== undefined && toInternet(appliance) ? [appliance] : []
  if (itself.length > 0 && isPublic(appliance)) return itself
  const all = interfacesBeside(estate, appliance)
  const isNoWay = routesBack(estate, appliance, packet) !== undefined
  if (!isNoWay && itself.length === 0) return []
  const others = all.filter(
    (exit) =>
      exit.id !== appliance.id &&
      (!isOfIpv4 || ownAddress(exit) !== undefined) &&
      toInternet(exit) &&
      (isNoWay || isPublic(exit)),
  )
  const mayHaveMore =
    appliance.raw.Attachment?.InstanceId !== undefined && !coversIn(estate, 'networkInterface', appliance.vpc)
  const ways = mayHaveMore ? [...others, undefined] : others
  return ways.length > 0 ? ways : itself
}

/** Whether the table of its subnet, which was read, leads to the internet, or may. */
const leadsOut = (estate: Estate, { subnet, vpc }: Interface, packet: Packet): boolean => {
  const table = routeTableOf(estate, subnet)
  const isThere = ({ GatewayId, EgressOnlyInternetGatewayId: egressOnly, State }: Route): boolean =>
    (GatewayId?.startsWith('igw-') === true || (packet.family === 6 && egressOnly !== undefined)) &&
    State !== 'blackhole'
  const { routes = [], doubt, doubtful = [] } = (table && routesFor(estate, table, vpc, packet)) ?? {}
  return doubt === undefined ? routes.length > 0 && routes.every(isThere) : [...routes, ...doubtful].some(isThere)
}

const isPublic = ({ raw }: Interface): boolean =>
  (raw.PrivateIpAddresses ?? []).some(({ Association }) => Association?.PublicIp !== undefined)

/** A block of its own that the table of the appliance's subnet leads to its instance again: that of a VPN, in no VPC and not on the
 *  internet. */
const isBehind = (estate: Estate, appliance: Interface, packet: Packet): boolean => {
  const { family, destination } = packet
  if ((routesBack(estate, appliance, packet) ?? []).length === 0) return false
  const table = routeTableOf(estate, appliance.subnet)
  const ids = interfacesBeside(estate, appliance).map(({ id }) => id)
  const isNamed = (table?.raw.Routes ?? []).some((route) => {
    const text = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock
    const block = text !== undefined && ids.includes(route.NetworkInterfaceId ?? '') ? blockOf(text) : undefined
    return block !== undefined && block.length > 0 && within(block, family, destination)
  })
  const isInVpc = estate.all('vpc').some(({ id }) => withinAny(vpcBlocks(estate, id), family, destination))
  return isNamed && !isInVpc && (isOurs(estate, family, destination) || !isInternetAddress(family, destination))
}

/** The routes of the table of its subnet that take the packet, if all lead nowhere or back to its instance; undefined if not, or not known. */
const routesBack = (estate: Estate, appliance: Interface, packet: Packet): readonly Route[] | undefined => {
  const table = routeTableOf(estate, appliance.subnet)
  if (!table) return undefined
  const { routes, doubt } = routesFor(estate, table, appliance.vpc, packet)
  const ids = interfacesBeside(estate, appliance).map(({ id }) => id)
  const leadsBack = ({ NetworkInterfaceId: id = '', State }: Route) => State === 'blackhole' || ids.includes(id)
  return doubt === undefined && routes.every(leadsBack) ? routes : undefined
}

/** Of its instance and VPC, itself among them. */
const interfacesBeside = (estate: Estate, appliance: Interface): readonly Interface[] => {
  const instance = appliance.raw.Attachment?.InstanceId
  if (instance === undefined) return [appliance]
  return estate.interfaces.filter((each) => each.raw.Attachment?.InstanceId === instance && each.vpc === appliance.vpc)
}
/** The first IPv4 address with a public one, else the first. */
const ownAddress = ({ raw }: Interface): bigint | undefined => {
  const listed = raw.PrivateIpAddresses ?? []
  const text = (listed.find(({ Association }) => Association?.PublicIp) ?? listed[0])?.PrivateIpAddress
  return text === undefined ? undefined : addressOf(text)
}

/** R-GWLB-1, R-GWLB-2, R-GWLB-5: transparent, by the table of its own subnet, and what the appliance behind it decides is hidden,
 *  unless it is a firewall of AWS (R-NFW-1). */
export const atInspectionEndpoint = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const { State: stated = '', VpcId: vpc, SubnetIds: subnets = [] } = estate.get('vpcEndpoint', id)?.raw ?? {}
  const state = stated.toLowerCase()
  if (state === 'pending') return [unknown(flight, `${id} is pending`)]
  if (state !== 'available') return [drop(flight, `BAD_STATE ${id} is ${state}`)]
  if (vpc === undefined || subnets[0] === undefined) return [unknown(flight, `${id} names no subnet`)]
  const firewall = firewallAt(estate, id)
  const onwards = { at: 'routing', vpc, subnet: subnets[0], origin: firewall ? 'firewall' : 'endpoint' } as const
  if (firewall) return throughFirewall(estate, flight, firewall, id, onwards)
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the inspection endpoint')]
  return [
    to(bare, onwards, `${id} inspects`, {
      middleboxes: [...new Set([...flight.middleboxes, id])].sort(),
      conditions: flight.leg === 'request' ? [...flight.conditions, 'inspection'] : flight.conditions,
    }),
  ]
}
