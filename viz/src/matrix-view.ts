/** The view with the matrix: the map as a table, by whatever it is grouped. */
import { GROUPINGS } from '../../src/analysis/groups.ts'
import { matrixMarkdown } from '../../src/report/matrix-markdown.ts'
import type { Address } from './address.ts'
import type { AnswerPanel } from './answer-panel.ts'
import { byId, h } from './dom.ts'
import { messageOf } from './engine-client.ts'
import type { LookedAt } from './looked-at.ts'
import { matrixTable } from './matrix-table.ts'
import type { Answers } from './protocol.ts'

/** Gives what draws the matrix that the address asks for. */
export const makeMatrixView = (looked: LookedAt, address: Address, answers: AnswerPanel): (() => Promise<void>) => {
  const matrices = new Map<string, Answers['matrix']>()
  let drawn = ''
  const stage = byId('matrix')
  const byWhat = (): HTMLElement => groupedBy(address.now().by, (by) => address.go({ by }))
  const matrixOf = async (key: string, by: string): Promise<Answers['matrix']> => {
    const known = matrices.get(key) ?? (looked.isFiltered() || by !== 'tier' ? undefined : looked.now().matrix)
    if (known) return known
    stage.replaceChildren(byWhat(), h('p', { class: 'quiet' }, 'Asking about all pairs'))
    const found = await looked.ask('matrix', { by, packets: looked.packets() })
    matrices.set(key, found)
    return found
  }
  return async () => {
    const { by } = address.now()
    const key = `${looked.key()} ${by}`
    if (key === drawn) return
    drawn = key
    try {
      const result = await matrixOf(key, by)
      if (drawn !== key) return
      if (address.now().view === 'matrix' && address.now().from === '') answers.document(() => matrixMarkdown(result))
      stage.replaceChildren(byWhat(), h('div', {}, matrixTable(result, answers.actions.ask)))
    } catch (error) {
      if (drawn === key) stage.replaceChildren(byWhat(), h('p', { class: 'error', role: 'alert' }, messageOf(error)))
    }
  }
}

/** A table of all interfaces nobody reads. */
const READABLE = GROUPINGS.filter((by) => by !== 'interface')

const groupedBy = (now: string, choose: (by: string) => void): HTMLElement =>
  h(
    'div',
    { class: 'toolbar' },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'by' }, 'Grouped by'),
      h(
        'select',
        { id: 'by', onchange: (event) => choose((event.target as HTMLSelectElement).value) },
        READABLE.map((by) => h('option', { value: by, selected: by === now }, by)),
      ),
    ),
  )
