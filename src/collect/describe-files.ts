/** Folders of `aws ... describe-*` JSON as one snapshot, whichever tool wrote them and however they are nested. Files are told apart by
 *  the keys of their content (`describe-calls.ts`); names count only for account, region and what an answer does not name. */
import { byCodeUnit } from '../collections.ts'
import { existsSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { ZtnetError } from '../errors.ts'
import type { Gap, Snapshot } from '../snapshot/snapshot.ts'
import { assembled, sourceOf } from './assemble.ts'
import { noFacts, notUnderstood, readAnswer, type Facts } from './describe-answer.ts'
import { fileTree, type FileTree, type TreeFile } from './file-tree.ts'
import { looksLikeJson, readJsonFile, readProblem } from './json-file.ts'
import { withoutEphemeral } from './roles.ts'

export interface Imported {
  readonly snapshot: Snapshot
  /** Sentences for the user: what was not understood (each is a gap too), then what was passed over. */
  readonly warnings: readonly string[]
}

/** Reads all describe JSON below a folder, or one file of it. Files and records that cannot be used become gaps and warnings.
 *  @throws ZtnetError where the folder is missing or nothing in it can be used. */
export function importDescribeFolder(path: string): Imported {
  if (!existsSync(path)) throw missing(path)
  const tree = fileTree(path)
  const outer = resolve(statSync(path).isFile() ? dirname(path) : path)
    .split(sep)
    .slice(-2)
  const sources = tree.files.map((file) => sourceOf(file.name, readFacts(file), outer))
  const notesOfRuns = sources.flatMap(({ facts }) => facts.collection ?? [])
  const { snapshot: whole, notes } = assembled(sources, {
    // the oldest, where there are several; without any the same folder gives the same snapshot on any day
    collectedAt: notesOfRuns.map(({ collectedAt }) => collectedAt).sort(byCodeUnit)[0],
    more: unreadable(tree),
  })
  if (!sources.some(({ facts }) => facts.understood)) throw nothingUnderstood(path, whole.gaps)
  const snapshot = notesOfRuns.some(({ excludeEphemeral }) => excludeEphemeral === true)
    ? withoutEphemeral(whole)
    : whole
  return { snapshot, warnings: [...whole.gaps.map((gap) => gap.message), ...notes] }
}

function readFacts(file: TreeFile): Facts {
  const facts = noFacts()
  if (/\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(file.name)) {
    facts.passedOver.push({ what: 'JSON Lines', why: 'the answer of a call is one document' })
    return facts
  }
  try {
    if (!/\.json(\.gz)?$/i.test(file.name) && !looksLikeJson(file.path)) {
      facts.passedOver.push({ what: 'files that are not JSON', why: 'not the answer of a call' })
      return facts
    }
  } catch (error) {
    facts.gaps.push(notUnderstood(file.name, readProblem(error)))
    return facts
  }
  const parsed = readJsonFile(file.path)
  if ('value' in parsed) return readAnswer(file.name, parsed.value)
  facts.gaps.push(notUnderstood(file.name, parsed.fault.problem, parsed.fault.at))
  return facts
}

function unreadable(tree: FileTree): Gap[] {
  return tree.unreadable.map(({ name, problem }) => notUnderstood(name, problem))
}

function missing(path: string): ZtnetError {
  const hint = 'Name an existing snapshot file, or a folder of `aws ... describe-*` JSON.'
  return new ZtnetError('SNAPSHOT_NOT_FOUND', `${path} does not exist`, { hint, place: { file: path } })
}

function nothingUnderstood(path: string, gaps: readonly Gap[]): ZtnetError {
  const reasons = gaps.slice(0, 3).map((gap) => gap.message)
  const more = gaps.length > reasons.length ? `; and ${gaps.length - reasons.length} more` : ''
  const nature = statSync(path).isFile() ? 'is neither a ztnet snapshot nor describe JSON' : 'holds no describe JSON'
  const message = `${path} ${nature}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}${more}`}`
  const hint = 'Put the output of `aws ec2 describe-vpcs`, `describe-subnets` and so on into it, one file per call.'
  const at = gaps[0]?.source
  return new ZtnetError('SNAPSHOT_EMPTY', message, { hint, place: { file: path, ...(at === undefined ? {} : { at }) } })
}
