/** The few numbers that stand for many measured ones. */

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** What this share of the values does not exceed. */
export const percentile = (values: Float64Array, share: number): number =>
  values.toSorted()[Math.min(values.length - 1, Math.floor(values.length * share))]!

export interface Point {
  readonly size: number
  readonly time: number
}

/** The k of n^k that leads from the smaller point to the larger. */
export const growthExponent = (from: Point, to: Point): number =>
  Math.log(to.time / from.time) / Math.log(to.size / from.size)
