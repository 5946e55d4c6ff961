/** Changes that mend a finding: each is tried on a copy of the network, which is then judged anew. Told are those after which the finding
 *  is gone and no other has come, with what else they cut off; the smallest first. */
import { type Compiled, compile } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import { formatAddress } from '../packet/address.ts'
import { PacketSet } from '../packet/set.ts'
import type { Hop } from '../analysis/explain.ts'
import { applied, type Change } from '../changes/change.ts'
import { changeText, commandsOf, ruleWords, terraformHint } from '../changes/change-text.ts'
import type { Party } from '../policy/crowd.ts'
import type { Finding, Fix } from '../policy/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { Cells } from '../policy/violations.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { changesProposedFor } from './check-findings.ts'
import { type CheckOptions, type CheckResult, examine } from './findings.ts'
import { groupRulesOf } from './group-rules.ts'
import { labelled } from './proof.ts'

export interface FixOptions extends CheckOptions {
  /** How many findings, from the worst on. */
  readonly most: number
  readonly told?: (done: number, of: number) => void
}

/** The findings of `checked`, with their fixes. */
export const withFixes = (compiled: Compiled, policy: Policy, options: FixOptions): CheckResult => {
  const before = examine(compiled, policy, options)
  const state: State = { compiled, policy, options, before: before.result, cells: before.judged.cells }
  const of = Math.min(options.most, before.result.findings.length)
  const findings = before.result.findings.map((finding, at) => {
    if (at >= of) return finding
    const fixes = fixesOf(state, finding)
    options.told?.(at + 1, of)
    return { ...finding, fixes }
  })
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

/** One setting of the way of its witness, the most particular first. */
const candidatesOf = (compiled: Compiled, { witness }: Pick<Finding, 'witness'>): readonly Change[] => {
  if (!witness) return []
  const changes = witness.forward.flatMap((hop) => changesOfHop(compiled, hop))
  const address = witness.packet.destinations?.[0]?.split('/')[0]
  const receiver = compiled.network.interface(witness.to.id)
  const isPublic = receiver?.publicMappings.some(([, outside]) => formatAddress(outside) === address) ?? false
  const published: readonly Change[] =
    isPublic && address !== undefined ? [{ do: 'disassociate-address', interface: witness.to.id, address }] : []
  return [...changes, ...published].toSorted((a, b) => rankOf(a) - rankOf(b))
}

const rankOf = (change: Change): number =>
  change.do === 'revoke-group-rule'
    ? change.rule.egress
      ? 1
      : 0
    : ['disassociate-address', 'delete-transit-route', 'delete-route'].indexOf(change.do) + 2

const changesOfHop = (compiled: Compiled, { resource, rule }: Hop): readonly Change[] => {
  const { network } = compiled
  if (rule === undefined) return []
  const group = network.get('securityGroup', resource)
  if (group)
    return groupRulesOf(compiled, group)
      .filter((each) => rule === `${each.rule.egress ? 'outbound' : 'inbound'} ${ruleWords(each.rule)}`)
      .map((each): Change => ({ do: 'revoke-group-rule', rule: each.rule }))
  const destination = rule.split(' -> ')[0]!
  const isLocal = rule.endsWith('-> local')
  if (network.get('routeTable', resource) && !isLocal) return [{ do: 'delete-route', table: resource, destination }]
  if (network.get('transitGatewayRouteTable', resource))
    return [{ do: 'delete-transit-route', table: resource, destination }]
  return []
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

/** Groups of people's words between which less flows than before, other than those of the finding. */
const cutBetween = (before: Cells, after: Cells, { from, to }: Finding): readonly string[] => {
  const cut = new Set<string>()
  for (const cell of before.all) {
    const [sender, receiver] = [cell.from as Party, cell.to as Party]
    const isOwn = sender.identity.key === from?.key && receiver.identity.key === to?.key
    if (isOwn || (!sender.members && !receiver.members)) continue
    const later = after.at(sender, receiver)
    for (const family of [4, 6] as const) {
      const [had, has] = [cell, later].map((each) =>
        PacketSet.union(
          family,
          (each?.flows ?? [])
            .filter((flow) => flow.family === family && flow.verdict !== 'unknown')
            .map(({ packets }) => packets),
        ),
      )
      const pairs = (each: typeof later): number =>
        (each?.flows ?? []).filter((flow) => flow.family === family).reduce((sum, flow) => sum + flow.pairs, 0)
      if (!had!.subtract(has!).isEmpty() || pairs(cell) > pairs(later))
        cut.add(`${sender.identity.label} -> ${receiver.identity.label}`)
    }
  }
  return [...cut].sort()
}
