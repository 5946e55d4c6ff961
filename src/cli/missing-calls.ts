/** Which calls of AWS a snapshot of saved answers lacks: those that no answer comes from although records name what they would tell, so that
 *  what flows there is unknown. A call that failed or was denied is a gap of the snapshot, and not among them. */
import { someOf } from '../analysis/short-lists.ts'
import { byCodeUnit } from '../collections.ts'
import { CALLS, kindOfId, type KindWithCall } from '../snapshot/calls.ts'
import { descriptionOf } from '../snapshot/interface-description.ts'
import type { Kind, RawOf } from '../snapshot/schema.ts'
import type { Resource, Snapshot } from '../snapshot/snapshot.ts'

interface MissingCall {
  readonly says: string
  readonly fix: string
}

/** Without these nearly no question about a VPC has an answer. */
const OF_VPCS = ['vpc', 'subnet', 'routeTable', 'networkAcl', 'securityGroup', 'networkInterface'] as const

/** A kind that some record cannot be judged without, and the record of it that is named, if one is. */
type Need = readonly [kind: KindWithCall, id?: string | undefined]

export const missingCalls = ({ resources, coverage, gaps }: Snapshot): readonly MissingCall[] => {
  const told = new Set([...coverage, ...gaps].map((each) => `${each.kind} ${each.account}/${each.region}`))
  const known = new Set(resources.map(({ id }) => id))
  const lacking = new Map<KindWithCall, Set<string>>()
  const strange = new Set<string>()
  for (const resource of resources) {
    const place = `${resource.account}/${resource.region}`
    const isStrange = !OF_VPCS.some((kind) => told.has(`${kind} ${place}`))
    if (isStrange && INHABITANTS.has(resource.kind)) strange.add(place)
    for (const [kind, id] of isStrange ? [] : needsOf(resource)) {
      const isTold = [kind, ...(ALSO_TOLD_BY[kind] ?? [])].some((each) => told.has(`${each} ${place}`))
      if (isTold || (id !== undefined && known.has(id))) continue
      lacking.set(kind, (lacking.get(kind) ?? new Set()).add(place))
    }
  }
  const missing = (Object.keys(CALLS) as KindWithCall[]).flatMap((kind): MissingCall[] => {
    const places = lacking.get(kind)
    if (places === undefined) return []
    const [, call] = CALLS[kind].split(' ')
    return [
      {
        says: `${call} is missing for ${someOf(sorted(places), 3)}: answers that need it are unknown`,
        fix: `Add the output of \`aws ${CALLS[kind]}\`.`,
      },
    ]
  })
  // A snapshot that says nothing at all of what was read was not made from answers.
  return strange.size > 0 && coverage.length > 0 ? [ofNobody(sorted(strange)), ...missing] : missing
}

/** What says as much of what is needed. */
const ALSO_TOLD_BY: Partial<Record<KindWithCall, readonly Kind[]>> = {
  // Which route table an attachment follows.
  transitGatewayAttachment: ['transitGatewayRouteTableAssociations'],
}

const INHABITANTS: ReadonlySet<Kind> = new Set(['vpc', 'subnet', 'networkInterface'])

const sorted = (places: ReadonlySet<string>): readonly string[] => [...places].sort(byCodeUnit)

const ofNobody = (places: readonly string[]): MissingCall => ({
  says: `resources of ${someOf(places, 3)} are here, and no answer is known to come from there`,
  fix: 'Keep the answers of each account and region in a folder of its own, such as 123456789012/eu-central-1.',
})

const needsOf = (resource: Resource): readonly Need[] => {
  switch (resource.kind) {
    case 'vpc':
    case 'subnet':
      return NEEDS_OF_VPCS
    case 'networkInterface':
      return [...NEEDS_OF_VPCS, ...needsOfInterface(resource.raw)]
    case 'routeTable':
      return (resource.raw.Routes ?? []).flatMap(needsOfRoute)
    case 'securityGroup':
      return [...(resource.raw.IpPermissions ?? []), ...(resource.raw.IpPermissionsEgress ?? [])].flatMap(
        ({ PrefixListIds = [] }) =>
          PrefixListIds.map(({ PrefixListId }): Need => ['managedPrefixListEntries', PrefixListId]),
      )
    case 'transitGateway':
      return [['transitGatewayVpcAttachment'], ['transitGatewayAttachment'], ['transitGatewayRouteTable']]
    case 'transitGatewayRouteTable':
      return [['transitGatewayRoutes']]
    case 'transitGatewayRoutes':
      return resource.raw.RoutesScope === 'static' ? [['transitGatewayRouteTablePropagations']] : []
    case 'vpnGateway':
      return [['vpnConnection']]
    case 'loadBalancer':
      return [['listener'], ['targetGroup'], ...needsOfListeners(resource.raw)]
    case 'targetGroup':
      return [['targetHealth']]
    default:
      return []
  }
}

const NEEDS_OF_VPCS: readonly Need[] = OF_VPCS.map((kind) => [kind])

/** Only an application load balancer has rules besides the action that a listener names itself. */
const needsOfListeners = ({ Type }: RawOf<'loadBalancer'>): readonly Need[] =>
  Type === 'application' ? [['listenerRule']] : []

/** By its type and by the words that services put into its description. */
const needsOfInterface = (raw: RawOf<'networkInterface'>): readonly Need[] => {
  const { InterfaceType: type = 'interface', Description = '' } = raw
  switch (type) {
    case 'natGateway':
    case 'nat_gateway':
      return [['natGateway', /nat-[0-9a-f]+/.exec(Description)?.[0]]]
    case 'transit_gateway':
      return [['transitGatewayVpcAttachment', /tgw-attach-[0-9a-f]+/.exec(Description)?.[0]]]
    case 'vpc_endpoint':
    case 'gateway_load_balancer_endpoint':
      return [['vpcEndpoint', /vpce-[0-9a-f]+/.exec(Description)?.[0]]]
  }
  const words = descriptionOf(raw)
  if (/^ELB (app|net|gwy)\//.test(words)) return [['loadBalancer']]
  return words.startsWith('ELB ') ? [['classicLoadBalancer']] : []
}

type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

const needsOfRoute = (route: Route): readonly Need[] => [
  ...(route.DestinationPrefixListId === undefined
    ? []
    : [['managedPrefixListEntries', route.DestinationPrefixListId] as const]),
  // What is gone needs no description.
  ...(route.State === 'blackhole' ? [] : needsOfTarget(route)),
]

const needsOfTarget = (route: Route): readonly Need[] => {
  const target =
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    route.GatewayId ??
    ''
  const kind = kindOfId(target)
  return kind === undefined ? [] : [[kind, target]]
}
