/** What flows differently between places that two networks have in common: pair by pair of blocks whose members no rule of either network
 *  tells apart, in exact packets. Why is found by `causes.ts`. */
import type { Compiled } from '../aws/compile.ts'
import { internetAddresses } from '../aws/internet.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type AddressField, PacketSet } from '../packet/set.ts'
import { ANY_TRANSPORT } from '../packet/transport.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import { type CellFlow, type Flows, flowsOf, type Group, type Progress } from '../analysis/cells.ts'
import { type Place, takesPart } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { alike } from '../analysis/reachability.ts'
import { concerns, type Scope } from './scope.ts'
import { flowKey, type Way } from '../analysis/tally.ts'

/** Packets of each pair that fare otherwise than they did. */
export interface Transition extends Way {
  readonly before: Verdict
  readonly after: Verdict
  /** As in a cell: addresses of members are left open. */
  readonly packets: PacketSet
}

/** Interfaces that are in both networks and fare alike in each; or a place outside. */
export interface Block {
  /** Of the interfaces; none for a place outside. */
  readonly members: readonly string[]
  /** Keys of the groups that all of them are in. */
  readonly groups: readonly string[]
  /** The selector of a place outside. */
  readonly outside?: string
  readonly before: Place
  readonly after: Place
}

export interface PairChange {
  readonly from: Block
  readonly to: Block
  /** Ordered pairs of different members. */
  readonly pairs: number
  readonly example: CellFlow['example']
  readonly transitions: readonly Transition[]
}

export interface Comparison {
  readonly before: Compiled
  readonly after: Compiled
  readonly filter: Filter
}

/** All pairs with one end in `scope` at least. `marks` parts interfaces further: those of one block have the same mark. */
export const changesBetween = (
  { before, after, filter }: Comparison,
  blocks: readonly Block[],
  scope: Scope,
  progress: Progress = () => {},
): readonly PairChange[] => {
  const [touched, others] = parted(blocks, (block) => concerns(scope, endOf(block)))
  const sending = (all: readonly Block[]): readonly Block[] => all.filter(({ before: { is } }) => is !== 'aws-service')
  const common = new CommonAddresses(before.network, after.network)
  const found: PairChange[] = []
  const halves = [
    [sending(touched), blocks],
    [sending(others), touched],
  ] as const
  const total = halves.reduce((sum, [rows, columns]) => sum + rows.length * columns.length, 0)
  let done = 0
  for (const [rows, columns] of halves)
    for (const some of chunks(rows, Math.max(1, Math.floor(MOST_CELLS / Math.max(1, columns.length))))) {
      const [was, is] = [before, after].map((compiled, now) =>
        flowsOf(compiled, some.map(groupIn(now)), columns.map(groupIn(now)), filter),
      ) as [Flows, Flows]
      const seen = new Set<number>()
      for (const [row, column] of [...was.filled(), ...is.filled()]) {
        const cell = row * columns.length + column
        if (seen.has(cell)) continue
        seen.add(cell)
        // Most cells say the same in both networks: that is seen without looking at a single packet.
        if (was.said(row, column) === is.said(row, column)) continue
        const [from, to] = [some[row]!, columns[column]!]
        const [then, now] = [was.in(row, column), is.in(row, column)]
        const transitions = areAlike(then, now) ? [] : transitionsBetween({ from, to }, then, now, common)
        if (transitions.length === 0) continue
        found.push({ from, to, pairs: pairsBetween(from, to), example: exampleOf(from, to), transitions })
      }
      done += some.length * columns.length
      progress(done, total)
    }
  return found
}

const parted = <T>(all: readonly T[], of: (each: T) => boolean): readonly [T[], T[]] => {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const each of all) (of(each) ? yes : no).push(each)
  return [yes, no]
}

/** Cells that are worked out at a time. */
const MOST_CELLS = 400_000

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

const groupIn =
  (now: number) =>
  (block: Block, index: number): Group => ({ key: `${index}`, place: now === 0 ? block.before : block.after })

/** What stands for all of a block: its first member, or the place outside. */
export const endOf = ({ members: [first], outside }: Block): string => first ?? outside!

/** Ordered pairs of different members. */
const pairsBetween = (from: Block, to: Block): number => {
  const count = ({ members }: Block): number => Math.max(members.length, 1)
  return count(from) * count(to) - (from === to ? from.members.length : 0)
}

/** The first pair of different members. */
const exampleOf = (from: Block, to: Block): CellFlow['example'] => {
  const sender = from.outside ?? from.members[0]!
  return { from: sender, to: to.outside ?? to.members.find((id) => id !== sender) ?? to.members[0]! }
}

/** Blocks of the interfaces that both networks have and that take part in both, and places outside that either knows. `markOf` tells
 *  apart what nothing else does. */
export const blocksOf = (
  before: Network,
  after: Network,
  groupsOf: (id: string) => readonly string[],
  outside: readonly Group[],
  markOf: (id: string) => string,
): readonly Block[] => {
  const common = after.all('networkInterface').flatMap(({ id }) => {
    const [was, is] = [before.interface(id), after.interface(id)!]
    return was && takesPart(before, was) && takesPart(after, is) ? [{ was, is }] : []
  })
  const lotOf = (network: Network, interfaces: readonly NetworkInterface[]): ReadonlyMap<string, number> =>
    new Map(alike(network, interfaces).flatMap((lot, index) => lot.map(({ id }) => [id, index] as const)))
  const [then, now] = [
    lotOf(
      before,
      common.map(({ was }) => was),
    ),
    lotOf(
      after,
      common.map(({ is }) => is),
    ),
  ]
  const drafts = new Map<string, { readonly groups: readonly string[]; readonly all: typeof common }>()
  for (const each of common.toSorted((a, b) => (a.is.id < b.is.id ? -1 : 1))) {
    const { id } = each.is
    const groups = groupsOf(id)
    const key = JSON.stringify([then.get(id), now.get(id), groups, markOf(id)])
    const known = drafts.get(key)
    if (known) known.all.push(each)
    else drafts.set(key, { groups, all: [each] })
  }
  return [
    ...[...drafts.values()].map(({ groups, all }): Block => {
      const members = all.map(({ is }) => is.id)
      return {
        members,
        groups,
        before: placeOf(
          members[0]!,
          all.map(({ was }) => was),
        ),
        after: placeOf(
          members[0]!,
          all.map(({ is }) => is),
        ),
      }
    }),
    ...outside.map(({ key, place }): Block => ({
      members: [],
      groups: [key],
      outside: key,
      before: place,
      after: place,
    })),
  ]
}

export const placeOf = (selector: string, interfaces: readonly NetworkInterface[]): Place => ({
  selector,
  kind: 'network-interface',
  resolved: [],
  is: 'interfaces',
  interfaces,
})

// ---- packets

/** Addresses that are the internet's in both networks: one that an estate takes or gives up is another place then. */
class CommonAddresses {
  readonly #networks: readonly [Network, Network]
  readonly #internet = new Map<Family, ReturnType<typeof internetAddresses>>()

  constructor(before: Network, after: Network) {
    this.#networks = [before, after]
  }

  cut(packets: PacketSet, field: AddressField): PacketSet {
    const { family } = packets
    let all = this.#internet.get(family)
    if (!all) {
      const [was, is] = this.#networks
      this.#internet.set(
        family,
        (all = intervals.intersect(internetAddresses(was, family), internetAddresses(is, family))),
      )
    }
    const common = all
    return packets.narrow(field, (set) => [[intervals.intersect(set, common), ANY_TRANSPORT]])
  }
}

const areAlike = (was: readonly CellFlow[], is: readonly CellFlow[]): boolean => {
  if (was.length !== is.length) return false
  if (was.length === 1) return flowKey(was[0]!) === flowKey(is[0]!)
  const keys = new Set(was.map(flowKey))
  return is.every((flow) => keys.has(flowKey(flow)))
}

const transitionsBetween = (
  { from, to }: { readonly from: Block; readonly to: Block },
  was: readonly CellFlow[],
  is: readonly CellFlow[],
  common: CommonAddresses,
): readonly Transition[] => {
  const fields: readonly AddressField[] = [
    ...(from.after.is === 'internet' ? (['source'] as const) : []),
    ...(to.after.is === 'internet' ? (['destination'] as const) : []),
  ]
  const cut = (packets: PacketSet): PacketSet => fields.reduce((set, field) => common.cut(set, field), packets)
  const [old, young] = [was, is].map((flows) => byWay(flows, cut))
  const ways = new Map([...old!, ...young!].map(([key, { way }]) => [key, way] as const))
  return [...ways].flatMap(([key, way]) => transitionsOf(way, old!.get(key)?.sets, young!.get(key)?.sets))
}

type Sets = ReadonlyMap<Verdict, PacketSet>

const byWay = (
  flows: readonly CellFlow[],
  cut: (packets: PacketSet) => PacketSet,
): ReadonlyMap<string, { readonly way: Way; readonly sets: Map<Verdict, PacketSet> }> => {
  const ways = new Map<string, { readonly way: Way; readonly sets: Map<Verdict, PacketSet> }>()
  for (const { family, byPublicAddress, verdict, packets } of flows) {
    const key = `${family} ${byPublicAddress}`
    let known = ways.get(key)
    if (!known) ways.set(key, (known = { way: { family, byPublicAddress }, sets: new Map() }))
    known.sets.set(verdict, (known.sets.get(verdict) ?? PacketSet.empty(family)).union(cut(packets)))
  }
  return ways
}

/** Headers fare in one way each: where several flows have one header, as by two addresses of one member, the best counts. */
const transitionsOf = (way: Way, was: Sets = new Map(), is: Sets = new Map()): readonly Transition[] => {
  const [old, young] = [disjoint(way.family, was), disjoint(way.family, is)]
  const any = (sets: Sets): PacketSet => PacketSet.union(way.family, [...sets.values()])
  const [anyOld, anyYoung] = [any(old), any(young)]
  return VERDICTS.flatMap((before) =>
    VERDICTS.flatMap((after): Transition[] => {
      if (before === after) return []
      const none = PacketSet.empty(way.family)
      const packets =
        before === 'unreachable'
          ? (young.get(after) ?? none).subtract(anyOld)
          : after === 'unreachable'
            ? (old.get(before) ?? none).subtract(anyYoung)
            : (old.get(before) ?? none).intersect(young.get(after) ?? none)
      return packets.isEmpty() ? [] : [{ ...way, before, after, packets }]
    }),
  )
}

const disjoint = (family: Family, sets: Sets): Sets => {
  let better = PacketSet.empty(family)
  const cut = new Map<Verdict, PacketSet>()
  for (const verdict of VERDICTS) {
    const set = sets.get(verdict)?.subtract(better)
    if (!set || set.isEmpty()) continue
    cut.set(verdict, set)
    better = better.union(set)
  }
  return cut
}

/** Of these packets, those that fare so in a cell. */
export const faring = (
  flows: readonly CellFlow[],
  { family, byPublicAddress, packets }: Transition,
  verdict: Verdict,
): PacketSet => {
  const sets = new Map<Verdict, PacketSet>()
  for (const flow of flows)
    if (flow.family === family && flow.byPublicAddress === byPublicAddress)
      sets.set(flow.verdict, (sets.get(flow.verdict) ?? PacketSet.empty(family)).union(flow.packets))
  const cut = disjoint(family, sets)
  return verdict === 'unreachable'
    ? packets.subtract(PacketSet.union(family, [...cut.values()]))
    : packets.intersect(cut.get(verdict) ?? PacketSet.empty(family))
}
