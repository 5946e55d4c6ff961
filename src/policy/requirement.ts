/** What `require` asks of two groups, pair by pair: each port must work, there and back, in one of the families that count. Without ports
 *  anything that works is enough, as it is for the verdict of `reach`. */
import type { Compiled } from '../aws/compile.ts'
import { type Cell, type CellFlow, cellsOf, type Group } from '../analysis/cells.ts'
import { placeOfInterfaces } from '../analysis/place.ts'
import { alike } from '../analysis/reachability.ts'
import { ownerOf } from '../aws/endpoint-class.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { lineOf } from '../packet/transport.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import type { Party } from './crowd.ts'
import { lineOfPorts, type PortWord } from './ports.ts'

export interface Requirement {
  readonly families: readonly Family[]
  readonly ports: readonly PortWord[] | undefined
}

export interface Met {
  /** Pairs that have all of it. */
  readonly working: number
  /** Pairs that certainly lack some of it, with what one of them lacks. */
  readonly broken: number
  readonly lacking?: Lacking
  /** Of some pairs it is not known. */
  readonly open: boolean
}

export interface Lacking {
  readonly family: Family
  readonly line: L4Set
  /** What becomes of it. */
  readonly verdict: Verdict
  readonly example: CellFlow['example']
}

/** `cell`: what flows between the two groups; undefined where nothing does. */
export const metBetween = (
  compiled: Compiled,
  requirement: Requirement,
  from: Party,
  to: Party,
  cell: Cell | undefined,
): Met => {
  const pairs = pairsBetween(from, to)
  if (pairs === 0) return NOBODY
  if (cell && missesNothing(missingOf(requirement, flowsOfAll(cell)))) return { ...NOBODY, working: pairs }
  const cells = cell
    ? cellsOf(compiled, lotsOf(compiled, from), lotsOf(compiled, to), {})
    : [{ from, to, pairs, verdict: 'unreachable', flows: [], unaskable: [] } satisfies Cell]
  return cells.map((each) => metIn(requirement, each)).reduce(added, NOBODY)
}

/** Groups of senders with those of them that start conversations of their own. A load balancer sends to its targets alone, which nobody
 *  requires otherwise, unless nothing but load balancers is meant. */
export const startersAmong = (
  { network }: Compiled,
  parties: readonly Party[],
): readonly { readonly party: Party; readonly starters: Party }[] => {
  const all = parties.map((party) => {
    const members = party.members?.filter((each) => ownerOf(network, each).is !== 'load-balancer')
    const isLess = members !== undefined && members.length > 0 && members.length < party.members!.length
    return { party, members, starters: isLess ? { ...party, members, place: placeOfInterfaces(members) } : party }
  })
  const some = all.filter(({ members }) => members === undefined || members.length > 0)
  return some.length > 0 ? some : all
}

const NOBODY: Met = { working: 0, broken: 0, open: false }

const added = (a: Met, b: Met): Met => {
  const lacking = a.lacking ?? b.lacking
  return {
    working: a.working + b.working,
    broken: a.broken + b.broken,
    open: a.open || b.open,
    ...(lacking && { lacking }),
  }
}

/** Interfaces that no rule tells apart: of two lots every pair fares alike. */
const lotsOf = ({ network }: Compiled, party: Party): readonly Group[] =>
  party.members
    ? alike(network, party.members).map((interfaces): Group => {
        const place = placeOfInterfaces(interfaces)
        return { key: place.selector, place }
      })
    : [party]

/** Of a cell all pairs of which fare alike. */
const metIn = (requirement: Requirement, cell: Cell): Met => {
  const { pairs, unaskable } = cell
  const flows = cell.flows.filter(({ family }) => requirement.families.includes(family))
  if (pairs === 0) return NOBODY
  const missing = missingOf(
    requirement,
    flows.filter(({ verdict }) => verdict === 'reachable'),
  )
  if (missesNothing(missing)) return { ...NOBODY, working: pairs }
  const touching = flows.filter(
    ({ family, packets }) => l4Algebra.intersect(missing[family], lineOf(packets.transports())) !== NOTHING,
  )
  if (unaskable.length > 0 || touching.some(({ verdict }) => verdict === 'unknown')) return { ...NOBODY, open: true }
  const family = requirement.families.find((each) => hasAddress(cell.from, each) && hasAddress(cell.to, each))
  const told = family ?? requirement.families[0]!
  const verdict = VERDICTS.find((each) => touching.some((flow) => flow.verdict === each)) ?? 'unreachable'
  const lacking: Lacking = { family: told, line: missing[told], verdict, example: exampleOf(cell) }
  return { working: 0, broken: pairs, open: false, lacking }
}

/** Those that every pair can send. */
const flowsOfAll = ({ flows, pairs }: Cell): readonly CellFlow[] =>
  flows.filter((flow) => flow.verdict === 'reachable' && flow.pairs === pairs)

type Missing = Readonly<Record<Family, L4Set>>

const missesNothing = (missing: Missing): boolean => missing[4] === NOTHING && missing[6] === NOTHING

/** What of the ports works in no family, in the words of each: ICMP has another number in IPv6. */
const missingOf = ({ families, ports }: Requirement, working: readonly CellFlow[]): Missing => {
  const works = (family: Family): L4Set =>
    working
      .filter((flow) => flow.family === family && families.includes(family))
      .map(({ packets }) => lineOf(packets.transports()))
      .reduce(l4Algebra.union, NOTHING)
  const works4 = works(4)
  const works6 = works(6)
  if (ports === undefined) {
    const all = l4Algebra.union(works4, works6) === NOTHING ? EVERYTHING : NOTHING
    return { 4: all, 6: all }
  }
  const [wanted4, wanted6] = [lineOfPorts(ports, 4), lineOfPorts(ports, 6)]
  const shared = l4Algebra.subtract(l4Algebra.intersect(wanted4, wanted6), l4Algebra.union(works4, works6))
  const own4 = l4Algebra.subtract(l4Algebra.subtract(wanted4, wanted6), works4)
  const own6 = l4Algebra.subtract(l4Algebra.subtract(wanted6, wanted4), works6)
  const isOwnMissing = (!families.includes(4) || own4 !== NOTHING) && (!families.includes(6) || own6 !== NOTHING)
  return isOwnMissing
    ? { 4: l4Algebra.union(shared, own4), 6: l4Algebra.union(shared, own6) }
    : { 4: shared, 6: shared }
}

const membersOf = ({ place }: Group): readonly NetworkInterface[] | undefined =>
  place.is === 'interfaces' ? place.interfaces : undefined

const hasAddress = (group: Group, family: Family): boolean => {
  const members = membersOf(group)
  if (!members) return group.place.is !== 'addresses' || group.place.family === family
  return members.some((each) => each.addressSet(family).length > 0)
}

const exampleOf = ({ from, to }: Cell): CellFlow['example'] => {
  const sender = membersOf(from)?.[0]?.id ?? from.key
  return { from: sender, to: membersOf(to)?.find(({ id }) => id !== sender)?.id ?? to.key }
}

/** Ordered pairs of different members. */
export const pairsBetween = (from: Party, to: Party): number =>
  (from.members?.length ?? 1) * (to.members?.length ?? 1) - (from === to ? (from.members?.length ?? 1) : 0)
