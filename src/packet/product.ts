/** Sets of pairs, from a set of first parts and a set of second parts: the one construction that, applied to addresses,
 *  protocols and ports, gives packet sets. Knows nothing of what the parts are. */
import type { SetAlgebra } from './set-algebra.ts'

/** Rows `[keys, values]` mean every pair of one of the keys with one of the values. Canonical: keys of different rows are
 *  disjoint, their values differ, nothing is empty, rows are sorted by keys. Hence two products are equal row by row. */
export type Product<K, V> = readonly (readonly [K, V])[]

export const product = <K, V>(keys: SetAlgebra<K>, values: SetAlgebra<V>): SetAlgebra<Product<K, V>> => {
  type Row = readonly [K, V]
  type Rows = Product<K, V>

  const isEmpty = (set: Rows): boolean => set.length === 0

  const equals = (a: Rows, b: Rows): boolean =>
    a === b || (a.length === b.length && a.every(([k, v], i) => keys.equals(k, b[i]![0]) && values.equals(v, b[i]![1])))

  const intersect = (a: Rows, b: Rows): Rows => {
    if (a === b) return a
    const out: Row[] = []
    for (const [ka, va] of a)
      for (const [kb, vb] of b) {
        const k = keys.intersect(ka, kb)
        if (keys.isEmpty(k)) continue
        const v = values.intersect(va, vb)
        if (!values.isEmpty(v)) out.push([k, v])
      }
    return joined(keys, values, out)
  }

  const subtract = (a: Rows, b: Rows): Rows => {
    if (a === b) return []
    if (a.length === 0 || b.length === 0) return a
    const out: Row[] = []
    for (const [ka, va] of a) {
      let rest = ka
      for (const [kb, vb] of b) {
        const k = keys.intersect(rest, kb)
        if (keys.isEmpty(k)) continue
        rest = keys.subtract(rest, kb)
        const v = values.subtract(va, vb)
        if (!values.isEmpty(v)) out.push([k, v])
        if (keys.isEmpty(rest)) break
      }
      if (!keys.isEmpty(rest)) out.push([rest, va])
    }
    return joined(keys, values, out)
  }

  const union = (a: Rows, b: Rows): Rows => {
    if (a.length === 0 || a === b) return b
    if (b.length === 0) return a
    const out: Row[] = []
    let onlyB: readonly Row[] = b
    for (const [ka, va] of a) {
      let rest = ka
      const stillB: Row[] = []
      for (const [kb, vb] of onlyB) {
        const k = keys.intersect(rest, kb)
        if (keys.isEmpty(k)) {
          stillB.push([kb, vb])
          continue
        }
        out.push([k, values.union(va, vb)])
        rest = keys.subtract(rest, kb)
        const leftB = keys.subtract(kb, k)
        if (!keys.isEmpty(leftB)) stillB.push([leftB, vb])
      }
      if (!keys.isEmpty(rest)) out.push([rest, va])
      onlyB = stillB
    }
    return joined(keys, values, [...out, ...onlyB])
  }

  const compare = (a: Rows, b: Rows): number => {
    const shared = Math.min(a.length, b.length)
    for (let i = 0; i < shared; i++) {
      const order = keys.compare(a[i]![0], b[i]![0]) || values.compare(a[i]![1], b[i]![1])
      if (order !== 0) return order
    }
    return a.length - b.length
  }

  return { empty: [], isEmpty, equals, union, intersect, subtract, compare }
}

/** Brings rows whose keys are already disjoint into the canonical form: equal values joined, empties dropped, sorted. */
export const canonical = <K, V>(keys: SetAlgebra<K>, values: SetAlgebra<V>, rows: Product<K, V>): Product<K, V> =>
  joined(
    keys,
    values,
    rows.filter(([k, v]) => !keys.isEmpty(k) && !values.isEmpty(v)),
  )

/** `canonical` for rows of which none is empty: the operations above make no others. */
const joined = <K, V>(keys: SetAlgebra<K>, values: SetAlgebra<V>, rows: Product<K, V>): Product<K, V> => {
  const [first, second, ...more] = rows
  if (!first || !second) return rows
  // Most have one or two.
  if (more.length === 0) {
    if (values.equals(first[1], second[1])) return [[keys.union(first[0], second[0]), first[1]]]
    return keys.compare(first[0], second[0]) < 0 ? rows : [second, first]
  }
  const byValue = rows.toSorted((a, b) => values.compare(a[1], b[1]))
  const out: [K, V][] = []
  for (const [k, v] of byValue) {
    const last = out.at(-1)
    if (last && values.equals(last[1], v)) last[0] = keys.union(last[0], k)
    else out.push([k, v])
  }
  return out.sort((a, b) => keys.compare(a[0], b[0]))
}
