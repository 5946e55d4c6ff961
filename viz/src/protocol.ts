/** What the page may ask its engine, which runs beside it in a worker, and what comes back. Answers are the plain JSON of `ztnet` itself. */
import type { BlastResult } from '../../src/analysis/blast.ts'
import type { MatrixResult, ReachAllResult } from '../../src/analysis/matrix.ts'
import type { PacketWords } from '../../src/analysis/packet-words.ts'
import type { Tier } from '../../src/analysis/tiers-declared.ts'
import type { ReachResult } from '../../src/analysis/reach.ts'
import type { MapSnapshot } from '../../src/report/map-data.ts'
import type { FlowLink } from '../../src/scene/scene.ts'

export interface Questions {
  reach: { readonly from: string; readonly to: string; readonly packets: PacketWords }
  /** Everything that a place can reach, or that can reach it. */
  'reach-all': { readonly place: string; readonly side: 'from' | 'to'; readonly packets: PacketWords }
  blast: { readonly from: string; readonly packets: PacketWords }
  matrix: { readonly by: string; readonly packets: PacketWords }
  /** Flows of one VPC with everybody, or of all. */
  flows: { readonly vpc?: string; readonly packets: PacketWords }
  search: { readonly text: string; readonly most: number }
  /** `isDrawn`: the map has a box of it, so it is a place. */
  thing: { readonly id: string; readonly isDrawn: boolean }
  /** Interfaces of a subnet. */
  members: { readonly subnet: string }
}

export interface Answers {
  reach: { readonly result: ReachResult; readonly places: Places; readonly ends: Ends }
  'reach-all': { readonly result: ReachAllResult; readonly places: Places }
  blast: { readonly result: BlastResult; readonly places: Places }
  matrix: MatrixResult
  flows: readonly FlowLink[]
  search: readonly Found[]
  thing: Facts | undefined
  members: readonly Found[]
}

/** Where resources that an answer names are in the picture: boxes, the innermost first. */
export type Places = Readonly<Record<string, readonly string[]>>

/** Where the ends of a question are in the picture; of its witness, where they are many. */
export interface Ends {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** Something that a question can name. */
export interface Found {
  /** As a question takes it. */
  readonly selector: string
  readonly name?: string
  readonly kind: string
  /** Why it was found, where that is neither id nor Name: an address, a tag. */
  readonly by?: string
  readonly boxes: readonly string[]
}

export interface Facts {
  readonly id: string
  readonly kind: string
  readonly name?: string
  readonly rows: readonly (readonly [string, string])[]
}

export type Kind = keyof Questions

export type Request = { readonly id: number; readonly snapshot: number } & {
  readonly [K in Kind]: { readonly kind: K; readonly question: Questions[K] }
}[Kind]

export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string; readonly hint?: string }
  /** Of long work: how much of it is done. */
  | { readonly id: number; readonly done: number; readonly of: number }

export interface DeclaredTiers {
  /** The file of the policy. */
  readonly by: string
  readonly subnets: ReadonlyMap<string, Tier>
  readonly policyTiers: NonNullable<MapSnapshot['policyTiers']>
}

/** Given once, before any question: the snapshots, gzip in base64. */
export interface Load {
  readonly snapshots: readonly string[]
  /** Of each snapshot the tiers of subnets, where a policy declares them. */
  readonly tiers: readonly (DeclaredTiers | undefined)[]
}
