/** The rows and columns of a matrix: the interfaces of an estate sorted into groups, and the places outside of it. Knows which interfaces
 *  take part and what a group is called; what flows between groups is known by `cells.ts`. */
import { byCodeUnit, once } from '../collections.ts'
import { serviceLists } from '../aws/prefix-list.ts'
import { isAmazonService } from '../aws/service-name.ts'
import { ZtnetError } from '../errors.ts'
import { type Network, nameOfResource } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Group } from './cells.ts'
import { knowsOnpremises } from './onprem.ts'
import { quoted } from './place-names.ts'
import { interfacesByTagValue } from './place-things.ts'
import { everybodyIn, labelOf, type Place } from './place.ts'
import { subnetsByTier } from './tiers.ts'
import { ownTiers, type TakenByPolicy, takenByPolicy, TIERS } from './tiers-declared.ts'

/** What interfaces are sorted by; `vpc-tier` is the tier within the VPC. Tiers are those of the policy, where one is there, and else of the
 *  subnet; `vpc-subnet-tier` is the latter alone, for pictures, which have a row for each of the tiers that all commands know. */
export type Grouping = (typeof GROUPINGS)[number] | 'vpc-subnet-tier' | `tag:${string}`

export const GROUPINGS = ['tier', 'vpc-tier', 'subnet', 'vpc', 'account', 'security-group', 'interface'] as const

/** A group with what people call it. Its key can be put to `ztnet reach`, unless it stands in brackets. */
export interface NamedGroup extends Group {
  readonly kind: string
  readonly name?: string
}

export const parseGrouping = (text: string): Grouping => {
  const known = GROUPINGS.find((each) => each === text)
  if (known) return known
  if (/^tag:./.test(text)) return text as Grouping
  throw new ZtnetError('GROUPING_ODD', `${quoted(text)} is nothing to group by`, {
    hint: `Group by ${GROUPINGS.join(', ')} or tag:<Key>.`,
  })
}

/** The key of a tag to group by that nothing bears, as where it is misspelt. */
export const unusedTag = (network: Network, by: Grouping): string | undefined => {
  if (!by.startsWith('tag:')) return undefined
  const key = by.slice('tag:'.length)
  return interfacesByTagValue(network, key).size === 0 ? key : undefined
}

/** The groups of a whole estate, or of what is in one place of it; none that is empty, unless its interfaces were not read. By name.
 *
 *  Members are the interfaces that send or receive in their own name. Those of NAT gateways, transit gateways, Gateway Load Balancers
 *  and their endpoints are not, as in any place; load balancer nodes and interface endpoints are, in the tier, subnet, VPC and account that
 *  they stand in. An interface is in the group of each of its security groups, and of each value that the tag has on it and on what it
 *  belongs to, as `tag:Key=Value` means it in any place. */
export const groupsOf = (network: Network, by: Grouping, within?: Place): readonly NamedGroup[] => {
  if (within && within.is !== 'interfaces') return [{ key: within.selector, kind: within.kind, place: within }]
  const candidates = within ? within.interfaces : everybodyIn(network)
  const unread = within && new Set(within.unread ?? [])
  return draftsOf(network, by, candidates)
    .map((draft) => groupOf(network, draft, unread))
    .filter(({ place }) => place.is === 'interfaces' && (place.interfaces.length > 0 || place.unread))
}

/** The places outside of the estate that it has to do with. Services only answer, and are no senders. */
export const outsideOf = (network: Network, side: 'from' | 'to'): readonly NamedGroup[] => [
  outside('internet', { is: 'internet' }),
  ...(side === 'to' && knowsServices(network)
    ? [outside('aws-services', { is: 'aws-service', services: [] } as const)]
    : []),
  ...(knowsOnpremises(network) ? [outside('onprem', { is: 'onprem' })] : []),
]

/** All of a place as one group. */
export const wholeOf = (place: Place): NamedGroup => ({ key: place.selector, kind: place.kind, place })

const outside = (
  key: string,
  is: { readonly is: 'internet' | 'onprem' } | { readonly is: 'aws-service'; readonly services: readonly string[] },
): NamedGroup => ({ key, kind: key, place: { selector: key, kind: key, resolved: [{ id: key, kind: key }], ...is } })

/** Whether there is anything to ask about: an endpoint of AWS's own services, or a list of their addresses. */
const knowsServices = (network: Network): boolean =>
  serviceLists(network).length > 0 ||
  network
    .all('vpcEndpoint')
    .some(({ raw }) => ['Interface', 'Gateway'].includes(raw.VpcEndpointType ?? '') && isAmazonService(raw.ServiceName))

interface Draft {
  readonly key: string
  readonly kind: string
  readonly name?: string | undefined
  readonly interfaces: NetworkInterface[]
  /** Whose interfaces would have to be read to know all members. */
  readonly vpcs: Set<string>
}

const groupOf = (network: Network, draft: Draft, within: ReadonlySet<string> | undefined): NamedGroup => {
  const { key, kind, name, interfaces, vpcs } = draft
  const unread = [...vpcs].filter((id) => !network.coversIn('networkInterface', id) && (within?.has(id) ?? true)).sort()
  return {
    key,
    kind,
    ...(name !== undefined && name !== key && { name }),
    place: {
      selector: key,
      kind,
      resolved: [],
      ...(unread.length > 0 && { unread }),
      is: 'interfaces',
      interfaces: interfaces.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    },
  }
}

const draftsOf = (network: Network, by: Grouping, candidates: readonly NetworkInterface[]): readonly Draft[] => {
  const drafts = new Drafts()
  const vpcs = network.all('vpc').map(({ id }) => id)
  switch (by) {
    case 'tier':
    case 'vpc-tier':
    case 'vpc-subnet-tier':
      return byTier(network, by, candidates)
    case 'subnet':
      for (const { id, raw } of network.all('subnet'))
        drafts.open({ key: id, kind: by, name: network.nameOf(id) }).vpcs.add(raw.VpcId)
      for (const each of candidates) drafts.add({ key: each.subnetId, kind: by }, each)
      openUnread(network, drafts, by)
      return drafts.byName()
    case 'vpc':
      for (const id of vpcs) drafts.open({ key: id, kind: by, name: network.nameOf(id) }).vpcs.add(id)
      for (const each of candidates) drafts.add({ key: each.vpcId, kind: by }, each)
      return drafts.byName()
    case 'account':
      for (const { id, account } of network.all('vpc'))
        drafts.open({ key: `account:${account}`, kind: by }).vpcs.add(id)
      for (const each of candidates) drafts.add({ key: `account:${each.account}`, kind: by }, each)
      return drafts.byName()
    case 'security-group':
      for (const group of network.all('securityGroup')) {
        const draft = drafts.open({ key: group.id, kind: by, name: nameOfResource(group) })
        if (group.raw.VpcId !== undefined) draft.vpcs.add(group.raw.VpcId)
      }
      for (const each of candidates) {
        for (const id of each.groups) drafts.add({ key: id, kind: by }, each)
        if (each.groups.length === 0) drafts.addLast({ key: '(no security group)', kind: by }, each)
      }
      return drafts.byName()
    case 'interface':
      for (const each of candidates)
        drafts.add({ key: each.id, kind: 'network-interface', name: labelOf(network, each) }, each)
      for (const id of vpcs) drafts.openLast({ key: '(not read)', kind: 'network-interface' }).vpcs.add(id)
      return drafts.byName()
    default:
      return byTag(network, by.slice('tag:'.length), candidates)
  }
}

/** In the order of the tiers, those of the policy alone last; of a VPC, after its name. */
const byTier = (
  network: Network,
  by: 'tier' | 'vpc-tier' | 'vpc-subnet-tier',
  candidates: readonly NetworkInterface[],
): readonly Draft[] => {
  const bySubnet = new Map(
    [...subnetsByTier(network)].flatMap(([tier, subnets]) => subnets.map(({ id }): [string, string] => [id, tier])),
  )
  const { interfaces, subnets } = by === 'vpc-subnet-tier' ? NOBODY_TAKEN : takenByPolicy(network)
  const tierOf = (each: NetworkInterface): string | undefined => interfaces.get(each.id) ?? bySubnet.get(each.subnetId)
  const vpcs = new Map([...network.all('vpc')].sort(byLabel).map(({ id }, order) => [id, order]))
  const tiers: readonly string[] = [...TIERS, ...ownTiers(network).tiers.keys()]
  const meant = (tier: string, vpcId: string): Meant => {
    if (by === 'tier') return { key: tier, kind: 'tier' }
    const vpc = network.nameOf(vpcId)
    return { key: `vpc:${vpcId}/${tier}`, kind: 'tier', name: vpc === undefined ? undefined : `${vpc}/${tier}` }
  }
  const drafts = new Drafts()
  const found = new Map<string, { readonly tier: string; readonly vpcId: string }>()
  const find = (tier: string | undefined, vpcId: string): void => {
    if (tier !== undefined && (by === 'tier' || vpcs.has(vpcId))) found.set(`${vpcId}/${tier}`, { tier, vpcId })
  }
  for (const { id, raw } of network.all('subnet')) find(subnets.get(id) ?? bySubnet.get(id), raw.VpcId)
  for (const each of candidates) find(tierOf(each), each.vpcId)
  const ordered = [...found.values()].sort(
    (a, b) =>
      (by === 'tier' ? 0 : vpcs.get(a.vpcId)! - vpcs.get(b.vpcId)!) || tiers.indexOf(a.tier) - tiers.indexOf(b.tier),
  )
  for (const { tier, vpcId } of ordered) drafts.open(meant(tier, vpcId)).vpcs.add(vpcId)
  for (const each of candidates) {
    const tier = tierOf(each)
    if (tier === undefined) drafts.addLast({ key: '(subnet not read)', kind: 'tier' }, each)
    else drafts.add(meant(tier, each.vpcId), each)
  }
  if (by !== 'vpc-subnet-tier') openUnread(network, drafts, 'tier')
  return drafts.asOpened()
}

/** Where neither subnets nor interfaces were read, both may be there. */
const openUnread = (network: Network, drafts: Drafts, kind: string): void => {
  for (const { id } of network.all('vpc'))
    if (!network.coversIn('subnet', id) && !network.coversIn('networkInterface', id))
      drafts.openLast({ key: '(subnet not read)', kind }).vpcs.add(id)
}

const NOBODY_TAKEN: TakenByPolicy = { interfaces: new Map(), subnets: new Map() }

const byTag = (network: Network, key: string, candidates: readonly NetworkInterface[]): readonly Draft[] => {
  const drafts = new Drafts()
  const meant = new Set(candidates)
  const tagged = new Set<NetworkInterface>()
  for (const [value, { interfaces, vpcs }] of interfacesByTagValue(network, key)) {
    const draft = drafts.open({ key: `tag:${key}=${value}`, kind: 'tag', name: value })
    for (const id of vpcs) draft.vpcs.add(id)
    for (const each of interfaces)
      if (meant.has(each)) {
        draft.interfaces.push(each)
        tagged.add(each)
      }
  }
  const none: Meant = { key: `(no tag ${key})`, kind: 'tag' }
  for (const each of candidates) if (!tagged.has(each)) drafts.addLast(none, each)
  for (const { id } of network.all('vpc')) drafts.openLast(none).vpcs.add(id)
  return drafts.byName()
}

type Meant = Pick<Draft, 'key' | 'kind' | 'name'>

class Drafts {
  readonly #all = new Map<string, Draft>()
  readonly #last = new Map<string, Draft>()

  open = (meant: Meant): Draft => opened(this.#all, meant)

  /** For what belongs nowhere: told after all others. */
  openLast = (meant: Meant): Draft => opened(this.#last, meant)

  add(meant: Meant, each: NetworkInterface): void {
    this.open(meant).interfaces.push(each)
  }

  addLast(meant: Meant, each: NetworkInterface): void {
    this.openLast(meant).interfaces.push(each)
  }

  asOpened = (): readonly Draft[] => [...this.#all.values(), ...this.#last.values()]

  byName = (): readonly Draft[] => [
    ...[...this.#all.values()].sort((a, b) => byCodeUnit(a.name ?? a.key, b.name ?? b.key) || byCodeUnit(a.key, b.key)),
    ...this.#last.values(),
  ]
}

const opened = (drafts: Map<string, Draft>, meant: Meant): Draft =>
  once(drafts, meant.key, () => ({ ...meant, interfaces: [], vpcs: new Set() }))

const byLabel = (a: Parameters<typeof nameOfResource>[0], b: Parameters<typeof nameOfResource>[0]): number =>
  byCodeUnit(nameOfResource(a) ?? a.id, nameOfResource(b) ?? b.id) || byCodeUnit(a.id, b.id)
