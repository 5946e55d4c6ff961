/** What a virtual private gateway knows of networks on premises: for which prefixes, and who carries what is for them (R-VGW-1, R-VGW-2).
 *  https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html */
import { maxOf } from '../collections.ts'
import { addressLine, type AddressSet, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { allowedPrefixes, associationsOf } from './direct-connect.ts'
import { perPlane, type Plane } from './plane.ts'
import { attachmentOf, availabilityOf } from './state.ts'
import { vpcPrefixes } from './vpc-prefixes.ts'
import { isUp, type VpnConnection } from './vpn-connection.ts'
import { recordIndex } from '../network/record-index.ts'

/** Who carries packets for a gateway: a VPN, or what has no record of its own. */
export interface Carrier {
  /** Unique at its gateway. */
  readonly name: string
  readonly vpn?: VpnConnection
  /** Nobody can tell whether it carries anything. */
  readonly isOpen?: true
  /** The addresses of the VPC that networks on premises are told of by it; all, where absent. */
  readonly advertises?: AddressSet
}

/** One prefix that covers an address. */
interface Known {
  readonly length: number
  readonly by: readonly Carrier[]
}

export interface GatewayRoutes {
  readonly known: AddressSet
  /** Whether it knows no others. */
  readonly isAll: boolean
  readonly covering: AddressMap<readonly Known[]>
  /** Who may know longer ones that nobody has seen. */
  readonly possible: readonly Carrier[]
}

/** Those of whom one carries: whose tunnels are up first, then with the longest prefix; and whoever may carry it as well, for all that is known.
 *  `isMeant`: the others are not asked. */
export const carriersAmong = (
  covering: readonly Known[],
  { possible }: GatewayRoutes,
  isMeant: (each: Carrier) => boolean = () => true,
): readonly Carrier[] => {
  const all = [...covering, { length: Infinity, by: possible }].flatMap(({ length, by }) =>
    by.filter(isMeant).map((carrier) => ({ length, carrier })),
  )
  const settled = all.filter(({ carrier }) => !carrier.isOpen)
  const up = settled.filter(({ carrier: { vpn } }) => !vpn || isUp(vpn))
  const among = up.length > 0 ? up : settled
  const longest = maxOf(among.flatMap(({ length }) => (length === Infinity ? [] : [length])))
  const chosen = [...among, ...all.filter(({ carrier }) => carrier.isOpen)].filter(({ length }) => length >= longest)
  return [...new Map(chosen.map(({ carrier }) => [carrier.name, carrier])).values()]
}

/** Static routes of its VPNs, and what any route table that it propagates into shows as propagated. */
export const gatewayRoutesOf = perPlane((plane, id: string): GatewayRoutes => {
  const vpns = vpnsOf(plane, id)
  const propagated = propagatedBy(plane, id)
  const direct = directConnectOf(plane, id)
  const advertisers = advertisersOf(plane, id, vpns, direct)
  const written = vpns.flatMap((vpn) =>
    (vpn.raw.Routes ?? [])
      .filter(({ State }) => availabilityOf(State) !== 'out-of-service')
      // What is propagated as well may have been taught by Direct Connect besides.
      .map(({ DestinationCidrBlock: text, State: state }) => ({
        text,
        by: [
          availabilityOf(state) === 'in-service' ? carrierOf(vpn) : { ...carrierOf(vpn), isOpen: true as const },
          ...(text !== undefined && propagated.has(text) ? direct : []),
        ],
      })),
  )
  const isWritten = new Set(written.map(({ text }) => text))
  const learned = [...propagated].filter((text) => !isWritten.has(text)).map((text) => ({ text, by: advertisers }))
  const prefixes = [...written, ...learned].map(({ text, by }) => {
    const block =
      text === undefined ? undefined : plane.network.block(text, { kind: 'vpnGateway', id, field: 'a prefix' })
    return { block, by }
  })
  const entries = prefixes.flatMap(({ block, by }) =>
    block?.family === plane.family
      ? [[prefixSet(block), { length: block.length, by: by.filter((each) => carriesFamily(plane, each)) }] as const]
      : [],
  )
  // A table that it propagates into shows what BGP taught it; without one that is nowhere to be seen.
  const isSeen = propagated.size > 0 || !learns(plane, id, vpns, direct)
  const isAll = isSeen && prefixes.every(({ block }) => block)
  return {
    known: intervals.unionAll(entries.map(([set]) => set)),
    isAll,
    covering: AddressMap.sweep<Known, readonly Known[]>(plane.family, entries, (found) => found),
    possible: isAll ? [] : advertisers.filter((each) => carriesFamily(plane, each)),
  }
})

/** VPNs on a virtual private gateway carry IPv4 alone (R-VGW-5). */
const carriesFamily = ({ family }: Plane, { vpn }: Carrier): boolean => family === 4 || !vpn

const carrierOf = (vpn: VpnConnection): Carrier => ({ name: vpn.id, vpn })

const routeTablesByPropagatingGateway = recordIndex('routeTable', ({ raw }) =>
  (raw.PropagatingVgws ?? []).flatMap(({ GatewayId }) => GatewayId ?? []),
)

/** CIDR blocks. */
const propagatedBy = ({ network }: Plane, id: string): ReadonlySet<string> =>
  new Set(
    (network.indexed(routeTablesByPropagatingGateway).get(id) ?? [])
      .flatMap(({ raw }) => raw.Routes ?? [])
      .filter(({ Origin, GatewayId }) => Origin === 'EnableVgwRoutePropagation' && GatewayId === id)
      .flatMap((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? []),
  )

/** Whom BGP may have taught it a prefix by (R-DX-3): somebody whom nobody read, where none is on record, and perhaps where others may be. */
const advertisersOf = (
  plane: Plane,
  id: string,
  vpns: readonly VpnConnection[],
  direct: readonly Carrier[],
): readonly Carrier[] => {
  const vpcId = servedBy(plane.network.raw('vpnGateway', id)!)
  const speakers = vpns.filter(({ raw }) => raw.Options?.StaticRoutesOnly !== true)
  const advertisers = [...speakers.map(carrierOf), ...direct]
  if (advertisers.length === 0) return [{ name: UNREAD }]
  const isOverlooked = vpcId !== undefined && DIRECT.some((kind) => !plane.network.coversIn(kind, vpcId))
  return isOverlooked ? [...advertisers, { name: UNREAD, isOpen: true }] : advertisers
}

const UNREAD = 'one that was not read'

const DIRECT = ['virtualInterface', 'directConnectGatewayAssociation'] as const

/** Whether BGP may teach it prefixes: that of a VPN, or of Direct Connect. */
const learns = (plane: Plane, id: string, vpns: readonly VpnConnection[], direct: readonly Carrier[]): boolean => {
  const vpcId = servedBy(plane.network.raw('vpnGateway', id)!)
  // VPNs carry IPv4 alone, and teach nothing else (R-VGW-5).
  const byVpn = plane.family === 4
  const kinds = byVpn ? [...DIRECT, 'vpnConnection' as const] : DIRECT
  return (
    (vpcId !== undefined && kinds.some((kind) => !plane.network.coversIn(kind, vpcId))) ||
    (byVpn && vpns.some(({ raw }) => raw.Options?.StaticRoutesOnly !== true)) ||
    direct.length > 0
  )
}

const virtualInterfacesByGateway = recordIndex('virtualInterface', ({ raw }) =>
  raw.virtualGatewayId === undefined ? [] : [raw.virtualGatewayId],
)

/** By a virtual interface of its own, or by a Direct Connect gateway, that tells of those blocks of the VPC alone which allowed prefixes
 *  cover (R-DX-2). */
const directConnectOf = (plane: Plane, id: string): readonly Carrier[] => {
  const { network } = plane
  const name = 'Direct Connect'
  const isThere = (state: string | undefined): boolean => availabilityOf(state) !== 'out-of-service'
  const own = network.indexed(virtualInterfacesByGateway).get(id)
  if (own?.some(({ raw }) => isThere(raw.virtualInterfaceState))) return [{ name }]
  const associations = associationsOf(plane, id).filter(({ raw }) => isThere(raw.associationState))
  if (associations.length === 0) return []
  const settled = associations.filter(({ raw }) => availabilityOf(raw.associationState) === 'in-service')
  if (settled.length === 0) return [{ name, isOpen: true }]
  if (settled.some(({ raw }) => !raw.allowedPrefixesToDirectConnectGateway)) return [{ name }]
  const allowed = settled.map((each) => allowedPrefixes(plane, each))
  if (allowed.includes(undefined)) return [{ name, isOpen: true }]
  const prefixes = intervals.unionAll(allowed.flatMap((each) => (each ? [each] : [])))
  const vpcId = servedBy(network.raw('vpnGateway', id)!)
  if (vpcId === undefined || !network.get('vpc', vpcId)) return [{ name }]
  const told = vpcPrefixes(plane, vpcId).filter(({ set }) => intervals.covers(prefixes, set))
  return [{ name, advertises: intervals.unionAll(told.map(({ set }) => set)) }]
}

const vpnConnectionsByGateway = recordIndex('vpnConnection', ({ raw }) =>
  raw.VpnGatewayId === undefined ? [] : [raw.VpnGatewayId],
)

const vpnsOf = ({ network }: Plane, id: string): readonly VpnConnection[] =>
  (network.indexed(vpnConnectionsByGateway).get(id) ?? []).filter(
    ({ raw }) => availabilityOf(raw.State) !== 'out-of-service',
  )

/** The VPC that a gateway is attached to, or is about to be. */
export const servedBy = ({ VpcAttachments }: RawOf<'vpnGateway'>): string | undefined =>
  attachmentOf({ Attachments: VpcAttachments })?.VpcId

/** The addresses of its VPC; all, where these were not read. */
export const ownBlocks = ({ network, family }: Plane, raw: RawOf<'vpnGateway'>): AddressSet => {
  const vpcId = servedBy(raw)
  return vpcId === undefined || !network.get('vpc', vpcId) ? addressLine(family) : network.vpcBlocks(vpcId, family)
}
