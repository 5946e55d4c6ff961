/** Sets of points on one line (addresses, ports, the protocol line), as sorted, disjoint, non-touching half-open intervals.
 *  Knows nothing of what the points mean. Half-open, so that numbers (IPv4) and bigints (IPv6) need no `+ 1`. */
import { once } from '../collections.ts'
import type { SetAlgebra } from './set-algebra.ts'

export type Point = number | bigint

/** `[from0, to0, from1, to1, ...)`: strictly ascending, even length. That form is unique for each set of points. */
export type Intervals<P extends Point = Point> = readonly P[]

const NONE: Intervals<never> = []

export const interval = <P extends Point>(from: P, to: P): Intervals<P> => (from < to ? [from, to] : NONE)

const isEmpty = (set: Intervals): boolean => set.length === 0

export const equals = (a: Intervals, b: Intervals): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export const union = <P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> => {
  if (a.length === 0 || equals(a, b)) return b
  if (b.length === 0) return a
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return long.length >= VERY_LONG && short.length <= FEW ? rememberedUnion(long, short) : merge(a, b, IN_EITHER)
}

export const intersect = <P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> => {
  if (a.length === 0 || equals(a, b)) return a
  if (b.length === 0) return b
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (long.length >= VERY_LONG && isFarShorter(short, long)) return rememberedPart(long, short)
  if (short.length === 2) return clip(long, short[0]!, short[1]!)
  return isFarShorter(short, long) ? pieceByPiece(short, long, pushInside) : merge(a, b, IN_BOTH)
}

export const subtract = <P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> => {
  if (a.length === 0 || b.length === 0) return a
  if (b[b.length - 1]! <= a[0]! || b[0]! >= a[a.length - 1]!) return a
  if (equals(a, b)) return NONE
  if (a.length >= VERY_LONG && isFarShorter(b, a)) return intersect(a, subtract([a[0]!, a[a.length - 1]!], b))
  return isFarShorter(a, b) ? pieceByPiece(a, b, pushOutside) : merge(a, b, IN_FIRST_ALONE)
}

export const has = <P extends Point>(set: Intervals<P>, point: P): boolean => (boundsUpTo(set, point) & 1) === 1

export const overlaps = (a: Intervals, b: Intervals): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  for (let i = 0; i < short.length; i += 2) if (touches(long, short[i]!, short[i + 1]!)) return true
  return false
}

const touches = (set: Intervals, from: Point, to: Point): boolean => {
  const bounds = boundsUpTo(set, from)
  return (bounds & 1) === 1 || (bounds < set.length && set[bounds]! < to)
}

export const covers = (outer: Intervals, inner: Intervals): boolean => {
  if (inner.length <= outer.length) {
    for (let i = 0; i < inner.length; i += 2) {
      const bounds = boundsUpTo(outer, inner[i]!)
      if ((bounds & 1) === 0 || outer[bounds]! < inner[i + 1]!) return false
    }
    return true
  }
  if (outer.length === 0 || inner[0]! < outer[0]! || inner[inner.length - 1]! > outer[outer.length - 1]!) return false
  for (let i = 1; i + 1 < outer.length; i += 2) if (touches(inner, outer[i]!, outer[i + 1]!)) return false
  return true
}

/** Any number of sets at once: sorted once, not merged pairwise. */
export const unionAll = <P extends Point>(sets: readonly Intervals<P>[]): Intervals<P> => {
  if (sets.length === 0) return NONE
  if (sets.length < 3) return sets.length === 1 ? sets[0]! : union(sets[0]!, sets[1]!)
  const pieces: Intervals<P>[] = []
  for (const set of new Set(sets))
    if (set.length === 2) pieces.push(set)
    else for (let i = 0; i < set.length; i += 2) pieces.push([set[i]!, set[i + 1]!])
  pieces.sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0))
  const out: P[] = []
  for (const piece of pieces) {
    const from = piece[0]!
    const to = piece[1]!
    const last = out.length - 1
    if (last < 0 || from > out[last]!) out.push(from, to)
    else if (to > out[last]!) out[last] = to
  }
  return out
}

/** How many points. A bigint, since the IPv6 line has 2^128. */
export const size = (set: Intervals): bigint => {
  let points = 0n
  for (let i = 0; i < set.length; i += 2) points += BigInt(set[i + 1]!) - BigInt(set[i]!)
  return points
}

/** Iterates the intervals as `[from, to)` pairs. */
export function* ranges<P extends Point>(set: Intervals<P>): Generator<readonly [P, P]> {
  for (let i = 0; i < set.length; i += 2) yield [set[i]!, set[i + 1]!]
}

export const compare = (a: Intervals, b: Intervals): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    if (a[i]! < b[i]!) return -1
    if (a[i]! > b[i]!) return 1
  }
  return a.length - b.length
}

export const intervalAlgebra = <P extends Point>(): SetAlgebra<Intervals<P>> => ({
  empty: NONE,
  isEmpty,
  equals,
  union,
  intersect,
  subtract,
  compare,
})

/** How many bounds are at or before the point: odd inside the set, even outside. */
const boundsUpTo = (set: Intervals, point: Point): number => {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (set[middle]! <= point) low = middle + 1
    else high = middle
  }
  return low
}

const clip = <P extends Point>(set: Intervals<P>, from: P, to: P): Intervals<P> => {
  if (from <= set[0]! && to >= set[set.length - 1]!) return set
  const out: P[] = []
  pushInside(out, set, from, to)
  return out
}

/** What a few intervals keep of thousands, remembered: one object for all who ask the same takes the memory of one, and is told to be the same
 *  at a glance. */
const rememberedPart = <P extends Point>(set: Intervals<P>, few: Intervals<P>): Intervals<P> => {
  const parts = once(partsBy, set, () => new WeakMap()) as WeakMap<Intervals<P>, Intervals<P>>
  return once(parts, few, () => (few.length > FEW ? pieceByPiece(few, set, pushInside) : partAt(set, few)))
}

/** One object for all that keep the same. */
const partAt = <P extends Point>(set: Intervals<P>, few: Intervals<P>): Intervals<P> => {
  const cuts = cutsOf(few, set)
  return rememberedLately(partsAt, set, cuts, () => pieceByPiece(few, set, pushInside))
}

const rememberedUnion = <P extends Point>(set: Intervals<P>, few: Intervals<P>): Intervals<P> =>
  rememberedLately(unions, set, few.join(), () => merge(set, few, IN_EITHER))

/** Of thousands, with what `key` tells; the last few. The set itself where it is no other. */
const rememberedLately = <P extends Point>(
  known: Remembered,
  set: Intervals<P>,
  key: string,
  make: () => Intervals<P>,
): Intervals<P> => {
  const results = once(known, set, () => new Map()) as Map<string, Intervals<P>>
  if (results.size >= FEW && !results.has(key)) results.delete(results.keys().next().value!)
  return once(results, key, () => {
    const made = make()
    return equals(made, set) ? set : made
  })
}

type Remembered = WeakMap<Intervals, Map<string, Intervals>>

/** Where intervals cut a set: the same for all that keep the same of it, as those do whose bounds lie in one gap of it. */
const cutsOf = (few: Intervals, set: Intervals): string => {
  const cuts: string[] = []
  for (const bound of few) {
    const before = boundsUpTo(set, bound)
    // A bound at the start of an interval of the set has the gap before it.
    const gap = (before & 1) === 0 ? before : set[before - 1] === bound ? before - 1 : undefined
    const cut = gap === undefined ? `at ${bound}` : gap === set.length ? 'all' : `${gap}`
    // What ends where the next begins, or keeps nothing, is no cut.
    if (cuts.at(-1) === cut) cuts.pop()
    else cuts.push(cut)
  }
  return cuts.join(' ')
}

/** Parts of very long sets, by what was looked up in them, and by where they are cut. */
const partsBy = new WeakMap<Intervals, WeakMap<Intervals, Intervals>>()
const partsAt: Remembered = new WeakMap()

/** By the bounds of what was added. */
const unions: Remembered = new WeakMap()

/** Bounds of a set from which its parts are remembered, and those of what is looked up until which they are. */
const VERY_LONG = 2048
const FEW = 64

/** A few intervals are looked up in very many: the internet has a hole for each public address of an estate. */
export const isFarShorter = (short: Intervals, long: Intervals): boolean => short.length * 16 < long.length

/** What one interval keeps of a set, or of itself beside the set, is added to `out`. */
type Push = <P extends Point>(out: P[], set: Intervals<P>, from: P, to: P) => void

const pieceByPiece = <P extends Point>(few: Intervals<P>, set: Intervals<P>, push: Push): Intervals<P> => {
  const out: P[] = []
  for (let i = 0; i < few.length; i += 2) push(out, set, few[i]!, few[i + 1]!)
  return out
}

const pushInside: Push = (out, set, from, to) => {
  let i = boundsUpTo(set, from)
  if (i & 1) out.push(from, set[i]! < to ? set[i]! : to)
  for (i += i & 1; i < set.length && set[i]! < to; i += 2) out.push(set[i]!, set[i + 1]! < to ? set[i + 1]! : to)
}

const pushOutside: Push = (out, set, from, to) => {
  let i = boundsUpTo(set, from)
  let open = from
  if (i & 1) open = set[i++]!
  for (; i < set.length && set[i]! < to; i += 2) {
    if (open < set[i]!) out.push(open, set[i]!)
    open = set[i + 1]!
  }
  if (open < to) out.push(open, to)
}

// Which points an operation keeps: bit 1 those in the first set alone, bit 2 in the second alone, bit 3 in both.
const IN_EITHER = 0b1110
const IN_BOTH = 0b1000
const IN_FIRST_ALONE = 0b0010

const merge = <P extends Point>(a: Intervals<P>, b: Intervals<P>, kept: number): Intervals<P> => {
  if (a.length < VERY_LONG || b.length < VERY_LONG) return sweep(a, b, kept)
  const byFirst = once(merged, kept, () => new WeakMap())
  const bySecond = once(byFirst, a, () => new WeakMap()) as WeakMap<Intervals<P>, Intervals<P>>
  return once(bySecond, b, () => {
    const set = sweep(a, b, kept)
    return equals(set, a) ? a : equals(set, b) ? b : set
  })
}

/** What very long sets make together, by operation, for as long as both are there. */
const merged = new Map<number, WeakMap<Intervals, WeakMap<Intervals, Intervals>>>()

/** One sweep over both lists of bounds. */
const sweep = <P extends Point>(a: Intervals<P>, b: Intervals<P>, kept: number): Intervals<P> => {
  const out: P[] = []
  let i = 0
  let j = 0
  let inside = 0
  while (i < a.length || j < b.length) {
    const at = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!
    if (i < a.length && a[i] === at) i++
    if (j < b.length && b[j] === at) j++
    const now = (kept >> ((i & 1) | ((j & 1) << 1))) & 1
    if (now !== inside) {
      out.push(at)
      inside = now
    }
  }
  return out
}
