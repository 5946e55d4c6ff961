/** The raw records of a snapshot, with the look-ups that every noun needs: who has an address, which table and list a subnet has,
 *  what was read at all. Reads AWS's fields by plain loops; knows nothing of packets in motion. */
import type { Kind, RawOf } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Block, blockOf, type Family, within, withinAny } from './address.ts'

export interface Entry<K extends Kind> {
  readonly id: string
  readonly account: string
  readonly region: string
  readonly raw: RawOf<K>
}

export interface Interface {
  readonly id: string
  readonly account: string
  readonly region: string
  readonly vpc: string
  readonly subnet: string
  readonly type: string
  readonly status: string
  /** Source/destination check; on unless AWS says otherwise. */
  readonly checked: boolean
  readonly groups: readonly string[]
  /** Addresses and delegated prefixes (R-ADDR-9, R-ADDR-10). */
  readonly blocks: readonly Block[]
  readonly raw: RawOf<'networkInterface'>
}

/** Who answers to a private address inside a VPC: an interface, or a regional NAT gateway, which has none. */
export type Holder =
  | { readonly interface: Interface; readonly nat: string | undefined }
  | { readonly interface: undefined; readonly nat: string }

/** A public IPv4 address of the estate and the private one behind it (R-ADDR-7, R-ADDR-8). */
export interface Mapping {
  readonly vpc: string
  /** Undefined for a regional NAT gateway. */
  readonly subnet: string | undefined
  readonly inside: bigint
  readonly outside: bigint
}

export interface Estate {
  readonly snapshot: Snapshot
  readonly all: <K extends Kind>(kind: K) => readonly Entry<K>[]
  readonly get: <K extends Kind>(kind: K, id: string | undefined) => Entry<K> | undefined
  /** Whether everything of a kind was read in an account and region. */
  readonly covers: (kind: Kind, account: string, region: string) => boolean
  readonly once: <T>(key: string, make: () => T) => T
  readonly interfaces: readonly Interface[]
  readonly mappings: readonly Mapping[]
}

const estates = new WeakMap<Snapshot, Estate>()

/** Indexes a snapshot; the same snapshot object is indexed once. */
export const estateOf = (snapshot: Snapshot): Estate => {
  let estate = estates.get(snapshot)
  if (estate === undefined) estates.set(snapshot, (estate = index(snapshot)))
  return estate
}

const index = (snapshot: Snapshot): Estate => {
  const kinds = new Map<Kind, Entry<Kind>[]>()
  const ids = new Map<string, Entry<Kind>>()
  for (const resource of snapshot.resources) {
    const entry = resource as unknown as Entry<Kind>
    const list = kinds.get(resource.kind)
    if (list) list.push(entry)
    else kinds.set(resource.kind, [entry])
    if (!ids.has(`${resource.kind} ${resource.id}`)) ids.set(`${resource.kind} ${resource.id}`, entry)
  }
  const covered = new Set(snapshot.coverage.map(({ kind, account, region }) => `${kind} ${account} ${region}`))
  const memo = new Map<string, unknown>()
  const all = <K extends Kind>(kind: K) => (kinds.get(kind) ?? []) as unknown as readonly Entry<K>[]
  const interfaces = all('networkInterface').map(interfaceOf)
  return {
    snapshot,
    all,
    get: (kind, id) => ids.get(`${kind} ${id}`),
    // Direct Connect gateways, and what hangs on them, are of no region.
    covers: (kind, account, region) =>
      kind.startsWith('directConnectGateway')
        ? snapshot.coverage.some((each) => each.kind === kind && each.account === account)
        : covered.has(`${kind} ${account} ${region}`),
    once: <T>(key: string, make: () => T): T => {
      if (!memo.has(key)) memo.set(key, make())
      return memo.get(key) as T
    },
    interfaces,
    mappings: mappingsOf(interfaces, all('natGateway')),
  }
}

const interfaceOf = ({ id, account, region, raw }: Entry<'networkInterface'>): Interface => {
  const texts = [
    raw.PrivateIpAddress,
    ...(raw.PrivateIpAddresses ?? []).map((each) => each.PrivateIpAddress),
    ...(raw.Ipv6Addresses ?? []).map((each) => each.Ipv6Address),
    ...(raw.Ipv4Prefixes ?? []).map((each) => each.Ipv4Prefix),
    ...(raw.Ipv6Prefixes ?? []).map((each) => each.Ipv6Prefix),
  ]
  return {
    id,
    account,
    region,
    vpc: raw.VpcId,
    subnet: raw.SubnetId,
    type: raw.InterfaceType ?? 'interface',
    status: raw.Status ?? 'in-use',
    checked: raw.SourceDestCheck ?? true,
    groups: (raw.Groups ?? []).flatMap((group) => group.GroupId ?? []),
    blocks: [...new Set(texts.flatMap((text) => text ?? []))].map(blockOf),
    raw,
  }
}

const mappingsOf = (interfaces: readonly Interface[], nats: readonly Entry<'natGateway'>[]): Mapping[] => {
  const mappings: Mapping[] = []
  const add = (vpc: string, subnet: string | undefined, inside: string | undefined, outside: string | undefined) => {
    if (inside == null || outside == null) return
    const mapping = { vpc, subnet, inside: blockOf(inside).first, outside: blockOf(outside).first }
    if (!mappings.some((known) => known.outside === mapping.outside)) mappings.push(mapping)
  }
  for (const { raw, vpc, subnet, status } of interfaces) {
    // An address on a detached interface reaches nothing (R-ADDR-16).
    if (!isAttached(status)) continue
    for (const each of raw.PrivateIpAddresses ?? []) add(vpc, subnet, each.PrivateIpAddress, each.Association?.PublicIp)
    add(vpc, subnet, raw.PrivateIpAddress, raw.Association?.PublicIp)
  }
  for (const { raw } of nats)
    if (raw.VpcId !== undefined && raw.State === 'available')
      for (const each of raw.NatGatewayAddresses ?? [])
        if (isUsable(each.Status)) add(raw.VpcId, raw.SubnetId, each.PrivateIp ?? each.PublicIp, each.PublicIp)
  return mappings
}

/** An interface carries traffic while in use; `associated` is what trunk and branch interfaces say (R-FLOW-10). */
/** Who forwards what comes in by an interface: its instance, by whichever of its interfaces. */
export const hostOf = ({ id, raw }: Interface): string => raw.Attachment?.InstanceId ?? id

export const isAttached = (status: string): boolean => status === 'in-use' || status === 'associated'

/** R-NAT-15. */
export const isUsable = (addressStatus: string | undefined): boolean => (addressStatus ?? 'succeeded') === 'succeeded'

export const interfaceById = (estate: Estate, id: string): Interface | undefined =>
  estate.interfaces.find((each) => each.id === id)

export const owns = (of: Interface, family: Family, address: bigint): boolean => withinAny(of.blocks, family, address)

/** Who holds an address in a VPC. */
export const holderOf = (estate: Estate, vpc: string, family: Family, address: bigint): Holder | undefined => {
  const natOf = (inside: bigint): string | undefined =>
    standingNats(estate).find(
      ({ raw }) =>
        raw.VpcId === vpc &&
        (raw.NatGatewayAddresses ?? []).some(
          (each) =>
            (each.PrivateIp ?? each.PublicIp) !== undefined &&
            blockOf((each.PrivateIp ?? each.PublicIp)!).first === inside,
        ),
    )?.id
  const found = estate.interfaces.find((each) => each.vpc === vpc && owns(each, family, address))
  const nat = family === 4 ? natOf(address) : undefined
  if (found) return { interface: found, nat }
  return nat === undefined ? undefined : { interface: undefined, nat }
}

/** The NAT gateway whose public address this is, whether or not it is in service yet. */
export const natOfPublic = (estate: Estate, address: bigint): string | undefined =>
  standingNats(estate).find(({ raw }) =>
    (raw.NatGatewayAddresses ?? []).some(
      ({ PublicIp, Status }) => Status !== 'failed' && PublicIp !== undefined && blockOf(PublicIp).first === address,
    ),
  )?.id

/** Those that still have their addresses; what was deleted or never came to be has given them back. */
const standingNats = (estate: Estate): readonly Entry<'natGateway'>[] =>
  estate.all('natGateway').filter(({ raw }) => raw.State !== 'deleted' && raw.State !== 'failed')

/** Whether a public address is all that is known of an address of a NAT gateway: only at an internet gateway is it in use (R-NAT-6). */
export const isWithoutPrivate = (estate: Estate, address: bigint): boolean =>
  standingNats(estate).some(({ raw }) =>
    (raw.NatGatewayAddresses ?? []).some(
      ({ PrivateIp, PublicIp }) =>
        PrivateIp === undefined && PublicIp !== undefined && blockOf(PublicIp).first === address,
    ),
  )

/** The account and region whose describe calls speak for a VPC. */
export const placeOf = (estate: Estate, vpc: string): { readonly account: string; readonly region: string } => {
  const known = estate.get('vpc', vpc) ?? estate.all('subnet').find(({ raw }) => raw.VpcId === vpc)
  return known
    ? { account: known.raw.OwnerId ?? known.account, region: known.region }
    : { account: 'unknown', region: 'unknown' }
}

export const coversIn = (estate: Estate, kind: Kind, vpc: string): boolean => {
  const { account, region } = placeOf(estate, vpc)
  return estate.covers(kind, account, region)
}

/** All blocks of a VPC that are associated (R-ADDR-4). */
export const vpcBlocks = (estate: Estate, vpc: string): readonly Block[] =>
  estate.once(`vpc blocks ${vpc}`, () => {
    const raw = estate.get('vpc', vpc)?.raw
    if (!raw) return []
    const v4 = (raw.CidrBlockAssociationSet ?? [])
      .filter(({ CidrBlockState }) => isAssociated(CidrBlockState?.State))
      .flatMap(({ CidrBlock }) => CidrBlock ?? [])
    const first = raw.CidrBlockAssociationSet?.length ? [] : [raw.CidrBlock].flatMap((text) => text ?? [])
    return [...v4, ...first, ...v6BlocksOf(raw)].map(blockOf)
  })

/** The blocks of a subnet, both families. */
export const subnetBlocks = (estate: Estate, subnet: string): readonly Block[] =>
  estate.once(`subnet blocks ${subnet}`, () => {
    const raw = estate.get('subnet', subnet)?.raw
    return raw ? [...[raw.CidrBlock].flatMap((text) => text ?? []), ...v6BlocksOf(raw)].map(blockOf) : []
  })

const v6BlocksOf = (raw: RawOf<'vpc'> | RawOf<'subnet'>): string[] =>
  (raw.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6CidrBlockState }) => isAssociated(Ipv6CidrBlockState?.State))
    .flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [])

const isAssociated = (state: string | undefined): boolean => (state ?? 'associated') === 'associated'

/** Whether an IPv6 address of a VPC is routable on the internet (R-ADDR-11, R-ADDR-12). */
export const isPublicV6 = (estate: Estate, vpc: string, address: bigint): boolean => {
  if (within(blockOf('fc00::/7'), 6, address)) return false
  for (const each of estate.get('vpc', vpc)?.raw.Ipv6CidrBlockAssociationSet ?? []) {
    if (each.Ipv6CidrBlock === undefined || !within(blockOf(each.Ipv6CidrBlock), 6, address)) continue
    if (each.Ipv6AddressAttribute === 'private' || each.IpSource === 'none') return false
  }
  return true
}

/** The subnet of a VPC in which an address lies. */
export const subnetAround = (estate: Estate, vpc: string, family: Family, address: bigint): string | undefined =>
  estate.all('subnet').find(({ id, raw }) => raw.VpcId === vpc && withinAny(subnetBlocks(estate, id), family, address))
    ?.id

/** The physical zone (R-AZ-1), by name where no record tells the id. */
export const zoneOf = (estate: Estate, subnet: string | undefined): string | undefined => {
  const entry = estate.get('subnet', subnet)
  if (!entry) return undefined
  const { AvailabilityZoneId: zoneId, AvailabilityZone: name } = entry.raw
  return zoneId ?? (name === undefined ? undefined : zoneIdOf(estate, entry, name))
}

export const zoneIdOf = (
  estate: Estate,
  { account, region }: { readonly account: string; readonly region: string },
  name: string,
): string =>
  estate
    .all('availabilityZone')
    .find((zone) => zone.account === account && zone.region === region && zone.raw.ZoneName === name)?.raw.ZoneId ??
  name

/** The zone in which a transit gateway serves another: a Local Zone is attached by its parent (R-TGW-22). */
export const servedFrom = (estate: Estate, zone: string | undefined): string | undefined =>
  estate.all('availabilityZone').find(({ raw }) => raw.ZoneId === zone && raw.ZoneType === 'local-zone')?.raw
    .ParentZoneId ?? zone

/** The table in force for a subnet: explicit association, else the main table of its VPC (R-ROUTE-1, R-ROUTE-2), if no other can have been
 *  overlooked. */
export const routeTableOf = (estate: Estate, subnet: string): Entry<'routeTable'> | undefined => {
  const vpc = estate.get('subnet', subnet)?.raw.VpcId
  const tables = estate.all('routeTable')
  const associations = (table: Entry<'routeTable'>) =>
    (table.raw.Associations ?? []).filter((each) => isAssociated(each.AssociationState?.State))
  return (
    tables.find((table) => associations(table).some((each) => each.SubnetId === subnet)) ??
    tables.find(
      (table) =>
        vpc !== undefined &&
        table.raw.VpcId === vpc &&
        coversIn(estate, 'routeTable', vpc) &&
        associations(table).some((each) => each.Main === true),
    )
  )
}

/** The table that governs what enters by a gateway (R-EDGE-1). */
export const edgeTableOf = (estate: Estate, gateway: string): Entry<'routeTable'> | undefined =>
  estate
    .all('routeTable')
    .find(({ raw }) =>
      (raw.Associations ?? []).some((each) => each.GatewayId === gateway && isAssociated(each.AssociationState?.State)),
    )

/** The entries of a prefix list, undefined where nobody read them (R-SG-15). */
export const prefixListOf = (estate: Estate, id: string): readonly string[] | undefined =>
  estate.get('managedPrefixListEntries', id)?.raw.Entries?.map(({ Cidr }) => Cidr) ??
  estate.get('prefixList', id)?.raw.Cidrs
