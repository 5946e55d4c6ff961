/** Findings as Markdown, for a job summary or a comment: worst first, and never longer than GitHub takes, which drops what is. */
import { harmless } from '../analysis/harmless.ts'
import { few } from '../analysis/short-lists.ts'
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'
import { fateOf, summaryOf } from './check-words.ts'
import { withoutArns } from './reach-words.ts'
import { bytesOf, escaped, fitting, html, type Section } from './markdown.ts'

/** Bytes of a job summary; over 1 MiB the whole is lost. */
const MOST_BYTES = 1024 * 1024 - 4096

export const checkMarkdown = (result: CheckResult, most = MOST_BYTES): string => {
  const head = [MARKER, '## ztnet check', '', escaped(summaryOf(result)), ''].join('\n')
  const sections = [
    ...result.findings.map((finding) => ({ title: 'the findings', texts: [findingText(finding)] })),
    ...listSections('Accepted', acceptedLines(result)),
    ...listSections('Not known', unknownLines(result)),
  ]
  const { shown, leftOut } = fitting(sections, most - bytesOf(head) - ROOM_TO_SAY_SO)
  const more = leftOut === '' ? [] : [`_Not shown, for this is as much as fits: ${leftOut}._`, '']
  return `${[head, ...shown.map(({ text }) => text), ...more].join('\n').trimEnd()}\n`
}

/** Bytes of what is said of all that was left out. */
const ROOM_TO_SAY_SO = 200

const listSections = (title: string, lines: readonly string[]): readonly Section[] => {
  if (lines.length === 0) return []
  const first = (most: number): string => [`### ${title}`, '', ...few(lines, most), ''].join('\n')
  return [{ title, texts: [first(lines.length), first(100), first(10)] }]
}

/** By which a comment is found again. */
const MARKER = '<!-- ztnet check -->'

const findingText = (finding: Finding): string => {
  const { severity, rule, title, text, witness, causes, remedy, fixes } = finding
  const fate = fateOf(finding)
  const told = fate === '' ? '' : ` (${fate})`
  const commands = (fixes ?? [])
    .slice(0, 1)
    .flatMap((fix) => [
      `To mend it: ${escaped(fix.says)}`,
      '',
      ...fix.commands.map((command) => `    ${harmless(command)}`),
    ])
  return [
    `<details><summary><b>${severity}</b> ${html(rule)}: ${html(title)}${told}</summary>`,
    '',
    ...text.slice(0, 10).map((line) => `- packets: ${escaped(line)}`),
    ...(witness ? [`- for example: ${escaped(witness.text)}`] : []),
    ...causes.slice(0, 12).map((cause) => `- because ${escaped(cause.message)}`),
    '',
    ...(commands.length > 0 ? commands : remedy === undefined ? [] : [`To mend it: ${escaped(remedy)}`]),
    '',
    '</details>',
    '',
  ].join('\n')
}

const acceptedLines = ({ suppressed }: CheckResult): string[] =>
  few(
    suppressed.map(({ by, finding }) => `- ${by.is} ${escaped(by.id)}: ${escaped(finding.title)}`),
    100,
  )

/** Each with what is missing, and how to get it. */
const unknownLines = ({ unknowns }: CheckResult): string[] =>
  unknowns.map(({ message, unknowns: missing }) => {
    const lacks = missing.map(({ message: what, remedy }) => (remedy === undefined ? what : `${what}: ${remedy}`))
    return `- ${[message, ...few(lacks, 3)].map((text) => escaped(withoutArns(text))).join('; ')}`
  })
