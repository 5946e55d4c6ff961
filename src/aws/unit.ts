/** Which stages belong to one VPC: what leaves them is on its way to somebody else, whoever sent it. An opaque name to those who count
 *  pairs. */
import type { Network } from '../network/network.ts'
import type { StageId } from '../forwarding/stage.ts'
import { parseStageId } from './stage-id.ts'

/** The VPC of a stage; undefined for stages between VPCs and outside of them. */
export const unitOf = (network: Network, stage: StageId): string | undefined => {
  const { component, id, role, detail } = parseStageId(stage)
  switch (component) {
    case 'vpc':
      return id
    case 'subnet':
      return network.vpcOf(id)
    case 'interfaceClass':
      return network.vpcOf(id.slice(0, id.indexOf('/')))
    case 'transitGateway':
      return network.vpcOf(detail.split(' ')[0]!)
    case 'transitGatewayAttachment':
      return role === 'enter' ? network.vpcOf(detail.split(' ')[0]!) : undefined
    case 'networkInterface':
      return network.raw('networkInterface', id)?.VpcId
    case 'natGateway':
      return network.raw('natGateway', id)?.VpcId
    case 'vpcEndpoint':
      return network.raw('vpcEndpoint', id)?.VpcId
    case 'loadBalancer':
    case 'internetGateway':
    case 'egressOnlyInternetGateway':
    case 'vpcPeeringConnection':
    case 'transitGatewayRouteTable':
    case 'vpnGateway':
    case 'internet':
    case 'amazonService':
      return undefined
  }
}
