/** Findings for what shows them beside code: GitLab Code Quality and GitHub workflow commands. */
import { harmless } from '../analysis/harmless.ts'
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'
import type { Severity } from '../policy/severity.ts'
import type { Span } from '../policy/written.ts'
import { mendOf, summaryOf } from './check-words.ts'

/** One array; fingerprints are unique, for others are dropped. */
export const checkGitlab = ({ findings }: CheckResult, fallback: Span): readonly object[] =>
  findings.map((finding) => {
    const { file, line } = finding.place ?? fallback
    const mend = mendOf(finding)
    return {
      description: harmless(`${finding.title}${mend === undefined ? '' : `. To mend it: ${mend}`}`),
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: GITLAB[finding.severity],
      location: { path: file.replace(/^(\.\/)+/, ''), lines: { begin: line } },
    }
  })

const GITLAB: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
}

/** GitHub shows ten of a kind for each step: the worst come first, and how many there are is said at the end. */
export const checkGithub = (result: CheckResult, fallback: Span): string => {
  const lines = result.findings.slice(0, MOST_ANNOTATIONS).map((finding) => annotation(finding, fallback))
  const rest = result.findings.length - lines.length
  const more = rest > 0 ? [`::notice title=ztnet::${message(`${rest} more findings are not shown here`)}`] : []
  return `${[...lines, ...more, harmless(summaryOf(result))].join('\n')}\n`
}

/** For each job. */
const MOST_ANNOTATIONS = 50

const annotation = (finding: Finding, fallback: Span): string => {
  const { severity, rule, title, witness, place } = finding
  const mend = mendOf(finding)
  const { file, line, endLine, column } = place ?? fallback
  const where = `file=${property(file)},line=${line},endLine=${endLine},col=${column}`
  const text = [
    title,
    ...(witness ? [`for example ${witness.text}`] : []),
    ...(mend === undefined ? [] : [`to mend it: ${mend}`]),
  ].join('\n')
  return `::${GITHUB[severity]} ${where},title=${property(`${severity} ${rule}`)}::${message(text)}`
}

const GITHUB: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
}

/** A workflow command ends with its line, and what is in it was written by others. */
export const message = (text: string): string =>
  text.split('\n').map(harmless).join('\n').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
