/** One elastic network interface as the engine reads it: its addresses parsed, its spellings levelled. Knows no behaviour. */
import {
  type Address,
  type AddressSet,
  type Family,
  parseBlock,
  parseFirst,
  type Prefix,
  prefixSet,
  single,
} from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'

export interface NetworkInterface {
  readonly id: string
  /** Another for each interface of a network, small and mostly dense: for lists that say something of each. */
  readonly order: number
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

/** Told of text of a field that should be an address or a CIDR block and is none. */
export type Misread = (interfaceId: string, text: string, field: string) => void

/** Of one record. `groups` are its security groups, sorted. */
export class ReadInterface implements NetworkInterface {
  readonly id: string
  readonly order: number
  readonly account: string
  readonly region: string
  readonly vpcId: string
  readonly subnetId: string
  readonly raw: RawOf<'networkInterface'>
  readonly groups: readonly string[]
  readonly unread: boolean
  // Most interfaces have one address and nothing else: lists are copied to grow, so that none takes more memory than it has use for.
  addresses: readonly Address[] = NONE
  publicMappings: NetworkInterface['publicMappings'] = NONE
  #prefixes: readonly Prefix[] = NONE
  #ipv4: AddressSet | undefined = undefined
  #ipv6: AddressSet | undefined = undefined

  constructor(
    { id, account, region, raw }: Extract<Resource, { readonly kind: 'networkInterface' }>,
    order: number,
    groups: readonly string[],
    misread: Misread,
  ) {
    this.id = id
    this.order = order
    this.account = account
    this.region = region
    this.vpcId = raw.VpcId
    this.subnetId = raw.SubnetId
    this.raw = raw
    this.groups = groups
    const { PrivateIpAddresses: listed = NONE, PrivateIpAddress: primary, Association: association } = raw
    let isRead = true
    for (const { PrivateIpAddress: inside, Association } of listed)
      if (!this.#add(inside, Association?.PublicIp, misread)) isRead = false
    // Older tools give the primary address here alone, newer ones say the same twice.
    const [first] = listed
    if (first?.PrivateIpAddress !== primary || first?.Association?.PublicIp !== association?.PublicIp)
      if (!this.#add(primary, association?.PublicIp, misread)) isRead = false
    for (const { Ipv6Address } of raw.Ipv6Addresses ?? NONE)
      if (!this.#add(Ipv6Address, undefined, misread)) isRead = false
    for (const { Ipv4Prefix } of raw.Ipv4Prefixes ?? NONE) if (!this.#addPrefix(Ipv4Prefix, misread)) isRead = false
    for (const { Ipv6Prefix } of raw.Ipv6Prefixes ?? NONE) if (!this.#addPrefix(Ipv6Prefix, misread)) isRead = false
    this.unread = !isRead || (this.addresses.length === 0 && this.#prefixes.length === 0)
  }

  addressSet(family: Family): AddressSet {
    return family === 4 ? (this.#ipv4 ??= this.#setOf(4)) : (this.#ipv6 ??= this.#setOf(6))
  }

  #setOf(family: Family): AddressSet {
    const own = this.addresses.filter((address) => (typeof address === 'bigint') === (family === 6))
    if (this.#prefixes.length === 0 && own.length < 2) return own.length === 0 ? NONE : single(own[0]!)
    const sets = own.map(single)
    for (const prefix of this.#prefixes) if (prefix.family === family) sets.push(prefixSet(prefix))
    return intervals.unionAll(sets)
  }

  /** Whether all of it makes sense. */
  #add(text: string | undefined, publicIp: string | undefined, misread: Misread): boolean {
    if (text === undefined) return true
    const inside = parseFirst(text)
    if (inside === undefined) {
      misread(this.id, text, 'PrivateIpAddress')
      return false
    }
    if (this.addresses.length === 0) this.addresses = [inside]
    else if (!this.addresses.includes(inside)) this.addresses = [...this.addresses, inside]
    if (publicIp === undefined) return true
    const outside = parseFirst(publicIp)
    if (outside === undefined) {
      misread(this.id, publicIp, 'PublicIp')
      return false
    }
    if (!this.publicMappings.some(([known]) => known === inside))
      this.publicMappings = [...this.publicMappings, [inside, outside]]
    return true
  }

  #addPrefix(text: string | undefined, misread: Misread): boolean {
    if (text === undefined) return true
    const prefix = parseBlock(text)
    if (prefix) this.#prefixes = [...this.#prefixes, prefix]
    else misread(this.id, text, 'delegated prefix')
    return prefix !== undefined
  }
}

const NONE: readonly never[] = []
