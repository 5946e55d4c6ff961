/** A server of the AWS APIs on this machine: moto's, a Python program. Started for a test file on a free port, stopped after it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Moto {
  readonly url: string
  stop(): Promise<void>
}

/** Whether moto is installed; in CI it must be. */
export const hasMoto = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import moto.server, flask, docker'], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env['CI'] === 'true') throw new Error('moto is missing: pip install "moto[server]==5.2.1"')
    process.stderr.write('skipped: tests against moto, which is not installed (pip install "moto[server]==5.2.1")\n')
    return false
  }
})()

export const startMoto = async (): Promise<Moto> => {
  const port = await freePort()
  // as python, not by the script beside it: a wrapper of it would not hand the signal on
  const server = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', AWS_REGION: '', AWS_DEFAULT_REGION: '' },
  })
  const url = `http://127.0.0.1:${port}`
  await answers(url, server)
  return { url, stop: () => stopped(server) }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const answers = async (url: string, server: ChildProcess): Promise<void> => {
  for (const ends = Date.now() + 50_000; Date.now() < ends; await pause(100)) {
    if (server.exitCode !== null) break
    const status = await fetch(`${url}/moto-api/`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
  }
  server.kill()
  throw new Error('moto did not start')
}

const stopped = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill()
  })

/** What a process needs to speak to it, and nothing of the machine. */
export const environment = (home: string): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '3',
  HOME: home,
})
