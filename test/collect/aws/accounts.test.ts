/** An organization of many accounts is entered and read some at a time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ztnet } from '../../cli/process.ts'
import { environment } from './moto.ts'
import { type Call, type Effect, type Proxy, startProxy } from './proxy.ts'

const accounts = Array.from({ length: 100 }, (_, i) => String(100_000_000_000 + i))

let proxy: Proxy
let scratch: string
const most = new Map<string, number>()

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'ztnet-accounts-'))
  const underWay = new Map<string, number>()
  const count = (operation: string, by: number): void => {
    const now = (underWay.get(operation) ?? 0) + by
    underWay.set(operation, now)
    most.set(operation, Math.max(most.get(operation) ?? 0, now))
  }
  proxy = await startProxy('http://nowhere.invalid', answerTo)
  proxy.faults = [
    async ({ operation }) => {
      count(operation, 1)
      await pause(20)
      count(operation, -1)
    },
  ]
})

afterAll(async () => {
  await proxy.stop()
  rmSync(scratch, { recursive: true, force: true })
})

const answerTo = ({ operation }: Call): Effect => {
  switch (operation) {
    case 'GetCallerIdentity':
      return {
        body: inXml(operation, `<Arn>arn:aws:iam::${accounts[0]}:user/us</Arn><Account>${accounts[0]}</Account>`),
      }
    case 'AssumeRole':
      return { body: inXml(operation, `<Credentials>${CREDENTIALS}</Credentials>`) }
    case 'ListAccounts':
      return {
        body: JSON.stringify({ Accounts: accounts.map((Id) => ({ Id, Status: 'ACTIVE' })) }),
        type: 'application/x-amz-json-1.1',
      }
    default:
      return { error: 'UnauthorizedOperation' }
  }
}

const inXml = (operation: string, result: string): string =>
  `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`

const CREDENTIALS =
  '<AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2999-12-31T00:00:00Z</Expiration>'

it('of which every one is entered and asked', async () => {
  const { status, stderr } = await ztnet(['collect', '--organization', '--endpoint-url', proxy.url], {
    cwd: scratch,
    env: environment(scratch),
  })
  expect(stderr).toContain('100 of 100 calls failed')
  expect(status).toBe(2)
  for (const operation of ['AssumeRole', 'DescribeRegions']) {
    expect(most.get(operation), operation).toBeGreaterThan(1)
    expect(most.get(operation), operation).toBeLessThanOrEqual(16)
  }
})
