/** What the owner of a subnet says it is for: by a tag, else by its Name, in the conventions of the tools that make subnets. Says
 *  nothing of what the subnet can really do; that is known by its routes. */
import { once } from '../collections.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import { tagsOf } from '../snapshot/tags.ts'

/** The tiers that policy speaks of. `other`: a subnet for something that the four have no rule for. */
export const TIERS = ['public', 'private', 'database', 'intra', 'other'] as const
export type Tier = (typeof TIERS)[number]

export interface Declaration {
  readonly tier: Tier
  /** What the subnet is for where that is more than its tier: `edge`, `transit`, `inspection`, `endpoints`, `management`. */
  readonly purpose?: string
  /** The policy, tag or Name that says so. */
  readonly by:
    | { readonly policy: string }
    | { readonly tag: string; readonly value: string }
    | { readonly name: string; readonly word: string }
}

/** The declared tier of a subnet, or nothing where neither a policy, a tag nor its Name says one. Tags come in the order of ORDER. */
export const declarationOf = (network: Network, subnet: Of<'subnet'>): Declaration | undefined =>
  declaredByPolicy(network).get(subnet.id) ??
  byTag(sortedTags(subnet)) ??
  byName(nameOfResource(subnet), vpcName(network, subnet))

/** What a policy declares of subnets, by their ids. Whoever asks about tiers from then on is told so. */
export const declareTiers = (network: Network, file: string, tiers: ReadonlyMap<string, Tier>): void => {
  byPolicy.set(network, new Map([...tiers].map(([id, tier]) => [id, { tier, by: { policy: file } }] as const)))
}

/** By subnet; another object for other declarations. */
export const declaredByPolicy = (network: Network): ReadonlyMap<string, Declaration> =>
  byPolicy.get(network) ?? NO_DECLARATIONS

const byPolicy = new WeakMap<Network, ReadonlyMap<string, Declaration>>()
const NO_DECLARATIONS: ReadonlyMap<string, Declaration> = new Map()

/** A tier of a policy: one of those that all commands know, or one of its own. */
export interface PolicyTier {
  /** The ids of the interfaces that it takes, found when asked. */
  readonly members: () => readonly string[]
  /** The ids of the subnets that it takes by what they are; none where it goes by interfaces. */
  readonly subnets: ReadonlySet<string>
}

export interface PolicyTiers {
  readonly file: string
  /** By name, in the order of the policy: what several take is of the first. */
  readonly tiers: ReadonlyMap<string, PolicyTier>
}

export const declarePolicyTiersOf = (network: Network, tiers: PolicyTiers): void => {
  tiersByPolicy.set(network, tiers)
}

export const policyTiers = (network: Network): PolicyTiers => tiersByPolicy.get(network) ?? NO_TIERS

/** Those that a policy has beside the tiers that all commands know. */
export const ownTiers = (network: Network): PolicyTiers => {
  const { file, tiers } = policyTiers(network)
  return { file, tiers: new Map([...tiers].filter(([name]) => !TIERS.some((each) => each === name))) }
}

/** The tier that the policy gives interfaces and subnets, by their ids; what it takes into none is not there. */
export interface TakenByPolicy {
  readonly interfaces: ReadonlyMap<string, string>
  readonly subnets: ReadonlyMap<string, string>
}

export const takenByPolicy = (network: Network): TakenByPolicy => {
  const declared = policyTiers(network)
  return once(taken, declared, () => {
    const first = (idsOf: (tier: PolicyTier) => Iterable<string>): ReadonlyMap<string, string> =>
      new Map([...declared.tiers].reverse().flatMap(([name, tier]) => Array.from(idsOf(tier), (id) => [id, name])))
    return { interfaces: first((tier) => tier.members()), subnets: first((tier) => tier.subnets) }
  })
}

const taken = new WeakMap<PolicyTiers, TakenByPolicy>()
const tiersByPolicy = new WeakMap<Network, PolicyTiers>()
const NO_TIERS: PolicyTiers = { file: '', tiers: new Map() }

/** What a text says by its words, the more telling word first: `private-db-1a` is a database, `public-web` is public. */
const meaningOf = (
  text: string,
): { readonly word: string; readonly tier: Tier; readonly purpose?: string } | undefined => {
  let best: (Word & { readonly word: string }) | undefined
  for (const word of wordsOf(text)) {
    const known = WORDS.get(word) ?? WORDS.get(word.replace(/s$/, ''))
    // Of equally telling words the last counts: tools put the Name of the VPC first and the tier after it.
    if (known && (!best || known.weight >= best.weight)) best = { ...known, word }
  }
  return best && { word: best.word, tier: best.tier, ...(best.purpose !== undefined && { purpose: best.purpose }) }
}

interface Tag {
  readonly key: string
  readonly value: string
}

const sortedTags = (subnet: Of<'subnet'>): readonly Tag[] =>
  tagsOf(subnet)
    .flatMap(({ Key: key, Value: value = '' }) => (key === undefined ? [] : [{ key, value }]))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

const byTag = (tags: readonly Tag[]): Declaration | undefined => {
  for (const read of ORDER) {
    const found = read(tags)
    if (found) return found
  }
  return undefined
}

/** aws-analyzers section 5.3: the AWS CDK's tag, cloudposse's, those that Kubernetes places load balancers by, tags of free choice. */
const ORDER: readonly ((tags: readonly Tag[]) => Declaration | undefined)[] = [
  (tags) => worded(tags, (key) => key === 'aws-cdk:subnet-type'),
  (tags) => worded(tags, (key) => /^cpco.*subnet.*type$/.test(key)),
  (tags) => ofKubernetes(tags),
  ...['tier', 'type', 'network', 'subnettype'].map(
    (name) => (tags: readonly Tag[]) => worded(tags, (key) => key.toLowerCase().replace(/[-_]/g, '') === name),
  ),
]

const worded = (tags: readonly Tag[], isMeant: (key: string) => boolean): Declaration | undefined => {
  for (const { key, value } of tags) {
    const meaning = isMeant(key) ? meaningOf(value) : undefined
    if (meaning) return declared(meaning, { tag: key, value })
  }
  return undefined
}

/** `1` or an empty value switch the role on. Both roles on one subnet say nothing. */
const ofKubernetes = (tags: readonly Tag[]): Declaration | undefined => {
  const roles = tags.filter(({ key, value }) => KUBERNETES_ROLES.has(key) && ['', '1', 'true'].includes(value))
  const [only] = roles
  return only && roles.length === 1
    ? { tier: KUBERNETES_ROLES.get(only.key)!, by: { tag: only.key, value: only.value } }
    : undefined
}

const KUBERNETES_ROLES: ReadonlyMap<string, Tier> = new Map([
  ['kubernetes.io/role/elb', 'public'],
  ['kubernetes.io/role/internal-elb', 'private'],
])

/** The Name of the VPC stands before that of the subnet in most conventions, and says nothing of the subnet; the AWS CDK and eksctl
 *  put what stands before it in front of a slash. */
const byName = (name: string | undefined, vpc: string | undefined): Declaration | undefined => {
  if (name === undefined) return undefined
  const own = vpc !== undefined && beginsWith(name, vpc) ? name.slice(vpc.length) : name
  for (const text of [own.slice(own.lastIndexOf('/') + 1), own, name]) {
    const meaning = meaningOf(text)
    if (meaning) return declared(meaning, { name, word: meaning.word })
  }
  return undefined
}

const beginsWith = (name: string, vpc: string): boolean =>
  name.startsWith(vpc) && !/^[A-Za-z0-9]/.test(name.slice(vpc.length))

const declared = (meaning: NonNullable<ReturnType<typeof meaningOf>>, by: Declaration['by']): Declaration => ({
  tier: meaning.tier,
  ...(meaning.purpose !== undefined && { purpose: meaning.purpose }),
  by,
})

const vpcName = (network: Network, subnet: Of<'subnet'>): string | undefined => {
  const vpc = network.get('vpc', subnet.raw.VpcId)
  return vpc && nameOfResource(vpc)
}

/** Lower case. Split at anything that is no letter or digit, then where digits or capitals begin: `SubnetPublicUSEAST1A`, `public1`,
 *  `DBSubnet`. AWS-IA's `core_network` is one word. */
const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/core[-_ ]network/gi, 'corenetwork')
    .split(/[^A-Za-z0-9]+/)
    .flatMap((token) => {
      const whole = token.replace(/[0-9]+$/, '').toLowerCase()
      if (WORDS.has(whole)) return [whole]
      return (token.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((part) =>
        part.toLowerCase().replace(/^subnets?(?=.)|(?<=.)subnets?$/g, ''),
      )
    })

interface Word {
  readonly tier: Tier
  readonly purpose?: string
  /** 3: names one purpose; 2: says public or private outright; 1: a role that is usually of that tier. */
  readonly weight: 1 | 2 | 3
}

const words = (weight: Word['weight'], tier: Tier, list: string, purpose?: string): (readonly [string, Word])[] =>
  list.split(' ').map((word) => [word, { tier, weight, ...(purpose !== undefined && { purpose }) }] as const)

/** The tokens of aws-analyzers section 5.3. `edge` stands with the public ones there; the product contract calls it `other`. */
const WORDS: ReadonlyMap<string, Word> = new Map([
  ...words(3, 'database', 'db data database rds redshift elasticache cache'),
  ...words(3, 'intra', 'intra isolated'),
  ...words(3, 'other', 'tgw transit attach corenetwork', 'transit'),
  ...words(3, 'other', 'fw firewall inspection gwlb', 'inspection'),
  ...words(3, 'other', 'endpoint vpce ep', 'endpoints'),
  ...words(3, 'other', 'mgmt', 'management'),
  ...words(2, 'public', 'public pub'),
  ...words(2, 'private', 'private priv'),
  ...words(1, 'public', 'dmz ingress web'),
  ...words(1, 'other', 'edge', 'edge'),
  ...words(1, 'private', 'app nat egress workload'),
  ...words(1, 'intra', 'internal restricted'),
])
