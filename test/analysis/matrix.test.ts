/** Who is in which group, and that a cell says of its members what `reach` says. */
import { describe, expect, it } from 'vitest'
import { type Grouping, groupsOf, outsideOf, parseGrouping } from '../../src/analysis/groups.ts'
import { type CellEntry, matrix, type MatrixQuestion, type MatrixResult, reachAll } from '../../src/analysis/matrix.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { judge } from '../../src/analysis/reach.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import { VERDICTS } from '../../src/reach/verdict.ts'
import { type Estate, estate } from '../build.ts'
import { examples } from '../examples/all.ts'

const shop = estate()
  .vpc('shop', '10.0.0.0/16')
  .internetGateway('shop')
  .securityGroup('web', ['tcp 8443 from sg-front'])
  .securityGroup('front', ['tcp 443 from 0.0.0.0/0'])
  .securityGroup('admin', ['tcp 22 from sg-web'])
  .securityGroup('db', ['tcp 5432 from sg-web'])
  .subnet('public-a', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
  .natGateway('out', '10.0.0.10', { publicIp: '54.1.1.1' })
  .applicationLoadBalancer('front', {
    nodes: { 'public-a': '10.0.0.20' },
    publicIps: { 'public-a': '54.1.1.2' },
    groups: ['front'],
    listeners: { 'HTTPS 443': { targets: ['i-web'], port: 8443 } },
  })
  .subnet('private-a', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-out' } })
  .instance('web', '10.0.1.10', { groups: ['web'] })
  .instance('both', '10.0.1.11', { groups: ['web', 'admin'] })
  .tagged('i-web', { team: 'orders' })
  .tagged('subnet-private-a', { team: 'platform' })
  .subnet('db-a', '10.0.2.0/24', { routes: {} })
  .database('orders', '10.0.2.10', { groups: ['db'] })

const compiledOf = (facts: Estate): Compiled => compile(new Network(facts.snapshot()))
const compiled = compiledOf(shop)

const membersBy = (by: Grouping, facts: Estate = shop): Record<string, readonly string[]> =>
  Object.fromEntries(
    groupsOf(new Network(facts.snapshot()), by).map(({ key, place }) => [
      key,
      place.is === 'interfaces' ? place.interfaces.map(({ id }) => id) : [],
    ]),
  )

const ask = (question: Partial<MatrixQuestion> = {}, of = compiled): MatrixResult =>
  matrix(of, { by: 'tier', filter: {}, ...question })

const cellOf = ({ cells }: MatrixResult, from: string, to: string): CellEntry | undefined =>
  cells.find((cell) => cell.from === from && cell.to === to)

describe('a group', () => {
  it('has the nodes of load balancers among its members, and no NAT gateway', () => {
    expect(membersBy('tier')).toEqual({
      public: ['eni-front-public-a'],
      private: ['eni-both', 'eni-web'],
      database: ['eni-orders'],
    })
    expect(membersBy('vpc')['vpc-shop']).toEqual(['eni-both', 'eni-front-public-a', 'eni-orders', 'eni-web'])
  })

  it('of a place has the load balancers that stand in it as well, as in the whole matrix', () => {
    const place = resolvePlace(compiled.network, 'vpc-shop')
    const [group] = groupsOf(compiled.network, 'vpc', place)
    expect(group!.place).toEqual(groupsOf(compiled.network, 'vpc')[0]!.place)
  })

  it('of each security group has every interface with that security group', () => {
    expect(membersBy('security-group')).toMatchObject({
      'sg-web': ['eni-both', 'eni-web'],
      'sg-admin': ['eni-both'],
      'sg-db': ['eni-orders'],
    })
  })

  it('of a tag has what bears it and what is in that, and all others are a group of their own, told last', () => {
    const groups = membersBy('tag:team')
    expect(groups).toEqual({
      'tag:team=orders': ['eni-web'],
      'tag:team=platform': ['eni-both', 'eni-web'],
      '(no tag team)': ['eni-front-public-a', 'eni-orders'],
    })
    expect(Object.keys(groups).at(-1)).toBe('(no tag team)')
  })

  it.each(['tier', 'vpc-tier', 'subnet', 'vpc', 'account', 'security-group', 'interface', 'tag:team'] as const)(
    'by %s is named by what ztnet reach understands, unless it stands in brackets',
    (by) => {
      const keys = groupsOf(compiled.network, by).map(({ key }) => key)
      expect(keys).not.toEqual([])
      for (const key of keys.filter((each) => !each.startsWith('(')))
        expect(resolvePlace(compiled.network, key).is, key).toBe('interfaces')
    },
  )

  it('is by something that is known', () => {
    expect(parseGrouping('tag:team')).toBe('tag:team')
    expect(() => parseGrouping('teams')).toThrow('"teams" is nothing to group by')
    expect(() => parseGrouping('tag:')).toThrow('"tag:" is nothing to group by')
  })

  it.each(['tier', 'vpc-tier', 'subnet'] as const)('by %s is unknown where not even the subnets were read', (by) => {
    const { cells } = ask({ by }, compiledOf(shop.without('networkInterface', 'subnet')))
    expect(cells.map(({ from, to, verdict }) => [from, to, verdict])).toContainEqual([
      'internet',
      '(subnet not read)',
      'unknown',
    ])
  })

  it('without an interface is there where nobody read the interfaces, and its cells are unknown', () => {
    const result = ask({}, compiledOf(shop.without('networkInterface')))
    expect(result.groups.from.map(({ key, members }) => [key, members.length])).toContainEqual(['private', 0])
    expect(cellOf(result, 'private', 'database')).toMatchObject({
      verdict: 'unknown',
      pairs: 0,
      unaskable: ['INTERFACES_UNKNOWN'],
    })
    expect(result.unknowns.map(({ code }) => code)).toContain('INTERFACES_UNKNOWN')
  })
})

describe('a place outside', () => {
  const outside = (facts: Estate, side: 'from' | 'to') =>
    outsideOf(new Network(facts.snapshot()), side).map(({ key }) => key)

  it('is the internet always', () => {
    expect(outside(shop, 'from')).toEqual(['internet'])
    expect(outside(shop, 'to')).toEqual(['internet'])
  })

  it('is AWS services as receivers only, where there is an endpoint or a list of their addresses', () => {
    const withEndpoint = shop.interfaceEndpoint('ssm', { 'db-a': '10.0.2.40' })
    expect(outside(withEndpoint, 'to')).toEqual(['internet', 'aws-services'])
    expect(outside(withEndpoint, 'from')).toEqual(['internet'])
    expect(outside(shop.servicePrefixList('s3', ['3.5.0.0/16']), 'to')).toEqual(['internet', 'aws-services'])
  })

  it.each([
    ['advertised', 'reachable', 'reachable'],
    ['provisioned', 'one-way', 'unreachable'],
    ['pending-withdrawal', 'unknown', 'unknown'],
  ])('finds no way back to a range of the owner that is not announced: %s (R-ADDR-18)', (State, out, into) => {
    const brought = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('web', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.0.10', { groups: ['any'], publicIp: '54.10.0.1' })
      .record('byoipCidr', '54.10.0.0/24', { Cidr: '54.10.0.0/24', State })
    const result = ask({ by: 'subnet', filter: { protocol: 6, ports: [443, 443] } }, compiledOf(brought))
    expect(cellOf(result, 'subnet-web', 'internet')?.verdict).toBe(out)
    expect(cellOf(result, 'internet', 'subnet-web')?.verdict).toBe(into)
  })

  it('is what lies beyond VPN, where there is a gateway to it', () => {
    const withVpn = shop.vpnGateway('office', ['192.168.0.0/16'])
    expect(outside(withVpn, 'from')).toEqual(['internet', 'onprem'])
    const result = ask({}, compiledOf(withVpn))
    // No route leads there, and the groups let nobody in who is not in them.
    expect(cellOf(result, 'private', 'onprem')?.verdict).toBe('unreachable')
    expect(cellOf(result, 'onprem', 'private')?.verdict).toBe('unreachable')
    expect(cellOf(result, 'onprem', 'internet')).toBeUndefined()
  })

  it('is, on premises, what routes lead to, and who is let in from there', () => {
    const led = shop
      .vpnGateway('office', ['192.168.0.0/16'])
      .subnet('desks', '10.0.4.0/24', { routes: { '192.168.0.0/16': 'vgw-office' } })
      .securityGroup('desk', ['tcp 3389 from 192.168.1.0/24'])
      .instance('desk', '10.0.4.10', { groups: ['desk'] })
      .instance('other-desk', '10.0.4.11', { groups: ['desk'] })
    const result = ask({ by: 'subnet' }, compiledOf(led))
    const told = (from: string, to: string) => {
      const { verdict, pairs, flows } = cellOf(result, from, to)!
      return { verdict, pairs, packets: flows.map(({ packets }) => packets) }
    }
    expect(told('subnet-desks', 'onprem')).toMatchObject({
      verdict: 'reachable',
      pairs: 2,
      packets: [[{ protocol: 'any', destinations: ['192.168.0.0/16'] }]],
    })
    expect(told('onprem', 'subnet-desks')).toMatchObject({
      verdict: 'reachable',
      pairs: 2,
      packets: [[{ protocol: 'tcp', sources: ['192.168.1.0/24'], destinationPorts: [[3389, 3389]] }]],
    })
  })

  it('is, on premises, what nobody can tell of', () => {
    const learning = shop
      .vpnGateway('office', ['192.168.0.0/16'])
      .with('vpnConnection', 'vpn-office', { Options: {}, Routes: [] })
    expect(cellOf(ask({}, compiledOf(learning)), 'private', 'onprem')).toMatchObject({
      verdict: 'unknown',
      unaskable: ['ONPREM_ADDRESSES_UNKNOWN'],
    })
  })
})

describe('a cell', () => {
  it('counts pairs of a sender and a receiver, and tells of how many each flow is true', () => {
    expect(cellOf(ask(), 'private', 'database')).toMatchObject({
      verdict: 'reachable',
      pairs: 2,
      flows: [
        {
          verdict: 'reachable',
          family: 4,
          text: ['tcp 5432'],
          packets: [{ protocol: 'tcp', destinationPorts: [[5432, 5432]], sourcePorts: [[1024, 65535]] }],
          pairs: 2,
          example: { from: { id: 'eni-both', name: 'both' }, to: { id: 'eni-orders' } },
        },
      ],
    })
    expect(cellOf(ask(), 'private', 'private')).toMatchObject({ pairs: 2, flows: [{ text: ['tcp 22'], pairs: 1 }] })
  })

  it('names addresses on the internet only where not all of them are meant', () => {
    expect(cellOf(ask(), 'internet', 'public')?.flows.map(({ text }) => text)).toEqual([['tcp 443']])
    const office = compiledOf(shop.securityGroup('front', ['tcp 443 from 8.8.8.0/24']))
    expect(cellOf(ask({}, office), 'internet', 'public')?.flows.map(({ text }) => text)).toEqual([
      ['tcp 443, from 8.8.8.0/24'],
    ])
    // By what is in or by what is not, whichever is the shorter list.
    const apart = estate()
      .vpc('web', '10.1.0.0/16')
      .internetGateway('web')
      .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'tcp 22 from 8.8.8.0/24'])
      .subnet('open', '10.1.0.0/24', { routes: { '0.0.0.0/0': 'igw-web' } })
      .instance('web', '10.1.0.10', { groups: ['web'], publicIp: '54.1.1.9' })
    expect(cellOf(ask({}, compiledOf(apart)), 'internet', 'public')?.flows.map(({ text }) => text)).toEqual([
      ['tcp 443, except from 8.8.8.0/24'],
      ['tcp 22, 443, from 8.8.8.0/24'],
    ])
  })

  it('is unknown where Global Accelerator may bring somebody what comes from the internet, announced addresses or not (R-COMP-5)', () => {
    const fronted = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: {} })
      .instance('app', '10.0.1.10', { groups: ['any'] })
      .interface('front', '10.0.1.99', { type: 'global_accelerator_managed' })
      .subnet('web', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.0.10', { publicIp: '54.10.0.1' })
    const withdrawn = fronted.record('byoipCidr', '54.10.0.0/24', { Cidr: '54.10.0.0/24', State: 'provisioned' })
    for (const facts of [fronted, withdrawn])
      expect(cellOf(ask({ by: 'interface' }, compiledOf(facts)), 'internet', 'eni-app')?.verdict).toBe('unknown')
  })

  it('has the ways by NAT64 to the internet, beside those that IPv6 has to its own (R-NAT-12)', () => {
    const routes = { '64:ff9b::/96': 'nat-out' } as const
    const dual = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .internetGateway('shop')
      .egressOnlyInternetGateway('shop')
      .securityGroup('six', ['all to ::/0'])
      .securityGroup('google', ['tcp 443 to 64:ff9b::808:800/120'])
      .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('out', '10.0.0.10', { publicIp: '54.1.1.1' })
      .subnet('alone', '2600:1f18:1:1::/64', { routes })
      .instance('alone', '2600:1f18:1:1::10', { groups: ['six'] })
      .subnet('both', '2600:1f18:1:2::/64', { routes: { ...routes, '::/0': 'eigw-shop' } })
      .instance('both', '2600:1f18:1:2::10', { groups: ['six'] })
      .subnet('narrow', '2600:1f18:1:3::/64', { routes })
      .instance('narrow', '2600:1f18:1:3::10', { groups: ['google'] })
    const ways = (from: string) =>
      cellOf(ask({ by: 'subnet', filter: { protocol: 6 } }, compiledOf(dual)), from, 'internet')?.flows.map(
        ({ text, byNat64 = false }) => [text.join(), byNat64],
      )
    expect(ways('subnet-alone')).toEqual([['tcp', true]])
    expect(ways('subnet-both')).toEqual([
      ['tcp', false],
      ['tcp', true],
    ])
    expect(ways('subnet-narrow')).toEqual([['tcp 443, to 64:ff9b::808:800/120', true]])
  })

  it('is there for each two groups, save two places outside, and a group of one and itself', () => {
    const { cells, totals, groups } = ask()
    expect(groups.from.length * groups.to.length - cells.length).toBe(3)
    expect(totals).toMatchObject({ cells: cells.length, unreachable: 'listed' })
    expect(VERDICTS.reduce((sum, verdict) => sum + totals.verdicts[verdict], 0)).toBe(cells.length)
  })

  it('is unknown where the subnet of the receiver is being made, who refuses all or not (R-FLOW-10)', () => {
    const away = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .securityGroup('closed', [])
      .subnet('app', '10.0.1.0/24', { routes: { '10.1.0.0/16': 'pcx-shop-far' } })
      .instance('app', '10.0.1.10', { groups: ['any'] })
      .subnet('new', '10.0.2.0/24', { routes: {} })
      .instance('new', '10.0.2.10', { groups: ['closed'] })
      .vpc('far', '10.1.0.0/16')
      .peering('shop', 'far')
      .securityGroup('closed-far', [])
      .subnet('far', '10.1.2.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .instance('far', '10.1.2.10', { groups: ['closed-far'] })
      .with('subnet', 'subnet-new', { State: 'pending' })
      .with('subnet', 'subnet-far', { State: 'pending' })
    const result = ask({ by: 'subnet' }, compiledOf(away))
    expect(cellOf(result, 'subnet-app', 'subnet-new')?.verdict).toBe('unknown')
    expect(cellOf(result, 'subnet-app', 'subnet-far')?.verdict).toBe('unknown')
  })

  it('is unknown where somebody who was not read may have the address of the receiver nearer by (R-ENI-9)', () => {
    const twice = estate()
      .vpc('near', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('near', '10.0.1.0/24', { routes: {} })
      .instance('near', '10.0.1.10', { groups: ['any'] })
      .vpc('far', '10.0.0.0/16')
      .securityGroup('any-far', ['all from 0.0.0.0/0'])
      .subnet('far', '10.0.1.0/24', { routes: {} })
      .instance('far', '10.0.1.20', { groups: ['any-far'] })
    const whole = twice.snapshot()
    const half = { ...whole, coverage: whole.coverage.filter(({ kind }) => kind !== 'networkInterface') }
    const verdict = (of: typeof whole) =>
      cellOf(ask({ by: 'interface' }, compile(new Network(of))), 'eni-near', 'eni-far')?.verdict
    expect(verdict(whole)).toBe('unreachable')
    expect(verdict(half)).toBe('unknown')
  })

  it('is unknown where it is conditional what a load balancer does, and nobody can tell whether its answer comes home (R-FLOW-10)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('balancer', ['tcp 80 from 0.0.0.0/0'])
      .securityGroup('open', ['all from 0.0.0.0/0'])
      .securityGroup('closed', [])
      .subnet('door', '10.0.9.0/28', { routes: {} })
      .subnet('front', '10.0.1.0/24', { routes: { '10.1.0.0/16': 'tgw-hub' } })
      .instance('open', '10.0.1.10', { groups: ['open'] })
      .instance('closed', '10.0.1.11', { groups: ['closed'] })
      .applicationLoadBalancer('front', {
        nodes: { front: '10.0.1.20' },
        groups: ['balancer'],
        listeners: { 'HTTP 80': { targets: ['i-open', 'i-closed'] } },
      })
      .vpc('far', '10.1.0.0/16')
      .securityGroup('client', [])
      .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'tgw-hub' } })
      .instance('client', '10.1.1.10', { groups: ['client'] })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['door'])
      .transitGatewayAttachment('far', ['far'])
    const associated = (State: string) =>
      network.with('transitGatewayAttachment', 'tgw-attach-hub-shop', {
        Association: { TransitGatewayRouteTableId: 'tgw-rtb-hub', State },
      })
    const verdictsIn = (of: Compiled): readonly unknown[] => {
      const [from, to] = ['eni-client', 'eni-front-front'].map((place) => resolvePlace(of.network, place))
      return [
        cellOf(ask({ by: 'interface' }, of), 'eni-client', 'eni-front-front')?.verdict,
        judge(of, from!, to!, {}).verdict,
      ]
    }
    expect(verdictsIn(compiledOf(associated('associated')))).toEqual(['conditional', 'conditional'])
    expect(verdictsIn(compiledOf(associated('associating')))).toEqual(['unknown', 'unknown'])
  })

  it('is restricted by packets, and by places on either side', () => {
    const place = (selector: string) => resolvePlace(compiled.network, selector)
    const result = ask({ by: 'subnet', from: place('private'), to: place('internet'), filter: { protocol: 6 } })
    expect(result.query).toEqual({ by: 'subnet', from: 'private', to: 'internet', protocol: 'tcp' })
    expect(result.cells.map(({ from, to, verdict }) => [from, to, verdict])).toEqual([
      ['subnet-private-a', 'internet', 'reachable'],
    ])
  })

  it.each([...examples])('between two interfaces of %s has the verdict of ztnet reach', (_, snapshot) => {
    const of = compile(new Network(snapshot))
    const result = ask({ by: 'interface' }, of)
    for (const { from, to, verdict } of result.cells)
      expect(`${from} -> ${to} ${verdict}`).toBe(
        `${from} -> ${to} ${judge(of, resolvePlace(of.network, from), resolvePlace(of.network, to), {}).verdict}`,
      )
  })

  it('is the same, byte by byte, whichever order the facts come in', () => {
    const snapshot = shop.snapshot()
    const backwards = { ...snapshot, resources: snapshot.resources.toReversed() }
    const bytes = (of: typeof snapshot): string =>
      JSON.stringify(ask({ by: 'security-group' }, compile(new Network(of))))
    expect(bytes(backwards)).toBe(bytes(snapshot))
  })
})

describe('everything that one place can reach', () => {
  const web = { place: resolvePlace(compiled.network, 'i-web'), by: 'vpc-tier', filter: {} } as const

  it('is one row of a matrix, with the best of its verdicts', () => {
    const { query, groups, verdict, cells, place } = reachAll(compiled, { ...web, side: 'from' })
    expect(query).toEqual({ by: 'vpc-tier', from: 'i-web', to: '*' })
    expect(groups.from.map(({ members }) => members)).toEqual([['eni-web']])
    expect(verdict).toBe('reachable')
    expect(place).toMatchObject({ selector: 'i-web', kind: 'instance' })
    expect(cells.map(({ to, verdict: each }) => [to, each])).toEqual([
      ['vpc:vpc-shop/public', 'reachable'],
      ['vpc:vpc-shop/private', 'reachable'],
      ['vpc:vpc-shop/database', 'reachable'],
      ['internet', 'reachable'],
    ])
  })

  it('or that can reach it, is one column', () => {
    const { query, cells } = reachAll(compiled, { ...web, side: 'to' })
    expect(query).toEqual({ by: 'vpc-tier', from: '*', to: 'i-web' })
    expect(cells.filter(({ verdict }) => verdict !== 'unreachable').map(({ from }) => from)).toEqual([
      'vpc:vpc-shop/public',
    ])
  })

  it('counts the instance that has the address which is asked about: nothing filters what does not leave it (R-ENI-4)', () => {
    const twoLegged = compiledOf(
      estate()
        .vpc('shop', '10.0.0.0/16')
        .securityGroup('closed', [], { closed: true })
        .subnet('front', '10.0.1.0/24', { routes: {} })
        .instance('host', '10.0.1.10', { groups: ['closed'] })
        .instance('other', '10.0.1.20', { groups: ['closed'] })
        .subnet('back', '10.0.2.0/24', { routes: {} })
        .interface('leg', '10.0.2.10', { groups: ['closed'], instance: 'host' }),
    )
    const place = resolvePlace(twoLegged.network, '10.0.2.10')
    const { cells } = reachAll(twoLegged, { place, side: 'to', by: 'interface', filter: {} })
    expect(cells.filter(({ verdict }) => verdict !== 'unreachable').map(({ from }) => from)).toEqual([
      'eni-host',
      'eni-leg',
    ])
  })
})

describe('a matrix of very many groups', () => {
  it('is refused with a remedy, since its cells are more than can be told one by one', () => {
    const crowd = Array.from({ length: 2100 }, (_, at) => at).reduce(
      (facts, at) => facts.instance(`${at}`, `10.0.${64 + (at >> 8)}.${at & 255}`),
      estate().vpc('shop', '10.0.0.0/16').subnet('wide', '10.0.64.0/18', { routes: {} }),
    )
    const large = compiledOf(crowd)
    expect(() => ask({ by: 'interface' }, large)).toThrow(
      /2,101 senders and 2,101 receivers by interface have 4,414,201 cells/,
    )
    const to = resolvePlace(large.network, 'i-7')
    expect(ask({ by: 'interface', to }, large).totals.cells).toBe(2100)
  })
})
