/** How lines look in cytoscape: flows and attachments as in any picture, and the way of a packet. */
import { type Flow, FLOWS, lineLook, type LineLook, PATH_STEPS, pathLook } from '../../src/scene/line-look.ts'
import type { Palette } from '../../src/scene/palette.ts'
import { TEXT } from '../../src/scene/sizes.ts'
import { FONT } from './canvas-font.ts'

export const lineStyles = (palette: Palette) => [
  {
    selector: 'edge',
    style: {
      width: 1.8,
      'curve-style': 'unbundled-bezier',
      'z-index': 73,
      'z-index-compare': 'manual',
      'font-family': FONT,
      'font-size': TEXT.line,
      'min-zoomed-font-size': 6,
      'text-background-color': palette.page,
      'text-background-opacity': 0.92,
      'text-background-padding': 2,
      'text-background-shape': 'round-rectangle',
      'arrow-scale': 0.9,
      'overlay-opacity': 0,
    },
  },
  {
    selector: '.flow, .attachment',
    style: {
      'control-point-distances': 'data(bow)',
      'control-point-weights': 0.5,
      'edge-distances': 'endpoints',
      'source-endpoint': 'data(start)',
      'target-endpoint': 'data(end)',
    },
  },
  {
    // What joins VPCs runs between them, and behind those that it has nothing to do with.
    selector: '.attachment',
    style: { ...lookStyle(lineLook({ role: 'attachment' }, palette)), label: 'data(label)', 'z-index': 25 },
  },
  {
    selector: '.flow',
    style: { 'source-label': 'data(label)', 'source-text-offset': 'data(at)' },
  },
  ...FLOWS.map((flow) => ({
    selector: `.flow${classesOf(flow)}`,
    style: { ...flowStyle(flow, palette), 'target-arrow-shape': arrowOf(flow) },
  })),
  ...FLOWS.map((flow) => ({
    selector: `.flow.breaks${classesOf(flow)}`,
    style: { ...flowStyle({ ...flow, breaks: [] }, palette), 'z-index': 74 },
  })),
  ...FLOWS.map((flow) => ({
    selector: `.flow.both${classesOf(flow)}`,
    style: { 'source-arrow-shape': arrowOf(flow) },
  })),
  ...(['opened', 'closed', 'same'] as const).flatMap((change) =>
    FLOWS.map((flow) => ({
      selector: `.flow.change-${change}${classesOf(flow)}`,
      style: { ...flowStyle({ ...flow, change }, palette), ...(change !== 'same' && { 'z-index': 75 }) },
    })),
  ),
  farLines,
]

/** As `canvas-elements.ts` gives them. */
const classesOf = ({ verdict, byNatOrEndpoint }: Flow): string =>
  `.is-${verdict}${byNatOrEndpoint ? '.by-nat-or-endpoint' : ''}`

const arrowOf = ({ verdict }: Flow): string => (verdict === 'one-way' ? 'vee' : 'triangle')

const flowStyle = (flow: Flow, palette: Palette) =>
  lookStyle(lineLook({ role: 'flow', flow: { from: '', to: '', packets: [], pairs: '', ...flow } }, palette))

const lookStyle = ({ colour, text, width, dashes, isBold, diamond }: LineLook) => ({
  'line-color': colour,
  'target-arrow-color': colour,
  'source-arrow-color': colour,
  color: text,
  width,
  ...(dashes.length === 0 ? { 'line-style': 'solid' } : { 'line-style': 'dashed', 'line-dash-pattern': dashes }),
  ...(isBold && { 'font-weight': 700 }),
  // Where labels are too small to be drawn, colour would be all that tells it.
  ...(diamond !== undefined && { 'mid-target-arrow-shape': 'diamond', 'mid-target-arrow-color': diamond }),
})

/** From far lines are as wide on the screen as they are near, and diamonds as large. */
const farLines = { selector: '.flow.far[wide]', style: { width: 'data(wide)' } }

export const pathStyles = (palette: Palette) => [
  {
    selector: '.path',
    style: {
      'curve-style': 'unbundled-bezier',
      'control-point-distances': -18,
      'control-point-weights': 0.5,
      'z-index': 200,
      // It lies over the boxes that it passes, and they are what people click.
      events: 'no',
      label: 'data(number)',
      'font-size': 12,
      'target-arrow-shape': 'triangle',
    },
  },
  { selector: '.path.near', style: { 'curve-style': 'straight' } },
  ...PATH_STEPS.map((step) => ({
    selector: `.path.${step.leg}${step.breaks ? '.breaks' : ''}`,
    style: lookStyle(pathLook(step, palette)),
  })),
  // What packets do is seen of dashes that run; lines that stand still have dashes for what is not simply reachable.
  { selector: '.path.moving', style: { 'line-style': 'dashed', 'line-dash-pattern': [12, 4] } },
  { selector: '.path.cut', style: { 'target-arrow-shape': 'tee' } },
]
