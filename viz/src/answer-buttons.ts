/** What can be asked next, below an answer. */
import { type Child, h } from './dom.ts'
import type { State } from './state.ts'

interface ButtonActions {
  readonly go: (change: Partial<State>) => void
  /** Where there is an answer to save. */
  readonly save?: () => void
  /** Where something was left out. */
  readonly everything?: () => void
}

export const answerButtons = (
  { from, to, ask }: State,
  titleOf: (id: string) => string,
  { go, save, everything }: ButtonActions,
): Child => {
  const button = (words: string, act: () => void): Child => h('button', { type: 'button', onclick: act }, words)
  const isPair = ask === 'reach' && to !== ''
  const place = shortName(from, titleOf)
  return h(
    'div',
    { class: 'actions' },
    isPair && button('The other way', () => go({ from: to, to: from })),
    isPair && everything && button('Every detail', everything),
    from !== '' && ask !== 'from' && button(`What ${place} reaches`, () => go({ ask: 'from', to: '' })),
    from !== '' && ask !== 'to' && button(`What reaches ${place}`, () => go({ ask: 'to', to: '' })),
    from !== '' && ask !== 'blast' && button(`Stepping stones from ${place}`, () => go({ ask: 'blast', to: '' })),
    save && button('Save as Markdown', save),
  )
}

/** A tier of a VPC by the Name of the VPC. */
export const longName = (selector: string, titleOf: (id: string) => string): string => {
  const [, vpc, tier] = /^vpc:(vpc-[^/]+)\/(.+)$/.exec(selector) ?? []
  return vpc === undefined ? selector : `${titleOf(vpc)}/${tier}`
}

const shortName = (selector: string, titleOf: (id: string) => string): string => {
  const title = longName(titleOf(selector), titleOf)
  return title.length > 26 ? `${title.slice(0, 25)}…` : title
}
