/** Facts about networks on premises that are attached to a transit gateway, over VPN or Direct Connect. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import { ask } from './ask.ts'

/** Two VPCs, and offices behind an attachment that has a table of its own. */
const hub = (
  attach: (hub: Estate) => Estate,
  routes: Readonly<Record<string, string>> = { '10.1.0.0/16': 'app' },
): Estate =>
  attach(
    estate()
      .vpc('app', '10.1.0.0/16')
      .subnet('app', '10.1.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .securityGroup('app', ['tcp 443 from 192.168.0.0/16'])
      .instance('app', '10.1.1.10', { groups: ['app'] })
      .vpc('data', '10.2.0.0/16')
      .subnet('data', '10.2.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .securityGroup('data', ['all from 0.0.0.0/0'])
      .instance('data', '10.2.1.10', { groups: ['data'] })
      .transitGateway('hub')
      .transitGatewayAttachment('app', ['app'])
      .transitGatewayAttachment('data', ['data']),
  )
    .transitGatewayRouteTable('vpcs', {
      associated: ['app', 'data'],
      routes: { '192.168.0.0/16': 'office', '172.16.0.0/12': 'office' },
    })
    .transitGatewayRouteTable('sites', { associated: ['office'], routes })

const EVERYTHING_TO_THE_OFFICE = {
  RoutesScope: 'searched',
  Routes: [
    {
      DestinationCidrBlock: '0.0.0.0/0',
      Type: 'static',
      State: 'active',
      TransitGatewayAttachments: [{ TransitGatewayAttachmentId: 'tgw-attach-hub-office', ResourceType: 'vpn' }],
    },
  ],
}

const overVpn = hub((it) => it.transitGatewayVpn('office'))
const overDirectConnect = hub((it) => it.transitGatewayDirectConnect('office', ['10.1.0.0/16']), {
  '10.1.0.0/16': 'app',
  '10.2.0.0/16': 'data',
})

describe.each([
  ['a VPN', overVpn, 'vpn-office'],
  ['Direct Connect', overDirectConnect, 'tgw-attach-hub-office'],
])('networks attached over %s', (_, network, carrier) => {
  it('are reached by a route of the gateway, and answer by the table of their attachment (R-TGW-2)', () => {
    expect(ask(network, 'eni-app', 'onprem', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: `sg-app > acl-default-app > rtb-app > tgw-attach-hub-app > acl-default-app > tgw-rtb-vpcs > ${carrier} > onprem`,
      back: `onprem > ${carrier} > tgw-rtb-sites > tgw-attach-hub-app > eni-app`,
      unknowns: [],
    })
  })

  it('reach what that table has a route for and the receiver lets in', () => {
    expect(ask(network, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({ verdict: 'reachable', unknowns: [] })
    expect(ask(network, 'onprem', 'eni-app', 'tcp 443').result.flows[0]).toMatchObject({
      from: ['onprem'],
      to: ['eni-app'],
      packets: [{ sources: ['192.168.0.0/16'] }],
    })
    expect(ask(network, 'onprem', 'eni-app', 'tcp 22').verdict).toBe('unreachable')
    expect(ask(network, '172.16.1.1', 'eni-app', 'tcp 443').verdict).toBe('unreachable')
  })

  it('are known where they have an address behind the attachment, and nobody elsewhere', () => {
    expect(ask(network, '192.168.3.3', 'eni-app', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, '10.77.0.1', 'eni-data', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['SENDER_UNKNOWN 10.77.0.1'],
    })
  })

  it('may lead on to the internet and to other VPCs, which nobody can tell (R-DX-1)', () => {
    const wide = network.with('transitGatewayRoutes', 'tgw-rtb-vpcs', EVERYTHING_TO_THE_OFFICE)
    for (const address of ['8.8.8.8', '10.2.1.10'])
      expect(ask(wide, 'eni-app', address, 'tcp 443').unknowns).toEqual(['BEYOND_ON_PREMISES tgw-attach-hub-office'])
  })
})

describe('an attachment over a VPN', () => {
  it('has no way to what its table has no route for', () => {
    expect(ask(overVpn, 'onprem', 'eni-data', 'tcp 443').blocked).toEqual([
      'forward NO_WAY_FROM_ON_PREMISES onprem',
      'forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-sites',
    ])
  })

  it('depends on a tunnel where none is up (R-VPN-1)', () => {
    const down = overVpn.with('vpnConnection', 'vpn-office', { VgwTelemetry: [{ Status: 'DOWN' }] })
    expect(ask(down, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['VPN_TUNNELS_DOWN vpn-office'],
    })
  })

  it('may be closed where nobody read the VPN (R-VPN-1)', () => {
    const unread = overVpn.losing('vpnConnection', 'vpn-office')
    expect(ask(unread, 'eni-app', '192.168.1.1', 'tcp 443').unknowns).toEqual([
      'VPN_CONNECTION_UNKNOWN tgw-attach-hub-office',
    ])
    expect(ask(unread, 'onprem', 'eni-app', 'tcp 22').verdict).toBe('unreachable')
  })

  it('is taken to have a tunnel up where nobody read how they are (R-VPN-1)', () => {
    const silent = overVpn.with('vpnConnection', 'vpn-office', { VgwTelemetry: [] })
    expect(ask(silent, 'eni-app', '192.168.1.1', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      assumptions: ['R-VPN-1'],
    })
  })

  it('carries the family of its tunnels', () => {
    const six = overVpn.with('vpnConnection', 'vpn-office', { Options: { TunnelInsideIpVersion: 'ipv6' } })
    expect(ask(six, 'eni-app', '192.168.1.1', 'tcp 443').blocked).toEqual(['forward VPN_FAMILY_NOT_CARRIED vpn-office'])
  })

  it('of which no table of the gateway was read may have anybody behind it', () => {
    const unread = overVpn.losing('transitGatewayRoutes', 'tgw-rtb-vpcs')
    expect(ask(unread, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ONPREM_ADDRESSES_UNKNOWN tgw-attach-hub-office'],
    })
  })
})

describe('an answer to the internet', () => {
  it('does not leave over an attachment: what came from there came by another gateway (R-IGW-7)', () => {
    const wide = overVpn
      .within('vpc-app')
      .internetGateway('app')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('edge', '10.1.2.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('edge', '10.1.2.10', { groups: ['any'], publicIp: '54.10.0.1' })
      .with('transitGatewayRoutes', 'tgw-rtb-vpcs', EVERYTHING_TO_THE_OFFICE)
    expect(ask(wide, '8.8.8.8', 'eni-edge', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_RETURN tgw-attach-hub-office'],
    })
  })
})

describe('an attachment over Direct Connect', () => {
  it('tells networks on premises of the allowed prefixes alone (R-DX-2)', () => {
    expect(ask(overDirectConnect, 'onprem', 'eni-data', 'tcp 443').blocked).toEqual([
      'forward NO_WAY_FROM_ON_PREMISES onprem',
      'forward DX_PREFIX_NOT_ALLOWED tgw-attach-hub-office',
    ])
  })

  it('may tell them of anything where nobody read these', () => {
    const unread = overDirectConnect.losing('directConnectGatewayAssociation', 'dxassoc-office')
    expect(ask(unread, 'onprem', 'eni-data', 'tcp 443').unknowns).toContain(
      'DX_ALLOWED_PREFIXES_UNKNOWN tgw-attach-hub-office',
    )
  })
})

describe('networks behind two connections', () => {
  const two = overVpn.within('vpc-app').vpnGateway('site', ['192.168.0.0/16']).routeTable('unused', {})

  it('take one of them, which is the same where both lead there alike', () => {
    expect(ask(two, 'onprem', 'eni-app', 'tcp 443').verdict).toBe('reachable')
  })

  it('may take that of the shorter prefix, though answers go by the longer (R-TGW-4)', () => {
    const route = (block: string, to: string) => ({
      DestinationCidrBlock: block,
      Type: 'propagated',
      State: 'active',
      TransitGatewayAttachments: [{ TransitGatewayAttachmentId: `tgw-attach-hub-${to}`, ResourceType: 'vpn' }],
    })
    const plant = (leadsTo: Readonly<Record<string, string>>) =>
      hub((it) => it.transitGatewayVpn('office').transitGatewayVpn('plant'))
        .transitGatewayRouteTable('plants', { associated: ['plant'], routes: leadsTo })
        .with('transitGatewayRoutes', 'tgw-rtb-vpcs', {
          RoutesScope: 'searched',
          Routes: [route('192.168.0.0/16', 'office'), route('192.168.8.0/21', 'plant')],
        })
    expect(ask(plant({}), '192.168.9.1', 'eni-app', 'tcp 443').verdict).toBe('reachable')
    expect(ask(plant({}), 'eni-data', '192.168.9.1', 'tcp 443').verdict).toBe('one-way')
    expect(ask(plant({ '10.2.0.0/16': 'data' }), 'eni-data', '192.168.9.1', 'tcp 443').verdict).toBe('reachable')
    expect(ask(plant({ '10.2.0.0/16': 'data' }), '192.168.1.1', 'eni-data', 'tcp 443').verdict).toBe('unreachable')
  })

  it('depend on which they take where it matters', () => {
    const down = two.with('vpnConnection', 'vpn-site', { VgwTelemetry: [{ Status: 'DOWN' }] })
    expect(ask(down, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: expect.arrayContaining(['ON_PREMISES_WAY_CHOICE onprem', 'VPN_TUNNELS_DOWN vpn-site']),
    })
  })
})

describe('an attachment of another type', () => {
  it.each(['connect', 'client-vpn', 'vpn-concentrator'])('leads where we cannot see: %s (R-CVPN-2)', (ResourceType) => {
    const other = overVpn.with('transitGatewayAttachment', 'tgw-attach-hub-office', { ResourceType })
    expect(ask(other, 'eni-app', '192.168.1.1', 'tcp 443').unknowns).toEqual([
      'UNMODELLED_TARGET tgw-attach-hub-office',
    ])
    expect(ask(other, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ONPREM_NOT_MODELLED tgw-attach-hub-office'],
    })
  })
})

describe('a prefix on premises that a VPC has as well', () => {
  const lab = (routes: Readonly<Record<string, string>>): Estate =>
    estate()
      .vpc('lab', '192.168.0.0/16')
      .vpc('app', '10.1.0.0/16')
      .subnet('app', '10.1.1.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .securityGroup('app', ['tcp 443 from 192.168.0.0/16'])
      .instance('app', '10.1.1.10', { groups: ['app'] })
      .transitGateway('hub')
      .transitGatewayAttachment('app', ['app'])
      .transitGatewayVpn('office')
      .transitGatewayRouteTable('all', { associated: ['app', 'office'], propagated: ['app'], routes })

  it('is of both, so that what is sent back to it may end anywhere', () => {
    const twice = lab({ '192.168.0.0/16': 'office' })
    expect(ask(twice, 'onprem', 'eni-app', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['BEYOND_ON_PREMISES tgw-attach-hub-office'],
    })
    expect(ask(twice, '192.168.9.9', 'eni-app', 'tcp 443').verdict).toBe('unknown')
    expect(ask(twice, '192.168.9.9', 'eni-app', 'tcp 22').verdict).toBe('unreachable')
  })

  it('is of the VPC where it is a part of a wider one; who has an address of it nobody knows', () => {
    const wide = lab({ '192.0.0.0/8': 'office' })
    expect(ask(wide, 'onprem', 'eni-app', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(wide, '192.168.9.9', 'eni-app', 'tcp 443').unknowns).toEqual(['SENDER_UNKNOWN 192.168.9.9'])
  })
})
