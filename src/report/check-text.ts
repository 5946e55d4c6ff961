/** Findings for people in a terminal: by rule, the worst first, with a summary line at the end. */
import { harmless } from '../analysis/harmless.ts'
import { few, someOf } from '../analysis/short-lists.ts'
import type { CheckResult, JudgedRule } from '../checks/findings.ts'
import { groupedBy } from '../collections.ts'
import type { Finding, Fix, OpenQuestion, Suppressed } from '../policy/finding.ts'
import type { Severity } from '../policy/severity.ts'
import { fateOf, summaryOf } from './check-words.ts'
import { withoutArns } from './reach-words.ts'
import { beside, indented, plural, type Style } from './style.ts'

/** `fixes`: with the commands of every change that was tried. */
export const checkText = (result: CheckResult, style: Style, { fixes = false } = {}): string => {
  const sections = [
    ...byRule(result).map(([rule, findings]) => ruleLines(rule, findings, style, fixes)),
    suppressedLines(result.suppressed, style),
    unknownLines(result.unknowns, style),
    hintLines(result, style),
    [summaryLine(result, style)],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** In the order of the findings, which is worst first. */
const byRule = ({ findings, rules }: CheckResult): readonly (readonly [JudgedRule, readonly Finding[]])[] => {
  const groups = groupedBy(findings, (finding) => finding.rule)
  return [...groups].map(([id, all]) => [rules.find((rule) => rule.id === id)!, all] as const)
}

/** More findings of one rule than anybody reads at once: the rest is counted, and in every other format. */
const MOST = 12

const ruleLines = (rule: JudgedRule, findings: readonly Finding[], style: Style, fixes: boolean): string[] => {
  const shown = findings.slice(0, MOST)
  const rest = findings.length - shown.length
  return [
    ...indented(
      style,
      0,
      `${paint(style, rule.severity)(style.bold(rule.severity.toUpperCase()))}  ${style.bold(harmless(rule.id))}  ${harmless(rule.title)}`,
    ),
    ...(rule.why === undefined ? [] : indented(style, 2, style.dim(harmless(rule.why)), 0)),
    ...shown.flatMap((finding, index) => findingLines(finding, index + 1, style, fixes)),
    ...(rest > 0 ? [`  ... and ${plural(rest, 'finding')} more of this rule (--format json has all)`] : []),
  ]
}

const paint = (style: Style, severity: Severity): ((text: string) => string) =>
  ({ critical: style.bad, high: style.bad, medium: style.warn, low: style.warn, info: style.dim })[severity]

const findingLines = (finding: Finding, number: number, style: Style, fixes: boolean): string[] => {
  const { title, witness, causes, also, remedy } = finding
  const width = number > 9 ? 5 : 4
  const inner = 2 + width
  const fate = fateOf(finding)
  const told = fate === '' ? '' : style.dim(`  (${fate})`)
  const line = (word: string, text: string): string[] =>
    beside(style, inner, style.dim(word.padEnd(9)), 9, harmless(withoutArns(text)))
  return [
    ...beside(style, 2, `${number}.`.padEnd(width), width, `${harmless(title)}${told}`),
    ...(finding.text.length > 1 ? few(finding.text, 4).flatMap((text) => line('packets', text)) : []),
    ...(witness ? line('example', `${endText(witness.from)} -> ${endText(witness.to)}: ${witness.text}`) : []),
    ...few(
      causes.map(({ message }) => message),
      8,
    ).flatMap((message, index) => line(index === 0 ? 'because' : '', message)),
    ...(also ? line('breaks', `${also.join(', ')} too`) : []),
    ...(finding.fixes && finding.fixes.length > 0
      ? fixLines(finding.fixes, style, inner, fixes)
      : remedy === undefined
        ? []
        : line('to mend', remedy)),
  ]
}

const fixLines = (all: readonly Fix[], style: Style, indent: number, commands: boolean): string[] =>
  (commands ? all : all.slice(0, 1)).flatMap((fix) => [
    ...beside(style, indent, style.dim('to mend'.padEnd(9)), 9, harmless(`${fix.says}${costText(fix)}`)),
    ...(commands
      ? [
          ...fix.commands.map((command) => `${' '.repeat(indent + 9)}$ ${harmless(command)}`),
          ...indented(style, indent + 9, style.dim(harmless(`Terraform: ${fix.terraform}`)), 2),
        ]
      : []),
  ])

const costText = ({ alsoCuts, alsoMends }: Fix): string => {
  const cuts = alsoCuts.length === 0 ? '; cuts off nothing else' : `; also cuts off ${few(alsoCuts, 3).join('; ')}`
  return `${cuts}${alsoMends.length === 0 ? '' : `; mends ${plural(alsoMends.length, 'other finding')} too`}`
}

const endText = ({ id, name }: { readonly id: string; readonly name?: string }): string =>
  name === undefined || name === id ? id : `${id} (${name})`

const suppressedLines = (all: readonly Suppressed[], style: Style): string[] =>
  all.length === 0
    ? []
    : [
        style.bold('Accepted'),
        ...few(
          all.map(({ by, finding }) => `${by.is} ${by.id}: ${finding.title}`),
          10,
        ).flatMap((text) => beside(style, 2, '- ', 2, harmless(text))),
      ]

const unknownLines = (all: readonly OpenQuestion[], style: Style): string[] =>
  all.length === 0
    ? []
    : [
        style.bold('Not known'),
        ...all.flatMap(({ message, from, to, unknowns }) => [
          ...beside(style, 2, '- ', 2, harmless(message)),
          ...(from.length === 0
            ? []
            : indented(style, 4, style.dim(harmless(`from ${someOf(from, 4)} to ${someOf(to, 4)}`)))),
          ...few(
            unknowns.map(({ message: what, remedy }) =>
              withoutArns(remedy === undefined ? what : `${what}: ${remedy}`),
            ),
            3,
          ).flatMap((text) => indented(style, 4, harmless(text))),
        ]),
      ]

/** Large estates are not changed unasked. */
const hintLines = ({ findings }: CheckResult, style: Style): string[] =>
  findings.some(({ fixes, witness }) => fixes === undefined && witness)
    ? [style.dim('--fixes tries changes, and names those that mend findings')]
    : []

const summaryLine = (result: CheckResult, style: Style): string => {
  const isClean = result.findings.length === 0
  return (isClean ? style.good : style.bold)(summaryOf(result))
}
