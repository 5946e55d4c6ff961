/** What every layer does with collections. */

/** A list that has a first. */
export type NonEmpty<V> = [V, ...V[]]

/** Puts a value at the end of the list under a key. */
export const append = <K, V>(lists: Map<K, V[]> | Map<K, NonEmpty<V>>, key: K, value: V): void => {
  const known = lists.get(key)
  if (known) known.push(value)
  else lists.set(key, [value])
}

/** In the order given; keys in the order of their first. */
export const groupedBy = <K, V>(all: Iterable<V>, keyOf: (each: V) => K): Map<K, NonEmpty<V>> => {
  const groups = new Map<K, NonEmpty<V>>()
  for (const each of all) append(groups, keyOf(each), each)
  return groups
}

/** The value under a key: made when it is first asked for, also where it is none. */
export const once = <K, V>(known: Table<K, V>, key: K, make: () => NoInfer<V>): V => {
  const value = known.get(key)
  if (value !== undefined || known.has(key)) return value as V
  const made = make()
  known.set(key, made)
  return made
}

/** A map, or one that keeps nothing alive. */
interface Table<K, V> {
  get(key: K): V | undefined
  has(key: K): boolean
  set(key: K, value: V): unknown
}

/** As keys are sorted, by code unit: the same in every locale. */
export const byCodeUnit = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/** Short texts joined to pieces of so many characters or a little more, for whoever writes them: all in one may be longer than the longest text. */
export function* inPieces(texts: Iterable<string>, size = 1 << 20): Generator<string> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < size) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** The largest; 0 where none is larger. As arguments of one call, very many would be too much for the stack. */
export const maxOf = (numbers: Iterable<number>): number => {
  let largest = 0
  for (const each of numbers) if (each > largest) largest = each
  return largest
}

/** Values by two numbers that are small and dense, as those of interned things: several times faster than a map with a key made of both. */
export class PairTable<V> {
  readonly #rows: (V[] | undefined)[] = []

  get(a: number, b: number): V | undefined {
    return this.#rows[a]?.[b]
  }

  set(a: number, b: number, value: V): void {
    const row = this.#rows[a]
    if (row) row[b] = value
    else {
      const made: V[] = []
      made[b] = value
      this.#rows[a] = made
    }
  }
}
