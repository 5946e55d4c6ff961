/** Ways by the internet to public addresses of the estate (R-IGW-9), told in two halves that meet there: out of a subnet, under whatever
 *  address its packets then have, and in to whoever has the public address. Each half is asked of the path engine once and serves all
 *  pairs; pairs whose halves do not simply add up are left to be asked. IPv4 only: for IPv6 nothing is translated. */
import { internetSpace } from '../aws/internet.ts'
import type { EndpointClass } from '../aws/endpoint-class.ts'
import { append, type NonEmpty, once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Address, AddressSet } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { PacketSet } from '../packet/set.ts'
import { ALL_PORTS, type PortSet, type Transport, transport, transportAlgebra } from '../packet/transport.ts'
import { eitherOf, type Fate, NOWHERE, type Reception, WELCOMES, type Welcomes, welcomesBy } from '../reach/fate.ts'
import { publicAddressesOf } from './endpoints.ts'
import { internetWaysOf, type WayOut, wayOut } from './internet-ways.ts'
import type { LetOut } from './pair-end.ts'
import { type PairEngine, welcomesBySource } from './pair-engine.ts'
import { takesPart } from './place.ts'
import { hubOf } from './question.ts'
import type { Placed, PlacedSubnet } from './units.ts'

const HUB = hubOf(4)

/** What becomes of packets from the internet, by their source there; one object for equal ones. */
export type Welcome = AddressMap<Reception | undefined>

/** Classes of one subnet that get to the internet alike. */
export interface Leavers {
  readonly placed: readonly Placed[]
  /** What they send to public addresses of the estate, whichever; undefined where that differs or is not known. */
  readonly sent: LetOut | undefined
  readonly leaving: Leaving | 'nobody' | 'uneven'
  /** Where they are several: each alone. */
  readonly singly: readonly Leavers[]
}

/** How packets get out, all alike. */
interface Leaving {
  /** Whose do: all, or some of the members. */
  readonly who: 'all' | ReadonlySet<NetworkInterface>
  readonly fares: Welcomes
  readonly portsAlone: boolean
  /** Their addresses on the internet. */
  readonly knownAs: ReadonlySet<Address>
  readonly ports: Arrival['ports']
}

/** Kept for as long as the engine is: what one question found out serves the next. */
export const publicWaysOf = (engine: PairEngine): PublicWays => once(ways, engine, () => new PublicWays(engine))

const ways = new WeakMap<PairEngine, PublicWays>()

export class PublicWays {
  readonly #engine: PairEngine
  #published: AddressSet | undefined
  readonly #leavers = new WeakMap<PlacedSubnet, readonly Leavers[]>()
  readonly #welcomes = new Map<string, Welcome>()
  readonly #welcomeOf = new Map<EndpointClass, Welcome>()
  readonly #fates = new WeakMap<Leavers, Map<Welcome, Fate | undefined>>()
  readonly #joined = new Map<string, Fate | undefined>()
  readonly #ids = new Map<Welcomes, number>()

  constructor(engine: PairEngine) {
    this.#engine = engine
  }

  /** The public addresses of all that packets end at. */
  get #addresses(): AddressSet {
    return (this.#published ??= publicAddressesOf(publishedIn(this.#engine.plane.network)))
  }

  /** What a class does with packets from the internet to its public addresses, of which it has some. */
  welcomeOf(receiver: EndpointClass): Welcome {
    let known = this.#welcomeOf.get(receiver)
    if (!known) {
      const made = welcomeOf(this.#engine, receiver)
      const key = keyOf(this.#engine, made)
      known = this.#welcomes.get(key) ?? made
      this.#welcomes.set(key, known)
      this.#welcomeOf.set(receiver, known)
    }
    return known
  }

  leaversIn(subnet: PlacedSubnet): readonly Leavers[] {
    return once(this.#leavers, subnet, () => this.#leaversIn(subnet))
  }

  #leaversIn(subnet: PlacedSubnet): readonly Leavers[] {
    const out = faresOut(this.#engine, subnet, this.#addresses)
    const alike = new Map<string, Leavers[]>()
    for (const placed of subnet.all) {
      const sent = placed.end.sentAlike(this.#addresses)
      const leavers: Leavers = { placed: [placed], sent, leaving: leavingOf(placed, out), singly: [] }
      append(alike, this.#keyOf(leavers) ?? placed.class.id, leavers)
    }
    return [...alike.values()].map((all) => (all.length === 1 ? all[0]! : together(all)))
  }

  /** Undefined for who is like nobody. */
  #keyOf({ sent, leaving }: Leavers): string | undefined {
    if (!sent || leaving === 'uneven') return undefined
    const lets = `${sent.line.id} ${sent.unknown.id} ${sent.referred !== undefined}`
    if (leaving === 'nobody') return lets
    const { fares, ports, portsAlone } = leaving
    return `${lets} ${this.#idOf(fares)} ${portsAlone} ${ports === 'own' ? '' : ports.join()}`
  }

  /** Of senders that let `line` out; undefined where the halves do not simply add up. */
  fate(leavers: Leavers, leaving: Leaving, line: L4Set, welcome: Welcome): Fate | undefined {
    // What they let out is the same for all public addresses, or asked for each anew.
    if (!leavers.sent) return this.#fateOf(line, leaving, welcome)
    let byWelcome = this.#fates.get(leavers)
    if (!byWelcome) this.#fates.set(leavers, (byWelcome = new Map<Welcome, Fate | undefined>()))
    if (!byWelcome.has(welcome)) byWelcome.set(welcome, this.#fateOf(line, leaving, welcome))
    return byWelcome.get(welcome)
  }

  #fateOf(line: L4Set, leaving: Leaving, welcome: Welcome): Fate | undefined {
    const receptions = new Set([...leaving.knownAs].map((address) => welcome.at(address)))
    const [only] = receptions
    if (receptions.size !== 1 || !only) return undefined
    const { fates } = this.#engine
    const ports = leaving.ports === 'own' ? '' : leaving.ports.join()
    const key = `${this.#idOf(leaving.fares)} ${fates.idOfReception(only)} ${line.id} ${ports} ${leaving.portsAlone}`
    if (!this.#joined.has(key)) this.#joined.set(key, this.#join(leaving, only, line))
    return this.#joined.get(key)
  }

  #join({ fares, portsAlone, ports }: Leaving, welcome: Reception, line: L4Set): Fate | undefined {
    if (fares.unknown.length > 0 || (fares.conditional.length > 0 && !portsAlone)) return undefined
    const answered = ports === 'own' ? welcome.answered : withAnyPort(welcome.answered, ports)
    const lost = ports === 'own' ? welcome.lost : withAnyPort(welcome.lost, ports)
    const sent = transport(line)
    const part = (fare: Transport, of: Welcomes): Welcomes =>
      welcomesBy((verdict) => transportAlgebra.intersect(transportAlgebra.intersect(fare, of[verdict]), sent))
    const parts = [
      part(fares.reachable, answered),
      part(fares['one-way'], lost),
      part(fares.conditional, eitherOf(answered, lost)),
    ]
    return this.#engine.fates.settled(
      welcomesBy((verdict) => parts.map((each) => each[verdict]).reduce(transportAlgebra.union)),
    )
  }

  #idOf(fares: Welcomes): number {
    let id = this.#ids.get(fares)
    if (id === undefined) {
      const { fates } = this.#engine
      id = fates.idOfReception(fates.reception({ answered: fares, lost: NOWHERE }))
      this.#ids.set(fares, id)
    }
    return id
  }
}

/** Few have a public address, and only these are looked at. */
const publishedIn = (network: Network): readonly NetworkInterface[] =>
  network
    .all('networkInterface')
    .filter(({ raw }) => raw.Association || raw.PrivateIpAddresses?.some(({ Association }) => Association))
    .map(({ id }) => network.interface(id)!)
    .filter((each) => takesPart(network, each))

const welcomeOf = (engine: PairEngine, receiver: EndpointClass): Welcome => {
  const way = internetWaysOf(engine).in(receiver)
  return way.isSeenOneWay
    ? AddressMap.constant<Reception | undefined>(4, undefined)
    : engine.receptionIn(way, publicAddressesOf(receiver.members))
}

const keyOf = (engine: PairEngine, map: Welcome): string => {
  const pieces: string[] = []
  for (let piece = 0; piece < map.pieces; piece++) {
    const reception = map.valueOf(piece)
    pieces.push(`${map.startOf(piece)} ${reception ? engine.fates.idOfReception(reception) : '?'}`)
  }
  return pieces.join()
}

/** How a subnet's packets get to the internet. */
interface Fares {
  /** As sent. */
  readonly bySource: AddressMap<Welcomes | undefined>
  readonly arrivals: readonly Arrival[]
  readonly portsAlone: boolean
}

interface Arrival {
  /** Who send what arrives. */
  readonly sources: AddressSet
  /** Of one source as sent: the address that it has there. */
  readonly knownAs: (source: Address) => Address | undefined
  readonly ports: 'own' | PortSet
}

/** How packets of a subnet to public addresses of the estate fare, of all that it sends to the internet where that tells: the internet is a
 *  few blocks, while the addresses would be carried through each walk one by one. */
const faresOut = (engine: PairEngine, { id }: PlacedSubnet, wanted: AddressSet): Fares => {
  const all = intervals.covers(internetSpace(4), wanted) && internetWaysOf(engine).out(id, HUB)
  if (all && isDetermined(all, wanted) && all.portsAlone) return faresIn(all, wanted)
  const way = wayOut(engine, id, wanted, HUB)
  return isDetermined(way, wanted)
    ? faresIn(way, wanted)
    : { bySource: AddressMap.constant<Welcomes | undefined>(4, undefined), arrivals: [], portsAlone: false }
}

const isDetermined = ({ isAskedFor, isSeenOneWay, strays }: WayOut, wanted: AddressSet): boolean =>
  !isAskedFor && !isSeenOneWay && !strays.some((each) => intervals.overlaps(each.addresses('destination'), wanted))

const faresIn = ({ outcome, arrivals, portsAlone }: WayOut, wanted: AddressSet): Fares => ({
  bySource: welcomesBySource(outcome, wanted),
  portsAlone,
  arrivals: arrivals.map(({ sent, header: { source, sourcePort } }) => ({
    sources: sourcesTo(sent, wanted),
    knownAs: (address) => {
      if (source.is === 'fixed') return source.address
      if (source.is === 'mapped') return source.table.get(address)
      return source.is === 'sent' ? address : undefined
    },
    ports: sourcePort.is === 'chosen' ? sourcePort.ports : 'own',
  })),
})

const sourcesTo = ({ rows }: PacketSet, wanted: AddressSet): AddressSet =>
  intervals.unionAll(
    rows.flatMap(([sources, rest]) =>
      rest.some(([destinations]) => intervals.overlaps(destinations, wanted)) ? [sources] : [],
    ),
  )

const leavingOf = (sender: Placed, { bySource, arrivals, portsAlone }: Fares): Leavers['leaving'] => {
  const parts = [...bySource.split(sender.addresses)].filter(([each]) => !each || !isNothing(each))
  if (parts.length === 0) return 'nobody'
  const [fare, sources] = parts[0]!
  if (parts.length > 1 || !fare) return 'uneven'
  const who = new Set<NetworkInterface>()
  let all = true
  for (const member of sender.class.members) {
    const set = member.addressSet(4)
    if (set.length === 0) continue
    if (!intervals.overlaps(set, sources)) all = false
    else if (!intervals.covers(sources, set)) return 'uneven'
    else who.add(member)
  }
  const knownAs = new Set<Address>()
  let ports: Arrival['ports'] | undefined
  for (const arrival of arrivals) {
    const sent = intervals.intersect(arrival.sources, sources)
    if (sent.length === 0) continue
    if (ports !== undefined && !samePorts(ports, arrival.ports)) return 'uneven'
    ports = arrival.ports
    for (const [from, end] of intervals.ranges(sent)) {
      if (typeof from === 'bigint' || typeof end === 'bigint' || end - from > MANY) return 'uneven'
      for (let source = from; source < end; source++) {
        const address = arrival.knownAs(source)
        if (address === undefined) return 'uneven'
        knownAs.add(address)
        // Of a NAT gateway it is the same for all.
        if (arrival.ports !== 'own') break
      }
    }
  }
  return ports === undefined ? 'uneven' : { who: all ? 'all' : who, fares: fare, portsAlone, knownAs, ports }
}

/** Those that get out alike, but for their addresses there. */
const together = (singly: readonly Leavers[]): Leavers => {
  const placed = singly.flatMap((each) => each.placed)
  const [{ sent, leaving: first }] = singly as NonEmpty<Leavers>
  if (typeof first === 'string') return { placed, sent, leaving: first, singly }
  const all = singly.map((each) => ({ members: each.placed[0]!.class.members, ...(each.leaving as Leaving) }))
  const who = all.every((each) => each.who === 'all')
    ? 'all'
    : new Set(all.flatMap((each) => (each.who === 'all' ? each.members : [...each.who])))
  const knownAs = new Set(all.flatMap((each) => [...each.knownAs]))
  return { placed, sent, leaving: { ...first, who, knownAs }, singly }
}

/** A delegated prefix has no more addresses. */
const MANY = 65536

const samePorts = (a: Arrival['ports'], b: Arrival['ports']): boolean =>
  a === b || (a !== 'own' && b !== 'own' && intervals.equals(a, b))

/** What a receiver does with packets whose source port a NAT gateway picks: where that depends on which, it may be the one or the other. */
const withAnyPort = (welcomes: Welcomes, picked: PortSet): Welcomes => {
  const lines = (verdict: keyof Welcomes, isMeant: (ports: PortSet) => boolean): L4Set =>
    welcomes[verdict].reduce((all, [line, ports]) => (isMeant(ports) ? l4Algebra.union(all, line) : all), NOTHING)
  const always = (verdict: keyof Welcomes): L4Set => lines(verdict, (ports) => intervals.covers(ports, picked))
  const atTimes = (verdict: keyof Welcomes): L4Set => lines(verdict, (ports) => intervals.overlaps(ports, picked))
  const settled = WELCOMES.map(always).reduce(l4Algebra.union)
  const mixed = l4Algebra.subtract(WELCOMES.map(atTimes).reduce(l4Algebra.union), settled)
  const told = WELCOMES.filter((verdict) => verdict !== 'unknown')
    .map(atTimes)
    .reduce(l4Algebra.union)
  // As `either` has it: what is unknown or unreachable is unknown, everything else depends on the port.
  const more: Partial<Record<keyof Welcomes, L4Set>> = {
    conditional: l4Algebra.intersect(mixed, told),
    unknown: l4Algebra.subtract(mixed, told),
  }
  return welcomesBy((verdict) => transport(l4Algebra.union(always(verdict), more[verdict] ?? NOTHING), ALL_PORTS))
}

const isNothing = (reception: Welcomes): boolean => WELCOMES.every((verdict) => reception[verdict].length === 0)
