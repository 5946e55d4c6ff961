/** Places that are in one network only: interfaces that came or went, group by group, with all that flows to and from them. */
import type { Compiled } from '../aws/compile.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { cellsOf, type Group } from '../analysis/cells.ts'
import { type Grouping, groupsOf, type NamedGroup, outsideOf } from '../analysis/groups.ts'
import { type FlowEntry, FlowWords, type Named } from '../analysis/matrix.ts'
import { everybodyIn, labelOf } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { alike } from '../analysis/reachability.ts'
import { lackingIn } from './unread.ts'

/** The interfaces of one group that came, or that went. */
export interface PlaceChange {
  /** The key of the group. */
  readonly group: string
  readonly members: readonly Named[]
  /** One that was there before, or is still there, for each that fares exactly so: nothing new comes with these. */
  readonly likeOthers?: Named
  /** Everything that they can send and receive; among themselves it is in the flows that they send. */
  readonly flows: readonly PlaceFlow[]
}

export interface PlaceFlow extends FlowEntry {
  /** Keys of groups; one of them is that of the members. */
  readonly from: string
  readonly to: string
  readonly direction: 'from' | 'to'
}

export interface PlaceChanges {
  readonly new: readonly PlaceChange[]
  readonly lost: readonly PlaceChange[]
  /** Ids of the interfaces. */
  readonly come: readonly string[]
  readonly gone: readonly string[]
  /** Interfaces of the old network that the new snapshot could not look for: nobody knows whether they are there. */
  readonly unread: readonly Named[]
}

interface Asked {
  readonly by: Grouping
  readonly filter: Filter
}

export const placeChanges = (before: Compiled, after: Compiled, asked: Asked): PlaceChanges => {
  const [then, now] = [everybodyIn(before.network), everybodyIn(after.network)]
  const [had, has] = [new Set(then.map(({ id }) => id)), new Set(now.map(({ id }) => id))]
  const come = now.filter(({ id }) => !had.has(id))
  const { unread } = lackingIn(after.network.snapshot, before.network.snapshot)
  const isUnread = ({ id }: NetworkInterface): boolean =>
    after.network.interface(id) === undefined && unread(before.network.get('networkInterface', id)!) !== undefined
  const missing = then.filter(({ id }) => !has.has(id))
  const gone = missing.filter((each) => !isUnread(each))
  const { network } = before
  return {
    new: changesOf(after, come, now, asked),
    lost: changesOf(before, gone, then, asked),
    come: come.map(({ id }) => id),
    gone: gone.map(({ id }) => id),
    unread: missing.filter(isUnread).map((each) => {
      const name = labelOf(network, each)
      return { id: each.id, ...(name !== undefined && { name }) }
    }),
  }
}

const changesOf = (
  compiled: Compiled,
  some: readonly NetworkInterface[],
  all: readonly NetworkInterface[],
  { by, filter }: Asked,
): readonly PlaceChange[] => {
  if (some.length === 0) return []
  const { network } = compiled
  const chosen = new Set(some)
  const groups = groupsOf(network, by)
  const own = groups.flatMap((group) => restricted(group, (each) => chosen.has(each)))
  const others = groups.flatMap((group) => restricted(group, (each) => !chosen.has(each)))
  const [senders, receivers] = [outsideOf(network, 'from'), outsideOf(network, 'to')]
  const words = new FlowWords(compiled, filter)
  const flows = new Map<string, PlaceFlow[]>(own.map(({ key }) => [key, []]))
  const add = (rows: readonly Group[], columns: readonly Group[], direction: PlaceFlow['direction']): void => {
    for (const cell of cellsOf(compiled, rows, columns, filter))
      for (const flow of cell.flows)
        flows.get(cell[direction].key)!.push({
          from: cell.from.key,
          to: cell.to.key,
          direction,
          ...words.flowOf(cell, flow),
        })
  }
  add(own, [...groups, ...receivers], 'from')
  add([...others, ...senders], own, 'to')
  const lots = alike(network, all)
  const staying = new Map(
    lots.flatMap((lot) => {
      const one = lot.find((each) => !chosen.has(each))
      return one ? lot.map((each) => [each, one] as const) : []
    }),
  )
  return own.map(({ key, place }): PlaceChange => {
    const members = place.is === 'interfaces' ? place.interfaces : []
    const twins = members.map((each) => staying.get(each))
    const twin = twins.every((each) => each !== undefined) ? twins[0] : undefined
    return {
      group: key,
      members: members.map(({ id }) => words.named(id)),
      ...(twin && { likeOthers: words.named(twin.id) }),
      flows: flows.get(key)!,
    }
  })
}

/** The members of a group that are meant; no group where none is. */
const restricted = (group: NamedGroup, isMeant: (each: NetworkInterface) => boolean): readonly NamedGroup[] => {
  const { place } = group
  if (place.is !== 'interfaces') return [group]
  const interfaces = place.interfaces.filter(isMeant)
  const { unread: _, ...rest } = place
  return interfaces.length === 0 ? [] : [{ ...group, place: { ...rest, interfaces } }]
}
