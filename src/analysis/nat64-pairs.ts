/** Pairs of which the receiver is sent to by IPv6 addresses that stand for its IPv4 ones, to which a NAT gateway translates them (R-NAT-12). */
import type { Compiled } from '../aws/compile.ts'
import { routesNat64 } from '../aws/nat64.ts'
import { once } from '../collections.ts'
import { alsoInCommon } from '../forwarding/graph.ts'
import type { Stages } from '../forwarding/graph.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'
import { PacketSet } from '../packet/set.ts'
import { propagate } from '../reach/propagate.ts'
import { WELCOMES } from '../reach/fate.ts'
import type { FatePart } from './answering.ts'
import { type Endpoint, translatedAddressesOf } from './endpoints.ts'
import type { PairEngine } from './pair-engine.ts'
import { anybody, flightOf, fromWire } from './question.ts'
import { sideOf } from './sides.ts'
import { Walked } from './walked.ts'
import { type Destinations, WalkedPairs } from './walked-pairs.ts'

/** All senders with all receivers that have IPv4 addresses, as far as anything may get there. `engine`: that of IPv6. */
export const eachNat64Pair = (
  compiled: Compiled,
  engine: PairEngine,
  senders: readonly Endpoint[],
  receivers: readonly Endpoint[],
  asked: (from: Endpoint, to: Endpoint, parts: readonly FatePart[]) => void,
): void => {
  if (!routesNat64(compiled.network)) return
  const targets = receivers.filter((each) => addresses.of(each).length > 0)
  const walked = new WalkedPairs(compiled, engine, asked, addresses)
  for (const neighbours of sideOf(6, senders).bySubnet) {
    const reached = reachOf(engine).from(neighbours)
    const others = targets.filter((each) => intervals.overlaps(addresses.of(each), reached))
    for (const from of neighbours) for (const to of others) walked.add(from, to)
    walked.flush()
  }
}

const known = new WeakMap<Endpoint, AddressSet>()

const addresses: Destinations = {
  of: (to) => once(known, to, () => translatedAddressesOf(to.members, 6)),
  ofMember: (each) => translatedAddressesOf([each], 6),
}

/** Kept for as long as the engine is: what one question found out serves the next. */
const reachOf = (engine: PairEngine): Nat64Reach => once(reaches, engine, () => new Nat64Reach(engine))

const reaches = new WeakMap<PairEngine, Nat64Reach>()

/** To which of these addresses anything gets that a subnet puts on its wire, whoever has them. */
class Nat64Reach {
  readonly #engine: PairEngine
  readonly #walked: Walked<AddressSet>

  constructor(engine: PairEngine) {
    this.#engine = engine
    this.#walked = new Walked(
      engine.graph,
      alsoInCommon(alsoInCommon(engine.common, reachOf), (there) => there.#walked),
    )
  }

  from(neighbours: readonly Endpoint[]): AddressSet {
    const { subnetId } = neighbours[0]!.class
    const sources = intervals.unionAll(neighbours.map((each) => each.addresses(6)))
    return this.#walked.of(`${subnetId} ${sources.join()}`, (graph) => this.#from(graph, subnetId, sources))
  }

  #from(graph: Stages, subnetId: string, sources: AddressSet): AddressSet {
    const sent = PacketSet.of(6, { sources, destinations: NAT64_PREFIX, transport: this.#engine.headers })
    const { sender, isAskedFor } = anybody()
    const outcome = propagate(graph, {
      ...fromWire(6, subnetId),
      flight: { ...flightOf(sent), sender },
      accepts: () => true,
    })
    // Where it matters who sends, somebody may get anywhere.
    return isAskedFor()
      ? NAT64_PREFIX
      : intervals.unionAll(WELCOMES.map((welcome) => outcome[welcome].addresses('destination')))
  }
}
