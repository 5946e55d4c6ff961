/** Records of a snapshot taken apart into the settings that people change one at a time: a rule, a route, an association, a tag; and put
 *  together again. Only fields that ztnet relies on count: what a describe call says besides changes with every call. */
import { isUp } from '../aws/vpn-connection.ts'
import { isTagField } from '../snapshot/tags.ts'
import { normalForm } from '../snapshot/normal-form.ts'
import { type Kind, resourceSchemas } from '../snapshot/schema.ts'
import { isRecord, type Shape } from '../snapshot/shape.ts'
import type { Resource } from '../snapshot/snapshot.ts'

/** By what a record is told from all others, in both snapshots. A transit gateway peering attachment bears one id on both sides. */
export const recordKey = (resource: Resource): string => {
  const { kind, account, region, id } = resource
  if (resource.kind === 'transitGatewayAttachment') return `${kind} ${id} ${resource.raw.TransitGatewayId}`
  return resourceSchemas[kind].unique === 'place' ? `${kind} ${id} ${account} ${region}` : `${kind} ${id}`
}

/** One setting of a record: a field, or one element of a list that is kept as a set. */
export interface Part {
  readonly field: string
  /** What the element is known by among those of its list; empty for a field as a whole. */
  readonly element: string
  readonly value: unknown
  /** The value in one spelling: equal for what says the same. */
  readonly said: string
}

/** By field and element. */
export type Parts = ReadonlyMap<string, Part>

/** What a field says with an element of it, to look it up by. */
const partKey = (field: string, element: string): string => `${field}\n${element}`

/** The part that every record has: without it there is none. */
export const RECORD = partKey('', '')

const THERE: Part = { field: '', element: '', value: undefined, said: '' }

export const partsOf = (resource: Resource): Parts => {
  const parts = new Map<string, Part>([[RECORD, THERE]])
  const raw = resource.raw as Readonly<Record<string, unknown>>
  const { shapes, names } = resourceSchemas[resource.kind].raw
  for (const [at, field] of names.entries()) {
    const value = field === 'VgwTelemetry' ? tunnelsOf(resource) : raw[field]
    if (isNothing(value)) continue
    const elements = ELEMENTS[resource.kind]?.[field] ?? (isTagField(field) ? byFirst('Key', 'key') : undefined)
    if (elements && Array.isArray(value)) {
      const shape = shapes[at] as Shape & { readonly of?: Shape }
      for (const each of value as readonly unknown[])
        for (const { element, value: one } of elements(each as Element))
          put(parts, field, element === '' ? UNNAMED : element, one, saidOf(one, shape.of))
    } else put(parts, field, '', value, saidOf(value, shapes[at]))
  }
  return parts
}

/** An element that does not say what it is known by, such as a route without a destination; it is no field as a whole. */
const UNNAMED = '?'

/** Of the tunnels of a VPN whether any is up: the rest changes by itself from minute to minute. */
const tunnelsOf = (resource: Resource): unknown =>
  resource.kind === 'vpnConnection' && resource.raw.VgwTelemetry?.length
    ? [{ Status: isUp(resource) ? 'UP' : 'DOWN' }]
    : undefined

/** A record that has these parts. */
export const recordOf = (parts: Parts): Readonly<Record<string, unknown>> => {
  const raw: Record<string, unknown> = {}
  for (const { field, element, value } of parts.values()) {
    if (field === '') continue
    const others = raw[field]
    if (element === '') raw[field] = value
    else if (Array.isArray(others)) others.push(value)
    else raw[field] = [value]
  }
  return raw
}

/** Two elements of one name are told apart by their order. */
const put = (parts: Map<string, Part>, field: string, element: string, value: unknown, said: string): void => {
  let key = partKey(field, element)
  for (let again = 2; parts.has(key); again++) {
    if (parts.get(key)!.said === said) return
    key = partKey(field, `${element} (${again})`)
  }
  parts.set(key, { field, element, value, said })
}

type Element = Readonly<Record<string, unknown>>

interface Named {
  readonly element: string
  readonly value: unknown
}

/** An element of a list as the settings that it is made of. */
type Elements = (element: Element) => readonly Named[]

const byField =
  (...names: readonly string[]): Elements =>
  (element) => [{ element: names.map((name) => textOf(element[name])).join(' '), value: element }]

const byFirst =
  (...names: readonly string[]): Elements =>
  (element) => [
    { element: textOf(names.map((name) => element[name]).find((value) => value !== undefined)), value: element },
  ]

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** A permission with several peers is as many rules. */
const permissions: Elements = (permission) =>
  PEERS.flatMap(([list, name]) =>
    ((permission[list] as readonly Element[] | undefined) ?? []).map((peer) => {
      const { IpProtocol, FromPort, ToPort } = permission
      return {
        element: [IpProtocol, FromPort, ToPort, peer[name]].map((each) => textOf(each ?? '')).join(' '),
        value: { IpProtocol, FromPort, ToPort, [list]: [peer] },
      }
    }),
  )

const PEERS = [
  ['IpRanges', 'CidrIp'],
  ['Ipv6Ranges', 'CidrIpv6'],
  ['PrefixListIds', 'PrefixListId'],
  ['UserIdGroupPairs', 'GroupId'],
] as const

/** The last rule, which AWS adds to every list, is none that anybody sets. */
const aclEntry: Elements = (entry) =>
  Number(entry['RuleNumber']) >= CATCH_ALL && entry['RuleAction'] === 'deny'
    ? []
    : [{ element: `${entry['Egress'] === true ? 'outbound' : 'inbound'} ${textOf(entry['RuleNumber'])}`, value: entry }]

/** Of IPv4; the next is that of IPv6. */
const CATCH_ALL = 32767

const ELEMENTS: { readonly [K in Kind]?: { readonly [field: string]: Elements } } = {
  vpc: {
    CidrBlockAssociationSet: byField('CidrBlock'),
    Ipv6CidrBlockAssociationSet: byField('Ipv6CidrBlock'),
  },
  subnet: { Ipv6CidrBlockAssociationSet: byField('Ipv6CidrBlock') },
  networkInterface: { Groups: byField('GroupId') },
  managedPrefixListEntries: { Entries: byField('Cidr') },
  routeTable: {
    Routes: byFirst('DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'),
    Associations: byFirst('SubnetId', 'GatewayId', 'Main'),
    PropagatingVgws: byField('GatewayId'),
  },
  networkAcl: { Entries: aclEntry, Associations: byField('SubnetId') },
  securityGroup: { IpPermissions: permissions, IpPermissionsEgress: permissions },
  transitGatewayRoutes: { Routes: byFirst('DestinationCidrBlock', 'PrefixListId') },
  transitGatewayRouteTableAssociations: { Associations: byField('TransitGatewayAttachmentId') },
  transitGatewayRouteTablePropagations: {
    TransitGatewayRouteTablePropagations: byField('TransitGatewayAttachmentId'),
  },
  transitGatewayPrefixListReferences: { TransitGatewayPrefixListReferences: byField('PrefixListId') },
  targetHealth: {
    TargetHealthDescriptions: ({ Target, ...rest }) => {
      const { Id, Port } = Target as Element
      return [{ element: [Id, Port].map((each) => textOf(each ?? '')).join(' '), value: { Target, ...rest } }]
    },
  },
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

const saidOf = (value: unknown, shape: Shape | undefined): string => normalForm(known(value, shape))

/** The fields of a value that its shape names, less those that say nothing about packets. */
const known = (value: unknown, shape: Shape | undefined): unknown => {
  if (!shape) return value
  if (shape.is === 'list')
    return Array.isArray(value) ? value.map((each: unknown) => known(each, shape.of as Shape)) : value
  if (shape.is === 'table' && isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, known(each, shape.of as Shape)]))
  if (shape.is !== 'record' || !isRecord(value)) return value
  const fields: Record<string, unknown> = {}
  for (const [at, name] of shape.names.entries())
    if (!PASSING.has(name) && value[name] !== undefined) fields[name] = known(value[name], shape.shapes[at])
  return fields
}

/** Inside of fields: names that AWS gives to ties between resources, anew with every change, names of what stands beside by its id, and
 *  comments. */
const PASSING: ReadonlySet<string> = new Set([
  'AssociationId',
  'AllocationId',
  'AttachmentId',
  'RouteTableAssociationId',
  'NetworkAclAssociationId',
  'Description',
  'GroupName',
  'Reason',
])
