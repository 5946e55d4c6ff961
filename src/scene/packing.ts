/** Blocks of boxes beside, below and in each other. */
import { maxOf } from '../collections.ts'
import type { Box, Rectangle } from './picture.ts'

export interface Block {
  readonly width: number
  readonly height: number
  /** Its boxes, from its own left top corner. */
  readonly boxes: readonly Box[]
}

/** In rows, in order, as near as can be to the shape of a screen, with little left empty. */
export const packed = (blocks: readonly Block[], gap: number): Block => {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  const widest = widestOf(blocks)
  const misfit = ({ width, height }: Block): number =>
    Math.abs(Math.log(width / Math.max(1, height) / SHAPE)) + Math.log((width * height) / Math.max(1, area))
  let best = inRows(blocks, gap, Math.max(widest, Math.sqrt(area * SHAPE)))
  // Of a few each number of columns is tried.
  let row = 0
  for (const { width } of blocks.slice(0, 12)) {
    row += width + gap
    const tried = inRows(blocks, gap, Math.max(widest, row))
    if (misfit(tried) < misfit(best)) best = tried
  }
  return best
}

/** Width by height: of a screen with lists on both sides. */
const SHAPE = 1.25

const inRows = (blocks: readonly Block[], gap: number, most: number): Block => {
  const boxes: Box[] = []
  let [x, y, right, rowHeight] = [0, 0, 0, 0]
  for (const block of blocks) {
    if (x > 0 && x + block.width > most) {
      y += rowHeight + gap
      x = 0
      rowHeight = 0
    }
    for (const box of moved(block.boxes, x, y)) boxes.push(box)
    x += block.width + gap
    right = Math.max(right, x - gap)
    rowHeight = Math.max(rowHeight, block.height)
  }
  return { width: right, height: y + rowHeight, boxes }
}

export const stacked = (blocks: readonly Block[], gap: number): Block => {
  const boxes: Box[] = []
  let y = 0
  for (const block of blocks) {
    for (const box of moved(block.boxes, 0, y)) boxes.push(box)
    y += block.height + gap
  }
  return { width: widestOf(blocks), height: Math.max(0, y - gap), boxes }
}

const widestOf = (blocks: readonly Block[]): number => maxOf(blocks.map(({ width }) => width))

/** The outer box as wide as its neighbours; what is in it stays. */
export const widened = (block: Block, width: number): Block => {
  const [outer, ...rest] = block.boxes
  if (!outer) return block
  return { ...block, width, boxes: [{ ...outer, width }, ...moved(rest, (width - block.width) / 2, 0)] }
}

/** In a box of its own, below its title. */
export const framed = (
  content: Block,
  box: Omit<Box, keyof Rectangle>,
  { padding, title, below = padding }: { readonly padding: number; readonly title: number; readonly below?: number },
): Block => {
  const width = Math.max(content.width + 2 * padding, 240)
  const height = content.height + title + below
  return {
    width,
    height,
    boxes: [{ ...box, x: 0, y: 0, width, height }, ...moved(content.boxes, padding, title)],
  }
}

export const moved = (boxes: readonly Box[], x: number, y: number): Box[] =>
  boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y }))

export const boundsOf = (boxes: readonly Box[]): Rectangle => {
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
