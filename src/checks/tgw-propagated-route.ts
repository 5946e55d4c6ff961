import type { Check, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'
import { crosses, crossingsOf } from './transit.ts'

/** A table in which somebody wrote routes by hand says that routes are chosen there. */
export const tgwPropagatedRoute: Check = {
  id: 'tgw-propagated-route',
  severity: 'low',
  title: 'a transit gateway route table with routes of its own forwards by a propagated one too',
  why: 'a propagated route changes with the attachment: a block that is added to the VPC becomes reachable unasked',
  docs: 'https://docs.aws.amazon.com/vpc/latest/tgw/tgw-route-tables.html',
  mend: 'write the route as a static one, and take the propagation away',
  find: (context) => {
    const { network } = context.compiled
    return network.all('transitGatewayRouteTable').flatMap((table): readonly Found[] => {
      const routes = network.raw('transitGatewayRoutes', table.id)?.Routes ?? []
      const isWritten = routes.some(
        ({ Type, State, TransitGatewayAttachments: to }) =>
          Type === 'static' && State !== 'blackhole' && to?.some(({ ResourceType }) => ResourceType === 'vpc'),
      )
      if (!isWritten) return []
      return routes.flatMap(
        ({ Type, DestinationCidrBlock: destination, TransitGatewayAttachments: to }): readonly Found[] => {
          const [attachment] = to ?? []
          if (Type !== 'propagated' || destination === undefined || attachment?.ResourceType !== 'vpc') return []
          const proof = crossingsOf(context).find((each) =>
            crosses(each, table.id)?.rule?.startsWith(`${destination} `),
          )
          if (!proof || attachment.TransitGatewayAttachmentId === undefined) return []
          return [
            {
              resource: resourceOf(table, 'transit-gateway-route-table'),
              part: destination,
              title: `${labelled(network, table.id)} forwards to ${destination} by a propagated route, beside routes that were written`,
              ...proof,
              changes: [
                {
                  do: 'transit-route-static',
                  table: table.id,
                  destination,
                  attachment: attachment.TransitGatewayAttachmentId,
                },
              ],
            },
          ]
        },
      )
    })
  },
}
