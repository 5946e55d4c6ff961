/** The default example: a web shop in one VPC with the four tiers of a zero-trust network, in two zones, built as most teams build
 *  it. Nothing is wrong with it: what each tier may reach is what it needs. */
import { estate, type Estate } from '../build.ts'

const zones = [
  { zone: 'a', net: 0, nat: '3.124.18.201', balancer: '18.184.77.36' },
  { zone: 'b', net: 1, nat: '3.68.125.14', balancer: '18.197.203.90' },
] as const

const region = 'eu-central-1'
const account = '111122223333'
const ipv6 = '2a05:d014:a3c:5e'

export const threeTier = (): Estate => {
  const network = zones.reduce(
    subnetsOfZone,
    estate()
      .in({ account, region })
      .zones({ a: 'euc1-az2', b: 'euc1-az3' })
      .vpc('shop', ['10.20.0.0/16', `${ipv6}00::/56`])
      .securityGroup('default-shop', [], { closed: true })
      .internetGateway('shop')
      .egressOnlyInternetGateway('shop')
      .routeTable('shop-public', { '0.0.0.0/0': 'igw-shop', '::/0': 'igw-shop' })
      .routeTable('shop-database', {})
      .routeTable('shop-intra', {})
      // PostgreSQL from the tiers that may ask it, and the answers to their client ports; nothing else in or out.
      .networkAcl('shop-database', [
        '100 allow tcp 5432 from 10.20.16.0/20',
        '110 allow tcp 5432 from 10.20.32.0/20',
        '120 allow tcp 5432 from 10.20.80.0/23',
        '100 allow tcp 1024-65535 to 10.20.16.0/20',
        '110 allow tcp 1024-65535 to 10.20.32.0/20',
        '120 allow tcp 1024-65535 to 10.20.80.0/23',
      ]),
  )
  return tagged(endpoints(workloads(groups(network))))
}

type Zone = (typeof zones)[number]

const named = (tier: string, { zone }: Zone): string => `shop-${tier}-${region}${zone}`

const subnetsOfZone = (shop: Estate, each: Zone): Estate => {
  const { zone, net, nat } = each
  const place = `shop-${region}${zone}`
  return shop
    .subnet(named('public', each), [`10.20.${net}.0/24`, `${ipv6}0${net}::/64`], { zone, table: 'shop-public' })
    .natGateway(place, `10.20.${net}.10`, { publicIp: nat })
    .subnet(named('private', each), [`10.20.${16 + 16 * net}.0/20`, `${ipv6}1${net}::/64`], {
      zone,
      routes: { '0.0.0.0/0': `nat-${place}`, '::/0': 'eigw-shop' },
    })
    .subnet(named('database', each), `10.20.${64 + net}.0/24`, { zone, table: 'shop-database', acl: 'shop-database' })
    .subnet(named('intra', each), `10.20.${80 + net}.0/24`, { zone, table: 'shop-intra' })
}

/** Who may talk to whom, by group: internet -> alb -> app -> database, and what runs beside that chain. */
const groups = (shop: Estate): Estate =>
  shop
    .securityGroup('shop-alb', ['tcp 443 from 0.0.0.0/0', 'tcp 443 from ::/0', 'tcp 8443 to sg-shop-app'])
    .securityGroup('shop-app', [
      'tcp 8443 from sg-shop-alb',
      'tcp 8443 from sg-shop-nlb',
      'tcp 5432 to sg-shop-database',
      'tcp 443 to 0.0.0.0/0',
      'tcp 443 to ::/0',
    ])
    .securityGroup('shop-database', ['tcp 5432 from sg-shop-app', 'tcp 5432 from sg-shop-rotate'], { closed: true })
    .securityGroup('shop-nlb', ['tcp 443 from sg-shop-worker', 'tcp 8443 to sg-shop-app'])
    // No word of the internet: the worker's subnet has a route there, the worker has no rule.
    .securityGroup('shop-worker', ['tcp 443 to sg-shop-nlb', 'tcp 443 to sg-shop-endpoints', 'tcp 443 to pl-s3'])
    .securityGroup('shop-rotate', ['tcp 5432 to sg-shop-database', 'tcp 443 to sg-shop-endpoints'])
    .securityGroup(
      'shop-endpoints',
      ['tcp 443 from sg-shop-app', 'tcp 443 from sg-shop-worker', 'tcp 443 from sg-shop-rotate'],
      { closed: true },
    )

const workloads = (shop: Estate): Estate => {
  const [a, b] = zones
  const targets = { targets: ['10.20.16.21', '10.20.32.21'], port: 8443 }
  const withTasks = zones.reduce(taskOfZone, shop)
  return withTasks
    .within(`subnet-${named('private', a)}`)
    .instance('shop-worker-1', '10.20.16.60', { groups: ['shop-worker'] })
    .within(`subnet-${named('database', a)}`)
    .database('shop-orders', '10.20.64.12', { groups: ['shop-database'], subnets: [named('database', b)] })
    .within(`subnet-${named('database', b)}`)
    .database('shop-orders-replica', '10.20.65.12', { groups: ['shop-database'], subnets: [named('database', a)] })
    .function(
      'shop-rotate-secret',
      { [named('intra', a)]: '10.20.80.40', [named('intra', b)]: '10.20.81.40' },
      { groups: ['shop-rotate'] },
    )
    .applicationLoadBalancer('shop-web', {
      scheme: 'internet-facing',
      nodes: {
        [named('public', a)]: ['10.20.0.50', `${ipv6}00::50`],
        [named('public', b)]: ['10.20.1.50', `${ipv6}01::50`],
      },
      publicIps: { [named('public', a)]: a.balancer, [named('public', b)]: b.balancer },
      groups: ['shop-alb'],
      listeners: { 'HTTPS 443': { ...targets, protocol: 'HTTPS' } },
    })
    .networkLoadBalancer('shop-internal', {
      nodes: { [named('private', a)]: '10.20.16.40', [named('private', b)]: '10.20.32.40' },
      groups: ['shop-nlb'],
      listeners: { 'TCP 443': targets },
    })
}

/** An ECS task on Fargate: an interface of its own with the task's groups. */
const taskOfZone = (shop: Estate, each: Zone): Estate => {
  const { net } = each
  const name = `shop-app-${net + 1}`
  const address = `10.20.${16 + 16 * net}.21`
  const task = `arn:aws:ecs:${region}:${account}:task/shop/5f2b1c0de94a4e6f8a7b3c1d2e4f5a6${net}`
  const attachment = `arn:aws:ecs:${region}:${account}:attachment/7d1f3b52-0c4e-4a86-9b0e-2f6a8c1d3e5${net}`
  const detail = { networkInterfaceId: `eni-${name}`, privateIPv4Address: address }
  return shop
    .within(`subnet-${named('private', each)}`)
    .interface(name, [address, `${ipv6}1${net}::21`], { groups: ['shop-app'], description: attachment })
    .tagged(`eni-${name}`, { 'aws:ecs:clusterName': 'shop', 'aws:ecs:serviceName': 'shop-app' })
    .record('ecsTask', task, {
      taskArn: task,
      clusterArn: `arn:aws:ecs:${region}:${account}:cluster/shop`,
      group: 'service:shop-app',
      lastStatus: 'RUNNING',
      attachments: [
        {
          type: 'ElasticNetworkInterface',
          status: 'ATTACHED',
          details: Object.entries(detail).map(([name, value]) => ({ name, value })),
        },
      ],
    })
}

const endpoints = (shop: Estate): Estate => {
  const [a, b] = zones
  const privateTables = [named('private', a), named('private', b)]
  const interfaces = ['ssm', 'ssmmessages', 'secretsmanager'].reduce(
    (all, service, index) =>
      all.interfaceEndpoint(
        `shop-${service}`,
        { [named('intra', a)]: `10.20.80.${20 + index}`, [named('intra', b)]: `10.20.81.${20 + index}` },
        { service, groups: ['shop-endpoints'] },
      ),
    shop.within('vpc-shop'),
  )
  return interfaces
    .servicePrefixList('s3', ['3.5.134.0/23', '3.5.136.0/22', '52.219.44.0/22', '52.219.72.0/22', '52.219.140.0/24'])
    .servicePrefixList('dynamodb', ['52.94.17.0/24', '52.119.188.0/22'])
    .gatewayEndpoint('shop-s3', { service: 's3', tables: [...privateTables, 'shop-database'] })
    .gatewayEndpoint('shop-dynamodb', { service: 'dynamodb', tables: privateTables })
    .with('vpcEndpoint', 'vpce-shop-s3', { PolicyDocument: allowing('s3', ['GetObject', 'PutObject', 'ListBucket']) })
    .with('vpcEndpoint', 'vpce-shop-dynamodb', {
      PolicyDocument: allowing('dynamodb', ['GetItem', 'PutItem', 'Query']),
    })
    .with('vpcEndpoint', 'vpce-shop-ssm', { PolicyDocument: allowing('ssm', ['UpdateInstanceInformation']) })
    .with('vpcEndpoint', 'vpce-shop-ssmmessages', {
      PolicyDocument: allowing('ssmmessages', [
        'CreateControlChannel',
        'CreateDataChannel',
        'OpenControlChannel',
        'OpenDataChannel',
      ]),
    })
    .with('vpcEndpoint', 'vpce-shop-secretsmanager', {
      PolicyDocument: allowing('secretsmanager', [
        'DescribeSecret',
        'GetSecretValue',
        'PutSecretValue',
        'UpdateSecretVersionStage',
      ]),
    })
}

/** An endpoint policy: these actions, for principals and on resources of this account alone. */
const allowing = (service: string, actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: actions.map((action) => `${service}:${action}`),
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account } },
      },
    ],
  })

const tagged = (shop: Estate): Estate => {
  const common = { Environment: 'production', Project: 'shop' }
  const withTiers = ['public', 'private', 'database', 'intra'].reduce(
    (all, tier) =>
      zones.reduce((sum, each) => sum.tagged(`subnet-${named(tier, each)}`, { Tier: tier, ...common }), all),
    shop,
  )
  return withTiers.tagged('vpc-shop', common).tagged('i-shop-worker-1', common)
}
