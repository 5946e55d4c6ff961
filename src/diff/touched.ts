/** In which VPCs stages may do something else because of changed settings. What those of all other VPCs do is the same in both networks, and
 *  need not be found out again: `compileVariant`. A law holds what comes of it against networks that share nothing. */
import { membersOf } from '../analysis/place-things.ts'
import { isHost, ownerOf } from '../aws/endpoint-class.ts'
import { endpointsBefore } from '../aws/private-link.ts'
import type { Network, Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Edit, Setting } from './settings.ts'

/** Ids of VPCs; undefined where it may be any stage. Told of settings of subnets, and of what judges interfaces. */
export const touchedBy = (
  networks: readonly Network[],
  settings: Iterable<Setting>,
): ReadonlySet<string> | undefined => {
  const touched = new Set<string>()
  for (const { kind, isTag, edits } of settings) {
    if (isTag) continue
    if (kind === 'coverage') return undefined
    for (const edit of edits) {
      const vpcs = networks.map((network) => touchedIn(network, edit))
      for (const ids of vpcs) {
        if (!ids) return undefined
        for (const id of ids) touched.add(id)
      }
    }
  }
  // What a VPC has for blocks that nobody described is told by its route tables, to others too (R-ROUTE-8).
  const areDescribed = networks.every((network) => [...touched].every((id) => network.raw('vpc', id)))
  return areDescribed ? touched : undefined
}

const touchedIn = (network: Network, { resource, before, after }: Edit): readonly string[] | undefined => {
  const { field } = (before ?? after)!
  switch (resource.kind) {
    case 'networkAcl':
    case 'routeTable':
      return vpcsOfTable(network, resource)
    case 'securityGroup':
      if (!field.startsWith('IpPermissions')) return undefined
      if (field === 'IpPermissionsEgress' && refersOut(network, resource.id)) return undefined
      return vpcsJudging(network, membersOf(network, resource.id))
    case 'networkInterface':
      return field === 'Groups' ? vpcsJudging(network, [network.interface(resource.id)]) : undefined
    default:
      return undefined
  }
}

/** Its own, and those of the subnets that it is said to judge; undefined for what gateways and the internet look into (R-EDGE-1). */
const vpcsOfTable = (
  network: Network,
  { kind, id, raw: { VpcId } }: Of<'networkAcl' | 'routeTable'>,
): readonly string[] | undefined => {
  const associations: readonly Association[] = network.raw(kind, id)?.Associations ?? []
  if (!associations.every(({ SubnetId, Main }) => SubnetId !== undefined || Main === true)) return undefined
  const vpcs = associations.map(({ SubnetId }) => (SubnetId === undefined ? VpcId : network.vpcOf(SubnetId)))
  return vpcs.includes(undefined) || VpcId === undefined
    ? undefined
    : [VpcId, ...vpcs.filter((each) => each !== undefined)]
}

interface Association {
  readonly SubnetId?: string | undefined
  readonly Main?: boolean | undefined
}

/** Rules that let out to a group are judged by who receives, wherever that is (R-SG-8). */
const refersOut = (network: Network, groupId: string): boolean =>
  network
    .raw('securityGroup', groupId)
    ?.IpPermissionsEgress?.some(({ UserIdGroupPairs: pairs = [] }) => pairs.length > 0) ?? false

/** Where the groups of these are asked: in their own VPCs, and those of a load balancer also where an endpoint of its service is (R-VPCE-8). */
const vpcsJudging = (
  network: Network,
  interfaces: readonly (NetworkInterface | undefined)[],
): readonly string[] | undefined => {
  const vpcs = new Set<string>()
  for (const each of interfaces) {
    const owner = each && ownerOf(network, each)
    if (!owner || !(isHost(owner) || owner.is === 'load-balancer' || owner.is === 'interface-endpoint'))
      return undefined
    vpcs.add(each.vpcId)
    if (owner.is !== 'load-balancer') continue
    for (const { raw } of endpointsBefore(network, owner.id)) {
      if (raw.VpcId === undefined) return undefined
      vpcs.add(raw.VpcId)
    }
  }
  return [...vpcs]
}
