/** Snapshots out of the history of a git repository: `HEAD~1:snapshots/prod.json`, a file or a folder, as `git show` names them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { ZtnetError } from '../errors.ts'
import type { Imported } from './describe-files.ts'
import { loadSnapshot } from './snapshot-file.ts'

/** Whether a name that no file bears may be one of a revision; without a revision it is what is staged. */
export const namesRevision = (name: string): boolean => name.includes(':') && !/^[a-z]:[\\/]/i.test(name)

/** Throws `ZtnetError` where git does not know it, or what it knows is no snapshot. */
export const loadRevision = async (name: string): Promise<Imported> => {
  const what = git(name, ['cat-file', '-t', name]).toString('utf8').trim()
  const folder = mkdtempSync(join(tmpdir(), 'ztnet-revision-'))
  try {
    const path = join(folder, basename(name.slice(name.indexOf(':') + 1)) || 'snapshot')
    if (what === 'tree') unpack(name, path)
    else writeFileSync(path, git(name, ['cat-file', 'blob', name]))
    return await loadSnapshot(path).catch((error: unknown) => {
      throw error instanceof ZtnetError ? renamed(error, name, path) : error
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const unpack = (name: string, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const line of git(name, ['ls-tree', '-r', '-z', '--full-tree', name]).toString('utf8').split('\0')) {
    const [entry = '', path] = line.split('\t')
    const [, kind, object] = entry.split(' ')
    if (kind !== 'blob' || object === undefined || path === undefined) continue
    const file = join(folder, path)
    if (relative(folder, file).startsWith('..')) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, git(name, ['cat-file', 'blob', object]))
  }
}

const git = (name: string, args: readonly string[]): Buffer => {
  try {
    return execFileSync('git', [...args], { maxBuffer: 4 * 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stderr, code } = error as { readonly stderr?: Buffer; readonly code?: string }
    const said = code === 'ENOENT' ? 'git is not installed' : (stderr?.toString('utf8').trim().split('\n')[0] ?? '')
    throw new ZtnetError('REVISION_NOT_FOUND', `git does not give ${name}: ${said.replace(/^fatal: /, '')}`, {
      hint: /invalid object name|bad revision|unknown revision/.test(said)
        ? 'Name a revision that is here. A shallow clone, as CI makes it, lacks older ones: git fetch --unshallow, or fetch-depth: 0 of actions/checkout.'
        : 'Name a file, a folder, example:<name>, or <revision>:<path>, the path from the root of the repository or with ./ from here.',
      place: { file: name },
    })
  }
}

/** The file is gone when the error is read: it bears the name that the user gave. */
const renamed = (error: ZtnetError, name: string, path: string): ZtnetError =>
  new ZtnetError(error.code, error.message.replaceAll(path, name), {
    ...(error.hint !== undefined && { hint: error.hint }),
    place: { ...error.place, file: (error.place.file ?? name).replaceAll(path, name) },
    cause: error,
  })
