/** A watch tells every change once at least, whoever is down, and ends when it is asked to. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deliver } from '../../src/cli/watch-delivery.ts'
import { watchFolder } from '../../src/cli/watch-folder.ts'
import { main } from '../../src/cli/main.ts'
import { writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import type { WatchEvent } from '../../src/diff/watch-event.ts'
import { estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'

let folder: string
let printed: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ztnet-watch-'))
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
    printed += text
    done?.()
    return true
  }) as typeof process.stdout.write)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const seeing = (...rules: readonly GroupRule[]): Promise<void> =>
  writeSnapshotFile(
    join(folder, 'now.json'),
    estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('public', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.1.10', { groups: ['web'], publicIp: '54.10.0.1' })
      .securityGroup('web', ['tcp 443 from 0.0.0.0/0', ...rules])
      .with('securityGroup', 'sg-web', { GroupName: 'web', Tags: [{ Key: 'Name', Value: 'Front door' }] })
      .snapshot(),
  )

const kept = (): string => join(folder, 'kept')

const look = (...options: readonly string[]): Promise<number> =>
  main(['', '', 'watch', '--once', '--snapshot', join(folder, 'now.json'), '--folder', kept(), ...options])

const events = (): readonly WatchEvent[] =>
  printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WatchEvent)

const received: string[] = []

/** Takes what is posted; `refuses` so many first, in this way. */
const receiver = (refuses: number, status = 503): Promise<Server> =>
  new Promise((resolve) => {
    let left = refuses
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        if (left-- > 0) response.writeHead(status).end()
        else {
          received.push(body)
          response.writeHead(204).end()
        }
      })
    })
    server.listen(0, '127.0.0.1', () => resolve(server))
  })

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

const NOW: Parameters<typeof deliver>[2] = { retries: 3, first: 1, longest: 5 }

describe('ztnet watch --once', () => {
  it('tells nothing at the first look, a change at the next, and nothing while all stays as it is', async () => {
    await seeing()
    expect(await look()).toBe(0)
    expect(events()).toEqual([])
    await seeing('tcp 22 from 0.0.0.0/0')
    expect(await look()).toBe(0)
    expect(await look()).toBe(0)
    expect(events()).toMatchObject([
      { because: ['reachability'], critical: [], diff: { totals: { gained: 1, lost: 0 } } },
    ])
    expect(readFileSync(join(kept(), 'changes.jsonl'), 'utf8')).toBe(printed)
  })

  it('keeps what it saw for its owner alone', async () => {
    await seeing()
    await look()
    const [file] = readdirSync(kept()).filter((name) => /^\d.*\.json/.test(name))
    expect(statSync(join(kept(), file!)).mode & 0o777).toBe(0o600)
  })

  it('keeps the last snapshots that differ', async () => {
    for (const port of [1, 2, 3, 4]) {
      await seeing(`tcp ${port} from 0.0.0.0/0`)
      await look('--keep', '2')
    }
    expect(readdirSync(kept()).filter((name) => name.endsWith('.json.gz'))).toHaveLength(2)
  })

  it.each(['sg-web', 'we*', 'Front door'])(
    'tells of a rule of critical group %s that changes nothing',
    async (named) => {
      const policy = join(folder, 'ztnet.yaml')
      writeFileSync(policy, `version: 1\ncritical: [${named}]\n`)
      await seeing()
      await look('--policy', policy)
      await seeing('tcp 443 from 10.0.0.0/8')
      await look('--policy', policy)
      const [event] = events()
      expect(event?.critical).toMatchObject([{ group: 'sg-web', text: 'inbound tcp 443 from 10.0.0.0/8 added' }])
      expect(event?.because).toContain('critical')
      expect(event?.because).not.toContain('reachability')
      await seeing('tcp 443 from 10.0.0.0/9')
      await look()
      expect(events()).toHaveLength(1)
    },
  )

  it('is told of a policy that cannot be read before it looks', async () => {
    await seeing()
    expect(await look('--policy', join(folder, 'none.yaml'))).toBe(2)
    expect(existsSync(kept())).toBe(false)
  })

  it('hands the line to a command', async () => {
    await seeing()
    await look()
    await seeing('tcp 22 from 0.0.0.0/0')
    await look('--exec', `cat > ${join(folder, 'handed')}`)
    expect(readFileSync(join(folder, 'handed'), 'utf8')).toBe(printed)
    expect(readdirSync(join(kept(), 'outbox'))).toEqual([])
  })
})

describe('delivery', () => {
  const event = { schemaVersion: 1, id: '1', at: '', because: ['places'] } as unknown as WatchEvent

  it('tries again until a webhook takes the event', async () => {
    const server = await receiver(2)
    const box = watchFolder(kept())
    box.record(event, ['webhook'])
    await deliver(box, { webhook: urlOf(server) }, NOW, { stop: new AbortController().signal })
    server.close()
    expect(received.splice(0)).toEqual([JSON.stringify(event)])
    expect(box.waiting('webhook')).toEqual([])
  })

  it('keeps what a webhook that is down did not take, for a later run, in order', async () => {
    const box = watchFolder(kept())
    box.record(event, ['webhook'])
    await deliver(box, { webhook: 'http://127.0.0.1:1/' }, NOW, { stop: new AbortController().signal })
    expect(box.waiting('webhook')).toHaveLength(1)
    const later = { ...event, id: '2' }
    const again = watchFolder(kept())
    again.record(later, ['webhook'])
    const server = await receiver(0)
    await deliver(again, { webhook: urlOf(server) }, NOW, { stop: new AbortController().signal })
    server.close()
    expect(received.splice(0)).toEqual([event, later].map((each) => JSON.stringify(each)))
  })

  it('goes on with the next where a webhook refuses one for what it says, and tells that again later', async () => {
    const box = watchFolder(kept())
    const large = { ...event, id: '0' }
    for (const each of [large, event]) box.record(each, ['webhook'])
    const server = await receiver(1, 413)
    await deliver(box, { webhook: urlOf(server) }, NOW, { stop: new AbortController().signal })
    expect(received.splice(0)).toEqual([JSON.stringify(event)])
    expect(box.waiting('webhook').map(({ line }) => line)).toEqual([JSON.stringify(large)])
    await deliver(box, { webhook: urlOf(server) }, NOW, { stop: new AbortController().signal })
    server.close()
    expect(received.splice(0)).toEqual([JSON.stringify(large)])
  })

  it('lets a command that was begun go on when it is time to look again', async () => {
    const box = watchFolder(kept())
    box.record(event, ['exec'])
    const command = `sleep 0.5; cat > ${join(folder, 'handed')}`
    await deliver(box, { exec: command }, NOW, { stop: new AbortController().signal, until: AbortSignal.timeout(100) })
    expect(readFileSync(join(folder, 'handed'), 'utf8')).toContain('"id":"1"')
    expect(box.waiting('exec')).toEqual([])
  })

  it('keeps what a command failed at', async () => {
    const box = watchFolder(kept())
    box.record(event, ['exec'])
    await deliver(box, { exec: 'exit 3' }, NOW, { stop: new AbortController().signal })
    expect(box.waiting('exec')).toHaveLength(1)
  })
})

describe.runIf(existsSync('dist/cli/main.js'))('ztnet watch as a process', () => {
  it('ends with 0 on SIGTERM', async () => {
    await seeing()
    const child = spawn(process.execPath, [
      join('bin', 'ztnet.js'),
      ...['watch', '--snapshot', join(folder, 'now.json'), '--folder', kept(), '--interval', '1h'],
    ])
    await new Promise((resolve) => child.stderr.once('data', resolve))
    const status = await new Promise((resolve) => {
      child.once('close', resolve)
      child.kill('SIGTERM')
    })
    expect(status).toBe(0)
    expect(readdirSync(kept()).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
