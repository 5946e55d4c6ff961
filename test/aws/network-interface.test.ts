/** Facts about network interfaces: what is delivered to them, whom they let send, and who stands behind them. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'
import { ask, type Asked } from './ask.ts'

const shop = (): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24')
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .subnet('db', '10.0.2.0/24')

/** The same, but nobody read the interfaces of this account. */
const notRead = (network: Estate, account: string): Asked => ({
  snapshot: () => {
    const snapshot = network.snapshot()
    const read = (each: { readonly kind: string; readonly account: string }): boolean =>
      each.kind !== 'networkInterface' || each.account !== account
    return { ...snapshot, coverage: snapshot.coverage.filter(read), resources: snapshot.resources.filter(read) }
  },
})

describe('a network interface', () => {
  it('takes delivery for all its addresses and delegated prefixes, under its groups (R-ADDR-9)', () => {
    const network = shop()
      .securityGroup('node', ['tcp 443 from 10.0.1.0/24'])
      .instance('node', ['10.0.2.20', '10.0.2.21', '10.0.2.32/28'], { groups: ['node'] })
    for (const address of ['10.0.2.20', '10.0.2.21', '10.0.2.47'])
      expect(ask(network, 'eni-web', address, 'tcp 443'), address).toMatchObject({
        verdict: 'reachable',
        forward: 'sg-any > acl-default-shop > rtb-main-shop > acl-default-shop > sg-node > eni-node',
      })
    expect(ask(network, 'eni-web', '10.0.2.48', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(network, 'eni-web', 'eni-node', 'tcp 443').result.to.addresses).toEqual(['10.0.2.20/31', '10.0.2.32/28'])
  })

  it('takes delivery for all its IPv6 addresses as well (R-ADDR-9)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('any', ['all from ::/0', 'all to ::/0'])
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'])
      .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
      .instance('node', ['10.0.1.20', '2600:1f18:1:1::20', '2600:1f18:1:1:a::/80'], { groups: ['any'] })
    for (const address of ['2600:1f18:1:1::20', '2600:1f18:1:1:a::77'])
      expect(ask(network, 'eni-web', address, 'tcp 443').verdict, address).toBe('reachable')
  })

  describe('asked about an address of its own instance', () => {
    const twoLegged = (checked = true): Estate =>
      estate()
        .vpc('shop', '10.0.0.0/16')
        .securityGroup('closed', [], { closed: true })
        .networkAcl('closed', [])
        .subnet('front', '10.0.1.0/24')
        .instance('host', '10.0.1.10', { groups: ['closed'], checked })
        .subnet('back', '10.0.2.0/24', { acl: 'closed' })
        .interface('back', ['10.0.2.10', '10.0.2.11'], { groups: ['closed'], instance: 'host', checked })
        .instance('other', '10.0.2.20', { groups: ['closed'] })

    it.each(['10.0.1.10', '10.0.2.10', '10.0.2.11'])(
      'sends to %s without leaving it, whatever groups and network ACLs say (R-ENI-4)',
      (address) =>
        expect(ask(twoLegged(), 'eni-host', address, 'tcp 22')).toMatchObject({
          verdict: 'reachable',
          forward: 'i-host',
          back: '',
        }),
    )

    it('stands in no other way: addresses of others are sent to over the network', () => {
      expect(ask(twoLegged(), 'eni-host', '10.0.2.20', 'tcp 22').verdict).toBe('unreachable')
      expect(ask(twoLegged(), 'eni-other', '10.0.2.10', 'tcp 22').verdict).toBe('unreachable')
    })

    it('is filtered as between any two where it forwards for others: a firewall may keep its interfaces apart', () =>
      expect(ask(twoLegged(false), 'eni-host', '10.0.2.10', 'tcp 22').verdict).toBe('unreachable'))

    it('is among the senders, where a place is asked about that it is in', () => {
      const { flows } = ask(twoLegged(), 'vpc-shop', '10.0.2.11', 'tcp 22').result
      expect(flows).toMatchObject([{ from: ['eni-back', 'eni-host'], to: ['eni-back'], verdict: 'reachable' }])
    })
  })

  it('of an instance has groups of its own, whatever its siblings have (R-ENI-4)', () => {
    const network = shop()
      .securityGroup('front', ['tcp 443 from 0.0.0.0/0'])
      .securityGroup('back', ['tcp 22 from 0.0.0.0/0'])
      .instance('node', '10.0.2.20', { groups: ['front'] })
      .interface('node-back', '10.0.2.21', { groups: ['back'], instance: 'node' })
    expect(ask(network, 'eni-web', '10.0.2.20', 'tcp 22').verdict).toBe('unreachable')
    expect(ask(network, 'eni-web', '10.0.2.21', 'tcp 22').verdict).toBe('reachable')
    const { result } = ask(network, 'eni-web', 'i-node', 'tcp')
    expect(result.flows.map(({ to, packets }) => [to, packets[0]?.destinationPorts])).toEqual([
      [['eni-node'], [[443, 443]]],
      [['eni-node-back'], [[22, 22]]],
    ])
  })

  it('that is not attached neither sends nor receives (R-FLOW-10)', () => {
    const network = shop()
      .interface('spare', '10.0.2.20', { groups: ['any'] })
      .with('networkInterface', 'eni-spare', {
        Status: 'available',
      })
    expect(ask(network, 'eni-web', 'eni-spare', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward BAD_STATE eni-spare'],
    })
    expect(ask(network, 'eni-spare', 'eni-web', 'tcp 443').blocked).toContain('forward BAD_STATE eni-spare')
  })

  it('without groups, of a type that should have some, leaves it unknown (R-ENI-8)', () => {
    const network = shop()
      .instance('odd', '10.0.2.20')
      .with('networkInterface', 'eni-odd', { Groups: [], InterfaceType: 'quicksight' })
    for (const [from, to] of [
      ['eni-web', 'eni-odd'],
      ['eni-odd', 'eni-web'],
    ] as const)
      expect(ask(network, from, to, 'tcp 443')).toMatchObject({
        verdict: 'unknown',
        unknowns: ['INTERFACE_WITHOUT_GROUPS eni-odd'],
        assumptions: ['R-ENI-8'],
      })
  })

  it('of a type that we have never heard of is one like any other (R-ENI-5)', () => {
    const network = shop()
      .instance('new', '10.0.2.20', { groups: ['any'] })
      .with('networkInterface', 'eni-new', { InterfaceType: 'something_new_managed' })
    expect(ask(network, 'eni-web', 'eni-new', 'tcp 443').verdict).toBe('reachable')
  })

  it('of a trunk and of its branches have groups each of their own (R-ENI-11)', () => {
    const network = shop()
      .securityGroup('closed', [])
      .interface('trunk', '10.0.2.20', { groups: ['any'], type: 'trunk' })
      .interface('branch', '10.0.2.21', { groups: ['closed'], type: 'branch' })
    expect(ask(network, 'eni-web', 'eni-trunk', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', 'eni-branch', 'tcp 443').verdict).toBe('unreachable')
  })

  it('of an unread account may hold an address that nobody seems to have (R-ENI-9)', () => {
    expect(ask(shop(), 'eni-web', '10.0.2.99', 'tcp 443').blocked).toContain(
      'forward NO_POSSIBLE_DESTINATION subnet-db',
    )
    const far = shop()
      .in({ account: '999999999999', region: 'us-east-1' })
      .vpc('far', '10.9.0.0/16')
      .subnet('far', '10.9.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .peering('shop', 'far')
      .routeTable('main-shop', { '10.9.0.0/16': 'pcx-shop-far' })
    expect(ask(far, 'eni-web', '10.9.1.10', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(notRead(far, '999999999999'), 'eni-web', '10.9.1.10', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['INTERFACES_UNKNOWN subnet-far'],
    })
  })

  it('that nobody read may send as well as receive (R-ENI-9)', () => {
    expect(ask(shop().without('networkInterface'), '10.0.1.10', '10.0.2.99', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['SENDER_UNKNOWN 10.0.1.10'],
    })
  })
})

describe('the interface of a gateway is no endpoint (R-ENI-6, R-ENI-7)', () => {
  it.each([
    ['transit_gateway', 'Network Interface for Transit Gateway Attachment tgw-attach-1'],
    ['gateway_load_balancer', 'ELB gwy/wall/1'],
    ['gateway_load_balancer_endpoint', 'VPC Endpoint Interface vpce-0123456789abcdef0'],
  ])('%s', (type, description) => {
    const network = shop().interface('door', '10.0.2.20', { type, description })
    expect(ask(network, 'eni-web', 'eni-door', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ACCEPTS_NOTHING eni-door'],
    })
    expect(ask(network, 'eni-door', 'eni-web', 'tcp 443').blocked).toContain('forward CANNOT_INITIATE eni-door')
  })

  it('and what its type does not tell, its description does: a NAT gateway', () => {
    const network = shop().interface('nat', '10.0.2.20', {
      type: 'nat_gateway',
      description: 'Interface for NAT Gateway nat-0123456789abcdef0',
    })
    expect(ask(network, 'eni-web', 'eni-nat', 'tcp 443').verdict).not.toBe('reachable')
  })
})

describe('addresses that AWS keeps in every subnet (R-ADDR-2)', () => {
  it.each(['10.0.2.0', '10.0.2.1', '10.0.2.2', '10.0.2.3', '10.0.2.255'])('%s is no endpoint', (address) => {
    expect(() => ask(shop(), 'eni-web', address, 'tcp 443')).toThrow(`${address} is reserved in subnet-db`)
  })

  it('take nothing of what is sent to a block that they are in', () => {
    expect(ask(shop(), 'eni-web', '10.0.2.0/30', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward NOT_AN_ENDPOINT subnet-db'],
    })
  })

  it('and 10.0.2.4 is, though nobody has it', () => {
    expect(ask(shop(), 'eni-web', '10.0.2.4', 'tcp 443').blocked).toEqual(['forward NO_POSSIBLE_DESTINATION subnet-db'])
  })
})

describe('the interface of a Lambda function', () => {
  const network = shop().function('worker', { db: '10.0.2.20' }, { groups: ['any'] })

  it('vector 57: accepts nothing (R-COMP-1)', () => {
    expect(ask(network, 'eni-web', 'eni-worker-db', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ACCEPTS_NOTHING eni-worker-db'],
    })
  })

  it('starts conversations like any other (R-COMP-1)', () => {
    expect(ask(network, 'eni-worker-db', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      back: 'eni-web > acl-default-shop > rtb-main-shop > acl-default-shop > eni-worker-db',
    })
  })

  it('never has a public address, so that it needs a NAT gateway for the internet (R-COMP-1)', () => {
    const out = network.internetGateway('shop').routeTable('main-shop', { '0.0.0.0/0': 'igw-shop' })
    expect(ask(out, 'eni-worker-db', 'internet', 'tcp 443').blocked).toEqual([
      'forward IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-shop',
    ])
  })
})

describe('vector 58: the interface of an EC2 Instance Connect Endpoint (R-COMP-4)', () => {
  const network = shop()
    .securityGroup('eice', [], { closed: true })
    .securityGroup('private', ['tcp 22 from sg-eice'])
    .instance('private', '10.0.2.20', { groups: ['private'] })
    .within('subnet-app')
    .interface('eice', '10.0.1.77', { groups: ['eice'], description: 'EC2 Instance Connect Endpoint eice-1' })
    .securityGroup('eice', ['tcp 22 to 10.0.2.20/32'])
    .record('instanceConnectEndpoint', 'eice-1', {
      InstanceConnectEndpointId: 'eice-1',
      NetworkInterfaceIds: ['eni-eice'],
      PreserveClientIp: false,
    })

  it('reaches an instance whose group names its own', () => {
    expect(ask(network, 'eni-eice', 'eni-private', 'tcp 22')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-eice > acl-default-shop > rtb-main-shop > acl-default-shop > sg-private > eni-private',
    })
    expect(ask(network, 'eni-web', 'eni-private', 'tcp 22').verdict).toBe('unreachable')
  })
})

describe('an EC2 Instance Connect Endpoint that preserves the address of its client (R-COMP-4)', () => {
  const record = { InstanceConnectEndpointId: 'eice-1', VpcId: 'vpc-shop', NetworkInterfaceIds: ['eni-eice'] }
  const tunnel = (inbound: readonly GroupRule[], outbound: readonly GroupRule[] = ['tcp 22 to sg-server']): Estate =>
    estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('eice', outbound)
      .securityGroup('server', inbound)
      .networkAcl('server', ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'])
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'])
      .interface('eice', ['10.0.1.77', '2600:1f18:1:1::77'], { groups: ['eice'] })
      .record('instanceConnectEndpoint', 'eice-1', { ...record, PreserveClientIp: true })
      .subnet('server', ['10.0.2.0/24', '2600:1f18:1:2::/64'], { acl: 'server' })
      .instance('server', ['10.0.2.20', '2600:1f18:1:2::20'], { groups: ['server'] })
  const toServer = (network: Estate, to = '10.0.2.20') => ask(network, 'eice-1', to, 'tcp 22')
  const withoutIt = (network: Estate): Estate =>
    network.with('instanceConnectEndpoint', 'eice-1', { PreserveClientIp: false })

  it('reaches an instance whose group names its own, whoever the client is', () => {
    expect(toServer(tunnel(['tcp 22 from sg-eice']))).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-eice > eice-1 > acl-default-shop > rtb-main-shop > acl-server > sg-server > eni-server',
      back: 'eni-server > acl-server > acl-default-shop > eni-eice',
      conditions: [],
      assumptions: ['R-COMP-4'],
    })
    expect(toServer(withoutIt(tunnel(['tcp 22 from sg-eice'])))).toMatchObject({
      verdict: 'reachable',
      assumptions: [],
    })
  })

  it('comes under the address of the client, and not under its own', () => {
    const own = tunnel(['tcp 22 from 10.0.1.0/24'])
    expect(toServer(own)).toMatchObject({ verdict: 'conditional', conditions: ['ADDRESS_CHOICE sg-server'] })
    expect(toServer(withoutIt(own)).verdict).toBe('reachable')
    const clients = tunnel(['tcp 22 from 198.18.0.0/15', 'tcp 22 from 9.0.0.0/8'])
    expect(toServer(clients)).toMatchObject({ verdict: 'conditional', conditions: ['ADDRESS_CHOICE sg-server'] })
    expect(toServer(withoutIt(clients)).verdict).toBe('unreachable')
    expect(toServer(tunnel(['tcp 22 from 0.0.0.0/0'])).verdict).toBe('reachable')
    expect(toServer(tunnel(['tcp 22 from 127.0.0.0/8'])).verdict).toBe('unreachable')
  })

  it('is let out by its own group', () => {
    const network = tunnel(['tcp 22 from 0.0.0.0/0'], ['tcp 22 to 10.0.9.0/24'])
    expect(toServer(network).blocked).toEqual(['forward ENI_SG_RULES_MISMATCH sg-eice outbound'])
  })

  it('is judged by network ACLs under the address of the client, there and back', () => {
    const fromWithin = tunnel(['tcp 22 from sg-eice']).networkAcl('server', [
      '100 allow all from 10.0.0.0/8',
      '100 allow all to 0.0.0.0/0',
    ])
    expect(toServer(fromWithin)).toMatchObject({ verdict: 'conditional', conditions: ['ADDRESS_CHOICE acl-server'] })
    const lost = tunnel(['tcp 22 from sg-eice']).networkAcl('server', [
      '100 allow all from 0.0.0.0/0',
      '100 allow all to 169.254.0.0/16',
    ])
    expect(toServer(lost)).toMatchObject({
      verdict: 'one-way',
      blocked: ['return SUBNET_ACL_RESTRICTION acl-server outbound'],
    })
  })

  it('may send under its own address where its record was not read', () => {
    const unread = (network: Estate): Estate =>
      network
        .with('networkInterface', 'eni-eice', {
          Description: 'EC2 Instance Connect Endpoint eice-1',
          RequesterManaged: true,
        })
        .losing('instanceConnectEndpoint', 'eice-1')
    const asked = (network: Estate, to = '10.0.2.20') => ask(unread(network), 'eni-eice', to, 'tcp 22')
    expect(asked(tunnel(['tcp 22 from sg-eice']))).toMatchObject({ verdict: 'reachable', conditions: [] })
    expect(asked(tunnel(['tcp 22 from 127.0.0.0/8'])).verdict).toBe('unreachable')
    for (const by of ['10.0.1.0/24', '9.0.0.0/8'])
      expect(asked(tunnel([`tcp 22 from ${by}`])), by).toMatchObject({
        verdict: 'conditional',
        conditions: ['ADDRESS_CHOICE sg-server', 'CLIENT_ADDRESS_SETTING_UNKNOWN eice-1'],
      })
    expect(asked(tunnel(['tcp 22 from 0.0.0.0/0'], ['all to 0.0.0.0/0']), '8.8.8.8').blocked).toEqual([
      'forward NO_ROUTE_TO_DESTINATION rtb-main-shop',
    ])
    expect(asked(beyond(), '10.1.1.10')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['CLIENT_ADDRESS_SETTING_UNKNOWN eice-1'],
    })
  })

  const beyond = (): Estate =>
    tunnel(['tcp 22 from 0.0.0.0/0'], ['all to 0.0.0.0/0'])
      .vpc('far', '10.1.0.0/16')
      .securityGroup('far', ['all from 0.0.0.0/0'])
      .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .instance('far', '10.1.1.10', { groups: ['far'] })
      .peering('shop', 'far')
      .routeTable('main-shop', { '10.1.0.0/16': 'pcx-shop-far' })

  it('reaches its own VPC only', () => {
    const network = beyond()
    expect(toServer(network, '10.1.1.10').blocked).toEqual(['forward CLIENT_ADDRESS_OUTSIDE_VPC eice-1'])
    expect(toServer(withoutIt(network), '10.1.1.10').verdict).toBe('reachable')
  })

  it('comes under its own IPv6 address', () => {
    const network = tunnel(['tcp 22 from 2600:1f18:1:1::/64'], ['all to ::/0']).networkAcl('server', [
      '100 allow all from ::/0',
      '100 allow all to ::/0',
    ])
    expect(toServer(network, '2600:1f18:1:2::20')).toMatchObject({ verdict: 'reachable', conditions: [] })
  })
})
