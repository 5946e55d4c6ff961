/** What selectors resolve to, and what is said of those that resolve to nothing or to too much (product contract, section 2). */
import { existsSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Place, resolvePlace } from '../../src/analysis/place.ts'
import { subnetsByTier } from '../../src/analysis/tiers.ts'
import { nearest, quoted } from '../../src/analysis/place-names.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { ZtnetError } from '../../src/errors.ts'
import { nameOfResource, Network } from '../../src/network/network.ts'
import { fits } from '../../src/pattern.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Estate, estate } from '../build.ts'

const place = { account: '111111111111', region: 'us-east-1' }

/** One of everything that can be named. */
const shop = estate()
  .vpc('shop', ['10.0.0.0/16', '2600:1f18:aaaa::/56'])
  .internetGateway('shop')
  .subnet('public-a', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
  .natGateway('out', '10.0.0.10', { publicIp: '54.1.1.1' })
  .applicationLoadBalancer('front', {
    nodes: { 'public-a': '10.0.0.20' },
    listeners: {},
    publicIps: { 'public-a': '54.1.1.2' },
  })
  .subnet('private-a', ['10.0.1.0/24', '2600:1f18:aaaa:1::/64'], { routes: { '0.0.0.0/0': 'nat-out' } })
  .instance('web', ['10.0.1.10', '2600:1f18:aaaa:1::10'], { publicIp: '54.1.1.3', groups: ['web'] })
  .securityGroup('web', ['tcp 443 from 0.0.0.0/0'])
  .instance('api', '10.0.1.11', { groups: ['web'] })
  .tagged('i-api', { app: 'api', 'cost=center': 'a=b' })
  .tagged('i-web', { app: 'web' })
  .function('resize', { 'private-a': '10.0.1.30' })
  .interfaceEndpoint('ssm', { 'private-a': '10.0.1.40' })
  .gatewayEndpoint('s3', { tables: ['private-a'] })
  .classicLoadBalancer('old', { nodes: { 'private-a': '10.0.1.50' }, listeners: {}, instances: ['web'] })
  .subnet('db-a', '10.0.2.0/24', { routes: {} })
  .database('orders', '10.0.2.10', { groups: ['orders'] })
  .securityGroup('orders', [])
  .subnet('tgw-a', '10.0.3.0/28', { routes: {} })
  .interface('door', '10.0.3.10', {
    type: 'transit_gateway',
    description: 'Network Interface for Transit Gateway Attachment tgw-attach-core-shop',
  })
  .transitGateway('core')
  .transitGatewayAttachment('shop', ['tgw-a'])
  .in({ account: '222222222222', region: 'eu-west-1' })
  .vpc('lab/net', '10.8.0.0/16')
  .subnet('private-lab', '10.8.1.0/24')
  .instance('bench', '10.8.1.10')

const networkOf = (facts: Estate): Network => new Network(facts.snapshot())
const network = networkOf(shop)

const ids = (found: Place): readonly string[] => (found.is === 'interfaces' ? found.interfaces.map(({ id }) => id) : [])

const resolve = (selector: string, facts: Estate = shop): Place =>
  resolvePlace(facts === shop ? network : networkOf(facts), selector)

/** A place, or what the user is told instead. Anything else that is thrown is a defect. */
const attempt = (real: Network, selector: string): Place | ZtnetError => {
  try {
    return resolvePlace(real, selector)
  } catch (error) {
    if (error instanceof ZtnetError) return error
    throw error
  }
}

const errorOf = (selector: string, facts: Estate = shop): ZtnetError => {
  const found = attempt(facts === shop ? network : networkOf(facts), selector)
  if (found instanceof ZtnetError) return found
  throw new Error(`${selector} resolved`)
}

describe('a selector that names interfaces', () => {
  const table: readonly (readonly [selector: string, kind: string, interfaces: readonly string[]])[] = [
    // ids
    ['eni-web', 'network-interface', ['eni-web']],
    ['i-web', 'instance', ['eni-web']],
    [
      'subnet-private-a',
      'subnet',
      ['eni-api', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    [
      'vpc-shop',
      'vpc',
      [
        'eni-api',
        'eni-front-public-a',
        'eni-old-private-a',
        'eni-orders',
        'eni-resize-private-a',
        'eni-ssm-private-a',
        'eni-web',
      ],
    ],
    ['sg-web', 'security-group', ['eni-api', 'eni-web']],
    ['vpce-ssm', 'vpc-endpoint', ['eni-ssm-private-a']],
    ['nat-out', 'nat-gateway', ['eni-nat-out']],
    ['tgw-attach-core-shop', 'transit-gateway-attachment', ['eni-door']],
    // ARNs
    ['arn:aws:ec2:us-east-1:111111111111:instance/i-web', 'instance', ['eni-web']],
    ['arn:aws:ec2:us-east-1:111111111111:network-interface/eni-api', 'network-interface', ['eni-api']],
    ['arn:aws-us-gov:ec2:us-gov-west-1:111111111111:subnet/subnet-db-a', 'subnet', ['eni-orders']],
    [
      'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/front/front',
      'load-balancer',
      ['eni-front-public-a'],
    ],
    ['arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/old', 'load-balancer', ['eni-old-private-a']],
    ['arn:aws:lambda:us-east-1:111111111111:function:resize', 'function', ['eni-resize-private-a']],
    ['arn:aws:lambda:us-east-1:111111111111:function:resize:live', 'function', ['eni-resize-private-a']],
    ['arn:aws:rds:us-east-1:111111111111:db:orders', 'database', ['eni-orders']],
    // the last part of a load balancer's ARN, and Names
    ['app/front/front', 'load-balancer', ['eni-front-public-a']],
    ['front', 'load-balancer', ['eni-front-public-a']],
    ['old', 'load-balancer', ['eni-old-private-a']],
    ['private-a', 'subnet', ['eni-api', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web']],
    ['lab/net', 'vpc', ['eni-bench']],
    ['resize', 'function', ['eni-resize-private-a']],
    ['be*ch', 'instance', ['eni-bench']],
    // tiers
    ['database', 'tier', ['eni-orders']],
    ['db', 'tier', ['eni-orders']],
    ['db-subnet', 'tier', ['eni-orders']],
    ['database-subnets', 'tier', ['eni-orders']],
    ['Database Subnet', 'tier', ['eni-orders']],
    [
      'private',
      'tier',
      ['eni-api', 'eni-bench', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    [
      'private-subnet',
      'tier',
      ['eni-api', 'eni-bench', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    [
      'vpc:shop/private',
      'tier',
      ['eni-api', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    ['vpc:vpc-shop/db', 'tier', ['eni-orders']],
    ['vpc:lab/net/private-subnets', 'tier', ['eni-bench']],
    // prefixes
    [
      'tier:private',
      'tier',
      ['eni-api', 'eni-bench', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    [
      'name:private-a',
      'subnet',
      ['eni-api', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    [
      'subnet:private-*',
      'subnet',
      ['eni-api', 'eni-bench', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    ['subnet:subnet-db-a', 'subnet', ['eni-orders']],
    [
      'vpc:shop',
      'vpc',
      [
        'eni-api',
        'eni-front-public-a',
        'eni-old-private-a',
        'eni-orders',
        'eni-resize-private-a',
        'eni-ssm-private-a',
        'eni-web',
      ],
    ],
    [
      'vpc:*',
      'vpc',
      [
        'eni-api',
        'eni-bench',
        'eni-front-public-a',
        'eni-old-private-a',
        'eni-orders',
        'eni-resize-private-a',
        'eni-ssm-private-a',
        'eni-web',
      ],
    ],
    ['sg:web', 'security-group', ['eni-api', 'eni-web']],
    ['instance:web', 'instance', ['eni-web']],
    ['lb:front', 'load-balancer', ['eni-front-public-a']],
    ['nat:out', 'nat-gateway', ['eni-nat-out']],
    ['lambda:resize', 'function', ['eni-resize-private-a']],
    ['rds:orders', 'database', ['eni-orders']],
    // tags and accounts
    ['tag:app=web', 'tag', ['eni-web']],
    ['tag:app=*', 'tag', ['eni-api', 'eni-web']],
    [
      'tag:Name=private-*',
      'tag',
      ['eni-api', 'eni-bench', 'eni-old-private-a', 'eni-resize-private-a', 'eni-ssm-private-a', 'eni-web'],
    ],
    ['account:222222222222', 'account', ['eni-bench']],
  ]
  test.each(table)('%s is of kind %s: %j', (selector, kind, interfaces) => {
    const found = resolve(selector)
    expect(found).toMatchObject({ selector, kind, is: 'interfaces' })
    expect(ids(found)).toEqual(interfaces)
    expect(found.unread).toBeUndefined()
  })

  test('tells what was named first, then every interface with its Name, sorted', () => {
    expect(resolve('db').resolved).toEqual([
      { id: 'subnet-db-a', name: 'db-a', kind: 'subnet' },
      { id: 'eni-orders', kind: 'network-interface' },
    ])
    expect(resolve('i-web').resolved).toEqual([
      { id: 'i-web', name: 'web', kind: 'instance' },
      { id: 'eni-web', name: 'web', kind: 'network-interface' },
    ])
    expect(resolve('eni-web').resolved).toEqual([{ id: 'eni-web', name: 'web', kind: 'network-interface' }])
    expect(resolve('front').resolved[0]).toMatchObject({ kind: 'load-balancer', name: 'front' })
  })

  test('leaves out interfaces that send and receive nothing of their own, and says how many', () => {
    expect(resolve('vpc-shop').leftOut).toEqual([
      { what: 'NAT gateway', interfaces: 1 },
      { what: 'transit gateway', interfaces: 1 },
    ])
    expect(resolve('eni-nat-out').leftOut).toBeUndefined()
  })

  test('means load balancers wherever they stand: by them one gets into a place as well', () => {
    const found = resolve('public')
    expect(ids(found)).toEqual(['eni-front-public-a'])
    expect(found.leftOut).toEqual([{ what: 'NAT gateway', interfaces: 1 }])
  })
})

describe('what somebody wrote on an interface of his own', () => {
  const front = shop.snapshot().resources.find(({ id }) => id === 'eni-front-public-a')!
  const { Description: words } = front.raw as { readonly Description: string }
  const forged = (description: string): Estate => shop.with('networkInterface', 'eni-api', { Description: description })

  test.each([
    ['lb:front', words, 'eni-front-public-a'],
    ['lb:old', 'ELB old', 'eni-old-private-a'],
  ])('makes it no node of a load balancer (R-ENI-6): %s', (selector, description, node) => {
    expect(ids(resolve(selector, forged(description)))).toEqual([node])
    const unread = forged(description).with('networkInterface', 'eni-api', { RequesterManaged: undefined })
    expect(ids(resolve(selector, unread))).toEqual(['eni-api', node])
  })

  test('is not what AWS writes on those of a transit gateway, of which it says that nobody manages them', () => {
    const alone = shop
      .with('transitGatewayVpcAttachment', 'tgw-attach-core-shop', { SubnetIds: [] })
      .with('networkInterface', 'eni-door', { RequesterManaged: false })
    expect(ids(resolve('tgw-attach-core-shop', alone))).toEqual(['eni-door'])
  })

  test('makes it no interface of a NAT gateway (R-ENI-6)', () => {
    const bare = forged('stands in for nat-out').with('natGateway', 'nat-out', { NatGatewayAddresses: [] })
    expect(ids(resolve('nat:out', bare))).toEqual(['eni-nat-out'])
  })
})

describe('a selector that names no interface', () => {
  test.each([
    ['internet', 'internet', 'internet'],
    ['onprem', 'onprem', 'onprem'],
    ['aws-services', 'aws-service', 'aws-services'],
    ['aws:s3', 'aws-service', 'aws-service'],
    ['vpce-s3', 'aws-service', 'gateway-endpoint'],
    ['10.0.1.10', 'addresses', 'address'],
    ['10.0.0.0/16', 'addresses', 'cidr'],
    ['2600:1f18:aaaa:1::10', 'addresses', 'address'],
    ['::/0', 'addresses', 'cidr'],
    ['ip:8.8.8.8', 'addresses', 'address'],
    ['pl-s3', 'addresses', 'prefix-list'],
    ['eipalloc-web', 'addresses', 'elastic-address'],
  ])('%s is %s of kind %s', (selector, is, kind) => {
    expect(resolve(selector)).toMatchObject({ selector, is, kind })
  })

  test('names services as endpoints and prefix lists name them', () => {
    expect(resolve('aws-services')).toMatchObject({ services: [] })
    expect(resolve('aws:S3')).toMatchObject({ services: ['s3'] })
    expect(resolve('aws:com.amazonaws.eu-west-1.ecr.api')).toMatchObject({ services: ['ecr.api'] })
    expect(resolve('vpce-s3')).toMatchObject({
      services: ['s3'],
      resolved: [{ id: 'vpce-s3', name: 's3', kind: 'gateway-endpoint' }],
    })
    expect(errorOf('aws:s3.*')).toMatchObject({ code: 'PLACE_SYNTAX' })
  })

  test('tells whose an address is, privately and publicly', () => {
    expect(resolve('10.0.1.10').resolved).toEqual([
      { id: '10.0.1.10', kind: 'address' },
      { id: 'eni-web', name: 'web', kind: 'network-interface' },
    ])
    expect(resolve('54.1.1.3').resolved[1]).toEqual({ id: 'eni-web', name: 'web', kind: 'network-interface' })
    expect(resolve('54.1.1.1').resolved[1]).toEqual({ id: 'nat-out', name: 'out', kind: 'nat-gateway' })
    expect(resolve('8.8.8.8').resolved).toEqual([{ id: '8.8.8.8', kind: 'address' }])
  })

  test('an address that AWS keeps in its subnet is none, but where a resolver answers (R-ADDR-2)', () => {
    expect(errorOf('10.0.1.3')).toMatchObject({
      code: 'NOT_AN_ENDPOINT',
      message: expect.stringContaining('reserved') as string,
    })
    expect(resolve('10.0.0.2')).toMatchObject({ is: 'addresses', family: 4 })
  })

  test('a CIDR block is shown without the bits that do not count', () => {
    expect(resolve('10.0.1.77/24').resolved).toEqual([{ id: '10.0.1.0/24', kind: 'cidr' }])
  })
})

describe('resources without a record', () => {
  const eni = (id: string, description: string, type?: string) =>
    ({
      kind: 'networkInterface',
      ...place,
      id,
      raw: {
        NetworkInterfaceId: id,
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        Description: description,
        Groups: [{ GroupId: 'sg-1' }],
        ...(type !== undefined && { InterfaceType: type }),
      },
    }) as const
  const interfaces: Snapshot = {
    version: 1,
    coverage: [{ ...place, kind: 'networkInterface' }],
    gaps: [],
    resources: [
      { ...eni('eni-1', ''), raw: { ...eni('eni-1', '').raw, Attachment: { InstanceId: 'i-1' } } },
      eni('eni-2', 'AWS Lambda VPC ENI-thumb-nails-0f1e2d3c-1111-2222-3333-444455556666', 'lambda'),
      eni('eni-3', 'Amazon EKS prod'),
      eni('eni-4', 'EFS mount target for fs-0abc (fsmt-0def)'),
      eni('eni-5', 'ElastiCache sessions-001'),
      eni('eni-6', 'VPC Endpoint Interface vpce-9', 'vpc_endpoint'),
      eni('eni-7', 'Interface for NAT Gateway nat-9', 'nat_gateway'),
      eni('eni-8', 'ES logs'),
    ],
  }

  test.each([
    ['i-1', 'instance', 'eni-1'],
    ['sg-1', 'security-group', 'eni-1'],
    ['subnet-1', 'subnet', 'eni-1'],
    ['vpc-1', 'vpc', 'eni-1'],
    ['vpce-9', 'vpc-endpoint', 'eni-6'],
    ['nat-9', 'nat-gateway', 'eni-7'],
    ['lambda:thumb-nails', 'function', 'eni-2'],
    ['thumb-nails', 'function', 'eni-2'],
    ['eks:prod', 'eks-cluster', 'eni-3'],
    ['arn:aws:eks:us-east-1:111111111111:cluster/prod', 'eks-cluster', 'eni-3'],
    ['fs-0abc', 'file-system', 'eni-4'],
    ['arn:aws:elasticfilesystem:us-east-1:111111111111:file-system/fs-0abc', 'file-system', 'eni-4'],
    ['elasticache:sessions-001', 'cache-cluster', 'eni-5'],
    ['opensearch:logs', 'search-domain', 'eni-8'],
  ])('%s is known by its interface', (selector, kind, first) => {
    const found = resolvePlace(new Network(interfaces), selector)
    expect(found.kind).toBe(kind)
    expect(ids(found)[0]).toBe(first)
  })

  test('an ARN of another account is another thing', () => {
    expect(() => resolvePlace(new Network(interfaces), 'arn:aws:eks:us-east-1:999999999999:cluster/prod')).toThrow(
      /nothing in the snapshot/,
    )
  })
})

describe('databases and clusters are tied to interfaces where records allow', () => {
  const db = shop.within('vpc-shop').subnet('db-b', '10.0.4.0/24', { zone: 'b', routes: {} })

  test('by subnet group, security groups and zone, since AWS does not name the interface', () => {
    const two = db
      .securityGroup('stock', [])
      .within('subnet-db-a')
      .database('stock', '10.0.2.20', { groups: ['stock'], subnets: ['db-b'] })
    expect(ids(resolve('rds:stock', two))).toEqual(['eni-stock'])
    expect(ids(resolve('rds:orders', two))).toEqual(['eni-orders'])
  })

  test('a cluster by its members', () => {
    const cluster = db.record('dbCluster', 'arn:aws:rds:us-east-1:111111111111:cluster:ledger', {
      DBClusterArn: 'arn:aws:rds:us-east-1:111111111111:cluster:ledger',
      DBClusterIdentifier: 'ledger',
      DBClusterMembers: [{ DBInstanceIdentifier: 'orders' }],
    })
    expect(ids(resolve('ledger', cluster))).toEqual(['eni-orders'])
    expect(resolve('arn:aws:rds:us-east-1:111111111111:cluster:ledger', cluster).kind).toBe('database')
  })

  test('an ECS cluster by its tasks', () => {
    const arn = 'arn:aws:ecs:us-east-1:111111111111:task/shop/0123'
    const tasks = db.record('ecsTask', arn, {
      taskArn: arn,
      clusterArn: 'arn:aws:ecs:us-east-1:111111111111:cluster/workers',
      attachments: [{ details: [{ name: 'networkInterfaceId', value: 'eni-api' }] }],
    })
    for (const selector of [arn, 'arn:aws:ecs:us-east-1:111111111111:cluster/workers', 'ecs:workers', 'workers'])
      expect(ids(resolve(selector, tasks))).toEqual(['eni-api'])
  })

  test('a Redshift cluster by the addresses of its nodes', () => {
    const warehouse = db.record('redshiftCluster', 'facts', {
      ClusterIdentifier: 'facts',
      VpcId: 'vpc-shop',
      ClusterNodes: [{ NodeRole: 'LEADER', PrivateIPAddress: '10.0.2.10' }],
    })
    expect(ids(resolve('redshift:facts', warehouse))).toEqual(['eni-orders'])
  })
})

describe('a Name in doubt', () => {
  test('that fits things of different kinds is an error with each and the prefix to use', () => {
    const error = errorOf('web')
    expect(error.code).toBe('PLACE_AMBIGUOUS')
    expect(error.message.split('\n')).toEqual([
      '"web" fits several things of different kinds:',
      '  instance i-web (web): write instance:web',
      '  security-group sg-web (web): write sg:web',
    ])
    for (const [, selector] of error.message.matchAll(/write (\S+)$/gm))
      expect(resolve(selector!).is).toBe('interfaces')
  })

  test('that fits an instance and its only interface is none: both are the same place', () => {
    expect(resolve('bench')).toMatchObject({ kind: 'instance' })
  })

  test('that fits several of one kind means all of them', () => {
    const twins = shop.within('subnet-private-a').instance('twin-1', '10.0.1.60').instance('twin-2', '10.0.1.61')
    const named = twins
      .with('instance', 'i-twin-1', { Tags: [{ Key: 'Name', Value: 'twin' }] })
      .with('instance', 'i-twin-2', { Tags: [{ Key: 'Name', Value: 'twin' }] })
    expect(ids(resolve('twin', named))).toEqual(['eni-twin-1', 'eni-twin-2'])
    expect(resolve('twin', named).kind).toBe('instance')
  })

  test('that is a tier and a Name is an error, unless both are the same place', () => {
    const group = shop.within('vpc-shop').securityGroup('database', [])
    expect(errorOf('database', group).message).toContain(
      '  tier database, 1 subnet: write tier:database\n  security-group sg-database (database): write sg:database',
    )
    const same = group.with('networkInterface', 'eni-orders', { Groups: [{ GroupId: 'sg-database' }] })
    expect(resolve('database', same)).toMatchObject({ kind: 'tier' })
  })

  test('that is a word for a tier is a Name where no subnet is of that tier', () => {
    const only = estate()
      .vpc('v', '10.0.0.0/16')
      .subnet('lab', '10.0.1.0/24', { routes: {} })
      .instance('db', '10.0.1.10')
    expect(resolve('db', only)).toMatchObject({ kind: 'instance' })
  })

  test('is listed in part where it fits very many', () => {
    let many = shop.within('subnet-private-a')
    for (let i = 0; i < 9; i++) many = many.instance(`node-${i}`, `10.0.1.${100 + i}`)
    const { message } = errorOf('n*', many.within('vpc-shop').securityGroup('none', []))
    expect(message).toContain('  and 6 more of kind instance')
  })
})

describe('a selector that fits nothing', () => {
  test.each([
    ['wbe', ['web']],
    ['WEB-', ['web']],
    ['privat-a', ['private-a']],
    ['db-sunbet', ['db-subnet']],
    ['intrenet', ['internet']],
    ['eni-wbe', ['eni-web']],
    ['subnet-private-b', ['subnet-private-a']],
    ['subnet:privte-a', ['private-a']],
    ['lab', ['lab/net']],
  ])('%s: the error has the nearest', (selector, near) => {
    const error = errorOf(selector)
    expect(error.code).toBe('PLACE_UNKNOWN')
    for (const name of near) expect(error.hint).toContain(JSON.stringify(name))
  })

  test('but is nearly all right is told what it lacks', () => {
    expect(errorOf('10.0.0.300').hint).toContain('no IP address')
    expect(errorOf('10.0.0.0/33').hint).toContain('no IP address')
    expect(errorOf('2600:::1').hint).toContain('no IP address')
    expect(errorOf('ip:web')).toMatchObject({ code: 'PLACE_SYNTAX' })
    expect(errorOf('111111111111').hint).toContain('account:111111111111')
    expect(errorOf('account:111111111112').hint).toContain('account:111111111111')
    expect(errorOf('tag:app')).toMatchObject({
      code: 'PLACE_SYNTAX',
      hint: 'Write tag:Key=Value; the value may hold *.',
    })
    expect(errorOf('tag:app=wbe').hint).toContain('"web"')
    expect(errorOf('tag:App=web').hint).toContain('case-sensitive')
    expect(errorOf('tier:web').hint).toBe('The tiers are public, private, database, intra, other.')
    expect(errorOf('intra').hint).toContain('private (2)')
    expect(errorOf('vpc:shop/intra').message).toBe('no subnet of vpc-shop (shop) is of the tier intra')
    expect(errorOf('vpc:shpo').hint).toContain('"shop"')
    expect(errorOf('vpc:other').hint).toMatch(/^After vpc: can stand .*"shop"/)
    expect(errorOf('S3').hint).toBe('A service of AWS is written aws:s3.')
    expect(errorOf('vpc:').code).toBe('PLACE_SYNTAX')
    expect(errorOf('  ').code).toBe('PLACE_SYNTAX')
    expect(errorOf('i-0000000000000000').hint).toContain('The snapshot has 3 of kind instance')
  })

  test.each([
    ['igw-shop', 'an internet gateway'],
    ['rtb-db-a', 'a route table'],
    ['tgw-core', 'a transit gateway'],
    ['acl-default-shop', 'a network ACL'],
  ])('%s is %s, which packets only pass', (selector, what) => {
    expect(errorOf(selector)).toMatchObject({ code: 'PLACE_NOT_AN_END', message: expect.stringContaining(what) })
  })
})

describe('a place without interfaces', () => {
  const vacant = shop.within('vpc-shop').subnet('spare', '10.0.5.0/24', { routes: {} })

  test('is an error where there are none', () => {
    expect(errorOf('subnet-spare', vacant)).toMatchObject({
      code: 'PLACE_EMPTY',
      message: 'subnet subnet-spare (spare) has no network interface that sends or receives for itself',
    })
    expect(errorOf('subnet-tgw-a')).toMatchObject({
      code: 'PLACE_EMPTY',
      hint: 'It has interfaces of transit gateway (1); name these by their ids to ask about them.',
    })
  })

  test('is told with its reason where the record has one', () => {
    const gone = shop.record('instance', 'i-gone', {
      InstanceId: 'i-gone',
      VpcId: 'vpc-shop',
      State: { Name: 'terminated' },
    })
    expect(errorOf('i-gone', gone).message).toContain('it is terminated')
  })

  test('is told where its record has interfaces of which nothing was read: running is no reason for having none', () => {
    const apart = shop.record('instance', 'i-apart', {
      InstanceId: 'i-apart',
      VpcId: 'vpc-shop',
      State: { Name: 'running' },
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-apart' }],
    })
    expect(errorOf('i-apart', apart).message).toContain('eni-apart, not among the interfaces that were read')
  })

  test('is a place that nobody looked into where interfaces were not read: missing knowledge is no error', () => {
    const found = resolve('db', shop.without('networkInterface'))
    expect(found).toMatchObject({ is: 'interfaces', interfaces: [], unread: ['vpc-shop'] })
    expect(resolve('sg-web', shop.without('networkInterface')).unread).toEqual(['vpc-shop'])
  })
})

describe('a thing that a service runs', () => {
  const mounted = shop
    .record('fileSystem', 'fs-1', { FileSystemId: 'fs-1', Name: 'uploads' })
    .record('mountTarget', 'fsmt-1', { MountTargetId: 'fsmt-1', FileSystemId: 'fs-1', NetworkInterfaceId: 'eni-web' })

  test('is a file system by the interfaces of its mount targets', () => {
    for (const selector of ['fs-1', 'efs:uploads', 'efs:fs-1'])
      expect(resolve(selector, mounted)).toMatchObject({
        kind: 'file-system',
        resolved: [{ id: 'fs-1' }, { id: 'eni-web' }],
      })
  })

  test('is a cluster by the interfaces that its control plane has in the VPC', () => {
    const arn = 'arn:aws:eks:us-east-1:111111111111:cluster/ops'
    const running = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24')
      .instance('web', '10.0.1.4')
      .with('networkInterface', 'eni-web', { Description: 'Amazon EKS ops', RequesterManaged: true })
      .record('eksCluster', arn, { arn, name: 'ops', resourcesVpcConfig: { vpcId: 'vpc-shop' } })
    for (const selector of ['eks:ops', arn])
      expect(resolve(selector, running)).toMatchObject({
        kind: 'eks-cluster',
        resolved: [{ id: arn, name: 'ops' }, { id: 'eni-web' }],
      })
  })

  test('is what bears a tag, in the map in which EKS writes them', () => {
    const running = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24')
      .instance('web', '10.0.1.4')
      .with('networkInterface', 'eni-web', { Description: 'Amazon EKS ops', RequesterManaged: true })
      .record('eksCluster', 'ops', { name: 'ops', resourcesVpcConfig: { vpcId: 'vpc-shop' }, tags: { team: 'red' } })
    expect(resolve('tag:team=red', running)).toMatchObject({ resolved: [{ id: 'ops' }, { id: 'eni-web' }] })
  })

  test('is a function on the internet where it runs outside any VPC', () => {
    const arn = 'arn:aws:lambda:us-east-1:111111111111:function:cron'
    const outside = shop.record('function', arn, { FunctionArn: arn, FunctionName: 'cron' })
    for (const selector of ['lambda:cron', 'cron', arn])
      expect(resolve(selector, outside)).toMatchObject({ kind: 'function', is: 'internet', functions: [arn] })
  })
})

describe('hostile names', () => {
  const called = (name: string) => shop.with('instance', 'i-web', { Tags: [{ Key: 'Name', Value: name }] })

  test.each(['__proto__', 'constructor', 'toString', 'null', '../../etc', '💥', '\u001b[2J', 'a'.repeat(10_000)])(
    '%j resolves like any other',
    (name) => {
      const found = resolve(name, called(name))
      expect(found).toMatchObject({
        kind: 'instance',
        resolved: [
          { id: 'i-web', name },
          { id: 'eni-web', name },
        ],
      })
    },
  )

  test('with a colon, a star or the look of something else is found by a prefix', () => {
    expect(resolve('name:tier:db', called('tier:db'))).toMatchObject({ kind: 'instance' })
    expect(resolve('name:internet', called('internet'))).toMatchObject({ kind: 'instance' })
    expect(resolve('instance:10.0.0.1', called('10.0.0.1'))).toMatchObject({ kind: 'instance' })
    expect(resolve('instance:st*r', called('st*r'))).toMatchObject({ kind: 'instance' })
  })

  test('reach no terminal as they are', () => {
    const { message } = errorOf('\u001b[31mred\u202e\u0007')
    expect(message).toBe('nothing in the snapshot is called "\\u001b[31mred\\u202e\\u0007"')
    const { message: listed } = errorOf(
      'web*',
      shop.within('vpc-shop').tagged('sg-web', {}).with('securityGroup', 'sg-web', { GroupName: 'web\u001b[2J' }),
    )
    expect(listed).not.toContain('\u001b')
    expect(errorOf('x'.repeat(10_000)).message.length).toBeLessThan(200)
    expect(errorOf('wev', called('\u001bweb')).hint).not.toContain('\u001b')
  })

  test('and selectors never break anything: they resolve or are told to be wrong', () => {
    const pieces = fc.constantFrom(
      ...['vpc:', 'tier:', 'tag:', 'name:', 'ip:', 'aws:', 'account:', 'arn:aws:', 'i-', '*', '/', ':', '='],
      ...['db', 'web', 'shop', '10.0.', '::', '-', ' '],
    )
    const selectors = fc
      .array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 6 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(selectors, (selector) => {
        const found = attempt(network, selector)
        const isRight = found instanceof ZtnetError ? found.code.startsWith('PLACE_') : found.selector === selector
        expect(isRight).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('how names compare', () => {
  test.each([
    ['web', 'web', true],
    ['web', 'Web', false],
    ['web-*', 'web-', true],
    ['*-web', 'a-web', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['**', 'x', true],
  ])('%s fits %s: %s', (pattern, name, yes) => {
    expect(fits(pattern)(name)).toBe(yes)
  })

  test('a pattern takes no longer than the name is long, however many stars it has', () => {
    expect(fits(`${'a*'.repeat(2000)}b`)('a'.repeat(100_000))).toBe(false)
  })

  test('nearest means few changes, or a part of the name; best first', () => {
    expect(nearest('orders-db', ['order-db', 'orders-db-1', 'billing', 'Orders-DB'])).toEqual([
      'Orders-DB',
      'order-db',
      'orders-db-1',
    ])
    expect(nearest('orders', ['prod-orders-database-01', 'x'])).toEqual(['prod-orders-database-01'])
    expect(nearest('zzzz', ['web', 'a'.repeat(1000)])).toEqual([])
  })

  test('quotes show what would not be seen', () => {
    expect(quoted('a\u200bb\u2028')).toBe('"a\\u200bb\\u2028"')
    expect(quoted('"')).toBe('"\\""')
    expect(quoted('a\u061cb\u2060c\ufff9')).toBe('"a\\u061cb\\u2060c\\ufff9"')
  })
})

const conformance = '../shared/conformance'
const folders = existsSync(conformance)
  ? readdirSync(conformance).filter((folder) => existsSync(`${conformance}/${folder}/aws`))
  : []

test('the conformance folders are there, at least in CI', () => {
  expect(folders.length > 0 || process.env['CI'] === undefined).toBe(true)
})

describe.skipIf(folders.length === 0)('in every conformance folder (skipped where ../shared is absent)', () => {
  test.each(folders)(
    '%s: whatever is there resolves by id and by Name, or is told to be empty or in doubt',
    async (folder) => {
      const { snapshot } = await loadSnapshot(`${conformance}/${folder}/aws`)
      const real = new Network(snapshot)
      for (const { id } of real.all('networkInterface')) expect(ids(resolvePlace(real, id))).toEqual([id])
      const kinds = ['instance', 'subnet', 'vpc', 'securityGroup', 'loadBalancer', 'natGateway'] as const
      const selectors = kinds.flatMap((kind) =>
        real.all(kind).flatMap((resource) => {
          const name = nameOfResource(resource)
          return name === undefined ? [resource.id] : [resource.id, `name:${name}`]
        }),
      )
      expect(selectors.map((selector) => outcomeOf(real, selector)).filter((outcome) => !FINE.has(outcome))).toEqual([])
    },
  )

  test.each(folders)('%s: every tier that it has resolves, and the others are told to be absent', async (folder) => {
    const { snapshot } = await loadSnapshot(`${conformance}/${folder}/aws`)
    const real = new Network(snapshot)
    const has = subnetsByTier(real)
    for (const [tier, subnets] of has)
      expect(outcomeOf(real, `tier:${tier}`)).toMatch(
        subnets.length === 0 ? /^PLACE_UNKNOWN$/ : /^(resolved|PLACE_EMPTY)$/,
      )
  })
})

const FINE: ReadonlySet<string> = new Set(['resolved', 'PLACE_EMPTY', 'PLACE_AMBIGUOUS'])

const outcomeOf = (real: Network, selector: string): string => {
  const found = attempt(real, selector)
  if (found instanceof ZtnetError) return found.code
  return ids(found).length + (found.unread?.length ?? 0) > 0 ? 'resolved' : `${selector} without interfaces`
}
