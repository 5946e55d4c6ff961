/** The way of a witness packet over the boxes that are shown: there, back, and where it is cut. */
import type { Hop } from '../../src/analysis/explain.ts'
import type { ReachResult } from '../../src/analysis/reach.ts'
import type { PathStep } from './canvas.ts'

interface Ends {
  readonly from: readonly string[] | undefined
  readonly to: readonly string[] | undefined
}

/** `placeOf` gives the box in which a resource is shown; what has none, such as a security group, acts where the packet is. */
export const pathOf = (
  { witness, verdict }: Pick<ReachResult, 'witness' | 'verdict'>,
  ends: Ends,
  placeOf: (resource: string) => string | undefined,
  shownOf: (chain: readonly string[] | undefined) => string | undefined,
): readonly PathStep[] => {
  const [from, to] = [shownOf(ends.from), shownOf(ends.to)]
  if (!witness)
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, leg: 'cut', number: '✕' }]
  const there = stopsOf(witness.forward, placeOf, from)
  const back = stopsOf(witness.return, placeOf, witness.return.length > 0 ? there.at(-1) : undefined)
  const isLost = verdict === 'unreachable' && to !== undefined && there.at(-1) !== to
  return [
    ...steps(there, 'forward'),
    ...(isLost && there.length > 0 ? [{ from: there.at(-1)!, to, leg: 'cut' as const, number: '✕' }] : []),
    ...steps(back, 'return'),
  ]
}

const stopsOf = (
  hops: readonly Hop[],
  placeOf: (resource: string) => string | undefined,
  first: string | undefined,
): readonly string[] => {
  const stops = first === undefined ? [] : [first]
  for (const { resource } of hops) {
    const place = placeOf(resource)
    if (place !== undefined && place !== stops.at(-1)) stops.push(place)
  }
  return stops
}

const steps = (stops: readonly string[], leg: PathStep['leg']): PathStep[] =>
  stops
    .slice(1)
    .map((to, index) => ({ from: stops[index]!, to, leg, number: leg === 'forward' ? String(index + 1) : '' }))
