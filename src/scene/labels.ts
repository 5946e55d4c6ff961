/** Where the labels of lines stand: as `curves.ts` has it, unless that is over an icon, a tier or another label. Then elsewhere on the same
 *  line, as near as there is room. */
import { labelAt, pointAt } from './curves.ts'
import { lineLabel } from './lines.ts'
import type { Box, Line, Rectangle, Role } from './picture.ts'
import { EDGE_THING, EDGE_WORDS, TEXT } from './sizes.ts'

export const withLabels = (lines: readonly Line[], boxes: readonly Box[]): readonly Line[] => {
  const taken = boxes.filter(({ role }) => COVERED.has(role)).map(whole)
  return lines.map((line) => {
    const words = lineLabel(line)
    if (words === '') return line
    const size = labelSize(words)
    const at = freest(line, size, taken)
    taken.push(rectangleAt(line, size, at))
    return { ...line, labelAt: at }
  })
}

/** Of a label of these words, with room around them. */
export const labelSize = (words: string): Size => ({ width: 6 + 0.55 * TEXT.line * words.length, height: 16 })

type Size = Pick<Rectangle, 'width' | 'height'>

/** What no label should lie over. */
const COVERED: ReadonlySet<Role> = new Set<Role>(['thing', 'tier', 'lot'])

/** With what is written below it, where it is too small for that. */
const whole = (box: Box): Rectangle =>
  box.role === 'thing' && box.width <= EDGE_THING ? { ...box, height: box.height + EDGE_WORDS } : box

/** How far along a line: the nearest to where it usually stands of those places that have the most room. */
const freest = (line: Line, size: Size, taken: readonly Rectangle[]): number => {
  let [best, least] = [labelAt(line), Infinity]
  for (const at of placesOn(line)) {
    const rectangle = rectangleAt(line, size, at)
    const covered = taken.reduce((sum, other) => sum + overlap(rectangle, other), 0)
    if (covered < least) [best, least] = [at, covered]
    if (least === 0) break
  }
  return best
}

function* placesOn(line: Line): Generator<number> {
  const usual = labelAt(line)
  yield usual
  for (let away = STEP; away < LAST - FIRST; away += STEP)
    for (const at of [usual - away, usual + away]) if (at >= FIRST && at <= LAST) yield at
}

const STEP = 0.05
/** Nearer to its ends a label would lie over what the line leads to. */
const FIRST = 0.08
const LAST = 0.92

const rectangleAt = (line: Line, { width, height }: Size, at: number): Rectangle => {
  const { x, y } = pointAt(line, at)
  return { x: x - width / 2, y: y - height / 2, width, height }
}

/** The area that two have in common. */
const overlap = (a: Rectangle, b: Rectangle): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))
