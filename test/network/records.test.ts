/** Records that are nearly those of another list: what they are looked up by is the same as if it were made anew. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Records } from '../../src/network/records.ts'
import type { Resource } from '../../src/snapshot/snapshot.ts'

const acl = (id: string, subnets: readonly string[]): Resource => ({
  kind: 'networkAcl',
  id,
  account: '111111111111',
  region: 'us-east-1',
  raw: { NetworkAclId: id, VpcId: 'vpc-1', Associations: subnets.map((SubnetId) => ({ SubnetId })) },
})

const subnetsOf = (resource: Resource): readonly string[] =>
  resource.kind === 'networkAcl' ? (resource.raw.Associations ?? []).map(({ SubnetId }) => SubnetId!) : []

const subnets = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })

/** A list, and the same one with other records in some places, of which a few may have another id. */
const lists = fc.array(fc.record({ was: subnets, is: fc.option(subnets), moves: fc.boolean() })).map((all) => {
  const before = all.map(({ was }, at) => acl(`acl-${at}`, was))
  const after = all.map(({ is, moves }, at) =>
    is ? acl(`acl-${at}${moves && at % 7 === 3 ? '-new' : ''}`, is) : before[at]!,
  )
  return { before, after }
})

const lookedUp = (records: Records, ids: readonly string[]): unknown => ({
  all: records.all,
  found: ids.map((id) => records.get(id)),
  groups: [...records.indexed(subnetsOf)].sort(([a], [b]) => (a < b ? -1 : 1)),
})

describe('records like others', () => {
  it('are found by id and by what they name as they are now, in their order', () =>
    fc.assert(
      fc.property(lists, ({ before, after }) => {
        const old = Records.of(before)
        old.indexed(subnetsOf)
        const ids = [...before, ...after].map(({ id }) => id)
        const known = lookedUp(Records.of(before), ids)
        expect(lookedUp(Records.of(after, old), ids)).toEqual(lookedUp(Records.of(after), ids))
        expect(lookedUp(old, ids)).toEqual(known)
      }),
    ))

  it('are the same object where nothing was changed', () => {
    const old = Records.of([acl('acl-1', ['a'])])
    expect(Records.of([...old.listed], old)).toBe(old)
  })
})
