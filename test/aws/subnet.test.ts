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

/** A subnet of which the network ACL lets nothing out. */
const closed = (): Estate =>
  estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0', 'all to 0.0.0.0/0', 'all to ::/0'])
    .networkAcl('closed', ['100 allow all from 0.0.0.0/0', '100 allow all from ::/0'])
    .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: {}, acl: 'closed' })
    .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
    .instance('neighbour', '10.0.1.11', { groups: ['any'] })
    .subnet('db', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { routes: {} })
    .instance('db', '10.0.2.20', { groups: ['any'] })

describe('a subnet whose route table was not read', () => {
  const unread = (network: Estate): Estate => network.losing('routeTable', 'rtb-app')

  it('keeps its neighbours, to whom no route leads (R-FLOW-3)', () => {
    expect(ask(unread(closed()), 'eni-web', 'eni-neighbour', 'tcp 443').verdict).toBe('reachable')
  })

  it('lets nothing out that its network ACL denies, wherever the table leads (R-NACL-4)', () => {
    for (const to of ['eni-db', '8.8.8.8'])
      expect(ask(unread(closed()), 'eni-web', to, 'tcp 443'), to).toMatchObject({
        verdict: 'unreachable',
        blocked: expect.arrayContaining(['forward SUBNET_ACL_RESTRICTION acl-closed outbound']) as unknown,
      })
  })

  it('does not follow the main table of its VPC, where it may have one of its own (R-ROUTE-2)', () => {
    const network = closed()
      .subnet('open', '10.0.3.0/24')
      .instance('open', '10.0.3.10', { groups: ['any'] })
    expect(ask(network, 'eni-open', 'eni-db', 'tcp 443').verdict).toBe('reachable')
    expect(ask(unread(network), 'eni-open', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ROUTE_TABLE_UNKNOWN subnet-open'],
    })
  })

  it.each([
    ['an appliance', (network: Estate) => network.interface('box', '10.0.1.50', { groups: ['any'], checked: false })],
    ['an inspection endpoint', (network: Estate) => network.inspectionEndpoint('wall', '10.0.1.50')],
    ['an interface that was not read', (network: Estate) => network.losing('networkInterface', 'eni-neighbour')],
  ] as const)('may lead past its network ACL to %s in the subnet itself (R-NACL-4)', (_, withIt) => {
    const network = unread(withIt(closed().within('subnet-app')))
    for (const to of ['eni-db', '8.8.8.8'])
      expect(ask(network, 'eni-web', to, 'tcp 443'), to).toMatchObject({
        verdict: 'unknown',
        unknowns: ['ROUTE_TABLE_UNKNOWN subnet-app'],
      })
  })

  it('may lead to a NAT gateway in the subnet, which sends on elsewhere what it translates from IPv6 alone (R-NAT-12, R-FLOW-8)', () => {
    const network = unread(closed().within('subnet-app').natGateway('own', '10.0.1.8', { publicIp: '54.10.0.8' }))
    expect(ask(network, 'eni-web', '64:ff9b::808:808', 'tcp 443').verdict).toBe('unknown')
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
  })
})

describe('a subnet of which a transit gateway is attached, and the route table was not read', () => {
  it('may send back what came in that way, past its network ACL (R-NACL-12)', () => {
    const network = estate()
      .vpc('far', '10.1.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('far', '10.1.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('far', '10.1.1.10', { groups: ['any'] })
      .vpc('hall', '10.0.0.0/16')
      .networkAcl('closed', ['100 allow all from 0.0.0.0/0'])
      .subnet('hall', '10.0.1.0/24', { routes: { '10.1.0.0/16': 'tgw-hub' }, acl: 'closed' })
      .transitGateway('hub')
      .transitGatewayAttachment('far', ['far'])
      .transitGatewayAttachment('hall', ['hall'])
      .transitGatewayRouteTable('hub', {
        associated: ['far', 'hall'],
        propagated: ['far'],
        routes: { '0.0.0.0/0': 'hall' },
      })
    const away = ask(network.losing('routeTable', 'rtb-hall'), 'eni-far', '192.168.0.1', 'tcp 443')
    expect(away).toMatchObject({ verdict: 'unknown', unknowns: ['ROUTE_TABLE_UNKNOWN subnet-hall'] })
  })
})

describe('a route of a subnet to what was not read', () => {
  const out = (target: `${'eni' | 'vpce' | 'nat'}-gone`, destination = '0.0.0.0/0'): Estate =>
    closed().routeTable('app', { [destination]: target })

  it.each([
    ['an interface', 'eni-gone', 'networkInterface', 'eni-db'],
    ['an endpoint', 'vpce-gone', 'vpcEndpoint', undefined],
  ] as const)('may lead to %s in the subnet itself, past its network ACL (R-NACL-4)', (_, target, kind, lost) => {
    const network = lost === undefined ? out(target).without(kind) : out(target).losing(kind, lost)
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: [`UNKNOWN_RESOURCE ${target}`],
    })
    // Where all of the VPC was read it is nowhere in the subnet.
    expect(ask(out(target), 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
  })

  it('may lead to a NAT gateway in the subnet itself, which gets back what it sends on, unless it translated it from IPv6 (R-NAT-12)', () => {
    expect(ask(out('nat-gone').without('natGateway'), 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
    const nat64 = out('nat-gone', '64:ff9b::/96')
    expect(ask(nat64.without('natGateway'), 'eni-web', '64:ff9b::808:808', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNKNOWN_RESOURCE nat-gone'],
    })
    expect(ask(nat64, 'eni-web', '64:ff9b::808:808', 'tcp 443').verdict).toBe('unreachable')
  })

  it('may lead to an instance that is known by its id alone', () => {
    const network = closed().routeTable('app', { '0.0.0.0/0': { InstanceId: 'i-1' } })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unknown')
  })

  it('may lead wherever another takes a packet that a list which was not read does not take (R-ROUTE-10)', () => {
    const network = closed()
      .within('subnet-app')
      .interface('box', '10.0.1.50', { groups: ['any'], checked: false })
      .internetGateway('shop')
      .routeTable('app', { '0.0.0.0/0': 'eni-box', 'pl-1': 'igw-shop' })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ROUTE_DESTINATION_UNKNOWN rtb-app'],
    })
    const far = network.routeTable('app', { '0.0.0.0/0': 'igw-shop', 'pl-1': 'igw-shop' })
    expect(ask(far, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
  })
})
