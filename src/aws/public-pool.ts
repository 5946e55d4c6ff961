/** Public IPv4 pools that an edge table leads to interfaces: packets get there past all translation (R-EDGE-6).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/igw-ingress-routing.html */
import type { Network } from '../network/network.ts'
import { type AddressSet, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'

interface PooledRoute {
  /** None of its VPC. */
  readonly addresses: AddressSet
  readonly tableId: string
  /** The interface that it leads to. */
  readonly target: string | undefined
}

/** What the edge tables of pools say of addresses that are not of their VPC. */
export const pooledRoutes = (network: Network): readonly PooledRoute[] =>
  network.all('routeTable').flatMap(({ id: tableId, raw }) => {
    if (!raw.Associations?.some(({ PublicIpv4Pool }) => PublicIpv4Pool !== undefined)) return []
    return (raw.Routes ?? []).flatMap(({ DestinationCidrBlock: text, NetworkInterfaceId: target }): PooledRoute[] => {
      const place = { kind: 'routeTable', id: tableId, field: 'a route' } as const
      const block = text === undefined ? undefined : network.block(text, place)
      const addresses = block ? intervals.subtract(prefixSet(block), network.vpcBlocks(raw.VpcId, 4)) : []
      return addresses.length === 0 ? [] : [{ addresses, tableId, target }]
    })
  })

/** The interfaces that pools lead to, with the edge table that says so. */
export const interfacesOfPools = (network: Network): ReadonlyMap<string, string> =>
  new Map(
    pooledRoutes(network).flatMap(({ target, tableId }) => (target === undefined ? [] : [[target, tableId] as const])),
  )
