/** Where on the map what questions and answers name is shown. */
import type { Box, Picture } from '../../src/scene/picture.ts'
import type { LookedAt } from './looked-at.ts'
import { around } from './open-boxes.ts'
import type { Places } from './protocol.ts'

export interface KnownPlaces {
  /** What the engine said. */
  learn(places: Places): void
  /** Of another snapshot. */
  forget(): void
  /** Boxes, the innermost first, open or not. */
  of(selector: string): readonly string[]
  /** Of something that is a box itself: that box; else what the engine said. */
  clicked(selector: string, otherwise: readonly string[]): readonly string[]
  isKnown(resource: string): boolean
  /** The innermost box that is drawn. */
  shown(selector: string): string | undefined
  /** The box that a path runs through: not one around it that is open. */
  stop(resource: string): string | undefined
  titleOf(id: string): string
}

export const knownPlaces = (looked: LookedAt, picture: () => Picture): KnownPlaces => {
  let places: Places = {}
  let last: { readonly picture: Picture; readonly boxes: ReadonlyMap<string, Box> } | undefined
  const boxes = (): ReadonlyMap<string, Box> => {
    const now = picture()
    if (last?.picture !== now) last = { picture: now, boxes: new Map(now.boxes.map((box) => [box.id, box])) }
    return last.boxes
  }
  const of = (selector: string): readonly string[] =>
    selector === '' ? [] : (places[selector] ?? [selector, ...around(looked.holders(), selector)])
  const innermost = (chain: readonly string[]): string | undefined => {
    const drawn = boxes()
    return chain.find((id) => drawn.has(id))
  }
  return {
    of,
    learn: (more) => {
      places = { ...places, ...more }
    },
    forget: () => {
      places = {}
    },
    clicked: (selector, otherwise) =>
      looked.holders().has(selector) || /^(?:account:|vpc:)/.test(selector)
        ? [selector, ...around(looked.holders(), selector)]
        : otherwise,
    isKnown: (resource) => (places[resource] ?? []).length > 0,
    shown: (selector) => innermost(of(selector)),
    stop: (resource) => {
      const id = innermost(places[resource] ?? [])
      return id !== undefined && boxes().get(id)?.isOpen === true ? undefined : id
    },
    titleOf: (id) => boxes().get(id)?.title ?? id,
  }
}
