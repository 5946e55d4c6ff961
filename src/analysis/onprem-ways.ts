/** Ways from networks on premises to members of the estate, told in two halves (`handover.ts`). */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { connectedAddresses } from '../aws/on-premises.ts'
import { stageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { splitByClientPort } from '../reach/fate.ts'
import type { Outcome } from '../reach/verdict.ts'
import { type Handed, handOver, receivedOf, receptionsOf } from './handover.ts'
import type { PairEngine } from './pair-engine.ts'
import { flightOf } from './question.ts'

/** Kept for as long as the engine is: what one question found out serves the next. */
export const onPremisesWaysOf = (engine: PairEngine): OnPremisesWays =>
  once(ways, engine, () => new OnPremisesWays(engine))

const ways = new WeakMap<PairEngine, OnPremisesWays>()

class OnPremisesWays {
  readonly #engine: PairEngine
  readonly #toSubnets = new Map<string, Handed>()

  constructor(engine: PairEngine) {
    this.#engine = engine
  }

  /** What becomes of packets from on premises to members of a class, but for what is refused; undefined where the halves do not simply add up. */
  outcome(sent: PacketSet, receiver: EndpointClass): Outcome | undefined {
    const end = this.#engine.end(receiver)
    if (!end.isPlain) return undefined
    const handed = once(this.#toSubnets, receiver.subnetId, () => this.#toSubnet(receiver.subnetId))
    const receptions = receptionsOf(handed, end, sent.addresses('source'), sent.addresses('destination'))
    const outcome = receptions && receivedOf(handed, sent, receptions)
    return outcome && splitByClientPort(outcome, sent)
  }

  #toSubnet(subnetId: string): Handed {
    const { family, headers, plane } = this.#engine
    const at = (role: 'out' | 'here') => stageId(family, 'onPremises', 'onprem', role)
    const destinations = intervals.unionAll(plane.network.interfacesIn(subnetId).map((each) => each.addressSet(family)))
    const sent = PacketSet.of(family, { sources: connectedAddresses(plane), destinations, transport: headers })
    const question = { from: at('out'), home: at('here'), flight: flightOf(sent) }
    return handOver(this.#engine, question, [subnetId])
  }
}
