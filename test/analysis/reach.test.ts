/** What an answer says besides its verdict, as far as it is no fact about one AWS noun: questions without packets, and how components
 *  that stand in several places are named. */
import { describe, expect, it } from 'vitest'
import { resolvePlace } from '../../src/analysis/place.ts'
import { reach } from '../../src/analysis/reach.ts'
import { compile as compileNetwork } from '../../src/aws/compile.ts'
import { compile, type Estate as Compiled } from '../../src/index.ts'
import { Network } from '../../src/network/network.ts'
import type { PacketWords } from '../../src/analysis/packet-words.ts'
import { type Estate, estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'

const compiled = (of: Estate): Compiled => compile(of.snapshot())

const app = estate()
  .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
  .subnet('old', '10.0.1.0/24')
  .instance('old', '10.0.1.10')
  .subnet('new', ['10.0.2.0/24', '2600:1f18:1:2::/64'])
  .instance('new', ['10.0.2.10', '2600:1f18:1:2::10'])

describe('a question without any packet', () => {
  it.each([
    ['between ends of different address families', 'eni-old', '2600:1f18:1:2::10', 'NO_COMMON_PACKET'],
    ['from an AWS service, which starts nothing', 'aws:s3', 'eni-old', 'CANNOT_INITIATE'],
  ])('%s is unreachable, and says why', (_, from, to, code) => {
    const { verdict, flows, blocked } = compiled(app).reach(from, to)
    expect({ verdict, flows }).toEqual({ verdict: 'unreachable', flows: [] })
    expect(blocked).toMatchObject([{ code, leg: 'forward', packets: [] }])
    expect(compiled(app).judge(from, to)).toEqual({ verdict: 'unreachable', code })
  })
})

describe('ICMP', () => {
  const open = estate()
    .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
    .securityGroup('open', ['all from 0.0.0.0/0', 'all from ::/0'])
    .subnet('app', ['10.0.2.0/24', '2600:1f18:1:2::/64'])
    .instance('a', ['10.0.2.10', '2600:1f18:1:2::10'], { groups: ['open'] })
    .instance('b', ['10.0.2.20', '2600:1f18:1:2::20'], { groups: ['open'] })
  const asked = (packets: PacketWords): unknown =>
    compiled(open)
      .reach('eni-a', 'eni-b', packets)
      .flows.flatMap((flow) => flow.packets.map(({ protocol, icmp }) => [protocol, icmp]))
  const [ipv4, ipv6] = [
    ['icmp', [{ type: 8, code: 0 }]],
    ['icmpv6', [{ type: 128, code: 0 }]],
  ]

  it('without a type is an echo request of either family', () => {
    expect(asked({ protocol: 'icmp' })).toEqual([ipv4, ipv6])
    expect(asked({ protocol: 'icmp', ipv4: true })).toEqual([ipv4])
    expect(asked({ protocol: 'icmp', ipv6: true })).toEqual([ipv6])
  })

  it('with a type is of IPv4, and ICMPv6 of IPv6, with or without one', () => {
    expect(asked({ protocol: 'icmp', icmpType: 8, icmpCode: 0 })).toEqual([ipv4])
    expect(asked({ protocol: 'icmpv6' })).toEqual([ipv6])
    expect(asked({ protocol: 58, icmpType: 128, icmpCode: 0 })).toEqual([ipv6])
  })
})

describe('a question about many', () => {
  const many = estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('closed', [], { closed: true })
    .subnet('app', '10.0.1.0/24')
    .instance('a', '10.0.1.10')
    .instance('b', '10.0.1.20', { groups: ['closed'] })
    .subnet('db', '10.0.2.0/24')
    .instance('c', '10.0.2.10')

  it('tells how far it is: what becomes of the packets of each kind of sender, then what is in their way', () => {
    const network = new Network(many.snapshot())
    const told: (readonly [number, number])[] = []
    const ends = [resolvePlace(network, 'subnet-app'), resolvePlace(network, 'subnet-db')] as const
    reach(compileNetwork(network), ...ends, {}, (done, of) => told.push([done, of]))
    expect(told).toEqual([0, 1, 2, 3].map((done) => [done, 4]))
  })
})

describe('the path of a packet of which something is not known', () => {
  const EFFECTS = ['allow', 'route', 'translate', 'deliver', 'drop']
  const cut = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'tgw-elsewhere' } })
    .securityGroup('open', ['all from 0.0.0.0/0'])
    .instance('app', '10.0.1.10', { groups: ['open'] })
    .without('transitGateway', 'transitGatewayVpcAttachment', 'transitGatewayAttachment')

  it('has hops as far as they are known, then an open end, and unknowns say what is missing', () => {
    const { verdict, witness, unknowns } = compiled(cut).reach('eni-app', 'internet')
    expect(verdict).toBe('unknown')
    expect(witness!.forward.map(({ stage, effect }) => `${stage} ${effect}`)).toEqual([
      'leaving allow',
      'leaving route',
      'egress allow',
    ])
    expect(witness).toMatchObject({
      return: [],
      openEnd: { leg: 'forward', code: 'UNKNOWN_RESOURCE', resource: 'tgw-elsewhere' },
    })
    expect(witness!.openEnd).not.toHaveProperty('effect')
    expect(unknowns).toMatchObject([{ code: 'UNKNOWN_RESOURCE', resource: 'tgw-elsewhere' }])
  })

  it('has one of five effects in each hop, and the open end has none', () => {
    const unread = cut
      .subnet('there', '10.0.2.0/24')
      .instance('there', '10.0.2.10', { groups: ['open'] })
      .without('networkAcl')
    const { witness } = compiled(unread).reach('eni-app', 'eni-there')
    expect(witness!.openEnd?.code).toBe('NETWORK_ACL_UNKNOWN')
    for (const { effect } of [...witness!.forward, ...witness!.return]) expect(EFFECTS).toContain(effect)
  })

  it('has no open end where all is known', () => {
    expect(compiled(app).reach('eni-old', 'eni-new').witness).not.toHaveProperty('openEnd')
  })
})

describe('a question about nothing of the estate', () => {
  it.each([
    ['internet', 'internet'],
    ['internet', 'aws:s3'],
    ['8.8.8.8', '9.9.9.0/24'],
    ['onprem', 'internet'],
  ])('%s -> %s is refused: the snapshot decides nothing of it', (from, to) => {
    expect(() => compiled(app).reach(from, to)).toThrow('are both outside of the estate')
    expect(() => compiled(app).judge(from, to)).toThrow('are both outside of the estate')
  })
})

describe('networks on premises', () => {
  it('are cut off from an estate that has no way there, as far as all was read that could be one', () => {
    expect(compiled(app).reach('onprem', 'eni-old')).toMatchObject({
      verdict: 'unreachable',
      blocked: [{ code: 'NO_HYBRID_CONNECTION' }],
    })
    expect(compiled(app.without('virtualInterface')).reach('eni-old', 'onprem').verdict).toBe('unknown')
    const learning = app
      .vpnGateway('site', ['192.168.0.0/16'])
      .with('vpnConnection', 'vpn-site', { Options: {}, Routes: [] })
    expect(compiled(learning).reach('eni-old', 'onprem').verdict).toBe('unknown')
  })
})

describe('a sender that nobody knows the place of', () => {
  const site = estate()
    .vpc('shop', '10.0.0.0/16')
    .vpnGateway('site', ['172.16.0.0/12'])
    .securityGroup('app', ['tcp 443 from 192.168.0.0/16'])
    .securityGroup('db', ['tcp 5432 from sg-app', 'tcp 22 from 192.168.7.0/24'])
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('app', '10.0.1.10', { groups: ['app'] })
    .subnet('db', '10.0.2.0/24', { routes: {} })
    .instance('db', '10.0.2.20', { groups: ['db'] })
  const verdictOf = (from: string, port: number, network = site) =>
    compiled(network).reach(from, 'eni-db', { protocol: 'tcp', port })

  it('is refused where no rule of the receiver lets it in, whichever way it takes', () => {
    expect(verdictOf('192.168.5.5', 22)).toMatchObject({
      verdict: 'unreachable',
      blocked: expect.arrayContaining([expect.objectContaining({ code: 'ENI_SG_RULES_MISMATCH', resource: 'sg-db' })]),
      unknowns: [],
    })
    expect(verdictOf('192.168.7.7', 22)).toMatchObject({ verdict: 'unknown', unknowns: [{ code: 'SENDER_UNKNOWN' }] })
    const learning = site.with('vpnConnection', 'vpn-site', { Options: {}, Routes: [] })
    expect(verdictOf('onprem', 8080, learning).verdict).toBe('unreachable')
    expect(verdictOf('onprem', 22, learning).verdict).toBe('unknown')
  })

  it('is no member of groups whose members were all read (R-SG-6)', () => {
    expect(verdictOf('192.168.5.5', 5432).verdict).toBe('unreachable')
    const lacking = site.losing('networkInterface', 'eni-app')
    expect(verdictOf('192.168.5.5', 5432, lacking).verdict).toBe('unknown')
  })
})

describe('an interface', () => {
  it('that is at both ends sends nothing to itself over the network', () => {
    expect(compiled(app).reach('eni-old', 'eni-old')).toMatchObject({
      verdict: 'unreachable',
      blocked: [{ code: 'SAME_INTERFACE', resource: 'eni-old' }],
    })
  })

  it('reaches others of the place that it is in, if not itself', () => {
    const lone = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('none', [], { closed: true })
      .securityGroup('self', ['all from 10.0.1.10/32'])
      .subnet('app', '10.0.1.0/24', { routes: {} })
      .instance('a', '10.0.1.10', { groups: ['self'] })
      .instance('b', '10.0.1.11', { groups: ['none'] })
    expect(compiled(lone).reach('subnet-app', 'subnet-app').verdict).toBe('unreachable')
  })
})

describe('tiers that a policy declares', () => {
  it('hold for its findings, and change no other answer about the estate', () => {
    const estateOfApp = compiled(app)
    const before = JSON.stringify([estateOfApp.tiers(), estateOfApp.matrix()])
    const policy = [
      'version: 1',
      'tiers: { database: { subnet: { id: subnet-old } } }',
      'rules: [{ id: own, severity: high, deny: { from: database, to: any } }]',
    ].join('\n')
    const { findings } = estateOfApp.check({ today: '2026-11-26', policy })
    expect(findings.find(({ rule }) => rule === 'own')).toMatchObject({
      from: { label: expect.stringMatching(/database/) as string },
    })
    expect(JSON.stringify([estateOfApp.tiers(), estateOfApp.matrix()])).toBe(before)
  })
})

describe('a function outside any VPC', () => {
  const arn = 'arn:aws:lambda:us-east-1:111111111111:function:cron'
  const network = compiled(app.record('function', arn, { FunctionArn: arn, FunctionName: 'cron' }))

  it('reaches the internet, in its own name', () => {
    const { verdict, flows } = network.reach('lambda:cron', 'internet', { protocol: 'tcp', port: 443 })
    expect(verdict).toBe('reachable')
    expect(flows.map(({ from, to }) => ({ from, to }))).toContainEqual({ from: [arn], to: ['internet'] })
  })

  it('does not reach private addresses', () => {
    expect(network.judge('lambda:cron', 'eni-old').verdict).toBe('unreachable')
  })

  describe('has an address that nobody knows', () => {
    const public_ = (...rules: readonly GroupRule[]): Compiled =>
      compiled(
        estate()
          .vpc('shop', '10.0.0.0/16')
          .internetGateway('shop')
          .subnet('web', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
          .securityGroup('web', rules)
          .instance('web', '10.0.1.10', { groups: ['web'], publicIp: '52.1.2.3' })
          .record('function', arn, { FunctionArn: arn, FunctionName: 'cron' }),
      )
    const filter = { protocol: 'tcp', port: 443 }

    it.each<[string, readonly GroupRule[], string]>([
      ['all of the internet', ['tcp 443 from 0.0.0.0/0'], 'reachable'],
      ['all of it by halves', ['tcp 443 from 0.0.0.0/1', 'tcp 443 from 128.0.0.0/1'], 'reachable'],
      ['some addresses', ['tcp 443 from 3.0.0.0/8'], 'conditional'],
      ['private addresses', ['tcp 443 from 10.0.0.0/8'], 'unreachable'],
      ['nobody', [], 'unreachable'],
    ])('so that with a rule for %s, %j, it is %s', (_, rules, verdict) => {
      expect(public_(...rules).reach('lambda:cron', 'eni-web', filter).verdict).toBe(verdict)
    })

    it('while the internet as a place has those addresses', () => {
      expect(public_('tcp 443 from 3.0.0.0/8').judge('internet', 'eni-web', filter).verdict).toBe('reachable')
    })

    it('and the answer says so, and from where it would get through', () => {
      const { conditions, flows, witness } = public_('tcp 443 from 3.0.0.0/8').reach('lambda:cron', 'eni-web', filter)
      expect(conditions).toMatchObject([{ code: 'FUNCTION_ADDRESS', resource: arn }])
      expect(flows).toMatchObject([{ verdict: 'conditional', from: [arn], packets: [{ sources: ['3.0.0.0/8'] }] }])
      expect(witness?.return.at(-1)).toMatchObject({ effect: 'deliver' })
    })

    it('and only the ports that depend on it are conditional', () => {
      const network = public_('tcp 443 from 0.0.0.0/0', 'tcp 22 from 3.0.0.0/8')
      const { verdict, flows } = network.reach('lambda:cron', 'eni-web', { protocol: 'tcp' })
      expect(verdict).toBe('reachable')
      expect(flows.map((flow) => [flow.verdict, flow.packets[0]?.destinationPorts])).toEqual([
        ['reachable', [[443, 443]]],
        ['conditional', [[22, 22]]],
      ])
    })
  })

  it('is reached by nobody', () => {
    for (const from of ['internet', 'eni-old'])
      expect(network.judge(from, 'lambda:cron')).toEqual({ verdict: 'unreachable', code: 'ACCEPTS_NOTHING' })
  })
})

describe('a network ACL that stops packets before several subnets', () => {
  const messageFor = (count: number): string | undefined => {
    const network = Array.from({ length: count }, (_, index) => index).reduce(
      (all, index) =>
        all
          .subnet(`db-${index}`, `10.1.${index + 1}.0/24`, {
            acl: index === 0 ? ['100 allow all to 0.0.0.0/0'] : 'db-0',
          })
          .instance(`db-${index}`, `10.1.${index + 1}.10`),
      estate().vpc('data', '10.1.0.0/16').subnet('client', '10.1.0.0/24').instance('client', '10.1.0.10'),
    )
    const { blocked } = compiled(network).reach('client', 'db-*', { protocol: 'tcp', port: 5432 })
    const stops = blocked.filter(({ resource }) => resource === 'acl-db-0')
    expect(stops.length).toBe(1)
    return stops[0]?.message
  }

  it('is one thing in the way, and names them all', () => {
    expect(messageFor(2)).toContain('into subnet-db-0 (db-0), subnet-db-1 (db-1): rule *')
  })

  it('names a few of many, and how many more there are', () => {
    expect(messageFor(6)).toContain('subnet-db-1 (db-1), subnet-db-2 (db-2) and 3 more: rule *')
  })
})

describe('a service of which the snapshot has neither endpoint nor addresses', () => {
  const shop = estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.0.10', { publicIp: '54.10.0.1' })
    .subnet('intra', '10.0.1.0/24', { routes: {} })
    .instance('db', '10.0.1.10')

  it('is unreachable for who gets to nobody elsewhere, whatever its addresses are', () => {
    expect(compiled(shop).reach('eni-db', 'aws:kms')).toMatchObject({
      verdict: 'unreachable',
      blocked: [{ code: 'NO_ROUTE_TO_DESTINATION', resource: 'rtb-intra' }],
      unknowns: [],
    })
    expect(compiled(shop).judge('eni-db', 'aws:kms').verdict).toBe('unreachable')
  })

  it('is unknown for who may get to it', () => {
    expect(compiled(shop).reach('eni-web', 'aws:kms')).toMatchObject({
      verdict: 'unknown',
      unknowns: [{ code: 'SERVICE_ADDRESSES_UNKNOWN' }],
    })
    // An endpoint of it may be there, and was not read.
    expect(compiled(shop.without('vpcEndpoint')).reach('eni-db', 'aws:kms').verdict).toBe('unknown')
  })
})
