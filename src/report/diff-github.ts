/** What opens, as annotations of a GitHub workflow; new findings have theirs from `check-ci.ts`. */
import type { DiffResult } from '../diff/diff.ts'
import { message } from './check-ci.ts'
import { clustersOf } from './diff-words.ts'

/** GitHub shows ten of a kind for each step. */
const MOST = 10

export const diffGithub = (result: DiffResult): string => {
  const { opened } = clustersOf(result)
  const told = opened.map(({ lines, causes }) =>
    [
      ...lines.map(({ ends, packets, verdicts }) => `${ends} ${packets}${verdicts === '' ? '' : ` ${verdicts}`}`),
      ...(causes.length === 0 ? [] : [`because ${causes.join(' and ')}`]),
    ].join('\n'),
  )
  return told
    .slice(0, MOST)
    .map((text) => `::warning title=ztnet diff::${message(text)}\n`)
    .join('')
}
