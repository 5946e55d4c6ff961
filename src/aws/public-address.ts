/** Which addresses of a VPC the internet knows: the one-to-one IPv4 mapping at its internet gateway (R-ADDR-7), and its public
 *  IPv6 addresses (R-ADDR-11, R-ADDR-12). */
import { once } from '../collections.ts'
import { type Address, type AddressSet, type Family, parseBlock, prefixSet, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { UNIQUE_LOCAL } from '../packet/special-purpose.ts'
import type { AddressTable } from '../forwarding/header.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { ownerOf } from './endpoint-class.ts'

export interface PublicTables {
  readonly outbound: AddressTable
  readonly inbound: AddressTable
  /** All that `outbound` translates. */
  readonly privates: AddressSet
  /** All that `inbound` translates. */
  readonly publics: AddressSet
  /** The private addresses of NAT gateways among them. */
  readonly ofNatGateways: AddressSet
}

const NONE: PublicTables = { outbound: new Map(), inbound: new Map(), privates: [], publics: [], ofNatGateways: [] }
const tables = new WeakMap<Network, ReadonlyMap<string, PublicTables>>()

/** The translation at a VPC's internet gateway: private to public and back. */
export const publicTables = (network: Network, vpcId: string): PublicTables =>
  once(tables, network, () => compile(network)).get(vpcId) ?? NONE

/** The addresses of a VPC that packets from the internet may be sent to. */
export const publicBlocks = (network: Network, vpcId: string, family: Family): AddressSet =>
  family === 4 ? publicTables(network, vpcId).publics : publicIpv6Blocks(network, vpcId)

/** Interfaces whose IPv6 addresses the internet gateway does not serve (R-ADDR-13). */
export const deniedIpv6 = (network: Network, vpcId: string): AddressSet =>
  intervals.unionAll(
    network.interfacesOf(vpcId).flatMap((each) => {
      const own = each.addressSet(6)
      return own.length > 0 && isDenied(network, each) ? [own] : []
    }),
  )

/** As the attribute of its load balancer or its own record says; without a word there, by what AWS denies it to: endpoints (R-VPCE-12) and
 *  internal load balancers (R-LB-18). */
const isDenied = (network: Network, each: NetworkInterface): boolean => {
  const { DenyAllIgwTraffic: stated } = each.raw
  const owner = ownerOf(network, each)
  if (owner.is !== 'load-balancer')
    return stated ?? (owner.is === 'interface-endpoint' || owner.is === 'inspection-endpoint')
  const attributes = network.raw('loadBalancerAttributes', owner.id)?.Attributes
  const denies = attributes?.find(({ Key }) => Key === 'ipv6.deny_all_igw_traffic')?.Value
  if (denies !== undefined) return denies === 'true'
  return stated ?? network.raw('loadBalancer', owner.id)?.Scheme === 'internal'
}

const compile = (network: Network): ReadonlyMap<string, PublicTables> => {
  const byVpc = new Map<
    string,
    { readonly outbound: Map<Address, Address>; readonly inbound: Map<Address, Address>; readonly ofNat: Address[] }
  >()
  for (const { address, private: inside, vpcId, holder } of network.publicAddresses().values()) {
    const known = once(byVpc, vpcId, () => ({ outbound: new Map(), inbound: new Map(), ofNat: [] }))
    known.outbound.set(inside, address)
    known.inbound.set(address, inside)
    if (holder.startsWith('nat-')) known.ofNat.push(inside)
  }
  const setOf = (addresses: Iterable<Address>): AddressSet => intervals.unionAll([...addresses].map(single))
  return new Map(
    [...byVpc].map(([vpcId, { outbound, inbound, ofNat }]) => [
      vpcId,
      {
        outbound,
        inbound,
        privates: setOf(outbound.keys()),
        publics: setOf(inbound.keys()),
        ofNatGateways: setOf(ofNat),
      },
    ]),
  )
}

/** A block is private where AWS says so, by either field, else where it is of fc00::/7 (R-ADDR-12); so where nobody described the VPC. */
const publicIpv6Blocks = (network: Network, vpcId: string): AddressSet => {
  const vpc = network.raw('vpc', vpcId)
  if (!vpc) return intervals.subtract(network.vpcBlocks(vpcId, 6), UNIQUE_LOCAL)
  return intervals.unionAll(
    (vpc.Ipv6CidrBlockAssociationSet ?? []).map((association): AddressSet => {
      const { Ipv6CidrBlock: text, Ipv6AddressAttribute: attribute, IpSource, Ipv6CidrBlockState: state } = association
      const prefix = text === undefined ? undefined : parseBlock(text)
      if (!prefix || (state?.State ?? 'associated') !== 'associated') return []
      const block = prefixSet(prefix)
      if (attribute === 'public') return block
      return attribute === 'private' || IpSource === 'none' ? [] : intervals.subtract(block, UNIQUE_LOCAL)
    }),
  )
}
