/** What in a network breaks the rules of a policy: exact packets between groups that no selector tells apart, one rule after the other,
 *  the worst first. Every rule is judged for itself; which of several tells of a packet is known by `checks/telling.ts`. */
import { isByPublicAddress } from '../analysis/tally.ts'
import type { Compiled } from '../aws/compile.ts'
import { type Cell, type CellFlow, cellsOf } from '../analysis/cells.ts'
import type { Progress } from '../analysis/progress.ts'
import { CLIENT_PORTS } from '../analysis/question.ts'
import { someOf } from '../analysis/short-lists.ts'
import type { Family } from '../packet/address.ts'
import { type L4Set, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import type { Verdict } from '../reach/verdict.ts'
import { lacksOfAccounts } from './account-words.ts'
import { withoutWays } from './bypass.ts'
import { partTaken, takes } from './coverage.ts'
import { type Crowd, crowdOf, type Party, type TierNames } from './crowd.ts'
import type { Policy, Rule, Verb } from './policy.ts'
import { lineOfPorts, type PortWord } from './ports.ts'
import { type Lacking, metBetween, startersAmong } from './requirement.ts'
import { EVERYBODY, type Selected } from './selected.ts'
import type { Selections } from './selection.ts'
import type { Selector } from './selector.ts'
import { bySeverity } from './severity.ts'
import { isEverybody } from './spoken.ts'
import { type UnreadPlace, unreadPlaces } from './unread.ts'

/** Packets between two groups that break a rule. */
export interface Breach {
  readonly rule: Rule
  readonly from: Party
  readonly to: Party
  /** Headers that fare alike, and one pair that sends them. */
  readonly flow: BreachFlow
  /** The part of the flow that breaks the rule. For `require`: what should pass and does not. */
  readonly packets: PacketSet
  readonly pairs: number
  /** The network in which these packets flow: for `via`, the one without what should be crossed. */
  readonly compiled: Compiled
}

/** As in a cell; what `require` misses may get nowhere at all. */
export type BreachFlow = Omit<CellFlow, 'verdict'> & { readonly verdict: Verdict }

/** Two groups of which a rule cannot say whether they break it. */
export interface Undecided {
  readonly rule: Rule
  readonly from: Party
  readonly to: Party
  readonly cell: Cell | undefined
  /** What a selector would need to know. */
  readonly lacks: readonly string[]
  /** The side of the rule that selects nothing, of which it therefore says nothing. */
  readonly empty?: string
}

/** What a built-in check about packets says of two groups: the headers that are wrong there. */
export type Suspicion = (from: Party, to: Party, family: Family) => L4Set

export interface Judged {
  readonly breaches: readonly Breach[]
  readonly undecided: readonly Undecided[]
  /** Rules of something that must work, of which a side selects nothing in this network. */
  readonly unmet: readonly { readonly rule: Rule; readonly side: string }[]
  readonly crowd: Crowd
  readonly cells: Cells
  /** The same for a check. */
  readonly suspect: (rule: Rule, suspicion: Suspicion) => readonly Breach[]
  /** What gets there past what should be crossed, from everybody. */
  readonly past: (rule: Rule) => readonly Breach[]
}

export const judgeRules = (
  compiled: Compiled,
  policy: Policy,
  selections: Selections,
  names: TierNames,
  /** What checks tell apart besides. */
  distinctions: readonly Selected[],
  progress?: Progress,
): Judged => {
  const selectors = [
    ...policy.rules.flatMap(({ verb }) => selectorsOf(verb)),
    ...policy.exceptions.flatMap(({ from, to }) => [from, to].filter((each) => each !== undefined)),
  ]
  const selected = [...selectors.map((selector) => selections.of(selector)), ...distinctions]
  const crowd = crowdOf(compiled, names, [...new Set(selected)])
  const cells = new Cells(compiled, crowd, progress)
  const judge = new Judge(compiled, policy, selections, crowd, cells)
  for (const rule of policy.rules.toSorted((a, b) => bySeverity(a.severity, b.severity))) judge.rule(rule)
  const { breaches, undecided, unmet } = judge
  const suspect = (rule: Rule, suspicion: Suspicion): readonly Breach[] => {
    const before = breaches.length
    judge.suspect(rule, suspicion)
    return breaches.splice(before)
  }
  const past = (rule: Rule): readonly Breach[] => {
    const [before, noted] = [breaches.length, undecided.length]
    judge.rule(rule)
    undecided.splice(noted)
    return breaches.splice(before)
  }
  return { breaches, undecided, unmet, crowd, cells, suspect, past }
}

/** The `through` of `via` selects components, and no interfaces. */
const selectorsOf = (verb: Verb): readonly Selector[] => {
  switch (verb.is) {
    case 'only-into':
      return [verb.into, verb.from]
    case 'only-out-of':
      return [verb.outOf, verb.to]
    default:
      return [verb.from, verb.to]
  }
}

/** What flows between the groups of a crowd, where anything does or is unknown. */
export class Cells {
  readonly all: readonly Cell[]
  readonly #byParty = new Map<string, Map<string, Cell>>()

  constructor(compiled: Compiled, { senders, receivers }: Crowd, progress?: Progress) {
    this.all = cellsOf(compiled, senders, receivers, {}, progress).filter(({ verdict }) => verdict !== 'unreachable')
    for (const cell of this.all) {
      const row = this.#byParty.get(cell.from.key)
      if (row) row.set(cell.to.key, cell)
      else this.#byParty.set(cell.from.key, new Map([[cell.to.key, cell]]))
    }
  }

  at(from: Party, to: Party): Cell | undefined {
    return this.#byParty.get(from.key)?.get(to.key)
  }
}

class Judge {
  readonly breaches: Breach[] = []
  readonly undecided: Undecided[] = []
  readonly unmet: { readonly rule: Rule; readonly side: string }[] = []
  readonly #compiled: Compiled
  readonly #policy: Policy
  readonly #selections: Selections
  readonly #crowd: Crowd
  readonly #cells: Cells
  readonly #unread: readonly UnreadPlace[]
  /** By rule, groups and way: a rule that holds both ways may speak of the same packets twice. */
  readonly #told = new Map<string, PacketSet>()

  constructor(compiled: Compiled, policy: Policy, selections: Selections, crowd: Crowd, cells: Cells) {
    this.#compiled = compiled
    this.#policy = policy
    this.#selections = selections
    this.#crowd = crowd
    this.#cells = cells
    this.#unread = unreadPlaces(compiled.network)
  }

  rule(rule: Rule): void {
    const { verb } = rule
    switch (verb.is) {
      case 'only-into':
        return this.#only(rule, { side: 'source', closed: verb.into, open: verb.from, ports: verb.ports })
      case 'only-out-of':
        return this.#only(rule, { side: 'destination', closed: verb.outOf, open: verb.to, ports: verb.ports })
      case 'deny':
      case 'via':
      case 'require': {
        this.#directed(rule, verb)
        if (verb.bothWays) this.#directed(rule, { ...verb, from: verb.to, to: verb.from })
      }
    }
  }

  #directed(rule: Rule, verb: Extract<Verb, { readonly bothWays: boolean }>): void {
    switch (verb.is) {
      case 'deny':
        return this.#deny(rule, verb)
      case 'via':
        return this.#via(rule, verb)
      case 'require':
        return this.#require(rule, verb)
    }
  }

  suspect(rule: Rule, suspicion: Suspicion): void {
    this.#lacksInterfaces(rule, EVERYBODY, EVERYBODY)
    for (const cell of this.#cells.all) {
      const [from, to] = [cell.from as Party, cell.to as Party]
      if (!from.members && !to.members) continue
      let isOpen = cell.unaskable.length > 0 && suspicion(from, to, 4) !== NOTHING
      for (const flow of cell.flows) {
        const line = suspicion(from, to, flow.family)
        if (line === NOTHING) continue
        const packets = flow.packets.narrowTransport(transport(line))
        if (flow.verdict === 'unknown') isOpen ||= !packets.isEmpty()
        else this.#breach(rule, from, to, flow, packets)
      }
      if (isOpen) this.undecided.push({ rule, from, to, cell, lacks: [] })
    }
  }

  #deny(rule: Rule, { from, to, ports }: Pick<Extract<Verb, { is: 'deny' }>, 'from' | 'to' | 'ports'>): void {
    this.#eachPair(rule, from, to, (sender, receiver, cell) => {
      for (const flow of flowsOf(cell, rule)) this.#breach(rule, sender, receiver, flow, onPorts(flow.packets, ports))
    })
  }

  #only(
    rule: Rule,
    {
      side,
      closed,
      open,
      ports,
    }: {
      readonly side: 'source' | 'destination'
      readonly closed: Selector
      readonly open: Selector
      readonly ports: readonly PortWord[] | undefined
    },
  ): void {
    const [inside, permitted] = [this.#selected(rule, closed, 'the closed side'), this.#selections.of(open)]
    const { senders, receivers } = this.#crowd
    const closedParties = (side === 'source' ? receivers : senders).filter((party) => takes(inside, party))
    const others = (side === 'source' ? senders : receivers).filter(isEverybody)
    this.#lacks(rule, [...inside.lacks, ...permitted.lacks])
    if (side === 'source') this.#lacksInterfaces(rule, EVERYBODY, inside)
    else this.#lacksInterfaces(rule, inside, EVERYBODY)
    for (const party of closedParties)
      for (const other of others) {
        const [from, to] = side === 'source' ? [other, party] : [party, other]
        const cell = this.#cells.at(from, to)
        if (!cell || (!party.members && !other.members)) continue
        // Of somebody who may send everything, nothing need be known.
        const free = ports === undefined && takes(permitted, other)
        if (!free) this.#note(rule, from, to, cell)
        for (const flow of flowsOf(cell, rule)) {
          const ends = { party: other, other: party, byPublicAddress: isByPublicAddress(flow) }
          const allowed = onPorts(partTaken(this.#compiled, permitted, side, ends, flow.packets), ports)
          this.#breach(rule, from, to, flow, flow.packets.subtract(allowed))
        }
      }
  }

  #via(rule: Rule, { from, to, through, ports }: Extract<Verb, { is: 'via' }>): void {
    const [sources, targets] = [this.#selected(rule, from, 'from'), this.#selected(rule, to, 'to')]
    const lacks = lacksOfAccounts(this.#compiled.network, this.#policy, through)
    this.#lacks(rule, [...sources.lacks, ...targets.lacks, ...lacks])
    this.#lacksInterfaces(rule, sources, targets)
    // What has to be crossed is not known, so nobody can be said to have passed it by.
    if (lacks.length > 0) return
    const senders = this.#crowd.senders.filter((party) => takes(sources, party))
    const receivers = this.#crowd.receivers.filter((party) => takes(targets, party))
    if (!senders.some((a) => receivers.some((b) => this.#cells.at(a, b)))) return
    const compiled = withoutWays(this.#compiled, through, this.#policy)
    for (const cell of cellsOf(compiled, senders, receivers, {})) {
      const [sender, receiver] = [cell.from as Party, cell.to as Party]
      if (receiver.place.is !== 'aws-service' || this.#reachesInternet(sender)) this.#note(rule, sender, receiver, cell)
      for (const flow of flowsOf(cell, rule)) {
        const packets = onPorts(flow.packets, ports)
        if (!packets.isEmpty())
          this.breaches.push({ rule, from: sender, to: receiver, flow, packets, pairs: flow.pairs, compiled })
      }
    }
  }

  /** Who reaches nothing on the internet reaches no service there either, whatever its addresses are. */
  #reachesInternet(sender: Party): boolean {
    return this.#crowd.receivers.some(
      ({ place }, at) => place.is === 'internet' && this.#cells.at(sender, this.#crowd.receivers[at]!),
    )
  }

  #require(rule: Rule, { from, to, ports, all }: Extract<Verb, { is: 'require' }>): void {
    const [sources, targets] = [this.#selected(rule, from, 'from'), this.#selected(rule, to, 'to')]
    this.#lacks(rule, [...sources.lacks, ...targets.lacks])
    this.#lacksInterfaces(rule, sources, targets)
    const found: Breach[] = []
    const open: Undecided[] = []
    let works = 0
    for (const sender of startersAmong(
      this.#compiled,
      this.#crowd.senders.filter((party) => takes(sources, party)),
    ))
      for (const receiver of this.#crowd.receivers.filter((party) => takes(targets, party))) {
        const cell = this.#cells.at(sender.party, receiver)
        const requirement = { families: rule.families, ports }
        const met = metBetween(this.#compiled, requirement, sender.starters, receiver, cell)
        works += met.working
        if (met.open) open.push({ rule, from: sender.party, to: receiver, cell, lacks: [] })
        if (met.lacking) found.push(this.#missing(rule, sender.party, receiver, met.lacking, met.broken))
      }
    // Of some, one that works is enough, and one that is not known may be the one.
    if (all || works === 0) for (const each of open) this.undecided.push(each)
    if (all || (works === 0 && open.length === 0)) for (const each of found) this.breaches.push(each)
  }

  #missing(rule: Rule, from: Party, to: Party, { family, line, verdict, example }: Lacking, pairs: number): Breach {
    const packets = PacketSet.of(family, { transport: transport(line, CLIENT_PORTS) })
    const flow: BreachFlow = { verdict, family, translated: false, packets, pairs, example }
    return { rule, from, to, flow, packets, pairs, compiled: this.#compiled }
  }

  #eachPair(
    rule: Rule,
    from: Selector,
    to: Selector,
    each: (sender: Party, receiver: Party, cell: Cell) => void,
  ): void {
    const [sources, targets] = [this.#selected(rule, from, 'from'), this.#selected(rule, to, 'to')]
    this.#lacks(rule, [...sources.lacks, ...targets.lacks])
    this.#lacksInterfaces(rule, sources, targets)
    const receivers = this.#crowd.receivers.filter((party) => takes(targets, party))
    for (const sender of this.#crowd.senders.filter((party) => takes(sources, party)))
      for (const receiver of receivers) {
        const cell = this.#cells.at(sender, receiver)
        if (!cell || (!sender.members && !receiver.members)) continue
        this.#note(rule, sender, receiver, cell)
        each(sender, receiver, cell)
      }
  }

  #selected(rule: Rule, selector: Selector, side: string): Selected {
    const selected = this.#selections.of(selector)
    const { inside } = this.#crowd
    const isEmpty =
      selected.outside.length === 0 &&
      selected.lacks.length === 0 &&
      !selected.ownVpc &&
      !inside.some((party) => takes(selected, party))
    if (isEmpty && !rule.isShipped && !this.#selections.isElsewhere(selector)) this.#empty(rule, side)
    return selected
  }

  /** Not every estate has every tier that ztnet/tiers-v1 speaks of, but who names somebody means somebody who is there: what is not there
   *  cannot work, unless it was not read. */
  #empty(rule: Rule, side: string): void {
    const isRead = this.#compiled.network
      .all('vpc')
      .every(({ id }) => this.#compiled.network.coversIn('networkInterface', id))
    if (rule.verb.is === 'require' && isRead) this.unmet.push({ rule, side })
    else this.#open(rule, { lacks: [], empty: side })
  }

  /** Interfaces that were not read are in no group, and may break a rule all the same. */
  #lacksInterfaces(rule: Rule, sources: Selected, targets: Selected): void {
    const { senders, receivers } = this.#crowd
    if (!this.#isSomebody(sources, senders) || !this.#isSomebody(targets, receivers)) return
    const places = this.#unread.filter((place) => sources.may(place) || targets.may(place)).map(({ text }) => text)
    if (places.length > 0)
      this.#lacks(rule, [
        `the network interfaces of ${someOf(places, 3, 'places')}, which aws ec2 describe-network-interfaces tells`,
      ])
  }

  #isSomebody(selected: Selected, parties: readonly Party[]): boolean {
    return selected.ownVpc || parties.some((party) => takes(selected, party)) || this.#unread.some(selected.may)
  }

  #lacks(rule: Rule, lacks: readonly string[]): void {
    if (lacks.length > 0) this.#open(rule, { lacks: [...new Set(lacks)] })
  }

  /** Of nobody in particular. */
  #open(rule: Rule, why: Pick<Undecided, 'lacks' | 'empty'>): void {
    const [[from], [to]] = [this.#crowd.senders, this.#crowd.receivers]
    if (from && to) this.undecided.push({ rule, from, to, cell: undefined, ...why })
  }

  #note(rule: Rule, from: Party, to: Party, cell: Cell): void {
    const isOpen =
      cell.unaskable.length > 0 ||
      cell.flows.some(({ verdict, family }) => verdict === 'unknown' && rule.families.includes(family))
    if (isOpen) this.undecided.push({ rule, from, to, cell, lacks: [] })
  }

  #breach(rule: Rule, from: Party, to: Party, flow: CellFlow, packets: PacketSet): void {
    const key = `${rule.id}\n${wayOf(from, to, flow)}`
    const told = this.#told.get(key)
    const rest = told ? packets.subtract(told) : packets
    if (rest.isEmpty()) return
    this.#told.set(key, told ? told.union(rest) : rest)
    this.breaches.push({ rule, from, to, flow, packets: rest, pairs: flow.pairs, compiled: this.#compiled })
  }
}

/** What tells a flow between two groups from others between them. */
export const wayOf = (from: Party, to: Party, { family, translated, verdict, example }: BreachFlow): string =>
  `${from.key}\n${to.key}\n${family} ${translated} ${verdict} ${example.from} ${example.to}`

const flowsOf = ({ flows }: Cell, { families }: Rule): readonly CellFlow[] =>
  flows.filter(({ verdict, family }) => verdict !== 'unknown' && families.includes(family))

const onPorts = (packets: PacketSet, ports: readonly PortWord[] | undefined): PacketSet =>
  ports === undefined ? packets : packets.narrowTransport(transport(lineOfPorts(ports, packets.family)))
