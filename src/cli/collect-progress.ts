/** How far a collection is: on a terminal one line that is rewritten, elsewhere a plain line now and then. */
import type { Progress } from '../collect/aws/collect.ts'
import { lineOn, type Surroundings } from './progress.ts'

export const collectProgress = (
  { quiet = false }: { readonly quiet?: boolean | undefined },
  surroundings?: Surroundings,
): { readonly progress: (now: Progress) => void; readonly end: () => void } => {
  const line = lineOn({ quiet }, surroundings)
  return { progress: (now) => line.show((elapsed) => `collect: ${words(now)}, ${seconds(elapsed)}`), end: line.end }
}

const words = ({ accounts, regions, calls, failed, resources }: Progress): string =>
  [
    `${accounts.done}/${accounts.of} accounts`,
    `${regions.done}/${regions.of} regions`,
    `${count(calls)} calls${failed === 0 ? '' : ` (${count(failed)} failed)`}`,
    `${count(resources)} resources`,
  ].join(', ')

const count = (n: number): string => n.toLocaleString('en')

/** `42 s`, `3 min 5 s`. */
const seconds = (milliseconds: number): string => {
  const all = Math.round(milliseconds / 1000)
  return all < 60 ? `${all} s` : `${Math.floor(all / 60)} min ${all % 60} s`
}
