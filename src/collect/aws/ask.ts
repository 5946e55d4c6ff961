/** One call with all its pages, as the document that a folder of answers would hold. Whatever goes wrong is in the document as well. */
import { setTimeout as pause } from 'node:timers/promises'
import { isRecord } from '../../snapshot/shape.ts'
import type { Answer } from '../describe-calls.ts'
import type { Clients } from './clients.ts'
import { isNotOffered } from './not-offered.ts'
import type { Asked, Input, Row } from './row.ts'
import { searchRoutes } from './transit-gateway-routes.ts'

interface Place {
  readonly account: string
  readonly region: string
}

/** Which call it was, in the document of one that gave no answer. */
export interface AskedCall {
  readonly Service: Row['service']
  readonly Operation: string
  readonly Account: string
  readonly Region: string
  /** The object that it was about. */
  readonly About?: string
}

/** The answer, pages joined. Where the call failed it has `Error` and `Call`, beside what was read before; where AWS does not have it in
 *  the region, `NotOffered` and `Call`. Never throws what AWS says. */
export async function ask(clients: Clients, row: Row, asked: Asked | undefined, place: Place): Promise<Answer> {
  const input = { ...row.input, ...asked?.input }
  const read: Answer[] = []
  try {
    const send = (more: Input) => sendPatiently(clients, row, { ...input, ...more })
    if (row.call === 'SearchTransitGatewayRoutes') return withoutMetadata(await searchRoutes(send))
    await eachPage(row, send, (answer) => read.push(answer))
    return joined(row, read)
  } catch (error) {
    if (isDefect(error)) throw error
    const { service: Service, call: Operation } = row
    const Call: AskedCall = {
      Service,
      Operation,
      Account: place.account,
      Region: place.region,
      ...(asked?.id !== undefined && { About: asked.id }),
    }
    if (read.length === 0 && (await isNotOffered(error, row)))
      return { ...(row.single !== true && { [row.key]: [] }), Call, NotOffered: told(error) }
    return { ...(read.length > 0 && joined(row, read)), Call, Error: told(error) }
  }
}

/** Whether a document says that its call failed. */
export function hasFailed(answer: Answer): boolean {
  return isRecord(answer['Error']) && isRecord(answer['Call'])
}

/** Whether a document says that AWS does not have the call in the region. */
export function isAbsent(answer: Answer): boolean {
  return isRecord(answer['NotOffered']) && isRecord(answer['Call'])
}

/** What AWS, or the way to it, said: without what differs from call to call. */
export function told(error: unknown): { readonly Code: string; readonly Message: string } {
  if (isGarbled(error))
    return { Code: 'GarbledAnswer', Message: 'what was answered is cut off, or not of this service' }
  const { name = 'Error', message = '', code } = error as { name?: string; message?: string; code?: unknown }
  const isPlain = name === 'Error' || name === 'TypeError'
  return {
    Code: isPlain && typeof code === 'string' ? code : name,
    Message: message
      .replace(/\s*Encoded authorization failure message: \S+/, '')
      .replace(/\s*\(?(?:Service|Request ?ID|RequestId): .*$/i, '')
      .replace(/\s*Deserialization error: to see the raw response.*$/s, '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 400),
  }
}

async function eachPage(
  row: Row,
  send: (more: Input) => Promise<Answer>,
  take: (answer: Answer) => void,
): Promise<void> {
  const { pages } = row
  let token: unknown
  do {
    const answer: Answer = await send(
      pages === undefined ? {} : { [pages.size]: pages.most, ...(token !== undefined && { [pages.token]: token }) },
    )
    take(answer)
    const next = pages === undefined ? undefined : answer[pages.next]
    if (next !== undefined && next === token) throw new GarbledAnswer('the same page was offered again')
    token = next === '' || next === null ? undefined : next
  } while (token !== undefined)
}

function joined(row: Row, answers: readonly Answer[]): Answer {
  const [first = {}] = answers
  if (row.single) return withoutMetadata(first)
  const lists = answers.map((answer) => answer[row.key]).filter((list) => Array.isArray(list))
  const { [row.pages?.next ?? '']: _, ...rest } = withoutMetadata(first)
  return { ...rest, [row.key]: lists.flat() }
}

function withoutMetadata(answer: Answer): Answer {
  const { $metadata: _, ...rest } = answer
  return rest
}

/** What the SDK does not try again: credentials that ended sooner than they said, and an answer that was cut off on its way. */
async function sendPatiently(clients: Clients, row: Row, input: Input): Promise<Answer> {
  let isRenewed = false
  for (let attempt = 1; ; attempt++) {
    const { generation } = clients
    try {
      return await clients.send(row.service, row.call, input)
    } catch (error) {
      const isExpired = hasExpired(error)
      if (isExpired ? isRenewed : !isGarbled(error) || attempt > GARBLED_ATTEMPTS) throw error
      if (isExpired) {
        isRenewed = true
        clients.renew(generation)
      } else await pause(100 * 2 ** attempt * Math.random())
    }
  }
}

const GARBLED_ATTEMPTS = 4

class GarbledAnswer extends Error {
  override readonly name = 'GarbledAnswer'
}

function hasExpired(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/.test(error.name)
  )
}

/** The SDK complains of JSON and XML that it cannot read in the words of its parsers. */
function isGarbled(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof GarbledAnswer) return true
  return error instanceof Error && /XML parse error|\$responseBodyText|Unclosed|Unexpected end/.test(error.message)
}

/** A mistake of ours is no answer of AWS. The SDK's own errors know of the request, those of the system have a code. */
function isDefect(error: unknown): boolean {
  return error instanceof TypeError && !('$metadata' in error) && !('code' in error)
}
