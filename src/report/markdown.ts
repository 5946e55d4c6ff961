/** Text of others in Markdown: inline code that nothing can end, and prose in which nothing is markup; and as much of a long answer as a
 *  comment may hold. */
import { harmless } from '../analysis/harmless.ts'

/** Inline code that no backtick, pipe or line break in a Name can end. */
export const code = (text: string): string => `\`${harmless(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``

/** Text in which nothing is markup, a link, or the name of somebody to be called. */
export const escaped = (text: string): string =>
  harmless(text)
    .replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;')
    .replace(/@|https?:|www\./gi, (start) => `${start}<!-- -->`)

/** The same inside of HTML, such as a `<summary>`, where Markdown is not read. */
export const html = (text: string): string =>
  harmless(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@|https?:|www\./gi, (start) => `${start}&#8203;`)

/** As GitHub counts what it takes: UTF-8. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Part of a long answer. */
export interface Section {
  /** What its kind is called where it must be left out. */
  readonly title: string
  /** The whole, then what may stand for it where room is short. */
  readonly texts: readonly string[]
}

/** As many sections as there is room for, in their order, the first text of each that still fits; what follows one that is too long may
 *  fit. Whatever comes out, joined by line breaks, has no more bytes than `most`. */
export const fitting = (
  sections: readonly Section[],
  most: number,
): { readonly shown: readonly { readonly title: string; readonly text: string }[]; readonly leftOut: string } => {
  const shown: { readonly title: string; readonly text: string }[] = []
  const missing = new Map<string, number>()
  let left = most
  for (const { title, texts } of sections) {
    const text = texts.find((each) => bytesOf(each) < left)
    if (text === undefined) missing.set(title, (missing.get(title) ?? 0) + 1)
    else {
      shown.push({ title, text })
      left -= bytesOf(text) + 1
    }
  }
  return { shown, leftOut: [...missing].map(([title, count]) => `${count} of ${title}`).join(', ') }
}
