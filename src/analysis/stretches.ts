/** A function of one address that is constant on long stretches, save for a few addresses that it names: a rule for one host does not cut
 *  the stretch in two, it is remembered beside it. */
import { type Address, type AddressSet, addressLine, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'

/** Half-open. */
export interface Stretch<V> {
  readonly from: Address
  readonly to: Address
  readonly value: V
  /** Addresses on it that have other values. */
  readonly except: AddressSet
}

/** As many neighbouring addresses are still an exception; more are a stretch of their own. */
const FEW = 16

/** The one that holds all of a range; undefined where it is cut. */
export const stretchAround = <V>(
  stretches: readonly Stretch<V>[],
  range: { readonly from: Address; readonly to: Address },
): Stretch<V> | undefined => {
  const found = stretches.find(({ to }) => to > range.from)
  return found && found.to >= range.to ? found : undefined
}

interface Growing<V> {
  readonly from: Address
  to: Address
  readonly value: V
  readonly except: AddressSet[]
}

/** `at` gives the value at an address, compared by identity, and the first address behind it that may have another. `mayExcept`: whether
 *  a stretch may have addresses of this value in it that are not its own. */
export const stretchesOf = <V>(
  family: Family,
  at: (address: Address) => { readonly value: V; readonly to: Address },
  mayExcept: (value: V) => boolean,
): readonly Stretch<V>[] => {
  const [start, end] = addressLine(family)
  const all: Growing<V>[] = []
  let others: Growing<V>[] = []
  for (let from = start; from < end;) {
    const { value, to } = at(from)
    const last = all.at(-1)
    if (last && last.value === value) {
      last.except.push(...others.map((each): AddressSet => [each.from, each.to]))
      last.to = to
      others = []
    } else {
      const piece = { from, to, value, except: [] }
      if (last && mayExcept(value) && areFew([...others, piece])) others.push(piece)
      else {
        all.push(...others, piece)
        others = []
      }
    }
    from = to
  }
  all.push(...others)
  return all.map(({ from, to, value, except }) => ({ from, to, value, except: intervals.unionAll(except) }))
}

const areFew = (pieces: readonly { readonly from: Address; readonly to: Address }[]): boolean => {
  const [first, last] = [pieces[0]!.from, pieces.at(-1)!.to]
  return typeof first === 'bigint' ? BigInt(last) - first <= BigInt(FEW) : Number(last) - first <= FEW
}
