/** Draws firewalls behind inspection endpoints: a few rules in either engine, about the ports that packets are drawn with. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Choices } from './choices.ts'
import { add, type Draft, nextId, type SubnetPlan, type VpcPlan, zoneName } from './draft.ts'

type RuleGroup = NonNullable<RawOf<'networkFirewallRuleGroup'>['RuleGroup']>

/** With an endpoint in a subnet of the VPC. */
export const addFirewall = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  subnet: SubnetPlan,
  endpoint: string,
): void => {
  drawFirewall(choices, draft, vpc, {
    VpcId: vpc.id,
    SubnetMappings: [{ SubnetId: subnet.id }],
    FirewallStatus: {
      Status: 'READY',
      SyncStates: {
        [zoneName(vpc.place, subnet.zone)]: {
          Attachment: { EndpointId: endpoint, SubnetId: subnet.id, Status: 'READY' },
        },
      },
    },
  })
}

/** Attached to a transit gateway (R-TGW-19), with rules about a VPC behind it. Returns its ARN. */
export const addAttachedFirewall = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  gateway: string,
  attachment: string,
): string =>
  drawFirewall(choices, draft, vpc, {
    TransitGatewayId: gateway,
    AvailabilityZoneMappings: choices
      .some([0, 1], 1, 2)
      .map((zone) => ({ AvailabilityZone: zoneName(vpc.place, zone) })),
    FirewallStatus: {
      Status: 'READY',
      TransitGatewayAttachmentSyncState: { AttachmentId: attachment, TransitGatewayAttachmentStatus: 'READY' },
    },
  })

const drawFirewall = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  where: Partial<RawOf<'networkFirewall'>>,
): string => {
  const { chance, int, pick, weighted } = choices
  const name = nextId(draft, 'firewall')
  const arn = (type: string, id: string) =>
    `arn:aws:network-firewall:${vpc.place.region}:${vpc.place.account}:${type}/${id}`
  const addGroup = (type: string, at: number, group: RuleGroup): string => {
    const RuleGroupName = `${name}-${type}-${at}`
    const RuleGroupArn = arn(`${type}-rulegroup`, RuleGroupName)
    // One that is not there was not read.
    if (!chance(6))
      add(draft, 'networkFirewallRuleGroup', vpc.place, RuleGroupArn, {
        RuleGroupArn,
        RuleGroupName,
        Type: type.toUpperCase(),
        RuleGroup: group,
      })
    return RuleGroupArn
  }
  const references = (type: string, count: number, draw: () => RuleGroup) =>
    Array.from({ length: count }, (_, at) => ({ ResourceArn: addGroup(type, at, draw()), Priority: count - at }))
  const stateless = references('stateless', chance(40) ? 1 : 0, () => statelessGroup(choices, vpc))
  const strict = chance(50)
  const stateful = references('stateful', int(0, 2), () => statefulGroup(choices, vpc))
  const FirewallPolicyArn = arn('firewall-policy', name)
  add(draft, 'networkFirewallPolicy', vpc.place, FirewallPolicyArn, {
    FirewallPolicyArn,
    FirewallPolicyName: name,
    FirewallPolicy: {
      StatelessDefaultActions: [
        weighted([
          [8, 'aws:forward_to_sfe'],
          [2, 'aws:pass'],
          [1, 'aws:drop'],
        ]),
      ],
      StatelessRuleGroupReferences: stateless,
      StatefulRuleGroupReferences: strict ? stateful : stateful.map(({ ResourceArn }) => ({ ResourceArn })),
      ...(strict && {
        StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
        StatefulDefaultActions: [
          pick(['aws:alert_strict', 'aws:drop_strict', 'aws:drop_established', 'aws:drop_established_app_layer']),
        ],
      }),
    },
  })
  const FirewallArn = arn('firewall', name)
  add(draft, 'networkFirewall', vpc.place, FirewallArn, {
    FirewallArn,
    FirewallName: name,
    FirewallPolicyArn,
    ...where,
  })
  return FirewallArn
}

/** A block of the VPC, one of its subnets, or something else. */
const drawBlock = ({ pick, weighted }: Choices, vpc: VpcPlan): string =>
  weighted([
    [3, pick(vpc.subnets).cidr],
    [2, vpc.cidrs[0]!],
    [1, '10.0.0.0/8'],
    [1, '8.8.8.0/24'],
  ])

const PORTS = ['80', '443', '53', '22', '0:1023', '1024:65535'] as const

const statelessGroup = (choices: Choices, vpc: VpcPlan): RuleGroup => {
  const { chance, int, pick, some } = choices
  const rule = (Priority: number) => {
    const action = pick(['aws:pass', 'aws:drop', 'aws:forward_to_sfe'] as const)
    // What ports mean to protocols without any is not told: a rule that may forward is about those that have them.
    const Protocols = action === 'aws:forward_to_sfe' ? some([6, 17], 1, 2) : chance(40) ? [6] : some([6, 17, 1], 0, 2)
    const addresses = () => (chance(40) ? [{ AddressDefinition: drawBlock(choices, vpc) }] : [])
    const ports = () => {
      const [from, to = from] = pick(PORTS).split(':').map(Number)
      return chance(40) ? [{ FromPort: from!, ToPort: to! }] : []
    }
    const Flags = pick([['SYN'], ['SYN', 'ACK'], ['ACK']])
    return {
      Priority,
      RuleDefinition: {
        Actions: [action],
        MatchAttributes: {
          Sources: addresses(),
          Destinations: addresses(),
          SourcePorts: ports(),
          DestinationPorts: ports(),
          Protocols,
          TCPFlags: Protocols.join() === '6' && chance(50) ? [{ Flags, Masks: ['SYN', 'ACK'] }] : [],
        },
      },
    }
  }
  const StatelessRules = Array.from({ length: int(1, 3) }, (_, at) => rule(10 * (at + 1))).reverse()
  return { RulesSource: { StatelessRulesAndCustomActions: { StatelessRules } } }
}

const statefulGroup = (choices: Choices, vpc: VpcPlan): RuleGroup => {
  const { chance, int, pick } = choices
  const kind = pick(['rules', 'rules', 'text', 'domains'] as const)
  if (kind === 'domains') {
    const GeneratedRulesType = pick(['ALLOWLIST', 'DENYLIST'])
    const RulesSourceList = { Targets: ['.example.com'], TargetTypes: ['TLS_SNI', 'HTTP_HOST'], GeneratedRulesType }
    return { RulesSource: { RulesSourceList } }
  }
  const address = () => (chance(50) ? 'any' : chance(20) ? `!${drawBlock(choices, vpc)}` : drawBlock(choices, vpc))
  const rules = Array.from({ length: int(1, 3) }, () => ({
    action: pick(['pass', 'drop', 'reject', 'alert']),
    protocol: pick(['tcp', 'ip', 'udp', 'icmp', 'tls']),
    source: address(),
    sourcePort: chance(85) ? 'any' : pick(PORTS),
    both: chance(15),
    destination: address(),
    destinationPort: chance(40) ? 'any' : pick(PORTS),
  }))
  if (kind === 'text') {
    const lines = rules.map((each, at) => {
      const options = chance(25) ? `content:"x"; sid:${at + 1};` : `sid:${at + 1};`
      const { action, protocol, source, sourcePort, both, destination, destinationPort } = each
      const direction = both ? '<>' : '->'
      return `${[action, protocol, source, sourcePort, direction, destination, destinationPort].join(' ')} (${options})`
    })
    return { RulesSource: { RulesString: lines.join('\n') } }
  }
  return {
    RulesSource: {
      StatefulRules: rules.map((each, at) => ({
        Action: each.action.toUpperCase(),
        Header: {
          Protocol: each.protocol.toUpperCase(),
          Source: each.source,
          SourcePort: each.sourcePort,
          Direction: each.both ? 'ANY' : 'FORWARD',
          Destination: each.destination,
          DestinationPort: each.destinationPort,
        },
        RuleOptions: [{ Keyword: 'sid', Settings: [String(at + 1)] }],
      })),
    },
  }
}
