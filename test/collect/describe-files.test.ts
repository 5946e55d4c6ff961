/** Folders of describe JSON as a snapshot: what is read, under which account and region, and what counts as read. */
import { symlinkSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importDescribeFolder } from '../../src/collect/describe-files.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Files, folder } from './folder.ts'

const A = '111111111111'
const B = '222222222222'
const vpc = (id: string, more: object = {}) => ({ VpcId: id, CidrBlock: '10.0.0.0/16', ...more })
const subnet = (id: string, more: object = {}) => ({ SubnetId: id, VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24', ...more })

const snapshotOf = (files: Files): Snapshot => importDescribeFolder(folder(files)).snapshot
const placed = (files: Files) =>
  snapshotOf(files).resources.map(({ kind, account, region, id }) => `${kind} ${account} ${region} ${id}`)
const covered = (files: Files) =>
  snapshotOf(files).coverage.map(({ kind, account, region }) => `${kind} ${account} ${region}`)
const rawOf = (files: Files, kind: Kind) => snapshotOf(files).resources.find((each) => each.kind === kind)?.raw
const text = (files: Files) => [...formatSnapshotLines(snapshotOf(files))].join('\n')

describe('a file', () => {
  it('is read by its keys, whatever its name', () => {
    expect(placed({ 'us-east-1/subnets.json': { Vpcs: [vpc('vpc-1', { OwnerId: A })] } })).toEqual([
      `vpc ${A} us-east-1 vpc-1`,
    ])
  })

  it('may hold several answers', () => {
    const files = {
      [`${A}/us-east-1/all.json`]: { Vpcs: [vpc('vpc-1')], Subnets: [subnet('subnet-1')], NatGateways: [] },
    }
    expect(placed(files)).toEqual([`subnet ${A} us-east-1 subnet-1`, `vpc ${A} us-east-1 vpc-1`])
    expect(covered(files)).toEqual([`natGateway ${A} us-east-1`, `subnet ${A} us-east-1`, `vpc ${A} us-east-1`])
  })

  it('may be compressed, under any name', () => {
    const bytes = gzipSync(JSON.stringify({ Vpcs: [vpc('vpc-1')] }))
    for (const name of ['vpcs.json.gz', 'vpcs.json', 'vpcs']) {
      expect(placed({ [`${A}/us-east-1/${name}`]: bytes })).toEqual([`vpc ${A} us-east-1 vpc-1`])
    }
  })

  it('may be what Windows PowerShell redirected: UTF-16 with a byte order mark', () => {
    const bytes = Buffer.from(`\ufeff${JSON.stringify({ Vpcs: [vpc('vpc-1')] })}`, 'utf16le')
    expect(placed({ [`${A}/us-east-1/vpcs.json`]: bytes })).toEqual([`vpc ${A} us-east-1 vpc-1`])
    const utf8 = Buffer.from(`\ufeff${JSON.stringify({ Vpcs: [vpc('vpc-2')] })}`)
    expect(placed({ [`${A}/us-east-1/vpcs.json`]: utf8 })).toEqual([`vpc ${A} us-east-1 vpc-2`])
  })

  it('may be named instead of its folder', () => {
    const root = folder({ [`${A}/us-east-1/vpcs.json`]: { Vpcs: [vpc('vpc-1')] } })
    const { resources } = importDescribeFolder(`${root}/${A}/us-east-1/vpcs.json`).snapshot
    expect(resources).toMatchObject([{ kind: 'vpc', account: A, region: 'us-east-1' }])
  })

  it('whose name starts with a dot is passed over in silence', () => {
    const { snapshot, warnings } = importDescribeFolder(
      folder({ 'vpcs.json': { Vpcs: [] }, '.vpcs.json': 'not JSON', '.git/x.json': '' }),
    )
    expect(snapshot.gaps).toEqual([])
    expect(warnings).toEqual([])
  })

  it('reached by two links is read once, and a link in a circle ends', () => {
    const root = folder({ [`${A}/us-east-1/vpcs.json`]: { Vpcs: [vpc('vpc-1')] } })
    symlinkSync(root, `${root}/${A}/us-east-1/again`)
    symlinkSync(`${root}/${A}`, `${root}/alias`)
    const { snapshot } = importDescribeFolder(root)
    expect(snapshot.resources).toHaveLength(1)
    expect(snapshot.gaps).toEqual([])
  })
})

describe('account and region', () => {
  const files = (prefix: string): Files => ({ [`${prefix}/vpcs.json`]: { Vpcs: [vpc('vpc-1')] } })

  it.each([
    `accounts/${A}/us-gov-west-1`,
    `us-gov-west-1/${A}`,
    `${A}/us-gov-west-1`,
    `2026-01-31/${A}/raw/us-gov-west-1/ec2`,
  ])('are told by the folders %s', (prefix) => {
    expect(placed(files(prefix))).toEqual([`vpc ${A} us-gov-west-1 vpc-1`])
  })

  it('are told by the folders around the one that is named', () => {
    const root = folder(files(`${A}/eu-central-2`))
    expect(importDescribeFolder(`${root}/${A}/eu-central-2`).snapshot.resources).toMatchObject([
      { account: A, region: 'eu-central-2' },
    ])
  })

  it('of a flat folder are told by its records: owners and zones', () => {
    const flat = {
      'vpcs.json': { Vpcs: [vpc('vpc-1', { OwnerId: A })] },
      'subnets.json': { Subnets: [subnet('subnet-1', { AvailabilityZone: 'us-west-2-lax-1a' })] },
      'nat.json': { NatGateways: [] },
    }
    expect(placed(flat)).toEqual([`subnet ${A} us-west-2 subnet-1`, `vpc ${A} us-west-2 vpc-1`])
    expect(covered(flat)).toContain(`natGateway ${A} us-west-2`)
  })

  it('of a flat folder with several regions are told record by record, also through the VPC', () => {
    const flat = {
      'subnets.json': {
        Subnets: [
          subnet('subnet-1', { AvailabilityZone: 'us-east-1a', OwnerId: A }),
          subnet('subnet-2', { AvailabilityZone: 'eu-west-1b', OwnerId: A, VpcId: 'vpc-2' }),
        ],
      },
      'acls.json': { NetworkAcls: [{ NetworkAclId: 'acl-2', VpcId: 'vpc-2' }] },
    }
    expect(placed(flat)).toContain(`networkAcl ${A} eu-west-1 acl-2`)
  })

  it('of a flat folder are settled by get-caller-identity', () => {
    const flat = {
      'me.json': { UserId: 'AIDA', Account: B, Arn: `arn:aws:iam::${B}:user/me` },
      'subnets.json': { Subnets: [subnet('subnet-1', { AvailabilityZone: 'us-east-1a', OwnerId: A })] },
      'nat.json': { NatGateways: [{ NatGatewayId: 'nat-1', SubnetId: 'subnet-1' }] },
    }
    expect(placed(flat)).toEqual([`natGateway ${B} us-east-1 nat-1`, `subnet ${A} us-east-1 subnet-1`])
    expect(covered(flat)).toEqual([`natGateway ${B} us-east-1`, `subnet ${B} us-east-1`])
  })

  it('of a shared VPC: what only its owner can list says who asked', () => {
    const shared = {
      'subnets.json': {
        Subnets: [1, 2, 3].map((n) => subnet(`subnet-${n}`, { OwnerId: A, AvailabilityZone: 'us-east-1a' })),
      },
      'instances.json': { Reservations: [{ OwnerId: B, Instances: [{ InstanceId: 'i-1' }] }] },
    }
    expect(covered(shared)).toEqual([`instance ${B} us-east-1`, `subnet ${B} us-east-1`])
  })

  it('of folders named after accounts are told apart', () => {
    const named = (owner: string, name: string) => ({
      [`${name}/us-east-1/vpcs.json`]: { Vpcs: [vpc(`vpc-${name}`, { OwnerId: owner })] },
      [`${name}/us-east-1/nat.json`]: { NatGateways: [{ NatGatewayId: `nat-${name}` }] },
    })
    expect(placed({ ...named(A, 'dev'), ...named(B, 'prod') })).toEqual([
      `natGateway ${A} us-east-1 nat-dev`,
      `natGateway ${B} us-east-1 nat-prod`,
      `vpc ${A} us-east-1 vpc-dev`,
      `vpc ${B} us-east-1 vpc-prod`,
    ])
  })

  it('that nothing tells are unknown', () => {
    expect(placed({ 'vpcs.json': { Vpcs: [vpc('vpc-1')] } })).toEqual(['vpc unknown unknown vpc-1'])
  })
})

describe('answers of their own shape', () => {
  const at = `${A}/us-east-1`
  const table = 'tgw-rtb-0123456789abcdef0'
  const lb = `arn:aws:elasticloadbalancing:us-east-1:${A}:loadbalancer/net/web/1234567890abcdef`
  const tg = `arn:aws:elasticloadbalancing:us-east-1:${A}:targetgroup/blue/fedcba0987654321`

  it('reservations: nested, flat or under their own key, they are the same instances', () => {
    const instance = { InstanceId: 'i-1', State: { Code: 16, Name: 'running' } }
    const spellings = [
      { Reservations: [{ ReservationId: 'r-1', OwnerId: A, Instances: [instance] }] },
      { Reservations: [instance] },
      { Reservations: [[instance]] },
      { Instances: [instance] },
    ]
    const texts = spellings.map((answer) => text({ [`${at}/instances.json`]: answer }))
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('"id":"i-1"')
  })

  it('prefix lists: the two calls that share a key are told apart by their fields', () => {
    const managed = { PrefixListId: 'pl-1', AddressFamily: 'IPv4', State: 'create-complete' }
    const legacy = { PrefixListId: 'pl-2', Cidrs: ['52.0.0.0/15'], PrefixListName: 'com.amazonaws.us-east-1.s3' }
    const files = { [`${at}/a.json`]: { PrefixLists: [managed] }, [`${at}/b.json`]: { PrefixLists: [legacy] } }
    expect(placed(files)).toEqual([`managedPrefixList ${A} us-east-1 pl-1`, `prefixList ${A} us-east-1 pl-2`])
  })

  it('VPC attributes: one question each, one resource', () => {
    const files = {
      [`${at}/dns.json`]: { VpcId: 'vpc-1', EnableDnsSupport: { Value: true } },
      [`${at}/names.json`]: { VpcId: 'vpc-1', EnableDnsHostnames: { Value: false } },
    }
    expect(rawOf(files, 'vpcAttribute')).toEqual({
      VpcId: 'vpc-1',
      EnableDnsSupport: { Value: true },
      EnableDnsHostnames: { Value: false },
    })
  })

  it.each([
    [
      'search-transit-gateway-routes',
      { Routes: [{ DestinationCidrBlock: '10.0.0.0/8' }], AdditionalRoutesAvailable: false },
      'transitGatewayRoutes',
    ],
    [
      'get-transit-gateway-route-table-associations',
      { Associations: [{ TransitGatewayAttachmentId: 'tgw-attach-1' }] },
      'transitGatewayRouteTableAssociations',
    ],
    [
      'get-transit-gateway-route-table-propagations',
      { TransitGatewayRouteTablePropagations: [] },
      'transitGatewayRouteTablePropagations',
    ],
    [
      'get-transit-gateway-prefix-list-references',
      { TransitGatewayPrefixListReferences: [] },
      'transitGatewayPrefixListReferences',
    ],
  ])('%s bears the id that the name of its file carries', (call, answer, kind) => {
    expect(placed({ [`${at}/${call}__${table}.json`]: answer })).toEqual([`${kind} ${A} us-east-1 ${table}`])
    expect(placed({ [`${at}/${call}/${table}.json`]: answer })).toEqual([`${kind} ${A} us-east-1 ${table}`])
  })

  it('routes say whether all were searched for or only the static ones', () => {
    const routes = [{ DestinationCidrBlock: '10.0.0.0/8', Type: 'static' }]
    const searched = { [`${at}/routes__${table}.json`]: { Routes: routes, AdditionalRoutesAvailable: false } }
    const wrapped = {
      TransitGatewayStaticRoutes: [
        { TransitGatewayRouteTableId: table, Routes: routes, AdditionalRoutesAvailable: false },
      ],
    }
    expect(rawOf(searched, 'transitGatewayRoutes')).toMatchObject({ RoutesScope: 'searched', Routes: routes })
    expect(rawOf({ [`${at}/static.json`]: wrapped }, 'transitGatewayRoutes')).toMatchObject({
      RoutesScope: 'static',
      Routes: routes,
    })
    const both = { ...searched, [`${at}/static.json`]: wrapped }
    expect(rawOf(both, 'transitGatewayRoutes')).toMatchObject({ RoutesScope: 'searched' })
    expect(snapshotOf(both).gaps).toEqual([])
  })

  it('prefix list entries bear the id in the name of their file', () => {
    const files = { [`${at}/get-managed-prefix-list-entries__pl-0a1.json`]: { Entries: [{ Cidr: '10.0.0.0/8' }] } }
    expect(placed(files)).toEqual([`managedPrefixListEntries ${A} us-east-1 pl-0a1`])
  })

  it.each([
    ['the ARN, percent-encoded', `describe-target-health__${encodeURIComponent(tg)}.json`],
    ['the ARN, its slashes replaced', `describe-target-health__${tg.replaceAll('/', '_')}.json`],
    ['the end of the ARN', 'describe-target-health__fedcba0987654321.json'],
    ['the name of the target group', 'describe-target-health__blue.json'],
    ['a folder', `describe-target-health/${encodeURIComponent(tg)}/answer.json`],
  ])('target health is that of the target group of which its file carries %s', (_, name) => {
    const files = {
      [`${at}/groups.json`]: { TargetGroups: [{ TargetGroupArn: tg, TargetGroupName: 'blue' }] },
      [`${at}/${name}`]: { TargetHealthDescriptions: [{ Target: { Id: 'i-1', Port: 80 } }] },
    }
    expect(placed(files)).toContain(`targetHealth ${A} us-east-1 ${tg}`)
  })

  it('attributes belong to a load balancer or a target group, as the id says', () => {
    const attributes = { Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }] }
    expect(placed({ [`${at}/attributes__${encodeURIComponent(lb)}.json`]: attributes })).toEqual([
      `loadBalancerAttributes ${A} us-east-1 ${lb}`,
    ])
    expect(placed({ [`${at}/attributes__${encodeURIComponent(tg)}.json`]: attributes })).toEqual([
      `targetGroupAttributes ${A} us-east-1 ${tg}`,
    ])
  })

  it('wrapped by a collector or call by call, load balancers and their parts are the same', () => {
    const loadBalancers = { LoadBalancers: [{ LoadBalancerArn: lb, LoadBalancerName: 'web' }] }
    const groups = { TargetGroups: [{ TargetGroupArn: tg, TargetGroupName: 'blue' }] }
    const listener = { ListenerArn: lb.replace('loadbalancer', 'listener').concat('/1'), LoadBalancerArn: lb, Port: 80 }
    const health = [{ Target: { Id: 'i-1', Port: 80 }, TargetHealth: { State: 'healthy' } }]
    const attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }]
    const wrapped = text({
      [`${at}/a.json`]: loadBalancers,
      [`${at}/b.json`]: groups,
      [`${at}/c.json`]: { LoadBalancerListeners: [{ LoadBalancerArn: lb, Listeners: [listener] }] },
      [`${at}/d.json`]: { LoadBalancerTargetHealth: [{ TargetGroupArn: tg, TargetHealthDescriptions: health }] },
      [`${at}/e.json`]: { LoadBalancerAttributes: [{ LoadBalancerArn: lb, Attributes: attributes }] },
    })
    const plain = text({
      [`${at}/a.json`]: loadBalancers,
      [`${at}/b.json`]: groups,
      [`${at}/c.json`]: { Listeners: [listener] },
      [`${at}/d__${encodeURIComponent(tg)}.json`]: { TargetHealthDescriptions: health },
      [`${at}/e__${encodeURIComponent(lb)}.json`]: { Attributes: attributes },
    })
    expect(plain).toBe(wrapped)
  })

  it('a recorded session (placebo) is read inside its envelope', () => {
    const created = {
      __class__: 'datetime',
      year: 2023,
      month: 4,
      day: 19,
      hour: 8,
      minute: 49,
      second: 30,
      microsecond: 0,
    }
    const data = { Vpcs: [vpc('vpc-1', { CreateTime: created })], ResponseMetadata: { HTTPStatusCode: 200 } }
    const plain = { Vpcs: [vpc('vpc-1', { CreateTime: '2023-04-19T08:49:30+00:00' })] }
    expect(text({ [`${at}/x.json`]: { status_code: 200, data } })).toBe(text({ [`${at}/x.json`]: plain }))
  })

  it('a security group in another VPC bears the ids of both', () => {
    const files = {
      [`${at}/x.json`]: { SecurityGroupVpcAssociations: [{ GroupId: 'sg-1', VpcId: 'vpc-2', State: 'associated' }] },
    }
    expect(placed(files)).toEqual([`securityGroupVpcAssociation ${A} us-east-1 sg-1/vpc-2`])
  })

  it('a peering of transit gateways has a record for each side', () => {
    const side = (mine: string, owner: string) => ({
      TransitGatewayAttachments: [
        {
          TransitGatewayAttachmentId: 'tgw-attach-1',
          TransitGatewayId: mine,
          TransitGatewayOwnerId: owner,
          ResourceType: 'peering',
        },
      ],
    })
    const files = { [`${A}/us-east-1/x.json`]: side('tgw-a', A), [`${B}/eu-west-1/x.json`]: side('tgw-b', B) }
    expect(placed(files)).toEqual([
      `transitGatewayAttachment ${A} us-east-1 tgw-attach-1`,
      `transitGatewayAttachment ${B} eu-west-1 tgw-attach-1`,
    ])
    expect(snapshotOf(files).gaps).toEqual([])
  })
})

describe('coverage', () => {
  const at = `${A}/us-east-1`

  it('is claimed by an empty list: there is none', () => {
    expect(covered({ [`${at}/x.json`]: { NatGateways: [] } })).toEqual([`natGateway ${A} us-east-1`])
    expect(covered({ [`${at}/x.json`]: { NatGateways: null } })).toEqual([`natGateway ${A} us-east-1`])
  })

  it('is not claimed for a list that was cut short', () => {
    const { snapshot } = importDescribeFolder(folder({ [`${at}/x.json`]: { Vpcs: [vpc('vpc-1')], NextToken: 'eyJ' } }))
    expect(snapshot.coverage).toEqual([])
    expect(snapshot.resources).toHaveLength(1)
    expect(snapshot.gaps).toMatchObject([
      { code: 'INCOMPLETE', kind: 'vpc', account: A, region: 'us-east-1', source: `${at}/x.json: NextToken` },
    ])
  })

  describe('of what a parent lists, where the list was cut short', () => {
    const files = {
      managedPrefixListEntries: {
        name: 'get-managed-prefix-list-entries__pl-0a1',
        part: { Entries: [{ Cidr: '10.0.0.0/8' }] },
        rest: { Entries: [{ Cidr: '192.168.0.0/16' }] },
      },
      transitGatewayRoutes: {
        name: 'search-transit-gateway-routes__tgw-rtb-1',
        part: { Routes: [{ DestinationCidrBlock: '10.0.0.0/8', Type: 'propagated', State: 'active' }] },
        rest: { Routes: [{ DestinationCidrBlock: '10.1.0.0/16', Type: 'propagated', State: 'active' }] },
      },
      transitGatewayRouteTablePropagations: {
        name: 'get-transit-gateway-route-table-propagations__tgw-rtb-1',
        part: { TransitGatewayRouteTablePropagations: [{ TransitGatewayAttachmentId: 'tgw-attach-1' }] },
        rest: { TransitGatewayRouteTablePropagations: [{ TransitGatewayAttachmentId: 'tgw-attach-2' }] },
      },
    }
    const listener = (id: string, port: number) => {
      const arn = (type: string) => `arn:aws:elasticloadbalancing:us-east-1:${A}:${type}/net/front/0a1`
      return { ListenerArn: `${arn('listener')}/${id}`, LoadBalancerArn: arn('loadbalancer'), Port: port }
    }
    const withListeners = {
      ...files,
      listener: {
        name: 'describe-listeners',
        part: { Listeners: [listener('1', 80)] },
        rest: { Listeners: [listener('2', 443)] },
      },
    }
    const failed = { Error: { Code: 'RequestLimitExceeded' } }

    it.each(Object.entries(withListeners))('its part is not taken for all of it: %s', (kind, { name, part, rest }) => {
      const file = `${at}/${name}.json`
      expect(placed({ [file]: part })).toEqual([expect.stringContaining(kind)])
      expect(placed({ [file]: { ...part, NextToken: 'eyJ' } })).toEqual([])
      expect(placed({ [file]: { ...part, ...failed } })).toEqual([])
      // The last page looks like a whole list, and may be one of two or of ten.
      const pages = { [file]: { ...part, NextToken: 'eyJ' }, [`${at}/page-2/${name}.json`]: rest }
      expect(placed(pages)).toEqual([])
      expect(snapshotOf(pages).gaps).toMatchObject([{ code: 'INCOMPLETE', kind, source: `${file}: NextToken` }])
    })

    it('the lists of other parents stand', () => {
      const { name, part, rest } = files.managedPrefixListEntries
      const other = name.replace('pl-0a1', 'pl-0b2')
      expect(placed({ [`${at}/${name}.json`]: { ...part, NextToken: 'eyJ' }, [`${at}/${other}.json`]: rest })).toEqual([
        `managedPrefixListEntries ${A} us-east-1 pl-0b2`,
      ])
    })
  })

  it('is claimed where the token of the next page is null or empty', () => {
    for (const NextToken of [null, '']) {
      // Of none there is nothing else to ask.
      expect(covered({ [`${at}/x.json`]: { Vpcs: [], NextToken } })).toEqual([
        `vpc ${A} us-east-1`,
        `vpcAttribute ${A} us-east-1`,
      ])
    }
  })

  it('is not claimed for a kind of which another file of the place has a malformed record', () => {
    expect(covered({ [`${at}/a.json`]: { Vpcs: [vpc('vpc-1')] }, [`${at}/b.json`]: { Vpcs: [{}] } })).toEqual([])
  })

  it('of listeners is claimed where every load balancer was asked for its own', () => {
    const arn = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:${A}:loadbalancer/net/${name}/1`
    const loadBalancers = {
      LoadBalancers: ['a', 'b'].map((name) => ({ LoadBalancerArn: arn(name), LoadBalancerName: name })),
    }
    const one = { [`${at}/lbs.json`]: loadBalancers, [`${at}/describe-listeners__a.json`]: { Listeners: [] } }
    expect(covered(one)).not.toContain(`listener ${A} us-east-1`)
    expect(covered({ ...one, [`${at}/describe-listeners__b.json`]: { Listeners: [] } })).toContain(
      `listener ${A} us-east-1`,
    )
  })

  it('is not claimed for routes of a transit gateway that were not all returned', () => {
    const files = {
      [`${at}/tables.json`]: { TransitGatewayRouteTables: [{ TransitGatewayRouteTableId: 'tgw-rtb-1' }] },
      [`${at}/routes__tgw-rtb-1.json`]: { Routes: [], AdditionalRoutesAvailable: true },
    }
    expect(covered(files)).toEqual([`transitGatewayRouteTable ${A} us-east-1`])
    expect(snapshotOf(files).gaps).toMatchObject([{ code: 'INCOMPLETE', kind: 'transitGatewayRoutes' }])
  })
})

describe('what is left out', () => {
  const at = `${A}/us-east-1`

  it('secrets: pre-shared keys, environments, overrides', () => {
    const answers = {
      VpnConnections: [
        {
          VpnConnectionId: 'vpn-1',
          CustomerGatewayConfiguration: '<xml>hunter2</xml>',
          Options: {
            StaticRoutesOnly: true,
            TunnelOptions: [{ OutsideIpAddress: '192.0.2.1', PreSharedKey: 'hunter2' }],
          },
        },
      ],
      Functions: [
        {
          FunctionArn: `arn:aws:lambda:us-east-1:${A}:function:f`,
          Environment: { Variables: { PASSWORD: 'hunter2' } },
        },
      ],
      tasks: [
        {
          taskArn: `arn:aws:ecs:us-east-1:${A}:task/t`,
          overrides: { containerOverrides: [{ environment: [{ value: 'hunter2' }] }] },
        },
      ],
      DBInstances: [{ DBInstanceIdentifier: 'db', PendingModifiedValues: { MasterUserPassword: 'hunter2' } }],
    }
    const written = text({ [`${at}/x.json`]: answers })
    expect(written).not.toContain('hunter2')
    expect(written).toContain('192.0.2.1')
    expect(snapshotOf({ [`${at}/x.json`]: answers }).resources).toHaveLength(4)
  })

  it('what says nothing about packets is passed over with one note for all such files', () => {
    const files = {
      'vpcs.json': { Vpcs: [] },
      'a.json': { Snapshots: [] },
      'b.json': { Snapshots: [] },
      'README.md': '# Notes',
      'events.jsonl': '{"id":1}\n{"id":2}\n',
    }
    const { snapshot, warnings } = importDescribeFolder(folder(files))
    expect(snapshot.gaps).toEqual([])
    expect(warnings).toEqual([
      'README.md: passed over files that are not JSON (not the answer of a call)',
      'a.json and 1 more: passed over Snapshots (says nothing about which packets flow)',
      'events.jsonl: passed over JSON Lines (the answer of a call is one document)',
    ])
  })
})

describe('determinism', () => {
  const files: Files = {
    'a/x.json': { Vpcs: [vpc('vpc-2', { OwnerId: A }), vpc('vpc-1', { OwnerId: A })], Junk: [] },
    'b/y.json': { Subnets: [subnet('subnet-1', { AvailabilityZone: 'us-east-1a' })] },
    'c/z.json': '{',
  }

  it('the same folder gives the same bytes', () => {
    expect(text(files)).toBe(text(files))
  })

  it('the order in which files were made makes no difference', () => {
    expect(text(Object.fromEntries(Object.entries(files).reverse()))).toBe(text(files))
  })

  it('the moment of collection is in it only where a run noted it, the oldest of several', () => {
    expect(snapshotOf(files).collectedAt).toBeUndefined()
    const noteOf = (collectedAt: string) => ({ format: 'ztnet-collection', version: 1, collectedAt })
    const runs = {
      'a/collection.json': noteOf('2026-02-01T12:00:00Z'),
      'b/collection.json': noteOf('2026-01-31T12:00:00Z'),
    }
    expect(snapshotOf({ ...files, ...runs }).collectedAt).toBe('2026-01-31T12:00:00Z')
  })
})
