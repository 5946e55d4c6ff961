/** Facts about how services of AWS write tags. */
import { expect, it } from 'vitest'
import { tagOf, tagsOf } from '../../src/snapshot/tags.ts'
import type { Resource } from '../../src/snapshot/snapshot.ts'

const of = (raw: object): Pick<Resource, 'raw'> => ({ raw })

it.each([
  ['EC2 lists them under Tags', { Tags: [{ Key: 'team', Value: 'red' }] }],
  ['EC2 lists those of interfaces under TagSet', { TagSet: [{ Key: 'team', Value: 'red' }] }],
  ['RDS lists them under TagList', { TagList: [{ Key: 'team', Value: 'red' }] }],
  ['ECS lists them in lower case', { tags: [{ key: 'team', value: 'red' }] }],
  ['EKS has a map of them', { tags: { team: 'red' } }],
])('%s', (_, raw) => {
  expect(tagsOf(of(raw))).toEqual([{ Key: 'team', Value: 'red' }])
  expect(tagOf(of(raw), 'team')).toBe('red')
})

it('A resource that has none of these fields has no tags.', () => {
  expect(tagsOf(of({}))).toEqual([])
})
