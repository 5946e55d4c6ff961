import type { Network, Of } from '../network/network.ts'
import { ruleWords } from '../changes/change-text.ts'
import type { Check, Found } from './check.ts'
import { groupRulesOf } from './group-rules.ts'
import { labelled, resourceOf } from './proof.ts'

/** A group that has no members today may have some tomorrow; this is about those that never can. No packet matches, so there is none to
 *  show. */
export const securityGroupReferenceDead: Check = {
  id: 'sg-reference-dead',
  severity: 'low',
  title: 'a security group rule names a group that no packet can come from',
  why: 'the rule looks like a permission and is none; if the group is made anew under that id elsewhere, it becomes one',
  docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#stale-security-group-rules',
  mend: 'take the rule away, or name the group that is meant',
  find: ({ compiled }) => {
    const { network } = compiled
    return network.all('securityGroup').flatMap((group): readonly Found[] =>
      groupRulesOf(compiled, group).flatMap(({ rule }): readonly Found[] => {
        const { GroupId: other } = rule.peer
        const reason = other === undefined || other === group.id ? undefined : whyDead(network, group, other)
        if (reason === undefined) return []
        const words = `${rule.egress ? 'outbound' : 'inbound'} ${ruleWords(rule)}`
        return [
          {
            resource: resourceOf(group, 'security-group'),
            part: words,
            title: `${labelled(network, group.id)} has the rule "${words}", and ${reason}`,
            changes: [{ do: 'revoke-group-rule', rule }],
          },
        ]
      }),
    )
  },
}

const whyDead = (network: Network, group: Of<'securityGroup'>, id: string): string | undefined => {
  const other = network.get('securityGroup', id)
  const { VpcId: here } = group.raw
  const pair = [...(group.raw.IpPermissions ?? []), ...(group.raw.IpPermissionsEgress ?? [])]
    .flatMap(({ UserIdGroupPairs }) => UserIdGroupPairs ?? [])
    .find(({ GroupId }) => GroupId === id)
  if (!other) {
    // Of another account nobody need have read the groups.
    const isOurs = pair?.UserId === undefined || pair.UserId === group.account
    if (pair?.PeeringStatus !== undefined && pair.PeeringStatus !== 'active')
      return `its peering connection is ${pair.PeeringStatus}`
    return isOurs && pair?.VpcPeeringConnectionId === undefined && network.covers('securityGroup', group)
      ? 'there is no such group any more'
      : undefined
  }
  const there = other.raw.VpcId
  if (here === undefined || there === undefined || here === there || isShared(network, id, here)) return undefined
  return isJoined(network, here, there)
    ? undefined
    : `that group is of ${there}, which neither peering nor a transit gateway joins to ${here}`
}

const isShared = (network: Network, id: string, vpc: string): boolean =>
  network.get('securityGroupVpcAssociation', `${id}/${vpc}`) !== undefined

const isJoined = (network: Network, a: string, b: string): boolean => {
  const isPeered = network.all('vpcPeeringConnection').some(({ raw }) => {
    const ends = [raw.RequesterVpcInfo?.VpcId, raw.AccepterVpcInfo?.VpcId]
    return (raw.Status?.Code ?? 'active') === 'active' && ends.includes(a) && ends.includes(b)
  })
  const gatewaysOf = (vpc: string): readonly (string | undefined)[] =>
    network
      .all('transitGatewayVpcAttachment')
      .filter(({ raw }) => raw.VpcId === vpc)
      .map(({ raw }) => raw.TransitGatewayId)
  return isPeered || gatewaysOf(a).some((id) => gatewaysOf(b).includes(id))
}
