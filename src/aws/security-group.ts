/** Security groups: what the groups of an interface admit, compiled to functions of the peer's address and identity. Allow-only,
 *  a union without order (R-SG-1), asked in the initiating direction only (R-SG-2).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
import { addressLine, type AddressSet, type Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { Packet } from '../packet/header.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { contains, packetSetOf } from '../packet/header.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { layer4Text, lineOf } from './layer4.ts'
import type { Plane } from './plane.ts'
import { prefixListAddresses } from './prefix-list.ts'

export type Direction = 'inbound' | 'outbound'

/** What a set of security groups admits in one direction. */
export interface Rules {
  /** By the peer's address: CIDR and prefix-list rules. */
  readonly byAddress: AddressMap<L4Set>
  /** What may be admitted besides, because a group, a prefix list or a rule could not be read; absent where all was. */
  readonly perhaps?: AddressMap<L4Set>
  /** Where `perhaps` comes from: the groups that cannot be judged in full. */
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

export const rulesOf = (plane: Plane, groups: readonly string[], direction: Direction): Rules =>
  plane.once(`rules ${direction} ${groups.join('+')}`, () => compile(plane, groups, direction))

/** Who a packet is from: an object that is one for equal identities (transfers compare senders by identity). */
export const senderOf = (plane: Plane, groups: readonly string[], letOutBy?: readonly string[]): Sender => {
  const [key, by] = [groups.join('+'), letOutBy?.join('+')]
  return plane.once(`sender ${key} ${by ?? '-'}`, () => ({ groups: key, ...(by !== undefined && { letOutBy: by }) }))
}

/** What `receiver` admits from a sender by references to its groups: inbound references of the receiver and, where the sender
 *  was let out by reference only, outbound references of the sender to a group of the receiver. R-SG-6, R-SG-8, R-SG-9. */
export const admittedByReference = (plane: Plane, receiver: readonly string[], sender: Sender | undefined): L4Set =>
  sender ? referenced(rulesOf(plane, receiver, 'inbound'), groupsOf(sender)) : NOTHING

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
          rule: `${direction} ${protocolText(permission)} ${direction === 'inbound' ? 'from' : 'to'} ${found.text}`,
        }
    }
  return undefined
}

export const groupsOf = (sender: Sender): readonly string[] => idsIn(sender.groups)

const idsIn = (key: string): readonly string[] => (key === '' ? [] : key.split('+'))

const referenced = (rules: Rules, peerGroups: readonly string[]): L4Set =>
  peerGroups.reduce((all, group) => l4Algebra.union(all, rules.byGroup.get(group) ?? NOTHING), NOTHING)

const compile = (plane: Plane, groups: readonly string[], direction: Direction): Rules => {
  const admitted: [AddressSet, L4Set][] = []
  const perhaps: [AddressSet, L4Set][] = []
  const lacks: Lack[] = []
  const byGroup = new Map<string, L4Set>()
  for (const group of groups) {
    if (!plane.network.raw('securityGroup', group)) {
      perhaps.push([addressLine(plane.family), EVERYTHING])
      lacks.push({ group, missing: group })
      missingGroup(plane, group)
      continue
    }
    for (const permission of permissionsOf(plane, group, direction)) {
      const line = lineOfPermission(permission, plane.family)
      if (!line) unreadRule(plane, group, permission)
      for (const peer of peersOf(plane, group, permission))
        if (peer.group !== undefined)
          byGroup.set(peer.group, l4Algebra.union(byGroup.get(peer.group) ?? NOTHING, line ?? NOTHING))
        else if (peer.addresses && line) admitted.push([peer.addresses, line])
        else {
          perhaps.push([peer.addresses ?? addressLine(plane.family), line ?? EVERYTHING])
          lacks.push({ group, missing: peer.unread ?? group })
        }
    }
  }
  const anyGroup = [...byGroup.values()].reduce(l4Algebra.union, NOTHING)
  const byAddress = AddressMap.sweep(plane.family, admitted, unionOf)
  const none = groups.every((group) => permissionsOf(plane, group, direction).length === 0)
  return perhaps.length === 0
    ? { byAddress, byGroup, anyGroup, none, lacks }
    : { byAddress, byGroup, anyGroup, none, lacks, perhaps: AddressMap.sweep(plane.family, perhaps, unionOf) }
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
  lineOf(layer4Of(permission), family)

const layer4Of = ({ IpProtocol, FromPort, ToPort }: Permission) => ({
  protocol: IpProtocol,
  from: FromPort,
  to: ToPort,
})

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
  const cidr = (text: string | undefined): void => {
    if (text === undefined) return
    const prefix = plane.network.block(text, { kind: 'securityGroup', id: of, field: 'a rule' })
    if (!prefix) peers.push({ text })
    else if (prefix.family === plane.family)
      peers.push({ text, addresses: intervals.interval(prefix.first, prefix.end) })
  }
  for (const { CidrIp } of permission.IpRanges ?? []) cidr(CidrIp)
  for (const { CidrIpv6 } of permission.Ipv6Ranges ?? []) cidr(CidrIpv6)
  for (const { PrefixListId: list } of permission.PrefixListIds ?? []) {
    if (list === undefined) continue
    const addresses = prefixListAddresses(plane.network, list, plane.family)
    if (!addresses) missingList(plane, list)
    peers.push(addresses ? { text: list, addresses } : { text: list, unread: list })
  }
  // A reference over a peering that is gone stays listed and matches nothing (R-SG-13).
  for (const { GroupId: group, PeeringStatus: status = 'active' } of permission.UserIdGroupPairs ?? [])
    if (group !== undefined && status === 'active') peers.push({ text: group, group })
  return peers
}

const protocolText = ({ IpProtocol, FromPort, ToPort }: Permission): string => {
  if (IpProtocol === '-1') return 'all traffic'
  if (FromPort === undefined || FromPort === -1) return IpProtocol
  return FromPort === ToPort ? `${IpProtocol} ${FromPort}` : `${IpProtocol} ${FromPort}-${ToPort ?? FromPort}`
}

const unreadRule = (plane: Plane, group: string, permission: Permission): void =>
  plane.network.gap({
    code: 'MALFORMED',
    kind: 'securityGroup',
    id: group,
    message: `a rule of ${group} says ${layer4Text(layer4Of(permission))}, which makes no sense`,
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
