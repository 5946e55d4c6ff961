/** Which flows of a picture get nowhere without a NAT gateway or a VPC endpoint: their lines are dashed, and solid where any packet of them
 *  goes plainly. */
import { describe, expect, it } from 'vitest'
import { resolvePlace } from '../../src/analysis/place.ts'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { flowLinks } from '../../src/scene/flows.ts'
import { type Estate, estate } from '../build.ts'

/** Each flow as `from to`, with `via` where all of it is. */
const flows = (built: Estate, from?: string): readonly string[] => {
  const compiled = compile(new Network(built.snapshot()))
  const place = from === undefined ? undefined : resolvePlace(compiled.network, from)
  return flowLinks(compiled, { filter: {}, ...(place && { from: place }) }).map(
    ({ from: sender, to, verdict, byNatOrEndpoint }) =>
      `${sender.replace(/^.*\//, '')} ${to.replace(/^.*\//, '')} ${verdict}${byNatOrEndpoint ? ' via' : ''}`,
  )
}

/** A VPC with a public subnet and a NAT gateway in it. */
const shop = (): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all to 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .natGateway('shop', '10.0.0.8', { publicIp: '54.10.0.8' })

const behindNat =
  (name: string, block: string): ((built: Estate) => Estate) =>
  (built) =>
    built
      .subnet(name, block, { routes: { '0.0.0.0/0': 'nat-shop' } })
      .tagged(`subnet-${name}`, { Tier: 'private' })
      .interface(name, block.replace('.0/24', '.10'), { groups: ['any'] })

/** Of the same tier by its tag, and yet with a public address and a route to the internet gateway. */
const atGateway = (built: Estate): Estate =>
  built
    .subnet('odd', '10.0.9.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .tagged('subnet-odd', { Tier: 'private' })
    .interface('odd', '10.0.9.10', { groups: ['any'], publicIp: '54.10.0.9' })

describe('a flow to the internet', () => {
  it('goes by the NAT gateway that its route table names, and by nothing else', () => {
    expect(flows(behindNat('app', '10.0.1.0/24')(shop()))).toEqual(['private internet reachable via'])
  })

  it('goes plainly where a public address is its own', () => {
    expect(flows(atGateway(shop()))).toEqual(['private internet reachable'])
  })

  it('goes plainly as soon as one member does, whoever is the example of the cell', () => {
    const mixed = behindNat('app', '10.0.1.0/24')(atGateway(behindNat('zap', '10.0.99.0/24')(shop())))
    expect(flows(mixed)).toEqual(['private internet reachable'])
    expect(flows(mixed, 'subnet-app')).toEqual(['private internet reachable via'])
  })
})

describe('a flow to a service', () => {
  const closed = (): Estate => estate().vpc('shop', '10.0.0.0/16').securityGroup('any', ['all to 0.0.0.0/0'])

  it('goes by the gateway endpoint that the route table names', () => {
    const built = closed()
      .subnet('app', '10.0.1.0/24', { routes: {} })
      .tagged('subnet-app', { Tier: 'private' })
      .interface('app', '10.0.1.10', { groups: ['any'] })
      .gatewayEndpoint('s3', { tables: ['app'] })
    expect(flows(built)).toEqual(['private aws-services reachable via'])
  })

  it('goes by the interface endpoint, and so does what is sent to the tier that the endpoint stands in', () => {
    const built = closed()
      .securityGroup('endpoint', ['tcp 443 from 10.0.0.0/16'])
      .subnet('app', '10.0.1.0/24')
      .tagged('subnet-app', { Tier: 'private' })
      .interface('app', '10.0.1.10', { groups: ['any'] })
      .subnet('endpoints', '10.0.2.0/24')
      .tagged('subnet-endpoints', { Tier: 'intra' })
      .interfaceEndpoint('ssm', { endpoints: '10.0.2.10' }, { groups: ['endpoint'] })
    expect(flows(built)).toEqual(['private intra reachable via', 'private aws-services reachable via'])
    const beside = built.interface('batch', '10.0.2.20', { groups: ['endpoint'] })
    expect(flows(beside, 'subnet-app')).toEqual(['private intra reachable', 'private aws-services reachable via'])
  })
})

it('A flow inside a VPC has nothing to do with the NAT gateway beside it.', () => {
  const built = behindNat(
    'app',
    '10.0.1.0/24',
  )(shop())
    .securityGroup('db', ['tcp 5432 from sg-any'])
    .subnet('db', '10.0.3.0/24')
    .tagged('subnet-db', { Tier: 'database' })
    .interface('db', '10.0.3.10', { groups: ['db'] })
  expect(flows(built)).toEqual(['private database reachable', 'private internet reachable via'])
})

it('A flow that is inspected behind a Gateway Load Balancer endpoint goes on to where it was sent (R-GWLB).', () => {
  const built = estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all to 0.0.0.0/0'])
    .internetGateway('shop')
    .subnet('inspection', '10.0.8.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .inspectionEndpoint('wall', '10.0.8.10')
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'vpce-wall' } })
    .tagged('subnet-app', { Tier: 'private' })
    .interface('app', '10.0.1.10', { groups: ['any'], publicIp: '54.10.0.9' })
  const [only, ...others] = flows(built, 'subnet-app')
  expect([only, others]).toEqual([expect.not.stringContaining('via'), []])
})
