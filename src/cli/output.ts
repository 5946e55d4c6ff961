/** Where text goes: data to stdout or to a file, everything else to stderr. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { stringifyChunked } from '@discoveryjs/json-ext'
import { harmless } from '../analysis/harmless.ts'
import { chunksOf } from '../collect/snapshot-file.ts'
import { isSystemError } from '../collect/system-error.ts'
import { writeFile } from '../collect/write-aside.ts'
import { inPieces } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { harmlessJson, type Style, styleOf } from '../report/style.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** A line for people beside the data. */
export const warn = (text: string): void => {
  process.stderr.write(`ztnet: ${harmless(text)}\n`)
}

/** What is wrong in one way, and how to mend it, where anybody knows. */
export const warnOf = (messages: readonly string[], remedy: string | undefined): void => {
  for (const message of messages) warn(message)
  if (remedy !== undefined) process.stderr.write(`  ${harmless(remedy)}\n`)
}

/** Ends with what an answer lacks of the completeness that was asked for. */
export const endIncomplete = (end: (status: number) => void): void => {
  warn('part of the answer is unknown, and --require-complete asks for all of it')
  end(3)
}

/** What a command writes: one text, or texts to be read in turn, once, where all of it may be longer than the longest text (half a
 *  gigabyte). */
export type Output = string | Iterable<string>

/** JSON in one line that does nothing to a terminal either: the same value, with characters that steer it written as escapes. */
export const json = (value: unknown): string => harmlessJson(JSON.stringify(value))

/** The same in lines, for people to read, in pieces of so many characters or a little more. */
export function* jsonDocument(value: unknown, size = 1 << 20): Generator<string> {
  for (const piece of stringifyChunked(value, { space: 2, highWaterMark: size })) yield harmlessJson(piece)
  yield '\n'
}

/** Data: to a file, which appears whole or stays as it was; else to stdout. Throws `ZtnetError`. */
export const write = async (output: Output, file: string | undefined): Promise<void> => {
  const pieces = typeof output === 'string' ? [output] : inPieces(output)
  if (isStdout(file)) return toStdout(pieces)
  if (file === '')
    throw new ZtnetError('OUTPUT_FAILED', 'the name of the file to write is empty', { hint: 'name a file after -o' })
  try {
    await writeFile(file, (opened) => {
      for (const piece of pieces) writeFileSync(opened, piece)
    })
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new ZtnetError('OUTPUT_FAILED', `cannot write: ${systemProblem(error)}`, {
      place: { file },
      hint: 'name a file in a folder that exists and may be written to',
    })
  }
}

/** What names stdout: it need not be something that can be opened again, as a socket cannot. */
export const isStdout = (file: string | undefined): file is undefined | '-' =>
  file === undefined || ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(file)

/** A snapshot is one file. Throws `ZtnetError` for the name of a folder. */
export const refuseFolder = (file: string): void => {
  if (existsSync(file) && statSync(file).isDirectory())
    throw new ZtnetError('OUTPUT_FAILED', 'this is a folder', {
      place: { file },
      hint: 'name a file, such as snapshots/prod.json',
    })
}

/** What the system says of a file, without the call and the temporary name that it was made by. */
export const systemProblem = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'EISDIR' ? 'it is a folder' : message.replace(/, [a-z]+( '.*)?$/s, '')

/** A snapshot to stdout, piece by piece: all of a large one is longer than the longest string. Throws `ZtnetError`. */
export const printSnapshot = (snapshot: Snapshot): Promise<void> => toStdout(chunksOf(snapshot))

/** Until the reader has enough (`head`), which is no error. */
const toStdout = async (pieces: Iterable<string | Uint8Array>): Promise<void> => {
  for (const piece of pieces) if (!(await isTaken(piece))) return
}

/** Waits until the reader has it, as a pipe takes large output in parts; says whether there still is a reader. */
const isTaken = (piece: string | Uint8Array): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' ? resolve(false) : reject(notPrinted(error))
    process.stdout.once('error', failed)
    process.stdout.write(piece, (error) => {
      // The event of an error comes after this.
      if (error) return failed(error)
      process.stdout.removeListener('error', failed)
      resolve(true)
    })
  })

const notPrinted = (error: Error): ZtnetError =>
  new ZtnetError('OUTPUT_FAILED', `cannot write to stdout: ${error.message}`, {
    hint: 'make room where it goes, or name a file with -o',
  })

/** Colour on a terminal only, unless `NO_COLOR` or `--no-color` says otherwise; elsewhere 100 columns, and 80 on a terminal that does not know how
 *  wide it is. */
export const terminalStyle = (
  options: { readonly color?: boolean; readonly output?: string | undefined },
  // A pipe has neither, whatever the type of `process.stdout` says.
  { isTTY = false, columns = 0 }: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
): Style => {
  const terminal = isTTY && options.output === undefined
  const refused = options.color === false || (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '')
  return styleOf({ colour: terminal && !refused, columns: terminal ? Math.min(columns || 80, 120) : 100 })
}
