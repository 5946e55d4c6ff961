/** Which addresses of a VPC the internet knows: the one-to-one IPv4 mapping at its internet gateway (R-ADDR-7), and its public
 *  IPv6 addresses (R-ADDR-11, R-ADDR-12). */
import { type Address, type AddressSet, type Family, parseBlock, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { AddressTable } from '../forwarding/header.ts'
import type { Network } from '../network/network.ts'

export interface PublicTables {
  readonly outbound: AddressTable
  readonly inbound: AddressTable
  /** All that `outbound` translates. */
  readonly privates: AddressSet
  /** All that `inbound` translates. */
  readonly publics: AddressSet
}

const NONE: PublicTables = { outbound: new Map(), inbound: new Map(), privates: [], publics: [] }
const tables = new WeakMap<Network, ReadonlyMap<string, PublicTables>>()

/** The translation at a VPC's internet gateway: private to public and back. */
export const publicTables = (network: Network, vpcId: string): PublicTables => {
  let all = tables.get(network)
  if (!all) tables.set(network, (all = compile(network)))
  return all.get(vpcId) ?? NONE
}

/** The addresses of a VPC that packets from the internet may be sent to. */
export const publicBlocks = (network: Network, vpcId: string, family: Family): AddressSet =>
  family === 4 ? publicTables(network, vpcId).publics : publicIpv6Blocks(network, vpcId)

/** Interfaces whose IPv6 addresses the internet gateway does not serve (R-ADDR-13). */
export const deniedIpv6 = (network: Network, vpcId: string): AddressSet =>
  intervals.unionAll(
    network.interfacesOf(vpcId).flatMap((each) => (each.raw.DenyAllIgwTraffic ? [each.addressSet(6)] : [])),
  )

const compile = (network: Network): ReadonlyMap<string, PublicTables> => {
  const byVpc = new Map<string, { outbound: Map<Address, Address>; inbound: Map<Address, Address> }>()
  for (const { address, private: inside, vpcId } of network.publicAddresses().values()) {
    let pair = byVpc.get(vpcId)
    if (!pair) byVpc.set(vpcId, (pair = { outbound: new Map(), inbound: new Map() }))
    pair.outbound.set(inside, address)
    pair.inbound.set(address, inside)
  }
  const setOf = (table: AddressTable): AddressSet => intervals.unionAll([...table.keys()].map(single))
  return new Map(
    [...byVpc].map(([vpcId, { outbound, inbound }]) => [
      vpcId,
      { outbound, inbound, privates: setOf(outbound), publics: setOf(inbound) },
    ]),
  )
}

/** A block is private where AWS says so, else where it is of fc00::/7 (R-ADDR-12). */
const publicIpv6Blocks = (network: Network, vpcId: string): AddressSet =>
  intervals.unionAll(
    (network.raw('vpc', vpcId)?.Ipv6CidrBlockAssociationSet ?? []).flatMap((association) => {
      const { Ipv6CidrBlock: text, Ipv6AddressAttribute: attribute, Ipv6CidrBlockState: state } = association
      const prefix = text === undefined ? undefined : parseBlock(text)
      if (!prefix || (state?.State ?? 'associated') !== 'associated' || attribute === 'private') return []
      const unique = intervals.subtract(intervals.interval(prefix.first, prefix.end), UNIQUE_LOCAL)
      return attribute === 'public' ? [intervals.interval(prefix.first, prefix.end)] : [unique]
    }),
  )

const UNIQUE_LOCAL: AddressSet = [0xfcn << 120n, 0xfen << 120n]
