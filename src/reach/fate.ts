/** What becomes of the packets of a pair, given what of the protocol line gets there and what gets back: the same fold into verdicts as
 *  the path engine's, for whole lines at once. */
import { asSent, admitLine, mirrored } from '../forwarding/header.ts'
import { PairTable } from '../collections.ts'
import type { Family } from '../packet/address.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING, UNANSWERED } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { ALL_PORTS, type Transport, transport, transportAlgebra, transportKey } from '../packet/transport.ts'
import { either, noOutcome, type Outcome, VERDICTS, type Verdict } from './verdict.ts'

/** Headers that fare alike. */
export interface FateFlow {
  readonly verdict: Welcome
  readonly transport: Transport
}

/** All that is not unreachable, best verdict first; one object for equal fates of one `Fates`. */
export type Fate = readonly FateFlow[]

export type Welcome = Exclude<Verdict, 'unreachable'>

/** Headers by what becomes of them: disjoint, the rest is refused. */
export type Welcomes = Readonly<Record<Welcome, Transport>>

/** What a receiver does with what gets to it. One object for equal ones of one `Fates`. */
export interface Reception {
  /** If its answers get home from there. */
  readonly answered: Welcomes
  /** If they do not. */
  readonly lost: Welcomes
}

/** Fates of the packets with these layer-4 headers. */
export class Fates {
  readonly family: Family
  readonly #asked: PacketSet
  readonly #receptions = new Map<string, Reception>()
  readonly #plain = new PairTable<Reception>()
  readonly #receptionIds = new Map<Reception, number>()
  readonly #narrowed = new Map<Reception, Map<L4Set, Reception>>()
  readonly #folded = new Map<Reception, PairTable<Fate>>()
  readonly #known = new Map<string, Fate>()
  readonly #ids = new Map<Fate, number>()
  readonly #all: Fate[] = []

  constructor(family: Family, asked: Transport) {
    this.family = family
    this.#asked = PacketSet.of(family, { transport: asked })
  }

  /** A receiver that takes these headers, and others of which nobody can tell. */
  taking(line: L4Set, unknown: L4Set = NOTHING): Reception {
    let reception = this.#plain.get(line.id, unknown.id)
    if (!reception) {
      const undetermined = transport(l4Algebra.subtract(unknown, line))
      reception = this.reception({
        answered: { ...NOWHERE, reachable: transport(line), unknown: undetermined },
        lost: {
          ...NOWHERE,
          reachable: transport(l4Algebra.intersect(line, UNANSWERED[this.family])),
          'one-way': transport(l4Algebra.subtract(line, UNANSWERED[this.family])),
          unknown: undetermined,
        },
      })
      this.#plain.set(line.id, unknown.id, reception)
    }
    return reception
  }

  reception(of: Reception): Reception {
    const key = [of.answered, of.lost]
      .flatMap((each) => WELCOMES.map((verdict) => transportKey(each[verdict])))
      .join('\n')
    let known = this.#receptions.get(key)
    if (!known) this.#receptions.set(key, (known = of))
    return known
  }

  /** Of packets of which nobody can tell what becomes of them, whoever they are for. */
  undetermined(unknown: L4Set): Fate {
    return this.of(EVERYTHING, this.taking(NOTHING, unknown), NOTHING)
  }

  /** Small and dense: to know receptions by. */
  idOfReception(reception: Reception): number {
    let id = this.#receptionIds.get(reception)
    if (id === undefined) this.#receptionIds.set(reception, (id = this.#receptionIds.size))
    return id
  }

  /** The fate of a pair of which everything is known: only client ports are still to be judged. */
  settled(of: Welcomes): Fate {
    const part = (verdict: Welcome): PacketSet => this.#asked.narrowTransport(of[verdict])
    const outcome = { ...noOutcome(this.family), ...welcomesBy(part) }
    return this.interned(flowsIn(splitByClientPort(outcome, this.#asked)))
  }

  /** Of what it does with everything, the part about these headers. */
  narrowed(reception: Reception, line: L4Set): Reception {
    if (line === EVERYTHING) return reception
    let byLine = this.#narrowed.get(reception)
    if (!byLine) this.#narrowed.set(reception, (byLine = new Map<L4Set, Reception>()))
    let narrow = byLine.get(line)
    if (!narrow) {
      const part = transport(line)
      const cut = (of: Welcomes): Welcomes => welcomesBy((verdict) => transportAlgebra.intersect(of[verdict], part))
      narrow = this.reception({ answered: cut(reception.answered), lost: cut(reception.lost) })
      byLine.set(line, narrow)
    }
    return narrow
  }

  /** Two ways to the same receiver, for different headers. */
  union(a: Reception, b: Reception): Reception {
    if (a === b) return a
    const both = (one: Welcomes, other: Welcomes): Welcomes =>
      welcomesBy((verdict) => transportAlgebra.union(one[verdict], other[verdict]))
    return this.reception({ answered: both(a.answered, b.answered), lost: both(a.lost, b.lost) })
  }

  /** `there`: what gets to the receiver; `back`: what comes home of answers, as the headers that these then have. */
  of(there: L4Set, reception: Reception, back: L4Set): Fate {
    let folded = this.#folded.get(reception)
    if (!folded) this.#folded.set(reception, (folded = new PairTable<Fate>()))
    let fate = folded.get(there.id, back.id)
    if (!fate) folded.set(there.id, back.id, (fate = this.interned(flowsIn(this.#outcome(there, reception, back)))))
    return fate
  }

  /** Small and dense: to count by. */
  idOf(fate: Fate): number {
    let id = this.#ids.get(fate)
    if (id === undefined) {
      id = this.#all.length
      this.#ids.set(fate, id)
      this.#all.push(fate)
    }
    return id
  }

  withId(id: number): Fate {
    return this.#all[id]!
  }

  interned(flows: Fate): Fate {
    const key = flows.map(({ verdict, transport }) => `${verdict} ${transportKey(transport)}`).join('\n')
    let known = this.#known.get(key)
    if (!known) this.#known.set(key, (known = flows))
    return known
  }

  /** Several fates of one pair, which differ by address or verdict, as one. */
  joined(all: readonly Fate[]): Fate {
    if (all.length === 1) return all[0]!
    const flows = new Map<string, FateFlow>()
    for (const flow of all.flat()) flows.set(`${flow.verdict} ${transportKey(flow.transport)}`, flow)
    return this.interned(
      [...flows]
        .sort(
          ([a, { verdict: one }], [b, { verdict: other }]) =>
            VERDICTS.indexOf(one) - VERDICTS.indexOf(other) || (a < b ? -1 : 1),
        )
        .map(([, flow]) => flow),
    )
  }

  #outcome(there: L4Set, { answered, lost }: Reception, back: L4Set): Outcome {
    const arriving = this.#asked.narrowTransport(transport(there))
    const home = PacketSet.union(
      this.family,
      admitLine(arriving, mirrored(asSent(this.family)), back).map(({ sent }) => sent),
    )
    const replyLost = arriving.subtract(home)
    const outcome = welcomesBy((verdict) =>
      home.narrowTransport(answered[verdict]).union(replyLost.narrowTransport(lost[verdict])),
    )
    return splitByClientPort({ ...noOutcome(this.family), ...outcome }, this.#asked)
  }
}

export const WELCOMES = ['reachable', 'conditional', 'one-way', 'unknown'] as const

export const NOWHERE: Welcomes = { reachable: [], conditional: [], 'one-way': [], unknown: [] }

export const welcomesBy = <T>(of: (verdict: Welcome) => T): Readonly<Record<Welcome, T>> => ({
  reachable: of('reachable'),
  conditional: of('conditional'),
  'one-way': of('one-way'),
  unknown: of('unknown'),
})

/** What becomes of headers that either of these happens to, as something that is not settled decides. */
export const eitherOf = (a: Welcomes, b: Welcomes): Welcomes => {
  const all = welcomesBy((): Transport[] => [])
  const taken = (of: Welcomes): Transport => WELCOMES.map((verdict) => of[verdict]).reduce(transportAlgebra.union)
  const [ofA, ofB] = [taken(a), taken(b)]
  for (const one of VERDICTS)
    for (const other of VERDICTS) {
      const verdict = either(one, other)
      if (verdict === 'unreachable') continue
      const left = one === 'unreachable' ? transportAlgebra.subtract(ofB, ofA) : a[one]
      const right = other === 'unreachable' ? transportAlgebra.subtract(ofA, ofB) : b[other]
      all[verdict].push(transportAlgebra.intersect(left, right))
    }
  return welcomesBy((verdict) => all[verdict].reduce(transportAlgebra.union, []))
}

/** Packets that get their answer on some of the client ports that are asked about depend on the port (R-FLOW-7). `depends` is told which. */
export const splitByClientPort = (
  outcome: Outcome,
  asked: PacketSet,
  depends?: (concerned: PacketSet) => void,
): Outcome => {
  const { reachable } = outcome
  if (reachable.isEmpty()) return outcome
  const partly = reachable.withSourcePorts(ALL_PORTS).intersect(asked).subtract(reachable)
  if (partly.isEmpty()) return outcome
  const concerned = partly.withSourcePorts(ALL_PORTS).intersect(asked).intersect(reachable)
  depends?.(concerned)
  return {
    ...outcome,
    reachable: reachable.subtract(concerned),
    conditional: outcome.conditional.union(concerned),
  }
}

/** Packets of a sender that has one of the source addresses that are asked about, nobody knows which: what differs among them depends on
 *  it. `depends` is told which. */
export const splitBySource = (outcome: Outcome, asked: PacketSet, depends: (concerned: PacketSet) => void): Outcome => {
  const everywhere = asked.addresses('source')
  const partOf = (verdict: 'reachable' | 'one-way'): PacketSet =>
    outcome[verdict].intersect(asked.subtract(outcome[verdict]).withSources(everywhere))
  const [reached, lost] = [partOf('reachable'), partOf('one-way')]
  const concerned = reached.union(lost)
  if (concerned.isEmpty()) return outcome
  depends(concerned)
  return {
    ...outcome,
    reachable: outcome.reachable.subtract(reached),
    'one-way': outcome['one-way'].subtract(lost),
    conditional: outcome.conditional.union(concerned),
  }
}

const flowsIn = (outcome: Outcome): Fate =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable' || outcome[verdict].isEmpty()
      ? []
      : [{ verdict, transport: outcome[verdict].transports() }],
  )
