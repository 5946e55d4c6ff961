/** Sets on the protocol line, and which reply answers what (R-FLOW-6). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as intervals from '../../src/packet/intervals.ts'
import {
  complement,
  EVERYTHING,
  icmp,
  l4,
  l4Algebra,
  type L4Set,
  NOTHING,
  partOf,
  PORTED,
  portlessRequestsOf,
  ports,
  PORTS,
  portsLine,
  protocolsOf,
  replyType,
  UNANSWERED,
  wholeProtocol,
} from '../../src/packet/l4.ts'
import { ICMP, ICMPV6, PROTOCOLS, TCP, UDP } from '../../src/packet/protocol.ts'
import { obeysSetLaws } from '../laws/set-laws.ts'
import { isIn, l4Sets, starts } from './sets.ts'

const union = (...sets: readonly L4Set[]): L4Set => sets.reduce(l4Algebra.union, NOTHING)
const has = (set: L4Set, point: number): boolean => isIn(set.points, point)

describe('sets on the protocol line', () => {
  obeysSetLaws({
    algebra: l4Algebra,
    all: EVERYTHING,
    sets: l4Sets,
    has,
    witnesses: (...sets) =>
      starts(
        0,
        sets.map(({ points }) => points),
      ),
  })

  it('are the same object where they are equal', () =>
    fc.assert(
      fc.property(l4Sets, l4Sets, (a, b) => {
        expect(l4([...a.points])).toBe(a)
        expect(a.id === b.id).toBe(intervals.equals(a.points, b.points))
        expect(l4Algebra.union(a, b)).toBe(l4Algebra.union(b, a))
        expect(complement(complement(a))).toBe(a)
      }),
    ))

  it('fall into the parts that they have of each protocol', () =>
    fc.assert(
      fc.property(l4Sets, (set) => {
        const protocols = protocolsOf(set)
        expect(protocols).toStrictEqual([...protocols].sort((a, b) => a - b))
        expect(union(...protocols.map((protocol) => portsLine(protocol, partOf(set, protocol))))).toBe(set)
        for (let protocol = 0; protocol < PROTOCOLS; protocol++)
          expect(partOf(set, protocol).length > 0).toBe(protocols.includes(protocol))
      }),
    ))

  it('hold TCP and UDP ports, both ends included', () => {
    const set = union(ports(TCP, 22, 22), ports(TCP, 80, 90), ports(UDP, 0, 65535))
    expect(partOf(set, TCP)).toStrictEqual([22, 23, 80, 91])
    expect(partOf(set, UDP)).toStrictEqual([0, PORTS])
    expect(protocolsOf(set)).toStrictEqual([TCP, UDP])
    expect(l4Algebra.subtract(set, PORTED)).toBe(NOTHING)
  })

  it('hold an ICMP type whole, or one of its codes', () => {
    expect(partOf(icmp(ICMP, 8), ICMP)).toStrictEqual([2048, 2304])
    expect(partOf(icmp(ICMP, 3, 4), ICMP)).toStrictEqual([772, 773])
    expect(partOf(icmp(ICMPV6, 128), ICMP)).toStrictEqual([])
  })

  it('refuse ports and types of protocols that have none', () => {
    expect(() => ports(ICMP, 0, 0)).toThrow('protocol 1 has no ports')
    expect(() => icmp(TCP, 8)).toThrow('protocol 6 has no ICMP types')
  })
})

describe('the reply to a packet without ports', () => {
  /** R-FLOW-6, said the other way round and one packet at a time: where its reply is on the line. */
  const replyTo = (request: number): number => {
    if (has(icmp(ICMP, 8), request)) return request - 8 * 256
    if (has(icmp(ICMPV6, 128), request)) return request + 256
    return request
  }
  const everyType = [ICMP, ICMPV6].flatMap((protocol) =>
    Array.from({ length: 256 * 3 }, (_, i) => protocol * PORTS + Math.floor(i / 3) * 256 + [0, 4, 255][i % 3]!),
  )
  const others = Array.from({ length: PROTOCOLS }, (_, protocol) => protocol * PORTS)

  it('is what says whether the packet is a request for it', () =>
    fc.assert(
      fc.property(l4Sets, (replies) => {
        const requests = portlessRequestsOf(replies)
        for (const point of [...everyType, ...others, ...requests.points.slice(0, -1)])
          expect(has(requests, point)).toBe(!has(PORTED, point) && has(replies, replyTo(point)))
      }),
      { numRuns: 50 },
    ))

  it('is of the type that answers the type of the packet', () => {
    for (const point of everyType) {
      const [protocol, type] = [Math.floor(point / PORTS), Math.floor((point % PORTS) / 256)]
      expect(replyType(protocol, type)).toBe(Math.floor((replyTo(point) % PORTS) / 256))
    }
  })

  it('to an echo request is an echo reply', () => {
    expect([replyType(ICMP, 8), replyType(ICMPV6, 128), replyType(ICMP, 13)]).toStrictEqual([0, 129, 13])
    expect(portlessRequestsOf(icmp(ICMP, 0))).toBe(union(icmp(ICMP, 0), icmp(ICMP, 8)))
    expect(portlessRequestsOf(icmp(ICMPV6, 129))).toBe(union(icmp(ICMPV6, 129), icmp(ICMPV6, 128)))
  })

  it('is never an echo request', () => {
    expect(portlessRequestsOf(icmp(ICMP, 8))).toBe(NOTHING)
  })

  it('is of the same protocol, also where that is GRE', () => {
    expect(portlessRequestsOf(wholeProtocol(47))).toBe(wholeProtocol(47))
  })

  it('is nothing that TCP or UDP could send', () => {
    expect(portlessRequestsOf(PORTED)).toBe(NOTHING)
  })

  it('to an ICMP error is not expected', () => {
    const types = (line: L4Set, protocol: number): number[] =>
      Array.from({ length: 256 }, (_, type) => type).filter((type) => has(line, protocol * PORTS + type * 256))
    expect(types(UNANSWERED[4], ICMP)).toStrictEqual([3, 4, 5, 11, 12])
    expect(types(UNANSWERED[6], ICMPV6)).toStrictEqual([1, 2, 3, 4])
    expect([UNANSWERED[4], UNANSWERED[6]].map(protocolsOf)).toStrictEqual([[ICMP], [ICMPV6]])
  })
})
