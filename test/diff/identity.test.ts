/** Which resource is which: by id, by Name between environments, by role where interfaces come and go. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identify } from '../../src/diff/identity.ts'
import { editionOf } from '../../src/diff/settings.ts'
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

  it('compares databases by the tags that RDS lists in a field of its own', () => {
    const stack = (suffix: string, engine: string) =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .record('dbInstance', `orders-${suffix}`, {
          DBInstanceIdentifier: `orders-${suffix}`,
          Engine: engine,
          TagList: [
            { Key: 'Name', Value: 'orders' },
            { Key: 'Role', Value: 'database' },
          ],
        })
        .snapshot()
    const [staging, production] = [stack('staging', 'postgres'), stack('production', 'mysql')]
    for (const match of ['name', 'tag:Role'] as const)
      expect(
        diff(staging, production, { match }).settings.map(({ resources, text }) => [resources, text]),
        match,
      ).toEqual([[[{ id: 'orders-production', name: 'orders' }], 'engine mysql instead of postgres']])
  })

  it('is all new, and all of the old one gone, by id', () => {
    const before = examples.get('peering')!
    const { totals } = diff(before, rebuilt(before))
    expect(totals.new).toBeGreaterThan(0)
    expect(totals.gone).toBe(totals.new)
  })
})

describe('what has no Name and is known by what it belongs to', () => {
  /** Subnets by the route table that each uses. */
  const routed = (tables: readonly string[]): Snapshot => {
    let built = estate().vpc('shop', '10.0.0.0/16').internetGateway('shop')
    for (const table of new Set(tables)) built = built.routeTable(table, { '0.0.0.0/0': 'igw-shop' })
    for (const [at, table] of tables.entries())
      built = built
        .subnet(`s${at}`, `10.0.${at}.0/24`, { table })
        .interface(`i${at}`, `10.0.${at}.10`, { groups: ['open'], publicIp: `203.0.113.${at + 1}` })
    return built.securityGroup('open', ['tcp 443 from 0.0.0.0/0']).snapshot()
  }
  const someTables = (suffix: string) =>
    fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 3, maxLength: 3 }).map((all) => all.map((t) => t + suffix))

  it('is not one though two subnets had tables of their own and now share one, and the other way round', () => {
    const [apart, shared] = [routed(['one', 'two']), routed(['both', 'both'])]
    expect(diff(apart, shared, { match: 'name' }).changes).toEqual([])
    expect(diff(shared, apart, { match: 'name' }).changes).toEqual([])
  })

  it('never becomes one with another of the old snapshot', () => {
    const ids = ({ resources }: Snapshot): readonly string[] => resources.map(({ kind, id }) => `${kind} ${id}`)
    fc.assert(
      fc.property(someTables('-then'), someTables('-now'), (then, now) => {
        const found = ids(identify(routed(then), routed(now), 'name').before)
        expect(new Set(found).size).toBe(found.length)
      }),
      { numRuns: 100 },
    )
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

describe('what bears an id already', () => {
  const named = (snapshot: Snapshot, names: Readonly<Record<string, string>>): Snapshot => ({
    ...snapshot,
    resources: snapshot.resources.map((resource) => {
      const Value = names[resource.id]
      return Value === undefined
        ? resource
        : ({ ...resource, raw: { ...resource.raw, Tags: [{ Key: 'Name', Value }] } } as typeof resource)
    }),
  })
  const shopOf = (groups: readonly string[], used: string) => {
    let built = estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.1.0/24')
    for (const group of groups)
      built = built.securityGroup(group, [group === used ? 'tcp 80 from 10.0.0.0/16' : 'tcp 22 from 10.0.0.0/16'])
    return built
      .interface('a', '10.0.1.10', { groups: [used] })
      .interface('b', '10.0.1.20', { groups: [used] })
      .snapshot()
  }

  it('keeps it, though something else was called so before', () => {
    const before = named(shopOf(['one', 'two'], 'one'), { 'sg-one': 'web', 'sg-two': 'tmp' })
    const after = named(shopOf(['two'], 'two'), { 'sg-two': 'web' })
    expect(diff(before, after, { match: 'name' }).changes).toEqual([])
  })

  it('gives it up where both changed names', () => {
    const before = named(shopOf(['one', 'two'], 'one'), { 'sg-one': 'web', 'sg-two': 'tmp' })
    const after = named(shopOf(['one', 'two'], 'two'), { 'sg-one': 'tmp', 'sg-two': 'web' })
    const { settings } = diff(before, after, { match: 'name' })
    expect(settings.map(({ text }) => text.replace(/ .*/, ''))).toEqual([
      'description',
      'group',
      'description',
      'group',
    ])
  })
})

describe('several that were replaced at once', () => {
  const fleet = (members: Readonly<Record<string, string>>, groups: readonly string[]) => {
    let built = estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.1.0/24')
    for (const [name, address] of Object.entries(members)) built = built.interface(name, address, { groups })
    for (const group of ['x', 'y']) built = built.securityGroup(group, [])
    for (const name of Object.keys(members))
      built = built.with('networkInterface', `eni-${name}`, { TagSet: [{ Key: 'Name', Value: 'app' }] })
    return built.snapshot()
  }

  it('are each the place whose address they took over', () => {
    const before = fleet({ a: '10.0.1.10', b: '10.0.1.20' }, ['x'])
    const after = fleet({ c: '10.0.1.20', d: '10.0.1.30' }, ['x'])
    expect(diff(before, after).places.replaced.map(({ id, formerly }) => [id, formerly])).toEqual([
      ['eni-c', 'eni-b'],
      ['eni-d', 'eni-a'],
    ])
  })

  it('are matched as if the first that fits were looked for among all that are left', () => {
    const someAddress = fc.integer({ min: 0, max: 5 }).map((last) => `10.0.1.${10 + last}`)
    const someFleet = fc.array(fc.record({ address: someAddress, group: fc.constantFrom('x', 'y') }), { maxLength: 8 })
    type Member = { readonly id: string; readonly address: string; readonly group: string }
    fc.assert(
      fc.property(someFleet, someFleet, (old, young) => {
        const built = (name: string, all: typeof old): Snapshot =>
          all
            .reduce(
              (so, { address, group }, at) =>
                so
                  .interface(`${name}${at}`, address, { groups: [group] })
                  .with('networkInterface', `eni-${name}${at}`, { TagSet: [{ Key: 'Name', Value: 'app' }] }),
              estate().vpc('shop', '10.0.0.0/16').subnet('app', '10.0.1.0/24'),
            )
            .securityGroup('x', [])
            .securityGroup('y', [])
            .snapshot()
        const members = (name: string, all: typeof old): Member[] =>
          all.map((each, at) => ({ id: `eni-${name}${at}`, ...each }))
        const waiting = members('young', young)
        const expected: [string, string][] = []
        const isSucceeded = (each: Member, is: (candidate: Member) => boolean): boolean => {
          const at = waiting.findIndex((candidate) => candidate.group === each.group && is(candidate))
          if (at >= 0) expected.push([waiting.splice(at, 1)[0]!.id, each.id])
          return at >= 0
        }
        const left = members('old', old).filter((each) => !isSucceeded(each, ({ address }) => address === each.address))
        for (const each of left) isSucceeded(each, () => true)
        const { formerly } = identify(built('old', old), built('young', young), 'id')
        expect([...formerly].filter(([id]) => id.startsWith('eni-'))).toEqual(expected)
      }),
    )
  })

  it('are of one role in whatever order their groups are listed', () => {
    const before = fleet({ a: '10.0.1.10' }, ['x', 'y'])
    const after = fleet({ b: '10.0.1.20' }, ['y', 'x'])
    expect(diff(before, after).totals).toMatchObject({ replaced: 1, new: 0, gone: 0 })
  })
})

describe('a setting', () => {
  it('tells the health of a target, which decides who gets the traffic', () => {
    const before = examples.get('three-tier')!
    const after = {
      ...before,
      resources: before.resources.map((resource) =>
        resource.kind === 'targetHealth'
          ? {
              ...resource,
              raw: {
                TargetHealthDescriptions: resource.raw.TargetHealthDescriptions?.slice(0, 1).map((each) => ({
                  ...each,
                  TargetHealth: { State: 'unhealthy' },
                })),
              },
            }
          : resource,
      ),
    }
    expect(diff(before, after).settings.map(({ text }) => text)).toContain(
      'target 10.20.16.21 8443 unhealthy instead of healthy',
    )
  })

  it('is one of however many that changed in one list', () => {
    const of = (entries: readonly string[]) => estate().vpc('shop', '10.0.0.0/16').prefixList('all', entries).snapshot()
    const many = Array.from({ length: 150_000 }, (_, at) => `172.${at >> 16}.${(at >> 8) & 255}.${at & 255}/32`)
    expect(editionOf(of([]), of(many)).settings).toHaveLength(many.length)
  })

  it('is a tag of a database too, which concerns nobody', () => {
    const of = (team: string) =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .subnet('app', '10.0.1.0/24')
        .interface('a', '10.0.1.10', { groups: ['a'] })
        .securityGroup('a', ['tcp 80 from 10.0.1.0/24'])
        .record('dbInstance', 'orders', {
          DBInstanceIdentifier: 'orders',
          TagList: [{ Key: 'Team', Value: team }],
        })
        .snapshot()
    expect(editionOf(of('red'), of('blue')).settings).toMatchObject([
      { text: 'tag Team "blue" instead of "red"', isTag: true },
    ])
  })

  it('is a tag in whichever way a service writes it', () => {
    const shop = estate().vpc('shop', '10.0.0.0/16')
    const cluster = (team: string) => shop.record('eksCluster', 'ops', { name: 'ops', tags: { team } }).snapshot()
    const task = (team: string) =>
      shop.record('ecsTask', 'ops', { taskArn: 'ops', tags: [{ key: 'team', value: team }] }).snapshot()
    expect(editionOf(cluster('red'), cluster('blue')).settings).toMatchObject([{ isTag: true }])
    expect(editionOf(task('red'), task('blue')).settings).toMatchObject([
      { text: 'tag team "blue" instead of "red"', isTag: true },
    ])
  })

  it('is told once where it was taken from several', () => {
    const of = (groups: readonly string[]) =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .subnet('app', '10.0.1.0/24')
        .interface('a', '10.0.1.10', { groups })
        .interface('b', '10.0.1.20', { groups })
        .securityGroup('x', [])
        .securityGroup('y', [])
        .snapshot()
    expect(diff(of(['x', 'y']), of(['x'])).settings).toMatchObject([
      { text: 'security group sg-y removed', resources: [{ id: 'eni-a' }, { id: 'eni-b' }] },
    ])
  })

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
