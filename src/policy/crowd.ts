/** The interfaces of an estate, sorted so that no selector of a policy tells the members of a group apart: what a rule or an exception
 *  says of one of them it says of all, and what flows between two groups is judged once. */
import { once } from '../collections.ts'
import type { Compiled } from '../aws/compile.ts'
import { nameOfResource, type Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { everybodyIn, type Place } from '../analysis/place.ts'
import { declarePolicyTiersOf, declareTiers, type PolicyTier, type Tier, TIERS } from '../analysis/tiers-declared.ts'
import { subnetsByTier } from '../analysis/tiers.ts'
import type { Group } from '../analysis/cells.ts'
import { outsideOf } from '../analysis/groups.ts'
import type { Policy } from './policy.ts'
import type { Selected } from './selected.ts'
import type { Selections } from './selection.ts'
import type { Selector } from './selector.ts'

/** What people call a group, and what names it from run to run. */
export interface Identity {
  /** `shop/private`, `internet` */
  readonly label: string
  /** Account, VPC and tier: nothing that changes when an instance is replaced. */
  readonly key: string
  /** `tier` or the kind of the place. */
  readonly kind: string
  readonly tier?: string
  readonly vpc?: string
}

export interface Party extends Group {
  readonly identity: Identity
  /** Undefined for a place outside of the estate. */
  readonly members: readonly NetworkInterface[] | undefined
}

export interface Crowd {
  readonly inside: readonly Party[]
  readonly senders: readonly Party[]
  readonly receivers: readonly Party[]
}

/** `selected`: everything that rules and exceptions select. */
export const crowdOf = ({ network }: Compiled, names: TierNames, selected: readonly Selected[]): Crowd => {
  const drafts = new Map<string, { readonly identity: Identity; readonly members: NetworkInterface[] }>()
  for (const each of everybodyIn(network)) {
    const identity = names.identityOf(each)
    const key = `${identity.key} ${selected.map(({ has }) => (has(each) ? '1' : '0')).join('')}`
    const known = drafts.get(key)
    if (known) known.members.push(each)
    else drafts.set(key, { identity, members: [each] })
  }
  const inside = [...drafts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { identity, members }]) => partyInside(network, key, identity, members))
  const places = new Map<string, Place>()
  for (const { outside } of selected) for (const place of outside) places.set(place.selector, place)
  const outside = (side: 'from' | 'to'): readonly Party[] => {
    const standing = outsideOf(network, side).map(({ place }) => place)
    const all = new Map([...standing, ...places.values()].map((place) => [place.selector, place]))
    return [...all.values()].map(partyOutside)
  }
  return { inside, senders: [...inside, ...outside('from')], receivers: [...inside, ...outside('to')] }
}

const partyInside = (
  network: Network,
  key: string,
  identity: Identity,
  members: readonly NetworkInterface[],
): Party => {
  const unread = [...new Set(members.map(({ vpcId }) => vpcId))].filter(
    (id) => !network.coversIn('networkInterface', id),
  )
  return {
    key,
    identity,
    members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    place: {
      selector: identity.label,
      kind: 'tier',
      resolved: [],
      ...(unread.length > 0 && { unread }),
      is: 'interfaces',
      interfaces: members,
    },
  }
}

const partyOutside = (place: Place): Party => ({
  key: place.selector,
  identity: { label: place.selector, key: place.selector, kind: place.kind },
  members: undefined,
  place,
})

/** Tells the network what tiers a policy has, and what it declares of subnets, of the tiers that all commands know. */
export const declarePolicyTiers = (network: Network, policy: Policy, selections: Selections): void => {
  if (policy.tiers.size === 0) return
  const file = policy.file ?? ''
  const declared = new Map<string, Tier>()
  for (const [name, selector] of policy.tiers) {
    const tier = TIERS.find((each) => each === name)
    for (const id of tier ? selections.subnetsOf(selector) : []) if (!declared.has(id)) declared.set(id, tier!)
  }
  if (declared.size > 0) declareTiers(network, file, declared)
  const tiers = [...policy.tiers].map(([name, selector]) => [name, tierOf(network, selector, selections)] as const)
  declarePolicyTiersOf(network, { file, tiers: new Map(tiers) })
}

const tierOf = (network: Network, selector: Selector, selections: Selections): PolicyTier => ({
  members: () => {
    const { has } = selections.of(selector)
    return network
      .interfaces()
      .filter(has)
      .map(({ id }) => id)
  },
  subnets: selections.subnetsOf(selector),
})

/** Which tier each interface is of, in the words of the policy, and else by what subnets declare or their routes make of them. */
export class TierNames {
  readonly #network: Network
  readonly #tiers: readonly (readonly [name: string, Selected])[]
  readonly #policyTiers: readonly (readonly [name: string, subnets: ReadonlySet<string>])[]
  readonly #bySubnet: ReadonlyMap<string, string>
  readonly #vpcs = new Map<string, { readonly label: string; readonly key: string }>()
  readonly #taken: ReadonlyMap<string, number>

  constructor(network: Network, policy: Policy, selections: Selections) {
    this.#network = network
    this.#tiers = [...policy.tiers].map(([name, selector]) => [name, selections.of(selector)] as const)
    this.#policyTiers = [...policy.tiers].map(([name, selector]) => [name, selections.subnetsOf(selector)] as const)
    this.#bySubnet = new Map(
      [...subnetsByTier(network)].flatMap(([tier, subnets]) => subnets.map(({ id }) => [id, tier] as const)),
    )
    const taken = new Map<string, number>()
    for (const vpc of network.all('vpc')) {
      const name = nameOfResource(vpc) ?? vpc.id
      taken.set(name, (taken.get(name) ?? 0) + 1)
    }
    this.#taken = taken
  }

  identityOf(each: NetworkInterface): Identity {
    const tier = this.tierOf(each)
    const vpc = this.#vpc(each.vpcId)
    return { label: `${vpc.label}/${tier}`, key: `${vpc.key}/${tier}`, kind: 'tier', tier, vpc: each.vpcId }
  }

  tierOf(each: NetworkInterface): string {
    const own = this.#tiers.find(([, { has }]) => has(each))?.[0]
    return own ?? this.#bySubnet.get(each.subnetId) ?? 'unread'
  }

  /** By what its subnet declares or its routes make of it, and by tiers of the policy that go by subnets. */
  tierOfSubnet(id: string): string | undefined {
    return this.tiersOfSubnet(id)[0] ?? this.#bySubnet.get(id)
  }

  /** Every tier of the policy that takes a subnet by its own description. */
  tiersOfSubnet(id: string): readonly string[] {
    return this.#policyTiers.filter(([, subnets]) => subnets.has(id)).map(([name]) => name)
  }

  /** A Name tells people more than an id, where it is one VPC's alone. */
  #vpc(id: string): { readonly label: string; readonly key: string } {
    return once(this.#vpcs, id, () => {
      const vpc = this.#network.get('vpc', id)
      const name = vpc && nameOfResource(vpc)
      const { account, region } = this.#network.placeOf(id)
      const label = name === undefined ? id : this.#taken.get(name) === 1 ? name : `${name} (${id})`
      return { label, key: `${account}/${region}/${name ?? id}` }
    })
  }
}
