/** Every pair of endpoints of one address family, counted by fate without asking each: what a subnet's packets meet on their way is looked up
 *  once for all that are alike, inside a VPC for each two subnets, between VPCs for each two kinds of sender and receiver. Pairs that are
 *  not so plain are left to be asked one by one. */
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { type Corridor, type Identification, isTold, isUnknown, LET_OUT, PLAIN } from '../reach/corridor.ts'
import type { Fate, Fates, Reception } from '../reach/fate.ts'
import type { Node, Returning } from '../reach/forwarding-table.ts'
import type { Endpoint, Membership } from './endpoints.ts'
import { Entries, type Entry, type NoEntry } from './entries.ts'
import { covers, holdsFor, type Hull, isInside, whole } from './hull.ts'
import { type End, isBypass, isHandover, type PairEngine } from './pair-engine.ts'
import { type Entering, type Exit, type Face, type Group, type Profile, Profiles } from './profiles.ts'
import { stretchAround } from './stretches.ts'
import { endpointsIn, membersOf, type Placed, receiversOf, type SubnetSide, type Unit, unitsOf } from './units.ts'
import type { Walks } from './walks.ts'

/** Takes what is found out. */
export interface PairSink {
  /** So many pairs of the members of these endpoints have this fate, whichever of them they are of. The senders are all of one membership,
   *  the receivers too. `example` is one of the pairs, where not any of the first two endpoints' is. */
  counted(from: readonly Endpoint[], to: readonly Endpoint[], fate: Fate, pairs: number, example?: PairOfMembers): void
  /** All pairs of members of the two have to be asked. */
  open(from: Endpoint, to: Endpoint): void
  progress(done: number, of: number): void
}

export type PairOfMembers = readonly [NetworkInterface, NetworkInterface]

export const eachPair = (engine: PairEngine, endpoints: readonly Endpoint[], sink: PairSink): void => {
  const all = new AllPairs(engine, endpoints, sink)
  for (const [done, from] of all.units.entries()) {
    all.from(from)
    sink.progress(done + 1, all.units.length)
  }
}

/** What passes between two subnets there and back. */
interface Way {
  readonly from: SubnetSide
  readonly to: SubnetSide
  readonly there: L4Set
  readonly back: L4Set
  readonly letOut: L4Set
}

class AllPairs {
  readonly units: readonly Unit[]
  readonly #sink: PairSink
  readonly #family: Family
  readonly #fates: Fates
  readonly #refusing: Reception
  readonly #meets = new Map<Corridor, Map<End, Meet[]>>()
  readonly #walks: Walks
  readonly #entries: Entries
  readonly #profiles: Profiles

  constructor(engine: PairEngine, endpoints: readonly Endpoint[], sink: PairSink) {
    this.#sink = sink
    this.#family = engine.family
    this.#fates = engine.fates
    this.#refusing = engine.fates.taking(NOTHING)
    this.#walks = engine.walks
    this.#entries = new Entries(engine)
    this.#profiles = new Profiles(engine)
    this.units = unitsOf(engine, endpoints)
  }

  from(unit: Unit): void {
    for (const from of unit.subnets)
      if (from.senders.length > 0) for (const to of unit.neighbours) if (to.receivers.length > 0) this.#within(from, to)
    // Nobody else meets whom the members of this one met.
    this.#meets.clear()
    if (!unit.sends) return
    for (const other of this.units) if (other.receives && other.id !== unit.id) this.#across(unit, other)
  }

  // ---- inside a VPC

  #within(from: SubnetSide, to: SubnetSide): void {
    const way = this.#wayWithin(from, to)
    const senders = new Map<Membership, Map<L4Set, Placed[]>>()
    for (const sender of from.senders) {
      const out = sender.end.leaving(sender.hull.from, to.hull.from)
      const isSame = covers(out, sender.hull, to.hull)
      if (isSame && isUnknown(out)) {
        const fate = this.#fates.untold(out.unknown)
        for (const receiver of to.receivers) this.#counted(sender, receiver, fate)
        continue
      }
      if (!way || !sender.end.isPlain || !isSame || !isTold(out)) {
        for (const receiver of to.receivers) this.#sink.open(sender.endpoint, receiver.endpoint)
        continue
      }
      const [end, ...others] = out.ends
      if (!end || (way.there === NOTHING && way.letOut === NOTHING)) continue
      if (others.length > 0 || end.carries.letOut) this.#singly(sender, to.receivers, way)
      else add(senders, sender, end.line)
    }
    if (!way || senders.size === 0) return
    const { alike, apart } = this.#receiversAlike(to, from.hull)
    for (const byLine of senders.values())
      for (const [line, placed] of byLine) {
        for (const sender of placed) this.#singly(sender, apart, way)
        this.#alike(placed, alike, line, way)
      }
  }

  /** Senders that let the same out, and receivers: but for those that know some of them by their groups. */
  #alike(senders: readonly Placed[], receivers: ByValue<Reception>, line: L4Set, way: Way): void {
    const members = byGroup(senders)
    const named = ({ end }: Placed): ReadonlySet<Placed> => {
      const found = new Set<Placed>()
      if (end.knowsAny)
        for (const group of end.namedGroups) for (const sender of members.get(group) ?? []) found.add(sender)
      return found
    }
    for (const byReception of receivers.values())
      for (const [reception, placed] of byReception) {
        const fate = this.#fates.of(way.there, this.#fates.narrowed(reception, line), way.back)
        this.#countBut(senders, placed, fate, (receiver) => {
          const known = named(receiver)
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
      if (met.reception === this.#refusing) continue
      const fate =
        met.reception && receiver.end.isPlain && (!met.byReference || way.letOut === way.there)
          ? this.#fates.of(way.there, met.reception, way.back)
          : undefined
      if (fate) this.#counted(sender, receiver, fate)
      else this.#sink.open(sender.endpoint, receiver.endpoint)
    }
  }

  /** The receivers of a subnet by what they do with what comes from a range of addresses, whoever sends it; and those of which that is not
   *  one and the same. */
  #receiversAlike(
    to: SubnetSide,
    range: Hull,
  ): { readonly alike: ByValue<Reception>; readonly apart: readonly Placed[] } {
    const alike: ByValue<Reception> = new Map()
    const apart: Placed[] = []
    for (const receiver of to.receivers) {
      const into = stretchAround(receiver.end.receives, range)
      const isEven = into?.value && receiver.end.isPlain && !intervals.overlaps(into.except, [range.from, range.to])
      if (!isEven) apart.push(receiver)
      else add(alike, receiver, into.value)
    }
    return { alike, apart }
  }

  #counted(sender: Placed, receiver: Placed, fate: Fate): void {
    const own = sender === receiver ? sender.members : 0
    this.#sink.counted(sender.alone, receiver.alone, fate, sender.members * receiver.members - own)
  }

  #wayWithin(from: SubnetSide, to: SubnetSide): Way | undefined {
    const stops = isHandover
    const there = this.#walks.between(from.wire, to.id, 'request', from.hull, to.hull, PLAIN, stops)
    const line = lineTo(there, from.hull, to.hull, to.deliver, 'kept')
    if (line === undefined) return undefined
    const referred = this.#walks.between(from.wire, to.id, 'request', from.hull, to.hull, LET_OUT, stops)
    const letOut = lineTo(referred, from.hull, to.hull, to.deliver, 'kept')
    if (letOut === undefined) return undefined
    if (line === NOTHING && letOut === NOTHING) return { from, to, there: NOTHING, back: NOTHING, letOut }
    const answer = this.#walks.between(to.wire, `reply ${from.id}`, 'reply', to.hull, from.hull, PLAIN, stops)
    const back = lineTo(answer, to.hull, from.hull, from.deliver)
    return back === undefined ? undefined : { from, to, there: line, back, letOut }
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
      reception = this.#fates.either(reception, this.#fates.narrowed(received.reception, line))
      byReference ||= carries.letOut
      if (received.holds.sourceFrom > holds.from) holds.from = received.holds.sourceFrom
      if (received.holds.sourceTo < holds.to) holds.to = received.holds.sourceTo
    }
    return { ...holds, reception, byReference }
  }

  // ---- between VPCs

  #across(from: Unit, to: Unit): void {
    const { sending, leaving, receiving } = this.#facing(from, to)
    for (const { placed, unknown } of sending.untold) this.#countUntold(placed, unknown, to)
    for (const { placed, exit } of sending.unevenSenders)
      if (exit === 'uneven' || this.#entries.of(exit.hub, from, to, 'request') !== 'elsewhere')
        this.#openToAll(placed, to)
    if (!receiving) return
    const unsettled = leaving.some(
      ({ way, session }) =>
        way === 'unsettled' ||
        receiving.receiving.some(({ exit }) => this.#entries.ofAnswers(exit, to, from, session) === 'unsettled'),
    )
    if (unsettled) {
      for (const { face } of leaving)
        for (const { placed } of face.groups) for (const sender of placed) this.#openToAll(sender, to)
      return
    }
    for (const receiver of receiving.unevenReceivers)
      for (const { face } of leaving)
        for (const { placed } of face.groups)
          for (const sender of placed) this.#sink.open(sender.endpoint, receiver.endpoint)
    const named = namesIn(to.named, from.groups)
    const apart = this.#exceptions(leaving, receiving.receiving, from, to)
    for (const [receiver, senders] of apart)
      for (const sender of senders) this.#sink.open(sender.endpoint, receiver.endpoint)
    for (const { face: there, exit, way, session } of leaving) {
      if (typeof way === 'string') continue
      for (const back of receiving.receiving) {
        const met = enteringBy(back, way)
        if (!met) continue
        const { entering } = met
        const answered = this.#answered(there, back, this.#entries.ofAnswers(back.exit, to, from, session))
        const isUneven = !met.isEven || answered === 'uneven'
        const line = l4Algebra.intersect(l4Algebra.intersect(exit.line, way.line), entering.line)
        const letOut = l4Algebra.intersect(l4Algebra.intersect(exit.letOut, way.letOut), entering.line)
        if (line === NOTHING && letOut === NOTHING) continue
        const known = named && [exit, way, entering].every(({ identity }) => identity !== 'lost')
        for (const senders of there.groups) {
          const sent = l4Algebra.intersect(line, senders.line)
          const openToo = senders.byReference && letOut !== NOTHING
          if (sent === NOTHING && !openToo) continue
          for (const receivers of back.groups)
            if (isUneven && this.#fates.of(sent, receivers.reception, NOTHING).length > 0)
              this.#openAll(senders, receivers, apart)
            else if (known || openToo || apart.size > 0)
              this.#eachOf(senders, receivers, sent, isUneven ? NOTHING : answered, known, openToo, apart)
            else if (!isUneven) this.#groups(senders, receivers, sent, answered)
        }
      }
    }
  }

  #groups(senders: Group, receivers: Group, sent: L4Set, answered: L4Set): void {
    const fate = this.#fates.of(sent, receivers.reception, answered)
    this.#sink.counted(senders.endpoints, receivers.endpoints, fate, senders.members * receivers.members)
  }

  /** Pairs of which one treats the other's address otherwise than all around it; both are of groups. */
  #exceptions(leaving: readonly Leaving[], back: readonly Face[], from: Unit, to: Unit): Exceptions {
    const senders = leaving.map(({ face }) => face)
    const apart = new Map<Placed, Set<Placed>>()
    const except = (sender: Placed, receiver: Placed): void => {
      const known = apart.get(receiver)
      if (known) known.add(sender)
      else apart.set(receiver, new Set([sender]))
    }
    for (const [receiver, sender] of this.#concerned(back, senders, from)) except(sender, receiver)
    for (const [sender, receiver] of this.#concerned(senders, back, to)) except(sender, receiver)
    return apart
  }

  /** Who of some faces makes an exception, and whom of the others it concerns. */
  *#concerned(faces: readonly Face[], others: readonly Face[], there: Unit): Generator<readonly [Placed, Placed]> {
    let among: ReadonlySet<Placed> | undefined
    for (const { excepting } of faces)
      for (const [placed, addresses] of excepting) {
        if (!intervals.overlaps(addresses, [there.hull.from, there.hull.to])) continue
        among ??= new Set(others.flatMap(({ groups }) => groups.flatMap(({ placed: all }) => all)))
        for (const holders of this.#holders(there).split(addresses).keys())
          for (const other of holders) if (among.has(other)) yield [placed, other]
      }
  }

  readonly #holding = new Map<Unit, AddressMap<readonly Placed[]>>()

  #holders(unit: Unit): AddressMap<readonly Placed[]> {
    let known = this.#holding.get(unit)
    if (!known) {
      const all = new Set(unit.subnets.flatMap(({ senders, receivers }) => [...senders, ...receivers]))
      const entries = [...all].map((each) => [each.endpoint.addresses(this.#family), each] as const)
      known = AddressMap.sweep<Placed, readonly Placed[]>(this.#family, entries, (found) => found)
      this.#holding.set(unit, known)
    }
    return known
  }

  /** Both profiles, with all entries known by which the two reach each other, and the faces from which some way leads there; only the
   *  profile of the senders where none does. */
  #facing(
    from: Unit,
    to: Unit,
  ): { readonly sending: Profile; readonly leaving: readonly Leaving[]; readonly receiving: Profile | undefined } {
    for (;;) {
      const sending = this.#profiles.of(from, to.hull)
      const leaving = sending.sending.flatMap((face): readonly Leaving[] => {
        const { exit } = face
        if (!exit) return []
        const way = this.#entries.of(exit.hub, from, to, 'request')
        return way === 'elsewhere' ? [] : [{ face, exit, way, session: sessionOn(exit, way) }]
      })
      if (leaving.length === 0) return { sending, leaving, receiving: undefined }
      const receiving = this.#profiles.of(to, from.hull)
      const sessions = new Set(leaving.map(({ session }) => session))
      for (const { exit } of receiving.receiving)
        for (const session of sessions) this.#entries.ofAnswers(exit, to, from, session)
      if (sending.entries === from.entries.size && receiving.entries === to.entries.size)
        return { sending, leaving, receiving }
    }
  }

  /** What of the answers comes home. */
  #answered(there: Face, back: Face, way: Entry | NoEntry | undefined): L4Set | 'uneven' {
    if (way === undefined || typeof way === 'string') return NOTHING
    const met = enteringBy(there, way)
    if (!met) return NOTHING
    if (!met.isEven) return 'uneven'
    return l4Algebra.intersect(l4Algebra.intersect(back.exit!.line, way.line), met.entering.line)
  }

  /** Pair by pair, where references have a say; pairs that are apart are not among them. */
  #eachOf(
    senders: Group,
    receivers: Group,
    sent: L4Set,
    answered: L4Set,
    known: boolean,
    byReference: boolean,
    apart: Exceptions,
  ): void {
    if (byReference) {
      this.#openAll(senders, receivers, apart)
      return
    }
    const fate = this.#fates.of(sent, receivers.reception, answered)
    this.#countBut(senders.placed, receivers.placed, fate, (receiver) => {
      const others = apart.get(receiver) ?? NOBODY
      if (!known) return others
      const named = senders.placed.filter(
        (each) => receiver.end.namesAnyOf(each.endpoint.class.groups) && !others.has(each),
      )
      for (const sender of named) this.#sink.open(sender.endpoint, receiver.endpoint)
      return named.length === 0 ? others : new Set([...others, ...named])
    })
  }

  #openAll(senders: Group, receivers: Group, apart: Exceptions): void {
    for (const receiver of receivers.placed)
      for (const sender of senders.placed)
        if (!apart.get(receiver)?.has(sender)) this.#sink.open(sender.endpoint, receiver.endpoint)
  }

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
        this.#countAll(
          senders.filter((each) => !left.has(each)),
          [receiver],
          fate,
        )
    }
    this.#countAll(senders, others, fate)
  }

  #countAll(senders: readonly Placed[], receivers: readonly Placed[], fate: Fate): void {
    if (senders.length === 0 || receivers.length === 0) return
    const both = commonOf(senders, receivers)
    const pairs = membersOf(senders) * membersOf(receivers) - membersOf(both)
    if (pairs === 0) return
    const [first, second] = both.length === 0 ? [senders, receivers] : led(senders, receivers)
    this.#sink.counted(endpointsIn(first), endpointsIn(second), fate, pairs)
  }

  #countUntold(sender: Placed, unknown: L4Set, to: Unit): void {
    const fate = this.#fates.untold(unknown)
    let all = this.#receivers.get(to)
    if (!all) this.#receivers.set(to, (all = receiversOf(to)))
    for (const { endpoints, members } of all)
      this.#sink.counted(sender.alone, endpoints, fate, sender.members * members)
  }

  readonly #receivers = new Map<Unit, ReturnType<typeof receiversOf>>()

  #openToAll(sender: Placed, to: Unit): void {
    for (const { receivers } of to.subnets)
      for (const receiver of receivers) this.#sink.open(sender.endpoint, receiver.endpoint)
  }
}

const NOBODY: ReadonlySet<Placed> = new Set()

/** Some that have a value in common, by membership. */
type ByValue<V> = Map<Membership, Map<V, Placed[]>>

const add = <V>(all: ByValue<V>, placed: Placed, value: V): void => {
  const { membership } = placed.endpoint
  let byValue = all.get(membership)
  if (!byValue) all.set(membership, (byValue = new Map<V, Placed[]>()))
  const known = byValue.get(value)
  if (known) known.push(placed)
  else byValue.set(value, [placed])
}

/** By the security groups that they are in. */
const byGroup = (placed: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> => {
  const members = new Map<string, Placed[]>()
  for (const each of placed)
    for (const group of each.endpoint.class.groups) {
      const known = members.get(group)
      if (known) known.push(each)
      else members.set(group, [each])
    }
  return members
}

/** Who is among both, which only those of one VPC can be. */
const commonOf = (senders: readonly Placed[], receivers: readonly Placed[]): readonly Placed[] => {
  const [a, b] = [senders, receivers].map(([first]) => first!.endpoint.class.vpcId)
  if (a !== b) return []
  const among = new Set(receivers)
  return senders.filter((each) => among.has(each))
}

/** The same lists, so that their first two have a pair: one that has a single member has none with itself. */
const led = (
  senders: readonly Placed[],
  receivers: readonly Placed[],
): readonly [readonly Placed[], readonly Placed[]] => {
  const [sender, ...others] = senders
  const [receiver, ...rest] = receivers
  if (sender !== receiver || sender!.members > 1) return [senders, receivers]
  return rest.length > 0 ? [senders, [...rest, receiver!]] : [[...others, sender!], receivers]
}

/** By receiver: senders with whom it is another matter than with all others of their group. */
type Exceptions = ReadonlyMap<Placed, ReadonlySet<Placed>>

interface Meet extends Hull {
  readonly reception: Reception | undefined
  /** Some of it only a reference of the sender lets out. */
  readonly byReference: boolean
}

/** A face of senders from which a way leads to another VPC. */
interface Leaving {
  readonly face: Face
  readonly exit: Exit
  readonly way: Entry | 'unsettled'
  /** What answers to packets that went that way carry. */
  readonly session: Returning | undefined
}

const sessionOn = (exit: Exit, way: Leaving['way']): Returning | undefined =>
  (typeof way === 'string' ? undefined : way.session) ?? exit.session

/** What comes in by an entry; undefined where nothing does. By several entries not all need let the same in: then it is the most that may
 *  come in by any. */
const enteringBy = (
  { comesIn }: Face,
  { entries }: Entry,
): { readonly entering: Entering; readonly isEven: boolean } | undefined => {
  const all = entries.map((entry) => comesIn.get(entry))
  const [first, ...others] = all.filter((each) => each !== undefined)
  if (!first) return undefined
  const isEven =
    others.length === entries.length - 1 &&
    others.every(({ line, identity }) => line === first.line && identity === first.identity)
  if (isEven) return { entering: first, isEven }
  const line = others.reduce((most, each) => l4Algebra.union(most, each.line), first.line)
  const identity = [first, ...others].some((each) => each.identity !== 'lost') ? 'kept' : 'lost'
  return { entering: { line, identity }, isEven }
}

/** What gets to a stage; undefined where that is not settled, or nothing that is not of the kind wanted. */
const lineTo = (
  walk: Corridor,
  sources: Hull,
  destinations: Hull,
  at: Node,
  identity?: Identification['identity'],
): L4Set | undefined => {
  if (!covers(walk, sources, destinations) || !isTold(walk)) return undefined
  let line = NOTHING
  for (const end of walk.ends) {
    if (isBypass(end.at)) return undefined
    if (end.at !== at) continue
    if (end.carries.session) return undefined
    if (identity !== undefined && end.carries.identity !== identity) return undefined
    line = l4Algebra.union(line, end.line)
  }
  return line
}

const namesIn = (named: ReadonlySet<string>, groups: ReadonlySet<string>): boolean => {
  for (const group of named) if (groups.has(group)) return true
  return false
}
