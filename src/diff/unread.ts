/** What one snapshot tells of and another could not look at: that it is missing there does not say that it is gone. */
import { type Kind, resourceSchemas } from '../snapshot/schema.ts'
import type { Coverage, Resource, Snapshot } from '../snapshot/snapshot.ts'
import { recordKey } from './records.ts'

type Read = Pick<Snapshot, 'coverage' | 'resources'>

export interface Lacking {
  readonly coverage: readonly Coverage[]
  /** Of kinds that are asked for each of their parents, where these are gone: nothing is missing. */
  readonly idle: readonly Coverage[]
  /** For a resource that only the one snapshot tells of: that by which it would be in the other as well; nothing where the other looked,
   *  so that the resource is not there. */
  readonly unread: (resource: Resource) => Coverage | undefined
}

/** What the one had read and the other had not. */
export const lackingIn = (other: Read, one: Read): Lacking => {
  const read = new Set(other.coverage.map(placeKey))
  const lacking = one.coverage.filter((each) => !read.has(placeKey(each)))
  if (lacking.length === 0) return { coverage: [], idle: [], unread: () => undefined }
  const places = byPlace(lacking)
  const lackingOf = (resource: Resource): Coverage | undefined =>
    read.has(placeKey(resource))
      ? undefined
      : (places.get(placeKey(resource)) ?? places.get(`${resource.kind} ${resource.region}`))
  const there = new Set(other.resources.map(({ id }) => id))
  const gone = new Set<string>()
  for (const each of one.resources)
    if (!bearsOthersId(each.kind) && !there.has(each.id) && !lackingOf(each)) gone.add(each.id)
  const unread = (resource: Resource): Coverage | undefined =>
    bearsOthersId(resource.kind) && gone.has(resource.id) ? undefined : lackingOf(resource)
  const told = new Set(one.resources.map(unread))
  const isIdle = (each: Coverage): boolean => bearsOthersId(each.kind) && !told.has(each)
  return { coverage: lacking.filter((each) => !isIdle(each)), idle: lacking.filter(isIdle), unread }
}

/** What is shared is told by whoever reads it, under the account of its owner: of any account, the first of the region counts. */
const byPlace = (all: readonly Coverage[]): ReadonlyMap<string, Coverage> => {
  const places = new Map<string, Coverage>()
  for (const each of all) {
    places.set(placeKey(each), each)
    const shared = `${each.kind} ${each.region}`
    if (!places.has(shared)) places.set(shared, each)
  }
  return places
}

const placeKey = ({ kind, account, region }: Coverage): string => `${kind} ${account} ${region}`

/** That of what they are asked for, unless there is one for the whole account. */
const bearsOthersId = (kind: Kind): boolean => resourceSchemas[kind].id.length === 0

/** What a snapshot says, and where calls failed that an earlier one had answers of, what the earlier one says. */
export interface CarriedOver {
  readonly snapshot: Snapshot
  /** What was taken from the earlier one. */
  readonly carried: readonly Coverage[]
}

/** Only a gap explains why nothing was read, one that names no place for any: what is not asked about any more is not taken along. */
export const carriedOver = (before: Snapshot, after: Snapshot): CarriedOver => {
  const { coverage } = lackingIn(after, before)
  const carried = coverage.filter((each) => after.gaps.some((gap) => explains(gap, each)))
  if (carried.length === 0) return { snapshot: after, carried }
  const { unread } = lackingIn(after, { ...before, coverage: carried })
  const there = new Set(after.resources.map(recordKey))
  const kept = before.resources.filter((each) => !there.has(recordKey(each)) && unread(each) !== undefined)
  return {
    snapshot: {
      ...after,
      coverage: [...after.coverage, ...carried],
      resources: [...after.resources, ...kept],
    },
    carried,
  }
}

/** Nothing is asked of parents that could not be listed. */
const explains = ({ kind, account, region }: Snapshot['gaps'][number], lost: Coverage): boolean =>
  (account ?? lost.account) === lost.account &&
  (region ?? lost.region) === lost.region &&
  ((kind ?? lost.kind) === lost.kind || bearsOthersId(lost.kind))
