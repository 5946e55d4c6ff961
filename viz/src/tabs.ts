/** The tabs above the lists, by the pattern that screen readers know: one is in the tab order, arrows go to the next. */
import { byId, h } from './dom.ts'
import type { State } from './state.ts'

export interface Tab {
  readonly name: State['list']
  readonly label: string
}

export const tabBar = (
  tabs: readonly Tab[],
  chosen: State['list'],
  choose: (name: State['list']) => void,
): readonly HTMLElement[] =>
  tabs.map(({ name, label }, index) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${name}`,
        'aria-controls': `${name}-pane`,
        'aria-selected': String(name === chosen),
        tabindex: name === chosen ? 0 : -1,
        onclick: () => choose(name),
        onkeydown: (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[(event as KeyboardEvent).key]
          if (step === undefined) return
          const next = tabs[(index + step + tabs.length) % tabs.length]!
          choose(next.name)
          // Once the tabs are drawn anew.
          setTimeout(() => byId(`tab-${next.name}`).focus())
        },
      },
      label,
    ),
  )
