/** What moto lacks, answered in the wire format of the service from what the documentation of the AWS CLI shows. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Fault } from './proxy.ts'
import { inEc2Xml } from './wire.ts'

const examples = fileURLToPath(new URL('../../../../shared/real-data/aws-cli-doc-examples/', import.meta.url))

/** Whether the recorded answers are there; in CI they must be. */
export const hasExamples = ((): boolean => {
  if (existsSync(examples)) return true
  if (process.env['CI'] === 'true') throw new Error(`${examples} is missing`)
  process.stderr.write(`skipped: tests with recorded answers, which are not in ${examples}\n`)
  return false
})()

/** Calls that moto lacks, and the recorded answer of each. */
const RECORDED: Readonly<Record<string, string>> = {
  DescribeLocalGateways: 'describe-local-gateways.1',
  DescribeLocalGatewayRouteTables: 'describe-local-gateway-route-tables.1',
  DescribeLocalGatewayRouteTableVpcAssociations: 'describe-local-gateway-route-table-vpc-associations.1',
  DescribeSecurityGroupVpcAssociations: 'describe-security-group-vpc-associations.1',
  DescribeTransitGatewayConnects: 'describe-transit-gateway-connects.1',
  DescribeTransitGatewayPolicyTables: 'describe-transit-gateway-policy-tables.1',
}

/** In one account and region: elsewhere there is nothing. */
export const recorded =
  (region: string): Fault =>
  ({ service, operation, region: asked, accessKey, body }) => {
    if (operation === 'DescribeVpcBlockPublicAccessOptions') return { body: inEc2Xml(operation, NOT_BLOCKED) }
    const inJson = body.includes('virtualGatewayId') ? ASSOCIATED_ELSEWHERE : IN_JSON[`${service} ${operation}`]
    if (inJson !== undefined && accessKey === 'test' && (asked === region || service === 'networkmanager'))
      return { body: JSON.stringify(inJson), type: 'application/json' }
    const file = RECORDED[operation]
    if (service !== 'ec2' || file === undefined || asked !== region || accessKey !== 'test') return undefined
    const answer = JSON.parse(readFileSync(`${examples}ec2.${file}.json`, 'utf8')) as Readonly<Record<string, unknown>>
    return { body: inEc2Xml(operation, Object.fromEntries(Object.entries(answer).map(asList)), WIRE_NAMES) }
  }

/** The routes of a transit gateway route table. */
export const routesOf =
  ({ table, routes }: { readonly table: string; readonly routes: readonly object[] }): Fault =>
  ({ operation, parameters }) =>
    operation === 'SearchTransitGatewayRoutes' && parameters.get('TransitGatewayRouteTableId') === table
      ? { body: inEc2Xml(operation, { Routes: routes, AdditionalRoutesAvailable: false }, WIRE_NAMES) }
      : undefined

/** Lists that EC2 does not call sets. */
const WIRE_NAMES = {
  TransitGatewayAttachments: 'transitGatewayAttachments',
  TransitGatewayPolicyTables: 'transitGatewayPolicyTables',
}

/** The documentation shows one list as its only element. */
const asList = ([name, value]: [string, unknown]): [string, unknown] =>
  name === 'LocalGatewayRouteTableVpcAssociation' ? [`${name}s`, [value]] : [name, value]

/** Of a gateway of this account with the Direct Connect gateway of another, which alone lists it. */
const ASSOCIATED_ELSEWHERE = {
  directConnectGatewayAssociations: [
    {
      associationId: '3d1f0b6a-0d0c-4f0e-9a34-7a2b6f3f9a11',
      directConnectGatewayId: 'dxg-of-another-account',
      directConnectGatewayOwnerAccount: '210987654321',
      associationState: 'associated',
      associatedGateway: {
        id: 'vgw-1',
        type: 'virtualPrivateGateway',
        ownerAccount: '123456789012',
        region: 'us-east-1',
      },
      allowedPrefixesToDirectConnectGateway: [{ cidr: '10.0.0.0/16' }],
    },
  ],
}

/** As an account that never set it. */
const NOT_BLOCKED = { VpcBlockPublicAccessOptions: { State: 'default-state', InternetGatewayBlockMode: 'off' } }

const REGIONAL = 'us-east-1:123456789012'
const FIREWALL = `arn:aws:network-firewall:${REGIONAL}:firewall/edge`
const POLICY = `arn:aws:network-firewall:${REGIONAL}:firewall-policy/strict`
const RULES = `arn:aws:network-firewall:${REGIONAL}:stateful-rulegroup/web`
const CORE = 'core-network-0fab62fe438d94db6'
const CORE_ARN = `arn:aws:networkmanager::123456789012:core-network/${CORE}`
const LATTICE = `arn:aws:vpc-lattice:${REGIONAL}:servicenetwork/sn-080ec7dc93cc4c0ba`

/** What the services beside EC2 answer, as their API references show it, by what they are asked. */
const IN_JSON: Readonly<Record<string, object>> = {
  'network-firewall ListFirewalls': { Firewalls: [{ FirewallName: 'edge', FirewallArn: FIREWALL }] },
  'network-firewall DescribeFirewall': {
    UpdateToken: '1',
    Firewall: {
      FirewallName: 'edge',
      FirewallArn: FIREWALL,
      FirewallPolicyArn: POLICY,
      FirewallId: '1',
      VpcId: 'vpc-1',
      SubnetMappings: [{ SubnetId: 'subnet-1' }],
    },
    FirewallStatus: {
      Status: 'READY',
      ConfigurationSyncStateSummary: 'IN_SYNC',
      SyncStates: { 'us-east-1a': { Attachment: { SubnetId: 'subnet-1', EndpointId: 'vpce-1', Status: 'READY' } } },
    },
  },
  'network-firewall ListFirewallPolicies': { FirewallPolicies: [{ Name: 'strict', Arn: POLICY }] },
  'network-firewall DescribeFirewallPolicy': {
    UpdateToken: '1',
    FirewallPolicyResponse: { FirewallPolicyName: 'strict', FirewallPolicyArn: POLICY, FirewallPolicyId: '1' },
    FirewallPolicy: {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
      StatefulRuleGroupReferences: [{ ResourceArn: RULES }],
    },
  },
  'network-firewall ListRuleGroups': { RuleGroups: [{ Name: 'web', Arn: RULES }] },
  'network-firewall DescribeRuleGroup': {
    UpdateToken: '1',
    RuleGroupResponse: { RuleGroupName: 'web', RuleGroupArn: RULES, RuleGroupId: '1', Type: 'STATEFUL' },
    RuleGroup: { RulesSource: { RulesString: 'pass tcp any any -> any 443 (sid:1;)' } },
  },
  'directconnect DescribeDirectConnectGateways': {
    directConnectGateways: [
      { directConnectGatewayId: 'dxg-1', directConnectGatewayName: 'office', directConnectGatewayState: 'available' },
    ],
  },
  'directconnect DescribeVirtualGateways': {
    virtualGateways: [{ virtualGatewayId: 'vgw-1', virtualGatewayState: 'available' }],
  },
  'directconnect DescribeDirectConnectGatewayAssociations': {
    directConnectGatewayAssociations: [
      {
        associationId: 'be85116d-46eb-4b43-a27a-da0c2ad648de',
        directConnectGatewayId: 'dxg-1',
        associationState: 'associated',
        associatedGateway: { id: 'tgw-1', type: 'transitGateway', ownerAccount: '123456789012', region: 'us-east-1' },
        allowedPrefixesToDirectConnectGateway: [{ cidr: '10.0.0.0/16' }],
      },
    ],
  },
  'directconnect DescribeVirtualInterfaces': {
    virtualInterfaces: [
      {
        virtualInterfaceId: 'dxvif-1',
        virtualInterfaceType: 'transit',
        virtualInterfaceState: 'available',
        directConnectGatewayId: 'dxg-1',
        authKey: 'key-of-the-bgp-session',
        bgpPeers: [{ bgpPeerId: 'dxpeer-1', authKey: 'key-of-the-bgp-session' }],
        customerRouterConfig: '<key>key-of-the-bgp-session</key>',
      },
    ],
  },
  'vpc-lattice GET /servicenetworks': { items: [{ arn: LATTICE, id: 'sn-080ec7dc93cc4c0ba', name: 'shop' }] },
  'vpc-lattice GET /servicenetworkvpcassociations': {
    items: [
      {
        arn: `arn:aws:vpc-lattice:${REGIONAL}:servicenetworkvpcassociation/snva-0821fc631cff76fb1`,
        id: 'snva-0821fc631cff76fb1',
        serviceNetworkArn: LATTICE,
        status: 'ACTIVE',
        vpcId: 'vpc-1',
      },
    ],
  },
  'networkmanager GET /core-networks': {
    CoreNetworks: [{ CoreNetworkId: CORE, CoreNetworkArn: CORE_ARN, State: 'AVAILABLE' }],
  },
  [`networkmanager GET /core-networks/${CORE}`]: {
    CoreNetwork: {
      CoreNetworkId: CORE,
      CoreNetworkArn: CORE_ARN,
      State: 'AVAILABLE',
      Segments: [{ Name: 'shared', EdgeLocations: ['us-east-1'], SharedSegments: [] }],
      Edges: [{ EdgeLocation: 'us-east-1', Asn: 64512, InsideCidrBlocks: [] }],
    },
  },
  'networkmanager GET /attachments': {
    Attachments: [
      {
        CoreNetworkId: CORE,
        AttachmentId: 'attachment-0fb346ee0ae2d5db5',
        AttachmentType: 'VPC',
        State: 'AVAILABLE',
        EdgeLocation: 'us-east-1',
        SegmentName: 'shared',
      },
    ],
  },
}
