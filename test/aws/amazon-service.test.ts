/** Facts about what Amazon runs beside every interface: no filter applies, and none of it is ever forwarded. */
import { describe, expect, it } from 'vitest'
import { estate } from '../build.ts'
import { ask } from './ask.ts'

/** Nothing may pass. */
const closed = estate()
  .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
  .securityGroup('none', [], { closed: true })
  .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: {}, acl: [] })
  .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['none'] })

describe('Amazon DNS', () => {
  it('vector 48: at the base of the VPC plus two is reached past a group and an ACL that deny all (R-SVC-1, R-NACL-10, R-SG-23)', () => {
    expect(ask(closed, 'eni-web', '10.0.0.2', 'udp 53')).toMatchObject({
      verdict: 'reachable',
      forward: 'amazon',
      back: '',
      judged: [],
      blocked: [],
    })
  })

  it.each(['169.254.169.253', 'fd00:ec2::253'])('is at %s as well (R-SVC-2)', (address) => {
    expect(ask(closed, 'eni-web', address, 'udp 53').verdict).toBe('reachable')
  })

  it('is at the base of the primary block only (R-ADDR-2)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '100.64.0.0/20'])
      .subnet('app', '100.64.0.0/24', { routes: {} })
      .instance('web', '100.64.0.10')
    expect(ask(network, 'eni-web', '10.0.0.2', 'udp 53').verdict).toBe('reachable')
    expect(() => ask(network, 'eni-web', '100.64.0.2', 'udp 53')).toThrow('100.64.0.2 is reserved in subnet-app')
  })

  it('is away where DNS support is off, and the rest stays (R-SVC-6)', () => {
    const network = closed.with('vpcAttribute', 'vpc-shop', { EnableDnsSupport: { Value: false } })
    for (const address of ['10.0.0.2', '169.254.169.253', 'fd00:ec2::253'])
      expect(ask(network, 'eni-web', address, 'udp 53'), address).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward DNS_SUPPORT_DISABLED vpc-shop'],
      })
    expect(ask(network, 'eni-web', '169.254.169.254', 'tcp 80').verdict).toBe('reachable')
  })

  it('is taken as on where nobody read whether it is, and that is said (R-SVC-6)', () => {
    const { verdict, assumptions } = ask(closed.without('vpcAttribute'), 'eni-web', '10.0.0.2', 'udp 53')
    expect({ verdict, assumptions }).toEqual({ verdict: 'reachable', assumptions: ['R-SVC-6'] })
  })

  it('may be at the base of any block around the subnets of a VPC that nobody described (R-SVC-2, R-ENI-9)', () => {
    for (const address of ['10.0.0.2', '10.0.1.2'])
      expect(ask(closed.without('vpc'), 'eni-web', address, 'udp 53')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['UNKNOWN_RESOURCE vpc-shop'],
      })
  })

  it('is not what a resolver endpoint is: an interface with groups like any other (R-SVC-4)', () => {
    const network = closed
      .subnet('dns', '10.0.9.0/24', { routes: {} })
      .interface('resolver', '10.0.9.10', { groups: ['none'], description: 'Route 53 Resolver: rslvr-in-1' })
    expect(ask(network, 'eni-web', 'eni-resolver', 'udp 53').verdict).toBe('unreachable')
  })
})

describe('what Amazon runs beside every interface', () => {
  it.each([
    ['instance metadata', '169.254.169.254', 'tcp 80'],
    ['instance metadata', 'fd00:ec2::254', 'tcp 80'],
    ['time', '169.254.169.123', 'udp 123'],
    ['time', 'fd00:ec2::123', 'udp 123'],
    ['Windows licences', '169.254.169.250', 'tcp 1688'],
    ['Windows licences', '169.254.169.251', 'tcp 1688'],
    ['task metadata', '169.254.170.2', 'tcp 80'],
    ['Pod Identity', '169.254.170.23', 'tcp 80'],
    ['Pod Identity', 'fd00:ec2::23', 'tcp 80'],
  ])('%s at %s is reached whatever denies it (R-SVC-1, R-SVC-2)', (_, address, packets) => {
    expect(ask(closed, 'eni-web', address, packets)).toMatchObject({ verdict: 'reachable', blocked: [] })
  })

  it.each(['169.254.168.1', '169.254.170.7', 'fd00:ec2::7777'])(
    'is in a range that no route takes: %s (R-SVC-3)',
    (address) => {
      const network = estate()
        .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
        .internetGateway('shop')
        .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], {
          routes: { '0.0.0.0/0': 'igw-shop', '169.254.0.0/16': 'eni-box', 'fd00::/8': 'eni-box', '::/0': 'igw-shop' },
        })
        .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { publicIp: '54.10.0.1' })
        .interface('box', '10.0.1.11', { checked: false })
      expect(ask(network, 'eni-web', address, 'tcp 80')).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward LINK_LOCAL_NOT_FORWARDED vpc-shop'],
      })
    },
  )

  it('has those of VPC Lattice in that range, which its own route leads to (R-LAT-1, R-ROUTE-13)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: { '169.254.171.0/24': { GatewayId: 'VpcLattice' } } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
    expect(ask(network, 'eni-web', '169.254.171.5', 'tcp 443').unknowns).toEqual(['UNMODELLED_TARGET VpcLattice'])
  })

  it('leaves the rest of link-local addresses to the routes', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24', { routes: {} })
      .instance('web', '10.0.1.10')
    expect(ask(network, 'eni-web', '169.254.1.1', 'tcp 80').blocked).toEqual([
      'forward NO_ROUTE_TO_DESTINATION rtb-app',
    ])
  })
})
