/** The rows and columns that the benchmark asks about: the tiers of the estate, and the internet. */
import type { Group } from '../../src/analysis/cells.ts'
import { placeOfInterfaces, resolvePlace } from '../../src/analysis/place.ts'
import { subnetsByTier } from '../../src/analysis/tiers.ts'
import type { Compiled } from '../../src/aws/compile.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'

export const tierGroups = ({ network }: Compiled): readonly Group[] => [
  ...[...subnetsByTier(network)].flatMap(([tier, subnets]) => {
    const interfaces = subnets.flatMap(({ id }) => network.interfacesIn(id))
    return interfaces.length === 0 ? [] : [groupOf(tier, interfaces)]
  }),
  { key: 'internet', place: resolvePlace(network, 'internet') },
]

export const groupOf = (key: string, interfaces: readonly NetworkInterface[]): Group => ({
  key,
  place: placeOfInterfaces(interfaces, key),
})
