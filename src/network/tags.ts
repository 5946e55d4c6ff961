/** The tags of a resource, in whichever of its fields the service lists them. */
import type { Resource } from '../snapshot/snapshot.ts'

export interface Tag {
  readonly Key?: string
  readonly Value?: string
}

/** EC2 says `Tags`, of interfaces `TagSet`; RDS says `TagList`. */
const FIELDS = ['Tags', 'TagSet', 'TagList'] as const

export const isTagField = (field: string): boolean => FIELDS.some((each) => each === field)

export const tagsOf = ({ raw }: Pick<Resource, 'raw'>): readonly Tag[] => {
  const lists = raw as { readonly [F in (typeof FIELDS)[number]]?: readonly Tag[] }
  return FIELDS.flatMap((field) => lists[field] ?? [])
}

export const tagOf = (resource: Pick<Resource, 'raw'>, key: string): string | undefined =>
  tagsOf(resource).find(({ Key }) => Key === key)?.Value
