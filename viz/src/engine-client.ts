/** The page's side of the engine: one worker, made of text in the file itself, questions by number. */
import type { Answers, Kind, Load, Questions, Reply } from './protocol.ts'

export interface Engine {
  /** Rejects with an `EngineError`. */
  ask<K extends Kind>(
    kind: K,
    question: Questions[K],
    options: { readonly snapshot: number; readonly progress?: (done: number, of: number) => void },
  ): Promise<Answers[K]>
}

export class EngineError extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint: string | undefined) {
    super(message)
    this.hint = hint
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: EngineError) => void
  readonly progress: ((done: number, of: number) => void) | undefined
}

export const startEngine = (source: string, load: Load): Engine => {
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
  const waiting = new Map<number, Waiting>()
  let last = 0
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const asked = waiting.get(data.id)
    if (!asked) return
    if ('of' in data) return asked.progress?.(data.done, data.of)
    waiting.delete(data.id)
    if ('error' in data) asked.reject(new EngineError(data.error, data.hint))
    else asked.resolve(data.answer)
  })
  worker.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values()) reject(new EngineError(`the engine stopped: ${message}`, undefined))
    waiting.clear()
  })
  worker.postMessage(load)
  return {
    ask: (kind, question, { snapshot, progress }) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject, progress })
        worker.postMessage({ id, snapshot, kind, question })
      }),
  }
}
