/** The baseline: findings that were there when somebody began to look, accepted until they are mended. Keyed by fingerprints, with the packets
 *  of each, so that a finding that has grown is told again; it only shrinks by itself. */
import { ZtnetError } from '../errors.ts'
import type { Family } from '../packet/address.ts'
import type { Packets } from '../packet/describe.ts'
import { packetsFromJson } from '../packet/from-json.ts'
import { PacketSet } from '../packet/set.ts'
import type { Finding } from './finding.ts'

export interface Baseline {
  readonly file: string
  readonly findings: readonly Accepted[]
}

export interface Accepted {
  readonly fingerprint: string
  readonly rule: string
  /** For people who read the file. */
  readonly title: string
  readonly packets: readonly Packets[]
  /** What of the packets breaks other rules, and is told with this one. */
  readonly beside?: readonly Beside[]
}

export interface Beside {
  readonly rule: string
  readonly packets: readonly Packets[]
}

const FORMAT = 'ztnet-baseline'

/** Throws `ZtnetError` for what is no baseline. */
export const parseBaseline = (text: string, file: string): Baseline => {
  const odd = (why: string): ZtnetError =>
    new ZtnetError('BASELINE_INVALID', `is no baseline: ${why}`, {
      place: { file },
      hint: 'Make it anew with ztnet baseline; it is a generated file.',
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw odd(error instanceof Error ? error.message : String(error))
  }
  const { format, version, findings } = (value ?? {}) as Record<string, unknown>
  if (format !== FORMAT) throw odd(`its format is not ${FORMAT}`)
  if (version !== 1) throw odd(`this ztnet reads version 1, and not ${String(version)}`)
  if (!Array.isArray(findings)) throw odd('it has no list of findings')
  return {
    file,
    findings: findings.map((each: unknown, index) => {
      const { fingerprint, rule, title, packets, beside = [] } = (each ?? {}) as Record<string, unknown>
      if (
        typeof fingerprint !== 'string' ||
        typeof rule !== 'string' ||
        typeof title !== 'string' ||
        !Array.isArray(packets)
      )
        throw odd(`findings[${index}] lacks fingerprint, rule, title or packets`)
      if (!Array.isArray(beside) || !beside.every(isBeside))
        throw odd(`findings[${index}].beside is no list of rules with packets`)
      try {
        for (const some of [packets as Packets[], ...beside.map((other) => other.packets)]) packetsFromJson(some)
      } catch (error) {
        throw odd(`findings[${index}].packets: ${error instanceof Error ? error.message : String(error)}`)
      }
      return { fingerprint, rule, title, packets: packets as Packets[], ...(beside.length > 0 && { beside }) }
    }),
  }
}

const isBeside = (value: unknown): value is Beside => {
  const { rule, packets } = (value ?? {}) as Record<string, unknown>
  return typeof rule === 'string' && Array.isArray(packets)
}

/** By fingerprint: what of the packets of findings breaks other rules. */
export type Besides = ReadonlyMap<string, readonly Beside[]>

export const baselineOf = (findings: readonly Finding[], besides: Besides, file: string): Baseline => ({
  file,
  findings: findings
    .filter(({ rule }) => !OF_POLICY.has(rule))
    .map((finding) => entryOf(finding, besides))
    .toSorted((a, b) => (a.rule === b.rule ? (a.fingerprint < b.fingerprint ? -1 : 1) : a.rule < b.rule ? -1 : 1)),
})

const entryOf = ({ fingerprint, rule, title, packets }: Finding, besides: Besides): Accepted => {
  const beside = besides.get(fingerprint) ?? []
  return { fingerprint, rule, title, packets, ...(beside.length > 0 && { beside }) }
}

/** What is wrong with exceptions and baseline themselves is mended, and not accepted. */
const OF_POLICY: ReadonlySet<string> = new Set([
  'exception-expired',
  'exception-unmatched',
  'exception-too-long',
  'baseline-stale',
])

/** Whether all packets of a finding are those that were accepted. */
export const covers = (accepted: Accepted, { packets }: Pick<Finding, 'packets'>): boolean => {
  const known = packetsFromJson(accepted.packets)
  return packetsFromJson(packets).every((set) =>
    known.some((other) => other.family === set.family && other.covers(set)),
  )
}

/** What of another rule is accepted with an entry. */
export const acceptedBeside = ({ beside = [] }: Accepted, rule: string, family: Family): PacketSet =>
  PacketSet.union(
    family,
    beside
      .filter((each) => each.rule === rule)
      .flatMap(({ packets }) => packetsFromJson(packets))
      .filter((set) => set.family === family),
  )

/** What is left of a baseline: nothing that is gone, and nothing new. `findings`: as judged with it, those that it covers too. */
export const shrunk = (baseline: Baseline, findings: readonly Finding[], besides: Besides): Baseline => {
  const present = new Map(findings.map((finding) => [finding.fingerprint, finding] as const))
  return {
    ...baseline,
    findings: baseline.findings.flatMap((accepted): readonly Accepted[] => {
      const finding = present.get(accepted.fingerprint)
      if (!finding) return []
      // What has become less is accepted as far as it still is; what has grown, as far as it was.
      return [covers(accepted, finding) ? entryOf(finding, besides) : accepted]
    }),
  }
}

/** One finding a line, so that a diff reads well. */
export const formatBaseline = ({ findings }: Baseline): string => {
  const lines = findings.map((each) => JSON.stringify(each))
  return `{"format":"${FORMAT}","version":1,"findings":[\n${lines.join(',\n')}${lines.length > 0 ? '\n' : ''}]}\n`
}
