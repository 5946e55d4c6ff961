/** The linked, indexed, read-only view of a snapshot: which record an id means, what belongs to what, which addresses are
 *  whose. Knows ids and addresses; how AWS treats packets is known by `src/aws`. Indexes are made when first asked for, so that
 *  one question about a large estate pays for little more than it touches. */
import { append, once } from '../collections.ts'
import { type Address, type AddressSet, type Family, parseBlock, prefixSet, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type Kind, type RawOf, resourceSchemas } from '../snapshot/schema.ts'
import type { Gap, Resource, Snapshot } from '../snapshot/snapshot.ts'
import { Records } from './records.ts'
import { type Misread, type NetworkInterface, ReadInterface } from './network-interface.ts'
import { recordIndex, type RecordIndex } from './record-index.ts'
import { tagOf } from '../snapshot/tags.ts'

export type Of<K extends Kind> = Extract<Resource, { readonly kind: K }>

/** Where a public IPv4 address leads: the private address that its internet gateway translates it to. */
export interface PublicAddress {
  readonly address: Address
  readonly private: Address
  readonly vpcId: string
  readonly subnetId: string
  /** The interface or the NAT gateway that holds it. */
  readonly holder: string
}

const NOBODY: readonly never[] = []

/** Belong to an account, whichever region they were read by.
 *  https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html */
const REGIONLESS: ReadonlySet<Kind> = new Set(['directConnectGateway', 'directConnectGatewayAssociation'])

const placeKey = (kind: Kind, { account, region }: { readonly account: string; readonly region: string }): string =>
  REGIONLESS.has(kind) ? `${kind} ${account}` : `${kind} ${account} ${region}`

const routeTablesByVpc = recordIndex('routeTable', ({ raw }) => [raw.VpcId])

const subnetsByVpc = recordIndex('subnet', (subnet) => [subnet.raw.VpcId])

const networkAclsBySubnet = recordIndex('networkAcl', ({ raw }) =>
  (raw.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
)

const interfacesBySubnet = recordIndex('networkInterface', ({ raw }) => [raw.SubnetId])

const interfacesByInstance = recordIndex('networkInterface', ({ raw }) =>
  raw.Attachment?.InstanceId === undefined ? [] : [raw.Attachment.InstanceId],
)

const internetGatewaysByVpc = recordIndex('internetGateway', ({ raw }) =>
  (raw.Attachments ?? []).filter(({ State }) => isAttached(State)).flatMap(({ VpcId }) => VpcId ?? []),
)

const natGatewaysByVpc = recordIndex('natGateway', ({ raw }) => (raw.VpcId === undefined ? [] : [raw.VpcId]))

export class Network {
  readonly snapshot: Snapshot
  /** Another one with most records of this one. */
  readonly like: Network | undefined
  readonly #records: ReadonlyMap<Kind, Records>
  readonly #covered: ReadonlySet<string>
  /** By message. */
  readonly #found = new Map<string, Gap>()
  readonly #memo = new Map<string, unknown>()
  // What is asked for every subnet or interface has an index of its own: a key made of words costs more than what it finds.
  readonly #interfaces: Interfaces
  readonly #interfacesIn = new Map<string, readonly NetworkInterface[]>()
  readonly #subnetBlocks: ByFamily<AddressSet> = { 4: new Map(), 6: new Map() }
  readonly #vpcBlocks: ByFamily<AddressSet> = { 4: new Map(), 6: new Map() }
  readonly #known: { readonly [K in 'vpc' | 'subnet']: ByFamily<boolean> } = {
    vpc: { 4: new Map(), 6: new Map() },
    subnet: { 4: new Map(), 6: new Map() },
  }

  /** `like`: one of which most records are in this one too, whose indexes and interfaces then serve here. */
  constructor(snapshot: Snapshot, like?: Network) {
    this.snapshot = snapshot
    this.like = like
    // A snapshot is sorted by kind.
    const lists = new Map<Kind, Resource[]>()
    const { resources } = snapshot
    for (let from = 0, to = 0; from < resources.length; from = to) {
      const { kind } = resources[from]!
      while (resources[to]?.kind === kind) to++
      const known = lists.get(kind)
      if (!known) lists.set(kind, resources.slice(from, to))
      else for (let at = from; at < to; at++) known.push(resources[at]!)
    }
    this.#records = new Map(
      Array.from(lists, ([each, all]) => [each, Records.of(all, like && like.#records.get(each))]),
    )
    this.#interfaces = new Interfaces(like, like && like.#interfaces)
    this.#covered = new Set(snapshot.coverage.map((each) => placeKey(each.kind, each)))
  }

  /** What the snapshot could not read, and what linking found missing or unreadable so far. */
  get gaps(): readonly Gap[] {
    return [...this.snapshot.gaps, ...this.#found.values()]
  }

  get<K extends Kind>(kind: K, id: string): Of<K> | undefined {
    return this.#records.get(kind)?.get(id) as Of<K> | undefined
  }

  raw<K extends Kind>(kind: K, id: string): RawOf<K> | undefined {
    return this.get(kind, id)?.raw as RawOf<K> | undefined
  }

  /** All of a kind, in the order of the snapshot. */
  all<K extends Kind>(kind: K): readonly Of<K>[] {
    return (this.#records.get(kind)?.all ?? []) as readonly Of<K>[]
  }

  /** Kinds of which not all records are those of this other network. */
  kindsUnlike(other: Network): readonly Kind[] {
    const kinds = new Set([...this.#records.keys(), ...other.#records.keys()])
    return [...kinds].filter((kind) => this.#records.get(kind) !== other.#records.get(kind))
  }

  /** Whether all of a kind were read in a place: tells "there is none" from "nobody looked". */
  covers(kind: Kind, place: { readonly account: string; readonly region: string }): boolean {
    return this.#covered.has(placeKey(kind, place))
  }

  /** The account whose describe calls speak for a VPC, and its region. */
  placeOf(vpcId: string): { readonly account: string; readonly region: string } {
    const vpc = this.get('vpc', vpcId) ?? this.subnetsOf(vpcId)[0]
    return vpc ?? { account: 'unknown', region: 'unknown' }
  }

  /** Whether a call was made where it would have shown what belongs to this VPC. */
  coversIn(kind: Kind, vpcId: string): boolean {
    return this.covers(kind, this.placeOf(vpcId))
  }

  /** The kind and record behind an id of any kind. */
  find(id: string): Resource | undefined {
    for (const [kind, records] of this.#records) {
      // Facts that AWS keeps under a parent's id are not the parent.
      if (resourceSchemas[kind].id.length === 0) continue
      const found = records.get(id)
      if (found) return found
    }
    return undefined
  }

  /** The `Name` tag, or the name that AWS itself gives the kind. */
  nameOf(id: string): string | undefined {
    const resource = this.find(id)
    return resource && nameOfResource(resource)
  }

  /** Records text that should be a CIDR block and is none, once; gives undefined for it. */
  block(text: string, where: { readonly kind: Kind; readonly id: string; readonly field: string }) {
    const prefix = parseBlock(text)
    if (!prefix)
      this.gap({
        code: 'MALFORMED',
        kind: where.kind,
        id: where.id,
        message: `${where.field} of ${where.id} is ${JSON.stringify(text)}, which is no CIDR block`,
        remedy: 'read the resource again, or mend the file it came from',
      })
    return prefix
  }

  gap(gap: Gap): void {
    if (!this.#found.has(gap.message)) this.#found.set(gap.message, gap)
  }

  // ---- VPCs and subnets

  /** All VPCs that anything says are there: what is in one is there although nobody may have described it (R-ENI-9). */
  vpcIds(): readonly string[] {
    return this.#once('VPC ids', () => [
      ...new Set([
        ...this.all('vpc').map(({ id }) => id),
        ...this.all('subnet').map(({ raw }) => raw.VpcId),
        ...this.all('networkInterface').map(({ raw }) => raw.VpcId),
        ...this.all('natGateway').flatMap(({ raw }) => raw.VpcId ?? []),
      ]),
    ])
  }

  /** All CIDR blocks of a VPC that are associated (R-ADDR-4). */
  vpcBlocks(vpcId: string, family: Family): AddressSet {
    return once(this.#vpcBlocks[family], vpcId, () => {
      const raw = this.raw('vpc', vpcId)
      if (!raw) return this.#blocksBySigns(vpcId, family)
      return this.#blocks('vpc', vpcId, family === 4 ? ipv4BlocksOf(raw) : ipv6BlocksOf(raw))
    })
  }

  /** Of a VPC that nobody described: every block has its local route in each table (R-ROUTE-8). */
  #blocksBySigns(vpcId: string, family: Family): AddressSet {
    const tables = this.indexed(routeTablesByVpc).get(vpcId) ?? []
    const local = tables.flatMap(({ id, raw }) =>
      (raw.Routes ?? []).filter(isLocal).map((route) => {
        const text = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? ''
        const block = this.block(text, { kind: 'routeTable', id, field: 'DestinationCidrBlock' })
        return block?.family === family ? prefixSet(block) : []
      }),
    )
    return intervals.unionAll([
      ...local,
      ...this.subnetsOf(vpcId).map((subnet) => this.subnetBlocks(subnet.id, family)),
    ])
  }

  subnetBlocks(subnetId: string, family: Family): AddressSet {
    return once(this.#subnetBlocks[family], subnetId, () => {
      const raw = this.raw('subnet', subnetId)
      if (!raw) return []
      const texts = family === 4 ? textsOf(raw.CidrBlock) : ipv6BlocksOf(raw)
      return this.#blocks('subnet', subnetId, texts)
    })
  }

  /** Whether all blocks of a VPC or a subnet were read and make sense; what has none at all was not read. */
  knowsBlocksOf(kind: 'vpc' | 'subnet', id: string, family: Family): boolean {
    return once(this.#known[kind][family], id, () => {
      const resource = this.get(kind, id)
      if (!resource) return false
      const { raw } = resource
      const ipv4 = resource.kind === 'vpc' ? ipv4BlocksOf(resource.raw) : textsOf(raw.CidrBlock)
      const ipv6 = ipv6BlocksOf(raw)
      return ipv4.length + ipv6.length > 0 && (family === 4 ? ipv4 : ipv6).every((text) => parseBlock(text))
    })
  }

  /** What more than one subnet of a VPC claims. Subnets never overlap (R-ADDR-3): one of the records is wrong. */
  overlapsIn(vpcId: string, family: Family): { readonly twice: AddressSet; readonly by: readonly string[] } {
    return this.#once(`overlaps ${family} ${vpcId}`, () => {
      const blocks = this.subnetsOf(vpcId).map(({ id }) => [id, this.subnetBlocks(id, family)] as const)
      let all: AddressSet = []
      let twice: AddressSet = []
      for (const [, block] of blocks) {
        twice = intervals.union(twice, intervals.intersect(all, block))
        all = intervals.union(all, block)
      }
      return { twice, by: blocks.flatMap(([id, block]) => (intervals.overlaps(block, twice) ? [id] : [])) }
    })
  }

  subnetsOf(vpcId: string): readonly Of<'subnet'>[] {
    return this.indexed(subnetsByVpc).get(vpcId) ?? []
  }

  vpcOf(subnetId: string): string | undefined {
    return this.raw('subnet', subnetId)?.VpcId
  }

  /** The zone of a subnet by its physical id (R-AZ-1), by its name where no record tells the id. */
  zoneOf(subnetId: string): string | undefined {
    const subnet = this.get('subnet', subnetId)
    if (!subnet) return undefined
    const { AvailabilityZoneId: zoneId, AvailabilityZone: name } = subnet.raw
    return zoneId ?? (name === undefined ? undefined : this.zoneId(name, subnet))
  }

  /** The Availability Zone that a subnet is served from: its own, or the parent of its Local Zone (R-ZONE-1). Not known where nobody read
   *  whose child a Local Zone is. */
  parentZoneOf(subnetId: string): string | undefined {
    const zone = this.zoneOf(subnetId)
    if (zone === undefined) return undefined
    const parents = this.#once('parent zones', () => {
      const known = new Map<string, string>()
      for (const { raw } of this.all('availabilityZone'))
        if (raw.ZoneType === 'local-zone' && raw.ZoneId !== undefined && raw.ParentZoneId !== undefined)
          known.set(raw.ZoneId, raw.ParentZoneId)
      return known
    })
    return parents.get(zone) ?? (LOCAL_ZONE.test(zone) ? undefined : zone)
  }

  /** The physical id of a zone that an account calls by this name, or the name where no record tells it. */
  zoneId(name: string, place: { readonly account: string; readonly region: string }): string {
    return this.physicalZone(name, place) ?? name
  }

  /** The same; undefined where no record tells it. */
  physicalZone(name: string, place: { readonly account: string; readonly region: string }): string | undefined {
    const zones = this.#once('zones', () => {
      const known = new Map<string, string>()
      for (const { account, region, raw } of this.all('availabilityZone'))
        if (raw.ZoneId !== undefined) known.set(zoneKey(account, region, raw.ZoneName), raw.ZoneId)
      return known
    })
    return zones.get(zoneKey(place.account, place.region, name))
  }

  // ---- what belongs to a subnet

  /** The table in force: the explicit association, else the VPC's main table (R-ROUTE-1, R-ROUTE-2). None where two tables claim to
   *  be it, nor where one that was not read may be associated with the subnet. */
  routeTableOf(subnetId: string): Of<'routeTable'> | undefined {
    const { bySubnet, main } = this.#once('route tables', () => this.#indexRouteTables())
    const vpcId = this.vpcOf(subnetId)
    const explicit = bySubnet.get(subnetId)
    const implied = explicit || vpcId === undefined || !this.knowsRouteTablesOf(vpcId) ? [] : (main.get(vpcId) ?? [])
    return this.#onlyOne(explicit ?? implied, subnetId)
  }

  /** Whether all tables of a VPC were read. A participant, of whom alone a shared VPC may be known, sees those of the subnets that it
   *  sees (R-SHARE-2). */
  knowsRouteTablesOf(vpcId: string): boolean {
    return this.#once(`knows route tables of ${vpcId}`, () => {
      if (this.coversIn('routeTable', vpcId)) return true
      const { region } = this.placeOf(vpcId)
      const participants = this.interfacesOf(vpcId).flatMap(({ id }) => this.get('networkInterface', id)?.account ?? [])
      return (
        !this.coversIn('subnet', vpcId) &&
        participants.some((account) => this.covers('routeTable', { account, region }))
      )
    })
  }

  /** The edge-associated table of an internet or virtual private gateway (R-EDGE-1); several where records contradict each other. */
  gatewayRouteTablesOf(gatewayId: string): readonly Of<'routeTable'>[] {
    return this.#once('route tables', () => this.#indexRouteTables()).byGateway.get(gatewayId) ?? []
  }

  networkAclOf(subnetId: string): Of<'networkAcl'> | undefined {
    const claims = this.indexed(networkAclsBySubnet).get(subnetId)
    return this.#onlyOne(claims ?? [], subnetId)
  }

  /** The same list as in the network that this one is like, where the records are. */
  interfacesIn(subnetId: string): readonly NetworkInterface[] {
    return once(this.#interfacesIn, subnetId, () => {
      const records = this.#recordsIn(subnetId)
      if (this.like && this.like.#recordsIn(subnetId) === records) {
        const shared = this.like.interfacesIn(subnetId)
        if (!shared.some(({ unread }) => unread)) return shared
      }
      return records.map((each) => this.#read(each))
    })
  }

  #recordsIn(subnetId: string): readonly Of<'networkInterface'>[] {
    return this.indexed(interfacesBySubnet).get(subnetId) ?? NOBODY
  }

  /** Participants of a shared VPC cannot see the owner's interfaces (R-ENI-9): all are known only where the VPC's owner was read. */
  knowsInterfacesIn(subnetId: string): boolean {
    const vpcId = this.vpcOf(subnetId)
    return (
      vpcId !== undefined &&
      this.coversIn('networkInterface', vpcId) &&
      !this.interfacesIn(subnetId).some(({ unread }) => unread)
    )
  }

  interfacesOf(vpcId: string): readonly NetworkInterface[] {
    return this.subnetsOf(vpcId).flatMap((subnet) => this.interfacesIn(subnet.id))
  }

  interface(id: string): NetworkInterface | undefined {
    const resource = this.get('networkInterface', id)
    return resource && this.#read(resource)
  }

  /** In the order of the snapshot. */
  interfaces(): readonly NetworkInterface[] {
    return this.#once('interfaces', () => this.all('networkInterface').map((each) => this.#read(each)))
  }

  interfacesOfInstance(instanceId: string): readonly NetworkInterface[] {
    return (this.indexed(interfacesByInstance).get(instanceId) ?? []).map((each) => this.#read(each))
  }

  /** Interfaces that hold this private address, in whatever VPC: several where address spaces overlap. */
  holdersOf(address: Address): readonly NetworkInterface[] {
    const holders = this.#once('holders', () => {
      const byAddress = new Map<Address, NetworkInterface[]>()
      for (const each of this.interfaces()) for (const own of each.addresses) append(byAddress, own, each)
      return byAddress
    })
    const delegated = this.#once('delegated prefixes', () =>
      this.all('networkInterface')
        .filter(({ raw }) => (raw.Ipv4Prefixes?.length ?? 0) + (raw.Ipv6Prefixes?.length ?? 0) > 0)
        .map((each) => this.#read(each)),
    )
    const family = typeof address === 'bigint' ? 6 : 4
    return [
      ...(holders.get(address) ?? []),
      ...delegated.filter(
        (each) => !each.addresses.includes(address) && intervals.has(each.addressSet(family), address),
      ),
    ]
  }

  /** Every public IPv4 address of the estate, by address (R-ADDR-7, R-ADDR-8). */
  publicAddresses(): ReadonlyMap<Address, PublicAddress> {
    return this.#once('public addresses', () => {
      const known = new Map<Address, PublicAddress>()
      for (const { id, raw } of this.all('natGateway')) {
        const { VpcId: vpcId, SubnetId: subnetId = '' } = raw
        if (vpcId === undefined || raw.State === 'deleted' || raw.State === 'failed') continue
        for (const { PublicIp, PrivateIp, Status } of raw.NatGatewayAddresses ?? []) {
          // It never got the address, which somebody else may have (R-NAT-15).
          if (Status === 'failed') continue
          const address = PublicIp === undefined ? undefined : parseBlock(PublicIp)?.first
          // A regional NAT gateway may list no private address: its public one then stands for it (R-NAT-13).
          const inside = PrivateIp === undefined ? address : parseBlock(PrivateIp)?.first
          if (address !== undefined && inside !== undefined)
            known.set(address, { address, private: inside, vpcId, subnetId, holder: id })
        }
      }
      for (const resource of this.all('networkInterface')) {
        const { id, raw } = resource
        if (!raw.Association && !raw.PrivateIpAddresses?.some(({ Association }) => Association)) continue
        for (const [inside, address] of this.#read(resource).publicMappings)
          if (!known.has(address))
            known.set(address, { address, private: inside, vpcId: raw.VpcId, subnetId: raw.SubnetId, holder: id })
      }
      return known
    })
  }

  /** Elastic addresses that are bound to nothing (R-ADDR-16): the estate's, and nobody answers there. */
  idleAddresses(): AddressSet {
    return this.#elasticAddresses().idle
  }

  /** Elastic addresses that are bound to something that was not read, and to what. */
  addressesBoundElsewhere(): ReadonlyMap<Address, string> {
    return this.#elasticAddresses().boundElsewhere
  }

  #elasticAddresses() {
    return this.#once('elastic addresses', () => {
      const known = this.publicAddresses()
      const idle: AddressSet[] = []
      const boundElsewhere = new Map<Address, string>()
      for (const { id, raw } of this.all('address')) {
        const address = raw.PublicIp === undefined ? undefined : this.#addressOf(id, raw.PublicIp)
        if (address === undefined || known.has(address)) continue
        const holder = raw.NetworkInterfaceId ?? raw.InstanceId ?? raw.AssociationId
        if (holder === undefined) idle.push(single(address))
        else boundElsewhere.set(address, holder)
      }
      return { idle: intervals.unionAll(idle), boundElsewhere }
    })
  }

  #addressOf(id: string, text: string): Address | undefined {
    return this.block(text, { kind: 'address', id, field: 'PublicIp' })?.first
  }

  // ---- gateways

  /** The internet gateway attached to a VPC (R-IGW-1). */
  internetGatewayOf(vpcId: string): Of<'internetGateway'> | undefined {
    return this.indexed(internetGatewaysByVpc).get(vpcId)?.[0]
  }

  natGatewaysOf(vpcId: string): readonly Of<'natGateway'>[] {
    return this.indexed(natGatewaysByVpc).get(vpcId) ?? []
  }

  // ---- prefix lists

  /** The current entries of a prefix list; undefined where nobody read them. */
  prefixListEntries(id: string): readonly string[] | undefined {
    const managed = this.raw('managedPrefixListEntries', id)
    // A snapshot does not write empty lists: that there is a record says that somebody looked.
    return managed ? (managed.Entries ?? []).map(({ Cidr }) => Cidr) : this.raw('prefixList', id)?.Cidrs
  }

  prefixListName(id: string): string | undefined {
    return this.raw('managedPrefixList', id)?.PrefixListName ?? this.raw('prefixList', id)?.PrefixListName
  }

  /** Records by what an index finds them by. */
  indexed<K extends Kind>({ kind, keysOf }: RecordIndex<K>): ReadonlyMap<string, readonly Of<K>[]> {
    const records = this.#records.get(kind) ?? NO_RECORDS
    return records.indexed(keysOf as (resource: Resource) => readonly string[]) as unknown as ReadonlyMap<
      string,
      readonly Of<K>[]
    >
  }

  #read(resource: Of<'networkInterface'>): NetworkInterface {
    return this.#interfaces.of(resource, this.#misread)
  }

  readonly #misread: Misread = (id, text, field) => {
    this.block(text, { kind: 'networkInterface', id, field })
  }

  #indexRouteTables() {
    const bySubnet = new Map<string, Of<'routeTable'>[]>()
    const byGateway = new Map<string, Of<'routeTable'>[]>()
    const main = new Map<string, Of<'routeTable'>[]>()
    for (const table of this.all('routeTable'))
      for (const association of table.raw.Associations ?? []) {
        if ((association.AssociationState?.State ?? 'associated') !== 'associated') continue
        if (association.SubnetId !== undefined) append(bySubnet, association.SubnetId, table)
        else if (association.GatewayId !== undefined) append(byGateway, association.GatewayId, table)
        else if (association.Main) append(main, table.raw.VpcId, table)
      }
    return { bySubnet, byGateway, main }
  }

  /** A subnet has one route table and one network ACL; which of two records is right nobody can tell. */
  #onlyOne<T extends Of<'routeTable'> | Of<'networkAcl'>>(claims: readonly T[], subnetId: string): T | undefined {
    const ids = [...new Set(claims.map(({ id }) => id))]
    if (ids.length <= 1) return claims[0]
    this.gap({
      code: 'CONTRADICTION',
      kind: claims[0]!.kind,
      id: subnetId,
      message: `${ids.join(' and ')} both claim ${subnetId}, which can have only one of them`,
      remedy: 'read both again at one time',
    })
    return undefined
  }

  #blocks(kind: 'vpc' | 'subnet', id: string, texts: readonly string[]): AddressSet {
    return intervals.unionAll(
      texts.flatMap((text) => {
        const prefix = this.block(text, { kind, id, field: 'CidrBlock' })
        return prefix ? [prefixSet(prefix)] : []
      }),
    )
  }

  #once<T>(key: string, make: () => T): T {
    return once(this.#memo as Map<string, T>, key, make)
  }
}

const NO_RECORDS = Records.of([])

/** Interfaces as they were read. Of a network like another one, those that are in both are the same. */
class Interfaces {
  readonly #like: Network | undefined
  readonly #known = new Map<string, NetworkInterface>()
  readonly #groupLists: GroupLists
  /** One count for all that are alike: no two of their interfaces have one order. */
  readonly #count: { read: number }

  /** `shared`: those of the network `like`. */
  constructor(like: Network | undefined, shared: Interfaces | undefined) {
    this.#like = like
    this.#groupLists = shared ? shared.#groupLists : new GroupLists()
    this.#count = shared ? shared.#count : { read: 0 }
  }

  of(resource: Of<'networkInterface'>, misread: Misread): NetworkInterface {
    const { id, raw } = resource
    return once(this.#known, id, () => {
      const shared = this.#like?.interface(id)
      // What makes no sense is told of in each network.
      if (shared && shared.raw === raw && !shared.unread) return shared
      return new ReadInterface(resource, this.#count.read++, this.#groupLists.of(raw), misread)
    })
  }
}

/** The security groups of interfaces: those that have the same share one list. Found by the ids as the record has them, one after the
 *  other, so that no key is made of them. */
class GroupLists {
  readonly #root = new GroupNode([])
  readonly #lists = new Map<string, readonly string[]>()

  /** Ids, sorted. */
  of({ Groups: groups = [] }: RawOf<'networkInterface'>): readonly string[] {
    let node = this.#root
    for (const { GroupId: id } of groups) if (id !== undefined) node = node.with(id)
    return (node.list ??= this.#listOf(node.ids))
  }

  #listOf(ids: readonly string[]): readonly string[] {
    const sorted = [...new Set(ids)].sort()
    return once(this.#lists, sorted.join('+'), () => sorted)
  }
}

class GroupNode {
  readonly ids: readonly string[]
  list: readonly string[] | undefined = undefined
  readonly #next = new Map<string, GroupNode>()

  constructor(ids: readonly string[]) {
    this.ids = ids
  }

  with(id: string): GroupNode {
    let next = this.#next.get(id)
    if (!next) this.#next.set(id, (next = new GroupNode([...this.ids, id])))
    return next
  }
}

type ByFamily<T> = { readonly [F in Family]: Map<string, T> }

/** The `Name` tag, or the name that AWS itself gives the kind. */
export const nameOfResource = (resource: Resource): string | undefined => {
  const raw = resource.raw as {
    readonly GroupName?: string
    readonly LoadBalancerName?: string
    readonly PrefixListName?: string
    readonly FunctionName?: string
    readonly DBInstanceIdentifier?: string
    readonly TargetGroupName?: string
    readonly RuleGroupName?: string
    readonly FirewallPolicyName?: string
  }
  const tag = tagOf(resource, 'Name')
  if (tag !== undefined && tag !== '') return tag
  return (
    raw.GroupName ??
    raw.LoadBalancerName ??
    raw.PrefixListName ??
    raw.FunctionName ??
    raw.DBInstanceIdentifier ??
    raw.TargetGroupName ??
    raw.RuleGroupName ??
    raw.FirewallPolicyName
  )
}

const zoneKey = (account: string, region: string, name: string): string => `${account} ${region} ${name}`

/** A route that AWS made for a block of the VPC, wherever it leads now (R-ROUTE-8, R-ROUTE-14). */
export const isLocal = ({ GatewayId, Origin }: NonNullable<RawOf<'routeTable'>['Routes']>[number]): boolean =>
  GatewayId === 'local' || Origin === 'CreateRouteTable'

/** `use1-bos1-az1`, as against `use1-az1`. */
const LOCAL_ZONE = /^\w+-[a-z]+\d+-az\d+$/

/** Or about to be, or in a state that was not read. */
const isAttached = (state: string | undefined): boolean => state !== 'detached' && state !== 'detaching'

const ipv4BlocksOf = (raw: RawOf<'vpc'>): string[] => {
  const associated = (raw.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => (CidrBlockState?.State ?? 'associated') === 'associated')
    .flatMap(({ CidrBlock }) => CidrBlock ?? [])
  return raw.CidrBlockAssociationSet?.length ? associated : textsOf(raw.CidrBlock)
}

const textsOf = (text: string | undefined): string[] => (text === undefined ? [] : [text])

const ipv6BlocksOf = (raw: RawOf<'vpc'> | RawOf<'subnet'>): string[] =>
  (raw.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6CidrBlockState }) => (Ipv6CidrBlockState?.State ?? 'associated') === 'associated')
    .flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [])
