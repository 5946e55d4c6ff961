/** Parses JSON, and tells where a text stops being JSON; V8 tells that for some faults only. */

/** Why a text is not JSON: the predicate of a sentence ("is cut off"), and the place where that shows. */
export interface Fault {
  readonly problem: string
  readonly at?: string
}

export type Parsed = { readonly value: unknown } | { readonly fault: Fault }

/** `JSON.parse`, whose failure is a value. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    if (text.trim() === '') return { fault: { problem: 'is empty' } }
    const offset = faultOffset(text)
    const before = text.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    const rest = text.slice(offset).trim()
    const problem = isUnfinished(rest)
      ? 'is cut off: its JSON ends too early'
      : `is not JSON: unexpected ${start(rest)}`
    return { fault: { problem, at: `line ${line}, column ${column}` } }
  }
}

/** Whether the text may have gone on from here: nothing is left, or the beginning of a token. */
function isUnfinished(rest: string): boolean {
  if (rest.startsWith('"')) return !rest.includes('"', 1)
  return ['true', 'false', 'null', '-'].some((token) => token.startsWith(rest))
}

function start(rest: string): string {
  return JSON.stringify(/^\S{1,20}/.exec(rest)?.[0] ?? '')
}

const space = /[ \t\n\r]*/y
const token =
  /[ \t\n\r]*(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** The offset of the first token that JSON does not allow where it stands. */
function faultOffset(text: string): number {
  const open: string[] = []
  let expected = 'value'
  let offset = 0
  for (;;) {
    token.lastIndex = offset
    const match = token.exec(text)
    space.lastIndex = offset
    const start = offset + (space.exec(text)?.[0].length ?? 0)
    if (match === null) return start
    const next = step(expected, match[1] ?? (match[2] === undefined ? 'scalar' : 'string'), open)
    if (next === undefined) return start
    expected = next
    offset = token.lastIndex
  }
}

/** What JSON expects after `found`, given what it expected here; `undefined` where `found` may not stand. `open` are the brackets. */
function step(expected: string, found: string, open: string[]): string | undefined {
  const after = () => (open.length === 0 ? 'end' : 'comma or close')
  const inObject = open.at(-1) === '{'
  if (expected === 'end') return undefined
  if (expected === 'colon') return found === ':' ? 'value' : undefined
  if (expected === 'comma or close' && found === ',') return inObject ? 'key' : 'value'
  if (found === '}' || found === ']') {
    if (found !== (inObject ? '}' : ']') || open.length === 0) return undefined
    if (expected !== 'comma or close' && expected !== 'key or close' && expected !== 'value or close') return undefined
    open.pop()
    return after()
  }
  if (expected === 'key' || expected === 'key or close') return found === 'string' ? 'colon' : undefined
  if (expected !== 'value' && expected !== 'value or close') return undefined
  if (found === '{' || found === '[') {
    open.push(found)
    return found === '{' ? 'key or close' : 'value or close'
  }
  return found === 'string' || found === 'scalar' ? after() : undefined
}
