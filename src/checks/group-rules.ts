/** The rules of a security group one by one, as sets: addresses of one side and headers, or headers by a group that is named. */
import type { Compiled } from '../aws/compile.ts'
import { lineOf } from '../aws/layer4.ts'
import { prefixListAddresses } from '../aws/prefix-list.ts'
import type { Of } from '../network/network.ts'
import { type AddressSet, FAMILIES, type Family, parseBlock, prefixSet } from '../packet/address.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import type { RawOf } from '../snapshot/schema.ts'
import type { GroupRule, Peer } from '../changes/change.ts'

export interface ReadRule {
  readonly rule: GroupRule
  /** Of a rule by address, in each family that it has. */
  readonly addresses: Readonly<Record<Family, AddressSet>>
  readonly lines: Readonly<Record<Family, L4Set>>
}

type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]

/** Those that can be read; what cannot is no rule to judge. */
export const groupRulesOf = (compiled: Compiled, group: Of<'securityGroup'>): readonly ReadRule[] =>
  [false, true].flatMap((egress) =>
    ((egress ? group.raw.IpPermissionsEgress : group.raw.IpPermissions) ?? []).flatMap((permission) =>
      peersOf(permission).flatMap((peer) => {
        const rule = ruleOf(group.id, egress, permission, peer)
        const addresses = addressesOf(compiled, peer)
        const [ipv4, ipv6] = FAMILIES.map((family) =>
          lineOf({ protocol: permission.IpProtocol, from: permission.FromPort, to: permission.ToPort }, family),
        )
        return addresses && ipv4 && ipv6 ? [{ rule, addresses, lines: { 4: ipv4, 6: ipv6 } }] : []
      }),
    ),
  )

const peersOf = ({ IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs }: Permission): readonly Peer[] => [
  ...(IpRanges ?? []).flatMap(({ CidrIp }) => (CidrIp === undefined ? [] : [{ CidrIp }])),
  ...(Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => (CidrIpv6 === undefined ? [] : [{ CidrIpv6 }])),
  ...(PrefixListIds ?? []).flatMap(({ PrefixListId }) => (PrefixListId === undefined ? [] : [{ PrefixListId }])),
  ...(UserIdGroupPairs ?? []).flatMap(({ GroupId }) => (GroupId === undefined ? [] : [{ GroupId }])),
]

const ruleOf = (
  group: string,
  egress: boolean,
  { IpProtocol, FromPort, ToPort }: Permission,
  peer: Peer,
): GroupRule => ({
  group,
  egress,
  protocol: IpProtocol,
  ...(FromPort !== undefined && { from: FromPort }),
  ...(ToPort !== undefined && { to: ToPort }),
  peer,
})

/** Undefined for text that is no block, and for a list that was not read. */
const addressesOf = (
  { network }: Compiled,
  { CidrIp, CidrIpv6, PrefixListId }: Peer,
): Readonly<Record<Family, AddressSet>> | undefined => {
  if (PrefixListId !== undefined) {
    const [ipv4, ipv6] = FAMILIES.map((family) => prefixListAddresses(network, PrefixListId, family))
    return ipv4 && ipv6 && { 4: ipv4, 6: ipv6 }
  }
  const text = CidrIp ?? CidrIpv6
  if (text === undefined) return { 4: [], 6: [] }
  const block = parseBlock(text)
  if (!block) return undefined
  const none: AddressSet = []
  const own: AddressSet = prefixSet(block)
  return block.family === 4 ? { 4: own, 6: none } : { 4: none, 6: own }
}

/** Whether a rule admits nothing at all, as one whose prefix list is empty. */
export const isIdle = ({ lines, addresses, rule }: ReadRule): boolean =>
  FAMILIES.every(
    (family) => lines[family] === NOTHING || (rule.peer.GroupId === undefined && addresses[family].length === 0),
  )
