/** One run at a time to one output: a second would mix its answers with those of the first, and only one of them could be kept. The lock
 *  is a file beside the output that names the process; what a killed run left behind is recognised, and taken over. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ZtnetError } from '../errors.ts'
import { isRecord } from '../snapshot/shape.ts'
import { systemCode, unwritable } from './system-error.ts'

export interface RunLock {
  release(): void
}

interface Holder {
  readonly pid: number
  readonly host: string
  /** ISO 8601, UTC. */
  readonly since: string
}

/** @throws ZtnetError where another run is at work on the output, or nothing can be written beside it. */
export function lockRun(output: string): RunLock {
  const path = join(dirname(output), `.${basename(output)}.lock`)
  const own: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  for (let attempt = 1; !written(path, own); attempt++) {
    const holder = holderIn(path)
    if (holder === 'gone') continue
    if (attempt > ATTEMPTS || holder === 'unreadable' || isAtWork(holder)) throw held(output, path, holder)
    takeAway(path, holder)
  }
  return {
    release: () => {
      const holder = holderIn(path)
      if (typeof holder === 'object' && isSame(holder, own)) rmSync(path, { force: true })
    },
  }
}

const ATTEMPTS = 3

/** Whether the lock could be made: it was not there. */
function written(path: string, own: Holder): boolean {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw unwritable(path, error)
  }
  writeSync(file, `${JSON.stringify(own)}\n`)
  closeSync(file)
  return true
}

function holderIn(path: string): Holder | 'gone' | 'unreadable' {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!isRecord(holder)) return 'unreadable'
    const { pid, host, since } = holder
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string') return 'unreadable'
    return { pid, host, since }
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? 'gone' : 'unreadable'
  }
}

/** Of another machine nobody here can tell. */
function isAtWork({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it is there, and somebody else's
    return systemCode(error) === 'EPERM'
  }
}

/** Two runs may find the same stale lock: what one of them has taken since is put back. */
function takeAway(path: string, stale: Holder): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  const taken = holderIn(aside)
  if (typeof taken === 'object' && isSame(taken, stale)) rmSync(aside)
  else renameSync(aside, path)
}

function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.host === b.host && a.since === b.since
}

function held(output: string, path: string, holder: Holder | 'unreadable'): ZtnetError {
  const who = holder === 'unreadable' ? '' : `: process ${holder.pid} on ${holder.host}, since ${holder.since}`
  return new ZtnetError('OUTPUT_IN_USE', `another run is writing it${who}`, {
    place: { file: output },
    hint: `Wait for it, or name another output. If there is no such run, remove ${path}.`,
  })
}
