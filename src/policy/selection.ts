/** What the selectors of a policy select in a network. */
import { once } from '../collections.ts'
import type { Compiled } from '../aws/compile.ts'
import { serviceName } from '../aws/service-name.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { everybodyIn, resolvePlace } from '../analysis/place.ts'
import { type Tier, TIERS } from '../analysis/tiers-declared.ts'
import { subnetsByTier, subnetsUnrouted } from '../analysis/tiers.ts'
import { InterfaceConditions } from './interface-conditions.ts'
import { PlaceWords } from './place-words.ts'
import type { Policy } from './policy.ts'
import { either, EVERYBODY, NONE, type Selected } from './selected.ts'
import type { Condition, Selector, Term } from './selector.ts'
import { SubnetConditions } from './subnet-conditions.ts'
import { mayHold } from './unread.ts'

/** Selectors of one policy in one network. */
export class Selections {
  readonly #network: Network
  readonly #policy: Policy
  readonly #places: PlaceWords
  readonly #subnetConditions: SubnetConditions
  readonly #conditions: InterfaceConditions
  readonly #known = new Map<Selector, Selected>()
  readonly #byTerm = new Map<string, Selected>()
  readonly #subnets = new Map<Selector, ReadonlySet<string>>()

  constructor(compiled: Compiled, policy: Policy) {
    this.#network = compiled.network
    this.#policy = policy
    this.#places = new PlaceWords(this.#network)
    this.#subnetConditions = new SubnetConditions(compiled, policy)
    this.#conditions = new InterfaceConditions(this.#network, policy, this.#places, this.#subnetConditions)
  }

  of(selector: Selector): Selected {
    return once(this.#known, selector, () => either(selector.map((term) => this.#term(term))))
  }

  /** The ids of subnets that a tier takes by its subnets alone; nothing where it takes interfaces by other conditions. */
  subnetsOf(selector: Selector): ReadonlySet<string> {
    return once(this.#subnets, selector, () => {
      const found = this.#network
        .all('subnet')
        .filter((subnet) =>
          selector.some((term) => term.is === 'match' && this.#subnetConditions.takeAllOf(term.all, subnet)),
        )
      return new Set(found.map(({ id }) => id))
    })
  }

  /** Whether a selector speaks of accounts that stand elsewhere: one policy serves many snapshots. */
  isElsewhere(selector: Selector): boolean {
    return selector.every((term) => {
      if (term.is === 'match') return !term.all.every((each) => !isOfAccount(each) || this.#takesAnybody(each))
      if (term.is !== 'name') return false
      const own = this.#policy.tiers.get(term.name)
      return own ? this.isElsewhere(own) : this.#policy.accounts.has(term.name)
    })
  }

  #takesAnybody(condition: Condition): boolean {
    const { has } = this.#conditions.test(condition)
    return everybodyIn(this.#network).some(has)
  }

  #term(term: Term): Selected {
    switch (term.is) {
      case 'keyword':
        return this.#keyword(term.keyword)
      case 'place':
        return once(this.#byTerm, `place ${term.text}`, () => this.#places.place(term.text))
      case 'name':
        return once(this.#byTerm, `name ${term.name}`, () => this.#named(term.name))
      case 'match':
        return this.#match(term.all)
    }
  }

  #keyword(keyword: Extract<Term, { is: 'keyword' }>['keyword']): Selected {
    switch (keyword) {
      case 'vpc':
        return { ...NONE, ownVpc: true }
      case 'estate':
        return { ...EVERYBODY, any: false }
      case 'any':
        return EVERYBODY
      case 'aws-services':
        return this.#places.services([])
      default:
        return { ...NONE, outside: [resolvePlace(this.#network, keyword)] }
    }
  }

  #named(name: string): Selected {
    const tier = this.#policy.tiers.get(name)
    if (tier || TIERS.some((each) => each === name)) return this.#tier(name, tier)
    const peer = this.#policy.peers.get(name)
    // A peer is somebody else, also where its blocks overlap with those of the estate.
    if (peer) return { ...this.of(peer), has: () => false, may: () => false }
    return this.#match([{ on: 'account', accounts: [name] }])
  }

  /** What the policy says, and of interfaces of which it says nothing, what their subnets declare. */
  #tier(name: string, selector: Selector | undefined): Selected {
    const own = selector ? this.of(selector) : NONE
    const all = [...this.#policy.tiers.values()].map((each) => this.of(each))
    const subnets = new Set((subnetsByTier(this.#network).get(name as Tier) ?? []).map(({ id }) => id))
    const isOfNone = (each: NetworkInterface): boolean => !all.some(({ has }) => has(each))
    return {
      ...own,
      has: (each) => own.has(each) || (subnets.has(each.subnetId) && isOfNone(each)),
      may: (place) => own.may(place) || mayHold(this.#network, place, subnets),
      lacks: [
        ...own.lacks,
        ...lacksOf('routes', this.#unrouted().filter(isOfNone)),
        ...lacksOf('description', this.#undescribed().filter(isOfNone)),
      ],
    }
  }

  #members: readonly NetworkInterface[] | undefined

  /** Those in subnets of which nobody knows the tier. */
  #unrouted(): readonly NetworkInterface[] {
    if (!this.#members) {
      const subnets = new Set(subnetsUnrouted(this.#network).map(({ id }) => id))
      this.#members = subnets.size === 0 ? [] : everybodyIn(this.#network).filter((each) => subnets.has(each.subnetId))
    }
    return this.#members
  }

  #strays: readonly NetworkInterface[] | undefined

  /** Those in subnets that were not read. */
  #undescribed(): readonly NetworkInterface[] {
    return (this.#strays ??= everybodyIn(this.#network).filter(
      ({ subnetId }) => !this.#network.get('subnet', subnetId),
    ))
  }

  #match(all: readonly Condition[]): Selected {
    const [only] = all
    // Addresses and services alone are places; with other conditions they narrow interfaces.
    if (only && all.length === 1) {
      if (only.on === 'cidr') return either(only.values.map((text) => this.#places.place(text)))
      if (only.on === 'prefix-list') return either(only.values.map((text) => this.#places.prefixList(text)))
      if (only.on === 'service') return either(only.values.map((text) => this.#places.services([serviceName(text)])))
    }
    const tests = all.map((condition) => this.#conditions.test(condition))
    return {
      ...NONE,
      has: (each) => tests.every(({ has }) => has(each)),
      may: (place) => tests.every(({ may }) => may(place)),
      lacks: tests.flatMap(({ lacks }) => lacks),
    }
  }
}

const isOfAccount = ({ on }: Condition): boolean => on === 'account' || on === 'ou'

const lacksOf = (what: string, members: readonly NetworkInterface[]): readonly string[] => {
  const subnets = [...new Set(members.map(({ subnetId }) => subnetId))].sort()
  const [first, ...more] = subnets
  if (first === undefined) return []
  return [`the ${what} of ${more.length === 0 ? first : `${first} and ${more.length} more subnets`}, and so their tier`]
}
