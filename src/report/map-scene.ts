/** The scene of one snapshot of a map, as the page and the pictures for documents draw it: all that any of its snapshots holds, with what
 *  became of each flow since the snapshot before. */
import { breakingFlows, changedFlows } from '../scene/flows.ts'
import type { FlowLink, Scene } from '../scene/scene.ts'
import { unionOf } from '../scene/union.ts'
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
