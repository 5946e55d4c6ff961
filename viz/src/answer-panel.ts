/** The panel of answers: what the address asks is asked once, told there, and lit on the map. */
import type { Finding } from '../../src/policy/finding.ts'
import type { Address } from './address.ts'
import { answerButtons, longName } from './answer-buttons.ts'
import { announce, byId, type Child, h } from './dom.ts'
import { EngineError, messageOf } from './engine-client.ts'
import type { EstateMap } from './estate-map.ts'
import type { LookedAt, Progress } from './looked-at.ts'
import { membersPanel, placePanel, welcomePanel } from './panels.ts'
import { askAll, askBlast, askReach, type Asking, tellFinding, type Told } from './questions.ts'

export interface AnswerPanel {
  /** Answers what the address asks, unless that is what is told already. */
  answer(): Promise<void>
  /** The answer as a document, where there is one. */
  markdown(): string | undefined
  /** A matrix that is looked at is an answer too. */
  document(markdown: () => string): void
  showMembers(subnet: string): Promise<void>
  /** Of the snapshot that is looked at, the one that was chosen. */
  finding(): Finding | undefined
  readonly actions: Asking['actions']
}

interface AnswerEvents {
  readonly chooseInterface: (id: string) => void
  readonly save: () => void
  readonly pane: (name: 'map' | 'answer') => void
}

export const makeAnswerPanel = (
  madeBy: string,
  looked: LookedAt,
  address: Address,
  map: EstateMap,
  { chooseInterface, save, pane }: AnswerEvents,
): AnswerPanel => {
  const panel = byId('answer')
  const { places } = map
  let markdown: (() => string) | undefined
  let answered = ''
  /** The question of which every detail is wanted. */
  let whole = ''

  const put = (...children: readonly Child[]): void => panel.replaceChildren(h('div', {}, children))
  const progress: Progress = (done, of) => {
    const bar = panel.querySelector('progress')
    if (bar) bar.value = done / Math.max(1, of)
  }
  const waiting = (words: string): void =>
    put(h('p', { class: 'quiet' }, words), h('progress', { max: 1, 'aria-label': words }))
  const buttons = (): Child =>
    answerButtons(address.now(), places.titleOf, {
      go: address.go,
      ...(markdown && { save }),
      ...(whole !== questionOf() && {
        everything: () => {
          whole = questionOf()
          void answer()
        },
      }),
    })
  const failed = (error: unknown): void => {
    const hint = error instanceof EngineError ? error.hint : undefined
    put(
      h(
        'div',
        { class: 'error', role: 'alert' },
        h('p', {}, messageOf(error)),
        hint !== undefined && h('p', { class: 'small' }, hint),
      ),
      // Of what was asked wrongly there is nothing more to ask.
      hint === undefined && buttons(),
    )
    announce(messageOf(error))
  }
  const actions: Asking['actions'] = {
    show: (resource) => {
      if (!places.isKnown(resource)) return announce(`${resource} has no place of its own on the map`)
      map.reveal([places.of(resource)])
      const id = places.shown(resource)
      if (id !== undefined) map.canvas.show([id])
      pane('map')
    },
    ask: ({ from, to }) => address.go({ from, to, ask: 'reach', view: 'map', chosen: '', finding: '' }),
  }
  const asking: Asking = { looked, places, actions, progress }

  const questionOf = (): string => {
    const { from, to, ask, finding, chosen } = address.now()
    return JSON.stringify([from, to, ask, finding, looked.key(), from === '' || to === '' ? chosen : ''])
  }
  const findingNow = (): Finding | undefined => {
    const { finding } = address.now()
    return looked.now().check?.result.findings.find(({ fingerprint }) => fingerprint === finding)
  }
  const tell = (told: Told): void => {
    places.learn(told.places)
    markdown = told.markdown
    put(told.panel, told.isFar === true ? undefined : buttons())
    announce(told.says)
    map.reveal(told.reveals.map(places.of))
    map.draw()
    const way = told.way()
    const boxes = [
      ...new Set([
        ...told.lit().flatMap((each) => places.shown(each) ?? []),
        ...way.flatMap((step) => [step.from, step.to]),
      ]),
    ]
    map.light(boxes, way)
    if (told.isFar === true) map.canvas.show(boxes)
  }
  const told = async (): Promise<Told> => {
    const { from, to, ask } = address.now()
    if (ask === 'blast') {
      waiting('Walking over stepping stones')
      return askBlast(asking, from)
    }
    if (ask !== 'reach') {
      waiting('Asking about everything')
      return askAll(asking, ask === 'from' ? from : to || from, ask)
    }
    waiting('Computing')
    const title = [from, to].map((end) => longName(end, places.titleOf)).join(' → ')
    return askReach(asking, { from, to, title, isWhole: whole === questionOf() })
  }
  /** Nothing that comes after something else was asked is told. */
  const asked = async (key: string, ask: (isCurrent: () => boolean) => Promise<void>): Promise<void> => {
    answered = key
    markdown = undefined
    const isCurrent = (): boolean => answered === key
    try {
      await ask(isCurrent)
    } catch (error) {
      if (isCurrent()) failed(error)
    }
  }
  const answer = async (): Promise<void> => {
    const question = questionOf()
    const key = `${question} ${whole === question}`
    if (key === answered) return
    await asked(key, async (isCurrent) => {
      const { from, to, ask } = address.now()
      const finding = findingNow()
      if (finding) return tell(tellFinding(asking, finding))
      map.light([], [])
      if (from === '') return put(welcomePanel(looked.now(), madeBy))
      if (ask === 'reach' && to === '') {
        waiting('Looking it up')
        const box = map.picture().boxes.find(({ id }) => id === from)
        const facts = await looked.ask('thing', { id: from, isDrawn: box !== undefined })
        if (!isCurrent()) return
        return put(placePanel(from, { facts, box, toggle: map.toggle, buttons: buttons() }))
      }
      const found = await told()
      if (isCurrent()) tell(found)
    })
  }
  return {
    answer,
    actions,
    markdown: () => markdown?.(),
    document: (made) => {
      markdown = made
    },
    finding: findingNow,
    showMembers: (subnet) =>
      asked(`members of ${subnet} ${looked.key()}`, async (isCurrent) => {
        waiting('Listing interfaces')
        const members = await looked.ask('members', { subnet })
        if (!isCurrent()) return
        put(membersPanel(places.titleOf(subnet), members, chooseInterface))
        pane('answer')
      }),
  }
}
