/** What a collection says at its end: what was read, what was not, and what that makes unknown. */
import type { Collected } from '../collect/aws/collect.ts'
import type { Gap } from '../snapshot/snapshot.ts'

/** Sentences for stderr. */
export const collectSummary = (collected: Collected, output: string | undefined): readonly string[] => {
  const { snapshot, notes, progress, canGoOn } = collected
  const { resources, gaps } = snapshot
  const where = output === undefined ? '' : `, in ${output}`
  const left = gaps.length === 0 ? 'nothing left out' : `${many(gaps.length, 'gap')}`
  return [
    ...notes,
    ...gapLines(gaps),
    ...(canGoOn && output !== undefined ? ['what failed can be asked again: run with --resume'] : []),
    `${many(resources.length, 'resource')} of ${many(progress.accounts.of, 'account')} (${many(progress.regions.of, 'region')} in all), by ${many(progress.calls, 'call')}, ${left}${where}`,
  ]
}

/** Gaps alike but for their place are one line. */
const gapLines = (gaps: readonly Gap[]): readonly string[] => {
  const messages = [...new Set(gaps.map(({ message }) => message))].sort()
  const shown = messages.slice(0, SHOWN)
  const kinds = [...new Set(gaps.flatMap(({ kind }) => kind ?? []))].sort()
  return [
    ...shown,
    ...(messages.length > shown.length
      ? [`and ${messages.length - shown.length} more, all in the snapshot under "gaps"`]
      : []),
    ...(kinds.length > 0 ? [`unknown is what needs: ${kinds.map(inWords).join(', ')}`] : []),
  ]
}

const SHOWN = 20

/** `transitGatewayRoutes` -> `transit gateway routes`. */
const inWords = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const many = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`
