/** What a selector selects: interfaces, places outside of the estate, the VPC of the other end, or everything. Knowledge that a selector
 *  needs and the snapshot lacks is told, and never taken for an empty selection. */
import type { Place } from '../analysis/place.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { UnreadPlace } from './unread.ts'

export interface Selected {
  readonly has: (each: NetworkInterface) => boolean
  /** Places outside of the estate, by their selector. */
  readonly outside: readonly Place[]
  /** Whatever is in the VPC of the other end. */
  readonly ownVpc: boolean
  /** Everything, inside and outside. */
  readonly any: boolean
  /** Whether it selects interfaces that stand there, of those that were not read. */
  readonly may: (place: UnreadPlace) => boolean
  /** What would have to be known to select it all. */
  readonly lacks: readonly string[]
}

export const NONE: Selected = {
  has: () => false,
  outside: [],
  ownVpc: false,
  any: false,
  may: () => false,
  lacks: [],
}

export const EVERYBODY: Selected = { ...NONE, has: () => true, any: true, may: () => true }

/** What any of them selects. */
export const either = (all: readonly Selected[]): Selected => {
  if (all.length === 1) return all[0]!
  return {
    has: (each) => all.some(({ has }) => has(each)),
    outside: [...new Map(all.flatMap(({ outside }) => outside).map((place) => [place.selector, place])).values()],
    ownVpc: all.some(({ ownVpc }) => ownVpc),
    any: all.some(({ any }) => any),
    may: (place) => all.some(({ may }) => may(place)),
    lacks: [...new Set(all.flatMap(({ lacks }) => lacks))],
  }
}
