/** Where findings and resources stand, for formats that show findings beside code: in files that readers of results have, by names relative to
 *  the working directory. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, relative } from 'node:path'
import type { CheckResult } from '../checks/findings.ts'
import { callOf } from '../collect/describe-calls.ts'
import { fileTree } from '../collect/file-tree.ts'
import { namesRevision } from '../collect/git-revision.ts'
import type { Finding } from '../policy/finding.ts'
import type { Span } from '../policy/written.ts'
import { resourceSchemas } from '../snapshot/schema.ts'
import { type Keys, visitTexts } from './json-texts.ts'
import { warn } from './output.ts'
import { POLICY_FILE } from './policy-choice.ts'

interface SnapshotPlaces {
  /** Where a resource is named in its record; undefined for one that no file names. */
  readonly of: (id: string) => Span | undefined
  /** Where the whole starts. */
  readonly start: Span
}

/** `snapshot`: the file or folder in which findings stand whose rule is in no file that readers have; without it, these stand nowhere. */
export const besideCode = (
  result: CheckResult,
  snapshot?: string,
): { readonly result: CheckResult; readonly placeOf?: SnapshotPlaces['of'] } => {
  let known: SnapshotPlaces | undefined
  const places = (path: string): SnapshotPlaces => (known ??= placesIn(path, result))
  const placed = (finding: Finding): Finding => {
    const { place } = finding
    if (place && (isWithin(place.file) || snapshot === undefined || !isWithin(snapshot)))
      return { ...finding, place: { ...place, file: nameOf(place.file) } }
    return snapshot === undefined ? finding : { ...finding, place: placeOfFinding(places(snapshot), finding) }
  }
  const findings = result.findings.map(placed)
  const lost = findings.flatMap(({ place }) => (place && !existsSync(place.file) ? [place.file] : []))
  if (lost.length > 0)
    warn(`${[...new Set(lost)].join(', ')} lies outside of the working directory: no reader finds it`)
  return {
    result: {
      ...result,
      findings,
      suppressed: result.suppressed.map((each) => ({ ...each, finding: placed(each.finding) })),
    },
    ...(snapshot !== undefined && isWithin(snapshot) && { placeOf: (id) => places(snapshot).of(id) }),
  }
}

/** Lines are not looked for in larger files: V8 holds no text of half a gigabyte. */
const LARGEST = 200_000_000

/** `named`: the snapshot, a file or a folder, or one of a revision, which is shown where it is now. */
export const placesIn = (named: string, result: CheckResult): SnapshotPlaces => {
  const path = !existsSync(named) && namesRevision(named) ? named.slice(named.indexOf(':') + 1) : named
  const wanted = idsIn(result)
  const found = new Map<string, Found>()
  const files = readable(path)
  for (const file of files) noteIn(file, wanted, found)
  return {
    of: (id) => found.get(id)?.place,
    start: firstLineOf(nameOf(files[0] ?? path)),
  }
}

/** The first thing of a finding that stands in the snapshot: its first cause, else what it is about. */
const placeOfFinding = ({ of, start }: SnapshotPlaces, finding: Finding): Span =>
  idsOf(finding)
    .map(of)
    .find((place) => place !== undefined) ?? start

const idsIn = ({ findings, suppressed }: CheckResult): ReadonlySet<string> =>
  new Set(
    [...findings, ...suppressed.map(({ finding }) => finding)].flatMap((finding) => [
      ...idsOf(finding),
      ...(finding.witness?.forward ?? []).map(({ resource }) => resource),
    ]),
  )

const idsOf = ({ causes, resource, witness }: Finding): readonly string[] =>
  [causes[0]?.resource, resource?.id, witness?.to.id, witness?.from.id].filter((id) => id !== undefined)

/** Where a file has the record of a resource; until a file has it, where it is named first. */
const noteIn = (file: string, wanted: ReadonlySet<string>, found: Map<string, Found>): void => {
  const name = nameOf(file)
  visitTexts(textOf(file), wanted, (id, { line, column }, keys) => {
    const known = found.get(id)
    if (known?.isRecord === true) return
    const isRecord = namesRecord(keys())
    if (known === undefined || isRecord)
      found.set(id, {
        place: { file: name, line, column, endLine: line, endColumn: column + id.length + 2 },
        isRecord,
      })
  })
}

/** Nothing of what cannot be read: that is a gap of the snapshot already, and no place of anything. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

interface Found {
  readonly place: Span
  readonly isRecord: boolean
}

/** Whether the field to which these keys lead names a record: that of a snapshot, or one in the answer of a call. */
const namesRecord = (keys: Keys): boolean => {
  const [field, list = '', ...outer] = keys.toReversed()
  if (field === undefined || outer.some((key) => !AROUND_LISTS.has(key))) return false
  if (list === 'resources') return field === 'id'
  return callOf(list, [])?.kinds.some((kind) => resourceSchemas[kind].id.some((each) => each === field)) ?? false
}

/** Keys around lists of records: reservations hold instances, some tools wrap listeners of a load balancer, and others the whole answer. */
const AROUND_LISTS: ReadonlySet<string> = new Set(['Reservations', 'LoadBalancerListeners', 'data'])

const firstLineOf = (file: string): Span => ({ file, line: 1, column: 1, endLine: 1, endColumn: 2 })

/** Where findings stand whose rule is in no file, and which no snapshot shows. */
export const WITHOUT_PLACE = firstLineOf(POLICY_FILE)

/** Says on stderr which files are too large. */
const readable = (path: string): readonly string[] => {
  if (!existsSync(path)) return []
  const files = fileTree(path).files.map((file) => file.path)
  return files.filter((file) => file.endsWith('.json')).filter((file) => isReadable(file))
}

const isReadable = (file: string): boolean => {
  if (statSync(file).size <= LARGEST) return true
  warn(
    `${nameOf(file)} is too large to look for lines in it: findings about it stand at the start; for lines, ask about a folder of smaller files, such as ztnet collect --dump leaves`,
  )
  return false
}

const fromHere = (path: string): string => relative(process.cwd(), path).replaceAll('\\', '/')

const isWithin = (path: string): boolean => !/^(\.\.(\/|$)|\/|[a-zA-Z]:)/.test(fromHere(path))

/** What lies elsewhere is called by its last name: no reader of results follows a way out of the repository. */
const nameOf = (path: string): string => (isWithin(path) && fromHere(path) !== '' ? fromHere(path) : basename(path))
