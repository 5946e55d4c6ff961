import type { Compiled } from '../aws/compile.ts'
import { welcomesBetween } from '../analysis/pair-answers.ts'
import { placeOfInterfaces } from '../analysis/place.ts'
import { alike } from '../analysis/reachability.ts'
import type { GroupRule } from '../changes/change.ts'
import { append } from '../collections.ts'
import type { Network, Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type Family, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { L4Set } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { ruleWords } from '../changes/change-text.ts'
import type { Check, CheckContext, Found } from './check.ts'
import { groupRulesOf, type ReadRule } from './group-rules.ts'
import { ARRIVING, labelled, proofOf, type Proven, provenBetween, resourceOf } from './proof.ts'

export const trustByAddress: Check = {
  id: 'trust-by-address',
  severity: 'low',
  title: 'a security group lets in a whole private network by its addresses, where a reference would name the peer',
  why: 'whatever is started there next is trusted too; a reference to the group of the peer trusts the peer, wherever it stands',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing',
  mend: 'name the security group of the peer in the rule instead of the block',
  find: (context) => {
    const { network } = context.compiled
    const members = membersByGroup(context)
    return network.all('securityGroup').flatMap((group): readonly Found[] => {
      const receivers = members.get(group.id) ?? []
      if (receivers.length === 0) return []
      return groupRulesOf(context.compiled, group).flatMap((rule): readonly Found[] => {
        const block = wideBlockOf(rule)
        if (!block) return []
        const peers = peersIn(context, receivers, block)
        if (new Set(peers.map(({ groups }) => groups.join())).size < 2) return []
        const [first, ...others] = sendersOf(context, peers, receivers, rule, block)
        if (!first) return []
        const words = ruleWords(rule.rule)
        const named = groupsNaming([first, ...others], group, rule)
        const names = (named ?? [first.sender.groups[0]!]).map((id) => labelled(network, id))
        return [
          {
            resource: resourceOf(group, 'security-group'),
            part: words,
            title: `${labelled(network, group.id)} admits ${words}: ${peers.length} interfaces that groups could name, whatever their groups`,
            ...proofOf(context.compiled, first.proven),
            remedy: `replace the block by ${names.length === 1 ? 'a reference to the group' : 'references to the groups'} of who sends: ${names.join(', ')}`,
            ...(named && {
              changes: [{ do: 'replace-group-rule', rule: rule.rule, by: named.map(referenceIn(rule)) }],
            }),
          },
        ]
      })
    })
  },
}

const membersByGroup = ({ crowd }: CheckContext): ReadonlyMap<string, readonly NetworkInterface[]> => {
  const members = new Map<string, NetworkInterface[]>()
  for (const party of crowd.inside)
    for (const each of party.members ?? []) for (const id of each.groups) append(members, id, each)
  return members
}

interface Block {
  readonly family: Family
  readonly addresses: readonly [number, number]
  readonly line: L4Set
}

/** IPv4 blocks of private addresses, wider than one /24. */
const wideBlockOf = ({ rule, lines }: ReadRule): Block | undefined => {
  const block = rule.egress || rule.peer.CidrIp === undefined ? undefined : parseBlock(rule.peer.CidrIp)
  if (!block || block.family !== 4) return undefined
  const addresses = [Number(block.first), Number(block.end)] as const
  const isPrivate = PRIVATE.some(([from, to]) => from <= addresses[0] && addresses[1] <= to)
  return isPrivate && addresses[1] - addresses[0] > 256 ? { family: 4, addresses, line: lines[4] } : undefined
}

/** RFC 1918. */
const PRIVATE = [
  [0x0a000000, 0x0b000000],
  [0xac100000, 0xac200000],
  [0xc0a80000, 0xc0a90000],
] as const

/** Everybody in the block whom a reference could name: in the same VPC, or in one that is peered in the same region (R-SG-9). */
const peersIn = (
  { crowd, compiled: { network } }: CheckContext,
  receivers: readonly NetworkInterface[],
  { family, addresses }: Block,
): readonly NetworkInterface[] => {
  const own = new Set(receivers.map(({ vpcId }) => vpcId))
  const vpcs = new Set([...own, ...peeredWith(network, own)])
  return crowd.inside.flatMap(({ identity, members }) =>
    identity.vpc !== undefined && vpcs.has(identity.vpc)
      ? (members ?? []).filter(
          (each) => intervals.overlaps(each.addressSet(family), addresses) && each.groups.length > 0,
        )
      : [],
  )
}

const peeredWith = (network: Network, vpcs: ReadonlySet<string>): readonly string[] =>
  network.all('vpcPeeringConnection').flatMap(({ raw }) => {
    const { AccepterVpcInfo: one, RequesterVpcInfo: other, Status } = raw
    const [a, b] = [one?.VpcId, other?.VpcId]
    if (a === undefined || b === undefined || Status?.Code !== 'active' || one?.Region !== other?.Region) return []
    return [...(vpcs.has(a) ? [b] : []), ...(vpcs.has(b) ? [a] : [])]
  })

interface ProvenSender {
  readonly sender: NetworkInterface
  readonly proven: Proven
}

/** Of every lot that no rule tells apart one, where a packet of it gets there that the rule admits. */
const sendersOf = (
  { compiled }: CheckContext,
  peers: readonly NetworkInterface[],
  receivers: readonly NetworkInterface[],
  { rule }: ReadRule,
  { line }: Block,
): readonly ProvenSender[] => {
  const admitted = PacketSet.of(4, { transport: transport(line) })
  return alike(compiled.network, peers)
    .slice(0, MOST_TRIED)
    .flatMap((lot): readonly ProvenSender[] => {
      for (const receiver of receivers.slice(0, MOST_RECEIVERS)) {
        const sender = lot.find(({ id }) => id !== receiver.id)
        if (!sender || !mayArrive(compiled, sender, receiver, admitted)) continue
        const proven = provenBetween(
          compiled,
          placeOfInterfaces([sender]),
          placeOfInterfaces([receiver]),
          { families: [4] },
          (out) => out.some((each) => each.resource === rule.group && (each.rule ?? '').includes(rule.peer.CidrIp!)),
          (packets) => packets.intersect(admitted),
        )
        if (proven) return [{ sender, proven }]
      }
      return []
    })
}

/** Most of those whom a block trusts send nothing: that they do not is found out sooner than what they do. */
const mayArrive = (compiled: Compiled, from: NetworkInterface, to: NetworkInterface, admitted: PacketSet): boolean => {
  const welcomes = to.publicMappings.length === 0 && welcomesBetween(compiled, from, to, 4)
  return !welcomes || ARRIVING.some((verdict) => !welcomes[verdict].intersect(admitted).isEmpty())
}

const MOST_TRIED = 40
const MOST_RECEIVERS = 5

/** More references than anybody would put in the place of one block. */
const MOST_GROUPS = 8

/** As few groups as name everybody who sends, those first that name most; nothing where they are many, or are named already. */
const groupsNaming = (
  senders: readonly ProvenSender[],
  { raw }: Of<'securityGroup'>,
  { rule }: ReadRule,
): readonly string[] | undefined => {
  let left = senders.map(({ sender }) => sender)
  const chosen: string[] = []
  while (left.length > 0) {
    const counts = new Map<string, number>()
    for (const { groups } of left) for (const id of groups) counts.set(id, (counts.get(id) ?? 0) + 1)
    const [best] = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    if (!best || chosen.length === MOST_GROUPS) return undefined
    chosen.push(best[0])
    left = left.filter(({ groups }) => !groups.includes(best[0]))
  }
  const known = (raw.IpPermissions ?? []).flatMap(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs }) =>
    IpProtocol === rule.protocol && FromPort === rule.from && ToPort === rule.to
      ? (UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId)
      : [],
  )
  return chosen.some((id) => known.includes(id)) ? undefined : chosen
}

const referenceIn =
  ({ rule }: ReadRule) =>
  (group: string): GroupRule => ({ ...rule, peer: { GroupId: group } })
