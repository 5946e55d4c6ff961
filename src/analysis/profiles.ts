/** How a VPC looks from elsewhere: for a range of addresses, which of its members send what by where, and what becomes of what comes in. */
import { internetSpace } from '../aws/internet.ts'
import { append } from '../collections.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { type Corridor, isDetermined, LET_OUT, PLAIN } from '../reach/corridor.ts'
import type { Reception } from '../reach/fate.ts'
import type { Node } from '../reach/forwarding-table.ts'
import { type Entering, type Exit, type Faced, Faces } from './faces.ts'
import { covers, type Hull, isInside, type Narrow, narrowing, rangeAround, whole } from './hull.ts'
import { isBypass, isHandover, knowsWhoGets, type PairEngine } from './pair-engine.ts'
import { stretchAround } from './stretches.ts'
import type { Grouped, Placed, PlacedSubnet, Unit } from './units.ts'
import type { Walks } from './walks.ts'

/** What the members of a VPC send to a range of addresses elsewhere. */
export interface Sending extends Hull, Faced<SenderGroup> {
  /** How many entries of the unit it knows. */
  readonly entries: number
  /** For whom the range is not all alike, or who is not so plain. */
  readonly uneven: readonly { readonly placed: Placed; readonly exit: Exit | 'uneven' }[]
  /** Of whom nobody can tell what they send, nor therefore what becomes of it. */
  readonly undetermined: readonly { readonly placed: readonly Placed[]; readonly unknown: L4Set }[]
}

/** What becomes of what comes to the members of a VPC from a range of addresses elsewhere. */
export interface Receiving extends Hull, Faced<ReceiverGroup> {
  /** How many entries of the unit it knows. */
  readonly entries: number
  /** For whom the range is not all alike, or who is not so plain. */
  readonly uneven: readonly Placed[]
}

/** Senders that let the same out. */
export interface SenderGroup extends Grouped {
  readonly line: L4Set
  /** A reference lets out more. */
  readonly byReference: boolean
}

/** Receivers that do the same with what is put before them. */
export interface ReceiverGroup extends Grouped {
  readonly reception: Reception
}

export class Profiles {
  readonly #engine: PairEngine
  readonly #family: Family
  readonly #walks: Walks
  readonly #refusing: Reception
  readonly #sending = new Map<Unit, Sending[]>()
  readonly #receiving = new Map<Unit, Receiving[]>()

  constructor(engine: PairEngine) {
    this.#engine = engine
    this.#family = engine.family
    this.#walks = engine.walks
    this.#refusing = engine.fates.taking(NOTHING)
  }

  /** What is sent from a VPC to a range of addresses, worked out when first needed. */
  sending(unit: Unit, range: Hull): Sending {
    return remembered(this.#sending, unit, range, () => this.#madeSending(unit, range))
  }

  receiving(unit: Unit, range: Hull): Receiving {
    return remembered(this.#receiving, unit, range, () => this.#madeReceiving(unit, range))
  }

  #madeSending(unit: Unit, range: Hull): Sending {
    const bounds = { ...whole(this.#family) }
    const narrow = narrowing(bounds)
    const faces = new Faces<string, SenderGroup>(({ line, byReference }) => `${line.id} ${byReference}`)
    const uneven: { readonly placed: Placed; readonly exit: Exit | 'uneven' }[] = []
    const undetermined = new Map<L4Set, Placed[]>()
    for (const subnet of unit.subnets) {
      const exit = this.#exit(unit, subnet, range, 'request', narrow)
      const answersIn = this.#comesIn(unit, subnet, range, 'reply', narrow)
      const face = exit === 'uneven' || answersIn === 'uneven' ? undefined : faces.of(exit, answersIn)
      for (const placed of subnet.all) {
        const met = placed.end.sends.filter(({ from, to }) => from < range.to && range.from < to)
        narrow(met[0]!.from, met.at(-1)!.to)
        if (met.some(({ value }) => !value || value.unknown !== NOTHING)) {
          // Whatever the way is: nobody knows what sets out.
          const [only] = met
          if (met.length === 1 && only!.value) append(undetermined, only!.value.unknown, placed)
          else uneven.push({ placed, exit: 'uneven' })
          continue
        }
        const [out] = met
        const { line, referred } = out!.value!
        const byReference = referred !== undefined
        const nothing = line === NOTHING && !byReference && out!.except.length === 0
        if (exit === undefined || (nothing && met.length === 1)) continue
        if (!face || !placed.end.isPlain || met.length > 1) uneven.push({ placed, exit })
        else face.join(placed, out!.except, { line, byReference, placed: [] })
      }
    }
    return {
      ...bounds,
      ...faces.all(),
      entries: unit.entries.size,
      uneven,
      undetermined: Array.from(undetermined, ([unknown, placed]) => ({ placed, unknown })),
    }
  }

  #madeReceiving(unit: Unit, range: Hull): Receiving {
    const bounds = { ...whole(this.#family) }
    const narrow = narrowing(bounds)
    const faces = new Faces<Reception, ReceiverGroup>(({ reception }) => reception)
    const uneven: Placed[] = []
    for (const subnet of unit.subnets) {
      const requestsIn = this.#comesIn(unit, subnet, range, 'request', narrow)
      const exit = this.#exit(unit, subnet, range, 'reply', narrow)
      const face = exit === 'uneven' || requestsIn === 'uneven' ? undefined : faces.of(exit, requestsIn)
      for (const placed of subnet.all) {
        const into = stretchAround(placed.end.receives, range)
        if (!into?.value) {
          uneven.push(placed)
          continue
        }
        narrow(into.from, into.to)
        const { value: reception, except } = into
        const refuses = reception === this.#refusing && except.length === 0 && !placed.end.knowsAny
        // Who refuses all does so only of what its subnet hands over.
        if (refuses && requestsIn !== 'uneven' && placed.end.isDeliveredTo('request')) continue
        if (!face || !placed.end.isPlain) uneven.push(placed)
        else face.join(placed, except, { reception, placed: [] })
      }
    }
    return { ...bounds, ...faces.all(), entries: unit.entries.size, uneven }
  }

  /** Where packets of a subnet to a range elsewhere leave the VPC; undefined where none does. */
  #exit(unit: Unit, subnet: PlacedSubnet, range: Hull, leg: Leg, narrow: Narrow): Exit | undefined | 'uneven' {
    const stops = (node: Node): boolean => this.#walks.vpcOf(node) !== unit.id || isHandover(node)
    const plain = this.#walks.between(subnet.wire, `exit ${leg}`, leg, subnet.hull, range, PLAIN, stops)
    if (leg === 'request' && plain.unsettled !== NOTHING && this.#leadsNowhere(subnet, plain, range, narrow))
      return undefined
    if (!covers(plain, subnet.hull, range) || !isDetermined(plain) || plain.ends.length > 1) return 'uneven'
    const [end] = plain.ends
    const referred =
      leg === 'request'
        ? this.#walks.between(subnet.wire, 'exit let out', leg, subnet.hull, range, LET_OUT, stops)
        : plain
    if (!covers(referred, subnet.hull, range) || !isDetermined(referred) || referred.ends.length > 1) return 'uneven'
    const [other] = referred.ends
    if ((other && other.at !== end?.at) || (end && isBypass(end.at))) return 'uneven'
    for (const each of [plain, referred]) narrow(each.holds.destinationFrom, each.holds.destinationTo)
    if (!end) return undefined
    // Delivered inside the VPC, to somebody who has the address here too.
    if (isHandover(end.at)) return knowsWhoGets(this.#engine.tables, end.at, leg, range) ? undefined : 'uneven'
    const { identity, session } = end.carries
    return { hub: end.at, line: end.line, letOut: other?.line ?? NOTHING, identity, session }
  }

  /** A way that translates, such as by a NAT gateway, of which the path engine says that it leads private addresses nowhere. */
  #leadsNowhere(subnet: PlacedSubnet, { holds }: Corridor, range: Hull, narrow: Narrow): boolean {
    const asked = intervals.subtract([holds.destinationFrom, holds.destinationTo], internetSpace(this.#family))
    const around = rangeAround(asked, range)
    if (!around) return false
    narrow(around.from, around.to)
    return this.#engine.leadsNowhere(subnet, [around.from, around.to])
  }

  /** What of packets from a range elsewhere gets to a subnet, from each entry. */
  #comesIn(
    unit: Unit,
    subnet: PlacedSubnet,
    range: Hull,
    leg: Leg,
    narrow: Narrow,
  ): ReadonlyMap<Node, Entering> | 'uneven' {
    const found = new Map<Node, Entering>()
    const stops = (node: Node): boolean => this.#walks.vpcOf(node) !== unit.id || isHandover(node)
    for (const entry of unit.entries) {
      const way = this.#walks.between(entry, `in ${leg} ${subnet.id}`, leg, range, subnet.hull, PLAIN, stops)
      if (!covers(way, range, subnet.hull) || !isDetermined(way) || way.ends.length > 1) return 'uneven'
      narrow(way.holds.sourceFrom, way.holds.sourceTo)
      const [end] = way.ends
      if (!end) continue
      if (end.at !== subnet.deliver || end.carries.session) return 'uneven'
      found.set(entry, { line: end.line, identity: end.carries.identity })
    }
    return found
  }
}

type Profile = Pick<Sending | Receiving, 'entries' | 'from' | 'to'> & { readonly uneven: readonly unknown[] }

/** Kept where it holds for all of a range and not for some range alone, as long as no more entries are known. */
const remembered = <P extends Profile>(known: Map<Unit, P[]>, unit: Unit, range: Hull, make: () => P): P => {
  const all = known.get(unit) ?? []
  for (const each of all) if (each.entries === unit.entries.size && isInside(range, each)) return each
  const made = make()
  if (made.uneven.length === 0) known.set(unit, [...all.filter(({ entries }) => entries === made.entries), made])
  return made
}
