/** Facts about network ACLs: where they are asked, in which order their rules decide, and that they remember nothing. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { AclRule } from '../build/rules.ts'
import { ask } from './ask.ts'

const OPEN = ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'] as const

/** Two subnets with an instance each, open but for their ACLs. */
const shop = (app: readonly AclRule[], db: readonly AclRule[]): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { routes: {}, acl: app })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .instance('neighbour', '10.0.1.11', { groups: ['any'] })
    .subnet('db', '10.0.2.0/24', { routes: {}, acl: db })
    .instance('db', '10.0.2.20', { groups: ['any'] })

describe('a network ACL', () => {
  it('vector 1: is not asked between hosts of one subnet, even one that denies all (R-NACL-4)', () => {
    expect(ask(shop([], OPEN), 'eni-web', 'eni-neighbour', 'all')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > eni-neighbour',
      back: 'eni-neighbour > eni-web',
      judged: [],
      blocked: [],
    })
  })

  it('reads ports of TCP and UDP only, and types of ICMP only, whatever else an entry has (R-NACL-5, R-NACL-7)', () => {
    const odd = (Protocol: string): Estate =>
      shop(OPEN, OPEN).with('networkAcl', 'acl-db', {
        Entries: [
          ...[true, false].map((Egress) => ({
            RuleNumber: 100,
            Protocol: '-1',
            RuleAction: 'allow',
            Egress,
            CidrBlock: '0.0.0.0/0',
          })),
          {
            RuleNumber: 50,
            Protocol,
            RuleAction: 'deny',
            Egress: false,
            CidrBlock: '0.0.0.0/0',
            ...(Protocol === '6' ? { IcmpTypeCode: { Type: 0, Code: 0 } } : { PortRange: { From: 0, To: 0 } }),
          },
        ],
      })
    expect(ask(odd('6'), 'eni-web', 'eni-db', 'tcp 5432').blocked).toEqual([
      'forward SUBNET_ACL_RESTRICTION acl-db inbound',
    ])
    expect(ask(odd('1'), 'eni-web', 'eni-db', 'icmp 8/0').verdict).toBe('unreachable')
  })

  it('with a rule that names no block may decide anything that the rules before it do not', () => {
    const [nameless, ...rest] = [90, 100].map((RuleNumber) => ({
      RuleNumber,
      Protocol: '6',
      RuleAction: 'deny',
      Egress: false,
      ...(RuleNumber === 100 && { CidrBlock: '0.0.0.0/0' }),
    }))
    const network = shop(OPEN, OPEN).with('networkAcl', 'acl-db', { Entries: [nameless!, ...rest] })
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 5432').unknowns).toEqual(['NETWORK_ACL_UNKNOWN subnet-db'])
    expect(ask(network, 'eni-web', 'eni-db', 'udp 53').verdict).toBe('unreachable')
  })

  it('is asked four times between two subnets: out, in, and both again for the answer (R-NACL-4)', () => {
    expect(ask(shop(OPEN, OPEN), 'eni-web', 'eni-db', 'tcp 5432 from 40000')).toMatchObject({
      verdict: 'reachable',
      forward: 'sg-any > acl-app > rtb-app > acl-db > sg-any > eni-db',
      back: 'eni-db > acl-db > rtb-db > acl-app > eni-web',
      judged: [
        'acl-app outbound tcp 10.0.1.10:40000 -> 10.0.2.20:5432',
        'acl-db inbound tcp 10.0.1.10:40000 -> 10.0.2.20:5432',
        'acl-db outbound tcp 10.0.2.20:5432 -> 10.0.1.10:40000',
        'acl-app inbound tcp 10.0.2.20:5432 -> 10.0.1.10:40000',
      ],
    })
  })

  describe('vector 2: lets no answer back without a rule for the client port (R-NACL-3)', () => {
    const https = ['100 allow tcp 443 to 0.0.0.0/0'] as const
    const ephemeral = '110 allow tcp 1024-65535'

    it('at the client', () => {
      const network = shop(https, ['100 allow tcp 443 from 0.0.0.0/0', `${ephemeral} to 0.0.0.0/0`])
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
        verdict: 'one-way',
        forward: 'sg-any > acl-app > rtb-app > acl-db > sg-any > eni-db',
        back: 'eni-db > acl-db > rtb-db > acl-app',
        blocked: ['return SUBNET_ACL_RESTRICTION acl-app inbound'],
      })
    })

    it('at the server', () => {
      const network = shop([...https, `${ephemeral} from 0.0.0.0/0`], ['100 allow tcp 443 from 0.0.0.0/0'])
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
        verdict: 'one-way',
        back: 'eni-db > acl-db',
        blocked: ['return SUBNET_ACL_RESTRICTION acl-db outbound'],
      })
    })

    it('and at both', () => {
      const network = shop(https, ['100 allow tcp 443 from 0.0.0.0/0'])
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').blocked).toEqual([
        'return SUBNET_ACL_RESTRICTION acl-db outbound',
        'return SUBNET_ACL_RESTRICTION acl-app inbound',
      ])
    })

    it('and with rules for both the answer is back', () => {
      const server: AclRule[] = ['100 allow tcp 443 from 0.0.0.0/0', `${ephemeral} to 0.0.0.0/0`]
      expect(
        ask(shop([...https, `${ephemeral} from 0.0.0.0/0`], server), 'eni-web', 'eni-db', 'tcp 443'),
      ).toMatchObject({
        verdict: 'reachable',
        blocked: [],
      })
    })
  })

  it('that admits answers to some client ports only makes it depend on the port (R-FLOW-7)', () => {
    const network = shop(['100 allow all to 0.0.0.0/0', '100 allow tcp 32768-60999 from 0.0.0.0/0'], OPEN)
    const { verdict, conditions, result } = ask(network, 'eni-web', 'eni-db', 'tcp 443')
    expect({ verdict, conditions }).toEqual({ verdict: 'conditional', conditions: ['CLIENT_PORT client'] })
    expect(result.flows.map(({ verdict, packets }) => [verdict, packets[0]?.sourcePorts])).toEqual([
      ['conditional', [[32768, 60999]]],
      [
        'one-way',
        [
          [1024, 32767],
          [61000, 65535],
        ],
      ],
    ])
  })

  describe('vector 3: goes by the rule with the lowest number (R-NACL-2)', () => {
    it('which denies, though a later one allows', () => {
      const network = shop(OPEN, [
        '90 deny tcp 22 from 0.0.0.0/0',
        '100 allow all from 0.0.0.0/0',
        '100 allow all to 0.0.0.0/0',
      ])
      const { result, ...answer } = ask(network, 'eni-web', 'eni-db', 'tcp 22')
      expect(answer).toMatchObject({
        verdict: 'unreachable',
        forward: 'sg-any > acl-app > rtb-app > acl-db',
        blocked: ['forward SUBNET_ACL_RESTRICTION acl-db inbound'],
      })
      expect(result.blocked[0]?.rule).toBe('rule 90: deny tcp 22 from 0.0.0.0/0')
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 23').verdict).toBe('reachable')
    })

    it('which allows, though a later one denies', () => {
      const network = shop(OPEN, [
        '90 allow all from 0.0.0.0/0',
        '100 deny tcp 22 from 0.0.0.0/0',
        '100 allow all to 0.0.0.0/0',
      ])
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').verdict).toBe('reachable')
    })

    it('whatever the order in which AWS lists them', () => {
      const network = shop(OPEN, [
        '100 allow all from 0.0.0.0/0',
        '90 deny tcp 22 from 0.0.0.0/0',
        '100 allow all to 0.0.0.0/0',
      ])
      expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').verdict).toBe('unreachable')
    })
  })

  it('denies what no rule takes, and says so (R-NACL-2)', () => {
    const { verdict, result } = ask(shop([], OPEN), 'eni-web', 'eni-db', 'tcp 443')
    expect(verdict).toBe('unreachable')
    expect(result.blocked.map(({ leg, resource, rule }) => `${leg} ${resource} ${rule}`)).toEqual([
      'forward acl-app rule * (everything else denied)',
      'return acl-app rule * (everything else denied)',
    ])
  })

  it('names every rule in the way, and not the first alone', () => {
    const network = shop(
      ['100 deny tcp 22 to 10.0.0.0/16', '110 allow all to 0.0.0.0/0', '100 allow all from 0.0.0.0/0'],
      ['100 deny tcp 20-30 from 10.0.0.0/16', '110 allow all from 0.0.0.0/0'],
    )
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 22').result.blocked.map(({ rule }) => rule)).toEqual([
      'rule 100: deny tcp 22 to 10.0.0.0/16',
      'rule 100: deny tcp 20-30 from 10.0.0.0/16',
      'rule * (everything else denied)',
    ])
  })

  it('matches the source inbound and the destination outbound (R-NACL-5)', () => {
    const network = shop(
      ['100 allow tcp 443 to 10.0.2.20/32', '100 allow tcp 1024-65535 from 10.0.2.20/32'],
      ['100 allow tcp 443 from 10.0.1.10/32', '100 allow tcp 1024-65535 to 10.0.1.10/32'],
    )
    expect(ask(network, 'eni-web', 'eni-db', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-neighbour', 'eni-db', 'tcp 443').blocked).toEqual([
      'forward SUBNET_ACL_RESTRICTION acl-db inbound',
      'return SUBNET_ACL_RESTRICTION acl-db outbound',
    ])
  })

  it('with an ICMP rule for echo requests needs one for echo replies as well (R-NACL-3, R-FLOW-6)', () => {
    const asking: AclRule[] = ['100 allow icmp 8 to 0.0.0.0/0', '100 allow icmp 0 from 0.0.0.0/0']
    const asked: AclRule[] = ['100 allow icmp 8 from 0.0.0.0/0', '100 allow icmp 0 to 0.0.0.0/0']
    expect(ask(shop(asking, asked), 'eni-web', 'eni-db', 'icmp')).toMatchObject({
      verdict: 'reachable',
      judged: [
        'acl-app outbound icmp echo request 10.0.1.10 -> 10.0.2.20',
        'acl-db inbound icmp echo request 10.0.1.10 -> 10.0.2.20',
        'acl-db outbound icmp echo reply 10.0.2.20 -> 10.0.1.10',
        'acl-app inbound icmp echo reply 10.0.2.20 -> 10.0.1.10',
      ],
    })
    expect(ask(shop(asking, asked.slice(0, 1)), 'eni-web', 'eni-db', 'icmp')).toMatchObject({ verdict: 'one-way' })
    // Nobody answers a "destination unreachable", so no rule is needed for its answer (R-FLOW-6).
    expect(ask(shop(['100 allow icmp 3 to 0.0.0.0/0'], OPEN), 'eni-web', 'eni-db', 'icmp 3/4')).toMatchObject({
      verdict: 'reachable',
      back: '',
    })
  })

  it('vector 55: with an IPv4 rule says nothing about IPv6 (R-NACL-6)', () => {
    const network = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('any', ['all from 0.0.0.0/0', 'all from ::/0'])
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { acl: OPEN })
      .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
      .subnet('db', ['10.0.2.0/24', '2600:1f18:1:2::/64'])
      .instance('db', ['10.0.2.20', '2600:1f18:1:2::20'], { groups: ['any'] })
    expect(ask(network, 'eni-web', '10.0.2.20', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '2600:1f18:1:2::20', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SUBNET_ACL_RESTRICTION acl-app outbound', 'return SUBNET_ACL_RESTRICTION acl-app inbound'],
    })
  })

  it('without ports or types in a rule means all of the protocol, by our convention (R-NACL-7)', () => {
    const bare = (Protocol: string) => ({
      Entries: [false, true].map((Egress) => ({
        RuleNumber: 100,
        RuleAction: 'allow',
        Egress,
        Protocol,
        CidrBlock: '0.0.0.0/0',
      })),
    })
    const ruled = (protocol: string, packets: string) =>
      ask(shop(OPEN, OPEN).with('networkAcl', 'acl-db', bare(protocol)), 'eni-web', 'eni-db', packets).verdict
    expect(ruled('6', 'tcp')).toBe('reachable')
    expect(ruled('1', 'icmp')).toBe('reachable')
    expect(ruled('6', 'udp')).toBe('unreachable')
  })

  it('that nobody read leaves it unknown (R-NACL-1)', () => {
    expect(ask(shop(OPEN, OPEN).without('networkAcl'), 'eni-web', 'eni-db', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['NETWORK_ACL_UNKNOWN subnet-app'],
    })
  })
})
