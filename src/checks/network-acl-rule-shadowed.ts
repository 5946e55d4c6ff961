import { parseBlock, prefixSet } from '../packet/address.ts'
import { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import type { AclEntry } from '../changes/change.ts'
import { CATCH_ALL, lineOfEntry } from '../aws/network-acl.ts'
import type { Check, Found } from './check.ts'
import { labelled, resourceOf } from './proof.ts'

/** No packet is decided by such a rule, so there is none to show. */
export const networkAclRuleShadowed: Check = {
  id: 'nacl-rule-shadowed',
  severity: 'low',
  title: 'a network ACL rule can never decide, because rules with lower numbers take all of its packets',
  why: 'the first rule that fits decides: a deny behind an allow of the same packets protects nothing',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html',
  mend: 'delete the rule, or give it a lower number',
  find: ({ compiled: { network } }) =>
    network.all('networkAcl').flatMap((acl): readonly Found[] =>
      [false, true].flatMap((egress) => {
        const entries = (acl.raw.Entries ?? [])
          .filter((entry) => entry.Egress === egress && entry.RuleNumber < CATCH_ALL)
          .toSorted((a, b) => a.RuleNumber - b.RuleNumber)
        return shadowedOf(entries).map(({ entry, by }): Found => {
          const direction = egress ? 'outbound' : 'inbound'
          return {
            resource: resourceOf(acl, 'network-acl'),
            part: `${direction} ${entry.RuleNumber}`,
            title: `${direction} rule ${entry.RuleNumber} of ${labelled(network, acl.id)}, which would ${entry.RuleAction}, never decides: ${by.length === 1 ? 'rule' : 'rules'} ${by.join(', ')} ${by.length === 1 ? 'takes' : 'take'} all of its packets`,
            changes: [{ do: 'delete-acl-entry', acl: acl.id, egress, number: entry.RuleNumber }],
          }
        })
      }),
    ),
}

const shadowedOf = (
  entries: readonly AclEntry[],
): readonly { readonly entry: AclEntry; readonly by: readonly number[] }[] => {
  const before: { readonly number: number; readonly set: PacketSet }[] = []
  return entries.flatMap((entry) => {
    const set = setOf(entry)
    if (!set || set.isEmpty()) return []
    let rest = set
    const by: number[] = []
    for (const earlier of before) {
      if (earlier.set.family !== set.family || rest.isEmpty()) continue
      const left = rest.subtract(earlier.set)
      if (!left.equals(rest)) by.push(earlier.number)
      rest = left
    }
    before.push({ number: entry.RuleNumber, set })
    return rest.isEmpty() ? [{ entry, by }] : []
  })
}

/** Undefined for an entry that makes no sense. */
const setOf = (entry: AclEntry): PacketSet | undefined => {
  const text = entry.CidrBlock ?? entry.Ipv6CidrBlock
  const block = text === undefined ? undefined : parseBlock(text)
  const line = block && lineOfEntry(entry, block.family)
  return block && line && PacketSet.of(block.family, { sources: prefixSet(block), transport: transport(line) })
}
