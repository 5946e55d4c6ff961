/** A picture as elements of cytoscape: each box a node; what encloses others has nodes for its title, which opens and closes it, and for the
 *  line below. */
import type cytoscape from 'cytoscape'
import { harmless } from '../../src/analysis/harmless.ts'
import { labelDistance } from '../../src/scene/curves.ts'
import { KINDS } from '../../src/scene/kinds.ts'
import { BY_NAT_OR_ENDPOINT, lineLabel } from '../../src/scene/lines.ts'
import type { Box, Line, Picture, Point } from '../../src/scene/picture.ts'
import { GLYPH, TEXT } from '../../src/scene/sizes.ts'
import { FONT } from './canvas-font.ts'

type Element = cytoscape.ElementDefinition

export const elementsOf = ({ boxes, lines }: Picture): readonly Element[] => {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  return [
    ...boxes.flatMap((box, order) => boxElements(box, order)),
    ...lines.map((line) => lineElement(line, byId.get(line.from)!, byId.get(line.to)!)),
  ]
}

const boxElements = (box: Box, order: number): readonly Element[] => {
  const { id, role, width, height } = box
  const classes = classesOf(box)
  const node: Element = {
    group: 'nodes',
    data: {
      id,
      label: TITLED.has(role) ? '' : labelOf(box),
      ...(isNamedFromFar(box) ? { name: shortName(box), far: 12, under: 16, open: box.isOpen === true } : {}),
      z: DEPTHS[role] * 10 + Math.min(9, order / 1e6),
      width: role === 'lot' ? GLYPH.size : width,
      height: role === 'lot' ? GLYPH.size : height,
    },
    position: middleOf(box),
    classes: classes.join(' '),
  }
  return TITLED.has(role) ? [node, ...titleElements(box, classes), ...farTitle(box)] : [node]
}

/** Those have the data `name`. What stands on the edge of a VPC is too small for it. */
const isNamedFromFar = ({ role, parent }: Box): boolean =>
  role === 'account' || role === 'vpc' || role === 'tier' || (role === 'thing' && parent === undefined)

/** What an open VPC is called from far, over what is in it: the room for its title is too low then. */
const farTitle = (box: Box): readonly Element[] =>
  box.role === 'vpc' && box.isOpen === true
    ? [
        {
          group: 'nodes',
          data: { id: `far ${box.id}`, of: box.id, name: shortName(box), far: 12, z: FAR_DEPTH, width: 1, height: 1 },
          position: { x: box.x + box.width / 2, y: box.y },
          classes: 'far-title',
        },
      ]
    : []

/** As much of a title as is read from far. */
export const shortName = ({ title }: Box): string => cut(harmless(title), 40)

const classesOf = ({ role, tier, kind, width, parent }: Box): readonly string[] => [
  role,
  ...(tier ? [`tier-${tier}`] : []),
  ...(kind ? [`kind-${kind}`, `family-${KINDS[kind].family}`] : []),
  ...(role === 'thing' && width < 60 ? ['small'] : []),
  ...(role === 'thing' && parent === undefined ? ['apart'] : []),
]

const labelOf = ({ role, kind, words, count = 1, ...box }: Box): string => {
  const title = harmless(box.title)
  const detail = (box.detail ?? '').split('\n').map(harmless)
  if (words !== undefined)
    return words
      .split('\n')
      .map((line) => cut(harmless(line), 14))
      .join('\n')
  switch (role) {
    case 'lot':
      return `${cut(title, 18)}${count > 1 ? ` ×${count}` : ''}\n${count > 1 ? KINDS[kind!].words : cut(detail[0]!, 22)}`
    case 'tier':
      return `${title}\n${detail.join('\n')}`
    default:
      return [cut(title, 22), ...detail.filter((line) => line !== '').map((line) => cut(line, 28))].join('\n')
  }
}

const titleElements = (box: Box, classes: readonly string[]): readonly Element[] => {
  const { id, role, x, y, width, isOpen, room = width } = box
  const size = role === 'subnet' ? TEXT.subnet : role === 'zone' ? TEXT.zone : TEXT.title
  const marked = isOpen === undefined ? '' : isOpen ? '▾ ' : '▸ '
  const words = `${marked}${fitting(harmless(box.title), room - 26, size, 700)}`
  const wide = Math.min(width - 12, widthOf(words, size, 700))
  const detail = role === 'region' ? '' : harmless(box.detail ?? '')
  return [
    {
      group: 'nodes',
      data: { id: `title ${id}`, label: words, z: TITLE_DEPTH, width: wide, height: 20 },
      position: { x: x + 9 + wide / 2, y: y + 17 },
      classes: [...classes, 'title', ...(isOpen === undefined ? ['fixed'] : [])].join(' '),
    },
    ...(detail === ''
      ? []
      : [
          {
            group: 'nodes' as const,
            data: {
              id: `about ${id}`,
              label: fitting(detail, room - 24, TEXT.detail, 400),
              z: TITLE_DEPTH,
              width: 1,
              height: 1,
            },
            position: { x: x + 11, y: y + 36 },
            classes: [...classes, 'about'].join(' '),
          },
        ]),
  ]
}

const lineElement = (line: Line, from: Box, to: Box): Element => {
  const { flow, start, end } = line
  const [a, b] = [middleOf(from), middleOf(to)]
  return {
    group: 'edges',
    data: {
      id: line.id,
      source: line.from,
      target: line.to,
      label: harmless(lineLabel(line)),
      at: labelDistance(line),
      bow: -line.bow,
      start: `${start.x - a.x}px ${start.y - a.y}px`,
      end: `${end.x - b.x}px ${end.y - b.y}px`,
      words: harmless(hoverWords(line, from, to)),
    },
    classes: [
      line.role,
      ...(flow ? [`is-${flow.verdict}`] : []),
      ...(flow?.byNatOrEndpoint ? ['by-nat-or-endpoint'] : []),
      ...(flow?.breaks ? ['breaks'] : []),
      ...(flow?.change ? [`change-${flow.change}`] : []),
      ...(line.isBothWays === true ? ['both'] : []),
    ].join(' '),
  }
}

const hoverWords = ({ flow, count, isBothWays }: Line, from: Box, to: Box): string => {
  if (!flow) return `${from.title} – ${to.title}${count > 1 ? `, ${count} attachments` : ''}`
  const ends = `${from.title} ${isBothWays === true ? '⇄' : '→'} ${to.title}: ${flow.verdict}${flow.byNatOrEndpoint ? ` ${BY_NAT_OR_ENDPOINT}` : ''}`
  return [
    ...(flow.breaks ?? []).map((title) => `▲ ${title}`),
    ...(count > 1 ? [`${ends}, ${count} pairs of tiers`] : [`${ends}, ${flow.pairs} pairs`, ...flow.packets]),
  ].join('\n')
}

const middleOf = ({ role, x, y, width, height }: Box): Point => ({
  x: x + width / 2,
  y: y + (role === 'lot' ? GLYPH.middle : height / 2),
})

const TITLED: ReadonlySet<Box['role']> = new Set<Box['role']>(['account', 'region', 'vpc', 'zone', 'subnet'])

/** Lines stand at 73 (`canvas-line-style.ts`), over subnets and below all words. */
const DEPTHS: Readonly<Record<Box['role'], number>> = {
  account: 1,
  region: 2,
  vpc: 3,
  band: 4,
  zone: 5,
  tier: 8,
  subnet: 7,
  lot: 8,
  more: 8,
  thing: 9,
}

const TITLE_DEPTH = 76
const FAR_DEPTH = 96

const cut = (words: string, most: number): string => {
  const all = Array.from(words)
  return all.length <= most ? words : `${all.slice(0, Math.max(1, most - 1)).join('')}…`
}

/** As much of it as there is room for. */
const fitting = (words: string, room: number, size: number, weight: number): string => {
  const wide = widthOf(words, size, weight)
  return wide <= room ? words : cut(words, Math.floor((Array.from(words).length * room) / wide))
}

/** In the page's own font. */
const widthOf = (words: string, size: number, weight: number): number => {
  ruler.font = `${weight} ${size}px ${FONT}`
  return ruler.measureText(words).width + 4
}

const ruler = document.createElement('canvas').getContext('2d')!
