/** Route tables of gateways: how what comes into a VPC by one is led on (R-EDGE-1).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html */
import type { Draft } from '../forwarding/draft.ts'
import { because, type Plane } from './plane.ts'
import type { ReasonCode } from './reasons.ts'

/** The table of a gateway. Where it has none, or where that is not settled, writes where packets go: without one they are delivered. */
export const edgeTableOf = (
  plane: Plane,
  draft: Draft,
  gateway: { readonly id: string; readonly vpcId: string; readonly code: ReasonCode },
): string | undefined => {
  const { id, vpcId, code } = gateway
  const [edge, ...rivals] = plane.network.gatewayRouteTablesOf(id)
  if (!edge) {
    const local = plane.at('vpc', vpcId, 'local')
    if (plane.network.coversIn('routeTable', vpcId)) draft.to(local, because(code, id))
    // A table that was not read may lead it through a middlebox, which forwards it as it is (R-ENI-2).
    else draft.unknown(because('ROUTE_TABLE_UNKNOWN', id), { onward: { to: local }, assumptions: ['R-ENI-2'] })
    return undefined
  }
  if (rivals.length > 0) {
    const what = `${[edge, ...rivals].map((table) => table.id).join(' and ')} are both the route table of ${id}`
    draft.unknown(because('CONTRADICTION', id, { what }))
    return undefined
  }
  return edge.id
}
