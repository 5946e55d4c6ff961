/** Which subnet is which tier, and why: what its owner declares, what its routes make of it, what it is used for, and whether these
 *  agree (aws-analyzers section 5.3). What may flow between tiers is judged elsewhere, by computed packets. */
import { byCodeUnit } from '../collections.ts'
import type { Compiled } from '../aws/compile.ts'
import { internetAddresses } from '../aws/internet.ts'
import { Plane } from '../aws/plane.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { asSent } from '../forwarding/header.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import { FAMILIES, formatRange } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { wholeProtocol } from '../packet/l4.ts'
import { TCP } from '../packet/protocol.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { propagate } from '../reach/propagate.ts'
import { type Declaration, declarationOf, declaredByPolicy, ownTiers, type Tier, TIERS } from './tiers-declared.ts'
import { type FunctionFound, functionOf, type SubnetFunction } from './tiers-function.ts'
import { type FamilyRouting, routingOf, type SubnetRouting } from './tiers-routes.ts'
import { type SnapshotEntry, snapshotEntry } from './snapshot-entry.ts'

/** What the routes of a subnet make of it. `unknown` where they were not read. */
export type EffectiveTier = 'public' | 'private-egress' | 'private-transit' | 'isolated' | 'unknown'

/** Plain JSON. */
export interface TierReport {
  readonly schemaVersion: 1
  readonly snapshot: SnapshotEntry
  readonly totals: {
    readonly subnets: number
    readonly tiers: Readonly<Record<Tier, number>>
    readonly mismatches: number
  }
  /** By account, region, VPC and id. */
  readonly subnets: readonly SubnetTier[]
}

export interface SubnetTier {
  readonly id: string
  readonly name?: string
  readonly account: string
  readonly region: string
  readonly vpc: { readonly id: string; readonly name?: string }
  readonly zone?: string
  readonly cidrs: readonly string[]
  /** What policy goes by: the declared tier, else what routes and use make of the subnet. */
  readonly tier: Tier
  readonly reason: string
  /** Absent where neither a tag nor the Name declares one. */
  readonly declaredTier?: Tier
  readonly declared?: Declaration & { readonly reason: string }
  /** A tier that only the policy has, which takes the subnet; the tier above is what holds for all commands. */
  readonly ownTier?: { readonly name: string; readonly reason: string }
  readonly effectiveTier: EffectiveTier
  readonly effective: Effective
  readonly function: SubnetFunction
  readonly use: Omit<FunctionFound, 'is'>
  /** Declaration and routes disagree. `more-open`: packets may flow that the declared tier would not have. */
  readonly mismatch?: { readonly kind: 'more-open' | 'less-open'; readonly reason: string }
}

export interface Effective {
  readonly reason: string
  readonly routeTable?: { readonly id: string; readonly name?: string }
  readonly ipv4?: FamilyRouting
  readonly ipv6?: FamilyRouting
  /** Of `private-transit`: whether any packet gets to the internet that way, by the whole configuration. */
  readonly internetBeyond?: 'yes' | 'no' | 'unknown'
}

export const tierReport = (compiled: Compiled): TierReport => {
  const subnets = [...compiled.network.all('subnet')].sort(byPlace).map((subnet) => subnetTierOf(compiled, subnet))
  const tiers = Object.fromEntries(TIERS.map((tier) => [tier, subnets.filter((each) => each.tier === tier).length]))
  return {
    schemaVersion: 1,
    snapshot: snapshotEntry(compiled.network.snapshot),
    totals: {
      subnets: subnets.length,
      tiers: tiers as Record<Tier, number>,
      mismatches: subnets.filter(({ mismatch }) => mismatch).length,
    },
    subnets,
  }
}

/** The subnets of each tier that policy speaks of, in the order of the snapshot. Made once for a network and what a policy declares
 *  of it. */
export const subnetsByTier = (network: Network): ReadonlyMap<Tier, readonly Of<'subnet'>[]> => {
  const declared = declaredByPolicy(network)
  let known = byTier.get(network)
  if (known?.declared !== declared) {
    const groups = new Map<Tier, Of<'subnet'>[]>(TIERS.map((tier) => [tier, []]))
    const ipv4 = new Plane(network, 4)
    const planes = { 4: ipv4, 6: ipv4.other }
    for (const subnet of network.all('subnet')) groups.get(tierOf(network, planes, subnet))!.push(subnet)
    byTier.set(network, (known = { declared, groups }))
  }
  return known.groups
}

/** Subnets that are of no tier because nobody knows their routes. */
export const subnetsUnrouted = (network: Network): readonly Of<'subnet'>[] => {
  const ipv4 = new Plane(network, 4)
  const planes = { 4: ipv4, 6: ipv4.other }
  const others = subnetsByTier(network).get('other') ?? []
  return others.filter(
    (subnet) =>
      !declarationOf(network, subnet) &&
      !tierByUse(functionOf(network, subnet).is) &&
      effectiveTierOf(routingOf(planes, subnet)) === 'unknown',
  )
}

const byTier = new WeakMap<
  Network,
  {
    readonly declared: ReturnType<typeof declaredByPolicy>
    readonly groups: ReadonlyMap<Tier, readonly Of<'subnet'>[]>
  }
>()

/** Use and routes are looked at only where nothing is declared. */
const tierOf = (network: Network, planes: Compiled['planes'], subnet: Of<'subnet'>): Tier =>
  declarationOf(network, subnet)?.tier ??
  tierByUse(functionOf(network, subnet).is) ??
  BY_ROUTES[effectiveTierOf(routingOf(planes, subnet))]

export const subnetTierOf = (compiled: Compiled, subnet: Of<'subnet'>): SubnetTier => {
  const { network, planes } = compiled
  const { id, account, region, raw } = subnet
  const declaration = declarationOf(network, subnet)
  const routing = routingOf(planes, subnet)
  const effectiveTier = effectiveTierOf(routing)
  const { is: use, ...used } = functionOf(network, subnet)
  const vpc = network.get('vpc', raw.VpcId)
  const zone = raw.AvailabilityZone ?? raw.AvailabilityZoneId
  const byUse = tierByUse(use)
  const mismatch = declaration && mismatchOf(declaration.tier, effectiveTier, routing)
  const effective = effectiveOf(compiled, subnet, routing, effectiveTier)
  const declaredReason = declaration && reasonOfDeclaration(declaration)
  const { file, tiers: own } = ownTiers(network)
  const ownTier = [...own].find(([, { subnets }]) => subnets.has(id))?.[0]
  return {
    id,
    ...named(subnet),
    account,
    region,
    vpc: { id: raw.VpcId, ...(vpc && named(vpc)) },
    ...(zone !== undefined && { zone }),
    cidrs: FAMILIES.flatMap((family) =>
      [...intervals.ranges(network.subnetBlocks(id, family))].map(([from, to]) => formatRange(from, to)),
    ),
    tier: declaration?.tier ?? byUse ?? BY_ROUTES[effectiveTier],
    reason: declaredReason ?? (byUse === undefined ? effective.reason : used.reason),
    ...(declaration && { declaredTier: declaration.tier, declared: { ...declaration, reason: declaredReason! } }),
    ...(ownTier !== undefined && { ownTier: { name: ownTier, reason: `${file} says ${ownTier}` } }),
    effectiveTier,
    effective,
    function: use,
    use: used,
    ...(mismatch && { mismatch }),
  }
}

const effectiveTierOf = ({ ipv4, ipv6 }: SubnetRouting): EffectiveTier => {
  const found = [ipv4, ipv6].flatMap((routing) => (routing ? [effectiveByFamily(routing)] : []))
  return OPENNESS.find((tier) => found.includes(tier)) ?? 'unknown'
}

/** The most open family decides; what is not known may be more open than `isolated`. */
const OPENNESS = ['public', 'private-egress', 'private-transit', 'unknown', 'isolated'] as const

const effectiveByFamily = ({ is, exits }: FamilyRouting): EffectiveTier => {
  switch (is) {
    case 'public-v4':
    case 'public-v6':
      return 'public'
    case 'egress-only':
      return 'private-egress'
    case 'transit':
      return 'private-transit'
    case 'vpn-only':
      return exits.length > 0 ? 'private-transit' : 'isolated'
    case 'isolated':
    case 'unknown':
      return is
  }
}

/** The tier that the use of a subnet gives it, whatever its routes; none where these decide (aws-analyzers section 5.3, item 0). */
const tierByUse = (use: SubnetFunction): Tier | undefined => {
  switch (use) {
    case 'edge':
    case 'transit':
    case 'inspection':
    case 'endpoints':
    case 'control-plane':
      return 'other'
    case 'database':
      return 'database'
    case 'app':
    case 'empty':
    case 'unknown':
      return undefined
  }
}

const BY_ROUTES: Readonly<Record<EffectiveTier, Tier>> = {
  public: 'public',
  'private-egress': 'private',
  'private-transit': 'private',
  isolated: 'intra',
  unknown: 'other',
}

const effectiveOf = (
  compiled: Compiled,
  subnet: Of<'subnet'>,
  routing: SubnetRouting,
  tier: EffectiveTier,
): Effective => {
  const { table, ipv4, ipv6 } = routing
  const beyond = tier === 'private-transit' ? internetBeyond(compiled, subnet, routing) : undefined
  const families = [ipv4?.reason, ipv6?.reason].filter((text) => text !== undefined).join('; ')
  const reason = table ? `${label(table)}: ${families}` : families
  return {
    reason: beyond === undefined ? reason : `${reason}; ${BEYOND[beyond]}`,
    ...(table && { routeTable: { id: table.id, ...named(table) } }),
    ...(ipv4 && { ipv4 }),
    ...(ipv6 && { ipv6 }),
    ...(beyond !== undefined && { internetBeyond: beyond }),
  }
}

const BEYOND = {
  yes: 'that way leads to the internet',
  no: 'no packet gets to the internet that way',
  unknown: 'whether that way leads to the internet is not known',
} as const

/** Sends packets for the internet from the subnet's route table on, and looks whether any gets there. */
const internetBeyond = (
  { network, graph, planes }: Compiled,
  subnet: Of<'subnet'>,
  routing: SubnetRouting,
): 'yes' | 'no' | 'unknown' => {
  let unknown = false
  for (const family of FAMILIES) {
    if (((family === 4 ? routing.ipv4 : routing.ipv6)?.exits.length ?? 0) === 0) continue
    const plane = planes[family]
    const sent = PacketSet.of(family, {
      sources: network.subnetBlocks(subnet.id, family),
      destinations: internetAddresses(network, family),
      transport: transport(wholeProtocol(TCP)),
    })
    let arrived = false
    const outcome = propagate(graph, {
      from: plane.at('subnet', subnet.id, 'route'),
      home: plane.at('subnet', subnet.id, 'route'),
      flight: { sent, header: asSent(family), sender: undefined, sessions: [], inspectedBy: [], picked: new Map() },
      // Arriving is all that is asked: no answer is sent for.
      accepts: ({ id }) => {
        arrived ||= parseStageId(id).component === 'internet'
        return false
      },
    })
    if (arrived) return 'yes'
    unknown ||= !outcome.unknown.isEmpty()
  }
  return unknown ? 'unknown' : 'no'
}

const reasonOfDeclaration = ({ by, purpose, tier }: Declaration): string => {
  if ('policy' in by) return `${by.policy} says ${tier}`
  const [text, word] =
    'tag' in by ? [`tag ${by.tag}=${by.value}`, by.value] : [`Name "${by.name}" says ${by.word}`, by.word]
  return purpose === undefined || purpose === word.toLowerCase() ? text : `${text}, which is ${purpose}`
}

/** Less than a tier may do is no disagreement, save that a public subnet is one that the internet can reach. */
const mismatchOf = (
  declared: Tier,
  effective: EffectiveTier,
  { ipv4, ipv6 }: SubnetRouting,
): SubnetTier['mismatch'] => {
  const ways = [ipv4, ipv6].flatMap((routing) => routing?.exits ?? [])
  const way = ways[0] && `${ways[0].routes[0]}${ways[0].name === undefined ? '' : ` (${ways[0].name})`}`
  if (effective === 'public' && ['private', 'database', 'intra'].includes(declared))
    return { kind: 'more-open', reason: `declared ${declared}, but ${way} makes it public` }
  if (effective.startsWith('private-') && declared === 'intra')
    return { kind: 'more-open', reason: `declared intra, but ${way} leads out of the VPC` }
  if (declared === 'public' && effective !== 'public' && effective !== 'unknown')
    return { kind: 'less-open', reason: `declared public, but no route of it leads to an internet gateway` }
  return undefined
}

const label = (resource: Parameters<typeof nameOfResource>[0]): string => {
  const { name } = named(resource)
  return name === undefined ? resource.id : `${resource.id} (${name})`
}

const named = (resource: Parameters<typeof nameOfResource>[0]): { readonly name?: string } => {
  const name = nameOfResource(resource)
  return name === undefined ? {} : { name }
}

const byPlace = (a: Of<'subnet'>, b: Of<'subnet'>): number =>
  byCodeUnit(a.account, b.account) ||
  byCodeUnit(a.region, b.region) ||
  byCodeUnit(a.raw.VpcId, b.raw.VpcId) ||
  byCodeUnit(a.id, b.id)
