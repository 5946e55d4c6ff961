/** A packet that a subnet sends on: same-subnet delivery, the network ACL on the way out, the route, and which device the route
 *  names. Knows which target goes by which field; what the targets do is known by their own files. */
import { blockOf, within, withinAny } from './address.ts'
import {
  coversIn,
  type Entry,
  type Estate,
  interfaceById,
  isWithoutPrivate,
  routeTableOf,
  subnetBlocks,
  zoneOf,
} from './estate.ts'
import { aclAllows } from './filters.ts'
import { drop, type Flight, judged, keyOf, type Packet, type Place, to, unknown } from './flight.ts'
import { isLoadBalancer } from './interface.ts'
import { type Route, routesFor } from './route-table.ts'

type Routing = Place & { readonly at: 'routing' }

export const route = (estate: Estate, flight: Flight, place: Routing): Flight[] => {
  const { packet } = flight
  const { subnet, vpc, origin } = place
  const here = `${vpc} ${subnet ?? place.table} ${origin} ${keyOf(packet)}`
  if (flight.visited.includes(here)) return [drop(flight, 'ROUTE_LOOP')]
  const seen = { ...flight, visited: [...flight.visited, here] }

  if (subnet !== undefined && withinAny(subnetBlocks(estate, subnet), packet.family, packet.destination)) {
    // R-NACL-16: a classic load balancer is judged on its way out even inside its subnet.
    const out = origin === 'classic load balancer' ? judged(seen, aclAllows(estate, subnet, true, packet)) : seen
    if (!out) return [drop(seen, `NACL_EGRESS of ${subnet}`)]
    return [to(out, { at: 'local', vpc, from: subnet }, `stays in ${subnet}`)]
  }

  const table =
    place.table !== undefined ? estate.get('routeTable', place.table) : subnet && routeTableOf(estate, subnet)
  if (!table) {
    const missing = {
      why: `no route table known for ${subnet ?? place.table}`,
      mayStay: anyMayStay(estate, place, packet),
    }
    return [astray(estate, seen, place, missing)]
  }
  const { routes, doubt, doubtful } = routesFor(estate, table, vpc, packet)
  if (doubt !== undefined) {
    const mayStay = [...routes, ...doubtful].some((each) => staysBy(estate, each, place, packet))
    return [astray(estate, seen, place, { why: doubt, mayStay })]
  }
  if (routes.length === 0) return [drop(seen, `NO_ROUTE in ${table.id}`)]
  return choose(seen, table, routes).flatMap(([chosen, one]) => follow(estate, chosen, place, table, one))
}

/** R-ROUTE-9: AWS picks one of several overlapping prefix lists, and keeps to it. */
const choose = (flight: Flight, table: Entry<'routeTable'>, routes: readonly Route[]): [Flight, Route][] => {
  if (routes.length === 1) return [[flight, routes[0]!]]
  const lists = routes.flatMap((each) => each.DestinationPrefixListId ?? [])
  const key = [table.id, ...lists].join(' ')
  const kept = routes.filter(
    (each) => (flight.chosen[key] ?? each.DestinationPrefixListId) === each.DestinationPrefixListId,
  )
  return kept.map((each) => [{ ...flight, chosen: { ...flight.chosen, [key]: each.DestinationPrefixListId! } }, each])
}

const follow = (
  estate: Estate,
  flight: Flight,
  place: Routing,
  table: Entry<'routeTable'>,
  chosen: Route,
): Flight[] => {
  const { packet } = flight
  const { vpc, subnet, origin } = place
  if (chosen.State === 'blackhole') return [drop(flight, `BLACKHOLE in ${table.id}`)]
  const target = targetOf(estate, chosen, place, packet)
  if ('why' in target) return [astray(estate, flight, place, target)]
  const wrong = origin === 'nat gateway' && flight.leg === 'request' && isWithoutPrivate(estate, packet.source)
  if (wrong && target.place.at !== 'internet gateway, outwards')
    return [unknown(flight, `${target.name} sees the private address of the NAT gateway, which is not listed`)]
  // The transit gateway's own file judges both lists of that border (R-NACL-11, R-NACL-12).
  if (target.place.at === 'entering transit gateway')
    return [to(flight, target.place, `${table.id} names ${target.name}`)]
  const crosses = subnet !== undefined && target.subnet !== subnet
  const left = crosses ? judged(flight, aclAllows(estate, subnet, true, packet)) : flight
  if (!left) return [drop(flight, `NACL_EGRESS of ${subnet}`)]
  const enters = target.subnet !== undefined && target.subnet !== subnet
  const entered = enters ? judged(left, aclAllows(estate, target.subnet, false, packet)) : left
  if (!entered) return [drop(left, `NACL_INGRESS of ${target.subnet}`)]
  return [to(entered, target.place, `${table.id} sends ${origin} traffic of ${vpc} to ${target.name}`)]
}

interface Target {
  readonly name: string
  readonly place: Place
  /** The subnet of a target that has an interface: both lists of the border apply, none inside one subnet (R-NACL-4, R-NAT-9). */
  readonly subnet?: string | undefined
}

/** A route that leads nobody knows where. */
interface Missing {
  readonly why: string
  /** It may lead to something in the sender's own subnet that does not send on by the same route, and so past the list of that subnet. */
  readonly mayStay: boolean
}

/** What the list of the subnet denies is lost wherever the route leads, unless it may not leave the subnet (R-NACL-4). */
const astray = (estate: Estate, flight: Flight, { subnet }: Routing, { why, mayStay }: Missing): Flight => {
  const denied = subnet !== undefined && !mayStay && aclAllows(estate, subnet, true, flight.packet) === 'deny'
  return denied ? drop(flight, `NACL_EGRESS of ${subnet}`) : unknown(flight, why)
}

/** Whether something stands in the subnet that a table which nobody read may lead to. */
const anyMayStay = (estate: Estate, { vpc, subnet, origin }: Routing, { family, destination }: Packet): boolean => {
  if (subnet === undefined || origin === 'transit gateway' || !coversIn(estate, 'networkInterface', vpc)) return true
  const here = estate.interfaces.filter((each) => each.subnet === subnet)
  if (here.some(({ type }) => type === 'gateway_load_balancer_endpoint')) return true
  if (here.some((each) => !each.checked && !RUN_BY_AWS.includes(each.type) && !isLoadBalancer(each))) return true
  // Of what a NAT gateway takes, the IPv4 packet comes back to where it was.
  const nat64 = within(blockOf('64:ff9b::/96'), family, destination)
  return nat64 && here.some(({ type }) => type === 'nat_gateway')
}

/** No route leads to their interfaces (R-ENI-3). */
const RUN_BY_AWS = ['nat_gateway', 'transit_gateway', 'vpc_endpoint', 'lambda']

/** Whether a route that may be the one in force leads, or may lead, to something in the very subnet. */
const staysBy = (estate: Estate, route: Route, place: Routing, packet: Packet): boolean => {
  if (place.subnet === undefined || route.State === 'blackhole') return false
  if (route.NatGatewayId !== undefined && packet.family === 4) return false
  const target = targetOf(estate, route, place, packet)
  if ('why' in target) return target.mayStay
  if (target.place.at === 'entering transit gateway')
    return place.origin === 'transit gateway' && isDoorOf(estate, target.name, place.subnet)
  return target.subnet === place.subnet
}

/** Whether a transit gateway is attached by this subnet. */
const isDoorOf = (estate: Estate, gateway: string, subnet: string): boolean =>
  estate
    .all('transitGatewayVpcAttachment')
    .some(({ raw }) => raw.TransitGatewayId === gateway && (raw.SubnetIds ?? []).includes(subnet))

/** R-ROUTE-13; or what is missing. */
const targetOf = (estate: Estate, chosen: Route, place: Routing, packet: Packet): Target | Missing => {
  const { vpc, subnet, origin } = place
  const { GatewayId: gateway = '' } = chosen
  if (gateway === 'local') return { name: 'local', place: { at: 'local', vpc, from: subnet } }
  if (gateway.startsWith('igw-'))
    return { name: gateway, place: { at: 'internet gateway, outwards', gateway, vpc, subnet, origin } }
  if (gateway.startsWith('vgw-')) return { name: gateway, place: { at: 'virtual private gateway, outwards', gateway } }
  if (gateway.startsWith('vpce-')) return endpointTarget(estate, gateway, vpc, origin)
  if (chosen.NatGatewayId !== undefined) {
    const nat = estate.get('natGateway', chosen.NatGatewayId)
    if (!nat)
      return {
        why: `${chosen.NatGatewayId} is not in the snapshot`,
        mayStay: packet.family === 6 && !coversIn(estate, 'natGateway', vpc),
      }
    const zone = place.zone ?? zoneOf(estate, subnet)
    return { name: nat.id, place: { at: 'nat gateway', gateway: nat.id, zone }, subnet: nat.raw.SubnetId }
  }
  if (chosen.EgressOnlyInternetGatewayId !== undefined) {
    const id = chosen.EgressOnlyInternetGatewayId
    return { name: id, place: { at: 'egress-only gateway', gateway: id, vpc, subnet, origin } }
  }
  if (chosen.TransitGatewayId !== undefined) {
    const id = chosen.TransitGatewayId
    const zone = place.zone ?? zoneOf(estate, subnet)
    return { name: id, place: { at: 'entering transit gateway', gateway: id, vpc, subnet, zone, origin } }
  }
  if (chosen.VpcPeeringConnectionId !== undefined) {
    const id = chosen.VpcPeeringConnectionId
    return { name: id, place: { at: 'peering', connection: id, vpc } }
  }
  if (chosen.NetworkInterfaceId !== undefined) {
    const appliance = interfaceById(estate, chosen.NetworkInterfaceId)
    if (!appliance)
      return {
        why: `${chosen.NetworkInterfaceId} is not in the snapshot`,
        mayStay: !coversIn(estate, 'networkInterface', vpc),
      }
    // A route may point at the very receiver of the packet.
    const { id, subnet } = appliance
    if (withinAny(appliance.blocks, packet.family, packet.destination))
      return { name: id, place: { at: 'local', vpc: appliance.vpc, from: place.subnet } }
    return { name: id, place: { at: 'middlebox', interface: id }, subnet }
  }
  return { why: `route to ${gateway || 'a target of a kind'} that this oracle does not model`, mayStay: false }
}

const endpointTarget = (estate: Estate, id: string, vpc: string, origin: Routing['origin']): Target | Missing => {
  const endpoint = estate.get('vpcEndpoint', id)
  if (!endpoint) return { why: `${id} is not in the snapshot`, mayStay: !coversIn(estate, 'vpcEndpoint', vpc) }
  if (endpoint.raw.VpcEndpointType === 'Gateway')
    return { name: id, place: { at: 'gateway endpoint', endpoint: id, vpc, origin } }
  if (endpoint.raw.VpcEndpointType === 'GatewayLoadBalancer')
    return { name: id, place: { at: 'inspection endpoint', endpoint: id }, subnet: endpoint.raw.SubnetIds?.[0] }
  return { why: `a route to ${id}, an endpoint of type ${endpoint.raw.VpcEndpointType}`, mayStay: false }
}
