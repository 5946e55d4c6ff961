/** Thirty faults of thirty kinds in one estate: each is found once, by the rule or check that is meant for it, and nothing else is. */
import { describe, expect, it } from 'vitest'
import { applied } from '../../src/changes/change.ts'
import { CHECK_IDS } from '../../src/checks/all.ts'
import { withFixes } from '../../src/checks/fixes.ts'
import { compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import type { Baseline } from '../../src/policy/baseline.ts'
import { shippedPolicy } from '../../src/policy/policy-file.ts'
import { examples } from '../examples/all.ts'
import { check, compiled, oracleSays, policyFrom, TODAY } from './ask.ts'
import { faults, faultyEstate, faultyPolicy, healthy } from './faults.ts'

const stale: Baseline = {
  file: 'ztnet.baseline.json',
  findings: [{ fingerprint: 'f'.repeat(64), rule: 'db-in', title: 'what was there once', packets: [] }],
}

const snapshot = faultyEstate().snapshot()
const found = check(snapshot, faultyPolicy, { baseline: stale })

describe('thirty faults of thirty kinds', () => {
  it('are found, each once and nothing besides', () => {
    const kinds = [...shippedPolicy().rules.map(({ id }) => id), ...CHECK_IDS]
    expect(kinds).toHaveLength(30)
    expect(found.findings.map(({ rule }) => rule).sort()).toEqual([...kinds].sort())
    expect(found.unknowns).toEqual([])
  })

  it('are found in the same order and words, run by run', () => {
    expect(JSON.stringify(check(snapshot, faultyPolicy, { baseline: stale }))).toBe(JSON.stringify(found))
  })

  it('have fingerprints that tell them apart', () => {
    expect(new Set(found.findings.map(({ fingerprint }) => fingerprint)).size).toBe(30)
  })

  it('are proved by packets that the oracle delivers', () => {
    const proved = found.findings.flatMap(({ rule, witness }) => (witness ? [[rule, witness] as const] : []))
    expect(proved.length).toBeGreaterThanOrEqual(19)
    for (const [rule, witness] of proved)
      expect([rule, oracleSays(snapshot, witness)]).toEqual([
        rule,
        expect.stringMatching(/^(reachable|one-way|conditional)$/),
      ])
  })

  it('have a packet that proves them, unless they are about settings that no packet meets', () => {
    const bare = found.findings.filter(({ witness }) => !witness).map(({ rule }) => rule)
    expect(bare.sort()).toEqual([
      'baseline-stale',
      'exception-expired',
      'exception-too-long',
      'exception-unmatched',
      'lambda-outside-vpc',
      'nacl-rule-shadowed',
      'route-to-nowhere',
      'sg-reference-dead',
      'sg-rule-redundant',
      'subnet-of-several-tiers',
      'subnet-without-tier',
    ])
  })
})

describe.each(Object.entries(faults))('the fault %s', (rule, fault) => {
  const own = rule === 'subnet-not-as-declared' || rule === 'subnet-of-several-tiers' ? faultyPolicy : undefined

  it('alone is one finding', () => {
    const rules = check(fault(healthy()), own).findings.map((finding) => finding.rule)
    expect(rules.filter((each) => !each.startsWith('exception-'))).toEqual([rule])
  })
})

describe('every change that is proposed', () => {
  const policy = policyFrom(faultyPolicy)
  const { findings } = withFixes(compiled(snapshot), policy, { today: TODAY, most: 100, flows: 0 })

  it('mends its finding and makes no new one', () => {
    const before = new Set(findings.map(({ fingerprint }) => fingerprint))
    let tried = 0
    for (const { fingerprint, fixes = [] } of findings)
      for (const { changes } of fixes) {
        tried++
        const changed = changes.reduce(applied, snapshot)
        const after = check(compile(new Network(changed)).network.snapshot, policy, { flows: 0 }).findings
        expect(after.map((each) => each.fingerprint)).not.toContain(fingerprint)
        expect(after.filter((each) => !before.has(each.fingerprint))).toEqual([])
      }
    expect(tried).toBeGreaterThanOrEqual(25)
  })

  it('is there for every kind that a setting of AWS can mend', () => {
    const without = findings.filter(({ fixes = [] }) => fixes.length === 0).map(({ rule }) => rule)
    expect(without.sort()).toEqual(
      expect.arrayContaining(['exception-expired', 'exception-too-long', 'exception-unmatched']),
    )
    expect(without.length).toBeLessThanOrEqual(7)
  })

  it('comes with commands and a word for Terraform', () => {
    for (const fix of findings.flatMap(({ fixes = [] }) => fixes)) {
      expect(fix.commands.join('\n')).toMatch(/^aws (ec2|lambda) [a-z-]+ /)
      expect(fix.terraform).toMatch(/aws_/)
    }
  })
})

describe('the bundled healthy network', () => {
  it('has no finding', () => {
    const { findings, unknowns } = check(examples.get('three-tier')!)
    expect(findings).toEqual([])
    expect(unknowns).toEqual([])
  })
})
