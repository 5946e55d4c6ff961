/** What can be taken away: the picture, and the answer. */
import { pictureSvg } from '../../src/report/picture-svg.ts'
import type { ThemeName } from '../../src/scene/palette.ts'
import type { AnswerPanel } from './answer-panel.ts'
import { announce, byId } from './dom.ts'
import type { EstateMap } from './estate-map.ts'
import { save } from './save.ts'

export type Exported = 'png' | 'svg' | 'markdown' | 'print'

export const exportAs = (
  what: Exported,
  label: string,
  map: EstateMap,
  answers: Pick<AnswerPanel, 'markdown'>,
  theme: ThemeName,
): void => {
  const name = `ztnet-map-${label.replace(/[^\w.-]+/g, '-')}`
  byId<HTMLDetailsElement>('export').open = false
  if (what === 'print') return print()
  if (what === 'png') save(`${name}.png`, map.canvas.png())
  else if (what === 'svg') save(`${name}.svg`, new Blob([drawingOf(map, name, theme)], { type: 'image/svg+xml' }))
  else {
    const text = answers.markdown()
    if (text === undefined) return announce('There is no answer to save yet')
    save(`${name}.md`, new Blob([text], { type: 'text/markdown' }))
  }
  announce(`Saved ${what}`)
}

/** What is on the map, with the way that is lit. */
export const drawingOf = (map: EstateMap, title: string, theme: ThemeName): string =>
  pictureSvg(map.picture(), { theme, title, path: map.path() })
