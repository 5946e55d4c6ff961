/** Which snapshot a command works on, and how it is loaded (product contract, section 1). */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadRevision, namesRevision } from '../collect/git-revision.ts'
import { readProblem } from '../collect/json-file.ts'
import { loadSnapshot, startOfText } from '../collect/snapshot-file.ts'
import { isSystemError } from '../collect/system-error.ts'
import { groupedBy } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { systemProblem, warn, warnOf } from './output.ts'
import { besidePolicy, hasPolicy, POLICY_FILE, textOfFile } from './policy-choice.ts'
import { needRoomFor } from './room.ts'

/** Bundled networks, in a clone and in an installed package alike. */
const EXAMPLES = fileURLToPath(new URL('../../snapshots/', import.meta.url))

/** Loads what `--snapshot` names or, without it, what the surroundings suggest. Says on stderr what it took and what was not
 *  understood. Throws `ZtnetError`. */
export const chooseSnapshot = async (named: string | undefined, policy?: string): Promise<Snapshot> => {
  const path = await snapshotPath(named, policy)
  needRoomFor([path])
  if (named === undefined) warn(`snapshot: ${path}`)
  const { snapshot, warnings } = await loadSnapshot(path)
  tellWarnings(warnings, snapshot, path)
  return snapshot
}

/** Loads a snapshot that is named, be it in a file, a folder, an example or the history of a git repository. Throws `ZtnetError`. */
export const loadNamed = async (named: string): Promise<Snapshot> => {
  const path = located(named)
  needRoomFor([path])
  const { snapshot, warnings } =
    !existsSync(path) && namesRevision(path) ? await loadRevision(path) : await loadSnapshot(path)
  tellWarnings(warnings, snapshot, path, `${named}: `)
  return snapshot
}

/** Of much that was not understood some: the answer is what was asked for. `prefix`: which snapshot is meant, where there are several. */
const tellWarnings = (warnings: readonly string[], { gaps }: Snapshot, path: string, prefix = ''): void => {
  const remedies = new Map(gaps.map(({ message, remedy }) => [message, remedy]))
  for (const alike of groupedBy(warnings.slice(0, MOST_WARNINGS), (warning) => remedies.get(warning)).values())
    warnOf(
      alike.map((warning) => `${prefix}${warning}`),
      remedies.get(alike[0]),
    )
  const more = warnings.length - MOST_WARNINGS
  if (more > 0) warn(`and ${more} more: ztnet import ${path} -o <file> tells them, and how to mend them`)
}

const MOST_WARNINGS = 10

/** The file or folder that is meant. `policy`: one that was named besides ./ztnet.yaml. */
export const snapshotPath = async (named: string | undefined, policy?: string): Promise<string> =>
  named === undefined ? suggested(policy) : located(named)

/** `example:<name>` as a file; any other name is a path already. */
const located = (named: string): string => {
  if (named.trim() === '')
    throw new ZtnetError('NO_SNAPSHOT', 'the path of the snapshot is empty', {
      hint: 'name a snapshot file, a folder of describe JSON, or example:three-tier',
    })
  if (!named.startsWith('example:')) return named
  const name = named.slice('example:'.length)
  const found = examples().find((file) => file === `${name}.json` || file === `${name}.json.gz`)
  if (found !== undefined) return join(EXAMPLES, found)
  throw new ZtnetError('EXAMPLE_UNKNOWN', `there is no example ${JSON.stringify(name)}`, {
    hint: `the examples are: ${examples().map(nameOf).join(', ')}`,
  })
}

const suggested = async (policy: string | undefined): Promise<string> => {
  const fromEnvironment = process.env.ZTNET_SNAPSHOT
  if (fromEnvironment !== undefined && fromEnvironment !== '') return located(fromEnvironment)
  const fromPolicy = (policy === undefined ? undefined : await snapshotOf(policy)) ?? (await snapshotOf(POLICY_FILE))
  if (fromPolicy !== undefined) return located(fromPolicy)
  const latest = await latestIn('snapshots')
  if (latest !== undefined) return latest
  throw new ZtnetError('NO_SNAPSHOT', 'no snapshot was named, and there is none in ./snapshots', {
    hint: 'name one with --snapshot: a snapshot file, a folder of describe JSON, or example:three-tier',
  })
}

/** The `snapshot:` key of a policy, from where the policy lies. */
const snapshotOf = async (policy: string): Promise<string | undefined> => {
  if (!hasPolicy(policy)) return undefined
  const { glanceAt } = await import('../policy/policy-file.ts')
  const hint = 'Mend it, or name the snapshot with --snapshot.'
  const { snapshot } = glanceAt(textOfFile(policy, { code: 'POLICY_UNREADABLE', hint }), policy)
  return snapshot === undefined ? undefined : besidePolicy(policy, snapshot)
}

/** The snapshot with the latest `collectedAt` inside, by its name where two are equal. */
const latestIn = async (folder: string): Promise<string | undefined> => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return undefined
  const files = namesIn(folder)
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .sort()
  let latest: { readonly path: string; readonly at: number } | undefined
  for (const file of files) {
    const path = join(folder, file)
    const at = await collectedAtOf(path)
    if (at !== undefined && (!latest || at > latest.at)) latest = { path, at }
  }
  return latest?.path
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new ZtnetError('SNAPSHOT_UNREADABLE', `cannot read: ${systemProblem(error)}`, {
      place: { file: folder },
      hint: 'Make the folder readable, or name a snapshot with --snapshot.',
    })
  }
}

/** The instant, read from the start, since the file may be large; undefined for a file that is no snapshot, the earliest for one without. What
 *  is broken is told: it may be the snapshot that was meant. */
const collectedAtOf = async (path: string): Promise<number | undefined> => {
  const start = await startOf(path)
  if (start === undefined) return undefined
  if (isBroken(start)) {
    warn(`${path} is no whole JSON; it is passed over`)
    return undefined
  }
  if (!/"format"\s*:\s*"ztnet-snapshot"/.test(start)) return undefined
  return instantOf(/"collectedAt"\s*:\s*"([^"]*)"/.exec(start)?.[1])
}

/** Of a longer file than was read only how it begins can be judged. */
const isBroken = (start: string): boolean => {
  if (start.length >= START) return !/^\uFEFF?\s*[[{]/.test(start)
  try {
    JSON.parse(start.replace(/^\uFEFF/, ''))
    return false
  } catch {
    return true
  }
}

/** Characters that are read to see what a file is. */
const START = 65_536

/** Nothing of a file that cannot be read: another may be what is looked for. */
const startOf = async (path: string): Promise<string | undefined> => {
  try {
    return await startOfText(path, START)
  } catch (error) {
    warn(`${path} ${readProblem(error)}; it is passed over`)
    return undefined
  }
}

const instantOf = (text: string | undefined): number => {
  const instant = Date.parse(text ?? '')
  return Number.isNaN(instant) ? -Infinity : instant
}

const examples = (): string[] =>
  existsSync(EXAMPLES) ? readdirSync(EXAMPLES).filter((file) => /\.json(\.gz)?$/.test(file)) : []

const nameOf = (file: string): string => file.replace(/\.json(\.gz)?$/, '')
