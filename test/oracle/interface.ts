/** A packet leaving a network interface, and a packet handed to whoever holds its destination. Knows the checks of interfaces and
 *  which services no filter stops; where a packet goes in between is known by `routing.ts` and the gateways. */
import { blockOf, type Family, textOf, within, withinAny } from './address.ts'
import {
  coversIn,
  type Estate,
  holderOf,
  hostOf,
  type Interface,
  interfaceById,
  isAttached,
  owns,
  placeOf,
  subnetAround,
  subnetBlocks,
  vpcBlocks,
} from './estate.ts'
import { policyConditions } from './endpoint.ts'
import { aclAllows, egressAllows, ingressAllows } from './filters.ts'
import {
  drop,
  type Flight,
  ICMP,
  ICMPV6,
  judged,
  mirror,
  type Packet,
  type Place,
  redeemed,
  samePacket,
  type Session,
  to,
  unknown,
} from './flight.ts'

/** R-FLOW-2: address check, then services that bypass filters, then the groups. A reply is tracked: no group is asked (R-SG-2). */
export const leaveInterface = (estate: Estate, flight: Flight, id: string): Flight[] => {
  const from = interfaceById(estate, id)
  if (!from) return [unknown(flight, `interface ${id} is not in the snapshot`)]
  if (!isAttached(from.status)) return [drop(flight, `BAD_STATE ${id} is ${from.status}`)]
  const { packet, leg } = flight
  const itself = owns(from, packet.family, packet.source)
  if (from.checked && !itself) return [drop(flight, `SRC_DST_CHECK ${id} is not the source`)]
  if (leg === 'request' && from.type === 'vpc_endpoint')
    return [drop(flight, `VPCE_INTRA_VPC_TRAFFIC ${id} never initiates`)]
  const itsOwn = leg === 'request' && itself ? siblingWith(estate, from, packet) : undefined
  if (itsOwn)
    return [to(flight, { at: 'delivered', to: itsOwn.id, answers: { how: 'at once' } }, `stays in its instance`)]
  const service = serviceAt(estate, from.vpc, packet)
  if (service === 'none here') return [drop(flight, 'no service at this reserved address')]
  if (service !== undefined)
    return [
      to(flight, { at: 'delivered', to: 'service', answers: { how: 'at once' } }, `${service} passes all filters`),
    ]
  const onwards = { at: 'routing', vpc: from.vpc, subnet: from.subnet, origin: originOf(from) } as const
  if (leg === 'reply') return [returnToSender(estate, flight, from) ?? to(flight, onwards, `reply leaves ${id}`)]
  return letOut(estate, flight, from, itself).flatMap((each) => underClientAddress(estate, each, from))
}

/** R-ENI-4: the interface of the sender's instance, itself or another, that has the destination. An appliance may keep them apart. */
const siblingWith = (estate: Estate, from: Interface, { family, destination }: Packet): Interface | undefined => {
  const instance = from.raw.Attachment?.InstanceId
  if (instance === undefined || !from.checked) return undefined
  return estate.interfaces.find(
    (each) =>
      each.raw.Attachment?.InstanceId === instance &&
      each.checked &&
      isAttached(each.status) &&
      owns(each, family, destination),
  )
}

const letOut = (estate: Estate, flight: Flight, from: Interface, itself: boolean): Flight[] => {
  const { id, vpc, subnet } = from
  const onwards = { at: 'routing', vpc, subnet, origin: originOf(from) } as const
  const { judgement, owed } = egressAllows(estate, from, flight.packet)
  // Who sends in another's name is nobody's group member: references mean the members' own addresses (R-SG-6).
  const sender = itself ? { groups: from.groups, overTransitGateway: false } : undefined
  if (judgement === 'allow') return [to(flight, onwards, `leaves ${id}`, { sender })]
  if (owed.length > 0)
    return [
      to(flight, onwards, `leaves ${id} if the receiver carries ${owed.join(' or ')}`, {
        sender,
        owed,
      }),
    ]
  const passed = judged(flight, judgement)
  return [passed ? to(passed, onwards, `leaves ${id}, perhaps`, { sender }) : drop(flight, `SG_EGRESS of ${id}`)]
}

/** R-COMP-4: one flight for each client that any block of the snapshot tells from others. */
const underClientAddress = (estate: Estate, flight: Flight, from: Interface): Flight[] => {
  const { packet, place } = flight
  const endpoint = estate.all('instanceConnectEndpoint').find(({ raw }) => raw.NetworkInterfaceIds?.includes(from.id))
  const id = endpoint?.id ?? /^EC2 Instance Connect Endpoint (.+)/.exec(from.raw.Description ?? '')?.[1]
  if (id === undefined || endpoint?.raw.PreserveClientIp === false) return [flight]
  if (packet.family === 6 || place.at !== 'routing') return [flight]
  if (!withinAny(vpcBlocks(estate, from.vpc), 4, packet.destination))
    return [
      endpoint
        ? drop(flight, `${id} keeps the client's address and reaches ${from.vpc} only`)
        : judged(flight, { unknown: `whether ${id} keeps its client's address was not read` })!,
    ]
  const asItself = endpoint ? [] : [flight]
  const asClients = clientsToTry(estate).map((source) => {
    const after = { ...packet, source }
    const session = { kind: 'connect endpoint', node: from.id, subnet: from.subnet, before: packet, after } as const
    const sessions = [...flight.sessions, { ...session, preserved: true } as const]
    return to(flight, place, `${id} sends for client ${textOf(4, source)}`, { packet: after, sessions })
  })
  return [...asItself, ...asClients]
}

const clientsToTry = (estate: Estate): readonly bigint[] =>
  estate.once('clients to try', () => {
    const kinds = ['securityGroup', 'networkAcl', 'managedPrefixListEntries', 'networkFirewallRuleGroup'] as const
    const texts = kinds.flatMap((kind) => estate.all(kind).map(({ raw }) => JSON.stringify(raw)))
    const blocks = (texts.join().match(/\d+\.\d+\.\d+\.\d+(\/\d+)?/g) ?? []).map(blockOf)
    const all = new Set([
      blockOf('8.8.8.8').first,
      ...blocks.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]),
    ])
    const none = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].map(blockOf)
    return [...all].filter((address) => address >= 0n && address < 1n << 32n && !withinAny(none, 4, address))
  })

/** Replies that are not routed: to a NAT gateway that sent its packet straight into a peering (R-NAT-8), and to the node of a load
 *  balancer that preserved the client's address (R-LB-10). Network ACLs judge them all the same. */
const returnToSender = (estate: Estate, flight: Flight, from: Interface): Flight | undefined => {
  const session = flight.sessions.at(-1)
  const awaited = session && mirror(session.after)
  if (!session || !awaited || !samePacket(awaited, flight.packet)) return undefined
  if (session.kind === 'nat gateway') {
    if (!session.intoPeering) return undefined
    const left = judged(flight, aclAllows(estate, from.subnet, true, flight.packet))
    if (!left) return drop(flight, `NACL_EGRESS of ${from.subnet}`)
    const vpc = estate.get('natGateway', session.gateway)?.raw.VpcId
    if (vpc === undefined) return unknown(flight, `${session.gateway} is not in the snapshot`)
    return to(left, { at: 'local', vpc, from: undefined }, `returned over the peering to ${session.gateway}`)
  }
  if (session.kind === 'nat instance' || !session.preserved) return undefined
  if (session.subnet === from.subnet) return backFromNode(flight, session)
  const left = judged(flight, aclAllows(estate, from.subnet, true, flight.packet))
  if (!left) return drop(flight, `NACL_EGRESS of ${from.subnet}`)
  const entered = judged(left, aclAllows(estate, session.subnet, false, flight.packet))
  return entered ? backFromNode(entered, session) : drop(left, `NACL_INGRESS of ${session.subnet}`)
}

const originOf = (from: Interface) => (isLoadBalancer(from) ? ('load balancer' as const) : ('interface' as const))

/** R-SVC-2, R-SVC-3, R-SVC-6: services at reserved addresses, seen from the sender's own VPC alone (R-SVC-5). */
const SERVICES: readonly (readonly [string, string])[] = [
  ['Amazon DNS', '169.254.169.253'],
  ['Amazon DNS', 'fd00:ec2::253'],
  ['instance metadata', '169.254.169.254'],
  ['instance metadata', 'fd00:ec2::254'],
  ['Amazon Time Sync', '169.254.169.123'],
  ['Amazon Time Sync', 'fd00:ec2::123'],
  ['Windows activation', '169.254.169.250'],
  ['Windows activation', '169.254.169.251'],
  ['Windows activation', 'fd00:ec2::250'],
  ['Windows activation', 'fd00:ec2::251'],
  ['ECS task metadata', '169.254.170.2'],
  ['EKS Pod Identity', '169.254.170.23'],
  ['EKS Pod Identity', 'fd00:ec2::23'],
]

const serviceAt = (estate: Estate, vpc: string, packet: Packet): string | 'none here' | undefined => {
  const { family, destination } = packet
  const primary = estate.get('vpc', vpc)?.raw.CidrBlock
  const resolver = primary === undefined ? undefined : blockOf(primary).first + 2n
  const name =
    family === 4 && destination === resolver
      ? 'Amazon DNS'
      : SERVICES.find(([, address]) => within(blockOf(address), family, destination))?.[0]
  if (name === 'Amazon DNS' && estate.get('vpcAttribute', vpc)?.raw.EnableDnsSupport?.Value === false)
    return 'none here'
  if (name !== undefined) return name
  const reserved = ['169.254.168.0/22', 'fd00:ec2::/32']
  return reserved.some((block) => within(blockOf(block), family, destination)) ? 'none here' : undefined
}

/** R-FLOW-4: the list of the destination's subnet unless the packet never left it, then whatever holds the address. */
export const arriveLocally = (estate: Estate, flight: Flight, vpc: string, from: string | undefined): Flight[] => {
  const { packet, leg } = flight
  const holder = holderOf(estate, vpc, packet.family, packet.destination)
  if (!holder) return [nobody(estate, flight, vpc, from)]
  const { interface: receiver, nat } = holder
  // Of a NAT gateway whose interface was not read its own record says where it is.
  const subnet = receiver?.subnet ?? (nat === undefined ? undefined : estate.get('natGateway', nat)?.raw.SubnetId)
  const entered =
    subnet === undefined || subnet === from ? flight : judged(flight, aclAllows(estate, subnet, false, packet))
  if (!entered) return [drop(flight, `NACL_INGRESS of ${subnet}`)]
  if (leg === 'reply') return [acceptReply(estate, entered, receiver, nat)]
  const isNat = !receiver || receiver.type === 'nat_gateway' || receiver.type === 'natGateway'
  if (isNat || nat !== undefined) return [drop(entered, `NGW_NO_SESSION ${nat ?? receiver?.id}`)]
  return [acceptRequest(estate, entered, receiver)]
}

/** An address that no interface shows; one that was not read may have it, unless there can be none. */
const nobody = (estate: Estate, flight: Flight, vpc: string, from: string | undefined): Flight => {
  const { account, region } = placeOf(estate, vpc)
  const { packet } = flight
  if (coversIn(estate, 'networkInterface', vpc)) return drop(flight, `NO_SUCH_HOST in ${vpc}`)
  const subnet = subnetAround(estate, vpc, packet.family, packet.destination)
  if (subnet === undefined && coversIn(estate, 'subnet', vpc)) return drop(flight, `NO_SUCH_SUBNET in ${vpc}`)
  if (subnet !== undefined && isReserved(estate, subnet, packet)) return drop(flight, `RESERVED in ${subnet}`)
  const entered =
    subnet === undefined || subnet === from ? flight : judged(flight, aclAllows(estate, subnet, false, packet))
  if (!entered) return drop(flight, `NACL_INGRESS of ${subnet}`)
  return unknown(entered, `the interfaces of ${account} in ${region} were not read`)
}

/** R-ADDR-2. */
const isReserved = (estate: Estate, subnet: string, { family, destination }: Packet): boolean =>
  subnetBlocks(estate, subnet).some(
    (block) => within(block, family, destination) && (destination < block.first + 4n || destination === block.last),
  )

const acceptRequest = (estate: Estate, flight: Flight, receiver: Interface): Flight => {
  const { packet } = flight
  if (!isAttached(receiver.status)) return drop(flight, `BAD_STATE ${receiver.id} is ${receiver.status}`)
  if (isLoadBalancer(receiver))
    return to(flight, { at: 'load balancer node', interface: receiver.id }, `reaches node ${receiver.id}`)
  if (receiver.type === 'transit_gateway' || receiver.type.startsWith('gateway_load_balancer'))
    return drop(flight, `${receiver.id} takes no packets for itself`)
  if (receiver.type === 'lambda') return drop(flight, `LAMBDA ${receiver.id} takes no conversations (R-COMP-1)`)
  const isEndpoint = receiver.type === 'vpc_endpoint'
  // R-SG-9: no references over a transit gateway at PrivateLink endpoints, nor at EFS unless its groups send anywhere (R-SG-26).
  const isStrict = isEndpoint || (isMountTarget(receiver) && !sendsAnywhere(estate, receiver, packet.family))
  const sender = isStrict && flight.sender?.overTransitGateway ? undefined : flight.sender
  const admitted = judged(flight, ingressAllows(estate, receiver, packet, sender))
  if (!admitted) return drop(flight, `SG_INGRESS of ${receiver.id}`)
  const expected = redeemed(admitted, receiver.groups)
  if (!expected) return drop(flight, `SG_EGRESS of the sender does not name a group of ${receiver.id}`)
  if (isEndpoint) return atInterfaceEndpoint(estate, expected, receiver)
  return to(expected, delivered(receiver.id, packet), `delivered to ${receiver.id}`)
}

const isMountTarget = ({ raw }: Interface): boolean =>
  raw.RequesterManaged !== false && (raw.Description ?? '').startsWith('EFS mount target for ')

/** By one rule that says so: nobody writes it as a sum of others. */
const sendsAnywhere = (estate: Estate, { groups }: Interface, family: Family): boolean =>
  groups
    .flatMap((group) => estate.get('securityGroup', group)?.raw.IpPermissionsEgress ?? [])
    .some(
      ({ IpProtocol, IpRanges, Ipv6Ranges }) =>
        IpProtocol === '-1' &&
        (family === 4
          ? (IpRanges ?? []).some(({ CidrIp }) => CidrIp === '0.0.0.0/0')
          : (Ipv6Ranges ?? []).some(({ CidrIpv6 }) => CidrIpv6 === '::/0')),
    )

export const delivered = (id: string, packet: Packet): Place => ({
  at: 'delivered',
  to: id,
  answers: mirror(packet)
    ? { how: 'from', place: { at: 'leaving interface', interface: id } }
    : { how: 'no reply due' },
})

/** R-VPCE-4 to R-VPCE-7, R-VPCE-15, R-RES-1. */
const atInterfaceEndpoint = (estate: Estate, flight: Flight, receiver: Interface): Flight => {
  const { packet } = flight
  if (packet.protocol === ICMP || packet.protocol === ICMPV6) return drop(flight, 'interface endpoints answer no ICMP')
  const endpoint = estate.all('vpcEndpoint').find(({ raw }) => (raw.NetworkInterfaceIds ?? []).includes(receiver.id))
  if (!endpoint) return unknown(flight, `no endpoint known behind ${receiver.id}`)
  const { State: stated = '', ServiceName: service = '', VpcEndpointType: type = '' } = endpoint.raw
  const state = stated.toLowerCase()
  if (state === 'pending') return unknown(flight, `${endpoint.id} is pending`)
  if (state !== 'available') return drop(flight, `BAD_STATE ${endpoint.id} is ${state}`)
  // R-RES-1, R-RES-3.
  if (['Resource', 'ServiceNetwork'].includes(type) && packet.protocol !== 6)
    return drop(flight, `${type} takes TCP alone`)
  if (type !== 'Interface') return unknown(flight, `endpoint ${endpoint.id} is of type ${type}`)
  if (!/^com\.amazonaws\.(?!vpce\.)/.test(service))
    return unknown(flight, `what ${service} accepts is its provider's affair`)
  const ports = service.endsWith('.s3') ? [80, 443] : [443]
  if (packet.protocol !== 6 || !ports.includes(packet.destinationPort ?? -1))
    return drop(flight, `VPCE_SERVICE_PORT ${service}`)
  const controls = estate.all('vpcEncryptionControl').find(({ raw }) => raw.VpcId === receiver.vpc)?.raw
  // R-VPCE-15: HTTP is the one port here that is never encrypted.
  if (packet.destinationPort === 80 && controls?.State === 'enforce-in-progress')
    return unknown(flight, `encryption of ${receiver.vpc} is being enforced`)
  if (packet.destinationPort === 80 && controls?.Mode === 'enforce' && controls.State === 'available')
    return drop(flight, `${endpoint.id} takes what is encrypted alone`)
  const change = { conditions: [...flight.conditions, ...policyConditions(endpoint)] }
  return to(flight, delivered(receiver.id, packet), `${service} answers at ${receiver.id}`, change)
}

/** A reply that arrives at an interface or NAT gateway: it must be the very reply that this device waits for. */
const acceptReply = (
  estate: Estate,
  flight: Flight,
  receiver: Interface | undefined,
  nat: string | undefined,
): Flight => {
  const session = flight.sessions.at(-1)
  if (session === undefined)
    return receiver
      ? to(flight, { at: 'returned', to: receiver.id }, `reply reaches ${receiver.id}`)
      : drop(flight, `NGW_NO_SESSION ${nat}`)
  const awaited = mirror(session.after)
  if (!awaited || !samePacket(awaited, flight.packet)) return drop(flight, 'NO_SESSION: not the reply to what was sent')
  if (session.kind === 'nat gateway') {
    if (nat !== session.gateway) return drop(flight, 'NO_SESSION at another device')
    return throughNat(estate, flight, session)
  }
  if (session.kind === 'nat instance') {
    if (receiver?.id !== session.exit) return drop(flight, 'NO_SESSION at another device')
    return throughInstance(estate, flight, session)
  }
  if (receiver?.id !== session.node) return drop(flight, 'NO_SESSION at another device')
  return backFromNode(flight, session)
}

const throughNat = (estate: Estate, flight: Flight, session: Session & { kind: 'nat gateway' }): Flight => {
  const gateway = estate.get('natGateway', session.gateway)
  const { VpcId: vpc, SubnetId: subnet, RouteTableId: table } = gateway?.raw ?? {}
  if (vpc === undefined) return unknown(flight, `${session.gateway} is not in the snapshot`)
  const change = { packet: mirror(session.before)!, sessions: flight.sessions.slice(0, -1) }
  const regional = subnet === undefined && table !== undefined ? { table, zone: session.zone } : {}
  const place = { at: 'routing', vpc, subnet, origin: 'nat gateway', ...regional } as const
  return to(flight, place, `${session.gateway} restores the client's address`, change)
}

/** R-NAT-17: the answer goes on from the interface that took the request in; the instance has seen both directions (R-FLOW-11). */
const throughInstance = (estate: Estate, flight: Flight, session: Session & { kind: 'nat instance' }): Flight => {
  const through = interfaceById(estate, session.through)!
  const { id, vpc, subnet } = through
  const change = {
    packet: mirror(session.before)!,
    sessions: flight.sessions.slice(0, -1),
    middleboxes: [...new Set([...flight.middleboxes, hostOf(through)])].sort(),
  }
  return to(flight, { at: 'routing', vpc, subnet, origin: 'interface' }, `${id} restores the client's address`, change)
}

/** The node answers its client as the one the client spoke to. */
const backFromNode = (flight: Flight, session: Exclude<Session, { kind: 'nat gateway' | 'nat instance' }>): Flight => {
  const change = { packet: mirror(session.before)!, sessions: flight.sessions.slice(0, -1) }
  if (session.kind === 'connect endpoint')
    return to(flight, { at: 'returned', to: session.node }, `${session.node} has its reply`, change)
  return to(
    flight,
    { at: 'leaving interface', interface: session.node },
    `node ${session.node} answers its client`,
    change,
  )
}

/** Nodes of load balancers, by what AWS writes into type and description (R-ENI-6). Gateway load balancers are none here. */
export const isLoadBalancer = (of: Interface): boolean =>
  ['network_load_balancer', 'load_balancer'].includes(of.type) || (of.raw.Description ?? '').startsWith('ELB ')
