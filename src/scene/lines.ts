/** The lines of a picture: attachments and flows between the boxes that are shown. What stands in a closed box is joined to that box, and
 *  lines with the same ends are one, with a number. */
import type { Verdict } from '../reach/verdict.ts'
import type { Box, Line, LineChoice, Point } from './picture.ts'
import { type Change, type FlowLink, regionBoxId, accountBoxId, type Scene } from './scene.ts'

export const linesOf = (
  scene: Scene,
  boxes: readonly Box[],
  { most, focus }: Required<Pick<LineChoice, 'most'>> & Pick<LineChoice, 'focus'>,
): { readonly lines: readonly Line[]; readonly leftOut: number } => {
  const shown = new Map(boxes.map((box) => [box.id, box]))
  const holders = holdersIn(scene)
  const seen = (id: string): Box | undefined => {
    let at: string | undefined = id
    while (at !== undefined && !shown.has(at)) at = holders.get(at)
    return at === undefined ? undefined : shown.get(at)
  }
  const isChosen = (...ends: readonly Box[]): boolean =>
    focus !== undefined && ends.some(({ id }) => isIn(id, focus, shown))
  const attached = joined(scene.attachments, seen)
  const outward = attached.filter(({ to }) => OUTSIDE.has(to.id)).length
  // That an internet gateway leads to the internet its glyph says as well.
  const drawn =
    outward <= MOST_OUTWARD ? attached : attached.filter(({ from, to }) => !OUTSIDE.has(to.id) || isChosen(from, to))
  const attachments = drawn.map(({ from, to, all }): Line => {
    const [start, end] = straight(from, to)
    return {
      id: `attachment ${from.id} ${to.id}`,
      role: 'attachment',
      from: from.id,
      to: to.id,
      start,
      end,
      bow: 0,
      count: all.length,
    }
  })
  const flows = joined(scene.flows ?? [], seen)
  const own = flows.length <= most ? flows : flows.filter(({ from, to }) => isChosen(from, to))
  const chosen = focus === undefined || own.length <= MOST_FOLLOWED ? own : crossingJoined(own, focus, shown)
  return {
    lines: [...attachments, ...chosen.map(({ from, to, all }) => flowLine(from, to, all))],
    leftOut: flows.length - own.length,
  }
}

/** Of a chosen box nobody follows more with the eye. */
const MOST_FOLLOWED = 40

/** Flows from VPC to VPC as one line for each pair; what was chosen inside of a VPC keeps its own end. */
const crossingJoined = (
  flows: readonly Joined<FlowLink>[],
  focus: string,
  shown: ReadonlyMap<string, Box>,
): readonly Joined<FlowLink>[] => {
  const vpcOf = (box: Box): Box | undefined => {
    let at: Box | undefined = box
    while (at !== undefined && at.role !== 'vpc') at = at.parent === undefined ? undefined : shown.get(at.parent)
    return at
  }
  const focused = shown.get(focus)
  const isInside = focused !== undefined && focused.role !== 'vpc' && vpcOf(focused) !== undefined
  const end = (box: Box): Box => (isInside && isIn(box.id, focus, shown) ? box : (vpcOf(box) ?? box))
  const ends = new Map<string, Box>()
  const links = flows.flatMap(({ from, to, all }) => {
    const isCrossing = vpcOf(from) !== vpcOf(to)
    const [a, b] = isCrossing ? [end(from), end(to)] : [from, to]
    ends.set(a.id, a).set(b.id, b)
    return all.map((link) => ({ from: a.id, to: b.id, link }))
  })
  return joined(links, (id) => ends.get(id)).map(({ from, to, all }) => ({
    from,
    to,
    all: all.map(({ link }) => link),
  }))
}

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'onprem', 'aws-services'])
const MOST_OUTWARD = 24

/** What each thing stands in when it is not shown itself. */
export const holdersIn = (scene: Scene): ReadonlyMap<string, string> => {
  const holders = new Map<string, string>()
  for (const account of scene.accounts)
    for (const region of account.regions) {
      const regionId = regionBoxId(account.id, region.name)
      holders.set(regionId, accountBoxId(account.id))
      for (const vpc of region.vpcs) {
        holders.set(vpc.id, regionId)
        for (const { id } of vpc.edge) holders.set(id, vpc.id)
        for (const { id } of vpc.tiers) holders.set(id, vpc.id)
        for (const subnet of vpc.subnets) {
          holders.set(subnet.id, vpc.id)
          for (const { id } of subnet.lots) holders.set(id, subnet.id)
        }
      }
    }
  for (const { id, kind } of scene.between) holders.set(id, `many ${kind}`)
  return holders
}

const isIn = (id: string, outer: string, shown: ReadonlyMap<string, Box>): boolean => {
  let at: string | undefined = id
  while (at !== undefined && at !== outer) at = shown.get(at)?.parent
  return at !== undefined
}

interface Joined<T> {
  readonly from: Box
  readonly to: Box
  readonly all: readonly T[]
}

const joined = <T extends { readonly from: string; readonly to: string }>(
  links: readonly T[],
  seen: (id: string) => Box | undefined,
): readonly Joined<T>[] => {
  const pairs = new Map<string, { from: Box; to: Box; all: T[] }>()
  for (const link of links) {
    const [from, to] = [seen(link.from), seen(link.to)]
    if (!from || !to || from === to) continue
    const key = `${from.id} ${to.id}`
    const known = pairs.get(key)
    if (known) known.all.push(link)
    else pairs.set(key, { from, to, all: [link] })
  }
  return [...pairs.values()]
}

/** The surest of all that it stands for. */
const flowLine = (from: Box, to: Box, all: readonly FlowLink[]): Line => {
  // A change is what one looks for.
  const weight = ({ verdict, change }: FlowLink): number =>
    SURENESS[verdict] + (change === undefined ? 0 : CHANGES[change])
  const [first, ...rest] = all.toSorted((a, b) => weight(a) - weight(b))
  const breaks = [...new Set(all.flatMap((each) => each.breaks ?? []))]
  const flow = {
    ...(rest.length === 0 ? first! : { ...first!, packets: [], pairs: '' }),
    ...(breaks.length > 0 && { breaks }),
  }
  const curve = curveOf(from, to)
  return { id: `flow ${from.id} ${to.id}`, role: 'flow', from: from.id, to: to.id, ...curve, count: all.length, flow }
}

const SURENESS: Readonly<Record<FlowLink['verdict'], number>> = {
  reachable: 0,
  conditional: 1,
  'one-way': 2,
  unknown: 3,
} satisfies Omit<Record<Verdict, number>, 'unreachable'>

const CHANGES: Readonly<Record<Change, number>> = { opened: 0, closed: 10, same: 20 }

const curveOf = (from: Box, to: Box): Curve => {
  if (from.role === 'tier' && to.role === 'tier' && from.parent === to.parent) return besideTiers(from, to)
  if (from.role === 'tier' && to.kind === 'internet') return upFromTier(from, to, true)
  if (to.role === 'tier' && from.kind === 'internet') return upFromTier(to, from, false)
  return across(from, to)
}

type Curve = Pick<Line, 'start' | 'end' | 'bow'>

/** Between tiers of a VPC: on their left, down nearer to them than up, and the farther the wider. */
const besideTiers = (from: Box, to: Box): Curve => {
  const isDown = to.y > from.y
  const shift = isDown ? 9 : -9
  const start = { x: from.x, y: from.y + from.height / 2 + shift }
  const end = { x: to.x, y: to.y + to.height / 2 + shift }
  const rows = Math.abs(to.y - from.y)
  const width = Math.min(90, 30 + rows / 10) + (isDown ? 0 : 60)
  // Left as one goes is right when one goes down.
  return { start, end, bow: isDown ? -width : width }
}

/** Between a tier and the internet: out on the left of the tier, past those above it. */
const upFromTier = (tier: Box, outside: Box, isUp: boolean): Curve => {
  const inner = { x: tier.x + 16, y: tier.y + (isUp ? 8 : 14) }
  const outer = { x: outside.x + outside.width / 2 + (isUp ? -18 : -34), y: outside.y + outside.height }
  const bow = Math.min(110, (inner.y - outer.y) / 5)
  return isUp ? { start: inner, end: outer, bow } : { start: outer, end: inner, bow: -bow }
}

const across = (from: Box, to: Box): Curve => {
  const [start, end] = straight(from, to)
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  return { start, end, bow: Math.min(40, length / 10) }
}

/** From edge to edge, along the line of both centres. */
const straight = (from: Box, to: Box): readonly [Point, Point] => [
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

/** Where a label stands: in the middle; near AWS services, since the way there goes behind subnets; near the start of what comes from or goes
 *  to the internet, since both ways run side by side. */
export const labelPoint = (line: Line): Point => {
  const { start, control, end } = pointsOf(line)
  const isByInternet = line.from === 'internet' || line.to === 'internet'
  const t = line.role !== 'flow' ? 0.5 : line.to === 'aws-services' ? 0.9 : isByInternet ? 0.18 : 0.5
  const at = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c
  return { x: at(start.x, control.x, end.x), y: at(start.y, control.y, end.y) }
}

/** `tcp 8443 +1`; how many, where it stands for several. */
export const lineLabel = ({ role, count, flow }: Line): string => {
  if (role === 'attachment' || !flow) return count > 1 ? `×${count}` : ''
  const mark = flow.breaks ? '▲ ' : ''
  if (count > 1) return `${mark}${count} tier pairs`
  const sign = flow.change === 'opened' ? '+ ' : flow.change === 'closed' ? '− ' : ''
  const [first = '', ...rest] = flow.packets
  const short = first.length > 22 ? `${first.slice(0, 21)}…` : first
  return `${mark}${sign}${short}${rest.length === 0 ? '' : ` +${rest.length}`}`
}
