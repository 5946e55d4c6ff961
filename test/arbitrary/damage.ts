/** A snapshot file as it comes from an account of which only parts could be read, or from a hand that edited it: records, fields and coverage
 *  are gone, and fields say what makes no sense. */
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import type { Choices, Program } from './choices.ts'

/** The lines of a network, whole and damaged. */
export const damaged =
  (program: Program<Snapshot>): Program<{ readonly whole: Snapshot; readonly lines: readonly string[] }> =>
  (choices) => {
    const whole = program(choices)
    let torn = whole
    for (let left = choices.int(1, 4); left > 0; left--) torn = withDamage(choices, torn)
    return { whole, lines: [...formatSnapshotLines(torn)] }
  }

const withDamage = (choices: Choices, snapshot: Snapshot): Snapshot => {
  const { resources, coverage } = snapshot
  if (resources.length === 0 || coverage.length === 0) return snapshot
  const at = choices.int(0, resources.length - 1)
  if (choices.chance(15)) return { ...snapshot, resources: resources.toSpliced(at, 1) }
  if (choices.chance(15)) return { ...snapshot, coverage: coverage.toSpliced(choices.int(0, coverage.length - 1), 1) }
  const record = resources[at]!
  const raw = structuredClone(record.raw)
  const spots = spotsIn(raw)
  if (spots.length === 0) return snapshot
  const { holder, key } = choices.pick(spots)
  if (choices.chance(35)) remove(holder, key)
  else if (choices.chance(40)) {
    const others = spotsIn(structuredClone(choices.pick(resources).raw))
    if (others.length > 0) {
      const other = choices.pick(others)
      holder[key] = other.holder[other.key]
    }
  } else holder[key] = choices.pick(ODD)
  return { ...snapshot, resources: resources.with(at, { ...record, raw } as typeof record) }
}

/** A value inside of a record, by what holds it. */
interface Spot {
  readonly holder: Record<string, unknown>
  readonly key: string
}

const spotsIn = (value: unknown): readonly Spot[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
        { holder: value as Record<string, unknown>, key },
        ...spotsIn(inner),
      ])

const remove = (holder: Spot['holder'] | unknown[], key: string): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

const ODD: readonly unknown[] = [
  ...[null, '', [], {}, true, -1, 65_536],
  ...['junk', '::', '0.0.0.0/0', '10.0.0.0/99', 'local', 'igw-x', 'sg-00000001', 'vpc-00000001'],
]
