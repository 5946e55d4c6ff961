/** The words that text and Markdown of a blast share: the headline, a chain link by link. */
import type { BlastLink, BlastResult, BlastTarget, BlastWay } from '../analysis/blast.ts'
import { byCodeUnit, groupedBy, once } from '../collections.ts'
import { askedPackets, labelled } from './reach-words.ts'
import { plural } from './style.ts'

/** `12 of 17 interfaces in up to 3 steps, internet, aws-services`; `none of 4 interfaces, and more that is not known`. */
export const reachedWords = ({ totals, unknownLinks, unknowns }: BlastResult): string => {
  const { reached, of, bySteps, outside } = totals
  const inside = reached === 0 ? [] : [`${reached} of ${plural(of, 'interface')} in ${upTo(bySteps.length)}`]
  const known = [...inside, ...outside].join(', ') || `none of ${plural(of, 'interface')}`
  return `${known}${unknownLinks.length > 0 || unknowns.length > 0 ? ', and more that is not known' : ''}`
}

const upTo = (steps: number): string => (steps === 1 ? '1 step' : `up to ${steps} steps`)

/** Restrictions of the question: `2 steps at most, going on by port 22, 3389`. */
export const askedWords = ({ query }: BlastResult): string => {
  const { maxSteps, ports, ipv4, ipv6 } = query
  const asked = askedPackets({ ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) })
  return [
    ...(maxSteps === undefined ? [] : [`${plural(maxSteps, 'step')} at most`]),
    ...(ports === undefined
      ? []
      : [`going on by port ${ports.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(', ')}`]),
    ...(asked === '' ? [] : [asked]),
  ].join(', ')
}

export const targetLabel = ({ key, name, kind }: BlastTarget): string =>
  name === undefined || kind === 'tag' ? key : kind === 'tier' ? name : labelled({ id: key, name })

/** `2 of 5 interfaces`; of a place outside, what it means that it is reached. */
export const countWords = ({ of }: BlastTarget, { members }: BlastWay): string =>
  of === 0 ? '(data may leave)' : `${members.length} of ${plural(of, 'interface')}`

/** The packets of the last link. */
export const packetWords = ({ chain }: BlastWay): string => linkPackets(chain.at(-1)!)

/** Link by link: `web-1 -> app-1: tcp 8443`, through a balancer where there is one, and how it goes on from another interface. */
export const chainWords = ({ chain }: BlastWay): readonly string[] =>
  chain.map((link, at) => `${linkWords(link, chain[at - 1])}${at === chain.length - 1 ? lessSure(link) : ''}`)

const linkWords = (link: BlastLink, before?: BlastLink): string => {
  const isOther = before !== undefined && before.to.id !== link.from.id
  const from = isOther ? `${link.from.id} of the same instance` : short(link.from)
  const through = link.through === undefined ? '' : ` through ${short(link.through)}`
  const mark = link.verdict === 'reachable' ? '' : ` (${link.verdict})`
  return `${from} -> ${short(link.to)}${through}: ${linkPackets(link)}${mark}`
}

/** What else arrives by the same link, and fares worse than what decides its verdict. */
const lessSure = (link: BlastLink): string =>
  VERDICTS.filter((verdict) => verdict !== link.verdict)
    .flatMap((verdict) => {
      const text = flowWords(link, verdict)
      return text === '' ? [] : [`; ${verdict}: ${text}`]
    })
    .join('')

/** Other links to the same members that are known from what lies behind them: by a load balancer where there is a surer way, say. */
export const alsoWords = (result: BlastResult, { chain, members }: BlastWay): readonly string[] => {
  const last = chain.at(-1)!
  const links = once(linksOfResults, result, () => linksByEnd(result))
  const others = members.flatMap((member) => links.get(member) ?? []).filter((link) => !sameEnds(link, last))
  return [...new Set(others.map((link) => linkWords(link)))].sort(byCodeUnit)
}

const linksByEnd = ({ targets }: BlastResult): ReadonlyMap<string, readonly BlastLink[]> =>
  groupedBy(
    targets.flatMap(({ ways }) => ways.flatMap(({ chain }) => chain)),
    ({ to }) => to.id,
  )

/** What every way of one result asks about. */
const linksOfResults = new WeakMap<BlastResult, ReadonlyMap<string, readonly BlastLink[]>>()

const sameEnds = (a: BlastLink, b: BlastLink): boolean =>
  a.from.id === b.from.id && a.to.id === b.to.id && a.through?.id === b.through?.id

/** What a list of ways leaves out. */
export const ONE_WAY_EACH =
  'One way is told to each: the surest of those with the fewest steps. There may be others: ztnet reach tells all packets between two places.'

/** The packets that decide its verdict. */
const linkPackets = (link: BlastLink): string => flowWords(link, link.verdict)

const VERDICTS = ['reachable', 'conditional', 'one-way'] as const

/** Flows that read alike in both families are told once. */
const flowWords = ({ flows }: BlastLink, verdict: BlastLink['verdict']): string => {
  const its = flows.filter((flow) => flow.verdict === verdict)
  const families = new Map<string, Set<number>>()
  for (const { text, family } of its) for (const each of text) once(families, each, () => new Set()).add(family)
  const both = new Set(flows.map(({ family }) => family)).size > 1
  return [...families]
    .map(([text, each]) => (both && each.size === 1 ? `${text} (IPv${[...each][0]})` : text))
    .join('; ')
}

/** A Name alone reads best in a chain; ids are told with the members. */
const short = ({ id, name }: { readonly id: string; readonly name?: string }): string => name ?? id
