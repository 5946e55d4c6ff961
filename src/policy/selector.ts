/** Selectors of a policy as data, and how they are read: a name, a place, or conditions that all must hold; a list means any of them.
 *  What they select in a network is known by `selection.ts`. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { parseBlock } from '../packet/address.ts'
import type { Span, Written } from './written.ts'

/** Any of the terms. */
export type Selector = readonly Term[]

export type Term =
  /** A tier, account or peer of the policy, or a tier that subnets declare. */
  | { readonly is: 'name'; readonly name: string; readonly span: Span }
  /** Outside the estate, the VPC of the other end, everybody inside (`estate`), or everybody. */
  | { readonly is: 'keyword'; readonly keyword: Keyword; readonly span: Span }
  /** A place in the words of `ztnet reach`: an id, an address, `tag:Key=Value`. */
  | { readonly is: 'place'; readonly text: string; readonly span: Span }
  /** All of the conditions. */
  | { readonly is: 'match'; readonly all: readonly Condition[]; readonly span: Span }

export const KEYWORDS = ['internet', 'onprem', 'aws-services', 'vpc', 'estate', 'any'] as const
export type Keyword = (typeof KEYWORDS)[number]

export type Condition =
  | { readonly on: 'tag'; readonly key: string; readonly values: readonly string[] }
  | { readonly on: 'subnet'; readonly within: Selector }
  | { readonly on: 'route'; readonly routes: readonly RouteWord[] }
  | { readonly on: 'account'; readonly accounts: readonly string[] }
  | { readonly on: Plain; readonly values: readonly string[] }

/** Keys whose values are plain words. */
const PLAIN = ['id', 'name', 'vpc', 'ou', 'cidr', 'prefix-list', 'sg', 'service', 'arn', 'type'] as const
type Plain = (typeof PLAIN)[number]

export const ROUTES = ['igw', 'nat', 'eigw', 'tgw', 'none'] as const
export type RouteWord = (typeof ROUTES)[number]

/** What an interface, or a way, can be of. */
export const TYPES = [
  'instance',
  'lambda',
  'database',
  'load-balancer',
  'vpc-endpoint',
  'nat-gateway',
  'egress-only-gateway',
  'transit-gateway',
  'network-firewall',
  'gateway-load-balancer',
  'internet-gateway',
  'vpc-peering',
  'ecs-task',
  'eks',
  'elasticache',
  'efs',
] as const
export type TypeWord = (typeof TYPES)[number]

const KEYS = ['tag:<Key>', 'subnet', 'route', 'account', ...PLAIN]

/** The names that terms may use. */
export interface Vocabulary {
  readonly names: readonly string[]
  readonly accounts: readonly string[]
}

export const readSelector = (written: Written, vocabulary: Vocabulary): Selector => {
  const items = written.items()
  if (items.length === 0) throw written.error('a selector selects something', 'Name a tier, or write { name: web-* }.')
  return items.map((item) => readTerm(item, vocabulary))
}

const readTerm = (written: Written, vocabulary: Vocabulary): Term => {
  const { span } = written
  if (written.isMap) return { is: 'match', all: readConditions(written, vocabulary), span }
  const text = written.text('a name, a place or conditions')
  if (vocabulary.names.includes(text) || TIERS.some((tier) => tier === text)) return { is: 'name', name: text, span }
  const keyword = KEYWORDS.find((word) => word === text)
  if (keyword) return { is: 'keyword', keyword, span }
  if (isPlace(text)) return { is: 'place', text, span }
  throw written.unknownWord('name of this policy', text, [...vocabulary.names, ...TIERS, ...KEYWORDS])
}

/** Text that cannot be a name that somebody mistyped. */
const isPlace = (text: string): boolean =>
  /^(arn|aws|tag|account|vpc|name|tier|ip|subnet|instance|eni|sg|lb|vpce|lambda|rds|ecs|eks|efs):./.test(text) ||
  /^(i|eni|sg|subnet|vpc|vpce|eice|nat|pl|tgw-attach|eipalloc|fs)-[0-9a-zA-Z-]+$/.test(text) ||
  parseBlock(text) !== undefined

const readConditions = (written: Written, vocabulary: Vocabulary): readonly Condition[] => {
  const entries = written.entries('a selector')
  if (entries.length === 0) throw written.error('a selector has at least one condition', 'Write { name: web-* }.')
  return entries.map(([key, value, name]) => readCondition(key, value, name, vocabulary))
}

const readCondition = (key: string, value: Written, name: Written, vocabulary: Vocabulary): Condition => {
  if (key.startsWith('tag:') && key.length > 4) return { on: 'tag', key: key.slice(4), values: texts(value, 'a value') }
  switch (key) {
    case 'subnet':
      return value.isMap || value.isList
        ? { on: 'subnet', within: value.items().map((item) => readSubnetTerm(item, vocabulary)) }
        : { on: 'subnet', within: [plainTerm(value)] }
    case 'route':
      return { on: 'route', routes: value.items().map((item) => item.word('kind of route', ROUTES)) }
    case 'type':
      return { on: 'type', values: value.items().map((item) => item.word('type', TYPES)) }
    case 'account':
      return { on: 'account', accounts: value.items().map((item) => readAccount(item, vocabulary)) }
    case 'cidr':
      return { on: 'cidr', values: value.items().map(readBlock) }
  }
  const plain = PLAIN.find((word) => word === key)
  if (plain) return { on: plain, values: texts(value, `a value of ${key}`) }
  throw name.unknownWord('key of a selector', key, KEYS)
}

/** Inside `subnet:` a text is the id or Name of a subnet. */
const readSubnetTerm = (written: Written, vocabulary: Vocabulary): Term =>
  written.isMap ? { is: 'match', all: readConditions(written, vocabulary), span: written.span } : plainTerm(written)

const plainTerm = (written: Written): Term => {
  const text = written.text('the id or Name of a subnet')
  const on = text.startsWith('subnet-') ? 'id' : 'name'
  return { is: 'match', all: [{ on, values: [text] }], span: written.span }
}

const texts = (written: Written, what: string): readonly string[] => written.items().map((item) => item.text(what))

const readAccount = (written: Written, { accounts }: Vocabulary): string => {
  const text = written.text('an account')
  if (/^\d{12}$/.test(text) || accounts.includes(text)) return text
  throw written.unknownWord('account of this policy, nor a number of 12 digits', text, accounts)
}

const readBlock = (written: Written): string => {
  const text = written.text('a CIDR block')
  if (parseBlock(text)) return text
  throw written.error(`${JSON.stringify(text)} is no CIDR block`, 'Write 10.0.0.0/16 or 2001:db8::/32.')
}
