/** Where everything in a picture stands: boxes in boxes, packed by order alone, so that the same scene with the same boxes open gives the
 *  same picture on any machine, and little moves when little changes. Time in proportion to what is shown. */
import { maxOf } from '../collections.ts'
import { withLabels } from './labels.ts'
import { linesOf } from './lines.ts'
import { type Block, boundsOf, framed, packed } from './packing.ts'
import type { LineChoice, Open, Picture, Role } from './picture.ts'
import { type AccountBox, accountBoxId, type RegionBox, regionBoxId, type Scene } from './scene.ts'
import { GAP, TITLE } from './sizes.ts'
import { betweenBoxes, outsideBoxes, plural } from './things.ts'
import { belowEdge, vpcBlock } from './vpc-layout.ts'

export const layout = (scene: Scene, open: Open, { most = MOST_FLOWS, focus }: LineChoice = {}): Picture => {
  const estate = packed(
    scene.accounts.map((account) => accountBlock(account, open)),
    GAP * 2,
  )
  const between = betweenBoxes(scene, estate.boxes, { width: estate.width, y: estate.height + GAP * 4 })
  const boxes = [...outsideBoxes(scene, estate), ...estate.boxes, ...between]
  const { lines, leftOut } = linesOf(scene, boxes, { most, focus })
  return { boxes, lines: withLabels(lines, boxes), leftOut, bounds: boundsOf(boxes) }
}

const MOST_FLOWS = 80

/** How much there is to draw: a box with a title and a line below it is three things, a VPC has a title for far as well. */
export const elementsIn = ({ boxes, lines }: Pick<Picture, 'boxes' | 'lines'>): number =>
  lines.length + boxes.reduce((sum, { role }) => sum + WEIGHTS[role], 0)

const WEIGHTS: Readonly<Record<Role, number>> = {
  account: 3,
  region: 2,
  vpc: 4,
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
    const size = { width: 240, height: 64 }
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
    GAP * 4,
  )
  const below = maxOf(vpcs.map(belowEdge)) + GAP * 2
  return framed(content, { id, role: 'region', title: name, parent }, { padding: GAP * 2, title: 36, below })
}
