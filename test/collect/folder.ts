/** Folders of files for one test, gone when it ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Name -> content: text or bytes as they are, anything else as JSON. */
export interface Files {
  readonly [name: string]: unknown
}

export function folder(files: Files = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'ztnet-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
  return root
}
