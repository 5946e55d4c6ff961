/** A command from start to exit against a process that reads and parses the same file: what a user waits for, start-up and cold code
 *  included. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { median } from './statistics.ts'

export interface WholeProcess {
  /** Median of the ratios of runs that followed each other. */
  readonly ratio: number
  readonly seconds: number
}

const readAndParse = `JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))`

/** Undefined where the command fails: the reason is on stderr. */
export const compareProcesses = (path: string, runs: number): WholeProcess | undefined => {
  const ratios: number[] = []
  const times: number[] = []
  // In turn, so that a slow minute of the machine slows both.
  for (let n = 0; n <= runs; n++) {
    const base = secondsOf(['--eval', readAndParse, path])
    const command = secondsOf([join('bin', 'ztnet.js'), 'matrix', '--snapshot', path])
    if (base === undefined || command === undefined) return undefined
    // The first of each fills the file cache.
    if (n === 0) continue
    ratios.push(command / base)
    times.push(command)
  }
  return { ratio: median(ratios), seconds: median(times) }
}

const secondsOf = (args: readonly string[]): number | undefined => {
  const start = performance.now()
  const { status } = spawnSync(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  return status === 0 ? (performance.now() - start) / 1000 : undefined
}
