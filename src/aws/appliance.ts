/** Where an interface that forwards for others takes them besides where its subnet's table leads: to the internet, as a NAT instance or a
 *  firewall with an outer interface does, under an address of its own, without which the internet gateway serves nobody; and into networks
 *  behind its instance, as a VPN server does. Its software decides, so that this is what may be (R-NAT-17). */
import { addressLine, type AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { appliancesOf, ownInterfaces, siblingsOf } from './forwarding-instance.ts'
import { internetAddresses } from './internet.ts'
import { perPlane, type Plane } from './plane.ts'
import { blockOf, type Decision, type Route, routesOf } from './route-table.ts'

/** Disjoint destinations, with the interfaces by which its instance may send there; undefined for one that was not read. */
export type WaysOut = readonly (readonly [AddressSet, readonly (NetworkInterface | undefined)[]])[]

/** To the internet. By itself where the table of its own subnet leads there, in IPv6 without more ado; by another interface of the instance
 *  whose table does, for what its own leads nowhere or back, and where only that has the public address that the gateway wants: fck-nat has
 *  routes lead to a private interface, and sends by the one beside it. */
export const waysOut = perPlane((plane, each: NetworkInterface): WaysOut => {
  const { network, family } = plane
  const own = family === 4 ? ledOut(plane, each) : []
  const left = leftBy(plane, each)
  const unserved = isPublic(each) ? [] : own
  const siblings = siblingsOf(network, each).map((other) => {
    const sought = isPublic(other) ? intervals.union(left, unserved) : left
    return [intervals.intersect(toInternet(plane, other, addressLine(family)), sought), other] as const
  })
  const mayHaveMore = each.raw.Attachment?.InstanceId !== undefined && !network.coversIn('networkInterface', each.vpcId)
  const swept = AddressMap.sweep<NetworkInterface | undefined, readonly (NetworkInterface | undefined)[]>(
    family,
    [[own, each], ...siblings, ...(mayHaveMore ? [[intervals.union(left, unserved), undefined] as const] : [])],
    (leading) => {
      const others = leading.filter((exit) => exit?.id !== each.id)
      return others.length > 0 ? others : leading
    },
  )
  return [...swept.parts()].flatMap(([exits, to]) => (exits.length > 0 ? [[to, exits] as const] : []))
})

/** What the table of its own subnet leads to the internet; nothing where it was not read. */
export const ledOut = (plane: Plane, each: NetworkInterface): AddressSet => toInternet(plane, each, [])

/** Networks that lie behind its instance, as those of a VPN: blocks outside of all VPCs and of the internet that routes lead to it, and the
 *  table of its own subnet too, which would be a circle if it sent them on there (R-FLOW-8). */
export const networksBehind = (plane: Plane, each: NetworkInterface): AddressSet => {
  const { network, family } = plane
  const table = network.routeTableOf(each.subnetId)
  const own = ownInterfaces(network, each)
  const named = (table?.raw.Routes ?? []).flatMap((route) => {
    const block = own.has(route.NetworkInterfaceId ?? '') ? blockOf(plane, table!.id, route) : undefined
    return block && !intervals.equals(block, addressLine(family)) ? [block] : []
  })
  if (named.length === 0) return []
  const back = led(plane, each, [], (decision) => decision !== undefined && leadsBack(decision, own))
  const vpcs = network.vpcIds().map((id) => network.vpcBlocks(id, family))
  const elsewhere = intervals.unionAll([internetAddresses(network, family), ...vpcs])
  return intervals.subtract(intervals.intersect(intervals.unionAll(named), back), elsewhere)
}

/** The address that it translates to: one that is public outside, else its first. */
export const addressOutside = (each: NetworkInterface): number | undefined =>
  withPublic(each) ?? each.addresses.find(isOfIpv4)

/** The interfaces that a route names and that may bring others out by this one, under its address. */
export const broughtOutBy = (plane: Plane, each: NetworkInterface): readonly NetworkInterface[] =>
  plane.family === 6
    ? []
    : (appliancesOf(plane.network)
        .get(each.id)
        ?.filter((through) => waysOut(plane, through).some(([, by]) => by.some((exit) => exit?.id === each.id))) ?? [])

/** The name of the sessions of what it brings out by this one. */
export const conversationsOf = (through: NetworkInterface, exit: NetworkInterface): string =>
  `${through.id} by ${exit.id}`

const isPublic = (each: NetworkInterface): boolean => withPublic(each) !== undefined

const withPublic = ({ publicMappings }: NetworkInterface): number | undefined =>
  publicMappings.map(([inside]) => inside).find(isOfIpv4)

const isOfIpv4 = (address: unknown): address is number => typeof address === 'number'

/** What the table of its subnet leads to the internet, or may lead there for want of knowledge. */
const toInternet = (plane: Plane, each: NetworkInterface, unread: AddressSet): AddressSet => {
  if (plane.family === 4 && addressOutside(each) === undefined) return []
  const isThere = ({ target: { to } }: Route): boolean =>
    to === 'internetGateway' || (plane.family === 6 && to === 'egressOnlyInternetGateway')
  return led(plane, each, unread, (decision) => {
    if (!decision) return false
    const { routes, unread: isOpen, otherwise } = decision
    return isOpen === undefined ? routes.length > 0 && routes.every(isThere) : [...routes, ...otherwise].some(isThere)
  })
}

/** What the table of its own subnet leads nowhere, or back to its instance. */
const leftBy = (plane: Plane, each: NetworkInterface): AddressSet => {
  const own = ownInterfaces(plane.network, each)
  return led(plane, each, [], (decision) => !decision || leadsBack(decision, own))
}

/** Also where it leads nowhere at all. */
const leadsBack = ({ routes, unread }: NonNullable<Decision>, own: ReadonlySet<string>): boolean =>
  unread === undefined &&
  routes.every(({ target }) => target.to === 'blackhole' || (target.to === 'networkInterface' && own.has(target.id)))

/** The destinations with a decision of that kind in the table of its subnet; `unread` where that was not read. */
const led = (
  plane: Plane,
  { subnetId }: NetworkInterface,
  unread: AddressSet,
  is: (decision: Decision) => boolean,
): AddressSet => {
  const table = plane.network.routeTableOf(subnetId)
  if (!table) return unread
  const parts = [...routesOf(plane, table.id).parts()]
  return intervals.unionAll(parts.flatMap(([decision, destinations]) => (is(decision) ? [destinations] : [])))
}
