/** Findings in the formats of others, read by others: SARIF by Microsoft's validator, JUnit by a reader of JUnit. */
import { parse as parseJunit } from 'junit2json'
import { describe, expect, it } from 'vitest'
import { withFixes } from '../../src/checks/fixes.ts'
import { type CheckOptions, type CheckResult, examine } from '../../src/checks/findings.ts'
import { baselineOf } from '../../src/policy/baseline.ts'
import { checkGithub, checkGitlab } from '../../src/report/check-ci.ts'
import { checkJunit } from '../../src/report/check-junit.ts'
import { checkMarkdown } from '../../src/report/check-markdown.ts'
import { checkOcsf, type OcsfOptions } from '../../src/report/check-ocsf.ts'
import { checkSarif } from '../../src/report/check-sarif.ts'
import { checkText } from '../../src/report/check-text.ts'
import type { Verdict } from '../../src/reach/verdict.ts'
import { styleOf } from '../../src/report/style.ts'
import { estate, type Estate } from '../build.ts'
import { check, compiled, policyFrom, TODAY } from '../checks/ask.ts'
import { faultyEstate, faultyPolicy, healthy } from '../checks/faults.ts'
import { sarifFaults } from './sarif.ts'

const fallback = { file: 'ztnet.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 }
const faulty = withFixes(compiled(faultyEstate()), policyFrom(faultyPolicy), { today: TODAY, most: 3, flows: 0 })
const clean = check(healthy())
const hostile: CheckResult = {
  ...faulty,
  findings: faulty.findings.map((finding) => ({
    ...finding,
    title: `\u001b[31m<b>"&]]>|\n::error::%0A\u0000 ${finding.title}`,
  })),
}

const junitOf = (result: CheckResult): string => [...checkJunit(result)].join('')
const ocsfOf = (result: CheckResult, options: OcsfOptions): string => [...checkOcsf(result, options)].join('')

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly { readonly id: string; readonly properties: Record<string, unknown> }[]
        }
      }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly message: { readonly text: string }
        readonly locations: readonly {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string }
            readonly region: Record<string, number>
          }
        }[]
        readonly partialFingerprints: { readonly primaryLocationLineHash: string }
        readonly suppressions?: readonly unknown[]
      }[]
    },
  ]
}

const sarif = (result: CheckResult, suppressed = false): Sarif =>
  JSON.parse(JSON.stringify(checkSarif(result, { version: '0.1.0', fallback, suppressed }))) as Sarif

describe('SARIF', () => {
  it.each([
    ['many findings', faulty],
    ['none', clean],
    ['names that somebody wrote to break it', hostile],
  ])('of %s is valid by the published schema', (_, result) => {
    expect(sarifFaults(sarif(result))).toEqual([])
    expect(sarifFaults(sarif(result, true))).toEqual([])
  })

  it('that is no SARIF is refused by the same schema', () => {
    expect(sarifFaults({ ...sarif(faulty), version: '9' })).not.toEqual([])
  })

  it('has what GitHub needs: one physical location, relative, and fingerprints that differ', () => {
    const [{ results, tool }] = sarif(faulty).runs
    expect(results).toHaveLength(faulty.findings.length)
    for (const { locations, ruleId, ruleIndex, message } of results) {
      expect(locations).toHaveLength(1)
      const { artifactLocation, region } = locations[0]!.physicalLocation
      expect(artifactLocation.uri).toMatch(/^[^/.:][^:]*$/)
      expect(Math.min(...Object.values(region))).toBeGreaterThanOrEqual(1)
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
      expect(message.text).not.toBe('')
    }
    const hashes = results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)
    expect(new Set(hashes).size).toBe(results.length)
    for (const { properties } of tool.driver.rules) expect(Number(properties['security-severity'])).toBeGreaterThan(0)
  })

  it('marks accepted findings where they are wanted', () => {
    expect(sarif(faulty, true).runs[0].results.filter(({ suppressions }) => suppressions)).toHaveLength(
      faulty.suppressed.length,
    )
    expect(sarif(faulty).runs[0].results.some(({ suppressions }) => suppressions)).toBe(false)
  })
})

describe('JUnit', () => {
  it.each([
    ['many findings', faulty],
    ['none', clean],
    ['names that somebody wrote to break it', hostile],
  ])('of %s is read by a reader of JUnit, a suite for each rule', async (_, result) => {
    const read = (await parseJunit(junitOf(result))) as {
      testsuite: readonly { name: string; testcase: readonly { failure?: unknown; skipped?: unknown }[] }[]
      failures: number
    }
    expect(read.testsuite.map(({ name }) => name)).toEqual(result.rules.map(({ id }) => id))
    const cases = read.testsuite.flatMap(({ testcase }) => testcase)
    const told = result.rules.map(({ findings, toldWithOthers = 0 }) => findings + toldWithOthers)
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(told.reduce((sum, each) => sum + each, 0))
    expect(read.failures).toBeGreaterThanOrEqual(result.findings.length)
    expect(cases.length).toBeGreaterThanOrEqual(result.rules.length)
  })
})

it('JUnit shows characters that steer a terminal or the eyes by their code, wherever a name stands', () => {
  const name = 'a\nb\u001b[31m\u202e'
  const [finding] = faulty.findings.filter(({ from, to }) => from && to)
  const named = {
    ...finding!,
    from: { ...finding!.from!, label: name },
    title: name,
    text: [name],
  }
  const xml = junitOf({ ...faulty, findings: [named] })
  expect(xml.match(/a\\u000ab\\u001b\[31m\\u202e/g)!.length).toBeGreaterThanOrEqual(3)
  expect(xml).not.toMatch(/[\u001b\u202e]/)
  expect(xml).not.toContain('a\nb')
})

describe('JUnit of a rule', () => {
  interface Case {
    readonly name: string
    readonly failure?: unknown
    readonly skipped?: unknown
  }
  const of = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('private', '10.0.1.0/24', {})
    .instance('app', '10.0.1.10', { groups: ['app'] })
    .subnet('database', '10.0.2.0/24', {})
    .instance('db', '10.0.2.10', { groups: ['db'] })
    .subnet('intra', '10.0.3.0/24', {})
    .instance('job', '10.0.3.10', { groups: ['job'] })
    .securityGroup('app', ['tcp 22 to sg-db'])
    .securityGroup('db', ['tcp 22 from sg-app'], { closed: true })
    .securityGroup('job', [], { closed: true })
  const rule = '  - { id: own, deny: { from: [private, intra], to: database } }\n'
  const casesOf = async (estate: Estate, more = ''): Promise<readonly (readonly [string, string])[]> => {
    const result = check(estate, `version: 1\nrules:\n${rule}${more}`, { holds: true })
    const read = (await parseJunit(junitOf(result))) as { testsuite: readonly { testcase: readonly Case[] }[] }
    return read.testsuite[0]!.testcase.map(({ name, failure, skipped }) => [
      name,
      failure === undefined ? (skipped === undefined ? 'passed' : 'skipped') : 'failed',
    ])
  }

  it('has a case for each two ends that it speaks of, those between which it holds too', async () => {
    expect(await casesOf(of)).toEqual([
      ['shop/private -> shop/database', 'failed'],
      ['shop/intra -> shop/database', 'passed'],
    ])
  })

  it('skips what an exception covers, and what nobody can tell', async () => {
    const exception = 'exceptions: [{ id: EX, rule: own, from: private, reason: r, owner: o, expires: 2027-01-31 }]\n'
    expect(await casesOf(of, exception)).toEqual([
      ['shop/private -> shop/database', 'skipped'],
      ['shop/intra -> shop/database', 'passed'],
    ])
    const unread = await casesOf(of.without('securityGroup'))
    expect(unread).toEqual([['shop/intra, shop/private -> shop/database', 'skipped']])
  })
})

describe('JUnit of a rule whose packets a worse rule tells', () => {
  const of = estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('public', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .instance('web', '10.0.0.10', { groups: ['web'], publicIp: '54.10.0.1' })
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0'])
  const policy =
    'version: 1\nrules:\n  - { id: worse, severity: critical, deny: { from: internet, to: public } }\n  - { id: other, deny: { from: internet, to: public } }\n'
  const suitesOf = async (options: Partial<CheckOptions> = {}): Promise<readonly string[]> => {
    const xml = junitOf(check(of, policy, { holds: true, ...options }))
    const read = (await parseJunit(xml)) as {
      testsuite: readonly { name: string; testcase: readonly { failure?: unknown; skipped?: unknown }[] }[]
    }
    return read.testsuite.slice(0, 2).flatMap(({ name, testcase }) =>
      testcase.map(({ failure, skipped }) => {
        if (failure !== undefined) return `${name} failed`
        return `${name} ${skipped === undefined ? 'passed' : 'skipped'}`
      }),
    )
  }

  it('fails with it, and is skipped where a baseline accepts both', async () => {
    expect(await suitesOf()).toEqual(['worse failed', 'other failed'])
    const { result, besides } = examine(compiled(of), policyFrom(policy), { today: TODAY })
    const baseline = baselineOf(result.findings, besides, 'ztnet.baseline.json')
    expect(await suitesOf({ baseline })).toEqual(['worse skipped', 'other skipped'])
  })
})

describe('what would mend a finding', () => {
  const [fixed] = faulty.findings.filter(({ fixes = [] }) => fixes.length > 0)
  const says = fixed!.fixes![0]!.says
  const one: CheckResult = { ...faulty, findings: [fixed!] }

  it.each([
    ['SARIF', JSON.stringify(checkSarif(one, { version: '1.0.0', fallback }))],
    ['GitLab', JSON.stringify(checkGitlab(one, fallback))],
    ['GitHub', decodeURIComponent(checkGithub(one, fallback))],
    ['JUnit', junitOf(one)],
    ['OCSF', ocsfOf(one, { version: '1.0.0', time: 0 })],
    ['text', checkText(one, styleOf({ colour: false, columns: 500 }))],
  ])('is the very change that was tried, in %s', (_, text) => {
    expect(text.replaceAll(/\\"|&quot;/g, '"')).toContain(says)
  })

  it('is asked for in text where none was tried', () => {
    const { fixes, ...untried } = fixed!
    const text = checkText({ ...faulty, findings: [untried] }, styleOf({ colour: false, columns: 80 }))
    expect([fixes?.length, text]).toEqual([expect.any(Number), expect.stringContaining('--fixes tries changes')])
    expect(checkText(one, styleOf({ colour: false, columns: 80 }))).not.toContain('--fixes')
  })
})

describe('GitLab Code Quality', () => {
  it('has one entry for each finding, with a relative path and a fingerprint of its own', () => {
    const entries = checkGitlab(
      {
        ...faulty,
        findings: faulty.findings.map((each) => ({ ...each, place: { ...fallback, file: './ztnet.yaml' } })),
      },
      fallback,
    ) as readonly { fingerprint: string; severity: string; location: { path: string; lines: { begin: number } } }[]
    expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(faulty.findings.length)
    for (const { location, severity } of entries) {
      expect(location).toMatchObject({ path: 'ztnet.yaml', lines: { begin: 1 } })
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity)
    }
  })
})

describe('GitHub annotations', () => {
  it('are one command a line, whatever is in a Name', () => {
    const lines = checkGithub(hostile, fallback).trim().split('\n')
    expect(lines).toHaveLength(hostile.findings.length + 1)
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(
        /^::(error|warning|notice) file=[^,]+,line=\d+,endLine=\d+,col=\d+,title=[^:,]+::[^\u0000\u001b]+$/,
      )
  })
})

describe('Markdown', () => {
  it('never is longer than it may be, and says how many findings it leaves out', () => {
    const text = checkMarkdown(faulty, 6000)
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(6000)
    expect(text).toMatch(/_Not shown, for this is as much as fits: \d+ of the findings/)
    expect(checkMarkdown(faulty)).not.toMatch(/Not shown/)
  })

  it('lets nothing in a Name become markup', () => {
    const text = checkMarkdown(hostile)
    expect(text).not.toMatch(/<b>"|\u001b/)
    // A backslash escapes nothing inside of HTML.
    for (const [, summary] of text.matchAll(/<summary><b>\w+<\/b>(.*)<\/summary>/g)) expect(summary).not.toMatch(/[<>]/)
  })
})

describe('OCSF', () => {
  it('is a compliance finding a line', () => {
    const lines = ocsfOf(faulty, { version: '0.1.0', time: 0 }).trim().split('\n')
    expect(lines).toHaveLength(faulty.findings.length)
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        class_uid: 2003,
        category_uid: 2,
        type_uid: 200301,
        metadata: { product: { name: 'ztnet' } },
        compliance: { status: 'Fail' },
      })
    }
  })

  it('is the same value and steers no terminal, whatever a title holds', () => {
    const unseen: CheckResult = {
      ...hostile,
      findings: hostile.findings.map((finding) => ({ ...finding, title: `\u202e\u009b31m${finding.title}` })),
    }
    const lines = ocsfOf(unseen, { version: '0.1.0', time: 0 }).trim().split('\n')
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    expect(lines.map((line) => JSON.parse(line).finding_info.title)).toEqual(unseen.findings.map(({ title }) => title))
  })
})

describe('text', () => {
  it('is grouped by rule, the worst first, with a summary line at the end', () => {
    const lines = checkText(faulty, styleOf({ colour: false, columns: 100 }))
      .trim()
      .split('\n')
    const heads = lines.flatMap((line) => /^(CRITICAL|HIGH|MEDIUM|LOW|INFO) {2}(\S+)/.exec(line)?.[1] ?? [])
    expect(heads).toEqual(
      ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'].flatMap((word) => heads.filter((head) => head === word)),
    )
    expect(lines.at(-1)).toMatch(/^29 findings: 2 critical, .*30 rules and checks judged$/)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('what becomes of the packets of a finding', () => {
  const [finding] = faulty.findings.filter(({ verdict }) => verdict !== undefined)
  const packets = finding!.packets
  const flow = (verdict: Verdict, from: readonly string[], to = ['eni-db']) => ({ verdict, from, to, packets })
  const pairs = { breaking: 4, of: 6 }

  it.each([
    ['reachable at best, 4 of 6 pairs', { pairs }],
    ['one-way, 4 of 6 pairs', { pairs, flows: [flow('one-way', ['eni-1', 'eni-2', 'eni-3', 'eni-4'])] }],
    [
      'reachable for 1 and one-way for 4 of 6 pairs',
      {
        pairs,
        flows: [flow('reachable', ['eni-1']), flow('one-way', ['eni-1', 'eni-2']), flow('one-way', ['eni-3', 'eni-4'])],
      },
    ],
    [
      'reachable and one-way, by packet',
      { pairs: { breaking: 1, of: 1 }, flows: [flow('reachable', ['eni-1']), flow('one-way', ['eni-1'])] },
    ],
    ['reachable', { pairs: { breaking: 1, of: 1 } }],
  ])('is told by every verdict that holds: %s', (fate, facts) => {
    const { flows: _, ...bare } = finding!
    const result: CheckResult = { ...faulty, findings: [{ ...bare, verdict: 'reachable', ...facts }] }
    expect(checkText(result, styleOf({ colour: false, columns: 400 }))).toContain(`${finding!.title}  (${fate})`)
    expect(checkMarkdown(result)).toContain(` (${fate})</summary>`)
  })
})
