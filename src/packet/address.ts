/** IPv4 and IPv6 addresses, CIDR blocks and ranges: text to points on a line and back. Knows no AWS and no special-purpose ranges. */
import { interval, type Intervals, type Point, unionAll } from './intervals.ts'

export type Family = 4 | 6

export const FAMILIES = [4, 6] as const satisfies readonly Family[]

/** An address as a point on its family's line: a number below 2^32 for IPv4, a bigint below 2^128 for IPv6. */
export type Address = Point

/** A set of addresses of one family. */
export type AddressSet = Intervals

export interface Prefix {
  readonly family: Family
  readonly first: Address
  /** The first address after the block. */
  readonly end: Address
  readonly length: number
}

/** All addresses of a family, from the first to the one after the last. */
export const addressLine = (family: Family): readonly [Address, Address] => (family === 4 ? LINE_4 : LINE_6)

/** One address as a set. */
export const single = (address: Address): AddressSet =>
  typeof address === 'bigint' ? [address, address + 1n] : [address, address + 1]

export const prefixSet = (prefix: Prefix): AddressSet => interval(prefix.first, prefix.end)

/** `10.0.0.1`, `2001:db8::1`; undefined for anything else. An IPv4-mapped IPv6 address stays IPv6. */
export const parseAddress = (text: string): { readonly family: Family; readonly value: Address } | undefined => {
  if (text.includes(':')) {
    const value = parseIpv6(text)
    return value === undefined ? undefined : { family: 6, value }
  }
  const value = parseIpv4(text)
  return value === undefined ? undefined : { family: 4, value }
}

/** `10.0.0.0/16`, `::/0`; bits below the prefix are cleared, as AWS does. A bare address is no CIDR block: undefined. */
export const parseCidr = (text: string): Prefix | undefined => {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseAddress(text.slice(0, slash))
  const lengthText = text.slice(slash + 1)
  if (!address || !/^\d{1,3}$/.test(lengthText)) return undefined
  const length = Number(lengthText)
  if (address.family === 4) {
    if (length > 32) return undefined
    const span = 2 ** (32 - length)
    const first = Math.floor(Number(address.value) / span) * span
    return { family: 4, first, end: first + span, length }
  }
  if (length > 128) return undefined
  const host = BigInt(128 - length)
  const first = (BigInt(address.value) >> host) << host
  return { family: 6, first, end: first + (1n << host), length }
}

/** A CIDR block, or a bare address as the block of that one address. */
export const parseBlock = (text: string): Prefix | undefined => {
  if (text.includes('/')) return parseCidr(text)
  const address = parseAddress(text)
  if (!address) return undefined
  const [first, end] = single(address.value)
  return { family: address.family, first: first!, end: end!, length: address.family === 4 ? 32 : 128 }
}

/** The addresses of CIDR blocks of one family, as code names them. */
export const blocks = (...texts: readonly string[]): AddressSet =>
  unionAll(
    texts.map((text) => {
      const block = parseCidr(text)
      if (!block) throw new Error(`${text} is no CIDR block`)
      return prefixSet(block)
    }),
  )

/** The first address of what `parseBlock` takes; without anything made for a bare address, which nearly all are. */
export const parseFirst = (text: string): Address | undefined =>
  (text.includes(':') ? parseIpv6(text) : parseIpv4(text)) ?? parseBlock(text)?.first

export const formatAddress = (address: Address): string =>
  typeof address === 'bigint' ? formatIpv6(address) : formatIpv4(address)

/** One interval as `10.0.0.0/8` where it is a CIDR block, else as `10.0.0.5-10.0.0.9`. */
export const formatRange = (from: Address, to: Address): string => {
  const length = prefixLength(from, to)
  const last = typeof to === 'bigint' ? to - 1n : to - 1
  return length === undefined ? `${formatAddress(from)}-${formatAddress(last)}` : `${formatAddress(from)}/${length}`
}

export const isSingle = (from: Address, to: Address): boolean => BigInt(to) - BigInt(from) === 1n

/** The prefix length of `[from, to)` where it is one CIDR block. */
const prefixLength = (from: Address, to: Address): number | undefined => {
  if (typeof from === 'bigint' || typeof to === 'bigint') {
    const span = BigInt(to) - BigInt(from)
    if ((span & (span - 1n)) !== 0n || BigInt(from) % span !== 0n) return undefined
    return 128 - (span.toString(2).length - 1)
  }
  const span = to - from
  const bits = Math.round(Math.log2(span))
  return 2 ** bits === span && from % span === 0 ? 32 - bits : undefined
}

const parseIpv4 = (text: string): number | undefined => {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46
    if (code === 46) {
      if (octet < 0 || octet > 255) return undefined
      value = value * 256 + octet
      octet = -1
      dots++
    } else if (code >= 48 && code <= 57) {
      // A leading zero would read as octal elsewhere: refused, so that nobody means two things by one text.
      if (octet === 0) return undefined
      octet = (octet < 0 ? 0 : octet * 10) + code - 48
    } else return undefined
  }
  return dots === 4 ? value : undefined
}

const parseIpv6 = (text: string): bigint | undefined => {
  let count = 0
  /** How many groups stand before `::`. */
  let gap = text.startsWith('::') ? 0 : -1
  for (let at = gap === 0 ? 2 : 0; at < text.length;) {
    const end = text.indexOf(':', at)
    const group = parseGroup(text, at, end < 0 ? text.length : end)
    if (count === 8) return undefined
    if (group === undefined) {
      // An IPv4 address may stand for the last two groups of the whole.
      const tail = end < 0 && count < 7 ? parseIpv4(text.slice(at)) : undefined
      if (tail === undefined) return undefined
      ipv6.setUint32(2 * count, tail)
      count += 2
      break
    }
    ipv6.setUint16(2 * count, group)
    count++
    if (end < 0) break
    at = end + 1
    if (text.charCodeAt(at) === 58) {
      if (gap >= 0) return undefined
      gap = count
      at++
    } else if (at === text.length) return undefined
  }
  if (gap < 0 ? count !== 8 : count === 8) return undefined
  if (gap >= 0) {
    const missing = 8 - count
    for (let i = 7; i >= gap; i--) ipv6.setUint16(2 * i, i >= gap + missing ? ipv6.getUint16(2 * (i - missing)) : 0)
  }
  return (ipv6.getBigUint64(0) << 64n) | ipv6.getBigUint64(8)
}

/** The groups of the address being parsed: bigints are dear, and one buffer makes do with few. */
const ipv6 = new DataView(new ArrayBuffer(16))

/** One to four hexadecimal digits. */
const parseGroup = (text: string, from: number, end: number): number | undefined => {
  if (end === from || end > from + 4) return undefined
  let value = 0
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i)
    const letter = code | 32
    if (code >= 48 && code <= 57) value = value * 16 + code - 48
    else if (letter >= 97 && letter <= 102) value = value * 16 + letter - 87
    else return undefined
  }
  return value
}

const formatIpv4 = (value: number): string =>
  `${Math.floor(value / 16777216)}.${Math.floor(value / 65536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`

/** RFC 5952: lower case, the longest run of two or more zero groups shortened, the first of equals. */
const formatIpv6 = (value: bigint): string => {
  const parts = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn))
  let best = { start: 0, length: 0 }
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && parts[i + length] === 0) length++
    if (length > best.length) best = { start: i, length }
    i += length
  }
  const text = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':')
  if (best.length < 2) return text(parts)
  return `${text(parts.slice(0, best.start))}::${text(parts.slice(best.start + best.length))}`
}

const LINE_4: readonly [Address, Address] = [0, 2 ** 32]
const LINE_6: readonly [Address, Address] = [0n, 1n << 128n]
