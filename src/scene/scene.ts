/** What a picture of an estate shows: account > region > VPC > zone > subnet > interfaces, what stands at the edge of each VPC, between
 *  VPCs and outside. Plain JSON. Where anything stands is known by `layout.ts`. */
import type { Verdict } from '../reach/verdict.ts'
import type { Tier } from '../analysis/tiers-declared.ts'
import type { ThingKind } from './kinds.ts'

export interface Scene {
  /** Places outside of the estate that it has to do with: `internet`, `onprem`, `aws-services`. */
  readonly outside: readonly Thing[]
  readonly accounts: readonly AccountBox[]
  /** What joins VPCs: transit gateways, peerings, core networks. */
  readonly between: readonly Thing[]
  readonly attachments: readonly Attachment[]
  /** Who reaches whom, tier by tier; absent where the estate is too large to be asked beforehand. */
  readonly flows?: readonly FlowLink[]
  /** Whether flows that neither break a rule nor opened or closed were not asked, as in very large estates. */
  readonly isPartlyAsked?: boolean
}

export interface Thing {
  /** Its AWS id, or the keyword of a place outside. */
  readonly id: string
  readonly kind: ThingKind
  readonly name?: string
  /** What else is worth a line: `111122223333, eu-central-1`, `s3`. */
  readonly detail?: string
}

export interface AccountBox {
  /** 12 digits. */
  readonly id: string
  readonly regions: readonly RegionBox[]
}

export interface RegionBox {
  /** `eu-central-1` */
  readonly name: string
  /** By Name and id. */
  readonly vpcs: readonly VpcBox[]
}

export interface VpcBox {
  readonly id: string
  readonly name?: string
  readonly cidrs: readonly string[]
  /** Gateways, gateway endpoints and attachments, which stand at its edge. */
  readonly edge: readonly Thing[]
  /** In the order of the tiers, those that it has. */
  readonly tiers: readonly TierRow[]
  /** Physical ids, sorted. */
  readonly zones: readonly string[]
  readonly subnets: readonly SubnetBox[]
}

export interface TierRow {
  /** `vpc:<id>/<tier>`: as `ztnet reach` takes it, and as a matrix by `vpc-subnet-tier` calls the group. */
  readonly id: string
  readonly tier: Tier
  readonly subnets: number
  readonly interfaces: number
}

export interface SubnetBox {
  readonly id: string
  readonly name?: string
  readonly cidrs: readonly string[]
  readonly zone: string
  readonly tier: Tier
  readonly interfaces: number
  /** By name and id. */
  readonly lots: readonly Lot[]
}

/** Interfaces of a subnet that no rule tells apart. */
export interface Lot {
  /** The first member, by id: stands for all. */
  readonly id: string
  readonly kind: ThingKind
  readonly name?: string
  /** Address of the first member. */
  readonly address?: string
  readonly count: number
}

/** Two things that AWS joins. */
export interface Attachment {
  readonly from: string
  readonly to: string
}

/** One cell of a matrix by `vpc-subnet-tier`, in few words. */
export interface FlowLink {
  /** Keys of groups. */
  readonly from: string
  readonly to: string
  readonly verdict: Exclude<Verdict, 'unreachable'>
  /** `tcp 8443`: each in shortest words. */
  readonly packets: readonly string[]
  /** `4/10`: of how many pairs of a sender and a receiver it is true. */
  readonly pairs: string
  /** Nothing of it would fare so if NAT gateways and VPC endpoints let nothing pass. */
  readonly byNatOrEndpoint?: true
  /** Where two snapshots are compared: what became of it since the one before. */
  readonly change?: Change
  /** Titles of findings that it breaks a rule by. */
  readonly breaks?: readonly string[]
  /** Place of the worst of these findings among all, which are told worst first. */
  readonly worst?: number
}

/** `opened`: more gets through than did. */
export type Change = 'opened' | 'closed' | 'same'

export const tierId = (vpcId: string, tier: Tier): string => `vpc:${vpcId}/${tier}`
export const accountBoxId = (account: string): string => `account:${account}`
export const regionBoxId = (account: string, region: string): string => `${account}/${region}`
export const zoneBoxId = (vpcId: string, zone: string): string => `${vpcId}/${zone}`
