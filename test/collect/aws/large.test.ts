/** Lists that are longer than AWS answers at once, over the wire. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ec2 from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatAddress, parseBlock, type Prefix } from '../../../src/packet/address.ts'
import { parseSnapshotLines } from '../../../src/snapshot/lines.ts'
import type { Resource } from '../../../src/snapshot/snapshot.ts'
import { ztnet } from '../../cli/process.ts'
import { CREDENTIALS } from './estate.ts'
import { environment, hasMoto, type Moto, startMoto } from './moto.ts'
import { type Call, type Fault, type Proxy, startProxy } from './proxy.ts'
import { inEc2Xml, pageOf } from './wire.ts'

describe.skipIf(!hasMoto)('a large region', () => {
  let moto: Moto
  let proxy: Proxy
  let scratch: string
  let resources: readonly Resource[]

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ztnet-large-'))
    moto = await startMoto()
    const client = new ec2.EC2Client({ endpoint: moto.url, region: 'us-east-1', credentials: CREDENTIALS })
    await transitGateway(client)
    proxy = await startProxy(moto.url, (call) => describing(INTERFACES)(call) ?? searching(ROUTES)(call))
    const { status, stderr } = await ztnet(
      ['collect', '--endpoint-url', proxy.url, '--regions', 'us-east-1', '-o', 'large.json'],
      { cwd: scratch, env: environment(scratch) },
    )
    expect(status, stderr).toBe(0)
    resources = parseSnapshotLines(readFileSync(join(scratch, 'large.json'), 'utf8').split('\n')).resources
  })

  afterAll(async () => {
    await proxy.stop()
    await moto.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('of 5,000 interfaces is paged without loss', () => {
    const found = resources.filter(({ kind }) => kind === 'networkInterface').map(({ id }) => id)
    expect(found).toEqual(INTERFACES.map(({ NetworkInterfaceId }) => NetworkInterfaceId))
    const pages = proxy.calls.filter(({ operation }) => operation === 'DescribeNetworkInterfaces')
    expect(pages).toHaveLength(5)
    expect(pages.every(({ parameters }) => parameters.get('MaxResults') === '1000')).toBe(true)
  })

  it('has every route of a transit gateway, although AWS shows a thousand and has no token for the rest', () => {
    const table = resources.find(({ kind }) => kind === 'transitGatewayRoutes')
    const { Routes, AdditionalRoutesAvailable } = table!.raw as { Routes: Route[]; AdditionalRoutesAvailable: boolean }
    expect(Routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock).sort()).toEqual(
      ROUTES.map(({ DestinationCidrBlock }) => DestinationCidrBlock).sort(),
    )
    expect(AdditionalRoutesAvailable).toBe(false)
    const searches = proxy.calls.filter(({ operation }) => operation === 'SearchTransitGatewayRoutes')
    expect(searches.length).toBeGreaterThan(5)
    expect(searches.length).toBeLessThan(250)
  })
})

const transitGateway = async (client: ec2.EC2Client): Promise<void> => {
  const { TransitGateway } = await client.send(new ec2.CreateTransitGatewayCommand({}))
  await client.send(
    new ec2.CreateTransitGatewayRouteTableCommand({ TransitGatewayId: TransitGateway!.TransitGatewayId! }),
  )
}

const INTERFACES = Array.from({ length: 5000 }, (_, i) => ({
  NetworkInterfaceId: `eni-${String(i).padStart(17, '0')}`,
  SubnetId: `subnet-${i % 40}`,
  VpcId: 'vpc-1',
  OwnerId: '123456789012',
  PrivateIpAddress: `10.0.${Math.floor(i / 250)}.${i % 250}`,
  Groups: [{ GroupId: `sg-${i % 7}`, GroupName: `group-${i % 7}` }],
}))

/** moto would take a minute to make so many, and has no pages for them. */
const describing =
  (interfaces: readonly object[]): Fault =>
  ({ operation, parameters }) =>
    operation === 'DescribeNetworkInterfaces'
      ? { body: pageOf(inEc2Xml(operation, { NetworkInterfaces: interfaces }), parameters, 1000) }
      : undefined

interface Route {
  readonly DestinationCidrBlock: string
  readonly Type: string
  readonly State: string
}

const route = (DestinationCidrBlock: string): Route => ({ DestinationCidrBlock, Type: 'propagated', State: 'active' })

/** Crowded in places, sparse in others, of both families, and blocks that hold others. */
const ROUTES: readonly Route[] = [
  ...['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '::/0', '2001:db8::/32', '203.0.113.7/32'],
  ...Array.from({ length: 2200 }, (_, i) => `10.${Math.floor(i / 256)}.${i % 256}.0/24`),
  ...Array.from({ length: 256 }, (_, i) => `192.168.7.${i}/32`),
  ...Array.from({ length: 1100 }, (_, i) => `2001:db8:${i.toString(16)}::/48`),
].map(route)

/** As AWS searches a table: at most a thousand, and whether there were more. */
const searching =
  (routes: readonly Route[]): Fault =>
  ({ operation, parameters }: Call) => {
    if (operation !== 'SearchTransitGatewayRoutes') return undefined
    const found = routes.filter((each) =>
      filtersOf(parameters).every(([name, values]) => values.some((value) => fits(each, name, value))),
    )
    return {
      body: inEc2Xml(operation, { Routes: found.slice(0, 1000), AdditionalRoutesAvailable: found.length > 1000 }),
    }
  }

const filtersOf = (parameters: URLSearchParams): readonly (readonly [string, readonly string[]])[] =>
  [...parameters.keys()].flatMap((key) => {
    const index = /^Filter\.(\d+)\.Name$/.exec(key)?.[1]
    if (index === undefined) return []
    const values = [...parameters.keys()].filter((each) => each.startsWith(`Filter.${index}.Value.`))
    return [[parameters.get(key)!, values.map((each) => parameters.get(each)!)] as const]
  })

const fits = ({ DestinationCidrBlock }: Route, name: string, value: string): boolean => {
  if (name === 'type') return true
  const own = parseBlock(DestinationCidrBlock)!
  const asked = parseBlock(value)!
  if (name === 'route-search.exact-match') return written(own) === written(asked)
  return own.family === asked.family && own.first >= asked.first && own.end <= asked.end
}

const written = ({ first, length }: Prefix): string => `${formatAddress(first)}/${length}`
