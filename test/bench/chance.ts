/** Chance with a seed, by name: whoever asks under the same name is told the same, whatever else was asked before. So each kind of
 *  record can be made on its own, and what is added to a generator later changes nothing of what it made before. */

export interface Chance {
  /** From 0, below 1. */
  readonly number: () => number
  readonly below: (end: number) => number
  readonly happens: (probability: number) => boolean
  readonly pick: <T>(list: readonly [T, ...T[]]) => T
}

export const chanceOf = (seed: number, name: string): Chance => {
  let state = hash(name, seed)
  // Mulberry32: one word of state, good enough to tell networks apart.
  const number = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (end: number): number => Math.floor(number() * end)
  return {
    number,
    below,
    happens: (probability) => number() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
  }
}

/** 16 hexadecimal digits: enough that no two of a million names share them. */
export const digits = (seed: number, name: string): string =>
  hex(hash(name, seed)) + hex(hash(name, (seed ^ 0x9e3779b9) >>> 0))

const hex = (word: number): string => word.toString(16).padStart(8, '0')

/** FNV-1a, and MurmurHash3's finish, so that names that differ in their last digit only differ in every bit. */
const hash = (text: string, seed: number): number => {
  let value = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value ^= value >>> 16
  value = Math.imul(value, 0x85ebca6b)
  value ^= value >>> 13
  value = Math.imul(value, 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
