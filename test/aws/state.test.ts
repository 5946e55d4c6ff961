/** Facts about states: one table for all kinds of resources, in whatever letters AWS writes them. */
import { expect, it } from 'vitest'
import { availabilityOf } from '../../src/aws/state.ts'

it.each([
  ['available', 'in-service'],
  ['ACTIVE', 'in-service'],
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html
  ['active', 'in-service'],
  ['active_impaired', 'in-service'],
  ['provisioning', 'transitional'],
  ['failed', 'out-of-service'],
  ['modifying', 'in-service'],
  ['pending', 'transitional'],
  ['pendingAcceptance', 'out-of-service'],
  ['deleting', 'out-of-service'],
  ['on-holiday', 'not-known'],
  [undefined, 'in-service'],
])('%s is %s (R-FLOW-10)', (state, service) => {
  expect(availabilityOf(state)).toBe(service)
})
