/** One resource out of all the records that describe it: the same VPC as its owner and as a participant sees it. Knows which record
 *  counts first; nothing of files. */
import { append, byCodeUnit, type NonEmpty } from '../collections.ts'
import { normalForm } from '../snapshot/normal-form.ts'
import { resourceSchemas, type Kind } from '../snapshot/schema.ts'
import { isRecord, type RecordShape, type Shape } from '../snapshot/shape.ts'
import type { Gap, Resource } from '../snapshot/snapshot.ts'
import { isTagField } from '../snapshot/tags.ts'

/** Where a record was read. */
export interface Origin {
  /** The account that asked. */
  readonly reader: string
  /** File and JSON path. */
  readonly source: string
}

/** Joins the records of each resource. The owner's counts first; fields it lacks are filled from the others; where they contradict
 *  each other in what ztnet relies on, that is a gap. The outcome is in the order of a snapshot, whatever that of the records.
 *  @param sightings each record as the resource it describes, under the account that owns it, else that asked
 *  @param originOf of a sighting, by its index; asked for those alone that meet another */
export function merged(
  sightings: readonly Resource[],
  originOf: (index: number) => Origin,
): { readonly resources: Resource[]; readonly gaps: Gap[] } {
  const firstByKey = new Map<Kind, Map<string, number>>()
  /** By the first sighting of a resource, the others. */
  const meetings = new Map<number, number[]>()
  const firsts: number[] = []
  let kind: Kind | undefined
  let byKey = new Map<string, number>()
  let idIsKey = false
  for (let i = 0; i < sightings.length; i++) {
    const sighting = sightings[i] as Resource
    // records of a kind come in a row
    if (sighting.kind !== kind) {
      kind = sighting.kind
      byKey = firstByKey.get(kind) ?? new Map<string, number>()
      firstByKey.set(kind, byKey)
      idIsKey = isKeyById(kind)
    }
    const key = idIsKey ? sighting.id : keyOf(sighting)
    const first = byKey.get(key)
    if (first === undefined) {
      byKey.set(key, i)
      firsts.push(i)
    } else append(meetings, first, i)
  }
  const gaps: Gap[] = []
  const resources = firsts.map((first) => {
    const others = meetings.get(first)
    if (others === undefined) return sightings[first] as Resource
    return joined(
      [first, ...others].map((i): View => ({ ...(sightings[i] as Resource), ...originOf(i) })),
      gaps,
    )
  })
  return { resources: inOrder(resources), gaps }
}

/** By kind, account, region and id. As they were read they come in long rows that differ in the id alone. */
function inOrder(resources: readonly Resource[]): Resource[] {
  const rows = new Map<string, Resource[]>()
  let row: Resource[] = []
  let last: Resource | undefined
  for (const resource of resources) {
    const { kind, account, region } = resource
    if (last === undefined || kind !== last.kind || account !== last.account || region !== last.region) {
      const key = `${kind} ${account} ${region}`
      row = rows.get(key) ?? []
      rows.set(key, row)
    }
    row.push(resource)
    last = resource
  }
  const sorted = [...rows].sort(([a], [b]) => byCodeUnit(a, b))
  return sorted.flatMap(([, row]) => row.sort((a, b) => byCodeUnit(a.id, b.id)))
}

type View = Origin & Omit<Resource, 'raw'> & { readonly raw: Readonly<Record<string, unknown>> }

/** Whether the id alone tells the resources of a kind apart. */
function isKeyById(kind: Kind): boolean {
  const { unique, id: fields } = resourceSchemas[kind]
  return unique === 'everywhere' && fields.length <= 1 && kind !== 'transitGatewayAttachment'
}

function keyOf({ kind, id, account, region, raw }: Resource): string {
  const { unique, id: fields } = resourceSchemas[kind]
  // a peering between transit gateways is one id with two records, one for each side
  if (kind === 'transitGatewayAttachment') return `${id} ${raw.TransitGatewayId}`
  // a name that stands in for the id is unique in its place only
  const byName = (raw as Readonly<Record<string, unknown>>)[fields[0] as string] !== id
  return unique === 'place' || byName ? `${account} ${region} ${id}` : id
}

function joined(views: readonly View[], gaps: Gap[]): Resource {
  const [first, ...others] = ranking(views) as NonEmpty<View>
  const shape: RecordShape = resourceSchemas[first.kind].raw
  let raw = first.raw
  for (const other of others) {
    const contradicted = shape.names.filter((name, i) => {
      return !seenDifferently(name, first, other) && !agree(shape.shapes[i] as Shape, first.raw[name], other.raw[name])
    })
    if (contradicted.length > 0) gaps.push(contradiction(first, other, contradicted))
    raw = filled(raw, other.raw)
  }
  const { kind, account, region, id } = first
  return { kind, account, region, id, raw } as Resource
}

/** The best first: a whole answer before static routes alone, the owner's before others', then by account, region and content. */
function ranking(views: readonly View[]): readonly View[] {
  const rank = ({ raw, reader, account }: View) =>
    (raw['RoutesScope'] === 'static' ? 2 : 0) + (reader === account ? 0 : 1)
  return [...views].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      byCodeUnit(a.account, b.account) ||
      byCodeUnit(a.region, b.region) ||
      byCodeUnit(a.reader, b.reader) ||
      byCodeUnit(normalForm(a.raw), normalForm(b.raw)),
  )
}

/** Fields that two readers may see differently without contradiction: tags are not shared, and zone names are mapped per account
 *  (R-AZ-1); static routes are a part of all routes. */
function seenDifferently(name: string, a: View, b: View): boolean {
  if (isTagField(name)) return true
  if (a.raw['RoutesScope'] !== b.raw['RoutesScope']) return true
  return name === 'AvailabilityZone' && a.reader !== b.reader
}

/** Whether two values say the same in all that ztnet relies on. A missing one agrees with any. */
function agree(shape: Shape, a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined || a === b) return true
  if (shape.is === 'record' && isRecord(a) && isRecord(b)) {
    return shape.names.every((name, i) => agree(shape.shapes[i] as Shape, a[name], b[name]))
  }
  if (shape.is === 'table' && isRecord(a) && isRecord(b)) {
    return Object.keys(a).every((name) => agree(shape.of as Shape, a[name], b[name]))
  }
  if (shape.is !== 'list' || !Array.isArray(a) || !Array.isArray(b)) return false
  return sameElements(shape.of as Shape, a, b)
}

/** In any order: AWS promises none. */
function sameElements(shape: Shape, a: readonly unknown[], b: readonly unknown[]): boolean {
  const inOrder = (elements: readonly unknown[]) => {
    return elements
      .map((element) => ({ element, written: normalForm(reliedOn(shape, element)) }))
      .sort((x, y) => byCodeUnit(x.written, y.written))
  }
  const others = inOrder(b)
  return a.length === b.length && inOrder(a).every(({ element }, i) => agree(shape, element, others[i]?.element))
}

function reliedOn(shape: Shape, value: unknown): unknown {
  if (shape.is === 'list' && Array.isArray(value)) return value.map((element) => reliedOn(shape.of as Shape, element))
  if (shape.is === 'table' && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, reliedOn(shape.of as Shape, entry)]))
  }
  if (shape.is !== 'record' || !isRecord(value)) return value
  return Object.fromEntries(shape.names.map((name, i) => [name, reliedOn(shape.shapes[i] as Shape, value[name])]))
}

/** `first`, with what it lacks taken from `other`, at any depth of objects. An empty list is an answer, save that tags are hidden so. */
function filled(
  first: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = new Map(Object.entries(first))
  for (const [name, value] of Object.entries(other)) {
    const own = fields.get(name)
    const hidden = isTagField(name) && Array.isArray(own) && own.length === 0
    if (own === undefined || own === null || own === '' || hidden) fields.set(name, value)
    else if (isRecord(own) && isRecord(value)) fields.set(name, filled(own, value))
  }
  return Object.fromEntries(fields)
}

function contradiction(first: View, other: View, names: readonly string[]): Gap {
  const { kind, account, region, id } = first
  const differ = `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'}`
  const message = `${kind} ${id} is described twice, and ${differ}: ${first.source} counts, ${other.source} does not`
  const remedy = 'Collect all accounts at one time, and keep one file per call.'
  return { code: 'CONTRADICTION', message, kind, account, region, id, source: other.source, remedy }
}
