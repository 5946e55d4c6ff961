/** Attachments of a transit gateway to networks on premises, by VPN or by Direct Connect. The gateway's tables say what lies behind one, its own
 *  table where what comes by it goes (R-TGW-2). https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpn-attachments.html */
import type { Draft } from '../forwarding/draft.ts'
import type { Of } from '../network/network.ts'
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { onPremisesSpace } from './connection.ts'
import { allowedPrefixes, associationsOf } from './direct-connect.ts'
import { internetAddresses } from './internet.ts'
import { because, type Describe, type Plane } from './plane.ts'
import { forwardingBy, isServing, availabilityOf } from './state.ts'
import { NO_ZONE, routedFrom, splitKey } from './transit-gateway-association.ts'
import { type Passage, passVpn, type VpnConnection } from './vpn-connection.ts'

type Attachment = Of<'transitGatewayAttachment'>

const DIRECT_CONNECT = 'direct-connect-gateway'

/** The types of those that are followed. What others lead to is not known: appliances of SD-WANs, concentrators, clients (R-CVPN-2). */
export const isSite = (type: string | undefined): boolean => type === 'vpn' || type === DIRECT_CONNECT

/** Packets that a route of the gateway sends to one. */
export const toSite: Describe = (plane, draft, key) => {
  const attachment = plane.network.get('transitGatewayAttachment', key)!
  const near = onPremisesSpace(plane)
  const beyond = intervals.subtract(addressLine(plane.family), near)
  const id = attachment.raw.TransitGatewayAttachmentId
  const to = (within: AddressSet) => [{ on: 'destination', within }] as const
  // What came from the internet came by a gateway of its VPC, which does not get the answer here (R-IGW-7).
  const world = internetAddresses(plane.network, plane.family)
  const why = because('BEYOND_ON_PREMISES', id)
  draft.unknown(why, { when: to(beyond), leg: 'request' })
  draft.unknown(why, { when: to(intervals.subtract(beyond, world)), leg: 'reply' })
  draft.drop(because('ASYMMETRIC_RETURN', id), { when: to(intervals.intersect(beyond, world)), leg: 'reply' })
  carry(plane, draft, attachment, {
    to: plane.at('onPremises', 'onprem', 'here'),
    onPremises: 'destination',
    when: to(near),
  })
}

/** Packets that come by one. */
export const fromSite: Describe = (plane, draft, key) => {
  const [gateway, id] = splitKey(key)
  const attachment = plane.network.get('transitGatewayAttachment', key)!
  const to = routedFrom(plane, key, NO_ZONE)
  if (!isServing(draft, gateway, plane.network.raw('transitGateway', gateway)?.State)) return
  if (!isServing(draft, id, attachment.raw.State)) return
  const allowed = allowedFrom(plane, attachment)
  if (!allowed) {
    draft.unknown(because('DX_ALLOWED_PREFIXES_UNKNOWN', id), { onward: { to } })
    return
  }
  const others = intervals.subtract(addressLine(plane.family), allowed)
  draft.drop(because('DX_PREFIX_NOT_ALLOWED', id), { when: [{ on: 'destination', within: others }] })
  carry(plane, draft, attachment, { to, onPremises: 'source', when: [{ on: 'destination', within: allowed }] })
}

/** The destinations that networks on premises are told of over Direct Connect (R-DX-2), all over a VPN; undefined where nobody read them. */
export const allowedFrom = (plane: Plane, { raw }: Attachment): AddressSet | undefined => {
  if (raw.ResourceType !== DIRECT_CONNECT) return addressLine(plane.family)
  const association = associationsOf(plane, raw.TransitGatewayId).find(
    (each) =>
      each.raw.directConnectGatewayId === raw.ResourceId && availabilityOf(each.raw.associationState) === 'in-service',
  )
  return association && allowedPrefixes(plane, association)
}

const carry = (plane: Plane, draft: Draft, attachment: Attachment, passage: Passage): void => {
  const { TransitGatewayAttachmentId: id, State: state, ResourceType: type } = attachment.raw
  const { to, onPremises: _, ...plain } = passage
  const vpn = vpnOf(plane, attachment)
  if (type === DIRECT_CONNECT)
    draft.to(to, because('SITE_ATTACHMENT', id), { ...plain, assumptions: forwardingBy(state) })
  // Its tunnels may be down, or closed to it.
  else if (!vpn) draft.unknown(because('VPN_CONNECTION_UNKNOWN', id), { ...plain, onward: { to } })
  else if (carriesFamily(plane, vpn)) passVpn(plane, draft, vpn, passage)
  else draft.drop(because('VPN_FAMILY_NOT_CARRIED', vpn.id), plain)
}

const vpnOf = ({ network }: Plane, { raw }: Attachment): VpnConnection | undefined =>
  raw.ResourceType === 'vpn' && raw.ResourceId !== undefined ? network.get('vpnConnection', raw.ResourceId) : undefined

/** Tunnels carry one family, IPv4 where nothing is said. https://docs.aws.amazon.com/vpn/latest/s2svpn/ipv4-ipv6.html */
const carriesFamily = ({ family }: Plane, { raw }: VpnConnection): boolean =>
  (raw.Options?.TunnelInsideIpVersion === 'ipv6' ? 6 : 4) === family
