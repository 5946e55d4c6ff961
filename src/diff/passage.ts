/** Whose packets, besides those of its own interfaces, get into a VPC or a subnet. */
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'

/** Interfaces of other VPCs that have addresses of a subnet: what is sent to them from inside the VPC goes to the subnet. */
export const strangersIn = (network: Network, vpcId: string, subnetId: string): readonly NetworkInterface[] =>
  ([4, 6] as const).flatMap((family) => {
    const blocks = network.subnetBlocks(subnetId, family)
    return network
      .all('vpc')
      .filter(({ id }) => id !== vpcId && intervals.overlaps(network.vpcBlocks(id, family), blocks))
      .flatMap(({ id }) =>
        network.interfacesOf(id).filter((each) => intervals.overlaps(each.addressSet(family), blocks)),
      )
  })

/** Whether packets that neither come from a VPC nor are for it may pass through it. */
export const lendsItself = (network: Network, vpcId: string): boolean => {
  if (network.all('vpnGateway').some(({ raw }) => raw.VpcAttachments?.some(({ VpcId }) => VpcId === vpcId))) return true
  if (
    network
      .all('routeTable')
      .some(({ raw }) => raw.VpcId === vpcId && raw.Associations?.some(({ GatewayId }) => GatewayId !== undefined))
  )
    return true
  const attachments = new Set(
    network.all('transitGatewayVpcAttachment').flatMap(({ id, raw }) => (raw.VpcId === vpcId ? [id] : [])),
  )
  for (const { id, raw } of network.all('transitGatewayAttachment')) if (raw.ResourceId === vpcId) attachments.add(id)
  if (attachments.size === 0) return false
  const isOurs = (id: string | undefined): boolean => id !== undefined && attachments.has(id)
  const own = { 4: network.vpcBlocks(vpcId, 4), 6: network.vpcBlocks(vpcId, 6) }
  const isForOthers = (text: string | undefined): boolean => {
    const block = text === undefined ? undefined : parseBlock(text)
    return !block || !intervals.covers(own[block.family], intervals.interval(block.first, block.end))
  }
  return (
    network
      .all('transitGatewayRoutes')
      .some(({ raw }) =>
        raw.Routes?.some(
          ({ TransitGatewayAttachments, DestinationCidrBlock }) =>
            TransitGatewayAttachments?.some(
              (each) => isOurs(each.TransitGatewayAttachmentId) || each.ResourceId === vpcId,
            ) && isForOthers(DestinationCidrBlock),
        ),
      ) ||
    network
      .all('transitGatewayPrefixListReferences')
      .some(({ raw }) =>
        raw.TransitGatewayPrefixListReferences?.some(({ TransitGatewayAttachment }) =>
          isOurs(TransitGatewayAttachment?.TransitGatewayAttachmentId),
        ),
      )
  )
}
