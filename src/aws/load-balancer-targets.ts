/** What a load balancer listens on and where it sends: Application, Network and Classic Load Balancers levelled to listeners,
 *  target groups and target addresses. What happens to packets is known by `load-balancer.ts`. */
import { type Address, parseAddress } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { complement, type L4Set, l4Algebra, NOTHING, ports } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Network, Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'
import type { Kind, RawOf } from '../snapshot/schema.ts'
import { classesIn, type EndpointClass } from './endpoint-class.ts'
import { because, perPlane, type Plane } from './plane.ts'
import { availabilityOf } from './state.ts'

export interface Target {
  readonly address: Address
  readonly port: number
  /** Id of the zone whose nodes may use it; undefined where all may. */
  readonly zone: string | undefined
  readonly inVpc: boolean
  readonly healthy: boolean
}

export interface TargetGroup {
  /** ARN, or the name of a Classic Load Balancer, whose instances are its one group. */
  readonly id: string
  /** Those that may get traffic: registered, not draining, in a zone of the load balancer. Undefined where they were not read. */
  readonly targets: readonly Target[] | undefined
  /** Registered in zones that the load balancer is not enabled in: they get nothing (R-LB-13). */
  readonly elsewhere: readonly Target[]
  /** Nobody is registered. */
  readonly isEmpty: boolean
  /** Registered targets that nobody read: instances, load balancers, text that is no address. Then `targets` is undefined. */
  readonly missing: readonly string[]
  readonly preservesClientIp: boolean
  readonly crossZone: boolean
  /** Answered by the load balancer itself: Lambda functions (R-LB-15). */
  readonly withoutTargets: boolean
  readonly assumptions: readonly string[]
}

export interface Listener {
  readonly line: L4Set
  readonly text: string
  /** One of these gets a connection; more than one where an L7 rule or a weight decides (R-LB-16). */
  readonly groups: readonly TargetGroup[]
  /** Redirects, fixed answers, sign-in pages: no target is involved. */
  readonly answersItself: boolean
  /** Nobody read its rules, so that it may do otherwise as well. */
  readonly hasUnreadRules: boolean
}

export interface LoadBalancer {
  readonly id: string
  readonly kind: 'application' | 'network' | 'classic' | 'gateway'
  readonly vpcId: string | undefined
  readonly state: string | undefined
  /** Those it is enabled in. */
  readonly subnets: readonly string[]
  /** Undefined where they were not read. */
  readonly listeners: readonly Listener[] | undefined
}

/** The load balancer under an ARN or, for a classic one, a name; undefined where it was not read. */
export const loadBalancerOf = perPlane((plane, id: string): LoadBalancer | undefined => {
  const raw = plane.network.raw('loadBalancer', id)
  if (raw) return elasticV2(plane, id, raw)
  const classic = plane.network.get('classicLoadBalancer', id)
  return classic && classicBalancer(plane, id, classic.raw)
})

/** Without cross-zone balancing a node uses the targets of its own zone (R-LB-12). */
export const isUsedFrom = (zone: string | undefined, { crossZone }: TargetGroup, target: Target): boolean =>
  crossZone || target.zone === undefined || target.zone === zone

/** Why it cannot be told which targets a group has. */
export const targetsUnknown = ({ id, missing }: TargetGroup): Reason =>
  because('TARGETS_UNKNOWN', id, missing.length > 0 ? { missing: missing.join(', ') } : {})

/** The addresses of all targets that were read, whether or not they are in service. */
export const targetAddresses = (plane: Plane, id: string): ReadonlySet<Address> =>
  new Set(
    (loadBalancerOf(plane, id)?.listeners ?? []).flatMap(({ groups }) =>
      groups.flatMap(({ targets = [] }) => targets.map(({ address }) => address)),
    ),
  )

/** Whether a load balancer serves by its node in a subnet: it is in service, and enabled there. One that is still being set up is not
 *  usable, as one that failed is not (R-LB-21); of other resources the former is unknown (R-FLOW-10). */
export const isServingIn = (subnetId: string, { state, subnets }: LoadBalancer): boolean =>
  availabilityOf(state) === 'in-service' && (subnets.length === 0 || subnets.includes(subnetId))

/** The interfaces of a load balancer's nodes, by endpoint class. */
const nodesOf = (network: Network, id: string) =>
  subnetsOf(network, id)
    .filter((subnet) => network.get('subnet', subnet))
    .flatMap((subnet) => nodesIn(network, id, subnet))

export const nodesIn = (network: Network, id: string, subnetId: string): readonly EndpointClass[] =>
  classesIn(network, subnetId).filter(({ owner }) => owner.is === 'load-balancer' && owner.id === id)

const subnetsOf = (network: Network, id: string): readonly string[] =>
  network.raw('loadBalancer', id)?.AvailabilityZones?.flatMap(({ SubnetId }) => SubnetId ?? []) ??
  network.raw('classicLoadBalancer', id)?.Subnets ??
  []

const elasticV2 = (plane: Plane, id: string, raw: RawOf<'loadBalancer'>): LoadBalancer => {
  const { network } = plane
  const kind = raw.Type === 'application' || raw.Type === 'gateway' ? raw.Type : 'network'
  const known = listenersOf(network, id)
  const isKnown = known.length > 0 || isCovered(plane, 'listener', raw)
  return {
    id,
    kind,
    vpcId: raw.VpcId,
    state: raw.State?.Code,
    subnets: subnetsOf(network, id),
    listeners: isKnown ? known.map((each) => listenerOf(plane, raw, each.id, each.raw)) : undefined,
  }
}

const listenersByBalancer = recordIndex('listener', ({ raw }) =>
  raw.LoadBalancerArn === undefined ? [] : [raw.LoadBalancerArn],
)

const listenersOf = (network: Network, balancerId: string): readonly Of<'listener'>[] =>
  network.indexed(listenersByBalancer).get(balancerId) ?? []

/** Whether all of a kind were read where the load balancer is: in its own account, which need not be that of a shared VPC (R-SHARE-1). */
const isCovered = ({ network }: Plane, kind: Kind, { LoadBalancerArn }: RawOf<'loadBalancer'>): boolean => {
  const balancer = network.get('loadBalancer', LoadBalancerArn)
  return balancer !== undefined && network.covers(kind, balancer)
}

type Action = NonNullable<RawOf<'listener'>['DefaultActions']>[number]

/** Only Application Load Balancers have rules; AWS lists the default action among them (R-LB-16). A rule ends with one action that
 *  forwards, redirects or gives a fixed response, and may ask who the user is before that: so a sign-in before a target answers some
 *  requests and forwards the others, and R-LB-16 means by an authenticate default without targets one that does not go on to forward.
 *  https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html */
const listenerOf = (plane: Plane, balancer: RawOf<'loadBalancer'>, id: string, raw: RawOf<'listener'>): Listener => {
  const rules = rulesByListener(plane.network).get(id)
  const actions = actionsOf(plane.network, id, raw)
  const groups = [...new Set(actions.flatMap(targetGroupsOf))].map((group) => targetGroupOf(plane, balancer, group))
  return {
    line: listenerLine(raw.Protocol, raw.Port),
    text: `listener ${(raw.Protocol ?? 'TCP').toLowerCase()} ${raw.Port}`,
    groups: groups.filter(({ withoutTargets }) => !withoutTargets),
    answersItself:
      actions.some(({ Type }) => Type !== 'forward') || groups.some(({ withoutTargets }) => withoutTargets),
    // The default rule comes last: a list without it was cut short.
    hasUnreadRules:
      balancer.Type === 'application' &&
      !rules?.some((rule) => rule.raw.IsDefault) &&
      !isCovered(plane, 'listenerRule', balancer),
  }
}

const actionsOf = (network: Network, id: string, { DefaultActions = [] }: RawOf<'listener'>): readonly Action[] => [
  ...DefaultActions,
  ...(rulesByListener(network).get(id) ?? []).flatMap(({ raw }) => raw.Actions ?? []),
]

const listenerRulesByListener = recordIndex('listenerRule', (rule) => {
  const parts = rule.id.replace(':listener-rule/', ':listener/').split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
})

/** Under every path that the ARN of a rule begins with: that of its listener is one of them. */
const rulesByListener = (network: Network) => network.indexed(listenerRulesByListener)

/** R-LB-1. */
const listenerLine = (protocol: string | undefined, port: number | undefined): L4Set => {
  if (port === undefined) return NOTHING
  if (protocol === 'UDP' || protocol === 'QUIC') return ports(UDP, port, port)
  if (protocol === 'TCP_UDP' || protocol === 'TCP_QUIC') return eitherPort(port)
  return ports(TCP, port, port)
}

export const eitherPort = (port: number): L4Set => l4Algebra.union(ports(TCP, port, port), ports(UDP, port, port))

const targetGroupsOf = (action: Action): readonly string[] => {
  const weighted = action.ForwardConfig?.TargetGroups
  if (weighted?.length)
    return weighted.flatMap(({ TargetGroupArn, Weight = 1 }) =>
      TargetGroupArn !== undefined && Weight > 0 ? [TargetGroupArn] : [],
    )
  return action.TargetGroupArn === undefined ? [] : [action.TargetGroupArn]
}

const targetGroupOf = (plane: Plane, balancer: RawOf<'loadBalancer'>, id: string): TargetGroup => {
  const raw = plane.network.raw('targetGroup', id)
  const attributes = plane.network.raw('targetGroupAttributes', id)
  // A snapshot leaves empty lists out: where there is a record, it was read (R-LB-14).
  const described = plane.network.raw('targetHealth', id)
  const health = described && (described.TargetHealthDescriptions ?? [])
  const preservation = preservesClientIp(balancer, raw, attributeIn(attributes, 'preserve_client_ip.enabled'))
  const balancing = crossZone(plane, balancer, id)
  return {
    id,
    ...resolved(
      plane.network,
      balancer.LoadBalancerArn,
      raw && health?.map((each) => registeredAs(plane, balancer, raw, each, balancing.is)),
    ),
    preservesClientIp: preservation.is,
    crossZone: balancing.is,
    withoutTargets: raw?.TargetType === 'lambda',
    assumptions: [...(preservation.assumed ? ['R-LB-7'] : []), ...(balancing.assumed ? ['R-LB-12'] : [])],
  }
}

/** One that is registered: as addresses, where they were read. */
interface Registered {
  readonly id: string
  readonly targets: readonly Target[] | undefined
  /** Draining or unused ones get nothing (R-LB-14). */
  readonly rests: boolean
}

interface Zone {
  readonly name: string | undefined
  readonly zone: string | undefined
}

/** The zones that a load balancer is enabled in (R-LB-13), with the names that its account has for them; one whose subnet was not read is
 *  undefined where its name is not told. */
const zonesOf = (network: Network, id: string): readonly Zone[] => {
  const balancer = network.get('loadBalancer', id)
  const named = new Map(balancer?.raw.AvailabilityZones?.map(({ SubnetId, ZoneName }) => [SubnetId, ZoneName]))
  return subnetsOf(network, id).map((subnet) => {
    const name = named.get(subnet)
    const zone = network.zoneOf(subnet) ?? (balancer && name !== undefined ? network.zoneId(name, balancer) : undefined)
    return { name, zone }
  })
}

/** All targets, or those that are missing: which of several AWS would pick cannot be told without them, nor without knowing whether the
 *  load balancer is enabled where they are (R-LB-13). */
const resolved = (
  network: Network,
  balancerId: string,
  registered: readonly Registered[] | undefined,
): Pick<TargetGroup, 'targets' | 'elsewhere' | 'missing' | 'isEmpty'> => {
  const enabled = new Set(zonesOf(network, balancerId).map(({ zone }) => zone))
  const isHere = ({ zone }: Target): boolean => zone === undefined || enabled.has(zone)
  const isSomewhere = (target: Target): boolean => isHere(target) || !enabled.has(undefined)
  const serving = registered?.filter(({ rests }) => !rests)
  const missing = (serving ?? []).flatMap(({ id, targets }) => (targets?.every(isSomewhere) ? [] : [id]))
  return {
    missing,
    targets: missing.length > 0 ? undefined : serving?.flatMap(({ targets = [] }) => targets).filter(isHere),
    elsewhere: (registered ?? []).flatMap(({ targets = [] }) => targets).filter((target) => !isHere(target)),
    isEmpty: registered?.length === 0,
  }
}

/** Network Load Balancers only; what was not read is as AWS sets it up (R-LB-7). */
const preservesClientIp = (
  balancer: RawOf<'loadBalancer'>,
  group: RawOf<'targetGroup'> | undefined,
  attribute: string | undefined,
): { readonly is: boolean; readonly assumed: boolean } => {
  if (balancer.Type !== 'network') return { is: false, assumed: false }
  if (group?.TargetType === 'alb') return { is: true, assumed: false }
  if (['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(group?.Protocol ?? '')) return { is: true, assumed: false }
  if (attribute !== undefined) return { is: attribute === 'true', assumed: false }
  return { is: group?.TargetType !== 'ip', assumed: true }
}

/** On for Application, off for Network Load Balancers, unless told otherwise; a target group may differ (R-LB-12). What was not read,
 *  of the load balancer or of the group, is as AWS sets it up. */
const crossZone = (
  plane: Plane,
  balancer: RawOf<'loadBalancer'>,
  group: string,
): { readonly is: boolean; readonly assumed: boolean } => {
  const ofGroup = plane.network.raw('targetGroupAttributes', group)
  const differing = attributeIn(ofGroup, CROSS_ZONE)
  if (differing === 'true' || differing === 'false') return { is: differing === 'true', assumed: false }
  const own = attributeIn(plane.network.raw('loadBalancerAttributes', balancer.LoadBalancerArn), CROSS_ZONE)
  if (own === undefined) return { is: balancer.Type === 'application', assumed: true }
  return { is: own === 'true', assumed: ofGroup === undefined }
}

const CROSS_ZONE = 'load_balancing.cross_zone.enabled'

const attributeIn = (
  from: RawOf<'targetGroupAttributes' | 'loadBalancerAttributes'> | undefined,
  key: string,
): string | undefined => from?.Attributes?.find(({ Key }) => Key === key)?.Value

/** What any load balancer is told to send to: instances, load balancers, addresses, functions; some may be named twice. */
export const registeredIds = (network: Network): readonly string[] => [
  ...network.all('targetHealth').flatMap(({ raw }) => registeredIn(raw)),
  ...network.all('classicLoadBalancer').flatMap(({ raw }) => instancesOf(raw)),
]

/** What tells where a load balancer sends, whether or not it may get anything. */
export interface Configuration {
  /** Ids of listeners, their rules, and target groups. */
  readonly records: readonly string[]
  /** Who is registered with it, as in `registeredIds`. */
  readonly registered: readonly string[]
}

export const configurationOf = (network: Network, balancerId: string): Configuration => {
  const classic = network.raw('classicLoadBalancer', balancerId)
  if (classic) return { records: [], registered: instancesOf(classic) }
  const listeners = listenersOf(network, balancerId)
  const rules = listeners.flatMap(({ id }) => rulesByListener(network).get(id) ?? [])
  const groups = new Set(listeners.flatMap(({ id, raw }) => actionsOf(network, id, raw).flatMap(targetGroupsOf)))
  return {
    records: [...[...listeners, ...rules].map(({ id }) => id), ...groups],
    registered: [...groups].flatMap((id) => registeredIn(network.raw('targetHealth', id))),
  }
}

const registeredIn = (health: RawOf<'targetHealth'> | undefined): readonly string[] =>
  (health?.TargetHealthDescriptions ?? []).map(({ Target: { Id } }) => Id)

/** A classic load balancer names its targets itself, and has no groups of them. */
const instancesOf = ({ Instances }: RawOf<'classicLoadBalancer'>): readonly string[] =>
  (Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? [])

/** The interfaces of an instance or a load balancer that is registered; none of an address. */
export const interfacesOfTarget = (network: Network, id: string): readonly NetworkInterface[] => [
  ...network.interfacesOfInstance(id),
  ...nodesOf(network, id).flatMap(({ members }) => members),
]

type Health = NonNullable<RawOf<'targetHealth'>['TargetHealthDescriptions']>[number]

/** Healthy targets get the traffic, and all of them where none is healthy (R-LB-14). */
export const inService = (targets: readonly Target[]): readonly Target[] => {
  const healthy = targets.filter((target) => target.healthy)
  return healthy.length > 0 ? healthy : targets
}

const registeredAs = (
  plane: Plane,
  balancer: RawOf<'loadBalancer'>,
  group: RawOf<'targetGroup'>,
  { Target: target, TargetHealth: health }: Health,
  crosses: boolean,
): Registered => {
  const state = health?.State ?? 'healthy'
  const healthy = state === 'healthy' || state === 'unavailable'
  const holders = holdersOf(plane, balancer, group, target, crosses)
  return {
    id: target.Id,
    targets: holders?.map((holder) => ({ ...holder, healthy })),
    rests: state === 'unused' || state === 'draining',
  }
}

type Holder = Omit<Target, 'healthy'>

const holdersOf = (
  plane: Plane,
  balancer: RawOf<'loadBalancer'>,
  group: RawOf<'targetGroup'>,
  { Id: id, Port: port = group.Port ?? 0, AvailabilityZone: registered }: Health['Target'],
  crosses: boolean,
): Holder[] | undefined => {
  const { VpcId: vpcId } = balancer
  if (group.TargetType === 'alb') {
    const nodes = nodesOf(plane.network, id).flatMap(({ members }) => members)
    return nodes.length === 0
      ? undefined
      : nodes.flatMap((node) => holderAt(plane, node, node.addresses[0], port, vpcId))
  }
  if (group.TargetType === 'ip') {
    const address = parseAddress(id)?.value
    if (address === undefined) return undefined
    const { zone, inVpc } = whereIs(plane.network, vpcId, address)
    if (registered === 'all') return [{ address, port, inVpc, zone: undefined }]
    return [{ address, port, inVpc, zone: zone ?? zoneNamed(plane.network, balancer, registered, crosses) }]
  }
  return instanceHolder(plane, vpcId, id, port, group.IpAddressType === 'ipv6')
}

/** The zone that an address outside the VPC is registered in, whose nodes then use it (R-LB-12); an Application Load Balancer that crosses
 *  zones takes any for `all`. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html */
const zoneNamed = (
  network: Network,
  { LoadBalancerArn, Type }: RawOf<'loadBalancer'>,
  name: string | undefined,
  crosses: boolean,
): string | undefined => {
  if (name === undefined || (Type === 'application' && crosses)) return undefined
  return zonesOf(network, LoadBalancerArn).find((each) => each.name === name)?.zone ?? name
}

/** An address is in a VPC whether or not anybody read whose it is. */
const whereIs = (network: Network, vpcId: string | undefined, address: Address): Pick<Target, 'zone' | 'inVpc'> => {
  if (vpcId === undefined) return { zone: undefined, inVpc: false }
  const family = typeof address === 'bigint' ? 6 : 4
  const subnet = network.subnetsOf(vpcId).find(({ id }) => intervals.has(network.subnetBlocks(id, family), address))
  const inVpc = subnet !== undefined || intervals.has(network.vpcBlocks(vpcId, family), address)
  return { zone: subnet && network.zoneOf(subnet.id), inVpc }
}

/** A target by instance id is the primary address of its first interface. */
const instanceHolder = (
  plane: Plane,
  vpcId: string | undefined,
  instanceId: string,
  port: number,
  ipv6 = false,
): Holder[] | undefined => {
  const [first] = plane.network
    .interfacesOfInstance(instanceId)
    .toSorted((a, b) => (a.raw.Attachment?.DeviceIndex ?? 0) - (b.raw.Attachment?.DeviceIndex ?? 0))
  const address = first?.addresses.find((each) => (typeof each === 'bigint') === ipv6)
  return first && holderAt(plane, first, address, port, vpcId)
}

const holderAt = (
  plane: Plane,
  holder: NetworkInterface,
  address: Address | undefined,
  port: number,
  vpcId: string | undefined,
): Holder[] =>
  address === undefined
    ? []
    : [{ address, port, zone: plane.network.zoneOf(holder.subnetId), inVpc: holder.vpcId === vpcId }]

const classicBalancer = (plane: Plane, id: string, raw: RawOf<'classicLoadBalancer'>): LoadBalancer => {
  const attributes = plane.network.raw('classicLoadBalancerAttributes', id)?.LoadBalancerAttributes
  const states = plane.network.raw('classicLoadBalancerHealth', id)?.InstanceStates ?? []
  const isInService = (instance: string): boolean =>
    states.some(({ InstanceId, State }) => InstanceId === instance && State === 'InService')
  const registeredOn = (port: number): Registered[] =>
    instancesOf(raw).map((id) => {
      const holders = instanceHolder(plane, raw.VPCId, id, port)
      return { id, targets: holders?.map((holder) => ({ ...holder, healthy: isInService(id) })), rests: false }
    })
  return {
    id,
    kind: 'classic',
    vpcId: raw.VPCId,
    state: undefined,
    subnets: subnetsOf(plane.network, id),
    listeners: (raw.ListenerDescriptions ?? []).map(({ Listener: listener }) => ({
      line: listenerLine('TCP', listener?.LoadBalancerPort),
      text: `listener ${(listener?.Protocol ?? 'TCP').toLowerCase()} ${listener?.LoadBalancerPort}`,
      groups: [
        {
          id,
          ...resolved(plane.network, id, registeredOn(listener?.InstancePort ?? 0)),
          preservesClientIp: false,
          crossZone: attributes?.CrossZoneLoadBalancing?.Enabled ?? false,
          withoutTargets: false,
          assumptions: attributes ? [] : ['R-LB-12'],
        },
      ],
      answersItself: false,
      hasUnreadRules: false,
    })),
  }
}

/** All of the line that no listener takes. */
export const unlistened = (listeners: readonly Listener[]): L4Set =>
  complement(listeners.map(({ line }) => line).reduce(l4Algebra.union, NOTHING))
