/** What a watch tells when something is otherwise than it was: as one line of JSON, for a log, a command, or a webhook. */
import { nameOfResource } from '../network/network.ts'
import { fitsAny } from '../pattern.ts'
import type { Resource, Snapshot } from '../snapshot/snapshot.ts'
import type { DiffResult } from './diff.ts'

export interface WatchEvent {
  readonly schemaVersion: 1
  /** Of the time and the number in this run: a receiver that gets one twice can tell. */
  readonly id: string
  /** When it was seen, ISO 8601 in UTC. */
  readonly at: string
  /** File names of the snapshots that were compared. */
  readonly snapshots: { readonly before: string; readonly after: string }
  /** Why it is told. */
  readonly because: readonly ('reachability' | 'places' | 'findings' | 'critical' | 'unread')[]
  /** Changes of the rules of security groups that are watched, whatever they do to reachability. */
  readonly critical: readonly CriticalChange[]
  /** Calls that failed and did not at the last look: `diff` takes what they would tell to be as it was. Sentences. */
  readonly unread: readonly string[]
  readonly diff: DiffResult
}

export interface CriticalChange {
  readonly group: string
  readonly name?: string
  /** `inbound tcp 22 from 0.0.0.0/0 added`. */
  readonly text: string
}

/** Nothing where there is nothing to tell: names, tags, and settings that change no flow are none. `critical`: ids of security groups. */
export const eventOf = (
  diff: DiffResult,
  { critical, unread }: { readonly critical: ReadonlySet<string>; readonly unread: readonly string[] },
  at: string,
  snapshots: WatchEvent['snapshots'],
): WatchEvent | undefined => {
  const alerts = criticalChanges(diff, critical)
  const { changes, places, findings } = diff
  const because = [
    ...(changes.length > 0 ? (['reachability'] as const) : []),
    ...(places.new.length + places.gone.length > 0 ? (['places'] as const) : []),
    ...(findings && findings.new.length + findings.mended.length > 0 ? (['findings'] as const) : []),
    ...(alerts.length > 0 ? (['critical'] as const) : []),
    ...(unread.length + places.unread.length > 0 ? (['unread'] as const) : []),
  ]
  if (because.length === 0) return undefined
  return { schemaVersion: 1, id: at.replaceAll(/[-:.]/g, ''), at, snapshots, because, critical: alerts, unread, diff }
}

const criticalChanges = ({ settings }: DiffResult, critical: ReadonlySet<string>): readonly CriticalChange[] =>
  settings.flatMap(({ kind, resources, text }) => {
    if (kind !== 'securityGroup' || text.startsWith('tag ')) return []
    return resources
      .filter(({ id }) => critical.has(id))
      .map(({ id, name }) => ({ group: id, ...(name !== undefined && { name }), text }))
  })

/** The ids of the security groups that these patterns name, by id, Name or group name, in any of the snapshots. */
export const securityGroupsNamed = (
  patterns: readonly string[],
  snapshots: readonly Snapshot[],
): ReadonlySet<string> => {
  const isNamed = fitsAny(patterns)
  const isMeant = (text: string | undefined): boolean => text !== undefined && isNamed(text)
  const groups = snapshots.flatMap(({ resources }) =>
    resources.filter((each): each is Resource<'securityGroup'> => each.kind === 'securityGroup'),
  )
  return new Set(
    groups.flatMap((group) => ([group.id, nameOfResource(group), group.raw.GroupName].some(isMeant) ? [group.id] : [])),
  )
}
