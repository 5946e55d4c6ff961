/** Every built-in check, in the order in which they are listed. */
import { adminPortFromInternet } from './admin-port-from-internet.ts'
import { awsServiceByInternet } from './aws-service-by-internet.ts'
import type { Check } from './check.ts'
import { cleartextProtocol } from './cleartext-protocol.ts'
import { endpointPolicyOpen } from './endpoint-policy-open.ts'
import { functionOutsideVpc } from './function-outside-vpc.ts'
import { networkAclLosesReplies } from './network-acl-loses-replies.ts'
import { networkAclRuleShadowed } from './network-acl-rule-shadowed.ts'
import { POLICY_CHECKS } from './policy-checks.ts'
import { routeToNowhere } from './route-to-nowhere.ts'
import { securityGroupReferenceDead } from './security-group-reference-dead.ts'
import { securityGroupRuleRedundant } from './security-group-rule-redundant.ts'
import { subnetNotAsDeclared } from './subnet-not-as-declared.ts'
import { subnetOfSeveralTiers } from './subnet-of-several-tiers.ts'
import { subnetWithoutTier } from './subnet-without-tier.ts'
import { tgwDefaultAssociation } from './tgw-default-association.ts'
import { tgwDefaultPropagation } from './tgw-default-propagation.ts'
import { tgwPropagatedRoute } from './tgw-propagated-route.ts'
import { trustByAddress } from './trust-by-address.ts'

export const CHECKS: readonly Check[] = [
  adminPortFromInternet,
  cleartextProtocol,
  awsServiceByInternet,
  trustByAddress,
  endpointPolicyOpen,
  functionOutsideVpc,
  subnetNotAsDeclared,
  subnetOfSeveralTiers,
  subnetWithoutTier,
  tgwDefaultAssociation,
  tgwDefaultPropagation,
  tgwPropagatedRoute,
  networkAclLosesReplies,
  networkAclRuleShadowed,
  securityGroupRuleRedundant,
  securityGroupReferenceDead,
  routeToNowhere,
  ...POLICY_CHECKS,
]

export const CHECK_IDS: readonly string[] = CHECKS.map(({ id }) => id)
