/** The forwarding graph: stages and hops, on graphology. Stages are drafted when they are first visited, once: a question
 *  pays for the part of the estate that it walks through, and `complete` drafts the rest. Knows no AWS. */
import { MultiDirectedGraph } from 'graphology'
import type { Packet } from '../packet/header.ts'
import type { Choice } from './choice.ts'
import type { Reason } from './reason.ts'
import { DROPPED, type Stage, type StageId, UNKNOWN } from './stage.ts'
import { type Flight, returnStage, type Sender, type Transfer } from './transfer.ts'

export type Effect = 'allow' | 'route' | 'translate' | 'deliver' | 'drop' | 'unknown'

/** Requests set up a conversation, answers belong to one: stateful components treat the two differently. */
export type Leg = 'request' | 'reply'

export interface Hop {
  readonly to: StageId | typeof BY_SESSION
  readonly transfers: readonly Transfer[]
  readonly because: Reason
  readonly effect: Effect
  /** Packets of this leg only; both where absent. */
  readonly leg?: Leg
  /** Hops of one stage with the same choice take the same packets: something that configuration does not settle picks one. */
  readonly choice?: Choice
  /** Passing here depends on what configuration does not settle. */
  readonly condition?: Reason
  /** Undocumented rules (`[U]` in the rule book) or documented defaults that this hop rests on. */
  readonly assumptions?: readonly string[]
  /** The rule that takes a packet here, where parallel hops were merged into one: for explanations only. */
  readonly ruleOf?: RuleOf
  /** For a drop by a filter: where the packet would go on to if the filter let it pass. For an unknown: where it goes on to if
   *  what is not known lets it. */
  readonly onward?: { readonly to: StageId; readonly transfers: readonly Transfer[] }
}

/** Splits a merged hop by rule again: which component and rule takes this packet, with the header it has here. */
export type RuleOf = (
  packet: Packet,
  sender: Sender | undefined,
) => { readonly resource?: string; readonly rule: string } | undefined

/** The answer returns to where the last session says, whatever the routes. */
export const BY_SESSION = 'by-session'

/** The subnet that a hop by session names in its condition. */
const returningFrom = (hop: Hop): string | undefined => {
  for (const transfer of hop.transfers)
    if (transfer.do === 'only' && transfer.when.on === 'return') return transfer.when.from
  return undefined
}

/** The stage that a hop leads a packet to. Throws where it is to return by a session and carries none: a defect of the drafter. */
export const stageBehind = (hop: Hop, flight: Flight): StageId => {
  const to = hop.to === BY_SESSION ? returnStage(flight, returningFrom(hop)) : hop.to
  if (to === undefined) throw new Error(`a return by session without one: ${hop.because.code}`)
  return to
}

/** Drafts a stage that is referred to by its id alone. Throws for an id that names nothing: a defect of the drafter. */
export type Drafter = (id: StageId) => Drafted

interface Drafted {
  readonly stage: Stage
  readonly hops: readonly Hop[]
}

/** What belongs to another graph, which has some stages in common with this one. */
export interface InCommon<T> {
  readonly with: T
  /** Whether a stage is one and the same in both. */
  readonly has: (stage: StageId) => boolean
}

/** The same of something that belongs to each of the two. */
export const alsoInCommon = <T, P>(common: InCommon<T> | undefined, partOf: (whole: T) => P): InCommon<P> | undefined =>
  common && { with: partOf(common.with), has: common.has }

/** What walks need of a graph. */
export type Stages = Pick<ForwardingGraph, 'stage' | 'hops'>

export class ForwardingGraph {
  readonly #drafted = new Map<StageId, Drafted>()
  readonly #draft: Drafter

  constructor(draft: Drafter) {
    this.#draft = draft
    for (const end of [DROPPED, UNKNOWN]) this.#drafted.set(end.id, { stage: end, hops: [] })
  }

  stage(id: StageId): Stage {
    return this.drafted(id).stage
  }

  /** The hops that leave a stage. */
  hops(id: StageId): readonly Hop[] {
    return this.drafted(id).hops
  }

  drafted(id: StageId): Drafted {
    let known = this.#drafted.get(id)
    if (!known) this.#drafted.set(id, (known = this.#draft(id)))
    return known
  }

  /** Drafts everything that can be reached from these stages, and gives the whole graph for structural questions. Walks do without
   *  it: to keep a graphology graph in step costs more than to draft a stage. */
  complete(roots: readonly StageId[]): MultiDirectedGraph<Stage, Hop> {
    const graph = new MultiDirectedGraph<Stage, Hop>()
    const open = [...roots]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (graph.hasNode(id)) continue
      const { stage, hops } = this.drafted(id)
      graph.addNode(id, stage)
      for (const hop of hops) {
        if (hop.to !== BY_SESSION) open.push(hop.to)
        if (hop.onward) open.push(hop.onward.to)
        for (const next of returnStages(hop)) open.push(next)
      }
      if (stage.repliesFrom !== undefined) open.push(stage.repliesFrom)
    }
    for (const id of graph.nodes())
      for (const hop of this.hops(id)) if (hop.to !== BY_SESSION) graph.addDirectedEdge(id, hop.to, hop)
    return graph
  }
}

const returnStages = (hop: Hop): StageId[] =>
  hop.transfers.flatMap((transfer) =>
    transfer.do === 'open' && transfer.returnTo
      ? [transfer.returnTo.stage, ...(transfer.returnTo.neighbour ? [transfer.returnTo.neighbour.stage] : [])]
      : [],
  )
