/** Network ACLs: stateless, asked where a packet enters or leaves a subnet (R-NACL-3, R-NACL-4). Rules in ascending order, the
 *  first match decides, the rest is denied (R-NACL-2). https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
import { addressLine, type AddressSet, type Family, prefixSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import type { Packet } from '../packet/header.ts'
import { transportOf } from '../packet/header.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { lineOf as lineOfTransport } from '../packet/transport.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { layer4OfEntry, layer4Words } from '../snapshot/layer4-words.ts'
import { layer4Text, lineOf } from './layer4.ts'
import { because, perPlane, type Plane } from './plane.ts'

type Entry = NonNullable<RawOf<'networkAcl'>['Entries']>[number]
type Direction = 'inbound' | 'outbound'

interface AclOptions {
  /** Packets that the list is about; all, where absent. */
  readonly when?: readonly Condition[]
  /** What its denials are called. */
  readonly code?: 'SUBNET_ACL_RESTRICTION' | 'ELB_ACL_RESTRICTION'
}

/** Writes the hops of a subnet's NACL: on to `next` for what it allows, a drop for what each of its rules denies. */
export const filterByAcl = (
  plane: Plane,
  draft: Draft,
  subnetId: string,
  direction: Direction,
  next: StageId,
  { when = [], code = 'SUBNET_ACL_RESTRICTION' }: AclOptions = {},
): void => {
  const acl = plane.network.networkAclOf(subnetId)
  if (!acl) {
    draft.unknown(because('NETWORK_ACL_UNKNOWN', subnetId), { when, onward: { to: next } })
    return
  }
  const on = direction === 'inbound' ? 'source' : 'destination'
  const rules = rulesOf(plane, acl.id, direction)
  draft.to(next, because('SUBNET_ACL_ALLOWS', acl.id, { direction }), {
    when: [...when, { on, map: rules.allowed }],
    effect: 'allow',
    ruleOf: (packet) => decidingRule(rules.decisions, packet, on),
  })
  for (const { rule, map } of rules.denied)
    draft.drop(because(code, acl.id, { direction, subnet: subnetId }, rule), {
      when: [...when, { on, map }],
      onward: { to: next },
    })
  if (rules.unread)
    draft.unknown(because('NETWORK_ACL_UNKNOWN', subnetId), {
      when: [...when, { on, map: rules.unread }],
      onward: { to: next },
    })
}

const rulesOf = perPlane((plane, id: string, direction: Direction) =>
  compile(plane, id, plane.network.raw('networkAcl', id)?.Entries ?? [], direction),
)

interface Acl {
  readonly allowed: AddressMap<L4Set>
  readonly denied: readonly { readonly rule: string; readonly map: AddressMap<L4Set> }[]
  /** What a rule that cannot be read may decide either way. */
  readonly unread?: AddressMap<L4Set>
  readonly decisions: AddressMap<readonly Decision[]>
}

/** What one entry decides at one address: its condition less what the entries before it took. */
interface Decision {
  readonly entry: Entry
  readonly line: L4Set
}

/** The rule that AWS shows as `*`, with a number for each family. */
export const CATCH_ALL = 32767

const compile = (plane: Plane, aclId: string, entries: readonly Entry[], direction: Direction): Acl => {
  const ordered = entries
    .filter(({ Egress }) => Egress === (direction === 'outbound'))
    .toSorted((a, b) => a.RuleNumber - b.RuleNumber)
  const unread = new Set(ordered.filter((entry) => isUnread(plane, aclId, entry, ordered)))
  const conditions = ordered.flatMap((entry) => conditionOf(plane, aclId, entry))
  const rest: Entry = { RuleNumber: CATCH_ALL, Egress: direction === 'outbound', Protocol: '-1', RuleAction: 'deny' }
  conditions.push([addressLine(plane.family), { entry: rest, line: EVERYTHING }])
  const decisions = AddressMap.sweep(plane.family, conditions, firstMatch)
  const part = (of: (decision: Decision) => boolean): AddressMap<L4Set> =>
    decisions.map((list) => list.filter(of).reduce((all, { line }) => l4Algebra.union(all, line), NOTHING))
  const deniers = [...ordered, rest].filter((entry) => entry.RuleAction === 'deny' && !unread.has(entry))
  const acl = {
    allowed: part(({ entry }) => entry.RuleAction === 'allow' && !unread.has(entry)),
    denied: deniers
      .map((entry) => ({ rule: ruleText(entry), map: part((decision) => decision.entry === entry) }))
      .filter(({ map }) => [...map.parts().keys()].some((line) => line !== NOTHING)),
    decisions,
  }
  return unread.size === 0 ? acl : { ...acl, unread: part(({ entry }) => unread.has(entry)) }
}

/** Protocol, ports or block that make no sense, or an action that we do not know: it may decide anything it could cover. */
const isUnread = (plane: Plane, aclId: string, entry: Entry, all: readonly Entry[]): boolean => {
  const { RuleAction: action, RuleNumber: number } = entry
  const isRival = (other: Entry): boolean => other.RuleNumber === number && other.RuleAction !== action
  const fault =
    action !== 'allow' && action !== 'deny'
      ? `has the action ${JSON.stringify(action)}, which makes no sense`
      : lineOfEntry(entry, plane.family) === undefined
        ? `has ${layer4Text(layer4OfEntry(entry))}, which makes no sense`
        : blockText(entry) === undefined
          ? 'has no CIDR block'
          : all.some(isRival)
            ? 'both allows and denies: two records have its number'
            : undefined
  if (fault === undefined) return !blockOf(plane, aclId, entry)
  plane.network.gap({
    code: 'MALFORMED',
    kind: 'networkAcl',
    id: aclId,
    message: `rule ${number} of ${aclId} ${fault}`,
    remedy: 'read the network ACL again, or mend the file it came from',
  })
  return true
}

const conditionOf = (plane: Plane, aclId: string, entry: Entry): (readonly [AddressSet, Decision])[] => {
  const block = blockText(entry) === undefined ? undefined : blockOf(plane, aclId, entry)
  if (block && block.family !== plane.family) return []
  const addresses = block ? prefixSet(block) : addressLine(plane.family)
  return [[addresses, { entry, line: lineOfEntry(entry, plane.family) ?? EVERYTHING }]]
}

/** The headers of one family that an entry is about; undefined where it makes no sense. */
export const lineOfEntry = (entry: Entry, family: Family): L4Set | undefined => lineOf(layer4OfEntry(entry), family)

const blockOf = (plane: Plane, aclId: string, entry: Entry) =>
  plane.network.block(blockText(entry)!, { kind: 'networkAcl', id: aclId, field: `rule ${entry.RuleNumber}` })

const blockText = ({ CidrBlock, Ipv6CidrBlock }: Entry): string | undefined => CidrBlock ?? Ipv6CidrBlock

const firstMatch = (candidates: readonly Decision[]): readonly Decision[] => {
  const decided: Decision[] = []
  let open = EVERYTHING
  for (const { entry, line } of candidates) {
    const takes = l4Algebra.intersect(open, line)
    if (takes === NOTHING) continue
    decided.push({ entry, line: takes })
    open = l4Algebra.subtract(open, line)
    if (open === NOTHING) break
  }
  return decided
}

const decidingRule = (
  decisions: AddressMap<readonly Decision[]>,
  packet: Packet,
  on: 'source' | 'destination',
): { readonly rule: string } | undefined => {
  const line = lineOfTransport(transportOf(packet))
  const decision = decisions.at(packet[on]).find((each) => l4Algebra.intersect(each.line, line) !== NOTHING)
  return decision && { rule: entryText(decision.entry) }
}

/** `inbound rule 100: allow tcp 443 from 10.0.0.0/8`: what a hop by it has as its rule. */
export const entryText = (entry: Entry): string => `${entry.Egress ? 'outbound' : 'inbound'} ${ruleText(entry)}`

/** `rule 100: allow tcp 443 from 10.0.0.0/8`. */
const ruleText = (entry: Entry): string => {
  const { RuleNumber, RuleAction } = entry
  if (RuleNumber >= CATCH_ALL) return 'rule * (everything else denied)'
  const words = layer4Words(layer4OfEntry(entry))
  return `rule ${RuleNumber}: ${RuleAction} ${words} ${entry.Egress ? 'to' : 'from'} ${blockText(entry)}`
}
