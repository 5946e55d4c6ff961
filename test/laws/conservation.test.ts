/** Conservation: at every stage of a graph every packet is taken, and by one hop alone unless something that configuration does not
 *  settle picks one of several. It is what makes a trace of one packet, and the fate of a set of packets, one and the same thing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Compiled, compile, origins } from '../../src/aws/compile.ts'
import { parseStageId } from '../../src/aws/stage-id.ts'
import { type Breach, conservation } from './conservation.ts'
import { Draft } from '../../src/forwarding/draft.ts'
import { asSent } from '../../src/forwarding/header.ts'
import { ForwardingGraph } from '../../src/forwarding/graph.ts'
import type { Stage } from '../../src/forwarding/stage.ts'
import { Network } from '../../src/network/network.ts'
import { packetsAsJson } from '../../src/packet/describe.ts'
import { ports } from '../../src/packet/l4.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { propagate } from '../../src/reach/propagate.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { drawn } from '../arbitrary/choices.ts'
import { type Group, programs, withGaps } from '../arbitrary/network.ts'
import { examples } from '../examples/all.ts'

const RUNS = Number(process.env['ZTNET_CONSERVATION_RUNS'] ?? 30)

const compiledOf = (snapshot: Snapshot): Compiled => compile(new Network(snapshot))

const breachesOf = (compiled: Compiled): readonly object[] =>
  conservation(compiled.graph, origins(compiled), (stage) => parseStageId(stage).family).map(told)

/** A breach that a reader can start from: where, whose packets, which ones, and the hops. */
const told = ({ law, stage, leg, sender, sessions, packets, hops }: Breach) => ({
  law,
  at: `${stage} (${leg})`,
  sender,
  sessions,
  packets: packetsAsJson(packets).slice(0, 3),
  hops: hops.map(({ code, resource, rule }) => [code, resource, rule].join(' ')),
})

describe('conservation', () => {
  it.each([...examples])('holds at every stage of %s', (_, snapshot) => {
    expect(breachesOf(compiledOf(snapshot))).toEqual([])
  })

  it.each(Object.keys(programs) as Group[])('holds at every stage of random networks: %s', (group) => {
    fc.assert(
      fc.property(drawn(programs[group]), (snapshot) => {
        expect(breachesOf(compiledOf(snapshot))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  it.each(Object.keys(programs) as Group[])('holds where something was not read: %s', (group) => {
    const incomplete = drawn((choices) => withGaps(choices, programs[group](choices)))
    fc.assert(
      fc.property(incomplete, (snapshot) => {
        expect(breachesOf(compiledOf(snapshot))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })
})

describe('what becomes of all packets from anywhere', () => {
  it.each([...examples])('is told of each once: %s', (_, snapshot) => {
    const compiled = compiledOf(snapshot)
    for (const from of origins(compiled)) {
      const { family } = parseStageId(from)
      const sent = PacketSet.all(family)
      const flight = {
        sent,
        header: asSent(family),
        sender: undefined,
        sessions: [],
        inspectedBy: [],
        picked: new Map(),
      }
      const outcome = propagate(compiled.graph, { from, flight, accepts: () => true, home: homeOf(from) })
      const parts = VERDICTS.map((verdict) => outcome[verdict])
      for (const [index, part] of parts.entries())
        for (const other of parts.slice(0, index)) expect(part.intersect(other).isEmpty()).toBe(true)
      expect(PacketSet.union(family, parts).equals(sent)).toBe(true)
    }
  })
})

const homeOf = (origin: string): string => origin.replace(/\|(leaving|out)\|/, '|here|')

describe('the law itself', () => {
  const reason = (code: string) => ({ code, resource: 'r' })
  const HTTPS = { on: 'line', line: ports(6, 443, 443) } as const
  const PORTS = { on: 'line', line: ports(6, 400, 500) } as const
  const graphOf = (draw: (draft: Draft) => void): ForwardingGraph =>
    new ForwardingGraph((id) => {
      const draft = new Draft()
      const stage: Stage = { id, kind: 'transit', resource: id, role: 'only' }
      draw(draft)
      return { stage, hops: draft.hops }
    })
  const breaches = (draw: (draft: Draft) => void) =>
    conservation(graphOf(draw), ['a'], () => 4).map(({ law, hops }) => [law, ...hops.map(({ code }) => code)])
  const choice = (option: string) => ({ choice: { reason: reason('PICKS'), option, kept: false } })

  it('is broken by packets that no hop takes', () => {
    expect(breaches((draft) => draft.drop(reason('ONE'), { when: [HTTPS] }))).toEqual([['taken']])
  })

  it('is broken by packets that two hops take', () => {
    expect(breaches((draft) => draft.drop(reason('ONE'), { when: [HTTPS] }).drop(reason('ALL')))).toEqual([
      ['once', 'ONE', 'ALL'],
    ])
  })

  it('is kept by the options of a choice', () => {
    expect(breaches((draft) => draft.drop(reason('ONE'), choice('1')).drop(reason('TWO'), choice('2')))).toEqual([])
  })

  it('is broken by options that do not take the same packets', () => {
    expect(
      breaches((draft) =>
        draft.drop(reason('ONE'), { ...choice('1'), when: [PORTS] }).drop(reason('TWO'), choice('2')),
      ),
    ).toEqual([['options', 'ONE', 'TWO']])
  })

  it('is broken by a hop that takes packets of a choice besides its options', () => {
    expect(breaches((draft) => draft.drop(reason('ONE'), choice('1')).drop(reason('MORE'), { when: [HTTPS] }))).toEqual(
      [['once', 'ONE', 'MORE']],
    )
  })

  it('is asked of requests and answers apart', () => {
    expect(
      breaches((draft) => draft.drop(reason('REQUESTS'), { leg: 'request' }).drop(reason('ANSWERS'), { leg: 'reply' })),
    ).toEqual([])
  })
})
