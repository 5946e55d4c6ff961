/** Which call of AWS tells of what, as the AWS CLI names it: for hints about what was not read. */
import type { Kind } from './schema.ts'

/** By the kind of record; in the order in which calls are told that are missing. */
export const CALLS = {
  vpc: 'ec2 describe-vpcs',
  subnet: 'ec2 describe-subnets',
  routeTable: 'ec2 describe-route-tables',
  networkAcl: 'ec2 describe-network-acls',
  securityGroup: 'ec2 describe-security-groups',
  networkInterface: 'ec2 describe-network-interfaces',
  instance: 'ec2 describe-instances',
  internetGateway: 'ec2 describe-internet-gateways',
  egressOnlyInternetGateway: 'ec2 describe-egress-only-internet-gateways',
  natGateway: 'ec2 describe-nat-gateways',
  vpcPeeringConnection: 'ec2 describe-vpc-peering-connections',
  vpcEndpoint: 'ec2 describe-vpc-endpoints',
  managedPrefixListEntries: 'ec2 get-managed-prefix-list-entries',
  transitGateway: 'ec2 describe-transit-gateways',
  transitGatewayVpcAttachment: 'ec2 describe-transit-gateway-vpc-attachments',
  transitGatewayAttachment: 'ec2 describe-transit-gateway-attachments',
  transitGatewayRouteTable: 'ec2 describe-transit-gateway-route-tables',
  transitGatewayRoutes: 'ec2 search-transit-gateway-routes',
  transitGatewayRouteTablePropagations: 'ec2 get-transit-gateway-route-table-propagations',
  vpnGateway: 'ec2 describe-vpn-gateways',
  vpnConnection: 'ec2 describe-vpn-connections',
  localGateway: 'ec2 describe-local-gateways',
  loadBalancer: 'elbv2 describe-load-balancers',
  classicLoadBalancer: 'elb describe-load-balancers',
  listener: 'elbv2 describe-listeners',
  listenerRule: 'elbv2 describe-rules',
  targetGroup: 'elbv2 describe-target-groups',
  targetHealth: 'elbv2 describe-target-health',
} as const satisfies Partial<Record<Kind, string>>

export type KindWithCall = keyof typeof CALLS

/** The kind of what has such an id: `nat-0123` is a NAT gateway. */
export const kindOfId = (id: string): KindWithCall | undefined =>
  PREFIXES.find(([prefix]) => id.startsWith(prefix))?.[1]

/** The longer before the shorter. */
const PREFIXES: readonly (readonly [prefix: string, kind: KindWithCall])[] = [
  ['subnet-', 'subnet'],
  ['vpc-', 'vpc'],
  ['eni-', 'networkInterface'],
  ['i-', 'instance'],
  ['nat-', 'natGateway'],
  ['igw-', 'internetGateway'],
  ['eigw-', 'egressOnlyInternetGateway'],
  ['pcx-', 'vpcPeeringConnection'],
  ['vpce-', 'vpcEndpoint'],
  ['vgw-', 'vpnGateway'],
  ['tgw-attach-', 'transitGatewayAttachment'],
  ['tgw-rtb-', 'transitGatewayRouteTable'],
  ['tgw-', 'transitGateway'],
  ['lgw-', 'localGateway'],
  ['arn:aws:elasticloadbalancing:', 'loadBalancer'],
]
