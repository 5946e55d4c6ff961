/** The implicit router of a VPC: delivers to its own subnets (R-ADDR-1, R-ROUTE-8).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
import { addressLine, type AddressSet, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import { natSources } from './nat-gateway.ts'
import { because, type Behaviour, type Plane } from './plane.ts'

export const vpc: Behaviour<'vpc'> = {
  local: (plane, draft, id) => {
    let taken = toRegionalNat(plane, draft, id)
    const subnets = plane.network.subnetsOf(id)
    const { twice, by } = plane.network.overlapsIn(id, plane.family)
    if (twice.length > 0)
      draft.unknown(because('CONTRADICTION', id, { what: `${by.join(' and ')} overlap` }), {
        when: [{ on: 'destination', within: intervals.subtract(twice, taken) }],
      })
    taken = intervals.union(taken, twice)
    for (const subnet of subnets) {
      const block = intervals.subtract(plane.network.subnetBlocks(subnet.id, plane.family), taken)
      taken = intervals.union(taken, block)
      if (block.length > 0)
        draft.to(plane.at('subnet', subnet.id, 'ingress'), because('LOCAL_DELIVERY', id), {
          when: [{ on: 'destination', within: block }],
        })
    }
    const rest = [{ on: 'destination', within: intervals.subtract(addressLine(plane.family), taken) }] as const
    const unread = subnets.filter((each) => !plane.network.knowsBlocksOf('subnet', each.id, plane.family))
    if (unread.length > 0)
      draft.unknown(because('SUBNETS_UNKNOWN', id, { missing: unread.map((each) => each.id).join(', ') }), {
        when: rest,
      })
    else if (plane.network.coversIn('subnet', id)) draft.drop(because('NO_POSSIBLE_DESTINATION', id), { when: rest })
    else draft.unknown(because('SUBNETS_UNKNOWN', id), { when: rest })
  },
}

/** A regional NAT gateway is in no subnet: what comes back to its addresses goes to itself (R-NAT-13). */
const toRegionalNat = (plane: Plane, draft: Draft, id: string): AddressSet => {
  let taken: AddressSet = []
  for (const nat of plane.network.natGatewaysOf(id).filter(({ raw }) => raw.SubnetId === undefined)) {
    const own = plane.family === 4 ? intervals.unionAll(natSources(plane, nat.id).map(single)) : []
    const addresses = intervals.subtract(own, taken)
    if (addresses.length === 0) continue
    taken = intervals.union(taken, addresses)
    draft.to(plane.at('natGateway', nat.id, 'arriving'), because('LOCAL_DELIVERY', id), {
      when: [{ on: 'destination', within: addresses }],
    })
  }
  return taken
}
