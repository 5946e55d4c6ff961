/** The scene of one snapshot of a map, as the page and the pictures for documents draw it: all that any of its snapshots holds, with what
 *  became of each flow since the snapshot before. */
import { breakingFlows, changedFlows, markedFlows } from '../scene/flows.ts'
import type { Picture } from '../scene/picture.ts'
import type { FlowLink, Scene } from '../scene/scene.ts'
import { idsIn, unionOf } from '../scene/union.ts'
import type { MapSnapshot } from './map-data.ts'

export const sceneAt = (snapshots: readonly MapSnapshot[], at: number): Scene => {
  const scenes = snapshots.map(({ scene }) => scene)
  const scene = scenes.length === 1 ? scenes[0]! : unionOf(scenes, at)
  const { changes } = snapshots[at]!
  const before = scenes[at - 1]?.flows
  if (!changes || !before || !scene.flows) return scene
  return { ...scene, flows: changedFlows(before, scene.flows, changes.changes) }
}

/** With the rules that they break. */
export const judgedFlows = (flows: readonly FlowLink[], { check }: MapSnapshot): readonly FlowLink[] =>
  check ? breakingFlows(flows, check.breaches) : flows

/** What is known of flows where they were not asked beforehand. */
export const flowsUnasked = ({ check, changes }: MapSnapshot): readonly FlowLink[] =>
  markedFlows(check?.breaches ?? [], changes?.changes ?? [])

/** `gone` since the snapshot before; `absent` from both. */
export type Presence = 'new' | 'gone' | 'absent'

/** Of boxes that are not in both this snapshot and the one before. */
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

/** With what came and went said in titles, as what opened and closed is in labels. */
export const withPresence = (picture: Picture, marks: ReadonlyMap<string, Presence>): Picture => {
  if (marks.size === 0) return picture
  const boxes = picture.boxes.map((box) => {
    const sign = SIGNS[marks.get(box.id) ?? 'absent']
    return sign === '' ? box : { ...box, title: `${sign} ${box.title}` }
  })
  return { ...picture, boxes }
}

const SIGNS: Readonly<Record<Presence, string>> = { new: '+', gone: '−', absent: '' }
