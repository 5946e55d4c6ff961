/** A matrix in full, and yet not pair by pair: blocks of interfaces that fare alike, and the flows from block to block, each of which is true of
 *  all their pairs. Whoever wants pairs joins blocks with their members. */
import type { Compiled } from '../aws/compile.ts'
import { type CellFlow, cellsOf, type Group } from './cells.ts'
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
import { alike } from './reachability.ts'

export interface MatrixBlocks {
  readonly snapshot: { readonly collectedAt?: string; readonly gaps: number }
  readonly query: MatrixQuery
  readonly groups: { readonly from: readonly GroupEntry[]; readonly to: readonly GroupEntry[] }
  readonly blocks: readonly Block[]
  readonly flows: readonly BlockFlow[]
  readonly unknowns: readonly Unknown[]
}

/** Interfaces, or a place outside. A block is its index. */
export interface Block {
  readonly members: readonly string[]
  /** Whether its members are among the senders, and among the receivers, that were asked about. */
  readonly sends: boolean
  readonly receives: boolean
}

export interface BlockFlow {
  readonly from: number
  readonly to: number
  readonly flow: CellFlow
}

export const matrixBlocks = (compiled: Compiled, question: MatrixQuestion, progress?: Progress): MatrixBlocks => {
  const { filter } = question
  const { rows, columns, query } = sidesOf(compiled, question)
  const parts = partsOf(compiled, rows, columns)
  const senders = parts.filter(({ block }) => block.sends)
  const receivers = parts.filter(({ block }) => block.receives)
  const indexes = new Map(parts.map(({ group }, index) => [group, index]))
  const lacking = new Lacking(compiled, filter)
  const flows: BlockFlow[] = []
  const groupsIn = (some: readonly Part[]): readonly Group[] => some.map(({ group }) => group)
  for (const cell of cellsOf(compiled, groupsIn(senders), groupsIn(receivers), filter, progress)) {
    if (isOutside(cell.from) && isOutside(cell.to)) continue
    lacking.note(cell)
    for (const flow of cell.flows) {
      if (flow.pairs !== cell.pairs) throw new Error(`members of ${cell.from.key} or ${cell.to.key} do not fare alike`)
      flows.push({ from: indexes.get(cell.from)!, to: indexes.get(cell.to)!, flow })
    }
  }
  lacking.noteUnasked([...rows, ...columns])
  const { collectedAt, gaps } = compiled.network.snapshot
  return {
    snapshot: { ...(collectedAt !== undefined && { collectedAt }), gaps: gaps.length },
    query,
    groups: { from: rows.map(entryOf), to: columns.map(entryOf) },
    blocks: parts.map(({ block }) => block),
    flows,
    unknowns: lacking.unknowns(),
  }
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
