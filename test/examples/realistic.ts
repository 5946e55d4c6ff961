/** Gives the readable ids of a built estate the shape that AWS gives them, `subnet-app` to `subnet-0f3c...`, so that an example
 *  looks like what its reader has at home. Names and tags stay as they are. */
import { createHash } from 'node:crypto'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'

/** The same estate under ids of AWS's making. `salt` keeps the ids of two examples apart; `known` are ids that AWS really uses. */
export const realistic = (snapshot: Snapshot, salt: string, known: Readonly<Record<string, string>> = {}): Snapshot => {
  const spell = (text: string): string =>
    text
      .replace(idInText, (id, prefix: string) => known[id] ?? `${prefix}0${digits(`${salt} ${id}`)}`)
      .replace(suffixOfArn, (_, before: string, name: string) => `${before}${digits(`${salt} ${name}`)}`)
      .replace(suffixOfListener, (_, before: string, name: string) => `${before}${digits(`${salt} listener ${name}`)}`)
  return rewrite(snapshot, spell) as Snapshot
}

/** An id, with the longest prefix that fits. */
const idInText = new RegExp(
  `(?<![\\w-])((?:${[
    'vpc-cidr-assoc|subnet-cidr-assoc|eni-attach|tgw-attach|tgw-rtb|vpce-svc',
    'vpc|subnet|eni|sg|acl|rtb|igw|eigw|nat|pcx|tgw|vpce|pl|vgw|vpn|i|eipalloc|eipassoc|rtbassoc|aclassoc',
  ].join('|')})-)[a-z0-9][a-z0-9-]*`,
  'g',
)

/** The last part of the ARN of a load balancer or a target group, also as it stands in the description of a node. */
const suffixOfArn = /((?:(?:app|net)\/|:targetgroup\/)[\w-]+\/)([\w-]+)/g
const suffixOfListener = /(:listener\/(?:app|net)\/[\w-]+\/[\w-]+\/)([\w-]+)/g

const rewrite = (value: unknown, spell: (text: string) => string): unknown => {
  if (typeof value === 'string') return spell(value)
  if (Array.isArray(value)) return value.map((each) => rewrite(each, spell))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, isTags.test(key) ? field : rewrite(field, spell)]),
  )
}

/** Fields in which people write what they like. */
const isTags = /^(?:Tags|TagSet|TagList)$/

const digits = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
