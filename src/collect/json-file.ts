/** From the bytes of a file to a JSON value, compression and encoding told by content. Knows nothing of what the value means. */
import { constants } from 'node:buffer'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parseJson, type Parsed } from './json-text.ts'

/** The longest text (in bytes) that can be read at once: V8's longest string, 512 MB. */
export const longestText = constants.MAX_STRING_LENGTH

/** Reads one JSON file, compressed or not. A file that cannot be read or parsed is a fault, not an exception. */
export function readJsonFile(path: string): Parsed {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
    if (isGzip(bytes)) bytes = gunzipSync(bytes, { maxOutputLength: longestText })
  } catch (error) {
    return { fault: { problem: readProblem(error) } }
  }
  if (bytes.length > longestText) return { fault: { problem: 'is too large to be read at once; split it by region' } }
  return parseJson(decodeText(bytes))
}

/** Whether the content of a file looks like JSON or may hold some (gzip), whatever its name.
 *  @throws the error of a file that cannot be opened or read. */
export function looksLikeJson(path: string): boolean {
  const start = Buffer.alloc(64)
  const file = openSync(path, 'r')
  try {
    const bytes = start.subarray(0, readSync(file, start))
    return isGzip(bytes) || /^\s*[{[]/.test(decodeText(bytes))
  } finally {
    closeSync(file)
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** UTF-8, or UTF-16 where a byte order mark says so: what `>` writes in Windows PowerShell. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  return bytes.toString('utf8')
}

/** What a failed read says to the user, as the predicate of a sentence about the file. */
export function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'is too large to be read at once; split it by region'
  if (code === 'Z_BUF_ERROR') return 'is cut off: its compressed content has no end'
  if (code.startsWith('Z_')) return `is damaged: its compressed content cannot be read (${code})`
  return `cannot be read (${code === '' ? String(error) : code})`
}
