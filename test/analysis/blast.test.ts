/** What an intruder could reach: in how many steps, over whom, and what is never a step. */
import { describe, expect, it } from 'vitest'
import { blast, type BlastQuestion, type BlastResult } from '../../src/analysis/blast.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { blastText } from '../../src/report/blast-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { type Estate, estate } from '../build.ts'

/** A chain: web takes https from anywhere, app from web, db from app. */
const shop = estate()
  .vpc('shop', '10.0.0.0/16')
  .internetGateway('shop')
  .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'tcp 8443 to sg-app'], { closed: true })
  .securityGroup('app', ['tcp 8443 from sg-web', 'tcp 5432 to sg-db'], { closed: true })
  .securityGroup('db', ['tcp 5432 from sg-app'], { closed: true })
  .subnet('public-a', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
  .instance('web', '10.0.0.10', { groups: ['web'], publicIp: '54.1.1.1' })
  .subnet('private-a', '10.0.1.0/24', { routes: {} })
  .instance('app-1', '10.0.1.10', { groups: ['app'] })
  .instance('app-2', '10.0.1.11', { groups: ['app'] })
  .subnet('db-a', '10.0.2.0/24', { routes: {} })
  .database('orders', '10.0.2.10', { groups: ['db'] })

const from = (selector: string, facts: Estate, question: Partial<BlastQuestion> = {}): BlastResult => {
  const compiled = compile(new Network(facts.snapshot()))
  return blast(compiled, { place: resolvePlace(compiled.network, selector), by: 'subnet', ...question })
}

/** `eni-app-1: internet -> eni-web tcp 443, eni-web -> eni-app-1 tcp 8443`, for each member that is first of its way. */
const chains = ({ targets }: BlastResult): readonly string[] =>
  targets.flatMap(({ ways }) =>
    ways.map(({ members, chain }) => {
      const links = chain.map(({ from: a, to: b, through, verdict, flows }) => {
        const packets = [...new Set(flows.filter((flow) => flow.verdict === verdict).flatMap(({ text }) => text))]
        const sure = verdict === 'reachable' ? '' : ` (${verdict})`
        return `${a.id} -> ${b.id}${through === undefined ? '' : ` through ${through.id}`} ${packets.join('; ')}${sure}`
      })
      return `${members.join(', ')}: ${links.join(', ')}`
    }),
  )

const steps = (result: BlastResult): Record<string, number> =>
  Object.fromEntries(
    result.targets.flatMap(({ ways }) => ways.flatMap((way) => way.members.map((id) => [id, way.steps] as const))),
  )

describe('a host that is reached on a port', () => {
  it('may be used to go on, so that the internet reaches the database in three steps', () => {
    const result = from('internet', shop)
    expect(chains(result)).toEqual([
      'eni-web: internet -> eni-web tcp 443',
      'eni-app-1, eni-app-2: internet -> eni-web tcp 443, eni-web -> eni-app-1 tcp 8443',
      'eni-orders: internet -> eni-web tcp 443, eni-web -> eni-app-1 tcp 8443, eni-app-1 -> eni-orders tcp 5432',
    ])
    expect(result.totals).toEqual({ reached: 4, of: 4, bySteps: [1, 2, 1], outside: [] })
  })

  it('is reached from the internet, told by the shorter of which addresses may and which may not', () => {
    const some = ['tcp 443 from 0.0.0.0/0', 'tcp 22 from 8.8.8.0/24', 'tcp 8443 to sg-app'] as const
    const apart = shop.securityGroup('web', some, { closed: true })
    expect(chains(from('internet', apart))[0]).toBe('eni-web: internet -> eni-web tcp 443; tcp 22, from 8.8.8.0/24')
    const denied = shop.networkAcl('default-shop', [
      '90 deny all from 8.8.8.0/24',
      '100 allow all from 0.0.0.0/0',
      '100 allow all to 0.0.0.0/0',
    ])
    expect(chains(from('internet', denied))[0]).toBe('eni-web: internet -> eni-web tcp 443, except from 8.8.8.0/24')
  })

  it('is as far as --max-steps goes', () => {
    expect(steps(from('internet', shop, { maxSteps: 2 }))).toEqual({ 'eni-web': 1, 'eni-app-1': 2, 'eni-app-2': 2 })
    expect(steps(from('internet', shop, { maxSteps: 1 }))).toEqual({ 'eni-web': 1 })
  })

  it('is no step by a port that is not among --ports, though it is reached', () => {
    expect(steps(from('internet', shop, { ports: [[443, 443]] }))).toEqual({
      'eni-web': 1,
      'eni-app-1': 2,
      'eni-app-2': 2,
    })
    expect(steps(from('internet', shop, { ports: [[22, 22]] }))).toEqual({ 'eni-web': 1 })
  })

  it('is no step by ICMP', () => {
    const pinged = shop.securityGroup('web', ['icmp from 0.0.0.0/0', 'tcp 8443 to sg-app'], { closed: true })
    expect(steps(from('internet', pinged))).toEqual({ 'eni-web': 1 })
  })

  it('shows the packets that can be used where the chain goes on, and all of them at its end', () => {
    const open = shop.securityGroup('web', ['all from 0.0.0.0/0', 'tcp 8443 to sg-app'], { closed: true })
    expect(chains(from('internet', open, { ports: [[443, 443]], families: [4] }))).toEqual([
      'eni-web: internet -> eni-web all protocols',
      'eni-app-1, eni-app-2: internet -> eni-web tcp 443; udp 443, eni-web -> eni-app-1 tcp 8443',
    ])
  })
})

describe('the start', () => {
  it('is no target, but others like it are', () => {
    const chatty = shop.securityGroup('app', ['tcp 22 from sg-app', 'tcp 22 to sg-app'], { closed: true })
    expect(chains(from('i-app-1', chatty))).toEqual(['eni-app-2: eni-app-1 -> eni-app-2 tcp 22'])
    expect(from('private-a', chatty).targets).toEqual([])
  })

  it('may be an address that somebody has', () => {
    expect(steps(from('10.0.1.10', shop))).toEqual({ 'eni-orders': 1 })
  })

  it('is refused where nobody can be: at AWS services, or at an address that nobody has', () => {
    const withEndpoint = shop.interfaceEndpoint('ssm', { 'db-a': '10.0.2.40' })
    expect(() => from('aws-services', withEndpoint)).toThrow('nobody can be at aws-services')
    expect(() => from('10.9.9.9', shop)).toThrow('nobody can be at 10.9.9.9')
  })
})

describe('a place outside', () => {
  const leaky = shop.securityGroup('web', ['tcp 443 to 0.0.0.0/0'], { closed: true })

  it('is a target, where data may leave, and no step back in', () => {
    const result = from('i-web', leaky)
    expect(chains(result)).toEqual(['internet: eni-web -> internet tcp 443'])
    expect(result.totals.outside).toEqual(['internet'])
  })
})

describe('an instance with several interfaces', () => {
  /** Two bastions, both in public; the second one has a leg beside the database. */
  const bridged = estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .securityGroup('bastion', ['tcp 22 from 0.0.0.0/0', 'tcp 22 to sg-bastion'], { closed: true })
    .securityGroup('leg', ['tcp 5432 to sg-db'], { closed: true })
    .securityGroup('db', ['tcp 5432 from sg-leg'], { closed: true })
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('plain', '10.0.0.10', { groups: ['bastion'] })
    .instance('bridge', '10.0.0.11', { groups: ['bastion'], publicIp: '54.1.1.1' })
    .subnet('data', '10.0.2.0/24', { routes: {} })
    .interface('bridge-leg', '10.0.2.11', { groups: ['leg'], instance: 'bridge' })
    .database('orders', '10.0.2.10', { groups: ['db'] })

  it('is all of a stepping stone where one of them is reached (R-ENI-4)', () => {
    const result = from('internet', bridged)
    expect(chains(result)).toContain('eni-orders: internet -> eni-bridge tcp 22, eni-bridge-leg -> eni-orders tcp 5432')
    expect(steps(result)['eni-bridge-leg']).toBeUndefined()
    expect(blastText(result, styleOf({ colour: false, columns: 100 }))).toContain(
      'eni-bridge-leg of the same instance -> eni-orders: tcp 5432',
    )
  })

  it('is all of the start where one of them is', () =>
    expect(chains(from('eni-bridge', bridged))).toContain('eni-orders: eni-bridge-leg -> eni-orders tcp 5432'))

  it('is one stepping stone among others in the same subnet and groups, whose legs are its own', () =>
    expect(chains(from('eni-plain', bridged))).toContain(
      'eni-orders: eni-plain -> eni-bridge tcp 22, eni-bridge-leg -> eni-orders tcp 5432',
    ))
})

describe('a load balancer', () => {
  const balanced = shop
    .securityGroup('front', ['tcp 443 from 0.0.0.0/0', 'tcp 8443 to sg-app'], { closed: true })
    .securityGroup('app', ['tcp 8443 from sg-front', 'tcp 5432 to sg-db'], { closed: true })
    .subnet('front-a', '10.0.3.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .applicationLoadBalancer('front', {
      nodes: { 'front-a': '10.0.3.20' },
      publicIps: { 'front-a': '54.1.1.2' },
      groups: ['front'],
      listeners: { 'HTTPS 443': { targets: ['i-app-1', 'i-app-2'], port: 8443 } },
    })

  it('is reached, and its targets are reached by what is sent to it, in one step', () => {
    expect(chains(from('internet', balanced))).toEqual([
      'eni-front-front-a: internet -> eni-front-front-a tcp 443',
      'eni-app-1, eni-app-2: internet -> eni-app-1 through eni-front-front-a tcp 443',
      'eni-web: internet -> eni-web tcp 443',
      'eni-orders: internet -> eni-app-1 through eni-front-front-a tcp 443, eni-app-1 -> eni-orders tcp 5432',
    ])
  })

  it('reaches no target that refuses it', () => {
    const refusing = balanced.securityGroup('app', ['tcp 22 from sg-front'], { closed: true })
    expect(steps(from('internet', refusing))).toEqual({ 'eni-web': 1 })
  })

  it('is no host to go on from', () => {
    const alone = balanced
      .securityGroup('front', ['tcp 443 from 0.0.0.0/0', 'all to 0.0.0.0/0'], { closed: true })
      .securityGroup('db', ['tcp 5432 from sg-front'], { closed: true })
    expect(steps(from('internet', alone))).not.toHaveProperty('eni-orders')
  })
})

describe('the endpoint of a service of one’s own', () => {
  it('reaches the hosts behind the service, in another VPC without any route', () => {
    const service = estate()
      .vpc('provider', '10.1.0.0/16')
      .subnet('api', '10.1.1.0/24')
      .instance('api', '10.1.1.10', { groups: ['api'] })
      .securityGroup('api', ['tcp 8443 from 10.1.0.0/16'])
      .networkLoadBalancer('api', {
        nodes: { api: '10.1.1.50' },
        listeners: { 'TCP 443': { targets: ['i-api'], port: 8443 } },
      })
      .endpointService('api', ['api'])
      .vpc('consumer', '10.2.0.0/16')
      .subnet('app', '10.2.1.0/24')
      .instance('app', '10.2.1.10', { groups: ['app'] })
      .securityGroup('app', [])
      .interfaceEndpoint('api', { app: '10.2.1.40' }, { service: 'vpce-svc-api', groups: ['ends'] })
      .securityGroup('ends', ['tcp 443 from sg-app'])
    expect(chains(from('i-app', service))).toEqual([
      'eni-api: eni-app -> eni-api through eni-api-app tcp 443',
      'eni-api-app: eni-app -> eni-api-app tcp 443',
    ])
  })
})

describe('a step that is not sure', () => {
  it('counts and is marked, where the answer is lost', () => {
    const lossy = shop.networkAcl('default-shop', [
      '90 deny tcp 1024-65535 to 10.0.1.0/24',
      '100 allow all from 0.0.0.0/0',
      '100 allow all to 0.0.0.0/0',
    ])
    const [way] = from('i-app-1', lossy).targets[0]!.ways
    expect(way).toMatchObject({ steps: 1, verdict: 'one-way', members: ['eni-orders'] })
  })

  it('is not taken where a surer one leads to the same place in as many steps', () => {
    const twoWays = shop
      .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'all to sg-app'], { closed: true })
      .securityGroup('app', ['all from sg-web', 'tcp 5432 to sg-db'], { closed: true })
    expect(from('internet', twoWays).targets.flatMap(({ ways }) => ways.map(({ verdict }) => verdict))).toEqual([
      'reachable',
      'reachable',
      'reachable',
    ])
  })

  it('is listed apart where nobody can tell, and never followed', () => {
    const doubtful = shop.securityGroup('app', ['tcp 8443 from pl-office', 'tcp 5432 to sg-db'], { closed: true })
    const result = from('internet', doubtful)
    expect(steps(result)).toEqual({ 'eni-web': 1 })
    expect(result.unknownLinks).toMatchObject([
      {
        from: { key: 'subnet-public-a', name: 'public-a' },
        to: { key: 'subnet-private-a', name: 'private-a' },
        members: ['eni-app-1', 'eni-app-2'],
        text: ['tcp 8443'],
      },
    ])
    expect(result.unknowns.map(({ code }) => code)).toEqual(['SECURITY_GROUP_UNKNOWN'])
  })
})

describe('a Lambda function', () => {
  it('takes no connections, and is a start like any other', () => {
    const serverless = shop
      .within('subnet-private-a')
      .function('resize', { 'private-a': '10.0.1.30' }, { groups: ['app'] })
    expect(steps(from('internet', serverless))).not.toHaveProperty('eni-resize-private-a')
    expect(steps(from('lambda:resize', serverless))).toEqual({ 'eni-orders': 1 })
  })
})
