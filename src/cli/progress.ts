/** Progress of long work, for whoever waits: on stderr, never on stdout. On a terminal one line that is rewritten and goes away; elsewhere
 *  a plain line now and then, so that a log stays readable. */
import type { Progress } from '../analysis/cells.ts'

/** Work that ends sooner says nothing. */
const QUIET_FOR = 1000
const EVERY = { terminal: 100, log: 10_000 } as const

interface Running {
  readonly progress: Progress
  /** Takes the line away. */
  readonly end: () => void
}

interface Surroundings {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }
  /** Milliseconds. */
  readonly now: () => number
}

export const progressOf = (
  what: string,
  { quiet = false }: { readonly quiet?: boolean | undefined },
  { stream, now }: Surroundings = { stream: process.stderr, now: () => performance.now() },
): Running => {
  const started = now()
  const isTerminal = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  let last = -Infinity
  let isShown = false
  const progress: Progress = (done, of) => {
    const at = now()
    if (quiet || done === of || at - started < QUIET_FOR || at - last < EVERY[isTerminal ? 'terminal' : 'log']) return
    last = at
    isShown = true
    const text = `ztnet: ${what}: ${done.toLocaleString('en')} of ${of.toLocaleString('en')} (${Math.floor((100 * done) / of)} %)`
    stream.write(isTerminal ? `\r${text.slice(0, (stream.columns ?? 80) - 1)}\u001b[K` : `${text}\n`)
  }
  return {
    progress,
    end: () => {
      if (isShown && isTerminal) stream.write('\r\u001b[K')
    },
  }
}
