/** What a map file holds beside the page itself: written by `ztnet map`, read by the page. The snapshots stand beside it as they are, so that
 *  the page can ask them anything. */
import type { MatrixResult } from '../analysis/matrix.ts'
import type { SnapshotEntry } from '../analysis/snapshot-entry.ts'
import type { CheckResult } from '../checks/findings.ts'
import type { DiffResult } from '../diff/diff.ts'
import type { Breach } from '../scene/flows.ts'
import type { Scene } from '../scene/scene.ts'

export interface MapData {
  readonly version: 1
  /** Of ztnet. */
  readonly madeBy: string
  /** Oldest first. */
  readonly snapshots: readonly MapSnapshot[]
}

export interface MapSnapshot extends SnapshotEntry {
  /** What the user called it: the name of its file, or of the example. */
  readonly label: string
  readonly interfaces: number
  /** The policy that declares tiers: those of the scene are then its own. */
  readonly tiersBy?: string
  /** All tiers of a policy that has more than the scene shows: the ids of interfaces and subnets that each takes, in its order. */
  readonly policyTiers?: Readonly<
    Record<string, { readonly members: readonly string[]; readonly subnets: readonly string[] }>
  >
  readonly scene: Scene
  /** Tier by tier; absent where the estate is too large to be asked beforehand: the page asks for it. */
  readonly matrix?: MatrixResult
  /** What is otherwise than in the snapshot before, by `vpc-subnet-tier`; absent in the first. */
  readonly changes?: DiffResult
  /** Findings. */
  readonly check?: MapCheck
}

export interface MapCheck {
  /** Without who exactly sends what to whom: the page asks that. */
  readonly result: CheckResult
  /** Where in the picture what findings name is: boxes, the innermost first. */
  readonly places: Readonly<Record<string, readonly string[]>>
  /** Between which tiers. */
  readonly breaches: readonly Breach[]
}

/** Ids of the elements of a map file: the data, the page's engine, and each snapshot by its place in `snapshots`. */
export const MAP_ELEMENTS = { data: 'map-data', engine: 'map-engine', snapshot: (index: number) => `snapshot-${index}` }
