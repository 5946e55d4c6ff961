/** Facts about VPC peering: two address spaces and nothing beyond, a route on both sides, and identity within one region. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { Place } from '../build/draft.ts'
import type { Routes } from '../build/network.ts'
import { ask } from './ask.ts'

const HOME: Place = { account: '111111111111', region: 'us-east-1' }

/** Two peered VPCs with an instance each, and these routes beside local. */
const peered = (
  here: Routes = { '10.1.0.0/16': 'pcx-shop-far' },
  there: Routes = { '10.0.0.0/16': 'pcx-shop-far' },
  place: Place = HOME,
): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: here })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .in(place)
    .vpc('far', '10.1.0.0/16')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .subnet('far', '10.1.1.0/24', { routes: there })
    .instance('far', '10.1.1.10', { groups: ['far'] })
    .peering('shop', 'far')

describe('a VPC peering', () => {
  it('carries packets where both sides have a route, past the NACL and the groups of each (R-PCX-1, R-PCX-4)', () => {
    expect(ask(peered(), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > pcx-shop-far > acl-default-far > sg-far > eni-far',
      back: 'eni-far > acl-default-far > rtb-far > pcx-shop-far > acl-default-shop > eni-web',
      blocked: [],
    })
  })

  it('vector 24: without a route back brings no answer (R-PCX-1)', () => {
    expect(ask(peered(undefined, {}), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      back: 'eni-far > acl-default-far > rtb-far',
      blocked: ['return NO_ROUTE_TO_DESTINATION rtb-far'],
    })
  })

  it('without a route there brings nothing', () => {
    expect(ask(peered({}), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NO_ROUTE_TO_DESTINATION rtb-app'],
    })
  })

  it.each([
    ['pending-acceptance', 'unreachable'],
    ['rejected', 'unreachable'],
    ['deleted', 'unreachable'],
    ['expired', 'unreachable'],
    ['provisioning', 'unknown'],
  ])('that is %s makes it %s (R-PCX-1, R-FLOW-10)', (Code, verdict) => {
    const network = peered().with('vpcPeeringConnection', 'pcx-shop-far', { Status: { Code } })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe(verdict)
  })

  it('delivers only what lies in the two address spaces, however wide the route (R-PCX-2)', () => {
    const network = peered({ '0.0.0.0/0': 'pcx-shop-far' })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '8.8.8.8', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-shop-far'],
    })
  })

  it('reaches every block of the other VPC (R-ADDR-4)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'pcx-shop-far' } })
      .instance('web', '10.0.1.10')
      .vpc('far', ['10.1.0.0/16', '100.64.0.0/20'])
      .securityGroup('far', ['all from 10.0.0.0/16'])
      .subnet('far', '100.64.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .instance('far', '100.64.1.10', { groups: ['far'] })
      .peering('shop', 'far')
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 25: is not a way through to a third VPC (R-PCX-3)', () => {
    const network = peered(
      { '10.1.0.0/16': 'pcx-shop-far', '10.2.0.0/16': 'pcx-shop-far' },
      { '10.2.0.0/16': 'pcx-far-third' },
    )
      .vpc('third', '10.2.0.0/16')
      .subnet('third', '10.2.1.0/24', { routes: { '10.0.0.0/16': 'pcx-far-third' } })
      .instance('third', '10.2.1.10')
      .peering('far', 'third')
    expect(ask(network, 'eni-web', 'eni-third', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-app > pcx-shop-far',
      blocked: ['forward PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-shop-far'],
    })
  })

  it('carries IPv6 with routes of its own (R-PCX-7)', () => {
    const dual = (back: Routes): Estate =>
      estate()
        .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
        .securityGroup('any', ['all to ::/0', 'all from ::/0'])
        .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: { '2600:1f18:2::/56': 'pcx-shop-far' } })
        .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
        .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
        .subnet('far', ['10.1.1.0/24', '2600:1f18:2:1::/64'], { routes: back })
        .instance('far', ['10.1.1.10', '2600:1f18:2:1::10'], { groups: ['any'] })
        .peering('shop', 'far')
    const there = '2600:1f18:2:1::10'
    expect(ask(dual({ '2600:1f18:1::/56': 'pcx-shop-far' }), 'eni-web', there, 'tcp 443').verdict).toBe('reachable')
    expect(ask(dual({ '10.0.0.0/16': 'pcx-shop-far' }), 'eni-web', there, 'tcp 443').verdict).toBe('one-way')
  })

  it('to an account that was not read bounds what we know, and the rest is unknown (R-PCX-8)', () => {
    const alone = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'pcx-abroad' } })
      .instance('web', '10.0.1.10')
      .record('vpcPeeringConnection', 'pcx-abroad', {
        VpcPeeringConnectionId: 'pcx-abroad',
        RequesterVpcInfo: { VpcId: 'vpc-shop', CidrBlockSet: [{ CidrBlock: '10.0.0.0/16' }], Region: 'us-east-1' },
        AccepterVpcInfo: { VpcId: 'vpc-abroad', CidrBlockSet: [{ CidrBlock: '10.7.0.0/16' }], Region: 'us-east-1' },
        Status: { Code: 'active' },
      })
    expect(ask(alone, 'eni-web', '10.7.0.10', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNKNOWN_RESOURCE vpc-abroad'],
    })
    expect(ask(alone, 'eni-web', '10.8.0.10', 'tcp 443').verdict).toBe('unreachable')
  })
})

describe('vector 26: of what a peer has, this VPC may use', () => {
  const equipped = peered({ '0.0.0.0/0': 'pcx-shop-far' })
    .internetGateway('far')
    .vpnGateway('site', ['172.20.0.0/16'])
    .routeTable('far', { '0.0.0.0/0': 'igw-far', '172.20.0.0/16': 'vgw-site' })
    .gatewayEndpoint('s3', { tables: ['far'] })
    .interfaceEndpoint('ssm', { far: '10.1.1.40' }, { groups: ['far'] })

  it.each([
    ['the internet gateway', '8.8.8.8'],
    ['the virtual private gateway', '172.20.1.1'],
    ['the gateway endpoint', '52.216.1.1'],
    ['the DNS resolver (R-SVC-5)', '10.1.0.2'],
  ])('not %s (R-PCX-3)', (_, to) => {
    expect(ask(equipped, 'eni-web', to, 'tcp 443').verdict).toBe('unreachable')
  })

  it('its interface endpoints (R-VPCE-1)', () => {
    expect(ask(equipped, 'eni-web', 'eni-ssm-far', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-default-shop > rtb-app > pcx-shop-far > acl-default-far > sg-far > vpce-ssm',
    })
  })
})

describe('a security group reference over a peering', () => {
  const referring = (place?: Place): Estate =>
    peered(undefined, undefined, place).securityGroup('far', ['tcp 443 from sg-any'])

  it('works within a region, also between accounts (R-SG-9)', () => {
    for (const place of [HOME, { account: '222222222222', region: 'us-east-1' }])
      expect(ask(referring(place), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 27: matches nothing from another region (R-PCX-6, R-SG-9)', () => {
    const abroad: Place = { account: '111111111111', region: 'eu-west-1' }
    expect(ask(referring(abroad), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-app > pcx-shop-far > acl-default-far > sg-far',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED pcx-shop-far'],
    })
    expect(ask(peered(undefined, undefined, abroad), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('is in the way of what it names only: of all else no rule is (R-SG-11)', () => {
    const abroad: Place = { account: '111111111111', region: 'eu-west-1' }
    const { result } = ask(referring(abroad), 'eni-web', 'eni-far', 'tcp 440-449')
    expect(
      result.blocked.map(({ code, packets }) => [code, packets.map(({ destinationPorts }) => destinationPorts)]),
    ).toEqual([
      ['SG_REFERENCES_NOT_PRESERVED', [[[443, 443]]]],
      [
        'ENI_SG_RULES_MISMATCH',
        [
          [
            [440, 442],
            [444, 449],
          ],
        ],
      ],
    ])
  })

  it('goes by where the VPCs were read where the peering does not say their regions (R-PCX-6)', () => {
    const silent = (network: Estate): Estate =>
      network.with('vpcPeeringConnection', 'pcx-shop-far', {
        RequesterVpcInfo: { VpcId: 'vpc-shop' },
        AccepterVpcInfo: { VpcId: 'vpc-far' },
      })
    const abroad: Place = { account: '111111111111', region: 'eu-west-1' }
    expect(ask(silent(referring()), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    expect(ask(silent(referring(abroad)), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    const half = referring().with('vpcPeeringConnection', 'pcx-shop-far', { AccepterVpcInfo: { VpcId: 'vpc-far' } })
    expect(ask(half, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 27: lets nothing out to another region either (R-SG-9)', () => {
    const abroad: Place = { account: '111111111111', region: 'eu-west-1' }
    const network = peered(undefined, undefined, abroad).within('vpc-shop').securityGroup('any', ['all to sg-far'])
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED pcx-shop-far'],
    })
  })

  it('is inert while AWS calls the peering anything but active (R-SG-13)', () => {
    const group = referring()
    const rule = (PeeringStatus: string) => ({
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          UserIdGroupPairs: [{ GroupId: 'sg-any', VpcPeeringConnectionId: 'pcx-shop-far', PeeringStatus }],
        },
      ],
    })
    const asked = (status: string) =>
      ask(group.with('securityGroup', 'sg-far', rule(status)), 'eni-web', 'eni-far', 'tcp 443').verdict
    expect(asked('active')).toBe('reachable')
    expect(asked('pending-acceptance')).toBe('unreachable')
  })
})

describe('vector 56: two peers with the same block (R-PCX-5)', () => {
  /** `twin` has the same block as `far`, and the server's table sends the client's subnet to one of the two. */
  const twins = (answersTo: 'pcx-shop-far' | 'pcx-shop-twin', twinHasClient: boolean): Estate => {
    const network = peered({ '10.1.0.0/16': 'pcx-shop-far', '10.1.1.0/24': answersTo })
      .vpc('twin', '10.1.0.0/16')
      .subnet('twin', '10.1.1.0/24', { routes: {} })
      .peering('shop', 'twin')
    return twinHasClient ? network.instance('twin', '10.1.1.10') : network
  }

  it('are told apart by the longest prefix in the table of who answers', () => {
    expect(ask(twins('pcx-shop-far', true), 'eni-far', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      back: 'eni-web > acl-default-shop > rtb-app > pcx-shop-far > acl-default-far > eni-far',
    })
  })

  it('so that an answer may go to the wrong one', () => {
    expect(ask(twins('pcx-shop-twin', true), 'eni-far', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: [expect.stringMatching(/^return REPLY_DELIVERED_ELSEWHERE /) as string],
    })
    expect(ask(twins('pcx-shop-twin', false), 'eni-far', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return NO_POSSIBLE_DESTINATION subnet-twin'],
    })
  })

  it('and a request may arrive at the wrong one', () => {
    expect(ask(twins('pcx-shop-twin', true), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(twins('pcx-shop-twin', true), 'eni-web', 'eni-twin', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
    })
  })
})
