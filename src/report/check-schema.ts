/** The JSON Schema of what ztnet check finds. */
import { SEVERITIES } from '../policy/severity.ts'
import { checkResultExamples } from './result-examples.ts'
import {
  code,
  count,
  listOf,
  message,
  name,
  object,
  oneOfWords,
  openEnd,
  published,
  ref,
  reference,
  resource,
  rule,
  schemaVersion,
  snapshot,
  text,
  type JsonSchema,
} from './schema-parts.ts'

const texts = (description: string): JsonSchema => listOf({ type: 'string' }, description)
const severity = oneOfWords(SEVERITIES, 'how bad it is')
const kind = oneOfWords(['rule', 'check'], 'a rule of the policy, or a built-in check')
const place = object('where the rule stands: lines and columns from 1, the end exclusive', {
  file: text('as it was named'),
  line: { type: 'integer', minimum: 1 },
  column: { type: 'integer', minimum: 1 },
  endLine: { type: 'integer', minimum: 1 },
  endColumn: { type: 'integer', minimum: 1 },
})

const groupEnd = object('a group of interfaces that people have one word for, or a place outside of the estate', {
  label: text('VPC and tier, or the place'),
  key: text('the same from run to run: account, region, VPC and tier'),
  kind: text('tier, internet, onprem, aws-service...'),
  members: count('interfaces; 0 for a place outside'),
})

const interfaceEnd = object('an interface, or a place outside', { id: text('its id, or the place') }, { name })

const witness = object(
  'one packet that breaks the rule, with its way',
  {
    from: interfaceEnd,
    to: interfaceEnd,
    packet: reference('packets', 'the packet'),
    text: text('the packet in words'),
    forward: listOf(ref('hop'), 'its way'),
    return: listOf(ref('hop'), 'the way of the answer'),
  },
  { openEnd },
)

const cause = object(
  'a setting that lets it pass, or that is in the way of what should',
  { resource, code, message },
  { name, rule },
)

const flow = object('who exactly sends what to whom', {
  from: texts('ids of interfaces, or the place'),
  to: texts('ids of interfaces, or the place'),
  verdict: reference('verdict', 'what becomes of the packets'),
  packets: listOf(ref('packets'), 'with all their addresses'),
})

const fix = object(
  'a change that was tried on a copy of the network, after which the finding is gone and no other has come',
  {
    says: text('one sentence'),
    changes: listOf(
      { ...object('what to do', { do: text('revoke-group-rule, delete-route...') }), additionalProperties: true },
      'the change as data',
    ),
    commands: texts('AWS CLI commands, in order'),
    terraform: text('the resource and argument to look for in Terraform'),
    alsoCuts: texts('between which groups less can flow than before, besides'),
    alsoMends: texts('fingerprints of other findings that it mends'),
  },
)

const finding = object(
  'something that is not as it should be',
  {
    rule: text('the id of the rule or check'),
    kind,
    severity,
    title: text('one sentence'),
    packets: listOf(ref('packets'), 'exactly the packets that break the rule; addresses of members are left open'),
    text: texts('the same in shortest words'),
    causes: listOf(ref('cause'), 'the settings that together cause it, in the order of the way'),
    fingerprint: text('the same from run to run: of the rule and the ends, never of interface ids'),
  },
  {
    verdict: reference('verdict', 'what becomes of the packets'),
    from: ref('groupEnd'),
    to: ref('groupEnd'),
    resource: object('the resource that is at fault', { id: resource, kind: text('what it is') }, { name }),
    pairs: object('ordered pairs of members', {
      breaking: count('that break the rule'),
      of: count('of how many'),
    }),
    flows: listOf(ref('flow'), 'who exactly; absent where the groups are too large to tell one by one'),
    witness,
    also: texts('other rules that the same packets break'),
    place: ref('place'),
    remedy: text('what to change'),
    fixes: listOf(ref('fix'), 'the smallest first; absent where none was tried'),
  },
)

export const checkResult = published(
  'check-result',
  'The answer of ztnet check',
  object('what in a network is not as its policy means it to be', {
    schemaVersion,
    snapshot,
    policy: object('by which policy', { extends: texts('shipped policies') }, { file: text('as it was named') }),
    totals: object('how many', {
      findings: object('by severity', Object.fromEntries(SEVERITIES.map((each) => [each, count('findings')]))),
      suppressed: count('findings that exceptions and the baseline cover'),
      rules: count('rules and checks that were judged'),
      unknown: count('rules that could not be judged in full'),
    }),
    findings: listOf(ref('finding'), 'worst first'),
    suppressed: listOf(
      object('a finding that is accepted', {
        by: object('by what', {
          is: oneOfWords(['exception', 'baseline'], 'what it is'),
          id: text('of the exception, or the file of the baseline'),
        }),
        finding: ref('finding'),
      }),
      'what exceptions and the baseline cover',
    ),
    unknowns: listOf(
      object('a rule that could not be judged in full', {
        rule: text('its id'),
        onUnknown: oneOfWords(['fail', 'warn', 'ignore'], 'what the policy says of that'),
        from: texts('groups, the first five'),
        to: texts('groups, the first five'),
        cells: count('pairs of groups'),
        message,
        unknowns: listOf(ref('doubt'), 'what was not read, and how to get it'),
      }),
      'what could not be judged',
    ),
    rules: listOf(
      object(
        'a rule or check that was judged',
        { id: text('its id'), kind, severity, title: text('what it says'), findings: count('what it found') },
        {
          why: text('why it matters'),
          docs: text('a page about it'),
          toldWithOthers: count('findings of other rules whose packets break it too, where there are any'),
          holds: listOf(
            object('two groups between which it holds', { from: text('who sends'), to: text('to whom') }),
            'of a rule of the policy, where it was asked for',
          ),
        },
      ),
      'every rule and check, findings or not',
    ),
    warnings: texts('what there is to know of the policy itself'),
  }),
  { defs: { place, groupEnd, cause, flow, fix, finding }, examples: checkResultExamples },
)
