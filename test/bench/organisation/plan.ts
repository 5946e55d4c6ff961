/** What a synthetic organisation is made of: accounts, regions, VPCs with their address plans, and what joins them. Small enough to
 *  hold however many interfaces there are; these are made VPC by VPC (`interfaces.ts`). */
import { byCodeUnit } from '../../../src/collections.ts'
import { chanceOf, digits } from '../chance.ts'

/** `adversarial`: three of ten interfaces have a group of their own that names single addresses. `mesh`: every VPC reaches every
 *  other by one transit gateway table. */
export const MIXES = ['default', 'adversarial', 'mesh'] as const
export type Mix = (typeof MIXES)[number]

export interface OrganisationOptions {
  readonly interfaces: number
  readonly mix: Mix
  /** Whether three of ten VPCs are dual-stack; otherwise none is. All else is the same. */
  readonly ipv6: boolean
  readonly seed?: number
}

export interface Place {
  readonly account: string
  readonly region: string
}

export interface Organisation {
  readonly seed: number
  readonly mix: Mix
  /** In the order of a snapshot. */
  readonly places: readonly Place[]
  readonly vpcs: readonly VpcPlan[]
  readonly hubs: readonly Hub[]
  /** Between the hubs of two regions. */
  readonly links: readonly HubLink[]
  readonly peerings: readonly Peering[]
}

export const ENVIRONMENTS = ['prod', 'nonprod', 'shared'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

export const TIERS = ['public', 'private', 'database', 'intra'] as const
export type Tier = (typeof TIERS)[number]

export interface VpcPlan {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly place: Place
  readonly hub: Hub
  readonly environment: Environment
  /** IPv4 CIDR blocks, the primary first. */
  readonly blocks: readonly [string, ...string[]]
  /** A /56. */
  readonly ipv6Block: string | undefined
  readonly subnets: readonly SubnetPlan[]
  /** One NAT gateway in each of so many zones. */
  readonly natGateways: number
  readonly attachment: AttachmentPlan | undefined
  /** Whether its tiers have network ACLs of their own. */
  readonly closed: boolean
  readonly interfaces: number
  /** The id of what goes by this name in the VPC: `idOf('sg', 'web')`. */
  readonly idOf: (prefix: string, name: string) => string
}

export interface SubnetPlan {
  readonly id: string
  readonly tier: Tier
  /** 0, 1, 2. */
  readonly zone: number
  /** The first address, and how many. */
  readonly first: number
  readonly size: number
  readonly ipv6Block: string | undefined
}

export interface AttachmentPlan {
  readonly id: string
  readonly references: boolean
  readonly ipv6: boolean
}

/** The network account's part in one region: transit gateway, prefix lists, VPN. */
export interface Hub {
  readonly place: Place
  readonly gateway: string
  /** Names of the route tables. */
  readonly tables: readonly string[]
  readonly vpn: { readonly attachment: string; readonly connection: string }
  /** What all VPCs of the region lie in. */
  readonly blocks: readonly string[]
  readonly lists: { readonly offices: string; readonly edge: string; readonly s3: string }
  readonly idOf: (prefix: string, name: string) => string
}

export interface HubLink {
  readonly attachment: string
  readonly ends: readonly [Hub, Hub]
}

export interface Peering {
  readonly id: string
  readonly ends: readonly [VpcPlan, VpcPlan]
}

export const planOrganisation = (options: OrganisationOptions): Organisation => {
  const { interfaces, mix, ipv6, seed = 1 } = options
  const size = sizeOf(interfaces)
  const regions = REGIONS.slice(0, size.regions)
  const accounts = Array.from({ length: size.accounts + 1 }, (_, index) => accountId(seed, index))
  const hubs = regions.map((region, index) => planHub(seed, mix, accounts[0]!, region, index))
  const inRegion = new Map<Hub, number>()
  const vpcs = Array.from({ length: size.vpcs }, (_, index) => {
    const account = 1 + Math.floor((index * size.accounts) / size.vpcs)
    const chance = chanceOf(seed, `home of VPC ${index}`)
    // An account keeps to one region, but for a stray VPC.
    const hub = hubs[(account + (index >= hubs.length && chance.happens(0.1) ? 1 : 0)) % hubs.length]!
    const number = inRegion.get(hub) ?? 0
    inRegion.set(hub, number + 1)
    const share = Math.floor(((index + 1) * interfaces) / size.vpcs) - Math.floor((index * interfaces) / size.vpcs)
    return planVpc({ seed, mix, ipv6, index, account: accounts[account]!, hub, number, interfaces: share })
  })
  const places = [...hubs.map(({ place }) => place), ...vpcs.map(({ place }) => place)]
  const distinct = new Map(places.map((place) => [`${place.account} ${place.region}`, place]))
  return {
    seed,
    mix,
    places: [...distinct].sort(([a], [b]) => byCodeUnit(a, b)).map(([, place]) => place),
    vpcs,
    hubs,
    links: hubs.flatMap((from, index) =>
      hubs.slice(index + 1).map((to): HubLink => {
        const name = `${from.place.region} ${to.place.region}`
        return { attachment: `tgw-attach-0${digits(seed, name)}`, ends: [from, to] }
      }),
    ),
    peerings: planPeerings(seed, vpcs),
  }
}

/** The region's VPC that the others share: the first that it has. */
export const sharedVpcOf = (organisation: Organisation, hub: Hub): VpcPlan | undefined =>
  organisation.vpcs.find((vpc) => vpc.hub === hub && vpc.environment === 'shared')

export const isIn = (place: Place, other: Place): boolean =>
  place.account === other.account && place.region === other.region

export const zoneName = ({ region }: Place, zone: number): string => `${region}${'abc'[zone]}`

/** Accounts call the same physical zone by different letters. */
export const zoneId = (place: Place, zone: number): string => {
  const turn = Number(place.account.at(-1)) % 3
  const { short } = REGIONS.find(({ name }) => name === place.region)!
  return `${short}-az${((zone + turn) % 3) + 1}`
}

export const addressText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')

export const blockText = (first: number, size: number): string => `${addressText(first)}/${32 - Math.log2(size)}`

const REGIONS = [
  { name: 'us-east-1', short: 'use1' },
  { name: 'eu-west-1', short: 'euw1' },
  { name: 'us-west-2', short: 'usw2' },
  { name: 'ap-southeast-2', short: 'apse2' },
] as const

const sizeOf = (interfaces: number): { accounts: number; vpcs: number; regions: number } => {
  const vpcs = Math.max(10, Math.round(interfaces / 500))
  const regions = interfaces <= 20_000 ? 1 : interfaces <= 200_000 ? 2 : 3
  // 1024 blocks of 4096 addresses are in the part of 10.0.0.0/8 that a region has; VPCs are spread evenly but for some strays.
  if (interfaces < 500 || vpcs > 2500) throw new Error(`no organisation of ${interfaces} interfaces: 500 to 1,250,000`)
  return { accounts: Math.max(2, Math.ceil(vpcs / (interfaces <= 200_000 ? 5 : 8))), vpcs, regions }
}

/** The position keeps them apart. */
const accountId = (seed: number, index: number): string =>
  String(100 + chanceOf(seed, `account ${index}`).below(900)) +
  String(chanceOf(seed, `number ${index}`).below(100_000)).padStart(5, '0') +
  String(index).padStart(4, '0')

const planHub = (seed: number, mix: Mix, account: string, { name: region }: Region, index: number): Hub => {
  const idOf = (prefix: string, name: string): string => `${prefix}-0${digits(seed, `${region} ${prefix} ${name}`)}`
  return {
    place: { account, region },
    gateway: idOf('tgw', 'core'),
    tables: mix === 'mesh' ? ['mesh'] : ENVIRONMENTS,
    vpn: { attachment: idOf('tgw-attach', 'vpn'), connection: idOf('vpn', 'offices') },
    blocks: [`10.${index * 64}.0.0/10`, `${ipv6Pool(index)}::/32`],
    lists: { offices: idOf('pl', 'offices'), edge: idOf('pl', 'edge'), s3: idOf('pl', 's3') },
    idOf,
  }
}

type Region = (typeof REGIONS)[number]

const ipv6Pool = (region: number): string => `2600:1f1${(4 + region).toString(16)}`

interface VpcOptions {
  readonly seed: number
  readonly mix: Mix
  readonly ipv6: boolean
  readonly index: number
  readonly account: string
  readonly hub: Hub
  /** Its position among the VPCs of the region. */
  readonly number: number
  readonly interfaces: number
}

const planVpc = ({ seed, mix, ipv6, index, account, hub, number, interfaces }: VpcOptions): VpcPlan => {
  const chance = chanceOf(seed, `VPC ${index}`)
  const [isProd, isClosed] = [chance.happens(0.6), chance.happens(0.75)]
  const [isAttached, hasReferences, forwardsIpv6] = [chance.happens(0.92), chance.happens(0.5), chance.happens(0.6)]
  const environment: Environment = number === 0 ? 'shared' : isProd ? 'prod' : 'nonprod'
  const idOf = (prefix: string, name: string): string => `${prefix}-0${digits(seed, `${index} ${prefix} ${name}`)}`
  const region = Number(hub.blocks[0]!.split('.')[1]) / 64
  const first = (10 * 2 ** 24 + region * 2 ** 22 + number * VPC_SIZE) >>> 0
  // One in eight has a second block, of the region's part of 100.64.0.0/10.
  const hasMore = number % 8 === 3
  const second = (100 * 2 ** 24 + 2 ** 22 + region * 2 ** 20 + (number >> 3) * VPC_SIZE) >>> 0
  const pool = `${hub.blocks[1]!.replace('::/32', '')}:${(number + 1).toString(16)}`
  // Three of ten, exactly, so that small organisations have some.
  const dual = ipv6 && (index % 10) % 3 === 1
  const subnet = (tier: Tier, zone: number, at: number, block: number): SubnetPlan => ({
    id: idOf('subnet', `${tier} ${zone} ${block}`),
    tier,
    zone,
    first: at,
    size: SUBNET_SIZE,
    ipv6Block: dual ? `${pool}${block === 0 ? '' : `:${block.toString(16)}`}::/64` : undefined,
  })
  const subnets = TIERS.flatMap((tier, row) =>
    ZONES.map((zone) => subnet(tier, zone, first + (row * 3 + zone) * SUBNET_SIZE, row * 3 + zone)),
  )
  const more = hasMore ? ZONES.map((zone) => subnet('private', zone, second + zone * SUBNET_SIZE, 12 + zone)) : []
  const attached = isAttached || mix === 'mesh' || environment === 'shared'
  return {
    index,
    id: idOf('vpc', 'vpc'),
    name: `${environment}-${index}`,
    place: { account, region: hub.place.region },
    hub,
    environment,
    blocks: [blockText(first, VPC_SIZE), ...(hasMore ? [blockText(second, VPC_SIZE)] : [])],
    ipv6Block: dual ? `${pool}::/56` : undefined,
    subnets: [...subnets, ...more],
    natGateways: environment === 'prod' ? 3 : 1,
    attachment: attached
      ? { id: idOf('tgw-attach', 'vpc'), references: hasReferences, ipv6: dual && forwardsIpv6 }
      : undefined,
    closed: isClosed,
    interfaces,
    idOf,
  }
}

const VPC_SIZE = 4096
const SUBNET_SIZE = 256
const ZONES = [0, 1, 2] as const

/** Neighbours in a region are peered now and then, more often within an account. */
const planPeerings = (seed: number, vpcs: readonly VpcPlan[]): Peering[] =>
  vpcs.slice(1).flatMap((to, index) => {
    const from = vpcs[index]!
    const chance = chanceOf(seed, `peering ${index}`)
    const probability = from.place.account === to.place.account ? 0.4 : 0.15
    if (from.hub !== to.hub || !chance.happens(probability)) return []
    return [{ id: from.idOf('pcx', 'next'), ends: [from, to] as const }]
  })
