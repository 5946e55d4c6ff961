import { declarationOf } from '../analysis/tiers-declared.ts'
import type { Check, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'

/** About what nobody wrote, and no packets. Subnets without interfaces wait for a purpose. */
export const subnetWithoutTier: Check = {
  id: 'subnet-without-tier',
  severity: 'info',
  title: 'nothing says of which tier a subnet is meant to be',
  why: 'its tier is guessed from routes and use, so that a wrong route changes what is allowed instead of being found',
  docs: 'https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html',
  mend: 'tag the subnet with Tier, or add it to a tier in ztnet.yaml',
  find: ({ compiled: { network }, names }) =>
    network.all('subnet').flatMap((subnet): readonly Found[] => {
      const isDeclared = names.tiersOfSubnet(subnet.id).length > 0 || declarationOf(network, subnet) !== undefined
      if (isDeclared || network.interfacesIn(subnet.id).length === 0) return []
      const tier = names.tierOfSubnet(subnet.id)
      return [
        {
          resource: resourceOf(subnet, 'subnet'),
          title: `nothing says of which tier ${labelled(network, subnet.id)} is; by routes and use it is ${tier}`,
          ...(tier !== undefined &&
            tier !== 'other' && { changes: [{ do: 'tag-subnet', subnet: subnet.id, key: 'Tier', value: tier }] }),
        },
      ]
    }),
}
