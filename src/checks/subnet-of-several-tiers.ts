import type { Check, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'

/** About what people wrote, and no packets. */
export const subnetOfSeveralTiers: Check = {
  id: 'subnet-of-several-tiers',
  severity: 'medium',
  title: 'a subnet is of several tiers at once',
  why: 'rules of either tier hold for it, and the first that the policy names decides what findings call it: nobody means that',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html',
  mend: 'narrow the selectors of the tiers, so that one of them takes the subnet',
  find: ({ compiled: { network }, names }) =>
    network.all('subnet').flatMap((subnet): readonly Found[] => {
      const tiers = names.tiersOfSubnet(subnet.id)
      if (tiers.length < 2) return []
      return [
        {
          resource: resourceOf(subnet, 'subnet'),
          title: `${labelled(network, subnet.id)} is of the tiers ${tiers.join(' and ')}`,
        },
      ]
    }),
}
