/** A YAML text as its author wrote it: every value with its line and column, so that an error or a finding can point there. Knows YAML
 *  and what a person may mistype; knows nothing of policies. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { ZtnetError } from '../errors.ts'
import { nearest, quoted } from '../analysis/place-names.ts'

/** Where something stands in a file: lines and columns from 1, the end exclusive. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** The whole text as one value. Throws `ZtnetError` for what is no YAML. */
export const readYaml = (text: string, file: string): Written => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new ZtnetError('POLICY_SYNTAX', error.message.split('\n')[0]!, {
      place: { file, at: `line ${line}, column ${col}` },
      hint: 'It must be YAML: check indentation, brackets and quotes there.',
    })
  }
  return new Written({ file, document, lines, length: text.length, left: MOST_VALUES }, document.contents, '')
}

/** More values than any policy has: an alias inside an alias can make any number of few. */
const MOST_VALUES = 100_000

interface Source {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
  readonly length: number
  left: number
}

/** One value. Reading it as what it is not throws, and says what was expected. */
export class Written {
  readonly #source: Source
  readonly #node: Node | null
  /** `rules[2].deny.from` */
  readonly path: string

  constructor(source: Source, node: unknown, path: string) {
    this.#source = source
    this.#node = isAlias(node) ? (node.resolve(source.document) ?? null) : ((node ?? null) as Node | null)
    this.path = path
    if (--source.left < 0) throw this.error('the file has more values than any policy needs', 'Take aliases out of it.')
  }

  get span(): Span {
    const { file, lines, length } = this.#source
    const [from, to] = this.#node?.range ?? [0, Math.min(1, length)]
    const [start, end] = [lines.linePos(from), lines.linePos(Math.max(to, from + 1))]
    return { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col }
  }

  get isMissing(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null)
  }

  get isMap(): boolean {
    return isMap(this.#node)
  }

  get isList(): boolean {
    return isSeq(this.#node)
  }

  error(message: string, hint: string): ZtnetError {
    const { file, line, column } = this.span
    const at = `line ${line}, column ${column}${this.path === '' ? '' : ` (${this.path})`}`
    return new ZtnetError('POLICY_INVALID', message, { place: { file, at }, hint })
  }

  /** The word is none of those that are known here. */
  unknownWord(what: string, word: string, known: Iterable<string>): ZtnetError {
    const words = [...known]
    const [like] = nearest(word, words, 1)
    const all = words.length > 0 && words.length <= 24 ? ` Known here: ${words.join(', ')}.` : ''
    return this.error(
      `${quoted(word)} is no ${what}`,
      like === undefined ? all.trim() : `Did you mean ${quoted(like)}?${all}`,
    )
  }

  /** The entries of a map, in order; `known` names what keys there may be, and `what` what the map is. */
  entries(what: string, known?: Iterable<string>): readonly (readonly [key: string, value: Written, name: Written])[] {
    if (!isMap(this.#node)) throw this.error(`${what} is expected here, as a map`, `Found ${this.#kind()}.`)
    const allowed = known && [...known]
    return this.#node.items.map((item) => {
      const name = new Written(this.#source, item.key, this.path)
      const key = isScalar(item.key) ? String(item.key.value) : ''
      if (allowed && !allowed.includes(key)) throw name.unknownWord(`key of ${what}`, key, allowed)
      return [key, new Written(this.#source, item.value, this.path === '' ? key : `${this.path}.${key}`), name]
    })
  }

  /** The same by key. */
  keys(what: string, known: Iterable<string>): ReadonlyMap<string, Written> {
    return new Map(this.entries(what, known).map(([key, value]) => [key, value]))
  }

  /** A list, or one value that stands for a list of one. */
  items(): readonly Written[] {
    if (!isSeq(this.#node)) return [this]
    return this.#node.items.map((item, index) => new Written(this.#source, item, `${this.path}[${index}]`))
  }

  list(what: string): readonly Written[] {
    if (!isSeq(this.#node)) throw this.error(`${what} are expected here, as a list`, `Found ${this.#kind()}.`)
    return this.items()
  }

  /** Text; numbers and dates as they are written. */
  text(what: string): string {
    if (!isScalar(this.#node) || this.#node.value === null || typeof this.#node.value === 'boolean')
      throw this.error(`${what} is expected here`, `Found ${this.#kind()}.`)
    const { source, value } = this.#node
    const written = typeof value === 'string' ? value : (source ?? JSON.stringify(value))
    if (written.trim() === '') throw this.error(`${what} is expected here`, 'Found an empty text.')
    return written
  }

  /** Text that is written as text. */
  string(what: string): string {
    if (isScalar(this.#node) && typeof this.#node.value === 'string') return this.text(what)
    throw this.error(`${what} is expected here`, `Found ${this.#kind()}.`)
  }

  flag(what: string): boolean {
    if (isScalar(this.#node) && typeof this.#node.value === 'boolean') return this.#node.value
    throw this.error(`${what} is true or false`, `Found ${this.#kind()}.`)
  }

  count(what: string): number {
    const value = isScalar(this.#node) ? this.#node.value : undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
    throw this.error(`${what} is a whole number`, `Found ${this.#kind()}.`)
  }

  word<W extends string>(what: string, known: readonly W[]): W {
    const value = isScalar(this.#node) ? this.#node.value : undefined
    // Bare `off` and `no` are booleans to older readers of YAML; here they stay words.
    const written = typeof value === 'string' ? value : isScalar(this.#node) ? String(this.#node.source) : undefined
    const found = known.find((word) => word === written)
    if (found !== undefined) return found
    if (written === undefined) throw this.error(`${what} is expected here`, `One of: ${known.join(', ')}.`)
    throw this.unknownWord(what, written, known)
  }

  #kind(): string {
    const node = this.#node
    if (isMap(node)) return 'a map'
    if (isSeq(node)) return 'a list'
    if (isScalar(node) && node.value !== null) return `${quoted(node.source ?? JSON.stringify(node.value))}`
    return 'nothing'
  }
}
