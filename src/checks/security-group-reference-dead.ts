import type { Plane } from '../aws/plane.ts'
import { referencing, vpcAttachment } from '../aws/transit-gateway.ts'
import type { Network, Of } from '../network/network.ts'
import type { GroupRule } from '../changes/change.ts'
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
        const reason =
          other === undefined || other === group.id ? undefined : whyDead(compiled.planes[4], group, rule, other)
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

const whyDead = (
  plane: Plane,
  group: Of<'securityGroup'>,
  { egress }: Pick<GroupRule, 'egress'>,
  id: string,
): string | undefined => {
  const { network } = plane
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
    return isOurs && !isOfOtherRegion(network, pair?.VpcPeeringConnectionId) && network.covers('securityGroup', group)
      ? 'there is no such group any more'
      : undefined
  }
  const there = other.raw.VpcId
  if (here === undefined || there === undefined || here === there || isShared(network, id, here)) return undefined
  if (isPeered(network, here, there)) return undefined
  const gateways = gatewaysBetween(plane, here, there)
  const joined = `that group is of ${there}, which`
  if (gateways.length === 0) return `${joined} neither peering nor a transit gateway joins to ${here}`
  if (egress) return `${joined} only a transit gateway joins to ${here}: an outbound rule means nobody there`
  return gateways.every((id) => carriesNoReferences(plane, id, [here, there]))
    ? `${joined} ${gateways.join(', ')} joins to ${here} without security group referencing`
    : undefined
}

/** Over a peering between regions no group can be named, and one of the other region is not among those that were read here. */
const isOfOtherRegion = (network: Network, peering: string | undefined): boolean => {
  if (peering === undefined) return false
  const { RequesterVpcInfo: from, AccepterVpcInfo: to } = network.raw('vpcPeeringConnection', peering) ?? {}
  return from?.Region === undefined || from.Region !== to?.Region
}

const isShared = (network: Network, id: string, vpc: string): boolean =>
  network.get('securityGroupVpcAssociation', `${id}/${vpc}`) !== undefined

const isPeered = (network: Network, a: string, b: string): boolean =>
  network.all('vpcPeeringConnection').some(({ raw }) => {
    const ends = [raw.RequesterVpcInfo?.VpcId, raw.AccepterVpcInfo?.VpcId]
    return (raw.Status?.Code ?? 'active') === 'active' && ends.includes(a) && ends.includes(b)
  })

const gatewaysBetween = (plane: Plane, a: string, b: string): readonly string[] =>
  plane.network
    .all('transitGatewayVpcAttachment')
    .filter(({ raw }) => raw.VpcId === a)
    .flatMap(({ raw }) => raw.TransitGatewayId ?? [])
    .filter((id) => vpcAttachment(plane, id, b))

/** What was not read may be on. */
const carriesNoReferences = (plane: Plane, gateway: string, vpcs: readonly string[]): boolean =>
  vpcs.some((vpc) => {
    const { lostBy, assumptions } = referencing(plane, gateway, vpcAttachment(plane, gateway, vpc)!.id, [])
    return lostBy !== undefined && assumptions.length === 0
  })
