/** The colours and shapes of the palette as a stylesheet of cytoscape. */
import type cytoscape from 'cytoscape'
import { KINDS, type ThingKind } from '../../src/scene/kinds.ts'
import { type BoxColours, DASHES, type Palette, PALETTES, type ThemeName } from '../../src/scene/palette.ts'

type Sheet = cytoscape.StylesheetJson

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'

export const canvasStyle = (theme: ThemeName): Sheet => {
  const palette = PALETTES[theme]
  return [
    ...boxes(palette),
    ...titles(palette),
    ...glyphs(palette),
    ...far(palette),
    ...lines(palette),
    ...changes(palette),
    ...states(palette),
  ] as unknown as Sheet
}

const filled = ({ fill, border, text }: BoxColours) => ({
  'background-color': fill === 'transparent' ? '#000' : fill,
  'background-opacity': fill === 'transparent' ? 0 : 1,
  'border-color': border,
  color: text,
})

const boxes = (palette: Palette) => [
  {
    selector: 'node',
    style: {
      shape: 'round-rectangle',
      'corner-radius': 5,
      width: 'data(width)',
      height: 'data(height)',
      'z-index': 'data(z)',
      'z-index-compare': 'manual',
      'border-width': 1.2,
      label: 'data(label)',
      'font-family': FONT,
      'font-size': 10.5,
      'min-zoomed-font-size': 4,
      'text-wrap': 'wrap',
      'text-max-width': 400,
      'line-height': 1.25,
      'text-events': 'no',
      'overlay-opacity': 0,
    },
  },
  ...Object.entries(palette.box).map(([role, look]) => ({ selector: `.${role}`, style: filled(look) })),
  ...Object.entries(palette.tier).map(([tier, look]) => ({ selector: `.tier-${tier}`, style: filled(look) })),
  { selector: '.vpc', style: { 'border-width': 2 } },
  { selector: '.region, .zone', style: { 'border-style': 'dashed' } },
  { selector: '.zone', style: { events: 'no' } },
  { selector: '.band', style: { 'border-width': 0, 'background-opacity': 0.5, events: 'no' } },
  {
    selector: '.tier',
    style: {
      'corner-radius': 22,
      'text-valign': 'center',
      'text-halign': 'center',
      'font-size': 10.5,
    },
  },
  { selector: '.more', style: { 'text-valign': 'center', 'text-halign': 'center' } },
]

const titles = (palette: Palette) => [
  {
    selector: '.title',
    style: {
      'background-opacity': 0,
      'border-width': 0,
      'text-valign': 'center',
      'text-halign': 'center',
      'font-weight': 700,
      'font-size': 12.5,
      'text-wrap': 'none',
      events: 'yes',
    },
  },
  { selector: '.title.subnet', style: { 'font-size': 11.5 } },
  { selector: '.title.zone', style: { 'font-weight': 400, 'font-size': 11 } },
  { selector: '.title.fixed', style: { events: 'no' } },
  {
    selector: '.about',
    style: {
      'background-opacity': 0,
      'border-width': 0,
      color: palette.quiet,
      'text-valign': 'center',
      'text-halign': 'right',
      'font-size': 10.5,
      'text-wrap': 'none',
      events: 'no',
    },
  },
]

const far = (palette: Palette) => [
  {
    selector: '.far',
    style: {
      label: 'data(name)',
      'font-size': 'data(far)',
      'font-weight': 700,
      'text-valign': 'center',
      'text-halign': 'center',
      'text-wrap': 'none',
      'text-outline-width': 3,
      'text-outline-color': palette.page,
      'text-outline-opacity': 0.85,
      'min-zoomed-font-size': 0,
    },
  },
  { selector: '.far.title, .far.about', style: { label: '' } },
  { selector: '.far.vpc', style: { 'z-index': 95, 'background-opacity': 0.35 } },
  { selector: '.thing.far', style: { 'text-margin-x': 0, 'background-image': 'none' } },
  {
    selector: '.account.far[?open]',
    style: { 'z-index': 94, 'background-opacity': 0, 'text-valign': 'top', 'text-margin-y': 'data(under)' },
  },
]

const glyphs = (palette: Palette) => [
  {
    selector: '.lot',
    style: {
      'background-color': palette.page,
      'background-opacity': 1,
      color: palette.text,
      'border-width': 1.5,
      'text-valign': 'bottom',
      'text-halign': 'center',
      'text-margin-y': 3,
      'text-max-width': 104,
      'font-size': 10,
    },
  },
  {
    selector: '.thing',
    style: {
      'background-color': palette.page,
      'border-width': 1.5,
      'font-size': 11,
      color: palette.text,
      'text-valign': 'center',
      'text-halign': 'center',
      'text-margin-x': 16,
      'text-max-width': 116,
    },
  },
  {
    selector: '.thing.small',
    style: {
      'font-size': 9.5,
      'font-weight': 400,
      'text-valign': 'bottom',
      'text-margin-x': 0,
      'text-margin-y': 3,
      color: palette.quiet,
    },
  },
  ...(Object.keys(KINDS) as ThingKind[]).map((kind) => {
    const colour = palette.family[KINDS[kind].family]
    return {
      selector: `.kind-${kind}`,
      style: {
        'border-color': colour,
        'background-image': imageOf(kind, colour),
        'background-width': 26,
        'background-height': 26,
        'background-clip': 'none',
      },
    }
  }),
  { selector: '.thing[width >= 60]', style: { 'background-position-x': 10, 'background-position-y': '50%' } },
]

const imageOf = (kind: ThingKind, colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 24 24"><path d="${KINDS[kind].glyph}" fill="none" stroke="${colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  )}`

const lines = (palette: Palette) => [
  {
    selector: 'edge',
    style: {
      width: 1.8,
      'curve-style': 'unbundled-bezier',
      'z-index': 65,
      'z-index-compare': 'manual',
      'font-family': FONT,
      'font-size': 9.5,
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
      label: 'data(label)',
      'control-point-distances': 'data(bow)',
      'control-point-weights': 0.5,
      'edge-distances': 'endpoints',
      'source-endpoint': 'data(start)',
      'target-endpoint': 'data(end)',
    },
  },
  {
    selector: '.attachment',
    style: { 'line-color': palette.attachment, width: 1.5, color: palette.quiet },
  },
  ...Object.entries(palette.verdict).map(([verdict, colour]) => ({
    selector: `.flow.is-${verdict}`,
    style: {
      'line-color': colour,
      'target-arrow-color': colour,
      'target-arrow-shape': verdict === 'one-way' ? 'vee' : 'triangle',
      color: colour,
      ...(DASHES[verdict as keyof typeof DASHES].length === 0
        ? {}
        : { 'line-style': 'dashed', 'line-dash-pattern': DASHES[verdict as keyof typeof DASHES] }),
    },
  })),
  {
    selector: '.flow.breaks',
    style: {
      'line-color': palette.verdict.unreachable,
      'target-arrow-color': palette.verdict.unreachable,
      color: palette.verdict.unreachable,
      width: 2.8,
      // Where labels are too small to be drawn, colour would be all that tells it.
      'mid-target-arrow-shape': 'diamond',
      'mid-target-arrow-color': palette.verdict.unreachable,
      'font-weight': 700,
      'z-index': 80,
    },
  },
  { selector: '.flow.to-services', style: { label: '', 'target-label': 'data(label)', 'target-text-offset': 34 } },
  // In the middle those of both directions would stand upon each other.
  { selector: '.flow.by-internet', style: { label: '', 'source-label': 'data(label)', 'source-text-offset': 56 } },
]

const changes = (palette: Palette) => [
  {
    selector: '.flow.change-same',
    style: {
      'line-color': palette.attachment,
      'target-arrow-color': palette.attachment,
      color: palette.quiet,
      width: 1.2,
    },
  },
  ...(['opened', 'closed'] as const).map((change) => {
    const colour = palette.verdict[change === 'opened' ? 'reachable' : 'unreachable']
    return {
      selector: `.flow.change-${change}`,
      style: {
        'line-color': colour,
        'target-arrow-color': colour,
        color: colour,
        width: 3.5,
        'font-weight': 700,
        'z-index': 90,
        ...(change === 'closed' ? { 'line-style': 'dashed', 'line-dash-pattern': [4, 4] } : { 'line-style': 'solid' }),
      },
    }
  }),
  {
    selector: '.is-new',
    style: { 'border-color': palette.verdict.reachable, 'border-width': 3, 'border-style': 'double' },
  },
  {
    selector: '.is-gone, .is-absent',
    style: { opacity: 0.4, 'border-style': 'dotted' },
  },
  { selector: '.is-gone', style: { 'border-color': palette.verdict.unreachable, 'border-width': 3, opacity: 0.7 } },
  { selector: '.title, .about', style: { 'border-width': 0 } },
]

const states = (palette: Palette) => [
  {
    selector: 'node.from',
    style: {
      'outline-width': 4,
      'outline-color': palette.verdict.reachable,
      'outline-offset': 3,
      'outline-opacity': 1,
    },
  },
  {
    selector: 'node.to',
    style: { 'outline-width': 4, 'outline-color': palette.box.vpc.border, 'outline-offset': 3, 'outline-opacity': 1 },
  },
  { selector: 'node.away', style: { opacity: 0.35 } },
  { selector: 'edge.away', style: { opacity: 0.12 } },
  {
    selector: '.path',
    style: {
      'curve-style': 'unbundled-bezier',
      'control-point-distances': -18,
      'control-point-weights': 0.5,
      width: 4,
      'z-index': 200,
      label: 'data(number)',
      'font-size': 12,
      'font-weight': 700,
      'target-arrow-shape': 'triangle',
      'line-style': 'dashed',
      'line-dash-pattern': [12, 4],
      color: palette.text,
    },
  },
  { selector: '.path.near', style: { 'curve-style': 'straight' } },
  {
    selector: '.path.forward',
    style: { 'line-color': palette.verdict.reachable, 'target-arrow-color': palette.verdict.reachable },
  },
  {
    selector: '.path.return',
    style: {
      'line-color': palette.box.vpc.border,
      'target-arrow-color': palette.box.vpc.border,
      'line-dash-pattern': [3, 5],
      width: 3,
    },
  },
  {
    selector: '.path.cut',
    style: {
      'line-color': palette.verdict.unreachable,
      'target-arrow-color': palette.verdict.unreachable,
      'target-arrow-shape': 'tee',
    },
  },
]
