/** Conditions of a selector, asked of interfaces. */
import { ownerOf } from '../aws/endpoint-class.ts'
import { serviceName } from '../aws/service-name.ts'
import { append } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { fitsAny } from '../pattern.ts'
import { serviceBehind } from '../analysis/place-service.ts'
import { labelOf, resolvePlace } from '../analysis/place.ts'
import { interfacesByTagValue } from '../analysis/place-things.ts'
import { accountsOf, accountsOfUnits } from './account-words.ts'
import type { PlaceWords } from './place-words.ts'
import type { Policy } from './policy.ts'
import { either, type Selected } from './selected.ts'
import type { Condition } from './selector.ts'
import { type SubnetConditions, vpcsNamed } from './subnet-conditions.ts'
import { mayHold } from './unread.ts'

export class InterfaceConditions {
  readonly #network: Network
  readonly #policy: Policy
  readonly #places: PlaceWords
  readonly #subnets: SubnetConditions

  constructor(network: Network, policy: Policy, places: PlaceWords, subnets: SubnetConditions) {
    this.#network = network
    this.#policy = policy
    this.#places = places
    this.#subnets = subnets
  }

  test(condition: Condition): Pick<Selected, 'has' | 'may' | 'lacks'> {
    // What an interface itself would have to tell, one that was not read may have.
    const plain = (
      has: Selected['has'],
      may: Selected['may'] = () => true,
    ): Pick<Selected, 'has' | 'may' | 'lacks'> => ({ has, may, lacks: [] })
    switch (condition.on) {
      case 'tag': {
        const ids = this.#tagged(condition.key, condition.values)
        return plain(({ id }) => ids.has(id))
      }
      case 'subnet': {
        const { ids, lacks } = this.#subnets.within(condition.within)
        return { has: ({ subnetId }) => ids.has(subnetId), may: (place) => mayHold(this.#network, place, ids), lacks }
      }
      case 'account': {
        const { ids, lacks } = accountsOf(this.#network, this.#policy, condition.accounts)
        const has = ({ account }: { readonly account: string }): boolean => ids.has(account)
        return { has, may: has, lacks }
      }
      case 'ou': {
        const { ids, lacks } = accountsOfUnits(this.#network, condition.values)
        const has = ({ account }: { readonly account: string }): boolean => ids.has(account)
        return { has, may: has, lacks }
      }
      case 'route': {
        const ids = this.#subnets.routed(condition.routes)
        return plain(
          ({ subnetId }) => ids.has(subnetId),
          (place) => mayHold(this.#network, place, ids),
        )
      }
      case 'id':
        return plain(({ id, raw }) => [id, raw.Attachment?.InstanceId].some((each) => condition.values.includes(each!)))
      case 'name': {
        const isMeant = fitsAny(condition.values)
        return plain((each) => {
          const names = [labelOf(this.#network, each), serviceBehind(each.raw)?.name, ...this.#databaseNames(each)]
          return names.some((name) => name !== undefined && isMeant(name))
        })
      }
      case 'vpc': {
        const isMeant = vpcsNamed(this.#network, condition.values)
        return plain(
          ({ vpcId }) => isMeant.has(vpcId),
          ({ vpc }) => vpc === undefined || isMeant.has(vpc),
        )
      }
      case 'sg': {
        const groups = groupsNamed(this.#network, condition.values)
        return plain((each) => each.groups.some((id) => groups.has(id)))
      }
      case 'cidr': {
        const blocks = condition.values.map((text) => parseBlock(text)!)
        return plain((each) =>
          blocks.some(({ family, first, end }) => intervals.overlaps(each.addressSet(family), [first, end])),
        )
      }
      case 'prefix-list': {
        const found = condition.values.map((text) => this.#places.prefixList(text))
        return either(found)
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
        const places = condition.values.map((text) => this.#places.place(text))
        return plain((each) => places.some(({ has }) => has(each)))
      }
      case 'type': {
        const tests = condition.values.map((type) => TYPE_TESTS[type])
        return plain((each) => tests.some((test) => test?.(this.#network, each)))
      }
    }
  }

  #tagged(key: string, values: readonly string[]): ReadonlySet<string> {
    const isMeant = fitsAny(values)
    return new Set(
      [...interfacesByTagValue(this.#network, key)].flatMap(([value, { interfaces }]) =>
        isMeant(value) ? interfaces.map(({ id }) => id) : [],
      ),
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
    for (const { raw } of this.#network.all('dbInstance')) {
      const name = raw.DBInstanceIdentifier
      if (name === undefined) continue
      try {
        const place = resolvePlace(this.#network, `rds:${name}`)
        if (place.is !== 'interfaces') continue
        for (const { id } of place.interfaces) append(names, id, name)
      } catch (error) {
        if (!(error instanceof ZtnetError)) throw error
      }
    }
    return (this.#databases = names)
  }
}

/** Security groups by id or name. */
const groupsNamed = (network: Network, words: readonly string[]): ReadonlySet<string> => {
  const isMeant = fitsAny(words)
  return new Set(
    network
      .all('securityGroup')
      .filter(({ id, raw }) => isMeant(id) || isMeant(raw.GroupName ?? ''))
      .map(({ id }) => id),
  )
}

/** Interfaces of a type; types that packets only pass select none. */
const TYPE_TESTS: Readonly<Record<string, (network: Network, each: NetworkInterface) => boolean>> = {
  instance: (_, { raw }) => raw.Attachment?.InstanceId !== undefined,
  lambda: (network, each) => ownerOf(network, each).is === 'function',
  database: (_, { raw }) => ['rds', 'redshift', 'dax'].includes(serviceBehind(raw)?.service ?? ''),
  'load-balancer': (network, each) => ownerOf(network, each).is === 'load-balancer',
  'vpc-endpoint': (network, each) => ownerOf(network, each).is === 'interface-endpoint',
  'ecs-task': (_, { raw }) => serviceBehind(raw)?.service === 'ecs',
  eks: (_, { raw }) => serviceBehind(raw)?.service === 'eks',
  elasticache: (_, { raw }) => serviceBehind(raw)?.service === 'elasticache',
  efs: (_, { raw }) => serviceBehind(raw)?.service === 'efs',
}
