/** Internet gateway: for IPv4 a one-to-one translation of the interfaces that have a public address (R-ADDR-7), for IPv6 none.
 *  No address, no service (R-ROUTE-18). https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { PRIVATE_USE, SHARED_ADDRESS_SPACE } from '../packet/special-purpose.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { RawOf } from '../snapshot/schema.ts'
import {
  exitOf,
  type Forbidden,
  forbiddenInwards,
  forbiddenOutwards,
  restrictsPublicAccess,
} from './block-public-access.ts'
import { edgeTableOf } from './edge-table.ts'
import { standInsOf } from './nat-gateway.ts'
import { because, type Behaviour, dropIdentity, perPlane, type Plane } from './plane.ts'
import { deniedIpv6, publicBlocks, publicTables } from './public-address.ts'
import { routesOf } from './route-table.ts'
import { routeBy } from './routing.ts'
import { attachmentOf, servedVpc } from './state.ts'

export const internetGateway: Behaviour<'internetGateway'> = {
  out: (plane, draft, id, detail) => {
    const vpcId = servedVpc(draft, id, plane.network.raw('internetGateway', id))
    if (vpcId === undefined) return
    const next = plane.at('internetGateway', id, 'translate')
    const pass = dropIdentity(draft, id)
    const access = forbiddenOutwards(plane, vpcId, exitOf(detail))
    const { assumptions } = access
    const why = because('INTERNET_GATEWAY', id)
    // For the addresses whose answers are judged by themselves the gateway remembers that it let the request pass.
    const judged = plane.family === 6 ? forbiddenInwards(plane, vpcId).closedOrUnsettled : []
    const remember = { do: 'open', device: outboundOf(id) } as const
    const from = (within: AddressSet) => ({ when: [...pass.when, { on: 'source', within }], leg: 'request' }) as const
    const isRemembered = remembersRequests(plane, vpcId)
    const onward = { to: next, then: isRemembered ? [...pass.then, remember] : pass.then }
    draft.drop(access.refused, { ...from(access.closed), onward, assumptions })
    draft.unknown(access.perhapsRefused, { ...from(access.unsettled), onward, assumptions })
    const open = intervals.subtract(addressLine(plane.family), access.closedOrUnsettled)
    const options = { assumptions: [...access.ofPassing, ...assumptions] }
    draft.to(next, why, { ...from(intervals.subtract(open, judged)), ...options, then: pass.then })
    const kept = intervals.intersect(open, judged)
    if (kept.length > 0) draft.to(next, why, { ...from(kept), ...options, then: [...pass.then, remember] })
    answers(draft, { on: 'source', access, isRemembered, session: inboundOf(id), next, why })
  },

  translate: (plane, draft, id) => {
    const vpcId = attachedVpc(plane.network.raw('internetGateway', id))!
    const sources = servedSources(plane, vpcId)
    const arrive = plane.at('internet', 'internet', 'arrive')
    const denied = deniedIn(plane, vpcId)
    if (denied.length > 0) draft.drop(because('IGW_TRAFFIC_DENIED', id), { when: [{ on: 'source', within: denied }] })
    draft.drop(because('IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS', id), {
      when: [{ on: 'source', within: intervals.subtract(addressLine(plane.family), intervals.union(sources, denied)) }],
    })
    const refused = plane.family === 4 ? NOT_TRANSLATED : []
    for (const { code, within } of refused)
      draft.drop(because(`IGW_DESTINATION_ADDRESS_NOT_IN_${code}_EGRESS`, id), {
        when: [
          { on: 'source', within: sources },
          { on: 'destination', within },
        ],
      })
    const destinations = intervals.subtract(
      addressLine(plane.family),
      intervals.unionAll(refused.map(({ within }) => within)),
    )
    draft.to(arrive, because(plane.family === 4 ? 'IGW_TRANSLATES_SOURCE' : 'INTERNET_GATEWAY', id), {
      when: [
        { on: 'source', within: sources },
        { on: 'destination', within: destinations },
      ],
      then:
        plane.family === 4
          ? [{ do: 'translate', field: 'source', table: publicTables(plane.network, vpcId).outbound }]
          : [],
      effect: plane.family === 4 ? 'translate' : 'route',
    })
  },

  in: (plane, draft, id) => {
    const vpcId = servedVpc(draft, id, plane.network.raw('internetGateway', id))
    if (vpcId === undefined) return
    const inside = plane.at('internetGateway', id, 'inside')
    const refused = plane.family === 4 ? NOT_TRANSLATED : []
    for (const { code, within } of refused)
      draft.drop(because(`IGW_SOURCE_ADDRESS_NOT_IN_${code}_INGRESS`, id), { when: [{ on: 'source', within }] })
    const sources = {
      on: 'source',
      within: intervals.subtract(addressLine(plane.family), intervals.unionAll(refused.map(({ within }) => within))),
    } as const
    const published = publicBlocks(plane.network, vpcId, plane.family)
    const denied = deniedIn(plane, vpcId)
    if (denied.length > 0)
      draft.drop(because('IGW_TRAFFIC_DENIED', id), { when: [sources, { on: 'destination', within: denied }] })
    draft.drop(because('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', id), {
      when: [sources, { on: 'destination', within: intervals.subtract(addressLine(plane.family), published) }],
    })
    draft.to(inside, because(plane.family === 4 ? 'IGW_TRANSLATES_DESTINATION' : 'INTERNET_GATEWAY', id), {
      when: [sources, { on: 'destination', within: intervals.subtract(published, denied) }],
      then:
        plane.family === 4
          ? [{ do: 'translate', field: 'destination', table: publicTables(plane.network, vpcId).inbound }]
          : [],
      effect: plane.family === 4 ? 'translate' : 'route',
    })
  },

  /** In the VPC, under the private address: Block Public Access, then the edge table, else delivery (R-EDGE-1, R-EDGE-3). */
  inside: (plane, draft, id) => {
    const vpcId = attachedVpc(plane.network.raw('internetGateway', id))!
    const access = forbiddenInwards(plane, vpcId)
    const next = plane.at('internetGateway', id, 'distribute')
    const remember = { do: 'open', device: inboundOf(id) } as const
    // The subnet that an answer leaves by need not be the one that the request goes to (R-BPA-5).
    const isRemembered = remembersRequests(plane, vpcId)
    const then = isRemembered ? [remember] : []
    const to = (within: AddressSet) => ({ when: [{ on: 'destination', within }], leg: 'request' }) as const
    const onward = { to: next, then }
    draft.drop(access.refused, { ...to(access.closed), onward })
    draft.unknown(access.perhapsRefused, { ...to(access.unsettled), onward })
    const open = intervals.subtract(addressLine(plane.family), access.closedOrUnsettled)
    // Whether the gateway itself drops what a subnet without a route to it could not answer is not documented (R-IGW-6).
    const routeless = routelessSubnets(plane, vpcId, id)
    const why = because('INTERNET_GATEWAY', id)
    draft.to(next, why, { ...to(intervals.subtract(open, routeless)), then, assumptions: access.ofPassing })
    draft.to(next, why, {
      ...to(intervals.intersect(open, routeless)),
      then,
      assumptions: [...access.ofPassing, 'R-IGW-6'],
    })
    answers(draft, { on: 'destination', access, isRemembered, session: outboundOf(id), next, why })
  },

  distribute: (plane, draft, id) => {
    const vpcId = attachedVpc(plane.network.raw('internetGateway', id))!
    const edge = edgeTableOf(plane, draft, { id, vpcId, code: 'INTERNET_GATEWAY' })
    if (edge === undefined) return
    // A middlebox that packets from the internet are led to must have a public address itself (R-ENI-3).
    const standIns = deliverToStandIns(plane, draft, edge, vpcId)
    const unserved = intervals.subtract(withoutPublicAddress(plane, edge, vpcId), standIns)
    draft.drop(because('INGRESS_RTB_NO_PUBLIC_IP', edge), { when: [{ on: 'destination', within: unserved }] })
    const rest = intervals.subtract(addressLine(plane.family), intervals.union(unserved, standIns))
    routeBy(plane, draft, edge, { vpcId }, [{ on: 'destination', within: rest }])
  },
}

/** IPv6 answers are judged by whether their request passed here; where nothing is ever refused nobody need remember. */
const remembersRequests = (plane: Plane, vpcId: string): boolean =>
  plane.family === 6 && restrictsPublicAccess(plane, vpcId)

const outboundOf = (id: string): string => `${id} outbound`
const inboundOf = (id: string): string => `${id} inbound`

interface Answers {
  /** Which end of the answer is in the VPC. */
  readonly on: 'source' | 'destination'
  readonly access: Forbidden
  /** By sessions that requests open as they pass. */
  readonly isRemembered: boolean
  /** What the request opened if it passed here. */
  readonly session: string
  readonly next: StageId
  readonly why: Reason
}

/** Block Public Access lets answers pass because their request passed. An IPv4 answer that passes at all goes back the way its request
 *  came, for it is to an address that this gateway made public; an IPv6 one may come out of a peering's conversation, and is then traffic
 *  like any other (R-BPA-2). */
const answers = (draft: Draft, { on, access, isRemembered, session: device, next, why }: Answers): void => {
  if (!isRemembered) {
    draft.to(next, why, { leg: 'reply' })
    return
  }
  // What is remembered of the request ends here, for answers that nobody judges too: below it may lie how they get home (R-EIGW-1).
  draft.to(next, why, {
    when: [{ on: 'session', device, open: true }],
    then: [{ do: 'resume', device }],
    leg: 'reply',
  })
  const unseen = (within: AddressSet) =>
    ({
      when: [
        { on, within },
        { on: 'session', device, open: false },
      ],
      leg: 'reply',
    }) as const
  const onward = { to: next }
  draft.to(next, why, unseen(intervals.subtract(addressLine(6), access.closedOrUnsettled)))
  draft.drop(access.refused, { ...unseen(access.closed), onward })
  draft.unknown(access.perhapsRefused, { ...unseen(access.unsettled), onward })
}

/** The VPC that an internet gateway serves, or is about to serve (R-IGW-1). */
const attachedVpc = (raw: RawOf<'internetGateway'> | undefined): string | undefined => attachmentOf(raw)?.VpcId

/** Sources that the gateway serves: private IPv4 with a public mapping (R-IGW-2), public IPv6 not denied (R-IGW-5). */
const servedSources = (plane: Plane, vpcId: string): AddressSet =>
  plane.family === 4
    ? publicTables(plane.network, vpcId).privates
    : intervals.subtract(publicBlocks(plane.network, vpcId, 6), deniedIn(plane, vpcId))

/** Public addresses of interfaces that it does not serve all the same (R-ADDR-13). */
const deniedIn = perPlane(({ network, family }, vpcId: string): AddressSet =>
  family === 4 ? [] : intervals.intersect(publicBlocks(network, vpcId, 6), deniedIpv6(network, vpcId)),
)

/** The destinations that an edge table leads to an interface without a public IPv4 address. */
const withoutPublicAddress = (plane: Plane, tableId: string, vpcId: string): AddressSet => {
  if (plane.family === 6) return []
  const { outbound } = publicTables(plane.network, vpcId)
  const lacks = (interfaceId: string): boolean =>
    plane.network.interface(interfaceId)?.addresses.every((address) => !outbound.has(address)) ?? false
  return intervals.unionAll(
    [...routesOf(plane, tableId).parts()].flatMap(([decision, destinations]) =>
      decision?.unread === undefined &&
      decision?.routes.some(({ target }) => target.to === 'networkInterface' && lacks(target.id))
        ? [destinations]
        : [],
    ),
  )
}

/** An edge table goes by the private address (R-EDGE-3). That of a regional NAT gateway need not be listed: then its packets are
 *  delivered where the table delivers all of the VPC, by whatever address that is. Gives the addresses that stand for such. */
const deliverToStandIns = (plane: Plane, draft: Draft, tableId: string, vpcId: string): AddressSet => {
  const blocks = plane.network.vpcBlocks(vpcId, plane.family)
  const inside = [...routesOf(plane, tableId).parts()].filter(([, part]) => intervals.overlaps(part, blocks))
  const delivers = inside.every(
    ([decision]) => decision?.unread === undefined && decision?.routes.every(({ target }) => target.to === 'local'),
  )
  let taken: AddressSet = []
  for (const nat of plane.network.natGatewaysOf(vpcId)) {
    const within = intervals.subtract(standInsOf(plane, nat.id), taken)
    if (within.length === 0) continue
    taken = intervals.union(taken, within)
    const when = [{ on: 'destination', within }] as const
    if (delivers) draft.to(plane.at('vpc', vpcId, 'local'), because('ROUTE', tableId, { target: 'local' }), { when })
    else draft.unknown(because('NAT_PRIVATE_ADDRESS_UNKNOWN', nat.id), { when })
  }
  return taken
}

/** Subnets whose table has no route to this gateway at all. */
const routelessSubnets = (plane: Plane, vpcId: string, id: string): AddressSet =>
  intervals.unionAll(
    plane.network.subnetsOf(vpcId).flatMap((subnet) => {
      const table = plane.network.routeTableOf(subnet.id)
      const routed =
        table &&
        [...routesOf(plane, table.id).parts().keys()].some((decision) =>
          decision?.routes.some(({ target }) => target.to === 'internetGateway' && target.id === id),
        )
      return routed === false ? [plane.network.subnetBlocks(subnet.id, plane.family)] : []
    }),
  )

/** Refused by the gateway in either direction (R-IGW-4, R-ADDR-15). */
const NOT_TRANSLATED = [
  { code: 'RFC1918', within: PRIVATE_USE },
  { code: 'RFC6598', within: SHARED_ADDRESS_SPACE },
] as const
