/** Input that is wrong, in a table: each kind ends in an error or a gap that names file and place, and the rest still counts. */
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importDescribeFolder } from '../../src/collect/describe-files.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { ZtnetError } from '../../src/errors.ts'
import type { Gap } from '../../src/snapshot/snapshot.ts'
import { type Files, folder } from './folder.ts'

const at = '111111111111/us-east-1'
const good = { [`${at}/subnets.json`]: { Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1' }] } }
const route = (target: object) => ({
  RouteTables: [{ RouteTableId: 'rtb-1', VpcId: 'vpc-1', Routes: [{ GatewayId: 'local' }, target] }],
})
const entry = (fields: object) => ({
  NetworkAcls: [
    {
      NetworkAclId: 'acl-1',
      Entries: [{ RuleNumber: 100, Egress: false, Protocol: '-1', RuleAction: 'allow', ...fields }],
    },
  ],
})
const group = (permission: unknown) => ({ SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [permission] }] })
const eni = (fields: object) => ({
  NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', SubnetId: 'subnet-1', VpcId: 'vpc-1', ...fields }],
})

/** What is wrong; the content of x.json; the gap, and where in the file it says that the fault is. */
const table: readonly [what: string, content: unknown, code: string, at: string, said: RegExp][] = [
  ['an empty file', '', 'NOT_UNDERSTOOD', '', /is empty/],
  ['a file cut off in a list', '{"Vpcs": [{"VpcId": "vpc-1"},', 'NOT_UNDERSTOOD', ': line 1, column 30', /is cut off/],
  ['a file cut off in a text', '{"Vpcs": [{"VpcId": "vp', 'NOT_UNDERSTOOD', ': line 1, column 21', /is cut off/],
  ['a comma too much', '{"Vpcs": [],}', 'NOT_UNDERSTOOD', ': line 1, column 13', /not JSON: unexpected "}"/],
  [
    'two documents in one file',
    '{"Vpcs": []}\n{"Vpcs": []}',
    'NOT_UNDERSTOOD',
    ': line 2, column 1',
    /unexpected "\{\\"Vpcs\\":"/,
  ],
  [
    'an error message of the CLI',
    'An error occurred (AccessDenied) when calling',
    'NOT_UNDERSTOOD',
    ': line 1, column 1',
    /not JSON/,
  ],
  ['YAML', 'Vpcs:\n- VpcId: vpc-1\n', 'NOT_UNDERSTOOD', ': line 1, column 1', /not JSON/],
  ['a web page', '<!DOCTYPE html>', 'NOT_UNDERSTOOD', ': line 1, column 1', /not JSON/],
  [
    'gzip cut off',
    gzipSync('{"Vpcs": []}').subarray(0, 20),
    'NOT_UNDERSTOOD',
    '',
    /is cut off: its compressed content/,
  ],
  [
    'gzip damaged',
    Buffer.concat([gzipSync('{}').subarray(0, 10), Buffer.alloc(20, 0xff)]),
    'NOT_UNDERSTOOD',
    '',
    /is damaged/,
  ],
  ['binary', Buffer.from([0, 1, 2, 255]), 'NOT_UNDERSTOOD', ': line 1, column 1', /not JSON/],
  ['a list', [{ VpcId: 'vpc-1' }], 'NOT_UNDERSTOOD', '', /is a list, not the answer of a call/],
  ['a text', '"Vpcs"', 'NOT_UNDERSTOOD', '', /is a string, not the answer/],
  ['null', 'null', 'NOT_UNDERSTOOD', '', /not the answer of a call/],
  ['an empty object', {}, 'NOT_UNDERSTOOD', '', /holds nothing that ztnet reads/],
  ['a key that nobody knows', { Wormholes: [] }, 'NOT_UNDERSTOOD', '', /parts that ztnet does not read: Wormholes/],
  [
    'the answer of a call that makes something',
    { Vpc: { VpcId: 'vpc-1' } },
    'NOT_UNDERSTOOD',
    '',
    /does not read: Vpc/,
  ],
  [
    'keys of another service under a known name',
    { Rules: [{ Name: 'nightly', Arn: 'arn:aws:events:us-east-1:1:rule/nightly', RuleArn: 'arn:aws:events:x' }] },
    'NOT_UNDERSTOOD',
    '',
    /does not read: Rules/,
  ],
  [
    'a Terraform plan',
    { format_version: '1.2', planned_values: {}, resource_changes: [] },
    'NOT_UNDERSTOOD',
    '',
    /is a Terraform plan/,
  ],
  [
    'a Terraform state',
    { terraform_version: '1.9', version: 4, resources: [] },
    'NOT_UNDERSTOOD',
    '',
    /is a Terraform state/,
  ],
  [
    'a CloudFormation template',
    { AWSTemplateFormatVersion: '2010-09-09', Resources: {} },
    'NOT_UNDERSTOOD',
    '',
    /is a CloudFormation template/,
  ],
  [
    'a snapshot among the files',
    { format: 'ztnet-snapshot', version: 1, coverage: [], gaps: [], resources: [] },
    'NOT_UNDERSTOOD',
    '',
    /is a ztnet snapshot; name it directly/,
  ],
  [
    'a refused call',
    { Error: { Code: 'UnauthorizedOperation', Message: 'You are not authorized.' } },
    'ACCESS_DENIED',
    '',
    /UnauthorizedOperation: You are not authorized/,
  ],
  [
    'a failed call in an envelope',
    { status_code: 400, data: { Error: { Code: 'InvalidVpcID.NotFound' }, ResponseMetadata: {} } },
    'CALL_FAILED',
    '',
    /InvalidVpcID\.NotFound/,
  ],
  ['a text where a list should be', { Vpcs: 'vpc-1' }, 'MALFORMED', ': Vpcs', /Vpcs: expected list, got string/],
  [
    'an object where a list should be',
    { Subnets: { SubnetId: 'subnet-2' } },
    'MALFORMED',
    ': Subnets',
    /expected list, got object/,
  ],
  [
    'ids where records should be',
    { Vpcs: ['vpc-1'] },
    'MALFORMED',
    ': Vpcs[0]',
    /Vpcs\[0\]: expected object, got string/,
  ],
  ['a null where a record should be', { Vpcs: [null] }, 'MALFORMED', ': Vpcs[0]', /expected object, got null/],
  [
    'a record without its id',
    { Vpcs: [{ CidrBlock: '10.0.0.0/16' }] },
    'MALFORMED',
    ': Vpcs[0].VpcId',
    /expected string, got nothing/,
  ],
  [
    'a record with an empty id',
    { Vpcs: [{ VpcId: '' }] },
    'MALFORMED',
    ': Vpcs[0].VpcId',
    /expected string, got nothing/,
  ],
  ['an id that is a number', { Vpcs: [{ VpcId: 1 }] }, 'MALFORMED', ': Vpcs[0].VpcId', /expected string, got number/],
  [
    'a subnet without its VPC',
    { Subnets: [{ SubnetId: 'subnet-2' }] },
    'MALFORMED',
    ': Subnets[0].VpcId',
    /expected string, got nothing/,
  ],
  [
    'a block that is a number',
    { Subnets: [{ SubnetId: 'subnet-2', VpcId: 'vpc-1', CidrBlock: 10 }] },
    'MALFORMED',
    ': Subnets[0].CidrBlock',
    /expected string, got number/,
  ],
  [
    'a route with an object for a target',
    route({ GatewayId: { Id: 'igw-1' } }),
    'MALFORMED',
    ': RouteTables[0].Routes[1].GatewayId',
    /expected string, got object/,
  ],
  [
    'a route that is a text',
    { RouteTables: [{ RouteTableId: 'rtb-1', VpcId: 'vpc-1', Routes: ['0.0.0.0/0'] }] },
    'MALFORMED',
    ': RouteTables[0].Routes[0]',
    /expected object, got string/,
  ],
  [
    'a NACL entry without an action',
    entry({ RuleAction: undefined }),
    'MALFORMED',
    ': NetworkAcls[0].Entries[0].RuleAction',
    /got nothing/,
  ],
  [
    'a NACL entry with a text for a port',
    entry({ PortRange: { From: '22', To: 22 } }),
    'MALFORMED',
    ': NetworkAcls[0].Entries[0].PortRange.From',
    /expected number, got string/,
  ],
  [
    'a NACL entry with a text for a flag',
    entry({ Egress: 'false' }),
    'MALFORMED',
    ': NetworkAcls[0].Entries[0].Egress',
    /expected boolean, got string/,
  ],
  [
    'a security group rule without a protocol',
    group({ FromPort: 22 }),
    'MALFORMED',
    ': SecurityGroups[0].IpPermissions[0].IpProtocol',
    /got nothing/,
  ],
  [
    'a security group rule with a list of texts',
    group({ IpProtocol: '-1', IpRanges: ['0.0.0.0/0'] }),
    'MALFORMED',
    ': SecurityGroups[0].IpPermissions[0].IpRanges[0]',
    /expected object, got string/,
  ],
  [
    'an interface with a group that is a text',
    eni({ Groups: ['sg-1'] }),
    'MALFORMED',
    ': NetworkInterfaces[0].Groups[0]',
    /expected object, got string/,
  ],
  [
    'an interface with a list for its address',
    eni({ PrivateIpAddress: ['10.0.0.1'] }),
    'MALFORMED',
    ': NetworkInterfaces[0].PrivateIpAddress',
    /expected string, got list/,
  ],
  [
    'an instance deep in a reservation without its id',
    { Reservations: [{ Instances: [{ InstanceId: 'i-1' }, { State: {} }] }] },
    'MALFORMED',
    ': Reservations[0].Instances[1].InstanceId',
    /got nothing/,
  ],
  [
    'a reservation with a text for its instances',
    { Reservations: [{ Instances: 'i-1' }] },
    'MALFORMED',
    ': Reservations[0].Instances',
    /expected list, got string/,
  ],
  [
    'an address with neither allocation id nor public address',
    { Addresses: [{ Domain: 'vpc' }] },
    'MALFORMED',
    ': Addresses[0].AllocationId',
    /got nothing/,
  ],
  [
    'a wrapper without the id of its parent',
    { LoadBalancerListeners: [{ Listeners: [] }] },
    'MALFORMED',
    ': LoadBalancerListeners[0].LoadBalancerArn',
    /expected string, got nothing/,
  ],
  [
    'routes of nobody knows which table',
    { Routes: [{ DestinationCidrBlock: '10.0.0.0/8' }] },
    'NOT_UNDERSTOOD',
    '',
    /does not say of which transit gateway route table/,
  ],
  [
    'target health of nobody knows which group',
    { TargetHealthDescriptions: [] },
    'NOT_UNDERSTOOD',
    '',
    /does not say of which target group/,
  ],
  ['a list cut short', { Vpcs: [], NextToken: 'eyJ2IjoiMiJ9' }, 'INCOMPLETE', ': NextToken', /cut short/],
  [
    'routes cut short',
    {
      TransitGatewayStaticRoutes: [
        { TransitGatewayRouteTableId: 'tgw-rtb-1', Routes: [], AdditionalRoutesAvailable: true },
      ],
    },
    'INCOMPLETE',
    ': TransitGatewayStaticRoutes[0]',
    /cut short/,
  ],
  [
    'two records of one id that contradict',
    {
      Vpcs: [
        { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' },
        { VpcId: 'vpc-1', CidrBlock: '10.1.0.0/16' },
      ],
    },
    'CONTRADICTION',
    ': Vpcs[1]',
    /vpc-1 is described twice, and CidrBlock differs/,
  ],
]

describe('beside a good file', () => {
  it.each(table)('%s is a gap that names file and place', (_, content, code, place, said) => {
    const { snapshot, warnings } = importDescribeFolder(folder({ ...good, [`${at}/x.json`]: content }))
    expect(snapshot.gaps.map((gap) => gap.code)).toEqual([code])
    const [gap] = snapshot.gaps as [Gap]
    expect(gap.source).toBe(`${at}/x.json${place}`)
    expect(gap.message).toMatch(said)
    expect(gap.message).toContain(`${at}/x.json`)
    expect(gap.remedy).toBeTruthy()
    expect(warnings).toContain(gap.message)
    const placed = { account: '111111111111', region: 'us-east-1' }
    expect(gap).toMatchObject(gap.kind === undefined ? {} : placed)
    expect(snapshot.resources.map(({ id }) => id)).toContain('subnet-1')
  })

  it.each(table.filter(([, , code]) => code === 'MALFORMED'))('%s: nothing is claimed to be complete', (_, content) => {
    const { snapshot } = importDescribeFolder(folder({ ...good, [`${at}/x.json`]: content }))
    const [gap] = snapshot.gaps
    expect(snapshot.coverage.map(({ kind }) => kind)).not.toContain(gap?.kind)
  })

  it('good records of a file with a malformed one count', () => {
    const vpcs = { Vpcs: [{ VpcId: 'vpc-1' }, { VpcId: 2 }, { VpcId: 'vpc-3' }] }
    const { snapshot } = importDescribeFolder(folder({ [`${at}/x.json`]: vpcs }))
    expect(snapshot.resources.map(({ id }) => id)).toEqual(['vpc-1', 'vpc-3'])
  })

  it('a link to nowhere and a socket are gaps', async () => {
    const root = folder(good)
    symlinkSync(`${root}/nowhere`, `${root}/x.json`)
    const server = createServer().listen(`${root}/y.json`)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { snapshot } = importDescribeFolder(root)
    expect(snapshot.gaps.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^x\.json cannot be read \(ENOENT\)/),
      expect.stringMatching(/^y\.json is not a regular file/),
    ])
  })

  it('a deeply nested document does no harm', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const { snapshot } = importDescribeFolder(folder({ ...good, [`${at}/x.json`]: `{"Vpcs":[${deep}]}` }))
    expect(snapshot.gaps).toMatchObject([{ code: 'MALFORMED' }])
  })

  it('a record called __proto__ or constructor changes no other', () => {
    const hostile =
      '{"Vpcs":[{"VpcId":"vpc-1","__proto__":{"CidrBlock":"10.0.0.0/8"},"constructor":1}],"__proto__":{"x":1}}'
    const { snapshot } = importDescribeFolder(folder({ ...good, [`${at}/x.json`]: hostile }))
    const vpc = snapshot.resources.find(({ kind }) => kind === 'vpc')
    expect(JSON.stringify(vpc?.raw)).toBe('{"VpcId":"vpc-1","__proto__":{"CidrBlock":"10.0.0.0/8"},"constructor":1}')
    expect(Object.hasOwn(Object.prototype, 'CidrBlock')).toBe(false)
    expect(snapshot.gaps).toMatchObject([
      { code: 'NOT_UNDERSTOOD', message: expect.stringContaining('__proto__') as string },
    ])
  })
})

describe('where nothing can be used', () => {
  const nothing: readonly [what: string, files: Files, said: RegExp][] = [
    ['an empty folder', {}, /holds no describe JSON$/],
    ['a folder without JSON', { 'README.md': '# Networks' }, /holds no describe JSON$/],
    ['one broken file', { 'vpcs.json': '{"Vpcs": [' }, /vpcs\.json is cut off.*line 1, column 11/],
    ['unknown keys alone', { 'a.json': { X: 1 }, 'b.json': { Y: 1 } }, /a\.json has parts.*X; b\.json has parts.*Y/],
    ['many broken files', Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.json`, '{'])), /and 2 more/],
    ['nothing but what is passed over', { 'snapshots.json': { Snapshots: [] } }, /holds no describe JSON$/],
  ]

  it.each(nothing)('%s is an error that names the folder and the remedy', async (_, files, said) => {
    const root = folder(files)
    const error = await failureOf(loadSnapshot(root))
    expect(error).toMatchObject({ code: 'SNAPSHOT_EMPTY', place: { file: root } })
    expect(error.message).toMatch(said)
    expect(error.hint).toContain('aws ec2 describe-vpcs')
  })

  it('a missing folder is an error that names it', async () => {
    const root = `${folder()}/nowhere`
    expect(await failureOf(loadSnapshot(root))).toMatchObject({ code: 'SNAPSHOT_NOT_FOUND', place: { file: root } })
  })
})

async function failureOf(act: Promise<unknown>): Promise<ZtnetError> {
  const error: unknown = await act.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (error instanceof ZtnetError) return error
  throw error
}
