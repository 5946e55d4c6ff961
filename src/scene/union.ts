/** Several snapshots of one estate in one picture: everything that any of them holds, so that nothing moves when one looks from one to the
 *  next. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { append, byCodeUnit, type NonEmpty } from '../collections.ts'
import type { AccountBox, Lot, RegionBox, Scene, SubnetBox, TierRow, VpcBox } from './scene.ts'

/** `scenes` oldest first. What a thing is called and where it stands is as in the newest that has it; numbers and flows are those of the
 *  scene at `at`. */
export const unionOf = (scenes: readonly Scene[], at: number): Scene => {
  const now = scenes[at]!
  const numbers = numbersIn(now)
  const newestFirst = scenes.toReversed()
  return {
    outside: joined(newestFirst.map(({ outside }) => outside)),
    accounts: inOrder(
      joined(
        newestFirst.map(({ accounts }) => accounts),
        accountsJoined(numbers),
      ),
    ),
    between: inOrder(joined(newestFirst.map(({ between }) => between))),
    attachments: joined(
      newestFirst.map(({ attachments }) => attachments.map((each) => ({ ...each, id: `${each.from} ${each.to}` }))),
    ),
    ...(now.flows && { flows: now.flows }),
  }
}

/** Ids of all boxes of a scene, open or not. */
export const idsIn = (scene: Scene): ReadonlySet<string> => new Set([...idsOf(scene)])

function* idsOf({ outside, between, accounts }: Scene): Generator<string> {
  for (const { id } of [...outside, ...between]) yield id
  for (const { id, regions } of accounts) {
    yield `account:${id}`
    for (const { vpcs } of regions)
      for (const vpc of vpcs) {
        yield vpc.id
        for (const each of [...vpc.edge, ...vpc.tiers]) yield each.id
        for (const subnet of vpc.subnets) {
          yield subnet.id
          for (const lot of subnet.lots) yield lot.id
        }
      }
  }
}

type Numbers = ReadonlyMap<string, Partial<Pick<TierRow, 'subnets' | 'interfaces'>> & Partial<Pick<Lot, 'count'>>>

const numbersIn = ({ accounts }: Scene): Numbers => {
  const numbers = new Map<string, Partial<TierRow & Lot>>()
  for (const { regions } of accounts)
    for (const { vpcs } of regions)
      for (const { tiers, subnets } of vpcs) {
        for (const { id, subnets: count, interfaces } of tiers) numbers.set(id, { subnets: count, interfaces })
        for (const { id, interfaces, lots } of subnets) {
          numbers.set(id, { interfaces })
          for (const lot of lots) numbers.set(lot.id, { count: lot.count })
        }
      }
  return numbers
}

interface Identified {
  readonly id: string
}

/** One of each id, the first that has it; `join` makes one of all. */
const joined = <T extends Identified>(
  lists: readonly (readonly T[])[],
  join: (all: Readonly<NonEmpty<T>>) => T = ([first]) => first,
): readonly T[] => {
  const byId = new Map<string, NonEmpty<T>>()
  for (const list of lists) for (const each of list) append(byId, each.id, each)
  return [...byId.values()].map(join)
}

const accountsJoined =
  (numbers: Numbers) =>
  (all: Readonly<NonEmpty<AccountBox>>): AccountBox => ({
    id: all[0].id,
    regions: joined(
      all.map(({ regions }) => regions.map((region) => ({ ...region, id: region.name }))),
      (same) => regionsJoined(numbers, same),
    )
      .map(({ name, vpcs }) => ({ name, vpcs }))
      .toSorted((a, b) => byCodeUnit(a.name, b.name)),
  })

const regionsJoined = (
  numbers: Numbers,
  all: readonly [RegionBox & Identified, ...(RegionBox & Identified)[]],
): RegionBox & Identified => ({
  id: all[0].id,
  name: all[0].name,
  vpcs: inOrder(
    joined(
      all.map(({ vpcs }) => vpcs),
      (same) => vpcsJoined(numbers, same),
    ),
  ),
})

const vpcsJoined = (numbers: Numbers, all: Readonly<NonEmpty<VpcBox>>): VpcBox => {
  const [newest] = all
  const tiers = joined(all.map((vpc) => vpc.tiers)).map((tier) => ({
    ...tier,
    subnets: 0,
    interfaces: 0,
    ...numbers.get(tier.id),
  }))
  return {
    ...newest,
    edge: joined(all.map(({ edge }) => edge)),
    tiers: TIERS.flatMap((tier) => tiers.filter((each) => each.tier === tier)),
    zones: [...new Set(all.flatMap(({ zones }) => zones))].sort(),
    subnets: inOrder(
      joined(
        all.map(({ subnets }) => subnets),
        (same) => subnetsJoined(numbers, same),
      ),
    ),
  }
}

const subnetsJoined = (numbers: Numbers, all: Readonly<NonEmpty<SubnetBox>>): SubnetBox => {
  const [newest] = all
  return {
    ...newest,
    interfaces: 0,
    ...numbers.get(newest.id),
    lots: inOrder(joined(all.map(({ lots }) => lots))).map((lot) => ({ ...lot, ...numbers.get(lot.id) })),
  }
}

const inOrder = <T extends Identified & { readonly name?: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => byCodeUnit(a.name ?? a.id, b.name ?? b.id) || byCodeUnit(a.id, b.id))
