/** A failing network made small enough to read: resources and list items are left out for as long as the failure stays. Knows
 *  nothing of networks, so it may leave ids dangling: the caller's `fails` says what still counts. */
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'

/** The smallest snapshot found on which `fails` still says true; the snapshot itself where it never did. */
export const minimise = (snapshot: Snapshot, fails: (smaller: Snapshot) => boolean): Snapshot => {
  let best = snapshot
  const attempt = (resources: readonly Resource[]): boolean => {
    const smaller = { ...best, resources }
    if (!fails(smaller)) return false
    best = smaller
    return true
  }
  if (!fails(snapshot)) return snapshot
  for (let before = 0; before !== sizeOf(best);) {
    before = sizeOf(best)
    leaveOut(best.resources, attempt)
    for (let index = 0; index < best.resources.length; index++)
      for (let found = true; found;) {
        const { resources } = best
        found = simplerRaws(resources[index]!).some((simpler) => attempt(resources.with(index, simpler)))
      }
  }
  return best
}

/** One resource a line, for a message. */
export const linesOf = (snapshot: Snapshot): string =>
  snapshot.resources.map(({ kind, id, raw }) => `${kind} ${id} ${JSON.stringify(raw)}`).join('\n')

const sizeOf = (snapshot: Snapshot): number => JSON.stringify(snapshot.resources).length

/** Halves, quarters, and so on down to single items. */
const leaveOut = (items: readonly Resource[], attempt: (rest: readonly Resource[]) => boolean): void => {
  let left = items
  for (let length = Math.ceil(left.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2))
    for (let start = 0; start < left.length;) {
      const rest = [...left.slice(0, start), ...left.slice(start + length)]
      if (attempt(rest)) left = rest
      else start += length
    }
}

/** The resource without one item of one of its lists, however deep. */
const simplerRaws = (resource: Resource): readonly Resource[] =>
  [...without(resource.raw)].map((raw) => ({ ...resource, raw }) as Resource)

function* without(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.toSpliced(index, 1)
    for (const [index, item] of value.entries()) for (const simpler of without(item)) yield value.with(index, simpler)
  } else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value))
      for (const simpler of without(item)) yield { ...value, [key]: simpler }
}
