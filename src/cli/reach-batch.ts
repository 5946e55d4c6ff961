/** `ztnet reach --batch`: many questions, one load of the snapshot. A line that cannot be asked gets an error, the rest goes on. */
import { once } from '../collections.ts'
import { createReadStream, fstatSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { filterOf, PACKET_KEYS, packetWordsIn, type PacketWords, refuseUnknownKeys } from '../analysis/packet-words.ts'
import { ANYTHING, nearest, quoted } from '../analysis/place-names.ts'
import { type Place, resolvePlace } from '../analysis/place.ts'
import { judge } from '../analysis/reach.ts'
import type { Compiled } from '../aws/compile.ts'
import { encodingOf } from '../collect/json-file.ts'
import { isSystemError } from '../collect/system-error.ts'
import { ZtnetError } from '../errors.ts'
import { json, systemProblem, warn, write } from './output.ts'

/** Reads JSON lines from a file, or from standard input for `-`; writes one JSON line for each, in order. */
export const answerBatch = async (file: string, compiled: Compiled, output: string | undefined): Promise<void> => {
  const places = new Map<string, Place>()
  const resolve = (selector: string): Place => once(places, selector, () => resolvePlace(compiled.network, selector))
  const answers: string[] = []
  const passedOver = new Map<string, number>()
  let number = 0
  for await (const line of linesOf(file)) {
    number++
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    if (text.trim() !== '') answers.push(`${json(answerTo(text, number, compiled, resolve, passedOver))}\n`)
  }
  for (const [key, first] of passedOver)
    warn(`line ${first}: ${quoted(key)} is no key of a question, and is passed over; known are ${KEYS.join(', ')}`)
  await write(answers, output)
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = inputOf(file)
  const lines = createInterface({ input, crlfDelay: Infinity })
  const failed: { with?: ZtnetError } = {}
  // Lines end there, as if it were the end of the file.
  input.once('error', (error: Error) => {
    failed.with = unreadable(file, systemProblem(error))
    lines.close()
  })
  yield* lines
  if (failed.with) throw failed.with
}

const inputOf = (file: string): NodeJS.ReadableStream => {
  try {
    // Of a folder Node reads nothing, as if it were empty.
    if (file === '-' && fstatSync(0).isDirectory()) throw unreadable(file, 'it is a folder')
    if (file === '-') return process.stdin
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found || found.isDirectory()) throw unreadable(file, found ? 'it is a folder' : 'there is no such file')
    // What is looked at of a pipe is gone.
    return createReadStream(file, { encoding: found.isFile() ? encodingOf(file) : 'utf8' })
  } catch (error) {
    throw isSystemError(error) ? unreadable(file, systemProblem(error)) : error
  }
}

const unreadable = (file: string, problem: string): ZtnetError =>
  new ZtnetError('BATCH_UNREADABLE', problem, {
    place: { file: file === '-' ? 'standard input' : file },
    hint: 'name a file of JSON lines that may be read, or - for standard input',
  })

type Answer = { readonly id: unknown } & (
  { readonly verdict: string; readonly code?: string } | { readonly error: string }
)

/** `passedOver`: keys that mean nothing, by the first line that has them. Lines may bear what their writer wants to know of them later, such as
 *  the answer that is expected; a key that is nearly one of a question is refused, since without it another question would be answered. */
const answerTo = (
  line: string,
  number: number,
  compiled: Compiled,
  resolve: (selector: string) => Place,
  passedOver: Map<string, number>,
): Answer => {
  let id: unknown = null
  try {
    const object = objectOf(line, number)
    id = object.id ?? null
    for (const [key, value] of Object.entries(object)) {
      if (KEYS.includes(key)) continue
      if (nearest(key, KEYS, 1).length > 0) refuseUnknownKeys({ [key]: value }, KEYS)
      else if (!passedOver.has(key)) passedOver.set(key, number)
    }
    const question = questionOf(object, number)
    return { id, ...judge(compiled, resolve(question.from), resolve(question.to), filterOf(question)) }
  } catch (error) {
    if (!(error instanceof ZtnetError)) throw error
    return { id, error: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` }
  }
}

type LineObject = Readonly<Record<string, unknown>>

interface BatchQuestion extends PacketWords {
  readonly from: string
  readonly to: string
}

const objectOf = (line: string, number: number): LineObject => {
  let object: unknown
  try {
    object = JSON.parse(line)
  } catch (error) {
    throw new ZtnetError(
      'BATCH_LINE',
      `line ${number} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  if (typeof object === 'object' && object !== null && !Array.isArray(object)) return object as LineObject
  throw new ZtnetError('BATCH_LINE', `line ${number} is no JSON object`)
}

const questionOf = (object: LineObject, number: number): BatchQuestion => {
  const { from, to } = object
  if (typeof from !== 'string' || typeof to !== 'string') {
    const isMissing = (from ?? undefined) === undefined || (to ?? undefined) === undefined
    throw new ZtnetError(
      'BATCH_LINE',
      `line ${number} ${isMissing ? 'lacks "from" or "to"' : 'needs a text for "from" and "to"'}`,
    )
  }
  if (from === ANYTHING || to === ANYTHING)
    throw new ZtnetError('BATCH_LINE', `line ${number} asks about everything, which a line of a batch cannot`, {
      hint: "ask by itself, as in ztnet reach db-subnet '*'",
    })
  return { from, to, ...packetWordsIn(object) }
}

const KEYS: readonly string[] = ['id', 'from', 'to', ...PACKET_KEYS]
