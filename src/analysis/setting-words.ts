/** What was done to a setting, in the words of the console: `inbound tcp 22 from 0.0.0.0/0 added`. */
import { ruleText } from '../aws/network-acl.ts'
import { protocolText } from '../aws/security-group.ts'
import type { Kind, RawOf } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import type { Part } from './records.ts'

interface Change {
  readonly before: Part | undefined
  readonly after: Part | undefined
}

export const changeText = ({ kind }: Resource, change: Change): string => {
  const { before, after } = change
  const part = (before ?? after)!
  const words = WORDS[`${kind}.${part.field}`] ?? (part.field === 'Tags' || part.field === 'TagSet' ? tag : undefined)
  if (!words) return `${plainWords(part.field)}${part.element === '' ? '' : ` ${part.element}`} ${done(change)}`
  if (before && after) return changed(words(before), words(after))
  return `${words(part)} ${done(change)}`
}

const done = ({ before, after }: Change): string => (!before ? 'added' : !after ? 'removed' : 'changed')

/** What both begin with is said once: `route 0.0.0.0/0 -> igw-1 instead of nat-2`. */
const changed = (before: string, after: string): string => {
  const [old, young] = [before.split(' '), after.split(' ')]
  let same = 0
  while (same < old.length - 1 && same < young.length - 1 && old[same] === young[same]) same++
  return `${after} instead of ${old.slice(same).join(' ')}`
}

/** Rules of a network ACL that stand under other numbers. */
export const movedText = (changes: readonly Change[]): string => {
  const texts = (side: 'before' | 'after'): string =>
    changes
      .flatMap(({ [side]: part }) => (part ? [part] : []))
      .sort((a, b) => numberOf(a) - numberOf(b))
      .map((part) => aclRule(part).replace(/^(?:in|out)bound rule /, ''))
      .join('; ')
  const [direction = ''] = ((changes[0]!.before ?? changes[0]!.after)!.element ?? '').split(' ')
  return `${direction} rules reordered: ${texts('after')} (were ${texts('before')})`
}

/** Private and public addresses of an interface that changed: `addresses 10.0.1.5 (54.1.2.3) instead of 10.0.1.4`. */
export const addressesText = (changes: readonly Change[]): string => {
  const texts = (side: 'before' | 'after'): string => {
    const told = new Map<string, string | undefined>()
    for (const { [side]: part } of changes) {
      if (!part) continue
      if (part.field === 'PrivateIpAddress') told.set(valueOf<string>(part), told.get(valueOf<string>(part)))
      else if (part.field === 'PrivateIpAddresses')
        for (const { PrivateIpAddress: inside = '', Association: outside } of valueOf<
          NonNullable<RawOf<'networkInterface'>['PrivateIpAddresses']>
        >(part))
          told.set(inside, outside?.PublicIp ?? told.get(inside))
      else told.set('public', valueOf<NonNullable<RawOf<'networkInterface'>['Association']>>(part).PublicIp)
    }
    const isListed = [...told.keys()].some((key) => key !== 'public')
    return [...told]
      .filter(([key]) => key !== 'public' || !isListed)
      .map(([inside, outside]) =>
        inside === 'public' ? `public ${outside}` : outside === undefined ? inside : `${inside} (${outside})`,
      )
      .join(', ')
  }
  const [before, after] = [texts('before'), texts('after')]
  if (before === '') return `addresses ${after} added`
  if (after === '') return `addresses ${before} removed`
  return `addresses ${after} instead of ${before}`
}

const numberOf = ({ value }: Part): number => (value as { readonly RuleNumber: number }).RuleNumber

/** A subnet that has another table now. */
export const regroupedText = (kind: Kind | 'coverage', subnet: string, from: string): string =>
  `${kind === 'coverage' ? kind : wordOf(kind)} of ${subnet} instead of ${from}`

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

const tag: Words = ({ element, value }) => `tag ${element} ${JSON.stringify((value as { Value?: string }).Value ?? '')}`

const aclRule: Words = (part) => {
  const entry = valueOf<NonNullable<RawOf<'networkAcl'>['Entries']>[number]>(part)
  return `${entry.Egress ? 'outbound' : 'inbound'} ${ruleText(entry)}`
}

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
    return `${direction} ${protocolText(permission)} ${direction === 'inbound' ? 'from' : 'to'} ${peer}`
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
  'targetHealth.TargetHealthDescriptions': ({ element }) => `target ${element}`,
}
