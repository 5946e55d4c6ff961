/** Which resource is which: by id, by Name between environments, by role where interfaces come and go. */
import { describe, expect, it } from 'vitest'
import { diff } from '../../src/index.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'
import { examples } from '../examples/all.ts'

/** The same network as if it had been built once more: every id is another. */
const rebuilt = (snapshot: Snapshot): Snapshot =>
  JSON.parse(
    JSON.stringify(snapshot).replaceAll(
      /-(0[0-9a-f]{16})\b/g,
      (_, hex: string) => `-0${hex.slice(1).split('').reverse().join('')}`,
    ),
  ) as Snapshot

describe('a stack that was rebuilt', () => {
  it.each(['three-tier', 'nat-gateway', 'peering', 'transit-hub', 'dual-stack', 'nacl-return'])(
    '%s compares by Name with the old one, and nothing flows otherwise',
    (name) => {
      const before = examples.get(name)!
      const result = diff(before, rebuilt(before), { match: 'name' })
      expect(result.changes).toEqual([])
      expect(result.totals).toMatchObject({ new: 0, gone: 0 })
    },
  )

  it('compares by a tag where that tells what is what, and Names and ids do not', () => {
    const stack = (suffix: string, rule: `tcp ${number} from 10.0.1.0/24`) =>
      estate()
        .vpc(`shop-${suffix}`, '10.0.0.0/16')
        .subnet(`app-${suffix}`, '10.0.1.0/24')
        .interface(`a-${suffix}`, '10.0.1.10', { groups: [`app-${suffix}`] })
        .interface(`b-${suffix}`, '10.0.1.20', { groups: [`app-${suffix}`] })
        .securityGroup(`app-${suffix}`, [rule])
        .snapshot()
    const tagged = (snapshot: Snapshot, suffix: string): Snapshot => ({
      ...snapshot,
      resources: snapshot.resources.map((resource) => {
        const role = resource.id.replace(`-${suffix}`, '')
        const tags = [{ Key: 'Role', Value: role }]
        const field = resource.kind === 'networkInterface' ? 'TagSet' : 'Tags'
        return { ...resource, raw: { ...resource.raw, [field]: tags } } as typeof resource
      }),
    })
    const [staging, production] = [
      tagged(stack('staging', 'tcp 80 from 10.0.1.0/24'), 'staging'),
      tagged(stack('production', 'tcp 443 from 10.0.1.0/24'), 'production'),
    ]
    expect(diff(staging, production).totals).toMatchObject({ new: 2, gone: 2 })
    const { totals, settings } = diff(staging, production, { match: 'tag:Role' })
    expect(totals).toMatchObject({ new: 0, gone: 0, opened: 1, gained: 1, lost: 1 })
    expect(settings.filter(({ effect }) => effect === 'reachability').map(({ text }) => text)).toEqual([
      'inbound tcp 443 from 10.0.1.0/24 added',
      'inbound tcp 80 from 10.0.1.0/24 removed',
    ])
  })

  it('is all new, and all of the old one gone, by id', () => {
    const before = examples.get('peering')!
    const { totals } = diff(before, rebuilt(before))
    expect(totals.new).toBeGreaterThan(0)
    expect(totals.gone).toBe(totals.new)
  })
})

const shop = (app: { readonly name: string; readonly group: string }) =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24')
    .interface(app.name, '10.0.1.10', { groups: [app.group] })
    .interface('other', '10.0.1.20', { groups: ['other'] })
    .securityGroup('app', ['tcp 8080 from sg-other'])
    .securityGroup('other', [])
    .with('networkInterface', `eni-${app.name}`, { TagSet: [{ Key: 'Name', Value: 'app' }] })
    .snapshot()

describe('an interface in the place of another', () => {
  it('is the same place where subnet, groups and owner are the same', () => {
    const result = diff(shop({ name: 'a', group: 'app' }), shop({ name: 'b', group: 'app' }))
    expect(result.totals).toMatchObject({ gained: 0, lost: 0, new: 0, gone: 0, replaced: 1 })
    expect(result.places.replaced).toEqual([{ id: 'eni-b', name: 'app', formerly: 'eni-a' }])
  })

  it('is a new place where it is in other groups', () => {
    const result = diff(shop({ name: 'a', group: 'app' }), shop({ name: 'b', group: 'other' }))
    expect(result.totals).toMatchObject({ new: 1, gone: 1, replaced: 0 })
  })
})

describe('a setting', () => {
  it('is not the cause of what would be so without it', () => {
    const base = (rules: readonly `tcp ${number} from ${string}`[]) =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .subnet('app', '10.0.1.0/24')
        .interface('a', '10.0.1.10', { groups: ['a'] })
        .interface('b', '10.0.1.20', { groups: ['b'] })
        .securityGroup('a', rules)
        .securityGroup('b', ['tcp 22 from sg-a'])
        .snapshot()
    const result = diff(base([]), base(['tcp 80 from 10.0.1.20/32', 'tcp 80 from sg-b', 'tcp 81 from 10.9.0.0/16']))
    const [change] = result.changes
    expect(result.changes).toHaveLength(1)
    // Either of the two rules is enough: both are named, the third is not.
    expect(change!.causes.map((id) => result.settings.find((each) => each.id === id)!.text)).toEqual([
      'inbound tcp 80 from 10.0.1.20/32 added',
      'inbound tcp 80 from sg-b added',
    ])
    expect(result.settings.filter(({ effect }) => effect === 'none').map(({ text }) => text)).toEqual([
      'inbound tcp 81 from 10.9.0.0/16 added',
    ])
  })
})
