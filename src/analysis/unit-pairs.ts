/** What the members of one unit and those of another are to each other, whoever of them is asked about: by which lanes packets go from these
 *  to those and answers come back, and who has to be asked alone. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { groupedBy } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { Returning } from '../reach/forwarding-table.ts'
import { Entries, type Entry, type NoEntry } from './entries.ts'
import type { PairEngine } from './pair-engine.ts'
import {
  type Entering,
  type Exit,
  type Face,
  Profiles,
  type Receiving,
  type ReceiverGroup,
  type Sending,
  type SenderGroup,
} from './profiles.ts'
import type { Side } from './sides.ts'
import { type Placed, placeableIn, type Unit, unitsOf } from './units.ts'

export interface UnitPair {
  /** Senders of whom nobody can tell what they send, whatever the way is. */
  readonly undetermined: Sending['undetermined']
  /** Senders who have to be asked about every receiver. */
  readonly openSenders: readonly Placed[]
  /** All others who send anything there. */
  readonly senders: readonly Placed[]
  /** Receivers who have to be asked about each of `senders`. */
  readonly openReceivers: readonly Placed[]
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
    const { sending, leaving, receiving } = this.#facing(from, to)
    const { undetermined } = sending
    const openSenders = sending.uneven
      .filter(({ exit }) => exit === 'uneven' || this.#entries.of(exit.hub, from, to, 'request') !== 'elsewhere')
      .map(({ placed }) => placed)
    if (!receiving)
      return undetermined.length + openSenders.length === 0
        ? NOTHING_PASSES
        : { ...NOTHING_PASSES, undetermined, openSenders }
    const senders = leaving.flatMap(({ face }) => face.groups.flatMap(({ placed }) => placed))
    const isUnsettled = leaving.some(
      ({ way, session }) =>
        way === 'unsettled' ||
        receiving.faces.some(({ exit }) => this.#entries.ofAnswers(exit, to, from, session) === 'unsettled'),
    )
    if (isUnsettled) return { ...NOTHING_PASSES, undetermined, openSenders: [...openSenders, ...senders] }
    return {
      undetermined,
      openSenders,
      senders,
      openReceivers: receiving.uneven,
      apart: this.#exceptions(leaving, receiving.faces, from, to),
      lanes: this.#lanes(leaving, receiving.faces, from, to),
    }
  }

  #lanes(leaving: readonly Leaving[], faces: readonly Face<ReceiverGroup>[], from: Unit, to: Unit): readonly Lane[] {
    const lanes: Lane[] = []
    const isNamed = namesIn(to.named, from.groups)
    for (const { face: there, exit, way, session } of leaving) {
      if (typeof way === 'string') continue
      for (const back of faces) {
        const met = enteringBy(back, way)
        if (!met) continue
        const { entering } = met
        const line = l4Algebra.intersect(l4Algebra.intersect(exit.line, way.line), entering.line)
        const letOut = l4Algebra.intersect(l4Algebra.intersect(exit.letOut, way.letOut), entering.line)
        if (line === NOTHING && letOut === NOTHING) continue
        lanes.push({
          senders: there.groups,
          receivers: back.groups,
          line,
          letOut,
          answered: met.isEven
            ? answered(there, back, this.#entries.ofAnswers(back.exit, to, from, session))
            : 'uneven',
          isKnown: isNamed && [exit, way, entering].every(({ identity }) => identity !== 'lost'),
        })
      }
    }
    return lanes
  }

  /** Both profiles, with all entries known by which the two reach each other, and the faces from which some way leads there; only that of
   *  the senders where none does. */
  #facing(
    from: Unit,
    to: Unit,
  ): { readonly sending: Sending; readonly leaving: readonly Leaving[]; readonly receiving: Receiving | undefined } {
    for (;;) {
      const sending = this.#profiles.sending(from, to.hull)
      const leaving = sending.faces.flatMap((face): readonly Leaving[] => {
        const { exit } = face
        if (!exit) return []
        const way = this.#entries.of(exit.hub, from, to, 'request')
        return way === 'elsewhere' ? [] : [{ face, exit, way, session: sessionOn(exit, way) }]
      })
      if (leaving.length === 0) return { sending, leaving, receiving: undefined }
      const receiving = this.#profiles.receiving(to, from.hull)
      const sessions = new Set(leaving.map(({ session }) => session))
      for (const { exit } of receiving.faces)
        for (const session of sessions) this.#entries.ofAnswers(exit, to, from, session)
      if (sending.entries === from.entries.size && receiving.entries === to.entries.size)
        return { sending, leaving, receiving }
    }
  }

  /** Pairs of which one treats the other's address otherwise than all around it; both are of groups. */
  #exceptions(
    leaving: readonly Leaving[],
    receivers: readonly Face<ReceiverGroup>[],
    from: Unit,
    to: Unit,
  ): Exceptions {
    const senders = leaving.map(({ face }) => face)
    const apart = new Map<Placed, Set<Placed>>()
    const except = (sender: Placed, receiver: Placed): void => {
      const known = apart.get(receiver)
      if (known) known.add(sender)
      else apart.set(receiver, new Set([sender]))
    }
    for (const [receiver, sender] of this.#concerned(receivers, senders, from)) except(sender, receiver)
    for (const [sender, receiver] of this.#concerned(senders, receivers, to)) except(sender, receiver)
    return apart.size === 0 ? NO_EXCEPTIONS : apart
  }

  /** Who of some faces makes an exception, and whom of the others it concerns. */
  *#concerned(
    faces: readonly Pick<Face<unknown>, 'excepting'>[],
    others: readonly Face<{ readonly placed: readonly Placed[] }>[],
    there: Unit,
  ): Generator<readonly [Placed, Placed]> {
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
      const entries = unit.subnets.flatMap(({ all }) =>
        all.map((each): readonly [AddressSet, Placed] => [each.addresses, each]),
      )
      known = AddressMap.sweep<Placed, readonly Placed[]>(this.#family, entries, (found) => found)
      this.#holding.set(unit, known)
    }
    return known
  }
}

/** Pairs of units that were asked about lately: all of a large estate would be too many. */
class Kept {
  readonly #all = new Map<Unit, Map<Unit, UnitPair>>()
  #count = 0

  get(from: Unit, to: Unit): UnitPair | undefined {
    return this.#all.get(from)?.get(to)
  }

  set(from: Unit, to: Unit, pair: UnitPair): void {
    if (this.#count >= MOST_KEPT) this.clear()
    this.#count++
    const known = this.#all.get(from)
    if (known) known.set(to, pair)
    else this.#all.set(from, new Map([[to, pair]]))
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
  senders: [],
  openReceivers: [],
  apart: NO_EXCEPTIONS,
  lanes: [],
}

/** A face of senders from which a way leads to another VPC. */
interface Leaving {
  readonly face: Face<SenderGroup>
  readonly exit: Exit
  readonly way: Entry | 'unsettled'
  /** What answers to packets that went that way carry. */
  readonly session: Returning | undefined
}

const sessionOn = (exit: Exit, way: Leaving['way']): Returning | undefined =>
  (typeof way === 'string' ? undefined : way.session) ?? exit.session

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

/** What comes in by an entry; undefined where nothing does. By several entries not all need let the same in: then it is the most that may
 *  come in by any. */
const enteringBy = (
  { comesIn }: Pick<Face<unknown>, 'comesIn'>,
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

const namesIn = (named: ReadonlySet<string>, groups: ReadonlySet<string>): boolean => {
  for (const group of named) if (groups.has(group)) return true
  return false
}
