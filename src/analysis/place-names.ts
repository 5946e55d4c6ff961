/** How names compare and how messages show them: the nearest of many, quoted or beside an id. Knows no resource. */
import { harmless } from './harmless.ts'

/** Everything, at the end of a question that is not named. */
export const ANYTHING = '*'

/** The names nearest to what somebody wrote, best first, at most `most`; none that is not like it. Case counts for nothing. */
export const nearest = (written: string, names: Iterable<string>, most = 5): readonly string[] => {
  const wanted = written.slice(0, LONGEST).toLowerCase()
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  const near: (readonly [number, string])[] = []
  for (const name of new Set(names)) {
    if (name.length > LONGEST) continue
    const candidate = name.toLowerCase()
    // What was written is often a part of the name; the name is seldom a part of what was written, unless nearly all of it.
    const isPart = wanted.length >= 3 && candidate.includes(wanted)
    const isMost = candidate.length >= 3 && 2 * candidate.length > wanted.length && wanted.includes(candidate)
    // Who stops half-way means the rest, rather than another name of other letters.
    const isStart = isPart && candidate.startsWith(wanted)
    const distance = Math.min(editDistance(wanted, candidate, limit), isStart ? 1 : isPart || isMost ? 2 : Infinity)
    if (distance <= limit) near.push([distance, name])
  }
  return near
    .sort(([a, nameA], [b, nameB]) => a - b || (nameA < nameB ? -1 : 1))
    .slice(0, most)
    .map(([, name]) => name)
}

/** A name in quotes, cut where it is very long, safe to show. */
export const quoted = (name: string): string => harmless(JSON.stringify(shortened(name)))

/** `i-1 (web)`, safe to show. */
export const labelled = (id: string, name: string | undefined): string =>
  harmless(name === undefined || name === id ? shortened(id) : `${shortened(id)} (${shortened(name)})`)

/** Longer than any id or tag value that AWS accepts. */
const LONGEST = 300
const SHOWN = 120

/** Cut where it is longer than anybody reads. */
export const shortened = (name: string): string => (name.length > SHOWN ? `${name.slice(0, SHOWN)}...` : name)

/** Insertions, deletions and replacements that make one text of the other; anything above `limit` where it takes more. */
const editDistance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let best = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const value = Math.min(replaced, above[j]! + 1, row[j - 1]! + 1)
      row.push(value)
      if (value < best) best = value
    }
    if (best > limit) return limit + 1
    above = row
  }
  return above[b.length]!
}
