/** The members of the groups of a matrix, sorted into endpoints: interfaces of one endpoint class that are in the same groups, so that what
 *  holds for one of a class need not be asked of each. */
import type { Compiled } from '../aws/compile.ts'
import { byClass, classOf, type EndpointClass } from '../aws/endpoint-class.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type Address, type AddressSet, type Family, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Place } from './place.ts'

/** In which rows and in which columns something is: an interned pair of lists. */
export interface Membership {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
}

export interface Endpoint {
  readonly class: EndpointClass
  /** Sorted by id. */
  readonly members: readonly NetworkInterface[]
  readonly membership: Membership
  /** Its place in the order of all, which is that of their first members' ids. */
  readonly order: number
  addresses(family: Family): AddressSet
  /** Each member has at most one address of the family: a pair of addresses is a pair of members. */
  hasSingleAddresses(family: Family): boolean
}

export const endpointsOf = (
  { network }: Compiled,
  rows: readonly Place[],
  columns: readonly Place[],
): readonly Endpoint[] => {
  const memberships = new Memberships()
  /** By the order of the interface. */
  const membershipOf: (Membership | undefined)[] = Array.from({ length: network.all('networkInterface').length })
  const classes = new Set<EndpointClass>()
  for (const [place, { rows: inRows, columns: inColumns }] of occurrences(rows, columns))
    for (const each of place.interfaces) {
      membershipOf[each.order] = memberships.with(membershipOf[each.order], inRows, inColumns)
      classes.add(classOf(network, each))
    }
  const parts: { readonly of: EndpointClass; readonly membership: Membership; readonly members: NetworkInterface[] }[] =
    []
  for (const of of classes) {
    const known = new Map<Membership, NetworkInterface[]>()
    let last: Membership | undefined
    let members: NetworkInterface[] = []
    for (const each of of.members) {
      const membership = membershipOf[each.order]
      if (!membership) continue
      // Neighbours are in the same groups, mostly.
      if (membership !== last) {
        last = membership
        const own = known.get(membership)
        members = own ?? []
        if (!own) {
          known.set(membership, members)
          parts.push({ of, membership, members })
        }
      }
      members.push(each)
    }
  }
  for (const { members } of parts) if (members.length > 1) members.sort(byId)
  return parts
    .sort((a, b) => byId(a.members[0]!, b.members[0]!))
    .map(({ of, membership, members }, order) => new PartOfClass(of, members, membership, order))
}

/** Some interfaces of one class as one endpoint. */
export const endpointOf = (
  { network }: Compiled,
  members: readonly NetworkInterface[],
  membership: Membership,
  order: number,
): Endpoint => new PartOfClass(classOf(network, members[0]!), members, membership, order)

/** Interfaces that answer for a place outside of the estate, which is a column: receivers beside those of their own groups. */
export const answeringFor = (
  { network }: Compiled,
  interfaces: readonly NetworkInterface[],
  column: number,
): readonly Endpoint[] => {
  const membership = { rows: [], columns: [column] }
  const classes = byClass(network, interfaces)
  return [...classes].map(([of, members], order) => new PartOfClass(of, members.sort(byId), membership, order))
}

type Inside = Extract<Place, { readonly is: 'interfaces' }>

/** Where each place of interfaces stands among rows and columns: groups of a matrix are mostly both. */
const occurrences = (
  rows: readonly Place[],
  columns: readonly Place[],
): ReadonlyMap<Inside, { readonly rows: number[]; readonly columns: number[] }> => {
  const found = new Map<Inside, { rows: number[]; columns: number[] }>()
  for (const [side, places] of [['rows', rows] as const, ['columns', columns] as const])
    for (const [index, place] of places.entries()) {
      if (place.is !== 'interfaces') continue
      const known = found.get(place)
      if (known) known[side].push(index)
      else found.set(place, { rows: [], columns: [], [side]: [index] })
    }
  return found
}

/** One object for each pair of lists that something is in. */
class Memberships {
  readonly #byName = new Map<string, Membership>()
  /** What became of a membership when a place at certain rows and columns was added. */
  readonly #next = new Map<Membership | undefined, Map<readonly number[], Membership>>()

  with(from: Membership | undefined, rows: readonly number[], columns: readonly number[]): Membership {
    let known = this.#next.get(from)
    if (!known) this.#next.set(from, (known = new Map<readonly number[], Membership>()))
    let next = known.get(rows)
    if (!next) known.set(rows, (next = this.#joined(from, rows, columns)))
    return next
  }

  #joined(from: Membership | undefined, rows: readonly number[], columns: readonly number[]): Membership {
    const joined = {
      rows: [...(from?.rows ?? []), ...rows].sort(ascending),
      columns: [...(from?.columns ?? []), ...columns].sort(ascending),
    }
    const name = `${joined.rows.join()} ${joined.columns.join()}`
    const known = this.#byName.get(name)
    if (!known) this.#byName.set(name, joined)
    return known ?? joined
  }
}

const ascending = (a: number, b: number): number => a - b

const byId = (a: NetworkInterface, b: NetworkInterface): number => (a.id < b.id ? -1 : 1)

/** The endpoints in rows, by subnet: what one puts on the wire fares as what its neighbours do. */
export const sendersBySubnet = (endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] => {
  const subnets = new Map<string, Endpoint[]>()
  for (const each of endpoints) {
    if (each.membership.rows.length === 0) continue
    const known = subnets.get(each.class.subnetId)
    if (known) known.push(each)
    else subnets.set(each.class.subnetId, [each])
  }
  return [...subnets.values()]
}

/** The addresses that the world knows these by. */
export const publicAddressesOf = (members: readonly NetworkInterface[]): AddressSet =>
  intervals.unionAll(members.flatMap(({ publicMappings }) => publicMappings.map(([, address]) => single(address))))

class PartOfClass implements Endpoint {
  readonly class: EndpointClass
  readonly members: readonly NetworkInterface[]
  readonly membership: Membership
  readonly order: number
  readonly #sets: { [F in Family]?: AddressSet } = {}
  readonly #single: { [F in Family]?: boolean } = {}

  constructor(of: EndpointClass, members: readonly NetworkInterface[], membership: Membership, order: number) {
    this.class = of
    this.members = members
    this.membership = membership
    this.order = order
  }

  addresses(family: Family): AddressSet {
    return (this.#sets[family] ??=
      this.members.length === this.class.members.length
        ? this.class.addresses(family)
        : intervals.unionAll(this.members.map((member) => member.addressSet(family))))
  }

  hasSingleAddresses(family: Family): boolean {
    return (this.#single[family] ??= this.members.every((member) => isSingleOrNone(member.addressSet(family))))
  }
}

const isSingleOrNone = (set: AddressSet): boolean => set.length === 0 || (set.length === 2 && next(set[0]!) === set[1])

const next = (address: Address): Address => (typeof address === 'bigint' ? address + 1n : address + 1)
