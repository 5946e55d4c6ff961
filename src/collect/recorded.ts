/** What of an answer is written down: plain JSON, without what is withheld, with tags redacted, in an order that does not change from one call
 *  to the next. */
import { byCodeUnit } from '../collections.ts'
import { fits } from '../pattern.ts'
import type { Kind } from '../snapshot/schema.ts'
import { normalForm } from '../snapshot/normal-form.ts'
import { isRecord } from '../snapshot/shape.ts'
import { isTagField } from '../snapshot/tags.ts'
import type { Answer } from './describe-calls.ts'
import { withoutWithheld } from './withheld.ts'

/** Whether the value of a tag with this key is kept from the snapshot. */
export type Redaction = (key: string) => boolean

const REDACTED = 'REDACTED'

export function recorded(answer: Answer, kinds: readonly Kind[], redaction: Redaction): Answer {
  let plain = JSON.parse(JSON.stringify(answer)) as Answer
  for (const kind of kinds) plain = withoutWithheld(kind, plain)
  return settled(plain, redaction) as Answer
}

/** Keys that match any of the patterns, in which `*` stands for any text. Case counts for nothing. */
export function redactionOf(patterns: readonly string[]): Redaction {
  // A lower case letter may depend on what stands beside it; an upper case one never does.
  const all = patterns.map((pattern) => fits(pattern.toUpperCase()))
  return (key) => all.some((isMeant) => isMeant(key.toUpperCase()))
}

/** Lists in which AWS promises no order, and none means anything. */
const UNORDERED: ReadonlySet<string> = new Set([
  ...[
    'Associations',
    'Attachments',
    'Entries',
    'Groups',
    'IpPermissions',
    'IpPermissionsEgress',
    'IpRanges',
    'Ipv6Ranges',
  ],
  ...[
    'PrefixListIds',
    'PropagatingVgws',
    'Routes',
    'SecurityGroups',
    'SecurityGroupIds',
    'SubnetIds',
    'TargetHealthDescriptions',
  ],
  ...[
    'TransitGatewayPrefixListReferences',
    'TransitGatewayRouteTablePropagations',
    'UserIdGroupPairs',
    'VpcSecurityGroups',
  ],
  ...[
    'AvailabilityZones',
    'Attributes',
    'CidrBlockAssociationSet',
    'Ipv6CidrBlockAssociationSet',
    'NetworkInterfaceIds',
  ],
  ...['InstanceStates', 'RouteTableIds', 'DnsEntries', 'Subnets'],
])

function settled(value: unknown, redaction: Redaction, name = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => settled(isTagField(name) ? redacted(item, redaction) : item, redaction))
    return isTagField(name) || UNORDERED.has(name) ? inOrder(items) : items
  }
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const hides = isTagField(key) && isRecord(field)
      return [key, hides ? redactedFields(field, redaction) : settled(field, redaction, key)]
    }),
  )
}

function inOrder(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => ({ item, written: normalForm(item) }))
    .sort((a, b) => byCodeUnit(a.written, b.written))
    .map(({ item }) => item)
}

/** `{ Key, Value }`, or as the newer services write it. */
function redacted(tag: unknown, redaction: Redaction): unknown {
  if (!isRecord(tag)) return tag
  const key = tag['Key'] ?? tag['key']
  if (typeof key !== 'string' || !redaction(key)) return tag
  return { ...tag, ['Key' in tag ? 'Value' : 'value']: REDACTED }
}

/** `{ team: 'red' }`. */
function redactedFields(tags: Record<string, unknown>, redaction: Redaction): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, redaction(key) ? REDACTED : value]))
}
