/** The things of an estate that one can name as an end of a question, and the interfaces behind each. A row for each kind: what it is
 *  called, which names its records bear, how its interfaces are found. How a selector is read is known by `place.ts`. */
import { balancerWords, nodesOfBalancer } from '../aws/endpoint-class.ts'
import { serviceName } from '../aws/service-name.ts'
import { append, once } from '../collections.ts'
import { type Network, nameOfResource, type Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import {
  interfacesByVpc,
  recordIndex,
  type RecordIndex,
  transitGatewayAttachmentsById,
} from '../network/record-index.ts'
import { tagOf, tagsOf } from '../snapshot/tags.ts'
import { parseAddress } from '../packet/address.ts'
import { descriptionOf } from '../snapshot/interface-description.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Resource } from '../snapshot/snapshot.ts'
import { type Service, serviceBehind } from './place-service.ts'

/** Something that has interfaces of its own, or holds others' (`holds`: only those that do work are then meant). */
export interface Thing {
  readonly row: Row
  /** The AWS id or ARN; the name, for what is known by the descriptions of its interfaces alone. */
  readonly id: string
  readonly name?: string
  readonly account: string
  readonly region: string
  readonly interfaces: () => readonly NetworkInterface[]
  /** Where its interfaces are: the VPCs whose interfaces would have to be read to know them all. */
  readonly vpcs: () => readonly string[]
  /** Whether it runs outside any VPC, and so on the internet. */
  readonly isOutside?: boolean
  /** Why it has no interface, where its record says so. */
  readonly lacks?: string
  /** `s3`, where it is a gateway endpoint: no interface, but a service. */
  readonly service?: string
}

export interface Row {
  /** As results call it. */
  readonly kind: string
  /** What settles doubt: `subnet:` before a Name or id. */
  readonly prefix: string
  /** What ids of this kind begin with. */
  readonly id?: string
  readonly holds?: boolean
}

/** Every thing under an AWS id or ARN; several where records of two kinds share it. What AWS gives no id but a name is found by name. */
export const thingsById = (network: Network, id: string): readonly Thing[] => {
  const isArn = id.startsWith('arn:')
  const records = RECORDS.flatMap((each) => {
    const resource = isArn || each.row.id !== undefined ? getIn(network, each.of, id) : undefined
    return resource ? [thingOf(network, each, resource)] : []
  })
  if (records.length > 0) return dedupe(records)
  return isArn ? thingsByArn(network, id) : thingsByInterfaces(network, id)
}

/** Names -> what bears them, made once for a network. */
export const thingsByName = (network: Network): ReadonlyMap<string, readonly Thing[]> =>
  once(names, network, () => indexNames(network))

/** Everything that bears a tag whose value `fits`, where packets can begin or end. */
export const thingsByTag = (network: Network, key: string, fits: (value: string) => boolean): readonly Thing[] =>
  dedupe(
    RECORDS.filter(({ tagged }) => tagged).flatMap((record) =>
      network
        .all(record.of)
        .filter((resource) => tagsOf(resource).some((tag) => tag.Key === key && fits(tag.Value ?? '')))
        .map((resource) => thingOf(network, record, resource)),
    ),
  )

/** The interfaces that every value of a tag means, as `thingsByTag` finds them. */
export const interfacesByTagValue = (
  network: Network,
  key: string,
): ReadonlyMap<string, { readonly interfaces: readonly NetworkInterface[]; readonly vpcs: readonly string[] }> => {
  const values = new Map<string, Thing[]>()
  for (const record of RECORDS.filter(({ tagged }) => tagged))
    for (const resource of network.all(record.of))
      for (const tag of tagsOf(resource)) {
        if (tag.Key !== key) continue
        append(values, tag.Value ?? '', thingOf(network, record, resource))
      }
  return new Map(
    [...values].map(([value, things]) => [
      value,
      {
        interfaces: unique(things.flatMap((thing) => thing.interfaces())),
        vpcs: [...new Set(things.flatMap((thing) => thing.vpcs()))],
      },
    ]),
  )
}

/** The ids of every thing of a kind, for messages about one that is not there. */
export const idsOfKind = (network: Network, kind: string): readonly string[] =>
  RECORDS.filter(({ row }) => row.kind === kind).flatMap(({ of }) => network.all(of).map(({ id }) => id))

/** The kind that an id begins like, whether or not there is such a thing. */
export const rowOfId = (id: string): Row | undefined =>
  ROWS.filter((row) => row.id !== undefined && id.startsWith(row.id)).sort((a, b) => b.id!.length - a.id!.length)[0]

export const rowsOfPrefix = (prefix: string): readonly Row[] => ROWS.filter((row) => row.prefix === prefix)

/** Resources that packets pass but neither begin nor end at, by what their ids begin with. */
export const wordForWayside = (network: Network, id: string): string | undefined => {
  const found = WAYSIDE.find(([kind]) => network.get(kind, id))
  return found?.[1]
}

const names = new WeakMap<Network, ReadonlyMap<string, readonly Thing[]>>()

const row = (kind: string, prefix: string, more: Omit<Row, 'kind' | 'prefix'> = {}): Row => ({ kind, prefix, ...more })

const VPC = row('vpc', 'vpc', { id: 'vpc-', holds: true })
const SUBNET = row('subnet', 'subnet', { id: 'subnet-', holds: true })
const INSTANCE = row('instance', 'instance', { id: 'i-' })
const INTERFACE = row('network-interface', 'eni', { id: 'eni-' })
const GROUP = row('security-group', 'sg', { id: 'sg-' })
const BALANCER = row('load-balancer', 'lb')
const ENDPOINT = row('vpc-endpoint', 'vpce', { id: 'vpce-' })
const GATEWAY_ENDPOINT = row('gateway-endpoint', 'vpce', { id: 'vpce-' })
const CONNECT_ENDPOINT = row('instance-connect-endpoint', 'eice', { id: 'eice-' })
const NAT = row('nat-gateway', 'nat', { id: 'nat-' })
const ATTACHMENT = row('transit-gateway-attachment', 'tgw-attach', { id: 'tgw-attach-' })
const FUNCTION = row('function', 'lambda')
const DATABASE = row('database', 'rds')
const WAREHOUSE = row('redshift-cluster', 'redshift')
const CACHE = row('cache-cluster', 'elasticache')
const DAX = row('dax-cluster', 'dax')
const SEARCH = row('search-domain', 'opensearch')
const TASK = row('ecs-task', 'ecs-task')
const CONTAINERS = row('ecs-cluster', 'ecs')
const KUBERNETES = row('eks-cluster', 'eks')
const FILES = row('file-system', 'efs', { id: 'fs-' })

/** In the order in which they are told where a name fits several. */
const ROWS: readonly Row[] = [
  ...[VPC, SUBNET, INSTANCE, INTERFACE, GROUP, BALANCER, ENDPOINT, GATEWAY_ENDPOINT, CONNECT_ENDPOINT, NAT, ATTACHMENT],
  ...[FUNCTION, DATABASE, WAREHOUSE, CACHE, DAX, SEARCH, TASK, CONTAINERS, KUBERNETES, FILES],
]

export const rankOf = (kind: string): number => ROWS.findIndex((each) => each.kind === kind)

interface RecordOf<K extends Kind = Kind> {
  readonly row: Row
  readonly of: K
  /** Whether a tag on it means the interfaces behind it. A security group's tags say nothing of its members. */
  readonly tagged: boolean
  readonly interfaces: (network: Network, resource: Of<K>) => readonly NetworkInterface[]
  readonly vpc: (resource: Of<K>) => string | undefined
  readonly lacks?: (resource: Of<K>) => string | undefined
  readonly isOutside?: (resource: Of<K>) => boolean
  /** Names beside the `Name` tag. */
  readonly names?: (resource: Of<K>) => readonly (string | undefined)[]
}

const record = <K extends Kind>(
  of: K,
  its: Omit<RecordOf<K>, 'of' | 'tagged'> & { readonly tagged?: boolean },
): RecordOf => ({ of, tagged: false, ...its }) as unknown as RecordOf

const RECORDS: readonly RecordOf[] = [
  record('vpc', {
    row: VPC,
    tagged: true,
    vpc: ({ id }) => id,
    interfaces: (network, { id }) => ofVpc(network, id),
  }),
  record('subnet', {
    row: SUBNET,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id }) => network.interfacesIn(id),
  }),
  record('instance', {
    row: INSTANCE,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id, raw }) => {
      const attached = network.interfacesOfInstance(id)
      return attached.length > 0
        ? attached
        : byIds(
            network,
            raw.NetworkInterfaces?.map((each) => each.NetworkInterfaceId),
          )
    },
    lacks: ({ raw }) => {
      const named = (raw.NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? [])
      // One answer speaks of them and the other does not: they were read at different times, or not all were read.
      if (named.length > 0) return `its record names ${named.join(', ')}, not among the interfaces that were read`
      return raw.State?.Name === undefined ? undefined : `it is ${raw.State.Name}`
    },
  }),
  record('networkInterface', {
    row: INTERFACE,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id }) => [network.interface(id)!],
  }),
  record('securityGroup', {
    row: GROUP,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id }) => membersOf(network, id),
    names: ({ raw }) => [raw.GroupName],
  }),
  record('loadBalancer', {
    row: BALANCER,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id, raw }) => nodesIn(network, id, raw.VpcId),
    names: ({ id, raw }) => [raw.LoadBalancerName, balancerWords(id)],
  }),
  record('classicLoadBalancer', {
    row: BALANCER,
    vpc: ({ raw }) => raw.VPCId,
    interfaces: (network, { id, raw }) => nodesIn(network, id, raw.VPCId),
    names: ({ raw }) => [raw.LoadBalancerName],
  }),
  record('vpcEndpoint', {
    row: ENDPOINT,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id, raw }) =>
      either(byIds(network, raw.NetworkInterfaceIds), () => described(network, 'vpce', id)),
  }),
  record('instanceConnectEndpoint', {
    row: CONNECT_ENDPOINT,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { raw }) => byIds(network, raw.NetworkInterfaceIds),
  }),
  record('natGateway', {
    row: NAT,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id, raw }) =>
      either(
        byIds(
          network,
          raw.NatGatewayAddresses?.map((each) => each.NetworkInterfaceId),
        ),
        () => described(network, 'nat', id),
      ),
  }),
  record('transitGatewayVpcAttachment', {
    row: ATTACHMENT,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { id, raw }) =>
      either(described(network, 'tgw-attach', id), () =>
        (raw.SubnetIds ?? []).flatMap((subnet) =>
          network.interfacesIn(subnet).filter((each) => each.raw.InterfaceType === 'transit_gateway'),
        ),
      ),
  }),
  record('transitGatewayAttachment', {
    row: ATTACHMENT,
    vpc: ({ raw }) => (raw.ResourceType === 'vpc' ? raw.ResourceId : undefined),
    interfaces: (network, { id }) => described(network, 'tgw-attach', id),
  }),
  record('function', {
    row: FUNCTION,
    vpc: ({ raw }) => raw.VpcConfig?.VpcId,
    interfaces: functionInterfaces,
    isOutside: ({ raw }) => !raw.VpcConfig?.SubnetIds?.length,
    names: ({ raw }) => [raw.FunctionName],
  }),
  record('dbInstance', {
    row: DATABASE,
    tagged: true,
    vpc: ({ raw }) => raw.DBSubnetGroup?.VpcId,
    interfaces: databaseInterfaces,
    names: ({ raw }) => [raw.DBInstanceIdentifier],
  }),
  record('dbCluster', {
    row: DATABASE,
    tagged: true,
    vpc: () => undefined,
    interfaces: clusterInterfaces,
    names: ({ raw }) => [raw.DBClusterIdentifier],
  }),
  record('redshiftCluster', {
    row: WAREHOUSE,
    tagged: true,
    vpc: ({ raw }) => raw.VpcId,
    interfaces: (network, { raw }) =>
      (raw.ClusterNodes ?? []).flatMap(({ PrivateIPAddress: text }) => {
        const address = text === undefined ? undefined : parseAddress(text)?.value
        return address === undefined ? [] : network.holdersOf(address).filter((each) => each.vpcId === raw.VpcId)
      }),
    names: ({ raw }) => [raw.ClusterIdentifier],
  }),
  record('cacheCluster', {
    row: CACHE,
    vpc: () => undefined,
    interfaces: (network, { account, region, raw }) =>
      either(ofService(network, 'elasticache', raw.CacheClusterId, { account, region }), () =>
        withGroups(
          ofService(network, 'elasticache', undefined, { account, region }),
          raw.SecurityGroups?.map(({ SecurityGroupId }) => SecurityGroupId),
        ),
      ),
    names: ({ raw }) => [raw.CacheClusterId],
  }),
  record('elasticsearchDomain', {
    row: SEARCH,
    vpc: ({ raw }) => raw.VPCOptions?.VPCId,
    interfaces: (network, { account, region, raw }) =>
      ofService(network, 'opensearch', raw.DomainName, { account, region }),
    names: ({ raw }) => [raw.DomainName],
  }),
  record('eksCluster', {
    row: KUBERNETES,
    tagged: true,
    vpc: ({ raw }) => raw.resourcesVpcConfig?.vpcId,
    interfaces: (network, { account, region, raw }) => ofService(network, 'eks', raw.name, { account, region }),
    names: ({ raw }) => [raw.name],
  }),
  record('fileSystem', {
    row: FILES,
    tagged: true,
    vpc: () => undefined,
    interfaces: fileSystemInterfaces,
    names: ({ raw }) => [raw.Name],
  }),
  record('ecsTask', {
    row: TASK,
    tagged: true,
    vpc: () => undefined,
    interfaces: taskInterfaces,
    names: ({ id }) => [id.slice(id.lastIndexOf('/') + 1)],
  }),
]

/** What packets pass on their way, in words. */
const WAYSIDE: readonly (readonly [Kind, string])[] = [
  ['routeTable', 'a route table'],
  ['networkAcl', 'a network ACL'],
  ['internetGateway', 'an internet gateway'],
  ['egressOnlyInternetGateway', 'an egress-only internet gateway'],
  ['transitGateway', 'a transit gateway'],
  ['transitGatewayRouteTable', 'a transit gateway route table'],
  ['vpcPeeringConnection', 'a peering connection'],
  ['vpnGateway', 'a virtual private gateway'],
  ['vpnConnection', 'a VPN connection'],
  ['customerGateway', 'a customer gateway'],
  ['managedPrefixList', 'a prefix list'],
  ['prefixList', 'a prefix list'],
  ['securityGroupRule', 'a security group rule'],
  ['targetGroup', 'a target group'],
  ['listener', 'a listener'],
  ['networkFirewall', 'a firewall'],
]

// ---- records -> things

const thingOf = (
  network: Network,
  { row: kindRow, of, interfaces, vpc, lacks, isOutside }: RecordOf,
  resource: Resource,
): Thing => {
  const { id, account, region } = resource
  const why = lacks?.(resource)
  const service = of === 'vpcEndpoint' ? gatewayServiceOf(resource as Of<'vpcEndpoint'>) : undefined
  const name = nameOf(of, resource)
  return {
    row: service === undefined ? kindRow : GATEWAY_ENDPOINT,
    id,
    ...(name !== undefined && { name }),
    account,
    region,
    interfaces: () => interfaces(network, resource),
    vpcs: () => {
      const vpcId = vpc(resource)
      return vpcId === undefined ? [] : [vpcId]
    },
    ...(isOutside?.(resource) === true && { isOutside: true }),
    ...(why !== undefined && { lacks: why }),
    ...(service !== undefined && { service }),
  }
}

const gatewayServiceOf = ({ raw }: Of<'vpcEndpoint'>): string | undefined =>
  raw.VpcEndpointType === 'Gateway' ? serviceName(raw.ServiceName ?? '') : undefined

const nameOf = (of: Kind, resource: Resource): string | undefined =>
  nameOfResource(resource) ?? RECORDS.find((each) => each.of === of)?.names?.(resource)[0]

/** A transit gateway attachment is stored under its gateway and its own id. */
const getIn = (network: Network, of: Kind, id: string): Resource | undefined =>
  of === 'transitGatewayAttachment' ? network.indexed(transitGatewayAttachmentsById).get(id)?.[0] : network.get(of, id)

/** A VPC attachment has two records, one of them poorer: the first of a kind and id counts. */
const dedupe = (things: readonly Thing[]): readonly Thing[] => {
  const seen = new Map<string, Thing>()
  for (const thing of things) {
    const key = `${thing.row.kind} ${thing.id}`
    if (!seen.has(key)) seen.set(key, thing)
  }
  return [...seen.values()]
}

const indexNames = (network: Network): ReadonlyMap<string, readonly Thing[]> => {
  const index = new Map<string, Thing[]>()
  for (const each of RECORDS)
    for (const resource of network.all(each.of)) {
      const tag = tagOf(resource, 'Name')
      const all = new Set([tag, ...(each.names?.(resource) ?? [])].filter((name) => name !== undefined && name !== ''))
      if (all.size === 0) continue
      const thing = thingOf(network, each, resource)
      for (const name of all) append(index, name!, thing)
    }
  for (const thing of derivedOf(network)) append(index, thing.name ?? thing.id, thing)
  return new Map([...index].map(([name, things]) => [name, dedupe(things)]))
}

// ---- things that are known by their interfaces alone

interface Derivation {
  readonly row: Row
  readonly service: Service
  /** The names that records of the kind bear: a thing is derived only where no record tells of it. */
  readonly recorded?: (network: Network) => readonly (string | undefined)[]
}

const DERIVED: readonly Derivation[] = [
  {
    row: FUNCTION,
    service: 'lambda',
    recorded: (network) => network.all('function').map(({ raw }) => raw.FunctionName),
  },
  {
    row: CACHE,
    service: 'elasticache',
    recorded: (network) => network.all('cacheCluster').map(({ raw }) => raw.CacheClusterId),
  },
  {
    row: SEARCH,
    service: 'opensearch',
    recorded: (network) => network.all('elasticsearchDomain').map(({ raw }) => raw.DomainName),
  },
  {
    row: KUBERNETES,
    service: 'eks',
    recorded: (network) => network.all('eksCluster').map(({ raw }) => raw.name),
  },
  { row: FILES, service: 'efs', recorded: (network) => network.all('fileSystem').map(({ id }) => id) },
  { row: DAX, service: 'dax' },
]

/** Things of which no record tells, by the names that the descriptions of their interfaces bear; ECS clusters by their tasks. */
const derivedOf = (network: Network): readonly Thing[] => once(derived, network, () => deriveThings(network))

const derived = new WeakMap<Network, readonly Thing[]>()

const deriveThings = (network: Network): readonly Thing[] => {
  const services = DERIVED.flatMap(({ row: kindRow, service, recorded }) => {
    const records = new Set(recorded?.(network))
    return [...byService(network)].flatMap(([key, interfaces]) => {
      const name = key.startsWith(`${service} `) ? key.slice(service.length + 1) : undefined
      if (name === undefined || records.has(name)) return []
      return placesOf(interfaces).map((each) => derivedThing(network, kindRow, name, each))
    })
  })
  const clusters = [...tasksByCluster(network)].map(([arn, tasks]): Thing => {
    const { account, region } = tasks[0]!
    const interfaces = (): readonly NetworkInterface[] => tasks.flatMap((task) => taskInterfaces(network, task))
    const vpcs = (): readonly string[] => [...new Set(interfaces().map(({ vpcId }) => vpcId))]
    return { row: CONTAINERS, id: arn, name: arn.slice(arn.lastIndexOf('/') + 1), account, region, interfaces, vpcs }
  })
  return [...services, ...clusters]
}

const ecsTasksByCluster = recordIndex('ecsTask', ({ raw }) => (raw.clusterArn === undefined ? [] : [raw.clusterArn]))

const tasksByCluster = (network: Network): ReadonlyMap<string, readonly Of<'ecsTask'>[]> =>
  network.indexed(ecsTasksByCluster)

/** Ids that interfaces name, of things that were not read themselves. */
const thingsByInterfaces = (network: Network, id: string): readonly Thing[] => {
  const kindRow = rowOfId(id)
  const found = kindRow && UNRECORDED.get(kindRow)?.(network, id)
  const [first] = found ?? []
  if (!kindRow || !found || !first) return []
  const { account, region } = first
  const vpcs = (): readonly string[] => [...new Set(found.map(({ vpcId }) => vpcId))]
  return [{ row: kindRow, id, account, region, interfaces: () => found, vpcs }]
}

const UNRECORDED: ReadonlyMap<Row, (network: Network, id: string) => readonly NetworkInterface[]> = new Map([
  [VPC, (network, id) => ofVpc(network, id)],
  [SUBNET, (network, id) => network.interfacesIn(id)],
  [INSTANCE, (network, id) => network.interfacesOfInstance(id)],
  [GROUP, (network, id) => membersOf(network, id)],
  [ENDPOINT, (network, id) => described(network, 'vpce', id)],
  [NAT, (network, id) => described(network, 'nat', id)],
  [ATTACHMENT, (network, id) => described(network, 'tgw-attach', id)],
  [FILES, (network, id) => resourcesOf(network, byService(network).get(`efs ${id}`))],
])

interface PlaceOf {
  readonly account: string
  readonly region: string
  readonly interfaces: readonly Of<'networkInterface'>[]
}

/** The same name in two accounts or regions is two things. */
const placesOf = (interfaces: readonly Of<'networkInterface'>[]): readonly PlaceOf[] => {
  const places = new Map<string, { account: string; region: string; interfaces: Of<'networkInterface'>[] }>()
  for (const each of interfaces) {
    const key = `${each.account} ${each.region}`
    const known = places.get(key)
    if (known) known.interfaces.push(each)
    else places.set(key, { account: each.account, region: each.region, interfaces: [each] })
  }
  return [...places.values()]
}

const derivedThing = (
  network: Network,
  kindRow: Row,
  name: string,
  { account, region, interfaces }: PlaceOf,
): Thing => ({
  row: kindRow,
  id: name,
  account,
  region,
  interfaces: () => resourcesOf(network, interfaces),
  vpcs: () => [...new Set(interfaces.map(({ raw }) => raw.VpcId))],
})

// ---- ARNs

/** EC2 keeps ids in its ARNs, other services names; both after the account. */
const thingsByArn = (network: Network, arn: string): readonly Thing[] => {
  const clusters = derivedOf(network).filter(({ id }) => id === arn)
  if (clusters.length > 0) return clusters
  const parts = /^arn:aws[\w-]*:([\w-]+):([\w-]*):(\d*):([\w-]+)[/:](.+)$/.exec(arn)
  if (!parts) return []
  const [, service, region, account, type, rest] = parts as unknown as [string, string, string, string, string, string]
  if (service === 'ec2') return thingsById(network, rest)
  const prefix = ARN_PREFIX.get(`${service} ${type}`)
  if (prefix === undefined) return []
  // The version or alias of a function is the function.
  const name = service === 'lambda' ? rest.replace(/:.*$/, '') : rest
  const found = (thingsByName(network).get(name) ?? []).filter((thing) => thing.row.prefix === prefix)
  return found.filter(
    (thing) => (account === '' || thing.account === account) && (region === '' || thing.region === region),
  )
}

const ARN_PREFIX: ReadonlyMap<string, string> = new Map([
  ['lambda function', FUNCTION.prefix],
  ['rds db', DATABASE.prefix],
  ['rds cluster', DATABASE.prefix],
  ['elasticloadbalancing loadbalancer', BALANCER.prefix],
  ['redshift cluster', WAREHOUSE.prefix],
  ['elasticache cluster', CACHE.prefix],
  ['elasticache replicationgroup', CACHE.prefix],
  ['dax cache', DAX.prefix],
  ['es domain', SEARCH.prefix],
  ['eks cluster', KUBERNETES.prefix],
  ['elasticfilesystem file-system', FILES.prefix],
])

// ---- the interfaces behind a thing

const byIds = (network: Network, ids: readonly (string | undefined)[] | undefined): readonly NetworkInterface[] =>
  (ids ?? []).flatMap((id) => (id === undefined ? [] : (network.interface(id) ?? [])))

const either = <T>(first: readonly T[], second: () => readonly T[]): readonly T[] =>
  first.length > 0 ? first : second()

const resourcesOf = (
  network: Network,
  all: readonly Of<'networkInterface'>[] | undefined,
): readonly NetworkInterface[] => (all ?? []).map(({ id }) => network.interface(id)!)

/** By the VPC that each interface names, so that those of subnets nobody described count as well. */
const ofVpc = (network: Network, vpcId: string): readonly NetworkInterface[] =>
  resourcesOf(network, network.indexed(interfacesByVpc).get(vpcId))

const interfacesBySecurityGroup = recordIndex('networkInterface', ({ raw }) => [
  ...new Set((raw.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? [])),
])

/** Of a security group. */
export const membersOf = (network: Network, groupId: string): readonly NetworkInterface[] => {
  const groups = network.indexed(interfacesBySecurityGroup)
  return resourcesOf(network, groups.get(groupId))
}

/** Classic load balancers of one name may be in several VPCs. */
const nodesIn = (network: Network, balancerId: string, vpcId: string | undefined): readonly NetworkInterface[] =>
  nodesOfBalancer(network, balancerId).filter((each) => vpcId === undefined || each.vpcId === vpcId)

type NamedInDescriptions = 'vpce' | 'nat' | 'tgw-attach'

const namedBy = (prefix: NamedInDescriptions) =>
  recordIndex('networkInterface', ({ raw }) => {
    // Of transit gateways AWS says that nobody manages their interfaces, and gives no other interface their type.
    const text = raw.InterfaceType === 'transit_gateway' ? raw.Description : descriptionOf(raw)
    const found = new RegExp(`\\b${prefix}-[\\w-]+`).exec(text ?? '')
    return found ? [found[0]] : []
  })

const interfacesByNamed: Readonly<Record<NamedInDescriptions, RecordIndex<'networkInterface'>>> = {
  vpce: namedBy('vpce'),
  nat: namedBy('nat'),
  'tgw-attach': namedBy('tgw-attach'),
}

/** Interfaces whose description names a resource by its id, in the words of AWS. */
const described = (network: Network, prefix: NamedInDescriptions, id: string): readonly NetworkInterface[] =>
  resourcesOf(network, network.indexed(interfacesByNamed[prefix]).get(id))

const interfacesByService = recordIndex('networkInterface', ({ raw }) => {
  const found = serviceBehind(raw)
  if (!found) return []
  return found.name === undefined ? [found.service] : [found.service, `${found.service} ${found.name}`]
})

/** Under `rds` all interfaces of RDS, under `eks prod` those whose description names the cluster prod. */
const byService = (network: Network): ReadonlyMap<string, readonly Of<'networkInterface'>[]> =>
  network.indexed(interfacesByService)

/** Interfaces of a service in a place; those of one resource where the descriptions name it. */
const ofService = (
  network: Network,
  service: Service,
  name: string | undefined,
  place: { readonly account: string; readonly region: string },
): readonly NetworkInterface[] => {
  const all = byService(network).get(name === undefined ? service : `${service} ${name}`) ?? []
  return resourcesOf(
    network,
    all.filter(({ account, region }) => account === place.account && region === place.region),
  )
}

/** Those with exactly these security groups. */
const withGroups = (
  all: readonly NetworkInterface[],
  groups: readonly (string | undefined)[] | undefined,
): readonly NetworkInterface[] => {
  const wanted = [...new Set((groups ?? []).flatMap((id) => id ?? []))].sort().join()
  return all.filter((each) => each.groups.join() === wanted)
}

/** Functions with the same subnets and groups share interfaces, so these tell better than the name in the description. */
function functionInterfaces(network: Network, { account, region, raw }: Of<'function'>): readonly NetworkInterface[] {
  const { SubnetIds: subnets = [], SecurityGroupIds: groups } = raw.VpcConfig ?? {}
  const candidates = subnets
    .flatMap((subnet) => network.interfacesIn(subnet))
    .filter((each) => serviceBehind(each.raw)?.service === 'lambda')
  return either(withGroups(candidates, groups), () =>
    ofService(network, 'lambda', raw.FunctionName ?? '', { account, region }),
  )
}

/** AWS does not say which interface is which database's. These are the ones that can be: of RDS, in its subnets, with its groups, and in
 *  its zone where there is one. Databases set up alike cannot be told apart, nor can packets tell them apart save by address. */
function databaseInterfaces(network: Network, { raw, ...place }: Of<'dbInstance'>): readonly NetworkInterface[] {
  const subnets = (raw.DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? [])
  const here = subnets
    .flatMap((subnet) => network.interfacesIn(subnet))
    .filter((each) => serviceBehind(each.raw)?.service === 'rds')
  const active = raw.VpcSecurityGroups?.filter(({ Status }) => (Status ?? 'active') === 'active')
  const found = withGroups(
    here,
    active?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  )
  const zone = raw.AvailabilityZone === undefined ? undefined : network.zoneId(raw.AvailabilityZone, place)
  return either(
    found.filter((each) => zone !== undefined && network.zoneOf(each.subnetId) === zone),
    () => found,
  )
}

function clusterInterfaces(network: Network, { account, region, raw }: Of<'dbCluster'>): readonly NetworkInterface[] {
  const members = new Set((raw.DBClusterMembers ?? []).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier))
  const instances = network
    .all('dbInstance')
    .filter(
      (each) =>
        each.account === account &&
        each.region === region &&
        (members.has(each.raw.DBInstanceIdentifier) || each.raw.DBClusterIdentifier === raw.DBClusterIdentifier),
    )
  if (instances.length > 0) return unique(instances.flatMap((each) => databaseInterfaces(network, each)))
  return withGroups(
    ofService(network, 'rds', undefined, { account, region }),
    raw.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  )
}

const mountTargetsByFileSystem = recordIndex('mountTarget', ({ raw }) => [raw.FileSystemId])

/** Its mount targets name their interfaces; without them, the descriptions of the interfaces name the file system. */
function fileSystemInterfaces(
  network: Network,
  { id, account, region }: Of<'fileSystem'>,
): readonly NetworkInterface[] {
  const targets = network.indexed(mountTargetsByFileSystem).get(id) ?? []
  return either(
    byIds(
      network,
      targets.map(({ raw }) => raw.NetworkInterfaceId),
    ),
    () => ofService(network, 'efs', id, { account, region }),
  )
}

function taskInterfaces(network: Network, { raw }: Of<'ecsTask'>): readonly NetworkInterface[] {
  const details = (raw.attachments ?? []).flatMap((each) => each.details ?? [])
  return byIds(
    network,
    details.filter(({ name }) => name === 'networkInterfaceId').map(({ value }) => value),
  )
}

const unique = (all: readonly NetworkInterface[]): readonly NetworkInterface[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
]
