/** Facts about interfaces as route targets (appliances, NAT instances) and about inspection endpoints: what they do with packets is
 *  not in the configuration of AWS, and identity is lost in them. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { InterfaceOptions } from '../build/interface.ts'
import type { GroupRule } from '../build/rules.ts'
import { ask } from './ask.ts'

/** Two subnets with more-specific routes to each other through an appliance in a third. */
const shop = (server: readonly GroupRule[], box: InterfaceOptions = {}, boxed = true): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('client', [])
    .securityGroup('server', server)
    .securityGroup('box', ['all from 10.0.0.0/16'])
    .subnet('app', '10.0.1.0/24', { routes: boxed ? { '10.0.2.0/24': 'eni-box' } : {} })
    .instance('web', '10.0.1.10', { groups: ['client'] })
    .subnet('db', '10.0.2.0/24', { routes: boxed ? { '10.0.1.0/24': 'eni-box' } : {} })
    .instance('db', '10.0.2.20', { groups: ['server'] })
    .subnet('box', '10.0.9.0/28', { routes: {} })
    .instance('box', '10.0.9.5', { groups: ['box'], checked: false, ...box })

describe('an appliance on the way', () => {
  it('vector 6: takes away the identity that a security group reference needs (R-SG-11)', () => {
    const referring: GroupRule[] = ['all from sg-client']
    expect(ask(shop(referring, {}, false), 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
    expect(ask(shop(referring), 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-default-shop > eni-box > sg-box > eni-box > sg-box > ' +
        'acl-default-shop > rtb-box > acl-default-shop > sg-server',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED eni-box'],
    })
  })

  it('vector 6: also for members of one group that lets them talk (R-SG-11)', () => {
    const network = shop([])
      .securityGroup('peers', ['all from sg-peers'])
      .with('networkInterface', 'eni-web', { Groups: [{ GroupId: 'sg-peers' }] })
      .with('networkInterface', 'eni-db', { Groups: [{ GroupId: 'sg-peers' }] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
  })

  it('vector 7: with a rule by address makes it depend on the appliance (R-ENI-2)', () => {
    expect(ask(shop(['tcp 443 from 10.0.1.0/24']), 'eni-web', 'eni-db', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'conditional',
      back:
        'eni-db > acl-default-shop > rtb-db > acl-default-shop > eni-box > ' +
        'acl-default-shop > rtb-box > acl-default-shop > eni-web',
      conditions: ['MIDDLEBOX_DECIDES eni-box'],
      assumptions: ['R-ENI-2'],
      blocked: [],
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.2.20:443',
    })
  })

  it('vector 49: that checks source and destination drops what is not addressed to it (R-ENI-1, R-ENI-2)', () => {
    const network = shop(['tcp 443 from 10.0.1.0/24'], { checked: true })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-default-shop > eni-box',
      blocked: ['forward ENI_SOURCE_DEST_CHECK_RESTRICTION eni-box'],
    })
    expect(ask(network, 'eni-web', '10.0.9.5', 'tcp 443').verdict).toBe('reachable')
  })

  it('checks them where nobody read whether it does, as AWS sets it up, and the answer says so (R-ENI-1)', () => {
    const checking = (SourceDestCheck: boolean | undefined) =>
      ask(
        shop(['tcp 443 from 10.0.1.0/24']).with('networkInterface', 'eni-box', { SourceDestCheck }),
        'eni-web',
        'eni-db',
        'tcp 443',
      )
    const blocked = ['forward ENI_SOURCE_DEST_CHECK_RESTRICTION eni-box']
    expect(checking(undefined)).toMatchObject({ verdict: 'unreachable', blocked, assumptions: ['R-ENI-1'] })
    expect(checking(true)).toMatchObject({ verdict: 'unreachable', blocked, assumptions: [] })
  })

  it('has its own groups judge both legs (R-NAT-17)', () => {
    const closedIn = shop(['all from 0.0.0.0/0']).securityGroup('box', ['tcp 22 from 10.0.0.0/16'])
    expect(ask(closedIn, 'eni-web', 'eni-db', 'tcp 443').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-box inbound',
    ])
    const closedOut = shop(['all from 0.0.0.0/0']).securityGroup('box', ['all from 0.0.0.0/0', 'tcp 22 to 0.0.0.0/0'])
    expect(ask(closedOut, 'eni-web', 'eni-db', 'tcp 443').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-box outbound',
    ])
  })

  it('that sees one direction only does not work (R-FLOW-11)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.2.0/24': 'eni-box' } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .subnet('db', '10.0.2.0/24', { routes: {} })
      .instance('db', '10.0.2.20', { groups: ['any'] })
      .subnet('box', '10.0.9.0/28', { routes: {} })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
    for (const [from, to] of [
      ['eni-web', 'eni-db'],
      ['eni-db', 'eni-web'],
    ] as const)
      expect(ask(network, from, to, 'tcp 443')).toMatchObject({
        verdict: 'one-way',
        blocked: ['return ASYMMETRIC_INSPECTION i-box'],
      })
  })

  it('sees both directions by whichever of its interfaces (R-FLOW-11)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.2.0/24': 'eni-box' } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .subnet('db', '10.0.2.0/24', { routes: { '10.0.1.0/24': 'eni-inner' } })
      .instance('db', '10.0.2.20', { groups: ['any'] })
      .subnet('box', '10.0.9.0/28', { routes: {} })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
      .subnet('inner', '10.0.9.16/28', { routes: {} })
      .interface('inner', '10.0.9.21', { groups: ['any'], checked: false, instance: 'box' })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('conditional')
    expect(ask(network, 'eni-db', 'eni-web', 'tcp 443').verdict).toBe('conditional')
  })

  it('that is not attached forwards nothing (R-ENI-3)', () => {
    const network = shop(['all from 0.0.0.0/0']).with('networkInterface', 'eni-box', { Status: 'available' })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').blocked).toContain('forward BAD_STATE eni-box')
  })

  describe('may end a VPN', () => {
    const withVpn = (own: { readonly '10.8.0.0/24'?: 'eni-vpn'; readonly '0.0.0.0/0'?: 'eni-vpn' }): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .securityGroup('any', ['all from 0.0.0.0/0'])
        .subnet('app', '10.0.1.0/24', { routes: { '10.8.0.0/24': 'eni-vpn' } })
        .instance('web', '10.0.1.10', { groups: ['any'] })
        .subnet('edge', '10.0.9.0/28', { routes: own })
        .instance('vpn', '10.0.9.5', { groups: ['any'], checked: false })

    it('of which nobody can tell who is behind it (R-ENI-2)', () => {
      expect(ask(withVpn({ '10.8.0.0/24': 'eni-vpn' }), 'eni-web', '10.8.0.7', 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['NETWORK_BEHIND_INSTANCE eni-vpn'],
      })
    })

    it('but nobody is behind it by a route of its own to everything, nor by none (R-FLOW-8)', () => {
      expect(ask(withVpn({ '0.0.0.0/0': 'eni-vpn' }), 'eni-web', '10.8.0.7', 'tcp 443').blocked).toEqual([
        'forward ROUTE_LOOP eni-vpn',
      ])
      expect(ask(withVpn({}), 'eni-web', '10.8.0.7', 'tcp 443').blocked).toEqual([
        'forward NO_ROUTE_TO_DESTINATION rtb-edge',
      ])
    })

    it('and what its groups do not let in gets nowhere for certain (R-NAT-17)', () => {
      const closed = withVpn({ '10.8.0.0/24': 'eni-vpn' })
        .securityGroup('shut', ['tcp 22 from 10.0.0.0/16'])
        .with('networkInterface', 'eni-vpn', { Groups: [{ GroupId: 'sg-shut' }] })
      expect(ask(closed, 'eni-web', '10.8.0.7', 'tcp 443').blocked).toEqual([
        'forward ENI_SG_RULES_MISMATCH sg-shut inbound',
      ])
    })
  })

  describe('may be a NAT instance', () => {
    const nat = (publicIp?: string): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .internetGateway('shop')
        .securityGroup('any', ['all from 0.0.0.0/0'])
        .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
        .instance('nat', '10.0.0.9', { groups: ['any'], checked: false, ...(publicIp !== undefined && { publicIp }) })
    const withClient = (of: Estate, by: `eni-${string}`): Estate =>
      of.subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': by } }).instance('web', '10.0.1.10', { groups: ['any'] })
    const withNatInstance = (publicIp?: string): Estate => withClient(nat(publicIp), 'eni-nat')

    it('and bring others out under its public address, if its software does so (R-NAT-17)', () => {
      expect(ask(withNatInstance('54.10.0.9'), 'eni-web', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
        verdict: 'conditional',
        conditions: ['MIDDLEBOX_DECIDES eni-nat'],
        assumptions: ['R-NAT-17'],
        forward:
          'sg-any > acl-default-shop > rtb-app > acl-default-shop > eni-nat > sg-any > eni-nat > sg-any > ' +
          'acl-default-shop > rtb-public > igw-shop > internet',
        back: 'igw-shop > acl-default-shop > eni-nat > acl-default-shop > rtb-public > acl-default-shop > eni-web',
      })
    })

    it('that has no public address brings nobody out (R-IGW-2)', () => {
      expect(ask(withNatInstance(), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
      })
    })

    describe('that routes lead to by a private interface, beside a public one of its subnet, as fck-nat sets it up', () => {
      const withTwo = (publicIp?: string): Estate =>
        withClient(
          nat(publicIp).interface('static', '10.0.0.10', { groups: ['any'], instance: 'nat', checked: false }),
          'eni-static',
        )

      it('and bring others out by the public one (R-NAT-17)', () => {
        expect(ask(withTwo('54.10.0.9'), 'eni-web', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
          verdict: 'conditional',
          conditions: ['MIDDLEBOX_DECIDES eni-static'],
          arrivedAs: 'tcp 54.10.0.9:1024 -> 8.8.8.8:443',
          back:
            'igw-shop > acl-default-shop > eni-nat > eni-static > acl-default-shop > rtb-public > ' +
            'acl-default-shop > eni-web',
        })
      })

      it('but nobody where neither is public (R-IGW-2)', () => {
        expect(ask(withTwo(), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
          verdict: 'unreachable',
          blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
        })
      })
    })

    it('whose own groups judge what it brings out (R-NAT-17)', () => {
      const closed = withNatInstance('54.10.0.9').securityGroup('any', ['all from 0.0.0.0/0', 'tcp 80 to 0.0.0.0/0'])
      expect(ask(closed, 'eni-web', '8.8.8.8', 'tcp 443').blocked).toContain(
        'forward ENI_SG_RULES_MISMATCH sg-any outbound',
      )
    })

    it('also for whom has a public address of his own, unless it passes him on as he is (R-NAT-17, R-ENI-2)', () => {
      const network = withNatInstance('54.10.0.9').instance('site', '10.0.1.11', {
        groups: ['any'],
        publicIp: '54.10.0.11',
      })
      expect(ask(network, 'eni-site', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
        verdict: 'conditional',
        arrivedAs: 'tcp 54.10.0.9:1024 -> 8.8.8.8:443',
        // Answers to his own address come back without the instance.
        blocked: ['return ASYMMETRIC_INSPECTION i-nat'],
        conditions: ['MIDDLEBOX_CHOICE eni-nat', 'MIDDLEBOX_DECIDES eni-nat'],
      })
    })

    it('and nobody is let in by it (R-NAT-3)', () => {
      expect(ask(withNatInstance('54.10.0.9'), '8.8.8.8', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
    })

    describe('with an outer interface in another subnet, as firewalls have', () => {
      const withOuter = (routes: { readonly '0.0.0.0/0'?: 'eni-wall' | 'nat-out' }): Estate =>
        estate()
          .vpc('shop', '10.0.0.0/16')
          .internetGateway('shop')
          .securityGroup('any', ['all from 0.0.0.0/0'])
          .subnet('outer', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
          .interface('outer', '10.0.0.9', { groups: ['any'], instance: 'wall', publicIp: '54.10.0.9' })
          .natGateway('out', '10.0.0.20', { publicIp: '54.10.0.20' })
          .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'eni-wall' } })
          .instance('web', '10.0.1.10', { groups: ['any'] })
          .subnet('inner', '10.0.2.0/24', { routes })
          .instance('wall', '10.0.2.9', { groups: ['any'], checked: false })

      it('and bring others out by that (R-NAT-17)', () => {
        expect(ask(withOuter({}), 'eni-web', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
          verdict: 'conditional',
          arrivedAs: 'tcp 54.10.0.9:1024 -> 8.8.8.8:443',
          forward:
            'sg-any > acl-default-shop > rtb-app > acl-default-shop > eni-wall > sg-any > eni-wall > sg-any > ' +
            'acl-default-shop > rtb-outer > igw-shop > internet',
          back: 'igw-shop > acl-default-shop > eni-outer > eni-wall > acl-default-shop > rtb-inner > acl-default-shop > eni-web',
        })
      })

      it('also where the table of its inner subnet leads to itself (R-FLOW-8)', () => {
        const { verdict } = ask(withOuter({ '0.0.0.0/0': 'eni-wall' }), 'eni-web', '8.8.8.8', 'tcp 443')
        expect(verdict).toBe('conditional')
      })

      it('in IPv6 untranslated, where answers come back to it (R-FLOW-11, R-EDGE-1)', () => {
        const withEdge = (edge: boolean): Estate => {
          const outer = estate()
            .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
            .internetGateway('shop')
            .securityGroup('any', ['all from ::/0', 'all to ::/0'])
            .subnet('outer', ['10.0.0.0/24', '2600:1f18:1:0::/64'], { routes: { '::/0': 'igw-shop' } })
            .interface('outer', ['10.0.0.9', '2600:1f18:1:0::9'], {
              groups: ['any'],
              instance: 'wall',
              checked: false,
              publicIp: '54.10.0.9',
            })
            .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: { '::/0': 'eni-wall' } })
            .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
            .subnet('inner', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { routes: {} })
            .instance('wall', ['10.0.2.9', '2600:1f18:1:2::9'], { groups: ['any'], checked: false })
          return edge ? outer.routeTable('edge', { '2600:1f18:1:1::/64': 'eni-outer' }, 'igw-shop') : outer
        }
        const [led, left] = [true, false].map((edge) => ask(withEdge(edge), 'eni-web', '2a00::1', 'tcp 443'))
        expect(led).toMatchObject({ verdict: 'conditional', assumptions: ['R-ENI-2'] })
        expect(left).toMatchObject({ verdict: 'one-way', blocked: ['return ASYMMETRIC_INSPECTION i-wall'] })
        // And so do answers to what the edge table leads in by it.
        expect(ask(withEdge(true), '2a00::1', 'eni-web', 'tcp 443').verdict).toBe('conditional')
      })

      it('but not past what the table of its inner subnet says (R-ENI-2)', () => {
        expect(ask(withOuter({ '0.0.0.0/0': 'nat-out' }), 'eni-web', '8.8.8.8', 'tcp 443').blocked).toContain(
          'return ASYMMETRIC_INSPECTION i-wall',
        )
      })
    })
  })
})

describe('an inspection endpoint on the way', () => {
  const inspected = (server: readonly GroupRule[]): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('client', [])
      .securityGroup('server', server)
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.2.0/24': 'vpce-wall' } })
      .instance('web', '10.0.1.10', { groups: ['client'] })
      .subnet('db', '10.0.2.0/24', { routes: { '10.0.1.0/24': 'vpce-wall' } })
      .instance('db', '10.0.2.20', { groups: ['server'] })
      .subnet('wall', '10.0.9.0/28', { routes: {} })
      .inspectionEndpoint('wall', '10.0.9.5')

  it('leaves it to the appliances behind, with the headers as they were (R-GWLB-1, R-GWLB-2, R-NACL-17)', () => {
    expect(ask(inspected(['tcp 443 from 10.0.1.0/24']), 'eni-web', 'eni-db', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'conditional',
      forward:
        'sg-client > acl-default-shop > rtb-app > acl-default-shop > vpce-wall > acl-default-shop > rtb-wall > ' +
        'acl-default-shop > sg-server > eni-db',
      conditions: ['PATH_THROUGH_GWLB_NOT_CHECKED vpce-wall'],
      assumptions: ['R-NACL-17'],
      arrivedAs: 'tcp 10.0.1.10:40000 -> 10.0.2.20:443',
    })
  })

  it('loses the identity that a security group reference needs (R-GWLB-5, R-SG-11)', () => {
    expect(ask(inspected(['tcp 443 from sg-client']), 'eni-web', 'eni-db', 'tcp 443').blocked).toEqual([
      'forward SG_REFERENCES_NOT_PRESERVED vpce-wall',
    ])
  })

  it('that is not available drops (R-FLOW-10)', () => {
    const network = inspected(['all from 0.0.0.0/0']).with('vpcEndpoint', 'vpce-wall', { State: 'failed' })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').blocked).toContain('forward BAD_STATE vpce-wall')
  })

  it('that is one of a network firewall which was not read is unknown: its rules could be (R-NFW-1, R-NFW-11)', () => {
    const network = inspected(['all from 0.0.0.0/0']).with('vpcEndpoint', 'vpce-wall', {
      ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-0fw',
      Tags: [{ Key: 'AWSNetworkFirewallManaged', Value: 'true' }],
    })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['FIREWALL_RULES_UNKNOWN vpce-wall'],
    })
  })
})
