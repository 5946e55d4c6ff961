/** The way of a witness packet over the boxes that are shown: there, back, and where it is cut. */
import type { ReachResult } from '../../src/analysis/reach.ts'
import { type ShownHop, shownHops } from '../../src/report/reach-words.ts'
import type { PathStep } from '../../src/scene/picture.ts'
import type { KnownPlaces } from './places.ts'

/** What has no place of its own, such as a security group, acts where the packet is. */
export const pathOf = (
  { witness, verdict }: Pick<ReachResult, 'witness' | 'verdict'>,
  ends: { readonly from: string; readonly to: string },
  { shown, stop }: Pick<KnownPlaces, 'shown' | 'stop'>,
): readonly PathStep[] => {
  const [from, to] = [shown(ends.from), shown(ends.to)]
  if (!witness) return cut(from, to)
  const answer = shownHops(witness, 'return')
  const there = stopsOf(shownHops(witness, 'forward'), stop, from)
  const back = stopsOf(answer, stop, answer.length > 0 ? there.at(-1) : undefined)
  return [
    ...steps(there, 'forward'),
    ...(verdict === 'unreachable' ? cut(there.at(-1), to) : []),
    ...steps(back, 'return'),
    ...(verdict === 'one-way' ? cut(back.at(-1) ?? there.at(-1), from) : []),
  ]
}

const cut = (from: string | undefined, to: string | undefined): readonly PathStep[] =>
  from === undefined || to === undefined || from === to ? [] : [{ from, to, leg: 'cut', number: '✕' }]

const stopsOf = (
  hops: readonly ShownHop[],
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
