/** Text of others in Markdown: inline code that nothing can end, and prose in which nothing is markup. */
import { harmless } from './style.ts'

/** Inline code that no backtick, pipe or line break in a Name can end. */
export const code = (text: string): string => `\`${harmless(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``

/** Text in which nothing is markup, a link, or the name of somebody to be called. */
export const escaped = (text: string): string =>
  harmless(text)
    .replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;')
    .replace(/@|https?:|www\./gi, (start) => `${start}<!-- -->`)

/** As GitHub counts what it takes: UTF-8. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length
