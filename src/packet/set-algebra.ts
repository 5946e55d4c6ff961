/** What every set of this folder can do, and the laws it keeps. Canonical form is each set's own duty: two sets with the same
 *  members are `equals`, however they were made. */
export interface SetAlgebra<S> {
  readonly empty: S
  isEmpty(set: S): boolean
  equals(a: S, b: S): boolean
  /** Members of either. Commutative, associative, idempotent; `empty` is its identity. */
  union(a: S, b: S): S
  /** Members of both. Distributes over `union`; `empty` absorbs. */
  intersect(a: S, b: S): S
  /** Members of `a` that `b` lacks: `union(subtract(a, b), intersect(a, b))` equals `a`. */
  subtract(a: S, b: S): S
  /** A total order on sets, so that results come out sorted: 0 exactly where `equals`. */
  compare(a: S, b: S): number
}

/** Every member of `inner` is in `outer`. */
export const isSubset = <S>(algebra: SetAlgebra<S>, inner: S, outer: S): boolean =>
  algebra.isEmpty(algebra.subtract(inner, outer))
