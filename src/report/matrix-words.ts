/** The words that every format of a matrix shares: what groups are called, what a cell says in few words. */
import type {
  CellEntry,
  FlowEntry,
  GroupEntry,
  MatrixResult,
  Named,
  ReachAllResult,
  WayEntry,
} from '../analysis/matrix.ts'
import { append, type NonEmpty, once } from '../collections.ts'
import { askedPackets, labelled } from './reach-words.ts'
import { plural } from './style.ts'

/** `prod/database`, `sg-0a1 (web)`, `tag:team=orders`: the key, with the Name where that says more. */
export const groupLabel = ({ key, name, kind }: GroupEntry): string => {
  if (name === undefined || kind === 'tag') return key
  return kind === 'tier' ? name : labelled({ id: key, name })
}

/** Where room is short: the Name alone, unless two groups share it. */
export const shortLabels = (groups: readonly GroupEntry[]): ReadonlyMap<string, string> => {
  const uses = new Map<string, number>()
  for (const { key, name = key } of groups) uses.set(name, (uses.get(name) ?? 0) + 1)
  return new Map(
    groups.map((group) => [
      group.key,
      uses.get(group.name ?? group.key) === 1 ? (group.name ?? group.key) : groupLabel(group),
    ]),
  )
}

/** What was asked: `by tier, from private, tcp 443`. */
export const asked = ({ query }: Pick<MatrixResult, 'query'>): string => {
  const { by, from, to } = query
  const packets = askedPackets(query)
  return [
    `by ${by}`,
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(packets === '' ? [] : [packets]),
  ].join(', ')
}

/** `30 cells: 11 reachable, 19 unreachable`. */
export const summary = ({ totals }: MatrixResult): string => {
  const counts = WORDS.filter((verdict) => totals.verdicts[verdict] > 0).map(
    (verdict) => `${totals.verdicts[verdict]} ${verdict}`,
  )
  return `${plural(totals.cells, 'cell')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`
}

/** `6 groups: 5 reachable, plus 1 unknown`. */
export const reachAllSummary = ({ totals, verdict }: ReachAllResult): string => {
  const { unknown } = totals.verdicts
  const apart = verdict !== 'unknown' && unknown > 0
  const counts = WORDS.filter((word) => totals.verdicts[word] > 0 && !(apart && word === 'unknown')).map(
    (word) => `${totals.verdicts[word]} ${word}`,
  )
  return `${plural(totals.cells, 'group')}: ${counts.join(', ')}${apart ? `, plus ${unknown} unknown` : ''}`
}

/** Flows of a cell that read alike. */
export interface Told {
  readonly verdict: FlowEntry['verdict']
  readonly text: string
  /** Which of several ways: `IPv6`, `public address`; nothing where each way is for as many pairs. */
  readonly way: string
  /** `4/10`; `>=4/10` where flows that differ in the addresses outside may be of the same pairs or of others. */
  readonly pairs: string
  /** Of how many pairs at least. */
  readonly least: number
  readonly example: FlowEntry['example']
}

export const toldOf = (cell: CellEntry, bothFamilies: boolean): readonly Told[] => {
  const alike = new Map<string, Map<string, NonEmpty<FlowEntry>>>()
  for (const flow of cell.flows) {
    const words = `${flow.verdict} ${flow.text.join('; ')}`
    const ways = once(alike, words, () => new Map())
    const way = [...(bothFamilies ? [`IPv${flow.family}`] : []), ...addressWay(flow)].join(', ')
    append(ways, way, flow)
  }
  return [...alike.values()].flatMap((ways) => {
    const told = [...ways].map(([way, flows]): Told => {
      const [{ verdict, text, example }] = flows
      const most = Math.max(...flows.map(({ pairs }) => pairs))
      const isExact = flows.length === 1 || most === cell.pairs
      return {
        verdict,
        text: text.join('; '),
        way,
        pairs: `${isExact ? '' : AT_LEAST}${most}/${cell.pairs}`,
        least: most,
        example,
      }
    })
    const families = new Set([...ways.values()].map(([{ family }]) => family))
    const isSame = told.every(({ pairs }) => pairs === told[0]!.pairs) && (!bothFamilies || families.size === 2)
    return isSame ? [{ ...told[0]!, way: '' }] : told
  })
}

export const AT_LEAST = '>='

/** `4/10 pairs`, `1/1 pair`. */
export const pairsText = (pairs: string): string => `${pairs} ${pairs.endsWith('/1') ? 'pair' : 'pairs'}`

/** Flows of a cell that are counted and not shown, by verdict, so that none hides behind another: `2 more`, `1 more one-way`. */
export const moreOf = (left: readonly Told[], verdict: CellEntry['verdict']): readonly string[] =>
  WORDS.flatMap((word) => {
    const count = left.filter((each) => each.verdict === word).length
    return count === 0 ? [] : [word === verdict ? `${count} more` : `${count} ${word}`]
  })

/** By what address of the receiver, where that is not its own. */
export const addressWay = ({ byPublicAddress, byNat64 }: WayEntry): readonly string[] => [
  ...(byPublicAddress ? ['public address'] : []),
  ...(byNat64 ? ['NAT64'] : []),
]

/** Whether both address families occur, so that a flow of one is worth saying. */
export const hasBothFamilies = ({ cells }: MatrixResult): boolean => {
  const families = new Set(cells.flatMap(({ flows }) => flows.map(({ family }) => family)))
  return families.size > 1
}

export const exampleText = ({ from, to }: FlowEntry['example']): string => `${namedText(from)} -> ${namedText(to)}`

const namedText = (named: Named): string => labelled(named)

/** Best first. */
export const WORDS = ['reachable', 'conditional', 'one-way', 'unknown', 'unreachable'] as const
