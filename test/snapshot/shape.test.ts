/** The check of a record: what passes is what its type says, what does not is named by its place. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resourceSchemas } from '../../src/snapshot/schema.ts'
import { admit, flag, list, number, record, text, type RecordShape, type Shape } from '../../src/snapshot/shape.ts'
import { json, kinds, recordsOf } from './arbitrary.ts'

const shape = record(
  { Id: text },
  {
    Count: number,
    On: flag,
    Names: list(text),
    Rules: list(record({ Number: number }, { Range: record({}, { From: number }) })),
  },
)

describe('a record that fits', () => {
  it('may lack what is optional, and have fields that nobody knows', () => {
    const value = { Id: 'a', Unknown: { deep: [null] } }
    expect(admit(shape, value)).toBeUndefined()
    expect(value).toEqual({ Id: 'a', Unknown: { deep: [null] } })
  })

  it('loses the null and the empty text of optional fields, which say nothing', () => {
    const value: Record<string, unknown> = {
      Id: 'a',
      Count: null,
      Names: null,
      Rules: [{ Number: 1, Range: null }],
      On: '',
    }
    expect(admit(shape, value)).toBeUndefined()
    expect(JSON.stringify(value)).toBe('{"Id":"a","Rules":[{"Number":1}]}')
  })
})

describe('a record that does not fit', () => {
  it.each<[string, unknown, string, string, string]>([
    ['no record', 'a', '', 'object', 'string'],
    ['a list', [], '', 'object', 'list'],
    ['null', null, '', 'object', 'null'],
    ['without its id', {}, 'Id', 'string', 'nothing'],
    ['with an empty id', { Id: '' }, 'Id', 'string', 'nothing'],
    ['a number as text', { Id: 'a', Count: '1' }, 'Count', 'number', 'string'],
    ['a flag as text', { Id: 'a', On: 'true' }, 'On', 'boolean', 'string'],
    ['an object for a list', { Id: 'a', Names: {} }, 'Names', 'list', 'object'],
    ['a null in a list', { Id: 'a', Names: ['x', null] }, 'Names[1]', 'string', 'null'],
    [
      'a deep number',
      { Id: 'a', Rules: [{ Number: 1 }, { Number: 2, Range: { From: '1' } }] },
      'Rules[1].Range.From',
      'number',
      'string',
    ],
    ['a list for an object', { Id: 'a', Rules: [[]] }, 'Rules[0]', 'object', 'list'],
    ['a deep missing field', { Id: 'a', Rules: [{}] }, 'Rules[0].Number', 'number', 'nothing'],
  ])('%s is named by its place', (_, value, at, expected, got) => {
    expect(admit(shape, value)).toEqual({ at, expected, got })
  })
})

describe.each(kinds)('%s', (kind) => {
  const shape: RecordShape = resourceSchemas[kind].raw

  it('law: records of the shape are admitted unchanged', () => {
    fc.assert(
      fc.property(recordsOf(shape), (raw) => {
        const before = JSON.stringify(raw)
        expect(admit(shape, raw)).toBeUndefined()
        expect(JSON.stringify(raw)).toBe(before)
      }),
      { numRuns: 20 },
    )
  })

  it('law: whatever is admitted has the type that it promises', () => {
    const spoiled = fc.tuple(recordsOf(shape), fc.constantFrom(...shape.names), json).map(([raw, name, value]) => {
      return Object.fromEntries([...Object.entries(raw), [name, value]])
    })
    fc.assert(
      fc.property(spoiled, (raw) => {
        expect(admit(shape, raw) === undefined).toBe(isOf(shape, raw))
      }),
      { numRuns: 50 },
    )
  })
})

/** A second opinion: what the type of a shape allows, where null and empty optional texts count as missing. */
function isOf(shape: Shape, value: unknown): boolean {
  if (shape.is === 'list') return Array.isArray(value) && value.every((each) => isOf(shape.of as Shape, each))
  if (shape.is !== 'record' && shape.is !== 'table') return typeof value === shape.is
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (shape.is === 'table') return Object.values(value).every((each) => isOf(shape.of as Shape, each))
  return shape.names.every((name, i) => {
    const held = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    if (held === undefined || held === null || held === '') return i >= shape.neededCount
    return isOf(shape.shapes[i] as Shape, held)
  })
}
