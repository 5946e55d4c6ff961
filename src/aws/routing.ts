/** Sends packets on by a compiled route table: one hop for each target, and what the table lacks. Shared by subnets, by the
 *  edge of a VPC and by regional NAT gateways; what differs between them is where a packet is now. */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { NAT64_PREFIX } from '../packet/nat64.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { StageId } from '../forwarding/stage.ts'
import { exitDetail } from './block-public-access.ts'
import { ownerOf } from './endpoint-class.ts'
import { because, oneOf, type Plane } from './plane.ts'
import { BACK } from './stage-id.ts'
import { availabilityOf } from './state.ts'
import { type Decision, type Route, routesOf, type Target } from './route-table.ts'

export interface Whereabouts {
  readonly vpcId: string
  /** The subnet that the packet is in; undefined at a gateway. */
  readonly subnetId?: string
  /** The subnet that a packet at a regional NAT gateway came from: the gateway is in every zone and acts in the client's. */
  readonly client?: string
  /** The stage at which a packet leaves the subnet; absent once it has. What a route sends to something in the subnet itself does not
   *  pass there. */
  readonly border?: StageId
  /** The packet came into the subnet from a transit gateway, and may go back there without leaving it. */
  readonly fromTransit?: boolean
  /** It came from a transit gateway, so that gateway endpoints do not serve it. */
  readonly foreign?: boolean
  /** It came out of the endpoint of a network firewall. */
  readonly fromFirewall?: boolean
  /** The regional NAT gateway whose private address was not read, so that the packet bears the public one in its place. */
  readonly standsInFor?: string
}

/** Writes a hop for each route of the table to packets that meet `when`; packets without a route are dropped. */
export const routeBy = (
  plane: Plane,
  draft: Draft,
  tableId: string,
  at: Whereabouts,
  when: readonly Condition[] = [],
): void => {
  const map = routesOf(plane, tableId)
  for (const [decision, all] of map.parts())
    for (const destinations of byTranslation(plane, decision, all)) {
      const within: Condition[] = [...when, { on: 'destination', within: destinations }]
      if (decision && decision.routes.length > 0) follow(plane, draft, tableId, at, decision, destinations, within)
      else
        draft.drop(because('NO_ROUTE_TO_DESTINATION', tableId, placeArgs(at)), {
          when: within,
          assumptions: decision?.assumptions ?? [],
        })
    }
}

/** A NAT gateway takes NAT64 destinations of IPv6 and no others, however wide the route to it is (R-ROUTE-24). */
const byTranslation = ({ family }: Plane, decision: Decision, destinations: AddressSet): readonly AddressSet[] => {
  const translates = family === 6 && decision?.routes.some(({ target }) => target.to === 'natGateway')
  if (!translates) return [destinations]
  return [intervals.intersect(destinations, NAT64_PREFIX), intervals.subtract(destinations, NAT64_PREFIX)].filter(
    (part) => part.length > 0,
  )
}

/** The destinations that a subnet's table sends, or may send where lists overlap (R-ROUTE-9) or where records are missing, to something in
 *  the subnet itself: reached without crossing its NACL. */
export const nearDestinations = (plane: Plane, tableId: string, at: Whereabouts): AddressSet =>
  intervals.unionAll(
    [...routesOf(plane, tableId).parts()].flatMap(([decision, destinations]) =>
      decision && leadsNear(plane, decision, at) ? [destinations] : [],
    ),
  )

/** The same of a subnet whose table was not read: what something in the subnet may take, and send on where the table does not lead.
 *  What comes out there unchanged goes by the same table to the same place (R-FLOW-8), so that of NAT gateways those matter that change
 *  the destination (R-NAT-12); what an appliance does is not known. Everything else crosses the NACL wherever the table leads (R-NACL-4). */
export const nearWithoutTable = (plane: Plane, { vpcId, subnetId = '', fromTransit }: Whereabouts): AddressSet => {
  const { network } = plane
  // It may go back to the transit gateway.
  if (fromTransit || !network.knowsInterfacesIn(subnetId)) return addressLine(plane.family)
  const here = network
    .interfacesIn(subnetId)
    .map((each) => ({ check: each.raw.SourceDestCheck, ...ownerOf(network, each) }))
  if (here.some(({ is, check }) => is === 'inspection-endpoint' || (is === 'workload' && check === false)))
    return addressLine(plane.family)
  const translates =
    here.some(({ is }) => is === 'nat-gateway') ||
    network
      .natGatewaysOf(vpcId)
      .some(({ raw }) => raw.SubnetId === subnetId && availabilityOf(raw.State) !== 'out-of-service')
  return plane.family === 6 && translates ? NAT64_PREFIX : []
}

const leadsNear = (plane: Plane, { routes, unread, otherwise }: NonNullable<Decision>, at: Whereabouts): boolean => {
  const possible = [...routes, ...otherwise].map(({ target }) => target)
  const goesInCircles = ({ to }: Target): boolean => unread !== undefined && to === 'natGateway' && plane.family === 4
  return possible.some(
    (target) => mayBeNear(plane, target, at) || (isNear(plane, target, at) && !goesInCircles(target)),
  )
}

const follow = (
  plane: Plane,
  draft: Draft,
  tableId: string,
  at: Whereabouts,
  decision: NonNullable<Decision>,
  destinations: AddressSet,
  when: readonly Condition[],
): void => {
  if (decision.unread !== undefined) {
    const reason =
      'rivals' in decision.unread
        ? because('CONTRADICTION', tableId, { what: `${tableId} has ${decision.unread.rivals}` })
        : because('ROUTE_DESTINATION_UNKNOWN', tableId, { ...decision.unread })
    draft.unknown(reason, { when })
    return
  }
  const several = new Set(decision.routes.map(({ target }) => JSON.stringify(target))).size > 1
  const routes = several ? decision.routes : decision.routes.slice(0, 1)
  const ambiguous = because('AMBIGUOUS_PREFIX_LIST', tableId, {}, decision.routes.map(({ text }) => text).join(' or '))
  for (const route of routes) {
    // AWS picks one at random and keeps it (R-ROUTE-9).
    const choice = several ? oneOf(ambiguous, route.text, true) : {}
    if (at.border !== undefined && !isNear(plane, route.target, at) && !mayBeNear(plane, route.target, at)) {
      draft.to(at.border, because('LEAVES_SUBNET', at.subnetId ?? at.vpcId), { when, ...choice })
      continue
    }
    const why = because(
      'ROUTE',
      tableId,
      { target: 'id' in route.target ? route.target.id : route.target.to },
      route.text,
    )
    const problem = problemOf(plane, tableId, at, route, destinations) ?? unaddressed(at, route)
    if (problem?.is === 'drop') draft.drop(problem.reason, { when, ...choice })
    else if (problem?.is === 'unknown') draft.unknown(problem.reason, { when, ...choice })
    else
      draft.to(targetStage(plane, at, route.target), why, {
        when,
        ...choice,
        assumptions: [...decision.assumptions, ...route.assumptions],
      })
  }
}

type Problem = { readonly is: 'drop' | 'unknown'; readonly reason: ReturnType<typeof because> }

/** Why a route leads nowhere from here. */
const problemOf = (
  plane: Plane,
  tableId: string,
  at: Whereabouts,
  route: Route,
  destinations: AddressSet,
): Problem | undefined => {
  const { target, text } = route
  const blackhole: Problem = { is: 'drop', reason: because('BAD_STATE_ROUTE', tableId, {}, text) }
  switch (target.to) {
    case 'blackhole':
      return blackhole
    case 'unmodelled':
      return { is: 'unknown', reason: because('UNMODELLED_TARGET', target.id, { what: target.what }, text) }
    case 'egressOnlyInternetGateway':
      return plane.family === 6 ? absent(plane, tableId, target.to, target.id, text) : blackhole
    case 'natGateway': {
      const nat64 = plane.family === 6 && intervals.covers(NAT64_PREFIX, destinations)
      return plane.family === 4 || nat64 ? absent(plane, tableId, target.to, target.id, text) : blackhole
    }
    case 'local':
      return undefined
    case 'internetGateway':
      return absent(plane, tableId, target.to, target.id, text) ?? ofAnotherVpc(plane, target.id, at, text)
    case 'networkInterface':
    case 'vpcPeeringConnection':
    case 'transitGateway':
    case 'vpnGateway':
      return absent(plane, tableId, target.to, target.id, text)
    case 'vpcEndpoint':
      return absent(plane, tableId, target.to, target.id, text) ?? refusal(plane, target.id, at, text)
  }
}

/** A route to something that no record describes: we cannot tell what it does, whether or not its kind was read. */
const absent = (
  plane: Plane,
  tableId: string,
  kind: Exclude<Target['to'], 'local' | 'blackhole' | 'unmodelled'>,
  id: string,
  route: string,
): Problem | undefined => {
  if (plane.network.get(kind, id)) return undefined
  plane.network.gap({
    code: 'DANGLING',
    kind,
    id,
    message: `a route of ${tableId} leads to ${id}, which was not read`,
    remedy: 'add the describe output of the account that owns it',
  })
  return { is: 'unknown', reason: because('UNKNOWN_RESOURCE', id, { by: tableId }, route) }
}

/** An internet gateway serves the VPC that it is attached to (R-IGW-1). */
const ofAnotherVpc = (plane: Plane, id: string, at: Whereabouts, route: string): Problem | undefined => {
  const attachments = plane.network.raw('internetGateway', id)?.Attachments ?? []
  return attachments.length === 0 || attachments.some(({ VpcId }) => VpcId === at.vpcId)
    ? undefined
    : { is: 'drop', reason: because('BAD_STATE_ATTACHMENT', id, {}, route) }
}

/** All targets but an internet gateway see the private address of a NAT gateway (R-NAT-6). */
const unaddressed = ({ standsInFor: nat }: Whereabouts, { target, text }: Route): Problem | undefined =>
  nat === undefined || target.to === 'internetGateway'
    ? undefined
    : { is: 'unknown', reason: because('NAT_PRIVATE_ADDRESS_UNKNOWN', nat, {}, text) }

/** A gateway endpoint serves subnets by their own tables, not what a transit gateway brings back even into the same VPC (R-GWE-3). */
const refusal = (plane: Plane, endpointId: string, at: Whereabouts, route: string): Problem | undefined =>
  at.foreign && !isInspection(plane, endpointId)
    ? { is: 'drop', reason: because('VPCE_GATEWAY_FOREIGN_SOURCE', endpointId, {}, route) }
    : undefined

/** The stage at which a target takes packets over from here. */
const targetStage = (plane: Plane, at: Whereabouts, target: Target): StageId => {
  const near = isNear(plane, target, at)
  switch (target.to) {
    case 'local':
      return plane.at('vpc', at.vpcId, 'local')
    case 'internetGateway':
      return plane.at('internetGateway', target.id, 'out', exitAt(plane, at))
    case 'egressOnlyInternetGateway':
      return plane.at('egressOnlyInternetGateway', target.id, 'out', exitAt(plane, at))
    case 'natGateway':
      return plane.at('natGateway', target.id, near ? 'intake' : 'ingress', clientOf(plane, target.id, at))
    case 'vpcPeeringConnection':
      return plane.at('vpcPeeringConnection', target.id, 'cross', at.vpcId)
    case 'transitGateway':
      return plane.at('transitGateway', target.id, 'enter', `${at.subnetId ?? at.client ?? ''}${near ? BACK : ''}`)
    case 'networkInterface':
      return plane.at('networkInterface', target.id, 'through', near ? 'near' : '')
    case 'vpcEndpoint':
      return isInspection(plane, target.id)
        ? plane.at('vpcEndpoint', target.id, 'through', near ? 'near' : '')
        : plane.at('vpcEndpoint', target.id, 'gateway', at.subnetId ?? '')
    case 'vpnGateway':
      return plane.at('vpnGateway', target.id, 'out')
    case 'unmodelled':
    case 'blackhole':
      throw new Error(`a ${target.to} target takes no packets over`)
  }
}

const exitAt = (plane: Plane, { vpcId, subnetId, fromFirewall = false }: Whereabouts): string =>
  exitDetail(plane, vpcId, { subnetId, fromFirewall })

const isInspection = (plane: Plane, endpointId: string): boolean =>
  plane.network.raw('vpcEndpoint', endpointId)?.VpcEndpointType === 'GatewayLoadBalancer'

/** In the very subnet that the packet is in. */
const isNear = (plane: Plane, target: Target, { subnetId, vpcId, fromTransit = false }: Whereabouts): boolean => {
  if (subnetId === undefined) return false
  switch (target.to) {
    case 'natGateway':
      return plane.network.raw('natGateway', target.id)?.SubnetId === subnetId
    case 'networkInterface':
      return plane.network.raw('networkInterface', target.id)?.SubnetId === subnetId
    case 'vpcEndpoint':
      return (
        isInspection(plane, target.id) &&
        (plane.network.raw('vpcEndpoint', target.id)?.SubnetIds ?? []).includes(subnetId)
      )
    case 'transitGateway':
      // For what an interface sends, both lists are asked even in the attachment's own subnet (R-NACL-12).
      return fromTransit && attachmentsOf(plane, target.id, vpcId).some(({ raw }) => raw.SubnetIds?.includes(subnetId))
    default:
      return false
  }
}

/** Of something that was not read, or not whole, nobody can tell whether it is in the very subnet that the packet is in. A NAT gateway
 *  there would get its IPv4 packets back by the same route (R-FLOW-8): wherever it is, what the NACL denies gets nowhere. */
const mayBeNear = (plane: Plane, target: Target, { subnetId, vpcId, fromTransit = false }: Whereabouts): boolean => {
  if (subnetId === undefined) return false
  const { network } = plane
  switch (target.to) {
    case 'natGateway':
      return plane.family === 6 && !network.get('natGateway', target.id) && !network.coversIn('natGateway', vpcId)
    case 'networkInterface':
      return !network.get('networkInterface', target.id) && !network.knowsInterfacesIn(subnetId)
    case 'vpcEndpoint':
      return network.get('vpcEndpoint', target.id)
        ? isInspection(plane, target.id) && network.raw('vpcEndpoint', target.id)?.SubnetIds === undefined
        : !network.coversIn('vpcEndpoint', vpcId)
    case 'transitGateway':
      return (
        fromTransit &&
        !network.coversIn('transitGatewayVpcAttachment', vpcId) &&
        attachmentsOf(plane, target.id, vpcId).every(({ raw }) => raw.SubnetIds === undefined)
      )
    case 'unmodelled':
      return target.inSubnet
    default:
      return false
  }
}

const attachmentsOf = ({ network }: Plane, gateway: string, vpcId: string) =>
  network
    .all('transitGatewayVpcAttachment')
    .filter(({ raw }) => raw.TransitGatewayId === gateway && raw.VpcId === vpcId)

const placeArgs = ({ subnetId, vpcId }: Whereabouts): Record<string, string> => ({ place: subnetId ?? vpcId })

/** A regional NAT gateway asks for the client's subnet, whose zone picks its address; a zonal one treats all clients alike. */
const clientOf = (plane: Plane, natId: string, at: Whereabouts): string =>
  plane.network.raw('natGateway', natId)?.SubnetId === undefined ? (at.subnetId ?? at.client ?? '') : ''
