/** What passes between two VPCs that face each other: there from the faces of the one, in by those of the other, and back. Faces between which the
 *  same passes are in one lane. */
import { PairTable } from '../collections.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { Node } from '../reach/forwarding-table.ts'
import type { Entry, NoEntry } from './entries.ts'
import type { Entering, Exit, Face, FaceSet } from './faces.ts'
import type { Receiving, ReceiverGroup, Sending, SenderGroup } from './profiles.ts'

/** A way from some subnets to others, and of the answers back. */
export interface Lane {
  readonly senders: FaceSet<SenderGroup>
  readonly receivers: FaceSet<ReceiverGroup>
  readonly passing: Passing
}

/** What passes there and back; one object for the same. */
export interface Passing {
  readonly line: L4Set
  /** What gets there of packets that only a reference let out. */
  readonly letOut: L4Set
  /** What of the answers comes home. Where not all fare alike, those that anything is taken from have to be asked one by one. */
  readonly answered: L4Set | 'uneven'
  /** The receivers know some of the senders, by their groups. */
  readonly isKnown: boolean
}

/** How two units face each other between which some way leads. */
export interface Facing {
  readonly leaving: readonly Leaving[]
  readonly receiving: Receiving
}

/** A face of senders from which a way leads to another VPC. */
export interface Leaving {
  readonly face: Face<SenderGroup>
  /** Of the face. */
  readonly index: number
  readonly exit: Exit
  readonly way: Entry | 'unsettled'
  /** By where answers to packets that went that way come back, by face of the receivers. */
  readonly answers: readonly (Entry | NoEntry | undefined)[]
}

/** The lanes from senders to receivers who face each other. `isAnyNamed`: whether any receiver knows any sender. */
export const lanesBetween = (
  sending: Sending,
  { leaving, receiving }: Facing,
  isAnyNamed: () => boolean,
  passings: Passings,
): readonly Lane[] => {
  const rows = rowsOf(leaving, sending, receiving)
  const lanes: Lane[] = []
  for (const column of columnsOf(receiving, rows, sending)) {
    const here: { readonly passing: Passing; senders: FaceSet<SenderGroup> }[] = []
    for (const row of rows) {
      const passing = passingBetween(row.leaving, column, isAnyNamed, passings)
      if (!passing) continue
      const known = here.find((lane) => lane.passing === passing)
      if (known) known.senders = known.senders.and(row.faces)
      else here.push({ passing, senders: row.faces })
    }
    for (const { passing, senders } of here) {
      const known = lanes.findIndex((lane) => lane.senders === senders && lane.passing === passing)
      if (known < 0) lanes.push({ passing, senders, receivers: column.faces })
      else lanes[known] = { passing, senders, receivers: lanes[known]!.receivers.and(column.faces) }
    }
  }
  return lanes
}

/** What passes between two faces; undefined where nothing does. */
const passingBetween = (
  { face, exit, way, answers }: Leaving,
  { face: back, index }: Column,
  isAnyNamed: () => boolean,
  passings: Passings,
): Passing | undefined => {
  const met = typeof way === 'string' ? undefined : enteringBy(back, way)
  if (!met || typeof way === 'string') return undefined
  const { entering } = met
  const line = l4Algebra.intersect(l4Algebra.intersect(exit.line, way.line), entering.line)
  const letOut = l4Algebra.intersect(l4Algebra.intersect(exit.letOut, way.letOut), entering.line)
  if (line === NOTHING && letOut === NOTHING) return undefined
  const isKnown = [exit, way, entering].every(({ identity }) => identity !== 'lost') && isAnyNamed()
  return passings.of(line, letOut, met.isEven ? answered(face, back, answers[index]) : 'uneven', isKnown)
}

/** Senders' faces that differ in nothing that matters to some receivers, with one of them. */
interface Row {
  readonly leaving: Leaving
  faces: FaceSet<SenderGroup>
}

/** Receivers' faces that differ in nothing that matters to some senders, with one of them. */
interface Column {
  readonly face: Face<ReceiverGroup>
  readonly index: number
  faces: FaceSet<ReceiverGroup>
}

const rowsOf = (leaving: readonly Leaving[], { none }: Sending, { doors }: Receiving): readonly Row[] => {
  const rows: Row[] = []
  for (const each of leaving) {
    const known = rows.find(
      ({ leaving: other }) =>
        other.face.kind === each.face.kind && other.answers === each.answers && leadsAlike(other.way, each.way, doors),
    )
    if (known) known.faces = known.faces.with(each.index)
    else rows.push({ leaving: each, faces: none.with(each.index) })
  }
  return rows
}

const columnsOf = ({ faces, none }: Receiving, rows: readonly Row[], { doors }: Sending): readonly Column[] => {
  const columns: Column[] = []
  const all = [...new Set(rows.map(({ leaving }) => leaving.answers))]
  for (const [index, face] of faces.entries()) {
    const known = columns.find(
      (other) =>
        other.face.kind === face.kind &&
        all.every((answers) => leadsAlike(answers[other.index], answers[index], doors)),
    )
    if (known) known.faces = known.faces.with(index)
    else columns.push({ face, index, faces: none.with(index) })
  }
  return columns
}

/** Whether the same gets in by both. */
const leadsAlike = (
  a: Entry | NoEntry | undefined,
  b: Entry | NoEntry | undefined,
  doors: ReadonlyMap<Node, number>,
): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return (
    a.line === b.line &&
    a.letOut === b.letOut &&
    a.identity === b.identity &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, at) => doors.get(entry) === doors.get(b.entries[at]!))
  )
}

/** Those of one engine. */
export class Passings {
  /** By the lines of requests, then by what becomes of the answers. */
  readonly #all = new PairTable<PairTable<Passing>>()

  of(line: L4Set, letOut: L4Set, answered: Passing['answered'], isKnown: boolean): Passing {
    let byAnswer = this.#all.get(line.id, letOut.id)
    if (!byAnswer) this.#all.set(line.id, letOut.id, (byAnswer = new PairTable<Passing>()))
    const [known, back] = [isKnown ? 1 : 0, answered === 'uneven' ? 0 : answered.id + 1]
    let passing = byAnswer.get(known, back)
    if (!passing) byAnswer.set(known, back, (passing = { line, letOut, answered, isKnown }))
    return passing
  }
}

/** What of the answers comes home. */
const answered = (
  there: Face<SenderGroup>,
  back: Face<ReceiverGroup>,
  way: Entry | NoEntry | undefined,
): L4Set | 'uneven' => {
  if (way === undefined || typeof way === 'string') return NOTHING
  const met = enteringBy(there, way)
  if (!met) return NOTHING
  if (!met.isEven) return 'uneven'
  return l4Algebra.intersect(l4Algebra.intersect(back.exit!.line, way.line), met.entering.line)
}

/** What comes in by an entry; undefined where nothing does. By several entries not all need let the same in: then it is the most that may
 *  come in by any. */
const enteringBy = (
  { comesIn }: Pick<Face<unknown>, 'comesIn'>,
  { entries }: Entry,
): { readonly entering: Entering; readonly isEven: boolean } | undefined => {
  if (entries.length === 1) {
    const entering = comesIn.get(entries[0]!)
    return entering && { entering, isEven: true }
  }
  const all = entries.map((entry) => comesIn.get(entry))
  const [first, ...others] = all.filter((each) => each !== undefined)
  if (!first) return undefined
  const isEven =
    others.length === entries.length - 1 &&
    others.every(({ line, identity }) => line === first.line && identity === first.identity)
  if (isEven) return { entering: first, isEven }
  const line = others.reduce((most, each) => l4Algebra.union(most, each.line), first.line)
  const identity = [first, ...others].some((each) => each.identity !== 'lost') ? 'kept' : 'lost'
  return { entering: { line, identity }, isEven }
}
