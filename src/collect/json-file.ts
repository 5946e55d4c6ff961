/** From a file to the text or the JSON value in it, compression and encoding told by content. Knows nothing of what it means. */
import { constants } from 'node:buffer'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parseJson, type Parsed } from './json-text.ts'
import { systemCode } from './system-error.ts'

/** Reads one JSON file. A file that cannot be read or parsed is a fault, not an exception. */
export function readJsonFile(path: string): Parsed {
  let text: string
  try {
    text = readText(path, constants.MAX_STRING_LENGTH)
  } catch (error) {
    return { fault: { problem: readProblem(error) } }
  }
  return parseJson(text)
}

/** The text of a file, decompressed where it is gzip, up to `longest` bytes.
 *  @throws the system's error where the file cannot be read, is damaged or too large (`isTooLarge`). */
export function readText(path: string, longest: number): string {
  // twice as fast as by way of a Buffer, and right for nearly all files: what UTF-8 cannot be is read again
  const text = readFileSync(path, 'utf8')
  if (text.startsWith('\ufeff')) return text.slice(1)
  if (!text.startsWith('\u001f\ufffd') && !text.startsWith('\ufffd\ufffd')) return text
  const bytes = readFileSync(path)
  return decoded(isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: longest }) : bytes)
}

/** Whether the content of a file looks like JSON or may hold some (gzip), whatever its name.
 *  @throws the system's error where the file cannot be read. */
export function looksLikeJson(path: string): boolean {
  const bytes = startOf(path)
  return isGzip(bytes) || /^\s*[{[]/.test(decoded(bytes))
}

export function startsCompressed(path: string): boolean {
  return isGzip(startOf(path))
}

/** What a failed read says to the user, as the predicate of a sentence about the file. */
export function readProblem(error: unknown): string {
  const code = systemCode(error) ?? ''
  if (isTooLarge(error)) return 'is too large to be read at once; split it by region'
  if (code === 'Z_BUF_ERROR') return 'is cut off: its compressed content has no end'
  if (code.startsWith('Z_')) return `is damaged: its compressed content cannot be read (${code})`
  return `cannot be read (${code === '' ? String(error) : code})`
}

export function isTooLarge(error: unknown): boolean {
  const tooLarge = ['ERR_BUFFER_TOO_LARGE', 'ERR_STRING_TOO_LONG', 'ERR_FS_FILE_TOO_LARGE']
  return tooLarge.includes(systemCode(error) ?? '')
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** How the text of a file is to be read.
 *  @throws the system's error where the file cannot be read. */
export function encodingOf(path: string): 'utf8' | 'utf16le' {
  return isUtf16(startOf(path)) ? 'utf16le' : 'utf8'
}

/** Where a byte order mark says so: what `>` writes in Windows PowerShell. */
function isUtf16(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe
}

function decoded(bytes: Buffer): string {
  if (isUtf16(bytes)) return bytes.toString('utf16le', 2)
  return bytes.toString('utf8').replace(/^\ufeff/, '')
}

function startOf(path: string): Buffer {
  const start = Buffer.alloc(64)
  const file = openSync(path, 'r')
  try {
    return start.subarray(0, readSync(file, start))
  } finally {
    closeSync(file)
  }
}
