/** Where everything in a picture stands: boxes in boxes, packed by order alone, so that the same scene with the same boxes open gives the
 *  same picture on any machine, and little moves when little changes. Time in proportion to what is shown. */
import { TIERS } from '../analysis/tiers-declared.ts'
import { KINDS, pluralOf, type ThingKind } from './kinds.ts'
import { linesOf } from './lines.ts'
import type { Box, LineChoice, Picture, Point, Rectangle, Role } from './picture.ts'
import {
  type AccountBox,
  accountBoxId,
  type Lot,
  type RegionBox,
  regionBoxId,
  type Scene,
  type SubnetBox,
  type Thing,
  type VpcBox,
  zoneBoxId,
} from './scene.ts'

/** Ids of boxes that show what is in them. */
export type Open = ReadonlySet<string>

export const layout = (scene: Scene, open: Open, { most = MOST_FLOWS, focus }: LineChoice = {}): Picture => {
  const estate = packed(
    scene.accounts.map((account) => accountBlock(account, open)),
    GAP * 2,
  )
  const between = betweenBoxes(scene, estate.boxes, { width: estate.width, y: estate.height + GAP * 4 })
  const boxes = [...outsideBoxes(scene, estate), ...estate.boxes, ...between]
  const { lines, leftOut } = linesOf(scene, boxes, { most, focus })
  return { boxes, lines, flowsLeftOut: leftOut, bounds: boundsOf(boxes) }
}

const MOST_FLOWS = 80

/** How much there is to draw: a box with a title and a line below it is three things. */
export const elementsIn = ({ boxes, lines }: Pick<Picture, 'boxes' | 'lines'>): number =>
  lines.length + boxes.reduce((sum, { role }) => sum + WEIGHTS[role], 0)

const WEIGHTS: Readonly<Record<Role, number>> = {
  account: 3,
  region: 2,
  vpc: 3,
  band: 1,
  zone: 2,
  tier: 1,
  subnet: 3,
  lot: 1,
  more: 1,
  thing: 1,
}

/** Boxes to open at first, so that there is no more than `most` to draw: all, else each VPC by its tiers alone, else nothing. */
export const openAtFirst = (scene: Scene, most: number): Open => {
  const accounts = scene.accounts.map(({ id }) => accountBoxId(id))
  const vpcs = scene.accounts.flatMap(({ regions }) => regions.flatMap((region) => region.vpcs))
  const subnets = vpcs.flatMap((vpc) => vpc.subnets.filter(({ lots }) => lots.length > 0).map(({ id }) => id))
  const choices = [[...accounts, ...vpcs.map(({ id }) => id), ...subnets], accounts]
  const fitting = choices.find((choice) => choice.length <= most && elementsIn(layout(scene, new Set(choice))) <= most)
  return new Set(fitting ?? [])
}

// ---- sizes

const GAP = 16
const TITLE = 46
const LOT = { width: 104, height: 84 } as const
/** More lots than these in one subnet read better as a list. */
const MOST_LOTS = 48
const TILE = { width: 190, height: 46 } as const
const PILL = { width: 150, height: 44 } as const
/** Room for curves between tiers, left of them. */
const ARCS = 96
/** Width of what stands left of the zones, and room for the title of a VPC. */
export const HEAD = ARCS + PILL.width + GAP
const EDGE_THING = 34
const EDGE_STEP = EDGE_THING + GAP * 2.5

interface Block {
  readonly width: number
  readonly height: number
  /** Its boxes, from its own left top corner. */
  readonly boxes: readonly Box[]
}

// ---- accounts and regions

const accountBlock = ({ id, regions }: AccountBox, open: Open): Block => {
  const boxId = accountBoxId(id)
  const count = { vpcs: 0, interfaces: 0 }
  for (const { vpcs } of regions)
    for (const { subnets } of vpcs) {
      count.vpcs++
      for (const { interfaces } of subnets) count.interfaces += interfaces
    }
  const title = `Account ${id}`
  const detail = `${plural(count.vpcs, 'VPC')}, ${plural(count.interfaces, 'interface')}`
  if (!open.has(boxId)) {
    const size = { width: 230, height: 64 }
    return { ...size, boxes: [{ id: boxId, role: 'account', title, detail, isOpen: false, x: 0, y: 0, ...size }] }
  }
  const content = packed(
    regions.map((region) => regionBlock(boxId, id, region, open)),
    GAP,
  )
  return framed(content, { id: boxId, role: 'account', title, detail, isOpen: true }, { padding: GAP, title: TITLE })
}

const regionBlock = (parent: string, account: string, { name, vpcs }: RegionBox, open: Open): Block => {
  const id = regionBoxId(account, name)
  const content = packed(
    vpcs.map((vpc) => vpcBlock(id, vpc, open)),
    GAP * 3,
  )
  return framed(content, { id, role: 'region', title: name, parent }, { padding: GAP * 2, title: 32 })
}

const framed = (
  content: Block,
  box: Omit<Box, keyof Rectangle>,
  { padding, title }: { readonly padding: number; readonly title: number },
): Block => {
  const width = Math.max(content.width + 2 * padding, 240)
  const height = content.height + title + padding
  return {
    width,
    height,
    boxes: [{ ...box, x: 0, y: 0, width, height }, ...moved(content.boxes, padding, title)],
  }
}

// ---- a VPC

const vpcBlock = (parent: string, vpc: VpcBox, open: Open): Block => {
  const isOpen = open.has(vpc.id)
  const zones = isOpen ? vpc.zones.map((zone) => zoneColumn(vpc, zone, open)) : []
  const rows = vpc.tiers.map(({ tier }) => ({
    tier,
    height: Math.max(PILL.height, ...zones.map((zone) => zone.stacks.get(tier)?.height ?? 0)),
  }))
  const top = TITLE + (isOpen ? 26 : 0)
  const left = HEAD
  const sides = sidesOf(vpc)
  const width = Math.max(
    left + zones.reduce((sum, zone) => sum + zone.width + GAP, 0),
    HEAD + GAP + Math.max(sides.top, sides.bottom) * EDGE_STEP,
  )
  const boxes: Box[] = []
  let y = top
  for (const { tier, height } of rows) {
    const row = vpc.tiers.find((each) => each.tier === tier)!
    boxes.push({
      id: `band ${row.id}`,
      role: 'band',
      title: '',
      tier,
      parent: vpc.id,
      x: 4,
      y: y - 5,
      width: width - 8,
      height: height + 10,
    })
    boxes.push({
      id: row.id,
      role: 'tier',
      title: tier,
      detail: `${plural(row.subnets, 'subnet')}, ${plural(row.interfaces, 'interface')}`,
      tier,
      parent: vpc.id,
      x: ARCS,
      y: y + (height - PILL.height) / 2,
      ...PILL,
    })
    y += height + GAP
  }
  const height = Math.max(y + (sides.bottom > 0 ? GAP : 0), TITLE + Math.max(sides.left, sides.right) * EDGE_STEP)
  let x = left
  for (const zone of zones) {
    const id = zoneBoxId(vpc.id, zone.zone)
    boxes.push({
      id,
      role: 'zone',
      title: zone.zone,
      parent: vpc.id,
      x,
      y: TITLE,
      width: zone.width,
      height: height - TITLE - GAP / 2,
    })
    let rowTop = top
    for (const { tier, height: rowHeight } of rows) {
      boxes.push(...moved(zone.stacks.get(tier)?.boxes ?? [], x + GAP / 2, rowTop))
      rowTop += rowHeight + GAP
    }
    x += zone.width + GAP
  }
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
      },
      ...boxes,
      ...edgeBoxes(vpc, { width, height }),
    ],
  }
}

/** Subnets of one zone, in a stack for each tier. */
const zoneColumn = (vpc: VpcBox, zone: string, open: Open) => {
  const blocks = vpc.subnets
    .filter((subnet) => subnet.zone === zone)
    .map((subnet) => ({ tier: subnet.tier, block: subnetBlock(zoneBoxId(vpc.id, zone), subnet, open) }))
  const inner = Math.max(TILE.width, ...blocks.map(({ block }) => block.width))
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
  const columns = Math.min(8, Math.max(Math.min(2, cells.length), Math.ceil(Math.sqrt(cells.length * 1.5))))
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

/** Internet gateways stand on the top edge, VPN on the left, endpoints on the right, attachments on the bottom. */
const edgeBoxes = (vpc: VpcBox, { width, height }: Pick<Rectangle, 'width' | 'height'>): Box[] => {
  const places = new Map<Side, number>()
  return vpc.edge.map((thing) => {
    const side = SIDES[thing.kind] ?? 'top'
    const index = places.get(side) ?? 0
    places.set(side, index + 1)
    const along = index * EDGE_STEP
    const at: Readonly<Record<Side, Point>> = {
      top: { x: HEAD + GAP + along, y: -EDGE_THING / 2 },
      bottom: { x: HEAD + GAP + along, y: height - EDGE_THING / 2 },
      left: { x: -EDGE_THING / 2, y: TITLE + along },
      right: { x: width - EDGE_THING / 2, y: TITLE + along },
    }
    return { ...thingBox(thing), ...at[side], width: EDGE_THING, height: EDGE_THING, parent: vpc.id }
  })
}

const sidesOf = ({ edge }: VpcBox): Readonly<Record<Side, number>> => {
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

const thingBox = ({ id, kind, name, detail }: Thing): Omit<Box, keyof Rectangle> => ({
  id,
  role: 'thing',
  kind,
  title: name ?? (id.includes('-') && KINDS[kind].words !== id ? id : KINDS[kind].words),
  detail: [KINDS[kind].words, ...(detail === undefined ? [] : [detail])].join(', '),
})

// ---- between and outside

/** In a row, each below what it joins. Where there are very many of a kind, one box stands for them. */
const betweenBoxes = (
  { between, attachments }: Scene,
  estate: readonly Box[],
  { width, y }: { readonly width: number; readonly y: number },
): Box[] => {
  const centres = new Map(estate.map((box) => [box.id, box.x + box.width / 2]))
  const kinds = new Map<ThingKind, Thing[]>()
  for (const each of between) kinds.set(each.kind, [...(kinds.get(each.kind) ?? []), each])
  const shown = [...kinds].flatMap(([kind, all]): Thing[] =>
    all.length <= MOST_BETWEEN ? all : [{ id: `many ${kind}`, kind, name: pluralOf(kind, all.length) }],
  )
  const joined = new Map<string, number[]>()
  for (const { from, to } of attachments)
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const) {
      const centre = centres.get(other)
      if (centre !== undefined) joined.set(end, [...(joined.get(end) ?? []), centre])
    }
  const middleOf = ({ id }: Thing): number => {
    const all = joined.get(id) ?? []
    return all.length === 0 ? width / 2 : all.reduce((sum, each) => sum + each, 0) / all.length
  }
  const ordered = shown.toSorted((a, b) => middleOf(a) - middleOf(b) || (a.id < b.id ? -1 : 1))
  const size = { width: 170, height: 54 }
  let right = -Infinity
  return ordered.map((thing) => {
    const x = Math.max(middleOf(thing) - size.width / 2, right + GAP * 2)
    right = x + size.width
    return { ...thingBox(thing), x, y, ...size }
  })
}

const MOST_BETWEEN = 24

/** The internet above, over the tiers that it may talk to; on-premises on the left, AWS services on the right. */
const outsideBoxes = ({ outside }: Scene, { width, height, boxes }: Block): Box[] => {
  const size = { width: 150, height: 64 }
  const columns = boxes.filter(({ role }) => role === 'vpc').map(({ x }) => x + ARCS + PILL.width / 2)
  const middle = columns.length === 0 ? width / 2 : columns.reduce((sum, x) => sum + x, 0) / columns.length
  const at: Readonly<Record<string, Point>> = {
    internet: { x: middle - size.width / 2, y: -size.height - GAP * 4 },
    onprem: { x: -size.width - GAP * 4, y: height / 2 - size.height / 2 },
    'aws-services': { x: width + GAP * 4, y: height / 2 - size.height / 2 },
  }
  return outside.map((thing) => ({
    ...thingBox(thing),
    title: KINDS[thing.kind].words,
    detail: '',
    ...at[thing.id]!,
    ...size,
  }))
}

// ---- packing

/** In rows, in order, as near as can be to the shape of a screen. */
const packed = (blocks: readonly Block[], gap: number): Block => {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  const widest = Math.max(0, ...blocks.map(({ width }) => width))
  let best = inRows(blocks, gap, Math.max(widest, Math.sqrt(area * SHAPE)))
  // Of a few each number of columns is tried.
  let row = 0
  for (const { width } of blocks.slice(0, 12)) {
    row += width + gap
    const tried = inRows(blocks, gap, Math.max(widest, row))
    if (misshape(tried) < misshape(best)) best = tried
  }
  return best
}

/** Width by height. */
const SHAPE = 1.7

const misshape = ({ width, height }: Block): number => Math.abs(Math.log(width / Math.max(1, height) / SHAPE))

const inRows = (blocks: readonly Block[], gap: number, most: number): Block => {
  const boxes: Box[] = []
  let [x, y, right, rowHeight] = [0, 0, 0, 0]
  for (const block of blocks) {
    if (x > 0 && x + block.width > most) {
      y += rowHeight + gap
      x = 0
      rowHeight = 0
    }
    boxes.push(...moved(block.boxes, x, y))
    x += block.width + gap
    right = Math.max(right, x - gap)
    rowHeight = Math.max(rowHeight, block.height)
  }
  return { width: right, height: y + rowHeight, boxes }
}

const stacked = (blocks: readonly Block[], gap: number): Block => {
  const boxes: Box[] = []
  let y = 0
  for (const block of blocks) {
    boxes.push(...moved(block.boxes, 0, y))
    y += block.height + gap
  }
  return { width: Math.max(0, ...blocks.map(({ width }) => width)), height: Math.max(0, y - gap), boxes }
}

/** The outer box as wide as its neighbours; what is in it stays. */
const widened = (block: Block, width: number): Block => {
  const [outer, ...rest] = block.boxes
  if (!outer) return block
  return { ...block, width, boxes: [{ ...outer, width }, ...moved(rest, (width - block.width) / 2, 0)] }
}

const moved = (boxes: readonly Box[], x: number, y: number): Box[] =>
  boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y }))

const boundsOf = (boxes: readonly Box[]): Rectangle => {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 }
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

const plural = (count: number, word: string): string => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
