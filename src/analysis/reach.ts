/** The question `reach`: which packets flow from one place to another and back, by which path, and what is in the way. The
 *  result is plain JSON (product contract, section 3). */
import type { Compiled } from '../aws/compile.ts'
import { internetSpace } from '../aws/internet.ts'
import { reasonText } from '../aws/reasons.ts'
import { ZtnetError } from '../errors.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Network } from '../network/network.ts'
import { type AddressSet, FAMILIES, formatRange } from '../packet/address.ts'
import { type Packets, packetsAsJson } from '../packet/describe.ts'
import * as intervals from '../packet/intervals.ts'
import { behindNat64 } from '../packet/nat64.ts'
import { type AddressField, PacketSet } from '../packet/set.ts'
import { splitByClientPort, splitBySource } from '../reach/fate.ts'
import { type Observer, propagate } from '../reach/propagate.ts'
import { headline, type Outcome, type Verdict, VERDICTS } from '../reach/verdict.ts'
import {
  type Assumption,
  type Blocker,
  blockersOf,
  Collector,
  type PacketPath,
  type Unknown,
  unaskableAsUnknown,
  witnessOf,
} from './explain.ts'
import { type AskedPackets, wordsOf } from './packet-words.ts'
import type { LeftOut, Place, Resolved } from './place.ts'
import { type Answered, areBothOutside, type Ask, asksOf, type Filter } from './question.ts'
import { refusals } from './refusals.ts'
import type { Progress } from './progress.ts'
import { type SnapshotEntry, snapshotEntry } from './snapshot-entry.ts'

export interface Flow {
  /** Interface ids, or `internet`. Sorted. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly verdict: Verdict
  /** In headers as sent. */
  readonly packets: readonly Packets[]
}

export interface ReachResult {
  readonly schemaVersion: 1
  readonly snapshot: SnapshotEntry
  readonly query: Query
  readonly from: End
  readonly to: End
  readonly verdict: Verdict
  readonly flows: readonly Flow[]
  readonly witness?: PacketPath
  /** Why packets are conditional: what configuration does not settle. */
  readonly conditions: readonly Unknown[]
  readonly blocked: readonly Blocker[]
  readonly assumptions: readonly Assumption[]
  readonly unknowns: readonly Unknown[]
}

export interface Query extends AskedPackets {
  readonly from: string
  readonly to: string
}

export interface End {
  readonly selector: string
  readonly kind: string
  readonly resolved: readonly Resolved[]
  /** Interfaces in what was named that do no work there, and are not meant. */
  readonly leftOut?: readonly LeftOut[]
  /** All addresses that the question is about at this end, CIDR blocks or `first-last`. */
  readonly addresses: readonly string[]
}

export interface Judgement {
  readonly verdict: Verdict
  /** The code of the first thing that led to it; absent for `reachable`. */
  readonly code?: string
}

/** The verdict alone, for many questions in a row. */
export const judge = (compiled: Compiled, from: Place, to: Place, filter: Filter): Judgement => {
  refuseOutside(compiled, from, to)
  const { asks, unaskable } = asksOf(compiled, from, to, filter)
  const first: Partial<Record<Verdict, string>> = {}
  const observer: Observer = {
    ended: ({ because, effect, leg }) => {
      first[effect === 'unknown' ? 'unknown' : leg === 'request' ? 'unreachable' : 'one-way'] ??= because.code
    },
    depends: ({ code }) => (first.conditional ??= code),
  }
  const answer = (ask: Ask) => ({ outcome: outcomeOf(compiled, ask, observer) })
  const outcomes = asks.map((ask) => answer(ask).outcome)
  const isOpen = unaskable.length > 0 && refusals(compiled, from, to, filter, unaskable, answer).length === 0
  const verdict = verdictOf(outcomes, isOpen)
  if (isOpen && verdict === 'unknown') return { verdict, code: unaskable[0]!.code }
  const code = first[verdict] ?? (asks.length === 0 ? noPacket(from, to).code : undefined)
  return code === undefined ? { verdict } : { verdict, code }
}

export const reach = (
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Filter,
  progress: Progress = () => {},
): ReachResult => {
  refuseOutside(compiled, from, to)
  const collector = new Collector(compiled)
  const answer = (ask: Ask) => ({ ask, ...collector.during((observer) => outcomeOf(compiled, ask, observer)) })
  const asked = asksOf(compiled, from, to, filter)
  const refused = refusals(compiled, from, to, filter, asked.unaskable, answer)
  const asks = [...asked.asks, ...refused.map(({ ask }) => ask)]
  const unaskable = refused.length > 0 ? [] : asked.unaskable
  // What becomes of the packets of each, and then what is in their way.
  const steps = asked.asks.length + asks.length
  const answers = asked.asks.map((ask, index) => {
    progress(index, steps)
    return answer(ask)
  })
  const answered = [...answers.filter(isReported), ...refused]
  const outcomes = answered.map(({ outcome }) => outcome)
  const verdict = verdictOf(outcomes, unaskable.length > 0)
  const advance = (judged: number): void => progress(asked.asks.length + judged, steps)
  const notes = collector.merged(answered.map(({ notes: each }) => each))
  const witness = witnessOf(compiled, answered, verdict)
  return {
    schemaVersion: 1,
    snapshot: snapshotEntry(compiled.network.snapshot),
    query: { from: from.selector, to: to.selector, ...wordsOf(filter) },
    from: endOf(from, asks, 'source'),
    // What is asked in the place of a service whose addresses nobody knows are not its own.
    to: endOf(to, to.is === 'aws-service' ? asked.asks : asks, 'destination'),
    verdict,
    flows: flowsOf(compiled.network, answered, to),
    ...(witness && { witness }),
    conditions: notes.conditions,
    blocked:
      asks.length > 0 || unaskable.length > 0 ? blockersOf(compiled, answered, advance) : [noPacketAsBlocker(from, to)],
    assumptions: notes.assumptions,
    unknowns: [...unaskable.map((each) => unaskableAsUnknown(compiled, each)), ...notes.unknowns],
  }
}

/** By a public address of the receiver, or what stands for its IPv4 address, is a way of its own: told where something gets there. */
export const isReported = ({ ask, outcome }: Answered): boolean =>
  !ask.translated || VERDICTS.some((verdict) => verdict !== 'unreachable' && !outcome[verdict].isEmpty())

/** Throws `ZtnetError` where nothing of the estate is asked about. */
const refuseOutside = (compiled: Compiled, from: Place, to: Place): void => {
  if (!areBothOutside(compiled, from, to)) return
  throw new ZtnetError('BOTH_OUTSIDE', `${from.selector} and ${to.selector} are both outside of the estate`, {
    hint: 'Name a place of the estate at one end: what flows between others, by way of it or past it, is not told.',
  })
}

/** Why there is not even a packet to ask about. */
const noPacket = (from: Place, to: Place): Reason => {
  if (from.is === 'aws-service')
    return { code: 'CANNOT_INITIATE', resource: from.selector, args: { what: 'an AWS service' } }
  if (to.is === 'internet' && to.functions)
    return { code: 'ACCEPTS_NOTHING', resource: to.selector, args: { what: 'a function outside any VPC' } }
  if (from.is === 'onprem' || to.is === 'onprem') return { code: 'NO_HYBRID_CONNECTION', resource: 'onprem' }
  const [sender, ...senders] = from.is === 'interfaces' ? from.interfaces : []
  const [receiver, ...receivers] = to.is === 'interfaces' ? to.interfaces : []
  if (sender && sender === receiver && senders.length + receivers.length === 0)
    return { code: 'SAME_INTERFACE', resource: sender.id }
  return { code: 'NO_COMMON_PACKET', resource: to.selector }
}

const noPacketAsBlocker = (from: Place, to: Place): Blocker => {
  const { code, resource, args = {} } = noPacket(from, to)
  const message = reasonText(code).says({ resource, rule: undefined, args })
  return { code, resource, direction: 'outbound', leg: 'forward', packets: [], message }
}

/** The outcome of one question; packets that get their answer on some client ports only depend on the port (R-FLOW-7), those that a
 *  function outside any VPC could send from some addresses only on its address (R-COMP-1). */
export const outcomeOf = (compiled: Compiled, ask: Ask, observer: Observer): Outcome => {
  const { sent } = ask.question.flight
  const outcome = splitByClientPort(propagate(compiled.graph, ask.question, { observer }), sent, (concerned) =>
    observer.depends?.({ code: 'CLIENT_PORT', resource: 'client' }, concerned),
  )
  const [sender, ...others] = (ask.senders.is === 'internet' && ask.senders.functions) || []
  if (sender === undefined) return outcome
  const resource = others.length === 0 ? sender : 'functions'
  return splitBySource(outcome, sent, (concerned) =>
    observer.depends?.({ code: 'FUNCTION_ADDRESS', resource }, concerned),
  )
}

const verdictOf = (outcomes: readonly Outcome[], unaskable: boolean): Verdict => {
  const verdict = headline(outcomes)
  return verdict === 'unreachable' && unaskable ? 'unknown' : verdict
}

const endOf = ({ selector, kind, resolved, leftOut }: Place, asks: readonly Ask[], field: AddressField): End => ({
  selector,
  kind,
  resolved,
  ...(leftOut && { leftOut }),
  addresses: FAMILIES.flatMap((family) => {
    const sets = asks
      .filter((ask) => ask.family === family)
      .map(({ question }) => question.flight.sent.addresses(field))
    return Array.from(intervals.ranges(intervals.unionAll(sets)), ([from, end]) => formatRange(from, end))
  }),
})

/** Flows by member, then grouped again: those that share verdict and packets but for their addresses become one. */
export const flowsOf = (network: Network, answered: readonly Answered[], to: Place): Flow[] => {
  const flows = new Map<string, { from: Set<string>; to: Set<string>; verdict: Verdict; packets: PacketSet }>()
  for (const { ask, outcome } of answered)
    for (const verdict of VERDICTS) {
      if (verdict === 'unreachable') continue
      for (const part of partsOf(network, ask, outcome[verdict], to)) {
        const key = `${verdict} ${ask.family} ${part.key}`
        const known = flows.get(key)
        if (!known) flows.set(key, { from: new Set(part.from), to: new Set(part.to), verdict, packets: part.packets })
        else {
          for (const id of part.from) known.from.add(id)
          for (const id of part.to) known.to.add(id)
          known.packets = known.packets.union(part.packets)
        }
      }
    }
  return [...flows.values()]
    .map((flow) => ({
      from: [...flow.from].sort(),
      to: [...flow.to].sort(),
      verdict: flow.verdict,
      packets: packetsAsJson(flow.packets),
    }))
    .sort(
      (a, b) =>
        VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
    )
}

interface Part {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly packets: PacketSet
  /** Equal for parts that may be told together. */
  readonly key: string
}

/** One part for each set of members that have the same packets to the same receivers. */
function* partsOf(network: Network, ask: Ask, set: PacketSet, to: Place): Generator<Part> {
  for (const [sources, rest] of set.rows)
    for (const [destinations, transport] of rest) {
      const packets = PacketSet.of(set.family, { sources, destinations, transport })
      const headers = JSON.stringify(transport.map(([line, ports]) => [line.points, ports]))
      const from =
        ask.senders.is === 'interfaces'
          ? ask.senders.members
              .filter((each) => intervals.overlaps(each.addressSet(set.family), sources))
              .map(({ id }) => id)
          : ask.senders.is === 'onprem'
            ? ['onprem']
            : (ask.senders.functions ?? ['internet'])
      const meant = to.is === 'interfaces' && ask.receivers ? { ...to, interfaces: ask.receivers } : to
      const receivers = receiversOf(network, destinations, meant)
      yield {
        from,
        to: receivers,
        packets,
        key: `${headers} ${ask.translated} ${to.is === 'interfaces' ? '' : receivers.join()}`,
      }
    }
}

const receiversOf = (network: Network, destinations: AddressSet, to: Place): readonly string[] => {
  const behind = behindNat64(destinations)
  if (behind) return receiversOf(network, behind, to)
  switch (to.is) {
    case 'internet':
      return ['internet']
    case 'interfaces':
      return to.interfaces
        .filter(
          (each) =>
            FAMILIES.some((family) => intervals.overlaps(each.addressSet(family), destinations)) ||
            each.publicMappings.some(([, address]) => intervals.has(destinations, address)),
        )
        .map(({ id }) => id)
    case 'addresses':
      return addressReceivers(network, destinations)
    case 'aws-service':
    case 'onprem':
      return [to.selector]
  }
}

/** Interfaces by their addresses, and `internet` for what is nobody's. */
const addressReceivers = (network: Network, destinations: AddressSet): readonly string[] => {
  if (intervals.size(destinations) > 1n) {
    const family = typeof destinations[0] === 'bigint' ? 6 : 4
    return intervals.overlaps(destinations, internetSpace(family))
      ? ['internet']
      : [...intervals.ranges(destinations)].map(([from, end]) => formatRange(from, end))
  }
  const [address] = destinations
  const holders = network.holdersOf(address!).map(({ id }) => id)
  const published = network.publicAddresses().get(address!)?.holder
  if (holders.length > 0) return holders
  return [published ?? 'internet']
}
