/** What somebody changed between two snapshots, setting by setting, so that each can be applied to the old one by itself. What a changed
 *  setting does to packets is found by asking (`causes.ts`); here nothing is judged. */
import { append, byCodeUnit, groupedBy } from '../collections.ts'
import { nameOfResource } from '../network/network.ts'
import { isTagField } from '../snapshot/tags.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Coverage, Resource, Snapshot } from '../snapshot/snapshot.ts'
import { type Part, type Parts, partsOf, RECORD, recordKey, recordOf } from './records.ts'
import { addressesText, changeText, movedText, regroupedText, wordOf } from './setting-words.ts'
import { type Lacking, lackingIn } from './unread.ts'

export interface Setting {
  /** By kind, id and text: the order of all. */
  readonly order: number
  readonly kind: Kind | 'coverage'
  readonly change: 'added' | 'removed' | 'changed'
  /** Whose setting it is; several where the same was done to each. */
  readonly resources: readonly { readonly id: string; readonly name?: string }[]
  /** What was done: `inbound tcp 22 from 0.0.0.0/0 added`. */
  readonly text: string
  readonly edits: readonly Edit[]
  /** Nothing but names and other tags. */
  readonly isTag: boolean
}

/** One part of one record. */
export interface Edit {
  readonly key: string
  readonly resource: Resource
  readonly part: string
  /** Undefined where it was not there. */
  readonly before: Part | undefined
  /** Undefined where it is there no longer. */
  readonly after: Part | undefined
}

export interface Edition {
  readonly settings: readonly Setting[]
  /** The new snapshot, with the records of the old one where both say the same: networks of both need read these but once. */
  readonly after: Snapshot
  /** The old snapshot with these settings as in the new one: with all of them it says what the new one says. */
  with(settings: Iterable<Setting>): Snapshot
}

/** `replaced`: interfaces of the new snapshot that stand where others stood, under whose ids both snapshots know them. */
export const editionOf = (before: Snapshot, after: Snapshot, replaced: ReadonlySet<string> = new Set()): Edition => {
  const [old, young] = [recordsIn(before), recordsIn(after)]
  const coverage = new CoverageChanges(before, after)
  const drafts: Draft[] = []
  const known = new Map<Resource, Resource>()
  for (const [key, resource] of old) {
    const now = young.get(key)
    if (now && isSame(now.raw, resource.raw)) {
      if (now.account === resource.account && now.region === resource.region) known.set(now, resource)
      continue
    }
    if (!now) coverage.take(whole(key, resource, 'removed'), resource, drafts)
    else for (const draft of changesOf(key, resource, now, replaced)) drafts.push(draft)
  }
  for (const [key, resource] of young) if (!old.has(key)) coverage.take(whole(key, resource, 'added'), resource, drafts)
  const turned = coverage.drafts()
  const settings = [...joined(withoutTwins(drafts, young)), ...turned.map(({ draft }) => draft)]
    .sort((a, b) => byCodeUnit(orderKey(a), orderKey(b)))
    .map((draft, order): Setting => ({ ...draft, order }))
  const coverageOf = new Map(turned.map(({ draft, change }) => [draft.text, change]))
  const base = { ...before, coverage: [...before.coverage, ...coverage.idle] }
  const changed = new Set(settings.flatMap(({ edits }) => edits.flatMap(({ key }) => old.get(key) ?? [])))
  const places = placesOf(before, changed)
  return {
    settings,
    after: { ...after, resources: after.resources.map((each) => known.get(each) ?? each) },
    with: (chosen) => applied(base, places, [...chosen], coverageOf),
  }
}

type Draft = Omit<Setting, 'order'>

const orderKey = ({ kind, resources, text }: Draft): string => `${kind} ${resources[0]?.id ?? ''} ${text}`

/** Whether two values say the same in the same words: nearly all records of two snapshots do. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((each, index) => isSame(each, b[index]))
  const [one, other] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  let count = 0
  for (const key in one) {
    if (!isSame(one[key], other[key])) return false
    count++
  }
  for (const _ in other) count--
  return count === 0
}

/** By what tells one resource from another in both snapshots. */
const recordsIn = ({ resources }: Snapshot): ReadonlyMap<string, Resource> => {
  const records = new Map<string, Resource>()
  for (const resource of resources) records.set(recordKey(resource), resource)
  return records
}

const whole = (key: string, resource: Resource, change: 'added' | 'removed'): Draft => ({
  kind: resource.kind,
  change,
  resources: [namedOf(resource)],
  text: `${wordOf(resource.kind)} ${change}`,
  isTag: false,
  edits: [...partsOf(resource)].map(([part, value]) => ({
    key,
    resource,
    part,
    before: change === 'added' ? undefined : value,
    after: change === 'added' ? value : undefined,
  })),
})

const namedOf = (resource: Resource): { readonly id: string; readonly name?: string } => {
  const name = nameOfResource(resource)
  return { id: resource.id, ...(name !== undefined && { name }) }
}

const changesOf = (key: string, old: Resource, young: Resource, replaced: ReadonlySet<string>): readonly Draft[] => {
  const [before, after] = [partsOf(old), partsOf(young)]
  const edits: Edit[] = []
  for (const part of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(part), after.get(part)]
    if (was?.said !== is?.said) edits.push({ key, resource: young, part, before: was, after: is })
  }
  if (edits.length === 0) return []
  if (young.kind !== 'networkInterface') return together(young, edits)
  if (replaced.has(young.id)) return [draftOf(young, 'replaced by another of the same role', edits, 'changed')]
  // An address is told twice, by itself and in a list.
  const addresses = edits.filter(({ before, after }) => ADDRESSES.has((before ?? after)!.field))
  const rest = edits.filter((edit) => !addresses.includes(edit))
  return [
    ...(addresses.length === 0 ? [] : [draftOf(young, addressesText(addresses), addresses, 'changed')]),
    ...together(young, rest),
  ]
}

const ADDRESSES: ReadonlySet<string> = new Set(['PrivateIpAddress', 'PrivateIpAddresses', 'Association'])

/** Rules of a network ACL that only changed places are one change, since neither place means anything without the other. */
const together = (resource: Resource, edits: readonly Edit[]): readonly Draft[] => {
  const moved = resource.kind === 'networkAcl' ? movedEntries(edits) : []
  const taken = new Set(moved.flat())
  return [
    ...moved.map((all) => draftOf(resource, movedText(all), all, 'changed')),
    ...edits
      .filter((edit) => !taken.has(edit))
      .map((edit) => draftOf(resource, changeText(resource, edit), [edit], changeIn(edit))),
  ]
}

const changeIn = ({ before, after }: Edit): Setting['change'] => (!before ? 'added' : !after ? 'removed' : 'changed')

const draftOf = (resource: Resource, text: string, edits: readonly Edit[], change: Setting['change']): Draft => ({
  kind: resource.kind,
  change,
  resources: [namedOf(resource)],
  text,
  edits,
  isTag: edits.every(({ before, after }) => isTagField((before ?? after)!.field)),
})

/** Entries whose content stands under another number now, with whatever stood or stands under these numbers. */
const movedEntries = (edits: readonly Edit[]): readonly (readonly Edit[])[] => {
  const entries = edits.filter(({ before, after }) => (before ?? after)!.field === 'Entries')
  const clusters: Edit[][] = []
  const clusterOf = new Map<Edit, Edit[]>()
  const join = (a: Edit, b: Edit): void => {
    const [one, other] = [clusterOf.get(a) ?? [a], clusterOf.get(b) ?? [b]]
    if (one === other) return
    const both = [...one, ...other]
    for (const each of both) clusterOf.set(each, both)
  }
  for (const from of entries)
    for (const to of entries)
      if (from !== to && from.before && to.after && contentOf(from.before) === contentOf(to.after)) join(from, to)
  for (const cluster of clusterOf.values()) if (!clusters.includes(cluster)) clusters.push(cluster)
  return clusters
}

/** What an entry says, whatever its number. */
const contentOf = ({ value }: Part): string => {
  const { RuleNumber: _, ...content } = value as { readonly RuleNumber: number }
  return JSON.stringify(Object.entries(content).sort(([a], [b]) => byCodeUnit(a, b)))
}

/** The rules of groups are told twice, by the group and one by one; routes that propagation makes are told beside the propagation. */
const withoutTwins = (drafts: readonly Draft[], records: ReadonlyMap<string, Resource>): readonly Draft[] => {
  const told = new Set(drafts.flatMap(({ kind, resources }) => (kind === 'securityGroup' ? [resources[0]!.id] : [])))
  return drafts.filter(({ kind, edits }) => {
    if (kind !== 'securityGroupRule') return true
    const [edit] = edits
    const group = edit?.resource.kind === 'securityGroupRule' ? edit.resource.raw.GroupId : undefined
    return group !== undefined && !told.has(group) && !records.has(`securityGroup ${group}`)
  })
}

const joined = (drafts: readonly Draft[]): readonly Draft[] =>
  sameForMany(withPropagations(withMovedAssociations(drafts)))

/** What was done to many interfaces alike is one change. */
const sameForMany = (drafts: readonly Draft[]): readonly Draft[] => {
  const alike = groupedBy(drafts, (draft) =>
    draft.kind === 'networkInterface' && !draft.isTag && isOfGroup(draft) ? draft.text : draft,
  )
  return Array.from(alike.values(), (all) => ({
    ...all[0],
    resources: all.flatMap(({ resources }) => resources),
    edits: all.flatMap(({ edits }) => edits),
  }))
}

const isOfGroup = ({ edits }: Draft): boolean =>
  edits.every(({ before, after }) => (before ?? after)!.field === 'Groups')

/** A subnet that went from one table to another is one change and not two. */
const withMovedAssociations = (drafts: readonly Draft[]): readonly Draft[] => {
  const kept: Draft[] = []
  const bySubnet = new Map<string, Draft[]>()
  for (const draft of drafts) {
    const [edit] = draft.edits
    const part = edit && (edit.before ?? edit.after)
    const isAssociation =
      draft.edits.length === 1 && TABLES.has(draft.kind) && part?.field === 'Associations' && part.element !== 'true'
    if (!isAssociation) kept.push(draft)
    else {
      const key = `${draft.kind} ${part.element}`
      append(bySubnet, key, draft)
    }
  }
  for (const its of bySubnet.values()) {
    const gone = its.find(({ change }) => change === 'removed')
    const come = its.find(({ change }) => change === 'added')
    if (its.length !== 2 || !gone || !come) {
      for (const draft of its) kept.push(draft)
      continue
    }
    const edits = [...gone.edits, ...come.edits]
    const [[from], [to]] = [gone.edits, come.edits]
    const subnet = from!.before!.element
    kept.push({
      ...come,
      change: 'changed',
      text: regroupedText(to!.resource, subnet, gone.resources[0]!.id),
      edits,
    })
  }
  return kept
}

const TABLES: ReadonlySet<Draft['kind']> = new Set<Draft['kind']>(['routeTable', 'networkAcl'])

/** Propagation that is turned on or off, with the routes that it makes. */
const withPropagations = (drafts: readonly Draft[]): readonly Draft[] => {
  const turned = new Map<string, Draft>()
  for (const draft of drafts)
    if (draft.kind === 'transitGatewayRouteTablePropagations')
      for (const { before, after } of draft.edits) {
        const part = before ?? after
        if (part?.field === 'TransitGatewayRouteTablePropagations')
          turned.set(`${draft.resources[0]!.id} ${part.element}`, draft)
      }
  const extra = new Map<Draft, Edit[]>()
  const kept = drafts.filter((draft) => {
    if (draft.kind !== 'transitGatewayRoutes' || draft.edits.length !== 1) return true
    const [edit] = draft.edits
    const route = (edit!.before ?? edit!.after)!.value as {
      readonly Type?: string
      readonly TransitGatewayAttachments?: readonly { readonly TransitGatewayAttachmentId?: string }[]
    }
    const attachment = route.TransitGatewayAttachments?.[0]?.TransitGatewayAttachmentId
    const of = turned.get(`${draft.resources[0]!.id} ${attachment}`)
    if (!of || route.Type !== 'propagated' || of.change !== draft.change) return true
    append(extra, of, edit!)
    return false
  })
  return kept.map((draft) => {
    const more = extra.get(draft)
    return more ? { ...draft, edits: [...draft.edits, ...more] } : draft
  })
}

// ---- what was read

/** What was read and is not any more, or the other way round, in one place. */
interface CoverageChange {
  readonly added: readonly Coverage[]
  readonly removed: readonly Coverage[]
}

/** By place: kinds that are read now and were not, and those that no longer are, each with the records that are there for that alone. */
class CoverageChanges {
  readonly #changes: readonly { readonly change: Side; readonly of: readonly Coverage[]; readonly other: Snapshot }[]
  readonly #unread: { readonly [S in Side]: Lacking['unread'] }
  readonly #edits = new Map<string, Edit[]>()

  /** That there are objects now of which each was asked about: nobody's setting. */
  readonly idle: readonly Coverage[]

  constructor(before: Snapshot, after: Snapshot) {
    const [added, removed] = [lackingIn(before, after), lackingIn(after, before)]
    this.#changes = [
      { change: 'added', of: added.coverage, other: before },
      { change: 'removed', of: removed.coverage, other: after },
    ]
    this.idle = added.idle
    this.#unread = { added: added.unread, removed: removed.unread }
  }

  /** Keeps a record that one of the snapshots did not look for; the draft of any other goes to the others. */
  take(draft: Draft, resource: Resource, others: Draft[]): void {
    const side = draft.change as Side
    const unread = this.#unread[side](resource)
    if (!unread) return void others.push(draft)
    const key = `${side} ${unread.account}/${unread.region}`
    for (const edit of draft.edits) append(this.#edits, key, edit)
  }

  drafts(): readonly { readonly draft: Draft; readonly change: CoverageChange }[] {
    return this.#changes.flatMap(({ change, of, other }) => {
      const places = new Set(other.coverage.map(({ account, region }) => `${account}/${region}`))
      const byPlace = groupedBy(of, (each) => `${each.account}/${each.region}`)
      return [...byPlace].map(([place, here]) => ({
        draft: {
          kind: 'coverage' as const,
          change,
          resources: [{ id: place }],
          text: `${places.has(place) ? here.map(({ kind }) => wordOf(kind)).join(', ') : 'everything'}: ${READ[change]} in ${place}`,
          edits: this.#edits.get(`${change} ${place}`) ?? [],
          isTag: false,
        },
        change: { added: change === 'added' ? here : [], removed: change === 'removed' ? here : [] },
      }))
    })
  }
}

type Side = 'added' | 'removed'

const READ: { readonly [S in Side]: string } = { added: 'read now', removed: 'not read any more' }

// ---- applying

/** Where in a snapshot some of its records are, by their keys. */
const placesOf = ({ resources }: Snapshot, some: ReadonlySet<Resource>): ReadonlyMap<string, number> => {
  const places = new Map<string, number>()
  for (const [at, resource] of resources.entries()) if (some.has(resource)) places.set(recordKey(resource), at)
  return places
}

const applied = (
  before: Snapshot,
  places: ReadonlyMap<string, number>,
  settings: readonly Setting[],
  coverageOf: ReadonlyMap<string, CoverageChange>,
): Snapshot => {
  const byRecord = new Map<string, Edit[]>()
  for (const { edits } of settings) for (const edit of edits) append(byRecord, edit.key, edit)
  // Most records are as they were, and are not looked at.
  const resources: (Resource | undefined)[] = before.resources.slice()
  for (const [key, edits] of byRecord) {
    const at = places.get(key) ?? resources.length
    resources[at] = edited(resources[at], edits)
  }
  const turned = settings.flatMap((each) => (each.kind === 'coverage' ? [coverageOf.get(each.text)!] : []))
  const removed = new Set(turned.flatMap((each) => each.removed))
  return {
    ...before,
    coverage: [...before.coverage.filter((each) => !removed.has(each)), ...turned.flatMap((each) => each.added)],
    resources: resources.filter((each) => each !== undefined),
  }
}

/** Nothing where there is no such record then. */
const edited = (resource: Resource | undefined, edits: readonly Edit[]): Resource | undefined => {
  const parts = new Map<string, Part>(resource ? partsOf(resource) : (new Map() as Parts))
  for (const { part, after } of edits)
    if (after) parts.set(part, after)
    else parts.delete(part)
  if (!parts.has(RECORD)) return undefined
  const of = resource ?? edits[0]!.resource
  return { ...of, raw: recordOf(parts) } as unknown as Resource
}

/** Equal for the same settings. */
export const keyOf = (settings: readonly Setting[]): string =>
  settings
    .map(({ order }) => order)
    .sort((a, b) => a - b)
    .join()
