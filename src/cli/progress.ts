/** Progress of long work, for whoever waits: on stderr, never on stdout. On a terminal one line that is rewritten and goes away; elsewhere
 *  a plain line now and then, so that a log stays readable. */
import type { Progress } from '../analysis/progress.ts'

/** Work that ends sooner says nothing. */
const QUIET_FOR = 1000
const EVERY = { terminal: 100, log: 10_000 } as const

export interface Surroundings {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }
  /** Milliseconds. */
  readonly now: () => number
}

interface Line {
  /** Shows a text, unless one was shown just now. `elapsed` is in milliseconds. */
  show(text: (elapsed: number) => string): void
  /** Takes the line away. */
  end(): void
}

export const lineOn = (
  { quiet }: { readonly quiet: boolean },
  { stream, now }: Surroundings = { stream: process.stderr, now: () => performance.now() },
): Line => {
  const started = now()
  const isTerminal = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  let last = -Infinity
  let isShown = false
  return {
    show: (text) => {
      const at = now()
      if (quiet || at - started < QUIET_FOR || at - last < EVERY[isTerminal ? 'terminal' : 'log']) return
      last = at
      isShown = true
      const line = `ztnet: ${text(at - started)}`
      stream.write(isTerminal ? `\r${line.slice(0, (stream.columns ?? 80) - 1)}\u001b[K` : `${line}\n`)
    },
    end: () => {
      if (isShown && isTerminal) stream.write('\r\u001b[K')
      isShown = false
    },
  }
}

/** Does work that tells how far it is. The line is gone when it ends, also when it throws: nothing is to be appended to it. */
export const withProgress = async <T>(
  what: string,
  { quiet = false }: { readonly quiet?: boolean | undefined },
  work: (progress: Progress) => T | Promise<T>,
  surroundings?: Surroundings,
): Promise<T> => {
  const line = lineOn({ quiet }, surroundings)
  const progress: Progress = (done, of) => {
    if (done === of) return
    line.show(
      () => `${what}: ${done.toLocaleString('en')} of ${of.toLocaleString('en')} (${Math.floor((100 * done) / of)} %)`,
    )
  }
  try {
    return await work(progress)
  } finally {
    line.end()
  }
}
