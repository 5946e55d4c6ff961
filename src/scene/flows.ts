/** Who reaches whom in a picture: the cells of a matrix, in few words. */
import { cellsOf } from '../analysis/cells.ts'
import { type CellEntry, matrix, type MatrixQuestion, type MatrixResult, sidesOf } from '../analysis/matrix.ts'
import type { Progress } from '../analysis/progress.ts'
import type { Compiled } from '../aws/compile.ts'
import { without } from '../aws/without.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { Change, FlowLink } from './scene.ts'

/** Between the tiers of VPCs and places outside; of the whole estate, or from or to one place of it. */
export const flowLinks = (
  compiled: Compiled,
  question: Omit<MatrixQuestion, 'by'>,
  progress?: Progress,
): readonly FlowLink[] => {
  const asked = { ...question, by: 'vpc-subnet-tier' } as const
  const links = flowLinksOf(matrix(compiled, asked, progress))
  const remains = verdictsWithout(compiled, asked, links, progress)
  return remains
    ? links.map((link) => (remains(link) === link.verdict ? link : { ...link, byNatOrEndpoint: true }))
    : links
}

/** The cells in which anything may flow, without those of a group with itself. */
export const flowLinksOf = ({ cells }: Pick<MatrixResult, 'cells'>): readonly FlowLink[] =>
  cells.flatMap((cell): FlowLink[] => {
    const { from, to, verdict } = cell
    if (verdict === 'unreachable' || from === to) return []
    return [{ from, to, verdict, packets: packetsOf(cell), pairs: pairsOf(cell) }]
  })

/** What would be said of a link if no NAT gateway and no VPC endpoint let anything pass; undefined where there is none. The example of a
 *  flow could not tell: others that fare alike may go another way. */
const verdictsWithout = (
  compiled: Compiled,
  question: MatrixQuestion,
  links: readonly FlowLink[],
  progress: Progress | undefined,
): ((link: FlowLink) => string | undefined) | undefined => {
  const components = natsAndEndpoints(compiled.network)
  if (components.size === 0) return undefined
  const sides = sidesOf(compiled, question)
  const [senders, receivers] = [new Set(links.map(({ from }) => from)), new Set(links.map(({ to }) => to))]
  const rows = sides.rows.filter(({ key }) => senders.has(key))
  const columns = sides.columns.filter(({ key }) => receivers.has(key))
  const cells = cellsOf(without(compiled, components), rows, columns, question.filter, progress)
  const verdicts = new Map(cells.map(({ from, to, verdict }) => [`${from.key} ${to.key}`, verdict]))
  return ({ from, to }) => verdicts.get(`${from} ${to}`)
}

/** An endpoint of a Gateway Load Balancer is none to go to: what passes it is inspected and goes on to where it was sent (R-GWLB). */
const natsAndEndpoints = (network: Network): ReadonlySet<string> =>
  new Set(
    [
      ...network.all('natGateway'),
      ...network.all('vpcEndpoint').filter(({ raw }) => raw.VpcEndpointType !== 'GatewayLoadBalancer'),
    ].map(({ id }) => id),
  )

/** Those that decide the verdict of the cell. */
const packetsOf = ({ flows, verdict }: CellEntry): readonly string[] => {
  const deciding = flows.filter((flow) => flow.verdict === verdict)
  const inIpv4 = new Set(deciding.filter(({ family }) => family === 4).flatMap(({ text }) => text))
  const texts = [...new Set(deciding.flatMap(({ text }) => text))].map((text) =>
    inIpv4.has(text) ? text : `${text} (IPv6)`,
  )
  return texts.length <= MOST ? texts : [...texts.slice(0, MOST), `... and ${texts.length - MOST} more`]
}

const MOST = 3

const pairsOf = ({ flows, verdict, pairs }: CellEntry): string => {
  const counts = flows.filter((flow) => flow.verdict === verdict).map((flow) => flow.pairs)
  return counts.length === 0 ? '' : `${Math.max(...counts)}/${pairs}`
}

/** A pair of tiers, by their ids or the keyword of a place outside, between which a rule is broken. */
export interface Breach {
  readonly from: string
  readonly to: string
  readonly title: string
  readonly verdict: FlowLink['verdict']
  /** In shortest words. */
  readonly packets: readonly string[]
}

/** `breaches`: the worst first. */
export const breakingFlows = (flows: readonly FlowLink[], breaches: readonly Breach[]): readonly FlowLink[] => {
  const broken = new Map<string, { readonly breaks: string[]; readonly worst: number }>()
  for (const [worst, { from, to, title }] of breaches.entries())
    once(broken, `${from} ${to}`, () => ({ breaks: [], worst })).breaks.push(title)
  return flows.map((flow) => ({ ...flow, ...broken.get(`${flow.from} ${flow.to}`) }))
}

/** The flows that are known where all were not asked: those that opened or closed, and those that break a rule. */
export const markedFlows = (breaches: readonly Breach[], changes: readonly ChangedCell[]): readonly FlowLink[] => {
  const links = [
    ...changes.map(({ from, to, text }) => ({ from, to, verdict: 'reachable' as const, packets: text })),
    ...breaches,
  ].map(({ from, to, verdict, packets }): FlowLink => ({
    from,
    to,
    verdict,
    packets: packets.slice(0, MOST),
    pairs: '',
  }))
  const byEnds = new Map(links.toReversed().map((link) => [`${link.from} ${link.to}`, link]))
  const changed = new Map(
    changedFlows([...byEnds.values()], [], changes).map((link) => [`${link.from} ${link.to}`, link]),
  )
  return breakingFlows(
    Array.from(byEnds, ([ends, link]) => changed.get(ends) ?? link),
    breaches,
  )
}

/** A cell that differs between two snapshots. */
export interface ChangedCell {
  readonly from: string
  readonly to: string
  readonly opens: boolean
  readonly text: readonly string[]
}

/** The flows of now with what became of each, and those that are no more. */
export const changedFlows = (
  before: readonly FlowLink[],
  now: readonly FlowLink[],
  changes: readonly ChangedCell[],
): readonly FlowLink[] => {
  const changed = new Map<string, { change: Change; packets: Set<string> }>()
  for (const { from, to, opens, text } of changes) {
    const key = `${from} ${to}`
    const known = changed.get(key) ?? { change: 'closed', packets: new Set() }
    if (opens && known.change !== 'opened') {
      known.change = 'opened'
      known.packets.clear()
    }
    if (opens === (known.change === 'opened')) for (const each of text) known.packets.add(each)
    changed.set(key, known)
  }
  const stays = new Set(now.map(({ from, to }) => `${from} ${to}`))
  const links = new Map([...before, ...now].map((flow) => [`${flow.from} ${flow.to}`, flow]))
  return [...links].flatMap(([key, flow]): FlowLink[] => {
    const found = changed.get(key)
    if (found) return [{ ...flow, change: found.change, packets: [...found.packets].slice(0, MOST) }]
    return stays.has(key) ? [{ ...flow, change: 'same' }] : []
  })
}
