/** A firewall of AWS attached to a transit gateway, without a VPC of the customer's in between: the gateway's tables send packets to it, and
 *  the table of its own attachment routes what it lets pass (R-TGW-19).
 *  https://docs.aws.amazon.com/network-firewall/latest/developerguide/tgw-firewall-considerations.html */
import type { Network, Of } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { type Door, pinnedExits } from './appliance-mode.ts'
import { inspectByAttachedFirewall } from './network-firewall.ts'
import { because, type Describe, oneOf } from './plane.ts'
import { NO_ZONE, routedFrom, splitKey } from './transit-gateway-association.ts'

/** What AWS calls this type of attachment (R-TGW-20). */
export const NETWORK_FUNCTION = 'network-function'

/** Appliance mode is always on: an endpoint keeps both directions of a flow. */
export const toFirewall: Describe = (plane, draft, key, zone) => {
  const [gateway, id] = splitKey(key)
  for (const { doors, to } of pinnedExits(plane, gateway, zone, doorsOf(plane.network, key)))
    for (const door of doors)
      draft.to(
        plane.at('transitGatewayAttachment', key, 'inspect', door.zone ?? NO_ZONE),
        because('TRANSIT_GATEWAY_ATTACHMENT', id),
        {
          when: [{ on: 'destination', within: to }],
          ...(doors.length > 1 && oneOf(because('TGW_ZONE_CHOICE', id), door.id, true)),
        },
      )
}

export const inspect: Describe = (plane, draft, key, zone) => {
  const [, id] = splitKey(key)
  const firewall = firewallOf(plane.network, key)?.raw
  inspectByAttachedFirewall(plane, draft, id, firewall, routedFrom(plane, key, zone))
}

const firewallOf = (network: Network, key: string): Of<'networkFirewall'> | undefined => {
  const [, id] = splitKey(key)
  const attached = network.all('networkFirewall').find(({ raw }) => attachmentOf(raw) === id)
  const arn = network.raw('transitGatewayAttachment', key)?.ResourceId
  return attached ?? (arn === undefined ? undefined : network.get('networkFirewall', arn))
}

const attachmentOf = (firewall: RawOf<'networkFirewall'>): string | undefined =>
  firewall.FirewallStatus?.TransitGatewayAttachmentSyncState?.AttachmentId ?? firewall.TransitGatewayAttachmentId

/** One for each zone that the firewall is in; one of no zone where nobody told. */
const doorsOf = (network: Network, key: string): readonly Door[] => {
  const firewall = firewallOf(network, key)
  const names = firewall?.raw.AvailabilityZoneMappings?.flatMap(({ AvailabilityZone: name }) => name ?? []) ?? []
  if (!firewall || names.length === 0) return [{ id: key, zone: undefined }]
  return names.map((name) => ({ id: name, zone: network.zoneId(name, firewall) }))
}
