/** Snapshots in files: told by content, read whole or line by line, and written so that a failure leaves the old file as it was. What
 *  the text says is known by `snapshot/lines.ts`. */
import { createReadStream, existsSync, statSync, writeSync } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { inPieces } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import {
  formatSnapshotLines,
  parseSnapshotDocument,
  parseSnapshotLines,
  snapshotLineReader,
} from '../snapshot/lines.ts'
import { isRecord } from '../snapshot/shape.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { importDescribeFolder, type Imported } from './describe-files.ts'
import { isTooLarge, readProblem, readText, startsCompressed } from './json-file.ts'
import { parseJson } from './json-text.ts'
import { isSystemError } from './system-error.ts'
import { writeFile } from './write-aside.ts'

/** What `--snapshot <path>` names: a snapshot file, or a folder (or one file) of describe JSON.
 *  @throws ZtnetError where it is missing, cannot be read, or is neither. */
export async function loadSnapshot(path: string): Promise<Imported> {
  if (!existsSync(path) || statSync(path).isDirectory()) return importDescribeFolder(path)
  const document = readDocument(path, readAtOnce)
  if (document === undefined) return { snapshot: await readLineByLine(path), warnings: [] }
  if (isRecord(document.value) && !('format' in document.value)) return importDescribeFolder(path)
  return { snapshot: parseSnapshotDocument(document.value, path), warnings: [] }
}

/** Reads a snapshot file, compressed or not: up to `atOnce` bytes (uncompressed) as one text, which is faster and takes any layout of
 *  the JSON; a larger one line by line.
 *  @throws ZtnetError naming the line or field of what is not a snapshot, is cut off, malformed or of a newer version. */
export async function readSnapshotFile(path: string, atOnce: number = readAtOnce): Promise<Snapshot> {
  if (!existsSync(path)) {
    const hint = 'Make one: ztnet import <folder> -o <file>.'
    throw new ZtnetError('SNAPSHOT_NOT_FOUND', `${path} does not exist`, { hint, place: { file: path } })
  }
  const document = readDocument(path, atOnce)
  return document === undefined ? readLineByLine(path) : parseSnapshotDocument(document.value, path)
}

/** For what was read of an account with credentials: its owner alone may read it. */
export const OWNER_ONLY = 0o600

/** Writes a snapshot, compressed where the name ends in `.gz`. The file appears whole or not at all; an existing one survives a
 *  failure. The same snapshot gives the same bytes. `mode` as in `chmod`, whatever that of an existing one.
 *  @throws ZtnetError where the file cannot be written. */
export async function writeSnapshotFile(path: string, snapshot: Snapshot, mode?: number): Promise<void> {
  if (path === '') throw cannotWrite('a file without a name', 'cannot be written')
  const fill = async (file: number): Promise<void> => {
    const chunks = path.endsWith('.gz') ? compressed(chunksOf(snapshot)) : chunksOf(snapshot)
    for await (const chunk of chunks) writeWhole(file, chunk)
  }
  try {
    await writeFile(path, fill, mode)
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, `cannot be written (${error.code})`, error) : error
  }
}

const readAtOnce = 256 * 1024 * 1024

/** The content as one JSON value; `undefined` where the file is too large for that. */
function readDocument(path: string, atOnce: number): { readonly value: unknown } | undefined {
  const text = readTextUpTo(path, atOnce)
  if (text === undefined) return undefined
  const parsed = parseJson(text)
  if ('value' in parsed) return parsed
  // the line tells more than the offset where the file is laid out as ztnet writes it
  if (text.startsWith('{"format":"ztnet-snapshot"')) parseSnapshotLines(text.split('\n'), path)
  const { problem, at } = parsed.fault
  const hint = 'Name a file that `ztnet import` wrote, or a folder of `aws ... describe-*` JSON.'
  const place = { file: path, ...(at === undefined ? {} : { at }) }
  throw new ZtnetError('SNAPSHOT_FORMAT', `${path} ${problem}${at === undefined ? '' : ` (${at})`}`, { hint, place })
}

function readTextUpTo(path: string, atOnce: number): string | undefined {
  try {
    return statSync(path).size > atOnce ? undefined : readText(path, atOnce)
  } catch (error) {
    if (isTooLarge(error)) return undefined
    throw isSystemError(error) ? unreadable(path, error) : error
  }
}

async function readLineByLine(path: string): Promise<Snapshot> {
  const reader = snapshotLineReader(path)
  let unfinished: string[] = []
  let length = 0
  try {
    for await (const text of textOf(path)) {
      const [first = '', ...others] = text.split('\n')
      unfinished.push(first)
      length += first.length
      if (length > readAtOnce) throw notInLines(path)
      for (const next of others) {
        reader.line(unfinished.join(''))
        unfinished = [next]
        length = next.length
      }
    }
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, error) : error
  }
  reader.line(unfinished.join(''))
  return reader.end()
}

/** The first characters of a file, so many or all that there are, decompressed where it is gzip. No more of it is read.
 *  @throws the system's error where the file cannot be read, or is damaged before that. */
export async function startOfText(path: string, length: number): Promise<string> {
  let start = ''
  for await (const text of textOf(path)) {
    start += text
    if (start.length >= length) break
  }
  return start.slice(0, length)
}

/** The text of a file in pieces; a character is never cut in two. */
function textOf(path: string): AsyncIterable<string> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20 })
  // a failure of the one destroys the other, whose reader then meets it
  return (startsCompressed(path) ? pipeline(stream, createGunzip(), () => undefined) : stream).setEncoding('utf8')
}

/** The text of a snapshot in pieces of about a megabyte. */
export function* chunksOf(snapshot: Snapshot): Generator<Buffer> {
  for (const piece of inPieces(endedLines(formatSnapshotLines(snapshot)))) yield Buffer.from(piece)
}

function* endedLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}

/** Deterministic: Node writes no time and no name into the header. */
function compressed(chunks: Iterable<Buffer>): AsyncIterable<Buffer> {
  return pipeline(Readable.from(chunks), createGzip(), () => undefined)
}

function writeWhole(file: number, chunk: Buffer): void {
  for (let written = 0; written < chunk.length;) written += writeSync(file, chunk, written)
}

function notInLines(path: string): ZtnetError {
  const hint = 'Lay it out again with the tool that wrote it: ztnet writes one resource a line.'
  const message = `${path} is too large to be read at once, and is not laid out one resource a line`
  return new ZtnetError('SNAPSHOT_FORMAT', message, { hint, place: { file: path } })
}

function unreadable(path: string, error: unknown): ZtnetError {
  const hint = 'Check that the file is whole and that you may read it.'
  return new ZtnetError('SNAPSHOT_UNREADABLE', `${path} ${readProblem(error)}`, {
    hint,
    place: { file: path },
    cause: error,
  })
}

function cannotWrite(path: string, problem: string, cause?: unknown): ZtnetError {
  const hint = 'Name another file with -o, in a folder that exists and that you may write to.'
  return new ZtnetError('SNAPSHOT_NOT_WRITTEN', `${path} ${problem}`, { hint, place: { file: path }, cause })
}
