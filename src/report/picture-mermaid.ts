/** A picture as a Mermaid flowchart, for Markdown that renders it: GitHub, GitLab, wikis. Mermaid knows its ids by words without any sign, so
 *  each box has a number for one. */
import { harmless } from '../analysis/harmless.ts'
import type { Line, Picture } from '../scene/picture.ts'
import { leftOutWords, lineLook } from '../scene/line-look.ts'
import { lineWords } from '../scene/lines.ts'
import { PALETTES } from '../scene/palette.ts'
import { type Nested, nestedIn } from './picture-nesting.ts'

export const pictureMermaid = (picture: Picture): string => {
  const names = new Map(picture.boxes.map(({ id }, index) => [id, `b${index}`]))
  return [
    'flowchart TB',
    ...nestedIn(picture).flatMap((each) => boxLines(each, names, 1)),
    ...leftOutWords(picture.leftOut, 'document').map((words, index) => `  note${index}[${text(words)}]`),
    ...picture.lines.map((line) => lineText(line, names)),
    ...picture.lines.flatMap(styleLines),
    '',
  ].join('\n')
}

const boxLines = ({ box, children }: Nested, names: ReadonlyMap<string, string>, depth: number): string[] => {
  const indent = '  '.repeat(depth)
  const name = names.get(box.id)!
  const label = text([box.title, box.detail ?? ''].filter((each) => each !== '').join('\n'))
  if (children.length === 0) return [`${indent}${name}${box.role === 'tier' ? `([${label}])` : `[${label}]`}`]
  return [
    `${indent}subgraph ${name}[${label}]`,
    ...children.flatMap((child) => boxLines(child, names, depth + 1)),
    `${indent}end`,
  ]
}

const lineText = (line: Line, names: ReadonlyMap<string, string>): string => {
  const label = lineWords(line)
  const isWhole = lineLook(line, PALETTES.light).dashes.length === 0
  const start = line.isBothWays === true ? '<' : ''
  const arrow = line.role === 'attachment' ? '---' : isWhole ? `${start}-->` : `${start}-.->`
  return `  ${names.get(line.from)!} ${arrow}${label === '' ? '' : `|${text(label)}|`} ${names.get(line.to)!}`
}

/** Of what is not drawn as lines are by themselves. Lines are known by their place. */
const styleLines = (line: Line, index: number): readonly string[] => {
  if (!line.flow?.breaks && !line.flow?.change) return []
  const { colour, width } = lineLook(line, PALETTES.light)
  return [`  linkStyle ${index} stroke:${colour},stroke-width:${width}px`]
}

/** In quotes, with all that Mermaid, Markdown or HTML would read as a sign written as its number. */
const text = (words: string): string =>
  `"${words
    .split('\n')
    .map((line) => harmless(line).replace(/[^\p{L}\p{N} .,:/+×…@-]/gu, (sign) => `#${sign.codePointAt(0)};`))
    .join('<br>')}"`
