/** Where on the map what questions and answers name is shown. */
import type { Picture } from '../../src/scene/picture.ts'
import { holdersIn } from '../../src/scene/lines.ts'
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
  const boxOf = (id: string) => picture().boxes.find((box) => box.id === id)
  const of = (selector: string): readonly string[] =>
    selector === '' ? [] : (places[selector] ?? [selector, ...around(looked.scene(), selector)])
  const innermost = (chain: readonly string[]): string | undefined => {
    const drawn = new Set(picture().boxes.map(({ id }) => id))
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
      holdersIn(looked.scene()).has(selector) || /^(?:account:|vpc:)/.test(selector)
        ? [selector, ...around(looked.scene(), selector)]
        : otherwise,
    isKnown: (resource) => (places[resource] ?? []).length > 0,
    shown: (selector) => innermost(of(selector)),
    stop: (resource) => {
      const id = innermost(places[resource] ?? [])
      return id !== undefined && boxOf(id)?.isOpen === true ? undefined : id
    },
    titleOf: (id) => boxOf(id)?.title ?? id,
  }
}
