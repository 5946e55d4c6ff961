/** What takes packets on to others, so that an intruder gets behind it though nothing of it can be used to go on: nodes of load balancers, and
 *  interface endpoints. Whom it may take them to is told by its targets, who gets what by the path engine, which follows packets through it. */
import type { Compiled } from '../aws/compile.ts'
import { classById, type Owner, ownerOf } from '../aws/endpoint-class.ts'
import { targetAddresses } from '../aws/load-balancer-targets.ts'
import { balancersBehind } from '../aws/private-link.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { append, once } from '../collections.ts'
import type { Stage } from '../forwarding/stage.ts'
import type { Flight } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import { addressLine, FAMILIES, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PacketSet } from '../packet/set.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { CellFlow } from './cells.ts'
import type { Place } from './place.ts'
import { asksOf, type Filter } from './question.ts'
import type { Endpoint, Reachability } from './reachability.ts'
import { outcomeOf } from './reach.ts'

export interface Relay {
  /** Of the load balancer or the endpoint, of which it may be one node. */
  readonly id: string
  /** Whom it may take packets to, at most: indexes of endpoints. */
  readonly targets: ReadonlySet<number>
}

/** Whose interfaces they are; nobody's of a place outside. */
export const ownerAt = (network: Network, { place }: Endpoint): Owner | undefined =>
  place.is === 'interfaces' ? ownerOf(network, place.interfaces[0]!) : undefined

export class Relays {
  /** By endpoint. */
  readonly all: ReadonlyMap<number, Relay>
  readonly #compiled: Compiled
  readonly #reachability: Reachability
  readonly #filter: Filter

  constructor(compiled: Compiled, reachability: Reachability, filter: Filter) {
    this.#compiled = compiled
    this.#reachability = reachability
    this.#filter = filter
    this.all = this.#find()
  }

  /** Who gets what is sent to a load balancer or to the endpoint of a customer's service: by the path engine, which follows packets through
   *  them. Each target is as good as reached where one of several gets a connection, since one can connect again. */
  behind(from: number, to: number): ReadonlyMap<number, readonly CellFlow[]> {
    const { endpoints } = this.#reachability
    const found = new Map<number, CellFlow[]>()
    const sender = this.#representative(endpoints[from]!)
    const node = endpoints[to]!.place
    for (const ask of asksOf(this.#compiled, sender, node, this.#filter).asks) {
      const landed = new Map<number, PacketSet>()
      const accepts = (stage: Stage, flight: Flight): boolean => {
        const isAccepted = ask.question.accepts(stage, flight)
        if (isAccepted)
          for (const index of this.#landing(stage, flight))
            landed.set(index, landed.get(index)?.union(flight.sent) ?? flight.sent)
        return isAccepted
      }
      const outcome = outcomeOf(this.#compiled, { ...ask, question: { ...ask.question, accepts } }, {})
      landed.delete(to)
      for (const [index, sent] of landed) {
        const flows = flowsWithin(outcome, sent, sender.is !== 'interfaces').map((flow) => ({
          ...flow,
          translated: ask.translated,
          pairs: 1,
          example: { from: endpoints[from]!.id, to: endpoints[index]!.id },
        }))
        for (const flow of flows) append(found, index, flow)
      }
    }
    return found
  }

  /** The endpoints that packets are delivered to at a stage, by their addresses in flight. */
  #landing(stage: Stage, { sent, header }: Flight): readonly number[] {
    const { component, id, family } = parseStageId(stage.id)
    if (component !== 'interfaceClass') return []
    const { destination } = header
    const addresses = destination.is === 'fixed' ? single(destination.address) : sent.addresses('destination')
    const members = classById(this.#compiled.network, id).members.filter((each) =>
      intervals.overlaps(each.addressSet(family), addresses),
    )
    return [...new Set(members.flatMap((each) => this.#reachability.indexOf(each.id) ?? []))]
  }

  #representative({ id, place }: Endpoint): Place {
    return place.is === 'interfaces' ? { ...place, selector: id, interfaces: place.interfaces.slice(0, 1) } : place
  }

  #find(): ReadonlyMap<number, Relay> {
    const found = new Map<number, Relay>()
    for (const [index, endpoint] of this.#reachability.endpoints.entries()) {
      const owner = ownerAt(this.#compiled.network, endpoint)
      if (owner?.is === 'load-balancer') found.set(index, { id: owner.id, targets: this.#behindBalancers([owner.id]) })
      if (owner?.is === 'interface-endpoint') {
        const balancers = balancersBehind(this.#compiled.network, owner.id)
        found.set(index, { id: owner.id, targets: this.#behindBalancers(balancers) })
      }
    }
    return found
  }

  /** All targets, of load balancers that are targets too. */
  #behindBalancers(ids: readonly string[]): ReadonlySet<number> {
    const all = new Set<number>()
    const open = [...ids]
    const seen = new Set(open)
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const index of this.#targetsOf(id)) {
        all.add(index)
        const owner = ownerAt(this.#compiled.network, this.#reachability.endpoints[index]!)
        if (owner?.is !== 'load-balancer' || seen.has(owner.id)) continue
        seen.add(owner.id)
        open.push(owner.id)
      }
    return all
  }

  readonly #targets = new Map<string, ReadonlySet<number>>()

  #targetsOf(balancer: string): ReadonlySet<number> {
    return once(this.#targets, balancer, () => {
      const { network, planes } = this.#compiled
      const addresses = FAMILIES.flatMap((family) => [...targetAddresses(planes[family], balancer)])
      const holders = addresses.flatMap((address) => network.holdersOf(address))
      return new Set(holders.flatMap(({ id }) => this.#reachability.indexOf(id) ?? []))
    })
  }
}

type BareFlow = Pick<CellFlow, 'verdict' | 'family' | 'packets'>

/** What becomes of those packets, addresses of the estate left open. */
const flowsWithin = (outcome: Outcome, sent: PacketSet, keepSources: boolean): BareFlow[] =>
  VERDICTS.flatMap((verdict) => {
    if (verdict === 'unreachable') return []
    return outcome[verdict].intersect(sent).rows.flatMap(([sources, rest]) =>
      rest.map(([, headers]) => ({
        verdict,
        family: sent.family,
        packets: PacketSet.of(sent.family, {
          sources: keepSources ? sources : addressLine(sent.family),
          transport: headers,
        }),
      })),
    )
  })
