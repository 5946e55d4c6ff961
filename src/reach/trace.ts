/** One packet's way through the graph and its answer's way back, hop by hop: the witness of a verdict. Where something that
 *  configuration does not settle decides, the way that gets furthest is shown. */
import { type ForwardingGraph, type Hop, type Leg, stageBehind } from '../forwarding/graph.ts'
import { inFlight } from '../forwarding/header.ts'
import type { Stage, StageId } from '../forwarding/stage.ts'
import { answering, applyAll, type Flight, picking, returnStage, type Sender } from '../forwarding/transfer.ts'
import { type Packet, packetSetOf } from '../packet/header.ts'
import { UNANSWERED } from '../packet/l4.ts'
import { transport } from '../packet/transport.ts'
import { type Question, whyNoAnswer } from './propagate.ts'

export interface Step {
  readonly stage: Stage
  readonly hop: Hop
  readonly leg: Leg
  /** The header as the stage saw it. */
  readonly before: Packet
  /** The header as it left the stage. */
  readonly packet: Packet
  /** Whose packet it was to the stage, as far as the path kept its identity. */
  readonly sender: Sender | undefined
}

/** How far a packet got, from worst to best. */
const ENDS = ['looped', 'dropped', 'unknown', 'delivered', 'answered'] as const
export type End = (typeof ENDS)[number]

export interface Trace {
  readonly steps: readonly Step[]
  readonly end: End
  /** Where the request was delivered. */
  readonly arrived?: Stage
}

/** Follows a packet of the question, as it is sent. */
export const trace = (graph: ForwardingGraph, question: Question, packet: Packet): Trace =>
  follow(
    { graph, question, packet, leg: 'request' },
    question.from,
    { ...question.flight, sent: packetSetOf(packet) },
    [],
  )

interface Walk {
  readonly graph: ForwardingGraph
  readonly question: Question
  readonly packet: Packet
  readonly leg: Leg
  /** The request's flight as delivered; in the reply leg only. */
  readonly delivered?: Flight
}

const follow = (context: Walk, id: StageId, flight: Flight, path: readonly Step[]): Trace => {
  const { graph, packet, leg } = context
  const stage = graph.stage(id)
  if (stage.kind === 'delivered')
    return leg === 'request' ? answer(context, stage, flight, path) : home(context, stage, flight, path)
  if (
    path.some(
      (step) => step.leg === leg && step.stage.id === id && samePacket(step.before, inFlight(flight.header, packet)),
    )
  )
    return { steps: path, end: 'looped' }
  let best: Trace = { steps: path, end: 'looped' }
  for (const hop of graph.hops(id)) {
    if (hop.leg !== undefined && hop.leg !== leg) continue
    const picked = picking(flight, hop.choice)
    if (!picked) continue
    for (const next of applyAll(hop.transfers, picked)) {
      const step: Step = {
        stage,
        hop,
        leg,
        before: inFlight(flight.header, packet),
        packet: inFlight(next.header, packet),
        sender: flight.sender,
      }
      const found = ahead(context, hop, next, [...path, step])
      if (ENDS.indexOf(found.end) > ENDS.indexOf(best.end)) best = found
      // Further than home no other way gets.
      if (best.end === 'answered') return best
    }
  }
  return best
}

const ahead = (context: Walk, hop: Hop, flight: Flight, path: readonly Step[]): Trace => {
  const failed = context.leg === 'reply' ? 'delivered' : 'dropped'
  if (hop.effect === 'drop') return { steps: path, end: failed }
  if (hop.effect === 'unknown') return { steps: path, end: context.leg === 'reply' ? 'delivered' : 'unknown' }
  return follow(context, stageBehind(hop, flight), flight, path)
}

const answer = (context: Walk, stage: Stage, flight: Flight, path: readonly Step[]): Trace => {
  if (!context.question.accepts(stage, flight)) return { steps: path, end: 'dropped', arrived: stage }
  const needed = flight.sent.narrowTransport(transport(UNANSWERED[flight.sent.family])).isEmpty()
  const reply = answering(flight)
  const setOut = stage.repliesFrom ?? returnStage(reply, undefined)
  if (!needed || setOut === undefined) return { steps: path, end: 'answered', arrived: stage }
  return { ...follow({ ...context, leg: 'reply', delivered: flight }, setOut, reply, path), arrived: stage }
}

const home = ({ question, delivered }: Walk, stage: Stage, flight: Flight, path: readonly Step[]): Trace => ({
  steps: path,
  end: whyNoAnswer(question, stage, delivered, flight) ? 'delivered' : 'answered',
})

const samePacket = (a: Packet, b: Packet): boolean =>
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort
