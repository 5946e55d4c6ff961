/** The same answers as the AWS CLI, an SDK and boto3 spell them are the same snapshot, byte for byte. */
import { describe, expect, it } from 'vitest'
import { importDescribeFolder } from '../../src/collect/describe-files.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import { folder } from './folder.ts'

const cli: Readonly<Record<string, unknown>> = {
  Vpcs: [
    {
      VpcId: 'vpc-1',
      CidrBlock: '10.0.0.0/16',
      CidrBlockAssociationSet: [
        { AssociationId: 'a-1', CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
      ],
      Ipv6CidrBlockAssociationSet: [],
      IsDefault: false,
      Tags: [],
    },
  ],
  NatGateways: [
    {
      NatGatewayId: 'nat-1',
      CreateTime: '2020-08-03T15:35:37+00:00',
      State: 'available',
      SubnetId: 'subnet-1',
      NatGatewayAddresses: [],
    },
  ],
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-1',
      SubnetId: 'subnet-1',
      VpcId: 'vpc-1',
      Description: '',
      Attachment: {
        AttachTime: '2020-05-15T23:33:04+00:00',
        Status: 'attached',
        DeviceIndex: 0,
        DeleteOnTermination: true,
      },
      Groups: [{ GroupId: 'sg-1', GroupName: 'web' }],
      Ipv6Addresses: [],
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.7', Primary: true }],
      TagSet: [{ Key: 'Name', Value: 'web' }],
    },
  ],
  SecurityGroups: [
    {
      GroupId: 'sg-1',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 0,
          ToPort: 0,
          IpRanges: [{ CidrIp: '0.0.0.0/0' }],
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [],
        },
      ],
      IpPermissionsEgress: [],
    },
  ],
  VpcEndpoints: [],
}

const spellings: { readonly [tool: string]: (answer: unknown) => unknown } = {
  'the AWS CLI': (answer) => answer,
  'an SDK for JavaScript': (answer) => ({
    $metadata: { httpStatusCode: 200 },
    ...object(mapped(answer, { instant: isoWithFraction, empty: 'missing' })),
  }),
  'boto3 through json.dumps': (answer) => ({
    ...object(mapped(answer, { instant: (text) => text.replace('T', ' '), empty: 'as it is' })),
    ResponseMetadata: { RequestId: 'r', HTTPStatusCode: 200, RetryAttempts: 0 },
  }),
  'an SDK that writes null for what is missing': (answer) =>
    object(mapped(answer, { instant: isoWithFraction, empty: 'null' })),
  'a tool that sorts keys backwards': (answer) => backwards(answer),
}

describe('one snapshot, as spelled by', () => {
  const written = (spell: (answer: unknown) => unknown) => {
    const files = Object.entries(cli).map(([key, list]) => [
      `111111111111/us-east-1/${key}.json`,
      spell({ [key]: list }),
    ])
    const { snapshot } = importDescribeFolder(folder(Object.fromEntries(files)))
    return [...formatSnapshotLines(snapshot)]
  }

  it.each(Object.entries(spellings))('%s', (_, spell) => {
    expect(written(spell)).toEqual(written((answer) => answer))
  })

  it('(which holds all of it)', () => {
    const expected = written((answer) => answer)
    expect(expected.filter((line) => line.includes('"raw"'))).toHaveLength(4)
    expect(expected.filter((line) => line.includes('"gaps"'))).toEqual(['"gaps":['])
  })
})

function isoWithFraction(text: string): string {
  return new Date(text).toISOString()
}

function object(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new Error('no object')
  return value
}

interface Spelling {
  readonly instant: (text: string) => string
  readonly empty: 'missing' | 'null' | 'as it is'
}

/** Every instant and every empty field (below the keys of the answer) spelled otherwise. */
function mapped(value: unknown, spelling: Spelling, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((each) => mapped(each, spelling, depth + 1))
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return spelling.instant(value)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    const isEmpty = depth > 0 && (field === '' || (Array.isArray(field) && field.length === 0))
    if (!isEmpty || spelling.empty === 'as it is') return [[name, mapped(field, spelling, depth + 1)]]
    return spelling.empty === 'null' ? [[name, null]] : []
  })
  return Object.fromEntries(fields)
}

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, backwards(field)]),
  )
}
