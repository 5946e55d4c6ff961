/** Conditions of a selector, asked of subnets. */
import { once } from '../collections.ts'
import type { Compiled } from '../aws/compile.ts'
import { routesOf, type Target } from '../aws/route-table.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import { FAMILIES, parseBlock } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { fitsAny } from '../pattern.ts'
import { tagsOf } from '../snapshot/tags.ts'
import { routingOf } from '../analysis/tiers-routes.ts'
import { accountsOf, accountsOfUnits, lacksOfAccounts } from './account-words.ts'
import type { Policy } from './policy.ts'
import type { Condition, RouteWord, Selector } from './selector.ts'

type Test = (subnet: Of<'subnet'>) => boolean

export class SubnetConditions {
  readonly #compiled: Compiled
  readonly #network: Network
  readonly #policy: Policy

  constructor(compiled: Compiled, policy: Policy) {
    this.#compiled = compiled
    this.#network = compiled.network
    this.#policy = policy
  }

  /** The ids of the subnets that a selector takes. */
  within(selector: Selector): { readonly ids: ReadonlySet<string>; readonly lacks: readonly string[] } {
    const found = this.#network.all('subnet').filter((subnet) => this.#isIn(selector, subnet))
    return { ids: new Set(found.map(({ id }) => id)), lacks: lacksOfAccounts(this.#network, this.#policy, selector) }
  }

  /** A tier by conditions on subnets, and of accounts and VPCs, which subnets have too. */
  takeAllOf(conditions: readonly Condition[], subnet: Of<'subnet'>): boolean {
    return (
      conditions.length > 0 &&
      conditions.every((each) => {
        if (each.on === 'subnet') return this.#isIn(each.within, subnet)
        return ['account', 'ou', 'vpc'].includes(each.on) && this.fits(each, subnet)
      })
    )
  }

  #isIn(selector: Selector, subnet: Of<'subnet'>): boolean {
    return selector.some((term) => term.is === 'match' && term.all.every((condition) => this.fits(condition, subnet)))
  }

  readonly #tests = new Map<Condition, Test>()

  fits(condition: Condition, subnet: Of<'subnet'>): boolean {
    return once(this.#tests, condition, () => this.#testOf(condition))(subnet)
  }

  #testOf(condition: Condition): Test {
    switch (condition.on) {
      case 'tag': {
        const isMeant = fitsAny(condition.values)
        return (subnet) => tagsOf(subnet).some(({ Key, Value = '' }) => Key === condition.key && isMeant(Value))
      }
      case 'id':
        return ({ id }) => condition.values.includes(id)
      case 'name': {
        const isMeant = fitsAny(condition.values)
        return (subnet) => isMeant(nameOfResource(subnet) ?? '')
      }
      case 'vpc': {
        const vpcs = vpcsNamed(this.#network, condition.values)
        return ({ raw }) => vpcs.has(raw.VpcId)
      }
      case 'account': {
        const { ids } = accountsOf(this.#network, this.#policy, condition.accounts)
        return ({ account }) => ids.has(account)
      }
      case 'ou': {
        const { ids } = accountsOfUnits(this.#network, condition.values)
        return ({ account }) => ids.has(account)
      }
      case 'route': {
        const routed = this.routed(condition.routes)
        return ({ id }) => routed.has(id)
      }
      case 'cidr': {
        const blocks = condition.values.map((text) => parseBlock(text)!)
        return ({ id }) =>
          blocks.some(({ family, first, end }) => {
            const own = this.#network.subnetBlocks(id, family)
            return own.length > 0 && intervals.covers([first, end], own)
          })
      }
      default:
        return () => false
    }
  }

  readonly #routedBy = new Map<RouteWord, ReadonlySet<string>>()

  routed(words: readonly RouteWord[]): ReadonlySet<string> {
    const found = words.map((word) =>
      once(this.#routedBy, word, () => {
        const subnets = this.#network.all('subnet').filter((subnet) => this.#leads(subnet).has(word))
        return new Set(subnets.map(({ id }) => id))
      }),
    )
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

/** VPCs by id or Name. */
export const vpcsNamed = (network: Network, words: readonly string[]): ReadonlySet<string> => {
  const isMeant = fitsAny(words)
  return new Set(
    network
      .all('vpc')
      .filter((vpc) => isMeant(vpc.id) || isMeant(nameOfResource(vpc) ?? ''))
      .map(({ id }) => id),
  )
}

const leadsTo = ({ planes }: Compiled, tableId: string, target: Target['to']): boolean =>
  FAMILIES.some((family) =>
    [...routesOf(planes[family], tableId).parts().keys()].some((decision) =>
      decision?.routes.some((route) => route.target.to === target),
    ),
  )
