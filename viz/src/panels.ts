/** What stands where answers stand while nothing was asked: the snapshot, a place that was chosen, the interfaces of a subnet. */
import type { MapData, MapSnapshot } from '../../src/report/map-data.ts'
import type { Box } from '../../src/scene/picture.ts'
import { type Child, h } from './dom.ts'
import type { Answers, Facts } from './protocol.ts'

export const welcomePanel = (
  { label, collectedAt, gaps, interfaces }: MapSnapshot,
  madeBy: MapData['madeBy'],
): Child => [
  h('h2', {}, 'Who can reach whom, and why'),
  h(
    'p',
    {},
    'Click a place, then a second one: ztnet computes which packets get there and back, by which path, or everything that is in the way. Or name both above.',
  ),
  h('h3', {}, 'This snapshot'),
  h(
    'dl',
    { class: 'ends' },
    h('dt', {}, 'source'),
    h('dd', {}, label),
    collectedAt !== undefined && [h('dt', {}, 'collected'), h('dd', {}, collectedAt)],
    h('dt', {}, 'interfaces'),
    h('dd', {}, interfaces.toLocaleString('en')),
    h('dt', {}, 'gaps'),
    h('dd', {}, gapWords(gaps)),
  ),
  h(
    'p',
    { class: 'small' },
    `Made by ztnet ${madeBy}. The file holds the whole snapshot and the engine: it asks nobody and loads nothing.`,
  ),
]

/** What was never asked for is in no list of what failed: only an answer that needs it can tell. */
export const gapWords = (gaps: number): string =>
  gaps === 0
    ? 'none recorded; an answer tells what it lacks besides'
    : `${gaps}: answers that need what is missing are unknown`

interface PlacePanel {
  readonly facts: Facts | undefined
  readonly box: Box | undefined
  readonly toggle: (id: string) => void
  /** What else can be asked about it. */
  readonly buttons: Child
}

export const placePanel = (selector: string, { facts, box, toggle, buttons }: PlacePanel): Child => [
  h('h2', {}, facts?.name ?? box?.title ?? selector),
  h('p', { class: 'quiet' }, facts ? `${facts.kind}, ${facts.id}` : (box?.detail ?? '')),
  h('p', {}, 'Choose a second place, on the map or by name, to ask whether packets get there.'),
  h(
    'div',
    { class: 'actions' },
    box?.isOpen !== undefined &&
      h('button', { type: 'button', onclick: () => toggle(selector) }, box.isOpen ? 'Close' : 'Open'),
  ),
  buttons,
  facts &&
    h(
      'dl',
      { class: 'ends' },
      facts.rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
]

export const membersPanel = (title: string, members: Answers['members'], choose: (id: string) => void): Child => [
  h('h2', {}, title),
  h('p', { class: 'quiet' }, `${members.length.toLocaleString('en')} interfaces`),
  h(
    'ul',
    { class: 'list' },
    members
      .slice(0, MOST_LISTED)
      .map(({ selector, name, kind }) =>
        h(
          'li',
          {},
          h('button', { type: 'button', class: 'link', onclick: () => choose(selector) }, name ?? selector),
          h('span', { class: 'small' }, ` ${kind}, ${selector}`),
        ),
      ),
  ),
  members.length > MOST_LISTED &&
    h('p', { class: 'small' }, `... and ${members.length - MOST_LISTED} more: search by name or address`),
]

const MOST_LISTED = 500
