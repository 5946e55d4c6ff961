/** The estate on the map and in the tree beside it: what is open, what is chosen, what is lit. */
import { layout } from '../../src/scene/layout.ts'
import type { ThemeName } from '../../src/scene/palette.ts'
import type { Box, PathStep, Picture } from '../../src/scene/picture.ts'
import type { MapData } from '../../src/report/map-data.ts'
import { presenceAt, withPresence } from '../../src/report/map-scene.ts'
import type { Address } from './address.ts'
import { type Canvas, makeCanvas } from './canvas.ts'
import { announce, byId, h } from './dom.ts'
import { makeFlows } from './flows.ts'
import { legend } from './legend.ts'
import type { LookedAt } from './looked-at.ts'
import { canOpen, openBoxes } from './open-boxes.ts'
import { knownPlaces, type KnownPlaces } from './places.ts'
import { makeTree } from './tree.ts'

export interface EstateMap {
  readonly canvas: Canvas
  readonly places: KnownPlaces
  picture(): Picture
  /** The way that is lit. */
  path(): readonly PathStep[]
  draw(): void
  /** The whole picture, as it is while nobody moved it. */
  showAll(): void
  /** Asks for flows that are missing, and draws them when they come. */
  fetchFlows(): void
  theme(name: ThemeName): void
  /** Opens what these stand in, so that they can be seen. */
  reveal(chains: readonly (readonly string[])[]): void
  light(boxes: readonly string[], path: readonly PathStep[]): void
  toggle(id: string): void
  /** Opens or closes what is chosen, where it is not yet so. */
  toggleChosen(isOpen: boolean): void
}

interface MapEvents {
  readonly chosen: (box: Pick<Box, 'id' | 'role'>, isMore: boolean) => void
}

/** Milliseconds without a move after which the place is kept. */
const STILL_FOR = 250

export const makeEstateMap = (
  { snapshots }: MapData,
  looked: LookedAt,
  address: Address,
  { chosen }: MapEvents,
  theme: ThemeName,
): EstateMap => {
  let picture: Picture = {
    boxes: [],
    lines: [],
    leftOut: { breaking: 0, changed: 0, others: 0 },
    bounds: { x: 0, y: 0, width: 0, height: 0 },
  }
  let themeNow = theme
  let path: readonly PathStep[] = []
  let moving: ReturnType<typeof setTimeout> | undefined
  const places = knownPlaces(looked, () => picture)
  const boxes = openBoxes(looked, address)
  const flows = makeFlows(looked, address)
  const toggle = (id: string): void => {
    const isOpen = boxes.now().has(id)
    announce(`${places.titleOf(id)} ${isOpen ? 'closed' : 'opened'}`)
    address.go({ toggled: isOpen ? boxes.closing(id) : boxes.opening([id]) })
  }
  const canvas = makeCanvas(
    byId('canvas'),
    {
      chosen,
      toggled: ({ id }) => toggle(id),
      line: (id) => {
        const line = picture.lines.find((each) => each.id === id)
        if (line?.role === 'flow') address.go({ from: line.from, to: line.to, ask: 'reach', chosen: line.to })
      },
      nothing: () => {
        const { from, to, chosen: box, finding } = address.now()
        if (from + to + box + finding !== '') address.go({ from: '', to: '', chosen: '', ask: 'reach', finding: '' })
      },
      moved: () => {
        clearTimeout(moving)
        moving = setTimeout(() => address.keep({ camera: canvas.camera() }), STILL_FOR)
      },
      hover: showTip,
    },
    { first: theme, reserved: () => byId('legend').offsetHeight + 16 },
  )
  const tree = makeTree(byId('tree'), {
    chosen: (id, isMore) => {
      chosen(picture.boxes.find((each) => each.id === id) ?? { id, role: 'lot' }, isMore)
      canvas.show([id])
    },
    toggled: toggle,
  })
  const tellLines = (): void => byId('legend').replaceChildren(...legend(picture, path, themeNow))
  let drawn = ''
  const draw = (): void => {
    const { chosen: focus, from, to } = address.now()
    const open = boxes.now()
    const key = [flows.key(), [...open].join(), focus].join('|')
    if (key !== drawn) {
      drawn = key
      const scene = looked.scene()
      picture = layout(
        { ...scene, flows: flows.now(), isPartlyAsked: !scene.flows },
        open,
        focus === '' ? {} : { focus },
      )
      const presence = presenceAt(snapshots, looked.at())
      canvas.draw(withPresence(picture, presence))
      canvas.presence(presence)
      tellLines()
      tree.draw(scene, open, focus)
    }
    canvas.mark(places.shown(from), places.shown(to))
  }
  return {
    canvas,
    places,
    draw,
    toggle,
    showAll: () => {
      clearTimeout(moving)
      address.keep({ camera: '' })
      canvas.showAll()
    },
    picture: () => picture,
    path: () => path,
    fetchFlows: () => void flows.fetch(draw),
    theme: (name) => {
      themeNow = name
      canvas.theme(name)
      tellLines()
    },
    reveal: (chains) => {
      const closed = boxes.closedIn(chains)
      if (closed.length === 0) return
      address.keep({ toggled: boxes.opening(closed) })
      draw()
    },
    light: (lit, way) => {
      path = way
      draw()
      tellLines()
      canvas.light(new Set(lit))
      canvas.path(way)
    },
    toggleChosen: (isOpen) => {
      const { chosen: id } = address.now()
      if (canOpen(id) && boxes.now().has(id) !== isOpen) toggle(id)
    },
  }
}

const showTip = (words: string | undefined, { x, y }: { readonly x: number; readonly y: number }): void => {
  const tip = byId('tip')
  tip.hidden = words === undefined
  if (words === undefined) return
  tip.replaceChildren(h('span', {}, words))
  tip.style.left = `${Math.max(0, Math.min(x + 14, byId('stage').clientWidth - 330))}px`
  tip.style.top = `${y + 14}px`
}
