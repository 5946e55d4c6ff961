/** The boxes of a picture as a tree, for formats that nest. Bands are background and no boxes of their own. */
import { append } from '../collections.ts'
import type { Box, Picture } from '../scene/picture.ts'

export interface Nested {
  readonly box: Box
  readonly children: readonly Nested[]
}

export const nestedIn = ({ boxes }: Picture): readonly Nested[] => {
  const children = new Map<string | undefined, Box[]>()
  for (const box of boxes) {
    if (box.role === 'band') continue
    append(children, box.parent, box)
  }
  const nest = (box: Box): Nested => ({ box, children: (children.get(box.id) ?? []).map(nest) })
  return (children.get(undefined) ?? []).map(nest)
}
