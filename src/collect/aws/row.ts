/** What one read call of AWS is to a collector, as data: which service, how its answer is paged, what it tells, who is asked about what.
 *  The IAM policy, the table in the documentation, the progress and the snapshot all come from these rows. Free of the SDK. */
import { createHash } from 'node:crypto'
import { kindsUnder, type Answer, type AnswerKey } from '../describe-calls.ts'
import type { Kind } from '../../snapshot/schema.ts'

/** As files name a service: as the AWS CLI does. */
export type Service =
  | 'directconnect'
  | 'ec2'
  | 'ecs'
  | 'efs'
  | 'eks'
  | 'elasticache'
  | 'elb'
  | 'elbv2'
  | 'lambda'
  | 'network-firewall'
  | 'networkmanager'
  | 'opensearch'
  | 'organizations'
  | 'rds'
  | 'redshift'
  | 'sts'
  | 'vpc-lattice'

export type Input = Readonly<Record<string, unknown>>

export interface Row {
  readonly service: Service
  /** The operation, as the API spells it: `DescribeVpcs`. */
  readonly call: string
  /** Where the answer holds what it tells. */
  readonly key: AnswerKey | PassedKey
  /** What it tells of, where the key alone leaves that open. */
  readonly kinds?: readonly Kind[]
  /** What is asked every time. */
  readonly input?: Input
  /** How its pages are asked for; absent where the whole answer comes at once. */
  readonly pages?: Pages
  /** Whether the answer holds one object under its key instead of a list. */
  readonly single?: boolean
  /** The region that answers for all: a global service. */
  readonly home?: string
  /** Asked once for each of what an earlier call of the same service found. */
  readonly per?: Per
  /** Only where an organization is collected. */
  readonly organization?: boolean
}

/** Lists of names that only say whom to ask about. */
type PassedKey = (typeof PASSED_KEYS)[number]
const PASSED_KEYS = ['clusterArns', 'taskArns', 'DomainNames', 'Regions', 'virtualGateways'] as const
const passedKeys: ReadonlySet<string> = new Set(PASSED_KEYS)

export interface Pages {
  /** The field of the answer with the token of the next page, and that of the request which takes it. */
  readonly next: string
  readonly token: string
  /** The field of the request for the size of a page, and the largest size allowed. */
  readonly size: string
  readonly most: number
}

export interface Per {
  /** The call whose answers tell of whom. */
  readonly after: string
  readonly asked: (answer: Answer, place: { readonly account: string }) => readonly Asked[]
  /** Whom to ask next, by what its own answers tell; each is asked once. */
  readonly onward?: (answer: Answer) => readonly Asked[]
}

/** One question about one object, or about a batch of them. */
export interface Asked {
  /** What tells its file from the others. */
  readonly about: string
  /** The object, where it is one. */
  readonly id?: string
  readonly input: Input
}

/** `ec2:DescribeVpcs`. */
export function iamAction({ service, call }: Pick<Row, 'service' | 'call'>): string {
  return `${iamPrefixes[service] ?? service}:${call}`
}

/** The kinds of resource that the answers of a row tell of. */
export function kindsOf({ key, kinds }: Row): readonly Kind[] {
  return kinds ?? (isPassedKey(key) ? [] : kindsUnder(key))
}

function isPassedKey(key: AnswerKey | PassedKey): key is PassedKey {
  return passedKeys.has(key)
}

/** `ec2.describe-vpcs`, with what it is about behind `__`: characters that file systems dislike are percent-encoded. */
export function documentName({ service, call }: Pick<Row, 'service' | 'call'>, about?: string): string {
  const words = call.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
  return `${service}.${words.toLowerCase()}${about === undefined ? '' : `__${spelledForFiles(about)}`}.json`
}

/** File systems end names at 255 bytes. Ids as long as that are named in the answers themselves. */
function spelledForFiles(about: string): string {
  const name = encodeURIComponent(about)
  return name.length <= 190
    ? name
    : `${name.slice(0, 160)}-${createHash('sha256').update(about).digest('hex').slice(0, 16)}`
}

const iamPrefixes: { readonly [S in Service]?: string } = {
  efs: 'elasticfilesystem',
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancing',
  opensearch: 'es',
}

// ---- how rows are written

export const nextToken = (most: number): Pages => ({ next: 'NextToken', token: 'NextToken', size: 'MaxResults', most })
export const nextTokenInCamelCase = (most: number): Pages => ({
  next: 'nextToken',
  token: 'nextToken',
  size: 'maxResults',
  most,
})
export const marker = (next: string, size: string, most: number): Pages => ({ next, token: 'Marker', size, most })

/** For each record of a list: `{ [field as]: its id }`. */
export function each(
  after: string,
  list: string,
  id: string,
  as: string = id,
  only?: (record: Answer) => boolean,
): Per {
  return {
    after,
    asked: (answer) =>
      recordsIn(answer, list)
        .filter((record) => typeof record[id] === 'string' && only?.(record) !== false)
        .map((record) => ({ about: record[id] as string, id: record[id] as string, input: { [as]: record[id] } })),
  }
}

/** For each name in a list of plain names. */
export function eachName(after: string, list: string, as: string): Per {
  return {
    after,
    asked: (answer) => namesIn(answer, list).map((name) => ({ about: name, id: name, input: { [as]: name } })),
  }
}

export function recordsIn(answer: Answer, list: string): readonly Answer[] {
  const records = answer[list]
  return Array.isArray(records) ? (records as readonly Answer[]) : []
}

export function namesIn(answer: Answer, list: string): readonly string[] {
  const names = answer[list]
  return Array.isArray(names) ? (names as readonly unknown[]).filter((name) => typeof name === 'string') : []
}

/** In order, at most `most` in each. */
export function batches<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most))
}
