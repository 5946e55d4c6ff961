/** Sends a set of packets through the forwarding graph and brings the answers back: exact for every packet at once. One
 *  depth-first walk, since the graph is shallow: sets are cut by the hops' conditions and joined again on the way back. */
import { once } from '../collections.ts'
import type { Effect, Hop, Leg, Stages } from '../forwarding/graph.ts'
import { stageBehind } from '../forwarding/graph.ts'
import { answersWhatWasSent, type HeaderView, isContested, sameHeader } from '../forwarding/header.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Stage, StageId } from '../forwarding/stage.ts'
import { answering, applyAll, type Flight, picking, returnStage } from '../forwarding/transfer.ts'
import { UNANSWERED } from '../packet/l4.ts'
import { transport } from '../packet/transport.ts'
import { PacketSet } from '../packet/set.ts'
import { join, joinDisjoint, noOutcome, type Outcome, outcome, taken } from './verdict.ts'

export interface Question {
  /** Where the packets set out. */
  readonly from: StageId
  readonly flight: Flight
  /** Whether an arrival at this stage, by way of these sessions, is the arrival that is asked about. */
  readonly accepts: (stage: Stage, flight: Flight) => boolean
  /** Where the answer must arrive: the stage that stands for the sender as a receiver, or one on the way to it, which it must get to as
   *  the answer to what was sent. */
  readonly home: StageId
  /** Other stages at which the answer has come home: where it stands for many senders, and ways lead past `home`. */
  readonly alsoHome?: (stage: StageId) => boolean
  /** Getting to one of these stages is arriving, and the answer sets out from the stage that stands for it: for a part of a way. */
  readonly until?: ReadonlyMap<StageId, StageId>
  /** Answers get home and are lost behind it: for a part of a way of which the rest loses them. */
  readonly losesAnswers?: boolean
}

/** What the walk met, for explanations. Sets are in headers as sent. */
export interface Observer {
  /** Packets that end here: dropped, or gone where we cannot tell. */
  readonly ended?: (event: Ended) => void
  /** Nobody can tell where they go on to from here; also behind what may let them pass or not. */
  readonly undetermined?: (leg: Leg, sent: PacketSet) => void
  /** Something that configuration does not settle decides over these packets. */
  readonly depends?: (on: Reason, sent: PacketSet) => void
  readonly assumed?: (assumption: string, sent: PacketSet) => void
  /** Their answers have come home. */
  readonly answered?: (sent: PacketSet) => void
}

export interface Ended {
  readonly stage: Stage
  readonly because: Reason
  readonly effect: Effect
  readonly leg: Leg
  readonly flight: Flight
  /** How they got to where a hop ended them, in this leg. */
  readonly trail?: Trail
}

export interface Options {
  readonly observer?: Observer
}

/** What becomes of every packet of the question. The parts of the outcome cover the question's packets. */
export const propagate = (graph: Stages, question: Question, options: Options = {}): Outcome =>
  walk({ graph, question, options, leg: 'request', conditional: false }, question.from, question.flight, undefined)

/** Goes on behind filters that drop, to find every component in the way and not only the first: tells each of them, if need be more than once. */
export const meetFilters = (graph: Stages, question: Question, dropped: (event: Ended) => void): void => {
  const observer: Observer = { ended: (event) => event.effect === 'drop' && dropped(event) }
  const context = { graph, question, options: { observer }, conditional: false } as const
  const replies: Reply[] = []
  walk({ ...context, leg: 'request', past: { replies } }, question.from, question.flight, undefined)
  if (meetTogether({ ...context, leg: 'reply' }, replies)) return
  for (const { to, flight, delivered } of replies)
    walk({ ...context, leg: 'reply', delivered, past: {} }, to, flight, undefined)
}

/** Whether anything else than `unreachable` becomes of any packet, to whomever it is delivered. Where much does, the first one tells. */
export const getsAnywhere = (graph: Stages, question: Omit<Question, 'accepts'>): boolean => {
  let found = false
  const find = (): boolean => (found = true)
  const untilFound: Stages = { stage: (id) => graph.stage(id), hops: (id) => (found ? [] : graph.hops(id)) }
  propagate(
    untilFound,
    // What becomes of answers tells nothing more.
    { ...question, accepts: () => !find() },
    { observer: { ended: ({ effect }) => void (effect === 'unknown' && find()) } },
  )
  return found
}

/** What becomes of the packets of a question that is a part of a way, by what becomes of answers on the rest of it. */
export interface Both {
  readonly answered: Outcome
  readonly lost: Outcome
}

/** `observer`: of what becomes of packets if answers on the rest get home. */
export const both = (graph: Stages, question: Question, observer: Omit<Observer, 'answered'> = {}): Both => {
  let home = PacketSet.empty(question.flight.sent.family)
  const noting: Observer = {
    ...observer,
    answered: (sent) => {
      home = home.union(sent)
    },
  }
  const answered = propagate(graph, question, { observer: noting })
  // Of what has several fates only another walk can tell.
  if (!answered.conditional.isEmpty()) return { answered, lost: propagate(graph, { ...question, losesAnswers: true }) }
  const replyLost = answered.reachable.intersect(home)
  const reachable = answered.reachable.subtract(replyLost)
  return { answered, lost: { ...answered, reachable, 'one-way': answered['one-way'].union(replyLost) } }
}

/** A component chain longer than any that AWS lets one build: R-FLOW-8 bounds 32 components of at most 8 stages. */
export const LONGEST_PATH = 256

interface Walk {
  readonly graph: Stages
  readonly question: Question
  readonly options: Options
  readonly leg: Leg
  /** A hop behind us passes only under a condition. */
  readonly conditional: boolean
  /** The request's flight as delivered; in the reply leg only. */
  readonly delivered?: Flight
  /** Set where filters are looked behind: what was met is then the answer, and the outcome is empty. */
  readonly past?: {
    /** Where answers are put aside; absent where they set out at once. */
    readonly replies?: Reply[]
  }
}

/** An answer that has not set out. */
interface Reply {
  readonly to: StageId
  readonly flight: Flight
  readonly delivered: Flight
}

/** The stages of a walk so far, from the last one back. */
export interface Trail {
  readonly stage: StageId
  readonly header: HeaderView
  readonly depth: number
  readonly before: Trail | undefined
}

const walk = (context: Walk, id: StageId, flight: Flight, trail: Trail | undefined): Outcome => {
  const { graph, leg } = context
  const stage = graph.stage(id)
  if (stage.kind === 'delivered' || endsAt(context, id, flight))
    return leg === 'request' ? deliver(context, stage, flight) : arriveHome(context, stage, flight)
  if (loops(trail, id, flight.header))
    return lost(context, stage, flight, { code: 'ROUTE_LOOP', resource: stage.resource })
  const here: Trail = { stage: id, header: flight.header, depth: (trail?.depth ?? 0) + 1, before: trail }
  if (context.past) {
    for (const { to, flight: next } of waysPast(context, stage, flight, here)) walk(context, to, next, here)
    return noOutcome(flight.sent.family)
  }
  const parts: Outcome[] = []
  let contested = noOutcome(flight.sent.family)
  for (const hop of graph.hops(id)) {
    if (hop.leg !== undefined && hop.leg !== leg) continue
    const picked = picking(flight, hop.choice)
    if (!picked) continue
    for (const next of applyAll(hop.transfers, picked)) {
      const result = follow(context, stage, hop, next, here)
      // Only a choice, of a way, an address or a port, gives one packet several fates: all other hops are disjoint (test/laws/conservation.ts).
      if (hop.choice || isContested(flight.header))
        contested = joinObserved(context, contested, result, hop, flight.header)
      else parts.push(result)
    }
  }
  return joinDisjoint(flight.sent.family, [...parts, contested])
}

/** A stage on the way at which the question ends. */
const endsAt = ({ question, leg }: Walk, id: StageId, { header, sessions }: Flight): boolean =>
  leg === 'request'
    ? question.until?.has(id) === true
    : isHome(question, id) && sessions.at(-1)?.returnTo?.takes !== 'inside' && answersWhatWasSent(header)

const isHome = ({ home, alsoHome }: Question, id: StageId): boolean => id === home || alsoHome?.(id) === true

/** The ways on from a stage, past its filters: what they drop goes on with what they let pass, as one set, so that each stage behind is asked
 *  once. */
const waysPast = (context: Walk, stage: Stage, flight: Flight, here: Trail | undefined): readonly Onward[] => {
  const ways: Way[] = []
  for (const hop of context.graph.hops(stage.id)) {
    if (hop.leg !== undefined && hop.leg !== context.leg) continue
    const picked = picking(flight, hop.choice)
    for (const next of picked ? applyAll(hop.transfers, picked) : []) {
      const passes = hop.effect !== 'drop' && hop.effect !== 'unknown'
      if (passes) addWay(ways, stageBehind(hop, next), next)
      else follow(context, stage, hop, next, here)
      if (!passes && hop.onward)
        for (const onward of applyAll(hop.onward.transfers, next)) addWay(ways, hop.onward.to, onward)
    }
  }
  return ways.map(({ to, flights }) => ({ to, flight: together(flights) }))
}

interface Onward {
  readonly to: StageId
  readonly flight: Flight
}

const together = (flights: readonly Flight[]): Flight => {
  const [first, ...others] = flights
  if (others.length === 0) return first!
  const { family } = first!.sent
  return {
    ...first!,
    sent: PacketSet.union(
      family,
      flights.map((each) => each.sent),
    ),
  }
}

/** Step by step, answers that have come to one stage as one: those of many receivers, who mostly share the way back. Gives false where packets
 *  come to a stage once more, on a loop or by a choice: that only a walk of each answer by itself can tell. */
const meetTogether = (context: Walk, replies: readonly Reply[]): boolean => {
  const visited = new Map<StageId, Flight[]>()
  let open = replies
  while (open.length > 0) {
    const next: Reply[] = []
    for (const { to, flight, delivered } of joinedReplies(open)) {
      const stage = context.graph.stage(to)
      const here: Walk = { ...context, delivered, past: {} }
      if (stage.kind === 'delivered' || endsAt(here, to, flight)) {
        arriveHome(here, stage, flight)
        continue
      }
      const before = once(visited, to, () => [])
      if (before.some((each) => sameHeader(each.header, flight.header) && each.sent.overlaps(flight.sent))) return false
      before.push(flight)
      for (const onward of waysPast(here, stage, flight, undefined)) next.push({ ...onward, delivered })
    }
    open = next
  }
  return true
}

const joinedReplies = (replies: readonly Reply[]): readonly Reply[] => {
  const byStage = new Map<StageId, { readonly flights: Flight[]; readonly delivered: Flight }[]>()
  for (const { to, flight, delivered } of replies) {
    const there = once(byStage, to, () => [])
    const known = there.find(
      (each) =>
        travelsAlike(each.flights[0]!, flight) &&
        firstDifference(each.delivered.inspectedBy, delivered.inspectedBy) === undefined,
    )
    if (known) known.flights.push(flight)
    else there.push({ flights: [flight], delivered })
  }
  return [...byStage].flatMap(([to, all]) =>
    all.map(({ flights, delivered }) => ({ to, flight: together(flights), delivered })),
  )
}

/** Flights that differ in their packets only, to one stage. */
interface Way {
  readonly to: StageId
  readonly flights: Flight[]
}

const addWay = (ways: Way[], to: StageId, flight: Flight): void => {
  const known = ways.find((way) => way.to === to && travelsAlike(way.flights[0]!, flight))
  if (known) known.flights.push(flight)
  else ways.push({ to, flights: [flight] })
}

const travelsAlike = (a: Flight, b: Flight): boolean =>
  a.sender === b.sender &&
  a.sessions === b.sessions &&
  firstDifference(a.inspectedBy, b.inspectedBy) === undefined &&
  a.picked === b.picked &&
  sameHeader(a.header, b.header)

const follow = (context: Walk, stage: Stage, hop: Hop, flight: Flight, trail: Trail | undefined): Outcome => {
  const { observer } = context.options
  for (const assumption of hop.assumptions ?? []) observer?.assumed?.(assumption, flight.sent)
  if (hop.effect === 'drop') return lost(context, stage, flight, hop.because, trail)
  if (hop.effect === 'unknown') return doubt(context, stage, hop, flight, trail)
  const to = stageBehind(hop, flight)
  if (!hop.condition) return walk(context, to, flight, trail)
  observer?.depends?.(hop.condition, flight.sent)
  return walk({ ...context, conditional: true }, to, flight, trail)
}

/** What we do not know may let packets pass or not: those that are stopped behind it as well are stopped for certain. */
const doubt = (context: Walk, stage: Stage, hop: Hop, flight: Flight, trail: Trail | undefined): Outcome => {
  if (!hop.onward) context.options.observer?.undetermined?.(context.leg, flight.sent)
  const certain = context.leg === 'request' ? 'unreachable' : 'one-way'
  const stopped = (hop.onward ? applyAll(hop.onward.transfers, flight) : [])
    .map((next) => walk({ ...context, options: quiet(context.options) }, hop.onward!.to, next, trail)[certain])
    .reduce((all, set) => all.union(set), PacketSet.empty(flight.sent.family))
  const open = flight.sent.subtract(stopped)
  if (!open.isEmpty())
    context.options.observer?.ended?.({
      stage,
      because: hop.because,
      effect: 'unknown',
      leg: context.leg,
      flight: { ...flight, sent: open },
    })
  return joinDisjoint(open.family, [outcome('unknown', open), outcome(certain, stopped)])
}

/** Drops behind a doubt are in the way for certain; what else is met there is not known to be met. */
const quiet = ({ observer }: Options): Options =>
  observer?.ended || observer?.undetermined
    ? {
        observer: {
          ended: (event) => event.effect === 'drop' && observer.ended?.(event),
          undetermined: (leg, sent) => observer.undetermined?.(leg, sent),
        },
      }
    : {}

const lost = (context: Walk, stage: Stage, flight: Flight, because: Reason, trail?: Trail): Outcome => {
  context.options.observer?.ended?.({
    stage,
    because,
    effect: 'drop',
    leg: context.leg,
    flight,
    ...(trail && { trail }),
  })
  return context.leg === 'request' ? outcome('unreachable', flight.sent) : arrived(context, 'one-way', flight.sent)
}

const arrived = (context: Walk, verdict: 'reachable' | 'one-way', sent: PacketSet): Outcome =>
  outcome(context.conditional && verdict === 'reachable' ? 'conditional' : verdict, sent)

/** The request is delivered: nothing more to ask for messages that nobody answers (R-FLOW-6), else the answer sets out. */
const deliver = (context: Walk, stage: Stage, flight: Flight): Outcome => {
  if (!context.question.accepts(stage, flight))
    return lost(context, stage, flight, { code: 'DELIVERED_ELSEWHERE', resource: stage.resource })
  const unanswered = flight.sent.narrowTransport(transport(UNANSWERED[flight.sent.family]))
  const answered = flight.sent.subtract(unanswered)
  const silent = unanswered.isEmpty() ? noOutcome(flight.sent.family) : arrived(context, 'reachable', unanswered)
  if (answered.isEmpty()) return silent
  const reply = answering({ ...flight, sent: answered })
  const setOut = context.question.until?.get(stage.id) ?? stage.repliesFrom ?? returnStage(reply, undefined)
  if (setOut !== undefined && context.past?.replies) {
    context.past.replies.push({ to: setOut, flight: reply, delivered: flight })
    return silent
  }
  const replied =
    setOut === undefined
      ? arrived(context, 'reachable', answered)
      : walk({ ...context, leg: 'reply', delivered: flight }, setOut, reply, undefined)
  return joinDisjoint(answered.family, [silent, replied])
}

const arriveHome = (context: Walk, stage: Stage, flight: Flight): Outcome => {
  const { question, delivered } = context
  const reason = whyNoAnswer(question, stage, delivered, flight)
  if (reason) return lost(context, stage, flight, reason)
  context.options.observer?.answered?.(flight.sent)
  return arrived(context, question.losesAnswers ? 'one-way' : 'reachable', flight.sent)
}

/** Why what was delivered on the way back is no answer to the request as it was delivered; undefined where it is. */
export const whyNoAnswer = (
  question: Question,
  stage: Stage,
  delivered: Flight | undefined,
  flight: Flight,
): Reason | undefined => {
  if (!isHome(question, stage.id)) return { code: 'REPLY_DELIVERED_ELSEWHERE', resource: stage.resource }
  if (!answersWhatWasSent(flight.header)) return { code: 'REPLY_HEADER_MISMATCH', resource: stage.resource }
  const asymmetric = firstDifference(delivered?.inspectedBy ?? [], flight.inspectedBy)
  return asymmetric === undefined ? undefined : { code: 'ASYMMETRIC_INSPECTION', resource: asymmetric }
}

/** What was picked before and decides here. */
const choiceWithin = ({ destinationPort }: HeaderView, { because: { resource } }: Hop): Reason => ({
  code: destinationPort.is === 'chosen' ? 'PORT_CHOICE' : 'ADDRESS_CHOICE',
  resource,
})

/** Joins, and reports what decides where the join made packets conditional. */
const joinObserved = (context: Walk, all: Outcome, more: Outcome, hop: Hop, header: HeaderView): Outcome => {
  const joined = join(all, more)
  const { depends } = context.options.observer ?? {}
  if (!depends || joined.conditional.isEmpty()) return joined
  const contested = joined.conditional.intersect(taken(all)).intersect(taken(more))
  const unsettled = contested.subtract(all.conditional.intersect(more.conditional))
  if (!unsettled.isEmpty()) depends(hop.choice?.reason ?? choiceWithin(header, hop), unsettled)
  return joined
}

const loops = (trail: Trail | undefined, id: StageId, header: HeaderView): boolean => {
  if (trail && trail.depth >= LONGEST_PATH) return true
  for (let at = trail; at; at = at.before) if (at.stage === id && sameHeader(at.header, header)) return true
  return false
}

const firstDifference = (a: readonly string[], b: readonly string[]): string | undefined =>
  a.find((device) => !b.includes(device)) ?? b.find((device) => !a.includes(device))
