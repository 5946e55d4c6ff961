/** A question to `reach` about two places and the cell of the matrix for the same two have one verdict: both mean the same members. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrix } from '../../src/analysis/matrix.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { judge } from '../../src/analysis/reach.ts'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { programs, type Group as Program } from '../arbitrary/network.ts'
import { asked } from '../arbitrary/packet.ts'
import { examples } from '../examples/all.ts'

const GROUPINGS = ['tier', 'vpc', 'subnet', 'account'] as const

const differencesIn = (snapshot: Snapshot, by: (typeof GROUPINGS)[number]): readonly string[] => {
  const compiled = compile(new Network(snapshot))
  const place = (selector: string) => resolvePlace(compiled.network, selector)
  return matrix(compiled, { by, filter: {} }).cells.flatMap(({ from, to, verdict }) => {
    const answer = judge(compiled, place(from), place(to), {}).verdict
    return answer === verdict ? [] : [`${from} -> ${to} is ${verdict} in the matrix, ${answer} when asked`]
  })
}

describe.each([...examples])('places of %s', (_, snapshot) => {
  it.each(GROUPINGS)('have one verdict by %s', (by) => {
    expect(differencesIn(snapshot, by)).toEqual([])
  })
})

const RUNS = Number(process.env['ZTNET_AGREEMENT_RUNS'] ?? 8)

describe.each(Object.keys(programs) as Program[])('places of random networks: %s', (program) => {
  it('have one verdict by subnet', () =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expect(differencesIn(snapshot, 'subnet')).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
