/** What the members of one unit and those of another are to each other, whoever of them is asked about: by which lanes packets go from these
 *  to those and answers come back, and who has to be asked alone. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { groupedBy } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import type { Returning } from '../reach/forwarding-table.ts'
import { Entries } from './entries.ts'
import type { Exit, Face } from './faces.ts'
import { type Facing, type Lane, lanesBetween, type Leaving, Passings } from './lanes.ts'
import type { PairEngine } from './pair-engine.ts'
import { Profiles, type Receiving, type Sending } from './profiles.ts'
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
  readonly #passings = new Passings()
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
      lanes: lanesBetween(sending, facing, () => namesIn(to.named, from.groups), this.#passings),
    }
  }

  /** How the two face each other, with all entries known by which they reach each other; only what is sent where no way leads there. */
  #facing(from: Unit, to: Unit): { readonly sending: Sending; readonly facing: Facing | undefined } {
    for (;;) {
      const sending = this.#profiles.sending(from, to.hull)
      const leaving: Leaving[] = []
      let receiving: Receiving | undefined
      let answers: Map<Returning | undefined, Leaving['answers']> | undefined
      for (const [index, face] of sending.faces.entries()) {
        const { exit } = face
        const way = exit ? this.#entries.of(exit.hub, from, to, 'request') : 'elsewhere'
        if (!exit || way === 'elsewhere') continue
        const { faces } = (receiving ??= this.#profiles.receiving(to, from.hull))
        const session = sessionOn(exit, way)
        let answersIn = answers?.get(session)
        if (!answersIn) {
          answersIn = faces.map((each) => this.#entries.ofAnswers(each.exit, to, from, session))
          answers = (answers ?? new Map<Returning | undefined, Leaving['answers']>()).set(session, answersIn)
        }
        leaving.push({ face, index, exit, way, answers: answersIn })
      }
      if (!receiving) return { sending, facing: undefined }
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

const allOf = (leaving: readonly Leaving[]): readonly Placed[] =>
  leaving.flatMap(({ face }) => face.groups.flatMap(({ placed }) => placed))

const sessionOn = (exit: Exit, way: Leaving['way']): Returning | undefined =>
  (typeof way === 'string' ? undefined : way.session) ?? exit.session

const isExcepted = ({ excepted }: Pick<Sending, 'excepted'>, { hull }: Unit): boolean =>
  excepted.length > 0 && intervals.overlaps(excepted, [hull.from, hull.to])

const namesIn = (named: ReadonlySet<string>, groups: ReadonlySet<string>): boolean => {
  for (const group of named) if (groups.has(group)) return true
  return false
}
