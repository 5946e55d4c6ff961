/** Tells receivers of events, again and again until they take them: a command, on its standard input, or a webhook. */
import { spawn } from 'node:child_process'
import pRetry, { AbortError } from 'p-retry'
import { warn } from './output.ts'
import type { Receiver, WatchFolder } from './watch-folder.ts'

export interface Receivers {
  readonly exec?: string
  readonly webhook?: string
}

/** How often one look tries, and how long it waits between: twice as long each time. */
export interface Patience {
  readonly retries: number
  /** Milliseconds. */
  readonly first: number
  readonly longest: number
}

/** Delivers what waits, oldest first, beginning nothing any more once `until` says so; what a receiver does not take stays for the next
 *  look, and those behind it too, unless it is refused for what it says. A command that was begun is only ended by `stop`. */
export const deliver = async (
  folder: WatchFolder,
  receivers: Receivers,
  patience: Patience,
  { stop, until = stop }: { readonly stop: AbortSignal; readonly until?: AbortSignal },
): Promise<void> => {
  const ways: readonly (readonly [Receiver, string | undefined, Tell])[] = [
    ['exec', receivers.exec, run],
    ['webhook', receivers.webhook, post],
  ]
  await Promise.all(
    ways.map(async ([receiver, target, tell]) => {
      if (target === undefined) return
      for (const { name, line } of folder.waiting(receiver)) {
        if (until.aborted) return
        const became = await told(receiver, () => tell(target, line, stop), patience, until)
        if (became === 'kept') return
        if (became === 'taken') folder.delivered(name)
      }
    }),
  )
}

type Tell = (target: string, line: string, signal: AbortSignal) => Promise<void>

/** What a receiver says of one event, and will say again. */
class Refused extends Error {}

/** `refused`: this one; others may be taken. */
type Became = 'taken' | 'kept' | 'refused'

const told = async (
  receiver: Receiver,
  tell: () => Promise<void>,
  { retries, first, longest }: Patience,
  signal: AbortSignal,
): Promise<Became> => {
  let attempt: Promise<Became> = Promise.resolve('kept')
  try {
    await pRetry(
      async () => {
        if (signal.aborted) throw new AbortError('stopped')
        const telling = tell()
        attempt = telling.then(
          () => 'taken',
          () => 'kept',
        )
        // A failure of any kind may pass: pRetry takes a TypeError for one of ours.
        await telling.catch((error: unknown) => {
          throw error instanceof Refused ? new AbortError(error) : new Error(messageOf(error))
        })
      },
      { retries, minTimeout: first, maxTimeout: longest, factor: 2, signal },
    )
    return 'taken'
  } catch (error) {
    // The signal does not wait for an attempt that is under way, and what it told must not be told again.
    if (signal.aborted) return attempt
    warn(`--${receiver} did not take the event: ${messageOf(error)}; it is kept and told again`)
    return error instanceof Refused ? 'refused' : 'kept'
  }
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message
}

const run: Tell = (command, line, signal) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(ENDLESS)]),
    })
    child.once('error', reject)
    child.once('close', (code, by) =>
      code === 0 ? resolve() : reject(new Error(`it ended with ${by ?? `exit status ${code}`}`)),
    )
    // A command that does not read its input is none the worse for it.
    child.stdin.on('error', () => {})
    child.stdin.end(`${line}\n`)
  })

/** Milliseconds until a command is given up, and until a webhook that says nothing is. */
const ENDLESS = 600_000
const SILENT = 15_000

const post: Tell = async (url, line, signal) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'ztnet' },
    body: line,
    signal: AbortSignal.any([signal, AbortSignal.timeout(SILENT)]),
  })
  await answer.arrayBuffer()
  if (answer.ok) return
  const problem = `HTTP status ${answer.status}`
  throw OF_CONTENT.has(answer.status) ? new Refused(problem) : new Error(problem)
}

/** Statuses that say something of what was posted (RFC 9110, section 15.5), and not of who posts, where, or how often. */
const OF_CONTENT = new Set([400, 413, 415, 422])
