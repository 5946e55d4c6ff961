/** Which changed settings made packets fare otherwise: found by asking the old network again with settings applied one by one, then in
 *  the smallest groups that do it; and undone in the new one, so that what also would have done it is named as well. */
import { type Compiled, compile } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import type { PacketSet } from '../packet/set.ts'
import { type CellFlow, flowsOf, type Group } from '../analysis/cells.ts'
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
  const suspected = changes.map((change) => ({ change, suspects: suspectsOf(scopes, change) }))
  const trial = new Trial(
    edition,
    filter,
    suspected.filter(({ suspects }) => suspects.length > 1),
  )
  return suspected.flatMap((each) =>
    each.change.transitions.flatMap((transition): readonly CausedChange[] => {
      const { change, suspects } = each
      if (suspects.length <= 1) return [{ change, transition, causes: suspects }]
      return attributed(trial, each, transition).map(({ packets, causes }) => ({
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

/** A change and the settings that concern its ends. */
interface Suspected {
  readonly change: PairChange
  readonly suspects: readonly Setting[]
}

interface Share {
  readonly packets: PacketSet
  readonly causes: ReadonlySet<Setting>
}

const attributed = (trial: Trial, suspected: Suspected, transition: Transition): readonly Share[] => {
  const { suspects } = suspected
  const { before, after } = transition
  const doneBy = (settings: readonly Setting[], packets: PacketSet): PacketSet =>
    faring(trial.flows(settings, suspected), { ...transition, packets }, after)
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
      !packets.subtract(faring(trial.flows(some, suspected), { ...transition, packets }, before)).isEmpty()
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

/** The old network with some settings of the new one, asked about pairs: about all at once that may have to know, so that they share what
 *  they have in common. */
class Trial {
  readonly #edition: Edition
  readonly #filter: Filter
  readonly #changes: readonly Suspected[]
  readonly #networks = new Map<string, Compiled>()
  readonly #flows = new Map<string, Map<PairChange, () => readonly CellFlow[]>>()

  constructor(edition: Edition, filter: Filter, changes: readonly Suspected[]) {
    this.#edition = edition
    this.#filter = filter
    this.#changes = changes
  }

  flows(settings: readonly Setting[], suspected: Suspected): readonly CellFlow[] {
    const [only, ...others] = settings
    // Of one alone all want to know that suspect it; of several, those that suspect the same.
    const asking = others.length === 0 ? '' : keyOf(suspected.suspects)
    const key = `${keyOf(settings)} ${asking}`
    let known = this.#flows.get(key)
    if (!known) {
      const isConcerned = ({ suspects }: Suspected): boolean =>
        others.length === 0 ? only !== undefined && suspects.includes(only) : keyOf(suspects) === asking
      this.#flows.set(key, (known = this.#asked(settings, this.#changes.filter(isConcerned))))
    }
    return known.get(suspected.change)!()
  }

  #asked(settings: readonly Setting[], suspected: readonly Suspected[]): Map<PairChange, () => readonly CellFlow[]> {
    const compiled = this.#compiled(settings)
    const group = (block: Block, id: string): Group => ({
      key: id,
      place: block.outside === undefined ? placeOf(id, [compiled.network.interface(id)!]) : block.after,
    })
    const known = new Map<PairChange, () => readonly CellFlow[]>()
    for (const changes of rectangles(suspected.map(({ change }) => change))) {
      const [rows, columns] = [new Map<string, Group>(), new Map<string, Group>()]
      for (const { from, to, example } of changes) {
        rows.set(example.from, group(from, example.from))
        columns.set(example.to, group(to, example.to))
      }
      const [rowOf, columnOf] = [rows, columns].map(
        (all) => new Map([...all.keys()].map((id, at) => [id, at] as const)),
      )
      const flows = flowsOf(compiled, [...rows.values()], [...columns.values()], this.#filter)
      for (const change of changes)
        known.set(change, () => flows.in(rowOf!.get(change.example.from)!, columnOf!.get(change.example.to)!))
    }
    return known
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

/** Pairs parted so that senders and receivers of each part make pairs of the part, mostly: by how many receivers a sender has. */
const rectangles = (changes: readonly PairChange[]): readonly (readonly PairChange[])[] => {
  const bySender = new Map<string, PairChange[]>()
  for (const change of changes) {
    const known = bySender.get(change.example.from)
    if (known) known.push(change)
    else bySender.set(change.example.from, [change])
  }
  const most = Math.max(...[...bySender.values()].map(({ length }) => length))
  const [many, few]: [PairChange[], PairChange[]] = [[], []]
  for (const row of bySender.values()) (row.length * 4 > most ? many : few).push(...row)
  return [many, few].filter(({ length }) => length > 0)
}

const MOST_NETWORKS = 16

const keyOf = (settings: readonly Setting[]): string =>
  settings
    .map(({ order }) => order)
    .sort((a, b) => a - b)
    .join()
