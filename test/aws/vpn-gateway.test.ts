/** Facts about virtual private gateways: they send where they know a prefix, and what lies behind them AWS does not say. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import { ask } from './ask.ts'

const shop = (prefixes: readonly string[] = []): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .vpnGateway('site', prefixes)
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'vgw-site' } })
    .instance('web', '10.0.1.10')

describe('a virtual private gateway', () => {
  it('vector 50: drops what it knows no prefix for, however wide the route of the subnet (R-VGW-1)', () => {
    for (const network of [shop(), shop(['192.168.0.0/16'])])
      expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        forward: 'sg-default-shop > acl-default-shop > rtb-app > vgw-site',
        blocked: ['forward VGW_NO_ROUTE vgw-site'],
      })
  })

  it('leads to where we cannot see for a static route of its VPN (R-VPN-2)', () => {
    expect(ask(shop(['192.168.0.0/16']), 'eni-web', '192.168.7.7', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNMODELLED_TARGET vgw-site'],
    })
  })

  it('knows what it propagates into any table (R-VGW-1)', () => {
    const network = shop()
      .routeTable('learned', { '172.16.0.0/12': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } })
      .with('routeTable', 'rtb-learned', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
    expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443').unknowns).toEqual(['UNMODELLED_TARGET vgw-site'])
    expect(ask(network, 'eni-web', '192.168.7.7', 'tcp 443').blocked).toEqual(['forward VGW_NO_ROUTE vgw-site'])
  })

  it('whose VPN learns by BGP, and shows nothing of it, may know anything (R-VGW-1)', () => {
    const network = shop(['192.168.0.0/16']).with('vpnConnection', 'vpn-site', {
      Options: { StaticRoutesOnly: false },
      Routes: [],
    })
    expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['VGW_ROUTES_UNKNOWN vgw-site'],
    })
  })

  it('may know anything by a second VPN that learns by BGP, unless a table shows what it learned (R-VGW-1)', () => {
    const network = shop(['192.168.0.0/16']).record('vpnConnection', 'vpn-bgp', {
      VpnConnectionId: 'vpn-bgp',
      VpnGatewayId: 'vgw-site',
      State: 'available',
      Options: { StaticRoutesOnly: false },
    })
    expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443').unknowns).toEqual(['VGW_ROUTES_UNKNOWN vgw-site'])
    const shown = network
      .routeTable('learned', { '192.168.0.0/16': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } })
      .with('routeTable', 'rtb-learned', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
    expect(ask(shown, 'eni-web', '172.16.0.1', 'tcp 443').blocked).toEqual(['forward VGW_NO_ROUTE vgw-site'])
  })

  it.each([
    [
      'virtualInterface',
      { virtualInterfaceId: 'dxvif-1', virtualInterfaceType: 'private', virtualGatewayId: 'vgw-site' },
    ],
    ['directConnectGatewayAssociation', { associationId: 'dxassoc-1', associatedGateway: { id: 'vgw-site' } }],
  ] as const)('may know anything by Direct Connect: %s (R-VGW-1, R-DX-3)', (kind, raw) => {
    const [id = ''] = Object.values(raw) as string[]
    expect(ask(shop().record(kind, id, raw), 'eni-web', '172.16.0.1', 'tcp 443').unknowns).toEqual([
      'VGW_ROUTES_UNKNOWN vgw-site',
    ])
  })

  it.each(['vpnConnection', 'virtualInterface', 'directConnectGatewayAssociation'] as const)(
    'may know anything where nobody read who could teach it: %s (R-VGW-1)',
    (kind) => {
      expect(ask(shop().without(kind), 'eni-web', '172.16.0.1', 'tcp 443').verdict).toBe('unknown')
    },
  )

  it.each([
    ['the gateway', 'vpnGateway', 'vgw-site', { State: 'deleted' }, 'BAD_STATE vgw-site'],
    [
      'its attachment',
      'vpnGateway',
      'vgw-site',
      { VpcAttachments: [{ VpcId: 'vpc-shop', State: 'detached' }] },
      'BAD_STATE_ATTACHMENT vgw-site',
    ],
    ['its VPN', 'vpnConnection', 'vpn-site', { State: 'deleted' }, 'VGW_NO_ROUTE vgw-site'],
  ] as const)('is no way out where %s is gone (R-FLOW-10)', (_, kind, id, fields, blocker) => {
    const network = shop(['192.168.0.0/16']).with(kind, id, fields)
    expect(ask(network, 'eni-web', '192.168.7.7', 'tcp 443').blocked).toEqual([`forward ${blocker}`])
  })

  it('carries nothing that comes through its VPC (R-VGW-3)', () => {
    const network = shop(['192.168.0.0/16'])
      .subnet('door', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'vgw-site' } })
      .vpc('spoke', '10.1.0.0/16')
      .subnet('spoke', '10.1.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('spoke', '10.1.1.10')
      .subnet('spoke-door', '10.1.9.0/28', { routes: {} })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['door'])
      .transitGatewayAttachment('spoke', ['spoke-door'])
      .transitGatewayRouteTable('hub', {
        associated: ['shop', 'spoke'],
        propagated: ['shop', 'spoke'],
        routes: { '0.0.0.0/0': 'shop' },
      })
    expect(ask(network, 'eni-spoke', '192.168.7.7', 'tcp 443').blocked).toEqual([
      'forward VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS vgw-site',
    ])
  })

  it('does not get answers to what came from the internet (R-IGW-7)', () => {
    const network = shop(['0.0.0.0/0'])
      .internetGateway('shop')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .instance('api', '10.0.1.11', { groups: ['any'], publicIp: '54.10.0.1' })
    expect(ask(network, '8.8.8.8', 'eni-api', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_RETURN vgw-site'],
    })
  })
})

describe('what is on premises', () => {
  it('is not in the configuration of AWS', () => {
    const open = shop(['192.168.0.0/16']).securityGroup('default-shop', ['tcp 443 from 192.168.0.0/16'])
    for (const [from, to] of [
      ['onprem', 'eni-web'],
      ['eni-web', 'onprem'],
    ] as const)
      expect(ask(open, from, to, 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['ONPREM_NOT_MODELLED onprem'],
      })
  })
})
