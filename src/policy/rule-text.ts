/** Rules and selectors as people say them. */
import type { Rule } from './policy.ts'
import type { Condition, Selector, Term } from './selector.ts'

/** The rule as a sentence. */
export const ruleText = ({ verb }: Rule): string => {
  const back = 'bothWays' in verb && verb.bothWays ? ', and back' : ''
  const ports = verb.ports ? ` on ${verb.ports.map(({ text }) => text).join(', ')}` : ''
  switch (verb.is) {
    case 'deny':
      return `no packet from ${selectorText(verb.from)} to ${selectorText(verb.to)}${verb.bothWays ? ', nor back' : ''}${ports}`
    case 'only-into':
      return `into ${selectorText(verb.into)} only from ${selectorText(verb.from)}${ports}`
    case 'only-out-of':
      return `out of ${selectorText(verb.outOf)} only to ${selectorText(verb.to)}${ports}`
    case 'require':
      return `${verb.all ? 'all of' : 'some of'} ${selectorText(verb.from)} must reach ${selectorText(verb.to)}${back}${ports}`
    case 'via':
      return `from ${selectorText(verb.from)} to ${selectorText(verb.to)}${back} only through ${selectorText(verb.through)}${ports}`
  }
}

export const selectorText = (selector: Selector): string => selector.map(termText).join(', ')

const termText = (term: Term): string => {
  switch (term.is) {
    case 'name':
      return term.name
    case 'keyword':
      return { vpc: 'the same VPC', estate: 'the estate', any: 'anywhere' }[term.keyword as string] ?? term.keyword
    case 'place':
      return term.text
    case 'match':
      return term.all.map(conditionText).join(' and ')
  }
}

const conditionText = (condition: Condition): string => {
  switch (condition.on) {
    case 'tag':
      return `tag ${condition.key}=${condition.values.join('|')}`
    case 'subnet':
      return `subnet (${selectorText(condition.within)})`
    case 'route':
      return `route ${condition.routes.join('|')}`
    case 'account':
      return `account ${condition.accounts.join('|')}`
    case 'type':
      return condition.values.join(' or ')
    default:
      return `${condition.on} ${condition.values.join('|')}`
  }
}
