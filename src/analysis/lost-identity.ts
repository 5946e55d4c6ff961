/** Packets that the receiver's security groups stop only because something on the way lost who sent them: the rule that names the
 *  sender's group is there, and what does not carry its identity is in the way (R-SG-11). */
import { once } from '../collections.ts'
import type { Hop, Stages } from '../forwarding/graph.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import { applyAll, type Sender, type Transfer } from '../forwarding/transfer.ts'
import { PacketSet } from '../packet/set.ts'
import type { Ended, Trail } from '../reach/propagate.ts'

export interface LostIdentity {
  /** What would pass if the identity had not been lost, in headers as sent. */
  readonly sent: PacketSet
  /** What lost it. */
  readonly because: Reason
}

/** Undefined where the identity that the packets set out with is not lost, or would change nothing where they ended. */
export const lostIdentity = (graph: Stages, { stage, leg, flight, trail }: Ended): LostIdentity | undefined => {
  if (leg === 'reply' || !trail) return undefined
  const changes = changesOn(graph, trail)
  const origin = changes.find((change) => change.do === 'identify' && change.as !== undefined)
  const because = changes.findLast((change) => change.because !== undefined)?.because
  if (origin?.do !== 'identify' || !because) return undefined
  const identified = { ...flight, sender: origin.as }
  const passing = graph
    .hops(stage.id)
    .filter((hop) => hop.leg !== 'reply' && hop.effect !== 'drop' && hop.effect !== 'unknown')
    .flatMap((hop) => applyAll(hop.transfers, identified))
  const { family } = flight.sent
  const sent = PacketSet.union(
    family,
    passing.map((each) => each.sent),
  )
  return sent.isEmpty() ? undefined : { sent, because }
}

type IdentityChange = Extract<Transfer, { readonly because?: Reason }>

/** First of the way first. */
const changesOn = (graph: Stages, trail: Trail): readonly IdentityChange[] => {
  const changes: IdentityChange[] = []
  for (let at = trail; at.before; at = at.before) {
    const found = changeBetween(graph, at.before.stage, at.stage)
    if (found) changes.unshift(found)
  }
  return changes
}

/** Of an interface that lets its packets out by CIDR block and by reference, the former. Asked of each step of very many packets. */
const changeBetween = (graph: Stages, from: StageId, to: StageId): IdentityChange | undefined => {
  const changes = once(changesBetween, graph, () => new Map())
  const changesFrom = once(changes, from, () => new Map())
  return once(changesFrom, to, () => {
    const found = graph.hops(from).flatMap((hop) => transfersTo(hop, to))
    return found.filter((transfer) => isIdentityChange(transfer)).toSorted((a, b) => rankOf(a) - rankOf(b))[0]
  })
}

const changesBetween = new WeakMap<Stages, Map<StageId, Map<StageId, IdentityChange | undefined>>>()

/** What a hop does to packets that it, or a filter looked behind, leads to a stage. */
const transfersTo = ({ leg, to, transfers, onward }: Hop, stage: string): readonly Transfer[] => {
  if (leg === 'reply') return []
  if (to === stage) return transfers
  return onward?.to === stage ? onward.transfers : []
}

const isIdentityChange = (transfer: Transfer): transfer is IdentityChange =>
  transfer.do === 'identify' || transfer.do === 'identify-from-afar'

const rankOf = (change: IdentityChange): number => (change.do === 'identify' && byReferenceAlone(change.as) ? 1 : 0)

const byReferenceAlone = (sender: Sender | undefined): boolean => sender?.letOutBy !== undefined
