/** Two independent answers agree: the engine, which sends sets through a compiled graph, and the oracle, which walks one packet by
 *  plain loops over raw records. Where they differ, the rule book says which is wrong. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/analysis/reach.ts'
import type { Place } from '../../src/analysis/place.ts'
import { areBothOutside } from '../../src/analysis/question.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { internetAddresses } from '../../src/aws/internet.ts'
import { type Family, parseBlock } from '../../src/packet/address.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { type Group, programs } from '../arbitrary/network.ts'
import { asked, type Question } from '../arbitrary/packet.ts'
import { simulate, verdictOf } from '../oracle/simulate.ts'

const place = (text: string): Place => {
  const block = parseBlock(text)!
  const is = { is: 'addresses', family: block.family, addresses: [block.first, block.end] } as const
  return { selector: text, kind: 'address', resolved: [], ...is }
}

/** The very address of the packet, as the only one of its sender that is asked about. */
const sender = (compiled: Compiled, { from, packet }: Question): Place => {
  if (from === 'internet') return place(packet.source)
  const each = compiled.network.interface(from.interface)!
  const block = parseBlock(packet.source)!
  const only = { ...each, addressSet: (family: Family) => (family === block.family ? [block.first, block.end] : []) }
  return { selector: each.id, kind: 'network-interface', resolved: [], is: 'interfaces', interfaces: [only] }
}

/** A place sends from its own addresses only; forged ones are a matter of the source check, and have their own test. */
const isOwnAddress = ({ network }: Compiled, { from, packet }: Question): boolean => {
  const address = parseBlock(packet.source)!.first
  if (from === 'internet') return intervals.has(internetAddresses(network, packet.family), address)
  return intervals.has(network.interface(from.interface)!.addressSet(packet.family), address)
}

/** What others send each other is refused, not answered. */
const isOfEstate = (compiled: Compiled, question: Question): boolean =>
  !areBothOutside(compiled, sender(compiled, question), place(question.packet.destination))

const engineVerdict = (compiled: Compiled, question: Question) => {
  const { protocol, sourcePort, destinationPort, icmpType, icmpCode } = question.packet
  return judge(compiled, sender(compiled, question), place(question.packet.destination), {
    protocol,
    ...(destinationPort !== undefined && { ports: [destinationPort, destinationPort] }),
    ...(sourcePort !== undefined && { sourcePort }),
    ...(icmpType !== undefined && { icmpType }),
    ...(icmpCode !== undefined && { icmpCode }),
  })
}

/** More of them by hand after a change to behaviour. */
const RUNS = Number(process.env.ZTNET_AGREEMENT_RUNS ?? 40)

describe.each(Object.keys(programs) as Group[])('engine and oracle on random networks: %s', (group) => {
  it('give the same verdict for every packet tried', () =>
    fc.assert(
      fc.property(asked(group, 30), ({ snapshot, questions }) => {
        const compiled = compile(new Network(snapshot))
        for (const question of questions.filter((each) => isOwnAddress(compiled, each) && isOfEstate(compiled, each))) {
          const fate = simulate(snapshot, question.from, question.packet)
          const { verdict, code } = engineVerdict(compiled, question)
          expect({ question, verdict, code, trail: fate.map(({ trail }) => trail) }).toMatchObject({
            verdict: verdictOf(fate),
          })
        }
      }),
      { numRuns: RUNS },
    ))
})
