/** VPC Block Public Access: what an account forbids between a VPC and the internet, whatever else allows it. Judged for the
 *  request; answers to what passed a gateway pass it again. https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
import type { AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Network } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { isOfFirewall } from './network-firewall.ts'
import { because, type Plane } from './plane.ts'
import { publicTables } from './public-address.ts'
import { type Decision, routesOf } from './route-table.ts'

/** Private addresses of a VPC, by what may not pass a gateway for them. */
interface Closed {
  /** May not be reached from the internet. */
  readonly inbound: AddressSet
  /** May not start a conversation by the internet gateway. */
  readonly outbound: AddressSet
  /** The same by the egress-only gateway, which the ingress mode leaves open (R-BPA-3). */
  readonly byEgressOnly: AddressSet
}

export interface PublicAccess {
  readonly closed: Closed
  /** Closed or open, as a change in progress takes effect or has not: of the settings possible then, some close these and others
   *  do not (R-FLOW-10). What all of them close is in `closed`, what none does in neither. */
  readonly unsettled: Closed
  readonly closedOrUnsettled: Closed
  /** Addresses of regional NAT gateways, of which AWS does not say how they are judged (R-BPA-8). */
  readonly undocumented: AddressSet
  /** Addresses that lead through a network firewall, of which AWS does not say which exclusion frees them (R-NFW-14). */
  readonly inspected: AddressSet
  readonly assumptions: readonly string[]
  readonly refuses: (direction: Direction) => Reason
  readonly mayRefuse: (direction: Direction) => Reason
}

type Direction = 'inbound' | 'outbound'
type Mode = 'off' | 'block-bidirectional' | 'block-ingress'
type Exclusion = 'allow-bidirectional' | 'allow-egress' | undefined

/** What may be in force for a subnet. */
interface Setting {
  readonly mode: Mode
  readonly ofVpc: Exclusion
  readonly ofSubnet: Exclusion
}

export const publicAccessOf = (plane: Plane, vpcId: string): PublicAccess =>
  plane.once(`public access ${vpcId}`, () => {
    const regional = regionalNatAddresses(plane, vpcId)
    const subnets = plane.network
      .subnetsOf(vpcId)
      .map(({ id }) => ({ id, block: plane.network.subnetBlocks(id, plane.family) }))
    // Regional NAT gateways are in no subnet: what holds for the VPC holds for them (R-BPA-8).
    const places = [...subnets, ...(regional.length > 0 ? [{ id: undefined, block: regional }] : [])]
    const exempt = {
      nat: intervals.union(plane.family === 6 ? [] : publicTables(plane.network, vpcId).ofNatGateways, regional),
      redirected: redirectedAtEdge(plane, vpcId),
      inspected: redirectedAtEdge(plane, vpcId, isFirewall(plane)),
    }
    const judged = places.map(({ id, block }) => {
      const { modes, exclusionsOfVpc, exclusionsOfSubnet, ...rest } = possibleIn(plane, vpcId, id)
      const settings = modes.flatMap((mode) =>
        exclusionsOfVpc.flatMap((ofVpc) => exclusionsOfSubnet.map((ofSubnet) => ({ mode, ofVpc, ofSubnet }))),
      )
      const ways = settings.map((setting) => closedIn(block, setting, exempt))
      return { ...rest, sure: each(ways, intersectAll), possible: each(ways, intervals.unionAll) }
    })
    const closed = each(
      judged.map(({ sure }) => sure),
      intervals.unionAll,
    )
    const closedOrUnsettled = each(
      judged.map(({ possible }) => possible),
      intervals.unionAll,
    )
    const changing = [...new Set(judged.flatMap((place) => place.changing))].join(', ')
    return {
      closed,
      unsettled: {
        inbound: intervals.subtract(closedOrUnsettled.inbound, closed.inbound),
        outbound: intervals.subtract(closedOrUnsettled.outbound, closed.outbound),
        byEgressOnly: intervals.subtract(closedOrUnsettled.byEgressOnly, closed.byEgressOnly),
      },
      closedOrUnsettled,
      undocumented: modesIn(plane, vpcId, undefined).modes.some(blocks) ? regional : [],
      inspected: intervals.intersect(exempt.inspected, closedOrUnsettled.outbound),
      assumptions: judged.every(({ read }) => read) ? [] : ['R-BPA-1'],
      refuses: (direction) => because('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', vpcId, { direction }),
      mayRefuse: (direction) => because('VPC_BLOCK_PUBLIC_ACCESS_CHANGING', vpcId, { direction, changing }),
    }
  })

const each = (sets: readonly Closed[], join: (sets: readonly AddressSet[]) => AddressSet): Closed => ({
  inbound: join(sets.map(({ inbound }) => inbound)),
  outbound: join(sets.map(({ outbound }) => outbound)),
  byEgressOnly: join(sets.map(({ byEgressOnly }) => byEgressOnly)),
})

const intersectAll = (sets: readonly AddressSet[]): AddressSet => sets.reduce(intervals.intersect)

interface Exempt {
  readonly nat: AddressSet
  readonly redirected: AddressSet
  readonly inspected: AddressSet
}

const closedIn = (block: AddressSet, { mode, ofVpc, ofSubnet }: Setting, exempt: Exempt): Closed => {
  const { nat, redirected, inspected } = exempt
  if (mode === 'off' || ofVpc === 'allow-bidirectional') return { inbound: [], outbound: [], byEgressOnly: [] }
  // An exclusion of the subnet does not free what the edge table redirects, one of the VPC does (R-EDGE-7).
  if (ofSubnet === 'allow-bidirectional')
    return {
      inbound: intervals.intersect(block, redirected),
      // Nor what goes out through a firewall (R-NFW-14).
      outbound: ofVpc === 'allow-egress' ? [] : intervals.intersect(block, inspected),
      byEgressOnly: [],
    }
  // Exclusions for egress alone exist in the bidirectional mode only (R-BPA-4).
  if (mode === 'block-ingress') return { inbound: block, outbound: intervals.subtract(block, nat), byEgressOnly: [] }
  if (ofVpc === 'allow-egress') return { inbound: block, outbound: [], byEgressOnly: [] }
  if (ofSubnet === 'allow-egress')
    return { inbound: block, outbound: intervals.intersect(block, inspected), byEgressOnly: [] }
  return { inbound: block, outbound: block, byEgressOnly: block }
}

interface Possible {
  readonly modes: readonly Mode[]
  readonly exclusionsOfVpc: readonly Exclusion[]
  readonly exclusionsOfSubnet: readonly Exclusion[]
  /** What is being changed, for people. */
  readonly changing: readonly string[]
  readonly read: boolean
}

/** What may be in force in a subnet, or for what is in none. */
const possibleIn = (plane: Plane, vpcId: string, subnetId: string | undefined): Possible => {
  const mode = modesIn(plane, vpcId, subnetId)
  const isRead = knowsExclusions(plane, vpcId)
  const ofVpc = isRead ? exclusionsOf(plane, vpcId) : ANY_EXCLUSION
  const ofSubnet = subnetId === undefined || !isRead ? NO_EXCLUSION : exclusionsOf(plane, subnetId)
  const changing = [...mode.changing, ...ofVpc.changing, ...ofSubnet.changing]
  return {
    ...mode,
    exclusionsOfVpc: ofVpc.exclusions,
    exclusionsOfSubnet: ofSubnet.exclusions,
    // Where nothing is blocked, no exclusion matters.
    changing: mode.modes.some(blocks) ? changing : [],
  }
}

/** The mode as AWS states it on the subnet or VPC, else as the option of the account says (R-BPA-1). An option that is
 *  `update-in-progress` leaves open which mode is in force: AWS does not say whether it shows the old one or the new one, so the
 *  other one may be any (R-FLOW-10). What a subnet or VPC states is settled all the same: it tells what is enforced there at the
 *  time of reading, which is the very thing the option leaves open, and R-BPA-1 prefers it. */
const modesIn = (
  { network }: Plane,
  vpcId: string,
  subnetId: string | undefined,
): Pick<Possible, 'modes' | 'changing' | 'read'> => {
  const stated =
    (subnetId === undefined
      ? undefined
      : network.raw('subnet', subnetId)?.BlockPublicAccessStates?.InternetGatewayBlockMode) ??
    network.raw('vpc', vpcId)?.BlockPublicAccessStates?.InternetGatewayBlockMode
  if (stated !== undefined) return { modes: [stated as Mode], changing: [], read: true }
  const option = optionsOf(network, vpcId)
  if (isChanging(option?.State)) return { modes: MODES, changing: [`mode ${option!.State}`], read: true }
  const mode = option?.InternetGatewayBlockMode
  return { modes: [(mode as Mode | undefined) ?? 'off'], changing: [], read: mode !== undefined }
}

/** Whether somebody read what is excluded, or nothing may be. */
const knowsExclusions = ({ network }: Plane, vpcId: string): boolean => {
  const { account, region } = network.placeOf(vpcId)
  return (
    network.covers('vpcBlockPublicAccessExclusion', { account, region }) ||
    optionsOf(network, vpcId)?.ExclusionsAllowed === 'not-allowed'
  )
}

const optionsOf = (network: Network, vpcId: string): RawOf<'vpcBlockPublicAccessOptions'> | undefined => {
  const { account, region } = network.placeOf(vpcId)
  return network
    .all('vpcBlockPublicAccessOptions')
    .find((options) => options.account === account && options.region === region)?.raw
}

/** What may be excluded for a VPC or a subnet by itself; the widest where there are several. A mode that AWS states does not settle
 *  it: it is the mode "except for excluded VPCs and subnets". */
const exclusionsOf = ({ network }: Plane, id: string) => {
  const covering = network.all('vpcBlockPublicAccessExclusion').filter(({ raw }) => raw.ResourceArn?.endsWith(`/${id}`))
  const exclusions = covering
    .map(({ raw }) => possibleExclusions(raw))
    .reduce<readonly Exclusion[]>(
      (all, more) => [...new Set(all.flatMap((one) => more.map((other) => wider(one, other))))],
      [undefined],
    )
  const changing = covering.filter(({ raw }) => isChanging(raw.State)).map((one) => `${one.id} ${one.raw.State}`)
  return { exclusions, changing }
}

/** An exclusion in force; one that may be in force or not, as it is on its way in or out; one whose mode is being changed to the
 *  only other that there is (R-FLOW-10). */
const possibleExclusions = (raw: RawOf<'vpcBlockPublicAccessExclusion'>): readonly Exclusion[] => {
  const state = raw.State ?? 'create-complete'
  if (state === 'update-in-progress') return ['allow-bidirectional', 'allow-egress']
  const mode = raw.InternetGatewayExclusionMode as Exclusion
  if (isChanging(state)) return [mode, undefined]
  return [state === 'create-complete' || state === 'update-complete' ? mode : undefined]
}

const wider = (one: Exclusion, other: Exclusion): Exclusion =>
  (['allow-bidirectional', 'allow-egress'] as const).find((mode) => mode === one || mode === other)

const blocks = (mode: Mode): boolean => mode !== 'off'

const isChanging = (state: string | undefined): boolean => state?.endsWith('-in-progress') ?? false

const MODES: readonly Mode[] = ['off', 'block-bidirectional', 'block-ingress']
const NO_EXCLUSION: ReturnType<typeof exclusionsOf> = { exclusions: [undefined], changing: [] }
const ANY_EXCLUSION: ReturnType<typeof exclusionsOf> = {
  exclusions: [undefined, 'allow-egress', 'allow-bidirectional'],
  changing: ['exclusions not read'],
}

/** What the edge table leads elsewhere than to plain delivery: to such targets. */
const redirectedAtEdge = (
  plane: Plane,
  vpcId: string,
  isSuch: (target: Target) => boolean = ({ to }) => to !== 'local',
): AddressSet => {
  const gateway = plane.network.internetGatewayOf(vpcId)
  const [edge] = gateway ? plane.network.gatewayRouteTablesOf(gateway.id) : []
  if (!edge) return []
  return intervals.unionAll(
    [...routesOf(plane, edge.id).parts()].flatMap(([decision, destinations]) =>
      decision?.routes.some(({ target }) => isSuch(target)) ? [destinations] : [],
    ),
  )
}

type Target = NonNullable<Decision>['routes'][number]['target']

const isFirewall =
  ({ network }: Plane) =>
  (target: Target): boolean =>
    target.to === 'vpcEndpoint' && isOfFirewall(network, target.id)

/** The addresses that regional NAT gateways leave with. */
const regionalNatAddresses = (plane: Plane, vpcId: string): AddressSet => {
  if (plane.family === 6) return []
  const subnets = plane.network.subnetsOf(vpcId).map(({ id }) => plane.network.subnetBlocks(id, plane.family))
  const mapped = publicTables(plane.network, vpcId).privates
  return intervals.subtract(mapped, intervals.unionAll(subnets))
}
