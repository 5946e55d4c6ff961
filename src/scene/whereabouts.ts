/** Where in a picture a resource is shown: the box that is it, or that it stands in, and all boxes around that one. */
import { nodesOfBalancer } from '../aws/endpoint-class.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import { membersOfLots } from './lots.ts'
import { accountBoxId, regionBoxId } from './scene.ts'

/** Ids of boxes, the innermost first; none for what has no place of its own, such as a security group or a route table. */
export const whereaboutsOf = (network: Network, id: string): readonly string[] => {
  if (OUTSIDE.has(id)) return [id]
  const resource = network.find(id)
  switch (resource?.kind) {
    case 'networkInterface':
      return ofInterface(network, id)
    case 'subnet':
      return ofSubnet(network, id)
    case 'vpc':
      return ofVpc(network, id)
    case 'instance':
      return firstOf(network, network.interfacesOfInstance(id))
    case 'natGateway': {
      const { NatGatewayAddresses: addresses = [], VpcId: vpc } = resource.raw
      const [inside] = addresses.flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? [])
      if (inside !== undefined && network.interface(inside)) return ofInterface(network, inside)
      return vpc === undefined ? [] : [id, ...ofVpc(network, vpc)]
    }
    case 'vpcEndpoint': {
      const { NetworkInterfaceIds: interfaces = [], VpcId: vpc } = resource.raw
      const inside = firstOf(
        network,
        interfaces.flatMap((each) => network.interface(each) ?? []),
      )
      return inside.length > 0 || vpc === undefined ? inside : [id, ...ofVpc(network, vpc)]
    }
    case 'internetGateway':
    case 'egressOnlyInternetGateway': {
      const vpc = resource.raw.Attachments?.[0]?.VpcId
      return vpc === undefined ? [] : [id, ...ofVpc(network, vpc)]
    }
    case 'vpnGateway': {
      const vpc = resource.raw.VpcAttachments?.[0]?.VpcId
      return vpc === undefined ? [] : [id, ...ofVpc(network, vpc)]
    }
    case 'transitGatewayVpcAttachment':
    case 'transitGatewayAttachment': {
      const vpc = network.raw('transitGatewayVpcAttachment', id)?.VpcId
      const transitGateway = resource.raw.TransitGatewayId
      return vpc === undefined ? [transitGateway] : [id, ...ofVpc(network, vpc)]
    }
    case 'transitGatewayRouteTable':
      return resource.raw.TransitGatewayId === undefined ? [] : [resource.raw.TransitGatewayId]
    case 'transitGateway':
    case 'vpcPeeringConnection':
    case 'coreNetwork':
      return [id]
    case 'loadBalancer':
      return firstOf(network, nodesOfBalancer(network, id))
    case undefined:
      return id.startsWith('vpc:') ? [id, ...ofVpc(network, id.slice('vpc:'.length, id.lastIndexOf('/')))] : []
    default:
      return []
  }
}

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'onprem', 'aws-services'])

const firstOf = (network: Network, interfaces: readonly { readonly id: string }[]): readonly string[] => {
  const [first] = interfaces
  return first ? ofInterface(network, first.id) : []
}

const ofInterface = (network: Network, id: string): readonly string[] => {
  const { subnetId } = network.interface(id)!
  const lot = lotsIn(network, subnetId).get(id)
  return [...(lot === undefined ? [] : [lot]), ...ofSubnet(network, subnetId)]
}

const ofSubnet = (network: Network, id: string): readonly string[] => {
  const vpc = network.vpcOf(id) ?? network.interfacesIn(id)[0]?.vpcId
  return [id, ...(vpc === undefined ? [] : ofVpc(network, vpc))]
}

const ofVpc = (network: Network, id: string): readonly string[] => {
  const { account, region } = network.placeOf(id)
  return [id, regionBoxId(account, region), accountBoxId(account)]
}

/** Interface -> the first member of its lot. */
const lotsIn = (network: Network, subnetId: string): ReadonlyMap<string, string> => {
  const known = once(lots, network, () => new Map())
  return once(
    known,
    subnetId,
    () =>
      new Map(
        membersOfLots(network, network.interfacesIn(subnetId)).flatMap((members) =>
          members.map(({ id }) => [id, members[0].id] as const),
        ),
      ),
  )
}

const lots = new WeakMap<Network, Map<string, ReadonlyMap<string, string>>>()
