/** Virtual private gateways. What lies behind them is not in AWS's configuration: packets that one takes are unknown, packets
 *  that it has no prefix for are dropped (R-VGW-1). https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { because, type Behaviour, type Plane } from './plane.ts'

export const vpnGateway: Behaviour<'vpnGateway'> = {
  out: (plane, draft, id) => {
    const { known, unread } = knownPrefixes(plane, id)
    draft.unknown(because('UNMODELLED_TARGET', id, { what: 'virtual private gateway' }), {
      when: [{ on: 'destination', within: known }],
    })
    const rest = [{ on: 'destination', within: intervals.subtract(addressLine(plane.family), known) }] as const
    if (unread || learnsUnseen(plane, id, known)) draft.unknown(because('VGW_ROUTES_UNKNOWN', id), { when: rest })
    else draft.drop(because('VGW_NO_ROUTE', id), { when: rest })
  },
}

/** Static routes of its VPNs, and what any route table that it propagates into shows as propagated. */
const knownPrefixes = (plane: Plane, id: string): { readonly known: AddressSet; readonly unread: boolean } => {
  const ofVpns = vpnsOf(plane, id).flatMap(({ raw }) =>
    (raw.Routes ?? []).map(({ DestinationCidrBlock }) => DestinationCidrBlock),
  )
  const propagated = plane.network
    .all('routeTable')
    .filter(({ raw }) => raw.PropagatingVgws?.some(({ GatewayId }) => GatewayId === id))
    .flatMap(({ raw }) => raw.Routes ?? [])
    .filter(({ Origin, GatewayId }) => Origin === 'EnableVgwRoutePropagation' && GatewayId === id)
    .map((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock)
  const prefixes = [...ofVpns, ...propagated].map((text) =>
    text === undefined ? undefined : plane.network.block(text, { kind: 'vpnGateway', id, field: 'a prefix' }),
  )
  return {
    known: intervals.unionAll(
      prefixes.flatMap((prefix) => (prefix?.family === plane.family ? [[prefix.first, prefix.end]] : [])),
    ),
    unread: prefixes.includes(undefined),
  }
}

/** BGP may have taught it prefixes that no table shows. */
const learnsUnseen = (plane: Plane, id: string, known: AddressSet): boolean => {
  if (known.length > 0) return false
  const vpcId = plane.network.raw('vpnGateway', id)?.VpcAttachments?.find(({ State }) => State === 'attached')?.VpcId
  if (vpcId !== undefined && !plane.network.coversIn('vpnConnection', vpcId)) return true
  return vpnsOf(plane, id).some(({ raw }) => raw.State !== 'deleted' && raw.Options?.StaticRoutesOnly !== true)
}

const vpnsOf = (plane: Plane, id: string) =>
  plane.network.all('vpnConnection').filter(({ raw }) => raw.VpnGatewayId === id)
