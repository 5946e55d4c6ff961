/** Security groups: what the groups of an interface admit, compiled to functions of the peer's address and identity. Allow-only,
 *  a union without order (R-SG-1), asked in the initiating direction only (R-SG-2).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
import { once } from '../collections.ts'
import { addressLine, type AddressSet, type Family, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { Packet } from '../packet/header.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { contains, packetSetOf } from '../packet/header.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { layer4OfPermission, layer4Words } from '../snapshot/layer4-words.ts'
import { layer4Text, lineOf } from './layer4.ts'
import { perPlane, type Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'
import { recordIndex } from '../network/record-index.ts'

export type Direction = 'inbound' | 'outbound'

/** What a set of security groups admits in one direction. */
export interface Rules {
  /** By the peer's address: CIDR and prefix-list rules. */
  readonly byAddress: AddressMap<L4Set>
  /** What may be admitted besides, because a group, a prefix list or a rule could not be read; absent where all was. */
  readonly possible?: AddressMap<L4Set>
  /** Where `possible` comes from: the groups that cannot be judged in full. */
  readonly lacks: readonly Lack[]
  /** By a group of the peer: security group id to what its members may send or be sent. */
  readonly byGroup: ReadonlyMap<string, L4Set>
  /** All that some reference admits. */
  readonly anyGroup: L4Set
  /** No group has a rule in this direction, of either address family. */
  readonly none: boolean
}

/** A group, and what of it was not read: itself, a prefix list that it names, or a rule of its own that makes no sense. */
export interface Lack {
  readonly group: string
  readonly missing: string
}

type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]

export const rulesOf = (plane: Plane, groups: readonly string[], direction: Direction): Rules => {
  const key = groups.length === 1 ? groups[0]! : groups.join('+')
  return once(plane.own(RULES[direction]), key, () => compile(plane, groups, direction))
}

const RULES: Readonly<Record<Direction, () => Map<string, Rules>>> = {
  inbound: () => new Map(),
  outbound: () => new Map(),
}

/** Whether references have a say in what these groups admit from a sender: one of theirs names a group of the sender, or the sender was
 *  let out by a reference alone. */
export const knowsSender = (plane: Plane, receiver: readonly string[], sender: Sender | undefined): boolean =>
  sender !== undefined &&
  (sender.letOutBy !== undefined ||
    groupsOf(sender).some((group) => rulesOf(plane, receiver, 'inbound').byGroup.has(group)))

/** Whether these groups let everything out, wherever it goes. */
export const letEverythingOut = (plane: Plane, groups: readonly string[]): boolean =>
  [...rulesOf(plane, groups, 'outbound').byAddress.parts()].every(([line]) => line === EVERYTHING)

/** The groups that rules of these groups name. */
export const namedGroups = (plane: Plane, groups: readonly string[], direction: Direction): Iterable<string> =>
  rulesOf(plane, groups, direction).byGroup.keys()

/** Who a packet is from: an object that is one for equal identities (transfers compare senders by identity). */
export const senderOf = (plane: Plane, { groups, letOutBy, vpcId }: Identity): Sender => {
  const named = letOutBy ? [...rulesOf(plane, letOutBy, 'outbound').byGroup.keys()] : []
  const home = [...groups, ...named].some((group) => isOfSeveralVpcs(plane, group)) ? vpcId : undefined
  return internedSender(plane, groups.join('+'), letOutBy?.join('+'), home)
}

const internedSender = perPlane(
  (_, groups: string, letOutBy: string | undefined, home: string | undefined): Sender => ({
    groups,
    ...(letOutBy !== undefined && { letOutBy }),
    ...(home !== undefined && { home }),
  }),
)

interface Identity {
  readonly groups: readonly string[]
  /** The groups that let the packet out by a reference alone. */
  readonly letOutBy?: readonly string[] | undefined
  readonly vpcId: string
}

const vpcAssociationsByGroup = recordIndex('securityGroupVpcAssociation', ({ raw }) => [raw.GroupId])

/** Whether a group may be used in other VPCs than its own (R-SG-16). */
const isOfSeveralVpcs = ({ network }: Plane, group: string): boolean => {
  const associations = network.indexed(vpcAssociationsByGroup).get(group)
  const own = network.raw('securityGroup', group)?.VpcId
  return associations?.some(({ raw }) => raw.VpcId !== own && (raw.State ?? 'associated') === 'associated') ?? false
}

/** What references admit between different VPCs only because they are taken to mean the members of a group in all VPCs that use it. */
interface Undocumented {
  /** Let out by such a reference of the sender's alone. */
  readonly letOut: (sender: Sender | undefined) => L4Set
  /** Admitted by such a reference of the receiver's alone. */
  readonly admitted: (sender: Sender | undefined) => L4Set
}

/** R-SG-17, of receivers with these groups in this VPC; undefined where no reference means a group of several VPCs. */
export const undocumentedBetweenVpcs = (
  plane: Plane,
  receiver: readonly string[],
  vpcId: string,
): Undocumented | undefined => {
  const rules = rulesOf(plane, receiver, 'inbound')
  if (![...receiver, ...rules.byGroup.keys()].some((group) => isOfSeveralVpcs(plane, group))) return undefined
  const byShared = (by: Rules, peers: readonly string[]): L4Set => {
    const others = peers.filter((group) => !isOfSeveralVpcs(plane, group))
    return l4Algebra.subtract(referenced(by, peers), referenced(by, others))
  }
  const isFar = (sender: Sender | undefined): sender is Sender => sender?.home !== undefined && sender.home !== vpcId
  return {
    letOut: (sender) =>
      isFar(sender) && sender.letOutBy !== undefined
        ? byShared(rulesOf(plane, idsIn(sender.letOutBy), 'outbound'), receiver)
        : NOTHING,
    admitted: (sender) => (rules.byGroup.size > 0 && isFar(sender) ? byShared(rules, groupsOf(sender)) : NOTHING),
  }
}

/** What `receiver` admits from a sender by references to its groups: inbound references of the receiver and, where the sender
 *  was let out by reference only, outbound references of the sender to a group of the receiver. R-SG-6, R-SG-8, R-SG-9. */
export const admittedByReference = (plane: Plane, receiver: readonly string[], sender: Sender | undefined): L4Set => {
  const rules = rulesOf(plane, receiver, 'inbound')
  // Who does not refer to anybody does not ask who it is.
  return sender && rules.byGroup.size > 0 ? referenced(rules, groupsOf(sender)) : NOTHING
}

/** What `receiver` would admit besides, if its references meant the client of the load balancer that sends (R-LB-6). The client is asked
 *  for its groups only where others than the sender's are named. */
export const refusedToClient = (plane: Plane, receiver: readonly string[], sender: Sender | undefined): L4Set => {
  const rules = rulesOf(plane, receiver, 'inbound')
  if (!sender?.client || rules.byGroup.size === 0) return NOTHING
  const own = groupsOf(sender)
  if ([...rules.byGroup.keys()].every((group) => own.includes(group))) return NOTHING
  return l4Algebra.subtract(referenced(rules, groupsOf(sender.client)), referenced(rules, own))
}

/** What a sender that was let out by reference only may send to members of these groups; everything for any other sender. */
export const letOutTo = (plane: Plane, receiver: readonly string[], sender: Sender | undefined): L4Set =>
  sender?.letOutBy === undefined ? EVERYTHING : referenced(rulesOf(plane, idsIn(sender.letOutBy), 'outbound'), receiver)

/** The rule that admits a packet, in words; `peer` is the peer's address, `peerGroups` its groups where identity survived. */
export const admittingRule = (
  plane: Plane,
  groups: readonly string[],
  direction: Direction,
  packet: Packet,
  peerGroups: readonly string[],
): { readonly resource: string; readonly rule: string } | undefined => {
  const remote = direction === 'inbound' ? 'sources' : 'destinations'
  for (const group of groups)
    for (const permission of permissionsOf(plane, group, direction)) {
      const line = lineOfPermission(permission, plane.family)
      if (!line || !contains(PacketSet.of(plane.family, { transport: transport(line) }), packet)) continue
      const found = peersOf(plane, group, permission).find(({ addresses, group: peer }) =>
        addresses
          ? !PacketSet.of(plane.family, { [remote]: addresses })
              .intersect(packetSetOf(packet))
              .isEmpty()
          : peer !== undefined && peerGroups.includes(peer),
      )
      if (found)
        return {
          resource: group,
          rule: `${direction} ${layer4Words(layer4OfPermission(permission))} ${direction === 'inbound' ? 'from' : 'to'} ${found.text}`,
        }
    }
  return undefined
}

export const groupsOf = (sender: Sender): readonly string[] => idsIn(sender.groups)

const idsIn = (key: string): readonly string[] => (key === '' ? [] : key.split('+'))

const referenced = (rules: Rules, peerGroups: readonly string[]): L4Set =>
  peerGroups.reduce((all, group) => l4Algebra.union(all, rules.byGroup.get(group) ?? NOTHING), NOTHING)

const compile = (plane: Plane, groups: readonly string[], direction: Direction): Rules => {
  const each = groups.map((group) => saidBy(plane, group, direction))
  const [first] = each
  const whole = first && each.length === 1 ? first : joined(each)
  const { admitted, possible, lacks, byGroup, none } = whole
  return {
    byAddress: mapOf(plane, admitted),
    byGroup,
    anyGroup: byGroup.size === 0 ? NOTHING : unionOf([...byGroup.values()]),
    none,
    lacks,
    ...(possible.length > 0 && { possible: mapOf(plane, possible) }),
  }
}

/** Most groups admit nothing or everybody in a direction: these share their maps. */
const mapOf = (plane: Plane, entries: Said['admitted']): AddressMap<L4Set> => {
  const [first] = entries
  const whole = addressLine(plane.family)
  if (entries.length > 1 || (first && !intervals.equals(first[0], whole)))
    return AddressMap.sweep(plane.family, entries, unionOf)
  const line = first ? first[1] : NOTHING
  return once(plane.own(mapsForEverybody), line, () => AddressMap.constant(plane.family, line))
}

const mapsForEverybody = () => new Map<L4Set, AddressMap<L4Set>>()

const joined = (all: readonly Said[]): Said => {
  const byGroup = new Map<string, L4Set>()
  for (const said of all)
    for (const [group, line] of said.byGroup) byGroup.set(group, l4Algebra.union(byGroup.get(group) ?? NOTHING, line))
  return {
    admitted: all.flatMap(({ admitted }) => admitted),
    possible: all.flatMap(({ possible }) => possible),
    lacks: all.flatMap(({ lacks }) => lacks),
    byGroup: byGroup.size === 0 ? NO_GROUP : byGroup,
    none: all.every(({ none }) => none),
  }
}

const NO_GROUP: ReadonlyMap<string, L4Set> = new Map()

/** The rules of one group, which is in many sets of groups. */
interface Said {
  readonly admitted: readonly (readonly [AddressSet, L4Set])[]
  readonly possible: readonly (readonly [AddressSet, L4Set])[]
  readonly lacks: readonly Lack[]
  readonly byGroup: ReadonlyMap<string, L4Set>
  readonly none: boolean
}

const saidBy = perPlane((plane, group: string, direction: Direction): Said => readGroup(plane, group, direction))

const readGroup = (plane: Plane, group: string, direction: Direction): Said => {
  if (!plane.network.raw('securityGroup', group)) {
    missingGroup(plane, group)
    return {
      admitted: [],
      possible: [[addressLine(plane.family), EVERYTHING]],
      lacks: [{ group, missing: group }],
      byGroup: NO_GROUP,
      none: true,
    }
  }
  const admitted: [AddressSet, L4Set][] = []
  const possible: [AddressSet, L4Set][] = []
  const lacks: Lack[] = []
  const byGroup = new Map<string, L4Set>()
  const permissions = permissionsOf(plane, group, direction)
  for (const permission of permissions) {
    const line = lineOfPermission(permission, plane.family)
    if (!line) unreadRule(plane, group, permission)
    for (const peer of peersOf(plane, group, permission))
      if (peer.group !== undefined)
        byGroup.set(peer.group, l4Algebra.union(byGroup.get(peer.group) ?? NOTHING, line ?? NOTHING))
      else if (peer.addresses && line) admitted.push([peer.addresses, line])
      else {
        possible.push([peer.addresses ?? addressLine(plane.family), line ?? EVERYTHING])
        lacks.push({ group, missing: peer.unread ?? group })
      }
  }
  return { admitted, possible, lacks, byGroup: byGroup.size === 0 ? NO_GROUP : byGroup, none: permissions.length === 0 }
}

const unionOf = (lines: readonly L4Set[]): L4Set => {
  let all = NOTHING
  for (const line of lines) all = l4Algebra.union(all, line)
  return all
}

const permissionsOf = (plane: Plane, group: string, direction: Direction): readonly Permission[] => {
  const raw = plane.network.raw('securityGroup', group)
  return (direction === 'inbound' ? raw?.IpPermissions : raw?.IpPermissionsEgress) ?? []
}

const lineOfPermission = (permission: Permission, family: Family): L4Set | undefined =>
  lineOf(layer4OfPermission(permission), family)

interface Peer {
  readonly text: string
  /** Undefined with no group either: what the peer covers could not be read. */
  readonly addresses?: AddressSet
  readonly group?: string
  /** The prefix list whose entries were not read. */
  readonly unread?: string
}

/** The peers of a permission that are of this family, and those that cannot be read. */
function peersOf(plane: Plane, of: string, permission: Permission): readonly Peer[] {
  const peers: Peer[] = []
  const nameless = (list: keyof Permission, field: string): void => {
    namelessPeer(plane, of, list, field)
    peers.push({ text: `an entry of ${list}` })
  }
  const cidr = (text: string): void => {
    const prefix = plane.network.block(text, { kind: 'securityGroup', id: of, field: 'a rule' })
    if (!prefix) peers.push({ text })
    else if (prefix.family === plane.family) peers.push({ text, addresses: prefixSet(prefix) })
  }
  for (const { CidrIp } of permission.IpRanges ?? [])
    if (CidrIp === undefined) nameless('IpRanges', 'CidrIp')
    else cidr(CidrIp)
  for (const { CidrIpv6 } of permission.Ipv6Ranges ?? [])
    if (CidrIpv6 === undefined) nameless('Ipv6Ranges', 'CidrIpv6')
    else cidr(CidrIpv6)
  for (const { PrefixListId: list } of permission.PrefixListIds ?? []) {
    if (list === undefined) {
      nameless('PrefixListIds', 'PrefixListId')
      continue
    }
    const addresses = prefixListAddresses(plane.network, list, plane.family)
    if (!addresses) missingList(plane, list)
    peers.push(addresses ? { text: list, addresses } : { text: list, unread: list })
  }
  // A reference over a peering that is gone stays listed and matches nothing (R-SG-13).
  for (const { GroupId: group, PeeringStatus: status = 'active' } of permission.UserIdGroupPairs ?? [])
    if (status !== 'active') continue
    else if (group === undefined) nameless('UserIdGroupPairs', 'GroupId')
    else peers.push({ text: group, group })
  return peers
}

const namelessPeer = (plane: Plane, group: string, list: keyof Permission, field: string): void =>
  plane.network.gap({
    code: 'MALFORMED',
    kind: 'securityGroup',
    id: group,
    message: `a rule of ${group} has an entry in ${list} without ${field}`,
    remedy: 'read the group again, or mend the file it came from',
  })

const unreadRule = (plane: Plane, group: string, permission: Permission): void =>
  plane.network.gap({
    code: 'MALFORMED',
    kind: 'securityGroup',
    id: group,
    message: `a rule of ${group} says ${layer4Text(layer4OfPermission(permission))}, which makes no sense`,
    remedy: 'read the group again, or mend the file it came from',
  })

const missingGroup = (plane: Plane, group: string): void =>
  plane.network.gap({
    code: 'DANGLING',
    kind: 'securityGroup',
    id: group,
    message: `security group ${group} is attached to an interface, but its rules were not read`,
    remedy: 'add the output of `aws ec2 describe-security-groups` of the account that owns it',
  })

const missingList = (plane: Plane, list: string): void =>
  plane.network.gap({
    code: 'DANGLING',
    kind: 'managedPrefixListEntries',
    id: list,
    message: `the entries of prefix list ${list} were not read`,
    remedy: `add the output of \`aws ec2 get-managed-prefix-list-entries --prefix-list-id ${list}\``,
  })
