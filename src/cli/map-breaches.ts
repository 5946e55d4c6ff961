/** Between which boxes of a picture findings break a rule: of each finding every pair of tiers that its packets go between. A finding is about
 *  two groups of VPC and tier; only where VPCs share a Name are these several tiers of the picture, which its flows tell apart. */
import type { Network } from '../network/network.ts'
import type { Finding } from '../policy/finding.ts'
import type { Breach } from '../scene/flows.ts'
import { type Scene, tierId } from '../scene/scene.ts'

export const breachesOf = (network: Network, scene: Scene, findings: readonly Finding[]): readonly Breach[] => {
  const tiers = tiersIn(scene)
  const outside = new Set(scene.outside.map(({ id }) => id))
  const boxOf = (id: string): string | undefined => {
    if (outside.has(id)) return id
    const subnet = network.interface(id)?.subnetId
    return subnet === undefined ? undefined : tiers.get(subnet)
  }
  const boxesOf = (ids: readonly string[]): readonly string[] => [...new Set(ids.flatMap((id) => boxOf(id) ?? []))]
  return findings.flatMap(({ witness, flows = [], title, verdict = 'reachable', text }): readonly Breach[] => {
    // What ought to arrive and does not has no flow to draw.
    if (verdict === 'unreachable') return []
    const ends = [...flows, ...(witness ? [{ from: [witness.from.id], to: [witness.to.id] }] : [])]
    const pairs = new Map(
      ends.flatMap((each) => {
        const to = boxesOf(each.to)
        return boxesOf(each.from).flatMap((a) =>
          to.map((b) => [`${a} ${b}`, { from: a, to: b, title, verdict, packets: text }] as const),
        )
      }),
    )
    return [...pairs.values()]
  })
}

/** Subnet -> tier of its VPC. */
const tiersIn = ({ accounts }: Scene): ReadonlyMap<string, string> =>
  new Map(
    accounts.flatMap(({ regions }) =>
      regions.flatMap(({ vpcs }) =>
        vpcs.flatMap((vpc) => vpc.subnets.map(({ id, tier }) => [id, tierId(vpc.id, tier)] as const)),
      ),
    ),
  )
