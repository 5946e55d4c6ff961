/** The text of a snapshot: valid JSON, laid out with one resource a line and sorted, so that a diff of two snapshots reads well and
 *  a file beyond the longest string of V8 can be read line by line. Pure: which file the text is in is known by `collect`.
 *
 *      {"format":"ztnet-snapshot","version":1,"collectedAt":"2026-01-31T12:00:00Z",
 *      "coverage":[
 *      {"kind":"vpc","account":"123456789012","region":"us-east-1"}
 *      ],
 *      "gaps":[
 *      ],
 *      "resources":[
 *      {"kind":"vpc","account":"123456789012","region":"us-east-1","id":"vpc-1","raw":{"CidrBlock":"10.0.0.0/16","VpcId":"vpc-1"}}
 *      ]} */
import { byCodeUnit } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { normalForm } from './normal-form.ts'
import { idOf, resourceSchemas, type Kind } from './schema.ts'
import { admit, isRecord, joinPath, record, text, typeName, type RecordShape } from './shape.ts'
import type { Coverage, Gap, Resource, Snapshot } from './snapshot.ts'

/** The lines of a snapshot file, without line ends. The same facts give the same lines, in whatever order they are held. */
export function* formatSnapshotLines(snapshot: Snapshot): Generator<string> {
  const collectedAt = snapshot.collectedAt === undefined ? '' : `"collectedAt":${JSON.stringify(snapshot.collectedAt)},`
  yield `{"format":"${formatName}","version":${formatVersion},${collectedAt}`
  yield '"coverage":['
  yield* elements(sorted(snapshot.coverage, compareCoverage), (covered) => fieldsInOrder(covered, coverageFields))
  yield '],'
  yield '"gaps":['
  yield* elements(sorted(snapshot.gaps, compareGaps), (gap) => fieldsInOrder(gap, gapFields))
  yield '],'
  yield '"resources":['
  yield* elements(sorted(snapshot.resources, compareResources), resourceLine)
  yield ']}'
}

/** Reads what `formatSnapshotLines` wrote. `file` is named in errors.
 *  @throws ZtnetError naming line and field of what is not a snapshot, is cut off, malformed or of a newer version. */
export function parseSnapshotLines(lines: Iterable<string>, file?: string): Snapshot {
  const reader = snapshotLineReader(file)
  for (const line of lines) reader.line(line)
  return reader.end()
}

/** The same, given one line at a time: for files that are read in pieces. */
export function snapshotLineReader(file?: string): { line(line: string): void; end(): Snapshot } {
  let header: Header | undefined
  let section: SectionName | undefined
  let ended = false
  let count = 0
  const collected = collector(file)
  return { line: readLine, end }

  function readLine(line: string): void {
    count++
    const at = `line ${count}`
    const written = line.trim()
    if (written === '') return
    if (header === undefined) header = admitHeader(parseLine(written.replace(/,$/, '}'), at), file)
    else if (section === undefined) section = sectionOpened(written, at)
    else if (written === '],') section = undefined
    else if (written === ']}') ended = true
    else collected[section](parseLine(written.replace(/,$/, ''), at), at)
  }

  function sectionOpened(written: string, at: string): SectionName {
    const name = /^"(coverage|gaps|resources)":\[$/.exec(written)?.[1]
    if (name === undefined) throw notASnapshot(`has no "coverage", "gaps" or "resources" at ${at}`, file, at)
    return name as SectionName
  }

  function parseLine(written: string, at: string): unknown {
    try {
      return JSON.parse(written)
    } catch (cause) {
      throw malformed(`is not valid JSON at ${at}: it is cut off or was edited`, file, at, cause)
    }
  }

  function end(): Snapshot {
    if (header === undefined) throw notASnapshot('is empty', file)
    if (!ended) throw malformed(`ends at line ${count}, before its last resource: it is cut off`, file, `line ${count}`)
    return collected.snapshot(header)
  }
}

/** A snapshot given as one JSON value, for files that another tool laid out anew.
 *  @throws ZtnetError naming the field of what is not a snapshot, is malformed or of a newer version. */
export function parseSnapshotDocument(document: unknown, file?: string): Snapshot {
  const header = admitHeader(document, file)
  const collected = collector(file)
  for (const section of sectionNames) {
    const content = (document as Record<string, unknown>)[section]
    if (!Array.isArray(content)) {
      throw malformed(`has no list of ${section}: expected list, got ${typeName(content)}`, file, section)
    }
    for (let i = 0; i < content.length; i++) collected[section](content[i], `${section}[${i}]`)
  }
  return collected.snapshot(header)
}

/** By kind, account, region and id: the order in a file. */
function compareResources(a: Resource, b: Resource): number {
  return compareCoverage(a, b) || byCodeUnit(a.id, b.id)
}

const formatName = 'ztnet-snapshot'
const formatVersion = 1
const sectionNames = ['coverage', 'gaps', 'resources'] as const
type SectionName = (typeof sectionNames)[number]

const coverageFields = ['kind', 'account', 'region'] as const
const gapFields = ['code', 'message', 'kind', 'account', 'region', 'id', 'source', 'remedy'] as const

const coverageShape = record({ kind: text, account: text, region: text }, {})
const gapShape = record(
  { code: text, message: text },
  { kind: text, account: text, region: text, id: text, source: text, remedy: text },
)
const resourceShape = record({ kind: text, account: text, region: text, id: text }, {})

interface Header {
  readonly collectedAt?: string
}

function compareCoverage(a: Coverage, b: Coverage): number {
  return byCodeUnit(a.kind, b.kind) || byCodeUnit(a.account, b.account) || byCodeUnit(a.region, b.region)
}

function compareGaps(a: Gap, b: Gap): number {
  for (const field of gapFields) {
    const order = byCodeUnit(a[field] ?? '', b[field] ?? '')
    if (order !== 0) return order
  }
  return 0
}

/** In order, without a copy where it is so already: a file that ztnet wrote is. */
function sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  for (let i = 1; i < items.length; i++) {
    if (compare(items[i - 1] as T, items[i] as T) > 0) return [...items].sort(compare)
  }
  return items
}

function* elements<T>(items: readonly T[], written: (item: T) => string): Generator<string> {
  for (let i = 0; i < items.length; i++) yield written(items[i] as T) + (i + 1 < items.length ? ',' : '')
}

function fieldsInOrder<T>(value: T, names: readonly (keyof T & string)[]): string {
  const present = names.filter((name) => value[name] !== undefined)
  return `{${present.map((name) => `"${name}":${JSON.stringify(value[name])}`).join(',')}}`
}

function resourceLine(resource: Resource): string {
  const { kind, account, region, id } = resource
  const place = `"kind":"${kind}","account":${JSON.stringify(account)},"region":${JSON.stringify(region)}`
  return `{${place},"id":${JSON.stringify(id)},"raw":${normalForm(resource.raw)}}`
}

/** Takes the elements of the three sections, checks each, and makes the snapshot of them. */
function collector(file: string | undefined) {
  const coverage: Coverage[] = []
  const gaps: Gap[] = []
  const resources: Resource[] = []
  return {
    coverage(value: unknown, at: string): void {
      expectShape(coverageShape, value, at)
      const covered = value as Coverage
      if (isKind(covered.kind)) coverage.push(covered)
    },
    gaps(value: unknown, at: string): void {
      expectShape(gapShape, value, at)
      const { kind, ...rest } = value as Gap
      gaps.push(kind === undefined || !isKind(kind) ? rest : { ...rest, kind })
    },
    resources(value: unknown, at: string): void {
      expectShape(resourceShape, value, at)
      const resource = value as Resource
      if (!isKind(resource.kind)) return void gaps.push(unknownKind(resource, at))
      expectShape(resourceSchemas[resource.kind].raw, resource.raw, inside(at, 'raw'))
      expectSameId(resource, at)
      resources.push(resource)
    },
    snapshot(header: Header): Snapshot {
      const ordered = sorted(resources, compareResources)
      for (let i = 1; i < ordered.length; i++) expectDistinct(ordered[i - 1] as Resource, ordered[i] as Resource)
      return { version: formatVersion, ...header, coverage, gaps, resources: ordered }
    },
  }

  function expectShape(shape: RecordShape, value: unknown, at: string): void {
    const misfit = admit(shape, value)
    if (misfit === undefined) return
    const where = inside(at, misfit.at)
    throw malformed(`is malformed at ${where}: expected ${misfit.expected}, got ${misfit.got}`, file, where)
  }

  function expectSameId({ kind, id, raw }: Resource, at: string): void {
    const named = idOf(kind, raw)
    if (named === undefined || named === id) return
    throw malformed(`contradicts itself at ${at}: ${kind} ${id} holds the record of ${named}`, file, at)
  }

  function expectDistinct(a: Resource, b: Resource): void {
    if (compareResources(a, b) !== 0) return
    throw malformed(`holds ${a.kind} ${a.id} of account ${a.account} in ${a.region} twice`, file, a.id)
  }

  function unknownKind(resource: { kind: string; account: string; region: string; id: string }, at: string): Gap {
    const { kind, account, region, id } = resource
    const message = `${kind} ${id} is of a kind that this ztnet does not know`
    return { code: 'NOT_UNDERSTOOD', message, account, region, id, source: at, remedy: 'Update ztnet.' }
  }
}

function inside(at: string, path: string): string {
  return path !== '' && /^line \d+$/.test(at) ? `${at}: ${path}` : joinPath(at, path)
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(resourceSchemas, name)
}

function admitHeader(value: unknown, file: string | undefined): Header {
  if (!isRecord(value)) throw notASnapshot(`holds a ${typeName(value)} where its first record should be`, file)
  if (value['format'] !== formatName) throw notASnapshot('does not start as one', file)
  if (value['version'] !== formatVersion) throw otherVersion(value['version'], file)
  const collectedAt = value['collectedAt']
  if (collectedAt === undefined || collectedAt === null) return {}
  if (typeof collectedAt === 'string') return { collectedAt }
  throw malformed(`is malformed at collectedAt: expected string, got ${typeName(collectedAt)}`, file, 'collectedAt')
}

function otherVersion(found: unknown, file: string | undefined): ZtnetError {
  const newer = typeof found === 'number' && found > formatVersion
  const message = `${file ?? 'The text'} is a snapshot of version ${JSON.stringify(found) ?? 'unknown'}; this ztnet reads version ${formatVersion}`
  const hint = newer
    ? 'Update ztnet, or make the snapshot again with this one.'
    : 'Make the snapshot again: ztnet import <folder>.'
  return new ZtnetError('SNAPSHOT_VERSION', message, { hint, place: place(file, 'version') })
}

function notASnapshot(problem: string, file: string | undefined, at?: string): ZtnetError {
  const message = `${file ?? 'The text'} is not a ztnet snapshot: it ${problem}`
  const hint = 'Name a file that `ztnet import` wrote, or a folder of `aws ... describe-*` JSON.'
  return new ZtnetError('SNAPSHOT_FORMAT', message, { hint, place: place(file, at) })
}

function malformed(problem: string, file: string | undefined, at: string, cause?: unknown): ZtnetError {
  const hint = 'Make the snapshot again: ztnet import <folder> -o <file>.'
  return new ZtnetError('SNAPSHOT_MALFORMED', `${file ?? 'The snapshot'} ${problem}`, {
    hint,
    place: place(file, at),
    cause,
  })
}

function place(file: string | undefined, at: string | undefined) {
  return { ...(file === undefined ? {} : { file }), ...(at === undefined ? {} : { at }) }
}
