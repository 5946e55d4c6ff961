/** Two independent answers agree: the engine, which sends sets through a compiled graph, and the oracle, which walks one packet by
 *  plain loops over raw records. Where they differ, the rule book says which is wrong. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/analysis/reach.ts'
import type { Place } from '../../src/analysis/place.ts'
import { areBothOutside } from '../../src/analysis/question.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import type { Verdict } from '../../src/reach/verdict.ts'
import { Network } from '../../src/network/network.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { internetAddresses } from '../../src/aws/internet.ts'
import { type Family, parseBlock } from '../../src/packet/address.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { type Group, programs } from '../arbitrary/network.ts'
import { asked, type Question } from '../arbitrary/packet.ts'
import { addressOf } from '../oracle/address.ts'
import { isBehindConnection } from '../oracle/onpremises.ts'
import { simulate, verdictOf } from '../oracle/simulate.ts'

const place = (text: string): Place => {
  const block = parseBlock(text)!
  const is = { is: 'addresses', family: block.family, addresses: [block.first, block.end] } as const
  return { selector: text, kind: 'address', resolved: [], ...is }
}

/** The very address of the packet, as the only one of its sender that is asked about. */
const sender = (compiled: Compiled, { from, packet }: Question): Place => {
  if (typeof from === 'string') return place(packet.source)
  const each = compiled.network.interface(from.interface)!
  const block = parseBlock(packet.source)!
  const only = { ...each, addressSet: (family: Family) => (family === block.family ? [block.first, block.end] : []) }
  return { selector: each.id, kind: 'network-interface', resolved: [], is: 'interfaces', interfaces: [only] }
}

/** A place sends from its own addresses only; forged ones are a matter of the source check, and have their own test. */
const isOwnAddress = ({ network }: Compiled, { from, packet }: Question): boolean => {
  const address = parseBlock(packet.source)!.first
  if (from === 'internet') return intervals.has(internetAddresses(network, packet.family), address)
  if (from === 'onprem') return isBehindConnection(network.snapshot, packet.family, addressOf(packet.source))
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

const expectAgreement = (snapshot: Snapshot, questions: readonly Question[]): void => {
  const compiled = compile(new Network(snapshot))
  for (const question of questions.filter((each) => isOwnAddress(compiled, each) && isOfEstate(compiled, each))) {
    const fate = simulate(snapshot, question.from, question.packet)
    const { verdict, code } = engineVerdict(compiled, question)
    expect({ question, verdict, code, trail: fate.map(({ trail }) => trail) }).toMatchObject({
      verdict: verdictOf(fate),
    })
  }
}

describe.each(Object.keys(programs) as Group[])('engine and oracle on random networks: %s', (group) => {
  it('give the same verdict for every packet tried', () =>
    fc.assert(
      fc.property(asked(group, 30), ({ snapshot, questions }) => expectAgreement(snapshot, questions)),
      { numRuns: RUNS, endOnFailure: true },
    ))

  it('give the same verdict where something was not read', () =>
    fc.assert(
      fc.property(asked(group, 30, true), ({ snapshot, questions }) => expectAgreement(snapshot, questions)),
      { numRuns: RUNS, endOnFailure: true },
    ))
})

describe.each(Object.keys(programs) as Group[])('what the engine says of random networks: %s', (group) => {
  /** `conditional` says that some way is open, which may be what was not read. */
  const isSettled = ({ network }: Compiled, { packet }: Question, verdict: Verdict): boolean => {
    if (verdict === 'unknown' || verdict === 'conditional') return false
    // Where nobody is known to be, somebody on the internet is: also a service that answers few ports, or one of the estate.
    const isThere = intervals.has(internetAddresses(network, packet.family), parseBlock(packet.destination)!.first)
    return verdict === 'unreachable' || !isThere
  }

  it('is what it says of them where something was not read, or is unknown there', () =>
    fc.assert(
      fc.property(asked(group, 30, true), ({ whole, snapshot, questions }) => {
        const [all, part] = [whole, snapshot].map((each) => compile(new Network(each))) as [Compiled, Compiled]
        const isAsked = (each: Question) =>
          [all, part].every((compiled) => isOwnAddress(compiled, each) && isOfEstate(compiled, each))
        for (const question of questions.filter(isAsked)) {
          const { verdict } = engineVerdict(part, question)
          if (!isSettled(part, question, verdict)) continue
          const whole = engineVerdict(all, question)
          // What is on its way to be leaves the whole open, even where it would come to nothing: a NAT gateway that gets its own packets back.
          if (whole.verdict === 'unknown') continue
          expect({ question, gaps: snapshot.gaps, ...whole }).toMatchObject({ verdict })
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    ))
})
