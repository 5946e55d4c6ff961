/** A snapshot without what autoscaling replaces. */
import { describe, expect, it } from 'vitest'
import { withoutEphemeral } from '../../src/collect/roles.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import { compile } from '../../src/index.ts'

const place = { account: '111111111111', region: 'us-east-1' }
const record = (kind: string, id: string, raw: object): Resource => ({ kind, ...place, id, raw }) as Resource

/** One night: so many hosts of a group and so many tasks, under ids and addresses of their own, and one host that stays. */
const night = (seed: number, hosts: number, tasks: number): Snapshot => {
  const ids = (n: number): number[] => Array.from({ length: n }, (_, i) => seed * 100 + i)
  return {
    version: 1,
    coverage: ['vpc', 'subnet', 'routeTable', 'networkInterface', 'instance'].map(
      (kind) => ({ kind, ...place }) as Snapshot['coverage'][number],
    ),
    gaps: [],
    resources: [
      record('vpc', 'vpc-1', { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' }),
      record('subnet', 'subnet-1', {
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        CidrBlock: '10.0.0.0/20',
        AvailableIpAddressCount: 250 - hosts - tasks,
      }),
      record('securityGroup', 'sg-1', {
        GroupId: 'sg-1',
        VpcId: 'vpc-1',
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-1' }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
      record('routeTable', 'rtb-1', {
        RouteTableId: 'rtb-1',
        VpcId: 'vpc-1',
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' }],
      }),
      record('networkAcl', 'acl-1', {
        NetworkAclId: 'acl-1',
        VpcId: 'vpc-1',
        Associations: [{ SubnetId: 'subnet-1' }],
        Entries: [true, false].map((Egress) => ({
          RuleNumber: 100,
          Egress,
          Protocol: '-1',
          RuleAction: 'allow',
          CidrBlock: '0.0.0.0/0',
        })),
      }),
      ...host('i-stays', 'eni-stays', '10.0.0.5', []),
      ...ids(hosts).flatMap((n) =>
        host(`i-${n}`, `eni-${n}`, `10.0.1.${n % 250}`, [
          { Key: 'aws:autoscaling:groupName', Value: 'web' },
          { Key: 'Name', Value: 'web' },
        ]),
      ),
      ...ids(tasks).flatMap((n) => task(`${n}`, `10.0.2.${n % 250}`)),
      record('targetHealth', 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web/1', {
        TargetHealthDescriptions: ids(hosts).map((n) => ({
          Target: { Id: `i-${n}`, Port: 80 },
          TargetHealth: { State: 'healthy' },
        })),
      }),
      record('targetHealth', 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/tasks/1', {
        TargetHealthDescriptions: ids(tasks).map((n) => ({
          Target: { Id: `10.0.2.${n % 250}`, Port: 80 },
          TargetHealth: { State: 'healthy' },
        })),
      }),
    ],
  }
}

const host = (id: string, eni: string, address: string, Tags: readonly object[]): readonly Resource[] => [
  record('instance', id, { InstanceId: id, VpcId: 'vpc-1', SubnetId: 'subnet-1', State: { Name: 'running' }, Tags }),
  record('networkInterface', eni, { ...standing(eni, address), Attachment: { InstanceId: id, DeviceIndex: 0 } }),
]

const task = (id: string, address: string): readonly Resource[] => [
  record('networkInterface', `eni-t${id}`, {
    ...standing(`eni-t${id}`, address),
    Description: `arn:aws:ecs:us-east-1:111111111111:attachment/${id}`,
  }),
  record('ecsTask', `arn:aws:ecs:us-east-1:111111111111:task/shop/${id}`, {
    taskArn: `arn:aws:ecs:us-east-1:111111111111:task/shop/${id}`,
    clusterArn: 'arn:aws:ecs:us-east-1:111111111111:cluster/shop',
    group: 'service:api',
    attachments: [{ type: 'ElasticNetworkInterface', details: [{ name: 'networkInterfaceId', value: `eni-t${id}` }] }],
  }),
]

const standing = (id: string, address: string): object => ({
  NetworkInterfaceId: id,
  SubnetId: 'subnet-1',
  VpcId: 'vpc-1',
  Status: 'in-use',
  Groups: [{ GroupId: 'sg-1' }],
  PrivateIpAddress: address,
  PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
})

const written = (snapshot: Snapshot): string => [...formatSnapshotLines(snapshot)].join('\n')

describe('a snapshot without what comes and goes', () => {
  it('is the same on two nights, whoever was replaced', () => {
    expect(written(night(1, 3, 2))).not.toBe(written(night(2, 3, 2)))
    expect(written(withoutEphemeral(night(2, 3, 2)))).toBe(written(withoutEphemeral(night(1, 3, 2))))
  })

  it('keeps one interface for each role, which says how many it stands for', () => {
    const interfaces = withoutEphemeral(night(1, 3, 2)).resources.filter(({ kind }) => kind === 'networkInterface')
    const counts = interfaces.map(({ raw }) => (raw as { Represents?: number }).Represents)
    expect(new Set(counts)).toEqual(new Set([2, 3, undefined]))
    expect(counts).toHaveLength(3)
    expect(interfaces.every(({ raw }) => (raw as { SubnetId: string }).SubnetId === 'subnet-1')).toBe(true)
  })

  it('keeps what somebody made and described in the words of a service (R-ENI-6)', () => {
    const snapshot = night(1, 3, 2)
    const own = (id: string, address: string) =>
      record('networkInterface', id, {
        ...standing(id, address),
        Description: 'ELB app/not-really/1',
        RequesterManaged: false,
      })
    const kept = withoutEphemeral({
      ...snapshot,
      resources: [...snapshot.resources, own('eni-own1', '10.0.1.101'), own('eni-own2', '10.0.1.102')],
    }).resources.map(({ id }) => id)
    expect(kept).toEqual(expect.arrayContaining(['eni-own1', 'eni-own2']))
  })

  it('keeps roles registered where their members were, once', () => {
    const { resources } = withoutEphemeral(night(1, 3, 2))
    const targets = resources.flatMap(({ kind, raw }) =>
      kind === 'targetHealth'
        ? [(raw as { TargetHealthDescriptions: { Target: { Id: string } }[] }).TargetHealthDescriptions]
        : [],
    )
    expect(targets.map((each) => each.length)).toEqual([1, 1])
    const names = new Set(
      resources.flatMap(({ id, raw }) => [id, (raw as { PrivateIpAddress?: string }).PrivateIpAddress]),
    )
    for (const [{ Target } = { Target: { Id: '' } }] of targets) expect(names).toContain(Target.Id)
  })

  it('answers as before', () => {
    const before = compile(night(1, 3, 2))
    const after = compile(withoutEphemeral(night(1, 3, 2)))
    for (const [from, to] of [
      ['web', 'i-stays'],
      ['i-stays', 'web'],
      ['ecs:shop', 'web'],
    ] as const)
      expect(after.reach(from, to).verdict, `${from} -> ${to}`).toBe(before.reach(from, to).verdict)
    expect(after.reach('web', 'i-stays').verdict).toBe('reachable')
  })

  it('lets a role be reached from the internet where its members were', () => {
    const published = (seed: number): Snapshot => {
      const { resources, ...rest } = night(seed, 2, 0)
      const gateway = record('internetGateway', 'igw-1', {
        InternetGatewayId: 'igw-1',
        Attachments: [{ VpcId: 'vpc-1', State: 'available' }],
      })
      const opened = resources.map((each, i) => {
        if (each.id === 'sg-1')
          return open(each, { IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] })
        if (each.id === 'rtb-1')
          return open(each, { Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' }] })
        return each.kind === 'networkInterface' ? open(each, { Association: { PublicIp: `3.${seed}.0.${i}` } }) : each
      })
      return { ...rest, resources: [...opened, gateway] }
    }
    const open = (each: Resource, fields: object): Resource =>
      ({ ...each, raw: { ...each.raw, ...fields } }) as Resource
    expect(compile(published(1)).reach('internet', 'web').verdict).toBe('reachable')
    expect(compile(withoutEphemeral(published(1))).reach('internet', 'web').verdict).toBe('reachable')
    expect(compile(withoutEphemeral(published(1))).reach('web', 'internet').verdict).toBe('reachable')
    const withoutStaying = (snapshot: Snapshot) =>
      written({ ...snapshot, resources: snapshot.resources.filter(({ id }) => id !== 'eni-stays') })
    expect(withoutStaying(withoutEphemeral(published(2)))).toBe(withoutStaying(withoutEphemeral(published(1))))
  })

  it('changes when the network does', () => {
    const opened = night(2, 3, 2)
    const changed = {
      ...opened,
      resources: opened.resources.map((each) =>
        each.id === 'sg-1' ? { ...each, raw: { ...each.raw, IpPermissions: [] } } : each,
      ),
    } as Snapshot
    expect(written(withoutEphemeral(changed))).not.toBe(written(withoutEphemeral(night(1, 3, 2))))
  })
})
