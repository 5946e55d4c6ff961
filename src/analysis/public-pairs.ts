/** Counts pairs that go by the internet, to the public address of the receiver (R-IGW-9). */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { append, groupedBy } from '../collections.ts'
import { NOTHING } from '../packet/l4.ts'
import type { Fate } from '../reach/fate.ts'
import type { AddressSet } from '../packet/address.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { PairSink } from './all-pairs.ts'
import { alike, type Endpoint, type Indexes, publicAddressesOf } from './endpoints.ts'
import { unitPairsOf } from './unit-pairs.ts'
import type { PairEngine } from './pair-engine.ts'
import { type Leavers, type PublicWays, publicWaysOf, type Welcome } from './public-ways.ts'
import {
  exampleBetween,
  inBothOf,
  type MembersOf,
  openStrangers,
  pairsWithSelf,
  type Part,
  type Side,
} from './sides.ts'

/** All senders with all receivers that have public addresses. */
export const eachPublicPair = (engine: PairEngine, senders: Side, receivers: Side, sink: PairSink): void => {
  const ways = publicWaysOf(engine)
  openStrangers(senders, receivers, sink)
  if (senders.ends.length === 0) return
  const targets = targetsAmong(ways, receivers.ends)
  if (targets.length === 0) return
  const pairs = new PublicPairs(engine, ways, senders, sink)
  for (const { subnets } of unitPairsOf(engine).unitsOf(senders, receivers).from)
    for (const subnet of subnets)
      if (senders.in(subnet).length > 0)
        for (const leavers of ways.leaversIn(subnet)) for (const target of targets) pairs.between(leavers, target)
}

/** Receivers that treat what comes to them from the internet alike. */
interface Target {
  readonly welcome: Welcome
  /** In their order. */
  readonly endpoints: readonly Endpoint[]
  readonly byClass: ReadonlyMap<EndpointClass, readonly Endpoint[]>
  readonly subnets: ReadonlySet<string>
  /** The public addresses of all. */
  readonly addresses: AddressSet
  /** Members with a public address. */
  readonly members: number
}

const targetsAmong = (ways: PublicWays, receivers: readonly Endpoint[]): readonly Target[] => {
  const alike = new Map<Indexes, Map<Welcome, Endpoint[]>>()
  for (const each of receivers) {
    if (published(each).length === 0) continue
    let byWelcome = alike.get(each.groups)
    if (!byWelcome) alike.set(each.groups, (byWelcome = new Map<Welcome, Endpoint[]>()))
    append(byWelcome, ways.welcomeOf(each.class), each)
  }
  return [...alike.values()].flatMap((byWelcome) =>
    Array.from(byWelcome, ([welcome, endpoints]) => ({
      welcome,
      endpoints,
      byClass: groupedBy(endpoints, (each) => each.class),
      subnets: new Set(endpoints.map((each) => each.class.subnetId)),
      addresses: publicAddressesOf(endpoints.flatMap(({ members }) => members)),
      members: endpoints.reduce((sum, each) => sum + published(each).length, 0),
    })),
  )
}

class PublicPairs {
  readonly #engine: PairEngine
  readonly #ways: PublicWays
  readonly #senders: Side
  readonly #sink: PairSink

  constructor(engine: PairEngine, ways: PublicWays, senders: Side, sink: PairSink) {
    this.#engine = engine
    this.#ways = ways
    this.#senders = senders
    this.#sink = sink
  }

  between(leavers: Leavers, target: Target): void {
    const { placed, leaving, singly } = leavers
    const parts = this.#senders.partsOfKept(placed)
    if (parts.length === 0) return
    const sent = leavers.sent ?? placed[0]!.end.sentAlike(target.addresses)
    if (sent && sent.unknown !== NOTHING && sent.line === NOTHING) {
      // Nobody can tell what such a sender sends, whatever the way is.
      const fate = this.#engine.fates.undetermined(sent.unknown)
      for (const part of parts) this.#count(part, 'all', target, fate)
      return
    }
    const isTold = sent?.unknown === NOTHING
    if (leaving === 'nobody' && isTold) return
    const fate =
      typeof leaving === 'string' || !isTold ? undefined : this.#ways.fate(leavers, leaving, sent.line, target.welcome)
    if (fate && typeof leaving !== 'string') for (const part of parts) this.#count(part, leaving.who, target, fate)
    else if (singly.length > 0) for (const each of singly) this.between(each, target)
    else
      for (const { endpoints } of parts)
        for (const sender of endpoints) for (const receiver of target.endpoints) this.#sink.open(sender, receiver)
  }

  /** Pairs of some of the members of senders and all of a target's, nobody with itself. */
  #count(part: Part, who: 'all' | ReadonlySet<NetworkInterface>, target: Target, fate: Fate): void {
    if (fate.length === 0) return
    const membersOf = ({ members }: Endpoint): readonly NetworkInterface[] =>
      members.filter((each) => (who === 'all' ? each.addressSet(4).length > 0 : who.has(each)))
    const senders = who === 'all' ? part.endpoints : part.endpoints.filter((each) => membersOf(each).length > 0)
    const members = who === 'all' ? part.members : senders.reduce((sum, each) => sum + membersOf(each).length, 0)
    const own = among(senders, membersOf, target)
    const pairs = members * target.members - own
    if (pairs === 0) return
    const example = exampleBetween(senders, membersOf, target.endpoints, published)
    this.#sink.counted(alike(senders), alike(target.endpoints), fate, pairs, example)
  }
}

/** How many of the senders are among the target's members. */
const among = ([first, ...others]: readonly Endpoint[], membersOf: MembersOf, { subnets, byClass }: Target): number => {
  // They are of one subnet.
  if (!first || !subnets.has(first.class.subnetId)) return 0
  return pairsWithSelf([first, ...others], byClass, inBothOf(membersOf, published))
}

const published = ({ members }: Endpoint): readonly NetworkInterface[] =>
  members.filter(({ publicMappings }) => publicMappings.length > 0)
