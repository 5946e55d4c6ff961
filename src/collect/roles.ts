/** A snapshot without what autoscaling replaces: interfaces of groups, tasks, functions and application load balancers are kept as roles,
 *  one for all that stand in a subnet with the same security groups and the same kind of owner. So the snapshots of two nights differ
 *  only where the network does. */
import { byCodeUnit } from '../collections.ts'
import { createHash } from 'node:crypto'
import type { NonEmpty } from '../collections.ts'
import { formatAddress, parseBlock } from '../packet/address.ts'
import { descriptionOf } from '../snapshot/interface-description.ts'
import { normalForm } from '../snapshot/normal-form.ts'
import type { Kind, RawOf } from '../snapshot/schema.ts'
import { isRecord } from '../snapshot/shape.ts'
import type { Resource, Snapshot } from '../snapshot/snapshot.ts'

type Of<K extends Kind> = Extract<Resource, { readonly kind: K }>
type Interface = Of<'networkInterface'>

/** A role stands under an id of its own that its members determine, and has addresses of its subnet that are nobody's: what may reach it
 *  depends on subnet and groups. A public one is of 198.18.0.0/15, which is set aside for tests (RFC 2544). */
export function withoutEphemeral(snapshot: Snapshot): Snapshot {
  const roles = rolesIn(snapshot)
  const members = new Set<Resource>(roles.flatMap((role) => [...role.members, ...role.hosts]))
  const taken = takenIn(snapshot, members)
  const subnets = new Map(of(snapshot, 'subnet').map((subnet) => [subnet.id, subnet.raw]))
  const hostRoles = new Map(roles.flatMap(({ hash, hosts }) => hosts.map(({ id }) => [id, `i-role-${hash}`])))
  const names = new Renaming()
  for (const [host, role] of hostRoles) names.add(host, role)
  const added: Resource[] = []
  for (const role of roles) {
    const made = interfaceRole(role, subnets.get(role.subnet), taken, hostRoles)
    added.push(made)
    for (const member of role.members) {
      names.add(member.id, made.id)
      for (const address of addressesOf(member.raw)) names.addAddress(address, made.raw.PrivateIpAddress ?? address)
    }
    if (role.hosts.length > 0) added.push(instanceRole(role, made))
  }
  const kept = snapshot.resources.filter((each) => !members.has(each)).map((each) => inNames(each, names))
  return { ...snapshot, resources: distinct([...kept.map(withoutFreeCount), ...added]) }
}

interface Role {
  /** Tells it from all others, and stays the same as its members come and go. */
  readonly hash: string
  readonly owner: Owner
  readonly subnet: string
  readonly members: Readonly<NonEmpty<Interface>>
  /** Instances whose first interface is a member. */
  readonly hosts: readonly Of<'instance'>[]
}

type Owner = 'instance' | 'ecs-task' | 'function' | 'load-balancer'

function rolesIn(snapshot: Snapshot): readonly Role[] {
  const fleet = new Map(
    of(snapshot, 'instance')
      .filter(isOfFleet)
      .map((each) => [each.id, each]),
  )
  const byKey = new Map<string, { readonly owner: Owner; readonly members: NonEmpty<Interface> }>()
  for (const each of of(snapshot, 'networkInterface')) {
    const owner = ownerKind(each.raw, fleet)
    if (owner === undefined) continue
    const key = normalForm(inCommon(each, owner))
    const known = byKey.get(key)
    if (known) known.members.push(each)
    else byKey.set(key, { owner, members: [each] })
  }
  const isFirst = ({ raw }: Interface) => (raw.Attachment?.DeviceIndex ?? 0) === 0
  return [...byKey]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([key, { owner, members }]) => ({
      hash: createHash('sha256').update(key).digest('hex').slice(0, 16),
      owner,
      subnet: members[0].raw.SubnetId,
      members,
      hosts: members.filter(isFirst).flatMap(({ raw }) => fleet.get(raw.Attachment?.InstanceId ?? '') ?? []),
    }))
}

function of<K extends Kind>({ resources }: Snapshot, kind: K): readonly Of<K>[] {
  return resources.filter((each): each is Of<K> => each.kind === kind)
}

const FLEET_TAGS: ReadonlySet<string> = new Set([
  ...['aws:autoscaling:groupName', 'aws:ec2:fleet-id', 'aws:ec2spot:fleet-request-id'],
  ...['eks:nodegroup-name', 'karpenter.sh/nodepool', 'karpenter.sh/provisioner-name'],
])

function isOfFleet({ raw }: Of<'instance'>): boolean {
  return raw.Tags?.some(({ Key }) => FLEET_TAGS.has(Key ?? '')) === true
}

/** What the owner of an interface is, where that comes and goes with load. */
function ownerKind(raw: RawOf<'networkInterface'>, fleeting: ReadonlyMap<string, unknown>): Owner | undefined {
  const { Description = '', InterfaceType, Attachment } = raw
  const managed = descriptionOf(raw)
  if (Attachment?.InstanceId !== undefined) return fleeting.has(Attachment.InstanceId) ? 'instance' : undefined
  if (/^arn:aws[\w-]*:ecs:[^:]*:\d*:attachment\//.test(managed)) return 'ecs-task'
  if (InterfaceType === 'lambda' || Description.startsWith('AWS Lambda VPC ENI')) return 'function'
  return managed.startsWith('ELB app/') ? 'load-balancer' : undefined
}

/** What members of one role have in common, and what the engine tells apart. */
function inCommon({ account, region, raw }: Interface, owner: Owner) {
  return {
    account,
    region,
    owner,
    subnet: raw.SubnetId,
    groups: groupsOf(raw),
    of: belongsTo(raw, owner),
    checks: raw.SourceDestCheck ?? true,
    published: publicAddressOf(raw) !== undefined,
    v6: (raw.Ipv6Addresses ?? []).length > 0,
  }
}

function groupsOf({ Groups = [] }: RawOf<'networkInterface'>): readonly string[] {
  return Groups.flatMap(({ GroupId }) => GroupId ?? []).sort(byCodeUnit)
}

function publicAddressOf(raw: RawOf<'networkInterface'>): string | undefined {
  return (
    raw.Association?.PublicIp ??
    raw.PrivateIpAddresses?.find(({ Association }) => Association?.PublicIp)?.Association?.PublicIp
  )
}

/** The balancer or function, where the description tells. */
function belongsTo({ Description }: RawOf<'networkInterface'>, owner: Owner): string | undefined {
  return owner === 'load-balancer' || owner === 'function' ? Description : undefined
}

function addressesOf(raw: RawOf<'networkInterface'>): readonly string[] {
  const all = [raw.PrivateIpAddress, ...(raw.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress)]
  return [...new Set(all.flatMap((address) => address ?? []))]
}

function interfaceRole(
  { hash, owner, members }: Role,
  subnet: RawOf<'subnet'> | undefined,
  taken: Set<string>,
  hostRoles: ReadonlyMap<string, string>,
): Interface {
  const [{ account, region, raw }] = members
  const address = freeAddress(subnet?.CidrBlock, hash, taken)
  const block6 = subnet?.Ipv6CidrBlockAssociationSet?.find(({ Ipv6CidrBlock }) => Ipv6CidrBlock)?.Ipv6CidrBlock
  const isPublished = publicAddressOf(raw) !== undefined
  const Association = isPublished ? { PublicIp: freeAddress('198.18.0.0/15', hash, taken) } : undefined
  const host = hostRoles.get(raw.Attachment?.InstanceId ?? '')
  const record = {
    NetworkInterfaceId: `eni-role-${hash}`,
    SubnetId: raw.SubnetId,
    VpcId: raw.VpcId,
    OwnerId: raw.OwnerId,
    AvailabilityZone: raw.AvailabilityZone,
    AvailabilityZoneId: raw.AvailabilityZoneId,
    InterfaceType: raw.InterfaceType,
    RequesterManaged: raw.RequesterManaged,
    ...(owner !== 'instance' && { RequesterId: raw.RequesterId }),
    Description:
      belongsTo(raw, owner) ??
      (owner === 'ecs-task' ? `arn:aws:ecs:${region}:${account}:attachment/role` : `role of ${owner}s`),
    Status: 'in-use',
    SourceDestCheck: raw.SourceDestCheck,
    Groups: [...(raw.Groups ?? [])].sort((a, b) => byCodeUnit(a.GroupId ?? '', b.GroupId ?? '')),
    ...(host !== undefined && { Attachment: { InstanceId: host, Status: 'attached' } }),
    Represents: members.length,
    ...(Association && { Association }),
    ...(address !== undefined && {
      PrivateIpAddress: address,
      PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true, ...(Association && { Association }) }],
    }),
    ...((raw.Ipv6Addresses ?? []).length > 0 &&
      block6 !== undefined && { Ipv6Addresses: [{ Ipv6Address: freeAddress(block6, hash, taken) }] }),
    TagSet: tagsInAll(members.map((member) => member.raw.TagSet)),
  }
  return { kind: 'networkInterface', account, region, id: record.NetworkInterfaceId, raw: record }
}

function instanceRole({ hash, hosts }: Role, its: Interface): Of<'instance'> {
  const [{ account, region, raw }] = hosts as [Of<'instance'>]
  const record = {
    InstanceId: `i-role-${hash}`,
    VpcId: its.raw.VpcId,
    SubnetId: its.raw.SubnetId,
    State: { Code: 16, Name: 'running' },
    PrivateIpAddress: its.raw.PrivateIpAddress,
    SourceDestCheck: raw.SourceDestCheck,
    SecurityGroups: its.raw.Groups,
    NetworkInterfaces: [{ NetworkInterfaceId: its.id }],
    Placement: { AvailabilityZone: raw.Placement?.AvailabilityZone },
    Tags: tagsInAll(hosts.map((host) => host.raw.Tags)),
  }
  return { kind: 'instance', account, region, id: record.InstanceId, raw: record }
}

type Tags = RawOf<'instance'>['Tags']

/** Tags that all members have with the same value. Those of one launch alone differ. */
function tagsInAll(all: readonly Tags[]): NonNullable<Tags> {
  const [first = [], ...others] = all
  const isIn = (
    tags: Tags,
    { Key, Value }: { readonly Key?: string | undefined; readonly Value?: string | undefined },
  ) => tags?.some((tag) => tag.Key === Key && tag.Value === Value) === true
  return first
    .filter((tag) => others.every((tags) => isIn(tags, tag)) && tag.Key?.startsWith('aws:ec2') !== true)
    .sort((a, b) => byCodeUnit(a.Key ?? '', b.Key ?? ''))
}

/** The addresses of all interfaces that stay. */
function takenIn(snapshot: Snapshot, left: ReadonlySet<Resource>): Set<string> {
  const taken = new Set<string>()
  for (const each of of(snapshot, 'networkInterface')) {
    if (left.has(each)) continue
    for (const address of addressesOf(each.raw)) taken.add(address)
    for (const { Ipv6Address } of each.raw.Ipv6Addresses ?? []) if (Ipv6Address !== undefined) taken.add(Ipv6Address)
  }
  return taken
}

/** An address of a block that nobody has, the same for the same role: AWS keeps the first four of a subnet and the last. */
function freeAddress(block: string | undefined, hash: string, taken: Set<string>): string | undefined {
  const prefix = block === undefined ? undefined : parseBlock(block)
  if (prefix === undefined) return undefined
  const first = BigInt(prefix.first)
  const room = BigInt(prefix.end) - first - 5n
  if (room <= 0n) return undefined
  const start = BigInt(`0x${hash}`) % room
  for (let step = 0n; step < room; step++) {
    const value = first + 4n + ((start + step) % room)
    const address = formatAddress(prefix.family === 4 ? Number(value) : value)
    if (taken.has(address)) continue
    taken.add(address)
    return address
  }
  return undefined
}

// ---- what names a member

/** Kinds whose records name instances, interfaces and addresses: who is registered, who is routed to. */
const NAMING: ReadonlySet<Kind> = new Set<Kind>([
  'address',
  'classicLoadBalancer',
  'classicLoadBalancerHealth',
  'ecsTask',
  'routeTable',
  'targetHealth',
])

/** Members by their names, and the role of each. An address that members of two roles have, in VPCs apart, is nobody's name. */
class Renaming {
  readonly #roles = new Map<string, string>()
  readonly #addresses = new Map<string, string | undefined>()

  add(member: string, role: string): void {
    this.#roles.set(member, role)
  }

  addAddress(member: string, role: string): void {
    const isShared = this.#addresses.has(member) && this.#addresses.get(member) !== role
    this.#addresses.set(member, isShared ? undefined : role)
  }

  of(name: string): string {
    return this.#roles.get(name) ?? this.#addresses.get(name) ?? name
  }

  isRole(name: string | undefined): boolean {
    return name?.startsWith('eni-role-') === true
  }
}

/** The record with the role in place of each member it names; of equal elements of a list, one. */
function inNames(resource: Resource, names: Renaming): Resource {
  if (!NAMING.has(resource.kind)) return resource
  const renamed = { ...resource, raw: replaced(resource.raw, names) } as Resource
  return renamed.kind === 'ecsTask' ? taskRole(renamed, names) : renamed
}

function replaced(value: unknown, names: Renaming): unknown {
  if (typeof value === 'string') return names.of(value)
  if (Array.isArray(value)) {
    const items = value.map((item) => replaced(item, names))
    if (items.every((item, i) => item === value[i])) return value as unknown
    return [...new Map(items.map((item) => [normalForm(item), item])).values()]
  }
  if (!isRecord(value)) return value
  let changed = false
  const fields = Object.entries(value).map(([name, field]) => {
    const after = replaced(field, names)
    changed ||= after !== field
    return [name, after] as const
  })
  return changed ? Object.fromEntries(fields) : value
}

/** Of the tasks of a service that stand in one role, one is kept, under a name that does not change. */
function taskRole(task: Of<'ecsTask'>, names: Renaming): Of<'ecsTask'> {
  const details = (task.raw.attachments ?? []).flatMap((each) => each.details ?? [])
  const its = details.find(({ name, value }) => name === 'networkInterfaceId' && names.isRole(value))?.value
  if (its === undefined) return task
  const { clusterArn, group, lastStatus } = task.raw
  const id = task.id.replace(/[^/]+$/, `role-${its.slice('eni-role-'.length)}-${group ?? 'none'}`)
  const attachments = [
    { type: 'ElasticNetworkInterface', status: 'ATTACHED', details: [{ name: 'networkInterfaceId', value: its }] },
  ]
  return { ...task, id, raw: { taskArn: id, clusterArn, group, lastStatus, attachments } }
}

/** How many addresses are free tells how many interfaces there are just now. */
function withoutFreeCount(resource: Resource): Resource {
  if (resource.kind !== 'subnet' || !('AvailableIpAddressCount' in resource.raw)) return resource
  const { AvailableIpAddressCount: _, ...raw } = resource.raw
  return { ...resource, raw }
}

/** The first of each kind, place and id. */
function distinct(resources: readonly Resource[]): readonly Resource[] {
  const byKey = new Map<string, Resource>()
  for (const each of resources) {
    const key = `${each.kind} ${each.account} ${each.region} ${each.id}`
    if (!byKey.has(key)) byKey.set(key, each)
  }
  return [...byKey.values()]
}
