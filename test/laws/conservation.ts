/** The law that makes a graph one to be trusted: at every stage the hops take all packets, and no packet twice unless a choice is
 *  declared. Checked exactly, with sets; whatever reaches a stage is widened to all packets, since a description of a stage must not
 *  rely on what happened before it. Knows no AWS. */
import type { Family } from '../../src/packet/address.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { choiceKey } from '../../src/forwarding/choice.ts'
import { type ForwardingGraph, type Hop, type Leg, stageBehind } from '../../src/forwarding/graph.ts'
import { asSent, mirrored } from '../../src/forwarding/header.ts'
import type { Reason } from '../../src/forwarding/reason.ts'
import type { StageId } from '../../src/forwarding/stage.ts'
import {
  answering,
  applyAll,
  type Flight,
  returnStage,
  type Sender,
  type Session,
} from '../../src/forwarding/transfer.ts'

/** `taken`: some packets are taken by no hop. `once`: some are taken by two hops of which one is no option of a choice. `options`:
 *  the options of a choice do not take the same packets. */
export type Law = 'taken' | 'once' | 'options'

export interface Breach {
  readonly law: Law
  readonly stage: StageId
  readonly leg: Leg
  /** What the packets carry. */
  readonly sender: Sender | undefined
  readonly sessions: readonly string[]
  /** In headers as they are at the stage. */
  readonly packets: PacketSet
  /** The hops concerned; none where packets are taken by none. */
  readonly hops: readonly Reason[]
}

/** All breaches at the stages that packets from `origins` and their answers reach, in the order in which they are reached; drafts those
 *  stages. `familyOf`: the address family of the packets at a stage. */
export const conservation = (
  graph: ForwardingGraph,
  origins: readonly StageId[],
  familyOf: (stage: StageId) => Family,
): Breach[] => {
  const breaches: Breach[] = []
  const open: Arrival[] = origins.map((stage) => ({ stage, leg: 'request', sender: undefined, sessions: [] }))
  const seen = new Set(open.map(keyOf))
  for (let arrival = open.pop(); arrival; arrival = open.pop()) {
    const flight = everything(arrival, familyOf(arrival.stage))
    const taken = hopsOf(graph, arrival).map((hop) => ({ hop, flights: applyAll(hop.transfers, flight) }))
    breaches.push(...breachesAt(arrival, flight, taken))
    const next = [...taken.flatMap((each) => onward(graph, arrival.leg, each)), ...answers(graph, arrival, flight)]
    for (const each of next) {
      const key = keyOf(each)
      if (seen.has(key) || isSeen(each)) continue
      seen.add(key)
      open.push(each)
    }
  }
  return breaches
}

/** A stage that packets reach, with what they carry besides the header: all that a condition can look at. */
interface Arrival {
  readonly stage: StageId
  readonly leg: Leg
  readonly sender: Sender | undefined
  readonly sessions: readonly Session[]
}

interface Taken {
  readonly hop: Hop
  readonly flights: readonly Flight[]
}

const keyOf = ({ stage, leg, sender, sessions }: Arrival): string =>
  [stage, leg, JSON.stringify(sender), ...sessions.map(({ device }) => device)].join('\n')

/** Through a device twice, or through more devices than conditions can tell apart: they ask whether one device's session is open and
 *  where the last one returns to, so that two sessions show all there is to see. */
const isSeen = ({ sessions }: Arrival): boolean =>
  sessions.length > DEEPEST || new Set(sessions.map(({ device }) => device)).size < sessions.length

const DEEPEST = 2

const everything = ({ leg, sender, sessions }: Arrival, family: Family): Flight => ({
  sent: PacketSet.all(family),
  header: leg === 'request' ? asSent(family) : mirrored(asSent(family)),
  sender,
  sessions,
  inspectedBy: [],
  picked: new Map(),
})

const hopsOf = (graph: ForwardingGraph, { stage, leg }: Arrival): readonly Hop[] =>
  graph.hops(stage).filter((hop) => hop.leg === undefined || hop.leg === leg)

/** Where packets go on to; behind a filter too, as an explanation does that looks for everything in the way. */
const onward = (graph: ForwardingGraph, leg: Leg, { hop, flights }: Taken): Arrival[] => {
  const past = hop.onward
  const behind = past
    ? flights.flatMap((flight) => applyAll(past.transfers, flight).map((each) => [past.to, each] as const))
    : []
  const there = flights.map((flight) => [stageBehind(hop, flight), flight] as const)
  return [...there, ...behind].flatMap(([stage, { sender, sessions }]) => {
    const { kind } = graph.stage(stage)
    return kind === 'dropped' || kind === 'unknown' ? [] : [{ stage, leg, sender, sessions }]
  })
}

/** Where the answer to what is delivered here sets out. */
const answers = (graph: ForwardingGraph, { stage, leg }: Arrival, delivered: Flight): Arrival[] => {
  const { kind, repliesFrom } = graph.stage(stage)
  if (kind !== 'delivered' || leg === 'reply') return []
  const reply = answering(delivered)
  const setOut = repliesFrom ?? returnStage(reply, undefined)
  return setOut === undefined ? [] : [{ stage: setOut, leg: 'reply', sender: undefined, sessions: reply.sessions }]
}

const breachesAt = (arrival: Arrival, { sent }: Flight, all: readonly Taken[]): Breach[] => {
  if (all.length === 0) return []
  const breaches: Breach[] = []
  const breach = (law: Law, packets: PacketSet, hops: readonly Hop[]): void => {
    if (packets.isEmpty()) return
    const { stage, leg, sender } = arrival
    const sessions = arrival.sessions.map(({ device }) => device)
    breaches.push({ law, stage, leg, sender, sessions, packets, hops: hops.map(({ because }) => because) })
  }
  const sets = all.map(({ hop, flights }) => ({ hop, set: unionOf(sent.family, flights) }))
  breach(
    'taken',
    sent.subtract(
      PacketSet.union(
        sent.family,
        sets.map(({ set }) => set),
      ),
    ),
    [],
  )
  for (const [index, { hop, set }] of sets.entries())
    for (const other of sets.slice(0, index))
      if (!hop.choice || !other.hop.choice) breach('once', set.intersect(other.set), [other.hop, hop])
  const options = optionsOf(sets)
  for (const [first, ...others] of options.values())
    for (const other of others) {
      const uneven = first!.set.subtract(other.set).union(other.set.subtract(first!.set))
      breach('options', uneven, [...first!.hops, ...other.hops])
    }
  return breaches
}

interface Option {
  readonly hops: readonly Hop[]
  readonly set: PacketSet
}

/** By choice: its options, each with all that its hops take. */
const optionsOf = (
  sets: readonly { readonly hop: Hop; readonly set: PacketSet }[],
): ReadonlyMap<string, readonly Option[]> => {
  const choices = new Map<string, Map<string, Option>>()
  for (const { hop, set } of sets) {
    if (!hop.choice) continue
    const key = choiceKey(hop.choice)
    const options = choices.get(key) ?? new Map<string, Option>()
    choices.set(key, options)
    const known = options.get(hop.choice.option)
    options.set(hop.choice.option, {
      hops: [...(known?.hops ?? []), hop],
      set: known ? known.set.union(set) : set,
    })
  }
  return new Map([...choices].map(([key, options]) => [key, [...options.values()]]))
}

const unionOf = (family: Family, flights: readonly Flight[]): PacketSet =>
  PacketSet.union(
    family,
    flights.map(({ sent }) => sent),
  )
