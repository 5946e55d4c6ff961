/** What the snapshot says of one resource, in the few lines that people look for. */
import { membersOfLots, kindOf } from '../../src/scene/lots.ts'
import { KINDS } from '../../src/scene/kinds.ts'
import { whereaboutsOf } from '../../src/scene/whereabouts.ts'
import { labelOf } from '../../src/analysis/place.ts'
import { type Network, nameOfResource } from '../../src/network/network.ts'
import type { NetworkInterface } from '../../src/network/network-interface.ts'
import { tagsOf } from '../../src/snapshot/tags.ts'
import { formatAddress } from '../../src/packet/address.ts'
import type { Resource } from '../../src/snapshot/snapshot.ts'
import type { Facts, Found } from './protocol.ts'

export const factsOf = (network: Network, id: string): Facts | undefined => {
  const each = network.interface(id)
  if (each) return ofInterface(network, each)
  const resource = network.find(id)
  if (!resource) return undefined
  const name = nameOfResource(resource)
  const rows: (readonly [string, string])[] = [
    ['Account', resource.account],
    ['Region', resource.region],
  ]
  if (resource.kind === 'subnet') {
    const { CidrBlock, VpcId } = resource.raw
    rows.push(['CIDR', CidrBlock ?? ''], ['VPC', labelled(network, VpcId)])
    const [table, acl] = [network.routeTableOf(id), network.networkAclOf(id)]
    if (table) rows.push(['Route table', labelled(network, table.id)], ...routesOf(table.raw.Routes ?? []))
    if (acl) rows.push(['Network ACL', labelled(network, acl.id)])
  }
  if (resource.kind === 'vpc') rows.push(['CIDR', resource.raw.CidrBlock ?? ''])
  return {
    id,
    kind: words(resource.kind),
    ...(name !== undefined && { name }),
    rows: [...rows, ...tagRows(resource)],
  }
}

const ofInterface = (network: Network, each: NetworkInterface): Facts => {
  const name = labelOf(network, each)
  const published = each.publicMappings.map(([, address]) => formatAddress(address))
  const lot = membersOfLots(network, network.interfacesIn(each.subnetId)).find((members) => members.includes(each))
  const others = (lot ?? []).filter(({ id }) => id !== each.id)
  return {
    id: each.id,
    kind: KINDS[kindOf(network, each)].words,
    ...(name !== undefined && { name }),
    rows: [
      ['Addresses', each.addresses.map(formatAddress).join(', ')],
      ...(published.length === 0 ? [] : ([['Public', published.join(', ')]] as const)),
      ['Security groups', each.groups.map((id) => labelled(network, id)).join(', ') || 'none'],
      ['Subnet', labelled(network, each.subnetId)],
      ['VPC', labelled(network, each.vpcId)],
      ...(each.raw.Attachment?.InstanceId === undefined
        ? []
        : ([['Instance', labelled(network, each.raw.Attachment.InstanceId)]] as const)),
      ...(each.raw.Description ? ([['Description', each.raw.Description]] as const) : []),
      ...(others.length === 0
        ? []
        : ([
            [
              `${others.length} more alike`,
              others
                .slice(0, 20)
                .map((other) => labelOf(network, other) ?? other.id)
                .join(', '),
            ],
          ] as const)),
      ...tagRows(each),
    ],
  }
}

export const membersOf = (network: Network, subnet: string): readonly Found[] =>
  network.interfacesIn(subnet).map((each) => foundInterface(network, each))

export const foundInterface = (network: Network, each: NetworkInterface, by?: string): Found => {
  const name = labelOf(network, each)
  return {
    selector: each.id,
    ...(name !== undefined && { name }),
    kind: KINDS[kindOf(network, each)].words,
    ...(by !== undefined && { by }),
    boxes: whereaboutsOf(network, each.id),
  }
}

/** A route names where to and by what in one of many fields each. */
const routesOf = (routes: readonly object[]): (readonly [string, string])[] =>
  routes.map((route) => {
    const fields = Object.entries(route).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const to = fields.find(([key]) => key.startsWith('Destination'))?.[1] ?? ''
    const by = fields.find(([key]) => /(?:Id|Arn)$/.test(key) && !key.startsWith('Destination'))?.[1] ?? 'local'
    const isBlackhole = fields.some(([key, value]) => key === 'State' && value === 'blackhole')
    return ['Route', `${to} → ${by}${isBlackhole ? ' (blackhole)' : ''}`]
  })

const tagRows = (resource: Pick<Resource, 'raw'>): (readonly [string, string])[] =>
  tagsOf(resource)
    .filter(({ Key }) => Key !== undefined && Key !== 'Name')
    .map(({ Key = '', Value = '' }) => [`Tag ${Key}`, Value] as const)

const labelled = (network: Network, id: string): string => {
  const name = network.nameOf(id)
  return name === undefined ? id : `${id} (${name})`
}

const words = (kind: string): string =>
  kind
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .replace(/\b(vpc|vpn|db|ecs)\b/g, (name) => name.toUpperCase())
