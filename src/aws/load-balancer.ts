/** Load balancers: two connections, client to node and node to target, joined at the node. Rules R-LB.
 *  https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html */
import { type Address, addressLine, type AddressSet, formatAddress, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Choice } from '../forwarding/choice.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Condition, ReturnTo, Transfer } from '../forwarding/transfer.ts'
import type { Of } from '../network/network.ts'
import { recordIndex } from '../network/record-index.ts'
import { classById, type EndpointClass } from './endpoint-class.ts'
import {
  type Listener,
  type LoadBalancer,
  inService,
  isServingIn,
  isUsedFrom,
  loadBalancerOf,
  type Target,
  type TargetGroup,
  targetsUnknown,
  unlistened,
} from './load-balancer-targets.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, oneOf, type Plane } from './plane.ts'
import type { ReasonCode } from './reasons.ts'

/** Detail of a connection that came in over PrivateLink: the class of the node, then this (R-VPCE-7). */
export const BY_PRIVATE_LINK = ' by PrivateLink'

export const loadBalancer: Behaviour<'loadBalancer'> = {
  /** A client's packet has reached a node. */
  listen: (plane, draft, id, detail) => {
    const balancer = loadBalancerOf(plane, id)
    const node = nodeOf(plane, detail)
    if (!balancer) draft.unknown(because('UNKNOWN_RESOURCE', id))
    else if (!isServingIn(node.members.subnetId, balancer))
      draft.drop(because('BAD_STATE', id), { assumptions: ['R-LB-21'] })
    else if (balancer.kind === 'gateway')
      draft.unknown(because('UNMODELLED_TARGET', id, { what: 'Gateway Load Balancer' }))
    else if (!balancer.listeners) draft.unknown(because('LISTENERS_UNKNOWN', id))
    else listenOn(plane, draft, balancer, balancer.listeners, node)
  },

  /** Out of the node, past its security groups. A classic node's packets meet its subnet's NACL even on the way to a neighbour; to
   *  others they meet it as everybody's do (R-NACL-16). */
  send: (plane, draft, id, classId) => {
    const { subnetId } = classById(plane.network, classId)
    const next = plane.at('subnet', subnetId, 'leaving')
    const isClassic = loadBalancerOf(plane, id)?.kind === 'classic'
    const judged = isClassic ? plane.network.subnetBlocks(subnetId, plane.family) : []
    if (judged.length > 0)
      filterByAcl(plane, draft, subnetId, 'outbound', next, {
        when: [{ on: 'destination', within: judged }],
        code: 'ELB_ACL_RESTRICTION',
      })
    draft.to(next, because('LOAD_BALANCER_SENDS', id), {
      when: [{ on: 'destination', within: intervals.subtract(addressLine(plane.family), judged) }],
    })
  },

  /** What a target answers to a client whose address it saw comes back to the node without a route (R-LB-10). */
  returning: (plane, draft, _id, classId) => {
    const { subnetId } = classById(plane.network, classId)
    filterByAcl(plane, draft, subnetId, 'inbound', plane.at('interfaceClass', classId, 'arriving'))
  },

  /** What a target answers to a consumer on the other side of PrivateLink goes to the consumer's endpoint. */
  toConsumer: (_plane, draft, id) => {
    draft.bySession(undefined, 'away', because('LOAD_BALANCER_RETURNS', id))
  },
}

/** The name of a node's sessions: kept apart by where the answer must go on. */
export const sessionOf = (classId: string, client: 4 | 6 | 'PrivateLink', target: 4 | 6): string => {
  if (client === 'PrivateLink') return `${classId}${BY_PRIVATE_LINK}`
  return client === target ? classId : `${classId} from IPv${client}`
}

interface Node {
  readonly members: EndpointClass
  readonly byPrivateLink: boolean
}

const nodeOf = (plane: Plane, detail: string): Node => {
  const byPrivateLink = detail.endsWith(BY_PRIVATE_LINK)
  const classId = byPrivateLink ? detail.slice(0, -BY_PRIVATE_LINK.length) : detail
  return { members: classById(plane.network, classId), byPrivateLink }
}

const listenOn = (
  plane: Plane,
  draft: Draft,
  balancer: LoadBalancer,
  listeners: readonly Listener[],
  node: Node,
): void => {
  for (const listener of listeners) {
    const when: Condition[] = [{ on: 'line', line: listener.line }]
    const several = listener.groups.length + Number(listener.answersItself) + Number(listener.hasUnreadRules) > 1
    const pick = (option: string): HopChoice =>
      several ? oneOf(because('LISTENER_RULE_CHOICE', balancer.id, {}, listener.text), option) : {}
    if (listener.answersItself)
      draft.to(
        plane.at('interfaceClass', node.members.id, 'here'),
        because('LISTENER_ANSWERS', balancer.id, {}, listener.text),
        {
          when,
          effect: 'deliver',
          ...pick('itself'),
        },
      )
    else if (listener.groups.length === 0 && !listener.hasUnreadRules)
      draft.drop(because('ELBV2_LISTENER_HAS_NO_TG', balancer.id, {}, listener.text), { when })
    if (listener.hasUnreadRules)
      draft.unknown(because('LISTENER_RULES_UNKNOWN', balancer.id, {}, listener.text), {
        when,
        ...pick('a rule that was not read'),
      })
    for (const group of listener.groups)
      toGroup(plane, draft, { balancer, listener, node, group, when, choice: pick(group.id) })
  }
  const code = balancer.kind === 'classic' ? 'ELB_LISTENERS_MISMATCH' : 'ELBV2_LISTENERS_MISMATCH'
  draft.drop(because(code, balancer.id), { when: [{ on: 'line', line: unlistened(listeners) }] })
}

type HopChoice = { readonly choice?: Choice }

interface TargetGroupHop {
  readonly balancer: LoadBalancer
  readonly listener: Listener
  readonly node: Node
  readonly group: TargetGroup
  readonly when: readonly Condition[]
  readonly choice: HopChoice
}

const toGroup = (plane: Plane, draft: Draft, leg: TargetGroupHop): void => {
  const { balancer, listener, node, group, when } = leg
  if (!group.targets) {
    draft.unknown(targetsUnknown(group), { when, ...leg.choice })
    return
  }
  const zone = plane.network.zoneOf(node.members.subnetId)
  const usable = inService(group.targets.filter((target) => isUsedFrom(zone, group, target)))
  if (usable.length === 0) {
    draft.drop(because(lackOf(balancer, group), balancer.id, { zone: zone ?? '' }, listener.text), {
      when,
      assumptions: group.assumptions,
      ...leg.choice,
    })
    return
  }
  // What picks the group picks the target with it: one choice of all that is behind the listener.
  const choiceOf = (name: string): HopChoice => {
    if (usable.length === 1) return leg.choice
    const among = leg.choice.choice
    return among
      ? oneOf(among.reason, `${among.option} ${name}`)
      : oneOf(because('TARGET_CHOICE', group.id, {}, listener.text), name)
  }
  for (const target of usable) {
    const name = `${formatAddress(target.address)}:${target.port}`
    toTarget(plane, draft, { ...leg, choice: choiceOf(name) }, target)
  }
}

/** Why a group has no target for a node. */
const lackOf = ({ kind }: LoadBalancer, { targets, elsewhere, isEmpty }: TargetGroup): ReasonCode => {
  if (targets && targets.length > 0) return kind === 'classic' ? 'ELB_NOT_CROSSZONE' : 'ELBV2_NO_TARGETS_IN_AZ'
  if (elsewhere.length > 0) return 'ELB_INSTALLED_AZ_RESTRICTION'
  if (kind === 'classic') return 'ELB_HAS_NO_INSTANCES'
  return isEmpty ? 'ELBV2_LISTENER_HAS_NO_TG' : 'ELBV2_LISTENER_REQUIRES_TG_ACCEPT'
}

/** A connection to one target: the client's again where its address is preserved, else the node's own (R-LB-3, R-LB-9). */
const toTarget = (
  plane: Plane,
  draft: Draft,
  { balancer, listener, node, group, when, choice }: TargetGroupHop,
  target: Target,
): void => {
  const family = typeof target.address === 'bigint' ? 6 : 4
  const preserves =
    group.preservesClientIp &&
    !node.byPrivateLink &&
    family === plane.family &&
    (target.inVpc || isPeered(plane, balancer, target))
  const hairpin: AddressSet = preserves ? single(target.address) : []
  // The client that is itself the target chosen sees its own address answer (R-LB-11).
  if (preserves)
    draft.drop(because('LB_HAIRPIN', balancer.id, {}, listener.text), {
      when: [...when, { on: 'source', within: hairpin }],
      leg: 'request',
      ...choice,
    })
  const base = {
    effect: 'translate' as const,
    leg: 'request' as const,
    assumptions: group.assumptions,
    ...choice,
  }
  const next = plane.in(family).at('interfaceClass', node.members.id, 'leaving')
  const why = because(
    preserves ? 'ELBV2_SOURCE_ADDRESS_PRESERVATION' : 'LOAD_BALANCER_TARGET',
    balancer.id,
    {},
    listener.text,
  )
  const toward: Transfer[] = [
    { do: 'set-address', field: 'destination', address: target.address },
    { do: 'set-destination-port', port: target.port },
    ...(family === plane.family ? [] : [{ do: 'change-family', family } as const]),
  ]
  const device = sessionOf(node.members.id, node.byPrivateLink ? 'PrivateLink' : plane.family, family)
  if (preserves) {
    const others = intervals.subtract(addressLine(plane.family), hairpin)
    const near = target.inVpc ? others : intervals.intersect(others, clientsOverPeering(plane, balancer))
    // A load balancer serves these in peers (R-LB-8), a peering takes no packet of theirs (R-PCX-2): nobody measured which holds.
    const far = intervals.subtract(others, near)
    if (far.length > 0)
      draft.unknown(because('CLIENT_PRESERVED_OVER_PEERING', balancer.id, {}, listener.text), {
        when: [...when, { on: 'source', within: far }],
        leg: 'request',
        ...choice,
      })
    const client: Condition = { on: 'source', within: near }
    const open: Transfer = { do: 'open', device, returnTo: returnToNode(plane, balancer, node.members) }
    draft.to(next, why, { ...base, when: [...when, client], then: [open, ...toward] })
    return
  }
  const own: Transfer[] = [{ do: 'choose-source-port', ports: [1024, 65536] }]
  if (family === plane.family && !node.byPrivateLink) {
    draft.to(next, why, {
      ...base,
      when,
      then: [{ do: 'open', device }, { do: 'go-on-as-destination' }, ...own, ...toward],
    })
    return
  }
  const addresses = nodeAddresses(plane, node, family)
  for (const { reached, address } of addresses)
    draft.to(next, why, {
      ...base,
      when: [...when, { on: 'destination', within: reached }],
      then: [{ do: 'open', device }, { do: 'set-address', field: 'source', address }, ...own, ...toward],
    })
  const others = intervals.subtract(
    addressLine(plane.family),
    intervals.unionAll(addresses.map(({ reached }) => reached)),
  )
  if (others.length > 0)
    draft.unknown(because('NODE_ADDRESS_UNKNOWN', node.members.members[0]!.id, { family: `IPv${family}` }), {
      when: [...when, { on: 'destination', within: others }],
      leg: 'request',
      ...choice,
    })
}

/** The address that each node of the class goes on with, where that is not the address it was reached at; over PrivateLink it is
 *  reached at none of its own. */
const nodeAddresses = (
  plane: Plane,
  { members: { members }, byPrivateLink }: Node,
  family: 4 | 6,
): { readonly reached: AddressSet; readonly address: Address }[] =>
  (byPrivateLink ? members.slice(0, 1) : members).flatMap((member) => {
    const address = member.addresses.find((each) => (typeof each === 'bigint') === (family === 6))
    const reached = byPrivateLink ? addressLine(plane.family) : member.addressSet(plane.family)
    return address === undefined ? [] : [{ reached, address }]
  })

const returnToNode = (plane: Plane, balancer: LoadBalancer, node: EndpointClass): ReturnTo => ({
  takes: 'inside',
  stage: plane.at('loadBalancer', balancer.id, 'returning', node.id),
  neighbour: { subnet: node.subnetId, stage: plane.at('interfaceClass', node.id, 'arriving') },
})

/** Preservation reaches into peers of the same region and no further (R-LB-8). */
const isPeered = (plane: Plane, { vpcId }: LoadBalancer, target: Target): boolean =>
  peeringsOf(plane, vpcId).some(({ raw }) => {
    const { AccepterVpcInfo: accepter, RequesterVpcInfo: requester, Status: status } = raw
    if (status?.Code !== 'active' || accepter?.Region !== requester?.Region) return false
    const other = accepter?.VpcId === vpcId ? requester?.VpcId : accepter?.VpcId
    return other !== undefined && intervals.has(plane.network.vpcBlocks(other, plane.family), target.address)
  })

/** Whose packets a peering takes from the VPC of a load balancer (R-PCX-2). */
const clientsOverPeering = ({ network, family }: Plane, { vpcId }: LoadBalancer): AddressSet =>
  vpcId === undefined ? [] : network.vpcBlocks(vpcId, family)

const vpcPeeringConnectionsByVpc = recordIndex('vpcPeeringConnection', ({ raw }) =>
  [raw.AccepterVpcInfo?.VpcId, raw.RequesterVpcInfo?.VpcId].flatMap((id) => id ?? []),
)

const peeringsOf = ({ network }: Plane, vpcId: string | undefined): readonly Of<'vpcPeeringConnection'>[] => {
  const byVpc = network.indexed(vpcPeeringConnectionsByVpc)
  return vpcId === undefined ? [] : (byVpc.get(vpcId) ?? [])
}
