/** Findings as SARIF 2.1.0, in the part of it that GitHub reads: every result has a physical location, and a fingerprint of its own, since
 *  all results of a rule stand on the same line. https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
import type { CheckResult, JudgedRule } from '../checks/findings.ts'
import type { Finding, Suppressed } from '../policy/finding.ts'
import type { Severity } from '../policy/severity.ts'
import type { Span } from '../policy/written.ts'
import { mendOf } from './check-words.ts'

export interface SarifOptions {
  readonly version: string
  /** Where a finding stands whose rule is in no file of the user: relative to the working directory. */
  readonly fallback: Span
  /** Accepted findings too, marked as such. */
  readonly suppressed?: boolean
  /** Where a resource stands in files that readers have; nothing else is shown of the way of a packet. */
  readonly placeOf?: ((id: string) => Span | undefined) | undefined
}

export const checkSarif = (result: CheckResult, options: SarifOptions): object => {
  const used = result.rules
  const index = new Map(used.map(({ id }, at) => [id, at]))
  const accepted = options.suppressed === true ? result.suppressed : []
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ztnet',
            semanticVersion: options.version,
            rules: used.map(sarifRule),
          },
        },
        results: [
          ...result.findings.slice(0, MOST_RESULTS).map((finding) => sarifResult(finding, index, options)),
          ...accepted.map(({ finding, by }) => ({
            ...sarifResult(finding, index, options),
            suppressions: [suppressionOf(by)],
          })),
        ],
      },
    ],
  }
}

/** GitHub refuses a file with more. */
const MOST_RESULTS = 25_000

const sarifRule = (rule: JudgedRule): object => ({
  id: rule.id,
  shortDescription: { text: cut(rule.title, 1024) },
  fullDescription: { text: cut(rule.why ?? rule.title, 1024) },
  help: { text: helpOf(rule) },
  ...(rule.docs !== undefined && { helpUri: rule.docs }),
  defaultConfiguration: { level: LEVELS[rule.severity] },
  properties: {
    tags: ['security', 'network', 'aws'],
    precision: 'very-high',
    'security-severity': SCORES[rule.severity],
  },
})

const helpOf = ({ title, why, docs }: JudgedRule): string =>
  [title, why, docs].filter((text) => text !== undefined).join('\n')

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** Inside the bands by which GitHub names them: above 9 critical, from 7 high, from 4 medium, above 0 low. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.1',
}

const sarifResult = (
  finding: Finding,
  index: ReadonlyMap<string, number>,
  { fallback, placeOf = () => undefined }: SarifOptions,
) => ({
  ruleId: finding.rule,
  ruleIndex: index.get(finding.rule) ?? 0,
  level: LEVELS[finding.severity],
  message: { text: messageOf(finding) },
  locations: [locationOf(finding.place ?? fallback)],
  partialFingerprints: { primaryLocationLineHash: `${finding.fingerprint}:1` },
  ...relatedOf(finding, placeOf),
  ...flowOf(finding, placeOf),
})

type PlaceOf = NonNullable<SarifOptions['placeOf']>

/** Both ends, and what is at fault, where they stand in files. */
const relatedOf = ({ witness, resource }: Finding, placeOf: PlaceOf): object => {
  const ends = [
    ...(witness ? [{ ...witness.from, does: 'sends' } as const, { ...witness.to, does: 'receives' } as const] : []),
    ...(resource ? [{ ...resource, does: 'is at fault' } as const] : []),
  ]
  const related = ends.flatMap(({ id, name, does }) => {
    const place = placeOf(id)
    return place ? [{ ...locationOf(place), message: { text: `${named(id, name)} ${does}` } }] : []
  })
  return related.length === 0 ? {} : { relatedLocations: related.map((each, id) => ({ id, ...each })) }
}

/** The way of the witness, as far as its stations stand in files. */
const flowOf = ({ witness }: Finding, placeOf: PlaceOf): object => {
  const steps = (witness?.forward ?? []).map(({ message, resource, name }) => {
    const who = named(resource, name)
    return { resource, text: message.includes(who) ? message : `${who}: ${message}` }
  })
  const locations = steps.flatMap(({ resource, text }, at) => {
    const place = placeOf(resource)
    // What a gateway is in several stages is one step to whoever follows the way.
    return place && text !== steps[at - 1]?.text ? [{ location: { ...locationOf(place), message: { text } } }] : []
  })
  return locations.length === 0 ? {} : { codeFlows: [{ threadFlows: [{ locations }] }] }
}

const named = (id: string, name: string | undefined): string => (name === undefined ? id : `${id} (${name})`)

/** The first sentence is the title. */
const messageOf = (finding: Finding): string => {
  const { title, witness, causes } = finding
  const mend = mendOf(finding)
  return [
    `${title}.`,
    ...(witness ? [`For example ${witness.text}.`] : []),
    ...(causes.length > 0 ? [`Because ${causes.map(({ message }) => message).join('; ')}.`] : []),
    ...(mend === undefined ? [] : [`To mend it: ${mend}.`]),
  ].join(' ')
}

const locationOf = ({ file, line, column, endLine, endColumn }: Span) => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  },
})

/** A relative reference: parts escaped, `./` taken away. */
const uriOf = (file: string): string =>
  file
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/')

const suppressionOf = ({ is, id }: Suppressed['by']) => ({ kind: 'external', justification: `${is} ${id}` })

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text)
