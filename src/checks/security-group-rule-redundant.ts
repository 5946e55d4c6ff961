import { FAMILIES, type Family } from '../packet/address.ts'
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { l4Algebra, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { ruleWords } from '../changes/change-text.ts'
import type { Check, Found } from './check.ts'
import { groupRulesOf, isIdle, type ReadRule } from './group-rules.ts'
import { labelled, resourceOf } from './proof.ts'

/** No packet is decided by such a rule, so there is none to show. */
export const securityGroupRuleRedundant: Check = {
  id: 'sg-rule-redundant',
  severity: 'low',
  title: 'a security group rule admits nothing that other rules of the group do not admit already',
  why: 'who takes it away believes to have closed something, and nothing changes; nobody can read what is meant',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  mend: 'take the rule away, or the wider one if the narrow one is what was meant',
  find: ({ compiled }) =>
    compiled.network.all('securityGroup').flatMap((group): readonly Found[] => {
      const rules = groupRulesOf(compiled, group)
      const kept = new Set(rules)
      return rules.toSorted(byBreadth).flatMap((rule): readonly Found[] => {
        const others = [...kept].filter((each) => each !== rule && each.rule.egress === rule.rule.egress)
        if (isIdle(rule) || !isCovered(rule, others)) return []
        kept.delete(rule)
        const words = `${rule.rule.egress ? 'outbound' : 'inbound'} ${ruleWords(rule.rule)}`
        return [
          {
            resource: resourceOf(group, 'security-group'),
            part: words,
            title: `${labelled(compiled.network, group.id)} has the rule "${words}", and other rules of it admit all of that`,
            changes: [{ do: 'revoke-group-rule', rule: rule.rule }],
          },
        ]
      })
    }),
}

/** The narrow rule is the one that is not needed: of fewer addresses, then of fewer protocols and ports. Members of a group are fewer than any
 *  block. */
const byBreadth = (a: ReadRule, b: ReadRule): number =>
  sign(addressesOf(a) - addressesOf(b)) || sign(headersOf(a) - headersOf(b))

const addressesOf = ({ addresses, rule }: ReadRule): bigint =>
  rule.peer.GroupId === undefined ? intervals.size(addresses[4]) + intervals.size(addresses[6]) : 0n

const headersOf = ({ lines }: ReadRule): bigint => intervals.size(lines[4].points) + intervals.size(lines[6].points)

const sign = (difference: bigint): number => (difference < 0n ? -1 : difference > 0n ? 1 : 0)

const isCovered = (rule: ReadRule, others: readonly ReadRule[]): boolean =>
  FAMILIES.every((family) => isLeftNothing(rule, others, family))

/** Whether nothing of the rule is left beside the others. */
const isLeftNothing = (rule: ReadRule, others: readonly ReadRule[], family: Family): boolean => {
  const { GroupId: group } = rule.rule.peer
  if (group !== undefined) {
    const same = others.filter(
      ({ rule: { peer }, addresses }) =>
        peer.GroupId === group || intervals.equals(addresses[family], addressLine(family)),
    )
    const admitted = same.map(({ lines }) => lines[family]).reduce(l4Algebra.union, NOTHING)
    return l4Algebra.subtract(rule.lines[family], admitted) === NOTHING
  }
  let rest = setOf(rule, family)
  for (const other of others) {
    if (rest.isEmpty()) return true
    if (other.rule.peer.GroupId === undefined) rest = rest.subtract(setOf(other, family))
  }
  return rest.isEmpty()
}

const setOf = ({ addresses, lines }: ReadRule, family: Family): PacketSet =>
  PacketSet.of(family, { sources: addresses[family], transport: transport(lines[family]) })
