/** The subnets of a VPC by where packets to a range of addresses elsewhere leave and what of those from there comes in: subnets for which both
 *  are the same have one face. */
import { groupedBy } from '../collections.ts'
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
}

/** Subnets that packets leave and reach alike, as seen from a range of addresses elsewhere. */
export interface Face<G> {
  /** Where what leaves is no longer in the VPC, requests of senders and answers of receivers; undefined where nothing leaves. */
  readonly exit: Exit | undefined
  /** What comes in, by where: requests for receivers, answers for senders. */
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: readonly G[]
  /** Those of the groups that treat some addresses of the range otherwise. */
  readonly excepting: ReadonlyMap<Placed, AddressSet>
}

export interface Exit {
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
  readonly #likeness: (group: G) => K

  constructor(likeness: (group: G) => K) {
    this.#likeness = likeness
  }

  of(exit: Exit | undefined, comesIn: ReadonlyMap<Node, Entering>): GrowingFace<K, G> {
    const out = exit
      ? `${exit.hub.id} ${exit.line.id} ${exit.letOut.id} ${exit.identity} ${exit.session?.device ?? ''}`
      : ''
    const key = `${out} ${[...comesIn].map(([node, { line: each, identity }]) => `${node.id} ${each.id} ${identity}`).join(' ')}`
    let face = this.#all.get(key)
    if (!face) this.#all.set(key, (face = new GrowingFace(exit, comesIn, this.#likeness)))
    return face
  }

  all(): Faced<G> {
    const faces = [...this.#all.values()].filter((face) => face.groups.length > 0)
    const excepted = intervals.unionAll(faces.flatMap(({ excepting }) => [...excepting.values()]))
    return { faces, none: new FaceSet<G>(faces, [], this.#likeness), excepted }
  }
}

class GrowingFace<K, G extends Grouped> implements Face<G> {
  readonly exit: Exit | undefined
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: G[] = []
  readonly excepting = new Map<Placed, AddressSet>()
  readonly #placed = new Map<K, Placed[]>()
  readonly #likeness: (group: G) => K

  constructor(exit: Exit | undefined, comesIn: ReadonlyMap<Node, Entering>, likeness: (group: G) => K) {
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
  readonly #all: readonly Face<G>[]
  readonly #indexes: readonly number[]
  readonly #likeness: (group: G) => unknown
  readonly #more = new Map<number, FaceSet<G>>()
  #groups: readonly G[] | undefined

  constructor(all: readonly Face<G>[], indexes: readonly number[], likeness: (group: G) => unknown) {
    this.#all = all
    this.#indexes = indexes
    this.#likeness = likeness
  }

  /** `index`: of a face, behind all that are in it. */
  with(index: number): FaceSet<G> {
    let more = this.#more.get(index)
    if (!more) this.#more.set(index, (more = new FaceSet(this.#all, [...this.#indexes, index], this.#likeness)))
    return more
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
