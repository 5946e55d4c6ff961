/** Transit gateways whose default route table is in use: by what they do of themselves for every new attachment. */
import type { CheckContext, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'
import { crosses, crossingsOf } from './transit.ts'

export const defaultTables = (context: CheckContext, what: 'association' | 'propagation'): readonly Found[] => {
  const { network } = context.compiled
  return network.all('transitGateway').flatMap((gateway): readonly Found[] => {
    const { Options: options = {} } = gateway.raw
    const [setting, table] =
      what === 'association'
        ? [options.DefaultRouteTableAssociation, options.AssociationDefaultRouteTableId]
        : [options.DefaultRouteTablePropagation, options.PropagationDefaultRouteTableId]
    if (setting !== 'enable' || table === undefined) return []
    // What the setting did is seen by packets that the table forwards.
    const proof = crossingsOf(context).find((each) => crosses(each, table))
    if (!proof) return []
    return [
      {
        resource: resourceOf(gateway, 'transit-gateway'),
        title: `${labelled(network, gateway.id)} has default route table ${what} on, and ${labelled(network, table)} forwards packets between VPCs`,
        ...proof,
        changes: [{ do: 'transit-default-off', gateway: gateway.id, what }],
      },
    ]
  })
}
