/** Whom a changed setting concerns, where that is not whom one would think of. */
import { describe, expect, it } from 'vitest'
import { identify } from '../../src/diff/identity.ts'
import { scopesOf } from '../../src/diff/scope.ts'
import { editionOf } from '../../src/diff/settings.ts'
import { diff } from '../../src/index.ts'
import { Network } from '../../src/network/network.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'

describe('an endpoint that names an interface of another VPC as its own', () => {
  const two = estate()
    .vpc('front', '10.1.0.0/16')
    .subnet('wall', '10.1.9.0/24')
    .inspectionEndpoint('look', '10.1.9.5')
    .vpc('shop', '10.2.0.0/16')
    .securityGroup('open', ['tcp 443 from 0.0.0.0/0'])
    .subnet('app', '10.2.1.0/24')
    .instance('app', '10.2.1.10', { groups: ['open'] })
    .subnet('ends', '10.2.2.0/24')
    .interfaceEndpoint('ssm', { ends: '10.2.2.40' }, { groups: ['open'] })
  const snapshot = two.snapshot()
  const ssm = snapshot.resources.find(({ id, kind }) => kind === 'networkInterface' && /ssm/.test(id))!

  it('concerns whoever talks to that interface, of which nobody can tell what it is', () => {
    const ids = ['eni-look', ssm.id]
    const { changes, settings } = diff(
      snapshot,
      two.with('vpcEndpoint', 'vpce-look', { NetworkInterfaceIds: ids }).snapshot(),
      {
        by: 'subnet',
      },
    )
    const told = changes.filter(({ from }) => from === 'subnet-app')
    expect(told.map(({ to, before, after }) => [to, before, after])).toEqual([
      ['aws-services', 'reachable', 'unknown'],
      ['subnet-ends', 'reachable', 'unknown'],
    ])
    expect(told[0]!.causes).toEqual(settings.map(({ id }) => id))
  })
})

describe('a load balancer', () => {
  /** Two services, one of them reached over PrivateLink and behind two load balancers. */
  const services = estate()
    .vpc('provider', '10.0.0.0/16')
    .securityGroup('open', ['tcp 443 from 0.0.0.0/0', 'tcp 8443 from 0.0.0.0/0', 'tcp 9443 from 0.0.0.0/0'])
    .securityGroup('pods', ['tcp 9443 from 10.0.0.0/16'])
    .subnet('edge', '10.0.8.0/24')
    .networkLoadBalancer('outer', {
      nodes: { edge: '10.0.8.10' },
      groups: ['open'],
      listeners: { 'TCP 443': { targets: ['alb-inner'], port: 8443 } },
    })
    .applicationLoadBalancer('inner', {
      nodes: { edge: '10.0.8.20' },
      groups: ['open'],
      listeners: { 'HTTPS 8443': { targets: ['10.0.9.17'], port: 9443 } },
    })
    .networkLoadBalancer('other', {
      nodes: { edge: '10.0.8.30' },
      groups: ['open'],
      listeners: { 'TCP 443': { targets: ['i-other'] } },
    })
    .subnet('nodes', '10.0.9.0/24')
    .instance('node', ['10.0.9.5', '10.0.9.16/28'], { groups: ['pods'] })
    .subnet('others', '10.0.10.0/24')
    .instance('other', '10.0.10.5', { groups: ['open'] })
    .endpointService('score', ['outer'])
    .vpc('consumer', '10.1.0.0/16')
    .subnet('app', '10.1.1.0/24')
    .instance('app', '10.1.1.10', { groups: ['open'] })
    .subnet('ends', '10.1.2.0/24')
    .interfaceEndpoint('score', { ends: '10.1.2.30' }, { service: 'vpce-svc-score', groups: ['open'] })
  const before = services.snapshot()
  const balancer = (name: string): string =>
    before.resources.find(({ kind, id }) => kind === 'loadBalancer' && id.endsWith(`/${name}`))!.id

  const receiversOf = (after: Snapshot): readonly string[] => {
    const { settings } = editionOf(identify(before, after, 'id').before, after, new Set())
    const [scope] = scopesOf([new Network(before), new Network(after)], settings).values()
    return scope!.receivers === 'everybody' ? ['everybody'] : [...scope!.receivers].sort()
  }

  it('is concerned by rules of a target that it sends to in a delegated prefix (R-ADDR-9), over whatever stands between', () => {
    const after = services.with('securityGroup', 'sg-pods', { IpPermissions: [] }).snapshot()
    expect(receiversOf(after)).toEqual([
      'aws-services',
      'eni-inner-edge',
      'eni-node',
      'eni-outer-edge',
      'eni-score-ends',
    ])
    expect(diff(before, after, { by: 'interface' }).changes.map(({ from, to }) => [from, to])).toContainEqual([
      'eni-app',
      'eni-score-ends',
    ])
  })

  it('is concerned by its own listeners, and whoever sends to it by them', () => {
    const listener = before.resources.find(
      ({ kind, raw }) => kind === 'listener' && raw.LoadBalancerArn === balancer('inner'),
    )!
    expect(receiversOf(services.with('listener', listener.id, { Port: 8444 }).snapshot())).toEqual([
      'aws-services',
      'eni-inner-edge',
      'eni-outer-edge',
      'eni-score-ends',
    ])
  })

  it('is not concerned by targets of others', () => {
    const health = before.resources.find(
      ({ kind, raw }) =>
        kind === 'targetHealth' && raw.TargetHealthDescriptions?.some(({ Target }) => Target.Id === 'i-other'),
    )!
    const after = services.with('targetHealth', health.id, { TargetHealthDescriptions: [] }).snapshot()
    expect(receiversOf(after)).toEqual(['eni-other-edge'])
  })

  it('is concerned by which service it is of as little as its targets are: only endpoints of the service', () => {
    const after = services
      .with('vpcEndpointServiceConfiguration', 'vpce-svc-score', { NetworkLoadBalancerArns: [balancer('other')] })
      .snapshot()
    expect(receiversOf(after)).toEqual(['aws-services', 'eni-score-ends'])
  })
})
