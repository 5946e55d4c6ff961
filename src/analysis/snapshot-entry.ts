/** What every answer says of the snapshot that it is about. */
import type { Snapshot } from '../snapshot/snapshot.ts'

/** Plain JSON. */
export interface SnapshotEntry {
  /** ISO 8601, UTC; absent where the snapshot does not say when. */
  readonly collectedAt?: string
  /** How much could not be read or understood: a number, the gaps themselves are in the snapshot. */
  readonly gaps: number
}

export const snapshotEntry = ({ collectedAt, gaps }: Snapshot): SnapshotEntry => ({
  ...(collectedAt !== undefined && { collectedAt }),
  gaps: gaps.length,
})
