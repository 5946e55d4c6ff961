/** The library door: the questions of the command line, with the same shapes, typed.
 *
 *      const estate = compile(await loadSnapshot('snapshots/prod.json'))
 *      const answer = estate.reach('db-subnet', 'internet', { protocol: 'tcp', port: 443 }) */
import { once } from './collections.ts'
import { blast, type BlastResult, type PortRange } from './analysis/blast.ts'
import { diff as diffSnapshots, type DiffResult } from './diff/diff.ts'
import { parseMatch } from './diff/identity.ts'
import { parseGrouping } from './analysis/groups.ts'
import { matrix, type MatrixResult, reachAll, type ReachAllResult } from './analysis/matrix.ts'
import { filterOf, PACKET_KEYS, packetWordsIn, type PacketWords, refuseUnknownKeys } from './analysis/packet-words.ts'
import { ANYTHING } from './analysis/place-names.ts'
import { type Place, resolvePlace } from './analysis/place.ts'
import { judge, type Judgement, reach, type ReachResult } from './analysis/reach.ts'
import type { Filter } from './analysis/question.ts'
import { tierReport, type TierReport } from './analysis/tiers.ts'
import { compile as compileNetwork } from './aws/compile.ts'
import { CHECK_IDS } from './checks/all.ts'
import { type CheckResult, findingsOf } from './checks/findings.ts'
import { loadSnapshot as load } from './collect/snapshot-file.ts'
import { ZtnetError } from './errors.ts'
import { Network } from './network/network.ts'
import { parsePolicy, shippedPolicy } from './policy/policy-file.ts'
import { typeName } from './snapshot/shape.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export { ZtnetError } from './errors.ts'
export { schemas } from './report/result-schema.ts'
export type { Assumption, Blocker, Hop, OpenEnd, PacketPath, Unknown } from './analysis/explain.ts'
export type { CheckResult, JudgedRule } from './checks/findings.ts'
export type { Cause, Finding, Fix, OpenQuestion, Suppressed, Witness } from './policy/finding.ts'
export type { BlastResult } from './analysis/blast.ts'
export type { CellEntry, FlowEntry, GroupEntry, MatrixResult, ReachAllResult } from './analysis/matrix.ts'
export type { ChangeEntry, DiffResult, SettingEntry } from './diff/diff.ts'
export type { PlaceChange, PlaceFlow } from './diff/place-changes.ts'
export type { WatchEvent } from './diff/watch-event.ts'
export type { PacketWords } from './analysis/packet-words.ts'
export type { End, Flow, Judgement, ReachResult } from './analysis/reach.ts'
export type { SubnetTier, TierReport } from './analysis/tiers.ts'
export type { Packets } from './packet/describe.ts'
export type { Verdict } from './reach/verdict.ts'
export type { JsonSchema } from './report/schema-parts.ts'
export type { Coverage, Gap, Resource, Snapshot } from './snapshot/snapshot.ts'

/** A snapshot made ready for questions. Places and packets are named as on the command line and in its batch lines; `ZtnetError` for
 *  those that make no sense. */
export interface Estate {
  readonly snapshot: Snapshot
  /** Which packets flow, by which path, and everything in the way of the others. */
  reach(from: string, to: string, packets?: PacketWords): ReachResult
  /** The verdict alone, for many questions in a row. */
  judge(from: string, to: string, packets?: PacketWords): Judgement
  /** Everything that a place can reach, or that can reach it; grouped by tier and VPC unless said otherwise. */
  reachAll(end: { readonly from: string } | { readonly to: string }, by?: string, packets?: PacketWords): ReachAllResult
  /** Who can reach whom on what; all of the estate, grouped by tier, unless said otherwise. */
  matrix(question?: MatrixOf, packets?: PacketWords): MatrixResult
  /** What an intruder there could reach, directly and over stepping stones. */
  blast(from: string, question?: BlastOf): BlastResult
  /** Which subnet is which tier, and why. */
  tiers(): TierReport
  /** What is not as its policy means it to be. */
  check(question: CheckOf): CheckResult
}

/** The words of `ztnet check`. */
export interface CheckOf {
  /** The day as of which exceptions are judged: `2027-01-31`. */
  readonly today: string
  /** The text of a `ztnet.yaml`; the shipped policy, where absent. */
  readonly policy?: string
  /** What findings and errors call that file. */
  readonly file?: string
}

/** The words of `ztnet matrix`. */
export interface MatrixOf {
  readonly by?: string
  readonly from?: string
  readonly to?: string
}

/** The words of `ztnet blast`. */
export interface BlastOf {
  readonly by?: string
  readonly maxSteps?: number
  /** Destination ports that can be used to go on, first and last; absent: all. */
  readonly ports?: readonly PortRange[]
  readonly ipv4?: boolean
  readonly ipv6?: boolean
}

export interface Loaded {
  readonly snapshot: Snapshot
  /** What was read and not understood, in words; the same is in the snapshot's gaps. */
  readonly warnings: readonly string[]
}

/** Reads a snapshot file, or a folder of describe JSON. Throws `ZtnetError` for what is neither. */
export const loadSnapshot = (path: string): Promise<Loaded> => load(path)

/** Compiles what `loadSnapshot` gave, or a snapshot itself. Stages are drafted when a question first needs them. */
export const compile = (loaded: Snapshot | Loaded): Estate => {
  const snapshot = 'snapshot' in loaded ? loaded.snapshot : loaded
  const compiled = compileNetwork(new Network(snapshot))
  const places = new Map<string, Place>()
  const place = (selector: string): Place =>
    once(places, textOf(selector), () => resolvePlace(compiled.network, selector))
  return {
    snapshot,
    reach: (from, to, packets) => reach(compiled, place(from), place(to), filterIn(packets)),
    judge: (from, to, packets) => judge(compiled, place(from), place(to), filterIn(packets)),
    reachAll: (end, by = 'vpc-tier', packets) => {
      const [side, selector] = endOf(end)
      return reachAll(compiled, { place: place(selector), side, by: parseGrouping(by), filter: filterIn(packets) })
    },
    matrix: (question = {}, packets) => {
      refuseUnknownKeys(question, ['by', 'from', 'to'])
      const { by = 'tier', from, to } = question
      return matrix(compiled, {
        by: parseGrouping(by),
        ...(isNamed(from) && { from: place(from) }),
        ...(isNamed(to) && { to: place(to) }),
        filter: filterIn(packets),
      })
    },
    blast: (from, question = {}) => {
      refuseUnknownKeys(question, ['by', 'maxSteps', 'ports', 'ipv4', 'ipv6'])
      const { by = 'vpc-tier', maxSteps, ports, ipv4, ipv6 } = question
      const { families } = filterIn({ ipv4, ipv6 })
      return blast(compiled, {
        place: place(from),
        by: parseGrouping(by),
        ...(maxSteps !== undefined && { maxSteps }),
        ...(ports && { ports }),
        ...(families && { families }),
      })
    },
    tiers: () => tierReport(compiled),
    check: (question) => {
      refuseUnknownKeys(question, ['today', 'policy', 'file'])
      const { today, policy, file = 'ztnet.yaml' } = question
      const rules = policy === undefined ? shippedPolicy() : parsePolicy(policy, file, CHECK_IDS)
      // What a policy says of tiers is true for its own findings only.
      return findingsOf(rules.tiers.size === 0 ? compiled : compileNetwork(new Network(snapshot)), rules, { today })
    },
  }
}

/** The words of `ztnet diff`. */
export interface DiffOf {
  readonly by?: string
  /** `id`, `name` or `tag:<Key>`. */
  readonly match?: string
}

/** What is reachable in the second that was not in the first, what no longer is, and which settings did it. */
export const diff = (
  before: Snapshot | Loaded,
  after: Snapshot | Loaded,
  question: DiffOf = {},
  packets?: PacketWords,
): DiffResult => {
  refuseUnknownKeys(question, ['by', 'match'])
  const { by = 'tier', match = 'id' } = question
  const [old, young] = [before, after].map((each) => ('snapshot' in each ? each.snapshot : each)) as [
    Snapshot,
    Snapshot,
  ]
  return diffSnapshots(old, young, { by: parseGrouping(by), match: parseMatch(match), filter: filterIn(packets) })
}

/** Which packets a program asks about. */
const filterIn = (packets: PacketWords = {}): Filter => {
  refuseUnknownKeys(packets, PACKET_KEYS)
  return filterOf(packetWordsIn({ ...packets }))
}

/** The end that is named; `*` is everything, as in the question that an answer repeats. */
const endOf = (ends: { readonly from?: string; readonly to?: string }): readonly ['from' | 'to', string] => {
  refuseUnknownKeys(ends, ['from', 'to'])
  const named = (['from', 'to'] as const).flatMap((side) => {
    const selector = ends[side]
    return isNamed(selector) ? [[side, selector] as const] : []
  })
  const [first] = named
  if (first && named.length === 1) return first
  throw new ZtnetError(
    'QUESTION_ODD',
    `${first ? 'two places are' : 'no place is'} named of which everything is asked`,
    {
      hint: 'name one of from and to; reach and judge are for two places',
    },
  )
}

const isNamed = (selector: string | undefined): selector is string => selector !== undefined && selector !== ANYTHING

const textOf = (selector: unknown): string => {
  if (typeof selector === 'string') return selector
  throw new ZtnetError('PLACE_SYNTAX', `a place is named by a text, and this is ${typeName(selector)}`, {
    hint: 'for example: internet, db-subnet, vpc:prod/database',
  })
}
