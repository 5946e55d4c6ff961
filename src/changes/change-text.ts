/** Changes as people make them: a sentence, AWS CLI commands, and what to look for in Terraform. */
import { layer4OfEntry, layer4Words } from '../snapshot/layer4-words.ts'
import { accountPolicy, type AclEntry, type Change, type GroupRule, type Peer, permissionOf } from './change.ts'

/** `name`: an id with its Name, for people. */
export const changeText = (change: Change, name: (id: string) => string): string => {
  switch (change.do) {
    case 'revoke-group-rule':
      return `take the ${change.rule.egress ? 'outbound' : 'inbound'} rule "${ruleWords(change.rule)}" out of ${name(change.rule.group)}`
    case 'replace-group-rule':
      return `in ${name(change.rule.group)}, replace the ${change.rule.egress ? 'outbound' : 'inbound'} rule "${ruleWords(change.rule)}" by ${change.by.map((rule) => `"${ruleWords(rule, name)}"`).join(', ')}`
    case 'delete-acl-entry':
      return `delete ${change.egress ? 'outbound' : 'inbound'} rule ${change.number} of ${name(change.acl)}`
    case 'create-acl-entry':
      return `add ${change.entry.Egress ? 'outbound' : 'inbound'} rule ${change.entry.RuleNumber} to ${name(change.acl)}: ${change.entry.RuleAction} ${entryWords(change.entry)}`
    case 'delete-route':
      return `delete the route for ${change.destination} from ${name(change.table)}`
    case 'disassociate-address':
      return `take the public address ${change.address} from ${name(change.interface)}`
    case 'transit-default-off':
      return `turn default route table ${change.what} of ${name(change.gateway)} off`
    case 'transit-route-static':
      return `make the route for ${change.destination} in ${name(change.table)} a static one, and propagate it no longer`
    case 'delete-transit-route':
      return `delete the route for ${change.destination} from ${name(change.table)}`
    case 'add-endpoint-tables':
      return `add ${change.tables.map(name).join(', ')} to the gateway endpoint ${name(change.endpoint)}`
    case 'create-gateway-endpoint':
      return `make a gateway endpoint for ${change.service} in ${name(change.vpc)}, with ${change.tables.map(name).join(', ')}`
    case 'restrict-endpoint':
      return `let ${name(change.endpoint)} serve principals and resources of account ${change.account} alone`
    case 'attach-function':
      return `run ${name(change.function)} in ${name(change.vpc)}, in ${change.subnets.map(name).join(', ')}`
    case 'tag-subnet':
      return `tag ${name(change.subnet)} with ${change.key}=${change.value}`
  }
}

/** One command a line, ready for a shell. */
export const commandsOf = (change: Change): readonly string[] => {
  switch (change.do) {
    case 'revoke-group-rule':
      return [groupCall('revoke', [change.rule])]
    case 'replace-group-rule':
      // What goes on must not stop in between.
      return [groupCall('authorize', change.by), groupCall('revoke', [change.rule])]
    case 'delete-acl-entry':
      return [
        ec2('delete-network-acl-entry', [
          '--network-acl-id',
          change.acl,
          '--rule-number',
          String(change.number),
          change.egress ? '--egress' : '--ingress',
        ]),
      ]
    case 'create-acl-entry': {
      const { entry, acl } = change
      return [
        ec2('create-network-acl-entry', [
          '--network-acl-id',
          acl,
          '--rule-number',
          String(entry.RuleNumber),
          entry.Egress ? '--egress' : '--ingress',
          '--protocol',
          entry.Protocol,
          '--rule-action',
          entry.RuleAction,
          ...(entry.CidrBlock === undefined ? [] : ['--cidr-block', entry.CidrBlock]),
          ...(entry.Ipv6CidrBlock === undefined ? [] : ['--ipv6-cidr-block', entry.Ipv6CidrBlock]),
          ...(entry.PortRange ? ['--port-range', `From=${entry.PortRange.From},To=${entry.PortRange.To}`] : []),
        ]),
      ]
    }
    case 'delete-route':
      return [
        ec2('delete-route', [
          '--route-table-id',
          change.table,
          destinationFlag(change.destination),
          change.destination,
        ]),
      ]
    case 'disassociate-address':
      return [ec2('disassociate-address', ['--public-ip', change.address])]
    case 'transit-default-off': {
      const option = change.what === 'association' ? 'DefaultRouteTableAssociation' : 'DefaultRouteTablePropagation'
      return [ec2('modify-transit-gateway', ['--transit-gateway-id', change.gateway, '--options', `${option}=disable`])]
    }
    case 'transit-route-static':
      return [
        ec2('create-transit-gateway-route', [
          '--transit-gateway-route-table-id',
          change.table,
          '--destination-cidr-block',
          change.destination,
          '--transit-gateway-attachment-id',
          change.attachment,
        ]),
        ec2('disable-transit-gateway-route-table-propagation', [
          '--transit-gateway-route-table-id',
          change.table,
          '--transit-gateway-attachment-id',
          change.attachment,
        ]),
      ]
    case 'delete-transit-route':
      return [
        ec2('delete-transit-gateway-route', [
          '--transit-gateway-route-table-id',
          change.table,
          '--destination-cidr-block',
          change.destination,
        ]),
      ]
    case 'add-endpoint-tables':
      return [
        ec2('modify-vpc-endpoint', ['--vpc-endpoint-id', change.endpoint, '--add-route-table-ids', ...change.tables]),
      ]
    case 'create-gateway-endpoint':
      return [
        ec2('create-vpc-endpoint', [
          '--vpc-endpoint-type',
          'Gateway',
          '--vpc-id',
          change.vpc,
          '--service-name',
          `com.amazonaws.${change.region}.${change.service}`,
          '--route-table-ids',
          ...change.tables,
        ]),
      ]
    case 'restrict-endpoint':
      return [
        ec2('modify-vpc-endpoint', [
          '--vpc-endpoint-id',
          change.endpoint,
          '--policy-document',
          accountPolicy(change.account),
        ]),
      ]
    case 'attach-function':
      return [
        shellCommand([
          'aws',
          'lambda',
          'update-function-configuration',
          '--function-name',
          change.function,
          '--vpc-config',
          `SubnetIds=${change.subnets.join(',')},SecurityGroupIds=${change.groups.join(',')}`,
        ]),
      ]
    case 'tag-subnet':
      return [ec2('create-tags', ['--resources', change.subnet, '--tags', `Key=${change.key},Value=${change.value}`])]
  }
}

/** Which resource and argument it is in Terraform's AWS provider. */
export const terraformHint = (change: Change): string => {
  switch (change.do) {
    case 'revoke-group-rule':
      return `remove the ${terraformRule(change.rule)}`
    case 'replace-group-rule':
      return `replace the ${terraformRule(change.rule)} by one each for ${change.by.map((rule) => ruleWords(rule)).join(', ')}`
    case 'delete-acl-entry':
      return `remove the aws_network_acl_rule (or ${change.egress ? 'egress' : 'ingress'} block) of ${change.acl} with rule_number = ${change.number}`
    case 'create-acl-entry':
      return `add an aws_network_acl_rule to ${change.acl} with rule_number = ${change.entry.RuleNumber}, egress = ${change.entry.Egress}`
    case 'delete-route':
      return `remove the aws_route (or route block) of ${change.table} for ${change.destination}`
    case 'disassociate-address':
      return `remove the aws_eip_association, or associate_public_ip_address, of ${change.interface}`
    case 'transit-default-off':
      return `aws_ec2_transit_gateway: default_route_table_${change.what} = "disable"`
    case 'transit-route-static':
      return `replace the aws_ec2_transit_gateway_route_table_propagation of ${change.attachment} by an aws_ec2_transit_gateway_route for ${change.destination}`
    case 'delete-transit-route':
      return `remove the aws_ec2_transit_gateway_route of ${change.table} for ${change.destination}`
    case 'add-endpoint-tables':
      return `aws_vpc_endpoint ${change.endpoint}: add ${change.tables.join(', ')} to route_table_ids`
    case 'create-gateway-endpoint':
      return `add an aws_vpc_endpoint for ${change.service} with route_table_ids = [${change.tables.join(', ')}]`
    case 'restrict-endpoint':
      return `aws_vpc_endpoint ${change.endpoint}: set policy`
    case 'attach-function':
      return `aws_lambda_function: add vpc_config with subnet_ids and security_group_ids`
    case 'tag-subnet':
      return `aws_subnet ${change.subnet}: tags = { ${change.key} = "${change.value}" }`
  }
}

const groupCall = (verb: 'authorize' | 'revoke', rules: readonly GroupRule[]): string => {
  const [{ group, egress }] = rules as readonly [GroupRule]
  const permissions = JSON.stringify(rules.map(permissionOf))
  const call = `${verb}-security-group-${egress ? 'egress' : 'ingress'}`
  return ec2(call, ['--group-id', group, '--ip-permissions', permissions])
}

const ec2 = (call: string, words: readonly string[]): string => shellCommand(['aws', 'ec2', call, ...words])

/** Words of a command, quoted for a POSIX shell: ids and Names are written by others. */
export const shellCommand = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')

const destinationFlag = (destination: string): string =>
  destination.startsWith('pl-')
    ? '--destination-prefix-list-id'
    : destination.includes(':')
      ? '--destination-ipv6-cidr-block'
      : '--destination-cidr-block'

/** `tcp 443 from 0.0.0.0/0` */
export const ruleWords = (
  { egress, protocol, from, to, peer }: GroupRule,
  name: (id: string) => string = (id) => id,
): string => {
  const whom =
    peer.CidrIp ?? peer.CidrIpv6 ?? peer.PrefixListId ?? (peer.GroupId === undefined ? 'anybody' : name(peer.GroupId))
  return `${layer4Words({ protocol, from, to })} ${egress ? 'to' : 'from'} ${whom}`
}

const entryWords = (entry: AclEntry): string =>
  `${layer4Words(layer4OfEntry(entry))} ${entry.Egress ? 'to' : 'from'} ${entry.CidrBlock ?? entry.Ipv6CidrBlock}`

const terraformRule = ({ egress, group, peer }: GroupRule): string => {
  const direction = egress ? 'egress' : 'ingress'
  return `aws_vpc_security_group_${direction}_rule (or ${direction} block) of ${group} with ${terraformPeer(peer)}`
}

const terraformPeer = ({ CidrIp, CidrIpv6, PrefixListId, GroupId }: Peer): string =>
  CidrIp !== undefined
    ? `cidr_ipv4 = "${CidrIp}"`
    : CidrIpv6 !== undefined
      ? `cidr_ipv6 = "${CidrIpv6}"`
      : PrefixListId !== undefined
        ? `prefix_list_id = "${PrefixListId}"`
        : `referenced_security_group_id = "${GroupId}"`
