/** Load balancers with their nodes, listeners, target groups and targets. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import { type BalancerPlan, type Draft, type Fact, known, type Place, vpcHere, zoneOf } from './draft.ts'
import { addNode, type Nodes } from './interface.ts'

type Protocol = 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP'

export interface TargetsOptions {
  /** Instances `i-<name>`, addresses, `alb-<name>` or `lambda-<name>`; with a port after a blank where it is not that of the group. */
  readonly targets: readonly string[]
  /** The listener's port and protocol where none is given. */
  readonly port?: number
  readonly protocol?: Protocol
  /** As AWS sets it up where nothing is said: on for instances and for UDP (R-LB-7). */
  readonly preserveClientIp?: boolean
  /** As the load balancer has it where nothing is said. */
  readonly crossZone?: boolean
  /** Target to state; `healthy` where nothing is said. */
  readonly health?: Readonly<Record<string, string>>
}

export interface LoadBalancerOptions {
  readonly nodes: Nodes
  readonly scheme?: 'internal' | 'internet-facing'
  /** Public addresses of the nodes, by the name of their subnet. */
  readonly publicIps?: Readonly<Record<string, string>>
  /** Names of security groups. A Network Load Balancer without any has none (R-LB-4). */
  readonly groups?: readonly string[]
  /** `TCP 443` to where it sends. */
  readonly listeners: { readonly [listener: `${Protocol} ${number}`]: TargetsOptions }
  /** As AWS sets it up where nothing is said: on for Application Load Balancers (R-LB-12). */
  readonly crossZone?: boolean
}

/** A load balancer of the VPC that is open, with an interface `eni-<name>-<subnet>` in each of its subnets. */
export const loadBalancer =
  (kind: 'application' | 'network', name: string, options: LoadBalancerOptions): Fact =>
  (draft) => {
    const { id: VpcId, place } = vpcHere(draft)
    const { nodes, scheme = 'internal', groups, publicIps = {}, crossZone = kind === 'application' } = options
    const suffix = `${kind === 'application' ? 'app' : 'net'}/${name}/${name}`
    const plan: BalancerPlan = {
      arn: `${arnStart(place)}:loadbalancer/${suffix}`,
      zones: Object.keys(nodes).map((each) => known(draft.subnets, `subnet-${each}`).zone),
    }
    draft.balancers.set(name, plan)
    const interfaces = Object.entries(nodes).map(([subnet, addresses]) =>
      addNode(draft, name, subnet, addresses, {
        type: kind === 'network' ? 'network_load_balancer' : 'interface',
        description: `ELB ${suffix}`,
        ...(groups && { groups }),
        ...(publicIps[subnet] !== undefined && { publicIp: publicIps[subnet] }),
        checked: false,
      }),
    )
    draft.add('loadBalancer', plan.arn, () => ({
      LoadBalancerArn: plan.arn,
      LoadBalancerName: name,
      DNSName: `${scheme === 'internal' ? 'internal-' : ''}${name}.elb.${place.region}.amazonaws.com`,
      Type: kind,
      Scheme: scheme,
      VpcId,
      State: { Code: 'active' },
      IpAddressType: Object.values(nodes)
        .flat()
        .some((address) => address.includes(':'))
        ? 'dualstack'
        : 'ipv4',
      SecurityGroups: interfaces[0]?.groups ?? [],
      ...(kind === 'network' && groups && { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' }),
      AvailabilityZones: interfaces.map(({ subnet }) => ({
        ZoneName: zoneOf(draft, place, subnet.zone).AvailabilityZone,
        SubnetId: subnet.id,
        LoadBalancerAddresses: [],
      })),
    }))
    draft.add('loadBalancerAttributes', plan.arn, () => ({
      Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: String(crossZone) }],
    }))
    for (const [text, targets] of Object.entries(options.listeners)) {
      const [protocol, port] = text.split(' ') as [Protocol, string]
      addListener(draft, { kind, name, arn: plan.arn, VpcId, place, protocol, port: Number(port) }, targets)
    }
  }

/** The ARN of a load balancer by its name. */
export const loadBalancerArn = (draft: Draft, name: string): string => known(draft.balancers, name).arn

export interface ClassicLoadBalancerOptions extends Pick<
  LoadBalancerOptions,
  'nodes' | 'scheme' | 'groups' | 'publicIps' | 'crossZone'
> {
  /** `TCP 80` to the port of the instances. */
  readonly listeners: { readonly [listener: `${'HTTP' | 'HTTPS' | 'TCP' | 'SSL'} ${number}`]: number }
  /** Names of instances. */
  readonly instances: readonly string[]
}

export const classicLoadBalancer =
  (name: string, options: ClassicLoadBalancerOptions): Fact =>
  (draft) => {
    const { id: VPCId, place } = vpcHere(draft)
    const { nodes, scheme = 'internal', groups, publicIps = {}, crossZone = false, instances } = options
    const interfaces = Object.entries(nodes).map(([subnet, addresses]) =>
      addNode(draft, name, subnet, addresses, {
        description: `ELB ${name}`,
        ...(groups && { groups }),
        ...(publicIps[subnet] !== undefined && { publicIp: publicIps[subnet] }),
        checked: false,
      }),
    )
    const InstanceIds = instances.map((each) => ({ InstanceId: `i-${each}` }))
    draft.add('classicLoadBalancer', name, () => ({
      LoadBalancerName: name,
      DNSName: `${name}.elb.${place.region}.amazonaws.com`,
      Scheme: scheme,
      VPCId,
      Subnets: interfaces.map(({ subnet }) => subnet.id),
      AvailabilityZones: interfaces.map(({ subnet }) => zoneOf(draft, place, subnet.zone).AvailabilityZone),
      SecurityGroups: interfaces[0]?.groups ?? [],
      Instances: InstanceIds,
      ListenerDescriptions: Object.entries(options.listeners).map(([text, InstancePort]) => {
        const [Protocol = '', port] = text.split(' ')
        return { Listener: { Protocol, LoadBalancerPort: Number(port), InstanceProtocol: Protocol, InstancePort } }
      }),
    }))
    draft.add('classicLoadBalancerHealth', name, () => ({
      InstanceStates: InstanceIds.map((each) => ({ ...each, State: 'InService' })),
    }))
    draft.add('classicLoadBalancerAttributes', name, () => ({
      LoadBalancerAttributes: { CrossZoneLoadBalancing: { Enabled: crossZone } },
    }))
  }

interface ListenerPlan {
  readonly kind: 'application' | 'network'
  readonly name: string
  readonly arn: string
  readonly VpcId: string
  readonly place: Place
  readonly protocol: Protocol
  readonly port: number
}

/** A listener and the target group behind it: `<name>-<port>`. */
const addListener = (draft: Draft, listener: ListenerPlan, options: TargetsOptions): void => {
  const { kind, name, arn, VpcId, place, port, protocol } = listener
  const group = `${name}-${port}${protocol === 'UDP' ? '-udp' : ''}`
  const groupArn = `${arnStart(place)}:targetgroup/${group}/${group}`
  const listenerArn = `${arn.replace(':loadbalancer/', ':listener/')}/${group}`
  const type = targetType(options.targets)
  const targetPort = options.port ?? port
  draft.add('listener', listenerArn, () => ({
    ListenerArn: listenerArn,
    LoadBalancerArn: arn,
    Port: port,
    Protocol: protocol,
    DefaultActions: [
      {
        Type: 'forward',
        TargetGroupArn: groupArn,
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn, Weight: 1 }] },
      },
    ],
  }))
  draft.add('targetGroup', groupArn, () => ({
    TargetGroupArn: groupArn,
    TargetGroupName: group,
    ...(type === 'lambda' ? {} : { Protocol: options.protocol ?? protocol, Port: targetPort, VpcId }),
    TargetType: type,
    IpAddressType: 'ipv4',
    HealthCheckPort: 'traffic-port',
    HealthCheckProtocol: kind === 'application' ? 'HTTPS' : 'TCP',
    LoadBalancerArns: [arn],
  }))
  draft.add('targetHealth', groupArn, () => ({
    TargetHealthDescriptions: options.targets.map((target) => ({
      Target: targetRecord(draft, target, targetPort),
      HealthCheckPort: String(targetPort),
      TargetHealth: { State: options.health?.[target] ?? 'healthy' },
    })),
  }))
  draft.add('targetGroupAttributes', groupArn, () => ({ Attributes: attributesOf(listener, options, type) }))
}

const attributesOf = (
  { kind, protocol }: ListenerPlan,
  { crossZone, preserveClientIp, protocol: ofGroup = protocol }: TargetsOptions,
  type: string,
) => {
  const preserved = preserveClientIp ?? (type === 'instance' || ofGroup === 'UDP' || ofGroup === 'TCP_UDP')
  return [
    { Key: 'load_balancing.cross_zone.enabled', Value: String(crossZone ?? 'use_load_balancer_configuration') },
    ...(kind === 'network' && type !== 'alb' ? [{ Key: 'preserve_client_ip.enabled', Value: String(preserved) }] : []),
  ]
}

type Target = NonNullable<RawOf<'targetHealth'>['TargetHealthDescriptions']>[number]['Target']

const targetRecord = (draft: Draft, text: string, port: number): Target => {
  const [id = '', own] = text.split(' ')
  if (id.startsWith('lambda-')) return { Id: functionArn(draft, id.slice('lambda-'.length)) }
  const target = id.startsWith('alb-') ? loadBalancerArn(draft, id.slice('alb-'.length)) : id
  return { Id: target, Port: own === undefined ? port : Number(own) }
}

const functionArn = (draft: Draft, name: string): string => known(draft.functions, name)

const targetType = ([first = '']: readonly string[]): 'instance' | 'ip' | 'alb' | 'lambda' => {
  if (first.startsWith('i-')) return 'instance'
  return first.startsWith('alb-') ? 'alb' : first.startsWith('lambda-') ? 'lambda' : 'ip'
}

const arnStart = ({ account, region }: Place): string => `arn:aws:elasticloadbalancing:${region}:${account}`
