/** A picture as a Mermaid flowchart, for Markdown that renders it: GitHub, GitLab, wikis. Mermaid knows its ids by words without any sign, so
 *  each box has a number for one. */
import type { Line, Picture } from '../scene/picture.ts'
import { lineLabel } from '../scene/lines.ts'
import { harmless } from './style.ts'
import { type Nested, nestedIn } from './picture-nesting.ts'

export const pictureMermaid = (picture: Picture): string => {
  const names = new Map(picture.boxes.map(({ id }, index) => [id, `b${index}`]))
  return [
    'flowchart TB',
    ...nestedIn(picture).flatMap((each) => boxLines(each, names, 1)),
    ...picture.lines.map((line) => lineText(line, names)),
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
  const label = lineLabel(line)
  const arrow = line.role === 'attachment' ? '---' : line.flow?.verdict === 'reachable' ? '-->' : '-.->'
  return `  ${names.get(line.from)!} ${arrow}${label === '' ? '' : `|${text(label)}|`} ${names.get(line.to)!}`
}

/** In quotes, with all that Mermaid, Markdown or HTML would read as a sign written as its number. */
const text = (words: string): string =>
  `"${words
    .split('\n')
    .map((line) => harmless(line).replace(/[^\p{L}\p{N} .,:/+×…@-]/gu, (sign) => `#${sign.codePointAt(0)};`))
    .join('<br>')}"`
