/** Ranges of addresses around several places, and whether what holds in a rectangle holds for all of them. */
import { type Address, addressLine, type Family } from '../packet/address.ts'
import type { Corridor, Rectangle } from '../reach/corridor.ts'

/** Half-open: from the lowest address of what it is about to behind the highest. */
export interface Hull {
  readonly from: Address
  readonly to: Address
}

export const hullOf = (all: readonly Hull[]): Hull =>
  all.reduce((a, b) => ({ from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }))

export const isInside = (inner: Hull, outer: Hull): boolean => inner.from >= outer.from && inner.to <= outer.to

export const whole = (family: Family): { from: Address; to: Address } => {
  const [from, to] = addressLine(family) as [Address, Address]
  return { from, to }
}

export const covers = (corridor: Corridor, sources: Hull, destinations: Hull): boolean =>
  holdsFor(corridor.holds, sources, destinations)

export const holdsFor = (holds: Rectangle, sources: Hull, destinations: Hull): boolean =>
  sources.from >= holds.sourceFrom &&
  sources.to <= holds.sourceTo &&
  destinations.from >= holds.destinationFrom &&
  destinations.to <= holds.destinationTo
