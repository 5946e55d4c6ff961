/** The question `blast`: what an intruder somewhere could reach, directly and over stepping stones. The result is plain JSON. */
import type { Compiled } from '../aws/compile.ts'
import { append, maxOf, once } from '../collections.ts'
import type { Family } from '../packet/address.ts'
import type { Packets } from '../packet/describe.ts'
import { l4Algebra, NOTHING, ports } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import { type Transport, transport } from '../packet/transport.ts'
import { VERDICTS } from '../reach/verdict.ts'
import { isUnknown, joined, rankOf, Walk } from './blast-walk.ts'
import type { CellFlow, Group } from './cells.ts'
import type { Unknown } from './explain.ts'
import { type Grouping, groupsOf, type NamedGroup, outsideOf } from './groups.ts'
import { FlowWords, Lacking, type Named, type WayEntry, wayEntry } from './matrix.ts'
import { type AskedPackets, wordsOf } from './packet-words.ts'
import type { LeftOut, Place, Resolved } from './place.ts'
import type { Progress } from './progress.ts'
import type { Filter } from './question.ts'
import { type Reachability, reachabilityOf } from './reachability.ts'
import { type SnapshotEntry, snapshotEntry } from './snapshot-entry.ts'

export interface BlastResult {
  readonly schemaVersion: 1
  readonly snapshot: SnapshotEntry
  readonly query: BlastQuery
  /** Where the intruder is. */
  readonly from: {
    readonly selector: string
    readonly kind: string
    readonly resolved: readonly Resolved[]
    readonly leftOut?: readonly LeftOut[]
  }
  readonly totals: {
    /** Interfaces of the estate that can be reached, those of the start not counted. */
    readonly reached: number
    readonly of: number
    /** How many can first be reached in one step, in two... */
    readonly bySteps: readonly number[]
    /** Places outside of the estate that can be reached. */
    readonly outside: readonly string[]
  }
  /** By the fewest steps, then in the order of the groups. What is not here cannot be reached, unless `unknowns` says so. */
  readonly targets: readonly BlastTarget[]
  /** Links that nobody can tell of, between what is reached and what is not: never followed. */
  readonly unknownLinks: readonly UnknownLink[]
  readonly unknowns: readonly Unknown[]
}

export interface BlastQuery extends Pick<AskedPackets, 'ipv4' | 'ipv6'> {
  readonly from: string
  readonly by: Grouping
  readonly maxSteps?: number
  /** Destination ports that can be used to go on, first and last; absent: all. */
  readonly ports?: readonly PortRange[]
}

export type PortRange = readonly [number, number]

/** A group of which something can be reached. */
export interface BlastTarget {
  readonly key: string
  readonly kind: string
  readonly name?: string
  /** Members that can be reached, of how many beside the start; none for a place outside. */
  readonly reached: number
  readonly of: number
  readonly steps: number
  /** Fewest steps first. Each member is reached in one way: the fewest steps, and among these the surest. */
  readonly ways: readonly BlastWay[]
}

/** Members that are reached alike. */
export interface BlastWay {
  readonly steps: number
  readonly verdict: LinkVerdict
  /** Interface ids, sorted, or the place outside. */
  readonly members: readonly string[]
  /** How the first of them is reached, link by link; the others alike. */
  readonly chain: readonly BlastLink[]
}

export interface BlastLink {
  /** What the link before leads to, or another interface of the same instance. */
  readonly from: Named
  readonly to: Named
  /** The load balancer or endpoint that the packets are sent to, and that takes them on. */
  readonly through?: Named
  readonly verdict: LinkVerdict
  readonly flows: readonly (WayEntry & {
    readonly verdict: LinkVerdict
    readonly family: Family
    readonly text: readonly string[]
    readonly packets: readonly Packets[]
  })[]
}

/** What counts as a step: packets arrive, surely, or depending on something, or without an answer. */
export type LinkVerdict = 'reachable' | 'conditional' | 'one-way'

export interface UnknownLink {
  /** Groups. */
  readonly from: { readonly key: string; readonly name?: string }
  readonly to: { readonly key: string; readonly name?: string }
  /** Members of that group that may be reached, and otherwise are not. */
  readonly members: readonly string[]
  readonly text: readonly string[]
  readonly example: { readonly from: Named; readonly to: Named }
}

export interface BlastQuestion {
  readonly place: Place
  readonly by: Grouping
  readonly maxSteps?: number
  readonly ports?: readonly PortRange[]
  readonly families?: readonly Family[]
}

export const blast = (compiled: Compiled, question: BlastQuestion, progress: Progress = () => {}): BlastResult => {
  const { place, families, maxSteps = Infinity } = question
  const filter: Filter = families ? { families } : {}
  const reachability = reachabilityOf(compiled, filter)
  const walk = new Walk(compiled, reachability, { place, filter, maxSteps, usable: usableBy(question.ports) })
  walk.run(progress)
  return new Telling(compiled, reachability, question, filter, walk).result()
}

const usableBy = (ranges: readonly PortRange[] = [[0, 65535]]): Transport => {
  const lines = ranges.flatMap(([first, last]) => [ports(TCP, first, last), ports(UDP, first, last)])
  return transport(lines.reduce(l4Algebra.union, NOTHING))
}

class Telling {
  readonly #compiled: Compiled
  readonly #reachability: Reachability
  readonly #question: BlastQuestion
  readonly #filter: Filter
  readonly #walk: Walk
  readonly #words: FlowWords
  readonly #groups: readonly NamedGroup[]
  readonly #groupsOf = new Map<string, NamedGroup[]>()

  constructor(compiled: Compiled, reachability: Reachability, question: BlastQuestion, filter: Filter, walk: Walk) {
    this.#compiled = compiled
    this.#reachability = reachability
    this.#question = question
    this.#filter = filter
    this.#walk = walk
    this.#words = new FlowWords(compiled, filter)
    this.#groups = [...groupsOf(compiled.network, question.by), ...outsideOf(compiled.network, 'to')]
    for (const group of this.#groups) for (const id of idsIn(group.place)) append(this.#groupsOf, id, group)
  }

  result(): BlastResult {
    const { place, by, maxSteps, ports: usable } = this.#question
    const { selector, kind, resolved, leftOut } = place
    const reached = [...this.#walk.arrivals].flatMap(([index, { steps }]) =>
      this.#membersOf(index).map((id) => ({ id, steps, isOutside: this.#isOutside(index) })),
    )
    const inside = reached.filter(({ isOutside }) => !isOutside)
    const started = this.#startIds()
    const bySteps = Array.from({ length: maxOf(inside.map(({ steps }) => steps)) }, () => 0)
    for (const { steps } of inside) bySteps[steps - 1]!++
    const all = this.#reachability.endpoints.flatMap(({ place: each }) => (each.is === 'interfaces' ? idsIn(each) : []))
    return {
      schemaVersion: 1,
      snapshot: snapshotEntry(this.#compiled.network.snapshot),
      query: {
        from: selector,
        by,
        ...(maxSteps !== undefined && { maxSteps }),
        ...(usable && { ports: usable }),
        ...wordsOf(this.#filter),
      },
      from: { selector, kind, resolved, ...(leftOut && { leftOut }) },
      totals: {
        reached: inside.length,
        of: all.filter((id) => !started.has(id)).length,
        bySteps,
        outside: reached
          .filter(({ isOutside }) => isOutside)
          .map(({ id }) => id)
          .sort(),
      },
      targets: this.#targets(started),
      ...this.#doubts(),
    }
  }

  #targets(started: ReadonlySet<string>): readonly BlastTarget[] {
    const ways = new Map<NamedGroup, Map<string, { way: BlastWay; members: string[] }>>()
    const arrivals = [...this.#walk.arrivals.keys()].sort((a, b) => a - b)
    for (const index of arrivals) {
      const members = this.#membersOf(index)
      const chain = this.#chainOf(index)
      const key = JSON.stringify(chain.map((link) => this.#likeness(link)))
      for (const id of members)
        for (const group of this.#groupsOf.get(id) ?? []) {
          const of = once(ways, group, () => new Map())
          const known = of.get(key)
          if (known) known.members.push(id)
          else of.set(key, { way: { steps: chain.length, verdict: worst(chain), members: [], chain }, members: [id] })
        }
    }
    return this.#groups
      .flatMap((group): BlastTarget[] => {
        const of = [...(ways.get(group)?.values() ?? [])]
        if (of.length === 0) return []
        const told = of
          .map(({ way, members }) => ({ ...way, members: members.toSorted() }))
          .sort((a, b) => a.steps - b.steps || VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))
        const isInside = group.place.is === 'interfaces'
        return [
          {
            key: group.key,
            kind: group.kind,
            ...(group.name !== undefined && { name: group.name }),
            reached: isInside ? told.reduce((sum, { members }) => sum + members.length, 0) : 0,
            of: isInside ? idsIn(group.place).filter((id) => !started.has(id)).length : 0,
            steps: told[0]!.steps,
            ways: told,
          },
        ]
      })
      .sort((a, b) => a.steps - b.steps)
  }

  #chainOf(target: number): readonly BlastLink[] {
    const { start, alongside } = this.#walk
    let by: string | undefined
    return this.#walk.chainTo(target).map((link): BlastLink => {
      const from = by ?? (start.get(link.from) ?? alongside.get(link.from))!.values().next().value!
      const others = this.#membersOf(link.to).filter((id) => id !== from)
      const [to, next] =
        link.by === link.to
          ? [others[0]!, others[0]!]
          : this.#walk.interfacesOfOne(link.to, link.by, (id) => others.includes(id))
      by = next
      const { endpoints } = this.#reachability
      const group = (index: number): Group => ({ key: endpoints[index]!.id, place: endpoints[index]!.place })
      const flows = link.flows
        .toSorted((a, b) => rankOf(a) - rankOf(b) || a.family - b.family)
        .map((flow) => {
          const cell = { from: group(link.from), to: group(link.through ?? link.to) }
          const { verdict, text, packets } = this.#words.flowOf(cell, flow)
          return {
            verdict: verdict as LinkVerdict,
            family: flow.family,
            ...wayEntry(flow),
            text,
            packets,
          }
        })
      return {
        from: this.#words.named(from),
        to: this.#words.named(to),
        ...(link.through !== undefined && { through: this.#words.named(endpoints[link.through]!.id) }),
        verdict: flows[0]!.verdict,
        flows,
      }
    })
  }

  /** What two links must have in common for one to stand for both. */
  #likeness({ from, to, through, flows }: BlastLink): unknown {
    const group = ({ id }: Named): string | undefined => this.#groupsOf.get(id)?.[0]?.key
    const ends = [group(from), group(to), through && (through.name ?? through.id)]
    return [
      ends,
      flows.map(({ verdict, family, byPublicAddress, byNat64, text }) => [
        ...[verdict, family, byPublicAddress, byNat64],
        text,
      ]),
    ]
  }

  #doubts(): Pick<BlastResult, 'unknownLinks' | 'unknowns'> {
    const lacking = new Lacking(this.#compiled, this.#filter)
    const links = new Map<string, UnknownLink & { readonly members: string[] }>()
    for (const { from, to, flows } of this.#unknownPairs()) {
      const { endpoints } = this.#reachability
      const [sender, receiver] = [endpoints[from]!, endpoints[to]!]
      const cell = { from: { key: sender.id, place: sender.place }, to: { key: receiver.id, place: receiver.place } }
      lacking.note({ ...cell, flows, unaskable: [] })
      const text = flows.flatMap(({ packets }) => this.#words.textOf(packets, cell.from, cell.to))
      const [fromGroup, toGroup] = [this.#groupNamed(sender.id), this.#groupNamed(receiver.id)]
      const key = JSON.stringify([fromGroup.key, toGroup.key, text])
      const example = { from: this.#words.named(flows[0]!.example.from), to: this.#words.named(flows[0]!.example.to) }
      const link = links.get(key) ?? { from: fromGroup, to: toGroup, members: [], text, example }
      links.set(key, link)
      for (const id of this.#membersOf(to)) if (!link.members.includes(id)) link.members.push(id)
    }
    lacking.noteUnasked(this.#groups)
    return { unknownLinks: [...links.values()], unknowns: lacking.unknowns() }
  }

  /** Of what is not reached otherwise. Senders of one group that have the same links say the same: the first stands for all. */
  *#unknownPairs(): Generator<{ readonly from: number; readonly to: number; readonly flows: readonly CellFlow[] }> {
    const said = new Set<string>()
    const ids = new Map<object, number>()
    const idOf = (each: object): number => {
      const id = ids.get(each) ?? ids.size
      ids.set(each, id)
      return id
    }
    const isReached = (to: number): boolean => this.#walk.arrivals.has(to) || this.#walk.start.has(to)
    for (const [from, { links, behind }] of this.#walk.doubtful) {
      const told = links.map(({ to, flows }) => `${idOf(to)} ${idOf(flows)}`).sort()
      const key = JSON.stringify([this.#groupNamed(this.#reachability.endpoints[from]!.id).key, told])
      if (!said.has(key))
        for (const [to, flows] of this.#walk.flowsTo(from, [links], (index) => !isReached(index)))
          yield { from, to, flows: joined(flows.filter(isUnknown)) }
      said.add(key)
      for (const { to, flows } of behind) if (!isReached(to)) yield { from, to, flows }
    }
  }

  #groupNamed(id: string): UnknownLink['from'] {
    const group = this.#groupsOf.get(id)?.[0]
    return { key: group?.key ?? id, ...(group?.name !== undefined && { name: group.name }) }
  }

  /** The interfaces of an endpoint beside the start, or the place itself. */
  #membersOf(index: number): readonly string[] {
    const started = this.#walk.start.get(index)
    return idsIn(this.#reachability.endpoints[index]!.place).filter((id) => !started?.has(id))
  }

  #startIds(): ReadonlySet<string> {
    return new Set([...this.#walk.start.values()].flatMap((ids) => [...ids]))
  }

  #isOutside(index: number): boolean {
    return this.#reachability.endpoints[index]!.place.is !== 'interfaces'
  }
}

const idsIn = (place: Place): readonly string[] =>
  place.is === 'interfaces' ? place.interfaces.map(({ id }) => id) : [place.selector]

const worst = (chain: readonly BlastLink[]): LinkVerdict =>
  chain.map(({ verdict }) => verdict).reduce((a, b) => (VERDICTS.indexOf(a) > VERDICTS.indexOf(b) ? a : b))
