/** Whose packets, besides those of its own interfaces, get into a VPC or a subnet. */
import { append } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex, transitGatewayVpcAttachmentsByVpc } from '../network/record-index.ts'
import { FAMILIES, type Family, parseBlock, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'

/** Interfaces of other VPCs that have addresses of a subnet: what is sent to them from inside the VPC goes to the subnet. */
export const strangersIn = (network: Network, vpcId: string, subnetId: string): readonly NetworkInterface[] =>
  FAMILIES.flatMap((family) => {
    const blocks = network.subnetBlocks(subnetId, family)
    const vpcs = new Set([...indexOf(network).vpcsAt[family].split(blocks).keys()].flat())
    vpcs.delete(vpcId)
    return [...vpcs].flatMap((id) =>
      network.interfacesOf(id).filter((each) => intervals.overlaps(each.addressSet(family), blocks)),
    )
  })

/** Whether packets that neither come from a VPC nor are for it may pass through it. */
export const lendsItself = (network: Network, vpcId: string): boolean => {
  if (hasVpnGateway(network, vpcId) || hasTableOfGateway(network, vpcId)) return true
  const attachments = attachmentsOf(network, vpcId)
  if (attachments.length === 0) return false
  const own = { 4: network.vpcBlocks(vpcId, 4), 6: network.vpcBlocks(vpcId, 6) }
  const isForOthers = (text: string | undefined): boolean => {
    const block = text === undefined ? undefined : parseBlock(text)
    return !block || !intervals.covers(own[block.family], prefixSet(block))
  }
  const { routedTo } = indexOf(network)
  return (
    [vpcId, ...attachments].some((target) => routedTo.get(target)?.some(isForOthers)) ||
    attachments.some((id) => referencesTo(network, id).length > 0)
  )
}

const vpnGatewaysByVpc = recordIndex('vpnGateway', ({ raw }) =>
  (raw.VpcAttachments ?? []).flatMap(({ VpcId }) => VpcId ?? []),
)

const hasVpnGateway = (network: Network, vpcId: string): boolean => network.indexed(vpnGatewaysByVpc).has(vpcId)

const gatewayRouteTablesByVpc = recordIndex('routeTable', ({ raw }) =>
  raw.Associations?.some(({ GatewayId }) => GatewayId !== undefined) ? [raw.VpcId] : [],
)

const hasTableOfGateway = (network: Network, vpcId: string): boolean =>
  network.indexed(gatewayRouteTablesByVpc).has(vpcId)

const transitGatewayAttachmentsByResource = recordIndex('transitGatewayAttachment', ({ raw }) =>
  raw.ResourceId === undefined ? [] : [raw.ResourceId],
)

/** Ids of its attachments to transit gateways, by either of the records that AWS has of one. */
const attachmentsOf = (network: Network, vpcId: string): readonly string[] =>
  [
    ...(network.indexed(transitGatewayVpcAttachmentsByVpc).get(vpcId) ?? []),
    ...(network.indexed(transitGatewayAttachmentsByResource).get(vpcId) ?? []),
  ].map(({ id }) => id)

const prefixListReferencesByAttachment = recordIndex('transitGatewayPrefixListReferences', ({ raw }) =>
  (raw.TransitGatewayPrefixListReferences ?? []).flatMap(
    ({ TransitGatewayAttachment }) => TransitGatewayAttachment?.TransitGatewayAttachmentId ?? [],
  ),
)

/** Prefix lists that a transit gateway sends to an attachment. */
const referencesTo = (network: Network, attachment: string) =>
  network.indexed(prefixListReferencesByAttachment).get(attachment) ?? []

// ---- what is looked up for each VPC and each subnet

interface Index {
  /** Of each address the ids of the VPCs that have it. */
  readonly vpcsAt: { readonly [F in Family]: AddressMap<readonly string[]> }
  /** Destinations of the routes of transit gateways, by the attachment and by the resource that they lead to. */
  readonly routedTo: ReadonlyMap<string, readonly (string | undefined)[]>
}

const indexes = new WeakMap<Network, Index>()

const indexOf = (network: Network): Index => {
  let index = indexes.get(network)
  if (!index) {
    index = {
      vpcsAt: { 4: vpcsByAddress(network, 4), 6: vpcsByAddress(network, 6) },
      routedTo: routesByTarget(network),
    }
    indexes.set(network, index)
  }
  return index
}

const vpcsByAddress = (network: Network, family: Family): AddressMap<readonly string[]> =>
  AddressMap.sweep(
    family,
    network.all('vpc').map(({ id }) => [network.vpcBlocks(id, family), id] as const),
    (ids) => ids,
  )

const routesByTarget = (network: Network): Index['routedTo'] => {
  const routes = new Map<string, (string | undefined)[]>()
  for (const { raw } of network.all('transitGatewayRoutes'))
    for (const { TransitGatewayAttachments = [], DestinationCidrBlock } of raw.Routes ?? [])
      for (const { TransitGatewayAttachmentId, ResourceId } of TransitGatewayAttachments)
        for (const target of [TransitGatewayAttachmentId, ResourceId])
          if (target !== undefined) append(routes, target, DestinationCidrBlock)
  return routes
}
