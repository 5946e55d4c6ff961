/** Ranges of addresses around several places, and whether what holds in a rectangle holds for all of them. */
import { type Address, addressLine, type AddressSet, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Corridor, Rectangle } from '../reach/corridor.ts'

/** Half-open: from the lowest address of what it is about to behind the highest. */
export interface Hull {
  readonly from: Address
  readonly to: Address
}

export const hullOf = (all: readonly Hull[]): Hull =>
  all.reduce((a, b) => ({ from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }))

/** Of some addresses. */
export const hullAround = (set: AddressSet): Hull => ({ from: set[0]!, to: set.at(-1)! })

export const isInside = (inner: Hull, outer: Hull): boolean => inner.from >= outer.from && inner.to <= outer.to

export const whole = (family: Family): { from: Address; to: Address } => {
  const [from, to] = addressLine(family)
  return { from, to }
}

/** Takes in where something holds, so that the bounds are where all of it does. */
export type Narrow = (from: Address, to: Address) => void

export const narrowing =
  (bounds: { from: Address; to: Address }): Narrow =>
  (from, to) => {
    if (from > bounds.from) bounds.from = from
    if (to < bounds.to) bounds.to = to
  }

/** The range of a set that all of another is in; undefined where that is in none, or in several. */
export const rangeAround = (set: AddressSet, range: Hull): Hull | undefined => {
  for (const [from, to] of intervals.ranges(set)) if (from <= range.from && range.to <= to) return { from, to }
  return undefined
}

export const covers = (corridor: Corridor, sources: Hull, destinations: Hull): boolean =>
  holdsFor(corridor.holds, sources, destinations)

export const holdsFor = (holds: Rectangle, sources: Hull, destinations: Hull): boolean =>
  sources.from >= holds.sourceFrom &&
  sources.to <= holds.sourceTo &&
  destinations.from >= holds.destinationFrom &&
  destinations.to <= holds.destinationTo
