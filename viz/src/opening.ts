/** Reads what the file holds: its data, and the engine with the snapshots, started and ready to be asked. */
import { MAP_ELEMENTS, type MapData, type MapSnapshot } from '../../src/report/map-data.ts'
import { decoded, inflated } from './compressed.ts'
import { byId } from './dom.ts'
import { type Engine, startEngine } from './engine-client.ts'
import type { DeclaredTiers } from './protocol.ts'

export const opened = async (): Promise<{ readonly data: MapData; readonly engine: Engine }> => {
  const data = JSON.parse(await textOf(MAP_ELEMENTS.data)) as MapData
  const engine = startEngine(byId(MAP_ELEMENTS.engine).textContent, {
    snapshots: data.snapshots.map((_, index) => byId(MAP_ELEMENTS.snapshot(index)).textContent),
    tiers: data.snapshots.map(declaredIn),
  })
  return { data, engine }
}

const textOf = (id: string): Promise<string> => new Response(inflated(decoded(byId(id).textContent))).text()

/** Tiers that a policy declares, which the snapshot itself does not know. */
const declaredIn = ({ tiersBy, policyTiers = {}, scene }: MapSnapshot): DeclaredTiers | undefined => {
  if (tiersBy === undefined) return undefined
  const subnets = scene.accounts.flatMap(({ regions }) =>
    regions.flatMap(({ vpcs }) => vpcs.flatMap((vpc) => vpc.subnets)),
  )
  return { by: tiersBy, subnets: new Map(subnets.map(({ id, tier }) => [id, tier] as const)), policyTiers }
}
