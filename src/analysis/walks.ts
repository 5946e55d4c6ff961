/** Corridors between stages, remembered: what holds for a rectangle of addresses is not looked up again inside it. */
import { unitOf } from '../aws/unit.ts'
import type { InCommon, Leg } from '../forwarding/graph.ts'
import type { Network } from '../network/network.ts'
import { EVERYTHING } from '../packet/l4.ts'
import { type Corridor, corridorFrom, Corridors, type TableContext, type Identification } from '../reach/corridor.ts'
import type { Node } from '../reach/forwarding-table.ts'
import type { Hull } from './hull.ts'

export class Walks {
  readonly #context: TableContext
  readonly #network: Network
  readonly #common: InCommon<Walks> | undefined
  readonly #walks = new Map<Node, Map<string, Corridors>>()
  readonly #vpcOf = new Map<Node, string | undefined>()

  constructor(context: TableContext & { readonly plane: { readonly network: Network } }, common?: InCommon<Walks>) {
    this.#context = context
    this.#network = context.plane.network
    this.#common = common
  }

  /** From a stage of a VPC, as far as it is in there. `purpose` names what `stops` stops for. */
  between(
    from: Node,
    purpose: string,
    leg: Leg,
    sources: Hull,
    destinations: Hull,
    carries: Identification,
    stops: (node: Node) => boolean,
  ): Corridor {
    if (this.#common?.has(from.id))
      return this.#common.with.between(from, purpose, leg, sources, destinations, carries, stops)
    let byPurpose = this.#walks.get(from)
    if (!byPurpose) this.#walks.set(from, (byPurpose = new Map<string, Corridors>()))
    const key = carries.letOut ? `${purpose} ` : purpose
    let known = byPurpose.get(key)
    if (!known) byPurpose.set(key, (known = new Corridors()))
    const [source, destination] = [sources.from, destinations.from]
    let corridor = known.at(source, destination)
    if (!corridor) {
      corridor = corridorFrom(this.#context, from, { leg, source, destination }, EVERYTHING, carries, stops)
      known.add(corridor)
    }
    return corridor
  }

  /** Which VPC a stage is in, if in one. */
  vpcOf(node: Node): string | undefined {
    if (!this.#vpcOf.has(node)) this.#vpcOf.set(node, unitOf(this.#network, node.id))
    return this.#vpcOf.get(node)
  }
}
