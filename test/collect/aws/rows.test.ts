/** The rows of what is asked, and what is derived from them. */
import { describe, expect, it } from 'vitest'
import { callTable, policy, stackSetTemplate } from '../../../src/collect/aws/permissions.ts'
import { documentName, iamAction, kindsOf } from '../../../src/collect/aws/row.ts'
import { rows } from '../../../src/collect/aws/rows.ts'
import { ztnet } from '../../cli/process.ts'

const packages: Readonly<Record<string, () => Promise<object>>> = {
  directconnect: () => import('@aws-sdk/client-direct-connect'),
  ec2: () => import('@aws-sdk/client-ec2'),
  ecs: () => import('@aws-sdk/client-ecs'),
  efs: () => import('@aws-sdk/client-efs'),
  eks: () => import('@aws-sdk/client-eks'),
  elasticache: () => import('@aws-sdk/client-elasticache'),
  elb: () => import('@aws-sdk/client-elastic-load-balancing'),
  elbv2: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  lambda: () => import('@aws-sdk/client-lambda'),
  'network-firewall': () => import('@aws-sdk/client-network-firewall'),
  networkmanager: () => import('@aws-sdk/client-networkmanager'),
  opensearch: () => import('@aws-sdk/client-opensearch'),
  organizations: () => import('@aws-sdk/client-organizations'),
  rds: () => import('@aws-sdk/client-rds'),
  redshift: () => import('@aws-sdk/client-redshift'),
  'vpc-lattice': () => import('@aws-sdk/client-vpc-lattice'),
}

describe('the rows', () => {
  it.each(Object.keys(packages))('of %s name calls that the SDK has, and only such that read', async (service) => {
    const sdk = await packages[service]!()
    const its = rows.filter((row) => row.service === service)
    expect(its.length).toBeGreaterThan(0)
    for (const { call } of its) {
      expect(sdk).toHaveProperty(`${call}Command`)
      expect(call).toMatch(/^(Describe|Get|List|Search)/)
    }
  })

  it('are all of services that have a client', () => {
    expect(new Set(rows.map(({ service }) => service))).toEqual(new Set(Object.keys(packages)))
  })

  it('ask about what an earlier call of the same service finds', () => {
    for (const { service, per } of rows.filter((row) => row.per))
      expect(
        rows.some((row) => row.service === service && row.call === per!.after),
        `${service} ${per!.after}`,
      ).toBe(true)
  })

  it('never ask for user data', () => {
    expect(rows.map(({ call }) => call)).not.toContain('DescribeInstanceAttribute')
  })

  it('name files as the AWS CLI names commands', () => {
    expect(documentName({ service: 'rds', call: 'DescribeDBInstances' })).toBe('rds.describe-db-instances.json')
    expect(documentName({ service: 'ec2', call: 'DescribePublicIpv4Pools' })).toBe(
      'ec2.describe-public-ipv4-pools.json',
    )
    expect(documentName({ service: 'eks', call: 'DescribeCluster' }, 'a/b')).toBe('eks.describe-cluster__a%2Fb.json')
    expect(Buffer.byteLength(documentName({ service: 'eks', call: 'DescribeCluster' }, 'ü'.repeat(300)))).toBeLessThan(
      255,
    )
  })
})

describe('the permissions', () => {
  const actions = policy({ organization: true, roleName: 'reader' }).Statement.flatMap(({ Action }) => Action)

  it('are those of all rows, and of nothing else but finding regions and entering accounts', () => {
    const others = ['ec2:DescribeRegions', 'sts:AssumeRole']
    expect(new Set(actions)).toEqual(new Set([...rows.map(iamAction), ...others]))
  })

  it('leave the organization out where one account is meant', () => {
    const own = policy({ organization: false, roleName: 'reader' }).Statement.flatMap(({ Action }) => Action)
    expect(own.filter((action) => /^(organizations|sts):/.test(action))).toEqual([])
  })

  it('fit into the policy of a role, which AWS limits to 10,240 characters', () => {
    expect(JSON.stringify(policy({ organization: true, roleName: 'reader' })).length).toBeLessThan(10_240)
  })

  it('come as JSON, as a template for a StackSet, and as a table', async () => {
    const { stdout } = await ztnet(['collect', '--print-policy'])
    expect(JSON.parse(stdout)).toEqual(policy({ organization: false, roleName: 'ztnet-collect' }))
    const template = await ztnet(['collect', '--print-policy', 'stackset', '--role-name', 'reader'])
    expect(JSON.parse(template.stdout)).toEqual(stackSetTemplate({ roleName: 'reader' }))
    expect(template.stdout).toContain('"Default": "reader"')
    for (const row of rows) expect(callTable()).toContain(`| ${iamAction(row)} |`)
    for (const kind of rows.flatMap(kindsOf)) expect(callTable()).toContain(kind)
  })
})

describe('the command line', () => {
  it.each([
    [['--regions', 'frankfurt'], /"frankfurt" is no region/],
    [['--endpoint-url', 'localhost'], /is no endpoint/],
    [['-o', 'missing/prod.json'], /its folder does not exist/],
    [['--resume'], /needs -o or --dump/],
  ])('refuses %j before the first call', async (options, message) => {
    const { status, stderr, stdout } = await ztnet(['collect', ...options])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
