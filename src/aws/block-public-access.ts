/** VPC Block Public Access: what an account forbids between a VPC and the internet, whatever else allows it. Judged for the
 *  request; answers to what passed a gateway pass it again. https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
import type { AddressSet } from '../packet/address.ts'
import { single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Plane } from './plane.ts'
import { publicTables } from './public-address.ts'
import { type Decision, routesOf } from './route-table.ts'

export interface PublicAccess {
  /** Private addresses of the VPC that may not be reached from the internet. */
  readonly closedInbound: AddressSet
  /** Private addresses of the VPC that may not start a conversation by the internet gateway. */
  readonly closedOutbound: AddressSet
  /** The same by the egress-only gateway, which the ingress mode leaves open (R-BPA-3). */
  readonly closedByEgressOnly: AddressSet
  /** Addresses of regional NAT gateways, of which AWS does not say how they are judged (R-BPA-8). */
  readonly undocumented: AddressSet
  readonly assumptions: readonly string[]
}

type Mode = 'off' | 'block-bidirectional' | 'block-ingress'
type Exclusion = 'allow-bidirectional' | 'allow-egress' | undefined

export const publicAccessOf = (plane: Plane, vpcId: string): PublicAccess =>
  plane.once(`public access ${vpcId}`, () => {
    const inbound: AddressSet[] = []
    const outbound: AddressSet[] = []
    const egressOnly: AddressSet[] = []
    let read = true
    const nat = natAddresses(plane, vpcId)
    const redirected = redirectedAtEdge(plane, vpcId)
    for (const subnet of plane.network.subnetsOf(vpcId)) {
      const mode = modeOf(plane, vpcId, subnet.id)
      read &&= mode !== undefined
      const exclusion = exclusionOf(plane, vpcId, subnet.id)
      const block = plane.network.subnetBlocks(subnet.id, plane.family)
      if (mode === undefined || mode === 'off') continue
      if (exclusion === 'allow-bidirectional') {
        inbound.push(intervals.intersect(block, redirected))
        continue
      }
      inbound.push(block)
      // Exclusions for egress alone exist in the bidirectional mode only (R-BPA-4).
      if (mode === 'block-ingress') outbound.push(intervals.subtract(block, nat))
      else if (exclusion !== 'allow-egress') {
        outbound.push(block)
        egressOnly.push(block)
      }
    }
    const regional = regionalNatAddresses(plane, vpcId)
    closeRegionalNat(plane, vpcId, regional, outbound, inbound)
    return {
      closedInbound: intervals.unionAll(inbound),
      closedOutbound: intervals.unionAll(outbound),
      closedByEgressOnly: intervals.unionAll(egressOnly),
      undocumented: regional,
      assumptions: read ? [] : ['R-BPA-1'],
    }
  })

/** The mode in force in a subnet: as AWS states it on the subnet or VPC, else the account's option (R-BPA-1). */
const modeOf = (plane: Plane, vpcId: string, subnetId?: string): Mode | undefined => {
  const { network } = plane
  const stated =
    (subnetId === undefined
      ? undefined
      : network.raw('subnet', subnetId)?.BlockPublicAccessStates?.InternetGatewayBlockMode) ??
    network.raw('vpc', vpcId)?.BlockPublicAccessStates?.InternetGatewayBlockMode
  if (stated !== undefined) return stated as Mode
  const { account, region } = network.placeOf(vpcId)
  const option = network
    .all('vpcBlockPublicAccessOptions')
    .find((options) => options.account === account && options.region === region)?.raw.InternetGatewayBlockMode
  return option as Mode | undefined
}

/** The widest exclusion that covers a subnet, its own or its VPC's; of states that are in force. */
const exclusionOf = (plane: Plane, vpcId: string, subnetId: string | undefined): Exclusion => {
  const covering = plane.network
    .all('vpcBlockPublicAccessExclusion')
    .filter(({ raw }) => ['create-complete', 'update-complete'].includes(raw.State ?? 'create-complete'))
    .filter(({ raw }) => [subnetId, vpcId].some((id) => id !== undefined && raw.ResourceArn?.endsWith(`/${id}`)))
    .map(({ raw }) => raw.InternetGatewayExclusionMode)
  if (covering.includes('allow-bidirectional')) return 'allow-bidirectional'
  return covering.includes('allow-egress') ? 'allow-egress' : undefined
}

/** What the edge table leads elsewhere than to plain delivery: an exclusion of the subnet does not free it, one of the VPC does
 *  (R-EDGE-7). */
const redirectedAtEdge = (plane: Plane, vpcId: string): AddressSet => {
  const gateway = plane.network.internetGatewayOf(vpcId)
  const edge = gateway && plane.network.gatewayRouteTableOf(gateway.id)
  if (!edge || exclusionOf(plane, vpcId, undefined) === 'allow-bidirectional') return []
  const local = (decision: Decision): boolean => decision?.routes.every(({ target }) => target.to === 'local') ?? true
  return intervals.unionAll(
    [...routesOf(plane, edge.id).parts()].flatMap(([decision, destinations]) =>
      local(decision) ? [] : [destinations],
    ),
  )
}

const natAddresses = (plane: Plane, vpcId: string): AddressSet => {
  if (plane.family === 6) return []
  const held = [...plane.network.publicAddresses().values()].filter(
    (each) => each.vpcId === vpcId && each.holder.startsWith('nat-'),
  )
  return intervals.unionAll(held.map((each) => single(each.private)))
}

/** The addresses that regional NAT gateways, which are in no subnet, leave with; none where nothing is blocked. */
const regionalNatAddresses = (plane: Plane, vpcId: string): AddressSet => {
  const mode = modeOf(plane, vpcId)
  if (plane.family === 6 || mode === undefined || mode === 'off') return []
  const subnets = plane.network.subnetsOf(vpcId).map(({ id }) => plane.network.subnetBlocks(id, plane.family))
  const mapped = [...publicTables(plane.network, vpcId).outbound.keys()].map(single)
  return intervals.subtract(intervals.unionAll(mapped), intervals.unionAll(subnets))
}

/** Only a VPC-level exclusion frees a regional NAT gateway in the bidirectional mode (R-BPA-8). */
const closeRegionalNat = (
  plane: Plane,
  vpcId: string,
  regional: AddressSet,
  outbound: AddressSet[],
  inbound: AddressSet[],
): void => {
  const exclusion = exclusionOf(plane, vpcId, undefined)
  if (regional.length === 0 || exclusion === 'allow-bidirectional') return
  inbound.push(regional)
  if (modeOf(plane, vpcId) === 'block-bidirectional' && exclusion !== 'allow-egress') outbound.push(regional)
}
