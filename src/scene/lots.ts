/** The interfaces of a subnet as a picture shows them: those that no rule tells apart are one lot with a number. */
import { serviceBehind, type Service } from '../analysis/place-service.ts'
import { labelOf } from '../analysis/place.ts'
import { alike } from '../analysis/reachability.ts'
import { ownerOf } from '../aws/endpoint-class.ts'
import { serviceName } from '../aws/service-name.ts'
import { byCodeUnit, groupedBy, type NonEmpty } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { formatAddress } from '../packet/address.ts'
import type { ThingKind } from './kinds.ts'
import type { Lot } from './scene.ts'

export const lotsOf = (network: Network, interfaces: readonly NetworkInterface[]): readonly Lot[] =>
  membersOfLots(network, interfaces)
    .map((members) => lotOf(network, members))
    .sort((a, b) => byCodeUnit(a.name ?? a.id, b.name ?? b.id) || byCodeUnit(a.id, b.id))

/** Each lot by id; unlike things are told apart even where rules do not. */
export const membersOfLots = (
  network: Network,
  interfaces: readonly NetworkInterface[],
): readonly Readonly<NonEmpty<NetworkInterface>>[] =>
  alike(network, interfaces).flatMap((members) => [...groupedBy(members, (each) => kindOf(network, each)).values()])

const lotOf = (network: Network, members: Readonly<NonEmpty<NetworkInterface>>): Lot => {
  const [first] = members
  const [address] = first.addresses
  const name = commonName(members.flatMap((each) => nameOf(network, each) ?? []))
  return {
    id: first.id,
    kind: kindOf(network, first),
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address: formatAddress(address) }),
    count: members.length,
  }
}

/** What they are all called, or how all their names begin: `web-` of `web-1` and `web-2`. */
const commonName = (names: readonly string[]): string | undefined => {
  const [first, ...rest] = names
  if (first === undefined) return undefined
  let length = first.length
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--
  if (length === first.length) return first
  return length < 3 ? first : `${first.slice(0, length)}*`
}

const nameOf = (network: Network, each: NetworkInterface): string | undefined => {
  const owner = ownerOf(network, each)
  if (owner.is === 'interface-endpoint') {
    const service = network.raw('vpcEndpoint', owner.id)?.ServiceName
    if (service !== undefined) return serviceName(service)
  }
  return labelOf(network, each)
}

/** What stands behind an interface, as far as its record tells. */
export const kindOf = (network: Network, each: NetworkInterface): ThingKind => {
  const { is } = ownerOf(network, each)
  switch (is) {
    case 'nat-gateway':
    case 'load-balancer':
    case 'gateway-load-balancer':
    case 'interface-endpoint':
    case 'inspection-endpoint':
    case 'function':
      return is
    case 'transit-gateway':
      return 'transit-attachment'
    case 'client-address-endpoint':
    case 'workload': {
      const service = serviceBehind(each.raw)?.service
      if (service) return OF_SERVICE[service]
      return each.raw.Attachment?.InstanceId === undefined ? 'interface' : 'instance'
    }
  }
}

const OF_SERVICE: { readonly [S in Service]: ThingKind } = {
  rds: 'database',
  redshift: 'database',
  elasticache: 'cache',
  dax: 'cache',
  lambda: 'function',
  efs: 'file-system',
  eks: 'kubernetes',
  ecs: 'container',
  opensearch: 'search',
}
