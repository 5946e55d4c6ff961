/** What a diff must be whatever the networks are: empty for a snapshot and itself, turned round the other way round, exactly what leads from
 *  the old matrix to the new one; and what it names as the cause of a change, undone, undoes the change. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, cellsOf, type Group } from '../../src/analysis/cells.ts'
import type { PairEnd } from '../../src/diff/blocks.ts'
import { type DiffQuestion, type DiffRun, diffWith } from '../../src/diff/diff.ts'
import { faring } from '../../src/diff/transitions.ts'
import { outsideOf } from '../../src/analysis/groups.ts'
import { placeOfInterfaces, takesPart } from '../../src/analysis/place.ts'
import { areBothOutside, asksOf } from '../../src/analysis/question.ts'
import { outcomeOf } from '../../src/analysis/reach.ts'
import type { TalliedFlow } from '../../src/analysis/tally.ts'
import { editionOf } from '../../src/diff/settings.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { waysToInternet } from '../../src/aws/internet.ts'
import { Network } from '../../src/network/network.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { packetsAsJson } from '../../src/packet/describe.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { ANY_TRANSPORT } from '../../src/packet/transport.ts'
import { WELCOMES } from '../../src/reach/fate.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { drawn } from '../arbitrary/choices.ts'
import { withEdits } from '../arbitrary/edits.ts'
import { programs } from '../arbitrary/network.ts'
import { examples } from '../examples/all.ts'

const QUESTION: DiffQuestion = { by: 'interface', match: 'id', filter: {} }

const RUNS = Number(process.env['ZTNET_DIFF_RUNS'] ?? 12)

/** Every interface that takes part in both by itself, and the places outside. */
const groupsIn = (compiled: Compiled, ids: readonly string[], outside: readonly Group[]): readonly Group[] => [
  ...ids.map((id): Group => ({ key: id, place: placeOfInterfaces([compiled.network.interface(id)!]) })),
  ...outside,
]

const commonIn = (before: Network, after: Network): readonly string[] =>
  after.all('networkInterface').flatMap(({ id }) => {
    const [was, is] = [before.interface(id), after.interface(id)!]
    return was && takesPart(before, was) && takesPart(after, is) ? [id] : []
  })

const WAYS = [
  { family: 4, translated: false },
  { family: 4, translated: true },
  { family: 6, translated: false },
  { family: 6, translated: true },
] as const

/** Packets of each verdict in a cell, those of the internet as far as they are so in both networks. */
const saidBy = (
  { from, to }: Pick<Cell, 'from' | 'to'>,
  flows: readonly TalliedFlow[],
  networks: readonly [Network, Network],
): Readonly<Record<string, PacketSet>> =>
  Object.fromEntries(
    WAYS.flatMap(({ family, translated }) => {
      const [was, is] = networks
      const common = intervals.intersect(waysToInternet(was, family), waysToInternet(is, family))
      const cut = (set: PacketSet): PacketSet => {
        const some = (addresses: Parameters<typeof intervals.intersect>[0]) =>
          [[intervals.intersect(addresses, common), ANY_TRANSPORT]] as const
        const sent = from.place.is === 'internet' ? set.narrow('source', some) : set
        return to.place.is === 'internet' ? sent.narrow('destination', some) : sent
      }
      return VERDICTS.filter((verdict) => verdict !== 'unreachable').map((verdict) => {
        const all = cut(PacketSet.all(family))
        return [
          `${family} ${translated} ${verdict}`,
          faring(flows, { family, translated, packets: all, before: verdict, after: verdict }, verdict),
        ] as const
      })
    }),
  )

/** What flows between two places. A matrix has no cell for two of which neither is interfaces: the path engine is asked about these, save
 *  where the question is refused since both are outside of the estate. */
const flowsBetween = (compiled: Compiled, from: Group, to: Group): readonly TalliedFlow[] => {
  if (areBothOutside(compiled, from.place, to.place)) return []
  if (isInside(from) || isInside(to)) return cellsOf(compiled, [from], [to], {})[0]!.flows
  return asksOf(compiled, from.place, to.place, {}).asks.flatMap((ask) => {
    const outcome = outcomeOf(compiled, ask, {})
    return WELCOMES.map((verdict): TalliedFlow => ({ ...ask, verdict, packets: outcome[verdict] }))
  })
}

const isInside = ({ place }: Group): boolean => place.is === 'interfaces'

const jsonOf = (said: Readonly<Record<string, PacketSet>>): unknown =>
  Object.fromEntries(Object.entries(said).map(([key, set]) => [key, packetsAsJson(set)]))

const expectLaws = (before: Snapshot, after: Snapshot): void => {
  const { edition, caused } = diffWith(before, after, QUESTION)
  const { settings } = edition
  // All settings applied give the new snapshot.
  expect(editionOf(edition.with(settings), after).settings).toEqual([])
  const networks = [new Network(before), new Network(after)] as const
  const [old, young] = networks.map(compile) as [Compiled, Compiled]
  const ids = commonIn(...networks)
  const outside = networks.flatMap((network) => outsideOf(network, 'to'))
  const places = [...new Map(outside.map((group) => [group.key, group])).values()]
  // The old matrix with the changes is the new one.
  const changes = new Map<string, (typeof caused)[number]['transition'][]>()
  for (const { change, transition } of caused)
    for (const from of membersOf(change.from))
      for (const to of membersOf(change.to))
        changes.set(`${from} ${to}`, [...(changes.get(`${from} ${to}`) ?? []), transition])
  const rows = places.filter(({ place: { is } }) => is !== 'aws-service')
  const [cells, now] = [old, young].map((compiled) =>
    cellsOf(compiled, groupsIn(compiled, ids, rows), groupsIn(compiled, ids, places), {}),
  ) as [readonly Cell[], readonly Cell[]]
  for (const [index, cell] of cells.entries()) {
    const { from, to } = cell
    if (from.key === to.key) continue
    const isOutside = !isInside(from) && !isInside(to)
    // Of what networks on premises send to others beyond the estate nothing is told.
    if (isOutside && [from, to].some(({ place }) => place.is === 'onprem')) continue
    const [was, is] = isOutside
      ? [flowsBetween(old, from, to), flowsBetween(young, from, to)]
      : [cell.flows, now[index]!.flows]
    const said: Record<string, PacketSet> = { ...saidBy(cell, was, networks) }
    for (const { family, translated, packets, ...each } of changes.get(`${from.key} ${to.key}`) ?? []) {
      const [then, since] = [each.before, each.after].map((verdict) => `${family} ${translated} ${verdict}`)
      if (each.before !== 'unreachable') said[then!] = said[then!]!.subtract(packets)
      if (each.after !== 'unreachable') said[since!] = said[since!]!.union(packets)
    }
    expect({ from: from.key, to: to.key, said: jsonOf(said) }).toEqual({
      from: from.key,
      to: to.key,
      said: jsonOf(saidBy(cell, is, networks)),
    })
  }
  // What the causes did, their absence undoes.
  const undone = new Map<string, Compiled>()
  for (const { change, transition, causes } of caused) {
    expect(causes.length).toBeGreaterThan(0)
    const key = causes.map(({ order }) => order).join()
    const without =
      undone.get(key) ?? compile(new Network(edition.with(settings.filter((each) => !causes.includes(each)))))
    undone.set(key, without)
    const group = (id: string): Group => {
      const each = without.network.interface(id)
      return each ? { key: id, place: placeOfInterfaces([each]) } : places.find((place) => place.key === id)!
    }
    for (const { from, to } of pairsOf(change)) {
      const restored = faring(flowsBetween(without, group(from), group(to)), transition, transition.before)
      expect({ from, to, packets: packetsAsJson(restored) }).toEqual({
        from,
        to,
        packets: packetsAsJson(transition.packets),
      })
    }
  }
  // Turned round, what was gained is lost.
  expect(toldOf(diffWith(after, before, QUESTION).caused, true)).toEqual(toldOf(caused, false))
}

const membersOf = ({ members, outside }: PairEnd): readonly string[] => (outside ? [outside.key] : members)

/** Ordered pairs of different members. */
const pairsOf = ({ from, to }: { readonly from: PairEnd; readonly to: PairEnd }) =>
  membersOf(from).flatMap((sender) =>
    membersOf(to).flatMap((receiver) => (sender === receiver ? [] : [{ from: sender, to: receiver }])),
  )

/** Pairs with what fares otherwise between them. Which settings share a change may depend on the direction, and so how it is cut: its parts
 *  are joined. */
const toldOf = (caused: DiffRun['caused'], turned: boolean): unknown => {
  const pairs = new Map<string, PacketSet>()
  for (const { change, transition } of caused) {
    const { before, after, family, translated, packets } = transition
    const verdicts = turned ? [after, before] : [before, after]
    for (const from of membersOf(change.from))
      for (const to of membersOf(change.to)) {
        const key = [from, to, ...verdicts, family, translated].join(' ')
        pairs.set(key, (pairs.get(key) ?? PacketSet.empty(family)).union(packets))
      }
  }
  return jsonOf(Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1))))
}

describe('a snapshot and itself', () => {
  it.each([...examples])('%s: nothing flows otherwise', (_, snapshot) => {
    const { result } = diffWith(snapshot, structuredClone<Snapshot>(snapshot), QUESTION)
    expect(result.changes).toEqual([])
    expect(result.settings).toEqual([])
  })
})

describe.each(Object.keys(programs) as (keyof typeof programs)[])('random changes of random networks: %s', (group) => {
  it('lead from the old matrix to the new one, by what is named as their cause', () =>
    fc.assert(
      fc.property(drawn(withEdits(programs[group])), ({ before, after }) => expectLaws(before, after)),
      { numRuns: RUNS, endOnFailure: true },
    ))
})

/** As if nobody had been allowed to list these. */
const forgetting = (snapshot: Snapshot, kind: Kind): Snapshot => ({
  ...snapshot,
  coverage: snapshot.coverage.filter((each) => each.kind !== kind),
  resources: snapshot.resources.filter((each) => each.kind !== kind),
})

describe.each(['securityGroup', 'routeTable', 'networkAcl', 'subnet', 'vpcPeeringConnection'] as const)(
  'random changes of random networks, of which the new snapshot lacks every %s',
  (kind) => {
    it('lead from the old matrix to the new one as well', () =>
      fc.assert(
        fc.property(drawn(withEdits(programs.network)), ({ before, after }) => {
          expectLaws(before, forgetting(after, kind))
        }),
        { numRuns: Math.ceil(RUNS / 4), endOnFailure: true },
      ))
  },
)
