/** Counts pairs whose receiver is sent to by IPv6 addresses that stand for its IPv4 ones, to which a NAT gateway translates them (R-NAT-12). */
import type { Compiled } from '../aws/compile.ts'
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { routesNat64 } from '../aws/nat64.ts'
import { groupedBy, once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'
import type { Fate, Reception } from '../reach/fate.ts'
import type { PairOfMembers } from './all-pairs.ts'
import type { FatePart } from './answering.ts'
import { withoutSharers } from './arrivals.ts'
import { type Alike, alike, type Endpoint, type Indexes, translatedAddressesOf } from './endpoints.ts'
import { nat64WaysOf, type Neighbourhood, type Receptions } from './nat64-ways.ts'
import type { PairEngine } from './pair-engine.ts'
import { exampleBetween, inBothOf, type MembersOf, pairsWithSelf, sideOf } from './sides.ts'
import { type Destinations, WalkedPairs } from './walked-pairs.ts'

/** Takes what is found out. */
interface Nat64Sink {
  /** So many pairs of these members have this fate. */
  counted(from: Alike, to: Alike, fate: Fate, pairs: number, example: PairOfMembers): void
  /** What becomes of the packets of all members of one endpoint to all of another. */
  asked(from: Endpoint, to: Endpoint, parts: readonly FatePart[]): void
}

/** All senders with all receivers that have IPv4 addresses. `engine`: that of IPv6. */
export const eachNat64Pair = (
  compiled: Compiled,
  engine: PairEngine,
  senders: readonly Endpoint[],
  receivers: readonly Endpoint[],
  sink: Nat64Sink,
): void => {
  if (!routesNat64(compiled.network)) return
  const pairs = new Nat64Pairs(compiled, engine, receivers, sink)
  for (const neighbours of sideOf(6, senders).bySubnet) pairs.from(neighbours)
}

class Nat64Pairs {
  readonly #engine: PairEngine
  readonly #sink: Nat64Sink
  readonly #walked: WalkedPairs
  /** Those that have IPv4 addresses. */
  readonly #receivers: readonly Endpoint[]
  /** Of these, who has its addresses for itself. */
  readonly #alone: ReadonlySet<Endpoint>
  readonly #targets = new Map<string, Targets>()

  constructor(compiled: Compiled, engine: PairEngine, receivers: readonly Endpoint[], sink: Nat64Sink) {
    this.#engine = engine
    this.#sink = sink
    this.#walked = new WalkedPairs(compiled, engine, (from, to, parts) => sink.asked(from, to, parts), STANDING_FOR)
    this.#receivers = receivers.filter((each) => STANDING_FOR.of(each).length > 0)
    const sharing = sharersIn(compiled.network)
    this.#alone = new Set(this.#receivers.filter(({ members }) => !members.some((each) => sharing.has(each))))
  }

  /** Senders of one subnet. */
  from(neighbours: readonly Endpoint[]): void {
    const { plain, others } = this.#sorted(neighbours)
    // What sets out of them is not the same for all receivers, or not known: then it may be unknown whatever the way is.
    for (const from of others) this.#ask(from, this.#receivers)
    if (plain.length > 0) this.#fromPlain(plain)
    this.#walked.flush()
  }

  #fromPlain(senders: readonly PlainSender[]): void {
    const ways = nat64WaysOf(this.#engine)
    const subnet = this.#neighbourhood(senders.map(({ endpoint }) => endpoint))
    const way = ways.toGateway(subnet)
    if (!way) return
    if (way === 'uneven') {
      const reached = ways.reachedFrom(subnet)
      const others = this.#receivers.filter((each) => intervals.overlaps(STANDING_FOR.of(each), reached))
      for (const { endpoint } of senders) this.#ask(endpoint, others)
      return
    }
    const { open, uneven, groups } = once(this.#targets, way.intake.id, () =>
      this.#targetsOf((addresses) => ways.receptions(way, addresses)),
    )
    for (const { endpoint } of senders) this.#ask(endpoint, open)
    for (const [line, alike] of groupedBy(senders, (each) => each.line)) {
      const all = alike.map(({ endpoint }) => endpoint)
      const there = l4Algebra.intersect(line, way.line)
      const fateAt = (reception: Reception): Fate => this.#engine.fates.of(there, reception, way.back)
      this.#countAll(all, groups, fateAt)
      this.#tellByAddress(all, uneven, fateAt)
    }
  }

  #countAll(senders: readonly Endpoint[], groups: readonly Target[], fateAt: FateAt): void {
    for (const from of groupedBy(senders, (each) => each.groups).values())
      for (const { receptions, ...to } of groups) {
        const fate = this.#engine.fates.joined(receptions.map(fateAt))
        if (fate.length > 0) this.#count(from, to, fate)
      }
  }

  #tellByAddress(senders: readonly Endpoint[], uneven: Targets['uneven'], fateAt: FateAt): void {
    for (const [to, receptions] of uneven) {
      const fares = receptions.map(([destinations, reception]) => ({ destinations, fate: fateAt(reception) }))
      const arriving = fares.filter(({ fate }) => fate.length > 0)
      for (const from of senders) {
        const parts = arriving.map((part) => ({ sources: from.addresses(6), ...part }))
        this.#sink.asked(from, to, parts)
      }
    }
  }

  #sorted(neighbours: readonly Endpoint[]): {
    readonly plain: readonly PlainSender[]
    readonly others: readonly Endpoint[]
  } {
    const plain: PlainSender[] = []
    const others: Endpoint[] = []
    for (const endpoint of neighbours) {
      const end = this.#engine.end(endpoint.class)
      const lets = end.isPlain ? end.sentAlike(NAT64_PREFIX) : undefined
      if (lets?.unknown === NOTHING) plain.push({ endpoint, line: lets.line })
      else others.push(endpoint)
    }
    return { plain, others }
  }

  #neighbourhood(neighbours: readonly Endpoint[]): Neighbourhood {
    const { class: of } = neighbours[0]!
    const { subnet: wire, deliver } = this.#engine.end(of)
    const addresses = intervals.unionAll(neighbours.map((each) => each.addresses(6)))
    return { subnetId: of.subnetId, wire, deliver, addresses }
  }

  #targetsOf(receptionsOf: (addresses: AddressSet) => Receptions | undefined): Targets {
    const open: Endpoint[] = []
    const uneven: (readonly [Endpoint, Receptions])[] = []
    const alike = new Map<
      Indexes,
      Map<string, { readonly receptions: readonly Reception[]; readonly endpoints: Endpoint[] }>
    >()
    for (const each of this.#receivers) {
      const parts = this.#alone.has(each) ? receptionsOf(STANDING_FOR.of(each)) : undefined
      if (!parts) {
        open.push(each)
        continue
      }
      const isSame = each.members.every((member) => {
        const own = STANDING_FOR.ofMember(member)
        return own.length === 0 || parts.every(([addresses]) => intervals.overlaps(addresses, own))
      })
      if (!isSame) {
        uneven.push([each, parts])
        continue
      }
      const receptions = [...new Set(parts.map(([, reception]) => reception))]
      const key = receptions.map((reception) => this.#engine.fates.idOfReception(reception)).join()
      const byKey = once(alike, each.groups, () => new Map())
      once(byKey, key, () => ({ receptions, endpoints: [] })).endpoints.push(each)
    }
    const groups = [...alike.values()].flatMap((byKey) =>
      Array.from(byKey.values(), ({ receptions, endpoints }) => ({
        receptions,
        endpoints,
        byClass: groupedBy(endpoints, (each) => each.class),
        members: endpoints.reduce((sum, each) => sum + reachedIn(each).length, 0),
      })),
    )
    return { open, uneven, groups }
  }

  #count(senders: readonly Endpoint[], { endpoints, byClass, members }: Omit<Target, 'receptions'>, fate: Fate): void {
    const own = pairsWithSelf(senders, byClass, inBothOf(sendingIn, reachedIn))
    const pairs = senders.reduce((sum, each) => sum + each.count(6), 0) * members - own
    if (pairs === 0) return
    const example = exampleBetween(senders, sendingIn, endpoints, reachedIn)
    this.#sink.counted(alike(senders), alike(endpoints), fate, pairs, example)
  }

  #ask(from: Endpoint, receivers: readonly Endpoint[]): void {
    for (const to of receivers) this.#walked.add(from, to)
  }
}

/** What becomes of what some senders send to a receiver that does this with it. */
type FateAt = (reception: Reception) => Fate

/** Of which it is the same for all receivers what it lets out. */
interface PlainSender {
  readonly endpoint: Endpoint
  readonly line: L4Set
}

/** Receivers as they are to what comes from one gateway. */
interface Targets {
  /** Who have to be asked about one by one, as where others have their addresses too. */
  readonly open: readonly Endpoint[]
  /** Of whom some have an address that others are without, as a public one. */
  readonly uneven: readonly (readonly [Endpoint, Receptions])[]
  readonly groups: readonly Target[]
}

interface Target {
  /** At the one and the other of its addresses. */
  readonly receptions: readonly Reception[]
  /** In their order. */
  readonly endpoints: readonly Endpoint[]
  readonly byClass: ReadonlyMap<EndpointClass, readonly Endpoint[]>
  readonly members: number
}

/** Addresses that stand for those of receivers. */
const STANDING_FOR: Destinations = {
  of: (to) => once(ofEndpoints, to, () => translatedAddressesOf(to.members, 6)),
  areOwn: false,
  ofMember: (each) => once(ofMembers, each, () => translatedAddressesOf([each], 6)),
}

const ofEndpoints = new WeakMap<Endpoint, AddressSet>()
const ofMembers = new WeakMap<NetworkInterface, AddressSet>()

const sendingIn: MembersOf = ({ members }) => members.filter((each) => each.addressSet(6).length > 0)

const reachedIn: MembersOf = ({ members }) => members.filter((each) => STANDING_FOR.ofMember(each).length > 0)

/** Of the whole estate, whoever of it is asked about: what one of two gets, the other does not. */
const sharersIn = (network: Network): ReadonlySet<NetworkInterface> =>
  once(sharers, network, () => {
    const all = network.interfaces().map((each) => ({ members: [each] }))
    const alone = withoutSharers(6, all, (each) => STANDING_FOR.ofMember(each))
    return new Set(all.flatMap((each) => (alone.has(each) ? [] : each.members)))
  })

const sharers = new WeakMap<Network, ReadonlySet<NetworkInterface>>()
