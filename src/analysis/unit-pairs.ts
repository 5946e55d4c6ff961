/** What the members of one unit and those of another are to each other, whoever of them is asked about: by which lanes packets go from these
 *  to those and answers come back, and who has to be asked alone. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { groupedBy, once } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { Returning } from '../reach/forwarding-table.ts'
import { Entries, type Entry, type NoEntry } from './entries.ts'
import type { Entering, Exit, Face, FaceSet } from './faces.ts'
import type { PairEngine } from './pair-engine.ts'
import { Profiles, type Receiving, type ReceiverGroup, type Sending, type SenderGroup } from './profiles.ts'
import type { Side } from './sides.ts'
import { type Grouped, type Placed, placeableIn, type Unit, unitsOf } from './units.ts'

export interface UnitPair {
  /** Senders of whom nobody can tell what they send, whatever the way is. */
  readonly undetermined: Sending['undetermined']
  /** Senders who have to be asked about every receiver. */
  readonly openSenders: readonly Placed[]
  /** Receivers who have to be asked about each of `senders`. */
  readonly openReceivers: readonly Placed[]
  /** All others who send anything there; none where there are no open receivers. */
  readonly senders: readonly Placed[]
  /** By receiver: senders with whom it is another matter than with all others of their group. */
  readonly apart: Exceptions
  readonly lanes: readonly Lane[]
}

export type Exceptions = ReadonlyMap<Placed, ReadonlySet<Placed>>

/** A way from some subnets to others, and of the answers back. */
export interface Lane {
  readonly senders: readonly SenderGroup[]
  readonly receivers: readonly ReceiverGroup[]
  readonly line: L4Set
  /** What gets there of packets that only a reference let out. */
  readonly letOut: L4Set
  /** What of the answers comes home. Where not all fare alike, those that anything is taken from have to be asked one by one. */
  readonly answered: L4Set | 'uneven'
  /** The receivers know some of the senders, by their groups. */
  readonly isKnown: boolean
}

/** Kept for as long as the engine is: what one question found out serves the next. */
export const unitPairsOf = (engine: PairEngine): UnitPairs => {
  let known = unitPairs.get(engine)
  if (!known) unitPairs.set(engine, (known = new UnitPairs(engine)))
  return known
}

const unitPairs = new WeakMap<PairEngine, UnitPairs>()

export class UnitPairs {
  readonly #engine: PairEngine
  readonly #family: Family
  /** By VPC. */
  readonly #units = new Map<string, readonly Unit[]>()
  readonly #placed = new Set<EndpointClass>()
  readonly #sides = new WeakSet<Side>()
  readonly #known = new Kept()
  /** Of those between whom nothing passes, which are most where many have nothing to do with each other. */
  readonly #strangers = new Kept()
  #entries: Entries
  #profiles: Profiles

  constructor(engine: PairEngine) {
    this.#engine = engine
    this.#family = engine.family
    this.#entries = new Entries(engine)
    this.#profiles = new Profiles(engine)
  }

  /** The units in which the senders and the receivers of a question are. */
  unitsOf(senders: Side, receivers: Side): { readonly from: readonly Unit[]; readonly to: readonly Unit[] } {
    const sides = [senders, receivers].filter((side) => !this.#sides.has(side))
    if (sides.length > 0) this.#place(new Set(sides.flatMap(({ ends }) => ends.map((each) => each.class))))
    for (const side of sides) this.#sides.add(side)
    this.#known.makeRoom()
    this.#strangers.makeRoom()
    const [from, to] = [senders, receivers].map((side) =>
      [...side.vpcIds].flatMap((id) => (this.#units.get(id) ?? []).filter((unit) => side.isIn(unit))),
    )
    return { from: from!, to: to! }
  }

  /** Those asked about, and all of a VPC when others of it are asked about later: many questions are about a few only. */
  #place(classes: ReadonlySet<EndpointClass>): void {
    const { network } = this.#engine.plane
    const missing = [...classes].filter((each) => !this.#placed.has(each))
    for (const [id, asked] of groupedBy(missing, ({ vpcId }) => vpcId)) {
      const isKnown = this.#units.has(id)
      const all = isKnown ? placeableIn(network, id, this.#family) : asked
      this.#units.set(id, unitsOf(this.#engine, id, all))
      for (const each of all) this.#placed.add(each)
      if (isKnown) this.#forget()
    }
  }

  /** What was found out about units that are no more. */
  #forget(): void {
    this.#entries = new Entries(this.#engine)
    this.#profiles = new Profiles(this.#engine)
    this.#known.clear()
    this.#strangers.clear()
  }

  /** Of two units of different VPCs. */
  of(from: Unit, to: Unit): UnitPair {
    const known = this.#known.get(from, to) ?? this.#strangers.get(from, to)
    if (known) return known
    const made = this.#made(from, to)
    const kept = made === NOTHING_PASSES ? this.#strangers : this.#known
    kept.set(from, to, made)
    return made
  }

  #made(from: Unit, to: Unit): UnitPair {
    const { sending, facing } = this.#facing(from, to)
    const { undetermined } = sending
    const openSenders = sending.uneven
      .filter(({ exit }) => exit === 'uneven' || this.#entries.of(exit.hub, from, to, 'request') !== 'elsewhere')
      .map(({ placed }) => placed)
    if (!facing)
      return undetermined.length + openSenders.length === 0
        ? NOTHING_PASSES
        : { ...NOTHING_PASSES, undetermined, openSenders }
    const { leaving, receiving } = facing
    const isUnsettled = leaving.some(({ way, answers }) => way === 'unsettled' || answers.includes('unsettled'))
    if (isUnsettled) return { ...NOTHING_PASSES, undetermined, openSenders: [...openSenders, ...allOf(leaving)] }
    return {
      undetermined,
      openSenders,
      openReceivers: receiving.uneven,
      senders: receiving.uneven.length === 0 ? NOBODY : allOf(leaving),
      apart: this.#exceptions(sending, facing, from, to),
      lanes: this.#lanes(sending, facing, from, to),
    }
  }

  #lanes(sending: Sending, { leaving, receiving }: Facing, from: Unit, to: Unit): readonly Lane[] {
    const lanes: JoinedLane[] = []
    let isNamed: boolean | undefined
    const isAnyNamed = () => (isNamed ??= namesIn(to.named, from.groups))
    for (const [index, back] of receiving.faces.entries()) {
      const here: JoinedLane[] = []
      for (const each of leaving) {
        const passing = passingBetween(each, back, index, isAnyNamed)
        if (!passing) continue
        const known = here.find((lane) => isAlike(lane.passing, passing))
        if (known) known.senders = known.senders.with(each.index)
        else here.push({ passing, senders: sending.none.with(each.index), receivers: receiving.none.with(index) })
      }
      for (const lane of here) {
        const known = lanes.find(({ passing, senders }) => senders === lane.senders && isAlike(passing, lane.passing))
        if (known) known.receivers = known.receivers.with(index)
        else lanes.push(lane)
      }
    }
    return lanes.map((lane) => ({ ...lane.passing, senders: lane.senders.groups, receivers: lane.receivers.groups }))
  }

  /** How the two face each other, with all entries known by which they reach each other; only what is sent where no way leads there. */
  #facing(from: Unit, to: Unit): { readonly sending: Sending; readonly facing: Facing | undefined } {
    for (;;) {
      const sending = this.#profiles.sending(from, to.hull)
      const ways = sending.faces.flatMap((face, index): readonly Omit<Leaving, 'answers'>[] => {
        const { exit } = face
        if (!exit) return []
        const way = this.#entries.of(exit.hub, from, to, 'request')
        return way === 'elsewhere' ? [] : [{ face, index, exit, way }]
      })
      if (ways.length === 0) return { sending, facing: undefined }
      const receiving = this.#profiles.receiving(to, from.hull)
      const answers = new Map<Returning | undefined, Leaving['answers']>()
      const answersOn = (session: Returning | undefined): Leaving['answers'] =>
        once(answers, session, () =>
          receiving.faces.map(({ exit }) => this.#entries.ofAnswers(exit, to, from, session)),
        )
      const leaving = ways.map((each) => ({ ...each, answers: answersOn(sessionOn(each.exit, each.way)) }))
      if (sending.entries === from.entries.size && receiving.entries === to.entries.size)
        return { sending, facing: { leaving, receiving } }
    }
  }

  /** Pairs of which one treats the other's address otherwise than all around it; both are of groups. */
  #exceptions(sending: Sending, { leaving, receiving }: Facing, from: Unit, to: Unit): Exceptions {
    const [bySenders, byReceivers] = [isExcepted(sending, to), isExcepted(receiving, from)]
    if (!bySenders && !byReceivers) return NO_EXCEPTIONS
    const senders = leaving.map(({ face }) => face)
    const apart = new Map<Placed, Set<Placed>>()
    const except = (sender: Placed, receiver: Placed): void => {
      const known = apart.get(receiver)
      if (known) known.add(sender)
      else apart.set(receiver, new Set([sender]))
    }
    if (byReceivers)
      for (const [receiver, sender] of this.#concerned(receiving.faces, senders, from)) except(sender, receiver)
    if (bySenders)
      for (const [sender, receiver] of this.#concerned(senders, receiving.faces, to)) except(sender, receiver)
    return apart.size === 0 ? NO_EXCEPTIONS : apart
  }

  /** Who of some faces makes an exception, and whom of the others it concerns. */
  *#concerned(
    faces: readonly Pick<Face<unknown>, 'excepting'>[],
    others: readonly Face<Grouped>[],
    there: Unit,
  ): Generator<readonly [Placed, Placed]> {
    const among = new Set(others.flatMap(({ groups }) => groups.flatMap(({ placed }) => placed)))
    for (const { excepting } of faces)
      for (const [placed, addresses] of excepting) {
        if (!intervals.overlaps(addresses, [there.hull.from, there.hull.to])) continue
        for (const holders of this.#holders(there).split(addresses).keys())
          for (const other of holders) if (among.has(other)) yield [placed, other]
      }
  }

  readonly #holding = new Map<Unit, AddressMap<readonly Placed[]>>()

  #holders(unit: Unit): AddressMap<readonly Placed[]> {
    let known = this.#holding.get(unit)
    if (!known) {
      const entries = unit.subnets.flatMap(({ all }) =>
        all.map((each): readonly [AddressSet, Placed] => [each.addresses, each]),
      )
      known = AddressMap.sweep<Placed, readonly Placed[]>(this.#family, entries, (found) => found)
      this.#holding.set(unit, known)
    }
    return known
  }
}

/** Pairs of units that were asked about lately: all of a large estate would be too many. Those of one question are kept up to a number, and not
 *  thrown away for others of the same question. */
class Kept {
  readonly #all = new Map<Unit, Map<Unit, UnitPair>>()
  #count = 0

  get(from: Unit, to: Unit): UnitPair | undefined {
    return this.#all.get(from)?.get(to)
  }

  set(from: Unit, to: Unit, pair: UnitPair): void {
    if (this.#count >= MOST_KEPT) return
    this.#count++
    const known = this.#all.get(from)
    if (known) known.set(to, pair)
    else this.#all.set(from, new Map([[to, pair]]))
  }

  makeRoom(): void {
    if (this.#count >= MOST_KEPT) this.clear()
  }

  clear(): void {
    this.#all.clear()
    this.#count = 0
  }
}

const MOST_KEPT = 65_536

const NO_EXCEPTIONS: Exceptions = new Map()

const NOTHING_PASSES: UnitPair = {
  undetermined: [],
  openSenders: [],
  openReceivers: [],
  senders: [],
  apart: NO_EXCEPTIONS,
  lanes: [],
}

const NOBODY: readonly Placed[] = []

/** How two units face each other between which some way leads. */
interface Facing {
  readonly leaving: readonly Leaving[]
  readonly receiving: Receiving
}

/** A face of senders from which a way leads to another VPC. */
interface Leaving {
  readonly face: Face<SenderGroup>
  /** Of the face. */
  readonly index: number
  readonly exit: Exit
  readonly way: Entry | 'unsettled'
  /** By where answers to packets that went that way come back, by face of the receivers. */
  readonly answers: readonly (Entry | NoEntry | undefined)[]
}

const allOf = (leaving: readonly Leaving[]): readonly Placed[] =>
  leaving.flatMap(({ face }) => face.groups.flatMap(({ placed }) => placed))

const sessionOn = (exit: Exit, way: Leaving['way']): Returning | undefined =>
  (typeof way === 'string' ? undefined : way.session) ?? exit.session

/** What passes between two faces. */
type Passing = Pick<Lane, 'line' | 'letOut' | 'answered' | 'isKnown'>

/** Faces between all of which the same passes. */
interface JoinedLane {
  readonly passing: Passing
  senders: FaceSet<SenderGroup>
  receivers: FaceSet<ReceiverGroup>
}

const isAlike = (a: Passing, b: Passing): boolean =>
  a.line === b.line && a.letOut === b.letOut && a.answered === b.answered && a.isKnown === b.isKnown

/** Undefined where nothing does. `index`: that of the receivers' face; `isNamed`: whether any receiver knows any sender. */
const passingBetween = (
  { face, exit, way, answers }: Leaving,
  back: Face<ReceiverGroup>,
  index: number,
  isNamed: () => boolean,
): Passing | undefined => {
  const met = typeof way === 'string' ? undefined : enteringBy(back, way)
  if (!met || typeof way === 'string') return undefined
  const { entering } = met
  const line = l4Algebra.intersect(l4Algebra.intersect(exit.line, way.line), entering.line)
  const letOut = l4Algebra.intersect(l4Algebra.intersect(exit.letOut, way.letOut), entering.line)
  if (line === NOTHING && letOut === NOTHING) return undefined
  return {
    line,
    letOut,
    answered: met.isEven ? answered(face, back, answers[index]) : 'uneven',
    isKnown: [exit, way, entering].every(({ identity }) => identity !== 'lost') && isNamed(),
  }
}

/** What of the answers comes home. */
const answered = (
  there: Face<SenderGroup>,
  back: Face<ReceiverGroup>,
  way: Entry | NoEntry | undefined,
): L4Set | 'uneven' => {
  if (way === undefined || typeof way === 'string') return NOTHING
  const met = enteringBy(there, way)
  if (!met) return NOTHING
  if (!met.isEven) return 'uneven'
  return l4Algebra.intersect(l4Algebra.intersect(back.exit!.line, way.line), met.entering.line)
}

const isExcepted = ({ excepted }: Pick<Sending, 'excepted'>, { hull }: Unit): boolean =>
  excepted.length > 0 && intervals.overlaps(excepted, [hull.from, hull.to])

/** What comes in by an entry; undefined where nothing does. By several entries not all need let the same in: then it is the most that may
 *  come in by any. */
const enteringBy = (
  { comesIn }: Pick<Face<unknown>, 'comesIn'>,
  { entries }: Entry,
): { readonly entering: Entering; readonly isEven: boolean } | undefined => {
  if (entries.length === 1) {
    const entering = comesIn.get(entries[0]!)
    return entering && { entering, isEven: true }
  }
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

const namesIn = (named: ReadonlySet<string>, groups: ReadonlySet<string>): boolean => {
  for (const group of named) if (groups.has(group)) return true
  return false
}
