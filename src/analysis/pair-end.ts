/** One end of a pair: what the rules of an endpoint class let out and in, as far as the wire of its subnet, by tables where these know it. What
 *  lies between two ends is known by `pair-engine.ts`. */
import type { EndpointClass } from '../aws/endpoint-class.ts'
import type { Plane } from '../aws/plane.ts'
import { knowsSender, namedGroups } from '../aws/security-group.ts'
import { append } from '../collections.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { Sender } from '../forwarding/transfer.ts'
import { type Address, addressLine, type AddressSet, type Family } from '../packet/address.ts'
import type { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import {
  carrying,
  type Corridor,
  corridorFrom,
  Corridors,
  type TableContext,
  type Identification,
  type Lookup,
  PLAIN,
  type Rectangle,
} from '../reach/corridor.ts'
import type { Fates, Reception } from '../reach/fate.ts'
import type { TableEntry, Node } from '../reach/forwarding-table.ts'
import { type Stretch, stretchesOf } from './stretches.ts'

/** What a receiver does, and for which others the same holds. */
export interface Received {
  /** Undefined where that is not the same for all of its addresses. */
  readonly reception: Reception | undefined
  readonly holds: Rectangle
}

/** What a sender's rules let out to a destination. */
export interface LetOut {
  readonly line: L4Set
  /** What a reference lets out besides, if only to whom it names. */
  readonly referred?: { readonly line: L4Set; readonly sender: Sender }
  /** Of which nobody can tell: nothing, or all that there is. */
  readonly unknown: L4Set
}

/** What an end asks of the engine that it is of. */
export interface Surroundings extends TableContext {
  readonly plane: Plane
  readonly fates: Fates
  /** Small and dense. */
  numberOfWire(wire: Node): number
  /** By source, what becomes of packets that get to a class, where more than tables decide. */
  receptionsAt(each: EndpointClass, sender: Sender | undefined): AddressMap<Reception | undefined>
  /** One object for equal ones. */
  lettingOut(line: L4Set, unknown: L4Set, referred: LetOut['referred']): LetOut
}

/** One endpoint class at either end of a pair. What it lets out and in is asked of its like, where there is one. */
export class End {
  readonly subnetId: string
  /** Where its packets are put on the wire. */
  readonly subnet: Node
  readonly wireNumber: number
  /** Where its subnet hands packets over. */
  readonly deliver: Node
  readonly #engine: Surroundings
  readonly #plane: Plane
  readonly #devices = new Map<Sender | undefined, AddressMap<Reception | undefined>>()
  readonly #class: EndpointClass
  readonly #like: End | undefined
  readonly #leaving: Node
  readonly #arriving: Node
  readonly #here: Node
  // Of its like, where there is one: asked so often that no step is taken twice.
  readonly #out: Corridors
  readonly #inOfAnybody: Corridors
  readonly #in: Map<Sender, Corridors>
  #answers: Corridors | undefined
  #home: Corridors | undefined
  readonly #delivered: { [L in Leg]?: boolean } = {}
  #sends: readonly Stretch<LetOut | undefined>[] | undefined
  #receives: readonly Stretch<Reception | undefined>[] | undefined
  #plain: boolean | undefined
  #open: boolean | undefined
  #named: readonly string[] | undefined
  #referred: readonly string[] | undefined

  constructor(engine: Surroundings, each: EndpointClass, like: End | undefined) {
    const { id, subnetId } = each
    const { plane, tables } = engine
    this.#engine = engine
    this.subnetId = subnetId
    this.subnet = tables.node(plane.at('subnet', subnetId, 'leaving'))
    this.wireNumber = engine.numberOfWire(this.subnet)
    this.deliver = tables.node(plane.at('subnet', subnetId, 'deliver'))
    this.#plane = plane
    this.#class = each
    this.#like = like
    this.#out = like ? like.#out : new Corridors()
    this.#inOfAnybody = like ? like.#inOfAnybody : new Corridors()
    this.#in = like ? like.#in : new Map<Sender, Corridors>()
    this.#leaving = tables.node(plane.at('interfaceClass', id, 'leaving'))
    this.#arriving = tables.node(plane.at('interfaceClass', id, 'arriving'))
    this.#here = tables.node(plane.at('interfaceClass', id, 'here'))
  }

  leaving(source: Address, destination: Address): Corridor {
    const known = this.#out.at(source, destination)
    if (known) return known
    if (this.#like) return this.#like.leaving(source, destination)
    return this.#add(
      this.#out,
      this.#leaving,
      this.subnet,
      { leg: 'request', source, destination },
      carrying(undefined),
    )
  }

  /** Destinations by what it sends to them, of all that only a reference let out or of the rest; none
   *  where it sends nothing at all, undefined where that is not known here. */
  sentTo(
    source: Address,
    destinations: AddressSet,
    letOut: boolean,
  ): readonly (readonly [AddressSet, L4Set])[] | undefined {
    if (this.#like) return this.#like.sentTo(source, destinations, letOut)
    const parts = new Map<L4Set, AddressSet[]>()
    for (const [entries, part] of this.#engine.tables.of(this.#leaving, 'request').split(destinations)) {
      if (entries.some(({ to }) => to !== this.subnet)) return undefined
      const { ends, unknown, unsettled, options } = this.leaving(source, part[0]!)
      if (options.size > 0 || unknown !== NOTHING || unsettled !== NOTHING) return undefined
      const line = ends.reduce(
        (all, end) => (end.carries.letOut === letOut ? l4Algebra.union(all, end.line) : all),
        NOTHING,
      )
      append(parts, line, part)
    }
    if (parts.size === 1 && parts.has(NOTHING)) return []
    return [...parts].map(([line, sets]) => [intervals.unionAll(sets), line] as const)
  }

  /** What it sends to all of these destinations alike, and what else of which nobody can tell; undefined where that differs, or is not known
   *  here. */
  sentAlike(destinations: AddressSet): LetOut | undefined {
    let alike: LetOut | undefined
    for (const { from, to, value, except } of this.sends) {
      if (!intervals.overlaps(destinations, [from, to])) continue
      if (!value || (except.length > 0 && intervals.overlaps(destinations, except))) return undefined
      if (alike && alike !== value) return undefined
      alike = value
    }
    return alike
  }

  /** By destination, whatever the source is; undefined where that is not known here. */
  get sends(): readonly Stretch<LetOut | undefined>[] {
    if (this.#like) return this.#like.sends
    const { family } = this.#plane
    const [first] = addressLine(family)
    return (this.#sends ??= stretchesOf(
      family,
      (destination) => {
        const out = this.leaving(first, destination)
        return { value: this.#letOut(out), to: out.holds.destinationTo }
      },
      (value) => value?.unknown === NOTHING,
    ))
  }

  #letOut({ ends, unknown, unsettled, options, holds }: Corridor): LetOut | undefined {
    const { sourceFrom, sourceTo } = holds
    const [first, end] = addressLine(this.#plane.family)
    if (unsettled !== NOTHING || options.size > 0 || sourceFrom !== first || sourceTo !== end) return undefined
    if (unknown !== NOTHING && ends.length > 0) return undefined
    const line = ends.reduce((all, each) => (each.carries.letOut ? all : l4Algebra.union(all, each.line)), NOTHING)
    const more = ends.filter(({ carries }) => carries.letOut)
    const referred = more.reduce((all, each) => l4Algebra.union(all, each.line), NOTHING)
    const [sender] = more.map(({ carries }) => carries.known?.sender)
    return this.#engine.lettingOut(line, unknown, sender && { line: referred, sender })
  }

  /** By source, what it does with packets of a sender that it does not know, at all of its addresses; undefined where that differs. */
  get receives(): readonly Stretch<Reception | undefined>[] {
    if (this.#like) return this.#like.receives
    const { family } = this.#plane
    const [first, end] = addressLine(family)
    return (this.#receives ??= stretchesOf(
      family,
      (source) => {
        const { reception, holds } = this.reception(source, first, PLAIN)
        const everywhere = holds.destinationFrom === first && holds.destinationTo === end
        return { value: everywhere ? reception : undefined, to: holds.sourceTo }
      },
      () => true,
    ))
  }

  /** What it does with what is put before it: as from a stranger, unless it knows the sender by its groups. */
  reception(source: Address, destination: Address, { known }: Identification): Received {
    const sender = known?.sender && this.#knows(known.sender) ? known.sender : undefined
    const into = this.#accepting(source, destination, sender)
    if (into.unsettled !== NOTHING || into.options.size > 0) return this.#behind(source, sender)
    const line = into.ends.reduce((all, end) => l4Algebra.union(all, end.line), NOTHING)
    return { holds: into.holds, reception: this.#engine.fates.taking(line, into.unknown) }
  }

  /** As `knowsSender`, which most receivers need not be asked. */
  #knows(sender: Sender): boolean {
    return sender.letOutBy === undefined && !this.knowsAny
      ? false
      : knowsSender(this.#plane, this.#class.groups, sender)
  }

  /** What becomes of packets where more than tables decide about them: behind a load balancer, whatever the client's address. */
  #behind(source: Address, sender: Sender | undefined): Received {
    let map = this.#devices.get(sender)
    if (!map) this.#devices.set(sender, (map = this.#engine.receptionsAt(this.#class, sender)))
    const piece = map.pieceOf(source)
    const [first, end] = addressLine(this.#plane.family)
    const holds = {
      sourceFrom: map.startOf(piece),
      sourceTo: map.endOf(piece),
      destinationFrom: first,
      destinationTo: end,
    }
    return { holds, reception: map.valueOf(piece) }
  }

  #accepting(source: Address, destination: Address, sender: Sender | undefined): Corridor {
    let all = sender ? this.#in.get(sender) : this.#inOfAnybody
    const known = all?.at(source, destination)
    if (known) return known
    if (this.#like) return this.#like.#accepting(source, destination, sender)
    if (!all) this.#in.set(sender!, (all = new Corridors()))
    return this.#add(all, this.#arriving, this.#here, { leg: 'request', source, destination }, carrying(sender))
  }

  /** Its answers, as far as the wire. */
  answering(source: Address, destination: Address): Corridor {
    if (this.#like) return this.#like.answering(source, destination)
    const answers = (this.#answers ??= new Corridors())
    const known = answers.at(source, destination)
    return known ?? this.#add(answers, this.#leaving, this.subnet, { leg: 'reply', source, destination }, PLAIN)
  }

  /** Answers to it, from the wire to itself. */
  home(source: Address, destination: Address): Corridor {
    if (this.#like) return this.#like.home(source, destination)
    const home = (this.#home ??= new Corridors())
    const known = home.at(source, destination)
    return known ?? this.#add(home, this.#arriving, this.#here, { leg: 'reply', source, destination }, PLAIN)
  }

  #add(known: Corridors, from: Node, stop: Node, lookup: Lookup, carries: Identification): Corridor {
    const corridor = corridorFrom(this.#engine, from, lookup, EVERYTHING, carries, (node) => node === stop)
    known.add(corridor)
    return corridor
  }

  /** Of a class like this one, if there is one: what it lets out and in is the same object for both. */
  get like(): End {
    return this.#like ?? this
  }

  /** The groups that its rules let in. */
  get namedGroups(): readonly string[] {
    return (this.#named ??= this.#like?.namedGroups ?? [...namedGroups(this.#plane, this.#class.groups, 'inbound')])
  }

  /** The groups to whose members its rules let more out than to others. */
  get referredGroups(): readonly string[] {
    if (this.#like) return this.#like.referredGroups
    return (this.#referred ??= [...namedGroups(this.#plane, this.#class.groups, 'outbound')])
  }

  get knowsAny(): boolean {
    return this.namedGroups.length > 0
  }

  /** Its answers leave and answers to it arrive whatever they are, and its subnet knows whose its addresses are. */
  get isPlain(): boolean {
    return (this.#plain ??= this.#isPlain())
  }

  #isPlain(): boolean {
    return this.isOpen && this.isDeliveredTo('request') && this.isDeliveredTo('reply')
  }

  /** Its answers leave and answers to it arrive, whatever they are. */
  get isOpen(): boolean {
    return (this.#open ??= this.#like ? this.#like.isOpen : this.#isOpen())
  }

  #isOpen(): boolean {
    const { family } = this.#plane
    const [first] = addressLine(family)
    return [this.answering(first, first), this.home(first, first)].every((way) => isOpen(way, family))
  }

  /** Whether its subnet hands all packets to its addresses over to it and to nobody else. */
  isDeliveredTo(leg: Leg): boolean {
    return (this.#delivered[leg] ??= this.#ownsItsAddresses(leg))
  }

  #ownsItsAddresses(leg: Leg): boolean {
    const isOwn = ([entry, ...others]: readonly TableEntry[]): boolean =>
      entry?.passage === 'goes-on' && entry.to === this.#arriving && entry.line === EVERYTHING && others.length === 0
    return this.#engine.tables.of(this.deliver, leg).isOn(this.#class.addresses(this.#plane.family), isOwn)
  }
}

/** All packets pass, wherever they are from and to. */
const isOpen = ({ holds, ends, unsettled }: Corridor, family: Family): boolean => {
  const [first, end] = addressLine(family)
  return (
    unsettled === NOTHING &&
    ends.length === 1 &&
    ends[0]!.line === EVERYTHING &&
    holds.sourceFrom === first &&
    holds.sourceTo === end &&
    holds.destinationFrom === first &&
    holds.destinationTo === end
  )
}
