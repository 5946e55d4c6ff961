/** What the four verbs, exceptions and selectors mean, on the smallest network that shows it. */
import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '../../src/policy/policy-file.ts'
import type { Gap, Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate, type Estate } from '../build.ts'
import { check } from '../checks/ask.ts'

/** web (public) -> app (private) -> db (database), and a bastion (private) that may ask the database on two ports. */
const shop = (): Estate =>
  estate()
    .vpc('shop', ['10.0.0.0/16'])
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.0.10', { groups: ['web'], publicIp: '54.10.0.1' })
    .subnet('private', '10.0.1.0/24', {})
    .instance('app', '10.0.1.10', { groups: ['app'] })
    .instance('bastion', '10.0.1.20', { groups: ['bastion'] })
    .subnet('database', '10.0.2.0/24', {})
    .instance('db', '10.0.2.10', { groups: ['db'] })
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'tcp 8443 to sg-app'])
    .securityGroup('app', ['tcp 8443 from sg-web', 'tcp 5432 to sg-db'])
    .securityGroup('bastion', ['tcp 5432 to sg-db', 'tcp 22 to sg-db'])
    .securityGroup('db', ['tcp 5432 from sg-app', 'tcp 5432 from sg-bastion', 'tcp 22 from sg-bastion'], {
      closed: true,
    })

const quiet = 'checks: { subnet-without-tier: off, cleartext-protocol: off, nacl-loses-replies: off }'

const rules = (...lines: readonly string[]): string =>
  `version: 1\n${quiet}\nrules:\n${lines.map((line) => `  - ${line}\n`).join('')}`

const titles = (of: Estate, policy: string, today?: string): readonly string[] =>
  check(of, policy, today === undefined ? {} : { today }).findings.map(({ title }) => title)

describe('deny', () => {
  it('no packet may pass, and the finding has exactly those that do', () => {
    const [finding] = check(shop(), rules('{ id: a, deny: { from: private, to: database } }')).findings
    expect(finding).toMatchObject({
      title: 'shop/private reaches shop/database on tcp 22, 5432',
      pairs: { breaking: 2, of: 2 },
      flows: [
        {
          from: ['eni-app'],
          to: ['eni-db'],
          packets: [{ protocol: 'tcp', destinationPorts: [[5432, 5432]], sources: ['10.0.1.10/32'] }],
        },
        {
          from: ['eni-bastion'],
          to: ['eni-db'],
          packets: [
            {
              destinationPorts: [
                [22, 22],
                [5432, 5432],
              ],
            },
          ],
        },
      ],
    })
  })

  it('ports narrow it', () => {
    expect(titles(shop(), rules('{ id: a, deny: { from: private, to: database, ports: [tcp/22, udp/53] } }'))).toEqual([
      'shop/private reaches shop/database on tcp 22',
    ])
  })

  it('holds one way, unless both ways are meant', () => {
    expect(titles(shop(), rules('{ id: a, deny: { from: database, to: private } }'))).toEqual([])
    expect(titles(shop(), rules('{ id: a, deny: { from: database, to: private, both-ways: true } }'))).toHaveLength(1)
  })

  it('a family that is not meant is not judged', () => {
    expect(titles(shop(), rules('{ id: a, families: ipv6, deny: { from: private, to: database } }'))).toEqual([])
  })
})

describe('only', () => {
  it('closes the side that its key names, against everybody else', () => {
    expect(titles(shop(), rules('{ id: a, only: { into: database, from: [private] } }'))).toEqual([])
    expect(titles(shop(), rules('{ id: a, only: { into: private, from: [] } }').replace('[]', '[database]'))).toEqual([
      'shop/public reaches shop/private on tcp 8443',
    ])
  })

  it('what is permitted is permitted on its ports', () => {
    expect(titles(shop(), rules('{ id: a, only: { into: database, from: private, ports: tcp/5432 } }'))).toEqual([
      'shop/private reaches shop/database on tcp 22',
    ])
  })

  it('out of a tier, to the own VPC and to addresses outside', () => {
    const out = (to: string): string => rules(`{ id: a, only: { out-of: public, to: ${to} } }`)
    expect(titles(shop(), out('[vpc, internet]'))).toEqual([])
    expect(titles(shop().securityGroup('web', ['tcp 443 to 93.184.216.0/24']), out('[vpc]'))).toHaveLength(1)
    expect(titles(shop().securityGroup('web', ['tcp 443 to 93.184.216.0/24']), out('[vpc, 93.184.216.0/22]'))).toEqual(
      [],
    )
  })
})

describe('require', () => {
  it('works there and back for all pairs, or for some', () => {
    const wanted = (more: string): string => rules(`{ id: a, require: { from: private, to: database, ${more} } }`)
    expect(titles(shop(), wanted('ports: [tcp/5432]'))).toEqual([])
    expect(titles(shop(), wanted('ports: [tcp/22]'))).toEqual(['shop/private cannot reach shop/database on tcp 22'])
    expect(titles(shop(), wanted('ports: [tcp/22], quantifier: some'))).toEqual([])
    expect(titles(shop(), wanted('ports: [tcp/3306], quantifier: some'))).toHaveLength(1)
  })

  it('asks nothing of load balancers, which send to their targets alone, unless they alone are meant', () => {
    const network = shop()
      .within('subnet-private')
      .networkLoadBalancer('front', {
        nodes: { private: '10.0.1.50' },
        listeners: { 'TCP 443': { targets: ['i-app'], port: 8443 } },
      })
    const required = (from: string): string =>
      rules(`{ id: a, require: { from: ${from}, to: database, ports: [tcp/5432], quantifier: all } }`)
    expect(titles(network, required('private'))).toEqual([])
    expect(titles(network, required('{ type: load-balancer }'))).toHaveLength(1)
  })

  it('works in both ways, where both are meant', () => {
    const wanted = (more: string): string =>
      rules(`{ id: a, require: { from: private, to: database, ports: [tcp/5432]${more} } }`)
    expect(titles(shop(), wanted(', both-ways: true'))).toEqual(['shop/database cannot reach shop/private on tcp 5432'])
  })

  it('says what is in the way', () => {
    const [finding] = check(
      shop(),
      rules('{ id: a, require: { from: public, to: database, ports: [tcp/5432] } }'),
    ).findings
    expect(finding?.causes.map(({ code }) => code)).toContain('ENI_SG_RULES_MISMATCH')
    expect(finding?.remedy).toMatch(/add an (in|out)bound rule/)
  })

  it('a reply that is lost is not working', () => {
    const deaf = shop().within('vpc-shop').networkAcl('default-shop', ['50 deny tcp 1024-65535 to 10.0.1.0/24'])
    expect(titles(deaf, rules('{ id: a, require: { from: private, to: database, ports: [tcp/5432] } }'))).toHaveLength(
      1,
    )
  })
})

describe('require in two families', () => {
  /** Two services: IPv4 to the first goes on 443 alone, IPv6 to it on 8443 alone; to the second nothing goes but 443 by IPv6. */
  const dual = (): Estate =>
    estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18::/56'])
      .subnet('private', ['10.0.1.0/24', '2600:1f18:0:1::/64'], {})
      .instance('app', ['10.0.1.10', '2600:1f18:0:1::10'], { groups: ['app'] })
      .subnet('database', ['10.0.2.0/24', '2600:1f18:0:2::/64'], {})
      .instance('db', ['10.0.2.10', '2600:1f18:0:2::10'], { groups: ['db'] })
      .instance('db-2', ['10.0.2.20', '2600:1f18:0:2::20'], { groups: ['db-2'] })
      .securityGroup('app', ['all to 0.0.0.0/0', 'all to ::/0'])
      .securityGroup('db', ['tcp 443 from 10.0.1.0/24', 'tcp 8443 from 2600:1f18::/56'])
      .securityGroup('db-2', ['tcp 443 from 2600:1f18::/56'])
  const wanted = (ports: string, more = ''): string =>
    rules(`{ id: a, ${more} require: { from: private, to: database${ports === '' ? '' : `, ports: [${ports}]`} } }`)

  it('is met by pairs of which each works in one of them', () => {
    expect(titles(dual(), wanted('tcp/443'))).toEqual([])
  })

  it('is met by ports of which each works in one of them', () => {
    expect(check(dual(), wanted('tcp/443, tcp/8443')).findings).toMatchObject([
      { title: 'shop/private cannot reach shop/database on tcp 8443', pairs: { breaking: 1, of: 2 } },
    ])
  })

  it('asks for the family that is named, where one is', () => {
    expect(check(dual(), wanted('tcp/443', 'families: ipv4,')).findings).toMatchObject([
      { verdict: 'unreachable', pairs: { breaking: 1, of: 2 }, text: ['tcp 443'] },
    ])
    expect(titles(dual(), wanted('tcp/443', 'families: ipv6,'))).toHaveLength(1)
  })

  it('asks for anything at all where no port is named', () => {
    expect(titles(dual(), wanted(''))).toEqual([])
    expect(titles(dual().securityGroup('db-2', []), wanted(''))).toHaveLength(1)
  })

  it('some is not missed while one pair may be the one', () => {
    const some = wanted('tcp/9999').replace('] }', '], quantifier: some }')
    expect(titles(dual(), some)).toHaveLength(1)
    const unread = check(dual().without('securityGroup'), some)
    expect(unread.findings).toEqual([])
    expect(unread.unknowns.map(({ rule }) => rule)).toEqual(['a'])
  })
})

describe('via', () => {
  const behindNat = (): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .natGateway('nat', '10.0.0.5', { publicIp: '54.10.0.5' })
      .subnet('private', '10.0.1.0/24', { routes: { '0.0.0.0/0': 'nat-nat' } })
      .instance('app', '10.0.1.10', {})

  it('every way there must cross one of the components', () => {
    const through = (what: string): string => rules(`{ id: a, via: { from: private, to: internet, through: ${what} } }`)
    const off = through('{ type: nat-gateway }').replace('checks: {', 'checks: { aws-service-by-internet: off,')
    expect(titles(behindNat(), off)).toEqual([])
    expect(titles(behindNat(), off.replace('nat-gateway', 'network-firewall'))).toEqual([
      expect.stringMatching(/^shop\/private reaches internet past network-firewall on /) as string,
    ])
    expect(
      titles(behindNat(), off.replace('{ type: nat-gateway }', '{ type: nat-gateway, name: other }')),
    ).toHaveLength(1)
    expect(titles(behindNat(), off.replace('{ type: nat-gateway }', 'nat-nat'))).toEqual([])
  })

  it('and back, where both ways are meant', () => {
    const open = behindNat()
      .instance('web', '10.0.1.20', { groups: ['web'] })
      .securityGroup('web', ['all from 0.0.0.0/0'])
    const via = (more: string): string =>
      rules(`{ id: a, via: { from: database, to: private, through: { type: nat-gateway }${more} } }`)
    const both = open
      .subnet('database', '10.0.3.0/24', {})
      .instance('db', '10.0.3.10', { groups: ['db'] })
      .securityGroup('db', ['all to 10.0.0.0/16'], { closed: true })
    expect(check(both, via('')).findings.map(({ rule }) => rule)).toContain('a')
    const back = rules(
      '{ id: a, via: { from: private, to: database, through: { type: nat-gateway }, both-ways: true } }',
    )
    expect(
      check(both, back)
        .findings.filter(({ rule }) => rule === 'a')
        .map(({ from }) => from?.label),
    ).toEqual(['shop/database'])
  })
})

describe('an exception', () => {
  const policy = (exception: string): string =>
    `${rules('{ id: a, deny: { from: private, to: database } }')}exceptions:\n  - ${exception}\n`
  const written = (more: string): string =>
    policy(`{ id: EX, rule: a, ${more}, reason: r, owner: o, expires: 2027-01-31 }`)

  it('covers the packets that are a subset of it, and the rest is told', () => {
    const { findings, suppressed } = check(
      shop(),
      written('from: { name: bastion }, to: { name: db }, ports: [tcp/5432]'),
    )
    expect(findings.map(({ title }) => title)).toEqual(['shop/private reaches shop/database on tcp 22, 5432'])
    const packets = findings.flatMap(({ flows = [] }) =>
      flows.flatMap((flow) => flow.from.map((id) => [id, flow.packets[0]?.destinationPorts] as const)),
    )
    expect(packets).toEqual(
      expect.arrayContaining([
        ['eni-app', [[5432, 5432]]],
        ['eni-bastion', [[22, 22]]],
      ]),
    )
    expect(packets).toHaveLength(2)
    expect(suppressed.map(({ by, finding }) => [by.id, finding.flows?.[0]?.from])).toEqual([['EX', ['eni-bastion']]])
  })

  it('covers all that it does not narrow', () => {
    expect(titles(shop(), written('from: private'))).toEqual([])
  })

  it('stops on the day after, and is a finding then', () => {
    expect(titles(shop(), written('from: private'), '2027-01-31')).toEqual([])
    expect(titles(shop(), written('from: private'), '2027-02-01')).toEqual(
      ['exception EX of o ended on 2027-01-31', 'shop/private reaches shop/database on tcp 22, 5432'].toSorted((a) =>
        a.startsWith('shop') ? -1 : 1,
      ),
    )
  })

  it('that covers nothing is a finding', () => {
    expect(titles(shop(), written('from: { name: nobody }'))).toContain('exception EX of o covers nothing')
  })
})

describe('a rule that cannot be judged', () => {
  it('of somebody who is not there is open, and none of the shipped policy', () => {
    const { findings, unknowns } = check(
      shop(),
      rules(
        '{ id: a, on-unknown: fail, deny: { from: internet, to: { name: "dns-*" } } }',
        '{ id: b, only: { into: { vpc: shopp }, from: private } }',
      ),
    )
    expect([findings, unknowns.map(({ onUnknown, message }) => `${onUnknown}: ${message}`)]).toEqual([
      [],
      [
        'fail: rule a cannot be judged: to selects nothing in this snapshot',
        'warn: rule b cannot be judged: the closed side selects nothing in this snapshot',
      ],
    ])
    expect(check(shop(), `version: 1\nextends: [ztnet/tiers-v1]\n${quiet}\n`).unknowns).toEqual([])
  })

  it('and says that something must work is broken by who is not there, unless nobody knows who is', () => {
    const policy = rules('{ id: a, require: { from: private, to: { name: "dns-*" }, ports: [udp/53] } }')
    expect(titles(shop(), policy)).toEqual(['nothing is there that could work: to selects nothing in this snapshot'])
    const unread = check(shop().without('networkInterface'), policy)
    expect([unread.findings, unread.unknowns.map(({ rule }) => rule)]).toEqual([[], ['a', 'admin-port-from-internet']])
  })

  it('is one that speaks of a VPC in which nobody looked for interfaces', () => {
    const elsewhere = { account: '222222222222', region: 'eu-west-1' }
    const whole = shop()
      .in(elsewhere)
      .vpc('other', '10.2.0.0/16')
      .subnet('other-database', '10.2.1.0/24', {})
      .snapshot()
    const isUnread = ({ kind, account }: Snapshot['coverage'][number]): boolean =>
      kind === 'networkInterface' && account === elsewhere.account
    const policy = rules(
      '{ id: a, deny: { from: internet, to: database } }',
      '{ id: b, deny: { from: internet, to: private } }',
      '{ id: c, deny: { from: private, to: { vpc: shop, name: db } } }',
      '{ id: d, only: { into: { vpc: shop }, from: [internet, private] } }',
      '{ id: e, require: { from: { vpc: shop, name: app }, to: { account: "111111111111", name: db } } }',
    )
    const open = (snapshot: Snapshot): readonly string[] =>
      check(snapshot, policy).unknowns.flatMap(({ rule, message }) => (message.includes('vpc-other') ? [rule] : []))
    expect(open(whole)).toEqual([])
    expect(open({ ...whole, coverage: whole.coverage.filter((each) => !isUnread(each)) })).toEqual([
      'a',
      'd',
      'admin-port-from-internet',
    ])
  })

  it('is every one of ztnet/tiers-v1 that has somebody to speak of, where no interface was read at all', () => {
    const { findings, unknowns } = check(shop().without('networkInterface'), shippedPolicy())
    expect([findings, unknowns.map(({ rule }) => rule).slice(0, 3)]).toEqual([
      [],
      ['no-direct-ingress', 'db-isolated', 'db-in'],
    ])
    expect(unknowns[0]!.message).toBe(
      'rule no-direct-ingress cannot be judged in full: the snapshot does not tell the network interfaces of vpc-shop (shop), which aws ec2 describe-network-interfaces tells',
    )
  })

  it('speaks of an account of which nothing could be read', () => {
    const denied: Gap = {
      code: 'ACCESS_DENIED',
      message: 'denied',
      kind: 'networkInterface',
      account: '222222222222',
      region: 'eu-west-1',
    }
    const { unknowns } = check(
      { ...shop().snapshot(), gaps: [denied] },
      rules('{ id: a, deny: { from: internet, to: private } }'),
    )
    expect(unknowns[0]!.message).toMatch(/the network interfaces of account 222222222222 in eu-west-1,/)
  })

  it('by tiers is open where the subnets of interfaces were not read', () => {
    const { unknowns } = check(shop().without('subnet'), rules('{ id: a, deny: { from: database, to: private } }'))
    expect(unknowns[0]!.message).toBe(
      'rule a cannot be judged in full: the snapshot does not tell the description of subnet-database and 2 more subnets, and so their tier',
    )
  })

  it('by tiers is open where a subnet has none because its routes were not read', () => {
    const of = shop()
      .subnet('somewhere', '10.0.3.0/24', {})
      .instance('it', '10.0.3.10', { groups: ['app'] })
    const policy = `${rules('{ id: a, on-unknown: fail, deny: { from: database, to: private } }')}`
    expect(check(of, policy).unknowns).toEqual([])
    expect(check(of.without('routeTable'), policy).unknowns.map(({ message }) => message)).toEqual([
      'rule a cannot be judged in full: the snapshot does not tell the routes of subnet-somewhere, and so their tier',
    ])
  })

  it('leaves its exceptions alone', () => {
    const policy = `${rules('{ id: a, deny: { from: private, to: database } }')}exceptions:\n  - { id: EX, rule: a, from: private, reason: r, owner: o, expires: 2027-01-31 }\n`
    expect(titles(shop().without('securityGroup'), policy)).toEqual([])
  })
})

describe('a selector', () => {
  const reached = (to: string): number =>
    check(shop(), rules(`{ id: a, deny: { from: estate, to: ${to}, ports: [tcp/5432] } }`)).findings.length

  it.each([
    ['a tier', 'database'],
    ['a Name with a star', '{ name: "d*" }'],
    ['a subnet by Name', '{ subnet: database }'],
    ['conditions on the subnet', '{ subnet: { name: "data*", cidr: 10.0.2.0/23 } }'],
    ['a VPC and a type', '{ vpc: shop, type: instance, name: db }'],
    ['a security group by name', '{ sg: db }'],
    ['a security group by id', 'sg-db'],
    ['an instance', 'i-db'],
    ['a block', '10.0.2.0/24'],
    ['a block among conditions', '{ cidr: 10.0.2.0/24, type: instance }'],
    ['an account', '{ account: "111111111111", name: db }'],
    ['routes', '{ route: none, name: db }'],
    ['any of several', '[{ name: nobody }, { name: db }]'],
  ])('is %s', (_, to) => {
    expect(reached(to)).toBe(1)
  })

  it.each([
    ['another Name', '{ name: web }'],
    ['a Name and another subnet', '{ name: db, subnet: private }'],
    ['another account', '{ account: "222222222222" }'],
    ['other routes', '{ route: igw }'],
    ['another type', '{ type: lambda }'],
  ])('is not %s', (_, to) => {
    expect(reached(to)).toBe(0)
  })

  it('of an organizational unit that the snapshot does not tell leaves the rule open', () => {
    const policy = `version: 1\naccounts: { prod: { ou: ou-1 } }\n${quiet}\nrules:\n  - { id: a, on-unknown: fail, deny: { from: prod, to: internet } }\n`
    expect(check(shop(), policy).unknowns).toMatchObject([
      { rule: 'a', onUnknown: 'fail', message: expect.stringContaining('ou-1') as string },
    ])
    expect(check(shop(), policy.replace('fail', 'ignore')).unknowns).toEqual([])
  })
})

it('what several rules forbid is told once, by the worst, with the names of the others', () => {
  const { findings } = check(
    shop(),
    rules(
      '{ id: low, severity: low, deny: { from: private, to: database } }',
      '{ id: worst, severity: critical, deny: { from: private, to: database, ports: [tcp/22] } }',
    ),
  )
  expect(findings.map(({ rule, text, also }) => [rule, text, also])).toEqual([
    ['worst', ['tcp 22'], ['low']],
    ['low', ['tcp 5432'], undefined],
  ])
})

describe('an organizational unit', () => {
  const policy = `version: 1\naccounts: { prod: { ou: ou-ab12-prod } }\n${quiet}\nrules:\n  - { id: a, deny: { from: prod, to: database } }\n`
  const under = (...parents: readonly (readonly [id: string, parent: string])[]): Estate =>
    parents.reduce(
      (of, [id, Id]) => of.record('organizationParents', id, { Parents: [{ Id, Type: 'ORGANIZATIONAL_UNIT' }] }),
      shop(),
    )

  it('has the accounts that stand in it, or in units within it', () => {
    expect(titles(under(['111111111111', 'ou-ab12-prod']), policy)).toHaveLength(1)
    expect(titles(under(['111111111111', 'ou-ab12-shop'], ['ou-ab12-shop', 'ou-ab12-prod']), policy)).toHaveLength(1)
  })

  it('has none that stand elsewhere', () => {
    const { findings, unknowns } = check(under(['111111111111', 'ou-ab12-dev'], ['ou-ab12-dev', 'r-ab12']), policy)
    expect([findings, unknowns]).toEqual([[], []])
  })

  it('is not known where the way up to the root is not', () => {
    const { findings, unknowns } = check(under(['111111111111', 'ou-ab12-dev']), policy)
    expect(findings).toEqual([])
    expect(unknowns.map(({ message }) => message)).toEqual([
      'rule a cannot be judged in full: the snapshot does not tell whether account 111111111111 is in ou-ab12-prod',
    ])
  })

  it('that is not known leaves open what must be crossed', () => {
    const via = policy.replace(
      'deny: { from: prod, to: database }',
      'via: { from: private, to: database, through: { type: nat-gateway, account: prod } }',
    )
    const { findings, unknowns } = check(shop(), via)
    expect(findings).toEqual([])
    expect(unknowns.map(({ rule }) => rule)).toEqual(['a'])
  })
})
