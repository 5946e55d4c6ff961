/** Patterns that people write for names, in which `*` stands for any text. */

/** Whether a name fits a pattern. Takes time in proportion to the name, whatever the pattern. */
export const fits = (pattern: string): ((name: string) => boolean) => {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return (name) => name === pattern
  const last = rest.pop()!
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
    let from = first.length
    const end = name.length - last.length
    // Each part where it is found first leaves the most room for those after it.
    for (const part of rest) {
      const at = name.indexOf(part, from)
      if (at < 0 || at + part.length > end) return false
      from = at + part.length
    }
    return true
  }
}

/** Whether a name fits any of these patterns. */
export const fitsAny = (patterns: readonly string[]): ((name: string) => boolean) => {
  const all = patterns.map(fits)
  return (name) => all.some((fit) => fit(name))
}
