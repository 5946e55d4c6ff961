/** Rules of a network firewall as an ordered list, and what becomes of packets by it. Each rule takes a box of headers; where something
 *  that no header shows decides whether it takes them, all that may come of it is kept. Knows neither records nor notations. */
import { once } from '../collections.ts'
import type { AddressSet, Family } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING, partOf, PORTED, portsLine, wholeProtocol } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import { ALL_PORTS, type PortSet } from '../packet/transport.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { ReasonCode } from './reasons.ts'

/** The headers that a rule takes. Source ports other than all of them are of a line of TCP and UDP alone. */
export interface Match {
  readonly sources: AddressSet
  readonly destinations: AddressSet
  readonly line: L4Set
  readonly sourcePorts: PortSet
}

/** `forward`: on to the stateful engine. `either`: passes or drops, by what no header shows. */
export type Action = 'pass' | 'drop' | 'forward' | 'either'

export interface FirewallRule extends Match {
  readonly engine: 'stateless' | 'stateful'
  readonly action: Action
  /** Why the header alone does not tell whether the rule takes a packet, or what it does with it. */
  readonly doubt?: ReasonCode
  /** Takes what it may take, whatever its doubt is about: nothing comes after it. */
  readonly last?: true
  /** Takes TCP with such flags only (R-NFW-3). */
  readonly flags?: readonly TcpFlags[]
  /** The rule group or policy that it is in. */
  readonly resource: string
  readonly text: string
  readonly assumptions?: readonly string[]
}

/** Of the flags in `masks`, those in `flags` are set and no others. */
export interface TcpFlags {
  readonly flags: ReadonlySet<string>
  readonly masks: ReadonlySet<string>
}

/** What becomes of packets, and by which rule. */
export interface FirewallDisposition {
  readonly is: 'passed' | 'dropped' | 'conditional' | 'unknown'
  readonly by: FirewallRule
  readonly code: ReasonCode
  readonly assumptions: readonly string[]
}

/** A part of all packets that the conditions of the graph can tell: sources, source ports, and a line for each destination. */
export interface Region {
  readonly sources: AddressSet
  /** Absent: any, and packets that have none. */
  readonly sourcePorts?: PortSet
  readonly fates: AddressMap<readonly Decided[]>
}

export interface Decided {
  readonly fate: FirewallDisposition
  readonly line: L4Set
}

/** What the rules do with packets of one leg: disjoint regions that together are all packets. */
export const regionsOf = (family: Family, rules: readonly FirewallRule[], leg: Leg): readonly Region[] => {
  const asked = leg === 'request' || !passesUnseen(rules) ? rules : [...openings(rules), ...rules]
  const lists = new Lists(asked)
  const bySource = AddressMap.sweep(
    family,
    asked.map((rule) => [rule.sources, rule] as const),
    lists.one,
  )
  return [...bySource.parts()].flatMap(([list, sources]) =>
    byPorts(list).map(({ sourcePorts, line, candidates }) => ({
      sources,
      ...(sourcePorts && { sourcePorts }),
      fates: fatesBy(family, candidates, line, leg),
    })),
  )
}

/** The box with source and destination, addresses and ports, in each other's place. */
export const mirroredMatch = ({ sources, destinations, line, sourcePorts }: Match): readonly Match[] => {
  const turned = { sources: destinations, destinations: sources }
  const rest = l4Algebra.subtract(line, PORTED)
  const portless = rest === NOTHING ? [] : [{ ...turned, line: rest, sourcePorts: ALL_PORTS }]
  const ported = [TCP, UDP].flatMap((protocol) => {
    const ports = partOf(line, protocol)
    if (ports.length === 0) return []
    return [{ ...turned, line: portsLine(protocol, sourcePorts), sourcePorts: ports }]
  })
  return [...portless, ...ported]
}

/** A rule as judged for the request that an answer belongs to: its header is the mirror of the answer's. */
interface Opening extends Omit<FirewallRule, 'engine'> {
  readonly engine: 'opening'
}

type Candidate = FirewallRule | Opening

const openings = (rules: readonly FirewallRule[]): readonly Opening[] =>
  rules
    .filter(({ engine }) => engine === 'stateless')
    .flatMap((rule) => mirroredMatch(rule).map((match) => ({ ...rule, ...match, engine: 'opening' as const })))

/** Whether requests may pass that the stateful engine does not see. */
const passesUnseen = (rules: readonly FirewallRule[]): boolean =>
  rules.some(({ engine, action }) => engine === 'stateless' && (action === 'pass' || action === 'either'))

/** Interned lists of candidates: what a sweep tells apart. */
class Lists {
  readonly #index: ReadonlyMap<Candidate, number>
  readonly #known = new Map<string, readonly Candidate[]>()

  constructor(all: readonly Candidate[]) {
    this.#index = new Map(all.map((rule, at) => [rule, at]))
  }

  readonly one = (rules: readonly Candidate[]): readonly Candidate[] =>
    once(this.#known, rules.map((rule) => this.#index.get(rule)).join(), () => rules)
}

interface OfPorts {
  readonly sourcePorts?: PortSet
  readonly line: L4Set
  readonly candidates: readonly Candidate[]
}

/** Source ports that no candidate tells apart, with the candidates that take them; then what has no ports. */
const byPorts = (candidates: readonly Candidate[]): readonly OfPorts[] => {
  const anyPort = (rule: Candidate): boolean => intervals.equals(rule.sourcePorts, ALL_PORTS)
  if (candidates.every(anyPort)) return [{ line: EVERYTHING, candidates }]
  const bounds = [...new Set([...ALL_PORTS, ...candidates.flatMap(({ sourcePorts }) => sourcePorts)])].sort(
    (a, b) => a - b,
  )
  const lists = new Lists(candidates)
  const ports = new Map<readonly Candidate[], PortSet>()
  for (const [at, from] of bounds.slice(0, -1).entries()) {
    const list = lists.one(candidates.filter(({ sourcePorts }) => intervals.has(sourcePorts, from)))
    ports.set(list, intervals.union(ports.get(list) ?? [], [from, bounds[at + 1]!]))
  }
  return [
    ...[...ports].map(([list, sourcePorts]) => ({ sourcePorts, line: PORTED, candidates: list })),
    { line: l4Algebra.subtract(EVERYTHING, PORTED), candidates: candidates.filter(anyPort) },
  ]
}

const fatesBy = (
  family: Family,
  candidates: readonly Candidate[],
  line: L4Set,
  leg: Leg,
): AddressMap<readonly Decided[]> => {
  const lists = new Lists(candidates)
  return AddressMap.sweep(
    family,
    candidates.map((rule) => [rule.destinations, rule] as const),
    lists.one,
  ).map((list) => decide(list, line, leg))
}

/** Packets that no rule has settled yet. */
interface Open {
  readonly line: L4Set
  readonly engine: Candidate['engine']
  /** Whether the stateful engine saw the request that this answers. */
  readonly seen: boolean
  /** Of the rules that may have taken them before, the first for each action and each kind of doubt. */
  readonly doubts: readonly FirewallRule[]
}

/** First match decides. Of an answer there are two packets to ask about, and both must pass (R-NFW-3). */
const decide = (rules: readonly Candidate[], line: L4Set, leg: Leg): readonly Decided[] => {
  if (!rules.some(({ flags }) => flags)) return decideFor(rules, line, leg, SYN)
  if (leg === 'request') return decideFor(rules, line, leg, SYN)
  const [first, second] = [SYN_ACK, ACK].map((set) => decideFor(rules, line, leg, set))
  return first!.flatMap((one) =>
    second!.flatMap((other) => {
      const both = l4Algebra.intersect(one.line, other.line)
      return both === NOTHING ? [] : [{ line: both, fate: bothFates(one.fate, other.fate) }]
    }),
  )
}

const bothFates = (one: FirewallDisposition, other: FirewallDisposition): FirewallDisposition => {
  if (one.is === other.is) return one
  const doubtful =
    [one, other].find(({ is }) => is === 'unknown') ?? [one, other].find(({ is }) => is === 'conditional')
  if (doubtful) return doubtful
  const dropped = one.is === 'dropped' ? one : other
  return { ...dropped, is: 'conditional', code: 'FIREWALL_UNSUPPORTED_RULE_OPTIONS' }
}

const decideFor = (
  rules: readonly Candidate[],
  line: L4Set,
  leg: Leg,
  flags: ReadonlySet<string>,
): readonly Decided[] => {
  const decided: Decided[] = []
  const [first] = rules
  let open: readonly Open[] = [{ line, engine: first!.engine, seen: true, doubts: [] }]
  for (const rule of rules) {
    const takenLine = lineWith(rule, rule.engine === 'opening' ? SYN : flags)
    open = open.flatMap((part) => {
      const takes = part.engine === rule.engine ? l4Algebra.intersect(part.line, takenLine) : NOTHING
      if (takes === NOTHING) return [part]
      const rest = { ...part, line: l4Algebra.subtract(part.line, takes) }
      const left = rest.line === NOTHING ? [] : [rest]
      const taken = { ...part, line: takes }
      if (rule.engine === 'opening') {
        if (rule.doubt !== undefined && !rule.last)
          return [...left, rule.action === 'forward' ? taken : { ...taken, seen: false }]
        return [...left, { ...taken, engine: 'stateless', seen: part.seen && rule.action === 'forward' }]
      }
      if (rule.doubt !== undefined && !rule.last) return [...left, { ...taken, doubts: withDoubt(part.doubts, rule) }]
      if (rule.action === 'forward' && leg === 'request') return [...left, { ...taken, engine: 'stateful' }]
      decided.push({ line: takes, fate: settled(taken, rule) })
      return left
    })
    if (open.length === 0) break
  }
  return decided
}

const lineWith = ({ line, flags }: Candidate, set: ReadonlySet<string>): L4Set =>
  !flags || flags.some((each) => [...each.masks].every((flag) => each.flags.has(flag) === set.has(flag)))
    ? line
    : l4Algebra.subtract(line, wholeProtocol(TCP))

const withDoubt = (doubts: readonly FirewallRule[], rule: FirewallRule): readonly FirewallRule[] =>
  doubts.some(({ action, doubt }) => action === rule.action && doubt === rule.doubt) ? doubts : [...doubts, rule]

/** Packets that this rule takes for certain, unless one of the doubtful ones before took them. */
const settled = ({ doubts, seen }: Open, rule: FirewallRule): FirewallDisposition => {
  const actions = new Set([...doubts.flatMap(({ action }) => MAY_COME[action]), ...COMES[rule.action]])
  // An answer on its way to the stateful engine passes if the request passed there (R-NFW-2).
  if (rule.action === 'forward' && !seen) actions.add('drop')
  const { assumptions = [] } = rule
  const fate = (is: FirewallDisposition['is'], by: FirewallRule, code: ReasonCode): FirewallDisposition => ({
    is,
    by,
    code,
    assumptions,
  })
  if (actions.size === 1)
    return actions.has('pass')
      ? fate('passed', rule, 'FIREWALL_INSPECTION')
      : fate('dropped', rule, 'FIREWALL_RULES_RESTRICTION')
  const doubtful = [...doubts, rule].filter(({ doubt }) => doubt !== undefined)
  const unread = doubtful.find(({ doubt }) => doubt === 'FIREWALL_RULES_UNKNOWN')
  if (unread) return fate('unknown', unread, 'FIREWALL_RULES_UNKNOWN')
  const [first] = doubtful
  return first ? fate('conditional', first, first.doubt!) : fate('conditional', rule, 'FIREWALL_SEES_ANSWERS_ONLY')
}

type Outcome = 'pass' | 'drop'

/** An answer that is forwarded is let through with its conversation. */
const COMES: Readonly<Record<Action, readonly Outcome[]>> = {
  pass: ['pass'],
  drop: ['drop'],
  forward: ['pass'],
  either: ['pass', 'drop'],
}

/** Of rules that may take a packet; what the stateful engine does with what may reach it is not asked. */
const MAY_COME: Readonly<Record<Action, readonly Outcome[]>> = { ...COMES, forward: COMES.either }

const SYN: ReadonlySet<string> = new Set(['SYN'])
const SYN_ACK: ReadonlySet<string> = new Set(['SYN', 'ACK'])
const ACK: ReadonlySet<string> = new Set(['ACK'])
