/** VPC Block Public Access: what an account forbids between a VPC and the internet, whatever else allows it. Judged for the
 *  request; answers to what passed a gateway pass it again. The subnet that counts is the one whose interface talks to the gateway:
 *  of a NAT gateway, an appliance or an inspection endpoint, not of the workload behind it (R-BPA-5).
 *  https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Network } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { because, perPlane, type Plane } from './plane.ts'
import { publicTables } from './public-address.ts'
import { routesOf, type Target } from './route-table.ts'
import { FROM_FIREWALL } from './stage-id.ts'

/** What is forbidden of packets that cross a gateway, by their address in the VPC: the source of those that leave, the destination
 *  of those that enter. */
export interface Forbidden {
  readonly closed: AddressSet
  /** Closed or open, as a change in progress takes effect or has not: of the settings possible then, some close these and others
   *  do not (R-FLOW-10). */
  readonly unsettled: AddressSet
  readonly closedOrUnsettled: AddressSet
  /** What the answer rests on for packets that may pass, and for all. */
  readonly ofPassing: readonly string[]
  readonly assumptions: readonly string[]
  readonly refused: Reason
  readonly perhapsRefused: Reason
}

/** From where packets get to a gateway on their way out. */
export interface Exit {
  /** Undefined for a regional NAT gateway, which is in none. */
  readonly subnetId: string | undefined
  /** Out of the endpoint of a network firewall. */
  readonly fromFirewall: boolean
}

/** The detail of a gateway's stage on the way out; nothing where nobody has to know. */
export const exitDetail = (plane: Plane, vpcId: string, { subnetId = '', fromFirewall }: Exit): string =>
  restrictsPublicAccess(plane, vpcId) ? `${subnetId}${fromFirewall ? ` ${FROM_FIREWALL}` : ''}` : ''

export const exitOf = (detail: string): Exit => {
  const [subnetId = '', from] = detail.split(' ')
  return { subnetId: subnetId === '' ? undefined : subnetId, fromFirewall: from === FROM_FIREWALL }
}

type Mode = 'off' | 'block-bidirectional' | 'block-ingress'
type Exclusion = 'allow-bidirectional' | 'allow-egress' | undefined

/** What may be in force for a subnet. */
interface Setting {
  readonly mode: Mode
  readonly ofVpc: Exclusion
  readonly ofSubnet: Exclusion
}

/** Whether anything may be forbidden at the gateways of a VPC; else nobody need know from which subnet packets get there. */
export const restrictsPublicAccess = perPlane((plane, vpcId: string): boolean =>
  [undefined, ...plane.network.subnetsOf(vpcId).map(({ id }) => id)].some((subnetId) =>
    modesIn(plane, vpcId, subnetId).modes.some(blocks),
  ),
)

/** What may not leave a VPC by its internet gateway. */
export const forbiddenOutwards = (plane: Plane, vpcId: string, exit: Exit): Forbidden =>
  // While only ingress is blocked, what NAT gateways send passes (R-BPA-3), whatever it passes on its way: they are known by their source.
  outwards(plane, vpcId, exit, intervals.subtract(addressLine(plane.family), natSources(plane, vpcId)))

/** The same by an egress-only gateway, which the ingress mode leaves open (R-BPA-3). */
export const forbiddenByEgressOnly = (plane: Plane, vpcId: string, exit: Exit): Forbidden =>
  outwards(plane, vpcId, exit, [])

const outwards = (plane: Plane, vpcId: string, exit: Exit, closedToIngress: AddressSet): Forbidden => {
  const { subnetId, fromFirewall } = exit
  const possible = possibleIn(plane, vpcId, subnetId)
  // What goes out through a firewall is freed by an exclusion of the VPC alone (R-NFW-14).
  const { exclusionsOfSubnet } = fromFirewall ? { exclusionsOfSubnet: NO_EXCLUSION.exclusions } : possible
  const all = addressLine(plane.family)
  const closedBy = ({ mode, ofVpc, ofSubnet }: Setting): AddressSet => {
    if (isFree(mode, ofVpc, ofSubnet)) return []
    // Exclusions for egress alone exist in the bidirectional mode only (R-BPA-4).
    if (mode === 'block-ingress') return closedToIngress
    return ofVpc === 'allow-egress' || ofSubnet === 'allow-egress' ? [] : all
  }
  const closing = closingOf(settingsOf({ ...possible, exclusionsOfSubnet }), closedBy)
  const isJudged = possible.modes.some(blocks)
  const isExcluded = fromFirewall && possible.exclusionsOfSubnet.some((exclusion) => exclusion !== undefined)
  return forbidden(
    vpcId,
    'outbound',
    [{ ...possible, ...closing }],
    [...(isJudged && subnetId === undefined ? ['R-BPA-8'] : []), ...(isJudged && isExcluded ? ['R-NFW-14'] : [])],
  )
}

/** What may not enter a VPC by its internet gateway, which hands it to whoever has the address or to what the edge table names. */
export const forbiddenInwards = perPlane((plane, vpcId: string): Forbidden => {
  const { network, family } = plane
  const redirections = redirectedAtEdge(plane, vpcId)
  const redirected = intervals.unionAll(redirections.map(({ block }) => block))
  const subnets = network.subnetsOf(vpcId).map(({ id }) => ({ id, block: network.subnetBlocks(id, family) }))
  const regional = regionalNatAddresses(plane, vpcId)
  // Regional NAT gateways are in no subnet: what holds for the VPC holds for them (R-BPA-8).
  const places = [...subnets, ...(regional.length > 0 ? [{ id: undefined, block: regional }] : [])]
  const judged = [
    ...places.map(({ id, block }) => ({ id, block: intervals.subtract(block, redirected), isRedirected: false })),
    ...redirections.map(({ subnetId, block }) => ({ id: subnetId, block, isRedirected: true })),
  ].map(({ id, block, isRedirected }) => {
    const possible = possibleIn(plane, vpcId, id)
    // An exclusion of a subnet does not free what the edge table redirects, one of the VPC does (R-EDGE-7).
    const settings = settingsOf(isRedirected ? { ...possible, exclusionsOfSubnet: NO_EXCLUSION.exclusions } : possible)
    return {
      ...possible,
      ...closingOf(settings, ({ mode, ofVpc, ofSubnet }) => (isFree(mode, ofVpc, ofSubnet) ? [] : block)),
    }
  })
  return forbidden(vpcId, 'inbound', judged, [])
})

const isFree = (mode: Mode, ...exclusions: readonly Exclusion[]): boolean =>
  mode === 'off' || exclusions.includes('allow-bidirectional')

const settingsOf = ({ modes, exclusionsOfVpc, exclusionsOfSubnet }: Possible): readonly Setting[] =>
  modes.flatMap((mode) =>
    exclusionsOfVpc.flatMap((ofVpc) => exclusionsOfSubnet.map((ofSubnet) => ({ mode, ofVpc, ofSubnet }))),
  )

interface Closing {
  readonly sure: AddressSet
  readonly possible: AddressSet
}

const closingOf = (settings: readonly Setting[], closedBy: (setting: Setting) => AddressSet): Closing => {
  const ways = settings.map(closedBy)
  return { sure: ways.reduce(intervals.intersect), possible: intervals.unionAll(ways) }
}

const forbidden = (
  vpcId: string,
  direction: 'inbound' | 'outbound',
  judged: readonly (Pick<Possible, 'changing' | 'read'> & Closing)[],
  assumptions: readonly string[],
): Forbidden => {
  const closed = intervals.unionAll(judged.map(({ sure }) => sure))
  const closedOrUnsettled = intervals.unionAll(judged.map(({ possible }) => possible))
  const changing = [...new Set(judged.flatMap((each) => each.changing))].join(', ')
  return {
    closed,
    unsettled: intervals.subtract(closedOrUnsettled, closed),
    closedOrUnsettled,
    ofPassing: judged.every(({ read }) => read) ? [] : ['R-BPA-1'],
    assumptions,
    refused: because('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', vpcId, { direction }),
    perhapsRefused: because('VPC_BLOCK_PUBLIC_ACCESS_CHANGING', vpcId, { direction, changing }),
  }
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

interface Redirection {
  /** Of the interface or endpoint that is handed the packets. */
  readonly subnetId: string | undefined
  readonly block: AddressSet
}

/** What the edge table leads elsewhere than to plain delivery. */
const redirectedAtEdge = (plane: Plane, vpcId: string): readonly Redirection[] => {
  const gateway = plane.network.internetGatewayOf(vpcId)
  const [edge] = gateway ? plane.network.gatewayRouteTablesOf(gateway.id) : []
  if (!edge) return []
  return [...routesOf(plane, edge.id).parts()].flatMap(([decision, block]) =>
    (decision?.routes ?? []).flatMap(({ target }) =>
      target.to === 'local' ? [] : [{ subnetId: subnetOfTarget(plane.network, target), block }],
    ),
  )
}

const subnetOfTarget = (network: Network, target: Target): string | undefined => {
  switch (target.to) {
    case 'networkInterface':
      return network.raw('networkInterface', target.id)?.SubnetId
    case 'vpcEndpoint':
      return network.raw('vpcEndpoint', target.id)?.SubnetIds?.[0]
    default:
      return undefined
  }
}

/** The addresses that NAT gateways leave with. */
const natSources = (plane: Plane, vpcId: string): AddressSet =>
  plane.family === 6
    ? []
    : intervals.union(publicTables(plane.network, vpcId).ofNatGateways, regionalNatAddresses(plane, vpcId))

/** The same of regional ones, which are in no subnet. */
const regionalNatAddresses = (plane: Plane, vpcId: string): AddressSet => {
  if (plane.family === 6) return []
  const subnets = plane.network.subnetsOf(vpcId).map(({ id }) => plane.network.subnetBlocks(id, plane.family))
  const mapped = publicTables(plane.network, vpcId).privates
  return intervals.subtract(mapped, intervals.unionAll(subnets))
}
