/** Which flows of the picture break a rule: those between the tiers in which the ends of a finding's witness are. */
import type { MapSnapshot } from '../../src/report/map-data.ts'
import type { Breach } from '../../src/scene/flows.ts'
import { type Scene, tierId } from '../../src/scene/scene.ts'

export const breachesIn = ({ check }: MapSnapshot, scene: Scene): readonly Breach[] => {
  if (!check) return []
  const tiers = tiersIn(scene)
  const endOf = (id: string): string | undefined => {
    const chain = check.places[id] ?? []
    return chain.flatMap((each) => tiers.get(each) ?? [])[0] ?? chain.find((each) => outside(scene).has(each))
  }
  return check.result.findings.flatMap(({ witness, title, verdict }): Breach[] => {
    // What ought to arrive and does not has no flow to draw.
    if (!witness || verdict === 'unreachable') return []
    const [from, to] = [endOf(witness.from.id), endOf(witness.to.id)]
    return from === undefined || to === undefined ? [] : [{ from, to, title }]
  })
}

const outside = (scene: Scene): ReadonlySet<string> => new Set(scene.outside.map(({ id }) => id))

const tiersIn = ({ accounts }: Scene): ReadonlyMap<string, string> =>
  new Map(
    accounts.flatMap(({ regions }) =>
      regions.flatMap(({ vpcs }) =>
        vpcs.flatMap((vpc) => vpc.subnets.map(({ id, tier }) => [id, tierId(vpc.id, tier)] as const)),
      ),
    ),
  )
