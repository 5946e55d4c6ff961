/** The snapshot that is looked at: which of those in the file the address says, its scene, and the engine's answers about it. */
import { once } from '../../src/collections.ts'
import type { PacketWords } from '../../src/analysis/packet-words.ts'
import type { MapData, MapSnapshot } from '../../src/report/map-data.ts'
import { sceneAt } from '../../src/report/map-scene.ts'
import { openAtFirst } from '../../src/scene/layout.ts'
import { holdersIn } from '../../src/scene/lines.ts'
import type { Open } from '../../src/scene/picture.ts'
import type { Scene } from '../../src/scene/scene.ts'
import type { Address } from './address.ts'
import type { Engine } from './engine-client.ts'
import { oddityOf, packetWords } from './packet-filter.ts'
import type { Answers, Kind, Questions } from './protocol.ts'

export interface LookedAt {
  /** Place in the file of the newest. */
  readonly last: number
  at(): number
  now(): MapSnapshot
  /** The one before; none of the oldest. */
  before(): MapSnapshot | undefined
  /** All snapshots in one picture: what is not in this one stands where it stands in others. */
  scene(): Scene
  /** What each box stands in. */
  holders(): ReadonlyMap<string, string>
  /** Boxes that are open until somebody opens or closes one. */
  openAtFirst(): Open
  /** What the question is restricted to. */
  packets(): PacketWords
  /** Not by words that make no sense, as a link may have them: answers tell what is wrong with these. */
  isFiltered(): boolean
  /** The same where the same snapshot is asked about the same packets. */
  key(): string
  ask<K extends Kind>(kind: K, question: Questions[K], progress?: Progress): Promise<Answers[K]>
}

export type Progress = (done: number, of: number) => void

/** At first fewer than there may be, so that there is room to open more. */
const MOST_AT_FIRST = 1500

export const lookedAt = ({ snapshots }: MapData, engine: Engine, address: Address): LookedAt => {
  const last = snapshots.length - 1
  const at = (): number => Math.min(address.now().snapshot ?? last, last)
  const scenes = new Map<number, Scene>()
  const holders = new Map<number, ReadonlyMap<string, string>>()
  const firsts = new Map<number, Open>()
  const scene = (): Scene => once(scenes, at(), () => sceneAt(snapshots, at()))
  const packets = (): PacketWords => packetWords(address.now())
  return {
    last,
    at,
    scene,
    now: () => snapshots[at()]!,
    before: () => snapshots[at() - 1],
    holders: () => once(holders, at(), () => holdersIn(scene())),
    openAtFirst: () => once(firsts, at(), () => openAtFirst(scene(), MOST_AT_FIRST)),
    packets,
    isFiltered: () => address.now().protocol + address.now().port !== '' && oddityOf(packets()) === undefined,
    key: () => `${at()} ${address.now().protocol} ${address.now().port}`,
    ask: (kind, question, progress) =>
      engine.ask(kind, question, { snapshot: at(), ...(progress !== undefined && { progress }) }),
  }
}
