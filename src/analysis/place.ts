/** Places: what people name as the two ends of a question, resolved to interfaces or addresses of the estate. */
import type { AddressSet, Family } from '../packet/address.ts'
import { parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { ZtnetError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'

/** One thing that a selector resolved to, for people. */
export interface Resolved {
  readonly id: string
  readonly name?: string
  /** `network-interface`, `instance`, `subnet`, `internet`, `address`... */
  readonly kind: string
}

export type Place = { readonly selector: string; readonly kind: string; readonly resolved: readonly Resolved[] } & (
  | { readonly is: 'interfaces'; readonly interfaces: readonly NetworkInterface[] }
  | { readonly is: 'internet' }
  /** Whoever has these addresses: an address or a CIDR block as people write it. */
  | { readonly is: 'addresses'; readonly family: Family; readonly addresses: AddressSet }
  /** `aws:s3`; `services` empty for all AWS services. */
  | { readonly is: 'aws-service'; readonly services: readonly string[] }
  | { readonly is: 'onprem' }
)

/** Throws `ZtnetError` for a selector that fits nothing, or several things of different kinds. */
export const resolvePlace = (network: Network, selector: string): Place => {
  if (selector === 'internet') return { selector, kind: 'internet', is: 'internet', resolved: [{ id: 'internet', kind: 'internet' }] }
  const each = network.interface(selector)
  if (each) return { selector, kind: 'network-interface', is: 'interfaces', interfaces: [each], resolved: [{ id: each.id, kind: 'network-interface' }] }
  const block = parseBlock(selector)
  if (block) {
    const addresses = intervals.interval(block.first, block.end)
    return { selector, kind: 'address', is: 'addresses', family: block.family, addresses, resolved: [{ id: selector, kind: 'address' }] }
  }
  throw new ZtnetError('PLACE_UNKNOWN', `nothing in the snapshot is called ${JSON.stringify(selector)}`)
}
