/** The subnets of a VPC by where packets to a range of addresses elsewhere leave and what of those from there comes in: subnets for which both
 *  are the same have one face. */
import { groupedBy, once } from '../collections.ts'
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { L4Set } from '../packet/l4.ts'
import type { Identification } from '../reach/corridor.ts'
import type { Node, Returning } from '../reach/forwarding-table.ts'
import type { Grouped, Placed } from './units.ts'

/** The plain members of a VPC, as seen from a range of addresses elsewhere. */
export interface Faced<G extends Grouped> {
  readonly faces: readonly Face<G>[]
  /** None of the faces, to which some are added. */
  readonly none: FaceSet<G>
  /** All that some of the faces are `excepting`. */
  readonly excepted: AddressSet
  /** By where packets come in: one number for where the same gets to each face, as by the zones of a transit gateway. */
  readonly doors: ReadonlyMap<Node, number>
}

/** Subnets that packets leave and reach alike, as seen from a range of addresses elsewhere. */
export interface Face<G> {
  /** The same for faces of one profile of which only the hubs differ. */
  readonly kind: number
  /** Where what leaves is no longer in the VPC, requests of senders and answers of receivers; undefined where nothing leaves. */
  readonly exit: Exit | undefined
  /** What comes in, by where: requests for receivers, answers for senders. */
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: readonly G[]
  /** Those of the groups that treat some addresses of the range otherwise. */
  readonly excepting: ReadonlyMap<Placed, AddressSet>
}

export interface Exit {
  /** The first stage that is not in the VPC. */
  readonly hub: Node
  readonly line: L4Set
  /** What leaves of packets that only a reference let out. */
  readonly letOut: L4Set
  readonly identity: Identification['identity']
  /** What answers return by. */
  readonly session: Returning | undefined
}

export interface Entering {
  readonly line: L4Set
  readonly identity: Identification['identity']
}

/** Subnets by how they face a range; those that face it alike share one. `likeness`: equal for groups that may be one. */
export class Faces<K, G extends Grouped> {
  readonly #all = new Map<string, GrowingFace<K, G>>()
  readonly #kinds = new Map<string, number>()
  readonly #likeness: (group: G) => K

  constructor(likeness: (group: G) => K) {
    this.#likeness = likeness
  }

  of(exit: Exit | undefined, comesIn: ReadonlyMap<Node, Entering>): GrowingFace<K, G> {
    const out = exit ? `${exit.line.id} ${exit.letOut.id} ${exit.identity} ${exit.session?.device ?? ''}` : ''
    const kind = `${out} ${Array.from(comesIn, ([node, entering]) => `${node.id} ${enteringKey(entering)}`).join(' ')}`
    return once(this.#all, `${exit?.hub.id ?? ''} ${kind}`, () => {
      const number = once(this.#kinds, kind, () => this.#kinds.size)
      return new GrowingFace(number, exit, comesIn, this.#likeness)
    })
  }

  all(): Faced<G> {
    const faces = [...this.#all.values()].filter((face) => face.groups.length > 0)
    const excepted = intervals.unionAll(faces.flatMap(({ excepting }) => [...excepting.values()]))
    return { faces, none: FaceSet.none(faces, this.#likeness), excepted, doors: doorsOf(faces) }
  }
}

const enteringKey = ({ line, identity }: Entering): string => `${line.id} ${identity}`

const doorsOf = (faces: readonly Face<unknown>[]): Faced<Grouped>['doors'] => {
  const numbers = new Map<string, number>()
  const nodes = new Set(faces.flatMap(({ comesIn }) => [...comesIn.keys()]))
  const numberOf = (node: Node): number => {
    const entering = faces.map(({ comesIn }) => comesIn.get(node))
    const key = entering.map((each) => (each ? enteringKey(each) : '')).join()
    return once(numbers, key, () => numbers.size)
  }
  return new Map(Array.from(nodes, (node) => [node, numberOf(node)]))
}

class GrowingFace<K, G extends Grouped> implements Face<G> {
  readonly kind: number
  readonly exit: Exit | undefined
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: G[] = []
  readonly excepting = new Map<Placed, AddressSet>()
  readonly #placed = new Map<K, Placed[]>()
  readonly #likeness: (group: G) => K

  constructor(kind: number, exit: Exit | undefined, comesIn: ReadonlyMap<Node, Entering>, likeness: (group: G) => K) {
    this.kind = kind
    this.exit = exit
    this.comesIn = comesIn
    this.#likeness = likeness
  }

  /** `like`: a group that it belongs to. */
  join(placed: Placed, except: AddressSet, like: G): void {
    const key = this.#likeness(like)
    const known = this.#placed.get(key)
    if (known) known.push(placed)
    else {
      const all = [placed]
      this.#placed.set(key, all)
      this.groups.push({ ...like, placed: all })
    }
    if (except.length > 0) this.excepting.set(placed, except)
  }
}

/** Some faces of one profile, one object for the same ones: between which packets pass alike, so that their groups can be taken together. */
export class FaceSet<G extends Grouped> {
  readonly #none: FaceSet<G>
  readonly #all: readonly Face<G>[]
  /** Ascending. */
  readonly #indexes: readonly number[]
  readonly #likeness: (group: G) => unknown
  readonly #more = new Map<number, FaceSet<G>>()
  readonly #unions = new Map<FaceSet<G>, FaceSet<G>>()
  #groups: readonly G[] | undefined

  private constructor(
    none: FaceSet<G> | undefined,
    all: readonly Face<G>[],
    indexes: readonly number[],
    likeness: (group: G) => unknown,
  ) {
    this.#none = none ?? this
    this.#all = all
    this.#indexes = indexes
    this.#likeness = likeness
  }

  static none<G extends Grouped>(all: readonly Face<G>[], likeness: (group: G) => unknown): FaceSet<G> {
    return new FaceSet(undefined, all, [], likeness)
  }

  /** `index`: of a face, behind all that are in it. */
  with(index: number): FaceSet<G> {
    let more = this.#more.get(index)
    if (!more) {
      more = new FaceSet(this.#none, this.#all, [...this.#indexes, index], this.#likeness)
      this.#more.set(index, more)
    }
    return more
  }

  /** `others`: of the same profile, none of which is in it. */
  and(others: FaceSet<G>): FaceSet<G> {
    let both = this.#unions.get(others)
    if (!both) {
      const indexes = [...this.#indexes, ...others.#indexes].sort((a, b) => a - b)
      both = indexes.reduce((set, index) => set.with(index), this.#none)
      this.#unions.set(others, both)
    }
    return both
  }

  /** Of all of them, those that are alike as one. */
  get groups(): readonly G[] {
    return (this.#groups ??= this.#joined())
  }

  #joined(): readonly G[] {
    const [first, ...others] = this.#indexes.map((index) => this.#all[index]!.groups)
    if (others.length === 0) return first ?? []
    const alike = groupedBy([first!, ...others].flat(), this.#likeness)
    return Array.from(alike.values(), (groups) => ({ ...groups[0], placed: groups.flatMap(({ placed }) => placed) }))
  }
}
