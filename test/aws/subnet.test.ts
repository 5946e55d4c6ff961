/** Facts about subnets: what leaves one, what is near, and that everything in the way is told. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import { ask } from './ask.ts'

const shop = (): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .instance('neighbour', '10.0.1.11', { groups: ['any'] })
    .subnet('db', '10.0.2.0/24', { zone: 'b', routes: {} })
    .instance('db', '10.0.2.20', { groups: ['any'] })

describe('a subnet that is not in service (R-FLOW-10)', () => {
  it.each([
    ['subnet', 'subnet-web', 'pending', 'unknown'],
    ['subnet', 'subnet-web', 'unavailable', 'unreachable'],
    ['vpc', 'vpc-shop', 'pending', 'unknown'],
  ] as const)('lets nobody send: %s %s %s', (kind, id, State, verdict) => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('web', '10.0.1.0/24', { routes: {} })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .subnet('db', '10.0.2.0/24', { routes: {} })
      .instance('db', '10.0.2.20', { groups: ['any'] })
      .with(kind, id, { State })
    for (const [from, to] of [
      ['eni-web', 'eni-db'],
      ['eni-db', 'eni-web'],
    ] as const)
      expect(ask(network, from, to, 'tcp 443')).toMatchObject({ verdict, assumptions: ['R-FLOW-10'] })
  })
})

describe('a subnet', () => {
  it('reaches every other of its VPC by a router that nobody sees, in whatever zone (R-ADDR-1)', () => {
    expect(ask(shop(), 'eni-web', 'eni-db', 'all')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > acl-default-shop > sg-any > eni-db',
      back: 'eni-db > acl-default-shop > rtb-db > acl-default-shop > eni-web',
    })
  })

  it('has neighbours that no route leads away from each other (R-FLOW-3)', () => {
    const network = shop().routeTable('app', { '10.0.1.0/24': 'blackhole' })
    expect(ask(network, 'eni-web', 'eni-neighbour', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > eni-neighbour',
      back: 'eni-neighbour > eni-web',
    })
  })

  it('is not in the way of an answer that only has to come back (R-FLOW-1)', () => {
    const network = shop()
      .within('vpc-shop')
      .securityGroup('any', ['tcp 443 from 10.0.1.10/32', 'tcp 443 to 10.0.2.20/32'])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-db', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })
})

describe('an answer that something is in the way', () => {
  it('tells all of it in the order of the way, and not the first alone (R-FLOW-2, R-FLOW-4)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('client', ['tcp 22 to 0.0.0.0/0'])
      .securityGroup('server', ['tcp 22 from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: {}, acl: [] })
      .instance('web', '10.0.1.10', { groups: ['client'] })
      .subnet('db', '10.0.2.0/24', { routes: {}, acl: [] })
      .instance('db', '10.0.2.20', { groups: ['server'] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-client outbound',
      'forward SUBNET_ACL_RESTRICTION acl-app outbound',
      'forward SUBNET_ACL_RESTRICTION acl-db inbound',
      'forward ENI_SG_RULES_MISMATCH sg-server inbound',
      'return SUBNET_ACL_RESTRICTION acl-db outbound',
      'return SUBNET_ACL_RESTRICTION acl-app inbound',
    ])
  })
})

describe('subnets whose records overlap (R-ADDR-3)', () => {
  it('cannot both be right, and what lies in both is unknown', () => {
    const network = shop().subnet('twin', '10.0.2.0/25', { routes: {} })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unknown')
  })
})
