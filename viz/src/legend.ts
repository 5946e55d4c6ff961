/** What lines mean, of those that are drawn. */
import type { Picture } from '../../src/scene/picture.ts'
import { DASHES, PALETTES, type ThemeName } from '../../src/scene/palette.ts'
import { h } from './dom.ts'

export const legend = ({ lines, flowsLeftOut }: Picture, theme: ThemeName): readonly HTMLElement[] => {
  const palette = PALETTES[theme]
  const verdicts = (['reachable', 'conditional', 'one-way', 'unknown'] as const).filter((verdict) =>
    lines.some(({ flow }) => flow?.verdict === verdict),
  )
  const changes = (['opened', 'closed', 'same'] as const).filter((change) =>
    lines.some(({ flow }) => flow?.change === change),
  )
  if (changes.length > 0) {
    const colours = { opened: palette.verdict.reachable, closed: palette.verdict.unreachable, same: palette.attachment }
    const words = { opened: '+ opened', closed: '− closed', same: 'unchanged' }
    const dashes = { opened: [], closed: [4, 4], same: [] }
    return changes.map((change) => h('span', {}, sample(colours[change], dashes[change]), words[change]))
  }
  return [
    ...verdicts.map((verdict) => h('span', {}, sample(palette.verdict[verdict], DASHES[verdict]), verdict)),
    ...(lines.some(({ flow }) => flow?.breaks)
      ? [h('span', {}, sample(palette.verdict.unreachable, []), '▲◆ breaks a rule')]
      : []),
    ...(lines.some(({ role }) => role === 'attachment')
      ? [h('span', {}, sample(palette.attachment, []), 'attached')]
      : []),
    ...(flowsLeftOut > 0
      ? [h('span', {}, `${flowsLeftOut.toLocaleString('en')} flows not drawn: choose a box to see its own`)]
      : []),
  ]
}

const sample = (colour: string, dash: readonly number[]): SVGElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('width', '30')
  svg.setAttribute('height', '8')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  line.setAttribute('d', 'M0 4H30')
  line.setAttribute('stroke', colour)
  line.setAttribute('stroke-width', '2.5')
  if (dash.length > 0) line.setAttribute('stroke-dasharray', dash.join(' '))
  svg.append(line)
  return svg
}
