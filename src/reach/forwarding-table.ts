/** The same hops as a table to look single packets up in: stage by stage, which hops take a destination, and what they ask of the source
 *  and of the protocol line. Only hops that carry a packet on unchanged are known here; whatever else a hop does (translate, choose, need a condition) is
 *  for the path engine. Never says AWS. */
import { choiceKey } from '../forwarding/choice.ts'
import { type ForwardingGraph, type Hop, type InCommon, type Leg, BY_SESSION } from '../forwarding/graph.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { ReturnBound, Sender } from '../forwarding/transfer.ts'
import { type AddressSet, addressLine, type Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'

/** One hop, for the destinations of one piece of its stage's table. */
export interface TableEntry {
  readonly to: Node
  readonly line: L4Set
  /** What each of these gives for the source must hold too. */
  readonly sources: readonly AddressMap<L4Set>[]
  /** What each of these gives for the sender must hold too. */
  readonly senders: readonly ((sender: Sender | undefined) => L4Set)[]
  /** Takes only packets that a reference let out, or only others; both where absent. */
  readonly letOut?: boolean
  /** What becomes of the sender's identity; kept where absent. */
  readonly identity?: Identity
  /** What it asks of the session that the packet carries, and does to it; absent for most. */
  readonly session?: SessionUse
  readonly option?: Option
  /** `goes-on`: as it came. `lost`: dropped, told only of an option of a choice. `unknown`: ends where nobody can tell. `unsettled`: goes on
   *  in a way that no table knows. */
  readonly passage: 'goes-on' | 'lost' | 'unknown' | 'unsettled'
}

/** One option of a choice that is made on the way: each takes the same packets. */
export interface Option {
  readonly of: string
  readonly is: string
  /** Where the choice is met again, the same is picked. */
  readonly kept: boolean
}

/** Sessions that let an answer come back by itself and change nothing else: an answer that carries one returns to where it says. */
export interface SessionUse {
  readonly open: readonly { readonly device: string; readonly open: boolean }[]
  readonly bound: readonly { readonly from: string | undefined; readonly bound: ReturnBound }[]
  readonly opens?: Returning
  readonly resumes?: string
  /** Goes to where the session says, from here. */
  readonly returns?: { readonly from: string | undefined }
}

/** A session of that kind. */
export interface Returning {
  readonly device: string
  /** Where answers from outside the VPC enter. */
  readonly stage: StageId
}

export type Identity = { readonly becomes: Sender | undefined } | 'from-afar'

/** A stage by name: what it does the tables of a network say. */
export interface Node {
  readonly id: StageId
  /** Small and dense, among all tables that are alike. */
  readonly number: number
}

type Table = AddressMap<readonly TableEntry[]>

export class ForwardingTables {
  readonly #graph: ForwardingGraph
  readonly #familyOf: (stage: StageId) => Family
  readonly #common: InCommon<ForwardingTables> | undefined
  readonly #nodes: Map<StageId, Node>
  /** By the number of the node. */
  readonly #requests: (Table | undefined)[] = []
  readonly #replies: (Table | undefined)[] = []

  /** `familyOf`: the address family of the packets at a stage. */
  constructor(graph: ForwardingGraph, familyOf: (stage: StageId) => Family, common?: InCommon<ForwardingTables>) {
    this.#graph = graph
    this.#familyOf = familyOf
    this.#common = common
    this.#nodes = common ? common.with.#nodes : new Map<StageId, Node>()
  }

  node(id: StageId): Node {
    let node = this.#nodes.get(id)
    if (!node) this.#nodes.set(id, (node = { id, number: this.#nodes.size }))
    return node
  }

  /** Where packets go on to from a stage, by destination. */
  of(node: Node, leg: Leg): Table {
    const known = leg === 'request' ? this.#requests : this.#replies
    return (known[node.number] ??= this.#made(node, leg))
  }

  #made(node: Node, leg: Leg): Table {
    if (this.#common?.has(node.id)) return this.#common.with.of(node, leg)
    return leg === 'reply' && this.#treatsLegsAlike(node) ? this.of(node, 'request') : this.#compiled(node, leg)
  }

  #treatsLegsAlike({ id }: Node): boolean {
    return this.#graph.hops(id).every((hop) => hop.leg === undefined || isNoEntry(hop))
  }

  #compiled({ id }: Node, leg: Leg): Table {
    const family = this.#familyOf(id)
    const taken: (readonly [AddressSet, TableEntry])[] = []
    for (const hop of this.#graph.hops(id)) {
      if (isNoEntry(hop) || (hop.leg !== undefined && hop.leg !== leg)) continue
      const open = openedBy(hop, family)
      if (!open) continue
      const to = this.node(hop.to === BY_SESSION ? id : hop.to)
      for (const [line, addresses] of open.parts) taken.push([addresses, { to, line, ...open.conditions }])
    }
    const [first] = taken
    if (taken.length === 0) return AddressMap.constant<readonly TableEntry[]>(family, NO_ENTRIES)
    if (taken.length === 1 && first![0] === addressLine(family)) return AddressMap.constant(family, [first![1]])
    const alike = new Map<string, readonly TableEntry[]>()
    const index = new Map(taken.map(([, entry], at) => [entry, at] as const))
    return AddressMap.sweep(family, taken, (entries): readonly TableEntry[] => {
      if (entries.length === 0) return NO_ENTRIES
      const key = entries.map((entry) => index.get(entry)).join()
      let known = alike.get(key)
      if (!known) alike.set(key, (known = entries))
      return known
    })
  }
}

/** Whether it carries on all requests to its destinations as they came, whoever sends them. */
export const takesAll = ({ line, sources, senders, letOut, session, option, passage }: TableEntry): boolean =>
  passage === 'goes-on' &&
  line === EVERYTHING &&
  sources.length + senders.length === 0 &&
  letOut === undefined &&
  option === undefined &&
  (!session || (session.open.length === 0 && !session.opens && session.resumes === undefined && !session.returns))

/** What is dropped is told only where it is one option of a choice. */
const isNoEntry = ({ effect, choice }: Hop): boolean => effect === 'drop' && !choice

const NO_ENTRIES: readonly TableEntry[] = []

interface Opened {
  /** The destinations that the hop takes, by what it takes of the protocol line. */
  readonly parts: ReadonlyMap<L4Set, AddressSet>
  /** What it asks besides. */
  readonly conditions: Omit<TableEntry, 'to' | 'line'>
}

/** A hop as conditions on a packet that has its header as sent; undefined where it takes no such packet. */
const openedBy = (hop: Hop, family: Family): Opened | undefined => {
  let parts: ReadonlyMap<L4Set, AddressSet> = new Map([[EVERYTHING, addressLine(family)]])
  const sources: AddressMap<L4Set>[] = []
  const senders: TableEntry['senders'][number][] = []
  const open: { readonly device: string; readonly open: boolean }[] = []
  const bound: { readonly from: string | undefined; readonly bound: ReturnBound }[] = []
  let opens: Returning | undefined
  let resumes: string | undefined
  let letOut: boolean | undefined
  let identity: Identity | undefined
  const certain = !hop.condition && !hop.choice
  let passage: TableEntry['passage'] = hop.condition ? 'unsettled' : 'goes-on'
  if (hop.effect === 'drop') passage = 'lost'
  if (hop.effect === 'unknown') passage = certain && !hop.onward ? 'unknown' : 'unsettled'
  for (const transfer of hop.transfers) {
    // A client is asked by nobody whose answer tables give.
    if (transfer.do === 'identify' || transfer.do === 'identify-for-client') identity = { becomes: transfer.as }
    else if (transfer.do === 'identify-from-afar') identity = 'from-afar'
    else if (transfer.do === 'open' && transfer.returnTo?.takes === 'outside' && !transfer.returnTo.neighbour)
      opens = { device: transfer.device, stage: transfer.returnTo.stage }
    else if (transfer.do === 'resume') resumes = transfer.device
    else if (transfer.do !== 'only') {
      // What comes after is asked of another header.
      passage = 'unsettled'
      break
    } else {
      const { when } = transfer
      switch (when.on) {
        case 'destination':
          parts = 'within' in when ? within(parts, when.within) : through(parts, when.map)
          break
        case 'source':
          sources.push('within' in when ? indicatorOf(family, when.within) : when.map)
          break
        case 'line':
          parts = onLine(parts, when.line)
          break
        case 'source-port':
          // A table knows the protocol line alone.
          passage = 'unsettled'
          break
        case 'sender':
          senders.push(when.admits)
          break
        case 'reference':
          if (letOut !== undefined && letOut !== when.letOut) return undefined
          letOut = when.letOut
          break
        case 'session':
          open.push(when)
          break
        case 'return':
          bound.push(when)
      }
    }
    if (parts.size === 0) return undefined
  }
  const [returning] = bound
  const returns = hop.to === BY_SESSION && returning ? { from: returning.from } : undefined
  const special = open.length + bound.length > 0 || opens || resumes !== undefined || returns
  const session: SessionUse = {
    open,
    bound,
    ...(opens && { opens }),
    ...(resumes !== undefined && { resumes }),
    ...(returns && { returns }),
  }
  return {
    parts,
    conditions: {
      sources,
      senders,
      ...(letOut !== undefined && { letOut }),
      ...(identity !== undefined && { identity }),
      ...(special && { session }),
      ...(hop.choice && { option: { of: choiceKey(hop.choice), is: hop.choice.option, kept: hop.choice.kept } }),
      passage,
    },
  }
}

type Parts = ReadonlyMap<L4Set, AddressSet>

const within = (parts: Parts, addresses: AddressSet): Parts => {
  const kept = new Map<L4Set, AddressSet>()
  for (const [line, set] of parts) {
    const part = intervals.intersect(set, addresses)
    if (part.length > 0) kept.set(line, part)
  }
  return kept
}

const through = (parts: Parts, map: AddressMap<L4Set>): Parts => {
  const kept = new Map<L4Set, AddressSet>()
  for (const [line, set] of parts)
    for (const [admitted, part] of map.split(set)) {
      const both = l4Algebra.intersect(line, admitted)
      if (both !== NOTHING) kept.set(both, intervals.union(kept.get(both) ?? [], part))
    }
  return kept
}

const onLine = (parts: Parts, admitted: L4Set): Parts => {
  const kept = new Map<L4Set, AddressSet>()
  for (const [line, set] of parts) {
    const both = l4Algebra.intersect(line, admitted)
    if (both !== NOTHING) kept.set(both, intervals.union(kept.get(both) ?? [], set))
  }
  return kept
}

/** By family: the empty set is one for both. */
const indicators = { 4: new WeakMap<AddressSet, AddressMap<L4Set>>(), 6: new WeakMap<AddressSet, AddressMap<L4Set>>() }

const indicatorOf = (family: Family, set: AddressSet): AddressMap<L4Set> => {
  let map = indicators[family].get(set)
  if (!map) indicators[family].set(set, (map = AddressMap.indicator(family, set, EVERYTHING, NOTHING)))
  return map
}
