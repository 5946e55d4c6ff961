/** Which changed settings made packets fare otherwise: found by asking the old network again with settings applied one by one, then in
 *  the smallest groups that do it; and undone in the new one, so that what also would have done it is named as well. */
import { type Compiled, compile } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import type { PacketSet } from '../packet/set.ts'
import { type Cell, cellsOf, type Group } from '../analysis/cells.ts'
import { type Block, endOf, faring, type PairChange, placeOf, type Transition } from './flow-changes.ts'
import type { Filter } from '../analysis/question.ts'
import { concerns, type Scope } from './scope.ts'
import type { Edition, Setting } from './settings.ts'

export interface CausedChange {
  readonly change: PairChange
  /** With the part of its packets that these settings account for. */
  readonly transition: Transition
  /** In order. None without any of which it would be as it is now. */
  readonly causes: readonly Setting[]
}

export const causesOf = (
  edition: Edition,
  scopes: ReadonlyMap<Setting, Scope>,
  changes: readonly PairChange[],
  filter: Filter,
): readonly CausedChange[] => {
  const trial = new Trial(edition, filter)
  const open = changes.map((change) => ({ change, suspects: suspectsOf(scopes, change) }))
  trial.prepare(open.filter(({ suspects }) => suspects.length > 1))
  return open.flatMap(({ change, suspects }) =>
    change.transitions.flatMap((transition): readonly CausedChange[] => {
      if (suspects.length <= 1) return [{ change, transition, causes: suspects }]
      return attributed(trial, change, transition, suspects).map(({ packets, causes }) => ({
        change,
        transition: { ...transition, packets },
        causes: [...causes].sort(byOrder),
      }))
    }),
  )
}

const byOrder = (a: Setting, b: Setting): number => a.order - b.order

const suspectsOf = (scopes: ReadonlyMap<Setting, Scope>, { from, to }: PairChange): readonly Setting[] => {
  const ends = [endOf(from), endOf(to)]
  return [...scopes].filter(([, scope]) => concerns(scope, ...ends)).map(([setting]) => setting)
}

interface Share {
  readonly packets: PacketSet
  readonly causes: ReadonlySet<Setting>
}

const attributed = (
  trial: Trial,
  change: PairChange,
  transition: Transition,
  suspects: readonly Setting[],
): readonly Share[] => {
  const { before, after } = transition
  const doneBy = (settings: readonly Setting[], packets: PacketSet): PacketSet =>
    faring(trial.cell(settings, change), { ...transition, packets }, after)
  const shares = sharesOfEach(transition.packets, suspects, (setting, packets) => doneBy([setting], packets))
  const [alone, rest] = [
    shares.filter(({ causes }) => causes.size > 0),
    shares.filter(({ causes }) => causes.size === 0),
  ]
  const together: Share[] = []
  for (let { packets } = rest[0] ?? { packets: undefined }; packets && !packets.isEmpty();) {
    const left = packets
    const group = smallest(suspects, (some) => !doneBy(some, left).isEmpty())
    const done = doneBy(group, left)
    // What no application accounts for is all that can be said of the rest.
    const part = done.isEmpty() ? left : done
    together.push({ packets: part, causes: new Set(done.isEmpty() ? suspects : group) })
    packets = left.subtract(part)
  }
  return [...alone, ...together].map(({ packets, causes }) => {
    const isOtherwise = (some: readonly Setting[]): boolean =>
      !packets.subtract(faring(trial.cell(some, change), { ...transition, packets }, before)).isEmpty()
    return { packets, causes: withAlternatives(causes, suspects, isOtherwise) }
  })
}

/** Besides these, whatever else keeps packets from faring as they did, though these are undone. */
const withAlternatives = (
  causes: ReadonlySet<Setting>,
  suspects: readonly Setting[],
  isOtherwise: (settings: readonly Setting[]) => boolean,
): ReadonlySet<Setting> => {
  const others = suspects.filter((setting) => !causes.has(setting))
  if (others.length === 0 || !isOtherwise(others)) return causes
  return withAlternatives(new Set([...causes, ...smallest(others, isOtherwise)]), suspects, isOtherwise)
}

/** The packets by which of the settings alone account for them; those of none in one share. */
const sharesOfEach = (
  packets: PacketSet,
  suspects: readonly Setting[],
  doneBy: (setting: Setting, packets: PacketSet) => PacketSet,
): readonly Share[] => {
  let shares: readonly Share[] = [{ packets, causes: new Set() }]
  for (const setting of suspects) {
    const done = doneBy(setting, packets)
    if (done.isEmpty()) continue
    shares = shares
      .flatMap((share) => [
        { packets: share.packets.intersect(done), causes: new Set([...share.causes, setting]) },
        { packets: share.packets.subtract(done), causes: share.causes },
      ])
      .filter((share) => !share.packets.isEmpty())
  }
  return shares
}

/** A group for which the test holds and without any one of which it does not, given that it holds for all: by halves and quarters first
 *  (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input"). */
const smallest = <T>(all: readonly T[], holds: (some: readonly T[]) => boolean): readonly T[] => {
  let group = all
  let parts = 2
  while (group.length > 1) {
    const size = Math.ceil(group.length / parts)
    const cuts = Array.from({ length: Math.ceil(group.length / size) }, (_, at) => at * size)
    const current = group
    const part = cuts.map((at) => current.slice(at, at + size)).find((some) => holds(some))
    const rest = part
      ? undefined
      : cuts.map((at) => [...current.slice(0, at), ...current.slice(at + size)]).find((some) => holds(some))
    if (part) [group, parts] = [part, 2]
    else if (rest && rest.length < group.length) [group, parts] = [rest, Math.max(parts - 1, 2)]
    else if (parts >= group.length) return group
    else parts = Math.min(parts * 2, group.length)
  }
  return group
}

/** The old network with some settings of the new one, asked about pairs. */
class Trial {
  readonly #edition: Edition
  readonly #filter: Filter
  readonly #networks = new Map<string, Compiled>()
  readonly #cells = new Map<string, Cell>()

  constructor(edition: Edition, filter: Filter) {
    this.#edition = edition
    this.#filter = filter
  }

  /** Asks about every suspect alone, row by row, so that pairs share what they have in common. */
  prepare(all: readonly { readonly change: PairChange; readonly suspects: readonly Setting[] }[]): void {
    const bySetting = new Map<Setting, PairChange[]>()
    for (const { change, suspects } of all)
      for (const setting of suspects) {
        const known = bySetting.get(setting)
        if (known) known.push(change)
        else bySetting.set(setting, [change])
      }
    for (const [setting, changes] of bySetting) {
      const bySender = new Map<string, PairChange[]>()
      for (const change of changes) {
        const known = bySender.get(change.example.from)
        if (known) known.push(change)
        else bySender.set(change.example.from, [change])
      }
      for (const row of bySender.values()) this.#ask([setting], row)
    }
  }

  cell(settings: readonly Setting[], change: PairChange): Cell {
    const key = cellKey(settings, change)
    if (!this.#cells.has(key)) this.#ask(settings, [change])
    return this.#cells.get(key)!
  }

  /** Changes of one sender. */
  #ask(settings: readonly Setting[], changes: readonly PairChange[]): void {
    const { network } = this.#compiled(settings)
    const group = (block: Block, id: string): Group => ({
      key: id,
      place: block.outside === undefined ? placeOf(id, [network.interface(id)!]) : block.after,
    })
    const [first] = changes
    const columns = changes.map(({ to, example }) => group(to, example.to))
    const cells = cellsOf(this.#compiled(settings), [group(first!.from, first!.example.from)], columns, this.#filter)
    for (const [index, change] of changes.entries()) this.#cells.set(cellKey(settings, change), cells[index]!)
  }

  #compiled(settings: readonly Setting[]): Compiled {
    const key = keyOf(settings)
    let compiled = this.#networks.get(key)
    if (!compiled) {
      compiled = compile(new Network(this.#edition.with(settings)))
      // Each holds its tables: only those asked last are likely to be asked again.
      if (this.#networks.size >= MOST_NETWORKS) this.#networks.delete(this.#networks.keys().next().value!)
      this.#networks.set(key, compiled)
    }
    return compiled
  }
}

const MOST_NETWORKS = 16

const keyOf = (settings: readonly Setting[]): string =>
  settings
    .map(({ order }) => order)
    .sort((a, b) => a - b)
    .join()

const cellKey = (settings: readonly Setting[], { example: { from, to } }: PairChange): string =>
  `${keyOf(settings)} ${from} ${to}`
