/** A picture as SVG, by itself: for documents, and for what a browser exports of the page. Text of others is text in it and nothing else. */
import { KINDS } from '../scene/kinds.ts'
import { HEAD } from '../scene/layout.ts'
import type { Box, Line, Picture } from '../scene/picture.ts'
import { lineLabel, labelPoint, pointsOf } from '../scene/lines.ts'
import { type BoxColours, DASHES, type Palette, PALETTES, type ThemeName } from '../scene/palette.ts'
import { harmless } from './style.ts'

export interface SvgOptions {
  readonly theme?: ThemeName
  readonly title: string
  /** The way of a packet, box by box. */
  readonly path?: readonly string[]
}

export const pictureSvg = (picture: Picture, { theme = 'light', title, path = [] }: SvgOptions): string => {
  const palette = PALETTES[theme]
  const { x, y, width, height } = picture.bounds
  const margin = 40
  const view = [x - margin, y - margin, width + 2 * margin, height + 2 * margin].map(number)
  const nested = (role: Box['role']): boolean => role === 'lot' || role === 'thing' || role === 'more'
  const under = picture.boxes.filter(({ role }) => !nested(role) && role !== 'subnet' && role !== 'tier')
  const over = picture.boxes.filter((box) => !under.includes(box))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(' ')}" width="${view[2]}" height="${view[3]}" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="${attribute(title)}">`,
    `<title>${text(title)}</title>`,
    `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${palette.page}"/>`,
    ...under.map((box) => boxSvg(box, palette)),
    ...picture.lines.map((line) => lineSvg(line, palette)),
    ...over.map((box) => boxSvg(box, palette)),
    ...picture.lines.map((line) => labelSvg(line, palette)),
    ...pathSvg(picture, path, palette),
    '</svg>',
  ]
    .filter((each) => each !== '')
    .map((line) => `${line}\n`)
    .join('')
}

const boxSvg = (box: Box, palette: Palette): string => {
  const { role, x, y, width, height, title, detail = '', kind, tier, count = 1 } = box
  const look = tier && role !== 'lot' ? palette.tier[tier] : palette.box[role]
  const label = (at: number, size: number, words: string, colour: string, more = ''): string =>
    words === ''
      ? ''
      : `<text x="${number(x + 12)}" y="${number(y + at)}" font-size="${size}" fill="${colour}"${more}>${text(fit(words, (role === 'vpc' ? Math.min(width, HEAD) : width) - 20, size))}</text>`
  const centred = (at: number, size: number, words: string, colour: string, more = ''): string =>
    words === ''
      ? ''
      : `<text x="${number(x + width / 2)}" y="${number(y + at)}" font-size="${size}" text-anchor="middle" fill="${colour}"${more}>${text(fit(words, Math.max(width - 6, role === 'thing' ? 120 : 0), size))}</text>`
  const bold = ' font-weight="bold"'
  switch (role) {
    case 'account':
    case 'region':
    case 'vpc':
    case 'subnet':
      return [
        rectangle(box, look, role),
        label(20, role === 'subnet' ? 12 : 13, title, look.text, bold),
        ...(role === 'region' ? [] : [label(36, 10.5, detail, palette.quiet)]),
      ].join('')
    case 'band':
      return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="${look.fill}" opacity="0.55"/>`
    case 'zone':
      return [rectangle(box, look, role), label(16, 11, title, look.text)].join('')
    case 'tier':
      return [
        rectangle(box, { ...look, fill: look.fill }, role, 22),
        centred(19, 13, title, look.text, bold),
        centred(34, 10, detail, palette.quiet),
      ].join('')
    case 'more':
      return [
        rectangle(inner(box), look, role),
        centred(36, 12, title, look.text),
        centred(52, 10, detail, palette.quiet),
      ].join('')
    case 'lot':
      return [
        glyph(kind, x + width / 2, y + 22, 30, palette),
        ...(count > 1 ? [badge(x + width / 2 + 20, y + 8, `×${count}`, palette)] : []),
        centred(52, 10.5, title, palette.text),
        centred(65, 9.5, detail, palette.quiet),
      ].join('')
    case 'thing':
      return width <= 40
        ? [
            glyph(kind, x + width / 2, y + height / 2, width, palette),
            centred(height + 11, 9.5, title, palette.quiet),
          ].join('')
        : [
            rectangle(
              box,
              { ...look, border: palette.family[kind === undefined ? 'plain' : KINDS[kind].family] },
              role,
              8,
            ),
            glyph(kind, x + 26, y + height / 2, 30, palette),
            `<text x="${number(x + 48)}" y="${number(y + height / 2 + (detail === '' ? 4 : -2))}" font-size="12" fill="${palette.text}"${bold}>${text(fit(title, width - 54, 12))}</text>`,
            detail === ''
              ? ''
              : `<text x="${number(x + 48)}" y="${number(y + height / 2 + 13)}" font-size="9.5" fill="${palette.quiet}">${text(fit(detail, width - 54, 9.5))}</text>`,
          ].join('')
  }
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

const flowColour = ({ flow }: Line, palette: Palette): string =>
  palette.verdict[flow?.breaks ? 'unreachable' : (flow?.verdict ?? 'unknown')]

const lineSvg = (line: Line, palette: Palette): string => {
  const { start, control, end } = pointsOf(line)
  const path = `M${point(start)} Q${point(control)} ${point(end)}`
  if (line.role === 'attachment')
    return `<path d="${path}" fill="none" stroke="${palette.attachment}" stroke-width="1.6"/>`
  const verdict = line.flow?.verdict ?? 'unknown'
  const colour = flowColour(line, palette)
  const dash = DASHES[verdict].length === 0 ? '' : ` stroke-dasharray="${DASHES[verdict].join(' ')}"`
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>${arrow(control, end, colour)}`
}

const arrow = (from: { x: number; y: number }, to: { x: number; y: number }, colour: string): string => {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI
  return `<path d="M0 0 L-9 -4.5 L-9 4.5 Z" fill="${colour}" transform="translate(${point(to)}) rotate(${number(angle)})"/>`
}

const labelSvg = (line: Line, palette: Palette): string => {
  const words = lineLabel(line)
  if (words === '') return ''
  const { x, y } = labelPoint(line)
  const width = 6 + 5.2 * words.length
  const colour = line.role === 'flow' ? flowColour(line, palette) : palette.quiet
  return `<rect x="${number(x - width / 2)}" y="${number(y - 7)}" width="${number(width)}" height="14" rx="3" fill="${palette.page}" opacity="0.92"/><text x="${number(x)}" y="${number(y + 3.5)}" font-size="9.5" text-anchor="middle" fill="${colour}">${text(words)}</text>`
}

const pathSvg = (picture: Picture, path: readonly string[], palette: Palette): string[] => {
  const boxes = new Map(picture.boxes.map((box) => [box.id, box]))
  const stops = path.flatMap((id) => boxes.get(id) ?? [])
  return stops.slice(1).flatMap((to, index) => {
    const from = stops[index]!
    const [a, b] = [from, to].map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))
    const colour = palette.verdict.reachable
    return [`<path d="M${point(a!)} L${point(b!)}" fill="none" stroke="${colour}" stroke-width="4" opacity="0.8"/>`]
  })
}

const point = ({ x, y }: { readonly x: number; readonly y: number }): string => `${number(x)} ${number(y)}`

const number = (value: number): string => String(Math.round(value * 10) / 10)

/** As much of a text as there is room for. */
const fit = (words: string, width: number, size: number): string => {
  const most = Math.max(4, Math.floor(width / (size * 0.56)))
  const all = Array.from(words)
  return all.length <= most ? words : `${all.slice(0, most - 1).join('')}…`
}

const text = (words: string): string =>
  harmless(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const attribute = (words: string): string => text(words).replaceAll('"', '&quot;')
