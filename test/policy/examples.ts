/** The two policies of the contract. */

export const ONE_VPC = `version: 1
extends: [ztnet/tiers-v1]          # ships the article's rules; listed here in full to show the form
defaults: { severity: high, on-unknown: warn, families: [ipv4, ipv6] }
tiers:
  public:   { subnet: { "tag:Tier": public } }
  private:  { subnet: { "tag:Tier": [private, app] } }
  database: { subnet: { "tag:Tier": database } }
  intra:    { subnet: { "tag:Tier": intra } }
rules:
  - { id: db-isolated, severity: critical, deny: { from: database, to: internet } }
  - { id: db-in,   only: { into: database, from: [private, intra], ports: [tcp/5432] } }
  - { id: no-direct-ingress, severity: critical, deny: { from: internet, to: [private, database, intra] } }
  - { id: intra-closed, only: { out-of: intra, to: [vpc, aws-services] } }
  - { id: aws-by-endpoint, via: { from: [private, intra], to: aws-services, through: { type: vpc-endpoint } } }
  - { id: app-db-works, require: { from: private, to: database, ports: [tcp/5432], quantifier: all } }
checks: { lambda-outside-vpc: high, tgw-default-association: high, tgw-default-propagation: off }
exceptions:
  - { id: EX-12, rule: db-in, from: { name: bastion-* }, to: { name: orders-db }, ports: [tcp/5432],
      reason: "vendor migration, read replica only", owner: data-platform, ticket: NET-482, expires: 2027-01-31 }
`

export const ORGANISATION = `version: 1
accounts: { prod: { ou: ou-ab12-prod }, dev: { ou: ou-ab12-dev }, net: { id: "111122223333" } }
peers: { onprem: { cidr: [10.0.0.0/9] }, partner: { prefix-list: pl-partner } }
tiers:
  pci:      { subnet: { "tag:scope": pci }, account: prod }
  prod-app: { subnet: { "tag:Tier": app }, account: prod }
  dev-any:  { account: dev }
  edge:     { subnet: { route: igw }, account: net }
rules:
  - { id: dev-prod-split, severity: critical, on-unknown: fail, deny: { from: dev-any, to: [prod-app, pci], both-ways: true } }
  - { id: egress-inspected, via: { from: prod-app, to: internet, through: { type: network-firewall, account: net } } }
  - { id: pci-only-app, only: { into: pci, from: [prod-app], ports: [tcp/8443] } }
  - { id: partner-in, only: { out-of: partner, to: [edge], ports: [tcp/443] } }
  - { id: onprem-dns, severity: medium, require: { from: onprem, to: { name: dns-inbound-* }, ports: [udp/53, tcp/53] } }
exceptions:
  - { id: EX-40, rule: egress-inspected, from: { "tag:app": backup }, to: { service: s3 }, reason: "gateway endpoint, no firewall needed",
      owner: storage, expires: 2027-06-30 }
ci: { fail-on: high, baseline: ztnet.baseline.json, max-exception-days: 180 }
`
