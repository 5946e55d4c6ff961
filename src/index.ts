/** The library door: the questions of the command line, with the same shapes, typed.
 *
 *      const estate = compile(await loadSnapshot('snapshots/prod.json'))
 *      const answer = estate.reach('db-subnet', 'internet', { protocol: 6, ports: [443, 443] }) */
import { resolvePlace } from './analysis/place.ts'
import type { Filter } from './analysis/question.ts'
import { judge, reach, type ReachResult } from './analysis/reach.ts'
import { tierReport, type TierReport } from './analysis/tiers.ts'
import { compile as compileNetwork } from './aws/compile.ts'
import { loadSnapshot as load } from './collect/snapshot-file.ts'
import { Network } from './network/network.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export { ZtnetError } from './errors.ts'
export type { Filter } from './analysis/question.ts'
export type { Flow, ReachResult } from './analysis/reach.ts'
export type { TierReport } from './analysis/tiers.ts'
export type { Packets } from './packet/describe.ts'
export type { Coverage, Gap, Resource, Snapshot } from './snapshot/snapshot.ts'

/** A snapshot made ready for questions. Places are named as on the command line; a place that fits nothing throws `ZtnetError`. */
export interface Estate {
  readonly snapshot: Snapshot
  /** Which packets flow, by which path, and everything in the way of the others. */
  reach(from: string, to: string, filter?: Filter): ReachResult
  /** The verdict alone, for many questions in a row. */
  judge(from: string, to: string, filter?: Filter): ReturnType<typeof judge>
  /** Which subnet is which tier, and why. */
  tiers(): TierReport
}

export interface Loaded {
  readonly snapshot: Snapshot
  /** What was read and not understood, in words; the same is in the snapshot's gaps. */
  readonly warnings: readonly string[]
}

/** Reads a snapshot file, or a folder of describe JSON. Throws `ZtnetError` for what is neither. */
export const loadSnapshot = (path: string): Promise<Loaded> => load(path)

/** Compiles what `loadSnapshot` gave, or a snapshot itself. Stages are drafted when a question first needs them. */
export const compile = (loaded: Snapshot | Loaded): Estate => {
  const snapshot = 'snapshot' in loaded ? loaded.snapshot : loaded
  const compiled = compileNetwork(new Network(snapshot))
  const place = (selector: string) => resolvePlace(compiled.network, selector)
  return {
    snapshot,
    reach: (from, to, filter = {}) => reach(compiled, place(from), place(to), filter),
    judge: (from, to, filter = {}) => judge(compiled, place(from), place(to), filter),
    tiers: () => tierReport(compiled),
  }
}
