/** Files and folders that appear whole or not at all: they are written aside, under a temporary name, and take their place when they are
 *  done. Knows nothing of what is in them. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { systemCode } from './system-error.ts'

/** Makes the file that a path names of what `fill` writes to its descriptor. A link is followed, also to a file that is not there yet. An
 *  existing file keeps its mode, unless `mode` says otherwise; a pipe or a device stays what it is and takes it as it comes.
 *  @throws the system's error where it cannot be written. */
export async function writeFile(
  path: string,
  fill: (file: number) => void | Promise<void>,
  mode?: number,
): Promise<void> {
  if (isWrittenInPlace(path)) return writeInPlace(path, fill)
  const found = statSync(path, { throwIfNoEntry: false })
  const permissions = mode ?? (found && found.mode & 0o7777)
  const target = followed(path)
  const aside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  await writeAside(target, aside, () =>
    writeOpened(openSync(aside, 'w', permissions), async (file) => {
      // The process's mask has taken some away.
      if (permissions !== undefined) fchmodSync(file, permissions)
      await fill(file)
      fsyncSync(file)
    }),
  )
}

/** Whether nothing can take the place of what is there: it is no regular file, or an open one of this process. */
export function isWrittenInPlace(path: string): boolean {
  return existsSync(path) && (!statSync(path).isFile() || OPEN_FILE.test(path))
}

const OPEN_FILE = /^\/(dev|proc\/[^/]+)\/(fd\/\d+|stdout|stderr)$/

async function writeInPlace(path: string, fill: (file: number) => void | Promise<void>): Promise<void> {
  try {
    // Never made here, so that a pipe which somebody else just removed does not become a file.
    await writeOpened(openSync(path, constants.O_WRONLY | constants.O_APPEND), fill)
  } catch (error) {
    // The reader has enough (`head`).
    if (systemCode(error) !== 'EPIPE') throw error
  }
}

async function writeOpened(file: number, fill: (file: number) => void | Promise<void>): Promise<void> {
  try {
    await fill(file)
  } finally {
    closeSync(file)
  }
}

/** What a chain of links ends at, there or not. It has an end: a circle is an error when the path is first looked at. */
function followed(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path
  return followed(resolve(realpathSync(dirname(path)), readlinkSync(path)))
}

/** `write` makes `aside`, which then takes the place of what is at `path`. A failure leaves that as it was, and nothing beside it. */
export async function writeAside(path: string, aside: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
    renameSync(aside, path)
  } catch (error) {
    discard(aside)
    throw error
  }
}

/** The same, for what is written at once. */
export function writeAsideSync(path: string, aside: string, write: () => void): void {
  try {
    write()
    renameSync(aside, path)
  } catch (error) {
    discard(aside)
    throw error
  }
}

function discard(aside: string): void {
  try {
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // where it could not be written it cannot be removed either; why is told by the failure
  }
}
