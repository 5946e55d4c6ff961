/** The published schemas: valid in another implementation's eyes, true of what ztnet answers, with nothing left undescribed, and
 *  examples that are answers of today. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { format, resolveConfig } from 'prettier'
import { afterAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { eventOf, securityGroupsNamed } from '../../src/diff/watch-event.ts'
import { compile, diff, type Estate, type JsonSchema, schemas } from '../../src/index.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { commits } from '../diff/history.ts'
import { examples } from '../examples/all.ts'
import { rewriting } from '../rewriting.ts'

const scratch = mkdtempSync(join(tmpdir(), 'ztnet-schema-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

const estates: ReadonlyMap<string, Estate> = new Map([...examples].map(([name, snapshot]) => [name, compile(snapshot)]))

/** A schema in which objects have the keys that are described and no others, so that nothing is answered undescribed. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { additionalProperties: false, ...inner } : inner
}

const validator = (schema: JsonSchema): ValidateFunction => {
  const { examples: _, $id: __, ...rest } = schema
  return new Ajv2020({ strict: true, allErrors: true }).compile(closed(rest) as JsonSchema)
}

const validators = {
  reachResult: validator(schemas.reachResult),
  reachAllResult: validator(schemas.reachAllResult),
  batchAnswer: validator(schemas.batchAnswer),
  matrixResult: validator(schemas.matrixResult),
  blastResult: validator(schemas.blastResult),
  tierReport: validator(schemas.tierReport),
  checkResult: validator(schemas.checkResult),
  diffResult: validator(schemas.diffResult),
  watchEvent: validator(schemas.watchEvent),
}

/** Of two commits at once: one moved an association, the other added a place. */
const history = commits()
const changed = diff(history[10]!.snapshot, history[12]!.snapshot)
const changedAt = '2026-11-25T20:00:00.000Z'
const told = eventOf(
  changed,
  { critical: securityGroupsNamed(['db'], [history[12]!.snapshot]), unread: [] },
  changedAt,
  {
    before: '20261124T200000000Z.json.gz',
    after: '20261125T200000000Z.json.gz',
  },
)

const faults = (kind: keyof typeof validators, answer: unknown): unknown => {
  const validate = validators[kind]
  // As a reader gets it: what JSON does not carry is no part of an answer.
  return validate(JSON.parse(JSON.stringify(answer))) ? [] : validate.errors
}

/** Every pair of these is asked about. */
const placesOf = ({ resources }: Snapshot): readonly string[] => [
  'internet',
  'onprem',
  'aws:s3',
  '10.0.0.0/8',
  ...resources.filter(({ kind }) => kind === 'instance' || kind === 'natGateway').map(({ id }) => id),
]

describe.each(Object.entries(schemas))('the schema %s', (kind, schema: JsonSchema) => {
  it('is of draft 2020-12, with an id, a title and an example', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: expect.stringMatching(/^urn:ztnet:[\w-]+:1$/) as string,
      title: expect.stringMatching(/ztnet/) as string,
    })
    expect(new Ajv2020().validateSchema(schema)).toBe(true)
    expect(schema['examples']).not.toEqual([])
  })

  it('is open, so that a later ztnet may say more', () => {
    const [example] = schema['examples'] as [object]
    const validate = new Ajv2020({ strict: true }).compile(schema)
    expect(validate({ ...example, laterKey: 1 })).toBe(true)
  })

  it('is true of its examples', () => {
    const found = (schema['examples'] as unknown[]).map((each) => faults(kind as keyof typeof schemas, each))
    expect(found.flat()).toEqual([])
  })

  it('refuses its examples with any required key taken away, or any key of another type', () => {
    const spoiled = (schema['examples'] as unknown[]).flatMap((example) => [...spoilings(example, schema, schema)])
    expect(spoiled.length).toBeGreaterThan(5)
    for (const [what, each] of spoiled) expect(faults(kind as keyof typeof schemas, each), what).not.toEqual([])
  })
})

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'onprem', 'aws:s3'])

describe('what ztnet answers', () => {
  it.each([...examples])('about %s is as the schemas say', (name, snapshot) => {
    const estate = estates.get(name)!
    expect(faults('tierReport', estate.tiers())).toEqual([])
    expect(faults('checkResult', estate.check({ today: '2026-11-25' }))).toEqual([])
    for (const by of ['tier', 'vpc-tier', 'security-group', 'tag:Name', 'interface'])
      expect(faults('matrixResult', estate.matrix({ by })), `by ${by}`).toEqual([])
    expect(faults('matrixResult', estate.matrix({ from: 'internet', to: '10.0.0.0/8' }, { port: 443 }))).toEqual([])
    for (const place of [
      ...snapshot.resources.filter(({ kind }) => kind === 'instance').map(({ id }) => id),
      'internet',
    ])
      expect(faults('blastResult', estate.blast(place)), place).toEqual([])
    for (const place of ['internet', '10.0.0.0/8']) {
      expect(faults('reachAllResult', estate.reachAll({ from: place })), `${place} -> *`).toEqual([])
      expect(faults('reachAllResult', estate.reachAll({ to: place }, 'account')), `* -> ${place}`).toEqual([])
    }
    const places = placesOf(snapshot)
    for (const from of places)
      for (const to of places) {
        // Nothing of the estate is asked about.
        if (OUTSIDE.has(from) && OUTSIDE.has(to)) continue
        for (const packets of [{}, { protocol: 'tcp', port: '443-8443', sourcePort: 40000, ipv4: true }])
          expect(faults('reachResult', estate.reach(from, to, packets)), `${from} -> ${to}`).toEqual([])
        expect(faults('batchAnswer', { id: 1, ...estate.judge(from, to) }), `${from} -> ${to}`).toEqual([])
      }
  })

  it.each(history.slice(1).map((commit, index) => [commit.message, index] as const))(
    'of a change is as the schemas say: %s',
    (_, index) => {
      const [before, after] = [history[index]!.snapshot, history[index + 1]!.snapshot]
      for (const by of ['tier', 'interface', 'tag:Name'])
        expect(faults('diffResult', diff(before, after, { by })), `by ${by}`).toEqual([])
    },
  )

  it('has a flow, a path out and back, a condition, a blocker with its rule and a fix in the example', () => {
    const [example] = schemas.reachResult['examples'] as [ReturnType<Estate['reach']>]
    expect(example.flows.map(({ verdict }) => verdict)).toEqual(['conditional', 'one-way'])
    expect(example.witness?.forward.length).toBeGreaterThan(3)
    expect(example.witness?.return.length).toBeGreaterThan(3)
    expect(example.conditions.length).toBe(1)
    expect(example.blocked[0]).toMatchObject({
      rule: expect.any(String) as string,
      fix: expect.any(String) as string,
    })
  })
})

it('the examples are what ztnet answers today: if this fails, ZTNET_WRITE_GOLDEN=1 npx vitest run test/report', async () => {
  const file = fileURLToPath(new URL('../../src/report/result-examples.ts', import.meta.url))
  const source = await sourceOf({
    reachResultExamples: [estates.get('nacl-return')!.reach('teller', 'accounts', { protocol: 'tcp', port: 443 })],
    reachAllResultExamples: [
      estates.get('nacl-return')!.reachAll({ from: 'teller' }, 'subnet', { protocol: 'tcp', port: 443 }),
    ],
    batchAnswerExamples: await batchExamples(),
    matrixResultExamples: [estates.get('dangling')!.matrix({ to: 'private' }, { protocol: 'tcp' })],
    blastResultExamples: [estates.get('dangling')!.blast('till', { ports: [[443, 443]], ipv4: true, maxSteps: 2 })],
    tierReportExamples: [estates.get('nat-gateway')!.tiers()],
    checkResultExamples: [await checkExample()],
    diffResultExamples: [changed],
    watchEventExamples: [told],
  })
  if (rewriting) writeFileSync(file, source)
  expect(readFileSync(file, 'utf8')).toBe(source)
})

/** A finding with its fixes, one that an exception covers, and a rule that cannot be judged. */
const checkExample = async (): Promise<unknown> => {
  const policy = join(scratch, 'ztnet.yaml')
  const answered = join(scratch, 'checked.json')
  writeFileSync(
    policy,
    `version: 1
accounts: { prod: { ou: ou-ab12-prod } }
rules:
  - { id: closed, severity: critical, deny: { from: internet, to: private } }
  - { id: inside, deny: { from: public, to: private } }
  - { id: prod, deny: { from: prod, to: internet } }
checks: { cleartext-protocol: off }
exceptions:
  - { id: EX-1, rule: inside, reason: the gateway hands on, owner: sensors, expires: 2027-01-31 }
`,
  )
  const named = ['--snapshot', 'example:dual-stack', '--policy', policy, '--today', '2026-11-25']
  await main(['', '', 'check', '--fixes', '--format', 'json', '-o', answered, ...named])
  return JSON.parse(readFileSync(answered, 'utf8').replaceAll(policy, 'ztnet.yaml'))
}

const batchExamples = async (): Promise<unknown[]> => {
  const questions = [
    { id: 'up', from: 'teller', to: 'journal', protocol: 'tcp', port: 443 },
    { id: 'closed', from: 'teller', to: 'audit', protocol: 'tcp', port: 443 },
    { id: 'odd', from: 'teller', to: 'audits', protocol: 'tcp', port: 443 },
  ]
  const [asked, answered] = [join(scratch, 'asked.jsonl'), join(scratch, 'answered.jsonl')]
  writeFileSync(asked, questions.map((each) => JSON.stringify(each)).join('\n'))
  await main(['', '', 'reach', '--batch', asked, '--snapshot', 'example:nacl-return', '--output', answered])
  return readFileSync(answered, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

const sourceOf = async (all: Readonly<Record<string, readonly unknown[]>>): Promise<string> => {
  const lines = Object.entries(all).map(
    ([name, each]) => `export const ${name}: readonly unknown[] = ${JSON.stringify(each)}\n`,
  )
  const head = `/** One full example of every result, for its schema. Written from the bundled snapshots; a test holds them up to date. */\n`
  const file = fileURLToPath(new URL('../../src/report/result-examples.ts', import.meta.url))
  return format(head + lines.join('\n'), { ...(await resolveConfig(file)), parser: 'typescript' })
}

/** The example with one thing wrong, each way there is: a required key gone, a value of a type that nothing has. */
function* spoilings(value: unknown, schema: JsonSchema, root: JsonSchema, at = ''): Generator<[string, unknown]> {
  const meant = chosen(resolved(schema, root), value)
  if (at !== '' && Object.keys(meant).some((keyword) => keyword !== 'description'))
    yield [`${at} as something else`, WRONG]
  if (Array.isArray(value)) {
    const items = (meant['prefixItems'] as JsonSchema[] | undefined)?.[0] ?? (meant['items'] as JsonSchema | undefined)
    const [first, ...rest] = value as unknown[]
    if (items && first !== undefined)
      for (const [what, spoiled] of spoilings(first, items, root, `${at}[0]`)) yield [what, [spoiled, ...rest]]
    return
  }
  if (typeof value !== 'object' || value === null) return
  const properties = (meant['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  for (const key of (meant['required'] ?? []) as string[]) {
    const { [key as keyof typeof value]: _, ...rest } = value
    yield [`without ${at}.${key}`, rest]
  }
  for (const [key, inner] of Object.entries(value))
    if (properties[key])
      for (const [what, spoiled] of spoilings(inner, properties[key], root, `${at}.${key}`))
        yield [what, { ...value, [key]: spoiled }]
}

const WRONG = { nobody: ['answers', 'this'] }

const resolved = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  return (root['$defs'] as Readonly<Record<string, JsonSchema>>)[$ref.slice('#/$defs/'.length)]!
}

/** Of several shapes, the one whose keys the value has. */
const chosen = (schema: JsonSchema, value: unknown): JsonSchema => {
  const shapes = (schema['oneOf'] ?? []) as JsonSchema[]
  const isMeant = ({ required }: JsonSchema): boolean =>
    typeof value === 'object' && value !== null && ((required ?? []) as string[]).every((key) => key in value)
  return shapes.find(isMeant) ?? schema
}
