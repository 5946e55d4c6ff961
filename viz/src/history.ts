/** Several snapshots: what became of boxes from one to the next. */
import type { MapSnapshot } from '../../src/report/map-data.ts'
import { idsIn } from '../../src/scene/union.ts'
import type { Presence } from './canvas.ts'

export const presenceAt = (snapshots: readonly MapSnapshot[], at: number): ReadonlyMap<string, Presence> => {
  const marks = new Map<string, Presence>()
  if (snapshots.length === 1) return marks
  const now = idsIn(snapshots[at]!.scene)
  const before = at > 0 ? idsIn(snapshots[at - 1]!.scene) : now
  for (const { scene } of snapshots)
    for (const id of idsIn(scene)) {
      if (now.has(id)) {
        if (!before.has(id)) marks.set(id, 'new')
      } else marks.set(id, before.has(id) ? 'gone' : 'absent')
    }
  return marks
}
