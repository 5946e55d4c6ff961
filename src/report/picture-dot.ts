/** A picture as Graphviz DOT: nested clusters, for `dot -Tsvg`. */
import { harmless } from '../analysis/harmless.ts'
import type { Line, Picture } from '../scene/picture.ts'
import { leftOutWords, lineLook } from '../scene/line-look.ts'
import { lineWords } from '../scene/lines.ts'
import { PALETTES } from '../scene/palette.ts'
import { type Nested, nestedIn } from './picture-nesting.ts'

export const pictureDot = (picture: Picture, title: string): string => {
  const nested = nestedIn(picture)
  const leaf = leavesOf(nested)
  return [
    `digraph ${quoted(title)} {`,
    '  compound=true; rankdir=TB; fontname="Helvetica"; node [shape=box, style=rounded, fontname="Helvetica", fontsize=10]; edge [fontname="Helvetica", fontsize=9];',
    ...leftOutWords(picture.leftOut, 'document').map(
      (words, index) => `  ${quoted(`note ${index}`)} [shape=plaintext, label=${quoted(words)}];`,
    ),
    ...nested.flatMap((each) => boxLines(each, 1)),
    ...picture.lines.flatMap((line) => lineText(line, leaf)),
    '}',
    '',
  ].join('\n')
}

const boxLines = ({ box, children }: Nested, depth: number): string[] => {
  const indent = '  '.repeat(depth)
  const label = quoted([box.title, box.detail ?? ''].filter((text) => text !== '').join('\n'))
  if (children.length === 0) return [`${indent}${quoted(box.id)} [label=${label}];`]
  return [
    `${indent}subgraph ${quoted(`cluster ${box.id}`)} {`,
    `${indent}  label=${label}; style="${box.role === 'region' || box.role === 'zone' ? 'dashed' : 'rounded'}";`,
    ...children.flatMap((child) => boxLines(child, depth + 1)),
    `${indent}}`,
  ]
}

const lineText = (line: Line, leaf: ReadonlyMap<string, Leaf>): string[] => {
  const [from, to] = [leaf.get(line.from), leaf.get(line.to)]
  if (!from || !to) return []
  const label = lineWords(line)
  const { colour, text: fontColour, width, dashes } = lineLook(line, PALETTES.light)
  const words = [
    ...(label === '' ? [] : [`label=${quoted(label)}`]),
    ...(from.cluster ? [`ltail=${quoted(`cluster ${line.from}`)}`] : []),
    ...(to.cluster ? [`lhead=${quoted(`cluster ${line.to}`)}`] : []),
    ...(line.role === 'attachment' ? ['dir=none'] : line.isBothWays === true ? ['dir=both'] : []),
    `color=${quoted(colour)}`,
    ...(label === '' ? [] : [`fontcolor=${quoted(fontColour)}`]),
    ...(width > 2 ? [`penwidth=${width}`] : []),
    ...(dashes.length > 0 ? [`style=${line.flow?.verdict === 'unknown' ? 'dotted' : 'dashed'}`] : []),
  ]
  return [`  ${quoted(from.id)} -> ${quoted(to.id)}${words.length === 0 ? '' : ` [${words.join(', ')}]`};`]
}

/** Graphviz joins nodes, and ends a line at the cluster of one where asked to. */
interface Leaf {
  readonly id: string
  readonly cluster: boolean
}

const leavesOf = (nested: readonly Nested[]): ReadonlyMap<string, Leaf> => {
  const leaves = new Map<string, Leaf>()
  const walk = ({ box, children }: Nested): string => {
    const [first = box.id] = children.map(walk)
    leaves.set(box.id, { id: first, cluster: children.length > 0 })
    return first
  }
  for (const each of nested) walk(each)
  return leaves
}

const quoted = (text: string): string =>
  `"${text
    .split('\n')
    .map((line) => harmless(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'))
    .join('\\n')}"`
