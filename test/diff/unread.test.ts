/** What a snapshot could not look at is not gone: a diff does not know of it, and a watch takes it to be as it was. */
import { describe, expect, it } from 'vitest'
import { carriedOver } from '../../src/diff/unread.ts'
import { diff } from '../../src/index.ts'
import { diffText } from '../../src/report/diff-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { type Kind, resourceSchemas } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { examples } from '../examples/all.ts'
import { commits } from './history.ts'

/** As it is read by whom these calls are denied to. */
const without = (snapshot: Snapshot, ...kinds: readonly Kind[]): Snapshot => {
  const isRead = ({ kind }: { readonly kind: Kind }): boolean => !kinds.includes(kind)
  const places = [...new Map(snapshot.coverage.map((each) => [`${each.account} ${each.region}`, each])).values()]
  return {
    ...snapshot,
    coverage: snapshot.coverage.filter(isRead),
    resources: snapshot.resources.filter(isRead),
    gaps: places.flatMap(({ account, region }) =>
      kinds.map((kind) => ({ code: 'ACCESS_DENIED', message: 'denied', kind, account, region })),
    ),
  }
}

const [begin, withSsh] = commits()
const shop = begin!.snapshot

const textOf = (before: Snapshot, after: Snapshot): string =>
  diffText(diff(before, after), { before: 'old', after: 'new' }, styleOf({ colour: false, columns: 100 }))

describe('a snapshot that was read less of', () => {
  it('makes unknown what its missing security groups would tell, and closes nothing', () => {
    const result = diff(shop, without(shop, 'securityGroup'))
    expect(result.changes.length).toBeGreaterThan(0)
    expect(new Set(result.changes.map(({ after }) => after))).toEqual(new Set(['unknown']))
    expect(result.totals).toMatchObject({ lost: 0, gone: 0 })
    expect(result.settings.map(({ kind, change }) => `${kind} ${change}`)).toEqual(['coverage removed'])
  })

  it('knows nothing of interfaces that it lacks, which are not gone', () => {
    const half = without(shop, 'networkInterface')
    const { places, totals } = diff(shop, half)
    expect(totals).toMatchObject({ gone: 0, lost: 0 })
    expect(places.unread.map(({ id }) => id)).toContain('eni-web')
    expect(textOf(shop, half)).toMatch(/^CHANGED .*\(\d interfaces not read any more\)/)
    expect(textOf(shop, half)).toContain('nothing is known now of 6 interfaces: eni-app-1 (app)')
  })

  it('says that more was not looked at where nothing that was flows otherwise', () => {
    const half = without(shop, 'dbCluster')
    const same = { ...shop, coverage: [...shop.coverage, { ...shop.coverage[0]!, kind: 'dbCluster' as const }] }
    expect(textOf(same, half)).toMatch(/^NO CHANGE .*nothing flows otherwise, as\s+far as both were read/)
  })

  it('turned round: what is read for the first time is new', () => {
    const { places, settings } = diff(without(shop, 'networkInterface'), shop)
    expect(places.new.flatMap(({ members }) => members.map(({ id }) => id))).toContain('eni-web')
    expect(settings.map(({ kind, change }) => `${kind} ${change}`)).toEqual(['coverage added'])
  })
})

describe('what an earlier look tells', () => {
  const kindsIn = (snapshot: Snapshot): readonly Kind[] => [...new Set(snapshot.coverage.map(({ kind }) => kind))]

  it.each([...examples.keys()])('%s: stands for each kind of which the calls fail', (name) => {
    const snapshot = examples.get(name)!
    for (const kind of kindsIn(snapshot)) {
      const { snapshot: carried } = carriedOver(snapshot, without(snapshot, kind))
      expect(diff(snapshot, carried).settings, kind).toEqual([])
    }
  })

  it('stands for what was not asked either, since its parents could not be listed', () => {
    const snapshot = examples.get('transit-hub')!
    const parented = kindsIn(snapshot).filter((kind) => resourceSchemas[kind].id.length === 0)
    expect(parented.length).toBeGreaterThan(0)
    const half = without(snapshot, 'vpc', 'transitGatewayRouteTable', 'managedPrefixList', ...parented)
    const { gaps } = without(snapshot, 'vpc', 'transitGatewayRouteTable', 'managedPrefixList')
    const { snapshot: carried } = carriedOver(snapshot, { ...half, gaps })
    expect(diff(snapshot, carried).settings).toEqual([])
  })

  it('does not hide what was read and is otherwise', () => {
    const { snapshot: carried } = carriedOver(shop, without(withSsh!.snapshot, 'networkInterface'))
    expect(diff(shop, carried).totals).toMatchObject({ gained: 3, lost: 0, new: 0, gone: 0 })
  })

  it('is given up where nobody asks about a place any more', () => {
    const elsewhere = shop.coverage.map((each) => ({ ...each, region: 'eu-west-1' }))
    const { carried } = carriedOver({ ...shop, coverage: [...shop.coverage, ...elsewhere] }, shop)
    expect(carried).toEqual([])
  })
})
