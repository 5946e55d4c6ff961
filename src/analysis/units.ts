/** Endpoints as they stand in the network: subnet by subnet, and in units that the rest of the world treats alike. */
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Node } from '../reach/forwarding-table.ts'
import type { Endpoint, Membership } from './endpoints.ts'
import { type Hull, hullOf, isInside } from './hull.ts'
import type { End, PairEngine } from './pair-engine.ts'

/** An endpoint with what it is asked about again and again. */
export interface Placed {
  readonly endpoint: Endpoint
  /** By itself. */
  readonly alone: readonly [Endpoint]
  readonly end: End
  readonly hull: Hull
  /** Members with an address of the family. */
  readonly members: number
}

/** The endpoints of one subnet. */
export interface SubnetSide {
  readonly id: string
  /** Of all its endpoints. */
  readonly addresses: AddressSet
  readonly hull: Hull
  readonly wire: Node
  readonly deliver: Node
  readonly senders: readonly Placed[]
  readonly receivers: readonly Placed[]
}

/** The endpoints of one VPC, or of one of its blocks: blocks may lie far apart, and others treat them as they like. */
export interface Unit {
  /** Of the VPC. */
  readonly id: string
  /** Of the unit. */
  readonly key: string
  readonly hull: Hull
  /** Of all its endpoints. */
  readonly addresses: AddressSet
  /** All subnets of the VPC. */
  readonly neighbours: readonly SubnetSide[]
  readonly subnets: readonly SubnetSide[]
  readonly sends: boolean
  readonly receives: boolean
  /** The groups that its members are in. */
  readonly groups: ReadonlySet<string>
  /** The groups that rules of its members let in. */
  readonly named: ReadonlySet<string>
  /** Where packets from elsewhere come in, as far as they did. */
  readonly entries: Set<Node>
}

/** All receivers of a unit, by membership. */
export const receiversOf = ({ subnets }: Unit) => {
  const byMembership = new Map<Membership, Placed[]>()
  for (const each of subnets.flatMap(({ receivers }) => receivers)) {
    const { membership } = each.endpoint
    const known = byMembership.get(membership)
    if (known) known.push(each)
    else byMembership.set(membership, [each])
  }
  return [...byMembership.values()].map((all) => {
    const placed = inOrder(all)
    return { endpoints: endpointsIn(placed), members: membersOf(placed) }
  })
}

/** The first pair of two lists is that of their first members. */
export const inOrder = (placed: Placed[]): readonly Placed[] =>
  placed.sort((a, b) => a.endpoint.order - b.endpoint.order)

export const membersOf = (all: readonly Placed[]): number => all.reduce((sum, { members }) => sum + members, 0)

export const endpointsIn = (all: readonly Placed[]): readonly Endpoint[] => all.map(({ endpoint }) => endpoint)

export const unitsOf = (engine: PairEngine, endpoints: readonly Endpoint[]): readonly Unit[] => {
  const { family } = engine
  const bySubnet = new Map<string, Placed[]>()
  for (const endpoint of endpoints) {
    const set = endpoint.addresses(family)
    if (set.length === 0) continue
    const hull = { from: set[0]!, to: set.at(-1)! }
    const members = endpoint.members.filter((each) => each.addressSet(family).length > 0).length
    const placed: Placed = { endpoint, alone: [endpoint], end: engine.end(endpoint.class), hull, members }
    const { subnetId } = endpoint.class
    const known = bySubnet.get(subnetId)
    if (known) known.push(placed)
    else bySubnet.set(subnetId, [placed])
  }
  const byVpc = new Map<string, SubnetSide[]>()
  for (const [id, all] of bySubnet) {
    const side: SubnetSide = {
      id,
      addresses: intervals.unionAll(all.map(({ endpoint }) => endpoint.addresses(family))),
      hull: hullOf(all.map(({ hull }) => hull)),
      wire: all[0]!.end.subnet,
      deliver: all[0]!.end.deliver,
      senders: all.filter(({ endpoint }) => endpoint.membership.rows.length > 0),
      receivers: all.filter(({ endpoint }) => endpoint.membership.columns.length > 0),
    }
    const { vpcId } = all[0]!.endpoint.class
    const known = byVpc.get(vpcId)
    if (known) known.push(side)
    else byVpc.set(vpcId, [side])
  }
  return [...byVpc].flatMap(([id, neighbours]) => {
    const blocks = engine.plane.network.vpcBlocks(id, family)
    const entries = new Set<Node>()
    const byBlock = new Map<string, SubnetSide[]>()
    for (const subnet of neighbours) {
      const block = [...intervals.ranges(blocks)].find(([from, to]) => isInside(subnet.hull, { from, to }))
      const key = block?.join() ?? subnet.id
      const known = byBlock.get(key)
      if (known) known.push(subnet)
      else byBlock.set(key, [subnet])
    }
    return [...byBlock].map(([block, subnets]): Unit => {
      const ends = subnets.flatMap(({ senders, receivers }) => [...senders, ...receivers])
      return {
        id,
        key: `${id} ${block}`,
        hull: hullOf(subnets.map(({ hull }) => hull)),
        addresses: intervals.unionAll(subnets.map(({ addresses }) => addresses)),
        neighbours,
        subnets,
        sends: subnets.some(({ senders }) => senders.length > 0),
        receives: subnets.some(({ receivers }) => receivers.length > 0),
        groups: new Set(ends.flatMap(({ endpoint }) => endpoint.class.groups)),
        named: new Set(ends.flatMap(({ end }) => [...end.namedGroups])),
        entries,
      }
    })
  })
}
