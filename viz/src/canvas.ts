/** The map itself: a picture drawn by cytoscape, which pans, zooms and tells what was clicked. Positions are those of the picture; nothing is
 *  laid out here. */
import cytoscape from 'cytoscape'
import type { Presence } from '../../src/report/map-scene.ts'
import { KINDS } from '../../src/scene/kinds.ts'
import type { Box, PathStep, Picture } from '../../src/scene/picture.ts'
import type { ThemeName } from '../../src/scene/palette.ts'
import { elementsOf, shortName } from './canvas-elements.ts'
import { canvasStyle } from './canvas-style.ts'

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
  resized(): void
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

/** `reserved` is the height at the bottom that something else stands in, in pixels. */
export const makeCanvas = (
  container: HTMLElement,
  events: CanvasEvents,
  { first, reserved }: { readonly first: ThemeName; readonly reserved: () => number },
): Canvas => {
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
      cy.nodes('[name]').forEach((node) => {
        node.toggleClass('far', step !== 0)
        const box = boxes.get((node.data('of') as string | undefined) ?? node.id())
        // Titles of their own give way.
        if (!box) return
        if (step === 0) return void node.removeClass('unread')
        const [name, size] = farName(box, zoom)
        // The name of a closed VPC stands over its tiers.
        const isBehind = box.role === 'tier' && boxes.get(box.parent ?? '')?.isOpen !== true
        node.toggleClass('unread', isBehind || size * zoom < SMALLEST)
        node.data({ name, far: size, under: size * 1.4 })
      })
      cy.nodes()
        .not('[name]')
        .toggleClass('unread', zoom < NOTHING_READ)
      cy.edges('.flow').forEach((edge) => {
        edge.toggleClass('far', step !== 0)
        edge.data('wide', (edge.is(MARKED) ? 1.3 : 0.9) / zoom)
      })
      cy.edges('.flow, .attachment').toggleClass('unread', step !== 0)
    })
  }
  cy.on('zoom', labelFar)
  cy.on('dragpan scrollzoom pinchzoom', () => events.moved())
  const motion = (): number => (isCalm.matches ? 0 : 350)
  const stopAnimation = (): void => {
    if (animation === undefined) return
    clearInterval(animation)
    animation = undefined
    cy.edges('.moving').removeClass('moving')
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
      cy.style(canvasStyle(name))
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
        cy.elements().removeClass('away')
        if (lit.size === 0) return
        const around = new Set<string>(lit)
        for (const id of lit)
          for (let at = boxes.get(id)?.parent; at !== undefined; at = boxes.get(at)?.parent) around.add(at)
        cy.nodes().forEach((node) => {
          const box = boxOf(node.id())
          if (box && !around.has(box.id) && FADING.has(box.role)) node.addClass('away')
        })
        // The flow that was asked about stays in sight beside its way.
        cy.edges()
          .not('.path')
          .forEach((edge) => {
            if (!lit.has(edge.source().id()) || !lit.has(edge.target().id())) edge.addClass('away')
          })
      })
    },
    path: (steps) => {
      stopAnimation()
      cy.batch(() => {
        cy.edges('.path').remove()
        cy.add(
          steps
            .filter(({ from, to }) => areApart(boxes.get(from), boxes.get(to)))
            .map(({ from, to, leg, number, breaks }, index) => ({
              group: 'edges' as const,
              data: { id: `path ${index}`, source: from, target: to, number },
              classes: [
                'path',
                leg,
                ...(breaks ? ['breaks'] : []),
                ...(areNear(boxes.get(from)!, boxes.get(to)!) && !isWalkedBack(steps, from, to) ? ['near'] : []),
              ].join(' '),
            })),
        )
      })
      const edges = cy.edges('.path').not('.cut')
      if (edges.empty() || isCalm.matches) return
      edges.addClass('moving')
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
      const { x1, y1, w, h } = cy.nodes().boundingBox({ includeLabels: false })
      const below = reserved()
      const [width, height] = [cy.width() - 2 * MARGIN, cy.height() - MARGIN - below]
      const zoom = Math.min(MOST_AT_ONCE, width / w, height / h)
      const pan = {
        x: MARGIN + (width - w * zoom) / 2 - x1 * zoom,
        y: MARGIN / 2 + (height - h * zoom) / 2 - y1 * zoom,
      }
      cy.stop().animate({ zoom, pan }, { duration: motion() })
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

/** One line there and another back would lie on each other if both were straight. */
const isWalkedBack = (steps: readonly PathStep[], from: string, to: string): boolean =>
  steps.some((step) => step.from === to && step.to === from)

/** A curve needs room. */
const areNear = (a: Box, b: Box): boolean =>
  Math.max(a.x - b.x - b.width, b.x - a.x - a.width, a.y - b.y - b.height, b.y - a.y - a.height) < 40

/** What is read from far, and its size: as large as on the screen elsewhere, where its box has room for it. A thing whose name is too long
 *  says at least what it is. */
const farName = (box: Box, zoom: number): readonly [string, number] => {
  const { role, width, kind } = box
  const name = shortName(box)
  const fits = (words: string, room: number): number => room / (0.66 * Math.max(5, words.length))
  if (role !== 'thing') return [name, Math.min(13 / zoom, fits(name, width * 0.95), role === 'account' ? 52 : Infinity)]
  if (kind === undefined || KINDS[kind].family === 'outside') return [name, 12 / zoom]
  const size = Math.min(12 / zoom, fits(name, width * 1.1))
  const { words } = KINDS[kind]
  return size * zoom >= SMALLEST ? [name, size] : [words, Math.min(10 / zoom, fits(words, width * 1.1))]
}

/** What is looked for. */
const MARKED = '.breaks, .change-opened, .change-closed'

/** Below this scale what stands in VPCs is noise. */
const NOTHING_READ = 0.33
/** Pixels of text that can be read. */
const SMALLEST = 7

/** Around a picture that is shown whole: names that are read from far stand out of their boxes. */
const MARGIN = 36
/** Small pictures are not blown up more than this. */
const MOST_AT_ONCE = 1.3

/** Below this scale titles are too small to read. */
const FAR = 0.42

const FADING: ReadonlySet<string> = new Set(['lot', 'subnet', 'tier', 'thing', 'more'])
