/** The builder keeps its word: what it writes is what AWS would, what is not said is as AWS sets it up, and a slip of the test
 *  author is named. What its networks do is judged by the oracle, which knows nothing of the builder. */
import { describe, expect, it } from 'vitest'
import { formatSnapshotLines, parseSnapshotLines } from '../src/snapshot/lines.ts'
import { type Kind, type RawOf, resourceSchemas } from '../src/snapshot/schema.ts'
import { admit } from '../src/snapshot/shape.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import { estate } from './build.ts'
import type { GroupRule } from './build/rules.ts'
import { simulate, verdictOf } from './oracle/simulate.ts'

const raw = <K extends Kind>(snapshot: Snapshot, kind: K, id: string): RawOf<K> => {
  const found = snapshot.resources.find((each) => each.kind === kind && each.id === id)
  if (!found) throw new Error(`no ${kind} ${id}`)
  return found.raw as RawOf<K>
}

const tcp = (source: string, destination: string, destinationPort: number) =>
  ({ family: 4, source, destination, protocol: 6, sourcePort: 40000, destinationPort }) as const

/** Every noun once, over two accounts and two regions. */
const everything = estate()
  .zones({ a: 'use1-az4', b: 'use1-az1' })
  .vpc('shop', ['10.0.0.0/16', '100.64.0.0/20', '2600:1f18:1:0::/56'])
  .internetGateway('shop')
  .egressOnlyInternetGateway('shop')
  .routeTable('edge', { '10.0.0.0/16': 'local' }, 'igw-shop')
  .subnet('public', ['10.0.0.0/24', '2600:1f18:1:0::/64'], { routes: { '0.0.0.0/0': 'igw-shop', '::/0': 'igw-shop' } })
  .natGateway('shop', ['10.0.0.8', '10.0.0.9'], { publicIp: { '10.0.0.8': '54.10.0.1', '10.0.0.9': '54.10.0.2' } })
  .natGateway('inside', '10.0.0.7')
  .regionalNatGateway('wide', { a: '54.10.0.3', b: '54.10.0.4' }, { '0.0.0.0/0': 'igw-shop' })
  .inspectionEndpoint('inspect', '10.0.0.6')
  .networkFirewall('wall', '10.0.0.5', {
    stateless: ['10 drop tcp any 0:1023 -> 10.0.0.0/8 22 with SYN of SYN,ACK'],
    strict: ['drop_established'],
    stateful: [
      { domains: ['.example.com'], home: ['10.0.0.0/8'] },
      { rules: ['pass tcp 10.0.0.0/8 any -> any 443'] },
      {
        text: 'pass udp $HOME any -> @OFFICE any (sid:1;)',
        addresses: { HOME: ['10.0.0.0/8'] },
        references: { OFFICE: 'pl-office' },
      },
    ],
    home: ['10.0.0.0/8'],
  })
  .instance('web', ['10.0.0.10', '10.0.0.11', '2600:1f18:1:0::10'], { groups: ['web'], publicIp: '54.10.0.9' })
  .interface('second', '10.0.0.12', { groups: ['web'], instance: 'web', checked: false })
  .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], {
    zone: 'b',
    routes: {
      '0.0.0.0/0': 'nat-shop',
      '::/0': 'eigw-shop',
      '64:ff9b::/96': 'nat-shop',
      '10.1.0.0/16': 'pcx-shop-far',
      '10.2.0.0/16': 'tgw-hub',
      '10.3.0.0/16': 'vgw-site',
      '10.4.0.0/16': 'eni-second',
      '10.5.0.0/16': 'blackhole',
      '10.0.9.0/24': 'vpce-inspect',
      '10.6.0.0/16': { GatewayId: 'vgw-site', Origin: 'EnableVgwRoutePropagation' },
      'pl-office': 'igw-shop',
    },
    acl: ['100 allow tcp 443 from 10.0.0.0/8', '110 allow icmp 8/0 from ::/0', '100 allow all to 0.0.0.0/0'],
  })
  .interface('pods', ['10.0.1.10', '10.0.1.16/28', '2600:1f18:1:1:1::/80'], { owner: '333333333333' })
  .function('worker', { app: '10.0.1.20' }, { groups: ['web'] })
  .database('orders', '10.0.1.30', { groups: ['db'], subnets: ['public'] })
  .prefixList('office', ['192.0.2.0/24'])
  .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'tcp 443 from ::/0', 'tcp 22 from pl-office', 'icmp 8 from sg-far'])
  .securityGroup('db', ['tcp 5432 from sg-web'], { closed: true })
  .vpnGateway('site', ['10.3.0.0/16'])
  .gatewayEndpoint('s3', { tables: ['app'] })
  .gatewayEndpoint('table', { service: 'dynamodb', tables: ['app'] })
  .interfaceEndpoint('ssm', { app: '10.0.1.40' }, { groups: ['web'] })
  .networkLoadBalancer('net', {
    nodes: { app: '10.0.1.50' },
    listeners: {
      'TCP 443': { targets: ['i-web', 'i-web 8080'], port: 8443, health: { 'i-web': 'unhealthy' } },
      'UDP 53': { targets: ['10.0.0.12'], crossZone: true },
      'TCP 80': { targets: ['alb-app'] },
    },
  })
  .applicationLoadBalancer('app', {
    scheme: 'internet-facing',
    nodes: { public: '10.0.0.60' },
    publicIps: { public: '54.10.0.20' },
    groups: ['web'],
    listeners: { 'HTTP 80': { targets: ['10.0.1.10'], port: 8080 }, 'HTTP 81': { targets: ['lambda-worker'] } },
  })
  .classicLoadBalancer('old', {
    nodes: { public: '10.0.0.70' },
    groups: ['web'],
    listeners: { 'TCP 80': 8080 },
    instances: ['web'],
  })
  .endpointService('shop', ['net'])
  .interfaceEndpoint('own', { public: '10.0.0.80' }, { service: 'vpce-svc-shop' })
  .blockPublicAccess('block-ingress', { 'subnet-public': 'allow-bidirectional' })
  .transitGateway('hub')
  .transitGatewayAttachment('shop', ['app'])
  .transitGatewayRouteTable('spokes', {
    associated: ['shop'],
    propagated: ['shop'],
    routes: { '10.8.0.0/16': 'tgw-attach-hub-away', '10.9.0.0/16': 'blackhole' },
  })
  .in({ account: '222222222222', region: 'us-east-1' })
  .vpc('far', '10.1.0.0/16')
  .subnet('far', '10.1.0.0/24')
  .instance('far', '10.1.0.10', { groups: ['far'] })
  .securityGroup('far', ['all from sg-web'])
  .networkAcl('default-far', ['100 allow all from 10.0.0.0/8', '100 allow all to 10.0.0.0/8'])
  .routeTable('main-far', { '10.0.0.0/16': 'pcx-shop-far' })
  .peering('shop', 'far')
  .in({ account: '222222222222', region: 'us-west-2' })
  .vpc('away', '10.8.0.0/16')
  .subnet('away', '10.8.0.0/24', { routes: { '10.0.0.0/8': 'tgw-away' } })
  .transitGateway('away')
  .transitGatewayAttachment('away', ['away'])
  .transitGatewayPeering('hub', 'away')
  .tagged('vpc-away', { Stage: 'prod' })
  .gap({ code: 'CALL_FAILED', message: 'no answer' })

describe('every noun of the builder', () => {
  const snapshot = everything.snapshot('2026-01-31T12:00:00Z')

  it('is a record that a snapshot may hold', () => {
    const misfits = snapshot.resources.flatMap(({ kind, id, raw }) => {
      const misfit = admit(resourceSchemas[kind].raw, structuredClone(raw))
      return misfit ? [`${kind} ${id}: ${misfit.at} expected ${misfit.expected}, got ${misfit.got}`] : []
    })
    expect(misfits).toEqual([])
  })

  it('survives being written and read', () => {
    const lines = [...formatSnapshotLines(snapshot)]
    const read = parseSnapshotLines(lines)
    expect([...formatSnapshotLines(read)]).toEqual(lines)
    expect(read.resources.map(({ kind, id }) => `${kind} ${id}`)).toEqual(
      snapshot.resources.map(({ kind, id }) => `${kind} ${id}`),
    )
  })

  it('states only fields that its schema knows, so that no field is misspelt', () => {
    const unknown = snapshot.resources.flatMap(({ kind, raw }) => {
      const { needed, optional } = resourceSchemas[kind].raw
      return Object.keys(raw)
        .filter((field) => !(field in needed) && !(field in optional))
        .map((field) => `${kind} ${field}`)
    })
    expect(unknown).toEqual([])
  })

  it('refers to nothing that is not there', () => {
    const ids = new Set(snapshot.resources.map(({ id }) => id))
    const referred = JSON.stringify(snapshot.resources).match(
      /(?<![\w-])(?:vpc|subnet|eni|i|sg|acl|rtb|igw|eigw|nat|pcx|tgw|vpce|vgw|pl|eipalloc)-[a-z0-9-]+/g,
    )
    const assigned = /^(?:vpc-cidr-assoc|subnet-cidr-assoc|eni-attach)-/
    // What inspects stands behind a service of its own account.
    const elsewhere = ['vpce-svc-inspect', 'vpce-svc-wall']
    expect([...new Set(referred)].filter((id) => !ids.has(id) && !assigned.test(id))).toEqual(elsewhere)
  })

  it('is the same whenever it is built', () => {
    expect(everything.snapshot('2026-01-31T12:00:00Z')).toEqual(snapshot)
  })
})

describe('what is not said is as AWS sets it up', () => {
  const snapshot = estate().vpc('a', '10.0.0.0/16').subnet('a', '10.0.0.0/24').instance('a', '10.0.0.10').snapshot()

  it('a subnet uses the main route table, which has the local route', () => {
    expect(raw(snapshot, 'routeTable', 'rtb-main-a')).toMatchObject({
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' }],
    })
  })

  it('and the default NACL, which allows all and then denies the rest', () => {
    const { Associations, Entries } = raw(snapshot, 'networkAcl', 'acl-default-a')
    expect(Associations).toMatchObject([{ SubnetId: 'subnet-a' }])
    expect(Entries?.map(({ RuleNumber, RuleAction, Egress }) => `${RuleNumber} ${RuleAction} ${Egress}`)).toEqual([
      '100 allow false',
      '100 allow true',
      '32767 deny false',
      '32767 deny true',
    ])
  })

  it('an interface bears the default group, which admits its members and lets all out', () => {
    expect(raw(snapshot, 'networkInterface', 'eni-a').Groups).toEqual([
      { GroupId: 'sg-default-a', GroupName: 'default-a' },
    ])
    expect(raw(snapshot, 'securityGroup', 'sg-default-a')).toMatchObject({
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-default-a' }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
  })

  it('a transit gateway has one table, with which all is associated and into which all propagates', () => {
    const hub = estate()
      .vpc('a', '10.0.0.0/16')
      .subnet('a', '10.0.0.0/24')
      .transitGateway('hub')
      .transitGatewayAttachment('a', ['a'])
    expect(raw(hub.snapshot(), 'transitGatewayRoutes', 'tgw-rtb-hub').Routes).toMatchObject([
      { DestinationCidrBlock: '10.0.0.0/16', Type: 'propagated', State: 'active' },
    ])
    expect(raw(hub.snapshot(), 'transitGatewayAttachment', 'tgw-attach-hub-a').Association).toEqual({
      TransitGatewayRouteTableId: 'tgw-rtb-hub',
      State: 'associated',
    })
  })

  it('everything was read', () => {
    const kinds = Object.keys(resourceSchemas)
    expect(snapshot.coverage.map(({ kind }) => kind).sort()).toEqual(kinds.sort())
  })
})

describe('what is said', () => {
  const base = estate()
    .vpc('a', '10.0.0.0/16')
    .subnet('a', '10.0.0.0/24')
    .instance('client', '10.0.0.10')
    .instance('server', '10.0.0.20', { groups: ['server'] })
    .securityGroup('server', ['tcp 443 from sg-default-a'])

  const verdict = (snapshot: Snapshot, port: number) =>
    verdictOf(simulate(snapshot, { interface: 'eni-client' }, tcp('10.0.0.10', '10.0.0.20', port)))

  it('does what it says', () => {
    expect(verdict(base.snapshot(), 443)).toBe('reachable')
    expect(verdict(base.snapshot(), 22)).toBe('unreachable')
  })

  it('changes no estate that was there before', () => {
    const later = base.securityGroup('server', ['tcp 22 from sg-default-a'])
    expect(verdict(later.snapshot(), 443)).toBe('unreachable')
    expect(verdict(later.snapshot(), 22)).toBe('reachable')
    expect(verdict(base.snapshot(), 443)).toBe('reachable')
  })

  it('may be changed field by field, and a field be taken away', () => {
    const changed = base
      .with('networkInterface', 'eni-server', { Status: 'available', Description: undefined })
      .snapshot()
    expect(raw(changed, 'networkInterface', 'eni-server').Status).toBe('available')
    expect(raw(changed, 'networkInterface', 'eni-server')).not.toHaveProperty('Description')
  })

  it('may be something that nobody read', () => {
    const snapshot = base.without('securityGroup').snapshot()
    expect(snapshot.resources.some(({ kind }) => kind === 'securityGroup')).toBe(false)
    expect(snapshot.coverage.some(({ kind }) => kind === 'securityGroup')).toBe(false)
    expect(verdict(snapshot, 443)).toBe('unknown')
  })

  it('names the peering where a rule names the group of a peer', () => {
    const { IpPermissions } = raw(everything.snapshot(), 'securityGroup', 'sg-far')
    expect(IpPermissions?.[0]?.UserIdGroupPairs).toEqual([
      {
        GroupId: 'sg-web',
        UserId: '111111111111',
        VpcId: 'vpc-shop',
        VpcPeeringConnectionId: 'pcx-shop-far',
        PeeringStatus: 'active',
      },
    ])
  })

  it('gives the physical zones that an account calls by its own letters', () => {
    const snapshot = everything.snapshot()
    expect(raw(snapshot, 'subnet', 'subnet-app')).toMatchObject({
      AvailabilityZone: 'us-east-1b',
      AvailabilityZoneId: 'use1-az1',
    })
    expect(raw(snapshot, 'subnet', 'subnet-far').AvailabilityZoneId).toBe('use1-az1')
    expect(raw(snapshot, 'subnet', 'subnet-away').AvailabilityZoneId).toBe('usw2-az1')
  })
})

describe('a rule in words', () => {
  const permission = (rule: GroupRule) => {
    const snapshot = estate().vpc('a', '10.0.0.0/16').securityGroup('x', [rule], { closed: true }).snapshot()
    const { IpPermissions = [], IpPermissionsEgress = [] } = raw(snapshot, 'securityGroup', 'sg-x')
    return { in: IpPermissions[0], out: IpPermissionsEgress[0] }
  }

  it.each([
    ['tcp 443 from 0.0.0.0/0', { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    [
      'udp 1024-65535 from ::/0',
      { IpProtocol: 'udp', FromPort: 1024, ToPort: 65535, Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
    ],
    ['tcp from pl-x', { IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, PrefixListIds: [{ PrefixListId: 'pl-x' }] }],
    ['icmp from 10.0.0.0/8', { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    ['icmp 8 from 10.0.0.0/8', { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    ['icmp 3/4 from 10.0.0.0/8', { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    ['47 from 10.0.0.0/8', { IpProtocol: '47', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    ['all from sg-x', { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-x', UserId: '111111111111' }] }],
  ] as const)('%s', (rule, expected) => {
    expect(permission(rule)).toEqual({ in: expected, out: undefined })
  })

  it('lets out where it says `to`', () => {
    expect(permission('tcp 443 to 10.0.0.0/8').out).toMatchObject({
      FromPort: 443,
      IpRanges: [{ CidrIp: '10.0.0.0/8' }],
    })
  })

  it('of a NACL has a number, an action and the number of its protocol', () => {
    const { Entries } = raw(everything.snapshot(), 'networkAcl', 'acl-app')
    expect(Entries?.slice(0, 2)).toEqual([
      {
        RuleNumber: 100,
        RuleAction: 'allow',
        Egress: false,
        Protocol: '6',
        CidrBlock: '10.0.0.0/8',
        PortRange: { From: 443, To: 443 },
      },
      {
        RuleNumber: 110,
        RuleAction: 'allow',
        Egress: false,
        Protocol: '1',
        Ipv6CidrBlock: '::/0',
        IcmpTypeCode: { Type: 8, Code: 0 },
      },
    ])
  })
})

describe('a slip of the author', () => {
  const vpc = estate().vpc('a', '10.0.0.0/16')

  it.each([
    ['a subnet outside any VPC', () => estate().subnet('a', '10.0.0.0/24'), 'name a VPC before'],
    ['an interface outside any subnet', () => vpc.interface('a', '10.0.0.1'), 'name a subnet before'],
    ['a word that is no rule', () => vpc.securityGroup('a', ['http from 10.0.0.0/8']), 'not a rule: http'],
    ['a table that nobody stated', () => vpc.subnet('a', '10.0.0.0/24', { table: 'b' }), 'uses rtb-b'],
    ['an ACL that nobody stated', () => vpc.subnet('a', '10.0.0.0/24', { acl: 'b' }), 'uses acl-b'],
    ['a peering with nobody', () => vpc.peering('a', 'b'), 'no vpc-b'],
    ['the same name twice', () => vpc.vpc('a', '10.1.0.0/16'), 'vpc vpc-a is there already'],
    ['a change of nothing', () => vpc.with('subnet', 'subnet-b', { State: 'pending' }), 'no such record'],
  ])('%s is named', (_, wrong, message) => {
    expect(() => wrong().snapshot()).toThrow(message)
  })
})
