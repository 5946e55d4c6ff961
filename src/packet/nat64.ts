/** IPv6 addresses that stand for IPv4 ones, to which a translator brings what is sent to them. RFC 6052. */
import type { AddressSet } from './address.ts'
import * as intervals from './intervals.ts'

const FIRST = 0x64ff9bn << 96n

/** `64:ff9b::/96`. */
export const NAT64_PREFIX: AddressSet = [FIRST, FIRST + (1n << 32n)]

/** The addresses that stand for these IPv4 ones. */
export const asNat64 = (addresses: AddressSet): AddressSet =>
  intervals.unionAll(
    Array.from(intervals.ranges(addresses), ([from, end]) => [FIRST + BigInt(from), FIRST + BigInt(end)]),
  )

/** The IPv4 addresses that these stand for; undefined unless all of them stand for some. */
export const behindNat64 = (addresses: AddressSet): AddressSet | undefined =>
  addresses.length > 0 && intervals.covers(NAT64_PREFIX, addresses)
    ? intervals.unionAll(
        Array.from(intervals.ranges(addresses), ([from, end]) => [
          Number(BigInt(from) - FIRST),
          Number(BigInt(end) - FIRST),
        ]),
      )
    : undefined

/** The part of a whole that is of the kinds that these addresses are of, those that stand for others or those that do not: to who is told of
 *  one kind the other is no exception. */
export const ofKindsIn = (whole: AddressSet, addresses: AddressSet): AddressSet =>
  typeof whole[0] === 'bigint'
    ? intervals.unionAll(
        [intervals.intersect(whole, NAT64_PREFIX), intervals.subtract(whole, NAT64_PREFIX)].filter((kind) =>
          intervals.overlaps(kind, addresses),
        ),
      )
    : whole
