/** Exact sets of packet headers of one address family: source x destination x protocol line x source port. A result of
 *  questions, never a condition in the graph: conditions look at one address and the protocol line (`AddressMap`). */
import { type AddressSet, addressLine, type Family } from './address.ts'
import * as intervals from './intervals.ts'
import { intervalAlgebra } from './intervals.ts'
import { canonical, type Product, product } from './product.ts'
import { ANY_TRANSPORT, lineOf, type PortSet, type Transport, transport, transportAlgebra } from './transport.ts'

export type AddressField = 'source' | 'destination'

type Inner = Product<AddressSet, Transport>

const addresses = intervalAlgebra()
const inner = product<AddressSet, Transport>(addresses, transportAlgebra)
const outer = product<AddressSet, Inner>(addresses, inner)

export class PacketSet {
  readonly family: Family
  /** Source addresses, then destination addresses, then layer-4 headers. Canonical at every level. */
  readonly rows: Product<AddressSet, Inner>

  private constructor(family: Family, rows: Product<AddressSet, Inner>) {
    this.family = family
    this.rows = rows
  }

  static empty(family: Family): PacketSet {
    return new PacketSet(family, [])
  }

  static all(family: Family): PacketSet {
    return PacketSet.of(family, {})
  }

  /** The product of the parts given; a part left out is everything. */
  static of(
    family: Family,
    parts: { readonly sources?: AddressSet; readonly destinations?: AddressSet; readonly transport?: Transport },
  ): PacketSet {
    const { sources = addressLine(family), destinations = addressLine(family), transport = ANY_TRANSPORT } = parts
    if (sources.length === 0 || destinations.length === 0 || transport.length === 0) return PacketSet.empty(family)
    return new PacketSet(family, [[sources, [[destinations, transport]]]])
  }

  /** Joins neighbours first, so that no set is copied more often than there are halvings. */
  static union(family: Family, sets: readonly PacketSet[]): PacketSet {
    if (sets.length === 0) return PacketSet.empty(family)
    if (sets.length === 1) return sets[0]!
    const middle = sets.length >>> 1
    return PacketSet.union(family, sets.slice(0, middle)).union(PacketSet.union(family, sets.slice(middle)))
  }

  isEmpty(): boolean {
    return this.rows.length === 0
  }

  equals(other: PacketSet): boolean {
    return this.family === other.family && outer.equals(this.rows, other.rows)
  }

  covers(other: PacketSet): boolean {
    return other.subtract(this).isEmpty()
  }

  union(other: PacketSet): PacketSet {
    return this.#with(other, outer.union)
  }

  intersect(other: PacketSet): PacketSet {
    return this.#with(other, outer.intersect)
  }

  subtract(other: PacketSet): PacketSet {
    return this.#with(other, outer.subtract)
  }

  /** Whether they have a packet in common; without making the set of them. */
  overlaps(other: PacketSet): boolean {
    return this.rows.some(([sources, rest]) =>
      other.rows.some(
        ([otherSources, otherRest]) => restsOverlap(rest, otherRest) && intervals.overlaps(sources, otherSources),
      ),
    )
  }

  compare(other: PacketSet): number {
    return this.family - other.family || outer.compare(this.rows, other.rows)
  }

  /** How many headers: a bigint, since one IPv6 address has 2^128 to talk to. */
  size(): bigint {
    let headers = 0n
    for (const [sources, rest] of this.rows)
      for (const [destinations, transport] of rest)
        for (const [line, ports] of transport)
          headers +=
            intervals.size(sources) * intervals.size(destinations) * intervals.size(line.points) * intervals.size(ports)
    return headers
  }

  /** All source addresses, or all destination addresses, that occur. */
  addresses(field: AddressField): AddressSet {
    if (field === 'source') return intervals.unionAll(this.rows.map(([sources]) => sources))
    return intervals.unionAll(this.rows.flatMap(([, rest]) => rest.map(([destinations]) => destinations)))
  }

  /** All layer-4 headers that occur. */
  transports(): Transport {
    return this.rows
      .flatMap(([, rest]) => rest.map(([, transport]) => transport))
      .reduce(transportAlgebra.union, transportAlgebra.empty)
  }

  /** Packets whose layer-4 header is in `transport`. */
  narrowTransport(transport: Transport): PacketSet {
    if (transport === ANY_TRANSPORT) return this
    return this.narrow('source', (sources) => [[sources, transport]])
  }

  /** Packets of which one address is among these. */
  narrowAddresses(field: AddressField, addresses: AddressSet): PacketSet {
    return this.narrow(field, (set) => [[intervals.intersect(set, addresses), ANY_TRANSPORT]])
  }

  /** The same packets with these source ports instead of their own. */
  withSourcePorts(ports: PortSet): PacketSet {
    const rows = this.rows.map(
      ([sources, rest]) =>
        [
          sources,
          canonical(
            addresses,
            transportAlgebra,
            rest.map(([d, t]) => [d, transport(lineOf(t), ports)] as const),
          ),
        ] as const,
    )
    return new PacketSet(this.family, canonical(addresses, inner, rows))
  }

  /** The same packets from each of these sources instead of their own. */
  withSources(sources: AddressSet): PacketSet {
    const spread = this.rows.map(([, rest]) => new PacketSet(this.family, [[sources, rest]]))
    return sources.length === 0 ? PacketSet.empty(this.family) : PacketSet.union(this.family, spread)
  }

  /** Cuts one address field: `cut` divides a set of addresses into disjoint parts and says which layer-4 headers stay in
   *  each. Parts it leaves out are dropped. Every condition of the graph narrows a set by this one door. */
  narrow(field: AddressField, cut: (set: AddressSet) => Iterable<readonly [AddressSet, Transport]>): PacketSet {
    const rows: (readonly [AddressSet, Inner])[] = []
    for (const [sources, rest] of this.rows) {
      if (field === 'destination') {
        rows.push([sources, narrowInner(rest, cut)])
        continue
      }
      for (const [part, transport] of cut(sources))
        rows.push([
          part,
          transport === ANY_TRANSPORT
            ? rest
            : canonical(
                addresses,
                transportAlgebra,
                rest.map(([d, t]) => [d, transportAlgebra.intersect(t, transport)] as const),
              ),
        ])
    }
    return new PacketSet(this.family, canonical(addresses, inner, rows))
  }

  #with(other: PacketSet, operation: typeof outer.union): PacketSet {
    if (this.family !== other.family) throw new Error('packet sets of different address families')
    const rows = operation(this.rows, other.rows)
    return rows === this.rows ? this : rows === other.rows ? other : new PacketSet(this.family, rows)
  }
}

const restsOverlap = (a: Inner, b: Inner): boolean =>
  a.some(([destinations, transport]) =>
    b.some(
      ([others, otherTransport]) =>
        intervals.overlaps(destinations, others) && transportAlgebra.intersect(transport, otherTransport).length > 0,
    ),
  )

const narrowInner = (rest: Inner, cut: (set: AddressSet) => Iterable<readonly [AddressSet, Transport]>): Inner => {
  const rows: (readonly [AddressSet, Transport])[] = []
  for (const [destinations, transport] of rest)
    for (const [part, admitted] of cut(destinations))
      rows.push([part, admitted === ANY_TRANSPORT ? transport : transportAlgebra.intersect(transport, admitted)])
  return canonical(addresses, transportAlgebra, rows)
}
