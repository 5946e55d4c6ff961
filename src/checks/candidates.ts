/** Changes that may mend a finding about packets, from the settings on the way of its witness: the smallest first. Whether they do is
 *  tried in `fixes.ts`. */
import type { Compiled } from '../aws/compile.ts'
import { entryText } from '../aws/network-acl.ts'
import { routeText } from '../aws/route-table.ts'
import { transitRouteText } from '../aws/transit-gateway-routes.ts'
import { type AclEntry, type Change, deletionOf, type GroupRule } from '../changes/change.ts'
import { ruleWords } from '../changes/change-text.ts'
import type { Hop } from '../analysis/explain.ts'
import type { Network } from '../network/network.ts'
import { type Family, formatAddress, formatRange } from '../packet/address.ts'
import { packetsFromJson } from '../packet/from-json.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING, partOf, protocolsOf } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import { lineOf } from '../packet/transport.ts'
import type { Finding } from '../policy/finding.ts'
import { groupRulesOf, type ReadRule } from './group-rules.ts'

/** Each is one setting. */
export const candidatesOf = (compiled: Compiled, finding: Finding): readonly Change[] => {
  const { witness } = finding
  if (!witness) return []
  const changes = witness.forward.flatMap((hop) => changesOfHop(compiled, finding, hop))
  const address = witness.packet.destinations?.[0]?.split('/')[0]
  const receiver = compiled.network.interface(witness.to.id)
  const isPublic = receiver?.publicMappings.some(([, outside]) => formatAddress(outside) === address) ?? false
  const published: readonly Change[] =
    isPublic && address !== undefined ? [{ do: 'disassociate-address', interface: witness.to.id, address }] : []
  return [...changes, ...published].toSorted((a, b) => rankOf(a) - rankOf(b))
}

const rankOf = (change: Change): number =>
  RANKS.indexOf('rule' in change && change.rule.egress ? `${change.do} outbound` : change.do)

/** From the most particular to what most others use too: who may come in is said of one receiver, what goes out of many. */
const RANKS: readonly string[] = [
  'replace-group-rule',
  'revoke-group-rule',
  'replace-group-rule outbound',
  'revoke-group-rule outbound',
  'create-acl-entry',
  'disassociate-address',
  'delete-acl-entry',
  'delete-transit-route',
  'delete-route',
]

const changesOfHop = (compiled: Compiled, finding: Finding, { resource, rule }: Hop): readonly Change[] => {
  const { network } = compiled
  if (rule === undefined) return []
  const group = network.get('securityGroup', resource)
  if (group)
    return groupRulesOf(compiled, group)
      .filter((each) => rule === `${each.rule.egress ? 'outbound' : 'inbound'} ${ruleWords(each.rule)}`)
      .flatMap((each): readonly Change[] => [
        ...narrowed(each, lineOfFinding(finding)),
        { do: 'revoke-group-rule', rule: each.rule },
      ])
  if (network.get('networkAcl', resource)) return changesOfAcl(network, finding, resource, rule)
  return [...changesOfRoute(network, resource, rule), ...changesOfTransitRoute(network, resource, rule)]
}

const changesOfRoute = (network: Network, table: string, rule: string): readonly Change[] =>
  (network.raw('routeTable', table)?.Routes ?? [])
    .filter((route) => routeText(network, route) === rule)
    .flatMap((route) => deletionOf(table, route))

/** Static ones: those that are propagated, or are there for a prefix list, cannot be deleted one by one. */
const changesOfTransitRoute = (network: Network, table: string, rule: string): readonly Change[] =>
  (network.raw('transitGatewayRoutes', table)?.Routes ?? []).flatMap((route): readonly Change[] => {
    const { DestinationCidrBlock: destination, Type: type, PrefixListId: list } = route
    return destination !== undefined && type !== 'propagated' && list === undefined && transitRouteText(route) === rule
      ? [{ do: 'delete-transit-route', table, destination }]
      : []
  })

const lineOfFinding = ({ packets }: Pick<Finding, 'packets'>): L4Set =>
  packetsFromJson(packets)
    .map((each) => lineOf(each.transports()))
    .reduce(l4Algebra.union, NOTHING)

// ---- security groups

/** More rules than anybody would put in the place of one. */
const MOST_PIECES = 12

/** The same rule without the ports of a finding, where that leaves anything of it. */
const narrowed = ({ rule }: ReadRule, line: L4Set): readonly Change[] => {
  if (protocolsOf(line).some((protocol) => protocol !== TCP && protocol !== UDP)) return []
  const by = partsOf(rule).flatMap(({ protocol, number, from, to }): readonly GroupRule[] => {
    const { group, egress, peer } = rule
    if (number === undefined) return [{ group, egress, peer, protocol, from: -1, to: -1 }]
    const left = intervals.subtract([from, to + 1], partOf(line, number))
    return Array.from(intervals.ranges(left), ([first, end]) => ({
      group,
      egress,
      peer,
      protocol,
      from: first,
      to: end - 1,
    }))
  })
  return by.length === 0 || by.length > MOST_PIECES ? [] : [{ do: 'replace-group-rule', rule, by }]
}

interface Part {
  readonly protocol: string
  /** Of a protocol with ports. */
  readonly number?: number
  readonly from: number
  readonly to: number
}

/** A rule in parts that ports can be taken from: for all traffic, the protocols that people use. */
const partsOf = ({ protocol, from = 0, to = 65535, peer }: GroupRule): readonly Part[] => {
  const number = { tcp: TCP, udp: UDP, '6': TCP, '17': UDP }[protocol]
  // As some tools write all ports (R-SG-4).
  if (number !== undefined && from === -1) return [{ protocol, number, from: 0, to: 65535 }]
  if (number !== undefined) return [{ protocol, number, from, to }]
  if (protocol !== '-1') return []
  return [
    { protocol: 'tcp', number: TCP, from: 0, to: 65535 },
    { protocol: 'udp', number: UDP, from: 0, to: 65535 },
    ...(peer.CidrIpv6 === undefined ? [{ protocol: 'icmp', from: -1, to: -1 }] : []),
    ...(peer.CidrIp === undefined ? [{ protocol: 'icmpv6', from: -1, to: -1 }] : []),
  ]
}

// ---- network ACLs

/** A rule before the one that allows it, which denies as much as is wrong; or that one less. */
const changesOfAcl = (network: Network, finding: Finding, acl: string, rule: string): readonly Change[] => {
  const all = network.raw('networkAcl', acl)?.Entries ?? []
  const allowing = all.find((each) => each.RuleAction === 'allow' && rule === entryText(each))
  if (!allowing) return []
  const { Egress: egress, RuleNumber: number } = allowing
  const taken = new Set(all.filter((each) => each.Egress === egress).map((each) => each.RuleNumber))
  const before = freeBefore(taken, number)
  const deny = before > 0 ? denialOf(network, finding, allowing) : undefined
  return [
    ...(deny ? [{ do: 'create-acl-entry', acl, entry: { ...deny, RuleNumber: before } } as const] : []),
    { do: 'delete-acl-entry', acl, egress, number },
  ]
}

/** 0 where there is none. */
const freeBefore = (taken: ReadonlySet<number>, number: number): number => {
  let free = number - 1
  while (taken.has(free)) free--
  return free
}

const denialOf = (network: Network, { packets, witness }: Finding, allowing: AclEntry): AclEntry | undefined => {
  const protocol = { tcp: TCP, udp: UDP }[String(witness?.packet.protocol)]
  const port = witness?.packet.destinationPorts?.[0]?.[0]
  if (!witness || protocol === undefined || port === undefined) return undefined
  const ports = partOf(lineOfFinding({ packets }), protocol)
  const range = [...intervals.ranges(ports)].find(([first, end]) => first <= port && port < end)
  if (!range) return undefined
  const far = allowing.Egress ? witness.to.id : witness.from.id
  return {
    RuleNumber: 0,
    Egress: allowing.Egress,
    Protocol: String(protocol),
    RuleAction: 'deny',
    ...blockOf(network, far, allowing),
    PortRange: { From: range[0], To: range[1] - 1 },
  }
}

/** The subnet of who is meant; of somebody outside, what the rule has. */
const blockOf = (
  network: Network,
  id: string,
  { CidrBlock, Ipv6CidrBlock }: AclEntry,
): Pick<AclEntry, 'CidrBlock' | 'Ipv6CidrBlock'> => {
  const family: Family = Ipv6CidrBlock === undefined ? 4 : 6
  const subnetId = network.interface(id)?.subnetId
  const [first, end] = subnetId === undefined ? [] : network.subnetBlocks(subnetId, family)
  const block = first === undefined || end === undefined ? (CidrBlock ?? Ipv6CidrBlock) : formatRange(first, end)
  return family === 4 ? { CidrBlock: block } : { Ipv6CidrBlock: block }
}
