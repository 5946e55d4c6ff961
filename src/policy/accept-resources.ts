/** Exceptions from checks about resources: a finding is covered whole, where `from` or `to` takes the resource itself or the end of its
 *  witness, or where the exception names neither. */
import type { Compiled } from '../aws/compile.ts'
import { isExpired } from './exceptions.ts'
import type { Finding, Suppressed } from './finding.ts'
import type { Policy } from './policy.ts'
import { takesResource } from './resource-conditions.ts'
import type { Selections } from './selection.ts'
import type { Selector } from './selector.ts'

export const acceptResources = (
  { network }: Compiled,
  policy: Policy,
  selections: Selections,
  findings: readonly Finding[],
  today: string,
): { readonly open: readonly Finding[]; readonly accepted: readonly Suppressed[] } => {
  const open: Finding[] = []
  const accepted: Suppressed[] = []
  const takes = (selector: Selector | undefined, { resource, witness }: Finding, end: 'from' | 'to'): boolean => {
    if (!selector) return true
    const record = resource && network.find(resource.id)
    const member = witness && network.interface(witness[end].id)
    return (
      (record !== undefined && takesResource(selector, record, network, policy)) ||
      (member !== undefined && selections.of(selector).has(member))
    )
  }
  for (const finding of findings) {
    const exception = policy.exceptions.find(
      (each) =>
        each.rule === finding.rule &&
        !isExpired(each, today) &&
        each.ports === undefined &&
        takes(each.from, finding, 'from') &&
        takes(each.to, finding, 'to'),
    )
    if (exception) accepted.push({ by: { is: 'exception', id: exception.id }, finding })
    else open.push(finding)
  }
  return { open, accepted }
}
