/** The benchmark's organisation is one that ztnet knows all about, and one whose packets fare as its owner would expect. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolvePlace } from '../../src/analysis/place.ts'
import type { Filter } from '../../src/analysis/question.ts'
import { judge } from '../../src/analysis/reach.ts'
import { tierReport } from '../../src/analysis/tiers.ts'
import { compile, origins } from '../../src/aws/compile.ts'
import { loadSnapshot } from '../../src/collect/snapshot-file.ts'
import { Network } from '../../src/network/network.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import { generateSnapshot, MIXES, type Mix, type OrganisationOptions, writeGenerated } from './generate.ts'

const folder = mkdtempSync(join(tmpdir(), 'ztnet-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const textOf = (options: OrganisationOptions): string => {
  const path = join(folder, 'generated.json')
  writeGenerated(path, options)
  return readFileSync(path, 'utf8')
}

const small = (mix: Mix, ipv6 = true): OrganisationOptions => ({ interfaces: 1000, mix, ipv6 })

describe.each(MIXES)('an organisation of the %s mix', (mix) => {
  it('has the same bytes each time, as a file and as a snapshot', () => {
    const text = textOf(small(mix))
    expect(textOf(small(mix))).toBe(text)
    expect(`${[...formatSnapshotLines(generateSnapshot(small(mix)))].join('\n')}\n`).toBe(text)
    expect(textOf({ ...small(mix), seed: 2 })).not.toBe(text)
  })

  it('loads and compiles without a gap, with as many interfaces as were asked for', async () => {
    const path = join(folder, `${mix}.json`)
    writeGenerated(path, small(mix))
    const { snapshot, warnings } = await loadSnapshot(path)
    const network = new Network(snapshot)
    const compiled = compile(network)
    compiled.graph.complete(origins(compiled))
    expect({ warnings, gaps: network.gaps }).toEqual({ warnings: [], gaps: [] })
    expect(network.all('networkInterface').length).toBe(1000)
    expect(tierReport(compiled).totals).toMatchObject({ mismatches: 0, tiers: { other: 0 } })
  })
})

describe('without IPv6', () => {
  it('an organisation is the same but for its IPv6 blocks and addresses', () => {
    const [dual, alone] = [generateSnapshot(small('default')), generateSnapshot(small('default', false))]
    const ids = ({ resources }: typeof dual) =>
      resources.filter(({ kind }) => kind !== 'egressOnlyInternetGateway').map(({ kind, id }) => `${kind} ${id}`)
    expect(ids(alone)).toEqual(ids(dual))
    const isIpv6 = /"(?:Ipv6Address|Ipv6CidrBlock|CidrIpv6|DestinationIpv6CidrBlock)":/
    // `toMatch` would print all of it
    expect(isIpv6.test(JSON.stringify(dual))).toBe(true)
    expect(isIpv6.test(JSON.stringify(alone))).toBe(false)
  })
})

describe('in a default organisation', () => {
  const snapshot = generateSnapshot(small('default'))
  const compiled = compile(new Network(snapshot))
  const verdict = (from: string, to: string, filter: Filter = {}): string =>
    judge(compiled, resolvePlace(compiled.network, from), resolvePlace(compiled.network, to), filter).verdict
  const https: Filter = { protocol: 6, ports: [443, 443] }
  /** The first interface of a VPC with this group before all others, in a subnet of this tier; of the primary CIDR block, which
   *  rules of other VPCs are about. */
  const member = (vpc: string, group: string, tier = 'private'): string =>
    compiled.network
      .all('networkInterface')
      .find(
        ({ raw }) =>
          raw.VpcId === vpcId(vpc) &&
          raw.Groups?.[0]?.GroupName === group &&
          raw.PrivateIpAddress!.startsWith('10.') &&
          compiled.network.nameOf(raw.SubnetId)!.startsWith(tier),
      )!.id
  const vpcId = (name: string): string =>
    compiled.network.all('vpc').find(({ id }) => compiled.network.nameOf(id) === name)!.id

  it('the internet reaches the web and nothing else of it', () => {
    expect(verdict('internet', member('shared-0', 'web', 'public'), https)).toBe('reachable')
    expect(verdict('internet', member('shared-0', 'web', 'public'), { protocol: 6, ports: [8080, 8080] })).toBe(
      'unreachable',
    )
    expect(verdict('internet', member('shared-0', 'app0'), https)).toBe('unreachable')
  })

  it('the internet and the databases do not reach each other', () => {
    expect(verdict('internet', 'database-subnet')).toBe('unreachable')
    expect(verdict('database-subnet', 'internet')).toBe('unreachable')
  })

  it('applications get to the internet, and functions to their database', () => {
    expect(verdict(member('shared-0', 'app0'), 'internet', https)).not.toBe('unreachable')
    expect(
      verdict(member('shared-0', 'functions'), member('shared-0', 'db0', 'database'), {
        protocol: 6,
        ports: [5432, 5432],
      }),
    ).toBe('reachable')
  })

  it('the shared VPC is reached by transit gateway, production and the rest are kept apart', () => {
    const names = compiled.network.all('vpc').map(({ id }) => compiled.network.nameOf(id)!)
    const of = (environment: string): string => names.find((name) => name.startsWith(environment))!
    const service: Filter = { protocol: 6, ports: [8443, 8443] }
    expect(verdict(member(of('prod'), 'app0'), member('shared-0', 'targets'), service)).toBe('reachable')
    expect(verdict(member(of('prod'), 'app0'), member(of('nonprod'), 'targets'), service)).toBe('unreachable')
  })
})
