/** The JSON Schema of what an intruder could reach. */
import { by } from './matrix-schema.ts'
import { blastResultExamples } from './result-examples.ts'
import {
  asked,
  count,
  listOf,
  name,
  object,
  oneOfWords,
  place,
  portRanges,
  published,
  ref,
  reference,
  schemaVersion,
  snapshot,
  text,
  ways,
} from './schema-parts.ts'

const verdict = oneOfWords(
  ['reachable', 'conditional', 'one-way'],
  'what counts as a step: packets arrive and are answered; or that depends on something that configuration does not settle; or they arrive, and the answer is lost',
)

const flow = object(
  'packets of a link with one fate',
  {
    verdict: ref('verdict'),
    family: { enum: [4, 6], description: 'address family' },
    text: listOf({ type: 'string' }, 'the packets in shortest words'),
    packets: listOf(
      ref('packets'),
      'the packets, exactly; addresses inside the estate are left open. Of a link that is gone on from, those that can be used to go on',
    ),
  },
  ways,
)

const link = object(
  'one step',
  {
    from: reference('member', 'who sends'),
    to: reference('member', 'who is reached'),
    verdict: reference('verdict', 'the surest of its flows'),
    flows: listOf(flow, 'the surest first'),
  },
  {
    through: reference(
      'member',
      'the load balancer or endpoint that the packets are sent to, and that takes them on to who is reached',
    ),
  },
)

const way = object('members that are reached alike', {
  steps: { type: 'integer', minimum: 1, description: 'links of the chain' },
  verdict: reference('verdict', 'of the least sure link'),
  members: listOf({ type: 'string' }, 'interface ids, sorted, or the place outside'),
  chain: listOf(link, 'how the first of them is reached; the others alike'),
})

const key = text('the key of a group, as in a matrix')

const target = object(
  'a group of which something is reached',
  {
    key,
    kind: text('what sort of thing that is'),
    reached: count('members that are reached; 0 for a place outside'),
    of: count('members beside the start; 0 for a place outside'),
    steps: { type: 'integer', minimum: 1, description: 'the fewest of its ways' },
    ways: listOf(
      way,
      'each member is reached in one way: in the fewest steps, and the surest among these; fewest steps first',
    ),
  },
  { name },
)

const group = object('a group', { key }, { name })

const unknownLink = object(
  'a link that nobody can tell of, to members that are not reached otherwise: never followed',
  {
    from: group,
    to: group,
    members: listOf({ type: 'string' }, 'who may be reached'),
    text: listOf({ type: 'string' }, 'the packets in shortest words'),
    example: object('the first', { from: ref('member'), to: ref('member') }),
  },
)

export const blastResult = published(
  'blast-result',
  'The answer of ztnet blast',
  object('what an intruder somewhere could reach, directly and over stepping stones', {
    schemaVersion,
    snapshot,
    query: object(
      'the question; what is absent was not restricted',
      { from: text('where the intruder is, as it was named'), by },
      {
        maxSteps: { type: 'integer', minimum: 1, description: 'no more steps than this' },
        ports: portRanges('the only destination ports that can be used to go on;'),
        ipv4: asked.ipv4,
        ipv6: asked.ipv6,
      },
    ),
    from: place,
    totals: object('how much', {
      reached: count('interfaces of the estate that are reached, those of the start not counted'),
      of: count('interfaces of the estate beside the start'),
      bySteps: listOf(count('interfaces'), 'how many are first reached in one step, in two...'),
      outside: listOf({ type: 'string' }, 'places outside of the estate that are reached'),
    }),
    targets: listOf(
      target,
      'by the fewest steps, then in the order of the groups; what is not here is not reached, unless unknownLinks or unknowns say otherwise',
    ),
    unknownLinks: listOf(unknownLink, 'what may be reached besides'),
    unknowns: listOf(ref('doubt'), 'what was not read, and how to get it'),
  }),
  { defs: { verdict }, examples: blastResultExamples },
)
