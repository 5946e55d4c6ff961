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
