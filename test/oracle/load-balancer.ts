/** Load balancers: two conversations joined at a node. Knows listeners, target groups and who sees which client address; the way
 *  back through a node with the client's address preserved is walked by `interface.ts` (R-LB-10). Gateway load balancers are not here. */
import { addressOf, blockOf, type Family, familyOf, withinAny } from './address.ts'
import { type Entry, type Estate, holderOf, type Interface, interfaceById, vpcBlocks } from './estate.ts'
import { groupsAdmit, groupsEmit } from './filters.ts'
import { drop, type Flight, judged, type Packet, redeemed, TCP, to, UDP, unknown } from './flight.ts'
import { delivered } from './interface.ts'
import { portsOf } from './nat-gateway.ts'

export const atLoadBalancer = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const node = interfaceById(estate, id)!
  const words = (node.raw.Description ?? '').replace(/^ELB /, '')
  if (!/^(app|net|gwy)\//.test(words)) {
    const classic = estate
      .all('classicLoadBalancer')
      .find((each) => each.id === words && each.account === node.account && each.region === node.region)
    return classic
      ? atClassic(estate, flight, node, classic)
      : [unknown(flight, `load balancer ${words} is not in the snapshot`)]
  }
  const balancer = estate.all('loadBalancer').find((each) => each.id.endsWith(`:loadbalancer/${words}`))
  return balancer
    ? atNode(estate, flight, node, balancer)
    : [unknown(flight, `load balancer ${words} is not in the snapshot`)]
}

/** What both generations have in common, so that the second conversation is written once. */
interface Balancer {
  readonly id: string
  readonly vpc: string
  readonly groups: readonly string[]
  readonly classic: boolean
}

interface Target {
  readonly name: string
  readonly address: bigint
  readonly family: Family
  readonly port: number
  readonly protocol: number
  readonly preserved: boolean
}

// ---- the first conversation

/** R-LB-1 to R-LB-5, R-LB-21. */
const atNode = (estate: Estate, flight: Flight, node: Interface, entry: Entry<'loadBalancer'>): Flight[] => {
  const { raw } = entry
  const state = raw.State?.Code ?? 'active'
  if (state !== 'active' && state !== 'active_impaired') return [drop(flight, `BAD_STATE ${entry.id} is ${state}`)]
  const enabled = (raw.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? [])
  if (enabled.length > 0 && !enabled.includes(node.subnet))
    return [drop(flight, `BAD_STATE ${entry.id} is not enabled in ${node.subnet}`)]
  const groups = raw.SecurityGroups?.length ? raw.SecurityGroups : node.groups
  const balancer = { id: entry.id, vpc: node.vpc, groups, classic: false }
  const admitted = admit(estate, flight, balancer, raw.Type === 'network')
  if (!admitted) return [drop(flight, `SG_INGRESS of ${entry.id}`)]
  const { packet } = admitted
  const listeners = estate.all('listener').filter((each) => each.raw.LoadBalancerArn === entry.id)
  const listener = listeners.find(({ raw }) => raw.Port === packet.destinationPort && listensTo(raw.Protocol, packet))
  if (!listener)
    return [
      listeners.length > 0 || estate.covers('listener', entry.account, entry.region)
        ? drop(admitted, `ELBV2_LISTENERS_MISMATCH at ${entry.id}`)
        : unknown(admitted, `the listeners of ${entry.id} were not read`),
    ]
  const rules = raw.Type === 'application' ? rulesOf(estate, listener) : []
  const unruled =
    raw.Type === 'application' &&
    // The default rule is the last of a whole list.
    !rules.some((rule) => rule.raw.IsDefault === true) &&
    !estate.covers('listenerRule', entry.account, entry.region)
  const answers = answersOf(listener, rules).flatMap((answer) =>
    answer === 'itself'
      ? [to(admitted, delivered(node.id, packet), `${entry.id} answers by itself`)]
      : toGroup(estate, admitted, node, entry, balancer, answer),
  )
  return unruled ? [...answers, unknown(admitted, `the rules of ${listener.id} were not read`)] : answers
}

const admit = (
  estate: Estate,
  flight: Flight,
  { id, groups }: Balancer,
  mayLackGroups: boolean,
): Flight | undefined => {
  const judgement =
    groups.length > 0
      ? groupsAdmit(estate, groups, flight.packet, flight.sender)
      : mayLackGroups
        ? 'allow'
        : { unknown: `${id} shows no security group` }
  const admitted = judged(flight, judgement)
  return admitted && redeemed(admitted, groups)
}

const listensTo = (protocol: string | undefined, packet: Packet): boolean => {
  if (protocol === 'TCP_UDP' || protocol === 'TCP_QUIC') return packet.protocol === TCP || packet.protocol === UDP
  if (protocol === 'UDP' || protocol === 'QUIC') return packet.protocol === UDP
  return packet.protocol === TCP
}

const rulesOf = (estate: Estate, listener: Entry<'listener'>): readonly Entry<'listenerRule'>[] =>
  estate
    .all('listenerRule')
    .filter(({ id }) => id.replace(':listener-rule/', ':listener/').startsWith(`${listener.id}/`))

/** The target groups that a listener may choose, or `itself` where it answers without one (R-LB-16). */
const answersOf = (listener: Entry<'listener'>, rules: readonly Entry<'listenerRule'>[]): readonly string[] => {
  const actions = [
    listener.raw.DefaultActions ?? [],
    ...rules.filter(({ raw }) => raw.IsDefault !== true).map(({ raw }) => raw.Actions ?? []),
  ]
  return [...new Set(actions.flatMap(groupsOf))]
}

type Action = NonNullable<Entry<'listener'>['raw']['DefaultActions']>[number]

/** Who has to sign in is answered first, and forwarded once that is done. */
const groupsOf = (actions: readonly Action[]): readonly string[] =>
  actions.flatMap(({ Type, ForwardConfig, TargetGroupArn }) => {
    if (Type !== 'forward') return ['itself']
    const weighted = (ForwardConfig?.TargetGroups ?? []).filter(({ Weight }) => (Weight ?? 1) > 0)
    const listed = weighted.flatMap((each) => each.TargetGroupArn ?? [])
    return listed.length > 0 ? listed : [TargetGroupArn].flatMap((arn) => arn ?? [])
  })

// ---- the choice of a target

const toGroup = (
  estate: Estate,
  flight: Flight,
  node: Interface,
  entry: Entry<'loadBalancer'>,
  balancer: Balancer,
  arn: string,
): Flight[] => {
  const group = estate.get('targetGroup', arn)
  if (!group) return [unknown(flight, `target group ${arn} is not in the snapshot`)]
  if (group.raw.TargetType === 'lambda') return [to(flight, delivered(node.id, flight.packet), `${arn} is a function`)]
  const health = estate.get('targetHealth', arn)
  if (!health && !estate.covers('targetHealth', group.account, group.region))
    return [unknown(flight, `the targets of ${arn} were not read`)]
  const described = (health?.raw.TargetHealthDescriptions ?? []).filter(
    ({ TargetHealth }) => !['unused', 'draining'].includes(TargetHealth?.State ?? ''),
  )
  const isInstance = (group.raw.TargetType ?? 'instance') === 'instance'
  const unread = described.find(({ Target }) => isInstance && isOverlooked(estate, node, Target.Id))
  if (unread) return [unknown(flight, `interfaces of ${unread.Target.Id} were not read`)]
  const near = described.filter((each) => mayServe(estate, node, entry, group, each.Target))
  // R-LB-14: the healthy ones, else all.
  const healthy = near.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy')
  const chosen = healthy.length > 0 ? healthy : near
  if (chosen.length === 0) return [drop(flight, `ELBV2_NO_TARGETS_IN_AZ of ${arn}`)]
  return chosen.flatMap(({ Target }) => {
    const targets = targetsOf(estate, flight.packet, node, entry, group, Target)
    if (typeof targets === 'string') return [unknown(flight, targets)]
    if (targets.length === 0) return [drop(flight, `nothing stands behind target ${Target.Id}`)]
    return targets.flatMap((target) => toTarget(estate, flight, node, balancer, target))
  })
}

/** Whether one of several targets is in use, and in which zone it is, nobody can tell who has not read it. */
const isOverlooked = (estate: Estate, node: Interface, instance: string): boolean =>
  primaryOf(estate, instance) === undefined && !estate.covers('networkInterface', node.account, node.region)

type Registered = NonNullable<Entry<'targetHealth'>['raw']['TargetHealthDescriptions']>[number]['Target']

/** R-LB-12, R-LB-13: zones by name, as both records are of one account. */
const mayServe = (
  estate: Estate,
  node: Interface,
  entry: Entry<'loadBalancer'>,
  group: Entry<'targetGroup'>,
  target: Registered,
): boolean => {
  if (group.raw.TargetType === 'alb') return true
  const holder = behind(estate, node.vpc, group, target)
  const zone = target.AvailabilityZone ?? zoneNameOf(estate, holder)
  if (zone === undefined || zone === 'all') return true
  const isOutside =
    group.raw.TargetType === 'ip' && !withinAny(vpcBlocks(estate, node.vpc), familyOf(target.Id), addressOf(target.Id))
  if (entry.raw.Type === 'application' && isOutside && crossesZones(estate, entry, group)) return true
  const enabled = (entry.raw.AvailabilityZones ?? []).map(({ ZoneName }) => ZoneName)
  if (!enabled.includes(zone)) return false
  return crossesZones(estate, entry, group) || zone === zoneNameOf(estate, node)
}

const behind = (estate: Estate, vpc: string, group: Entry<'targetGroup'>, target: Registered): Interface | undefined =>
  group.raw.TargetType === 'instance'
    ? primaryOf(estate, target.Id)
    : holderOf(estate, vpc, familyOf(target.Id), addressOf(target.Id))?.interface

const zoneNameOf = (estate: Estate, of: Interface | undefined): string | undefined =>
  of && (estate.get('subnet', of.subnet)?.raw.AvailabilityZone ?? of.raw.AvailabilityZone)

/** The interface that a target given by instance id is reached at. */
const primaryOf = (estate: Estate, instance: string): Interface | undefined =>
  estate.interfaces.find(
    ({ raw }) => raw.Attachment?.InstanceId === instance && (raw.Attachment.DeviceIndex ?? 0) === 0,
  )

const attributeOf = (
  list: readonly { readonly Key: string; readonly Value?: string | undefined }[] | undefined,
  key: string,
) => list?.find(({ Key }) => Key === key)?.Value

const crossesZones = (estate: Estate, entry: Entry<'loadBalancer'>, group: Entry<'targetGroup'>): boolean => {
  const key = 'load_balancing.cross_zone.enabled'
  const own = attributeOf(estate.get('targetGroupAttributes', group.id)?.raw.Attributes, key)
  if (own === 'true' || own === 'false') return own === 'true'
  const whole = attributeOf(estate.get('loadBalancerAttributes', entry.id)?.raw.Attributes, key)
  if (whole === 'true' || whole === 'false') return whole === 'true'
  return entry.raw.Type === 'application'
}

/** One registered target as addresses: several for an application load balancer behind a network one (R-LB-15). */
const targetsOf = (
  estate: Estate,
  packet: Packet,
  node: Interface,
  entry: Entry<'loadBalancer'>,
  group: Entry<'targetGroup'>,
  registered: Registered,
): readonly Target[] | string => {
  const { TargetType: type = 'instance', Protocol: protocol = 'TCP' } = group.raw
  const port = registered.Port ?? group.raw.Port
  if (port === undefined) return `${group.id} names no port`
  const common = { name: registered.Id, port, protocol: transportOf(protocol, packet) }
  if (type === 'alb') {
    const words = registered.Id.split(':loadbalancer/')[1]
    const nodes = estate.interfaces.filter(({ raw }) => raw.Description === `ELB ${words}`)
    const zone = zoneNameOf(estate, node)
    const near = nodes.filter((each) => crossesZones(estate, entry, group) || zoneNameOf(estate, each) === zone)
    return near.map((each) => ({ ...common, ...addressIn(each, 4)!, preserved: true }))
  }
  const preserved = entry.raw.Type === 'network' && preservesClient(estate, group, type, protocol)
  if (type === 'ip') {
    const family = familyOf(registered.Id)
    const address = addressOf(registered.Id)
    const own = vpcBlocks(estate, node.vpc)
    const inside = withinAny(own, family, address)
    const peered = !inside && isPeered(estate, node.vpc, family, address)
    const asClient = preserved && (inside || peered) && family === packet.family
    // R-LB-8 serves them in peers, R-PCX-2 takes no packet of theirs.
    if (asClient && peered && packet.source !== address && !withinAny(own, family, packet.source))
      return `a client from elsewhere, preserved across a peering to ${registered.Id}`
    return [{ ...common, family, address, preserved: asClient }]
  }
  const instance = primaryOf(estate, registered.Id)
  const place = instance && addressIn(instance, group.raw.IpAddressType === 'ipv6' ? 6 : 4)
  if (!place) return []
  return [{ ...common, ...place, preserved: preserved && place.family === packet.family }]
}

const addressIn = ({ raw }: Interface, family: Family) => {
  const text =
    family === 4
      ? (raw.PrivateIpAddress ?? raw.PrivateIpAddresses?.[0]?.PrivateIpAddress)
      : raw.Ipv6Addresses?.[0]?.Ipv6Address
  return text === undefined ? undefined : { family, address: addressOf(text) }
}

const transportOf = (protocol: string, packet: Packet): number => {
  if (protocol === 'TCP_UDP' || protocol === 'TCP_QUIC') return packet.protocol
  return protocol === 'UDP' || protocol === 'QUIC' ? UDP : TCP
}

/** R-LB-7. */
const preservesClient = (estate: Estate, group: Entry<'targetGroup'>, type: string, protocol: string): boolean => {
  if (protocol !== 'TCP' && protocol !== 'TLS') return true
  const set = attributeOf(estate.get('targetGroupAttributes', group.id)?.raw.Attributes, 'preserve_client_ip.enabled')
  return set === undefined ? type === 'instance' : set === 'true'
}

const isPeered = (estate: Estate, vpc: string, family: Family, address: bigint): boolean =>
  estate.all('vpcPeeringConnection').some(({ raw }) => {
    const sides = [raw.AccepterVpcInfo, raw.RequesterVpcInfo]
    const far = sides.find((side) => side?.VpcId !== vpc)
    if (raw.Status?.Code !== 'active' || !sides.some((side) => side?.VpcId === vpc)) return false
    return (far?.CidrBlockSet ?? []).some(
      ({ CidrBlock }) => CidrBlock !== undefined && withinAny([blockOf(CidrBlock)], family, address),
    )
  })

// ---- the second conversation

/** R-LB-3, R-LB-5, R-LB-6, R-LB-9, R-LB-11. */
const toTarget = (estate: Estate, flight: Flight, node: Interface, balancer: Balancer, target: Target): Flight[] => {
  const { packet } = flight
  const { address: destination, family, port: destinationPort, protocol, preserved } = target
  if (preserved && packet.source === destination) return [drop(flight, `HAIRPIN to target ${target.name}`)]
  const own = addressIn(node, family)
  if (!own) return [drop(flight, `${node.id} has no address of family ${family}`)]
  const addressed = { ...packet, family, destination, destinationPort, protocol }
  const sent = preserved
    ? [addressed]
    : portsOf(estate, addressed).map((sourcePort) => ({ ...addressed, source: own.address, sourcePort }))
  return sent.map((after) => {
    const { judgement, owed } =
      balancer.groups.length > 0
        ? groupsEmit(estate, balancer.groups, after)
        : { judgement: 'allow' as const, owed: [] }
    const referred = judgement !== 'allow' && owed.length > 0
    const emitted = referred ? flight : judged(flight, judgement)
    if (!emitted) return drop(flight, `SG_EGRESS of ${balancer.id}`)
    const session = {
      kind: 'load balancer',
      node: node.id,
      subnet: node.subnet,
      vpc: node.vpc,
      before: packet,
      after,
      preserved,
    } as const
    return to(
      emitted,
      {
        at: 'routing',
        vpc: node.vpc,
        subnet: node.subnet,
        origin: balancer.classic ? 'classic load balancer' : 'load balancer',
      },
      `${node.id} to target ${target.name}${preserved ? ' as the client' : ''}`,
      {
        packet: after,
        sessions: [...flight.sessions, session],
        sender: { groups: balancer.groups, overTransitGateway: false },
        owed: referred ? owed : undefined,
      },
    )
  })
}

/** R-LB-19, R-NACL-16. */
const atClassic = (
  estate: Estate,
  flight: Flight,
  node: Interface,
  { id, account, region, raw }: Entry<'classicLoadBalancer'>,
): Flight[] => {
  const groups = raw.SecurityGroups?.length ? raw.SecurityGroups : node.groups
  const balancer = { id, vpc: node.vpc, groups, classic: true }
  const admitted = admit(estate, flight, balancer, false)
  if (!admitted) return [drop(flight, `SG_INGRESS of ${id}`)]
  const { packet } = admitted
  const listener = (raw.ListenerDescriptions ?? []).find(
    ({ Listener }) => packet.protocol === TCP && Listener?.LoadBalancerPort === packet.destinationPort,
  )?.Listener
  if (listener?.InstancePort === undefined) return [drop(admitted, `ELB_LISTENER_PORT_RESTRICTION at ${id}`)]
  const { InstancePort: port } = listener
  const inPlace = <K extends 'classicLoadBalancerAttributes' | 'classicLoadBalancerHealth'>(kind: K) =>
    estate.all(kind).find((each) => each.id === id && each.account === account && each.region === region)
  const everywhere = inPlace('classicLoadBalancerAttributes')?.raw.LoadBalancerAttributes?.CrossZoneLoadBalancing
    ?.Enabled
  const registered = (raw.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? [])
  const missing = registered.find((instance) => isOverlooked(estate, node, instance))
  if (missing !== undefined) return [unknown(admitted, `interfaces of ${missing} were not read`)]
  // R-LB-13.
  const interfaces = registered
    .flatMap((instance) => primaryOf(estate, instance) ?? [])
    .filter((each) => (raw.AvailabilityZones ?? []).includes(zoneNameOf(estate, each) ?? ''))
  const near = interfaces.filter((each) => everywhere || zoneNameOf(estate, each) === zoneNameOf(estate, node))
  const states = inPlace('classicLoadBalancerHealth')?.raw.InstanceStates ?? []
  const healthy = near.filter((each) =>
    states.some(({ InstanceId, State }) => InstanceId === each.raw.Attachment?.InstanceId && State === 'InService'),
  )
  const chosen = healthy.length > 0 ? healthy : near
  if (chosen.length === 0) return [drop(admitted, `no instance behind ${id} in this zone`)]
  return chosen.flatMap((each) =>
    toTarget(estate, admitted, node, balancer, {
      name: each.id,
      ...addressIn(each, 4)!,
      port,
      protocol: TCP,
      preserved: false,
    }),
  )
}
