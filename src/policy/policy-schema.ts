/** The JSON Schema of `ztnet.yaml`, for editors: what `policy-file.ts` reads, as far as a schema can say it. */
import { KEYWORDS, ROUTES, TYPES } from './selector.ts'
import { SEVERITIES } from './severity.ts'

type Schema = Readonly<Record<string, unknown>>

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
const oneOrMany = (items: Schema): Schema => ({ anyOf: [items, { type: 'array', items, minItems: 1 }] })
const map = (properties: Schema, required: readonly string[], description: string): Schema => ({
  type: 'object',
  description,
  properties,
  required,
  additionalProperties: false,
})

const texts = oneOrMany({ type: 'string', minLength: 1 })
const id: Schema = { type: 'string', pattern: '^[\\w./:-]{1,100}$' }
const day: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: '2027-01-31' }

const conditions: Schema = {
  type: 'object',
  description: 'all of these hold; values of one key are alternatives',
  minProperties: 1,
  properties: {
    id: texts,
    name: { ...texts, description: 'a Name, with * for any text' },
    subnet: {
      description: 'conditions on the subnet, or its id or Name',
      ...oneOrMany({ anyOf: [ref('conditions'), { type: 'string' }] }),
    },
    route: oneOrMany({ enum: ROUTES }),
    account: texts,
    vpc: texts,
    ou: texts,
    cidr: texts,
    'prefix-list': texts,
    sg: texts,
    service: texts,
    arn: texts,
    type: oneOrMany({ enum: TYPES }),
  },
  patternProperties: { '^tag:.+': texts },
  additionalProperties: false,
}

const ports: Schema = {
  description: 'tcp/5432, udp/53, tcp/8000-8100, tcp, icmp, any; 443 is TCP and UDP',
  ...oneOrMany({ type: ['string', 'integer'] }),
}

const selector = ref('selector')
const bothWays: Schema = { type: 'boolean', description: 'the reverse holds too' }

const verbs: Schema = {
  deny: map({ from: selector, to: selector, ports, 'both-ways': bothWays }, ['from', 'to'], 'no packet may pass'),
  only: {
    description: 'a closed world: nothing but these',
    oneOf: [
      map({ into: selector, from: selector, ports }, ['into', 'from'], 'nothing but these may come in'),
      map({ 'out-of': selector, to: selector, ports }, ['out-of', 'to'], 'nothing but these may be reached'),
    ],
  },
  require: map(
    { from: selector, to: selector, ports, quantifier: { enum: ['all', 'some'] }, 'both-ways': bothWays },
    ['from', 'to'],
    'must work, there and back: each port in one of the families that count; without ports, anything at all',
  ),
  via: map(
    { from: selector, to: selector, through: selector, ports, 'both-ways': bothWays },
    ['from', 'to', 'through'],
    'every way there must cross one of these',
  ),
}

const settings: Schema = {
  severity: { enum: SEVERITIES },
  'on-unknown': { enum: ['fail', 'warn', 'ignore'] },
  families: oneOrMany({ enum: ['ipv4', 'ipv6'] }),
}

/** `checks`: the ids of all built-in checks. */
export const policySchema = (checks: readonly string[]): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:ztnet:policy:1',
  title: 'A policy of ztnet (ztnet.yaml)',
  type: 'object',
  required: ['version'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    extends: { description: 'policies that ship with ztnet', ...oneOrMany({ enum: ['ztnet/tiers-v1'] }) },
    snapshot: { type: 'string', description: 'which snapshot commands take where none is named' },
    defaults: map(settings, [], 'what holds for rules that say nothing else, those of extends among them'),
    accounts: {
      type: 'object',
      description: 'accounts by a name of your own',
      additionalProperties: {
        anyOf: [
          oneOrMany({ type: 'string', pattern: '^\\d{12}$' }),
          map({ id: texts, ids: texts, ou: texts }, [], 'by number, or all of an organizational unit'),
        ],
      },
    },
    peers: { type: 'object', description: 'others, by name', additionalProperties: selector },
    tiers: {
      type: ['object', 'null'],
      description: 'tiers, by name; the first that fits counts',
      additionalProperties: selector,
    },
    rules: {
      type: ['array', 'null'],
      items: {
        ...map(
          { id, why: { type: 'string' }, ports, 'both-ways': bothWays, ...settings, ...verbs },
          ['id'],
          'one sentence',
        ),
        oneOf: Object.keys(verbs).map((verb) => ({ required: [verb] })),
      },
    },
    checks: map(
      Object.fromEntries(checks.map((check) => [check, { enum: [...SEVERITIES, 'off'] }])),
      [],
      'built-in checks: another severity, or off',
    ),
    exceptions: {
      type: ['array', 'null'],
      items: map(
        {
          id,
          rule: id,
          from: selector,
          to: selector,
          ports,
          reason: { type: 'string', minLength: 1 },
          owner: { type: 'string', minLength: 1 },
          ticket: { type: ['string', 'integer'] },
          expires: day,
        },
        ['id', 'rule', 'reason', 'owner', 'expires'],
        'packets that are accepted until a day',
      ),
    },
    critical: {
      description:
        'security groups, by id or Name, * for any text: ztnet watch tells whenever a rule of theirs changes',
      ...texts,
    },
    ci: map(
      {
        'fail-on': { enum: SEVERITIES },
        baseline: { type: 'string' },
        'max-exception-days': { type: 'integer', minimum: 0 },
      },
      [],
      'how it is run by machines',
    ),
  },
  $defs: {
    conditions,
    selector: {
      description: `a name of this policy, a tier, ${KEYWORDS.join(', ')}, a place in the words of ztnet reach, or conditions; a list means any of them`,
      ...oneOrMany({ anyOf: [{ type: 'string', minLength: 1 }, ref('conditions')] }),
    },
  },
})
