/** The steps of an intruder, from endpoint to endpoint. A host that is reached on a TCP or UDP port may be used to go on; what only answers, or
 *  belongs to AWS, may not. */
import { DirectedGraph } from 'graphology'
import { bfsFromNode } from 'graphology-traversal'
import type { Compiled } from '../aws/compile.ts'
import { append, once } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { PacketSet } from '../packet/set.ts'
import type { Transport } from '../packet/transport.ts'
import { VERDICTS } from '../reach/verdict.ts'
import { ownerAt, Relays } from './blast-relays.ts'
import type { CellFlow } from './cells.ts'
import type { Place } from './place.ts'
import type { Progress } from './progress.ts'
import { type Filter, holdersIn, publishedIn } from './question.ts'
import type { Link, Links, Reachability } from './reachability.ts'
import type { TalliedFlow } from './tally.ts'

export interface WalkQuestion {
  readonly place: Place
  readonly filter: Filter
  readonly maxSteps: number
  /** What an intruder can go on by. */
  readonly usable: Transport
}

/** How an endpoint is reached first. */
interface Arrival {
  readonly steps: number
  /** The endpoint that the last link sets out from. */
  readonly from: number
  /** The load balancer or endpoint that the packets are sent to. */
  readonly through?: number
  /** The endpoint that was reached, where the intruder goes on by another interface of the same instance. */
  readonly at?: number
  readonly flows: readonly CellFlow[]
  /** How sure the whole chain is: the place of its worst link among the verdicts. */
  readonly rank: number
}

/** Links of one sender of which nobody can tell. */
interface Doubtful {
  readonly links: readonly Link[]
  /** Over load balancers and endpoints. */
  readonly behind: { readonly to: number; readonly flows: readonly CellFlow[] }[]
}

const START = 'start'

/** Breadth-first from endpoint to endpoint; the graph is drawn as it is walked, since only what is reached is ever looked from. */
export class Walk {
  /** The start, by endpoint: all or some of its interfaces, which is the same since they can do the same. */
  readonly start: ReadonlyMap<number, ReadonlySet<string>>
  /** Other interfaces of the instances there, which an intruder has as well: no target is reached by that, but more can be reached. */
  readonly alongside: ReadonlyMap<number, ReadonlySet<string>>
  readonly arrivals = new Map<number, Arrival>()
  /** By sender, in the order of the walk. */
  readonly doubtful = new Map<number, Doubtful>()
  readonly #compiled: Compiled
  readonly #reachability: Reachability
  readonly #maxSteps: number
  readonly #usable: Transport
  /** What an intruder has a foothold on; the links there are those that can be used. */
  readonly #footholds = new Map<number, Arrival>()
  readonly #relays: Relays
  readonly #graph = new DirectedGraph()
  /** Of all that are looked from at this step. */
  #links: ReadonlyMap<number, readonly Links[]> = new Map()
  #step = -1
  // At this step, by how sure the chain of a sender was.
  /** Whose links these are too. */
  #followed = new Map<Links, number>()
  /** Whose link it is too. */
  #followedLinks = new Map<Link['to'], Map<Link['flows'], number>>()
  /** For whom a relay led to nobody new. */
  #exhausted = new Map<number, number>()

  constructor(compiled: Compiled, reachability: Reachability, { place, filter, maxSteps, usable }: WalkQuestion) {
    this.#compiled = compiled
    this.#reachability = reachability
    this.#maxSteps = maxSteps
    this.#usable = usable
    this.#relays = new Relays(compiled, reachability, filter)
    this.start = this.#startAt(place)
    this.alongside = this.#alongside()
  }

  run(progress: Progress): void {
    const { endpoints } = this.#reachability
    // The queue of a traversal has room for the nodes that there are when it begins.
    this.#graph.addNode(START)
    for (const index of endpoints.keys()) this.#graph.addNode(String(index))
    let visited = 0
    bfsFromNode(this.#graph, START, (node, _, steps) => {
      if (steps >= this.#maxSteps) return true
      if (steps > this.#step) this.#enter(steps)
      if (node === START) for (const index of this.#first()) this.#lookFrom(index, node, 1, 0)
      else this.#lookFrom(Number(node), node, steps + 1, this.#footholds.get(Number(node))!.rank)
      progress(++visited, endpoints.length)
      return false
    })
  }

  /** All that can be looked from after so many steps is known when the first of it is. */
  #enter(steps: number): void {
    const senders =
      steps === 0
        ? this.#first()
        : [...this.#footholds].flatMap(([index, foothold]) => (foothold.steps === steps ? [index] : []))
    this.#links = this.#reachability.linksFrom(new Set(senders))
    this.#step = steps
    this.#followed = new Map()
    this.#followedLinks = new Map()
    this.#exhausted = new Map()
  }

  /** Where the intruder can send from without a step. */
  #first(): readonly number[] {
    return [...this.start.keys(), ...this.alongside.keys()]
  }

  /** The links of a chain, first to last. `by`: what the next link sets out from. */
  chainTo(target: number): readonly (Arrival & { readonly to: number; readonly by: number })[] {
    const links: (Arrival & { readonly to: number; readonly by: number })[] = []
    let at = target
    let arrival = this.arrivals.get(target)
    while (arrival) {
      links.unshift({ ...arrival, to: arrival.at ?? at, by: at })
      at = arrival.from
      arrival = arrival.steps > 1 ? this.#footholds.get(at) : undefined
    }
    return links
  }

  #lookFrom(from: number, node: string, steps: number, rank: number): void {
    const lists = this.#links.get(from) ?? []
    const targets = this.#worthLooking(lists, steps, rank)
    if (targets.size > 0)
      for (const [to, flows] of this.flowsTo(from, lists, (index) => targets.has(index)))
        this.#note(from, node, { to, flows }, steps, rank)
    const behind: Doubtful['behind'] = []
    for (const link of this.#linksBehind(from, lists, steps, rank)) {
      const unknown = joined(link.flows.filter(isUnknown))
      if (unknown.length > 0) behind.push({ to: link.to, flows: unknown })
      this.#note(from, node, link, steps, rank)
    }
    const links = lists.flatMap((list) => this.#doubtfulAmong(list))
    if (links.length + behind.length > 0) this.doubtful.set(from, { links, behind })
  }

  readonly #doubtfulIn = new WeakMap<Links, Links>()

  #doubtfulAmong(list: Links): Links {
    return once(this.#doubtfulIn, list, () => list.filter(({ flows: { flows } }) => flows.some(isUnknown)))
  }

  /** Whom these links may reach in fewer steps or more surely than was found. */
  #worthLooking(lists: readonly Links[], steps: number, rank: number): ReadonlySet<number> {
    const targets = new Set<number>()
    for (const list of lists) {
      // Another sender had the same links, and was as sure.
      if (!isSurer(this.#followed, list, rank)) continue
      for (const { to, flows } of list) {
        const followed = once(this.#followedLinks, to, () => new Map<Link['flows'], number>())
        if (!isSurer(followed, flows, rank)) continue
        const { arrive, serve } = this.#useOf(flows)
        if (!arrive) continue
        for (const index of to) if (this.#isOpen(index, steps, rank, serve)) targets.add(index)
      }
    }
    return targets
  }

  /** Whether it would be news that it is reached like this, and, if it can `serve` to go on, that it is a foothold. */
  #isOpen(index: number, steps: number, rank: number, serve: boolean): boolean {
    if (this.#isStart(index)) return false
    return (
      this.#improves(this.arrivals, index, steps, rank) ||
      (serve && this.#improves(this.#footholds, index, steps, rank) && this.#canFall(index))
    )
  }

  #improves(known: ReadonlyMap<number, Arrival>, index: number, steps: number, rank: number): boolean {
    const arrival = known.get(index)
    return !arrival || (arrival.steps === steps && arrival.rank > rank)
  }

  readonly #uses = new Map<Link['flows'], { readonly arrive: boolean; readonly serve: boolean }>()

  /** Whether some of the packets arrive, and whether some of these can be used to go on. */
  #useOf(flows: Link['flows']): { readonly arrive: boolean; readonly serve: boolean } {
    let use = this.#uses.get(flows)
    if (!use) {
      const arriving = flows.flows.filter((flow) => !isUnknown(flow))
      const serve = arriving.some(({ packets }) => !this.#usableOf(packets).isEmpty())
      this.#uses.set(flows, (use = { arrive: arriving.length > 0, serve }))
    }
    return use
  }

  readonly #usableParts = new WeakMap<PacketSet, PacketSet>()

  /** Many links have the same packets. */
  #usableOf(packets: PacketSet): PacketSet {
    return once(this.#usableParts, packets, () => packets.narrowTransport(this.#usable))
  }

  /** All that one sends to others by some links, to whom it is asked about; ascending. */
  flowsTo(
    from: number,
    lists: readonly Links[],
    isAsked: (to: number) => boolean,
  ): readonly (readonly [to: number, flows: CellFlow[]])[] {
    const found = new Map<number, CellFlow[]>()
    for (const list of lists)
      for (const { to, flows } of list)
        for (const index of to)
          if (isAsked(index)) for (const flow of flows.flows) append(found, index, this.#asCellFlow(flow, from, index))
    return [...found].sort(([a], [b]) => a - b)
  }

  #asCellFlow(flow: TalliedFlow, from: number, to: number): CellFlow {
    const { endpoints } = this.#reachability
    return { ...flow, pairs: 1, example: { from: endpoints[from]!.id, to: endpoints[to]!.id } }
  }

  /** Over load balancers and endpoints, the nodes of one as one way; not asked where all that may be behind is reached as well already. */
  #linksBehind(
    from: number,
    lists: readonly Links[],
    steps: number,
    rank: number,
  ): Iterable<{ readonly to: number; readonly through: number; readonly flows: readonly CellFlow[] }> {
    const behind = new Map<string, { readonly to: number; readonly through: number; readonly flows: CellFlow[] }>()
    for (const to of this.#relaysAmong(lists, rank)) {
      const { id, targets } = this.#relays.all.get(to)!
      if (![...targets].some((index) => this.#isOpen(index, steps, rank, true))) {
        this.#exhausted.set(to, rank)
        continue
      }
      for (const [target, more] of this.#relays.behind(from, to)) {
        const key = `${id} ${target}`
        const known = behind.get(key)
        if (known) known.flows.push(...more)
        else behind.set(key, { to: target, through: to, flows: [...more] })
      }
    }
    return behind.values()
  }

  readonly #relaysIn = new WeakMap<Links, readonly number[]>()

  /** Ascending. But those that lead to nobody new. */
  #relaysAmong(lists: readonly Links[], rank: number): readonly number[] {
    const all = new Set<number>()
    for (const list of lists) {
      const relays = once(this.#relaysIn, list, () =>
        list.flatMap(({ to }) => to.filter((index) => this.#relays.all.has(index))),
      )
      for (const index of relays) if ((this.#exhausted.get(index) ?? Infinity) > rank) all.add(index)
    }
    return [...all].sort((a, b) => a - b)
  }

  #note(
    from: number,
    node: string,
    {
      to,
      through,
      flows: all,
    }: { readonly to: number; readonly through?: number; readonly flows: readonly CellFlow[] },
    steps: number,
    rank: number,
  ): void {
    const flows = joined(all.filter((flow) => !isUnknown(flow)))
    if (this.#isStart(to) || flows.length === 0) return
    const arrival = (by: readonly CellFlow[]): Arrival => ({
      steps,
      from,
      ...(through !== undefined && { through }),
      flows: by,
      rank: Math.max(rank, Math.min(...by.map(rankOf))),
    })
    put(this.arrivals, to, arrival(flows))
    const usable = flows.flatMap((flow) => {
      const packets = this.#usableOf(flow.packets)
      return packets.isEmpty() ? [] : [{ ...flow, packets }]
    })
    if (usable.length === 0 || !this.#isHost(to)) return
    if (this.#canFall(to)) this.#takeOver(node, to, arrival(usable))
    // Whoever is on an instance has all of its interfaces (R-ENI-4).
    for (const other of this.#besides(to))
      if (this.#canFall(other)) this.#takeOver(node, other, { ...arrival(usable), at: to })
  }

  #takeOver(node: string, index: number, arrival: Arrival): void {
    if (put(this.#footholds, index, arrival)) this.#graph.mergeEdge(node, String(index))
  }

  readonly #others = new Map<number, readonly number[]>()

  /** Endpoints with other interfaces of the instances at an endpoint. */
  #besides(index: number): readonly number[] {
    return once(this.#others, index, () => {
      const { place } = this.#reachability.endpoints[index]!
      const found = place.is === 'interfaces' ? place.interfaces.flatMap((each) => this.#othersOf(each)) : []
      return [...new Set(found.map(([other]) => other))].filter((other) => other !== index)
    })
  }

  #othersOf({ id, raw: { Attachment: attachment } }: NetworkInterface): readonly (readonly [number, string])[] {
    if (attachment?.InstanceId === undefined) return []
    return this.#compiled.network.interfacesOfInstance(attachment.InstanceId).flatMap((other) => {
      const index = this.#reachability.indexOf(other.id)
      return other.id === id || index === undefined ? [] : [[index, other.id] as const]
    })
  }

  /** Two interfaces of one instance, of each endpoint one. Throws where there are none. */
  interfacesOfOne(index: number, other: number, isMeant: (id: string) => boolean): readonly [string, string] {
    const { place } = this.#reachability.endpoints[index]!
    for (const each of place.is === 'interfaces' ? place.interfaces : []) {
      const [, found] = (isMeant(each.id) && this.#othersOf(each).find(([at]) => at === other)) || []
      if (found !== undefined) return [each.id, found]
    }
    throw new Error('an intruder who went on by an interface of another instance')
  }

  /** All of an endpoint is where the intruder is already. */
  #isStart(index: number): boolean {
    const { place } = this.#reachability.endpoints[index]!
    const started = this.start.get(index)
    return started !== undefined && (place.is !== 'interfaces' || started.size === place.interfaces.length)
  }

  /** Something runs there that an intruder could take over, and has not from the start. */
  #canFall(index: number): boolean {
    return this.#isHost(index) && !this.start.has(index) && !this.alongside.has(index)
  }

  #isHost(index: number): boolean {
    return ownerAt(this.#compiled.network, this.#reachability.endpoints[index]!)?.is === 'workload'
  }

  #startAt(place: Place): ReadonlyMap<number, ReadonlySet<string>> {
    const interfaces = interfacesAt(this.#compiled, place)
    const start = new Map<number, Set<string>>()
    for (const { id } of interfaces) {
      const index = this.#reachability.indexOf(id)
      if (index !== undefined) once(start, index, () => new Set()).add(id)
    }
    if (place.is === 'internet' || place.is === 'onprem') {
      const index = this.#reachability.endpoints.findIndex((each) => each.place.is === place.is)
      if (index >= 0) start.set(index, new Set([place.is]))
    }
    if (start.size === 0)
      throw new ZtnetError('PLACE_NOT_AN_END', `nobody can be at ${place.selector}, as far as the snapshot tells`, {
        hint: 'Name an interface, an instance, a subnet, a tier, internet, or onprem where something leads there.',
      })
    return start
  }

  #alongside(): ReadonlyMap<number, ReadonlySet<string>> {
    const alongside = new Map<number, Set<string>>()
    const { network } = this.#compiled
    for (const [at, ids] of this.start) {
      if (!this.#isHost(at)) continue
      for (const id of ids)
        for (const [index, other] of this.#othersOf(network.interface(id)!))
          if (!this.start.has(index)) once(alongside, index, () => new Set()).add(other)
    }
    return alongside
  }
}

/** Whoever holds the addresses, where addresses were named. */
const interfacesAt = ({ network }: Compiled, place: Place): readonly NetworkInterface[] => {
  if (place.is === 'interfaces') return place.interfaces
  if (place.is !== 'addresses') return []
  const published = place.family === 4 ? publishedIn(network, place.addresses) : []
  return [
    ...holdersIn(network, place.addresses, place.family),
    ...published.flatMap(({ holder }) => network.interface(holder) ?? []),
  ]
}

/** Whether nobody as sure was noted there before; notes it. */
const isSurer = <K>(noted: Map<K, number>, key: K, rank: number): boolean => {
  if ((noted.get(key) ?? Infinity) <= rank) return false
  noted.set(key, rank)
  return true
}

export const rankOf = ({ verdict }: CellFlow): number => VERDICTS.indexOf(verdict)

export const isUnknown = ({ verdict }: Pick<CellFlow, 'verdict'>): boolean => verdict === 'unknown'

/** Fewer steps win, then the surer chain. Breadth-first, so nothing comes later in fewer steps. Says whether it is new. */
const put = (arrivals: Map<number, Arrival>, at: number, arrival: Arrival): boolean => {
  const known = arrivals.get(at)
  if (!known || (known.steps === arrival.steps && arrival.rank < known.rank)) arrivals.set(at, arrival)
  return !known
}

/** One flow for each fate and way: a link is one set of packets, however many rules or nodes it takes. */
export const joined = (flows: readonly CellFlow[]): CellFlow[] => {
  const byFate = new Map<string, CellFlow>()
  for (const flow of flows) {
    const key = `${flow.verdict} ${flow.family} ${flow.translated}`
    const known = byFate.get(key)
    byFate.set(key, known ? { ...known, packets: known.packets.union(flow.packets) } : flow)
  }
  return [...byFate.values()].sort(
    (a, b) => rankOf(a) - rankOf(b) || a.family - b.family || Number(a.translated) - Number(b.translated),
  )
}
