/** The words that text and Markdown of a blast share: the headline, a chain link by link. */
import type { BlastLink, BlastResult, BlastTarget, BlastWay } from '../analysis/blast.ts'
import { once } from '../collections.ts'
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
  chain.map((link, at) => {
    const before = chain[at - 1]
    const isOther = before !== undefined && before.to.id !== link.from.id
    const from = isOther ? `${link.from.id} of the same instance` : short(link.from)
    const through = link.through === undefined ? '' : ` through ${short(link.through)}`
    const mark = link.verdict === 'reachable' ? '' : ` (${link.verdict})`
    return `${from} -> ${short(link.to)}${through}: ${linkPackets(link)}${mark}`
  })

/** The packets that decide its verdict; others that are less sure are counted. Flows that read alike in both families are told once. */
const linkPackets = ({ flows, verdict }: BlastLink): string => {
  const sure = flows.filter((flow) => flow.verdict === verdict)
  const families = new Map<string, Set<number>>()
  for (const { text, family } of sure) for (const each of text) once(families, each, () => new Set()).add(family)
  const both = new Set(flows.map(({ family }) => family)).size > 1
  return [...families].map(([text, its]) => (both && its.size === 1 ? `${text} (IPv${[...its][0]})` : text)).join('; ')
}

/** A Name alone reads best in a chain; ids are told with the members. */
const short = ({ id, name }: { readonly id: string; readonly name?: string }): string => name ?? id
