/** Places and packets -> questions to the graph: from which stage, with which packets, and what counts as having arrived. */
import { byClass, type EndpointClass } from '../aws/endpoint-class.ts'
import { internetAddresses } from '../aws/internet.ts'
import { instanceOfBoth } from '../aws/instance.ts'
import { sessionOf } from '../aws/load-balancer.ts'
import { connectedAddresses, perhapsConnected } from '../aws/on-premises.ts'
import { routesNat64 } from '../aws/nat64.ts'
import { prefixListAddresses, serviceLists } from '../aws/prefix-list.ts'
import type { Compiled } from '../aws/compile.ts'
import { groupedBy } from '../collections.ts'
import { isAmazonService } from '../aws/service-name.ts'
import { parseStageId, stageId } from '../aws/stage-id.ts'
import { asSent } from '../forwarding/header.ts'
import type { Stage, StageId } from '../forwarding/stage.ts'
import type { Flight, Sender } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { type Address, type AddressSet, FAMILIES, type Family, single } from '../packet/address.ts'
import { sharingAddresses } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { ECHO, EVERYTHING, icmp, type L4Set, l4Algebra, NOTHING, ports, wholeProtocol } from '../packet/l4.ts'
import { asNat64 } from '../packet/nat64.ts'
import { hasIcmpType, hasPorts, ICMP, TCP, UDP } from '../packet/protocol.ts'
import { PacketSet } from '../packet/set.ts'
import { BENCHMARKING, PRIVATE_USE, SHARED_ADDRESS_SPACE, UNIQUE_LOCAL } from '../packet/special-purpose.ts'
import { type PortSet, type Transport, transport } from '../packet/transport.ts'
import type { Question } from '../reach/propagate.ts'
import type { Outcome } from '../reach/verdict.ts'
import { type Doubt, doubtsOf } from './doubts.ts'
import { publicAddressesOf, translatedAddressesOf } from './endpoints.ts'
import { onPremisesDoubts, type OnPremisesDoubt } from './onprem.ts'
import type { Place } from './place.ts'

/** Which packets are asked about. What is left out is not restricted. */
export interface Filter {
  /** IANA number. */
  readonly protocol?: number
  /** Destination ports, first and last. */
  readonly ports?: readonly [number, number]
  readonly sourcePort?: number
  readonly icmpType?: number
  readonly icmpCode?: number
  readonly families?: readonly Family[]
}

/** One question to the graph: a class of senders, one address family, private or public addresses of the receiver. */
export interface Ask {
  readonly family: Family
  readonly question: Question
  readonly senders: Senders
  /** Other addresses than the receiver's own, as `Way` has it: asked besides, and told only where something gets there. */
  readonly translated: boolean
  /** Of the interfaces that are asked about those that this is about; all where absent. */
  readonly receivers?: readonly NetworkInterface[]
}

export type Senders =
  | { readonly is: 'interfaces'; readonly members: readonly NetworkInterface[] }
  /** `functions`: those outside any VPC alone. */
  | { readonly is: 'internet'; readonly functions?: readonly string[] }
  | { readonly is: 'onprem' }

/** A question with what became of its packets. */
export interface Answered {
  readonly ask: Ask
  readonly outcome: Outcome
}

/** Why a place cannot be asked about: knowledge that is not there. */
export interface Unaskable {
  readonly code:
    Doubt['code'] | OnPremisesDoubt['code'] | 'SENDER_UNKNOWN' | 'SERVICE_ADDRESSES_UNKNOWN' | 'SERVICE_LIST_UNREAD'
  readonly resource: string
  readonly what?: string
}

/** The source ports that a client may use where nothing is said of them (R-FLOW-7). */
export const CLIENT_PORTS: PortSet = [1024, 65536]

export const asksOf = (
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Filter,
): { readonly asks: Ask[]; readonly unaskable: Unaskable[] } => {
  const asks: Ask[] = []
  const unaskable: Unaskable[] = [from, to].flatMap((place) => doubtsOf(compiled.network, place))
  for (const family of filter.families ?? FAMILIES) {
    const headers = transportOf(filter, family)
    const starts = startsOf(compiled, from, family, unaskable)
    const senders = starts.length === 0 ? ['interfaces' as const] : starts.map(({ senders: { is } }) => is)
    const ends = new Map([...new Set(senders)].map((is) => [is, endsOf(compiled, to, family, is, unaskable)] as const))
    for (const start of starts)
      for (const end of ends.get(start.senders.is)!)
        for (const { sources, destinations, within } of betweenDifferent(compiled.network, start, end, to, family)) {
          const sent = PacketSet.of(family, { sources, destinations, transport: headers })
          if (sent.isEmpty()) continue
          const question: Question = {
            from: within === undefined ? start.leaving : insideOf(family, within),
            home: start.home,
            flight: flightOf(sent),
            accepts: end.accepts,
          }
          asks.push({
            family,
            question,
            senders: start.senders,
            translated: end.translated,
            ...(end.receivers && { receivers: end.receivers }),
          })
        }
  }
  return { asks, unaskable: unique(unaskable) }
}

/** Whether both ends lie beyond the estate, so that little in a snapshot has a say in what flows between them. A function outside any VPC
 *  is of the estate. */
export const areBothOutside = ({ network, planes }: Compiled, from: Place, to: Place): boolean =>
  [from, to].every(
    (place) =>
      place.is === 'onprem' ||
      place.is === 'aws-service' ||
      (place.is === 'internet' && !place.functions) ||
      (place.is === 'addresses' &&
        [internetAddresses(network, place.family), connectedAddresses(planes[place.family])].reduce(
          intervals.subtract,
          place.addresses,
        ).length === 0 &&
        !network.vpcIds().some((id) => intervals.overlaps(network.vpcBlocks(id, place.family), place.addresses))),
  ) && from.is !== 'aws-service'

interface Between {
  readonly sources: AddressSet
  readonly destinations: AddressSet
  /** The instance that it does not leave. */
  readonly within?: string
}

/** What senders send to a place, but for packets of an interface to itself, which do not leave it. */
const betweenDifferent = (
  network: Network,
  { senders, sources }: Start,
  end: End,
  to: Place,
  family: Family,
): readonly Between[] => {
  const { addresses, translated } = end
  const meant = end.receivers ?? (to.is === 'interfaces' ? to.interfaces : [])
  if (senders.is === 'interfaces' && to.is === 'addresses')
    return apartFromOwn(ownAddressOf(network, senders.members, to, end), sources, addresses, family)
  const all = [{ sources, destinations: addresses }]
  if (senders.is !== 'interfaces' || to.is !== 'interfaces') return all
  const receivers = new Set(meant)
  const shared = senders.members.filter((each) => receivers.has(each))
  // Of many alike one gets what the other gets, itself or not.
  if (shared.length === 0 || shared.length > FEW) return all
  const addressesOf = (each: NetworkInterface): AddressSet =>
    translated ? translatedAddressesOf([each], family) : each.addressSet(family)
  const rest = senders.members.filter((each) => !receivers.has(each))
  return [
    {
      sources: intervals.intersect(sources, intervals.unionAll(rest.map((each) => each.addressSet(family)))),
      destinations: addresses,
    },
    ...shared.map((each) => ({
      sources: intervals.intersect(sources, each.addressSet(family)),
      destinations: intervals.unionAll(meant.filter((other) => other !== each).map(addressesOf)),
    })),
  ]
}

/** Senders whose own instance has the one address that is asked about, with that instance. Of several addresses that is no question: each
 *  sender has its own among them. */
export const ownAddressOf = (
  network: Network,
  senders: readonly NetworkInterface[],
  to: Place,
  { addresses, translated }: End,
): ReadonlyMap<NetworkInterface, string> => {
  const own = new Map<NetworkInterface, string>()
  if (to.is !== 'addresses' || translated || intervals.size(addresses) !== 1n) return own
  for (const holder of network.holdersOf(addresses[0]!))
    for (const sender of senders) {
      const instance = instanceOfBoth(network, sender, holder)
      if (instance !== undefined) own.set(sender, instance)
    }
  return own
}

/** Where packets set out that do not leave an instance. */
export const insideOf = (family: Family, instance: string): StageId => stageId(family, 'instance', instance, 'within')

/** What is sent to addresses, apart from what does not leave its instance. */
const apartFromOwn = (
  own: ReadonlyMap<NetworkInterface, string>,
  sources: AddressSet,
  destinations: AddressSet,
  family: Family,
): readonly Between[] => {
  const inside = [...own].map(([sender, within]) => ({
    sources: intervals.intersect(sources, sender.addressSet(family)),
    destinations,
    within,
  }))
  const others = intervals.subtract(sources, intervals.unionAll(inside.map((each) => each.sources)))
  return [{ sources: others, destinations }, ...inside]
}

/** Members of one class that are asked one by one. */
const FEW = 16

/** What cannot be asked of a place, whatever stands at the other end. */
export const unaskableOf = (
  compiled: Compiled,
  place: Place,
  side: 'from' | 'to',
  filter: Filter,
): readonly Unaskable[] => {
  // Of interfaces there is nothing but their doubts: no question need be made, which takes long for thousands of them.
  if (place.is === 'interfaces') return unique(doubtsOf(compiled.network, place))
  return asksOf(compiled, side === 'from' ? place : INTERNET, side === 'to' ? place : INTERNET, filter).unaskable
}

const INTERNET: Place = { selector: 'internet', kind: 'internet', resolved: [], is: 'internet' }

/** The question of one class of senders to some receivers, about some of the addresses of both. */
export const askBetween = (
  { network }: Compiled,
  family: Family,
  from: { readonly sender: EndpointClass; readonly sources: AddressSet },
  to: { readonly receivers: readonly NetworkInterface[]; readonly destinations: AddressSet },
  headers: Transport,
): Ask =>
  askTo(
    family,
    from,
    {
      addresses: to.destinations,
      accepts: acceptsAt(network, to.receivers),
      translated: false,
    },
    headers,
  )

/** The question of one class of senders to one end of a place. */
export const askTo = (
  family: Family,
  { sender, sources }: { readonly sender: EndpointClass; readonly sources: AddressSet },
  { addresses, accepts, translated }: End,
  headers: Transport,
): Ask => ({
  family,
  senders: { is: 'interfaces', members: sender.members },
  translated,
  question: {
    from: stageId(family, 'interfaceClass', sender.id, 'leaving'),
    home: stageId(family, 'interfaceClass', sender.id, 'here'),
    flight: flightOf(PacketSet.of(family, { sources, destinations: addresses, transport: headers })),
    accepts,
  },
})

/** From the wire of a subnet, whichever of its interfaces puts packets there, and back to it. */
export const fromWire = (
  family: Family,
  subnetId: string,
): Pick<Question, 'from' | 'home'> & Required<Pick<Question, 'alsoHome'>> => ({
  from: stageId(family, 'subnet', subnetId, 'leaving'),
  home: stageId(family, 'subnet', subnetId, 'deliver'),
  // A route to an interface leads to it past its subnet.
  alsoHome: (stage) => {
    const { component, id, role } = parseStageId(stage)
    return component === 'interfaceClass' && role === 'here' && id.startsWith(`${subnetId}/`)
  },
})

/** A sender that stands for many, of whom it is noted whether anybody on the way asks who it is: the answer then differs among them.
 *  `letOut`: its packets were let out by a reference alone. */
export const anybody = (letOut = false): { readonly sender: Sender; readonly isAskedFor: () => boolean } => {
  let asked = false
  const asks = {
    enumerable: true,
    get: () => {
      asked = true
      return ''
    },
  }
  const sender = Object.defineProperties({}, letOut ? { groups: asks, letOutBy: asks } : { groups: asks }) as Sender
  return { sender, isAskedFor: () => asked }
}

/** Where packets that leave by an internet gateway come to, and whence they go on, to the internet or back into the estate. */
export const hubOf = (family: Family): StageId => stageId(family, 'internet', 'internet', 'arrive')

/** Where packets of anybody on the internet come in, to the hub if they get anywhere. */
export const worldOf = (family: Family): StageId => stageId(family, 'internet', 'internet', 'enter')

/** Packets as they set out. */
export const flightOf = (sent: PacketSet): Flight => ({
  sent,
  header: asSent(sent.family),
  sender: undefined,
  sessions: [],
  inspectedBy: [],
  picked: new Map(),
})

/** The layer-4 headers that a filter means in one family. ICMP without a type is an echo request, over IPv6 that of ICMPv6; its types are
 *  those of IPv4, and ICMPv6 is of IPv6 alone. */
export const transportOf = (filter: Filter, family: Family): Transport => {
  const sourcePorts =
    filter.sourcePort === undefined ? CLIENT_PORTS : intervals.interval(filter.sourcePort, filter.sourcePort + 1)
  return transport(lineOf(filter, family), sourcePorts)
}

const lineOf = ({ protocol, ports: range, icmpType, icmpCode }: Filter, family: Family): L4Set => {
  if (protocol === undefined) return range ? l4Algebra.union(ports(TCP, ...range), ports(UDP, ...range)) : EVERYTHING
  if (hasPorts(protocol)) return range ? ports(protocol, ...range) : wholeProtocol(protocol)
  if (hasIcmpType(protocol)) {
    const { protocol: own, request } = ECHO[family]
    if (icmpType === undefined && protocol === ICMP) return icmp(own, request, 0)
    return protocol === own ? icmp(own, icmpType ?? request, icmpType === undefined ? 0 : icmpCode) : NOTHING
  }
  return wholeProtocol(protocol)
}

interface Start {
  readonly leaving: string
  readonly home: string
  readonly sources: AddressSet
  readonly senders: Senders
}

const startsOf = (compiled: Compiled, from: Place, family: Family, unaskable: Unaskable[]): readonly Start[] => {
  const { network } = compiled
  switch (from.is) {
    case 'interfaces':
      return classStarts(network, from.interfaces, family, (each) => each.addressSet(family))
    case 'internet':
      return [internetStart(family, internetAddresses(network, family), from.functions)]
    case 'onprem':
      unaskable.push(...onPremisesDoubts(compiled, family))
      return onPremisesStarts(family, connectedAddresses(compiled.planes[family]))
    case 'aws-service':
      // Services answer and do not ask (R-GWE-4, R-VPCE-3).
      return []
    case 'addresses':
      return from.family === family ? addressStarts(compiled, from.selector, from.addresses, family, unaskable) : []
  }
}

const classStarts = (
  network: Network,
  interfaces: readonly NetworkInterface[],
  family: Family,
  sourcesOf: (each: NetworkInterface) => AddressSet,
): Start[] =>
  [...byClass(network, interfaces)].flatMap(([each, members]) => {
    const sources = intervals.unionAll(members.map(sourcesOf))
    if (sources.length === 0) return []
    return [
      {
        leaving: stageId(family, 'interfaceClass', each.id, 'leaving'),
        home: stageId(family, 'interfaceClass', each.id, 'here'),
        sources,
        senders: { is: 'interfaces', members } as const,
      },
    ]
  })

/** Somebody there sends into the estate only, as far as anybody asks; a function of the estate also to others on the internet. */
const internetStart = (family: Family, sources: AddressSet, functions?: readonly string[]): Start => ({
  leaving: stageId(family, 'internet', 'internet', functions ? 'arrive' : 'out'),
  home: stageId(family, 'internet', 'internet', 'here'),
  sources,
  senders: { is: 'internet', ...(functions && { functions }) },
})

/** Addresses as senders: interfaces that hold them privately or publicly; the rest is outside. */
const addressStarts = (
  { network, planes }: Compiled,
  selector: string,
  addresses: AddressSet,
  family: Family,
  unaskable: Unaskable[],
): readonly Start[] => {
  const { holders, published, rest } = heldIn(network, addresses, family)
  const own = classStarts(network, holders, family, (each) => intervals.intersect(each.addressSet(family), addresses))
  const behind = published.flatMap(({ holder, inside }) => {
    const each = network.interface(holder)
    return each ? classStarts(network, [each], family, () => single(inside)) : []
  })
  const connected = intervals.intersect(rest, connectedAddresses(planes[family]))
  const others = intervals.subtract(rest, connected)
  const elsewhere = unplacedAmong(network, others, family)
  // Whoever has them may be on premises, or on the internet if they are public.
  const possible = intervals.intersect(others, perhapsConnected(planes[family]))
  if (elsewhere.length + possible.length > 0) unaskable.push({ code: 'SENDER_UNKNOWN', resource: selector })
  const nobody = intervals.subtract(possible, internetAddresses(network, family))
  const outside = intervals.subtract(others, intervals.union(elsewhere, nobody))
  return [
    ...own,
    ...behind,
    ...onPremisesStarts(family, connected),
    ...(outside.length > 0 ? [internetStart(family, outside)] : []),
  ]
}

const onPremisesStarts = (family: Family, sources: AddressSet): readonly Start[] =>
  sources.length === 0
    ? []
    : [
        {
          leaving: stageId(family, 'onPremises', 'onprem', 'out'),
          home: stageId(family, 'onPremises', 'onprem', 'here'),
          sources,
          senders: { is: 'onprem' },
        },
      ]

/** Of addresses, those of somebody of whom nobody knows where he is. */
export const unplacedIn = ({ network, planes }: Compiled, addresses: AddressSet, family: Family): AddressSet => {
  const { rest } = heldIn(network, addresses, family)
  return unplacedAmong(network, intervals.subtract(rest, connectedAddresses(planes[family])), family)
}

/** `rest`: addresses that nobody in the snapshot has. */
const unplacedAmong = (network: Network, rest: AddressSet, family: Family): AddressSet => {
  const blocksOf = (vpcs: readonly { readonly id: string }[]): AddressSet =>
    intervals.unionAll(vpcs.map(({ id }) => network.vpcBlocks(id, family)))
  const vpcs = network.all('vpc')
  // Within a VPC somebody whose interface was not read may have the address (R-ENI-9).
  const unread = blocksOf(vpcs.filter(({ id }) => !network.coversIn('networkInterface', id)))
  return intervals.union(
    intervals.subtract(intervals.intersect(rest, PRIVATE[family]), blocksOf(vpcs)),
    intervals.intersect(rest, unread),
  )
}

/** Who of the estate has these addresses, privately or publicly, and which are left. */
const heldIn = (network: Network, addresses: AddressSet, family: Family) => {
  const holders = holdersIn(network, addresses, family)
  const published = family === 4 ? publishedIn(network, addresses) : []
  const taken = [...holders.map((each) => each.addressSet(family)), ...published.map(({ address }) => single(address))]
  return { holders, published, rest: intervals.subtract(addresses, intervals.unionAll(taken)) }
}

/** One way to arrive at a place. */
export interface End {
  readonly addresses: AddressSet
  readonly accepts: Question['accepts']
  readonly translated: boolean
  /** Whose addresses these are, where they are of interfaces of the estate that answer for a service. */
  readonly served?: readonly NetworkInterface[]
  /** Of the interfaces of the place those that are meant; all where absent. */
  readonly receivers?: readonly NetworkInterface[]
}

/** The ways to arrive at a place, in one family. */
export const endsOf = (
  compiled: Compiled,
  to: Place,
  family: Family,
  sender: Senders['is'],
  unaskable: Unaskable[],
): End[] => {
  const { network } = compiled
  const fromInternet = sender === 'internet'
  switch (to.is) {
    case 'internet':
      // Functions are called by AWS alone: they take no packets (R-COMP-1).
      if (to.functions) return []
      return [
        { addresses: internetAddresses(network, family), accepts: isInternet, translated: false },
        ...(fromInternet ? [] : nat64Ends(network, family, () => asNat64(internetAddresses(network, 4)), isInternet)),
      ]
    case 'addresses':
      // The address is what is asked about, whoever it leads to.
      if (to.family === family) return [{ addresses: to.addresses, accepts: () => true, translated: false }]
      return fromInternet
        ? []
        : nat64Ends(
            network,
            family,
            () => asNat64(to.addresses),
            () => true,
          )
    case 'onprem':
      unaskable.push(...onPremisesDoubts(compiled, family))
      return [{ addresses: connectedAddresses(compiled.planes[family]), accepts: isOnPremises, translated: false }]
    case 'aws-service':
      return serviceEnds(compiled, to, family, unaskable)
    case 'interfaces': {
      const accepts = acceptsAt(network, to.interfaces)
      const inside = apartByBlock(network, to.interfaces, family).map((receivers): End => ({
        addresses: intervals.unionAll(receivers.map((each) => each.addressSet(family))),
        accepts: receivers === to.interfaces ? accepts : acceptsAt(network, receivers),
        translated: false,
        ...(receivers !== to.interfaces && { receivers }),
      }))
      const outside = family === 4 ? publicAddressesOf(to.interfaces) : []
      const publicEnd: End = { addresses: outside, accepts, translated: !fromInternet }
      // What networks on premises send to a public address is on the internet before it is here.
      if (sender === 'onprem') return inside
      if (fromInternet && family === 4 && outside.length > 0) return [publicEnd]
      return [
        ...inside,
        ...(outside.length > 0 ? [publicEnd] : []),
        ...(fromInternet ? [] : nat64Ends(network, family, () => translatedAddressesOf(to.interfaces, 6), accepts)),
      ]
    }
  }
}

/** Those of each VPC by themselves that has a block which another of their VPCs has too: what gets to an address there is not sent to whoever has
 *  it here. The others together; the very list where there are no such. */
const apartByBlock = (
  network: Network,
  interfaces: readonly NetworkInterface[],
  family: Family,
): readonly (readonly NetworkInterface[])[] => {
  const byVpc = groupedBy(interfaces, ({ vpcId }) => vpcId)
  if (byVpc.size < 2) return [interfaces]
  const overlapping = sharingAddresses(
    Array.from(byVpc.keys(), (id) => [network.vpcBlocks(id, family), id]),
    family,
  )
  if (overlapping.size === 0) return [interfaces]
  const groups = groupedBy(interfaces, ({ vpcId }) => (overlapping.has(vpcId) ? vpcId : undefined))
  return [...groups.values()]
}

/** A sender of IPv6 gets to IPv4 addresses by those that a NAT gateway translates, where any table leads to one that does (R-NAT-12). */
const nat64Ends = (
  network: Network,
  family: Family,
  addresses: () => AddressSet,
  accepts: Question['accepts'],
): End[] => (family === 6 && routesNat64(network) ? [{ addresses: addresses(), accepts, translated: true }] : [])

const isInternet = (stage: Stage): boolean => parseStageId(stage.id).component === 'internet'

const isOnPremises = (stage: Stage): boolean => parseStageId(stage.id).component === 'onPremises'

/** Delivered to one of the interfaces, or on from it by a load balancer or endpoint service that it belongs to. */
export const acceptsAt = (network: Network, interfaces: readonly NetworkInterface[]): Question['accepts'] => {
  const stages = new Set<string>()
  const devices = new Set<string>()
  for (const each of byClass(network, interfaces).keys())
    for (const family of FAMILIES) {
      stages.add(stageId(family, 'interfaceClass', each.id, 'here'))
      for (const client of [4, 6, 'PrivateLink'] as const) devices.add(sessionOf(each.id, client, family))
    }
  return (stage, flight) => stages.has(stage.id) || flight.sessions.some(({ device }) => devices.has(device))
}

const serviceEnds = (
  { network }: Compiled,
  { services, endpoints: only }: Extract<Place, { readonly is: 'aws-service' }>,
  family: Family,
  unaskable: Unaskable[],
): End[] => {
  const named = services.length > 0 ? services : [undefined]
  const lists = named.flatMap((service) => serviceLists(network, service))
  const read = lists.map((list) => prefixListAddresses(network, list, family))
  const endpoints = network
    .all('vpcEndpoint')
    .filter(
      ({ raw }) =>
        raw.VpcEndpointType === 'Interface' && named.some((service) => isAmazonService(raw.ServiceName, service)),
    )
    .flatMap(({ raw }) => (raw.NetworkInterfaceIds ?? []).flatMap((id) => network.interface(id) ?? []))
    .filter(({ id }) => !only || only.has(id))
  const resource = services.join(', ') || 'aws-services'
  if (read.includes(undefined)) unaskable.push({ code: 'SERVICE_LIST_UNREAD', resource })
  else if (lists.length === 0 && endpoints.length === 0) unaskable.push({ code: 'SERVICE_ADDRESSES_UNKNOWN', resource })
  const atEndpoint = acceptsAt(network, endpoints)
  const served: Question['accepts'] = (stage) => ['internet', 'vpcEndpoint'].includes(parseStageId(stage.id).component)
  const byEndpoint: End = {
    addresses: intervals.unionAll(endpoints.map((each) => each.addressSet(family))),
    accepts: atEndpoint,
    translated: false,
    served: endpoints,
  }
  const byEndpointAndNat64 = nat64Ends(network, family, () => translatedAddressesOf(endpoints, 6), atEndpoint)
  if (only) return [byEndpoint, ...byEndpointAndNat64]
  const listedIn = (of: Family): AddressSet =>
    intervals.unionAll(lists.map((list) => prefixListAddresses(network, list, of) ?? []))
  return [
    { addresses: listedIn(family), accepts: served, translated: false },
    ...nat64Ends(network, family, () => asNat64(listedIn(4)), served),
    byEndpoint,
    ...byEndpointAndNat64,
  ]
}

/** Whose private addresses are among these. */
export const holdersIn = (network: Network, addresses: AddressSet, family: Family): readonly NetworkInterface[] => {
  if (intervals.size(addresses) === 1n) return network.holdersOf(addresses[0]!)
  return network.interfaces().filter((each) => intervals.overlaps(each.addressSet(family), addresses))
}

/** Whose public ones are. */
export const publishedIn = (
  network: Network,
  addresses: AddressSet,
): { readonly address: Address; readonly inside: Address; readonly holder: string }[] =>
  [...network.publicAddresses().values()]
    .filter(({ address }) => intervals.has(addresses, address))
    .map(({ address, private: inside, holder }) => ({ address, inside, holder }))

const unique = (all: readonly Unaskable[]): Unaskable[] => [
  ...new Map(all.map((each) => [`${each.code} ${each.resource} ${each.what ?? ''}`, each])).values(),
]

/** Addresses that someone beyond the estate's edge may have without being on the internet. */
const PRIVATE: { readonly [F in Family]: AddressSet } = {
  4: intervals.unionAll([PRIVATE_USE, SHARED_ADDRESS_SPACE, BENCHMARKING]),
  6: UNIQUE_LOCAL,
}
