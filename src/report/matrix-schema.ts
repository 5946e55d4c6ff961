/** The JSON Schemas of a matrix, and of one row or column of it. */
import { matrixResultExamples, reachAllResultExamples } from './result-examples.ts'
import {
  asked,
  count,
  type JsonSchema,
  listOf,
  name,
  object,
  oneOfWords,
  place,
  published,
  ref,
  reference,
  schemaVersion,
  snapshot,
  text,
  ways,
} from './schema-parts.ts'

export const by: JsonSchema = {
  type: 'string',
  pattern: '^(tier|vpc-tier|subnet|vpc|account|security-group|interface|tag:.+)$',
  description: 'what members are grouped by; vpc-tier is the tier within the VPC',
}

const from = text('the place that senders were restricted to, as it was named')
const to = text('the place that receivers were restricted to, as it was named')

const group = object(
  'a row or column',
  {
    key: text(
      'what the group is: an id, a tier, vpc:<id>/<tier>, account:<number>, tag:<Key>=<value>, a place outside of the estate; in brackets for what belongs to none',
    ),
    kind: text('what sort of thing that is'),
    members: listOf({ type: 'string' }, 'interface ids, sorted; none for a place outside of the estate'),
  },
  { name },
)

const groups = object('the rows and columns, in order', {
  from: listOf(ref('group'), 'who sends'),
  to: listOf(ref('group'), 'who receives'),
})

const flow = object(
  'packets with one fate, with the pairs that can send them',
  {
    verdict: reference('verdict', 'never unreachable: what is in no flow does not arrive'),
    family: { enum: [4, 6], description: 'address family' },
    text: listOf({ type: 'string' }, 'the packets in shortest words'),
    packets: listOf(
      ref('packets'),
      'the packets, exactly; the addresses of members are left open, those of places outside are told',
    ),
    pairs: { type: 'integer', minimum: 1, description: 'of how many pairs this is true' },
    example: object('the first of these pairs', { from: ref('member'), to: ref('member') }),
  },
  ways,
)

const cell = object(
  'what the members of one group can send to those of another',
  {
    from: text('the key of a group'),
    to: text('the key of a group'),
    verdict: ref('verdict'),
    pairs: count('ordered pairs of a sender and a receiver, two different members'),
    flows: listOf(flow, 'everything that is not unreachable, best verdict first'),
  },
  { unaskable: listOf({ type: 'string' }, 'codes of unknowns: what cannot be asked, because knowledge is missing') },
)

const totals = object('how many', {
  cells: count('cells about which there is something to ask'),
  pairs: count('pairs in all of them'),
  verdicts: object('cells by verdict', {
    reachable: count('cells'),
    conditional: count('cells'),
    'one-way': count('cells'),
    unknown: count('cells'),
    unreachable: count('cells'),
  }),
  unreachable: oneOfWords(
    ['listed', 'left-out'],
    'whether cells has those that are unreachable: all of them in a small matrix, none in a large one',
  ),
})

const answer = {
  groups,
  totals,
  cells: listOf(
    cell,
    'row by row, in the order of the groups. Groups without a cell are unreachable; save that nobody asks about two places outside of the estate, nor about a group of one and itself',
  ),
  unknowns: listOf(ref('doubt'), 'what was not read, and how to get it'),
}

export const matrixResult = published(
  'matrix-result',
  'The answer of ztnet matrix',
  object(
    'who can reach whom on what, group by group',
    {
      schemaVersion,
      snapshot,
      query: object('the question; what is absent was not restricted', { by }, { from, to, ...asked }),
      ...answer,
    },
    { places: object('what the places of the query resolved to', {}, { from: place, to: place }) },
  ),
  { defs: { group }, examples: matrixResultExamples },
)

export const reachAllResult = published(
  'reach-all-result',
  "The answer of ztnet reach <place> '*' and ztnet reach '*' <place>",
  object('everything that a place can reach, or that can reach it: a matrix of one row, or of one column', {
    schemaVersion,
    snapshot,
    query: object(
      'the question; what is absent was not restricted',
      { by, from: text('as it was named; * is everything'), to: text('as it was named; * is everything') },
      asked,
    ),
    place,
    verdict: reference('verdict', 'the best of all cells'),
    ...answer,
  }),
  { defs: { group }, examples: reachAllResultExamples },
)
