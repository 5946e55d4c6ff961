/** Snapshots of any content: every kind, unknown fields of any JSON at any depth, hostile keys and texts. */
import fc from 'fast-check'
import { type Kind, resourceSchemas } from '../../src/snapshot/schema.ts'
import type { RecordShape, Shape } from '../../src/snapshot/shape.ts'
import type { Gap, Resource, Snapshot } from '../../src/snapshot/snapshot.ts'

export const kinds = Object.keys(resourceSchemas) as Kind[]

/** Text that breaks naive writers: line ends, quotes, lone surrogates, other scripts. */
const texts = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom('\n', '\r\n', '"', '\\', '],', ']}', '\u2028', '\ud800', 'naïve', '日本', '\u0000', '__proto__'),
)

const keys = fc.oneof(
  texts,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'Tags', '0', '1'),
)

/** A JSON value as a parser makes it: `__proto__` is a key like any other. */
export const json = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(
        texts,
        fc.constant(''),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }).map((fields) => Object.fromEntries(fields)),
    ),
  }))
  .value.map((value): unknown => JSON.parse(JSON.stringify(value)))

/** A value of a shape. With unknown fields, which must not collide with known ones. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.is) {
    case 'string':
      return texts
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'list':
      return fc.array(valuesOf(shape.of as Shape), { maxLength: 2 })
    case 'table':
      return fc.dictionary(keys, valuesOf(shape.of as Shape), { maxKeys: 2 })
    case 'record':
      return recordsOf(shape)
  }
}

export function recordsOf(shape: RecordShape): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(shape.names.map((name, i) => [name, valuesOf(shape.shapes[i] as Shape)]))
  const known = fc.record(fields, { requiredKeys: shape.names.slice(0, shape.neededCount) })
  const unknown = fc.array(fc.tuple(fc.oneof(keys, fc.constant('FutureField')), json), { maxLength: 3 })
  return fc.tuple(known, unknown).map(([record, others]) => {
    const new_ = others.filter(([name]) => !shape.names.includes(name))
    return Object.fromEntries([...Object.entries(record), ...new_])
  })
}

const accounts = fc.constantFrom('111111111111', '222222222222', 'unknown')
const regions = fc.constantFrom('us-east-1', 'eu-west-1', 'unknown')

const resources: fc.Arbitrary<Resource> = fc
  .tuple(fc.constantFrom(...kinds), accounts, regions, texts)
  .chain(([kind, account, region, id]) =>
    recordsOf(resourceSchemas[kind].raw).map((raw) => {
      const [field] = resourceSchemas[kind].id
      const named = field === undefined ? raw : Object.fromEntries([...Object.entries(raw), [field, id]])
      return { kind, account, region, id, raw: named } as unknown as Resource
    }),
  )

const gaps: fc.Arbitrary<Gap> = fc.record(
  {
    code: texts,
    message: texts,
    kind: fc.constantFrom(...kinds),
    account: accounts,
    region: regions,
    id: texts,
    source: texts,
  },
  { requiredKeys: ['code', 'message'] },
)

export const snapshots: fc.Arbitrary<Snapshot> = fc.record(
  {
    version: fc.constant(1 as const),
    collectedAt: fc.constant('2026-01-31T12:00:00Z'),
    coverage: fc.array(fc.record({ kind: fc.constantFrom(...kinds), account: accounts, region: regions }), {
      maxLength: 4,
    }),
    gaps: fc.array(gaps, { maxLength: 3 }),
    resources: fc.uniqueArray(resources, {
      maxLength: 6,
      selector: ({ kind, account, region, id }) => JSON.stringify([kind, account, region, id]),
    }),
  },
  { requiredKeys: ['version', 'coverage', 'gaps', 'resources'] },
)
