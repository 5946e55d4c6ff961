/** Piecewise-constant functions of one address: what a rule list, a route table or a set of security groups is, once
 *  compiled. Values are compared by identity, so they are interned or one object each. */
import { once } from '../collections.ts'
import { type Address, addressLine, type AddressSet, type Family } from './address.ts'
import { intersect, isFarShorter, ranges } from './intervals.ts'

export class AddressMap<V> {
  readonly family: Family
  readonly #starts: readonly Address[]
  readonly #values: readonly V[]

  private constructor(family: Family, starts: readonly Address[], values: readonly V[]) {
    this.family = family
    this.#starts = starts
    this.#values = values
  }

  static constant<V>(family: Family, value: V): AddressMap<V> {
    return new AddressMap(family, [addressLine(family)[0]], [value])
  }

  /** For every address, `fold` of the entries that hold it, in the order given: first match, longest prefix and union are
   *  each one `fold`. One sweep over the bounds of all entries. */
  static sweep<E, V>(
    family: Family,
    entries: readonly (readonly [AddressSet, E])[],
    fold: (entries: readonly E[]) => V,
  ): AddressMap<V> {
    if (entries.length < 2) {
      const [only] = entries
      const off = fold([])
      const on = only ? fold([only[1]]) : off
      return on === off ? AddressMap.constant(family, off) : AddressMap.indicator(family, only![0], on, off)
    }
    const events: { readonly at: Address; readonly index: number; readonly enters: boolean }[] = []
    for (let index = 0; index < entries.length; index++) {
      const addresses = entries[index]![0]
      for (let i = 0; i < addresses.length; i += 2) {
        events.push({ at: addresses[i]!, index, enters: true })
        events.push({ at: addresses[i + 1]!, index, enters: false })
      }
    }
    events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    const [lineStart, lineEnd] = addressLine(family)
    const starts: Address[] = []
    const values: V[] = []
    const active: number[] = []
    const emit = (at: Address): void => {
      const value = fold(active.map((index) => entries[index]![1]))
      if (values.length > 0 && values.at(-1) === value) return
      starts.push(at)
      values.push(value)
    }
    if (events.length === 0 || events[0]!.at > lineStart) emit(lineStart)
    for (let i = 0; i < events.length;) {
      const { at } = events[i]!
      for (; i < events.length && events[i]!.at === at; i++) toggle(active, events[i]!)
      if (at < lineEnd) emit(at)
    }
    return new AddressMap(family, starts, values)
  }

  /** A sweep that folds equal lists of entries once, and has one value for them. */
  static interning<E, V>(
    family: Family,
    entries: readonly (readonly [AddressSet, E])[],
    fold: (entries: readonly E[]) => V,
  ): AddressMap<V> {
    const known = new Map<string, V>()
    const places = entries.map(([addresses], at) => [addresses, at] as const)
    return AddressMap.sweep<number, V>(family, places, (found) =>
      once(known, found.join(), () => fold(found.map((at) => entries[at]![1]))),
    )
  }

  /** One value on the set, another off it. */
  static indicator<V>(family: Family, set: AddressSet, on: V, off: V): AddressMap<V> {
    const [lineStart, lineEnd] = addressLine(family)
    const starts: Address[] = []
    const values: V[] = []
    if (set[0] !== lineStart) {
      starts.push(lineStart)
      values.push(off)
    }
    for (const [from, to] of ranges(set)) {
      starts.push(from)
      values.push(on)
      if (to === lineEnd) continue
      starts.push(to)
      values.push(off)
    }
    return new AddressMap(family, starts, values)
  }

  at(address: Address): V {
    return this.#values[this.pieceOf(address)]!
  }

  // ---- by piece: for walks that want to know how far a value holds

  valueOf(piece: number): V {
    return this.#values[piece]!
  }

  startOf(piece: number): Address {
    return this.#starts[piece]!
  }

  /** The first address after the piece. */
  endOf(piece: number): Address {
    return this.#starts[piece + 1] ?? addressLine(this.family)[1]
  }

  get pieces(): number {
    return this.#values.length
  }

  map<W>(change: (value: V) => W): AddressMap<W> {
    const starts: Address[] = []
    const values: W[] = []
    for (let i = 0; i < this.#values.length; i++) {
      const value = change(this.#values[i]!)
      if (values.length > 0 && values.at(-1) === value) continue
      starts.push(this.#starts[i]!)
      values.push(value)
    }
    return new AddressMap(this.family, starts, values)
  }

  /** The set cut by value: disjoint parts that together are the set, each with its value. */
  split(set: AddressSet): Map<V, AddressSet> {
    if (this.#starts.length === 1) return new Map(set.length === 0 ? [] : [[this.#values[0]!, set]])
    return isFarShorter(this.#starts, set) ? this.#splitByValue(set) : this.#splitByPiece(set)
  }

  /** A few pieces are looked up in very many intervals, all of one value at once. */
  #splitByValue(set: AddressSet): Map<V, AddressSet> {
    const parts: [V, AddressSet][] = []
    for (const [value, addresses] of this.parts()) {
      const part = intersect(set, addresses)
      if (part.length > 0) parts.push([value, part])
    }
    return new Map(parts.sort(([, a], [, b]) => (a[0]! < b[0]! ? -1 : 1)))
  }

  #splitByPiece(set: AddressSet): Map<V, AddressSet> {
    const parts = new Map<V, Address[]>()
    for (let i = 0; i < set.length; i += 2) {
      const [from, to] = [set[i]!, set[i + 1]!]
      for (let piece = this.pieceOf(from); piece < this.#starts.length && this.#starts[piece]! < to; piece++) {
        const start = this.#starts[piece]!
        const next = this.#starts[piece + 1]
        const low = start > from ? start : from
        const high = next !== undefined && next < to ? next : to
        const bounds = parts.get(this.#values[piece]!)
        // Neighbouring pieces have different values, so parts of one value never touch.
        if (bounds) bounds.push(low, high)
        else parts.set(this.#values[piece]!, [low, high])
      }
    }
    return parts
  }

  /** Whether all values on the set are such. */
  isOn(set: AddressSet, isSuch: (value: V) => boolean): boolean {
    for (let i = 0; i < set.length; i += 2)
      for (
        let piece = this.pieceOf(set[i]!);
        piece < this.#starts.length && this.#starts[piece]! < set[i + 1]!;
        piece++
      )
        if (!isSuch(this.#values[piece]!)) return false
    return true
  }

  /** All addresses, cut by value. */
  parts(): Map<V, AddressSet> {
    return this.#splitByPiece(addressLine(this.family))
  }

  pieceOf(address: Address): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#starts[middle]! <= address) low = middle
      else high = middle
    }
    return low
  }
}

/** Whoever of some has an address that another one has too. */
export const sharingAddresses = <T>(all: readonly (readonly [AddressSet, T])[], family: Family): ReadonlySet<T> => {
  const holders = AddressMap.sweep<T, readonly T[]>(family, all, (found) => found)
  return new Set([...holders.parts().keys()].flatMap((found) => (found.length > 1 ? found : [])))
}

/** Keeps the list of active entries sorted, since their order is what a first match goes by. */
const toggle = (active: number[], event: { readonly index: number; readonly enters: boolean }): void => {
  let at = active.length
  while (at > 0 && active[at - 1]! >= event.index) at--
  if (event.enters) active.splice(at, 0, event.index)
  else active.splice(at, 1)
}
