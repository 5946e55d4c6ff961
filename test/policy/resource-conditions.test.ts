/** What a selector takes of resources that are no interfaces. */
import { describe, expect, it } from 'vitest'
import { Network } from '../../src/network/network.ts'
import { parsePolicy } from '../../src/policy/policy-file.ts'
import { takesResource } from '../../src/policy/resource-conditions.ts'
import { estate } from '../build.ts'

const policy = parsePolicy(
  `version: 1
rules: [{ id: a, deny: { from: internet, to: private } }]
exceptions:
  - { id: EX, rule: a, from: { "tag:team": "re*" }, reason: agreed, owner: red, expires: 2099-01-01 }
`,
  'ztnet.yaml',
)
const [{ from: selector }] = policy.exceptions as unknown as readonly [
  { readonly from: Parameters<typeof takesResource>[0] },
]

describe('a tag', () => {
  const built = estate()
    .vpc('shop', '10.0.0.0/16')
    .record('dbInstance', 'orders', { DBInstanceIdentifier: 'orders', TagList: [{ Key: 'team', Value: 'red' }] })
    .record('dbInstance', 'billing', { DBInstanceIdentifier: 'billing', TagList: [{ Key: 'team', Value: 'blue' }] })
    .record('eksCluster', 'ops', { name: 'ops', tags: { team: 'red' } })
    .tagged('vpc-shop', { team: 'red' })
  const network = new Network(built.snapshot())

  it.each([
    ['orders', true],
    ['billing', false],
    ['ops', true],
    ['vpc-shop', true],
  ])('takes a resource in whichever way its service writes it: %s %s', (id, takes) => {
    expect(takesResource(selector, network.find(id)!, network, policy)).toBe(takes)
  })
})
