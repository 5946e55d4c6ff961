/** Conditions of a selector, asked of a resource that is no interface: a gateway that packets cross, a subnet, a security group. */
import { fitsAny } from '../pattern.ts'
import { type Network, nameOfResource } from '../network/network.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { tagsOf } from '../snapshot/tags.ts'
import { accountsOf, accountsOfUnits } from './account-words.ts'
import type { Policy } from './policy.ts'
import type { Condition, Selector, Term } from './selector.ts'

/** Whether a selector takes a resource by what it is. */
export const takesResource = (selector: Selector, resource: Resource, network: Network, policy: Policy): boolean =>
  selector.some((term) => takenBy(term, resource, network, policy))

const takenBy = (term: Term, resource: Resource, network: Network, policy: Policy): boolean => {
  switch (term.is) {
    case 'place':
      return term.text === resource.id || term.text === nameOfResource(resource)
    case 'match':
      return term.all.every((condition) => holds(condition, resource, network, policy))
    case 'keyword':
      return term.keyword === 'any' || term.keyword === 'estate'
    case 'name':
      return accountsOf(network, policy, [term.name]).ids.has(resource.account)
  }
}

/** A condition that says nothing of such a resource does not hold; its type is known by whoever asks. */
export const holds = (condition: Condition, resource: Resource, network: Network, policy: Policy): boolean => {
  const { VpcId: vpc } = resource.raw as { readonly VpcId?: string }
  const like = (patterns: readonly string[], text: string | undefined): boolean =>
    text !== undefined && fitsAny(patterns)(text)
  switch (condition.on) {
    case 'type':
      return true
    case 'id':
    case 'arn':
      return condition.values.includes(resource.id)
    case 'name':
      return like(condition.values, nameOfResource(resource))
    case 'account':
      return accountsOf(network, policy, condition.accounts).ids.has(resource.account)
    case 'ou':
      return accountsOfUnits(network, condition.values).ids.has(resource.account)
    case 'vpc':
      return vpc !== undefined && (like(condition.values, vpc) || like(condition.values, network.nameOf(vpc)))
    case 'tag':
      return tagsOf(resource).some(({ Key, Value = '' }) => Key === condition.key && like(condition.values, Value))
    default:
      return false
  }
}
