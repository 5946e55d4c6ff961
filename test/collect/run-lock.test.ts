/** Who may write an output. */
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockRun } from '../../src/collect/run-lock.ts'
import { folder } from '../cli/process.ts'

const ended = (): number => spawnSync(process.execPath, ['--version']).pid

const lockedBy = (text: string): string => {
  const output = join(folder(), 'prod.json')
  writeFileSync(join(output, '..', '.prod.json.lock'), text)
  return output
}

const holder = (pid: number, host = hostname()): string => JSON.stringify({ pid, host, since: '2026-01-01T00:00:00Z' })

describe('an output', () => {
  it('is for one run at a time, and for the next when that has ended', () => {
    const output = join(folder(), 'prod.json')
    const lock = lockRun(output)
    expect(() => lockRun(output)).toThrow(`another run is writing it: process ${process.pid} on ${hostname()}`)
    expect(() => lockRun(`${output}.gz`).release()).not.toThrow()
    lock.release()
    lockRun(output).release()
    expect(readdirSync(join(output, '..'))).toEqual([])
  })

  it('is free where the run that locked it has been killed', () => {
    const output = lockedBy(holder(ended()))
    const lock = lockRun(output)
    expect(() => lockRun(output)).toThrow(`process ${process.pid} `)
    lock.release()
    expect(readdirSync(join(output, '..'))).toEqual([])
  })

  it.each([
    ['of another machine, of which nobody here can tell', holder(ended(), 'elsewhere')],
    ['that is being written', ''],
    ['of something else', '[1]'],
  ])('stays locked by a lock %s, which the message says how to remove', (_, text) => {
    expect(() => lockRun(lockedBy(text))).toThrow(
      expect.objectContaining({ code: 'OUTPUT_IN_USE', hint: expect.stringContaining('.prod.json.lock') as string }),
    )
  })
})
