/** The filters that the packets of a question meet, all at once, are those that they meet one address after the other: answers that share a way
 *  back come by it as one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupsOf } from '../../src/analysis/groups.ts'
import { asksOf } from '../../src/analysis/question.ts'
import { compile } from '../../src/aws/compile.ts'
import type { Stages } from '../../src/forwarding/graph.ts'
import { Network } from '../../src/network/network.ts'
import * as intervals from '../../src/packet/intervals.ts'
import type { PacketSet } from '../../src/packet/set.ts'
import { meetFilters, type Question } from '../../src/reach/propagate.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { programs, type Group as Program } from '../arbitrary/network.ts'
import { asked } from '../arbitrary/packet.ts'
import { examples } from '../examples/all.ts'

/** By stage and reason, what is stopped there. */
type Met = Map<string, PacketSet>

const meet = (met: Met, graph: Stages, question: Question): void =>
  meetFilters(graph, question, ({ stage, leg, because: { code, resource, rule }, flight: { sent } }) => {
    const key = [leg, stage.id, code, resource, rule ?? ''].join(' ')
    met.set(key, met.get(key)?.union(sent) ?? sent)
  })

const differencesIn = (snapshot: Snapshot): readonly string[] => {
  const compiled = compile(new Network(snapshot))
  const { network, graph } = compiled
  const places = [...groupsOf(network, 'vpc').slice(0, MOST), ...groupsOf(network, 'subnet').slice(0, MOST)].map(
    ({ place }) => place,
  )
  const asks = places.flatMap((from) => places.flatMap((to) => asksOf(compiled, from, to, {}).asks))
  return asks.flatMap(({ question }) => {
    const [together, apart]: [Met, Met] = [new Map(), new Map()]
    meet(together, graph, question)
    for (const sent of addressByAddress(question.flight.sent))
      meet(apart, graph, { ...question, flight: { ...question.flight, sent } })
    const isAlike = (key: string): boolean => {
      const [a, b] = [together.get(key), apart.get(key)]
      return a !== undefined && b !== undefined && a.equals(b)
    }
    return [...new Set([...together.keys(), ...apart.keys()])]
      .filter((key) => !isAlike(key))
      .map((key) => `from ${question.from}: ${key}`)
  })
}

/** The packets cut by source and destination. */
const addressByAddress = (all: PacketSet): readonly PacketSet[] =>
  [...intervals.ranges(all.addresses('source'))].flatMap((source) => {
    const sent = all.narrowAddresses('source', source)
    return Array.from(intervals.ranges(sent.addresses('destination')), (destination) =>
      sent.narrowAddresses('destination', destination),
    )
  })

/** VPCs, and subnets, of a network that are asked about. */
const MOST = 4

describe.each([...examples])('filters of %s', (_, snapshot) => {
  it('stop what they stop, whatever else is asked about', () => {
    expect(differencesIn(snapshot)).toEqual([])
  })
})

const RUNS = Number(process.env['ZTNET_AGREEMENT_RUNS'] ?? 8)

describe.each(Object.keys(programs) as Program[])('filters of random networks: %s', (program) => {
  it('stop what they stop, whatever else is asked about', () =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expect(differencesIn(snapshot)).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
