/** The page: reads the file's own data and keeps map, lists, answer and address in step. Whatever is shown follows from the state in the
 *  address and from the file. */
import type { ThemeName } from '../../src/scene/palette.ts'
import type { Box } from '../../src/scene/picture.ts'
import { makeAddress } from './address.ts'
import { makeAnswerPanel } from './answer-panel.ts'
import { all, byId, h } from './dom.ts'
import { messageOf } from './engine-client.ts'
import { makeEstateMap } from './estate-map.ts'
import { drawingOf, type Exported, exportAs } from './exports.ts'
import { keysDialog, type KeyTable, onKeys, onKeysAnywhere } from './keys.ts'
import { drawTimeline, makeLists } from './lists.ts'
import { lookedAt } from './looked-at.ts'
import { makeMatrixView } from './matrix-view.ts'
import { opened } from './opening.ts'
import { onPrint } from './print.ts'
import { makeQuestionForm } from './question-form.ts'
import { START, type State } from './state.ts'

const start = async (): Promise<void> => {
  const { data, engine } = await opened()
  const address = makeAddress((before) => {
    const { snapshot, camera } = address.now()
    if (snapshot !== before.snapshot) map.places.forget()
    render()
    if (camera !== before.camera) map.canvas.look(camera)
  })
  const looked = lookedAt(data, engine, address)
  const themeNow = (): ThemeName => {
    const { theme } = address.now()
    return theme === '' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : theme
  }

  /** What is clicked is the first place of a question, then the second. */
  const choose = (box: Pick<Box, 'id' | 'role'>, isMore: boolean): void => {
    if (box.role === 'more') return void answers.showMembers(box.id.slice('more '.length))
    if (UNASKED.has(box.role)) return
    const { from, to, ask } = address.now()
    const isSecond = from !== '' && box.id !== from && (isMore || (to === '' && ask === 'reach'))
    const ends = isSecond ? { to: box.id } : { from: box.id, to: '' }
    address.go({ ...ends, ask: 'reach', chosen: box.id, finding: '' })
  }
  const pane = (name: string): void => {
    document.body.dataset['pane'] = name
    for (const button of all<HTMLButtonElement>('[data-pane-of]'))
      button.setAttribute('aria-current', String(button.dataset['paneOf'] === name))
    if (name === 'map') map.canvas.resized()
  }
  const saveAs = (what: Exported): void => exportAs(what, looked.now().label, map, answers, themeNow())
  const map = makeEstateMap(data, looked, address, { chosen: choose }, themeNow())
  const answers = makeAnswerPanel(data.madeBy, looked, address, map, {
    chooseInterface: (id) => choose({ id, role: 'lot' }, false),
    save: () => saveAs('markdown'),
    pane,
  })
  const form = makeQuestionForm(looked, address, map, () => pane('answer'))
  const drawLists = makeLists(looked, address, answers, () => pane('map'))
  const drawMatrix = makeMatrixView(looked, address, answers)

  const render = (): void => {
    const { view } = address.now()
    const theme = themeNow()
    if (document.documentElement.dataset['theme'] !== theme) {
      document.documentElement.dataset['theme'] = theme
      map.theme(theme)
    }
    document.body.dataset['view'] = view
    byId('matrix').hidden = view !== 'matrix'
    for (const button of all<HTMLButtonElement>('[data-show]'))
      button.setAttribute('aria-pressed', String(button.dataset['show'] === view))
    form.draw()
    map.draw()
    drawLists()
    drawTimeline(looked)
    map.fetchFlows()
    void answers.answer()
    if (view === 'matrix') void drawMatrix()
  }

  // ---- buttons and keys

  const clear = (): void => {
    form.reset()
    const { theme, camera, toggled, snapshot, view, list } = address.now()
    address.go({ ...START, theme, camera, toggled, snapshot, view, list })
  }
  const switchTheme = (): void => address.go({ theme: themeNow() === 'dark' ? 'light' : 'dark' })
  const swap = (): void => {
    const { from, to } = address.now()
    address.go({ from: to, to: from, ask: 'reach' })
  }
  const zooms: Readonly<Record<string, () => void>> = {
    in: () => map.canvas.zoomBy(1.3),
    out: () => map.canvas.zoomBy(1 / 1.3),
    all: map.showAll,
  }
  const dialog = keysDialog(byId<HTMLDialogElement>('keys'))
  onClick('#swap', swap)
  onClick('#clear', clear)
  onClick('#theme', switchTheme)
  onClick('#help', () => dialog.showModal())
  onClick('[data-show]', ({ show }) => address.go({ view: show as State['view'] }))
  onClick('[data-pane-of]', ({ paneOf }) => pane(paneOf ?? 'map'))
  onClick('[data-export]', (button) => saveAs(button['export'] as Exported))
  onClick('[data-zoom]', ({ zoom }) => zooms[zoom ?? '']?.())
  byId('snapshot').addEventListener('input', (event) =>
    address.go({ snapshot: Number((event.target as HTMLInputElement).value) }),
  )
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render)
  addEventListener('resize', () => map.canvas.resized())
  const keys: KeyTable = {
    ArrowLeft: () => map.canvas.panBy(60, 0),
    ArrowRight: () => map.canvas.panBy(-60, 0),
    ArrowUp: () => map.canvas.panBy(0, 60),
    ArrowDown: () => map.canvas.panBy(0, -60),
    '+': zooms['in']!,
    '=': zooms['in']!,
    '-': zooms['out']!,
    '0': zooms['all']!,
  }
  onKeys(byId('canvas'), keys)
  const anywhere: KeyTable = {
    '/': form.focus,
    s: swap,
    m: () => address.go({ view: address.now().view === 'map' ? 'matrix' : 'map' }),
    e: () => map.toggleChosen(true),
    c: () => map.toggleChosen(false),
    t: () => byId('tree').querySelector<HTMLElement>('[tabindex="0"]')?.focus(),
    a: () => byId('answer').focus(),
    d: switchTheme,
    '?': () => dialog.showModal(),
    Escape: clear,
  }
  onKeysAnywhere(anywhere, dialog)

  onPrint(() => drawingOf(map, looked.now().label, 'light'))

  const newest = data.snapshots[looked.last]!
  byId('about').replaceChildren(`${newest.label}, ${newest.interfaces.toLocaleString('en')} interfaces`)
  pane(paneOf(address.now()))
  // Who compares wants to see what is otherwise.
  if (looked.last > 0 && location.hash === '') address.keep({ list: 'changes' })
  render()
  const { camera } = address.now()
  if (camera === '') map.canvas.showAll()
  else map.canvas.look(camera)
  document.documentElement.dataset['ready'] = 'true'
}

/** What a link is about, where there is room for one pane alone. */
const paneOf = ({ from, to, ask, finding, list, chosen, view, camera }: State): 'map' | 'answer' | 'side' => {
  if (finding !== '' || (from !== '' && (to !== '' || ask !== 'reach'))) return 'answer'
  return list !== START.list && from + to + chosen + camera === '' && view === START.view ? 'side' : 'map'
}

/** Boxes that are no place to ask about. */
const UNASKED: ReadonlySet<Box['role']> = new Set<Box['role']>(['region', 'zone', 'band', 'more'])

const onClick = (selector: string, act: (data: DOMStringMap) => void): void => {
  for (const button of all<HTMLButtonElement>(selector)) button.addEventListener('click', () => act(button.dataset))
}

start().catch((error: unknown) => {
  byId('answer').replaceChildren(
    h('div', { class: 'error', role: 'alert' }, `The map cannot be shown: ${messageOf(error)}`),
  )
})
