/** A matrix in full, and yet not pair by pair: blocks of interfaces that fare alike, and bundles of flows, each of which is true of all pairs of
 *  some blocks and some others. Whoever wants pairs joins blocks with their members. */
import type { Compiled } from '../aws/compile.ts'
import { type Bundle, bundlesOf } from './bundles.ts'
import type { Group } from './cells.ts'
import { placeOfInterfaces } from './place.ts'
import type { Progress } from './progress.ts'
import type { Unknown } from './explain.ts'
import type { NamedGroup } from './groups.ts'
import {
  entryOf,
  type GroupEntry,
  isOutside,
  Lacking,
  type MatrixQuery,
  type MatrixQuestion,
  sidesOf,
} from './matrix.ts'
import { unaskableOf } from './question.ts'
import { alike } from './reachability.ts'
import { type SnapshotEntry, snapshotEntry } from './snapshot-entry.ts'

export interface MatrixBlocks {
  readonly snapshot: SnapshotEntry
  readonly query: MatrixQuery
  readonly groups: { readonly from: readonly GroupEntry[]; readonly to: readonly GroupEntry[] }
  readonly blocks: readonly Block[]
  readonly bundles: readonly BlockBundle[]
  readonly unknowns: readonly Unknown[]
}

/** Interfaces, or a place outside. A block is its index. */
export interface Block {
  readonly members: readonly string[]
  /** Whether its members are among the senders, and among the receivers, that were asked about. */
  readonly sends: boolean
  readonly receives: boolean
}

/** Each member of some blocks sends this to each other member of some others. A pair is in one bundle at most for each way that packets can
 *  take. */
export interface BlockBundle extends Bundle {
  /** Ordered pairs of different members. */
  readonly pairs: number
}

export const matrixBlocks = (compiled: Compiled, question: MatrixQuestion, progress?: Progress): MatrixBlocks => {
  const { filter } = question
  const { rows, columns, query } = sidesOf(compiled, question)
  const parts = partsOf(compiled, rows, columns)
  const asked = parts.map(({ block, group: { place } }) => ({ ...block, place }))
  const bundles = bundlesOf(compiled, asked, filter, { ...(progress && { progress }) }).flatMap(
    (bundle): BlockBundle[] => {
      const pairs = pairsOf(parts, bundle)
      const isOfOutside = [bundle.from, bundle.to].every(([first]) => isOutside(parts[first!]!.group))
      return pairs === 0 || isOfOutside ? [] : [{ ...bundle, pairs }]
    },
  )
  const lacking = new Lacking(compiled, filter)
  for (const bundle of bundles) noteUnknown(lacking, parts, bundle)
  for (const { block, group } of parts)
    for (const side of [...(block.sends ? ['from' as const] : []), ...(block.receives ? ['to' as const] : [])])
      if (isOutside(group)) lacking.noteUnaskable(unaskableOf(compiled, group.place, side, filter))
  lacking.noteUnasked([...rows, ...columns])
  return {
    snapshot: snapshotEntry(compiled.network.snapshot),
    query,
    groups: { from: rows.map(entryOf), to: columns.map(entryOf) },
    blocks: parts.map(({ block }) => block),
    bundles,
    unknowns: lacking.unknowns(),
  }
}

const pairsOf = (parts: readonly Part[], { from, to }: Bundle): number => {
  const membersOf = (index: number): number => parts[index]!.block.members.length
  const count = (side: readonly number[]): number => side.reduce((sum, index) => sum + membersOf(index), 0)
  const receiving = new Set(to)
  return count(from) * count(to) - count(from.filter((index) => receiving.has(index)))
}

/** What is unknown of one pair of a bundle is so of all. */
const noteUnknown = (lacking: Lacking, parts: readonly Part[], { from, to, flows: { flows } }: Bundle): void => {
  if (flows.every(({ verdict }) => verdict !== 'unknown')) return
  const sender = parts[from[0]!]!
  const [id] = sender.block.members
  const receiver = to.map((index) => parts[index]!).find(({ block }) => block.members.some((member) => member !== id))
  const other = receiver?.block.members.find((member) => member !== id)
  if (!receiver || other === undefined) return
  const told = flows.map((flow) => ({ ...flow, pairs: 1, example: { from: id!, to: other } }))
  lacking.note({ from: sender.group, to: receiver.group, flows: told, unaskable: [] })
}

interface Part {
  readonly block: Block
  readonly group: Group
}

/** Members are cut by whether they send and receive, then by what rules can tell apart. */
const partsOf = (
  { network }: Compiled,
  rows: readonly NamedGroup[],
  columns: readonly NamedGroup[],
): readonly Part[] => {
  const membersIn = (groups: readonly NamedGroup[]) =>
    new Set(groups.flatMap(({ place }) => (place.is === 'interfaces' ? place.interfaces : [])))
  const [sending, receiving] = [membersIn(rows), membersIn(columns)]
  const all = [...new Set([...sending, ...receiving])]
  const inside = ROLES.flatMap(({ sends, receives }) =>
    alike(
      network,
      all.filter((each) => sending.has(each) === sends && receiving.has(each) === receives),
    ).map((interfaces): Part => {
      const place = placeOfInterfaces(interfaces)
      return {
        block: { members: interfaces.map((each) => each.id), sends, receives },
        group: { key: place.selector, place },
      }
    }),
  )
  const outside = new Map<string, Part>()
  for (const [groups, role] of [[rows, 'sends'] as const, [columns, 'receives'] as const])
    for (const { key, place } of groups) {
      if (place.is === 'interfaces') continue
      const { block } = outside.get(key) ?? { block: { members: [key], sends: false, receives: false } }
      outside.set(key, { block: { ...block, [role]: true }, group: { key, place } })
    }
  return [...inside, ...outside.values()]
}

const ROLES = [
  { sends: true, receives: true },
  { sends: true, receives: false },
  { sends: false, receives: true },
] as const
