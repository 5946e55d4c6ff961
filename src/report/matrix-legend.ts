/** The marks of a matrix in a terminal: the colour of a verdict, and what each mark means that occurs. */
import type { CellEntry } from '../analysis/matrix.ts'
import { AT_LEAST } from './matrix-words.ts'
import { VERDICT_MEANING } from './reach-words.ts'
import { beside, type Style } from './style.ts'

/** In a cell in which nothing flows. */
export const CLOSED = '-'

/** In place of what there is no room for. */
export const CUT = '...'

/** `cells`: what stands in each, without colour; nothing in a cell that cannot be asked about. */
export const legendLines = (cells: readonly string[], style: Style): string[] => {
  const text = cells.join('\n')
  const [, other] = /\+ \d+ (?!more)(\S+)/.exec(text) ?? []
  const meanings = [
    [cells.includes(CLOSED), CLOSED, 'no packet arrives, proved for all pairs'],
    [cells.includes(''), '(empty)', 'nothing to ask: no other member, or both outside of the estate'],
    [/\d\/\d+ pair/.test(text), 'n/m pairs', 'true of n of the m pairs of a sender and a receiver'],
    [text.includes(AT_LEAST), AT_LEAST, 'of so many pairs at least'],
    [text.includes(CUT), CUT, 'with addresses or ports that there is no room for'],
    [/\+ \d+ more/.test(text), '+ n more', 'and n more flows of the same verdict'],
    [other !== undefined, `+ n ${other}`, 'and n flows of that verdict'],
    [text.includes('+ unknown'), '+ unknown', 'and members that nobody can tell of: see what is not known'],
    [/\(IPv[46]/.test(text), '(IPv4)', 'over IPv4; where nothing is said, over IPv4 and IPv6 alike'],
    [text.includes('public address'), 'public address', 'sent to the public address of the receiver'],
    [text.includes('NAT64'), 'NAT64', 'sent to the IPv4 address of the receiver over IPv6'],
    ...EXPLAINED.map((word) => [text.includes(word), word, VERDICT_MEANING[word]] as const),
    [EXPLAINED.some((word) => text.includes(word)), '', 'ztnet reach <from> <to> says why'],
  ] as const
  const shown = meanings.flatMap(([occurs, mark, meaning]) => (occurs ? [{ mark, meaning }] : []))
  const width = Math.max(0, ...shown.map(({ mark }) => mark.length)) + 2
  return shown.flatMap(({ mark, meaning }) =>
    beside(style, 0, mark.padEnd(width), width, meaning).map((line) => style.dim(line)),
  )
}

/** Verdicts that do not say by themselves what to make of them. */
const EXPLAINED = ['conditional', 'one-way', 'unknown'] as const

export const verdictPaint = (style: Style, verdict: CellEntry['verdict']): ((text: string) => string) =>
  ({
    reachable: style.good,
    conditional: style.warn,
    'one-way': style.warn,
    unknown: style.warn,
    unreachable: (text: string) => text,
  })[verdict]
