/** What was done to a setting, in the words of the console: `inbound tcp 22 from 0.0.0.0/0 added`. */
import { entryText } from '../aws/network-acl.ts'
import { layer4OfPermission, layer4Words } from '../snapshot/layer4-words.ts'
import { isTagField } from '../snapshot/tags.ts'
import type { Kind, RawOf } from '../snapshot/schema.ts'
import { isRecord } from '../snapshot/shape.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import type { Part } from './records.ts'

interface Change {
  readonly before: Part | undefined
  readonly after: Part | undefined
}

export const changeText = ({ kind }: Resource, change: Change): string => {
  const { before, after } = change
  const part = (before ?? after)!
  const words = WORDS[`${kind}.${part.field}`] ?? (isTagField(part.field) && part.element !== '' ? tag : undefined)
  if (!words) return plainText(change)
  if (before && after) return changed(words(before), words(after))
  return `${words(part)} ${done(change)}`
}

/** Of a field that nobody has words for: its values, where they are short. */
const plainText = (change: Change): string => {
  const [was, is] = [scalarOf(change.before), scalarOf(change.after)]
  const { field, element } = (change.before ?? change.after)!
  const head = `${plainWords(field)}${element === '' ? '' : ` ${element}`}`
  if (was !== undefined && is !== undefined) return `${head} ${is} instead of ${was}`
  const value = was ?? is
  return `${head}${value === undefined || element !== '' ? '' : ` ${value}`} ${done(change)}`
}

/** Text, a number, yes or no; by itself or as AWS wraps it: `{ "Value": true }`. */
const scalarOf = (part: Part | undefined): string | undefined => {
  const value: unknown =
    isRecord(part?.value) && Object.keys(part.value).length === 1 ? part.value['Value'] : part?.value
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

const done = ({ before, after }: Change): string => (!before ? 'added' : !after ? 'removed' : 'changed')

/** What both begin with is said once: `route 0.0.0.0/0 -> igw-1 instead of nat-2`. */
const changed = (before: string, after: string): string => {
  if (before === after) return `${after} changed`
  const [old, young] = [before.split(' '), after.split(' ')]
  let same = 0
  while (same < old.length - 1 && same < young.length - 1 && old[same] === young[same]) same++
  return `${after} instead of ${old.slice(same).join(' ')}`
}

/** Rules of a network ACL that stand under other numbers: `inbound rule 90: deny tcp 22 from 10.0.0.0/8, was rule 200`. */
export const movedText = (changes: readonly Change[]): string => {
  const partsOn = (side: 'before' | 'after'): readonly Part[] =>
    changes.flatMap(({ [side]: part }) => (part ? [part] : [])).toSorted((a, b) => numberOf(a) - numberOf(b))
  const [was, is] = [partsOn('before'), partsOn('after')]
  if (was.length === 1 && is.length === 1) return `${aclRule(is[0]!)}, was rule ${numberOf(was[0]!)}`
  const texts = (parts: readonly Part[]): string =>
    parts.map((part) => aclRule(part).replace(/^(?:in|out)bound rule /, '')).join('; ')
  const [direction = ''] = (was[0] ?? is[0])!.element.split(' ')
  return `${direction} rules reordered: ${texts(is)} (were ${texts(was)})`
}

/** Addresses of an interface: `public address 54.1.2.3 of 10.0.1.5 added`, `address 10.0.1.6 added`. */
export const addressesText = (changes: readonly Change[]): string => {
  const [was, is] = [addressesOn(changes, 'before'), addressesOn(changes, 'after')]
  const texts = [...new Set([...is.keys(), ...was.keys()])].flatMap((address): string[] => {
    const [then, now] = [was.get(address), is.get(address)]
    if (!was.has(address)) return [`address ${address}${now === undefined ? '' : ` (${now})`} added`]
    if (!is.has(address)) return [`address ${address}${then === undefined ? '' : ` (${then})`} removed`]
    if (then === now) return []
    const of = address === '' ? '' : ` of ${address}`
    if (then === undefined) return [`public address ${now}${of} added`]
    return [`public address ${now === undefined ? `${then}${of} removed` : `${now}${of} instead of ${then}`}`]
  })
  return texts.length === 0 ? 'addresses changed' : texts.join(', ')
}

/** Private address to public one; the primary one is told twice, and its public one without it. */
const addressesOn = (changes: readonly Change[], side: 'before' | 'after'): ReadonlyMap<string, string | undefined> => {
  const told = new Map<string, string | undefined>()
  let alone: string | undefined
  for (const { [side]: part } of changes) {
    if (!part) continue
    if (part.field === 'PrivateIpAddress') told.set(valueOf<string>(part), told.get(valueOf<string>(part)))
    else if (part.field === 'Association')
      alone = valueOf<NonNullable<RawOf<'networkInterface'>['Association']>>(part).PublicIp
    else
      for (const { PrivateIpAddress: inside = '', Association: outside } of valueOf<
        NonNullable<RawOf<'networkInterface'>['PrivateIpAddresses']>
      >(part))
        told.set(inside, outside?.PublicIp ?? told.get(inside))
  }
  if (told.size === 0) told.set('', alone)
  return told
}

const numberOf = ({ value }: Part): number => (value as { readonly RuleNumber: number }).RuleNumber

/** A subnet that has another table now. */
export const regroupedText = ({ kind }: Resource, subnet: string, from: string): string =>
  `${wordOf(kind)} of ${subnet} instead of ${from}`

/** `securityGroup` -> `security group`. */
export const wordOf = (kind: Kind): string =>
  SPELLED[kind] ?? kind.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)

const SPELLED: { readonly [K in Kind]?: string } = {
  vpc: 'VPC',
  networkAcl: 'network ACL',
  natGateway: 'NAT gateway',
  vpnGateway: 'VPN gateway',
  vpnConnection: 'VPN connection',
  vpcEndpoint: 'VPC endpoint',
  vpcPeeringConnection: 'VPC peering connection',
  vpcAttribute: 'VPC attribute',
  address: 'elastic address',
  transitGatewayRouteTablePropagations: 'propagations of a transit gateway route table',
  transitGatewayRouteTableAssociations: 'associations of a transit gateway route table',
  transitGatewayRoutes: 'routes of a transit gateway route table',
  dbInstance: 'DB instance',
  dbCluster: 'DB cluster',
}

const plainWords = (field: string): string => field.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

type Words = (part: Part) => string

const valueOf = <T>({ value }: Part): T => value as T

const tag: Words = ({ element, value }) => {
  const written = value as { readonly Value?: string; readonly value?: string }
  return `tag ${element} ${JSON.stringify(written.Value ?? written.value ?? '')}`
}

const tunnels: Words = (part) =>
  valueOf<NonNullable<RawOf<'vpnConnection'>['VgwTelemetry']>>(part)[0]?.Status === 'UP'
    ? 'a tunnel up'
    : 'all tunnels down'

const aclRule: Words = (part) => entryText(valueOf<NonNullable<RawOf<'networkAcl'>['Entries']>[number]>(part))

const groupRule =
  (direction: 'inbound' | 'outbound'): Words =>
  (part) => {
    const permission = valueOf<NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]>(part)
    const peer =
      permission.IpRanges?.[0]?.CidrIp ??
      permission.Ipv6Ranges?.[0]?.CidrIpv6 ??
      permission.PrefixListIds?.[0]?.PrefixListId ??
      permission.UserIdGroupPairs?.[0]?.GroupId ??
      'nobody'
    return `${direction} ${layer4Words(layer4OfPermission(permission))} ${direction === 'inbound' ? 'from' : 'to'} ${peer}`
  }

const route: Words = (part) => {
  const raw = valueOf<NonNullable<RawOf<'routeTable'>['Routes']>[number]>(part)
  const target =
    raw.NatGatewayId ??
    raw.TransitGatewayId ??
    raw.VpcPeeringConnectionId ??
    raw.NetworkInterfaceId ??
    raw.EgressOnlyInternetGatewayId ??
    raw.LocalGatewayId ??
    raw.CarrierGatewayId ??
    raw.CoreNetworkArn ??
    raw.GatewayId ??
    raw.InstanceId ??
    raw.OdbNetworkArn ??
    'nowhere'
  return `route ${part.element} -> ${target}${raw.State === 'blackhole' ? ' (blackhole)' : ''}`
}

const association: Words = ({ element }) =>
  `association with ${element === 'true' ? 'all other subnets (main)' : element}`

const transitRoute: Words = (part) => {
  const { TransitGatewayAttachments, Type, State } =
    valueOf<NonNullable<RawOf<'transitGatewayRoutes'>['Routes']>[number]>(part)
  const to = (TransitGatewayAttachments ?? []).map((each) => each.TransitGatewayAttachmentId).join(', ')
  return `${Type === 'propagated' ? 'propagated ' : ''}route ${part.element} -> ${State === 'blackhole' ? 'nowhere' : to}`
}

const WORDS: Readonly<Record<string, Words>> = {
  'vpnConnection.VgwTelemetry': tunnels,
  'securityGroup.IpPermissions': groupRule('inbound'),
  'securityGroup.IpPermissionsEgress': groupRule('outbound'),
  'networkAcl.Entries': aclRule,
  'networkAcl.Associations': association,
  'routeTable.Routes': route,
  'routeTable.Associations': association,
  'routeTable.PropagatingVgws': ({ element }) => `propagation of routes by ${element}`,
  'networkInterface.Ipv6Addresses': (part) =>
    `IPv6 address ${valueOf<NonNullable<RawOf<'networkInterface'>['Ipv6Addresses']>>(part)
      .map(({ Ipv6Address }) => Ipv6Address)
      .join(', ')}`,
  'networkInterface.Groups': ({ element }) => `security group ${element}`,
  'managedPrefixListEntries.Entries': ({ element }) => `entry ${element}`,
  'vpc.CidrBlockAssociationSet': ({ element }) => `block ${element}`,
  'vpc.Ipv6CidrBlockAssociationSet': ({ element }) => `block ${element}`,
  'subnet.Ipv6CidrBlockAssociationSet': ({ element }) => `block ${element}`,
  'transitGatewayRoutes.Routes': transitRoute,
  'transitGatewayRouteTableAssociations.Associations': ({ element }) => `association of ${element}`,
  'transitGatewayRouteTablePropagations.TransitGatewayRouteTablePropagations': ({ element }) =>
    `propagation of ${element}`,
  'targetHealth.TargetHealthDescriptions': ({ element, value }) => {
    const { TargetHealth } = value as NonNullable<RawOf<'targetHealth'>['TargetHealthDescriptions']>[number]
    return `target ${element}${TargetHealth?.State === undefined ? '' : ` ${TargetHealth.State}`}`
  },
}
