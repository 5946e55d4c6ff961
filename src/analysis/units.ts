/** The endpoint classes of one address family as they stand in the network: subnet by subnet, and in units that the rest of the world treats
 *  alike. Of those at which packets begin or end: gateways treat their own addresses otherwise than all around them. */
import { classOf, type EndpointClass } from '../aws/endpoint-class.ts'
import { append, groupedBy } from '../collections.ts'
import type { Network } from '../network/network.ts'
import { interfacesByVpc } from '../network/record-index.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Node } from '../reach/forwarding-table.ts'
import { type Hull, hullAround, hullOf, isInside } from './hull.ts'
import type { End } from './pair-end.ts'
import type { PairEngine } from './pair-engine.ts'
import { isEnd } from './place.ts'

/** An endpoint class with what it is asked about again and again. */
export interface Placed {
  readonly class: EndpointClass
  readonly end: End
  readonly addresses: AddressSet
  readonly hull: Hull
}

/** Classes of which the same holds. */
export interface Grouped {
  readonly placed: readonly Placed[]
}

/** A subnet with all its classes. */
export interface PlacedSubnet {
  readonly id: string
  /** Of all its classes. */
  readonly addresses: AddressSet
  readonly hull: Hull
  readonly wire: Node
  readonly deliver: Node
  readonly all: readonly Placed[]
}

/** The classes of one VPC, or of one of its blocks: blocks may lie far apart, and others treat them as they like. */
export interface Unit {
  /** Of the VPC. */
  readonly id: string
  readonly hull: Hull
  /** Of all its classes. */
  readonly addresses: AddressSet
  /** All subnets of the VPC. */
  readonly neighbours: readonly PlacedSubnet[]
  readonly subnets: readonly PlacedSubnet[]
  /** The security groups that its members are in. */
  readonly groups: ReadonlySet<string>
  /** The security groups that rules of its members let in. */
  readonly named: ReadonlySet<string>
  /** Where packets from elsewhere come in, as far as they did. */
  readonly entries: Set<Node>
}

/** The units of some classes of one VPC. */
export const unitsOf = (engine: PairEngine, vpcId: string, classes: Iterable<EndpointClass>): readonly Unit[] => {
  const { family } = engine
  const { network } = engine.plane
  const bySubnet = new Map<string, Placed[]>()
  for (const each of classes) {
    const addresses = each.addresses(family)
    const hull = hullAround(addresses)
    append(bySubnet, each.subnetId, { class: each, end: engine.end(each), addresses, hull })
  }
  const neighbours = Array.from(bySubnet, ([id, all]): PlacedSubnet => {
    const { end } = all[0]!
    return {
      id,
      addresses: intervals.unionAll(all.map(({ addresses }) => addresses)),
      hull: hullOf(all.map(({ hull }) => hull)),
      wire: end.subnet,
      deliver: end.deliver,
      all,
    }
  })
  const blocks = [...intervals.ranges(network.vpcBlocks(vpcId, family))]
  const blockOf = ({ id, hull }: PlacedSubnet): string =>
    blocks.find(([from, to]) => isInside(hull, { from, to }))?.join() ?? id
  const entries = new Set<Node>()
  return [...groupedBy(neighbours, blockOf).values()].map((subnets): Unit => {
    const all = subnets.flatMap((subnet) => subnet.all)
    return {
      id: vpcId,
      hull: hullOf(subnets.map(({ hull }) => hull)),
      addresses: intervals.unionAll(subnets.map(({ addresses }) => addresses)),
      neighbours,
      subnets,
      groups: new Set(all.flatMap(({ class: { groups } }) => groups)),
      named: new Set(all.flatMap(({ end }) => [...end.namedGroups])),
      entries,
    }
  })
}

/** All that can be placed in units of a VPC: where packets begin or end, with an address of the family. */
export const placeableIn = (network: Network, vpcId: string, family: Family): ReadonlySet<EndpointClass> => {
  // By what interfaces say: the record of their subnet may be missing.
  const interfaces = network.indexed(interfacesByVpc).get(vpcId) ?? []
  const classes = interfaces.map(({ id }) => classOf(network, network.interface(id)!))
  return new Set(
    classes.filter((each) => each.vpcId === vpcId && isEnd(each.owner) && each.addresses(family).length > 0),
  )
}
