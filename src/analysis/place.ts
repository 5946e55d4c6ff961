/** Places: what people name as the two ends of a question, resolved to interfaces or addresses of the estate (product contract, section
 *  2). Knows how a selector is read and when it is in doubt; the things themselves are known by `place-things.ts`. */
import { resolverOf } from '../aws/amazon-service.ts'
import { type Owner, ownerOf } from '../aws/endpoint-class.ts'
import { prefixListAddresses } from '../aws/prefix-list.ts'
import { isAmazonService, serviceName } from '../aws/service-name.ts'
import { reservedIn } from '../aws/subnet.ts'
import { byCodeUnit, groupedBy } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'
import {
  type Address,
  type AddressSet,
  FAMILIES,
  type Family,
  formatAddress,
  formatRange,
  parseBlock,
  type Prefix,
} from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { fits } from '../pattern.ts'
import { tagOf } from '../snapshot/tags.ts'
import { labelled, nearest, quoted } from './place-names.ts'
import { serviceBehind } from './place-service.ts'
import {
  idsOfKind,
  rankOf,
  rowOfId,
  rowsOfPrefix,
  type Thing,
  thingsById,
  thingsByName,
  thingsByTag,
  wordForWayside,
} from './place-things.ts'
import { subnetsByTier } from './tiers.ts'
import { ownTiers, type Tier, TIERS } from './tiers-declared.ts'

/** One thing that a selector resolved to, for people. */
export interface Resolved {
  readonly id: string
  /** Its Name; of an interface without one, that of the instance or load balancer behind it. */
  readonly name?: string
  /** `network-interface`, `instance`, `subnet`, `internet`, `address`... */
  readonly kind: string
}

export type Place = {
  readonly selector: string
  readonly kind: string
  /** What was named (subnets of a tier, an instance), then the interfaces behind it; each sorted by id. */
  readonly resolved: readonly Resolved[]
  /** Interfaces in what was named that send and receive nothing of their own, and are therefore not meant: how many, by what they are. */
  readonly leftOut?: readonly LeftOut[]
  /** VPCs, or else accounts, whose interfaces were not read: more than `interfaces` may be meant. Sorted. */
  readonly unread?: readonly string[]
} & (
  | { readonly is: 'interfaces'; readonly interfaces: readonly NetworkInterface[] }
  /** `functions`: those outside any VPC, by their ids. They send from addresses of AWS on the internet, and nobody can send to them. */
  | { readonly is: 'internet'; readonly functions?: readonly string[] }
  /** Whoever has these addresses: an address or a CIDR block as people write it, an Elastic IP address, a prefix list. */
  | { readonly is: 'addresses'; readonly family: Family; readonly addresses: AddressSet }
  /** `aws:s3`; `services` empty for all AWS services. `endpoints`: at these interfaces alone, by their ids. */
  | { readonly is: 'aws-service'; readonly services: readonly string[]; readonly endpoints?: ReadonlySet<string> }
  | { readonly is: 'onprem' }
)

export interface LeftOut {
  /** `NAT gateway`, `load balancer`... */
  readonly what: string
  readonly interfaces: number
}

/** Reads a selector, most certain meaning first: a keyword, an address, an id or ARN, a prefix, then tiers and Names.
 *
 *  A subnet, VPC, tier, tag or account means the interfaces that do work there. The interfaces of NAT gateways, transit gateways,
 *  Gateway Load Balancers and their endpoints, and of load balancers, are not meant, and are counted in `leftOut`; named by themselves they
 *  are, and load balancers also where nothing else works.
 *
 *  @throws ZtnetError `PLACE_UNKNOWN` with the nearest names, `PLACE_AMBIGUOUS` with all that it may mean, `PLACE_EMPTY` where what it
 *  names is there and has no interface, `PLACE_NOT_AN_END` for what packets only pass, `PLACE_SYNTAX`. */
export const resolvePlace = (network: Network, selector: string): Place => {
  const text = selector.trim()
  if (text === '') throw new ZtnetError('PLACE_SYNTAX', 'a place is missing: the selector is empty', { hint: FORMS })
  return (
    keyword(selector, text) ??
    address(network, selector, text) ??
    byId(network, selector, text) ??
    byPrefix(network, selector, text) ??
    byTierOrName(network, selector, text)
  )
}

const FORMS =
  'Name an id or ARN, a Name (with *), an IP address or CIDR block, a tier, internet, onprem, aws:s3, tag:Key=Value, account:123456789012 or vpc:<name>/<tier>.'

type Reader = (network: Network, selector: string, value: string) => Place

// ---- keywords

const keyword = (selector: string, text: string): Place | undefined => {
  const known = KEYWORDS.get(text)
  if (known) return { selector, kind: text, resolved: [{ id: text, kind: text }], ...known }
  return text.startsWith('aws:') ? awsService(selector, text.slice('aws:'.length)) : undefined
}

const KEYWORDS: ReadonlyMap<
  string,
  { readonly is: 'internet' | 'onprem' } | { readonly is: 'aws-service'; readonly services: readonly string[] }
> = new Map([
  ['internet', { is: 'internet' } as const],
  ['onprem', { is: 'onprem' } as const],
  ['aws-services', { is: 'aws-service', services: [] } as const],
])

const awsService = (selector: string, text: string): Place => {
  const service = serviceName(text)
  if (!/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(service))
    throw new ZtnetError('PLACE_SYNTAX', `${quoted(text)} is no name of an AWS service`, {
      hint: 'Write aws:s3, aws:dynamodb or aws:ecr.api.',
    })
  return {
    selector,
    kind: 'aws-service',
    resolved: [{ id: `aws:${service}`, kind: 'aws-service' }],
    is: 'aws-service',
    services: [service],
  }
}

// ---- addresses

const address = (network: Network, selector: string, text: string): Place | undefined => {
  const block = parseBlock(text)
  return block && addresses(network, selector, block)
}

const addresses = (network: Network, selector: string, { family, first, end }: Prefix): Place => {
  const set = intervals.interval(first, end)
  const isOne = intervals.size(set) === 1n
  const kind = isOne ? 'address' : 'cidr'
  const own: Resolved = { id: isOne ? formatAddress(first) : formatRange(first, end), kind }
  const held = isOne ? sorted(holders(network, first, family)) : []
  if (isOne && held.length === 0) refuseReserved(network, first, family)
  const resolved = [own, ...held]
  return { selector, kind, resolved, is: 'addresses', family, addresses: set }
}

/** Throws `ZtnetError` for an address that AWS keeps for itself in every subnet it lies in, unless a resolver answers there (R-ADDR-2). */
const refuseReserved = (network: Network, address: Address, family: Family): void => {
  const subnets = subnetsAt(network, family).at(address)
  const isReserved = (id: string): boolean => {
    const vpcId = network.vpcOf(id)
    const isUnread = vpcId === undefined || !network.get('vpc', vpcId)
    const resolver = isUnread ? undefined : resolverOf({ network, family }, vpcId)
    return (
      !isUnread &&
      intervals.has(reservedIn(network, id, family), address) &&
      !(resolver && intervals.has(resolver, address))
    )
  }
  if (subnets.length === 0 || !subnets.every(isReserved)) return
  throw new ZtnetError(
    'NOT_AN_ENDPOINT',
    `${formatAddress(address)} is reserved in ${subnets.join(' and ')}: no interface can have it`,
    {
      hint: 'AWS keeps the first four addresses of a subnet and the last; name another, or the CIDR block.',
    },
  )
}

/** Who has an address, privately or publicly. Looked for in the subnets that it lies in, since an index of all addresses takes long. */
const holders = (network: Network, value: Address, family: Family): readonly Resolved[] => {
  const inside = subnetsAt(network, family)
    .at(value)
    .flatMap((id) => network.interfacesIn(id))
    .filter((each) => intervals.has(each.addressSet(family), value))
  const published = network.publicAddresses().get(value)?.holder
  const ids = new Set([...inside.map(({ id }) => id), ...(published === undefined ? [] : [published])])
  return [...ids].map((id) => {
    const each = network.interface(id)
    return each ? resolvedInterface(network, each) : { id, ...namedBy(network.nameOf(id)), kind: 'nat-gateway' }
  })
}

/** Address -> the subnets it lies in; several where address spaces overlap. */
const subnetsAt = (network: Network, family: Family): AddressMap<readonly string[]> => {
  const known = subnetMaps[family].get(network)
  if (known) return known
  const entries = network.all('subnet').map(({ id }) => [network.subnetBlocks(id, family), id] as const)
  const made = AddressMap.sweep(family, entries, (ids): readonly string[] => [...ids])
  subnetMaps[family].set(network, made)
  return made
}

const subnetMaps: Readonly<Record<Family, WeakMap<Network, AddressMap<readonly string[]>>>> = {
  4: new WeakMap(),
  6: new WeakMap(),
}

// ---- ids and ARNs

const byId = (network: Network, selector: string, text: string): Place | undefined => {
  const things = thingsById(network, text)
  if (things.length > 0) return settled(network, selector, text, things)
  const list = network.get('managedPrefixList', text) ?? network.get('prefixList', text)
  if (list) return prefixList(network, selector, list)
  const elastic = network.get('address', text)
  if (elastic) return elasticAddress(network, selector, elastic)
  const word = wordForWayside(network, text)
  if (word === undefined) return undefined
  throw new ZtnetError('PLACE_NOT_AN_END', `${quoted(text)} is ${word}: packets pass it, and none begin or end there`, {
    hint: 'Name what is on either side of it: an interface, an instance, a subnet, an address, internet or onprem.',
  })
}

const prefixList = (network: Network, selector: string, list: Of<'managedPrefixList'> | Of<'prefixList'>): Place => {
  const resolved = [{ id: list.id, ...namedBy(nameOfResource(list)), kind: 'prefix-list' }]
  for (const family of FAMILIES) {
    const set = prefixListAddresses(network, list.id, family)
    if (!set) break
    if (set.length > 0) return { selector, kind: 'prefix-list', resolved, is: 'addresses', family, addresses: set }
  }
  throw new ZtnetError(
    'PLACE_EMPTY',
    `the snapshot has no entries of the prefix list ${labelled(list.id, nameOfResource(list))}`,
    {
      hint: `Add the output of get-managed-prefix-list-entries for ${labelled(list.id, undefined)}.`,
    },
  )
}

const elasticAddress = (network: Network, selector: string, { id, raw }: Of<'address'>): Place => {
  const block = raw.PublicIp === undefined ? undefined : parseBlock(raw.PublicIp)
  if (!block) throw new ZtnetError('PLACE_EMPTY', `no public address was read of ${labelled(id, undefined)}`)
  const place = addresses(network, selector, block)
  const name = tagOf({ raw }, 'Name')
  return {
    ...place,
    kind: 'elastic-address',
    resolved: [{ id, ...namedBy(name), kind: 'elastic-address' }, ...place.resolved],
  }
}

// ---- prefixes

const byPrefix = (network: Network, selector: string, text: string): Place | undefined => {
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const prefix = text.slice(0, colon)
  const value = text.slice(colon + 1).trim()
  const read = PREFIXES.get(prefix)
  const isKind = rowsOfPrefix(prefix).length > 0
  if (!read && !isKind) return undefined
  if (value === '')
    throw new ZtnetError('PLACE_SYNTAX', `nothing follows ${prefix}: in ${quoted(text)}`, { hint: FORMS })
  return read ? read(network, selector, value) : ofKind(network, selector, prefix, value)
}

const PREFIXES: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['tier', (network, selector, value) => ofTier(network, selector, value)],
  ['name', (network, selector, value) => ofName(network, selector, value)],
  ['ip', (network, selector, value) => ofIp(network, selector, value)],
  ['tag', (network, selector, value) => ofTag(network, selector, value)],
  ['account', (network, selector, value) => ofAccount(network, selector, value)],
  ['vpc', (network, selector, value) => ofVpc(network, selector, value)],
])

const ofTier = (network: Network, selector: string, value: string): Place => {
  const own = ownTierPlace(network, selector, value)
  if (own) return own
  const tier = tierNamed(value)
  if (!tier) throw noTier(network, value)
  return tierPlace(network, selector, tier)
}

const noTier = (network: Network, text: string): ZtnetError =>
  new ZtnetError('PLACE_UNKNOWN', `${quoted(text)} is no tier`, {
    hint: `The tiers are ${[...TIERS, ...[...ownTiers(network).tiers.keys()].map(quoted)].join(', ')}.`,
  })

const ofName = (network: Network, selector: string, value: string): Place => {
  const things = named(network, value)
  if (things.length === 0) throw unknown(network, value)
  return settled(network, selector, value, things)
}

const ofIp = (network: Network, selector: string, value: string): Place => {
  const place = address(network, selector, value)
  if (!place)
    throw new ZtnetError('PLACE_SYNTAX', `${quoted(value)} is no IP address and no CIDR block`, {
      hint: 'Write ip:10.0.1.7 or ip:10.0.0.0/16.',
    })
  return place
}

/** Everything that bears the tag: interfaces, instances and databases themselves, subnets and VPCs with all that works in them. */
const ofTag = (network: Network, selector: string, value: string): Place => {
  const equals = value.indexOf('=')
  if (equals < 1)
    throw new ZtnetError('PLACE_SYNTAX', `${quoted(selector)} names a tag without a value`, {
      hint: 'Write tag:Key=Value; the value may hold *.',
    })
  const key = value.slice(0, equals)
  const pattern = value.slice(equals + 1)
  const things = thingsByTag(network, key, fits(pattern))
  if (things.length > 0) return placeOf(network, selector, 'tag', { heads: things, narrow: true })
  const values = new Set<string>()
  thingsByTag(network, key, (each) => {
    values.add(each)
    return false
  })
  const like = nearest(pattern, values)
  const hint =
    values.size === 0
      ? `No subnet, interface or instance bears a tag ${quoted(key)}; keys are case-sensitive.`
      : `Values of ${quoted(key)}: ${(like.length > 0 ? like : [...values].sort().slice(0, 5)).map(quoted).join(', ')}.`
  throw new ZtnetError('PLACE_UNKNOWN', `nothing in the snapshot bears the tag ${quoted(`${key}=${pattern}`)}`, {
    hint,
  })
}

const vpcsByAccount = recordIndex('vpc', ({ account }) => [account])

const interfacesByAccount = recordIndex('networkInterface', ({ account }) => [account])

const ofAccount = (network: Network, selector: string, value: string): Place => {
  const vpcsBy = network.indexed(vpcsByAccount)
  const interfacesBy = network.indexed(interfacesByAccount)
  const known = new Set([
    ...vpcsBy.keys(),
    ...interfacesBy.keys(),
    ...network.snapshot.coverage.map(({ account }) => account),
  ])
  if (!known.has(value)) {
    const like = nearest(value, known)
    const list = (like.length > 0 ? like : [...known].sort().slice(0, 5)).map((each) => `account:${each}`)
    throw new ZtnetError('PLACE_UNKNOWN', `the snapshot has nothing of account ${quoted(value)}`, {
      hint: list.length === 0 ? 'The snapshot is empty.' : `It has ${list.join(', ')}.`,
    })
  }
  const interfaces = (interfacesBy.get(value) ?? []).map(({ id }) => network.interface(id)!)
  const vpcs = (vpcsBy.get(value) ?? []).map(({ id }) => id)
  const heads: Resolved[] = [{ id: value, kind: 'account' }]
  return placeOf(network, selector, 'account', { resolved: heads, interfaces, narrow: true, vpcs })
}

/** A VPC, or with `/<tier>` the subnets of that tier in it. VPCs may have a slash in their Name. */
const ofVpc = (network: Network, selector: string, value: string): Place => {
  const whole = thingsOfKind(network, 'vpc', value)
  if (whole.length > 0) return settled(network, selector, value, whole)
  const slash = value.lastIndexOf('/')
  const vpcs = slash < 0 ? [] : thingsOfKind(network, 'vpc', value.slice(0, slash))
  if (vpcs.length === 0) throw unknown(network, slash < 0 ? value : value.slice(0, slash), 'vpc')
  const own = ownTierPlace(network, selector, value.slice(slash + 1), vpcs)
  if (own) return own
  const tier = tierNamed(value.slice(slash + 1))
  if (!tier) throw noTier(network, value.slice(slash + 1))
  return tierPlace(network, selector, tier, vpcs)
}

const ofKind = (network: Network, selector: string, prefix: string, value: string): Place => {
  const things = thingsOfKind(network, prefix, value)
  if (things.length === 0) throw unknown(network, value, prefix)
  return settled(network, selector, value, things)
}

/** By id or Name. */
const thingsOfKind = (network: Network, prefix: string, value: string): readonly Thing[] => {
  const isMeant = ({ row }: Thing): boolean => row.prefix === prefix
  const exact = thingsById(network, value).filter(isMeant)
  return exact.length > 0 ? exact : named(network, value).filter(isMeant)
}

// ---- tiers and Names

const byTierOrName = (network: Network, selector: string, text: string): Place => {
  const own = ownTierPlace(network, selector, text)
  if (own) return orNamed(network, own, text)
  const tier = tierNamed(text)
  const subnets = tier === undefined ? [] : subnetsByTier(network).get(tier)!
  const things = named(network, text)
  if (tier === undefined || subnets.length === 0) {
    if (things.length > 0) return settled(network, selector, text, things)
    throw tier === undefined ? unknown(network, text) : withoutTier(network, tier)
  }
  return settled(network, selector, text, things, tier)
}

/** `database`, `db`, `db-subnet`, `database-subnets`, `private-subnet`, `Public Subnets`... */
const tierNamed = (text: string): Tier | undefined =>
  TIER_WORDS.get(
    text
      .toLowerCase()
      .replace(/[-_ ]?(tier|subnets?)$/, '')
      .trim(),
  )

const TIER_WORDS: ReadonlyMap<string, Tier> = new Map<string, Tier>([
  ...TIERS.map((tier) => [tier, tier] as const),
  ['pub', 'public'],
  ['priv', 'private'],
  ['db', 'database'],
  ['dbs', 'database'],
  ['databases', 'database'],
  ['isolated', 'intra'],
])

const tierPlace = (network: Network, selector: string, tier: Tier, vpcs?: readonly Thing[]): Place => {
  const ids = vpcs && new Set(vpcs.map(({ id }) => id))
  const subnets = subnetsByTier(network)
    .get(tier)!
    .filter(({ raw }) => ids === undefined || ids.has(raw.VpcId))
  if (subnets.length === 0) throw withoutTier(network, tier, vpcs)
  const heads = subnets.flatMap(({ id }) => thingsById(network, id))
  return placeOf(network, selector, 'tier', { heads, narrow: true })
}

/** A tier that a policy has beside those: whoever it takes. */
const ownTierPlace = (network: Network, selector: string, name: string, vpcs?: readonly Thing[]): Place | undefined => {
  const tier = ownTiers(network).tiers.get(name)
  if (!tier) return undefined
  const ids = vpcs && new Set(vpcs.map(({ id }) => id))
  const interfaces = tier
    .members()
    .map((id) => network.interface(id)!)
    .filter(({ vpcId }) => ids === undefined || ids.has(vpcId))
  const resolved = [{ id: name, kind: 'tier' }]
  return placeOf(network, selector, 'tier', {
    resolved,
    interfaces,
    narrow: true,
    vpcs: [...new Set(interfaces.map(({ vpcId }) => vpcId))],
  })
}

/** Things may bear the name of such a tier. */
const orNamed = (network: Network, own: Place, text: string): Place => {
  const things = named(network, text)
  if (things.length === 0) return own
  const kinds = [...groupedBy(things, (thing) => thing.row.kind)]
  const interfaces = own.is === 'interfaces' ? own.interfaces : []
  const subnets = new Set(interfaces.map(({ subnetId }) => subnetId)).size
  throw ambiguous(text, kinds, { tier: text, subnets })
}

const withoutTier = (network: Network, tier: Tier, vpcs?: readonly Thing[]): ZtnetError => {
  const ids = vpcs && new Set(vpcs.map(({ id }) => id))
  const counts = [...subnetsByTier(network)].flatMap(([each, subnets]) => {
    const count = subnets.filter(({ raw }) => ids === undefined || ids.has(raw.VpcId)).length
    return count === 0 ? [] : [`${each} (${count})`]
  })
  const where = vpcs ? ` of ${vpcs.map(({ id, name }) => labelled(id, name)).join(', ')}` : ' in the snapshot'
  const hint =
    counts.length === 0
      ? `There is no subnet${where}.`
      : `Its subnets are ${counts.join(', ')}; ztnet tiers says which and why.`
  return new ZtnetError('PLACE_UNKNOWN', `no subnet${where} is of the tier ${tier}`, { hint })
}

const named = (network: Network, pattern: string): readonly Thing[] => {
  const index = thingsByName(network)
  if (!pattern.includes('*')) return index.get(pattern) ?? []
  const isMeant = fits(pattern)
  const found = [...index].flatMap(([name, things]) => (isMeant(name) ? things : []))
  return [...new Map(found.map((thing) => [`${thing.row.kind} ${thing.id}`, thing])).values()]
}

// ---- doubt

/** All things of one kind; of several kinds only where it makes no difference which is meant, as with an instance and the interface that
 *  bears its Name. */
const settled = (network: Network, selector: string, text: string, things: readonly Thing[], orTier?: Tier): Place => {
  const kinds = groupedBy(things, (thing) => thing.row.kind)
  const ordered = [...kinds].sort(([a], [b]) => rankOf(a) - rankOf(b))
  const meanings: readonly (() => Place)[] = [
    ...(orTier ? [() => tierPlace(network, selector, orTier)] : []),
    ...ordered.map(
      ([kind, members]) =>
        () =>
          placeOf(network, selector, kind, { heads: members, narrow: members[0].row.holds ?? false }),
    ),
  ]
  if (meanings.length === 1) return meanings[0]!()
  const places = meanings.map((meaning) => orEmpty(meaning))
  const [first] = places
  if (first && places.every((place) => place && isSame(place, first))) return first
  throw ambiguous(text, ordered, orTier && { tier: orTier, subnets: subnetsByTier(network).get(orTier)!.length })
}

/** A meaning that has no interface is one all the same: nobody knows that it was not meant. */
const orEmpty = (meaning: () => Place): Place | undefined => {
  try {
    return meaning()
  } catch (error) {
    if (error instanceof ZtnetError && error.code === 'PLACE_EMPTY') return undefined
    throw error
  }
}

const isSame = (a: Place, b: Place): boolean => {
  if (a.is !== 'interfaces' || b.is !== 'interfaces' || a.interfaces.length !== b.interfaces.length) return false
  if (a.unread || b.unread) return false
  const ids = new Set(a.interfaces.map(({ id }) => id))
  return b.interfaces.every(({ id }) => ids.has(id))
}

const ambiguous = (
  text: string,
  kinds: readonly (readonly [string, readonly Thing[]])[],
  tier: { readonly tier: string; readonly subnets: number } | undefined,
): ZtnetError => {
  const shared = (prefix: string): boolean => kinds.filter(([, [first]]) => first!.row.prefix === prefix).length > 1
  const lines = kinds.flatMap(([kind, things]) => {
    const { prefix } = things[0]!.row
    const write = shared(prefix) ? 'write its id' : `write ${prefix}:${shownIn(text)}`
    const shown = things.slice(0, MOST).map(({ id, name }) => `  ${kind} ${labelled(id, name)}: ${write}`)
    return things.length > MOST ? [...shown, `  and ${things.length - MOST} more of kind ${kind}`] : shown
  })
  if (tier)
    lines.unshift(
      `  tier ${tier.tier}, ${tier.subnets} ${tier.subnets === 1 ? 'subnet' : 'subnets'}: write tier:${tier.tier}`,
    )
  return new ZtnetError(
    'PLACE_AMBIGUOUS',
    `${quoted(text)} fits several things of different kinds:\n${lines.join('\n')}`,
    {
      hint: 'Write one of these, or an id.',
    },
  )
}

const MOST = 3

const shownIn = (text: string): string => quoted(text).slice(1, -1)

const unknown = (network: Network, text: string, prefix?: string): ZtnetError => {
  const row = rowOfId(text)
  const words = prefix === undefined ? [...KEYWORDS.keys(), ...TIERS, 'db-subnet'] : []
  const known = [...thingsByName(network)].flatMap(([name, things]) =>
    prefix === undefined || things.some((thing) => thing.row.prefix === prefix) ? [name] : [],
  )
  const ids = row ? idsOfKind(network, row.kind) : []
  if (/^\d+(\.\d+)+(\/\d*)?$|^[\da-f]*:[\da-f]*:[\da-f:.]*(\/\d*)?$/i.test(text))
    return unlike(text, {
      hint: 'It is no IP address and no CIDR block either: write 10.0.1.7, 10.0.0.0/16 or 2001:db8::/32.',
    })
  if (/^\d{12}$/.test(text)) return unlike(text, { hint: `An account is written account:${text}.` })
  if (prefix === undefined && isService(network, text))
    return unlike(text, { hint: `A service of AWS is written aws:${text.toLowerCase()}.` })
  const like = nearest(text, [...words, ...ids, ...known])
  const count = row === undefined || ids.length === 0 ? '' : ` The snapshot has ${ids.length} of kind ${row.kind}.`
  if (like.length === 0 && prefix !== undefined && known.length > 0) {
    const shown = known.toSorted(byCodeUnit).slice(0, MOST).map(quoted).join(', ')
    return unlike(text, { hint: `After ${prefix}: can stand ${shown}${known.length > MOST ? ' and others' : ''}.` })
  }
  return unlike(text, {
    hint: like.length > 0 ? `Nearest: ${like.map(quoted).join(', ')}.` : `Nothing has a name like it.${count} ${FORMS}`,
  })
}

/** One that AWS keeps a list for, or that the estate has an endpoint of. */
const isService = (network: Network, text: string): boolean =>
  ['s3', 'dynamodb'].includes(text.toLowerCase()) ||
  network.all('vpcEndpoint').some(({ raw }) => isAmazonService(raw.ServiceName, text.toLowerCase()))

const unlike = (text: string, options: { readonly hint: string }): ZtnetError =>
  new ZtnetError('PLACE_UNKNOWN', `nothing in the snapshot is called ${quoted(text)}`, options)

// ---- things -> place

interface Members {
  readonly heads?: readonly Thing[]
  readonly resolved?: readonly Resolved[]
  readonly interfaces?: readonly NetworkInterface[]
  /** Only interfaces that do work are meant. */
  readonly narrow: boolean
  readonly vpcs?: readonly string[]
}

const placeOf = (network: Network, selector: string, kind: string, members: Members): Place => {
  const { heads = [], narrow } = members
  const services = heads.flatMap(({ service }) => service ?? [])
  const told = [...(members.resolved ?? []), ...heads.map(headOf)]
  if (services.length > 0 && services.length === heads.length)
    return { selector, kind, resolved: sorted(told), is: 'aws-service', services: [...new Set(services)].sort() }
  if (heads.length > 0 && heads.every((thing) => thing.isOutside === true))
    return { selector, kind, resolved: sorted(told), is: 'internet', functions: heads.map(({ id }) => id).sort() }
  const all = unique(members.interfaces ?? heads.flatMap((thing) => thing.interfaces()))
  const { kept, leftOut } = narrow ? working(network, all) : { kept: all, leftOut: [] }
  const isOpen = narrow || kind === 'security-group' || kept.length === 0
  const unread = isOpen ? unreadOf(network, members.vpcs ?? [], heads) : []
  if (kept.length === 0 && unread.length === 0) throw empty(selector, kind, told, heads, leftOut)
  const interfaces = sorted(kept)
  return {
    selector,
    kind,
    resolved: [
      ...sorted(told.filter((each) => each.kind !== 'network-interface')),
      ...interfaces.map((each) => resolvedInterface(network, each)),
    ],
    ...(leftOut.length > 0 && { leftOut }),
    ...(unread.length > 0 && { unread }),
    is: 'interfaces',
    interfaces,
  }
}

/** Interfaces that are known already, as a place. */
export const placeOfInterfaces = (
  interfaces: readonly NetworkInterface[],
  selector: string = interfaces[0]!.id,
): Extract<Place, { readonly is: 'interfaces' }> => ({
  selector,
  kind: 'network-interface',
  resolved: [],
  is: 'interfaces',
  interfaces,
})

const headOf = ({ id, name, row }: Thing): Resolved => ({ id, ...namedBy(name), kind: row.kind })

/** Interfaces that send or receive in their own name, and the others by what they are (R-ENI-5). */
const working = (
  network: Network,
  all: readonly NetworkInterface[],
): { readonly kept: readonly NetworkInterface[]; readonly leftOut: readonly LeftOut[] } => {
  const counts = new Map<string, number>()
  const kept: NetworkInterface[] = []
  for (const each of all) {
    const what = NO_WORK[ownerOf(network, each).is]
    if (what === undefined) kept.push(each)
    else counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return {
    kept,
    leftOut: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, interfaces]) => ({ what, interfaces })),
  }
}

/** Whether packets begin or end at an interface, for what stands behind it. */
export const takesPart = (network: Network, each: NetworkInterface): boolean => isEnd(ownerOf(network, each))

/** Everybody that takes part. */
export const everybodyIn = (network: Network): readonly NetworkInterface[] =>
  network.interfaces().filter((each) => takesPart(network, each))

export const isEnd = ({ is }: Owner): boolean => NO_WORK[is] === undefined

/** Load balancers take and make connections in their own name; what the others do, they do to the packets of others. */
const NO_WORK: Readonly<Record<Owner['is'], string | undefined>> = {
  workload: undefined,
  function: undefined,
  'interface-endpoint': undefined,
  'nat-gateway': 'NAT gateway',
  'transit-gateway': 'transit gateway',
  'gateway-load-balancer': 'Gateway Load Balancer',
  'inspection-endpoint': 'Gateway Load Balancer endpoint',
  'load-balancer': undefined,
  'client-address-endpoint': undefined,
}

/** Where nobody looked for interfaces that would be meant. */
const unreadOf = (network: Network, vpcs: readonly string[], heads: readonly Thing[]): readonly string[] => {
  const unread = new Set(vpcs.filter((id) => !network.coversIn('networkInterface', id)))
  for (const thing of heads) {
    const own = thing.vpcs()
    for (const id of own) if (!network.coversIn('networkInterface', id)) unread.add(id)
    if (own.length === 0 && !network.covers('networkInterface', thing)) unread.add(thing.account)
  }
  return [...unread].sort()
}

const empty = (
  selector: string,
  kind: string,
  told: readonly Resolved[],
  heads: readonly Thing[],
  leftOut: readonly LeftOut[],
): ZtnetError => {
  const [first] = told
  const what =
    told.length === 1
      ? `${kind} ${labelled(first!.id, first!.name)}`
      : `${quoted(selector)} (${told.length} of kind ${kind})`
  const why = heads.length === 1 ? heads[0]!.lacks : undefined
  const rest = leftOut.map(({ what: each, interfaces }) => `${each} (${interfaces})`).join(', ')
  return new ZtnetError(
    'PLACE_EMPTY',
    `${what} has no network interface that sends or receives for itself${why === undefined ? '' : `: ${why}`}`,
    {
      hint:
        leftOut.length > 0
          ? `It has interfaces of ${rest}; name these by their ids to ask about them.`
          : 'Name an address to ask whether packets would get there.',
    },
  )
}

const resolvedInterface = (network: Network, each: NetworkInterface): Resolved => ({
  id: each.id,
  ...namedBy(labelOf(network, each)),
  kind: 'network-interface',
})

/** The Name of an interface, else that of what it belongs to. */
export const labelOf = (network: Network, each: NetworkInterface): string | undefined => {
  const own = nameOfResource({ kind: 'networkInterface', ...each })
  if (own !== undefined) return own
  const instance = each.raw.Attachment?.InstanceId
  const behind = instance === undefined ? undefined : network.get('instance', instance)
  if (behind) return nameOfResource(behind)
  const owner = ownerOf(network, each)
  if (!('id' in owner)) return serviceBehind(each.raw)?.name
  const resource =
    network.get('loadBalancer', owner.id) ?? network.get('natGateway', owner.id) ?? network.get('vpcEndpoint', owner.id)
  return resource && nameOfResource(resource)
}

const namedBy = (name: string | undefined): { readonly name?: string } => (name === undefined ? {} : { name })

const sorted = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
  [...all].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))

const unique = (all: readonly NetworkInterface[]): readonly NetworkInterface[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
]
