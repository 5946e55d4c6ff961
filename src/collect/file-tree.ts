/** Which files a folder holds, at any depth and in the same order on every machine. Knows nothing of what is inside them. */
import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs'
import { basename, sep } from 'node:path'
import { byCodeUnit } from '../collections.ts'
import { systemCode } from './system-error.ts'

export interface TreeFile {
  /** To open it with. */
  readonly path: string
  /** Relative to the folder that was named, with `/` on every system: what messages and the snapshot call it. */
  readonly name: string
}

export interface FileTree {
  readonly files: readonly TreeFile[]
  /** What could not be looked into, with the reason. */
  readonly unreadable: readonly { readonly name: string; readonly problem: string }[]
}

/** All regular files below a folder, or the one file that is named. Names that start with a dot are passed over. Links are followed,
 *  each folder once. */
export function fileTree(root: string): FileTree {
  const files: TreeFile[] = []
  const unreadable: { name: string; problem: string }[] = []
  const seen = new Set<string>()
  if (statSync(root).isFile()) return { files: [{ path: root, name: basename(root) }], unreadable }
  attempt('.', () => visit(root, ''))
  return { files: files.sort((a, b) => byCodeUnit(a.name, b.name)), unreadable }

  function visit(folder: string, prefix: string): void {
    const real = realpathSync.native(folder)
    if (seen.has(real)) return
    seen.add(real)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const file = { path: `${folder}${sep}${entry.name}`, name: prefix + entry.name }
      attempt(file.name, () => {
        const kind: Pick<Stats, 'isFile' | 'isDirectory'> = entry.isSymbolicLink() ? statSync(file.path) : entry
        if (kind.isDirectory()) visit(file.path, `${file.name}/`)
        else if (kind.isFile()) files.push(file)
        else unreadable.push({ name: file.name, problem: 'is not a regular file' })
      })
    }
  }

  function attempt(name: string, look: () => void): void {
    try {
      look()
    } catch (error) {
      const code = systemCode(error)
      if (code === undefined) throw error
      unreadable.push({ name, problem: `cannot be read (${code})` })
    }
  }
}
