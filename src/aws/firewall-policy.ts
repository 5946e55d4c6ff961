/** A firewall policy and its rule groups as one list of rules, in the order in which they are asked: the stateless engine first, then
 *  the stateful one (R-NFW-2). https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-rules-engines.html */
import { addressLine, type AddressSet, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, l4, l4Algebra, wholeProtocol } from '../packet/l4.ts'
import { TCP } from '../packet/protocol.ts'
import { ALL_PORTS, type PortSet } from '../packet/transport.ts'
import type { RawOf } from '../snapshot/schema.ts'
import type { Action, FirewallRule, Match } from './firewall-rule.ts'
import type { Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'
import type { ReasonCode } from './reasons.ts'
import {
  addressesIn,
  boxes,
  headerText,
  type Names,
  optionOf,
  optionsIn,
  parseRules,
  portsIn,
  takenBy,
  type WrittenRule,
} from './suricata.ts'

type Firewall = RawOf<'networkFirewall'>
type Policy = NonNullable<RawOf<'networkFirewallPolicy'>['FirewallPolicy']>
type RuleGroup = NonNullable<RawOf<'networkFirewallRuleGroup'>['RuleGroup']>
type StatelessRule = NonNullable<
  NonNullable<NonNullable<RuleGroup['RulesSource']>['StatelessRulesAndCustomActions']>['StatelessRules']
>[number]

/** The rules of a firewall; undefined where its policy was not read. */
export const rulesOf = (plane: Plane, firewall: Firewall): readonly FirewallRule[] | undefined => {
  const policy = policyOf(plane, firewall)
  if (!policy) return undefined
  const arn = firewall.FirewallPolicyArn!
  const all = [
    ...statelessGroups(plane, policy),
    statelessDefault(plane, arn, policy),
    ...statefulGroups(plane, firewall, policy),
    ...statefulDefaults(plane, arn, policy),
  ]
  return all.filter(
    ({ sources, destinations, line }) => sources.length > 0 && destinations.length > 0 && line.points.length > 0,
  )
}

export const policyOf = ({ network }: Plane, { FirewallPolicyArn: arn }: Firewall): Policy | undefined =>
  arn === undefined ? undefined : network.raw('networkFirewallPolicy', arn)?.FirewallPolicy

const anything = ({ family }: Plane): Match => ({
  sources: addressLine(family),
  destinations: addressLine(family),
  line: EVERYTHING,
  sourcePorts: ALL_PORTS,
})

interface Reference {
  readonly ResourceArn: string
  readonly Priority?: number | undefined
}

const byPriority = <R extends { readonly Priority?: number | undefined }>(all: readonly R[] = []): readonly R[] =>
  all.toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))

/** The rules of a group that was read. Those of managed groups nobody may read. A group without any rule has nothing to say, and so
 *  shows no content. */
const contentOf = ({ network }: Plane, { ResourceArn: arn }: Reference): RuleGroup | undefined => {
  const raw = network.raw('networkFirewallRuleGroup', arn)
  if (!raw || arn.includes(':aws-managed:')) return undefined
  return raw.RuleGroup ?? (raw.Type === 'STATELESS' ? {} : undefined)
}

const UNKNOWN = { doubt: 'FIREWALL_RULES_UNKNOWN' } as const

// ---- stateless

const statelessGroups = (plane: Plane, policy: Policy): readonly FirewallRule[] =>
  byPriority(policy.StatelessRuleGroupReferences).flatMap((reference): readonly FirewallRule[] => {
    const resource = reference.ResourceArn
    const content = contentOf(plane, reference)
    if (!content)
      return [{ ...anything(plane), ...UNKNOWN, engine: 'stateless', action: 'either', resource, text: 'every rule' }]
    const rules = byPriority(content.RulesSource?.StatelessRulesAndCustomActions?.StatelessRules)
    return rules.flatMap((rule) => statelessRule(plane, resource, rule))
  })

/** What is left out of a match means any (R-NFW-3). */
const statelessRule = (plane: Plane, resource: string, rule: StatelessRule): readonly FirewallRule[] => {
  const { Actions, MatchAttributes: match = {} } = rule.RuleDefinition ?? {}
  const action = actionIn(Actions)
  const said = { engine: 'stateless', resource, text: `priority ${rule.Priority}: ${Actions?.join(', ')}` } as const
  const sources = definedAddresses(plane, match.Sources)
  const destinations = definedAddresses(plane, match.Destinations)
  if (!action || !sources || !destinations) return [{ ...anything(plane), ...said, ...UNKNOWN, action: 'either' }]
  const { Protocols: numbers = [], TCPFlags: written = [] } = match
  const line =
    numbers.length === 0 ? EVERYTHING : l4(intervals.unionAll(numbers.map((each) => wholeProtocol(each).points)))
  const taken = boxes(
    { sources, destinations, line, sourcePorts: definedPorts(match.SourcePorts) },
    definedPorts(match.DestinationPorts),
  )
  const flags = written.map(({ Flags = [], Masks = [] }) => ({
    flags: new Set(Flags),
    masks: new Set(Masks.length === 0 ? TCP_FLAGS : Masks),
  }))
  return taken.flatMap(({ sure, ...box }) => {
    const plain: FirewallRule = { ...said, ...box, action, ...(!sure && OPTIONS) }
    if (flags.length === 0) return [plain]
    const [tcp, rest] = [l4Algebra.intersect(box.line, ALL_TCP), l4Algebra.subtract(box.line, ALL_TCP)]
    return [
      { ...plain, line: tcp, flags },
      { ...plain, ...OPTIONS, line: rest },
    ]
  })
}

const OPTIONS = { doubt: 'FIREWALL_UNSUPPORTED_RULE_OPTIONS' } as const
const ALL_TCP = wholeProtocol(TCP)
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

const statelessDefault = (plane: Plane, resource: string, policy: Policy): FirewallRule => {
  const actions = policy.StatelessDefaultActions
  const action = actionIn(actions)
  const text = `stateless default: ${actions?.join(', ') ?? 'not read'}`
  const said = { ...anything(plane), engine: 'stateless', resource, text, last: true } as const
  return action ? { ...said, action } : { ...said, ...UNKNOWN, action: 'either' }
}

/** Beside one of these stand actions of the customer's that only report. */
const actionIn = (actions: readonly string[] = []): Action | undefined =>
  actions.map((each) => ACTIONS.get(each)).find((action) => action !== undefined)

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['aws:pass', 'pass'],
  ['aws:drop', 'drop'],
  ['aws:forward_to_sfe', 'forward'],
])

const definedAddresses = (
  { family }: Plane,
  defined: readonly { readonly AddressDefinition?: string | undefined }[] = [],
): AddressSet | undefined => {
  if (defined.length === 0) return addressLine(family)
  const blocks = defined.map(({ AddressDefinition: text = '' }) => parseBlock(text))
  if (blocks.includes(undefined)) return undefined
  return intervals.unionAll(blocks.flatMap((block) => (block!.family === family ? [[block!.first, block!.end]] : [])))
}

const definedPorts = (
  defined: readonly { readonly FromPort?: number | undefined; readonly ToPort?: number | undefined }[] = [],
): PortSet =>
  defined.length === 0
    ? ALL_PORTS
    : intervals.unionAll(
        defined.map(({ FromPort = 0, ToPort = FromPort }) => intervals.interval<number>(FromPort, ToPort + 1)),
      )

// ---- stateful

/** In strict order as they stand; in default order what passes first, whatever group it is in (R-NFW-5, R-NFW-6). */
const statefulGroups = (plane: Plane, firewall: Firewall, policy: Policy): readonly FirewallRule[] => {
  const rules = byPriority(policy.StatefulRuleGroupReferences).flatMap((reference) => {
    const content = contentOf(plane, reference)
    if (content) return statefulGroup(plane, firewall, policy, reference.ResourceArn, content)
    return unreadGroup(plane, reference.ResourceArn, reference.Override?.Action === 'DROP_TO_ALERT')
  })
  if (isStrict(policy)) return rules
  const may = (action: 'pass' | 'drop') =>
    rules.flatMap((rule) => (rule.action === action || rule.action === 'either' ? [{ ...rule, action }] : []))
  return [...may('pass'), ...may('drop')]
}

const isStrict = (policy: Policy): boolean => policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER'

/** Where what it drops is turned into alerts, all that it may do is let pass. */
const unreadGroup = (plane: Plane, resource: string, alertsOnly: boolean): readonly FirewallRule[] => [
  {
    ...anything(plane),
    ...UNKNOWN,
    engine: 'stateful',
    action: alertsOnly ? 'pass' : 'either',
    resource,
    text: 'every rule',
  },
]

const statefulGroup = (
  plane: Plane,
  firewall: Firewall,
  policy: Policy,
  resource: string,
  content: RuleGroup,
): readonly FirewallRule[] => {
  const names = namesIn(plane, firewall, policy, content)
  const { RulesString, RulesSourceList, StatefulRules = [] } = content.RulesSource ?? {}
  if (RulesSourceList) return domainList(plane, resource, RulesSourceList.GeneratedRulesType, names)
  const rules = RulesString === undefined ? StatefulRules.map(writtenRule) : parseRules(RulesString)
  return rules.flatMap((rule) => statefulRule(plane, resource, rule, names))
}

type StatefulRule = NonNullable<NonNullable<RuleGroup['RulesSource']>['StatefulRules']>[number]

/** R-NFW-8. */
const writtenRule = ({ Action: action, Header: header = {}, RuleOptions = [] }: StatefulRule): WrittenRule => ({
  action: action.toLowerCase(),
  protocol: (header.Protocol ?? 'ip').toLowerCase(),
  source: header.Source ?? 'any',
  sourcePort: header.SourcePort ?? 'any',
  bothWays: header.Direction === 'ANY',
  destination: header.Destination ?? 'any',
  destinationPort: header.DestinationPort ?? 'any',
  // AWS keeps an option as it was given: `sid` with its settings, or all of it in one, `sid:1`.
  options: RuleOptions.flatMap(({ Keyword: keyword, Settings: settings = [] }) =>
    settings.length > 0 ? [{ keyword, settings }] : optionsIn(keyword),
  ),
})

const statefulRule = (
  plane: Plane,
  resource: string,
  rule: WrittenRule | undefined,
  names: Names,
): readonly FirewallRule[] => {
  const unread = { ...anything(plane), ...UNKNOWN, engine: 'stateful', action: 'either', resource } as const
  if (!rule) return [{ ...unread, text: 'a line that is no rule' }]
  const sid = optionOf(rule, 'sid')
  const text = `${sid === undefined ? '' : `sid ${sid}: `}${headerText(rule)}`
  // An alert ends nothing (R-NFW-8).
  if (rule.action === 'alert') return []
  const action = STATEFUL_ACTIONS.get(rule.action)
  const taken = action && takenBy(rule, names)
  if (!taken) return [{ ...unread, ...(action && { action }), text }]
  return taken.map(({ sure, ...box }) => ({
    ...box,
    engine: 'stateful',
    action,
    resource,
    text,
    ...(!sure && OPTIONS),
  }))
}

const STATEFUL_ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['pass', 'pass'],
  ['drop', 'drop'],
  ['reject', 'drop'],
  ['rejectsrc', 'drop'],
  ['rejectdst', 'drop'],
  ['rejectboth', 'drop'],
])

/** Made into rules for TLS and HTTP from the home network, which are found on whatever port: for any TCP the name that is asked for
 *  may decide (R-NFW-10). */
const domainList = (
  plane: Plane,
  resource: string,
  type: string | undefined,
  names: Names,
): readonly FirewallRule[] => {
  if (type === 'ALERTLIST') return []
  const sources = names.addresses('$HOME_NET')
  const said = { ...anything(plane), engine: 'stateful', resource, text: `domain list (${type})` } as const
  const action = type === 'ALLOWLIST' ? 'either' : 'drop'
  if (!sources || !DOMAIN_LISTS.has(type ?? '')) return [{ ...said, ...UNKNOWN, action: 'either' }]
  return [{ ...said, sources, line: ALL_TCP, action, doubt: 'FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE' }]
}

const DOMAIN_LISTS: ReadonlySet<string> = new Set(['ALLOWLIST', 'DENYLIST', 'REJECTLIST'])

/** Where nothing is said about it, or about alerts alone, what no rule took passes (R-NFW-5, R-NFW-6). */
const statefulDefaults = (plane: Plane, resource: string, policy: Policy): readonly FirewallRule[] => {
  const actions = isStrict(policy) ? (policy.StatefulDefaultActions ?? []) : []
  const text = `stateful default: ${actions.length === 0 ? 'pass' : actions.join(', ')}`
  const said = { ...anything(plane), engine: 'stateful', resource, text, last: true } as const
  if (actions.includes('aws:drop_strict')) return [{ ...said, action: 'drop' }]
  if (actions.some((each) => each.startsWith('aws:drop_established'))) {
    const assumptions = ['R-NFW-7']
    const doubt: ReasonCode = 'FIREWALL_DROPS_ESTABLISHED'
    return [
      { ...said, line: ALL_TCP, action: 'either', doubt, assumptions },
      { ...said, line: l4Algebra.subtract(EVERYTHING, ALL_TCP), action: 'drop', assumptions },
    ]
  }
  const known = actions.every((each) => each.startsWith('aws:alert_'))
  return known ? [{ ...said, action: 'pass' }] : [{ ...said, ...UNKNOWN, action: 'either' }]
}

// ---- names

/** What the variables and references of a group stand for (R-NFW-11). */
const namesIn = (plane: Plane, firewall: Firewall, policy: Policy, content: RuleGroup): Names => {
  const { IPSets: own = {}, PortSets: ports = {} } = content.RuleVariables ?? {}
  const shared = policy.PolicyVariables?.RuleVariables ?? {}
  const references = content.ReferenceSets?.IPSetReferences ?? {}
  const names: Names = {
    family: plane.family,
    addresses: (name) => {
      const bare = name.slice(1)
      if (name.startsWith('@')) return referred(plane, references[bare]?.ReferenceArn)
      const defined = own[bare] ?? shared[bare]
      if (defined) return addressesOf(defined.Definition)
      if (bare === 'HOME_NET') return blocksOfFirewall(plane, firewall)
      if (bare !== 'EXTERNAL_NET') return undefined
      // Of the policy's home network: that of a group does not change it.
      const home = shared['HOME_NET'] ? addressesOf(shared['HOME_NET'].Definition) : blocksOfFirewall(plane, firewall)
      return home && intervals.subtract(addressLine(plane.family), home)
    },
    ports: (name) => portsOf(ports[name.slice(1)]?.Definition),
  }
  // A definition refers to no other.
  const values: Names = { ...names, addresses: () => undefined, ports: () => undefined }
  const addressesOf = (definition: readonly string[] = []) => addressesIn(`[${definition.join(',')}]`, values)
  const portsOf = (definition: readonly string[] = []) => portsIn(`[${definition.join(',')}]`, values)
  return names
}

/** A prefix list; what is in a resource group is not known. */
const referred = ({ network, family }: Plane, arn: string | undefined): AddressSet | undefined => {
  const [, id] = /:prefix-list\/(pl-.+)$/.exec(arn ?? '') ?? []
  return id === undefined ? undefined : prefixListAddresses(network, id, family)
}

/** The home network, where nothing else is said (R-NFW-10). A firewall on a transit gateway has none. */
const blocksOfFirewall = ({ network, family }: Plane, { VpcId: vpcId }: Firewall): AddressSet | undefined =>
  vpcId !== undefined && network.knowsBlocksOf('vpc', vpcId, family) ? network.vpcBlocks(vpcId, family) : undefined
