/** Ways told in two halves that meet where subnets hand packets over: as far as there, and back from their wires, asked of the path engine once
 *  for all of their members; and what each of these does with what it is handed. */
import { stageId } from '../aws/stage-id.ts'
import type { Stages } from '../forwarding/graph.ts'
import type { HeaderView } from '../forwarding/header.ts'
import type { Sender } from '../forwarding/transfer.ts'
import type { Address, AddressSet, Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { sharingAddresses } from '../packet/address-map.ts'
import { l4Algebra, NOTHING, PORTED } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import type { PortSet, Transport } from '../packet/transport.ts'
import { PLAIN } from '../reach/corridor.ts'
import { type Reception, WELCOMES, type Welcomes, welcomesBy } from '../reach/fate.ts'
import { both, type Observer, propagate, type Question } from '../reach/propagate.ts'
import { noOutcome, type Outcome } from '../reach/verdict.ts'
import type { End } from './pair-end.ts'
import type { PairEngine } from './pair-engine.ts'

/** What subnets are handed of some packets, for whichever of their members. Sets are in headers as sent. */
export interface Handed {
  /** Once handed over. */
  readonly outcome: Outcome
  /** Of what is not known to get there, what does if it may: a receiver that refuses it does so for certain. */
  readonly possible: PacketSet
  /** What depends on something, and of which one way is not known. */
  readonly mixed: PacketSet
  /** From which the packets are sent. */
  readonly ports: PortSet
  /** As whom receivers see senders; by destination, since not all packets go the same way. */
  readonly seen: readonly Seen[]
}

interface Seen {
  readonly destinations: AddressSet
  /** By its own address, by that of a device, or not at all: told by nothing that is known here. */
  readonly by: 'own' | Address | 'undetermined'
  /** From which of these a device picked the port; else it is the sender's own. */
  readonly picks: PortSet | undefined
  /** A receiver that knows senders by their groups may know it. */
  readonly isIdentified: boolean
  /** That was handed it, where another one has its block too: it is nothing to a receiver there. Absent where none has. */
  readonly subnetId?: string
}

/** What subnets are handed, by what becomes of answers on the rest of the way. */
export interface HandedBoth {
  readonly answered: Handed
  readonly lost: Handed
}

type Half = Omit<Question, 'until' | 'accepts'>

/** From where a question sets out to what these subnets hand over, whoever accepts it there. */
export const handOver = (
  engine: Meeting & Pick<PairEngine, 'graph'>,
  half: Half,
  subnets: Iterable<string>,
): Handed => {
  const notes = new Notes(engine, half, subnets)
  return notes.handed(propagate(engine.graph, notes.question, { observer: notes.observer }))
}

type Meeting = Pick<PairEngine, 'family' | 'plane'>

/** The same for a part of a way. */
export const handOverBoth = (
  engine: Meeting,
  graph: Stages,
  half: Half,
  subnets: Iterable<string>,
  ended: NonNullable<Observer['ended']>,
): HandedBoth => {
  const notes = new Notes(engine, half, subnets)
  const { answered, lost } = both(graph, notes.question, { ...notes.observer, ended })
  return { answered: notes.handed(answered), lost: notes.handed(lost) }
}

/** What a walk as far as some subnets comes by. */
class Notes {
  readonly question: Question
  /** What becomes of answers matters to nobody who refuses the request. */
  readonly observer: Observer = {
    undetermined: (leg, those) => void (leg === 'request' && this.#undetermined.push(those)),
  }
  readonly #family: Family
  readonly #arrived: PacketSet[] = []
  readonly #undetermined: PacketSet[] = []
  readonly #seen = new Views()

  constructor({ family, plane: { network } }: Meeting, half: Half, subnets: Iterable<string>) {
    this.#family = family
    const all = [...subnets]
    const at = (id: string, role: 'deliver' | 'leaving') => stageId(family, 'subnet', id, role)
    const until = new Map(all.map((id) => [at(id, 'deliver'), at(id, 'leaving')]))
    const blocks = all.map((id) => [network.subnetBlocks(id, family), id] as const)
    const overlapping = new Map([...sharingAddresses(blocks, family)].map((id) => [at(id, 'deliver'), id]))
    const accepts: Question['accepts'] = ({ id }, { sent, header, sender }) => {
      const isHandedOver = until.has(id)
      if (isHandedOver) this.#arrived.push(sent)
      const subnetId = overlapping.get(id)
      const view = { ...viewOf(header, sender), ...(subnetId !== undefined && { subnetId }) }
      // Past the subnet, by a route to an interface, it is delivered without being handed over.
      this.#seen.add(sent.addresses('destination'), isHandedOver ? view : UNDETERMINED)
      return isHandedOver
    }
    this.question = { ...half, until, accepts }
  }

  handed(outcome: Outcome): Handed {
    const open = PacketSet.union(this.#family, this.#undetermined)
    return {
      outcome,
      possible: PacketSet.union(this.#family, this.#arrived).subtract(open),
      mixed: outcome.conditional.intersect(open),
      ports: sourcePortsIn(this.question.flight.sent.transports()),
      seen: this.#seen.all(),
    }
  }
}

/** Of TCP and UDP: all other packets have none. */
const sourcePortsIn = (headers: Transport): PortSet =>
  intervals.unionAll(headers.flatMap(([line, ports]) => (l4Algebra.intersect(line, PORTED) === NOTHING ? [] : [ports])))

type View = Omit<Seen, 'destinations'>

const UNDETERMINED: View = { by: 'undetermined', picks: undefined, isIdentified: false }

const viewOf = ({ family, source, destination, sourcePort, destinationPort }: HeaderView, sender?: Sender): View => {
  const isAddressed =
    (destination.is === 'sent' || destination.is === 'mapped') &&
    destination.field === 'destination' &&
    destinationPort.is === 'sent' &&
    destinationPort.field === 'destination'
  const by =
    source.is === 'fixed' ? source.address : source.is === 'sent' && source.field === 'source' ? 'own' : 'undetermined'
  if (!isAddressed || by === 'undetermined' || sourcePort.is === 'fixed' || sender?.letOutBy !== undefined)
    return UNDETERMINED
  if (typeof by !== 'string' && (typeof by === 'bigint') !== (family === 6)) return UNDETERMINED
  const picks = sourcePort.is === 'chosen' ? sourcePort.ports : undefined
  return { by, picks, isIdentified: sender !== undefined }
}

/** Views with all that is seen so. */
class Views {
  readonly #all = new Map<string, { readonly view: View; readonly sets: AddressSet[] }>()

  add(destinations: AddressSet, view: View): void {
    const key = `${typeof view.by} ${view.by} ${view.picks?.join()} ${view.isIdentified} ${view.subnetId ?? ''}`
    const known = this.#all.get(key)
    if (known) known.sets.push(destinations)
    else this.#all.set(key, { view, sets: [destinations] })
  }

  all(): readonly Seen[] {
    return Array.from(this.#all.values(), ({ view, sets }) => ({ ...view, destinations: intervals.unionAll(sets) }))
  }
}

/** By source as sent, what a receiver does with what it is handed. */
export type Receptions = readonly (readonly [AddressSet, Reception])[]

/** Of an end that is plain, at addresses of its own, or those that lead to them; undefined where that is not one and the same for all of
 *  these, or the halves do not simply add up. */
export const receptionsOf = (
  { seen, ports }: Handed,
  end: End,
  sources: AddressSet,
  destinations: AddressSet,
  own = destinations,
): Receptions | undefined => {
  const [view, ...others] = seen.filter((each) => intervals.overlaps(each.destinations, destinations))
  if (!view) return []
  const { by, picks, isIdentified, subnetId = end.subnetId } = view
  if (others.length > 0 || by === 'undetermined' || subnetId !== end.subnetId) return undefined
  if (isIdentified && end.knowsAny) return undefined
  const parts = by === 'own' ? receptionsFrom(end, sources, own) : receptionAs(by, end, sources, own)
  return picks && !parts?.every(([, reception]) => isAlikeOn(intervals.union(ports, picks), reception))
    ? undefined
    : parts
}

const receptionsFrom = (end: End, sources: AddressSet, destinations: AddressSet): Receptions | undefined => {
  const parts: (readonly [AddressSet, Reception])[] = []
  for (let left = sources; left.length > 0;) {
    const received = receptionOf(left[0]!, end, destinations)
    if (!received) return undefined
    const [range, reception] = received
    parts.push([intervals.intersect(left, range), reception])
    left = intervals.subtract(left, range)
  }
  return parts
}

const receptionAs = (
  source: Address,
  end: End,
  sources: AddressSet,
  destinations: AddressSet,
): Receptions | undefined => {
  const received = receptionOf(source, end, destinations)
  return received && [[sources, received[1]]]
}

/** With the sources around this one that it is the same for; undefined where it is not for all destinations. */
const receptionOf = (source: Address, end: End, destinations: AddressSet): Receptions[number] | undefined => {
  const { reception, holds } = end.reception(source, destinations[0]!, PLAIN)
  if (!reception || !intervals.covers([holds.destinationFrom, holds.destinationTo], destinations)) return undefined
  return [[holds.sourceFrom, holds.sourceTo], reception]
}

/** Whether it does the same with packets from all of these ports. */
const isAlikeOn = (ports: PortSet, { answered, lost }: Reception): boolean =>
  [answered, lost].every((welcomes) =>
    WELCOMES.every((verdict) => welcomes[verdict].every(([, from]) => intervals.covers(from, ports))),
  )

/** What becomes of packets that were among those handed over, but for what is refused; undefined where the halves do not simply add up. */
export const receivedOf = (
  { outcome: way, possible, mixed }: Handed,
  sent: PacketSet,
  receptions: Receptions,
): Outcome | undefined => {
  const [sources, destinations] = [sent.addresses('source'), sent.addresses('destination')]
  const own = (set: PacketSet): PacketSet =>
    set.narrowAddresses('destination', destinations).narrowAddresses('source', sources)
  if (!own(mixed).isEmpty()) return undefined
  const [answered, lost, contested, open] = [way.reachable, way['one-way'], way.conditional, way.unknown].map(own) as [
    PacketSet,
    PacketSet,
    PacketSet,
    PacketSet,
  ]
  // What becomes of the rest of a way that depends on something is told of receivers that take packets or do not.
  if (!(contested.isEmpty() && open.isEmpty()) && !receptions.every(([, reception]) => isPlain(reception)))
    return undefined
  const received = (set: PacketSet, kind: keyof Reception, verdict: keyof Welcomes): PacketSet =>
    set.narrow('source', (from) =>
      receptions.map(([part, reception]) => [intervals.intersect(from, part), reception[kind][verdict]] as const),
    )
  const outcome = welcomesBy((verdict) =>
    received(answered, 'answered', verdict).union(received(lost, 'lost', verdict)),
  )
  const refused = open.intersect(own(possible)).subtract(received(open, 'answered', 'reachable'))
  return {
    ...noOutcome(sent.family),
    ...outcome,
    conditional: outcome.conditional.union(received(contested, 'answered', 'reachable')),
    unknown: outcome.unknown.union(open.subtract(refused)),
  }
}

const isPlain = ({ answered }: Reception): boolean =>
  WELCOMES.every((verdict) => verdict === 'reachable' || answered[verdict].length === 0)
