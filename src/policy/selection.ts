/** What the selectors of a policy select in a network: interfaces, places outside of it, or the sender's own VPC. Knowledge that a
 *  selector needs and the snapshot lacks is told, and never taken for an empty selection. */
import { ownerOf } from '../aws/endpoint-class.ts'
import { routesOf, type Target } from '../aws/route-table.ts'
import type { Compiled } from '../aws/compile.ts'
import { ZtnetError } from '../errors.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type AddressSet, type Family, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { fits } from '../analysis/place-names.ts'
import { serviceBehind } from '../analysis/place-service.ts'
import { labelOf, type Place, resolvePlace, takesPart } from '../analysis/place.ts'
import { interfacesByTagValue, serviceName } from '../analysis/place-things.ts'
import { routingOf } from '../analysis/tiers-routes.ts'
import { type Tier, TIERS } from '../analysis/tiers-declared.ts'
import { subnetsByTier } from '../analysis/tiers.ts'
import type { Policy } from './policy.ts'
import type { Condition, RouteWord, Selector, Term } from './selector.ts'

export interface Selected {
  readonly has: (each: NetworkInterface) => boolean
  /** Places outside of the estate, by their selector. */
  readonly outside: readonly Place[]
  /** Whatever is in the VPC of the other end. */
  readonly ownVpc: boolean
  /** Everything, inside and outside. */
  readonly any: boolean
  /** What would have to be known to select it all. */
  readonly lacks: readonly string[]
}

const NONE: Selected = { has: () => false, outside: [], ownVpc: false, any: false, lacks: [] }

/** Selectors of one policy in one network. */
export class Selections {
  readonly #compiled: Compiled
  readonly #network: Network
  readonly #policy: Policy
  readonly #known = new Map<Selector, Selected>()
  readonly #byTerm = new Map<string, Selected>()
  readonly #subnets = new Map<Selector, ReadonlySet<string>>()

  constructor(compiled: Compiled, policy: Policy) {
    this.#compiled = compiled
    this.#network = compiled.network
    this.#policy = policy
  }

  of(selector: Selector): Selected {
    let known = this.#known.get(selector)
    if (!known) this.#known.set(selector, (known = either(selector.map((term) => this.#term(term)))))
    return known
  }

  /** The ids of subnets that a tier takes by its subnets alone; nothing where it takes interfaces by other conditions. */
  subnetsOf(selector: Selector): ReadonlySet<string> {
    let known = this.#subnets.get(selector)
    if (!known) {
      const found = this.#network
        .all('subnet')
        .filter((subnet) => selector.some((term) => term.is === 'match' && this.#allOfSubnet(term.all, subnet)))
      this.#subnets.set(selector, (known = new Set(found.map(({ id }) => id))))
    }
    return known
  }

  /** A tier by conditions on subnets, and of accounts and VPCs, which subnets have too. */
  #allOfSubnet(conditions: readonly Condition[], subnet: Of<'subnet'>): boolean {
    return (
      conditions.length > 0 &&
      conditions.every((each) => {
        if (each.on === 'subnet') return this.#subnetIn(each.within, subnet)
        return (each.on === 'account' || each.on === 'vpc') && this.#subnetFits(each, subnet)
      })
    )
  }

  #term(term: Term): Selected {
    switch (term.is) {
      case 'keyword':
        return this.#keyword(term.keyword)
      case 'place':
        return this.#once(`place ${term.text}`, () => this.#place(term.text))
      case 'name':
        return this.#once(`name ${term.name}`, () => this.#named(term.name))
      case 'match':
        return this.#match(term.all)
    }
  }

  #once(key: string, make: () => Selected): Selected {
    let known = this.#byTerm.get(key)
    if (!known) this.#byTerm.set(key, (known = make()))
    return known
  }

  #keyword(keyword: Extract<Term, { is: 'keyword' }>['keyword']): Selected {
    switch (keyword) {
      case 'vpc':
        return { ...NONE, ownVpc: true }
      case 'estate':
        return { ...NONE, has: () => true }
      case 'any':
        return { ...NONE, has: () => true, any: true }
      case 'aws-services':
        return this.#services([])
      default:
        return { ...NONE, outside: [resolvePlace(this.#network, keyword)] }
    }
  }

  #named(name: string): Selected {
    const tier = this.#policy.tiers.get(name)
    if (tier || TIERS.some((each) => each === name)) return this.#tier(name, tier)
    const peer = this.#policy.peers.get(name)
    // A peer is somebody else, also where its blocks overlap with those of the estate.
    if (peer) return { ...this.of(peer), has: () => false }
    return this.#match([{ on: 'account', accounts: [name] }])
  }

  /** What the policy says, and of interfaces of which it says nothing, what their subnets declare. */
  #tier(name: string, selector: Selector | undefined): Selected {
    const own = selector ? this.of(selector) : NONE
    const all = [...this.#policy.tiers.values()].map((each) => this.of(each))
    const subnets = new Set((subnetsByTier(this.#network).get(name as Tier) ?? []).map(({ id }) => id))
    return {
      ...own,
      has: (each) => own.has(each) || (subnets.has(each.subnetId) && !all.some(({ has }) => has(each))),
    }
  }

  #place(text: string): Selected {
    try {
      const place = resolvePlace(this.#network, text)
      if (place.is === 'aws-service') return this.#services(place.services)
      if (place.is === 'addresses') return this.#addresses([place])
      if (place.is !== 'interfaces') return { ...NONE, outside: [place] }
      const ids = new Set([...place.interfaces, ...(place.balancers ?? [])].map(({ id }) => id))
      return { ...NONE, has: ({ id }) => ids.has(id), lacks: [] }
    } catch (error) {
      // What is not there selects nothing; what may mean several things must be said more clearly.
      if (error instanceof ZtnetError && ['PLACE_UNKNOWN', 'PLACE_EMPTY'].includes(error.code)) return NONE
      throw error
    }
  }

  /** A service is reached at addresses of its own and at interface endpoints, which are interfaces of the estate. */
  #services(services: readonly string[]): Selected {
    const name = services.length === 0 ? 'aws-services' : `aws:${services[0]}`
    return { ...NONE, outside: [resolvePlace(this.#network, name)] }
  }

  #addresses(places: readonly Extract<Place, { is: 'addresses' }>[]): Selected {
    const within = places.map(({ family, addresses }) => ({ family, addresses }))
    return {
      ...NONE,
      has: (each) => within.some(({ family, addresses }) => intervals.overlaps(each.addressSet(family), addresses)),
      outside: places.flatMap((place) => this.#beyondEstate(place)),
    }
  }

  /** The part of a block that no VPC has; its selector stays what people wrote. */
  #beyondEstate(place: Extract<Place, { is: 'addresses' }>): readonly Place[] {
    this.#blocks[place.family] ??= intervals.unionAll(
      this.#network.all('vpc').map(({ id }) => this.#network.vpcBlocks(id, place.family)),
    )
    const addresses = intervals.subtract(place.addresses, this.#blocks[place.family]!)
    return addresses.length === 0 ? [] : [{ ...place, addresses }]
  }

  readonly #blocks: { [F in Family]?: AddressSet } = {}

  #match(all: readonly Condition[]): Selected {
    const [only] = all
    // Addresses and services alone are places; with other conditions they narrow interfaces.
    if (only && all.length === 1) {
      if (only.on === 'cidr') return either(only.values.map((text) => this.#place(text)))
      if (only.on === 'prefix-list') return either(only.values.map((text) => this.#prefixList(text)))
      if (only.on === 'service') return either(only.values.map((text) => this.#services([serviceName(text)])))
    }
    const tests = all.map((condition) => this.#condition(condition))
    return {
      ...NONE,
      has: (each) => tests.every(({ has }) => has(each)),
      lacks: tests.flatMap(({ lacks }) => lacks),
    }
  }

  #prefixList(text: string): Selected {
    const found = this.#network
      .all('managedPrefixList')
      .find(({ id, raw }) => id === text || raw.PrefixListName === text)
    const entries = this.#network.prefixListEntries(found?.id ?? text)
    if (!entries) return { ...NONE, lacks: [`the entries of the prefix list ${text}`] }
    return either(entries.map((cidr) => this.#place(cidr)))
  }

  #condition(condition: Condition): Pick<Selected, 'has' | 'lacks'> {
    const plain = (has: Selected['has']): Pick<Selected, 'has' | 'lacks'> => ({ has, lacks: [] })
    switch (condition.on) {
      case 'tag': {
        const ids = this.#tagged(condition.key, condition.values)
        return plain(({ id }) => ids.has(id))
      }
      case 'subnet': {
        const ids = new Set(
          this.#network
            .all('subnet')
            .filter((subnet) => this.#subnetIn(condition.within, subnet))
            .map(({ id }) => id),
        )
        return plain(({ subnetId }) => ids.has(subnetId))
      }
      case 'account': {
        const { ids, lacks } = this.#accounts(condition.accounts)
        return { has: ({ account }) => ids.has(account), lacks }
      }
      case 'ou':
        return { has: () => false, lacks: condition.values.map((ou) => `the accounts of ${ou}`) }
      case 'route': {
        const ids = this.#routed(condition.routes)
        return plain(({ subnetId }) => ids.has(subnetId))
      }
      case 'id':
        return plain(({ id, raw }) => [id, raw.Attachment?.InstanceId].some((each) => condition.values.includes(each!)))
      case 'name': {
        const isMeant = condition.values.map(fits)
        return plain((each) => {
          const names = [labelOf(this.#network, each), serviceBehind(each.raw)?.name, ...this.#databaseNames(each)]
          return names.some((name) => name !== undefined && isMeant.some((fit) => fit(name)))
        })
      }
      case 'vpc': {
        const isMeant = this.#vpcs(condition.values)
        return plain(({ vpcId }) => isMeant.has(vpcId))
      }
      case 'sg': {
        const groups = this.#groups(condition.values)
        return plain((each) => each.groups.some((id) => groups.has(id)))
      }
      case 'cidr': {
        const blocks = condition.values.map((text) => parseBlock(text)!)
        return plain((each) =>
          blocks.some(({ family, first, end }) => intervals.overlaps(each.addressSet(family), [first, end])),
        )
      }
      case 'prefix-list': {
        const found = condition.values.map((text) => this.#prefixList(text))
        return { has: (each) => found.some(({ has }) => has(each)), lacks: found.flatMap(({ lacks }) => lacks) }
      }
      case 'service': {
        const wanted = condition.values.map((text) => serviceName(text))
        return plain((each) => {
          const owner = ownerOf(this.#network, each)
          const endpoint = 'id' in owner ? this.#network.raw('vpcEndpoint', owner.id) : undefined
          const services = [serviceBehind(each.raw)?.service, endpoint && serviceName(endpoint.ServiceName ?? '')]
          return services.some((service) => service !== undefined && wanted.includes(service))
        })
      }
      case 'arn': {
        const places = condition.values.map((text) => this.#place(text))
        return plain((each) => places.some(({ has }) => has(each)))
      }
      case 'type': {
        const tests = condition.values.map((type) => TYPE_TESTS[type])
        return plain((each) => tests.some((test) => test?.(this.#network, each)))
      }
    }
  }

  #tagged(key: string, values: readonly string[]): ReadonlySet<string> {
    const isMeant = values.map(fits)
    return new Set(
      [...interfacesByTagValue(this.#network, key)].flatMap(([value, { interfaces }]) =>
        isMeant.some((fit) => fit(value)) ? interfaces.map(({ id }) => id) : [],
      ),
    )
  }

  #accounts(words: readonly string[]): { readonly ids: ReadonlySet<string>; readonly lacks: readonly string[] } {
    const found = words.map((word) => this.#policy.accounts.get(word) ?? { ids: [word], ous: [] })
    return {
      ids: new Set(found.flatMap(({ ids }) => ids)),
      lacks: found.flatMap(({ ous }) => ous.map((ou) => `the accounts of ${ou}`)),
    }
  }

  #vpcs(words: readonly string[]): ReadonlySet<string> {
    const isMeant = words.map(fits)
    return new Set(
      this.#network
        .all('vpc')
        .filter((vpc) => isMeant.some((fit) => fit(vpc.id) || fit(nameOfResource(vpc) ?? '')))
        .map(({ id }) => id),
    )
  }

  #groups(words: readonly string[]): ReadonlySet<string> {
    const isMeant = words.map(fits)
    return new Set(
      this.#network
        .all('securityGroup')
        .filter(({ id, raw }) => isMeant.some((fit) => fit(id) || fit(raw.GroupName ?? '')))
        .map(({ id }) => id),
    )
  }

  #databaseNames(each: NetworkInterface): readonly string[] {
    if (serviceBehind(each.raw)?.service !== 'rds') return []
    return this.#namesOfDatabases().get(each.id) ?? []
  }

  #databases: ReadonlyMap<string, readonly string[]> | undefined

  #namesOfDatabases(): ReadonlyMap<string, readonly string[]> {
    if (this.#databases) return this.#databases
    const names = new Map<string, string[]>()
    for (const { raw } of [...this.#network.all('dbInstance')]) {
      const name = raw.DBInstanceIdentifier
      if (name === undefined) continue
      try {
        const place = resolvePlace(this.#network, `rds:${name}`)
        if (place.is !== 'interfaces') continue
        for (const { id } of place.interfaces) names.set(id, [...(names.get(id) ?? []), name])
      } catch (error) {
        if (!(error instanceof ZtnetError)) throw error
      }
    }
    return (this.#databases = names)
  }

  // ---- subnets

  #subnetIn(selector: Selector, subnet: Of<'subnet'>): boolean {
    return selector.some(
      (term) => term.is === 'match' && term.all.every((condition) => this.#subnetFits(condition, subnet)),
    )
  }

  #subnetFits(condition: Condition, subnet: Of<'subnet'>): boolean {
    switch (condition.on) {
      case 'tag': {
        const tag = subnet.raw.Tags?.find(({ Key }) => Key === condition.key)
        return tag !== undefined && condition.values.some((value) => fits(value)(tag.Value ?? ''))
      }
      case 'id':
        return condition.values.includes(subnet.id)
      case 'name':
        return condition.values.some((pattern) => fits(pattern)(nameOfResource(subnet) ?? ''))
      case 'vpc':
        return this.#vpcs(condition.values).has(subnet.raw.VpcId)
      case 'account':
        return this.#accounts(condition.accounts).ids.has(subnet.account)
      case 'route':
        return this.#routed(condition.routes).has(subnet.id)
      case 'cidr':
        return condition.values.some((text) => {
          const { family, first, end } = parseBlock(text)!
          const own = this.#network.subnetBlocks(subnet.id, family)
          return own.length > 0 && intervals.covers([first, end], own)
        })
      default:
        return false
    }
  }

  readonly #routedBy = new Map<RouteWord, ReadonlySet<string>>()

  #routed(words: readonly RouteWord[]): ReadonlySet<string> {
    const found = words.map((word) => {
      let known = this.#routedBy.get(word)
      if (!known) {
        const subnets = this.#network.all('subnet').filter((subnet) => this.#leads(subnet).has(word))
        this.#routedBy.set(word, (known = new Set(subnets.map(({ id }) => id))))
      }
      return known
    })
    return found.length === 1 ? found[0]! : new Set(found.flatMap((ids) => [...ids]))
  }

  /** Where the routes of a subnet lead, of what a policy has words for. */
  #leads(subnet: Of<'subnet'>): ReadonlySet<RouteWord> {
    const { ipv4, ipv6, table } = routingOf(this.#compiled.planes, subnet)
    const kinds = new Set([ipv4, ipv6].flatMap((routing) => (routing?.exits ?? []).map(({ via }) => via)))
    const words = new Set<RouteWord>()
    if (kinds.has('internet-gateway')) words.add('igw')
    if (kinds.has('nat-gateway') || kinds.has('private-nat-gateway')) words.add('nat')
    if (kinds.has('egress-only-internet-gateway')) words.add('eigw')
    if (table && leadsTo(this.#compiled, table.id, 'transitGateway')) words.add('tgw')
    const isKnown = [ipv4, ipv6].every((routing) => routing?.is !== 'unknown')
    if (words.size === 0 && kinds.size === 0 && isKnown) words.add('none')
    return words
  }
}

const leadsTo = ({ planes }: Compiled, tableId: string, target: Target['to']): boolean =>
  ([4, 6] as const).some((family) =>
    [...routesOf(planes[family], tableId).parts().keys()].some((decision) =>
      decision?.routes.some((route) => route.target.to === target),
    ),
  )

/** Interfaces of a type; types that packets only pass select none. */
const TYPE_TESTS: Readonly<Record<string, (network: Network, each: NetworkInterface) => boolean>> = {
  instance: (_, { raw }) => raw.Attachment?.InstanceId !== undefined,
  lambda: (network, each) => ownerOf(network, each).is === 'function',
  database: (_, { raw }) => ['rds', 'redshift', 'dax'].includes(serviceBehind(raw)?.service ?? ''),
  'load-balancer': (network, each) => ownerOf(network, each).is === 'load-balancer',
  'vpc-endpoint': (network, each) => ownerOf(network, each).is === 'interface-endpoint',
  'ecs-task': (_, { raw }) => /:ecs:.*:attachment\//.test(raw.Description ?? ''),
  eks: (_, { raw }) => serviceBehind(raw)?.service === 'eks',
  elasticache: (_, { raw }) => serviceBehind(raw)?.service === 'elasticache',
  efs: (_, { raw }) => serviceBehind(raw)?.service === 'efs',
}

const either = (all: readonly Selected[]): Selected => {
  if (all.length === 1) return all[0]!
  return {
    has: (each) => all.some(({ has }) => has(each)),
    outside: [...new Map(all.flatMap(({ outside }) => outside).map((place) => [place.selector, place])).values()],
    ownVpc: all.some(({ ownVpc }) => ownVpc),
    any: all.some(({ any }) => any),
    lacks: [...new Set(all.flatMap(({ lacks }) => lacks))],
  }
}

/** Everybody that takes part. */
export const everybodyIn = (network: Network): readonly NetworkInterface[] =>
  network
    .all('networkInterface')
    .map(({ id }) => network.interface(id)!)
    .filter((each) => takesPart(network, each))
