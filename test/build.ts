/** A tiny language for AWS networks, so that a test shows only what matters: facts are stated one after the other, and all that is
 *  not said is as AWS sets it up. Knows how records look; what packets do is what tests ask about.
 *
 *      estate()
 *        .vpc('shop', '10.0.0.0/16')
 *        .internetGateway('shop')
 *        .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
 *        .instance('web', '10.0.1.10', { groups: ['web'], publicIp: '54.10.0.1' })
 *        .securityGroup('web', ['tcp 443 from 0.0.0.0/0'])
 *        .snapshot()
 *
 *  The id of what is called `web` is `i-web`, `eni-web`, `sg-web`; its Name tag is `web`. A name stands where the kind is clear
 *  (`groups: ['web']`), an id where it is not (`'igw-shop'`, `from sg-web`). A VPC, a subnet or a transit gateway is open for
 *  what follows it. What refers to a group, a route target or a NACL may come before it. An estate never changes: each fact
 *  gives a new one, so tests may share a beginning. */
import type { Kind, RawOf } from '../src/snapshot/schema.ts'
import type { Gap, Snapshot } from '../src/snapshot/snapshot.ts'
import { Draft, type Fact, type Place } from './build/draft.ts'
import * as endpoints from './build/endpoint.ts'
import * as gateways from './build/gateway.ts'
import * as interfaces from './build/interface.ts'
import * as balancers from './build/load-balancer.ts'
import * as firewalls from './build/network-firewall.ts'
import * as networks from './build/network.ts'
import type { AclRule, GroupRule } from './build/rules.ts'
import * as transit from './build/transit-gateway.ts'

/** An estate of account 111111111111 in us-east-1, until it is said otherwise. */
export const estate = (): Estate => new Estate([], [], new Set())

export class Estate {
  readonly #facts: readonly Fact[]
  /** Applied when all facts are stated. */
  readonly #changes: readonly Fact[]
  readonly #unread: ReadonlySet<Kind>

  constructor(facts: readonly Fact[], changes: readonly Fact[], unread: ReadonlySet<Kind>) {
    this.#facts = facts
    this.#changes = changes
    this.#unread = unread
  }

  /** Everything is covered, save what `without` left out. */
  snapshot(collectedAt?: string): Snapshot {
    const draft = new Draft()
    for (const state of this.#facts) state(draft)
    draft.close()
    for (const change of this.#changes) change(draft)
    const snapshot = draft.finish(this.#unread)
    return collectedAt === undefined ? snapshot : { ...snapshot, collectedAt }
  }

  // ---- where

  in = (place: Place): Estate => this.#state(networks.inPlace(place))

  within = (id: `${'vpc' | 'subnet'}-${string}`): Estate => this.#state(networks.within(id))

  /** Which physical zones the account that is open calls `a`, `b`...; the usual ones where nothing is said (R-AZ-1). */
  zones = (ids: Readonly<Record<string, string>>): Estate => this.#state(networks.zones(ids))

  // ---- networks and rules

  vpc = (name: string, blocks: string | readonly string[]): Estate => this.#state(networks.vpc(name, blocks))

  subnet = (name: string, blocks: string | readonly string[], options: networks.SubnetOptions = {}): Estate =>
    this.#state(networks.subnet(name, blocks, options))

  routeTable = (name: string, routes: networks.Routes, of?: `${'igw' | 'vgw'}-${string}`): Estate =>
    this.#state(networks.routeTable(name, routes, of))

  networkAcl = (name: string, rules: readonly AclRule[]): Estate => this.#state(networks.networkAcl(name, rules))

  securityGroup = (name: string, rules: readonly GroupRule[], options: { readonly closed?: boolean } = {}): Estate =>
    this.#state(networks.securityGroup(name, rules, options))

  prefixList = (name: string, entries: readonly string[]): Estate => this.#state(gateways.prefixList(name, entries))

  servicePrefixList = (service: string, entries: readonly string[]): Estate =>
    this.#state(endpoints.servicePrefixList(service, entries))

  // ---- interfaces

  interface = (name: string, addresses: interfaces.Addresses, options: interfaces.InterfaceOptions = {}): Estate =>
    this.#state(interfaces.networkInterface(name, addresses, options))

  instance = (name: string, addresses: interfaces.Addresses, options: interfaces.InterfaceOptions = {}): Estate =>
    this.#state(interfaces.instance(name, addresses, options))

  function = (
    name: string,
    nodes: interfaces.Nodes,
    options: Pick<interfaces.InterfaceOptions, 'groups'> = {},
  ): Estate => this.#state(interfaces.lambdaFunction(name, nodes, options))

  database = (name: string, addresses: interfaces.Addresses, options: interfaces.DatabaseOptions = {}): Estate =>
    this.#state(interfaces.database(name, addresses, options))

  // ---- gateways

  internetGateway = (name: string): Estate => this.#state(gateways.internetGateway(name))

  egressOnlyInternetGateway = (name: string): Estate => this.#state(gateways.egressOnlyInternetGateway(name))

  natGateway = (name: string, addresses: interfaces.Addresses, options: gateways.NatGatewayOptions = {}): Estate =>
    this.#state(gateways.natGateway(name, addresses, options))

  regionalNatGateway = (name: string, publicIps: Readonly<Record<string, string>>, routes: networks.Routes): Estate =>
    this.#state(gateways.regionalNatGateway(name, publicIps, routes))

  vpnGateway = (name: string, prefixes: readonly string[] = []): Estate =>
    this.#state(gateways.vpnGateway(name, prefixes))

  peering = (requester: string, accepter: string, status = 'active'): Estate =>
    this.#state(gateways.peering(requester, accepter, status))

  blockPublicAccess = (mode: gateways.PublicAccessMode, exclusions: gateways.PublicAccessExclusions = {}): Estate =>
    this.#state(gateways.blockPublicAccess(mode, exclusions))

  // ---- transit gateways

  transitGateway = (name: string): Estate => this.#state(transit.transitGateway(name))

  transitGatewayAttachment = (vpc: string, subnets: readonly string[]): Estate =>
    this.#state(transit.transitGatewayAttachment(vpc, subnets))

  transitGatewayRouteTable = (name: string, options: transit.TransitTableOptions): Estate =>
    this.#state(transit.transitGatewayRouteTable(name, options))

  transitGatewayVpn = (name: string): Estate => this.#state(transit.transitGatewayVpn(name))

  transitGatewayDirectConnect = (name: string, allowed: readonly string[]): Estate =>
    this.#state(transit.transitGatewayDirectConnect(name, allowed))

  transitGatewayPeering = (requester: string, accepter: string): Estate =>
    this.#state(transit.transitGatewayPeering(requester, accepter))

  // ---- endpoints and load balancers

  gatewayEndpoint = (name: string, options: endpoints.GatewayEndpointOptions): Estate =>
    this.#state(endpoints.gatewayEndpoint(name, options))

  interfaceEndpoint = (
    name: string,
    nodes: interfaces.Nodes,
    options: endpoints.InterfaceEndpointOptions = {},
  ): Estate => this.#state(endpoints.interfaceEndpoint(name, nodes, options))

  inspectionEndpoint = (name: string, address: string): Estate =>
    this.#state(endpoints.inspectionEndpoint(name, address))

  networkFirewall = (name: string, address: string, options: firewalls.FirewallOptions = {}): Estate =>
    this.#state(firewalls.networkFirewall(name, address, options))

  attachedNetworkFirewall = (name: string, zones: readonly string[], options: firewalls.FirewallOptions = {}): Estate =>
    this.#state(firewalls.attachedNetworkFirewall(name, zones, options))

  endpointService = (name: string, loadBalancers: readonly string[]): Estate =>
    this.#state(endpoints.endpointService(name, loadBalancers))

  applicationLoadBalancer = (name: string, options: balancers.LoadBalancerOptions): Estate =>
    this.#state(balancers.loadBalancer('application', name, options))

  networkLoadBalancer = (name: string, options: balancers.LoadBalancerOptions): Estate =>
    this.#state(balancers.loadBalancer('network', name, options))

  classicLoadBalancer = (name: string, options: balancers.ClassicLoadBalancerOptions): Estate =>
    this.#state(balancers.classicLoadBalancer(name, options))

  // ---- whatever the facts above do not say

  /** Adds a record in the place that is open. */
  record = <K extends Kind>(kind: K, id: string, raw: RawOf<K>): Estate =>
    this.#state((draft) => draft.add(kind, id, () => raw))

  /** Puts fields over those of a record; `undefined` takes one away. */
  with = <K extends Kind>(kind: K, id: string, fields: Partial<RawOf<K>>): Estate =>
    this.#change((draft) => draft.change(kind, id, fields))

  tagged = (id: string, tags: Readonly<Record<string, string>>): Estate => this.#change((draft) => draft.tag(id, tags))

  /** Nobody read these kinds: neither their records nor the knowledge that there are no others. */
  without = (...kinds: readonly Kind[]): Estate =>
    new Estate(this.#facts, this.#changes, new Set([...this.#unread, ...kinds]))

  /** Nobody read this record, nor can say that all others of its kind were read. */
  losing = (kind: Kind, id: string): Estate => this.#change((draft) => draft.lose(kind, id))

  gap = (gap: Gap): Estate => this.#state((draft) => void draft.gaps.push(gap))

  #state(fact: Fact): Estate {
    return new Estate([...this.#facts, fact], this.#changes, this.#unread)
  }

  #change(fact: Fact): Estate {
    return new Estate(this.#facts, [...this.#changes, fact], this.#unread)
  }
}
