/** Who can send what to whom, endpoint by endpoint, for questions that walk from one to the next. An endpoint is the interfaces of one
 *  endpoint class that no rule tells apart even by their addresses, so that what one of them can do each of them can. */
import type { Compiled } from '../aws/compile.ts'
import { classOf } from '../aws/endpoint-class.ts'
import { interfacesOfTarget, registeredIds } from '../aws/load-balancer-targets.ts'
import { append, groupedBy, type NonEmpty, once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type Address, FAMILIES, type Family, parseBlock, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type BundledFlows, bundlesOf, type Part } from './bundles.ts'
import { groupsOf, outsideOf } from './groups.ts'
import { type Place, placeOfInterfaces } from './place.ts'
import type { Filter } from './question.ts'

export interface Endpoint {
  /** Stable from run to run. */
  readonly id: string
  /** The interfaces; or the internet, AWS services or what lies beyond VPN, where the estate has to do with them. */
  readonly place: Place
}

export interface Reachability {
  readonly endpoints: readonly Endpoint[]
  /** The endpoint that an interface is of. */
  indexOf(interfaceId: string): number | undefined
  /** What each of some endpoints can send, by sender; all are indexes of `endpoints`. Nothing for what cannot be asked. Asked of many at
   *  once, since what is alike is found out once. */
  linksFrom(senders: ReadonlySet<number>): ReadonlyMap<number, readonly Links[]>
}

/** Some of the links of a sender, or of several: these share the list, so that whoever asks many of them can tell what was looked at. */
export type Links = readonly Link[]

/** Each member of the sender can send this to each other member of each of some endpoints. One may be in several links. */
export interface Link {
  readonly to: readonly number[]
  readonly flows: BundledFlows
}

export const reachabilityOf = (compiled: Compiled, filter: Filter): Reachability => {
  const { network } = compiled
  const inside = groupsOf(network, 'interface').flatMap(({ place }) =>
    place.is === 'interfaces' ? place.interfaces : [],
  )
  const endpoints: readonly Endpoint[] = [
    ...alike(network, inside).map((members) => ({ id: members[0].id, place: placeOfInterfaces(members) })),
    ...outsideOf(network, 'to').map(({ key, place }) => ({ id: key, place })),
  ]
  const byInterface = new Map(
    endpoints.flatMap(({ place }, index) =>
      place.is === 'interfaces' ? place.interfaces.map(({ id }) => [id, index] as const) : [],
    ),
  )
  return {
    endpoints,
    indexOf: (interfaceId) => byInterface.get(interfaceId),
    linksFrom: (senders) => {
      const parts = endpoints.map(({ place }, index): Part => ({ place, sends: senders.has(index), receives: true }))
      const lists = groupedBy(bundlesOf(compiled, parts, filter), ({ from }) => from)
      const links = new Map<number, Links[]>()
      for (const [all, list] of lists) for (const from of all) append(links, from, list)
      return links
    },
  }
}

/** Sorts interfaces into those that no rule tells apart; each lot by id, and lots by their first. */
export const alike = (
  network: Network,
  interfaces: readonly NetworkInterface[],
): readonly Readonly<NonEmpty<NetworkInterface>>[] => {
  const lots = new Map<string, NonEmpty<NetworkInterface>>()
  const cuts = cutsOf(network)
  for (const each of interfaces.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = `${classOf(network, each).id} ${signatureOf(each, cuts)}`
    append(lots, key, each)
  }
  return [...lots.values()]
}

/** Where the rules of an estate cut the addresses: no rule tells apart two that lie between the same cuts. */
type Cuts = Readonly<Record<Family, readonly Address[]>>

/** Every address and block that stands in any record but those of the interfaces themselves and of what runs behind them, whatever it stands
 *  there for: cuts too many only make more endpoints. Load balancers name their targets by id as well. */
const cutsOf = (network: Network): Cuts => once(cutsBy, network, () => findCuts(network))

const cutsBy = new WeakMap<Network, Cuts>()

const findCuts = (network: Network): Cuts => {
  const cuts: Record<Family, Set<Address>> = { 4: new Set(), 6: new Set() }
  const add = (family: Family, first: Address, end: Address): void => {
    cuts[family].add(first).add(end)
  }
  const addOwn = (each: NetworkInterface): void => {
    for (const family of FAMILIES)
      for (const [first, end] of intervals.ranges(each.addressSet(family))) add(family, first, end)
  }
  for (const { kind, raw } of network.snapshot.resources) {
    if (OF_INTERFACES.has(kind)) continue
    for (const text of textsIn(raw)) {
      const block = /^[\d.]+(?:\/\d+)?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d+)?$/i.test(text) ? parseBlock(text) : undefined
      if (block) add(block.family, block.first, block.end)
    }
  }
  for (const id of new Set(registeredIds(network))) for (const each of interfacesOfTarget(network, id)) addOwn(each)
  const sorted = (set: ReadonlySet<Address>): readonly Address[] =>
    [...set].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return { 4: sorted(cuts[4]), 6: sorted(cuts[6]) }
}

const OF_INTERFACES: ReadonlySet<string> = new Set(['networkInterface', 'address', 'instance', 'ecsTask'])

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const each of value) yield* textsIn(each)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each)
}

/** Between which cuts the addresses of an interface lie, and those by which the world knows each. */
const signatureOf = (each: NetworkInterface, cuts: Cuts): string => {
  const published = new Map(each.publicMappings)
  const ownAddresses = each.addresses.map((address) => {
    const outside = published.get(address)
    const family = typeof address === 'bigint' ? 6 : 4
    return `${family} ${cutsUpTo(cuts[family], address)}${outside === undefined ? '' : ` ${cutsUpTo(cuts[4], outside)}`}`
  })
  // Prefixes that are delegated to it have no public address, whatever cuts its other addresses lie between.
  const delegated = FAMILIES.flatMap((family) => {
    const own = each.addresses.filter((address) => (typeof address === 'bigint') === (family === 6))
    const rest = intervals.subtract(each.addressSet(family), intervals.unionAll(own.map(single)))
    return Array.from(intervals.ranges(rest), ([first, end]) =>
      [family, cutsUpTo(cuts[family], first), cutsUpTo(cuts[family], last(end))].join('-'),
    )
  })
  return [...new Set([...ownAddresses, ...delegated])].sort().join()
}

const last = (end: Address): Address => (typeof end === 'bigint' ? end - 1n : end - 1)

const cutsUpTo = (cuts: readonly Address[], address: Address): number => {
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cuts[middle]! <= address) low = middle + 1
    else high = middle
  }
  return low
}
