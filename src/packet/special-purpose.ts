/** Addresses set aside for a purpose. https://www.iana.org/assignments/iana-ipv4-special-registry
 *  https://www.iana.org/assignments/iana-ipv6-special-registry */
import { addressLine, type AddressSet, blocks } from './address.ts'
import * as intervals from './intervals.ts'

/** RFC 1918. */
export const PRIVATE_USE: AddressSet = blocks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')

/** RFC 6598: of carriers, and for inside AWS too. */
export const SHARED_ADDRESS_SPACE: AddressSet = blocks('100.64.0.0/10')

/** RFC 2544. */
export const BENCHMARKING: AddressSet = blocks('198.18.0.0/15')

/** RFC 4193. */
export const UNIQUE_LOCAL: AddressSet = blocks('fc00::/7')

/** IPv4 addresses that a host may have, on the internet or in private. */
export const HOST_ADDRESSES: AddressSet = intervals.subtract(
  addressLine(4),
  blocks('0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'),
)
