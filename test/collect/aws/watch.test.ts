/** `ztnet watch` as a process against a server of the AWS APIs, while somebody changes what is there, calls fail, and receivers are down. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as ec2 from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WatchEvent } from '../../../src/diff/watch-event.ts'
import { type Ran, ztnet } from '../../cli/process.ts'
import { CREDENTIALS } from './estate.ts'
import { environment, hasMoto, type Moto, startMoto } from './moto.ts'
import { type Fault, type Proxy, startProxy } from './proxy.ts'
import { recorded } from './stand-in.ts'

describe.skipIf(!hasMoto)('ztnet watch', () => {
  let moto: Moto
  let proxy: Proxy
  let scratch: string
  let shop: Shop

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ztnet-watch-'))
    moto = await startMoto()
    shop = await openShop(moto.url)
    proxy = await startProxy(moto.url, recorded('nowhere'))
    writeFileSync(join(scratch, 'ztnet.yaml'), `version: 1\nextends: [ztnet/tiers-v1]\ncritical: [${shop.quiet}]\n`)
  })

  afterAll(async () => {
    await proxy.stop()
    await moto.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  beforeEach(() => proxy.reset())

  const arguments_ = (...more: readonly string[]): readonly string[] => [
    'watch',
    ...['--endpoint-url', proxy.url, '--regions', 'us-east-1', '--keep', '3'],
    ...more,
  ]

  const look = (...more: readonly string[]): Promise<Ran> =>
    ztnet(arguments_('--once', ...more), { cwd: scratch, env: environment(scratch) })

  const eventsIn = (text: string): readonly WatchEvent[] =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as WatchEvent]))

  const kept = (): readonly string[] =>
    readdirSync(join(scratch, 'ztnet-watch')).filter((name) => name.endsWith('.json.gz'))

  const waiting = (): readonly string[] => readdirSync(join(scratch, 'ztnet-watch', 'outbox'))

  it('makes the first snapshot, and tells nothing', async () => {
    const { status, stdout, stderr } = await look()
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(stderr).toMatch(/the first look: \d+ resources/)
    expect(kept()).toHaveLength(1)
  })

  it('tells nothing where nothing was changed, and keeps no second snapshot', async () => {
    expect(await look()).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(kept()).toHaveLength(1)
  })

  it('tells a change with its cause and what the policy says of it, to a command as well', async () => {
    await shop.admit(shop.web, 22)
    const { status, stdout } = await look('--exec', 'cat > handed')
    expect(status).toBe(0)
    const [event] = eventsIn(stdout) as [WatchEvent]
    expect(event.because).toEqual(['reachability', 'findings'])
    const [change] = event.diff.changes
    expect(change).toMatchObject({ kind: 'gained', from: 'internet', text: ['tcp 22'] })
    expect(event.diff.settings.find(({ id }) => id === change!.causes[0])).toMatchObject({
      resources: [{ id: shop.web }],
      text: 'inbound tcp 22 from 0.0.0.0/0 added',
    })
    expect(event.diff.findings!.new.map(({ rule }) => rule)).toContain('admin-port-from-internet')
    expect(readFileSync(join(scratch, 'handed'), 'utf8')).toBe(stdout)
    expect(event.snapshots).toEqual({ before: kept()[0], after: kept()[1] })
  })

  it('loses nothing while a webhook is down, and keeps the order', async () => {
    const hook = await openHook()
    hook.answer = 503
    await shop.admit(shop.web, 80)
    const first = await look('--webhook', hook.url)
    expect(first.status).toBe(0)
    expect(first.stderr).toContain('--webhook did not take the event: HTTP status 503; it is kept and told again')
    const [tried, again, later] = hook.times
    expect(again! - tried!).toBeGreaterThanOrEqual(900)
    expect(later! - again!).toBeGreaterThanOrEqual(1800)
    expect(waiting()).toHaveLength(1)
    hook.answer = 204
    hook.bodies.length = 0
    await shop.admit(shop.web, 81)
    const second = await look('--webhook', hook.url)
    expect(second.status).toBe(0)
    expect(hook.bodies).toEqual([first.stdout, second.stdout].map((line) => line.trimEnd()))
    expect(waiting()).toEqual([])
    hook.close()
  })

  it('keeps the last snapshots only', () => {
    expect(kept()).toHaveLength(3)
  })

  it('tells of a rule of a critical group, though nothing flows otherwise', async () => {
    await shop.admit(shop.quiet, 443)
    const [event] = eventsIn((await look()).stdout) as [WatchEvent]
    expect(event.because).toEqual(['critical'])
    expect(event.critical).toMatchObject([{ group: shop.quiet, text: 'inbound tcp 443 from 0.0.0.0/0 added' }])
  })

  const refused: Fault = ({ operation }) =>
    /^Describe(NetworkInterfaces|SecurityGroups|SecurityGroupRules)$/.test(operation)
      ? { error: 'UnauthorizedOperation', status: 403 }
      : undefined

  it('tells of calls that are denied, once, and of nothing as if it were closed or gone', async () => {
    proxy.faults = [refused]
    const { status, stdout, stderr } = await look()
    expect(status).toBe(0)
    const [event] = eventsIn(stdout) as [WatchEvent]
    expect(event.because).toEqual(['unread'])
    expect(event.unread).toHaveLength(3)
    expect(event.unread[0]).toMatch(/ec2:DescribeNetworkInterfaces was denied/)
    expect(event.diff).toMatchObject({ settings: [], changes: [], places: { gone: [], unread: [] } })
    expect(stderr).toContain('taken to be as it was: network interface, security group')
    expect(await look()).toMatchObject({ status: 0, stdout: '' })
  })

  it('tells a change that was made in the meantime once the calls are allowed', async () => {
    await shop.admit(shop.web, 82)
    const [event] = eventsIn((await look()).stdout) as [WatchEvent]
    expect(event).toMatchObject({ because: ['reachability'], unread: [], diff: { totals: { gained: 1, new: 0 } } })
  })

  it('keeps the last snapshot where AWS does not answer at all, and says so', async () => {
    const before = kept()
    proxy.faults = [() => 'reset']
    const { status, stdout, stderr } = await look()
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/nothing could be read|cannot|no account|not reached/i)
    proxy.faults = [
      ({ operation }) =>
        operation === 'GetCallerIdentity' ? undefined : { error: 'UnauthorizedOperation', status: 403 },
    ]
    const denied = await look()
    expect(denied.status).toBe(2)
    expect(denied.stderr).toMatch(/nothing could be read/)
    expect(kept()).toEqual(before)
    proxy.reset()
    expect(await look()).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  describe('on an interval', () => {
    let child: ChildProcess
    let told: { out: string; err: string }
    let closed: Promise<number | null>

    afterEach(() => void child.kill('SIGKILL'))

    const begin = (...more: readonly string[]): void => {
      told = { out: '', err: '' }
      child = spawn(process.execPath, [resolve('bin/ztnet.js'), ...arguments_(...more)], {
        cwd: scratch,
        env: { PATH: process.env['PATH'], ...environment(scratch) },
      })
      child.stdout!.on('data', (chunk) => (told.out += String(chunk)))
      child.stderr!.on('data', (chunk) => (told.err += String(chunk)))
      closed = new Promise((done) => child.once('close', done))
    }

    const ended = (signal: NodeJS.Signals): Promise<number | null> => {
      child.kill(signal)
      return closed
    }

    const until = async (holds: () => boolean): Promise<void> => {
      for (const end = Date.now() + 40_000; !holds(); await pause(50))
        if (Date.now() > end) throw new Error(`it did not come to that: ${JSON.stringify(told)}`)
    }

    it('looks again and again, goes on after failures, and lets no other watch into its folder', async () => {
      const hook = await openHook()
      const changes = (): readonly WatchEvent[] =>
        hook.bodies
          .map((body) => JSON.parse(body) as WatchEvent)
          .filter(({ because }) => because.includes('reachability'))
      begin('--interval', '1s', '--webhook', hook.url)
      await until(() => proxy.calls.some(({ operation, times }) => operation === 'DescribeVpcs' && times >= 1))
      proxy.faults = [() => 'reset']
      await until(() => told.err.includes('looking again in 1 s'))
      await shop.admit(shop.web, 83)
      proxy.faults = []
      await until(() => changes().length > 0)
      expect(changes()).toMatchObject([{ diff: { totals: { gained: 1, lost: 0, gone: 0 } } }])
      expect(hook.bodies).toEqual(told.out.trimEnd().split('\n'))
      expect(await look()).toMatchObject({ status: 2, stderr: expect.stringContaining('another run') as string })
      expect(await ended('SIGTERM')).toBe(0)
      hook.close()
    })

    it('ends in the middle of a wait, at once', async () => {
      begin('--interval', '1h')
      await until(() => proxy.calls.some(({ operation }) => operation === 'DescribeVpcs'))
      const calls = (): number => proxy.calls.length
      for (let before = -1; before !== calls();) {
        before = calls()
        await pause(1500)
      }
      const start = Date.now()
      expect(await ended('SIGTERM')).toBe(0)
      expect(Date.now() - start).toBeLessThan(5000)
    })

    it('ends in the middle of a look, and leaves nothing half written', async () => {
      const before = kept()
      proxy.faults = [({ operation }) => (operation === 'DescribeSubnets' ? 'hold' : undefined)]
      begin('--interval', '1h')
      await until(() => proxy.calls.some(({ operation }) => operation === 'DescribeSubnets'))
      expect(await ended('SIGTERM')).toBe(0)
      expect(told).toEqual({ out: '', err: '' })
      expect(kept()).toEqual(before)
      expect(readdirSync(join(scratch, 'ztnet-watch')).filter((name) => /tmp|lock/.test(name))).toEqual([])
      expect(existsSync(join(scratch, 'ztnet-watch', 'changes.jsonl'))).toBe(true)
    })
  })
})

interface Shop {
  /** The group of a host that the internet reaches. */
  readonly web: string
  /** A group that nothing is in. */
  readonly quiet: string
  admit(group: string, port: number): Promise<void>
}

const openShop = async (endpoint: string): Promise<Shop> => {
  const client = new ec2.EC2Client({ endpoint, region: 'us-east-1', credentials: CREDENTIALS })
  const VpcId = (await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc!.VpcId!
  const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}))
  const GatewayId = InternetGateway!.InternetGatewayId!
  await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }))
  const SubnetId = (await client.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24' }))).Subnet!
    .SubnetId!
  const RouteTableId = (await client.send(new ec2.CreateRouteTableCommand({ VpcId }))).RouteTable!.RouteTableId!
  await client.send(new ec2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }))
  await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }))
  const group = async (GroupName: string): Promise<string> =>
    (await client.send(new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId!
  const [web, quiet] = [await group('web'), await group('quiet')]
  const launched = await client.send(
    new ec2.RunInstancesCommand({
      ImageId: 'ami-12345678',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      SecurityGroupIds: [web],
    }),
  )
  const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  await client.send(new ec2.AssociateAddressCommand({ AllocationId, InstanceId: launched.Instances![0]!.InstanceId! }))
  return {
    web,
    quiet,
    admit: async (GroupId, port) => {
      const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
      await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    },
  }
}

interface Hook {
  readonly url: string
  readonly bodies: string[]
  /** When it was asked, in milliseconds. */
  readonly times: number[]
  answer: number
  close(): void
}

const openHook = async (): Promise<Hook> => {
  const [bodies, times]: [string[], number[]] = [[], []]
  const server = createServer((request, response) => {
    times.push(Date.now())
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (hook.answer < 300) bodies.push(body)
      response.writeHead(hook.answer).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const hook: Hook = {
    url: `http://127.0.0.1:${port}/`,
    bodies,
    times,
    answer: 204,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return hook
}
