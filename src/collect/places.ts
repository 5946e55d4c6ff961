/** Which account and region a file speaks of: told by the folders it lies in, in any order, else by the records it holds. Knows how
 *  AWS spells accounts, regions, zones and ARNs; nothing of files. */
import { byCodeUnit, once } from '../collections.ts'
import type { Kind } from '../snapshot/schema.ts'
import { isRecord } from '../snapshot/shape.ts'

export interface Place {
  readonly account: string
  readonly region: string
}

/** Where a file was found: what its folders say, and all its other folders, by which files without a number are told apart. */
export interface Standing {
  readonly account: string | undefined
  readonly region: string | undefined
  readonly others: readonly string[]
}

const unknownPlace = 'unknown'

const accountForm = /^\d{12}$/
const regionForm =
  /^(?:[a-z]{2}|eusc)(?:-(?:gov|isob?|isoe|isof|de))?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}/

/** What folder names say, the innermost first. `outer` are the folders around the one that was named: they count last. */
export function standing(folders: readonly string[], outer: readonly string[]): Standing {
  const inward = [...folders].reverse()
  const all = [...inward, ...[...outer].reverse()]
  return {
    account: all.find(isAccount),
    region: all.find((name) => regionForm.exec(name)?.[0] === name),
    others: folders.filter((name) => !isAccount(name) && regionForm.exec(name)?.[0] !== name),
  }
}

export function isAccount(spelled: unknown): spelled is string {
  return typeof spelled === 'string' && accountForm.test(spelled)
}

/** The account that owns a resource, where its record says so. AWS itself as owner (`AWS`, `amazon`) is none. */
export function ownerIn(kind: Kind, raw: Readonly<Record<string, unknown>>, id: string): string | undefined {
  const path = ownerFields[kind]
  const owner = path === undefined ? raw['OwnerId'] : fieldAt(raw, path)
  if (owner === undefined && id.startsWith('arn:')) return ownerInArn(id)
  return isAccount(owner) ? owner : undefined
}

function ownerInArn(arn: string): string | undefined {
  const owner = arn.split(':')[4]
  return isAccount(owner) ? owner : undefined
}

/** Whether the record's own region counts before that of its folder: the resource spans two, and is seen from both. */
export function spansRegions(kind: Kind): boolean {
  return kind === 'vpcPeeringConnection' || kind === 'transitGatewayPeeringAttachment'
}

/** The region of a resource, where its record says so. */
export function regionIn(kind: Kind, raw: Readonly<Record<string, unknown>>, id: string): string | undefined {
  if (id.startsWith('arn:')) return regionOf(id.split(':')[3])
  for (const path of regionFields[kind] ?? ['AvailabilityZone']) {
    const region = regionOf(fieldAt(raw, path))
    if (region !== undefined) return region
  }
  return undefined
}

/** Counts what records say of a place, folder by folder; the answer for a folder counts those inside it, else those around it. */
export class Votes {
  readonly #tally = new Map<string, Map<string, number>>()

  /** `weight` 1 for a hint, more for what only the owner can see. */
  cast(folders: readonly string[], candidate: string, weight: number): void {
    for (let depth = 0; depth <= folders.length; depth++) {
      const folder = folders.slice(0, depth).join('/')
      const counts = once(this.#tally, folder, () => new Map())
      counts.set(candidate, (counts.get(candidate) ?? 0) + weight)
    }
  }

  /** The candidate with most votes (the smaller of equals) in the innermost of these folders that has any. */
  winner(folders: readonly string[]): string {
    for (let depth = folders.length; depth >= 0; depth--) {
      const counts = this.#tally.get(folders.slice(0, depth).join('/'))
      if (counts === undefined) continue
      const [first] = [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b))
      if (first !== undefined) return first[0]
    }
    return unknownPlace
  }
}

/** Where the owner stands, if not in `OwnerId`. Of a peering it is the requester; of an attachment, whose transit gateway it is. */
const ownerFields: { readonly [K in Kind]?: string } = {
  vpcPeeringConnection: 'RequesterVpcInfo.OwnerId',
  transitGatewayAttachment: 'TransitGatewayOwnerId',
  transitGatewayVpcAttachment: 'VpcOwnerId',
  transitGatewayPeeringAttachment: 'RequesterTgwInfo.OwnerId',
  securityGroupRule: 'GroupOwnerId',
  securityGroupVpcAssociation: 'GroupOwnerId',
  vpcBlockPublicAccessOptions: 'AwsAccountId',
  coreNetwork: 'OwnerAccountId',
}

const regionFields: { readonly [K in Kind]?: readonly string[] } = {
  availabilityZone: ['RegionName', 'ZoneName'],
  instance: ['Placement.AvailabilityZone'],
  vpcPeeringConnection: ['RequesterVpcInfo.Region'],
  transitGatewayPeeringAttachment: ['RequesterTgwInfo.Region'],
  vpcBlockPublicAccessOptions: ['AwsRegion'],
  classicLoadBalancer: ['AvailabilityZones.0'],
  address: ['NetworkBorderGroup'],
  vpcEndpointService: ['ServiceRegion'],
}

function fieldAt(raw: unknown, path: string): unknown {
  if (isRecord(raw) && !path.includes('.')) return raw[path]
  let value = raw
  for (const name of path.split('.')) {
    value = Array.isArray(value) ? value[Number(name)] : isRecord(value) ? value[name] : undefined
  }
  return value
}

/** `us-east-1` of `us-east-1`, `us-east-1a` and `us-west-2-lax-1a`. */
function regionOf(spelled: unknown): string | undefined {
  return typeof spelled === 'string' ? regionForm.exec(spelled)?.[0] : undefined
}
