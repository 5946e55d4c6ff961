/** How text for terminals is put together: colour where wanted, lines no wider than asked. */
import pc from 'picocolors'
import wrapAnsi from 'wrap-ansi'
import { harmless } from '../analysis/harmless.ts'

export interface Style {
  readonly columns: number
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
}

export const styleOf = ({ colour, columns }: { readonly colour: boolean; readonly columns: number }): Style => {
  const colours = pc.createColors(colour)
  return {
    columns,
    bold: colours.bold,
    dim: colours.dim,
    good: colours.green,
    bad: colours.red,
    warn: colours.yellow,
  }
}

/** For JSON that people read too; its own line breaks stay. */
export const harmlessJson = (json: string): string => json.split('\n').map(harmless).join('\n')

/** The text in lines no wider than the style's columns, each indented, those after the first a little more. */
export const indented = (style: Style, indent: number, text: string, hanging = 2): string[] => {
  const room = Math.max(20, style.columns - indent - hanging)
  return wrapAnsi(text, room, { hard: true, trim: true })
    .split('\n')
    .map((line, index) => ' '.repeat(indent + (index === 0 ? 0 : hanging)) + line)
}

/** Text in a column of its own, with something of that width before its first line. */
export const beside = (style: Style, indent: number, head: string, width: number, text: string): string[] => {
  const [first = '', ...rest] = indented(style, indent + width, text, 0)
  return [`${' '.repeat(indent)}${head}${first.slice(indent + width)}`, ...rest]
}

/** `1 subnet`, `2 subnets`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
