/** Which rule tells of packets that break several, and what exceptions and the baseline take away from each. */
import { describe, expect, it } from 'vitest'
import { examine } from '../../src/checks/findings.ts'
import { type Baseline, baselineOf, formatBaseline, parseBaseline, shrunk } from '../../src/policy/baseline.ts'
import { estate, type Estate } from '../build.ts'
import { check, compiled, policyFrom, TODAY } from './ask.ts'

/** The internet reaches two ports of a web server. */
const shop = (): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.0.10', { groups: ['web'], publicIp: '54.10.0.1' })
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0', 'tcp 8443 from 0.0.0.0/0'])

const worse = '{ id: no-in, severity: critical, deny: { from: internet, to: { vpc: shop } } }'
const other = '{ id: no-in-pub, severity: high, deny: { from: internet, to: public } }'
const part = '{ id: no-in-pub, severity: high, deny: { from: internet, to: public, ports: [tcp/443] } }'

const policy = (rules: readonly string[], ...exceptions: readonly string[]): string =>
  [
    'version: 1',
    'rules:',
    ...rules.map((rule) => `  - ${rule}`),
    ...(exceptions.length > 0 ? ['exceptions:'] : []),
    ...exceptions.map((text) => `  - { ${text}, reason: r, owner: o, expires: 2027-01-31 }`),
    '',
  ].join('\n')

const told = (text: string, baseline?: Baseline, of = shop()) => {
  const { findings, suppressed } = check(of, text, baseline ? { baseline } : {})
  return {
    open: findings.map(({ rule, also, title }) => [rule, ...(also ?? []), title.replace(/^.* on /, '')].join(' ')),
    accepted: suppressed.map(({ by, finding }) => `${by.id} ${finding.rule}`),
  }
}

const baselineFrom = (text: string, of = shop()): Baseline => {
  const { result, besides } = examine(compiled(of), policyFrom(text), { today: TODAY })
  const made = baselineOf(result.findings, besides, 'b.json')
  return parseBaseline(formatBaseline(made), 'b.json')
}

describe('a packet that breaks two rules', () => {
  it('is told once, by the worse, which names the other', () => {
    expect(told(policy([other, worse]))).toEqual({ open: ['no-in no-in-pub tcp 443, 8443'], accepted: [] })
    expect(check(shop(), policy([worse, other])).rules.slice(0, 2)).toMatchObject([
      { id: 'no-in', findings: 1 },
      { id: 'no-in-pub', findings: 0, toldWithOthers: 1 },
    ])
  })

  it('is told by the other where an exception takes it from the worse', () => {
    expect(told(policy([worse, other], 'id: EX, rule: no-in'))).toEqual({
      open: ['no-in-pub tcp 443, 8443'],
      accepted: ['EX no-in'],
    })
    expect(told(policy([worse, other], 'id: EX, rule: no-in, ports: [tcp/443]'))).toEqual({
      open: ['no-in no-in-pub tcp 8443', 'no-in-pub tcp 443'],
      accepted: ['EX no-in'],
    })
  })

  it('uses an exception from the other, and is told by the worse alone', () => {
    expect(told(policy([worse, other], 'id: EX, rule: no-in-pub'))).toEqual({
      open: ['no-in tcp 443, 8443'],
      accepted: ['EX no-in-pub'],
    })
  })

  it('is told by none where each has its exception', () => {
    expect(told(policy([worse, other], 'id: EX, rule: no-in', 'id: EY, rule: no-in-pub'))).toEqual({
      open: [],
      accepted: ['EX no-in', 'EY no-in-pub'],
    })
  })

  it('is told by a built-in check where an exception takes it from a rule', () => {
    const of = shop().within('vpc-shop').securityGroup('web', ['tcp 22 from 0.0.0.0/0'])
    expect(told(policy([worse]), undefined, of).open).toEqual(['no-in admin-port-from-internet tcp 22'])
    expect(told(policy([worse], 'id: EX, rule: no-in'), undefined, of).open).toEqual([
      'admin-port-from-internet tcp 22',
    ])
  })
})

describe('a baseline', () => {
  it('accepts a packet for the rules that it broke, and for no other', () => {
    expect(told(policy([worse, other]), baselineFrom(policy([worse, other])))).toEqual({
      open: [],
      accepted: ['b.json no-in'],
    })
    expect(told(policy([worse, other]), baselineFrom(policy([worse])))).toEqual({
      open: ['no-in-pub tcp 443, 8443'],
      accepted: ['b.json no-in'],
    })
    expect(told(policy([worse, other]), baselineFrom(policy([worse, part])))).toEqual({
      open: ['no-in-pub tcp 8443'],
      accepted: ['b.json no-in'],
    })
  })

  it('is not stale where a worse rule tells what it accepts of another', () => {
    expect(told(policy([worse, other]), baselineFrom(policy([other])))).toEqual({
      open: ['no-in tcp 443, 8443'],
      accepted: ['b.json no-in-pub'],
    })
  })

  it('shrinks for each rule', () => {
    const before = baselineFrom(policy([worse, other]))
    const { result, besides } = examine(compiled(shop()), policyFrom(policy([worse, part])), {
      today: TODAY,
      baseline: before,
    })
    const after = shrunk(
      before,
      result.suppressed.map(({ finding }) => finding),
      besides,
    )
    expect(after.findings).toEqual(baselineFrom(policy([worse, part])).findings)
  })
})

describe('pairs of a finding', () => {
  it('are counted once, though some of their packets are answered and others are not', () => {
    const answersLost = estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('app', '10.0.0.0/24')
      .instance('web', '10.0.0.10', { groups: ['any'], publicIp: '54.10.0.1' })
      .instance('job', '10.0.0.20', { groups: ['any'] })
      .instance('cron', '10.0.0.30', { groups: ['any'] })
      .securityGroup('any', ['all from 0.0.0.0/0'])
    const [found] = check(answersLost, `version: 1\nrules:\n  - ${worse}\n`).findings
    expect(found).toMatchObject({ rule: 'no-in', pairs: { breaking: 1, of: 3 } })
  })
})
