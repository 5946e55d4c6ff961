/** What EC2 is asked, in every region. Page sizes are the largest that the API allows: without one, AWS throttles the large calls harder.
 *  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html */
import type { AnswerKey } from '../describe-calls.ts'
import { batches, each, nextToken, recordsIn, type Asked, type Per, type Row } from './row.ts'

export const ec2Rows: readonly Row[] = [
  whole('DescribeAvailabilityZones', 'AvailabilityZones'),
  paged('DescribeVpcs', 'Vpcs'),
  ...(['enableDnsSupport', 'enableDnsHostnames'] as const).map((attribute): Row => {
    const key = attribute === 'enableDnsSupport' ? 'EnableDnsSupport' : 'EnableDnsHostnames'
    return { service: 'ec2', call: 'DescribeVpcAttribute', key, single: true, per: ownVpcs(attribute) }
  }),
  { service: 'ec2', call: 'DescribeVpcBlockPublicAccessOptions', key: 'VpcBlockPublicAccessOptions', single: true },
  paged('DescribeVpcBlockPublicAccessExclusions', 'VpcBlockPublicAccessExclusions'),
  paged('DescribeVpcEncryptionControls', 'VpcEncryptionControls'),
  paged('DescribeSubnets', 'Subnets'),
  { ...paged('DescribeNetworkInterfaces', 'NetworkInterfaces'), input: { IncludeManagedResources: true } },
  whole('DescribeAddresses', 'Addresses'),
  paged('DescribePublicIpv4Pools', 'PublicIpv4Pools', 10),
  paged('DescribeByoipCidrs', 'ByoipCidrs', 100),
  { ...paged('DescribeManagedPrefixLists', 'PrefixLists', 100), kinds: ['managedPrefixList'] },
  about(
    'GetManagedPrefixListEntries',
    'Entries',
    100,
    each('DescribeManagedPrefixLists', 'PrefixLists', 'PrefixListId'),
  ),
  { ...paged('DescribePrefixLists', 'PrefixLists'), kinds: ['prefixList'] },

  paged('DescribeRouteTables', 'RouteTables', 100),
  paged('DescribeNetworkAcls', 'NetworkAcls'),
  paged('DescribeSecurityGroups', 'SecurityGroups'),
  paged('DescribeSecurityGroupRules', 'SecurityGroupRules'),
  paged('DescribeSecurityGroupVpcAssociations', 'SecurityGroupVpcAssociations'),

  paged('DescribeInternetGateways', 'InternetGateways'),
  paged('DescribeEgressOnlyInternetGateways', 'EgressOnlyInternetGateways', 255),
  paged('DescribeNatGateways', 'NatGateways'),
  paged('DescribeCarrierGateways', 'CarrierGateways'),
  paged('DescribeLocalGateways', 'LocalGateways'),
  paged('DescribeLocalGatewayRouteTables', 'LocalGatewayRouteTables'),
  paged('DescribeLocalGatewayRouteTableVpcAssociations', 'LocalGatewayRouteTableVpcAssociations'),
  paged('DescribeVpcPeeringConnections', 'VpcPeeringConnections'),
  whole('DescribeVpnGateways', 'VpnGateways'),
  whole('DescribeVpnConnections', 'VpnConnections'),
  whole('DescribeCustomerGateways', 'CustomerGateways'),

  paged('DescribeVpcEndpoints', 'VpcEndpoints'),
  about('DescribeVpcEndpointServices', 'ServiceDetails', 1000, { after: 'DescribeVpcEndpoints', asked: servicesInUse }),
  paged('DescribeVpcEndpointServiceConfigurations', 'ServiceConfigurations'),
  paged('DescribeInstanceConnectEndpoints', 'InstanceConnectEndpoints', 50),

  paged('DescribeTransitGateways', 'TransitGateways'),
  paged('DescribeTransitGatewayAttachments', 'TransitGatewayAttachments'),
  paged('DescribeTransitGatewayVpcAttachments', 'TransitGatewayVpcAttachments'),
  paged('DescribeTransitGatewayPeeringAttachments', 'TransitGatewayPeeringAttachments'),
  paged('DescribeTransitGatewayConnects', 'TransitGatewayConnects'),
  paged('DescribeTransitGatewayPolicyTables', 'TransitGatewayPolicyTables'),
  paged('DescribeTransitGatewayRouteTables', 'TransitGatewayRouteTables'),
  about('SearchTransitGatewayRoutes', 'Routes', 1000, perRouteTable()),
  about('GetTransitGatewayRouteTableAssociations', 'Associations', 1000, perRouteTable()),
  about('GetTransitGatewayRouteTablePropagations', 'TransitGatewayRouteTablePropagations', 1000, perRouteTable()),
  about('GetTransitGatewayPrefixListReferences', 'TransitGatewayPrefixListReferences', 1000, perRouteTable()),

  { ...paged('DescribeInstances', 'Reservations'), input: { IncludeManagedResources: true } },
]

function whole(call: string, key: AnswerKey): Row {
  return { service: 'ec2', call, key }
}

function paged(call: string, key: AnswerKey, most = 1000): Row {
  return { service: 'ec2', call, key, pages: nextToken(most) }
}

function about(call: string, key: AnswerKey, most: number, per: Per): Row {
  return { ...paged(call, key, most), per }
}

function perRouteTable(): Per {
  return each('DescribeTransitGatewayRouteTables', 'TransitGatewayRouteTables', 'TransitGatewayRouteTableId')
}

/** A VPC that another account shares tells its attributes to its owner alone. */
function ownVpcs(Attribute: string): Per {
  return {
    after: 'DescribeVpcs',
    asked: (answer, { account }) =>
      recordsIn(answer, 'Vpcs')
        .filter(({ OwnerId }) => OwnerId === undefined || OwnerId === account)
        .map(({ VpcId: id }) => ({
          about: `${String(id)}.${Attribute}`,
          id: String(id),
          input: { VpcId: id, Attribute },
        })),
  }
}

/** All services of a region are thousands of records. A filter does not mind a name that no longer exists; the parameter does. */
function servicesInUse(answer: Parameters<Per['asked']>[0]): readonly Asked[] {
  const names = new Set(
    recordsIn(answer, 'VpcEndpoints').flatMap(({ ServiceName: name }) => (typeof name === 'string' ? name : [])),
  )
  return batches([...names].sort(), 200).map((Values, i) => ({
    about: `in-use-${i + 1}`,
    input: { Filters: [{ Name: 'service-name', Values }] },
  }))
}
