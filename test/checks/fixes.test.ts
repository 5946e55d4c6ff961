/** Which changes are proposed: the smallest that mend, proved on a copy of the network. */
import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/changes/change.ts'
import { candidatesOf } from '../../src/checks/candidates.ts'
import { withFixes } from '../../src/checks/fixes.ts'
import type { Baseline } from '../../src/policy/baseline.ts'
import type { Finding, Fix } from '../../src/policy/finding.ts'
import { estate, type Estate } from '../build.ts'
import type { SubnetOptions } from '../build/network.ts'
import { compiled, policyFrom, TODAY } from './ask.ts'

const only = (check: string, rules = ''): string => `version: 1\nchecks: { ${check} }\n${rules}`
const quiet = 'cleartext-protocol: off, trust-by-address: off, nacl-loses-replies: off, sg-rule-redundant: off'

const findingsOf = (of: Estate, policy: string, rule: string): readonly Finding[] =>
  withFixes(compiled(of), policyFrom(policy), { today: TODAY, most: 20, flows: 0 }).findings.filter(
    (each) => each.rule === rule,
  )

const fixesOf = (of: Estate, policy: string, rule: string): readonly Fix[] => {
  const findings = findingsOf(of, policy, rule)
  expect(findings).toHaveLength(1)
  return findings[0]!.fixes ?? []
}

const shop = (): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('private', '10.0.1.0/24', {})
    .instance('app', '10.0.1.10', { groups: ['app'] })
    .instance('job', '10.0.1.20', { groups: ['job'] })
    .subnet('database', '10.0.2.0/24', {})
    .instance('db', '10.0.2.10', { groups: ['db'] })
    .instance('db-2', '10.0.2.20', { groups: ['db'] })
    .securityGroup('app', ['tcp 0-65535 to 10.0.0.0/16'])
    .securityGroup('job', [], { closed: true })
    .securityGroup('db', ['tcp 5432 from 10.0.0.0/16'], { closed: true })

describe('a block that is trusted', () => {
  it('is replaced by references to the groups of who really sends', () => {
    const [fix] = fixesOf(shop(), only('cleartext-protocol: off'), 'trust-by-address')
    expect(fix).toMatchObject({
      says: 'in sg-db (db), replace the inbound rule "tcp 5432 from 10.0.0.0/16" by "tcp 5432 from sg-app (app)"',
      commands: [
        expect.stringMatching(/^aws ec2 authorize-security-group-ingress .*"GroupId":"sg-app"/) as string,
        expect.stringMatching(/^aws ec2 revoke-security-group-ingress .*"CidrIp":"10.0.0.0\/16"/) as string,
      ],
      alsoCuts: [],
    })
  })

  it('is replaced so where a baseline accepts less of it than there is', () => {
    const policy = policyFrom(only('cleartext-protocol: off'))
    const examined = (baseline?: Baseline): readonly Finding[] =>
      withFixes(compiled(shop()), policy, { today: TODAY, most: 20, flows: 0, ...(baseline && { baseline }) }).findings
    const [found] = examined().filter(({ rule }) => rule === 'trust-by-address')
    const accepted = { ...found!, packets: [] }
    const [grown] = examined({ file: 'ztnet.baseline.json', findings: [accepted] })
    expect(grown).toMatchObject({ title: `${found!.title}; more than the baseline accepts`, fixes: found!.fixes })
  })

  it('is replaced so over a peering too, which carries the group of the sender', () => {
    const peered = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('database', '10.0.2.0/24', { routes: { '10.9.0.0/16': 'pcx-shop-far' } })
      .instance('db', '10.0.2.10', { groups: ['db'] })
      .securityGroup('db', ['tcp 5432 from 10.9.0.0/16'], { closed: true })
      .vpc('far', '10.9.0.0/16')
      .subnet('far-private', '10.9.1.0/24', { routes: { '10.0.0.0/16': 'pcx-shop-far' } })
      .instance('app', '10.9.1.10', { groups: ['app'] })
      .instance('job', '10.9.1.20', { groups: ['job'] })
      .securityGroup('app', ['tcp 5432 to 10.0.0.0/16'])
      .securityGroup('job', [], { closed: true })
      .peering('shop', 'far')
    const [fix] = fixesOf(peered, only(quiet.replace('trust-by-address: off, ', '')), 'trust-by-address')
    expect(fix).toMatchObject({
      says: expect.stringMatching(/by "tcp 5432 from sg-app \(app\)"$/) as string,
      alsoCuts: [],
    })
  })
})

describe('a rule that lets more in than is wrong', () => {
  const wide = (): Estate => shop().securityGroup('db', ['tcp 443-5432 from sg-app'], { closed: true })
  const rule = 'rules: [{ id: own, deny: { from: private, to: database, ports: [tcp/3306] } }]\n'

  it('is narrowed by what is wrong, and keeps the rest', () => {
    const [fix, ...others] = fixesOf(wide(), only(quiet, rule), 'own')
    expect(fix).toMatchObject({
      says: 'in sg-db (db), replace the inbound rule "tcp 443-5432 from sg-app" by "tcp 443-3305 from sg-app (app)", "tcp 3307-5432 from sg-app (app)"',
      alsoCuts: [],
    })
    expect(others.map(({ alsoCuts }) => alsoCuts)).toContainEqual([
      'shop/private -> shop/database, on more than is wrong',
    ])
  })

  it('is narrowed by cleartext protocols', () => {
    const cleartext = shop().securityGroup('db', ['tcp 80-443 from sg-app'], { closed: true })
    const [fix] = fixesOf(cleartext, only('trust-by-address: off'), 'cleartext-protocol')
    expect(fix?.says).toMatch(
      /by "tcp 81-109 from sg-app \(app\)", "tcp 111-142 from .*", "tcp 144-388 from .*", "tcp 390-443 from /,
    )
    expect(fix?.alsoCuts).toEqual([])
  })
})

describe('a network ACL on the way', () => {
  const narrow = (): Estate =>
    shop().securityGroup('app', ['tcp 22 to 10.0.2.0/24']).securityGroup('db', ['tcp 22 from sg-app'], { closed: true })
  const rule = 'rules: [{ id: own, deny: { from: private, to: database, ports: [tcp/22] } }]\n'

  it('denies what is wrong before the rule that allows it', () => {
    const says = fixesOf(narrow(), only(quiet, rule), 'own').map((fix) => fix.says)
    expect(says).toContainEqual(
      expect.stringMatching(/^add (in|out)bound rule 99 to .*: deny tcp 22 (to|from) 10\.0\.[12]\.0\/24$/),
    )
  })

  it('loses the rule that allows it, where none fits before', () => {
    const first = narrow().networkAcl('default-shop', ['1 allow all from 0.0.0.0/0', '1 allow all to 0.0.0.0/0'])
    expect(fixesOf(first, only(quiet, rule), 'own').map((fix) => fix.says)).toContain(
      'delete outbound rule 1 of acl-default-shop (default-shop)',
    )
  })
})

describe('a route on the way', () => {
  const rule = 'rules: [{ id: own, deny: { from: private, to: private, ports: [tcp/443] } }]\n'
  const reaching = (routes: NonNullable<SubnetOptions['routes']>): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('private', '10.0.1.0/24', { routes })
      .instance('app', '10.0.1.10', { groups: ['any'] })
      .vpc('far', '10.9.0.0/16')
      .subnet('far-private', '10.9.1.0/24', { routes: { '10.0.0.0/16': 'tgw-hub' } })
      .instance('db', '10.9.1.10', { groups: ['far'] })
      .securityGroup('any', ['all to 0.0.0.0/0'])
      .securityGroup('far', ['all from 0.0.0.0/0'])
      .prefixList('partners', ['10.9.0.0/16'])
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['private'])
      .transitGatewayAttachment('far', ['far-private'])
      .transitGatewayRouteTable('back', { associated: ['far'], propagated: ['shop'] })
  const deletedIn = (of: Estate): readonly Change[] => {
    const [finding, ...others] = findingsOf(of, only(quiet, rule), 'own')
    expect(others).toEqual([])
    return candidatesOf(compiled(of), finding!).filter(
      ({ do: what }) => what === 'delete-route' || what === 'delete-transit-route',
    )
  }
  const onTransit = { associated: ['shop'], routes: { '10.9.0.0/16': 'far' } }

  it.each(['10.9.0.0/16', 'pl-partners'])('to %s is deleted by what it is for, and so is a static one behind', (to) => {
    expect(deletedIn(reaching({ [to]: 'tgw-hub' }).transitGatewayRouteTable('there', onTransit))).toEqual([
      { do: 'delete-transit-route', table: 'tgw-rtb-there', destination: '10.9.0.0/16' },
      { do: 'delete-route', table: 'rtb-private', destination: to },
    ])
  })

  it('is left alone where a propagation put it there: it cannot be deleted', () => {
    const propagated = reaching({ '10.9.0.0/16': { TransitGatewayId: 'tgw-hub', Origin: 'Advertisement' } })
    const there = { associated: ['shop'], propagated: ['far'] }
    expect(deletedIn(propagated.transitGatewayRouteTable('there', there))).toEqual([])
  })
})

describe('a network ACL that loses replies', () => {
  it('is mended by a rule that cuts nothing off: what was lost on its way back now arrives', () => {
    const losing = estate()
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24')
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .instance('job', '10.0.1.200', { groups: ['any'] })
      .subnet('lose', '10.0.2.0/24', {
        acl: ['100 allow tcp 443 from 0.0.0.0/0', '100 allow tcp 1024-65535 to 10.0.1.0/25'],
      })
      .instance('db', '10.0.2.10', { groups: ['any'] })
      .securityGroup('any', ['all from 0.0.0.0/0'])
    const fixes = findingsOf(
      losing,
      only(quiet.replace('nacl-loses-replies: off, ', '')),
      'nacl-loses-replies',
    ).flatMap((each) => each.fixes ?? [])
    expect(fixes.length).toBeGreaterThan(0)
    expect(fixes.flatMap(({ alsoCuts }) => alsoCuts)).toEqual([])
  })
})
