/** Facts about internet gateways: whom they serve, how they translate, and by which way answers return. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { Routes } from '../build/network.ts'
import { ask } from './ask.ts'

/** A web server with a public address, in a subnet with these routes. */
const shop = (routes: Routes, publicIp: string | undefined = '54.10.0.1'): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('web', '10.0.0.0/24', { routes })
    .instance('web', '10.0.0.10', { groups: ['any'], ...(publicIp !== undefined && { publicIp }) })

const served = shop({ '0.0.0.0/0': 'igw-shop' })

describe('an internet gateway', () => {
  it('makes the source public on the way out, and private on the way back (R-IGW-2, R-FLOW-5)', () => {
    const answer = ask(served, 'eni-web', '8.8.8.8', 'tcp 443 from 40000')
    expect(answer).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-web > igw-shop > internet',
      back: 'igw-shop > acl-default-shop > eni-web',
      judged: [
        'acl-default-shop outbound tcp 10.0.0.10:40000 -> 8.8.8.8:443',
        'acl-default-shop inbound tcp 8.8.8.8:443 -> 10.0.0.10:40000',
      ],
      arrivedAs: 'tcp 54.10.0.1:40000 -> 8.8.8.8:443',
      assumptions: [],
    })
  })

  it('makes the destination private on the way in, before NACL and security group look (R-IGW-3, R-FLOW-4)', () => {
    expect(ask(served, '8.8.8.8', 'eni-web', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'igw-shop > acl-default-shop > sg-any > eni-web',
      back: 'eni-web > acl-default-shop > rtb-web > igw-shop > internet',
      judged: [
        'acl-default-shop inbound tcp 8.8.8.8:40000 -> 10.0.0.10:443',
        'acl-default-shop outbound tcp 10.0.0.10:443 -> 8.8.8.8:40000',
      ],
      arrivedAs: 'tcp 8.8.8.8:40000 -> 10.0.0.10:443',
      assumptions: [],
    })
  })

  it('carries any protocol, with or without ports', () => {
    for (const packets of ['all', 'gre', 'icmp', 'udp 53'])
      expect(ask(served, 'eni-web', 'internet', packets).verdict, packets).toBe('reachable')
  })

  it('translates each private address that has a public one by itself (R-ADDR-7, R-ADDR-8)', () => {
    const network = served.within('subnet-web').instance('two', ['10.0.0.20', '10.0.0.21', '10.0.0.22'], {
      groups: ['any'],
      publicIp: { '10.0.0.20': '54.10.0.2', '10.0.0.21': '54.10.0.3' },
    })
    expect(ask(network, '10.0.0.21', '8.8.8.8', 'tcp 443').arrivedAs).toMatch(/^tcp 54\.10\.0\.3:/)
    expect(ask(network, '8.8.8.8', '54.10.0.2', 'tcp 443').arrivedAs).toMatch(/-> 10\.0\.0\.20:443$/)
    expect(ask(network, '10.0.0.22', '8.8.8.8', 'tcp 443').blocked).toEqual([
      'forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop',
    ])
  })

  it('does not serve carrier or customer-owned addresses (R-ADDR-8)', () => {
    const carrier = { PrivateIpAddress: '10.0.0.10', Primary: true, Association: { CarrierIp: '54.10.0.1' } }
    const network = served.with('networkInterface', 'eni-web', {
      Association: undefined,
      PrivateIpAddresses: [carrier],
    })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').blocked).toEqual([
      'forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop',
    ])
  })

  describe('vector 14: without a route to it, a public address is of no use (R-ROUTE-17, R-IGW-6)', () => {
    const routeless = shop({})

    it('to those who want out', () => {
      expect(ask(routeless, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
        verdict: 'unreachable',
        forward: 'sg-any > acl-default-shop > rtb-web',
        blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-web'],
      })
    })

    it('nor to those who want in: the request may be delivered, and no answer leaves', () => {
      expect(ask(routeless, 'internet', 'eni-web', 'tcp 443')).toMatchObject({
        verdict: 'one-way',
        forward: 'igw-shop > acl-default-shop > sg-any > eni-web',
        back: 'eni-web > acl-default-shop > rtb-web',
        blocked: ['return NO_ROUTE_TO_DESTINATION rtb-web'],
        assumptions: ['R-IGW-6'],
      })
    })
  })

  it('vector 15: serves nobody without a public address (R-IGW-2, R-ROUTE-18)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .internetGateway('shop')
      .subnet('web', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.0.10', { groups: ['any'] })
    expect(ask(network, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-web > igw-shop',
      blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
    })
    expect(ask(network, 'internet', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: [
        'forward IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS igw-shop',
        'return IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop',
      ],
    })
  })

  it('vector 16: that is detached makes its routes lead nowhere (R-IGW-1, R-ROUTE-11)', () => {
    const marked = shop({ '0.0.0.0/0': { GatewayId: 'igw-shop', State: 'blackhole' } }).with(
      'internetGateway',
      'igw-shop',
      { Attachments: [] },
    )
    expect(ask(marked, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE_ROUTE rtb-web'],
    })
    // AWS marks such a route; where a snapshot was taken in between, the gateway itself tells.
    const between = served.with('internetGateway', 'igw-shop', { Attachments: [] })
    expect(ask(between, 'eni-web', 'internet', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE_ATTACHMENT igw-shop'],
    })
    expect(ask(between, 'internet', 'eni-web', 'tcp 443')).toMatchObject({ verdict: 'unreachable' })
  })

  it('of another VPC serves nobody here (R-IGW-1)', () => {
    const network = served
      .vpc('other', '10.1.0.0/16')
      .subnet('other', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('other', '10.1.0.10', { publicIp: '54.10.0.9' })
    expect(ask(network, 'eni-other', '8.8.8.8', 'tcp 443').verdict).toBe('unreachable')
  })

  it('refuses private and shared addresses in either direction (R-IGW-4, R-ADDR-15)', () => {
    const codes = (to: string): readonly string[] => ask(served, 'eni-web', to, 'tcp 443').blocked
    expect(codes('192.168.7.7')).toEqual(['forward IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS igw-shop'])
    expect(codes('100.64.7.7')).toEqual(['forward IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS igw-shop'])
    expect(codes('198.51.100.7')).toEqual(['forward NOT_ON_THE_INTERNET internet'])
  })

  it('takes nobody on the internet for a sender with an address of the estate (R-IGW-4, R-ADDR-14)', () => {
    const { result } = ask(served, 'internet', 'eni-web', 'tcp 443')
    expect(result.flows.map(({ verdict }) => verdict)).toEqual(['reachable'])
    expect(result.flows[0]!.packets[0]!.sources).toEqual([
      '1.0.0.0-9.255.255.255',
      '11.0.0.0-54.10.0.0',
      '54.10.0.2-100.63.255.255',
      '100.128.0.0-126.255.255.255',
      '128.0.0.0-169.253.255.255',
      '169.255.0.0-172.15.255.255',
      '172.32.0.0-191.255.255.255',
      '192.0.1.0/24',
      '192.0.3.0-192.167.255.255',
      '192.169.0.0-198.17.255.255',
      '198.20.0.0-198.51.99.255',
      '198.51.101.0-203.0.112.255',
      '203.0.114.0-223.255.255.255',
    ])
  })

  it('serves no packets that came in from another VPC (R-IGW-8)', () => {
    const network = served
      .routeTable('main-shop', {})
      .vpc('spoke', '10.1.0.0/16')
      .subnet('spoke', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('spoke', '10.1.0.10', { publicIp: '54.10.0.9' })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['web'])
      .transitGatewayAttachment('spoke', ['spoke'])
      .transitGatewayRouteTable('all', { associated: ['shop', 'spoke'], routes: { '0.0.0.0/0': 'shop' } })
    expect(ask(network, 'eni-spoke', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
    })
  })

  describe('between two public addresses of the estate is passed twice (R-IGW-9)', () => {
    const two = served
      .subnet('api', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .securityGroup('api', ['tcp 443 from 54.10.0.1/32'])
      .instance('api', '10.0.1.20', { groups: ['api'], publicIp: '54.10.0.2' })

    it('within one VPC, and each end sees the public address of the other', () => {
      expect(ask(two, 'eni-web', '54.10.0.2', 'tcp 443 from 40000')).toMatchObject({
        verdict: 'reachable',
        forward: 'sg-any > acl-default-shop > rtb-web > igw-shop > acl-default-shop > sg-api > eni-api',
        back: 'eni-api > acl-default-shop > rtb-api > igw-shop > acl-default-shop > eni-web',
        judged: [
          'acl-default-shop outbound tcp 10.0.0.10:40000 -> 54.10.0.2:443',
          'acl-default-shop inbound tcp 54.10.0.1:40000 -> 10.0.1.20:443',
          'acl-default-shop outbound tcp 10.0.1.20:443 -> 54.10.0.1:40000',
          'acl-default-shop inbound tcp 54.10.0.2:443 -> 10.0.0.10:40000',
        ],
      })
    })

    it('while the private way is another question', () => {
      expect(ask(two, 'eni-web', '10.0.1.20', 'tcp 443').blocked).toEqual([
        'forward ENI_SG_RULES_MISMATCH sg-api inbound',
      ])
    })
  })

  it.each([
    ['Global Accelerator', { type: 'global_accelerator_managed' }],
    ['CloudFront', { description: 'CloudFront VPC origin' }],
  ])('is passed for private addresses by %s, to which of them nobody can tell (R-COMP-5)', (_, front) => {
    const network = shop({ '0.0.0.0/0': 'igw-shop' })
      .subnet('app', '10.0.1.0/24', { routes: {} })
      .instance('app', '10.0.1.10', { groups: ['any'] })
      .interface('front', '10.0.1.99', front)
      .subnet('db', '10.0.2.0/24', { routes: {} })
      .instance('db', '10.0.2.20', { groups: ['any'] })
    expect(ask(network, '8.8.8.8', 'eni-app', 'tcp 443').unknowns).toEqual(['FRONTED_ENDPOINTS_UNKNOWN vpc-shop'])
    expect(ask(network, '8.8.8.8', 'eni-db', 'tcp 443').verdict).toBe('unreachable')
  })

  it('serves a VPC that nobody described, which its subnets and tables show (R-ENI-9)', () => {
    const network = served.without('vpc')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443').verdict).toBe('reachable')
  })

  it('does not serve the VPC of another gateway, even one with the same addresses (R-IGW-1)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-twin' })
      .vpc('twin', '10.0.0.0/16')
      .internetGateway('twin')
      .subnet('twin', '10.0.0.0/24', { routes: {} })
      .instance('twin', '10.0.0.10', { publicIp: '54.10.0.9' })
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443').blocked).toEqual(['forward BAD_STATE_ATTACHMENT igw-twin'])
  })

  it('that is being attached leaves it open (R-FLOW-10)', () => {
    const network = served.with('internetGateway', 'igw-shop', {
      Attachments: [{ VpcId: 'vpc-shop', State: 'attaching' }],
    })
    for (const [from, to] of [
      ['eni-web', '8.8.8.8'],
      ['8.8.8.8', 'eni-web'],
    ] as const)
      expect(ask(network, from, to, 'tcp 443')).toMatchObject({ verdict: 'unknown', assumptions: ['R-FLOW-10'] })
  })

  it('leaves open where an elastic address leads that is bound to what was not read (R-ADDR-16, R-ENI-9)', () => {
    const network = served.record('address', 'eipalloc-far', {
      AllocationId: 'eipalloc-far',
      PublicIp: '54.10.0.78',
      NetworkInterfaceId: 'eni-unread',
    })
    for (const from of ['8.8.8.8', 'eni-web'])
      expect(ask(network, from, '54.10.0.78', 'tcp 443').unknowns).toEqual(['UNKNOWN_RESOURCE eni-unread'])
  })

  it('finds no way for a range of the owner that AWS does not announce (R-ADDR-18)', () => {
    const brought = (State: string): Estate =>
      served.record('byoipCidr', '54.10.0.0/24', { Cidr: '54.10.0.0/24', State })
    expect(ask(brought('advertised'), '8.8.8.8', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    expect(ask(brought('provisioned'), '8.8.8.8', '54.10.0.1', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BYOIP_NOT_ADVERTISED internet'],
    })
    expect(ask(brought('provisioned'), 'eni-web', '8.8.8.8', 'tcp 443').verdict).toBe('one-way')
    expect(ask(brought('pending-advertising'), '8.8.8.8', '54.10.0.1', 'tcp 443').verdict).toBe('unknown')
  })

  it('leaves a public address that nobody has attached without use (R-ADDR-16)', () => {
    const network = served.record('address', 'eipalloc-idle', {
      AllocationId: 'eipalloc-idle',
      PublicIp: '54.10.0.77',
      Domain: 'vpc',
    })
    expect(ask(network, '8.8.8.8', '54.10.0.77', 'tcp 443').verdict).toBe('unreachable')
  })

  it('delivers to addresses that the VPC took from public space only as the VPC does (R-ADDR-5, R-ADDR-6)', () => {
    const network = estate()
      .vpc('shop', '54.200.0.0/16')
      .internetGateway('shop')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('web', '54.200.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '54.200.0.10', { groups: ['any'], publicIp: '54.10.0.1' })
      .subnet('db', '54.200.1.0/24', { routes: {} })
      .instance('db', '54.200.1.20', { groups: ['any'] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').forward).not.toContain('igw-shop')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, '8.8.8.8', '54.200.1.20', 'tcp 443').verdict).toBe('unreachable')
  })
})

describe('the answer to what came in by an internet gateway', () => {
  const half = (routes: Routes): Estate =>
    shop({ '0.0.0.0/1': 'igw-shop', ...routes })
      .subnet('public', '10.0.9.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('shop', '10.0.9.8', { publicIp: '54.10.0.8' })

  it('goes by the table of the instance for the client, and no NAT gateway takes it (R-IGW-7)', () => {
    const network = half({ '128.0.0.0/1': 'nat-shop' })
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, '150.1.1.1', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      back: 'eni-web > acl-default-shop > rtb-web > acl-default-shop > nat-shop',
      blocked: ['return ASYMMETRIC_RETURN nat-shop'],
    })
  })

  it('so that one question about the internet has flows of both kinds', () => {
    const { verdict, result } = ask(half({ '128.0.0.0/1': 'nat-shop' }), 'internet', 'eni-web', 'tcp 443')
    expect(verdict).toBe('reachable')
    expect(result.flows.map((flow) => flow.verdict)).toEqual(['reachable', 'one-way'])
  })

  it('fails without a route for the client', () => {
    expect(ask(half({}), '150.1.1.1', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-web'],
    })
  })
})

describe('IPv6 at an internet gateway', () => {
  const dual = (block: string, fields: object = {}): Estate =>
    estate()
      .vpc('shop', ['10.0.0.0/16', block])
      .internetGateway('shop')
      .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0', 'all to ::/0'])
      .subnet('web', ['10.0.0.0/24', block.replace('::/56', ':1::/64')], { routes: { '::/0': 'igw-shop' } })
      .instance('web', ['10.0.0.10', block.replace('::/56', ':1::10')], { groups: ['any'] })
      .with('networkInterface', 'eni-web', fields)

  it('is not translated (R-IGW-5, R-ADDR-11)', () => {
    expect(ask(dual('2600:1f18:1::/56'), 'eni-web', '2606:4700::1111', 'tcp 443 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-web > igw-shop > internet',
      back: 'igw-shop > acl-default-shop > eni-web',
      arrivedAs: 'tcp [2600:1f18:1:1::10]:40000 -> [2606:4700::1111]:443',
    })
    expect(ask(dual('2600:1f18:1::/56'), '2606:4700::1111', 'eni-web', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 18: is dropped from a private source, even where routed (R-ADDR-11, R-IGW-5)', () => {
    const network = dual('fd00:10:0::/56')
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-web > igw-shop',
      blocked: ['forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop'],
    })
    expect(ask(network, '2606:4700::1111', 'eni-web', 'tcp 443').verdict).toBe('unreachable')
  })

  it('of a private global address is no internet address to others either (R-ADDR-14, R-ADDR-12)', () => {
    const block = '2600:1f18:9::/56'
    const network = dual('2600:1f18:1::/56')
      .vpc('far', ['10.9.0.0/16', block])
      .with('vpc', 'vpc-far', {
        Ipv6CidrBlockAssociationSet: [
          { Ipv6CidrBlock: block, Ipv6CidrBlockState: { State: 'associated' }, IpSource: 'none' },
        ],
      })
      .subnet('far', ['10.9.1.0/24', '2600:1f18:9:1::/64'], { routes: {} })
      .instance('far', ['10.9.1.10', '2600:1f18:9:1::10'])
    expect(ask(network, 'eni-web', '2600:1f18:9:1::10', 'tcp 443').blocked).toEqual([
      'forward NOT_ON_THE_INTERNET internet',
    ])
  })

  it('is dropped for a global address that AWS calls private (R-ADDR-12)', () => {
    const block = '2600:1f18:1::/56'
    const network = dual(block).with('vpc', 'vpc-shop', {
      Ipv6CidrBlockAssociationSet: [
        { Ipv6CidrBlock: block, Ipv6CidrBlockState: { State: 'associated' }, Ipv6AddressAttribute: 'private' },
      ],
    })
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').verdict).toBe('unreachable')
  })

  it('is dropped for an interface that denies all such traffic (R-ADDR-13)', () => {
    const network = dual('2600:1f18:1::/56', { DenyAllIgwTraffic: true })
      .within('subnet-web')
      .instance('neighbour', ['10.0.0.11', '2600:1f18:1:1::11'], { groups: ['any'] })
    expect(ask(network, 'eni-web', '2606:4700::1111', 'tcp 443').blocked).toEqual([
      'forward IGW_TRAFFIC_DENIED igw-shop',
    ])
    expect(ask(network, '2606:4700::1111', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward IGW_TRAFFIC_DENIED igw-shop'],
    })
    expect(ask(network, 'eni-neighbour', '2600:1f18:1:1::10', 'tcp 443').verdict).toBe('reachable')
  })

  it('is dropped for a load balancer that is internal, and not for one that faces the internet (R-ADDR-13)', () => {
    const balanced = (scheme: 'internal' | 'internet-facing') =>
      dual('2600:1f18:1::/56').networkLoadBalancer('front', {
        nodes: { web: ['10.0.0.50', '2600:1f18:1:1::50'] },
        scheme,
        groups: ['any'],
        listeners: { 'TCP 443': { targets: ['2600:1f18:1:1::10'], port: 443 } },
      })
    const asked = (scheme: 'internal' | 'internet-facing') =>
      ask(balanced(scheme), '2606:4700::1111', '2600:1f18:1:1::50', 'tcp 443').verdict
    expect(asked('internal')).toBe('unreachable')
    expect(asked('internet-facing')).toBe('reachable')
  })
})

describe('the edge route table of an internet gateway', () => {
  it('steers what enters, by its private destination (R-EDGE-1, R-EDGE-3)', () => {
    const network = shop({ '0.0.0.0/0': 'eni-box' })
      .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
      .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false, publicIp: '54.10.0.5' })
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      forward:
        'igw-shop > rtb-edge > acl-default-shop > eni-box > sg-any > eni-box > sg-any > ' +
        'acl-default-shop > rtb-box > acl-default-shop > sg-any > eni-web',
      back: 'eni-web > acl-default-shop > rtb-web > acl-default-shop > eni-box > acl-default-shop > rtb-box > igw-shop > internet',
      conditions: ['MIDDLEBOX_DECIDES eni-box'],
    })
  })

  it('that is answered past the middlebox does not work (R-EDGE-5, R-FLOW-11)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop' })
      .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
      .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false, publicIp: '54.10.0.5' })
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_INSPECTION i-box'],
    })
  })

  it('leads nothing to a middlebox without a public address (R-ENI-3)', () => {
    const network = shop({ '0.0.0.0/0': 'eni-box' })
      .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
      .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward INGRESS_RTB_NO_PUBLIC_IP rtb-edge'],
    })
  })

  it('that was not read may lead what enters to a middlebox, which forwards no more than it is sent (R-EDGE-1, R-ENI-2)', () => {
    const network = shop({ '0.0.0.0/0': 'eni-box' })
      .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
      .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false, publicIp: '54.10.0.5' })
      .losing('routeTable', 'rtb-edge')
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ROUTE_TABLE_UNKNOWN igw-shop'],
    })
    const closed = network.within('vpc-shop').with('securityGroup', 'sg-any', { IpPermissions: [] })
    expect(ask(closed, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      assumptions: ['R-ENI-2', 'R-IGW-6'],
    })
  })

  it('is unknown where two records claim to be it', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop' })
      .routeTable('edge', {}, 'igw-shop')
      .routeTable('edge-of-yesterday', {}, 'igw-shop')
    expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['CONTRADICTION igw-shop'],
    })
  })

  it('of a public IPv4 pool leads addresses of the pool past all translation, to where ztnet does not see (R-EDGE-6)', () => {
    const network = shop({ '0.0.0.0/0': 'igw-shop' })
      .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false })
      .routeTable('edge', { '198.40.0.0/24': 'eni-box' }, 'igw-shop')
      .with('routeTable', 'rtb-edge', {
        Associations: [
          { GatewayId: 'igw-shop', PublicIpv4Pool: 'ipv4pool-ec2-1', AssociationState: { State: 'associated' } },
        ],
      })
    expect(ask(network, '8.8.8.8', '198.40.0.7', 'tcp 443').unknowns).toEqual(['UNMODELLED_TARGET rtb-edge'])
    // Which of them an interface has nobody but itself can tell.
    expect(ask(network, 'internet', 'eni-box', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ADDRESSES_OF_POOL eni-box'],
    })
  })

  it('has no say over what comes from another VPC (R-EDGE-4)', () => {
    const network = served
      .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
      .subnet('box', '10.0.9.0/28', { routes: {} })
      .instance('box', '10.0.9.5', { groups: ['any'], checked: false, publicIp: '54.10.0.5' })
      .vpc('far', '10.1.0.0/16')
      .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .instance('far', '10.1.1.10')
      .peering('shop', 'far')
      .routeTable('web', { '10.1.0.0/16': 'pcx-shop-far' })
    expect(ask(network, 'eni-far', '10.0.0.10', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
  })

  it.each([
    ['subnet-web', 'unreachable'],
    ['vpc-shop', 'conditional'],
  ])(
    'with Block Public Access is freed by the exclusion of the VPC alone: %s, %s (R-EDGE-7, R-BPA-8)',
    (excluded, verdict) => {
      const network = shop({ '0.0.0.0/0': 'eni-box' })
        .routeTable('edge', { '10.0.0.0/24': 'eni-box' }, 'igw-shop')
        .subnet('box', '10.0.9.0/28', { routes: { '0.0.0.0/0': 'igw-shop' } })
        .instance('box', '10.0.9.5', { groups: ['any'], checked: false, publicIp: '54.10.0.5' })
        .blockPublicAccess('block-bidirectional', { [excluded]: 'allow-bidirectional' })
      expect(ask(network, '8.8.8.8', 'eni-web', 'tcp 443').verdict).toBe(verdict)
    },
  )
})
