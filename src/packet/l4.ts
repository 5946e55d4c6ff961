/** Sets on the protocol line: one 24-bit line on which every layer-4 condition of AWS is one interval. Point =
 *  `protocol * 65536 + destination port`, for ICMP `protocol * 65536 + type * 256 + code`; other protocols have no finer
 *  parts and are in a set whole or not at all. Sets are interned, so that equality is identity and results are remembered:
 *  a large estate has only a few hundred distinct ones. */
import { PairTable } from '../collections.ts'
import type { Family } from './address.ts'
import * as intervals from './intervals.ts'
import type { Intervals } from './intervals.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, PROTOCOLS } from './protocol.ts'
import type { SetAlgebra } from './set-algebra.ts'

export interface L4Set {
  /** Small and dense; equal for equal sets, and only within one process. */
  readonly id: number
  readonly points: Intervals<number>
}

export const PORTS = 65536

const interned = new Map<string, L4Set>()

/** The one set with these points. */
export const l4 = (points: Intervals<number>): L4Set => {
  const key = points.join()
  let set = interned.get(key)
  if (!set) interned.set(key, (set = { id: interned.size, points }))
  return set
}

export const NOTHING = l4([])
export const EVERYTHING = l4([0, PROTOCOLS * PORTS])

/** All of one protocol. */
export const wholeProtocol = (protocol: number): L4Set => l4([protocol * PORTS, (protocol + 1) * PORTS])

/** Destination ports `from` to `to`, both included, of TCP or UDP. */
export const ports = (protocol: number, from: number, to: number): L4Set => {
  if (!hasPorts(protocol)) throw new Error(`protocol ${protocol} has no ports`)
  return l4(intervals.interval(protocol * PORTS + from, protocol * PORTS + to + 1))
}

/** One ICMP type, with one code or, without `code`, with all. */
export const icmp = (protocol: number, type: number, code?: number): L4Set => {
  if (!hasIcmpType(protocol)) throw new Error(`protocol ${protocol} has no ICMP types`)
  const first = protocol * PORTS + type * 256 + (code ?? 0)
  return l4([first, first + (code === undefined ? 256 : 1)])
}

const memoised = (operation: (a: Intervals<number>, b: Intervals<number>) => Intervals<number>) => {
  const known = new PairTable<L4Set>()
  return (a: L4Set, b: L4Set): L4Set => {
    let result = known.get(a.id, b.id)
    if (!result) known.set(a.id, b.id, (result = l4(operation(a.points, b.points))))
    return result
  }
}

const memoUnion = memoised(intervals.union)
const memoIntersect = memoised(intervals.intersect)
const memoSubtract = memoised(intervals.subtract)

export const l4Algebra: SetAlgebra<L4Set> = {
  empty: NOTHING,
  isEmpty: (set) => set === NOTHING,
  equals: (a, b) => a === b,
  union: (a, b) => (a === b || b === NOTHING ? a : a === NOTHING ? b : memoUnion(a, b)),
  intersect: (a, b) => {
    if (a === b || b === EVERYTHING || a === NOTHING) return a
    return a === EVERYTHING || b === NOTHING ? b : memoIntersect(a, b)
  },
  subtract: (a, b) => (a === b ? NOTHING : b === NOTHING ? a : memoSubtract(a, b)),
  compare: (a, b) => (a === b ? 0 : intervals.compare(a.points, b.points)),
}

export const complement = (set: L4Set): L4Set => l4Algebra.subtract(EVERYTHING, set)

/** The part of the set that is of one protocol, as points from 0 to 65535 (ports, or `type * 256 + code`). */
export const partOf = (set: L4Set, protocol: number): Intervals<number> => {
  const base = protocol * PORTS
  return intervals.intersect(set.points, [base, base + PORTS]).map((point) => point - base)
}

/** The protocols of which the set has anything, ascending. */
export const protocolsOf = (set: L4Set): number[] => {
  const found: number[] = []
  for (const [from, to] of intervals.ranges(set.points))
    for (let protocol = Math.floor(from / PORTS); protocol * PORTS < to; protocol++)
      if (found.at(-1) !== protocol) found.push(protocol)
  return found
}

/** TCP and UDP: the part of the line where a packet also has a source port. */
export const PORTED = l4(intervals.unionAll([wholeProtocol(6).points, wholeProtocol(17).points]))

/** The types of echo messages in each family's ICMP. */
export const ECHO = {
  4: { protocol: ICMP, request: 8, reply: 0 },
  6: { protocol: ICMPV6, request: 128, reply: 129 },
} as const satisfies { readonly [F in Family]: unknown }

/** Of any code. */
export const echoRequests = (family: Family): L4Set => icmp(ECHO[family].protocol, ECHO[family].request)

/** ICMP messages that nobody answers: errors and redirects. R-FLOW-6. The other family's ICMP is a protocol like any other. */
export const UNANSWERED: { readonly [F in Family]: L4Set } = {
  4: l4(intervals.unionAll([3, 4, 5, 11, 12].map((type) => icmp(ICMP, type).points))),
  6: l4(intervals.unionAll([1, 2, 3, 4].map((type) => icmp(ICMPV6, type).points))),
}

/** What was sent in one family's ICMP so that translation (NAT64, RFC 7915) made of it what is on the line in the other's: echo
 *  only, whose types are numbered differently; TCP and UDP stay what they are. */
export const beforeTranslation = (line: L4Set, sentAs: 'icmp' | 'icmpv6'): L4Set => {
  const [before, after] = sentAs === 'icmp' ? ([ICMP, ICMPV6] as const) : ([ICMPV6, ICMP] as const)
  const rest = intervals.subtract(
    line.points,
    intervals.union(wholeProtocol(ICMP).points, wholeProtocol(ICMPV6).points),
  )
  const echoes = ECHO_TYPES.map(({ [before]: sent, [after]: seen }) => {
    const shift = before * PORTS + sent * 256 - after * PORTS - seen * 256
    return intervals.intersect(line.points, icmp(after, seen).points).map((point) => point + shift)
  })
  return l4(intervals.unionAll([rest, ...echoes]))
}

/** One message in each ICMP, by type. */
export const ECHO_TYPES = [
  { [ICMP]: ECHO[4].request, [ICMPV6]: ECHO[6].request },
  { [ICMP]: ECHO[4].reply, [ICMPV6]: ECHO[6].reply },
] as const

/** The ICMP type that answers a type: echo reply for echo request, its own kind for every other. R-FLOW-6. */
export const replyType = (protocol: number, type: number): number =>
  Object.values(ECHO).find((each) => each.protocol === protocol && each.request === type)?.reply ?? type

/** The portless packets whose reply is in the set: an echo request is answered by an echo reply, every other protocol and
 *  type by its own kind. R-FLOW-6. TCP and UDP are left out: what their reply has at this place is the source port. */
export const portlessRequestsOf = (replies: L4Set): L4Set => {
  let known = portlessRequests.get(replies.id)
  if (!known) portlessRequests.set(replies.id, (known = requestsAnsweredIn(replies)))
  return known
}

const portlessRequests = new Map<number, L4Set>()

const requestsAnsweredIn = (replies: L4Set): L4Set => {
  let requests = intervals.subtract(replies.points, PORTED.points)
  for (const { protocol, request, reply } of Object.values(ECHO)) {
    const shift = (request - reply) * 256
    const answered = intervals.intersect(replies.points, icmp(protocol, reply).points).map((point) => point + shift)
    requests = intervals.union(intervals.subtract(requests, icmp(protocol, request).points), answered)
  }
  return l4(requests)
}

/** The inverse of `partOf`: these points (ports, or `type * 256 + code`) of one protocol. */
export const portsLine = (protocol: number, points: Intervals<number>): L4Set =>
  l4(points.map((point) => point + protocol * PORTS))
