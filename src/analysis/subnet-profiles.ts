/** How a subnet looks from another one of its VPC: for a range of addresses there, which of its members let what out, and what those that
 *  receive do with what comes. Of what their own rules say alone; the way between is another matter. */
import { append } from '../collections.ts'
import type { Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { L4Set } from '../packet/l4.ts'
import { isDetermined, isUndetermined } from '../reach/corridor.ts'
import type { Reception } from '../reach/fate.ts'
import { covers, type Hull, isInside, narrowing, rangeAround, whole } from './hull.ts'
import type { ReceiverGroup, SenderGroup } from './profiles.ts'
import { stretchAround } from './stretches.ts'
import type { Placed, PlacedSubnet } from './units.ts'

/** What the members of a subnet send to a range; those that send nothing there are in none. */
export interface SubnetSending extends Hull {
  /** Of whom nobody can tell what they send. */
  readonly undetermined: readonly { readonly placed: Placed; readonly unknown: L4Set }[]
  /** For whom the range is not all alike, or who is not so plain: asked about every receiver. */
  readonly open: readonly Placed[]
  /** Who let more out to some receivers, by a reference. */
  readonly referring: readonly Placed[]
  readonly groups: readonly SenderGroup[]
}

/** What the members of a subnet do with what comes from a range, whoever sends it. */
export interface SubnetReceiving extends Hull {
  /** For whom that is not one and the same, or who is not so plain. */
  readonly apart: readonly Placed[]
  readonly groups: readonly ReceiverGroup[]
}

/** Kept where it holds for all of the range. */
export class SubnetProfiles {
  readonly #family: Family
  readonly #sending = new Map<PlacedSubnet, SubnetSending[]>()
  readonly #receiving = new Map<PlacedSubnet, SubnetReceiving[]>()

  constructor(family: Family) {
    this.#family = family
  }

  /** Of those of the subnet's members that are asked about, the same whenever it is. */
  sending(subnet: PlacedSubnet, senders: readonly Placed[], range: Hull): SubnetSending {
    return remembered(this.#sending, subnet, range, () => sendingOf(this.#family, senders, range))
  }

  receiving(subnet: PlacedSubnet, receivers: readonly Placed[], range: Hull): SubnetReceiving {
    return remembered(this.#receiving, subnet, range, () => receivingOf(this.#family, receivers, range))
  }

  forget(): void {
    this.#sending.clear()
    this.#receiving.clear()
  }
}

const remembered = <P extends Hull>(
  known: Map<PlacedSubnet, P[]>,
  subnet: PlacedSubnet,
  range: Hull,
  make: () => P,
): P => {
  const all = known.get(subnet)
  for (const each of all ?? []) if (isInside(range, each)) return each
  const made = make()
  if (all) all.push(made)
  else known.set(subnet, [made])
  return made
}

const sendingOf = (family: Family, senders: readonly Placed[], range: Hull): SubnetSending => {
  const bounds = whole(family)
  const narrow = narrowing(bounds)
  const undetermined: { readonly placed: Placed; readonly unknown: L4Set }[] = []
  const open: Placed[] = []
  const referring: Placed[] = []
  const alike = new Map<L4Set, Placed[]>()
  for (const placed of senders) {
    const out = placed.end.leaving(placed.hull.from, range.from)
    // What is not the same for all of the range may be so for a part of it.
    if (!covers(out, placed.hull, range)) {
      narrow(range.from, range.to)
      open.push(placed)
      continue
    }
    narrow(out.holds.destinationFrom, out.holds.destinationTo)
    if (isUndetermined(out)) undetermined.push({ placed, unknown: out.unknown })
    else if (!placed.end.isPlain || !isDetermined(out)) open.push(placed)
    else if (out.ends.length > 1 || out.ends.some(({ carries }) => carries.letOut)) referring.push(placed)
    else if (out.ends.length > 0) append(alike, out.ends[0]!.line, placed)
  }
  const groups = Array.from(alike, ([line, placed]) => ({ line, byReference: false, placed }))
  return { ...bounds, undetermined, open, referring, groups }
}

const receivingOf = (family: Family, receivers: readonly Placed[], range: Hull): SubnetReceiving => {
  const bounds = whole(family)
  const narrow = narrowing(bounds)
  const alike = new Map<Reception, Placed[]>()
  const apart: Placed[] = []
  for (const placed of receivers) {
    const into = stretchAround(placed.end.receives, range)
    const even = into && rangeAround(intervals.subtract([into.from, into.to], into.except), range)
    if (even) narrow(even.from, even.to)
    else narrow(range.from, range.to)
    if (even && into.value && placed.end.isPlain) append(alike, into.value, placed)
    else apart.push(placed)
  }
  return { ...bounds, apart, groups: Array.from(alike, ([reception, placed]) => ({ reception, placed })) }
}
