/** What a picture is: boxes with places, and lines between them. How they come to their places is known by `layout.ts` and `lines.ts`. */
import type { Tier } from '../analysis/tiers-declared.ts'
import type { ThingKind } from './kinds.ts'
import type { FlowLink } from './scene.ts'

export interface Picture {
  /** What encloses stands before what it encloses. */
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
  readonly leftOut: LeftOut
  readonly bounds: Rectangle
}

/** Flows from tier to tier that are not drawn. */
export interface LeftOut {
  readonly breaking: number
  /** Opened or closed, and break no rule. */
  readonly changed: number
  /** Undefined where they were not asked. */
  readonly others: number | undefined
}

/** Ids of boxes that show what is in them. */
export type Open = ReadonlySet<string>

export interface Rectangle {
  /** Left and top. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Box extends Rectangle {
  readonly id: string
  readonly role: Role
  readonly title: string
  /** What stands below it; of a thing perhaps several lines. */
  readonly detail?: string
  /** Of a thing that is too small for its title: what stands below it instead. */
  readonly words?: string
  /** Width that there is for title and detail; that of the box unless it says so. */
  readonly room?: number
  readonly tier?: Tier
  readonly kind?: ThingKind
  /** Of a lot: how many interfaces it stands for. */
  readonly count?: number
  /** Whether it shows what is in it; absent for what has nothing to show. */
  readonly isOpen?: boolean
  /** The box that it stands in; absent at the top. */
  readonly parent?: string
}

/** `more`: lots that there was no room for. */
export type Role = 'account' | 'region' | 'vpc' | 'band' | 'zone' | 'tier' | 'subnet' | 'lot' | 'more' | 'thing'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A curve from one box to another: quadratic, its control point beside the middle of the chord by `bow`, to the left as one goes. */
export interface Line {
  readonly id: string
  readonly role: 'attachment' | 'flow'
  readonly from: string
  readonly to: string
  readonly start: Point
  readonly end: Point
  readonly bow: number
  /** How many it stands for. */
  readonly count: number
  readonly flow?: FlowLink
  /** How far along the curve its label stands, from 0 to 1; as `curves.ts` has it where absent. */
  readonly labelAt?: number
  /** The same flows the other way too. */
  readonly isBothWays?: boolean
}

/** Which flows to draw where there are more than anybody can follow: those of one box. */
export interface LineChoice {
  readonly most?: number
  readonly focus?: string | undefined
}

/** A step of a packet's way from box to box; `cut`: where it did not get. */
export interface PathStep {
  readonly from: string
  readonly to: string
  readonly leg: 'forward' | 'return' | 'cut'
  /** It is the witness of a finding: packets that get there break a rule. */
  readonly breaks?: true
  /** Beside the line; may be empty. */
  readonly number: string
}
