/** A VPC: tiers as rows, zones as columns, subnets where they cross, gateways on the edge. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { maxOf } from '../collections.ts'
import { edgeWords, KINDS, type ThingKind } from './kinds.ts'
import { type Block, moved, stacked, widened } from './packing.ts'
import type { Box, Open, Point, Rectangle } from './picture.ts'
import { type Lot, type SubnetBox, type Thing, type VpcBox, zoneBoxId } from './scene.ts'
import { ARCS, EDGE_STEP, EDGE_THING, EDGE_WORDS, GAP, HEAD, LOT, PILL, TILE, TITLE } from './sizes.ts'
import { plural, thingBox } from './things.ts'

/** More lots than these in one subnet read better as a list. */
const MOST_LOTS = 48

export const vpcBlock = (parent: string, vpc: VpcBox, open: Open): Block => {
  const isOpen = open.has(vpc.id)
  const zones = isOpen ? vpc.zones.map((zone) => zoneColumn(vpc, zone, open)) : []
  const rows = vpc.tiers.map((row) => ({
    ...row,
    height: Math.max(PILL.height, ...zones.map((zone) => zone.stacks.get(row.tier)?.height ?? 0)),
  }))
  const sides = sidesOf(vpc)
  // What endpoints are called stands half in the VPC.
  const right = sides.right > 0 ? EDGE_STEP / 2 - GAP / 2 : 0
  const width =
    right +
    Math.max(
      HEAD + zones.reduce((sum, zone) => sum + zone.width + GAP, 0),
      HEAD + GAP + sides.top * EDGE_STEP,
      GAP + sides.bottom * EDGE_STEP,
    )
  const top = TITLE + (isOpen ? 26 : 0)
  const height = Math.max(
    top + rows.reduce((sum, row) => sum + row.height + GAP, 0) + (sides.bottom > 0 ? GAP : 0),
    TITLE + Math.max(sides.left, sides.right) * EDGE_STEP,
  )
  return {
    width,
    height,
    boxes: [
      {
        id: vpc.id,
        role: 'vpc',
        title: vpc.name ?? vpc.id,
        detail: [...(vpc.name === undefined ? [] : [vpc.id]), ...vpc.cidrs].join('  '),
        isOpen,
        parent,
        x: 0,
        y: 0,
        width,
        height,
        room: width - sides.top * EDGE_STEP - right - (sides.top > 0 ? GAP : 0),
      },
      ...rowBoxes(vpc, rows, { top, width }),
      ...zoneBoxes(vpc, zones, rows, { top, height }),
      ...edgeBoxes(vpc, { width, height, right }),
    ],
  }
}

type Row = VpcBox['tiers'][number] & { readonly height: number }

const rowBoxes = (
  vpc: VpcBox,
  rows: readonly Row[],
  { top, width }: { readonly top: number; readonly width: number },
): readonly Box[] => {
  let y = top
  return rows.flatMap(({ id, tier, subnets, interfaces, height }): Box[] => {
    const at = y
    y += height + GAP
    return [
      {
        id: `band ${id}`,
        role: 'band',
        title: '',
        tier,
        parent: vpc.id,
        x: 4,
        y: at - 5,
        width: width - 8,
        height: height + 10,
      },
      {
        id,
        role: 'tier',
        title: tier,
        detail: `${plural(subnets, 'subnet')}, ${plural(interfaces, 'interface')}`,
        tier,
        parent: vpc.id,
        x: ARCS,
        y: at + (height - PILL.height) / 2,
        ...PILL,
      },
    ]
  })
}

const zoneBoxes = (
  vpc: VpcBox,
  zones: readonly Zone[],
  rows: readonly Row[],
  { top, height }: { readonly top: number; readonly height: number },
): readonly Box[] => {
  let x = HEAD
  return zones.flatMap(({ zone, width, stacks }): Box[] => {
    const left = x
    x += width + GAP
    let y = top
    const subnets = rows.flatMap((row) => {
      const boxes = moved(stacks.get(row.tier)?.boxes ?? [], left + GAP / 2, y)
      y += row.height + GAP
      return boxes
    })
    const box = { id: zoneBoxId(vpc.id, zone), role: 'zone', title: zone, parent: vpc.id, x: left, y: TITLE } as const
    return [{ ...box, width, height: height - TITLE - GAP / 2 }, ...subnets]
  })
}

interface Zone {
  readonly zone: string
  readonly width: number
  readonly stacks: ReadonlyMap<string, Block>
}

/** Subnets of one zone, in a stack for each tier. */
const zoneColumn = (vpc: VpcBox, zone: string, open: Open): Zone => {
  const blocks = vpc.subnets
    .filter((subnet) => subnet.zone === zone)
    .map((subnet) => ({ tier: subnet.tier, block: subnetBlock(zoneBoxId(vpc.id, zone), subnet, open) }))
  const inner = Math.max(TILE.width, maxOf(blocks.map(({ block }) => block.width)))
  const stacks = new Map(
    TIERS.map((tier) => [
      tier,
      stacked(
        blocks.filter((each) => each.tier === tier).map(({ block }) => widened(block, inner)),
        GAP / 2,
      ),
    ]),
  )
  return { zone, width: inner + GAP, stacks }
}

const subnetBlock = (parent: string, subnet: SubnetBox, open: Open): Block => {
  const { id, name, cidrs, tier, lots } = subnet
  const box = {
    id,
    role: 'subnet' as const,
    title: name ?? id,
    tier,
    parent,
    ...(lots.length > 0 && { isOpen: open.has(id) }),
    x: 0,
    y: 0,
  }
  const about = [...cidrs.slice(0, 1), plural(subnet.interfaces, 'interface')].join('  ')
  if (lots.length === 0 || !open.has(id)) return { ...TILE, boxes: [{ ...box, detail: about, ...TILE }] }
  const shown = lots.length <= MOST_LOTS ? lots : lots.slice(0, MOST_LOTS - 1)
  const cells = shown.map((lot) => lotBox(id, lot))
  if (shown.length < lots.length) cells.push(moreBox(id, lots.slice(shown.length)))
  // Rather high than wide: zones stand beside each other.
  const columns = Math.ceil(Math.sqrt(cells.length))
  const width = Math.max(TILE.width, columns * LOT.width + GAP)
  const height = TITLE + Math.ceil(cells.length / columns) * LOT.height + 4
  const inset = (width - columns * LOT.width) / 2
  return {
    width,
    height,
    boxes: [
      { ...box, detail: about, width, height },
      ...cells.map((cell, index) => ({
        ...cell,
        x: inset + (index % columns) * LOT.width,
        y: TITLE + Math.floor(index / columns) * LOT.height,
      })),
    ],
  }
}

const lotBox = (parent: string, { id, kind, name, address, count }: Lot): Box => ({
  id,
  role: 'lot',
  kind,
  title: name ?? (address === undefined ? id : address),
  detail: count > 1 ? `${count} alike` : KINDS[kind].words,
  count,
  parent,
  x: 0,
  y: 0,
  ...LOT,
})

const moreBox = (subnet: string, rest: readonly Lot[]): Box => ({
  id: `more ${subnet}`,
  role: 'more',
  title: `${rest.length.toLocaleString('en')} more`,
  detail: plural(
    rest.reduce((sum, { count }) => sum + count, 0),
    'interface',
  ),
  parent: subnet,
  x: 0,
  y: 0,
  ...LOT,
})

// ---- the edge

/** Internet gateways stand on the top edge, on its right, since the title is on its left; VPN on the left, endpoints on the right, attachments
 *  on the bottom. */
const edgeBoxes = (
  vpc: VpcBox,
  { width, height, right }: Pick<Rectangle, 'width' | 'height'> & { readonly right: number },
): Box[] => {
  const sides = sidesOf(vpc)
  const places = new Map<Side, number>()
  const middle = (EDGE_STEP - EDGE_THING) / 2
  return vpc.edge.map((thing) => {
    const side = SIDES[thing.kind] ?? 'top'
    const index = places.get(side) ?? 0
    places.set(side, index + 1)
    const along = index * EDGE_STEP
    const at: Readonly<Record<Side, Point>> = {
      top: { x: width - right - sides.top * EDGE_STEP + along + middle, y: -EDGE_THING / 2 },
      bottom: { x: GAP + along + middle, y: height - EDGE_THING / 2 },
      left: { x: -EDGE_THING / 2, y: TITLE + along + GAP / 2 },
      right: { x: width - EDGE_THING / 2, y: TITLE + along + GAP / 2 },
    }
    return {
      ...thingBox(thing),
      words: edgeWords(thing),
      ...at[side],
      width: EDGE_THING,
      height: EDGE_THING,
      parent: vpc.id,
    }
  })
}

/** How far what stands on the edge reaches below a VPC. */
export const belowEdge = ({ edge }: VpcBox): number =>
  edge.some(({ kind }) => SIDES[kind] === 'bottom') ? EDGE_THING / 2 + EDGE_WORDS : 0

const sidesOf = ({ edge }: { readonly edge: readonly Thing[] }): Readonly<Record<Side, number>> => {
  const counts = { top: 0, bottom: 0, left: 0, right: 0 }
  for (const { kind } of edge) counts[SIDES[kind] ?? 'top']++
  return counts
}

type Side = 'top' | 'bottom' | 'left' | 'right'

const SIDES: { readonly [K in ThingKind]?: Side } = {
  'transit-attachment': 'bottom',
  'vpn-gateway': 'left',
  'gateway-endpoint': 'right',
}
