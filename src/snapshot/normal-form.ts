/** Writes a value as JSON in one way only, so that the same facts give the same bytes whichever tool spelled them: the AWS CLI, an
 *  SDK or boto3. Keys are sorted; a field that is null or empty is left out, as one that is missing; instants are ISO 8601 in UTC. */
import { byCodeUnit } from '../collections.ts'
import { isRecord } from './shape.ts'

/** One line of JSON. A field whose value says nothing is left out, also where that empties the object around it; the elements of a
 *  list stay, because their places mean something. */
export function normalForm(value: unknown): string {
  return saying(value, '') ?? (Array.isArray(value) ? '[]' : isRecord(value) ? '{}' : (JSON.stringify(value) ?? 'null'))
}

/** What the field `name` says, or `undefined` where that is nothing. */
function saying(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return JSON.stringify(bearsInstant.test(name) ? instant(value) : value)
  if (Array.isArray(value)) return value.length === 0 ? undefined : `[${value.map(normalForm).join(',')}]`
  if (!isRecord(value)) return JSON.stringify(value)
  let fields = ''
  for (const key of Object.keys(value).sort(byCodeUnit)) {
    const field = saying(value[key], key)
    if (field !== undefined) fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${field}`
  }
  return fields === '' ? undefined : `{${fields}}`
}

// Names of fields that hold instants (CreateTime, CreationTimestamp, LastStatusChange, LastModified). Tags are safe from this: their
// keys stand in `Key`, their values in `Value`.
const bearsInstant = /(?:Time|Date|Timestamp|Change|Modified)$/
const spelledInstant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/

/** `2020-05-01 19:33:52+00:00` (boto3), `2020-05-01T19:33:52.000Z` (SDKs) and `2020-05-01T19:33:52+00:00` (CLI) are one instant. */
function instant(spelled: string): string {
  if (!spelledInstant.test(spelled)) return spelled
  const time = Date.parse(spelled.replace(' ', 'T').replace(/([+-]\d\d):?(\d\d)$/, '$1:$2'))
  return Number.isNaN(time) ? spelled : new Date(time).toISOString().replace('.000Z', 'Z')
}
