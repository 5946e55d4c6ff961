/** By where packets that left one VPC get into another. */
import type { Leg } from '../forwarding/graph.ts'
import type { Address } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, NOTHING } from '../packet/l4.ts'
import {
  type Corridor,
  corridorFrom,
  type TableContext,
  type Identification,
  isAlikeByOption,
  LET_OUT,
  PLAIN,
  type Rectangle,
} from '../reach/corridor.ts'
import type { Node, Returning } from '../reach/forwarding-table.ts'
import type { Exit } from './faces.ts'
import { covers, type Hull, isInside } from './hull.ts'
import { isHandover, knowsWhoGets, type PairEngine } from './pair-engine.ts'
import type { Unit } from './units.ts'
import type { Walks } from './walks.ts'

export interface Entry {
  /** Usually one; several where a choice, such as of the zone, leads to one or the other. */
  readonly entries: readonly Node[]
  readonly line: L4Set
  readonly letOut: L4Set
  readonly identity: Identification['identity']
  /** That was opened on the way. */
  readonly session: Returning | undefined
}

/** Not there; or not by the same way for all, or not as tables know. */
export type NoEntry = 'elsewhere' | 'unsettled'

/** Of packets from these addresses. */
interface KnownEntry {
  readonly from: Hull
  readonly entry: Entry | NoEntry
}

export class Entries {
  readonly #context: TableContext
  readonly #walks: Walks
  /** By hub, by way, and by the unit that is entered. */
  readonly #known = new Map<Node, Map<string, Map<Unit, KnownEntry[]>>>()

  constructor(engine: PairEngine) {
    this.#context = engine
    this.#walks = engine.walks
  }

  /** From where what answers leave by; undefined where nothing does. */
  ofAnswers(exit: Exit | undefined, from: Unit, to: Unit, session: Returning | undefined): Entry | NoEntry | undefined {
    return exit && this.of(exit.hub, from, to, 'reply', session)
  }

  /** From a hub into a VPC. */
  of(hub: Node, from: Unit, to: Unit, leg: Leg, session?: Returning): Entry | NoEntry {
    const known = this.#knownOf(hub, session ? session.device : leg, to)
    for (const each of known) if (isInside(from.hull, each.from)) return each.entry
    const made = this.#entryOf(hub, from, to, leg, session)
    if (typeof made.entry !== 'string') for (const each of made.entry.entries) to.entries.add(each)
    known.push(made)
    return made.entry
  }

  #knownOf(hub: Node, way: string, to: Unit): KnownEntry[] {
    let byWay = this.#known.get(hub)
    if (!byWay) this.#known.set(hub, (byWay = new Map<string, Map<Unit, KnownEntry[]>>()))
    let byUnit = byWay.get(way)
    if (!byUnit) byWay.set(way, (byUnit = new Map<Unit, KnownEntry[]>()))
    let known = byUnit.get(to)
    if (!known) byUnit.set(to, (known = []))
    return known
  }

  #entryOf(hub: Node, from: Unit, to: Unit, leg: Leg, session: Returning | undefined): KnownEntry {
    // It may go by a third VPC, that inspects it; handed over there it is somebody else's.
    const stops = (node: Node): boolean => this.#walks.vpcOf(node) === to.id || isHandover(node)
    const [plain, referred] = [PLAIN, LET_OUT].map((carries) =>
      evenCorridor(from, to, (source, destination) =>
        corridorFrom(
          this.#context,
          hub,
          { leg, source, destination },
          EVERYTHING,
          session ? { ...carries, session } : carries,
          stops,
        ),
      ),
    )
    const isWhole = [plain, referred].every((each) => each && covers(each, from.hull, to.hull))
    const sources = isWhole ? commonSources(plain!.holds, referred!.holds) : from.hull
    return { from: sources, entry: this.#entryBy(plain, referred, to, leg) }
  }

  #entryBy(plain: Corridor | undefined, referred: Corridor | undefined, to: Unit, leg: Leg): Entry | NoEntry {
    if (!plain || !referred) return 'unsettled'
    const [end] = plain.ends
    const [other] = referred.ends
    if (!end) return other ? 'unsettled' : 'elsewhere'
    const others = plain.ends.filter(({ at }) => this.#walks.vpcOf(at) !== to.id)
    if (others.length > 0) {
      const isTold =
        others.length === plain.ends.length &&
        others.every(({ at }) => knowsWhoGets(this.#context.tables, at, leg, to.hull))
      return isTold ? 'elsewhere' : 'unsettled'
    }
    const entries = plain.ends.map(({ at }) => at)
    if (referred.ends.some(({ at }) => !entries.includes(at))) return 'unsettled'
    const { identity, session } = end.carries
    return { entries, line: end.line, letOut: other?.line ?? NOTHING, identity, session }
  }
}

const commonSources = (a: Rectangle, b: Rectangle): Hull => ({
  from: a.sourceFrom > b.sourceFrom ? a.sourceFrom : b.sourceFrom,
  to: lower(a.sourceTo, b.sourceTo),
})

/** The corridor from all of one unit to all of another, where that is one and the same: rules on the way may part addresses and do the
 *  same with each part, or with all parts that an endpoint has an address in. Undefined where it is not the same, is not told, or is in
 *  too many parts to look at. */
const evenCorridor = (
  from: Unit,
  to: Unit,
  at: (source: Address, destination: Address) => Corridor,
): Corridor | undefined => {
  const first = at(from.hull.from, to.hull.from)
  if (!isEvenlyTold(first)) return undefined
  const open = beside(first.holds, from.hull, to.hull)
  for (let parts = 1, next = open.pop(); next; next = open.pop(), parts++) {
    const { sources, destinations } = next
    const corridor = at(sources.from, destinations.from)
    const { sourceTo, destinationTo } = corridor.holds
    const isHeld =
      intervals.overlaps(from.addresses, [sources.from, lower(sourceTo, sources.to)]) &&
      intervals.overlaps(to.addresses, [destinations.from, lower(destinationTo, destinations.to)])
    if (parts === MOST_PARTS || (isHeld && !(isEvenlyTold(corridor) && endsAlike(corridor, first)))) return undefined
    open.push(...beside(corridor.holds, sources, destinations))
  }
  return first
}

const lower = (a: Address, b: Address): Address => (a < b ? a : b)

const MOST_PARTS = 64

/** What is left of a rectangle of addresses beside what holds from its lowest corner on. */
const beside = (
  { sourceTo, destinationTo }: Rectangle,
  sources: Hull,
  destinations: Hull,
): { readonly sources: Hull; readonly destinations: Hull }[] => [
  ...(sourceTo < sources.to ? [{ sources: { from: sourceTo, to: sources.to }, destinations }] : []),
  ...(destinationTo < destinations.to
    ? [
        {
          sources: sourceTo < sources.to ? { from: sources.from, to: sourceTo } : sources,
          destinations: { from: destinationTo, to: destinations.to },
        },
      ]
    : []),
]

const endsAlike = (a: Corridor, b: Corridor): boolean =>
  a.ends.length === b.ends.length &&
  a.ends.every(({ at, line, carries: { identity, session } }, index) => {
    const other = b.ends[index]!
    return (
      at === other.at &&
      line === other.line &&
      identity === other.carries.identity &&
      session?.device === other.carries.session?.device
    )
  })

/** Told, and all in one way: by one end, or by one for each option of a choice that makes no difference to what passes. */
const isEvenlyTold = (corridor: Corridor): boolean =>
  corridor.unknown === NOTHING &&
  corridor.unsettled === NOTHING &&
  (corridor.options.size === 0 ? corridor.ends.length <= 1 : isAlikeByOption(corridor))
