/** The tags of a resource, in whichever way the service writes them. */
import { isRecord } from './shape.ts'
import type { Resource } from './snapshot.ts'

export interface Tag {
  readonly Key?: string
  readonly Value?: string
}

/** EC2 says `Tags`, of interfaces `TagSet`; RDS says `TagList`; ECS and EKS say `tags`. */
const FIELDS = ['Tags', 'TagSet', 'TagList', 'tags'] as const

export const isTagField = (field: string): boolean => FIELDS.some((each) => each === field)

export const tagsOf = ({ raw }: Pick<Resource, 'raw'>): readonly Tag[] => {
  const fields = raw as { readonly [F in (typeof FIELDS)[number]]?: unknown }
  return FIELDS.flatMap((field) => tagsIn(fields[field]))
}

export const tagOf = (resource: Pick<Resource, 'raw'>, key: string): string | undefined =>
  tagsOf(resource).find(({ Key }) => Key === key)?.Value

/** A list of `{ Key, Value }`, of `{ key, value }` where ECS writes it, or a map from keys to values where EKS does. */
const tagsIn = (written: unknown): readonly Tag[] => {
  if (Array.isArray(written)) return written.map((tag: Tag & Readonly<Record<'key' | 'value', string>>) => spelt(tag))
  return isRecord(written) ? Object.entries(written).map(([Key, Value]) => ({ Key, Value: Value as string })) : []
}

const spelt = ({ Key, Value, key, value }: Tag & { readonly key?: string; readonly value?: string }): Tag => {
  const [name, said] = [Key ?? key, Value ?? value]
  return { ...(name !== undefined && { Key: name }), ...(said !== undefined && { Value: said }) }
}
