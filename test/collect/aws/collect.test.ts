/** `ztnet collect` against a server of the AWS APIs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadSnapshot } from '../../../src/collect/snapshot-file.ts'
import { compile, type Estate as Network } from '../../../src/index.ts'
import type { Verdict } from '../../../src/reach/verdict.ts'
import type { Kind } from '../../../src/snapshot/schema.ts'
import type { Gap, Snapshot } from '../../../src/snapshot/snapshot.ts'
import { parseSnapshotLines } from '../../../src/snapshot/lines.ts'
import { type Ran, ztnet } from '../../cli/process.ts'
import { buildEstate, type Estate } from './estate.ts'
import { environment, hasMoto, type Moto, startMoto } from './moto.ts'
import { type Effect, type Fault, type Proxy, startProxy } from './proxy.ts'
import { hasExamples, recorded, routesOf } from './stand-in.ts'

describe.skipIf(!hasMoto || !hasExamples)('an organization of two accounts in two regions', () => {
  let moto: Moto
  let proxy: Proxy
  let estate: Estate
  let scratch: string

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ztnet-collect-'))
    moto = await startMoto()
    estate = await buildEstate(moto.url)
    const routes = routesOf(estate.transit)
    const examples = recorded('us-east-1')
    proxy = await startProxy(moto.url, (call) => routes(call) ?? examples(call))
    proxy.corrections = [[`>${estate.natAddress}<`, '>10.0.0.77<']]
  })

  afterAll(async () => {
    await moto.stop()
    await proxy.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  beforeEach(() => proxy.reset())

  const collect = (...more: readonly string[]): Promise<Ran> =>
    ztnet(['collect', '--endpoint-url', proxy.url, ...REGIONS, ...more], { cwd: scratch, env: environment(scratch) })

  const snapshotIn = (file: string): Snapshot =>
    parseSnapshotLines(readFileSync(join(scratch, file), 'utf8').split('\n'))

  it('is read whole, page by page, and the same from its dump', async () => {
    proxy.pageSize = 7
    const { status, stderr } = await collect('--organization', '--require-complete', '-o', 'org.json', '--dump', 'dump')
    expect(stderr).toContain('nothing left out')
    expect(status).toBe(0)
    const { resources, gaps } = snapshotIn('org.json')
    expect(gaps).toEqual([])
    expect(new Set(resources.map(({ account }) => account))).toEqual(new Set([estate.main, estate.other]))
    for (const id of Object.values(estate.ids))
      expect(
        resources.map((each) => each.id),
        id,
      ).toContain(id)
    const entries = resources.find(
      ({ kind, id }) => kind === 'managedPrefixListEntries' && id === estate.ids['partners'],
    )
    expect((entries!.raw as { Entries: unknown[] }).Entries).toHaveLength(250)
    const zones = resources.filter(({ kind }) => kind === 'availabilityZone')
    expect(zones.every(({ raw }) => /^[a-z0-9]+-az\d+$/.test((raw as { ZoneId: string }).ZoneId))).toBe(true)

    const imported = await ztnet(['import', 'dump', '-o', 'imported.json'], { cwd: scratch })
    expect(imported.status).toBe(0)
    expect(text('imported.json')).toBe(text('org.json'))

    const raws = (kind: Kind) => resources.filter((each) => each.kind === kind).map(({ raw }) => raw)
    for (const kind of STOOD_IN) expect(raws(kind).length, kind).toBeGreaterThan(0)
    expect(raws('directConnectGatewayAssociation')).toContainEqual(
      expect.objectContaining({ directConnectGatewayId: 'dxg-of-another-account' }),
    )
    for (const kind of ['vpc', 'subnet'] as const)
      expect(raws(kind)).toContainEqual(
        expect.objectContaining({
          Ipv6CidrBlockAssociationSet: [expect.objectContaining({ Ipv6CidrBlock: expect.any(String) as string })],
        }),
      )
    const above = (id: string) =>
      (resources.find((each) => each.kind === 'organizationParents' && each.id === id)!.raw as Parents).Parents[0]!.Id
    expect(above(estate.other)).toBe(estate.ids['production'])
    expect(above(estate.ids['production']!)).toBe(estate.ids['workloads'])
    expect(above(estate.ids['workloads']!)).toMatch(/^r-/)
  })

  describe.each(['org.json', 'dump'])('answers from %s', (from) => {
    let network: Network
    beforeAll(async () => {
      network = compile(ofServices((await loadSnapshot(join(scratch, from))).snapshot))
    })

    it.each<[string, string, string, number, Verdict]>([
      ['a group', 'instance:hub-app', 'instance:hub-db', 5432, 'reachable'],
      ['a group', 'instance:hub-public', 'instance:hub-db', 5432, 'unreachable'],
      ['peering', 'instance:hub-app', 'instance:apps-app', 8443, 'reachable'],
      ['peering', 'instance:hub-app', 'instance:apps-app', 22, 'unreachable'],
      [
        'peering, which the public subnets have no route to',
        'instance:hub-public',
        'instance:apps-app',
        8443,
        'unreachable',
      ],
      ['the transit gateway', 'instance:hub-app', 'instance:spoke-app', 8443, 'reachable'],
      ['the transit gateway', 'instance:hub-app', 'instance:spoke-app', 22, 'unreachable'],
      [
        'the transit gateway, which the public subnets have no route to',
        'instance:hub-public',
        'instance:spoke-app',
        8443,
        'unreachable',
      ],
      [
        'peering and transit gateway, which do not pass it on',
        'instance:apps-app',
        'instance:spoke-app',
        8443,
        'unreachable',
      ],
      ['the network load balancer', 'instance:hub-db', 'inner', 80, 'reachable'],
      ['the network load balancer', 'instance:hub-db', 'inner', 8080, 'unreachable'],
      ['the application load balancer', 'instance:hub-db', 'front', 80, 'reachable'],
      ['the application load balancer', 'instance:hub-db', 'front', 443, 'unreachable'],
      ['what only the load balancers may reach', 'instance:hub-db', 'instance:hub-app', 8080, 'unreachable'],
      ['a function in the VPC', 'lambda:sync', 'instance:hub-db', 5432, 'reachable'],
      ['a function in the VPC, which takes no packets', 'instance:hub-app', 'lambda:sync', 443, 'unreachable'],
      ['a function outside', 'lambda:outside', 'instance:hub-db', 5432, 'unreachable'],
      ['a function outside', 'lambda:outside', 'internet', 443, 'reachable'],
      ['a database', 'instance:hub-app', 'rds:orders', 5432, 'reachable'],
      ['a database', 'instance:hub-public', 'rds:orders', 5432, 'unreachable'],
      ['the NAT gateway', 'instance:hub-app', 'internet', 443, 'reachable'],
      ['the NAT gateway, which lets nobody in', 'internet', 'instance:hub-app', 443, 'unreachable'],
    ])('about %s: %s to %s at %d is %s', (_, sender, receiver, port, verdict) => {
      expect(network.judge(sender, receiver, { protocol: 'tcp', port })).toMatchObject({ verdict })
    })
  })

  it('gives the same bytes again, apart from the time', async () => {
    await collect('--organization', '-o', 'first.json')
    proxy.pageSize = 9
    await collect('--organization', '-o', 'second.json')
    expect(untimed('second.json')).toBe(untimed('first.json'))
    expect(text('second.json')).not.toBe(text('first.json'))
  })

  it('keeps no secret, neither in the snapshot nor in the dump, and nobody else may read them', async () => {
    await collect('-o', 'secret.json', '--dump', 'secret-dump', '--redact-tags', 'own*')
    const all = [text('secret.json'), ...filesBelow('secret-dump').map((file) => text(file))].join('\n')
    for (const secret of SECRETS) expect(all).not.toContain(secret)
    expect(all).toContain('"REDACTED"')
    expect(all).toContain('hub-app-a')
    expect(statSync(join(scratch, 'secret.json')).mode & 0o777).toBe(0o600)
    expect(filesBelow('secret-dump').map((file) => statSync(join(scratch, file)).mode & 0o777)).toContain(0o600)
    expect(new Set(filesBelow('secret-dump').map((file) => statSync(join(scratch, file)).mode & 0o077))).toEqual(
      new Set([0]),
    )
  })

  describe('where something goes wrong on the way', () => {
    let whole: string

    beforeAll(async () => {
      proxy.reset()
      await collect('-o', 'whole.json')
      whole = untimed('whole.json')
    })

    /** The first time that each page is asked for. */
    const once =
      (operations: RegExp, effect: Effect): Fault =>
      ({ operation, times }) =>
        operations.test(operation) && times === 0 ? effect : undefined
    it.each<[string, readonly Fault[]]>([
      [
        'AWS throttles, or is down for a moment',
        [
          once(/^Describe(Vpcs|NetworkInterfaces)$/, { error: 'RequestLimitExceeded', status: 503 }),
          once(/^Describe(TargetGroups|DBClusters)$/, { error: 'Throttling' }),
          once(/^DescribeSecurityGroups$/, { error: 'InternalError', status: 500 }),
          once(/^DescribeSubnets$/, { error: 'Unavailable', status: 503 }),
        ],
      ],
      [
        'connections are reset, and answers are cut off',
        [
          once(/^Describe(RouteTables|DBInstances)$/, 'reset'),
          once(/^Describe(NetworkAcls|LoadBalancers)$/, 'cut'),
          once(/^(Describe(SecurityGroups|Vpcs|DBSubnetGroups|TargetGroups)|GET .*functions.*)$/, 'shortened'),
        ],
      ],
      [
        'a token expires in the middle of a list',
        [
          once(/^Describe(Subnets|SecurityGroupRules)$/, { error: 'RequestExpired' }),
          once(/^DescribeLoadBalancers$/, { error: 'ExpiredToken', status: 403 }),
        ],
      ],
    ])('is whole although %s', async (_, faults) => {
      proxy.pageSize = 5
      proxy.faults = faults
      const { status, stderr } = await collect('-o', 'mended.json', '--require-complete')
      expect(stderr).toContain('nothing left out')
      expect(status).toBe(0)
      expect(untimed('mended.json')).toBe(whole)
    })

    it('has exactly the gaps of the calls that stay denied, throttled, expired or cut off', async () => {
      const expected: readonly (Partial<Gap> & { readonly kind: Kind; readonly region: string })[] = [
        { code: 'ACCESS_DENIED', kind: 'dbCluster', region: 'eu-west-1' },
        { code: 'ACCESS_DENIED', kind: 'dbCluster', region: 'us-east-1' },
        { code: 'ACCESS_DENIED', kind: 'networkAcl', region: 'eu-west-1' },
        { code: 'CALL_FAILED', kind: 'natGateway', region: 'us-east-1' },
        { code: 'CALL_FAILED', kind: 'vpcPeeringConnection', region: 'us-east-1' },
        { code: 'CALL_FAILED', kind: 'vpnGateway', region: 'us-east-1' },
      ]
      proxy.faults = [
        ({ operation }) => (operation === 'DescribeDBClusters' ? { error: 'AccessDenied', status: 403 } : undefined),
        always('DescribeNetworkAcls', 'eu-west-1', { error: 'UnauthorizedOperation', status: 403 }),
        always('DescribeNatGateways', 'us-east-1', { error: 'RequestLimitExceeded', status: 503 }),
        always('DescribeVpcPeeringConnections', 'us-east-1', 'shortened'),
        always('DescribeVpnGateways', 'us-east-1', { error: 'ExpiredToken', status: 403 }),
      ]
      const { status, stderr } = await collect('-o', 'partly.json', '--require-complete', '--dump', 'partly')
      expect(status).toBe(3)
      const { gaps, resources, coverage } = snapshotIn('partly.json')
      expect(gaps.map(({ code, kind, region, account }) => ({ code, kind, region, account })).sort(inOrder)).toEqual(
        expected.map((each) => ({ ...each, account: estate.main })),
      )
      for (const { message, remedy } of gaps) {
        expect(message).toMatch(/^account \d{12}, [a-z0-9-]+: [a-z0-9-]+:[A-Za-z]+ (was denied|failed) \(/)
        expect(stderr).toContain(message)
        expect(remedy).toMatch(/Allow [a-z0-9]+:Describe\w+ to the role|--resume/)
      }
      const isMissing = (each: { readonly kind: Kind; readonly region: string }) =>
        expected.some(({ kind, region }) => kind === each.kind && region === each.region)
      const all = snapshotIn('whole.json')
      expect(resources).toEqual(all.resources.filter((each) => !isMissing(each)))
      expect(coverage).toEqual(all.coverage.filter((each) => !isMissing(each)))
      await ztnet(['import', 'partly', '-o', 'partly-imported.json'], { cwd: scratch })
      expect(text('partly-imported.json')).toBe(text('partly.json'))

      proxy.reset()
      const resumed = await collect('-o', 'partly.json', '--dump', 'partly', '--resume')
      expect(resumed.stderr).toContain('nothing left out')
      expect(proxy.calls.filter(({ operation }) => /^Describe(Vpcs|Subnets)$/.test(operation))).toEqual([])
      expect(untimed('partly.json')).toBe(whole)
    })

    it('is whole where AWS throttles in the middle of a list, and has a gap where that does not end', async () => {
      proxy.pageSize = 5
      const throttled =
        (lasts: (times: number) => boolean): Fault =>
        ({ operation, region, parameters, times }) =>
          operation === 'DescribeSubnets' &&
          region === 'us-east-1' &&
          parameters.get('NextToken') === '5' &&
          lasts(times)
            ? { error: 'RequestLimitExceeded', status: 503 }
            : undefined
      proxy.faults = [throttled((times) => times < 2)]
      await collect('-o', 'throttled.json', '--require-complete')
      expect(untimed('throttled.json')).toBe(whole)
      const pages = proxy.calls.filter(
        ({ operation, region }) => operation === 'DescribeSubnets' && region === 'us-east-1',
      )
      // the first page is not asked for again
      expect(pages.map(({ parameters }) => parameters.get('NextToken')).slice(0, 5)).toEqual([
        null,
        '5',
        '5',
        '5',
        '10',
      ])

      proxy.faults = [throttled(() => true)]
      await collect('-o', 'throttled.json')
      const { gaps, resources } = snapshotIn('throttled.json')
      expect(gaps).toMatchObject([{ code: 'CALL_FAILED', kind: 'subnet', region: 'us-east-1' }])
      expect(resources.filter(({ kind, region }) => kind === 'subnet' && region === 'us-east-1')).toHaveLength(5)
    })

    it('keeps the pages that were read before a list failed', async () => {
      proxy.pageSize = 5
      proxy.faults = [
        ({ operation, region, parameters }) =>
          operation === 'DescribeSubnets' && region === 'us-east-1' && parameters.get('NextToken') === '5'
            ? { error: 'UnauthorizedOperation', status: 403 }
            : undefined,
      ]
      await collect('-o', 'paged.json')
      const { gaps, resources, coverage } = snapshotIn('paged.json')
      expect(gaps).toMatchObject([{ code: 'ACCESS_DENIED', kind: 'subnet', region: 'us-east-1' }])
      expect(resources.filter(({ kind, region }) => kind === 'subnet' && region === 'us-east-1')).toHaveLength(5)
      expect(coverage.some(({ kind, region }) => kind === 'subnet' && region === 'us-east-1')).toBe(false)
    })
  })

  describe.each<[NodeJS.Signals, string]>([
    ['SIGKILL', 'that is killed'],
    ['SIGINT', 'that is interrupted'],
  ])('a run %s', (signal) => {
    it(`(${signal}) leaves the last good snapshot as it was, and goes on where it stopped`, async () => {
      proxy.reset()
      await collect('-o', 'good.json')
      const good = text('good.json')
      const all = proxy.calls.length
      proxy.reset()
      let stop = (): void => undefined
      const when = new Promise<void>((resolve) => (stop = resolve))
      proxy.faults = [
        ({ operation, region }) => {
          // one call is never answered, most others are when the run is stopped
          if (proxy.calls.length > all * 0.7) stop()
          return operation === 'DescribeInstances' && region === 'eu-west-1' ? 'hold' : undefined
        },
      ]
      const stopped = await ztnet(['collect', '--endpoint-url', proxy.url, ...REGIONS, '-o', 'good.json'], {
        cwd: scratch,
        env: environment(scratch),
        interrupt: { when, by: signal },
      })
      expect(stopped.status).not.toBe(0)
      expect(text('good.json')).toBe(good)
      // nobody can say anything when killed
      expect(stopped.stderr.includes('go on with: ztnet collect --resume')).toBe(signal === 'SIGINT')
      const asked = proxy.calls.length

      proxy.reset()
      const resumed = await collect('-o', 'good.json', '--resume')
      expect(resumed.stderr).toContain('nothing left out')
      // what was answered is not asked again
      expect(proxy.calls.length).toBeLessThan(all - asked / 2)
      expect(untimed('good.json')).toBe(good.replace(/"collectedAt":"[^"]*"/, ''))
      expect(readdirSync(scratch).filter((name) => name.includes('good.json'))).toEqual(['good.json'])
    })
  })

  it('refuses to go on with a run that asked for something else', async () => {
    proxy.faults = [always('DescribeVpcs', 'us-east-1', 'cut')]
    await collect('-o', 'one.json')
    const { status, stderr } = await collect('-o', 'one.json', '--resume', '--redact-tags', 'Name')
    expect(status).toBe(2)
    expect(stderr).toMatch(/asked for something else/)
  })

  it('names an account that cannot be entered, and leaves out one that is suspended', async () => {
    proxy.faults = [
      ({ operation, parameters }) =>
        operation === 'AssumeRole' && parameters.get('RoleArn')?.includes(estate.other) === true
          ? { error: 'AccessDenied', status: 403, message: 'not authorized to perform: sts:AssumeRole' }
          : undefined,
      ({ operation }) =>
        operation === 'ListParents'
          ? { body: '{"Parents":[{"Id":"r-abcd","Type":"ROOT"}]}', type: 'application/x-amz-json-1.1' }
          : undefined,
      ({ operation }) =>
        operation === 'ListAccounts'
          ? { body: accountsAnswer(estate, '999999999999'), type: 'application/x-amz-json-1.1' }
          : undefined,
    ]
    const { status, stderr } = await collect('--organization', '-o', 'closed.json', '--require-complete')
    expect(status).toBe(3)
    expect(stderr).toContain('account 999999999999 is suspended and left out')
    expect(stderr).toContain(
      `account ${estate.other}: sts:AssumeRole of arn:aws:iam::${estate.other}:role/ztnet-collect was denied`,
    )
    const { gaps, resources } = snapshotIn('closed.json')
    expect(gaps).toMatchObject([{ code: 'ACCESS_DENIED', account: estate.other }])
    expect(resources.some(({ account }) => account === estate.main)).toBe(true)
  })

  it('says what is wrong where nothing can be read', async () => {
    proxy.faults = [
      ({ operation }) =>
        operation === 'GetCallerIdentity' ? { error: 'InvalidClientTokenId', status: 403 } : undefined,
    ]
    const { status, stderr, stdout } = await collect()
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('the credentials of this environment cannot be used')
  })

  it('reads the accounts of several profiles, one of them by a role of the other', async () => {
    const role = `arn:aws:iam::${estate.other}:role/ztnet-collect`
    writeFileSync(
      join(scratch, 'config'),
      `[profile hub]\nregion = us-east-1\n\n[profile apps]\nregion = us-east-1\nrole_arn = ${role}\nsource_profile = hub\n`,
    )
    writeFileSync(join(scratch, 'credentials'), '[hub]\naws_access_key_id = test\naws_secret_access_key = test\n')
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, AWS_REGION: _region, ...others } = environment(scratch)
    const env = {
      ...others,
      AWS_CONFIG_FILE: join(scratch, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(scratch, 'credentials'),
      // that of the SDK's own credential providers: the option is for what ztnet asks
      AWS_ENDPOINT_URL_STS: proxy.url,
    }
    const run = (...options: readonly string[]): Promise<Ran> =>
      ztnet(['collect', '--endpoint-url', proxy.url, '--regions', 'us-east-1', ...options], { cwd: scratch, env })
    const both = await run('--profile', 'hub', '--profile', 'apps', '-o', 'profiles.json')
    expect(both.stderr).toContain('of 2 accounts')
    const { resources, gaps } = snapshotIn('profiles.json')
    expect(gaps).toEqual([])
    const vpcs = resources.filter(({ kind }) => kind === 'vpc').map(({ id, account }) => [id, account])
    expect(vpcs).toContainEqual([estate.ids['hub'], estate.main])
    expect(vpcs).toContainEqual([estate.ids['apps'], estate.other])

    await run('--profile', 'hub', '--role-arn', role, '-o', 'role.json')
    const hosts = (all: Snapshot['resources']) =>
      all.filter(({ kind, account }) => kind === 'instance' && account === estate.other)
    const byRole = snapshotIn('role.json').resources
    expect(byRole.map(({ id }) => id)).not.toContain(estate.ids['hub-app-host'])
    expect(byRole.map(({ id }) => id)).toContain(estate.ids['apps-app-host'])
    expect(hosts(byRole)).toEqual(hosts(resources))

    const twice = await run('--profile', 'apps', '--profile', 'hub', '--role-arn', role, '-o', 'twice.json')
    expect(twice.stderr).toContain(`account ${estate.other} is meant twice; it is read once`)

    const unknown = await run('--profile', 'nobody', '-o', 'nobody.json')
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toMatch(/profile nobody cannot be used/)
  })

  it('lets no second run write the same output', async () => {
    let second: Promise<Ran> | undefined
    proxy.faults = [
      async ({ operation }) => {
        if (operation === 'DescribeVpcs') await (second ??= collect('-o', 'shared.json'))
        return undefined
      },
    ]
    const first = await collect('-o', 'shared.json')
    const refused = await second!
    expect(first.status).toBe(0)
    expect(refused.status).toBe(2)
    expect(refused.stderr).toMatch(/shared\.json.*another run is writing it: process \d+/s)
    expect(untimed('shared.json')).toContain(estate.ids['hub'])
    expect(readdirSync(scratch).filter((name) => name.includes('shared.json'))).toEqual(['shared.json'])
  })

  it('writes nothing where accounts can be entered and nothing in them can be read', async () => {
    await collect('-o', 'blind.json', '--quiet')
    const good = text('blind.json')
    proxy.faults = [
      ({ operation }) =>
        operation === 'GetCallerIdentity' ? undefined : { error: 'UnauthorizedOperation', status: 403 },
    ]
    const { status, stderr } = await collect('-o', 'blind.json')
    expect(status).toBe(2)
    expect(stderr).toMatch(/nothing could be read: \d+ of \d+ calls failed/)
    expect(stderr).toMatch(/ec2:Describe\w+ was denied .*ztnet collect --print-policy/s)
    expect(text('blind.json')).toBe(good)
    expect(readdirSync(scratch).filter((name) => name.startsWith('.blind'))).toEqual([])
  })

  it('takes what a region does not have for nothing there, and says so', async () => {
    proxy.faults = [
      ({ service, region }) =>
        service === 'vpc-lattice' && region === 'eu-west-1' ? { error: 'UnknownEndpoint', status: 404 } : undefined,
      always('DescribeCarrierGateways', 'eu-west-1', { error: 'UnsupportedOperation' }),
      always('DescribeVpcBlockPublicAccessOptions', 'eu-west-1', { error: 'InvalidAction' }),
      always('DescribeVpcs', 'eu-west-1', { error: 'UnsupportedOperation' }),
    ]
    const { status, stderr } = await collect('-o', 'lesser.json', '--dump', 'lesser', '--require-complete')
    expect(status).toBe(3)
    for (const what of ['vpc-lattice', 'ec2:DescribeCarrierGateways', 'ec2:DescribeVpcBlockPublicAccessOptions'])
      expect(stderr).toContain(`${what} is not offered in eu-west-1`)
    const { gaps, coverage } = snapshotIn('lesser.json')
    // every region has VPCs: an answer like that is no answer
    expect(gaps).toMatchObject([{ code: 'CALL_FAILED', kind: 'vpc', region: 'eu-west-1' }])
    const covered = coverage.filter(({ region }) => region === 'eu-west-1').map(({ kind }) => kind)
    expect(covered).toEqual(expect.arrayContaining(['serviceNetwork', 'carrierGateway', 'vpcBlockPublicAccessOptions']))
    await ztnet(['import', 'lesser', '-o', 'lesser-imported.json'], { cwd: scratch })
    expect(text('lesser-imported.json')).toBe(text('lesser.json'))
  })

  type Told = { readonly [K in 'code' | 'kind' | 'region']?: string | undefined }
  const inOrder = (a: Told, b: Told): number =>
    [a.code, a.kind, a.region].join(' ') < [b.code, b.kind, b.region].join(' ') ? -1 : 1

  const text = (file: string): string => readFileSync(join(scratch, file), 'utf8')
  const untimed = (file: string): string => text(file).replace(/"collectedAt":"[^"]*"/, '')
  const filesBelow = (folder: string): readonly string[] =>
    readdirSync(join(scratch, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(scratch, join(entry.parentPath, entry.name)))
})

/** What moto lacks. */
const STOOD_IN: readonly Kind[] = [
  'localGateway',
  'localGatewayRouteTable',
  'localGatewayRouteTableVpcAssociation',
  'securityGroupVpcAssociation',
  'transitGatewayConnect',
  'transitGatewayPolicyTable',
  'networkFirewall',
  'networkFirewallPolicy',
  'networkFirewallRuleGroup',
  'directConnectGateway',
  'directConnectGatewayAssociation',
  'virtualInterface',
  'serviceNetwork',
  'serviceNetworkVpcAssociation',
  'coreNetwork',
  'coreNetworkAttachment',
  'vpcBlockPublicAccessOptions',
]

interface Parents {
  readonly Parents: readonly { readonly Id: string }[]
}

/** moto lets users alone make interfaces, also those that stand in for the nodes of its load balancers. */
const ofServices = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  resources: snapshot.resources.map((each) =>
    each.kind === 'networkInterface' && each.raw.Description?.startsWith('ELB ')
      ? { ...each, raw: { ...each.raw, RequesterManaged: true } }
      : each,
  ),
})

const SECRETS = [
  'key-of-the-bgp-session',
  'key-of-the-first-tunnel',
  'key-of-the-second-tunnel',
  'pre_shared_key',
  'in-the-environment',
  'in-user-data',
  Buffer.from('password=in-user-data').toString('base64'),
  'password-of-the-database',
  'somebody@example.com',
]

const REGIONS = ['--regions', 'us-east-1,eu-west-1']

const always =
  (operation: string, region: string, effect: Effect): Fault =>
  (call) =>
    call.operation === operation && call.region === region ? effect : undefined

const accountsAnswer = ({ main, other }: Estate, suspended: string): string =>
  JSON.stringify({
    Accounts: [
      { Id: main, Name: 'main', Status: 'ACTIVE' },
      { Id: other, Name: 'apps', Status: 'ACTIVE' },
      { Id: suspended, Name: 'old', Status: 'SUSPENDED' },
    ],
  })
