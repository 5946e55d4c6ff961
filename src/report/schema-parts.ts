/** What the JSON Schemas of several results share: the words to write a schema in, and packets, ends, doubts. */

/** A JSON Schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

export const text = (description: string): JsonSchema => ({ type: 'string', description })
export const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description })
export const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: 'array', items, description })
export const oneOfWords = (words: readonly string[], description: string): JsonSchema => ({ enum: words, description })
export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })
export const reference = (name: string, description: string): JsonSchema => ({ ...ref(name), description })

/** An object: keys that are always there, and keys that may be absent. */
export const object = (
  description: string,
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => ({
  type: 'object',
  description,
  required: Object.keys(required),
  properties: { ...required, ...optional },
})

export const schemaVersion: JsonSchema = { const: 1, description: 'the version of this shape' }

export const snapshot = object(
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

const protocols = [{ enum: ['tcp', 'udp', 'icmp', 'icmpv6'] }, { ...byte, not: { enum: [1, 6, 17, 58] } }]

export const portRanges = (what: string): JsonSchema =>
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
      oneOf: [...protocols, { const: 'any' }],
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

export const resource = text('the id or ARN of the component; internet, amazon, client for what has none')
export const name = text('its Name tag, or the name that AWS itself gives it')
export const rule = text('the rule that decides, in words')
export const code = text(
  'the explanation code: of the AWS Reachability Analyzer where it has one, else in the same style',
)
export const message = text('one sentence')

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

const resolved = listOf(
  object('one thing', { id: text('its id'), kind: text('what it is') }, { name }),
  'what was named, then the interfaces behind it; each sorted by id',
)

const leftOut = listOf(
  object('a kind', {
    what: text('what they belong to'),
    interfaces: { type: 'integer', minimum: 1, description: 'how many' },
  }),
  'interfaces in what was named that do no work there, and are therefore not meant',
)

/** What a selector resolved to. */
export const place = object(
  'a place that was named',
  {
    selector: text('as it was named'),
    kind: text('what kind of place that is: tier, instance, subnet, address, internet...'),
    resolved,
  },
  { leftOut },
)

const end = object(
  'one end of the question',
  {
    selector: text('as it was named'),
    kind: text('what kind of place that is: tier, instance, subnet, address, internet...'),
    resolved,
    addresses: {
      type: 'array',
      items: { type: 'string' },
      description: 'all addresses that the question is about at this end: CIDR blocks, and first-last; both families',
    },
  },
  {
    leftOut,
  },
)

/** The packets that a question was about, in the words of a line of a batch; what is absent was not restricted. */
export const asked = {
  protocol: { description: 'a name, or the number of a protocol without a name here', oneOf: protocols },
  port: {
    description: 'destination port, or first-last',
    oneOf: [port, { type: 'string', pattern: '^\\d{1,5}-\\d{1,5}$' }],
  },
  sourcePort: port,
  icmpType: byte,
  icmpCode: byte,
  ipv4: { const: true, description: 'IPv4 only' },
  ipv6: { const: true, description: 'IPv6 only' },
}

const step = {
  stage: text('the role of the component in this step: leaving, egress, route, ingress, arriving, here...'),
  resource,
  code,
  message,
}
const more = { name, rule, packet: text('the header after the step, where the step changed it') }

export const hop = object(
  'one step of a path',
  {
    ...step,
    effect: oneOfWords(['allow', 'route', 'translate', 'deliver', 'drop'], 'what happened to the packet'),
  },
  more,
)

/** Where the way of a packet ends because nobody knows what the next step does. */
export const openEnd = object(
  'the step of which it is not known what it does to the packet, after the last hop of its leg; unknowns says what is missing',
  { leg: oneOfWords(['forward', 'return'], 'whose way it ends: that of the request or that of the answer'), ...step },
  more,
)

/** Where packets are not sent to the receiver's own address. */
export const ways: Readonly<Record<string, JsonSchema>> = {
  byPublicAddress: {
    const: true,
    description: 'sent from inside the estate to the public address of the receiver',
  },
  byNat64: {
    const: true,
    description:
      'sent to an IPv6 address that stands for an IPv4 address of the receiver, to which a NAT gateway translates it',
  },
}

/** A thing with its name. */
const member = object('a member: its interface id, or the place outside', { id: text('its id') }, { name })

/** What `ref` may name in any schema. */
const shared: Readonly<Record<string, JsonSchema>> = { verdict, packets, addresses, doubt, end, hop, member }

/** A schema as it is published, with `$defs` of all that it refers to: what results share, and its own. */
export const published = (
  id: string,
  title: string,
  body: JsonSchema,
  {
    defs = {},
    examples,
  }: { readonly defs?: Readonly<Record<string, JsonSchema>>; readonly examples: readonly unknown[] },
): JsonSchema => ({
  $schema: DIALECT,
  $id: `urn:ztnet:${id}:1`,
  title,
  ...body,
  $defs: referred(body, { ...shared, ...defs }),
  examples,
})

const referred = (
  body: JsonSchema,
  known: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> => {
  const found = new Set<string>()
  const visit = (schema: JsonSchema): void => {
    for (const [, named = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g))
      if (!found.has(named)) {
        found.add(named)
        visit(known[named]!)
      }
  }
  visit(body)
  return Object.fromEntries(Object.entries(known).filter(([named]) => found.has(named)))
}
