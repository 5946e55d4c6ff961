/** How large things in a picture are, in its own units: those of text at full size are pixels. */
export const GAP = 16
/** Room for the title of what encloses others, and the line below it. */
export const TITLE = 50
/** One interface, or several alike. */
export const LOT = { width: 116, height: 90 } as const
/** Middle and size of its glyph, from the top. */
export const GLYPH = { middle: 24, size: 34 } as const
/** A subnet of which nothing is shown. */
export const TILE = { width: 200, height: TITLE } as const
/** A tier of a VPC. */
export const PILL = { width: 150, height: 46 } as const
/** Room for curves between tiers, left of them. */
export const ARCS = 96
/** Width of what stands left of the zones. */
export const HEAD = ARCS + PILL.width + GAP
/** What stands on the edge of a VPC. */
export const EDGE_THING = 36
/** From one such thing to the next, with room for what it is called. */
export const EDGE_STEP = 90
/** Height of what it is called, in two lines. */
export const EDGE_WORDS = 30

export const TEXT = {
  title: 14,
  subnet: 13,
  detail: 11.5,
  zone: 12,
  tier: 13,
  lot: 11.5,
  edge: 10.5,
  line: 11,
} as const
