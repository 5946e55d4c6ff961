/** Network interfaces and who stands behind them: instances, functions, databases. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import {
  type Draft,
  type Fact,
  isIpv6,
  known,
  named,
  type Place,
  subnetHere,
  type SubnetPlan,
  tagsOf,
  zoneOf,
} from './draft.ts'

export interface InterfaceOptions {
  /** Names of security groups; without any, the VPC's default group. */
  readonly groups?: readonly string[]
  /** The elastic address of the primary address, or one for each private address that has one. */
  readonly publicIp?: string | Readonly<Record<string, string>>
  /** Source/destination check; on unless turned off. */
  readonly checked?: boolean
  /** `interface` unless AWS says otherwise. */
  readonly type?: string
  readonly description?: string
  /** The name of the instance it is attached to. */
  readonly instance?: string
  /** The account that owns it, in a subnet shared with that account. */
  readonly owner?: string
}

/** Addresses of both families, the primary first, and delegated prefixes, told by their `/`. */
export type Addresses = string | readonly string[]

/** Addresses by the name of their subnet: one interface in each. */
export type Nodes = Readonly<Record<string, Addresses>>

/** An interface with a Name of its own. Those that come with an instance or a service have none, as in AWS. */
export const networkInterface =
  (name: string, addresses: Addresses, options: InterfaceOptions): Fact =>
  (draft) => {
    addInterface(draft, name, subnetHere(draft), addresses, options)
    draft.tag(`eni-${name}`, { Name: name })
  }

/** An instance `i-<name>` and its first interface `eni-<name>`. */
export const instance =
  (name: string, addresses: Addresses, options: InterfaceOptions): Fact =>
  (draft) => {
    const subnet = subnetHere(draft)
    const id = `i-${name}`
    const zone = zoneOf(draft, subnet.vpc.place, subnet.zone).AvailabilityZone
    addInterface(draft, name, subnet, addresses, { ...options, instance: name })
    draft.add('instance', id, () => ({
      InstanceId: id,
      VpcId: subnet.vpc.id,
      SubnetId: subnet.id,
      State: { Code: 16, Name: 'running' },
      PrivateIpAddress: [addresses].flat().find(isIpv4Address),
      SourceDestCheck: options.checked ?? true,
      NetworkInterfaces: attachedTo(draft, id).map((each) => ({ NetworkInterfaceId: each })),
      SecurityGroups: groupsOf(known(draft.interfaces, `eni-${name}`).groups),
      Placement: { AvailabilityZone: zone },
      ...named(name),
    }))
  }

/** A Lambda function with an interface `eni-<name>-<subnet>` in each of its subnets. */
export const lambdaFunction =
  (name: string, nodes: Nodes, { groups }: Pick<InterfaceOptions, 'groups'>): Fact =>
  (draft) => {
    const added = Object.entries(nodes).map(([subnet, addresses]) =>
      addNode(draft, name, subnet, addresses, {
        ...(groups && { groups }),
        type: 'lambda',
        description: `AWS Lambda VPC ENI-${name}`,
      }),
    )
    const { vpc } = added[0]!.subnet
    const arn = `arn:aws:lambda:${vpc.place.region}:${vpc.place.account}:function:${name}`
    draft.functions.set(name, arn)
    draft.add('function', arn, () => ({
      FunctionArn: arn,
      FunctionName: name,
      VpcConfig: {
        VpcId: vpc.id,
        SubnetIds: added.map(({ subnet }) => subnet.id),
        SecurityGroupIds: added[0]!.groups,
      },
    }))
  }

export interface DatabaseOptions extends InterfaceOptions {
  /** Names of the subnets of its subnet group, beside the one it is in. */
  readonly subnets?: readonly string[]
}

/** A PostgreSQL database of RDS with its interface. */
export const database =
  (name: string, addresses: Addresses, options: DatabaseOptions): Fact =>
  (draft) => {
    const { subnets = [], ...rest } = options
    const here = subnetHere(draft)
    const { place, id: vpcId } = here.vpc
    const plan = addInterface(draft, name, here, addresses, { ...rest, description: 'RDSNetworkInterface' })
    const group = [...new Set([here.id, ...subnets.map((each) => `subnet-${each}`)])].sort()
    const arn = `arn:aws:rds:${place.region}:${place.account}:db:${name}`
    draft.add('dbInstance', arn, () => ({
      DBInstanceIdentifier: name,
      DBInstanceArn: arn,
      DBInstanceStatus: 'available',
      Engine: 'postgres',
      Endpoint: { Address: `${name}.cluster0.${place.region}.rds.amazonaws.com`, Port: 5432 },
      PubliclyAccessible: rest.publicIp !== undefined,
      AvailabilityZone: zoneOf(draft, place, here.zone).AvailabilityZone,
      DBSubnetGroup: {
        DBSubnetGroupName: name,
        VpcId: vpcId,
        Subnets: group.map((each) => ({ SubnetIdentifier: each })),
      },
      VpcSecurityGroups: plan.groups.map((each) => ({ VpcSecurityGroupId: each, Status: 'active' })),
      TagList: tagsOf({ Name: name }),
    }))
  }

/** The interface of something that has one in each of its subnets: `eni-<name>-<subnet>`. */
export const addNode = (draft: Draft, name: string, subnet: string, addresses: Addresses, options: InterfaceOptions) =>
  addInterface(draft, `${name}-${subnet}`, known(draft.subnets, `subnet-${subnet}`), addresses, options)

export const addInterface = (
  draft: Draft,
  name: string,
  subnet: SubnetPlan,
  addresses: Addresses,
  options: InterfaceOptions,
) => {
  const id = `eni-${name}`
  const withoutGroups = typesWithoutGroups.has(options.type ?? 'interface')
  const groups = options.groups ?? (withoutGroups ? [] : [`default-${subnet.vpc.id.slice('vpc-'.length)}`])
  const instanceId = options.instance === undefined ? undefined : `i-${options.instance}`
  const plan = { id, subnet, groups: groups.map((each) => `sg-${each}`), instance: instanceId }
  const device = instanceId === undefined ? 0 : attachedTo(draft, instanceId).length
  draft.interfaces.set(id, plan)
  const place = { ...subnet.vpc.place, account: options.owner ?? subnet.vpc.place.account }
  const associations = addElasticAddresses(draft, name, place, addresses, options)
  draft.add('networkInterface', id, () => record(draft, plan, name, addresses, options, associations, device), place)
  return plan
}

type Association = NonNullable<RawOf<'networkInterface'>['Association']>
type Associations = ReadonlyMap<string, Association>

const record = (
  draft: Draft,
  plan: ReturnType<typeof addInterface>,
  name: string,
  addresses: Addresses,
  { type = 'interface', description = '', checked = true, owner }: InterfaceOptions,
  associations: Associations,
  device: number,
): RawOf<'networkInterface'> => {
  const all = [addresses].flat()
  const ipv4 = all.filter(isIpv4Address)
  const account = owner ?? plan.subnet.vpc.place.account
  const association = (address: string | undefined) => {
    const found = address === undefined ? undefined : associations.get(address)
    return found === undefined ? {} : { Association: found }
  }
  const attachment =
    plan.instance === undefined
      ? {}
      : {
          Attachment: {
            AttachmentId: `eni-attach-${name}`,
            InstanceId: plan.instance,
            InstanceOwnerId: account,
            DeviceIndex: device,
            Status: 'attached',
          },
        }
  return {
    NetworkInterfaceId: plan.id,
    SubnetId: plan.subnet.id,
    VpcId: plan.subnet.vpc.id,
    OwnerId: account,
    ...zoneOf(draft, plan.subnet.vpc.place, plan.subnet.zone),
    InterfaceType: type,
    Description: description,
    RequesterManaged: plan.instance === undefined && description !== '',
    Status: 'in-use',
    SourceDestCheck: checked && !typesUnchecked.has(type),
    Groups: groupsOf(plan.groups),
    ...attachment,
    ...association(ipv4[0]),
    PrivateIpAddress: ipv4[0],
    PrivateIpAddresses: ipv4.map((PrivateIpAddress, index) => ({
      PrivateIpAddress,
      Primary: index === 0,
      ...association(PrivateIpAddress),
    })),
    Ipv6Addresses: all.filter((each) => isIpv6(each) && !each.includes('/')).map((Ipv6Address) => ({ Ipv6Address })),
    Ipv4Prefixes: all.filter((each) => !isIpv6(each) && each.includes('/')).map((Ipv4Prefix) => ({ Ipv4Prefix })),
    Ipv6Prefixes: all.filter((each) => isIpv6(each) && each.includes('/')).map((Ipv6Prefix) => ({ Ipv6Prefix })),
  }
}

/** Public addresses by private address, each with the record of its allocation; those of load balancers are AWS's own. */
const addElasticAddresses = (
  draft: Draft,
  name: string,
  place: Place,
  addresses: Addresses,
  { publicIp, description = '' }: InterfaceOptions,
): Associations => {
  if (publicIp === undefined) return new Map()
  const all = [addresses].flat().filter(isIpv4Address)
  const pairs = Object.entries(typeof publicIp === 'string' ? { [all[0]!]: publicIp } : publicIp)
  return new Map(
    pairs.map(([inside, outside]): readonly [string, Association] => {
      const index = all.indexOf(inside)
      if (description.startsWith('ELB app/')) return [inside, { PublicIp: outside, IpOwnerId: 'amazon-elb' }]
      const own = index === 0 ? name : `${name}-${index + 1}`
      const allocation = { AllocationId: `eipalloc-${own}`, AssociationId: `eipassoc-${own}`, PublicIp: outside }
      draft.add(
        'address',
        allocation.AllocationId,
        () => ({
          ...allocation,
          Domain: 'vpc',
          NetworkInterfaceId: `eni-${name}`,
          PrivateIpAddress: inside,
        }),
        place,
      )
      return [inside, { ...allocation, IpOwnerId: place.account }]
    }),
  )
}

const attachedTo = (draft: Draft, instanceId: string): readonly string[] =>
  [...draft.interfaces.values()].filter((each) => each.instance === instanceId).map(({ id }) => id)

const groupsOf = (ids: readonly string[]) => ids.map((id) => ({ GroupId: id, GroupName: id.slice('sg-'.length) }))

const isIpv4Address = (address: string): boolean => !isIpv6(address) && !address.includes('/')

/** R-ENI-7. A Network Load Balancer may have groups, and then names them. */
const typesWithoutGroups: ReadonlySet<string> = new Set([
  'nat_gateway',
  'transit_gateway',
  'network_load_balancer',
  'gateway_load_balancer',
  'gateway_load_balancer_endpoint',
])

const typesUnchecked: ReadonlySet<string> = new Set([...typesWithoutGroups, 'load_balancer'])
