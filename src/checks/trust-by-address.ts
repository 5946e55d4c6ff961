import { classOf } from '../aws/endpoint-class.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type Family, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { L4Set } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { ruleWords } from '../changes/change-text.ts'
import type { Check, CheckContext, Found } from './check.ts'
import { groupRulesOf, type ReadRule } from './group-rules.ts'
import { labelled, placeOf, type Proof, proofBetween, resourceOf } from './proof.ts'

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
        const proof = proofOf(context, peers, receivers, rule, block)
        if (!proof) return []
        const words = ruleWords(rule.rule)
        return [
          {
            resource: resourceOf(group, 'security-group'),
            part: words,
            title: `${labelled(network, group.id)} admits ${words}: ${peers.length} interfaces of the same VPC, whatever their groups`,
            ...proof,
            remedy: `replace the block by a reference to the group of who is meant, such as ${labelled(network, peers[0]!.groups[0] ?? group.id)}`,
          },
        ]
      })
    })
  },
}

const membersByGroup = ({ crowd }: CheckContext): ReadonlyMap<string, readonly NetworkInterface[]> => {
  const members = new Map<string, NetworkInterface[]>()
  for (const party of crowd.inside)
    for (const each of party.members ?? [])
      for (const id of each.groups) {
        const known = members.get(id)
        if (known) known.push(each)
        else members.set(id, [each])
      }
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

/** Everybody in the block whom a reference could name. */
const peersIn = (
  { crowd }: CheckContext,
  receivers: readonly NetworkInterface[],
  { family, addresses }: Block,
): readonly NetworkInterface[] => {
  const vpcs = new Set(receivers.map(({ vpcId }) => vpcId))
  return crowd.inside.flatMap(({ identity, members }) =>
    identity.vpc !== undefined && vpcs.has(identity.vpc)
      ? (members ?? []).filter(
          (each) => intervals.overlaps(each.addressSet(family), addresses) && each.groups.length > 0,
        )
      : [],
  )
}

/** Of every class one, until a packet of one gets there that the rule admits. */
const proofOf = (
  { compiled }: CheckContext,
  peers: readonly NetworkInterface[],
  receivers: readonly NetworkInterface[],
  { rule }: ReadRule,
  { line }: Block,
): Proof | undefined => {
  const classes = new Map(peers.map((each) => [classOf(compiled.network, each), each] as const))
  const admitted = PacketSet.of(4, { transport: transport(line) })
  const [receiver] = receivers
  for (const sender of [...classes.values()].filter(({ id }) => id !== receiver!.id).slice(0, MOST_TRIED)) {
    const proof = proofBetween(
      compiled,
      placeOf(sender),
      placeOf(receiver!),
      { families: [4] },
      ({ forward }) =>
        forward.some((hop) => hop.resource === rule.group && (hop.rule ?? '').includes(rule.peer.CidrIp!)),
      (packets) => packets.intersect(admitted),
    )
    if (proof) return proof
  }
  return undefined
}

const MOST_TRIED = 20
