/** Facts about route tables: which table a subnet uses, and which route takes a destination. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { Routes } from '../build/network.ts'
import { ask } from './ask.ts'

/** A client whose subnet has these routes; a server in another subnet. */
const shop = (routes: Routes, blocks: string | readonly string[] = '10.0.0.0/16'): Estate =>
  estate()
    .vpc('shop', blocks)
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('app', '10.0.0.0/24', { routes })
    .instance('web', '10.0.0.10', { groups: ['any'], publicIp: '54.10.0.1' })
    .subnet('db', '10.0.1.0/24', { routes: {} })
    .instance('db', '10.0.1.20', { groups: ['any'] })

/** The route that took the packet. */
const routeOf = (network: Estate, to: string): string | undefined =>
  ask(network, 'eni-web', to, 'tcp 443').result.witness?.forward.find(({ stage }) => stage === 'route')?.rule

describe('the route table of a subnet', () => {
  it('is the one it is associated with, else the main table of its VPC (R-ROUTE-1)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop' })
      .subnet('lone', '10.0.2.0/24')
      .instance('lone', '10.0.2.10', { groups: ['any'], publicIp: '54.10.0.2' })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > igw-shop > internet',
    })
    expect(ask(network, 'eni-lone', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-main-shop'],
    })
  })

  it('that nobody read leaves it unknown (R-ROUTE-1)', () => {
    expect(ask(shop({}).without('routeTable'), 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ROUTE_TABLE_UNKNOWN subnet-app'],
    })
  })

  it('keeps the families apart: 0.0.0.0/0 says nothing about IPv6 (R-ROUTE-3)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .subnet('app', ['10.0.0.0/24', '2600:1f18:1:1::/64'], { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', ['10.0.0.10', '2600:1f18:1:1::10'], { publicIp: '54.10.0.1' })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').blocked).toContain(
      'forward NO_ROUTE_TO_DESTINATION rtb-app',
    )
  })
})

describe('local', () => {
  it('vector 8: is not overridden by a propagated route, even a more specific one (R-ROUTE-6, R-VGW-4)', () => {
    const network = shop({ '10.0.1.0/24': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } }).vpnGateway(
      'site',
      ['10.0.1.0/24'],
    )
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > acl-default-shop > sg-any > eni-db',
    })
    expect(routeOf(network, 'eni-db')).toBe('10.0.0.0/16 -> local')
  })

  it('vector 9: is overridden by a static route to an inspection endpoint (R-ROUTE-7)', () => {
    const network = shop({ '10.0.1.0/24': 'vpce-inspect' })
      .subnet('inspect', '10.0.9.0/28', { routes: {} })
      .inspectionEndpoint('inspect', '10.0.9.5')
      .routeTable('db', { '10.0.0.0/24': 'vpce-inspect' })
    expect(routeOf(network, 'eni-db')).toBe('10.0.1.0/24 -> vpce-inspect')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      forward:
        'sg-any > acl-default-shop > rtb-app > acl-default-shop > vpce-inspect > ' +
        'acl-default-shop > rtb-inspect > acl-default-shop > sg-any > eni-db',
      back:
        'eni-db > acl-default-shop > rtb-db > acl-default-shop > vpce-inspect > ' +
        'acl-default-shop > rtb-inspect > acl-default-shop > eni-web',
      conditions: ['PATH_THROUGH_GWLB_NOT_CHECKED vpce-inspect'],
      assumptions: ['R-NACL-17'],
    })
  })

  it('may itself be led to a middlebox, and then all but neighbours go there (R-ROUTE-8)', () => {
    const network = shop({ '10.0.0.0/16': 'eni-box' })
      .routeTable('db', { '10.0.0.0/16': 'eni-box' })
      .within('subnet-app')
      .instance('neighbour', '10.0.0.11', { groups: ['any'] })
      .subnet('box', '10.0.9.0/28', { routes: {} })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
    expect(routeOf(network, 'eni-db')).toBe('10.0.0.0/16 -> eni-box')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').conditions).toEqual(['MIDDLEBOX_DECIDES eni-box'])
    expect(ask(network, 'eni-web', 'eni-neighbour', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > eni-neighbour',
    })
  })

  it('vector 53: covers every block of the VPC, and no block that is not associated (R-ADDR-4)', () => {
    const network = shop({}, ['10.0.0.0/16', '100.64.0.0/20'])
      .subnet('more', '100.64.1.0/24', { routes: {} })
      .instance('more', '100.64.1.20', { groups: ['any'] })
    expect(routeOf(network, 'eni-more')).toBe('100.64.0.0/20 -> local')
    expect(ask(network, 'eni-web', 'eni-more', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > acl-default-shop > sg-any > eni-more',
    })
  })
})

describe('among the routes that cover a destination', () => {
  it('the longest prefix wins, whatever its kind (R-ROUTE-3, R-ROUTE-5)', () => {
    const network = shop({
      '0.0.0.0/0': 'igw-shop',
      '8.0.0.0/8': 'blackhole',
      '8.8.0.0/16': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' },
      '8.8.8.0/24': 'igw-shop',
    }).vpnGateway('site', ['8.8.0.0/16'])
    expect(routeOf(network, '9.9.9.9')).toBe('0.0.0.0/0 -> igw-shop')
    expect(routeOf(network, '8.8.8.8')).toBe('8.8.8.0/24 -> igw-shop')
    expect(ask(network, 'eni-web', '8.8.4.4', 'tcp 443').unknowns).toEqual(['BEYOND_ON_PREMISES vgw-site'])
    expect(ask(network, 'eni-web', '8.7.7.7', 'tcp 443').blocked[0]).toBe('forward BAD_STATE_ROUTE rtb-app')
  })

  it('vector 10: of equal prefixes the static one goes before the propagated (R-ROUTE-4, R-ROUTE-16)', () => {
    const propagated = {
      DestinationCidrBlock: '8.8.8.0/24',
      GatewayId: 'vgw-site',
      Origin: 'EnableVgwRoutePropagation',
      State: 'active',
    }
    const fixed = { DestinationCidrBlock: '8.8.8.0/24', GatewayId: 'igw-shop', Origin: 'CreateRoute', State: 'active' }
    const local = {
      DestinationCidrBlock: '10.0.0.0/16',
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    }
    const network = shop({}).vpnGateway('site', ['8.8.8.0/24'])
    for (const Routes of [
      [local, fixed, propagated],
      [local, propagated, fixed],
    ])
      expect(ask(network.with('routeTable', 'rtb-app', { Routes }), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'reachable',
        forward: 'sg-any > acl-default-shop > rtb-app > igw-shop > internet',
        assumptions: ['R-ROUTE-16'],
      })
  })

  it('vector 11: a longer entry of a prefix list goes before a broader static route (R-ROUTE-5)', () => {
    const network = shop({ '8.8.0.0/16': 'blackhole', 'pl-dns': 'igw-shop' }).prefixList('dns', ['8.8.8.0/24'])
    expect(routeOf(network, '8.8.8.8')).toBe('pl-dns (dns) -> igw-shop')
    expect(ask(network, 'eni-web', '8.8.4.4', 'tcp 443').verdict).toBe('unreachable')
  })

  it('of equal prefixes a static one goes before that of a list (R-ROUTE-4)', () => {
    const network = shop({ '8.8.8.0/24': 'igw-shop', 'pl-dns': 'eni-db' }).prefixList('dns', ['8.8.8.0/24'])
    expect(routeOf(network, '8.8.8.8')).toBe('8.8.8.0/24 -> igw-shop')
  })

  describe('vector 12: two lists with one entry and different targets leave it to AWS (R-ROUTE-9)', () => {
    const lists = (target: 'igw-shop' | 'eni-db'): Estate =>
      shop({ 'pl-one': 'igw-shop', 'pl-two': target })
        .prefixList('one', ['8.8.8.0/24', '9.9.9.9/32'])
        .prefixList('two', ['8.8.8.0/24'])

    it('and the verdict depends on which it picks', () => {
      const answer = ask(lists('eni-db'), 'eni-web', '8.8.8.8', 'tcp 443')
      expect(answer).toMatchObject({
        verdict: 'conditional',
        conditions: ['AMBIGUOUS_PREFIX_LIST rtb-app'],
        blocked: ['forward ENI_SOURCE_DEST_CHECK_RESTRICTION eni-db'],
      })
    })

    it('unless both lead to the same', () => {
      expect(ask(lists('igw-shop'), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'reachable',
        conditions: [],
      })
    })

    it('however long their prefixes are', () => {
      const network = shop({ 'pl-wide': 'igw-shop', 'pl-narrow': 'eni-db', '8.8.4.0/22': 'blackhole' })
        .prefixList('wide', ['8.8.0.0/16'])
        .prefixList('narrow', ['8.8.8.0/24', '8.8.4.0/24'])
      expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'conditional',
        conditions: ['AMBIGUOUS_PREFIX_LIST rtb-app'],
      })
      // A static route stands between the two.
      expect(ask(network, 'eni-web', '8.8.4.4', 'tcp 443').blocked).toEqual([
        'forward ENI_SOURCE_DEST_CHECK_RESTRICTION eni-db',
      ])
    })

    it('and has no say where only one list has the entry', () => {
      expect(ask(lists('eni-db'), 'eni-web', '9.9.9.9', 'tcp 443').verdict).toBe('reachable')
    })

    it('and does not matter where both fail', () => {
      const network = shop({ 'pl-one': 'blackhole', 'pl-two': 'eni-db' })
        .prefixList('one', ['8.8.8.0/24'])
        .prefixList('two', ['8.8.8.0/24'])
      expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward BAD_STATE_ROUTE rtb-app', 'forward ENI_SOURCE_DEST_CHECK_RESTRICTION eni-db'],
      })
    })
  })

  it('vector 13: a blackhole takes part, and nothing falls through to a shorter prefix (R-ROUTE-11)', () => {
    const network = shop({ '8.8.0.0/16': 'igw-shop', '8.8.8.0/24': 'blackhole' })
    expect(ask(network, 'eni-web', '8.8.4.4', 'tcp 443').verdict).toBe('reachable')
    const { result, ...answer } = ask(network, 'eni-web', '8.8.8.8', 'tcp 443')
    expect(answer).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-app',
      blocked: ['forward BAD_STATE_ROUTE rtb-app'],
    })
    expect(result.blocked[0]?.rule).toBe('8.8.8.0/24 -> blackhole')
  })

  it('one that is filtered is not there (R-ROUTE-12)', () => {
    const filtered = { GatewayId: 'vgw-site', State: 'filtered', Origin: 'Advertisement' }
    const network = shop({ '0.0.0.0/0': 'igw-shop', '8.8.8.0/24': filtered }).vpnGateway('site')
    expect(routeOf(network, '8.8.8.8')).toBe('0.0.0.0/0 -> igw-shop')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').assumptions).toEqual(['R-ROUTE-12'])
    expect(ask(network, 'eni-web', '9.9.9.9', 'tcp 443').assumptions).toEqual([])
  })

  it('one of a Route Server ranks below a static one, by our decision (R-ROUTE-21)', () => {
    const advertised = { NetworkInterfaceId: 'eni-box', Origin: 'Advertisement' }
    const network = shop({ '0.0.0.0/0': 'igw-shop', '8.8.8.0/24': advertised })
      .routeTable('box', { '0.0.0.0/0': 'igw-shop' })
      .subnet('box', '10.0.9.0/28', { table: 'box' })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').assumptions).toEqual(['R-ENI-2', 'R-NAT-17', 'R-ROUTE-21'])
    expect(ask(network, 'eni-web', '9.9.9.9', 'tcp 443').assumptions).toEqual([])
  })

  it('one to a list whose entries nobody read may take anything outside the VPC (R-ROUTE-10)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop', 'pl-dns': 'eni-db' })
      .prefixList('dns', ['8.8.8.0/24'])
      .without('managedPrefixListEntries')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ROUTE_DESTINATION_UNKNOWN rtb-app'],
    })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
  })

  it('one to a list without entries takes nothing, as the file of a snapshot tells it too (R-ROUTE-10)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop', 'pl-none': 'eni-db' })
      .prefixList('none', [])
      .with('managedPrefixListEntries', 'pl-none', { Entries: undefined })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
  })

  it('one to such a list takes nothing from a static route to the very address, nor of another family (R-ROUTE-4, R-ROUTE-3)', () => {
    const network = shop({ '8.8.8.8/32': 'igw-shop', '::/0': 'igw-shop', 'pl-dns': 'eni-db' })
      .prefixList('dns', ['8.8.8.0/24'])
      .without('managedPrefixListEntries')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').unknowns).toEqual([])
  })
})

describe('a route', () => {
  it.each([
    ['a carrier gateway', 'cagw-1', 'UNMODELLED_TARGET cagw-1'],
    ['a local gateway', 'lgw-1', 'UNMODELLED_TARGET lgw-1'],
    [
      'a core network',
      'arn:aws:networkmanager::1:core-network/c',
      'UNMODELLED_TARGET arn:aws:networkmanager::1:core-network/c',
    ],
    ['an interface that was not read', 'eni-gone', 'UNKNOWN_RESOURCE eni-gone'],
    ['a peering that was not read', 'pcx-gone', 'UNKNOWN_RESOURCE pcx-gone'],
    ['a NAT gateway that was not read', 'nat-gone', 'UNKNOWN_RESOURCE nat-gone'],
    ['a transit gateway that was not read', 'tgw-gone', 'UNKNOWN_RESOURCE tgw-gone'],
  ] as const)('to %s leaves it unknown (R-ROUTE-13)', (_, target, unknown) => {
    expect(ask(shop({ '0.0.0.0/0': target }), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: [unknown],
    })
  })

  it('without a destination may take whatever is not local', () => {
    const network = shop({}).with('routeTable', 'rtb-app', { Routes: [{ GatewayId: 'igw-shop', State: 'active' }] })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').unknowns).toEqual(['ROUTE_DESTINATION_UNKNOWN rtb-app'])
  })

  it('to a target of a kind that we do not know leaves it unknown (R-ROUTE-13)', () => {
    const network = shop({ '0.0.0.0/0': { GatewayId: 'zzz-new' } })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').unknowns).toEqual(['UNMODELLED_TARGET zzz-new'])
  })

  it('of IPv6 to a NAT gateway, or of IPv4 to an egress-only gateway, leads nowhere (R-ROUTE-24)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .egressOnlyInternetGateway('shop')
      .subnet('public', ['10.0.0.0/24'], { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], {
        routes: { '::/0': 'nat-shop', '0.0.0.0/0': 'eigw-shop' },
      })
      .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'])
    for (const to of ['8.8.8.8', '2606:4700::1111'])
      expect(ask(network, 'eni-web', to, 'tcp 443').blocked).toEqual(['forward BAD_STATE_ROUTE rtb-app'])
  })
})

describe('routes that lead in a circle', () => {
  it('are a drop that says so (R-FLOW-8)', () => {
    const network = shop({ '192.0.2.0/24': 'eni-box' })
      .subnet('box', '10.0.9.0/28', { routes: { '192.0.2.0/24': 'eni-other' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
      .subnet('other', '10.0.9.16/28', { routes: { '192.0.2.0/24': 'eni-box' } })
      .instance('other', '10.0.9.20', { groups: ['any'], checked: false })
    const { verdict, blocked } = ask(network, 'eni-web', '192.0.2.7', 'tcp 443')
    expect(verdict).toBe('unreachable')
    expect(blocked.map((each) => each.split(' ')[1])).toEqual(['ROUTE_LOOP'])
  })
})
