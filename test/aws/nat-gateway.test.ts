/** Facts about NAT gateways: what they translate, whose NACL and route table judge each leg, and that nobody starts a
 *  conversation with them. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { AclRule } from '../build/rules.ts'
import { ask } from './ask.ts'

const S3_HERE = '52.216.1.1'
const OPEN = ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'] as const

/** A private subnet whose default route is a NAT gateway in a public one. */
const shop = (acls: { readonly app?: readonly AclRule[]; readonly public?: readonly AclRule[] } = {}): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' }, acl: acls.public ?? OPEN })
    .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-shop' }, acl: acls.app ?? OPEN })
    .instance('web', '10.0.1.10', { groups: ['any'] })

describe('a NAT gateway', () => {
  it('vector 19: is between two subnets on each leg, and each NACL sees the header of its own side (R-FLOW-5, R-NACL-13)', () => {
    expect(ask(shop(), 'eni-web', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-app > rtb-app > acl-public > nat-shop > acl-public > rtb-public > igw-shop > internet',
      back: 'igw-shop > acl-public > nat-shop > acl-public > rtb-public > acl-app > eni-web',
      judged: [
        'acl-app outbound tcp 10.0.1.10:40000 -> 8.8.8.8:443',
        'acl-public inbound tcp 10.0.1.10:40000 -> 8.8.8.8:443',
        'acl-public outbound tcp 10.0.0.8:1024 -> 8.8.8.8:443',
        'acl-public inbound tcp 8.8.8.8:443 -> 10.0.0.8:1024',
        'acl-public outbound tcp 8.8.8.8:443 -> 10.0.1.10:40000',
        'acl-app inbound tcp 8.8.8.8:443 -> 10.0.1.10:40000',
      ],
      arrivedAs: 'tcp 54.10.0.8:1024 -> 8.8.8.8:443',
      blocked: [],
      assumptions: [],
    })
  })

  it.each([
    ['public', ['100 allow tcp 1024-65535 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'], 'forward', 'inbound'],
    ['public', ['100 allow all from 0.0.0.0/0', '100 allow tcp 443 to 0.0.0.0/0'], 'return', 'outbound'],
    ['public', ['100 allow tcp 443 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'], 'return', 'inbound'],
    ['app', ['100 allow tcp 443 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'], 'return', 'inbound'],
    ['app', ['100 allow all from 0.0.0.0/0', '100 allow tcp 1024-65535 to 0.0.0.0/0'], 'forward', 'outbound'],
  ] as const)('is stopped by each of these NACLs alone: %s %j (R-NACL-13)', (subnet, acl, leg, direction) => {
    const { verdict, blocked } = ask(shop({ [subnet]: acl }), 'eni-web', '8.8.8.8', 'tcp 443')
    expect(blocked).toEqual([`${leg} SUBNET_ACL_RESTRICTION acl-${subnet} ${direction}`])
    expect(verdict).toBe(leg === 'forward' ? 'unreachable' : 'one-way')
  })

  it('picks a port of 1024-65535, so that a narrower NACL makes it depend on the port (R-NAT-2, R-NACL-13)', () => {
    const acl: AclRule[] = [
      '100 allow tcp 443 from 10.0.0.0/16',
      '110 allow tcp 32768-60999 from 0.0.0.0/0',
      '100 allow all to 0.0.0.0/0',
    ]
    expect(ask(shop({ public: acl }), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      blocked: ['return SUBNET_ACL_RESTRICTION acl-public inbound'],
      conditions: ['PORT_CHOICE acl-public'],
    })
  })

  it('vector 20: in a subnet without a route to the internet gateway leads nowhere (R-NAT-4)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('public', '10.0.0.0/24', { routes: {} })
      .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-shop' } })
      .instance('web', '10.0.1.10')
    expect(ask(network, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward:
        'sg-default-shop > acl-default-shop > rtb-app > acl-default-shop > nat-shop > acl-default-shop > rtb-public',
      blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-public'],
    })
  })

  it('that routes to itself goes in a circle (R-FLOW-8)', () => {
    const network = shop().routeTable('public', { '0.0.0.0/0': 'nat-shop' })
    const { verdict, blocked } = ask(network, 'eni-web', '8.8.8.8', 'tcp 443')
    expect({ verdict, codes: blocked.map((each) => each.split(' ')[1]) }).toEqual({
      verdict: 'unreachable',
      codes: ['ROUTE_LOOP'],
    })
  })

  it('vector 21: that is private is not served by an internet gateway (R-NAT-5)', () => {
    const network = shop()
      .within('subnet-public')
      .natGateway('inside', '10.0.0.9')
      .routeTable('app', { '0.0.0.0/0': 'nat-inside' })
    expect(ask(network, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-app > rtb-app > acl-public > nat-inside > acl-public > rtb-public > igw-shop',
      blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
    })
  })

  it('vector 23: translates TCP, UDP and ICMP, and nothing else (R-NAT-1)', () => {
    for (const packets of ['tcp 443', 'udp 53', 'icmp'])
      expect(ask(shop(), 'eni-web', 'internet', packets).verdict, packets).toBe('reachable')
    for (const packets of ['gre', 'esp', 'sctp'])
      expect(ask(shop(), 'eni-web', 'internet', packets)).toMatchObject({
        verdict: 'unreachable',
        forward: 'sg-any > acl-app > rtb-app > acl-public > nat-shop',
        blocked: ['forward PROTOCOL_RESTRICTION nat-shop'],
      })
  })

  it('accepts no conversation, from wherever it comes (R-NAT-3)', () => {
    expect(ask(shop(), '8.8.8.8', '54.10.0.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NGW_NO_SESSION nat-shop'],
    })
    expect(ask(shop(), 'eni-web', '10.0.0.8', 'tcp 443').blocked).toEqual(['forward NGW_NO_SESSION nat-shop'])
    expect(ask(shop(), 'internet', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })

  it('accepts none where its interface alone was read (R-NAT-3, R-ENI-7)', () => {
    const network = shop().without('natGateway').with('networkInterface', 'eni-nat-shop', { Description: '' })
    for (const [from, to] of [
      ['eni-web', '10.0.0.8'],
      ['8.8.8.8', '54.10.0.8'],
    ] as const)
      expect(ask(network, from, to, 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward NGW_NO_SESSION eni-nat-shop'],
      })
  })

  it('of the subnet of the client is reached without a NACL (R-NAT-9)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .subnet('public', ['10.0.0.0/24', '2600:1f18:1:1::/64'], {
        routes: { '0.0.0.0/0': 'igw-shop', '64:ff9b::/96': 'nat-shop' },
        acl: OPEN,
      })
      .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
      .instance('web', ['10.0.0.10', '2600:1f18:1:1::10'])
    // Nothing allows IPv6 here, and nothing has to: only the gateway's own IPv4 packets leave the subnet.
    expect(ask(network, 'eni-web', '64:ff9b::808:808', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-default-shop > rtb-public > nat-shop > acl-public > rtb-public > igw-shop > internet',
      back: 'igw-shop > acl-public > nat-shop > eni-web',
      judged: [
        'acl-public outbound tcp 10.0.0.8:1024 -> 8.8.8.8:443',
        'acl-public inbound tcp 8.8.8.8:443 -> 10.0.0.8:1024',
      ],
    })
  })

  describe('of the subnet of the client, to which one of two lists that overlap leads (R-ROUTE-9, R-NAT-9)', () => {
    const lists = (other: 'eigw-shop' | 'igw-shop'): Estate =>
      estate()
        .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
        .internetGateway('shop')
        .egressOnlyInternetGateway('shop')
        .subnet('public', ['10.0.0.0/24', '2600:1f18:1:1::/64'], {
          routes: { '0.0.0.0/0': 'igw-shop', 'pl-one': 'nat-shop', 'pl-two': other },
          acl: OPEN,
        })
        .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
        .instance('web', ['10.0.0.10', '2600:1f18:1:1::10'], { publicIp: '54.10.0.10' })
        .prefixList('one', ['64:ff9b::/96', '9.9.9.9/32'])
        .prefixList('two', ['64:ff9b::808:0/112', '9.9.9.0/24'])

    it('is still reached without the NACL, which judges what leaves by the other list', () => {
      // Nothing allows IPv6 here: it is in the way of the other list alone, which leads nowhere anyway.
      expect(ask(lists('eigw-shop'), 'eni-web', '64:ff9b::808:808', 'tcp 443')).toMatchObject({
        verdict: 'conditional',
        forward: 'sg-default-shop > rtb-public > nat-shop > acl-public > rtb-public > igw-shop > internet',
        conditions: ['AMBIGUOUS_PREFIX_LIST rtb-public'],
        blocked: ['forward SUBNET_ACL_RESTRICTION acl-public outbound', 'forward NOT_ON_THE_INTERNET internet'],
      })
    })

    it('is not where packets go that left the subnet by the other list', () => {
      // The gateway's own packets come back to it by its list (R-FLOW-8).
      expect(ask(lists('igw-shop'), 'eni-web', '9.9.9.9', 'tcp 443')).toMatchObject({
        verdict: 'conditional',
        forward: 'sg-default-shop > acl-public > rtb-public > igw-shop > internet',
        conditions: ['AMBIGUOUS_PREFIX_LIST rtb-public'],
        blocked: ['forward ROUTE_LOOP subnet-public'],
      })
    })

    it('leaves it unknown while it is pending', () => {
      const pending = lists('eigw-shop').with('natGateway', 'nat-shop', { State: 'pending' })
      expect(ask(pending, 'eni-web', '64:ff9b::808:808', 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['TRANSITIONAL_STATE nat-shop'],
      })
    })
  })

  it('with several addresses may use any of them (R-NAT-11)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('public', '10.0.0.0/24', {
        routes: { '0.0.0.0/0': 'igw-shop' },
        acl: [...OPEN, '90 deny all to 10.9.9.9/32', '90 deny tcp 1024-65535 from 9.9.9.0/24'],
      })
      .natGateway('shop', ['10.0.0.8', '10.0.0.9'], { publicIp: { '10.0.0.8': '54.10.0.8', '10.0.0.9': '54.10.0.9' } })
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-shop' } })
      .instance('web', '10.0.1.10')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
    // A receiver that lets one of the two in.
    const peer = network
      .vpc('partner', '10.7.0.0/16')
      .internetGateway('partner')
      .subnet('api', '10.7.0.0/24', { routes: { '0.0.0.0/0': 'igw-partner' } })
      .securityGroup('listed', ['tcp 443 from 54.10.0.8/32'])
      .instance('api', '10.7.0.10', { groups: ['listed'], publicIp: '54.10.0.70' })
    expect(ask(peer, 'eni-web', '54.10.0.70', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['NAT_ADDRESS_CHOICE nat-shop'],
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-listed inbound'],
    })
  })

  it.each([
    ['deleted', 'unreachable', 'forward BAD_STATE nat-shop'],
    ['failed', 'unreachable', 'forward BAD_STATE nat-shop'],
    ['pending', 'unknown', 'TRANSITIONAL_STATE nat-shop'],
  ])('that is %s makes it %s (R-NAT-15, R-FLOW-10)', (State, verdict, reason) => {
    const answer = ask(shop().with('natGateway', 'nat-shop', { State }), 'eni-web', '8.8.8.8', 'tcp 443')
    expect(answer.verdict).toBe(verdict)
    expect([...answer.blocked, ...answer.unknowns]).toContain(reason)
  })

  it('uses no address whose association failed, and does nothing without another (R-NAT-15)', () => {
    const having = (Status: string) =>
      shop().with('natGateway', 'nat-shop', {
        NatGatewayAddresses: [{ PrivateIp: '10.0.0.8', PublicIp: '54.10.0.8', Status }],
      })
    expect(ask(having('failed'), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE nat-shop'],
    })
    for (const network of [having('associating'), shop().with('natGateway', 'nat-shop', { NatGatewayAddresses: [] })])
      expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['NAT_ADDRESS_UNKNOWN nat-shop'],
      })
  })

  it('has no public address that it failed to get, whoever has it (R-NAT-15)', () => {
    const network = shop()
      .within('vpc-shop')
      .subnet('shown', '10.0.2.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('shown', '10.0.2.10', { groups: ['any'], publicIp: '54.10.0.70' })
      .with('natGateway', 'nat-shop', {
        NatGatewayAddresses: [
          { PrivateIp: '10.0.0.8', PublicIp: '54.10.0.8', Status: 'succeeded' },
          { PrivateIp: '10.0.0.9', PublicIp: '54.10.0.70', Status: 'failed' },
        ],
      })
    for (const to of ['eni-shown', '54.10.0.70'])
      expect(ask(network, 'internet', to, 'tcp 443').verdict).toBe('reachable')
  })

  it('with appliances for proxy clients treats all others as ever, by our decision (R-NAT-16)', () => {
    const network = shop().with('natGateway', 'nat-shop', {
      AttachedAppliances: [
        { Type: 'network-firewall-proxy', ApplianceArn: 'arn:aws:network-firewall:us-east-1:1:proxy/p' },
      ],
    })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      assumptions: ['R-NAT-16'],
    })
  })

  it('loses the identity that a security group reference needs (R-SG-11)', () => {
    const network = shop()
      .securityGroup('narrow', ['all to sg-any'])
      .with('networkInterface', 'eni-web', { Groups: [{ GroupId: 'sg-narrow' }] })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED nat-shop'],
    })
  })
})

describe('a NAT gateway and a peering', () => {
  const peered = shop()
    .vpc('far', '10.1.0.0/16')
    .subnet('far', '10.1.0.0/24', { routes: {} })
    .instance('far', '10.1.0.10', { groups: ['any'] })
    .peering('shop', 'far')

  it('vector 22: it is not reached from the other VPC (R-NAT-7, R-PCX-3)', () => {
    const network = peered.routeTable('far', { '0.0.0.0/0': 'pcx-shop-far' })
    expect(ask(network, 'eni-far', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-far > rtb-far > pcx-shop-far',
      blocked: ['forward PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-shop-far'],
    })
  })

  it('vector 22: its packets are answered by a peer that has no route back (R-NAT-8, R-NAT-6)', () => {
    const network = peered
      .routeTable('app', { '10.1.0.0/16': 'nat-shop' })
      .routeTable('public', { '10.1.0.0/16': 'pcx-shop-far' })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-app > rtb-app > acl-public > nat-shop > acl-public > rtb-public > pcx-shop-far > ' +
        'acl-default-far > sg-any > eni-far',
      back: 'eni-far > acl-default-far > acl-public > nat-shop > acl-public > rtb-public > acl-app > eni-web',
      arrivedAs: 'tcp 10.0.0.8:1024 -> 10.1.0.10:443',
    })
  })

  it('while NACLs may still stop the answer (R-NAT-8)', () => {
    const network = peered
      .routeTable('app', { '10.1.0.0/16': 'nat-shop' })
      .routeTable('public', { '10.1.0.0/16': 'pcx-shop-far' })
      .within('vpc-far')
      .networkAcl('default-far', ['100 allow all from 0.0.0.0/0', '100 allow tcp 443 to 0.0.0.0/0'])
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return SUBNET_ACL_RESTRICTION acl-default-far outbound'],
    })
  })

  it('and without it the peer needs a route back (R-PCX-1)', () => {
    const network = peered.routeTable('app', { '10.1.0.0/16': 'pcx-shop-far' })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-far'],
    })
  })
})

describe('a NAT gateway for spokes of a transit gateway', () => {
  const hub = (publicRoutes: '10.1.0.0/16' | '10.9.0.0/16'): Estate =>
    shop()
      .routeTable('public', { [publicRoutes]: 'tgw-hub' })
      .vpc('spoke', '10.1.0.0/16')
      .subnet('spoke', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('spoke', '10.1.0.10')
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['app'])
      .transitGatewayAttachment('spoke', ['spoke'])
      .transitGatewayRouteTable('all', {
        associated: ['shop', 'spoke'],
        propagated: ['shop', 'spoke'],
        routes: { '0.0.0.0/0': 'shop' },
      })

  it('is reached by the table of the attachment subnet, and answers by the table of its own (R-NAT-7, R-NAT-10, R-TGW-14)', () => {
    expect(ask(hub('10.1.0.0/16'), 'eni-spoke', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-default-spoke > acl-default-spoke > rtb-spoke > tgw-attach-hub-spoke > acl-default-spoke > tgw-rtb-all > ' +
        'tgw-attach-hub-shop > acl-app > rtb-app > acl-public > nat-shop > acl-public > rtb-public > igw-shop > internet',
      back:
        'igw-shop > acl-public > nat-shop > acl-public > rtb-public > tgw-attach-hub-shop > acl-app > tgw-rtb-all > ' +
        'tgw-attach-hub-spoke > eni-spoke',
      assumptions: ['R-NAT-10'],
    })
  })

  it('which needs a route back to the spoke (R-NAT-10)', () => {
    expect(ask(hub('10.9.0.0/16'), 'eni-spoke', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
    })
  })
})

describe('a regional NAT gateway', () => {
  const regional = (routes: Parameters<Estate['regionalNatGateway']>[2] = { '0.0.0.0/0': 'igw-shop' }): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .internetGateway('shop')
      .regionalNatGateway('wide', { a: '54.10.0.1', b: '54.10.0.2' }, routes)
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-wide' } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .subnet('other', '10.0.3.0/24', { zone: 'c', table: 'app' })
      .instance('other', '10.0.3.10', { groups: ['any'] })

  /** With private addresses beside the public ones. */
  const listed = (network: Estate): Estate =>
    network.with('natGateway', 'nat-wide', {
      NatGatewayAddresses: ['a', 'b'].map((zone, index) => ({
        AvailabilityZoneId: `use1-az${index + 1}`,
        PublicIp: `54.10.0.${index + 1}`,
        PrivateIp: `10.0.250.${index + 1}`,
        AvailabilityZone: `us-east-1${zone}`,
      })),
    })

  it('vector 51: has a route table of its own, no subnet and no NACL (R-NAT-13, R-EDGE-8, R-NACL-18)', () => {
    expect(ask(regional(), 'eni-web', '8.8.8.8', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > nat-wide > rtb-nat-wide > igw-shop > internet',
      back: 'igw-shop > nat-wide > rtb-nat-wide > acl-default-shop > eni-web',
      arrivedAs: 'tcp 54.10.0.1:1024 -> 8.8.8.8:443',
      assumptions: ['R-NACL-18'],
    })
  })

  it('vector 51: leads nowhere where that table has no route (R-NAT-4)', () => {
    expect(ask(regional({}), 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-nat-wide'],
    })
  })

  it('serves a zone that it has no address in from another (R-NAT-14)', () => {
    expect(ask(regional(), 'eni-other', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
  })

  it('of which somebody keeps the addresses may not (R-NAT-14)', () => {
    const manual = regional().with('natGateway', 'nat-wide', { AutoProvisionZones: 'disabled' })
    expect(ask(manual, 'eni-other', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['REGIONAL_NGW_ROUTE_AZ_RESTRICTION nat-wide'],
      assumptions: ['R-NACL-18', 'R-NAT-14'],
    })
    expect(ask(manual, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
  })

  it('is answered through an edge table that delivers all of the VPC, whatever its private address (R-NAT-4, R-EDGE-3)', () => {
    const plain = regional().routeTable('edge', {}, 'igw-shop')
    expect(ask(plain, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      back: 'igw-shop > rtb-edge > nat-wide > rtb-nat-wide > acl-default-shop > eni-web',
    })
    const redirected = regional()
      .subnet('look', '10.0.4.0/24', { routes: {} })
      .inspectionEndpoint('look', '10.0.4.10')
      .routeTable('edge', { '10.0.1.0/24': 'vpce-look' }, 'igw-shop')
    expect(ask(redirected, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['NAT_PRIVATE_ADDRESS_UNKNOWN nat-wide'],
    })
    expect(ask(listed(redirected), 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
  })

  it('has a private address towards all but the internet gateway, which need not be listed (R-NAT-6, R-NAT-13)', () => {
    const hub = regional({ '10.9.0.0/16': 'tgw-hub' })
      .gatewayEndpoint('s3', { tables: ['nat-wide'] })
      .subnet('ends', '10.0.5.0/24', { routes: { '10.9.0.0/16': 'tgw-hub' } })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['app', 'ends', 'other'])
      .vpc('far', '10.9.0.0/16')
      .securityGroup('far', ['all from 10.0.0.0/16'])
      .subnet('far', '10.9.1.0/24', { routes: { '10.0.0.0/16': 'tgw-hub' } })
      .instance('db', '10.9.1.10', { groups: ['far'] })
      .transitGatewayAttachment('far', ['far'])
      .transitGatewayRouteTable('all', { associated: ['shop', 'far'], propagated: ['shop', 'far'] })
    for (const to of ['eni-db', S3_HERE])
      expect(ask(hub, 'eni-web', to, 'tcp 443'), to).toMatchObject({
        verdict: 'unknown',
        unknowns: ['NAT_PRIVATE_ADDRESS_UNKNOWN nat-wide'],
      })
    expect(ask(hub, 'eni-web', '10.7.0.1', 'tcp 443').blocked).toEqual(['forward NO_ROUTE_TO_DESTINATION rtb-nat-wide'])
    expect(ask(listed(hub), 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      arrivedAs: 'tcp 10.0.250.1:1024 -> 10.9.1.10:443',
    })
    expect(ask(listed(hub), 'eni-web', S3_HERE, 'tcp 443').verdict).toBe('reachable')
  })

  it('gets nothing anywhere that comes back to it, whether or not it takes it in that zone (R-FLOW-8)', () => {
    const circle = listed(regional({ '0.0.0.0/0': 'vpce-look' }))
      .subnet('look', '10.0.4.0/24', { zone: 'c', table: 'app' })
      .inspectionEndpoint('look', '10.0.4.10')
    const loop = { verdict: 'unreachable', blocked: ['forward ROUTE_LOOP nat-wide'], unknowns: [] }
    const manual = circle.with('natGateway', 'nat-wide', { AutoProvisionZones: 'disabled' })
    expect(ask(manual, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject(loop)
    expect(ask(circle, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(manual, 'eni-other', '8.8.8.8', 'tcp 443').verdict).toBe('unknown')
  })
})

describe('NAT64', () => {
  const dual = estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .internetGateway('shop')
    .securityGroup('any', ['all to ::/0'])
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })
    .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: { '64:ff9b::/96': 'nat-shop' } })
    .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
    .subnet('lone', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { routes: {} })
    .instance('lone', ['10.0.2.10', '2600:1f18:1:2::10'], { groups: ['any'] })

  it('takes what is NAT64 of a wider route too, and nothing else (R-ROUTE-24)', () => {
    const network = dual.routeTable('app', { '::/0': 'nat-shop' })
    expect(ask(network, 'eni-web', '64:ff9b::808:808', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').blocked).toEqual(['forward BAD_STATE_ROUTE rtb-app'])
  })

  it('vector 54: turns IPv6 packets to 64:ff9b::/96 into IPv4 packets, and their answers back (R-NAT-12)', () => {
    // 64:ff9b::808:808 is 8.8.8.8
    expect(ask(dual, 'eni-web', '64:ff9b::808:808', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-default-shop > rtb-app > acl-default-shop > nat-shop > acl-default-shop > rtb-public > ' +
        'igw-shop > internet',
      back: 'igw-shop > acl-default-shop > nat-shop > acl-default-shop > rtb-public > acl-default-shop > eni-web',
      arrivedAs: 'tcp 54.10.0.8:1024 -> 8.8.8.8:443',
    })
  })

  describe('is a way for senders of IPv6 alone to places of IPv4 (R-NAT-12)', () => {
    const alone = dual
      .servicePrefixList('s3', ['52.216.0.0/15'])
      .within('vpc-shop')
      .subnet('six', '2600:1f18:1:6::/64', { table: 'app' })
      .instance('six', '2600:1f18:1:6::10', { groups: ['any'] })
      .subnet('apart', '2600:1f18:1:7::/64', { table: 'lone' })
      .instance('apart', '2600:1f18:1:7::10', { groups: ['any'] })
    /** One that has IPv4 addresses alone, and admits the NAT gateway. */
    const inside = alone
      .within('vpc-shop')
      .subnet('db', '10.0.3.0/24', { routes: {} })
      .securityGroup('db', ['tcp 5432 from 10.0.0.8/32', 'tcp 5433 from sg-any'])
      .instance('db', '10.0.3.10', { groups: ['db'] })

    it('to the internet and to services there, for the protocols that NAT gateways translate (R-NAT-1)', () => {
      expect(ask(alone, 'eni-six', 'internet', 'tcp 443')).toMatchObject({
        verdict: 'reachable',
        forward:
          'sg-any > acl-default-shop > rtb-app > acl-default-shop > nat-shop > acl-default-shop > rtb-public > ' +
          'igw-shop > internet',
      })
      expect(ask(alone, 'eni-six', 'internet', 'gre').verdict).toBe('unreachable')
      expect(ask(alone, 'eni-six', 'aws:s3', 'tcp 443').verdict).toBe('reachable')
      expect(ask(alone, 'eni-six', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
    })

    it('to an address that somebody in the estate has, who is told', () => {
      for (const address of ['10.0.3.10', '64:ff9b::a00:30a']) {
        const { verdict, result } = ask(inside, 'eni-six', address, 'tcp 5432')
        expect([verdict, result.flows.map(({ to }) => to)]).toEqual(['reachable', [['eni-db']]])
      }
    })

    it('to an interface that has IPv4 addresses alone, as a way of its own, where it admits the NAT gateway', () => {
      expect(ask(inside, 'eni-six', 'eni-db', 'tcp 5432')).toMatchObject({
        verdict: 'reachable',
        forward:
          'sg-any > acl-default-shop > rtb-app > acl-default-shop > nat-shop > acl-default-shop > rtb-public > ' +
          'acl-default-shop > sg-db > eni-db',
      })
      // Whose packet it was is lost at the NAT gateway (R-SG-5).
      expect(ask(inside, 'eni-six', 'eni-db', 'tcp 5433').verdict).toBe('unreachable')
      expect(ask(inside, 'eni-apart', 'eni-db', 'tcp 5432').verdict).toBe('unreachable')
    })

    it('where a table leads there', () => {
      expect(ask(alone, 'eni-apart', 'internet', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-lone'],
      })
    })

    it('and none for those who would come in (R-NAT-3)', () => {
      expect(ask(alone, 'internet', 'eni-six', 'tcp 443').verdict).toBe('unreachable')
    })
  })

  it('vector 54: needs the route (R-NAT-12)', () => {
    expect(ask(dual, 'eni-lone', '64:ff9b::808:808', 'tcp 443').blocked).toEqual([
      'forward NO_ROUTE_TO_DESTINATION rtb-lone',
    ])
  })

  it('of ICMPv6 echo becomes an ICMP echo, and nothing else has a like in ICMP (R-NAT-12, R-NAT-1)', () => {
    expect(ask(dual, 'eni-web', '64:ff9b::808:808', 'icmpv6')).toMatchObject({
      verdict: 'reachable',
      judged: [
        'acl-default-shop outbound icmpv6 echo request 2600:1f18:1:1::10 -> 64:ff9b::808:808',
        'acl-default-shop inbound icmpv6 echo request 2600:1f18:1:1::10 -> 64:ff9b::808:808',
        'acl-default-shop outbound icmp echo request 10.0.0.8 -> 8.8.8.8',
        'acl-default-shop inbound icmp echo reply 8.8.8.8 -> 10.0.0.8',
        'acl-default-shop outbound icmpv6 echo reply 64:ff9b::808:808 -> 2600:1f18:1:1::10',
        'acl-default-shop inbound icmpv6 echo reply 64:ff9b::808:808 -> 2600:1f18:1:1::10',
      ],
    })
    expect(ask(dual, 'eni-web', '64:ff9b::808:808', 'icmpv6 135')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward PROTOCOL_RESTRICTION nat-shop'],
    })
  })
})
