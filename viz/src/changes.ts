/** What changed since the snapshot before, in the words of `ztnet diff`: what opened, what closed, each with the settings that did it. */
import type { DiffResult } from '../../src/diff/diff.ts'
import {
  type Cluster,
  clustersOf,
  idleText,
  isUnchanged,
  movedLines,
  placeLines,
  readLines,
  replacedText,
  summaryOf,
  unchangedText,
} from '../../src/report/diff-words.ts'
import { type Child, h } from './dom.ts'

export const changesList = (
  result: DiffResult,
  names: { readonly before: string; readonly after: string },
  ask: (question: { readonly from: string; readonly to: string }) => void,
): readonly Child[] => {
  const { opened, closed } = clustersOf(result)
  return [
    h(
      'p',
      { class: 'small' },
      `${names.before} → ${names.after}: ${isUnchanged(result) ? unchangedText(result) : summaryOf(result)}`,
    ),
    clusters('Opened', opened, ask),
    clusters('Closed', closed, ask),
    places('New places', placeLines(result, result.places.new)),
    places('Gone places', placeLines(result, result.places.gone)),
    lines('Not read in both', readLines(result)),
    lines('In other groups', movedLines(result)),
    lines('Replaced by others of the same role', present(replacedText(result))),
    lines('Changed with places that are new or gone', present(idleText(result, 'places'))),
    lines('Changed, and nothing flows otherwise', present(idleText(result, 'none'))),
  ]
}

const present = (text: string): readonly string[] => (text === '' ? [] : [text])

const clusters = (
  title: string,
  all: readonly Cluster[],
  ask: (question: { readonly from: string; readonly to: string }) => void,
): Child =>
  all.length > 0 && [
    h('h3', { class: 'rule' }, title),
    all.map(({ lines: changes, causes }) =>
      h(
        'div',
        { class: 'cluster' },
        h(
          'ul',
          {},
          changes.map(({ sign, ends, packets, verdicts, pairs, entry }) =>
            h(
              'li',
              {},
              h(
                'button',
                {
                  type: 'button',
                  class: `finding change-${sign === '+' ? 'opened' : 'closed'}`,
                  onclick: () => ask(entry),
                },
                h('strong', {}, `${sign === '-' ? '−' : sign} ${ends}`),
                ` ${packets}${verdicts === '' ? '' : ` ${verdicts}`}`,
                h('span', { class: 'small' }, ` ${pairs}`),
              ),
            ),
          ),
        ),
        causes.map((cause, index) => h('p', { class: 'small fix' }, `${index === 0 ? 'because' : 'and'} ${cause}`)),
      ),
    ),
  ]

const places = (title: string, all: readonly { readonly head: string; readonly flows: readonly string[] }[]): Child =>
  all.length > 0 && [
    h('h3', { class: 'rule' }, title),
    h(
      'ul',
      { class: 'list' },
      all.map(({ head, flows }) =>
        h(
          'li',
          {},
          head,
          flows.map((flow) => h('div', { class: 'small' }, flow)),
        ),
      ),
    ),
  ]

const lines = (title: string, all: readonly string[]): Child =>
  all.length > 0 && [
    h('h3', { class: 'rule' }, title),
    h(
      'ul',
      { class: 'list' },
      all.map((text) => h('li', { class: 'small' }, text)),
    ),
  ]
