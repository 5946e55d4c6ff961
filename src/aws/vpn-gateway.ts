/** Virtual private gateways: the door of a VPC to networks on premises, by VPN or Direct Connect. One carries what it knows a prefix for
 *  (R-VGW-1), between interfaces of its own VPC and what lies there (R-VGW-3).
 *  https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html */
import type { Draft } from '../forwarding/draft.ts'
import type { Condition } from '../forwarding/transfer.ts'
import { addressLine, type AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { type Connection, onPremisesSpace, sitesAmong } from './connection.ts'
import { edgeTableOf } from './edge-table.ts'
import { internetAddresses } from './internet.ts'
import { because, type Behaviour, dropIdentity, oneOf, type Plane } from './plane.ts'
import { routeBy } from './routing.ts'
import { attachmentOf, isServing, servedVpc, availabilityOf } from './state.ts'
import { type Passage, passVpn } from './vpn-connection.ts'
import {
  type Carrier,
  carriersAmong,
  type GatewayRoutes,
  gatewayRoutesOf,
  ownBlocks,
  servedBy,
} from './vpn-gateway-routes.ts'

export const vpnGateway: Behaviour<'vpnGateway'> = {
  out: (plane, draft, id) => {
    const { raw } = plane.network.get('vpnGateway', id)!
    if (!isServing(draft, id, raw.State) || !isAttached(draft, id, raw)) return
    const all = addressLine(plane.family)
    // It carries what interfaces of its VPC send, and nothing that comes through that VPC (R-VGW-3).
    const own = ownBlocks(plane, raw)
    draft.drop(because('VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS', id), {
      when: [{ on: 'source', within: intervals.subtract(all, own) }],
    })
    // Nobody behind it is in a security group.
    const pass = dropIdentity(draft, id, [{ on: 'source', within: own }])
    const routes = gatewayRoutesOf(plane, id)
    const { covering, known, isAll } = routes
    const near = onPremisesSpace(plane)
    // What came from the internet came by another gateway, which does not get the answer here (R-IGW-7).
    const world = internetAddresses(plane.network, plane.family)
    for (const leg of ['request', 'reply'] as const) {
      const asked = leg === 'request' ? all : intervals.subtract(all, world)
      const to = (within: AddressSet) =>
        ({
          when: [...(leg === 'request' ? pass.when : []), { on: 'source', within: own }, { on: 'destination', within }],
          leg,
        }) as const
      draft.drop(because('ASYMMETRIC_RETURN', id), to(intervals.subtract(all, asked)))
      const beyond = intervals.subtract(intervals.intersect(asked, known), near)
      draft.unknown(because('BEYOND_ON_PREMISES', id), to(beyond))
      const rest = to(intervals.subtract(asked, known))
      if (isAll) draft.drop(because('VGW_NO_ROUTE', id), rest)
      else draft.unknown(because('VGW_ROUTES_UNKNOWN', id), rest)
      for (const [knowing, destinations] of covering.split(intervals.intersect(known, near))) {
        const carriers = carriersAmong(knowing, routes)
        const passage = { to: plane.at('onPremises', 'onprem', 'here'), onPremises: 'destination' } as const
        if (carriers.length === 0) draft.drop(because('VPN_FAMILY_NOT_CARRIED', id), to(destinations))
        else carry(plane, draft, id, carriers, { ...passage, ...to(destinations) })
      }
    }
  },

  /** From premises, by whoever carries what is for there. */
  in: (plane, draft, id) => {
    const { raw } = plane.network.get('vpnGateway', id)!
    const to = plane.at('vpnGateway', id, 'inside')
    const routes = gatewayRoutesOf(plane, id)
    const { covering, known } = routes
    const all = addressLine(plane.family)
    const own = ownBlocks(plane, raw)
    const between = (sources: AddressSet, destinations: AddressSet): readonly Condition[] => [
      { on: 'source', within: sources },
      { on: 'destination', within: destinations },
    ]
    // Behind its other VPNs are networks on premises as well (R-VPN-4).
    const otherSites = intervals.subtract(intervals.intersect(known, onPremisesSpace(plane)), own)
    draft.unknown(because('BEYOND_ON_PREMISES', id), { when: between(all, otherSites) })
    draft.drop(because('VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', id), {
      when: between(all, intervals.subtract(all, intervals.union(own, otherSites))),
    })
    const states = [raw.State, attachmentOf({ Attachments: raw.VpcAttachments })?.State]
    if (!states.every((state) => isServing(draft, id, state, { when: between(all, own) }))) return
    for (const [knowing, sources] of covering.split(known))
      for (const [advertising, destinations] of advertisersTo(plane, knowing, routes).split(own)) {
        const carriers = carriersAmong(knowing, routes, (each) => advertising.includes(each))
        const when = between(sources, destinations)
        if (carriers.length > 0) carry(plane, draft, id, carriers, { to, onPremises: 'source', when })
        else if (carriersAmong(knowing, routes).length > 0) draft.drop(because('DX_PREFIX_NOT_ALLOWED', id), { when })
        else draft.drop(because('VPN_FAMILY_NOT_CARRIED', id), { when })
      }
    draft.to(to, because('VPN_GATEWAY', id), { when: between(intervals.subtract(all, known), own) })
  },

  /** In the VPC: the edge table, else delivery (R-EDGE-1). */
  inside: (plane, draft, id) => {
    const vpcId = servedBy(plane.network.raw('vpnGateway', id)!)!
    const edge = edgeTableOf(plane, draft, { id, vpcId, code: 'VPN_GATEWAY' })
    if (edge !== undefined) routeBy(plane, draft, edge, { vpcId })
  },
}

/** By destination, those who tell networks on premises of it. */
const advertisersTo = (
  { family }: Plane,
  knowing: Parameters<typeof carriersAmong>[0],
  { possible }: GatewayRoutes,
): AddressMap<readonly Carrier[]> =>
  AddressMap.sweep<Carrier, readonly Carrier[]>(
    family,
    [...knowing.flatMap(({ by }) => by), ...possible].map(
      (each) => [each.advertises ?? addressLine(family), each] as const,
    ),
    (found) => found,
  )

/** Those that serve a VPC, and those that may. */
export const gatewayConnections = (plane: Plane): readonly Connection[] => [
  ...attachedGateways(plane),
  ...unreadGateways(plane),
]

const unreadGateways = (plane: Plane): readonly Connection[] => {
  const { network, family } = plane
  const served = new Set(network.all('vpnGateway').map(({ raw }) => servedBy(raw)))
  return network
    .vpcIds()
    .filter((id) => !served.has(id) && !network.coversIn('vpnGateway', id))
    .map((id) => ({
      id,
      entrance: undefined,
      sites: [],
      beyond: [],
      possible: { sites: onPremisesSpace(plane), reason: because('VPN_GATEWAY_UNKNOWN', id) },
      leadsTo: network.vpcBlocks(id, family),
    }))
}

const attachedGateways = (plane: Plane): readonly Connection[] =>
  plane.network.all('vpnGateway').flatMap(({ id, raw }): Connection[] => {
    const vpcId = servedBy(raw)
    if (vpcId === undefined || availabilityOf(raw.State) === 'out-of-service') return []
    const { known, isAll } = gatewayRoutesOf(plane, id)
    const sites = sitesAmong(plane, known, ownBlocks(plane, raw))
    const others = isAll ? [] : intervals.subtract(onPremisesSpace(plane), sites)
    return [
      {
        id,
        entrance: plane.at('vpnGateway', id, 'in'),
        sites,
        beyond: intervals.subtract(known, sites),
        ...(others.length > 0 && { possible: { sites: others, reason: because('VGW_ROUTES_UNKNOWN', id) } }),
        leadsTo: intervals.union(ownBlocks(plane, raw), sites),
      },
    ]
  })

/** Where it is detached, or on its way to be attached, writes where packets end; of one that does not say it nothing is said. */
const isAttached = (draft: Draft, id: string, { VpcAttachments }: RawOf<'vpnGateway'>): boolean =>
  VpcAttachments === undefined || servedVpc(draft, id, { Attachments: VpcAttachments }) !== undefined

/** One of those carries it; which of several is not settled. */
const carry = (plane: Plane, draft: Draft, id: string, carriers: readonly Carrier[], passage: Passage): void => {
  const { to, onPremises: _, ...plain } = passage
  // Each set of carriers is a choice of its own.
  const between = because('CONNECTION_CHOICE', id, {}, carriers.map(({ name }) => name).join(' or '))
  for (const { name, vpn, isOpen } of carriers) {
    const choice = carriers.length > 1 ? oneOf(between, name) : {}
    const doubt = isOpen && because('VGW_CARRIER_UNKNOWN', id)
    if (vpn) passVpn(plane, draft, vpn, { ...passage, ...choice, ...(doubt && { doubt }) })
    else if (doubt) draft.unknown(doubt, { ...plain, ...choice, onward: { to } })
    else draft.to(to, because('VPN_GATEWAY', id), { ...plain, ...choice })
  }
}
