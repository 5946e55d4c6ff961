/** Where an interface that forwards for others takes them to the internet, as a NAT instance or a firewall with an outer interface does: under
 *  an address of its own, without which the internet gateway serves nobody. Its software decides, so that this is what may be (R-NAT-17). */
import { append, once } from '../collections.ts'
import { addressLine, type AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { Network, Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Plane } from './plane.ts'
import { type Decision, type Route, routesOf } from './route-table.ts'

export interface WaysOut {
  /** What the table of its own subnet leads to the internet gateway. */
  readonly itself: AddressSet
  /** What only the tables of other interfaces of its instance lead there, with all of these that do, undefined for one that was not read:
   *  disjoint. */
  readonly others: readonly (readonly [AddressSet, readonly (NetworkInterface | undefined)[]])[]
}

/** By IPv4; nothing has to be translated in IPv6. */
export const waysOut = (plane: Plane, each: NetworkInterface): WaysOut =>
  plane.once(`ways out ${each.id}`, () => {
    if (plane.family === 6) return NOWHERE
    const { network } = plane
    const itself = network.routeTableOf(each.subnetId) ? toInternetGateway(plane, each) : []
    const left = leftBy(plane, each)
    const siblings = siblingsOf(network, each).map(
      (other) => [intervals.intersect(toInternetGateway(plane, other), left), other] as const,
    )
    const mayHaveMore =
      each.raw.Attachment?.InstanceId !== undefined && !network.coversIn('networkInterface', each.vpcId)
    const others = AddressMap.sweep<NetworkInterface | undefined, readonly (NetworkInterface | undefined)[]>(
      4,
      mayHaveMore ? [...siblings, [left, undefined]] : siblings,
      (leading) => leading,
    )
    return { itself, others: [...others.parts()].flatMap(([by, to]) => (by.length > 0 ? [[to, by] as const] : [])) }
  })

/** The address that it translates to: one that is public outside, else its first. */
export const addressOutside = (each: NetworkInterface): number | undefined => {
  const isOfIpv4 = (address: unknown): address is number => typeof address === 'number'
  return each.publicMappings.map(([inside]) => inside).find(isOfIpv4) ?? each.addresses.find(isOfIpv4)
}

/** The interfaces that a route names and that may bring others out by this one. */
export const broughtOutBy = (plane: Plane, each: NetworkInterface): readonly NetworkInterface[] =>
  appliancesOf(plane.network)
    .get(each.id)
    ?.filter((through) => {
      const { itself, others } = waysOut(plane, through)
      return through.id === each.id
        ? itself.length > 0
        : others.some(([, by]) => by.some((exit) => exit?.id === each.id))
    }) ?? []

/** The name of the sessions of what it brings out by this one. */
export const conversationsOf = (through: NetworkInterface, exit: NetworkInterface): string =>
  `${through.id} by ${exit.id}`

/** Whether packets of others may come out by it, and answers to them come back. */
export const mayBringOut = (network: Network, { id }: NetworkInterface): boolean => appliancesOf(network).has(id)

const NOWHERE: WaysOut = { itself: [], others: [] }

/** Every interface of an instance that forwards for others, with those of them that routes name. */
const appliancesOf = (network: Network): ReadonlyMap<string, readonly NetworkInterface[]> =>
  once(known, network, () => {
    const named = network.grouped('routeTable', 'interface', ({ raw }) =>
      (raw.Routes ?? []).flatMap(({ NetworkInterfaceId: id }) => id ?? []),
    )
    const appliances = new Map<string, NetworkInterface[]>()
    for (const id of named.keys()) {
      const through = network.interface(id)
      if (through?.raw.SourceDestCheck !== false) continue
      for (const each of [through, ...siblingsOf(network, through)]) append(appliances, each.id, through)
    }
    return appliances
  })

const known = new WeakMap<Network, ReadonlyMap<string, readonly NetworkInterface[]>>()

const siblingsOf = (network: Network, { id, vpcId, raw }: NetworkInterface): readonly NetworkInterface[] =>
  raw.Attachment?.InstanceId === undefined
    ? []
    : network
        .interfacesOfInstance(raw.Attachment.InstanceId)
        .filter((other) => other.id !== id && other.vpcId === vpcId)

/** What the table of its subnet leads there, or may lead there for want of knowledge. */
const toInternetGateway = (plane: Plane, each: NetworkInterface): AddressSet => {
  if (addressOutside(each) === undefined) return []
  const table = plane.network.routeTableOf(each.subnetId)
  if (!table) return addressLine(4)
  const isThere = ({ target }: Route): boolean => target.to === 'internetGateway'
  return led(plane, table, (decision) => {
    if (!decision) return false
    const { routes, unread, otherwise } = decision
    return unread === undefined ? routes.length > 0 && routes.every(isThere) : [...routes, ...otherwise].some(isThere)
  })
}

/** What the table of its own subnet leads nowhere, or back to its instance. */
const leftBy = (plane: Plane, each: NetworkInterface): AddressSet => {
  const own = new Set([each, ...siblingsOf(plane.network, each)].map(({ id }) => id))
  const table = plane.network.routeTableOf(each.subnetId)
  if (!table) return []
  return led(
    plane,
    table,
    (decision) =>
      !decision ||
      (decision.unread === undefined &&
        decision.routes.every(
          ({ target }) => target.to === 'blackhole' || (target.to === 'networkInterface' && own.has(target.id)),
        )),
  )
}

/** The destinations with a decision of that kind. */
const led = (plane: Plane, table: Of<'routeTable'>, is: (decision: Decision) => boolean): AddressSet => {
  const parts = [...routesOf(plane, table.id).parts()]
  return intervals.unionAll(parts.flatMap(([decision, destinations]) => (is(decision) ? [destinations] : [])))
}
