/** Every explanation code as data: what it says, what would mend it, the rule and the page it rests on. AWS Reachability
 *  Analyzer's codes where AWS has one, ours in the same style elsewhere. No sentence about AWS lives anywhere else. */

import { CALLS, kindOfId } from '../snapshot/calls.ts'
import type { Kind } from '../snapshot/schema.ts'

/** A reason with its components named for people: `acl-0a1 (db-nacl)`. */
export interface Said {
  readonly resource: string
  readonly rule: string | undefined
  readonly args: Readonly<Record<string, string>>
}

export interface ReasonText {
  /** One sentence without the packets it concerns. */
  readonly says: (reason: Said) => string
  /** What to change, for a reason that blocks. */
  readonly fix?: (reason: Said) => string
  /** What would have to be read to settle it, for a reason that knowledge is missing. */
  readonly needs?: readonly Kind[]
  /** Rule of the project's rule book of AWS semantics. */
  readonly rule: string
  readonly docs: string
}

const guide = (page: string): string => `https://docs.aws.amazon.com/vpc/latest/userguide/${page}.html`
const codes = 'https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html'
const peering = 'https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html'
const transit = (page: string): string => `https://docs.aws.amazon.com/vpc/latest/tgw/${page}.html`
const connectEndpoint = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/eice-security-groups.html'
const vpn = (page: string): string => `https://docs.aws.amazon.com/vpn/latest/s2svpn/${page}.html`
const privateLink = (page: string): string => `https://docs.aws.amazon.com/vpc/latest/privatelink/${page}.html`
const firewalls = (page: string): string =>
  `https://docs.aws.amazon.com/network-firewall/latest/developerguide/${page}.html`
const balancing = (page: string): string =>
  `https://docs.aws.amazon.com/elasticloadbalancing/latest/network/${page}.html`

/** `acl-1 denies it: rule 100` */
const byRule = ({ rule }: Said): string => (rule === undefined ? '' : ` (${rule})`)

/** The component, or a part of it that the arguments name: `the route to 10.1.0.0/16 in tgw-rtb-1`. */
const subjectOf = ({ resource, args }: Said): string =>
  args.what === undefined ? resource : `${args.what} in ${resource}`

export const reasons = {
  // ---- interfaces and security groups
  ENI_SG_RULES_MISMATCH: {
    says: ({ args }) => `no ${args.direction} rule of ${args.groups} admits it`,
    fix: ({ args }) => `add an ${args.direction} rule to ${firstOf(args.groups)}, if this is meant to pass`,
    rule: 'R-SG-1',
    docs: guide('security-group-rules'),
  },
  SG_HAS_NO_RULES: {
    says: ({ args }) => `${args.groups} ${isSeveral(args.groups) ? 'have' : 'has'} no ${args.direction} rule at all`,
    fix: ({ args }) => `add an ${args.direction} rule to ${firstOf(args.groups)}, if this is meant to pass`,
    rule: 'R-SG-1',
    docs: guide('security-group-rules'),
  },
  SG_REFERENCE_MISMATCH: {
    says: ({ resource, args }) =>
      args.receiver === undefined
        ? `no outbound rule of the sender that names a security group lets it out to ${resource}`
        : `no outbound rule of ${args.groups} that names a security group lets it out to a member of ${args.receiver}`,
    fix: ({ args }) =>
      `add an outbound rule to ${firstOf(args.groups ?? 'the group of the sender')}, if this is meant to pass`,
    rule: 'R-SG-6',
    docs: guide('security-group-rules'),
  },
  SG_REFERENCES_NOT_PRESERVED: {
    says: (said) =>
      `${ruleNamingGroups(said)}, and ${said.resource} does not carry the identity that such a rule needs`,
    fix: () => 'name the peer by CIDR block or prefix list in the rule',
    rule: 'R-SG-11',
    docs: guide('security-group-rules'),
  },
  SG_REFERENCING_SUPPORT: {
    says: (said) => `${ruleNamingGroups(said)}, and security group referencing is not on in ${said.resource}`,
    fix: ({ resource }) =>
      `turn security group referencing of ${resource} on, or name the peer by CIDR block or prefix list in the rule`,
    rule: 'R-SG-10',
    docs: 'https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html',
  },
  SG_ADMITS: {
    says: ({ args, rule }) =>
      `${args.groups} ${isSeveral(args.groups) ? 'admit' : 'admits'} it${rule === undefined ? '' : `: ${rule}`}`,
    rule: 'R-SG-1',
    docs: guide('security-group-rules'),
  },
  NO_SECURITY_GROUP: {
    says: ({ resource }) => `${resource} has no security group and takes all`,
    rule: 'R-LB-4',
    docs: balancing('load-balancer-security-groups'),
  },
  SECURITY_GROUP_UNKNOWN: {
    says: ({ resource, args }) =>
      args.missing === resource
        ? `the rules of ${resource} were not all read`
        : `${resource} cannot be judged in full: ${args.missing} was not read`,
    fix: () => 'add the describe-security-groups output of the owner, and the entries of its prefix lists',
    needs: ['securityGroup', 'managedPrefixListEntries', 'prefixList'],
    rule: 'R-SG-14',
    docs: codes,
  },
  ESTABLISHED: {
    says: ({ resource }) => `${resource} knows the conversation and lets the answer pass`,
    rule: 'R-SG-2',
    docs: guide('security-group-connection-tracking'),
  },
  INTERFACE_WITHOUT_GROUPS: {
    says: ({ resource }) => `${resource} shows no security group, which its type does not explain`,
    fix: () => 'read the interface again as the account that owns it',
    rule: 'R-ENI-8',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html',
  },
  ENI_SOURCE_DEST_CHECK_RESTRICTION: {
    says: ({ resource }) => `${resource} checks source and destination and drops what is not addressed to it`,
    fix: ({ resource }) => `turn the source/destination check of ${resource} off, if it is meant to forward`,
    rule: 'R-ENI-1',
    docs: codes,
  },
  BAD_STATE: {
    says: ({ resource }) => `${resource} is not in a working state`,
    fix: ({ resource }) => `bring ${resource} into service, or route around it`,
    rule: 'R-FLOW-10',
    docs: codes,
  },
  BAD_STATE_ATTACHMENT: {
    says: ({ resource }) => `${resource} is not attached to this VPC`,
    fix: ({ resource }) => `attach ${resource}`,
    rule: 'R-FLOW-10',
    docs: codes,
  },
  TRANSITIONAL_STATE: {
    says: (said) => `${subjectOf(said)} is ${said.args.state}: not yet what it will be`,
    fix: () => 'read it again when it has settled',
    rule: 'R-FLOW-10',
    docs: codes,
  },
  CANNOT_INITIATE: {
    says: ({ args }) => `${args.what} starts no conversations of its own`,
    rule: 'R-NAT-3',
    docs: guide('nat-gateway-basics'),
  },
  ACCEPTS_NOTHING: {
    says: ({ args }) => `${args.what} accepts no conversations`,
    rule: 'R-COMP-1',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
  },
  ADDRESS_OF_INTERFACE: {
    says: ({ resource }) => `the address is in use in ${resource}`,
    rule: 'R-ADDR-9',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html',
  },
  AMAZON_PROVIDED_SERVICE: {
    says: ({ args }) => `${args.name} beside every interface: no filter applies`,
    rule: 'R-SVC-1',
    docs: guide('vpc-network-acls'),
  },
  DNS_SUPPORT_DISABLED: {
    says: ({ resource }) => `DNS support is off in ${resource}`,
    fix: ({ resource }) => `turn enableDnsSupport of ${resource} on`,
    rule: 'R-SVC-6',
    docs: guide('vpc-dns'),
  },
  LINK_LOCAL_NOT_FORWARDED: {
    says: () => 'addresses reserved for services of the instance are never forwarded',
    rule: 'R-SVC-3',
    docs: guide('subnet-route-tables'),
  },

  // ---- subnets, NACLs, routes
  SAME_SUBNET: {
    says: ({ resource }) => `a neighbour in ${resource}: no NACL, no route table`,
    rule: 'R-FLOW-3',
    docs: guide('route-table-options'),
  },
  LEAVES_SUBNET: {
    says: ({ resource }) => `leaves ${resource}`,
    rule: 'R-FLOW-2',
    docs: guide('infrastructure-security'),
  },
  LOCAL_DELIVERY: {
    says: ({ resource }) => `delivered within ${resource}`,
    rule: 'R-ADDR-1',
    docs: guide('subnet-route-tables'),
  },
  RETURNS_TO_SENDER: {
    says: () => 'the answer goes straight back to the device it came through',
    rule: 'R-LB-10',
    docs: balancing('target-group-register-targets'),
  },
  SUBNET_ACL_ALLOWS: {
    says: ({ resource, rule }) => `${resource} allows it${rule === undefined ? '' : `: ${rule}`}`,
    rule: 'R-NACL-2',
    docs: guide('vpc-network-acls'),
  },
  SUBNET_ACL_RESTRICTION: {
    says: ({ resource, rule, args }) =>
      `${resource} denies it ${args.direction === 'inbound' ? 'into' : 'out of'} ${args.subnet}${rule === undefined ? '' : `: ${rule}`}`,
    fix: ({ resource, args }) =>
      `allow it in an earlier ${args.direction} rule of ${resource}; answers need their own rule`,
    rule: 'R-NACL-2',
    docs: guide('vpc-network-acls'),
  },
  ELB_ACL_RESTRICTION: {
    says: ({ resource, rule, args }) =>
      `${resource} denies it to a Classic Load Balancer in ${args.subnet}, also within the subnet${rule === undefined ? '' : `: ${rule}`}`,
    fix: ({ resource, args }) => `allow it in an earlier ${args.direction} rule of ${resource}`,
    rule: 'R-NACL-16',
    docs: codes,
  },
  NETWORK_ACL_UNKNOWN: {
    says: ({ resource }) => `the network ACL of ${resource} was not read, or holds a rule that ztnet cannot read`,
    fix: () => 'add the output of `aws ec2 describe-network-acls`',
    needs: ['networkAcl'],
    rule: 'R-NACL-1',
    docs: guide('vpc-network-acls'),
  },
  ROUTE: {
    says: ({ resource, rule }) => `${resource} routes it${rule === undefined ? '' : `: ${rule}`}`,
    rule: 'R-ROUTE-3',
    docs: guide('route-tables-priority'),
  },
  NO_ROUTE_TO_DESTINATION: {
    says: ({ resource, args }) => `${resource} has no route to it from ${args.place}`,
    fix: ({ resource }) => `add a route to ${resource}, if this is meant to pass`,
    rule: 'R-ROUTE-3',
    docs: guide('route-tables-priority'),
  },
  BAD_STATE_ROUTE: {
    says: (said) => `${said.resource} has a route for it that leads nowhere${byRule(said)}`,
    fix: ({ resource }) => `replace or delete the blackhole route in ${resource}`,
    rule: 'R-ROUTE-11',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html',
  },
  AMBIGUOUS_PREFIX_LIST: {
    says: ({ resource }) => `${resource} has two prefix-list routes for it, and AWS picks one`,
    rule: 'R-ROUTE-9',
    docs: guide('route-tables-priority'),
  },
  ROUTE_DESTINATION_UNKNOWN: {
    says: ({ resource, args }) =>
      args.list === undefined
        ? `${resource} has a route whose destination makes no sense (${args.text}), and it may take this packet`
        : `${resource} has a route to ${args.list} whose addresses were not read, and it may take this packet`,
    fix: ({ args }) =>
      args.list === undefined
        ? 'read the route table again, or mend the file it came from'
        : `add the output of \`aws ec2 get-managed-prefix-list-entries --prefix-list-id ${args.list}\``,
    needs: ['managedPrefixListEntries', 'prefixList'],
    rule: 'R-ROUTE-10',
    docs: guide('route-table-options'),
  },
  ROUTE_TABLE_UNKNOWN: {
    says: ({ resource }) => `the route table of ${resource} was not read`,
    fix: () => 'add the output of `aws ec2 describe-route-tables`',
    needs: ['routeTable'],
    rule: 'R-ROUTE-1',
    docs: guide('subnet-route-tables'),
  },
  NO_POSSIBLE_DESTINATION: {
    says: ({ resource }) => `nothing in ${resource} has this address`,
    rule: 'R-ENI-9',
    docs: codes,
  },
  NOT_AN_ENDPOINT: {
    says: ({ resource }) => `AWS reserves this address in ${resource}`,
    rule: 'R-ADDR-2',
    docs: guide('subnet-sizing'),
  },
  INTERFACES_UNKNOWN: {
    says: ({ resource }) => `the interfaces in ${resource} were not all read`,
    fix: () => 'add the output of `aws ec2 describe-network-interfaces` of the VPC owner',
    needs: ['networkInterface'],
    rule: 'R-ENI-9',
    docs: guide('vpc-share-limitations'),
  },
  SUBNETS_UNKNOWN: {
    says: ({ resource, args }) =>
      args.missing === undefined
        ? `the subnets of ${resource} were not all read`
        : `the CIDR block of ${args.missing} was not read or makes no sense, and it may be there`,
    fix: () => 'add the output of `aws ec2 describe-subnets` of the VPC owner',
    needs: ['subnet'],
    rule: 'R-ENI-9',
    docs: guide('vpc-share-limitations'),
  },
  UNKNOWN_RESOURCE: {
    says: ({ resource, args }) =>
      args.by === undefined ? `${resource} was not read` : `${args.by} sends it to ${resource}, which was not read`,
    fix: ({ resource }) => `add ${describing(resource)} of the account and region that ${resource} is in`,
    rule: 'R-ENI-9',
    docs: codes,
  },
  ADDRESS_SPACE_UNKNOWN: {
    says: ({ resource, args }) =>
      `the CIDR blocks of ${args.vpc}, by which ${resource} goes, were not read or make no sense`,
    fix: () => 'add the output of `aws ec2 describe-vpcs` of the account that owns it',
    needs: ['vpc'],
    rule: 'R-PCX-8',
    docs: peering,
  },
  CONTRADICTION: {
    says: ({ args }) => `the records contradict each other: ${args.what}`,
    fix: () => 'read both again at one time',
    rule: 'R-ENI-9',
    docs: codes,
  },
  STATE_UNKNOWN: {
    says: (said) => `${subjectOf(said)} is in a state that ztnet does not know: ${said.args.state}`,
    fix: (said) => `look whether ${subjectOf(said)} is in service`,
    rule: 'R-FLOW-10',
    docs: codes,
  },
  UNMODELLED_TARGET: {
    says: (said) =>
      `${said.resource} (${said.args.what}) is on the way${byRule(said)}, and ztnet does not know what it does`,
    rule: 'R-ROUTE-13',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html',
  },
  ROUTE_LOOP: {
    says: ({ resource }) => `the routes lead in a circle through ${resource}`,
    fix: ({ resource }) => `break the circle of routes through ${resource}`,
    rule: 'R-FLOW-8',
    docs: codes,
  },

  // ---- internet
  INTERNET: { says: () => 'on the internet', rule: 'R-ADDR-14', docs: guide('VPC_Internet_Gateway') },
  INTERNET_GATEWAY: {
    says: ({ resource }) => `through ${resource}`,
    rule: 'R-IGW-1',
    docs: guide('VPC_Internet_Gateway'),
  },
  IGW_TRANSLATES_SOURCE: {
    says: ({ resource }) => `${resource} makes the source address public`,
    rule: 'R-IGW-2',
    docs: guide('VPC_Internet_Gateway'),
  },
  IGW_TRANSLATES_DESTINATION: {
    says: ({ resource }) => `${resource} makes the destination address private`,
    rule: 'R-IGW-3',
    docs: guide('VPC_Internet_Gateway'),
  },
  PUBLIC_ADDRESS: {
    says: ({ resource }) => `a public address behind ${resource}`,
    rule: 'R-IGW-3',
    docs: guide('VPC_Internet_Gateway'),
  },
  IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: {
    says: ({ resource }) => `the sender has no public address, without which ${resource} does not serve it`,
    fix: () => 'give the interface a public address, or route it through a NAT gateway',
    rule: 'R-IGW-2',
    docs: codes,
  },
  IGW_TRAFFIC_DENIED: {
    says: ({ resource }) =>
      `${resource} does not serve the IPv6 address of an interface that denies what internet gateways carry (DenyAllIgwTraffic)`,
    fix: () =>
      'use another interface, or turn `ipv6.deny_all_igw_traffic` of the load balancer off; endpoints always deny it',
    rule: 'R-ADDR-13',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html',
  },
  FRONTED_ENDPOINTS_UNKNOWN: {
    says: ({ resource }) =>
      `Global Accelerator or CloudFront has interfaces in ${resource}, and may bring it to private addresses there`,
    fix: () => 'look up the endpoints of the accelerator, or the VPC origins of the distribution',
    rule: 'R-COMP-5',
    docs: guide('security-vpc-bpa-basics'),
  },
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: {
    says: ({ resource }) => `the destination is no public address that ${resource} serves`,
    fix: () => 'give the interface a public address, if it is meant to be reached from the internet',
    rule: 'R-IGW-3',
    docs: codes,
  },
  IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS: {
    says: ({ resource }) => `${resource} does not send to private addresses (RFC 1918)`,
    rule: 'R-IGW-4',
    docs: codes,
  },
  IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS: {
    says: ({ resource }) => `${resource} does not send to shared addresses (RFC 6598)`,
    rule: 'R-IGW-4',
    docs: codes,
  },
  IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS: {
    says: ({ resource }) => `${resource} refuses private sources (RFC 1918)`,
    rule: 'R-IGW-4',
    docs: codes,
  },
  IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS: {
    says: ({ resource }) => `${resource} refuses shared sources (RFC 6598)`,
    rule: 'R-IGW-4',
    docs: codes,
  },
  GATEWAY_REJECTS_SPOOFED_TRAFFIC: {
    says: () => 'the source is no address that anyone on the internet can have',
    rule: 'R-IGW-4',
    docs: codes,
  },
  IDLE_ADDRESS: {
    says: () => 'the elastic address is allocated, and bound to nothing',
    fix: () => 'associate the elastic address with an interface, or release it',
    rule: 'R-ADDR-16',
    docs: codes,
  },
  BYOIP_NOT_ADVERTISED: {
    says: () => 'the address is of a range of your own that AWS does not announce',
    fix: () => 'advertise the range with aws ec2 advertise-byoip-cidr',
    rule: 'R-ADDR-18',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-byoip.html',
  },
  BYOIP_CHANGING: {
    says: () => 'the address is of a range of your own that AWS is about to take over or to give back',
    rule: 'R-ADDR-18',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-byoip.html',
  },
  NO_INTERNET_GATEWAY: {
    says: ({ resource }) => `${resource} has no internet gateway`,
    fix: ({ resource }) => `attach an internet gateway to ${resource}, if it is meant to be on the internet`,
    rule: 'R-IGW-1',
    docs: guide('VPC_Internet_Gateway'),
  },
  INTERNET_GATEWAY_UNKNOWN: {
    says: ({ resource }) => `whether ${resource} has an internet gateway was not read`,
    fix: () => 'add the output of `aws ec2 describe-internet-gateways`',
    needs: ['internetGateway'],
    rule: 'R-IGW-1',
    docs: guide('VPC_Internet_Gateway'),
  },
  NOT_ON_THE_INTERNET: { says: () => 'the destination is no address on the internet', rule: 'R-ADDR-14', docs: codes },
  NOT_IN_ESTATE: { says: () => 'the destination is not part of the estate', rule: 'R-ADDR-14', docs: codes },
  SERVICE_PORT_RESTRICTION: {
    says: () => 'S3 and DynamoDB answer tcp 80, tcp 443 and echo requests only',
    rule: 'R-GWE-4',
    docs: privateLink('gateway-endpoints'),
  },
  INGRESS_RTB_NO_PUBLIC_IP: {
    says: ({ resource }) => `${resource} leads it to an interface that has no public address`,
    fix: () => 'give the interface that the edge route table names a public address',
    rule: 'R-ENI-3',
    docs: codes,
  },
  VPC_BLOCK_PUBLIC_ACCESS_ENABLED: {
    says: ({ resource, args }) => `VPC Block Public Access forbids ${args.direction} internet traffic in ${resource}`,
    fix: () => 'add an exclusion for the subnet or VPC, if this is meant to pass',
    rule: 'R-BPA-2',
    docs: guide('security-vpc-bpa'),
  },
  VPC_BLOCK_PUBLIC_ACCESS_CHANGING: {
    says: ({ resource, args }) =>
      `VPC Block Public Access may forbid ${args.direction} internet traffic in ${resource}, or not: that is not settled ` +
      `(${args.changing})`,
    fix: () => 'read its options and exclusions again: all of them, and when they have settled',
    rule: 'R-FLOW-10',
    docs: guide('security-vpc-bpa'),
  },
  EGRESS_ONLY_GATEWAY: {
    says: ({ resource }) => `through ${resource}, outwards only`,
    rule: 'R-EIGW-1',
    docs: guide('egress-only-internet-gateway'),
  },
  EIGW_PRIVATE_SOURCE: {
    says: ({ resource }) => `${resource} does not serve private IPv6 sources`,
    rule: 'R-EIGW-2',
    docs: guide('vpc-ip-addressing'),
  },
  EIGW_NO_SESSION: {
    says: ({ resource }) => `${resource} lets no conversation in`,
    rule: 'R-EIGW-1',
    docs: guide('egress-only-internet-gateway'),
  },

  // ---- NAT
  NAT_GATEWAY: { says: ({ resource }) => `through ${resource}`, rule: 'R-NAT-4', docs: guide('nat-gateway-basics') },
  NGW_SOURCE_ADDRESS_REASSIGN: {
    says: ({ resource }) => `${resource} replaces source address and port by its own`,
    rule: 'R-NAT-2',
    docs: codes,
  },
  NAT_GATEWAY_RETURNS: {
    says: ({ resource }) => `${resource} translates the answer back for its client`,
    rule: 'R-NAT-2',
    docs: guide('nat-gateway-basics'),
  },
  NGW_NO_SESSION: {
    says: ({ resource }) => `${resource} accepts no conversation from outside`,
    rule: 'R-NAT-3',
    docs: guide('nat-gateway-basics'),
  },
  ASYMMETRIC_RETURN: {
    says: ({ resource }) => `the answer is routed to ${resource}, which never saw the request`,
    fix: () => 'route the answer back the way the request came',
    rule: 'R-IGW-7',
    docs: guide('nat-gateway-basics'),
  },
  PROTOCOL_RESTRICTION: {
    says: ({ resource }) => `${resource} translates TCP, UDP and ICMP only`,
    rule: 'R-NAT-1',
    docs: guide('nat-gateway-basics'),
  },
  NAT_ADDRESS_CHOICE: {
    says: ({ resource }) => `${resource} may use any of its addresses`,
    rule: 'R-NAT-11',
    docs: guide('nat-gateways-regional'),
  },
  NAT_ADDRESS_UNKNOWN: {
    says: ({ resource }) => `no address of ${resource} was read`,
    fix: () => 'add the output of `aws ec2 describe-nat-gateways`',
    needs: ['natGateway'],
    rule: 'R-NAT-15',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html',
  },
  NAT_PRIVATE_ADDRESS_UNKNOWN: {
    says: ({ resource }) =>
      `the private address of ${resource} is not listed, and only an internet gateway makes it the public one`,
    fix: () => 'add the output of `aws ec2 describe-nat-gateways` with private addresses',
    needs: ['natGateway'],
    rule: 'R-NAT-6',
    docs: guide('nat-gateways-regional'),
  },
  REGIONAL_NGW_ROUTE_AZ_RESTRICTION: {
    says: ({ resource }) =>
      `${resource} has no address in the zone of the sender, and AWS's documents disagree on what then`,
    rule: 'R-NAT-14',
    docs: codes,
  },

  // ---- peering and transit gateways
  PEERING: { says: ({ resource }) => `across ${resource}`, rule: 'R-PCX-1', docs: peering },
  PCX_REQUIRES_ADDRESS_IN_VPC_CIDR: {
    says: ({ resource }) => `${resource} carries packets between the address ranges of its two VPCs only`,
    fix: () => 'peer the two VPCs with each other, or join them by a transit gateway',
    rule: 'R-PCX-2',
    docs: codes,
  },
  TRANSIT_GATEWAY_ATTACHMENT: {
    says: ({ resource }) => `through ${resource}`,
    rule: 'R-TGW-9',
    docs: transit('how-transit-gateways-work'),
  },
  TGW_ROUTE: {
    says: ({ resource, rule }) => `${resource} routes it${rule === undefined ? '' : `: ${rule}`}`,
    rule: 'R-TGW-4',
    docs: transit('how-transit-gateways-work'),
  },
  TGW_ROUTE_AZ_RESTRICTION: {
    says: ({ resource, args }) => `${resource} has no subnet in ${args.zone}, the zone of the sender`,
    fix: ({ resource, args }) => `add a subnet of ${args.zone} to ${resource}`,
    rule: 'R-TGW-1',
    docs: transit('tgw-vpc-attachments'),
  },
  TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION: {
    says: ({ resource }) => `${resource} is associated with no transit gateway route table`,
    fix: ({ resource }) => `associate ${resource} with a route table`,
    rule: 'R-TGW-2',
    docs: codes,
  },
  TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT: {
    says: ({ resource }) => `${resource} has no route to it`,
    fix: ({ resource }) => `add a static route to ${resource}, or propagate the attachment into it`,
    rule: 'R-TGW-4',
    docs: codes,
  },
  TGW_RTB_BAD_STATE_ROUTE: {
    says: (said) => `${said.resource} has a blackhole route for it${byRule(said)}`,
    fix: ({ resource }) => `delete or replace the blackhole route in ${resource}`,
    rule: 'R-TGW-6',
    docs: codes,
  },
  TGW_RTB_ROUTES_ARE_UNKNOWN: {
    says: ({ resource }) => `the transit gateway routes for ${resource} were not all read`,
    fix: () =>
      'add what the owner of the transit gateway reads: `aws ec2 search-transit-gateway-routes` and `get-transit-gateway-route-table-propagations` for the table, and `describe-transit-gateway-attachments`',
    needs: [
      'transitGatewayRouteTable',
      'transitGatewayRoutes',
      'transitGatewayRouteTablePropagations',
      'transitGatewayAttachment',
    ],
    rule: 'R-TGW-23',
    docs: codes,
  },
  TGW_IPV6_SUPPORT_DISABLED: {
    says: ({ resource }) => `${resource} does not carry IPv6`,
    fix: ({ resource }) => `enable IPv6 support on ${resource}`,
    rule: 'R-TGW-13',
    docs: transit('tgw-vpc-attachments'),
  },
  TGW_ZONE_CHOICE: {
    says: ({ resource }) => `${resource} picks one of its zones`,
    rule: 'R-TGW-9',
    docs: transit('how-transit-gateways-work'),
  },
  TGW_ECMP_CHOICE: {
    says: (said) => `${said.resource} shares the load between attachments${byRule(said)}`,
    rule: 'R-TGW-4',
    docs: transit('how-transit-gateways-work'),
  },
  ATTACHMENT_UNKNOWN: {
    says: ({ resource }) => `the attachment for ${resource} was not read`,
    fix: () => 'add the output of `aws ec2 describe-transit-gateway-vpc-attachments`',
    needs: ['transitGatewayVpcAttachment', 'transitGatewayAttachment'],
    rule: 'R-TGW-2',
    docs: transit('how-transit-gateways-work'),
  },
  ZONE_UNKNOWN: {
    says: ({ resource }) => `the zones of ${resource} or of the sender were not read`,
    fix: () => 'add the output of `aws ec2 describe-subnets` with zone ids',
    needs: ['subnet', 'availabilityZone'],
    rule: 'R-AZ-1',
    docs: transit('how-transit-gateways-work'),
  },

  // ---- endpoints
  GATEWAY_ENDPOINT: {
    says: ({ resource, args }) => `${args.service || 'the service'} through ${resource}`,
    rule: 'R-GWE-1',
    docs: privateLink('gateway-endpoints'),
  },
  GATEWAY_ENDPOINT_ANSWERS: {
    says: ({ resource }) => `${resource} answers without a route`,
    rule: 'R-GWE-8',
    docs: privateLink('gateway-endpoints'),
  },
  VPCE_GATEWAY_FOREIGN_SOURCE: {
    says: ({ resource }) => `${resource} serves its own VPC only`,
    rule: 'R-GWE-3',
    docs: peering,
  },
  VPCE_GATEWAY_PROTOCOL_RESTRICTION: {
    says: ({ resource }) => `${resource} carries TCP and echo requests only`,
    rule: 'R-GWE-4',
    docs: codes,
  },
  INTERFACE_ENDPOINT: {
    says: ({ resource, args }) => `${args.service || 'the service'} listens behind ${resource}`,
    rule: 'R-VPCE-2',
    docs: privateLink('create-interface-endpoint'),
  },
  VPCE_SERVICE_PORT: {
    says: ({ resource }) => `the service behind ${resource} does not listen there`,
    rule: 'R-VPCE-6',
    docs: privateLink('create-interface-endpoint'),
  },
  VPC_ENCRYPTION_ENFORCED: {
    says: ({ resource, args }) =>
      `${resource} drops what is not encrypted: encryption controls of ${args.vpc} are enforced`,
    fix: () => 'speak to the service on a port that it encrypts',
    rule: 'R-VPCE-15',
    docs: guide('vpc-encryption-controls'),
  },
  VPC_ENCRYPTION_DECIDES: {
    says: ({ resource, args }) =>
      `encryption controls of ${args.vpc} let ${resource} take what is encrypted, which the port does not tell`,
    rule: 'R-VPCE-15',
    docs: guide('vpc-encryption-controls'),
  },
  VPC_ENCRYPTION_CHANGING: {
    says: ({ resource, args }) =>
      `${resource} may drop what is not encrypted, or not: encryption controls of ${args.vpc} are ${args.state}`,
    fix: () => 'read them again when they have settled',
    rule: 'R-FLOW-10',
    docs: guide('vpc-encryption-controls'),
  },
  ENDPOINT_POLICY_DENIES: {
    says: ({ resource }) => `packets arrive, and the policy of ${resource} denies every request in them`,
    fix: ({ resource }) => `allow what is needed in the policy of ${resource}`,
    rule: 'R-GWE-7',
    docs: privateLink('vpc-endpoints-access'),
  },
  ENDPOINT_WITHOUT_SERVICE: {
    says: ({ resource }) => `which service is behind ${resource} was not read`,
    fix: () => 'add the output of `aws ec2 describe-vpc-endpoints` of the account that owns it',
    needs: ['vpcEndpoint'],
    rule: 'R-VPCE-6',
    docs: privateLink('create-interface-endpoint'),
  },
  VPCE_INTRA_VPC_TRAFFIC: {
    says: ({ resource }) => `${resource} starts no conversations`,
    rule: 'R-VPCE-3',
    docs: codes,
  },
  VPCE_SERVICE_NOT_INSTALLED_IN_AZ: {
    says: ({ resource, args }) => `the service behind ${resource} is not installed in ${args.zone}`,
    fix: ({ args }) => `enable ${args.zone} on the load balancer of the service`,
    rule: 'R-VPCE-9',
    docs: codes,
  },
  ENDPOINT_SERVICE_UNKNOWN: {
    says: ({ resource, args }) =>
      `what ${args.service} does behind ${resource} was not read: it is a service of some other account`,
    fix: () => 'add the endpoint service configuration and load balancer of the provider',
    needs: ['vpcEndpointServiceConfiguration', 'loadBalancer'],
    rule: 'R-VPCE-7',
    docs: privateLink('concepts'),
  },
  GWLB_INSPECTION: {
    says: ({ resource }) => `inspected behind ${resource}`,
    rule: 'R-GWLB-1',
    docs: privateLink('vpce-gateway-load-balancer'),
  },
  PATH_THROUGH_GWLB_NOT_CHECKED: {
    says: ({ resource }) => `the appliances behind ${resource} decide`,
    rule: 'R-GWLB-2',
    docs: 'https://docs.aws.amazon.com/vpc/latest/reachability/additional-detail-codes.html',
  },
  FIREWALL_INSPECTION: {
    says: ({ resource, rule }) => `the firewall behind ${resource} passes it${rule === undefined ? '' : `: ${rule}`}`,
    rule: 'R-NFW-1',
    docs: firewalls('firewall-rules-engines'),
  },
  FIREWALL_RULES_RESTRICTION: {
    says: (said) => `${said.resource} drops it at ${said.args.firewall}${byRule(said)}`,
    fix: ({ resource }) => `pass it before, in ${resource} or in a rule group that is asked earlier`,
    rule: 'R-NFW-2',
    docs: firewalls('firewall-rules-engines'),
  },
  FIREWALL_UNSUPPORTED_RULE_OPTIONS: {
    says: (said) =>
      `a rule of ${said.resource} looks at more than addresses, protocol and ports of a new connection${byRule(said)}`,
    rule: 'R-NFW-9',
    docs: 'https://docs.aws.amazon.com/vpc/latest/reachability/additional-detail-codes.html',
  },
  FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE: {
    says: (said) => `${said.resource} decides by the name that TLS or HTTP asks for${byRule(said)}`,
    rule: 'R-NFW-10',
    docs: firewalls('stateful-rule-groups-domain-names'),
  },
  FIREWALL_DROPS_ESTABLISHED: {
    says: ({ resource }) =>
      `${resource} drops established connections, save those that a rule about their content passes`,
    rule: 'R-NFW-7',
    docs: firewalls('suricata-rule-evaluation-order'),
  },
  FIREWALL_SEES_ANSWERS_ONLY: {
    says: ({ resource, args }) =>
      `${resource} forwards the answer to the stateful engine of ${args.firewall}, which did not see the request`,
    fix: ({ resource }) => `forward both directions in ${resource}`,
    rule: 'R-NFW-2',
    docs: firewalls('firewall-rules-engines'),
  },
  FIREWALL_RULES_UNKNOWN: {
    says: ({ resource, rule }) =>
      rule === undefined
        ? `the policy of the firewall was not read: ${resource}`
        : `${rule} of ${resource} was not read, or refers to what was not`,
    fix: () =>
      'add the output of `aws network-firewall describe-firewall`, `describe-firewall-policy` and `describe-rule-group`',
    needs: ['networkFirewall', 'networkFirewallPolicy', 'networkFirewallRuleGroup'],
    rule: 'R-NFW-11',
    docs: firewalls('firewall-rules-engines'),
  },
  MIDDLEBOX: {
    says: ({ resource }) => `through ${resource}, which forwards for others`,
    rule: 'R-ENI-2',
    docs: guide('gateway-route-tables'),
  },
  MIDDLEBOX_DECIDES: {
    says: ({ resource }) => `what ${resource} does with packets for others is its own software's matter`,
    rule: 'R-ENI-2',
    docs: guide('gateway-route-tables'),
  },
  MIDDLEBOX_TRANSLATES: {
    says: ({ resource }) => `through ${resource}, if it translates to an address of its own`,
    rule: 'R-NAT-17',
    docs: guide('VPC_NAT_Instance'),
  },
  MIDDLEBOX_RETURNS: {
    says: ({ resource }) => `${resource} brings the answer back to whom it translated`,
    rule: 'R-NAT-17',
    docs: guide('VPC_NAT_Instance'),
  },
  MIDDLEBOX_CHOICE: {
    says: (said) => `${said.resource} may pass it on in several ways${byRule(said)}`,
    rule: 'R-NAT-17',
    docs: guide('VPC_NAT_Instance'),
  },
  NETWORK_BEHIND_INSTANCE: {
    says: ({ resource }) =>
      `routes lead it into a network behind ${resource}, which is not in the configuration of AWS`,
    fix: ({ resource }) => `ask who runs ${resource} what lies behind it, as at the other end of a VPN`,
    rule: 'R-ENI-2',
    docs: guide('route-table-options'),
  },
  ASYMMETRIC_INSPECTION: {
    says: ({ resource }) => `${resource} sees one direction of the conversation only, and drops it`,
    fix: () => 'route both directions through the same appliance',
    rule: 'R-FLOW-11',
    docs: guide('gateway-route-tables'),
  },
  VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS: {
    says: ({ resource }) => `${resource} carries what interfaces of its own VPC send, and this comes from elsewhere`,
    fix: () => 'lead it to a transit gateway that the VPN or Direct Connect is attached to',
    rule: 'R-VGW-3',
    docs: codes,
  },
  VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: {
    says: ({ resource }) => `${resource} leads to its own VPC only`,
    fix: () => 'attach the VPC to the transit gateway of a connection, or give it a virtual private gateway',
    rule: 'R-VGW-3',
    docs: codes,
  },
  VPN_GATEWAY_UNKNOWN: {
    says: ({ resource }) => `the virtual private gateway of ${resource} was not read, if it has one`,
    fix: () => 'add the output of `aws ec2 describe-vpn-gateways`',
    needs: ['vpnGateway'],
    rule: 'R-VGW-3',
    docs: guide('vpn-connections'),
  },
  VGW_NO_ROUTE: {
    says: ({ resource }) => `${resource} knows no prefix for it`,
    rule: 'R-VGW-1',
    docs: vpn('vpn-route-priority'),
  },
  VGW_ROUTES_UNKNOWN: {
    says: ({ resource }) => `the prefixes that ${resource} learned by BGP were not read`,
    fix: () =>
      'add the output of `aws ec2 describe-vpn-connections`, of `describe-route-tables` of the VPC, and of `aws directconnect describe-virtual-interfaces`',
    needs: ['vpnConnection', 'routeTable', 'virtualInterface'],
    rule: 'R-VGW-1',
    docs: vpn('vpn-route-priority'),
  },
  VPN_GATEWAY: {
    says: ({ resource }) => `through ${resource}`,
    rule: 'R-VGW-3',
    docs: vpn('vpn-route-priority'),
  },
  VPN_CONNECTION: { says: ({ resource }) => `over ${resource}`, rule: 'R-VPN-1', docs: vpn('VPNTunnels') },
  SITE_ATTACHMENT: {
    says: ({ resource }) => `over ${resource}`,
    rule: 'R-TGW-20',
    docs: transit('tgw-dcg-attachments'),
  },
  VPN_CONNECTION_UNKNOWN: {
    says: ({ resource }) => `the VPN connection of ${resource} was not read`,
    fix: () => 'add the output of `aws ec2 describe-vpn-connections`',
    needs: ['vpnConnection'],
    rule: 'R-VPN-1',
    docs: vpn('VPNTunnels'),
  },
  VPN_TUNNELS_DOWN: {
    says: ({ resource }) => `no tunnel of ${resource} is up`,
    fix: ({ resource }) => `bring a tunnel of ${resource} up`,
    rule: 'R-VPN-1',
    docs: vpn('VPNTunnels'),
  },
  VPN_TRAFFIC_SELECTOR_MISMATCH: {
    says: ({ resource }) => `the tunnels of ${resource} are restricted to other addresses`,
    fix: ({ resource }) => `widen the local or remote network CIDR of ${resource}, if this is meant to pass`,
    rule: 'R-VPN-3',
    docs: vpn('VPNTunnels'),
  },
  VPN_TRAFFIC_SELECTOR_UNKNOWN: {
    says: ({ resource }) => `what the tunnels of ${resource} are restricted to is no CIDR block`,
    fix: () => 'read the VPN connection again',
    needs: ['vpnConnection'],
    rule: 'R-VPN-3',
    docs: vpn('VPNTunnels'),
  },
  VPN_FAMILY_NOT_CARRIED: {
    says: ({ resource }) => `no VPN of ${resource} carries packets of this address family`,
    fix: () => 'use a VPN on a transit gateway with tunnels for the family',
    rule: 'R-VGW-5',
    docs: vpn('ipv4-ipv6'),
  },
  VGW_CARRIER_UNKNOWN: {
    says: ({ resource }) => `${resource} may know it from a connection that was not read, or is on its way to be`,
    fix: () =>
      'add the output of `aws directconnect describe-virtual-interfaces`, of `describe-direct-connect-gateway-associations` and of `aws ec2 describe-vpn-connections`',
    needs: ['virtualInterface', 'directConnectGatewayAssociation', 'vpnConnection'],
    rule: 'R-VGW-2',
    docs: vpn('vpn-route-priority'),
  },
  CONNECTION_CHOICE: {
    says: (said) => `${said.resource} knows it by several connections${byRule(said)}`,
    rule: 'R-VGW-2',
    docs: vpn('vpn-route-priority'),
  },
  DX_PREFIX_NOT_ALLOWED: {
    says: ({ resource }) => `networks on premises are not told of it over ${resource}`,
    fix: ({ resource }) =>
      `add it to the allowed prefixes of the association of the Direct Connect gateway with what ${resource} belongs to, if this is meant to pass`,
    rule: 'R-DX-2',
    docs: 'https://docs.aws.amazon.com/directconnect/latest/UserGuide/allowed-to-prefixes.html',
  },
  DX_ALLOWED_PREFIXES_UNKNOWN: {
    says: ({ resource }) => `which prefixes networks on premises are told of over ${resource} was not read`,
    fix: () =>
      'add the output of `aws directconnect describe-direct-connect-gateway-associations` of the Direct Connect gateway',
    needs: ['directConnectGatewayAssociation'],
    rule: 'R-DX-2',
    docs: 'https://docs.aws.amazon.com/directconnect/latest/UserGuide/allowed-to-prefixes.html',
  },
  ON_PREMISES: { says: () => 'on premises', rule: 'R-VGW-3', docs: guide('vpn-connections') },
  ON_PREMISES_WAY_CHOICE: {
    says: (said) => `several connections lead there, and networks on premises pick one${byRule(said)}`,
    rule: 'R-VGW-2',
    docs: guide('vpn-connections'),
  },
  NO_WAY_FROM_ON_PREMISES: {
    says: () => 'no connection that the sender is behind leads there',
    fix: () => 'attach the VPC to the transit gateway of the connection, or give it a virtual private gateway',
    rule: 'R-VGW-3',
    docs: guide('vpn-connections'),
  },
  BEYOND_ON_PREMISES: {
    says: ({ resource }) =>
      `${resource} leads it on premises, and what networks there do with an address of the internet or of another VPC is not in the configuration of AWS`,
    fix: () => 'ask who runs the network on premises whether it is led on from there',
    rule: 'R-DX-1',
    docs: 'https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html',
  },

  // ---- load balancers
  ELBV2_LISTENERS_MISMATCH: {
    says: ({ resource }) => `no listener of ${resource} takes it`,
    fix: ({ resource }) => `add a listener to ${resource}, if this is meant to pass`,
    rule: 'R-LB-1',
    docs: codes,
  },
  ELB_LISTENERS_MISMATCH: {
    says: ({ resource }) => `no listener of ${resource} takes it`,
    fix: ({ resource }) => `add a listener to ${resource}, if this is meant to pass`,
    rule: 'R-LB-1',
    docs: codes,
  },
  ELBV2_LISTENER_HAS_NO_TG: {
    says: (said) => `${said.resource} has no target group with a target in it${byRule(said)}`,
    fix: () => 'register a target',
    rule: 'R-LB-16',
    docs: codes,
  },
  ELB_HAS_NO_INSTANCES: {
    says: (said) => `${said.resource} has no instance${byRule(said)}`,
    fix: () => 'register an instance',
    rule: 'R-LB-19',
    docs: codes,
  },
  ELB_INSTALLED_AZ_RESTRICTION: {
    says: (said) => `${said.resource} is not enabled in the zone of its target${byRule(said)}`,
    fix: ({ resource }) => `enable ${resource} in the zone of the target`,
    rule: 'R-LB-13',
    docs: codes,
  },
  ELBV2_LISTENER_REQUIRES_TG_ACCEPT: {
    says: (said) => `no registered target of ${said.resource} is in service${byRule(said)}`,
    fix: () => 'register a target',
    rule: 'R-LB-14',
    docs: codes,
  },
  ELBV2_NO_TARGETS_IN_AZ: {
    says: (said) =>
      `${said.resource} has no target in ${said.args.zone}, and cross-zone balancing is off${byRule(said)}`,
    fix: () => 'register targets in every zone of the load balancer, or turn cross-zone balancing on',
    rule: 'R-LB-12',
    docs: codes,
  },
  ELB_NOT_CROSSZONE: {
    says: (said) =>
      `from ${said.args.zone} ${said.resource} sends to targets of that zone only, as cross-zone balancing is off${byRule(said)}`,
    fix: () => 'register targets in every zone of the load balancer, or turn cross-zone balancing on',
    rule: 'R-LB-12',
    docs: codes,
  },
  ELBV2_SOURCE_ADDRESS_PRESERVATION: {
    says: ({ resource }) => `${resource} sends it on to a target and keeps the client's address`,
    rule: 'R-LB-9',
    docs: codes,
  },
  LOAD_BALANCER_TARGET: {
    says: ({ resource }) => `${resource} sends it on to a target from its own address`,
    rule: 'R-LB-3',
    docs: codes,
  },
  NODE_ADDRESS_UNKNOWN: {
    says: ({ resource, args }) => `no ${args.family} address of ${resource} was read, from which it would go on`,
    fix: () => 'add the output of `aws ec2 describe-network-interfaces` of the account of the load balancer',
    rule: 'R-LB-3',
    docs: codes,
  },
  CLIENT_PRESERVED_OVER_PEERING: {
    says: ({ resource }) =>
      `${resource} sends as its client to a target in a peered VPC: by what AWS says of load balancers a client of another address space gets there, by what it says of peerings it does not`,
    fix: () => 'try it from such a client, or turn client IP preservation off for the target group',
    rule: 'R-LB-8',
    docs: balancing('edit-target-group-attributes'),
  },
  LOAD_BALANCER_SENDS: { says: ({ resource }) => `out of ${resource}`, rule: 'R-LB-3', docs: codes },
  LOAD_BALANCER_RETURNS: {
    says: ({ resource }) => `${resource} returns the answer to its client`,
    rule: 'R-LB-10',
    docs: balancing('target-group-register-targets'),
  },
  LISTENER_ANSWERS: {
    says: ({ resource }) => `${resource} answers by itself`,
    rule: 'R-LB-16',
    docs: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html',
  },
  LISTENER_RULE_CHOICE: {
    says: (said) =>
      `a rule of ${said.resource} picks the target group by what is inside the request, and one of its targets takes it${byRule(said)}`,
    rule: 'R-LB-16',
    docs: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html',
  },
  TARGET_CHOICE: {
    says: (said) => `${said.resource} may pick any of its targets${byRule(said)}`,
    rule: 'R-LB-14',
    docs: codes,
  },
  LB_HAIRPIN: {
    says: ({ resource }) => `the client is itself the target that ${resource} picks, and sees its own address`,
    fix: () => 'turn client IP preservation off for the target group',
    rule: 'R-LB-11',
    docs: balancing('edit-target-group-attributes'),
  },
  TARGET_ADDRESS_RESTRICTION: {
    says: ({ resource }) => `${resource} sends to its registered targets only`,
    rule: 'R-LB-13',
    docs: codes,
  },
  TARGET_PORT_RESTRICTION: {
    says: ({ resource }) => `${resource} sends to its targets on their registered ports only`,
    rule: 'R-LB-13',
    docs: codes,
  },
  ELB_LISTENER_PORT_RESTRICTION: {
    says: ({ resource }) => `${resource} sends to its instances on the ports that its listeners say only`,
    rule: 'R-LB-19',
    docs: codes,
  },
  TARGETS_UNKNOWN: {
    says: ({ resource, args }) =>
      args.missing === undefined
        ? `the targets of ${resource} were not read`
        : `${args.missing}, registered with ${resource}, was not read`,
    fix: () => 'add the output of `aws elbv2 describe-target-groups` and `describe-target-health`',
    needs: ['targetGroup', 'targetHealth'],
    rule: 'R-LB-14',
    docs: codes,
  },
  LISTENERS_UNKNOWN: {
    says: ({ resource }) => `the listeners of ${resource} were not read`,
    fix: () => 'add the output of `aws elbv2 describe-listeners`',
    needs: ['listener'],
    rule: 'R-LB-1',
    docs: codes,
  },
  LISTENER_RULES_UNKNOWN: {
    says: (said) => `the rules of ${said.resource} were not read, which may pick other targets${byRule(said)}`,
    fix: () => 'add the output of `aws elbv2 describe-rules`',
    needs: ['listenerRule'],
    rule: 'R-LB-16',
    docs: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html',
  },

  // ---- the question itself
  NO_HYBRID_CONNECTION: {
    says: () =>
      'no VPN, Direct Connect or other way to networks on premises was found, and all that could be one was read',
    rule: 'R-VGW-1',
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/vpn-connections.html',
  },
  SAME_INTERFACE: {
    says: ({ resource }) => `${resource} is at both ends: what it sends to itself does not leave it`,
    rule: 'R-FLOW-2',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html',
  },
  WITHIN_INSTANCE: {
    says: ({ resource }) =>
      `an address of ${resource} itself: its operating system delivers it, and nothing leaves the instance`,
    rule: 'R-ENI-4',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html',
  },
  NO_COMMON_PACKET: {
    says: () => 'there is no such packet: no address family that both ends have and the protocol is of',
    rule: 'R-ROUTE-3',
    docs: guide('vpc-ip-addressing'),
  },
  DELIVERED: { says: () => 'delivered', rule: 'R-FLOW-1', docs: guide('vpc-network-acls') },
  DELIVERED_ELSEWHERE: { says: ({ resource }) => `it goes to ${resource} instead`, rule: 'R-PCX-5', docs: peering },
  REPLY_DELIVERED_ELSEWHERE: {
    says: ({ resource }) => `the answer arrives at ${resource} instead of the sender`,
    fix: () => 'route the answer back the way the request came',
    rule: 'R-PCX-5',
    docs: peering,
  },
  REPLY_HEADER_MISMATCH: {
    says: ({ resource }) => `the answer reaches ${resource} from another address than was asked`,
    fix: () => 'route the answer back the way the request came',
    rule: 'R-IGW-7',
    docs: guide('VPC_Internet_Gateway'),
  },
  PORT_CHOICE: {
    says: ({ resource }) => `it depends on the port that a device picks whether ${resource} lets the answer pass`,
    rule: 'R-FLOW-7',
    docs: guide('custom-network-acl'),
  },
  ADDRESS_CHOICE: {
    says: ({ resource }) =>
      `it depends on the address of the client, which nobody knows, whether ${resource} lets it pass`,
    fix: () => 'name the security group of the endpoint instead of addresses',
    rule: 'R-COMP-4',
    docs: connectEndpoint,
  },
  CLIENT_ADDRESS_PRESERVED: {
    says: ({ resource }) => `${resource} sends it on under the address of its client`,
    rule: 'R-COMP-4',
    docs: connectEndpoint,
  },
  CLIENT_ADDRESS_SETTING_UNKNOWN: {
    says: ({ resource }) => `whether ${resource} sends under its own address or under that of its client was not read`,
    fix: () => 'add the output of `aws ec2 describe-instance-connect-endpoints`',
    needs: ['instanceConnectEndpoint'],
    rule: 'R-COMP-4',
    docs: connectEndpoint,
  },
  CLIENT_ADDRESS_OUTSIDE_VPC: {
    says: ({ resource }) => `${resource} preserves the address of its client, and so reaches its own VPC only`,
    fix: ({ resource }) => `turn off client IP preservation of ${resource}, or use an endpoint of the other VPC`,
    rule: 'R-COMP-4',
    docs: connectEndpoint,
  },
  FUNCTION_ADDRESS: {
    says: ({ resource }) =>
      `${resource === 'functions' ? 'the functions send' : `${resource} sends`} from an address of AWS that nobody knows: some would get through, others not`,
    fix: () => 'run the function in a VPC, behind a NAT gateway whose address is admitted',
    rule: 'R-COMP-1',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
  },
  CLIENT_PORT: {
    says: () => 'it depends on the port that the client picks whether the answer comes back',
    fix: () => 'allow the whole client port range 1024-65535 back',
    rule: 'R-FLOW-7',
    docs: guide('custom-network-acl'),
  },
} as const satisfies Readonly<Record<string, ReasonText>>

export type ReasonCode = keyof typeof reasons

export const reasonText = (code: string): ReasonText => {
  const text: ReasonText | undefined = (reasons as Readonly<Record<string, ReasonText>>)[code]
  if (!text) throw new Error(`no explanation for code ${code}`)
  return text
}

/** What an answer rests on where AWS's documents are silent, or where a setting with a documented default was not read. */
export const assumptions: Readonly<Record<string, string>> = {
  'R-ADDR-16': 'an elastic address that is bound to nothing, or to what is attached to nothing, reaches nothing',
  'R-BPA-1': 'VPC Block Public Access was not read; taken as off, as AWS sets it up',
  'R-BPA-8': 'VPC Block Public Access judges a regional NAT gateway by the exclusion of its VPC',
  'R-COMP-4':
    'the client of an EC2 Instance Connect Endpoint that preserves its address may have any IPv4 address that a host can have',
  'R-ENC-1': 'VPC encryption controls were not read; taken as not enforced, as AWS sets it up',
  'R-ENI-1': 'the source and destination check of an interface was not read; taken as on, as AWS sets it up',
  'R-ENI-2': 'an interface that forwards for others passes packets unchanged',
  'R-NAT-17':
    'what forwards for others translates to an address of its own where packets get to the internet in no other way',
  'R-ENI-8': 'an interface that shows no security group may have hidden ones',
  'R-FLOW-10': 'what is not in a usable state is not there for packets; an attachment that is being modified forwards',
  'R-IGW-6': 'an internet gateway delivers to a subnet that has no route back to it',
  'R-LB-6': "a rule that names the client's security group does not match through a Network Load Balancer",
  'R-LB-7': 'client IP preservation was not read; taken as AWS sets it up for the target type',
  'R-LB-12':
    'cross-zone load balancing was not read; taken as AWS sets it up: on for Application Load Balancers, else off',
  'R-LB-21': 'a load balancer that is not active is not usable, nor is its node in a zone that it is not enabled in',
  'R-NACL-17': 'the NACL of an inspection endpoint judges packets with their original addresses',
  'R-NACL-18': 'no NACL stands before a regional NAT gateway',
  'R-NAT-10': 'answers to clients outside the VPC follow the route table of the NAT gateway',
  'R-NAT-14': 'a regional NAT gateway may not serve a zone in which it has no address',
  'R-NAT-16': 'appliances attached to a NAT gateway concern proxy clients only',
  'R-NFW-7':
    'where established connections are dropped, those of TCP pass whose content a rule passes, and nothing else does',
  'R-NFW-14': 'for what goes through a firewall, only an exclusion of the VPC lifts VPC Block Public Access',
  'R-NFW-15': 'TLS inspection by a firewall drops nothing by itself',
  'R-ROUTE-12': 'a route in state filtered is not installed',
  'R-ROUTE-16': 'where a static and a propagated route to one destination are shown, the static one is in force',
  'R-ROUTE-21': 'routes of a Route Server rank between prefix-list and propagated routes',
  'R-SG-10':
    'security group referencing of a transit gateway was not read; taken as AWS sets it up, off at the gateway, on at attachments',
  'R-SG-17':
    'a rule that names a security group of several VPCs means its members in all of them, where the path keeps their identity',
  'R-SVC-6': 'DNS support of the VPC was not read; taken as on, as AWS sets it up',
  'R-TGW-11': 'appliance mode of a transit gateway attachment was not read; taken as off, as AWS sets it up',
  'R-TGW-13': 'IPv6 support of a transit gateway attachment was not read; taken as off, as AWS sets it up',
  'R-TGW-17': 'an attachment without a route table may follow a policy table, whose entries were not read',
  'R-TGW-24': 'a transit gateway sends packets back into the attachment they came from, where its routes say so',
  'R-VPN-1':
    'the tunnels of a VPN are as they were when they were read: taken as up where that was not read, and as up again some day where all are down',
  'R-VPCE-8':
    'whether the inbound rules of a Network Load Balancer judge PrivateLink was not read; taken as on, as AWS sets it up',
  'R-VPCE-14': 'endpoints of type Tunnel are not described by AWS',
}

/** The output of the call that lists what has such an id. */
const describing = (id: string): string => {
  const kind = kindOfId(id)
  return kind === undefined ? 'the describe output' : `the output of \`aws ${CALLS[kind]}\``
}

/** Of the receiver, whose groups are told; or of the sender. */
const ruleNamingGroups = ({ args }: Said): string =>
  args.groups === undefined
    ? 'only a rule that names a security group lets it out'
    : `an inbound rule of ${args.groups} names a security group of the sender`

/** Groups are told as one text. */
const isSeveral = (groups: string | undefined): boolean => groups?.includes(', ') === true

const firstOf = (groups: string | undefined): string => groups?.split(', ')[0] ?? 'the security group'
