/** The words that every format of a diff shares: changes by what caused them, places, settings. */
import { few, someOf } from '../analysis/short-lists.ts'
import { groupedBy } from '../collections.ts'
import type { ChangeEntry, DiffResult, SettingEntry } from '../diff/diff.ts'
import type { PlaceChange } from '../diff/place-changes.ts'
import { addressWay, exampleText, groupLabel, shortLabels } from './matrix-words.ts'
import { askedPackets, labelled } from './reach-words.ts'
import { plural } from './style.ts'

/** Changes that the same settings caused. */
export interface Cluster {
  readonly lines: readonly ChangeLine[]
  readonly causes: readonly string[]
}

export interface ChangeLine {
  /** `+` gained, `-` lost, `~` something else became of it. */
  readonly sign: '+' | '-' | '~'
  /** `internet -> public`. */
  readonly ends: string
  /** `tcp 22 (IPv4)`. */
  readonly packets: string
  /** `one-way, was reachable`; empty where it goes without saying. */
  readonly verdicts: string
  /** `2 pairs, e.g. internet -> eni-1 (web)`. */
  readonly pairs: string
  readonly entry: ChangeEntry
}

/** What opens, then what closes; each by its causes, the worst first. */
export const clustersOf = (
  result: DiffResult,
): { readonly opened: readonly Cluster[]; readonly closed: readonly Cluster[] } => {
  const lines = linesOf(result)
  const of = (opens: boolean): readonly Cluster[] =>
    byCauses(
      result,
      lines.filter(({ entry }) => entry.opens === opens),
    )
  return { opened: of(true), closed: of(false) }
}

const byCauses = (result: DiffResult, lines: readonly ChangeLine[]): readonly Cluster[] => {
  const texts = settingTexts(result)
  const clusters = groupedBy(lines, (line) => line.entry.causes.join())
  return [...clusters.values()].map((all) => ({
    lines: all,
    causes: all[0].entry.causes.map((id) => texts.get(id)!),
  }))
}

/** Entries that differ in nothing but the address family read as one. */
const linesOf = (result: DiffResult): readonly ChangeLine[] => {
  const labels = shortLabels(result.groups.map((group) => ({ ...group, members: [] })))
  const bothFamilies = new Set(result.changes.map(({ family }) => family)).size > 1
  const alike = groupedBy(result.changes, (entry) => {
    const { kind, from, to, before, after, text, causes, pairs } = entry
    return JSON.stringify([kind, from, to, before, after, text, causes, addressWay(entry), pairs])
  })
  return [...alike.values()].flatMap((entries) => {
    const families = new Set(entries.map(({ family }) => family))
    return (families.size === entries.length ? [entries[0]] : entries).map((entry): ChangeLine => {
      const way = [
        ...((bothFamilies || entry.family === 6) && families.size === 1 ? [`IPv${entry.family}`] : []),
        ...addressWay(entry).map((way) => `by ${way}`),
      ].join(', ')
      return {
        sign: entry.kind === 'gained' ? '+' : entry.kind === 'lost' ? '-' : '~',
        ends: `${labels.get(entry.from) ?? entry.from} -> ${labels.get(entry.to) ?? entry.to}`,
        packets: `${entry.text.join('; ')}${way === '' ? '' : ` (${way})`}`,
        verdicts: goesWithoutSaying(entry) ? '' : verdictsOf(entry),
        pairs: `${plural(entry.pairs, 'pair')}, e.g. ${exampleText(entry.example)}`,
        entry,
      }
    })
  })
}

/** `reachable`, `was reachable`, `one-way, was reachable`. */
export const verdictsOf = ({ kind, before, after }: ChangeEntry): string => {
  if (kind === 'gained') return after
  return kind === 'lost' ? `was ${before}` : `${after}, was ${before}`
}

/** After a sign that says gained or lost, that it is or was reachable. */
const goesWithoutSaying = ({ kind, before, after }: ChangeEntry): boolean =>
  kind !== 'changed' && (kind === 'gained' ? after : before) === 'reachable'

/** `sg-0a1 (web): inbound tcp 22 from 0.0.0.0/0 added`, by id. */
const settingTexts = ({ settings }: Pick<DiffResult, 'settings'>): ReadonlyMap<string, string> =>
  new Map(settings.map((setting) => [setting.id, settingText(setting)] as const))

const settingText = ({ resources, text }: SettingEntry): string => {
  const [first] = resources
  if (first === undefined) return text
  const more = resources.length > 1 ? ` and ${plural(resources.length - 1, 'other')}` : ''
  return `${shortId(labelled(first))}${more}: ${text}`
}

/** An ARN by its end. */
const shortId = (text: string): string => text.replace(/^arn:[^ ]*?:(?=[^:]*( |$))/, '')

/** `3 flows gained, 1 lost`. */
const flowCounts = ({ gained, changed, lost }: DiffResult['totals']): readonly string[] =>
  countsOf(
    [
      [gained, 'gained'],
      [changed, 'changed'],
      [lost, 'lost'],
    ],
    'flow',
  )

/** Counts that are not 0, the first with what is counted. */
const countsOf = (counts: readonly (readonly [count: number, word: string])[], thing: string): readonly string[] =>
  counts
    .filter(([count]) => count > 0)
    .map(([count, word], index) => `${index === 0 ? plural(count, thing) : count} ${word}`)

/** `3 flows gained, 1 lost`, and places; nothing where nothing is otherwise. */
export const summaryOf = ({ totals, places }: DiffResult): string =>
  [
    ...flowCounts(totals),
    ...(totals.new > 0 ? [plural(totals.new, 'new interface')] : []),
    ...(totals.gone > 0 ? [`${plural(totals.gone, 'interface')} gone`] : []),
    ...(places.unread.length > 0 ? [`${plural(places.unread.length, 'interface')} not read any more`] : []),
  ].join(', ')

/** Whether nothing flows otherwise, and no place came, went or was lost sight of. */
export const isUnchanged = ({ changes, places }: DiffResult): boolean =>
  changes.length + places.new.length + places.gone.length + places.unread.length === 0

/** The first line of every format: whether anything is otherwise, and what. Findings count: a policy, a name or a day may make some new where
 *  nothing flows otherwise. */
export const headlineOf = (result: DiffResult): { readonly isChanged: boolean; readonly summary: string } => {
  const flows = isUnchanged(result) ? unchangedText(result) : summaryOf(result)
  const findings = findingsSummary(result)
  return {
    isChanged: !isUnchanged(result) || findings !== '',
    summary: findings === '' ? flows : `${flows}; ${findings}`,
  }
}

/** `2 findings new, 1 mended`; empty where they are as they were, or nobody asked. */
const findingsSummary = ({ findings }: DiffResult): string =>
  countsOf(
    [
      [findings?.new.length ?? 0, 'new'],
      [findings?.mended.length ?? 0, 'mended'],
      [findings?.unread.length ?? 0, 'not known any more'],
    ],
    'finding',
  ).join(', ')

/** That nothing flows otherwise, as far as anybody looked. */
export const unchangedText = (result: DiffResult): string =>
  `nothing flows otherwise${coverageOf(result, 'removed').length === 0 ? '' : ', as far as both were read'}`

const coverageOf = ({ settings }: DiffResult, change: SettingEntry['change']): readonly string[] =>
  settings.filter((setting) => setting.kind === 'coverage' && setting.change === change).map(({ text }) => text)

/** What only one of the snapshots could look at, and the interfaces that are lost sight of by that. */
export const readLines = (result: DiffResult): readonly string[] => {
  const { unread } = result.places
  const lost = unread.length === 0 ? '' : `: ${someOf(unread.map(labelled), 3)}`
  return [
    ...coverageOf(result, 'removed'),
    ...(unread.length === 0 ? [] : [`nothing is known now of ${plural(unread.length, 'interface')}${lost}`]),
    ...coverageOf(result, 'added'),
  ]
}

/** `by tier, tcp 443`. */
export const askedText = ({ query }: DiffResult): string => {
  const packets = askedPackets(query)
  return [
    `by ${query.by}`,
    ...(query.match === 'id' ? [] : [`matched by ${query.match}`]),
    ...(packets === '' ? [] : [packets]),
  ].join(', ')
}

export interface PlaceLine {
  readonly head: string
  /** One for each other group and direction. */
  readonly flows: readonly string[]
}

/** `2 in private: app-3, app-4`, with what they bring. */
export const placeLines = (result: DiffResult, places: readonly PlaceChange[]): readonly PlaceLine[] => {
  const labels = shortLabels(result.groups.map((group) => ({ ...group, members: [] })))
  return places.map((place) => {
    const names = someOf(place.members.map(labelled), 3)
    const head = `${labels.get(place.group) ?? place.group}: ${names}`
    if (place.likeOthers) return { head: `${head}; as ${labelled(place.likeOthers)}`, flows: [] }
    return { head, flows: place.flows.length === 0 ? ['nothing flows to or from there'] : flowLines(place, labels) }
  })
}

const flowLines = ({ flows }: PlaceChange, labels: ReadonlyMap<string, string>): readonly string[] => {
  const bothFamilies = new Set(flows.map(({ family }) => family)).size > 1
  const alike = groupedBy(flows, (flow) =>
    JSON.stringify([flow.from, flow.to, flow.verdict, flow.text, addressWay(flow)]),
  )
  return [...alike.values()].map((same) => {
    const [flow] = same
    const way = [
      ...(bothFamilies && same.length === 1 ? [`IPv${flow.family}`] : []),
      ...addressWay(flow).map((way) => `by ${way}`),
    ].join(', ')
    const verdict = flow.verdict === 'reachable' ? '' : `  ${flow.verdict}`
    const ends = `${labels.get(flow.from) ?? flow.from} -> ${labels.get(flow.to) ?? flow.to}`
    return `${ends}  ${flow.text.join('; ')}${way === '' ? '' : ` (${way})`}${verdict}`
  })
}

/** Settings that changed nothing that flows, in one line. */
export const idleText = (result: DiffResult, effect: 'none' | 'places', most = 6): string => {
  const idle = result.settings.filter((setting) => setting.effect === effect && setting.kind !== 'coverage')
  return few(idle.map(settingText), most).join('; ')
}

/** `+ high db-in: internet reaches database`, what is new before what was mended, and `?` before what nobody can tell of any more. */
export const findingLines = ({ findings }: DiffResult): readonly string[] =>
  findings
    ? [
        ...findings.new.map(({ severity, rule, title }) => `+ ${severity} ${rule}: ${title}`),
        ...findings.mended.map(({ severity, rule, title }) => `- ${severity} ${rule}: ${title}`),
        ...findings.unread.map(({ severity, rule, title }) => `? ${severity} ${rule}: ${title}`),
      ]
    : []

/** `2 new, 1 mended, 3 unchanged`. */
export const findingCounts = ({ findings }: DiffResult): string =>
  findings
    ? [
        `${findings.new.length} new`,
        `${findings.mended.length} mended`,
        ...(findings.unread.length === 0 ? [] : [`${findings.unread.length} not known any more`]),
        `${findings.unchanged.length} unchanged`,
      ].join(', ')
    : ''

export const movedLines = ({ places, groups }: DiffResult): readonly string[] => {
  const labels = new Map(groups.map((group) => [group.key, groupLabel({ ...group, members: [] })]))
  return places.moved.map(
    ({ from, to, members }) =>
      `${someOf(members.map(labelled), 3)}: in ${labels.get(to) ?? to}, formerly in ${labels.get(from) ?? from}`,
  )
}

export const replacedText = ({ places: { replaced } }: DiffResult): string =>
  someOf(
    replaced.map((each) => `${labelled(each)} for ${each.formerly}`),
    3,
  )
