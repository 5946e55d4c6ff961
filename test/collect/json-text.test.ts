/** Where a text stops being JSON. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../src/collect/json-text.ts'

describe('text that is not JSON', () => {
  it.each([
    ['', 'is empty', undefined],
    ['  \n', 'is empty', undefined],
    ['{"Vpcs": [', 'is cut off: its JSON ends too early', 'line 1, column 11'],
    ['{"Vpcs": [\n  {"VpcId": "vpc-1",\n', 'is cut off: its JSON ends too early', 'line 3, column 1'],
    ['{"Vpcs": [\n  {"VpcId": "vpc-', 'is cut off: its JSON ends too early', 'line 2, column 13'],
    ['{"IsDefault": fal', 'is cut off: its JSON ends too early', 'line 1, column 15'],
    ['{"a": 1,}', 'is not JSON: unexpected "}"', 'line 1, column 9'],
    ['{"a": 1} {"b": 2}', 'is not JSON: unexpected "{\\"b\\":"', 'line 1, column 10'],
    ['{a: 1}', 'is not JSON: unexpected "a:"', 'line 1, column 2'],
    ["{'a': 1}", 'is not JSON: unexpected "\'a\':"', 'line 1, column 2'],
    ['{"a" 1}', 'is not JSON: unexpected "1}"', 'line 1, column 6'],
    ['[1 2]', 'is not JSON: unexpected "2]"', 'line 1, column 4'],
    ['{"a": [1}', 'is not JSON: unexpected "}"', 'line 1, column 9'],
    ['{"a": True}', 'is not JSON: unexpected "True}"', 'line 1, column 7'],
    ['An error occurred (UnauthorizedOperation)', 'is not JSON: unexpected "An"', 'line 1, column 1'],
    ['<html></html>', 'is not JSON: unexpected "<html></html>"', 'line 1, column 1'],
  ])('%j', (text, problem, at) => {
    expect(parseJson(text)).toEqual({ fault: at === undefined ? { problem } : { problem, at } })
  })

  it('law: a document cut off anywhere ends where it was cut, or in the middle of a text or number', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json()), fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const whole = JSON.stringify(value)
        const text = whole.slice(0, 1 + Math.floor(share * (whole.length - 2)))
        const parsed = parseJson(text)
        if (!('fault' in parsed)) throw new Error(`took ${text} for JSON`)
        const column = Number(/column (\d+)/.exec(parsed.fault.at ?? '')?.[1])
        expect(JSON.parse(closed(text.slice(0, column - 1)))).toBeDefined()
      }),
    )
  })

  it('law: what V8 takes is taken', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual({ value: JSON.parse(text) })
      }),
    )
  })
})

/** The text up to a fault, with what is open closed: JSON, if the fault was where it was said to be. */
function closed(text: string): string {
  const open: string[] = []
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(token === '{' ? '}' : ']')
    else if (token === '}' || token === ']') open.pop()
  }
  const filled = text
    .replace(/,\s*$/, '')
    .replace(/:\s*$/, ':null')
    .replace(/([{,]\s*"(?:[^"\\]|\\.)*")\s*$/, (_, key: string) => (open.at(-1) === '}' ? `${key}:null` : key))
  return filled + open.reverse().join('')
}
