/** A packet that a subnet sends on: same-subnet delivery, the network ACL on the way out, the route, and which device the route
 *  names. Knows which target goes by which field; what the targets do is known by their own files. */
import { withinAny } from './address.ts'
import {
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
  if (!table) return [unknown(seen, `no route table known for ${subnet ?? place.table}`)]
  const { routes, doubt } = routesFor(estate, table, vpc, packet)
  if (doubt !== undefined) return [unknown(seen, doubt)]
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
  if (typeof target === 'string') return [unknown(flight, target)]
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

/** R-ROUTE-13; text says what is missing. */
const targetOf = (estate: Estate, chosen: Route, place: Routing, packet: Packet): Target | string => {
  const { vpc, subnet, origin } = place
  const { GatewayId: gateway = '' } = chosen
  if (gateway === 'local') return { name: 'local', place: { at: 'local', vpc, from: subnet } }
  if (gateway.startsWith('igw-'))
    return { name: gateway, place: { at: 'internet gateway, outwards', gateway, vpc, subnet, origin } }
  if (gateway.startsWith('vpce-')) return endpointTarget(estate, gateway, vpc, origin)
  if (chosen.NatGatewayId !== undefined) {
    const nat = estate.get('natGateway', chosen.NatGatewayId)
    if (!nat) return `${chosen.NatGatewayId} is not in the snapshot`
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
    if (!appliance) return `${chosen.NetworkInterfaceId} is not in the snapshot`
    // A route may point at the very receiver of the packet.
    const { id, subnet } = appliance
    if (withinAny(appliance.blocks, packet.family, packet.destination))
      return { name: id, place: { at: 'local', vpc: appliance.vpc, from: place.subnet } }
    return { name: id, place: { at: 'middlebox', interface: id }, subnet }
  }
  return `route to ${gateway || 'a target of a kind'} that this oracle does not model`
}

const endpointTarget = (estate: Estate, id: string, vpc: string, origin: Routing['origin']): Target | string => {
  const endpoint = estate.get('vpcEndpoint', id)
  if (!endpoint) return `${id} is not in the snapshot`
  if (endpoint.raw.VpcEndpointType === 'Gateway')
    return { name: id, place: { at: 'gateway endpoint', endpoint: id, vpc, origin } }
  if (endpoint.raw.VpcEndpointType === 'GatewayLoadBalancer')
    return { name: id, place: { at: 'inspection endpoint', endpoint: id }, subnet: endpoint.raw.SubnetIds?.[0] }
  return `a route to ${id}, an endpoint of type ${endpoint.raw.VpcEndpointType}`
}
