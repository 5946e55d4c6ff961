/** Changes to AWS as data: what each makes of a snapshot, and how people make it with the AWS CLI or find it in Terraform. ztnet itself
 *  never writes to AWS: a change is tried on a copy of the facts. */
import type { Kind, RawOf } from '../snapshot/schema.ts'
import type { Resource, Snapshot } from '../snapshot/snapshot.ts'

/** Who the other side of a security group rule is: one of these. */
export interface Peer {
  readonly CidrIp?: string
  readonly CidrIpv6?: string
  readonly PrefixListId?: string
  readonly GroupId?: string
}

export interface GroupRule {
  readonly group: string
  readonly egress: boolean
  readonly protocol: string
  readonly from?: number
  readonly to?: number
  readonly peer: Peer
}

export type AclEntry = NonNullable<RawOf<'networkAcl'>['Entries']>[number]

export type Change =
  | { readonly do: 'revoke-group-rule'; readonly rule: GroupRule }
  | { readonly do: 'replace-group-rule'; readonly rule: GroupRule; readonly by: readonly GroupRule[] }
  | { readonly do: 'delete-acl-entry'; readonly acl: string; readonly egress: boolean; readonly number: number }
  | { readonly do: 'create-acl-entry'; readonly acl: string; readonly entry: AclEntry }
  | { readonly do: 'delete-route'; readonly table: string; readonly destination: string }
  | { readonly do: 'disassociate-address'; readonly interface: string; readonly address: string }
  | { readonly do: 'transit-default-off'; readonly gateway: string; readonly what: 'association' | 'propagation' }
  | {
      readonly do: 'transit-route-static'
      readonly table: string
      readonly destination: string
      readonly attachment: string
    }
  | { readonly do: 'delete-transit-route'; readonly table: string; readonly destination: string }
  | {
      readonly do: 'add-endpoint-tables'
      readonly endpoint: string
      readonly tables: readonly string[]
      readonly list: string
    }
  | {
      readonly do: 'create-gateway-endpoint'
      readonly vpc: string
      readonly service: string
      readonly region: string
      readonly tables: readonly string[]
      readonly list: string
    }
  | { readonly do: 'restrict-endpoint'; readonly endpoint: string; readonly account: string }
  | {
      readonly do: 'attach-function'
      readonly function: string
      readonly vpc: string
      readonly subnets: readonly string[]
      readonly groups: readonly string[]
    }
  | { readonly do: 'tag-subnet'; readonly subnet: string; readonly key: string; readonly value: string }

/** The facts as they would be after the change. */
export const applied = (snapshot: Snapshot, change: Change): Snapshot => {
  switch (change.do) {
    case 'revoke-group-rule':
      return withoutGroupRule(snapshot, change.rule)
    case 'replace-group-rule':
      return change.by.reduce(withGroupRule, withoutGroupRule(snapshot, change.rule))
    case 'delete-acl-entry':
      return patched(snapshot, 'networkAcl', change.acl, (raw) => ({
        ...raw,
        Entries: (raw.Entries ?? []).filter(
          ({ Egress, RuleNumber }) => Egress !== change.egress || RuleNumber !== change.number,
        ),
      }))
    case 'create-acl-entry':
      return patched(snapshot, 'networkAcl', change.acl, (raw) => ({
        ...raw,
        Entries: [...(raw.Entries ?? []), change.entry],
      }))
    case 'delete-route':
      return patched(snapshot, 'routeTable', change.table, (raw) => ({
        ...raw,
        Routes: (raw.Routes ?? []).filter((route) => destinationOf(route) !== change.destination),
      }))
    case 'disassociate-address':
      return withoutAddress(snapshot, change.interface, change.address)
    case 'transit-default-off':
      return patched(snapshot, 'transitGateway', change.gateway, (raw) => ({
        ...raw,
        Options: {
          ...raw.Options,
          ...(change.what === 'association'
            ? { DefaultRouteTableAssociation: 'disable' }
            : { DefaultRouteTablePropagation: 'disable' }),
        },
      }))
    case 'transit-route-static':
      return patched(snapshot, 'transitGatewayRoutes', change.table, (raw) => ({
        ...raw,
        Routes: (raw.Routes ?? []).map((route) =>
          route.DestinationCidrBlock === change.destination ? { ...route, Type: 'static' } : route,
        ),
      }))
    case 'delete-transit-route':
      return patched(snapshot, 'transitGatewayRoutes', change.table, (raw) => ({
        ...raw,
        Routes: (raw.Routes ?? []).filter((route) => route.DestinationCidrBlock !== change.destination),
      }))
    case 'add-endpoint-tables':
      return routedTo(snapshot, change.endpoint, change.tables, change.list)
    case 'create-gateway-endpoint':
      return withGatewayEndpoint(snapshot, change)
    case 'restrict-endpoint':
      return patched(snapshot, 'vpcEndpoint', change.endpoint, (raw) => ({
        ...raw,
        PolicyDocument: accountPolicy(change.account),
      }))
    case 'attach-function':
      return patched(snapshot, 'function', change.function, (raw) => ({
        ...raw,
        VpcConfig: { VpcId: change.vpc, SubnetIds: [...change.subnets], SecurityGroupIds: [...change.groups] },
      }))
    case 'tag-subnet':
      return patched(snapshot, 'subnet', change.subnet, (raw) => ({
        ...raw,
        Tags: [...(raw.Tags ?? []).filter(({ Key }) => Key !== change.key), { Key: change.key, Value: change.value }],
      }))
  }
}

/** An endpoint policy for principals and resources of one account alone. */
export const accountPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account } },
      },
    ],
  })

type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

/** The change that deletes a route of a table; none where AWS does not let one: it puts there itself what is for the VPC, for a propagation
 *  (R-ROUTE-14) or for a gateway endpoint (R-GWE-1). */
export const deletionOf = (table: string, route: Route): readonly Change[] => {
  const { Origin: origin = 'CreateRoute', GatewayId: gateway, DestinationPrefixListId: list } = route
  const isOfEndpoint = list !== undefined && gateway?.startsWith('vpce-')
  const isWritten = origin === 'CreateRoute' && gateway !== 'local' && !isOfEndpoint
  const destination = destinationOf(route)
  return isWritten && destination !== undefined ? [{ do: 'delete-route', table, destination }] : []
}

/** What a route is for, as AWS names it. */
export const destinationOf = ({ DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }: Route) =>
  DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId

const patched = <K extends Kind>(
  snapshot: Snapshot,
  kind: K,
  id: string,
  change: (raw: RawOf<K>) => RawOf<K>,
): Snapshot => ({
  ...snapshot,
  resources: snapshot.resources.map((resource) =>
    resource.kind === kind && resource.id === id
      ? ({ ...resource, raw: change(resource.raw as RawOf<K>) } as Resource)
      : resource,
  ),
})

type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]

const withoutGroupRule = (snapshot: Snapshot, { group, egress, protocol, from, to, peer }: GroupRule): Snapshot => {
  const isMeant = (permission: Permission): boolean =>
    permission.IpProtocol === protocol && permission.FromPort === from && permission.ToPort === to
  const cut = (all: readonly Permission[] | undefined): Permission[] =>
    (all ?? []).flatMap((permission) => {
      if (!isMeant(permission)) return [permission]
      const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [], ...rest } = permission
      const left = {
        ...rest,
        IpRanges: IpRanges.filter(({ CidrIp }) => peer.CidrIp === undefined || CidrIp !== peer.CidrIp),
        Ipv6Ranges: Ipv6Ranges.filter(({ CidrIpv6 }) => peer.CidrIpv6 === undefined || CidrIpv6 !== peer.CidrIpv6),
        PrefixListIds: PrefixListIds.filter(
          (each) => peer.PrefixListId === undefined || each.PrefixListId !== peer.PrefixListId,
        ),
        UserIdGroupPairs: UserIdGroupPairs.filter(
          ({ GroupId }) => peer.GroupId === undefined || GroupId !== peer.GroupId,
        ),
      }
      const isEmpty = [left.IpRanges, left.Ipv6Ranges, left.PrefixListIds, left.UserIdGroupPairs].every(
        (list) => list.length === 0,
      )
      return isEmpty ? [] : [left]
    })
  const changed = patched(snapshot, 'securityGroup', group, (raw) =>
    egress
      ? { ...raw, IpPermissionsEgress: cut(raw.IpPermissionsEgress) }
      : { ...raw, IpPermissions: cut(raw.IpPermissions) },
  )
  // The same rules once more, one by one, where they were read that way.
  return {
    ...changed,
    resources: changed.resources.filter((resource) => {
      if (resource.kind !== 'securityGroupRule' || resource.raw.GroupId !== group) return true
      const { raw } = resource
      return !(
        (raw.IsEgress ?? false) === egress &&
        raw.IpProtocol === protocol &&
        (from === undefined || raw.FromPort === from) &&
        (to === undefined || raw.ToPort === to) &&
        raw.CidrIpv4 === peer.CidrIp &&
        raw.CidrIpv6 === peer.CidrIpv6 &&
        raw.PrefixListId === peer.PrefixListId &&
        raw.ReferencedGroupInfo?.GroupId === peer.GroupId
      )
    }),
  }
}

const withGroupRule = (snapshot: Snapshot, rule: GroupRule): Snapshot => {
  const added = permissionOf(rule)
  return patched(snapshot, 'securityGroup', rule.group, (raw) =>
    rule.egress
      ? { ...raw, IpPermissionsEgress: [...(raw.IpPermissionsEgress ?? []), added] }
      : { ...raw, IpPermissions: [...(raw.IpPermissions ?? []), added] },
  )
}

/** A rule as EC2 takes and tells it. */
export const permissionOf = ({ protocol, from, to, peer }: GroupRule): Permission => ({
  IpProtocol: protocol,
  ...(from !== undefined && { FromPort: from }),
  ...(to !== undefined && { ToPort: to }),
  ...(peer.CidrIp !== undefined && { IpRanges: [{ CidrIp: peer.CidrIp }] }),
  ...(peer.CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: peer.CidrIpv6 }] }),
  ...(peer.PrefixListId !== undefined && { PrefixListIds: [{ PrefixListId: peer.PrefixListId }] }),
  ...(peer.GroupId !== undefined && { UserIdGroupPairs: [{ GroupId: peer.GroupId }] }),
})

const withoutAddress = (snapshot: Snapshot, interfaceId: string, address: string): Snapshot => {
  const free = <A extends { readonly PublicIp?: string | undefined }>(association: A | undefined): A | undefined =>
    association?.PublicIp === address ? undefined : association
  const changed = patched(snapshot, 'networkInterface', interfaceId, ({ Association, ...raw }) => {
    const own = free(Association)
    return {
      ...raw,
      ...(own && { Association: own }),
      PrivateIpAddresses: (raw.PrivateIpAddresses ?? []).map(({ Association: each, ...rest }) => {
        const left = free(each)
        return left ? { ...rest, Association: left } : rest
      }),
    }
  })
  return {
    ...changed,
    resources: changed.resources.map((resource) =>
      resource.kind === 'address' && resource.raw.PublicIp === address
        ? {
            ...resource,
            raw: { ...resource.raw, AssociationId: '', NetworkInterfaceId: '', InstanceId: '', PrivateIpAddress: '' },
          }
        : resource,
    ),
  }
}

const routedTo = (snapshot: Snapshot, endpoint: string, tables: readonly string[], list: string): Snapshot => ({
  ...snapshot,
  resources: snapshot.resources.map((resource): Resource => {
    if (resource.kind === 'vpcEndpoint' && resource.id === endpoint)
      return {
        ...resource,
        raw: { ...resource.raw, RouteTableIds: [...(resource.raw.RouteTableIds ?? []), ...tables] },
      }
    if (resource.kind !== 'routeTable' || !tables.includes(resource.id)) return resource
    const route = { DestinationPrefixListId: list, GatewayId: endpoint, Origin: 'CreateRoute', State: 'active' }
    return { ...resource, raw: { ...resource.raw, Routes: [...(resource.raw.Routes ?? []), route] } }
  }),
})

const withGatewayEndpoint = (
  snapshot: Snapshot,
  { vpc, service, region, tables, list }: Extract<Change, { do: 'create-gateway-endpoint' }>,
): Snapshot => {
  const id = `vpce-of-${vpc}-${service}`
  const account = snapshot.resources.find((each) => each.kind === 'vpc' && each.id === vpc)?.account ?? 'unknown'
  const made: Resource = {
    kind: 'vpcEndpoint',
    account,
    region,
    id,
    raw: {
      VpcEndpointId: id,
      VpcEndpointType: 'Gateway',
      VpcId: vpc,
      ServiceName: `com.amazonaws.${region}.${service}`,
      State: 'available',
      RouteTableIds: [],
      PolicyDocument: accountPolicy(account),
    },
  }
  return routedTo({ ...snapshot, resources: [...snapshot.resources, made] }, id, tables, list)
}
