/** Where in a picture a resource is shown. */
import { describe, expect, it } from 'vitest'
import { Network } from '../../src/network/network.ts'
import { whereaboutsOf } from '../../src/scene/whereabouts.ts'
import { estate } from '../build.ts'

describe('a load balancer', () => {
  const shop = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.0.0/24')
    .instance('api', '10.0.0.10')
    .subnet('public', '10.0.1.0/24')
    .applicationLoadBalancer('front', { nodes: { public: '10.0.1.20' }, listeners: {} })
  const { id } = shop.snapshot().resources.find(({ kind }) => kind === 'loadBalancer')!
  const words = `ELB ${id.split(':loadbalancer/')[1]}`

  it('is where its first node is, and not where somebody calls an interface of his own one (R-ENI-6)', () => {
    const forged = shop.with('networkInterface', 'eni-api', { Description: words })
    for (const network of [shop, forged].map((each) => new Network(each.snapshot())))
      expect(whereaboutsOf(network, id)).toContain('subnet-public')
  })
})
