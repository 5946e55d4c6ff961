/** ztnet as its users have it: a process with arguments, standard streams, an environment and a folder to be in. Runs what `npm run
 *  build` made, which `npm test` does first. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  /** An empty folder unless given. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input?: string
  /** Flags of Node itself. */
  readonly node?: readonly string[]
  /** A signal that ends it early, once the promise is kept. */
  readonly interrupt?: { readonly when: Promise<unknown>; readonly by: NodeJS.Signals }
}

const program = fileURLToPath(new URL('../../bin/ztnet.js', import.meta.url))
const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Runs a command line to its end. */
export const ztnet = (
  args: readonly string[],
  { cwd, env = {}, input, node = [], interrupt }: Surroundings = {},
): Promise<Ran> => {
  if (!existsSync(built)) throw new Error('ztnet is not built: npm run build')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...node, program, ...args], {
      cwd: cwd ?? folder(),
      env: { PATH: process.env['PATH'], ...env },
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
    child.stdin.end(input ?? '')
    void interrupt?.when.then(() => child.kill(interrupt.by))
  })
}

const scratch: string[] = []

afterAll(() => {
  for (const path of scratch.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** A new folder with these files in it: text as it is, anything else as JSON. Gone when the tests of the file have ended. */
export const folder = (files: Readonly<Record<string, unknown>> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), 'ztnet-cli-'))
  scratch.push(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return path
}

/** The words of a command line, as a shell would split them where nothing is quoted. */
export const words = (line: string): string[] => line.split(' ').filter((word) => word !== '')
