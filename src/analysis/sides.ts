/** One side of a question, senders or receivers, on the units of a network: which classes take part in it, and as which endpoints. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { append, once } from '../collections.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import { type Alike, alike, type Endpoint, type Indexes } from './endpoints.ts'
import { isEnd } from './place.ts'
import type { Grouped, Placed, PlacedSubnet, Unit } from './units.ts'

/** Those of some classes that are in the same groups. */
export interface Part extends Alike {
  /** With an address of the family. */
  readonly members: number
}

export class Side {
  /** With an address of the family, packets begin or end at all of them. */
  readonly ends: readonly Endpoint[]
  /** Others with an address of the family: they have no place in a unit, and are asked about one by one if at all. */
  readonly strangers: readonly Endpoint[]
  /** In which they are. */
  readonly vpcIds: ReadonlySet<string>
  readonly #family: Family
  /** By the order of the class. */
  readonly #byClass: (Endpoint[] | undefined)[] = []
  readonly #subnets = new Map<string, Endpoint[]>()
  readonly #known = new Map<readonly Placed[], readonly Part[]>()
  readonly #knownOfEach = new Map<readonly Grouped[], readonly (readonly Part[])[]>()
  readonly #inSubnet = new Map<PlacedSubnet, readonly Placed[]>()
  readonly #inUnit = new Map<Unit, boolean>()

  constructor(family: Family, endpoints: readonly Endpoint[]) {
    this.#family = family
    const all = endpoints.filter((each) => each.count(family) > 0)
    this.ends = all.filter((each) => isEnd(each.class.owner))
    this.strangers = all.filter((each) => !isEnd(each.class.owner))
    this.vpcIds = new Set(all.map((each) => each.class.vpcId))
    for (const each of all) {
      const { order, subnetId } = each.class
      const same = this.#byClass[order]
      if (same) same.push(each)
      else this.#byClass[order] = [each]
      append(this.#subnets, subnetId, each)
    }
  }

  /** The endpoints of a class. */
  of({ class: { order } }: Pick<Placed, 'class'>): readonly Endpoint[] {
    return this.#byClass[order] ?? NONE
  }

  /** Its endpoints, subnet by subnet. */
  get bySubnet(): Iterable<readonly Endpoint[]> {
    return this.#subnets.values()
  }

  /** The classes of a subnet that take part. */
  in(subnet: PlacedSubnet): readonly Placed[] {
    if (!this.#subnets.has(subnet.id)) return NOBODY
    let known = this.#inSubnet.get(subnet)
    if (!known) this.#inSubnet.set(subnet, (known = subnet.all.filter((each) => this.of(each).length > 0)))
    return known
  }

  isIn(unit: Unit): boolean {
    let known = this.#inUnit.get(unit)
    if (known === undefined) this.#inUnit.set(unit, (known = unit.subnets.some((subnet) => this.in(subnet).length > 0)))
    return known
  }

  /** What takes part of some classes. */
  partsOf(placed: readonly Placed[]): readonly Part[] {
    const [only] = placed
    if (only && placed.length === 1) return (this.#single[only.class.order] ??= this.#partsOf(placed))
    // Mostly asked about with one list of the other side after the other.
    if (placed !== this.#last.placed) this.#last = { placed, parts: this.#partsOf(placed) }
    return this.#last.parts
  }

  /** By the order of the class. */
  readonly #single: (readonly Part[] | undefined)[] = []
  #last: { readonly placed: readonly Placed[]; readonly parts: readonly Part[] } = { placed: NOBODY, parts: [] }

  #partsOf(placed: readonly Placed[]): readonly Part[] {
    const byGroups = new Map<Indexes, Endpoint[]>()
    for (const each of placed) for (const endpoint of this.of(each)) append(byGroups, endpoint.groups, endpoint)
    return Array.from(byGroups.values(), (endpoints) => ({
      ...alike(inOrder(endpoints)),
      members: endpoints.reduce((sum, each) => sum + each.count(this.#family), 0),
    }))
  }

  /** The same, remembered: of lists that stay. */
  partsOfKept(placed: readonly Placed[]): readonly Part[] {
    let known = this.#known.get(placed)
    if (!known) this.#known.set(placed, (known = this.#partsOf(placed)))
    return known
  }

  /** The same of each of some groups. */
  partsOfEach(groups: readonly Grouped[]): readonly (readonly Part[])[] {
    let known = this.#knownOfEach.get(groups)
    if (!known) this.#knownOfEach.set(groups, (known = groups.map(({ placed }) => this.partsOfKept(placed))))
    return known
  }
}

/** Sorts them, if they are not. */
const inOrder = (endpoints: Endpoint[]): readonly Endpoint[] =>
  endpoints.every((each, at) => at === 0 || endpoints[at - 1]!.order < each.order)
    ? endpoints
    : endpoints.sort((a, b) => a.order - b.order)

/** How many pairs of these senders and receivers are of an interface with itself, by how many two of one class have in common. */
export const pairsWithSelf = (
  senders: readonly Endpoint[],
  receivers: ReadonlyMap<EndpointClass, readonly Endpoint[]>,
  common: (sender: Endpoint, receiver: Endpoint) => number,
): number => {
  let pairs = 0
  for (const sender of senders)
    for (const receiver of receivers.get(sender.class) ?? NONE) pairs += common(sender, receiver)
  return pairs
}

/** Those of an endpoint's members that take part. */
export type MembersOf = (endpoint: Endpoint) => readonly NetworkInterface[]

/** How many members take part on both sides, for `pairsWithSelf`. */
export const inBothOf =
  (sendersOf: MembersOf, receiversOf: MembersOf) =>
  (sender: Endpoint, receiver: Endpoint): number => {
    const among = new Set(receiversOf(receiver))
    return sendersOf(sender).filter((each) => among.has(each)).length
  }

/** The first pair of two. Throws where there is none. */
export const exampleBetween = (
  senders: readonly Endpoint[],
  sendersOf: MembersOf,
  receivers: readonly Endpoint[],
  receiversOf: MembersOf,
): readonly [NetworkInterface, NetworkInterface] => {
  for (const each of senders)
    for (const sender of sendersOf(each))
      for (const other of receivers) {
        const receiver = receiversOf(other).find((member) => member !== sender)
        if (receiver) return [sender, receiver]
      }
  throw new Error('pairs without one to show')
}

/** Asks about all pairs of which one is a stranger. */
export const openStrangers = (
  senders: Side,
  receivers: Side,
  sink: { open(from: Endpoint, to: Endpoint): void },
): void => {
  for (const from of senders.strangers)
    for (const to of [...receivers.ends, ...receivers.strangers]) sink.open(from, to)
  for (const to of receivers.strangers) for (const from of senders.ends) sink.open(from, to)
}

/** One for all questions about these endpoints. */
export const sideOf = (family: Family, endpoints: readonly Endpoint[]): Side =>
  once(sides[family], endpoints, () => new Side(family, endpoints))

const sides = { 4: new WeakMap<readonly Endpoint[], Side>(), 6: new WeakMap<readonly Endpoint[], Side>() }

const NONE: readonly Endpoint[] = []
const NOBODY: readonly Placed[] = []
