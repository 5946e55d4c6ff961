/** What a run has read so far, in a folder: one file for each call, as `import` reads it. So an interrupted run can go on, and a
 *  finished one can leave its answers as they came. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ZtnetError } from '../errors.ts'
import { isRecord } from '../snapshot/shape.ts'
import type { Answer } from './describe-calls.ts'
import { unwritable } from './system-error.ts'
import { writeAsideSync } from './write-aside.ts'

export interface Journal {
  /** When the run began, ISO 8601 in UTC. */
  readonly collectedAt: string
  /** What was written under a name; undefined where nothing was. */
  read(name: string): Answer | undefined
  write(name: string, answer: Answer): void
}

/** A journal that keeps nothing: what it writes is only kept by who asked. */
export function forgetful(collectedAt: string): Journal {
  return { collectedAt, read: () => undefined, write: () => undefined }
}

export interface FolderJournal extends Journal {
  /** Whether an earlier run left answers in it. */
  readonly hasBegun: boolean
  remove(): void
  /** Leaves the answers as a folder of their own, in place of what an earlier run left there. */
  dump(folder: string): void
}

const NOTE = 'collection.json'

interface Beginning {
  readonly collectedAt: string
  readonly asked: string
  readonly resume: boolean
  /** What a dump tells whoever imports it. */
  readonly excludeEphemeral: boolean
}

/** @param asked what makes two runs the same: one goes on with the other's answers only then
 *  @throws ZtnetError where the folder cannot be written, or `resume` finds a run that asked for something else. */
export function folderJournal(
  path: string,
  { collectedAt, asked, resume, excludeEphemeral }: Beginning,
): FolderJournal {
  const earlier = noteIn(path)
  const goesOn = resume && earlier !== undefined
  if (goesOn && earlier.asked !== asked) {
    throw new ZtnetError('RESUME_OTHER', `the unfinished run in ${path} asked for something else`, {
      hint: `It was: ${earlier.asked}. Run with the same options, or without --resume to begin anew.`,
    })
  }
  const began = goesOn ? earlier.collectedAt : collectedAt
  let isOpen = goesOn
  // not before there is something to keep: a run that cannot begin leaves no trace, and an unfinished one as it was
  const open = () => {
    if (isOpen) return
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path, { recursive: true, mode: 0o700 })
    writeWhole(join(path, NOTE), {
      format: 'ztnet-collection',
      version: 1,
      collectedAt: began,
      asked,
      excludeEphemeral,
    })
    isOpen = true
  }
  return {
    collectedAt: began,
    hasBegun: goesOn,
    read(name) {
      if (!goesOn) return undefined
      try {
        const answer: unknown = JSON.parse(readFileSync(join(path, name), 'utf8'))
        return isRecord(answer) ? answer : undefined
      } catch {
        // not there, or not whole: asked again
        return undefined
      }
    },
    write: (name, answer) =>
      attempt(path, () => {
        open()
        writeWhole(join(path, name), answer)
      }),
    remove: () => rmSync(path, { recursive: true, force: true }),
    dump: (folder) => attempt(folder, () => replace(folder, path)),
  }
}

interface Note {
  readonly collectedAt: string
  readonly asked: string
}

function noteIn(path: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(path, NOTE), 'utf8'))
    if (!isRecord(note) || note['format'] !== 'ztnet-collection') return undefined
    const { collectedAt, asked } = note
    return typeof collectedAt === 'string' && typeof asked === 'string' ? { collectedAt, asked } : undefined
  } catch {
    return undefined
  }
}

/** Whether a folder may be replaced by a dump: it is not there, empty, or a dump itself. */
export function takesDump(folder: string): boolean {
  return !existsSync(folder) || noteIn(folder) !== undefined
}

function replace(folder: string, by: string): void {
  const fresh = `${folder}.${process.pid}.tmp`
  writeAsideSync(folder, fresh, () => {
    cpSync(by, fresh, { recursive: true, filter: (source) => !basename(source).startsWith('.') || source === by })
    rmSync(folder, { recursive: true, force: true })
  })
}

function writeWhole(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // a name that nobody reads: an interrupted run may leave it behind
  const temporary = join(dirname(path), `.${basename(path)}.tmp`)
  writeAsideSync(path, temporary, () =>
    writeFileSync(temporary, `${JSON.stringify(value, null, 1)}\n`, { mode: 0o600 }),
  )
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw unwritable(path, error)
  }
}
