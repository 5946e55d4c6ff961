/** `ztnet.yaml` -> `Policy`. Every error names line and column, what was expected, and the nearest word there is. */
import { FAMILIES, type Family } from '../packet/address.ts'
import { dayNumber } from './day.ts'
import type { AccountWords, Ci, Exception, OnUnknown, Policy, Rule, Verb } from './policy.ts'
import { readPorts } from './ports.ts'
import { KEYWORDS, readSelector, type Selector, type Vocabulary } from './selector.ts'
import { SEVERITIES, type Severity } from './severity.ts'
import { TIERS_V1, TIERS_V1_TEXT } from './tiers-v1.ts'
import { readYaml, type Written } from './written.ts'

/** What a run without any file goes by. */
export const shippedPolicy = (): Policy => {
  const { file: _, rules, ...policy } = parsePolicy(`version: 1\nextends: [${TIERS_V1}]\n`, TIERS_V1)
  // They stand in no file of the user.
  return { ...policy, rules: rules.map(({ span: __, ...rule }) => rule) }
}

/** Reads a policy. `file` is named in errors and findings; `checks` are the ids that `checks:` may name.
 *  @throws ZtnetError `POLICY_SYNTAX`, `POLICY_INVALID` */
export const parsePolicy = (text: string, file: string, checks?: readonly string[]): Policy => {
  const root = readYaml(text, file)
  const keys = root.keys('a policy', TOP_KEYS)
  readVersion(root, keys.get('version'))
  const accounts = readAccounts(keys.get('accounts'))
  const named = (key: string): readonly string[] =>
    [...(keys.get(key)?.entries(`${key} by name`) ?? [])].map(([name]) => name)
  const names = [...named('tiers'), ...accounts.keys(), ...named('peers')]
  const vocabulary: Vocabulary = { names, accounts: [...accounts.keys()] }
  const defaults = readDefaults(keys.get('defaults'))
  const extended = (keys.get('extends')?.items() ?? []).map((item) => item.word('policy to extend', [TIERS_V1]))
  const shipped = extended.includes(TIERS_V1) ? parsePolicy(TIERS_V1_TEXT, TIERS_V1).rules : []
  const at = keys.get('extends')?.span
  const own = (keys.get('rules')?.list('rules') ?? []).map((item) => readRule(item, vocabulary, defaults))
  unlikeEachOther('rule', keys.get('rules'), own)
  const ids = new Set(own.map(({ id }) => id))
  // They say how bad it is, and nothing of what is unknown nor of families.
  const { onUnknown, families } = defaults
  const inherited = shipped
    .filter(({ id }) => !ids.has(id))
    .map((rule): Rule => ({ ...rule, onUnknown, families, isShipped: true, ...(at && { span: at }) }))
  const rules = [...own, ...inherited]
  const exceptions = (keys.get('exceptions')?.list('exceptions') ?? []).map((item) =>
    readException(item, vocabulary, [...rules.map(({ id }) => id), ...(checks ?? [])]),
  )
  unlikeEachOther('exception', keys.get('exceptions'), exceptions)
  const snapshot = keys.get('snapshot')?.string('the path of a snapshot')
  return {
    file,
    extends: extended,
    tiers: readNamed(keys.get('tiers'), 'tier', vocabulary),
    accounts,
    peers: readNamed(keys.get('peers'), 'peer', vocabulary),
    rules,
    checks: readChecks(keys.get('checks'), checks),
    exceptions,
    ci: readCi(keys.get('ci')),
    ...(snapshot !== undefined && { snapshot }),
    critical: (keys.get('critical')?.items() ?? []).map((item) => item.text('a security group, by id or Name,')),
  }
}

const TOP_KEYS = [
  'version',
  'extends',
  'snapshot',
  'defaults',
  'accounts',
  'peers',
  'tiers',
  'rules',
  'checks',
  'exceptions',
  'critical',
  'ci',
] as const

const readVersion = (root: Written, written: Written | undefined): void => {
  if (!written) throw root.error('a policy begins with its version', 'Write version: 1 in its first line.')
  const version = written.count('the version of the policy format')
  if (version !== 1)
    throw written.error(
      `this ztnet reads policies of version 1, and not ${version}`,
      'Write version: 1, or update ztnet.',
    )
}

const readAccounts = (written: Written | undefined): ReadonlyMap<string, AccountWords> =>
  new Map(
    (written?.entries('accounts by name') ?? []).map(([name, value, at]): readonly [string, AccountWords] => {
      notReserved(name, at)
      if (!value.isMap) return [name, { ids: value.items().map(readAccountId), ous: [] }]
      const keys = value.keys('an account', ['id', 'ids', 'ou'])
      const ids = [keys.get('id'), keys.get('ids')].flatMap((each) => each?.items() ?? []).map(readAccountId)
      const ous = (keys.get('ou')?.items() ?? []).map((item) => item.text('the id of an organizational unit'))
      if (ids.length + ous.length === 0)
        throw value.error('an account is named by id or ou', 'Write { id: "111122223333" } or { ou: ou-ab12-prod }.')
      return [name, { ids, ous }]
    }),
  )

const readAccountId = (written: Written): string => {
  const text = written.text('the number of an account')
  if (/^\d{12}$/.test(text)) return text
  throw written.error(`${JSON.stringify(text)} is no account`, 'Write its 12 digits in quotes: "111122223333".')
}

const readNamed = (written: Written | undefined, what: string, vocabulary: Vocabulary): ReadonlyMap<string, Selector> =>
  new Map(
    (written?.entries(`${what}s by name`) ?? []).map(([name, value, at]) => {
      notReserved(name, at, what === 'peer' ? ['onprem'] : [])
      const selector = readSelector(value, vocabulary)
      for (const term of selector)
        if (term.is === 'name' && vocabulary.names.includes(term.name))
          throw value.error(`a ${what} is described by conditions, not by another name`, 'Write { name: web-* }.')
      return [name, selector] as const
    }),
  )

/** `onprem` may be given a meaning: which networks lie there is not in the configuration of AWS. */
const notReserved = (name: string, at: Written, free: readonly string[] = []): void => {
  if (KEYWORDS.some((word) => word === name) && !free.includes(name))
    throw at.error(
      `${JSON.stringify(name)} has a meaning of its own`,
      `Choose a name that is none of ${KEYWORDS.join(', ')}.`,
    )
}

interface Defaults {
  readonly severity: Severity
  readonly onUnknown: OnUnknown
  readonly families: readonly Family[]
}

const ON_UNKNOWN = ['fail', 'warn', 'ignore'] as const
const FAMILY_WORDS = ['ipv4', 'ipv6'] as const

const readDefaults = (written: Written | undefined): Defaults => {
  const keys = written?.keys('defaults', ['severity', 'on-unknown', 'families'])
  return settingsOf(keys, { severity: 'high', onUnknown: 'warn', families: FAMILIES })
}

const settingsOf = (keys: ReadonlyMap<string, Written> | undefined, defaults: Defaults): Defaults => ({
  severity: keys?.get('severity')?.word('severity', SEVERITIES) ?? defaults.severity,
  onUnknown: keys?.get('on-unknown')?.word('way to treat what is unknown', ON_UNKNOWN) ?? defaults.onUnknown,
  families: readFamilies(keys?.get('families')) ?? defaults.families,
})

const readFamilies = (written: Written | undefined): readonly Family[] | undefined =>
  written?.items().map((item) => (item.word('address family', FAMILY_WORDS) === 'ipv4' ? 4 : 6))

const VERBS = ['deny', 'only', 'require', 'via'] as const
const RULE_KEYS = ['id', 'severity', 'on-unknown', 'families', 'why', 'ports', 'both-ways', ...VERBS]

const readRule = (written: Written, vocabulary: Vocabulary, defaults: Defaults): Rule => {
  const keys = written.keys('a rule', RULE_KEYS)
  const id = idOf(written, keys, 'rule')
  const verbs = VERBS.filter((verb) => keys.has(verb))
  if (verbs.length !== 1)
    throw written.error(
      verbs.length === 0 ? `rule ${id} says nothing` : `rule ${id} says ${verbs.join(' and ')} at once`,
      `A rule has exactly one of ${VERBS.join(', ')}.`,
    )
  const why = keys.get('why')?.text('a sentence')
  return {
    id,
    ...settingsOf(keys, defaults),
    verb: readVerb(verbs[0]!, keys.get(verbs[0]!)!, keys, vocabulary),
    ...(why !== undefined && { why }),
    span: written.span,
  }
}

const idOf = (written: Written, keys: ReadonlyMap<string, Written>, what: string): string => {
  const id = keys.get('id')
  if (!id) throw written.error(`a ${what} has an id`, `Add id: to it; findings and exceptions refer to it.`)
  const text = id.text(`the id of the ${what}`)
  if (/^[\w./:-]{1,100}$/.test(text)) return text
  throw id.error(`${JSON.stringify(text)} is no id`, 'Use letters, digits, and - _ . / : only, at most 100.')
}

const readVerb = (
  verb: (typeof VERBS)[number],
  written: Written,
  rule: ReadonlyMap<string, Written>,
  vocabulary: Vocabulary,
): Verb => {
  const what = `${verb === 'only' ? 'an' : 'a'} ${verb} rule`
  const keys = written.keys(what, VERB_KEYS[verb])
  const needed = (key: string): Selector => {
    const value = keys.get(key)
    if (!value) throw written.error(`${what} needs ${key}`, FORMS[verb])
    return readSelector(value, vocabulary)
  }
  const portsAt = keys.get('ports') ?? rule.get('ports')
  const ports = portsAt && readPorts(portsAt)
  const ported = ports ? { ports } : {}
  const bothWays = (keys.get('both-ways') ?? rule.get('both-ways'))?.flag('both-ways') ?? false
  if (bothWays && verb === 'only')
    throw (keys.get('both-ways') ?? rule.get('both-ways'))!.error(
      'an only rule closes one side, which its key names',
      'Write two rules.',
    )
  switch (verb) {
    case 'deny':
      return { is: 'deny', from: needed('from'), to: needed('to'), bothWays, ...ported }
    case 'require': {
      const all = keys.get('quantifier')?.word('quantifier', ['all', 'some'] as const) !== 'some'
      return { is: 'require', from: needed('from'), to: needed('to'), all, bothWays, ...ported }
    }
    case 'via':
      return { is: 'via', from: needed('from'), to: needed('to'), through: needed('through'), bothWays, ...ported }
    case 'only': {
      if (keys.has('into') === keys.has('out-of')) throw written.error(`${what} closes one side`, FORMS.only)
      if (keys.has('into')) {
        if (keys.has('to')) throw keys.get('to')!.error('only into has from, and no to', FORMS.only)
        return { is: 'only-into', into: needed('into'), from: needed('from'), ...ported }
      }
      if (keys.has('from')) throw keys.get('from')!.error('only out-of has to, and no from', FORMS.only)
      return { is: 'only-out-of', outOf: needed('out-of'), to: needed('to'), ...ported }
    }
  }
}

const VERB_KEYS = {
  deny: ['from', 'to', 'ports', 'both-ways'],
  only: ['into', 'out-of', 'from', 'to', 'ports', 'both-ways'],
  require: ['from', 'to', 'ports', 'quantifier', 'both-ways'],
  via: ['from', 'to', 'through', 'ports', 'both-ways'],
} as const

const FORMS = {
  deny: 'Write deny: { from: database, to: internet }.',
  only: 'Write only: { into: database, from: [private] } or only: { out-of: intra, to: [vpc] }.',
  require: 'Write require: { from: private, to: database, ports: [tcp/5432] }.',
  via: 'Write via: { from: private, to: internet, through: { type: network-firewall } }.',
} as const

const EXCEPTION_KEYS = ['id', 'rule', 'from', 'to', 'ports', 'reason', 'owner', 'ticket', 'expires']

const readException = (written: Written, vocabulary: Vocabulary, rules: readonly string[]): Exception => {
  const keys = written.keys('an exception', EXCEPTION_KEYS)
  const id = idOf(written, keys, 'exception')
  const needed = (key: string, what: string): Written => {
    const value = keys.get(key)
    if (!value || value.isMissing) throw written.error(`exception ${id} needs ${what}`, `Add ${key}: to it.`)
    return value
  }
  const rule = needed('rule', 'the rule that it is from')
  const name = rule.text('the id of a rule')
  if (!rules.includes(name)) throw rule.unknownWord('rule or check', name, rules)
  const [from, to, ports, ticket] = [keys.get('from'), keys.get('to'), keys.get('ports'), keys.get('ticket')]
  return {
    id,
    rule: name,
    ...(from && { from: readSelector(from, vocabulary) }),
    ...(to && { to: readSelector(to, vocabulary) }),
    ...(ports && { ports: readPorts(ports) }),
    reason: needed('reason', 'a reason').text('a reason'),
    owner: needed('owner', 'an owner').text('an owner'),
    ...(ticket && { ticket: ticket.text('a ticket') }),
    expires: readDay(needed('expires', 'a day on which it ends')),
    span: written.span,
  }
}

const readDay = (written: Written): string => {
  const text = written.text('a day such as 2027-01-31')
  if (dayNumber(text.trim()) !== undefined) return text.trim()
  throw written.error(`${JSON.stringify(text)} is no day`, 'Write year, month and day: 2027-01-31.')
}

const readChecks = (written: Written | undefined, known: readonly string[] | undefined): Policy['checks'] =>
  new Map(
    (written?.entries('checks by id', known) ?? []).map(([id, value]) => [
      id,
      { severity: value.word('severity, nor off', ['off', ...SEVERITIES] as const), span: value.span },
    ]),
  )

const readCi = (written: Written | undefined): Ci => {
  const keys = written?.keys('ci', ['fail-on', 'baseline', 'max-exception-days'])
  const failOn = keys?.get('fail-on')?.word('severity', SEVERITIES)
  const baseline = keys?.get('baseline')?.text('the path of a baseline')
  const maxExceptionDays = keys?.get('max-exception-days')?.count('a number of days')
  return {
    ...(failOn !== undefined && { failOn }),
    ...(baseline !== undefined && { baseline }),
    ...(maxExceptionDays !== undefined && { maxExceptionDays }),
  }
}

const unlikeEachOther = (what: string, written: Written | undefined, all: readonly { readonly id: string }[]): void => {
  const seen = new Set<string>()
  for (const [index, { id }] of all.entries()) {
    if (seen.has(id)) throw written!.items()[index]!.error(`there are two ${what}s ${id}`, 'Give one another id.')
    seen.add(id)
  }
}

/** Only the keys that every command looks at, whatever else stands there. Throws `ZtnetError` for what is no YAML. */
export const glanceAt = (
  text: string,
  file: string,
): { readonly snapshot?: string; readonly declaresTiers: boolean } => {
  const root = readYaml(text, file)
  const keys = new Map(root.isMap ? root.entries('a policy').map(([key, value]) => [key, value] as const) : [])
  const snapshot = keys.get('snapshot')?.string('the path of a snapshot')
  return { ...(snapshot !== undefined && { snapshot }), declaresTiers: keys.has('tiers') }
}
