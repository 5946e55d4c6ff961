/** Lines of findings in the files of a snapshot. */
import { readFileSync, truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import type { CheckResult } from '../../src/checks/findings.ts'
import { placesIn } from '../../src/cli/snapshot-places.ts'
import { checkResultExamples } from '../../src/report/result-examples.ts'
import { resourceSchemas, type Kind } from '../../src/snapshot/schema.ts'
import { examples } from '../examples/all.ts'
import { folder, ztnet } from './process.ts'

const result = checkResultExamples[0] as CheckResult
const id = result.findings[0]!.witness!.to.id

afterEach(() => {
  vi.restoreAllMocks()
})

it('are found in a folder, whatever else is in it', () => {
  const root = folder({ 'estate/a.json': '{}', 'estate/b/c.json': `{\n"Id":\n"${id}"}`, 'estate/d.txt': id })
  expect(placesIn(join(root, 'estate'), result).of(id)).toMatchObject({ file: 'c.json', line: 3 })
})

it.each(['estate', 'estate/large.json'])('are not looked for in a file that is too large, and %s is told', (named) => {
  const root = folder({ 'estate/large.json': '', 'estate/small.json': `{"Id":"${id}"}` })
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  // More than Node reads; nothing is on the disk.
  truncateSync(join(root, 'estate/large.json'), 3 * 2 ** 30)
  const { of, start } = placesIn(join(root, named), result)
  expect(of(id)?.file).toBe(named === 'estate' ? 'small.json' : undefined)
  expect(start.file).toBe(named === 'estate' ? 'small.json' : 'large.json')
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/^ztnet: large\.json is too large to look for lines in it: .*--dump leaves\n$/)],
  ])
})

/** The keys of the answers that hold records, in the order in which a folder lists their files. */
const KEYS: Readonly<Partial<Record<Kind, string>>> = {
  internetGateway: 'InternetGateways',
  listener: 'Listeners',
  loadBalancer: 'LoadBalancers',
  natGateway: 'NatGateways',
  networkAcl: 'NetworkAcls',
  networkInterface: 'NetworkInterfaces',
  routeTable: 'RouteTables',
  securityGroup: 'SecurityGroups',
  subnet: 'Subnets',
  targetGroup: 'TargetGroups',
  vpc: 'Vpcs',
  vpcEndpoint: 'VpcEndpoints',
}

/** A bundled network as folders of describe JSON: a file for each kind, named by it. */
const describeFolder = (): string => {
  const { resources } = examples.get('nacl-return')!
  const files = Object.entries(KEYS).map(([kind, key]) => {
    const records = resources.filter((each) => each.kind === kind).map(({ raw }) => raw)
    return [`estate/111122223333/eu-west-1/${kind}.json`, JSON.stringify({ [key]: records }, null, 1)] as const
  })
  const instances = resources.filter(({ kind }) => kind === 'instance').map(({ raw }) => raw)
  const reservations = { Reservations: instances.map((each) => ({ OwnerId: '111122223333', Instances: [each] })) }
  return folder({
    ...Object.fromEntries(files),
    'estate/111122223333/eu-west-1/a-instances.json': JSON.stringify(reservations, null, 1),
  })
}

it('are those of the records, in the files of their kinds, for every step that SARIF shows of a folder', async () => {
  const cwd = describeFolder()
  const { stdout } = await ztnet(['check', '--snapshot', 'estate', '--format', 'sarif'], { cwd })
  const locations = (JSON.parse(stdout) as Sarif).runs[0]!.results.flatMap(
    ({ locations, relatedLocations, codeFlows }) => [
      ...locations,
      ...(relatedLocations ?? []),
      ...(codeFlows ?? []).flatMap(({ threadFlows }) =>
        threadFlows.flatMap((flow) => flow.locations.map(({ location }) => location)),
      ),
    ],
  )
  expect(locations.length).toBeGreaterThan(20)
  for (const { message, physicalLocation } of locations) {
    const { artifactLocation, region } = physicalLocation
    const lines = readFileSync(join(cwd, artifactLocation.uri), 'utf8').split('\n')
    const id = lines[region.startLine - 1]!.slice(region.startColumn, region.endColumn - 2)
    const kind = basename(artifactLocation.uri, '.json') as Kind
    const starts = lines.map((line, at) => (line === '  {' ? at : Infinity)).filter((at) => at < region.startLine)
    const start = Math.max(...starts)
    const end = lines.findIndex((line, at) => at > start && /^ {2}},?$/.test(line))
    const record = JSON.parse(
      lines
        .slice(start, end + 1)
        .join('')
        .replace(/,$/, ''),
    ) as Record<string, unknown>
    expect(resourceSchemas[kind].id.map((field) => record[field])).toContain(id)
    expect(end).toBeGreaterThanOrEqual(region.startLine)
    expect(message?.text ?? id).toContain(id)
  }
})

it('are those where a resource is named first, where no file has its record', () => {
  const root = folder({ 'estate/a.json': { NetworkInterfaces: [{ SubnetId: id }] }, 'estate/b.json': { Other: [id] } })
  expect(placesIn(join(root, 'estate'), result).of(id)?.file).toBe('a.json')
})

it('are those of the record of an interface, and not of the instance that mentions it before', () => {
  const reservations = [{ Instances: [{ NetworkInterfaces: [{ NetworkInterfaceId: id }] }] }]
  const root = folder({
    'estate/a.json': { Reservations: reservations },
    'estate/b.json': '{"NetworkInterfaces": [\n{"Description": "\\\\\\" {[", "NetworkInterfaceId": "' + id + '"}]}',
  })
  expect(placesIn(join(root, 'estate'), result).of(id)).toMatchObject({ file: 'b.json', line: 2, column: 50 })
})

interface Location {
  readonly message?: { readonly text: string }
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region: { readonly startLine: number; readonly startColumn: number; readonly endColumn: number }
  }
}

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly locations: readonly Location[]
      readonly relatedLocations?: readonly Location[]
      readonly codeFlows?: readonly {
        readonly threadFlows: readonly { readonly locations: readonly { readonly location: Location }[] }[]
      }[]
    }[]
  }[]
}
