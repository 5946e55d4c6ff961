/** One spelling for each fact. */
import { describe, expect, it } from 'vitest'
import { normalForm } from '../../src/snapshot/normal-form.ts'

describe('the normal form of a value', () => {
  it.each([
    ['keys are sorted, at any depth', { b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
    [
      'a missing, a null and an empty field say the same',
      { a: undefined, b: null, c: '', d: [], e: {}, f: 0 },
      '{"f":0}',
    ],
    ['a field that holds only such fields says nothing either', { a: { b: { c: [] } }, d: 1 }, '{"d":1}'],
    ['false and zero say something', { a: false, b: 0 }, '{"a":false,"b":0}'],
    ['elements of a list keep their places', ['', null, [], {}, 'x'], '["",null,[],{},"x"]'],
    ['nothing at all', {}, '{}'],
  ])('%s', (_, value, written) => {
    expect(normalForm(value)).toBe(written)
  })

  it('writes a field called __proto__ as any other', () => {
    const value: unknown = JSON.parse('{"b":1,"__proto__":{"polluted":true}}')
    expect(normalForm(value)).toBe('{"__proto__":{"polluted":true},"b":1}')
  })
})

describe('an instant', () => {
  it.each([
    ['the AWS CLI', '2020-05-01T19:33:52+00:00'],
    ['an SDK', '2020-05-01T19:33:52.000Z'],
    ['boto3', '2020-05-01 19:33:52+00:00'],
    ['another time zone', '2020-05-01T21:33:52+0200'],
  ])('as %s spells it is the same instant', (_, spelled) => {
    for (const field of ['CreateTime', 'CreationTimestamp', 'LastStatusChange', 'CreatedDate']) {
      expect(normalForm({ [field]: spelled })).toBe(`{"${field}":"2020-05-01T19:33:52Z"}`)
    }
  })

  it('keeps its fraction of a second', () => {
    expect(normalForm({ CreateTime: '2020-05-01 19:33:52.250000+00:00' })).toBe(
      '{"CreateTime":"2020-05-01T19:33:52.250Z"}',
    )
  })

  it.each([
    ['in a tag', { Key: 'CreateTime', Value: '2020-05-01 19:33:52+00:00' }],
    ['without a time zone', { CreateTime: '2020-05-01 19:33:52' }],
    ['that no calendar has', { CreateTime: '2020-13-41T19:33:52Z' }],
  ])('%s is text like any other', (_, value) => {
    expect(JSON.parse(normalForm(value))).toEqual(value)
  })
})
