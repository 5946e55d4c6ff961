/** The internet as a place: which addresses it is, and how packets pass between it and the estate. Public addresses of the
 *  estate are not the internet: packets to them come back in (R-IGW-9). */
import { once } from '../collections.ts'
import { addressLine, type AddressSet, blocks, type Family, prefixSet, single } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { BENCHMARKING, HOST_ADDRESSES, PRIVATE_USE, SHARED_ADDRESS_SPACE } from '../packet/special-purpose.ts'
import { complement, echoRequests, l4, type L4Set, ports } from '../packet/l4.ts'
import { asNat64 } from '../packet/nat64.ts'
import { TCP } from '../packet/protocol.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import { descriptionOf } from '../snapshot/interface-description.ts'
import { because, type Behaviour, type Plane } from './plane.ts'
import { gatewayServiceAddresses } from './prefix-list.ts'
import { publicBlocks } from './public-address.ts'
import { pooledRoutes } from './public-pool.ts'

export const internet: Behaviour<'internet'> = {
  /** Packets that left by an internet gateway. */
  arrive: (plane, draft) => {
    draft.bySession(undefined, 'away', because('RETURNS_TO_SENDER', 'internet'))
    const byRoute = { on: 'return', from: undefined, bound: 'not' } as const
    const estate = toEstate(plane, draft, [byRoute])
    const outside = internetAddresses(plane.network, plane.family)
    const services = intervals.intersect(outside, gatewayServiceAddresses(plane.network, plane.family))
    const here = plane.at('internet', 'internet', 'here')
    // S3 and DynamoDB answer these few ports by whatever path they are reached (R-GWE-4).
    draft.to(here, because('INTERNET', 'internet'), {
      when: [
        byRoute,
        { on: 'destination', within: services },
        { on: 'line', line: SERVED_BY_GATEWAY_SERVICES[plane.family] },
      ],
      effect: 'deliver',
      leg: 'request',
    })
    draft.drop(because('SERVICE_PORT_RESTRICTION', 'internet'), {
      when: [
        byRoute,
        { on: 'destination', within: services },
        { on: 'line', line: complement(SERVED_BY_GATEWAY_SERVICES[plane.family]) },
      ],
      leg: 'request',
    })
    draft.to(here, because('INTERNET', 'internet'), {
      when: [byRoute, { on: 'destination', within: services }],
      effect: 'deliver',
      leg: 'reply',
    })
    draft.to(here, because('INTERNET', 'internet'), {
      when: [byRoute, { on: 'destination', within: intervals.subtract(outside, services) }],
      effect: 'deliver',
    })
    draft.drop(because('NOT_ON_THE_INTERNET', 'internet'), {
      when: [
        byRoute,
        { on: 'destination', within: intervals.subtract(addressLine(plane.family), intervals.union(outside, estate)) },
      ],
    })
  },

  here: () => {},

  /** For those who ask about everybody on the internet at once: who it is that sends is cut out of the answer. */
  enter: (plane, draft, id) => {
    const arrive = plane.at('internet', id, 'arrive')
    const hidden = unannounced(plane)
    if (hidden) toAnnounced(plane, draft, id, { next: arrive, hidden })
    else draft.to(arrive, because('INTERNET', id))
  },

  /** Packets that someone on the internet sends. Detail: `announced`, where there are addresses that AWS does not announce. */
  out: (plane, draft, id, detail) => {
    const hidden = detail === '' ? unannounced(plane) : undefined
    if (hidden) return toAnnounced(plane, draft, id, { next: plane.at('internet', id, 'out', 'announced'), hidden })
    draft.bySession(undefined, 'away', because('RETURNS_TO_SENDER', 'internet'))
    // Nobody outside can have an address of the estate (R-IGW-4).
    const from = { on: 'source', within: internetAddresses(plane.network, plane.family) } as const
    const byRoute = { on: 'return', from: undefined, bound: 'not' } as const
    draft.drop(because('GATEWAY_REJECTS_SPOOFED_TRAFFIC', 'internet'), {
      when: [byRoute, { on: 'source', within: intervals.subtract(addressLine(plane.family), from.within) }],
    })
    const estate = toEstate(plane, draft, [byRoute, from])
    const inside = privateDestinations(plane, draft, estate)
    const rest = intervals.subtract(addressLine(plane.family), intervals.union(estate, inside))
    draft.drop(because('NOT_IN_ESTATE', 'internet'), {
      when: [byRoute, from, { on: 'destination', within: rest }],
      leg: 'request',
    })
    // Who sends from the internet without being of the estate, as a function outside any VPC does, gets its answer there.
    draft.to(plane.at('internet', 'internet', 'here'), because('INTERNET', 'internet'), {
      when: [byRoute, from, { on: 'destination', within: intervals.intersect(rest, from.within) }],
      effect: 'deliver',
      leg: 'reply',
    })
    draft.drop(because('NOT_IN_ESTATE', 'internet'), {
      when: [byRoute, from, { on: 'destination', within: intervals.subtract(rest, from.within) }],
      leg: 'reply',
    })
  },
}

/** The addresses that anyone on the internet may have, less those of the estate (R-ADDR-14). */
export const internetAddresses = (network: Network, family: Family): AddressSet => {
  const known = once(worlds, network, () => new Map<Family, AddressSet>())
  return once(known, family, () => intervals.subtract(internetSpace(family), estateAddresses(network, family)))
}

/** By what addresses it may be sent to: its own, and in IPv6 those that a NAT gateway takes for its IPv4 ones (R-NAT-12). */
export const waysToInternet = (network: Network, family: Family): AddressSet => {
  const own = internetAddresses(network, family)
  return family === 4 ? own : intervals.union(own, asNat64(internetAddresses(network, 4)))
}

/** Made of every public address of the estate, and asked for by many. */
const worlds = new WeakMap<Network, Map<Family, AddressSet>>()

/** Publicly routable addresses, whoever holds them (R-ADDR-14). */
export const internetSpace = (family: Family): AddressSet => (family === 4 ? INTERNET_4 : INTERNET_6)

/** What S3 and DynamoDB answer (R-GWE-4). */
export const SERVED_BY_GATEWAY_SERVICES: { readonly [F in Family]: L4Set } = {
  4: served(echoRequests(4)),
  6: served(echoRequests(6)),
}

function served(echo: L4Set): L4Set {
  return l4(intervals.unionAll([ports(TCP, 80, 80).points, ports(TCP, 443, 443).points, echo.points]))
}

const estateAddresses = (network: Network, family: Family): AddressSet =>
  intervals.unionAll([
    ...network.vpcIds().map((id) => publicBlocks(network, id, family)),
    // Private or not, they are somebody's here.
    ...(family === 6 ? network.vpcIds().map((id) => network.vpcBlocks(id, 6)) : []),
    ...(family === 4
      ? [
          network.idleAddresses(),
          ...[...network.addressesBoundElsewhere().keys()].map(single),
          ...pooledRoutes(network).map(publicOf),
        ]
      : []),
  ])

/** Writes the hops into the VPCs that hold public addresses; gives these addresses. */
const toEstate = (plane: Plane, draft: Draft, when: readonly Condition[]): AddressSet => {
  const { network, family } = plane
  const holders: readonly Holder[] = [
    ...network.vpcIds().map((vpcId) => ({
      addresses: publicBlocks(network, vpcId, family),
      write: (within: AddressSet) => {
        const to = { when: [...when, { on: 'destination', within } as const] }
        const gateway = network.internetGatewayOf(vpcId)
        if (gateway) draft.to(plane.at('internetGateway', gateway.id, 'in'), because('PUBLIC_ADDRESS', gateway.id), to)
        else if (network.coversIn('internetGateway', vpcId)) draft.drop(because('NO_INTERNET_GATEWAY', vpcId), to)
        else draft.unknown(because('INTERNET_GATEWAY_UNKNOWN', vpcId), to)
      },
    })),
    {
      addresses: family === 4 ? network.idleAddresses() : [],
      write: (within) =>
        draft.drop(because('IDLE_ADDRESS', 'internet'), {
          when: [...when, { on: 'destination', within }],
          assumptions: ['R-ADDR-16'],
        }),
    },
    ...unreadHolders(plane).map(({ addresses, reason }) => ({
      addresses,
      write: (within: AddressSet) => draft.unknown(reason, { when: [...when, { on: 'destination', within }] }),
    })),
  ]
  return writeFirst(family, holders)
}

/** Some addresses with what is written of those that nobody before has. */
interface Holder {
  readonly addresses: AddressSet
  readonly write: (within: AddressSet) => void
}

/** An address that several hold is the first one's. Gives all addresses; all at once, since a large estate has very many holders. */
const writeFirst = (family: Family, holders: readonly Holder[]): AddressSet => {
  const shares = AddressMap.sweep<Holder, Holder | undefined>(
    family,
    holders.map((each) => [each.addresses, each]),
    ([first]) => first,
  ).parts()
  for (const each of holders) {
    const within = shares.get(each)
    if (within) each.write(within)
  }
  return intervals.subtract(addressLine(family), shares.get(undefined) ?? [])
}

/** Public addresses of the estate of which nobody can tell where they lead: to what was not read, or past all translation to an interface
 *  that an edge table names for a pool of the owner's own (R-EDGE-6). */
const unreadHolders = (plane: Plane): readonly { readonly addresses: AddressSet; readonly reason: Reason }[] =>
  plane.family === 6
    ? []
    : [
        ...Array.from(plane.network.addressesBoundElsewhere(), ([address, holder]) => ({
          addresses: single(address),
          reason: because('UNKNOWN_RESOURCE', holder),
        })),
        ...pooledRoutes(plane.network).map((route) => ({
          addresses: publicOf(route),
          reason: because('UNMODELLED_TARGET', route.tableId, { what: 'route table of a public IPv4 pool' }),
        })),
      ]

const publicOf = ({ addresses }: { readonly addresses: AddressSet }): AddressSet =>
  intervals.intersect(addresses, internetSpace(4))

/** Addresses of the estate in ranges that owners brought along and that AWS does not announce (R-ADDR-18). */
interface Unannounced {
  readonly withdrawn: AddressSet
  /** On their way to be announced, or no longer. */
  readonly unsettled: AddressSet
}

/** Undefined where the world finds a way to all. */
const unannounced = ({ network, family }: Plane): Unannounced | undefined => {
  const of = (isSuch: (state: string) => boolean): AddressSet => {
    const ranges = network.all('byoipCidr').flatMap(({ id, raw: { Cidr, State } }) => {
      const block = network.block(Cidr, { kind: 'byoipCidr', id, field: 'Cidr' })
      return block?.family === family && State !== undefined && isSuch(State) ? [prefixSet(block)] : []
    })
    const published = intervals.intersect(intervals.unionAll(ranges), internetSpace(family))
    return intervals.subtract(published, internetAddresses(network, family))
  }
  const announced = of((state) => state === 'advertised')
  const unsettled = intervals.subtract(
    of((state) => ON_ITS_WAY.has(state)),
    announced,
  )
  const withdrawn = intervals.subtract(
    of((state) => state !== 'advertised' && !ON_ITS_WAY.has(state)),
    intervals.union(announced, unsettled),
  )
  return withdrawn.length + unsettled.length === 0 ? undefined : { withdrawn, unsettled }
}

/** To be announced, or no longer. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ByoipCidr.html */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['pending-advertising', 'pending-withdrawal'])

/** To `next` go packets to what AWS announces: the world finds no way to the rest, with an answer no more than with a request. */
const toAnnounced = (
  plane: Plane,
  draft: Draft,
  id: string,
  { next, hidden: { withdrawn, unsettled } }: { readonly next: StageId; readonly hidden: Unannounced },
): void => {
  draft.drop(because('BYOIP_NOT_ADVERTISED', id), { when: [{ on: 'destination', within: withdrawn }] })
  draft.unknown(because('BYOIP_CHANGING', id), { when: [{ on: 'destination', within: unsettled }] })
  const announced = intervals.subtract(addressLine(plane.family), intervals.union(withdrawn, unsettled))
  draft.to(next, because('INTERNET', id), { when: [{ on: 'destination', within: announced }] })
}

/** Private addresses cannot be sent to from the internet. Where only one VPC has the address, the rest of the way is looked
 *  at all the same, so that an answer names everything that is in the way. */
const privateDestinations = (plane: Plane, draft: Draft, estate: AddressSet): AddressSet => {
  const { network, family } = plane
  const from = { on: 'source', within: internetAddresses(network, family) } as const
  const holders = network.vpcIds().map((id) => ({
    addresses: intervals.subtract(network.vpcBlocks(id, family), estate),
    write: (within: AddressSet) => {
      const gateway = network.internetGatewayOf(id)
      const fronted = gateway ? intervals.intersect(within, frontedIn(plane, id)) : []
      const to = (addresses: AddressSet) => ({
        when: [
          { on: 'return', from: undefined, bound: 'not' },
          from,
          { on: 'destination', within: addresses },
        ] as const,
        ...(gateway && { onward: { to: plane.at('vpc', id, 'local') } }),
      })
      draft.unknown(because('FRONTED_ENDPOINTS_UNKNOWN', id), to(fronted))
      draft.drop(
        because('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', gateway?.id ?? id),
        to(intervals.subtract(within, fronted)),
      )
    },
  }))
  return writeFirst(family, holders)
}

/** Subnets in which Global Accelerator or CloudFront has interfaces: it may bring what comes from the internet to private addresses there, and
 *  to which is not among the records (R-COMP-5). */
const frontedIn = ({ network, family }: Plane, vpcId: string): AddressSet =>
  intervals.unionAll(
    network
      .interfacesOf(vpcId)
      .filter(
        ({ raw }) =>
          raw.InterfaceType === 'global_accelerator_managed' || /^CloudFront VPC origin/i.test(descriptionOf(raw)),
      )
      .map(({ subnetId }) => network.subnetBlocks(subnetId, family)),
  )

/** Less the IANA special-purpose registries, as R-ADDR-14 lists them. */
const INTERNET_4 = [
  PRIVATE_USE,
  SHARED_ADDRESS_SPACE,
  BENCHMARKING,
  blocks('192.0.0.0/24', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
].reduce(intervals.subtract, HOST_ADDRESSES)
const INTERNET_6 = intervals.subtract(blocks('2000::/3'), blocks('2001:db8::/32'))
