/** What makes a place doubtful before any packet is sent: interfaces that were not read, addresses that make no sense, records that
 *  contradict each other. A question about such a place has an answer only as far as the rest goes. */
import { interfacesOfPools } from '../aws/public-pool.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, FAMILIES, type Family, formatRange } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Place } from './place.ts'

export interface Doubt {
  readonly code: 'INTERFACES_UNKNOWN' | 'ADDRESSES_UNKNOWN' | 'ADDRESSES_OF_POOL' | 'SUBNET_UNKNOWN' | 'CONTRADICTION'
  readonly resource: string
  /** Of a contradiction: between what. Of a pool: the edge table that leads it there. */
  readonly what?: string
}

/** Remembered: question after question is about the same groups of an estate. */
export const doubtsOf = (network: Network, place: Place): readonly Doubt[] => {
  const byPlace = once(doubtsIn, network, () => new WeakMap())
  return once(byPlace, place, () => findDoubts(network, place))
}

const doubtsIn = new WeakMap<Network, WeakMap<Place, readonly Doubt[]>>()

const findDoubts = (network: Network, place: Place): readonly Doubt[] => {
  const doubts = (place.unread ?? []).map((resource): Doubt => ({ code: 'INTERFACES_UNKNOWN', resource }))
  if (place.is !== 'interfaces') return doubts
  const subnets = new Map<string, ReadSubnet | undefined>()
  const pools = once(poolsOf, network, () => interfacesOfPools(network))
  for (const each of place.interfaces) {
    // Only its operating system knows which of them are its own (R-EDGE-6).
    const pool = pools.get(each.id)
    if (pool !== undefined) doubts.push({ code: 'ADDRESSES_OF_POOL', resource: each.id, what: pool })
    const { subnetId } = each
    const subnet = once(subnets, subnetId, () => subnetOf(network, subnetId))
    if (!subnet) doubts.push({ code: 'SUBNET_UNKNOWN', resource: subnetId })
    else if (each.unread || !isConsistent(each, subnet)) doubts.push(...doubtsAbout(each, subnet))
  }
  return doubts
}

const poolsOf = new WeakMap<Network, ReadonlyMap<string, string>>()

interface ReadSubnet {
  readonly vpcId: string
  /** Undefined where not all of them were read. */
  readonly blocks: { readonly [F in Family]: AddressSet | undefined }
}

const subnetOf = (network: Network, id: string): ReadSubnet | undefined => {
  const vpcId = network.vpcOf(id)
  const blocksOf = (family: Family): AddressSet | undefined =>
    network.knowsBlocksOf('subnet', id, family) ? network.subnetBlocks(id, family) : undefined
  return vpcId === undefined ? undefined : { vpcId, blocks: { 4: blocksOf(4), 6: blocksOf(6) } }
}

const isConsistent = (each: NetworkInterface, { vpcId, blocks }: ReadSubnet): boolean =>
  each.vpcId === vpcId && isWithin(each.addressSet(4), blocks[4]) && isWithin(each.addressSet(6), blocks[6])

const isWithin = (addresses: AddressSet, block: AddressSet | undefined): boolean =>
  block === undefined || intervals.covers(block, addresses)

const doubtsAbout = (each: NetworkInterface, subnet: ReadSubnet): readonly Doubt[] => {
  const { id, subnetId, vpcId } = each
  const contradiction = (what: string): Doubt => ({ code: 'CONTRADICTION', resource: id, what })
  return [
    ...(each.unread ? [{ code: 'ADDRESSES_UNKNOWN', resource: id } as const] : []),
    ...(vpcId === subnet.vpcId
      ? []
      : [contradiction(`${id} is in ${vpcId}, and its subnet ${subnetId} in ${subnet.vpcId}`)]),
    ...FAMILIES.flatMap((family) => {
      const block = subnet.blocks[family]
      const stray = block === undefined ? [] : intervals.subtract(each.addressSet(family), block)
      return stray.length === 0
        ? []
        : [contradiction(`${id} has ${formatRange(stray[0]!, stray[1]!)}, which lies outside its subnet ${subnetId}`)]
    }),
  ]
}
