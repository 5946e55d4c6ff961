/** Of which kinds every resource of an account and region was read: what later tells "there is none" from "nobody looked". */
import { byCodeUnit } from '../snapshot/normal-form.ts'
import { resourceSchemas, type Kind } from '../snapshot/schema.ts'
import type { Coverage, Resource } from '../snapshot/snapshot.ts'
import type { Facts } from './describe-answer.ts'
import { parentOf } from './describe-calls.ts'
import type { Place } from './places.ts'

/** The facts of one file, and the places it speaks of. */
export interface Reading {
  readonly facts: Facts
  readonly places: readonly Place[]
}

/** A kind is covered in a place where a file lists it whole, or where it was asked for each of its parents there; not where any file
 *  was cut off or had a malformed record of it. In order of kind, account and region. */
export function coverageOf(readings: readonly Reading[], resources: readonly Resource[]): Coverage[] {
  const covered = new Map<string, Coverage>()
  const key = (kind: Kind, { account, region }: Place) => `${kind} ${account} ${region}`
  const cover = (kind: Kind, place: Place) => covered.set(key(kind, place), { kind, ...place })
  for (const { facts, places } of readings) {
    for (const place of places) for (const kind of facts.lists) cover(kind, place)
  }
  for (const [kind, parents] of parentsAskedFor(readings)) {
    for (const place of placesWhereAll(kind, parents, resources)) cover(kind, place)
  }
  for (const { facts, places } of readings) {
    for (const place of places) for (const kind of facts.lacking) covered.delete(key(kind, place))
  }
  return [...covered].sort(([a], [b]) => byCodeUnit(a, b)).map(([, coverage]) => coverage)
}

/** By kind, the parents for which it was read. */
function parentsAskedFor(readings: readonly Reading[]): ReadonlyMap<Kind, ReadonlySet<string>> {
  const asked = new Map<Kind, Set<string>>()
  const note = (kind: Kind, parent: string) => void asked.set(kind, (asked.get(kind) ?? new Set()).add(parent))
  for (const { facts } of readings) {
    for (const { kind, parent } of facts.listsOf) if (parent !== undefined) note(kind, parent)
    for (const { kind, id } of facts.found) if (bearsParentId.has(kind)) note(kind, id)
  }
  return asked
}

const bearsParentId: ReadonlySet<string> = new Set(
  Object.keys(parentOf).filter((kind) => resourceSchemas[kind as Kind].id.length === 0),
)

function placesWhereAll(kind: Kind, parents: ReadonlySet<string>, resources: readonly Resource[]): readonly Place[] {
  const places = new Map<string, { readonly place: Place; readonly all: boolean }>()
  for (const { kind: ofKind, account, region, id } of resources) {
    if (ofKind !== parentOf[kind]) continue
    const key = `${account} ${region}`
    const all = (places.get(key)?.all ?? true) && parents.has(id)
    places.set(key, { place: { account, region }, all })
  }
  return [...places.values()].filter(({ all }) => all).map(({ place }) => place)
}
