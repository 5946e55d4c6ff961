/** Endpoint classes: interfaces of one subnet that no rule can tell apart, save by their addresses. They share their stages,
 *  so that the graph grows with the configuration and not with the number of interfaces. */
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { serviceOf } from './state.ts'

/** What stands behind an interface, where that changes how packets are treated. */
export type Owner =
  | { readonly is: 'workload' }
  | { readonly is: 'nat-gateway'; readonly id: string }
  | { readonly is: 'transit-gateway' }
  | { readonly is: 'load-balancer'; readonly id: string }
  | { readonly is: 'gateway-load-balancer' }
  | { readonly is: 'interface-endpoint'; readonly id: string }
  | { readonly is: 'inspection-endpoint'; readonly id: string }
  | { readonly is: 'function' }

export interface EndpointClass {
  /** Made of what its members share: stable from run to run and from snapshot to snapshot. */
  readonly id: string
  readonly subnetId: string
  readonly vpcId: string
  /** Security group ids, sorted. */
  readonly groups: readonly string[]
  readonly owner: Owner
  /** Undefined for what is attached and at work (R-FLOW-10). */
  readonly state: string | undefined
  readonly members: readonly NetworkInterface[]
  addresses(family: Family): AddressSet
}

export const classesIn = (network: Network, subnetId: string): readonly EndpointClass[] =>
  classTable(network, subnetId).all

export const classOf = (network: Network, member: NetworkInterface): EndpointClass =>
  classTable(network, member.subnetId).byMember.get(member.id)!

/** The class under an id, by the subnet that the id begins with. */
export const classById = (network: Network, id: string): EndpointClass => {
  const found = classTable(network, id.slice(0, id.indexOf('/'))).byId.get(id)
  if (!found) throw new Error(`no endpoint class ${id}`)
  return found
}

interface ClassTable {
  readonly all: readonly EndpointClass[]
  readonly byId: ReadonlyMap<string, EndpointClass>
  readonly byMember: ReadonlyMap<string, EndpointClass>
}

const tables = new WeakMap<Network, Map<string, ClassTable>>()

const classTable = (network: Network, subnetId: string): ClassTable => {
  let bySubnet = tables.get(network)
  if (!bySubnet) tables.set(network, (bySubnet = new Map<string, ClassTable>()))
  let table = bySubnet.get(subnetId)
  if (!table) bySubnet.set(subnetId, (table = makeTable(network, subnetId)))
  return table
}

const makeTable = (network: Network, subnetId: string): ClassTable => {
  const members = new Map<string, NetworkInterface[]>()
  for (const each of network.interfacesIn(subnetId)) {
    const id = classId(network, each)
    const known = members.get(id)
    if (known) known.push(each)
    else members.set(id, [each])
  }
  const byId = new Map([...members].map(([id, group]) => [id, makeClass(network, id, group)] as const))
  const all = [...byId.values()]
  const byMember = new Map(all.flatMap((each) => each.members.map((member) => [member.id, each] as const)))
  return { all, byId, byMember }
}

const classId = (network: Network, each: NetworkInterface): string => {
  const owner = ownerOf(network, each)
  const state = stateOf(each)
  const flags = state === undefined ? '' : `/${state}`
  const behind =
    owner.is === 'workload' ? '' : `/${owner.is}${'id' in owner ? ` ${owner.id.replaceAll('/', ' ')}` : ''}`
  return `${each.subnetId}/${each.groups.join('+')}${behind}${flags}`
}

const makeClass = (network: Network, id: string, members: readonly NetworkInterface[]): EndpointClass => {
  const [first] = members as readonly [NetworkInterface]
  const sets = new Map<Family, AddressSet>()
  return {
    id,
    subnetId: first.subnetId,
    vpcId: first.vpcId,
    groups: first.groups,
    owner: ownerOf(network, first),
    state: stateOf(first),
    members,
    addresses: (family) => {
      let set = sets.get(family)
      if (!set) sets.set(family, (set = intervals.unionAll(members.map((member) => member.addressSet(family)))))
      return set
    },
  }
}

/** The state of an interface that is not at work. AWS calls `available` what is attached to nothing. */
export const stateOf = ({ raw: { Status: status = 'in-use' } }: NetworkInterface): string | undefined => {
  if (status === 'available') return 'detached'
  return serviceOf(status) === 'in-service' ? undefined : status
}

/** Who owns an interface: by its type, else by the words that services put into its description (R-ENI-5, R-ENI-6). */
export const ownerOf = (network: Network, each: NetworkInterface): Owner => {
  const { InterfaceType: type = 'interface', Description: description = '' } = each.raw
  const natGateway = natGatewayOf(network, each.id) ?? /nat-[0-9a-f]+/.exec(description)?.[0]
  switch (type) {
    case 'natGateway':
    case 'nat_gateway':
      return natGateway === undefined ? { is: 'workload' } : { is: 'nat-gateway', id: natGateway }
    case 'transit_gateway':
      return { is: 'transit-gateway' }
    case 'gateway_load_balancer':
      return { is: 'gateway-load-balancer' }
    case 'gateway_load_balancer_endpoint':
      return { is: 'inspection-endpoint', id: endpointOf(network, each) }
    case 'vpc_endpoint':
      return { is: 'interface-endpoint', id: endpointOf(network, each) }
    case 'lambda':
      return { is: 'function' }
  }
  if (description.startsWith('ELB ')) {
    const balancer = loadBalancerOf(network, each, description.slice(4).trim())
    if (balancer !== undefined) return { is: 'load-balancer', id: balancer }
  }
  if (natGatewayOf(network, each.id) !== undefined) return { is: 'nat-gateway', id: natGateway! }
  if (description.startsWith('VPC Endpoint Interface '))
    return { is: 'interface-endpoint', id: endpointOf(network, each) }
  if (description.startsWith('AWS Lambda VPC ENI')) return { is: 'function' }
  return { is: 'workload' }
}

const natGatewayOf = (network: Network, interfaceId: string): string | undefined =>
  network
    .grouped('natGateway', 'interface', ({ raw }) =>
      (raw.NatGatewayAddresses ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []),
    )
    .get(interfaceId)?.[0]?.id

const endpointOf = (network: Network, each: NetworkInterface): string =>
  network.grouped('vpcEndpoint', 'interface', ({ raw }) => raw.NetworkInterfaceIds ?? []).get(each.id)?.[0]?.id ??
  /vpce-[0-9a-f]+/.exec(each.raw.Description ?? '')?.[0] ??
  each.id

/** `app/<name>/<hash>` and `net/...` end the ARN of a load balancer; a bare name is a classic one. An interface of a load
 *  balancer that was not collected keeps the words of its description as the id. */
const loadBalancerOf = (network: Network, each: NetworkInterface, words: string): string | undefined => {
  if (words.includes('/')) {
    const found = network
      .grouped('loadBalancer', 'suffix', ({ id }) => [id.slice(id.indexOf(':loadbalancer/') + ':loadbalancer/'.length)])
      .get(words)
    return found?.find(({ raw }) => raw.VpcId === each.vpcId)?.id ?? found?.[0]?.id ?? words
  }
  return words
}
