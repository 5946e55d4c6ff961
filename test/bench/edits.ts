/** A snapshot after a working day: ten changes such as people make in any estate, of four kinds in turn. The same ones each time. */
import { byCodeUnit, groupedBy } from '../../src/collections.ts'
import type { Kind, RawOf } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import { chanceOf } from './chance.ts'

const EDITS = 10

/** Throws where a snapshot has nothing of a kind that could be changed so. */
export const edited = (snapshot: Snapshot, count = EDITS): Snapshot => {
  const changed = new Map<Resource, Resource>()
  const makers = makersFor(snapshot)
  for (let n = 0; n < count; n++) {
    const [before, after] = makers[n % makers.length]!(n)
    changed.set(before, after)
  }
  return { ...snapshot, resources: snapshot.resources.map((each) => changed.get(each) ?? each) }
}

type Maker = (n: number) => readonly [before: Resource, after: Resource]

const makersFor = (snapshot: Snapshot): readonly Maker[] => {
  const chance = chanceOf(1, 'edits')
  const all: ReadonlyMap<Kind, readonly Resource[]> = groupedBy(snapshot.resources, ({ kind }) => kind)
  const taken = new Set<string>()
  /** One that was not picked before. */
  const pick = <K extends Kind>(kind: K, isMeant: (each: Resource<K>) => boolean): Resource<K> => {
    const among = (all.get(kind) ?? []) as readonly Resource<K>[]
    const start = chance.below(among.length)
    for (let step = 0; step < among.length; step++) {
      const each = among[(start + step) % among.length]!
      if (taken.has(each.id) || !isMeant(each)) continue
      taken.add(each.id)
      return each
    }
    throw new Error(`no ${kind} to change in this snapshot`)
  }
  const groupsOf = ({ raw }: Resource<'networkInterface'>): readonly string[] =>
    (raw.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []).sort(byCodeUnit)
  const isHost = ({ raw }: Resource<'networkInterface'>): boolean => raw.Attachment?.InstanceId !== undefined
  const used = new Set(
    ((all.get('networkInterface') ?? []) as readonly Resource<'networkInterface'>[]).flatMap(groupsOf),
  )

  const addRule: Maker = (n) => {
    const group = pick('securityGroup', ({ id }) => used.has(id))
    const port = 2222 + n
    const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }
    return changedIn(group, { IpPermissions: [...(group.raw.IpPermissions ?? []), rule] })
  }
  const denyPort: Maker = (n) => {
    const isFree = ({ raw }: Resource<'networkAcl'>): boolean =>
      (raw.Associations ?? []).length > 0 && (raw.Entries ?? []).every(({ RuleNumber }) => RuleNumber !== n + 1)
    const acl = pick('networkAcl', isFree)
    const entry = {
      RuleNumber: n + 1,
      Egress: false,
      Protocol: '6',
      RuleAction: 'deny',
      CidrBlock: '10.0.0.0/8',
      PortRange: { From: 8443, To: 8443 },
    }
    return changedIn(acl, { Entries: [entry, ...(acl.raw.Entries ?? [])] })
  }
  const removeRoute: Maker = () => {
    const isTransit = ({ TransitGatewayId }: Route): boolean => TransitGatewayId !== undefined
    const table = pick('routeTable', ({ raw }) => (raw.Routes ?? []).some(isTransit))
    const routes = table.raw.Routes!
    return changedIn(table, { Routes: routes.filter((route) => route !== routes.find(isTransit)) })
  }
  const moveInterface: Maker = () => {
    const model = pick('networkInterface', isHost)
    const groups = groupsOf(model).join()
    const moved = pick(
      'networkInterface',
      (each) => isHost(each) && each.raw.VpcId === model.raw.VpcId && groupsOf(each).join() !== groups,
    )
    return changedIn(moved, { Groups: model.raw.Groups })
  }
  return [addRule, denyPort, removeRoute, moveInterface]
}

type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

const changedIn = <K extends Kind>(
  resource: Resource<K>,
  fields: Partial<RawOf<K>>,
): readonly [before: Resource, after: Resource] =>
  [resource, { ...resource, raw: { ...resource.raw, ...fields } }] as unknown as readonly [Resource, Resource]
