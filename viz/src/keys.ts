/** The keys, in a dialog. */
import { h } from './dom.ts'

export const keysDialog = (dialog: HTMLDialogElement): HTMLDialogElement => {
  dialog.replaceChildren(
    h('h2', { id: 'keys-title' }, 'Keys'),
    h(
      'dl',
      {},
      KEYS.map(([keys, words]) => [
        h(
          'dt',
          {},
          keys.map((key) => [h('kbd', {}, key), ' ']),
        ),
        h('dd', {}, words),
      ]),
    ),
    h('form', { method: 'dialog' }, h('button', { class: 'primary' }, 'Close')),
  )
  return dialog
}

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'search and ask'],
  [['←', '→', '↑', '↓'], 'pan the map, walk the list'],
  [['+', '−', '0'], 'closer, farther, show all'],
  [['Enter'], 'choose in the list; with Shift as the second place'],
  [['e', 'c'], 'open, close what is chosen'],
  [['s'], 'swap both ends'],
  [['t', 'a'], 'to the list, to the answer'],
  [['m'], 'map or matrix'],
  [['d'], 'light or dark'],
  [['Esc'], 'clear the question'],
]
