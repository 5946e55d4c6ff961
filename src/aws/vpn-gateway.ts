/** Virtual private gateways. What lies behind them is not in AWS's configuration: packets that one takes are unknown, packets
 *  that it has no prefix for are dropped (R-VGW-1). https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html */
import { addressLine, type AddressSet, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { internetAddresses } from './internet.ts'
import { because, type Behaviour, type Plane } from './plane.ts'
import { isServing, serviceOf } from './state.ts'

export const vpnGateway: Behaviour<'vpnGateway'> = {
  out: (plane, draft, id) => {
    const { State: state, VpcAttachments: attachments = [] } = plane.network.raw('vpnGateway', id)!
    if (!isServing(draft, id, state)) return
    const attached = attachments.filter((each) => serviceOf(each.State) !== 'out-of-service')
    if (attachments.length > 0 && attached.length === 0) {
      draft.drop(because('BAD_STATE_ATTACHMENT', id))
      return
    }
    const vpcId = attached[0]?.VpcId
    const all = addressLine(plane.family)
    // It carries what interfaces of its VPC send, and nothing that comes through that VPC (R-VGW-3).
    const own =
      vpcId === undefined || !plane.network.get('vpc', vpcId) ? all : plane.network.vpcBlocks(vpcId, plane.family)
    draft.drop(because('VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS', id), {
      when: [{ on: 'source', within: intervals.subtract(all, own) }],
    })
    // What came from the internet came by another gateway, which does not get the answer here (R-IGW-7).
    const world = internetAddresses(plane.network, plane.family)
    const { known, isAll } = prefixesOf(plane, id, vpcId)
    for (const leg of ['request', 'reply'] as const) {
      const asked = leg === 'request' ? all : intervals.subtract(all, world)
      const to = (within: AddressSet) =>
        ({
          when: [
            { on: 'source', within: own },
            { on: 'destination', within },
          ],
          leg,
        }) as const
      draft.drop(because('ASYMMETRIC_RETURN', id), to(intervals.subtract(all, asked)))
      draft.unknown(
        because('UNMODELLED_TARGET', id, { what: 'virtual private gateway' }),
        to(intervals.intersect(asked, known)),
      )
      const rest = to(intervals.subtract(asked, known))
      if (isAll) draft.drop(because('VGW_NO_ROUTE', id), rest)
      else draft.unknown(because('VGW_ROUTES_UNKNOWN', id), rest)
    }
  },
}

/** Static routes of its VPNs, and what any route table that it propagates into shows as propagated; `isAll`: whether it knows no others. */
const prefixesOf = (
  plane: Plane,
  id: string,
  vpcId: string | undefined,
): { readonly known: AddressSet; readonly isAll: boolean } => {
  const vpns = vpnsOf(plane, id)
  const written = vpns.flatMap(({ raw }) =>
    (raw.Routes ?? []).filter(({ State }) => serviceOf(State) !== 'out-of-service'),
  )
  const propagated = plane.network
    .all('routeTable')
    .filter(({ raw }) => raw.PropagatingVgws?.some(({ GatewayId }) => GatewayId === id))
    .flatMap(({ raw }) => raw.Routes ?? [])
    .filter(({ Origin, GatewayId }) => Origin === 'EnableVgwRoutePropagation' && GatewayId === id)
  const prefixes = [
    ...written.map(({ DestinationCidrBlock }) => DestinationCidrBlock),
    ...propagated.map((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock),
  ].map((text) =>
    text === undefined ? undefined : plane.network.block(text, { kind: 'vpnGateway', id, field: 'a prefix' }),
  )
  // A table that it propagates into shows what BGP taught it; without one that is nowhere to be seen.
  const isSeen = propagated.length > 0 || !learns(plane, id, vpns, vpcId)
  return {
    known: intervals.unionAll(
      prefixes.flatMap((prefix) => (prefix?.family === plane.family ? [prefixSet(prefix)] : [])),
    ),
    isAll: isSeen && !prefixes.includes(undefined),
  }
}

/** Whether BGP may teach it prefixes: that of a VPN, or of Direct Connect, directly or by a Direct Connect gateway (R-DX-3). */
const learns = ({ network }: Plane, id: string, vpns: ReturnType<typeof vpnsOf>, vpcId: string | undefined): boolean =>
  (vpcId !== undefined && LEARNED_FROM.some((kind) => !network.coversIn(kind, vpcId))) ||
  vpns.some(({ raw }) => raw.Options?.StaticRoutesOnly !== true) ||
  network.all('virtualInterface').some(({ raw }) => raw.virtualGatewayId === id) ||
  network.all('directConnectGatewayAssociation').some(({ raw }) => raw.associatedGateway?.id === id)

const LEARNED_FROM = ['vpnConnection', 'virtualInterface', 'directConnectGatewayAssociation'] as const

const vpnsOf = (plane: Plane, id: string) =>
  plane.network
    .all('vpnConnection')
    .filter(({ raw }) => raw.VpnGatewayId === id && serviceOf(raw.State) !== 'out-of-service')
