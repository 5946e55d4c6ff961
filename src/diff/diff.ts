/** The question `diff`: what a change makes reachable, what it takes away, and which settings did it. The result is plain JSON. */
import { type Compiled, compile, compileVariant } from '../aws/compile.ts'
import { append, byCodeUnit, once } from '../collections.ts'
import { Network } from '../network/network.ts'
import type { Family } from '../packet/address.ts'
import type { Packets } from '../packet/describe.ts'
import { type Verdict, VERDICTS } from '../reach/verdict.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { type CausedChange, causesOf } from './causes.ts'
import type { Progress } from '../analysis/progress.ts'
import { blocksOf, type PairEnd } from './blocks.ts'
import { MOST } from './cell-states.ts'
import { changesBetween } from './flow-changes.ts'
import { type Grouping, groupsOf, type NamedGroup, outsideOf } from '../analysis/groups.ts'
import type { FindingChanges } from './finding-changes.ts'
import { identify, type Identity, type Match } from './identity.ts'
import { FlowWords, type GroupEntry, type Named, type WayEntry, wayEntry } from '../analysis/matrix.ts'
import { type PlaceChange, type PlaceChanges, placeChanges } from './place-changes.ts'
import { type AskedPackets, wordsOf } from '../analysis/packet-words.ts'
import { labelOf } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { RECORD } from './records.ts'
import { concernsNobody, EVERYBODY, joinedScope, type Scope, scopesOf } from './scope.ts'
import { type Edition, editionOf, type Setting } from './settings.ts'
import { Suspects } from './suspects.ts'
import { touchedBy } from './touched.ts'
import type { Transition } from './transitions.ts'
import { flowKey } from '../analysis/tally.ts'
import { type SnapshotEntry, snapshotEntry } from '../analysis/snapshot-entry.ts'

export interface DiffResult {
  readonly schemaVersion: 1
  readonly before: SnapshotEntry
  readonly after: SnapshotEntry
  readonly query: AskedPackets & { readonly by: Grouping; readonly match: Match }
  readonly totals: DiffTotals
  /** Groups that `changes` and `places` name, without their members. */
  readonly groups: readonly Omit<GroupEntry, 'members'>[]
  /** Between places that are in both snapshots. What opens comes first, the worst before the others. */
  readonly changes: readonly ChangeEntry[]
  /** Places that are in one snapshot only, with what they bring or take. */
  readonly places: {
    readonly new: readonly PlaceChange[]
    readonly gone: readonly PlaceChange[]
    /** Interfaces of the old snapshot that the new one could not look for. */
    readonly unread: readonly Named[]
    /** Interfaces that took the place of others of the same role: no change. */
    readonly replaced: readonly (Named & { readonly formerly: string })[]
    /** Interfaces that are in other groups than they were. */
    readonly moved: readonly { readonly from: string; readonly to: string; readonly members: readonly Named[] }[]
  }
  /** All that was changed, by kind and id. */
  readonly settings: readonly SettingEntry[]
  /** Where there is a policy: which findings are new, mended and as they were. */
  readonly findings?: FindingChanges
}

export interface DiffTotals {
  /** Entries of `changes` by kind. */
  readonly gained: number
  readonly changed: number
  readonly lost: number
  /** Of these, the entries by which more gets through than did. */
  readonly opened: number
  /** Interfaces. */
  readonly new: number
  readonly gone: number
  readonly replaced: number
  readonly settings: number
}

export interface ChangeEntry extends WayEntry {
  /** `gained`: nothing of it arrived; `lost`: nothing of it arrives; `changed`: something else became of it. */
  readonly kind: 'gained' | 'changed' | 'lost'
  /** More gets through, or may, than did. */
  readonly opens: boolean
  /** Keys of groups. */
  readonly from: string
  readonly to: string
  readonly before: Verdict
  readonly after: Verdict
  readonly family: Family
  readonly text: readonly string[]
  readonly packets: readonly Packets[]
  /** Of how many ordered pairs of different members this is true. */
  readonly pairs: number
  readonly example: { readonly from: Named; readonly to: Named }
  /** Ids of `settings`: without them it would be as it was. */
  readonly causes: readonly string[]
}

export interface SettingEntry {
  readonly id: string
  readonly kind: Setting['kind']
  readonly change: Setting['change']
  readonly resources: Setting['resources']
  readonly text: string
  /** `reachability`: the cause of a change; `places`: it concerns places that are new or gone; `none`: what flows is as it was. */
  readonly effect: 'reachability' | 'places' | 'none'
}

export interface DiffQuestion {
  readonly by: Grouping
  readonly match: Match
  readonly filter: Filter
  /** Ask about everybody, whatever the settings concern. */
  readonly everybody?: boolean
  /** Told of both networks before anybody asks: for a policy that declares tiers. */
  readonly prepare?: (compiled: Compiled) => void
}

export const diff = (before: Snapshot, after: Snapshot, question: DiffQuestion, progress?: Progress): DiffResult =>
  diffWith(before, after, question, progress).result

/** Both networks, under the ids of the new one, for who asks on. */
export interface DiffRun {
  readonly result: DiffResult
  readonly edition: Edition
  readonly before: Snapshot
  readonly caused: readonly CausedChange[]
  /** Names that several bear, by which nothing was matched. */
  readonly ambiguous: readonly string[]
}

export const diffWith = (
  before: Snapshot,
  after: Snapshot,
  { by, match, filter, everybody = false, prepare = () => {} }: DiffQuestion,
  progress?: Progress,
): DiffRun => {
  const identity = identify(before, after, match)
  const edition = editionOf(identity.before, after, identity.replaced)
  const { settings } = edition
  const head = {
    schemaVersion: 1,
    before: snapshotEntry(before),
    after: snapshotEntry(after),
    query: { by, match, ...wordsOf(filter) },
  } as const
  const replaced = replacedIn(after, identity)
  // Nothing is compiled for two snapshots that say the same.
  if (settings.length === 0) {
    const { totals, places } = unchanged
    const result: DiffResult = {
      ...head,
      ...unchanged,
      totals: { ...totals, replaced: replaced.length },
      places: { ...places, replaced },
    }
    return { result, edition, before: identity.before, caused: [], ambiguous: identity.ambiguous }
  }
  const was = new Network(identity.before)
  const networks = [was, new Network(edition.after, was)] as const
  const old = compile(was)
  const touched = touchedBy(networks, settings)
  const young = touched ? compileVariant(networks[1], { of: old, touched }) : compile(networks[1])
  for (const compiled of [old, young]) prepare(compiled)
  const scopes = scopesOf(networks, settings)
  const scope: Scope = everybody ? EVERYBODY : joinedScope(scopes.values())
  const groups = groupsOf(young.network, by)
  const outside = outsideIn(networks)
  const keys = keysByMember(groups)
  const nothing: readonly string[] = []
  const blocks = concernsNobody(scope)
    ? []
    : blocksOf(networks[0], networks[1], (id) => keys.get(id) ?? nothing, outside, markBy(scopes))
  const suspects = new Suspects(scopes)
  const changes = changesBetween({ before: old, after: young, filter }, blocks, scope, suspects, progress)
  const caused = causesOf(edition, old, suspects, changes, filter)
  const entries = entriesOf(young, filter, caused, [...groups, ...outside])
  const places = placeChanges(old, young, { by, filter })
  const moved = movedBetween(old, young, by, keys)
  const isPlace = new Set([...places.come, ...places.gone])
  const causing = new Set(caused.flatMap(({ causes }) => causes))
  const bringing = bringingIn(places)
  const settingEntries = settings
    .filter((setting) => causing.has(setting) || !isInterfaceAsSuch(setting, isPlace, identity))
    .map((setting): SettingEntry => {
      const { kind, change, resources, text } = setting
      const effect = causing.has(setting) ? 'reachability' : effectOnPlaces(scopes.get(setting)!, bringing)
      return { id: idOf(setting), kind, change, resources, text, effect }
    })
  const named = groupsNamed(entries, places, moved)
  const result: DiffResult = {
    ...head,
    totals: {
      ...changeTotals(entries),
      new: places.come.length,
      gone: places.gone.length,
      replaced: replaced.length,
      settings: settingEntries.length,
    },
    groups: groupEntries([...groups, ...groupsOf(old.network, by), ...outside], named),
    changes: entries,
    places: {
      new: places.new,
      gone: places.lost,
      unread: places.unread,
      replaced,
      moved,
    },
    settings: settingEntries,
  }
  return { result, edition, before: identity.before, caused, ambiguous: identity.ambiguous }
}

const replacedIn = (after: Snapshot, { replaced, formerly }: Identity): DiffResult['places']['replaced'] => {
  if (replaced.size === 0) return []
  const network = new Network(after)
  return [...replaced].sort(byCodeUnit).map((id) => {
    const name = labelOf(network, network.interface(id)!)
    return { id, ...(name !== undefined && { name }), formerly: formerly.get(id) ?? id }
  })
}

const unchanged = {
  totals: { gained: 0, changed: 0, lost: 0, opened: 0, new: 0, gone: 0, replaced: 0, settings: 0 },
  groups: [],
  changes: [],
  places: { new: [], gone: [], unread: [], replaced: [], moved: [] },
  settings: [],
} as const

/** Places outside that either network has to do with. */
const outsideIn = (networks: readonly Network[]): readonly NamedGroup[] => {
  const all = new Map(
    networks.flatMap((network) => outsideOf(network, 'to')).map((group) => [group.key, group] as const),
  )
  return [...all.values()]
}

const keysByMember = (groups: readonly NamedGroup[]): ReadonlyMap<string, readonly string[]> => {
  const keys = new Map<string, string[]>()
  for (const { key, place } of groups)
    if (place.is === 'interfaces') for (const { id } of place.interfaces) append(keys, id, key)
  return keys
}

/** Which of the settings concern an interface: members of one block have one answer to that. */
const markBy = (scopes: ReadonlyMap<Setting, Scope>): ((id: string) => string) => {
  const marks = new Map<string, string[]>()
  for (const [{ order }, { senders, receivers }] of scopes)
    for (const [role, concerned] of [
      ['from', senders],
      ['to', receivers],
    ] as const)
      if (concerned !== 'everybody') for (const id of concerned) append(marks, id, `${role} ${order}`)
  return (id) => marks.get(id)?.join() ?? ''
}

// ---- changes

/** Changes of all pairs of members of two groups, those that read alike together. */
const entriesOf = (
  compiled: Compiled,
  filter: Filter,
  caused: readonly CausedChange[],
  groups: readonly NamedGroup[],
): readonly ChangeEntry[] => {
  const words = new FlowWords(compiled, filter)
  const byKey = new Map(groups.map((group) => [group.key, group] as const))
  const drafts = new Map<string, Draft>()
  for (const { alike, ...draft } of tallied(caused))
    for (const from of draft.first.change.from.groups)
      for (const to of draft.first.change.to.groups) {
        const key = `${from}\n${to}\n${alike}`
        const known = drafts.get(key)
        if (known) add(known, draft)
        else drafts.set(key, { ...draft })
      }
  return [...drafts]
    .map(([key, { first, pairs, example }]): ChangeEntry => {
      const [from = '', to = ''] = key.split('\n')
      const { before, after, family, translated, packets } = first.transition
      const told = words.flowOf(
        { from: byKey.get(from)!, to: byKey.get(to)! },
        { verdict: 'reachable', family, translated, packets, pairs, example },
      )
      return {
        kind: before === 'unreachable' ? 'gained' : after === 'unreachable' ? 'lost' : 'changed',
        opens: rankOf(after) > rankOf(before),
        from,
        to,
        before,
        after,
        family,
        ...wayEntry({ family, translated }),
        text: told.text,
        packets: told.packets,
        pairs,
        example: told.example,
        causes: first.causes.map(idOf),
      }
    })
    .sort(worstFirst)
}

interface Draft {
  readonly first: CausedChange
  pairs: number
  example: CausedChange['change']['example']
}

const add = (draft: Draft, { pairs, example }: Omit<Draft, 'first'>): void => {
  draft.pairs += pairs
  if (isBefore(example, draft.example)) draft.example = example
}

/** Those of equal groups and packets with the same causes as one: there are very many of a few. `alike` is equal for the latter two. */
const tallied = (caused: readonly CausedChange[]): readonly (Draft & { readonly alike: string })[] => {
  const all = new Map<number, Map<number, Draft & { readonly alike: string }>>()
  const groups = numbered<PairEnd>(({ groups: keys }) => keys.join('\n'))
  const flows = numbered<Transition>(
    (transition) => `${transition.before}\n${transition.after}\n${flowKey({ ...transition, verdict: 'reachable' })}`,
  )
  const reasons = numbered<readonly Setting[]>((causes) => causes.map(({ order }) => order).join())
  for (const first of caused) {
    const { change, transition, causes } = first
    const byFlow = once(all, groups(change.from) * MOST + groups(change.to), () => new Map())
    const [flow, reason] = [flows(transition), reasons(causes)]
    const key = flow * MOST + reason
    const known = byFlow.get(key)
    if (known) add(known, change)
    else byFlow.set(key, { first, alike: `${flow} ${reason}`, pairs: change.pairs, example: change.example })
  }
  return [...all.values()].flatMap((byFlow) => [...byFlow.values()])
}

/** Small numbers, equal for what has equal texts; asked once of each object. */
const numbered = <T extends object>(textOf: (each: T) => string): ((each: T) => number) => {
  const known = new Map<T, number>()
  const numbers = new Map<string, number>()
  return (each) => once(known, each, () => once(numbers, textOf(each), () => numbers.size))
}

const isBefore = (a: CausedChange['change']['example'], b: CausedChange['change']['example']): boolean =>
  a.from < b.from || (a.from === b.from && a.to < b.to)

const idOf = ({ order }: Setting): string => `s${order + 1}`

/** How much gets through; what nobody knows may. */
const rankOf = (verdict: Verdict): number =>
  ['unreachable', 'unknown', 'one-way', 'conditional', 'reachable'].indexOf(verdict)

/** What opens before what closes; then what the internet is part of, as sender before as receiver; then by verdict and pairs. */
const worstFirst = (a: ChangeEntry, b: ChangeEntry): number =>
  Number(b.opens) - Number(a.opens) ||
  exposureOf(b) - exposureOf(a) ||
  VERDICTS.indexOf(a.after) - VERDICTS.indexOf(b.after) ||
  VERDICTS.indexOf(a.before) - VERDICTS.indexOf(b.before) ||
  b.pairs - a.pairs ||
  byCodeUnit(`${a.from} ${a.to} ${a.family} ${a.text.join()}`, `${b.from} ${b.to} ${b.family} ${b.text.join()}`)

const exposureOf = ({ from, to }: ChangeEntry): number => (from === 'internet' ? 2 : to === 'internet' ? 1 : 0)

const changeTotals = (entries: readonly ChangeEntry[]): Pick<DiffTotals, ChangeEntry['kind'] | 'opened'> => {
  const count = (kind: ChangeEntry['kind']): number => entries.filter((entry) => entry.kind === kind).length
  return {
    gained: count('gained'),
    changed: count('changed'),
    lost: count('lost'),
    opened: entries.filter(({ opens }) => opens).length,
  }
}

// ---- settings

/** An interface that came, went or was replaced is told of as a place, and so is the instance behind it. */
const isInterfaceAsSuch = (
  { kind, resources, edits }: Setting,
  isPlace: ReadonlySet<string>,
  { replaced, formerly }: Identity,
): boolean => {
  const [{ id } = { id: '' }] = resources
  const isWhole = edits.some(({ part }) => part === RECORD)
  if (kind === 'instance') return isWhole || formerly.has(id)
  return kind === 'networkInterface' && (replaced.has(id) || (isWhole && isPlace.has(id)))
}

/** Interfaces that are new or gone. What fares as others do brings nothing, whatever concerns it. */
const bringingIn = (places: PlaceChanges): ReadonlySet<string> =>
  new Set(
    [...places.new, ...places.lost].flatMap(({ likeOthers, members }) =>
      likeOthers ? [] : members.map(({ id }) => id),
    ),
  )

/** Of a setting that is no cause. */
const effectOnPlaces = ({ senders, receivers }: Scope, bringing: ReadonlySet<string>): SettingEntry['effect'] => {
  const concernsPlaces = [senders, receivers].some((each) =>
    each === 'everybody' ? bringing.size > 0 : [...each].some((id) => bringing.has(id)),
  )
  return concernsPlaces ? 'places' : 'none'
}

// ---- groups

/** Keys of the groups that an answer names. */
const groupsNamed = (
  entries: readonly ChangeEntry[],
  places: PlaceChanges,
  moved: DiffResult['places']['moved'],
): ReadonlySet<string> =>
  new Set([
    ...entries.flatMap(({ from, to }) => [from, to]),
    ...[...places.new, ...places.lost].flatMap(({ group, flows }) => [
      group,
      ...flows.flatMap(({ from, to }) => [from, to]),
    ]),
    ...moved.flatMap(({ from, to }) => [from, to]),
  ])

const groupEntries = (
  groups: readonly NamedGroup[],
  named: ReadonlySet<string>,
): readonly Omit<GroupEntry, 'members'>[] => {
  const entries = new Map<string, Omit<GroupEntry, 'members'>>()
  for (const { key, kind, name } of groups)
    if (named.has(key) && !entries.has(key)) entries.set(key, { key, kind, ...(name !== undefined && { name }) })
  return [...entries.values()]
}

/** Interfaces of both networks whose groups are others: a subnet that is of another tier now. */
const movedBetween = (
  { network: old }: Compiled,
  { network: young }: Compiled,
  by: Grouping,
  keys: ReadonlyMap<string, readonly string[]>,
): DiffResult['places']['moved'] => {
  const before = keysByMember(groupsOf(old, by))
  const moved = new Map<string, { readonly from: string; readonly to: string; readonly members: Named[] }>()
  for (const [id, now] of keys) {
    const then = before.get(id)
    if (!then || then.join() === now.join()) continue
    const [from, to] = [then.join(', '), now.join(', ')]
    const label = labelOf(young, young.interface(id)!)
    const member: Named = { id, ...(label !== undefined && { name: label }) }
    const known = moved.get(`${from}\n${to}`)
    if (known) known.members.push(member)
    else moved.set(`${from}\n${to}`, { from, to, members: [member] })
  }
  return [...moved.values()]
}
