/** The questions of the page: each asks the engine, and says what of its answer is told, where, and what is lit on the map. */
import { blastMarkdown } from '../../src/report/blast-markdown.ts'
import { reachAllMarkdown } from '../../src/report/matrix-markdown.ts'
import { reachMarkdown } from '../../src/report/reach-markdown.ts'
import type { Finding } from '../../src/policy/finding.ts'
import { type AnswerActions, reachAnswer } from './answer.ts'
import { blastAnswer, reachAllAnswer } from './answer-many.ts'
import type { PathStep } from '../../src/scene/picture.ts'
import type { Child } from './dom.ts'
import { findingAnswer } from './findings.ts'
import type { LookedAt, Progress } from './looked-at.ts'
import { pathOf } from './path.ts'
import type { KnownPlaces } from './places.ts'
import type { Places } from './protocol.ts'

/** What is asked, and with what. */
export interface Asking {
  readonly looked: LookedAt
  readonly places: KnownPlaces
  readonly actions: AnswerActions
  readonly progress: Progress
}

export interface Told {
  readonly panel: Child
  /** For screen readers. */
  readonly says: string
  readonly markdown?: () => string
  /** Where what it names is. */
  readonly places: Places
  /** What should be seen: boxes around it are opened. */
  readonly reveals: readonly string[]
  /** Once all is drawn: the way to light, and what else. */
  readonly way: () => readonly PathStep[]
  readonly lit: () => readonly string[]
  /** Whether the map moves there. */
  readonly isFar?: boolean
}

/** From one place to another; `isWhole`: without leaving anything out. */
export const askReach = async (
  { looked, places, actions }: Asking,
  {
    from,
    to,
    title,
    isWhole,
  }: { readonly from: string; readonly to: string; readonly title: string; readonly isWhole: boolean },
): Promise<Told> => {
  const { result, places: found, ends } = await looked.ask('reach', { from, to, packets: looked.packets() })
  return {
    panel: reachAnswer(result, actions, { isWhole, title }),
    says: `${result.verdict}: ${from} to ${to}`,
    markdown: () => reachMarkdown(result),
    // What was clicked is where it was clicked.
    places: { ...found, [from]: places.clicked(from, ends.from), [to]: places.clicked(to, ends.to) },
    reveals: [from, to],
    way: () => pathOf(result, { from, to }, places),
    lit: () => [from, to],
  }
}

/** Everything that a place can reach, or that can reach it. */
export const askAll = async (
  { looked, actions, progress }: Asking,
  place: string,
  side: 'from' | 'to',
): Promise<Told> => {
  const { result, places } = await looked.ask('reach-all', { place, side, packets: looked.packets() }, progress)
  const reached = result.cells
    .filter(({ verdict }) => verdict !== 'unreachable')
    .map((cell) => (side === 'from' ? cell.to : cell.from))
  return {
    panel: reachAllAnswer(result, actions),
    says: `${result.verdict}: ${result.totals.cells} groups`,
    markdown: () => reachAllMarkdown(result),
    places,
    reveals: [],
    way: () => [],
    lit: () => [...reached, place],
  }
}

/** What lies behind stepping stones. */
export const askBlast = async ({ looked, places, actions, progress }: Asking, from: string): Promise<Told> => {
  const { result, places: found } = await looked.ask('blast', { from, packets: looked.packets() }, progress)
  const links = result.targets.flatMap(({ ways }) => ways.flatMap(({ chain }) => chain))
  const way = (): readonly PathStep[] => {
    const steps = links.flatMap((link): (readonly [string, PathStep])[] => {
      const [a, b] = [places.shown(link.from.id), places.shown(link.to.id)]
      return a === undefined || b === undefined || a === b
        ? []
        : [[`${a} ${b}`, { from: a, to: b, leg: 'forward', number: '' }]]
    })
    return [...new Map(steps).values()]
  }
  return {
    panel: blastAnswer(result, actions),
    says: `${result.totals.reached} interfaces reached`,
    markdown: () => blastMarkdown(result),
    places: found,
    reveals: [],
    way,
    lit: () => [from],
  }
}

/** A finding that was chosen: nothing is asked, its proof is in the file. */
export const tellFinding = ({ looked, places, actions }: Asking, finding: Finding): Told => {
  const { result, places: found, breaches } = looked.now().check!
  const tiers = breaches.filter(({ title }) => title === finding.title).flatMap(({ from, to }) => [from, to])
  const { witness, resource, verdict = 'reachable' } = finding
  const ends = [witness?.from.id, witness?.to.id, resource?.id].flatMap((id) => id ?? [])
  return {
    panel: findingAnswer(
      finding,
      result.rules.find(({ id }) => id === finding.rule),
      actions,
    ),
    says: `${finding.severity}: ${finding.title}`,
    places: found,
    reveals: ends,
    way: () =>
      (witness ? pathOf({ witness, verdict }, { from: witness.from.id, to: witness.to.id }, places) : []).map((step) =>
        step.leg === 'forward' ? { ...step, number: `▲${step.number}`, breaks: true } : step,
      ),
    lit: () => [...ends, ...tiers],
    isFar: true,
  }
}
