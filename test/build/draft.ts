/** A snapshot being put together from facts: where we are (account, VPC, subnet), what has been named so far, and the records.
 *  Knows ids, tags and places; what a noun's record says is known by the noun's file. */
import { byCodeUnit } from '../../src/collections.ts'
import { type Kind, type RawOf, resourceSchemas } from '../../src/snapshot/schema.ts'
import type { Coverage, Gap, Resource, Snapshot } from '../../src/snapshot/snapshot.ts'

/** One statement about an estate. Facts are stated in order, each in the place that the ones before it opened. */
export type Fact = (draft: Draft) => void

export interface Place {
  readonly account: string
  readonly region: string
}

export interface VpcPlan {
  readonly id: string
  readonly place: Place
  /** Both families, the primary IPv4 block first. */
  readonly blocks: readonly string[]
}

export interface SubnetPlan {
  readonly id: string
  readonly vpc: VpcPlan
  /** `a` for `us-east-1a`. */
  readonly zone: string
  /** Undefined: the VPC's main table. */
  readonly table: string | undefined
  readonly acl: string
}

export interface InterfacePlan {
  readonly id: string
  readonly subnet: SubnetPlan
  readonly groups: readonly string[]
  readonly instance: string | undefined
}

export interface TransitGatewayPlan {
  readonly name: string
  readonly id: string
  readonly place: Place
  /** By the name of a VPC, or by id. */
  readonly attachments: Map<string, TransitAttachmentPlan>
  /** Id of a table to the attachments associated with it. */
  readonly tables: Map<string, readonly string[]>
}

export interface TransitAttachmentPlan {
  readonly id: string
  readonly type: 'vpc' | 'peering' | 'vpn' | 'direct-connect-gateway' | 'network-function'
  readonly resource: string
  /** What it propagates. */
  readonly blocks: readonly string[]
}

export interface BalancerPlan {
  readonly arn: string
  /** The letters of the zones it has nodes in. */
  readonly zones: readonly string[]
}

export class Draft {
  place: Place = { account: '111111111111', region: 'us-east-1' }
  vpc: VpcPlan | undefined
  subnet: SubnetPlan | undefined
  transitGateway: TransitGatewayPlan | undefined

  readonly vpcs = new Map<string, VpcPlan>()
  readonly subnets = new Map<string, SubnetPlan>()
  readonly interfaces = new Map<string, InterfacePlan>()
  readonly transitGateways = new Map<string, TransitGatewayPlan>()
  /** By name. */
  readonly balancers = new Map<string, BalancerPlan>()
  /** ARNs by name. */
  readonly functions = new Map<string, string>()
  /** Group id to the VPC it was made in. */
  readonly groups = new Map<string, VpcPlan>()
  /** Routes, by table id; filled by whatever adds a route. */
  readonly routes = new Map<string, Map<string, Route>>()
  /** `account region letter` to the physical zone, where it is not the usual one. */
  readonly zones = new Map<string, string>()
  readonly gaps: Gap[] = []

  readonly #records = new Map<string, Entry>()
  readonly #last: (() => void)[] = []
  /** Kinds of which not all was read. */
  readonly #inPart = new Set<Kind>()

  /** Adds a record. Written out when all facts are stated, so that it may depend on later ones. */
  add<K extends Kind>(kind: K, id: string, raw: () => RawOf<K>, place: Place = this.place): void {
    const key = keyOf(kind, id, place)
    if (this.#records.has(key)) throw new Error(`${kind} ${id} is there already`)
    this.#records.set(key, { kind, id, place, raw })
  }

  /** What is so unless a later fact says otherwise: stated after all others. */
  last(state: () => void): void {
    this.#last.push(state)
  }

  /** All is stated, save what changes records. */
  close(): void {
    for (const state of this.#last.splice(0)) state()
  }

  has(kind: Kind, id: string, place: Place = this.place): boolean {
    return this.#records.has(keyOf(kind, id, place))
  }

  hasId(id: string): boolean {
    return [...this.#records.values()].some((entry) => entry.id === id)
  }

  /** Puts fields over what the record says; `undefined` takes a field away. Without a place: wherever the record is. */
  change<K extends Kind>(kind: K, id: string, fields: Partial<RawOf<K>>, at?: Place): void {
    const changes = ({ place }: Entry): boolean => !at || (place.account === at.account && place.region === at.region)
    for (const entry of this.#entries((each) => each.kind === kind && each.id === id && changes(each))) {
      const before = entry.raw
      entry.raw = () => withoutUndefined({ ...before(), ...fields })
    }
  }

  lose(kind: Kind, id: string): void {
    for (const entry of this.#entries((each) => each.kind === kind && each.id === id))
      this.#records.delete(keyOf(kind, id, entry.place))
    this.#inPart.add(kind)
  }

  tag(id: string, tags: Readonly<Record<string, string>>): void {
    for (const entry of this.#entries((each) => each.id === id && tagField(each.kind) !== undefined)) {
      const before = entry.raw
      const field = tagField(entry.kind)!
      entry.raw = () => {
        const raw = before() as Readonly<Record<string, unknown>>
        return { ...raw, [field]: [...((raw[field] as readonly Tag[] | undefined) ?? []), ...tagsOf(tags)] }
      }
    }
  }

  #entries(fits: (entry: Entry) => boolean): readonly Entry[] {
    const found = [...this.#records.values()].filter(fits)
    if (found.length === 0) throw new Error('no such record to change')
    return found
  }

  /** Every kind is covered in every place, save those that were not read. */
  finish(unread: ReadonlySet<Kind>): Snapshot {
    const entries = [...this.#records.values()].filter(({ kind }) => !unread.has(kind))
    const places = new Map([...this.#records.values()].map(({ place }) => [`${place.account} ${place.region}`, place]))
    const kinds = (Object.keys(resourceSchemas) as Kind[]).filter(
      (kind) => !unread.has(kind) && !this.#inPart.has(kind),
    )
    const coverage: Coverage[] = [...places.values()].flatMap((place) => kinds.map((kind) => ({ ...place, kind })))
    const resources = entries.map(({ kind, id, place, raw }) => ({ kind, ...place, id, raw: raw() }) as Resource)
    return {
      version: 1,
      coverage,
      gaps: this.gaps,
      resources: resources.sort((a, b) => byCodeUnit(keyOf(a.kind, a.id, a), keyOf(b.kind, b.id, b))),
    }
  }
}

export type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

interface Entry {
  readonly kind: Kind
  readonly id: string
  readonly place: Place
  raw: () => object
}

interface Tag {
  readonly Key: string
  readonly Value: string
}

export const vpcHere = (draft: Draft): VpcPlan => {
  if (!draft.vpc) throw new Error('name a VPC before what is in it')
  return draft.vpc
}

export const subnetHere = (draft: Draft): SubnetPlan => {
  if (!draft.subnet) throw new Error('name a subnet before what is in it')
  return draft.subnet
}

/** `subnet-app` for the name `app`, of what was stated before. */
export const known = <T>(all: ReadonlyMap<string, T>, id: string): T => {
  const found = all.get(id)
  if (found === undefined) throw new Error(`no ${id}: state it before what refers to it`)
  return found
}

export const named = (name: string): { readonly Tags: readonly Tag[] } => ({ Tags: tagsOf({ Name: name }) })

export const tagsOf = (tags: Readonly<Record<string, string>>): readonly Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export const isIpv6 = (block: string): boolean => block.includes(':')

/** `us-east-1a`, and its physical id `use1-az1`. */
export const zoneOf = (draft: Draft, { account, region }: Place, letter: string) => ({
  AvailabilityZone: `${region}${letter}`,
  AvailabilityZoneId:
    draft.zones.get(`${account} ${region} ${letter}`) ?? `${shortName(region)}-az${letter.charCodeAt(0) - 96}`,
})

/** `use1` for `us-east-1`, `apse2` for `ap-southeast-2`. */
const shortName = (region: string): string => {
  const [geography = '', direction = '', number = ''] = region.split('-')
  const initials = /^(north|south)?(east|west)?$/
    .exec(direction)
    ?.slice(1)
    .map((word) => word?.[0] ?? '')
    .join('')
  return `${geography}${initials ?? direction[0]}${number}`
}

const tagField = (kind: Kind): string | undefined =>
  ['Tags', 'TagSet', 'TagList'].find((field) => field in resourceSchemas[kind].raw.optional)

const keyOf = (kind: Kind, id: string, { account, region }: Place): string => `${kind} ${account} ${region} ${id}`

const withoutUndefined = (raw: object): object =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined))
