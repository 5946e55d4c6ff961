/** One answer about all packets and many answers about single ones are the same answer: sets are exact at every bound, through every
 *  translation, and there and back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asksOf } from '../../src/analysis/question.ts'
import type { Place } from '../../src/analysis/place.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { addressLine, type Family, parseBlock } from '../../src/packet/address.ts'
import { contains, type Packet, packetSetOf } from '../../src/packet/header.ts'
import { propagate } from '../../src/reach/propagate.ts'
import { type Outcome, taken, VERDICTS } from '../../src/reach/verdict.ts'
import { type Group, programs } from '../arbitrary/network.ts'
import { asked, type Question } from '../arbitrary/packet.ts'

const anywhere = (family: Family): Place => ({
  selector: 'anywhere',
  kind: 'address',
  resolved: [],
  is: 'addresses',
  family,
  addresses: addressLine(family),
})

const senders = (compiled: Compiled, from: Question['from']): Place =>
  typeof from === 'string'
    ? { selector: from, kind: from, resolved: [], is: from }
    : {
        selector: from.interface,
        kind: 'network-interface',
        resolved: [],
        is: 'interfaces',
        interfaces: [compiled.network.interface(from.interface)!],
      }

const packetOf = ({ packet: { source, destination, ...rest } }: Question): Packet => ({
  ...rest,
  source: parseBlock(source)!.first,
  destination: parseBlock(destination)!.first,
})

const verdictsWith = (outcome: Outcome, packet: Packet) =>
  VERDICTS.filter((verdict) => contains(outcome[verdict], packet))

describe.each(Object.keys(programs) as Group[])('on random networks: %s', (group) => {
  it('a packet gets the verdict of the set it is in, and every packet is in exactly one', () =>
    fc.assert(
      fc.property(asked(group, 8), ({ snapshot, questions }) => {
        const compiled = compile(new Network(snapshot))
        for (const question of questions) {
          const packet = packetOf(question)
          const from = senders(compiled, question.from)
          for (const { question: wide } of asksOf(compiled, from, anywhere(packet.family), {}).asks) {
            if (!contains(wide.flight.sent, packet)) continue
            const all = propagate(compiled.graph, wide)
            const flight = { ...wide.flight, sent: packetSetOf(packet) }
            const one = propagate(compiled.graph, { ...wide, flight })
            expect(taken(all).equals(wide.flight.sent)).toBe(true)
            expect(verdictsWith(all, packet)).toHaveLength(1)
            expect({ question, verdicts: verdictsWith(all, packet) }).toStrictEqual({
              question,
              verdicts: verdictsWith(one, packet),
            })
          }
        }
      }),
      { numRuns: Number(process.env.ZTNET_AGREEMENT_RUNS ?? 25) },
    ))
})
