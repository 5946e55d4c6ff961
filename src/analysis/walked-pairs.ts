/** Pairs of endpoints of which tables do not know: asked of the path engine, from the wire of a subnet about all receivers at once, since
 *  what becomes of packets there is the same for all that put them on it. Pairs for which it matters who sends are asked one by one. */
import type { Compiled } from '../aws/compile.ts'
import { append } from '../collections.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { NOTHING } from '../packet/l4.ts'
import type { Fate, Fates } from '../reach/fate.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { FatePart } from './answering.ts'
import { ArrivalFates, type Receiver, Wire } from './arrivals.ts'
import type { Endpoint } from './endpoints.ts'
import type { PairEngine } from './pair-engine.ts'
import { askBetween } from './question.ts'
import { outcomeOf } from './reach.ts'

/** By which addresses receivers are asked about. */
export interface Destinations {
  readonly areOwn: boolean
  of(to: Endpoint): AddressSet
  ofMember(each: NetworkInterface): AddressSet
}

const ownAddresses = (family: Family): Destinations => ({
  areOwn: true,
  of: (to) => to.addresses(family),
  ofMember: (each) => each.addressSet(family),
})

type Asked = (from: Endpoint, to: Endpoint, parts: readonly FatePart[]) => void

export class WalkedPairs {
  readonly #compiled: Compiled
  readonly #engine: PairEngine
  readonly #asked: Asked
  readonly #fates: ArrivalFates
  readonly #destinations: Destinations
  /** By subnet of the sender, then by sender. */
  readonly #waiting = new Map<string, Map<Endpoint, Endpoint[]>>()

  constructor(
    compiled: Compiled,
    engine: PairEngine,
    asked: Asked,
    destinations: Destinations = ownAddresses(engine.family),
  ) {
    this.#compiled = compiled
    this.#engine = engine
    this.#asked = asked
    this.#fates = new ArrivalFates(engine.fates)
    this.#destinations = destinations
  }

  /** Asks about all addresses of two endpoints, now or when told to flush. */
  add(from: Endpoint, to: Endpoint): void {
    if (!this.#engine.end(from.class).isPlain) {
      this.#askAbout(from, to)
      return
    }
    const { subnetId } = from.class
    let bySender = this.#waiting.get(subnetId)
    if (!bySender) this.#waiting.set(subnetId, (bySender = new Map<Endpoint, Endpoint[]>()))
    append(bySender, from, to)
  }

  flush(): void {
    for (const bySender of this.#waiting.values()) this.#ask(bySender)
    this.#waiting.clear()
  }

  /** Of senders of one subnet. */
  #ask(bySender: ReadonlyMap<Endpoint, readonly Endpoint[]>): void {
    const { family } = this.#engine
    const destinations = this.#destinations
    const senders = [...bySender.keys()]
    const receivers = new Map([...bySender.values()].flat().map((to) => [to, this.#partyOf(to)] as const))
    const wire = new Wire(
      this.#engine,
      senders[0]!.class.subnetId,
      senders.map((each) => ({ members: each.members, addresses: each.addresses(family) })),
      receivers,
      (each) => destinations.ofMember(each),
    )
    for (const [from, all] of bySender)
      for (const to of all) {
        const fate = this.#fate(wire, from, to)
        if (!fate) this.#askAbout(from, to)
        else {
          const part = { sources: from.addresses(family), destinations: destinations.of(to), fate }
          this.#asked(from, to, fate.length > 0 ? [part] : [])
        }
      }
  }

  #partyOf(to: Endpoint): Receiver {
    return {
      class: to.class,
      members: to.members,
      addresses: this.#destinations.of(to),
      end: this.#engine.end(to.class),
      areOwn: this.#destinations.areOwn,
    }
  }

  /** Undefined where not all of their addresses fare alike, or it matters who sends. */
  #fate(wire: Wire<Endpoint>, from: Endpoint, to: Endpoint): Fate | undefined {
    const { family } = this.#engine
    const lets = this.#engine.end(from.class).sentAlike(this.#destinations.of(to))
    if (lets?.unknown !== NOTHING) return undefined
    const arriving = wire.arriving(lets, to)
    return arriving && this.#fates.of(arriving, from.addresses(family), lets)
  }

  #askAbout(from: Endpoint, to: Endpoint): void {
    const { family } = this.#engine
    this.#asked(
      from,
      to,
      askedAlone(this.#compiled, this.#engine, from, to, from.addresses(family), this.#destinations.of(to)),
    )
  }
}

/** What the path engine says of the packets of one endpoint to another. */
export const askedAlone = (
  compiled: Compiled,
  { family, fates, headers }: PairEngine,
  from: Endpoint,
  to: Endpoint,
  sources: AddressSet,
  destinations: AddressSet,
): readonly FatePart[] => {
  if (sources.length === 0 || destinations.length === 0) return []
  const receivers = to.class.members
  const ask = askBetween(compiled, family, { sender: from.class, sources }, { receivers, destinations }, headers)
  return partsOf(outcomeOf(compiled, ask, {}), fates)
}

/** By source and destination. */
export const partsOf = (outcome: Outcome, fates: Fates): readonly FatePart[] =>
  VERDICTS.flatMap((verdict) =>
    verdict === 'unreachable'
      ? []
      : outcome[verdict].rows.flatMap(([sources, rest]) =>
          rest.map(([destinations, transport]) => ({
            sources,
            destinations,
            fate: fates.interned([{ verdict, transport }]),
          })),
        ),
  )
