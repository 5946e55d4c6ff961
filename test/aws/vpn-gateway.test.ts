/** Facts about virtual private gateways: they carry what they know a prefix for, there and back. */
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

  it('leads on premises for a static route of its VPN, and the answer back (R-VPN-2)', () => {
    expect(ask(shop(['192.168.0.0/16']), 'eni-web', '192.168.7.7', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-default-shop > acl-default-shop > rtb-app > vpn-site > onprem',
      back: 'onprem > vpn-site > vgw-site > acl-default-shop > eni-web',
    })
  })

  it('leads where we cannot see for addresses of the internet and of other VPCs, that may be led on from there (R-DX-1)', () => {
    const network = shop(['0.0.0.0/0']).vpc('other', '10.9.0.0/16')
    for (const address of ['8.8.8.8', '10.9.0.5'])
      expect(ask(network, 'eni-web', address, 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['BEYOND_ON_PREMISES vgw-site'],
      })
  })

  it('knows what it propagates into any table (R-VGW-1)', () => {
    const network = shop()
      .routeTable('learned', { '172.16.0.0/12': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } })
      .with('routeTable', 'rtb-learned', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
    expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443').verdict).toBe('reachable')
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

describe('networks behind a virtual private gateway', () => {
  const open = shop(['192.168.0.0/16']).securityGroup('default-shop', ['tcp 443 from 192.168.0.0/16'])

  it('reach what the receiver lets in, and get their answer by the route there', () => {
    expect(ask(open, 'onprem', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'onprem > vpn-site > vgw-site > acl-default-shop > sg-default-shop > eni-web',
      back: 'eni-web > acl-default-shop > rtb-app > vpn-site > onprem',
      unknowns: [],
    })
    expect(ask(open, 'onprem', 'eni-web', 'tcp 22').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-default-shop inbound',
    ])
    expect(ask(open, '192.168.7.7', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    expect(ask(open, 'eni-web', 'onprem', 'tcp 443').verdict).toBe('reachable')
  })

  it('get no answer where the subnet has no route back', () => {
    const apart = open.subnet('apart', '10.0.2.0/24', { routes: {} }).instance('apart', '10.0.2.10')
    expect(ask(apart, 'onprem', 'eni-apart', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-apart'],
    })
  })

  it('are not there for a VPC that is not theirs', () => {
    const other = open
      .vpc('other', '10.9.0.0/16')
      .securityGroup('open', ['all from 0.0.0.0/0'])
      .subnet('other', '10.9.1.0/24', { routes: {} })
      .instance('other', '10.9.1.10', { groups: ['open'] })
    expect(ask(other, 'onprem', 'eni-other', 'tcp 443').blocked).toEqual([
      'forward NO_WAY_FROM_ON_PREMISES onprem',
      'forward VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS vgw-site',
    ])
  })

  it('depend on a tunnel where none is up (R-VPN-1)', () => {
    const down = open.with('vpnConnection', 'vpn-site', { VgwTelemetry: [{ Status: 'DOWN' }, { Status: 'DOWN' }] })
    for (const [from, to] of [
      ['onprem', 'eni-web'],
      ['eni-web', 'onprem'],
    ] as const)
      expect(ask(down, from, to, 'tcp 443')).toMatchObject({
        verdict: 'conditional',
        conditions: ['VPN_TUNNELS_DOWN vpn-site'],
        assumptions: ['R-VPN-1'],
      })
  })

  const spare = (network: Estate, prefix: string, fields: object = {}): Estate =>
    network.record('vpnConnection', 'vpn-spare', {
      VpnConnectionId: 'vpn-spare',
      VpnGatewayId: 'vgw-site',
      State: 'available',
      Options: { StaticRoutesOnly: true },
      Routes: [{ DestinationCidrBlock: prefix, State: 'available' }],
      VgwTelemetry: [{ Status: 'UP' }],
      ...fields,
    })

  it('go by the VPN that has a tunnel up before the one with the longer prefix (R-VGW-2)', () => {
    const down = open.with('vpnConnection', 'vpn-site', { VgwTelemetry: [{ Status: 'DOWN' }] })
    for (const prefix of ['192.168.0.0/16', '192.0.0.0/8'])
      expect(ask(spare(down, prefix), '192.168.10.1', 'eni-web', 'tcp 443')).toMatchObject({
        verdict: 'reachable',
        forward: 'onprem > vpn-spare > vgw-site > acl-default-shop > sg-default-shop > eni-web',
      })
  })

  it('do not go by somebody whom nobody read, where the VPN that is known is down', () => {
    const shown = open
      .with('vpnConnection', 'vpn-site', { VgwTelemetry: [{ Status: 'DOWN' }] })
      .routeTable('learned', { '192.168.0.0/16': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } })
      .with('routeTable', 'rtb-learned', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
    for (const network of [shown, shown.without('virtualInterface')])
      expect(ask(network, 'onprem', 'eni-web', 'tcp 443').verdict).toBe('conditional')
    const learning = shown.with('vpnConnection', 'vpn-site', { Options: {}, Routes: [] }).without('virtualInterface')
    expect(ask(learning, 'onprem', 'eni-web', 'tcp 443').conditions).toContain('VPN_TUNNELS_DOWN vpn-site')
  })

  it('may go by a route that is on its way to be there (R-FLOW-10)', () => {
    const Routes = [{ DestinationCidrBlock: '192.168.0.0/16', State: 'pending' }]
    const pending = open.with('vpnConnection', 'vpn-site', { Routes })
    expect(ask(pending, 'onprem', 'eni-web', 'tcp 443').unknowns).toEqual(['VGW_CARRIER_UNKNOWN vgw-site'])
    const closed = { StaticRoutesOnly: true, RemoteIpv4NetworkCidr: '10.0.2.0/24' }
    const narrow = open.with('vpnConnection', 'vpn-site', { Routes, Options: closed })
    expect(ask(narrow, 'onprem', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })

  it('are known in all regions where associations of Direct Connect gateways, which have none, were asked for in one', () => {
    const snapshot = open.snapshot()
    const coverage = snapshot.coverage.map((each) =>
      each.kind.startsWith('directConnectGateway') ? { ...each, region: 'eu-west-1' } : each,
    )
    const elsewhere = { snapshot: () => ({ ...snapshot, coverage }) }
    expect(ask(elsewhere, 'onprem', 'eni-web', 'tcp 443')).toMatchObject({ verdict: 'reachable', unknowns: [] })
  })

  it('may be behind a public address, if the gateway has a prefix for it', () => {
    const published = shop(['8.8.8.0/24']).securityGroup('default-shop', ['all from 0.0.0.0/0'])
    expect(ask(published, '8.8.8.8', 'eni-web', 'tcp 443').unknowns).toEqual(['SENDER_UNKNOWN 8.8.8.8'])
    expect(ask(published, '9.9.9.9', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })

  it('depend on the VPN where several know the prefix and one is closed to them', () => {
    const narrow = { Options: { StaticRoutesOnly: true, RemoteIpv4NetworkCidr: '10.0.2.0/24' } }
    expect(ask(spare(open, '192.168.0.0/16', narrow), 'onprem', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['CONNECTION_CHOICE vgw-site'],
    })
  })

  it('may go by a VPN that learned a longer prefix, which nobody has seen (R-VGW-1)', () => {
    const learning = { Options: { RemoteIpv4NetworkCidr: '10.0.2.0/24' }, Routes: [] }
    expect(ask(spare(open, '', learning), '192.168.10.1', 'eni-web', 'tcp 443').verdict).toBe('conditional')
  })

  it('have other sites behind the same gateway, which may be reached by it (R-VPN-4)', () => {
    const sites = spare(open, '172.16.0.0/13')
    expect(() => ask(sites, '192.168.10.1', '172.16.1.1', 'tcp 443')).toThrow('both outside of the estate')
    expect(ask(sites, '192.168.10.1', '172.16.0.0/12', 'tcp 443').unknowns).toEqual(['BEYOND_ON_PREMISES vgw-site'])
  })

  it('are told over a Direct Connect gateway of those blocks of the VPC which allowed prefixes cover (R-DX-2)', () => {
    const direct = (cidr: string): Estate =>
      estate()
        .vpc('shop', ['10.0.0.0/16', '10.1.0.0/16'])
        .vpnGateway('site')
        .securityGroup('default-shop', ['tcp 443 from 192.168.0.0/16'])
        .subnet('app', '10.0.1.0/24', {
          routes: { '192.168.0.0/16': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } },
        })
        .with('routeTable', 'rtb-app', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
        .instance('web', '10.0.1.10')
        .record('directConnectGatewayAssociation', 'dxassoc-site', {
          associationId: 'dxassoc-site',
          directConnectGatewayId: 'dxgw-site',
          associationState: 'associated',
          associatedGateway: { id: 'vgw-site', type: 'virtualPrivateGateway' },
          allowedPrefixesToDirectConnectGateway: [{ cidr }],
        })
    expect(ask(direct('10.0.0.0/16'), 'onprem', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    expect(ask(direct('10.1.0.0/16'), 'onprem', 'eni-web', 'tcp 443').blocked).toEqual([
      'forward DX_PREFIX_NOT_ALLOWED vgw-site',
    ])
  })

  it('pass no tunnel that is restricted to other addresses, on either side (R-VPN-3)', () => {
    const of = (Options: object) =>
      open.with('vpnConnection', 'vpn-site', { Options: { StaticRoutesOnly: true, ...Options } })
    for (const options of [
      { LocalIpv4NetworkCidr: '192.168.8.0/24' },
      { LocalIpv4NetworkCidr: '192.168.7.0/24', RemoteIpv4NetworkCidr: '10.0.2.0/24' },
    ])
      for (const [from, to] of [
        ['192.168.7.7', 'eni-web'],
        ['eni-web', '192.168.7.7'],
      ] as const)
        expect(ask(of(options), from, to, 'tcp 443').blocked).toContain(
          'forward VPN_TRAFFIC_SELECTOR_MISMATCH vpn-site',
        )
    const wide = of({ LocalIpv4NetworkCidr: '192.168.7.0/24', RemoteIpv4NetworkCidr: '10.0.0.0/16' })
    expect(ask(wide, 'onprem', 'eni-web', 'tcp 443').result.flows[0]?.packets[0]?.sources).toEqual(['192.168.7.0/24'])
  })

  it('are led by the edge table of the gateway (R-EDGE-1)', () => {
    const led = open
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('wall', '10.0.8.0/24', { routes: { '0.0.0.0/0': 'vgw-site' } })
      .instance('wall', '10.0.8.5', { groups: ['any'], checked: false })
      .routeTable('edge', { '10.0.1.0/24': 'eni-wall' })
      .with('routeTable', 'rtb-edge', {
        Associations: [{ GatewayId: 'vgw-site', AssociationState: { State: 'associated' } }],
      })
    expect(ask(led, 'onprem', 'eni-web', 'tcp 443').forward).toContain('eni-wall')
  })

  it('may be anybody where nobody read what its VPN learned (R-VGW-1)', () => {
    const learning = open.with('vpnConnection', 'vpn-site', { Options: { StaticRoutesOnly: false }, Routes: [] })
    expect(ask(learning, 'onprem', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ONPREM_ADDRESSES_UNKNOWN vgw-site'],
    })
    expect(ask(learning, 'onprem', 'eni-web', 'tcp 22').verdict).toBe('unreachable')
  })

  it('have no IPv6 over a VPN (R-VGW-5)', () => {
    const learned = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18::/56'])
      .vpnGateway('site', ['192.168.0.0/16'])
      .with('vpnConnection', 'vpn-site', { Options: { StaticRoutesOnly: false } })
      .subnet('app', ['10.0.1.0/24', '2600:1f18::/64'], {
        routes: { 'fd00::/8': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' } },
      })
      .with('routeTable', 'rtb-app', { PropagatingVgws: [{ GatewayId: 'vgw-site' }] })
      .instance('web', ['10.0.1.10', '2600:1f18::10'])
    expect(ask(learned, 'eni-web', 'fd00::1', 'tcp 443').blocked).toEqual(['forward VPN_FAMILY_NOT_CARRIED vgw-site'])
  })
})
