/** Which subnet is which tier. Conventions come from aws-analyzers section 5; routes from R-ROUTE-17 and R-ROUTE-19. */
import { describe, expect, test } from 'vitest'
import { type SubnetTier, tierReport } from '../../src/analysis/tiers.ts'
import type { Tier } from '../../src/analysis/tiers-declared.ts'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { styleOf } from '../../src/report/style.ts'
import { tiersJson, tiersMarkdown, tiersText } from '../../src/report/tiers-text.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Estate, estate } from '../build.ts'

const report = (snapshot: Snapshot) => tierReport(compile(new Network(snapshot)))

const tiersOf = (facts: Estate): ReadonlyMap<string, SubnetTier> =>
  new Map(report(facts.snapshot()).subnets.map((each) => [each.id.slice('subnet-'.length), each]))

const tierOf = (facts: Estate, subnet: string): SubnetTier => tiersOf(facts).get(subnet)!

/** A snapshot of one VPC and one subnet with these names and tags and nothing else. */
const named = (
  vpc: string | undefined,
  name: string | undefined,
  tags: Readonly<Record<string, string>> = {},
): SubnetTier => {
  const place = { account: '111111111111', region: 'us-east-1' }
  const tagsOf = (own: string | undefined, more: Readonly<Record<string, string>>) =>
    Object.entries({ ...more, ...(own !== undefined && { Name: own }) }).map(([Key, Value]) => ({ Key, Value }))
  return report({
    version: 1,
    coverage: [],
    gaps: [],
    resources: [
      {
        kind: 'subnet',
        ...place,
        id: 'subnet-1',
        raw: { SubnetId: 'subnet-1', VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24', Tags: tagsOf(name, tags) },
      },
      { kind: 'vpc', ...place, id: 'vpc-1', raw: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16', Tags: tagsOf(vpc, {}) } },
    ],
  }).subnets[0]!
}

describe('a subnet declares its tier by the conventions of the tool that made it', () => {
  const conventions: readonly (readonly [
    tool: string,
    vpc: string | undefined,
    name: string | undefined,
    tags: Record<string, string>,
    declared: Tier | undefined,
  ])[] = [
    ['terraform-aws-modules', 'shop', 'shop-public-eu-west-1a', {}, 'public'],
    ['terraform-aws-modules', 'shop', 'shop-private-eu-west-1a', {}, 'private'],
    ['terraform-aws-modules', 'shop', 'shop-db-eu-west-1a', {}, 'database'],
    ['terraform-aws-modules', 'shop', 'shop-redshift-eu-west-1a', {}, 'database'],
    ['terraform-aws-modules', 'shop', 'shop-elasticache-eu-west-1a', {}, 'database'],
    ['terraform-aws-modules', 'shop', 'shop-intra-eu-west-1a', {}, 'intra'],
    ['terraform-aws-modules, VPC named like a tier', 'data', 'data-private-eu-west-1a', {}, 'private'],
    ['terraform-aws-modules, VPC named like a tier', 'edge-web', 'edge-web-db-eu-west-1a', {}, 'database'],
    ['terraform-aws-modules with EKS tags', 'shop', 'shop-1', { 'kubernetes.io/role/elb': '1' }, 'public'],
    ['terraform-aws-modules with EKS tags', 'shop', 'shop-1', { 'kubernetes.io/role/internal-elb': '1' }, 'private'],
    ['EKS tags without a value', 'shop', 'shop-1', { 'kubernetes.io/role/elb': '' }, 'public'],
    ['EKS tags that are off', 'shop', 'shop-1', { 'kubernetes.io/role/elb': '0' }, undefined],
    [
      'EKS tags of both roles',
      'shop',
      'shop-1',
      { 'kubernetes.io/role/elb': '1', 'kubernetes.io/role/internal-elb': '1' },
      undefined,
    ],
    [
      'AWS CDK',
      'Net/Vpc',
      'Net/Vpc/IngressSubnet1',
      { 'aws-cdk:subnet-type': 'Public', 'aws-cdk:subnet-name': 'Ingress' },
      'public',
    ],
    ['AWS CDK', 'Net/Vpc', 'Net/Vpc/AppSubnet1', { 'aws-cdk:subnet-type': 'Private' }, 'private'],
    ['AWS CDK', 'Net/Vpc', 'Net/Vpc/DbSubnet1', { 'aws-cdk:subnet-type': 'Isolated' }, 'intra'],
    ['AWS CDK, older', 'Net/Vpc', 'Net/Vpc/AppSubnet1', { 'aws-cdk:subnet-type': 'Deprecated_Private_NAT' }, 'private'],
    ['AWS CDK, older', 'Net/Vpc', 'Net/Vpc/AppSubnet1', { 'aws-cdk:subnet-type': 'Deprecated_Isolated' }, 'intra'],
    ['AWS CDK by Name', 'DataStack/WebVpc', 'DataStack/WebVpc/PrivateSubnet2', {}, 'private'],
    ['eksctl', 'eksctl-data-cluster/VPC', 'eksctl-data-cluster/SubnetPublicUSEAST1A', {}, 'public'],
    ['eksctl', 'eksctl-data-cluster/VPC', 'eksctl-data-cluster/SubnetPrivateUSEAST1A', {}, 'private'],
    ['Control Tower', 'aws-controltower-VPC', 'aws-controltower-PublicSubnet1', {}, 'public'],
    ['Control Tower', 'aws-controltower-VPC', 'aws-controltower-PrivateSubnet1A', {}, 'private'],
    ['Control Tower', 'aws-controltower-VPC', 'aws-controltower-PrivateSubnet3B', { Network: 'Private' }, 'private'],
    ['Control Tower', undefined, undefined, { Network: 'Public' }, 'public'],
    ['Landing Zone Accelerator', 'Network-Main', 'Network-Main-App-A', {}, 'private'],
    ['Landing Zone Accelerator', 'Network-Main', 'Network-Main-Tgw-A', {}, 'other'],
    ['Landing Zone Accelerator', 'Network-Main', 'Network-Main-Fw-A', {}, 'other'],
    ['Landing Zone Accelerator', 'Network-Main', 'Network-Main-Data-A', {}, 'database'],
    ['Landing Zone Accelerator', 'Network-Main', 'Network-Main-Endpoints', {}, 'other'],
    ['VPC console wizard', 'project-vpc', 'project-subnet-public1-us-east-1a', {}, 'public'],
    ['VPC console wizard', 'project-vpc', 'project-subnet-private2-us-east-1b', {}, 'private'],
    ['default VPC', undefined, undefined, {}, undefined],
    ['AWS-IA', 'vpc', 'public-us-east-1a', {}, 'public'],
    ['AWS-IA', 'vpc', 'transit_gateway-us-east-1a', {}, 'other'],
    ['AWS-IA', 'vpc', 'core_network-us-east-1a', {}, 'other'],
    ['cloudposse', 'eg-prod', 'eg-prod-1', { 'cpco.io/subnet/type': 'public' }, 'public'],
    ['cloudposse, older', 'eg-prod', 'eg-prod-1', { 'cpco:subnet:type': 'private' }, 'private'],
    ['a Tier tag', 'shop', 'shop-1', { Tier: 'Database' }, 'database'],
    ['a tier tag in lower case', 'shop', 'shop-1', { tier: 'app' }, 'private'],
    ['a Type tag', 'shop', 'shop-1', { Type: 'Private Subnet' }, 'private'],
    ['a SubnetType tag', 'shop', 'shop-1', { SubnetType: 'isolated' }, 'intra'],
    ['a Type tag that means something else', 'shop', 'shop-db-1', { Type: 'gold' }, 'database'],
    ['a Name of one word', undefined, 'db', {}, 'database'],
    ['a Name in one piece', undefined, 'publicsubnet1', {}, 'public'],
    ['capitals', undefined, 'DMZ-1', {}, 'public'],
    ['a purpose before a tier', undefined, 'prod-private-db-1a', {}, 'database'],
    ['a purpose before a tier, in the other order', undefined, 'prod-db-private-1a', {}, 'database'],
    ['a tier before a role', undefined, 'prod-private-web-1a', {}, 'private'],
    ['a tier before a role', undefined, 'public-app-a', {}, 'public'],
    ['edge', undefined, 'edge', {}, 'other'],
    ['inspection', undefined, 'central-inspection-a', {}, 'other'],
    ['management', undefined, 'core-mgmt-a', {}, 'other'],
    ['an unknown word', undefined, 'application-a', {}, undefined],
    ['a word that only contains one', undefined, 'republic-databank', {}, undefined],
  ]
  test.each(conventions)('%s: VPC %s, Name %s, tags %j -> %s', (_tool, vpc, name, tags, declared) => {
    expect(named(vpc, name, tags).declaredTier).toBe(declared)
  })

  test('the tags count in the order of the conventions, and before the Name', () => {
    const order = [
      'aws-cdk:subnet-type',
      'cpco.io/subnet/type',
      'kubernetes.io/role/internal-elb',
      'Tier',
      'Type',
      'Network',
      'SubnetType',
    ]
    const values = ['Isolated', 'public', '1', 'database', 'public', 'private', 'intra']
    const tiers: readonly Tier[] = ['intra', 'public', 'private', 'database', 'public', 'private', 'intra']
    const told = order.map((_, first) => {
      const tags = Object.fromEntries(order.slice(first).map((key, index) => [key, values[first + index]!]))
      const { declaredTier, declared } = named('shop', 'shop-tgw-1a', tags)
      return [declared && 'tag' in declared.by ? declared.by.tag : undefined, declaredTier]
    })
    expect(told).toEqual(order.map((key, index) => [key, tiers[index]]))
    expect(named('shop', 'shop-tgw-1a').declaredTier).toBe('other')
  })

  test('the reason names the tag or the word', () => {
    expect(named('shop', 'shop-db-1a', { Tier: 'app' }).reason).toBe('tag Tier=app')
    expect(named('shop', 'shop-db-1a').reason).toBe('Name "shop-db-1a" says db')
    expect(named('shop', 'shop-tgw-1a').reason).toBe('Name "shop-tgw-1a" says tgw, which is transit')
    expect(named('shop', 'edge').declared).toMatchObject({
      tier: 'other',
      purpose: 'edge',
      by: { name: 'edge', word: 'edge' },
    })
  })

  test('hostile names and keys are names like any other', () => {
    expect(named('__proto__', '__proto__', { __proto__: 'x', constructor: 'private' }).declaredTier).toBeUndefined()
    expect(named('', '\u001b[31m\u0000-db-\u202e', {}).declaredTier).toBe('database')
    expect(named('shop', 'x'.repeat(100_000), { Tier: '-'.repeat(100_000) }).declaredTier).toBeUndefined()
  })
})

const shop = estate().vpc('shop', ['10.0.0.0/16', '2600:1f18:aaaa::/56']).internetGateway('shop')
const egress = shop
  .subnet('public', '10.0.9.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
  .natGateway('out', '10.0.9.10', { publicIp: '54.1.1.1' })

describe('routes make a subnet', () => {
  test('public, where all of the internet is by an attached internet gateway', () => {
    const { effectiveTier, effective } = tierOf(
      shop.subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } }),
      'a',
    )
    expect(effectiveTier).toBe('public')
    expect(effective.ipv4).toEqual({
      is: 'public-v4',
      exits: [
        { via: 'internet-gateway', id: 'igw-shop', name: 'shop', routes: ['0.0.0.0/0 -> igw-shop'], scope: 'all' },
      ],
      reason: '0.0.0.0/0 -> igw-shop (shop)',
    })
    expect(effective.ipv6).toBeUndefined()
    expect(effective.reason).toBe('rtb-a (a): 0.0.0.0/0 -> igw-shop (shop)')
  })

  test('public as well by halves of the address space', () => {
    const routes = { '0.0.0.0/1': 'igw-shop', '128.0.0.0/1': 'igw-shop' } as const
    const { effective } = tierOf(shop.subnet('a', '10.0.1.0/24', { routes }), 'a')
    expect(effective.ipv4?.exits).toEqual([
      expect.objectContaining({ scope: 'all', routes: ['0.0.0.0/1 -> igw-shop', '128.0.0.0/1 -> igw-shop'] }),
    ])
  })

  test('public as well by a prefix list', () => {
    const facts = shop
      .prefixList('world', ['0.0.0.0/2', '64.0.0.0/2', '128.0.0.0/1'])
      .subnet('a', '10.0.1.0/24', { routes: { 'pl-world': 'igw-shop' } })
    expect(tierOf(facts, 'a').effective.ipv4?.exits[0]).toMatchObject({ via: 'internet-gateway', scope: 'all' })
  })

  test('public to a part, where a narrow route leads to the internet gateway, and that part is said', () => {
    const { effectiveTier, effective } = tierOf(
      egress.subnet('a', '10.0.1.0/24', { routes: { '8.8.8.0/24': 'igw-shop', '0.0.0.0/0': 'nat-out' } }),
      'a',
    )
    expect(effectiveTier).toBe('public')
    expect(effective.ipv4?.exits[0]).toMatchObject({
      via: 'internet-gateway',
      scope: 'part',
      destinations: ['8.8.8.0/24'],
    })
    expect(effective.ipv4?.exits[1]).toMatchObject({ via: 'nat-gateway', scope: 'part' })
    expect(effective.reason).toContain('8.8.8.0/24 -> igw-shop (shop), which is 8.8.8.0/24 of the internet')
  })

  test('public for one family and not for the other', () => {
    const blocks = ['10.0.1.0/24', '2600:1f18:aaaa:1::/64']
    const { effectiveTier, effective } = tierOf(
      egress.subnet('a', blocks, { routes: { '0.0.0.0/0': 'nat-out', '::/0': 'igw-shop' } }),
      'a',
    )
    expect(effectiveTier).toBe('public')
    expect([effective.ipv4?.is, effective.ipv6?.is]).toEqual(['egress-only', 'public-v6'])
  })

  test('not public by an IPv6 route, where it has no IPv6 addresses or only private ones', () => {
    const routes = { '::/0': 'igw-shop' } as const
    expect(tierOf(shop.subnet('a', '10.0.1.0/24', { routes }), 'a').effectiveTier).toBe('isolated')
    const ula = estate()
      .vpc('shop', ['10.0.0.0/16', 'fd12:3456::/48'])
      .internetGateway('shop')
      .subnet('a', ['10.0.1.0/24', 'fd12:3456::/64'], { routes })
    const { effectiveTier, effective } = tierOf(ula, 'a')
    expect(effectiveTier).toBe('isolated')
    expect(effective.reason).toContain('the IPv6 addresses of the subnet are private')
  })

  test('not public, where the internet gateway is attached elsewhere or the route is a blackhole', () => {
    const detached = shop
      .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .with('internetGateway', 'igw-shop', { Attachments: [{ VpcId: 'vpc-other', State: 'available' }] })
    expect(tierOf(detached, 'a').effectiveTier).toBe('isolated')
    expect(tierOf(detached, 'a').effective.reason).toContain(
      'without effect: 0.0.0.0/0 -> igw-shop (it is not attached to the VPC)',
    )
    const gone = tierOf(shop.subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'blackhole' } }), 'a')
    expect(gone.effectiveTier).toBe('isolated')
    expect(gone.effective.reason).toContain('0.0.0.0/0 -> blackhole')
  })

  test('public by an internet gateway that was not read, since AWS shows a route to a detached one as a blackhole', () => {
    const facts = shop.subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } }).without('internetGateway')
    expect(tierOf(facts, 'a').effectiveTier).toBe('public')
  })

  test('private, where a NAT gateway or an egress-only gateway takes packets for the internet', () => {
    expect(tierOf(egress.subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-out' } }), 'a')).toMatchObject({
      effectiveTier: 'private-egress',
      tier: 'private',
      reason: 'rtb-a (a): 0.0.0.0/0 -> nat-out (out)',
    })
    const v6 = shop
      .egressOnlyInternetGateway('shop')
      .subnet('a', ['10.0.1.0/24', '2600:1f18:aaaa:1::/64'], { routes: { '::/0': 'eigw-shop' } })
    expect(tierOf(v6, 'a')).toMatchObject({
      effectiveTier: 'private-egress',
      effective: { ipv4: { is: 'isolated' }, ipv6: { is: 'egress-only' } },
    })
  })

  test('private by NAT64 alone, and not by an IPv6 default to a NAT gateway, which takes no other IPv6', () => {
    const blocks = ['10.0.1.0/24', '2600:1f18:aaaa:1::/64']
    const nat64 = tierOf(egress.subnet('a', blocks, { routes: { '64:ff9b::/96': 'nat-out' } }), 'a')
    expect(nat64.effective.ipv6).toMatchObject({
      is: 'egress-only',
      exits: [{ via: 'nat-gateway', scope: 'part', destinations: ['64:ff9b::/96'] }],
    })
    const other = tierOf(egress.subnet('a', blocks, { routes: { '2000::/3': 'nat-out' } }), 'a')
    expect(other.effective.ipv6?.is).toBe('isolated')
  })

  test('not private by a NAT gateway that is deleted; onward by one that is private', () => {
    const facts = egress.subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-out' } })
    expect(tierOf(facts.with('natGateway', 'nat-out', { State: 'deleted' }), 'a').effectiveTier).toBe('isolated')
    const privately = tierOf(facts.with('natGateway', 'nat-out', { ConnectivityType: 'private' }), 'a')
    expect(privately).toMatchObject({
      effectiveTier: 'private-transit',
      effective: { ipv4: { exits: [{ via: 'private-nat-gateway' }] } },
    })
  })

  test.each([
    ['a virtual private gateway', 'vgw-office', 'vpn-gateway', 'vpn-only', 'private-transit'],
    [
      'a core network',
      'arn:aws:networkmanager::111111111111:core-network/core-network-1',
      'core-network',
      'transit',
      'private-transit',
    ],
    ['a local gateway', 'lgw-1', 'local-gateway', 'transit', 'private-transit'],
    ['an appliance', 'eni-appliance', 'network-interface', 'transit', 'private-transit'],
    ['a Gateway Load Balancer endpoint', 'vpce-inspect', 'inspection-endpoint', 'transit', 'private-transit'],
  ] as const)(
    'private and onward, where %s takes packets for the internet',
    (_what, target, via, is, effectiveTier) => {
      const facts = shop
        .vpnGateway('office', ['192.168.0.0/16'])
        .subnet('mid', '10.0.8.0/24')
        .interface('appliance', '10.0.8.10')
        .inspectionEndpoint('inspect', '10.0.8.20')
        .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': target } })
      expect(tierOf(facts, 'a')).toMatchObject({
        effectiveTier,
        tier: 'private',
        effective: { ipv4: { is, exits: [{ via, id: target, scope: 'all' }] } },
      })
    },
  )

  test('vpn-only and isolated from the internet, where a virtual private gateway takes private addresses alone', () => {
    const facts = shop
      .vpnGateway('office', ['192.168.0.0/16'])
      .subnet('a', '10.0.1.0/24', { routes: { '192.168.0.0/16': 'vgw-office' } })
    expect(tierOf(facts, 'a')).toMatchObject({
      effectiveTier: 'isolated',
      tier: 'intra',
      effective: { ipv4: { is: 'vpn-only', exits: [] } },
    })
    expect(tierOf(facts, 'a').effective.reason).toContain('beyond the VPC only 192.168.0.0/16 -> vgw-office')
  })

  test('isolated by a peering connection, which does not lead to the internet', () => {
    const facts = estate()
      .vpc('other', '10.1.0.0/16')
      .vpc('shop', '10.0.0.0/16')
      .peering('shop', 'other')
      .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'pcx-shop-other' } })
    expect(tierOf(facts, 'a')).toMatchObject({ effectiveTier: 'isolated', tier: 'intra' })
  })

  test('isolated with nothing but local routes and gateway endpoints', () => {
    const facts = shop.subnet('a', '10.0.1.0/24', { routes: {} }).gatewayEndpoint('s3', { tables: ['a'] })
    expect(tierOf(facts, 'a')).toMatchObject({
      effectiveTier: 'isolated',
      tier: 'intra',
      reason: 'rtb-a (a): no IPv4 route to the internet',
      effective: { ipv4: { is: 'isolated' } },
    })
  })

  test('what a gateway endpoint takes does not make the default route a part', () => {
    const facts = shop
      .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .gatewayEndpoint('s3', { tables: ['a'] })
    expect(tierOf(facts, 'a').effective.ipv4?.exits).toEqual([
      expect.objectContaining({ id: 'igw-shop', scope: 'all' }),
    ])
  })

  test('a gateway endpoint whose prefix list was not read does not hide the default route', () => {
    const facts = egress
      .subnet('a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-out' } })
      .gatewayEndpoint('s3', { tables: ['a'] })
    expect(tierOf(facts.without('managedPrefixListEntries'), 'a')).toMatchObject({
      effectiveTier: 'private-egress',
      effective: { ipv4: { exits: [{ id: 'nat-out', scope: 'all' }] } },
    })
    expect(tierOf(facts.without('managedPrefixListEntries', 'vpcEndpoint'), 'a').effectiveTier).toBe('private-egress')
  })

  test('an internet gateway behind a prefix list that was not read is public, with a scope nobody knows', () => {
    const facts = shop
      .prefixList('partners', ['8.8.8.0/24'])
      .subnet('a', '10.0.1.0/24', { routes: { 'pl-partners': 'igw-shop' } })
    const { effectiveTier, effective } = tierOf(facts.without('managedPrefixListEntries'), 'a')
    expect(effectiveTier).toBe('public')
    expect(effective.ipv4?.exits).toEqual([expect.objectContaining({ via: 'internet-gateway', scope: 'unread' })])
  })

  test('unknown, and no tier of the four, where no route table was read', () => {
    expect(tierOf(shop.subnet('a', '10.0.1.0/24').without('routeTable'), 'a')).toMatchObject({
      effectiveTier: 'unknown',
      tier: 'other',
      reason: 'no route table was read that is in force in subnet-a',
    })
  })

  test('the main route table is in force where none is associated', () => {
    const facts = shop.routeTable('main-shop', { '0.0.0.0/0': 'igw-shop' }).subnet('a', '10.0.1.0/24')
    expect(tierOf(facts, 'a')).toMatchObject({
      effectiveTier: 'public',
      effective: { routeTable: { id: 'rtb-main-shop' } },
    })
  })

  test('of IPv6 alone, where the subnet has no IPv4', () => {
    const { effective } = tierOf(shop.subnet('a', ['2600:1f18:aaaa:1::/64'], { routes: { '::/0': 'igw-shop' } }), 'a')
    expect(Object.keys(effective)).toEqual(['reason', 'routeTable', 'ipv6'])
  })
})

describe('a transit gateway default', () => {
  const hub = (egressRoutes: Readonly<Record<string, 'igw-hub' | 'nat-hub'>>) =>
    estate()
      .vpc('hub', '10.1.0.0/16')
      .internetGateway('hub')
      .subnet('hub-public', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'igw-hub', '10.0.0.0/8': 'tgw-core' } })
      .natGateway('hub', '10.1.0.10', { publicIp: '54.1.1.1' })
      .subnet('hub-door', '10.1.1.0/28', { routes: egressRoutes })
      .vpc('spoke', '10.2.0.0/16')
      .subnet('a', '10.2.1.0/24', { routes: { '0.0.0.0/0': 'tgw-core' } })
      .transitGateway('core')
      .transitGatewayAttachment('hub', ['hub-door'])
      .transitGatewayAttachment('spoke', ['a'])

  const table = { associated: ['hub', 'spoke'], propagated: ['hub', 'spoke'] }

  test('leads to the internet where the way behind it does', () => {
    const facts = hub({ '0.0.0.0/0': 'nat-hub' }).transitGatewayRouteTable('all', {
      ...table,
      routes: { '0.0.0.0/0': 'hub' },
    })
    expect(tierOf(facts, 'a')).toMatchObject({
      effectiveTier: 'private-transit',
      tier: 'private',
      effective: { internetBeyond: 'yes' },
      reason: 'rtb-a (a): 0.0.0.0/0 -> tgw-core (core); that way leads to the internet',
    })
  })

  test('leads nowhere where the way behind it has no exit', () => {
    const facts = hub({}).transitGatewayRouteTable('all', { ...table, routes: { '0.0.0.0/0': 'hub' } })
    expect(tierOf(facts, 'a').effective).toMatchObject({ internetBeyond: 'no' })
    expect(tierOf(facts, 'a').reason).toContain('no packet gets to the internet that way')
  })

  test('leads nobody knows where, if the routes behind it were not read', () => {
    const facts = hub({}).transitGatewayRouteTable('all', table).without('transitGatewayRoutes')
    expect(tierOf(facts, 'a').effective).toMatchObject({ internetBeyond: 'unknown' })
  })
})

describe('interfaces tell what a subnet is used for', () => {
  const subnet = shop.subnet('a', '10.0.1.0/24', { routes: {} })
  const small = shop.subnet('a', '10.0.1.0/28', { routes: {} })
  const eni = (facts: Estate, name: string, address: string, description: string, type = 'interface') =>
    facts
      .interface(name, address)
      .with('networkInterface', `eni-${name}`, { Description: description, InterfaceType: type })

  const cases: readonly (readonly [string, Estate, SubnetTier['function'], Tier])[] = [
    ['nothing', subnet, 'empty', 'intra'],
    ['an instance', subnet.instance('web', '10.0.1.10'), 'app', 'intra'],
    ['a NAT gateway', subnet.natGateway('n', '10.0.1.10'), 'edge', 'other'],
    [
      'a load balancer',
      subnet.networkLoadBalancer('lb', { nodes: { a: '10.0.1.10' }, listeners: {} }),
      'edge',
      'other',
    ],
    ['a NAT gateway and an instance', subnet.natGateway('n', '10.0.1.10').instance('web', '10.0.1.11'), 'app', 'intra'],
    [
      'a transit gateway in a /28',
      small
        .transitGateway('core')
        .transitGatewayAttachment('shop', ['a'])
        .within('subnet-a')
        .interface('t', '10.0.1.10', { type: 'transit_gateway' }),
      'transit',
      'other',
    ],
    ['a transit gateway in a /24', subnet.interface('t', '10.0.1.10', { type: 'transit_gateway' }), 'app', 'intra'],
    ['a Gateway Load Balancer endpoint', subnet.inspectionEndpoint('fw', '10.0.1.10'), 'inspection', 'other'],
    ['interface endpoints', subnet.interfaceEndpoint('ssm', { a: '10.0.1.10' }), 'endpoints', 'other'],
    [
      'a transit gateway and endpoints',
      subnet
        .interfaceEndpoint('ssm', { a: '10.0.1.10' })
        .within('subnet-a')
        .interface('t', '10.0.1.11', { type: 'transit_gateway' }),
      'endpoints',
      'other',
    ],
    ['an RDS database', subnet.database('orders', '10.0.1.10'), 'database', 'database'],
    ['ElastiCache', eni(subnet, 'c', '10.0.1.10', 'ElastiCache sessions-001'), 'database', 'database'],
    ['Redshift', eni(subnet, 'c', '10.0.1.10', 'RedshiftNetworkInterface'), 'database', 'database'],
    [
      'more workloads than databases',
      subnet.database('orders', '10.0.1.10').instance('a', '10.0.1.11').instance('b', '10.0.1.12'),
      'app',
      'intra',
    ],
    ['the control plane of EKS', eni(subnet, 'k', '10.0.1.10', 'Amazon EKS prod'), 'control-plane', 'other'],
    [
      'the control plane of EKS and its nodes',
      eni(subnet, 'k', '10.0.1.10', 'Amazon EKS prod').instance('node', '10.0.1.11'),
      'app',
      'intra',
    ],
    ['a function', subnet.function('f', { a: '10.0.1.10' }), 'app', 'intra'],
    [
      'something of a type that AWS adds later',
      subnet.interface('x', '10.0.1.10', { type: 'quantum_link' }),
      'app',
      'intra',
    ],
  ]
  test.each(cases)('%s', (_what, facts, use, tier) => {
    expect(tierOf(facts, 'a')).toMatchObject({ function: use, tier })
  })

  test('a subnet of a DB subnet group is for databases before it holds one', () => {
    const facts = shop
      .subnet('spare', '10.0.2.0/24', { routes: {} })
      .subnet('a', '10.0.1.0/24', { routes: {} })
      .database('orders', '10.0.1.10', { subnets: ['spare'] })
    const { tier, reason } = tierOf(facts, 'spare')
    expect(tier).toBe('database')
    expect(reason).toMatch(/^in DB subnet group /)
  })

  test('what nobody read is unknown and not empty', () => {
    expect(tierOf(subnet.without('networkInterface'), 'a')).toMatchObject({
      function: 'unknown',
      use: { reason: 'its interfaces were not read' },
    })
  })

  test('the declared tier comes before the use', () => {
    expect(tierOf(subnet.natGateway('n', '10.0.1.10').tagged('subnet-a', { Tier: 'public' }), 'a')).toMatchObject({
      tier: 'public',
      function: 'edge',
    })
  })

  test('interfaces are counted by kind', () => {
    const { use } = tierOf(
      subnet.instance('w', '10.0.1.10').instance('v', '10.0.1.11').interfaceEndpoint('ssm', { a: '10.0.1.12' }),
      'a',
    )
    expect(use).toEqual({
      reason: 'interfaces: 1 VPC endpoint, 2 workloads',
      interfaces: { 'VPC endpoint': 1, workload: 2 },
    })
  })
})

describe('declaration and routes disagree', () => {
  const ways = { public: 'igw-shop', egress: 'nat-out', transit: 'vgw-office', isolated: undefined } as const
  const declaredAs = (tier: string, way: keyof typeof ways): SubnetTier => {
    const target = ways[way]
    const facts = egress
      .vpnGateway('office', [])
      .subnet('a', '10.0.1.0/24', { routes: target === undefined ? {} : { '0.0.0.0/0': target } })
      .tagged('subnet-a', { Tier: tier })
    return tierOf(facts, 'a')
  }

  test.each([
    ['public', 'public', undefined],
    ['public', 'egress', 'less-open'],
    ['public', 'transit', 'less-open'],
    ['public', 'isolated', 'less-open'],
    ['private', 'public', 'more-open'],
    ['private', 'egress', undefined],
    ['private', 'transit', undefined],
    ['private', 'isolated', undefined],
    ['database', 'public', 'more-open'],
    ['database', 'egress', undefined],
    ['database', 'isolated', undefined],
    ['intra', 'public', 'more-open'],
    ['intra', 'egress', 'more-open'],
    ['intra', 'transit', 'more-open'],
    ['intra', 'isolated', undefined],
    ['transit', 'public', undefined],
  ] as const)('declared %s, by its routes %s: %s', (tier, way, kind) => {
    const found = declaredAs(tier, way)
    expect(found.mismatch?.kind).toBe(kind)
    expect(found.tier).toBe(tier === 'transit' ? 'other' : tier)
  })

  test('the reason names the route', () => {
    expect(declaredAs('database', 'public').mismatch?.reason).toBe(
      'declared database, but 0.0.0.0/0 -> igw-shop (shop) makes it public',
    )
    expect(declaredAs('intra', 'egress').mismatch?.reason).toBe(
      'declared intra, but 0.0.0.0/0 -> nat-out (out) leads out of the VPC',
    )
  })
})

describe('the report', () => {
  const facts = egress
    .subnet('web-db', '10.0.2.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .subnet('a', '10.0.1.0/24', { routes: {} })
    .in({ account: '000000000001', region: 'eu-west-1' })
    .vpc('first', '10.9.0.0/16')
    .subnet('z', '10.9.1.0/24')

  test('is sorted by account, region, VPC and id, and counts', () => {
    const { subnets, totals, schemaVersion } = report(facts.snapshot())
    expect(schemaVersion).toBe(1)
    expect(subnets.map(({ id }) => id)).toEqual(['subnet-z', 'subnet-a', 'subnet-public', 'subnet-web-db'])
    expect(totals).toEqual({
      subnets: 4,
      tiers: { public: 1, private: 0, database: 1, intra: 2, other: 0 },
      mismatches: 1,
    })
  })

  test('is plain JSON, the same for the same snapshot', () => {
    const once = tiersJson(report(facts.snapshot()))
    expect(JSON.parse(once)).toEqual(report(facts.snapshot()))
    expect(tiersJson(report(facts.snapshot()))).toBe(once)
  })

  test('says each tier and why in at most 100 columns', () => {
    const long = facts.subnet(`very-${'long-'.repeat(40)}name`, '10.9.2.0/24')
    const text = tiersText(report(long.snapshot()), styleOf({ colour: false, columns: 100 }))
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(text.split('\n')[0]).toBe('5 subnets in 2 VPCs: 1 public, 1 database, 3 intra')
    expect(text).toContain('  database  database  public           empty          subnet-web-db (web-db)\n')
    expect(text).toContain('! declared database, but 0.0.0.0/0 -> igw-shop (shop) makes it public')
  })

  test('of no subnet says so', () => {
    const text = tiersText(report(estate().snapshot()), styleOf({ colour: false, columns: 100 }))
    expect(text).toContain('The snapshot holds no subnet')
  })

  test('lets no Name steer a terminal or break out of a table', () => {
    const hostile = facts
      .tagged('subnet-z', {})
      .with('subnet', 'subnet-z', { Tags: [{ Key: 'Name', Value: 'db|`x`\n\u001b[2J\u202e<b>' }] })
    const text = tiersText(report(hostile.snapshot()), styleOf({ colour: false, columns: 100 }))
    expect(text).not.toMatch(/[\u001b\u202e]/)
    const markdown = tiersMarkdown(report(hostile.snapshot()))
    const rows = markdown.split('\n').filter((line) => line.startsWith('| database'))
    expect(rows).toHaveLength(2)
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(8)
    expect(markdown.replace(/`[^`]*`/g, 'code')).not.toMatch(/[^\\]<b>/)
  })
})
