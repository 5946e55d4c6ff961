/** The keys: what they do, and the dialog that tells of them. */
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

export type KeyTable = Readonly<Record<string, () => unknown>>

/** While this element has the focus. */
export const onKeys = (element: HTMLElement, keys: KeyTable): void =>
  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey) return
    act(keys, event)
  })

/** Wherever the focus is, but where one types or reads the dialog. */
export const onKeysAnywhere = (keys: KeyTable, dialog: HTMLDialogElement): void =>
  addEventListener('keydown', (event) => {
    const { target } = event
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return
    act(keys, event)
  })

const act = (keys: KeyTable, event: KeyboardEvent): void => {
  const does = keys[event.key]
  if (!does) return
  event.preventDefault()
  does()
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
