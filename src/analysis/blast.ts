/** The question `blast`: what an intruder somewhere could reach, directly and over stepping stones. A host that is reached on a TCP or UDP
 *  port may be used to go on; what only answers, or belongs to AWS, may not. The result is plain JSON. */
import { DirectedGraph } from 'graphology'
import { bfsFromNode } from 'graphology-traversal'
import type { Compiled } from '../aws/compile.ts'
import { classById, type Owner, ownerOf } from '../aws/endpoint-class.ts'
import { targetAddresses } from '../aws/load-balancer-targets.ts'
import { balancersBehind } from '../aws/private-link.ts'
import { parseStageId } from '../aws/stage-id.ts'
import { append, maxOf } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import type { Stage } from '../forwarding/stage.ts'
import type { Flight } from '../forwarding/transfer.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { addressLine, type Family, single } from '../packet/address.ts'
import type { Packets } from '../packet/describe.ts'
import * as intervals from '../packet/intervals.ts'
import { l4Algebra, NOTHING, ports } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import { PacketSet } from '../packet/set.ts'
import { type Transport, transport } from '../packet/transport.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { CellFlow, Group } from './cells.ts'
import type { Progress } from './progress.ts'
import type { Unknown } from './explain.ts'
import { type Grouping, groupsOf, type NamedGroup, outsideOf } from './groups.ts'
import { FlowWords, Lacking, type Named } from './matrix.ts'
import type { LeftOut, Place, Resolved } from './place.ts'
import { asksOf, type Filter, holdersIn, publishedIn } from './question.ts'
import { type Endpoint, type Link, type Reachability, reachabilityOf } from './reachability.ts'
import { outcomeOf } from './reach.ts'
import type { TalliedFlow } from './tally.ts'

export interface BlastResult {
  readonly schemaVersion: 1
  readonly snapshot: { readonly collectedAt?: string; readonly gaps: number }
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

export interface BlastQuery {
  readonly from: string
  readonly by: Grouping
  readonly maxSteps?: number
  /** Destination ports that can be used to go on, first and last; absent: all. */
  readonly ports?: readonly PortRange[]
  readonly families?: readonly Family[]
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
  readonly from: Named
  readonly to: Named
  /** The load balancer or endpoint that the packets are sent to, and that takes them on. */
  readonly through?: Named
  readonly verdict: LinkVerdict
  readonly flows: readonly {
    readonly verdict: LinkVerdict
    readonly family: Family
    readonly byPublicAddress?: true
    readonly text: readonly string[]
    readonly packets: readonly Packets[]
  }[]
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
  const filter: Filter = question.families ? { families: question.families } : {}
  const reachability = reachabilityOf(compiled, filter)
  const walk = new Walk(compiled, reachability, question, filter)
  walk.run(progress)
  return new Telling(compiled, reachability, question, filter, walk).result()
}

// ---- the walk

/** How an endpoint is reached first. */
interface Arrival {
  readonly steps: number
  /** The endpoint that the last link sets out from. */
  readonly from: number
  /** The load balancer or endpoint that the packets are sent to. */
  readonly through?: number
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

/** What takes packets on to others: a node of a load balancer, or an interface endpoint. */
interface Passing {
  readonly id: string
  /** Whom it may take them to, at most. */
  readonly targets: ReadonlySet<number>
}

const START = 'start'

/** Breadth-first from endpoint to endpoint; the graph is drawn as it is walked, since only what is reached is ever looked from. */
class Walk {
  /** The start, by endpoint: all or some of its interfaces, which is the same since they can do the same. */
  readonly start: ReadonlyMap<number, ReadonlySet<string>>
  readonly arrivals = new Map<number, Arrival>()
  /** By sender, in the order of the walk. */
  readonly doubtful = new Map<number, Doubtful>()
  readonly #compiled: Compiled
  readonly #reachability: Reachability
  readonly #filter: Filter
  readonly #maxSteps: number
  readonly #usable: Transport
  /** What an intruder has a foothold on; the links there are those that can be used. */
  readonly #footholds = new Map<number, Arrival>()
  readonly #byInterface: ReadonlyMap<string, number>
  readonly #passing: ReadonlyMap<number, Passing>
  readonly #graph = new DirectedGraph()
  /** Of all that are looked from at this step. */
  #links: ReadonlyMap<number, readonly Link[]> = new Map()
  #step = -1
  /** By link: how sure the chain of a sender was whose link it is too, at this step. */
  #followed = new Map<Link['to'], Map<Link['flows'], number>>()

  constructor(compiled: Compiled, reachability: Reachability, question: BlastQuestion, filter: Filter) {
    this.#compiled = compiled
    this.#reachability = reachability
    this.#filter = filter
    this.#maxSteps = question.maxSteps ?? Infinity
    const ranges = question.ports ?? [[0, 65535]]
    const lines = ranges.flatMap(([first, last]) => [ports(TCP, first, last), ports(UDP, first, last)])
    this.#usable = transport(lines.reduce(l4Algebra.union, NOTHING))
    this.#byInterface = new Map(
      reachability.endpoints.flatMap(({ place }, index) =>
        place.is === 'interfaces' ? place.interfaces.map(({ id }) => [id, index] as const) : [],
      ),
    )
    this.#passing = this.#findPassing()
    this.start = this.#startAt(question.place)
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
      if (node === START) for (const index of this.start.keys()) this.#lookFrom(index, node, 1, 0)
      else this.#lookFrom(Number(node), node, steps + 1, this.#footholds.get(Number(node))!.rank)
      progress(++visited, endpoints.length)
      return false
    })
  }

  /** All that can be looked from after so many steps is known when the first of it is. */
  #enter(steps: number): void {
    const senders =
      steps === 0
        ? this.start.keys()
        : [...this.#footholds].flatMap(([index, foothold]) => (foothold.steps === steps ? [index] : []))
    this.#links = this.#reachability.linksFrom(new Set(senders))
    this.#step = steps
    this.#followed = new Map()
  }

  /** The links of a chain, first to last. */
  chainTo(target: number): readonly (Arrival & { readonly to: number })[] {
    const links: (Arrival & { readonly to: number })[] = []
    let at = target
    let arrival = this.arrivals.get(target)
    while (arrival) {
      links.unshift({ ...arrival, to: at })
      at = arrival.from
      arrival = arrival.steps > 1 ? this.#footholds.get(at) : undefined
    }
    return links
  }

  #lookFrom(from: number, node: string, steps: number, rank: number): void {
    const links = this.#links.get(from) ?? []
    const targets = this.#worthLooking(links, steps, rank)
    if (targets.size > 0)
      for (const [to, flows] of this.flowsTo(from, links, (index) => targets.has(index)))
        this.#note(from, node, { to, flows }, steps, rank)
    const behind: Doubtful['behind'] = []
    for (const link of this.#linksBehind(from, links, steps, rank)) {
      const unknown = joined(link.flows.filter(isUnknown))
      if (unknown.length > 0) behind.push({ to: link.to, flows: unknown })
      this.#note(from, node, link, steps, rank)
    }
    const doubtful = links.filter(({ flows: { flows: all } }) => all.some(isUnknown))
    if (doubtful.length + behind.length > 0) this.doubtful.set(from, { links: doubtful, behind })
  }

  /** Whom these links may reach in fewer steps or more surely than was found. */
  #worthLooking(links: readonly Link[], steps: number, rank: number): ReadonlySet<number> {
    const targets = new Set<number>()
    for (const { to, flows } of links) {
      // Another sender had the same link, and was as sure.
      let byFlows = this.#followed.get(to)
      if (!byFlows) this.#followed.set(to, (byFlows = new Map<Link['flows'], number>()))
      const before = byFlows.get(flows)
      if (before !== undefined && before <= rank) continue
      byFlows.set(flows, rank)
      const { arrive, serve } = this.#useOf(flows)
      if (!arrive) continue
      for (const index of to) if (this.#isOpen(index, steps, rank, serve)) targets.add(index)
    }
    return targets
  }

  /** Whether it would be news that it is reached like this, and, if it can `serve` to go on, that it is a foothold. */
  #isOpen(index: number, steps: number, rank: number, serve: boolean): boolean {
    if (this.#isStart(index)) return false
    return (
      this.#improves(this.arrivals, index, steps, rank) ||
      (serve && this.#improves(this.#footholds, index, steps, rank) && this.#isHost(index) && !this.start.has(index))
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
      const serve = arriving.some(({ packets }) => !packets.narrowTransport(this.#usable).isEmpty())
      this.#uses.set(flows, (use = { arrive: arriving.length > 0, serve }))
    }
    return use
  }

  /** All that one sends to others by some links, to whom it is asked about; ascending. */
  flowsTo(
    from: number,
    links: readonly Link[],
    isAsked: (to: number) => boolean,
  ): readonly (readonly [to: number, flows: CellFlow[]])[] {
    const found = new Map<number, CellFlow[]>()
    for (const { to, flows } of links)
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
    links: readonly Link[],
    steps: number,
    rank: number,
  ): Iterable<{ readonly to: number; readonly through: number; readonly flows: readonly CellFlow[] }> {
    const behind = new Map<string, { readonly to: number; readonly through: number; readonly flows: CellFlow[] }>()
    for (const to of this.#passingAmong(links)) {
      const { id, targets } = this.#passing.get(to)!
      if (![...targets].some((index) => this.#isOpen(index, steps, rank, true))) continue
      for (const [target, more] of this.#behind(from, to)) {
        const key = `${id} ${target}`
        const known = behind.get(key)
        if (known) known.flows.push(...more)
        else behind.set(key, { to: target, through: to, flows: [...more] })
      }
    }
    return behind.values()
  }

  readonly #passingIn = new Map<Link['to'], readonly number[]>()

  #passingAmong(links: readonly Link[]): readonly number[] {
    const all = new Set<number>()
    for (const { to } of links) {
      let passing = this.#passingIn.get(to)
      if (!passing) this.#passingIn.set(to, (passing = to.filter((index) => this.#passing.has(index))))
      for (const index of passing) all.add(index)
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
      const packets = flow.packets.narrowTransport(this.#usable)
      return packets.isEmpty() ? [] : [{ ...flow, packets }]
    })
    if (usable.length === 0 || !this.#isHost(to) || this.start.has(to)) return
    if (put(this.#footholds, to, arrival(usable))) this.#graph.mergeEdge(node, String(to))
  }

  /** All of an endpoint is where the intruder is already. */
  #isStart(index: number): boolean {
    const { place } = this.#reachability.endpoints[index]!
    const started = this.start.get(index)
    return started !== undefined && (place.is !== 'interfaces' || started.size === place.interfaces.length)
  }

  #ownerOf(index: number): Owner | undefined {
    const { place } = this.#reachability.endpoints[index]!
    return place.is === 'interfaces' ? ownerOf(this.#compiled.network, place.interfaces[0]!) : undefined
  }

  /** Something runs there that an intruder could take over. */
  #isHost(index: number): boolean {
    return this.#ownerOf(index)?.is === 'workload'
  }

  #findPassing(): ReadonlyMap<number, Passing> {
    const found = new Map<number, Passing>()
    for (const index of this.#reachability.endpoints.keys()) {
      const owner = this.#ownerOf(index)
      if (owner?.is === 'load-balancer') found.set(index, { id: owner.id, targets: this.#behindBalancers([owner.id]) })
      if (owner?.is === 'interface-endpoint') {
        const balancers = balancersBehind(this.#compiled.network, owner.id)
        found.set(index, { id: owner.id, targets: this.#behindBalancers(balancers) })
      }
    }
    return found
  }

  readonly #behindBalancer = new Map<string, ReadonlySet<number>>()

  /** All targets, of load balancers that are targets too. */
  #behindBalancers(ids: readonly string[]): ReadonlySet<number> {
    const all = new Set<number>()
    const open = [...ids]
    const seen = new Set(open)
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const index of this.#targetsOf(id)) {
        all.add(index)
        const owner = this.#ownerOf(index)
        if (owner?.is !== 'load-balancer' || seen.has(owner.id)) continue
        seen.add(owner.id)
        open.push(owner.id)
      }
    return all
  }

  #targetsOf(balancer: string): ReadonlySet<number> {
    let known = this.#behindBalancer.get(balancer)
    if (!known) {
      const { network, planes } = this.#compiled
      const addresses = ([4, 6] as const).flatMap((family) => [...targetAddresses(planes[family], balancer)])
      const holders = addresses.flatMap((address) => network.holdersOf(address))
      known = new Set(holders.flatMap(({ id }) => this.#byInterface.get(id) ?? []))
      this.#behindBalancer.set(balancer, known)
    }
    return known
  }

  /** Who gets what is sent to a load balancer or to the endpoint of a customer's service: by the path engine, which follows packets through
   *  them. Each target is as good as reached where one of several gets a connection, since one can connect again. */
  #behind(from: number, to: number): ReadonlyMap<number, readonly CellFlow[]> {
    const { endpoints } = this.#reachability
    const found = new Map<number, CellFlow[]>()
    const sender = this.#representative(endpoints[from]!)
    const node = endpoints[to]!.place
    for (const ask of asksOf(this.#compiled, sender, node, this.#filter).asks) {
      const landed = new Map<number, PacketSet>()
      const accepts = (stage: Stage, flight: Flight): boolean => {
        const isAccepted = ask.question.accepts(stage, flight)
        if (isAccepted)
          for (const index of this.#landing(stage, flight))
            landed.set(index, landed.get(index)?.union(flight.sent) ?? flight.sent)
        return isAccepted
      }
      const outcome = outcomeOf(this.#compiled, { ...ask, question: { ...ask.question, accepts } }, {})
      landed.delete(to)
      for (const [index, sent] of landed) {
        const flows = flowsWithin(outcome, sent, sender.is !== 'interfaces').map((flow) => ({
          ...flow,
          byPublicAddress: ask.byPublicAddress,
          pairs: 1,
          example: { from: endpoints[from]!.id, to: endpoints[index]!.id },
        }))
        for (const flow of flows) append(found, index, flow)
      }
    }
    return found
  }

  /** The endpoints that packets are delivered to at a stage, by their addresses in flight. */
  #landing(stage: Stage, { sent, header }: Flight): readonly number[] {
    const { component, id, family } = parseStageId(stage.id)
    if (component !== 'interfaceClass') return []
    const { destination } = header
    const addresses = destination.is === 'fixed' ? single(destination.address) : sent.addresses('destination')
    const members = classById(this.#compiled.network, id).members.filter((each) =>
      intervals.overlaps(each.addressSet(family), addresses),
    )
    return [...new Set(members.flatMap((each) => this.#byInterface.get(each.id) ?? []))]
  }

  #representative({ id, place }: Endpoint): Place {
    return place.is === 'interfaces' ? { ...place, selector: id, interfaces: place.interfaces.slice(0, 1) } : place
  }

  #startAt(place: Place): ReadonlyMap<number, ReadonlySet<string>> {
    const interfaces = interfacesAt(this.#compiled, place)
    const start = new Map<number, Set<string>>()
    for (const { id } of interfaces) {
      const index = this.#byInterface.get(id)
      if (index === undefined) continue
      const known = start.get(index)
      if (known) known.add(id)
      else start.set(index, new Set([id]))
    }
    if (place.is === 'internet')
      start.set(
        this.#reachability.endpoints.findIndex((each) => each.place.is === 'internet'),
        new Set(['internet']),
      )
    if (start.size === 0)
      throw new ZtnetError('PLACE_NOT_AN_END', `nobody can be at ${place.selector}, as far as the snapshot tells`, {
        hint: 'Name an interface, an instance, a subnet, a tier, or internet.',
      })
    return start
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

const rankOf = ({ verdict }: CellFlow): number => VERDICTS.indexOf(verdict)

const isUnknown = ({ verdict }: Pick<CellFlow, 'verdict'>): boolean => verdict === 'unknown'

/** Fewer steps win, then the surer chain. Breadth-first, so nothing comes later in fewer steps. Says whether it is new. */
const put = (arrivals: Map<number, Arrival>, at: number, arrival: Arrival): boolean => {
  const known = arrivals.get(at)
  if (!known || (known.steps === arrival.steps && arrival.rank < known.rank)) arrivals.set(at, arrival)
  return !known
}

/** One flow for each fate and way: a link is one set of packets, however many rules or nodes it takes. */
const joined = (flows: readonly CellFlow[]): CellFlow[] => {
  const byFate = new Map<string, CellFlow>()
  for (const flow of flows) {
    const key = `${flow.verdict} ${flow.family} ${flow.byPublicAddress}`
    const known = byFate.get(key)
    byFate.set(key, known ? { ...known, packets: known.packets.union(flow.packets) } : flow)
  }
  return [...byFate.values()].sort(
    (a, b) => rankOf(a) - rankOf(b) || a.family - b.family || Number(a.byPublicAddress) - Number(b.byPublicAddress),
  )
}

type BareFlow = Pick<CellFlow, 'verdict' | 'family' | 'packets'>

/** What becomes of those packets, addresses of the estate left open. */
const flowsWithin = (outcome: Outcome, sent: PacketSet, keepSources: boolean): BareFlow[] =>
  VERDICTS.flatMap((verdict) => {
    if (verdict === 'unreachable') return []
    return outcome[verdict].intersect(sent).rows.flatMap(([sources, rest]) =>
      rest.map(([, headers]) => ({
        verdict,
        family: sent.family,
        packets: PacketSet.of(sent.family, {
          sources: keepSources ? sources : addressLine(sent.family),
          transport: headers,
        }),
      })),
    )
  })

// ---- the telling

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
    const { place, by, maxSteps, ports: usable, families } = this.#question
    const { selector, kind, resolved, leftOut } = place
    const { collectedAt, gaps } = this.#compiled.network.snapshot
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
      snapshot: { ...(collectedAt !== undefined && { collectedAt }), gaps: gaps.length },
      query: {
        from: selector,
        by,
        ...(maxSteps !== undefined && { maxSteps }),
        ...(usable && { ports: usable }),
        ...(families && { families }),
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
          let of = ways.get(group)
          if (!of) ways.set(group, (of = new Map<string, { way: BlastWay; members: string[] }>()))
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
    const ids = new Map<number, string>()
    return this.#walk.chainTo(target).map((link, at): BlastLink => {
      const from = at === 0 ? this.#walk.start.get(link.from)!.values().next().value! : ids.get(link.from)!
      const to = this.#membersOf(link.to).find((id) => id !== from)!
      ids.set(link.to, to)
      const { endpoints } = this.#reachability
      const group = (index: number): Group => ({ key: endpoints[index]!.id, place: endpoints[index]!.place })
      const flows = link.flows
        .toSorted((a, b) => rankOf(a) - rankOf(b) || a.family - b.family)
        .map((flow) => {
          const cell = { from: group(link.from), to: group(link.through ?? link.to) }
          const { verdict, family, byPublicAddress, text, packets } = this.#words.flowOf(cell, flow)
          return {
            verdict: verdict as LinkVerdict,
            family,
            ...(byPublicAddress && { byPublicAddress }),
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
    return [ends, flows.map(({ verdict, family, byPublicAddress, text }) => [verdict, family, byPublicAddress, text])]
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
        for (const [to, flows] of this.#walk.flowsTo(from, links, (index) => !isReached(index)))
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
