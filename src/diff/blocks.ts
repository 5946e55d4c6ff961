/** Parts of an estate whose members no rule of either of two networks tells apart. */
import type { Group } from '../analysis/cells.ts'
import { type Place, placeOfInterfaces, takesPart } from '../analysis/place.ts'
import { alike } from '../analysis/reachability.ts'
import { byCodeUnit } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'

/** Who sends or receives what fares otherwise: interfaces that are in both networks, or a place outside. */
export interface PairEnd {
  /** Of the interfaces; none for a place outside. */
  readonly members: readonly string[]
  /** Keys of the groups that all of them are in. */
  readonly groups: readonly string[]
  readonly outside?: Group
}

/** Interfaces that fare alike in each network; or a place outside. */
export interface Block extends PairEnd {
  /** Equal for blocks that are in the same groups and that the same settings concern. */
  readonly kind: string
  readonly before: Place
  readonly after: Place
}

/** What stands for all of an end: its first member, or the place outside. */
export const endOf = ({ members: [first], outside }: PairEnd): string => first ?? outside!.key

/** Blocks of the interfaces that both networks have and that take part in both, and places outside that either knows. `markOf` tells
 *  apart what nothing else does. */
export const blocksOf = (
  before: Network,
  after: Network,
  groupsOf: (id: string) => readonly string[],
  outside: readonly Group[],
  markOf: (id: string) => string,
): readonly Block[] => {
  const common = after.interfaces().flatMap((is) => {
    const was = before.interface(is.id)
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
  const drafts = new Map<
    string,
    { readonly kind: string; readonly groups: readonly string[]; readonly all: typeof common }
  >()
  for (const each of common.toSorted((a, b) => (a.is.id < b.is.id ? -1 : 1))) {
    const { id } = each.is
    const groups = groupsOf(id)
    const kind = JSON.stringify([groups, markOf(id)])
    const key = `${then.get(id)} ${now.get(id)} ${kind}`
    const known = drafts.get(key)
    if (known) known.all.push(each)
    else drafts.set(key, { kind, groups, all: [each] })
  }
  return [
    ...[...drafts.values()].map(({ kind, groups, all }): Block => {
      const members = all.map(({ is }) => is.id)
      return {
        kind,
        members,
        groups,
        before: placeOfInterfaces(all.map(({ was }) => was)),
        after: placeOfInterfaces(all.map(({ is }) => is)),
      }
    }),
    ...outside.map((group): Block => {
      const { key, place } = group
      return { kind: key, members: [], groups: [key], outside: group, before: place, after: place }
    }),
  ]
}

/** Several of one kind as one. */
export const endOfAll = (blocks: readonly Block[]): PairEnd => ({
  members: blocks.flatMap(({ members }) => members).sort(byCodeUnit),
  groups: blocks[0]!.groups,
})
