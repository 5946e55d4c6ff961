/** How text for terminals is put together: colour where wanted, lines no wider than asked, nothing that a Name could do to a
 *  terminal. */
import pc from 'picocolors'
import wrapAnsi from 'wrap-ansi'

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

/** Control characters, among them those that steer terminals, and characters that cannot be seen or reverse the direction of reading,
 *  are shown by their code: Names are written by others. In JSON the same text stays the same value. */
export const harmless = (text: string): string =>
  text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** For JSON that people read too; its own line breaks stay. */
export const harmlessJson = (json: string): string => json.split('\n').map(harmless).join('\n')

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

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
