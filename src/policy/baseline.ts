/** The baseline: findings that were there when somebody began to look, accepted until they are mended. Keyed by fingerprints, with the packets
 *  of each, so that a finding that has grown is told again; it only shrinks by itself. */
import { ZtnetError } from '../errors.ts'
import type { Packets } from '../packet/describe.ts'
import { packetsFromJson } from '../packet/from-json.ts'
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
      const { fingerprint, rule, title, packets } = (each ?? {}) as Record<string, unknown>
      if (
        typeof fingerprint !== 'string' ||
        typeof rule !== 'string' ||
        typeof title !== 'string' ||
        !Array.isArray(packets)
      )
        throw odd(`findings[${index}] lacks fingerprint, rule, title or packets`)
      try {
        packetsFromJson(packets as Packets[])
      } catch (error) {
        throw odd(`findings[${index}].packets: ${error instanceof Error ? error.message : String(error)}`)
      }
      return { fingerprint, rule, title, packets: packets as Packets[] }
    }),
  }
}

export const baselineOf = (findings: readonly Finding[], file: string): Baseline => ({
  file,
  findings: findings
    .filter(({ rule }) => !OF_POLICY.has(rule))
    .map(({ fingerprint, rule, title, packets }) => ({ fingerprint, rule, title, packets }))
    .toSorted((a, b) => (a.rule === b.rule ? (a.fingerprint < b.fingerprint ? -1 : 1) : a.rule < b.rule ? -1 : 1)),
})

/** What is wrong with exceptions and baseline themselves is mended, and not accepted. */
const OF_POLICY: ReadonlySet<string> = new Set([
  'exception-expired',
  'exception-unmatched',
  'exception-too-long',
  'baseline-stale',
])

/** Whether all packets of a finding are those that were accepted. */
export const covers = (accepted: Accepted, { packets }: Finding): boolean => {
  const known = packetsFromJson(accepted.packets)
  return packetsFromJson(packets).every((set) =>
    known.some((other) => other.family === set.family && other.covers(set)),
  )
}

/** What is left of a baseline: nothing that is gone, and nothing new. */
export const shrunk = (baseline: Baseline, findings: readonly Finding[]): Baseline => {
  const present = new Map(findings.map((finding) => [finding.fingerprint, finding] as const))
  return {
    ...baseline,
    findings: baseline.findings.flatMap((accepted): readonly Accepted[] => {
      const finding = present.get(accepted.fingerprint)
      if (!finding) return []
      // What has become less is accepted as far as it still is; what has grown, as far as it was.
      return [covers(accepted, finding) ? { ...accepted, packets: finding.packets, title: finding.title } : accepted]
    }),
  }
}

/** One finding a line, so that a diff reads well. */
export const formatBaseline = ({ findings }: Baseline): string => {
  const lines = findings.map((each) => JSON.stringify(each))
  return `{"format":"${FORMAT}","version":1,"findings":[\n${lines.join(',\n')}${lines.length > 0 ? '\n' : ''}]}\n`
}
