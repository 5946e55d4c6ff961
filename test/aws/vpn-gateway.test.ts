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

  it('whose VPNs nobody read may know anything (R-VGW-1)', () => {
    expect(ask(shop().without('vpnConnection'), 'eni-web', '172.16.0.1', 'tcp 443').verdict).toBe('unknown')
  })
})

describe('what is on premises', () => {
  it('is not in the configuration of AWS', () => {
    for (const [from, to] of [
      ['onprem', 'eni-web'],
      ['eni-web', 'onprem'],
    ] as const)
      expect(ask(shop(['192.168.0.0/16']), from, to, 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['ONPREM_NOT_MODELLED onprem'],
      })
  })
})
