/** AWS Network Firewall, rule by rule for one packet (R-NFW-1 to R-NFW-11). Knows as much of the notations as random networks draw. */
import { blockOf, type Family, within, withinAny } from './address.ts'
import { type Entry, type Estate, vpcBlocks } from './estate.ts'
import { anonymous, drop, type Flight, ICMP, ICMPV6, judged, type Packet, type Place, TCP, to, UDP } from './flight.ts'

interface Inspection {
  readonly may: ReadonlySet<'pass' | 'drop'>
  /** Rules that nobody read may have decided. */
  readonly unread: boolean
  /** The stateful engine sees it for certain. */
  readonly tracked: boolean
}

/** The firewall of an endpoint, by its own record. */
export const firewallAt = (estate: Estate, endpoint: string): Entry<'networkFirewall'> | undefined =>
  estate
    .all('networkFirewall')
    .find(({ raw }) =>
      Object.values(raw.FirewallStatus?.SyncStates ?? {}).some(({ Attachment }) => Attachment?.EndpointId === endpoint),
    )

/** The firewall of an attachment to a transit gateway (R-TGW-19). */
export const firewallAttached = (estate: Estate, attachment: string): Entry<'networkFirewall'> | undefined =>
  estate
    .all('networkFirewall')
    .find(({ raw }) => raw.FirewallStatus?.TransitGatewayAttachmentSyncState?.AttachmentId === attachment)

/** What a firewall lets pass goes on, and nobody behind it knows whose it is (R-SG-11). `device`: where it is met. */
export const throughFirewall = (
  estate: Estate,
  flight: Flight,
  firewall: Entry<'networkFirewall'>,
  device: string,
  onwards: Place,
): Flight[] => {
  const bare = anonymous(flight)
  if (!bare) return [drop(flight, `SG_EGRESS by reference ends at ${device}`)]
  const seen = `${device} tracks`
  const { may, unread, tracked } = inspect(estate, firewall, bare.packet, flight.leg, flight.crossed.includes(seen))
  if (!may.has('pass')) return [drop(bare, `FIREWALL ${device}`)]
  const doubted = unread ? judged(bare, { unknown: `the rules behind ${device} were not read` })! : bare
  return [
    to(doubted, onwards, `firewall ${device} inspects`, {
      middleboxes: [...new Set([...flight.middleboxes, device])].sort(),
      conditions: may.has('drop') && !unread ? [...flight.conditions, 'inspection'] : flight.conditions,
      crossed: tracked && flight.leg === 'request' ? [...flight.crossed, seen] : flight.crossed,
    }),
  ]
}

/** What may become of a packet. `tracked`, of a reply: the stateful engine saw the request. */
const inspect = (
  estate: Estate,
  firewall: Entry<'networkFirewall'>,
  packet: Packet,
  leg: 'request' | 'reply',
  tracked: boolean,
): Inspection => {
  const policy = estate.get('networkFirewallPolicy', firewall.raw.FirewallPolicyArn)?.raw.FirewallPolicy
  if (!policy) return { may: EITHER, unread: true, tracked: false }
  // R-NFW-3: what opens a connection, and both packets that answer it.
  const flags = leg === 'request' ? [['SYN']] : [['SYN', 'ACK'], ['ACK']]
  const stateless = flags.map((set) => statelessVerdicts(estate, policy, packet, set))
  const all = stateless.flatMap((each) => [...each])
  const may = new Set<'pass' | 'drop'>()
  let unread = false
  for (const verdict of all)
    if (verdict === 'unread') unread = true
    else if (verdict !== 'forward') may.add(verdict)
    else if (leg === 'reply') {
      may.add('pass')
      if (!tracked) may.add('drop')
    } else {
      const stateful = statefulVerdicts(estate, firewall, policy, packet)
      unread ||= stateful.unread
      for (const each of stateful.may) may.add(each)
    }
  if (unread) for (const each of EITHER) may.add(each)
  return { may, unread, tracked: all.every((verdict) => verdict === 'forward') }
}

type Policy = NonNullable<Entry<'networkFirewallPolicy'>['raw']['FirewallPolicy']>
type Match = 'yes' | 'no' | 'maybe'

const EITHER: ReadonlySet<'pass' | 'drop'> = new Set(['pass', 'drop'])

// ---- stateless (R-NFW-2, R-NFW-3)

type Stateless = 'pass' | 'drop' | 'forward' | 'unread'

const statelessVerdicts = (
  estate: Estate,
  policy: Policy,
  packet: Packet,
  flags: readonly string[],
): ReadonlySet<Stateless> => {
  const found = new Set<Stateless>()
  const groups = [...(policy.StatelessRuleGroupReferences ?? [])].sort((a, b) => a.Priority! - b.Priority!)
  for (const { ResourceArn } of groups) {
    const group = estate.get('networkFirewallRuleGroup', ResourceArn)?.raw.RuleGroup
    if (!group) {
      found.add('unread')
      continue
    }
    const rules = [...(group.RulesSource?.StatelessRulesAndCustomActions?.StatelessRules ?? [])]
    for (const rule of rules.sort((a, b) => a.Priority - b.Priority)) {
      const match = statelessMatch(rule.RuleDefinition?.MatchAttributes ?? {}, packet, flags)
      if (match === 'no') continue
      found.add(actionOf(rule.RuleDefinition?.Actions))
      if (match === 'yes') return found
    }
  }
  return found.add(actionOf(policy.StatelessDefaultActions))
}

const actionOf = (actions: readonly string[] = []): Stateless =>
  actions.includes('aws:pass') ? 'pass' : actions.includes('aws:drop') ? 'drop' : 'forward'

interface MatchAttributes {
  readonly Sources?: readonly { readonly AddressDefinition?: string | undefined }[] | undefined
  readonly Destinations?: readonly { readonly AddressDefinition?: string | undefined }[] | undefined
  readonly SourcePorts?: readonly Range[] | undefined
  readonly DestinationPorts?: readonly Range[] | undefined
  readonly Protocols?: readonly number[] | undefined
  readonly TCPFlags?:
    | readonly { readonly Flags?: readonly string[] | undefined; readonly Masks?: readonly string[] | undefined }[]
    | undefined
}

interface Range {
  readonly FromPort?: number | undefined
  readonly ToPort?: number | undefined
}

/** An empty condition is none. Of ports and flags, what they mean to other protocols is not told. */
const statelessMatch = (rule: MatchAttributes, packet: Packet, flags: readonly string[]): Match => {
  const { Sources = [], Destinations = [], Protocols = [], TCPFlags = [] } = rule
  const lists = [
    [Sources, packet.source],
    [Destinations, packet.destination],
  ] as const
  for (const [list, address] of lists) {
    const blocks = list.map(({ AddressDefinition }) => blockOf(AddressDefinition!))
    if (blocks.length > 0 && !withinAny(blocks, packet.family, address)) return 'no'
  }
  if (Protocols.length > 0 && !Protocols.includes(packet.protocol)) return 'no'
  let match: Match = 'yes'
  const ranges = [
    [rule.SourcePorts ?? [], packet.sourcePort],
    [rule.DestinationPorts ?? [], packet.destinationPort],
  ] as const
  for (const [list, port] of ranges) {
    if (list.length === 0) continue
    if (port === undefined) match = 'maybe'
    else if (!list.some(({ FromPort, ToPort }) => FromPort! <= port && port <= ToPort!)) return 'no'
  }
  if (TCPFlags.length === 0) return match
  if (packet.protocol !== TCP) return 'maybe'
  const set = TCPFlags.some(({ Flags = [], Masks = [] }) =>
    Masks.every((flag) => Flags.includes(flag) === flags.includes(flag)),
  )
  return set ? match : 'no'
}

// ---- stateful (R-NFW-5 to R-NFW-11)

interface StatefulRule {
  readonly action: string
  readonly match: Match | 'unread'
}

const statefulVerdicts = (
  estate: Estate,
  firewall: Entry<'networkFirewall'>,
  policy: Policy,
  packet: Packet,
): { readonly may: ReadonlySet<'pass' | 'drop'>; readonly unread: boolean } => {
  const strict = policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER'
  const references = [...(policy.StatefulRuleGroupReferences ?? [])]
  if (strict) references.sort((a, b) => a.Priority! - b.Priority!)
  const rules = references.flatMap(({ ResourceArn }) => statefulRules(estate, firewall, ResourceArn, packet))
  const ordered = strict
    ? rules
    : [...rules.filter(({ action }) => action === 'pass'), ...rules.filter(({ action }) => action !== 'pass')]
  const may = new Set<'pass' | 'drop'>()
  let unread = false
  for (const { action, match } of ordered) {
    if (match === 'no') continue
    may.add(action === 'pass' ? 'pass' : 'drop')
    if (match === 'unread') unread = true
    if (match === 'yes') return { may, unread: unread && may.size > 1 }
  }
  for (const each of defaults(strict ? (policy.StatefulDefaultActions ?? []) : [], packet)) may.add(each)
  return { may, unread: unread && may.size > 1 }
}

const defaults = (actions: readonly string[], packet: Packet): readonly ('pass' | 'drop')[] => {
  if (actions.includes('aws:drop_strict')) return ['drop']
  if (!actions.some((each) => each.startsWith('aws:drop_established'))) return ['pass']
  return packet.protocol === TCP ? ['pass', 'drop'] : ['drop']
}

const statefulRules = (
  estate: Estate,
  firewall: Entry<'networkFirewall'>,
  arn: string,
  packet: Packet,
): readonly StatefulRule[] => {
  const source = estate.get('networkFirewallRuleGroup', arn)?.raw.RuleGroup?.RulesSource
  // A group that nobody read may do either.
  if (!source) return EITHER_UNREAD
  if (source.RulesSourceList) {
    // One of no VPC has no home network by default (R-NFW-10).
    if (firewall.raw.VpcId === undefined) return EITHER_UNREAD
    const home = vpcBlocks(estate, firewall.raw.VpcId)
    const match = packet.protocol === TCP && withinAny(home, packet.family, packet.source) ? 'maybe' : 'no'
    const denies = { action: 'drop', match } as const
    return source.RulesSourceList.GeneratedRulesType === 'ALLOWLIST' ? [{ action: 'pass', match }, denies] : [denies]
  }
  const lines = source.RulesString?.split('\n') ?? (source.StatefulRules ?? []).map(lineOf)
  return lines.flatMap((line) => suricataRule(line, packet))
}

const EITHER_UNREAD: readonly StatefulRule[] = [
  { action: 'pass', match: 'unread' },
  { action: 'drop', match: 'unread' },
]

type Fields = NonNullable<
  NonNullable<NonNullable<Entry<'networkFirewallRuleGroup'>['raw']['RuleGroup']>['RulesSource']>['StatefulRules']
>[number]

const lineOf = ({ Action, Header = {} }: Fields): string => {
  const { Protocol, Source, SourcePort, Direction, Destination, DestinationPort } = Header
  const direction = Direction === 'ANY' ? '<>' : '->'
  return [Action, Protocol, Source, SourcePort, direction, Destination, DestinationPort, '()'].join(' ').toLowerCase()
}

const suricataRule = (line: string, packet: Packet): readonly StatefulRule[] => {
  const [action = '', protocol = '', source = '', sourcePort = '', direction, destination = '', port = '', ...options] =
    line.split(' ')
  if (action === 'alert') return []
  const there = {
    source: [source, packet.source],
    sourcePort: [sourcePort, packet.sourcePort],
    destination: [destination, packet.destination],
    destinationPort: [port, packet.destinationPort],
  } as const
  const back = {
    source: [source, packet.destination],
    sourcePort: [sourcePort, packet.destinationPort],
    destination: [destination, packet.source],
    destinationPort: [port, packet.sourcePort],
  } as const
  const matches = (direction === '<>' ? [there, back] : [there]).map((each) => {
    const all = [
      protocolMatch(protocol, packet),
      addressMatch(...each.source, packet.family),
      addressMatch(...each.destination, packet.family),
      portMatch(...each.sourcePort),
      portMatch(...each.destinationPort),
      options.join('').includes('content:') ? ('maybe' as const) : ('yes' as const),
    ]
    return all.includes('no') ? 'no' : all.includes('maybe') ? 'maybe' : 'yes'
  })
  const match = matches.includes('yes') ? 'yes' : matches.includes('maybe') ? 'maybe' : 'no'
  return [{ action, match }]
}

const protocolMatch = (protocol: string, packet: Packet): Match => {
  const numbers = { ip: undefined, tcp: [TCP], udp: [UDP], icmp: [ICMP, ICMPV6] }[protocol]
  if (protocol === 'ip') return 'yes'
  if (numbers) return numbers.includes(packet.protocol) ? 'yes' : 'no'
  // R-NFW-8: TLS is told by content.
  return packet.protocol === TCP ? 'maybe' : 'no'
}

const addressMatch = (text: string, address: bigint, family: Family): Match => {
  if (text === 'any') return 'yes'
  const negated = text.startsWith('!')
  return within(blockOf(negated ? text.slice(1) : text), family, address) !== negated ? 'yes' : 'no'
}

const portMatch = (text: string, port: number | undefined): Match => {
  if (text === 'any') return 'yes'
  if (port === undefined) return 'maybe'
  const [from, to = from] = text.split(':').map(Number)
  return from! <= port && port <= to! ? 'yes' : 'no'
}
