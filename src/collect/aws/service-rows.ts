/** What all services but EC2 are asked: load balancers, firewalls, wide area networks, and what runs behind interfaces. */
import type { Answer } from '../describe-calls.ts'
import {
  type Asked,
  batches,
  each,
  eachName,
  marker,
  namesIn,
  nextToken,
  nextTokenInCamelCase,
  recordsIn,
  type Row,
} from './row.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html */
const loadBalancing: readonly Row[] = [
  {
    service: 'elbv2',
    call: 'DescribeLoadBalancers',
    key: 'LoadBalancers',
    pages: marker('NextMarker', 'PageSize', 400),
  },
  {
    service: 'elbv2',
    call: 'DescribeLoadBalancerAttributes',
    kinds: ['loadBalancerAttributes'],
    key: 'Attributes',
    per: each('DescribeLoadBalancers', 'LoadBalancers', 'LoadBalancerArn'),
  },
  {
    service: 'elbv2',
    call: 'DescribeListeners',
    key: 'Listeners',
    pages: marker('NextMarker', 'PageSize', 400),
    per: each('DescribeLoadBalancers', 'LoadBalancers', 'LoadBalancerArn'),
  },
  {
    service: 'elbv2',
    call: 'DescribeRules',
    key: 'Rules',
    pages: marker('NextMarker', 'PageSize', 400),
    // only listeners of application load balancers have rules
    per: each('DescribeListeners', 'Listeners', 'ListenerArn', 'ListenerArn', ({ Protocol }) =>
      /^HTTPS?$/.test(String(Protocol)),
    ),
  },
  { service: 'elbv2', call: 'DescribeTargetGroups', key: 'TargetGroups', pages: marker('NextMarker', 'PageSize', 400) },
  {
    service: 'elbv2',
    call: 'DescribeTargetHealth',
    key: 'TargetHealthDescriptions',
    per: each('DescribeTargetGroups', 'TargetGroups', 'TargetGroupArn'),
  },
  {
    service: 'elbv2',
    call: 'DescribeTargetGroupAttributes',
    kinds: ['targetGroupAttributes'],
    key: 'Attributes',
    per: each('DescribeTargetGroups', 'TargetGroups', 'TargetGroupArn'),
  },
  {
    service: 'elb',
    call: 'DescribeLoadBalancers',
    key: 'LoadBalancerDescriptions',
    pages: marker('NextMarker', 'PageSize', 400),
  },
  {
    service: 'elb',
    call: 'DescribeInstanceHealth',
    key: 'InstanceStates',
    per: each('DescribeLoadBalancers', 'LoadBalancerDescriptions', 'LoadBalancerName'),
  },
  {
    service: 'elb',
    call: 'DescribeLoadBalancerAttributes',
    kinds: ['classicLoadBalancerAttributes'],
    key: 'LoadBalancerAttributes',
    single: true,
    per: each('DescribeLoadBalancers', 'LoadBalancerDescriptions', 'LoadBalancerName'),
  },
]

/** https://docs.aws.amazon.com/network-firewall/latest/APIReference/Welcome.html */
const firewalls: readonly Row[] = [
  { service: 'network-firewall', call: 'ListFirewalls', key: 'Firewalls', pages: nextToken(100) },
  {
    service: 'network-firewall',
    call: 'DescribeFirewall',
    key: 'Firewall',
    single: true,
    per: each('ListFirewalls', 'Firewalls', 'FirewallArn'),
  },
  { service: 'network-firewall', call: 'ListFirewallPolicies', key: 'FirewallPolicies', pages: nextToken(100) },
  {
    service: 'network-firewall',
    call: 'DescribeFirewallPolicy',
    key: 'FirewallPolicyResponse',
    single: true,
    per: each('ListFirewallPolicies', 'FirewallPolicies', 'Arn', 'FirewallPolicyArn'),
  },
  { service: 'network-firewall', call: 'ListRuleGroups', key: 'RuleGroups', pages: nextToken(100) },
  {
    service: 'network-firewall',
    call: 'DescribeRuleGroup',
    key: 'RuleGroupResponse',
    single: true,
    per: each('ListRuleGroups', 'RuleGroups', 'Arn', 'RuleGroupArn'),
  },
]

/** Cloud WAN answers from its home region, and Direct Connect gateways belong to none. */
const wideArea: readonly Row[] = [
  {
    service: 'networkmanager',
    call: 'ListCoreNetworks',
    key: 'CoreNetworks',
    pages: nextToken(500),
    home: 'us-west-2',
  },
  {
    service: 'networkmanager',
    call: 'GetCoreNetwork',
    key: 'CoreNetwork',
    single: true,
    home: 'us-west-2',
    per: each('ListCoreNetworks', 'CoreNetworks', 'CoreNetworkId'),
  },
  { service: 'networkmanager', call: 'ListAttachments', key: 'Attachments', pages: nextToken(500), home: 'us-west-2' },
  {
    service: 'directconnect',
    call: 'DescribeDirectConnectGateways',
    key: 'directConnectGateways',
    pages: nextTokenInCamelCase(100),
    home: 'us-east-1',
  },
  {
    service: 'directconnect',
    call: 'DescribeDirectConnectGatewayAssociations',
    key: 'directConnectGatewayAssociations',
    pages: nextTokenInCamelCase(100),
    home: 'us-east-1',
    per: each('DescribeDirectConnectGateways', 'directConnectGateways', 'directConnectGatewayId'),
  },
  // Direct Connect gateways of other accounts are not listed in this one: its own gateways tell which they are associated with.
  { service: 'directconnect', call: 'DescribeVirtualGateways', key: 'virtualGateways' },
  {
    service: 'directconnect',
    call: 'DescribeDirectConnectGatewayAssociations',
    key: 'directConnectGatewayAssociations',
    pages: nextTokenInCamelCase(100),
    per: each('DescribeVirtualGateways', 'virtualGateways', 'virtualGatewayId'),
  },
  { service: 'directconnect', call: 'DescribeVirtualInterfaces', key: 'virtualInterfaces' },
  {
    service: 'vpc-lattice',
    call: 'ListServiceNetworks',
    kinds: ['serviceNetwork'],
    key: 'items',
    pages: nextTokenInCamelCase(100),
  },
  {
    service: 'vpc-lattice',
    call: 'ListServiceNetworkVpcAssociations',
    kinds: ['serviceNetworkVpcAssociation'],
    key: 'items',
    pages: nextTokenInCamelCase(100),
    per: each('ListServiceNetworks', 'items', 'id', 'serviceNetworkIdentifier'),
  },
]

/** Whose interfaces the others are. */
const workloads: readonly Row[] = [
  { service: 'lambda', call: 'ListFunctions', key: 'Functions', pages: marker('NextMarker', 'MaxItems', 50) },
  { service: 'rds', call: 'DescribeDBInstances', key: 'DBInstances', pages: marker('Marker', 'MaxRecords', 100) },
  { service: 'rds', call: 'DescribeDBClusters', key: 'DBClusters', pages: marker('Marker', 'MaxRecords', 100) },
  {
    service: 'elasticache',
    call: 'DescribeCacheClusters',
    key: 'CacheClusters',
    pages: marker('Marker', 'MaxRecords', 100),
  },
  { service: 'redshift', call: 'DescribeClusters', key: 'Clusters', pages: marker('Marker', 'MaxRecords', 100) },
  { service: 'opensearch', call: 'ListDomainNames', kinds: ['elasticsearchDomain'], key: 'DomainNames' },
  {
    service: 'opensearch',
    call: 'DescribeDomains',
    key: 'DomainStatusList',
    per: {
      after: 'ListDomainNames',
      asked: (answer) =>
        batches(
          recordsIn(answer, 'DomainNames').flatMap(({ DomainName: name }) => (typeof name === 'string' ? name : [])),
          5,
        ).map((DomainNames) => ({ about: DomainNames.join('+'), input: { DomainNames } })),
    },
  },
  { service: 'ecs', call: 'ListClusters', kinds: ['ecsTask'], key: 'clusterArns', pages: nextTokenInCamelCase(100) },
  {
    service: 'ecs',
    call: 'ListTasks',
    kinds: ['ecsTask'],
    key: 'taskArns',
    pages: nextTokenInCamelCase(100),
    per: eachName('ListClusters', 'clusterArns', 'cluster'),
  },
  {
    service: 'ecs',
    call: 'DescribeTasks',
    key: 'tasks',
    per: {
      after: 'ListTasks',
      asked: (answer) =>
        batches(namesIn(answer, 'taskArns'), 100).map((tasks) => ({
          about: tasks[0] as string,
          input: { cluster: clusterOfTask(tasks[0] as string), tasks },
        })),
    },
  },
  { service: 'eks', call: 'ListClusters', key: 'clusters', pages: nextTokenInCamelCase(100) },
  {
    service: 'eks',
    call: 'DescribeCluster',
    key: 'cluster',
    single: true,
    per: eachName('ListClusters', 'clusters', 'name'),
  },
  { service: 'efs', call: 'DescribeFileSystems', key: 'FileSystems', pages: marker('NextMarker', 'MaxItems', 100) },
  {
    service: 'efs',
    call: 'DescribeMountTargets',
    key: 'MountTargets',
    pages: marker('NextMarker', 'MaxItems', 100),
    per: each('DescribeFileSystems', 'FileSystems', 'FileSystemId'),
  },
]

/** `arn:aws:ecs:<region>:<account>:task/<cluster>/<id>`; the older form, without the cluster, is of the default one. */
function clusterOfTask(arn: string): string {
  const [, cluster, id] = (arn.split(':').at(-1) ?? '').split('/')
  return id === undefined || cluster === undefined ? 'default' : cluster
}

const organization: readonly Row[] = [
  {
    service: 'organizations',
    call: 'ListAccounts',
    key: 'Accounts',
    pages: nextToken(20),
    home: 'us-east-1',
    organization: true,
  },
  {
    service: 'organizations',
    call: 'ListParents',
    key: 'Parents',
    pages: nextToken(20),
    home: 'us-east-1',
    organization: true,
    // units stand in units: up to the root
    per: { ...each('ListAccounts', 'Accounts', 'Id', 'ChildId'), onward: unitsIn },
  },
]

function unitsIn(answer: Answer): readonly Asked[] {
  return recordsIn(answer, 'Parents')
    .filter(({ Id, Type }) => Type === 'ORGANIZATIONAL_UNIT' && typeof Id === 'string')
    .map(({ Id }) => ({ about: Id as string, id: Id as string, input: { ChildId: Id } }))
}

export const serviceRows: readonly Row[] = [...loadBalancing, ...firewalls, ...wideArea, ...workloads, ...organization]
