/** Findings as JUnit XML: a suite for each rule, a test case for each two ends, with name, classname, time and file only, which every reader
 *  knows. Two ends between which a rule holds are a case that passes, and so is a check without findings: the file proves what was
 *  judged. What is told with a worse rule fails in both suites. */
import { harmless } from '../analysis/harmless.ts'
import type { CheckResult, JudgedRule } from '../checks/findings.ts'
import type { Finding, OpenQuestion, Suppressed } from '../policy/finding.ts'
import { mendOf } from './check-words.ts'

export function* checkJunit(result: CheckResult): Generator<string> {
  const suites = result.rules.map((rule) => suiteOf(result, rule))
  const sum = (count: (suite: Suite) => number): number => suites.reduce((all, suite) => all + count(suite), 0)
  const totals = `tests="${sum(({ cases }) => cases.length)}" failures="${sum(failures)}" errors="0" skipped="${sum(skipped)}"`
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="ztnet" ${totals} time="0">\n`
  for (const suite of suites) yield* suiteXml(suite)
  yield '</testsuites>\n'
}

interface Case {
  readonly name: string
  readonly file: string | undefined
  readonly body: string
  readonly is: 'passed' | 'failed' | 'skipped'
}

interface Suite {
  readonly rule: JudgedRule
  readonly cases: readonly Case[]
}

const failures = ({ cases }: Suite): number => cases.filter(({ is }) => is === 'failed').length
const skipped = ({ cases }: Suite): number => cases.filter(({ is }) => is === 'skipped').length

const suiteOf = ({ findings, suppressed, unknowns }: CheckResult, rule: JudgedRule): Suite => {
  const own = findings.filter((each) => each.rule === rule.id)
  const names = new Set(own.map(nameOf))
  const elsewhere = findings.filter((each) => each.also?.includes(rule.id) && !names.has(nameOf(each)))
  const cases = [
    ...own.map(failedCase),
    ...elsewhere.map((finding) => toldCase(finding, rule)),
    ...suppressed
      .filter(({ finding }) => finding.rule === rule.id || finding.also?.includes(rule.id))
      .map(acceptedCase),
    ...unknowns.filter((each) => each.rule === rule.id).map(unknownCase),
  ]
  const passed = (rule.holds ?? []).map(({ from, to }) => passedCase(`${from} -> ${to}`))
  const all = [...cases, ...passed]
  return { rule, cases: all.length > 0 ? all : [passedCase(rule.title)] }
}

const passedCase = (name: string): Case => ({ name, file: undefined, body: '', is: 'passed' })

const failedCase = (finding: Finding): Case => ({
  name: nameOf(finding),
  file: finding.place?.file,
  is: 'failed',
  body: `<failure message="${escaped(finding.title)}" type="${finding.severity}">${escapedLines(detailsOf(finding))}</failure>`,
})

const toldCase = (finding: Finding, { severity }: JudgedRule): Case => ({
  name: nameOf(finding),
  file: finding.place?.file,
  is: 'failed',
  body: `<failure message="${escaped(finding.title)}" type="${severity}">${escapedLines([`told with ${finding.rule}`, ...detailsOf(finding)])}</failure>`,
})

const acceptedCase = ({ by, finding }: Suppressed): Case => ({
  name: nameOf(finding),
  file: finding.place?.file,
  is: 'skipped',
  body: `<skipped message="${escaped(`accepted by ${by.is} ${by.id}`)}"/>`,
})

const unknownCase = ({ from, to, message }: OpenQuestion): Case => ({
  name: from.length > 0 ? `${from.join(', ')} -> ${to.join(', ')}` : 'what is not known',
  file: undefined,
  is: 'skipped',
  body: `<skipped message="${escaped(message)}"/>`,
})

const nameOf = ({ from, to, title }: Finding): string => (from && to ? `${from.label} -> ${to.label}` : title)

const detailsOf = (finding: Finding): readonly string[] => {
  const { text, witness, causes } = finding
  const mend = mendOf(finding)
  return [
    ...text,
    ...(witness ? [`for example ${witness.text}`] : []),
    ...causes.map(({ message }) => `because ${message}`),
    ...(mend === undefined ? [] : [`to mend it: ${mend}`]),
  ]
}

function* suiteXml(suite: Suite): Generator<string> {
  const { rule, cases } = suite
  yield `  <testsuite name="${escaped(rule.id)}" tests="${cases.length}" failures="${failures(suite)}" errors="0" skipped="${skipped(suite)}" time="0">\n`
  for (const each of cases) yield `${caseXml(rule, each)}\n`
  yield '  </testsuite>\n'
}

const caseXml = ({ id }: JudgedRule, { name, file, body }: Case): string => {
  const attributes = `name="${escaped(name)}" classname="${escaped(id)}" time="0"${file === undefined ? '' : ` file="${escaped(file)}"`}`
  return body === '' ? `    <testcase ${attributes}/>` : `    <testcase ${attributes}>${body}</testcase>`
}

const escapedLines = (lines: readonly string[]): string => lines.map(escaped).join('\n')

/** XML 1.0 has no way to write most control characters, nor halves of a surrogate pair. */
const escaped = (text: string): string =>
  harmless(text)
    .replace(FORBIDDEN, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const FORBIDDEN = /[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
