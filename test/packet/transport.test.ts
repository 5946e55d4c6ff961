/** Layer-4 headers: the protocol line together with the source ports that only TCP and UDP have. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVERYTHING, l4Algebra, NOTHING, PORTED, ports, wholeProtocol } from '../../src/packet/l4.ts'
import { ICMP, TCP } from '../../src/packet/protocol.ts'
import {
  ALL_PORTS,
  ANY_TRANSPORT,
  lineOf,
  NO_TRANSPORT,
  type Transport,
  transport,
  transportAlgebra,
} from '../../src/packet/transport.ts'
import { obeysSetLaws } from '../laws/set-laws.ts'
import { isIn, l4Sets, portSets, starts, transports } from './sets.ts'

type Header = readonly [point: number, sourcePort: number]

const has = (set: Transport, [point, sourcePort]: Header): boolean =>
  set.some(([line, sourcePorts]) => isIn(line.points, point) && isIn(sourcePorts, sourcePort))

/** One header of each piece; off TCP and UDP only source port 0 is tried, since there is none to differ in. */
const witnesses = (...sets: readonly Transport[]): Header[] => {
  const rows = sets.flat()
  const points = starts(0, [PORTED.points, ...rows.map(([line]) => line.points)])
  const sourcePorts = starts(
    0,
    rows.map(([, ports]) => ports),
  )
  return points.flatMap((point) =>
    (isIn(PORTED.points, point) ? sourcePorts : [0]).map((sourcePort) => [point, sourcePort] as const),
  )
}

const sets = fc.oneof(
  transports,
  fc.tuple(transports, transports).map(([a, b]) => transportAlgebra.union(a, b)),
  fc.tuple(transports, transports).map(([a, b]) => transportAlgebra.subtract(a, b)),
)

describe('sets of layer-4 headers', () => {
  obeysSetLaws({ algebra: transportAlgebra, all: ANY_TRANSPORT, sets, has, witnesses })

  it('restrict source ports of TCP and UDP, and nothing else', () =>
    fc.assert(
      fc.property(l4Sets, portSets, (line, sourcePorts) => {
        const set = transport(line, sourcePorts)
        for (const [point, sourcePort] of witnesses(set, [[line, sourcePorts]]))
          expect(has(set, [point, sourcePort])).toBe(
            isIn(line.points, point) && (!isIn(PORTED.points, point) || isIn(sourcePorts, sourcePort)),
          )
      }),
    ))

  it('keep every source port off TCP and UDP, whatever is done to them', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const portless = set.filter(([line]) => l4Algebra.subtract(line, PORTED) !== NOTHING)
        for (const [, sourcePorts] of portless) expect(sourcePorts).toStrictEqual(ALL_PORTS)
      }),
    ))

  it('touch the line where they have a header', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const members = witnesses(set).filter((header) => has(set, header))
        const touched = new Set(members.map(([point]) => point))
        for (const [point] of witnesses(set)) expect(isIn(lineOf(set).points, point)).toBe(touched.has(point))
      }),
    ))

  it('are everything for the whole line', () => {
    expect(transport(EVERYTHING)).toStrictEqual(ANY_TRANSPORT)
  })

  it('without any source port hold what has none', () => {
    expect(transport(EVERYTHING, [])).toStrictEqual(transport(l4Algebra.subtract(EVERYTHING, PORTED)))
    expect(transport(ports(TCP, 443, 443), [])).toStrictEqual(NO_TRANSPORT)
  })

  it('hold ICMP whatever the source ports', () => {
    expect(transport(wholeProtocol(ICMP), [1024, 65536])).toStrictEqual(transport(wholeProtocol(ICMP)))
  })
})
