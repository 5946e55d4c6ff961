/** Network ACLs and security groups, judging one header each. Knows rules; knows neither routes nor who is asked first. */
import { blockOf, within } from './address.ts'
import { type Entry, type Estate, type Interface, prefixListOf } from './estate.ts'
import { ICMP, ICMPV6, type Judgement, type Packet, type Sender, TCP, UDP } from './flight.ts'

/** The subnet's list in one direction: lowest number first, first match decides, the rest is denied (R-NACL-2). Inbound rules look
 *  at the source, outbound rules at the destination (R-NACL-5). */
export const aclAllows = (estate: Estate, subnet: string, egress: boolean, packet: Packet): Judgement => {
  const acl = aclOf(estate, subnet)
  if (!acl) return { unknown: `no network ACL known for ${subnet}` }
  const entries = estate.once(`entries ${acl.id} ${egress}`, () =>
    (acl.raw.Entries ?? []).filter((entry) => entry.Egress === egress).sort((a, b) => a.RuleNumber - b.RuleNumber),
  )
  const address = egress ? packet.destination : packet.source
  for (const entry of entries) {
    const block = entry.CidrBlock ?? entry.Ipv6CidrBlock
    if (block === undefined || !within(blockOf(block), packet.family, address)) continue
    if (!aclProtocolMatches(entry, packet)) continue
    return entry.RuleAction === 'allow' ? 'allow' : 'deny'
  }
  return 'deny'
}

const aclOf = (estate: Estate, subnet: string): Entry<'networkAcl'> | undefined =>
  estate
    .all('networkAcl')
    .find(({ raw }) => (raw.Associations ?? []).some((association) => association.SubnetId === subnet))

type AclEntry = NonNullable<Entry<'networkAcl'>['raw']['Entries']>[number]

const aclProtocolMatches = (entry: AclEntry, packet: Packet): boolean => {
  if (entry.Protocol === '-1') return true
  const protocol = Number(entry.Protocol)
  if (protocol !== packet.protocol) return false
  // R-NACL-6: the ICMP of one family says nothing about the other.
  if (protocol === ICMP && packet.family !== 4) return false
  if (protocol === ICMPV6 && packet.family !== 6) return false
  if (protocol === TCP || protocol === UDP) {
    const { From = 0, To = 65535 } = entry.PortRange ?? {}
    return From <= packet.destinationPort! && packet.destinationPort! <= To
  }
  if (protocol === ICMP || protocol === ICMPV6) {
    const { Type = -1, Code = -1 } = entry.IcmpTypeCode ?? {}
    return (Type === -1 || Type === packet.icmpType) && (Code === -1 || Code === packet.icmpCode)
  }
  return true
}

/** Interfaces on which AWS evaluates no group (R-ENI-7), under both spellings of the API. */
const UNFILTERED = new Set([
  'nat_gateway',
  'natGateway',
  'transit_gateway',
  'gateway_load_balancer',
  'gateway_load_balancer_endpoint',
  'network_load_balancer',
])

/** Ingress of an interface for a new conversation. Empty groups of an ordinary interface are hidden data (R-ENI-8). */
export const ingressAllows = (
  estate: Estate,
  receiver: Interface,
  packet: Packet,
  sender: Sender | undefined,
): Judgement => {
  if (receiver.groups.length === 0)
    return UNFILTERED.has(receiver.type) ? 'allow' : { unknown: `${receiver.id} shows no security group` }
  return groupsAdmit(estate, receiver.groups, packet, sender)
}

/** Some rule of some group admits the packet (R-SG-1); a reference means the sender as far as the path vouches for it (R-SG-11). */
export const groupsAdmit = (
  estate: Estate,
  groups: readonly string[],
  packet: Packet,
  sender: Sender | undefined,
): Judgement => {
  let doubt: string | undefined
  for (const group of groups) {
    const record = estate.get('securityGroup', group)
    if (!record) {
      doubt ??= `security group ${group} is not in the snapshot`
      continue
    }
    for (const rule of record.raw.IpPermissions ?? []) {
      if (!ruleProtocolMatches(rule, packet)) continue
      const address = ruleAddressMatches(estate, rule, packet, packet.source)
      if (address === true) return 'allow'
      if (address === 'unread') doubt ??= `a prefix list in ${group} is not in the snapshot`
      if (referencesOf(rule).some((id) => sender?.groups.includes(id))) return 'allow'
    }
  }
  return doubt === undefined ? 'deny' : { unknown: doubt }
}

export interface Egress {
  readonly judgement: Judgement
  /** Groups of which the receiver must carry one, where nothing but a reference admits the packet; what is judged `deny` then leaves for
   *  their sake. */
  readonly owed: readonly string[]
}

/** Egress of an interface for a new conversation. */
export const egressAllows = (estate: Estate, from: Interface, packet: Packet): Egress => {
  if (from.groups.length === 0) {
    const judgement: Judgement = UNFILTERED.has(from.type) ? 'allow' : { unknown: `${from.id} shows no security group` }
    return { judgement, owed: [] }
  }
  return groupsEmit(estate, from.groups, packet)
}

export const groupsEmit = (estate: Estate, groups: readonly string[], packet: Packet): Egress => {
  const owed: string[] = []
  let doubt: string | undefined
  for (const group of groups) {
    const record = estate.get('securityGroup', group)
    if (!record) {
      doubt ??= `security group ${group} is not in the snapshot`
      continue
    }
    for (const rule of record.raw.IpPermissionsEgress ?? []) {
      if (!ruleProtocolMatches(rule, packet)) continue
      const address = ruleAddressMatches(estate, rule, packet, packet.destination)
      if (address === true) return { judgement: 'allow', owed: [] }
      if (address === 'unread') doubt ??= `a prefix list in ${group} is not in the snapshot`
      owed.push(...referencesOf(rule))
    }
  }
  // What cannot be read may let it out to anybody: then nobody can tell by which rule it left.
  return doubt === undefined ? { judgement: 'deny', owed } : { judgement: { unknown: doubt }, owed: [] }
}

type Rule = NonNullable<Entry<'securityGroup'>['raw']['IpPermissions']>[number]

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: ICMP, tcp: TCP, udp: UDP, icmpv6: ICMPV6 }

/** R-SG-4: ports count for TCP and UDP, type and code for ICMP, and for all else the protocol alone. */
const ruleProtocolMatches = (rule: Rule, packet: Packet): boolean => {
  if (rule.IpProtocol === '-1') return true
  const protocol = PROTOCOLS[rule.IpProtocol] ?? Number(rule.IpProtocol)
  if (protocol !== packet.protocol) return false
  const { FromPort: from = -1, ToPort: upTo = -1 } = rule
  if (protocol === TCP || protocol === UDP)
    return from === -1 || (from <= packet.destinationPort! && packet.destinationPort! <= upTo)
  if (protocol === ICMP || protocol === ICMPV6)
    return from === -1 || (from === packet.icmpType && (upTo === -1 || upTo === packet.icmpCode))
  return true
}

const ruleAddressMatches = (estate: Estate, rule: Rule, packet: Packet, address: bigint): boolean | 'unread' => {
  const matches = (text: string | undefined) => text !== undefined && within(blockOf(text), packet.family, address)
  if ((rule.IpRanges ?? []).some(({ CidrIp }) => matches(CidrIp))) return true
  if ((rule.Ipv6Ranges ?? []).some(({ CidrIpv6 }) => matches(CidrIpv6))) return true
  let unread = false
  for (const { PrefixListId } of rule.PrefixListIds ?? []) {
    const entries = PrefixListId === undefined ? undefined : prefixListOf(estate, PrefixListId)
    if (entries === undefined) unread ||= mayHold(estate, PrefixListId!, packet.family)
    else if (entries.some(matches)) return true
  }
  return unread ? 'unread' : false
}

/** A list is of one family. */
const mayHold = (estate: Estate, list: string, family: Packet['family']): boolean =>
  (estate.get('managedPrefixList', list)?.raw.AddressFamily ?? `IPv${family}`) === `IPv${family}`

/** The groups that a rule refers to and that still count (R-SG-13). */
const referencesOf = (rule: Rule): string[] =>
  (rule.UserIdGroupPairs ?? [])
    .filter(({ PeeringStatus }) => (PeeringStatus ?? 'active') === 'active')
    .flatMap(({ GroupId }) => GroupId ?? [])
