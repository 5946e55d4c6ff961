/** The question `check`: what in a network is not as its policy means it to be. The result is plain JSON. */
import type { Compiled } from '../aws/compile.ts'
import type { Progress } from '../analysis/progress.ts'
import type { Unknown } from '../analysis/explain.ts'
import { Lacking } from '../analysis/matrix.ts'
import { append, byCodeUnit } from '../collections.ts'
import { packetsAsJson } from '../packet/describe.ts'
import { declarePolicyTiers, TierNames } from '../policy/crowd.ts'
import type { Baseline, Beside, Besides } from '../policy/baseline.ts'
import { acceptResources } from '../policy/accept-resources.ts'
import { except, type Excepted } from '../policy/exceptions.ts'
import type { Finding, OpenQuestion, Suppressed } from '../policy/finding.ts'
import { fingerprintOf } from '../policy/fingerprint.ts'
import type { Policy, Rule } from '../policy/policy.ts'
import { Selections } from '../policy/selection.ts'
import { ruleText } from '../policy/rule-text.ts'
import { bySeverity, SEVERITIES, type Severity } from '../policy/severity.ts'
import { judgeRules, type Judged, type Undecided } from '../policy/violations.ts'
import type { Check, CheckContext } from './check.ts'
import { breachesOf, checksOf, type ChosenCheck, findingOfResource, retold } from './check-findings.ts'
import { type HoldingEnds, holdingOf } from './holding.ts'
import { acceptedByBaseline, policyFindings } from './policy-findings.ts'
import {
  findingOfNobody,
  findingsOfBreaches,
  groupedByEnds,
  joined,
  type Proofs,
  type Telling,
} from './rule-findings.ts'
import { tellingsOf } from './telling.ts'
import { type SnapshotEntry, snapshotEntry } from '../analysis/snapshot-entry.ts'

export interface CheckResult {
  readonly schemaVersion: 1
  readonly snapshot: SnapshotEntry
  readonly policy: { readonly file?: string; readonly extends: readonly string[] }
  readonly totals: {
    readonly findings: Readonly<Record<Severity, number>>
    readonly suppressed: number
    readonly rules: number
    /** Rules and groups that cannot be judged. */
    readonly unknown: number
  }
  /** Worst first, then by rule and ends. */
  readonly findings: readonly Finding[]
  /** What exceptions and the baseline cover. */
  readonly suppressed: readonly Suppressed[]
  readonly unknowns: readonly OpenQuestion[]
  /** Every rule that was judged, findings or not. */
  readonly rules: readonly JudgedRule[]
  /** What the user should know of the policy itself. */
  readonly warnings: readonly string[]
}

export interface JudgedRule {
  readonly id: string
  readonly kind: Finding['kind']
  readonly severity: Severity
  readonly title: string
  readonly why?: string
  readonly docs?: string
  readonly findings: number
  /** Findings of other rules whose packets break it too; absent where there are none. */
  readonly toldWithOthers?: number
  /** Between whom a rule of the policy holds; absent unless it was asked for, as these are most of all pairs. */
  readonly holds?: readonly HoldingEnds[]
}

/** Who exactly sends what to whom is worked out for so many findings of a kind: it takes longer than to find them. */
const MOST_FLOWS = 25

export interface CheckOptions extends Partial<Proofs> {
  /** `2026-11-25`: exceptions end by it. */
  readonly today: string
  readonly baseline?: Baseline
  /** Tell of every rule between whom it holds. */
  readonly holds?: boolean
  readonly progress?: Progress
}

/** All findings of a policy in a network. */
export const findingsOf = (compiled: Compiled, policy: Policy, options: CheckOptions): CheckResult =>
  examine(compiled, policy, options).result

export interface Examined {
  readonly result: CheckResult
  /** What flows between which groups. */
  readonly judged: Judged
  readonly besides: Besides
}

/** The same, with what it was found by. */
export const examine = (compiled: Compiled, policy: Policy, options: CheckOptions): Examined => {
  const selections = new Selections(compiled, policy)
  declarePolicyTiers(compiled.network, policy, selections)
  const names = new TierNames(compiled.network, policy, selections)
  const checks = checksOf(policy)
  const distinctions = checks.flatMap(({ check }) => check.distinguishes?.(compiled) ?? [])
  const judged = judgeRules(compiled, policy, selections, names, distinctions, options.progress)
  const { crowd, cells } = judged
  const proofs = { flows: options.flows ?? MOST_FLOWS }
  const found: Finding[] = []
  const suppressed: Suppressed[] = []
  const besides = new Map<string, readonly Beside[]>()
  const context: CheckContext = { compiled, policy, selections, names, crowd, cells, told: found }
  const divided = [judged.breaches, ...checks.map((each) => breachesOf(each, context, judged))].map((breaches) =>
    except(compiled, policy, selections, breaches, options.today),
  )
  const tellings = tellingsOf(
    divided.map(({ open }) => open),
    options.baseline,
  )
  for (const [at, its] of tellings.entries()) {
    const chosen = at === 0 ? undefined : checks[at - 1]
    for (const one of acceptedBy(compiled, divided[at]!, proofs, chosen?.check)) suppressed.push(one)
    const findings = findingsOfBreaches(compiled, its, proofs, chosen?.check)
    for (const [index, { fingerprint }] of findings.entries()) besides.set(fingerprint, besideOf(its[index]!))
    for (const one of findings) found.push(one)
    const resources = chosen
      ? (chosen.check.find?.(context) ?? []).map((one) => findingOfResource(chosen, one))
      : judged.unmet.map(({ rule, side }) => findingOfNobody(rule, side))
    const parted = acceptResources(compiled, policy, selections, resources, options.today)
    for (const one of parted.accepted) suppressed.push(one)
    for (const one of parted.open) found.push(one)
  }
  for (const one of policyFindings(policy, checks, { suppressed, undecided: judged.undecided }, options.today))
    found.push(one)
  const all = toldApart(found.sort(byRank))
  const { open, accepted, stale } = acceptedByBaseline(all, options.baseline, checks)
  for (const one of accepted) suppressed.push(one)
  const findings = [...open, ...stale].sort(byRank)
  const unknowns = openQuestions(compiled, judged.undecided)
  const rules = [
    ...policy.rules.map((rule) => {
      const told = options.holds === true ? [...found, ...suppressed.map(({ finding }) => finding)] : undefined
      return judgedRule(rule, findings, told && holdingOf(rule, selections, judged, told))
    }),
    ...checks.map((each) => judgedCheck(each, findings)),
  ]
  const result: CheckResult = {
    schemaVersion: 1,
    snapshot: snapshotEntry(compiled.network.snapshot),
    policy: { ...(policy.file !== undefined && { file: policy.file }), extends: policy.extends },
    totals: {
      findings: countsOf(findings),
      suppressed: suppressed.length,
      rules: rules.length,
      unknown: unknowns.length,
    },
    findings,
    suppressed,
    unknowns,
    rules,
    warnings: warningsOf(judged),
  }
  return { result, judged, besides }
}

const besideOf = ({ also }: Telling): readonly Beside[] =>
  [...also].map(([rule, sets]) => ({ rule, packets: joined(sets).flatMap(packetsAsJson) }))

/** What exceptions cover, as findings of their own. */
const acceptedBy = (compiled: Compiled, { covered }: Excepted, proofs: Proofs, check?: Check): readonly Suppressed[] =>
  [...new Set(covered.map(({ exception }) => exception))].flatMap((exception) =>
    findingsOfBreaches(
      compiled,
      groupedByEnds(covered.filter((each) => each.exception === exception).map(({ breach }) => breach)).map(
        (breaches) => ({ breaches, also: new Map() }),
      ),
      proofs,
      check,
    ).map((finding): Suppressed => ({ by: { is: 'exception', id: exception.id }, finding })),
  )

/** Two resources of one Name have one identity: the second of them, by id, is told from the first. */
const toldApart = (findings: readonly Finding[]): readonly Finding[] => {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const before = seen.get(finding.fingerprint) ?? 0
    seen.set(finding.fingerprint, before + 1)
    return before === 0
      ? finding
      : retold(finding, { fingerprint: fingerprintOf([finding.fingerprint, String(before)]) })
  })
}

const countsOf = (findings: readonly Finding[]): Readonly<Record<Severity, number>> =>
  Object.fromEntries(
    SEVERITIES.map((severity) => [severity, findings.filter((each) => each.severity === severity).length]),
  ) as Record<Severity, number>

export const byRank = (a: Finding, b: Finding): number =>
  bySeverity(a.severity, b.severity) ||
  byCodeUnit(a.rule, b.rule) ||
  byCodeUnit(a.from?.key ?? a.resource?.id ?? '', b.from?.key ?? b.resource?.id ?? '') ||
  byCodeUnit(a.to?.key ?? '', b.to?.key ?? '') ||
  byCodeUnit(a.fingerprint, b.fingerprint)

const judgedCheck = ({ check, severity }: ChosenCheck, findings: readonly Finding[]): JudgedRule => ({
  id: check.id,
  kind: 'check',
  severity,
  title: check.title,
  why: check.why,
  docs: check.docs,
  ...foundBy(check, findings),
})

const judgedRule = (
  rule: Rule,
  findings: readonly Finding[],
  holds: readonly HoldingEnds[] | undefined,
): JudgedRule => ({
  id: rule.id,
  kind: 'rule',
  severity: rule.severity,
  title: ruleText(rule),
  ...(rule.why !== undefined && { why: rule.why }),
  ...(holds && { holds }),
  ...foundBy(rule, findings),
})

const foundBy = (
  { id }: { readonly id: string },
  findings: readonly Finding[],
): Pick<JudgedRule, 'findings' | 'toldWithOthers'> => {
  const toldWithOthers = findings.filter(({ also }) => also?.includes(id)).length
  return {
    findings: findings.filter(({ rule }) => rule === id).length,
    ...(toldWithOthers > 0 && { toldWithOthers }),
  }
}

// ---- what cannot be judged

const openQuestions = (compiled: Compiled, undecided: readonly Undecided[]): readonly OpenQuestion[] => {
  const groups = new Map<string, Undecided[]>()
  for (const each of undecided) {
    if (each.rule.onUnknown === 'ignore') continue
    append(groups, each.rule.id, each)
  }
  return [...groups.values()].map((all): OpenQuestion => {
    const { rule } = all[0]!
    const cells = all.filter(({ cell }) => cell)
    const lacking = new Lacking(compiled, {})
    for (const { cell } of cells) lacking.note(cell!)
    return {
      rule: rule.id,
      onUnknown: rule.onUnknown,
      from: [...new Set(cells.map(({ from }) => from.identity.label))].sort().slice(0, 5),
      to: [...new Set(cells.map(({ to }) => to.identity.label))].sort().slice(0, 5),
      cells: cells.length,
      message: messageOf(rule, all, cells.length),
      unknowns: cells.length > 0 ? distinct(lacking.unknowns()) : [],
    }
  })
}

const messageOf = ({ id }: Rule, all: readonly Undecided[], cells: number): string => {
  const empty = [...new Set(all.flatMap((each) => each.empty ?? []))]
  const lacks = [...new Set(all.flatMap((each) => each.lacks))]
  if (empty.length > 0) return `rule ${id} cannot be judged: ${empty.join(' and ')} selects nothing in this snapshot`
  if (lacks.length > 0) return `rule ${id} cannot be judged in full: the snapshot does not tell ${lacks.join(', ')}`
  return `rule ${id} cannot be judged between ${cells} ${cells === 1 ? 'pair' : 'pairs'} of groups`
}

const distinct = (unknowns: readonly Unknown[]): readonly Unknown[] => [
  ...new Map(unknowns.map((each) => [`${each.code} ${each.resource}`, each])).values(),
]

const warningsOf = ({ undecided }: Judged): readonly string[] => [
  ...new Set(
    undecided.flatMap(({ rule, empty }) =>
      empty === undefined ? [] : [`rule ${rule.id}: ${empty} selects nothing in this snapshot`],
    ),
  ),
]
