/** What stands beside the map but the tree: tabs, findings, changes, and above them which snapshot is looked at. */
import type { Address } from './address.ts'
import type { AnswerPanel } from './answer-panel.ts'
import { changesList } from './changes.ts'
import { byId, h } from './dom.ts'
import { findingsList } from './findings.ts'
import type { LookedAt } from './looked-at.ts'
import { type Tab, tabBar } from './tabs.ts'

/** Gives what draws the lists. */
export const makeLists = (
  looked: LookedAt,
  address: Address,
  { actions }: Pick<AnswerPanel, 'actions'>,
  showMap: () => void,
): (() => void) => {
  let drawn = ''
  return () => {
    const { list, finding } = address.now()
    const key = `${looked.at()} ${list} ${finding}`
    if (key === drawn) return
    drawn = key
    byId('tabs').replaceChildren(...tabBar(tabsOf(looked), list, (name) => address.go({ list: name })))
    for (const name of ['estate', 'findings', 'changes']) byId(`${name}-pane`).hidden = name !== list
    const { changes, check, label } = looked.now()
    if (changes) {
      const names = { before: looked.before()!.label, after: label }
      byId('changes-pane').replaceChildren(h('div', {}, changesList(changes, names, actions.ask)))
    }
    if (check)
      byId('findings-pane').replaceChildren(
        h(
          'div',
          {},
          findingsList(check.result, finding, ({ fingerprint }) => {
            const question = { from: '', to: '', chosen: '', ask: 'reach' } as const
            address.go({ finding: fingerprint, ...question, view: 'map', camera: '' })
            showMap()
          }),
        ),
      )
  }
}

const tabsOf = (looked: LookedAt): readonly Tab[] => {
  const { changes, check } = looked.now()
  const count = (all: readonly unknown[]): string => all.length.toLocaleString('en')
  return [
    { name: 'estate', label: 'Estate' },
    ...(changes ? [{ name: 'changes' as const, label: `Changes (${count(changes.changes)})` }] : []),
    ...(check ? [{ name: 'findings' as const, label: `Findings (${count(check.result.findings)})` }] : []),
  ]
}

/** Several snapshots: which of them is looked at. */
export const drawTimeline = (looked: LookedAt): void => {
  const { last } = looked
  byId('timeline').hidden = last === 0
  const slider = byId<HTMLInputElement>('snapshot')
  slider.max = String(last)
  slider.value = String(looked.at())
  const { label, collectedAt } = looked.now()
  const words = `${label}${collectedAt === undefined ? '' : `, ${collectedAt}`} (${looked.at() + 1} of ${last + 1})`
  slider.setAttribute('aria-valuetext', words)
  byId('snapshot-label').replaceChildren(words)
}
