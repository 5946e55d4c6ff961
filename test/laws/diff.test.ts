/** What a diff must be whatever the networks are: empty for a snapshot and itself, turned round the other way round, exactly what leads from
 *  the old matrix to the new one; and what it names as the cause of a change, undone, undoes the change. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, cellsOf, type Group } from '../../src/analysis/cells.ts'
import { diffWith, type DiffQuestion } from '../../src/diff/diff.ts'
import { faring, placeOf } from '../../src/diff/flow-changes.ts'
import { outsideOf } from '../../src/analysis/groups.ts'
import { takesPart } from '../../src/analysis/place.ts'
import { editionOf } from '../../src/diff/settings.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { internetAddresses } from '../../src/aws/internet.ts'
import { Network } from '../../src/network/network.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { packetsAsJson } from '../../src/packet/describe.ts'
import { PacketSet } from '../../src/packet/set.ts'
import { ANY_TRANSPORT } from '../../src/packet/transport.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { drawn } from '../arbitrary/choices.ts'
import { withEdits } from '../arbitrary/edits.ts'
import { programs } from '../arbitrary/network.ts'
import { examples } from '../examples/all.ts'

const QUESTION: DiffQuestion = { by: 'interface', match: 'id', filter: {} }

const RUNS = Number(process.env['ZTNET_DIFF_RUNS'] ?? 12)

/** Every interface that takes part in both by itself, and the places outside. */
const groupsIn = (compiled: Compiled, ids: readonly string[], outside: readonly Group[]): readonly Group[] => [
  ...ids.map((id): Group => ({ key: id, place: placeOf(id, [compiled.network.interface(id)!]) })),
  ...outside,
]

const commonIn = (before: Network, after: Network): readonly string[] =>
  after.all('networkInterface').flatMap(({ id }) => {
    const [was, is] = [before.interface(id), after.interface(id)!]
    return was && takesPart(before, was) && takesPart(after, is) ? [id] : []
  })

const WAYS = [
  { family: 4, byPublicAddress: false },
  { family: 4, byPublicAddress: true },
  { family: 6, byPublicAddress: false },
] as const

/** Packets of each verdict in a cell, those of the internet as far as they are so in both networks. */
const saidBy = (cell: Cell, networks: readonly [Network, Network]): Readonly<Record<string, PacketSet>> =>
  Object.fromEntries(
    WAYS.flatMap(({ family, byPublicAddress }) => {
      const [was, is] = networks
      const common = intervals.intersect(internetAddresses(was, family), internetAddresses(is, family))
      const cut = (set: PacketSet): PacketSet => {
        const some = (addresses: Parameters<typeof intervals.intersect>[0]) =>
          [[intervals.intersect(addresses, common), ANY_TRANSPORT]] as const
        const sent = cell.from.place.is === 'internet' ? set.narrow('source', some) : set
        return cell.to.place.is === 'internet' ? sent.narrow('destination', some) : sent
      }
      return VERDICTS.filter((verdict) => verdict !== 'unreachable').map((verdict) => {
        const all = cut(PacketSet.all(family))
        return [
          `${family} ${byPublicAddress} ${verdict}`,
          faring(cell, { family, byPublicAddress, packets: all, before: verdict, after: verdict }, verdict),
        ] as const
      })
    }),
  )

const jsonOf = (said: Readonly<Record<string, PacketSet>>): unknown =>
  Object.fromEntries(Object.entries(said).map(([key, set]) => [key, packetsAsJson(set)]))

const expectLaws = (before: Snapshot, after: Snapshot): void => {
  const { result, edition, caused } = diffWith(before, after, QUESTION)
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
    for (const from of change.from.members.length > 0 ? change.from.members : [change.from.outside!])
      for (const to of change.to.members.length > 0 ? change.to.members : [change.to.outside!])
        changes.set(`${from} ${to}`, [...(changes.get(`${from} ${to}`) ?? []), transition])
  const rows = places.filter(({ place: { is } }) => is !== 'aws-service')
  const [cells, now] = [old, young].map((compiled) =>
    cellsOf(compiled, groupsIn(compiled, ids, rows), groupsIn(compiled, ids, places), {}),
  ) as [readonly Cell[], readonly Cell[]]
  for (const [index, cell] of cells.entries()) {
    const { from, to } = cell
    if (from.key === to.key || (from.place.is !== 'interfaces' && to.place.is !== 'interfaces')) continue
    const said: Record<string, PacketSet> = { ...saidBy(cell, networks) }
    for (const { family, byPublicAddress, packets, ...each } of changes.get(`${from.key} ${to.key}`) ?? []) {
      const [was, is] = [each.before, each.after].map((verdict) => `${family} ${byPublicAddress} ${verdict}`)
      if (each.before !== 'unreachable') said[was!] = said[was!]!.subtract(packets)
      if (each.after !== 'unreachable') said[is!] = said[is!]!.union(packets)
    }
    expect({ from: from.key, to: to.key, said: jsonOf(said) }).toEqual({
      from: from.key,
      to: to.key,
      said: jsonOf(saidBy(now[index]!, networks)),
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
      return each ? { key: id, place: placeOf(id, [each]) } : places.find((place) => place.key === id)!
    }
    for (const { from, to } of [change.example, lastPairOf(change)]) {
      const [cell] = cellsOf(without, [group(from)], [group(to)], {})
      const restored = faring(cell!, transition, transition.before)
      expect({ from, to, packets: packetsAsJson(restored) }).toEqual({
        from,
        to,
        packets: packetsAsJson(transition.packets),
      })
    }
  }
  // Turned round, what was gained is lost.
  const back = diffWith(after, before, QUESTION).result
  expect(toldOf(back, true)).toEqual(toldOf(result, false))
}

const lastPairOf = ({ from, to }: { readonly from: Members; readonly to: Members }) => {
  const sender = from.outside ?? from.members.at(-1)!
  return { from: sender, to: to.outside ?? to.members.findLast((id) => id !== sender)! }
}

interface Members {
  readonly members: readonly string[]
  readonly outside?: string
}

const toldOf = ({ changes }: ReturnType<typeof diffWith>['result'], turned: boolean): readonly string[] => {
  const pairs = new Map<string, string[]>()
  for (const { from, to, before, after, family, byPublicAddress, packets, pairs: count } of changes) {
    const [was, is] = turned ? [after, before] : [before, after]
    const key = `${from} ${to} ${was} ${is} ${family} ${byPublicAddress ?? false}`
    const texts = packets.map((each) => `${count} ${JSON.stringify(each)}`)
    pairs.set(key, [...(pairs.get(key) ?? []), ...texts])
  }
  // Which settings share a change may depend on the direction, and so how it is cut; its ends and verdicts do not.
  return [...pairs.keys()].sort()
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
