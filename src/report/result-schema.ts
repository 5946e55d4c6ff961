/** The JSON Schemas of what ztnet answers, as data: published with the package, each with one full example. What a key means stands
 *  here; the types stand where the answers are made, and tests hold the two together.
 *
 *  The schemas are open: a later ztnet may add keys under the same `schemaVersion`, and never takes one away or changes its meaning. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { batchAnswerExamples, reachResultExamples, tierReportExamples } from './result-examples.ts'

/** A JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

const text = (description: string): JsonSchema => ({ type: 'string', description })
const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description })
const oneOfWords = (words: readonly string[], description: string): JsonSchema => ({ enum: words, description })
const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })
const reference = (name: string, description: string): JsonSchema => ({ ...ref(name), description })

/** An object: keys that are always there, and keys that may be absent. */
const object = (
  description: string,
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => ({
  type: 'object',
  description,
  required: Object.keys(required),
  properties: { ...required, ...optional },
})

const schemaVersion: JsonSchema = { const: 1, description: 'the version of this shape' }

const snapshot = object(
  'what the answer is about',
  { gaps: { type: 'integer', minimum: 0, description: 'how much the snapshot says that it could not read' } },
  { collectedAt: text('when the facts were read, ISO 8601, UTC; absent where nobody said') },
)

const verdict = oneOfWords(
  ['reachable', 'conditional', 'one-way', 'unknown', 'unreachable'],
  'reachable: the request arrives and the reply comes back. conditional: it depends on something that configuration does not settle. one-way: the request arrives, the reply is lost. unknown: the snapshot lacks what the answer needs. unreachable: no such packet arrives, which is proved. A question about many packets has the first of these that is true of any.',
)

const port = { type: 'integer', minimum: 0, maximum: 65535 } as const
const byte = { type: 'integer', minimum: 0, maximum: 255 } as const

const portRanges = (what: string): JsonSchema =>
  listOf(
    { type: 'array', prefixItems: [port, port], items: false, minItems: 2 },
    `${what} ports: first and last of each range, ascending. Restricts tcp and udp only, which alone have ports; an empty list means none of them`,
  )

const packets: JsonSchema = object(
  'A set of packets, in the headers as sent. A list of these is disjoint, and means their union. An absent key restricts nothing. A key that is there restricts the protocols that have such a field, and no others: with protocol any, sourcePorts restricts tcp and udp, icmp restricts icmp and icmpv6, and every other protocol is there whole. An empty list means that the protocols with this field are not there.',
  {
    protocol: {
      description:
        'a name, the number of a protocol without a name here, or any: all 256, as far as the other keys do not restrict them',
      oneOf: [{ enum: ['tcp', 'udp', 'icmp', 'icmpv6', 'any'] }, { ...byte, not: { enum: [1, 6, 17, 58] } }],
    },
  },
  {
    destinationPorts: portRanges('destination'),
    sourcePorts: portRanges('source'),
    icmp: listOf(
      object('one type with one code, or without code with all', { type: byte }, { code: byte }),
      'ICMP messages. Restricts icmp and icmpv6 only; an empty list means none of them',
    ),
    sources: reference('addresses', 'source addresses; absent: all of the address family that destinations tells'),
    destinations: reference(
      'addresses',
      'destination addresses; there also where it restricts nothing, if sources is absent, so that the address family can be told',
    ),
  },
)

const addresses: JsonSchema = {
  type: 'array',
  items: { type: 'string', pattern: '^[0-9a-f.:]+(/\\d{1,3}|-[0-9a-f.:]+)$' },
  minItems: 1,
  description: 'CIDR blocks, and first-last where a range is no block; of one address family, ascending',
}

const resource = text('the id or ARN of the component; internet, amazon, client for what has none')
const name = text('its Name tag, or the name that AWS itself gives it')
const rule = text('the rule that decides, in words')
const code = text('the explanation code: of the AWS Reachability Analyzer where it has one, else in the same style')
const message = text('one sentence')

const hop = object(
  'one step of a path',
  {
    stage: text('the role of the component in this step: leaving, egress, route, ingress, arriving, here...'),
    resource,
    code,
    effect: oneOfWords(['allow', 'route', 'translate', 'deliver', 'drop', 'unknown'], 'what happened to the packet'),
    message,
  },
  { name, rule, packet: text('the header after the step, where the step changed it') },
)

const blocker = object(
  'a component that stops packets, and would have to change for them to pass',
  {
    code,
    resource,
    leg: oneOfWords(['forward', 'return'], 'whether it stops the request or the reply'),
    packets: listOf(ref('packets'), 'what it stops'),
    message,
  },
  {
    name,
    rule,
    direction: oneOfWords(['inbound', 'outbound'], 'the way the packet was going through a filter'),
    fix: text('what to change, if the packets are meant to pass'),
  },
)

const doubt = object(
  'something that configuration does not settle, or that was not read',
  { code, resource, message },
  {
    name,
    remedy: text('how to settle it'),
    packets: listOf(ref('packets'), 'whose fate depends on it; absent where that cannot be told either'),
    gaps: listOf(
      object('a gap', { message }, { source: text('file and place, or call'), remedy: text('how to close it') }),
      'what the snapshot says of why it is missing',
    ),
  },
)

const end = object(
  'one end of the question',
  {
    selector: text('as it was named'),
    kind: text('what kind of place that is: tier, instance, subnet, address, internet...'),
    resolved: listOf(
      object('one thing', { id: text('its id'), kind: text('what it is') }, { name }),
      'what was named, then the interfaces behind it; each sorted by id',
    ),
    addresses: {
      type: 'array',
      items: { type: 'string' },
      description: 'all addresses that the question is about at this end: CIDR blocks, and first-last; both families',
    },
  },
  {
    leftOut: listOf(
      object('a kind', {
        what: text('what they belong to'),
        interfaces: { type: 'integer', minimum: 1, description: 'how many' },
      }),
      'interfaces in what was named that do no work there, and are therefore not meant',
    ),
  },
)

const query = object(
  'the question; what is absent was not restricted',
  { from: text('as it was named'), to: text('as it was named') },
  {
    protocol: { ...byte, description: 'IANA number' },
    ports: {
      type: 'array',
      prefixItems: [port, port],
      items: false,
      minItems: 2,
      description: 'destination ports, first and last',
    },
    sourcePort: port,
    icmpType: byte,
    icmpCode: byte,
    families: { type: 'array', items: { enum: [4, 6] }, minItems: 1, description: 'address families' },
  },
)

const flow = object('packets with one fate, of members that behave alike', {
  from: listOf({ type: 'string' }, 'interface ids, or internet; sorted'),
  to: listOf({ type: 'string' }, 'interface ids, addresses, internet, or a service; sorted'),
  verdict: reference('verdict', 'never unreachable: what is in no flow does not arrive'),
  packets: listOf(ref('packets'), 'the packets, exactly'),
})

const reachResult: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:ztnet:reach-result:1',
  title: 'The answer of ztnet reach',
  ...object(
    'which packets flow from one place to another and back, by which path, and what is in the way of the others',
    {
      schemaVersion,
      snapshot,
      query,
      from: ref('end'),
      to: ref('end'),
      verdict: ref('verdict'),
      flows: listOf(flow, 'everything that is not unreachable, grouped'),
      conditions: listOf(ref('doubt'), 'why packets are conditional'),
      blocked: listOf(blocker, 'every component in the way, not the first: requests before replies'),
      assumptions: listOf(
        object('an assumption', { rule: text('rule of the rule book'), text: text('what is assumed') }),
        'what the answer rests on where AWS documents are silent, or where a default was taken for what was not read',
      ),
      unknowns: listOf(ref('doubt'), 'what was not read, and how to get it'),
    },
    {
      witness: object('one packet of the headline verdict and what becomes of it', {
        packet: ref('packets'),
        text: text('the packet for people'),
        forward: listOf(hop, 'the way of the request'),
        return: listOf(hop, 'the way of the reply; empty where there is none'),
      }),
    },
  ),
  $defs: { verdict, packets, addresses, end, doubt },
  examples: reachResultExamples,
}

const batchAnswer: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:ztnet:batch-answer:1',
  title: 'One line of ztnet reach --batch',
  description: 'the answer to one line of questions; lines are in the order of the questions',
  oneOf: [
    object(
      'an answer',
      { id: { description: 'the id of the question; null where it had none' }, verdict: ref('verdict') },
      { code: text('the explanation code of the first thing that led to the verdict; absent for reachable') },
    ),
    object('a question that cannot be asked', {
      id: { description: 'the id of the question; null where it had none or could not be read' },
      error: text('what is wrong with it'),
    }),
  ],
  $defs: { verdict },
  examples: batchAnswerExamples,
}

const tier = oneOfWords(TIERS, 'other: a subnet for something that the four tiers have no rule for')

const named = (description: string): JsonSchema => object(description, { id: text('its id') }, { name })

const routing = object('where the routes of one address family lead', {
  is: oneOfWords(
    ['public-v4', 'public-v6', 'egress-only', 'transit', 'vpn-only', 'isolated', 'unknown'],
    'what they make of the subnet',
  ),
  exits: listOf(
    object(
      'something that takes packets for the internet',
      {
        via: oneOfWords(
          [
            'internet-gateway',
            'nat-gateway',
            'egress-only-internet-gateway',
            'private-nat-gateway',
            'transit-gateway',
            'inspection-endpoint',
            'network-interface',
            'core-network',
            'local-gateway',
            'carrier-gateway',
            'vpn-gateway',
            'unmodelled',
          ],
          'what it is',
        ),
        id: text('its id'),
        routes: listOf({ type: 'string' }, 'the routes that lead there'),
        scope: oneOfWords(['all', 'part', 'unread'], 'how much of the internet they cover'),
      },
      {
        name,
        destinations: listOf({ type: 'string' }, 'the part that they cover: CIDR blocks, and first-last'),
      },
    ),
    'the most open first',
  ),
  reason: message,
})

const subnetTier = object(
  'one subnet',
  {
    id: text('its id'),
    account: text('12 digits'),
    region: text('such as eu-central-1'),
    vpc: named('its VPC'),
    cidrs: listOf({ type: 'string' }, 'its CIDR blocks'),
    tier: reference('tier', 'what policy goes by: the declared tier, else what use and routes make of the subnet'),
    reason: text('why this tier'),
    effectiveTier: oneOfWords(
      ['public', 'private-egress', 'private-transit', 'isolated', 'unknown'],
      'what its routes make of it',
    ),
    effective: object(
      'the routes',
      { reason: message },
      {
        routeTable: named('the table in force'),
        ipv4: ref('routing'),
        ipv6: ref('routing'),
        internetBeyond: oneOfWords(
          ['yes', 'no', 'unknown'],
          'of private-transit: whether any packet gets to the internet that way, by the whole configuration',
        ),
      },
    ),
    function: oneOfWords(
      ['edge', 'transit', 'inspection', 'endpoints', 'database', 'control-plane', 'app', 'empty', 'unknown'],
      'what it is used for, by the interfaces in it',
    ),
    use: object('the interfaces in it', {
      reason: message,
      interfaces: {
        type: 'object',
        additionalProperties: { type: 'integer', minimum: 1 },
        description: 'how many of each kind, by the words for them',
      },
    }),
  },
  {
    name,
    zone: text('its availability zone'),
    declaredTier: reference('tier', 'what a tag or its Name declares'),
    declared: object(
      'the declaration',
      {
        tier: ref('tier'),
        by: {
          description: 'the tag or Name that says so',
          oneOf: [
            object('a tag', { tag: text('its key'), value: text('its value') }),
            object('the Name', { name: text('the Name'), word: text('the word in it') }),
          ],
        },
        reason: message,
      },
      { purpose: text('what the subnet is for, where that is more than its tier') },
    ),
    mismatch: object('declaration and routes disagree', {
      kind: oneOfWords(['more-open', 'less-open'], 'more-open: packets may flow that the declared tier would not have'),
      reason: message,
    }),
  },
)

const tierReport: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:ztnet:tier-report:1',
  title: 'The answer of ztnet tiers',
  ...object('which subnet is which tier, and why', {
    schemaVersion,
    snapshot,
    totals: object('how many', {
      subnets: { type: 'integer', minimum: 0 },
      tiers: object(
        'subnets of each tier',
        Object.fromEntries(TIERS.map((each) => [each, { type: 'integer', minimum: 0 }])),
      ),
      mismatches: { type: 'integer', minimum: 0, description: 'subnets that are not what they are declared to be' },
    }),
    subnets: listOf(subnetTier, 'by account, region, VPC and id'),
  }),
  $defs: { tier, routing },
  examples: tierReportExamples,
}

/** The schema of every result, by the question that it answers. */
export const schemas = { reachResult, batchAnswer, tierReport } as const
