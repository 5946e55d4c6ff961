import { placeOfInterfaces } from '../analysis/place.ts'
import { answersBetween } from '../analysis/pair-answers.ts'
import { type Blocker, blockersOf } from '../analysis/explain.ts'
import type { AclEntry, Change } from '../changes/change.ts'
import type { Network } from '../network/network.ts'
import { formatRange } from '../packet/address.ts'
import type { PacketSet } from '../packet/set.ts'
import type { Party } from '../policy/crowd.ts'
import { CATCH_ALL } from '../aws/network-acl.ts'
import type { Check, CheckContext, Found } from './check.ts'
import { INTERNET, labelled, type Proof, proofOf, type Proven, provenBetween, resourceOf } from './proof.ts'

export const networkAclLosesReplies: Check = {
  id: 'nacl-loses-replies',
  severity: 'medium',
  title: 'a network ACL lets requests pass and stops the answers',
  why: 'network ACLs know no conversations: an answer to a client port needs a rule of its own, or what works in one direction fails',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports',
  mend: 'allow the client ports, 1024-65535, in the direction of the answers',
  find: (context) => {
    const { network } = context.compiled
    const found = new Map<string, Found>()
    for (const { blocker, proven } of lostReplies(context)) {
      const { resource: id, direction } = blocker
      const acl = network.get('networkAcl', id)
      const key = `${id} ${direction}`
      // Most are of a list that was told before.
      if (!acl || found.has(key)) continue
      const one = proven()
      if (!one || one.verdict === 'reachable') continue
      const proof = proofOf(context.compiled, one)
      const changes = letBack(network, blocker, proof)
      found.set(key, {
        resource: resourceOf(acl, 'network-acl'),
        part: direction,
        title: `${labelled(network, id)} stops answers ${direction === 'outbound' ? 'out of' : 'into'} its subnets: ${blocker.message}`,
        ...proof,
        causes: [
          {
            resource: id,
            code: blocker.code,
            message: blocker.message,
            ...(blocker.rule !== undefined && { rule: blocker.rule }),
          },
        ],
        ...(changes && { changes }),
      })
    }
    return [...found.values()]
  },
}

/** More pairs than there are network ACLs, mostly. */
const MOST = 200

interface LostReplies {
  readonly blocker: Blocker
  readonly proven: () => Proven | undefined
}

function* lostReplies({ compiled, cells }: CheckContext): Generator<LostReplies> {
  let asked = 0
  for (const cell of cells.all)
    for (const flow of cell.flows) {
      const [from, to] = [cell.from as Party, cell.to as Party]
      if (!['one-way', 'conditional'].includes(flow.verdict) || !to.members || asked >= MOST) continue
      const sender = from.members ? compiled.network.interface(flow.example.from) : undefined
      const receiver = compiled.network.interface(flow.example.to)
      if (!receiver || (from.members && !sender)) continue
      asked++
      const [source, target] = [sender ? placeOfInterfaces([sender]) : INTERNET, placeOfInterfaces([receiver])]
      const answered = answersBetween(compiled, source, target, flow.family)
      const blocker = blockersOf(compiled, answered).find(
        ({ leg, code }) => leg === 'return' && code === 'SUBNET_ACL_RESTRICTION',
      )
      if (!blocker) continue
      const ofFlow = (packets: PacketSet): PacketSet => packets.intersect(flow.packets)
      yield {
        blocker,
        proven: () => provenBetween(compiled, source, target, { families: [flow.family] }, undefined, ofFlow),
      }
    }
}

/** A rule for the answers, before the one that stops them. */
const letBack = (
  network: Network,
  { resource, direction }: Blocker,
  { witness }: Proof,
): readonly Change[] | undefined => {
  const acl = network.raw('networkAcl', resource)
  const client = network.interface(witness.from.id)
  const family = witness.packet.sources?.[0]?.includes(':') ? 6 : 4
  const blocks = client ? network.subnetBlocks(client.subnetId, family) : undefined
  const block =
    blocks === undefined
      ? family === 4
        ? '0.0.0.0/0'
        : '::/0'
      : blocks.length === 0
        ? undefined
        : formatRange(blocks[0]!, blocks[1]!)
  if (!acl || block === undefined) return undefined
  const egress = direction === 'outbound'
  const own = (acl.Entries ?? []).filter((each) => each.Egress === egress)
  const first = Math.min(
    CATCH_ALL,
    ...own.filter((each) => each.RuleAction === 'deny').map(({ RuleNumber }) => RuleNumber),
  )
  // Behind the rules that are there, as people number them; before the first that denies.
  const last = Math.max(0, ...own.map(({ RuleNumber }) => RuleNumber).filter((each) => each < first))
  const number = last + 10 < first ? last + 10 : last + 1
  if (number >= first) return undefined
  const protocol = { tcp: '6', udp: '17' }[String(witness.packet.protocol)] ?? '-1'
  const entry: AclEntry = {
    RuleNumber: number,
    Egress: egress,
    Protocol: protocol,
    RuleAction: 'allow',
    ...(family === 4 ? { CidrBlock: block } : { Ipv6CidrBlock: block }),
    ...(protocol !== '-1' && { PortRange: { From: 1024, To: 65535 } }),
  }
  return [{ do: 'create-acl-entry', acl: resource, entry }]
}
