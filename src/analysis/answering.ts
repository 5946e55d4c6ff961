/** Which of the interfaces that answer for a place outside of the estate each sender reaches, and with what: the endpoints of AWS services.
 *  Found out pair by pair as between any two interfaces; told as one set of packets for each sender. */
import { append, once } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { type Transport, transportKey } from '../packet/transport.ts'
import { type Fate, type Welcome, welcomesBy } from '../reach/fate.ts'
import { noOutcome, type Outcome } from '../reach/verdict.ts'
import type { Endpoint } from './endpoints.ts'

/** What becomes of the packets from some addresses to others. */
export interface FatePart {
  readonly sources: AddressSet
  readonly destinations: AddressSet
  readonly fate: Fate
}

/** What some senders can do with some receivers. */
interface Met extends Omit<FatePart, 'sources'> {
  /** Among all that were met: equal for what is one and the same. */
  readonly id: number
  /** Of senders of whom not all packets fare alike. */
  readonly sources?: AddressSet
}

export class Answering {
  readonly #family: Family
  readonly #met = new Map<Endpoint, Met[]>()
  readonly #receivers = new Map<readonly Endpoint[], Map<Fate, Met>>()
  readonly #told = new Map<string, Outcome>()
  #ids = 0

  constructor(family: Family) {
    this.#family = family
  }

  counted(from: readonly Endpoint[], to: readonly Endpoint[], fate: Fate): void {
    if (fate.length === 0) return
    const met = this.#of(to, fate)
    for (const sender of from) this.#add(sender, met)
  }

  asked(from: Endpoint, parts: readonly FatePart[]): void {
    const all = from.addresses(this.#family)
    for (const { sources, destinations, fate } of parts) {
      if (fate.length === 0) continue
      const whole = intervals.equals(sources, all)
      this.#add(from, { id: this.#ids++, destinations, fate, ...(!whole && { sources }) })
    }
  }

  /** Each sender with what becomes of its packets to all of them; sources are left open where they do not matter. */
  *outcomes(): Generator<readonly [Endpoint, Outcome]> {
    for (const [sender, met] of this.#met) {
      const key = met.map(({ id }) => id).join()
      yield [sender, once(this.#told, key, () => outcomeOf(this.#family, met))]
    }
  }

  #of(to: readonly Endpoint[], fate: Fate): Met {
    let byFate = this.#receivers.get(to)
    if (!byFate) this.#receivers.set(to, (byFate = new Map<Fate, Met>()))
    let known = byFate.get(fate)
    if (!known) {
      const destinations = intervals.unionAll(to.map((each) => each.addresses(this.#family)))
      byFate.set(fate, (known = { id: this.#ids++, destinations, fate }))
    }
    return known
  }

  #add(sender: Endpoint, met: Met): void {
    append(this.#met, sender, met)
  }
}

const outcomeOf = (family: Family, met: readonly Met[]): Outcome => {
  const parts = welcomesBy((): Map<string, { readonly transport: Transport; readonly sets: AddressSet[] }> => new Map())
  const several = welcomesBy((): PacketSet[] => [])
  for (const { fate, destinations, sources } of met)
    for (const { verdict, transport } of fate)
      if (sources) several[verdict].push(PacketSet.of(family, { sources, destinations, transport }))
      else {
        const key = transportKey(transport)
        const known = parts[verdict].get(key)
        if (known) known.sets.push(destinations)
        else parts[verdict].set(key, { transport, sets: [destinations] })
      }
  const packetsOf = (verdict: Welcome): PacketSet =>
    PacketSet.union(family, [
      ...[...parts[verdict].values()].map(({ transport, sets }) =>
        PacketSet.of(family, { destinations: intervals.unionAll(sets), transport }),
      ),
      ...several[verdict],
    ])
  return { ...noOutcome(family), ...welcomesBy(packetsOf) }
}
