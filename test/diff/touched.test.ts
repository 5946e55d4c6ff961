/** In which VPCs a changed setting makes a difference to what stages do. */
import { describe, expect, it } from 'vitest'
import { editionOf } from '../../src/diff/settings.ts'
import { touchedBy } from '../../src/diff/touched.ts'
import { Network } from '../../src/network/network.ts'
import { type Estate, estate } from '../build.ts'

const touchedBetween = (before: Estate, after: Estate): readonly string[] | undefined => {
  const [old, young] = [before.snapshot(), after.snapshot()]
  const touched = touchedBy([new Network(old), new Network(young)], editionOf(old, young).settings)
  return touched && [...touched].sort()
}

describe('the groups of a load balancer', () => {
  const provider = estate()
    .vpc('provider', '10.9.0.0/16')
    .securityGroup('front', ['tcp 443 from 10.0.0.0/8'])
    .subnet('front', '10.9.0.0/24')
    .instance('api', '10.9.0.10')
    .networkLoadBalancer('front', {
      nodes: { front: '10.9.0.50' },
      groups: ['front'],
      listeners: { 'TCP 443': { targets: ['i-api'] } },
    })
    .endpointService('api', ['front'])
    .vpc('bystander', '10.8.0.0/16')
    .subnet('bystander', '10.8.0.0/24')
  const consumer = provider
    .vpc('consumer', '10.1.0.0/16')
    .subnet('consumer', '10.1.0.0/24')
    .interfaceEndpoint('api', { consumer: '10.1.0.40' }, { service: 'vpce-svc-api' })
  const closed = (network: Estate): Estate => network.with('securityGroup', 'sg-front', { IpPermissions: [] })

  it('are asked in its own VPC, and where an endpoint of its service is (R-VPCE-8)', () => {
    expect(touchedBetween(provider, closed(provider))).toEqual(['vpc-provider'])
    expect(touchedBetween(consumer, closed(consumer))).toEqual(['vpc-consumer', 'vpc-provider'])
  })

  it('may be asked anywhere where nobody knows which VPC such an endpoint is in', () => {
    const lost = consumer.with('vpcEndpoint', 'vpce-api', { VpcId: undefined })
    expect(touchedBetween(lost, closed(lost))).toBeUndefined()
  })

  it('are asked where an endpoint is of its service in one of the two networks alone', () => {
    const other = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/other/1'
    const before = consumer.with('vpcEndpointServiceConfiguration', 'vpce-svc-api', {
      NetworkLoadBalancerArns: [other],
    })
    const [old, young] = [before.snapshot(), closed(consumer).snapshot()]
    const ofGroup = editionOf(old, young).settings.filter(({ kind }) => kind === 'securityGroup')
    const first = new Network(old)
    // The second has its endpoints in common with the first, and another service.
    const touched = touchedBy([first, new Network(young, first)], ofGroup)
    expect([...touched!].sort()).toEqual(['vpc-consumer', 'vpc-provider'])
  })
})
