/** The JSON Schemas of what ztnet answers, as data: published with the package, each with one full example. What a key means stands
 *  here; the types stand where the answers are made, and tests hold the two together.
 *
 *  The schemas are open: a later ztnet may add keys under the same `schemaVersion`, and never takes one away or changes its meaning. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { blastResult } from './blast-schema.ts'
import { checkResult } from './check-schema.ts'
import { diffResult, watchEvent } from './diff-schema.ts'
import { matrixResult, reachAllResult } from './matrix-schema.ts'
import { batchAnswerExamples, reachResultExamples, tierReportExamples } from './result-examples.ts'
import {
  asked,
  code,
  hop,
  openEnd,
  type JsonSchema,
  listOf,
  message,
  name,
  object,
  oneOfWords,
  published,
  ref,
  reference,
  resource,
  rule,
  schemaVersion,
  snapshot,
  text,
} from './schema-parts.ts'

const blocker = object(
  'a component that stops packets, and would have to change for them to pass',
  {
    code,
    resource,
    direction: oneOfWords(
      ['inbound', 'outbound'],
      'the way the packet was going there: through a filter, into a device or a subnet, or out of it',
    ),
    leg: oneOfWords(['forward', 'return'], 'whether it stops the request or the reply'),
    packets: listOf(ref('packets'), 'what it stops'),
    message,
  },
  {
    name,
    rule,
    fix: text('what to change, if the packets are meant to pass'),
  },
)

const query = object(
  'the question; what is absent was not restricted',
  { from: text('as it was named'), to: text('as it was named') },
  asked,
)

const flow = object('packets with one fate, of members that behave alike', {
  from: listOf({ type: 'string' }, 'interface ids, or internet; sorted'),
  to: listOf({ type: 'string' }, 'interface ids, addresses, internet, or a service; sorted'),
  verdict: reference('verdict', 'never unreachable: what is in no flow does not arrive'),
  packets: listOf(ref('packets'), 'the packets, exactly'),
})

const reachResult = published(
  'reach-result',
  'The answer of ztnet reach',
  object(
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
      witness: object(
        'one packet of the headline verdict and what becomes of it',
        {
          packet: ref('packets'),
          text: text('the packet for people'),
          forward: listOf(hop, 'the way of the request'),
          return: listOf(hop, 'the way of the reply; empty where there is none'),
        },
        { openEnd },
      ),
    },
  ),
  { examples: reachResultExamples },
)

const batchAnswer = published(
  'batch-answer',
  'One line of ztnet reach --batch',
  {
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
  },
  { examples: batchAnswerExamples },
)

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
    ownTier: object('a tier that only the policy has, which takes the subnet', {
      name: text('as the policy calls it'),
      reason: text('which policy says so'),
    }),
    declaredTier: reference('tier', 'what a tag or its Name declares'),
    declared: object(
      'the declaration',
      {
        tier: ref('tier'),
        by: {
          description: 'the policy, tag or Name that says so',
          oneOf: [
            object('the policy', { policy: text('its file') }),
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

const tierReport = published(
  'tier-report',
  'The answer of ztnet tiers',
  object('which subnet is which tier, and why', {
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
  { defs: { tier, routing }, examples: tierReportExamples },
)

/** The schema of every result, by the question that it answers. */
export const schemas = {
  reachResult,
  reachAllResult,
  batchAnswer,
  matrixResult,
  blastResult,
  tierReport,
  checkResult,
  diffResult,
  watchEvent,
} as const
