/** The graph grows with the configuration and not with the number of interfaces: interfaces that behave alike share their stages. */
import { describe, expect, it } from 'vitest'
import { compile, origins } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { type Estate, estate } from '../build.ts'

/** Three VPCs with each sort of way between them, and so many interfaces of each sort of sender and receiver. */
const organisation = (interfaces: number): Estate => {
  const numbers = Array.from({ length: interfaces }, (_, index) => index)
  const each = (of: Estate, add: (all: Estate, n: number) => Estate): Estate => numbers.reduce(add, of)
  // `block` has room for 16 thousand.
  const address = (block: `10.${number}.${number}`, n: number): string => {
    const [a, b, c] = block.split('.')
    return `${a}.${b}.${Number(c) + (n >> 7)}.${10 + (n & 127)}`
  }
  const shop = estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'all from sg-app'])
    .securityGroup('app', ['tcp 8443 from sg-web', 'tcp 8443 from sg-balancer', 'all from pl-office'])
    .securityGroup('balancer', ['tcp 443 from 0.0.0.0/0'])
    .prefixList('office', ['192.0.2.0/24'])
    .subnet('public', '10.0.0.0/18', { routes: { '0.0.0.0/0': 'igw-shop', '10.1.0.0/16': 'pcx-shop-far' } })
    .natGateway('shop', '10.0.60.8', { publicIp: '54.10.9.8' })
    .applicationLoadBalancer('front', {
      nodes: { public: '10.0.60.50' },
      publicIps: { public: '54.10.9.50' },
      groups: ['balancer'],
      listeners: { 'HTTPS 443': { targets: ['10.0.64.10'], port: 8443 } },
    })
  const web = each(shop, (all, n) =>
    all.instance(`web-${n}`, address('10.0.0', n), { groups: ['web'], publicIp: `54.11.${n >> 7}.${n & 127}` }),
  ).subnet('app', '10.0.64.0/18', {
    routes: { '0.0.0.0/0': 'nat-shop', '10.2.0.0/16': 'tgw-hub' },
    acl: ['100 allow tcp 1-65535 from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'],
  })
  const app = each(web, (all, n) => all.instance(`app-${n}`, address('10.0.64', n), { groups: ['app'] }))
  const both = each(app, (all, n) => all.interface(`both-${n}`, address('10.0.96', n), { groups: ['app', 'web'] }))
  const far = each(
    both
      .gatewayEndpoint('s3', { tables: ['app'] })
      .interfaceEndpoint('ssm', { app: '10.0.120.40' }, { groups: ['web'] })
      .vpc('far', '10.1.0.0/16')
      .subnet('far', '10.1.0.0/18', { routes: { '10.0.0.0/16': 'pcx-shop-far' } }),
    (all, n) => all.instance(`far-${n}`, address('10.1.0', n)),
  )
  return each(
    far
      .peering('shop', 'far')
      .vpc('spoke', '10.2.0.0/16')
      .subnet('spoke', '10.2.0.0/18', { routes: { '10.0.0.0/8': 'tgw-hub' } }),
    (all, n) => all.instance(`spoke-${n}`, address('10.2.0', n)),
  )
    .transitGateway('hub')
    .transitGatewayAttachment('shop', ['app'])
    .transitGatewayAttachment('spoke', ['spoke'])
}

const graphOf = (of: Estate) => {
  const network = new Network(of.snapshot())
  const compiled = compile(network)
  const graph = compiled.graph.complete(origins(compiled))
  return { interfaces: network.all('networkInterface').length, stages: graph.nodes().sort(), hops: graph.size }
}

describe('ten times the interfaces', () => {
  it('add no stage, and no hop between stages', () => {
    const [few, many] = [graphOf(organisation(3)), graphOf(organisation(30))]
    expect(many.interfaces - few.interfaces).toBe(5 * 27)
    expect(many.stages).toEqual(few.stages)
    expect(many.hops).toBe(few.hops)
  })

  it('with a rule of their own add the stages of that rule: one subnet and one set of groups', () => {
    const network = organisation(3)
    const own = network
      .within('subnet-app')
      .securityGroup('own', [])
      .interface('own', '10.0.121.9', { groups: ['own'] })
    const [before, after] = [graphOf(network), graphOf(own)]
    const added = after.stages.filter((stage) => stage.startsWith('4|') && !before.stages.includes(stage))
    expect(added).toEqual([
      '4|interfaceClass|subnet-app/sg-own|arriving|',
      '4|interfaceClass|subnet-app/sg-own|here|',
      '4|interfaceClass|subnet-app/sg-own|leaving|',
    ])
  })
})
