/** On paper the map is a drawing: whole, sharp and light, whatever part of it is on the screen. */
import { byId } from './dom.ts'

/** `draw` gives the SVG. */
export const onPrint = (draw: () => string): void => {
  const fill = (): void => {
    const drawing = new DOMParser().parseFromString(draw(), 'image/svg+xml').documentElement
    byId('printed').replaceChildren(document.importNode(drawing, true))
  }
  addEventListener('beforeprint', fill)
  matchMedia('print').addEventListener('change', ({ matches }) => {
    if (matches) fill()
  })
}
