/** Where texts stand in a JSON document, in one pass over its characters and without building it. */

/** The keys that lead to a value, outermost first: lists add none. */
export type Keys = readonly string[]

/** Both count from 1. */
export interface Spot {
  readonly line: number
  readonly column: number
}

/** Visits each value of a JSON document that is text and among the wanted ones. Texts are compared as they are written: those with escapes
 *  in them are not found. */
export const visitTexts = (
  json: string,
  wanted: ReadonlySet<string>,
  visit: (text: string, at: Spot, keys: () => Keys) => void,
): void => {
  /** Of each object and list that is open, the key that was read last: none in lists. */
  const open: (string | undefined)[] = []
  let [line, lineStart] = [1, 0]
  let isValue = true
  const keys = () => open.filter((key) => key !== undefined)
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case NEWLINE:
        line++
        lineStart = at + 1
        break
      case OPEN_OBJECT:
        open.push('')
        isValue = false
        break
      case OPEN_LIST:
        open.push(undefined)
        isValue = true
        break
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop()
        break
      case COLON:
        isValue = true
        break
      case COMMA:
        isValue = open.at(-1) === undefined
        break
      case QUOTE: {
        const end = endOfText(json, at)
        const text = json.slice(at + 1, end)
        if (!isValue) open[open.length - 1] = text
        else if (wanted.has(text)) visit(text, { line, column: at - lineStart + 1 }, keys)
        at = end
      }
    }
  }
}

const [NEWLINE, QUOTE, COMMA, COLON] = [10, 34, 44, 58]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/** The quote that ends the text which begins with the one at `start`: the next before which backslashes are in pairs. */
const endOfText = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let first = end
    while (json[first - 1] === '\\') first--
    if ((end - first) % 2 === 0) return end
  }
  return json.length
}
