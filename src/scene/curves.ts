/** Where the lines of a picture run, and where their labels stand. */
import type { Box, Line, Point } from './picture.ts'

/** Lines that bow more run beside tiers; others nearly straight to where they lead. */
const BESIDE = 40

export const curveOf = (from: Box, to: Box): Curve => {
  if (from.role === 'tier' && to.role === 'tier' && Math.abs(from.x - to.x) < from.width / 2)
    return besideTiers(from, to)
  if (from.role === 'tier' && to.kind === 'internet') return upFromTier(from, to, true)
  if (to.role === 'tier' && from.kind === 'internet') return upFromTier(to, from, false)
  return across(from, to)
}

type Curve = Pick<Line, 'start' | 'end' | 'bow'>

/** Between tiers below each other: on their left, down nearer to them than up, and the farther the wider. */
const besideTiers = (from: Box, to: Box): Curve => {
  const isDown = to.y > from.y
  const shift = isDown ? 9 : -9
  const start = { x: from.x, y: from.y + from.height / 2 + shift }
  const end = { x: to.x, y: to.y + to.height / 2 + shift }
  const rows = Math.abs(to.y - from.y)
  const isInside = from.parent === to.parent
  const width = Math.min(isInside ? 90 : 130, 30 + rows / 10) + (isDown ? 0 : 60)
  // Left as one goes is right when one goes down.
  return { start, end, bow: isDown ? -width : width }
}

/** Between a tier and the internet: out on the left of the tier, past those above it. */
const upFromTier = (tier: Box, outside: Box, isUp: boolean): Curve => {
  const inner = { x: tier.x + (isUp ? 70 : 24), y: tier.y + (isUp ? 0 : 6) }
  const outer = { x: outside.x + outside.width / 2 + (isUp ? -14 : -36), y: outside.y + outside.height }
  const bow = Math.min(110, (inner.y - outer.y) / 5)
  return isUp ? { start: inner, end: outer, bow } : { start: outer, end: inner, bow: -bow }
}

const across = (from: Box, to: Box): Curve => {
  const [start, end] = straight(from, to)
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  return { start, end, bow: Math.min(BESIDE, length / 10) }
}

/** From edge to edge, along the line of both centres. */
export const straight = (from: Box, to: Box): readonly [Point, Point] => [
  edgeTowards(from, centre(to)),
  edgeTowards(to, centre(from)),
]

const centre = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })

const edgeTowards = (box: Box, target: Point): Point => {
  const { x, y } = centre(box)
  const [dx, dy] = [target.x - x, target.y - y]
  if (dx === 0 && dy === 0) return { x, y }
  const scale = Math.min(
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
    1,
  )
  return { x: x + dx * scale, y: y + dy * scale }
}

/** The points of the curve, and its control point. */
export const pointsOf = ({
  start,
  end,
  bow,
}: Line): { readonly start: Point; readonly control: Point; readonly end: Point } => {
  const length = Math.hypot(end.x - start.x, end.y - start.y) || 1
  return {
    start,
    control: {
      x: (start.x + end.x) / 2 + (bow * (end.y - start.y)) / length,
      y: (start.y + end.y) / 2 - (bow * (end.x - start.x)) / length,
    },
    end,
  }
}

/** Where a label stands: near AWS services, since the way there goes over subnets; near the tier of what goes to the internet, and farther
 *  from it for what comes from there; before the middle between tiers, since the way back has its own. */
export const labelPoint = (line: Line): Point => pointAt(line, labelAt(line))

/** Halfway along it. */
export const middleOf = (line: Line): Point => pointAt(line, 0.5)

/** How far that is from the start, along the curve. */
export const labelDistance = (line: Line): number => {
  const t = labelAt(line)
  let [length, before] = [0, line.start]
  for (let step = 1; step <= STEPS; step++) {
    const at = pointAt(line, (t * step) / STEPS)
    length += Math.hypot(at.x - before.x, at.y - before.y)
    before = at
  }
  return length
}

const STEPS = 12

/** The same as a part of the curve, from 0 at its start to 1. */
export const labelAt = ({ role, from, to, bow, isBothWays, labelAt: placed }: Line): number => {
  if (placed !== undefined) return placed
  if (role !== 'flow' || isBothWays === true) return 0.5
  if (to === 'internet') return 0.12
  if (from === 'internet') return 0.8
  return to === 'aws-services' ? 0.9 : Math.abs(bow) > BESIDE ? 0.38 : 0.5
}

export const pointAt = (line: Line, t: number): Point => {
  const { start, control, end } = pointsOf(line)
  const at = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c
  return { x: at(start.x, control.x, end.x), y: at(start.y, control.y, end.y) }
}
