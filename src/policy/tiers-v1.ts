/** `ztnet/tiers-v1`, the policy that ships with ztnet: the four tiers of a zero-trust VPC. Written as its users write theirs, and read the
 *  same way. A policy that extends it replaces a rule by giving one the same id. */

export const TIERS_V1 = 'ztnet/tiers-v1'

/** Members of a tier may reach each other, and `other` subnets (transit, inspection, endpoints) are under no rule. */
export const TIERS_V1_TEXT = `version: 1
rules:
  - id: no-direct-ingress
    severity: critical
    why: only the public tier is there to be reached from the internet
    deny: { from: internet, to: [private, database, intra] }
  - id: db-isolated
    severity: critical
    why: what gets into a database must find no way out to the internet
    deny: { from: database, to: internet }
  - id: db-in
    severity: high
    why: databases are for the private and the intra tier
    only: { into: database, from: [private, intra, database, other] }
  - id: intra-closed
    severity: high
    why: the intra tier works inside its VPC and reaches nothing beyond it but AWS services
    only: { out-of: intra, to: [vpc, aws-services, other] }
  - id: intra-in
    severity: high
    why: the intra tier is for its own VPC
    only: { into: intra, from: [vpc, other] }
  - id: aws-by-endpoint
    severity: medium
    why: the intra tier has no other way to AWS services than VPC endpoints
    via: { from: intra, to: aws-services, through: { type: vpc-endpoint } }
  - id: private-in
    severity: medium
    why: the private tier is reached from the public tier
    only: { into: private, from: [public, private, intra, other] }
  - id: public-out
    severity: medium
    why: the public tier hands on to the private tier
    only: { out-of: public, to: [private, public, internet, aws-services, other] }
  - id: private-by-nat
    severity: medium
    why: the private tier reaches the internet through NAT, so that nothing on it can be answered to directly
    via: { from: private, to: internet, through: { type: [nat-gateway, egress-only-gateway] } }
`
