/** Clients of the AWS SDK, of which one cannot be made at first. */
import { expect, it, vi } from 'vitest'
import { clientsOf } from '../../../src/collect/aws/clients.ts'

const made = vi.hoisted(() => ({ failures: 1 }))

vi.mock('@aws-sdk/client-sts', () => ({
  GetCallerIdentityCommand: Object,
  STSClient: class {
    constructor() {
      if (made.failures-- > 0) throw new Error('no client today')
    }
    send(): Promise<object> {
      return Promise.resolve({ Account: '111111111111' })
    }
    destroy(): void {}
  },
}))

const identity = { accessKeyId: 'key', secretAccessKey: 'secret' }
const connection = { region: 'us-east-1', endpoint: undefined, credentials: () => () => Promise.resolve(identity) }

it('a client that cannot be made is an error where it is asked, and is made anew for the next', async () => {
  const clients = clientsOf(connection)
  const ask = () => clients.send('sts', 'GetCallerIdentity', {})
  await expect(ask()).rejects.toThrow('no client today')
  expect(await ask()).toEqual({ Account: '111111111111' })
  clients.close()
})

it('closing what cannot be made is no error of its own', async () => {
  made.failures = 1
  const unhandled = vi.fn<() => void>()
  process.once('unhandledRejection', unhandled)
  const clients = clientsOf(connection)
  const closed = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) {
      clients.close()
      await Promise.resolve()
    }
  }
  const [asked] = await Promise.allSettled([clients.send('sts', 'GetCallerIdentity', {}), closed()])
  expect(asked).toMatchObject({ status: 'rejected', reason: { message: 'no client today' } })
  clients.close()
  await new Promise((resolve) => setTimeout(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})
