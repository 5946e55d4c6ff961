/** Ways to IPv4 receivers by NAT64, told in two halves that meet at the NAT gateway: from a subnet to the gateway, and on from there, where
 *  nobody can tell any more who sent what. The second is asked of the path engine once for all that get to the gateway (R-NAT-12). */
import { parseStageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import { alsoInCommon, type Stages } from '../forwarding/graph.ts'
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, NOTHING } from '../packet/l4.ts'
import { asNat64, NAT64_PREFIX } from '../packet/nat64.ts'
import { publicAddressesOf } from './endpoints.ts'
import { PacketSet } from '../packet/set.ts'
import { transportAlgebra } from '../packet/transport.ts'
import { type Corridor, corridorFrom, type Identification, isDetermined, LET_OUT, PLAIN } from '../reach/corridor.ts'
import { type Reception, WELCOMES, type Welcomes, welcomesBy } from '../reach/fate.ts'
import type { Node } from '../reach/forwarding-table.ts'
import { both, propagate } from '../reach/propagate.ts'
import { type Arrival, type Arrivals, byDestination } from './arrivals.ts'
import { covers, hullAround } from './hull.ts'
import { isHandover, type PairEngine } from './pair-engine.ts'
import { anybody, flightOf, fromWire } from './question.ts'
import { Walked } from './walked.ts'

/** How packets of a subnet get to a NAT gateway, and the answers to them from there. */
interface WayToGateway {
  /** Where the gateway takes packets in. */
  readonly intake: Node
  readonly line: L4Set
  /** What comes home of the answers that it translates back. */
  readonly back: L4Set
}

/** Who sends: a subnet with the addresses that are asked about. */
export interface Neighbourhood {
  readonly subnetId: string
  readonly wire: Node
  readonly deliver: Node
  readonly addresses: AddressSet
}

/** Kept for as long as the engine is, that of IPv6: what one question found out serves the next. */
export const nat64WaysOf = (engine: PairEngine): Nat64Ways => once(ways, engine, () => new Nat64Ways(engine))

const ways = new WeakMap<PairEngine, Nat64Ways>()

export class Nat64Ways {
  readonly #engine: PairEngine
  readonly #reached: Walked<AddressSet>
  readonly #beyond: Walked<Beyond>
  readonly #receptions = new Map<readonly Arrival[], Map<readonly Arrival[], Reception>>()

  constructor(engine: PairEngine) {
    this.#engine = engine
    const common = alsoInCommon(engine.common, nat64WaysOf)
    this.#reached = new Walked(
      engine.graph,
      alsoInCommon(common, (there) => there.#reached),
    )
    this.#beyond = new Walked(
      engine.graph,
      alsoInCommon(common, (there) => there.#beyond),
    )
  }

  /** By which gateway all that a subnet sends to addresses of IPv4 goes, whoever of it sends; undefined where nothing gets anywhere. */
  toGateway({ wire, deliver, addresses }: Neighbourhood): WayToGateway | 'uneven' | undefined {
    const [from, to] = [hullAround(addresses), hullAround(NAT64_PREFIX)]
    const stops = (node: Node): boolean => isIntake(node) || isHandover(node)
    const walked = (carries: Identification): Corridor =>
      corridorFrom(
        this.#engine,
        wire,
        { leg: 'request', source: from.from, destination: to.from },
        EVERYTHING,
        carries,
        stops,
      )
    const [plain, referred] = [walked(PLAIN), walked(LET_OUT)]
    if (![plain, referred].every((each) => covers(each, from, to) && isDetermined(each))) return 'uneven'
    const [end, ...others] = plain.ends
    // What only a reference let out does not get past it: the gateway hides who sends (R-SG-11).
    const isAlone = others.length === 0 && referred.ends.every(({ at }) => isIntake(at))
    if (!isAlone || (end && (!isIntake(end.at) || end.carries.session))) return 'uneven'
    if (!end) return undefined
    const home = this.#engine.tables.node(homeOf(this.#engine, end.at))
    const lookup = { leg: 'reply', source: to.from, destination: from.from } as const
    const answers = corridorFrom(this.#engine, home, lookup, EVERYTHING, PLAIN, isHandover)
    if (!covers(answers, to, from) || !isDetermined(answers) || answers.ends.length > 1) return 'uneven'
    const [last] = answers.ends
    if (last && (last.at !== deliver || last.carries.session)) return 'uneven'
    return { intake: end.at, line: end.line, back: last?.line ?? NOTHING }
  }

  /** What is done with what gets to a gateway for these addresses, whoever has them: those for which it is the same together. Undefined
   *  where it is not the same for whoever sends. */
  receptions({ intake }: WayToGateway, addresses: AddressSet): Receptions | undefined {
    const { answered, lost } = this.#beyond.of(intake.id, (graph) => this.#beyondOf(graph, intake))
    const receptions: (readonly [AddressSet, Reception])[] = []
    for (const [first, some] of answered.split(addresses))
      for (const [second, part] of lost.split(some)) {
        if (![...first, ...second].every(isFromAnybody)) return undefined
        receptions.push([part, this.#reception(first, second)])
      }
    return receptions
  }

  #reception(answered: readonly Arrival[], lost: readonly Arrival[]): Reception {
    const byLost = once(this.#receptions, answered, () => new Map())
    return once(byLost, lost, () =>
      this.#engine.fates.reception({ answered: welcomesOf(answered), lost: welcomesOf(lost) }),
    )
  }

  #beyondOf(graph: Stages, intake: Node): Beyond {
    const outcomes = this.#parts().map((part) =>
      both(graph, {
        from: intake.id,
        home: homeOf(this.#engine, intake),
        flight: flightOf(PacketSet.of(6, { destinations: asNat64(part), transport: this.#engine.headers })),
        // Whoever has the address, be it behind a load balancer or endpoint: the internet has none of the estate's.
        accepts: ({ id }) => parseStageId(id).component !== 'internet',
      }),
    )
    return {
      answered: byDestination(
        6,
        outcomes.map(({ answered }) => answered),
      ),
      lost: byDestination(
        6,
        outcomes.map(({ lost }) => lost),
      ),
    }
  }

  #known: readonly AddressSet[] | undefined

  /** Where receivers may be, in parts: what a gateway sends has ports that it picks, and a walk of such packets to everywhere at once
   *  takes longer than one after the other. */
  #parts(): readonly AddressSet[] {
    if (this.#known) return this.#known
    const { network } = this.#engine.plane
    const parts: AddressSet[] = []
    let taken: AddressSet = []
    const add = (addresses: AddressSet): void => {
      const part = intervals.subtract(addresses, taken)
      if (part.length === 0) return
      parts.push(part)
      taken = intervals.union(taken, part)
    }
    for (const id of network.vpcIds()) {
      const members = network.interfacesOf(id)
      add(network.vpcBlocks(id, 4))
      add(publicAddressesOf(members))
      // Nobody need have read the blocks.
      add(intervals.unionAll(members.map((each) => each.addressSet(4))))
    }
    add(intervals.unionAll(network.interfaces().map((each) => each.addressSet(4))))
    add(publicAddressesOf(network.interfaces()))
    return (this.#known = parts)
  }

  /** To which addresses anything gets that a subnet sends. */
  reachedFrom({ subnetId, addresses }: Neighbourhood): AddressSet {
    return this.#reached.of(`${subnetId} ${addresses.join()}`, (graph) => {
      const sent = PacketSet.of(6, { sources: addresses, destinations: NAT64_PREFIX, transport: this.#engine.headers })
      const { sender, isAskedFor } = anybody()
      const outcome = propagate(graph, {
        ...fromWire(6, subnetId),
        flight: { ...flightOf(sent), sender },
        accepts: () => true,
      })
      // Where it matters who sends, somebody may get anywhere.
      if (isAskedFor()) return NAT64_PREFIX
      return intervals.unionAll(WELCOMES.map((welcome) => outcome[welcome].addresses('destination')))
    })
  }
}

/** What becomes of packets beyond a gateway, if their answers get home from it and if they do not. */
interface Beyond {
  readonly answered: Arrivals
  readonly lost: Arrivals
}

export type Receptions = readonly (readonly [AddressSet, Reception])[]

const isFromAnybody = ({ sources }: Arrival): boolean => intervals.equals(sources, addressLine(6))

const welcomesOf = (arrivals: readonly Arrival[]): Welcomes =>
  welcomesBy((verdict) =>
    arrivals
      .filter((each) => each.verdict === verdict)
      .map(({ transport }) => transport)
      .reduce(transportAlgebra.union, []),
  )

const isIntake = ({ id }: Node): boolean => {
  const { component, role } = parseStageId(id)
  return component === 'natGateway' && role === 'intake'
}

/** Where the answers that a gateway translated back set out to their client. */
const homeOf = ({ plane }: PairEngine, { id }: Node): string => plane.at('natGateway', parseStageId(id).id, 'home')
