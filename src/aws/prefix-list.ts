/** Prefix lists: what their entries cover now (R-ROUTE-10, R-SG-15). */
import { once } from '../collections.ts'
import { type AddressSet, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Network } from '../network/network.ts'

/** The addresses of one family on a list; undefined where its entries were not read, or not whole. */
export const prefixListAddresses = (network: Network, id: string, family: Family): AddressSet | undefined => {
  const known = once(lists, network, () => ({ 4: new Map(), 6: new Map() }))
  // Rules of many groups name one list.
  return once(known[family], id, () => readList(network, id, family))
}

type Lists = { readonly [F in Family]: Map<string, AddressSet | undefined> }

const lists = new WeakMap<Network, Lists>()

const readList = (network: Network, id: string, family: Family): AddressSet | undefined => {
  const state = network.raw('managedPrefixList', id)?.State ?? 'create-complete'
  if (NO_MORE.has(state)) return []
  // Which of its versions counts is not settled (R-FLOW-10).
  if (!USABLE.has(state)) return undefined
  const entries = network.prefixListEntries(id)
  if (!entries) {
    // A list is of one family, which its record says although its entries were not read.
    const listed = network.raw('managedPrefixList', id)?.AddressFamily
    return listed === (family === 4 ? 'IPv6' : 'IPv4') ? [] : undefined
  }
  const prefixes = entries.map((text) => network.block(text, { kind: 'managedPrefixListEntries', id, field: 'Cidr' }))
  if (prefixes.some((prefix) => !prefix)) return undefined
  return intervals.unionAll(
    prefixes.flatMap((prefix) => (prefix!.family === family ? [[prefix!.first, prefix!.end]] : [])),
  )
}

const USABLE: ReadonlySet<string> = new Set(['create-complete', 'modify-complete', 'restore-complete'])
const NO_MORE: ReadonlySet<string> = new Set(['create-failed', 'delete-complete'])

/** The services that gateway endpoints exist for (R-GWE-1), whose addresses answer a few ports only (R-GWE-4). */
const GATEWAY_SERVICES = ['s3', 'dynamodb'] as const

/** All addresses known to be those of S3 or DynamoDB, in whatever region: from the prefix lists that AWS names after them. */
export const gatewayServiceAddresses = (network: Network, family: Family): AddressSet =>
  intervals.unionAll([...addressesByService(network, family).values()])

/** Of `s3` and `dynamodb`, as far as they are known. */
export const addressesByService = (network: Network, family: Family): ReadonlyMap<string, AddressSet> =>
  new Map(
    GATEWAY_SERVICES.map((service) => [
      service,
      intervals.unionAll(serviceLists(network, service).map((id) => prefixListAddresses(network, id, family) ?? [])),
    ]),
  )

/** The prefix lists that AWS keeps for a service, or for any, by their name `com.amazonaws.<region>.<service>`. */
export const serviceLists = (network: Network, service?: string): readonly string[] => [
  ...new Set(
    [...network.all('managedPrefixList'), ...network.all('prefixList')]
      .filter(({ raw }) => {
        const [, listed] = /^com\.amazonaws\.[^.]+\.(?:ipv6\.)?(.+)$/.exec(raw.PrefixListName ?? '') ?? []
        // Lists of where requests of a service come from, such as `cloudfront.origin-facing`, are named with a dot.
        return listed !== undefined && (service === undefined ? !listed.includes('.') : listed === service)
      })
      .map(({ id }) => id),
  ),
]
