/** Which changed settings made packets fare otherwise: found by asking the old network again with settings applied one by one, then in
 *  the smallest groups that do it; and undone in the new one, so that what also would have done it is named as well. */
import { once } from '../collections.ts'
import type { Filter } from '../analysis/question.ts'
import type { TalliedFlow } from '../analysis/tally.ts'
import type { Compiled } from '../aws/compile.ts'
import type { PacketSet } from '../packet/set.ts'
import type { CellState } from './cell-states.ts'
import type { PairChange } from './flow-changes.ts'
import { type Edition, keyOf, type Setting } from './settings.ts'
import { byOrder, type Suspects } from './suspects.ts'
import { faring, type Transition } from './transitions.ts'
import { type Suspected, Trial } from './trial.ts'

export interface CausedChange {
  readonly change: PairChange
  /** With the part of its packets that these settings account for. One object for all that change alike, for the same reason. */
  readonly transition: Transition
  /** In order. None without any of which it would be as it is now. */
  readonly causes: readonly Setting[]
}

export const causesOf = (
  edition: Edition,
  old: Compiled,
  suspects: Suspects,
  changes: readonly PairChange[],
  filter: Filter,
): readonly CausedChange[] => {
  const suspected = changes.map((change): Suspected => ({ change, suspects: suspects.of(change) }))
  const trial = new Trial(
    edition,
    old,
    filter,
    suspected.filter(({ suspects: { length } }) => length > 1),
  )
  const inquiries = new Inquiries(trial)
  return suspected.flatMap((each) =>
    each.change.transitions.flatMap((transition): readonly CausedChange[] => {
      const { change } = each
      if (each.suspects.length <= 1) return [{ change, transition, causes: each.suspects }]
      return inquiries.about(each, transition).map((found) => ({ change, ...found }))
    }),
  )
}

/** A question of an inquiry, with what follows from each answer; or what it came to. */
type Step =
  | { readonly asks: readonly Setting[]; readonly after: Map<CellState, Step> }
  | { readonly found: readonly Omit<CausedChange, 'change'>[] }

/** Finds causes by asking the trial. What it asks next follows from the answers so far, and changes of which all answers are the same have
 *  the same causes: so each course that an inquiry can take is gone through once. */
class Inquiries {
  readonly #trial: Trial
  readonly #first = new Map<Transition, Map<readonly Setting[], Step>>()

  constructor(trial: Trial) {
    this.#trial = trial
  }

  about(suspected: Suspected, transition: Transition): readonly Omit<CausedChange, 'change'>[] {
    const { suspects } = suspected
    const first = once(this.#first, transition, () => new Map())
    let put = (next: Step): unknown => first.set(suspects, next)
    let asked = 0
    let step = first.get(suspects)
    while (step && 'asks' in step) {
      const { asks, after } = step
      const answer = this.#trial.state(asks, suspected)
      put = (next) => after.set(answer, next)
      asked++
      step = after.get(answer)
    }
    if (step) return step.found
    const course = new Map<string, { readonly settings: readonly Setting[]; readonly answer: CellState }>()
    const found = attributed(transition, suspects, (settings) => {
      const key = keyOf(settings)
      const answer = course.get(key)?.answer ?? this.#trial.state(settings, suspected)
      course.set(key, { settings, answer })
      return this.#trial.states.flows(answer)
    }).map(({ packets, causes }) => ({ transition: { ...transition, packets }, causes: [...causes].sort(byOrder) }))
    let last: Step = { found }
    for (const { settings, answer } of [...course.values()].slice(asked).reverse())
      last = { asks: settings, after: new Map([[answer, last]]) }
    put(last)
    return found
  }
}

interface Share {
  readonly packets: PacketSet
  readonly causes: ReadonlySet<Setting>
}

/** `flows`: what flows in the cell of the change in the old network with some settings of the new one. */
const attributed = (
  transition: Transition,
  suspects: readonly Setting[],
  flows: (settings: readonly Setting[]) => readonly TalliedFlow[],
): readonly Share[] => {
  const { before, after } = transition
  const doneBy = (settings: readonly Setting[], packets: PacketSet): PacketSet =>
    faring(flows(settings), { ...transition, packets }, after)
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
      !packets.subtract(faring(flows(some), { ...transition, packets }, before)).isEmpty()
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
