/** A network firewall with its policy and rule groups, in the subnet that is open. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import { type Draft, type Fact, named, type Place, subnetHere, zoneOf } from './draft.ts'
import { inspectionEndpoint } from './endpoint.ts'
import { addAttachment, gatewayHere } from './transit-gateway.ts'

export interface FirewallOptions {
  /** What the stateless engine does with what no rule of it takes; the stateful engine gets it where nothing is said. */
  readonly otherwise?: 'pass' | 'drop' | 'forward_to_sfe'
  /** `10 drop tcp 10.0.1.0/24 any -> any 22`, for TCP also `10 drop tcp any any -> any any with SYN of SYN,ACK`. */
  readonly stateless?: readonly string[]
  /** Strict order, with these default actions: `drop_strict`. Without: the default order. */
  readonly strict?: readonly string[]
  /** Stateful groups, the first with the highest priority. */
  readonly stateful?: readonly StatefulGroup[]
  /** Of the policy; the blocks of the VPC where nothing is said. */
  readonly home?: readonly string[]
  readonly decrypts?: boolean
}

/** A string of Suricata rules; or the same without options, as rules in fields; or a list of domains; or what is in another account. */
type StatefulGroup =
  | string
  /** `option`: the only one of each rule, in one keyword, in place of its `sid`. */
  | { readonly rules: readonly string[]; readonly option?: string }
  | { readonly domains: readonly string[]; readonly type?: 'ALLOWLIST' | 'DENYLIST'; readonly home?: readonly string[] }
  | {
      readonly text: string
      readonly addresses?: Readonly<Record<string, readonly string[]>>
      readonly ports?: Readonly<Record<string, readonly string[]>>
      /** Prefix lists by id, resource groups by ARN. */
      readonly references?: Readonly<Record<string, string>>
    }
  | { readonly elsewhere: string }

/** A firewall with the endpoint `vpce-<name>`, the policy `<name>`, and groups `<name>-stateless`, `<name>-1`, `<name>-2`... */
export const networkFirewall =
  (name: string, address: string, options: FirewallOptions): Fact =>
  (draft) => {
    inspectionEndpoint(name, address)(draft)
    const subnet = subnetHere(draft)
    addFirewall(draft, subnet.vpc.place, name, options, () => ({
      VpcId: subnet.vpc.id,
      SubnetMappings: [{ SubnetId: subnet.id }],
      FirewallStatus: {
        Status: 'READY',
        SyncStates: {
          [zoneOf(draft, subnet.vpc.place, subnet.zone).AvailabilityZone]: {
            Attachment: { EndpointId: `vpce-${name}`, SubnetId: subnet.id, Status: 'READY' },
          },
        },
      },
    }))
  }

/** The same attached to the transit gateway that is open, in these zones: `tgw-attach-<gateway>-<name>`. */
export const attachedNetworkFirewall =
  (name: string, zones: readonly string[], options: FirewallOptions): Fact =>
  (draft) => {
    const { place, ...gateway } = gatewayHere(draft)
    const id = `tgw-attach-${gateway.name}-${name}`
    addFirewall(draft, place, name, options, () => ({
      TransitGatewayId: gateway.id,
      AvailabilityZoneMappings: zones.map((zone) => ({
        AvailabilityZone: zoneOf(draft, place, zone).AvailabilityZone,
      })),
      FirewallStatus: {
        Status: 'READY',
        TransitGatewayAttachmentSyncState: { AttachmentId: id, TransitGatewayAttachmentStatus: 'READY' },
      },
    }))
    const resource = arnOf(place, 'firewall', name)
    addAttachment(
      draft,
      gatewayHere(draft),
      name,
      { id, type: 'network-function', resource, blocks: [] },
      place.account,
    )
  }

/** `where`: of its record, what tells where it stands. */
const addFirewall = (
  draft: Draft,
  place: Place,
  name: string,
  options: FirewallOptions,
  where: () => Partial<RawOf<'networkFirewall'>>,
): void => {
  const { otherwise = 'forward_to_sfe', stateless = [], strict, stateful = [], home, decrypts } = options
  const statelessArn = arnOf(place, 'stateless-rulegroup', `${name}-stateless`)
  if (stateless.length > 0)
    addGroup(statelessArn, 'STATELESS', {
      RulesSource: { StatelessRulesAndCustomActions: { StatelessRules: stateless.map(statelessRule) } },
    })
  const groups = stateful.map((group, at) => {
    if (typeof group === 'object' && 'elsewhere' in group) return group.elsewhere
    const arn = arnOf(place, 'stateful-rulegroup', `${name}-${at + 1}`)
    addGroup(arn, 'STATEFUL', contentOf(place, group))
    return arn
  })
  const FirewallPolicyArn = arnOf(place, 'firewall-policy', name)
  draft.add('networkFirewallPolicy', FirewallPolicyArn, () => ({
    FirewallPolicyArn,
    FirewallPolicyName: name,
    FirewallPolicy: {
      StatelessDefaultActions: [`aws:${otherwise}`],
      StatelessFragmentDefaultActions: [`aws:${otherwise}`],
      ...(stateless.length > 0 && { StatelessRuleGroupReferences: [{ ResourceArn: statelessArn, Priority: 1 }] }),
      ...(groups.length > 0 && {
        StatefulRuleGroupReferences: groups.map((ResourceArn, at) => ({
          ResourceArn,
          ...(strict && { Priority: at + 1 }),
        })),
      }),
      ...(strict && {
        StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
        StatefulDefaultActions: strict.map((each) => `aws:${each}`),
      }),
      ...(home && { PolicyVariables: { RuleVariables: { HOME_NET: { Definition: home } } } }),
      ...(decrypts && { TLSInspectionConfigurationArn: arnOf(place, 'tls-configuration', name) }),
    },
  }))
  const FirewallArn = arnOf(place, 'firewall', name)
  draft.add('networkFirewall', FirewallArn, () => ({
    FirewallArn,
    FirewallName: name,
    FirewallPolicyArn,
    ...where(),
    ...named(name),
  }))

  function addGroup(RuleGroupArn: string, Type: string, RuleGroup: RuleGroupContent): void {
    draft.add('networkFirewallRuleGroup', RuleGroupArn, () => ({
      RuleGroupArn,
      RuleGroupName: RuleGroupArn.split('/')[1]!,
      Type,
      RuleGroup,
    }))
  }
}

type RuleGroupContent = NonNullable<RawOf<'networkFirewallRuleGroup'>['RuleGroup']>

const arnOf = ({ account, region }: Place, type: string, name: string): string =>
  `arn:aws:network-firewall:${region}:${account}:${type}/${name}`

const contentOf = (
  { account, region }: Place,
  group: Exclude<StatefulGroup, { readonly elsewhere: string }>,
): RuleGroupContent => {
  if (typeof group === 'string') return { RulesSource: { RulesString: group } }
  if ('rules' in group)
    return { RulesSource: { StatefulRules: group.rules.map((rule, at) => statefulRule(rule, at, group.option)) } }
  if ('domains' in group)
    return {
      ...(group.home && { RuleVariables: { IPSets: { HOME_NET: { Definition: group.home } } } }),
      RulesSource: {
        RulesSourceList: {
          Targets: group.domains,
          TargetTypes: ['TLS_SNI', 'HTTP_HOST'],
          GeneratedRulesType: group.type ?? 'ALLOWLIST',
        },
      },
    }
  const { text, addresses = {}, ports = {}, references = {} } = group
  const defined = (sets: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(sets).map(([name, Definition]) => [name, { Definition }]))
  const arn = (id: string): string => (id.startsWith('pl-') ? `arn:aws:ec2:${region}:${account}:prefix-list/${id}` : id)
  return {
    RulesSource: { RulesString: text },
    RuleVariables: { IPSets: defined(addresses), PortSets: defined(ports) },
    ReferenceSets: {
      IPSetReferences: Object.fromEntries(
        Object.entries(references).map(([name, id]) => [name, { ReferenceArn: arn(id) }]),
      ),
    },
  }
}

const statefulRule = (text: string, at: number, option: string | undefined) => {
  const [Action, Protocol, Source, SourcePort, direction, Destination, DestinationPort] = text.split(
    ' ',
  ) as unknown as Header
  return {
    Action: Action.toUpperCase(),
    Header: {
      Protocol: Protocol.toUpperCase(),
      Source,
      SourcePort,
      Direction: direction === '<>' ? 'ANY' : 'FORWARD',
      Destination,
      DestinationPort,
    },
    RuleOptions: [option === undefined ? { Keyword: 'sid', Settings: [String(at + 1)] } : { Keyword: option }],
  }
}

type Header = readonly [string, string, string, string, string, string, string]

const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 }

const statelessRule = (text: string) => {
  const [priority, ...rest] = text.split(' ')
  const [action, protocol, source, sourcePort, , destination, destinationPort] = rest as unknown as Header
  const [, flags, masks] = / with (\S+) of (\S+)$/.exec(text) ?? []
  const addresses = (block: string) => (block === 'any' ? [] : [{ AddressDefinition: block }])
  const ports = (range: string) => {
    const [FromPort, ToPort = FromPort] = range.split(':').map(Number)
    return range === 'any' ? [] : [{ FromPort: FromPort!, ToPort: ToPort! }]
  }
  return {
    Priority: Number(priority),
    RuleDefinition: {
      Actions: [`aws:${action}`],
      MatchAttributes: {
        Sources: addresses(source),
        Destinations: addresses(destination),
        SourcePorts: ports(sourcePort),
        DestinationPorts: ports(destinationPort),
        Protocols: protocol === 'ip' ? [] : [NUMBERS[protocol]!],
        ...(flags !== undefined && { TCPFlags: [{ Flags: flags.split(','), Masks: masks!.split(',') }] }),
      },
    },
  }
}
