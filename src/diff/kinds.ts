/** What kinds of records have to do with packets. */
import type { Kind } from '../snapshot/schema.ts'

/** Kinds that say nothing of what becomes of packets: `aws/` reads none of them, or to tell what an answer rests on. */
export const INERT: ReadonlySet<Kind> = new Set<Kind>([
  'address',
  'cacheCluster',
  'carrierGateway',
  'customerGateway',
  'dbCluster',
  'dbInstance',
  'ecsTask',
  'elasticsearchDomain',
  'function',
  'localGateway',
  'localGatewayRouteTable',
  'localGatewayRouteTableVpcAssociation',
  'publicIpv4Pool',
  'redshiftCluster',
  'securityGroupRule',
  'securityGroupVpcAssociation',
  'transitGatewayConnect',
  'vpcEndpointService',
])

/** What is read of load balancers and their targets. */
export const BALANCING: ReadonlySet<Kind> = new Set<Kind>([
  'loadBalancer',
  'loadBalancerAttributes',
  'listener',
  'listenerRule',
  'targetGroup',
  'targetGroupAttributes',
  'targetHealth',
  'classicLoadBalancer',
  'classicLoadBalancerAttributes',
  'classicLoadBalancerHealth',
])
