/** What of two sets of flows fares otherwise: packets by what became of them and what becomes of them now. */
import { once } from '../collections.ts'
import { type Way, type TalliedFlow } from '../analysis/tally.ts'
import { waysToInternet } from '../aws/internet.ts'
import type { Network } from '../network/network.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { type AddressField, PacketSet } from '../packet/set.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import type { Block } from './blocks.ts'

/** Packets of each pair that fare otherwise than they did. */
export interface Transition extends Way {
  readonly before: Verdict
  readonly after: Verdict
  /** As in a cell: addresses of members are left open. */
  readonly packets: PacketSet
}

/** Addresses that are the internet's in both networks: one that an estate takes or gives up is another place then. */
export class CommonAddresses {
  readonly #networks: readonly [Network, Network]
  readonly #internet = new Map<Family, ReturnType<typeof waysToInternet>>()

  constructor(before: Network, after: Network) {
    this.#networks = [before, after]
  }

  cut(packets: PacketSet, field: AddressField): PacketSet {
    const { family } = packets
    let all = this.#internet.get(family)
    if (!all) {
      const [was, is] = this.#networks
      this.#internet.set(family, (all = intervals.intersect(waysToInternet(was, family), waysToInternet(is, family))))
    }
    const common = all
    return packets.narrowAddresses(field, common)
  }
}

export const transitionsBetween = (
  { from, to }: { readonly from: Block; readonly to: Block },
  was: readonly TalliedFlow[],
  is: readonly TalliedFlow[],
  common: CommonAddresses,
): readonly Transition[] => {
  const fields: readonly AddressField[] = [
    ...(from.after.is === 'internet' ? (['source'] as const) : []),
    ...(to.after.is === 'internet' ? (['destination'] as const) : []),
  ]
  const cut = (packets: PacketSet): PacketSet => fields.reduce((set, field) => common.cut(set, field), packets)
  const [old, young] = [was, is].map((flows) => byWay(flows, cut))
  const ways = new Map([...old!, ...young!].map(([key, { way }]) => [key, way] as const))
  return [...ways].flatMap(([key, way]) => transitionsOf(way, old!.get(key)?.sets, young!.get(key)?.sets))
}

type Sets = ReadonlyMap<Verdict, PacketSet>

const byWay = (
  flows: readonly TalliedFlow[],
  cut: (packets: PacketSet) => PacketSet,
): ReadonlyMap<string, { readonly way: Way; readonly sets: Map<Verdict, PacketSet> }> => {
  const ways = new Map<string, { readonly way: Way; readonly sets: Map<Verdict, PacketSet> }>()
  for (const { family, translated, verdict, packets } of flows) {
    const key = `${family} ${translated}`
    const known = once(ways, key, () => ({ way: { family, translated }, sets: new Map() }))
    known.sets.set(verdict, (known.sets.get(verdict) ?? PacketSet.empty(family)).union(cut(packets)))
  }
  return ways
}

/** Headers fare in one way each: where several flows have one header, as by two addresses of one member, the best counts. */
const transitionsOf = (way: Way, was: Sets = new Map(), is: Sets = new Map()): readonly Transition[] => {
  const [old, young] = [disjoint(way.family, was), disjoint(way.family, is)]
  const any = (sets: Sets): PacketSet => PacketSet.union(way.family, [...sets.values()])
  const [anyOld, anyYoung] = [any(old), any(young)]
  return VERDICTS.flatMap((before) =>
    VERDICTS.flatMap((after): Transition[] => {
      if (before === after) return []
      const none = PacketSet.empty(way.family)
      const packets =
        before === 'unreachable'
          ? (young.get(after) ?? none).subtract(anyOld)
          : after === 'unreachable'
            ? (old.get(before) ?? none).subtract(anyYoung)
            : (old.get(before) ?? none).intersect(young.get(after) ?? none)
      return packets.isEmpty() ? [] : [{ ...way, before, after, packets }]
    }),
  )
}

const disjoint = (family: Family, sets: Sets): Sets => {
  let better = PacketSet.empty(family)
  const cut = new Map<Verdict, PacketSet>()
  for (const verdict of VERDICTS) {
    const set = sets.get(verdict)?.subtract(better)
    if (!set || set.isEmpty()) continue
    cut.set(verdict, set)
    better = better.union(set)
  }
  return cut
}

/** Of these packets, those that fare so in a cell. */
export const faring = (
  flows: readonly TalliedFlow[],
  { family, translated, packets }: Transition,
  verdict: Verdict,
): PacketSet => {
  const sets = new Map<Verdict, PacketSet>()
  for (const flow of flows)
    if (flow.family === family && flow.translated === translated)
      sets.set(flow.verdict, (sets.get(flow.verdict) ?? PacketSet.empty(family)).union(flow.packets))
  const cut = disjoint(family, sets)
  return verdict === 'unreachable'
    ? packets.subtract(PacketSet.union(family, [...cut.values()]))
    : packets.intersect(cut.get(verdict) ?? PacketSet.empty(family))
}
