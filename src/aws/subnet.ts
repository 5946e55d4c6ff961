/** Subnets: neighbours are reached directly, everyone else through the subnet's NACL and route table. R-FLOW-2 to R-FLOW-5.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
import type { Network } from '../network/network.ts'
import { addressLine, type AddressSet, type Family, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Condition } from '../forwarding/transfer.ts'
import { classesIn } from './endpoint-class.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, type Plane } from './plane.ts'
import { nearDestinations, nearWithoutTable, routeBy } from './routing.ts'
import { FROM_FIREWALL } from './stage-id.ts'
import { isServing } from './state.ts'

/** The subnet and its VPC. */
const isInService = (plane: Plane, draft: Draft, id: string): boolean => {
  const vpcId = plane.network.vpcOf(id)
  return (
    isServing(draft, id, plane.network.raw('subnet', id)?.State) &&
    (vpcId === undefined || isServing(draft, vpcId, plane.network.raw('vpc', vpcId)?.State))
  )
}

export const subnet: Behaviour<'subnet'> = {
  /** A packet that an interface, or a gateway with an interface here, puts on the wire. */
  leaving: (plane, draft, id, detail) => {
    if (!isInService(plane, draft, id)) return
    const byRoute: Condition = { on: 'return', from: id, bound: 'not' }
    const egress = plane.at('subnet', id, 'egress', detail)
    draft.bySession(id, 'here', because('RETURNS_TO_SENDER', id))
    draft.to(egress, because('RETURNS_TO_SENDER', id), {
      when: [{ on: 'return', from: id, bound: 'away' }],
      leg: 'reply',
    })
    // Neighbours: no NACL and no route table, whatever these say (R-FLOW-3, R-NACL-4).
    const table = plane.network.routeTableOf(id)
    const vpcId = plane.network.vpcOf(id)
    const { doubtful, reason } = perhapsNeighbours(plane, id, vpcId)
    if (doubtful.length > 0) draft.unknown(reason, { when: [byRoute, { on: 'destination', within: doubtful }] })
    const neighbours = intervals.subtract(plane.network.subnetBlocks(id, plane.family), doubtful)
    draft.to(plane.at('subnet', id, 'deliver'), because('SAME_SUBNET', id), {
      when: [byRoute, { on: 'destination', within: neighbours }],
    })
    const beyond = intervals.subtract(addressLine(plane.family), intervals.union(neighbours, doubtful))
    const at =
      vpcId === undefined ? undefined : { vpcId, subnetId: id, border: egress, fromTransit: detail === 'transit' }
    const near = at
      ? intervals.intersect(beyond, table ? nearDestinations(plane, table.id, at) : nearWithoutTable(plane, at))
      : []
    const toNear: Condition[] = [byRoute, { on: 'destination', within: near }]
    // A NAT gateway or middlebox of this very subnet is a neighbour too: no NACL on that leg (R-NAT-9). Where AWS picks one of several
    // lists (R-ROUTE-9) it picks here, since the choice is between that and leaving the subnet.
    if (at && near.length > 0)
      if (table) routeBy(plane, draft, table.id, at, toNear)
      else draft.unknown(because('ROUTE_TABLE_UNKNOWN', id), { when: toNear })
    draft.to(egress, because('LEAVES_SUBNET', id), {
      when: [byRoute, { on: 'destination', within: intervals.subtract(beyond, near) }],
    })
  },

  egress: (plane, draft, id, detail) =>
    filterByAcl(plane, draft, id, 'outbound', plane.at('subnet', id, 'route', detail)),

  route: (plane, draft, id, detail) => {
    draft.bySession(id, 'away', because('RETURNS_TO_SENDER', id))
    const byRoute: Condition = { on: 'return', from: id, bound: 'not' }
    const table = plane.network.routeTableOf(id)
    const vpcId = plane.network.vpcOf(id)
    if (!table || vpcId === undefined) {
      draft.unknown(because('ROUTE_TABLE_UNKNOWN', id), { when: [byRoute] })
      return
    }
    const whereabouts = {
      vpcId,
      subnetId: id,
      foreign: detail === 'transit',
      fromFirewall: detail === FROM_FIREWALL,
    }
    routeBy(plane, draft, table.id, whereabouts, [byRoute])
  },

  ingress: (plane, draft, id) => filterByAcl(plane, draft, id, 'inbound', plane.at('subnet', id, 'deliver')),

  deliver: (plane, draft, id) => {
    if (!isInService(plane, draft, id)) return
    const { twice, by } = heldTwice(plane, id)
    if (twice.length > 0)
      draft.unknown(because('CONTRADICTION', id, { what: `${by.join(' and ')} hold one address` }), {
        when: [{ on: 'destination', within: twice }],
      })
    let owned = twice
    for (const each of classesIn(plane.network, id)) {
      const addresses = intervals.subtract(each.addresses(plane.family), owned)
      if (addresses.length === 0) continue
      owned = intervals.union(owned, addresses)
      draft.to(plane.at('interfaceClass', each.id, 'arriving'), because('ADDRESS_OF_INTERFACE', id), {
        when: [{ on: 'destination', within: addresses }],
      })
    }
    owned = deliverToGateways(plane, draft, id, owned)
    const block = plane.network.subnetBlocks(id, plane.family)
    const vacant = intervals.subtract(addressLine(plane.family), owned)
    const reserved = intervals.intersect(reservedIn(plane.network, id, plane.family), vacant)
    if (reserved.length > 0)
      draft.drop(because('NOT_AN_ENDPOINT', id), { when: [{ on: 'destination', within: reserved }] })
    const rest: Condition = { on: 'destination', within: intervals.subtract(vacant, reserved) }
    if (block.length > 0 && plane.network.knowsInterfacesIn(id))
      draft.drop(because('NO_POSSIBLE_DESTINATION', id), { when: [rest] })
    else draft.unknown(because('INTERFACES_UNKNOWN', id), { when: [rest] })
  },
}

/** Destinations of which nobody can tell whether they are in this very subnet: its block was not read, or another subnet claims
 *  a part of it. */
const perhapsNeighbours = (plane: Plane, id: string, vpcId: string | undefined) => {
  const { network, family } = plane
  if (vpcId === undefined) return { doubtful: addressLine(family), reason: because('UNKNOWN_RESOURCE', id) }
  if (!network.knowsBlocksOf('subnet', id, family)) {
    const all = network.knowsBlocksOf('vpc', vpcId, family) ? network.vpcBlocks(vpcId, family) : addressLine(family)
    const others = network.subnetsOf(vpcId).filter((other) => other.id !== id)
    const theirs = intervals.unionAll(others.map((other) => network.subnetBlocks(other.id, family)))
    return {
      doubtful: intervals.subtract(all, theirs),
      reason: because('SUBNETS_UNKNOWN', vpcId, { missing: id }),
    }
  }
  const { twice, by } = network.overlapsIn(vpcId, family)
  return {
    doubtful: intervals.intersect(network.subnetBlocks(id, family), twice),
    reason: because('CONTRADICTION', vpcId, { what: `${by.join(' and ')} overlap` }),
  }
}

/** Addresses that more than one interface of the subnet claims: AWS gives an address to one, so one of the records is old. */
const heldTwice = ({ network, family }: Plane, id: string) => {
  const sets = network.interfacesIn(id).map((each) => [each.id, each.addressSet(family)] as const)
  const all = intervals.unionAll(sets.map(([, set]) => set))
  const total = sets.reduce((sum, [, set]) => sum + intervals.size(set), 0n)
  if (total === intervals.size(all)) return { twice: [], by: [] }
  let seen: AddressSet = []
  let twice: AddressSet = []
  for (const [, set] of sets) {
    twice = intervals.union(twice, intervals.intersect(seen, set))
    seen = intervals.union(seen, set)
  }
  return { twice, by: sets.flatMap(([holder, set]) => (intervals.overlaps(set, twice) ? [holder] : [])) }
}

/** NAT gateways hold addresses here even where their interfaces were not read. */
const deliverToGateways = (plane: Plane, draft: Draft, id: string, owned: AddressSet): AddressSet => {
  let all = owned
  const vpcId = plane.network.vpcOf(id)
  if (vpcId === undefined || plane.family === 6) return all
  for (const nat of plane.network.natGatewaysOf(vpcId).filter(({ raw }) => raw.SubnetId === id)) {
    const addresses = intervals.subtract(natAddresses(plane, nat.id), all)
    if (addresses.length === 0) continue
    all = intervals.union(all, addresses)
    draft.to(plane.at('natGateway', nat.id, 'arriving'), because('ADDRESS_OF_INTERFACE', id), {
      when: [{ on: 'destination', within: addresses }],
    })
  }
  return all
}

const natAddresses = (plane: Plane, natId: string): AddressSet =>
  intervals.unionAll(
    (plane.network.raw('natGateway', natId)?.NatGatewayAddresses ?? []).flatMap(({ PrivateIp }) => {
      const address =
        PrivateIp === undefined
          ? undefined
          : plane.network.block(PrivateIp, { kind: 'natGateway', id: natId, field: 'PrivateIp' })
      return address ? [single(address.first)] : []
    }),
  )

/** The first four addresses and the last of every block are AWS's own (R-ADDR-2). */
export const reservedIn = (network: Network, id: string, family: Family): AddressSet =>
  intervals.unionAll(
    [...intervals.ranges(network.subnetBlocks(id, family))].flatMap(([from, to]) =>
      typeof from === 'bigint'
        ? [
            [from, from + 4n],
            [BigInt(to) - 1n, to],
          ]
        : [
            [from, from + 4],
            [Number(to) - 1, to],
          ],
    ),
  )
