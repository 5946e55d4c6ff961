/** Facts about security groups: allow-only, stateful, and about identity where a rule names a group. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/aws/compile.ts'
import { rulesOf } from '../../src/aws/security-group.ts'
import { Network } from '../../src/network/network.ts'
import { type Estate, estate } from '../build.ts'
import type { GroupRule } from '../build/rules.ts'
import { ask } from './ask.ts'

/** A client and a server in subnets of their own. */
const shop = (client: readonly GroupRule[], server: readonly GroupRule[]): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('client', client, { closed: client.length === 0 })
    .securityGroup('server', server)
    .subnet('app', '10.0.1.0/24', { routes: {} })
    .instance('web', '10.0.1.10', { groups: ['client'] })
    .subnet('db', '10.0.2.0/24', { routes: {} })
    .instance('db', '10.0.2.20', { groups: ['server'] })

const ALL_OUT = 'all to 0.0.0.0/0'

describe('a security group', () => {
  it('is asked of the sender and of the receiver, and lets the answer pass by itself (R-SG-2)', () => {
    const network = shop(['tcp 5432 to 10.0.2.20/32'], ['tcp 5432 from 10.0.1.10/32', 'tcp 1 to 192.0.2.1/32'])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-client > acl-default-shop > rtb-app > acl-default-shop > sg-server > eni-db',
      back: 'eni-db > acl-default-shop > rtb-db > acl-default-shop > eni-web',
      blocked: [],
    })
  })

  it('without a rule lets nothing in, and nothing out (R-SG-1)', () => {
    expect(ask(shop([], []), 'eni-web', 'eni-db', 'tcp 5432').blocked).toEqual([
      'forward SG_HAS_NO_RULES sg-client outbound',
      'forward SG_HAS_NO_RULES sg-server inbound',
    ])
  })

  it('admits what any rule of any group of the interface admits (R-SG-1)', () => {
    const network = shop([ALL_OUT], ['tcp 22 from 10.0.1.0/24'])
      .securityGroup('more', ['tcp 5432 from 10.0.1.0/24'])
      .with('networkInterface', 'eni-db', { Groups: [{ GroupId: 'sg-server' }, { GroupId: 'sg-more' }] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').forward).toContain('sg-more > eni-db')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 80').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-more inbound',
    ])
  })

  it('vector 4: with tcp 0-65535 admits neither UDP nor ICMP (R-SG-4)', () => {
    const network = shop([ALL_OUT], ['tcp 0-65535 from 0.0.0.0/0'])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp').verdict).toBe('reachable')
    for (const packets of ['udp 53', 'icmp', 'gre'])
      expect(ask(network, 'eni-web', 'eni-db', packets)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ENI_SG_RULES_MISMATCH sg-server inbound'],
      })
  })

  it('with a protocol number means the whole protocol (R-SG-4)', () => {
    const network = shop([ALL_OUT], ['47 from 10.0.0.0/8'])
    expect(ask(network, 'eni-web', 'eni-db', 'gre').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', 'eni-db', 'esp').verdict).toBe('unreachable')
  })

  it('tells ICMP types and codes apart (R-SG-4)', () => {
    const network = shop([ALL_OUT], ['icmp 3/4 from 0.0.0.0/0'])
    expect(ask(network, 'eni-web', 'eni-db', 'icmp 3/4').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', 'eni-db', 'icmp 3/1').verdict).toBe('unreachable')
    expect(ask(network, 'eni-web', 'eni-db', 'icmp').verdict).toBe('unreachable')
  })

  it('with TCP ports that AWS would not take is not read as all of them (R-SG-4)', () => {
    const [range, all] = [50, -1].map((ToPort) => {
      const rule = { IpProtocol: 'tcp', FromPort: -1, ToPort, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
      const network = shop([ALL_OUT], []).with('securityGroup', 'sg-server', { IpPermissions: [rule] })
      return ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict
    })
    expect(range).toBe('unknown')
    expect(all).toBe('reachable')
  })

  it('is asked between neighbours in a subnet as well (R-SG-24)', () => {
    const network = shop([ALL_OUT], ['tcp 22 from 10.0.1.0/24'])
      .within('subnet-db')
      .instance('neighbour', '10.0.2.21', { groups: ['client'] })
    expect(ask(network, 'eni-neighbour', 'eni-db', 'tcp 22')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-client > sg-server',
    })
  })

  it('vector 55: with an IPv4 rule says nothing about IPv6, nor "icmp" about ICMPv6 (R-SG-5)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('client', ['all to 0.0.0.0/0', 'all to ::/0'])
      .securityGroup('server', ['tcp 443 from 0.0.0.0/0', 'icmp from ::/0'])
      .securityGroup('mapped', ['tcp 443 from ::ffff:10.0.0.0/104', 'icmpv6 from ::/0'])
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'])
      .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['client'] })
      .instance('api', ['10.0.1.20', '2600:1f18:1:1::20'], { groups: ['server'] })
      .instance('other', ['10.0.1.30', '2600:1f18:1:1::30'], { groups: ['mapped'] })
    expect(ask(network, 'eni-web', '10.0.1.20', 'tcp 443').verdict).toBe('reachable')
    for (const packets of ['tcp 443', 'icmpv6'])
      expect(ask(network, 'eni-web', '2600:1f18:1:1::20', packets)).toMatchObject({
        verdict: 'unreachable',
        blocked: ['forward ENI_SG_RULES_MISMATCH sg-server inbound'],
      })
    expect(ask(network, 'eni-web', '2600:1f18:1:1::30', 'icmpv6').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '10.0.1.30', 'tcp 443').verdict).toBe('unreachable')
  })

  it('with a prefix list means its entries (R-SG-15)', () => {
    const network = shop([ALL_OUT], ['tcp 5432 from pl-clients']).prefixList('clients', ['10.0.1.8/29'])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').verdict).toBe('reachable')
    const unread = network.without('managedPrefixListEntries')
    expect(ask(unread, 'eni-web', 'eni-db', 'tcp 5432')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['SECURITY_GROUP_UNKNOWN sg-server'],
    })
  })

  it.each([
    ['IpRanges', { CidrIp: 'z' }, 'a rule of sg-server is "z", which is no CIDR block'],
    ['IpRanges', {}, 'a rule of sg-server has an entry in IpRanges without CidrIp'],
    ['Ipv6Ranges', {}, 'a rule of sg-server has an entry in Ipv6Ranges without CidrIpv6'],
    ['PrefixListIds', {}, 'a rule of sg-server has an entry in PrefixListIds without PrefixListId'],
    ['UserIdGroupPairs', {}, 'a rule of sg-server has an entry in UserIdGroupPairs without GroupId'],
  ])('with a peer in %s that is %j may admit anybody on its ports', (list, peer, message) => {
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, [list]: [peer] }
    const network = shop([ALL_OUT], []).with('securityGroup', 'sg-server', { IpPermissions: [rule] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['SECURITY_GROUP_UNKNOWN sg-server'],
    })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').verdict).toBe('unreachable')
    const read = new Network(network.snapshot())
    rulesOf(compile(read).planes[4], ['sg-server'], 'inbound')
    expect(read.gaps.map((gap) => [gap.code, gap.id, gap.message])).toEqual([['MALFORMED', 'sg-server', message]])
  })

  it('that nobody read leaves it unknown (R-SG-14)', () => {
    expect(ask(shop([], []).without('securityGroup'), 'eni-web', 'eni-db', 'tcp 5432')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['SECURITY_GROUP_UNKNOWN sg-client'],
    })
  })
})

describe('a rule that names a security group', () => {
  it('vector 5: as itself lets its members talk about everything (R-SG-8)', () => {
    const network = shop([ALL_OUT], [])
      .securityGroup('peers', ['all from sg-peers', 'all to sg-peers'])
      .with('networkInterface', 'eni-web', { Groups: [{ GroupId: 'sg-peers' }] })
      .with('networkInterface', 'eni-db', { Groups: [{ GroupId: 'sg-peers' }] })
    expect(ask(network, 'eni-web', 'eni-db', 'all')).toMatchObject({
      verdict: 'reachable',
      blocked: [],
      assumptions: [],
    })
    const { result } = ask(network, 'eni-web', 'eni-db', 'tcp 5432')
    expect(result.witness?.forward.flatMap(({ rule }) => (rule?.includes('sg-') ? [rule] : []))).toEqual([
      'outbound all traffic to sg-peers',
      'inbound all traffic from sg-peers',
    ])
  })

  it('is not implied by membership (R-SG-8)', () => {
    const network = shop([ALL_OUT], []).with('networkInterface', 'eni-db', { Groups: [{ GroupId: 'sg-client' }] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').blocked).toEqual(['forward SG_HAS_NO_RULES sg-client inbound'])
  })

  it('admits members only, whatever their address (R-SG-6)', () => {
    const network = shop([ALL_OUT], ['tcp 5432 from sg-client']).within('subnet-app').instance('stranger', '10.0.1.11')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').verdict).toBe('reachable')
    expect(ask(network, 'eni-stranger', 'eni-db', 'tcp 5432')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward ENI_SG_RULES_MISMATCH sg-server inbound'],
    })
  })

  it('outbound lets packets out to members only (R-SG-9)', () => {
    const network = shop(['tcp 5432 to sg-server'], ['all from 0.0.0.0/0'])
      .within('subnet-db')
      .securityGroup('else', ['all from 0.0.0.0/0'])
      .instance('other', '10.0.2.21', { groups: ['else'] })
      .securityGroup('shut', ['tcp 22 from 0.0.0.0/0'])
      .instance('shut', '10.0.2.22', { groups: ['shut'] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', 'eni-other', 'tcp 5432')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCE_MISMATCH sg-client'],
    })
    // What the receiver lets in is in the way as well.
    expect(ask(network, 'eni-web', 'eni-shut', 'tcp 5432').blocked).toEqual([
      'forward SG_REFERENCE_MISMATCH sg-client',
      'forward ENI_SG_RULES_MISMATCH sg-shut inbound',
    ])
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 80').blocked).toEqual([
      'forward ENI_SG_RULES_MISMATCH sg-client outbound',
    ])
  })

  it('means private addresses, secondary ones and delegated prefixes included (R-SG-7, R-ADDR-10)', () => {
    const network = shop([ALL_OUT], ['tcp 5432 from sg-pods'])
      .securityGroup('pods', [])
      .within('subnet-app')
      .instance('node', ['10.0.1.30', '10.0.1.31', '10.0.1.32/28'], { groups: ['pods'] })
    for (const address of ['10.0.1.30', '10.0.1.31', '10.0.1.40'])
      expect(ask(network, address, 'eni-db', 'tcp 5432').verdict, address).toBe('reachable')
  })

  it('does not match traffic that goes out and back by public addresses (R-SG-6, R-IGW-9)', () => {
    const network = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .securityGroup('peers', ['tcp 443 from sg-peers'])
      .subnet('app', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .instance('web', '10.0.1.10', { groups: ['peers'], publicIp: '54.10.0.1' })
      .instance('api', '10.0.1.20', { groups: ['peers'], publicIp: '54.10.0.2' })
    expect(ask(network, 'eni-web', '10.0.1.20', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '54.10.0.2', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-peers > acl-default-shop > rtb-app > igw-shop > acl-default-shop > sg-peers',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED igw-shop'],
    })
  })

  it('over a peering that is gone is inert (R-SG-13)', () => {
    const stale = {
      IpPermissions: [
        {
          IpProtocol: '-1',
          UserIdGroupPairs: [{ GroupId: 'sg-client', VpcPeeringConnectionId: 'pcx-gone', PeeringStatus: 'deleted' }],
        },
      ],
    }
    const network = shop([ALL_OUT], []).with('securityGroup', 'sg-server', stale)
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').verdict).toBe('unreachable')
  })

  it('vector 52: matches members by id, wherever the group was made (R-SG-16)', () => {
    const network = estate()
      .vpc('home', '10.0.0.0/16')
      .securityGroup('shared', ['tcp 5432 from sg-shared'])
      .vpc('away', '10.1.0.0/16')
      .subnet('app', '10.1.1.0/24')
      .instance('web', '10.1.1.10', { groups: ['shared'] })
      .instance('db', '10.1.1.20', { groups: ['shared'] })
      .instance('other', '10.1.1.30')
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-shared > eni-db',
    })
    expect(ask(network, 'eni-other', 'eni-db', 'tcp 5432').verdict).toBe('unreachable')
  })

  describe('that is used in several VPCs (R-SG-16)', () => {
    const ASSOCIATION = { GroupId: 'sg-shared', VpcId: 'vpc-away', State: 'associated' }
    /** A group of `home` that is used in `away` too, and one that is used in `home` alone. */
    const associated = (own: readonly GroupRule[]): Estate =>
      estate()
        .vpc('home', '10.0.0.0/16')
        .securityGroup('shared', ['all from 10.0.0.0/8'])
        .securityGroup('own', own)
        .subnet('app', '10.0.1.0/24', { routes: { '10.1.0.0/16': 'pcx-home-away' } })
        .instance('db', '10.0.1.20', { groups: ['own'] })
        .instance('near', '10.0.1.30', { groups: ['shared'] })
        .vpc('away', '10.1.0.0/16')
        .securityGroup('foreign', ['tcp 5432 from sg-shared'])
        .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/16': 'pcx-home-away' } })
        .instance('far', '10.1.1.10', { groups: ['shared'] })
        .instance('stranger', '10.1.1.11', { groups: ['foreign'] })
        .peering('home', 'away')
        .record('securityGroupVpcAssociation', 'sg-shared/vpc-away', ASSOCIATION)
    const answer = (network: Estate, from: string, to: string) => {
      const { verdict, assumptions } = ask(network, from, to, 'tcp 5432')
      return [verdict, ...assumptions]
    }

    it('means its members in other VPCs as well, by our decision (R-SG-17)', () => {
      const network = associated(['tcp 5432 from sg-shared'])
      expect(answer(network, 'eni-far', 'eni-db')).toEqual(['reachable', 'R-SG-17'])
      expect(answer(network, 'eni-near', 'eni-db')).toEqual(['reachable'])
    })

    it('means them outwards too (R-SG-17)', () => {
      const network = associated(['tcp 5432 to sg-shared'])
      expect(answer(network, 'eni-db', 'eni-far')).toEqual(['reachable', 'R-SG-17'])
      expect(answer(network, 'eni-db', 'eni-near')).toEqual(['reachable'])
    })

    it('is beside the point where an address or another group decides', () => {
      const byAddress = associated(['tcp 5432 from sg-shared', 'tcp 5432 from 10.1.0.0/16'])
      expect(answer(byAddress, 'eni-far', 'eni-db')).toEqual(['reachable'])
      expect(answer(associated(['tcp 5432 from sg-foreign']), 'eni-stranger', 'eni-db')).toEqual(['reachable'])
    })

    it('is one of its own VPC again without the association', () => {
      const network = associated(['tcp 5432 from sg-shared'])
      expect(answer(network, 'eni-near', 'eni-stranger')).toEqual(['reachable', 'R-SG-17'])
      const gone = network.with('securityGroupVpcAssociation', 'sg-shared/vpc-away', { State: 'disassociated' })
      expect(answer(gone, 'eni-near', 'eni-stranger')).toEqual(['reachable'])
    })
  })
})
