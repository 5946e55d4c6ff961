/** The JSON Schemas of a diff, and of the event that a watch tells. */
import { by } from './matrix-schema.ts'
import { diffResultExamples, watchEventExamples } from './result-examples.ts'
import {
  asked,
  count,
  type JsonSchema,
  listOf,
  name,
  object,
  oneOfWords,
  published,
  ref,
  reference,
  schemaVersion,
  snapshot,
  text,
  ways,
} from './schema-parts.ts'

const group = object(
  'a group, without its members',
  { key: text('what the group is, as in the answer of ztnet matrix'), kind: text('what sort of thing that is') },
  { name },
)

const flow = {
  family: { enum: [4, 6], description: 'address family' },
  text: listOf({ type: 'string' }, 'the packets in shortest words'),
  packets: listOf(ref('packets'), 'the packets, exactly; addresses of members are left open'),
  pairs: count('of how many ordered pairs of different members it is true'),
  example: object('the first of the pairs', { from: ref('member'), to: ref('member') }),
} as const

const change = object(
  'packets that fare otherwise than they did, between places that are in both snapshots',
  {
    kind: oneOfWords(
      ['gained', 'changed', 'lost'],
      'gained: nothing of it arrived before. lost: nothing of it arrives now. changed: something else becomes of it',
    ),
    opens: { type: 'boolean', description: 'whether more gets through, or may, than did' },
    from: text('the key of a group'),
    to: text('the key of a group'),
    before: ref('verdict'),
    after: ref('verdict'),
    ...flow,
    causes: listOf({ type: 'string' }, 'ids of settings: without them it would be as it was'),
  },
  ways,
)

const placeChange = object(
  'the interfaces of one group that are in one snapshot only',
  {
    group: text('the key of the group'),
    members: listOf(ref('member'), 'the interfaces'),
    flows: listOf(
      object(
        'what flows to or from them',
        {
          from: text('the key of a group'),
          to: text('the key of a group'),
          direction: oneOfWords(['from', 'to'], 'from: they send'),
          verdict: ref('verdict'),
          ...flow,
        },
        ways,
      ),
      'everything; what flows among them is in what they send',
    ),
  },
  { likeOthers: reference('member', 'one that is in both snapshots, where each of them fares as one of those does') },
)

const setting = object('something that was changed', {
  id: text('within this answer'),
  kind: text('the kind of resource, or coverage: what could be read'),
  change: oneOfWords(['added', 'removed', 'changed'], 'what was done'),
  resources: listOf(ref('member'), 'whose setting it is; several where the same was done to each'),
  text: text('what was done, in words'),
  effect: oneOfWords(
    ['reachability', 'places', 'none'],
    'reachability: the cause of a change. places: it concerns places that are new or gone. none: what flows is as it was',
  ),
})

const severity = oneOfWords(['critical', 'high', 'medium', 'low', 'info'], 'how bad it is')

const head = {
  rule: text('the rule or check'),
  severity,
  title: text('one sentence'),
  fingerprint: text('of rule and ends: the same from run to run'),
} as const

/** Its other keys are told by the answer of `ztnet check`. */
const whole: JsonSchema = { type: 'object', description: 'a finding, whole' }

const findings = object(
  'what a policy says of both snapshots',
  {
    new: listOf(whole, 'findings that were not there before'),
    mended: listOf(object('a finding', head), 'findings that are there no longer'),
    unread: listOf(
      object('a finding', head),
      'findings that are there no longer, where the new snapshot could not look at all that the old one tells of',
    ),
    unchanged: listOf(object('a finding', head), 'findings that were there before'),
  },
  { policy: text('the file; absent for the one that ships with ztnet') },
)

const defs = { change, placeChange, setting, group }

const diff: JsonSchema = object(
  'what a change makes reachable, what it takes away, and which settings did it',
  {
    schemaVersion,
    before: snapshot,
    after: snapshot,
    query: object('what was asked', { by, match: text('which resource is which: id, name or tag:<Key>') }, asked),
    totals: object('how many', {
      gained: count('changes by which something new arrives'),
      changed: count('changes by which something else becomes of packets'),
      lost: count('changes by which something arrives no longer'),
      opened: count('changes by which more gets through, or may, than did'),
      new: count('interfaces that came'),
      gone: count('interfaces that went'),
      replaced: count('interfaces that took the place of others of the same role'),
      settings: count('settings that were changed'),
    }),
    groups: listOf(ref('group'), 'the groups that are named below'),
    changes: listOf(ref('change'), 'what opens first, the worst before the others'),
    places: object('places that are in one snapshot only', {
      new: listOf(ref('placeChange'), 'what came'),
      gone: listOf(ref('placeChange'), 'what went'),
      unread: listOf(
        ref('member'),
        'interfaces that the new snapshot could not look for: nobody knows whether they are there',
      ),
      replaced: listOf(
        object(
          'an interface that took the place of another',
          { id: text('its id'), formerly: text('of the other') },
          { name },
        ),
        'subnet, groups and owner are the same: no change',
      ),
      moved: listOf(
        object('interfaces that are in other groups than they were', {
          from: text('the key of the group before'),
          to: text('the key of the group after'),
          members: listOf(ref('member'), 'the interfaces'),
        }),
        'such as those of a subnet that is of another tier now',
      ),
    }),
    settings: listOf(ref('setting'), 'all that was changed, by kind and id'),
  },
  { findings },
)

export const diffResult = published('diff-result', 'The answer of ztnet diff', diff, {
  defs,
  examples: diffResultExamples,
})

export const watchEvent = published(
  'watch-event',
  'What ztnet watch tells of a change',
  object('one line', {
    schemaVersion,
    id: text('of the time: a receiver that gets one twice can tell'),
    at: text('when it was seen, ISO 8601, UTC'),
    snapshots: object('what was compared', { before: text('file name'), after: text('file name') }),
    because: listOf(
      oneOfWords(['reachability', 'places', 'findings', 'critical', 'unread'], 'a reason'),
      'why it is told',
    ),
    critical: listOf(
      object('a rule of a group that is watched', { group: text('its id'), text: text('what was done') }, { name }),
      'whatever they do to reachability',
    ),
    unread: listOf(
      text('which, and why'),
      'calls that failed and did not at the last look: the diff takes what they would tell to be as it was',
    ),
    diff,
  }),
  { defs, examples: watchEventExamples },
)
