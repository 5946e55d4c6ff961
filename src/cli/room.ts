/** A process with the memory that a large snapshot takes. Node gives a process some 4 GB of heap whatever the machine has, and a young
 *  generation so small that what all pairs remember is copied again and again; both can be said only when a process starts. */
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { constants, totalmem } from 'node:os'
import { join } from 'node:path'
import { ZtnetError } from '../errors.ts'

/** Thrown by a command that has not begun to work, or that begins anew where it was: it is to be run by `runWithRoom`. */
export class NeedsRoom extends Error {
  readonly bytes: number

  constructor(bytes: number) {
    super(`${bytes} bytes of snapshots`)
    this.bytes = bytes
  }
}

/** Throws `NeedsRoom` where these files and folders are large, unless this process has room. */
export const needRoomFor = (paths: readonly string[]): void => {
  if (hasRoom()) return
  const bytes = sizeOf(paths)
  if (bytes >= LARGE) throw new NeedsRoom(bytes)
}

/** Below, starting another process takes longer than it saves. */
const LARGE = 32 * 2 ** 20

/** Flags of node for work on these files and folders, as commands take them. */
export const flagsFor = (paths: readonly string[]): readonly string[] => {
  const bytes = sizeOf(paths)
  return bytes >= LARGE ? roomFlags(bytes) : []
}

/** Two thirds of the memory that there is, be it less than that of the machine. */
const roomFlags = (bytes: number): readonly string[] => {
  const heap = Math.floor((Math.min(totalmem(), process.constrainedMemory() || Infinity) * 2) / 3 / 2 ** 20)
  const isGiven = [process.env.NODE_OPTIONS ?? '', ...process.execArgv].some((flag) => /max[-_]old[-_]space/.test(flag))
  // Each time that the young generation is full, all pages of the heap are gone through.
  const young = bytes >= VERY_LARGE ? 512 : 128
  return [...(isGiven ? [] : [`--max-old-space-size=${heap}`]), `--max-semi-space-size=${young}`, OF_ALL_ROOMS]
}

const VERY_LARGE = 512 * 2 ** 20

const OF_ALL_ROOMS = '--min-semi-space-size=32'

const hasRoom = (): boolean => process.execArgv.includes(OF_ALL_ROOMS)

/** Runs the same command in a process with room; gives its exit status. */
export const runWithRoom = (argv: readonly string[], { bytes }: NeedsRoom): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...roomFlags(bytes), ...argv.slice(1)], {
      stdio: 'inherit',
    })
    // From a terminal both get it: what the command makes of it counts.
    const ignore = (): void => {}
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
    process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward)
    const done = (): void => {
      process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('exit', (status, signal) => {
      done()
      if (signal === 'SIGABRT' || status === ABORTED) reject(outOfMemory(bytes))
      else resolve(status ?? 128 + constants.signals[signal!])
    })
  })

/** As a shell tells it. */
const ABORTED = 128 + constants.signals.SIGABRT

const outOfMemory = (bytes: number): ZtnetError =>
  new ZtnetError('OUT_OF_MEMORY', `${Math.round(bytes / 1e6)} MB of snapshots took more memory than there is`, {
    hint: 'Run it where there is more, or allow more of it: NODE_OPTIONS=--max-old-space-size=<MB>.',
  })

const sizeOf = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + bytesOf(path), 0)

/** Of a file, or of all in a folder; none where there is nothing, or it cannot be read: who reads it tells why. A compressed one is taken for
 *  what it is likely to be. */
const bytesOf = (path: string): number => {
  try {
    const found = statSync(path)
    if (!found.isDirectory()) return unpacked(path, found.size)
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    return files.reduce((sum, { parentPath, name }) => sum + unpacked(name, statSync(join(parentPath, name)).size), 0)
  } catch {
    return 0
  }
}

const unpacked = (name: string, size: number): number => size * (name.endsWith('.gz') ? COMPRESSION : 1)

/** Describe answers repeat themselves. */
const COMPRESSION = 10
