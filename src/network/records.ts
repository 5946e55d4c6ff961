/** The records of one kind, with what they are looked up by. */
import { append, once } from '../collections.ts'
import type { Resource } from '../snapshot/snapshot.ts'

/** By what records name. */
export type Groups = ReadonlyMap<string, readonly Resource[]>

type KeysOf = (resource: Resource) => readonly string[]

/** A record that another one with the same id has taken the place of, in the list at `at`. */
interface Change {
  readonly before: Resource
  readonly after: Resource
  readonly at: number
}

/** Others of which all but a few are the same: their indexes serve here too. */
interface Likeness {
  readonly records: Records
  readonly changes: ReadonlyMap<string, Change>
}

export class Records {
  /** In the order of the snapshot. */
  readonly listed: readonly Resource[]
  readonly #groups = new Map<KeysOf, Groups>()
  readonly #like: Likeness | undefined
  #byId: ReadonlyMap<string, Resource> | undefined
  #all: readonly Resource[] | undefined
  #places: ReadonlyMap<Resource, number> | undefined

  private constructor(listed: readonly Resource[], like?: Likeness) {
    this.listed = listed
    this.#like = like
  }

  /** `like`: others that may be the same, or nearly. */
  static of(listed: readonly Resource[], like?: Records): Records {
    const changes = like && like.#isListedOnce() ? changesBetween(like.listed, listed) : undefined
    if (!like || !changes) return new Records(listed)
    return changes.size === 0 ? like : new Records(listed, { records: like, changes })
  }

  get(id: string): Resource | undefined {
    return this.#like ? (this.#like.changes.get(id)?.after ?? this.#like.records.get(id)) : this.#ids().get(id)
  }

  /** Each once. */
  get all(): readonly Resource[] {
    return (this.#all ??= this.#isListedOnce() ? this.listed : [...this.#ids().values()])
  }

  /** Made once for one function, which goes by the record alone. */
  indexed(keysOf: KeysOf): Groups {
    return once(this.#groups, keysOf, () => {
      if (this.#like) return this.#changed(this.#like.records.indexed(keysOf), keysOf)
      const groups = new Map<string, Resource[]>()
      for (const resource of this.all) for (const key of keysOf(resource)) append(groups, key, resource)
      return groups
    })
  }

  #changed(known: Groups, keysOf: KeysOf): Groups {
    const groups = new Map(known)
    for (const { before, after, at } of this.#like!.changes.values()) {
      const named = keysOf(after)
      for (const key of new Set([...keysOf(before), ...named])) {
        const others = (groups.get(key) ?? []).filter((each) => each !== before)
        const place = others.findIndex((each) => this.#placeOf(each) > at)
        others.splice(place < 0 ? others.length : place, 0, ...named.filter((each) => each === key).map(() => after))
        if (others.length > 0) groups.set(key, others)
        else groups.delete(key)
      }
    }
    return groups
  }

  #placeOf(resource: Resource): number {
    const { records, changes } = this.#like!
    return records.#placeIn(resource) ?? changes.get(keyOf(resource))!.at
  }

  #placeIn(resource: Resource): number | undefined {
    this.#places ??= new Map(this.listed.map((each, index) => [each, index]))
    return this.#places.get(resource)
  }

  #isListedOnce(): boolean {
    return this.#like !== undefined || this.#ids().size === this.listed.length
  }

  #ids(): ReadonlyMap<string, Resource> {
    return (this.#byId ??= new Map(this.listed.map((resource) => [keyOf(resource), resource])))
  }
}

/** By key; undefined where more than a few records differ, or others were listed. */
const changesBetween = (
  before: readonly Resource[],
  after: readonly Resource[],
): ReadonlyMap<string, Change> | undefined => {
  const changes = new Map<string, Change>()
  if (before.length !== after.length) return undefined
  for (let at = 0; at < after.length; at++) {
    const [was, is] = [before[at]!, after[at]!]
    if (was === is) continue
    if (keyOf(was) !== keyOf(is) || changes.size === MOST_CHANGES) return undefined
    changes.set(keyOf(is), { before: was, after: is, at })
  }
  return changes
}

/** With more, to make indexes anew is as fast. */
const MOST_CHANGES = 64

/** A transit gateway peering attachment bears one id on both sides, each with its own record. */
const keyOf = (resource: Resource): string =>
  resource.kind === 'transitGatewayAttachment' ? `${resource.raw.TransitGatewayId} ${resource.id}` : resource.id
