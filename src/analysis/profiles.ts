/** How a VPC looks from elsewhere: for a range of addresses, which of its members send what by where, and what becomes of what comes in. */
import { internetSpace } from '../aws/internet.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { Address, AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { type Corridor, type Identification, isTold, LET_OUT, PLAIN } from '../reach/corridor.ts'
import type { Reception } from '../reach/fate.ts'
import type { Node, Returning } from '../reach/forwarding-table.ts'
import type { Endpoint, Membership } from './endpoints.ts'
import { covers, type Hull, isInside, whole } from './hull.ts'
import { isBypass, isHandover, type PairEngine } from './pair-engine.ts'
import { stretchAround } from './stretches.ts'
import { endpointsIn, inOrder, type Placed, type SubnetSide, type Unit } from './units.ts'
import type { Walks } from './walks.ts'

/** How the members of a VPC fare with a range of addresses elsewhere. */
export interface Profile extends Hull {
  /** How many entries of the unit it knows. */
  readonly entries: number
  readonly sending: readonly Face[]
  readonly receiving: readonly Face[]
  /** For whom the range is not all alike, or who is not so plain. */
  readonly unevenSenders: readonly { readonly placed: Placed; readonly exit: Exit | 'uneven' }[]
  readonly unevenReceivers: readonly Placed[]
  /** Of whom nobody can tell what they send, nor therefore what becomes of it. */
  readonly untold: readonly { readonly placed: Placed; readonly unknown: L4Set }[]
}

/** Subnets that packets leave and reach alike, as seen from a range of addresses elsewhere. */
export interface Face {
  /** Where what leaves is no longer in the VPC; undefined where nothing leaves. */
  readonly exit: Exit | undefined
  /** What comes in, by where: requests for receivers, answers for senders. */
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: readonly Group[]
  /** Those of the groups that treat some addresses of the range otherwise. */
  readonly excepting: ReadonlyMap<Placed, AddressSet>
}

export interface Exit {
  readonly hub: Node
  readonly line: L4Set
  /** What leaves of packets that only a reference let out. */
  readonly letOut: L4Set
  readonly identity: Identification['identity']
  /** What answers return by. */
  readonly session: Returning | undefined
}

export interface Entering {
  readonly line: L4Set
  readonly identity: Identification['identity']
}

/** Endpoints that let the same out, or in. */
export interface Group {
  /** What senders let out. */
  readonly line: L4Set
  /** What receivers do with what is put before them. */
  readonly reception: Reception
  /** Some of what they send only a reference lets out. */
  readonly byReference: boolean
  readonly placed: readonly Placed[]
  readonly endpoints: readonly Endpoint[]
  readonly members: number
}

type Lets = Pick<Group, 'line' | 'reception' | 'byReference'>

interface Facing {
  readonly exit: Exit | undefined
  readonly comesIn: ReadonlyMap<Node, Entering>
  readonly groups: Map<Membership, (Lets & { readonly placed: Placed[]; members: number })[]>
  readonly excepting: Map<Placed, AddressSet>
}

export class Profiles {
  readonly #engine: PairEngine
  readonly #family: Family
  readonly #walks: Walks
  readonly #refusing: Reception
  readonly #known = new Map<Unit, Profile[]>()

  constructor(engine: PairEngine) {
    this.#engine = engine
    this.#family = engine.family
    this.#walks = engine.walks
    this.#refusing = engine.fates.taking(NOTHING)
  }

  /** The profile of a VPC for a range of addresses, made when first needed. */
  of(unit: Unit, range: Hull): Profile {
    let all = this.#known.get(unit)
    if (!all) this.#known.set(unit, (all = []))
    for (const known of all) if (known.entries === unit.entries.size && isInside(range, known)) return known
    const made = this.#made(unit, range)
    if (isEven(made)) all.push(made)
    return made
  }

  #made(unit: Unit, range: Hull): Profile {
    const bounds = { ...whole(this.#family) }
    const narrow = (from: Address, to: Address): void => {
      if (from > bounds.from) bounds.from = from
      if (to < bounds.to) bounds.to = to
    }
    const unevenSenders: { readonly placed: Placed; readonly exit: Exit | 'uneven' }[] = []
    const unevenReceivers: Placed[] = []
    const untold: { readonly placed: Placed; readonly unknown: L4Set }[] = []
    const sending = new Map<string, Facing>()
    const receiving = new Map<string, Facing>()
    for (const subnet of unit.subnets) {
      const request = this.#exit(unit, subnet, range, 'request', narrow)
      const requestsIn = this.#comesIn(unit, subnet, range, 'request', narrow)
      const reply = this.#exit(unit, subnet, range, 'reply', narrow)
      const repliesIn = this.#comesIn(unit, subnet, range, 'reply', narrow)
      let senders: Facing | undefined
      let receivers: Facing | undefined
      for (const sender of subnet.senders) {
        const met = sender.end.sends.filter(({ from, to }) => from < range.to && range.from < to)
        narrow(met[0]!.from, met.at(-1)!.to)
        if (met.some(({ value }) => !value || value.unknown !== NOTHING)) {
          // Whatever the way is: nobody knows what sets out.
          const [only] = met
          if (met.length === 1 && only!.value) untold.push({ placed: sender, unknown: only!.value.unknown })
          else unevenSenders.push({ placed: sender, exit: 'uneven' })
          continue
        }
        const [out] = met
        const lets = out!.value!
        const nothing = lets.line === NOTHING && !lets.byReference && out!.except.length === 0
        if (request === undefined || (nothing && met.length === 1)) continue
        if (request === 'uneven' || repliesIn === 'uneven' || !sender.end.isPlain || met.length > 1) {
          unevenSenders.push({ placed: sender, exit: request })
          continue
        }
        const group = { ...lets, reception: this.#refusing }
        join((senders ??= faceOf(sending, request, repliesIn)), sender, group, out!.except)
      }
      for (const receiver of subnet.receivers) {
        const into = stretchAround(receiver.end.receives, range)
        if (!into?.value) {
          unevenReceivers.push(receiver)
          continue
        }
        narrow(into.from, into.to)
        const { value: reception, except } = into
        const refuses = reception === this.#refusing && except.length === 0 && !receiver.end.knowsAny
        if (refuses && requestsIn !== 'uneven') continue
        if (reply === 'uneven' || requestsIn === 'uneven' || !receiver.end.isPlain) {
          unevenReceivers.push(receiver)
          continue
        }
        const lets = { line: NOTHING, reception, byReference: false }
        join((receivers ??= faceOf(receiving, reply, requestsIn)), receiver, lets, except)
      }
    }
    return {
      ...bounds,
      entries: unit.entries.size,
      sending: facesOf(sending),
      receiving: facesOf(receiving),
      unevenSenders,
      unevenReceivers,
      untold,
    }
  }

  /** Where packets of a subnet to a range elsewhere leave the VPC; undefined where none does. */
  #exit(
    unit: Unit,
    subnet: SubnetSide,
    range: Hull,
    leg: Leg,
    narrow: (from: Address, to: Address) => void,
  ): Exit | undefined | 'uneven' {
    const stops = (node: Node): boolean => this.#walks.vpcOf(node) !== unit.id || isHandover(node)
    const plain = this.#walks.between(subnet.wire, `exit ${leg}`, leg, subnet.hull, range, PLAIN, stops)
    if (leg === 'request' && plain.unsettled !== NOTHING && this.#leadsNowhere(subnet, plain, range, narrow))
      return undefined
    if (!covers(plain, subnet.hull, range) || !isTold(plain) || plain.ends.length > 1) return 'uneven'
    const [end] = plain.ends
    const referred =
      leg === 'request'
        ? this.#walks.between(subnet.wire, 'exit let out', leg, subnet.hull, range, LET_OUT, stops)
        : plain
    if (!covers(referred, subnet.hull, range) || !isTold(referred) || referred.ends.length > 1) return 'uneven'
    const [other] = referred.ends
    if ((other && other.at !== end?.at) || (end && isBypass(end.at))) return 'uneven'
    for (const each of [plain, referred]) narrow(each.holds.destinationFrom, each.holds.destinationTo)
    // Delivered inside the VPC, to somebody who has the address here too.
    if (!end || isHandover(end.at)) return undefined
    const { identity, session } = end.carries
    return { hub: end.at, line: end.line, letOut: other?.line ?? NOTHING, identity, session }
  }

  /** A way that translates, such as by a NAT gateway, of which the path engine says that it leads private addresses nowhere. */
  #leadsNowhere(
    subnet: SubnetSide,
    { holds }: Corridor,
    range: Hull,
    narrow: (from: Address, to: Address) => void,
  ): boolean {
    const asked = intervals.subtract([holds.destinationFrom, holds.destinationTo], internetSpace(this.#family))
    const around = [...intervals.ranges(asked)].find(([from, to]) => from <= range.from && range.to <= to)
    if (!around) return false
    narrow(around[0], around[1])
    return this.#engine.leadsNowhere(subnet, around)
  }

  /** What of packets from a range elsewhere gets to a subnet, from each entry. */
  #comesIn(
    unit: Unit,
    subnet: SubnetSide,
    range: Hull,
    leg: Leg,
    narrow: (from: Address, to: Address) => void,
  ): ReadonlyMap<Node, Entering> | 'uneven' {
    const found = new Map<Node, Entering>()
    const stops = (node: Node): boolean => this.#walks.vpcOf(node) !== unit.id || isHandover(node)
    for (const entry of unit.entries) {
      const way = this.#walks.between(entry, `in ${leg} ${subnet.id}`, leg, range, subnet.hull, PLAIN, stops)
      if (!covers(way, range, subnet.hull) || !isTold(way) || way.ends.length > 1) return 'uneven'
      narrow(way.holds.sourceFrom, way.holds.sourceTo)
      const [end] = way.ends
      if (!end) continue
      if (end.at !== subnet.deliver || end.carries.session) return 'uneven'
      found.set(entry, { line: end.line, identity: end.carries.identity })
    }
    return found
  }
}

/** The face of a subnet, shared with all that face alike. */
const faceOf = (faces: Map<string, Facing>, exit: Exit | undefined, comesIn: ReadonlyMap<Node, Entering>): Facing => {
  const out = exit
    ? `${exit.hub.id} ${exit.line.id} ${exit.letOut.id} ${exit.identity} ${exit.session?.device ?? ''}`
    : ''
  const key = `${out} ${[...comesIn].map(([node, { line: each, identity }]) => `${node.id} ${each.id} ${identity}`).join(' ')}`
  let known = faces.get(key)
  if (!known) faces.set(key, (known = { exit, comesIn, groups: new Map(), excepting: new Map() }))
  return known
}

/** Counts an endpoint among those of its face that let the same out, or in. */
const join = ({ groups, excepting }: Facing, placed: Placed, lets: Lets, except: AddressSet): void => {
  const { membership } = placed.endpoint
  let byMembership = groups.get(membership)
  if (!byMembership) groups.set(membership, (byMembership = []))
  const { line, reception, byReference } = lets
  let group = byMembership.find(
    (each) => each.line === line && each.reception === reception && each.byReference === byReference,
  )
  if (!group) byMembership.push((group = { line, reception, byReference, placed: [], members: 0 }))
  group.placed.push(placed)
  group.members += placed.members
  if (except.length > 0) excepting.set(placed, except)
}

const facesOf = (faces: ReadonlyMap<string, Facing>): readonly Face[] =>
  [...faces.values()].map(({ exit, comesIn, groups, excepting }) => ({
    exit,
    comesIn,
    excepting,
    groups: [...groups.values()].flat().map((group): Group => {
      const placed = inOrder(group.placed)
      return { ...group, placed, endpoints: endpointsIn(placed) }
    }),
  }))

const isEven = ({ unevenSenders, unevenReceivers }: Profile): boolean =>
  unevenSenders.length === 0 && unevenReceivers.length === 0
