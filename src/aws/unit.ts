/** Which stages belong to which VPC. */
import type { Network } from '../network/network.ts'
import type { StageId } from '../forwarding/stage.ts'
import { parseStageId } from './stage-id.ts'

/** The VPC of a stage: what leaves its stages is on its way to somebody else, whoever sent it. Undefined for stages between VPCs and outside of
 *  them. An opaque name to those who count pairs. */
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
    case 'onPremises':
    case 'amazonService':
    case 'instance':
      return undefined
  }
}

/** The VPCs by whose route tables, network ACLs and security groups it is settled what a stage does; undefined where that may be any. */
export const settledIn = (network: Network, stage: StageId): readonly string[] | undefined => {
  const { component, id } = parseStageId(stage)
  switch (component) {
    case 'internet':
    case 'amazonService':
    case 'instance':
    case 'vpcPeeringConnection':
    case 'transitGatewayRouteTable':
      return []
    case 'internetGateway':
    case 'egressOnlyInternetGateway':
      return network
        .raw(component, id)
        ?.Attachments?.map(({ VpcId }) => VpcId)
        .filter((vpc) => vpc !== undefined)
    case 'loadBalancer': {
      const vpc = network.raw('loadBalancer', id)?.VpcId ?? network.raw('classicLoadBalancer', id)?.VPCId
      return vpc === undefined ? undefined : [vpc]
    }
    default: {
      const unit = unitOf(network, stage)
      return unit === undefined ? undefined : [unit]
    }
  }
}
