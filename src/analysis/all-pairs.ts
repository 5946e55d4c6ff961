/** Every pair of endpoints of one address family, counted by fate without asking each: what a subnet's packets meet on their way is looked up
 *  once for all that are alike, inside a VPC for each two subnets, between VPCs for each two kinds of sender and receiver. Pairs that are
 *  not so plain are left to be asked one by one. */
import { append, groupedBy, once } from '../collections.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { type Corridor, corridorFrom, type Identification, isDetermined, LET_OUT, PLAIN } from '../reach/corridor.ts'
import type { Fate, Fates, Reception } from '../reach/fate.ts'
import { ArrivalFates, type Receiver, Wire } from './arrivals.ts'
import { type Alike, alike, type Endpoint, inBoth } from './endpoints.ts'
import { covers, holdsFor, type Hull, isInside, whole } from './hull.ts'
import { Joined, type JoinedLanes } from './joined-lanes.ts'
import type { Lane, Passing } from './lanes.ts'
import { type Exceptions, unitPairsOf, type UnitPairs } from './unit-pairs.ts'
import type { End, LetOut } from './pair-end.ts'
import { isBypass, isHandover, type PairEngine } from './pair-engine.ts'
import type { ReceiverGroup, SenderGroup } from './profiles.ts'
import { openStrangers, type Part, pairsWithSelf, type Side } from './sides.ts'
import { SubnetProfiles } from './subnet-profiles.ts'
import type { Placed, PlacedSubnet, Unit } from './units.ts'

/** Takes what is found out. */
export interface PairSink {
  /** Receivers of many VPCs may be told at once. */
  readonly joinsVpcs: boolean
  /** So many pairs of the members of these endpoints have this fate, whichever of them they are of. `example` is one of the pairs, where
   *  not any of the first two endpoints' is. */
  counted(from: Alike, to: Alike, fate: Fate, pairs: number, example?: PairOfMembers): void
  /** All pairs of members of the two have to be asked. */
  open(from: Endpoint, to: Endpoint): void
  progress(done: number, of: number): void
}

export type PairOfMembers = readonly [NetworkInterface, NetworkInterface]

export const eachPair = (engine: PairEngine, senders: Side, receivers: Side, sink: PairSink): void => {
  openStrangers(senders, receivers, sink)
  const all = new AllPairs(engine, senders, receivers, sink)
  for (const [done, from] of all.units.entries()) {
    all.from(from)
    sink.progress(done + 1, all.units.length)
  }
}

/** What passes between two subnets there and back. */
interface Way {
  readonly from: PlacedSubnet
  readonly to: PlacedSubnet
  readonly there: L4Set
  readonly back: L4Set
  /** What gets there of packets that only a reference let out; undefined where that is not settled. */
  readonly letOut: () => L4Set | undefined
}

class AllPairs {
  /** Those that send. */
  readonly units: readonly Unit[]
  /** Those that receive. */
  readonly #others: readonly Unit[]
  readonly #senders: Side
  readonly #receivers: Side
  readonly #sink: PairSink
  readonly #family: Family
  readonly #fates: Fates
  readonly #refusing: Reception
  readonly #meets = new Map<Corridor, Map<End, Meet[]>>()
  readonly #unitPairs: UnitPairs
  readonly #arrivals: ArrivalFates
  readonly #engine: PairEngine
  readonly #subnets: SubnetProfiles
  readonly #joined = new Joined()

  constructor(engine: PairEngine, senders: Side, receivers: Side, sink: PairSink) {
    this.#senders = senders
    this.#receivers = receivers
    this.#sink = sink
    this.#family = engine.family
    this.#fates = engine.fates
    this.#refusing = engine.fates.taking(NOTHING)
    this.#unitPairs = unitPairsOf(engine)
    this.#arrivals = new ArrivalFates(engine.fates)
    this.#engine = engine
    this.#subnets = new SubnetProfiles(engine.family)
    const { from, to } = this.#unitPairs.unitsOf(senders, receivers)
    this.units = from
    this.#others = to
  }

  from(unit: Unit): void {
    const isNear = this.#receivers.vpcIds.has(unit.id)
    const near = isNear ? unit.neighbours.filter((to) => this.#receivers.in(to).length > 0) : []
    if (near.length > 0)
      for (const from of unit.subnets)
        if (this.#senders.in(from).length > 0) for (const to of near) this.#within(from, to)
    // Nobody else meets whom the members of this one met.
    this.#meets.clear()
    this.#subnets.forget()
    const uneven: Uneven[] = []
    for (const other of this.#others) if (other.id !== unit.id) uneven.push(...this.#across(unit, other))
    for (const each of this.#joined.all()) this.#alongAll(each)
    this.#joined.clear()
    for (const [subnetId, all] of groupedBy(uneven, (each) => each.subnetId)) this.#fromWire(subnetId, all)
  }

  // ---- inside a VPC

  #within(from: PlacedSubnet, to: PlacedSubnet): void {
    const way = this.#wayWithin(from, to)
    const all = this.#receivers.in(to)
    const { undetermined, open, referring, groups } = this.#subnets.sending(from, this.#senders.in(from), to.hull)
    for (const { placed, unknown } of undetermined) this.#count([placed], all, this.#fates.undetermined(unknown))
    for (const sender of way ? open : [...open, ...referring, ...groups.flatMap(({ placed }) => placed)])
      for (const receiver of all) this.#open(sender, receiver)
    if (!way) return
    for (const sender of referring) this.#singly(sender, all, way)
    if (way.there === NOTHING || groups.length === 0) return
    const receiving = this.#subnets.receiving(to, all, from.hull)
    for (const senders of groups) {
      for (const sender of senders.placed) this.#singly(sender, receiving.apart, way)
      this.#alike(senders, receiving.groups, way)
    }
  }

  /** Senders that let the same out, and receivers: but for those that know some of them by their groups. */
  #alike({ placed: senders, line }: SenderGroup, receivers: readonly ReceiverGroup[], way: Way): void {
    const members = membersOf(senders)
    for (const { reception, placed } of receivers) {
      const fate = this.#fates.of(way.there, this.#fates.narrowed(reception, line), way.back)
      this.#countBut(senders, placed, fate, (receiver) => {
        const known = namedBy(receiver, members)
        for (const sender of known) this.#singly(sender, [receiver], way)
        return known
      })
    }
  }

  /** A sender with one receiver after the other. */
  #singly(sender: Placed, receivers: readonly Placed[], way: Way): void {
    const { from, to } = way
    const out = sender.end.leaving(sender.hull.from, to.hull.from)
    for (const receiver of receivers) {
      const met = this.#meet(out, receiver, from.hull)
      if (met.reception === this.#refusing && receiver.end.isDeliveredTo('request')) continue
      const fate =
        met.reception && receiver.end.isPlain && (!met.byReference || way.letOut() === way.there)
          ? this.#fates.of(way.there, met.reception, way.back)
          : undefined
      if (fate) this.#count([sender], [receiver], fate)
      else this.#open(sender, receiver)
    }
  }

  #wayWithin(from: PlacedSubnet, to: PlacedSubnet): Way | undefined {
    const there = lineTo(this.#walk(from, to, 'request', PLAIN), from, to, 'kept')
    if (there === undefined) return undefined
    const back = there === NOTHING ? NOTHING : lineTo(this.#walk(to, from, 'reply', PLAIN), to, from)
    if (back === undefined) return undefined
    let referred: { readonly line: L4Set | undefined } | undefined
    return {
      from,
      to,
      there,
      back,
      letOut: () => (referred ??= { line: lineTo(this.#walk(from, to, 'request', LET_OUT), from, to, 'kept') }).line,
    }
  }

  #walk(from: PlacedSubnet, to: PlacedSubnet, leg: Leg, carries: Identification): Corridor {
    const lookup = { leg, source: from.hull.from, destination: to.hull.from }
    return corridorFrom(this.#engine, from.wire, lookup, EVERYTHING, carries, isHandover)
  }

  /** What a receiver does with what a sender's rules let out; undefined inside where that is not the same for all of the subnet. */
  #meet(out: Corridor, receiver: Placed, from: Hull): Meet {
    let byEnd = this.#meets.get(out)
    if (!byEnd) this.#meets.set(out, (byEnd = new Map<End, Meet[]>()))
    let known = byEnd.get(receiver.end.like)
    if (!known) byEnd.set(receiver.end.like, (known = []))
    for (const meet of known) if (isInside(from, meet)) return meet
    const meet = this.#meetOf(out, receiver, from)
    known.push(meet)
    return meet
  }

  #meetOf(out: Corridor, receiver: Placed, from: Hull): Meet {
    const holds = whole(this.#family)
    let reception = this.#fates.taking(NOTHING)
    let byReference = false
    for (const { line, carries } of out.ends) {
      const received = receiver.end.reception(from.from, receiver.hull.from, carries)
      if (!received.reception || !holdsFor(received.holds, from, whole(this.#family)))
        return { ...from, reception: undefined, byReference }
      reception = this.#fates.union(reception, this.#fates.narrowed(received.reception, line))
      // Nothing gets to those that no reference means.
      byReference ||= carries.letOut && received.reception !== this.#refusing
      if (received.holds.sourceFrom > holds.from) holds.from = received.holds.sourceFrom
      if (received.holds.sourceTo < holds.to) holds.to = received.holds.sourceTo
    }
    return { ...holds, reception, byReference }
  }

  // ---- between VPCs

  /** Those of whom no table knows what becomes of what they send there are left. */
  #across(from: Unit, to: Unit): readonly Uneven[] {
    const { undetermined, openSenders, senders, openReceivers, apart, lanes } = this.#unitPairs.of(from, to)
    for (const { placed, unknown } of undetermined) this.#countUndetermined(placed, unknown, to)
    for (const receiver of openReceivers) for (const sender of senders) this.#open(sender, receiver)
    for (const [receiver, others] of apart) for (const sender of others) this.#open(sender, receiver)
    for (const lane of lanes) this.#along(lane, apart)
    // Of very many pairs of VPCs, few have any.
    if (openSenders.length === 0) return NO_UNEVEN
    const asking = openSenders.filter((sender) => this.#senders.of(sender).length > 0)
    const bySubnet = groupedBy(asking, (sender) => sender.class.subnetId)
    return Array.from(bySubnet, ([subnetId, senders]) => ({ subnetId, senders, receivers: this.#in(to), to }))
  }

  #along(lane: Lane, apart: Exceptions): void {
    const { line, letOut, answered, isKnown } = lane.passing
    const { groups: senders } = lane.senders
    const { groups: receivers } = lane.receivers
    // Many questions are about one receiver, whom few lanes lead to.
    const receiving = this.#receivers.partsOfEach(receivers)
    if (receiving.every((parts) => parts.length === 0)) return
    const isApart = apart.size > 0 && receivers.some(({ placed }) => this.#isAmong(placed, apart))
    const opens = letOut !== NOTHING && senders.some(({ byReference }) => byReference)
    if (this.#sink.joinsVpcs && answered !== 'uneven' && !isKnown && !isApart && !opens) {
      const joined = this.#joined.of(lane)
      for (let at = 0; at < receivers.length; at++) joined.add(receivers[at]!.reception, receiving[at]!)
      return
    }
    const sending = this.#senders.partsOfEach(senders)
    for (const [index, group] of senders.entries()) {
      const from = sending[index]!
      const sent = l4Algebra.intersect(line, group.line)
      const opensMore = group.byReference && letOut !== NOTHING
      if ((sent === NOTHING && !opensMore) || from.length === 0) continue
      let references: GroupReferences | undefined
      const known = () => (references ??= groupReferencesOf(group.placed, isKnown, opensMore))
      for (const [at, { reception, placed }] of receivers.entries()) {
        const to = receiving[at]!
        if (to.length === 0) continue
        const fate = this.#fates.of(sent, reception, comingHome(lane.passing))
        if (answered === 'uneven' && fate.length > 0) this.#openAll(group.placed, placed, apart)
        else if (isKnown || opensMore || isApart) this.#countApart(group.placed, placed, fate, known(), apart)
        else if (fate.length > 0) this.#countAll(from, to, fate)
      }
    }
  }

  /** Whether some of these that are asked about make exceptions. */
  #isAmong(placed: readonly Placed[], apart: Exceptions): boolean {
    return placed.some((each) => apart.has(each) && this.#receivers.of(each).length > 0)
  }

  #countAll(senders: readonly Part[], receivers: readonly Part[], fate: Fate): void {
    for (const from of senders)
      for (const to of receivers) this.#sink.counted(from, to, fate, from.members * to.members)
  }

  /** What the senders of many like lanes reach. */
  #alongAll({ senders: { groups: senders }, passing, receivers }: JoinedLanes): void {
    const sending = this.#senders.partsOfEach(senders)
    for (const [index, group] of senders.entries()) {
      const from = sending[index]!
      const sent = l4Algebra.intersect(passing.line, group.line)
      if (sent === NOTHING || from.length === 0) continue
      for (const [reception, to] of receivers) {
        const fate = this.#fates.of(sent, reception, comingHome(passing))
        if (fate.length > 0) this.#countAll(from, to, fate)
      }
    }
  }

  /** But those that are apart, and those of which either knows the other by one of its security groups. */
  #countApart(
    senders: readonly Placed[],
    receivers: readonly Placed[],
    fate: Fate,
    references: GroupReferences,
    apart: Exceptions,
  ): void {
    this.#countBut(senders, receivers, fate, (receiver) => {
      const others = apart.get(receiver) ?? NOBODY
      const referenced = [...referencedBetween(receiver, references)].filter((sender) => !others.has(sender))
      for (const sender of referenced) this.#open(sender, receiver)
      return referenced.length === 0 ? others : new Set([...others, ...referenced])
    })
  }

  #openAll(senders: readonly Placed[], receivers: readonly Placed[], apart: Exceptions): void {
    for (const receiver of receivers)
      for (const sender of senders) if (!apart.get(receiver)?.has(sender)) this.#open(sender, receiver)
  }

  #countUndetermined(senders: readonly Placed[], unknown: L4Set, to: Unit): void {
    const all = this.#in(to)
    const fate = this.#fates.undetermined(unknown)
    for (const from of this.#senders.partsOfKept(senders))
      for (const each of this.#receivers.partsOfKept(all))
        this.#sink.counted(from, each, fate, from.members * each.members)
  }

  readonly #everybody = new Map<Unit, readonly Placed[]>()

  /** The receivers of a unit. */
  #in(unit: Unit): readonly Placed[] {
    return once(this.#everybody, unit, () => unit.subnets.flatMap((subnet) => this.#receivers.in(subnet)))
  }

  /** Senders of one subnet, of whom no table knows what becomes of what they send to some receivers of other VPCs. */
  #fromWire(subnetId: string, questions: readonly Uneven[]): void {
    const wire = this.#wireTo(subnetId, questions)
    for (const { senders, receivers, to } of questions)
      for (const [lets, placed] of groupedBy(senders, (sender) => letOutTo(sender, to))) {
        const sources = intervals.unionAll(placed.map(({ addresses }) => addresses))
        const met = groupedBy(receivers, (receiver) => lets && wire.arriving(lets, receiver))
        for (const [arriving, others] of met) {
          const fate = lets && arriving && this.#arrivals.of(arriving, sources, lets)
          if (fate) this.#count(placed, others, fate)
          else for (const sender of placed) for (const receiver of others) this.#open(sender, receiver)
        }
      }
  }

  #wireTo(subnetId: string, questions: readonly Uneven[]): Wire<Placed> {
    const senders = new Set(questions.flatMap((each) => each.senders.filter(({ end }) => end.isPlain)))
    const receivers = new Map(questions.flatMap((each) => each.receivers.map((to) => [to, partyOf(to)] as const)))
    return new Wire(this.#engine, subnetId, [...senders].map(partyOf), receivers)
  }

  // ---- both

  /** All pairs that fare alike, but those with senders that are `apart` for a receiver. */
  #countBut(
    senders: readonly Placed[],
    receivers: readonly Placed[],
    fate: Fate,
    apart: (receiver: Placed) => ReadonlySet<Placed>,
  ): void {
    const others: Placed[] = []
    for (const receiver of receivers) {
      const left = apart(receiver)
      if (left.size === 0) others.push(receiver)
      else
        this.#count(
          senders.filter((each) => !left.has(each)),
          [receiver],
          fate,
        )
    }
    this.#count(senders, others, fate)
  }

  #count(senders: readonly Placed[], receivers: readonly Placed[], fate: Fate): void {
    const [sender] = senders
    const [receiver] = receivers
    if (!sender || !receiver || fate.length === 0) return
    const isOneSubnet = sender.class.subnetId === receiver.class.subnetId
    for (const from of this.#senders.partsOf(senders))
      for (const to of this.#receivers.partsOf(receivers)) {
        const own = isOneSubnet ? this.#pairsWithSelf(from, to) : 0
        const pairs = from.members * to.members - own
        if (pairs === 0) continue
        const [first, second] = own === 0 ? [from, to] : led(from, to, this.#family)
        this.#sink.counted(first, second, fate, pairs)
      }
  }

  #pairsWithSelf({ endpoints: senders }: Part, { endpoints: receivers }: Part): number {
    return pairsWithSelf(
      senders,
      groupedBy(receivers, (each) => each.class),
      (a, b) => inBoth(a, b, this.#family),
    )
  }

  #open(sender: Placed, receiver: Placed): void {
    for (const from of this.#senders.of(sender))
      for (const to of this.#receivers.of(receiver)) this.#sink.open(from, to)
  }
}

/** Of what comes home of answers, that of which it is known. */
const comingHome = ({ answered }: Passing): L4Set => (answered === 'uneven' ? NOTHING : answered)

const NOBODY: ReadonlySet<Placed> = new Set()
const NOBODY_BY_GROUP: ReadonlyMap<string, readonly Placed[]> = new Map()

/** Senders of whom no table knows what becomes of what they send to those of another VPC. */
interface Uneven {
  /** Of the senders. */
  readonly subnetId: string
  readonly senders: readonly Placed[]
  readonly receivers: readonly Placed[]
  /** In which the receivers are. */
  readonly to: Unit
}

const NO_UNEVEN: readonly Uneven[] = []

/** What it sends to all of a unit; undefined where that is not one and the same, or not known. */
const letOutTo = ({ end }: Placed, { hull }: Unit): LetOut | undefined => {
  const lets = end.isPlain ? end.sentAlike([hull.from, hull.to]) : undefined
  return lets?.unknown === NOTHING ? lets : undefined
}

const partyOf = (placed: Placed): Receiver => ({
  class: placed.class,
  members: placed.class.members,
  addresses: placed.addresses,
  end: placed.end,
  areOwn: true,
})

/** Senders by security groups. */
interface GroupReferences {
  /** That they are in. */
  readonly members: ReadonlyMap<string, readonly Placed[]>
  /** To which rules of theirs refer. */
  readonly referring: ReadonlyMap<string, readonly Placed[]>
}

const byGroup = (
  placed: readonly Placed[],
  groupsOf: (each: Placed) => readonly string[],
): ReadonlyMap<string, readonly Placed[]> => {
  const groups = new Map<string, Placed[]>()
  for (const each of placed) for (const group of groupsOf(each)) append(groups, group, each)
  return groups
}

const membersOf = (placed: readonly Placed[]) => byGroup(placed, ({ class: { groups } }) => groups)

/** `isKnown`: receivers are told who sends. `refer`: what only a reference lets out gets to them. */
const groupReferencesOf = (senders: readonly Placed[], isKnown: boolean, refer: boolean): GroupReferences => ({
  members: isKnown ? membersOf(senders) : NOBODY_BY_GROUP,
  referring: refer ? byGroup(senders, ({ end }) => end.referredGroups) : NOBODY_BY_GROUP,
})

/** The senders that rules of a receiver name, and those that rules of theirs let more out to it. */
const referencedBetween = (receiver: Placed, { members, referring }: GroupReferences): ReadonlySet<Placed> => {
  const named = namedBy(receiver, members)
  if (referring.size === 0) return named
  const { groups } = receiver.class
  // Nobody knows the groups of who is seen without any.
  const referred =
    groups.length === 0 ? [...referring.values()].flat() : groups.flatMap((each) => referring.get(each) ?? [])
  return referred.length === 0 ? named : new Set([...named, ...referred])
}

/** The senders that rules of a receiver name. */
const namedBy = ({ end }: Placed, members: GroupReferences['members']): ReadonlySet<Placed> => {
  if (members.size === 0 || !end.knowsAny) return NOBODY
  const found = new Set<Placed>()
  for (const group of end.namedGroups) for (const sender of members.get(group) ?? []) found.add(sender)
  return found
}

/** The same endpoints, so that the first two have a pair: one that has a single member has none with itself. */
const led = (from: Part, to: Part, family: Family): readonly [Alike, Alike] => {
  const [sender, ...others] = from.endpoints
  const [receiver, ...rest] = to.endpoints
  if (sender!.count(family) * receiver!.count(family) > inBoth(sender!, receiver!, family)) return [from, to]
  return rest.length > 0 ? [from, alike([...rest, receiver!])] : [alike([...others, sender!]), to]
}

interface Meet extends Hull {
  readonly reception: Reception | undefined
  /** Some of it only a reference of the sender lets out. */
  readonly byReference: boolean
}

/** What is delivered in a subnet; undefined where that is not settled, or nothing that is not of the kind wanted. */
const lineTo = (
  walk: Corridor,
  from: PlacedSubnet,
  to: PlacedSubnet,
  identity?: Identification['identity'],
): L4Set | undefined => {
  if (!covers(walk, from.hull, to.hull) || !isDetermined(walk)) return undefined
  let line = NOTHING
  for (const end of walk.ends) {
    if (isBypass(end.at)) return undefined
    if (end.at !== to.deliver) continue
    if (end.carries.session) return undefined
    if (identity !== undefined && end.carries.identity !== identity) return undefined
    line = l4Algebra.union(line, end.line)
  }
  return line
}
