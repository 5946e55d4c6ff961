/** Whom a changed setting can concern: interfaces such that no pair without one of them fares differently. So only their questions are
 *  asked again. Where packets of others may pass by what changed, that is everybody; a law holds it against asking all. */
import { knowsOnpremises } from '../analysis/onprem.ts'
import { membersOf } from '../analysis/place-things.ts'
import { ownerOf } from '../aws/endpoint-class.ts'
import { internetAddresses } from '../aws/internet.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'
import { isTagField } from '../snapshot/tags.ts'
import * as intervals from '../packet/intervals.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { FAMILIES } from '../packet/address.ts'
import { Fronts } from './fronts.ts'
import { BALANCING, INERT } from './kinds.ts'
import { lendsItself, strangersIn } from './passage.ts'
import type { Part } from './records.ts'
import type { Edit, Setting } from './settings.ts'

/** Whom a setting concerns as who sends requests, and whom as who receives them. */
export interface Scope {
  readonly senders: Concerned
  readonly receivers: Concerned
}

/** Ids of interfaces, and keys of places outside. */
export type Concerned = ReadonlySet<string> | 'everybody'

/** Of settings between two networks that know the same things by the same ids. */
export const scopesOf = (networks: readonly Network[], settings: readonly Setting[]): ReadonlyMap<Setting, Scope> => {
  const estate = new BothEstates(networks)
  return new Map(settings.map((setting) => [setting, estate.scopeOf(setting)] as const))
}

export const EVERYBODY: Scope = { senders: 'everybody', receivers: 'everybody' }

export const joinedScope = (scopes: Iterable<Scope>): Scope => {
  const all = [...scopes]
  return {
    senders: joined(all.map(({ senders }) => senders)),
    receivers: joined(all.map(({ receivers }) => receivers)),
  }
}

export const concerns = (concerned: Concerned, id: string): boolean => concerned === 'everybody' || concerned.has(id)

export const concernsNobody = ({ senders, receivers }: Scope): boolean =>
  [senders, receivers].every((each) => each !== 'everybody' && each.size === 0)

const joined = (parts: Iterable<Concerned>): Concerned => {
  const all = new Set<string>()
  for (const each of parts) {
    if (each === 'everybody') return each
    for (const id of each) all.add(id)
  }
  return all
}

const NOBODY: Concerned = new Set<string>()

const either = (concerned: Concerned): Scope => ({ senders: concerned, receivers: concerned })

const transitGatewayVpcAttachmentsBySubnet = recordIndex(
  'transitGatewayVpcAttachment',
  ({ raw }) => raw.SubnetIds ?? [],
)

class BothEstates {
  readonly #networks: readonly Network[]
  readonly #byVpc = new Map<string, Concerned>()
  #targets: ReadonlySet<string> | undefined

  constructor(networks: readonly Network[]) {
    this.#networks = networks
  }

  scopeOf({ kind, edits, isTag }: Setting): Scope {
    if (kind === 'coverage') return EVERYBODY
    if (isTag) return either(NOBODY)
    const { senders, receivers } = joinedScope(
      edits
        .filter((edit) => !isOfTags(edit))
        .map((edit) => (edit.resource.kind === 'securityGroup' ? this.#ofGroup(edit) : either(this.#ofEdit(edit)))),
    )
    const [sending, receiving] = [senders, receivers].map((each) => this.#withOutside(this.#withFronts(each)))
    return { senders: sending!, receivers: receiving! }
  }

  /** Security groups are stateful: what a member lets in says nothing of what it sends, nor the other way round (R-SG-2). Only who passes
   *  packets on, as load balancers do, lets out what came in. */
  #ofGroup({ before, after, resource: { id } }: Edit): Scope {
    const { field } = (before ?? after)!
    const members = this.#networks.flatMap((network) =>
      membersOf(network, id).map((each) => ({
        each,
        isEnd: ownerOf(network, each).is === 'workload',
      })),
    )
    const passed = members.filter(({ each }) => this.#isPassed(each))
    const both = joined([
      new Set(members.flatMap(({ each, isEnd }) => (isEnd ? [] : [each.id]))),
      this.#ofVpcs(passed.map(({ each: { vpcId } }) => vpcId)),
    ])
    const all = joined([both, new Set(members.map(({ each }) => each.id))])
    return {
      senders: field === 'IpPermissions' ? both : all,
      receivers: field === 'IpPermissionsEgress' ? both : all,
    }
  }

  #ofEdit(edit: Edit): Concerned {
    const { resource } = edit
    if (INERT.has(resource.kind)) return NOBODY
    switch (resource.kind) {
      case 'networkInterface':
        return this.#ofInterface(resource.id)
      case 'networkAcl':
        return this.#ofSubnets(this.#subnetsOfAcl(edit, resource))
      case 'routeTable':
        return this.#ofRouteTable(resource, edit.before ?? edit.after)
      case 'subnet':
      case 'natGateway':
      case 'vpcEndpoint':
        if (resource.raw.VpcId === undefined) return 'everybody'
        return joined([this.#ofVpc(resource.raw.VpcId), ...this.#interfacesNamedBy(resource)])
      case 'internetGateway':
      case 'egressOnlyInternetGateway':
        return this.#ofVpcs([
          ...this.#records(resource).flatMap((each) => (each.raw.Attachments ?? []).map((at) => at.VpcId)),
          // A route may name one that is not attached, or is not there at all.
          ...this.#tablesNaming(resource.id).map(({ raw }) => raw.VpcId),
        ])
      case 'vpcPeeringConnection':
        return this.#ofVpcs(
          this.#records(resource).flatMap(({ raw }) => [raw.RequesterVpcInfo?.VpcId, raw.AccepterVpcInfo?.VpcId]),
        )
      case 'vpcAttribute':
        return this.#ofVpc(resource.id)
      case 'transitGatewayRoutes':
      case 'transitGatewayRouteTableAssociations':
      case 'transitGatewayRouteTablePropagations':
      case 'transitGatewayPrefixListReferences':
        return this.#ofTransitTable(resource.id)
      case 'managedPrefixListEntries':
        return this.#ofPrefixList(resource.id)
      case 'instanceConnectEndpoint':
        return joined(
          this.#records(resource).flatMap(({ raw }): readonly Concerned[] =>
            // Where it does not say which interfaces are its own, these say so themselves.
            raw.NetworkInterfaceIds === undefined
              ? ['everybody']
              : raw.NetworkInterfaceIds.map((id) => this.#ofInterface(id)),
          ),
        )
      case 'vpcEndpointServiceConfiguration':
        return this.#endpointsOf(resource)
      case 'instance':
        return this.#isTarget(resource.id) ? 'everybody' : NOBODY
      default:
        return BALANCING.has(resource.kind) ? this.#fronts().configuredBy(resource.id) : 'everybody'
    }
  }

  /** Of an endpoint or NAT gateway: whose interfaces they are it says itself, be they in another VPC. */
  #interfacesNamedBy(resource: Resource): readonly Concerned[] {
    const ids = this.#records(resource).flatMap((each) => {
      if (each.kind === 'vpcEndpoint') return each.raw.NetworkInterfaceIds ?? []
      if (each.kind === 'natGateway')
        return (each.raw.NatGatewayAddresses ?? []).flatMap(({ NetworkInterfaceId: id }) => id ?? [])
      return []
    })
    return [...new Set(ids)].map((id) => this.#ofInterface(id))
  }

  /** The record as it was and as it is. */
  #records<R extends Resource>({ kind, id }: R): readonly R[] {
    return this.#networks.flatMap((network) => (network.get(kind, id) as R | undefined) ?? [])
  }

  #ids(of: (network: Network) => readonly NetworkInterface[]): Concerned {
    return new Set(this.#networks.flatMap((network) => of(network).map(({ id }) => id)))
  }

  #isPassed(each: NetworkInterface): boolean {
    return this.#isTarget(each.id) || this.#isTarget(each.raw.Attachment?.InstanceId ?? '')
  }

  /** Itself, whoever claims its address, and those whose packets pass it; and the same of whoever claims its public address. */
  #ofInterface(id: string): Concerned {
    return joined(
      this.#networks.flatMap((network) => {
        const each = network.interface(id)
        if (!each) return []
        const sharers = this.#networks.flatMap((other) =>
          sharersOfPublicAddresses(this.#publishedIn(other), each).map((one) => this.#ofOne(other, one)),
        )
        return [this.#ofOne(network, each), ...sharers]
      }),
    )
  }

  #ofOne(network: Network, each: NetworkInterface): Concerned {
    const { is } = ownerOf(network, each)
    // A table that was not read may lead through it what neighbours send.
    const mayForward = each.raw.SourceDestCheck === false && network.routeTableOf(each.subnetId) === undefined
    const isPassed = !ENDS.has(is) || mayForward || this.#isPassed(each)
    if (isPassed || each.unread) return this.#ofVpc(each.vpcId)
    return new Set([
      each.id,
      ...this.#sharersOfPrefixes(each),
      ...each.addresses.flatMap((address) =>
        this.#networks.flatMap((other) => other.holdersOf(address).map((holder) => holder.id)),
      ),
    ])
  }

  readonly #published = new Map<Network, readonly NetworkInterface[]>()

  #publishedIn(network: Network): readonly NetworkInterface[] {
    return once(this.#published, network, () => network.interfaces().filter((each) => each.publicMappings.length > 0))
  }

  /** Whoever has an address in a prefix that is delegated to it. */
  #sharersOfPrefixes(each: NetworkInterface): readonly string[] {
    const { Ipv4Prefixes = [], Ipv6Prefixes = [] } = each.raw
    if (Ipv4Prefixes.length + Ipv6Prefixes.length === 0) return []
    return this.#networks.flatMap((network) =>
      network
        .interfacesOf(each.vpcId)
        .filter((other) =>
          FAMILIES.some((family) => intervals.overlaps(other.addressSet(family), each.addressSet(family))),
        )
        .map(({ id }) => id),
    )
  }

  #subnetsOfAcl({ before, after }: Edit, acl: Resource<'networkAcl'>): readonly string[] {
    const part = before ?? after
    if (part?.field === 'Associations') return [part.element]
    return this.#records(acl).flatMap(({ raw }) => (raw.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []))
  }

  #tablesNaming(gatewayId: string): readonly Resource<'routeTable'>[] {
    return this.#networks.flatMap((network) =>
      network
        .all('routeTable')
        .filter(({ raw }) =>
          raw.Routes?.some((route) => [route.GatewayId, route.EgressOnlyInternetGatewayId].includes(gatewayId)),
        ),
    )
  }

  /** `part`: of it, that changed; without it, any route may have. */
  #ofRouteTable(table: Resource<'routeTable'>, part?: Part): Concerned {
    if (part?.field === 'Associations' && part.element.startsWith('subnet-')) return this.#ofSubnets([part.element])
    const records = this.#records(table)
    const isOfGateway = records.some(({ raw }) =>
      (raw.Associations ?? []).some(({ GatewayId }) => GatewayId !== undefined),
    )
    const isOfNat = this.#networks.some((network) =>
      network.natGatewaysOf(table.raw.VpcId).some(({ raw }) => raw.RouteTableId === table.id),
    )
    // A virtual private gateway knows what it shows in any table that it propagates into (R-VGW-1).
    const isOfLearned = records.some(({ raw }) => (raw.PropagatingVgws ?? []).length > 0)
    if (part?.field === 'Associations' || isOfGateway || isOfNat || isOfLearned) return this.#ofVpc(table.raw.VpcId)
    return this.#ofSubnets(
      this.#networks.flatMap((network) =>
        network
          .subnetsOf(table.raw.VpcId)
          .filter(({ id }) => network.routeTableOf(id)?.id === table.id)
          .map(({ id }) => id),
      ),
    )
  }

  #ofSubnets(ids: Iterable<string>): Concerned {
    return joined([...new Set(ids)].map((id) => this.#ofSubnet(id)))
  }

  #ofSubnet(id: string): Concerned {
    const vpcId = this.#networks.map((network) => network.vpcOf(id)).find((vpc) => vpc !== undefined)
    if (vpcId === undefined) return 'everybody'
    const isPassed = this.#networks.some(
      (network) =>
        network.natGatewaysOf(vpcId).some(({ raw }) => raw.SubnetId === id) ||
        network.indexed(transitGatewayVpcAttachmentsBySubnet).has(id) ||
        network.interfacesIn(id).some((each) => !ENDS.has(ownerOf(network, each).is) || this.#isPassed(each)),
    )
    return isPassed
      ? this.#ofVpc(vpcId)
      : this.#ids((network) => [...network.interfacesIn(id), ...strangersIn(network, vpcId, id)])
  }

  #ofVpcs(ids: Iterable<string | undefined>): Concerned {
    return joined([...new Set(ids)].flatMap((id) => (id === undefined ? [] : [this.#ofVpc(id)])))
  }

  #ofVpc(id: string): Concerned {
    let scope = this.#byVpc.get(id)
    if (!scope) {
      scope = this.#networks.some((network) => lendsItself(network, id))
        ? 'everybody'
        : this.#ids((network) => network.interfacesOf(id))
      this.#byVpc.set(id, scope)
    }
    return scope
  }

  /** Whoever sends by this table or gets answers by it; and networks on premises, which have the addresses that tables lead to them. */
  #ofTransitTable(tableId: string): Concerned {
    // Without the list of one table it is told by the attachments, or must be guessed.
    const lists = this.#networks.map((network) => network.raw('transitGatewayRouteTableAssociations', tableId))
    if (lists.some((list) => !list)) return 'everybody'
    const associations = [
      ...lists.flatMap((list) => list?.Associations ?? []),
      ...this.#networks.flatMap((network) =>
        network
          .all('transitGatewayAttachment')
          .flatMap(({ raw }) => (raw.Association?.TransitGatewayRouteTableId === tableId ? [raw] : [])),
      ),
    ]
    if (associations.some(({ ResourceType }) => ResourceType !== 'vpc')) return 'everybody'
    return joined([
      this.#ofVpcs(associations.map(({ ResourceId }) => ResourceId)),
      this.#networks.some(knowsOnpremises) ? new Set([ON_PREMISES]) : NOBODY,
    ])
  }

  /** Whose rules and routes name it. */
  #ofPrefixList(id: string): Concerned {
    const isInTransit = this.#networks.some((network) =>
      network
        .all('transitGatewayPrefixListReferences')
        .some(({ raw }) => raw.TransitGatewayPrefixListReferences?.some(({ PrefixListId }) => PrefixListId === id)),
    )
    const isInFirewall = this.#networks.some((network) =>
      network
        .all('networkFirewallRuleGroup')
        .some(({ raw }) =>
          Object.values(raw.RuleGroup?.ReferenceSets?.IPSetReferences ?? {}).some((each) =>
            each.ReferenceArn?.endsWith(`/${id}`),
          ),
        ),
    )
    const name = this.#networks.map((network) => network.prefixListName(id)).find((each) => each !== undefined)
    if (isInTransit || isInFirewall || name?.startsWith('com.amazonaws.') !== false) return 'everybody'
    const naming = this.#networks.flatMap((network) =>
      network
        .all('securityGroup')
        .filter(({ raw }) =>
          [...(raw.IpPermissions ?? []), ...(raw.IpPermissionsEgress ?? [])].some(({ PrefixListIds }) =>
            PrefixListIds?.some(({ PrefixListId }) => PrefixListId === id),
          ),
        ),
    )
    const groups = new Set(naming.map((group) => group.id))
    const tables = this.#networks.flatMap((network) =>
      network.all('routeTable').filter(({ raw }) => raw.Routes?.some((route) => route.DestinationPrefixListId === id)),
    )
    return joined([
      this.#ids((network) => [...groups].flatMap((group) => membersOf(network, group))),
      ...tables.map((table) => this.#ofRouteTable(table)),
    ])
  }

  /** Services of Amazon are reached at the interfaces of endpoints too; and who takes public addresses for a VPC of his own has them in
   *  the way to the internet. */
  #withOutside(scope: Concerned): Concerned {
    if (scope === 'everybody' || scope.size === 0) return scope
    const isEndpoint = this.#networks.some((network) =>
      [...scope].some((id) => {
        const each = network.interface(id)
        return each && ownerOf(network, each).is === 'interface-endpoint'
      }),
    )
    return new Set([...scope, ...(isEndpoint ? [SERVICES] : []), ...(this.#hasPublicBlocks() ? [INTERNET] : [])])
  }

  #publicBlocks: boolean | undefined

  #hasPublicBlocks(): boolean {
    return (this.#publicBlocks ??= this.#networks.some((network) =>
      FAMILIES.some((family) => {
        const world = internetAddresses(network, family)
        return network.all('vpc').some(({ id }) => intervals.overlaps(network.vpcBlocks(id, family), world))
      }),
    ))
  }

  // ---- load balancers

  /** What becomes of a request to a load balancer depends on its targets, wherever they are. */
  #withFronts(scope: Concerned): Concerned {
    return scope === 'everybody' ? scope : joined([scope, this.#fronts().of(scope)])
  }

  #known: Fronts | undefined

  #fronts(): Fronts {
    return (this.#known ??= new Fronts(this.#networks))
  }

  /** Interfaces of the endpoints of a service. */
  #endpointsOf(service: Resource<'vpcEndpointServiceConfiguration'>): Concerned {
    const names = new Set(this.#records(service).map(({ raw }) => raw.ServiceName))
    return this.#ids((network) =>
      network.interfaces().filter((each) => {
        const owner = ownerOf(network, each)
        return owner.is === 'interface-endpoint' && names.has(network.raw('vpcEndpoint', owner.id)?.ServiceName)
      }),
    )
  }

  /** Whether a route leads to it: an interface, or an instance, which may send on by any interface of its own (R-NAT-17). */
  #isTarget(id: string): boolean {
    this.#targets ??= new Set(
      this.#networks.flatMap((network) =>
        network.all('routeTable').flatMap(({ raw }) =>
          (raw.Routes ?? []).flatMap(({ NetworkInterfaceId: named, InstanceId: instance }): readonly string[] => {
            if (named === undefined) return instance === undefined ? [] : [instance]
            const its = network.interface(named)?.raw.Attachment?.InstanceId
            return its === undefined ? [named] : [named, its]
          }),
        ),
      ),
    )
    return this.#targets.has(id)
  }
}

/** The keys of these places. */
const SERVICES = 'aws-services'
const INTERNET = 'internet'
const ON_PREMISES = 'onprem'

const isOfTags = ({ before, after }: Edit): boolean => isTagField((before ?? after)!.field)

/** Owners of interfaces that packets end at; others pass them on. */
const ENDS: ReadonlySet<string> = new Set([
  'workload',
  'function',
  'interface-endpoint',
  'load-balancer',
  'client-address-endpoint',
])

const sharersOfPublicAddresses = (
  published: readonly NetworkInterface[],
  { id, publicMappings }: NetworkInterface,
): readonly NetworkInterface[] => {
  const addresses = new Set(publicMappings.map(([, address]) => address))
  return published.filter(
    (other) => other.id !== id && other.publicMappings.some(([, address]) => addresses.has(address)),
  )
}
