/** Lists that nobody reads to their end: the first few, and how many more there are. One that is left is told and not counted. */

/** In lines of their own. */
export const few = (all: readonly string[], most: number): string[] =>
  all.length <= most + 1 ? [...all] : [...all.slice(0, most), `... and ${all.length - most} more`]

/** In a sentence: `a, b and 4 more`; of what, where that does not go without saying. */
export const someOf = (all: readonly string[], most: number, what?: string): string =>
  all.length <= most + 1
    ? all.join(', ')
    : `${all.slice(0, most).join(', ')} and ${all.length - most} more${what === undefined ? '' : ` ${what}`}`
