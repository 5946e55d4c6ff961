/** Drawing by small decisions: a network is too tangled for combinators, so it is written as a program that asks. Every answer comes
 *  from fast-check's generator, so a seed repeats it; a failure shrinks by asking the same program again with smaller answers. */
import fc from 'fast-check'

export interface Choices {
  /** Both ends included; shrinks to `min`. */
  readonly int: (min: number, max: number) => number
  /** Shrinks to false. */
  readonly chance: (percent: number) => boolean
  /** Shrinks to the first. */
  readonly pick: <T>(list: readonly T[]) => T
  /** Shrinks to the first; weights are relative. */
  readonly weighted: <T>(list: readonly (readonly [weight: number, value: T])[]) => T
  /** Different members of the list, in its order, as many as there are. */
  readonly some: <T>(list: readonly T[], min: number, max: number) => T[]
}

export type Program<T> = (choices: Choices) => T

/** Turns a program that asks into an arbitrary of what it makes. */
export const drawn = <T>(program: Program<T>): fc.Arbitrary<T> => new Drawn(program)

/** Why not `fc.gen()`: it draws from a copy of the generator, so neighbours in a list are near twins, and it shrinks answer by answer
 *  while the answers that follow change their meaning. */
class Drawn<T> extends fc.Arbitrary<T> {
  readonly #program: Program<T>

  constructor(program: Program<T>) {
    super()
    this.#program = program
  }

  override generate(random: fc.Random): fc.Value<T> {
    return this.#run((size) => random.nextInt(0, size))
  }

  override canShrinkWithoutContext(_: unknown): _ is T {
    return false
  }

  /** Fewer and smaller answers first: whole stretches left out or set to the first choice, then one by one. */
  override shrink(_: T, context: unknown): fc.Stream<fc.Value<T>> {
    const answers = context as readonly number[]
    return fc.stream(this.#simpler(answers))
  }

  *#simpler(answers: readonly number[]): Generator<fc.Value<T>> {
    for (let length = answers.length; length >= 1; length = Math.floor(length / 2))
      for (let start = 0; start + length <= answers.length; start += length) {
        const [before, after] = [answers.slice(0, start), answers.slice(start + length)]
        yield* this.#ifSimpler(answers, [...before, ...after])
        if (answers.slice(start, start + length).some((answer) => answer > 0))
          yield* this.#ifSimpler(answers, [...before, ...Array<number>(length).fill(0), ...after])
      }
    for (const [index, answer] of answers.entries())
      if (answer > 1) yield* this.#ifSimpler(answers, answers.with(index, Math.floor(answer / 2)))
  }

  /** Shrinking ends because both measures cannot fall for ever. */
  *#ifSimpler(old: readonly number[], wanted: readonly number[]): Generator<fc.Value<T>> {
    const value = this.#run((size, index) => Math.min(size, wanted[index] ?? 0))
    const answers = value.context as readonly number[]
    const [less, more] = [total(answers), total(old)]
    if (less < more || (less === more && answers.length < old.length)) yield value
  }

  #run(answer: (size: number, index: number) => number): fc.Value<T> {
    const answers: number[] = []
    const made = this.#program(
      choicesFrom((min, max) => {
        if (max <= min) return min
        const offset = answer(max - min, answers.length)
        answers.push(offset)
        return min + offset
      }),
    )
    return new fc.Value(made, answers)
  }
}

const total = (answers: readonly number[]): number => answers.reduce((sum, answer) => sum + answer, 0)

const choicesFrom = (int: Choices['int']): Choices => {
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[int(0, list.length - 1)] as T
  }
  return {
    int,
    chance: (percent) => int(0, 99) >= 100 - percent,
    pick,
    weighted: (list) => {
      let left = int(0, list.reduce((sum, [weight]) => sum + weight, 0) - 1)
      for (const [weight, each] of list) {
        if (left < weight) return each
        left -= weight
      }
      throw new Error('weights that do not add up')
    },
    some: (list, min, max) => {
      const rest = [...list]
      const wanted = int(Math.min(min, rest.length), Math.min(max, rest.length))
      while (rest.length > wanted) rest.splice(int(0, rest.length - 1), 1)
      return rest
    },
  }
}
