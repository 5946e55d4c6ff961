/** NAT64 by NAT gateways (R-NAT-12). https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html */
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import { parseBlock, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { prefixListAddresses } from './prefix-list.ts'

/** Whether any route table of the estate leads what stands for IPv4 addresses to a NAT gateway; else nobody need ask by such addresses. */
export const routesNat64 = (network: Network): boolean =>
  once(known, network, () =>
    network.all('routeTable').some(({ raw }) => raw.Routes?.some((route) => isNat64Route(network, route))),
  )

const known = new WeakMap<Network, boolean>()

type RawRoute = NonNullable<RawOf<'routeTable'>['Routes']>[number]

const isNat64Route = (network: Network, route: RawRoute): boolean => {
  if (route.NatGatewayId === undefined && !route.GatewayId?.startsWith('nat-')) return false
  const { DestinationIpv6CidrBlock: text, DestinationPrefixListId: list } = route
  // A list whose entries were not read may have some.
  if (list !== undefined) return intervals.overlaps(prefixListAddresses(network, list, 6) ?? NAT64_PREFIX, NAT64_PREFIX)
  const prefix = text === undefined ? undefined : parseBlock(text)
  return prefix !== undefined && intervals.overlaps(prefixSet(prefix), NAT64_PREFIX)
}
