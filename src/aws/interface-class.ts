/** Interfaces as senders and receivers, class by class: source/destination check, security groups, and what the owner of the
 *  interface lets it do. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { HOST_ADDRESSES } from '../packet/special-purpose.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition } from '../forwarding/transfer.ts'
import { toAmazonServices } from './amazon-service.ts'
import { broughtOutBy, conversationsOf } from './appliance.ts'
import { classById, type EndpointClass } from './endpoint-class.ts'
import { sessionOf } from './load-balancer.ts'
import { isServingIn, loadBalancerOf } from './load-balancer-targets.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, lettingOutByReference, oneOf, type Plane } from './plane.ts'
import { registeredTargets } from './registered-targets.ts'
import { letEverythingOut } from './security-group.ts'
import { filterInbound, filterOutbound } from './security-group-filter.ts'
import { isServing } from './state.ts'

export const interfaceClass: Behaviour<'interfaceClass'> = {
  leaving: (plane, draft, id) => {
    const each = classById(plane.network, id)
    const subnet = plane.at('subnet', each.subnetId, 'leaving')
    if (!isServing(draft, each.members[0]!.id, each.state)) return
    draft.to(subnet, because('ESTABLISHED', each.members[0]!.id), { leg: 'reply', effect: 'allow' })
    const reason = cannotInitiate(each)
    if (reason) {
      draft.drop(reason, { leg: 'request' })
      return
    }
    if (each.owner.is === 'load-balancer') return sendToTargets(plane, draft, each, each.owner.id)
    const services = toAmazonServices(plane, draft, each.vpcId)
    const elsewhere: Condition = { on: 'destination', within: intervals.subtract(addressLine(plane.family), services) }
    if (each.groups.length === 0)
      draft.unknown(withoutGroups(each), { when: [elsewhere], leg: 'request', assumptions: ['R-ENI-8'] })
    else filterOutbound(plane, draft, each, forClient(plane, each) ?? subnet, { when: [elsewhere] })
  },

  /** What an endpoint lets out goes on under the address of its client, of which nobody knows, and under the endpoint's own identity; or, where
   *  its settings were not read, perhaps under its own address (R-COMP-4). */
  forClient: (plane, draft, id) => {
    const each = classById(plane.network, id)
    const { id: endpoint, isRead } = each.owner.is === 'client-address-endpoint' ? each.owner : { id, isRead: true }
    const vpc = each.vpcId
    const subnet = plane.at('subnet', each.subnetId, 'leaving')
    const unread = because('CLIENT_ADDRESS_SETTING_UNKNOWN', endpoint)
    const either = (option: string) => (isRead ? {} : oneOf(unread, option, true))
    const inside = plane.network.vpcBlocks(vpc, plane.family)
    const elsewhere: Condition = { on: 'destination', within: intervals.subtract(addressLine(plane.family), inside) }
    if (!isRead) draft.unknown(unread, { when: [elsewhere], onward: { to: subnet } })
    else if (plane.network.knowsBlocksOf('vpc', vpc, plane.family))
      draft.drop(because('CLIENT_ADDRESS_OUTSIDE_VPC', endpoint), { when: [elsewhere] })
    else draft.unknown(because('ADDRESS_SPACE_UNKNOWN', endpoint, { vpc }), { when: [elsewhere] })
    const near = plane.at('interfaceClass', id, 'toClient', NEAR)
    const returnTo = {
      takes: 'inside',
      stage: plane.at('interfaceClass', id, 'toClient'),
      neighbour: { subnet: each.subnetId, stage: near },
    } as const
    const toInside = [{ on: 'destination', within: inside }] as const
    if (!isRead) draft.to(subnet, unread, { when: toInside, ...either('its own address') })
    draft.to(subnet, because('CLIENT_ADDRESS_PRESERVED', endpoint), {
      when: toInside,
      ...either('the address of its client'),
      then: [
        { do: 'open', device: endpoint, returnTo },
        { do: 'choose-source', addresses: HOST_ADDRESSES },
      ],
      effect: 'translate',
      assumptions: ['R-COMP-4'],
    })
  },

  toClient: (plane, draft, id, detail) => {
    const each = classById(plane.network, id)
    const endpoint = each.owner.is === 'client-address-endpoint' ? each.owner.id : id
    if (detail === '') {
      filterByAcl(plane, draft, each.subnetId, 'inbound', plane.at('interfaceClass', id, 'toClient', NEAR))
      return
    }
    draft.to(plane.at('interfaceClass', id, 'here'), because('ESTABLISHED', each.members[0]!.id), {
      then: [{ do: 'resume', device: endpoint }],
      leg: 'reply',
      effect: 'deliver',
    })
    draft.drop(because('ACCEPTS_NOTHING', endpoint, { what: 'the way back to a client' }), { leg: 'request' })
  },

  arriving: (plane, draft, id) => {
    const each = classById(plane.network, id)
    const { owner } = each
    const here = plane.at('interfaceClass', id, 'here')
    if (!isServing(draft, each.members[0]!.id, each.state)) return
    if (owner.is === 'nat-gateway') {
      draft.to(plane.at('natGateway', owner.id, 'arriving'), because('ADDRESS_OF_INTERFACE', each.subnetId))
      return
    }
    if (owner.is === 'load-balancer') {
      answersOfTargets(plane, draft, each)
      return receive(plane, draft, each, plane.at('loadBalancer', owner.id, 'listen', id))
    }
    const others = answersForOthers(plane, draft, each)
    draft.to(here, because('ESTABLISHED', each.members[0]!.id), { when: others, leg: 'reply', effect: 'deliver' })
    const reason = acceptsNothing(each)
    if (reason) draft.drop(reason, { leg: 'request' })
    else
      receive(
        plane,
        draft,
        each,
        owner.is === 'interface-endpoint' ? plane.at('vpcEndpoint', owner.id, 'service', id) : here,
      )
  },

  here: () => {},
}

/** Preservation is for IPv4 (R-COMP-4). */
const forClient = (plane: Plane, { id, owner }: EndpointClass): StageId | undefined =>
  owner.is === 'client-address-endpoint' && plane.family === 4 ? plane.at('interfaceClass', id, 'forClient') : undefined

const NEAR = 'near'

const receive = (plane: Plane, draft: Draft, each: EndpointClass, next: string): void => {
  if (each.groups.length > 0)
    filterInbound(plane, draft, each, next, { neighboursOnly: knowsNeighboursOnly(plane, each) })
  // A Network Load Balancer made without security groups takes all (R-LB-4); others without are hidden from us (R-ENI-8).
  else if (each.owner.is === 'load-balancer') {
    // It is in no group, so a sender that may send to members of groups only may not send to it.
    draft.drop(because('SG_REFERENCE_MISMATCH', each.owner.id), {
      when: [lettingOutByReference(true)],
      leg: 'request',
      onward: { to: next },
    })
    draft.to(next, because('NO_SECURITY_GROUP', each.owner.id), {
      when: [lettingOutByReference(false)],
      leg: 'request',
      effect: 'allow',
    })
  } else draft.unknown(withoutGroups(each), { leg: 'request', assumptions: ['R-ENI-8'] })
}

/** Interface endpoints know nobody by group over a transit gateway (R-SG-9), mount targets only where their own groups let everything out
 *  (R-SG-26). */
const knowsNeighboursOnly = (plane: Plane, { owner, isMountTarget, groups }: EndpointClass): boolean =>
  owner.is === 'interface-endpoint' || (isMountTarget && !letEverythingOut(plane, groups))

/** A load balancer's node sends to registered targets on their ports and nowhere else (R-LB-12, R-LB-13). */
const sendToTargets = (plane: Plane, draft: Draft, each: EndpointClass, balancerId: string): void => {
  const subnet = plane.at('loadBalancer', balancerId, 'send', each.id)
  const balancer = loadBalancerOf(plane, balancerId)
  if (balancer && !isServingIn(each.subnetId, balancer)) {
    draft.drop(because('BAD_STATE', balancerId), { leg: 'request', assumptions: ['R-LB-21'] })
    return
  }
  const zone = plane.network.zoneOf(each.subnetId)
  const targets = registeredTargets(plane, balancerId, zone)
  if (targets.unread)
    draft.unknown(targets.unread, { when: [{ on: 'destination', map: targets.others }], leg: 'request' })
  else
    for (const { code, map, assumptions } of targets.refused)
      draft.drop(because(code, balancerId, { zone: zone ?? '' }), {
        when: [{ on: 'destination', map }],
        leg: 'request',
        assumptions,
      })
  const registered: Condition = { on: 'destination', map: targets.registered }
  const forClient = balancer?.kind === 'network'
  if (each.groups.length > 0) filterOutbound(plane, draft, each, subnet, { when: [registered], forClient })
  else
    draft.to(subnet, because('NO_SECURITY_GROUP', balancerId), {
      when: [registered], // Nobody's groups are known behind it, least of all the client's (R-LB-6).
      then: [{ do: forClient ? 'identify-for-client' : 'identify', as: undefined }],
      leg: 'request',
      effect: 'allow',
    })
}

/** What a target answers goes back through the node to the client; other answers are the node's own. */
const answersOfTargets = (plane: Plane, draft: Draft, each: EndpointClass): void => {
  const balancer = each.owner.is === 'load-balancer' ? each.owner.id : each.id
  const why = because('LOAD_BALANCER_RETURNS', balancer)
  const own = sessionOf(each.id, plane.family, plane.family)
  const other = sessionOf(each.id, plane.other.family, plane.family)
  const consumer = sessionOf(each.id, 'PrivateLink', plane.family)
  const open = (device: string, yes: boolean) => ({ on: 'session', device, open: yes }) as const
  // Where a node is passed twice, what came in by IPv6 or PrivateLink came in first.
  const resume = (device: string, later: readonly string[]) =>
    ({
      when: [open(device, true), ...later.map((each) => open(each, false))],
      then: [{ do: 'resume', device }],
      leg: 'reply',
      effect: 'translate',
    }) as const
  draft.to(plane.at('subnet', each.subnetId, 'leaving'), why, resume(own, []))
  draft.to(plane.other.at('subnet', each.subnetId, 'leaving'), why, resume(other, [own]))
  draft.to(plane.at('loadBalancer', balancer, 'toConsumer'), why, resume(consumer, [own, other]))
  draft.to(plane.at('interfaceClass', each.id, 'here'), because('ESTABLISHED', each.members[0]!.id), {
    when: [own, other, consumer].map((device) => open(device, false)),
    leg: 'reply',
    effect: 'deliver',
  })
}

/** What answers those whom its members brought out goes back to them (R-NAT-17). Returns what holds of all other answers. */
const answersForOthers = (plane: Plane, draft: Draft, each: EndpointClass): readonly Condition[] => {
  if (!each.bringsOthersOut) return []
  const others: Condition[] = []
  for (const exit of each.members)
    for (const through of broughtOutBy(plane, exit)) {
      const device = conversationsOf(through, exit)
      // Nobody is brought out twice on one way: which conversation an answer would belong to need not be told.
      draft.to(plane.at('networkInterface', through.id, 'home', exit.id), because('ESTABLISHED', exit.id), {
        when: [{ on: 'session', device, open: true }, ...others],
        leg: 'reply',
      })
      others.push({ on: 'session', device, open: false })
    }
  return others
}

const cannotInitiate = ({ owner, members }: EndpointClass) => {
  switch (owner.is) {
    case 'interface-endpoint':
      return because('VPCE_INTRA_VPC_TRAFFIC', owner.id)
    case 'nat-gateway':
      return because('CANNOT_INITIATE', owner.id, { what: 'a NAT gateway' })
    case 'transit-gateway':
    case 'gateway-load-balancer':
    case 'inspection-endpoint':
      return because('CANNOT_INITIATE', members[0]!.id, { what: `the interface of a ${owner.is.replaceAll('-', ' ')}` })
    case 'load-balancer':
    case 'function':
    case 'client-address-endpoint':
    case 'workload':
      return undefined
  }
}

/** R-COMP-1: nothing can be sent to a function; R-ENI-7: the interfaces of gateways are no endpoints. */
const acceptsNothing = ({ owner, members }: EndpointClass) => {
  switch (owner.is) {
    case 'function':
      return because('ACCEPTS_NOTHING', members[0]!.id, { what: 'the interface of a Lambda function' })
    case 'transit-gateway':
    case 'gateway-load-balancer':
    case 'inspection-endpoint':
      return because('ACCEPTS_NOTHING', members[0]!.id, { what: `the interface of a ${owner.is.replaceAll('-', ' ')}` })
    case 'nat-gateway':
    case 'load-balancer':
    case 'interface-endpoint':
    case 'client-address-endpoint':
    case 'workload':
      return undefined
  }
}

const withoutGroups = (each: EndpointClass) => because('INTERFACE_WITHOUT_GROUPS', each.members[0]!.id)
