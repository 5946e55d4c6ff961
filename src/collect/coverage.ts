/** Of which kinds every resource of an account and region was read: what later tells "there is none" from "nobody looked". */
import { byCodeUnit } from '../collections.ts'
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
  for (const [kind, places] of placesAskedThrough(readings, resources)) for (const place of places) cover(kind, place)
  for (const [kind, place] of withoutParents([...covered.values()], resources)) cover(kind, place)
  for (const { facts, places } of readings) {
    for (const place of places) for (const kind of facts.lacking) covered.delete(key(kind, place))
  }
  return [...covered].sort(([a], [b]) => byCodeUnit(a, b)).map(([, coverage]) => coverage)
}

/** By kind, the places where it was asked for each of its parents. */
function placesAskedThrough(readings: readonly Reading[], resources: readonly Resource[]): [Kind, readonly Place[]][] {
  const byKind = ofKinds(new Set(Object.entries(parentOf).flat() as Kind[]), resources)
  return (Object.entries(parentOf) as [Kind, Kind][]).flatMap(([kind, parentKind]) => {
    const asked = new Set<string | undefined>()
    for (const { facts } of readings) for (const each of facts.listsOf) if (each.kind === kind) asked.add(each.parent)
    if (resourceSchemas[kind].id.length === 0) for (const { id } of byKind.get(kind) ?? []) asked.add(id)
    return asked.size === 0 ? [] : [[kind, placesWhereAll(asked, byKind.get(parentKind) ?? [])]]
  })
}

/** Of kinds that are asked for each of their parents, places that were read and have none: there is nothing to ask for. */
function withoutParents(covered: readonly Coverage[], resources: readonly Resource[]): [Kind, Place][] {
  const parents = ofKinds(new Set(Object.values(parentOf)), resources)
  return (Object.entries(parentOf) as [Kind, Kind][]).flatMap(([kind, parentKind]) => {
    const there = new Set((parents.get(parentKind) ?? []).map(({ account, region }) => `${account} ${region}`))
    return covered
      .filter((each) => each.kind === parentKind && !there.has(`${each.account} ${each.region}`))
      .map(({ account, region }): [Kind, Place] => [kind, { account, region }])
  })
}

/** The resources of some kinds, picked from the rows of the others, which are long. */
function ofKinds(kinds: ReadonlySet<Kind>, resources: readonly Resource[]): ReadonlyMap<Kind, readonly Resource[]> {
  const byKind = new Map<Kind, Resource[]>()
  let kind: Kind | undefined
  let row: Resource[] | undefined
  for (const resource of resources) {
    if (resource.kind !== kind) {
      kind = resource.kind
      row = kinds.has(kind) ? (byKind.get(kind) ?? []) : undefined
      if (row !== undefined) byKind.set(kind, row)
    }
    row?.push(resource)
  }
  return byKind
}

function placesWhereAll(asked: ReadonlySet<string | undefined>, parents: readonly Resource[]): readonly Place[] {
  const places = new Map<string, { readonly place: Place; readonly all: boolean }>()
  for (const { account, region, id } of parents) {
    const key = `${account} ${region}`
    places.set(key, { place: { account, region }, all: (places.get(key)?.all ?? true) && asked.has(id) })
  }
  return [...places.values()].filter(({ all }) => all).map(({ place }) => place)
}
