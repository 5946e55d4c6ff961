/** Accounts in the words of a policy: by number, by the names that the policy gives them, and by the organizational units they stand in, as
 *  far as the snapshot has the organization. */
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { Policy } from './policy.ts'
import type { Selector } from './selector.ts'

export interface Accounts {
  readonly ids: ReadonlySet<string>
  /** What would have to be known to tell them all. */
  readonly lacks: readonly string[]
}

export const accountsOf = (network: Network, policy: Policy, words: readonly string[]): Accounts => {
  const found = words.map((word) => policy.accounts.get(word) ?? { ids: [word], ous: [] })
  const inUnits = accountsOfUnits(
    network,
    found.flatMap(({ ous }) => ous),
  )
  return { ids: new Set([...found.flatMap(({ ids }) => ids), ...inUnits.ids]), lacks: inUnits.lacks }
}

/** Accounts of the snapshot that stand in any of these units, or in units within them. */
export const accountsOfUnits = (network: Network, units: readonly string[]): Accounts => {
  const all = units.map((unit) => accountsOfUnit(network, unit))
  return { ids: new Set(all.flatMap(({ ids }) => [...ids])), lacks: all.flatMap(({ lacks }) => lacks) }
}

/** What is not known of the accounts that a selector names. */
export const lacksOfAccounts = (network: Network, policy: Policy, selector: Selector): readonly string[] =>
  selector.flatMap((term) => {
    if (term.is === 'name') return accountsOf(network, policy, [term.name]).lacks
    return term.is === 'match'
      ? term.all.flatMap((condition) => {
          if (condition.on === 'account') return accountsOf(network, policy, condition.accounts).lacks
          return condition.on === 'ou' ? accountsOfUnits(network, condition.values).lacks : []
        })
      : []
  })

const accountsOfUnit = (network: Network, unit: string): Accounts =>
  once(
    once(unitsBy, network, () => new Map()),
    unit,
    () => findAccounts(network, unit),
  )

const unitsBy = new WeakMap<Network, Map<string, Accounts>>()

const findAccounts = (network: Network, unit: string): Accounts => {
  const parents = new Map(network.all('organizationParents').map(({ id, raw }) => [id, raw.Parents?.[0]?.Id] as const))
  if (parents.size === 0) return { ids: new Set(), lacks: [`the accounts of ${unit}`] }
  const ids = new Set<string>()
  const lacks: string[] = []
  for (const account of new Set(network.snapshot.resources.map((each) => each.account))) {
    const is = standsIn(parents, account, unit)
    if (is === true) ids.add(account)
    if (is === undefined) lacks.push(`whether account ${account} is in ${unit}`)
  }
  return { ids, lacks }
}

/** Undefined where the way up to the root is not known. */
const standsIn = (
  parents: ReadonlyMap<string, string | undefined>,
  account: string,
  unit: string,
): boolean | undefined => {
  const passed = new Set<string>()
  for (let at = parents.get(account); at !== undefined && !passed.has(at); at = parents.get(at)) {
    if (at === unit) return true
    // Roots are r-ab12, units ou-ab12-cdefghij.
    if (at.startsWith('r-')) return false
    passed.add(at)
  }
  return undefined
}
