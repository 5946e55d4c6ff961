/** Where single packets get to by tables alone, and how far around them the answer holds: the corridor is the same for every source and
 *  destination of a rectangle of addresses. What tables do not know is said to be unsettled, never guessed. */
import type { Leg } from '../forwarding/graph.ts'
import { isLetOutByReference, type Sender } from '../forwarding/transfer.ts'
import { type Address, addressLine, type Family } from '../packet/address.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { ForwardingTables, Identity, TableEntry, Node, Option, Returning, SessionUse } from './forwarding-table.ts'
import { LONGEST_PATH } from './propagate.ts'

/** Half-open on both sides: sources from `sourceFrom`, destinations from `destinationFrom`. */
export interface Rectangle {
  readonly sourceFrom: Address
  readonly sourceTo: Address
  readonly destinationFrom: Address
  readonly destinationTo: Address
}

export interface Corridor {
  readonly holds: Rectangle
  readonly ends: readonly CorridorEnd[]
  /** What ends where nobody can tell what becomes of it. */
  readonly unknown: L4Set
  /** What reaches a hop that no table knows. */
  readonly unsettled: L4Set
  /** The options of a choice that is made on the way; each end says which it belongs to. */
  readonly options: ReadonlySet<string>
  /** Where packets get to, whatever is chosen on the way; undefined where that makes a difference. */
  readonly whateverChosen: readonly CorridorEnd[] | undefined
}

/** Corridors that were looked up before, each for its rectangle. Asked so often that the bounds are kept in one list, where numbers lie side
 *  by side. */
export class Corridors {
  readonly #all: Corridor[] = []
  /** Four for each. */
  readonly #bounds: Address[] = []

  /** What is known of this source and destination. */
  at(source: Address, destination: Address): Corridor | undefined {
    const bounds = this.#bounds
    for (let at = 0; at < bounds.length; at += 4)
      if (
        source >= bounds[at]! &&
        source < bounds[at + 1]! &&
        destination >= bounds[at + 2]! &&
        destination < bounds[at + 3]!
      )
        return this.#all[at / 4]
    return undefined
  }

  add(corridor: Corridor): void {
    const { sourceFrom, sourceTo, destinationFrom, destinationTo } = corridor.holds
    this.#all.push(corridor)
    this.#bounds.push(sourceFrom, sourceTo, destinationFrom, destinationTo)
  }
}

/** Whether all options of the choice on the way let the same through, wherever they lead. */
export const isAlikeByOption = ({ options, ends }: Pick<Corridor, 'options' | 'ends'>): boolean => {
  const [first] = ends
  if (!first) return true
  const { identity, session } = first.carries
  const reached = new Set(ends.map(({ carries }) => carries.option?.is))
  return (
    ends.length === options.size &&
    reached.size === options.size &&
    ends.every(
      ({ line, carries }) => line === first.line && carries.identity === identity && carries.session === session,
    )
  )
}

/** What sets out is known, though it may be nothing. */
export const isDetermined = ({ unknown, unsettled, options }: Corridor): boolean =>
  unknown === NOTHING && unsettled === NOTHING && options.size === 0

/** Nothing is known of what sets out, and nothing else sets out. */
export const isUndetermined = ({ ends, unknown, unsettled }: Corridor): boolean =>
  ends.length === 0 && unknown !== NOTHING && unsettled === NOTHING

/** A stage at which the walk was to stop, with what gets there. */
export interface CorridorEnd {
  readonly at: Node
  readonly line: L4Set
  readonly carries: Identification
}

/** What a packet carries of its sender: the very identity where that is known; else whether a reference let it out, and how far its
 *  identity, whichever it is, has come. */
export interface Identification {
  readonly letOut: boolean
  readonly identity: 'kept' | 'afar' | 'lost'
  readonly known?: { readonly sender: Sender | undefined }
  /** What was chosen on the way. */
  readonly option?: Option
  /** The last session that answers return by. */
  readonly session?: Returning
}

export const PLAIN: Identification = { letOut: false, identity: 'kept' }
export const LET_OUT: Identification = { letOut: true, identity: 'kept' }

/** One known sender. */
export const carrying = (sender: Sender | undefined): Identification => ({
  letOut: isLetOutByReference(sender),
  identity: sender === undefined ? 'lost' : sender.farAway ? 'afar' : 'kept',
  known: { sender },
})

/** What packets walk on. */
export interface TableContext {
  readonly family: Family
  readonly tables: ForwardingTables
}

export interface Lookup {
  readonly leg: Leg
  readonly source: Address
  readonly destination: Address
}

/** Follows a packet from a node, with all of `line`, until `stops` says so. Packets for which there is no hop are lost, those that go in
 *  circles too. */
export const corridorFrom = (
  context: TableContext,
  from: Node,
  lookup: Lookup,
  line: L4Set,
  carries: Identification,
  stops: (node: Node) => boolean,
): Corridor => {
  const walk = new Walk(context, lookup, stops)
  walk.from(from, line, carries, 0)
  return walk.corridor()
}

/** Very many corridors are remembered, of which most have no choice on the way, and many no end. */
const NO_ENDS: readonly CorridorEnd[] = []
const NO_OPTIONS: ReadonlySet<string> = new Set()

class Walk {
  #ends: CorridorEnd[] | undefined
  #unknown = NOTHING
  #unsettled = NOTHING
  #options: Set<string> | undefined
  #choice: string | undefined
  #sourceFrom: Address
  #sourceTo: Address
  #destinationFrom: Address
  #destinationTo: Address
  readonly #path: Node[] = []
  readonly #tables: ForwardingTables
  readonly #lookup: Lookup
  readonly #stops: (node: Node) => boolean

  constructor({ family, tables }: TableContext, lookup: Lookup, stops: (node: Node) => boolean) {
    this.#tables = tables
    const [first, end] = addressLine(family)
    this.#sourceFrom = first
    this.#sourceTo = end
    this.#destinationFrom = first
    this.#destinationTo = end
    this.#lookup = lookup
    this.#stops = stops
  }

  corridor(): Corridor {
    const [ends, options] = [this.#ends ?? NO_ENDS, this.#options ?? NO_OPTIONS]
    return {
      holds: {
        sourceFrom: this.#sourceFrom,
        sourceTo: this.#sourceTo,
        destinationFrom: this.#destinationFrom,
        destinationTo: this.#destinationTo,
      },
      ends,
      unknown: this.#unknown,
      unsettled: this.#unsettled,
      options,
      whateverChosen: options.size === 0 ? ends : onlyEnd(ends, options),
    }
  }

  from(start: Node, line: L4Set, carries: Identification, depth: number): void {
    if (depth > 0 && this.#stops(start)) {
      const end = { at: start, line, carries }
      if (this.#ends) this.#ends.push(end)
      else this.#ends = [end]
      return
    }
    // The same stage with the same header: in circles, whatever else it carries (as propagate.ts has it).
    if (this.#path.includes(start) || depth >= LONGEST_PATH) return
    this.#path.push(start)
    this.#leave(start, line, carries, depth)
    this.#path.pop()
  }

  #leave(start: Node, line: L4Set, carries: Identification, depth: number): void {
    const table = this.#tables.of(start, this.#lookup.leg)
    const piece = table.pieceOf(this.#lookup.destination)
    this.#narrowDestination(table.startOf(piece), table.endOf(piece))
    for (const entry of table.valueOf(piece)) {
      const passes = this.#admitted(entry, line, carries)
      if (passes === NOTHING) continue
      if (entry.passage === 'unknown') this.#unknown = l4Algebra.union(this.#unknown, passes)
      else if (
        entry.passage === 'unsettled' ||
        (entry.senders.length > 0 && !carries.known) ||
        this.#choosesAgain(entry)
      )
        this.#unsettled = l4Algebra.union(this.#unsettled, passes)
      else this.#follow(entry, passes, carries, depth)
    }
  }

  /** One choice is followed up by its options; what several make of each other is for the path engine. */
  #choosesAgain({ option }: TableEntry): boolean {
    if (!option) return false
    this.#choice ??= option.of
    return this.#choice !== option.of
  }

  #follow(entry: TableEntry, line: L4Set, before: Identification, depth: number): void {
    if (entry.option) (this.#options ??= new Set()).add(entry.option.is)
    if (entry.passage === 'lost') return
    const known = entry.identity === undefined ? before : become(before, entry.identity)
    const carries = entry.option ? { ...known, option: entry.option } : known
    const { session } = entry
    if (!session) {
      this.from(entry.to, line, carries, depth + 1)
      return
    }
    const { session: pending, ...rest } = carries
    if (session.resumes !== undefined && pending?.device !== session.resumes) {
      this.#unsettled = l4Algebra.union(this.#unsettled, line)
      return
    }
    const to = session.returns ? this.#tables.node(pending!.stage) : entry.to
    const next = session.opens ?? (session.resumes === undefined ? pending : undefined)
    this.from(to, line, next ? { ...rest, session: next } : rest, depth + 1)
  }

  /** As `transfer.ts` says of flights: for answers a pending session of this kind is bound away from wherever they are outside. */
  #meets({ open, bound }: SessionUse, session: Returning | undefined): boolean {
    const away = this.#lookup.leg === 'reply' && session !== undefined
    return (
      open.every((each) => (session?.device === each.device) === each.open) &&
      bound.every((each) => each.bound === (away && each.from === undefined ? 'away' : 'not'))
    )
  }

  #admitted(entry: TableEntry, line: L4Set, { letOut, known, session, option }: Identification): L4Set {
    if (entry.session && !this.#meets(entry.session, session)) return NOTHING
    if (entry.letOut !== undefined && entry.letOut !== letOut) return NOTHING
    if (entry.option && isPassedOver(entry.option, option)) return NOTHING
    let passes = l4Algebra.intersect(line, entry.line)
    for (const map of entry.sources) {
      if (passes === NOTHING) return passes
      const piece = map.pieceOf(this.#lookup.source)
      this.#narrowSource(map.startOf(piece), map.endOf(piece))
      passes = l4Algebra.intersect(passes, map.valueOf(piece))
    }
    if (known) for (const admits of entry.senders) passes = l4Algebra.intersect(passes, admits(known.sender))
    return passes
  }

  #narrowSource(from: Address, to: Address): void {
    if (from > this.#sourceFrom) this.#sourceFrom = from
    if (to < this.#sourceTo) this.#sourceTo = to
  }

  #narrowDestination(from: Address, to: Address): void {
    if (from > this.#destinationFrom) this.#destinationFrom = from
    if (to < this.#destinationTo) this.#destinationTo = to
  }
}

/** One of the ends, where all options lead to that stage alike. */
const onlyEnd = (ends: readonly CorridorEnd[], options: ReadonlySet<string>): readonly CorridorEnd[] | undefined =>
  isAlikeByOption({ ends, options }) && ends.every(({ at }) => at === ends[0]?.at) ? ends.slice(0, 1) : undefined

/** Another option of the same choice was picked before, for good (as `transfer.ts` says of flights). */
const isPassedOver = ({ of, is, kept }: Option, before: Option | undefined): boolean =>
  kept && before?.of === of && before.is !== is

const become = (carries: Identification, identity: Identity): Identification => {
  const { session, option } = carries
  if (identity !== 'from-afar')
    return {
      ...carrying(identity.becomes),
      ...(session && { session }),
      ...(option !== undefined && { option }),
    }
  const { identity: before, known } = carries
  if (before !== 'kept') return carries
  const afar = { ...carries, identity: 'afar' } as const
  return known?.sender ? { ...afar, known: { sender: { ...known.sender, farAway: true } } } : afar
}
