/** The implicit router of a VPC: delivers to its own subnets (R-ADDR-1, R-ROUTE-8).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { because, type Behaviour } from './plane.ts'

export const vpc: Behaviour<'vpc'> = {
  local: (plane, draft, id) => {
    let taken: AddressSet = []
    for (const subnet of plane.network.subnetsOf(id)) {
      const block = intervals.subtract(plane.network.subnetBlocks(subnet.id, plane.family), taken)
      taken = intervals.union(taken, block)
      if (block.length > 0)
        draft.to(plane.at('subnet', subnet.id, 'ingress'), because('LOCAL_DELIVERY', id), {
          when: [{ on: 'destination', within: block }],
        })
    }
    const rest = [{ on: 'destination', within: intervals.subtract(addressLine(plane.family), taken) }] as const
    if (plane.network.coversIn('subnet', id)) draft.drop(because('NO_POSSIBLE_DESTINATION', id), { when: rest })
    else draft.unknown(because('SUBNETS_UNKNOWN', id), { when: rest })
  },
}
