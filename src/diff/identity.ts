/** Which resource of an old snapshot is which of a new one: by id, by Name or a tag where two environments are compared, and by role
 *  where interfaces come and go by themselves. The old snapshot is then read under the ids of the new one, so that all else compares by
 *  id and knows nothing of this. */
import { ownerOf } from '../aws/endpoint-class.ts'
import { serviceName } from '../aws/service-name.ts'
import { byCodeUnit, groupedBy } from '../collections.ts'
import { ZtnetError } from '../errors.ts'
import { Network, nameOfResource } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { tagOf } from '../snapshot/tags.ts'
import type { Kind } from '../snapshot/schema.ts'
import type { Resource, Snapshot } from '../snapshot/snapshot.ts'
import { quoted } from '../analysis/place-names.ts'

/** `id`, `name`, or the key of a tag. */
export type Match = 'id' | 'name' | `tag:${string}`

export const parseMatch = (text: string): Match => {
  if (text === 'id' || text === 'name') return text
  if (/^tag:./.test(text)) return text as Match
  throw new ZtnetError('MATCH_ODD', `${quoted(text)} is nothing to match by`, {
    hint: 'Match by id, name or tag:<Key>.',
  })
}

export interface Identity {
  /** The old snapshot under the ids of the new one. */
  readonly before: Snapshot
  /** Id now -> id then, where they differ. */
  readonly formerly: ReadonlyMap<string, string>
  /** Interfaces of the new snapshot that took the place of others of the same role; ids. */
  readonly replaced: ReadonlySet<string>
  /** Kinds and names that several bear in one of the snapshots, so that nobody can tell which is which: `subnet "app"`. */
  readonly ambiguous: readonly string[]
}

export const identify = (before: Snapshot, after: Snapshot, match: Match): Identity => {
  const renamed = new Map<string, string>()
  const ambiguous = match === 'id' ? [] : matchByName(before, after, match, renamed)
  forgetCollisions(before, renamed)
  renameEnds(renamed)
  const renamedBefore = withIds(before, renamed)
  const roles = matchByRole(renamedBefore, after)
  for (const [old, young] of roles) renamed.set(old, young)
  const replaced = new Set([...roles.values()].filter((id) => id.startsWith('eni-')))
  return {
    before: roles.size === 0 ? renamedBefore : withIds(renamedBefore, roles),
    formerly: new Map([...renamed].map(([old, young]) => [young, old] as const)),
    replaced,
    ambiguous,
  }
}

// ---- by name

/** Pairs resources of one kind that alone bear a name, then what belongs to them and has none. Gives names that several bear. */
const matchByName = (
  before: Snapshot,
  after: Snapshot,
  match: Match,
  renamed: Map<string, string>,
): readonly string[] => {
  matchPlaces(before, after, renamed)
  const [old, young] = [before, after].map((snapshot) => namedResources(snapshot, match))
  for (const [name, resource] of old!) {
    const same = young!.get(name)
    if (resource && same && resource.id !== same.id) rename(renamed, resource, same)
  }
  matchByParent(before, after, renamed)
  const common = [...old!.keys()].filter((name) => young!.has(name))
  return common.filter((name) => !old!.get(name) || !young!.get(name)).map((name) => name.replace(' ', ' "') + '"')
}

const rename = (renamed: Map<string, string>, from: Resource, to: Resource): void => {
  if (renamed.has(from.id)) return
  renamed.set(from.id, to.id)
}

/** What is known by an ARN is known by its end elsewhere. */
const renameEnds = (renamed: Map<string, string>): void => {
  for (const ids of [...renamed]) {
    const [from, to] = ids.map((id) => /:loadbalancer\/(.+)$/.exec(id)?.[1])
    if (from !== undefined && to !== undefined) renamed.set(from, to)
  }
}

/** Nothing takes the id of something that is there and keeps it: two would be one. */
const forgetCollisions = ({ resources }: Snapshot, renamed: Map<string, string>): void => {
  const ids = new Set(resources.map(({ id }) => id))
  for (let isStable = false; !isStable;) {
    isStable = true
    for (const [from, to] of renamed)
      if (ids.has(to) && !renamed.has(to)) {
        renamed.delete(from)
        isStable = false
      }
  }
}

/** An account or region that is the only one of its snapshot is the counterpart of the other's. */
const matchPlaces = (before: Snapshot, after: Snapshot, renamed: Map<string, string>): void => {
  for (const place of ['account', 'region'] as const) {
    const [old, young] = [before, after].map(
      ({ resources }) =>
        new Set(resources.map((each) => each[place]).filter((text) => text !== 'unknown' && text !== 'aws')),
    )
    const [[from], [to]] = [[...old!], [...young!]]
    if (old!.size !== 1 || young!.size !== 1 || from === to || from === undefined || to === undefined) continue
    renamed.set(from, to)
    if (place === 'region') for (const zone of 'abcdef') renamed.set(`${from}${zone}`, `${to}${zone}`)
  }
}

/** By kind and name; nothing where several bear it. Interfaces and instances are many of one name: roles tell these apart. */
const namedResources = (snapshot: Snapshot, match: Match): ReadonlyMap<string, Resource | undefined> => {
  const named = new Map<string, Resource | undefined>()
  for (const resource of snapshot.resources) {
    if (resource.kind === 'networkInterface' || resource.kind === 'instance' || PARENTED.has(resource.kind)) continue
    const name = match === 'name' ? nameOfResource(resource) : tagOf(resource, match.slice('tag:'.length))
    if (name === undefined) continue
    // Every VPC has a group of this name.
    if (resource.kind === 'securityGroup' && match === 'name' && name === 'default') continue
    const key = `${resource.kind} ${name}`
    named.set(key, named.has(key) ? undefined : resource)
  }
  return named
}

/** They bear the id of something else. */
const PARENTED: ReadonlySet<Kind> = new Set<Kind>([
  'vpcAttribute',
  'managedPrefixListEntries',
  'transitGatewayRoutes',
  'transitGatewayRouteTableAssociations',
  'transitGatewayRouteTablePropagations',
  'transitGatewayPrefixListReferences',
  'loadBalancerAttributes',
  'targetGroupAttributes',
  'targetHealth',
])

/** What has no name of its own is known by what it belongs to: the main route table, the default group, the only gateway of a VPC. */
const matchByParent = (before: Snapshot, after: Snapshot, renamed: Map<string, string>): void => {
  const [old, young] = [before, after].map((snapshot) => new Map<string, Resource | undefined>(belongings(snapshot)))
  const alreadyTaken = new Set(renamed.values())
  const pairs: (readonly [Resource, Resource])[] = []
  for (const [key, resource] of old!) {
    if (!resource || renamed.has(resource.id)) continue
    const [kind, parent, what] = key.split('\n')
    const same = young!.get([kind, renamed.get(parent!) ?? parent!, what].join('\n'))
    if (same && !alreadyTaken.has(same.id)) pairs.push([resource, same])
  }
  // Of two tables that became one, or of one that became two, nobody can tell which is which.
  const [successors, predecessors] = [groupedBy(pairs, ([from]) => from.id), groupedBy(pairs, ([, to]) => to.id)]
  for (const [from, to] of pairs) {
    const isOne =
      successors.get(from.id)!.every(([, each]) => each.id === to.id) &&
      predecessors.get(to.id)!.every(([each]) => each.id === from.id)
    if (isOne && from.id !== to.id) rename(renamed, from, to)
  }
}

function* belongings({ resources }: Snapshot): Generator<readonly [string, Resource | undefined]> {
  const seen = new Set<string>()
  for (const resource of resources)
    for (const [parent, what] of parentsOf(resource)) {
      const key = [resource.kind, parent, what].join('\n')
      yield [key, seen.has(key) ? undefined : resource]
      seen.add(key)
    }
}

type Belonging = readonly [parent: string, what: string]

const parentsOf = (resource: Resource): readonly Belonging[] => {
  switch (resource.kind) {
    case 'routeTable':
      return (resource.raw.Associations ?? []).map(({ Main, SubnetId, GatewayId }): Belonging =>
        Main ? [resource.raw.VpcId, 'main'] : [SubnetId ?? GatewayId ?? '', 'association'],
      )
    case 'networkAcl':
      return [
        ...(resource.raw.IsDefault && resource.raw.VpcId !== undefined
          ? [[resource.raw.VpcId, 'default'] as const]
          : []),
        ...(resource.raw.Associations ?? []).map(({ SubnetId = '' }) => [SubnetId, 'association'] as const),
      ]
    case 'securityGroup':
      return resource.raw.VpcId === undefined ? [] : [[resource.raw.VpcId, resource.raw.GroupName ?? resource.id]]
    case 'internetGateway':
    case 'egressOnlyInternetGateway':
      return (resource.raw.Attachments ?? []).map(({ VpcId = '' }) => [VpcId, 'gateway'] as const)
    case 'natGateway':
      return [[resource.raw.SubnetId ?? resource.raw.VpcId ?? '', 'nat']]
    case 'vpcEndpoint':
      return [[resource.raw.VpcId ?? '', serviceName(resource.raw.ServiceName ?? '')]]
    case 'vpcPeeringConnection': {
      const { RequesterVpcInfo: requester, AccepterVpcInfo: accepter } = resource.raw
      return [[requester?.VpcId ?? '', `to ${accepter?.VpcId ?? ''}`]]
    }
    case 'transitGatewayAttachment':
      return [[resource.raw.TransitGatewayId ?? '', resource.raw.ResourceId ?? '']]
    default:
      return []
  }
}

// ---- by role

/** Interfaces that are in one snapshot only, paired with those of the same role; and the instances behind them. */
const matchByRole = (before: Snapshot, after: Snapshot): Map<string, string> => {
  const renamed = new Map<string, string>()
  const idsOf = ({ resources }: Snapshot) =>
    new Set(resources.flatMap(({ kind, id }) => (kind === 'networkInterface' ? [id] : [])))
  const [then, now] = [idsOf(before), idsOf(after)]
  const [gone, come] = [[...then].filter((id) => !now.has(id)), [...now].filter((id) => !then.has(id))]
  if (gone.length === 0 || come.length === 0) return renamed
  const [old, young] = [new Network(before), new Network(after)]
  const [leaving, coming] = [actorsIn(old, gone), actorsIn(young, come)]
  const taken = new Set<Actor>()
  const instances = new Set<string>()
  const succeed = ({ raw, id }: Actor, successor: Actor | undefined): boolean => {
    if (!successor) return false
    taken.add(successor)
    renamed.set(id, successor.id)
    const [instance, next] = [raw.Attachment?.InstanceId, successor.raw.Attachment?.InstanceId]
    const isFree = instance !== undefined && !renamed.has(instance) && !young.get('instance', instance)
    if (isFree && next !== undefined && instance !== next && !instances.has(next)) {
      renamed.set(instance, next)
      instances.add(next)
    }
    return true
  }
  // Whoever took over the address took over the place.
  const nextAt = inTurn(coming, placeOf)
  const left = leaving.filter((each) => !succeed(each, nextAt(placeOf(each))))
  const nextOf = inTurn(
    coming.filter((each) => !taken.has(each)),
    ({ role }) => role,
  )
  for (const each of left) succeed(each, nextOf(each.role))
  forgetCollisions(before, renamed)
  return renamed
}

/** An interface and the role that it has. */
interface Actor extends Pick<NetworkInterface, 'id' | 'raw'> {
  readonly role: string
}

const actorsIn = (network: Network, ids: readonly string[]): readonly Actor[] =>
  ids.toSorted(byCodeUnit).map((id) => {
    const each = network.interface(id)!
    return { id, raw: each.raw, role: roleOf(network, each) }
  })

const placeOf = ({ role, raw }: Actor): string => JSON.stringify([role, raw.PrivateIpAddress])

/** Gives of those that have a key the first, then the next, and so on. */
const inTurn = <V>(all: readonly V[], keyOf: (each: V) => string): ((key: string) => V | undefined) => {
  const queues = new Map(Array.from(groupedBy(all, keyOf), ([key, queue]) => [key, queue.values()]))
  return (key) => queues.get(key)?.next().value
}

/** Subnet, groups and owner: what autoscaling keeps when it replaces an interface. */
const roleOf = (network: Network, each: NetworkInterface): string => {
  const { raw, subnetId, groups, account } = each
  const owner = ownerOf(network, each)
  const instance = raw.Attachment?.InstanceId
  const behind = instance === undefined ? undefined : network.get('instance', instance)
  return JSON.stringify([
    account,
    subnetId,
    groups,
    owner.is,
    'id' in owner ? owner.id : '',
    raw.InterfaceType ?? 'interface',
    wordsOnly(raw.Description ?? ''),
    (behind && (tagOf(behind, 'aws:autoscaling:groupName') ?? nameOfResource(behind))) ??
      nameOfResource({ kind: 'networkInterface', ...each }) ??
      '',
    raw.Attachment?.DeviceIndex ?? 0,
    raw.Status ?? 'in-use',
    raw.SourceDestCheck ?? true,
  ])
}

/** Without what is made anew for each: ids, hashes, numbers. */
const wordsOnly = (description: string): string =>
  description
    .split(/[\s/:,]+/)
    .filter((word) => !/\d/.test(word))
    .join(' ')

// ---- renaming

/** A snapshot in which each of these ids is another, wherever it stands. */
const withIds = (snapshot: Snapshot, renamed: ReadonlyMap<string, string>): Snapshot => {
  if (renamed.size === 0) return snapshot
  const place = (text: string): string => renamed.get(text) ?? text
  return {
    ...snapshot,
    coverage: snapshot.coverage.map((each) => ({ ...each, account: place(each.account), region: place(each.region) })),
    resources: snapshot.resources.map((resource): Resource => {
      const [id, raw] = [renameIn(resource.id, renamed), renameIn(resource.raw, renamed)]
      const [account, region] = [place(resource.account), place(resource.region)]
      return id === resource.id && raw === resource.raw && account === resource.account && region === resource.region
        ? resource
        : ({ ...resource, account, region, id, raw } as Resource)
    }),
  }
}

/** The same object where nothing in it is renamed. */
const renameIn = <T>(value: T, renamed: ReadonlyMap<string, string>): T => {
  if (typeof value === 'string') return (renamed.get(value) ?? renamedWords(value, renamed)) as T
  if (Array.isArray(value)) {
    const all = value.map((each: unknown) => renameIn(each, renamed))
    return (all.every((each, index) => each === value[index]) ? value : all) as T
  }
  if (typeof value !== 'object' || value === null) return value
  const changed = Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
    const now = renameIn(field, renamed)
    return now === field ? [] : [[key, now] as const]
  })
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}

/** Ids inside of longer texts: ARNs, descriptions, ids made of two. */
const renamedWords = (text: string, renamed: ReadonlyMap<string, string>): string =>
  /[-/:]/.test(text) && text.length < LONGEST ? text.replace(WORDS, (word) => renamed.get(word) ?? word) : text

const WORDS = /\b(?:app|net|gwy)\/[\w-]+\/\w+|[A-Za-z]+-[\w-]+|\b\d{12}\b/g

/** No text of AWS that holds ids is longer, policies excepted. */
const LONGEST = 20_000
