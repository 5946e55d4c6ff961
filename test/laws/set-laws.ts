/** The laws of sets, once, for everything that implements `SetAlgebra`. A spec hands over its sets and how to look into one
 *  of them, and adds only what is its own. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSubset, type SetAlgebra } from '../../src/packet/set-algebra.ts'

export interface SetFamily<S, M> {
  readonly algebra: SetAlgebra<S>
  readonly all: S
  readonly sets: fc.Arbitrary<S>
  /** Membership, found in the plainest way there is: it is the model that the operations are held against. */
  readonly has: (set: S, member: M) => boolean
  /** A member of every piece into which these sets cut `all`: sets that agree on them have the same members. */
  readonly witnesses: (...sets: readonly S[]) => readonly M[]
}

type Equation<S> = (a: S, b: S, c: S) => readonly [S, S]

export const obeysSetLaws = <S, M>(family: SetFamily<S, M>, parameters: fc.Parameters<[S, S, S]> = {}): void => {
  const { algebra, sets, has, witnesses } = family
  const { union, intersect, subtract, equals, compare, isEmpty } = algebra
  const holds = (law: (a: S, b: S, c: S) => void): void => fc.assert(fc.property(sets, sets, sets, law), parameters)

  describe('obeys the laws of sets', () => {
    it.each(Object.entries(equations(family)))('%s', (_, equation) =>
      holds((a, b, c) => {
        const [left, right] = equation(a, b, c)
        expect(equals(left, right)).toBe(true)
        expect(left, 'one set has one form').toStrictEqual(right)
        expect(compare(left, right)).toBe(0)
      }),
    )

    it('members of a union, an intersection and a difference are those that the members of both sets say', () =>
      holds((a, b, c) => {
        const [both, either, difference] = [intersect(a, b), union(a, b), subtract(a, b)]
        for (const member of witnesses(a, b, c)) {
          const [inA, inB] = [has(a, member), has(b, member)]
          expect(has(either, member)).toBe(inA || inB)
          expect(has(both, member)).toBe(inA && inB)
          expect(has(difference, member)).toBe(inA && !inB)
        }
      }))

    it('sets are equal exactly where they have the same members', () =>
      holds((a, b) => {
        const same = witnesses(a, b).every((member) => has(a, member) === has(b, member))
        expect(equals(a, b)).toBe(same)
        expect(compare(a, b) === 0).toBe(same)
      }))

    it('a set is empty exactly where it has no members', () =>
      holds((a, b) => {
        const common = intersect(a, b)
        expect(isEmpty(common)).toBe(!witnesses(common).some((member) => has(common, member)))
      }))

    it('a subset has no member that the other lacks', () =>
      holds((a, b) => {
        expect(isSubset(algebra, a, b)).toBe(witnesses(a, b).every((member) => !has(a, member) || has(b, member)))
        expect(isSubset(algebra, intersect(a, b), a)).toBe(true)
        expect(isSubset(algebra, a, union(a, b))).toBe(true)
      }))

    it('the order is total', () =>
      holds((a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)))
        const sorted = [a, b, c].sort(compare)
        expect(compare(sorted[0]!, sorted[2]!)).toBeLessThanOrEqual(0)
      }))
  })
}

/** Named as a reader would say them. `not` is the complement. */
const equations = <S, M>({ algebra, all }: SetFamily<S, M>): Readonly<Record<string, Equation<S>>> => {
  const { empty, union, intersect, subtract } = algebra
  const not = (set: S): S => subtract(all, set)
  return {
    'union is commutative': (a, b) => [union(a, b), union(b, a)],
    'union is associative': (a, b, c) => [union(a, union(b, c)), union(union(a, b), c)],
    'union is idempotent': (a) => [union(a, a), a],
    'the empty set adds nothing': (a) => [union(a, empty), a],
    'nothing is missing from everything': (a) => [union(a, all), all],
    'a set and its complement are everything': (a) => [union(a, not(a)), all],
    'intersection is commutative': (a, b) => [intersect(a, b), intersect(b, a)],
    'intersection is associative': (a, b, c) => [intersect(a, intersect(b, c)), intersect(intersect(a, b), c)],
    'intersection is idempotent': (a) => [intersect(a, a), a],
    'everything cuts nothing off': (a) => [intersect(a, all), a],
    'the empty set leaves nothing': (a) => [intersect(a, empty), empty],
    'a set and its complement share nothing': (a) => [intersect(a, not(a)), empty],
    'union absorbs intersection': (a, b) => [union(a, intersect(a, b)), a],
    'intersection absorbs union': (a, b) => [intersect(a, union(a, b)), a],
    'intersection distributes over union': (a, b, c) => [
      intersect(a, union(b, c)),
      union(intersect(a, b), intersect(a, c)),
    ],
    'union distributes over intersection': (a, b, c) => [
      union(a, intersect(b, c)),
      intersect(union(a, b), union(a, c)),
    ],
    'the complement of the complement is the set': (a) => [not(not(a)), a],
    'the complement of a union is the intersection of the complements': (a, b) => [
      not(union(a, b)),
      intersect(not(a), not(b)),
    ],
    'the complement of an intersection is the union of the complements': (a, b) => [
      not(intersect(a, b)),
      union(not(a), not(b)),
    ],
    'a set without itself is empty': (a) => [subtract(a, a), empty],
    'a set without nothing is itself': (a) => [subtract(a, empty), a],
    'nothing can be taken from the empty set': (a) => [subtract(empty, a), empty],
    'what another set has and what it lacks make up a set': (a, b) => [union(subtract(a, b), intersect(a, b)), a],
    'what a set lacks of another completes their union': (a, b) => [union(subtract(a, b), b), union(a, b)],
    'a difference is an intersection with the complement': (a, b) => [subtract(a, b), intersect(a, not(b))],
    'an intersection is what is left without the difference': (a, b) => [intersect(a, b), subtract(a, subtract(a, b))],
    'taking two sets away is taking their union away': (a, b, c) => [
      subtract(subtract(a, b), c),
      subtract(a, union(b, c)),
    ],
    'a difference distributes over union': (a, b, c) => [
      subtract(union(a, b), c),
      union(subtract(a, c), subtract(b, c)),
    ],
  }
}
