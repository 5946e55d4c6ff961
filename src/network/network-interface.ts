/** One elastic network interface as the engine reads it: its addresses parsed, its spellings levelled. Knows no behaviour. */
import { type Address, type AddressSet, type Family, type Prefix, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'

export interface NetworkInterface {
  readonly id: string
  readonly account: string
  readonly region: string
  readonly vpcId: string
  readonly subnetId: string
  readonly raw: RawOf<'networkInterface'>
  /** Ids, sorted. */
  readonly groups: readonly string[]
  /** Single addresses of both families; delegated prefixes are in `addressSet` only. */
  readonly addresses: readonly Address[]
  /** Everything delivered to this interface: addresses and delegated prefixes (R-ADDR-9, R-ADDR-10). */
  addressSet(family: Family): AddressSet
  /** It may have addresses that we do not know: one of them makes no sense, or none was read. */
  readonly unread: boolean
  /** Private IPv4 address to the public one that the internet gateway gives it (R-ADDR-8). */
  readonly publicMappings: readonly (readonly [Address, Address])[]
}

/** `parse` reads an address or CIDR block and reports what is none. */
export const interfaceOf = (
  { id, account, region, raw }: Extract<Resource, { readonly kind: 'networkInterface' }>,
  parse: (text: string, field: string) => Prefix | undefined,
): NetworkInterface => {
  const addresses: Address[] = []
  const mappings: [Address, Address][] = []
  let senseless = false
  const read = (text: string | undefined, field: string): Prefix | undefined => {
    const prefix = text === undefined ? undefined : parse(text, field)
    senseless ||= text !== undefined && !prefix
    return prefix
  }
  const add = (text: string | undefined, publicIp: string | undefined): void => {
    const inside = read(text, 'PrivateIpAddress')?.first
    if (inside === undefined) return
    if (!addresses.includes(inside)) addresses.push(inside)
    const outside = read(publicIp, 'PublicIp')?.first
    if (outside !== undefined && !mappings.some(([known]) => known === inside)) mappings.push([inside, outside])
  }
  for (const each of raw.PrivateIpAddresses ?? []) add(each.PrivateIpAddress, each.Association?.PublicIp)
  // Older tools give the primary address here alone.
  add(raw.PrivateIpAddress, raw.Association?.PublicIp)
  for (const { Ipv6Address } of raw.Ipv6Addresses ?? []) add(Ipv6Address, undefined)
  const prefixes = [
    ...(raw.Ipv4Prefixes ?? []).map(({ Ipv4Prefix }) => Ipv4Prefix),
    ...(raw.Ipv6Prefixes ?? []).map(({ Ipv6Prefix }) => Ipv6Prefix),
  ].flatMap((text) => read(text, 'delegated prefix') ?? [])
  const setOf = (family: Family): AddressSet =>
    intervals.unionAll([
      ...addresses.filter((address) => (typeof address === 'bigint') === (family === 6)).map(single),
      ...prefixes.filter((prefix) => prefix.family === family).map(({ first, end }) => [first, end]),
    ])
  let sets: { readonly 4: AddressSet; readonly 6: AddressSet } | undefined
  return {
    id,
    account,
    region,
    vpcId: raw.VpcId,
    subnetId: raw.SubnetId,
    raw,
    groups: [...new Set((raw.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []))].sort(),
    addresses,
    addressSet: (family) => (sets ??= { 4: setOf(4), 6: setOf(6) })[family],
    unread: senseless || (addresses.length === 0 && prefixes.length === 0),
    publicMappings: mappings,
  }
}
