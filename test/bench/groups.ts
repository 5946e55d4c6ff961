/** The rows and columns that the benchmark asks about: the tiers of the estate, and the internet. */
import type { Group } from '../../src/analysis/cells.ts'
import { groupsOf } from '../../src/analysis/groups.ts'
import { placeOfInterfaces, resolvePlace } from '../../src/analysis/place.ts'
import type { Compiled } from '../../src/aws/compile.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'

export const tierGroups = ({ network }: Compiled): readonly Group[] => [
  ...groupsOf(network, 'tier'),
  { key: 'internet', place: resolvePlace(network, 'internet') },
]

export const groupOf = (key: string, interfaces: readonly NetworkInterface[]): Group => ({
  key,
  place: placeOfInterfaces(interfaces, key),
})
