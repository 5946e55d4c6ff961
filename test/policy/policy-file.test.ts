/** `ztnet.yaml` as people write it: what is read, and what is said of mistakes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CHECK_IDS } from '../../src/checks/all.ts'
import { ZtnetError } from '../../src/errors.ts'
import { policySchema } from '../../src/policy/policy-schema.ts'
import { TIERS_V1_TEXT } from '../../src/policy/tiers-v1.ts'
import { policyFrom } from '../checks/ask.ts'
import { rewriting } from '../rewriting.ts'
import { ONE_VPC, ORGANISATION } from './examples.ts'

const schema = policySchema(CHECK_IDS)
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)

/** As an editor sees it, with days as text. */
const isValid = (text: string): boolean => validate(parse(text, { schema: 'core' }))

const errorOf = (text: string): ZtnetError => {
  try {
    policyFrom(text)
  } catch (error) {
    if (error instanceof ZtnetError) return error
    throw error
  }
  throw new Error(`nothing is wrong with ${text}`)
}

describe('the examples of the contract', () => {
  it.each([
    ['one VPC', ONE_VPC],
    ['an organisation', ORGANISATION],
    ['ztnet/tiers-v1', TIERS_V1_TEXT],
  ])('%s is read, and valid by the published schema', (_, text) => {
    expect(policyFrom(text).rules.length).toBeGreaterThanOrEqual(5)
    expect([isValid(text), validate.errors]).toEqual([true, null])
  })

  it('a rule of ones own takes the place of the shipped rule of that id', () => {
    const { rules } = policyFrom(ONE_VPC)
    expect(rules.filter(({ id }) => id === 'db-in')).toHaveLength(1)
    expect(rules.find(({ id }) => id === 'db-in')?.isShipped).toBeUndefined()
    expect(rules.find(({ id }) => id === 'private-in')?.isShipped).toBe(true)
  })

  it('shipped rules go by the defaults for what they do not say themselves', () => {
    const defaults = 'defaults: { severity: low, on-unknown: fail, families: [ipv4] }'
    const { rules } = policyFrom(`version: 1\nextends: [ztnet/tiers-v1]\n${defaults}\n`)
    expect(new Set(rules.map(({ onUnknown }) => onUnknown))).toEqual(new Set(['fail']))
    expect(new Set(rules.map(({ families }) => families.join()))).toEqual(new Set(['4']))
    expect(rules.find(({ id }) => id === 'db-isolated')?.severity).toBe('critical')
  })

  it('a rule knows where it stands', () => {
    const { rules } = policyFrom('version: 1\nrules:\n  - id: a\n    deny: { from: internet, to: private }\n')
    expect(rules[0]?.span).toMatchObject({ file: 'ztnet.yaml', line: 3, column: 5 })
  })
})

it('the published schema is the one of today: if this fails, ZTNET_WRITE_GOLDEN=1 npx vitest run test/policy', async () => {
  const file = fileURLToPath(new URL('../../schemas/policy.json', import.meta.url))
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(file)), parser: 'json' })
  if (rewriting) writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

const rule = (text: string): string => `version: 1\nrules:\n  - ${text}\n`

describe('a mistake is named with line, column and the nearest word', () => {
  it.each([
    [
      'a name',
      rule('{ id: a, deny: { from: databse, to: internet } }'),
      'line 3, column 28',
      /"databse" is no name/,
      /Did you mean "database"/,
    ],
    [
      'a key',
      rule('{ id: a, dney: { from: database, to: internet } }'),
      'line 3, column 14',
      /"dney" is no key of a rule/,
      /Did you mean "deny"/,
    ],
    [
      'a severity',
      rule('{ id: a, severity: hihg, deny: { from: database, to: internet } }'),
      'line 3, column 24',
      /"hihg" is no severity/,
      /Did you mean "high"/,
    ],
    [
      'a port',
      rule('{ id: a, deny: { from: database, to: internet, ports: [tcp/99999] } }'),
      'line 3, column 60',
      /is no port/,
      /tcp\/5432/,
    ],
    [
      'a check',
      'version: 1\nchecks: { trust-by-adress: off }\n',
      'line 2, column 11',
      /is no key of checks/,
      /Did you mean "trust-by-address"/,
    ],
    [
      'a type',
      rule('{ id: a, via: { from: private, to: internet, through: { type: network-firewal } } }'),
      'line 3',
      /is no type/,
      /Did you mean "network-firewall"/,
    ],
    [
      'a rule that an exception names',
      'version: 1\nextends: ztnet/tiers-v1\nexceptions:\n  - { id: E, rule: db-inn, reason: r, owner: o, expires: 2027-01-31 }\n',
      'line 4',
      /is no rule or check/,
      /Did you mean "db-in"/,
    ],
    [
      'a day',
      'version: 1\nextends: ztnet/tiers-v1\nexceptions:\n  - { id: E, rule: db-in, reason: r, owner: o, expires: 2027-02-30 }\n',
      'line 4',
      /is no day/,
      /2027-01-31/,
    ],
    [
      'a policy to extend',
      'version: 1\nextends: [ztnet/tiers-v2]\n',
      'line 2, column 11',
      /is no policy to extend/,
      /ztnet\/tiers-v1/,
    ],
    [
      'a critical group',
      'version: 1\ncritical:\n  - payments-*\n  - { group: sg-1 }\n',
      'line 4, column 5',
      /a security group, by id or Name, is expected/,
      /./,
    ],
    ['a version', 'version: 2\n', 'line 1, column 10', /reads policies of version 1/, /version: 1/],
    ['no verb', rule('{ id: a }'), 'line 3', /says nothing/, /deny, only, require, via/],
    [
      'two verbs',
      rule('{ id: a, deny: { from: any, to: any }, require: { from: any, to: any } }'),
      'line 3',
      /says deny and require at once/,
      /exactly one/,
    ],
    ['an end that is missing', rule('{ id: a, deny: { from: any } }'), 'line 3', /needs to/, /deny: \{ from/],
    [
      'two ids',
      `${rule('{ id: a, deny: { from: any, to: estate } }')}  - { id: a, deny: { from: any, to: estate } }\n`,
      'line 4',
      /two rules a/,
      /another id/,
    ],
    ['an account', 'version: 1\naccounts: { net: { id: 111 } }\n', 'line 2', /is no account/, /12 digits/],
    [
      'a block',
      rule('{ id: a, deny: { from: { cidr: 10.0.0.0 }, to: { cidr: 300.0.0.0/8 } } }'),
      'line 3',
      /is no CIDR block/,
      /10.0.0.0\/16/,
    ],
    ['what is no YAML', 'version: 1\nrules: [\n', 'line', /./, /YAML/],
    ['nothing', '', 'line 1, column 1', /a policy is expected/, /nothing/],
    ['a list', '- version: 1\n', 'line 1, column 1', /a policy is expected/, /a list/],
  ])('%s', (_, text, at, message, hint) => {
    const error = errorOf(text)
    expect(error.place.at).toContain(at)
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })

  it('an alias that makes too much of little is refused', () => {
    const bomb = [
      'version: 1',
      'rules: []',
      'peers:',
      '  a0: &a0 [internet, internet, internet, internet, internet, internet, internet, internet]',
    ]
    const lines = Array.from(
      { length: 9 },
      (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}, *a${i}, *a${i}, *a${i}, *a${i}]`,
    )
    expect(errorOf([...bomb, ...lines].join('\n')).code).toBe('POLICY_INVALID')
  })
})

it('the schema refuses what the reader refuses', () => {
  for (const text of [
    rule('{ id: a }'),
    rule('{ id: a, severity: hihg, deny: { from: any, to: any } }'),
    rule('{ id: a, deny: { from: any } }'),
    'version: 2\n',
    'version: 1\nchecks: { trust-by-adress: off }\n',
    'version: 1\ncritical: [{ group: sg-1 }]\n',
  ])
    expect([text, isValid(text)]).toEqual([text, false])
})

it.each(['critical: payments', 'critical: [sg-0123456789abcdef0, "payments-*"]'])('%s is read, and valid', (line) => {
  const text = `version: 1\n${line}\n`
  expect(isValid(text)).toBe(true)
  expect(policyFrom(text).critical.length).toBeGreaterThan(0)
})
