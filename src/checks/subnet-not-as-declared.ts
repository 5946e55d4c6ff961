import { placeOfInterfaces } from '../analysis/place.ts'
import { subnetTierOf } from '../analysis/tiers.ts'
import { routeText } from '../aws/route-table.ts'
import { deletionOf } from '../changes/change.ts'
import type { Check, CheckContext, Found } from './check.ts'
import { INTERNET, labelled, type Proof, proofBetween, resourceOf } from './proof.ts'

export const subnetNotAsDeclared: Check = {
  id: 'subnet-not-as-declared',
  severity: 'medium',
  title: 'the routes of a subnet make it more open than the tier that it is declared to be',
  why: 'rules and people go by the declared tier, packets by the routes',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html',
  mend: 'take the route away, or declare what the subnet is',
  find: (context) => {
    const { compiled } = context
    const { network } = compiled
    return network.all('subnet').flatMap((subnet): readonly Found[] => {
      const { mismatch, effective } = subnetTierOf(compiled, subnet)
      if (mismatch?.kind !== 'more-open') return []
      const table = effective.routeTable && network.get('routeTable', effective.routeTable.id)
      const exits = [effective.ipv4, effective.ipv6].flatMap((routing) => routing?.exits ?? []).map(({ id }) => id)
      const routes = (table?.raw.Routes ?? []).filter((route) =>
        [route.GatewayId, route.NatGatewayId, route.EgressOnlyInternetGatewayId, route.TransitGatewayId].some(
          (id) => id !== undefined && exits.includes(id),
        ),
      )
      // A rule that packets break by this very route has told of it.
      const isTold = context.told.some(({ causes }) =>
        causes.some(
          ({ resource, rule }) => resource === table?.id && routes.some((route) => rule === routeText(network, route)),
        ),
      )
      const proof = isTold ? undefined : proofOf(context, subnet.id)
      if (!proof) return []
      return [
        {
          resource: resourceOf(subnet, 'subnet'),
          title: `${labelled(network, subnet.id)} is ${mismatch.reason}`,
          ...proof,
          changes: routes.flatMap((route) => (table ? deletionOf(table.id, route) : [])),
        },
      ]
    })
  },
}

/** A packet to or from the internet: what passes proves that the route is more than a word. */
const proofOf = ({ compiled }: CheckContext, subnet: string): Proof | undefined => {
  for (const each of compiled.network.interfacesIn(subnet).slice(0, MOST_TRIED)) {
    const place = placeOfInterfaces([each])
    const proof = proofBetween(compiled, place, INTERNET) ?? proofBetween(compiled, INTERNET, place)
    if (proof) return proof
  }
  return undefined
}

const MOST_TRIED = 10
