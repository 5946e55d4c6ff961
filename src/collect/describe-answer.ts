/** One answer of AWS as facts: its records checked, and everything in it that is cut off, malformed, refused or not understood named
 *  with file and JSON path. Which account asked, and in which region, is not known here. */
import { idOf, resourceSchemas, type Kind } from '../snapshot/schema.ts'
import { admit, isRecord, joinPath, type RecordShape } from '../snapshot/shape.ts'
import type { Gap } from '../snapshot/snapshot.ts'
import {
  besides,
  callOf,
  continuations,
  whyPassedOver,
  type Answer,
  type Intake,
  type Kinds,
} from './describe-calls.ts'
import { iamAction, type Service } from './aws/row.ts'
import { kindsAskedBy } from './aws/rows.ts'
import { isAccount, ownerIn } from './places.ts'
import { withoutWithheld } from './withheld.ts'

export interface Found {
  readonly kind: Kind
  readonly id: string
  readonly raw: Answer
  /** JSON path in the file, or that of the list whose element `index` it is. */
  readonly within: string
  readonly index: number | undefined
  /** The account that owns it, where the record or the answer says so. */
  readonly owner: string | undefined
}

/** The JSON path of a record, written out only where it is needed: there are many records. */
export function pathOf({ within, index }: Pick<Found, 'within' | 'index'>): string {
  return index === undefined ? within : `${within}[${index}]`
}

/** A record that bears the id of its parent, which the answer does not name. */
export interface Nameless {
  readonly kinds: Kinds
  readonly raw: Answer
}

export interface Facts {
  readonly found: Found[]
  readonly nameless: Nameless[]
  /** Kinds of which the answer lists all resources. */
  readonly lists: Set<Kind>
  /** Kinds of which it lists all resources of one parent; `undefined` where it does not say which. */
  readonly listsOf: { readonly kind: Kind; readonly parent: string | undefined }[]
  /** Resources that are named here and described elsewhere. */
  readonly listed: { readonly kind: Kind; readonly id: string; readonly at: string }[]
  /** Kinds of which something is missing: the list was cut off, or a record is malformed. */
  readonly lacking: Set<Kind>
  /** Whether the answer ends before all was told: a token asks for more, or the call failed on the way. */
  isCutShort: boolean
  /** Gaps with a kind want account and region, which the folder tells. */
  readonly gaps: Gap[]
  /** What was passed over, with the reason. */
  readonly passedOver: { readonly what: string; readonly why: string }[]
  /** The account that asked, where the answer tells. */
  reader: string | undefined
  /** What a collector says of its run. */
  collection: CollectionNote | undefined
  /** Whether any part of it was an answer that ztnet reads. */
  understood: boolean
}

export function noFacts(): Facts {
  return {
    found: [],
    nameless: [],
    lists: new Set(),
    listsOf: [],
    listed: [],
    lacking: new Set(),
    isCutShort: false,
    gaps: [],
    passedOver: [],
    reader: undefined,
    collection: undefined,
    understood: false,
  }
}

/** The facts of one file. `file` is what messages call it. */
export function readAnswer(file: string, value: unknown): Facts {
  const facts = noFacts()
  const answer = unwrapped(value)
  if (!isRecord(answer)) {
    facts.gaps.push(notUnderstood(file, `is ${natureOf(answer)}, not the answer of a call`))
    return facts
  }
  if (isCollectionNote(answer)) {
    facts.collection = answer
    return facts
  }
  const failed = failures(file, answer)
  facts.isCutShort = failed.length > 0
  for (const gap of failed) {
    facts.gaps.push(gap)
    if (gap.kind !== undefined) facts.lacking.add(gap.kind)
  }
  for (const kind of kindsNotOffered(answer)) {
    facts.understood = true
    facts.lists.add(kind)
  }
  const foreign = foreignFormats.find(({ is }) => is(answer))
  if (foreign !== undefined) {
    facts.gaps.push(notUnderstood(file, foreign.problem))
    return facts
  }
  const intake = intakeOf(file, facts)
  const unread = Object.keys(answer).filter((key) => !readKey(key, answer, facts, intake))
  if (unread.length > 0)
    facts.gaps.push(notUnderstood(file, `has parts that ztnet does not read: ${unread.join(', ')}`))
  if (!facts.understood && facts.gaps.length === 0 && facts.passedOver.length === 0) {
    if ('ResponseMetadata' in answer || '$metadata' in answer) {
      facts.passedOver.push({ what: 'answers of calls that change something', why: 'no facts inside' })
    } else facts.gaps.push(notUnderstood(file, 'holds nothing that ztnet reads'))
  }
  noteContinuation(file, answer, facts)
  return facts
}

const natureOf = (answer: unknown): string => {
  if (answer === null) return 'null'
  return Array.isArray(answer) ? 'a list' : `a ${typeof answer}`
}

/** A file of which nothing can be used. `problem` is the predicate of a sentence. */
export function notUnderstood(file: string, problem: string, at?: string): Gap {
  const source = at === undefined ? file : `${file}: ${at}`
  const message = `${file} ${problem}${at === undefined ? '' : ` (${at})`}`
  const remedy =
    'Replace it by the output of an `aws ... describe-*` call, with --output json and without --query, or take it out of the folder.'
  return { code: 'NOT_UNDERSTOOD', message, source, remedy }
}

/** A record that cannot be used: what was expected at a JSON path. */
export function malformed(file: string, kind: Kind, at: string, expected: string, got: string, id?: string): Gap {
  const source = at === '' ? file : `${file}: ${at}`
  const remedy = 'Run the call again; the rest of the file counts.'
  const message = `${source}: expected ${expected}, got ${got}`
  return { code: 'MALFORMED', message, kind, ...(id === undefined ? {} : { id }), source, remedy }
}

/** Whether it is known what stands under the key. */
function readKey(key: string, answer: Answer, facts: Facts, intake: Intake): boolean {
  if (besides.has(key)) return true
  const content = answer[key]
  const call = callOf(key, content)
  const why = whyPassedOver(key)
  if (call !== undefined) {
    const before = facts.gaps.length
    call.take(content, key, intake, answer)
    // Files of others have keys of the same name, with something else under them.
    facts.understood ||= facts.gaps.length === before || tellsAnything(facts)
  } else if (why !== undefined) facts.passedOver.push({ what: key, why })
  return call !== undefined || why !== undefined
}

function tellsAnything({ found, nameless, lists, listsOf, listed, reader }: Facts): boolean {
  return [found, nameless, listsOf, listed].some(({ length }) => length > 0) || lists.size > 0 || reader !== undefined
}

function intakeOf(file: string, facts: Facts): Intake {
  return {
    record(kind, raw, within, index, told) {
      const shape: RecordShape = resourceSchemas[kind].raw
      const misfit = admit(shape, raw)
      const id = told?.id ?? (isRecord(raw) ? idOf(kind, raw) : undefined)
      if (misfit === undefined && id !== undefined) {
        const record = withoutWithheld(kind, raw as Answer)
        const owner = isAccount(told?.owner) ? told.owner : ownerIn(kind, record, id)
        facts.found.push({ kind, id, raw: record, within, index, owner })
        return
      }
      const [field = ''] = resourceSchemas[kind].id
      const { at, expected, got } = misfit ?? { at: field, expected: 'string', got: 'nothing' }
      lack(kind, malformed(file, kind, joinPath(pathOf({ within, index }), at), expected, got, id))
    },
    nameless(kinds, raw) {
      facts.nameless.push({ kinds, raw })
    },
    lists(kind) {
      facts.lists.add(kind)
    },
    listsOf(kind, parent) {
      facts.listsOf.push({ kind, parent })
    },
    listed(kind, id, at) {
      facts.listed.push({ kind, id, at })
    },
    malformed(kind, at, expected, got) {
      lack(kind, malformed(file, kind, at, expected, got))
    },
    incomplete(kind, id, at) {
      lack(kind, incomplete(file, kind, at, id))
    },
    account(id) {
      facts.reader = id
    },
  }

  function lack(kind: Kind, gap: Gap): void {
    facts.lacking.add(kind)
    facts.gaps.push(gap)
  }
}

/** A list with a token for its next page was not read to its end. */
function noteContinuation(file: string, answer: Answer, facts: Facts): void {
  const token = continuations.find((name) => typeof answer[name] === 'string' && answer[name] !== '')
  if (token === undefined) return
  facts.isCutShort = true
  const listed = [
    ...facts.lists,
    ...facts.listsOf.map(({ kind }) => kind),
    ...facts.nameless.flatMap(({ kinds }) => Object.values(kinds)),
  ]
  for (const kind of new Set(listed)) {
    facts.lacking.add(kind)
    facts.gaps.push(incomplete(file, kind, token))
  }
}

function incomplete(file: string, kind: Kind, at: string, id?: string): Gap {
  const message = `${file}: the list was cut short, more remain (${at})`
  const remedy = 'Run the call without a limit on the number of results, or follow its token to the end.'
  return { code: 'INCOMPLETE', message, kind, ...(id === undefined ? {} : { id }), source: `${file}: ${at}`, remedy }
}

/** A call that AWS refused or that failed, as boto3 and recorders keep it: one gap for each kind that it would have told of. What was
 *  read before it failed stands beside it. A collector says which call it was. */
function failures(file: string, answer: Answer): readonly Gap[] {
  const error = answer['Error']
  if (!isRecord(error) || typeof error['Code'] !== 'string') return []
  const said = typeof error['Message'] === 'string' && error['Message'] !== '' ? `: ${error['Message']}` : ''
  const code = isDenial(error['Code']) ? 'ACCESS_DENIED' : 'CALL_FAILED'
  const call = notedCall(answer['Call'])
  if (call === undefined) {
    const message = `${file} holds the refusal of a call, ${error['Code']}${said}`
    const remedy =
      code === 'ACCESS_DENIED' ? 'Allow the call to the role that collects, and run it again.' : 'Run the call again.'
    return [{ code, message, source: file, remedy }]
  }
  const { service, operation, account, region, about } = call
  const action = iamAction({ service: service as Service, call: operation })
  const where = `account ${account}${region === undefined ? '' : `, ${region}`}`
  const message = `${where}: ${action}${about === undefined ? '' : ` of ${about}`} ${code === 'ACCESS_DENIED' ? 'was denied' : 'failed'} (${error['Code']}${said})`
  const gap: Gap = {
    code,
    message,
    account,
    ...(region !== undefined && { region }),
    ...(about !== undefined && { id: about }),
    source: file,
    remedy: remedyFor(error['Code'], action),
  }
  const kinds = kindsAskedBy(service, operation)
  return kinds.length === 0 ? [gap] : kinds.map((kind) => ({ ...gap, kind }))
}

function isDenial(code: string): boolean {
  return /AccessDenied|Unauthorized|Forbidden|NotAuthorized|OptInRequired|AuthFailure/.test(code)
}

function remedyFor(code: string, action: string): string {
  if (isDenial(code) && action === 'sts:AssumeRole') {
    return 'Make the role in that account (ztnet collect --print-policy stackset) and let it trust who collects.'
  }
  if (isDenial(code)) {
    return `Allow ${action} to the role that collects (ztnet collect --print-policy shows all it needs), and collect again.`
  }
  if (/Expired/.test(code)) return 'Renew the credentials, and collect again with --resume.'
  return 'Collect again with --resume: calls that succeeded are not asked again.'
}

/** Of what AWS does not have in a region there is nothing: a collector says so, with the call. */
function kindsNotOffered(answer: Answer): readonly Kind[] {
  const call = isRecord(answer['NotOffered']) ? notedCall(answer['Call']) : undefined
  return call === undefined ? [] : kindsAskedBy(call.service, call.operation)
}

/** A call that gave no answer, as a collector notes it (`aws/ask.ts`). */
interface NotedCall {
  readonly service: string
  readonly operation: string
  readonly account: string
  readonly region: string | undefined
  readonly about: string | undefined
}

function notedCall(call: unknown): NotedCall | undefined {
  if (!isRecord(call)) return undefined
  const { Service: service, Operation: operation, Account: account, Region: region, About: about } = call
  if (typeof service !== 'string' || typeof operation !== 'string' || typeof account !== 'string') return undefined
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { service, operation, account, region: textOf(region), about: textOf(about) }
}

/** What a collector leaves beside the answers of a run. */
export interface CollectionNote {
  /** ISO 8601, UTC. */
  readonly collectedAt: string
  readonly excludeEphemeral?: unknown
}

function isCollectionNote(answer: Answer): answer is Answer & CollectionNote {
  return answer['format'] === 'ztnet-collection' && typeof answer['collectedAt'] === 'string'
}

const foreignFormats: readonly { readonly is: (answer: Answer) => boolean; readonly problem: string }[] = [
  {
    is: (answer) => 'format_version' in answer && ('planned_values' in answer || 'values' in answer),
    problem: 'is a Terraform plan or state, not the answer of a call',
  },
  {
    is: (answer) => 'terraform_version' in answer && 'resources' in answer,
    problem: 'is a Terraform state, not the answer of a call',
  },
  {
    is: (answer) => 'AWSTemplateFormatVersion' in answer || (isRecord(answer['Resources']) && !('Vpcs' in answer)),
    problem: 'is a CloudFormation template, not the answer of a call',
  },
  {
    is: (answer) => answer['format'] === 'ztnet-snapshot',
    problem: 'is a ztnet snapshot; name it directly instead of its folder',
  },
]

/** The answer inside the envelope `{"status_code", "data"}` of a recorded session (placebo), its dates spelled as text. */
function unwrapped(value: unknown): unknown {
  if (!isRecord(value) || typeof value['status_code'] !== 'number' || !isRecord(value['data'])) return value
  return withDates(value['data'])
}

function withDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDates)
  if (!isRecord(value)) return value
  if (value['__class__'] !== 'datetime') {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withDates(field)]))
  }
  const part = (name: string) => (typeof value[name] === 'number' ? value[name] : 0)
  const millisecond = Math.floor(part('microsecond') / 1000)
  const time = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
    millisecond,
  )
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
