/** One resource as several accounts, regions or files describe it. */
import { describe, expect, it } from 'vitest'
import { importDescribeFolder } from '../../src/collect/describe-files.ts'
import { type Files, folder } from './folder.ts'

const OWNER = '999999999999'
const PARTICIPANT = '111111111111'
const seenBy = (views: { readonly [account: string]: unknown }): Files =>
  Object.fromEntries(Object.entries(views).map(([account, answer]) => [`${account}/us-east-1/x.json`, answer]))
const imported = (files: Files) => importDescribeFolder(folder(files)).snapshot
const subnet = (fields: object) => ({ Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', OwnerId: OWNER, ...fields }] })

describe('a resource that two accounts see', () => {
  it('is one, under its owner', () => {
    const { resources, gaps } = imported(seenBy({ [OWNER]: subnet({}), [PARTICIPANT]: subnet({}) }))
    expect(resources).toMatchObject([{ kind: 'subnet', account: OWNER, region: 'us-east-1', id: 'subnet-1' }])
    expect(gaps).toEqual([])
  })

  it('is the owner’s even where only the other account was read', () => {
    expect(imported(seenBy({ [PARTICIPANT]: subnet({}) })).resources).toMatchObject([{ account: OWNER }])
  })

  it('has what either says, the owner first: tags and zone names are the owner’s', () => {
    const { resources, gaps } = imported(
      seenBy({
        [OWNER]: subnet({ Tags: [{ Key: 'Name', Value: 'db' }], AvailabilityZone: 'us-east-1a' }),
        [PARTICIPANT]: subnet({ Tags: [], AvailabilityZone: 'us-east-1f', CidrBlock: '10.0.1.0/24' }),
      }),
    )
    expect(resources[0]?.raw).toMatchObject({
      Tags: [{ Key: 'Name', Value: 'db' }],
      AvailabilityZone: 'us-east-1a',
      CidrBlock: '10.0.1.0/24',
    })
    expect(gaps).toEqual([])
  })

  it('has the tags of its owner in whichever field the service lists them', () => {
    const database = (TagList: readonly object[]) => ({
      DBInstances: [
        { DBInstanceIdentifier: 'orders', DBInstanceArn: `arn:aws:rds:us-east-1:${OWNER}:db:orders`, TagList },
      ],
    })
    const { resources, gaps } = imported(
      seenBy({ [OWNER]: database([]), [PARTICIPANT]: database([{ Key: 'team', Value: 'red' }]) }),
    )
    expect(resources[0]?.raw).toMatchObject({ TagList: [{ Key: 'team', Value: 'red' }] })
    const differing = seenBy({
      [OWNER]: database([{ Key: 'team', Value: 'blue' }]),
      [PARTICIPANT]: database([{ Key: 'team', Value: 'red' }]),
    })
    expect(gaps).toEqual([])
    expect(imported(differing).gaps).toEqual([])
  })

  it('has fields that one sees inside what both see', () => {
    const attachment = (fields: object) => ({
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-1',
          SubnetId: 's',
          VpcId: 'v',
          OwnerId: OWNER,
          Attachment: { Status: 'attached', ...fields },
        },
      ],
    })
    const { resources, gaps } = imported(
      seenBy({ [OWNER]: attachment({ InstanceId: 'i-1' }), [PARTICIPANT]: attachment({}) }),
    )
    expect(resources[0]?.raw).toMatchObject({ Attachment: { Status: 'attached', InstanceId: 'i-1' } })
    expect(gaps).toEqual([])
  })

  it('whose lists differ in order only does not contradict itself', () => {
    const group = (...ports: number[]) => ({
      SecurityGroups: [
        {
          GroupId: 'sg-1',
          OwnerId: OWNER,
          IpPermissions: ports.map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port })),
        },
      ],
    })
    expect(imported(seenBy({ [OWNER]: group(80, 443), [PARTICIPANT]: group(443, 80) })).gaps).toEqual([])
    expect(imported(seenBy({ [OWNER]: group(80, 443), [PARTICIPANT]: group(80) })).gaps).toMatchObject([
      { code: 'CONTRADICTION' },
    ])
  })

  it('and describe otherwise: the owner’s view stays, and a gap names both files', () => {
    const { resources, gaps } = imported(
      seenBy({
        [OWNER]: subnet({ CidrBlock: '10.0.1.0/24' }),
        [PARTICIPANT]: subnet({ CidrBlock: '10.0.2.0/24', VpcId: 'vpc-2' }),
      }),
    )
    expect(resources[0]?.raw).toMatchObject({ VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24' })
    expect(gaps).toMatchObject([
      {
        code: 'CONTRADICTION',
        kind: 'subnet',
        id: 'subnet-1',
        account: OWNER,
        message:
          `subnet subnet-1 is described twice, and VpcId, CidrBlock differ: ${OWNER}/us-east-1/x.json: Subnets[0] counts, ` +
          `${PARTICIPANT}/us-east-1/x.json: Subnets[0] does not`,
      },
    ])
  })

  it('is the same whichever file is read first', () => {
    const views = [subnet({ CidrBlock: '10.0.1.0/24' }), subnet({ CidrBlock: '10.0.2.0/24' })]
    const [one, other] = [views, [...views].reverse()].map(([a, b]) => {
      return imported({ [`${PARTICIPANT}/us-east-1/a.json`]: a, [`${PARTICIPANT}/us-east-1/b.json`]: b }).resources
    })
    expect(one).toEqual(other)
  })
})

describe('a peering between regions', () => {
  const peering = {
    VpcPeeringConnections: [
      {
        VpcPeeringConnectionId: 'pcx-1',
        RequesterVpcInfo: { OwnerId: OWNER, VpcId: 'vpc-1', Region: 'eu-west-1' },
        AccepterVpcInfo: { OwnerId: PARTICIPANT, VpcId: 'vpc-2', Region: 'us-east-1' },
      },
    ],
  }

  it('is one resource, in the region and account of its requester', () => {
    const { resources } = imported({
      [`${PARTICIPANT}/us-east-1/x.json`]: peering,
      [`${OWNER}/eu-west-1/x.json`]: peering,
    })
    expect(resources).toMatchObject([{ account: OWNER, region: 'eu-west-1', id: 'pcx-1' }])
  })
})

describe('names that are no ids', () => {
  it('are told apart by account and region: zones, classic load balancers', () => {
    const answer = {
      AvailabilityZones: [{ ZoneName: 'us-east-1a', ZoneId: 'use1-az1' }],
      LoadBalancerDescriptions: [{ LoadBalancerName: 'web' }],
    }
    const other = { ...answer, AvailabilityZones: [{ ZoneName: 'us-east-1a', ZoneId: 'use1-az4' }] }
    const { resources, gaps } = imported(seenBy({ [OWNER]: answer, [PARTICIPANT]: other }))
    expect(resources).toHaveLength(4)
    expect(gaps).toEqual([])
  })

  it('are told apart also where a name stands in for an ARN that is missing', () => {
    const answer = { DBInstances: [{ DBInstanceIdentifier: 'orders' }] }
    expect(imported(seenBy({ [OWNER]: answer, [PARTICIPANT]: answer })).resources).toHaveLength(2)
  })
})
