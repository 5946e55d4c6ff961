/** What stands between ztnet and moto: it cuts the answers of EC2 into pages, as AWS does and moto does not, answers in the wire format of
 *  a service what moto lacks, and breaks what a test wants broken. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { emptyAnswer, errorBody, pageOf } from './wire.ts'

/** One request, as far as a test cares. */
export interface Call {
  readonly service: string
  readonly region: string
  readonly accessKey: string
  /** `DescribeVpcs`; of REST services method and path. */
  readonly operation: string
  /** The parameters of a query. */
  readonly parameters: URLSearchParams
  /** The same of services that speak JSON, as text. */
  readonly body: string
  /** How often this was asked before, by this key, in this region, of this page. */
  readonly times: number
}

export type Effect =
  /** Refused by the service, in its own wire format. */
  | { readonly error: string; readonly status?: number; readonly message?: string }
  /** The connection ends without an answer. */
  | 'reset'
  /** No answer comes as long as anybody waits. */
  | 'hold'
  /** The answer ends in the middle, and the connection with it. */
  | 'cut'
  /** The answer ends in the middle, and says that this is all of it. */
  | 'shortened'
  /** Answered here. */
  | { readonly body: string; readonly type?: string }

export type Fault = (call: Call) => Effect | undefined

/** Lets a call wait for something, and then go on. */
type Delay = (call: Call) => Promise<undefined>

export interface Proxy {
  readonly url: string
  /** What has been asked since it was last emptied. */
  readonly calls: Call[]
  /** The first that gives an effect counts. Replaced by each test. */
  faults: readonly (Fault | Delay)[]
  /** What moto answers otherwise than AWS would, and what AWS would. */
  corrections: readonly (readonly [string, string])[]
  /** No page of EC2 holds more than this. */
  pageSize: number
  reset(): void
  stop(): Promise<void>
}

export const startProxy = async (target: string, standIn: Fault): Promise<Proxy> => {
  const seen = new Map<string, number>()
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    faults: [],
    corrections: [],
    pageSize: 1000,
    reset() {
      this.calls.length = 0
      this.faults = []
      this.pageSize = 1000
      seen.clear()
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await whole(incoming)
    const call = callOf(incoming, body)
    proxy.calls.push(call)
    const effect = await first([...proxy.faults, standIn], call)
    if (effect === 'hold') return
    if (effect === 'reset') return void incoming.socket.destroy()
    if (typeof effect === 'object' && 'error' in effect) {
      const { text, headers } = errorBody(call.service, effect)
      return void outgoing.writeHead(effect.status ?? 400, headers).end(text)
    }
    if (typeof effect === 'object')
      return void outgoing.writeHead(200, { 'content-type': effect.type ?? 'text/xml' }).end(effect.body)
    const answer = await forwarded(incoming, withoutPages(call, body))
    if (answer.status >= 500 || answer.status === 404 || isNotImplemented(answer)) {
      const { text, type } = emptyAnswer(call)
      return void outgoing.writeHead(200, { 'content-type': type }).end(text)
    }
    const text =
      call.service === 'ec2' ? pageOf(asInAws(call, answer.text), call.parameters, proxy.pageSize) : answer.text
    if (effect === undefined) return void outgoing.writeHead(answer.status, { 'content-type': answer.type }).end(text)
    const half = text.slice(0, Math.floor(text.length / 2))
    if (effect === 'shortened') return void outgoing.writeHead(answer.status, { 'content-type': answer.type }).end(half)
    outgoing.writeHead(answer.status, { 'content-type': answer.type, 'content-length': Buffer.byteLength(text) })
    outgoing.write(half, () => incoming.socket.destroy())
  }

  /** moto attaches interfaces to instances alone; those of services are in use as well. */
  function asInAws({ operation }: Call, text: string): string {
    const corrected = proxy.corrections.reduce((all, [wrong, right]) => all.replaceAll(wrong, right), text)
    return operation === 'DescribeNetworkInterfaces'
      ? corrected.replaceAll('<status>available</status>', '<status>in-use</status>')
      : corrected
  }

  function callOf(incoming: IncomingMessage, body: string): Call {
    const [, accessKey = '', , region = '', service = ''] =
      /Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? []
    const parameters = new URLSearchParams(body.startsWith('Action=') || body.includes('&Action=') ? body : '')
    const named = String(incoming.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1)
    const path = String(incoming.url).split('?')[0]
    const operation =
      parameters.get('Action') ?? (named === '' || named === undefined ? `${incoming.method} ${path}` : named)
    const key = [accessKey, region, service, operation, body].join(' ')
    const times = seen.get(key) ?? 0
    seen.set(key, times + 1)
    return { service, region, accessKey, operation, parameters, body, times }
  }

  function forwarded(incoming: IncomingMessage, body: string): Promise<Forwarded> {
    return new Promise((resolve, reject) => {
      const { host: _, ...others } = incoming.headers
      const headers = { ...others, 'content-length': Buffer.byteLength(body) }
      const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (response) => {
        whole(response).then(
          (text) =>
            resolve({
              status: response.statusCode ?? 500,
              type: response.headers['content-type'] ?? 'text/xml',
              text,
            }),
          reject,
        )
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

interface Forwarded {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Pages are cut here: of some calls moto has its own, with other tokens, and breaks down over others. */
const withoutPages = ({ service }: Call, body: string): string =>
  service === 'ec2' ? body.replaceAll(/&(?:MaxResults|NextToken)=[^&]*/g, '') : body

/** moto says so in HTML, or with a status of its own. */
const isNotImplemented = ({ type, text }: Forwarded): boolean =>
  type.startsWith('text/html') && text.startsWith('<!doctype')

const first = async (faults: readonly (Fault | Delay)[], call: Call): Promise<Effect | undefined> => {
  for (const fault of faults) {
    const effect = await fault(call)
    if (effect !== undefined) return effect
  }
  return undefined
}

const whole = async (stream: AsyncIterable<unknown>): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
