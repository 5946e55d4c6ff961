/** One diff in a process of its own: of a snapshot and the same one after ten changes, in times of a full analysis of one of them, and of a
 *  snapshot with itself. Prints what it found as JSON. Runs as built code; `main.ts` starts it. */
import { createHash } from 'node:crypto'
import { cellsOf } from '../../src/analysis/cells.ts'
import { compile } from '../../src/aws/compile.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { diff, type DiffQuestion, type DiffTotals } from '../../src/diff/diff.ts'
import { Network } from '../../src/network/network.ts'
import { edited } from './edits.ts'
import { tierGroups } from './groups.ts'
import { median } from './statistics.ts'
import { repeat, timed } from './timing.ts'

/** Times are in milliseconds; none of them includes reading and parsing. */
export interface DiffFigures {
  readonly interfaces: number
  /** Compile and all pairs of one of the two. */
  readonly full: number
  readonly diff: number
  /** Of a snapshot with a second reading of the same file. */
  readonly unchanged: number
  readonly totals: DiffTotals
  /** Of the whole result. */
  readonly checksum: string
}

export interface DiffTask {
  readonly path: string
  readonly runs: number
}

const QUESTION: DiffQuestion = { by: 'tier', match: 'id', filter: {} }

const measure = async ({ path, runs }: DiffTask): Promise<DiffFigures> => {
  const [before, again] = [(await loadSnapshot(path)).snapshot, (await loadSnapshot(path)).snapshot]
  const after = edited(again)
  const times = repeat(runs, () => {
    const [full] = timed(() => {
      const compiled = compile(new Network(before))
      const groups = tierGroups(compiled)
      cellsOf(compiled, groups, groups, QUESTION.filter)
    })
    const [compared, result] = timed(() => diff(before, after, QUESTION))
    const [unchanged, { totals }] = timed(() => diff(before, again, QUESTION))
    if (totals.settings > 0) throw new Error('a snapshot that differs from itself')
    return { full, diff: compared, unchanged, result }
  })
  const [{ result }, ...warm] = times as [(typeof times)[number], ...typeof times]
  const typical = (key: 'full' | 'diff' | 'unchanged'): number => median(warm.map((each) => each[key]))
  return {
    interfaces: before.resources.filter(({ kind }) => kind === 'networkInterface').length,
    full: typical('full'),
    diff: typical('diff'),
    unchanged: typical('unchanged'),
    totals: result.totals,
    checksum: createHash('sha256').update(JSON.stringify(result)).digest('hex').slice(0, 12),
  }
}

process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as DiffTask)))
