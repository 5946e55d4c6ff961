/** Endpoint classes: interfaces of one subnet that no rule can tell apart, save by their addresses. They share their stages,
 *  so that the graph grows with the configuration and not with the number of interfaces. */
import { groupedBy, once } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'
import { descriptionOf } from '../snapshot/interface-description.ts'
import type { Kind } from '../snapshot/schema.ts'
import { appliancesOf, mayBringOut } from './forwarding-instance.ts'
import { availabilityOf } from './state.ts'

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
  /** Under its own address it behaves like a workload; one that was not read may do either. */
  | { readonly is: 'client-address-endpoint'; readonly id: string; readonly isRead: boolean }

export interface EndpointClass {
  /** Made of what its members share: stable from run to run and from snapshot to snapshot. */
  readonly id: string
  /** Small and mostly dense among the classes of a network that were asked for. */
  readonly order: number
  readonly subnetId: string
  readonly vpcId: string
  /** Security group ids, sorted. */
  readonly groups: readonly string[]
  readonly owner: Owner
  /** Undefined for what is attached and at work (R-FLOW-10). */
  readonly state: string | undefined
  /** Of a file system: it does not know every sender that others know (R-SG-26). */
  readonly isMountTarget: boolean
  /** Of an instance that forwards for others: answers to what it brings out come back to it (R-NAT-17). */
  readonly bringsOthersOut: boolean
  readonly members: readonly NetworkInterface[]
  addresses(family: Family): AddressSet
}

export const classesIn = (network: Network, subnetId: string): readonly EndpointClass[] =>
  classesOf(network).in(subnetId).all

export const classOf = (network: Network, member: NetworkInterface): EndpointClass => classesOf(network).of(member)

/** The class under an id, by the subnet that the id begins with. */
export const classById = (network: Network, id: string): EndpointClass => {
  const found = classesOf(network)
    .in(decodeURIComponent(id.slice(0, id.indexOf('/'))))
    .byId.get(id)
  if (!found) throw new Error(`no endpoint class ${id}`)
  return found
}

/** Interfaces sorted by class, in the order given. */
export const byClass = (
  network: Network,
  interfaces: readonly NetworkInterface[],
): ReadonlyMap<EndpointClass, NetworkInterface[]> => groupedBy(interfaces, (each) => classOf(network, each))

/** The classes of one subnet. */
interface ClassTable {
  readonly all: readonly EndpointClass[]
  readonly byId: ReadonlyMap<string, EndpointClass>
}

const classesOf = (network: Network): Classes => once(known, network, () => new Classes(network))

const known = new WeakMap<Network, Classes>()

/** Of one network, subnet by subnet as they are asked for. */
class Classes {
  readonly #network: Network
  /** Of the network that this one is like, where the same interfaces are of the same classes. */
  readonly #like: Classes | undefined
  readonly #bySubnet = new Map<string, ClassTable>()
  /** One count for all that are alike: no two of their classes have one order. */
  readonly #count: { made: number }
  /** By the order of the member: asked for every interface of an estate. */
  readonly #byMember: (EndpointClass | undefined)[]

  constructor(network: Network) {
    const { like } = network
    this.#network = network
    this.#like = like && sortsAlike(network, like) ? classesOf(like) : undefined
    this.#count = this.#like ? this.#like.#count : { made: 0 }
    this.#byMember = Array.from({ length: network.all('networkInterface').length })
  }

  in(subnetId: string): ClassTable {
    let table = this.#bySubnet.get(subnetId)
    if (!table) {
      this.#bySubnet.set(subnetId, (table = this.#tableOf(subnetId)))
      for (const each of table.all) for (const { order } of each.members) this.#byMember[order] = each
    }
    return table
  }

  #tableOf(subnetId: string): ClassTable {
    const interfaces = this.#network.interfacesIn(subnetId)
    const like = this.#like
    if (like && like.#network.interfacesIn(subnetId) === interfaces) return like.in(subnetId)
    const table = makeTable(this.#network, interfaces, this.#count.made)
    this.#count.made += table.all.length
    return table
  }

  of(member: NetworkInterface): EndpointClass {
    const its = this.#byMember[member.order]
    if (its) return its
    this.in(member.subnetId)
    return this.#byMember[member.order]!
  }
}

/** Whether an interface that is in both of these is of the same class, as far as other records decide. */
const sortsAlike = (network: Network, like: Network): boolean => {
  const [appliances, others] = [appliancesOf(network), appliancesOf(like)]
  return (
    !network.kindsUnlike(like).some((kind) => OWNING.has(kind)) &&
    appliances.size === others.size &&
    [...appliances.keys()].every((id) => others.has(id))
  )
}

/** Kinds of records that tell who owns an interface: those that `ownerOf` looks up. */
const OWNING: ReadonlySet<Kind> = new Set<Kind>([
  'natGateway',
  'vpcEndpoint',
  'instanceConnectEndpoint',
  'loadBalancer',
])

/** Of the interfaces of one subnet. `order`: that of the first class. */
const makeTable = (network: Network, interfaces: readonly NetworkInterface[], order: number): ClassTable => {
  const classes = new Map<
    string,
    { readonly owner: Owner; readonly bringsOthersOut: boolean; readonly members: NetworkInterface[] }
  >()
  // Nearly all are workloads, and those with the same groups share one list of them: that finds their class without spelling its id.
  const workloads = new Map<readonly string[], NetworkInterface[]>()
  for (const each of interfaces) {
    const owner = ownerOf(network, each)
    const state = stateOf(each)
    const bringsOthersOut = owner === WORKLOAD && mayBringOut(network, each)
    const isPlain = owner === WORKLOAD && state === undefined && !isOfFileSystem(each) && !bringsOthersOut
    const alike = isPlain ? workloads.get(each.groups) : undefined
    if (alike) {
      alike.push(each)
      continue
    }
    const id = classId(each, owner, state, bringsOthersOut)
    const same = classes.get(id)
    if (same) same.members.push(each)
    else {
      const members = [each]
      classes.set(id, { owner, bringsOthersOut, members })
      if (isPlain) workloads.set(each.groups, members)
    }
  }
  const byId = new Map<string, EndpointClass>()
  for (const [id, { owner, bringsOthersOut, members }] of classes)
    byId.set(id, new MadeClass(id, order + byId.size, owner, bringsOthersOut, members))
  return { all: [...byId.values()], byId }
}

const classId = (each: NetworkInterface, owner: Owner, state: string | undefined, bringsOthersOut: boolean): string => {
  const flags = state === undefined ? '' : `/${asPart(state)}`
  const behind =
    owner.is === 'workload' ? '' : `/${owner.is}${'id' in owner ? ` ${asPart(owner.id.replaceAll('/', ' '))}` : ''}`
  const kind = `${isOfFileSystem(each) ? '/mount-target' : ''}${bringsOthersOut ? '/appliance' : ''}`
  return `${asPart(each.subnetId)}/${each.groups.map(asPart).join('+')}${behind}${flags}${kind}`
}

/** Some of these are words that anybody may have written: none may look like the end of a part. */
const asPart = (text: string): string => (/[/%+|>]/.test(text) ? encodeURIComponent(text) : text)

/** Whether what comes and goes is judged by the interface's own groups and nothing else: no device stands there, nor whom others ask from
 *  afar. */
export const isHost = ({ is }: Owner): boolean => is === 'workload' || is === 'function'

/** Equal for classes whose stages differ in nothing but their subnet: what the groups of a VPC let in and out is the same in each of its
 *  subnets. Undefined where more than that decides. */
export const behaviourKey = ({
  vpcId,
  groups,
  owner,
  state,
  isMountTarget,
  bringsOthersOut,
}: EndpointClass): string | undefined =>
  state === undefined && groups.length > 0 && isHost(owner) && !bringsOthersOut
    ? `${vpcId}/${groups.join('+')}/${owner.is}${isMountTarget ? ' mount-target' : ''}`
    : undefined

class MadeClass implements EndpointClass {
  readonly id: string
  readonly order: number
  readonly subnetId: string
  readonly vpcId: string
  readonly groups: readonly string[]
  readonly owner: Owner
  readonly state: string | undefined
  readonly isMountTarget: boolean
  readonly bringsOthersOut: boolean
  readonly members: readonly NetworkInterface[]
  #ipv4: AddressSet | undefined
  #ipv6: AddressSet | undefined

  constructor(id: string, order: number, owner: Owner, bringsOthersOut: boolean, members: readonly NetworkInterface[]) {
    const first = members[0]!
    this.id = id
    this.order = order
    this.subnetId = first.subnetId
    this.vpcId = first.vpcId
    this.groups = first.groups
    this.owner = owner
    this.state = stateOf(first)
    this.isMountTarget = isOfFileSystem(first)
    this.bringsOthersOut = bringsOthersOut
    this.members = members
  }

  addresses(family: Family): AddressSet {
    return family === 4 ? (this.#ipv4 ??= this.#setOf(4)) : (this.#ipv6 ??= this.#setOf(6))
  }

  #setOf(family: Family): AddressSet {
    return intervals.unionAll(this.members.map((member) => member.addressSet(family)))
  }
}

/** The state of an interface that is not at work. AWS calls `available` what is attached to nothing. */
export const stateOf = ({ raw: { Status: status = 'in-use' } }: NetworkInterface): string | undefined => {
  if (status === 'in-use') return undefined
  if (status === 'available') return 'detached'
  return availabilityOf(status) === 'in-service' ? undefined : status
}

const isOfFileSystem = ({ raw }: NetworkInterface): boolean => descriptionOf(raw).startsWith('EFS mount target for ')

/** Who owns an interface: by its type, else by the words that services put into its description (R-ENI-5, R-ENI-6). */
export const ownerOf = (network: Network, each: NetworkInterface): Owner => {
  const { InterfaceType: type = 'interface', Attachment: attachment } = each.raw
  const description = descriptionOf(each.raw)
  switch (type) {
    case 'natGateway':
    case 'nat_gateway':
      return {
        is: 'nat-gateway',
        // Of whichever gateway: nobody can begin a conversation with it (R-NAT-3).
        id: natGatewayOf(network, each.id) ?? /nat-[0-9a-f]+/.exec(description)?.[0] ?? each.id,
      }
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
  const balancer = balancerWordsIn(description)
  if (balancer !== undefined) return { is: 'load-balancer', id: loadBalancerOf(network, each, balancer) }
  const natGateway = natGatewayOf(network, each.id)
  if (natGateway !== undefined) return { is: 'nat-gateway', id: natGateway }
  if (description.startsWith('VPC Endpoint Interface '))
    return { is: 'interface-endpoint', id: endpointOf(network, each) }
  // Lambda makes them in the name of the function's role, so that they do not count as managed.
  if (each.raw.Description?.startsWith('AWS Lambda VPC ENI-') && attachment?.InstanceId === undefined)
    return { is: 'function' }
  return connectEndpointOf(network, each.id, type, description) ?? WORKLOAD
}

const instanceConnectEndpointsByInterface = recordIndex(
  'instanceConnectEndpoint',
  ({ raw }) => raw.NetworkInterfaceIds ?? [],
)

/** The EC2 Instance Connect Endpoint that an interface is of, if it preserves the address of its client, or may (R-COMP-4). */
const connectEndpointOf = (
  network: Network,
  interfaceId: string,
  type: string,
  description: string,
): Owner | undefined => {
  const named = /^EC2 Instance Connect Endpoint (eice-\S+)/.exec(description)?.[1]
  const record =
    network.indexed(instanceConnectEndpointsByInterface).get(interfaceId)?.[0] ??
    (named === undefined ? undefined : network.get('instanceConnectEndpoint', named))
  const is = 'client-address-endpoint'
  if (record) return record.raw.PreserveClientIp === true ? { is, id: record.id, isRead: true } : undefined
  const isOne = named !== undefined || type === 'ec2_instance_connect_endpoint'
  return isOne ? { is, id: named ?? interfaceId, isRead: false } : undefined
}

const WORKLOAD: Owner = { is: 'workload' }

const natGatewaysByInterface = recordIndex('natGateway', ({ raw }) =>
  (raw.NatGatewayAddresses ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []),
)

const natGatewayOf = (network: Network, interfaceId: string): string | undefined =>
  network.indexed(natGatewaysByInterface).get(interfaceId)?.[0]?.id

const vpcEndpointsByInterface = recordIndex('vpcEndpoint', ({ raw }) => raw.NetworkInterfaceIds ?? [])

const endpointOf = (network: Network, each: NetworkInterface): string =>
  network.indexed(vpcEndpointsByInterface).get(each.id)?.[0]?.id ??
  /vpce-[0-9a-f]+/.exec(each.raw.Description ?? '')?.[0] ??
  each.id

/** `app/<name>/<hash>` or `net/...`, as the ARN of a load balancer ends; a bare name is a classic one. */
const balancerWordsIn = (description: string): string | undefined =>
  description.startsWith('ELB ') ? description.slice('ELB '.length).trim() : undefined

const loadBalancersBySuffix = recordIndex('loadBalancer', ({ id }) => [balancerWords(id)])

/** An interface of a load balancer that was not collected keeps the words of its description as the id. */
const loadBalancerOf = (network: Network, each: NetworkInterface, words: string): string => {
  if (!words.includes('/')) return words
  const found = network.indexed(loadBalancersBySuffix).get(words)
  return found?.find(({ raw }) => raw.VpcId === each.vpcId)?.id ?? found?.[0]?.id ?? words
}

/** What descriptions of its nodes call a load balancer: the end of its ARN, or the name of a classic one. */
export const balancerWords = (id: string): string => /:loadbalancer\/(.+)$/.exec(id)?.[1] ?? id

const interfacesByLoadBalancer = recordIndex('networkInterface', ({ raw }) => {
  const words = balancerWordsIn(descriptionOf(raw))
  return words === undefined ? [] : [words]
})

/** The interfaces of the nodes of a load balancer, in whichever subnets. */
export const nodesOfBalancer = (network: Network, id: string): readonly NetworkInterface[] => {
  const described = network.indexed(interfacesByLoadBalancer)
  return (described.get(balancerWords(id)) ?? []).flatMap((node) => {
    const each = network.interface(node.id)!
    const owner = ownerOf(network, each)
    return owner.is === 'load-balancer' && owner.id === id ? [each] : []
  })
}
