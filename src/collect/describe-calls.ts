/** What AWS's read calls answer, by the top-level keys of the answer: which kind of resource stands under each, and whether the answer
 *  lists all of them or speaks of one parent. Knows nothing of files, accounts and regions. */
import type { Kind } from '../snapshot/schema.ts'
import { isRecord, typeName } from '../snapshot/shape.ts'

export type Answer = Readonly<Record<string, unknown>>

/** Takes the facts of one answer. `within` is the JSON path of a record in it, or that of the list whose element `index` it is. */
export interface Intake {
  record(kind: Kind, raw: unknown, within: string, index?: number, told?: Told): void
  /** A record that bears the id of its parent, where the answer does not say which: by kind of the parent. */
  nameless(kinds: Kinds, raw: Answer): void
  /** The answer lists all resources of the kind in its account and region. */
  lists(kind: Kind): void
  /** The answer names a resource that a call of its own describes. */
  listed(kind: Kind, id: string, at: string): void
  /** The answer lists all resources of the kind that belong to one parent; `undefined` where it does not say which. */
  listsOf(kind: Kind, parent: string | undefined): void
  malformed(kind: Kind, at: string, expected: string, got: string): void
  incomplete(kind: Kind, id: string | undefined, at: string): void
  /** The account that asked. */
  account(id: string): void
}

/** What an answer tells of a record outside it. */
export interface Told {
  readonly id?: string | undefined
  readonly owner?: string | undefined
}

/** Kind of the parent -> kind of the record that bears its id. */
export type Kinds = { readonly [P in Kind]?: Kind }

interface Call {
  /** The kinds that its answers tell of. */
  readonly kinds: readonly Kind[]
  /** Whether the key means this here: several services use the same one. */
  readonly means?: (value: unknown) => boolean
  readonly take: (value: unknown, key: string, intake: Intake, answer: Answer) => void
}

/** Every key of an answer that ztnet reads. */
export type AnswerKey = keyof typeof calls

/** The kinds that stand under a key, whichever service answers. */
export function kindsUnder(key: AnswerKey): readonly Kind[] {
  return calls[key].kinds
}

/** The call whose answer has this key, if ztnet reads it. */
export function callOf(key: string, value: unknown): Call | undefined {
  const call = Object.hasOwn(calls, key) ? (calls[key as AnswerKey] as Call) : undefined
  return call === undefined || call.means?.(value) === false ? undefined : call
}

/** Why the facts under a key are of no use to ztnet, if that is known. */
export function whyPassedOver(key: string): string | undefined {
  return Object.hasOwn(passedOver, key) ? passedOver[key] : undefined
}

/** Keys that say something about an answer, or that go with another key of it. */
export const besides: ReadonlySet<string> = new Set([
  ...['ResponseMetadata', '$metadata', 'ResultMetadata', 'RequestId', 'UpdateToken', 'failures'],
  ...['Error', 'Call', 'NotOffered'],
  ...['NextToken', 'nextToken', 'NextMarker', 'Marker', 'PaginationToken', 'IsTruncated', 'MaxItems', 'MaxResults'],
  ...[
    'VpcId',
    'ServiceNames',
    'AdditionalRoutesAvailable',
    'FirewallStatus',
    'FirewallPolicy',
    'RuleGroup',
    'Arn',
    'UserId',
  ],
])

/** Keys that a list which was cut short bears, with something in them. */
export const continuations = ['NextToken', 'nextToken', 'NextMarker', 'Marker', 'PaginationToken'] as const

/** The kinds that AWS is asked for parent by parent, and the kind of that parent. */
export const parentOf: Kinds = {
  vpcAttribute: 'vpc',
  mountTarget: 'fileSystem',
  directConnectGatewayAssociation: 'directConnectGateway',
  organizationParents: 'organizationAccount',
  managedPrefixListEntries: 'managedPrefixList',
  transitGatewayRoutes: 'transitGatewayRouteTable',
  transitGatewayRouteTableAssociations: 'transitGatewayRouteTable',
  transitGatewayRouteTablePropagations: 'transitGatewayRouteTable',
  transitGatewayPrefixListReferences: 'transitGatewayRouteTable',
  loadBalancerAttributes: 'loadBalancer',
  listener: 'loadBalancer',
  listenerRule: 'listener',
  targetHealth: 'targetGroup',
  targetGroupAttributes: 'targetGroup',
  classicLoadBalancerHealth: 'classicLoadBalancer',
  classicLoadBalancerAttributes: 'classicLoadBalancer',
}

const calls = {
  AvailabilityZones: records('availabilityZone'),
  Vpcs: records('vpc'),
  EnableDnsSupport: vpcAttribute('EnableDnsSupport'),
  EnableDnsHostnames: vpcAttribute('EnableDnsHostnames'),
  EnableNetworkAddressUsageMetrics: vpcAttribute('EnableNetworkAddressUsageMetrics'),
  VpcEncryptionControls: records('vpcEncryptionControl'),
  VpcBlockPublicAccessOptions: {
    kinds: ['vpcBlockPublicAccessOptions'],
    take(value, key, intake) {
      intake.record('vpcBlockPublicAccessOptions', value, key, undefined, { id: 'options' })
      intake.lists('vpcBlockPublicAccessOptions')
    },
  },
  VpcBlockPublicAccessExclusions: records('vpcBlockPublicAccessExclusion'),
  Subnets: records('subnet'),
  NetworkInterfaces: records('networkInterface'),
  // describe-addresses-attribute answers under the same key, with reverse DNS names alone
  Addresses: records('address', (item) => !('PtrRecord' in item) || 'Domain' in item),
  PublicIpv4Pools: records('publicIpv4Pool'),
  ByoipCidrs: records('byoipCidr'),
  PrefixLists: { kinds: ['managedPrefixList', 'prefixList'], take: prefixLists },
  Entries: nameless({ managedPrefixList: 'managedPrefixListEntries' }, (item) => 'Cidr' in item),

  RouteTables: records('routeTable'),
  NetworkAcls: records('networkAcl'),
  SecurityGroups: records('securityGroup'),
  SecurityGroupRules: records('securityGroupRule'),
  SecurityGroupVpcAssociations: { kinds: ['securityGroupVpcAssociation'], take: securityGroupVpcAssociations },

  InternetGateways: records('internetGateway'),
  EgressOnlyInternetGateways: records('egressOnlyInternetGateway'),
  NatGateways: records('natGateway'),
  CarrierGateways: records('carrierGateway'),
  LocalGateways: records('localGateway'),
  LocalGatewayRouteTables: records('localGatewayRouteTable'),
  LocalGatewayRouteTableVpcAssociations: records('localGatewayRouteTableVpcAssociation'),
  VpcPeeringConnections: records('vpcPeeringConnection'),
  VpnGateways: records('vpnGateway'),
  VpnConnections: records('vpnConnection'),
  CustomerGateways: records('customerGateway'),

  VpcEndpoints: records('vpcEndpoint'),
  ServiceDetails: records('vpcEndpointService'),
  ServiceConfigurations: records('vpcEndpointServiceConfiguration'),
  InstanceConnectEndpoints: records('instanceConnectEndpoint'),

  TransitGateways: records('transitGateway'),
  TransitGatewayAttachments: records('transitGatewayAttachment'),
  TransitGatewayVpcAttachments: records('transitGatewayVpcAttachment'),
  TransitGatewayPeeringAttachments: records('transitGatewayPeeringAttachment'),
  TransitGatewayConnects: records('transitGatewayConnect'),
  TransitGatewayPolicyTables: records('transitGatewayPolicyTable'),
  TransitGatewayRouteTables: records('transitGatewayRouteTable'),
  Routes: {
    kinds: ['transitGatewayRoutes'],
    means: every((item) => !('LocalGatewayRouteTableId' in item)),
    take: searchedRoutes,
  },
  TransitGatewayStaticRoutes: wrapped('transitGatewayRoutes', 'TransitGatewayRouteTableId', { RoutesScope: 'static' }),
  Associations: nameless(
    { transitGatewayRouteTable: 'transitGatewayRouteTableAssociations' },
    (item) => 'TransitGatewayAttachmentId' in item && !('TransitGatewayPolicyTableId' in item),
  ),
  TransitGatewayRouteTablePropagations: nameless({
    transitGatewayRouteTable: 'transitGatewayRouteTablePropagations',
  }),
  TransitGatewayPropagations: wrapped('transitGatewayRouteTablePropagations', 'TransitGatewayRouteTableId'),
  TransitGatewayPrefixListReferences: { kinds: ['transitGatewayPrefixListReferences'], take: prefixListReferences },
  CoreNetworks: records('coreNetwork'),
  CoreNetwork: single('coreNetwork'),

  LoadBalancers: records('loadBalancer'),
  LoadBalancerAttributes: {
    kinds: ['loadBalancerAttributes', 'classicLoadBalancerAttributes'],
    take: loadBalancerAttributes,
  },
  // also of a target group: the id tells which
  Attributes: nameless(
    { loadBalancer: 'loadBalancerAttributes', targetGroup: 'targetGroupAttributes' },
    (item) => 'Key' in item,
  ),
  TargetGroupAttributes: wrapped('targetGroupAttributes', 'TargetGroupArn'),
  Listeners: children('listener', 'LoadBalancerArn', (item) => isArnOf(item['ListenerArn'], 'elasticloadbalancing')),
  LoadBalancerListeners: { kinds: ['listener'], take: wrappedListeners },
  Rules: {
    kinds: ['listenerRule'],
    means: every((item) => isArnOf(item['RuleArn'], 'elasticloadbalancing')),
    take: listenerRules,
  },
  TargetGroups: records('targetGroup'),
  TargetHealthDescriptions: nameless({ targetGroup: 'targetHealth' }),
  LoadBalancerTargetHealth: wrapped('targetHealth', 'TargetGroupArn'),
  LoadBalancerDescriptions: records('classicLoadBalancer'),
  InstanceStates: nameless({ classicLoadBalancer: 'classicLoadBalancerHealth' }),

  Firewalls: records('networkFirewall', (item) => isArnOf(item['FirewallArn'], 'network-firewall')),
  Firewall: single('networkFirewall', 'FirewallStatus'),
  FirewallPolicyResponse: single('networkFirewallPolicy', 'FirewallPolicy'),
  RuleGroupResponse: single('networkFirewallRuleGroup', 'RuleGroup'),

  Reservations: { kinds: ['instance'], take: reservations },
  Instances: records('instance', (item) => 'InstanceId' in item && 'State' in item),
  Functions: records('function', (item) => isArnOf(item['FunctionArn'], 'lambda')),
  DBInstances: records('dbInstance'),
  DBClusters: records('dbCluster'),
  DomainStatusList: records('elasticsearchDomain'),
  DomainStatus: single('elasticsearchDomain'),
  CacheClusters: records('cacheCluster'),
  Clusters: records('redshiftCluster', (item) => 'ClusterIdentifier' in item),
  tasks: records('ecsTask', (item) => 'taskArn' in item),
  cluster: single('eksCluster'),
  FileSystems: records('fileSystem', (item) => 'FileSystemId' in item && !('FileSystemType' in item)),
  MountTargets: children('mountTarget', 'FileSystemId'),

  Attachments: records('coreNetworkAttachment', (item) => 'CoreNetworkId' in item),
  directConnectGateways: records('directConnectGateway'),
  directConnectGatewayAssociations: children('directConnectGatewayAssociation', 'directConnectGatewayId'),
  virtualInterfaces: records('virtualInterface'),
  // every list of VPC Lattice stands under this key: the ARNs tell which
  items: {
    kinds: ['serviceNetwork', 'serviceNetworkVpcAssociation'],
    means: every((item) => latticeKind(item) !== undefined),
    take: latticeItems,
  },
  Accounts: records('organizationAccount', (item) => 'Id' in item && 'Status' in item),
  Parents: nameless({ organizationAccount: 'organizationParents' }, (item) => 'Type' in item),

  // lists of names alone, each of which a call of its own describes
  FirewallPolicies: listing('networkFirewallPolicy', 'Arn'),
  RuleGroups: listing('networkFirewallRuleGroup', 'Arn'),
  clusters: listing('eksCluster'),

  Account: {
    kinds: [],
    means: (value) => typeof value === 'string' && /^\d{12}$/.test(value),
    take: (value, _key, intake) => intake.account(value as string),
  },
} as const satisfies Readonly<Record<string, Call>>

const noFact = 'says nothing about which packets flow'
const elsewhere = 'repeats what other calls tell'
const passedOver: Readonly<Record<string, string>> = {
  ...all(
    noFact,
    'AccountAttributes',
    'AllowedPrincipals',
    'AutoScalingGroups',
    'Buckets',
    'Certificates',
    'DhcpOptions',
  ),
  ...all(noFact, 'ConnectionNotificationSet', 'FlowLogs', 'HostedZones', 'HostedZoneSummaries', 'Images'),
  ...all(
    noFact,
    'KeyPairs',
    'LaunchTemplates',
    'Limits',
    'LogGroups',
    'NetworkInsightsAccessScopes',
    'PlacementGroups',
  ),
  ...all(
    noFact,
    'NetworkInsightsAccessScope',
    'NetworkInsightsAccessScopeContent',
    'NetworkInsightsAccessScopeAnalyses',
  ),
  ...all(noFact, 'NetworkInsightsAccessScopeAnalysis', 'NetworkInsightsAnalyses', 'NetworkInsightsAnalysis'),
  ...all(
    noFact,
    'NetworkInsightsPath',
    'NetworkInsightsPaths',
    'Policy',
    'RevisionId',
    'Regions',
    'Roles',
    'Snapshots',
  ),
  ...all(
    noFact,
    'SslPolicies',
    'Stacks',
    'TagDescriptions',
    'Tags',
    'TransitGatewayMulticastDomains',
    'Users',
    'Volumes',
  ),
  ...all(
    noFact,
    'MulticastDomainAssociations',
    'MulticastGroups',
    'clusterArns',
    'serviceArns',
    'taskArns',
    'DomainNames',
  ),
  ...all(elsewhere, 'ClusterSubnetGroups', 'DBSubnetGroups', 'CacheSubnetGroups', 'PrefixListAssociations'),
  ...all(elsewhere, 'StaleSecurityGroupSet', 'TransitGatewayAttachmentPropagations', 'VpcEndpointConnections'),
  ...all(elsewhere, 'virtualGateways'),
}

function all(why: string, ...keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, why]))
}

// ---- shapes of answers

/** A list of records, each with its id inside: the shape of nearly every describe call. */
function records(kind: Kind, means?: (item: Answer) => boolean): Call {
  const take: Call['take'] = (value, key, intake) => {
    const items = listOf(value, key, kind, intake)
    if (items === undefined) return
    for (let i = 0; i < items.length; i++) intake.record(kind, items[i], key, i)
    intake.lists(kind)
  }
  return means === undefined ? { kinds: [kind], take } : { kinds: [kind], means: every(means), take }
}

/** One record under its key, with what stands beside it joined in. */
function single(kind: Kind, beside?: string): Call {
  return {
    kinds: [kind],
    take(value, key, intake, answer) {
      const joined = isRecord(value) && beside !== undefined ? { ...value, [beside]: answer[beside] } : value
      intake.record(kind, joined, key)
    },
  }
}

/** Records that name the parent they belong to; an empty list speaks of the parent that the call was about. */
function children(kind: Kind, parentField: string, means?: (item: Answer) => boolean): Call {
  const take: Call['take'] = (value, key, intake) => {
    const items = listOf(value, key, kind, intake)
    if (items === undefined) return
    if (items.length === 0) intake.listsOf(kind, undefined)
    for (const [i, item] of items.entries()) {
      intake.record(kind, item, key, i)
      const parent = isRecord(item) ? item[parentField] : undefined
      if (typeof parent === 'string') intake.listsOf(kind, parent)
    }
  }
  return means === undefined ? { kinds: [kind], take } : { kinds: [kind], means: every(means), take }
}

/** The names of all resources of a kind, plain or in a field: a call of its own describes each. */
function listing(kind: Kind, field?: string): Call {
  return {
    kinds: [kind],
    means: (value) => !Array.isArray(value) || value.every((item) => typeof nameIn(item, field) === 'string'),
    take(value, key, intake) {
      const items = listOf(value, key, kind, intake)
      if (items === undefined) return
      for (const [i, item] of items.entries()) intake.listed(kind, nameIn(item, field) as string, `${key}[${i}]`)
      intake.lists(kind)
    },
  }
}

function nameIn(item: unknown, field: string | undefined): unknown {
  return field === undefined ? item : isRecord(item) ? item[field] : undefined
}

/** The answer to a question about one parent, which it does not name. */
function nameless(kinds: Kinds, means?: (item: Answer) => boolean): Call {
  const take: Call['take'] = (value, key, intake) => {
    const [kind] = Object.values(kinds)
    const items = listOf(value, key, kind as Kind, intake)
    if (items !== undefined) intake.nameless(kinds, { [key]: items })
  }
  const told = { kinds: Object.values(kinds), take }
  return means === undefined ? told : { ...told, means: every(means) }
}

/** A list of such answers, each with the id of its parent added by the tool that collected them. */
function wrapped(kind: Kind, parentField: string, added: Answer = {}): Call {
  return {
    kinds: [kind],
    take(value, key, intake) {
      for (const { parent, rest, index } of wrappers(value, key, kind, parentField, intake)) {
        intake.record(kind, { ...rest, ...added }, key, index, { id: parent })
        if (rest['AdditionalRoutesAvailable'] === true) intake.incomplete(kind, parent, `${key}[${index}]`)
      }
      if (Array.isArray(value) || value === null) intake.lists(kind)
    },
  }
}

function* wrappers(value: unknown, key: string, kind: Kind, parentField: string, intake: Intake) {
  for (const [index, item] of (listOf(value, key, kind, intake) ?? []).entries()) {
    const at = `${key}[${index}]`
    const parent = isRecord(item) ? item[parentField] : undefined
    if (!isRecord(item)) intake.malformed(kind, at, 'object', typeName(item))
    else if (typeof parent !== 'string') intake.malformed(kind, `${at}.${parentField}`, 'string', typeName(parent))
    else {
      const { [parentField]: _, ...rest } = item
      yield { parent, rest, index }
    }
  }
}

/** A list; `null` is an empty one. Anything else is reported. */
function listOf(value: unknown, at: string, kind: Kind, intake: Intake): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (value === null) return []
  intake.malformed(kind, at, 'list', typeName(value))
  return undefined
}

/** Whether a key means what is asked: no element of its list speaks against it. Elements that are no objects do not speak. */
function every(means: (item: Answer) => boolean): (value: unknown) => boolean {
  return (value) => !Array.isArray(value) || value.every((item) => !isRecord(item) || means(item))
}

function isArnOf(value: unknown, service: string): boolean {
  return typeof value !== 'string' || value.split(':')[2] === service
}

// ---- answers of their own shape

function vpcAttribute(name: string): Call {
  return {
    kinds: ['vpcAttribute'],
    take(value, _key, intake, answer) {
      intake.record('vpcAttribute', { VpcId: answer['VpcId'], [name]: value }, '')
      if (typeof answer['VpcId'] === 'string') intake.listsOf('vpcAttribute', answer['VpcId'])
    },
  }
}

/** describe-managed-prefix-lists and the older describe-prefix-lists share their key; only the older has the addresses inside. */
function prefixLists(value: unknown, key: string, intake: Intake): void {
  const items = listOf(value, key, 'managedPrefixList', intake)
  if (items === undefined) return
  const kinds = items.map((item) => (isRecord(item) && 'Cidrs' in item ? 'prefixList' : 'managedPrefixList'))
  for (const [i, kind] of kinds.entries()) intake.record(kind, items[i], key, i)
  for (const kind of ['prefixList', 'managedPrefixList'] as const) {
    if (kinds.length === 0 || kinds.includes(kind)) intake.lists(kind)
  }
}

function securityGroupVpcAssociations(value: unknown, key: string, intake: Intake): void {
  const kind = 'securityGroupVpcAssociation'
  const items = listOf(value, key, kind, intake)
  if (items === undefined) return
  for (const [i, item] of items.entries()) {
    const id = isRecord(item) ? `${String(item['GroupId'])}/${String(item['VpcId'])}` : ''
    intake.record(kind, item, key, i, { id })
  }
  intake.lists(kind)
}

/** Instances stand inside reservations, which name their owner; some tools flatten them. */
function reservations(value: unknown, key: string, intake: Intake): void {
  const items = listOf(value, key, 'instance', intake)
  if (items === undefined) return
  for (const [i, item] of items.entries()) reservation(item, key, i)
  intake.lists('instance')

  function reservation(item: unknown, within: string, index: number): void {
    const at = `${within}[${index}]`
    if (Array.isArray(item)) return item.forEach((inner, i) => reservation(inner, at, i))
    if (!isRecord(item) || 'InstanceId' in item) return intake.record('instance', item, within, index)
    const inside = `${at}.Instances`
    const instances = listOf(item['Instances'] ?? null, inside, 'instance', intake) ?? []
    const told = { owner: typeof item['OwnerId'] === 'string' ? item['OwnerId'] : undefined }
    instances.forEach((instance, i) => intake.record('instance', instance, inside, i, told))
  }
}

function searchedRoutes(value: unknown, key: string, intake: Intake, answer: Answer): void {
  const kind = 'transitGatewayRoutes'
  const items = listOf(value, key, kind, intake)
  if (items === undefined) return
  const more = answer['AdditionalRoutesAvailable']
  intake.nameless(
    { transitGatewayRouteTable: kind },
    { Routes: items, ...(more === undefined ? {} : { AdditionalRoutesAvailable: more }), RoutesScope: 'searched' },
  )
  if (more === true) intake.incomplete(kind, undefined, key)
}

function prefixListReferences(value: unknown, key: string, intake: Intake): void {
  const kind = 'transitGatewayPrefixListReferences'
  const items = listOf(value, key, kind, intake)
  if (items === undefined) return
  const tables = new Set(items.map((item) => (isRecord(item) ? item['TransitGatewayRouteTableId'] : undefined)))
  if (tables.size === 1 && typeof [...tables][0] === 'string') {
    intake.record(kind, { [key]: items }, '', undefined, { id: [...tables][0] as string })
  } else intake.nameless({ transitGatewayRouteTable: kind }, { [key]: items })
}

/** Of classic load balancers an object, of the others (wrapped by a collector) a list. */
function loadBalancerAttributes(value: unknown, key: string, intake: Intake, answer: Answer): void {
  if (isRecord(value)) intake.nameless({ classicLoadBalancer: 'classicLoadBalancerAttributes' }, { [key]: value })
  else wrapped('loadBalancerAttributes', 'LoadBalancerArn').take(value, key, intake, answer)
}

function wrappedListeners(value: unknown, key: string, intake: Intake): void {
  for (const { rest, index } of wrappers(value, key, 'listener', 'LoadBalancerArn', intake)) {
    const inside = `${key}[${index}].Listeners`
    const items = listOf(rest['Listeners'] ?? null, inside, 'listener', intake) ?? []
    items.forEach((item, i) => intake.record('listener', item, inside, i))
  }
  intake.lists('listener')
}

function listenerRules(value: unknown, key: string, intake: Intake): void {
  const items = listOf(value, key, 'listenerRule', intake)
  if (items === undefined) return
  if (items.length === 0) intake.listsOf('listenerRule', undefined)
  for (const [i, item] of items.entries()) {
    intake.record('listenerRule', item, key, i)
    const arn = isRecord(item) ? item['RuleArn'] : undefined
    // ...:listener-rule/app/<name>/<load balancer>/<listener>/<rule>
    if (typeof arn === 'string') {
      intake.listsOf('listenerRule', arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]*$/, ''))
    }
  }
}

const latticeKinds: readonly (readonly [string, Kind])[] = [
  ['servicenetwork', 'serviceNetwork'],
  ['servicenetworkvpcassociation', 'serviceNetworkVpcAssociation'],
]

function latticeKind(item: unknown): Kind | undefined {
  const arn = isRecord(item) ? item['arn'] : undefined
  const [, , service, , , type = ''] = typeof arn === 'string' ? arn.split(':') : []
  return service === 'vpc-lattice' ? latticeKinds.find(([name]) => type.startsWith(`${name}/`))?.[1] : undefined
}

function latticeItems(value: unknown, key: string, intake: Intake): void {
  for (const [i, item] of (Array.isArray(value) ? (value as readonly unknown[]) : []).entries()) {
    const kind = latticeKind(item)
    if (kind === undefined) continue
    intake.record(kind, item, key, i)
    if (i === 0) intake.lists(kind)
  }
}
