/** What makes a place doubtful before any packet is sent: interfaces that were not read, addresses that make no sense, records that
 *  contradict each other. A question about such a place has an answer only as far as the rest goes. */
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { formatRange } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Place } from './place.ts'

export interface Doubt {
  readonly code: 'INTERFACES_UNKNOWN' | 'ADDRESSES_UNKNOWN' | 'SUBNET_UNKNOWN' | 'CONTRADICTION'
  readonly resource: string
  /** Of a contradiction: between what. */
  readonly what?: string
}

export const doubtsOf = (network: Network, place: Place): readonly Doubt[] => [
  ...(place.unread ?? []).map((resource): Doubt => ({ code: 'INTERFACES_UNKNOWN', resource })),
  ...(place.is === 'interfaces' ? place.interfaces.flatMap((each) => doubtsAbout(network, each)) : []),
]

const doubtsAbout = (network: Network, each: NetworkInterface): readonly Doubt[] => {
  const { id, subnetId, vpcId } = each
  const subnet = network.get('subnet', subnetId)
  if (!subnet) return [{ code: 'SUBNET_UNKNOWN', resource: subnetId }]
  const contradiction = (what: string): Doubt => ({ code: 'CONTRADICTION', resource: id, what })
  return [
    ...(each.unread ? [{ code: 'ADDRESSES_UNKNOWN', resource: id } as const] : []),
    ...(vpcId === subnet.raw.VpcId
      ? []
      : [contradiction(`${id} is in ${vpcId}, and its subnet ${subnetId} in ${subnet.raw.VpcId}`)]),
    ...([4, 6] as const).flatMap((family) => {
      if (!network.knowsBlocksOf('subnet', subnetId, family)) return []
      const stray = intervals.subtract(each.addressSet(family), network.subnetBlocks(subnetId, family))
      return stray.length === 0
        ? []
        : [contradiction(`${id} has ${formatRange(stray[0]!, stray[1]!)}, which lies outside its subnet ${subnetId}`)]
    }),
  ]
}
