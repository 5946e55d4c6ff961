/** Changes that mend a finding: each is tried on a copy of the network, which is then judged anew. Told are those after which the finding
 *  is gone and no other has come, with what else they cut off; the smallest first. */
import { type Compiled, compile } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import { FAMILIES, type Family } from '../packet/address.ts'
import { packetsFromJson } from '../packet/from-json.ts'
import { PacketSet } from '../packet/set.ts'
import type { Cell } from '../analysis/cells.ts'
import { applied, type Change } from '../changes/change.ts'
import { changeText, commandsOf, terraformHint } from '../changes/change-text.ts'
import type { Party } from '../policy/crowd.ts'
import type { Finding, Fix } from '../policy/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { Cells } from '../policy/violations.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { candidatesOf } from './candidates.ts'
import { changesProposedFor } from './check-findings.ts'
import { type CheckOptions, type CheckResult, examine } from './findings.ts'
import { labelled } from './proof.ts'

export interface FixOptions extends CheckOptions {
  /** How many findings, from the worst on. */
  readonly most: number
}

/** All findings of a policy in a network, as `findingsOf` tells them, with what mends each of the first `most`. */
export const withFixes = (compiled: Compiled, policy: Policy, options: FixOptions): CheckResult => {
  const before = examine(compiled, policy, options)
  const state: State = { compiled, policy, options, before: before.result, cells: before.judged.cells }
  const findings = before.result.findings.map((finding, at) =>
    at < options.most ? { ...finding, fixes: fixesOf(state, finding) } : finding,
  )
  return { ...before.result, findings }
}

interface State {
  readonly compiled: Compiled
  readonly policy: Policy
  readonly options: FixOptions
  readonly before: CheckResult
  readonly cells: Cells
}

/** More than a person weighs. */
const MOST_FIXES = 3

const fixesOf = (state: State, finding: Finding): readonly Fix[] => {
  const { compiled } = state
  const proposed = changesProposedFor(finding)
  const candidates = proposed.length > 0 ? proposed : candidatesOf(compiled, finding)
  const found: Fix[] = []
  for (const first of candidates) {
    if (found.length >= MOST_FIXES) break
    const fix = tried(state, finding, first)
    if (fix && !found.some(({ says }) => says === fix.says)) found.push(fix)
  }
  return found
}

/** More changes than anybody makes for one finding. */
const MOST_STEPS = 4

/** The change, with others like it where several settings let the packets pass; nothing where they do not mend it. */
const tried = (
  { compiled, policy, options, before, cells }: State,
  finding: Finding,
  first: Change,
): Fix | undefined => {
  const changes = [first]
  let snapshot: Snapshot = applied(compiled.network.snapshot, first)
  for (let step = 0; step < MOST_STEPS; step++) {
    const changed = compile(new Network(snapshot))
    const left = leftOf(examine(changed, narrowed(policy, finding), { today: options.today, flows: 0 }).result, finding)
    if (!left) return provenFix({ compiled, policy, options, before, cells }, finding, changes, changed)
    const next = candidatesOf(changed, left).find((each) => each.do === first.do)
    if (!next || changes.some((each) => JSON.stringify(each) === JSON.stringify(next))) return undefined
    changes.push(next)
    snapshot = applied(snapshot, next)
  }
  return undefined
}

/** Whatever of the finding is still there: other packets between the same ends are other packets of the same finding. */
const leftOf = ({ findings }: CheckResult, { rule, from, to, fingerprint }: Finding): Finding | undefined =>
  findings.find((each) =>
    from && to
      ? each.rule === rule && each.from?.key === from.key && each.to?.key === to.key
      : each.fingerprint === fingerprint,
  )

/** The policy with nothing in it but the rule of the finding. */
const narrowed = (policy: Policy, { rule, kind }: Finding): Policy => ({
  ...policy,
  rules: kind === 'rule' ? policy.rules.filter(({ id }) => id === rule) : policy.rules,
  onlyChecks: kind === 'check' ? [rule] : [],
})

const provenFix = (
  { compiled, policy, options, before, cells }: State,
  finding: Finding,
  changes: readonly Change[],
  changed: Compiled,
): Fix | undefined => {
  const { today, baseline } = options
  const after = examine(changed, policy, { today, flows: 0, ...(baseline && { baseline }) })
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint))
  const now = new Set(after.result.findings.map(({ fingerprint }) => fingerprint))
  if (after.result.findings.some(({ fingerprint, rule }) => !known.has(fingerprint) && rule !== 'baseline-stale'))
    return undefined
  const name = (id: string): string => labelled(compiled.network, id)
  return {
    says: changes.map((change) => changeText(change, name)).join(', and '),
    changes,
    commands: changes.flatMap(commandsOf),
    terraform: changes.map(terraformHint).join('; '),
    alsoCuts: cutBetween(cells, after.judged.cells, finding),
    alsoMends: before.findings
      .map(({ fingerprint }) => fingerprint)
      .filter((fingerprint) => fingerprint !== finding.fingerprint && !now.has(fingerprint)),
  }
}

/** Groups of people's words between which less flows than before; between those of the finding, other packets than it tells of. */
const cutBetween = (before: Cells, after: Cells, { from, to, packets }: Finding): readonly string[] => {
  const told = packetsFromJson(packets)
  const cut = new Set<string>()
  for (const cell of before.all) {
    const [sender, receiver] = [cell.from as Party, cell.to as Party]
    if (!sender.members && !receiver.members) continue
    const isOwn = sender.identity.key === from?.key && receiver.identity.key === to?.key
    const ends = `${sender.identity.label} -> ${receiver.identity.label}`
    const later = after.at(sender, receiver)
    for (const family of FAMILIES) {
      const lost = sentIn(cell, family).subtract(sentIn(later, family))
      if (isOwn) {
        const others = told.filter((each) => each.family === family).reduce((left, each) => left.subtract(each), lost)
        if (!others.isEmpty()) cut.add(`${ends}, on more than is wrong`)
      } else if (!lost.isEmpty() || sentByAll(cell, family) > sentByAll(later, family)) cut.add(ends)
    }
  }
  return [...cut].sort()
}

const sentIn = (cell: Cell | undefined, family: Family): PacketSet =>
  PacketSet.union(
    family,
    (cell?.flows ?? [])
      .filter((flow) => flow.family === family && flow.verdict !== 'unknown')
      .map(({ packets }) => packets),
  )

/** How many headers arrive of all pairs together. A pair has one flow of each verdict at most, and their packets are disjoint: the sum goes down
 *  where a pair loses some, and not where a verdict becomes another. */
const sentByAll = (cell: Cell | undefined, family: Family): bigint =>
  (cell?.flows ?? [])
    .filter((flow) => flow.family === family && flow.verdict !== 'unknown')
    .reduce((sum, { pairs, packets }) => sum + BigInt(pairs) * packets.size(), 0n)
