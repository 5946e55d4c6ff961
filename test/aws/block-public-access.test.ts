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
const exclusionIn = (network: Estate, id: string, State: string): Estate =>
  network.with('vpcBlockPublicAccessExclusion', `vpcbpa-exclude-${id}`, { State })
const [OUTBOUND, INBOUND] = ['outbound', 'inbound'].map(
  (direction) => `forward VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc-shop ${direction}`,
)

const V6_RULES = ['all from ::/0', 'all to ::/0'] as const

/** A request over a peering, or by the internet, with an answer by the internet: IPv6 only. */
const detour = (exclusions: PublicAccessExclusions, towards: 'pcx-shop-far' | 'igw-shop' = 'pcx-shop-far'): Estate =>
  estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .internetGateway('shop')
    .securityGroup('shop', V6_RULES)
    .subnet('web', ['10.0.0.0/24', '2600:1f18:1:0::/64'], {
      routes: { '2600:1f18:2::/56': towards, '::/0': 'igw-shop' },
    })
    .instance('web', ['10.0.0.10', '2600:1f18:1:0::10'], { groups: ['shop'] })
    .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
    .internetGateway('far')
    .securityGroup('far', V6_RULES)
    .subnet('far', ['10.1.0.0/24', '2600:1f18:2:0::/64'], { routes: { '::/0': 'igw-far' } })
    .instance('far', ['10.1.0.10', '2600:1f18:2:0::10'], { groups: ['far'] })
    .peering('shop', 'far')
    .blockPublicAccess('block-bidirectional', exclusions)
const crossed = (network: Estate) => ask(network, 'eni-web', '2600:1f18:2:0::10', 'tcp 443')

describe('vector 44: Block Public Access of ingress (R-BPA-3)', () => {
  it('lets answers home by the egress-only gateway, whatever a gateway that they pass before remembers (R-EIGW-1)', () => {
    const network = shop('block-ingress', { 'subnet-far': 'allow-bidirectional' })
      .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
      .internetGateway('far')
      .securityGroup('far', V6_RULES)
      .subnet('far', ['10.1.0.0/24', '2600:1f18:2:0::/64'], { routes: { '::/0': 'igw-far' } })
      .instance('far', ['10.1.0.10', '2600:1f18:2:0::10'], { groups: ['far'] })
    expect(ask(network, 'eni-app', '2600:1f18:2:0::10', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      back: 'eni-far > acl-default-far > rtb-far > igw-far > eigw-shop > acl-default-shop > eni-app',
    })
    expect(ask(network, 'eni-web', '2600:1f18:2:0::10', 'tcp 443').verdict).toBe('unreachable')
  })

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
    expect(inward(network).verdict).toBe('reachable')
    expect(inward(exclusionIn(network, 'subnet-web', 'delete-complete')).verdict).toBe('unreachable')
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
    const open = 'allow-bidirectional'

    it('lets no gateway pass an answer to what it never saw', () => {
      const lost = (vpc: string, direction: string) => ({
        verdict: 'one-way',
        blocked: [`return VPC_BLOCK_PUBLIC_ACCESS_ENABLED ${vpc} ${direction}`],
      })
      expect(crossed(detour({ 'vpc-shop': open }))).toMatchObject(lost('vpc-far', 'outbound'))
      expect(crossed(detour({ 'vpc-far': open }))).toMatchObject(lost('vpc-shop', 'inbound'))
      expect(crossed(detour({ 'vpc-shop': 'allow-egress', 'vpc-far': open }))).toMatchObject(
        lost('vpc-shop', 'inbound'),
      )
      expect(crossed(detour({ 'vpc-shop': open, 'vpc-far': open })).verdict).toBe('reachable')
    })

    it('lets answers to what left by the gateway in again (R-BPA-4)', () => {
      const network = detour({ 'vpc-shop': 'allow-egress', 'vpc-far': open }, 'igw-shop')
      expect(crossed(network)).toMatchObject({
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

/** An instance with a public address whose packets from and to the internet all pass what stands in a subnet of its own. */
const inspected = (by: 'eni-box' | 'vpce-box', exclusions: PublicAccessExclusions, mode: PublicAccessMode): Estate => {
  const network = estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0', 'all to 0.0.0.0/0', 'all to ::/0'])
    .internetGateway('shop')
    .egressOnlyInternetGateway('shop')
    .routeTable('edge', { '10.0.1.0/24': by, '2600:1f18:1:1::/64': by }, 'igw-shop')
    .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: { '0.0.0.0/0': by, '::/0': by } })
    .instance('app', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'], publicIp: '54.10.0.1' })
    .subnet('box', ['10.0.9.0/24', '2600:1f18:1:9::/64'], { routes: { '0.0.0.0/0': 'igw-shop', '::/0': 'igw-shop' } })
    .blockPublicAccess(mode, exclusions)
  return by === 'vpce-box'
    ? network.inspectionEndpoint('box', '10.0.9.5')
    : network.instance('box', ['10.0.9.5', '2600:1f18:1:9::5'], {
        groups: ['any'],
        checked: false,
        publicIp: '54.10.0.5',
      })
}

describe.each(['eni-box', 'vpce-box'] as const)(
  'Block Public Access, where %s is before the gateway (R-BPA-5)',
  (by) => {
    const V6 = '2606:4700::1111'
    const free = 'allow-bidirectional'
    const passes = (network: Estate, packets = 'tcp 443') => [
      ask(network, 'eni-app', '8.8.8.8', packets).verdict,
      ask(network, 'eni-app', V6, packets).verdict,
    ]

    it('is lifted for what goes out by an exclusion of its subnet, which talks to the gateway', () => {
      for (const mode of ['block-bidirectional', 'block-ingress'] as const)
        expect(passes(inspected(by, { 'subnet-box': free }, mode)), mode).toEqual(['conditional', 'conditional'])
      expect(passes(inspected(by, { 'subnet-box': 'allow-egress' }, 'block-bidirectional'))).toEqual([
        'conditional',
        'conditional',
      ])
    })

    it('is not lifted by an exclusion of the subnet that the packets come from', () => {
      const network = inspected(by, { 'subnet-app': free }, 'block-bidirectional')
      for (const to of ['8.8.8.8', V6])
        expect(ask(network, 'eni-app', to, 'tcp 443')).toMatchObject({ verdict: 'unreachable', blocked: [OUTBOUND] })
    })

    it('goes by what AWS states on the subnet that talks to the gateway, inwards too (R-BPA-1)', () => {
      const stated = (id: string) =>
        inspected(by, {}, 'block-bidirectional').with('subnet', id, {
          BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
        })
      expect(passes(stated('subnet-box'))).toEqual(['conditional', 'conditional'])
      expect(ask(stated('subnet-box'), '8.8.8.8', 'eni-app', 'tcp 443').verdict).toBe('conditional')
      expect(passes(stated('subnet-app'))).toEqual(['unreachable', 'unreachable'])
      expect(ask(stated('subnet-app'), '8.8.8.8', 'eni-app', 'tcp 443').blocked).toEqual([INBOUND])
    })

    it('is lifted inwards by an exclusion of the VPC alone (R-EDGE-7, R-BPA-8)', () => {
      const inwards = (exclusions: PublicAccessExclusions) =>
        ask(inspected(by, exclusions, 'block-bidirectional'), '8.8.8.8', 'eni-app', 'tcp 443').verdict
      expect(inwards({ 'subnet-box': free, 'subnet-app': free })).toBe('unreachable')
      expect(inwards({ 'vpc-shop': free })).toBe('conditional')
    })

    it('judges what goes on to an egress-only gateway by the same subnet', () => {
      const out = (excluded: string) => {
        const network = inspected(by, { [excluded]: free }, 'block-bidirectional').routeTable('box', {
          '::/0': 'eigw-shop',
        })
        return ask(network, 'eni-app', V6, 'tcp 443').blocked
      }
      expect(out('subnet-box')).not.toContain(OUTBOUND)
      expect(out('subnet-app')).toContain(OUTBOUND)
    })

    it('lets what a NAT gateway sent pass while only ingress is blocked, whatever it passes on its way (R-BPA-3)', () => {
      const network = (mode: PublicAccessMode) =>
        inspected(by, {}, mode)
          .routeTable('edge', { '10.0.2.0/24': by }, 'igw-shop')
          .subnet('nat', '10.0.2.0/24', { routes: { '0.0.0.0/0': by } })
          .natGateway('shop', '10.0.2.8', { publicIp: '54.10.0.8' })
          .subnet('work', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'nat-shop' } })
          .instance('work', '10.0.3.10', { groups: ['any'] })
      expect(ask(network('block-ingress'), 'eni-work', '8.8.8.8', 'tcp 443').verdict).toBe('conditional')
      expect(ask(network('block-bidirectional'), 'eni-work', '8.8.8.8', 'tcp 443').blocked).toEqual([OUTBOUND])
    })
  },
)

describe('Block Public Access, where an appliance sends answers to the gateway (R-BPA-5)', () => {
  /** A web server that the internet reaches directly, and that answers through an appliance. */
  const answering = (towards: 'igw-far' | 'pcx-shop-far'): Estate =>
    estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('shop', V6_RULES)
      .internetGateway('shop')
      .subnet('web', ['10.0.0.0/24', '2600:1f18:1:0::/64'], { routes: { '::/0': 'eni-box' } })
      .instance('web', ['10.0.0.10', '2600:1f18:1:0::10'], { groups: ['shop'] })
      .subnet('box', ['10.0.9.0/24', '2600:1f18:1:9::/64'], { routes: { '::/0': 'igw-shop' } })
      .instance('box', ['10.0.9.5', '2600:1f18:1:9::5'], { groups: ['shop'], checked: false })
      .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
      .securityGroup('far', V6_RULES)
      .internetGateway('far')
      .subnet('far', ['10.1.0.0/24', '2600:1f18:2:0::/64'], { routes: { '::/0': towards } })
      .instance('far', ['10.1.0.10', '2600:1f18:2:0::10'], { groups: ['far'] })
      .peering('shop', 'far')
      .blockPublicAccess('block-bidirectional', {
        'subnet-web': 'allow-bidirectional',
        'vpc-far': 'allow-bidirectional',
      })
  const asked = (network: Estate) => ask(network, 'eni-far', '2600:1f18:1:0::10', 'tcp 443')

  it('lets them out that belong to what came in by it', () => {
    expect(asked(answering('igw-far'))).toMatchObject({
      verdict: 'one-way',
      blocked: ['return ASYMMETRIC_INSPECTION i-box'],
    })
  })

  it('refuses them for the subnet of the appliance where it never saw the request', () => {
    expect(asked(answering('pcx-shop-far')).blocked).toContain(
      'return VPC_BLOCK_PUBLIC_ACCESS_ENABLED vpc-shop outbound',
    )
  })
})

describe('Block Public Access', () => {
  it('that is off forbids nothing', () => {
    expect(inward(shop('off'))).toMatchObject({ verdict: 'reachable', assumptions: [] })
  })

  it('whose exclusions nobody read may be lifted or not, unless none are allowed (R-BPA-1)', () => {
    const blocked = shop('block-bidirectional').without('vpcBlockPublicAccessExclusion')
    expect(inward(blocked).unknowns).toEqual(['VPC_BLOCK_PUBLIC_ACCESS_CHANGING vpc-shop'])
    const strict = blocked.with('vpcBlockPublicAccessOptions', 'options', { ExclusionsAllowed: 'not-allowed' })
    expect(inward(strict).verdict).toBe('unreachable')
    expect(inward(shop('off').without('vpcBlockPublicAccessExclusion')).verdict).toBe('reachable')
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

describe('Block Public Access while it is being changed (R-FLOW-10)', () => {
  const changing = (mode: PublicAccessMode, exclusions: PublicAccessExclusions = {}): Estate =>
    shop(mode, exclusions).with('vpcBlockPublicAccessOptions', 'options', { State: 'update-in-progress' })
  const NOT_KNOWN = { verdict: 'unknown', unknowns: ['VPC_BLOCK_PUBLIC_ACCESS_CHANGING vpc-shop'] }
  const V6 = '2606:4700::1111'

  it.each<PublicAccessMode>(['off', 'block-ingress', 'block-bidirectional'])(
    'does not tell by %s, which may be the mode before or after',
    (mode) => {
      const network = changing(mode)
      expect(inward(network)).toMatchObject(NOT_KNOWN)
      for (const from of ['eni-web', 'eni-app']) {
        expect(out(network, from), from).toMatchObject(NOT_KNOWN)
        expect(ask(network, from, V6, 'tcp 443'), from).toMatchObject(NOT_KNOWN)
      }
    },
  )

  it('says what is being changed', () => {
    const [unknown] = inward(changing('off')).result.unknowns
    expect(unknown?.message).toBe(
      'VPC Block Public Access may forbid inbound internet traffic in vpc-shop (shop), or not: that is not settled ' +
        '(mode update-in-progress)',
    )
  })

  it('lets pass what every mode lets pass (R-BPA-3, R-BPA-4)', () => {
    const network = changing('block-ingress', { 'subnet-web': 'allow-bidirectional', 'subnet-nat': 'allow-egress' })
    expect(inward(network).verdict).toBe('reachable')
    expect(out(network, 'eni-web').verdict).toBe('reachable')
    expect(out(network, 'eni-app').verdict).toBe('reachable')
    expect(out(changing('block-bidirectional', { 'subnet-web': 'allow-egress' }), 'eni-web')).toMatchObject(NOT_KNOWN)
  })

  it('goes by what AWS states on the subnet or VPC, which is what is in force there (R-BPA-1)', () => {
    const stated = (kind: 'subnet' | 'vpc', id: string, InternetGatewayBlockMode: PublicAccessMode) =>
      changing('block-ingress').with(kind, id, { BlockPublicAccessStates: { InternetGatewayBlockMode } })
    expect(inward(stated('subnet', 'subnet-web', 'off'))).toMatchObject({ verdict: 'reachable', unknowns: [] })
    expect(inward(stated('subnet', 'subnet-web', 'block-ingress')).blocked).toEqual([INBOUND])
    expect(out(stated('vpc', 'vpc-shop', 'block-bidirectional'), 'eni-app').blocked).toEqual([OUTBOUND])
    expect(out(stated('subnet', 'subnet-web', 'off'), 'eni-app')).toMatchObject(NOT_KNOWN)
  })

  it.each(['create-in-progress', 'delete-in-progress', 'disable-in-progress'])(
    'does not know whether an exclusion that is %s holds',
    (state) => {
      const free = { 'subnet-web': 'allow-bidirectional' } as const
      const network = exclusionIn(shop('block-bidirectional', free), 'subnet-web', state)
      expect(inward(network)).toMatchObject(NOT_KNOWN)
      expect(out(network, 'eni-web')).toMatchObject(NOT_KNOWN)
      expect(out(network, 'eni-app').blocked).toEqual([OUTBOUND])
      expect(inward(exclusionIn(shop('off', free), 'subnet-web', state))).toMatchObject({
        verdict: 'reachable',
        unknowns: [],
      })
    },
  )

  it('knows that an exclusion whose mode is being changed lets out, whichever of the two it is (R-BPA-4)', () => {
    const network = shop('block-bidirectional', { 'subnet-web': 'allow-egress' })
    const updating = exclusionIn(network, 'subnet-web', 'update-in-progress')
    expect(out(updating, 'eni-web').verdict).toBe('reachable')
    expect(inward(updating)).toMatchObject(NOT_KNOWN)
  })

  it('does not matter where a wider exclusion is in force', () => {
    const network = shop('block-bidirectional', { 'vpc-shop': 'allow-bidirectional', 'subnet-web': 'allow-egress' })
    expect(inward(exclusionIn(network, 'subnet-web', 'delete-in-progress'))).toMatchObject({
      verdict: 'reachable',
      unknowns: [],
    })
  })

  it('is beside the point where something else stops the packets for certain', () => {
    const network = changing('off').with('securityGroup', 'sg-any', { IpPermissions: [] })
    expect(inward(network)).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_HAS_NO_RULES sg-any inbound'],
    })
  })

  it('leaves open whether an answer passes a gateway that never saw the request', () => {
    const network = (exclusions: PublicAccessExclusions) =>
      detour(exclusions).with('vpcBlockPublicAccessOptions', 'options', { State: 'update-in-progress' })
    const open = 'allow-bidirectional'
    const notKnown = (vpc: string) => ({ verdict: 'unknown', unknowns: [`VPC_BLOCK_PUBLIC_ACCESS_CHANGING ${vpc}`] })
    expect(crossed(network({ 'vpc-shop': open }))).toMatchObject(notKnown('vpc-far'))
    expect(crossed(network({ 'vpc-far': open }))).toMatchObject(notKnown('vpc-shop'))
    expect(crossed(network({ 'vpc-shop': open, 'vpc-far': open }))).toMatchObject({
      verdict: 'reachable',
      unknowns: [],
    })
  })
})
