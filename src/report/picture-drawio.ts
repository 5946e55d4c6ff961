/** A picture as a draw.io file (mxGraph XML), to be edited on: every box a cell in the box around it. */
import { harmless } from '../analysis/harmless.ts'
import { KINDS } from '../scene/kinds.ts'
import type { Box, Line, Picture } from '../scene/picture.ts'
import { leftOutWords, lineLook } from '../scene/line-look.ts'
import { lineWords } from '../scene/lines.ts'
import { PALETTES } from '../scene/palette.ts'

export const pictureDrawio = (picture: Picture, title: string): string => {
  const boxes = new Map(picture.boxes.map((box) => [box.id, box]))
  return [
    `<mxfile host="ztnet"><diagram id="estate" name="${text(title)}"><mxGraphModel grid="0" page="0"><root>`,
    '<mxCell id="0"/><mxCell id="1" parent="0"/>',
    ...picture.boxes.map((box) => boxCell(box, box.parent === undefined ? undefined : boxes.get(box.parent))),
    ...picture.lines.map(lineCell),
    ...leftOutWords(picture.leftOut, 'document').map((words, index) => noteCell(words, index, picture)),
    '</root></mxGraphModel></diagram></mxfile>',
    '',
  ].join('\n')
}

const palette = PALETTES.light

const boxCell = (box: Box, parent: Box | undefined): string => {
  const { role, tier, kind } = box
  const look = tier && role !== 'lot' ? palette.tier[tier] : palette.box[role]
  const border = kind === undefined ? look.border : palette.family[KINDS[kind].family]
  const isContainer = CONTAINERS.has(role)
  const style = [
    'rounded=1;html=0;whiteSpace=wrap;absoluteArcSize=1',
    `arcSize=${role === 'tier' ? 40 : 8}`,
    `fillColor=${look.fill === 'transparent' ? 'none' : look.fill}`,
    `strokeColor=${role === 'band' ? 'none' : border}`,
    `fontColor=${look.text}`,
    `fontSize=${isContainer ? 12 : 10}`,
    ...(role === 'region' || role === 'zone' ? ['dashed=1'] : []),
    ...(role === 'band' ? ['opacity=50'] : []),
    ...(isContainer ? ['verticalAlign=top;align=left;spacingLeft=8;container=1;collapsible=0'] : []),
  ].join(';')
  const label = [box.title, box.detail ?? ''].filter((each) => each !== '').join('\n')
  const { x, y } = { x: box.x - (parent?.x ?? 0), y: box.y - (parent?.y ?? 0) }
  return `<mxCell id="${text(box.id)}" value="${text(label)}" style="${style}" vertex="1" parent="${parent ? text(parent.id) : '1'}"><mxGeometry x="${number(x)}" y="${number(y)}" width="${number(box.width)}" height="${number(box.height)}" as="geometry"/></mxCell>`
}

/** Below the picture. */
const noteCell = (words: string, index: number, { bounds: { x, y, width, height } }: Picture): string =>
  `<mxCell id="note ${index}" value="${text(words)}" style="text;html=0;align=left;fontSize=12" vertex="1" parent="1"><mxGeometry x="${number(x)}" y="${number(y + height + 24 * (index + 1))}" width="${number(width)}" height="20" as="geometry"/></mxCell>`

const CONTAINERS: ReadonlySet<Box['role']> = new Set<Box['role']>(['account', 'region', 'vpc', 'zone', 'subnet'])

const lineCell = (line: Line): string => {
  const { id, from, to, role } = line
  const { colour, text: fontColour, width, dashes, isBold } = lineLook(line, palette)
  const style = [
    'html=0;curved=1;fontSize=9',
    `strokeColor=${colour};strokeWidth=${width};fontColor=${fontColour}`,
    ...(isBold ? ['fontStyle=1'] : []),
    ...(role === 'attachment' ? ['endArrow=none'] : []),
    ...(line.isBothWays === true ? ['startArrow=classic'] : []),
    ...(dashes.length > 0 ? [`dashed=1;dashPattern=${dashes.join(' ')}`] : []),
  ].join(';')
  return `<mxCell id="${text(id)}" value="${text(lineWords(line))}" style="${style}" edge="1" parent="1" source="${text(from)}" target="${text(to)}"><mxGeometry relative="1" as="geometry"/></mxCell>`
}

const number = (value: number): string => String(Math.round(value * 10) / 10)

const text = (words: string): string =>
  words
    .split('\n')
    .map((line) =>
      harmless(line).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    )
    .join('&#10;')
