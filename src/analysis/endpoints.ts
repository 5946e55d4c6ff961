/** The members of the groups of a matrix, sorted into endpoints: interfaces of one endpoint class that are in the same groups, so that what
 *  holds for one of a class need not be asked of each. Senders and receivers are sorted apart. */
import type { Compiled } from '../aws/compile.ts'
import { byClass, classOf, type EndpointClass } from '../aws/endpoint-class.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, type Family, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { asNat64 } from '../packet/nat64.ts'
import type { Place } from './place.ts'

export interface Endpoint {
  readonly class: EndpointClass
  /** Sorted by id. */
  readonly members: readonly NetworkInterface[]
  /** The rows, or the columns, that it is in: one list for equal ones of one side. */
  readonly groups: Indexes
  /** Its place in the order of its side, which is that of their first members' ids. */
  readonly order: number
  addresses(family: Family): AddressSet
  /** Members with an address of the family. */
  count(family: Family): number
}

export type Indexes = readonly number[]

/** Some endpoints that are all in the same groups. */
export interface Alike {
  /** Who is told as an example of them: the first in their order, unless that one cannot be. */
  readonly first: Endpoint
  readonly endpoints: readonly Endpoint[]
}

/** Throws for none. */
export const alike = (endpoints: readonly Endpoint[]): Alike => {
  const [first] = endpoints
  if (!first) throw new Error('nobody is like nobody')
  return { first, endpoints }
}

/** The interfaces of some places by the indexes of these; the same list for the same places at the same indexes, as rows and columns mostly
 *  are, and as questions come one after the other. */
export const endpointsOf = ({ network }: Compiled, places: readonly Place[]): readonly Endpoint[] => {
  const recent = once(recently, network, () => [])
  const inside = places.map((place) => (place.is === 'interfaces' ? place : undefined))
  const at = recent.findIndex((each) => isSame(each.inside, inside))
  const known = at < 0 ? { inside, endpoints: endpointsIn(network, inside) } : recent.splice(at, 1)[0]!
  recent.unshift(known)
  recent.length = Math.min(recent.length, FEW)
  return known.endpoints
}

type Inside = Extract<Place, { readonly is: 'interfaces' }>

interface Sorted {
  readonly inside: readonly (Inside | undefined)[]
  readonly endpoints: readonly Endpoint[]
}

const recently = new WeakMap<Network, Sorted[]>()

/** Questions one after the other have one side in common; who compares has two. */
const FEW = 4

/** Places outside at the end of a list have no interfaces. */
const isSame = (a: readonly (Inside | undefined)[], b: readonly (Inside | undefined)[]): boolean => {
  for (let at = 0; at < Math.max(a.length, b.length); at++) if (a[at] !== b[at]) return false
  return true
}

const endpointsIn = (network: Network, places: readonly (Inside | undefined)[]): readonly Endpoint[] => {
  const none = new IndexList([])
  const groupsOf = new Map<NetworkInterface, IndexList>()
  const classes = new Set<EndpointClass>()
  for (const [index, place] of places.entries())
    for (const each of place?.interfaces ?? []) {
      groupsOf.set(each, (groupsOf.get(each) ?? none).with(index))
      classes.add(classOf(network, each))
    }
  const parts: { readonly of: EndpointClass; readonly groups: Indexes; readonly members: NetworkInterface[] }[] = []
  for (const of of classes) {
    const known = new Map<IndexList, NetworkInterface[]>()
    let last: IndexList | undefined
    let members: NetworkInterface[] = []
    for (const each of of.members) {
      const groups = groupsOf.get(each)
      if (!groups) continue
      // Neighbours are in the same groups, mostly.
      if (groups !== last) {
        last = groups
        const own = known.get(groups)
        members = own ?? []
        if (!own) {
          known.set(groups, members)
          parts.push({ of, groups: groups.indexes, members })
        }
      }
      members.push(each)
    }
  }
  for (const { members } of parts) if (members.length > 1) members.sort(byId)
  return parts
    .sort((a, b) => byId(a.members[0]!, b.members[0]!))
    .map(({ of, groups, members }, order) => new PartOfClass(of, members, groups, order))
}

/** Some interfaces of one class as one endpoint. */
export const endpointOf = (
  { network }: Compiled,
  members: readonly NetworkInterface[],
  groups: Indexes,
  order: number,
): Endpoint => new PartOfClass(classOf(network, members[0]!), members, groups, order)

/** Interfaces that answer for a place outside of the estate, which is a column: receivers beside those of their own groups. */
export const answeringFor = (
  { network }: Compiled,
  interfaces: readonly NetworkInterface[],
  column: number,
): readonly Endpoint[] => {
  const groups = [column]
  const classes = byClass(network, interfaces)
  return [...classes].map(([of, members], order) => new PartOfClass(of, members.sort(byId), groups, order))
}

/** Ascending indexes; one object for equal lists that come of the same. */
class IndexList {
  readonly indexes: Indexes
  readonly #next = new Map<number, IndexList>()

  constructor(indexes: Indexes) {
    this.indexes = indexes
  }

  /** `index`: not before the last. */
  with(index: number): IndexList {
    if (this.indexes.at(-1) === index) return this
    let next = this.#next.get(index)
    if (!next) this.#next.set(index, (next = new IndexList([...this.indexes, index])))
    return next
  }
}

const byId = (a: NetworkInterface, b: NetworkInterface): number => (a.id < b.id ? -1 : 1)

/** Who is a member of both, and has an address of the family. */
export const inBoth = (a: Endpoint, b: Endpoint, family: Family): number => {
  if (a.class !== b.class) return 0
  if (a === b) return a.count(family)
  const among = new Set(a.members)
  return b.members.filter((each) => among.has(each) && each.addressSet(family).length > 0).length
}

/** The addresses that the world knows these by. */
export const publicAddressesOf = (members: readonly NetworkInterface[]): AddressSet =>
  intervals.unionAll(members.flatMap(({ publicMappings }) => publicMappings.map(([, address]) => single(address))))

/** By what else than their own addresses of a family these are sent to from inside the estate, as `Way` has it. */
export const translatedAddressesOf = (members: readonly NetworkInterface[], family: Family): AddressSet =>
  family === 4
    ? publicAddressesOf(members)
    : asNat64(intervals.unionAll([...members.map((each) => each.addressSet(4)), publicAddressesOf(members)]))

class PartOfClass implements Endpoint {
  readonly class: EndpointClass
  readonly members: readonly NetworkInterface[]
  readonly groups: Indexes
  readonly order: number
  readonly #sets: { [F in Family]?: AddressSet } = {}
  readonly #counts: { [F in Family]?: number } = {}

  constructor(of: EndpointClass, members: readonly NetworkInterface[], groups: Indexes, order: number) {
    this.class = of
    this.members = members
    this.groups = groups
    this.order = order
  }

  addresses(family: Family): AddressSet {
    return (this.#sets[family] ??=
      this.members.length === this.class.members.length
        ? this.class.addresses(family)
        : intervals.unionAll(this.members.map((member) => member.addressSet(family))))
  }

  count(family: Family): number {
    return (this.#counts[family] ??= this.members.filter((member) => member.addressSet(family).length > 0).length)
  }
}
