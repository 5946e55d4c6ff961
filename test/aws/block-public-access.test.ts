/** Facts about VPC Block Public Access: what an account forbids at internet and egress-only gateways, whatever else allows it. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { PublicAccessExclusions, PublicAccessMode } from '../build/gateway.ts'
import { ask } from './ask.ts'

/** A public web server, and an instance behind a NAT gateway in a public subnet of its own; both families. */
const shop = (mode: PublicAccessMode, exclusions: PublicAccessExclusions = {}): Estate =>
  estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0', 'all to 0.0.0.0/0', 'all to ::/0'])
    .internetGateway('shop')
    .egressOnlyInternetGateway('shop')
    .subnet('web', ['10.0.0.0/24', '2600:1f18:1:0::/64'], { routes: { '0.0.0.0/0': 'igw-shop', '::/0': 'igw-shop' } })
    .instance('web', ['10.0.0.10', '2600:1f18:1:0::10'], { groups: ['any'], publicIp: '54.10.0.1' })
    .subnet('nat', '10.0.2.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .natGateway('shop', '10.0.2.8', { publicIp: '54.10.0.8' })
    .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], {
      routes: { '0.0.0.0/0': 'nat-shop', '::/0': 'eigw-shop' },
    })
    .instance('app', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
    .blockPublicAccess(mode, exclusions)

const out = (network: Estate, from: string) => ask(network, from, '8.8.8.8', 'tcp 443')
const inward = (network: Estate) => ask(network, '8.8.8.8', 'eni-web', 'tcp 443')
const [OUTBOUND, INBOUND] = ['outbound', 'inbound'].map(
  (direction) => `forward VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc-shop ${direction}`,
)

describe('vector 44: Block Public Access of ingress (R-BPA-3)', () => {
  it('keeps an instance with a public address from being reached, and from starting anything either', () => {
    expect(inward(shop('block-ingress'))).toMatchObject({
      verdict: 'unreachable',
      forward: 'igw-shop > vpc-shop',
      blocked: [INBOUND],
    })
    expect(out(shop('block-ingress'), 'eni-web')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-default-shop > rtb-web > vpc-shop',
      blocked: [OUTBOUND],
    })
  })

  it('lets flows through NAT gateways and egress-only gateways pass', () => {
    expect(out(shop('block-ingress'), 'eni-app').verdict).toBe('reachable')
    expect(ask(shop('block-ingress'), 'eni-app', '2606:4700::1111', 'tcp 443').verdict).toBe('reachable')
  })

  it.each(['subnet-web', 'vpc-shop'])('lets all of an excluded %s pass (R-BPA-4)', (excluded) => {
    const network = shop('block-ingress', { [excluded]: 'allow-bidirectional' })
    expect(out(network, 'eni-web').verdict).toBe('reachable')
    expect(inward(network).verdict).toBe('reachable')
  })

  it('knows no exclusion for egress alone (R-BPA-4)', () => {
    const network = shop('block-ingress', { 'subnet-web': 'allow-egress' })
    expect(out(network, 'eni-web').blocked).toEqual([OUTBOUND])
  })
})

describe('Block Public Access of both directions (R-BPA-2)', () => {
  it('forbids all at the internet gateway and at the egress-only gateway, NAT gateways included', () => {
    const network = shop('block-bidirectional')
    for (const from of ['eni-web', 'eni-app']) expect(out(network, from).blocked).toEqual([OUTBOUND])
    expect(inward(network).blocked).toEqual([INBOUND])
    for (const from of ['eni-web', 'eni-app'])
      expect(ask(network, from, '2606:4700::1111', 'tcp 443').blocked, from).toContain(OUTBOUND)
  })

  it('vector 45: with the subnet of the NAT gateway excluded for egress lets those behind it out (R-BPA-4, R-BPA-5)', () => {
    const network = shop('block-bidirectional', { 'subnet-nat': 'allow-egress' })
    expect(out(network, 'eni-app')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-default-shop > rtb-app > acl-default-shop > nat-shop > acl-default-shop > rtb-nat > ' +
        'igw-shop > internet',
    })
    expect(out(network, 'eni-web').blocked).toEqual([OUTBOUND])
  })

  it('does not look at the subnet of who is behind the NAT gateway (R-BPA-5)', () => {
    expect(out(shop('block-bidirectional', { 'subnet-app': 'allow-bidirectional' }), 'eni-app').blocked).toEqual([
      OUTBOUND,
    ])
  })

  it('with an exclusion for egress lets nothing in (R-BPA-4)', () => {
    const network = shop('block-bidirectional', { 'subnet-web': 'allow-egress' })
    expect(out(network, 'eni-web').verdict).toBe('reachable')
    expect(inward(network).blocked).toEqual([INBOUND])
  })

  it('goes by exclusions that are in force (R-BPA-1)', () => {
    const network = shop('block-bidirectional', { 'subnet-web': 'allow-bidirectional' })
    const pending = network.with('vpcBlockPublicAccessExclusion', 'vpcbpa-exclude-subnet-web', {
      State: 'create-in-progress',
    })
    expect(inward(network).verdict).toBe('reachable')
    expect(inward(pending).verdict).toBe('unreachable')
  })

  it('goes by what AWS states on the subnet before the option of the account (R-BPA-1)', () => {
    const network = shop('block-bidirectional').with('subnet', 'subnet-web', {
      BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    })
    expect(inward(network).verdict).toBe('reachable')
  })

  it('touches nothing within the estate (R-BPA-6)', () => {
    expect(ask(shop('block-bidirectional'), 'eni-app', '10.0.0.10', 'tcp 443').verdict).toBe('reachable')
  })

  it('stops what goes out and back by public addresses', () => {
    const network = shop('block-bidirectional', { 'subnet-nat': 'allow-egress' })
    expect(ask(network, 'eni-app', '54.10.0.1', 'tcp 443').blocked).toEqual([INBOUND])
  })

  describe('where a request goes over a peering and its answer by the internet', () => {
    const rules = ['all from ::/0', 'all to ::/0'] as const
    const detour = (
      exclusions: PublicAccessExclusions,
      towards: 'pcx-shop-far' | 'igw-shop' = 'pcx-shop-far',
    ): Estate =>
      estate()
        .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
        .internetGateway('shop')
        .securityGroup('shop', rules)
        .subnet('web', ['10.0.0.0/24', '2600:1f18:1:0::/64'], {
          routes: { '2600:1f18:2::/56': towards, '::/0': 'igw-shop' },
        })
        .instance('web', ['10.0.0.10', '2600:1f18:1:0::10'], { groups: ['shop'] })
        .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
        .internetGateway('far')
        .securityGroup('far', rules)
        .subnet('far', ['10.1.0.0/24', '2600:1f18:2:0::/64'], { routes: { '::/0': 'igw-far' } })
        .instance('far', ['10.1.0.10', '2600:1f18:2:0::10'], { groups: ['far'] })
        .peering('shop', 'far')
        .blockPublicAccess('block-bidirectional', exclusions)
    const asked = (network: Estate) => ask(network, 'eni-web', '2600:1f18:2:0::10', 'tcp 443')
    const open = 'allow-bidirectional'

    it('lets no gateway pass an answer to what it never saw', () => {
      const lost = (vpc: string, direction: string) => ({
        verdict: 'one-way',
        blocked: [`return VPC_BLOCK_PUBLIC_ACCESS_ENABLED ${vpc} ${direction}`],
      })
      expect(asked(detour({ 'vpc-shop': open }))).toMatchObject(lost('vpc-far', 'outbound'))
      expect(asked(detour({ 'vpc-far': open }))).toMatchObject(lost('vpc-shop', 'inbound'))
      expect(asked(detour({ 'vpc-shop': 'allow-egress', 'vpc-far': open }))).toMatchObject(lost('vpc-shop', 'inbound'))
      expect(asked(detour({ 'vpc-shop': open, 'vpc-far': open })).verdict).toBe('reachable')
    })

    it('lets answers to what left by the gateway in again (R-BPA-4)', () => {
      const network = detour({ 'vpc-shop': 'allow-egress', 'vpc-far': open }, 'igw-shop')
      expect(asked(network)).toMatchObject({
        verdict: 'reachable',
        back: expect.stringContaining('igw-shop') as string,
      })
    })
  })

  it('frees a regional NAT gateway by an exclusion of the VPC only, by our decision (R-BPA-8)', () => {
    const regional = (exclusions: PublicAccessExclusions): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .internetGateway('shop')
        .regionalNatGateway('wide', { a: '54.10.0.9' }, { '0.0.0.0/0': 'igw-shop' })
        .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-wide' } })
        .instance('app', '10.0.1.10')
        .blockPublicAccess('block-bidirectional', exclusions)
    expect(out(regional({ 'subnet-app': 'allow-bidirectional' }), 'eni-app').blocked).toEqual([OUTBOUND])
    expect(out(regional({ 'vpc-shop': 'allow-egress' }), 'eni-app').verdict).toBe('reachable')
    expect(out(regional({}), 'eni-app').assumptions).toContain('R-BPA-8')
  })
})

describe('Block Public Access', () => {
  it('that is off forbids nothing', () => {
    expect(inward(shop('off'))).toMatchObject({ verdict: 'reachable', assumptions: [] })
  })

  it('that nobody read is taken as off, and the answer says so (R-BPA-1)', () => {
    const network = shop('block-bidirectional').without('vpcBlockPublicAccessOptions')
    expect(inward(network)).toMatchObject({ verdict: 'reachable', assumptions: ['R-BPA-1'] })
  })

  it('is that of the account of the VPC (R-BPA-7)', () => {
    const network = shop('off')
      .in({ account: '222222222222', region: 'us-east-1' })
      .vpc('other', '10.7.0.0/16')
      .blockPublicAccess('block-bidirectional')
    expect(inward(network).verdict).toBe('reachable')
  })
})
