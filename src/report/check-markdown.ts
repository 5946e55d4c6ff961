/** Findings as Markdown, for a job summary or a comment: worst first, and never longer than GitHub takes, which drops what is. */
import type { CheckResult } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'
import { summaryOf } from './check-words.ts'
import { bytesOf, escaped } from './markdown.ts'
import { harmless } from './style.ts'

/** Bytes of a job summary; over 1 MiB the whole is lost. */
const MOST_BYTES = 1024 * 1024 - 4096

export const checkMarkdown = (result: CheckResult, most = MOST_BYTES): string => {
  const head = [MARKER, '## ztnet check', '', escaped(summaryOf(result)), '']
  const tail = [...acceptedLines(result), ...unknownLines(result)]
  const shown: string[] = []
  let left = most - bytesOf([...head, ...tail].join('\n')) - 200
  for (const finding of result.findings) {
    const text = findingText(finding)
    const size = bytesOf(text)
    if (size > left) break
    left -= size
    shown.push(text)
  }
  const rest = result.findings.length - shown.length
  const more = rest > 0 ? [`_${rest} more findings are not shown: this is as much as fits._`, ''] : []
  return `${[...head, ...shown, ...more, ...tail].join('\n').trimEnd()}\n`
}

/** By which a comment is found again. */
const MARKER = '<!-- ztnet check -->'

const findingText = ({ severity, rule, title, text, witness, causes, remedy, fixes, pairs }: Finding): string => {
  const counted = pairs && pairs.of > 1 ? `, ${pairs.breaking} of ${pairs.of} pairs` : ''
  const commands = (fixes ?? [])
    .slice(0, 1)
    .flatMap((fix) => [
      `To mend it: ${escaped(fix.says)}`,
      '',
      ...fix.commands.map((command) => `    ${harmless(command)}`),
    ])
  return [
    `<details><summary><b>${severity}</b> ${escaped(rule)}: ${escaped(title)}${counted}</summary>`,
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
  suppressed.length === 0
    ? []
    : [
        '### Accepted',
        '',
        ...suppressed.slice(0, 100).map(({ by, finding }) => `- ${by.is} ${escaped(by.id)}: ${escaped(finding.title)}`),
        ...(suppressed.length > 100 ? [`- and ${suppressed.length - 100} more`] : []),
        '',
      ]

const unknownLines = ({ unknowns }: CheckResult): string[] =>
  unknowns.length === 0 ? [] : ['### Not known', '', ...unknowns.map(({ message }) => `- ${escaped(message)}`), '']
