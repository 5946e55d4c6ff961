/** The map itself: a picture drawn by cytoscape, which pans, zooms and tells what was clicked. Positions are those of the picture; nothing is
 *  laid out here. */
import cytoscape from 'cytoscape'
import { harmless } from '../../src/report/style.ts'
import { KINDS } from '../../src/scene/kinds.ts'
import { HEAD } from '../../src/scene/layout.ts'
import type { Box, Picture } from '../../src/scene/picture.ts'
import { lineLabel } from '../../src/scene/lines.ts'
import type { ThemeName } from '../../src/scene/palette.ts'
import { canvasStyle, FONT } from './canvas-style.ts'

export interface Canvas {
  draw(picture: Picture): void
  theme(name: ThemeName): void
  /** Boxes that are not in this snapshot, or were not in the one before. */
  presence(marks: ReadonlyMap<string, Presence>): void
  /** Ends of a question. */
  mark(from: string | undefined, to: string | undefined): void
  /** Boxes that matter now; the others step back. Empty: all. */
  light(boxes: ReadonlySet<string>): void
  path(steps: readonly PathStep[]): void
  show(ids: readonly string[]): void
  showAll(): void
  zoomBy(factor: number): void
  panBy(x: number, y: number): void
  png(): Blob
  /** `x,y,zoom`: what is in the middle, in the picture's own units, and its scale. */
  camera(): string
  /** As `camera` gave it; anything else is ignored. */
  look(camera: string): void
  /** How many elements are in the picture. */
  size(): number
  resized(): void
}

export type Presence = 'new' | 'gone' | 'absent'

export interface PathStep {
  readonly from: string
  readonly to: string
  readonly leg: 'forward' | 'return' | 'cut'
  readonly number: string
}

export interface CanvasEvents {
  /** With the key that adds to a choice. */
  readonly chosen: (box: Box, isMore: boolean) => void
  readonly toggled: (box: Box) => void
  readonly line: (id: string) => void
  readonly nothing: () => void
  /** By hand, not by the page. */
  readonly moved: () => void
  readonly hover: (words: string | undefined, at: { readonly x: number; readonly y: number }) => void
}

export const makeCanvas = (container: HTMLElement, events: CanvasEvents, first: ThemeName): Canvas => {
  const cy = cytoscape({
    container,
    style: canvasStyle(first),
    layout: { name: 'preset' },
    minZoom: 0.02,
    maxZoom: 3,
    autoungrabify: true,
    autounselectify: true,
    boxSelectionEnabled: false,
  })
  let boxes = new Map<string, Box>()
  let theme = first
  let drawn = new Map<string, string>()
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)')
  let animation: ReturnType<typeof setInterval> | undefined

  const boxOf = (id: string): Box | undefined => boxes.get(id.replace(/^(?:title|about) /, ''))
  cy.on('tap', 'node', ({ target, originalEvent }) => {
    const id = (target as cytoscape.NodeSingular).id()
    const box = boxOf(id)
    if (!box) return
    if (id.startsWith('title ') && box.isOpen !== undefined) return events.toggled(box)
    events.chosen(box, (originalEvent as MouseEvent | undefined)?.shiftKey === true)
  })
  cy.on('dbltap', 'node', ({ target }) => {
    const id = (target as cytoscape.NodeSingular).id()
    const box = boxOf(id)
    if (box?.isOpen !== undefined && !id.startsWith('title ')) events.toggled(box)
  })
  cy.on('tap', 'edge', ({ target }) => events.line((target as cytoscape.EdgeSingular).id()))
  cy.on('tap', ({ target }) => {
    if (target === cy) events.nothing()
  })
  cy.on('mouseover', 'node', ({ target, renderedPosition }) => {
    const box = boxOf((target as cytoscape.NodeSingular).id())
    if (box && box.role !== 'band')
      events.hover(
        [box.title, box.detail, box.id === box.title ? undefined : box.id].filter(Boolean).join('\n'),
        renderedPosition,
      )
  })
  cy.on('mouseover', 'edge', ({ target, renderedPosition }) => {
    const words = (target as cytoscape.EdgeSingular).data('words') as string | undefined
    if (words) events.hover(words, renderedPosition)
  })
  cy.on('mouseout', 'node, edge', () => events.hover(undefined, { x: 0, y: 0 }))

  /** Where titles are too small to read, those of VPCs and accounts grow with the distance, as names do on maps. */
  let far = -1
  const labelFar = (): void => {
    const zoom = cy.zoom()
    const step = zoom >= FAR ? 0 : Math.round(Math.log(zoom) * 8)
    if (step === far) return
    far = step
    cy.batch(() => {
      cy.nodes('.vpc, .account, .family-outside').forEach((node) => {
        const box = boxes.get(node.id())
        if (!box) return
        node.toggleClass('far', step !== 0)
        if (step === 0) return
        const size =
          box.role === 'thing'
            ? 11 / zoom
            : Math.min(
                13 / zoom,
                (box.width * 1.5) / Math.max(8, box.title.length),
                box.role === 'account' ? 52 : Infinity,
              )
        node.data({ far: size, under: size * 1.4 })
      })
    })
  }
  cy.on('zoom', labelFar)
  cy.on('dragpan scrollzoom pinchzoom', () => events.moved())
  const motion = (): number => (isCalm.matches ? 0 : 350)
  const stopAnimation = (): void => {
    if (animation !== undefined) clearInterval(animation)
    animation = undefined
  }
  return {
    draw: (picture) => {
      boxes = new Map(picture.boxes.map((box) => [box.id, box]))
      const wanted = elementsOf(picture)
      const next = new Map(wanted.map((each) => [each.data.id!, JSON.stringify(each)]))
      cy.batch(() => {
        cy.elements()
          .filter((each) => drawn.get(each.id()) !== next.get(each.id()))
          .remove()
        // An edge goes with its nodes.
        cy.add(wanted.filter(({ data }) => cy.getElementById(data.id!).empty()))
      })
      drawn = next
      far = -1
      labelFar()
    },
    theme: (name) => {
      theme = name
      cy.style(canvasStyle(theme))
    },
    presence: (marks) => {
      cy.batch(() => {
        cy.nodes('.is-new, .is-gone, .is-absent').removeClass('is-new is-gone is-absent')
        if (marks.size === 0) return
        cy.nodes().forEach((node) => {
          const mark = marks.get(node.id().replace(/^(?:title|about) /, ''))
          if (mark) node.addClass(`is-${mark}`)
        })
      })
    },
    mark: (from, to) => {
      cy.nodes('.from, .to').removeClass('from to')
      if (from !== undefined) cy.getElementById(from).addClass('from')
      if (to !== undefined) cy.getElementById(to).addClass('to')
    },
    light: (lit) => {
      cy.batch(() => {
        cy.elements().removeClass('away lit')
        if (lit.size === 0) return
        const around = new Set<string>(lit)
        for (const id of lit)
          for (let at = boxes.get(id)?.parent; at !== undefined; at = boxes.get(at)?.parent) around.add(at)
        cy.nodes().forEach((node) => {
          const box = boxOf(node.id())
          if (!box) return
          if (lit.has(box.id)) node.addClass('lit')
          else if (!around.has(box.id) && FADING.has(box.role)) node.addClass('away')
        })
        cy.edges().not('.path').addClass('away')
      })
    },
    path: (steps) => {
      stopAnimation()
      cy.batch(() => {
        cy.edges('.path').remove()
        cy.add(
          steps
            .filter(({ from, to }) => areApart(boxes.get(from), boxes.get(to)))
            .map(({ from, to, leg, number }, index) => ({
              group: 'edges' as const,
              data: { id: `path ${index}`, source: from, target: to, number },
              classes: `path ${leg}${areNear(boxes.get(from)!, boxes.get(to)!) ? ' near' : ''}`,
            })),
        )
      })
      const edges = cy.edges('.path')
      if (edges.empty() || isCalm.matches) return
      let offset = 0
      animation = setInterval(() => {
        offset -= 2
        edges.style('line-dash-offset', offset)
        if (offset < -400) stopAnimation()
      }, 40)
    },
    show: (ids) => {
      const found = cy
        .collection()
        .union(ids.map((id) => cy.getElementById(id)).reduce((a, b) => a.union(b), cy.collection()))
      if (found.empty()) return
      const { w, h } = found.boundingBox()
      const zoom = Math.min(1.3, (cy.width() - 120) / w, (cy.height() - 140) / h)
      cy.stop().animate({ zoom, center: { eles: found } }, { duration: motion() })
    },
    showAll: () => {
      cy.stop().animate({ fit: { eles: cy.nodes(), padding: 30 } }, { duration: motion() })
    },
    zoomBy: (factor) => {
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })
      events.moved()
    },
    panBy: (x, y) => {
      cy.panBy({ x, y })
      events.moved()
    },
    png: () =>
      cy.png({
        output: 'blob',
        full: true,
        maxWidth: 6000,
        maxHeight: 6000,
        bg: getComputedStyle(document.body).backgroundColor,
      }),
    camera: () => {
      const { x1, y1, w, h } = cy.extent()
      return [x1 + w / 2, y1 + h / 2].map(Math.round).join() + `,${cy.zoom().toPrecision(3)}`
    },
    look: (camera) => {
      const [x, y, zoom, ...more] = camera.split(',').map(Number)
      if (x === undefined || y === undefined || zoom === undefined || more.length > 0) return
      if (![x, y, zoom].every(Number.isFinite) || zoom <= 0) return
      cy.stop().zoom(zoom)
      const level = cy.zoom()
      cy.pan({ x: cy.width() / 2 - x * level, y: cy.height() / 2 - y * level })
    },
    size: () => cy.elements().length,
    resized: () => {
      cy.resize()
    },
  }
}

/** A line between boxes that touch cannot be seen. */
const areApart = (a: Box | undefined, b: Box | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  (a.x > b.x + b.width || b.x > a.x + a.width || a.y > b.y + b.height || b.y > a.y + a.height)

/** A curve needs room. */
const areNear = (a: Box, b: Box): boolean =>
  Math.max(a.x - b.x - b.width, b.x - a.x - a.width, a.y - b.y - b.height, b.y - a.y - a.height) < 40

const FAR = 0.34

const FADING: ReadonlySet<string> = new Set(['lot', 'subnet', 'tier', 'thing', 'more'])

/** Each box a node; what encloses others has nodes for its title, which opens and closes it, and for the line below. */
const elementsOf = ({ boxes, lines }: Picture): cytoscape.ElementDefinition[] => [
  ...boxes.flatMap((box, order): cytoscape.ElementDefinition[] => {
    const { id, role, x, y, width, height, tier, kind, isOpen, count = 1 } = box
    const title = harmless(box.title)
    const detail = harmless(box.detail ?? '')
    const classes = [
      role,
      ...(tier ? [`tier-${tier}`] : []),
      ...(kind ? [`kind-${kind}`, `family-${KINDS[kind].family}`] : []),
    ]
    const isTitled = TITLED.has(role)
    const small = role === 'thing' && width < 60
    const label = isTitled
      ? ''
      : role === 'lot'
        ? `${cut(title, 17)}${count > 1 ? ` ×${count}` : ''}\n${count > 1 ? KINDS[kind!].words : cut(detail, 22)}`
        : small
          ? cut(title, 18)
          : detail === ''
            ? cut(title, 22)
            : role === 'tier'
              ? `${title}\n${detail}`
              : `${cut(title, 19)}\n${cut(detail, 22)}`
    const node: cytoscape.ElementDefinition = {
      group: 'nodes',
      data: {
        id,
        label,
        ...(role === 'vpc' || role === 'account' || role === 'thing'
          ? { name: cut(title, 40), far: 12, under: 16, open: isOpen === true }
          : {}),
        z: DEPTHS[role] * 10 + Math.min(9, order / 1e6),
        width: role === 'lot' ? 32 : width,
        height: role === 'lot' ? 32 : height,
      },
      position: role === 'lot' ? { x: x + width / 2, y: y + 22 } : { x: x + width / 2, y: y + height / 2 },
      classes: [...classes, ...(small ? ['small'] : [])].join(' '),
    }
    if (!isTitled) return [node]
    const room = Math.floor(((role === 'vpc' ? Math.min(width, HEAD) : width) - 34) / 7)
    const marked = isOpen === undefined ? '' : isOpen ? '▾ ' : '▸ '
    const words = `${marked}${cut(title, room)}`
    const wide = Math.min(width - 12, widthOf(words, role === 'subnet' ? 11.5 : 12.5))
    return [
      node,
      {
        group: 'nodes',
        data: { id: `title ${id}`, label: words, z: DEPTHS[role] * 10 + 5, width: wide, height: 18 },
        position: { x: x + 8 + wide / 2, y: y + 15 },
        classes: [...classes, 'title', ...(isOpen === undefined ? ['fixed'] : [])].join(' '),
      },
      ...(detail === '' || role === 'region'
        ? []
        : [
            {
              group: 'nodes' as const,
              data: {
                id: `about ${id}`,
                label: cut(detail, Math.floor(((role === 'vpc' ? Math.min(width, HEAD) : width) - 20) / 5.4)),
                z: DEPTHS[role] * 10 + 5,
                width: 1,
                height: 1,
              },
              position: { x: x + 10, y: y + 32 },
              classes: [...classes, 'about'].join(' '),
            },
          ]),
    ]
  }),
  ...lines.map((line): cytoscape.ElementDefinition => {
    const [from, to] = [line.from, line.to].map((id) => boxes.find((box) => box.id === id)!)
    const middle = ({ x, y, width, height, role }: Box) =>
      role === 'lot' ? { x: x + width / 2, y: y + 22 } : { x: x + width / 2, y: y + height / 2 }
    const [a, b] = [middle(from!), middle(to!)]
    const verdict = line.flow?.verdict
    return {
      group: 'edges',
      data: {
        id: line.id,
        source: line.from,
        target: line.to,
        label: harmless(lineLabel(line)),
        bow: -line.bow,
        start: `${line.start.x - a.x}px ${line.start.y - a.y}px`,
        end: `${line.end.x - b.x}px ${line.end.y - b.y}px`,
        words: harmless(
          line.flow
            ? `${(line.flow.breaks ?? []).map((title) => `▲ ${title}\n`).join('')}${from!.title} → ${to!.title}: ${line.flow.verdict}${line.count > 1 ? `, ${line.count} pairs of tiers` : `, ${line.flow.pairs} pairs\n${line.flow.packets.join('\n')}`}`
            : `${from!.title} – ${to!.title}${line.count > 1 ? `, ${line.count} attachments` : ''}`,
        ),
      },
      classes: [
        line.role,
        ...(verdict ? [`is-${verdict}`] : []),
        ...(line.flow?.breaks ? ['breaks'] : []),
        ...(line.flow?.change ? [`change-${line.flow.change}`] : []),
        ...(line.to === 'aws-services' ? ['to-services'] : []),
        ...(line.from === 'internet' || line.to === 'internet' ? ['by-internet'] : []),
      ].join(' '),
    }
  }),
]

/** Of a bold title, in the page's own font. */
const widthOf = (words: string, size: number): number => {
  ruler.font = `700 ${size}px ${FONT}`
  return ruler.measureText(words).width + 4
}

const ruler = document.createElement('canvas').getContext('2d')!

const TITLED: ReadonlySet<Box['role']> = new Set<Box['role']>(['account', 'region', 'vpc', 'zone', 'subnet'])

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

const cut = (words: string, most: number): string => {
  const all = Array.from(words)
  return all.length <= most ? words : `${all.slice(0, Math.max(1, most - 1)).join('')}…`
}
