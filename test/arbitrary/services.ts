/** Draws what packets meet inside a VPC on purpose: load balancers of each kind, endpoints of each kind, appliances. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Choices } from './choices.ts'
import {
  add,
  addInterface,
  addRoute,
  type Draft,
  type InterfacePlan,
  nextId,
  type SubnetPlan,
  type VpcPlan,
  zoneName,
} from './draft.ts'
import { addFirewall } from './network-firewall.ts'
import { drawSubnet, someGroups, workloads } from './vpc.ts'

// ---- load balancers

/** The ports that listeners and targets share, so that a packet has a chance to meet one. */
const LISTENED = [80, 443, 53, 8080] as const

export const drawLoadBalancer = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const kind = choices.weighted([
    [5, 'network'],
    [3, 'application'],
    [2, 'classic'],
  ] as const)
  if (kind === 'classic') drawClassic(choices, draft, vpc)
  else drawBalancer(choices, draft, vpc, kind)
}

/** At most one subnet per zone. */
const homes = ({ chance, pick }: Choices, vpc: VpcPlan): SubnetPlan[] => {
  const zones = [0, 1]
    .map((zone) => vpc.subnets.filter((subnet) => subnet.zone === zone))
    .filter((each) => each.length > 0)
  const chosen = zones.map((each) => pick(each))
  return chosen.length > 1 && chance(35) ? [pick(chosen)] : chosen
}

const drawBalancer = (choices: Choices, draft: Draft, vpc: VpcPlan, type: 'network' | 'application'): void => {
  const { chance, int, pick, weighted } = choices
  const words = `${type === 'network' ? 'net' : 'app'}/lb-${nextId(draft, 'n')}/${nextId(draft, 'h')}`
  const arn = `arn:aws:elasticloadbalancing:${vpc.place.region}:${vpc.place.account}:loadbalancer/${words}`
  const isPublic = chance(50)
  const groups = type === 'network' && chance(50) ? [] : someGroups(choices, vpc)
  const subnets = homes(choices, vpc)
  for (const subnet of subnets)
    addInterface(draft, subnet, {
      groups,
      type: type === 'network' ? 'network_load_balancer' : 'interface',
      description: `ELB ${words}`,
      checked: false,
      publics: isPublic ? [0] : [],
    })
  add(draft, 'loadBalancer', vpc.place, arn, {
    LoadBalancerArn: arn,
    LoadBalancerName: words.split('/')[1],
    Type: type,
    Scheme: isPublic ? 'internet-facing' : 'internal',
    VpcId: vpc.id,
    State: {
      Code: weighted([
        [16, 'active'],
        [1, 'active_impaired'],
        [1, 'provisioning'],
        [1, 'failed'],
      ]),
    },
    IpAddressType: 'ipv4',
    SecurityGroups: groups.map((group) => group.id),
    AvailabilityZones: subnets.map((subnet) => ({ ZoneName: zoneName(vpc.place, subnet.zone), SubnetId: subnet.id })),
  })
  if (chance(70))
    add(draft, 'loadBalancerAttributes', vpc.place, arn, {
      Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: String(type === 'application' || chance(50)) }],
    })
  const ports = choices.some(type === 'network' ? LISTENED : [80, 443], 1, 2)
  for (const port of ports) {
    const protocol = type === 'application' ? pick(['HTTP', 'HTTPS']) : pick(['TCP', 'TCP', 'TLS', 'UDP', 'TCP_UDP'])
    const id = `${arn.replace(':loadbalancer/', ':listener/')}/${nextId(draft, 'l')}`
    const group = () => drawTargetGroup(choices, draft, vpc, arn, type, protocol)
    const first = group()
    const arns = type === 'application' && chance(25) ? [first, group()] : [first]
    const answersItself = type === 'application' && chance(12)
    add(draft, 'listener', vpc.place, id, {
      ListenerArn: id,
      LoadBalancerArn: arn,
      Port: port,
      Protocol: protocol,
      DefaultActions: answersItself
        ? [{ Type: pick(['fixed-response', 'redirect']), Order: 1 }]
        : [
            ...(protocol === 'HTTPS' && chance(20) ? [{ Type: 'authenticate-oidc', Order: 1 }] : []),
            {
              Type: 'forward',
              Order: 2,
              ...(arns.length === 1 ? { TargetGroupArn: first } : {}),
              ForwardConfig: {
                TargetGroups: arns.map((TargetGroupArn, index) => ({
                  TargetGroupArn,
                  Weight: index === 0 ? 1 : int(0, 1),
                })),
              },
            },
          ],
    })
    if (type === 'application' && chance(30)) {
      const rule = `${id.replace(':listener/', ':listener-rule/')}/${nextId(draft, 'r')}`
      add(draft, 'listenerRule', vpc.place, rule, {
        RuleArn: rule,
        Priority: '1',
        IsDefault: false,
        Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
        Actions: [chance(25) ? { Type: 'fixed-response' } : { Type: 'forward', TargetGroupArn: group() }],
      })
    }
  }
}

const drawTargetGroup = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  balancer: string,
  type: 'network' | 'application',
  listener: string,
): string => {
  const { chance, int, pick, some, weighted } = choices
  const name = nextId(draft, 'tg')
  const arn = `arn:aws:elasticloadbalancing:${vpc.place.region}:${vpc.place.account}:targetgroup/${name}`
  const protocol = type === 'application' ? 'HTTP' : listener === 'TLS' ? pick(['TCP', 'TLS']) : listener
  const port = pick(LISTENED)
  const targetType = pick(['instance', 'ip'] as const)
  // By address, a target may be of another VPC, if the subnet of the node has a route there.
  const others = targetType === 'ip' && chance(15) ? draft.vpcs.flatMap(workloads) : []
  const members = some(others.length > 0 ? others : workloads(vpc), 1, 3)
  const zoneOf = (of: SubnetPlan): string =>
    chance(15) ? 'all' : zoneName(vpc.place, vpc.subnets.includes(of) ? of.zone : int(0, 1))
  add(draft, 'targetGroup', vpc.place, arn, {
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: protocol,
    Port: port,
    VpcId: vpc.id,
    TargetType: targetType,
    IpAddressType: 'ipv4',
    LoadBalancerArns: [balancer],
  })
  add(draft, 'targetHealth', vpc.place, arn, {
    TargetHealthDescriptions: members.map((each) => ({
      Target: {
        Id: targetType === 'instance' ? each.instance! : pick(each.v4),
        Port: chance(80) ? port : pick(LISTENED),
        ...(targetType === 'ip' ? { AvailabilityZone: zoneOf(each.subnet) } : {}),
      },
      TargetHealth: {
        State: weighted([
          [8, 'healthy'],
          [2, 'unhealthy'],
          [1, 'initial'],
          [1, 'draining'],
          [1, 'unused'],
        ]),
      },
    })),
  })
  const attributes: { Key: string; Value: string }[] = []
  if (type === 'network' && protocol !== 'UDP' && protocol !== 'TCP_UDP' && chance(50))
    attributes.push({ Key: 'preserve_client_ip.enabled', Value: String(chance(50)) })
  if (chance(25))
    attributes.push({
      Key: 'load_balancing.cross_zone.enabled',
      Value: pick(['use_load_balancer_configuration', 'true', 'false']),
    })
  if (attributes.length > 0) add(draft, 'targetGroupAttributes', vpc.place, arn, { Attributes: attributes })
  return arn
}

const drawClassic = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const { chance, pick, some } = choices
  const name = nextId(draft, 'clb')
  const isPublic = chance(50)
  const groups = someGroups(choices, vpc)
  const subnets = homes(choices, vpc)
  for (const subnet of subnets)
    addInterface(draft, subnet, {
      groups,
      description: `ELB ${name}`,
      checked: false,
      publics: isPublic ? [0] : [],
    })
  const ports = some(LISTENED, 1, 2)
  add(draft, 'classicLoadBalancer', vpc.place, name, {
    LoadBalancerName: name,
    Scheme: isPublic ? 'internet-facing' : 'internal',
    VPCId: vpc.id,
    Subnets: subnets.map((subnet) => subnet.id),
    AvailabilityZones: subnets.map((subnet) => zoneName(vpc.place, subnet.zone)),
    SecurityGroups: groups.map((group) => group.id),
    Instances: some(workloads(vpc), 1, 2).map((each) => ({ InstanceId: each.instance })),
    ListenerDescriptions: ports.map((LoadBalancerPort) => ({
      Listener: { Protocol: 'TCP', LoadBalancerPort, InstanceProtocol: 'TCP', InstancePort: pick(LISTENED) },
    })),
  })
  add(draft, 'classicLoadBalancerAttributes', vpc.place, name, {
    LoadBalancerAttributes: { CrossZoneLoadBalancing: { Enabled: chance(60) } },
  })
}

// ---- endpoints

/** S3 and DynamoDB by route; `lists` are the prefix lists of the region. */
export const drawGatewayEndpoint = (
  { chance, pick, some, weighted }: Choices,
  draft: Draft,
  vpc: VpcPlan,
  lists: readonly string[],
): void => {
  const id = nextId(draft, 'vpce')
  const list = pick(lists)
  const tables = some(
    vpc.tables.filter(({ ofGateway }) => !ofGateway),
    1,
    3,
  )
  add(draft, 'vpcEndpoint', vpc.place, id, {
    VpcEndpointId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    State: weighted([
      [12, 'available'],
      [1, 'pending'],
      [1, 'failed'],
    ]),
    VpcEndpointType: 'Gateway',
    ServiceName: `com.amazonaws.${vpc.place.region}.${list === lists[0] ? 's3' : 'dynamodb'}`,
    RouteTableIds: tables.map((table) => table.id),
    PolicyDocument: chance(15) ? DENYING : ALLOWING,
  })
  for (const table of tables) addRoute(table, list, { GatewayId: id }, chance(5) ? 'blackhole' : 'active')
}

export const drawInterfaceEndpoint = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const { chance, pick, weighted } = choices
  const id = nextId(draft, 'vpce')
  const groups = someGroups(choices, vpc)
  const nodes = homes(choices, vpc).map((subnet) =>
    addInterface(draft, subnet, {
      groups,
      type: 'vpc_endpoint',
      description: `VPC Endpoint Interface ${id}`,
      denyInternet: chance(60),
      ipv6: true,
    }),
  )
  const service = weighted([
    [8, `com.amazonaws.${vpc.place.region}.${pick(['ssm', 'kms', 's3'])}`],
    [1, `com.amazonaws.vpce.${vpc.place.region}.vpce-svc-00000001`],
  ])
  add(draft, 'vpcEndpoint', vpc.place, id, {
    VpcEndpointId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    State: weighted([
      [12, 'available'],
      [1, 'pendingAcceptance'],
      [1, 'rejected'],
    ]),
    VpcEndpointType: weighted([
      [12, 'Interface'],
      [1, 'Resource'],
    ]),
    ServiceName: service,
    SubnetIds: nodes.map((node) => node.subnet.id),
    NetworkInterfaceIds: nodes.map((node) => node.id),
    Groups: groups.map((group) => ({ GroupId: group.id })),
    PolicyDocument: chance(10) ? DENYING : ALLOWING,
  })
  if (chance(30)) drawEncryptionControl(choices, draft, vpc)
}

/** A way in for administrators, whose addresses it may preserve (R-COMP-4). */
export const drawConnectEndpoint = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const id = nextId(draft, 'eice')
  const groups = someGroups(choices, vpc)
  const description = `EC2 Instance Connect Endpoint ${id}`
  const node = addInterface(draft, choices.pick(vpc.subnets), { groups, ipv6: true, description })
  add(draft, 'instanceConnectEndpoint', vpc.place, id, {
    InstanceConnectEndpointId: id,
    VpcId: vpc.id,
    State: 'create-complete',
    NetworkInterfaceIds: [node.id],
    PreserveClientIp: choices.chance(75),
  })
}

const ALLOWING = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
const DENYING = ALLOWING.replace('Allow', 'Deny')

/** One for each VPC (R-ENC-1). */
const drawEncryptionControl = ({ pick }: Choices, draft: Draft, vpc: VpcPlan): void => {
  if (
    draft.resources.some(({ kind, raw }) => kind === 'vpcEncryptionControl' && 'VpcId' in raw && raw.VpcId === vpc.id)
  )
    return
  const id = nextId(draft, 'vpcec')
  add(draft, 'vpcEncryptionControl', vpc.place, id, {
    VpcEncryptionControlId: id,
    VpcId: vpc.id,
    Mode: pick(['enforce', 'enforce', 'monitor']),
    State: pick(['available', 'available', 'enforce-in-progress']),
  })
}

// ---- middleboxes

/** An appliance, or an inspection endpoint, in a subnet of its own (R-ROUTE-23). Most of the time two subnets reach each other
 *  through it, both ways or by mistake one way only (R-FLOW-11). */
export const drawMiddlebox = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const { chance } = choices
  const subnet = drawSubnet(choices, draft, vpc)
  const route = addMiddlebox(choices, draft, vpc, subnet, chance(60) ? 'interface' : 'endpoint')
  vpc.targets.push({ route, families: [4, 6], towards: ['inside', 'internet', 'vpc'], weight: 4 })
  const [first, second] = choices.some(
    vpc.subnets.filter((each) => each !== subnet && each.table !== subnet.table),
    2,
    2,
  )
  if (!first || !second || !chance(75)) return
  for (const [here, there] of [
    [first, second],
    [second, first],
  ] as const) {
    if (chance(15)) continue
    addRoute(here.table, there.cidr, route)
    if (there.base6 !== undefined) addRoute(here.table, `${there.base6}::/64`, route)
  }
}

/** Gives what a route needs to name it. */
export const addMiddlebox = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  subnet: SubnetPlan,
  kind: 'interface' | 'endpoint',
) => (kind === 'interface' ? addAppliance(choices, draft, vpc, subnet) : addInspection(choices, draft, vpc, subnet))

/** `outer`: subnets of other interfaces of its instance. */
export const addAppliance = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  subnet: SubnetPlan,
  outer: readonly SubnetPlan[] = [],
) => {
  const { chance } = choices
  const appliance: InterfacePlan = addInterface(draft, subnet, {
    groups: someGroups(choices, vpc),
    checked: chance(12),
    ipv6: true,
    publics: chance(40) ? [0] : [],
    instance: true,
  })
  for (const each of outer) {
    const shape = { groups: someGroups(choices, vpc), publics: chance(80) ? [0] : [], checked: false }
    const { raw } = addInterface(draft, each, shape)
    Object.assign(raw, {
      Attachment: { InstanceId: appliance.instance, Status: chance(90) ? 'attached' : 'attaching' },
    })
  }
  if (chance(8)) {
    const instance = draft.resources.find(({ kind, id }) => kind === 'instance' && id === appliance.instance)
    Object.assign(instance!.raw as RawOf<'instance'>, { State: { Code: 80, Name: 'stopped' } })
  }
  return { NetworkInterfaceId: appliance.id, InstanceId: appliance.instance, InstanceOwnerId: vpc.place.account }
}

/** An endpoint with a firewall behind, or with nobody knows what. */
export const addInspection = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  subnet: SubnetPlan,
  isFirewall = choices.chance(50),
) => {
  const { weighted } = choices
  const id = nextId(draft, 'vpce')
  const { id: node } = addInterface(draft, subnet, {
    groups: [],
    type: 'gateway_load_balancer_endpoint',
    description: `VPC Endpoint Interface ${id}`,
    denyInternet: true,
  })
  add(draft, 'vpcEndpoint', vpc.place, id, {
    VpcEndpointId: id,
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    State: weighted([
      [12, 'available'],
      [1, 'rejected'],
    ]),
    VpcEndpointType: 'GatewayLoadBalancer',
    ServiceName: `com.amazonaws.vpce.${vpc.place.region}.vpce-svc-00000002`,
    SubnetIds: [subnet.id],
    NetworkInterfaceIds: [node],
  })
  if (isFirewall) addFirewall(choices, draft, vpc, subnet, id)
  return { GatewayId: id }
}
