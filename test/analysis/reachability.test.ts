/** Endpoints: what is true of one member of an endpoint is true of each. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, type Group } from '../../src/analysis/cells.ts'
import { matrixBlocks } from '../../src/analysis/matrix-blocks.ts'
import { alike, reachabilityOf } from '../../src/analysis/reachability.ts'
import type { TalliedFlow } from '../../src/analysis/tally.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Group as Program, programs } from '../arbitrary/network.ts'
import { asked } from '../arbitrary/packet.ts'
import { type Estate, estate } from '../build.ts'
import { examples } from '../examples/all.ts'

const compiledOf = (snapshot: Snapshot): Compiled => compile(new Network(snapshot))

/** The endpoints with several members that some rule tells apart after all. */
const toldApart = (compiled: Compiled): readonly string[] => {
  const { endpoints, linksFrom } = reachabilityOf(compiled, {})
  const links = linksFrom(new Set(endpoints.keys()))
  const groups = endpoints.map(({ id, place }): Group => ({ key: id, place }))
  const cells = cellsOf(compiled, groups, groups, {})
  return cells.flatMap((cell, index) => {
    const [from, to] = [Math.floor(index / groups.length), index % groups.length]
    const told = (cell.pairs === 0 ? [] : (links.get(from) ?? []).flat())
      .filter((link) => link.to.includes(to))
      .flatMap(({ flows }) => flows.flows.map(inFull))
    const isUniform = cell.flows.every(({ pairs }) => pairs === cell.pairs)
    return isUniform && show([...new Set(told)].sort()) === show(cell.flows.map(inFull).sort())
      ? []
      : [`${cell.from.key} -> ${cell.to.key}`]
  })
}

const inFull = ({ verdict, family, translated, packets }: TalliedFlow): string =>
  show([verdict, family, translated, packets.rows])

const show = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))

const lots = (facts: Estate): readonly (readonly string[])[] => {
  const network = new Network(facts.snapshot())
  const interfaces = network.all('networkInterface').map(({ id }) => network.interface(id)!)
  return alike(network, interfaces).map((members) => members.map(({ id }) => id))
}

describe('an endpoint', () => {
  const web = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('web', '10.0.1.0/24')
    .securityGroup('web', ['tcp 443 from 10.0.0.0/16'])
    .instance('web-1', '10.0.1.10', { groups: ['web'] })
    .instance('web-2', '10.0.1.11', { groups: ['web'] })
    .instance('web-3', '10.0.1.12', { groups: ['web'] })

  it('is all interfaces of a class where no rule has an address of theirs', () => {
    expect(lots(web)).toEqual([['eni-web-1', 'eni-web-2', 'eni-web-3']])
  })

  it('is cut where a rule names one of them by its address', () => {
    expect(lots(web.securityGroup('web', ['tcp 443 from 10.0.0.0/16', 'tcp 22 from 10.0.1.11/32']))).toEqual([
      ['eni-web-1'],
      ['eni-web-2'],
      ['eni-web-3'],
    ])
    expect(lots(web.networkAcl('default-shop', ['90 deny tcp 22 from 10.0.1.8/30']))).toEqual([
      ['eni-web-1', 'eni-web-2'],
      ['eni-web-3'],
    ])
  })

  it('is cut where a load balancer names one of them as its target', () => {
    const balanced = web.networkLoadBalancer('front', {
      nodes: { web: '10.0.1.50' },
      listeners: { 'TCP 443': { targets: ['i-web-3'] } },
    })
    expect(lots(balanced)).toEqual([['eni-front-web'], ['eni-web-1', 'eni-web-2'], ['eni-web-3']])
  })

  it('is cut where one of them has a public address, or an address of the other family', () => {
    const published = { groups: ['web'], publicIp: '54.1.1.4' }
    expect(lots(web.instance('web-4', '10.0.1.13', published))).toHaveLength(2)
    // Of two addresses one is known to the world, and the other is not.
    const both = web.instance('web-4', '10.0.1.13', published).instance('web-5', ['10.0.1.14', '10.0.1.15'], {
      groups: ['web'],
      publicIp: '54.1.1.5',
    })
    expect(lots(both)).toHaveLength(3)
  })

  it('is cut where a prefix that is delegated to one of them is not known to the world (R-ADDR-10)', () => {
    const delegated = web
      .instance('web-4', '10.0.1.13', { groups: ['web'], publicIp: '54.1.1.4' })
      .instance('web-5', ['10.0.1.14', '10.0.1.64/28'], { groups: ['web'], publicIp: '54.1.1.5' })
    expect(lots(delegated)).toEqual([['eni-web-1', 'eni-web-2', 'eni-web-3'], ['eni-web-4'], ['eni-web-5']])
  })

  it.each([...examples])('of %s has members that fare alike', (_, snapshot) => {
    expect(toldApart(compiledOf(snapshot))).toEqual([])
  })

  it.each(Object.keys(programs) as Program[])('of random networks has members that fare alike: %s', (program) =>
    fc.assert(
      fc.property(asked(program, 1), ({ snapshot }) => {
        expect(toldApart(compiledOf(snapshot))).toEqual([])
      }),
      { numRuns: 8 },
    ),
  )
})

describe('a block of a matrix', () => {
  it.each([...examples])('of %s fares alike, and says as much as the matrix', (_, snapshot) => {
    const compiled = compiledOf(snapshot)
    const { blocks, bundles } = matrixBlocks(compiled, { by: 'security-group', filter: {} })
    const pairs = bundles.reduce((sum, bundle) => sum + bundle.pairs * bundle.flows.flows.length, 0)
    const members = new Network(snapshot).all('networkInterface').map(({ id }) => id)
    const inside = blocks.flatMap((block) => block.members).filter((id) => members.includes(id))
    expect(new Set(inside).size).toBe(inside.length)
    const expected = cellsOf(
      compiled,
      ...([0, 1].map(() => blocks.map((block) => groupOf(compiled, block.members))) as [Group[], Group[]]),
      {},
    )
    const isOutside = ({ place }: Group): boolean => place.is !== 'interfaces'
    const counted = expected
      .filter(({ from, to }) => !(isOutside(from) && isOutside(to)))
      .flatMap((cell) => cell.flows.map((flow) => flow.pairs))
    expect(pairs).toBe(counted.reduce((sum, each) => sum + each, 0))
  })
})

const groupOf = ({ network }: Compiled, members: readonly string[]): Group => {
  const [key] = members as [string]
  const interfaces = members.flatMap((id) => network.interface(id) ?? [])
  if (interfaces.length > 0)
    return { key, place: { selector: key, kind: 'block', resolved: [], is: 'interfaces', interfaces } }
  const is =
    key === 'internet' || key === 'onprem' ? ({ is: key } as const) : ({ is: 'aws-service', services: [] } as const)
  return { key, place: { selector: key, kind: key, resolved: [], ...is } }
}
