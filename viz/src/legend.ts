/** What lines mean, of those that are drawn. */
import { legendOf, type LineLook } from '../../src/scene/line-look.ts'
import { PALETTES, type ThemeName } from '../../src/scene/palette.ts'
import type { PathStep, Picture } from '../../src/scene/picture.ts'
import { h } from './dom.ts'

export const legend = (picture: Picture, path: readonly PathStep[], theme: ThemeName): readonly HTMLElement[] =>
  legendOf(picture, PALETTES[theme], 'page', path).map(({ words, look }) => h('span', {}, look && sample(look), words))

const sample = ({ colour, width, dashes }: LineLook): SVGElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('width', '30')
  svg.setAttribute('height', '8')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  line.setAttribute('d', 'M0 4H30')
  line.setAttribute('stroke', colour)
  line.setAttribute('stroke-width', String(width))
  if (dashes.length > 0) line.setAttribute('stroke-dasharray', dashes.join(' '))
  svg.append(line)
  return svg
}
