/** The colours and shapes of the palette as a stylesheet of cytoscape. */
import type cytoscape from 'cytoscape'
import { KINDS, type ThingKind } from '../../src/scene/kinds.ts'
import { type BoxColours, type Palette, PALETTES, type ThemeName } from '../../src/scene/palette.ts'
import { TEXT } from '../../src/scene/sizes.ts'
import { FONT } from './canvas-font.ts'
import { lineStyles, pathStyles } from './canvas-line-style.ts'

type Sheet = cytoscape.StylesheetJson

export const canvasStyle = (theme: ThemeName): Sheet => {
  const palette = PALETTES[theme]
  return [
    ...boxes(palette),
    ...titles(palette),
    ...glyphs(palette),
    ...far(palette),
    ...lineStyles(palette),
    unread,
    ...presence(palette),
    ...states(palette),
    ...pathStyles(palette),
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
      'font-size': TEXT.detail,
      'min-zoomed-font-size': 5,
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
      'font-size': TEXT.detail,
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
      'font-size': TEXT.title,
      'min-zoomed-font-size': 6,
      'text-wrap': 'none',
      ...behind(palette.page),
      events: 'yes',
    },
  },
  { selector: '.title.subnet', style: { 'font-size': TEXT.subnet } },
  { selector: '.title.zone', style: { 'font-weight': 400, 'font-size': TEXT.zone } },
  { selector: '.title.fixed', style: { events: 'no' } },
  ...(['account', 'region', 'vpc'] as const).flatMap((role) => wordsOn(`.${role}`, palette.box[role].fill)),
  ...wordsOn('.zone', palette.box.vpc.fill),
  ...Object.entries(palette.tier).flatMap(([tier, { fill }]) => wordsOn(`.subnet.tier-${tier}`, fill)),
  {
    selector: '.about',
    style: {
      'background-opacity': 0,
      'border-width': 0,
      color: palette.quiet,
      'text-valign': 'center',
      'text-halign': 'right',
      'font-size': TEXT.detail,
      'text-wrap': 'none',
      ...behind(palette.page),
      events: 'no',
    },
  },
]

const wordsOn = (selector: string, fill: string) =>
  ['.title', '.about'].map((words) => ({ selector: `${words}${selector}`, style: { 'text-background-color': fill } }))

/** Lines pass behind words. */
const behind = (fill: string) => ({
  'text-background-color': fill,
  'text-background-opacity': 0.85,
  'text-background-padding': 1,
})

/** Too small to read, of whatever it is. */
const unread = { selector: '.unread', style: { label: '', 'source-label': '' } }

const far = (palette: Palette) => [
  {
    selector: '.far[far]',
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
  { selector: '.far.title, .far.about, .vpc.far[?open]', style: { label: '' } },
  {
    selector: '.far-title',
    style: { 'background-opacity': 0, 'border-width': 0, events: 'no', color: palette.box.vpc.text, label: '' },
  },
  { selector: '.far-title.far', style: { label: 'data(name)', 'text-valign': 'bottom' } },
  { selector: '.far.vpc[!open]', style: { 'z-index': 95, 'background-opacity': 0.35 } },
  { selector: '.thing.far', style: { 'text-margin-x': 0, 'background-image': 'none' } },
  {
    selector: '.account.far[?open]',
    style: { 'text-valign': 'top', 'text-margin-y': 'data(under)' },
  },
  {
    selector: '.account.far[?open]',
    style: { 'z-index': 94, 'background-opacity': 0 },
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
      'text-max-width': 116,
      'font-size': TEXT.lot,
    },
  },
  {
    selector: '.thing',
    style: {
      'background-color': palette.page,
      'border-width': 1.5,
      'font-size': TEXT.detail,
      color: palette.text,
      'text-valign': 'center',
      'text-halign': 'center',
      'text-margin-x': 18,
      'text-max-width': 170,
    },
  },
  { selector: '.family-outside', style: { 'font-size': TEXT.title, 'font-weight': 700 } },
  {
    selector: '.thing.small',
    style: {
      'font-size': TEXT.edge,
      'font-weight': 400,
      'text-valign': 'bottom',
      'text-margin-x': 0,
      'text-margin-y': 3,
      'line-height': 1.1,
      color: palette.quiet,
      ...behind(palette.page),
    },
  },
  ...(Object.keys(KINDS) as ThingKind[]).map((kind) => {
    const colour = palette.family[KINDS[kind].family]
    return {
      selector: `.kind-${kind}`,
      style: {
        'border-color': colour,
        'background-image': imageOf(kind, colour),
        'background-width': 28,
        'background-height': 28,
        'background-clip': 'none',
      },
    }
  }),
  { selector: '.apart', style: { 'background-position-x': 10, 'background-position-y': '50%' } },
]

const imageOf = (kind: ThingKind, colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 24 24"><path d="${KINDS[kind].glyph}" fill="none" stroke="${colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  )}`

const presence = (palette: Palette) => [
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
]
