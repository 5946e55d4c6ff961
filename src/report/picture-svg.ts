/** A picture as SVG, by itself: for documents, and for what a browser exports of the page. Text of others is text in it and nothing else. */
import { harmless } from '../analysis/harmless.ts'
import { KINDS } from '../scene/kinds.ts'
import { labelPoint, middleOf, pointsOf, straight } from '../scene/curves.ts'
import { labelSize } from '../scene/labels.ts'
import { legendOf, type LineLook, lineLook, pathLook } from '../scene/line-look.ts'
import { lineLabel } from '../scene/lines.ts'
import { type BoxColours, type Palette, PALETTES, type ThemeName } from '../scene/palette.ts'
import type { Box, Line, PathStep, Picture } from '../scene/picture.ts'
import { GLYPH, TEXT } from '../scene/sizes.ts'

export interface SvgOptions {
  readonly theme?: ThemeName
  readonly title: string
  /** The way of a packet. */
  readonly path?: readonly PathStep[]
}

export const pictureSvg = (picture: Picture, { theme = 'light', title, path = [] }: SvgOptions): string => {
  const palette = PALETTES[theme]
  const { bounds } = picture
  const legend = legendSvg(picture, palette, path)
  const [x, y] = [bounds.x - MARGIN, bounds.y - MARGIN]
  const [width, height] = [bounds.width + 2 * MARGIN, bounds.height + 2 * MARGIN + legend.length * LEGEND_LINE]
  const view = [x, y, width, height].map(number)
  const under = picture.boxes.filter(({ role }) => UNDER_LINES.has(role))
  const over = picture.boxes.filter(({ role }) => !UNDER_LINES.has(role))
  const attachments = picture.lines.filter(({ role }) => role === 'attachment')
  const flows = picture.lines.filter(({ role }) => role === 'flow')
  const inVpcs = under.filter(({ role }) => role !== 'account' && role !== 'region')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(' ')}" width="${view[2]}" height="${view[3]}" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="${attribute(title)}">`,
    `<title>${text(title)}</title>`,
    `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${palette.page}"/>`,
    ...under.filter((box) => !inVpcs.includes(box)).map((box) => shapeSvg(box, palette)),
    // What joins VPCs runs behind those that it has nothing to do with.
    ...attachments.map((line) => lineSvg(line, palette)),
    ...inVpcs.map((box) => shapeSvg(box, palette)),
    ...flows.map((line) => lineSvg(line, palette)),
    ...under.map((box) => wordsSvg(box, palette)),
    ...over.map((box) => leafSvg(box, palette)),
    ...picture.lines.map((line) => labelSvg(line, palette)),
    ...pathSvg(picture, path, palette),
    ...legend.map((line, index) => line(bounds.x, bounds.y + bounds.height + MARGIN + LEGEND_LINE * (index + 0.5))),
    '</svg>',
  ]
    .filter((each) => each !== '')
    .map((line) => `${line}\n`)
    .join('')
}

const MARGIN = 40
const LEGEND_LINE = 22

/** What encloses others: flows run over it, and behind its words. */
const UNDER_LINES: ReadonlySet<Box['role']> = new Set<Box['role']>([
  'account',
  'region',
  'vpc',
  'band',
  'zone',
  'subnet',
])

const lookOf = ({ tier, role }: Box, palette: Palette): BoxColours =>
  tier && role !== 'lot' ? palette.tier[tier] : palette.box[role]

const shapeSvg = (box: Box, palette: Palette): string => {
  const { role, x, y, width, height } = box
  const look = lookOf(box, palette)
  if (role !== 'band') return rectangle(box, look, role)
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="${look.fill}" opacity="0.55"/>`
}

const wordsSvg = (box: Box, palette: Palette): string => {
  const { role, x, y, width, title, detail = '', room = width } = box
  const look = lookOf(box, palette)
  // Around the letters, so that lines pass behind them.
  const halo = ` stroke="${look.fill === 'transparent' ? palette.box.vpc.fill : look.fill}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
  const line = (at: number, size: number, words: string, colour: string, more = ''): string =>
    words === ''
      ? ''
      : `<text x="${number(x + 11)}" y="${number(y + at)}" font-size="${size}" fill="${colour}"${halo}${more}>${text(fit(words, room - 20, size))}</text>`
  switch (role) {
    case 'account':
    case 'vpc':
    case 'region':
    case 'subnet':
      return [
        line(22, role === 'subnet' ? TEXT.subnet : TEXT.title, title, look.text, BOLD),
        role === 'region' ? '' : line(40, TEXT.detail, detail, palette.quiet),
      ].join('')
    case 'zone':
      return line(20, TEXT.zone, title, look.text)
    default:
      return ''
  }
}

const BOLD = ' font-weight="bold"'

const leafSvg = (box: Box, palette: Palette): string => {
  const { role, x, y, width, title, detail = '', kind, count = 1 } = box
  const look = lookOf(box, palette)
  const centred = (at: number, size: number, words: string, colour: string, more = ''): string =>
    words === ''
      ? ''
      : `<text x="${number(x + width / 2)}" y="${number(y + at)}" font-size="${size}" text-anchor="middle" fill="${colour}"${more}>${text(fit(words, width - 6, size))}</text>`
  switch (role) {
    case 'tier':
      return [
        rectangle(box, look, role, 22),
        centred(20, TEXT.tier, title, look.text, BOLD),
        centred(36, TEXT.detail - 1, detail, palette.quiet),
      ].join('')
    case 'more':
      return [
        rectangle(inner(box), look, role),
        centred(38, TEXT.tier, title, look.text),
        centred(54, TEXT.detail - 1, detail, palette.quiet),
      ].join('')
    case 'lot':
      return [
        glyph(kind, x + width / 2, y + GLYPH.middle, GLYPH.size, palette),
        ...(count > 1 ? [badge(x + width / 2 + 22, y + 9, `×${count}`, palette)] : []),
        centred(56, TEXT.lot, title, palette.text),
        centred(71, TEXT.lot - 1, detail, palette.quiet),
      ].join('')
    default:
      return box.words === undefined ? thingSvg(box, palette) : edgeSvg(box, box.words, palette)
  }
}

/** On the edge of a VPC: its glyph, and below what it is. */
const edgeSvg = ({ kind, x, y, width, height }: Box, words: string, palette: Palette): string => {
  const halo = ` stroke="${palette.page}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
  return [
    glyph(kind, x + width / 2, y + height / 2, width, palette),
    ...words
      .split('\n')
      .map(
        (line, index) =>
          `<text x="${number(x + width / 2)}" y="${number(y + height + 12 * (index + 1))}" font-size="${TEXT.edge}" text-anchor="middle" fill="${palette.quiet}"${halo}>${text(line)}</text>`,
      ),
  ].join('')
}

const thingSvg = (box: Box, palette: Palette): string => {
  const { kind, x, y, width, height, title, detail = '' } = box
  const family = kind === undefined ? 'plain' : KINDS[kind].family
  const lines = [title, ...detail.split('\n').filter((line) => line !== '')]
  const first = y + height / 2 + 5 - (lines.length - 1) * 8
  return [
    rectangle(box, { ...palette.box.thing, border: palette.family[family] }, 'thing', 8),
    glyph(kind, x + 28, y + height / 2, 32, palette),
    ...lines.map((line, index) => {
      const [size, colour, more] =
        index === 0 ? [TEXT.tier, palette.text, BOLD] : ([TEXT.detail - 1, palette.quiet, ''] as const)
      return `<text x="${number(x + 52)}" y="${number(first + 16 * index)}" font-size="${size}" fill="${colour}"${more}>${text(fit(line, width - 58, size))}</text>`
    }),
  ].join('')
}

const inner = (box: Box): Box => ({
  ...box,
  x: box.x + 6,
  y: box.y + 6,
  width: box.width - 12,
  height: box.height - 18,
})

const rectangle = ({ x, y, width, height }: Box, look: BoxColours, role: Box['role'], radius = 4): string => {
  const dash = role === 'zone' || role === 'region' ? ' stroke-dasharray="6 4"' : ''
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" rx="${radius}" fill="${look.fill === 'transparent' ? 'none' : look.fill}" stroke="${look.border}" stroke-width="${role === 'vpc' ? 2 : 1.2}"${dash}/>`
}

/** In a square with the colour of its family. */
const glyph = (kind: Box['kind'], x: number, y: number, size: number, palette: Palette): string => {
  if (kind === undefined) return ''
  const { family, glyph: path } = KINDS[kind]
  const colour = palette.family[family]
  const scale = (size - 6) / 24
  const at = `${number(x - 12 * scale)} ${number(y - 12 * scale)}`
  return `<rect x="${number(x - size / 2)}" y="${number(y - size / 2)}" width="${number(size)}" height="${number(size)}" rx="5" fill="${palette.page}" stroke="${colour}" stroke-width="1.5"/><path transform="translate(${at}) scale(${number(scale)})" d="${path}" fill="none" stroke="${colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>`
}

const badge = (x: number, y: number, words: string, palette: Palette): string => {
  const width = 10 + 6.5 * words.length
  return `<rect x="${number(x - width / 2)}" y="${number(y - 8)}" width="${number(width)}" height="16" rx="8" fill="${palette.text}"/><text x="${number(x)}" y="${number(y + 4)}" font-size="10.5" font-weight="bold" text-anchor="middle" fill="${palette.page}">${text(words)}</text>`
}

const lineSvg = (line: Line, palette: Palette): string => {
  const { start, control, end } = pointsOf(line)
  const { colour, width, dashes, diamond } = lineLook(line, palette)
  const path = `<path d="M${point(start)} Q${point(control)} ${point(end)}" fill="none" stroke="${colour}" stroke-width="${width}"${dashArray(dashes)}/>`
  if (line.role === 'attachment') return path
  return [
    path,
    arrow(control, end, colour),
    line.isBothWays === true ? arrow(control, start, colour) : '',
    diamond === undefined
      ? ''
      : `<path d="M0 -6 L6 0 L0 6 L-6 0 Z" fill="${diamond}" transform="translate(${point(middleOf(line))})"/>`,
  ].join('')
}

/** An attribute, with the space before it. */
const dashArray = (dashes: LineLook['dashes']): string =>
  dashes.length === 0 ? '' : ` stroke-dasharray="${dashes.join(' ')}"`

const arrow = (from: { x: number; y: number }, to: { x: number; y: number }, colour: string): string => {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI
  return `<path d="M0 0 L-9 -4.5 L-9 4.5 Z" fill="${colour}" transform="translate(${point(to)}) rotate(${number(angle)})"/>`
}

const labelSvg = (line: Line, palette: Palette): string => {
  const words = lineLabel(line)
  if (words === '') return ''
  const { x, y } = labelPoint(line)
  const { width, height } = labelSize(words)
  const { text: colour, isBold } = lineLook(line, palette)
  return `<rect x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${height}" rx="3" fill="${palette.page}" opacity="0.92"/><text x="${number(x)}" y="${number(y + 4)}" font-size="${TEXT.line}" text-anchor="middle" fill="${colour}"${isBold ? BOLD : ''}>${text(words)}</text>`
}

/** One line for each thing to tell; each is given its place. */
const legendSvg = (
  picture: Picture,
  palette: Palette,
  path: readonly PathStep[],
): readonly ((x: number, y: number) => string)[] =>
  legendOf(picture, palette, 'document', path).map(({ words, look }) => (x, y) => {
    const sample = look
      ? `<path d="M${point({ x, y })} L${point({ x: x + 30, y })}" stroke="${look.colour}" stroke-width="${look.width}"${dashArray(look.dashes)}/>`
      : ''
    return `${sample}<text x="${number(x + (look ? 40 : 0))}" y="${number(y + 4)}" font-size="${TEXT.detail}" fill="${palette.text}">${text(words)}</text>`
  })

const pathSvg = (picture: Picture, path: readonly PathStep[], palette: Palette): readonly string[] => {
  const boxes = new Map(picture.boxes.map((box) => [box.id, box]))
  return path.flatMap((step): readonly string[] => {
    const { from, to, number: words } = step
    const [a, b] = [boxes.get(from), boxes.get(to)]
    if (!a || !b) return []
    const [start, end] = straight(faceOf(a), faceOf(b))
    const way = { id: '', role: 'flow', from, to, start, end, bow: 18, count: 1 } as const
    const { control } = pointsOf(way)
    const { x, y } = middleOf(way)
    const { colour, width, dashes } = pathLook(step, palette)
    const half = 5 + 4 * Array.from(words).length
    return [
      `<path d="M${point(start)} Q${point(control)} ${point(end)}" fill="none" stroke="${colour}" stroke-width="${width}"${dashArray(dashes)}/>${arrow(control, end, colour)}`,
      words === ''
        ? ''
        : `<rect x="${number(x - half)}" y="${number(y - 9)}" width="${number(2 * half)}" height="18" rx="9" fill="${palette.page}" stroke="${colour}"/><text x="${number(x)}" y="${number(y + 4)}" font-size="${TEXT.line}" text-anchor="middle" fill="${palette.text}"${BOLD}>${text(words)}</text>`,
    ]
  })
}

/** What of a box a line leads to: of an interface its glyph. */
const faceOf = (box: Box): Box =>
  box.role === 'lot'
    ? {
        ...box,
        x: box.x + (box.width - GLYPH.size) / 2,
        y: box.y + GLYPH.middle - GLYPH.size / 2,
        width: GLYPH.size,
        height: GLYPH.size,
      }
    : box

const point = ({ x, y }: { readonly x: number; readonly y: number }): string => `${number(x)} ${number(y)}`

const number = (value: number): string => String(Math.round(value * 10) / 10)

/** As much of a text as there is room for. */
const fit = (words: string, width: number, size: number): string => {
  const most = Math.max(4, Math.floor(width / (size * 0.54)))
  const all = Array.from(words)
  return all.length <= most ? words : `${all.slice(0, most - 1).join('')}…`
}

const text = (words: string): string =>
  harmless(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const attribute = (words: string): string => text(words).replaceAll('"', '&quot;')
