/** Where a finding stands whose rule is in no file of the user: the line of the snapshot that holds its first cause. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { Finding } from '../policy/finding.ts'
import type { Span } from '../policy/written.ts'

/** Larger files are named without a line: V8 holds no text of half a gigabyte. */
const LARGEST = 200_000_000

/** `path`: the snapshot, a file or a folder. Places are relative to the working directory, as CI wants them. */
export const causePlaces = (path: string): ((finding: Finding) => Span) => {
  const texts = readable(path).map((file) => ({ file: shown(file), text: readFileSync(file, 'utf8') }))
  const first = { file: texts[0]?.file ?? shown(path), line: 1, column: 1, endLine: 1, endColumn: 2 }
  return ({ causes, resource, witness }) => {
    const ids = [causes[0]?.resource, resource?.id, witness?.to.id, witness?.from.id]
    for (const id of ids)
      for (const { file, text } of id === undefined ? [] : texts) {
        const own = text.indexOf(`"id":${JSON.stringify(id)}`)
        const at = own >= 0 ? own : text.indexOf(JSON.stringify(id))
        if (at < 0) continue
        const line = text.slice(0, at).split('\n').length
        return { file, line, column: 1, endLine: line, endColumn: 2 }
      }
    return first
  }
}

const readable = (path: string): readonly string[] => {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return path.endsWith('.json') && statSync(path).size <= LARGEST ? [path] : []
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => join(path, file))
}

/** What lies elsewhere is called by its last name: no reader of results follows a way out of the repository. */
const shown = (path: string): string => {
  const own = relative(process.cwd(), path).replaceAll('\\', '/')
  return own === '' || own.startsWith('..') || own.startsWith('/') ? basename(path) : own
}
