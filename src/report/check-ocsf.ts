/** Findings as OCSF compliance findings (class 2003), one a line, as AWS Security Hub stores them. https://schema.ocsf.io/1.4.0/classes/compliance_finding */
import type { CheckResult, JudgedRule } from '../checks/findings.ts'
import type { Finding } from '../policy/finding.ts'
import type { Severity } from '../policy/severity.ts'
import { mendOf } from './check-words.ts'
import { harmlessJson } from './style.ts'

export interface OcsfOptions {
  readonly version: string
  /** Milliseconds since 1970: when the check was made. */
  readonly time: number
}

export function* checkOcsf(result: CheckResult, options: OcsfOptions): Generator<string> {
  for (const finding of result.findings) {
    const rule = result.rules.find(({ id, kind }) => id === finding.rule && kind === finding.kind)
    yield `${harmlessJson(JSON.stringify(ocsfOf(finding, rule, options)))}\n`
  }
}

const ocsfOf = (finding: Finding, rule: JudgedRule | undefined, { version, time }: OcsfOptions) => ({
  activity_id: 1,
  activity_name: 'Create',
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  type_uid: 200301,
  type_name: 'Compliance Finding: Create',
  severity_id: SEVERITY_IDS[finding.severity],
  severity: finding.severity[0]!.toUpperCase() + finding.severity.slice(1),
  status_id: 1,
  status: 'New',
  time,
  metadata: {
    version: '1.4.0',
    product: { name: 'ztnet', vendor_name: 'ztnet', version },
  },
  finding_info: {
    uid: finding.fingerprint,
    title: finding.title,
    desc: rule?.why ?? rule?.title ?? finding.title,
    types: ['Network Isolation'],
  },
  compliance: {
    control: finding.rule,
    standards: ['ztnet'],
    status_id: 3,
    status: 'Fail',
    status_details: finding.causes.map(({ message }) => message),
  },
  ...(mendOf(finding) !== undefined && {
    remediation: {
      desc: mendOf(finding),
      ...(rule?.docs !== undefined && { references: [rule.docs] }),
    },
  }),
  resources: resourcesOf(finding),
})

const SEVERITY_IDS: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 }

const resourcesOf = ({ resource, witness, from, to }: Finding) => {
  if (resource)
    return [{ uid: resource.id, type: resource.kind, ...(resource.name !== undefined && { name: resource.name }) }]
  const ends = witness ? [witness.from, witness.to] : []
  if (ends.length > 0) return ends.map(({ id, name }) => ({ uid: id, ...(name !== undefined && { name }) }))
  return [from, to].flatMap((end) => (end ? [{ uid: end.label, type: end.kind }] : []))
}
