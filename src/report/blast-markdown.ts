/** What an intruder could reach, as Markdown. */
import type { BlastResult } from '../analysis/blast.ts'
import {
  alsoWords,
  askedWords,
  chainWords,
  countWords,
  ONE_WAY_EACH,
  reachedWords,
  targetLabel,
} from './blast-words.ts'
import { code, escaped } from './markdown.ts'
import { unknownLines } from './matrix-markdown.ts'
import { endWords } from './reach-words.ts'

export const blastMarkdown = (result: BlastResult): string => {
  const asked = askedWords(result)
  const { head, leftOut } = endWords({ ...result.from, addresses: [] })
  const sections = [
    [`### Reached from ${code(result.query.from)}: ${reachedWords(result)}${asked === '' ? '' : ` (${asked})`}`],
    [`- **from** ${code(head)}${leftOut === undefined ? '' : `; ${escaped(leftOut)}`}`],
    targetLines(result),
    linkLines(result),
    unknownLines(result),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const targetLines = (result: BlastResult): string[] => {
  const rows = result.targets
    .flatMap((target) => target.ways.map((way) => ({ target, way })))
    .sort((a, b) => a.way.steps - b.way.steps)
    .map(({ target, way }) => {
      const others = alsoWords(result, way).map((link) => `also ${code(link)}`)
      const chain = [...chainWords(way).map(code), ...others].join('<br>')
      return `| ${way.steps} | ${code(targetLabel(target))} | ${countWords(target, way)} | ${way.verdict} | ${chain} |`
    })
  if (rows.length === 0) return []
  return ['| steps | target | members | verdict | chain |', '|---|---|---|---|---|', ...rows, '', ONE_WAY_EACH]
}

const linkLines = ({ unknownLinks }: BlastResult): string[] =>
  unknownLinks.length === 0
    ? []
    : [
        '**Perhaps reached, which nobody can tell; not followed**',
        '',
        ...unknownLinks.map(
          ({ from, to, members, text }) =>
            `- ${code(from.name ?? from.key)} → ${code(to.name ?? to.key)} (${members.length}): ${code(text.join('; '))}`,
        ),
      ]
