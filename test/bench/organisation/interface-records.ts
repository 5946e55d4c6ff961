/** Records of what has addresses in a synthetic organisation: interfaces, instances, elastic addresses, load balancers. They have the
 *  fields that AWS gives an interface, and fewer than it gives an instance: parsing, which times are compared with, shall not be
 *  made expensive by what nobody reads. */
import { type BalancerPlan, balancersOf, type InterfacePlan, interfacesOf } from './interfaces.ts'
import { tags } from './network-records.ts'
import { type Organisation, type VpcPlan, zoneId, zoneName } from './plan.ts'

export const interfaceRecord = (vpc: VpcPlan, each: InterfacePlan) => {
  const association = associationOf(vpc, each)
  const name = `ip-${each.address.replaceAll('.', '-')}.${vpc.place.region}.compute.internal`
  return {
    NetworkInterfaceId: each.id,
    SubnetId: each.subnet.id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    AvailabilityZone: zoneName(vpc.place, each.subnet.zone),
    AvailabilityZoneId: zoneId(vpc.place, each.subnet.zone),
    InterfaceType: each.type,
    Description: each.description,
    MacAddress: macOf(each),
    Status: 'in-use',
    SourceDestCheck: each.instance !== undefined || each.type === 'lambda' || each.groups.length > 0,
    RequesterManaged: each.requester !== undefined,
    RequesterId: each.requester,
    Operator: { Managed: false },
    Groups: groupsOf(vpc, each),
    Attachment: attachmentOf(vpc, each),
    ...association,
    PrivateDnsName: name,
    PrivateIpAddress: each.address,
    PrivateIpAddresses: [{ PrivateIpAddress: each.address, PrivateDnsName: name, Primary: true, ...association }],
    Ipv6Addresses: each.ipv6 === undefined ? [] : [{ Ipv6Address: each.ipv6, IsPrimaryIpv6: false }],
    TagSet: [],
  }
}

/** An attachment to something of a service's own account names no instance. */
const attachmentOf = (vpc: VpcPlan, { key, instance }: InterfacePlan) => ({
  AttachmentId: vpc.idOf('eni-attach', key),
  AttachTime: '2025-05-01T06:30:00Z',
  DeleteOnTermination: instance !== undefined,
  DeviceIndex: instance === undefined ? 1 : 0,
  NetworkCardIndex: 0,
  Status: 'attached',
  InstanceOwnerId: instance === undefined ? 'amazon-aws' : vpc.place.account,
  ...(instance !== undefined && { InstanceId: instance }),
})

const associationOf = (vpc: VpcPlan, { key, publicIp: PublicIp, allocation, requester }: InterfacePlan) => {
  if (PublicIp === undefined) return {}
  const PublicDnsName = `ec2-${PublicIp.replaceAll('.', '-')}.${vpc.place.region}.compute.amazonaws.com`
  const IpOwnerId = requester === 'amazon-elb' ? 'amazon-elb' : allocation === undefined ? 'amazon' : vpc.place.account
  const elastic = allocation === undefined ? {} : { AllocationId: allocation, AssociationId: vpc.idOf('eipassoc', key) }
  return { Association: { PublicIp, PublicDnsName, IpOwnerId, ...elastic } }
}

const macOf = ({ id }: InterfacePlan): string => `02:${id.slice(-10).match(/../g)!.join(':')}`

const groupsOf = (vpc: VpcPlan, { groups }: InterfacePlan) =>
  groups.map((name) => ({ GroupId: vpc.idOf('sg', name), GroupName: name }))

export const instanceRecord = (vpc: VpcPlan, each: InterfacePlan, InstanceId: string) => ({
  InstanceId,
  ImageId: vpc.idOf('ami', 'golden'),
  InstanceType: 'm7g.large',
  Architecture: 'arm64',
  LaunchTime: '2025-05-01T06:30:00Z',
  VpcId: vpc.id,
  SubnetId: each.subnet.id,
  State: { Code: 16, Name: 'running' },
  PrivateIpAddress: each.address,
  PublicIpAddress: each.publicIp,
  SourceDestCheck: true,
  SecurityGroups: groupsOf(vpc, each),
  NetworkInterfaces: [{ NetworkInterfaceId: each.id }],
  Placement: { AvailabilityZone: zoneName(vpc.place, each.subnet.zone), Tenancy: 'default' },
  Tags: tags({ Name: `${vpc.name}-${each.key.replace(' ', '-')}`, environment: vpc.environment }),
})

export const addressRecord = (vpc: VpcPlan, each: InterfacePlan, AllocationId: string) => ({
  AllocationId,
  AssociationId: vpc.idOf('eipassoc', each.key),
  PublicIp: each.publicIp,
  PrivateIpAddress: each.address,
  NetworkInterfaceId: each.id,
  NetworkInterfaceOwnerId: vpc.place.account,
  ...(each.instance !== undefined && { InstanceId: each.instance }),
  Domain: 'vpc',
  PublicIpv4Pool: 'amazon',
  NetworkBorderGroup: vpc.place.region,
})

// ---- load balancers

export const balancerRecord = (vpc: VpcPlan, { kind, name, tier, isPublic, groups, arn, suffix }: BalancerPlan) => ({
  LoadBalancerArn: arn,
  LoadBalancerName: name,
  DNSName: `${isPublic ? '' : 'internal-'}${name}-${suffix.slice(-8)}.${vpc.place.region}.elb.amazonaws.com`,
  Type: kind === 'app' ? 'application' : 'network',
  Scheme: isPublic ? 'internet-facing' : 'internal',
  VpcId: vpc.id,
  State: { Code: 'active' },
  IpAddressType: 'ipv4',
  SecurityGroups: groups.map((group) => vpc.idOf('sg', group)),
  AvailabilityZones: vpc.subnets
    .filter((subnet) => subnet.tier === tier)
    .slice(0, 3)
    .map((subnet) => ({ ZoneName: zoneName(vpc.place, subnet.zone), SubnetId: subnet.id, LoadBalancerAddresses: [] })),
})

export const balancerAttributes = ({ kind }: BalancerPlan) => ({
  Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: String(kind === 'app') }],
})

interface TargetGroupPlan {
  readonly arn: string
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly balancer: BalancerPlan
  readonly type: 'instance' | 'ip'
  /** The security group of its targets. */
  readonly of: string
}

/** Behind the front door: `app0`, and `app1` by a rule in every other VPC. Behind the inner one: `targets`. */
const targetGroupsOf = (vpc: VpcPlan): readonly TargetGroupPlan[] => {
  const [front, inner] = balancersOf(vpc) as readonly [BalancerPlan, BalancerPlan]
  const plan = (balancer: BalancerPlan, of: string, protocol: string, port: number, type: 'instance' | 'ip') => {
    const name = `${of}-${vpc.index}`
    const prefix = `arn:aws:elasticloadbalancing:${vpc.place.region}:${vpc.place.account}:targetgroup/`
    return { arn: `${prefix}${name}/${vpc.idOf('tg', of).slice(-16)}`, name, protocol, port, balancer, type, of }
  }
  return [
    plan(front, 'app0', 'HTTP', 8080, 'instance'),
    ...(hasRule(vpc) ? [plan(front, 'app1', 'HTTP', 8081, 'ip')] : []),
    plan(inner, 'targets', 'TCP', 8443, 'instance'),
  ]
}

const hasRule = ({ index }: VpcPlan): boolean => index % 2 === 0

export const targetGroupRecords = (vpc: VpcPlan) =>
  targetGroupsOf(vpc).map(({ arn, name, protocol, port, balancer, type }) => ({
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: protocol,
    Port: port,
    VpcId: vpc.id,
    TargetType: type,
    IpAddressType: 'ipv4',
    HealthCheckPort: 'traffic-port',
    HealthCheckProtocol: protocol,
    LoadBalancerArns: [balancer.arn],
  }))

export const targetGroupAttributes = (vpc: VpcPlan) =>
  targetGroupsOf(vpc).map(({ arn, balancer }) => ({
    arn,
    raw: {
      Attributes: [
        { Key: 'load_balancing.cross_zone.enabled', Value: 'use_load_balancer_configuration' },
        ...(balancer.kind === 'net' ? [{ Key: 'preserve_client_ip.enabled', Value: 'true' }] : []),
      ],
    },
  }))

export const targetHealth = (organisation: Organisation, vpc: VpcPlan) => {
  const all = interfacesOf(organisation, vpc)
  return targetGroupsOf(vpc).map(({ arn, port, type, of }) => {
    const fit = all.filter((each) => each.groups.includes(of) && (type === 'ip' || each.instance !== undefined))
    return {
      arn,
      raw: {
        TargetHealthDescriptions: fit.slice(0, TARGETS).map((each) => ({
          Target: { Id: type === 'ip' ? each.address : each.instance!, Port: port },
          HealthCheckPort: String(port),
          TargetHealth: { State: 'healthy' },
        })),
      },
    }
  })
}

const TARGETS = 4

export const listenerRecords = (vpc: VpcPlan) =>
  balancersOf(vpc).map((balancer) => {
    const [group] = targetGroupsOf(vpc).filter((each) => each.balancer.arn === balancer.arn)
    return {
      ListenerArn: listenerArn(vpc, balancer),
      LoadBalancerArn: balancer.arn,
      Port: 443,
      Protocol: balancer.kind === 'app' ? 'HTTPS' : 'TCP',
      DefaultActions: [forward(group!.arn)],
    }
  })

export const listenerRuleRecords = (vpc: VpcPlan) => {
  if (!hasRule(vpc)) return []
  const [front] = balancersOf(vpc)
  const group = targetGroupsOf(vpc).find(({ of }) => of === 'app1')!
  return [
    {
      RuleArn: `${listenerArn(vpc, front!).replace(':listener/', ':listener-rule/')}/${vpc.idOf('rule', 'app1').slice(-16)}`,
      Priority: '10',
      IsDefault: false,
      Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
      Actions: [forward(group.arn)],
    },
  ]
}

const listenerArn = (vpc: VpcPlan, { arn, name }: BalancerPlan): string =>
  `${arn.replace(':loadbalancer/', ':listener/')}/${vpc.idOf('listener', name).slice(-16)}`

const forward = (TargetGroupArn: string) => ({
  Type: 'forward',
  Order: 1,
  TargetGroupArn,
  ForwardConfig: { TargetGroups: [{ TargetGroupArn, Weight: 1 }] },
})
