/** What a watch keeps between its looks: the last snapshots, a log, and what could not be delivered yet. All of it is in one folder, so that
 *  a watch that was stopped goes on where it was. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OWNER_ONLY, writeSnapshotFile } from '../collect/snapshot-file.ts'
import { writeAsideSync } from '../collect/write-aside.ts'
import type { WatchEvent } from '../diff/watch-event.ts'
import { ZtnetError } from '../errors.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** Where an event has to go. */
export type Receiver = 'exec' | 'webhook'

export interface WatchFolder {
  readonly path: string
  /** The name of the snapshot that was kept last; none at the first look. */
  last(): string | undefined
  fileOf(name: string): string
  /** Keeps it under this name, and no more than so many. */
  keep(snapshot: Snapshot, name: string, most: number): Promise<void>
  /** Puts an event into the log, and up for delivery: before any receiver is told, so that none is lost. */
  record(event: WatchEvent, receivers: readonly Receiver[]): void
  /** Events that a receiver has not taken, oldest first. */
  waiting(receiver: Receiver): readonly { readonly name: string; readonly line: string }[]
  delivered(name: string): void
}

/** The name of a snapshot, made of the time: later ones sort after earlier ones. */
export const nameAt = (at: string): string => `${at.replaceAll(/[-:.]/g, '')}.json.gz`

const SNAPSHOT = /^\d{8}T\d+Z\.json\.gz$/

export const watchFolder = (path: string): WatchFolder => {
  const outbox = join(path, 'outbox')
  inFolder(path, () => mkdirSync(outbox, { recursive: true }))
  const snapshots = (): readonly string[] =>
    readdirSync(path)
      .filter((name) => SNAPSHOT.test(name))
      .sort()
  const fileOf = (name: string): string => join(path, name)
  return {
    path,
    fileOf,
    last: () => snapshots().at(-1),
    keep: async (snapshot, name, most) => {
      await writeSnapshotFile(fileOf(name), snapshot, OWNER_ONLY)
      for (const old of snapshots().slice(0, -most)) rmSync(fileOf(old), { force: true })
    },
    record: (event, receivers) =>
      inFolder(path, () => {
        const line = JSON.stringify(event)
        for (const receiver of receivers) {
          const file = join(outbox, `${event.id}.${receiver}.json`)
          writeAsideSync(file, `${file}.tmp`, () => writeFileSync(`${file}.tmp`, line))
        }
        appendFileSync(join(path, 'changes.jsonl'), `${line}\n`)
      }),
    waiting: (receiver) =>
      existsSync(outbox)
        ? readdirSync(outbox)
            .filter((name) => name.endsWith(`.${receiver}.json`))
            .sort()
            .map((name) => ({ name, line: readFileSync(join(outbox, name), 'utf8') }))
        : [],
    delivered: (name) => rmSync(join(outbox, name), { force: true }),
  }
}

/** @throws ZtnetError where nothing can be written there: a watch looks again, and tells then. */
const inFolder = (path: string, act: () => void): void => {
  try {
    act()
  } catch (error) {
    throw new ZtnetError('OUTPUT_FAILED', `cannot write: ${error instanceof Error ? error.message : String(error)}`, {
      place: { file: path },
      hint: 'make room, or name another with --folder',
    })
  }
}
